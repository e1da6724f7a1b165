"""Broken lines of plain text: whether a file is hard-wrapped, and which line goes on with the line before."""

from __future__ import annotations

from dataclasses import dataclass

from rulemine.readers.linestarts import (
    breaks_off,
    ends_clause,
    ends_sentence,
    has_columns,
    is_date_line,
    is_heading,
    is_indented,
    is_toc_entry,
    opens_provision,
)
from rulemine.text import measure_width

NARROWEST, WIDEST = 40, 120
"""Half-width columns of a wrapped line."""
SLACK = 6
"""Columns by which a line may end early, so that a number or a word stays whole."""
FULL_SHARE = 0.3
CUT_SHARE = 0.6
INDENT_SHARE = 0.2
CUT_LENGTH = 25
MUCH_FULLER = 1.2
"""How many more lines must be full when characters are counted for a file to be taken as wrapped by characters."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a file is hard-wrapped: at what width, and whether paragraphs begin set in.

    A page ends its lines after so many half-width columns; a program may end them after so many characters, of whatever
    width: then ``by_characters``, and each counts as two columns.
    """

    width: int
    indents: bool
    by_characters: bool = False

    def is_full(self, line: str) -> bool:
        """Whether a line reaches the width at which the file breaks lines.

        >>> Wrap(40, False).is_full("检查发现" * 5), Wrap(40, False, True).is_full("于2024年5月20日检查发现三笔")
        (True, True)
        """
        return _measure(line, by_characters=self.by_characters) >= self.width - SLACK


def _measure(line: str, *, by_characters: bool) -> int:
    return 2 * len(line.rstrip()) if by_characters else measure_width(line.rstrip())


def find_wrap(lines: list[str]) -> Wrap | None:
    """How a file is hard-wrapped; None when its lines are whole paragraphs.

    >>> find_wrap(["本行检查发现借款人提供的资料不完整不真实", "的情况共有三笔，"] * 3) is None
    True
    """
    whole = [line for line in lines if line.strip() and not has_columns(line)]
    indents = sum(map(is_indented, lines)) >= INDENT_SHARE * len(whole)
    columns, characters = (_find_width(whole, by_characters=by) for by in (False, True))
    if columns and (not characters or characters[1] < MUCH_FULLER * columns[1]):
        return Wrap(columns[0], indents)
    return Wrap(characters[0], indents, by_characters=True) if characters else None


def _find_width(lines: list[str], *, by_characters: bool) -> tuple[int, int] | None:
    """The width at which lines are broken, and how many of them are full; None where they are not."""
    widths = sorted(_measure(line, by_characters=by_characters) for line in lines)
    if len(widths) < 8:
        return None
    width = widths[int(len(widths) * 0.98) - 1]
    if not NARROWEST <= width <= WIDEST or widths[-1] > width + SLACK:
        return None
    wrap = Wrap(width, False, by_characters)
    full = [line for line in lines if wrap.is_full(line)]
    cut = sum(not ends_clause(line) for line in full)
    if len(full) < FULL_SHARE * len(widths) or cut < CUT_SHARE * len(full):
        return None
    return width, len(full)


def is_continued(line: str, following: str, wrap: Wrap | None) -> bool:
    """Whether ``following`` goes on with the wrapped ``line`` of a file that is wrapped so.

    >>> wrap = Wrap(80, False)
    >>> is_continued("检查发现" * 10, "共有三笔。", wrap), is_continued("检查情况", "共有三笔。", wrap)
    (True, False)

    A full line that ends with a full stop may be the end of its paragraph: it is joined only where the file sets in
    the first line of every paragraph.
    """
    if wrap is None or not _may_join(line, following) or not wrap.is_full(line):
        return False
    if breaks_off(line):
        return True
    return not opens_provision(following) and (wrap.indents or not ends_clause(line))


def is_cut_by_page(line: str, following: str) -> bool:
    """Whether a page break cut a paragraph in two: ``line`` stood before it, ``following`` behind it.

    >>> is_cut_by_page("第二条 销售人员不得代替投保人抄", "录风险提示语句。")
    True
    >>> is_cut_by_page("二〇二四年制度汇编", "使用说明"), is_cut_by_page("不得代抄。", "录音应当保存。")
    (False, False)
    """
    if not _may_join(line, following) or ends_sentence(line) or opens_provision(following):
        return False
    return _is_running_text(line, opens_provision(line)) and _is_running_text(following, False)


def _is_running_text(line: str, is_provision: bool) -> bool:
    """Whether a line is part of a sentence rather than a title, a name or a cell."""
    return is_provision or len(line.strip()) >= CUT_LENGTH or any(mark in line for mark in "，、；。：,;")


def _may_join(line: str, following: str) -> bool:
    if not line.strip() or not following.strip() or is_indented(following):
        return False
    apart = (has_columns, is_toc_entry, is_date_line, is_heading)
    return not any(look(line) or look(following) for look in apart)

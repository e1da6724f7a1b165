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

NARROWEST, WIDEST = 40, 120  # half-width columns of a wrapped line
SLACK = 6  # a line may end early so that a number or a word stays whole
FULL_SHARE = 0.3
CUT_SHARE = 0.6
INDENT_SHARE = 0.2
CUT_LENGTH = 25


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a file is hard-wrapped: at what width in half-width columns, and whether paragraphs begin set in."""

    width: int
    indents: bool


def find_wrap(lines: list[str]) -> Wrap | None:
    """How a file is hard-wrapped; None when its lines are whole paragraphs.

    >>> find_wrap(["本行检查发现借款人提供的资料不完整不真实", "的情况共有三笔，"] * 3) is None
    True
    """
    widths = sorted(measure_width(line.rstrip()) for line in lines if line.strip() and not has_columns(line))
    if len(widths) < 8:
        return None
    width = widths[int(len(widths) * 0.98) - 1]
    if not NARROWEST <= width <= WIDEST or widths[-1] > width + SLACK:
        return None
    full = [line for line in lines if measure_width(line.rstrip()) >= width - SLACK and not has_columns(line)]
    cut = sum(not ends_clause(line) for line in full)
    if len(full) < FULL_SHARE * len(widths) or cut < CUT_SHARE * len(full):
        return None
    return Wrap(width, sum(map(is_indented, lines)) >= INDENT_SHARE * len(widths))


def is_continued(line: str, following: str, wrap: Wrap | None) -> bool:
    """Whether ``following`` goes on with the wrapped ``line`` of a file that is wrapped so.

    >>> wrap = Wrap(80, False)
    >>> is_continued("检查发现" * 10, "共有三笔。", wrap), is_continued("检查情况", "共有三笔。", wrap)
    (True, False)

    A full line that ends with a full stop may be the end of its paragraph: it is joined only where the file sets in
    the first line of every paragraph.
    """
    if wrap is None or not _may_join(line, following) or measure_width(line.rstrip()) < wrap.width - SLACK:
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

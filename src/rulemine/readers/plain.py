"""Plain text and Markdown.

Dropped from the text: the ``#`` marks of a Markdown heading, and emphasis marks around a whole Markdown line. All else
is kept as it stands; page numbers and running headers go to blocks outside the text.
"""

from __future__ import annotations

import re

from rulemine.readers.assembly import Assembly, SourceFile, View
from rulemine.readers.encoding import decode_text
from rulemine.readers.linestarts import glue, is_heading, is_toc_entry
from rulemine.readers.pagination import PageMarks, find_page_marks, split_inline_numbers
from rulemine.readers.wrapping import find_wrap, is_continued, is_cut_by_page
from rulemine.schema import BlockKind

MARKDOWN = (".md", ".markdown")
_NEWLINES = re.compile(r"\r\n|[\r\n\x0b\x1c-\x1e\x85\u2028\u2029]")
_HASHES = re.compile(r"\s{0,3}#{1,6}\s+(?=\S)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1$")


class PlainReader:
    """Reads .txt and .md in whatever encoding Chinese offices use."""

    suffixes = (".txt", ".text", *MARKDOWN)

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Lines become blocks; lines broken by a page or by hard wrapping are joined again."""
        text, encoding = decode_text(source)
        assembly = Assembly()
        if encoding != "utf-8":
            assembly.warnings.append(f"文本编码：{encoding}")
        assembly.ledger.expect(text)
        lines, breaks = part_numbers(*split_lines(text))
        _assemble(lines, find_page_marks(lines, breaks), assembly, markdown=source.suffix in MARKDOWN)
        return assembly


def split_lines(text: str) -> tuple[list[str], frozenset[int]]:
    """The lines of a text, and the indexes of those before which a form feed stood.

    >>> split_lines("甲\\r\\n乙\\f丙")
    (['甲', '乙', '丙'], frozenset({2}))
    """
    lines: list[str] = []
    breaks = set()
    for page in text.removeprefix("\ufeff").split("\f"):
        if lines:
            breaks.add(len(lines))
        lines.extend(line if line.strip() else "" for line in _NEWLINES.split(page))
    return lines, frozenset(breaks)


def part_numbers(lines: list[str], breaks: frozenset[int]) -> tuple[list[str], frozenset[int]]:
    """Lines and form feeds once page numbers at the end of lines have lines of their own.

    >>> part_numbers(["— 1 —", "债务— 2 —", "乙", "— 3 —"], frozenset({2}))
    (['— 1 —', '债务', '— 2 —', '乙', '— 3 —'], frozenset({3}))
    """
    parted: list[str] = []
    moved = set()
    for index, pieces in enumerate(split_inline_numbers(lines)):
        if index in breaks:
            moved.add(len(parted))
        parted.extend(pieces)
    return parted, frozenset(moved)


def _assemble(lines: list[str], marks: PageMarks, assembly: Assembly, *, markdown: bool) -> None:
    kept = [line for index, line in enumerate(lines) if index not in marks.kinds]
    wrap = None if markdown else find_wrap(kept)
    before: str | None = None  # the text line that the next one may go on with
    turned = False  # whether a page mark stood between the two
    for index, line in enumerate(lines):
        page = marks.pages[index]
        if index in marks.kinds:
            assembly.add_outside(line.strip(), marks.kinds[index], page=page)
            turned = True
        elif not line:
            before = before if _is_beside_mark(lines, marks, index) else None
            if before is None:
                assembly.add_blank()
        else:
            shown, kind = _read_line(line, markdown=markdown)
            if shown is not line:
                assembly.ledger.note_unread(_find_marks(line, shown))
            joins = before is not None and (
                is_continued(before, line, wrap) or (turned and is_cut_by_page(before, line))
            )
            if joins and before is not None:
                right = shown.lstrip()
                assembly.continue_line(glue(before.rstrip(), right) + right, kind, page=page)
            else:
                assembly.add_line(shown, kind, page=page)
            before, turned = line, False


def _is_beside_mark(lines: list[str], marks: PageMarks, index: int) -> bool:
    """Whether a blank line only sets off a page number or a running header."""
    for step in (-1, 1):
        near = index
        while 0 <= near < len(lines) and not lines[near]:
            near += step
        if near in marks.kinds:
            return True
    return False


def _find_marks(line: str, shown: str) -> str:
    """What a Markdown line bears around its words."""
    before, _, after = line.partition(shown)
    return before + after


def _read_line(line: str, *, markdown: bool) -> tuple[str, BlockKind]:
    if markdown:
        hashes = _HASHES.match(line)
        body = line[hashes.end() :] if hashes else line
        emphasis = _EMPHASIS.match(body.strip())
        if emphasis and emphasis[1] not in emphasis[2]:
            body = emphasis[2]
        if hashes:
            return body, "heading"
        line = body
    if is_toc_entry(line):
        return line, "toc"
    return line, "heading" if is_heading(line) else "paragraph"

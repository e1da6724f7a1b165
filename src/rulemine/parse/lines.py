"""The lines of a document, the marks that can stand at their front, and its tables of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulemine.schema import Document, Level
from rulemine.text import NUMERAL, squeeze

RANKS: dict[str, int] = {
    "attachment": 0,
    "part": 1,
    "chapter": 2,
    "section": 3,
    "heading": 4,
    "article": 5,
    "paragraph": 6,
    "subparagraph": 7,
    "item": 8,
    "subitem": 9,
    "point": 10,
}
"""How deep each kind of mark stands; 一、 goes above the articles it groups and below the article that lists it."""


N = rf"[{NUMERAL}\d０-９]"
ARTICLE = re.compile(rf"[第笫]\s*(?P<n>{N}(?:[\s]*{N})*)\s*条(?:\s*之\s*(?P<sub>[{NUMERAL}]+))?")
GROUP = re.compile(
    rf"[第笫]\s*(?P<n>{N}(?:\s*{N})*)\s*(?P<unit>部\s*分|编|篇|章|节)(?=[\s:：、]|(?!的?规定|所|[至到和与及、，,]\s*第|中的?规定|的)[^。；，,]{{0,30}}$)(?P<heading>.*)"
)
SENTENCE_END = tuple('。；;：:！？!?”’"）)》」』…')
_LEADER = re.compile(r"(?:[.．·…‥\-—_ 　]{3,}|…{2})\s*\d{1,4}\s*$|\t\s*\d{1,4}\s*$")
_ENTRY_NUMBER = re.compile(r"^(?:\d{1,3}[.．、]|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)])")
_CONTENTS = re.compile(r"目\s*[录次]|CONTENTS", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ``Document.text``: its span without the white space around it."""

    start: int
    end: int
    text: str
    kind: str

    @property
    def squeezed(self) -> str:
        """The line without white space."""
        return squeeze(self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered heading: what it is, its number, and where it and its body begin."""

    rank: str
    number: tuple[int, ...]
    label: str
    start: int
    body: int
    line: int
    heading: str | None = None

    @property
    def level(self) -> Level:
        """The level of the contract; items of items are items."""
        return "item" if self.rank in ("subitem", "point") else self.rank  # type: ignore[return-value]  # RANKS names only levels


def split_lines(document: Document) -> Iterator[Line]:
    """The lines of the text that hold anything, each with the kind of the block it stands in."""
    blocks = [b for b in document.blocks if b.end > b.start]
    at = 0
    for found in re.finditer(r"[^\n]+", document.text):
        stripped = found.group().strip()
        if not stripped:
            continue
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        while at < len(blocks) and blocks[at].end <= start:
            at += 1
        kind = blocks[at].kind if at < len(blocks) and blocks[at].start <= start else "paragraph"
        yield Line(start, start + len(stripped), stripped, kind)


def find_contents(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that make up tables of contents.

    A table ends where its first entry comes again, or where a line is no heading.
    """
    found: set[int] = set()
    for i, line in enumerate(lines):
        if line.kind == "toc" or (_LEADER.search(line.text) and len(line.text) < 120 and line.kind != "table_row"):
            found.add(i)
        if not _CONTENTS.fullmatch(line.text) or i in found:
            continue
        end = _contents_end(lines, i + 1)
        if end < len(lines):
            found.update(range(i, end))
    return frozenset(found)


def _contents_end(lines: Sequence[Line], start: int) -> int:
    """Where the table ends: its first entry comes again, a line is no heading, or one has no page number when the others had."""
    first, with_leader = "", 0
    for j in range(start, len(lines)):
        entry = clean_entry(lines[j].text)
        leader = bool(_LEADER.search(lines[j].text))
        again = bool(first) and (entry == first or (len(first) >= 5 and not leader and entry.endswith(first)))
        if again or not _is_entry(lines[j]) or (with_leader >= 3 and not leader and not GROUP.match(lines[j].text)):
            return j
        first = first or entry
        with_leader += leader
    return len(lines)


def _is_entry(line: Line) -> bool:
    if line.kind == "toc" or _LEADER.search(line.text):
        return True
    article = ARTICLE.match(line.text)
    return (
        len(line.squeezed) <= 40
        and not line.text.endswith(SENTENCE_END[:6])
        and not (article and len(line.squeezed) > 20)
    )


def clean_entry(text: str) -> str:
    """A line of a table of contents without its leader and page number.

    >>> clean_entry("差旅费管理办法………………31")
    '差旅费管理办法'
    """
    return _ENTRY_NUMBER.sub("", squeeze(_LEADER.sub("", text)).rstrip(".．·…"))

"""What every reader builds on: the Reader protocol, the file in hand, and the assembly of text and blocks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from rulemine.errors import UnreadableFile
from rulemine.schema import OUTSIDE, Block, BlockKind, Census, Document

View = Literal["final", "original"]
BBox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file in hand: its path as given, its suffix in lower case, its bytes.

    A reader that takes long calls ``tell`` with the pages done and those to do.
    """

    path: str
    suffix: str
    data: bytes
    tell: Callable[[int, int], None] = lambda done, total: None

    def refuse(self, reason: str, remedy: str) -> UnreadableFile:
        """The error to raise when the file cannot be read.

        >>> str(SourceFile(path="a.txt", suffix=".txt", data=b"").refuse("文件是空的", "换一份完好的文件"))
        'a.txt：文件是空的；换一份完好的文件'
        """
        return UnreadableFile(self.path, reason, remedy)


class Ledger:
    """What a source bears on one side, what a reader made of it on the other: no character is lost in silence.

    >>> ledger = Ledger()
    >>> ledger.expect("第一条 甲乙")
    >>> ledger.note_added("|")
    >>> ledger.balance(["第一条|甲"]).missing
    {'乙': 1}

    Readers call ``expect`` with the source as raw as they can get it, before they decide anything about it.
    """

    def __init__(self) -> None:
        self._expected: Counter[str] = Counter()
        self._added: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()

    def expect(self, text: str) -> None:
        """Characters that the source bears."""
        self._expected.update(text)

    def note_added(self, text: str) -> None:
        """Characters that the reader writes and the source does not bear."""
        self._added.update(text)

    def note_unread(self, text: str) -> None:
        """Characters that a warning names, or that are mark-up."""
        self._unread.update(text)

    def balance(self, written: Iterable[str]) -> Census:
        """The census, given all that was written into the text and into blocks outside it."""
        found: Counter[str] = Counter()
        for text in written:
            found.update(text)
        due = Counter(self._expected)
        due.update(self._added)
        due.subtract(self._unread)
        return Census(
            source=_count(self._expected),
            added=_count(self._added),
            unread=_count(self._unread),
            missing=_find_excess(due, found),
            surplus=_find_excess(found, due),
        )


def _count(counter: Counter[str]) -> int:
    return sum(n for character, n in counter.items() if not _is_blank(character))


def _find_excess(left: Counter[str], right: Counter[str]) -> dict[str, int]:
    return {c: n - right[c] for c, n in left.items() if n > right[c] and not _is_blank(c)}


def _is_blank(character: str) -> bool:
    return character <= " " or "\x7f" <= character <= "\xa0" or character.isspace() or character == "\ufeff"


class Assembly:
    """Text and blocks of one document, put together from front to back.

    >>> assembly = Assembly()
    >>> assembly.add_line("第一条 借款人应当按", "paragraph", page=1)
    >>> assembly.add_outside("- 1 -", "page_number", page=1)
    >>> assembly.continue_line("期还款。", "paragraph", page=2)
    >>> document = assembly.to_document("a.txt", "0" * 64)
    >>> document.text
    '第一条 借款人应当按期还款。'
    >>> [(b.start, b.end, b.kind, b.page) for b in document.blocks]
    [(0, 10, 'paragraph', 1), (10, 10, 'page_number', 1), (10, 14, 'paragraph', 2)]

    A paragraph that crosses a page is two blocks with no newline between them, so that each has its own page and box.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._pending_newlines = 0
        self._blocks: list[Block] = []
        self.ledger = Ledger()
        self.warnings: list[str] = []

    @property
    def text(self) -> str:
        """The text so far."""
        return "".join(self._parts)

    def add_line(
        self,
        text: str,
        kind: BlockKind,
        *,
        page: int | None = None,
        bbox: BBox | None = None,
        confidence: float | None = None,
    ) -> None:
        """A block that begins on a new line."""
        if self._parts:
            self._write("\n" * (1 + self._pending_newlines))
        self._pending_newlines = 0
        self._append(text, kind, page, bbox, confidence)

    def continue_line(
        self,
        text: str,
        kind: BlockKind,
        *,
        page: int | None = None,
        bbox: BBox | None = None,
        confidence: float | None = None,
    ) -> None:
        """A block that goes on with the line before, as a paragraph does behind a page break."""
        self._append(text, kind, page, bbox, confidence)

    def add_blank(self) -> None:
        """An empty line, kept because it separates: at most one in a row, and none at the ends of the text."""
        self._pending_newlines = 1

    def add_outside(self, text: str, kind: BlockKind, *, page: int | None = None, bbox: BBox | None = None) -> None:
        """A block that stands outside the text and bears its own."""
        assert kind in OUTSIDE, kind
        self._blocks.append(Block(start=self._length, end=self._length, kind=kind, page=page, bbox=bbox, text=text))

    def to_document(self, path: str, sha256: str) -> Document:
        """The finished document; a warning says so when the ledger of its characters does not balance."""
        text = self.text
        census = self.ledger.balance([text, *(block.text for block in self._blocks if block.text)])
        if census.missing:
            lost = "".join(census.missing)[:20]
            self.warnings.append(f"有 {sum(census.missing.values())} 个字符没有读进来（{lost}）：请对照原文核对")
        return Document(
            path=path,
            sha256=sha256,
            text=text,
            blocks=tuple(self._blocks),
            warnings=tuple(self.warnings),
            census=census,
        )

    def _append(
        self, text: str, kind: BlockKind, page: int | None, bbox: BBox | None, confidence: float | None
    ) -> None:
        if not text:
            return
        start = self._length
        self._write(text)
        self._blocks.append(
            Block(start=start, end=self._length, kind=kind, page=page, bbox=bbox, confidence=confidence)
        )

    def _write(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


class Reader(Protocol):
    """One format: the suffixes it reads, and how it reads a file in hand."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """In lower case, with the dot."""
        ...

    def read(self, source: SourceFile, view: View) -> Assembly:
        """The assembled document; raises UnreadableFile, saying what to do next."""
        ...


def join_cells(cells: Iterable[str]) -> str:
    """The cells of a row as one line.

    >>> join_cells(["1", "客户经理", "已整改"])
    '1 | 客户经理 | 已整改'
    """
    return " | ".join(cells)

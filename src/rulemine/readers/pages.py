"""Pages of lines with boxes → the text and the blocks of a document: what PDF, OFD and pictures of pages have in common."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import groupby

from rulemine.readers.assembly import Assembly, BBox
from rulemine.readers.linestarts import ends_clause, glue, is_toc_entry
from rulemine.readers.pdflayout import Layout, classify_line, continues, find_body_size, fit_layout, measure_layout
from rulemine.readers.pdflines import Line, TableRow
from rulemine.readers.pdfmargins import find_margins
from rulemine.schema import BlockKind

Likes = tuple[int, int, int, int]
SAME_EDGE = 2  # points: columns whose edges differ by less are those of one table


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page in reading order, and its size in points."""

    lines: list[Line]
    width: float
    height: float


def assemble_pages(pages: list[Page], assembly: Assembly) -> None:
    """Writes pages into an assembly: paragraphs and rows that cross a page made whole, margins outside the text."""
    outside = find_margins([page.lines for page in pages], [page.height for page in pages])
    layouts = _measure_layouts(pages, outside)
    before: Line | None = None
    left: dict[int, float] = {}  # where each column begins
    writer = _BlockWriter(assembly)
    for page in pages:
        fitted = _fit_layouts(layouts, page)
        for line in page.lines:
            if id(line) in outside:
                writer.hold_outside(line, outside[id(line)])
                continue
            layout = fitted[line.column]
            if before is not None and _is_cut_row(line, before):
                line = writer.mend_row(line, before)
            elif before is not None and continues(line, _move_beside(before, left[before.column], layout), layout):
                writer.extend(line)
            else:
                writer.begin(line, classify_line(line, layout))
            before = line
            left[line.column] = layout.left
    writer.finish()


def _move_beside(before: Line, left: float, layout: Layout) -> Line:
    """The last line of one column as it would stand in the next."""
    move = layout.left - left
    return replace(before, x0=before.x0 + move, x1=before.x1 + move) if move else before


def _fit_layouts(layouts: dict[Likes, Layout], page: Page) -> dict[int, Layout]:
    """The layout of each column of a page."""
    columns = {line.column for line in page.lines}
    kept = {column: [line for line in page.lines if line.column == column] for column in columns}
    return {
        column: fit_layout(layouts[key], lines)
        for column, lines in kept.items()
        if (key := _find_likes(page, column)) in layouts
    }


def _is_cut_row(line: Line, before: Line) -> bool:
    """Whether a row goes on with the last row of the page before: same columns, its first cell empty, sentences open."""
    if line.row is None or before.row is None or line.page != before.page + 1:
        return False
    ours, theirs = line.row, before.row
    edges = zip(ours.columns, theirs.columns, strict=False)
    if len(ours.columns) != len(theirs.columns) or any(abs(a - b) > SAME_EDGE for a, b in edges):
        return False
    if ours.cells[0] or not theirs.cells[0] or len(ours.cells) > len(theirs.cells):
        return False
    going_on = [theirs.cells[i] for i, cell in enumerate(ours.cells) if cell]
    fewer = len(going_on) < sum(map(bool, theirs.cells))
    return bool(going_on) and fewer and not any(not cell or ends_clause(cell) for cell in going_on)


def _join_rows(before: TableRow, after: TableRow) -> TableRow:
    added = (*after.cells, *[""] * (len(before.cells) - len(after.cells)))
    cells = tuple(a + glue(a, b) + b for a, b in zip(before.cells, added, strict=True))
    return replace(before, cells=cells)


def _find_likes(page: Page, column: int) -> Likes:
    """What columns that are set alike have in common: the size of their pages and of their letters, and their place."""
    size = find_body_size(page.lines) if page.lines else 0
    return round(page.width), round(page.height), round(size), column


def _measure_layouts(pages: list[Page], outside: dict[int, BlockKind]) -> dict[Likes, Layout]:
    lines: dict[Likes, list[Line]] = defaultdict(list)
    for page in pages:
        likes = {column: _find_likes(page, column) for column in {line.column for line in page.lines}}
        for line in page.lines:
            if id(line) not in outside:
                lines[likes[line.column]].append(line)
    return {key: measure_layout(found) for key, found in lines.items()}


class _BlockWriter:
    """Writes paragraphs into the assembly, one block a page of each, and what stands outside between them."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._lines: list[Line] = []
        self._kind: BlockKind = "paragraph"
        self._held: list[tuple[int, Line, BlockKind]] = []  # with the number of lines of the block before it

    def hold_outside(self, line: Line, kind: BlockKind) -> None:
        self._held.append((len(self._lines), line, kind))

    def begin(self, line: Line, kind: BlockKind) -> None:
        self.finish()
        if line.row:
            self._assembly.ledger.note_added(line.row.repeated + "|" * (len(line.row.cells) - 1))
        self._lines, self._kind = [line], kind

    def mend_row(self, line: Line, before: Line) -> Line:
        """The row that the page cut in two, as one; it is a block of the page on which it begins."""
        assert before.row is not None
        assert line.row is not None
        row = _join_rows(before.row, line.row)
        self._lines[-1] = replace(before, text=row.text, row=row)
        return replace(self._lines[-1], page=line.page)

    def extend(self, line: Line) -> None:
        self._lines.append(line)
        if is_toc_entry(line.text):
            self._kind = "toc"

    def finish(self) -> None:
        written, begun = 0, False
        text_before = ""
        for page, lines in groupby(self._lines, key=lambda line: line.page):
            self._write_outside(written)
            part = list(lines)
            written += len(part)
            text = _join_lines(part)
            if begun:
                text = glue(text_before, text) + text
                self._assembly.continue_line(text, self._kind, page=page, bbox=_unite(part), confidence=_rate(part))
            else:
                self._assembly.add_line(text, self._kind, page=page, bbox=_unite(part), confidence=_rate(part))
            text_before, begun = text, True
        self._write_outside(written)
        self._lines, self._held = [], []

    def _write_outside(self, written: int) -> None:
        while self._held and self._held[0][0] <= written:
            _, line, kind = self._held.pop(0)
            self._assembly.add_outside(line.text, kind, page=line.page, bbox=line.bbox)


def _join_lines(lines: list[Line]) -> str:
    text = ""
    for line in lines:
        text += (glue(text, line.text) if text else "") + line.text
    return text


def _rate(lines: list[Line]) -> float | None:
    """How sure the weakest line is."""
    rated = [line.confidence for line in lines if line.confidence is not None]
    return round(min(rated), 3) if rated else None


def _unite(lines: list[Line]) -> BBox:
    return (
        min(line.bbox[0] for line in lines),
        min(line.bbox[1] for line in lines),
        max(line.bbox[2] for line in lines),
        max(line.bbox[3] for line in lines),
    )

"""Ruled tables of PDF pages: a cheap look for ruling lines, then pdfplumber for the cells of those pages alone."""

from __future__ import annotations

import ctypes
import io
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from rulemine.readers.assembly import BBox, join_cells
from rulemine.readers.linestarts import glue
from rulemine.readers.pagination import parse_page_number
from rulemine.readers.pdflines import Glyph, Line, build_lines

THIN = 3  # points: a path thinner than this is a ruling line
LONG = 12  # points: a box or a grid is wider than this
NEAR = 4  # points: edges that stand nearer are one
BOX_SEGMENTS = 6  # a box has five
MANY_EDGES = 400


Edge = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a ruled table, row by row; None where a cell belongs to the one above or left of it."""

    bbox: BBox
    rows: tuple[tuple[BBox | None, ...], ...]


class TableFinder:
    """Finds ruled tables in one file; pdfplumber is opened when the first page needs it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._plumber: Any | None = None

    def find(self, page: Any, index: int) -> list[Table]:
        """The tables of a pypdfium2 page with at least two columns."""
        if not has_rulings(page):
            return []
        if self._plumber is None:
            import pdfplumber

            self._plumber = pdfplumber.open(io.BytesIO(self._data))
        plumbed = self._plumber.pages[index]
        try:
            left, top = plumbed.bbox[:2]
            ruled = plumbed.filter(_may_rule)
            return [
                _shift(found, left, top)
                for found in ruled.find_tables()
                if max(len(row.cells) for row in found.rows) >= 2
            ]
        finally:
            plumbed.close()

    def close(self) -> None:
        """Lets the file go."""
        if self._plumber is not None:
            self._plumber.close()


def has_rulings(page: Any) -> bool:
    """Whether a pypdfium2 page has ruling lines that cross like a grid of at least two rows and two columns.

    Only such pages are worth pdfplumber's time: a line under the header or boxes behind words make no table.
    """
    from pypdfium2 import raw

    level: set[Edge] = set()
    upright: set[Edge] = set()
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=3):
        left, bottom, right, top = (round(value) for value in item.get_bounds())
        is_wide = right - left > THIN and top - bottom > THIN
        if is_wide and not _is_stroked(item):
            continue  # shading
        if raw.FPDFPath_CountSegments(item.raw) > BOX_SEGMENTS and right - left > LONG and top - bottom > LONG:
            return True  # a whole grid may be drawn as one path
        if top - bottom <= THIN < right - left:
            level.add((bottom, left, right))
        elif right - left <= THIN < top - bottom:
            upright.add((left, bottom, top))
        elif right - left > LONG and top - bottom > THIN:
            level |= {(bottom, left, right), (top, left, right)}
            upright |= {(left, bottom, top), (right, bottom, top)}
    return has_grid(level, upright)


def _is_stroked(item: Any) -> bool:
    from pypdfium2 import raw

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(item.raw, mode, stroke)) and bool(stroke.value)


def has_grid(level: set[Edge], upright: set[Edge]) -> bool:
    """Whether some level line meets three upright ones, and some upright line three level ones.

    >>> has_grid({(0, 0, 9), (5, 0, 9), (9, 0, 9)}, {(0, 0, 9), (5, 0, 9), (9, 0, 9)})
    True
    >>> has_grid({(0, 0, 9), (9, 0, 9)}, {(0, 0, 9), (9, 0, 9)})
    False

    An edge is its place across, and where it begins and ends along.
    """
    if min(len(level), len(upright)) > MANY_EDGES:
        return True
    on_level: dict[int, set[int]] = defaultdict(set)
    on_upright: dict[int, set[int]] = defaultdict(set)
    for y, left, right in level:
        for x, bottom, top in upright:
            if left - THIN <= x <= right + THIN and bottom - THIN <= y <= top + THIN:
                on_level[y // NEAR].add(x // NEAR)
                on_upright[x // NEAR].add(y // NEAR)
    return any(len(xs) >= 3 for xs in on_level.values()) and any(len(ys) >= 3 for ys in on_upright.values())


def _may_rule(item: dict[str, Any]) -> bool:
    """Whether an object of pdfplumber may be a ruling line: shading behind cells makes phantom columns."""
    is_shading = item["object_type"] in ("rect", "curve") and item.get("fill") and not item.get("stroke")
    return not (is_shading and item["width"] > THIN and item["height"] > THIN)


def _shift(found: Any, left: float, top: float) -> Table:
    def move(box: Any) -> BBox | None:
        return (box[0] - left, box[1] - top, box[2] - left, box[3] - top) if box else None

    outer = move(found.bbox)
    assert outer is not None
    return Table(outer, tuple(tuple(move(cell) for cell in row.cells) for row in found.rows))


def split_tables(glyphs: list[Glyph], tables: list[Table], page: int) -> tuple[list[Glyph], list[Line]]:
    """The glyphs outside the tables, and the rows of the tables as lines."""
    tables = [table for table in tables if _is_filled(table, glyphs)]
    rest: list[Glyph] = []
    inside: list[list[Glyph]] = [[] for _ in tables]
    for glyph in glyphs:
        for index, table in enumerate(tables):
            if _holds(table.bbox, glyph):
                inside[index].append(glyph)
                break
        else:
            rest.append(glyph)
    rows = [row for table, held in zip(tables, inside, strict=True) for row in _write_rows(table, held, page)]
    return rest, rows


def _is_filled(table: Table, glyphs: list[Glyph]) -> bool:
    """Whether a row has words in two cells: else it is a frame around text."""
    near = [glyph for glyph in glyphs if _holds(table.bbox, glyph)]
    filled = [sum(any(_holds(box, g) for g in near) for box in row if box) for row in table.rows]
    return max(filled, default=0) >= 2


def _holds(box: BBox, glyph: Glyph) -> bool:
    return box[0] <= (glyph.x0 + glyph.x1) / 2 <= box[2] and box[1] <= glyph.middle <= box[3]


def _write_rows(table: Table, glyphs: list[Glyph], page: int) -> list[Line]:
    cells = [(r, c, box) for r, row in enumerate(table.rows) for c, box in enumerate(row) if box]
    held: dict[tuple[int, int], list[Glyph]] = {(r, c): [] for r, c, _ in cells}
    stray: list[Glyph] = []
    for glyph in glyphs:
        home = next(((r, c) for r, c, box in cells if _holds(box, glyph)), None)
        (held[home] if home else stray).append(glyph)
    texts = {place: _read_cell(found, page) for place, found in held.items()}
    rows = []
    for index, row in enumerate(table.rows):
        words = [_find_text(table, texts, index, column) for column in range(len(row))]
        line = _write_row(table, index, words, page)
        if line:
            rows.append(line)
    return sorted([*rows, *build_lines(stray, page)], key=lambda line: line.top)


def _find_text(table: Table, texts: dict[tuple[int, int], str], row: int, column: int) -> str | None:
    """The words of a cell; of the one above for a cell merged down; None for one merged to the right."""
    if table.rows[row][column]:
        return texts[row, column]
    for above in range(row - 1, -1, -1):
        box = table.rows[above][column] if column < len(table.rows[above]) else None
        if box:
            own = next((cell for cell in table.rows[row] if cell), None)
            reaches = own is not None and box[3] > own[1] + 1
            return texts[above, column] if reaches else None
    return None


def _write_row(table: Table, index: int, words: list[str | None], page: int) -> Line | None:
    shown = [word for word in words if word is not None]
    while shown and not shown[-1]:
        shown.pop()
    boxes = [box for box in table.rows[index] if box]
    if not shown or not boxes:
        return None
    top = min(box[1] for box in boxes)
    only = shown[-1] if not any(shown[:-1]) else ""
    is_number = parse_page_number(only) is not None  # the foot of the page lies within the frame
    return Line(
        text=only if is_number else join_cells(shown),
        x0=min(box[0] for box in boxes),
        top=top,
        x1=max(box[2] for box in boxes),
        bottom=min(max(box[3] for box in boxes), table.bbox[3]),
        size=10.0,
        page=page,
        is_row=not is_number,
    )


def _read_cell(glyphs: list[Glyph], page: int) -> str:
    """The words of a cell on one line: its lines are wrapped text."""
    words = ""
    for line in build_lines(glyphs, page):
        words += glue(words, line.text) + line.text
    return words

"""Ruled tables of PDF pages: ruling lines → cells → tables → the rows that a reader of the page sees.

The cells are found as pdfplumber finds them (lines near one another are one, a cell is the smallest box between four
crossings that lines join), which a test compares; at a small part of the time, for the lines come from pdfium.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rulemine.readers.assembly import BBox
from rulemine.readers.linestarts import glue
from rulemine.readers.pagination import parse_page_number
from rulemine.readers.pdflines import Glyph, Line, TableRow, build_lines
from rulemine.readers.pdfrulings import Edge, Rulings

NEAR = 3  # points: lines that stand nearer are one, and ends that stand nearer meet
SHORTEST = 3  # points
MANY_CROSSINGS = 40_000  # a chart or a map, not a table


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of a ruled table, row by row; None where a cell belongs to the one above or left of it."""

    bbox: BBox
    rows: tuple[tuple[BBox | None, ...], ...]

    @property
    def columns(self) -> tuple[int, ...]:
        """Where its columns begin and end, in whole points: what its continuation on the next page has in common."""
        edges = {round(box[i]) for row in self.rows for box in row if box for i in (0, 2)}
        return tuple(sorted(edges))


def find_tables(rulings: Rulings) -> list[Table]:
    """The tables with at least two columns that ruling lines make.

    >>> lines = [Edge(at, 0, 90) for at in (0, 30, 90)]
    >>> [table.rows for table in find_tables(Rulings(lines, lines))]
    [(((0.0, 0.0, 30.0, 30.0), (30.0, 0.0, 90.0, 30.0)), ((0.0, 30.0, 30.0, 90.0), (30.0, 30.0, 90.0, 90.0)))]
    """
    level, upright = _merge_edges(rulings.level), _merge_edges(rulings.upright)
    if len(level) < 2 or len(upright) < 3 or len(level) * len(upright) > MANY_CROSSINGS:
        return []
    tables = [_make_table(cells) for cells in _group_cells(_find_cells(level, upright))]
    wide = [table for table in tables if max(len(row) for row in table.rows) >= 2]
    return sorted(wide, key=lambda table: (table.bbox[1], table.bbox[0]))


def _merge_edges(edges: Iterable[Edge]) -> list[Edge]:
    """Lines that stand near one another drawn as one, pieces of one line joined, stubs left out."""
    clusters: list[list[Edge]] = []
    for edge in sorted(edges, key=lambda edge: edge.at):
        if clusters and edge.at - clusters[-1][-1].at <= NEAR:
            clusters[-1].append(edge)
        else:
            clusters.append([edge])
    merged = []
    for cluster in clusters:
        at = sum(edge.at for edge in cluster) / len(cluster)
        first, last = None, 0.0
        for edge in sorted(cluster, key=lambda edge: edge.first):
            if first is not None and edge.first <= last + NEAR:
                last = max(last, edge.last)
                continue
            if first is not None:
                merged.append(Edge(at, first, last))
            first, last = edge.first, edge.last
        if first is not None:
            merged.append(Edge(at, first, last))
    return [edge for edge in merged if edge.last - edge.first >= SHORTEST]


def _find_cells(level: list[Edge], upright: list[Edge]) -> list[BBox]:
    """The smallest boxes between four crossings whose sides are lines."""
    at_row: dict[int, dict[int, None]] = defaultdict(dict)  # upright lines that cross each level one
    for row, line in enumerate(level):
        for column, wall in enumerate(upright):
            meets = (
                line.first - NEAR <= wall.at <= line.last + NEAR and wall.first - NEAR <= line.at <= wall.last + NEAR
            )
            if meets:
                at_row[row][column] = None
    at_column: dict[int, list[int]] = defaultdict(list)
    for row, columns in at_row.items():
        for column in columns:
            at_column[column].append(row)
    cells = []
    for row, columns in at_row.items():
        for column in columns:
            if box := _close_cell(row, column, at_row, at_column, level, upright):
                cells.append(box)
    return cells


def _close_cell(
    row: int,
    column: int,
    at_row: dict[int, dict[int, None]],
    at_column: dict[int, list[int]],
    level: list[Edge],
    upright: list[Edge],
) -> BBox | None:
    """The smallest cell whose top left corner is a crossing."""
    below = [r for r in at_column[column] if level[r].at > level[row].at]
    right = [c for c in at_row[row] if upright[c].at > upright[column].at]
    for lower in below:
        for wall in right:
            if wall in at_row[lower]:
                return (upright[column].at, level[row].at, upright[wall].at, level[lower].at)
    return None


def _group_cells(cells: list[BBox]) -> list[list[BBox]]:
    """Cells that share a corner belong to one table; a cell alone is a frame."""
    leaders: dict[tuple[float, float], int] = {}
    parents = list(range(len(cells)))

    def find(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    for index, (x0, top, x1, bottom) in enumerate(cells):
        for corner in ((x0, top), (x0, bottom), (x1, top), (x1, bottom)):
            parents[find(index)] = find(leaders.setdefault(corner, index))
    groups: dict[int, list[BBox]] = defaultdict(list)
    for index, cell in enumerate(cells):
        groups[find(index)].append(cell)
    return [group for group in groups.values() if len(group) > 1]


def _make_table(cells: list[BBox]) -> Table:
    lefts = sorted({cell[0] for cell in cells})
    rows: dict[float, dict[float, BBox]] = defaultdict(dict)
    for cell in cells:
        rows[cell[1]][cell[0]] = cell
    return Table(
        (lefts[0], min(rows), max(cell[2] for cell in cells), max(cell[3] for cell in cells)),
        tuple(tuple(row.get(left) for left in lefts) for _, row in sorted(rows.items())),
    )


def split_tables(glyphs: list[Glyph], tables: list[Table], page: int) -> tuple[list[Glyph], list[Line]]:
    """The glyphs outside the tables, and the rows of the tables as lines."""
    rest, rows = glyphs, list[Line]()
    for table in tables:
        inside = [glyph for glyph in rest if _holds(table.bbox, glyph)]
        held, stray = _place_glyphs(table, inside)
        if not _is_filled(held):
            continue
        taken = set(map(id, inside))
        rest = [glyph for glyph in rest if id(glyph) not in taken]
        rows += [*_write_rows(table, held, page), *build_lines(stray, page)]
    return rest, rows


def _place_glyphs(table: Table, glyphs: list[Glyph]) -> tuple[dict[tuple[int, int], list[Glyph]], list[Glyph]]:
    """The glyphs of each cell by row and column, and those that stand in none."""
    tops = [min(box[1] for box in row if box) for row in table.rows]
    held: dict[tuple[int, int], list[Glyph]] = defaultdict(list)
    stray = []
    for glyph in glyphs:
        for row in range(bisect_left(tops, glyph.middle) - 1, -1, -1):  # a cell may have begun rows above
            column = next((c for c, box in enumerate(table.rows[row]) if box and _holds(box, glyph)), None)
            if column is not None:
                held[row, column].append(glyph)
                break
        else:
            stray.append(glyph)
    return held, stray


def _is_filled(held: dict[tuple[int, int], list[Glyph]]) -> bool:
    """Whether a row has words in two cells: else it is a frame around text."""
    rows = [row for row, _ in held]
    return any(rows.count(row) >= 2 for row in set(rows))


def _holds(box: BBox, glyph: Glyph) -> bool:
    return box[0] <= (glyph.x0 + glyph.x1) / 2 <= box[2] and box[1] <= glyph.middle <= box[3]


def _write_rows(table: Table, held: dict[tuple[int, int], list[Glyph]], page: int) -> list[Line]:
    texts = {place: _read_cell(found, page) for place, found in held.items()}
    rows = [_write_row(table, index, texts, page) for index in range(len(table.rows))]
    return [row for row in rows if row]


def _find_text(table: Table, texts: dict[tuple[int, int], str], row: int, column: int) -> tuple[str | None, bool]:
    """The words of a cell, or of the one above it that reaches down to here (then True); None for one merged to the left."""
    if table.rows[row][column]:
        return texts.get((row, column), ""), False
    for above in range(row - 1, -1, -1):
        box = table.rows[above][column]
        if box:
            own = next((cell for cell in table.rows[row] if cell), None)
            reaches = own is not None and box[3] > own[1] + 1
            return (texts.get((above, column), ""), True) if reaches else (None, False)
    return None, False


def _write_row(table: Table, index: int, texts: dict[tuple[int, int], str], page: int) -> Line | None:
    found = [_find_text(table, texts, index, column) for column in range(len(table.rows[index]))]
    shown = [(words, again) for words, again in found if words is not None]
    while shown and not shown[-1][0]:
        shown.pop()
    boxes = [box for box in table.rows[index] if box]
    if not shown or not boxes:
        return None
    cells = tuple(words for words, _ in shown)
    only = cells[-1] if not any(cells[:-1]) else ""
    is_number = parse_page_number(only) is not None  # the foot of the page lies within the frame
    row = TableRow(cells, table.columns, "".join(words for words, again in shown if again))
    return Line(
        text=only if is_number else row.text,
        x0=min(box[0] for box in boxes),
        top=min(box[1] for box in boxes),
        x1=max(box[2] for box in boxes),
        bottom=min(max(box[3] for box in boxes), table.bbox[3]),
        size=10.0,
        page=page,
        row=None if is_number else row,
    )


def _read_cell(glyphs: list[Glyph], page: int) -> str:
    """The words of a cell on one line: its lines are wrapped text."""
    words = ""
    for line in build_lines(glyphs, page):
        words += glue(words, line.text) + line.text
    return words

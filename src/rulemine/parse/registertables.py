"""Tables typed as text or taken out of a document: their lines, their cells, and the rows put together again.

A table is known by its heading row, or by numbered rows of one width below a row of short words. Cells are parted by
bars, tabs or blanks; a cell that goes on in the next line is put to the row it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rulemine.parse.finding_paragraphs import Line
from rulemine.parse.finding_status import read_cell_status
from rulemine.parse.registercolumns import LONGEST_HEADING, OURS, Headings, guess_fields
from rulemine.text import measure_width, squeeze

_SPLITS = (re.compile(r"\s*\|\s*"), re.compile(r"[ 　]*\t[ 　]*"), re.compile(r" {2,}|　+(?:\s+)?|\t"))
PIPES, TABS, GAPS = 0, 1, 2
TOLERANCE = 2
"""Half-width columns by which a cell may stand beside its heading."""
_ROW_NUMBER = re.compile(r"^(?:[A-Za-z]{1,3}[-—]?)?\d{1,4}[.、]?$")
CLOSING = re.compile(r"^(?:合计|小计|总计|说明|注|备注|填表|填报|制表|审核|共计|附|单位)")
"""What the first cell of a line below the rows begins with."""
_TOTAL = re.compile(r"^(?:合计|小计|总计)(?:[\s：:|（(\d]|$)|^(?:注|备注|说明|填表人?|制表人?|审核人?)[：:]")
_DASHES = frozenset({"—", "——", "-", "–"})
_TURNS_PAGE = re.compile(r"[（(](?:续下页|下页续|接上页|续表?)[）)]$")
_RULE_LINE = re.compile(r"^[\s|+\-—=:：┼─│┌┐└┘├┤┬┴]+$")


@dataclass(slots=True, eq=False)
class Cell:
    """The stretch of the document in which a cell stands, and its words."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose headings were understood: which field each column is, its rows of cells, and its rows 合计.

    ``start``: where it begins in the document.
    """

    start: int
    headings: list[str]
    fields: list[str]
    rows: list[list[Cell]]
    totals: list[list[Cell]]


def find_register_lines(lines: Sequence[Line], headings: Headings = OURS) -> dict[int, int]:
    """Positions of the lines that belong to tables of faults → the number of the table."""
    found: dict[int, int] = {}
    position = table = 0
    while position < len(lines):
        split = _find_split(lines[position], headings)
        split = _find_grid(lines, position) if split is None else split
        if split is None or position in found:
            position += 1
            continue
        table += 1
        end = _find_end(lines, position, split, headings)
        found.update(dict.fromkeys(range(position, end), table))
        position = end
    return {index: number for index, number in found.items() if list(found.values()).count(number) > 1}


def _find_split(line: Line, headings: Headings) -> int | None:
    """How the cells of a heading row are parted, when the line is one."""
    for index, split in enumerate(_SPLITS):
        cells = [cell for cell in split.split(line.text.strip("| ")) if cell]
        if len(cells) > 1 and headings.are_headings(cells):
            return index
    return None


FEWEST_CELLS, FEWEST_ALIKE = 4, 3
"""Cells of a row, and rows below a heading, from which lines are a table though no heading is known."""


def _find_grid(lines: Sequence[Line], position: int) -> int | None:
    """How the cells are parted, when numbered rows of one width stand below a row of short words."""
    for split in (PIPES, TABS):
        head = _split_cells(lines[position], split)
        if len(head) < FEWEST_CELLS or not all(
            0 < len(c.text) <= LONGEST_HEADING and not c.text[0].isdigit() for c in head
        ):
            continue
        below = [_split_cells(line, split) for line in lines[position + 1 : position + 1 + 2 * FEWEST_ALIKE]]
        alike = [row for row in below if len(row) == len(head) and _ROW_NUMBER.match(row[0].text)]
        if len(alike) >= FEWEST_ALIKE:
            return split
    return None


def _find_end(lines: Sequence[Line], head: int, split: int, headings: Headings) -> int:
    """The position behind the last line of the table: a line without cells that no row can hold ends it."""
    end = head + 1
    columns = _columns(lines[head], split)
    for position in range(head + 1, len(lines)):
        line = lines[position]
        if _opens_another(lines[head], line, split, headings):
            break
        if _wraps(line, split, columns):
            end = position + 1
            continue
        cells = len(_split_cells(line, split))
        if cells >= 3 or (split == PIPES and line.text.startswith("|")) or _RULE_LINE.match(line.text):
            end = position + 1
            continue
        closes = CLOSING.match(line.text.strip("| ")) or line.row != lines[head].row
        if closes or (cells < 2 and not _has_row_behind(lines, position, split)):
            break
    return end


def _opens_another(head: Line, line: Line, split: int, headings: Headings) -> bool:
    """Whether a line is the heading row of another table, or parts its cells in another way."""
    if (
        not line.row
        and (line.text.count("|") > 1) != (head.text.count("|") > 1)
        and len(_SPLITS[GAPS].split(line.text)) > 1
    ):
        return True
    return _find_split(line, headings) is not None and squeeze(line.text) != squeeze(head.text)


def _columns(head: Line, split: int) -> list[int]:
    """Where the columns of a table set with blanks begin."""
    return [_column(head, cell) for cell in _split_cells(head, split)] if split == GAPS else []


def _wraps(line: Line, split: int, columns: Sequence[int]) -> bool:
    """Whether a line leaves its first column blank and begins under another heading."""
    if line.row or split == PIPES:
        return False
    if split == TABS:
        return "\t" in line.indent
    cells = _split_cells(line, split)
    if _ROW_NUMBER.match(cells[0].text) and len(cells) > 2:  # a row whose first cell is carried
        return False
    at = _column(line, cells[0])
    return (
        len(columns) > 1 and at >= columns[1] - TOLERANCE and min(abs(column - at) for column in columns) <= TOLERANCE
    )


def _has_row_behind(lines: Sequence[Line], position: int, split: int) -> bool:
    return any(len(_split_cells(line, split)) >= 2 for line in lines[position + 1 : position + 4])


def _split_cells(line: Line, split: int, *, framed: bool = True) -> list[Cell]:
    """The cells of a line; the outer bars of a ``framed`` table part no cells."""
    cells: list[Cell] = []
    start, text = 0, line.text
    if split == PIPES and framed:
        outer = len(text) - len(text.lstrip("| ")) if text.startswith("|") else 0
        start, text = (text.find("|") + 1 if outer else 0), text[: len(text) - 1] if text.endswith("|") else text
    for found in _SPLITS[split].finditer(text, start):
        cells.append(_make_cell(line, start, text[start : found.start()]))
        start = found.end()
    cells.append(_make_cell(line, start, text[start:]))
    return cells


def _blank_cells(line: Line) -> list[Cell]:
    """The empty cells that a line set with tabs begins with."""
    return [Cell(line.start, line.start, "") for _ in range(line.indent.count("\t"))]


def _make_cell(line: Line, start: int, words: str) -> Cell:
    left = line.start + start + len(words) - len(words.lstrip())
    return Cell(left, left + len(words.strip()), words.strip())


def read_table(lines: Sequence[Line], names: Headings = OURS) -> Table | None:
    """The table that stands in ``lines``, with its heading row first; None where they are none.

    >>> lines = [Line(0, 9, "序号\\t问题描述"), Line(10, 16, "1\\t漏记台账")]
    >>> table = read_table(lines)
    >>> table.fields, [cell.text for cell in table.rows[0]]
    (['number', 'text'], ['1', '漏记台账'])
    """
    split = _parted(lines, names)
    if split is None:
        return None
    headings, head = _read_head(lines, split)
    fields = [names.field(heading) or "" for heading in headings]
    rows = _gather_rows(lines, split, fields, head)
    fields = guess_fields(fields, [[cell.text for cell in row] for row in rows])
    return Table(lines[0].start, headings, fields, rows, _gather_totals(lines, split, len(fields), head))


def _gather_totals(lines: Sequence[Line], split: int, width: int, head: int) -> list[list[Cell]]:
    columns, found = _columns(lines[0], split), list[list[Cell]]()
    for line in lines[head:]:
        cells = (_blank_cells(line) if split == TABS else []) + _split_cells(line, split)
        if re.match(r"(?:合计|总计|共计)", next((cell.text for cell in cells if cell.text), "")):
            found.append(_align(line, cells, columns) if columns and len(cells) < width else cells)
    return found


def pair_fields(row: Sequence[Cell], fields: Sequence[str]) -> dict[str, Cell]:
    """The cells of a row by what they tell; of two columns for one thing the first that is filled."""
    told: dict[str, Cell] = {}
    for name, cell in zip(fields, row, strict=False):
        if name and (name not in told or not told[name].text):
            told[name] = cell
    return told


def _parted(lines: Sequence[Line], names: Headings) -> int | None:
    """How the cells of a table are parted."""
    split = _find_split(lines[0], names)
    return _find_grid(lines, 0) if split is None else split


def _read_head(lines: Sequence[Line], split: int) -> tuple[list[str], int]:
    """The headings of a table set with blanks or bars, and how many lines they take: 涉及金额 above （万元）."""
    headings, columns, taken = _split_cells(lines[0], split), _columns(lines[0], split), 1
    for line in lines[1:HEAD_LINES] if columns else ():
        cells = _split_cells(line, split)
        if not _wraps(line, split, columns) or any(len(cell.text) > SHORT_HEADING for cell in cells):
            break
        for heading, more in zip(headings, _align(line, cells, columns), strict=True):
            heading.text += more.text
        taken += 1
    return [heading.text for heading in headings], taken


HEAD_LINES, SHORT_HEADING = 3, 6


def _column(line: Line, cell: Cell) -> int:
    """The half-width column at which a cell begins."""
    return measure_width(line.indent + line.text[: cell.start - line.start])


def _align(line: Line, cells: Sequence[Cell], columns: Sequence[int]) -> list[Cell]:
    """The cells of a row under their headings, with empty ones where the row has a gap."""
    placed: list[Cell | None] = [None] * len(columns)
    taken = -1
    for cell in cells:
        at = _column(line, cell)
        open_columns = range(taken + 1, len(columns))
        if not open_columns:
            return list(cells)
        taken = min(open_columns, key=lambda index: abs(columns[index] - at))
        placed[taken] = cell
    return [cell or Cell(line.start, line.start, "") for cell in placed]


def _gather_rows(lines: Sequence[Line], split: int, fields: Sequence[str], head: int) -> list[list[Cell]]:
    """Rows of full width behind the ``head`` lines of headings; lines that are a part of a row are put to it."""
    rows: list[list[Cell]] = []
    width, columns, framed = len(fields), _columns(lines[0], split), lines[0].text.startswith("|")
    for line in lines[head:]:
        if _RULE_LINE.match(line.text) or _TURNS_PAGE.search(line.text):
            continue
        cells = _split_cells(line, split, framed=framed or not line.text.startswith("|"))
        wrapped = _wraps(line, split, columns)
        if columns and (wrapped or 1 < len(cells) < width) and (wrapped or _keys_row(cells)):
            cells = _align(line, cells, columns)
        elif wrapped:
            cells = _blank_cells(line) + cells
        if _TOTAL.match(next((cell.text for cell in cells if cell.text), "")):
            continue
        # A row of a real table is whole; only tables set as text break a cell over lines.
        hangs = split == GAPS and wrapped
        if (
            rows
            and not line.row
            and (hangs or _goes_on(rows[-1], cells, fields) or _is_rest(rows[-1], cells, width, split))
        ):
            _extend(rows[-1], cells, width, split)
        else:
            rows.append(cells)
    return rows


def _goes_on(row: Sequence[Cell], cells: Sequence[Cell], fields: Sequence[str]) -> bool:
    """Whether a line without a key goes on with the row above: the key column numbers the rows, or one cell goes on."""
    if len(row) != len(fields) or len(cells) != len(fields) or cells[0].text or not row[0].text:
        return False
    filled = {name for name, cell in zip(fields, cells, strict=True) if cell.text}
    status = next((cell.text for name, cell in zip(fields, cells, strict=True) if name == "status" and cell.text), "")
    if fields[0] != "number":
        return len(filled) == 1 and "text" not in filled
    return not ("text" in filled and read_cell_status(status))


def _keys_row(cells: Sequence[Cell]) -> bool:
    """Whether a line begins with a number of its own, or with the dash of a row that has none."""
    if not cells:
        return False
    return _ROW_NUMBER.match(cells[0].text) is not None or (len(cells) > 1 and cells[0].text in _DASHES)


def _is_rest(row: Sequence[Cell], cells: Sequence[Cell], width: int, split: int) -> bool:
    """Whether a line goes on with the row before: the row is not full, or the line has no number of its own."""
    if _keys_row(cells):
        return False
    if split == 0 and len(cells) == width:
        filled = [cell for cell in cells if cell.text]
        return not cells[0].text and len(filled) <= max(1, width // 3) and _ROW_NUMBER.match(row[0].text) is not None
    return len(row) < width or (_ROW_NUMBER.match(row[0].text) is not None and len(cells) < width)


def _extend(row: list[Cell], cells: Sequence[Cell], width: int, split: int) -> None:
    if len(cells) == width and len(row) == width:
        for cell, more in zip(row, cells, strict=True):
            if more.text:
                cell.end, cell.text = more.end, cell.text + more.text
        return
    if len(row) == width and split != GAPS:  # a full row breaks in its last cell
        row[-1].end, row[-1].text = cells[0].end, row[-1].text + cells[0].text
        return
    if len(row) == width:
        longest = max(row, key=lambda cell: len(cell.text))
        longest.end, longest.text = cells[0].end, longest.text + cells[0].text
        return
    row[-1].end, row[-1].text = cells[0].end, row[-1].text + cells[0].text
    row.extend(cells[1:])

"""Registers (台账): tables whose rows are faults. Rows of xlsx, docx and pdf tables, and tables typed as text.

The heading row is known by its words; a cell that goes on in the next line is put together again; a unit that stands
once for several rows is carried forward.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rulemine.parse.finding_chance import LIKELY_FAULT, fault_chance
from rulemine.parse.finding_facts import (
    Facts,
    read_amount,
    read_citations,
    read_counts,
    read_institutions,
    read_occurred,
    read_places,
    read_recurrence,
)
from rulemine.parse.finding_followup import Said
from rulemine.parse.finding_headings import read_heading_status
from rulemine.parse.finding_paragraphs import Line
from rulemine.parse.finding_references import read_numbers
from rulemine.parse.finding_status import find_responsible, read_cell_status, read_due
from rulemine.parse.finding_units import Draft
from rulemine.parse.registercolumns import LONGEST_HEADING, OURS, Headings, guess_fields
from rulemine.schema import Document
from rulemine.text import find_dates, find_money, measure_width, squeeze

_SPLITS = (re.compile(r"\s*\|\s*"), re.compile(r"[ 　]*\t[ 　]*"), re.compile(r" {2,}|　+(?:\s+)?|\t"))
PIPES, TABS, GAPS = 0, 1, 2
ABOVE = 500
"""Characters above a table in which its unit may be named."""
TOLERANCE, STATUS_WORD = 2, 6
NO_FAULT_CELL = re.compile(r"(?:未发现|没有发现|未见|无)[^，。；]{0,12}(?:问题|情形|异常|情况|违规)|^合格|^正常")
_FOUND_NOTHING = re.compile(r"(?:未发现|没有发现|未见)[^，。；]{0,24}[。；]?$")
_EMPTY = re.compile(r"^(?:[-—–/／\\无空*]|—+|-+|N/?A|不涉及|未涉及)?$")
_ROW_NUMBER = re.compile(r"^(?:[A-Za-z]{1,3}[-—]?)?\d{1,4}[.、]?$")
_CLOSING = re.compile(r"^(?:合计|小计|总计|说明|注|备注|填表|填报|制表|审核|共计|附|单位)")
_TOTAL = re.compile(r"^(?:合计|小计|总计)(?:[\s：:|（(\d]|$)|^(?:注|备注|说明|填表人?|制表人?|审核人?)[：:]")
_UNIT = re.compile(r"(?:单位[：:]\s*|[（(])(?P<unit>亿元|百万元|万元|千元|元)")
_UNIT_ABOVE = re.compile(r"单位[：:]\s*(?:人民币)?(?P<unit>亿元|百万元|万元|千元|元)")
_FACTOR = {"亿元": 10**8, "百万元": 10**6, "万元": 10**4, "千元": 10**3, "元": 1}
_RULE_LINE = re.compile(r"^[\s|+\-—=:：┼─│┌┐└┘├┤┬┴]+$")


@dataclass(slots=True, eq=False)
class Cell:
    """The stretch of the document in which a cell stands, and its words."""

    start: int
    end: int
    text: str


def looks_like_register(document: Document) -> bool:
    """Whether a document holds a table of faults.

    >>> looks_like_register(Document(path="", sha256="", text="序号\\t问题描述\\t整改状态\\n1\\t漏记台账\\t已整改"))
    True
    """
    from rulemine.parse.finding_paragraphs import split_lines

    return bool(find_register_lines(list(split_lines(document))))


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
        closes = _CLOSING.match(line.text.strip("| ")) or line.row != lines[head].row
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


def draft_register(lines: Sequence[Line], document_text: str, names: Headings = OURS) -> list[Draft]:
    """The rows of a register as drafts, with their cells by field."""
    split = _parted(lines, names)
    if split is None:
        return []
    headings, head = _read_head(lines, split)
    fields = [names.field(heading) or "" for heading in headings]
    unit = _read_unit(headings, document_text, lines[0].start)
    rows = _gather_rows(lines, split, fields, head)
    fields = guess_fields(fields, [[cell.text for cell in row] for row in rows])
    drafts: list[Draft] = []
    carried, above = "", dict[str, str]()
    titled = read_heading_status(_line_before(document_text, lines[0].start))
    for row in rows:
        by_field = _by_field(row, fields)
        where = by_field.get("text")
        if where is None or _is_no_fault(squeeze(where.text)) or _CLOSING.match(row[0].text):
            continue
        if (
            _FOUND_NOTHING.search(squeeze(where.text))
            and "status" in by_field
            and _EMPTY.match(by_field["status"].text)
        ):
            continue
        cells = {name: above.get(name, "") if _DITTO.match(cell.text) else cell.text for name, cell in by_field.items()}
        above = cells
        carried = _named_unit(cells) or carried
        cells |= {"institutions": carried, "unit": unit}
        start, end = _unquote(where, document_text)
        number = re.search(r"\d+", cells.get("number", ""))
        place = int(number[0]) if number else len(drafts) + 1
        draft = Draft(start, end, where.text.strip('"'), cells=cells, number=place, status=titled)
        draft.groups = tuple(filter(None, (_group_name(cells.get("category", "")), carried)))
        drafts.append(draft)
    return drafts


_DITTO = re.compile(r"^(?:同上|〃|″|\"|同前)$")


def _group_name(category: str) -> str:
    """How words below a table name a category of it: A类."""
    return f"{category}类" if re.fullmatch(r"[A-Za-z一二三四五六七八九十\d]", category) else category


def read_mapping(lines: Sequence[Line], names: Headings = OURS) -> dict[str, str]:
    """Which field each heading of a register was taken for; "" for those that none fits."""
    split = _parted(lines, names)
    if split is None:
        return {}
    headings, head = _read_head(lines, split)
    fields = [names.field(heading) or "" for heading in headings]
    rows = _gather_rows(lines, split, fields, head)
    return dict(zip(headings, guess_fields(fields, [[cell.text for cell in row] for row in rows]), strict=True))


def read_progress(lines: Sequence[Line], names: Headings = OURS) -> dict[int, dict[str, str]]:
    """A table that tells how far numbered faults are mended and not what they are: its cells by number."""
    split = _parted(lines, names)
    if split is None:
        return {}
    headings, head = _read_head(lines, split)
    fields = [names.field(heading) or "" for heading in headings]
    rows = _gather_rows(lines, split, fields, head)
    if "number" not in fields or "text" in guess_fields(fields, [[cell.text for cell in row] for row in rows]):
        return {}
    told: dict[int, dict[str, str]] = {}
    for row in rows:
        cells = {name: cell.text for name, cell in _by_field(row, fields).items()}
        for number in read_numbers(cells["number"]):
            told[number] = cells
    return told


def _line_before(text: str, start: int) -> str:
    """The line above a table: its title may give the status of all its rows."""
    return next((line.strip() for line in reversed(text[:start].split("\n")) if line.strip()), "")


def _unquote(cell: Cell, text: str) -> tuple[int, int]:
    """A cell without the quotation marks that a spreadsheet puts around text with line ends."""
    start, end = cell.start, cell.end
    if end - start > 2 and text[start] == text[end - 1] == '"':
        return start + 1, end - 1
    return start, end


def read_total_row(lines: Sequence[Line], document_text: str, names: Headings = OURS) -> dict[str, float]:
    """The figures that the last row of a register sums up: how many, and how much in yuan."""
    split = _parted(lines, names)
    if split is None:
        return {}
    headings, head = _read_head(lines, split)
    fields, columns = [names.field(heading) or "" for heading in headings], _columns(lines[0], split)
    figures: dict[str, float] = {}
    for line in lines[head:]:
        cells = (_blank_cells(line) if split == TABS else []) + _split_cells(line, split)
        if not re.match(r"(?:合计|总计|共计)", next((cell.text for cell in cells if cell.text), "")):
            continue
        if columns and len(cells) < len(fields):
            cells = _align(line, cells, columns)
        texts = {name: cell.text for name, cell in _by_field(cells, fields).items()}
        unit = _read_unit(headings, document_text, lines[0].start)
        amount = _cell_amount({"amount": squeeze(texts.get("amount", "")), "unit": unit}, "")
        if amount is not None:
            figures["amount_yuan"] = amount
        if counted := re.search(r"(\d+)\s*(?:个|项|条|笔)", " ".join(cell.text for cell in cells)):
            figures["issues"] = int(counted[1])
    return figures


def _read_unit(headings: Sequence[str], document_text: str, start: int) -> str:
    """The unit of amounts: in a heading, else in the lines above the table; "" where none is named."""
    found = _UNIT.search(" ".join(headings)) or _UNIT_ABOVE.search(document_text[max(0, start - ABOVE) : start])
    return found["unit"] if found else ""


def _named_unit(cells: dict[str, str]) -> str:
    unit = cells.get("institutions", "")
    return "" if _EMPTY.match(unit) or _is_status_word(unit) else unit


def _is_no_fault(words: str) -> bool:
    """An empty cell, a word of status, or the heading repeated on the next page."""
    if _is_status_word(words) or (NO_FAULT_CELL.search(words) and fault_chance(words) < LIKELY_FAULT):
        return True
    return len(words) < 2 or _EMPTY.match(words) is not None or (len(words) <= 10 and OURS.field(words) == "text")


def _is_status_word(words: str) -> bool:
    return len(words) <= STATUS_WORD and read_cell_status(words) is not None


def _by_field(row: Sequence[Cell], fields: Sequence[str]) -> dict[str, Cell]:
    by_field: dict[str, Cell] = {}
    for name, cell in zip(fields, row, strict=False):
        if name and (name not in by_field or not by_field[name].text):
            by_field[name] = cell
    return by_field


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
        if _RULE_LINE.match(line.text):
            continue
        cells = _split_cells(line, split, framed=framed or not line.text.startswith("|"))
        wrapped = _wraps(line, split, columns)
        if columns and (wrapped or 1 < len(cells) < width) and (wrapped or _ROW_NUMBER.match(cells[0].text)):
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


def _is_rest(row: Sequence[Cell], cells: Sequence[Cell], width: int, split: int) -> bool:
    """Whether a line goes on with the row before: the row is not full, or the line has no number of its own."""
    numbered = bool(cells) and _ROW_NUMBER.match(cells[0].text) is not None
    if numbered:
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


def read_cells(draft: Draft, reported: date | None, said: Said) -> Facts:
    """The facts of a row: its cells first, then the words of the fault."""
    cells = {name: squeeze(text) for name, text in draft.cells.items()}
    words, year = squeeze(draft.text), reported.year if reported else None
    counts = _cell_counts(cells) or read_counts(words)
    return Facts(
        amount_yuan=_cell_amount(cells, words),
        counts=counts,
        institutions=_cell_institutions(cells.get("institutions", ""), words),
        institution_names=_cell_names(cells.get("institutions", "")) or read_places(words),
        citations=read_citations(words) or read_citations(cells.get("citations", "")),
        occurred_on=read_cell_date(cells.get("occurred_on", ""), year) or read_occurred(words, year=year),
        status=said.status or read_cell_status(cells.get("status", "")) or draft.status,
        responsible_unit=read_cell_unit(cells) or said.responsible_unit,
        due_on=read_cell_date(cells.get("due_on", ""), year)
        or read_due(cells.get("status", ""), year=year, base=reported)
        or said.due_on,
        severity=None if _EMPTY.match(cells.get("severity", "")) else cells["severity"],
        recurrence=read_recurrence(words) or cells.get("recurrence", "") in ("是", "√", "Y", "重复"),
    )


def read_cell_unit(cells: Mapping[str, str]) -> str | None:
    """The unit that must mend, out of the cells of a row."""
    told = squeeze(cells.get("responsible_unit", ""))
    if _EMPTY.match(told) or _is_status_word(told):
        return None
    return find_responsible(told) or told


def _cell_amount(cells: dict[str, str], words: str) -> float | None:
    cell = cells.get("amount", "")
    if "amount" not in cells:
        return read_amount(words)
    if _EMPTY.match(cell):
        return None
    stated = next(find_money(cell), None)
    if stated:
        return stated.yuan
    number = re.fullmatch(r"[约￥¥]?(\d+(?:[,，]\d{3})*(?:\.\d+)?)", cell)
    if not number:
        return None
    return round(float(re.sub("[,，]", "", number[1])) * _FACTOR.get(cells.get("unit") or "元", 1), 2)


def _cell_counts(cells: Mapping[str, str]) -> dict[str, int]:
    """37次, 23 under 笔数; a cell that counts several things counts none."""
    found = re.fullmatch(r"(\d{1,3}(?:[,，]\d{3})+|\d+)([\u4e00-\u9fa5]{1,2})?", cells.get("count", ""))
    return {found[2] or "笔": int(re.sub("[,，]", "", found[1]))} if found else {}


def _cell_names(cell: str) -> tuple[str, ...]:
    """The institutions that a cell names; 全部营业部 and 3家支行 name none."""
    names = [name for name in re.split(r"[、,，;；/]|(?<=[行部社司])[和及]", cell) if not _EMPTY.match(name)]
    return tuple(name for name in names if not re.match(r"全部|所有|各|\d+[家个]|多家|部分", name))


def _cell_institutions(cell: str, words: str) -> int | None:
    named = [name for name in re.split("[、，,；;/\\s]", cell) if len(name) > 1]
    return len(named) if len(named) > 1 else read_institutions(words)


def read_cell_date(cell: str, year: int | None) -> date | None:
    """The day that a cell writes, the last one of a month; the year is the report's where the cell names none.

    >>> str(read_cell_date("20250630", None)), str(read_cell_date("6月30日", 2025))
    ('2025-06-30', '2025-06-30')
    """
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", cell)
    if compact:
        cell = "-".join(compact.groups())
    month = re.fullmatch(r"(\d{4})[-/.](\d{1,2})", cell)
    if month:
        cell = f"{month[1]}年{month[2]}月"
    return next((found.last for found in find_dates(cell, year=year)), None)

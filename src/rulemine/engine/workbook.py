"""Workbooks: the user's own, written back with openpyxl, so that formats, widths, formulas and other sheets stay."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any

from rulemine.engine.columns import SEARCHED_ROWS, as_text, find_header, name_columns, rank_heading
from rulemine.engine.tables import Record
from rulemine.errors import BadInput, UnreadableFile
from rulemine.text import fit_cell, flatten_value, squeeze

_LOST = (
    ("xl/drawings/drawing", (b"<xdr:sp>", b"<xdr:sp ", b"<xdr:grpSp"), "图形和文本框"),
    ("xl/slicers/", (b"",), "切片器"),
    ("xl/threadedComments/", (b"",), "批注会话"),
    ("xl/ctrlProps/", (b"",), "表单控件"),
)
_LARGEST_DRAWING = 2**24
LAST_COLUMN = 16_384


class WorkbookTable:
    """The sheet of a workbook that has the column that is wanted, else a likely heading, else two columns.

    Rows that hold nothing are no rows, but stay where they are. A cell merged downwards counts for all its rows.
    Raises BadInput when no sheet has a table, UnreadableFile when it is no workbook.
    """

    def __init__(self, path: Path, wanted: str | None = None) -> None:
        self.path = path
        self._book = _load_book(path)
        self._sheet, self._header = self._find_table(wanted)
        self._cells: Mapping[tuple[int, int], Any] = self._sheet._cells
        used = [column for (_, column), cell in self._cells.items() if cell.value is not None]
        merged = [r.max_col for r in self._sheet.merged_cells.ranges if r.max_col < LAST_COLUMN]
        self._width = max(used)
        self._first_free = max(used + merged) + 1
        self.names = name_columns([as_text(self._value(self._header, at + 1)) for at in range(self._width)])
        rows = {row for (row, _), cell in self._cells.items() if row > self._header and cell.value is not None}
        self._rows = sorted(rows)
        self.total = len(self._rows)
        self.notes: tuple[str, ...] = tuple(
            f"新工作簿中不保留{what}，{path.name} 中的不受影响" for what in _find_losses(path)
        )
        if len(self._book.worksheets) > 1:
            self.notes += (f"表格取自工作表“{self._sheet.title}”",)

    def read_records(self) -> Iterator[dict[str, Any]]:
        """The rows by column name, with the stored results of formulas."""
        for row in self._rows:
            yield {name: self._value(row, at) for at, name in enumerate(self.names, start=1)}

    def read_texts(self, position: int) -> Iterator[str]:
        """The cells of one column."""
        column = position + 1
        formulas = [row for row in self._rows if self._is_formula(row, column)]
        unsaved = sum(self._stored.get((row, column)) is None for row in formulas)
        if unsaved:
            self.notes += (f"{unsaved} 行正文是公式，没有存下计算结果：请先用 Excel 打开并保存",)
        tops = {
            row: merged.min_row
            for merged in self._sheet.merged_cells.ranges
            if merged.min_col == column
            for row in range(merged.min_row, merged.max_row + 1)
            if merged.min_row > self._header
        }
        return (as_text(self._value(tops.get(row, row), column)) for row in self._rows)

    def write_annotated(self, annotations: Iterable[Record], added: Sequence[str], target: Path) -> None:
        """The workbook with new columns right of the last one that is used."""
        columns = {name: at for at, name in enumerate(self.names, start=1) if name in added}
        for name in added:
            if name not in columns:
                columns[name] = self._first_free + sum(at >= self._first_free for at in columns.values())
                self._write_heading(columns[name], name)
        if max(columns.values(), default=0) > LAST_COLUMN:
            raise BadInput(f"{self.path}：工作表已放不下 {len(added)} 个新列；删去空列")
        for row, annotation in zip(self._rows, annotations, strict=True):
            for name, column in columns.items():
                if name in annotation or column >= self._first_free:
                    _write_cell(self._sheet.cell(row, column), annotation.get(name))
        self._book.save(target)

    def _write_heading(self, column: int, name: str) -> None:
        cell = self._sheet.cell(self._header, column)
        pattern = self._cells.get((self._header, self._width))
        if pattern is not None and pattern.has_style:
            cell._style = copy(pattern._style)
        _write_cell(cell, name)

    def _find_table(self, wanted: str | None) -> tuple[Any, int]:
        """The sheet and the number of its heading row; visible sheets come first."""
        found: list[tuple[tuple[bool, bool, bool], Any, int]] = []
        for sheet in sorted(self._book.worksheets, key=lambda sheet: bool(sheet.sheet_state != "visible")):
            first = _read_first_rows(sheet)
            header = find_header(first, wanted)
            if header is None:
                continue
            cells = first[header]
            named = wanted is not None and squeeze(wanted) in map(squeeze, cells)
            likely = any(rank_heading(cell) is not None for cell in cells)
            found.append(((named, likely, sum(map(bool, cells)) > 1), sheet, header + 1))
        if not found:
            raise BadInput(f"{self.path}：没有含表格的工作表；第一行应为列名")
        _, sheet, header = max(found, key=lambda one: one[0])
        return sheet, header

    def _is_formula(self, row: int, column: int) -> bool:
        cell = self._cells.get((row, column))
        return cell is not None and cell.data_type == "f"

    def _value(self, row: int, column: int) -> Any:
        if self._is_formula(row, column):
            return self._stored.get((row, column))
        cell = self._cells.get((row, column))
        return None if cell is None else _plain(cell.value)

    @cached_property
    def _stored(self) -> dict[tuple[int, int], Any]:
        """The results of formulas as the last program stored them: a second look, which openpyxl needs."""
        formulas = {place for place, cell in self._cells.items() if cell.data_type == "f"}
        if not formulas:
            return {}
        import openpyxl

        book = openpyxl.load_workbook(self.path, data_only=True)
        sheet = book[self._sheet.title]
        return {place: sheet.cell(*place).value for place in formulas}


def _load_book(path: Path) -> Any:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        # rich_text: a word in red in the middle of a cell stays red.
        return openpyxl.load_workbook(path, rich_text=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, SyntaxError) as error:
        remedy = "用 Excel 打开，取消密码，另存为 .xlsx 后重新运行"
        raise UnreadableFile(str(path), f"不是工作簿、已损坏或设有密码（{error}）", remedy) from error


def _read_first_rows(sheet: Any) -> list[list[str]]:
    """The first rows without making any cell that is not there, as openpyxl's own iteration does."""
    cells = {place: cell.value for place, cell in sheet._cells.items() if place[0] <= SEARCHED_ROWS}
    filled = [place for place, value in cells.items() if value is not None]
    height, width = max((row for row, _ in filled), default=0), max((column for _, column in filled), default=0)
    return [
        [as_text(_plain(cells.get((row, column)))) for column in range(1, width + 1)] for row in range(1, height + 1)
    ]


def _plain(value: Any) -> Any:
    """Text in several fonts, which openpyxl holds as a list, as one text."""
    return str(value) if isinstance(value, list) else value


def _write_cell(cell: Any, value: Any) -> None:
    """A value into a cell; a text stays a text, whatever it begins with."""
    from openpyxl.cell.cell import MergedCell

    if isinstance(cell, MergedCell):
        return
    plain = flatten_value(value)
    if isinstance(plain, float) and not math.isfinite(plain):
        plain = str(plain)
    if isinstance(plain, int) and not isinstance(plain, bool) and abs(plain) >= 10**15:
        plain = str(plain)
    if not isinstance(plain, str):
        cell.value = plain
        return
    cell.value = fit_cell(plain)
    cell.data_type = "s"
    cell.hyperlink = None


def _find_losses(path: Path) -> list[str]:
    """What a workbook has that openpyxl does not write back."""
    lost: dict[str, None] = {}
    with zipfile.ZipFile(path) as package:
        for info in package.infolist():
            for folder, marks, what in _LOST:
                if info.filename.startswith(folder) and info.file_size <= _LARGEST_DRAWING:
                    data = package.read(info)
                    if any(mark in data for mark in marks):
                        lost[what] = None
    return list(lost)

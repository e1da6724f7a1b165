"""Tables of records out: JSON Lines for programs, CSV and workbooks for people, all of them streamed."""

from __future__ import annotations

import csv
import json
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rulemine.errors import BadInput
from rulemine.text import CHARACTERS_A_CELL, dump_line, fit_cell, flatten_value, guard_cell, show_hidden
from rulemine.writers.staging import stage_file

__all__ = ["CHARACTERS_A_CELL", "ROWS_A_SHEET", "TABLE_WRITERS", "fit_cell", "write_cell", "write_table"]

Record = Mapping[str, Any]
Records = Iterable[Record]
ROWS_A_SHEET = 1_048_575
"""Rows of a worksheet of Excel under its heading; what is more goes on in a further sheet."""


def write_table(records: Records, path: str | Path, *, columns: Sequence[str] | None = None) -> None:
    """Records into a ``.jsonl``, ``.csv`` or ``.xlsx`` file, as its suffix says.

    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_table([{"id": "r1", "path": ["第一章", "第二条"]}], Path(folder, "a.csv"))
    ...     print(Path(folder, "a.csv").read_text(encoding="utf-8-sig"))
    id,path
    r1,"[""第一章"", ""第二条""]"
    <BLANKLINE>

    Without ``columns`` a table has all fields of all records, in the order they come up; JSON Lines keep each record
    as it is. Nested values become JSON text in CSV and workbooks. In CSV a text that a spreadsheet would take for a
    formula gets an apostrophe before it; in a workbook every text is a text. Nothing is held in memory but one record.
    Raises BadInput when the suffix is none of these or the place cannot be written to.
    """
    write = TABLE_WRITERS.get(Path(path).suffix.lower())
    if write is None:
        raise BadInput(f"{path}：表可写为 {'、'.join(TABLE_WRITERS)}；给 -o 用这样的后缀")
    with stage_file(path) as staged:
        write(records, staged, columns)


def _write_jsonl(records: Records, path: Path, columns: Sequence[str] | None) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as out:
        for record in records:
            out.write(dump_line(record if columns is None else {name: record.get(name) for name in columns}) + "\n")


def _write_csv(records: Records, path: Path, columns: Sequence[str] | None) -> None:
    # With a byte order mark: without one Excel reads the file as GBK.
    with _know_columns(records, columns) as (names, rows), path.open("w", encoding="utf-8-sig", newline="") as out:
        # lineterminator: a bare newline inside a cell is quoted, so the file stays one record a row for any reader.
        table = csv.writer(out, lineterminator="\n")
        table.writerow([guard_cell(name) for name in names])
        table.writerows([_csv_cell(record.get(name)) for name in names] for record in rows)


def _csv_cell(value: Any) -> Any:
    plain = flatten_value(value)
    return guard_cell(plain) if isinstance(plain, str) else plain


def _write_xlsx(records: Records, path: Path, columns: Sequence[str] | None) -> None:
    import xlsxwriter

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with _know_columns(records, columns) as (names, rows), xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1})
        sheet = None
        for at, record in enumerate(rows):
            if sheet is None or at % ROWS_A_SHEET == 0:
                sheet = _add_sheet(book, names, head)
            for column, name in enumerate(names):
                write_cell(sheet, at % ROWS_A_SHEET + 1, column, flatten_value(record.get(name)))
        if sheet is None:
            _add_sheet(book, names, head)


def _add_sheet(book: Any, names: Sequence[str], head: Any) -> Any:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(names):
        sheet.set_column(column, column, max(10, min(40, len(name) * 1.5)))
        sheet.write_string(0, column, show_hidden(name), head)
    return sheet


def write_cell(sheet: Any, row: int, column: int, value: Any) -> None:
    """A value into a cell of a sheet that is being written; a text stays a text, whatever it begins with."""
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, (int, float)) and math.isfinite(value) and abs(value) < 10**15:
        sheet.write_number(row, column, value)
    elif value is not None:
        sheet.write_string(row, column, fit_cell(str(value)))


@contextmanager
def _know_columns(records: Records, columns: Sequence[str] | None) -> Iterator[tuple[Sequence[str], Iterator[Record]]]:
    """The columns and the records again: read through once, by way of a file, where nobody names the columns."""
    if columns is not None:
        yield columns, iter(records)
        return
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n") as spool:
        names: dict[str, None] = {}
        for record in records:
            names.update(dict.fromkeys(record))
            spool.write(dump_line(record) + "\n")
        spool.seek(0)
        yield list(names), (json.loads(line) for line in spool)


TABLE_WRITERS: dict[str, Callable[[Records, Path, Sequence[str] | None], None]] = {
    ".jsonl": _write_jsonl,
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
}

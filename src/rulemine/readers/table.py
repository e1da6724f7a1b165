"""Tables: workbooks (.xlsx, .xls, .ods, .et) and text tables (.csv, .tsv). Every row becomes one line of the text."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from rulemine.readers.assembly import Assembly, SourceFile, View, join_cells
from rulemine.readers.encoding import decode_text
from rulemine.readers.xmlpackage import XmlPackage

_BOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".et")
_TEXTS = (".csv", ".tsv")
_DELIMITERS = ",\t;|"
_SAMPLE = 20
_LARGEST_FIELD = 2**24
_COMMENTS = re.compile(r"xl/(?:comments\d*|comments/[^/]+|threadedComments/[^/]+)\.xml$")
_DRAWING = re.compile(r"xl/drawings/[^/]+\.xml$")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml$")
_UNSAVED = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v\s*/>|<v></v>)?</c>")


class TableReader:
    """Reads workbooks with python-calamine, and text tables whatever their encoding and delimiter."""

    suffixes = (*_BOOKS, *_TEXTS)

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Rows with their cells joined by `` | ``; the name of a sheet is a heading when there are several."""
        return _read_text_table(source) if source.suffix in _TEXTS else _read_book(source)


def _read_text_table(source: SourceFile) -> Assembly:
    text, encoding = decode_text(source)
    assembly = Assembly()
    if encoding != "utf-8":
        assembly.warnings.append(f"文本编码：{encoding}")
    text = text.replace("\0", "")
    delimiter = "\t" if source.suffix == ".tsv" else guess_delimiter(text)
    rows = parse_rows(text, delimiter)
    assembly.ledger.expect(text)
    for mark in ('"', delimiter):  # the syntax of the table; marks within cells are words
        within = sum(cell.count(mark) for row in rows for cell in row)
        assembly.ledger.note_unread(mark * (text.count(mark) - within))
    for row in rows:
        _add_row(row, assembly)
    return assembly


def parse_rows(text: str, delimiter: str | None = None) -> list[list[str]]:
    """The rows of a text table; without a delimiter, the one that cuts its lines most evenly.

    >>> parse_rows("序号;问题\\n1;未双录，3笔")
    [['序号', '问题'], ['1', '未双录，3笔']]
    """
    csv.field_size_limit(_LARGEST_FIELD)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter or guess_delimiter(text)))


def guess_delimiter(text: str) -> str:
    """The delimiter that cuts the first lines of a text table most evenly.

    >>> guess_delimiter("序号;问题\\n1;未双录，3笔")
    ';'
    """

    def score(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[:_SAMPLE]
        widths = [len(row) for row in rows if row]
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common) if common > 1 else 0, common)

    return max(_DELIMITERS, key=score)


def _read_book(source: SourceFile) -> Assembly:
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
    except python_calamine.PasswordError as error:
        raise source.refuse("工作簿设有密码", "取消密码后另存") from error
    except (
        python_calamine.CalamineError,
        python_calamine.ZipError,
        python_calamine.XmlError,
        OSError,
        ValueError,
    ) as error:
        raise source.refuse(f"不是工作簿或已损坏（{error}）", "用 Excel 或 WPS 打开，另存为 .xlsx") from error
    assembly = Assembly()
    sheets = [book.get_sheet_by_name(name) for name in book.sheet_names]
    for sheet in sheets:
        rows = [[_show(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        if len(sheets) > 1 and any(any(row) for row in rows):
            assembly.ledger.note_added(sheet.name)
            assembly.add_line(sheet.name, "heading")
        for row in rows:
            assembly.ledger.expect("".join(row))
        assembly.ledger.note_added(_fill_merged(rows, sheet.merged_cell_ranges or ()))
        for row in rows:
            _add_row(row, assembly)
    if source.suffix in (".xlsx", ".xlsm"):
        _read_beside_cells(source, assembly)
    return assembly


def _read_beside_cells(source: SourceFile, assembly: Assembly) -> None:
    """What calamine passes over: comments, words in shapes, formulas without a value, sheets that are hidden."""
    package = XmlPackage(source)
    for name in sorted(package.names):
        if _COMMENTS.match(name):
            _add_words(package, name, "{*}comment", "{*}t", assembly)
        elif _DRAWING.match(name):
            _add_words(package, name, "{*}txBody", "{*}t", assembly)
    unsaved = sum(len(_UNSAVED.findall(package.read(name))) for name in package.names if _SHEET.match(name))
    if unsaved:
        assembly.warnings.append(f"{unsaved} 个公式没有存下计算结果，未读取：请用 Excel 打开并保存")
    book = package.parse("xl/workbook.xml")
    hidden = (
        []
        if book is None
        else [s.get("name", "") for s in book.iter("{*}sheet") if s.get("state", "visible") != "visible"]
    )
    if hidden:
        assembly.warnings.append(f"隐藏的工作表也读了：{'、'.join(hidden)}")


def _add_words(package: XmlPackage, name: str, holder: str, word: str, assembly: Assembly) -> None:
    """Comments and the words of shapes stand outside the text: they belong to no row."""
    root = package.parse(name)
    for element in root.iter(holder) if root is not None else ():
        words = "".join(part.text or "" for part in element.iter(word))
        if words.strip():
            assembly.ledger.expect(words)
            assembly.add_outside(words, "comment")


def _fill_merged(rows: list[list[str]], ranges: Any) -> str:
    """Repeats the value of a range merged downwards, so that every row is complete; gives back what was added."""
    added = []
    for (top, left), (bottom, _) in ranges:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        for row in range(top + 1, min(bottom + 1, len(rows))):
            if not rows[row][left]:
                rows[row][left] = rows[top][left]
                added.append(rows[top][left])
    return "".join(added)


def _show(cell: Any) -> str:
    """A cell as a reader of the sheet sees it, on one line."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, (date, time, timedelta)):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(round(cell, 10))
    return str(cell)


def _add_row(cells: list[str], assembly: Assembly) -> None:
    shown = [" ".join(cell.split()) for cell in cells]
    while shown and not shown[-1]:
        shown.pop()
    if shown:
        assembly.ledger.note_added("|" * (len(shown) - 1))
        assembly.add_line(join_cells(shown), "table_row")

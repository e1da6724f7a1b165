"""The figures of a campaign out: a sheet for each table in a workbook, one line a figure for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rulemine.errors import BadInput
from rulemine.figures import TABLES
from rulemine.schema import Figure, to_record
from rulemine.text import flatten_value
from rulemine.writers.excel import fit_on_paper
from rulemine.writers.labels import Labels
from rulemine.writers.staging import stage_file
from rulemine.writers.tables import TABLE_WRITERS, write_cell, write_table

_COUNTED = (
    "name",
    "issues",
    "rectified",
    "in_progress",
    "open",
    "status_unknown",
    "rate",
    "overdue",
    "amount_yuan",
    "amount_unknown",
    "note",
)
SHEETS: dict[str, tuple[str, ...]] = {
    "overdue": ("name", "due_on", "amount_yuan", "note", "key"),
    "same_issue": ("name", "issues", "reports", "note", "findings"),
    "recurrence": ("name", "issues", "reports", "note", "findings"),
    "penalty": ("name", "people", "times", "units", "amount_yuan", "note"),
    "level": ("name", "people", "times", "amount_yuan", "note"),
    "study": ("name", "stated", "report_id"),
    "stated": ("reports", "name", "stated", "counted", "differs", "note"),
}
"""The columns of each table; tables that count findings have the others."""
HEADINGS: Mapping[str, str] = {
    "name": "项目",
    "key": "问题编号",
    "report_id": "报告编号",
    "issues": "问题数",
    "rectified": "已整改",
    "in_progress": "整改中",
    "open": "未整改",
    "status_unknown": "状态未载明",
    "rate": "整改率（%）",
    "overdue": "逾期",
    "amount_yuan": "金额（元）",
    "amount_unknown": "金额不详",
    "people": "人数",
    "times": "人次",
    "units": "单位数",
    "stated": "自报",
    "counted": "实计",
    "differs": "不一致",
    "due_on": "整改期限",
    "findings": "问题编号",
    "reports": "报告",
    "note": "说明",
}
WIDE = frozenset({"name", "note", "findings", "reports"})


def write_figures(figures: Iterable[Figure], path: str | Path) -> None:
    """Figures into .jsonl, .csv or .xlsx; what a figure does not tell is left out, or blank.

    Raises BadInput when the suffix is none of these or the place cannot be written to.
    """
    suffix = Path(path).suffix.lower()
    if suffix == ".xlsx":
        with stage_file(path) as staged:
            _write_workbook(list(figures), staged)
    elif suffix in TABLE_WRITERS:
        write_table(list_lines(figures), path)
    else:
        raise BadInput(f"{path}：统计结果可写为 {'、'.join(TABLE_WRITERS)}；给 -o 用这样的后缀")


def list_lines(figures: Iterable[Figure]) -> Iterator[dict[str, Any]]:
    """One JSON object a figure, with what its table tells.

    >>> list(list_lines([Figure(table="total", key="all", name="全部问题", issues=2)]))
    [{'table': 'total', 'key': 'all', 'name': '全部问题', 'issues': 2}]

    A figure that a report masks keeps its null in ``stated``.
    """
    for figure in figures:
        record = to_record(figure)
        kept = ("stated", "counted", "differs") if figure.table == "stated" else ()
        yield {name: value for name, value in record.items() if value not in (None, [], ()) or name in kept}


def _write_workbook(figures: Sequence[Figure], path: Path) -> None:
    import xlsxwriter

    names = dict(TABLES)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        head = book.add_format({"bold": True, "bg_color": "#DDE6F0", "border": 1, "text_wrap": True})
        warned = book.add_format({"bg_color": "#FCE4D6"})
        for table, rows in groupby(figures, key=lambda figure: figure.table):
            sheet = book.add_worksheet(names[table])
            _fill_sheet(sheet, SHEETS.get(table, _COUNTED), list(rows), head, warned)
        if not figures:
            book.add_worksheet(names["total"])


def _fill_sheet(sheet: Any, columns: Sequence[str], figures: Sequence[Figure], head: Any, warned: Any) -> None:
    fit_on_paper(sheet, Labels("zh", {}, {}))
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    for at, name in enumerate(columns):
        sheet.set_column(at, at, 44 if name in WIDE else 14)
        sheet.write_string(0, at, HEADINGS[name], head)
    for row, figure in enumerate(figures, start=1):
        if figure.differs:
            sheet.set_row(row, None, warned)
        for at, name in enumerate(columns):
            write_cell(sheet, row, at, _show(name, getattr(figure, name)))


def _show(name: str, value: Any) -> Any:
    if name == "differs":
        return {True: "是", False: "否"}.get(value)
    if name in ("findings", "reports"):
        return "、".join(value) or None
    return str(value) if name == "due_on" and value else flatten_value(value)

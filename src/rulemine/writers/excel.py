"""The workbook: overview, candidates, evidence to decide on, findings, figures, and how it was made."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulemine.writers.about import describe_glance, describe_run, describe_skipped
from rulemine.writers.contents import Review
from rulemine.writers.labels import PRIORITIES, VERDICTS, Labels, choose_labels
from rulemine.writers.rows import (
    CANDIDATE_COLUMNS,
    FINDING_COLUMNS,
    Column,
    Value,
    fill_candidate,
    fill_evidence,
    fill_finding,
    list_evidence_columns,
)
from rulemine.writers.tables import fit_cell
from rulemine.writers.tallies import (
    Tally,
    tally_candidates,
    tally_categories,
    tally_kinds,
    tally_reports,
    tally_units,
)

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

A4 = 9
TALLY_WIDTHS = (26, 12, 12, 12, 12, 12, 16, 20, 16)
"""Widths of the columns under the counts: room for 999,999,999,999.99 yuan."""
LINE_POINTS = 14.5
TALLEST_ROW = 409.0
LINKS_A_SHEET = 65_000
"""Excel takes no more than 65,530 links in a sheet."""
FORMULA_STARTS = tuple("=+-@")

BORDER = {"border": 1, "border_color": "#BFC7D1"}
CELL = {**BORDER, "valign": "top"}
COUNT = {**BORDER, "valign": "vcenter"}
TOTAL = {**COUNT, "bold": True, "bg_color": "#F2F4F7"}
LOOKS: dict[str, dict[str, Any]] = {
    "text": CELL,
    "wrap": {**CELL, "text_wrap": True},
    "centre": {**CELL, "align": "center"},
    "number": {**CELL, "num_format": "#,##0", "align": "center"},
    "score": {**CELL, "num_format": "0.00", "align": "center"},
    "money": {**CELL, "num_format": "#,##0.00", "align": "right", "indent": 1},
    "date": {**CELL, "num_format": "yyyy-mm-dd", "align": "center"},
    "input": {**CELL, "text_wrap": True, "bg_color": "#FFFBE6"},
    "input_date": {**CELL, "num_format": "yyyy-mm-dd", "align": "center", "bg_color": "#FFFBE6"},
    "link": {**CELL, "text_wrap": True, "font_color": "#1F4E9E", "underline": 1},
    "head": {
        **BORDER,
        "bold": True,
        "text_wrap": True,
        "align": "center",
        "valign": "vcenter",
        "bg_color": "#DDE6F0",
        "font_name": "黑体",
    },
    "tally_text": {**COUNT, "text_wrap": True},
    "tally_number": {**COUNT, "num_format": "#,##0", "align": "center"},
    "tally_money": {**COUNT, "num_format": "#,##0.00", "align": "right", "indent": 1},
    "total_text": TOTAL,
    "total_number": {**TOTAL, "num_format": "#,##0", "align": "center"},
    "total_money": {**TOTAL, "num_format": "#,##0.00", "align": "right", "indent": 1},
    "title": {"bold": True, "font_size": 18, "font_name": "黑体", "valign": "vcenter"},
    "chapter": {"bold": True, "font_size": 12, "font_name": "黑体", "font_color": "#1F3A5F", "valign": "vcenter"},
    "prose": {"text_wrap": True, "valign": "top"},
    "note": {"text_wrap": True, "valign": "top", "font_color": "#5B6573"},
    "high": {**CELL, "align": "center", "bold": True, "bg_color": "#FBE0DC", "font_color": "#9C1C14"},
    "medium": {**CELL, "align": "center", "bold": True, "bg_color": "#FFF0CF", "font_color": "#7A4B00"},
    "low": {**CELL, "align": "center", "bold": True, "bg_color": "#E2F0E4", "font_color": "#1E5B2A"},
}


def write_workbook(review: Review, path: Path) -> None:
    """A review as a workbook of six sheets. No cell is a formula, whatever the texts say; totals are numbers."""
    import xlsxwriter

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_format_properties": {"font_name": "宋体", "font_size": 10},
    }
    labels = choose_labels(review)
    with xlsxwriter.Workbook(str(path), options) as book:
        pen = Pen(book, labels)
        _write_overview(review, pen)
        _write_candidates(review, pen)
        _write_evidence(review, pen)
        _write_findings(review, pen)
        _write_figures(review, pen)
        _write_about(review, pen)


def fit_on_paper(sheet: Worksheet, labels: Labels) -> None:
    """Make a sheet print on A4 across, as wide as the paper, with its name and the page below."""
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&A&C" + labels["pager"].format("&P", "&N"))


class Pen:
    """Writes cells of one workbook: texts as texts, numbers as numbers, in a fixed set of looks."""

    def __init__(self, book: Workbook, labels: Labels) -> None:
        self.book, self.labels = book, labels
        self._formats: dict[tuple[str, bool], Format] = {}

    def look(self, name: str, *, quoted: bool = False) -> Format:
        """A look; ``quoted`` keeps a text a text when somebody edits the cell in Excel."""
        key = (name, quoted)
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**LOOKS[name], "quote_prefix": quoted})
        return self._formats[key]

    def write(self, sheet: Worksheet, row: int, column: int, value: Value, look: str) -> None:
        """One cell."""
        if value is None or value == "":
            sheet.write_blank(row, column, None, self.look(look))
        elif isinstance(value, str):
            text = fit_cell(value, self.labels["cut"])
            sheet.write_string(row, column, text, self.look(look, quoted=text.startswith(FORMULA_STARTS)))
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self.look(look))
        elif math.isfinite(value):
            sheet.write_number(row, column, value, self.look(look))
        else:
            sheet.write_string(row, column, str(value), self.look(look))

    def add_sheet(self, name: str) -> Worksheet:
        """A sheet that prints on A4 across, as wide as the paper."""
        sheet = self.book.add_worksheet(self.labels[name])
        fit_on_paper(sheet, self.labels)
        sheet.hide_gridlines(2)
        return sheet

    def add_table(self, name: str, columns: Sequence[Column], rows: int) -> Worksheet:
        """A sheet with a heading row that stays in sight, repeats on paper and filters."""
        sheet = self.add_sheet(name)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, column.width)
        heads = [self.labels[column.key] for column in columns]
        sheet.set_row(0, estimate_height(zip(heads, (c.width for c in columns), strict=True)) + 8)
        for at, head in enumerate(heads):
            self.write(sheet, 0, at, head, "head")
        sheet.freeze_panes(1, min(2, len(columns)))
        sheet.repeat_rows(0)
        sheet.autofilter(0, 0, rows, len(columns) - 1)
        return sheet

    def write_row(self, sheet: Worksheet, row: int, columns: Sequence[Column], values: Sequence[Value]) -> None:
        """A row of such a sheet, as tall as its longest text."""
        wrapped = [(v, c.width) for v, c in zip(values, columns, strict=True) if isinstance(v, str)]
        sheet.set_row(row, estimate_height(wrapped))
        for at, (value, column) in enumerate(zip(values, columns, strict=True)):
            self.write(sheet, row, at, value, self._choose_look(column, value))

    def _choose_look(self, column: Column, value: Value) -> str:
        if column.style != "priority":
            return column.style
        return next((key for key in PRIORITIES if self.labels.priority(key) == value), "centre")

    def write_tally(self, sheet: Worksheet, row: int, tally: Tally) -> int:
        """A table of counts with its heading; the row after it."""
        sheet.set_row(row, 22)
        self.write(sheet, row, 0, tally.heading, "chapter")
        sheet.set_row(row + 1, estimate_height(zip(tally.columns, TALLY_WIDTHS, strict=False)) + 6)
        for at, head in enumerate(tally.columns):
            self.write(sheet, row + 1, at, head, "head")
        for number, cells in enumerate(tally.rows):
            sheet.set_row(row + 2 + number, estimate_height([(str(cells[0]), TALLY_WIDTHS[0])]) + 2)
            total = "total_" if number == len(tally.rows) - 1 else "tally_"
            for at, cell in enumerate(cells):
                kind = "text" if at == 0 else "money" if tally.columns[at] == self.labels["amount"] else "number"
                self.write(sheet, row + 2 + number, at, "—" if cell is None else cell, total + kind)
        return row + len(tally.rows) + 3


def estimate_height(texts: Iterable[tuple[str, float]]) -> float:
    """Points that a row needs for its wrapped texts, each with the width of its column.

    >>> estimate_height([("短", 10)]), estimate_height([("十个汉字占两行的文字", 12)])
    (17.5, 32.0)
    """
    lines = 1
    for text, width in texts:
        # Two digits less than the column: its padding, and the end of a line that a full stop may not open the next of.
        room = width - 2
        if len(text) * 2 > room or "\n" in text:
            lines = max(lines, sum(math.ceil(max(1, measure_text(line)) / room) for line in text.split("\n")))
    return min(TALLEST_ROW, lines * LINE_POINTS + 3)


def measure_text(text: str) -> int:
    """The width of a text in digits: in GBK a Han character takes two bytes and a digit one, as they do on screen.

    >>> measure_text("第12条")
    6
    """
    return len(text.encode("gbk", "replace"))


def _write_overview(review: Review, pen: Pen) -> None:
    labels = pen.labels
    sheet = pen.add_sheet("overview")
    sheet.fit_to_pages(1, 1)
    for at, width in enumerate(TALLY_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.set_row(0, 34)
    pen.write(sheet, 0, 0, labels["title"], "title")
    dated = f"{labels['as_of']}：{review.run.as_of.isoformat()}　　{labels['version']}：rulemine {review.run.version}"
    prose = ((dated, "note"), (describe_glance(review, labels), "prose"), (labels["disclaimer"], "note"))
    for row, (text, look) in enumerate(prose, start=1):
        sheet.set_row(row, estimate_height([(text, sum(TALLY_WIDTHS))]) + 4)
        sheet.merge_range(row, 0, row, len(TALLY_WIDTHS) - 1, fit_cell(text), pen.look(look))
    row = 5
    for tally in (tally_candidates(review, labels), tally_kinds(review, labels), tally_categories(review, labels)):
        row = pen.write_tally(sheet, row, tally)


def _write_candidates(review: Review, pen: Pen) -> None:
    sheet = pen.add_table("candidates", CANDIDATE_COLUMNS, len(review.candidates))
    firsts = accumulate((len(candidate.evidence) for candidate in review.candidates), initial=1)
    for row, (candidate, first) in enumerate(zip(review.candidates, firsts, strict=False), start=1):
        values = fill_candidate(review, pen.labels, row, candidate)
        pen.write_row(sheet, row, CANDIDATE_COLUMNS, values)
        if candidate.evidence and row <= LINKS_A_SHEET:
            target = f"internal:'{pen.labels['evidence']}'!A{first + 1}"
            sheet.write_url(row, 1, target, pen.look("link"), fit_cell(str(values[1])))


def _write_evidence(review: Review, pen: Pen) -> None:
    columns = list_evidence_columns(review)
    total = sum(len(candidate.evidence) for candidate in review.candidates)
    sheet = pen.add_table("evidence", columns, total)
    row = 0
    for number, candidate in enumerate(review.candidates, start=1):
        for evidence in candidate.evidence:
            row += 1
            pen.write_row(sheet, row, columns, fill_evidence(review, pen.labels, number, candidate, evidence))
    verdict = next(at for at, column in enumerate(columns) if column.key == "verdict")
    choices = [pen.labels.verdict(key) for key in VERDICTS]
    sheet.data_validation(1, verdict, max(1, total), verdict, {"validate": "list", "source": choices})


def _write_findings(review: Review, pen: Pen) -> None:
    sheet = pen.add_table("findings", FINDING_COLUMNS, len(review.findings))
    for row, finding in enumerate(review.findings, start=1):
        pen.write_row(sheet, row, FINDING_COLUMNS, fill_finding(pen.labels, row, finding))


def _write_figures(review: Review, pen: Pen) -> None:
    sheet = pen.add_sheet("figures")
    for at, width in enumerate(TALLY_WIDTHS):
        sheet.set_column(at, at, width)
    row = 0
    for tally in (tally_categories, tally_units, tally_reports):
        row = pen.write_tally(sheet, row, tally(review, pen.labels))


def _write_about(review: Review, pen: Pen) -> None:
    labels = pen.labels
    sheet = pen.add_sheet("about")
    widths = (40, 60, 60)
    for at, width in enumerate(widths):
        sheet.set_column(at, at, width)
    rows: list[tuple[tuple[str, ...], str]] = [((labels["item"], labels["content"]), "head")]
    rows += [(item, "wrap") for item in describe_run(review, labels)]
    rows.append((("",), "prose"))
    rows.append(((labels["skipped"], labels["why"], labels["remedy"]), "head"))
    rows += [(skipped, "wrap") for skipped in describe_skipped(review)] or [((labels["none"], "", ""), "wrap")]
    for row, (cells, look) in enumerate(rows):
        sheet.set_row(row, estimate_height(zip(cells, widths, strict=False)))
        for at, cell in enumerate(cells):
            pen.write(sheet, row, at, cell, look)

"""The workbook: no formula anywhere, totals that sum, links that lead to the evidence."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from rulemine.schema import Candidate
from rulemine.writers import Review, write_review
from rulemine.writers.excel import TALLEST_ROW, estimate_height
from rulemine.writers.labels import Labels
from rulemine.writers.tallies import (
    Tally,
    tally_candidates,
    tally_categories,
    tally_kinds,
    tally_reports,
    tally_units,
)

SHEETS = ["概览", "候选制度", "证据", "检查问题", "统计", "说明"]


@pytest.fixture
def book(review: Review, tmp_path: Path) -> Workbook:
    write_review(review, tmp_path / "r.xlsx")
    return openpyxl.load_workbook(tmp_path / "r.xlsx")


def heads(sheet: Worksheet) -> list[object]:
    return [cell.value for cell in sheet[1]]


def column(sheet: Worksheet, head: str) -> list[object]:
    at = heads(sheet).index(head)
    return [row[at].value for row in sheet.iter_rows(min_row=2)]


def test_no_cell_is_a_formula(book: Workbook) -> None:
    assert book.sheetnames == SHEETS
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type in ("f", "e")]
    assert any(str(cell.value).startswith("=cmd") for cell in cells)


def test_texts_that_look_like_formulas_stay_texts_when_edited(book: Workbook) -> None:
    hostile = [c for row in book["证据"].iter_rows() for c in row if str(c.value).startswith(("=", "+", "-", "@"))]
    assert hostile
    assert all(cell.quotePrefix for cell in hostile)


def test_links_lead_from_a_candidate_to_its_first_evidence(book: Workbook, review: Review) -> None:
    for row, candidate in enumerate(review.candidates, start=2):
        target = book["候选制度"].cell(row, 2).hyperlink.location
        sheet, _, cell = target.replace("'", "").partition("!")
        at = book[sheet][cell].row
        ids = column(book["证据"], "证据编号")
        assert ids[at - 2] == candidate.evidence[0].id


def test_every_candidate_evidence_and_finding_has_its_row(book: Workbook, review: Review) -> None:
    assert column(book["候选制度"], "证据数") == [2, 14, 1]
    assert len(column(book["证据"], "证据编号")) == sum(len(c.evidence) for c in review.candidates)
    assert column(book["检查问题"], "问题编号") == [finding.id for finding in review.findings]


def test_actions_and_priorities_are_words(book: Workbook) -> None:
    assert column(book["候选制度"], "建议") == ["废", "改", "立"]
    assert column(book["候选制度"], "优先级") == ["高", "中", "低"]
    fills = {book["候选制度"].cell(row, 5).fill.fgColor.rgb for row in (2, 3, 4)}
    assert len(fills) == 3


def test_an_unsure_finding_shows_the_best_guess_and_the_mark(book: Workbook) -> None:
    sheet = book["检查问题"]
    assert column(sheet, "类别") == ["财务管理", "人员管理", "其他（信贷）", "未分类", "财务管理"]
    assert column(sheet, "复核")[1] == "待人工复核（把握不足）"
    assert column(sheet, "金额（元）") == [1_586_000, None, None, None, 320.5]


def test_decisions_have_a_drop_down_and_show_what_was_decided(book: Workbook) -> None:
    sheet = book["证据"]
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"采纳,不采纳,待定"'
    assert column(sheet, "处理意见")[:3] == [None, "采纳", None]
    assert column(sheet, "处理人")[1] == "王某"


def test_headings_stay_filter_and_repeat_on_paper(book: Workbook) -> None:
    for name in SHEETS[1:4]:
        sheet = book[name]
        assert sheet.freeze_panes == "C2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.print_title_rows == "$1:$1"
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_new_evidence_has_a_column_only_with_an_earlier_run(book: Workbook, review: Review, tmp_path: Path) -> None:
    assert column(book["证据"], "新增")[:2] == [None, "新增"]
    write_review(dataclasses.replace(review, known=None), tmp_path / "s.xlsx")
    assert "新增" not in heads(openpyxl.load_workbook(tmp_path / "s.xlsx")["证据"])


def check_sums(tally: Tally, across: slice) -> None:
    *rows, total = tally.rows
    for at in range(1, len(total)):
        assert total[at] == pytest.approx(sum(row[at] or 0 for row in rows))  # type: ignore[misc]
    for row in tally.rows:
        *parts, whole = row[across]
        assert sum(parts) == whole  # type: ignore[arg-type]


def test_totals_sum(review: Review) -> None:
    labels = Labels()
    for tally in (tally_candidates, tally_kinds):
        check_sums(tally(review, labels), slice(1, None))
    for tally in (tally_categories, tally_units, tally_reports):
        made = tally(review, labels)
        check_sums(made, slice(1, 6))
        assert made.rows[-1][5] == len(review.findings)


def test_unknown_amounts_are_not_zero(review: Review) -> None:
    rows = {row[0]: row for row in tally_categories(review, Labels()).rows}
    assert rows["人员管理"][-2:] == (None, 1)
    assert rows["财务管理"][-2:] == (1_586_320.5, 0)
    assert rows["合计"][-2:] == (1_586_320.5, 3)


def test_totals_in_the_sheet_are_numbers(book: Workbook) -> None:
    totals = [row for row in book["统计"].iter_rows() if row[0].value == "合计"]
    assert len(totals) == 3
    assert all(cell.data_type == "n" for row in totals for cell in row[1:])


def test_a_quote_beyond_the_limit_says_what_was_left_out(book: Workbook) -> None:
    quote = str(column(book["证据"], "原文摘录")[-2])
    assert "略去47500字" in quote
    assert len(quote) < 600


def test_no_row_is_taller_than_excel_allows() -> None:
    assert estimate_height([("长" * 5000, 20)]) == TALLEST_ROW


def test_a_gap_has_no_source(book: Workbook, review: Review) -> None:
    gap: Candidate = review.candidates[2]
    assert column(book["候选制度"], "制度名称")[2] == f"《{gap.title}》"
    assert column(book["候选制度"], "来源文件")[2] == "（尚无此制度）"

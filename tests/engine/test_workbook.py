"""Workbooks: the user's own comes back with everything it had."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from rulemine.engine import annotate_table
from rulemine.errors import BadInput, UnreadableFile

Judge = Callable[[Sequence[str]], Sequence[Mapping[str, Any]]]
NEW = ["category", "confidence", "needs_review", "review_reason", "secondary", "reasons"]


@pytest.fixture
def register(tmp_path: Path) -> Path:
    """A register as people keep them: a title, an empty row, headings, merged and hidden rows, a second sheet."""
    book = openpyxl.Workbook()
    cover = book.active
    cover.title = "封面"
    cover["A1"] = "填报说明"
    sheet = book.create_sheet("台账")
    sheet["A1"] = "某分行检查问题台账"
    sheet.merge_cells("A1:D1")
    sheet.append([])
    sheet.append(["序号", "被检查单位", "问题描述", "金额"])
    sheet.append([1, "东城支行", "未按规定开展贷后检查", 12.5])
    sheet.append([2, "西城支行", None, "=D4*2"])
    sheet.append([])
    sheet.append([3, "南城支行", "=1+1是一句话", date(2024, 1, 31)])
    sheet["C7"].data_type = "s"
    sheet.append([4, "北城支行", "代客户签名，涉及两个网点", None])
    sheet.append([5, "北城支行", None, None])
    sheet.merge_cells("C8:C9")
    sheet["D4"].number_format = "0.00"
    for cell in sheet[3]:
        cell.font, cell.fill = Font(bold=True, color="FFFFFF"), PatternFill("solid", fgColor="1F3A5F")
    sheet.column_dimensions["C"].width = 44
    sheet.row_dimensions[5].hidden = True
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = "A3:D9"
    sheet["B4"].value = CellRichText("东城", TextBlock(InlineFont(b=True, color="FF0000"), "支行"))
    path = tmp_path / "in.xlsx"
    book.save(path)
    return path


def test_everything_stays(register: Path, tmp_path: Path, judge: Judge) -> None:
    done = annotate_table(register, tmp_path / "out.xlsx", judge)
    assert (done.rows, done.column, done.guessed) == (5, "问题描述", True)
    assert any("台账" in note for note in done.notes)
    before = openpyxl.load_workbook(register, rich_text=True)
    after = openpyxl.load_workbook(tmp_path / "out.xlsx", rich_text=True)
    assert after.sheetnames == before.sheetnames
    for name in before.sheetnames:
        for row in before[name].iter_rows():
            for cell in row:
                other = after[name][cell.coordinate]
                assert (other.value, other.data_type) == (cell.value, cell.data_type)
                assert repr(other.font) == repr(cell.font)
                assert repr(other.fill) == repr(cell.fill)
                assert other.number_format == cell.number_format
    old, new = before["台账"], after["台账"]
    assert [str(r) for r in new.merged_cells.ranges] == [str(r) for r in old.merged_cells.ranges]
    assert new.column_dimensions["C"].width == 44
    assert new.row_dimensions[5].hidden
    assert new.freeze_panes == "A4"
    assert new.auto_filter.ref == "A3:D9"
    assert isinstance(new["B4"].value, CellRichText)


def test_new_columns_stand_right_of_the_last(register: Path, tmp_path: Path, judge: Judge) -> None:
    annotate_table(register, tmp_path / "out.xlsx", judge)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["台账"]
    assert [cell.value for cell in sheet[3]][4:] == NEW
    assert sheet["E3"].font.b
    assert sheet["E3"].fill.fgColor.rgb == sheet["D3"].fill.fgColor.rgb
    assert [sheet.cell(4, column).value for column in range(5, 11)] == [
        "sales",
        0.2,
        False,
        None,
        None,
        '[{"start": 0, "end": 2, "weight": 0.5}]',
    ]
    assert (sheet["G5"].value, sheet["H5"].value) == (True, "empty")  # an empty text, in a hidden row
    assert [cell.value for cell in sheet[6]] == [None] * 10  # a row of nothing stays one
    assert sheet["E9"].value == sheet["E8"].value == "sales"  # the text is merged over both
    assert sheet["E1"].value is None


def test_no_annotation_becomes_a_formula(register: Path, tmp_path: Path, judge_hostile: Judge) -> None:
    annotate_table(register, tmp_path / "out.xlsx", judge_hostile, batch=50)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["台账"]
    for row in (4, 5, 7, 8, 9):
        assert sheet.cell(row, 5).data_type == "s"
    assert sheet["E4"].value.startswith("=cmd")
    assert (sheet["F7"].value, sheet["F7"].data_type) == ("=1+1是一句话", "s")
    assert sheet["D5"].data_type == "f"
    with zipfile.ZipFile(tmp_path / "out.xlsx") as package:
        sheets = b"".join(package.read(name) for name in package.namelist() if "worksheets/sheet" in name)
    assert sheets.count(b"<f>") == 1


def test_hostile_values_of_every_kind(tmp_path: Path, hostile: tuple[str, ...]) -> None:
    book = openpyxl.Workbook()
    for row in (["text"], *([f"第{number}条"] for number in range(len(hostile)))):
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    odd = [float("nan"), 10**20, "长" * 40_000]

    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        return [{"=head": hostile[at], "odd": odd[at % 3], "when": date(2024, 1, 1)} for at in range(len(texts))]

    annotate_table(tmp_path / "in.xlsx", tmp_path / "out.xlsx", annotate)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert {cell.data_type for cell in sheet["B"]} == {"s"}
    assert [sheet.cell(row, 3).value for row in (2, 3)] == ["nan", "1" + "0" * 20]
    assert "略去" in sheet["C4"].value
    assert sheet["D2"].value == "2024-01-01"


def test_texts_out_of_formulas(tmp_path: Path) -> None:
    """A formula's stored result is its text; one without a result is told."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "in.xlsx")) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["序号", "问题描述"])
        sheet.write_formula(1, 1, '="未按"&"规定双录"', None, "未按规定双录")
    seen: list[str] = []
    annotate_table(tmp_path / "in.xlsx", tmp_path / "out.xlsx", lambda texts: [{"n": seen.append(t)} for t in texts])
    assert seen == ["未按规定双录"]
    done = annotate_table(tmp_path / "out.xlsx", tmp_path / "two.xlsx", lambda texts: [{"n": len(t)} for t in texts])
    assert any("没有存下计算结果" in note for note in done.notes)


def test_annotating_twice_replaces(register: Path, tmp_path: Path, judge: Judge) -> None:
    annotate_table(register, tmp_path / "once.xlsx", judge)
    done = annotate_table(tmp_path / "once.xlsx", tmp_path / "twice.xlsx", judge)
    assert done.replaced == tuple(NEW)
    assert openpyxl.load_workbook(tmp_path / "twice.xlsx")["台账"].max_column == 10


def test_the_named_column_chooses_the_sheet(register: Path, tmp_path: Path, judge: Judge) -> None:
    book = openpyxl.load_workbook(register)
    other = book.create_sheet("线索")
    other.append(["编号", "线索"])
    other.append([1, "举报称存在虚列费用"])
    book.save(register)
    assert annotate_table(register, tmp_path / "out.xlsx", judge, column="线索").rows == 1
    with pytest.raises(BadInput, match="序号、被检查单位、问题描述、金额"):
        annotate_table(register, tmp_path / "out.xlsx", judge, column="无此列")


def test_a_stopped_workbook_goes_on(register: Path, tmp_path: Path, judge: Judge) -> None:
    calls = 0

    def stop(texts: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise KeyboardInterrupt
        return judge(texts)

    with pytest.raises(KeyboardInterrupt):
        annotate_table(register, tmp_path / "out.xlsx", stop, batch=1)
    assert annotate_table(register, tmp_path / "out.xlsx", judge, batch=1).resumed == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.xlsx", "out.xlsx"]


def test_workbook_to_csv(register: Path, tmp_path: Path, judge: Judge) -> None:
    annotate_table(register, tmp_path / "out.csv", judge)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0].startswith("序号,被检查单位,问题描述,金额,category")
    assert lines[1].startswith("1,东城支行,未按规定开展贷后检查,12.5,sales")
    assert lines[3].startswith("3,南城支行,'=1+1是一句话,2024-01-31")


@pytest.mark.parametrize("data", [b"", b"no workbook", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_what_is_no_workbook(tmp_path: Path, judge: Judge, data: bytes) -> None:
    (tmp_path / "in.xlsx").write_bytes(data)
    with pytest.raises(UnreadableFile, match="不是工作簿"):
        annotate_table(tmp_path / "in.xlsx", tmp_path / "out.xlsx", judge)


def test_an_empty_workbook(tmp_path: Path, judge: Judge) -> None:
    openpyxl.Workbook().save(tmp_path / "in.xlsx")
    with pytest.raises(BadInput, match="没有含表格的工作表"):
        annotate_table(tmp_path / "in.xlsx", tmp_path / "out.xlsx", judge)

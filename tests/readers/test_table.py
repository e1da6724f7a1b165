from __future__ import annotations

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile
from rulemine.readers.table import TableReader

from .checks import check_blocks, lines_of, squeeze

openpyxl = pytest.importorskip("openpyxl")


def make_book(*sheets: list[list[object]], merges: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
        for merge in merges:
            sheet.merge_cells(merge)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_are_shown_as_people_see_them(read_bytes):
    row = ["一\n行", 3.0, 2.5, 7, date(2024, 5, 1), datetime(2024, 5, 1, 9, 30), True, None, ""]
    document = read_bytes("a.xlsx", make_book([row]))
    assert document.text == "一 行 | 3 | 2.5 | 7 | 2024-05-01 | 2024-05-01 09:30 | TRUE"
    assert [block.kind for block in document.blocks] == ["table_row"]


def test_names_of_sheets_are_headings_when_there_are_several(read_bytes):
    document = read_bytes("a.xlsx", make_book([["甲"]], [["乙"]]))
    assert document.text == "表1\n甲\n表2\n乙"
    assert lines_of(document, "heading") == ["表1", "表2"]
    check_blocks(document)


def test_merged_cells_are_filled_down(read_bytes):
    rows = [["部门", "问题"], ["风险部", "甲"], [None, "乙"], [None, "丙"]]
    document = read_bytes("a.xlsx", make_book(rows, merges=("A2:A4",)))
    assert document.text.splitlines()[1:] == ["风险部 | 甲", "风险部 | 乙", "风险部 | 丙"]


def test_formulas_without_a_result_are_said(read_bytes):
    document = read_bytes("a.xlsx", make_book([["合计", "=1+2"]]))
    assert document.text == "合计"
    assert "1 个公式" in document.warnings[0]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_text_tables(read_bytes, delimiter, encoding):
    out = io.StringIO()
    rows = [["序号", "问题", "整改状态"], ["1", "台账缺页，且\n未签字", "整改中"], ["2", f"含{delimiter}号", "已整改"]]
    csv.writer(out, delimiter=delimiter).writerows(rows)
    document = read_bytes("a.csv", out.getvalue().encode(encoding))
    shown = [" ".join(cell.split()) for row in rows for cell in row]
    assert document.text == "\n".join(" | ".join(shown[i : i + 3]) for i in (0, 3, 6))


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.et", "a.ods"])
def test_broken_workbooks_are_refused(read_bytes, name):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes(name, b"PK\x03\x04 no workbook")
    assert caught.value.remedy


CELLS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=6))
def test_every_character_is_there(rows):
    out = io.StringIO()
    csv.writer(out, delimiter="\t").writerows(rows)
    source = SourceFile(path="a.tsv", suffix=".tsv", data=out.getvalue().encode())
    text = TableReader().read(source, "final").to_document("a.tsv", "").text
    expected = squeeze("".join("".join(row) for row in rows)).replace("|", "").removeprefix("\ufeff")
    assert squeeze(text).replace("|", "") == expected


def test_comments_shapes_and_hidden_sheets_of_a_workbook_are_not_lost(read_bytes):
    import openpyxl
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    book.active.append(["问题", "金额"])
    book.active["A1"].comment = Comment("核对原始凭证", "审计")
    secret = book.create_sheet("底稿")
    secret.append(["未双录"])
    secret.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    document = read_bytes("a.xlsx", out.getvalue())
    assert "核对原始凭证" in "".join(block.text or "" for block in document.blocks if block.kind == "comment")
    assert "未双录" in document.text
    assert document.warnings == ("隐藏的工作表也读了：底稿",)
    check_blocks(document)

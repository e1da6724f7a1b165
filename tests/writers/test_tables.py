"""Tables: streamed, complete, and harmless when a spreadsheet opens them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from rulemine.errors import BadInput
from rulemine.writers import write_table
from rulemine.writers.tables import CHARACTERS_A_CELL, fit_cell

RECORDS = [
    {
        "id": "r1",
        "title": "差旅费管理办法",
        "path": ["第一章", "第二条"],
        "amount": 1234.5,
        "trial": False,
        "empty": None,
    },
    {"id": "r2", "title": "跨\n行", "source": {"page": 3}, "late": 7},
]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def test_jsonl_keeps_records_as_they_are(tmp_path: Path) -> None:
    write_table(iter(RECORDS), tmp_path / "t.jsonl")
    text = (tmp_path / "t.jsonl").read_text(encoding="utf-8")
    assert [json.loads(line) for line in text.splitlines()] == RECORDS
    assert "差旅费" in text


def test_csv_has_the_fields_of_all_records(tmp_path: Path) -> None:
    write_table(iter(RECORDS), tmp_path / "t.csv")
    first, second = read_csv(tmp_path / "t.csv")
    assert list(first) == ["id", "title", "path", "amount", "trial", "empty", "source", "late"]
    assert first["path"] == '["第一章", "第二条"]'
    assert first["empty"] == ""
    assert first["amount"] == "1234.5"
    assert second["title"] == "跨\n行"
    assert second["source"] == '{"page": 3}'
    assert second["late"] == "7"
    assert (tmp_path / "t.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_csv_disarms_formulas(tmp_path: Path, hostile: tuple[str, ...]) -> None:
    write_table([{text: text for text in hostile}], tmp_path / "t.csv")
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as table:
        for cell in (cell for row in csv.reader(table) for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_csv_leaves_numbers_numbers(tmp_path: Path) -> None:
    write_table([{"n": -1.5}], tmp_path / "t.csv")
    assert read_csv(tmp_path / "t.csv") == [{"n": "-1.5"}]


def test_named_columns_choose_and_order(tmp_path: Path) -> None:
    for suffix in (".csv", ".xlsx", ".jsonl"):
        write_table(iter(RECORDS), tmp_path / f"t{suffix}", columns=["title", "id"])
    assert list(read_csv(tmp_path / "t.csv")[0]) == ["title", "id"]
    assert [c.value for c in openpyxl.load_workbook(tmp_path / "t.xlsx").active[1]] == ["title", "id"]
    assert json.loads((tmp_path / "t.jsonl").read_text(encoding="utf-8").splitlines()[0]) == {
        "title": "差旅费管理办法",
        "id": "r1",
    }


def test_workbook_texts_stay_texts(tmp_path: Path, hostile: tuple[str, ...]) -> None:
    write_table([{"text": text, "n": 3, "yes": True} for text in hostile], tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(hostile)
    for (text, number, yes), expected in zip(rows, hostile, strict=True):
        assert (text.data_type, number.data_type, yes.data_type) == ("s", "n", "b")
        # Excel reads _x005F_ as the underscore that it stands for; openpyxl does not.
        assert text.hyperlink is None
        assert text.value.replace("_x005F_", "_").strip() == fit_cell(expected).strip()


def test_a_table_of_nothing_has_its_heading(tmp_path: Path) -> None:
    for suffix in (".csv", ".xlsx", ".jsonl"):
        write_table([], tmp_path / f"t{suffix}", columns=["id"])
    assert (tmp_path / "t.csv").read_text(encoding="utf-8-sig") == "id\n"
    assert openpyxl.load_workbook(tmp_path / "t.xlsx").active["A1"].value == "id"


def test_rows_go_on_in_a_further_sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulemine.writers.tables.ROWS_A_SHEET", 3)
    write_table([{"n": n} for n in range(7)], tmp_path / "t.xlsx")
    sheets = openpyxl.load_workbook(tmp_path / "t.xlsx").worksheets
    assert [[row[0].value for row in sheet.iter_rows(min_row=2)] for sheet in sheets] == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_text_too_long_for_a_cell_says_what_was_left_out(tmp_path: Path) -> None:
    write_table([{"text": "长" * 50_000}], tmp_path / "t.xlsx")
    value = openpyxl.load_workbook(tmp_path / "t.xlsx").active["A2"].value
    assert len(value) <= CHARACTERS_A_CELL
    kept = value.count("长")
    assert f"略去{50_000 - kept}字" in value


def test_unknown_suffix_names_the_known(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.jsonl、\.csv、\.xlsx"):
        write_table([], tmp_path / "t.txt")

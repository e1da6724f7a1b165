"""Text tables: encodings, delimiters, hostile cells, round trips, memory."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.engine import annotate_table
from rulemine.engine.characters import find_characters
from rulemine.engine.delimited import guess_delimiter
from rulemine.errors import BadInput, UnreadableFile
from rulemine.text import guard_cell

Judge = Callable[[Sequence[str]], list[dict[str, Any]]]


def measure(texts: Sequence[str]) -> list[dict[str, Any]]:
    return [{"length": len(text)} for text in texts]


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def annotate_bytes(folder: Path, data: bytes, name: str = "in.csv", **options: Any) -> list[list[str]]:
    (folder / name).write_bytes(data)
    annotate_table(folder / name, folder / "out.csv", measure, **options)
    return read_csv(folder / "out.csv")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = io.StringIO(newline="")
    rows = [["序号", "问题描述", "备注"], ["1", "未按规定双录，涉及3笔", ""], ["2", "代客户\n签名", "甲,乙;丙"]]
    csv.writer(text, delimiter=delimiter).writerows(rows)
    out = annotate_bytes(tmp_path, text.getvalue().encode(encoding))
    assert out == [[*row, more] for row, more in zip(rows, ["length", "11", "6"], strict=True)]
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_late_character_decides_a_long_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rulemine.engine.characters.SAMPLE", 64)
    file = tmp_path / "in.csv"
    file.write_bytes(b"id,text\n" + b"1,plain\n" * 100 + "2,费用报销\n".encode("gb18030"))
    assert find_characters(file).encoding == "gb18030"
    file.write_bytes(("id,text\n" + "1,未双录\n" * 100).encode() + b"2,\xff\n")
    assert find_characters(file).damaged
    file.write_bytes("id,text\n1,未双录\n".encode("utf-16") * 1 + "2,代签名\n".encode("utf-16-le") * 50)
    assert find_characters(file).encoding == "utf-16"


def test_binary_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile):
        annotate_bytes(tmp_path, b"\x89PNG\0\0\0\xff\xfe\0\1" * 9)


def test_tsv_is_cut_at_tabs_only(tmp_path: Path) -> None:
    assert annotate_bytes(tmp_path, "问题,全\t类\n甲,乙,丙,丁\t1\n".encode(), "in.tsv", column="问题,全") == [
        ["问题,全", "类", "length"],
        ["甲,乙,丙,丁", "1", "7"],
    ]


def test_one_column(tmp_path: Path) -> None:
    assert annotate_bytes(tmp_path, "text\r\n未双录\r\n\r\n代签名".encode()) == [
        ["text", "length"],
        ["未双录", "3"],
        ["代签名", "3"],
    ]


def test_rows_above_headings_short_and_long_rows(tmp_path: Path) -> None:
    data = "问题台账,,\n序号,问题描述,备注\n1,未双录\n2,代签名,无,多出\n,,\n"
    assert annotate_bytes(tmp_path, data.encode()) == [
        ["问题台账", "", ""],
        ["序号", "问题描述", "备注", "length"],
        ["1", "未双录", "", "3"],
        ["2", "代签名", "无", "3", "多出"],
        ["", "", "", "0"],
    ]


def test_repeated_and_empty_headings_stay(tmp_path: Path) -> None:
    assert annotate_bytes(tmp_path, "text,备注,备注,\n未双录,1,2,3\n".encode()) == [
        ["text", "备注", "备注", "", "length"],
        ["未双录", "1", "2", "3", "3"],
    ]


def test_headings_alone(tmp_path: Path) -> None:
    assert annotate_bytes(tmp_path, "序号,问题描述\n".encode()) == [["序号", "问题描述"]]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_nothing_at_all(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(BadInput, match="表是空的"):
        annotate_bytes(tmp_path, data)


def test_hostile_cells_stay_text(tmp_path: Path, hostile: tuple[str, ...]) -> None:
    source = io.StringIO(newline="")
    bare = [cell.replace("\x00", "").replace("\ud800", "") for cell in hostile]
    csv.writer(source).writerows([["问题描述", "=1+1"], *([cell, cell] for cell in bare)])
    (tmp_path / "in.csv").write_bytes(source.getvalue().encode())
    source_path, target = tmp_path / "in.csv", tmp_path / "out.csv"
    annotate_table(source_path, target, lambda texts: [{"@note": text} for text in texts], column="问题描述")
    rows = read_csv(tmp_path / "out.csv")
    assert len(rows) == len(bare) + 1
    for cell in (cell for row in rows for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))


def test_negative_numbers_and_dashes_stay_as_they_are(tmp_path: Path) -> None:
    cells = ["-1", "-1,234.50", "-3.5%", "-", "-1+1", "+86 10", "--1"]
    data = "问题描述;金额\n" + "".join(f"未双录;{cell}\n" for cell in cells)
    out = [row[1] for row in annotate_bytes(tmp_path, data.encode())[1:]]
    assert out == [*cells[:4], "'-1+1", "'+86 10", "'--1"]


def test_nested_values_are_json(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "in.csv").write_text("text\n未按规定双录\n", encoding="utf-8")
    annotate_table(tmp_path / "in.csv", tmp_path / "out.csv", judge)
    head, row = read_csv(tmp_path / "out.csv")
    assert dict(zip(head, row, strict=True)) == {
        "text": "未按规定双录",
        "category": "sales",
        "confidence": "0.12",
        "needs_review": "False",
        "review_reason": "",
        "secondary": '["personnel"]',
        "reasons": '[{"start": 0, "end": 2, "weight": 0.5}]',
    }


def test_annotating_twice_replaces(tmp_path: Path, judge: Judge) -> None:
    (tmp_path / "in.csv").write_text("序号,text\n1,未按规定双录\n2,\n", encoding="utf-8")
    annotate_table(tmp_path / "in.csv", tmp_path / "once.csv", judge)
    done = annotate_table(tmp_path / "once.csv", tmp_path / "twice.csv", judge)
    assert "category" in done.replaced
    assert (tmp_path / "once.csv").read_bytes() == (tmp_path / "twice.csv").read_bytes()


def test_csv_to_jsonl_and_back(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("序号,问题描述\n1,=未双录\n", encoding="utf-8")
    annotate_table(tmp_path / "in.csv", tmp_path / "a.jsonl", measure)
    assert (tmp_path / "a.jsonl").read_text(encoding="utf-8") == '{"序号": "1", "问题描述": "=未双录", "length": 4}\n'
    annotate_table(tmp_path / "a.jsonl", tmp_path / "b.csv", measure)
    assert read_csv(tmp_path / "b.csv") == [["序号", "问题描述", "length"], ["1", "'=未双录", "4"]]


def test_delimiter_of_texts_full_of_commas() -> None:
    assert guess_delimiter("序号|问题\n1|甲,乙\n2|丙,丁,戊\n3|己") == "|"
    assert guess_delimiter('a,b\n1,"x;1\ny;2\nz;3"\n') == ","
    assert guess_delimiter("") == ","


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\0") | st.sampled_from(",;|\t\n\r\"'=+-@，。未"), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=8))
def test_csv_round_trip(rows: list[tuple[str, str]]) -> None:
    source = io.StringIO(newline="")
    csv.writer(source, quoting=csv.QUOTE_ALL).writerows([("问题描述", "备注"), *rows])
    seen: list[str] = []

    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        seen.extend(texts)
        return measure(texts)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.csv").write_bytes(source.getvalue().encode("utf-8-sig"))
        annotate_table(folder / "in.csv", folder / "out.csv", annotate, column="问题描述", batch=3)
        out = read_csv(folder / "out.csv")
    assert seen == [text for text, _ in rows]
    assert out[0] == ["问题描述", "备注", "length"]
    for (text, note), row in zip(rows, out[1:], strict=True):
        assert row[2] == str(len(text))
        for cell, written in zip((text, note), row, strict=False):
            assert written in (cell, guard_cell(cell))


def test_headings_that_look_like_a_row_are_told(tmp_path: Path) -> None:
    (tmp_path / "in.tsv").write_text("代签名\t3\n未双录\t4\n", encoding="utf-8")
    done = annotate_table(tmp_path / "in.tsv", tmp_path / "out.csv", measure)
    assert (done.rows, done.column) == (1, "代签名")
    assert "当作了列名" in done.notes[0]


MEASURED = """
import resource, sys
from pathlib import Path
from rulemine.engine import annotate_table
folder = Path(sys.argv[1])
def annotate(texts):
    return [{"category": "sales", "confidence": 0.5, "reasons": [{"start": 0, "end": 2}]} for _ in texts]
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
annotate_table(folder / "small.csv", folder / "out.csv", annotate)
before = peak()
done = annotate_table(folder / "large.csv", folder / "out.csv", annotate)
print(done.rows, peak() - before)
"""


def test_memory_is_bounded(tmp_path: Path) -> None:
    row = "{},未按规定开展贷后检查，" + "贷款资金被挪用。" * 30 + "\n"
    for name, count in (("small", 5_000), ("large", 50_000)):
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8") as file:
            file.write("序号,问题描述\n")
            file.writelines(row.format(number) for number in range(count))
    assert (tmp_path / "large.csv").stat().st_size > 35_000_000
    done = subprocess.run([sys.executable, "-c", MEASURED, str(tmp_path)], capture_output=True, text=True, check=True)
    rows, grown = map(int, done.stdout.split())
    assert rows == 50_000
    assert grown < (25_000_000 if sys.platform == "darwin" else 25_000)  # bytes on macOS, KiB elsewhere
    assert len((tmp_path / "out.csv").read_bytes().splitlines()) == 50_001

"""Parquet: one row group at a time, types that hold for all of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from rulemine.engine import annotate_table
from rulemine.errors import MissingExtra, UnreadableFile

Judge = Callable[[Sequence[str]], Sequence[Mapping[str, Any]]]


def test_says_what_is_missing(tmp_path: Path, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (tmp_path / "in.parquet").write_bytes(b"PAR1")
    with pytest.raises(MissingExtra, match=r"rulemine\[spark\]"):
        annotate_table(tmp_path / "in.parquet", tmp_path / "out.parquet", judge)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    texts = [f"第{number}笔贷款未做贷后检查" if number % 7 else None for number in range(95)]
    table = pa.table({"id": pa.array(range(95), pa.int32()), "text": texts, "category": ["旧"] * 95})
    parquet.write_table(table.replace_schema_metadata({"owner": "x"}), tmp_path / "in.parquet", row_group_size=20)
    return tmp_path / "in.parquet"


def test_row_groups_types_and_order(source: Path, tmp_path: Path, judge: Judge) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    done = annotate_table(source, tmp_path / "out.parquet", judge, batch=33)
    assert (done.rows, done.column, done.replaced) == (95, "text", ("category",))
    with parquet.ParquetFile(tmp_path / "out.parquet") as file:
        assert file.num_row_groups == 5
        assert file.schema_arrow.metadata[b"owner"] == b"x"
        table = file.read()
    assert table.column_names == [
        "id",
        "text",
        "category",
        "confidence",
        "needs_review",
        "review_reason",
        "secondary",
        "reasons",
    ]
    assert table.schema.field("id").type == pa.int32()
    assert table.schema.field("secondary").type == pa.list_(pa.string())
    rows = table.to_pylist()
    assert [row["id"] for row in rows] == list(range(95))
    assert rows[7]["review_reason"] == "empty"
    assert rows[1]["reasons"] == [{"start": 0, "end": 2, "weight": 0.5}]
    assert rows[1] == {"id": 1, "text": rows[1]["text"], **judge([rows[1]["text"]])[0]}


def test_values_of_no_one_type_become_json(source: Path, tmp_path: Path) -> None:
    from pyarrow import parquet

    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        return [{"odd": 3 if text else "三", "none": None, "bare": {}, "empty": []} for text in texts]

    annotate_table(source, tmp_path / "out.parquet", annotate)
    rows = parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert [row["odd"] for row in rows[:2]] == ["三", "3"]
    assert rows[0]["none"] is None
    assert rows[0]["empty"] == []


def test_goes_on_and_converts(source: Path, tmp_path: Path, judge: Judge) -> None:
    def stop(texts: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        if "第31笔贷款未做贷后检查" in texts:
            raise KeyboardInterrupt
        return judge(texts)

    with pytest.raises(KeyboardInterrupt):
        annotate_table(source, tmp_path / "out.jsonl", stop, batch=10)
    assert annotate_table(source, tmp_path / "out.jsonl", judge, batch=10).resumed == 30
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(lines) == 95
    assert lines[3]["category"] == judge([lines[3]["text"]])[0]["category"]


def test_what_is_no_parquet(tmp_path: Path, judge: Judge) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "in.parquet").write_bytes(b"no table")
    with pytest.raises(UnreadableFile, match="不是 Parquet"):
        annotate_table(tmp_path / "in.parquet", tmp_path / "out.parquet", judge)

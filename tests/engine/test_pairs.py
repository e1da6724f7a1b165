"""Pairs out of a table: the same whatever the order of its rows, its format, and the cores that look."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from rulemine import gramsets
from rulemine.engine import open_engine
from rulemine.engine.jobs import Job
from rulemine.engine.pairs import find_pairs, join_table
from rulemine.errors import BadInput, UnreadableFile
from rulemine.kernels import cache_folder

WORDS = "出差人员应当在返回后十日内持发票到财务部门报销住宿费和交通费逾期须经分管领导批准并说明理由"


def _rows(count: int = 300) -> list[dict[str, Any]]:
    random = Random(3)
    rows = []
    for number in range(count):
        start = random.randrange(20)
        rows.append({"id": f"条{number}", "text": WORDS[start : start + random.randrange(5, 30)]})
    return rows


def _told(rows: list[dict[str, Any]], threshold: float = 0.6) -> list[Any]:
    return list(find_pairs([row["id"] for row in rows], [row["text"] for row in rows], threshold))


def test_order_of_rows_changes_nothing() -> None:
    rows = _rows()
    mixed = Random(1).sample(rows, len(rows))
    assert _told(rows) == _told(mixed)
    assert {pair["relation"] for pair in _told(rows)} == {"exact", "near", "contains", "contained_in"}
    assert all(pair["a"] < pair["b"] for pair in _told(rows))


def test_number_of_cores_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, found = _rows(), []
    for cores in (1, 2, 7):
        monkeypatch.setattr(gramsets, "cpu_count", lambda cores=cores: cores)
        found.append(_told(rows))
    assert found[0] == found[1] == found[2]


def test_jsonl_and_parquet_in_and_out(tmp_path: Path) -> None:
    rows = _rows()
    lines = tmp_path / "in.jsonl"
    lines.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "in.parquet")
    count = join_table(lines, tmp_path / "out.jsonl", 0.6)
    assert count == join_table(tmp_path / "in.parquet", tmp_path / "out.parquet", 0.6) > 100
    told = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist() == told == _told(rows)
    assert join_table(lines, tmp_path / "out.jsonl", 1.0) < count, "a rerun overwrites"


def test_numbers_as_ids(tmp_path: Path) -> None:
    rows = [{"id": number, "text": WORDS} for number in (10, 9, 2)]
    assert [(pair["a"], pair["b"]) for pair in _told(rows)] == [(2, 9), (2, 10), (9, 10)]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), tmp_path / "in.parquet")
    join_table(tmp_path / "in.parquet", tmp_path / "out.parquet", 0.8)
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").schema.field("a").type == pyarrow.int64()


def test_bad_tables_are_told(tmp_path: Path) -> None:
    bad = tmp_path / "in.jsonl"
    with pytest.raises(UnreadableFile):
        join_table(bad, tmp_path / "out.jsonl", 0.8)
    bad.write_text('{"id": "a", "text": "甲"}\n{"id": "a", "text": "乙"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"in\.jsonl:2"):
        join_table(bad, tmp_path / "out.jsonl", 0.8)
    bad.write_text('{"name": "a"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match="id 和 text"):
        join_table(bad, tmp_path / "out.jsonl", 0.8)
    bad.rename(tmp_path / "in.csv")
    with pytest.raises(BadInput, match="jsonl"):
        join_table(tmp_path / "in.csv", tmp_path / "out.jsonl", 0.8)


def test_engines() -> None:
    with pytest.raises(BadInput, match="spark"):
        open_engine("ray")
    lines = open_engine("local").map_lines(Job("rulemine.stages:parse_rule_lines"), [])
    assert list(lines) == []


def test_cache_lies_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RULEMINE_CACHE", str(tmp_path))
    assert cache_folder() == tmp_path
    monkeypatch.delenv("RULEMINE_CACHE")
    assert cache_folder().name in ("rulemine", "cache")

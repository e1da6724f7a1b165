"""Whole files: written in one piece, by suffix, with nothing lost on the way."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import BadInput
from rulemine.schema import Candidate, from_record, to_record
from rulemine.writers import Review, write_review, write_table
from rulemine.writers.lines import dump_line
from rulemine.writers.staging import stage_file

SUFFIXES = (".jsonl", ".xlsx", ".docx", ".html")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_each_format_is_written_into_new_folders(review: Review, tmp_path: Path, suffix: str, lang: str) -> None:
    path = tmp_path / "新" / "文件夹" / f"结果{suffix}"
    write_review(dataclasses.replace(review, lang=lang), path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.stat().st_size > 1000


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_review_of_nothing_is_written_too(review: Review, tmp_path: Path, suffix: str) -> None:
    empty = Review(
        run=dataclasses.replace(review.run, covers=(), options={}, inputs=(), skipped=(), facts_on=None, model=None)
    )
    write_review(empty, tmp_path / f"r{suffix}")
    assert (tmp_path / f"r{suffix}").exists()


def test_an_unknown_suffix_names_the_known_ones(review: Review, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.jsonl、\.xlsx、\.docx、\.html"):
        write_review(review, tmp_path / "r.pdf")
    assert not list(tmp_path.iterdir())


def test_the_suffix_may_be_in_capitals(review: Review, tmp_path: Path) -> None:
    write_review(review, tmp_path / "R.JSONL")
    assert (tmp_path / "R.JSONL").exists()


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_failure_leaves_the_old_file_and_no_half_one(review: Review, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"r{suffix}"
    path.write_text("the old one", encoding="utf-8")
    broken = dataclasses.replace(review, candidates=(*review.candidates, object()))  # type: ignore[arg-type]
    with pytest.raises((AttributeError, TypeError)):
        write_review(broken, path)
    assert path.read_text(encoding="utf-8") == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_that_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    def give() -> object:
        yield {"id": 1}
        raise RuntimeError("the reader broke")

    for suffix in (".jsonl", ".csv", ".xlsx"):
        with pytest.raises(RuntimeError):
            write_table(give(), tmp_path / f"t{suffix}", columns=["id"])  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="是文件夹"), stage_file(tmp_path):
        pass


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadInput, match="无法写入"), stage_file(tmp_path / "file" / "r.jsonl"):
        pass


def test_a_chinese_name_of_255_bytes_fits(tmp_path: Path) -> None:
    name = "制" * 83 + ".jsonl"
    with stage_file(tmp_path / name) as staged:
        staged.write_text("x", encoding="utf-8")
    assert (tmp_path / name).exists()


def test_lines_are_the_candidates_and_read_back(review: Review, tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    write_review(review, path)
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert tuple(from_record(Candidate, record) for record in records) == review.candidates


def test_lines_mark_what_is_new(review: Review, tmp_path: Path) -> None:
    write_review(review, tmp_path / "r.jsonl")
    first = json.loads((tmp_path / "r.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert [(e["id"], e["new"]) for e in first["evidence"]] == [("e-basis", False), ("e-period", True)]
    write_review(dataclasses.replace(review, known=None), tmp_path / "s.jsonl")
    assert "new" not in json.loads((tmp_path / "s.jsonl").read_text(encoding="utf-8").splitlines()[0])["evidence"][0]


@settings(max_examples=300)
@given(st.text(st.characters(exclude_categories=())))
def test_any_quote_survives_a_line(text: str) -> None:
    line = dump_line({"quote": text})
    assert json.loads(line) == {"quote": text}
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode("utf-8")) == {"quote": text}


def test_the_record_of_the_run_is_plain_json(review: Review) -> None:
    record = json.loads(json.dumps(to_record(review.run)))
    assert record["as_of"] == "2024-06-30"
    assert record["skipped"][0]["reason"] == "文件已加密"

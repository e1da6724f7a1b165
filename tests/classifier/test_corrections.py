"""Decisions of people: lines that only grow, the last word counts, and who and when is never lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from rulemine.classifier.corrections import Correction, append_correction, apply_corrections, read_corrections
from rulemine.classifier.examples import Example
from rulemine.errors import BadInput

AT = datetime(2026, 11, 3, 9, 30)


def correct(text: str, label: str | None, by: str = "甲") -> Correction:
    return Correction(text=text, label=label, by=by, at=AT)


def test_lines_only_grow(tmp_path: Path) -> None:
    path = tmp_path / "更正.jsonl"
    append_correction(path, correct("公章外借", "finance"))
    before = path.read_bytes()
    append_correction(path, correct("公章外借", "daily_office", "乙"))
    assert path.read_bytes().startswith(before)
    first, second = read_corrections(path)
    assert (first.label, second.label, second.by, second.at) == ("finance", "daily_office", "乙", AT)


def test_the_last_word_counts() -> None:
    examples = [Example("公章外借", "finance", "a"), Example("贷后流于形式", "other", "a", other_kind="credit")]
    said = [correct("公章外借", "sales"), correct("公章外借", "daily_office"), correct("新的一条", "governance", "乙")]
    first, second, added = apply_corrections(examples, said)
    assert (first.label, first.group) == ("daily_office", "a")
    assert second == examples[1]
    assert (added.text, added.label, added.group) == ("新的一条", "governance", "乙")


def test_a_correction_can_be_taken_back() -> None:
    examples = [Example("公章外借", "finance", "a")]
    assert apply_corrections(examples, [correct("公章外借", "sales"), correct("公章外借", None)]) == examples
    assert apply_corrections([], [correct("新的一条", "sales"), correct("新的一条", None)]) == []


def test_agreeing_keeps_the_kind() -> None:
    examples = [Example("贷后流于形式", "other", "a", other_kind="credit")]
    assert apply_corrections(examples, [correct("贷后流于形式", "other")]) == examples


def test_who_must_be_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="by"):
        append_correction(tmp_path / "x.jsonl", correct("甲", "finance", " "))
    assert not (tmp_path / "x.jsonl").exists()


@pytest.mark.parametrize(
    "line", ['{"text":"甲","label":"a","by":"b"}', '{"text":"甲","label":"a","by":"b","at":"昨天"}']
)
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.jsonl:1"):
        read_corrections(path)

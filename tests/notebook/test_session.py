"""Labelling without the page: blind, written at once, taken back, gone on with."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from rulemine.classifier import load_classifier
from rulemine.errors import BadInput
from rulemine.notebook.session import KEYS, LabellingSession
from rulemine.taxonomy import load_taxonomy

TEXTS = ["公章外借未登记", "报销单未附发票，金额3.2万元", "贷后检查流于形式"]
Start = Callable[..., LabellingSession]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    def begin(texts: list[str] = TEXTS, by: str = "甲") -> LabellingSession:
        return LabellingSession(
            texts=texts,
            path=tmp_path / "said.jsonl",
            by=by,
            model=load_classifier(),
            taxonomy=load_taxonomy(),
            now=lambda: datetime(2026, 11, 3, 9, 0),
        )

    return begin


def read(tmp_path: Path) -> list[tuple[str, str | None]]:
    lines = (tmp_path / "said.jsonl").read_text(encoding="utf-8").splitlines()
    return [(row["text"], row["label"]) for row in map(json.loads, lines)]


def test_each_decision_is_written_at_once(tmp_path: Path, start: Start) -> None:
    session = start()
    assert session.verdict() == ""
    session.decide("daily_office")
    assert read(tmp_path) == [(TEXTS[0], "daily_office")]
    assert session.text == TEXTS[1]
    assert "模型：日常办公" in session.verdict()
    assert session.verdict().endswith("，一致")


def test_undo_is_written_too_and_shows_the_text_again(tmp_path: Path, start: Start) -> None:
    session = start()
    session.decide("daily_office")
    session.skip()
    session.decide("other")
    assert session.text is None
    session.undo()
    session.undo()
    session.undo()
    assert session.text == TEXTS[0]
    assert read(tmp_path)[-2:] == [(TEXTS[2], None), (TEXTS[0], None)]


def test_a_session_goes_on_where_it_stopped(start: Start) -> None:
    first = start()
    first.decide("daily_office")
    first.decide("finance")
    first.undo()
    assert start().texts == TEXTS[1:]
    assert start(by="乙").texts == TEXTS
    again = start()
    again.decide("finance")
    again.decide("other")
    assert start().text is None


def test_a_label_that_is_none_is_refused(tmp_path: Path, start: Start) -> None:
    session = start()
    with pytest.raises(BadInput, match="食堂"):
        session.decide("食堂")
    assert session.text == TEXTS[0]
    assert not (tmp_path / "said.jsonl").exists()


def test_who_and_what_must_be_there(start: Start) -> None:
    with pytest.raises(BadInput, match="by"):
        start(by="")
    with pytest.raises(BadInput, match="rulemine queue"):
        start(texts=[])


def test_every_choice_has_a_key_of_its_own(start: Start) -> None:
    pressed = [choice["press"] for choice in start().choices]
    assert pressed == ["1", "2", "3", "4", "5", "6"]
    assert len(set(KEYS)) == len(KEYS) >= 41
    assert not set(KEYS) & set("ugn")

"""Every message says what to do next, and one tree holds them all."""

from __future__ import annotations

import pickle
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from rulemine import errors
from rulemine.classifier import load_classifier
from rulemine.classifier.examples import load_examples
from rulemine.errors import (
    BadInput,
    BadModel,
    MissingExtra,
    ReaderFailed,
    RulemineError,
    UnreadableFile,
    UnsupportedFormat,
)
from rulemine.facts import load_facts
from rulemine.resources import locate_resource
from rulemine.signals import choose_codes
from rulemine.taxonomy import load_taxonomy
from rulemine.writers import Review, RunRecord, write_review

CASES: list[tuple[str, Callable[[Path], object], type[RulemineError], str]] = [
    ("facts", lambda p: load_facts(p / "none"), BadInput, "laws.csv"),
    ("taxonomy", lambda p: load_taxonomy(p / "none.toml"), BadInput, "[categories.KEY]"),
    ("model name", lambda _: load_classifier("huge"), BadModel, "rulemine train"),
    ("model folder", lambda p: load_classifier(p), BadModel, "rulemine train"),
    ("signal", lambda _: choose_codes("V99"), BadInput, "rulemine signals"),
    ("resource", lambda _: locate_resource("models/none"), BadInput, "rulemine"),
    (
        "suffix",
        lambda p: write_review(Review(run=RunRecord(version="1", as_of=date(2024, 1, 1))), p / "a.pdf"),
        BadInput,
        "-o",
    ),
]


@pytest.mark.parametrize(("make", "kind", "remedy"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_message_says_what_to_do(
    tmp_path: Path, make: Callable[[Path], object], kind: type[RulemineError], remedy: str
) -> None:
    with pytest.raises(kind) as caught:
        make(tmp_path)
    assert remedy in str(caught.value)


def test_examples_name_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "labelled.jsonl"
    path.write_text('{"text": "甲", "label": "finance"}\n{"text": "乙"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"labelled\.jsonl:2.*text.*label"):
        load_examples([path])


@pytest.mark.parametrize("kind", [UnreadableFile, UnsupportedFormat, ReaderFailed])
def test_unreadable_file_says_which_why_and_what(kind: type[UnreadableFile]) -> None:
    error = kind("制度/旧.wps", "文件是空的", "请重新索取")
    assert re.split("[：；]", str(error)) == ["制度/旧.wps", "文件是空的", "请重新索取"]
    assert isinstance(error, UnreadableFile)


def test_errors_cross_process_borders() -> None:
    """Readers run in workers: what they raise must come back whole."""
    for error in (ReaderFailed("a", "b", "c"), MissingExtra("pyarrow", "spark"), BadInput("x")):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


def test_missing_extra_says_which_one() -> None:
    assert "pip install 'rulemine[spark]'" in str(MissingExtra("pyarrow", "spark"))


def test_one_tree_drawn_in_the_docstring() -> None:
    kinds = [k for k in vars(errors).values() if isinstance(k, type) and issubclass(k, Exception)]
    for kind in kinds:
        assert issubclass(kind, RulemineError)
        assert kind.__name__ in (errors.__doc__ or "")

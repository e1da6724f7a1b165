"""Training: it learns, folds share no author, and what it says about itself comes from texts it had not seen."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rulemine.classifier import training
from rulemine.classifier.rows import bare_finding
from rulemine.classifier.training import (
    Example,
    cross_validate,
    describe_training,
    evaluate_classifier,
    load_examples,
    train_classifier,
)
from rulemine.errors import BadInput

from .corpus import AUTHORS, make_examples


def test_it_learns() -> None:
    model, outcome = train_classifier(make_examples())
    assert outcome.figures()["accuracy"] >= 0.95
    unseen = ["分理处报销单未附发票", "分理处员工未按期轮岗", "分理处可疑交易未上报"]
    found = model.classify([bare_finding(text) for text in unseen])
    assert [f.category for f in found] == ["finance", "personnel", "other"]
    assert found[2].other_kind == "anti_money_laundering"
    assert evaluate_classifier(model, make_examples()).figures()["accuracy"] == 1.0


def test_training_twice_gives_the_same_model() -> None:
    first, second = train_classifier(make_examples())[0], train_classifier(make_examples())[0]
    assert np.array_equal(first.weights, second.weights)
    assert (first.temperature, first.threshold) == (second.temperature, second.threshold)


def test_no_author_stands_on_both_sides_of_a_fold(monkeypatch: pytest.MonkeyPatch) -> None:
    sides: list[set[str]] = []
    fit = training._fit

    def watch(examples: Sequence[Example], categories: Sequence[str]) -> Any:
        sides.append({example.group for example in examples})
        return fit(examples, categories)

    monkeypatch.setattr(training, "_fit", watch)
    outcome = cross_validate(make_examples())
    assert sorted(map(sorted, sides)) == sorted(sorted(set(AUTHORS) - {author}) for author in AUTHORS)
    assert outcome.chances.shape == (len(make_examples()), 3)
    assert np.allclose(outcome.chances.sum(axis=1), 1.0)


def test_few_authors_get_plain_folds(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    fit = training._fit
    monkeypatch.setattr(
        training, "_fit", lambda examples, categories: (sizes.append(len(examples)), fit(examples, categories))[1]
    )
    examples = make_examples(("甲",))
    cross_validate(examples)
    assert len(sizes) == 5
    assert all(size < len(examples) for size in sizes)


def test_two_categories_are_enough() -> None:
    examples = [e for e in make_examples() if e.label != "other"]
    model, _ = train_classifier(examples)
    assert model.categories == ("finance", "personnel")
    assert [f.category for f in model.classify([bare_finding("报销单未附发票"), bare_finding("员工未按期轮岗")])] == [
        "finance",
        "personnel",
    ]


def test_figures_are_shares() -> None:
    _, outcome = train_classifier(make_examples())
    figures = outcome.figures()
    assert figures["n"] == len(make_examples())
    for name in ("accuracy", "accuracy_hard", "answered", "accuracy_when_answered", "calibration_error"):
        assert 0 <= figures[name] <= 1
    assert outcome.temperature > 0
    assert 0 <= outcome.threshold <= 0.95


def test_what_the_model_says_of_itself() -> None:
    examples = make_examples()
    about = describe_training(examples, train_classifier(examples)[1])
    assert about["trained_on"]["findings"] == len(examples)
    assert about["trained_on"]["groups"] == sorted(AUTHORS)
    assert sum(about["trained_on"]["by_label"].values()) == len(examples)
    json.dumps(about)


def test_examples_are_grouped_by_file_unless_they_say_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "一组.jsonl"
    rows = [
        {"text": "甲", "label": "finance"},
        {"text": "乙", "label": "other", "group": "丙", "other_kind": "credit", "hard": True},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n", encoding="utf-8")
    first, second = load_examples([path])
    assert (first.group, first.hard) == ("一组", False)
    assert (second.group, second.hard, second.other_kind) == ("丙", True, "credit")


@pytest.mark.parametrize("line", ["{", '{"text": "甲"}', '["甲"]', '{"label": "finance"}'])
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "甲", "label": "a"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.jsonl:2.*text.*label"):
        load_examples([path])


def test_one_category_is_no_corpus(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"text": "甲", "label": "a"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match="两个类别"):
        load_examples([path])

"""Training: it learns, folds share no author, and what it says about itself comes from texts it had not seen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from rulemine.classifier.evaluation import evaluate_classifier
from rulemine.classifier.examples import Example, load_examples
from rulemine.classifier.rows import bare_finding
from rulemine.classifier.training import describe_training, split_by_group, train_classifier
from rulemine.errors import BadInput

from .corpus import AUTHORS, make_examples


def test_it_learns() -> None:
    trained = train_classifier(make_examples())
    model = trained.model
    assert trained.outcome.figures()["accuracy"] >= 0.95
    unseen = ["分理处报销单未附发票", "分理处员工未按期轮岗", "分理处可疑交易未上报"]
    found = model.classify([bare_finding(text) for text in unseen])
    assert [f.category for f in found] == ["finance", "personnel", "other"]
    assert found[2].other_kind == "anti_money_laundering"
    assert evaluate_classifier(model, make_examples()).figures()["accuracy"] == 1.0


def test_training_twice_gives_the_same_model() -> None:
    first, second = train_classifier(make_examples()).model, train_classifier(make_examples()).model
    assert np.array_equal(first.characters.weights, second.characters.weights)
    assert (first.temperature, first.thresholds) == (second.temperature, second.thresholds)


def test_no_author_stands_on_both_sides_of_a_fold() -> None:
    examples = make_examples()
    held = [{e.group for e, out in zip(examples, fold, strict=True) if out} for fold in split_by_group(examples)]
    assert sorted(map(sorted, held)) == [[author] for author in sorted(AUTHORS)]


@pytest.mark.parametrize("groups", [3, 20, 47])
def test_every_text_is_held_out_once(groups: int) -> None:
    examples = [Example(f"甲{i}", "a", f"{i % groups}") for i in range(200)]
    folds = list(split_by_group(examples))
    assert len(folds) == min(groups, 20)
    assert (np.sum(folds, axis=0) == 1).all()
    for fold in folds:
        inside = {e.group for e, out in zip(examples, fold, strict=True) if out}
        assert not inside & {e.group for e, out in zip(examples, fold, strict=True) if not out}


def test_few_authors_get_folds_with_a_part_of_every_label() -> None:
    examples = make_examples(("甲",))
    folds = list(split_by_group(examples))
    assert len(folds) == 5
    assert (np.sum(folds, axis=0) == 1).all()
    labels = {e.label for e in examples}
    assert all({e.label for e, out in zip(examples, fold, strict=True) if out} == labels for fold in folds)


def test_what_is_said_of_a_model_comes_from_folds() -> None:
    """Labels drawn by lot: a model that has seen the texts knows them all, one that has not is at a loss."""
    drawn = np.random.default_rng(3)
    examples = [
        Example("".join(chr(0x4E00 + n) for n in drawn.integers(0, 3000, 12)), str(i % 2), str(i % 4))
        for i in range(200)
    ]
    assert train_classifier(examples).outcome.figures()["accuracy"] < 0.7


@pytest.mark.parametrize(("right", "at_least"), [(0.6, 0.0), (0.99, 0.5)])
def test_the_more_answers_must_be_right_the_fewer_there_are(right: float, at_least: float) -> None:
    examples = [
        Example(f"{'公章' if i % 3 else '发票'}{i}号", "甲" if i % 3 or i % 2 else "乙", str(i % 5)) for i in range(200)
    ]
    model = train_classifier(examples, right=right).model
    assert model.thresholds.answer >= at_least


def test_two_categories_are_enough() -> None:
    examples = [e for e in make_examples() if e.label != "other"]
    model = train_classifier(examples).model
    assert model.categories == ("finance", "personnel")
    assert [f.category for f in model.classify([bare_finding("报销单未附发票"), bare_finding("员工未按期轮岗")])] == [
        "finance",
        "personnel",
    ]


def test_what_the_model_says_of_itself() -> None:
    examples = make_examples()
    about = describe_training(examples, train_classifier(examples).outcome)
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

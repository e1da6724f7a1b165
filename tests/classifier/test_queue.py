"""What to label next: texts that teach something, none like another; and labels that were put in wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rulemine.classifier import Classifier
from rulemine.classifier.queue import choose_next, queue_labels, queue_texts
from rulemine.classifier.training import train_classifier

from .corpus import make_examples


@pytest.fixture(scope="module")
def model() -> Classifier:
    return train_classifier(make_examples()).model


def test_doubtful_texts_come_first(model: Classifier) -> None:
    texts = ["营业部报销单未附发票", "员工报销单未按期轮岗附发票", "城东支行员工未按期轮岗", "城西支行抵押物未评估"]
    assert choose_next(model, texts, 1) == [1]


def test_no_text_stands_twice(model: Classifier) -> None:
    texts = ["员工报销单未按期轮岗附发票"] * 5 + ["可疑报销单资料缺失", "员工报销单未按期轮岗附发票。"]
    chosen = choose_next(model, texts, 3)
    assert chosen[:2] in ([0, 5], [5, 0])
    assert len({texts[i] for i in chosen}) == len(chosen)


def test_what_cannot_be_read_is_not_asked(model: Classifier) -> None:
    assert choose_next(model, ["", "12", "合计"], 3) == []
    assert choose_next(model, ["报销单未附发票"], 0) == []


def test_rows_say_why(model: Classifier) -> None:
    (row,) = queue_texts(model, ["员工报销单未附发票"], 5)
    assert (row.rank, row.id, row.why, row.label) == (1, "1", "unsure", None)
    assert row.guess in model.categories


def test_planted_label_errors_are_found() -> None:
    examples = make_examples()
    planted = {5, 40, 100, 160}
    wrong = {"finance": "personnel", "personnel": "other", "other": "finance"}
    examples = [replace(e, label=wrong[e.label]) if i in planted else e for i, e in enumerate(examples)]
    found = queue_labels(examples, train_classifier(examples).outcome, 4)
    assert {int(row.id) - 1 for row in found} == planted
    assert all(row.why == "label" and row.label != row.guess for row in found)

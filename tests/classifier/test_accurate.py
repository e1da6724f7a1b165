"""The model that asks an encoder: only where the characters are not sure, and never another than its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from rulemine.classifier import Classifier, load_classifier
from rulemine.classifier.scorers import MeaningScorer, softmax
from rulemine.classifier.storing import load_model, save_model
from rulemine.classifier.training import train_classifier
from rulemine.encoder import OnnxEncoder
from rulemine.errors import BadModel
from rulemine.resources import locate_resource

from .corpus import make_examples

TEXTS = ["会议费报销未附发票和签到表，金额3.2万元", "会上定的事没有下文，谁也不再过问", "贷后检查流于形式"]


class Listener:
    """An encoder of two numbers that keeps what it was asked."""

    name = "listener"

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        given = list(texts)
        self.asked += given
        return np.array([[1.0, 0.0]] * len(given), dtype=np.float32)


@pytest.fixture(scope="module")
def accurate() -> Classifier:
    return load_classifier("accurate")


def test_it_says_which_model_spoke(accurate: Classifier) -> None:
    assert {answer.model for answer in accurate.answers(TEXTS)} == {"accurate"}


def test_only_doubtful_texts_are_read_by_the_encoder() -> None:
    linear, listener = load_classifier(), Listener()
    weights = np.zeros((2, len(linear.labels)), dtype=np.float32)
    meaning = MeaningScorer(listener, weights, np.zeros(len(linear.labels), dtype=np.float32), 1.0, 1.0, 0.9)
    model = replace(linear, meaning=meaning)
    sure = linear.probabilities(TEXTS).max(axis=1) >= 0.9
    assert sure.any()
    assert not sure.all()
    chances = model.probabilities(TEXTS)
    assert listener.asked == [text for text, known in zip(TEXTS, sure, strict=True) if not known]
    assert np.allclose(chances[sure], linear.probabilities(TEXTS)[sure])
    assert np.allclose(chances.sum(axis=1), 1)


def test_the_encoder_changes_what_it_is_asked(accurate: Classifier) -> None:
    assert accurate.meaning is not None
    texts = [example.text for example in make_examples()[:40]] + TEXTS
    plain = softmax(accurate.characters.scores(texts) / accurate.temperature)
    asked = plain.max(axis=1) < accurate.meaning.asked_below
    assert asked.any()
    assert not np.allclose(accurate.probabilities(texts)[asked], plain[asked], atol=1e-3)


def test_a_model_of_ones_own_with_our_encoder(tmp_path: Path) -> None:
    trained = train_classifier(make_examples(), "own", encoder=OnnxEncoder(keep=False))
    assert trained.outcome.figures()["accuracy"] > 0.9
    save_model(trained.model, tmp_path / "own", {})
    again = load_model(tmp_path / "own")
    assert np.allclose(again.probabilities(TEXTS), trained.model.probabilities(TEXTS), atol=1e-6)


def test_characters_of_another_model_are_refused(tmp_path: Path) -> None:
    for name in ("linear", "accurate"):
        shutil.copytree(locate_resource(f"models/{name}"), tmp_path / name, ignore=shutil.ignore_patterns("*.onnx"))
    settings = json.loads((tmp_path / "accurate" / "model.json").read_text(encoding="utf-8"))
    settings["characters_sha256"] = "0" * 64
    (tmp_path / "accurate" / "model.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(BadModel, match="不是同一个模型"):
        load_model(tmp_path / "accurate")


def test_another_encoder_is_refused(tmp_path: Path) -> None:
    save_model(train_classifier(make_examples(), "own", encoder=OnnxEncoder(keep=False)).model, tmp_path / "own", {})
    settings = json.loads((tmp_path / "own" / "model.json").read_text(encoding="utf-8"))
    settings["meaning"]["encoder"] = "another"
    (tmp_path / "own" / "model.json").write_text(json.dumps(settings), encoding="utf-8")
    with pytest.raises(BadModel, match="another"):
        load_model(tmp_path / "own")

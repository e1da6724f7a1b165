"""Figures counted by hand, intervals that hold them, and a calibration that is right when it should be."""

from __future__ import annotations

import json

import numpy as np
import pytest

from rulemine.classifier.evaluation import Outcome, measure_calibration

CATEGORIES = ("daily_office", "finance", "other")
CHANCES = np.array(
    [
        [0.8, 0.1, 0.1],  # daily_office, right
        [0.5, 0.4, 0.1],  # finance taken for daily_office, below the threshold
        [0.2, 0.7, 0.1],  # finance, right
        [0.1, 0.3, 0.6],  # finance taken for other; finance when forced
        [0.1, 0.1, 0.8],  # other, caught
        [0.0, 0.9, 0.1],  # other, taken for finance
    ]
)
OUTCOME = Outcome(CATEGORIES, CHANCES, np.array([0, 1, 1, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 0], dtype=bool), 0.55)


def test_figures_by_hand() -> None:
    figures = OUTCOME.figures()
    assert figures["n"] == 6
    assert figures["accuracy"] == pytest.approx(3 / 6)
    assert figures["accuracy_hard"] == 0.0
    assert figures["accuracy_hard_forced"] == pytest.approx(1 / 2)
    assert figures["other_caught"] == pytest.approx(1 / 2)
    assert figures["answered"] == pytest.approx(2 / 4)
    assert figures["right_when_answered"] == 1.0
    daily, finance = 2 * 1 / (2 + 1), 2 * 2 / (2 + 3)
    assert figures["macro_f1_forced"] == pytest.approx((daily + finance) / 2, abs=1e-4)


def test_by_category_and_confusions() -> None:
    finance = OUTCOME.by_category()["finance"]
    assert (finance["n"], finance["precision"], finance["recall"]) == (3, 0.5, pytest.approx(1 / 3, abs=1e-4))
    assert OUTCOME.confusions() == [("finance", "daily_office", 1), ("finance", "other", 1), ("other", "finance", 1)]


def test_intervals_hold_their_figures() -> None:
    drawn = np.random.default_rng(1)
    places = drawn.integers(0, 3, 400)
    chances = drawn.dirichlet([1, 1, 1], 400)
    chances[np.arange(400), places] += 1
    chances /= chances.sum(axis=1, keepdims=True)
    outcome = Outcome(CATEGORIES, chances, places, drawn.random(400) < 0.5, 0.5)
    figures = outcome.figures()
    for name, (low, high) in outcome.intervals().items():
        if name != "calibration_error":  # a mean of absolute values grows when examples are drawn again
            assert low <= figures[name] <= high
            assert high - low < 0.25


def test_calibration() -> None:
    sure = np.full(100, 0.85)
    assert measure_calibration(sure, np.arange(100) < 85) == pytest.approx(0)
    assert measure_calibration(sure, np.arange(100) < 35) == pytest.approx(0.5)
    assert sum(n for _, _, n in OUTCOME.calibration()) == 6


def test_coverage_falls_as_the_threshold_rises() -> None:
    shares = [share for _, share, _ in OUTCOME.coverage()]
    assert shares == sorted(shares, reverse=True)


def test_what_cannot_be_counted_is_null_in_json() -> None:
    plain = Outcome(CATEGORIES, CHANCES[:3], np.array([0, 1, 1]), np.zeros(3, dtype=bool), 0.55)
    told = {**plain.figures(), "intervals": plain.intervals(), "by": plain.by_category(), "coverage": plain.coverage()}
    assert told["accuracy_hard"] is None
    assert told["other_caught"] is None
    assert "accuracy_hard" not in told["intervals"]
    json.dumps(told, allow_nan=False)

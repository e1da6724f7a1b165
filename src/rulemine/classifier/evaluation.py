"""How a model does on texts that it has not seen: by class, with intervals, and whether it is as sure as it is right."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.examples import Example, place_labels
from rulemine.classifier.model import Classifier
from rulemine.taxonomy import OTHER

RESAMPLED = 1000
"""How often examples are drawn again for an interval (percentile bootstrap)."""
BINS = 10


@dataclass(frozen=True)
class Outcome:
    """Calibrated probabilities beside the right labels.

    >>> chances = np.array([[0.9, 0.1], [0.6, 0.4]])
    >>> Outcome(("finance", "other"), chances, np.array([0, 1]), np.array([False, True]), 0.7).figures()["accuracy"]
    0.5
    """

    categories: tuple[str, ...]
    chances: NDArray[np.float64]
    """[examples, categories]"""
    places: NDArray[np.int64]
    """[examples] the right category"""
    hard: NDArray[np.bool_]
    threshold: float
    """The confidence from which the model answers."""

    @classmethod
    def of(
        cls, examples: Sequence[Example], categories: tuple[str, ...], chances: NDArray[np.float64], threshold: float
    ) -> Outcome:
        """Of examples whose labels are among the categories."""
        places = place_labels(examples, categories)
        return cls(categories, chances, places, np.array([example.hard for example in examples]), threshold)

    @property
    def guesses(self) -> NDArray[np.int64]:
        """[examples] the likeliest category."""
        return np.asarray(self.chances.argmax(axis=1))

    @property
    def forced(self) -> NDArray[np.int64]:
        """[examples] the likeliest category with `other` left out: the best guess among those of the report."""
        inside = [i for i, key in enumerate(self.categories) if key != OTHER]
        return np.asarray(np.array(inside)[self.chances[:, inside].argmax(axis=1)])

    @property
    def confidence(self) -> NDArray[np.float64]:
        """[examples] the chance of the guess."""
        return np.asarray(self.chances.max(axis=1))

    def figures(self) -> dict[str, Any]:
        """Shares from 0 to 1, None where there is nothing to count; those of the report's categories force an answer among them."""
        right, sure = self.guesses == self.places, self.confidence >= self.threshold
        inside = self._inside()
        answered = sure & (self.guesses != self._other()) & inside
        caught = ~sure | (self.guesses == self._other())
        return {
            "n": len(right),
            "accuracy": _share(right),
            "accuracy_hard": _share(right[self.hard]),
            "macro_f1_forced": self._macro_f1(),
            "accuracy_hard_forced": _share((self.forced == self.places)[inside & self.hard]),
            "other_caught": _share(caught[~inside]),
            "answered": _share(answered[inside]),
            "right_when_answered": _share(right[answered]),
            "calibration_error": round(measure_calibration(self.confidence, right), 4),
        }

    def intervals(self) -> dict[str, tuple[float, float]]:
        """Of the same names, 95 of 100 draws lie between these."""
        drawn = np.random.default_rng(0)
        n = len(self.places)
        sets = [drawn.integers(0, n, n) for _ in range(RESAMPLED)]
        told: dict[str, list[float | None]] = {}
        for chosen in sets:
            some = Outcome(
                self.categories, self.chances[chosen], self.places[chosen], self.hard[chosen], self.threshold
            )
            for name, value in some.figures().items():
                told.setdefault(name, []).append(value)
        spans = {name: _span([value for value in values if value is not None]) for name, values in told.items()}
        return {name: span for name, span in spans.items() if span and name != "n"}

    def by_category(self) -> dict[str, dict[str, float | None]]:
        """How many of each there are, and precision, recall and F1 of the guess."""
        table = {}
        for i, key in enumerate(self.categories):
            guessed, real = self.guesses == i, self.places == i
            hit = float((guessed & real).sum())
            table[key] = {
                "n": int(real.sum()),
                "precision": round(hit / float(guessed.sum()), 4) if guessed.any() else None,
                "recall": round(hit / float(real.sum()), 4) if real.any() else None,
                "f1": round(2 * hit / float(guessed.sum() + real.sum()), 4) if (guessed | real).any() else None,
            }
        return table

    def confusions(self) -> list[tuple[str, str, int]]:
        """What was taken for what, the most frequent first."""
        pairs = Counter(
            (self.categories[real], self.categories[guess])
            for real, guess in zip(self.places.tolist(), self.guesses.tolist(), strict=True)
            if real != guess
        )
        return [(real, guess, n) for (real, guess), n in sorted(pairs.items(), key=lambda item: (-item[1], item[0]))]

    def calibration(self) -> list[tuple[float, float | None, int]]:
        """By tenths of confidence: its mean, the share that was right, how many."""
        right = self.guesses == self.places
        return [
            (round(float(self.confidence[bin_].mean()), 4), _share(right[bin_]), int(bin_.sum()))
            for bin_ in _bins(self.confidence)
        ]

    def coverage(self) -> list[tuple[float, float | None, float | None]]:
        """By threshold: the share that would be answered, and the share of that which is right."""
        right = self.guesses == self.places
        return [
            (round(float(t), 2), _share(self.confidence >= t), _share(right[self.confidence >= t]))
            for t in np.arange(0.3, 1.0, 0.05)
        ]

    def _inside(self) -> NDArray[np.bool_]:
        return np.asarray(self.places != self._other())

    def _other(self) -> int:
        return self.categories.index(OTHER) if OTHER in self.categories else -1

    def _macro_f1(self) -> float | None:
        inside = self._inside()
        real, guess = self.places[inside], self.forced[inside]
        scores = [
            2 * float(((guess == i) & (real == i)).sum()) / float((guess == i).sum() + (real == i).sum())
            for i in range(len(self.categories))
            if ((guess == i) | (real == i)).any()
        ]
        return round(float(np.mean(scores)), 4) if scores else None


def evaluate_classifier(model: Classifier, examples: Sequence[Example]) -> Outcome:
    """How a finished model does on labelled texts whose labels it knows."""
    chances = model.probabilities([example.text for example in examples])
    return Outcome.of(examples, model.categories, chances, model.thresholds.answer)


def measure_calibration(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins of equal width (Naeini et al. 2015)."""
    return float(sum(abs(confidence[b].mean() - right[b].mean()) * b.mean() for b in _bins(confidence)))


def _bins(confidence: NDArray[np.float64]) -> list[NDArray[np.bool_]]:
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [places == i for i in sorted(set(places.tolist()))]


def _span(values: list[float]) -> tuple[float, float] | None:
    """Where 95 of 100 values lie; None where there was never anything to count."""
    if not values:
        return None
    low, high = np.percentile(values, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def _share(flags: NDArray[np.bool_]) -> float | None:
    """None where there is nothing to count."""
    return round(float(flags.mean()), 4) if flags.size else None

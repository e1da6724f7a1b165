"""What speaks for a category: the characters of a text, and what an encoder makes of it. Each gives scores, nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.grams import GramTable, Line
from rulemine.schema import Reason

if TYPE_CHECKING:
    from rulemine.encoder import Encoder
    from rulemine.kernels import Floats

REASONS = 3
_QUIET = np.array([ord(character) for character in ' ，。；、：“”（）！？《》,.;:()!?"'], dtype=np.int64)
"""Characters that belong to no reason, folded as the model sees them."""

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class GramScorer:
    """Scores of texts from their characters: margins of a linear model."""

    grams: GramTable
    weights: Floats = field(repr=False)
    """[terms, classes]"""
    bias: Floats = field(repr=False)
    """[classes]"""

    def scores(self, texts: Sequence[str]) -> Scores:
        """[texts, classes] not calibrated; the bias alone where no character is known."""
        from rulemine.classifier.kernels import score_texts

        line = Line.of(texts)
        found = np.tile(self.bias, (len(texts), 1))
        score_texts(line.codes, line.bounds, *self.grams.table, self.grams.rarity, self.weights, found)
        return found.astype(np.float64)

    def reasons(self, texts: Sequence[str], classes: NDArray[np.int64]) -> list[tuple[Reason, ...]]:
        """The stretches of each text that spoke most for its class, the weightiest first."""
        from rulemine.classifier.kernels import find_hottest, warm_characters

        line = Line.of(texts)
        heat = np.zeros(len(line.codes), dtype=np.float32)
        warm_characters(
            line.codes,
            line.bounds,
            *self.grams.table,
            self.grams.rarity,
            self._contrast,
            classes.astype(np.int64),
            heat,
        )
        spans = np.zeros((len(texts), REASONS, 2), dtype=np.int64)
        warmth = np.zeros((len(texts), REASONS), dtype=np.float32)
        find_hottest(heat, _quiet_table()[line.codes], line.bounds, spans, warmth)
        return [
            tuple(
                Reason(start=start, end=end, weight=weight)
                for (start, end), weight in zip(places, weights, strict=True)
                if weight > 0
            )
            for places, weights in zip(spans.tolist(), warmth.astype(np.float64).round(4).tolist(), strict=True)
        ]

    @cached_property
    def _contrast(self) -> Floats:
        """[terms, classes] each weight less the mean of the others."""
        others = (self.weights.sum(axis=1, keepdims=True) - self.weights) / max(1, self.weights.shape[1] - 1)
        return np.ascontiguousarray(self.weights - others)


@cache
def _quiet_table() -> NDArray[np.bool_]:
    """By code point, whether it belongs to no reason."""
    table = np.zeros(0x110000, dtype=bool)
    table[_QUIET] = True
    return table


@dataclass(frozen=True)
class MeaningScorer:
    """Scores of texts from the vectors of an encoder."""

    encoder: Encoder
    weights: Floats = field(repr=False)
    """[width, classes]"""
    bias: Floats = field(repr=False)
    """[classes]"""
    share: float
    """What its log-probabilities weigh beside those of the characters."""
    temperature: float
    """Of the two together."""
    asked_below: float
    """The confidence of the characters alone from which the encoder is not asked."""

    def scores(self, texts: Sequence[str]) -> Scores:
        """[texts, classes] as log-probabilities."""
        vectors: NDArray[Any] = self.encoder.encode(texts)
        return np.log(softmax(vectors @ self.weights + self.bias) + 1e-12)


def softmax(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities from scores, along the last axis.

    >>> softmax(np.array([0.0, 0.0])).tolist()
    [0.5, 0.5]
    """
    shifted = np.exp(scores.astype(np.float64) - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))

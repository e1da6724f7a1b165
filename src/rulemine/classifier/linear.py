"""The default model: a linear classifier over TF-IDF terms, calibrated, that abstains where it is not sure.

Stored as readable files: ``model.json`` (categories, temperature, thresholds, what it was trained on),
``terms.txt`` (one a line) and ``weights.npz``. No pickle.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.features import Vocabulary, find_terms
from rulemine.errors import BadModel
from rulemine.schema import Finding, Reason

FORMAT = 1
OTHER = "other"
REASONS = 3
SHORTEST = 4
"""Letters that a finding has at least: 合计 and 无 are rows of a register, not findings."""
MOST_SURE = 0.99
"""The most confidence ever shown: of a hundred like it at least one would be wrong."""


Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class LinearClassifier:
    """Texts into categories with calibrated confidence."""

    name: str
    categories: tuple[str, ...]
    vocabulary: Vocabulary
    weights: NDArray[np.float32]
    """``(terms, categories)``"""
    bias: NDArray[np.float32]
    temperature: float
    threshold: float
    """Confidence below which a person is asked."""
    second_threshold: float
    kinds: tuple[str, ...] = ()
    kind_weights: NDArray[np.float32] | None = None
    kind_bias: NDArray[np.float32] | None = None

    def classify(self, findings: Sequence[Finding], *, progress: Progress | None = None) -> list[Finding]:
        """The findings with category, confidence, scores and reasons filled in."""
        done: list[Finding] = []
        for finding in findings:
            done.append(self._fill(finding))
            if progress:
                progress("问题分类", len(done), len(findings))
        return done

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """The calibrated probability of each category, in the order of ``categories``."""
        columns, values = self.vocabulary.vector(text)
        return softmax((values @ self.weights[columns] + self.bias) / self.temperature)

    def _fill(self, finding: Finding) -> Finding:
        if sum(character.isalpha() for character in finding.text) < SHORTEST:
            return replace(
                finding, category=OTHER, confidence=0.0, needs_review=True, review_reason="empty", model=self.name
            )
        chances = self.probabilities(finding.text)
        best = int(chances.argmax())
        category, confidence = self.categories[best], min(float(chances[best]), MOST_SURE)
        unsure = confidence < self.threshold
        return replace(
            finding,
            category=category,
            confidence=round(confidence, 4),
            needs_review=unsure,
            review_reason="low_confidence" if unsure else None,
            secondary=tuple(
                c
                for c, p in zip(self.categories, chances, strict=True)
                if c not in (category, OTHER) and p >= self.second_threshold
            ),
            scores={c: round(float(p), 4) for c, p in zip(self.categories, chances, strict=True)},
            other_kind=self._kind(finding.text) if category == OTHER else None,
            reasons=self._reasons(finding.text, best),
            model=self.name,
        )

    def _kind(self, text: str) -> str | None:
        if self.kind_weights is None or self.kind_bias is None or not self.kinds:
            return None
        columns, values = self.vocabulary.vector(text)
        return self.kinds[int((values @ self.kind_weights[columns] + self.kind_bias).argmax())]

    def _reasons(self, text: str, category: int) -> tuple[Reason, ...]:
        """The stretches that spoke most for the category: each character bears the weight of the terms over it."""
        columns, values = self.vocabulary.vector(text)
        against = np.delete(self.weights[columns], category, axis=1).mean(axis=1)
        push = dict(zip(columns.tolist(), (values * (self.weights[columns, category] - against)).tolist(), strict=True))
        heat = np.zeros(len(text))
        for term in find_terms(text):
            column = self.vocabulary.columns.get(term.name)
            if column is not None and term.end > term.start:
                heat[term.start : term.end] += push[column] / (term.end - term.start)
        return tuple(_hottest(text, heat))

    def save(self, folder: str | Path, about: dict[str, Any]) -> None:
        """Write the model as readable files; ``about`` goes into model.json."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "terms.txt").write_text("\n".join(self.vocabulary.terms) + "\n", encoding="utf-8")
        arrays = {
            "weights": self.weights.astype(np.float16),
            "bias": self.bias,
            "idf": self.vocabulary.idf.astype(np.float16),
        }
        if self.kind_weights is not None and self.kind_bias is not None:
            arrays |= {"kind_weights": self.kind_weights.astype(np.float16), "kind_bias": self.kind_bias}
        np.savez_compressed(folder / "weights.npz", **arrays)  # type: ignore[arg-type]  # the stub takes no mapping of arrays
        settings = {
            "format": FORMAT,
            "name": self.name,
            "categories": self.categories,
            "kinds": self.kinds,
            "temperature": self.temperature,
            "threshold": self.threshold,
            "second_threshold": self.second_threshold,
            **about,
        }
        (folder / "model.json").write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_linear(folder: str | Path) -> LinearClassifier:
    """A model from its folder.

    Raises BadModel when a file is missing, or was written by a version that this one does not know.
    """
    folder = Path(folder)
    try:
        settings = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if settings["format"] != FORMAT:
            raise BadModel(
                f"{folder} 的模型格式是 {settings['format']}，本版本只能读 {FORMAT}；用 rulemine train 重新训练"
            )
        terms = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")[:-1]
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            parts = {name: arrays[name].astype(np.float32) for name in arrays.files}
    except (OSError, ValueError, KeyError) as error:
        raise BadModel(
            f"{folder} 不是模型文件夹（{error}）；其中应有 rulemine train 写出的 model.json、terms.txt 和 weights.npz"
        ) from error
    if parts["weights"].shape != (len(terms), len(settings["categories"])):
        raise BadModel(f"{folder}：terms.txt 与 weights.npz 不是同一个模型的；用 rulemine train 重新训练")
    return LinearClassifier(
        name=settings["name"],
        categories=tuple(settings["categories"]),
        vocabulary=Vocabulary.of(terms, parts["idf"]),
        weights=parts["weights"],
        bias=parts["bias"],
        temperature=settings["temperature"],
        threshold=settings["threshold"],
        second_threshold=settings["second_threshold"],
        kinds=tuple(settings["kinds"]),
        kind_weights=parts.get("kind_weights"),
        kind_bias=parts.get("kind_bias"),
    )


def softmax(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Probabilities from scores, along the last axis."""
    shifted = np.exp(scores.astype(np.float64) - scores.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True))


def _hottest(text: str, heat: NDArray[np.float64]) -> list[Reason]:
    """Up to three stretches, the weightiest first: runs of characters well above the mean."""
    positive = heat[heat > 0]
    if not positive.size:
        return []
    floor = float(positive.mean() + 0.5 * positive.std())
    runs: list[Reason] = []
    start = None
    for i in range(len(text) + 1):
        hot = i < len(text) and heat[i] >= floor and not text[i].isspace() and text[i] not in "，。；、：“”（）"
        if hot and start is None:
            start = i
        elif not hot and start is not None:
            runs.append(Reason(start=start, end=i, weight=round(float(heat[start:i].sum()), 4)))
            start = None
    return sorted(runs, key=lambda r: -r.weight)[:REASONS]

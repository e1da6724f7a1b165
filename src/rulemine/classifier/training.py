"""Labelled findings into a model: weights, a temperature and a threshold from folds that share no author."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from rulemine.classifier.features import Vocabulary
from rulemine.classifier.linear import OTHER, LinearClassifier, softmax
from rulemine.errors import BadInput, explain_failure

STRENGTH = 30.0
"""Inverse regularisation of the logistic regression, the best of 3, 10, 30, 100 in folds by author."""
ANSWERED_RIGHT = 0.9
"""The accuracy that answers should have; below the confidence that gives it, a person is asked."""
LEAST_KIND = 6


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled finding; ``group`` is its author or report, kept on one side of a split."""

    text: str
    label: str
    group: str
    hard: bool = False
    other_kind: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How a model does on texts it has not seen: calibrated probabilities beside the labels."""

    categories: tuple[str, ...]
    chances: NDArray[np.float64]
    labels: tuple[str, ...]
    hard: tuple[bool, ...]
    temperature: float
    threshold: float

    def figures(self) -> dict[str, float]:
        """Accuracy, the same for hard ones, share answered, accuracy of the answered, calibration error."""
        right = self._right()
        sure = self.chances.max(axis=1) >= self.threshold
        hard = np.array(self.hard)
        return {
            "n": float(len(right)),
            "accuracy": _share(right),
            "accuracy_hard": _share(right[hard]),
            "answered": _share(sure),
            "accuracy_when_answered": _share(right[sure]),
            "calibration_error": round(_calibration_error(self.chances.max(axis=1), right), 4),
        }

    def _right(self) -> NDArray[np.bool_]:
        return np.array(
            [self.categories[i] == label for i, label in zip(self.chances.argmax(axis=1), self.labels, strict=True)]
        )


def _share(flags: NDArray[np.bool_]) -> float:
    return round(float(flags.mean()), 4) if flags.size else float("nan")


def load_examples(paths: Iterable[str | Path]) -> list[Example]:
    """Labelled findings out of JSON Lines with ``text`` and ``label``; the file's name is the group.

    Raises BadInput with file:line for a line without text or label.
    """
    found: list[Example] = []
    for path in map(Path, paths):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BadInput(
                f"{path}：读不到标注（{_explain_file(error)}）；核对路径，文件须是 UTF-8 的 jsonl"
            ) from error
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                found.append(
                    Example(
                        row["text"],
                        row["label"],
                        str(row.get("group") or path.stem),
                        bool(row.get("hard")),
                        row.get("other_kind"),
                    )
                )
            except (ValueError, KeyError, TypeError) as error:
                raise BadInput(f"{path}:{number}：{_explain_line(error)}；每行标注要有 text 和 label") from error
    if len({example.label for example in found}) < 2:
        raise BadInput("标注的问题至少要有两个类别，才能训练或检验模型")
    return found


def _explain_file(error: OSError | UnicodeDecodeError) -> str:
    return explain_failure(error) if isinstance(error, OSError) else "不是 UTF-8 编码"


def _explain_line(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"缺少 {error.args[0]}"
    return f"不是 JSON（{error}）" if isinstance(error, ValueError) else "不是 JSON 对象"


def train_classifier(examples: Sequence[Example], name: str = "linear") -> tuple[LinearClassifier, Outcome]:
    """A model of all examples, and how its like did on each author's texts when trained on the others'.

    Temperature and threshold come from those folds, never from texts the weights have seen.
    """
    outcome = cross_validate(examples)
    vocabulary, weights, bias = _fit(examples, outcome.categories)
    kinds, kind_weights, kind_bias = _fit_kinds(examples, vocabulary)
    model = LinearClassifier(
        name=name,
        categories=outcome.categories,
        vocabulary=vocabulary,
        weights=weights,
        bias=bias,
        temperature=outcome.temperature,
        threshold=outcome.threshold,
        second_threshold=0.3,
        kinds=kinds,
        kind_weights=kind_weights,
        kind_bias=kind_bias,
    )
    return model, outcome


def cross_validate(examples: Sequence[Example]) -> Outcome:
    """Every text scored by a model that saw none of its author's; five plain folds when there are fewer than three authors."""
    categories = tuple(sorted({e.label for e in examples} - {OTHER})) + (
        (OTHER,) if any(e.label == OTHER for e in examples) else ()
    )
    groups = np.array([e.group for e in examples])
    if len(set(groups)) < 3:
        groups = np.array([str(i % 5) for i in range(len(examples))])
    logits = np.zeros((len(examples), len(categories)))
    for group in sorted(set(groups)):
        inside = groups == group
        vocabulary, weights, bias = _fit([e for e, held in zip(examples, inside, strict=True) if not held], categories)
        held_out = [e.text for e, held in zip(examples, inside, strict=True) if held]
        logits[inside] = _matrix(vocabulary, held_out) @ weights + bias
    labels = np.array([categories.index(e.label) for e in examples])
    temperature = _fit_temperature(logits, labels)
    chances = softmax(logits / temperature)
    return Outcome(
        categories,
        chances,
        tuple(e.label for e in examples),
        tuple(e.hard for e in examples),
        temperature,
        _choose_threshold(chances, labels),
    )


def evaluate_classifier(model: LinearClassifier, examples: Sequence[Example]) -> Outcome:
    """How a finished model does on labelled texts."""
    chances = np.array([model.probabilities(e.text) for e in examples])
    return Outcome(
        model.categories,
        chances,
        tuple(e.label for e in examples),
        tuple(e.hard for e in examples),
        model.temperature,
        model.threshold,
    )


def _fit(
    examples: Sequence[Example], categories: Sequence[str]
) -> tuple[Vocabulary, NDArray[np.float32], NDArray[np.float32]]:
    vocabulary = Vocabulary.learn([e.text for e in examples])
    matrix = _matrix(vocabulary, [e.text for e in examples])
    return vocabulary, *_fit_weights(matrix, [e.label for e in examples], categories)


def _fit_weights(
    matrix: csr_matrix, labels: Sequence[str], classes: Sequence[str]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights ``(terms, classes)`` and biases, in the order of ``classes``; a class that is not there never wins."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=STRENGTH, max_iter=500, random_state=0).fit(matrix, labels)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.array([-intercepts[0], intercepts[0]])
    weights = np.zeros((matrix.shape[1], len(classes)), dtype=np.float32)
    bias = np.full(len(classes), -50.0, dtype=np.float32)
    for row, label in enumerate(fitted.classes_):
        weights[:, list(classes).index(label)] = coefficients[row]
        bias[list(classes).index(label)] = intercepts[row]
    return weights, bias


def _fit_kinds(
    examples: Sequence[Example], vocabulary: Vocabulary
) -> tuple[tuple[str, ...], NDArray[np.float32] | None, NDArray[np.float32] | None]:
    """Which kind of `other`: only kinds with enough examples of their own."""
    counts = Counter(e.other_kind for e in examples if e.other_kind)
    kinds = tuple(sorted(kind for kind, n in counts.items() if n >= LEAST_KIND))
    chosen = [e for e in examples if e.other_kind in kinds]
    if len(kinds) < 2:
        return (), None, None
    weights, bias = _fit_weights(
        _matrix(vocabulary, [e.text for e in chosen]), [str(e.other_kind) for e in chosen], kinds
    )
    return kinds, weights, bias


def _matrix(vocabulary: Vocabulary, texts: Sequence[str]) -> csr_matrix:
    vectors = [vocabulary.vector(text) for text in texts]
    pointers = np.cumsum([0, *(len(columns) for columns, _ in vectors)])
    columns = np.concatenate([c for c, _ in vectors]) if vectors else np.zeros(0, dtype=np.int64)
    values = np.concatenate([v for _, v in vectors]) if vectors else np.zeros(0, dtype=np.float32)
    return csr_matrix((values, columns, pointers), shape=(len(texts), len(vocabulary.terms)))


def _fit_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature with the least log-loss (Guo et al. 2017)."""
    from scipy.optimize import minimize_scalar

    def loss(temperature: float) -> float:
        chances = softmax(logits / temperature)
        return float(-np.log(chances[np.arange(len(labels)), labels] + 1e-12).mean())

    return round(float(minimize_scalar(loss, bounds=(0.05, 10), method="bounded").x), 4)


def _choose_threshold(chances: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The least confidence from which answers are right often enough; 0 when all of them are."""
    confidence, right = chances.max(axis=1), chances.argmax(axis=1) == labels
    for threshold in np.arange(0.0, 0.96, 0.01):
        sure = confidence >= threshold
        if sure.any() and right[sure].mean() >= ANSWERED_RIGHT:
            return round(float(threshold), 2)
    return 0.95


def _calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten bins."""
    bins = np.minimum((confidence * 10).astype(int), 9)
    return float(
        sum(
            abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins.tolist())
        )
    )


def describe_training(examples: Sequence[Example], outcome: Outcome) -> dict[str, Any]:
    """What model.json says about where the model comes from."""
    return {
        "trained_on": {
            "findings": len(examples),
            "by_label": dict(sorted(Counter(e.label for e in examples).items())),
            "groups": sorted({e.group for e in examples}),
        },
        "folds_by_group": outcome.figures(),
    }

"""Labelled findings into a model: weights of all of them; temperatures and thresholds from folds that share no author."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.clauses import gather_clauses, hear_loudest
from rulemine.classifier.evaluation import Outcome
from rulemine.classifier.examples import Example, list_categories, place_labels
from rulemine.classifier.grams import GramTable
from rulemine.classifier.model import Classifier, Kinds, Thresholds
from rulemine.classifier.scorers import GramScorer, MeaningScorer, softmax
from rulemine.taxonomy import OTHER

if TYPE_CHECKING:
    from rulemine.encoder import Encoder

STRENGTH = 1.0
"""Inverse regularisation of the margins, the best of 0.1, 0.3, 1, 2 and 4 in folds by author."""
MEANING_STRENGTH = 0.01
"""That of the logistic regression over standardised vectors, the best of 0.003, 0.01, 0.03 and 0.1."""
ANSWERED_RIGHT = 0.92
"""The share of answers that should be right; below the confidence that gives it, a person is asked."""
LEAST_KIND = 6
"""Examples that a kind of `other` has at least, to be told apart."""
LEAST_STATED = 20
"""Stated second categories by which the threshold for them can be chosen."""
MOST_FOLDS = 20
SHARES = (0.0, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5)
"""What the encoder may weigh beside the characters."""
ASKED_LOSS = 0.0005
"""What leaving texts to the characters alone may cost in accuracy."""

Places = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and how its like did on each author's texts when taught by the others'."""

    model: Classifier
    outcome: Outcome


def train_classifier(
    examples: Sequence[Example], name: str = "linear", *, encoder: Encoder | None = None, right: float = ANSWERED_RIGHT
) -> Trained:
    """A model of all examples; with an encoder, one that asks it where the characters are not sure.

    ``right`` is the share of its answers that should be right: the higher, the more it leaves to a person. Temperatures
    and thresholds come from folds by author, never from texts that the weights have seen.
    """
    from rulemine.classifier.estimators import fit_temperature

    categories = list_categories(examples)
    folds = list(split_by_group(examples))
    clauses, owners = gather_clauses([example.text for example in examples])
    margins, apart = _score_folds(examples, categories, folds, clauses, owners)
    places = place_labels(examples, categories)
    temperature = fit_temperature(margins, places)
    characters = fit_characters(examples, categories)
    kinds = _fit_kinds(examples, characters.grams)
    chances, meaning = softmax(margins / temperature), None
    if encoder is not None:
        chances, meaning = _add_meaning(examples, categories, folds, chances, encoder)
    heard = hear_loudest(softmax(apart / temperature), owners, len(examples))
    answer = choose_answer(chances, place_labels(examples, categories), right)
    thresholds = Thresholds(answer, _choose_second(examples, categories, heard))
    model = Classifier(name, categories, characters, temperature, thresholds, kinds, meaning)
    return Trained(model, Outcome.of(examples, categories, chances, thresholds.answer))


def split_by_group(examples: Sequence[Example]) -> Iterator[NDArray[np.bool_]]:
    """Which examples each fold holds out: an author at a time, several where there are many.

    With fewer than three authors, five plain folds.
    """
    groups = np.array([example.group for example in examples])
    sizes = Counter(groups.tolist())
    if len(sizes) < 3:
        yield from _split_plainly([example.label for example in examples])
        return
    heaps: list[list[str]] = [[] for _ in range(min(len(sizes), MOST_FOLDS))]
    for group, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        min(heaps, key=lambda heap: sum(sizes[held] for held in heap)).append(group)
    for heap in heaps:
        yield np.isin(groups, heap)


def _split_plainly(labels: Sequence[str]) -> Iterator[NDArray[np.bool_]]:
    """Five folds, each with its part of every label."""
    seen: Counter[str] = Counter()
    folds = np.zeros(len(labels), dtype=np.int64)
    for i, label in enumerate(labels):
        folds[i] = seen[label] % 5
        seen[label] += 1
    for fold in sorted(set(folds.tolist())):
        yield folds == fold


def fit_characters(examples: Sequence[Example], categories: Sequence[str]) -> GramScorer:
    """The grams of the examples and the margins over them."""
    from rulemine.classifier.estimators import fit_margins

    texts = [example.text for example in examples]
    grams = GramTable.learn(texts)
    places = place_labels(examples, categories)
    counted = np.array([example.weight for example in examples])
    weights, bias = fit_margins(grams.matrix(texts), places, len(categories), STRENGTH, counted=counted)
    return _as_stored(grams, weights, bias)


def _as_stored(grams: GramTable, weights: Scores, bias: Scores) -> GramScorer:
    """With the precision that the files keep, so that a stored model says the same as a fresh one."""
    return GramScorer(grams, weights.T.astype(np.float16).astype(np.float32).copy(), bias.astype(np.float32))


def _score_folds(
    examples: Sequence[Example],
    categories: Sequence[str],
    folds: Sequence[NDArray[np.bool_]],
    clauses: Sequence[str],
    owners: Places,
) -> tuple[Scores, Scores]:
    """Margins of examples and of their clauses ``[…, categories]``, each by a model that saw none of its fold."""
    margins, apart = np.zeros((len(examples), len(categories))), np.zeros((len(clauses), len(categories)))
    for held in folds:
        taught = [example for example, out in zip(examples, held, strict=True) if not out]
        texts = [example.text for example, out in zip(examples, held, strict=True) if out]
        scorer = fit_characters(taught, categories)
        margins[held] = scorer.scores(texts)
        theirs = held[owners] if len(owners) else np.zeros(0, dtype=bool)
        apart[theirs] = scorer.scores([clauses[i] for i in np.flatnonzero(theirs).tolist()])
    return margins, apart


# ---------------------------------------------------------------- the encoder beside the characters


def _add_meaning(
    examples: Sequence[Example],
    categories: Sequence[str],
    folds: Sequence[NDArray[np.bool_]],
    chances: Scores,
    encoder: Encoder,
) -> tuple[Scores, MeaningScorer]:
    """The chances of both together in the folds, and what of the encoder goes into the model."""
    vectors = encoder.encode([example.text for example in examples])
    places = place_labels(examples, categories)
    told = np.zeros_like(chances)
    for held in folds:
        weights, bias = _fit_vectors(vectors[~held], places[~held], len(categories))
        told[held] = np.log(softmax(vectors[held] @ weights + bias) + 1e-12)
    weights, bias = _fit_vectors(vectors, places, len(categories))
    return weigh_meaning(chances, told, places, encoder, weights, bias)


def weigh_meaning(
    chances: Scores, told: Scores, places: Places, encoder: Encoder, weights: NDArray[Any], bias: NDArray[Any]
) -> tuple[Scores, MeaningScorer]:
    """The chances of both together, and the encoder's part of a model.

    ``chances`` are those of the characters, ``told`` the log-probabilities of the encoder, both of texts that neither saw;
    share, temperature and when the encoder is asked are chosen by them.
    """
    from rulemine.classifier.estimators import fit_temperature, log_loss

    tried = []
    for share in SHARES:
        both = np.log(chances + 1e-12) + share * told
        temperature = fit_temperature(both, places)
        tried.append((log_loss(softmax(both / temperature), places), share, temperature))
    _, share, temperature = min(tried)
    both = softmax((np.log(chances + 1e-12) + share * told) / temperature)
    asked_below = _choose_asked(chances, both, places)
    sure = chances.max(axis=1) >= asked_below
    return np.where(sure[:, None], chances, both), MeaningScorer(
        encoder, weights, bias, share, temperature, asked_below
    )


def _fit_vectors(vectors: NDArray[Any], places: Places, classes: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Weights ``[width, classes]`` and biases of a logistic regression, for vectors as the encoder gives them."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = vectors.mean(axis=0), vectors.std(axis=0) + 1e-6
    fitted = LogisticRegression(C=MEANING_STRENGTH, max_iter=1000).fit((vectors - mean) / spread, places)
    coefficients, intercepts = fitted.coef_, fitted.intercept_
    if len(fitted.classes_) == 2:
        coefficients, intercepts = np.vstack([0 * coefficients, coefficients]), np.array([0.0, intercepts[0]])
    weights, bias = np.zeros((vectors.shape[1], classes)), np.full(classes, -20.0)
    weights[:, fitted.classes_] = (coefficients / spread).T
    bias[fitted.classes_] = intercepts - (coefficients / spread) @ mean
    return weights.astype(np.float32), bias.astype(np.float32)


def _choose_asked(alone: Scores, both: Scores, places: Places) -> float:
    """The least confidence of the characters from which leaving the encoder out costs next to nothing."""
    full = float((both.argmax(axis=1) == places).mean())
    for cut in np.arange(0.3, 1.0, 0.01):
        sure = alone.max(axis=1) >= cut
        mixed = np.where(sure, alone.argmax(axis=1), both.argmax(axis=1))
        if float((mixed == places).mean()) >= full - ASKED_LOSS:
            return round(float(cut), 2)
    return 1.0


# ---------------------------------------------------------------- thresholds and kinds


def choose_answer(chances: Scores, places: Places, right: float = ANSWERED_RIGHT) -> float:
    """The least confidence from which answers are right often enough; 0 when all of them are."""
    confidence, correct = chances.max(axis=1), chances.argmax(axis=1) == places
    for threshold in np.arange(0.0, 0.96, 0.01):
        sure = confidence >= threshold
        if sure.any() and correct[sure].mean() >= right:
            return round(float(threshold), 2)
    return 0.95


def _choose_second(examples: Sequence[Example], categories: Sequence[str], heard: Scores) -> float:
    """The chance of a clause that finds the stated further categories best (F1); 0.8 where hardly any is stated."""
    stated = np.array([[key in example.secondary for key in categories] for example in examples])
    if stated.sum() < LEAST_STATED:
        return 0.8
    open_ = np.array([[key not in (example.label, OTHER) for key in categories] for example in examples])
    scored = []
    for threshold in np.arange(0.4, 1.0, 0.05):
        named = (heard >= threshold) & open_
        found = 2 * float((named & stated).sum()) / float(named.sum() + stated.sum())
        scored.append((found, round(float(threshold), 2)))
    return max(scored)[1]


def _fit_kinds(examples: Sequence[Example], grams: GramTable) -> Kinds | None:
    """Which kind of `other`: only kinds with enough examples of their own."""
    from rulemine.classifier.estimators import MarginClassifier

    counts = Counter(example.other_kind for example in examples if example.other_kind)
    kinds = tuple(sorted(kind for kind, n in counts.items() if n >= LEAST_KIND))
    if len(kinds) < 2:
        return None
    chosen = [example for example in examples if example.other_kind in kinds]
    places = np.array([kinds.index(str(example.other_kind)) for example in chosen])
    fitted = MarginClassifier(STRENGTH).fit(grams.matrix([example.text for example in chosen]), places)
    return Kinds(kinds, _as_stored(grams, fitted.coef_, fitted.intercept_), fitted.temperature_)


def describe_training(examples: Sequence[Example], outcome: Outcome) -> dict[str, Any]:
    """What model.json says about where the model comes from."""
    return {
        "trained_on": {
            "findings": len(examples),
            "by_label": dict(sorted(Counter(e.label for e in examples).items())),
            "groups": sorted({e.group for e in examples})[:MOST_FOLDS],
        },
        "folds_by_group": outcome.figures(),
    }

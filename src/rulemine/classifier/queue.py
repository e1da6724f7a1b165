"""What a person should look at next: texts that teach the model most, and labels that look wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from rulemine.classifier.evaluation import Outcome
from rulemine.classifier.examples import Example
from rulemine.classifier.model import Classifier, is_readable

Why = Literal["unsure", "label"]
POOL = 20
"""How many times the wanted number is looked at for texts unlike each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """A text for a person to label, the most telling first; ``id`` is that of its line, or its place."""

    rank: int
    id: str
    text: str
    why: Why
    """``unsure``: the model wavers, and nothing ahead is like it; ``label``: the label it bears looks wrong."""
    label: str | None
    guess: str
    confidence: float


def choose_next(model: Classifier, texts: Sequence[str], count: int) -> list[int]:
    """The places of the texts to label next: those that the model wavers over, no two alike.

    Uncertainty is one minus the distance between the two likeliest categories; of the texts most uncertain, each next one
    is that with the most uncertainty times distance from those chosen (greedy, Settles & Craven 2008 call it density).
    """
    readable = np.array([i for i, text in enumerate(texts) if is_readable(text)], dtype=np.int64)
    if not readable.size or count < 1:
        return []
    told = np.sort(model.probabilities([texts[i] for i in readable]), axis=1)
    doubt = 1 - (told[:, -1] - told[:, -2])
    pool = np.argsort(-doubt, kind="stable")[: POOL * count]
    vectors = model.characters.grams.matrix([texts[readable[i]] for i in pool])
    near = np.zeros(len(pool))
    chosen: list[int] = []
    while len(chosen) < min(count, len(pool)):
        worth = doubt[pool] * (1 - near)
        worth[chosen] = -1
        best = int(worth.argmax())
        if worth[best] <= 0:
            break
        chosen.append(best)
        near = np.maximum(near, np.asarray((vectors @ vectors[best].T).todense()).ravel())
    return [int(readable[pool[i]]) for i in chosen]


def find_label_errors(outcome: Outcome) -> list[int]:
    """The places of examples whose label looks wrong, the most suspicious first.

    The chances must come from models that did not see the example (folds). A label is suspected where another category is at
    least as likely as it is on the mean for its own, and likelier than the label (confident learning, Northcutt et al. 2021).
    """
    places, chances = outcome.places, outcome.chances
    classes = range(len(outcome.categories))
    usual = np.array([chances[places == i, i].mean() if (places == i).any() else 1.1 for i in classes])
    passing = np.where(chances >= usual, chances, -1.0)
    best = passing.argmax(axis=1)
    own = chances[np.arange(len(places)), places]
    gap = chances[np.arange(len(places)), best] - own
    suspected = (best != places) & (passing.max(axis=1) > 0) & (gap > 0)
    return [int(i) for i in np.argsort(-gap, kind="stable") if suspected[i]]


def queue_texts(model: Classifier, texts: Sequence[str], count: int) -> list[Queued]:
    """What to label next of texts without labels."""
    places = choose_next(model, texts, count)
    chances = model.probabilities([texts[place] for place in places])
    return [
        Queued(
            rank=rank,
            id=str(place + 1),
            text=texts[place],
            why="unsure",
            label=None,
            guess=model.categories[int(told.argmax())],
            confidence=round(float(told.max()), 4),
        )
        for rank, (place, told) in enumerate(zip(places, chances, strict=True), 1)
    ]


def queue_labels(examples: Sequence[Example], outcome: Outcome, count: int) -> list[Queued]:
    """Which labels to look at again; ``outcome`` is that of the examples in folds."""
    suspected = find_label_errors(outcome)[:count]
    return [
        Queued(
            rank=rank,
            id=str(place + 1),
            text=examples[place].text,
            why="label",
            label=examples[place].label,
            guess=outcome.categories[int(outcome.guesses[place])],
            confidence=round(float(outcome.confidence[place]), 4),
        )
        for rank, place in enumerate(suspected, 1)
    ]

"""The weights of the comparer: models/provisions/model.json, out of the labelled pairs in tests/cases/pairs.

python tools/train_comparer.py                 # writes the model, prints what folds by author say

Twice: by words alone, and with what the encoder says besides (needs the extra ``encoder``).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rulemine.comparing import SHARE_OF_MEANING, measure
from rulemine.encoder import Encoder, OnnxEncoder
from rulemine.sides import Side
from rulemine.signals.nearness import Nearness

ROOT = Path(__file__).parent.parent
PAIRS = ROOT / "tests" / "cases" / "pairs"
TARGET = ROOT / "models" / "provisions" / "model.json"
STRAY = 0.3
"""What a pair of different cases counts: there are six times as many as labelled pairs."""


def read_pairs(folder: Path = PAIRS) -> dict[str, list[dict[str, Any]]]:
    """The labelled pairs by author."""
    return {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


@dataclass(frozen=True)
class Table:
    """What was measured of pairs; those of two different cases of one author are certainly apart (``stray``)."""

    rows: np.ndarray
    labels: np.ndarray
    authors: np.ndarray
    relations: np.ndarray
    names: list[str]


def read_table(encoder: Encoder | None) -> Table:
    rows, labels, authors, relations = [], [], [], []
    names: list[str] = []

    def add(author: str, relation: str, a: int, b: int) -> None:
        found = measure(sides[a], sides[b], near.standing(a, b), near.meaning(a, b))
        names[:] = found
        rows.append([float(value) for value in found.values()])
        labels.append(relation not in ("none", "stray"))
        authors.append(author)
        relations.append(relation)

    for author, pairs in read_pairs().items():
        sides = [Side(pair[side]["text"], pair[side]["title"]) for pair in pairs for side in "ab"]
        near = Nearness(sides, [str(place) for place in range(len(sides))], [True] * len(sides), encoder)
        for number, pair in enumerate(pairs):
            add(author, pair["relation"], 2 * number, 2 * number + 1)
        for a, b in near.pairs():
            if a // 2 != b // 2:  # what a search brings up and must be turned down
                add(author, "stray", a, b)
    return Table(np.array(rows), np.array(labels), np.array(authors), np.array(relations), names)


def fit(rows: np.ndarray, labels: np.ndarray, weights: np.ndarray, freedom: float) -> tuple[np.ndarray, float]:
    """Weights and bias for what is measured as it is."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=freedom, max_iter=5000))
    model.fit(rows, labels, logisticregression__sample_weight=weights)
    scaler, logistic = model[0], model[1]
    found = logistic.coef_[0] / scaler.scale_
    return found, float(logistic.intercept_[0] - (found * scaler.mean_).sum())


def fit_both(table: Table, kept: np.ndarray) -> list[Any]:
    """Touching one subject, out of all but the tempting non-pairs; one matter, out of all but the strays."""
    models = []
    for left_out, freedom in (("none", 0.1), ("stray", 1.0)):
        asked = kept & (table.relations != left_out)
        weights = np.where(table.relations[asked] == "stray", STRAY, 1.0)
        models.append(fit(table.rows[asked], table.labels[asked], weights, freedom))
    return models


def weigh_left_out(table: Table, names: list[str]) -> np.ndarray:
    """The log odds of each pair by a judge of the other authors' that looks at these names alone."""
    seen = Table(
        table.rows[:, [table.names.index(name) for name in names]], table.labels, table.authors, table.relations, names
    )
    odds = np.zeros(len(table.labels))
    for author in sorted(set(table.authors)):
        out = table.authors == author
        odds[out] = np.min([seen.rows[out] @ weights + bias for weights, bias in fit_both(seen, ~out)], axis=0)
    return odds


def tell_figures(table: Table, left_out: np.ndarray) -> dict[str, Any]:
    """How right a judge is on an author left out, by relation and in all."""
    right = (left_out > 0) == table.labels
    relations = sorted(set(table.relations))
    return {
        "pairs": {name: int((table.relations == name).sum()) for name in relations},
        "right": {name: round(float(right[table.relations == name].mean()), 4) for name in relations},
        "f1": round(float(f1_score(table.labels, left_out > 0)), 4),
    }


def train(table: Table) -> dict[str, Any]:
    """A judge as it is written."""
    found = zip(("touching", "same"), fit_both(table, np.full(len(table.labels), True)), strict=True)
    return {
        name: {
            "bias": round(bias, 6),
            "weights": {seen: round(float(weight), 6) for seen, weight in zip(table.names, weights, strict=True)},
        }
        for name, (weights, bias) in found
    }


def main() -> None:
    words, both = read_table(None), read_table(OnnxEncoder())
    by_words = weigh_left_out(both, words.names)
    averaged = by_words + SHARE_OF_MEANING * (weigh_left_out(both, both.names) - by_words)
    record = {
        "what": "whether two provisions touch one subject, and whether they are on one and the same matter",
        "on_an_author_left_out": {
            "words": tell_figures(words, weigh_left_out(words, words.names)),
            "with_encoder": tell_figures(both, averaged),
        },
        "words": train(words),
        "with_encoder": train(both),
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record["on_an_author_left_out"], ensure_ascii=False))


if __name__ == "__main__":
    main()

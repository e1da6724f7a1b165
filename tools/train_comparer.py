"""The weights of the comparer: models/provisions/model.json, out of the labelled pairs in tests/cases/pairs.

python tools/train_comparer.py                 # writes the model, prints what folds by author say
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rulemine.comparing import measure
from rulemine.retrieval import MatterIndex, Standing
from rulemine.sides import Side
from rulemine.wording import character_weight

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


def read_table() -> Table:
    rows, labels, authors, relations = [], [], [], []
    names: list[str] = []

    def add(author: str, relation: str, a: Side, b: Side, standing: Standing) -> None:
        found = measure(a, b, standing)
        names[:] = found
        rows.append([float(value) for value in found.values()])
        labels.append(relation not in ("none", "stray"))
        authors.append(author)
        relations.append(relation)

    for author, pairs in read_pairs().items():
        sides = [Side(pair[side]["text"], pair[side]["title"]) for pair in pairs for side in "ab"]
        near = MatterIndex.of_terms([side.characters for side in sides], character_weight).neighbours(range(len(sides)))
        for number, pair in enumerate(pairs):
            a, b = 2 * number, 2 * number + 1
            add(author, pair["relation"], sides[a], sides[b], near.standing(a, b))
        for a, b in near.pairs():
            if a // 2 != b // 2:  # what a search brings up and must be turned down
                add(author, "stray", sides[a], sides[b], near.standing(a, b))
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


def main() -> None:
    table = read_table()
    right: dict[str, list[bool]] = defaultdict(list)
    for author in sorted(set(table.authors)):
        out = table.authors == author
        said = np.all([table.rows[out] @ weights + bias > 0 for weights, bias in fit_both(table, ~out)], axis=0)
        for relation, ok in zip(table.relations[out], said == table.labels[out], strict=True):
            right[relation].append(bool(ok))
    models = fit_both(table, np.ones(len(table.labels), dtype=bool))
    record: dict[str, Any] = {
        "what": "whether two provisions touch one subject, and whether they are on one and the same matter",
        "pairs": {relation: len(oks) for relation, oks in sorted(right.items())},
        "right_on_an_author_left_out": {name: round(sum(oks) / len(oks), 4) for name, oks in sorted(right.items())},
    }
    for name, (weights, bias) in zip(("touching", "same"), models, strict=True):
        rounded = {found: round(float(weight), 6) for found, weight in zip(table.names, weights, strict=True)}
        record[name] = {"bias": round(bias, 6), "weights": rounded}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({name: record[name] for name in ("pairs", "right_on_an_author_left_out")}, ensure_ascii=False))


if __name__ == "__main__":
    main()

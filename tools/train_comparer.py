"""The weights of the comparer: models/provisions/model.json, out of the labelled pairs in tests/cases/pairs.

python tools/train_comparer.py                 # writes the model, prints what folds by author say
"""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from rulemine.comparing import Side, measure

ROOT = Path(__file__).parent.parent
PAIRS = ROOT / "tests" / "cases" / "pairs"
TARGET = ROOT / "models" / "provisions" / "model.json"


def read_pairs(folder: Path = PAIRS) -> dict[str, list[dict[str, Any]]]:
    """The labelled pairs by author."""
    return {
        path.stem: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def fit(rows: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias for what is measured as it is."""
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=5000)).fit(rows, labels)
    scaler, logistic = model[0], model[1]
    weights = logistic.coef_[0] / scaler.scale_
    return weights, float(logistic.intercept_[0] - (weights * scaler.mean_).sum())


def main() -> None:
    authors = read_pairs()
    rows, labels, groups, relations = [], [], [], []
    names: list[str] = []
    for author, pairs in authors.items():
        for pair in pairs:
            found = measure(*(Side(pair[side]["text"], pair[side]["title"]) for side in "ab"))
            names = list(found)
            rows.append([float(value) for value in found.values()])
            labels.append(pair["relation"] != "none")
            groups.append(author)
            relations.append(pair["relation"])
    table, wanted, group = np.array(rows), np.array(labels), np.array(groups)
    right: dict[str, list[bool]] = defaultdict(list)
    for author in authors:
        weights, bias = fit(table[group != author], wanted[group != author])
        said = table[group == author] @ weights + bias > 0
        for relation, ok in zip(np.array(relations)[group == author], said == wanted[group == author], strict=True):
            right[relation].append(bool(ok))
            right["all"].append(bool(ok))
    folds = {relation: round(sum(oks) / len(oks), 4) for relation, oks in sorted(right.items())}
    weights, bias = fit(table, wanted)
    record = {
        "what": "chance that two provisions are on one and the same matter",
        "pairs": len(wanted),
        "right_on_an_author_left_out": folds,
        "bias": round(bias, 6),
        "weights": {name: round(float(weight), 6) for name, weight in zip(names, weights, strict=True)},
    }
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()

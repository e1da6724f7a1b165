"""The models on four hundred real findings that two readers labelled blind (ids and labels in corpora/real_findings).

python benchmarks/real_findings.py ../shared
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rulemine.classifier import load_classifier
from rulemine.classifier.evaluation import evaluate_classifier
from rulemine.classifier.examples import Example
from rulemine.taxonomy import load_taxonomy

LABELS = Path(__file__).parent.parent / "corpora" / "real_findings" / "labels.jsonl"
SOURCES = ("findings_real.jsonl", "penalties.jsonl")


def read_rows(shared: Path) -> dict[str, dict[str, Any]]:
    lines = (line for name in SOURCES for line in (shared / "data" / name).read_text(encoding="utf-8").splitlines())
    return {row["id"]: row for row in map(json.loads, lines)}


def measure(shared: Path) -> dict[str, Any]:
    """Both models with intervals on those that the two readers agree on, and what a bank's penalties are taken for."""
    rows = read_rows(shared)
    labels = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    agreed = [Example(rows[row["id"]]["text"], row["label"], "real") for row in labels if row["label"]]
    told: dict[str, Any] = {"labelled": len(labels), "agreed": len(agreed)}
    for name in ("linear", "accurate"):
        outcome = evaluate_classifier(load_classifier(name), agreed)
        told[name] = {**outcome.figures(), "intervals": {k: v for k, v in outcome.intervals().items() if k in _SHOWN}}
    return told | {
        "bank_penalties": count_businesses([r for r in rows.values() if r.get("institution_kind") == "bank"])
    }


_SHOWN = ("accuracy", "macro_f1_forced", "right_when_answered")


def count_businesses(rows: list[dict[str, Any]]) -> dict[str, int]:
    """How many of a bank's penalties fall into each category when its businesses are categories; `?` is left to a person."""
    model = load_classifier("accurate", load_taxonomy("bank"))
    answers = model.answers([row["text"] for row in rows])
    return dict(Counter("?" if answer.needs_review else answer.category for answer in answers).most_common())


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), ensure_ascii=False, indent=1))

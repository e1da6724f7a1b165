"""The classifier's engine: how fast, how it learns the ten-class titles beside fastText, and designs that were tried.

python benchmarks/classifying.py ../shared
pip install fasttext-wheel        # the peer
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rulemine.classifier import load_classifier
from rulemine.classifier.examples import Example
from rulemine.classifier.rows import RowClassifier, bare_finding
from rulemine.classifier.training import train_classifier
from rulemine.encoder import OnnxEncoder

SEED = 15
LENGTH = 80
BATCH = 20_000
HELD_OUT = 5
"""Every fifth title is kept for the test."""


def measure(shared: Path) -> dict[str, Any]:
    return {"speed": measure_speed(shared), "ten_classes": measure_titles(shared)}


def measure_speed(shared: Path) -> dict[str, Any]:
    """One process, one thread of ours: findings of 80 characters out of the real ones, joined and cut to length."""
    lines = (shared / "data" / "findings_real.jsonl").read_text(encoding="utf-8").splitlines()
    drawn = random.Random(SEED)  # noqa: S311  # a seeded sample, no secret
    pool = [json.loads(line)["text"] for line in lines]
    texts = ["，".join(drawn.choices(pool, k=12))[:LENGTH] for _ in range(BATCH)]
    load_classifier().classify([bare_finding(text) for text in texts[:50]])  # what is compiled at first use
    began = time.perf_counter()
    model = load_classifier()
    loaded = time.perf_counter() - began
    findings = [bare_finding(text) for text in texts]
    one = sorted(_seconds(lambda t=text: model.classify([bare_finding(t)])) for text in texts[:300])
    accurate = load_classifier("accurate")
    few = findings[:500]
    return {
        "load_seconds": round(loaded, 3),
        "findings_a_second": round(BATCH / _best(lambda: model.classify(findings))),
        "rows_of_a_table_a_second": round(BATCH / _best(lambda: RowClassifier()(texts))),
        "probabilities_a_second": round(BATCH / _best(lambda: model.probabilities(texts))),
        "one_finding_ms": round(1000 * one[len(one) // 2], 3),
        "accurate_findings_a_second": round(len(few) / _seconds(lambda: accurate.classify(few))),
    }


def measure_titles(shared: Path) -> dict[str, Any]:
    """Four fifths of the titles taught, one fifth asked; fastText with character and word n-grams in the same run."""
    rows = [line.split("\t") for line in (shared / "data" / "titles_ten.tsv").read_text(encoding="utf-8").splitlines()]
    taught = [row for i, row in enumerate(rows) if i % HELD_OUT]
    asked = [row for i, row in enumerate(rows) if not i % HELD_OUT]
    examples = [Example(text, label, "titles") for text, label in taught]
    texts, labels = [text for text, _ in asked], np.array([label for _, label in asked])
    told: dict[str, Any] = {"taught": len(taught), "asked": len(asked)}
    for name, encoder in (("linear", None), ("accurate", OnnxEncoder())):
        began = time.perf_counter()
        model = train_classifier(examples, encoder=encoder).model
        spent = time.perf_counter() - began
        guessed = np.array(model.categories)[model.probabilities(texts).argmax(axis=1)]
        told[name] = {"accuracy": round(float((guessed == labels).mean()), 4), "train_seconds": round(spent, 1)}
        if encoder is None:
            told[name]["titles_a_second"] = round(len(texts) * 10 / _best(lambda m=model: m.probabilities(texts * 10)))
    return told | {"fasttext": measure_fasttext(taught, texts, labels)}


def measure_fasttext(taught: Sequence[Sequence[str]], texts: Sequence[str], labels: Any) -> dict[str, Any]:
    """The best of the settings tried: characters apart, so that its words are ours and its n-grams runs of them."""
    import fasttext

    found: dict[str, Any] = {"accuracy": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "taught.txt")
        path.write_text("".join(f"__label__{label} {' '.join(text)}\n" for text, label in taught), encoding="utf-8")
        spaced = [" ".join(text) for text in texts]
        for grams in (1, 2, 3):
            for epochs in (10, 25, 50):
                settings = {"wordNgrams": grams, "epoch": epochs, "lr": 0.5, "dim": 100, "thread": os.cpu_count()}
                model = fasttext.train_supervised(str(path), verbose=0, seed=SEED, **settings)
                # its own predict() of many texts breaks under numpy 2
                guessed = [model.f.predict(f"{text}\n", 1, 0.0, "strict")[0][1] for text in spaced]
                right = float((np.array([guess[9:] for guess in guessed]) == labels).mean())
                if right > found["accuracy"]:
                    spent = _best(lambda m=model: [m.f.predict(f"{text}\n", 1, 0.0, "strict") for text in spaced])
                    found = {
                        "accuracy": round(right, 4),
                        "wordNgrams": grams,
                        "epoch": epochs,
                        "titles_a_second": round(len(spaced) / spent),
                    }
    return found


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _best(work: Any) -> float:
    return min(_seconds(work) for _ in range(3))


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), ensure_ascii=False, indent=1))

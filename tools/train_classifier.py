"""Trains both models and writes their figures into the cards.

python tools/train_classifier.py FOLDER

They learn from corpora/findings, and from real findings whose labels are in corpora/real_findings/taught.jsonl and whose texts
are in FOLDER (``findings_real.jsonl``, ``penalties.jsonl``: JSON Lines with ``id`` and ``text``), for they are not ours to hand
on. The same texts give the same bytes. What the cards say in words is written by hand.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from rulemine.classifier.estimators import fit_temperature
from rulemine.classifier.evaluation import Outcome
from rulemine.classifier.examples import Example, load_examples, place_labels
from rulemine.classifier.model import Classifier
from rulemine.classifier.scorers import softmax
from rulemine.classifier.storing import save_model
from rulemine.classifier.training import (
    Trained,
    choose_answer,
    describe_training,
    fit_characters,
    train_classifier,
    weigh_meaning,
)
from rulemine.encoder import OnnxEncoder

ROOT = Path(__file__).parent.parent
FINDINGS = ROOT / "corpora" / "findings"
MODELS = ROOT / "models"
TAUGHT = ROOT / "corpora" / "real_findings" / "taught.jsonl"
SOURCES = ("findings_real.jsonl", "penalties.jsonl")
REAL_PARTS = 4
"""Into how many parts the documents of the real findings fall."""
REAL_HELD_OUT = "real 1"
"""The part that models/accurate/fine_tune.py leaves out."""
LABELS = ("daily_office", "personnel", "governance", "finance", "sales", "other")
TABLE = re.compile(r"(?<=<!-- figures -->\n).*?(?=<!-- end -->)", re.DOTALL)
"""What stands between these two comments is written by this script."""
WORDS = {
    "n": "findings judged",
    "accuracy": "right category when made to answer",
    "accuracy_hard": "the same, hard texts alone",
    "macro_f1_forced": "macro-F1 of the five, `other` not allowed",
    "accuracy_hard_forced": "accuracy of the five on hard texts, `other` not allowed",
    "other_caught": "`other` found or left to a person",
    "answered": "share of the five that it answers",
    "right_when_answered": "right when it answers",
    "calibration_error": "expected calibration error, ten bins",
}


def main(folder: Path) -> None:
    own = load_examples(sorted(FINDINGS.glob("*.jsonl")))
    examples = own + read_real(folder)
    linear = train_classifier(examples)
    save_model(linear.model, MODELS / "linear", describe_training(examples, linear.outcome))
    _write_card("linear", examples, linear.outcome)
    accurate, asked = add_encoder(linear.model, examples)
    held_out = sorted({example.group for example in asked})
    about = describe_training(examples, accurate.outcome) | {"held_out": held_out}
    save_model(accurate.model, MODELS / "accurate", about, characters="../linear", encoder="encoder")
    _write_card("accurate", asked, accurate.outcome)
    _write_between(FINDINGS / "README.md", "".join(_describe_findings(own)))


def read_real(folder: Path) -> list[Example]:
    """Real findings with the label that a reader gave them; those of one document stay on one side of a split.

    Six in ten are finance: a category that has more than its equal share counts no more than that share.
    """
    lines = (line for name in SOURCES for line in (folder / name).read_text(encoding="utf-8").splitlines())
    rows = {row["id"]: row for row in map(json.loads, lines)}
    said = [json.loads(line) for line in TAUGHT.read_text(encoding="utf-8").splitlines()]
    counts = Counter(label["label"] for label in said)
    found = []
    for label in said:
        row = rows[label["id"]]
        part = zlib.crc32(str(row.get("doc") or row.get("authority")).encode()) % REAL_PARTS
        weight = min(1.0, len(said) / len(counts) / counts[label["label"]])
        found.append(Example(row["text"], label["label"], f"real {part + 1}", weight=weight))
    return found


def add_encoder(linear: Classifier, examples: Sequence[Example]) -> tuple[Trained, list[Example]]:
    """The accurate model: the characters, and the fine-tuned encoder that never saw the authors held out.

    By those authors its share, temperature and thresholds are chosen, beside characters that did not see them either.
    """
    with np.load(MODELS / "accurate" / "adapters.npz", allow_pickle=False) as arrays:
        weights, bias, held_out = arrays["head_weights"], arrays["head_bias"], arrays["held_out"].tolist()
    held_out.append(REAL_HELD_OUT)
    taught = [example for example in examples if example.group not in held_out]
    asked = [example for example in examples if example.group in held_out]
    encoder = OnnxEncoder(MODELS / "accurate" / "encoder", keep=False)
    texts, places = [example.text for example in asked], place_labels(asked, linear.labels)
    margins = fit_characters(taught, linear.labels).scores(texts)
    temperature = fit_temperature(margins, places)
    chances = softmax(margins / temperature)
    told = np.log(softmax(encoder.encode(texts) @ weights + bias) + 1e-12)
    mixed, meaning = weigh_meaning(chances, told, places, encoder, weights, bias)
    thresholds = replace(linear.thresholds, answer=choose_answer(mixed, places))
    model = replace(linear, name="accurate", temperature=temperature, thresholds=thresholds, meaning=meaning)
    parts = {"characters": chances, "encoder": told, "both": mixed}
    print({name: round(float((scores.argmax(axis=1) == places).mean()), 4) for name, scores in parts.items()})
    return Trained(model, Outcome.of(asked, linear.labels, mixed, thresholds.answer)), asked


def _write_card(name: str, examples: Sequence[Example], outcome: Outcome) -> None:
    told = [*_describe_model(len(examples), MODELS / name), *_describe_figures(outcome)]
    _write_between(MODELS / name / "card.md", "".join(told))
    print(name, json.dumps(outcome.figures()), flush=True)


def _describe_model(judged: int, folder: Path) -> Sequence[str]:
    stored = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    lines = [
        f"Trained on the {stored['trained_on']['findings']:,} findings, judged on {judged:,}. Temperature {stored['temperature']}; "
        f"threshold {stored['answer']}; `secondary` from {stored['second']}.\n"
    ]
    if "meaning" in stored:
        told = stored["meaning"]
        lines.append(
            f"\nThe encoder's log-probabilities weigh {told['share']}, the temperature of both is {told['temperature']}; "
            f"it is asked below a confidence of {told['asked_below']}.\n"
        )
    return lines


def _describe_figures(outcome: Outcome) -> Sequence[str]:
    figures, spans = outcome.figures(), outcome.intervals()
    rows = [
        f"| {WORDS[name]} (`{name}`) | {value:g} | {'–'.join(f'{end:g}' for end in spans.get(name, ()))} |\n"
        for name, value in figures.items()
    ]
    by_category = [
        f"| {key} | {row['n']} | {row['precision']:g} | {row['recall']:g} | {row['f1']:g} |\n"
        for key, row in outcome.by_category().items()
    ]
    taken = "; ".join(f"{real} for {guess} {n}" for real, guess, n in outcome.confusions()[:6])
    return [
        "\n| figure | value | 95 % interval |\n| --- | --- | --- |\n",
        *rows,
        "\n| category | n | precision | recall | F1 |\n| --- | --- | --- | --- | --- |\n",
        *by_category,
        f"\nMost often mistaken: {taken}.\n",
    ]


def _describe_findings(examples: Sequence[Example]) -> Sequence[str]:
    """A row a file: how many of each category, how many of them hard."""
    lines = [f"| file | {' | '.join(LABELS)} | all | hard |\n", f"|{' --- |' * (len(LABELS) + 3)}\n"]
    groups = sorted({example.group for example in examples})
    for group in [*groups, None]:
        some = [example for example in examples if group in (example.group, None)]
        counts = Counter(example.label for example in some)
        cells = [counts[label] for label in LABELS] + [len(some), sum(example.hard for example in some)]
        lines.append(f"| {f'`{group}.jsonl`' if group else 'all'} | {' | '.join(f'{n:,}' for n in cells)} |\n")
    rows = [
        json.loads(line)
        for p in sorted(FINDINGS.glob("*.jsonl"))
        for line in p.read_text(encoding="utf-8").splitlines()
    ]
    lengths = sorted(len(row["text"]) for row in rows)
    houses = Counter(row["institution"] for row in rows)
    twice = [row for row in rows if row["second_hand"]]
    return [
        *lines,
        f"\nBy institution: {', '.join(f'{name} {n:,}' for name, n in houses.most_common())}.\n"
        f"Length: {lengths[0]} to {lengths[-1]} characters, median {lengths[len(lengths) // 2]}. "
        f"{sum(bool(row['secondary']) for row in rows)} findings bear a second category; "
        f"there are {len({row['topic'] for row in rows}):,} different topics. {len(twice):,} findings bear a blind second label.\n",
    ]


def _write_between(path: Path, text: str) -> None:
    page = path.read_text(encoding="utf-8")
    if not TABLE.search(page):
        raise SystemExit(f"{path}: no place for the figures (<!-- figures --> … <!-- end -->)")
    path.write_text(TABLE.sub(lambda _: text, page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

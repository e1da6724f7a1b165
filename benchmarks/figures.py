"""Writes ``docs/figures.md``: every published figure, with the command that prints it.

python benchmarks/figures.py ../shared
"""

from __future__ import annotations

import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import classifying
import dev_scores
import encoding
import joining
import outdated
import reading
import real_findings
import recognition
import reports
import startup
import structure
import whole_corpus

from rulemine.resources import locate_resource
from rulemine.version import __version__

PAGE = Path(__file__).parent.parent / "docs" / "figures.md"
GROWTH = PAGE.with_name("join_growth.svg")


def main(shared: Path) -> None:
    """Measure everything and write the page."""
    PAGE.write_text("\n".join(write_page(shared)), encoding="utf-8")


def write_page(shared: Path) -> Iterator[str]:
    """The page, line by line."""
    yield "# Figures\n"
    yield f"Written by `python benchmarks/figures.py ../shared` on {date.today()}, version {__version__}, "
    yield f"Python {platform.python_version()}, {os.cpu_count()} processors, {platform.system()}.\n"
    yield "## Dev sets\n\nPrinted by `python benchmarks/dev_scores.py ../shared`.\n"
    with tempfile.TemporaryDirectory() as folder:
        for name, command, line in dev_scores.run_all(shared, Path(folder)):
            yield f"### {name}\n\n`{command}`\n\n```json\n{line}\n```\n"
    yield "## The reports in corpora/reports, by writer\n\nPrinted by `python benchmarks/reports.py ../shared`.\n"
    yield f"```json\n{json.dumps(reports.measure(shared), ensure_ascii=False)}\n```\n"
    yield "## Whether a sentence tells a fault, each writer's judged by a model of the others'\n"
    yield "Printed by `python tools/train_faults.py`.\n"
    faults = json.loads((locate_resource("models/faults") / "model.json").read_text(encoding="utf-8"))[
        "author_left_out"
    ]
    yield f"```json\n{json.dumps(faults)}\n```\n"
    yield "## The classifier on authors held out\n\nPrinted by `python tools/train_classifier.py ../shared/data`.\n"
    for name in ("linear", "accurate"):
        folds = json.loads((locate_resource(f"models/{name}") / "model.json").read_text(encoding="utf-8"))[
            "folds_by_group"
        ]
        yield f"`{name}`\n\n```json\n{json.dumps(folds)}\n```\n"
    yield "## The classifier on real findings\n\nPrinted by `python benchmarks/real_findings.py ../shared`.\n"
    yield f"```json\n{json.dumps(real_findings.measure(shared))}\n```\n"
    yield "## The classifier's engine\n\nPrinted by `python benchmarks/classifying.py ../shared`.\n"
    yield f"```json\n{json.dumps(classifying.measure(shared), ensure_ascii=False)}\n```\n"
    yield "## Every real document and law text\n\nPrinted by `python benchmarks/whole_corpus.py ../shared`.\n"
    yield f"```json\n{json.dumps(whole_corpus.measure(shared), ensure_ascii=False)}\n```\n"
    yield "## Structure\n\nPrinted by `python benchmarks/structure.py ../shared`; with `--list` each disagreement.\n"
    yield f"```json\n{json.dumps(structure.measure(shared)[1], ensure_ascii=False)}\n```\n"
    yield "## Reading\n\nPrinted by `python benchmarks/reading.py ../shared`.\n"
    yield f"```json\n{json.dumps(reading.measure(shared), ensure_ascii=False)}\n```\n"
    yield "## What makes a rule outdated\n\nPrinted by `python benchmarks/outdated.py ../shared`; with `--list` what was left alone.\n"
    yield f"```json\n{json.dumps(outdated.measure(shared)[1], ensure_ascii=False)}\n```\n"
    yield "## The join, near-duplicate documents and versions\n\nPrinted by `python benchmarks/joining.py ../shared --large`.\n"
    joined = json.loads(json.dumps(joining.measure(shared, large=True), ensure_ascii=False))
    GROWTH.write_text(joining.plot_growth(joined["growth_pairs_and_seconds"]), encoding="utf-8")
    yield f"```json\n{json.dumps(joined, ensure_ascii=False)}\n```\n\n![Seconds over lines](join_growth.svg)\n"
    yield "## Duplicates and conflicts, each author's pairs judged by a model of the others'\n"
    yield "Printed by `python tools/train_comparer.py`.\n"
    comparer = json.loads((locate_resource("models/provisions") / "model.json").read_text(encoding="utf-8"))
    yield f"```json\n{json.dumps(comparer['on_an_author_left_out'], ensure_ascii=False)}\n```\n"
    yield "## The encoder\n\nPrinted by `python benchmarks/encoding.py ../shared`.\n"
    yield f"```json\n{json.dumps(encoding.measure(shared), ensure_ascii=False)}\n```\n"
    yield "## OCR\n\nPrinted by `python benchmarks/recognition.py`.\n"
    yield f"```json\n{json.dumps(recognition.measure(), ensure_ascii=False)}\n```\n"
    yield "## Start-up\n\nPrinted by `python benchmarks/startup.py`; median of five, seconds.\n\n| command | s |\n| --- | --- |"
    for name, seconds in startup.measure():
        yield f"| {name} | {seconds} |"
    yield ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))

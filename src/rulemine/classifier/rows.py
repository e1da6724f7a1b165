"""Bare texts into the columns that ``rulemine classify`` adds to a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rulemine.classifier import load_classifier
from rulemine.classifier.model import Answer
from rulemine.schema import Finding, FindingSource
from rulemine.taxonomy import Taxonomy

_COLUMNS = {
    "category": "string",
    "confidence": "double",
    "needs_review": "boolean",
    "review_reason": "string",
    "secondary": "array<string>",
    "other_kind": "string",
    "reasons": "array<struct<start:bigint,end:bigint,weight:double,text:string>>",
    "model": "string",
}


def bare_finding(text: str) -> Finding:
    """A finding that is nothing but its text."""
    return Finding(id="", report_id="", text=text, start=0, end=len(text), source=FindingSource(path="", sha256=""))


class RowClassifier:
    """Texts into the new columns of their rows: category, confidence, reasons, a score for each category.

    >>> row, = RowClassifier()(["发票抬头与报销单位不符，多报销1200元。"])
    >>> row["category"], row["score_finance"] > 0.5
    ('finance', True)

    ``model`` is a name of ours or a folder, ``taxonomy`` one that it must answer in. ``columns`` names the type of each
    new column, as SQL spells it.
    """

    def __init__(self, model: str | Path = "linear", taxonomy: Taxonomy | None = None) -> None:
        self._model = load_classifier(model, taxonomy)

    def __call__(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """One row of new columns for each text."""
        answers = self._model.answers(texts)
        return [_write_row(text, answer) for text, answer in zip(texts, answers, strict=True)]

    @property
    def columns(self) -> dict[str, str]:
        """The new columns in their order."""
        return _COLUMNS | {f"score_{key}": "double" for key in self._model.categories}


def _write_row(text: str, answer: Answer) -> dict[str, Any]:
    row: dict[str, Any] = answer._asdict()
    scores = row.pop("scores")
    row["secondary"] = list(answer.secondary)
    row["reasons"] = [
        {"start": r.start, "end": r.end, "weight": r.weight, "text": text[r.start : r.end]} for r in answer.reasons
    ]
    row |= {f"score_{key}": value for key, value in scores.items()}
    return row

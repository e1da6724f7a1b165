"""Bare texts into the columns that ``rulemine classify`` adds to a table."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rulemine.classifier import load_classifier
from rulemine.schema import Finding, FindingSource, to_record

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

    ``model`` is a name of ours or a folder. ``columns`` names the type of each new column, as SQL spells it.
    """

    def __init__(self, model: str | Path = "linear") -> None:
        self._model = load_classifier(model)

    def __call__(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """One row of new columns for each text."""
        return [_row(found) for found in self._model.classify([bare_finding(text) for text in texts])]

    @property
    def columns(self) -> dict[str, str]:
        """The new columns in their order."""
        return _COLUMNS | {f"score_{key}": "double" for key in self._model.categories}


def _row(found: Finding) -> dict[str, Any]:
    kept = ("category", "confidence", "needs_review", "review_reason", "secondary", "other_kind")
    reasons = [{**to_record(reason), "text": found.text[reason.start : reason.end]} for reason in found.reasons]
    return {
        **{name: to_record(getattr(found, name)) for name in kept},
        "reasons": reasons,
        "model": found.model,
        **{f"score_{key}": value for key, value in found.scores.items()},
    }

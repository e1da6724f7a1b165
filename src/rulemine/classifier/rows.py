"""Bare texts into the columns that ``rulemine classify`` adds to a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rulemine.classifier.linear import LinearClassifier
from rulemine.schema import Finding, FindingSource, to_record


def bare_finding(text: str) -> Finding:
    """A finding that is nothing but its text."""
    return Finding(id="", report_id="", text=text, start=0, end=len(text), source=FindingSource(path="", sha256=""))


def classify_rows(model: LinearClassifier, texts: Sequence[str]) -> list[dict[str, Any]]:
    """One row of new columns for each text: category, confidence, reasons, a score for each category.

    >>> from rulemine.classifier import load_classifier
    >>> row, = classify_rows(load_classifier(), ["发票抬头与报销单位不符，多报销1200元。"])
    >>> row["category"], row["score_finance"] > 0.5
    ('finance', True)
    """
    return [_row(found) for found in model.classify([bare_finding(text) for text in texts])]


def _row(found: Finding) -> dict[str, Any]:
    kept = ("category", "confidence", "needs_review", "review_reason", "secondary", "other_kind")
    reasons = [{**to_record(reason), "text": found.text[reason.start : reason.end]} for reason in found.reasons]
    return {
        **{name: to_record(getattr(found, name)) for name in kept},
        "reasons": reasons,
        "model": found.model,
        **{f"score_{key}": value for key, value in found.scores.items()},
    }

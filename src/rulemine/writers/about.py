"""说明: what a run was made with, what its facts cover, and what could not be read. The same in every output."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from rulemine.writers.contents import Review
from rulemine.writers.labels import Labels


def describe_run(review: Review, labels: Labels) -> list[tuple[str, str]]:
    """Items of 说明 with their contents, one statement a line.

    >>> from datetime import date
    >>> from rulemine.writers.contents import RunRecord
    >>> describe_run(Review(run=RunRecord(version="1.0", as_of=date(2024, 1, 31))), Labels())[:2]
    [('判断基准日', '2024-01-31'), ('程序版本', 'rulemine 1.0')]
    """
    return list(_items(review, labels))


def describe_skipped(review: Review) -> list[tuple[str, str, str]]:
    """The files that could not be read: path, reason, what to do."""
    return [(skipped.path, skipped.reason, skipped.remedy) for skipped in review.run.skipped]


def describe_glance(review: Review, labels: Labels) -> str:
    """The outcome in one sentence, and in another how the actions of candidates and of evidence go together."""
    actions = [candidate.action for candidate in review.candidates]
    outcome = labels["glance"].format(
        rules=len(review.rules),
        candidates=len(actions),
        enact=actions.count("enact"),
        amend=actions.count("amend"),
        repeal=actions.count("repeal"),
        evidence=sum(len(c.evidence) for c in review.candidates),
        findings=len(review.findings),
        to_review=sum(bool(f.needs_review) for f in review.findings),
    )
    space = "" if labels.lang == "zh" else " "
    return f"{outcome}{space}{labels['strongest']}" if actions else str(outcome)


def _items(review: Review, labels: Labels) -> Iterator[tuple[str, str]]:
    run = review.run
    yield labels["as_of"], run.as_of.isoformat()
    yield labels["version"], f"rulemine {run.version}"
    yield labels["facts_on"], run.facts_on.isoformat() if run.facts_on else labels["not_stated"]
    yield labels["covers"], "\n".join(run.covers) or labels["not_stated"]
    yield labels["model"], run.model or labels["none"]
    if run.vectors:
        yield labels["vectors"], run.vectors
    if run.options:
        yield (
            labels["options"],
            "\n".join(f"{name} = {_spell(name, value, labels)}" for name, value in run.options.items()),
        )
    if run.inputs:
        yield labels["inputs"], str(len(run.inputs))
    yield labels["rules_read"], str(len(review.rules))
    yield labels["skipped_count"], str(len(run.skipped))


def _spell(name: str, value: Any, labels: Labels) -> str:
    if name == "signals" and not value:
        return labels["all_signals"]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

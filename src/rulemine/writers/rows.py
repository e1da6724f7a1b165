"""What the sheets of the workbook hold, row by row: the columns, and the values of a candidate, an evidence, a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Literal

from rulemine.schema import Candidate, CitedRule, Evidence, Finding, OtherSide
from rulemine.writers.contents import Review
from rulemine.writers.labels import Labels, cite
from rulemine.writers.visible import shorten

Value = str | int | float | date | None
Style = Literal["text", "wrap", "centre", "number", "score", "money", "date", "priority", "input", "input_date"]
QUOTED_CHARACTERS = 500
"""A quote longer than this loses its middle in a cell, which says so; Excel's tallest row holds about this much."""
MESSAGE_CHARACTERS = 80
NAMED_FINDINGS = 20
"""Findings that an evidence names by number; their whole number is always said."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the key of its heading, its width in digits of the default font, how its cells look."""

    key: str
    width: float
    style: Style = "text"


CANDIDATE_COLUMNS = (
    Column("number", 6, "centre"),
    Column("rule", 32, "wrap"),
    Column("document_number", 18, "wrap"),
    Column("action", 7, "centre"),
    Column("priority", 8, "priority"),
    Column("score", 8, "score"),
    Column("evidence_count", 9, "number"),
    Column("main_reason", 52, "wrap"),
    Column("source", 28, "wrap"),
)
EVIDENCE_COLUMNS = (
    Column("candidate_number", 7, "centre"),
    Column("rule", 16, "wrap"),
    Column("provision", 9, "wrap"),
    Column("signal", 11, "wrap"),
    Column("message", 26, "wrap"),
    Column("quote", 32, "wrap"),
    Column("other", 30, "wrap"),
    Column("fact", 17, "wrap"),
    Column("suggestion", 18, "wrap"),
    Column("confidence", 8, "score"),
    Column("page", 6, "centre"),
    Column("source", 15, "wrap"),
    Column("evidence_id", 11, "wrap"),
)
DECISION_COLUMNS = (
    Column("verdict", 10, "input"),
    Column("reason", 14, "input"),
    Column("by", 9, "input"),
    Column("on", 11, "input_date"),
    Column("due_on", 11, "input_date"),
)
NEW_COLUMN = Column("new", 6, "centre")
FINDING_COLUMNS = (
    Column("number", 6, "centre"),
    Column("report", 18, "wrap"),
    Column("text", 48, "wrap"),
    Column("category", 11, "wrap"),
    Column("needs_review", 12, "wrap"),
    Column("confidence", 8, "score"),
    Column("secondary", 10, "wrap"),
    Column("amount", 18, "money"),
    Column("counts", 10, "wrap"),
    Column("institutions", 8, "number"),
    Column("status", 10, "centre"),
    Column("responsible_unit", 13, "wrap"),
    Column("rectify_by", 11, "date"),
    Column("recurrence", 10, "centre"),
    Column("cited_rules", 22, "wrap"),
    Column("page", 6, "centre"),
    Column("source", 18, "wrap"),
    Column("finding_id", 12, "wrap"),
)


def list_evidence_columns(review: Review) -> tuple[Column, ...]:
    """The columns of the evidence; 新增 only where there is an earlier run to compare with."""
    marks = (NEW_COLUMN,) if review.known is not None else ()
    return (*EVIDENCE_COLUMNS, *marks, *DECISION_COLUMNS)


def fill_candidate(review: Review, labels: Labels, number: int, candidate: Candidate) -> tuple[Value, ...]:
    """The cells of a candidate."""
    rule = review.find_rule(candidate.rule_id, candidate.version_id)
    return (
        number,
        labels.heading(candidate),
        rule.document_number if rule else None,
        labels.action(candidate.action),
        labels.priority(candidate.priority),
        candidate.score,
        len(candidate.evidence),
        summarise_reasons(candidate, labels),
        candidate.source.path if candidate.source else labels["gap"],
    )


def summarise_reasons(candidate: Candidate, labels: Labels) -> str:
    """The kinds of evidence with their numbers, and what the surest of those says that call for the candidate's action."""
    if not candidate.evidence:
        return ""
    kinds = Counter(evidence.kind for evidence in candidate.evidence).most_common()
    grounds = [evidence for evidence in candidate.evidence if evidence.action == candidate.action]
    surest = max(grounds or candidate.evidence, key=lambda evidence: evidence.confidence)
    named = "；".join(f"{labels.kind(kind)}×{number}" if number > 1 else labels.kind(kind) for kind, number in kinds)
    return f"{named}\n{shorten(surest.message, MESSAGE_CHARACTERS, labels['cut'])}"


def fill_evidence(
    review: Review, labels: Labels, number: int, candidate: Candidate, evidence: Evidence
) -> tuple[Value, ...]:
    """The cells of an evidence, those that a person fills in last."""
    marks = (labels["mark_new"] if review.is_new(evidence.id) else "",) if review.known is not None else ()
    decision = evidence.decision
    decided: tuple[Value, ...] = (None,) * len(DECISION_COLUMNS)
    if decision:
        decided = labels.verdict(decision.verdict), decision.reason, decision.by, decision.on, decision.due_on
    return (
        number,
        labels.heading(candidate),
        evidence.provision,
        labels.signal(evidence),
        evidence.message,
        shorten(evidence.quote, QUOTED_CHARACTERS, labels["cut"]),
        describe_other(evidence.other, labels),
        describe_basis(review, evidence, labels),
        evidence.suggestion,
        evidence.confidence,
        evidence.page,
        candidate.source.path if candidate.source else None,
        evidence.id,
        *marks,
        *decided,
    )


def describe_other(other: OtherSide | None, labels: Labels) -> str | None:
    """The other side of a pair: title, provision, words."""
    if other is None:
        return None
    return f"{cite(other.title)}{other.provision}\n{shorten(other.quote, QUOTED_CHARACTERS, labels['cut'])}"


def describe_basis(review: Review, evidence: Evidence, labels: Labels) -> str | None:
    """The fact that an evidence rests on, what is in force now, and the findings that speak for it."""
    return "\n".join(_list_basis(review, evidence, labels)) or None


def _list_basis(review: Review, evidence: Evidence, labels: Labels) -> Iterator[str]:
    if evidence.fact:
        yield f"{evidence.fact.id}（{evidence.fact.source}）"
    if evidence.successor:
        yield labels["successor"].format(evidence.successor)
    if evidence.findings:
        numbers = list_numbers(review, evidence)
        shown = "、".join(map(str, numbers[:NAMED_FINDINGS])) + ("……" if len(numbers) > NAMED_FINDINGS else "")
        counted = labels["related"].format(len(evidence.findings))
        yield f"{counted}（{labels['numbered'].format(shown)}）" if numbers else counted


def list_numbers(review: Review, evidence: Evidence) -> list[int]:
    """The numbers, in the list of findings, of those that speak for an evidence."""
    numbers = (review.number_finding(finding_id) for finding_id in evidence.findings or ())
    return sorted(number for number in numbers if number is not None)


def fill_finding(labels: Labels, number: int, finding: Finding) -> tuple[Value, ...]:
    """The cells of a finding."""
    return (
        number,
        PurePath(finding.source.path).name,
        finding.text,
        labels.finding_category(finding),
        labels.review_mark(finding),
        finding.confidence,
        "、".join(map(labels.category, finding.secondary)),
        finding.amount_yuan,
        describe_counts(finding),
        finding.institutions,
        labels.status(finding.status),
        finding.responsible_unit,
        finding.due_on,
        labels["yes"] if finding.recurrence else "",
        "\n".join(map(cite_rule, finding.citations)),
        finding.source.page,
        finding.source.path,
        finding.id,
    )


def describe_counts(finding: Finding) -> str:
    """What was counted, with its measure word: 23笔、5户."""
    return "、".join(f"{number}{measure}" for measure, number in finding.counts.items())


def cite_rule(cited: CitedRule) -> str:
    """A rule with its article as a finding cites it."""
    return f"{cite(cited.title)}{'、'.join(cited.articles) or cited.article or ''}"

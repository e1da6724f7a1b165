"""Evidence into candidates: one a version of a rule, with its action, its score and its priority."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from rulemine.schema import Action, Candidate, CandidateSource, Evidence, Priority, Rule

WEIGHTS: dict[str, float] = {
    "superseded": 1.0,
    "expired": 0.8,
    "repealed_basis": 0.8,
    "conflict": 0.75,
    "moved_article": 0.6,
    "missing_rule": 0.6,
    "practice": 0.6,
    "broken_reference": 0.5,
    "newer_basis": 0.5,
    "former_name": 0.45,
    "former_department": 0.45,
    "past_deadline": 0.45,
    "duplicate": 0.4,
    "overdue_review": 0.4,
    "numbering": 0.3,
    "restated_law": 0.2,
}
"""How much an evidence of each kind weighs, at full confidence, for taking up a rule now."""
HIGH, MEDIUM = 0.9, 0.6
_STRENGTH: dict[Action, int] = {"repeal": 0, "amend": 1, "enact": 2}


def gather_candidates(rules: Sequence[Rule], evidence: Iterable[Evidence]) -> tuple[Candidate, ...]:
    """Candidates, the most pressing first, each with its evidence in the order of the text.

    The action is the strongest among the evidence (repeal, then amend, then enact); the score is the chance that at
    least one of them calls for it, 1 − Π(1 − weight · confidence).
    """
    versions: dict[str | None, list[Evidence]] = defaultdict(list)
    for item in evidence:
        versions[item.version_id].append(item)
    found = [_gather(rule, versions[rule.version_id]) for rule in rules if versions.get(rule.version_id)]
    return tuple(sorted(found, key=lambda candidate: (-candidate.score, candidate.title, candidate.version_id or "")))


def _gather(rule: Rule, items: Sequence[Evidence]) -> Candidate:
    ordered = sorted(items, key=lambda e: (e.start or 0, e.end or 0, e.signal, e.id))
    score = 1 - math.prod(1 - _weight(item) * item.confidence for item in ordered)
    return Candidate(
        rule_id=rule.id,
        version_id=rule.version_id,
        source=CandidateSource(path=rule.source.path),
        title=rule.title,
        action=min((item.action for item in ordered), key=_STRENGTH.__getitem__),
        priority=_priority(score),
        score=round(score, 4),
        evidence=tuple(ordered),
    )


def _weight(item: Evidence) -> float:
    """A whole rule restated weighs like one that is superseded."""
    return WEIGHTS["expired"] if item.signal == "D20" else WEIGHTS[item.kind]


def _priority(score: float) -> Priority:
    """The word for a score.

    >>> [_priority(s) for s in (0.95, 0.7, 0.2)]
    ['high', 'medium', 'low']
    """
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"

"""The same issue told in two reports, and the same type of issue coming back: findings of different reports side by side.

One issue that two channels report, or that a later report follows up, must not be counted twice; one that comes back in
other figures, at another time, is a recurrence (同质同类问题重复发生), not a repetition.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rulemine.retrieval import MatterIndex, Neighbourhood
from rulemine.schema import Finding, Report
from rulemine.text import fold_text
from rulemine.wording import character_weight, count_characters

SAME_WORDS = 0.85
"""Cosine of weighted characters from which two findings say the same in nearly the same words."""
SAME_FIGURES = 0.4
"""The same where both bear one and the same amount or count."""
SAME_TYPE = 0.42
"""Cosine from which two findings of one category are of one type."""
NEIGHBOURS = 12
FAR_APART = 90
"""Days between two reports from which a finding of one type has come back rather than been told twice."""
_PLAIN_COUNTS = frozenset({1, 2})
"""Counts that two findings share by chance."""


@dataclass(frozen=True, slots=True)
class Groups:
    """Findings by position: those that are one issue, and those of one type that came back; each in the order given."""

    same: tuple[tuple[int, ...], ...]
    recurring: tuple[tuple[int, ...], ...]


def group_findings(findings: Sequence[Finding], reports: Sequence[Report] = ()) -> Groups:
    """Which findings of different reports are one issue, and which are of one type.

    >>> from datetime import date
    >>> from rulemine.schema import FindingSource
    >>> def told(report: str, text: str, amount: float) -> Finding:
    ...     source = FindingSource(path=report, sha256="", page=None)
    ...     return Finding(id=text, report_id=report, text=text, start=0, end=1, source=source, amount_yuan=amount, category="finance")
    >>> audit = told("审计", "营业部虚列会议费12.6万元", 126000)
    >>> follow_up = told("回头看", "虚列会议费12.6万元的问题，营业部仍未退回", 126000)
    >>> next_year = told("次年", "营业部虚列会议费3万元", 30000)
    >>> days = [Report(id=i, path=i, reported_on=date(y, 3, 1)) for i, y in (("审计", 2022), ("回头看", 2022), ("次年", 2023))]
    >>> group_findings([audit, follow_up, next_year], days)
    Groups(same=((0, 1),), recurring=((0, 1, 2),))
    """
    if len({finding.report_id for finding in findings}) < 2:
        return Groups((), ())
    days = {report.id: report.reported_on for report in reports}
    index = MatterIndex.of_terms([count_characters(fold_text(f.text)) for f in findings], character_weight)
    near = Neighbourhood(index, [f.report_id for f in findings], most=NEIGHBOURS, least=min(SAME_FIGURES, SAME_TYPE))
    same: list[tuple[int, int]] = []
    alike: list[tuple[int, int]] = []
    for a, b in near.pairs():
        likeness = near.standing(a, b).likeness
        if _is_same_issue(findings[a], findings[b], likeness, days):
            same.append((a, b))
        elif _is_same_type(findings[a], findings[b], likeness, days):
            alike.append((a, b))
    one = _join(len(findings), same)
    types = _join(len(findings), [*same, *alike])
    return Groups(one, tuple(group for group in types if group not in one))


def _is_same_issue(a: Finding, b: Finding, likeness: float, days: Mapping[str, date | None]) -> bool:
    """One figure that is no coincidence, or nearly the same words not long after each other; figures must not disagree."""
    if _figures_disagree(a, b) or _apart(a.occurred_on, b.occurred_on, 0):
        return False
    if likeness >= SAME_FIGURES and _share_figure(a, b):
        return True
    return likeness >= SAME_WORDS and not _apart(days.get(a.report_id), days.get(b.report_id), 366)


def _is_same_type(a: Finding, b: Finding, likeness: float, days: Mapping[str, date | None]) -> bool:
    if likeness < SAME_TYPE or (a.category and b.category and a.category != b.category):
        return False
    here, there = days.get(a.report_id), days.get(b.report_id)
    return a.recurrence or b.recurrence or here is None or there is None or _apart(here, there, FAR_APART)


def _share_figure(a: Finding, b: Finding) -> bool:
    if a.amount_yuan and b.amount_yuan:
        return a.amount_yuan == b.amount_yuan
    shared = {(unit, n) for unit, n in a.counts.items() if n not in _PLAIN_COUNTS} & set(b.counts.items())
    return bool(shared)


def _figures_disagree(a: Finding, b: Finding) -> bool:
    if a.amount_yuan and b.amount_yuan and a.amount_yuan != b.amount_yuan:
        return True
    places = set(a.institution_names), set(b.institution_names)
    return all(places) and places[0].isdisjoint(places[1])


def _apart(one: date | None, other: date | None, days: int) -> bool:
    return one is not None and other is not None and abs((one - other).days) > days


def _join(number: int, pairs: Sequence[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """The positions that pairs join, more than one each, by their first position."""
    import numpy as np
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not pairs:
        return ()
    here, there = zip(*pairs, strict=True)
    graph = coo_matrix((np.ones(len(pairs), bool), (here, there)), shape=(number, number))
    _, group = connected_components(graph, directed=False)
    found: dict[int, list[int]] = {}
    for at in sorted({*here, *there}):
        found.setdefault(int(group[at]), []).append(at)
    return tuple(map(tuple, found.values()))

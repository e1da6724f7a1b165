"""The counts that open every output: small tables whose last row is the total, and the totals sum."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rulemine.schema import Finding
from rulemine.writers.contents import Review
from rulemine.writers.labels import ACTIONS, CATEGORIES, KINDS, PRIORITIES, STATUSES, Labels

Cell = str | int | float | None
"""None where nothing is known: amounts that no finding states."""
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A table of counts with its heading; the last of ``rows`` is the total."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def tally_candidates(review: Review, labels: Labels) -> Tally:
    """Candidates by action and priority."""
    counted = Counter((str(c.action), str(c.priority)) for c in review.candidates)
    rows = [(labels.action(action), *_with_sum([counted[action, p] for p in PRIORITIES])) for action in ACTIONS]
    columns = (
        labels["action"],
        *(labels["priority_of"].format(labels.priority(p)) for p in PRIORITIES),
        labels["total"],
    )
    return _total(labels["by_action"], columns, rows, labels)


def tally_kinds(review: Review, labels: Labels) -> Tally:
    """Evidence by kind of signal and the action it speaks for."""
    counted = Counter((e.kind, str(e.action)) for c in review.candidates for e in c.evidence)
    kinds = order_keys({kind for kind, _ in counted}, KINDS)
    rows = [(labels.kind(kind), *_with_sum([counted[kind, action] for action in ACTIONS])) for kind in kinds]
    columns = (labels["kind"], *map(labels.action, ACTIONS), labels["total"])
    return _total(labels["by_kind"], columns, rows, labels)


def tally_categories(review: Review, labels: Labels) -> Tally:
    """Findings by category and state of rectification."""
    keys = order_keys({f.category or "" for f in review.findings}, CATEGORIES)
    groups = {labels.category(key): [f for f in review.findings if (f.category or "") == key] for key in keys}
    return _tally_groups(labels["category_status"], labels["category"], groups, labels)


def tally_units(review: Review, labels: Labels) -> Tally:
    """Findings by responsible unit, the most first."""
    groups = _group(review.findings, lambda finding: finding.responsible_unit or labels["unit_not_stated"])
    return _tally_groups(labels["by_unit"], labels["responsible_unit"], groups, labels)


def tally_reports(review: Review, labels: Labels) -> Tally:
    """Findings by the report they come from, the most first."""
    groups = _group(review.findings, lambda finding: PurePath(finding.source.path).name)
    return _tally_groups(labels["by_report"], labels["report"], groups, labels)


def _tally_groups(heading: str, name: str, groups: Mapping[str, Sequence[Finding]], labels: Labels) -> Tally:
    rows = [(group, *_with_sum(_count_statuses(found)), *_sum_up(found)) for group, found in groups.items()]
    columns = (
        name,
        *map(labels.status, STATUSES),
        labels["total"],
        labels["to_review"],
        labels["amount"],
        labels["amount_unknown"],
    )
    return _total(heading, columns, rows, labels)


def _count_statuses(findings: Iterable[Finding]) -> list[int]:
    counted = Counter(str(finding.status or "") for finding in findings)
    return [counted[status] for status in STATUSES]


def _sum_up(findings: Sequence[Finding]) -> Row:
    """How many wait for a person, what is known of their amounts, and how many amounts are not known."""
    known = [finding.amount_yuan for finding in findings if finding.amount_yuan is not None]
    return (
        sum(bool(f.needs_review) for f in findings),
        round(math.fsum(known), 2) if known else None,
        len(findings) - len(known),
    )


def _group(findings: Iterable[Finding], key: Callable[[Finding], str]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(key(finding), []).append(finding)
    return dict(sorted(groups.items(), key=lambda item: (-len(item[1]), item[0])))


def order_keys(keys: set[str], known: Mapping[str, object]) -> list[str]:
    """Keys in the order of our tables, then those of the user's own."""
    return [key for key in known if key in keys] + sorted(keys - known.keys())


def _with_sum(numbers: Sequence[int]) -> Row:
    return (*numbers, sum(numbers))


def _total(heading: str, columns: tuple[str, ...], rows: Sequence[Row], labels: Labels) -> Tally:
    sums = [_add_up([row[at] for row in rows]) for at in range(1, len(columns))]
    return Tally(heading=heading, columns=columns, rows=(*rows, (labels["total"], *sums)))


def _add_up(cells: Sequence[Cell]) -> Cell:
    """The sum of what is known; exact for yuan and fen, whatever their order."""
    known = [cell for cell in cells if isinstance(cell, (int, float))]
    if cells and not known:
        return None
    return sum(known) if all(isinstance(cell, int) for cell in known) else round(math.fsum(known), 2)

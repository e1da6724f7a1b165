"""Which rule of a set replaced which: the graph of succession, by clause (同时废止) and by a newer version beside an older."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

from rulemine.parse.rules import provision_name
from rulemine.resolving import Repeal, RuleIndex, find_repeals, repealed_rules
from rulemine.schema import Rule
from rulemine.text import normalise_document_number, normalise_title

How = Literal["repealed", "newer_version"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A rule in the graph; one that the set does not hold is known by the clause that repeals it."""

    title: str
    document_number: str | None = None
    dated_on: date | None = None
    version_id: str | None = None

    @property
    def key(self) -> str:
        """What tells it from others: its version, or its number, or its title."""
        number = self.document_number and normalise_document_number(self.document_number)
        return self.version_id or number or normalise_title(self.title)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One rule in the place of another, since when, and the words that say so."""

    older: Edition
    newer: Edition
    how: How
    on: date | None = None
    provision: str | None = None
    quote: str | None = None


def find_succession(rules: Sequence[Rule]) -> tuple[Step, ...]:
    """Every step from an older rule to the one in its place, oldest first.

    >>> from rulemine.parse.rules import parse_rules
    >>> from rulemine.schema import Document
    >>> text = "用印办法\\n2023年5月8日印发\\n第一条 用印须登记。\\n第二条 本办法自印发之日起施行，《公章管理规定》同时废止。"
    >>> step, = find_succession(parse_rules(Document(path="a.txt", sha256="", text=text)))
    >>> step.older.title, step.newer.title, step.how, step.provision, str(step.on)
    ('公章管理规定', '用印办法', 'repealed', '第二条', '2023-05-08')

    Clauses that repeal texts of other authorities are told like the others.
    """
    index = RuleIndex(rules)
    steps = {(step.older.key, step.newer.key): step for step in _by_version(rules)}
    for repeal in find_repeals(rules):
        steps.update({(step.older.key, step.newer.key): step for step in _by_clause(repeal, index)})
    return tuple(sorted(steps.values(), key=lambda step: (step.on or date.min, step.older.key, step.newer.key)))


def trace_chains(steps: Sequence[Step]) -> tuple[tuple[Step, ...], ...]:
    """The steps that lead to one rule that nothing has replaced, together; the longest chain first.

    >>> a, b, c = (Edition(title=title) for title in ("旧办法", "办法", "新办法"))
    >>> [[step.newer.title for step in chain] for chain in trace_chains([
    ...     Step(older=a, newer=b, how="repealed"), Step(older=b, newer=c, how="repealed")])]
    [['办法', '新办法']]
    """
    into: dict[str, list[Step]] = defaultdict(list)
    for step in steps:
        into[step.newer.key].append(step)
    replaced = {step.older.key for step in steps}
    chains = [tuple(_lead_to(key, into, set())) for key in into if key not in replaced]
    return tuple(sorted(chains, key=len, reverse=True))


def _lead_to(key: str, into: dict[str, list[Step]], seen: set[str]) -> Iterator[Step]:
    """The steps that lead to a rule, each behind those before it; a circle is walked once."""
    seen.add(key)
    for step in into.get(key, ()):
        if step.older.key not in seen:
            yield from _lead_to(step.older.key, into, seen)
        yield step


def _by_version(rules: Sequence[Rule]) -> Iterator[Step]:
    versions: dict[str, dict[str, Rule]] = defaultdict(dict)
    for rule in rules:
        if rule.dated_on:
            versions[rule.id][rule.version_id] = rule
    for found in versions.values():
        for older, newer in pairwise(sorted(found.values(), key=lambda rule: rule.dated_on or date.min)):
            if older.dated_on != newer.dated_on:
                yield Step(older=_edition(older), newer=_edition(newer), how="newer_version", on=newer.dated_on)


def _by_clause(repeal: Repeal, index: RuleIndex) -> Iterator[Step]:
    kept = [_edition(rule) for rule in repealed_rules(repeal, index)]
    citation = repeal.citation
    named = Edition(title=citation.title or "", document_number=citation.document_number, dated_on=repeal.issued_on)
    for older in kept or [named]:
        yield Step(
            older=older,
            newer=_edition(repeal.rule),
            how="repealed",
            on=repeal.rule.effective_on or repeal.rule.dated_on,
            provision=provision_name(citation.path),
            quote=repeal.quote.strip(),
        )


def _edition(rule: Rule) -> Edition:
    return Edition(
        title=rule.title, document_number=rule.document_number, dated_on=rule.dated_on, version_id=rule.version_id
    )

"""What the writers are handed: the outcome of a review and the record of its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from rulemine.schema import Candidate, Finding, Rule
from rulemine.succession import Step

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class InputFile:
    """A file that was read, with the hash of its bytes."""

    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFile:
    """A file that could not be read: why, and what to do about it."""

    path: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRecord:
    """What a run was made with; ``to_record`` gives the JSON of ``--run``."""

    version: str
    as_of: date
    facts_on: date | None = None
    covers: tuple[str, ...] = ()
    """What the facts cover, one statement a line."""
    model: str | None = None
    vectors: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[InputFile, ...] = ()
    skipped: tuple[SkippedFile, ...] = ()
    evidence: tuple[str, ...] = ()
    """Ids of the evidence that the run gave."""


@dataclass(frozen=True, kw_only=True)
class Review:
    """The outcome of a review, ready to be written.

    >>> review = Review(run=RunRecord(version="1.0", as_of=date(2024, 1, 31)))
    >>> review.find_rule("r1", "v1") is None
    True

    ``known`` names the evidence that an earlier run gave already (None: nothing to compare with); names by key
    come from a taxonomy of the user's own, names by code from the table of signals; what has none goes by our own words.
    """

    run: RunRecord
    candidates: tuple[Candidate, ...] = ()
    findings: tuple[Finding, ...] = ()
    rules: tuple[Rule, ...] = ()
    succession: tuple[Step, ...] = ()
    """Which rule replaced which."""
    known: frozenset[str] | None = None
    category_names: Mapping[str, str] = field(default_factory=dict)
    signal_names: Mapping[str, str] = field(default_factory=dict)
    lang: Lang = "zh"

    def find_rule(self, rule_id: str | None, version_id: str | None) -> Rule | None:
        """The version of a rule that a candidate or an evidence speaks of, None when it was not among the inputs."""
        return self._rules.get((rule_id, version_id))

    def is_new(self, evidence_id: str) -> bool:
        """Whether the earlier run did not give this evidence."""
        return self.known is not None and evidence_id not in self.known

    def number_finding(self, finding_id: str) -> int | None:
        """The place of a finding in the list, counted from 1, None when it was not among the inputs."""
        return self._numbers.get(finding_id)

    def _repr_html_(self) -> str | None:
        """In Jupyter a review shows its candidates, where they know how to show themselves."""
        show = getattr(self.candidates, "_repr_html_", None)
        return str(show()) if show else None

    # No slots on this noun: each index is built once, on first use.
    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {finding.id: number for number, finding in enumerate(self.findings, start=1)}

    @cached_property
    def _rules(self) -> dict[tuple[str | None, str | None], Rule]:
        return {(rule.id, rule.version_id): rule for rule in self.rules}

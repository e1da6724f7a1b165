"""One self-contained page: the same candidates, each with its quote marked in its article. It loads nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rulemine.schema import Candidate, Evidence, Finding
from rulemine.succession import trace_chains
from rulemine.writers.about import describe_glance, describe_run, describe_skipped
from rulemine.writers.contents import Review
from rulemine.writers.labels import ACTIONS, PRIORITIES, Labels, choose_labels
from rulemine.writers.passages import Passage, Segment, describe_place, find_other_passage, find_passage
from rulemine.writers.rows import cite_rule, describe_basis, describe_counts, list_numbers, summarise_reasons
from rulemine.writers.tallies import tally_candidates, tally_categories, tally_kinds
from rulemine.writers.visible import show_hidden

AROUND = 300
"""Characters of the article shown before and after a quote."""
LONGEST_QUOTE = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of an evidence as the page shows it."""

    name: str
    place: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """An evidence as the page shows it."""

    evidence: Evidence
    signal: str
    basis: str | None
    decision: str | None
    findings: tuple[int, ...]
    """Numbers of the findings that speak for it."""
    new: bool
    sides: tuple[Side, ...]


def write_page(review: Review, path: Path) -> None:
    """A review as one HTML page, written piece by piece so that a big one does not fill the memory."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    labels = choose_labels(review)
    environment = Environment(
        loader=PackageLoader("rulemine.writers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: show_hidden(value) if type(value) is str else value,
    )
    style, script = (_read_asset(name) for name in ("review.css", "review.js"))
    pieces = environment.get_template("review.html").generate(
        review=review,
        labels=labels,
        style=style,
        script=script,
        policy=_make_policy(style, script),
        glance=describe_glance(review, labels),
        about=describe_run(review, labels),
        skipped=describe_skipped(review),
        tallies=(tally_candidates(review, labels), tally_kinds(review, labels)),
        chains=trace_chains(review.succession),
        finding_tally=tally_categories(review, labels),
        actions=ACTIONS,
        priorities=PRIORITIES,
        summarise=lambda candidate: summarise_reasons(candidate, labels),
        show=lambda c: _show(review, labels, c),
        describe_finding=lambda finding: _describe_finding(finding, labels),
    )
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(pieces)


def _read_asset(name: str) -> str:
    return files("rulemine.writers").joinpath("templates", name).read_text(encoding="utf-8")


def _make_policy(style: str, script: str) -> str:
    """A content security policy under which only our own style and script count, by their hashes."""
    return f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _show(review: Review, labels: Labels, candidate: Candidate) -> Iterator[Exhibit]:
    for evidence in candidate.evidence:
        passages = [(labels["this_side"], find_passage(review, candidate, evidence))]
        other = find_other_passage(review, evidence)
        if other:
            passages.append((labels["other_side"], other))
        yield Exhibit(
            evidence=evidence,
            signal=labels.signal(evidence),
            basis=describe_basis(review, evidence, labels),
            decision=_describe_decision(evidence, labels),
            new=review.is_new(evidence.id),
            findings=tuple(list_numbers(review, evidence)),
            sides=tuple(_show_side(name, passage, labels) for name, passage in passages),
        )


def _show_side(name: str, passage: Passage, labels: Labels) -> Side:
    segments = passage.segments(around=AROUND, longest=LONGEST_QUOTE, note=labels["cut"])
    return Side(name=name, place="　".join(describe_place(passage, labels)), segments=tuple(segments))


def _describe_decision(evidence: Evidence, labels: Labels) -> str | None:
    made = evidence.decision
    if made is None:
        return None
    return "　".join(filter(None, (labels.verdict(made.verdict), made.reason, made.by, str(made.on or ""))))


def _describe_finding(finding: Finding, labels: Labels) -> tuple[str, ...]:
    """What else a finding says: what was counted, and the rules it cites."""
    return tuple(filter(None, (describe_counts(finding), "；".join(map(cite_rule, finding.citations)))))

"""The stages as generators, lines → lines, each line a noun as JSON: what a cluster is handed in place of nouns in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from rulemine.facts import load_facts
from rulemine.schema import Document, Rule, from_record, to_record
from rulemine.taxonomy import Taxonomy
from rulemine.text import dump_line

Noun = TypeVar("Noun")


def as_lines(nouns: Iterable[Any]) -> Iterator[str]:
    """Nouns as JSON, one a line."""
    return (dump_line(to_record(noun)) for noun in nouns)


def from_lines(kind: type[Noun], lines: Iterable[str]) -> Iterator[Noun]:
    """The nouns of such lines.

    >>> [document.text for document in from_lines(Document, as_lines([Document(path="a", sha256="", text="甲")]))]
    ['甲']
    """
    return (from_record(kind, json.loads(line)) for line in lines)


def parse_rule_lines(lines: Iterable[str], facts: str | Path | None = None) -> Iterator[str]:
    """Documents → the rules in them."""
    from rulemine.parse.names import known_names
    from rulemine.parse.rules import parse_rules

    names = known_names(load_facts(facts))
    for document in from_lines(Document, lines):
        yield from as_lines(parse_rules(document, names))


def parse_finding_lines(
    lines: Iterable[str], as_of: str, model: str | Path = "linear", taxonomy: Taxonomy | None = None
) -> Iterator[str]:
    """Documents → the findings in them, classified."""
    from rulemine.classifier import load_classifier
    from rulemine.parse.findings import parse_findings

    day = date.fromisoformat(as_of)
    found = [finding for document in from_lines(Document, lines) for finding in parse_findings(document, as_of=day)]
    yield from as_lines(load_classifier(model, taxonomy).classify(found))


def find_evidence_lines(
    lines: Iterable[str],
    rules: Sequence[str],
    as_of: str,
    facts: str | Path | None = None,
    laws: Sequence[str] = (),
    vectors: str = "words",
) -> Iterator[str]:
    """Codes of signals, those of one look on a line (``V10``, ``D10 D11 D12 D20``) → what they see in the resolved rules."""
    from rulemine.encoder import open_encoder
    from rulemine.signals import Context, find_evidence

    day, encoder = date.fromisoformat(as_of), open_encoder(vectors)
    context = Context(tuple(from_lines(Rule, rules)), load_facts(facts), day, frozenset(laws), encoder)
    for line in lines:
        yield from as_lines(find_evidence(context, line.split()))

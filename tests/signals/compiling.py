"""Rules of the cases, parsed and resolved as a compilation is."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rulemine.facts import Facts
from rulemine.parse.names import known_names
from rulemine.parse.rules import parse_rules
from rulemine.resolving import resolve_rules
from rulemine.schema import Document, Rule
from rulemine.signals.context import Context

CASES = Path(__file__).parent.parent / "cases"


@dataclass(frozen=True)
class Compilation:
    """The texts of a case, the rules in them, and the context the signals look at."""

    texts: dict[str, str]
    rules: tuple[Rule, ...]
    context: Context

    def text_of(self, version_id: str | None) -> str:
        """The text of the document in which a version of a rule stands."""
        return self.texts[next(rule.source.sha256 for rule in self.rules if rule.version_id == version_id)]


def compile_rules(texts: Sequence[str], facts: Facts, as_of: date) -> Compilation:
    """Each text is a document of its own."""
    documents = [
        Document(path=f"{i}.txt", sha256=hashlib.sha256(text.encode()).hexdigest(), text=text)
        for i, text in enumerate(texts, 1)
    ]
    names = known_names(facts)
    parsed = [rule for document in documents for rule in parse_rules(document, names)]
    rules = resolve_rules(parsed, facts, as_of)
    return Compilation({document.sha256: document.text for document in documents}, rules, Context(rules, facts, as_of))

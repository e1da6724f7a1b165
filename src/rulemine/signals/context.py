"""What a signal is given, and how it says what it saw."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from rulemine.facts import Facts
from rulemine.parse.citations import is_of_an_authority
from rulemine.parse.rules import provision_name
from rulemine.resolving import Repeal, RuleIndex, find_repeals, repealed_rules
from rulemine.schema import Action, Evidence, FactRef, OtherSide, Provision, Rule
from rulemine.text import squeeze

if TYPE_CHECKING:
    from rulemine.encoder import Encoder
    from rulemine.signals.matches import Match

_AUTHORITY = re.compile(
    r"中华人民共和国|全国人民代表大会|国务院|最高人民|中国人民银行|国家金融监督管理总局|中国(?:银行业|保险|证券|银行保险)监督管理委员会|国家外汇管理局|财政部"
)
_SENTENCE = re.compile(r"[^。；;\n]+[。；;]?")


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a rule: a sentence, a clause, a name; offsets are those of the source document."""

    rule: Rule
    provision: Provision
    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Context:
    """The rules with their citations resolved, the facts, and the day judged from."""

    rules: tuple[Rule, ...]
    facts: Facts
    as_of: date
    laws: frozenset[str] = frozenset()
    """Versions of the rules that are given only to compare with."""
    encoder: Encoder | None = None
    """Asked what provisions mean; None to go by words alone."""

    @cached_property
    def index(self) -> RuleIndex:
        """The rules by title and number."""
        return RuleIndex(self.rules)

    @cached_property
    def repeals(self) -> tuple[Repeal, ...]:
        """Every clause of the rules that repeals another text by name."""
        return tuple(find_repeals(self.rules))

    @cached_property
    def _repeals_by(self) -> dict[str, list[Repeal]]:
        found: dict[str, list[Repeal]] = defaultdict(list)
        for repeal in self.repeals:
            found[repeal.rule.version_id].append(repeal)
        return found

    def repeals_by(self, rule: Rule) -> Sequence[Repeal]:
        """The clauses by which a rule repeals others."""
        return self._repeals_by.get(rule.version_id, ())

    @cached_property
    def related_versions(self) -> frozenset[tuple[str, str]]:
        """Pairs of versions of which one replaces the other: their likeness is told once, as superseded."""
        pairs = {
            (repeal.rule.version_id, rule.version_id)
            for repeal in self.repeals
            for rule in repealed_rules(repeal, self.index)
        }
        pairs |= {
            (a.version_id, b.version_id)
            for a in self.rules
            for b in self.index.find(a.title)
            if b.version_id != a.version_id and b.id == a.id
        }
        return frozenset(pairs | {(b, a) for a, b in pairs})

    @cached_property
    def boilerplate(self) -> frozenset[str]:
        """The sentences of form that these rules share, as ``plain_form`` has them."""
        from rulemine.signals.boilerplate import learn_boilerplate

        return frozenset(learn_boilerplate(self.rules))

    @cached_property
    def matches(self) -> tuple[Match, ...]:
        """Passages of different rules that are on one matter."""
        from rulemine.signals.matches import find_matches

        return find_matches(self)

    def is_law(self, rule: Rule) -> bool:
        """Whether a rule of the compilation is a text of an authority: two of them are not ours to make agree.

        It bears a known title, or one that only an authority gives, and no number that a company would give.
        """
        return rule.version_id in self.laws or rule.version_id in self._laws

    @cached_property
    def _laws(self) -> frozenset[str]:
        return frozenset(
            rule.version_id
            for rule in self.rules
            if (self.facts.find_laws(rule.title) or _AUTHORITY.match(rule.title))
            and (rule.document_number is None or is_of_an_authority(rule.document_number))
        )

    @cached_property
    def _starts(self) -> dict[int, list[int]]:
        return {id(rule): [p.start for p in rule.provisions] for rule in self.rules}

    def provision_at(self, rule: Rule, offset: int) -> Provision:
        """The deepest provision that holds an offset of the rule."""
        at = bisect_right(self._starts[id(rule)], offset) - 1
        for i in range(at, -1, -1):
            if rule.provisions[i].end > offset:
                return rule.provisions[i]
        return rule.provisions[max(at, 0)]

    def sentences(self, rule: Rule) -> Iterator[Passage]:
        """Every sentence of a rule once, with the deepest provision in which it begins."""
        reached = rule.source.start
        for top in rule.provisions:
            if top.end <= reached:
                continue
            for found in _SENTENCE.finditer(top.text):
                start, end = top.start + found.start(), top.start + found.end()
                if start >= reached and found.group().strip():
                    yield Passage(rule, self.provision_at(rule, start), start, end, found.group())
            reached = top.end

    def sentence_at(self, rule: Rule, offset: int) -> Passage:
        """The sentence in which an offset stands."""
        provision = self.provision_at(rule, offset)
        for found in _SENTENCE.finditer(provision.text):
            if provision.start + found.end() > offset:
                return Passage(
                    rule, provision, provision.start + found.start(), provision.start + found.end(), found.group()
                )
        return Passage(rule, provision, provision.start, provision.end, provision.text)


def is_title_page(sentence: Passage) -> bool:
    """Whether it is a line of the head: a title, a number, a date, and not a preamble."""
    return sentence.provision.path == "标题" and not re.search(r"[，。]", sentence.text)


def title_passage(rule: Rule) -> Passage:
    """The title of a rule as it stands in its head."""
    head = rule.provisions[0]
    lines, seen = [], ""
    for found in re.finditer(r"[^\n]+", head.text):
        if (line := squeeze(found.group()).lstrip("#*")) and rule.title.startswith(seen + line):
            lines.append(found)
            seen += line
        elif lines:
            break
    if not lines:
        first = head.text.partition("\n")[0]
        return Passage(rule, head, head.start, head.start + len(first), first)
    start, end = lines[0].start(), lines[-1].end()
    start += len(head.text[start:end]) - len(head.text[start:end].lstrip())
    return Passage(rule, head, head.start + start, head.start + end, head.text[start:end])


def passage(rule: Rule, provision: Provision, start: int, end: int) -> Passage:
    """A stretch of a provision by its offsets in the document."""
    return Passage(rule, provision, start, end, provision.text[start - provision.start : end - provision.start])


def trim(found: Passage) -> Passage:
    """The passage without white space and a closing mark at its ends."""
    text = found.text.rstrip("。；; \n\u3000")
    lead = len(text) - len(text.lstrip())
    return Passage(found.rule, found.provision, found.start + lead, found.start + len(text), text.lstrip())


def other_side(other: Passage, name: str | None = None) -> OtherSide:
    """The other side of a pair."""
    return OtherSide(
        rule_id=other.rule.id,
        version_id=other.rule.version_id,
        title=other.rule.title,
        provision=name or provision_name(other.provision.path),
        path=name or other.provision.path,
        quote=other.text,
    )


def make_evidence(
    signal: str,
    kind: str,
    action: Action,
    found: Passage,
    message: str,
    *,
    confidence: float,
    fact: FactRef | None = None,
    other: OtherSide | None = None,
    successor: str | None = None,
    suggestion: str | None = None,
    name: str | None = None,
) -> Evidence:
    """An evidence with its stable id; ``name`` overrides the provision's (全文)."""
    path = name or found.provision.path
    return Evidence(
        id=evidence_id(signal, found, path, other),
        signal=signal,
        kind=kind,
        action=action,
        rule_id=found.rule.id,
        version_id=found.rule.version_id,
        provision=name or provision_name(path),
        path=path,
        start=found.start,
        end=found.end,
        quote=found.text,
        page=found.provision.page,
        message=message,
        fact=fact,
        other=other,
        successor=successor,
        suggestion=suggestion,
        confidence=round(confidence, 3),
    )


def evidence_id(signal: str, found: Passage, path: str, other: OtherSide | None) -> str:
    """The same over reruns: rule, signal, place, words and other side; the version only where both sides bear one rule id."""
    parts = [found.rule.id, signal, path, squeeze(found.text)]
    if other:
        parts += [other.rule_id, other.path, squeeze(other.quote)]
        if other.rule_id == found.rule.id:
            parts += [found.rule.version_id, other.version_id]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

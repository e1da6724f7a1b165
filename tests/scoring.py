"""How the demo is scored: what was planted and found, what only looks like an issue and was taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from rulemine.schema import Evidence, Rule
from rulemine.text import normalise_title, squeeze

KINDS = {"numbering": "broken_reference", "past_deadline": "expired", "moved_article": "repealed_basis"}
OVERLAP = 0.6


@dataclass(frozen=True)
class Side:
    """A place in a rule: the rule's number in the gold, the provision, the words."""

    rule: int
    where: str
    quote: str


@dataclass
class Score:
    """Ids of what was found, missed, and wrongly taken."""

    found: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


class ReviewScorer:
    """Compares the evidence of a review with the gold of its compilation."""

    def __init__(self, gold: dict[str, Any], rules: Sequence[Rule], texts: dict[str, str]) -> None:
        self.gold = gold
        numbers = {normalise_title(row["title"]): row["no"] for row in gold["rules"]}
        self.numbers = {rule.version_id: numbers[normalise_title(rule.title)] for rule in rules}
        self.texts = {numbers[normalise_title(rule.title)]: squeeze(texts[rule.version_id]) for rule in rules}

    def score(self, evidence: Sequence[Evidence]) -> Score:
        """Each planted issue is found or missed; a look-alike is taken when nothing planted explains the evidence."""
        told, hits = Score(), set[str]()
        for row in self.gold["rules"]:
            for planted in row["expected"]:
                matching = {e.id for e in evidence if self._matches(row["no"], planted, e)}
                (told.found if matching else told.missed).append(planted["id"])
                hits |= matching
        for row in self.gold["rules"]:
            for tempting in row["must_not_flag"]:
                if any(e.id not in hits and self._is_taken(row["no"], tempting, e) for e in evidence):
                    told.taken.append(tempting["id"])
        return told

    def _matches(self, number: int, planted: dict[str, Any], found: Evidence) -> bool:
        if _kind(found.kind) != _kind(planted["kind"]):
            return False
        for words in planted.get("also") or ():
            if found.other is None and self._same(Side(number, "", words), self._sides(found)[0]):
                return True
        here = Side(number, planted["where"], planted["quote"])
        other = planted["other"] and Side(planted["other"]["no"], planted["other"]["where"], planted["other"]["quote"])
        sides = self._sides(found)
        if other is None or len(sides) < 2:
            return self._same(here, sides[0]) or bool(other and self._same(other, sides[0]))
        return any(
            (self._same(here, a) and (other.rule == b.rule)) or (self._same(other, a) and here.rule == b.rule)
            for a, b in (sides, sides[::-1])
        )

    def _sides(self, found: Evidence) -> list[Side]:
        sides = [Side(self.numbers[found.version_id or ""], found.provision or "", found.quote)]
        if found.other:
            sides.append(Side(self.numbers[found.other.version_id], found.other.provision, found.other.quote))
        return sides

    def _same(self, gold: Side, found: Side) -> bool:
        if gold.rule != found.rule:
            return False
        return gold.where == found.where or self._overlap(gold.rule, gold.quote, found.quote)

    def _overlap(self, number: int, gold: str, found: str) -> bool:
        """Whether the words share characters of the rule's text."""
        wanted, got = self._places(number, gold), self._places(number, found)
        return any(a < d and c < b for a, b in wanted for c, d in got)

    def _places(self, number: int, quote: str) -> list[tuple[int, int]]:
        return [found.span() for found in re.finditer(re.escape(squeeze(quote)), self.texts[number])]

    def _is_taken(self, number: int, tempting: dict[str, Any], found: Evidence) -> bool:
        if _kind(found.kind) != _kind(tempting["kind"]) or self._is_ignored(found):
            return False
        return any(
            side.rule == number and self._overlap(number, tempting["quote"], side.quote) for side in self._sides(found)
        )

    def _is_ignored(self, found: Evidence) -> bool:
        sides = self._sides(found)
        pair = {side.rule for side in sides}
        if len(sides) == 2 and any(set(row["pair"]) == pair for row in self.gold["ignore_pairs"]):
            return True
        return any(
            side.rule == row["no"]
            and _kind(row["kind"]) == _kind(found.kind)
            and self._overlap(side.rule, row["quote"], side.quote)
            for row in self.gold["acceptable"]
            for side in sides
        )

    def check_gold(self) -> Iterator[str]:
        """Ids of gold rows whose quote does not stand in the rule; entries of a table of contents stand before it."""
        for row in self.gold["rules"]:
            for case in (*row["expected"], *row["must_not_flag"]):
                if case["where"] != "目录" and not self._places(row["no"], case["quote"]):
                    yield case["id"]
                if (other := case.get("other")) and not self._places(other["no"], other["quote"]):
                    yield case["id"] + " other"


def _kind(name: str) -> str:
    return KINDS.get(name, name)


def text_overlap(a: str, b: str) -> float:
    """The share of the longer text that both have in common, white space aside."""
    a, b = squeeze(a), squeeze(b)
    same = sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    return same / max(len(a), len(b), 1)


def match_findings(gold: Sequence[str], found: Sequence[str]) -> dict[int, int]:
    """Gold issue → finding, one to one, the likest first."""
    likeness = sorted(
        ((text_overlap(g, f), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)),
        key=lambda x: (-x[0], x[1], x[2]),
    )
    pairs: dict[int, int] = {}
    for share, i, j in likeness:
        if share >= OVERLAP and i not in pairs and j not in pairs.values():
            pairs[i] = j
    return pairs

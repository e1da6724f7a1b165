"""Provisions that say the same as others, and rules that restate a whole rule."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from rulemine.parse.norms import read_values
from rulemine.parse.rules import provision_name
from rulemine.retrieval import MatterIndex
from rulemine.schema import Evidence
from rulemine.signals.clauses import clauses, may_restate, older_first
from rulemine.signals.context import Context, Passage, make_evidence, other_side, title_passage, trim
from rulemine.signals.guards import is_boilerplate
from rulemine.similarity import join_texts
from rulemine.text import fold

NEAR = 0.55
"""Jaccard of 3-gram sets from which two clauses with the same figures are near duplicates."""
REWORDED = 0.62
"""Cosine of rare bigrams from which two clauses with the same figures say the same in other words."""
CONTAINED = 0.9
WHOLE_RULE = 0.6
"""Share of a rule's clauses found again in one other rule from which the whole rule is a duplicate."""


@dataclass(frozen=True, slots=True)
class _Match:
    code: str
    older: Passage
    newer: Passage
    confidence: float
    told: str


def find_duplicates(context: Context) -> Iterator[Evidence]:
    """D10 exact, D11 near or reworded, D12 contained, D20 a whole rule restated.

    Anti-pattern: the same limit kept up in two rules. Best practice: state it once and refer to it.
    Silent on boilerplate, on a 细则 that restates its parent, and on versions of one rule.
    """
    matches = list(_find_matches(context))
    whole = _whole_rules(context, matches)
    for (older, newer), share in whole.items():
        a, b = next((m.older, m.newer) for m in matches if (m.older.rule.version_id, m.newer.rule.version_id) == (older, newer))
        yield make_evidence("D20", "duplicate", "repeal", title_passage(a.rule), f"{share:.0%}的条款与《{b.rule.title}》重复，整篇可以合并",
                            confidence=0.85, other=other_side(title_passage(b.rule), "全文"), suggestion="并入后者后废止", name="全文")
    for match in matches:
        if (match.older.rule.version_id, match.newer.rule.version_id) in whole:
            continue
        name = f"《{match.newer.rule.title}》{provision_name(match.newer.provision.path)}"
        yield make_evidence(match.code, "duplicate", "amend", match.older, f"与{name}{match.told}", confidence=match.confidence,
                            other=other_side(match.newer), suggestion="保留一处，另一处改为引用")


def _find_matches(context: Context) -> Iterator[_Match]:
    """Pairs of clauses of different rules, each once."""
    found = [trim(clause) for rule in context.rules if rule.validity != "repealed" for clause in clauses(rule)]
    texts = [clause.text for clause in found]
    joined = {(pair.a, pair.b): pair for pair in join_texts(texts, NEAR, None)}
    matter = MatterIndex(texts)
    reworded = {(a, b): score for a, b, score in matter.similar_pairs(REWORDED)}
    for a, b in sorted(joined.keys() | reworded.keys()):
        if found[a].rule.version_id == found[b].rule.version_id or may_restate(context, found[a].rule, found[b].rule):
            continue
        pair = joined.get((a, b))
        older, newer = older_first(found[a], found[b])
        if pair and pair.relation == "exact":
            yield _Match("D10", older, newer, 0.98, "文字相同")
        elif _same_figures(texts[a], texts[b]) and min(len(texts[a]), len(texts[b])) >= 16:
            yield _Match("D11", older, newer, 0.9 if pair else 0.8, "内容近似")
    yield from _contained(context, found)


def _same_figures(a: str, b: str) -> bool:
    """Numbers, modals and scopes that differ make two clauses two rules, however alike their words."""
    return read_values(a).agrees_with(read_values(b))


def _contained(context: Context, found: list[Passage]) -> Iterator[_Match]:
    """D12: a clause, or one long sentence of it, that stands inside a longer clause of another rule."""
    pieces = [(clause, sentence) for clause in found for sentence in _long_sentences(clause)]
    texts = [fold(sentence.text).text for _, sentence in pieces] + [fold(clause.text).text for clause in found]
    told: set[tuple[str, str]] = set()
    for pair in join_texts(texts, 0.999, CONTAINED, shortest=18):
        small, large = sorted((pair.a, pair.b), key=lambda i: len(texts[i]))
        if small >= len(pieces) or large < len(pieces):
            continue
        clause, sentence = pieces[small]
        other = found[large - len(pieces)]
        key = (clause.rule.version_id + clause.provision.path, other.rule.version_id + other.provision.path)
        if clause.rule.version_id == other.rule.version_id or key in told or key[::-1] in told or may_restate(context, clause.rule, other.rule):
            continue
        if len(fold(other.text).text) < 1.25 * len(fold(clause.text).text) and len(fold(clause.text).text) < 1.25 * len(fold(other.text).text):
            continue
        told.add(key)
        yield _Match("D12", sentence, other, 0.85, "部分内容相同")


def _long_sentences(clause: Passage) -> Iterator[Passage]:
    for found in re.finditer(r"[^。；\n]+", clause.text):
        sentence = trim(Passage(clause.rule, clause.provision, clause.start + found.start(), clause.start + found.end(), found.group()))
        if len(fold(sentence.text).text) >= 20 and not is_boilerplate(sentence.text):
            yield sentence


def _whole_rules(context: Context, matches: list[_Match]) -> dict[tuple[str, str], float]:
    """Pairs (older, newer) of which most of the older one's clauses stand in the newer."""
    sizes = {rule.version_id: sum(1 for _ in clauses(rule)) for rule in context.rules}
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    for match in matches:
        places[match.older.rule.version_id, match.newer.rule.version_id].add(match.older.provision.path)
    return {pair: len(paths) / sizes[pair[0]] for pair, paths in places.items()
            if len(paths) >= 4 and len(paths) >= WHOLE_RULE * sizes[pair[0]]}

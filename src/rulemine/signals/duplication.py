"""Provisions that say the same as others, and rules that restate a whole rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rulemine.diff import describe_changes
from rulemine.parse.rules import provision_name
from rulemine.parse.values import figures_clash, find_values
from rulemine.retrieval import MatterIndex, content_terms
from rulemine.schema import Evidence, Rule
from rulemine.signals.clauses import clauses, may_restate
from rulemine.signals.clusters import Kept, choose_kept
from rulemine.signals.context import Context, Passage, make_evidence, other_side, title_passage, trim
from rulemine.signals.matches import Match, place_of
from rulemine.similarity import gram_set
from rulemine.text import fold_text

NEAR = 0.4
"""Jaccard of 3-gram sets from which two clauses with the same figures are near duplicates."""
ECHOED = 0.25
"""The same cosine from which a clause counts as found again when a whole rule is compared."""
CONTAINED = 0.9
SIBLING = 0.25
"""Share of a rule's clauses that bear its title's own word from which it is a sibling of the other, not a copy."""
_GENERIC = frozenset(("资料", "材料", "管理", "细则", "规定", "办法", "实施", "制度", "指引", "规程", "操作"))
WHOLE_RULE = 0.6
"""Share of a rule's clauses found again in one other rule from which the whole rule is a duplicate."""


@dataclass(frozen=True, slots=True)
class _Match:
    code: str
    older: Passage
    newer: Passage
    confidence: float
    told: str
    near: bool


def find_duplicates(context: Context) -> Iterator[Evidence]:
    """D10 exact, D11 near or reworded, D12 contained, D20 a whole rule restated.

    Anti-pattern: the same limit kept up in two rules. Best practice: state it once and refer to it.
    Silent on boilerplate, on a 细则 that restates its parent, on versions of one rule, and on texts of authorities.
    """
    own = [rule for rule in context.rules if rule.validity != "repealed" and not context.is_law(rule)]
    found = [trim(clause) for rule in own for clause in clauses(rule)]
    matter = MatterIndex([clause.text for clause in found])
    whole = list(_whole_rules(context, found, matter))
    for restated, other, share in whole:
        yield make_evidence(
            "D20",
            "duplicate",
            "repeal",
            title_passage(restated),
            f"{share:.0%}的条款与《{other.title}》重复，整篇可以合并",
            confidence=0.85,
            other=other_side(title_passage(other), "全文"),
            suggestion="并入后者后废止",
            name="全文",
        )
    told = {frozenset((restated.version_id, other.version_id)) for restated, other, _ in whole}
    matches = [match for match in _find_matches(context) if _versions(match.older, match.newer) not in told]
    kept = choose_kept([(match.older, match.newer) for match in matches])
    for match in matches:
        yield _evidence(context, match, kept[place_of(match.older)])


def find_restated_laws(context: Context) -> Iterator[Evidence]:
    """D30: a provision of ours that only repeats what a law says.

    Anti-pattern: an article copied out of the 公司法, which stays behind when the law is amended. Best practice: name the
    article of the law, and say what is the house's own. Silent where ours says more, and where both only quote.
    """
    for match in _find_matches(context, laws=True):
        yield _evidence(context, match, None)


def _evidence(context: Context, match: _Match, kept: Kept | None) -> Evidence:
    name = f"《{match.newer.rule.title}》{provision_name(match.newer.provision.path)}"
    changes = describe_changes(match.older.text, match.newer.text) if match.code == "D11" and match.near else ""
    told = f"与{name}{match.told}" + (f"：{changes}" if changes else "")
    law = kept is None
    return make_evidence(
        "D30" if law else match.code,
        "restated_law" if law else "duplicate",
        "amend",
        match.older,
        told,
        confidence=match.confidence,
        other=other_side(match.newer),
        suggestion="改为引用该条，只写本机构自己的要求" if kept is None else kept.advice,
    )


def _versions(a: Passage, b: Passage) -> frozenset[str]:
    return frozenset((a.rule.version_id, b.rule.version_id))


def _find_matches(context: Context, *, laws: bool = False) -> Iterator[_Match]:
    """Pairs of provisions of different rules that say the same, each once: of our own rules, or ours beside a law's."""
    told: set[frozenset[str]] = set()
    for match in context.matches:
        places = frozenset((place_of(match.older), place_of(match.newer)))
        apart = match.older.rule.version_id != match.newer.rule.version_id
        if apart and match.repeats and places not in told and context.is_law(match.newer.rule) == laws:
            told.add(places)
            yield _describe(match)


def _describe(match: Match) -> _Match:
    """What kind of duplicate: the same words, one inside the other, or near."""
    older, newer = match.older, match.newer
    here, there = fold_text(older.text), fold_text(newer.text)
    short, long = sorted((gram_set(older.text), gram_set(newer.text)), key=len)
    inside = len(short & long) >= CONTAINED * len(short)
    near = len(short & long) >= NEAR * len(short | long)
    confidence = min(0.95, match.chance)
    if here == there and match.whole:
        return _Match("D10", older, newer, 0.98, "文字相同", near)
    if here == there or (inside and len(long) >= 1.3 * len(short)):
        return _Match("D12", older, newer, confidence, "部分内容相同", near)
    return _Match("D11", older, newer, confidence, "内容近似" if near else "内容相同，文字不同", near)


def _whole_rules(context: Context, found: Sequence[Passage], matter: MatterIndex) -> Iterator[tuple[Rule, Rule, float]]:
    """Rules of which most clauses are found again in one other rule, with that rule and the share; the older is restated."""
    sizes = Counter(clause.rule.version_id for clause in found)
    rules = {clause.rule.version_id: clause.rule for clause in found}
    echoes: dict[tuple[str, str], set[str]] = defaultdict(set)
    figures = [tuple(find_values(clause.text)) for clause in found]
    for a, b, _ in matter.similar_pairs(ECHOED):
        if figures_clash(figures[a], figures[b]):
            continue
        for clause, echo in ((found[a], found[b]), (found[b], found[a])):
            echoes[clause.rule.version_id, echo.rule.version_id].add(clause.provision.path)
    shares = {
        pair: len(paths) / sizes[pair[0]] for pair, paths in echoes.items() if pair[0] != pair[1] and len(paths) >= 3
    }
    for (here, there), share in sorted(shares.items()):
        back = shares.get((there, here), 0.0)
        mutual = back >= WHOLE_RULE
        if share < WHOLE_RULE or may_restate(context, rules[here], rules[there]):
            continue
        texts = [[c.text for c in found if c.rule.version_id == version] for version in (here, there)]
        if _are_siblings(rules[here], rules[there], *texts):
            continue
        if not mutual or _is_older(rules[here], rules[there]):
            yield rules[here], rules[there], share


def _are_siblings(rule: Rule, other: Rule, texts: Sequence[str], others: Sequence[str]) -> bool:
    """Whether the rule treats a thing of its own in the words of the other: its title's own word runs through its clauses only.

    国家助学金 beside 国家奖学金, 小额 beside 大额: alike by design, not a duplicate.
    """
    own = content_terms(rule.title).keys() - content_terms(other.title).keys()
    return any(_bear(term, texts) >= SIBLING and _bear(term, others) < SIBLING / 2 for term in own - _GENERIC)


def _bear(term: str, texts: Sequence[str]) -> float:
    return sum(term in text for text in texts) / len(texts)


def _is_older(rule: Rule, other: Rule) -> bool:
    return (rule.dated_on or date.min, other.version_id) < (other.dated_on or date.min, rule.version_id)

"""Provisions that say the same as others, and rules that restate a whole rule."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from rulemine.parse.norms import read_values, same_scope
from rulemine.parse.rules import provision_name
from rulemine.retrieval import MatterIndex, content_terms
from rulemine.schema import Evidence, Rule
from rulemine.signals.clauses import MOST_PIECES, clauses, may_restate, older_first, place
from rulemine.signals.context import Context, Passage, make_evidence, other_side, title_passage, trim
from rulemine.signals.guards import is_boilerplate
from rulemine.similarity import join_texts
from rulemine.text import fold_text

NEAR = 0.4
"""Jaccard of 3-gram sets from which two clauses with the same figures are near duplicates."""
REWORDED = 0.5
"""Cosine of rare bigrams from which two clauses with the same figures say the same in other words."""
ECHOED = 0.25
"""The same cosine from which a clause counts as found again when a whole rule is compared."""
CONTAINED = 0.9
SIBLING = 0.25
"""Share of a rule's clauses that bear its title's own word from which it is a sibling of the other, not a copy."""
_GENERIC = frozenset(("资料", "材料", "管理", "细则", "规定", "办法", "实施", "制度", "指引", "规程", "操作"))
WHOLE_RULE = 0.6
"""Share of a rule's clauses found again in one other rule from which the whole rule is a duplicate."""


_ONLY_REFERS = re.compile(r"(?:依照|按照|根据|执行)《[^》]+》[^，。；]{0,30}(?:执行|办理|规定)[。]?$")


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
    Silent on boilerplate, on a 细则 that restates its parent, on versions of one rule, and on texts of authorities.
    """
    own = [rule for rule in context.rules if rule.validity != "repealed" and not context.is_law(rule)]
    found = [trim(clause) for rule in own for clause in clauses(rule)]
    matter = MatterIndex([clause.text for clause in found])
    whole = list(_whole_rules(context, found, matter))
    for restated, kept, share in whole:
        yield make_evidence(
            "D20",
            "duplicate",
            "repeal",
            title_passage(restated),
            f"{share:.0%}的条款与《{kept.title}》重复，整篇可以合并",
            confidence=0.85,
            other=other_side(title_passage(kept), "全文"),
            suggestion="并入后者后废止",
            name="全文",
        )
    told = {frozenset((restated.version_id, kept.version_id)) for restated, kept, _ in whole}
    for match in _find_matches(context, found, matter):
        if frozenset((match.older.rule.version_id, match.newer.rule.version_id)) in told:
            continue
        name = f"《{match.newer.rule.title}》{provision_name(match.newer.provision.path)}"
        yield make_evidence(
            match.code,
            "duplicate",
            "amend",
            match.older,
            f"与{name}{match.told}",
            confidence=match.confidence,
            other=other_side(match.newer),
            suggestion="保留一处，另一处改为引用",
        )


def _find_matches(context: Context, found: Sequence[Passage], matter: MatterIndex) -> Iterator[_Match]:
    """Pairs of clauses of different rules, each once."""
    texts = [clause.text for clause in found]
    joined = {(pair.a, pair.b): pair for pair in join_texts(texts, NEAR, None)}
    reworded = {(a, b) for a, b, _ in matter.similar_pairs(REWORDED)}
    matched: set[tuple[str, str]] = set()
    for a, b in sorted(joined.keys() | reworded):
        if found[a].rule.version_id == found[b].rule.version_id or may_restate(context, found[a].rule, found[b].rule):
            continue
        pair = joined.get((a, b))
        older, newer = older_first(found[a], found[b])
        if pair and pair.relation == "exact":
            match = _Match("D10", older, newer, 0.98, "文字相同")
        elif _says_the_same(texts[a], texts[b]):
            match = _Match("D11", older, newer, 0.9 if pair else 0.8, "内容近似")
        else:
            continue
        matched.add((_place(older), _place(newer)))
        yield match
    yield from _contained(context, found, matched)


def _place(clause: Passage) -> str:
    return f"{clause.rule.version_id}/{clause.provision.path}"


def _says_the_same(a: str, b: str) -> bool:
    """Alike in words is not enough: figures, modals and scopes that differ make two clauses two rules."""
    sizes = sorted((len(fold_text(a)), len(fold_text(b))))
    return (
        sizes[0] >= 14
        and sizes[1] <= 1.8 * sizes[0]
        and read_values(a).agrees_with(read_values(b))
        and not (_ONLY_REFERS.search(a) or _ONLY_REFERS.search(b))
    )


def _contained(context: Context, found: Sequence[Passage], matched: set[tuple[str, str]]) -> Iterator[_Match]:
    """D12: a clause, or one long sentence of it, that stands inside a longer clause of another rule."""
    pieces = [(clause, sentence) for clause in found for sentence in _long_sentences(clause)]
    texts = [fold_text(sentence.text) for _, sentence in pieces] + [fold_text(clause.text) for clause in found]
    told = {frozenset(places) for places in matched}
    held = []
    for pair in join_texts(texts, 0.999, CONTAINED, shortest=18):
        small, large = sorted((pair.a, pair.b), key=lambda i: len(texts[i]))
        if small < len(pieces) <= large:
            held.append((*pieces[small], found[large - len(pieces)]))
    for clause, sentence, other in sorted(
        held, key=lambda h: (older_first(h[0], h[2])[0] is not h[0], place(h[1]), place(h[2]))
    ):
        places = frozenset((_place(clause), _place(other)))
        here, there = read_values(sentence.text), read_values(other.text)
        if (
            clause.rule.version_id == other.rule.version_id
            or places in told
            or may_restate(context, clause.rule, other.rule)
            or here.clashes_with(there)
            or not same_scope(here, there)
        ):
            continue
        told.add(places)
        yield _Match("D12", sentence, other, 0.85, "部分内容相同")


def _long_sentences(clause: Passage) -> Iterator[Passage]:
    """Sentences long enough to be looked for elsewhere, each wording once."""
    seen: set[str] = set()
    for found in re.finditer(r"[^。；\n]+", clause.text):
        sentence = trim(
            Passage(
                clause.rule, clause.provision, clause.start + found.start(), clause.start + found.end(), found.group()
            )
        )
        if (
            len(seen) < MOST_PIECES
            and sentence.text not in seen
            and len(fold_text(sentence.text)) >= 20
            and not is_boilerplate(sentence.text)
        ):
            seen.add(sentence.text)
            yield sentence


def _whole_rules(context: Context, found: Sequence[Passage], matter: MatterIndex) -> Iterator[tuple[Rule, Rule, float]]:
    """Rules of which most clauses are found again in one other rule, with that rule and the share; the older is restated."""
    sizes = Counter(clause.rule.version_id for clause in found)
    rules = {clause.rule.version_id: clause.rule for clause in found}
    echoes: dict[tuple[str, str], set[str]] = defaultdict(set)
    figures = [read_values(clause.text) for clause in found]
    for a, b, _ in matter.similar_pairs(ECHOED):
        if figures[a].clashes_with(figures[b]):
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

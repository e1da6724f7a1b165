"""Provisions on the same matter that do not say the same: amounts, periods, deciders, modality, frequency, penalty."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rulemine.parse.norms import Norm, read_norms, read_values, same_scope, same_subject
from rulemine.parse.rules import provision_name
from rulemine.parse.values import Value
from rulemine.retrieval import MatterIndex, content_terms
from rulemine.schema import Evidence
from rulemine.signals.clauses import MOST_PIECES, attached_rows, clauses, older_first, place
from rulemine.signals.context import Context, Passage, make_evidence, other_side, trim
from rulemine.signals.guards import is_boilerplate

SAME_MATTER = 0.42
"""Cosine of rare bigrams, figures cut out, from which two norms are on the same matter."""
SAME_MATTER_WITHIN = 0.55
"""The same between two provisions of one rule, where tiers and variants stand side by side on purpose: only single figures count."""
LEAST_TERMS = 3
"""Content bigrams that a norm must have for its matter to be known."""
LEAST_SHARED = 3
"""Content bigrams that two norms must share before who decides, what is allowed and what it costs are compared."""
_CODES = {"amount": "C10", "share": "C10", "period": "C11", "day_of_month": "C11", "frequency": "C14"}
_OPEN_CONDITION = re.compile(
    r"情节|逾期|有下列|违反(?:本|前款)|没有违法所得|违法所得|视|拒不改正|直接负责的主管人员|直接责任人员|责令(?:限期)?改正|构成犯罪|情形之一|行为之一|造成(?:严重|不良)|未达到|有(?:上述|前款)"
)
"""Conditions of penalties that say how bad it was, not what was done."""
_LIMIT_BEFORE = re.compile(
    r"(?:超过|少于|低于|高于|至少|最长|最短|延长(?:至|到)?|保存|保管|保留|期限为?|时限为?|限期为?|任期|为期?|满|达到?|后|前|起|应当?|在|于)$"
)
_LIMIT_BEHIND = re.compile(r"^\s*(?:之?内|以内|以上|以下|前|期满|届满|后|的?期限|的?时间|[，。；]|$)")
_RANGE = re.compile(r"(?:警告|记过|记大过|降级|撤职|批评)(?:至|直至|到|以上)")
_WITHOUT = re.compile(r"未经|不经|未按|没有|未取得|未获")
_CONDITION = re.compile(r"(?:的|时|以上|以下)$")
_WHAT = {"C10": "金额或比例", "C11": "期限", "C12": "决定主体", "C13": "要求", "C14": "频率", "C15": "处罚"}


@dataclass(frozen=True, slots=True)
class _Side:
    passage: Passage
    norm: Norm
    terms: Counter[str]
    """The content bigrams of its matter."""


def find_conflicts(context: Context) -> Iterator[Evidence]:
    """C10 amount, C11 period, C12 who decides, C13 modality, C14 frequency, C15 penalty.

    Anti-pattern: 5万元 in one rule and 10万元 in another for the same approval. Best practice: one figure in one place.
    Silent where subject or condition differ (对公 / 个人, 总行 / 支行, 首次 / 再次), and between versions of one rule.
    """
    sides = [
        side
        for rule in context.rules
        if rule.validity != "repealed"
        for clause in (*clauses(rule), *attached_rows(rule))
        for side in _sides(clause)
    ]
    matter = MatterIndex.of_terms([side.terms for side in sides])
    own = [not context.is_law(side.passage.rule) for side in sides]
    alike = [(round(likeness, 6), sides[a], sides[b]) for a, b, likeness in matter.similar_pairs(SAME_MATTER, own)]
    told: set[tuple[str, frozenset[str]]] = set()
    for likeness, first, second in sorted(alike, key=_nearest_first):
        if not _comparable(context, first, second, likeness):
            continue
        for code, left, right in _differences(first, second):
            places = (code, frozenset(s.passage.rule.version_id + s.passage.provision.path for s in (first, second)))
            if places not in told:
                told.add(places)
                yield _evidence(code, first, second, left, right, likeness)


def _nearest_first(alike: tuple[float, _Side, _Side]) -> tuple[float, object]:
    likeness, first, second = alike
    return -likeness, sorted((*place(side.passage), side.norm.start) for side in (first, second))


def _sides(clause: Passage) -> Iterator[_Side]:
    """The norms of a clause that say something; the same words once, and no more than a person could compare."""
    seen: set[str] = set()
    for norm in read_norms(clause.text):
        if norm.text in seen or len(seen) >= MOST_PIECES:
            continue
        seen.add(norm.text)
        told = norm.values or norm.bodies or norm.penalties or norm.modality
        terms = content_terms(norm.matter) if told else Counter()
        if len(terms) >= LEAST_TERMS and not is_boilerplate(norm.text):
            yield _Side(_whole_sentence(clause, norm), norm, terms)


def _whole_sentence(clause: Passage, norm: Norm) -> Passage:
    """What is quoted: the sentence in which the norm stands, between its semicolons."""
    start = max(clause.text.rfind(mark, 0, norm.start) for mark in "。；;\n") + 1
    ends = [at for mark in "。；;\n" if (at := clause.text.find(mark, norm.end)) >= 0]
    end = min(ends, default=len(clause.text))
    return trim(
        Passage(clause.rule, clause.provision, clause.start + start, clause.start + end, clause.text[start:end])
    )


def _comparable(context: Context, a: _Side, b: _Side, likeness: float) -> bool:
    versions = (a.passage.rule.version_id, b.passage.rule.version_id)
    if versions[0] == versions[1]:
        apart = _article(a.passage) != _article(b.passage)
        if not apart or likeness < SAME_MATTER_WITHIN or _has_tiers(a) or _has_tiers(b):
            return False
    return versions not in context.related_versions and same_scope(a.norm, b.norm) and same_subject(a.norm, b.norm)


def _has_tiers(side: _Side) -> bool:
    return len(read_values(side.passage.text).values) > 1


def _article(found: Passage) -> str:
    return provision_name(found.provision.path)


def _differences(first: _Side, second: _Side) -> Iterator[tuple[str, str, str]]:
    """The slots in which two norms on the same matter differ, with both wordings; the most telling one."""
    a, b = first.norm, second.norm
    if (a.penalties or b.penalties or "罚款" in a.text + b.text) and (_is_open(a) or _is_open(b)):
        return
    for slot in ("amount", "share", "period", "day_of_month", "frequency"):
        left, right = ([v for v in norm.values if v.slot == slot and _is_limit(norm, v)] for norm in (a, b))
        if left and right and (pair := _differing(a, b, left, right)):
            yield _CODES[slot], _words(a, pair[0]), _words(b, pair[1])
            return
    if _other_tier(a, b) or len(first.terms.keys() & second.terms.keys()) < LEAST_SHARED:
        return
    if {a.modality, b.modality} == {"must_not", "may"} and _same_act(a, b) and not _complement(a, b):
        yield "C13", "不得" if a.modality == "must_not" else "可以", "不得" if b.modality == "must_not" else "可以"
    elif (
        a.penalties
        and b.penalties
        and not _RANGE.search(a.text + b.text)
        and _plain(a.penalties).isdisjoint(_plain(b.penalties))
    ):
        yield "C15", "、".join(a.penalties), "、".join(b.penalties)
    elif a.bodies and b.bodies and not _same_body(a.bodies, b.bodies):
        yield "C12", "、".join(a.bodies), "、".join(b.bodies)


def _is_open(norm: Norm) -> bool:
    """Whether the condition of a penalty names no act of its own."""
    return not norm.lead or bool(_OPEN_CONDITION.search(norm.lead)) or bool(_OPEN_CONDITION.search(norm.text))


def _is_limit(norm: Norm, value: Value) -> bool:
    """Whether a period is what the norm sets, and not part of what is measured (6小时降雨量)."""
    if value.slot != "period":
        return True
    return bool(_LIMIT_BEFORE.search(norm.text[: value.start].rstrip()) or _LIMIT_BEHIND.match(norm.text[value.end :]))


def _same_act(a: Norm, b: Norm) -> bool:
    """Whether what one forbids is what the other allows: the words behind the modal are mostly the same."""
    left, right = (
        _bigrams(re.split(r"不得|禁止|严禁|不准|可以?|允许|有权", norm.text, maxsplit=1)[-1]) for norm in (a, b)
    )
    return bool(left and right) and len(left & right) >= 0.5 * min(len(left), len(right))


def _bigrams(text: str) -> set[str]:
    plain = re.sub(r"[^\u4e00-\u9fa5]", "", text)
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _complement(a: Norm, b: Norm) -> bool:
    """Whether one says what holds without a permission and the other what holds with it."""
    return bool(_WITHOUT.search(a.lead + a.text)) != bool(_WITHOUT.search(b.lead + b.text))


def _same_consequence(a: Norm, b: Norm) -> bool:
    """Two conditions are compared when what follows them is alike: a limit to report and one to punish are two things."""
    if not (_CONDITION.search(a.text.strip()) and _CONDITION.search(b.text.strip())):
        return True
    left, right = _bigrams(a.tail), _bigrams(b.tail)
    return not left or not right or 4 * len(left & right) >= min(len(left), len(right))


def _other_tier(a: Norm, b: Norm) -> bool:
    """Whether the conditions set different figures: 三次以上 here and 十次以上 there are two tiers, not a contradiction."""
    left, right = read_values(a.lead), read_values(b.lead)
    bounds = [{v.bound for v in norm.values if v.slot == "amount"} for norm in (left, right)]
    bands = bounds[0] != bounds[1] and {"over", "most"} <= bounds[0] | bounds[1]
    return bands or left.clashes_with(right)


def _differing(a: Norm, b: Norm, left: list[Value], right: list[Value]) -> tuple[Value, Value] | None:
    """Two figures of one slot that set the same bound and differ; None if any figure of one stands in the other."""
    if {round(v.amount, 2) for v in left} & {round(v.amount, 2) for v in right}:
        return None
    for first in left:
        for second in right:
            if _same_bound(first, second) and _same_role(a, b, first, second) and _same_consequence(a, b):
                return first, second
    return None


def _same_bound(a: Value, b: Value) -> bool:
    return a.bound == b.bound or a.bound is None or b.bound is None


def _same_role(a: Norm, b: Norm, first: Value, second: Value) -> bool:
    """Whether what the figures measure is named alike: the characters around them share a word."""
    left, right = _around(a.text, first), _around(b.text, second)
    return len(set(pairwise(left)) & set(pairwise(right))) >= 1


def _around(text: str, value: Value) -> str:
    return re.sub(
        r"[^\u4e00-\u9fa5]", "", text[max(0, value.start - 14) : value.start] + text[value.end : value.end + 10]
    )


def _plain(penalties: tuple[str, ...]) -> set[str]:
    return {penalty.removeprefix("给予") for penalty in penalties}


def _same_body(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    return any(x in y or y in x for x in a for y in b)


def _words(norm: Norm, value: Value) -> str:
    return norm.text[value.start : value.end]


def _evidence(code: str, first: _Side, second: _Side, left: str, right: str, likeness: float) -> Evidence:
    older, newer = older_first(first.passage, second.passage)
    here, there = (left, right) if older is first.passage else (right, left)
    name = "本制度" if older.rule.version_id == newer.rule.version_id else f"《{newer.rule.title}》"
    return make_evidence(
        code,
        "conflict",
        "amend",
        older,
        f"与{name}{_article(newer)}的{_WHAT[code]}不一致：此处“{here}”，彼处“{there}”",
        confidence=min(0.95, 0.55 + likeness / 2),
        other=other_side(newer),
        suggestion="由归口部门明确以哪一规定为准后统一",
    )

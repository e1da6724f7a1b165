"""Provisions on the same matter that do not say the same: amounts, periods, deciders, modality, frequency, penalty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rulemine.parse.norms import Norm, Value, read_norms, same_scope, same_subject
from rulemine.parse.rules import provision_name
from rulemine.retrieval import MatterIndex
from rulemine.schema import Evidence
from rulemine.signals.clauses import attached_rows, clauses, older_first
from rulemine.signals.context import Context, Passage, make_evidence, other_side, trim
from rulemine.signals.guards import is_boilerplate

SAME_MATTER = 0.42
"""Cosine of rare bigrams, figures cut out, from which two norms are on the same matter."""
_CODES = {"amount": "C10", "share": "C10", "period": "C11", "day_of_month": "C11", "frequency": "C14"}
_WHAT = {"C10": "金额或比例", "C11": "期限", "C12": "决定主体", "C13": "要求", "C14": "频率", "C15": "处罚"}


@dataclass(frozen=True, slots=True)
class _Side:
    passage: Passage
    norm: Norm


def find_conflicts(context: Context) -> Iterator[Evidence]:
    """C10 amount, C11 period, C12 who decides, C13 modality, C14 frequency, C15 penalty.

    Anti-pattern: 5万元 in one rule and 10万元 in another for the same approval. Best practice: one figure in one place.
    Silent where subject or condition differ (对公 / 个人, 总行 / 支行, 首次 / 再次), and between versions of one rule.
    """
    sides = [side for rule in context.rules if rule.validity != "repealed" for clause in (*clauses(rule), *attached_rows(rule))
             for side in _sides(clause)]
    matter = MatterIndex([side.norm.matter for side in sides])
    told: set[tuple[str, str, str]] = set()
    for a, b, likeness in matter.similar_pairs(SAME_MATTER):
        first, second = sides[a], sides[b]
        if not _comparable(context, first, second):
            continue
        for code, left, right in _differences(first.norm, second.norm):
            key = (code, first.passage.provision.path + first.passage.rule.version_id, second.passage.provision.path + second.passage.rule.version_id)
            if key not in told:
                told.add(key)
                yield _evidence(code, first, second, left, right, likeness)


def _sides(clause: Passage) -> Iterator[_Side]:
    for norm in read_norms(clause.text):
        if (norm.values or norm.bodies or norm.penalties or norm.modality) and not is_boilerplate(norm.text):
            yield _Side(_whole_sentence(clause, norm), norm)


def _whole_sentence(clause: Passage, norm: Norm) -> Passage:
    """What is quoted: the sentence in which the norm stands, between its semicolons."""
    start = max(clause.text.rfind(mark, 0, norm.start) for mark in "。；;\n") + 1
    ends = [at for mark in "。；;\n" if (at := clause.text.find(mark, norm.end)) >= 0]
    end = min(ends, default=len(clause.text))
    return trim(Passage(clause.rule, clause.provision, clause.start + start, clause.start + end, clause.text[start:end]))


def _comparable(context: Context, a: _Side, b: _Side) -> bool:
    versions = (a.passage.rule.version_id, b.passage.rule.version_id)
    if versions[0] == versions[1] and _article(a.passage) == _article(b.passage):
        return False
    return versions not in context.related_versions and same_scope(a.norm, b.norm) and same_subject(a.norm, b.norm)


def _article(found: Passage) -> str:
    return provision_name(found.provision.path)


def _differences(a: Norm, b: Norm) -> Iterator[tuple[str, str, str]]:
    """The slots in which two norms on the same matter differ, with both wordings; the most telling one."""
    for slot in ("amount", "share", "period", "day_of_month", "frequency"):
        left, right = [v for v in a.values if v.slot == slot], [v for v in b.values if v.slot == slot]
        if left and right and (pair := _differing(a, b, left, right)):
            yield _CODES[slot], _words(a, pair[0]), _words(b, pair[1])
            return
    if {a.modality, b.modality} == {"must_not", "may"}:
        yield "C13", "不得" if a.modality == "must_not" else "可以", "不得" if b.modality == "must_not" else "可以"
    elif a.penalties and b.penalties and _plain(a.penalties) != _plain(b.penalties):
        yield "C15", "、".join(a.penalties), "、".join(b.penalties)
    elif a.bodies and b.bodies and not _same_body(a.bodies, b.bodies):
        yield "C12", "、".join(a.bodies), "、".join(b.bodies)


def _differing(a: Norm, b: Norm, left: list[Value], right: list[Value]) -> tuple[Value, Value] | None:
    """Two figures of one slot that set the same bound and differ; None if any figure of one stands in the other."""
    if {v.amount for v in left} & {v.amount for v in right}:
        return None
    for first in left:
        for second in right:
            if _same_bound(first, second) and _same_role(a, b, first, second):
                return first, second
    return None


def _same_bound(a: Value, b: Value) -> bool:
    return a.bound == b.bound or a.bound is None or b.bound is None


def _same_role(a: Norm, b: Norm, first: Value, second: Value) -> bool:
    """Whether what the figures measure is named alike: the characters around them share a word."""
    left, right = _around(a.text, first), _around(b.text, second)
    return len(set(zip(left, left[1:], strict=False)) & set(zip(right, right[1:], strict=False))) >= 1


def _around(text: str, value: Value) -> str:
    return re.sub(r"[^\u4e00-\u9fa5]", "", text[max(0, value.start - 14) : value.start] + text[value.end : value.end + 10])


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
    return make_evidence(code, "conflict", "amend", older, f"与{name}{_article(newer)}的{_WHAT[code]}不一致：此处“{here}”，彼处“{there}”",
                         confidence=min(0.95, 0.55 + likeness / 2), other=other_side(newer), suggestion="由归口部门明确以哪一规定为准后统一")

"""Provisions on one matter that cannot both be followed: amounts, periods, deciders, modality, frequency, penalty."""

from __future__ import annotations

from collections.abc import Iterator

from rulemine.differences import Difference
from rulemine.parse.rules import provision_name
from rulemine.schema import Evidence
from rulemine.signals.context import Context, make_evidence, other_side
from rulemine.signals.matches import Match, place_of

_WHAT = {"C10": "金额或比例", "C11": "期限", "C12": "决定主体", "C13": "要求", "C14": "频率", "C15": "处罚"}


def find_conflicts(context: Context) -> Iterator[Evidence]:
    """C10 amount, C11 period, C12 who decides, C13 modality, C14 frequency, C15 penalty.

    Anti-pattern: 5万元 in one rule and 10万元 in another for the same approval. Best practice: one figure in one place.
    Silent where subject or condition differ (对公 / 个人, 总行 / 支行, 首次 / 再次), and between versions of one rule.
    """
    told: set[tuple[str, frozenset[str]]] = set()
    for match in context.matches:
        if not match.excludes or is_stricter_than_law(context, match):
            continue
        difference = match.differences[0]
        places = (difference.code, frozenset((place_of(match.older), place_of(match.newer))))
        if places not in told:
            told.add(places)
            yield _evidence(match, difference)


def is_stricter_than_law(context: Context, match: Match) -> bool:
    """Whether ours asks for more than the law does, as it may: a shorter time to act in, a longer one to keep."""
    difference = match.differences[0]
    if not context.is_law(match.newer.rule) or difference.amounts is None:
        return False
    ours, theirs = difference.amounts
    return ours >= theirs if difference.end == "least" else ours <= theirs if difference.end == "most" else False


def _evidence(match: Match, difference: Difference) -> Evidence:
    newer = match.newer
    name = "本制度" if match.older.rule.version_id == newer.rule.version_id else f"《{newer.rule.title}》"
    where = f"{name}{provision_name(newer.provision.path)}"
    return make_evidence(
        difference.code,
        "conflict",
        "amend",
        match.older,
        f"与{where}的{_WHAT[difference.code]}不一致：此处“{difference.left}”，彼处“{difference.right}”",
        confidence=min(0.95, match.chance),
        other=other_side(newer),
        suggestion="由归口部门明确以哪一规定为准后统一",
    )

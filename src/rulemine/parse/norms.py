"""The slots of a norm: who must, may or must not do what, within which amount, period and frequency, decided by whom.

Two provisions on the same matter are compared slot by slot; numbers are read, not compared as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rulemine.parse.scopes import compatible_scopes, narrowest_scopes
from rulemine.parse.values import Value, find_values

_BODY = re.compile(
    r"(?:报|由|经(?!营|理|费|济|办(?:人|部门|岗|机构|行|网点|员|单位))|提交|提请|交)(?P<who>(?:(?!报|由|经(?!营|理|费|济|办(?:人|部门|岗|机构|行|网点|员|单位))|提交|审议后)[^，。；、]){2,18}?)"
    r"(?:审议批准|审核批准|审查批准|批准|审批|审定|决定|核准|审议决定|同意|签批|审议通过)"
)
_MODALS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "must_not",
        re.compile(
            r"不得(?!少于|低于|超过|高于|多于|小于|大于|晚于|早于|迟于)|禁止|严禁|不准|不可以?(?!抗)|不允许|一律不|杜绝"
        ),
    ),
    ("may", re.compile(r"(?<![不许认])可以?(?![能行靠信疑])|允许|有权|无需|不需要?|不受")),
    ("must", re.compile(r"应当?(?![急付收])|必须|须|需(?:要)?(?!求)")),
)
_PENALTY = re.compile(
    r"(?:给予)?(?:警告|记大过|记过|降级|撤职|开除|通报批评|诫勉谈话|解除(?:劳动|代理|委托)?合同|辞退|暂停[^，。；]{0,8}|扣[减发罚][^，。；]{2,20}|罚款[^，。；]{0,12}|免职|取消[^，。；]{2,12}资格)"
)


@dataclass(frozen=True, slots=True)
class Norm:
    """One sentence of a provision, read into slots."""

    start: int
    end: int
    text: str
    lead: str
    """The condition or the opening of its sentence."""
    tail: str
    """What follows in its sentence."""
    modality: str | None
    values: tuple[Value, ...]
    bodies: tuple[str, ...]
    penalties: tuple[str, ...]
    scopes: frozenset[str]

    @property
    def matter(self) -> str:
        """What it is about: its words and the condition it stands under, without figures, deciders and penalties."""
        kept, at = [self.lead], 0
        for start, end in sorted([(value.start, value.end) for value in self.values] + list(self._answers())):
            if start >= at:
                kept.append(self.text[at:start])
            at = max(at, end)
        return "".join([*kept, self.text[at:]])

    def _answers(self) -> Iterator[tuple[int, int]]:
        """Where the text says who decides, and what follows a breach."""
        for found in _BODY.finditer(self.text):
            yield found.span("who")
        if self.lead:
            for found in _PENALTY.finditer(self.text):
                yield found.span()

    def clashes_with(self, other: Norm) -> bool:
        """Whether a kind of figure stands in both and no figure of it is the same."""
        here, there = self._figures(), other._figures()
        return any(here[slot].isdisjoint(there[slot]) for slot in here.keys() & there.keys())

    def _figures(self) -> dict[str, set[float]]:
        figures: dict[str, set[float]] = {}
        for value in self.values:
            figures.setdefault(value.slot, set()).add(round(value.amount, 2))
        return figures

    def agrees_with(self, other: Norm) -> bool:
        """Same figures, modality, scope, deciders and penalties: only the wording differs."""
        figures = sorted((v.slot, v.amount) for v in self.values)
        return (
            figures == sorted((v.slot, v.amount) for v in other.values)
            and _polarity(self) == _polarity(other)
            and same_scope(self, other)
            and not _apart(self.bodies, other.bodies)
            and not _apart(self.penalties, other.penalties)
        )


def read_norms(text: str) -> Iterator[Norm]:
    """The norms of a provision: one a clause between commas, with the opening of its sentence as ``lead``.

    >>> first, second = read_norms("单笔超过5万元的，由分管领导批准")
    >>> [(v.slot, v.amount, v.bound) for v in first.values], second.lead, second.bodies
    ([('amount', 50000.0, 'over')], '单笔超过5万元的', ('分管领导',))
    """
    for sentence in re.finditer(r"[^。；;\n]+", text):
        opening = condition = ""
        for found in re.finditer(r"[^，,：:]+", sentence.group()):
            if clause := found.group().strip():
                tail = sentence.group()[found.end() :]
                yield _read_norm(found.group(), sentence.start() + found.start(), condition or opening, tail)
                opening = opening or clause
                condition = clause if _CONDITION.search(clause) else condition


_CONDITION = re.compile(r"(?:的|时|后|前|情况下|情形下)$")


def read_values(text: str) -> Norm:
    """The slots of a whole text taken as one norm.

    >>> [v.amount for v in read_values("十五个工作日内归还").values]
    [15.0]
    """
    return _read_norm(text, 0, "", "")


def _read_norm(text: str, start: int, lead: str, tail: str) -> Norm:
    modality = min(
        ((found.start(), name) for name, pattern in _MODALS if (found := pattern.search(text))), default=(0, None)
    )[1]
    return Norm(
        start,
        start + len(text),
        text,
        lead,
        tail,
        modality,
        tuple(find_values(text)),
        tuple(m["who"] for m in _BODY.finditer(text)),
        tuple(m.group() for m in _PENALTY.finditer(text)),
        narrowest_scopes(lead, text),
    )


def same_scope(a: Norm, b: Norm) -> bool:
    """Whether nothing says that two norms are about different subjects."""
    return compatible_scopes(a.scopes, b.scopes)


_SUBJECT = re.compile(r"^[\u4e00-\u9fa5、]{2,20}?(?=应|自|在|由|每|不|可|须|必|按|于|为|的|按|至|达|超|经|$)")
_MEASURES = frozenset(
    (
        "限额",
        "余额",
        "金额",
        "标准",
        "额度",
        "期限",
        "时限",
        "比例",
        "预算",
        "总额",
        "上限",
        "费用",
        "单项",
        "单笔",
        "单次",
        "部门",
        "员工",
        "人员",
    )
)


def same_subject(a: Norm, b: Norm) -> bool:
    """Whether what two norms speak of may be the same thing: not when each names a kind that the other does not (投诉资料 / 采购资料)."""
    told = [(_subject_grams(left), _subject_grams(right)) for left in (a.text, a.lead) for right in (b.text, b.lead)]
    if any(left and right and len(left & right) * 2 >= min(len(left), len(right)) for left, right in told):
        return True
    left, right = _subject_grams(a.lead or a.text), _subject_grams(b.lead or b.text)
    return _is_named(left, b) or _is_named(right, a)


def _is_named(subject: set[str], norm: Norm) -> bool:
    """Whether most of a subject's words stand in the other norm."""
    return 2 * len(subject & _grams(norm.lead + norm.text)) >= len(subject)


def _subject_grams(text: str) -> set[str]:
    found = _SUBJECT.match(text.strip())
    return _grams(found.group()) - _MEASURES if found else set()


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _apart(here: tuple[str, ...], there: tuple[str, ...]) -> bool:
    """Whether both name some, and none of one stands in one of the other."""
    return bool(here and there) and not any(a in b or b in a for a in here for b in there)


def _polarity(norm: Norm) -> bool:
    return norm.modality == "must_not"

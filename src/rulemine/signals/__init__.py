"""The looks: each a generator ``Context → Iterator[Evidence]`` from rules alone. A new one is one file and one line here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rulemine.errors import BadInput
from rulemine.schema import Action, Evidence
from rulemine.signals.basis import find_moved_articles, find_newer_basis, find_repealed_basis
from rulemine.signals.conflict import find_conflicts
from rulemine.signals.context import Context
from rulemine.signals.duplication import find_duplicates, find_restated_laws
from rulemine.signals.references import (
    find_former_departments,
    find_missing_articles,
    find_missing_attachments,
    find_missing_rules_cited,
    find_numbering_faults,
    find_promised_rules,
)
from rulemine.signals.reviews import find_overdue_reviews
from rulemine.signals.validity import (
    find_expired,
    find_former_names,
    find_past_deadlines,
    find_superseded,
)

__all__ = ["FINDERS", "SIGNALS", "Context", "SignalInfo", "built_codes", "choose_codes", "find_evidence", "group_codes"]


@dataclass(frozen=True, slots=True)
class SignalInfo:
    """A row of the table of signals: what a code means, and what it proposes."""

    code: str
    kind: str
    action: Action
    pair: bool
    name: str


SIGNALS: tuple[SignalInfo, ...] = (
    SignalInfo("V10", "repealed_basis", "amend", False, "依据已废止"),
    SignalInfo("V11", "newer_basis", "amend", False, "依据已修订"),
    SignalInfo("V12", "moved_article", "amend", False, "条号已变动"),
    SignalInfo("V20", "former_name", "amend", False, "旧称谓"),
    SignalInfo("V30", "expired", "amend", False, "超过有效期"),
    SignalInfo("V31", "past_deadline", "amend", False, "时限已过"),
    SignalInfo("V40", "superseded", "repeal", True, "已被取代"),
    SignalInfo("V50", "overdue_review", "amend", False, "逾期未评估"),
    SignalInfo("R10", "broken_reference", "amend", False, "所引制度缺失"),
    SignalInfo("R11", "broken_reference", "amend", False, "所引条款不存在"),
    SignalInfo("R12", "broken_reference", "amend", False, "附件缺失"),
    SignalInfo("R13", "numbering", "amend", False, "条号跳号或重复"),
    SignalInfo("R20", "missing_rule", "enact", False, "承诺的制度未制定"),
    SignalInfo("R30", "former_department", "amend", False, "旧部门名称"),
    SignalInfo("D10", "duplicate", "amend", True, "条款相同"),
    SignalInfo("D11", "duplicate", "amend", True, "条款近似"),
    SignalInfo("D12", "duplicate", "amend", True, "条款被包含"),
    SignalInfo("D20", "duplicate", "repeal", True, "整篇重复"),
    SignalInfo("D30", "restated_law", "amend", True, "照录上位法"),
    SignalInfo("C10", "conflict", "amend", True, "金额不一致"),
    SignalInfo("C11", "conflict", "amend", True, "期限不一致"),
    SignalInfo("C12", "conflict", "amend", True, "决定主体不一致"),
    SignalInfo("C13", "conflict", "amend", True, "要求相反"),
    SignalInfo("C14", "conflict", "amend", True, "频率不一致"),
    SignalInfo("C15", "conflict", "amend", True, "处罚不一致"),
    SignalInfo("P10", "practice", "amend", False, "有章不循"),
    SignalInfo("P20", "practice", "amend", False, "屡查屡犯"),
    SignalInfo("P30", "practice", "amend", False, "制度滞后"),
    SignalInfo("G10", "missing_rule", "enact", False, "无章可循"),
)
"""The table of the contract, as data."""

Progress = Callable[[str, int, int], None]
Signal = Callable[[Context], Iterator[Evidence]]

FINDERS: tuple[tuple[tuple[str, ...], Signal], ...] = (
    (("V10",), find_repealed_basis),
    (("V11",), find_newer_basis),
    (("V12",), find_moved_articles),
    (("V20",), find_former_names),
    (("V30",), find_expired),
    (("V31",), find_past_deadlines),
    (("V40",), find_superseded),
    (("V50",), find_overdue_reviews),
    (("R10",), find_missing_rules_cited),
    (("R11",), find_missing_articles),
    (("R12",), find_missing_attachments),
    (("R13",), find_numbering_faults),
    (("R20",), find_promised_rules),
    (("R30",), find_former_departments),
    (("D10", "D11", "D12", "D20"), find_duplicates),
    (("D30",), find_restated_laws),
    (("C10", "C11", "C12", "C13", "C14", "C15"), find_conflicts),
)
"""What is built: the codes that a finder may yield, and the finder."""


def built_codes() -> tuple[str, ...]:
    """The codes of the signals that look, in the order of the table."""
    built = {code for codes, _ in FINDERS for code in codes}
    return tuple(info.code for info in SIGNALS if info.code in built)


def choose_codes(choice: str | Sequence[str] | None) -> frozenset[str]:
    """The codes that a choice such as ``V10,-V50`` asks for: those named, or all but those with a minus.

    >>> sorted(choose_codes("V10,V20")), "V10" in choose_codes("-V10")
    (['V10', 'V20'], False)

    Raises BadInput for a code that is not in the table.
    """
    asked = [
        part.strip().upper()
        for part in (re.split(r"[,，、]", choice) if isinstance(choice, str) else choice or ())
        if part.strip()
    ]
    known = {info.code for info in SIGNALS}
    if unknown := [code for code in asked if code.lstrip("-") not in known]:
        raise BadInput(f"没有检查项 {'、'.join(unknown)}；运行 rulemine signals 查看有哪些")
    if unbuilt := [code for code in asked if not code.startswith("-") and code not in built_codes()]:
        raise BadInput(f"检查项 {'、'.join(unbuilt)} 尚未提供；运行 rulemine signals 查看有哪些")
    named = {code for code in asked if not code.startswith("-")}
    return frozenset((named or set(built_codes())) - {code[1:] for code in asked if code.startswith("-")})


def group_codes(codes: Iterable[str]) -> list[str]:
    """Codes of looks that share their work on one line: duplicates, restated laws and conflicts come out of one search.

    >>> group_codes(["D10", "C10", "V10", "D30"])
    ['V10', 'D10 D30 C10']
    """
    chosen, lines = frozenset(codes), dict[str, list[str]]()
    for may_yield, look in FINDERS:
        shared = "matches" if look in (find_duplicates, find_restated_laws, find_conflicts) else may_yield[0]
        lines.setdefault(shared, []).extend(code for code in may_yield if code in chosen)
    return [" ".join(line) for line in lines.values() if line]


def find_evidence(
    context: Context, codes: Iterable[str] | None = None, progress: Progress | None = None
) -> Iterator[Evidence]:
    """Everything that the chosen signals see, signal by signal; each evidence once."""
    chosen = frozenset(codes) if codes is not None else frozenset(built_codes())
    asked = [finder for may_yield, finder in FINDERS if not chosen.isdisjoint(may_yield)]
    seen: set[str] = set()
    for done, finder in enumerate(asked, 1):
        for evidence in finder(context):
            if evidence.signal in chosen and evidence.id not in seen:
                seen.add(evidence.id)
                yield evidence
        if progress:
            progress("逐项检查", done, len(asked))

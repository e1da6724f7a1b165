"""Whom or what a norm speaks of: the words it opens with, up to its modal or its figure."""

from __future__ import annotations

import re

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
"""Words that say what is measured, or that any subject bears."""


def same_subject(a: str, b: str) -> bool:
    """Whether two norms may speak of the same: not when each names a kind that the other does not.

    >>> same_subject("投诉资料保存五年", "采购资料保存十年"), same_subject("尾箱余额不超过5万元", "柜员尾箱余额以3万元为限")
    (False, True)
    """
    left, right = _subject_grams(a), _subject_grams(b)
    if left and right and 2 * len(left & right) >= min(len(left), len(right)):
        return True
    return _is_named(left, b) or _is_named(right, a)


def _is_named(subject: set[str], text: str) -> bool:
    """Whether most of a subject's words stand in the other norm."""
    return 2 * len(subject & _grams(text)) >= len(subject)


def _subject_grams(text: str) -> set[str]:
    found = _SUBJECT.match(text.strip())
    return _grams(found.group()) - _MEASURES if found else set()


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}

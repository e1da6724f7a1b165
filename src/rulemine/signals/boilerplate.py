"""Sentences that a collection repeats as a matter of form: learned from how many of its rules have them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rulemine.schema import Rule
from rulemine.text import fold_text

LEAST_RULES = 5
SHARE = 0.1
"""A sentence is form when it stands in so many rules and in this share of them."""
_SELF = re.compile(r"《[^》]*》|本(?:办法|规定|制度|细则|规程|规则|指引|规范|通知|意见|方案|条例|法|公司|行|集团|单位)")
_SENTENCE = re.compile(r"[^。；;\n]+")


def plain_form(sentence: str) -> str:
    """A sentence as it is counted: without its label and without the names of rules.

    >>> plain_form("第九条 本办法由风险管理部负责解释") == plain_form("第三十条 本规定由风险管理部负责解释")
    True
    """
    bare = re.sub(r"^\s*(?:第[^条\s]{1,9}条|[（(]?[一二三四五六七八九十\d]+[）)、.．])\s*", "", sentence)
    return fold_text(_SELF.sub("", bare))


def learn_boilerplate(rules: Iterable[Rule]) -> dict[str, int]:
    """The forms that many rules share, and how many have each.

    Versions of one rule count once. In a handful of rules nothing is form: what three of them share is a duplicate.
    """
    holders: dict[str, set[str]] = {}
    known: set[str] = set()
    for rule in rules:
        known.add(rule.id)
        for provision in rule.provisions:
            if provision.level in ("article", "heading") and provision.path != "标题":
                for found in _SENTENCE.finditer(provision.text):
                    if form := plain_form(found.group()):
                        holders.setdefault(form, set()).add(rule.id)
    least = max(LEAST_RULES, SHARE * len(known))
    return {form: len(ids) for form, ids in sorted(holders.items()) if len(ids) >= least}

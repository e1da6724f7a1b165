"""A table of contents checked against the rules that were found: what it lists and is not there, what is there unlisted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rulemine.parse.lines import ARTICLE, GROUP
from rulemine.text import normalise_title

FEWEST_SHARED = 2  # entries that are titles of found rules: fewer, and the table is not one of rules
_RULE_TITLE = re.compile(
    r".{2,60}(?:办法|规定|细则|规则|制度|规程|指引|章程|准则|守则|条例|规范|方案|预案|流程|标准|手册|意见|通知)"
    r"(?:（[^（）]{1,16}）)*$"
)


def check_contents(entries: Sequence[str], titles: Sequence[str]) -> tuple[list[str], list[int]]:
    """The entries whose rule was not found, and the places of the titles that no entry names.

    >>> check_contents(["值班管理办法", "印章保管", "规定", "加班实施细则"], ["值班管理办法", "印章保管规定", "门禁规定"])
    (['加班实施细则'], [2])

    An entry may be broken over two lines. Both are empty where the table is not one of rules.
    """
    listed = list(map(_squeeze_title, entries))
    known = list(map(_squeeze_title, titles))
    named: set[int] = set()
    missing: list[str] = []
    at = 0
    while at < len(listed):
        joined = listed[at] + listed[at + 1] if at + 1 < len(listed) else listed[at]
        whole, broken = _find(listed[at], known), _find(joined, known)
        if whole is None and broken is not None:
            named.add(broken)
            at += 2
            continue
        if whole is not None:
            named.add(whole)
        elif _RULE_TITLE.match(listed[at]) and not GROUP.match(entries[at]) and not ARTICLE.match(entries[at]):
            missing.append(entries[at])
        at += 1
    if len(named) < min(FEWEST_SHARED, len(known)) or len(known) < FEWEST_SHARED:
        return [], []
    return missing, [place for place in range(len(known)) if place not in named]


def _squeeze_title(title: str) -> str:
    return normalise_title(title).replace("《", "").replace("》", "")


def _find(entry: str, titles: Sequence[str]) -> int | None:
    """The title that an entry names: the same, or one longer by the name of the company or a mark of the version."""
    if len(entry) < 4:
        return None
    exact = next((place for place, title in enumerate(titles) if title == entry), None)
    if exact is not None:
        return exact
    return next((p for p, title in enumerate(titles) if len(title) >= 4 and (entry in title or title in entry)), None)

"""The clauses of a set of rules, and which pairs of rules may restate each other on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rulemine.schema import Provision, Rule
from rulemine.signals.context import Context, Passage
from rulemine.signals.guards import is_boilerplate
from rulemine.text import fold_text

_LABEL = re.compile(
    r"^\s*(?:第[^条\s]{1,9}条(?:之[一二三四五六七八九十]+)?|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])\s*"
)
_DETAILING = re.compile(r"实施细则|细则|操作规程|实施办法|操作流程|工作指引|操作指引|实施意见|补充规定")


MOST_PIECES = 300
"""Sentences and norms of one clause that are compared: a text pasted without line breaks is one clause of thousands."""


def clauses(rule: Rule) -> Iterator[Passage]:
    """The articles of a rule, else its numbered leaves; boilerplate and attachments left out.

    The label is no part of a clause: 第五条 here and 第九条 there may say the same.
    """
    by_article = bool(rule.articles)
    for provision in rule.provisions:
        counts = provision.level == "article" if by_article else _is_leaf(rule, provision)
        if provision.path.startswith("附件") or not counts:
            continue
        body = without_label(rule, provision)
        if len(fold_text(body.text)) >= 8 and not is_boilerplate(body.text):
            yield body


def attached_rows(rule: Rule) -> Iterator[Passage]:
    """The lines of the attachments: tables of limits and periods bind like articles."""
    for provision in rule.provisions:
        if provision.level == "attachment":
            for found in re.finditer(r"[^\n]+", provision.text):
                if re.search(r"\d|[一二三四五六七八九十]", found.group()) and found.start():
                    yield Passage(
                        rule, provision, provision.start + found.start(), provision.start + found.end(), found.group()
                    )


def without_label(rule: Rule, provision: Provision) -> Passage:
    """The body of a provision."""
    found = _LABEL.match(provision.text)
    start = provision.start + (found.end() if found else 0)
    return Passage(rule, provision, start, provision.end, provision.text[start - provision.start :])


def _is_leaf(rule: Rule, provision: Provision) -> bool:
    """In a rule without articles: （一） with its items, or 一、 where nothing stands under it."""
    if provision.level not in ("subparagraph", "heading") or provision.path == "标题":
        return False
    return not any(p.level == "subparagraph" and p.path.startswith(provision.path + "/") for p in rule.provisions)


def is_detailing(rule: Rule, parent: Rule) -> bool:
    """Whether a rule details another: 实施细则 that names it as its basis or bears its title."""
    if not _DETAILING.search(rule.title):
        return False
    core = re.sub(r"(?:管理)?(?:办法|规定|制度|指引|规则|条例)(?:（.*）)?$", "", parent.title)
    head: Sequence[Provision] = rule.provisions[:4]
    named = any(parent.title in p.text or parent.title[-10:] in p.text for p in head)
    return named or (len(core) >= 4 and core in rule.title)


def may_restate(context: Context, a: Rule, b: Rule) -> bool:
    """Whether likeness between two rules is on purpose or told elsewhere."""
    if context.is_law(a) and context.is_law(b):
        return True
    return (a.version_id, b.version_id) in context.related_versions or is_detailing(a, b) or is_detailing(b, a)


def older_first(a: Passage, b: Passage) -> tuple[Passage, Passage]:
    """The passage of the older rule first: it is the one to mend; where dates say nothing, an order that no shuffling changes."""
    first, second = a.rule.dated_on, b.rule.dated_on
    if first and second and first != second:
        return (a, b) if first < second else (b, a)
    return (a, b) if place(a) > place(b) else (b, a)


def place(found: Passage) -> tuple[str, str, int]:
    """An order of passages that no shuffling of the rules changes."""
    return found.rule.title, found.rule.version_id, found.start

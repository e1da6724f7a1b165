"""Reviews that a rule, or the rule on rules, asks for, and that nothing shows to have taken place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rulemine.parse.rules import provision_name
from rulemine.schema import Evidence, Rule
from rulemine.signals.context import Context, Passage, is_title_page, make_evidence, other_side, title_passage, trim
from rulemine.signals.guards import is_history
from rulemine.text import NUMERAL, end_of_term, parse_number

_YEARS = rf"(?:满|隔)?[{NUMERAL}\d]{{0,3}}个?年度?"
_EVERY = rf"(?:至少|原则上|应当|须)*每{_YEARS}(?:至少|应当|须|要|定期)*"
_REVIEWED = r"(?:后?评估|评价|修订|修改|检视|审阅|审视|复审|复核|重检|梳理|清理|回顾|检讨|更新)"
_OWN = r"本(?:办法|规定|细则|规则|制度|条例|指引|准则|章程|守则|规程|方案|规范|手册|流程|预案|政策)"
_OF_ITSELF = re.compile(
    rf"(?:对?{_OWN}[^。；]{{0,14}}?{_EVERY}[^。；]{{0,16}}?|{_EVERY}[^。；]{{0,16}}?对{_OWN}[^。；]{{0,12}}?){_REVIEWED}"
)
_RULES = r"(?:规章制度|管理制度|内部制度|制度文件|规范性文件|各项制度|现行制度|制度)"
_OF_ALL = re.compile(
    rf"(?:对?[^。；，]{{0,8}}{_RULES}[^。；]{{0,16}}?{_EVERY}[^。；]{{0,16}}?|{_EVERY}[^。；]{{0,16}}?对[^。；]{{0,12}}?{_RULES}[^。；]{{0,16}}?){_REVIEWED}"
)
_NOT_THE_RULE = re.compile(r"(?:执行|落实|实施|遵守|贯彻)(?:情况|效果)")
_COUNT = re.compile(rf"每(?:满|隔)?([{NUMERAL}\d]{{1,3}})个?年")
_ON_RULES = re.compile(r"(?:规章|内控|内部|管理)?制度(?:建设|管理|工作|制定|文件)|规范性文件")


@dataclass(frozen=True, slots=True)
class _Duty:
    """A clause that asks for a review every so many years."""

    clause: Passage
    years: int


def find_overdue_reviews(context: Context) -> Iterator[Evidence]:
    """V50: the review that the rule itself, or the compilation's rule on rules, asks for is overdue.

    Anti-pattern: “本办法每三年评估一次” in a rule of 2019 that was never issued again. Best practice: review it, and record
    the outcome by a revision or a confirmation. Silent where no period is laid down: old alone is not outdated.
    """
    general = next(_general_duties(context), None)
    for rule in context.rules:
        if rule.validity in ("repealed", "not_yet_effective", "expired") or not rule.dated_on:
            continue
        own = next(_own_duties(context, rule), None)
        duty = own or general
        if duty is None or (own is None and (context.is_law(rule) or duty.clause.rule is rule)):
            continue
        due = end_of_term(rule.dated_on, years=duty.years)
        if due < context.as_of:
            yield _review_evidence(rule, duty, own is not None)


def _own_duties(context: Context, rule: Rule) -> Iterator[_Duty]:
    for sentence in context.sentences(rule):
        if not is_title_page(sentence):
            yield from _read_duty(sentence, _OF_ITSELF)


def _general_duties(context: Context) -> Iterator[_Duty]:
    """What the rule on rules lays down for all of them."""
    for rule in context.rules:
        if _ON_RULES.search(rule.title) and rule.validity not in ("repealed", "not_yet_effective"):
            for sentence in context.sentences(rule):
                yield from _read_duty(sentence, _OF_ALL)


def _read_duty(sentence: Passage, pattern: re.Pattern[str]) -> Iterator[_Duty]:
    """The review that a sentence asks for; one of how a rule is carried out is another matter."""
    found = pattern.search(sentence.text) if "年" in sentence.text else None
    if found and not _NOT_THE_RULE.search(found.group()) and not is_history(sentence.text, *found.span()):
        count = _COUNT.search(found.group())
        yield _Duty(trim(sentence), parse_number(count[1]) if count else 1)


def _review_evidence(rule: Rule, duty: _Duty, is_own: bool) -> Evidence:
    where = "本制度" if is_own else f"《{duty.clause.rule.title}》"
    place = provision_name(duty.clause.provision.path)
    return make_evidence(
        "V50",
        "overdue_review",
        "amend",
        duty.clause if is_own else title_passage(rule),
        f"{where}{place}要求每{duty.years}年评估或修订一次，本制度最近一次发布（修订）是{rule.dated_on}，已经逾期",
        confidence=0.7 if duty.years > 1 else 0.6,
        other=None if is_own else other_side(duty.clause),
        suggestion="组织评估：需要修改的修订，不需要修改的留下评估记录",
    )

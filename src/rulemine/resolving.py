"""Rules, facts and a day → which rule is in force, and which provision each citation means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulemine.facts import Facts
from rulemine.parse.rules import title_key
from rulemine.schema import Citation, Provision, Rule, Target, Unresolved, Validity
from rulemine.text import find_dates, normalise_document_number, normalise_title

_TRIAL = re.compile(r"（(?:试行|暂行|修订|修订版)）$")
_INSTITUTION = re.compile(
    r"(?:公司|集团|银行|[分支总]行|联社|信用社|信托|证券|保险|基金|租赁|金融|财险|产险|寿险|期货|消金|汽金|大学|学院|医院|学校|协会|中心|[本我](?:行|司|社)|总局|委员会|部|厅|局)(?:关于)?$|^关于$"
)
_SENTENCE = re.compile(r"[^。\n]+")
_ISSUED = re.compile(r"[^，。；《》]{0,20}(?:发布|公布|印发|颁布|颁发|批准)[^，。；《》]{0,4}")
_TITLES = re.compile(r"《[^》]*》|[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)?[）)]")
_ENDED = r"(?:废止|停止执行|停止使用|不再执行|终止执行)"
_VERB_BEHIND = re.compile(
    rf"[、和及与以，,\s]*(?:等[^，。；]{{0,12}})?(?:[，,]?(?:自|于|从)[^，。；]{{2,24}}?(?:起|之日|日))?"
    rf"[，,]?(?:同时|即行|予以|自行|一并|相应|均|全部|即|现|也|亦|随之)*{_ENDED}"
)
_VERB_FIRST = re.compile(
    r"(?:废止|停止执行|停止使用|不再执行|终止执行)[：:、和及与]*(?:[^，。；]{0,24}(?:发布|公布|印发|颁布|制定)的?)?[、和及与]*$"
)
REPEALING = re.compile(r"(?:同时|即行|予以|自行|一并|相应)?(?:废止|停止执行|停止使用|不再执行|终止执行)")
_CONDITIONAL = re.compile(
    r"(?:可以|需要|应当及时|建议|提出|申请|修订或者?|修改、|制定、).{0,6}废止|废止(?:的?程序|建议|或者|、|条件|工作|情况)"
)


@dataclass(frozen=True, slots=True)
class Repeal:
    """A clause by which one rule repeals another that it names."""

    rule: Rule
    citation: Citation
    start: int
    end: int
    quote: str
    issued_on: date | None = None
    """The day of issue that the clause gives for the rule it repeals."""


class RuleIndex:
    """The rules of a set by number and by title; institutions in front of a title may be left out when citing it."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._by_number: dict[str, list[Rule]] = defaultdict(list)
        self._by_title: dict[str, list[Rule]] = defaultdict(list)
        for rule in rules:
            self._by_title[_bare_title(rule.title)].append(rule)
            if rule.document_number:
                self._by_number[normalise_document_number(rule.document_number)].append(rule)

    def find(self, title: str | None, document_number: str | None = None) -> tuple[Rule, ...]:
        """Every version of the rule that is meant, newest first; a number decides between versions.

        Titles match whole, or when they differ by the institution in front alone and both have at least five characters.
        A number that none of the rules of that title bears means another text.
        """
        number = normalise_document_number(document_number) if document_number else None
        if number and (found := self._by_number.get(number)):
            return tuple(found)
        if not title:
            return ()
        bare = _bare_title(title)
        found = self._by_title.get(bare) or [
            rule
            for key, rules in self._by_title.items()
            if min(len(key), len(bare)) >= 5 and self._differ_by_institution(key, bare)
            for rule in rules
        ]
        if (
            number
            and found
            and all(
                rule.document_number and normalise_document_number(rule.document_number) != number for rule in found
            )
        ):
            return ()
        return tuple(sorted(found, key=lambda rule: rule.dated_on or date.min, reverse=True))

    def _differ_by_institution(self, one: str, other: str) -> bool:
        long, short = sorted((one, other), key=len, reverse=True)
        front = long.removesuffix(short)
        if front == long:
            return False
        return bool(_INSTITUTION.search(front)) or sum(key.startswith(front) for key in self._by_title) > 1


def _bare_title(title: str) -> str:
    return _TRIAL.sub("", title_key(title))


def resolve_rules(rules: Sequence[Rule], facts: Facts, as_of: date) -> tuple[Rule, ...]:
    """The rules with ``validity`` and the targets of their citations filled in.

    >>> from rulemine.facts import load_facts
    >>> from rulemine.parse.rules import parse_rules
    >>> from rulemine.schema import Document
    >>> text = "请假办法\\n第一条 员工请假适用本办法第三条。\\n第二条 本办法自2023年5月1日起施行。"
    >>> rule, = resolve_rules(parse_rules(Document(path="a.txt", sha256="", text=text)), load_facts(), date(2026, 1, 1))
    >>> rule.validity, rule.citations[0].target.provision is None
    ('in_force', True)
    """
    index = RuleIndex(rules)
    repealed = {target.version_id: repeal for repeal in find_repeals(rules) for target in repealed_rules(repeal, index)}
    return tuple(
        replace(
            rule,
            validity=_validity(rule, repealed.get(rule.version_id), index, as_of),
            citations=tuple(resolve_citation(c, rule, index, facts) for c in rule.citations),
        )
        for rule in rules
    )


def _validity(rule: Rule, repeal: Repeal | None, index: RuleIndex, as_of: date) -> Validity:
    if repeal and (repeal.rule.effective_on or date.min) <= as_of:
        return "repealed"
    if rule.expires_on and rule.expires_on < as_of:
        return "expired"
    if rule.effective_on and rule.effective_on > as_of:
        return "not_yet_effective"
    newer = [
        other
        for other in index.rules
        if other.id == rule.id and (other.dated_on or date.min) > (rule.dated_on or date.max)
    ]
    if newer:
        return "amended"
    return "in_force" if rule.dated_on else "unknown"


# ---------------------------------------------------------------- citations


def resolve_citation(citation: Citation, rule: Rule, index: RuleIndex, facts: Facts) -> Citation:
    """The citation with the rule and the provision that it means, or why there is none."""
    if citation.kind in ("self", "relative") and not citation.title:
        return _point(citation, rule)
    known = facts.find_laws(citation.title, citation.document_number)
    if known and citation.title and not index.find(None, citation.document_number):
        return replace(citation, unresolved="external")
    found = index.find(citation.title, citation.document_number)
    if found:
        return _point(citation, found[0])
    return replace(citation, unresolved="external" if known or citation.kind == "external" else "not_in_set")


def _point(citation: Citation, rule: Rule) -> Citation:
    """The citation with its target in a rule."""
    if citation.kind == "relative" and not citation.articles:
        return replace(citation, unresolved="no_antecedent")
    if len(citation.articles) > 1:
        found = [find_article(rule, label) for label in citation.articles]
        targets = tuple(_target(rule, article, article) for article in found)
        missing: Unresolved | None = None if all(found) else "no_such_article"
        return replace(citation, target=Target(rule_id=rule.id), targets=targets, unresolved=missing)
    article = find_article(rule, citation.article)
    if article is None:
        return replace(
            citation, target=Target(rule_id=rule.id), unresolved="no_such_article" if citation.article else None
        )
    place = _place_within(citation, rule, article)
    return replace(
        citation, target=_target(rule, article, place or article), unresolved=None if place else "no_such_place"
    )


def find_article(rule: Rule, label: str | None) -> Provision | None:
    """The article of that label; the first, where a number stands twice."""
    return next((p for p in rule.provisions if p.level == "article" and p.label == label), None) if label else None


def _target(rule: Rule, article: Provision | None, place: Provision | None) -> Target:
    return Target(rule_id=rule.id, provision=article.label if article else None, path=place.path if place else None)


def _place_within(citation: Citation, rule: Rule, article: Provision) -> Provision | None:
    """The 款 or 项 of an article that a citation names; the article when it names none, None when it is not there."""
    inner = [p for p in rule.provisions if article.start <= p.start < article.end and p is not article]
    here = article
    labels = citation.within.split("/") if citation.within else []
    if citation.kind == "relative" and citation.text.startswith(("前款", "上款")):
        here = _paragraph_before(citation, inner) or article
    elif labels == ["第一款"] and not any(p.level == "paragraph" for p in inner):
        return article  # an article of one paragraph has it, though nothing marks it
    for label in labels:
        within = (p for p in inner if p.label == label and here.start <= p.start < here.end)
        found = next(within, None)
        if found is None:
            return article if not inner or label == "第一款" else None
        here = found
    return here


def _paragraph_before(citation: Citation, inner: Sequence[Provision]) -> Provision | None:
    paragraphs = [p for p in inner if p.level == "paragraph"]
    before = [p for p in paragraphs if p.end <= citation.start]
    return before[-1] if before else None


# ---------------------------------------------------------------- repeals


def find_repeals(rules: Sequence[Rule]) -> Iterator[Repeal]:
    """Every clause that repeals a rule by name: “《…》同时废止”, “停止执行《…》”."""
    for rule in rules:
        for citation in rule.citations:
            if citation.title and not citation.articles and (repeal := _read_repeal(rule, citation)):
                yield repeal


def _read_repeal(rule: Rule, citation: Citation) -> Repeal | None:
    """The sentence around a citation, when it is what the sentence repeals."""
    holder = next(
        (p for p in reversed(rule.provisions) if p.path == citation.path and p.start <= citation.start < p.end), None
    )
    if holder is None:
        return None
    at = citation.start - holder.start
    sentence = next((found for found in _SENTENCE.finditer(holder.text) if found.start() <= at < found.end()), None)
    if sentence is None or not REPEALING.search(sentence.group()) or _CONDITIONAL.search(sentence.group()):
        return None
    start, end = at - sentence.start(), citation.end - holder.start - sentence.start()
    if not _is_object(sentence.group(), start, end):
        return None
    ahead = sentence.group()[:start]
    dates = [d.first for d in find_dates(ahead) if d.exact and _ISSUED.fullmatch(ahead[d.end :])]
    return Repeal(
        rule,
        citation,
        holder.start + sentence.start(),
        holder.start + sentence.end(),
        sentence.group(),
        dates[-1] if dates else None,
    )


def _is_object(sentence: str, start: int, end: int) -> bool:
    """Whether the title is what is repealed: before the verb with nothing but titles between, or right behind it."""
    behind = _TITLES.sub("", sentence[end:])
    return bool(_VERB_BEHIND.match(behind) or _VERB_FIRST.search(_TITLES.sub("", sentence[:start])))


def repealed_rules(repeal: Repeal, index: RuleIndex) -> tuple[Rule, ...]:
    """The rules of the set that a clause repeals: never the repealing one, and none that is younger."""
    found = index.find(repeal.citation.title, repeal.citation.document_number)
    same_title = normalise_title(repeal.citation.title or "")
    return tuple(
        rule
        for rule in found
        if rule.version_id != repeal.rule.version_id
        and (not rule.dated_on or not repeal.rule.dated_on or rule.dated_on < repeal.rule.dated_on)
        and (normalise_title(rule.title).endswith(same_title) or same_title.endswith(normalise_title(rule.title)))
        and not (repeal.issued_on and rule.promulgated_on and rule.promulgated_on != repeal.issued_on)
        and not (
            repeal.citation.document_number
            and rule.document_number
            and normalise_document_number(rule.document_number)
            != normalise_document_number(repeal.citation.document_number)
        )
    )

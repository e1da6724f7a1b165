"""What a rule rests on outside the compilation: laws that are repealed, articles that have moved."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rulemine.facts import Law, Move, key_title, reference
from rulemine.schema import Citation, Evidence, FactRef, Rule
from rulemine.signals.context import Context, Passage, is_title_page, make_evidence, passage
from rulemine.signals.guards import is_history
from rulemine.text import normalise_document_number


def find_repealed_basis(context: Context) -> Iterator[Evidence]:
    """V10: cites a law or rule repealed before ``as_of``, with its successor.

    Anti-pattern: “根据《合同法》制定本办法” in a rule that is still used. Best practice: cite the text in force (《民法典》).
    Silent when a newer text bears the same title and nothing in the citation points to the old one, on history, on the
    rule's own title, and in the rule that repeals the text itself.
    """
    for rule in context.rules:
        ended = {context.facts.title_key(repeal.citation.title or "") for repeal in context.repeals_by(rule)}
        for citation in rule.citations:
            law = _repealed_law(context, rule, citation)
            if law and key_title(law.title) not in ended and _is_relied_on(context, rule, citation):
                yield _basis_evidence(context, rule, citation.start, citation.end, law)


def _basis_evidence(context: Context, rule: Rule, start: int, end: int, law: Law) -> Evidence:
    same = key_title(law.replaced_by or "") == key_title(law.title)
    replaced = "，由同名的新文本取代" if same else f"，由《{law.replaced_by}》取代" if law.replaced_by else ""
    return make_evidence(
        "V10",
        "repealed_basis",
        "amend",
        passage(rule, context.provision_at(rule, start), start, end),
        f"所引《{law.title}》{f'已于{law.repealed_on}废止' if law.repealed_on else f'至迟在{law.gone_by}已经废止'}{replaced}",
        confidence=law.confidence,
        fact=reference(law),
        successor=law.replaced_by,
        suggestion=f"改引《{law.replaced_by}》{'现行文本' if same else ''}的相应条款"
        if law.replaced_by
        else "删去或改引现行规定",
    )


def _repealed_law(context: Context, rule: Rule, citation: Citation) -> Law | None:
    """The repealed text that a citation means; None where it may mean one in force."""
    if citation.kind not in ("external", "internal") or not citation.title or citation.target is not None:
        return None
    laws = context.facts.find_laws(citation.title, citation.document_number)
    gone = [law for law in laws if law.is_repealed(context.as_of)]
    if not gone or re.match(r"(?:本行|我行|总行|本?公司|集团|本集团|本社)", citation.text):
        return None
    number = normalise_document_number(citation.document_number) if citation.document_number else None
    if number:
        named = [law for law in gone if law.document_number and _same_number(law.document_number, number)]
        if named:
            return named[0]
        if any(law.document_number for law in gone):
            return None
    last = max(gone, key=lambda law: law.ended_on or date.min)
    reused = len(gone) < len(laws) or key_title(last.replaced_by or "") == key_title(last.title)
    return None if reused else last


def _is_relied_on(context: Context, rule: Rule, citation: Citation) -> bool:
    """Whether a rule rests on what it cites: not its own title, not history, not one of a list of repealed texts."""
    sentence = context.sentence_at(rule, citation.start)
    at = citation.start - sentence.start
    until = min(citation.end - sentence.start, len(sentence.text))
    ahead, behind = sentence.text[:at], sentence.text[until:]
    handled = _ISSUES.search(ahead) or (_HANDLES.search(ahead) and _CHANGES.match(behind))
    told = handled or is_history(sentence.text, at, until)
    catalogued = not citation.articles and _CATALOGUED.match(sentence.text)
    return not (told or catalogued or is_title_page(sentence) or _is_listed_as_gone(context, rule, sentence))


_CATALOGUED = re.compile(
    r"\s*[（(]?[\d一二三四五六七八九十百]{1,5}[）)、.．]\s*《?[^，。；、《》]{4,60}》?(?:\s*[（(][^，。；]{0,40}[）)])?\s*[；。]?\s*$"
)
"""A numbered line that is a title and nothing else: an item of a catalogue."""
_ISSUES = re.compile(r"(?:制定|修订|印发|发布|公布|颁布|通过)了?\s*$")
_HANDLES = re.compile(r"(?:将|对|修改|修订|废止|删去)\s*$")
_CHANGES = re.compile(r"[^。；]{0,40}?(?:修改|修订|改为|删去|删除|作如下|进行)")
"""A text that issues or amends another does not rest on it."""


_ITEM_OF_LIST = re.compile(
    r"\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]\s*)?[^《》。；]{0,30}《[^》]*》.{0,60}[；。]?\s*$"
)
_GONE_LIST = re.compile(r"废止|失效|停止执行")


def _is_listed_as_gone(context: Context, rule: Rule, sentence: Passage) -> bool:
    """Whether the line is an item of a list that is headed as one of repealed texts."""
    if not _ITEM_OF_LIST.match(sentence.text):
        return False
    provision = sentence.provision
    top = next((p for p in rule.provisions if p.start <= sentence.start < p.end and p.level in _HEADED), provision)
    ahead = [line for line in top.text[: sentence.start - top.start].split("\n") if not _ITEM_OF_LIST.match(line)]
    return any(_GONE_LIST.search(line) for line in ahead[-2:] if line.strip())


_HEADED = ("attachment", "article", "heading")


def _same_number(known: str, cited: str) -> bool:
    """Numbers are the same when year and count are; the issuer may be written long or short."""
    return re.findall(r"\d+", known) == re.findall(r"\d+", cited)


def find_moved_articles(context: Context) -> Iterator[Evidence]:
    """V12: the cited article was right when the rule was made and is not now.

    Anti-pattern: “按照公司法第十六条” in a rule of 2021. Best practice: the number in the version in force (第十五条).
    Silent where the rule's date is unknown, or the rule is younger than the amendment.
    """
    for rule in context.rules:
        for citation in rule.citations:
            if (
                citation.kind not in ("external", "internal")
                or not citation.title
                or not citation.articles
                or not rule.dated_on
            ):
                continue
            moved = [
                move
                for article in citation.articles
                if (move := _move_since(context, citation.title, article, rule.dated_on))
            ]
            if not moved or not _is_relied_on(context, rule, citation) or _repealed_law(context, rule, citation):
                continue
            yield _moved_evidence(context, rule, citation, moved)


def _move_since(context: Context, title: str, article: str, day: date) -> tuple[Move, str | None] | None:
    """The first move of an article after a day, and where it stands now."""
    first = next((m for m in context.facts.find_moves(title, article) if day < m.moved_on <= context.as_of), None)
    if first is None:
        return None
    now, since = first.new_article, first.moved_on
    while now:
        later = next((m for m in context.facts.find_moves(title, now) if since < m.moved_on <= context.as_of), None)
        if later is None:
            break
        now, since = later.new_article, later.moved_on
    return (first, now) if now != article else None


def _moved_evidence(context: Context, rule: Rule, citation: Citation, moved: list[tuple[Move, str | None]]) -> Evidence:
    found = passage(rule, context.provision_at(rule, citation.start), citation.start, citation.end)
    steps = "；".join(f"{move.old_article}→{now or '已删除或改写'}" for move, now in moved)
    first = moved[0][0]
    return make_evidence(
        "V12",
        "moved_article",
        "amend",
        found,
        f"《{first.title}》{first.moved_on}修改后条号有变：{steps}",
        confidence=0.95 if all(move.likeness >= 0.7 or not now for move, now in moved) else 0.8,
        fact=reference(first),
        successor=steps,
        suggestion="按现行条文核对并改正条号",
    )


# ---------------------------------------------------------------- V11: a basis that was amended

_BASIS = re.compile(r"(?:根据|依据|依照|按照|遵照|遵循|参照|贯彻|落实).*(?:制定|制订|修订|特制|拟定)")


def find_newer_basis(context: Context) -> Iterator[Evidence]:
    """V11: the law that a rule gives as its basis was amended, or issued anew, after the rule's last revision.

    Anti-pattern: “根据《网络安全法》制定本办法” in a rule of 2021, when the law was amended in 2025. Best practice: compare
    the rule with the new wording and record that it was done. Only for what the rule names as its basis, once a law;
    silent on amendments that changed many laws together in passing.
    """
    for rule in context.rules:
        told: set[str] = set()
        for citation in rule.citations:
            if not rule.dated_on or not _names_basis(context, rule, citation):
                continue
            newer = _newer_wording(context, citation.title or "", rule.dated_on)
            if newer and newer[0] not in told and not _repealed_law(context, rule, citation):
                told.add(newer[0])
                yield _newer_evidence(context, rule, citation, *newer)


def _names_basis(context: Context, rule: Rule, citation: Citation) -> bool:
    if citation.kind != "external" or not citation.title or citation.articles:
        return False
    sentence = context.sentence_at(rule, citation.start)
    return bool(_BASIS.search(sentence.text)) and _is_relied_on(context, rule, citation)


def _newer_wording(context: Context, title: str, day: date) -> tuple[str, date, date, FactRef] | None:
    """Key of the law, when it was last amended after a day, since when that holds, and the fact."""
    key = context.facts.title_key(title)
    amended = [
        a
        for a in context.facts.find_amendments(title)
        if a.scope != "together" and a.amended_on > day and a.in_force_on <= context.as_of
    ]
    if amended:
        return key, amended[-1].amended_on, amended[-1].in_force_on, reference(amended[-1])
    anew = [
        law
        for law in context.facts.find_laws(title)
        if law.repealed_on and day < law.repealed_on <= context.as_of and key_title(law.replaced_by or "") == key
    ]
    if anew and anew[-1].repealed_on:
        return key, anew[-1].repealed_on, anew[-1].repealed_on, reference(anew[-1])
    return None


def _newer_evidence(
    context: Context, rule: Rule, citation: Citation, key: str, amended_on: date, since: date, fact: FactRef
) -> Evidence:
    later = f"，{since}起施行" if since != amended_on else ""
    return make_evidence(
        "V11",
        "newer_basis",
        "amend",
        passage(rule, context.provision_at(rule, citation.start), citation.start, citation.end),
        f"制定依据《{key}》已于{amended_on}修改{later}，晚于本制度的日期{rule.dated_on}",
        confidence=0.75,
        fact=fact,
        successor=f"《{key}》（{amended_on}修改）",
        suggestion="对照修改后的条文复核本制度，需要时修订",
    )

"""What a rule rests on outside the compilation: laws that are repealed, articles that have moved."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from rulemine.facts import Law, Move, reference
from rulemine.schema import Citation, Evidence, Rule
from rulemine.signals.context import Context, make_evidence, passage
from rulemine.signals.guards import is_history
from rulemine.text import normalise_document_number, normalise_title


def find_repealed_basis(context: Context) -> Iterator[Evidence]:
    """V10: cites a law or rule repealed before ``as_of``, with its successor.

    Anti-pattern: “根据《合同法》制定本办法” in a rule that is still used. Best practice: cite the text in force (《民法典》).
    Silent when a newer text bears the same title and nothing in the citation points to the old one, and on history.
    """
    for rule in context.rules:
        for citation in rule.citations:
            law = _repealed_law(context, rule, citation)
            if law and not _in_past(context, rule, citation.start, citation.end):
                yield _basis_evidence(context, rule, citation.start, citation.end, law)


def _basis_evidence(context: Context, rule: Rule, start: int, end: int, law: Law) -> Evidence:
    same = normalise_title(law.replaced_by or "") == normalise_title(law.title)
    replaced = "，由同名的新文本取代" if same else f"，由《{law.replaced_by}》取代" if law.replaced_by else ""
    return make_evidence(
        "V10",
        "repealed_basis",
        "amend",
        passage(rule, context.provision_at(rule, start), start, end),
        f"所引《{law.title}》已于{law.repealed_on}废止{replaced}",
        confidence=law.confidence,
        fact=reference(law),
        successor=law.replaced_by,
        suggestion=f"改引《{law.replaced_by}》{'现行文本' if same else ''}的相应条款"
        if law.replaced_by
        else "删去或改引现行规定",
    )


def _is_reused(laws: Sequence[Law]) -> bool:
    """Whether a later text took over the title of an earlier one."""
    return any(normalise_title(law.replaced_by or "") == normalise_title(law.title) for law in laws)


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
    reused = len(gone) < len(laws) or _is_reused(gone)
    return None if reused else max(gone, key=lambda law: law.repealed_on or date.min)


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
            if (
                not moved
                or _in_past(context, rule, citation.start, citation.end)
                or _repealed_law(context, rule, citation)
            ):
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


def _in_past(context: Context, rule: Rule, start: int, end: int) -> bool:
    sentence = context.sentence_at(rule, start)
    return is_history(sentence.text, start - sentence.start, min(end, sentence.end) - sentence.start)

"""An evidence within the article it comes from: the words before, the quote, the words after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rulemine.schema import Candidate, Evidence, Provision, Rule
from rulemine.writers.contents import Review
from rulemine.writers.labels import Labels, cite
from rulemine.writers.visible import shorten, show_hidden

Segment = tuple[str, bool]
"""A stretch of a passage, and whether it is the quote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One side of an evidence: whose words they are, where they stand, and the quote within its article."""

    title: str
    provision: str | None
    source: str | None
    page: int | None
    before: str
    quote: str
    after: str

    def segments(self, *, around: int, longest: int, note: str) -> Iterator[Segment]:
        """The passage in stretches fit to show: at most ``around`` characters each side of the quote.

        >>> passage = Passage(title="甲", provision=None, source=None, page=None, before="一二三四", quote="五六", after="七")
        >>> list(passage.segments(around=2, longest=9, note="（略{}字）"))
        [('（略2字）三四', False), ('五六', True), ('七', False)]

        A quote longer than ``longest`` loses its middle; ``note`` says how many characters each cut took.
        """
        before, after = self.before, self.after
        if len(before) > around:
            before = note.format(len(before) - around) + before[-around:] if around else note.format(len(before))
        if len(after) > around:
            after = after[:around] + note.format(len(after) - around)
        for text, marked in ((before, False), (shorten(self.quote, longest, note), True), (after, False)):
            if text:
                yield show_hidden(text), marked


def find_passage(review: Review, candidate: Candidate, evidence: Evidence) -> Passage:
    """The quote of an evidence within its article, or alone when the rule's text is not at hand."""
    rule = review.find_rule(evidence.rule_id, candidate.version_id)
    source = candidate.source.path if candidate.source else None
    home = _find_home(rule, evidence.start, evidence.end) if rule else None
    offset = evidence.start - home.start if home and evidence.start is not None else 0
    before, after = _split(home, evidence.quote, offset)
    return Passage(
        title=candidate.title,
        provision=evidence.provision,
        source=rule.source.path if rule else source,
        page=evidence.page,
        before=before,
        quote=evidence.quote,
        after=after,
    )


def find_other_passage(review: Review, evidence: Evidence) -> Passage | None:
    """The other side of a pair, None for evidence that has none."""
    other = evidence.other
    if other is None:
        return None
    rule = review.find_rule(other.rule_id, other.version_id)
    home = next((p for p in rule.provisions if p.path == other.path), None) if rule else None
    if rule and home is not None and home.level in ("paragraph", "subparagraph", "item"):
        home = _find_home(rule, home.start, home.end)
    before, after = _split(home, other.quote, 0)
    return Passage(
        title=other.title,
        provision=other.provision,
        source=rule.source.path if rule else None,
        page=home.page if home else None,
        before=before,
        quote=other.quote,
        after=after,
    )


def describe_place(passage: Passage, labels: Labels) -> Iterator[str]:
    """Title, provision, page and file of a passage, as far as they are known."""
    yield f"{cite(passage.title)}{passage.provision or ''}"
    if passage.page is not None:
        yield labels["page_of"].format(passage.page)
    if passage.source:
        yield passage.source


def _find_home(rule: Rule, start: int | None, end: int | None) -> Provision | None:
    """The article that holds a span, else the smallest provision that does."""
    if start is None or end is None:
        return None
    around = [p for p in rule.provisions if p.start <= start and end <= p.end]
    article = next((p for p in around if p.level == "article"), None)
    return article or min(around, key=lambda p: p.end - p.start, default=None)


def _split(home: Provision | None, quote: str, offset: int) -> tuple[str, str]:
    """What stands before and after a quote in its article; the offset tells repeats of the same words apart.

    Where the text of a provision is not, character for character, the stretch of its source (a label that was put in
    order, names that were struck out), the nearest occurrence counts.
    """
    if home is None or not quote:
        return "", ""
    at = offset if home.text.startswith(quote, max(offset, 0)) else home.text.find(quote)
    if at < 0:
        return "", ""
    return home.text[:at], home.text[at + len(quote) :]

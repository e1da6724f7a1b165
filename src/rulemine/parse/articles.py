"""Which of all the places that say 第X条 are articles: continuity of the numbers decides.

A line that begins with 第三十七条 may be an article, a cross reference that a line break pushed to the front, an entry
of a table of contents, or a quotation. What stands before and behind it helps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulemine.parse.lines import ARTICLE, SENTENCE_END, Line, Mark, N
from rulemine.text import parse_number, spell_number, squeeze

LONGEST_QUOTE = 30
"""Lines after which a quotation that nobody closed is taken for closed: an OCR drops marks."""
_REFERENCE_TAIL = re.compile(
    rf"[、，,和及与或至到]\s*[第笫（(]|[、，,]\s*$|第\s*{N}+\s*[款项]|[（(]{N}+[）)]\s*项|(?:之|的|所|中的)?(?:规定|要求|情形|条件)|的|所[列称述]|[）〕”》。；;]|[、和]$"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place whose reading is not sure, and what was made of it."""

    start: int
    text: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    number: tuple[int, ...]
    start: int
    body: int
    line: int
    at_front: bool
    like_reference: bool
    after_sentence: bool
    quoted: bool
    spaced: bool

    @property
    def plausible(self) -> bool:
        return not self.like_reference and self.after_sentence and not self.quoted


def choose_articles(lines: Sequence[Line], contents: frozenset[int]) -> tuple[list[Mark], tuple[Doubt, ...]]:
    """The true articles among all places that say 第X条, and a word on each that is in doubt."""
    candidates = list(_find_candidates(lines, contents))
    chosen: list[_Candidate] = []
    doubts: list[Doubt] = []
    for i, candidate in enumerate(candidates):
        last = chosen[-1].number if chosen else (0,)
        if _is_next(last, candidate.number):
            accepted = candidate.plausible if candidate.at_front else _reads_as_article(candidate)
            if not accepted and candidate.at_front and not candidate.quoted:
                accepted = not _comes_later(candidates[i + 1 :], candidate.number)
        elif not candidate.at_front:
            accepted = False
        elif candidate.number == (1,):
            accepted = candidate.plausible
        else:
            accepted = candidate.plausible and _is_continued(
                candidates[i + 1 :], last, candidate.number, spaced=candidate.spaced
            )
            if candidate.plausible and not accepted:
                told = f"行首的“{article_label(candidate.number)}”与前后条号不连续，按引用处理，没有作为条文"
                doubts.append(Doubt(candidate.start, told))
        if accepted:
            chosen.append(candidate)
    return [_article_mark(c) for c in chosen], tuple(doubts)


def article_label(number: tuple[int, ...]) -> str:
    """The normalised label of an article number.

    >>> article_label((120, 1))
    '第一百二十条之一'
    """
    return f"第{spell_number(number[0])}条" + "".join(f"之{spell_number(n)}" for n in number[1:])


def _article_mark(candidate: _Candidate) -> Mark:
    return Mark(
        "article", candidate.number, article_label(candidate.number), candidate.start, candidate.body, candidate.line
    )


def _find_candidates(lines: Sequence[Line], contents: frozenset[int]) -> Iterator[_Candidate]:
    depth = opened = 0
    for i, line in enumerate(lines):
        if i in contents:
            continue
        quoted = depth > 0 and i - opened <= LONGEST_QUOTE
        opening = line.text.count("“") - line.text.count("”")
        opened = i if opening > 0 and not quoted else opened
        depth = max(0, depth + opening) if quoted or opening > 0 else 0
        for found in ARTICLE.finditer(line.text):
            front = not line.text[: found.start()].strip("“”\"' \u3000*#")
            if not front and line.text[: found.start()].rstrip()[-1:] not in "。；;":
                continue
            number = _article_number(found)
            if number is None:
                continue
            before = lines[i - 1] if i and (i - 1) not in contents else None
            yield _Candidate(
                number,
                line.start + found.start(),
                line.start + found.end(),
                i,
                front,
                bool(_REFERENCE_TAIL.match(line.text, found.end())),
                not front or before is None or _ends_sentence(before),
                quoted or line.text[:1] in '“"',
                line.text[found.end() : found.end() + 1].isspace(),
            )


def _article_number(found: re.Match[str]) -> tuple[int, ...] | None:
    try:
        head = parse_number(squeeze(found["n"]))
        return (head, parse_number(found["sub"])) if found["sub"] else (head,)
    except ValueError:
        return None


def _ends_sentence(line: Line) -> bool:
    """Whether a paragraph can begin after this line: it ends a sentence, or is a heading, a table row or a title."""
    if line.kind in ("heading", "title", "table_row", "toc") or line.text.endswith(SENTENCE_END):
        return True
    return (len(line.squeezed) <= 34 and not re.search(rf"[、，,和及与或至到第]$|{N}$|的$", line.text)) or bool(
        re.search(r"[日号]$", line.text)
    )


def _is_next(last: tuple[int, ...], number: tuple[int, ...]) -> bool:
    if len(number) == 2:
        return number == (last[0], (last[1] if len(last) == 2 else 0) + 1)
    return number == (last[0] + 1,)


def _reads_as_article(candidate: _Candidate) -> bool:
    return not candidate.like_reference and not candidate.quoted


def _comes_later(candidates: Sequence[_Candidate], number: tuple[int, ...]) -> bool:
    """Whether the same number stands again, as a plausible article, before the numbers have gone on."""
    for candidate in candidates[:40]:
        if candidate.number == number and candidate.at_front and candidate.plausible:
            return True
        if _is_next(number, candidate.number) and candidate.plausible and candidate.at_front:
            return False
    return False


def _is_continued(
    candidates: Sequence[_Candidate], last: tuple[int, ...], number: tuple[int, ...], *, spaced: bool
) -> bool:
    """Whether a number out of turn is a skipped or repeated article: the next plausible one follows it, or it hardly jumps."""
    following = next((c for c in candidates if c.at_front and c.plausible), None)
    if following is None and spaced:
        return True
    if number == last or 0 < number[0] - last[0] <= 3:
        return following is None or not _is_next(last, following.number) or _is_next(number, following.number)
    return following is not None and _is_next(number, following.number)

"""Which of all the places that say 第X条 are articles: continuity of the numbers decides.

A line that begins with 第三十七条 may be an article, a cross reference that a line break pushed to the front, an entry
of a table of contents, or a quotation. What stands before and behind it helps.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulemine.parse.lines import ARTICLE, GROUP, SENTENCE_END, Line, Mark, N
from rulemine.parse.quotations import find_quoted
from rulemine.text import parse_number, spell_number, squeeze

_REFERENCE_TAIL = re.compile(
    rf"[、，,和及与或至到]\s*[第笫（(]|[、，,]\s*$|第\s*{N}+\s*[款项]|[（(]{N}+[）)]\s*项|(?:之|的|所|中的)?(?:规定|要求|情形|条件)|的|所[列称述]|[）〕”》。；;]|[、和]$"
)
_KINDS = r"(?:办法|规定|细则|规则|制度|规程|指引|章程|条例)"
_TITLE = re.compile(
    rf"(?!根据|依|按|违反|本|适用|参照|第)[^，。：]{{4,50}}(?<!本)(?<!该){_KINDS}(?:（[^（）]{{1,12}}）)?$"
)
_LEADS_ON = re.compile(r"[\u4e00-\u9fa5、，,：:》〉（(“‘]$")
"""What stands before a reference. An article that lost its line break stands behind a figure, a bracket, a formula."""


_TOLD_REFERENCE = "行首的“{}”与前后条号不连续，按引用处理，没有作为条文"
_TOLD_QUOTED = "“{}”起是上文所说增加或修改的条文，按引文处理，没有作为本文条文"
_AMENDS = re.compile(r"(?:增加|修改为|改为|作为|修改如下)[^。]*")


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
    headed: bool

    @property
    def plausible(self) -> bool:
        return not self.like_reference and self.after_sentence and not self.quoted


def choose_articles(lines: Sequence[Line], contents: frozenset[int]) -> tuple[list[Mark], tuple[Doubt, ...]]:
    """The true articles among all places that say 第X条, and a word on each that is in doubt."""
    candidates = list(_find_candidates(lines, contents))
    chosen: list[_Candidate] = []
    doubts: list[Doubt] = []
    quoted: tuple[int, ...] = ()
    for i, candidate in enumerate(candidates):
        last = chosen[-1].number if chosen else (0,)
        if _is_next(last, candidate.number):
            accepted = _is_accepted_in_turn(candidates, i)
        elif chosen and (_is_next(quoted, candidate.number) or _is_announced(lines, chosen[-1], candidate)):
            if not quoted:
                doubts.append(Doubt(candidate.start, _TOLD_QUOTED.format(article_label(candidate.number))))
            accepted, quoted = False, candidate.number
        else:
            accepted = _is_accepted_out_of_turn(candidates, i, last)
            if candidate.at_front and candidate.plausible and not accepted:
                doubts.append(Doubt(candidate.start, _TOLD_REFERENCE.format(article_label(candidate.number))))
        if accepted:
            chosen.append(candidate)
            quoted = ()
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
    quoted = find_quoted(lines)
    for i, line in enumerate(lines):
        if i in contents or "条" not in line.text:
            continue
        for found in ARTICLE.finditer(line.text):
            front = not line.text[: found.start()].strip("“”\"' \u3000*#")
            number = _article_number(found)
            spaced = line.text[found.end() : found.end() + 1].isspace()
            headed = not front and bool(number) and _is_headed(line.text[: found.start()], number or ())
            inside = front or headed or _may_begin_inside(line.text[: found.start()], spaced=spaced)
            if number is None or not inside:
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
                i in quoted or line.text[:1] in '“"',
                spaced,
                headed,
            )


def last_clause(text: str) -> str:
    """What stands behind the last full stop.

    >>> last_clause("钥匙双人保管。第二章 附则 ")
    '第二章 附则'
    """
    return re.split("[。；;]", text)[-1].strip()


def _is_headed(before: str, number: tuple[int, ...]) -> bool:
    """Whether an article is glued to the heading before it (第二章 附则第九条), or 第一条 to the title of its rule."""
    piece = last_clause(before)
    if len(piece) > 50:
        return False
    return bool(GROUP.match(piece)) or (
        number == (1,) and piece == before.strip() and bool(_TITLE.match(squeeze(piece)))
    )


def _may_begin_inside(before: str, *, spaced: bool) -> bool:
    """Whether an article may begin in the middle of a line: behind a full stop, a figure, a bracket, a formula."""
    return before.rstrip()[-1:] in "。；;" or (spaced and not _LEADS_ON.search(before.rstrip()))


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
    if not last:
        return False
    if len(number) == 2:
        return number == (last[0], (last[1] if len(last) == 2 else 0) + 1)
    return number == (last[0] + 1,)


def _is_accepted_in_turn(candidates: Sequence[_Candidate], i: int) -> bool:
    """The number that is due is an article, unless it reads as a reference and the article itself comes later."""
    candidate = candidates[i]
    if candidate.at_front:
        return candidate.plausible or (not candidate.quoted and not _comes_later(candidates[i + 1 :], candidate.number))
    reads_well = not candidate.like_reference and not candidate.quoted
    return reads_well and not _comes_later(candidates[i + 1 :], candidate.number)


def _is_accepted_out_of_turn(candidates: Sequence[_Candidate], i: int, last: tuple[int, ...]) -> bool:
    """第一条 begins a text; any other number must be borne out by what follows."""
    candidate = candidates[i]
    if candidate.number == (1,):
        glued = candidate.headed and _leads_to_second(candidates[i + 1 :])
        return candidate.plausible and (candidate.at_front or glued)
    return (
        candidate.at_front
        and candidate.plausible
        and _is_continued(candidates[i + 1 :], last, candidate.number, spaced=candidate.spaced)
    )


def _leads_to_second(candidates: Sequence[_Candidate]) -> bool:
    following = next((c for c in candidates if c.plausible and (c.at_front or c.headed)), None)
    return following is None or following.number in ((2,), (1, 1))


def _is_announced(lines: Sequence[Line], last: _Candidate, candidate: _Candidate) -> bool:
    """Whether the running article says that it adds or amends the article that follows: an amendment without marks."""
    label = article_label(candidate.number)
    running = (squeeze(line.text) for line in lines[max(last.line, candidate.line - 6) : candidate.line])
    return any(label in found.group() for text in running for found in _AMENDS.finditer(text))


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

"""The outline of a document: its lines, its table of contents, and every numbered heading that is really one.

A line that begins with 第三十七条 may be an article, a cross reference that a line break pushed to the front, an entry
of a table of contents, or a quotation. Continuity of the numbers decides, helped by what stands before and behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulemine.schema import Document, Level
from rulemine.text import NUMERAL, parse_number, spell_number, squeeze

RANKS: dict[str, int] = {"attachment": 0, "part": 1, "chapter": 2, "section": 3, "heading": 4, "article": 5, "paragraph": 6,
                         "subparagraph": 7, "item": 8, "subitem": 9, "point": 10}
"""How deep each kind of mark stands; 一、 goes above the articles it groups and below the article that lists it."""

_N = rf"[{NUMERAL}\d０-９]"
_ARTICLE = re.compile(rf"[第笫]\s*(?P<n>{_N}(?:[\s]*{_N})*)\s*条(?:\s*之\s*(?P<sub>[{NUMERAL}]+))?")
_GROUP = re.compile(rf"[第笫]\s*(?P<n>{_N}(?:\s*{_N})*)\s*(?P<unit>部\s*分|编|篇|章|节)(?=[\s:：、]|[^的中及和、，,]{{0,30}}$)(?P<heading>.*)")
_ATTACHMENT = re.compile(rf"附\s*(?:件|录|表)\s*(?P<n>{_N}{{0,3}})\s*(?:[:：、.．]\s*|(?=\s)|$)(?P<heading>.*)")
_LISTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("heading", re.compile(rf"(?P<n>[{NUMERAL}]{{1,4}})\s*[、．]")),
    ("subparagraph", re.compile(rf"[（(]\s*(?P<n>[{NUMERAL}]{{1,4}})\s*[）)]\s*[、.]?")),
    ("item", re.compile(r"(?P<n>\d{1,2}|[０-９]{1,2})\s*(?:[、．]|\.(?!\d)|\s(?=[^\d\s]))")),
    ("subitem", re.compile(r"[（(]\s*(?P<n>\d{1,2}|[０-９]{1,2})\s*[）)]")),
    ("point", re.compile(r"(?P<n>[①-⑳])")),
)
_GROUP_LEVELS: dict[str, Level] = {"部分": "part", "编": "part", "篇": "part", "章": "chapter", "节": "section"}
_REFERENCE_TAIL = re.compile(
    rf"[、，,和及与或至到]\s*[第笫（(]|[、，,]\s*$|第\s*{_N}+\s*[款项]|[（(]{_N}+[）)]\s*项|(?:之|的|所|中的)?(?:规定|要求|情形|条件)|的|所[列称述]|[）〕”》。；;]|[、和]$"
)
_SENTENCE_END = tuple("。；;：:！？!?”’\"）)》」』…")
_LEADER = re.compile(r"[.．·…‥\-—_ 　]{3,}\s*\d{1,4}\s*$|\t\s*\d{1,4}\s*$")
_CONTENTS = re.compile(r"目\s*[录次]|CONTENTS", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ``Document.text``: its span without the white space around it."""

    start: int
    end: int
    text: str
    kind: str

    @property
    def squeezed(self) -> str:
        """The line without white space."""
        return squeeze(self.text)


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered heading: what it is, its number, and where it and its body begin."""

    rank: str
    number: tuple[int, ...]
    label: str
    start: int
    body: int
    line: int
    heading: str | None = None

    @property
    def level(self) -> Level:
        """The level of the contract; items of items are items."""
        return "item" if self.rank in ("subitem", "point") else self.rank  # type: ignore[return-value]  # RANKS names only levels


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a document, which of them are a table of contents, and its marks in order."""

    lines: tuple[Line, ...]
    contents: frozenset[int]
    marks: tuple[Mark, ...]
    warnings: tuple[str, ...] = ()

    def contents_entries(self) -> tuple[str, ...]:
        """The entries of the tables of contents, squeezed, without leaders and page numbers."""
        return tuple(entry for i in sorted(self.contents) if (entry := clean_entry(self.lines[i].text)))


def clean_entry(text: str) -> str:
    """A line of a table of contents without its leader and page number.

    >>> clean_entry("差旅费管理办法………………31")
    '差旅费管理办法'
    """
    return squeeze(_LEADER.sub("", text)).rstrip(".．·…")


def outline(document: Document) -> Outline:
    """Lines, tables of contents and numbered headings of a document.

    >>> text = "请假办法\\n第一条 依据第三条、\\n第四条的规定办理。\\n第二条 从其规定。"
    >>> [m.label for m in outline(Document(path="a.txt", sha256="", text=text)).marks]
    ['第一条', '第二条']
    """
    lines = tuple(split_lines(document))
    contents = find_contents(lines)
    articles, warnings = choose_articles(lines, contents)
    others = list(_find_groups(lines, contents))
    taken = {mark.line for mark in articles} | {mark.line for mark in others}
    marks = sorted([*articles, *others, *_find_lists(lines, contents, taken, articles)], key=lambda m: m.start)
    return Outline(lines, contents, tuple(marks), warnings)


def split_lines(document: Document) -> Iterator[Line]:
    """The lines of the text that hold anything, each with the kind of the block it stands in."""
    blocks = [b for b in document.blocks if b.end > b.start]
    at = 0
    for found in re.finditer(r"[^\n]+", document.text):
        stripped = found.group().strip()
        if not stripped:
            continue
        start = found.start() + len(found.group()) - len(found.group().lstrip())
        while at < len(blocks) and blocks[at].end <= start:
            at += 1
        kind = blocks[at].kind if at < len(blocks) and blocks[at].start <= start else "paragraph"
        yield Line(start, start + len(stripped), stripped, kind)


def find_contents(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that make up tables of contents.

    A table ends where its first entry comes again, or where a line is no heading.
    """
    found: set[int] = set()
    for i, line in enumerate(lines):
        if line.kind == "toc" or (_LEADER.search(line.text) and len(line.text) < 120 and line.kind != "table_row"):
            found.add(i)
        if not _CONTENTS.fullmatch(line.text) or i in found:
            continue
        end = _contents_end(lines, i + 1)
        if end < len(lines):
            found.update(range(i, end))
    return frozenset(found)


def _contents_end(lines: Sequence[Line], start: int) -> int:
    """Where the table ends: its first entry comes again, a line is no heading, or one has no page number when the others had."""
    first, with_leader = "", 0
    for j in range(start, len(lines)):
        entry = clean_entry(lines[j].text)
        leader = bool(_LEADER.search(lines[j].text))
        again = bool(first) and (entry == first or (len(first) >= 5 and not leader and entry.endswith(first)))
        if again or not _is_entry(lines[j]) or (with_leader >= 3 and not leader and not _GROUP.match(lines[j].text)):
            return j
        first = first or ("" if _GROUP.match(lines[j].text) and leader is False and with_leader == 0 else entry)
        with_leader += leader
    return len(lines)


def _is_entry(line: Line) -> bool:
    if line.kind == "toc" or _LEADER.search(line.text):
        return True
    article = _ARTICLE.match(line.text)
    return len(line.squeezed) <= 40 and not line.text.endswith(_SENTENCE_END[:6]) and not (article and len(line.squeezed) > 20)


# ---------------------------------------------------------------- articles


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

    @property
    def plausible(self) -> bool:
        return not self.like_reference and self.after_sentence and not self.quoted


def choose_articles(lines: Sequence[Line], contents: frozenset[int]) -> tuple[list[Mark], tuple[str, ...]]:
    """The true articles among all places that say 第X条, and a word on each that is in doubt."""
    candidates = list(_find_candidates(lines, contents))
    chosen: list[_Candidate] = []
    warnings: list[str] = []
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
            accepted = candidate.plausible and _is_continued(candidates[i + 1 :], last, candidate.number)
            if candidate.plausible and not accepted:
                warnings.append(f"{article_label(candidate.number)} at {candidate.start} taken for a reference, not an article")
        if accepted:
            chosen.append(candidate)
    return [_article_mark(c) for c in chosen], tuple(warnings)


def article_label(number: tuple[int, ...]) -> str:
    """The normalised label of an article number.

    >>> article_label((120, 1))
    '第一百二十条之一'
    """
    return f"第{spell_number(number[0])}条" + "".join(f"之{spell_number(n)}" for n in number[1:])


def _article_mark(candidate: _Candidate) -> Mark:
    return Mark("article", candidate.number, article_label(candidate.number), candidate.start, candidate.body, candidate.line)


def _find_candidates(lines: Sequence[Line], contents: frozenset[int]) -> Iterator[_Candidate]:
    depth = 0
    for i, line in enumerate(lines):
        if i in contents:
            continue
        quoted = depth > 0
        depth = max(0, depth + line.text.count("“") - line.text.count("”")) if line.text.count("“") != line.text.count("”") else depth
        for found in _ARTICLE.finditer(line.text):
            front = not line.text[: found.start()].strip("“”\"' \u3000*#")
            if not front and line.text[: found.start()].rstrip()[-1:] not in "。；;":
                continue
            number = _article_number(found)
            if number is None:
                continue
            before = lines[i - 1] if i and (i - 1) not in contents else None
            yield _Candidate(number, line.start + found.start(), line.start + found.end(), i, front,
                             bool(_REFERENCE_TAIL.match(line.text, found.end())),
                             not front or before is None or _ends_sentence(before), quoted or line.text[:1] in "“\"")


def _article_number(found: re.Match[str]) -> tuple[int, ...] | None:
    try:
        head = parse_number(squeeze(found["n"]))
        return (head, parse_number(found["sub"])) if found["sub"] else (head,)
    except ValueError:
        return None


def _ends_sentence(line: Line) -> bool:
    """Whether a paragraph can begin after this line: it ends a sentence, or is a heading, a table row or a title."""
    if line.kind in ("heading", "title", "table_row", "toc") or line.text.endswith(_SENTENCE_END):
        return True
    return len(line.squeezed) <= 34 and not re.search(rf"[、，,和及与或至到第]$|{_N}$|的$", line.text) or bool(re.search(r"[日号]$", line.text))


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


def _is_continued(candidates: Sequence[_Candidate], last: tuple[int, ...], number: tuple[int, ...]) -> bool:
    """Whether a number out of turn is a skipped or repeated article: the next plausible one follows it, or it hardly jumps."""
    following = next((c for c in candidates if c.at_front and c.plausible), None)
    if number == last or 0 < number[0] - last[0] <= 3:
        return following is None or not _is_next(last, following.number) or _is_next(number, following.number)
    return following is not None and _is_next(number, following.number)


# ---------------------------------------------------------------- parts, chapters, attachments, lists


def _find_groups(lines: Sequence[Line], contents: frozenset[int]) -> Iterator[Mark]:
    for i, line in enumerate(lines):
        if i in contents or line.kind == "table_row" or len(line.squeezed) > 60:
            continue
        if found := _GROUP.match(line.text.lstrip("#* ")):
            if line.text.endswith(tuple("。；，,;、")):
                continue
            offset = line.end - len(line.text.lstrip("#* "))
            unit = squeeze(found["unit"])
            number = parse_number(squeeze(found["n"]))
            yield Mark(_GROUP_LEVELS[unit], (number,), f"第{spell_number(number)}{unit}", offset, offset + found.end("unit"), i,
                       squeeze(found["heading"]).strip("：:、") or None)
        elif (found := _ATTACHMENT.match(line.text)) and not _lists_attachments(found, lines, i):
            number = parse_number(found["n"]) if found["n"] else 0
            yield Mark("attachment", (number,), f"附件{number or ''}", line.start, line.start + found.start("heading"), i,
                       squeeze(found["heading"]) or None)


def _lists_attachments(found: re.Match[str], lines: Sequence[Line], i: int) -> bool:
    """Whether a line 附件：1.… only names the attachments, or says something about one."""
    heading = found["heading"].strip()
    if heading.endswith(tuple("。；，")) or (not found["n"] and re.match(r"\d\s*[.．、]", heading)):
        return True
    following = lines[i + 1].text if i + 1 < len(lines) else ""
    return bool(heading) and (not following or bool(_ATTACHMENT.match(following)) or (i > 0 and _is_listed_attachment(lines[i - 1])))


def _is_listed_attachment(line: Line) -> bool:
    found = _ATTACHMENT.match(line.text)
    return bool(found and found["heading"].strip())


def _find_lists(lines: Sequence[Line], contents: frozenset[int], taken: set[int], articles: Sequence[Mark]) -> Iterator[Mark]:
    """一、（一）1.（1）① where they count on from one another; an article or a new parent begins the count anew."""
    counts: dict[str, int] = {}
    for i, line in enumerate(lines):
        if i in taken:
            counts.clear()
        if i in contents or i in taken or line.kind == "table_row":
            continue
        for rank, pattern in _LISTS:
            if not (found := pattern.match(line.text)):
                continue
            number = _list_number(found["n"])
            if number in (1, counts.get(rank, 0) + 1, counts.get(rank, 0) + 2):
                counts[rank] = number
                for deeper, depth in RANKS.items():
                    if depth > RANKS[rank] and depth > RANKS["article"]:
                        counts.pop(deeper, None)
                yield Mark(rank, (number,), _list_label(rank, number), line.start, line.start + found.end(), i)
            break


def _list_number(text: str) -> int:
    return ord(text) - ord("①") + 1 if text >= "①" and text <= "⑳" else parse_number(text)


def _list_label(rank: str, number: int) -> str:
    return {"heading": f"{spell_number(number)}、", "subparagraph": f"（{spell_number(number)}）", "item": f"{number}.",
            "subitem": f"（{number}）", "point": chr(ord("①") + number - 1)}[rank]


def lift_headings(marks: Sequence[Mark], lines: Sequence[Line]) -> Iterator[Mark]:
    """The marks of one rule: 一、 that groups articles stays a heading; 一、 inside an article is a subparagraph of it."""
    inside = False
    for i, mark in enumerate(marks):
        if mark.rank == "article":
            inside = True
        elif mark.rank in ("part", "chapter", "section", "attachment"):
            inside = False
        elif mark.rank == "heading" and inside:
            following = next((m for m in marks[i + 1 :] if m.rank in ("article", "heading")), None)
            groups = following is not None and following.rank == "article" and not lines[mark.line].text.endswith(_SENTENCE_END)
            if not groups:
                mark = Mark("subparagraph", mark.number, mark.label, mark.start, mark.body, mark.line, mark.heading)
            else:
                inside = False
        yield mark

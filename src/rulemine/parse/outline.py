"""The outline of a document: its lines, its table of contents, and every numbered heading that is really one.

Articles, parts, chapters, attachments and lists are found one kind after the other, and put in the order they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulemine.parse.articles import Doubt, choose_articles
from rulemine.parse.lines import GROUP, RANKS, SENTENCE_END, Line, Mark, N, clean_entry, find_contents, split_lines
from rulemine.schema import Document, Level
from rulemine.text import NUMERAL, parse_number, spell_number, squeeze

_ATTACHMENT = re.compile(rf"附\s*(?:件|录|表)\s*(?P<n>{N}{{0,3}})\s*(?:[:：、.．]\s*|(?=\s)|$)(?P<heading>.*)")
_LISTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("heading", re.compile(rf"(?P<n>[{NUMERAL}]{{1,4}})\s*[、．]")),
    ("subparagraph", re.compile(rf"[（(]\s*(?P<n>[{NUMERAL}]{{1,4}})\s*[）)]\s*[、.]?")),
    ("item", re.compile(r"(?P<n>\d{1,2}|[０-９]{1,2})\s*(?:[、．]|\.(?!\d)|\s(?=[^\d\s]))")),
    ("subitem", re.compile(r"[（(]\s*(?P<n>\d{1,2}|[０-９]{1,2})\s*[）)]")),
    ("point", re.compile(r"(?P<n>[①-⑳])")),
)
_GROUP_LEVELS: dict[str, Level] = {"部分": "part", "编": "part", "篇": "part", "章": "chapter", "节": "section"}


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of a document, which of them are a table of contents, and its marks in order."""

    lines: tuple[Line, ...]
    contents: frozenset[int]
    marks: tuple[Mark, ...]
    doubts: tuple[Doubt, ...] = ()

    def contents_entries(self) -> tuple[str, ...]:
        """The entries of the tables of contents, squeezed, without leaders and page numbers."""
        return tuple(entry for i in sorted(self.contents) if (entry := clean_entry(self.lines[i].text)))


def outline(document: Document) -> Outline:
    """Lines, tables of contents and numbered headings of a document.

    >>> text = "请假办法\\n第一条 依据第三条、\\n第四条的规定办理。\\n第二条 从其规定。"
    >>> [m.label for m in outline(Document(path="a.txt", sha256="", text=text)).marks]
    ['第一条', '第二条']
    """
    lines = tuple(split_lines(document))
    contents = find_contents(lines)
    articles, doubts = choose_articles(lines, contents)
    others = list(_find_groups(lines, contents, articles))
    taken = {mark.line for mark in articles} | {mark.line for mark in others}
    marks = sorted([*articles, *others, *_find_lists(lines, contents, taken, articles)], key=lambda m: m.start)
    return Outline(lines, contents, tuple(marks), doubts)


# ---------------------------------------------------------------- parts, chapters, attachments, lists


def _find_groups(lines: Sequence[Line], contents: frozenset[int], articles: Sequence[Mark]) -> Iterator[Mark]:
    """Parts, chapters, sections and attachments; a heading may run on into its first article or stand behind a full stop."""
    glued = {mark.line: mark.start for mark in reversed(articles) if mark.start > lines[mark.line].start}
    last: dict[str, int] = {}
    for i, line in enumerate(lines):
        if i in contents or line.kind == "table_row":
            continue
        start, words = line.start, line.text[: glued[i] - line.start] if i in glued else line.text
        if (behind := _BEHIND_SENTENCE.search(words)) and _follows(behind, last):
            start, words = start + behind.start("group"), behind["group"]
        if len(squeeze(words)) > 60:
            continue
        bare = words.lstrip("#* ")
        start += len(words) - len(bare)
        if found := GROUP.match(bare):
            wrapped = words.endswith("、") and i not in glued and _goes_on(lines, i)
            if words.rstrip().endswith(tuple("。；，,;")) or (words.endswith("、") and not wrapped):
                continue
            heading = found["heading"] + (lines[i + 1].text if wrapped else "")
            unit, number = squeeze(found["unit"]), parse_number(squeeze(found["n"]))
            last[unit] = number
            yield Mark(
                _GROUP_LEVELS[unit],
                (number,),
                f"第{spell_number(number)}{unit}",
                start,
                start + found.end("unit"),
                i,
                squeeze(heading).strip("：:、") or None,
            )
        elif (found := _ATTACHMENT.match(line.text)) and not _lists_attachments(found, lines, i):
            number = parse_number(found["n"]) if found["n"] else 0
            yield Mark(
                "attachment",
                (number,),
                f"附件{number or ''}",
                line.start,
                line.start + found.start("heading"),
                i,
                squeeze(found["heading"]) or None,
            )


_BEHIND_SENTENCE = re.compile(rf"[。；]\s*(?P<group>第\s*(?P<n>{N}{{1,4}})\s*(?P<unit>[章节])[^。；，：]{{2,30}})$")


def _follows(found: re.Match[str], last: dict[str, int]) -> bool:
    """Whether a heading behind a sentence is the next of its kind: 第三章 after 第二章, not a reference."""
    return parse_number(squeeze(found["n"])) == last.get(found["unit"], 0) + 1


def _goes_on(lines: Sequence[Line], i: int) -> bool:
    """Whether the next line looks like the rest of a heading that broke behind a comma."""
    following = lines[i + 1] if i + 1 < len(lines) else None
    return (
        following is not None
        and len(following.squeezed) <= 24
        and not GROUP.match(following.text)
        and not following.text.endswith(SENTENCE_END)
        and not following.text.startswith(("第", "（"))
    )


def _lists_attachments(found: re.Match[str], lines: Sequence[Line], i: int) -> bool:
    """Whether a line 附件：1.… only names the attachments, or says something about one."""
    heading = found["heading"].strip()
    if heading.endswith(tuple("。；，")) or (not found["n"] and re.match(r"\d\s*[.．、]", heading)):
        return True
    following = lines[i + 1].text if i + 1 < len(lines) else ""
    return bool(heading) and (
        not following or bool(_ATTACHMENT.match(following)) or (i > 0 and _is_listed_attachment(lines[i - 1]))
    )


def _is_listed_attachment(line: Line) -> bool:
    found = _ATTACHMENT.match(line.text)
    return bool(found and found["heading"].strip())


def _find_lists(
    lines: Sequence[Line], contents: frozenset[int], taken: set[int], articles: Sequence[Mark]
) -> Iterator[Mark]:
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
    return {
        "heading": f"{spell_number(number)}、",
        "subparagraph": f"（{spell_number(number)}）",
        "item": f"{number}.",
        "subitem": f"（{number}）",
        "point": chr(ord("①") + number - 1),
    }[rank]


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
            groups = (
                following is not None
                and following.rank == "article"
                and not lines[mark.line].text.endswith(SENTENCE_END)
            )
            if not groups:
                mark = Mark("subparagraph", mark.number, mark.label, mark.start, mark.body, mark.line, mark.heading)
            else:
                inside = False
        yield mark

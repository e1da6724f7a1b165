"""Compilations into rules: where each begins and ends, its title page, its tree of provisions, its citations."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rulemine.parse.citations import find_mentions
from rulemine.parse.contents import check_contents
from rulemine.parse.lines import RANKS, Line, Mark
from rulemine.parse.names import KnownNames
from rulemine.parse.outline import Outline, lift_headings, outline
from rulemine.parse.statements import read_title_page
from rulemine.parse.titles import TitlePage, find_title_pages
from rulemine.schema import Citation, Document, Provision, Rule, Source
from rulemine.text import normalise_title, parse_number, spell_number, squeeze

_DIVIDER = re.compile(
    r"第[一二三四五六七八九十]+(?:部分|编|篇|辑|类)|[一二三四五六七八九十]+、[^，。；]{2,16}(?:类|管理|制度)$"
)
_LETTERHEAD = re.compile(r"文件$|^(?:特急|加急|急件|机密|秘密|内部资料|公告|附件\d*)$|^[A-Z\d〔〕]+$|号$")
_TERMINAL = tuple("。；：！？，、")


def parse_rules(document: Document, names: KnownNames | None = None) -> tuple[Rule, ...]:
    """The rules that a document holds, in order; a document without any title is one rule.

    >>> text = "请假管理办法\\n行发〔2023〕5号\\n第一条 员工请假须经批准。\\n第二条 本办法自2023年5月1日起施行。"
    >>> rule, = parse_rules(Document(path="a.txt", sha256="", text=text))
    >>> rule.title, rule.document_number, len(rule.articles), str(rule.effective_on)
    ('请假管理办法', '行发〔2023〕5号', 2, '2023-05-01')

    An empty document holds none. ``names`` are those of laws that are known without 《》: ours, if not given.
    """
    seen = outline(document)
    if not seen.lines:
        return ()
    pages = find_title_pages(seen)
    if not pages or _holds_articles(seen, pages[0].first):
        pages.insert(0, TitlePage(first=0, last=0, title=_fallback_title(document, seen)))
    told = _contents_warnings(seen, pages)
    return tuple(
        _build_rule(document, seen, page, start, end, told.get(place, ()), names)
        for place, (page, start, end) in enumerate(_spans(seen, pages))
    )


def _contents_warnings(seen: Outline, pages: Sequence[TitlePage]) -> dict[int, tuple[str, ...]]:
    """What the table of contents and the rules do not agree on, by the place of the rule that says it."""
    missing, unlisted = check_contents(seen.contents_entries(), [page.title for page in pages])
    told: dict[int, tuple[str, ...]] = dict.fromkeys(unlisted, ("目录里没有这项制度：核对目录是否漏列",))
    if missing:
        named = "、".join(f"“{entry}”" for entry in missing)
        told[0] = (f"目录列有{named}，正文里没有找到：核对汇编是否完整，或标题是否没有认出", *told.get(0, ()))
    return told


def _fallback_title(document: Document, seen: Outline) -> str:
    first = next(
        (line for i, line in enumerate(seen.lines) if i not in seen.contents and not _LETTERHEAD.search(line.squeezed)),
        seen.lines[0],
    )
    bare = first.squeezed.lstrip("#*")
    named = (
        2 <= len(bare) <= 60
        and not bare.endswith(_TERMINAL)
        and not bare.startswith("第一条")
        and first.kind != "table_row"
    )
    return bare if named else Path(document.path).stem


def _holds_articles(seen: Outline, end: int) -> bool:
    """Whether a rule whose title could not be told stands before line `end`; it must not be lost."""
    return any(mark.rank == "article" and mark.line < end and mark.line not in seen.contents for mark in seen.marks)


def _spans(seen: Outline, pages: Sequence[TitlePage]) -> Iterator[tuple[TitlePage, int, int]]:
    """Each title page with the first and the last line (exclusive) of its rule."""
    starts = [page.first for page in pages]
    if len(pages) == 1 and _introduces(seen, pages[0]):
        starts[0] = 0
    for i, page in enumerate(pages):
        end = starts[i + 1] if i + 1 < len(pages) else len(seen.lines)
        closing = i + 1 == len(pages)
        while end - 1 > page.last and (end - 1 in seen.contents or (not closing and _divides(seen.lines[end - 1]))):
            end -= 1
        yield page, starts[i], end


def _introduces(seen: Outline, page: TitlePage) -> bool:
    """Whether what stands before the only title is its promulgation, not a cover and a table of contents."""
    return not any(i in seen.contents for i in range(page.first)) and page.first <= 40


def _divides(line: Line) -> bool:
    """Whether the line belongs to the compilation, not to the rule before it: 第二部分 销售与客户."""
    return bool(_DIVIDER.match(line.squeezed) and len(line.squeezed) <= 24 and not line.text.endswith(_TERMINAL))


@dataclass(frozen=True, slots=True)
class _Scope:
    """A rule's part of the document, while its provisions are being built."""

    document: Document
    lines: Sequence[Line]
    marks: Sequence[Mark]
    start: int
    end: int


def _build_rule(
    document: Document,
    seen: Outline,
    page: TitlePage,
    first: int,
    last: int,
    told: tuple[str, ...],
    names: KnownNames | None,
) -> Rule:
    start, end = seen.lines[first].start, seen.lines[max(first, last - 1)].end
    marks = tuple(lift_headings([m for m in seen.marks if max(first, page.last) <= m.line < last], seen.lines))
    scope = _Scope(document, seen.lines[first:last], marks, start, end)
    provisions = tuple(_build_provisions(scope))
    facts = read_title_page(document.text, seen, page, first, last, marks)
    text = document.text[start:end]
    authority = facts.issuing_authority
    return Rule(
        id="@".join(filter(None, (title_key(page.title), authority and squeeze(authority)))),
        version_id=hashlib.sha256(text.encode()).hexdigest(),
        title=page.title,
        document_number=facts.document_number,
        issuing_authority=authority,
        owner_department=facts.owner_department,
        interpreting_department=facts.interpreting_department,
        authority_level=facts.authority_level,
        adopted_on=facts.adopted_on,
        promulgated_on=facts.promulgated_on,
        effective_on=facts.effective_on,
        expires_on=facts.expires_on,
        revised_on=facts.revised_on,
        trial=facts.trial,
        source=Source(path=document.path, sha256=document.sha256, start=start, end=end, page=document.page_at(start)),
        provisions=provisions,
        citations=tuple(_place_citations(scope, provisions, names)),
        warnings=(
            *told,
            *_numbering_warnings(provisions),
            *(doubt.text for doubt in seen.doubts if start <= doubt.start < end),
        ),
    )


def title_key(title: str) -> str:
    """The title that all versions of a rule share: without the year or the mark of a revision."""
    return re.sub(r"（[^（）]*(?:修订|修正|版|[12]\d{3}年)[^（）]*）$", "", normalise_title(title))


# ---------------------------------------------------------------- provisions


def _build_provisions(scope: _Scope) -> Iterator[Provision]:
    """Provisions in pre-order; each ends where the next of its rank or above begins. What stands before the first is 标题."""
    parents: list[tuple[int, str]] = []
    marks = _with_paragraphs(scope)
    yield from _head_provision(scope, marks[0].start if marks else scope.end)
    for i, mark in enumerate(marks):
        rank = RANKS[mark.rank]
        following = next((m.start for m in marks[i + 1 :] if RANKS[m.rank] <= rank and m.start > mark.start), scope.end)
        end = scope.start + len(scope.document.text[scope.start : following].rstrip())
        while parents and parents[-1][0] >= rank:
            parents.pop()
        above = [label for _, label in parents if label != "第一款"]
        yield _provision(scope, mark, "/".join([*above, mark.label]), end)
        parents.append((rank, mark.label))


def _head_provision(scope: _Scope, end: int) -> Iterator[Provision]:
    """Title, number, dates and preamble; the whole text (全文) of a rule without any numbered provision."""
    text = scope.document.text[scope.start : end].rstrip()
    label = "标题" if end < scope.end else "全文"
    if text:
        yield Provision(
            level="heading",
            label=label,
            number=(),
            path=label,
            start=scope.start,
            end=scope.start + len(text),
            text=text,
            page=scope.document.page_at(scope.start),
        )


def _provision(scope: _Scope, mark: Mark, path: str, end: int) -> Provision:
    text = scope.document.text
    heading = mark.heading or (_short_heading(text, mark, end) if mark.rank in ("heading", "subparagraph") else None)
    return Provision(
        level=mark.level,
        label=mark.label,
        number=mark.number,
        heading=heading,
        path=path,
        start=mark.start,
        end=end,
        text=text[mark.start : end],
        page=scope.document.page_at(mark.start),
    )


def _short_heading(text: str, mark: Mark, end: int) -> str | None:
    line = text[mark.body : end].partition("\n")[0].strip()
    return line if 2 <= len(line) <= 30 and not line.endswith(_TERMINAL) else None


def _with_paragraphs(scope: _Scope) -> list[Mark]:
    """The marks, and between them the 款: the unnumbered lines of an article that has several."""
    line_starts = [line.start for line in scope.lines]
    numbered = {mark.start for mark in scope.marks}
    paragraphs: list[Mark] = []
    for i, mark in enumerate(scope.marks):
        if mark.rank != "article":
            continue
        end = next((m.start for m in scope.marks[i + 1 :] if RANKS[m.rank] <= RANKS["article"]), scope.end)
        inner = scope.lines[bisect_right(line_starts, mark.start) : bisect_left(line_starts, end)]
        starts = [line.start for line in inner if line.start not in numbered and line.kind != "table_row"]
        if scope.document.text[mark.body :].partition("\n")[0].strip():
            starts = [mark.body, *starts]
        for n, start in enumerate(starts if len(starts) > 1 else [], 1):
            paragraphs.append(Mark("paragraph", (n,), f"第{spell_number(n)}款", start, start, mark.line))
    return sorted([*scope.marks, *paragraphs], key=lambda m: (m.start, RANKS[m.rank]))


def _numbering_warnings(provisions: Sequence[Provision]) -> Iterator[str]:
    """Skipped and repeated articles are reported, never repaired."""
    last: tuple[int, ...] = (0,)
    for article in (p for p in provisions if p.level == "article"):
        if len(article.number) == 1 and article.number[0] > last[0] + 1:
            yield (
                f"条号不连续：{article.label}之前是第{spell_number(last[0])}条"
                if last[0]
                else f"条号不连续：从{article.label}开始"
            )
        elif article.number == last:
            yield f"条号重复：{article.label}"
        last = article.number


# ---------------------------------------------------------------- where a stretch of text stands


class Whereabouts:
    """Names the provision in which an offset stands: 第X条, 附件N, 标题, or the nearest label of a notice."""

    def __init__(self, provisions: Sequence[Provision]) -> None:
        self._provisions = provisions
        self._starts = [p.start for p in provisions]

    def innermost(self, offset: int) -> Provision | None:
        """The deepest provision that holds the offset."""
        for i in range(bisect_right(self._starts, offset) - 1, -1, -1):
            if self._provisions[i].end > offset:
                return self._provisions[i]
        return None

    def name(self, offset: int) -> tuple[str, str]:
        """``(provision, path)`` as the contract wants them."""
        holder = self.innermost(offset)
        return (provision_name(holder.path), holder.path) if holder else ("标题", "标题")


def provision_name(path: str) -> str:
    """The name a person uses for the provision of a path.

    >>> provision_name("第二章/第五条/（二）"), provision_name("一、/（二）"), provision_name("附件1/第三条")
    ('第五条', '一、（二）', '附件1')
    """
    labels = path.split("/")
    if labels[0].startswith("附件"):
        return labels[0]
    article = next((label for label in labels if label.startswith("第") and "条" in label), None)
    if article:
        return article
    listed = [
        label
        for label in labels
        if not (label.startswith("第") and label.endswith(("章", "节", "编", "篇", "部分", "款")))
    ]
    return "".join(listed) or labels[-1]


def _place_citations(scope: _Scope, provisions: Sequence[Provision], names: KnownNames | None) -> Iterator[Citation]:
    where = Whereabouts(provisions)
    labels = [p.label for p in provisions if p.level == "article"]
    for mention in find_mentions(scope.document.text[scope.start : scope.end], names):
        start = scope.start + mention.start
        name, path = where.name(start)
        articles = mention.articles or (
            _relative_articles(mention.text, name, labels) if mention.kind == "relative" else ()
        )
        yield Citation(
            text=mention.text,
            title=mention.title,
            document_number=mention.document_number,
            article=articles[0] if articles else None,
            articles=articles,
            kind=mention.kind,
            provision=name,
            path=path,
            start=start,
            end=scope.start + mention.end,
            within=mention.within,
        )


def _relative_articles(text: str, here: str, labels: Sequence[str]) -> tuple[str, ...]:
    """前款 and 本条 mean the article they stand in; 前条 and 前两条 the ones before it."""
    if here not in labels:
        return ()
    if not (text.startswith("前") and text.endswith("条")):
        return (here,)
    count = parse_number(text[1:-1]) if text[1:-1] else 1
    at = labels.index(here)
    return tuple(labels[max(0, at - count) : at])

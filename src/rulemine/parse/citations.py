"""Citations: which rule or provision a text names, with exact offsets.

Found by pattern, not by cutting words: jieba cuts 第一百零三条 in three. One pass over the text stops at the characters with
which a citation can begin, and each has its own look. The parser says what is written; which provision is meant is the
business of ``resolving.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rulemine.parse.articlelists import expand_articles, read_within
from rulemine.parse.citationscan import Draft, find_drafts
from rulemine.parse.names import KnownNames, defined_names, shipped_names
from rulemine.schema import CitationKind
from rulemine.text import normalise_title, squeeze, tidy_document_number


@dataclass(frozen=True, slots=True)
class Mention:
    """A citation as it stands in a text, not yet placed in a rule."""

    start: int
    end: int
    text: str
    title: str | None
    document_number: str | None
    articles: tuple[str, ...]
    kind: CitationKind
    within: str | None = None
    """The one 款 or 项 that is named: 第一款/（二）."""


def find_mentions(text: str, names: KnownNames | None = None) -> Iterator[Mention]:
    """Citations in the order they stand, none within another; ``names`` are those known without 《》 (ours, if not given).

    >>> [(m.title, m.articles) for m in find_mentions("违反《商业银行法》第三条至第五条和本办法第八条的规定")]
    [('商业银行法', ('第三条', '第四条', '第五条')), (None, ('第八条',))]
    """
    known = names or shipped_names()
    drafts = find_drafts(text, known, defined_names(text) if "称" in text else {})
    before: list[Mention] = []
    for draft in _share_articles(text, drafts):
        mention = _as_mention(text, draft, before, known)
        before.append(mention)
        yield mention


# ---------------------------------------------------------------- what the ones around it say

_JOINED = re.compile(r"\s*(?:[、，,]|和|及|与|以及)\s*")
_RESPECTIVE = re.compile(r"\s*(?:的?规定)?分别")
_ALL = re.compile(r"\s*(?:的?规定)?(?:均|都)")


def _share_articles(text: str, drafts: Sequence[Draft]) -> list[Draft]:
    """Titles in a row before one list of articles: each has all of it (均), or its own (分别)."""
    shared = list(drafts)
    row: list[int] = []
    for i, draft in enumerate(shared):
        joined = row and _JOINED.fullmatch(text, shared[row[-1]].end, draft.start)
        row = [*(row if joined else []), i] if draft.how == "named" else []
        if len(row) < 2 or not draft.cited or any(shared[k].cited for k in row[:-1]):
            continue
        labels = expand_articles(draft.cited)
        if _RESPECTIVE.match(text, draft.end) and len(labels) == len(row):
            for k, label in zip(row, labels, strict=True):
                shared[k] = replace(shared[k], cited=label)
        elif _ALL.match(text, draft.end):
            for k in row[:-1]:
                shared[k] = replace(shared[k], cited=draft.cited)
        row = []
    return shared


def _as_mention(text: str, draft: Draft, before: Sequence[Mention], known: KnownNames) -> Mention:
    articles = expand_articles(draft.cited)
    cited = text[draft.start : draft.end]
    within = read_within(draft.cited or cited) if len(articles) <= 1 and draft.how not in ("number",) else None
    mention = Mention(
        draft.start,
        draft.end,
        cited,
        squeeze(draft.title) if draft.title else None,
        tidy_document_number(draft.number) if draft.number else None,
        articles,
        _kind(draft, known),
        within,
    )
    if draft.how == "again":
        return _point_back(mention, draft.word, before)
    if draft.how == "same_article":
        return _repeat_article(mention, before)
    if draft.how == "self" and cited.startswith(("第", "笫")) and before:
        return _stay_with(mention, text, before[-1])
    return mention


def _kind(draft: Draft, known: KnownNames) -> CitationKind:
    if draft.how == "self":
        return "self"
    if draft.how in ("relative", "same_article"):
        return "relative"
    if draft.owned:
        return "internal"
    if draft.number:
        return "external" if is_of_an_authority(draft.number) else "internal"
    named = draft.title and (
        _NATIONAL.search(squeeze(draft.title)) or normalise_title(draft.title) in known.of_authorities
    )
    return "external" if named else "internal"


def _point_back(mention: Mention, word: str, before: Sequence[Mention]) -> Mention:
    """该办法: the rule named last that is of that kind; the one named last when none is."""
    named = [other for other in reversed(before) if other.title]
    of_kind = next(
        (o for o in named if re.sub(r"（[^）]*）$", "", normalise_title(o.title or "")).endswith(word)), None
    )
    meant = of_kind or next(iter(named), None)
    if meant is None:
        return mention
    return replace(mention, title=meant.title, document_number=meant.document_number, kind=meant.kind)


def _stay_with(mention: Mention, text: str, last: Mention) -> Mention:
    """A bare 第十条: of the rule that was cited with an article just before in the same clause, else of this one."""
    if not (last.title and last.articles) or re.search(r"[。；\n]", text[last.end : mention.start]):
        return mention
    return replace(mention, title=last.title, document_number=last.document_number, kind=last.kind)


def _repeat_article(mention: Mention, before: Sequence[Mention]) -> Mention:
    """同条第二款: the article that was named last."""
    last = next((other for other in reversed(before) if other.articles), None)
    if last is None:
        return mention
    return replace(
        mention, title=last.title, document_number=last.document_number, articles=last.articles[-1:], kind=last.kind
    )


_NATIONAL = re.compile(
    r"中华人民共和国|^(?:国务院|全国人民代表大会|最高人民|财政部|中国人民银行|中国银|中国证|中国保|国家|商业银行|银行|保险|金融|证券|信托公司|"
    r"中央企业|企业|人身保险|基金|支付机构|非银行|上市公司|公开募集|私募|会计|党政机关|关于规范|行政单位|事业单位|贷款通则)|(?<![办方])法$|法典$|条例$|修正案"
)


def is_of_an_authority(document_number: str) -> bool:
    """Whether a 文号 is one that an authority gives, not a company.

    >>> is_of_an_authority("银发〔2016〕302号"), is_of_an_authority("钟银发〔2022〕90号")
    (True, False)
    """
    return bool(_OUTSIDE_NUMBER.search(squeeze(document_number)))


_OUTSIDE_NUMBER = re.compile(
    r"令|公告|^(?:银发|银办发|银监|银保监|保监|证监|金规|金发|金办发|财[会金税库资预]|国[办发函税资]|中[办发纪]|法[释发办]|高检|汇发|税总|"
    r"[\u4e00-\u9fa5]{1,6}部(?:发|函|办)|发改|人社|工信|建[市质办]|公通|司[发规]|审[计办]|中国(?:银|保|证)|信托函|市监|商[资务])"
)
"""Numbers of authorities; what a company issues bears its own name first: 钟银发."""

"""Names of rules that stand without 《》: those that a text defines (以下简称…) and those that everybody knows (商业银行法)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import ahocorasick_rs

from rulemine.facts import Facts, load_facts

_MARKED = r"《(?:[^《》\n]|[《〈][^《》〈〉\n]*[》〉]){2,120}》"
_CALLED = re.compile(
    r"(?:简称|下称|统称|合称)(?:为|作)?[:：]?\s*"
    r"(?P<names>[“\"《「]?[^“”\"《》「」（）()。；;，,\n]{2,30}[”\"》」]?(?:[、和及与]\s*[“\"《「]?[^“”\"《》「」（）()。；;，,\n]{2,30}[”\"》」]?)*)"
)
_LEAD_IN = re.compile(r"[（(，,]?\s*(?:(?:以下|下文|下面|以)?(?:分别)?(?:统一|均|并|可)?)?$")
_ENDS_IN_TITLE = re.compile(
    rf"(?P<titles>(?:{_MARKED}(?:\s*[（(][^（）()\n]{{0,80}}(?:[（(][^（）()\n]*[）)][^（）()\n]*)?[）)])*[、，和及与以等]*\s*)+)"
    r"(?:[（(](?:[^（）()。\n]|[（(][^（）()\n]{1,40}[）)]){0,60})?$"
)
_ENDS_BARE = re.compile(r"中华人民共和国[\u4e00-\u9fa5]{2,30}(?:法典?|条例)$")
_TITLE = re.compile(_MARKED)
_BRACKETS = re.compile(r"[（(][^（）()]*(?:[（(][^（）()]*[）)][^（）()]*)?[）)]")
_SPLIT = re.compile(r"[、和及与](?=\s*[“\"《「]?[^、和及与]{2,})")
_NOT_A_NAME = re.compile(
    r"^(?:本|该|我)(?:行|公司|集团|社|部|局|会)$|(?:公司|银行|银监会|监管局|总局|部门|机构|集团|人|方|者|甲方|乙方|标准|系统|平台)$"
)
_GOES_ON = re.compile(r"[律务学人制规院官定治理典令庭案医师庭盲书]|[》”\"]")
"""What makes 合同法 the beginning of another word: 合同法律, 合同法务, 物权法定."""
_LEADS_UP = re.compile(
    r"(?:^|[^\u4e00-\u9fa5]|依据?|按照?|根据|依照|违反|适用|参照|符合|遵守|执行|触犯|对照|落实|遵循|引用|援引|违背|"
    r"见|与|及|和|或|由|在|对|的|以|将|将|经|受|被|于|至|到|是|为|即|如|除|因|从|自|合|国家|现行|我国|新|旧|原|了|出台|颁布|实施|施行|修订|学习|宣传|贯彻)$"
)
PREFIX = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name where it stands, and the title that it means."""

    start: int
    end: int
    title: str
    is_apart: bool
    """Whether it stands as a word of its own, so that it is a citation without an article behind it."""


@dataclass(frozen=True)
class KnownNames:
    """Statutes and short names that people write without 《》, by how they are written.

    >>> names = KnownNames({"合同法": "合同法", "劳动合同法": "劳动合同法"})
    >>> [(name.title, name.is_apart) for name in names.find("适用劳动合同法和合同法的，合同法律关系")]
    [('劳动合同法', True), ('合同法', True), ('合同法', False)]
    """

    titles: Mapping[str, str]
    of_authorities: frozenset[str] = frozenset()
    """The keys of all titles that are known to be an authority's, also those that nobody writes without 《》."""

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(list(self.titles), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)

    @cached_property
    def _written(self) -> tuple[str, ...]:
        return tuple(self.titles)

    def find(self, text: str) -> Iterator[NameSpan]:
        """Every name in a text, the longest that begins at a place; 中华人民共和国 before it belongs to it."""
        if not self.titles:
            return
        for which, start, end in self._automaton.find_matches_as_indexes(text):
            written = self._written[which]
            start -= len(PREFIX) if text.endswith(PREFIX, 0, start) else 0
            apart = (
                len(written) > 2 and not _GOES_ON.match(text, end) and _LEADS_UP.search(text, max(0, start - 4), start)
            )
            yield NameSpan(start, end, self.titles[written], bool(apart))


def known_names(facts: Facts) -> KnownNames:
    """The names that facts know."""
    titles = {title: title for title in facts.statutes} | facts.short_names
    return KnownNames(titles, frozenset(facts.title_key(law.title) for law in facts.laws))


@lru_cache(maxsize=1)
def shipped_names() -> KnownNames:
    """The names that our own facts know."""
    return known_names(load_facts())


def defined_names(text: str) -> dict[str, str]:
    """Short names that a text defines, with the titles that they stand for.

    >>> defined_names("依据《网络安全法》、《数据安全法》（以下分别简称网安法、数安法）和《安全规定》（星发〔2019〕3号，以下简称“规定”）")
    {'网安法': '网络安全法', '数安法': '数据安全法', '规定': '安全规定'}
    """
    names: dict[str, str] = {}
    for found in _CALLED.finditer(text):
        lead = _LEAD_IN.search(text, max(0, found.start() - 10), found.start())
        titles = _titles_before(text, lead.start() if lead else found.start())
        called = [name.strip('“”"《》「」 ') for name in _SPLIT.split(found["names"])]
        if not titles or _NOT_A_NAME.search(called[0]):
            continue
        meant = titles[-len(called) :] if 1 < len(called) <= len(titles) else [titles[-1]] * len(called)
        for name, title in zip(called, meant, strict=True):
            if 2 <= len(name) <= 20:
                names.setdefault(name, title)
    return names


def _titles_before(text: str, at: int) -> list[str]:
    """The titles that end where a definition begins, brackets between them left out."""
    ahead = text[max(0, at - 400) : at]
    if found := _ENDS_IN_TITLE.search(ahead):
        outer = _BRACKETS.sub("", found["titles"])
        return [title.group()[1:-1] for title in _TITLE.finditer(outer)]
    bare = _ENDS_BARE.search(ahead[-40:])
    return [bare.group()] if bare else []

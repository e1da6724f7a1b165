"""Whom a clause about mending speaks of: items by number, sections and units by name, faults told again in a few words.

第1、3项; （三）第1项; 城东④; 财务管理类2个问题; 白条报账一项.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rulemine.parse.finding_paragraphs import CIRCLED
from rulemine.parse.finding_units import Draft
from rulemine.text import parse_number

CN = "一二三四五六七八九十百"
NUMBERS = rf"[（(]?[{CN}\d]+[）)]?(?:(?:[、，,和及与至到\-—~]|以及)+第?[（(]?[{CN}\d]+[）)]?)*"
REFERENCE = re.compile(
    rf"(?P<circled>[{CIRCLED}](?:[、，和及与至到\-—~]*[{CIRCLED}])*)"
    rf"|第(?P<nth>{NUMBERS})(?:项|条|个|点|件|款)?(?!整改|季度|年度|次|期|批)"
    rf"|(?:问题|序号|事项|编号)\s*(?P<named>{NUMBERS}(?:(?:[、，和及与]|以及)+问题{NUMBERS})*)(?![\d个项条类家])"
    rf"|(?P<bracketed>[（(][{CN}\d]+[）)](?:[、，和及与至到]*[（(][{CN}\d]+[）)])*)(?=[^，。；]{{0,8}}(?:项|已|均|依次|分别|由|外|以外|正|尚|未|移交|因|须|仍|所列|第))"
    rf"|(?<![\d.年月])(?P<bare>\d+(?:[、，,和及]\d+)+)(?:号|项|条|等)"
)
COUNT = re.compile(rf"(?P<n>\d+|[{CN}两]+)\s*(?:个|项|条|笔|类|件|处|家|点)")
_NAME_EDGE = re.compile(
    r"^(?:其中|但|而|且|并|目前|现|截至[^，。；]{2,16}?日?|关于|对于?|涉及|有关|以及|另有|另|除|当前|此次|本次|经[^，。；]{2,8}后|的|[\s“”])+"
    r"|(?:等|这|共|所涉|所列|各|中的|里的|的|[“”])?(?:\d+|[一二三四五六七八九十两几]+)?(?:个|项|件|条|类|处|家|点|方面)?"
    r"(?:具体|剩余|相关)?(?:问题|事项|事|情况|缺陷|一事|两事)?(?:的)?(?:整改|修订|清理|处置)?(?:工作)?(?:目前|现|均|都|也|亦|仍|已|正|尚|则|[”“\s])*$"
)
_DAY = re.compile(r"^[\d年月日底前至]+$|\d日$")
_SUMS = frozenset({"合计", "共计", "总计", "累计", "全部", "总体"})
_NAME_SPLIT = re.compile(r"[、，]|以及|(?<=[\u4e00-\u9fa5]{2})[和及与](?=[\u4e00-\u9fa5]{2})")
NAME_LIKENESS, NAME_MARGIN = 0.45, 0.15
"""Share of a short name's telling character pairs that its item must hold, and by how much more than the next item."""
LONGEST_NAME, LONGEST_GROUP = 34, 24
_NO_GROUPS = frozenset({"问题", "发现", "整改", "审计", "检查", "情况", "主要问题", "存在问题", "审计发现"})
"""Headings that name no group."""


@dataclass(slots=True, kw_only=True)
class Scope:
    """The faults that may be meant, and the group within which numbers count."""

    all: list[int]
    group: list[int] = field(default_factory=list)
    """To the end of the segment."""
    group_here: list[int] = field(default_factory=list)
    """The group that the clause itself names."""


@dataclass(frozen=True, slots=True)
class _Group:
    """A group of faults that a clause names, and where."""

    members: list[int]
    start: int
    end: int


def _whole(group: _Group | None, clause: str) -> list[int]:
    """All of a group, where the clause speaks of it as a whole: 财务管理类2个问题, and not 财务管理3条中."""
    if group is None:
        return []
    behind = _GROUP_TAIL.match(clause[group.end :])
    if behind is None or behind["among"]:
        return []
    return list(group.members) if behind["n"] is None or read_count(behind["n"]) == len(group.members) else []


_GROUP_TAIL = re.compile(
    rf"(?:类|方面|环节|部分|领域)?(?:的)?(?:所列|所涉|涉及|两家)?(?:(?P<n>\d+|[{CN}两]+)(?:个|项|条|笔|点))?(?:问题|事项|缺陷)?(?P<among>中|里的?|其余)?"
)


class Naming:
    """The faults of a report as later sentences name them."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self.drafts = drafts
        self._names = Names(drafts)
        groups: dict[str, list[int]] = {}
        for index, draft in enumerate(drafts):
            for name in dict.fromkeys(_bare(group) if len(_bare(group)) > 1 else group for group in draft.groups):
                if 2 <= len(name) <= LONGEST_GROUP and name not in _NO_GROUPS:
                    groups.setdefault(name, []).append(index)
        some = ((name, members) for name, members in groups.items() if len(members) < len(drafts))
        self._groups = sorted(some, key=lambda pair: -len(pair[0]))

    def resolve(self, clause: str, scope: Scope) -> list[int]:
        """The drafts that a clause names by number or by group: ④ of 甲社, 第三项 of a section, 财务管理类2个问题."""
        resolved: list[int] = []
        open_group: _Group | None = None
        scope.group_here = []
        for token in self._tokens(clause):
            if isinstance(token, _Group):
                resolved += _whole(open_group, clause)
                open_group = token
                scope.group = scope.group_here = token.members
                continue
            numbers = list(_numbers(token))
            behind = clause[token.end() :]
            of_section = (token["bracketed"] and re.match(r"第|所列|中", behind)) or (
                token["nth"] and re.match(r"部分|大?类|节", behind)
            )
            if of_section:  # （三）第1项, 第（一）部分第2项, 第4类（2）项
                members = self._below(numbers[0], scope, bracketed="（" in token.group())
                open_group = _Group(members, token.start(), token.end())
                scope.group = members
                continue
            within = [i for i in scope.all if i in scope.group] if scope.group else scope.all
            bracketed = token["bracketed"] is not None or "（" in token.group()
            for number in numbers:
                resolved += self._numbered(number, within, bracketed=bracketed)
            open_group = None
        resolved += _whole(open_group, clause)
        for bracket in re.findall(r"[（(]([^（）()]+)[）)]", clause):
            for name in re.split("[、，,]", bracket):
                if not REFERENCE.search(name):
                    resolved += [index for index in scope.all if _in_group(self.drafts[index], name)]
        return list(dict.fromkeys(resolved))

    def _below(self, number: int, scope: Scope, *, bracketed: bool) -> list[int]:
        """The drafts below a section of the outline, or that are its own."""
        for kinds in (
            ("han_bracket",) if bracketed else ("han", "part", "digit"),
            ("han_bracket", "digit", "han", "part"),
        ):
            found = [i for i in scope.all if any((kind, number) in self.drafts[i].path for kind in kinds)]
            if found:
                return found
        return []

    def _tokens(self, clause: str) -> list[_Group | re.Match[str]]:
        """Groups and numbers that a clause names, in order."""
        references = list(REFERENCE.finditer(clause))
        tokens: list[tuple[int, _Group | re.Match[str]]] = [(found.start(), found) for found in references]
        taken: list[tuple[int, int]] = []
        for name, members in self._groups:
            for at in (found.start() for found in re.finditer(re.escape(name), clause)):
                if not any(start < at + len(name) and at < end for start, end in taken):
                    taken.append((at, at + len(name)))
                    tokens.append((at, _Group(members, at, at + len(name))))
        for found in references:  # 城东④: the first characters of a unit's name
            name = re.split("[、，,（(和及：:]", clause[: found.start()])[-1].strip("的第 ")
            members = [i for i, draft in enumerate(self.drafts) if _in_group(draft, name)]
            if members and not any(start <= found.start() - len(name) < end for start, end in taken):
                tokens.append((found.start() - 1, _Group(members, found.start() - 1, found.start())))
        return [token for _, token in sorted(tokens, key=lambda pair: pair[0])]

    def _numbered(self, number: int, within: Sequence[int], *, bracketed: bool) -> list[int]:
        """The items of a number: of the last list that has it, else those below the section of that number."""
        fitting = [i for i in within if self.drafts[i].number == number]
        if not fitting:
            for depth in (-1, -2, -3):
                below = [
                    i for i in within if len(self.drafts[i].path) >= -depth and self.drafts[i].path[depth][1] == number
                ]
                if below:
                    return below
        if len(fitting) > 1:
            kinds = [
                i for i in fitting if self.drafts[i].path and (self.drafts[i].path[-1][0] == "han_bracket") == bracketed
            ]
            fitting = kinds or fitting
            key = self.drafts[fitting[-1]].list_key
            return [index for index in fitting if self.drafts[index].list_key == key]
        return fitting

    def match_names(self, clause: str, at: int | None, scope: Scope) -> list[int]:
        """The drafts that a clause tells again in a few of their words: 白条报账一项."""
        cut = re.search(
            r"(?:由[\u4e00-\u9fa5]{2,}|(?:已|正在|尚|仍|须|应|均|暂|还|当场|当日|全部|一律)(?![\u4e00-\u9fa5]{0,2}名)|，|[（(]|于\d|(?<=[\u4e00-\u9fa5]{2})因(?=[\u4e00-\u9fa5]{4}))",
            clause,
        )
        ahead = clause[: min([len(clause), *([at] if at is not None else []), *([cut.start()] if cut else [])])]
        found: list[int] = []
        among, least = (scope.group_here, NAME_LIKENESS / 2) if scope.group_here else (scope.all, NAME_LIKENESS)
        for name in _NAME_SPLIT.split(ahead):
            bare = _trim_name(name)
            if 2 <= len(bare) <= LONGEST_NAME and not _DAY.search(bare) and bare not in _SUMS:
                parts = [bare, *(part for part in bare.split("的") if len(part) >= 2 and part != bare)]
                matched = next((m for part in parts if (m := self._names.match(part, among, least))), [])
                if len(matched) == 1 or "问题" in clause or COUNT.search(clause):
                    found += [i for i in matched if i not in found]
        return found

    def allude(self, clauses: Sequence[str], scope: Scope) -> list[int]:
        """One draft for each of several clauses, of which it is known that each speaks of another; else none."""
        told: list[int] = []
        for clause in clauses:
            name = _trim_name(clause.split("：")[-1])
            left = [i for i in scope.all if i not in told]
            best = max(self._names.likeness(name, left), default=(0.0, -1))
            if best[0] < LEAST_ALLUSION:
                return []
            told.append(best[1])
        return told


LEAST_ALLUSION = 0.08
"""The same share for a clause of which it is known that it speaks of some fault that no other clause names."""


class Names:
    """Which draft a few words tell again, by the character pairs that few drafts share."""

    def __init__(self, drafts: Sequence[Draft]) -> None:
        self._pairs = [_pairs("".join(draft.groups[-1:]) + "，" + draft.text) for draft in drafts]
        seen = Counter(pair for pairs in self._pairs for pair in pairs)
        self._weight = {pair: math.log(1 + len(drafts) / number) for pair, number in seen.items()}
        self._unseen = math.log(1 + len(drafts))
        self._texts = ["".join(draft.groups[-1:]) + draft.text for draft in drafts]

    def likeness(self, name: str, among: Sequence[int]) -> list[tuple[float, int]]:
        """For each draft the share of a name's telling pairs that it holds."""
        pairs = _pairs(name)
        total = sum(self._weight.get(pair, self._unseen) for pair in pairs)
        known = [pair for pair in pairs if pair in self._weight]
        return [(sum(self._weight[p] for p in known if p in self._pairs[i]) / (total or 1.0), i) for i in among]

    def match(self, name: str, among: Sequence[int], least: float = NAME_LIKENESS) -> list[int]:
        """The draft that a name tells again; several where all of them bear it word for word."""
        holders = [i for i in among if name in self._texts[i]]
        if len(holders) == 1 or (len(holders) > 1 and len(name) >= 4):
            return holders
        ranked = sorted(self.likeness(name, among), key=lambda found: (-found[0], found[1]))
        if not ranked:
            return []
        best, second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
        return [best[1]] if best[0] >= least and best[0] - second >= NAME_MARGIN else []


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[^\u4e00-\u9fa5\dA-Za-z]|的", " ", text)
    return {a + b for a, b in pairwise(bare) if a != " " and b != " "}


def _trim_name(name: str) -> str:
    before = ""
    while before != name:
        before, name = name, _NAME_EDGE.sub("", name.strip(" ，、：:“”（）()"))
    return name


def _bare(group: str) -> str:
    bare = re.sub(r"^[（(【]?[一二三四五六七八九十\d]*[）)、.．]*|[】：:。]|[（(][^（）()]*[）)]$", "", group)
    return re.sub(r"^在|(?:类|方面|环节|部分|领域)?(?:的)?(?:存在的?)?(?:主要)?(?:问题|情况)?$", "", bare)


def _in_group(draft: Draft, name: str) -> bool:
    name = re.sub(r"^(?:其中|问题|共|已整改的?为?)|(?:的|第|类|方面|环节)$", "", name)
    return len(name) >= 2 and any(group.lstrip("【").startswith(name) or _bare(group) == name for group in draft.groups)


def _numbers(found: re.Match[str]) -> Iterator[int]:
    if found["circled"]:
        text = "".join(str(CIRCLED.index(c) + 1) if c in CIRCLED else c for c in found["circled"])
        text = re.sub(r"(?<=\d)(?=\d)", "、", text) if not re.search(r"\D", text) else text
    else:
        text = found["nth"] or found["named"] or found["bracketed"] or found["bare"]
    yield from expand_numbers(text)


def expand_numbers(text: str) -> list[int]:
    """The numbers of a list, ranges filled.

    >>> expand_numbers("1至4、6"), expand_numbers("（一）、（三）")
    ([1, 2, 3, 4, 6], [1, 3])
    """
    numbers: list[int] = []
    for part in re.finditer(rf"(?P<to>[至到\-—~]*)[第（(问题]*(?P<n>[{CN}\d]+)", text):
        value = parse_number(part["n"])
        if part["to"] and numbers:
            numbers.extend(range(numbers[-1] + 1, value))
        numbers.append(value)
    return numbers


def read_numbers(cell: str) -> list[int]:
    """The items that a cell names by number.

    >>> read_numbers("①"), read_numbers("第1、4项"), read_numbers("合计")
    ([1], [1, 4], [])
    """
    told = "、".join(str(CIRCLED.index(c) + 1) if c in CIRCLED else c for c in cell) if cell[:1] in CIRCLED else cell
    return [int(found) for found in re.findall(r"\d+", told)]


def read_count(text: str) -> int:
    """A number of things as reports write it: 两 beside the figures that `parse_number` knows.

    >>> read_count("两"), read_count("12")
    (2, 12)
    """
    return parse_number(text.replace("两", "二"))


def count_beside(clause: str) -> int | None:
    """The last number of items in a clause: 9个问题中已整改6个."""
    counts = list(COUNT.finditer(clause))
    return read_count(counts[-1]["n"]) if counts else None

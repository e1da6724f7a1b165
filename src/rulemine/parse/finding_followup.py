"""What a report says of its faults elsewhere: a summary, a section on rectification, a sentence behind a list.

第1、3项已整改，其余正在整改，由财务部牵头，均须于9月底前完成 names items by number, by heading, by a few of their words, or as what
remains. Each clause is read for whom it speaks of and for what it says; whom it speaks of holds until another is named.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median

from rulemine.parse.finding_headings import LABEL_LINE, read_heading_role
from rulemine.parse.finding_paragraphs import CIRCLED, Paragraph
from rulemine.parse.finding_status import find_responsible, find_status, read_due
from rulemine.parse.finding_units import Draft
from rulemine.schema import Status
from rulemine.text import parse_number

_CN = "一二三四五六七八九十百"
NUMBERS = rf"[（(]?[{_CN}\d]+[）)]?(?:(?:[、，,和及与至到\-—~]|以及)+第?[（(]?[{_CN}\d]+[）)]?)*"
_REFERENCE = re.compile(
    rf"(?P<circled>[{CIRCLED}](?:[、，和及与至到\-—~]*[{CIRCLED}])*)"
    rf"|第(?P<nth>{NUMBERS})(?:项|条|个|点|件|款)?(?!整改|季度|年度|次|期|批)"
    rf"|(?:问题|序号|事项|编号)\s*(?P<named>{NUMBERS}(?:(?:[、，和及与]|以及)+问题{NUMBERS})*)(?![\d个项条类家])"
    rf"|(?P<bracketed>[（(][{_CN}\d]+[）)](?:[、，和及与至到]*[（(][{_CN}\d]+[）)])*)(?=[^，。；]{{0,8}}(?:项|已|均|依次|分别|由|外|以外|正|尚|未|移交|因|须|仍|所列|第))"
    rf"|(?<![\d.年月])(?P<bare>\d+(?:[、，,和及]\d+)+)(?:号|项|条|等)"
)
_COUNT = re.compile(rf"(?P<n>\d+|[{_CN}两]+)\s*(?:个|项|条|笔|类|件|处|家|点)")
_ALL = re.compile(
    r"(?:上述|以上|前述|所有|全部|所列|各项|这些|该等|这一部分|本次)(?!制度|规定|人员|机构|措施)[^，。；]{0,14}(?:问题|事项|情况|缺陷|各项|\d+项)"
    r"|(?:问题|事项|缺陷)(?:均|都|已全部|全部)(?:已)?|^(?:均|都|一律|统一)"
)
_REST = re.compile(
    r"其余|其他|其它|剩余|余下|剩下|另外?[\d一二三四五六七八九十两]+[个项条]|除[^，。；]{1,30}外|此外的|除此"
)
_BUT = re.compile(r"除(?:了|去)?(?P<out>[^，。；]{1,60}?)(?:以?外|之外)")
_BY_STATUS: tuple[tuple[tuple[Status | None, ...], re.Pattern[str]], ...] = (
    (
        ("in_progress",),
        re.compile(
            r"^(?:对|凡|凡是)?(?:正在|仍在|尚在)(?:推进)?(?:整改|改)(?:中)?的|^(?:对)?整改中的|^部分整改的|^(?:对)?推进中的"
        ),
    ),
    (
        ("open",),
        re.compile(r"^(?:对|凡|凡是)?(?:尚未|未|没有)(?:启动|动|开始|着手)(?:整改)?的|^(?:对)?尚未整改的"),
    ),
    (
        ("open", "in_progress", None),
        re.compile(
            r"^(?:对|凡|凡是)?(?:所有)?(?:尚未|未|没有|没)(?:能)?(?:完成|整改|改|完结|办结|到位|销号)(?:整改)?(?:完成|到位|完|结)?(?:的|(?=[^，。；]{0,8}[应须由限]))"
        ),
    ),
)
_BUT_COMMA = re.compile(r"(除[^，。；]{1,60}外)，")
_SUBJECT = re.compile(rf"(?:第|问题|序号|[（(\[【]|[{CIRCLED}])[^。；]{{1,40}}?[：:]")
_PRONOUN = re.compile(r"^(?P<first>前者|前一[项件条个])|^(?:后者|后一[项件条个])")
_TOGETHER = re.compile(r"^(?:均|都|统一|一律|皆|全部)|上述(?:各)?项")
_SERIES = re.compile(r"(?:依次|分别)由?(?P<units>[^，。；]{4,60}?)(?:负责|牵头|主办|承办|督办|盯办|整改|落实)")
_UNITS_TOLD = re.compile(r"分别(?:为|是)(?P<units>[^，。；]{4,60})")
_NOW_LISTED = re.compile(r"的(?:问题|各项|事项)?(?:有|为|是|包括)[：:]?|(?:有|为|是|包括)?[：:]$")
_CUTS = re.compile(
    r"(?<=[个项条件类])[、和及](?=(?:正在|已|未|尚未|部分|整改|持续|推进|其余|仍))|(?:以及|[、和及])(?=[^，、；]{0,12}其余)"
)
"""Where one clause tells two things: 已整改5项、正在整改9项; 人员管理2项以及协同机制其余2项."""
_OTHER_TIMES = re.compile(
    r"(?:上年度?|上次|上一?轮|以往|前次|去年|往年|以前年度|历年|\d{4}年(?:度)?(?:审计|检查|巡察|稽核))[^，。；]{0,16}(?:检查|审计|发现|指出|问题|提出|反馈)"
    r"|不在本次|不再纳入"
)
_WISH_SENTENCE = re.compile(r"^(?:一是|二是|三是|四是|要|应|必须|确保|下一步|今后|请)")
_NAME_EDGE = re.compile(
    r"^(?:其中|但|而|且|并|目前|现|截至[^，。；]{2,16}?日?|关于|对于?|涉及|有关|以及|另有|另|除|当前|此次|本次|经[^，。；]{2,8}后|的|[\s“”])+"
    r"|(?:等|这|共|所涉|所列|各|中的|里的|的|[“”])?(?:\d+|[一二三四五六七八九十两几]+)?(?:个|项|件|条|类|处|家|点|方面)?"
    r"(?:具体|剩余|相关)?(?:问题|事项|事|情况|缺陷|一事|两事)?(?:的)?(?:整改|修订|清理|处置)?(?:工作)?(?:目前|现|均|都|也|亦|仍|已|正|尚|则|[”“\s])*$"
)
_DAY = re.compile(r"^[\d年月日底前至]+$|\d日$")
_NAME_SPLIT = re.compile(r"[、，]|以及|(?<=[\u4e00-\u9fa5]{2})[和及与](?=[\u4e00-\u9fa5]{2})")
NAME_LIKENESS, NAME_MARGIN = 0.45, 0.15
"""Share of a short name's telling character pairs that its item must hold, and by how much more than the next item."""
MOST_NAMED, ABOUT = 0.6, 0.25
"""Share of the items of a list that must be made out by name; how far the number that remains may be from the stated one."""
LONGEST_NAME, LONGEST_GROUP = 34, 24
_NO_GROUPS = frozenset({"问题", "发现", "整改", "审计", "检查", "情况", "主要问题", "存在问题", "审计发现"})
"""Headings that name no group."""


@dataclass(slots=True)
class Said:
    """What was said of a fault elsewhere."""

    status: Status | None = None
    due_on: date | None = None
    responsible_unit: str | None = None


def follow_up(
    drafts: Sequence[Draft], own: Sequence[Status | None], paragraphs: Sequence[Paragraph], base: date | None
) -> dict[int, Said]:
    """What sentences away from the faults say of them, by the position of the draft.

    ``own``: the status that stands beside each fault. ``base`` is the day of the report: it gives the year of 9月底前 and the start of 印发之日起30日内.
    """
    if not drafts:
        return {}
    reader = _Reader(drafts, own, base)
    section, earlier = 0, False
    for paragraph in paragraphs:
        if not paragraph.origin:
            continue
        if paragraph.marker and paragraph.marker.kind in ("part", "han"):
            section, earlier = paragraph.origin[0], read_heading_role(paragraph.text, strict=False) == "earlier"
        if earlier or (LABEL_LINE.match(paragraph.text) and not _REFERENCE.search(paragraph.text)):
            continue
        begin, end = paragraph.origin[0], paragraph.origin[-1]
        apart = not any(section <= draft.start <= end for draft in drafts) or not any(d.end > begin for d in drafts)
        reader.read(list(_outside(paragraph, drafts)), apart=apart)
    reader.settle_later()
    return reader.said


def match_rows(rows: Sequence[Draft], drafts: Sequence[Draft]) -> dict[int, int]:
    """The rows of a table that only tell faults again in a few words: position of the row → of the fault; else nothing.

    A progress table at the end of a report (事项、进展、完成时限) repeats what its text told at length.
    """
    lengths = [median(len(draft.text) for draft in told) if told else 0 for told in (rows, drafts)]
    if len(drafts) * 2 < len(rows) or lengths[0] > SHORT_ROW or lengths[1] < 2 * lengths[0]:
        return {}
    names, free, told = _Names(drafts), set(range(len(drafts))), dict[int, int]()
    ranked = [
        (-like, at, index) for at, row in enumerate(rows) for like, index in names.likeness(row.text, sorted(free))
    ]
    for unlike, at, index in sorted(ranked):
        if -unlike >= LIKE_A_ROW and index in free and at not in told:
            told[at] = index
            free.discard(index)
    return told if 2 * len(told) >= len(rows) else {}


LIKE_A_ROW = 0.2
"""Share of a row's telling character pairs that the fault it tells again must hold, where each is told once."""
SHORT_ROW = 18


def _outside(paragraph: Paragraph, drafts: Sequence[Draft]) -> Iterator[tuple[str, int]]:
    """The sentences of a paragraph that are no part of a fault."""
    for found in re.finditer(r"[^。]+", paragraph.text):
        start, end = paragraph.origin[found.start()], paragraph.origin[found.end() - 1]
        if not any(draft.start <= end and start < draft.end for draft in drafts):
            yield found.group(), start


@dataclass(slots=True)
class _Statement:
    """Whom something is said of, and what: ``target`` names them, else it is of those that remain."""

    target: list[int] | None
    clause: str
    rest: bool = False
    count: int | None = None
    later: tuple[Status | None, ...] = ()
    status: Status | None = None
    due_on: date | None = None
    unit: str | None = None
    units: list[str] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Whether nothing was said yet."""
        return self.status is None and self.due_on is None and self.unit is None and not self.units


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
    return list(group.members) if behind["n"] is None or _count(behind["n"]) == len(group.members) else []


_GROUP_TAIL = re.compile(
    rf"(?:类|方面|环节|部分|领域)?(?:的)?(?:所列|所涉|涉及|两家)?(?:(?P<n>\d+|[{_CN}两]+)(?:个|项|条|笔|点))?(?:问题|事项|缺陷)?(?P<among>中|里的?|其余)?"
)


@dataclass(slots=True)
class _Speech:
    """A paragraph as it is read: whom it may speak of, what it said so far, of whom it speaks now."""

    all: list[int]
    statements: list[_Statement] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    current: _Statement | None = None
    group: list[int] = field(default_factory=list)
    """The group within which numbers count, to the end of the segment."""
    group_here: list[int] = field(default_factory=list)
    """The group that the clause itself names."""
    subject: list[int] = field(default_factory=list)
    """Those that the paragraph is about: 第2项：…"""
    listing: Status | None = None
    """The status that a list is told under: 已整改的为：…"""


class _Reader:
    def __init__(self, drafts: Sequence[Draft], own: Sequence[Status | None], base: date | None) -> None:
        self.drafts = drafts
        self.own = own
        self.base = base
        self.said: dict[int, Said] = {}
        self._later: list[tuple[_Statement, list[int]]] = []
        self._names = _Names(drafts)
        groups: dict[str, list[int]] = {}
        for index, draft in enumerate(drafts):
            for name in dict.fromkeys(_bare(group) for group in draft.groups):
                if 2 <= len(name) <= LONGEST_GROUP and name not in _NO_GROUPS:
                    groups.setdefault(name, []).append(index)
        whole = len(drafts)
        self._groups = sorted(((n, m) for n, m in groups.items() if len(m) < whole), key=lambda pair: -len(pair[0]))

    # ------------------------------------------------------------ what a paragraph says

    def read(self, sentences: Sequence[tuple[str, int]], *, apart: bool) -> None:
        """A paragraph; ``apart`` where it stands away from the faults, so that it may name any by a few words."""
        for group in [sentences] if apart else [[sentence] for sentence in sentences]:
            if not group:
                continue
            scope = self._scope(group[0][1], group[0][0], apart=apart)
            speech = _Speech(scope)
            if apart and scope and (opening := _SUBJECT.match(group[0][0])):
                speech.subject = self._resolve(opening.group(), speech)
            for text, _ in group:
                if scope and not self._is_foreign(text, speech):
                    self._read_sentence(text, speech, apart=apart)
            self._apply(speech)

    def _scope(self, offset: int, text: str, *, apart: bool) -> list[int]:
        """The faults that may be meant: all, or those of the list before."""
        if apart:
            return list(range(len(self.drafts)))
        before = [index for index, draft in enumerate(self.drafts) if draft.start <= offset]
        if not before or self.drafts[before[-1]].start >= offset:
            return []
        if _ALL.search(text) and _states(text, len(before)):
            return before
        return [i for i in before if self.drafts[i].list_key == self.drafts[before[-1]].list_key]

    def _is_foreign(self, text: str, speech: _Speech) -> bool:
        """Whether a sentence is on other years, or on what must be done."""
        return (
            bool(_OTHER_TIMES.search(text) and not self._resolve(text, speech))
            or _WISH_SENTENCE.match(text) is not None
        )

    def _read_sentence(self, text: str, speech: _Speech, *, apart: bool) -> None:
        speech.sentence, speech.listing = [], None
        for segment in re.split("[；;]", _BUT_COMMA.sub(r"\1 ", text)):
            speech.current, speech.group, before = None, [], len(speech.statements)
            for clause in _clauses(_CUTS.sub("，", segment)):
                self._read_clause(clause, speech, apart=apart)
            self._fill_up(speech.statements[before:], speech.listing)

    @staticmethod
    def _fill_up(statements: Sequence[_Statement], listing: Status | None) -> None:
        """What is said of the last of several holds for those named before it; a list has the status it stands under."""
        for statement, following in reversed(list(pairwise(statements))):
            if statement.target and statement.is_bare and not following.is_bare:
                statement.status, statement.due_on, statement.unit = following.status, following.due_on, following.unit
        for statement in statements:
            if statement.target and statement.status is None and not statement.rest:
                statement.status = listing

    def _read_clause(self, clause: str, speech: _Speech, *, apart: bool) -> None:
        found = find_status(clause)
        status, at = found or (None, None)
        listed = _NOW_LISTED.search(clause, at) if at is not None else None
        if listed:  # 已整改的为：…
            speech.listing, at = status, None
            clause = clause[listed.end() :]
            if not clause.strip():
                return
        statement = self._open(clause, status, at, speech, apart=apart)
        if statement is None:
            statement = speech.current
            if statement is None and speech.subject:
                statement = speech.current = _Statement(list(speech.subject), clause)
                speech.statements.append(statement)
            told_twice = statement is not None and statement.status is not None and status is not None
            if statement is None or told_twice:
                return
        else:
            speech.statements.append(statement)
            speech.current = statement
        series = _SERIES.search(clause) or _UNITS_TOLD.search(clause)
        statement.status = statement.status or status
        statement.due_on = statement.due_on or read_due(
            clause, year=self.base.year if self.base else None, base=self.base
        )
        statement.unit = statement.unit or find_responsible(clause)
        statement.units = re.split("[、，和及]", series["units"]) if series else statement.units

    def _open(
        self, clause: str, status: Status | None, at: int | None, speech: _Speech, *, apart: bool
    ) -> _Statement | None:
        """A new statement, when a clause names whom it speaks of."""
        bare = clause.strip(" ，、")
        refs = self._resolve(clause, speech)
        if _REST.search(clause) and (not refs or _BUT.search(clause)):
            return self._open_rest(clause, speech)
        if refs:
            return self._open_named(clause, refs, speech)
        if apart and (kinds := next((kinds for kinds, words in _BY_STATUS if words.search(bare)), None)):
            return _Statement(None, clause, later=kinds)
        if apart and (names := self._match_names(clause, at, speech)):
            listed = re.search(rf"等(?:共)?(\d+|[{_CN}两]+)[个项件条]", clause)
            if listed and MOST_NAMED * _count(listed[1]) > len(names):
                return _Statement(None, clause, rest=True, count=_count(listed[1]))
            return self._open_named(clause, names, speech)
        if _TOGETHER.match(bare) and speech.sentence:
            return _Statement(list(speech.sentence), clause)
        if pronoun := _PRONOUN.match(bare):
            spoken_of = speech.sentence if len(speech.sentence) > 1 else speech.all
            if len(spoken_of) > 1:
                return _Statement([spoken_of[-2 if pronoun["first"] else -1]], clause)
        if status is None:
            return None
        if (count := _count_beside(clause)) is not None:
            for named in (speech.sentence, speech.subject):  # …，共5项已整改到位
                if count > 1 and len(named) == count:
                    return _Statement(list(named), clause)
            return None if speech.subject else _Statement(None, clause, count=count)
        if _ALL.search(clause) and not _is_part(clause):
            return _Statement(list(speech.all), clause)
        return None

    def _open_named(self, clause: str, named: list[int], speech: _Speech) -> _Statement:
        speech.sentence += [index for index in named if index not in speech.sentence]
        current = speech.current
        if current is not None and current.target and current.is_bare:
            return _Statement([*current.target, *(i for i in named if i not in current.target)], clause)
        return _Statement(named, clause)

    def _open_rest(self, clause: str, speech: _Speech) -> _Statement:
        """其余…, 除第2项外…: those named as exceptions are spoken of elsewhere."""
        count = _count_beside(_BUT.sub("", clause))
        excepted: list[int] = []
        if out := _BUT.search(clause):
            excepted = self._resolve(out["out"], speech) or self._match_names(out["out"], None, speech)
        statement = _Statement(list(speech.group_here) or None, clause, rest=True, count=count)
        if excepted:
            statement.target = [index for index in speech.all if index not in excepted]
        return statement

    # ------------------------------------------------------------ to whom it goes

    def _apply(self, speech: _Speech) -> None:
        """First what was said of those named, then what is said of those that remain."""
        told: set[int] = set()
        for statement in speech.statements:
            if statement.target is not None and not statement.rest:
                self._tell(statement, statement.target)
                if statement.status:
                    told.update(statement.target)
        for statement in speech.statements:
            if statement.later:
                self._later.append((statement, speech.all))
            elif statement.target is None or statement.rest:
                remaining = self._remaining(statement, speech, told)
                self._tell(statement, remaining, softly=True)
                if statement.status:
                    told.update(remaining)

    def _remaining(self, statement: _Statement, speech: _Speech, told: set[int]) -> list[int]:
        """Those of whom nothing was said; where a number is stated it must be theirs."""
        for scope in (statement.target or speech.all, list(range(len(self.drafts)))):
            left = [i for i in scope if i not in told and self._is_open_to(i, statement)]
            if statement.count is None or len(left) == statement.count:
                return left if statement.rest or statement.count is not None else []
            if statement.rest and abs(len(left) - statement.count) <= ABOUT * statement.count:
                return left  # 其余9个问题: one fault more or less was read
        return []

    def _is_open_to(self, index: int, statement: _Statement) -> bool:
        """Whether a fault has no status of its own yet."""
        known = self._status(index)
        return statement.status is None or known is None or known == statement.status

    def _tell(self, statement: _Statement, target: Sequence[int], *, softly: bool = False) -> None:
        for place, index in enumerate(target):
            said = self.said.setdefault(index, Said())
            unit = statement.units[place] if len(statement.units) == len(target) else statement.unit
            if softly:
                said.status = said.status or statement.status
                said.due_on = said.due_on or statement.due_on
                said.responsible_unit = said.responsible_unit or unit
            else:
                said.status = statement.status or said.status
                said.due_on = statement.due_on or said.due_on
                said.responsible_unit = unit or said.responsible_unit

    def settle_later(self) -> None:
        """What holds for those that are not mended in the end: 凡未完成的，9月底前完成."""
        for statement, scope in self._later:
            self._tell(statement, [i for i in scope if self._status(i) in statement.later], softly=True)

    def _status(self, index: int) -> Status | None:
        said = self.said.get(index)
        return self.own[index] or (said.status if said else None) or self.drafts[index].status

    # ------------------------------------------------------------ whom a clause speaks of

    def _resolve(self, clause: str, speech: _Speech) -> list[int]:
        """The drafts that a clause names by number or by group: ④ of 甲社, 第三项 of a section, 财务管理类2个问题."""
        resolved: list[int] = []
        open_group: _Group | None = None
        speech.group_here = []
        for token in self._tokens(clause):
            if isinstance(token, _Group):
                resolved += _whole(open_group, clause)
                open_group = token
                speech.group = speech.group_here = token.members
                continue
            numbers = list(_numbers(token))
            behind = clause[token.end() :]
            of_section = (token["bracketed"] and re.match(r"第|所列|中", behind)) or (
                token["nth"] and re.match(r"部分|大?类|节", behind)
            )
            if of_section:  # （三）第1项, 第（一）部分第2项, 第4类（2）项
                members = self._below(numbers[0], speech, bracketed="（" in token.group())
                open_group = _Group(members, token.start(), token.end())
                speech.group = members
                continue
            within = [i for i in speech.all if i in speech.group] if speech.group else speech.all
            bracketed = token["bracketed"] is not None or "（" in token.group()
            for number in numbers:
                resolved += self._numbered(number, within, bracketed=bracketed)
            open_group = None
        resolved += _whole(open_group, clause)
        for bracket in re.findall(r"[（(]([^（）()]+)[）)]", clause):
            for name in re.split("[、，,]", bracket):
                if not _REFERENCE.search(name):
                    resolved += [index for index in speech.all if _in_group(self.drafts[index], name)]
        return list(dict.fromkeys(resolved))

    def _below(self, number: int, speech: _Speech, *, bracketed: bool) -> list[int]:
        """The drafts below a section of the outline, or that are its own."""
        for kinds in (
            ("han_bracket",) if bracketed else ("han", "part", "digit"),
            ("han_bracket", "digit", "han", "part"),
        ):
            found = [i for i in speech.all if any((kind, number) in self.drafts[i].path for kind in kinds)]
            if found:
                return found
        return []

    def _tokens(self, clause: str) -> list[_Group | re.Match[str]]:
        """Groups and numbers that a clause names, in order."""
        references = list(_REFERENCE.finditer(clause))
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

    def _match_names(self, clause: str, at: int | None, speech: _Speech) -> list[int]:
        """The drafts that a clause tells again in a few of their words: 白条报账一项."""
        cut = re.search(
            r"(?:由[\u4e00-\u9fa5]{2,}|(?:已|正在|尚|仍|须|应|均|暂|还|当场|当日|全部|一律)(?![\u4e00-\u9fa5]{0,2}名)|，|[（(]|于\d)",
            clause,
        )
        ahead = clause[: min([len(clause), *([at] if at is not None else []), *([cut.start()] if cut else [])])]
        found: list[int] = []
        for name in _NAME_SPLIT.split(ahead):
            bare = _trim_name(name)
            if 2 <= len(bare) <= LONGEST_NAME and not _DAY.search(bare):
                parts = [bare, *(part for part in bare.split("的") if len(part) >= 2 and part != bare)]
                matched = next((m for part in parts if (m := self._names.match(part, speech.all))), [])
                if len(matched) == 1 or "问题" in clause or _COUNT.search(clause):
                    found += [i for i in matched if i not in found]
        return found


class _Names:
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

    def match(self, name: str, among: Sequence[int]) -> list[int]:
        """The draft that a name tells again; several where all of them bear it word for word."""
        holders = [i for i in among if name in self._texts[i]]
        if len(holders) == 1 or (len(holders) > 1 and len(name) >= 4):
            return holders
        ranked = sorted(self.likeness(name, among), key=lambda found: (-found[0], found[1]))
        if not ranked:
            return []
        best, second = ranked[0], ranked[1][0] if len(ranked) > 1 else 0.0
        return [best[1]] if best[0] >= NAME_LIKENESS and best[0] - second >= NAME_MARGIN else []


def _pairs(text: str) -> set[str]:
    bare = re.sub(r"[^\u4e00-\u9fa5\dA-Za-z]", " ", text)
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
    for part in re.finditer(rf"(?P<to>[至到\-—~]*)[第（(问题]*(?P<n>[{_CN}\d]+)", text):
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


def _clauses(text: str) -> list[str]:
    """Clauses, commas inside brackets left alone: 已整改2个（甲社④、乙社）.

    >>> _clauses("①、③两项已整改，其余整改中")
    ['①、③两项已整改', '其余整改中']
    """
    return [found.group() for found in re.finditer(r"(?:[（(][^（）()]*[）)]|[^，,])+", text)]


def _count(text: str) -> int:
    return parse_number(text.replace("两", "二"))


def _count_beside(clause: str) -> int | None:
    """The last number of items in a clause: 9个问题中已整改6个."""
    counts = list(_COUNT.finditer(clause))
    return _count(counts[-1]["n"]) if counts else None


def _states(text: str, number: int) -> bool:
    stated = _COUNT.search(text)
    return stated is not None and number > 1 and _count(stated["n"]) == number


def _is_part(clause: str) -> bool:
    """Whether a clause speaks of a part only: 上述问题已整改6个."""
    return bool(re.search(rf"(?:已|完成)?(?:整改|纠正)(?:了|完成)?\s*(?:\d+|[{_CN}]+)\s*[个项条]", clause))


def speaks_of_list(text: str) -> bool:
    """Whether a sentence speaks of several items and not of the one it stands behind.

    >>> speaks_of_list("①、③两项已整改，其余正在整改"), speaks_of_list("已收回，其余正在清理")
    (True, False)
    """
    return bool(_REFERENCE.search(text) or _ALL.search(text) or re.match(r"(?:针对|对)(?:上述|以上|这些)", text))

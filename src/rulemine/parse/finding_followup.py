"""What a report says of its faults elsewhere: a summary, a section on rectification, a sentence behind a list.

第1、3项已整改，其余正在整改，由财务部牵头，均须于9月底前完成 names items by number, by heading, by a few of their words, or as what
remains. Each clause is read for whom it speaks of and for what it says; whom it speaks of holds until another is named.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import median

from rulemine.parse.finding_headings import LABEL_LINE, read_heading_role
from rulemine.parse.finding_paragraphs import CIRCLED, Paragraph
from rulemine.parse.finding_references import (
    CN,
    COUNT,
    REFERENCE,
    Names,
    Naming,
    Scope,
    count_beside,
    read_count,
)
from rulemine.parse.finding_status import find_responsible, find_status, read_deed, read_due
from rulemine.parse.finding_units import Draft
from rulemine.parse.finding_words import FUTURE
from rulemine.schema import Status

_ALL = re.compile(
    r"(?:上述|以上|前述|所有|全部|所列|各项|这些|该等|这一部分|本次)(?!制度|规定|人员|机构|措施)[^，。；]{0,14}(?:问题|事项|情况|缺陷|各项|\d+项)"
    r"|(?:问题|事项|缺陷)(?:均|都|已全部|全部)(?:已)?|^(?:均|都|一律|统一)"
)
_REST = re.compile(
    r"(?:其余|其他|其它|剩余|余下|剩下)(?!的?(?:款项|资金|金额|费用|款)|部分(?!问题|事项)|[\d,，.]+(?:万|亿)?[元人笔户份名台套张])|另外?[\d一二三四五六七八九十两]+[个项条]|除[^，。；]{1,30}外|此外的|除此"
    r"|(?:没有|未)(?:单独|另行|逐一|专门)?(?:交代|说明|提及|提到|列明|注明|标注)[^，。；]{0,10}的[^，。；]{0,4}(?:问题|事项|项|条|事|个)"
)
_BUT = re.compile(r"除(?:了|去)?(?P<out>[^，。；]{1,60}?)(?:以?外|之外)")
_BUT_DATED = re.compile(
    r"除[^，。；]{0,12}(?:明确|注明|规定|约定|说明|列明)[^，。；]{0,6}(?:时限|期限|时间)[^，。；]{0,4}外"
)
"""除已明确时限的以外，均应于…前完成: one date for all that have none and are not mended."""
_BY_STATUS: tuple[tuple[tuple[Status | None, ...], re.Pattern[str]], ...] = (
    (
        ("in_progress",),
        re.compile(
            r"^(?:对|凡|凡是)?(?:正在|仍在|尚在)(?:推进)?(?:整改|改)(?:中)?的|^(?:对)?(?:整改中|推进中|在改|在办)(?:的|各项|事项)|^部分整改的|[“\"](?:部分|在办|在改|整改中)[”\"]的"
        ),
    ),
    (
        ("open",),
        re.compile(
            r"^(?:对|凡|凡是)?(?:尚未|未|没有)(?:启动|动|开始|着手)(?:整改)?(?:的|各项|事项)|[“\"](?:否|未启|未整改|未动)[”\"]的|^(?:对)?尚未整改的"
        ),
    ),
    (
        ("open", "in_progress", None),
        re.compile(
            r"^(?:对)?(?:正在|尚在|在)?(?:整改|改)(?:中)?(?:和|及|与|、|以及)(?:尚未|未|没有|没)(?:完成|开始|启动)?(?:整改|改)?的"
        ),
    ),
    (
        ("open", "in_progress", None),
        re.compile(r"前(?:完成|办结)(?:全部|所有|上述|以上|各项)(?:未完成|剩余)?(?:问题|事项)?的?整改"),
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
_SUMMED = re.compile(rf"(?:共|合计|这|上述|等|^)\s*(?:\d+|[{CN}两]+)[个项条件]")
_PRONOUN = re.compile(r"^(?P<first>前者|前一[项件条个])|^(?:后者|后一[项件条个])")
_TOGETHER = re.compile(r"^(?:均|都|统一|一律|皆|全部)|上述(?:各)?项")
_SERIES = re.compile(r"(?:依次|分别)由?(?P<units>[^，。；]{4,60}?)(?:负责|牵头|主办|承办|督办|盯办|整改|落实)")
_UNITS_TOLD = re.compile(r"分别(?:为|是)(?P<units>[^，。；]{4,60})")
_NOW_LISTED = re.compile(r"的(?:问题|各项|事项)?(?:有|为|是|包括)[：:]?|(?:有|为|是|包括)?[：:]$")
_CUTS = re.compile(
    r"(?<=[个项条件类])[、和及](?=(?:正在|已|未|尚未|部分|整改|持续|推进|其余|仍)(?![^，。；]{0,6}的(?:问题|事项|各项)))|(?:以及|[、和及])(?=[^，、；外]{0,12}其余)"
)
"""Where one clause tells two things: 已整改5项、正在整改9项; 人员管理2项以及协同机制其余2项."""
_OTHER_TIMES = re.compile(
    r"(?:上年度?|上次|上(?:一?[轮期]|一?季度|个?月|半年)|以往|前次|去年|往年|以前年度|历年|\d{4}年(?:度)?(?:审计|检查|巡察|稽核))[^，。；[^，。；]{0,16}(?:检查|审计|督导|巡察|发现|指出|问题|提出|反馈)"
    r"|不在本次|不再纳入"
)
_EXCUSE = re.compile(r"(?:^|[：:])(?:主要)?(?:因(?!此)|由于|鉴于)(?![^，。；]*(?:尚未|未能|仍|暂))")
"""因办法正在修订，…未能完成: why a thing is as it is, and not how it is."""
_WISH_SENTENCE = re.compile(r"^(?:一是|二是|三是|四是|要|应|必须|确保|下一步|今后|请)")
FEWEST_NAMED, FEWEST_NEAR = 3, 2
"""Faults that a paragraph between others, and a sentence behind a list, must name to be taken for a summary."""
MOST_NAMED, ABOUT = 0.6, 0.25
"""Share of the items of a list that must be made out by name; how far the number that remains may be from the stated one."""


@dataclass(slots=True)
class Said:
    """What was said of a fault elsewhere."""

    status: Status | None = None
    due_on: date | None = None
    responsible_unit: str | None = None
    deed: Status | None = None
    """The status that follows from what was done, where none is said in the end."""


def follow_up(
    drafts: Sequence[Draft], own: Sequence[Status | None], paragraphs: Sequence[Paragraph], base: date | None
) -> dict[int, Said]:
    """What sentences away from the faults say of them, by the position of the draft.

    ``own``: the status that stands beside each fault. ``base`` is the day of the report: it gives the year of 9月底前 and
    the start of 印发之日起30日内.
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
        if earlier or (LABEL_LINE.match(paragraph.text) and not REFERENCE.search(paragraph.text)):
            continue
        begin, end = paragraph.origin[0], paragraph.origin[-1]
        apart = not any(section <= draft.start <= end for draft in drafts) or not any(d.end > begin for d in drafts)
        sentences = list(_outside(paragraph, drafts))
        whole = not any(draft.start <= end and begin < draft.end for draft in drafts)
        everything = range(len(drafts))
        told = whole and not paragraph.marker and reader.names_several(sentences, everything, FEWEST_NAMED)
        reader.read(sentences, apart=apart or told)
    reader.settle()
    return reader.said


def match_rows(rows: Sequence[Draft], drafts: Sequence[Draft]) -> dict[int, int]:
    """The rows of a table that only tell faults again in a few words: position of the row → of the fault; else nothing.

    A progress table at the end of a report (事项、进展、完成时限) repeats what its text told at length.
    """
    lengths = [median(len(draft.text) for draft in told) if told else 0 for told in (rows, drafts)]
    if len(drafts) * 2 < len(rows) or lengths[0] > SHORT_ROW or lengths[1] < 2 * lengths[0]:
        return {}
    names, free, told = Names(drafts), set(range(len(drafts))), dict[int, int]()
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
    deed: Status | None = None
    """The status that follows from what was done: 款项已追回."""
    due_on: date | None = None
    unit: str | None = None
    units: list[str] = field(default_factory=list)

    @property
    def is_bare(self) -> bool:
        """Whether nothing was said yet."""
        return self.status is None and self.due_on is None and self.unit is None and not self.units


@dataclass(slots=True)
class _Speech(Scope):
    """A paragraph as it is read: whom it may speak of, what it said so far, of whom it speaks now."""

    statements: list[_Statement] = field(default_factory=list)
    near: bool = False
    """Whether it stands behind the list it speaks of."""
    sentence: list[int] = field(default_factory=list)
    segment: list[int] = field(default_factory=list)
    """Those named in the sentence so far, and in its part between two semicolons."""
    current: _Statement | None = None
    clauses: list[str] = field(default_factory=list)
    """Those of the segment that were read."""
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
        self._totals: dict[Status, int] = {}
        self._naming = Naming(drafts)

    # ------------------------------------------------------------ what a paragraph says

    def read(self, sentences: Sequence[tuple[str, int]], *, apart: bool) -> None:
        """A paragraph; ``apart`` where it stands away from the faults, so that it may name any by a few words."""
        for group in [sentences] if apart else [[sentence] for sentence in sentences]:
            if not group:
                continue
            scope = self._scope(group[0][1], group[0][0], apart=apart)
            speech = _Speech(all=scope, near=not apart)
            named = apart or self.names_several(group, scope, FEWEST_NEAR)
            if apart and scope and (opening := _SUBJECT.match(group[0][0])):
                speech.subject = self._naming.resolve(opening.group(), speech)
            for text, _ in group:
                if scope and not self._is_foreign(text, speech):
                    self._read_sentence(text, speech, apart=named)
            self._apply(speech)

    def names_several(self, sentences: Sequence[tuple[str, int]], among: Sequence[int], least: int) -> bool:
        """Whether sentences say of ``least`` faults or more by name how far they are."""
        named: set[int] = set()
        scope = Scope(all=list(among))
        for clause in (
            clause for text, _ in sentences for part in re.split("[；;]", text) for clause in _clauses(part)
        ):
            if find_status(clause) or read_deed(clause):
                named.update(self._naming.match_names(clause, None, scope))
        return len(named) >= least

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
            bool(_OTHER_TIMES.search(text) and not self._naming.resolve(text, speech))
            or _WISH_SENTENCE.match(text) is not None
        )

    def _read_sentence(self, text: str, speech: _Speech, *, apart: bool) -> None:
        speech.sentence, speech.listing = [], None
        for segment in re.split("[；;]", _BUT_COMMA.sub(r"\1 ", text)):
            speech.current, speech.group, speech.segment, before = None, [], [], len(speech.statements)
            speech.clauses = []
            for clause in _clauses(_CUTS.sub("，", segment)):
                self._read_clause(clause, speech, apart=apart)
                speech.clauses.append(clause)
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
        excused = _EXCUSE.search(clause)
        found = find_status(_BUT.sub("", clause) if _REST.search(clause) else clause) if not excused else None
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
        statement.status = statement.status or (None if statement.later else status)
        statement.deed = statement.deed or (None if FUTURE.search(clause) else read_deed(clause))
        statement.due_on = statement.due_on or read_due(
            _BUT.sub("", clause), year=self.base.year if self.base else None, base=self.base
        )
        statement.unit = statement.unit or find_responsible(clause)
        statement.units = re.split("[、，和及]", series["units"]) if series else statement.units

    def _open(
        self, clause: str, status: Status | None, at: int | None, speech: _Speech, *, apart: bool
    ) -> _Statement | None:
        """A new statement, when a clause names whom it speaks of."""
        bare = clause.strip(" ，、")
        refs = self._naming.resolve(clause, speech)
        if _BUT_DATED.search(clause):
            return _Statement(None, clause, later=("open", "in_progress", None))
        if _REST.search(clause) and (not refs or _BUT.search(clause)):
            return self._open_rest(clause, speech)
        if refs:
            return self._open_named(clause, refs, speech)
        if apart and (kinds := next((kinds for kinds, words in _BY_STATUS if words.search(bare)), None)):
            return _Statement(None, clause, later=kinds)
        if apart and (names := self._naming.match_names(clause, at, speech)):
            listed = re.search(rf"等(?:共)?(\d+|[{CN}两]+)[个项件条]", clause)
            if listed and MOST_NAMED * read_count(listed[1]) > len(names):
                return _Statement(None, clause, rest=True, count=read_count(listed[1]))
            return self._open_named(clause, names, speech)
        return self._open_by_pronoun(bare, clause, speech) or (self._open_counted(clause, speech) if status else None)

    def _open_by_pronoun(self, bare: str, clause: str, speech: _Speech) -> _Statement | None:
        """均须于…, 前者由…: those that the sentence, or else the list before it, spoke of."""
        if _TOGETHER.match(bare) and (speech.segment or speech.current):
            return _Statement(list(speech.segment), clause) if speech.segment else None
        if _TOGETHER.match(bare) and speech.sentence:
            return _Statement(list(speech.sentence), clause)
        pronoun = _PRONOUN.match(bare)
        spoken_of = speech.sentence if len(speech.sentence) > 1 else speech.all
        if pronoun is None or len(spoken_of) < 2:
            return None
        return _Statement([spoken_of[-2 if pronoun["first"] else -1]], clause)

    def _open_counted(self, clause: str, speech: _Speech) -> _Statement | None:
        """整改中8个, …，共5项已整改到位, 上述问题均已整改: by their number, or all of them."""
        if (count := count_beside(clause)) is not None:
            for named in (speech.sentence, speech.subject):
                if count > 1 and len(named) == count and _SUMMED.search(clause):
                    return _Statement(list(named), clause)
            several = 1 < count <= len(speech.clauses) and _SUMMED.search(clause)
            if several and (alluded := self._naming.allude(speech.clauses[-count:], speech)):
                return _Statement(alluded, clause)
            return None if speech.subject else _Statement(None, clause, count=count)
        return _Statement(list(speech.all), clause) if _ALL.search(clause) and not _is_part(clause) else None

    def _open_named(self, clause: str, named: list[int], speech: _Speech) -> _Statement:
        for spoken_of in (speech.sentence, speech.segment):
            spoken_of += [index for index in named if index not in spoken_of]
        current = speech.current
        if current is not None and current.target and current.is_bare and current.deed is None:
            return _Statement([*current.target, *(i for i in named if i not in current.target)], clause)
        return _Statement(named, clause)

    def _open_rest(self, clause: str, speech: _Speech) -> _Statement:
        """其余…, 除第2项外…: those named as exceptions are spoken of elsewhere."""
        count = count_beside(_BUT.sub("", clause))
        excepted: list[int] = []
        if out := _BUT.search(clause):
            excepted = self._naming.resolve(out["out"], speech) or self._naming.match_names(out["out"], None, speech)
        open_group = speech.group if set(speech.segment) <= set(speech.group) else []
        within = list(speech.group_here or open_group)
        statement = _Statement(within or None, clause, rest=True, count=count)
        if excepted and out and (told := find_status(out["out"])):  # 除一项尚未启动外
            speech.statements.append(_Statement(excepted, out["out"], status=told[0]))
        if excepted:
            statement.target = [index for index in within or speech.all if index not in excepted]
        return statement

    # ------------------------------------------------------------ to whom it goes

    def _apply(self, speech: _Speech) -> None:
        """First what was said of those named, then what is said of those that remain."""
        told: set[int] = set()
        whole = len(speech.all) == len(self.drafts)
        for statement in speech.statements:
            if statement.target is not None and not statement.rest:
                self._tell(statement, statement.target)
                if statement.status:
                    told.update(statement.target)
        for statement in speech.statements:
            if statement.status and statement.count and not statement.rest and statement.target is None and whole:
                self._totals.setdefault(statement.status, statement.count)
            if statement.later:
                self._later.append((statement, speech.all))
            elif statement.target is None or statement.rest:
                remaining = self._remaining(statement, speech, told)
                self._tell(statement, remaining, softly=True)
                if statement.status:
                    told.update(remaining)

    def _remaining(self, statement: _Statement, speech: _Speech, told: set[int]) -> list[int]:
        """Those of whom nothing was said; where a number is stated it must be theirs."""
        section: list[int] = []
        if speech.near and statement.count and not statement.rest:
            section = [i for i in speech.all if self.drafts[i].path == self.drafts[speech.all[-1]].path]
        for scope in filter(None, (section, statement.target or speech.all, list(range(len(self.drafts))))):
            left = [i for i in scope if i not in told and self._is_open_to(i, statement)]
            if statement.count is None or len(left) == statement.count:
                return left if statement.rest or statement.count is not None else []
            near = scope is section and len(left) > 1
            if (statement.rest or near) and abs(len(left) - statement.count) <= ABOUT * statement.count + near:
                return left  # 其余9个问题, 三项均已整改: one fault more or less was read
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
                said.deed = statement.deed or said.deed
                said.due_on = statement.due_on or said.due_on
                said.responsible_unit = unit or said.responsible_unit

    def settle(self) -> None:
        """What follows from deeds, then from totals, then what holds for those not mended in the end: 凡未完成的，9月底前完成."""
        for said in self.said.values():
            said.status = said.status or said.deed
        self._settle_totals()
        for statement, scope in self._later:
            self._tell(statement, [i for i in scope if self._status(i) in statement.later], softly=True)

    def _settle_totals(self) -> None:
        """Those of whom nothing is known have the one status of which the totals count as many more: 已整改8项，整改中6项."""
        known = Counter(map(self._status, range(len(self.drafts))))
        lacking = {status: number - known[status] for status, number in self._totals.items() if number > known[status]}
        if len(lacking) == 1 and list(lacking.values()) == [known[None]]:
            for index in range(len(self.drafts)):
                if self._status(index) is None:
                    self.said.setdefault(index, Said()).status = next(iter(lacking))

    def _status(self, index: int) -> Status | None:
        said = self.said.get(index)
        return self.own[index] or (said.status if said else None) or self.drafts[index].status


def _clauses(text: str) -> list[str]:
    """Clauses, commas inside brackets left alone: 已整改2个（甲社④、乙社）.

    >>> _clauses("①、③两项已整改，其余整改中")
    ['①、③两项已整改', '其余整改中']
    """
    return [found.group() for found in re.finditer(r"(?:[（(][^（）()]*[）)]|(?<=\d),(?=\d{3})|[^，,])+", text)]


def _states(text: str, number: int) -> bool:
    stated = COUNT.search(text)
    return stated is not None and number > 1 and read_count(stated["n"]) == number


def _is_part(clause: str) -> bool:
    """Whether a clause speaks of a part only: 上述问题已整改6个."""
    return bool(re.search(rf"(?:已|完成)?(?:整改|纠正)(?:了|完成)?\s*(?:\d+|[{CN}]+)\s*[个项条]", clause))


def speaks_of_list(text: str) -> bool:
    """Whether a sentence speaks of several items and not of the one it stands behind.

    >>> speaks_of_list("①、③两项已整改，其余正在整改"), speaks_of_list("已收回，其余正在清理")
    (True, False)
    """
    return bool(REFERENCE.search(text) or _ALL.search(text) or re.match(r"(?:针对|对)(?:上述|以上|这些)", text))

"""Cuts the problem sections of an outline into faults, one draft each, and keeps what is said about them afterwards.

A numbered item is one fault, whatever it holds. Text without numbers is cut at full stops and semicolons; praise
before 但 is left out, as are introductions, topic sentences, measures, demands and statistics.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rulemine.parse.finding_chance import LIKELY_FAULT, SURELY_NO_FAULT, fault_chance
from rulemine.parse.finding_headings import INLINE_LABEL, find_item_label
from rulemine.parse.finding_paragraphs import Paragraph
from rulemine.parse.finding_status import find_responsible
from rulemine.parse.finding_words import (
    ACCOUNTED,
    ANALYSIS,
    DISCOVERY_LEAD,
    EXCUSE,
    IN_PROGRESS,
    LEAD_IN,
    NO_FAULT,
    OPEN,
    PRAISE,
    PROBLEM_LEAD,
    RECTIFIED,
    RESULT,
    STILL_WRONG,
    TAIL_CLAUSE,
    is_concrete,
    is_demand,
    is_fault,
    is_measure,
)
from rulemine.schema import Status

_BRACKET_TAIL = re.compile(r"[（(][^（）()]*(?:整改|责任|期限|完成|纠正)[^（）()]*[）)]$")
_TOPIC_LEAD = re.compile(
    r"^(?:在)?[^，。；：:“”《》\d]{2,16}?(?:方面|环节|领域)[，。：:]"
    r"|^(?:首先|其次|再次|最后)(?:是|，)[^，。；]{2,12}，"
)
_UNIT_LEAD = re.compile(
    r"^(?P<unit>[\u4e00-\u9fa5A-Za-z]{2,14}?(?:支行|分行|营业部|信用社|公司|分理处|营业厅|网点|事业部|中心|本部|总部|部门"
    r"|部))[。：:](?=[^，。；])"
)
_TURN = re.compile(
    r"[，；。]?(?:但是?|然而|不过|可是|只是|美中不足的是|遗憾的是|(?<=，)可(?![以能用见靠行疑计控测比谓供确])|(?<=，)却)[，,]?(?=[^，。；]{4})"
)
_CONCESSION = re.compile(r"[^，。；]{0,16}(?:虽然?|尽管)")
_BARE_TITLE = re.compile(
    r"[\u4e00-\u9fa5、]{2,14}(?:方面|管理|工作|情况|环节|业务|领域|建设|岗位|纪律|控制|安全|服务)[。：:]"
)
_FIELD_TITLE = re.compile(r"[\u4e00-\u9fa5、]{2,10}[。：:](?=[^，。；])")
LISTED = re.compile(r"(?:还有的|有的|有些|个别)")
"""有的…，有的…: how cases are listed."""
_POINTS_BACK = re.compile(r"(?:这(?:件事|一条|一问题|个问题|一?项|事)|此事|该(?:问题|事项|项)|本条)")
"""这件事…至今仍未整改，由…: speaks of the fault before it."""
STATUS_LINE = re.compile(
    r"^(?:以上|上述|前述|目前|截至[^，。；]{2,18})[，,]?(?:上述|以上)?[^，。；]{0,8}(?:问题|事项)[^。；]*"
    r"(?:整改|纠正|销号)"
)
EDGE = "，,；;。、：: 　*＊\n\t"
_SEVERITY_LEAD = re.compile(
    r"^[【\[（(](?:重大|严重|较重|一般|轻微|高|中|低|较大|特别重大|重要)(?:风险|问题|缺陷|违规)?[】\])）]"
)
_STOPS = ("。", "；", "！", "？", ";", "：", ":", "”", "）")
STATUS_LENGTH = 40


@dataclass(slots=True, eq=False)
class Draft:
    """A fault on its way to a Finding: where it stands, what was said about it, and in which list it is counted."""

    start: int
    end: int
    text: str
    tails: list[str] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    number: int = 0
    list_key: int = 0
    groups: tuple[str, ...] = ()
    path: tuple[tuple[str, int], ...] = ()
    status: Status | None = None
    lead: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    cells_elsewhere: dict[str, str] = field(default_factory=dict)
    """The row of a progress table that tells it again."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence, or a part of one before a semicolon, in a paragraph."""

    paragraph: Paragraph
    start: int
    end: int

    @property
    def text(self) -> str:
        """The words of the piece."""
        return self.paragraph.text[self.start : self.end]

    def narrowed(self, start: int, end: int) -> Piece:
        """The same piece without what stands before ``start`` and behind ``end``."""
        return Piece(self.paragraph, self.start + start, self.start + end)


def find_unit_lead(text: str) -> str | None:
    """The unit that a paragraph names first, and then tells of.

    >>> find_unit_lead("临河支行。台账漏记。"), find_unit_lead("台账漏记。")
    ('临河支行', None)
    """
    found = _UNIT_LEAD.match(text)
    return found["unit"] if found else None


def names_field(text: str) -> bool:
    """Whether an item begins with a field of work or a unit, so that its sentences are faults of their own.

    >>> names_field("授权管理方面。授权书未修订。"), names_field("临河支行。台账漏记。"), names_field("台账漏记。")
    (True, True, False)
    """
    return bool(_TOPIC_LEAD.match(text) or _UNIT_LEAD.match(text) or _field_title(text))


def _field_title(text: str) -> re.Match[str] | None:
    """现金管理。…: a short first sentence that names the field and no fault."""
    found = _FIELD_TITLE.match(text)
    if not found or is_fault(found.group()) or PROBLEM_LEAD.search(found.group()):
        return None
    return found if fault_chance(found.group().strip(EDGE)) < NAMES_A_FIELD else None


def lists_cases(text: str) -> bool:
    """Whether a text tells its faults as 有的…，有的…, two or more.

    >>> lists_cases("管理不严。有的未登记，还有的未签字。"), lists_cases("有的未登记。")
    (True, False)
    """
    return len(re.findall(rf"(?:^|[。；：，]){LISTED.pattern}", text)) > 1


def split_pieces(paragraph: Paragraph) -> list[Piece]:
    """Sentences and their parts before semicolons, or before 有的 where these list the cases; quotation marks and
    brackets hold together.

    >>> text = "甲行“先批；后补”。乙行漏记；丙行未签。"
    >>> [piece.text for piece in split_pieces(Paragraph(text, tuple(range(len(text)))))]
    ['甲行“先批；后补”。', '乙行漏记；', '丙行未签。']
    """
    pieces, depth, start, text = [], 0, 0, paragraph.text
    cases = lists_cases(text)
    for at, character in enumerate(text):
        if character in "“（(《【":
            depth += 1
        elif character in "”）)》】":
            depth = max(0, depth - 1)
        elif (character in "。；！？;" and (depth == 0 or at - start > 400)) or (
            cases and depth == 0 and character == "，" and LISTED.match(text, at + 1)
        ):
            depth = 0
            pieces.append(Piece(paragraph, start, at + 1))
            start = at + 1
    if text[start:].strip(EDGE):
        pieces.append(Piece(paragraph, start, len(text)))
    return [piece for piece in pieces if piece.text.strip(EDGE)]


def cut_item(paragraphs: Sequence[Paragraph]) -> Draft | None:
    """One fault out of a numbered item and the paragraphs that go on with it; None when it is no fault.

    >>> text = "登记簿漏记三次，已整改，责任部门为运营部。"
    >>> cut_item([Paragraph(text, tuple(range(len(text))))]).text
    '登记簿漏记三次'
    """
    pieces = [piece for paragraph in paragraphs for piece in split_pieces(paragraph)]
    label = find_item_label(pieces[0].paragraph.text) if pieces else None
    if label:
        rest = label.end() - pieces[0].start
        shortened = [pieces[0].narrowed(rest, len(pieces[0].text))] if rest < len(pieces[0].text) else []
        pieces = [*shortened, *pieces[1:]]
    pieces, tails = cut_labels(pieces)
    first = _skip_praise(pieces)
    pieces = pieces[first:]
    last = len(pieces)
    while last > 1 and pieces[last - 2].text.endswith(_STOPS) and _tells_no_more(pieces[last - 1].text):
        last -= 1
    tails = [piece.text for piece in pieces[last:]] + tails
    return make_draft(pieces[:last], tails) if last else None


def _tells_no_more(text: str) -> bool:
    """Whether a sentence behind a fault tells what came of it, and no more of the fault."""
    return is_afterword(text) or (fault_chance(text.strip(EDGE)) < SURELY_NO_FAULT and not RESULT.match(text))


def cut_labels(pieces: list[Piece]) -> tuple[list[Piece], list[str]]:
    """Cuts at 整改情况： and the like inside a paragraph."""
    for index, piece in enumerate(pieces):
        text = piece.paragraph.text
        found = INLINE_LABEL.search(text, max(0, piece.start - 1), piece.end)
        if found and (index or found.start() > piece.start):
            cut = found.start()
            opened = max(text.rfind("（", piece.start, cut), text.rfind("(", piece.start, cut))
            if opened > max(text.rfind("）", piece.start, cut), text.rfind(")", piece.start, cut)):
                cut = opened
            before = [piece.narrowed(0, cut - piece.start)] if cut > piece.start else []
            rest = [text[cut : piece.end], *(later.text for later in pieces[index + 1 :])]
            return [*pieces[:index], *before], rest
    return pieces, []


def _skip_praise(pieces: list[Piece]) -> int:
    first = 0
    while first + 1 < len(pieces):
        text = pieces[first].text
        if _BARE_TITLE.fullmatch(text) and not is_fault(text):
            first += 1
            continue
        if is_fault(text) or not PRAISE.search(text) or not any(is_fault(p.text) for p in pieces[first + 1 :]):
            break
        first += 1
    return first


def is_afterword(text: str) -> bool:
    """Whether a sentence says what was done about a fault, or must be done, rather than the fault.

    >>> is_afterword("目前已整改完毕。"), is_afterword("请各行加强管理。"), is_afterword("其中2笔已逾期。")
    (True, True, False)
    """
    bare = text.strip(EDGE)
    if RESULT.match(bare):
        return False
    if _POINTS_BACK.match(bare) and (names_status(bare) or find_responsible(bare)):
        return True
    if ANALYSIS.match(bare) or NO_FAULT.match(bare) or ACCOUNTED.match(bare) or STATUS_LINE.match(bare):
        return True
    if _is_tail_clause(re.split("[，,]", bare)[0]) or is_measure(bare):
        return True
    if is_demand(bare) and not is_fault(bare):
        return True
    return names_status(bare) and len(bare) < STATUS_LENGTH and not is_concrete(bare)


def names_status(text: str) -> bool:
    """Whether a text says how far something is mended.

    >>> names_status("已整改"), names_status("漏记")
    (True, False)
    """
    return any(words.search(text) for words in (OPEN, IN_PROGRESS, RECTIFIED))


def _is_tail_clause(clause: str) -> bool:
    bare = clause.strip(EDGE)
    return bool(TAIL_CLAUSE.match(bare)) and (names_status(bare) or not STILL_WRONG.search(bare))


def make_draft(pieces: Sequence[Piece], tails: list[str]) -> Draft | None:
    """A draft of consecutive pieces: leads cut off in front, the state of mending cut off behind."""
    first, last = pieces[0], pieces[-1]
    start = find_start(first.text)
    text = last.text
    floor = start if last is first else 0
    end = find_end(text, floor)
    if text[end:].strip(EDGE):
        tails = [text[end:].strip(EDGE), *tails]
    lead = first.text[:start]
    begin, finish = first.narrowed(start, len(first.text)), last.narrowed(0, end)
    if begin.paragraph is finish.paragraph and begin.start >= finish.end:
        return None
    left = begin.paragraph.origin[begin.start]
    right = finish.paragraph.origin[finish.end - 1] + 1
    words = _words_between(pieces, begin, finish)
    return Draft(left, right, words, tails, lead=lead) if len(words) >= 4 else None


def _words_between(pieces: Sequence[Piece], begin: Piece, finish: Piece) -> str:
    if begin.paragraph is finish.paragraph:
        return begin.paragraph.text[begin.start : finish.end]
    words, seen = begin.paragraph.text[begin.start :], begin.paragraph
    for piece in pieces:
        if piece.paragraph is not seen:
            seen = piece.paragraph
            words += seen.text[: finish.end] if seen is finish.paragraph else seen.text
    return words


def find_start(text: str) -> int:
    """Where the fault begins in its first piece: behind leads, and behind 但 when praise stands before it."""
    start = len(text) - len(text.lstrip(EDGE))
    severity = _SEVERITY_LEAD.match(text, start)
    start = severity.end() if severity else start
    leads = list(PROBLEM_LEAD.finditer(text))
    told = text[start : leads[-1].start()] if leads else ""
    if leads and len(text) - leads[-1].end() > 8 and (not re.search(r"\d", told) or _TURN.search(told)):
        start = leads[-1].end()
    title = _field_title(text[start:])
    start += title.end() if title and len(text) - start - title.end() >= 6 else 0
    turn = _TURN.search(text, start)
    before = text[start : turn.start()] if turn else ""
    if turn and (_CONCESSION.match(before) or _is_praise(before, text[turn.end() :])):
        start = turn.end()
    for pattern in (_UNIT_LEAD, _TOPIC_LEAD, LEAD_IN, DISCOVERY_LEAD, _TOPIC_LEAD):
        found = pattern.match(text[start:])
        if found and len(text) - start - found.end() >= 6:
            start += found.end()
    return start + len(text[start:]) - len(text[start:].lstrip(EDGE))


def _is_praise(before: str, behind: str) -> bool:
    """Whether the words before 但 tell no fault, or far less of one than those behind it."""
    if len(before) < 6:
        return False
    if not is_fault(before) and PRAISE.search(before):
        return True
    chances = [fault_chance(text.strip(EDGE)) for text in (before, behind)]
    return chances[0] < SURELY_NO_FAULT or (chances[0] < LIKELY_FAULT and chances[1] - chances[0] > FAR_LIKELIER)


FAR_LIKELIER, NAMES_A_FIELD = 0.4, 0.4


def find_end(text: str, floor: int) -> int:
    """Where the fault ends in its last piece: before 已整改, 责任部门为… and what excuses the delay."""
    end = len(text.rstrip(EDGE))
    bracket = _BRACKET_TAIL.search(text[:end])
    if bracket and bracket.start() > floor + 3:
        end = len(text[: bracket.start()].rstrip(EDGE))
    peeled = False
    while True:
        comma = _last_comma(text, floor, end)
        if comma <= floor:
            return end
        clause = text[comma + 1 : end]
        excuse = peeled and EXCUSE.search(clause.strip(EDGE)) is not None and not is_concrete(clause)
        excuse = excuse or (peeled and _excuse_begins(text, floor, comma))
        if not (_is_tail_clause(clause) or excuse):
            return end
        peeled = True
        end = len(text[:comma].rstrip(EDGE))


def _excuse_begins(text: str, floor: int, comma: int) -> bool:
    """Whether the clause behind ``comma`` is the 因… of what was just cut off."""
    clause = text[comma + 1 :].split("，")[0]
    return bool(re.match(r"(?:主要)?(?:因|由于|鉴于)", clause))


def _last_comma(text: str, floor: int, end: int) -> int:
    depth = 0
    for at in range(end - 1, floor, -1):
        if text[at] in "”）)》":
            depth += 1
        elif text[at] in "“（(《":
            depth -= 1
        elif text[at] in "，," and depth <= 0:
            return at
    return -1

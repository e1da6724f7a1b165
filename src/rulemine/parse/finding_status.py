"""How far a fault is mended, by whom and until when: from its own words, labels, and sentences about a whole list.

A sentence far behind the list may say it: ①、③两项已整改，其余正在整改; 已整改2个（甲社④、乙社），整改中7个.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from itertools import pairwise

from rulemine.parse.finding_paragraphs import CIRCLED, Paragraph
from rulemine.parse.finding_units import Draft
from rulemine.parse.finding_words import DONE, FUTURE, IN_PROGRESS, OPEN, RECTIFIED, UNDERWAY
from rulemine.schema import Status
from rulemine.text import find_dates, parse_number

_RESPONSIBLE = re.compile(
    r"(?:责任(?:部门|单位|机构|科室|处室)|整改(?:责任)?(?:部门|单位)|(?:牵头|主责|主办|承办)(?:部门|单位))(?:为|是"
    r"|[：:])?\s*(?P<unit>[^，,。；;：:（）()\n\s|]{2,30})"
    r"|由(?P<by>[^，。；：由]{2,16}?(?:部|室|中心|处|科|行|公司|办|支行|办公室))(?:负责|牵头)"
)
_DUE_WORD = re.compile(
    r"(?:期限|时限|限期|完成时间|整改时间|完成日期|预计|计划|拟|限|力争|确保|要求|将于|将在|争取|承诺|须|应|于)"
)
_AFTER_DATE = re.compile(r"\s*(?:之?前|底|末|内|完成|以前|止|$|[，。；）)\n])")
_YEAR_END = re.compile(r"(?:本|今|当)?年(?:底|末)(?:之?前|内)?|年内")
_REFERENCE = re.compile(
    rf"(?P<circled>[{CIRCLED}])|第[（(]?(?P<nth>[一二三四五六七八九十\d]+(?:(?:[、，,和及至到\-—~]"
    rf"|以及)第?[一二三四五六七八九十\d]+)*)[）)]?(?:项|条|个|点|类)(?!整改)|(?:问题"
    rf"|序号)(?P<named>\d+(?:(?:[、，,和及至到\-—~])(?:问题)?\d+)*)(?![\d个项条类])"
    r"|(?<![\d.])(?P<bare>\d+(?:[、，,和及]\d+)+)(?:号|项|条)?(?:问题|等|[两三四五六七八九十\d]*[项个])"
)
_ALL = re.compile(
    r"(?:上述|以上|前述|所有|全部|所列|各项)[^，。；]{0,12}(?:问题|事项|情况)[^，。；]{0,12}(?:均|都|全部|已)|(?:问题"
    r"|事项)(?:均|都|已全部|全部)(?:已)?"
)
_REST = re.compile(r"其余|其他|其它|剩余|余下|另外?[\d一二三四五六七八九十两]+[个项条]|除[^，。；]{1,30}外")
_WISHED = re.compile(r"确保|力争|务必|争取|要求|责令|督促|预计|计划")
_OTHER_TIMES = re.compile(
    r"(?:上年度?|上次|上一?轮|以往|前次|去年|往年|以前年度)[^，。；]{0,14}(?:检查|审计|发现|指出|问题)"
)
_PART = re.compile(r"第(?P<bracket>[（(])?([一二三四五六七八九十\d]+)[）)]?部分(?:的|中)?$")
RETOLD_LENGTH = 6
_STATED = re.compile(r"(\d+|[一二三四五六七八九十两]+)\s*(?:个|项|条|笔|类)")


def read_status(text: str) -> Status | None:
    """The status that words about mending state; the first one named counts.

    >>> [read_status(t) for t in ("已整改。", "整改中。预计年底完成整改", "尚未整改", "已追回全部款项", "登记簿漏记")]
    ['rectified', 'in_progress', 'open', 'rectified', None]
    """
    text = FUTURE.sub("预计", text)
    named: list[tuple[int, int, Status]] = []
    for rank, (status, words) in enumerate(_STATUS_WORDS):
        found = words.search(text)
        if found:
            named.append((found.start(), rank, status))
    if named:
        first = min(named)
        overlapping = [entry for entry in named if entry[0] <= first[0] + 4]
        return min(overlapping, key=lambda entry: entry[1])[2]
    said = "".join(re.split("(?<=[。；\n])", text)[:3])
    if UNDERWAY.search(said):
        return "in_progress"
    return "rectified" if DONE.search(said) else None


_STATUS_WORDS: tuple[tuple[Status, re.Pattern[str]], ...] = (
    ("open", OPEN),
    ("in_progress", IN_PROGRESS),
    ("rectified", RECTIFIED),
)


def read_cell_status(cell: str) -> Status | None:
    """The status in a cell of a register.

    >>> [read_cell_status(c) for c in ("已整改", "是", "整改中", "否", "完成", "-")]
    ['rectified', 'rectified', 'in_progress', 'open', 'rectified', None]
    """
    bare = re.sub(r"\s", "", cell)
    if bare in ("是", "√", "Y", "已", "完成", "办结", "销号", "关闭", "已销号", "已关闭"):
        return "rectified"
    if bare in ("否", "×", "N", "未", "未完成", "未关闭", "未销号"):
        return "open"
    return read_status(bare)


def read_responsible(text: str) -> str | None:
    """The unit that must mend, as written.

    >>> read_responsible("责任部门：培训部、后勤部。"), read_responsible("由运营管理部负责整改")
    ('培训部、后勤部', '运营管理部')
    """
    found = _RESPONSIBLE.search(text)
    if not found:
        return None
    return (found["unit"] or found["by"]).strip("、") or None


def read_due(text: str, *, year: int | None) -> date | None:
    """The day until which a fault must be mended.

    >>> str(read_due("预计5月12日前完成", year=2023)), str(read_due("2023年4月底前完成", year=None))
    ('2023-05-12', '2023-04-30')
    >>> read_due("已于7月3日退回", year=2023) is None
    True
    """
    for found in find_dates(text, year=year):
        before = re.split("[，。；\\n]", text[max(0, found.start - 20) : found.start])[-1]
        after = text[found.end : found.end + 6]
        done = re.search(r"已(?:于|在|经)?[^，。；]*$", before) or re.match(r"[^，。；]{0,3}已", after)
        asked = _DUE_WORD.search(before) and _AFTER_DATE.match(after)
        due = asked or re.match(r"\s*(?:之?前|底|末|内|以前|止)", after)
        month_end = text[found.end - 1 : found.end] in "底末"
        if not done and (due or month_end):
            return found.last
    year_end = _YEAR_END.search(text)
    if year and year_end and "已" not in text[max(0, year_end.start() - 8) : year_end.start()]:
        return date(year, 12, 31)
    return None


def settle_status(drafts: Sequence[Draft], paragraphs: Iterable[Paragraph]) -> dict[int, Status]:
    """Status of drafts (by position) out of sentences that speak of whole lists."""
    settled: dict[int, Status] = {}
    section = 0
    for paragraph in paragraphs:
        if paragraph.marker and paragraph.marker.kind in ("part", "han"):
            section = paragraph.origin[0]
        apart = not any(section <= draft.start <= paragraph.origin[-1] for draft in drafts)
        for sentence in _sentences(paragraph):
            if any(words.search(sentence[0]) for _, words in _STATUS_WORDS):
                _settle_sentence(sentence, drafts, settled, whole_report=apart)
    return settled


def speaks_of_list(text: str) -> bool:
    """Whether a sentence speaks of several items and not of the one it stands behind.

    >>> speaks_of_list("①、③两项已整改，其余正在整改"), speaks_of_list("已收回，其余正在清理")
    (True, False)
    """
    return bool(_references(text) or _ALL.search(text) or re.match(r"(?:针对|对)(?:上述|以上|这些)", text))


def _sentences(paragraph: Paragraph) -> list[tuple[str, int]]:
    return [(found.group(), paragraph.origin[found.start()]) for found in re.finditer(r"[^。]+", paragraph.text)]


def _settle_sentence(
    sentence: tuple[str, int], drafts: Sequence[Draft], settled: dict[int, Status], *, whole_report: bool
) -> None:
    """Puts the status of a sentence to the items it names, to the list before it, or, in a section of its own or
    with a number that equals all faults, to the whole report.
    """
    text, offset = sentence
    scope = [index for index, draft in enumerate(drafts) if draft.start <= offset]
    if not scope or drafts[scope[-1]].start >= offset:
        return
    if whole_report and _OTHER_TIMES.search(text):
        return
    clauses = _clauses(re.sub(r"(除[^，。；]{1,30}外)，", r"\1 ", text))
    named = _settle_named(clauses, drafts, scope, settled)
    if whole_report and _REST.search(text):
        named |= _settle_retold(clauses, drafts, scope, settled)
    meant = named or {scope[-1]}
    if whole_report or (_ALL.search(text) and _states_number(text, len(scope))):
        meant = set(scope)
    whole = {drafts[index].list_key for index in meant}
    for clause in clauses:
        status = _clause_status(clause)
        if not status:
            continue
        if _ALL.search(clause) and not named and not _REST.search(clause) and not spoken_for(clause):
            for index in scope:
                if drafts[index].list_key in whole and not _is_labelled(drafts[index]):
                    settled.setdefault(index, status)
        elif named or _REST.search(clause):
            _settle_rest(clause, status, drafts, scope, named, whole, settled)


def _settle_named(
    clauses: Sequence[str], drafts: Sequence[Draft], scope: Sequence[int], settled: dict[int, Status]
) -> set[int]:
    named: set[int] = set()
    for clause in clauses:
        status = _clause_status(clause)
        if status and not _REST.search(clause):
            for index in _resolve(clause, drafts, scope):
                named.add(index)
                settled[index] = status
    return named


def _states_number(text: str, number: int) -> bool:
    stated = _STATED.search(text)
    return stated is not None and number > 1 and parse_number(stated[1]) == number


def _settle_retold(
    clauses: Sequence[str], drafts: Sequence[Draft], scope: Sequence[int], settled: dict[int, Status]
) -> set[int]:
    """已完成设备盘点，…；其余…: the items that clauses before 其余 tell again in their own words."""
    named: set[int] = set()
    done = False
    for clause in clauses:
        if _REST.search(clause):
            break
        done = bool(DONE.search(clause) or RECTIFIED.search(clause)) or (
            done and clause.startswith(("并", "且", "同时"))
        )
        if not done or _references(clause) or _ALL.search(clause):
            continue
        shared = {index: _longest_shared(clause, drafts[index].text) for index in scope}
        best = max(shared.values(), default=0)
        told = [index for index in scope if shared[index] == best]
        if best >= RETOLD_LENGTH and len(told) == 1:
            named.add(told[0])
            settled[told[0]] = "rectified"
    return named


def _longest_shared(a: str, b: str) -> int:
    return SequenceMatcher(None, a, b, autojunk=False).find_longest_match().size


def _is_labelled(draft: Draft) -> bool:
    return any(role != "cause" for role, _ in draft.labels)


def spoken_for(clause: str) -> bool:
    """Whether a clause speaks of a part only.

    >>> spoken_for("上述问题已整改6个"), spoken_for("上述问题均已整改")
    (True, False)
    """
    return bool(
        re.search(r"(?:已|完成)?(?:整改|纠正)(?:了|完成)?\s*(?:\d+|[一二三四五六七八九十]+)\s*[个项条]", clause)
    )


def _settle_rest(
    clause: str,
    status: Status,
    drafts: Sequence[Draft],
    scope: Sequence[int],
    named: set[int],
    whole: set[int],
    settled: dict[int, Status],
) -> None:
    """其余正在整改, or a stated number that is just what remains."""
    if _references(clause) or any(index in named for index in _resolve(clause, drafts, scope)):
        if not re.search(r"除[^，。；]{1,30}外", clause):
            return
        excluded = set(_resolve(clause, drafts, scope))
        for index in scope:
            if drafts[index].list_key in {drafts[i].list_key for i in excluded} and index not in excluded:
                settled[index] = status
        return
    groups = len({drafts[index].list_key for index in scope})
    rest = [i for i in scope if i not in named and (drafts[i].list_key in whole or (groups > 1 and len(whole) > 1))]
    wide = [i for i in scope if i not in named]
    stated = _STATED.search(clause)
    count = parse_number(stated[1]) if stated else None
    if count is not None and len(wide) == count:
        rest = wide
    elif not _REST.search(clause) and count != len(rest):
        return
    for index in rest:
        settled.setdefault(index, status)


def _clauses(text: str) -> list[str]:
    """Clauses, commas inside brackets left alone: 已整改2个（甲社④、乙社）.

    >>> _clauses("①、③两项已整改，其余整改中")
    ['①、③两项已整改', '其余整改中']
    """
    return [found.group() for found in re.finditer(r"(?:[（(][^（）()]*[）)]|[^，；,;])+", text)]


def _clause_status(clause: str) -> Status | None:
    for status, words in _STATUS_WORDS:
        if (found := words.search(clause)) and not _WISHED.search(clause[: found.start()]):
            return status
    return None


def _references(clause: str) -> list[int]:
    return [number for found in _REFERENCE.finditer(clause) for number in _numbers(found)]


def _numbers(found: re.Match[str]) -> list[int]:
    if found["circled"]:
        return [CIRCLED.index(found["circled"]) + 1]
    text = found["nth"] or found["named"] or found["bare"]
    numbers: list[int] = []
    for part in re.finditer(r"([至到\-—~]*)(?:第|问题)?([一二三四五六七八九十\d]+)", text):
        value = parse_number(part[2])
        if part[1] and numbers:
            numbers.extend(range(numbers[-1] + 1, value))
        numbers.append(value)
    return numbers


def _resolve(clause: str, drafts: Sequence[Draft], scope: Sequence[int]) -> list[int]:
    """The drafts that a clause names: ④ of 甲社, all of 乙社, 第三项 of the last list."""
    resolved: list[int] = []
    group: str | None = None
    position = 0
    for found in _REFERENCE.finditer(clause):
        before = clause[position : found.start()]
        group = _last_group(before, drafts, scope) or group
        position = found.end()
        if part := _PART.search(before):
            numbers = _numbers(found)
            resolved.extend(i for i in scope if _stands_at(drafts[i], part, numbers))
            continue
        for number in _numbers(found):
            resolved.extend(_numbered(number, group, drafts, scope))
    for bracket in re.findall(r"[（(]([^（）()]+)[）)]", clause):
        for name in re.split("[、，,]", bracket):
            if not _REFERENCE.search(name):
                resolved.extend(index for index in scope if _in_group(drafts[index], name))
    return list(dict.fromkeys(resolved))


def _stands_at(draft: Draft, part: re.Match[str], numbers: Sequence[int]) -> bool:
    """Whether a draft is, or is below, 第（二）部分第1项 of the outline."""
    kinds = ("han_bracket",) if part["bracket"] else ("han", "part")
    address = parse_number(part[2])
    return any(kind in kinds and at == address and n in numbers for (kind, at), (_, n) in pairwise(draft.path))


def _last_group(words: str, drafts: Sequence[Draft], scope: Sequence[int]) -> str | None:
    name = re.split("[、，,（(和及]", words)[-1].strip()
    return name if any(_in_group(drafts[index], name) for index in scope) else None


def _in_group(draft: Draft, name: str) -> bool:
    name = re.sub(r"^(?:其中|问题)|(?:的|第)$", "", name)
    return len(name) >= 2 and any(group.lstrip("【").startswith(name) for group in draft.groups)


def _numbered(number: int, group: str | None, drafts: Sequence[Draft], scope: Sequence[int]) -> list[int]:
    fitting = [i for i in scope if drafts[i].number == number and (group is None or _in_group(drafts[i], group))]
    if group is None and fitting:
        key = drafts[fitting[-1]].list_key
        return [index for index in fitting if drafts[index].list_key == key]
    return fitting

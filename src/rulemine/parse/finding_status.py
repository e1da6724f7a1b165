"""How far a fault is mended, by whom and until when: the words for it, wherever they stand."""

from __future__ import annotations

import re
from datetime import date, timedelta

from rulemine.parse.finding_words import DONE, FUTURE, IN_PROGRESS, OPEN, RECTIFIED, UNDERWAY
from rulemine.schema import Status
from rulemine.text import end_of_month, find_dates, parse_number

_UNIT_END = r"(?:部|室|中心|处|科|行|公司|办|社|委员会|办公室|组|团队|班子|条线|机关|局|工会|专班)"
_RESPONSIBLE = re.compile(
    r"(?:责任(?:部门|单位|机构|科室|处室)|整改(?:责任)?(?:部门|单位)|(?:牵头|主责|主办|承办|经办|督办|落实)(?:部门|单位))(?:为|是"
    r"|[：:])\s*(?P<unit>[^，,。；;：:（）()\n\s|]{2,30})"
    rf"|责任(?:部门|单位)(?P<bare>[\u4e00-\u9fa5]{{2,14}}{_UNIT_END})(?=[，。；\s]|$)"
    rf"|由(?P<by>[^，。；：由]{{2,24}}?{_UNIT_END})(?:负责|牵头|督办|盯办|跟办|主办|承办|跟进|督促|落实|挂牌|另行|组织|统筹|制定|起草|整改|查清"
    r"|(?:于|在)(?=[^，。；]{0,16}前))"
    rf"|(?:^|[，；：])(?:并|均|统一|目前)?(?P<self>(?:(?!由)[\u4e00-\u9fa5]){{2,12}}{_UNIT_END})(?:负责(?:跟进|落实|整改|督办)?|牵头)"
    rf"|(?:^|[，；：])(?P<pledged>[\u4e00-\u9fa5]{{2,12}}{_UNIT_END})承诺(?=[^，。；]*\d)"
    r"|(?:^|[，；：])(?P<acting>[\u4e00-\u9fa5]{2,10}(?:部|室|中心|处|科))(?:须|应|拟|将|计划|正在|已)(?:(?:于|在)[^，。；]{0,12}前|推进|着手|接收)"
    rf"|(?:项|问题[一二三四五六七八九十\d]+)(?:则)?为(?P<told>[\u4e00-\u9fa5]{{2,14}}{_UNIT_END})$"
)
_DUE_WORD = re.compile(
    r"(?:期限|时限|限期|完成时间|整改时间|完成日期|预计|计划|拟|限|力争|确保|要求|将于|将在|争取|承诺|须|应|于)"
)
_AFTER_DATE = re.compile(r"\s*(?:之?前|底|末|内|完成|以前|止|$|[，。；）)\n])")
_CLOSES = re.compile(
    r"\s*(?:掌握|为限)|\s*(?:之?前|底|末|内|以前|止)(?!的|租|购|签(?!订)|曾|采购|发生|形成|入账|投放|入职|开立|出具|存|放款|印发的)"
)
"""9月底前办结, and not 8月前租用的车辆."""
_YEAR_END = re.compile(r"(?:本|今|当)?年(?:底|末)(?:之?前|内)?|年内")
_WISHED = re.compile(r"确保|力争|务必|争取|要求|责令|督促|预计|计划")


def read_status(text: str) -> Status | None:
    """The status that words about mending state; the first one named counts.

    >>> [read_status(t) for t in ("已整改。", "整改中。预计年底完成整改", "尚未整改", "已追回全部款项", "登记簿漏记")]
    ['rectified', 'in_progress', 'open', 'rectified', None]
    """
    if told := read_told_status(text):
        return told
    return read_deed("".join(re.split("(?<=[。；\n])", text)[:3]))


def read_deed(text: str) -> Status | None:
    """The status that follows from what was done or is being done, where none is stated.

    >>> read_deed("款项已全部追回"), read_deed("正在与业主协商"), read_deed("登记簿漏记")
    ('rectified', 'in_progress', None)
    """
    said = FUTURE.sub("预计", text)
    if UNDERWAY.search(said):
        return "in_progress"
    return "rectified" if DONE.search(said) else None


def read_told_status(text: str) -> Status | None:
    """The status that a text states in so many words, and not only by what was done.

    >>> read_told_status("整改中。预计年底完成整改"), read_told_status("已追回全部款项")
    ('in_progress', None)
    """
    for conclusion in _CONCLUSION.finditer(text):
        if concluded := find_status(conclusion.group()):
            return concluded[0]
    text = FUTURE.sub("预计", text)
    named: list[tuple[int, int, Status]] = []
    for rank, (status, words) in enumerate(_STATUS_WORDS):
        found = words.search(text)
        if found:
            named.append((found.start(), rank, status))
    if not named:
        return None
    first = min(named)
    overlapping = [entry for entry in named if entry[0] <= first[0] + 4]
    return min(overlapping, key=lambda entry: entry[1])[2]


_CONCLUSION = re.compile(r"(?:本|该|此|这一?)(?:项|条|题|问题|事项)(?:整改)?[^，。；]{0,20}")
"""本项未能完成: what is said of the fault as a whole, after all the measures."""
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
    if bare in ("是", "√", "✓", "Y", "已", "完成", "办结", "销号", "关闭", "已销号", "已关闭", "了结"):
        return "rectified"
    if bare in ("否", "×", "✗", "N", "未", "未完成", "未关闭", "未销号", "未启", "未动", "挂着", "挂账"):
        return "open"
    if bare in ("部分", "○", "△", "在办", "在改", "推进", "序时推进", "进行中", "整改"):
        return "in_progress"
    head = re.split("[：:，,（(；;。]", bare)[0]
    if head != bare and (status := read_cell_status(head)):  # 办结：登记簿改为电子流程
        return status
    found = find_status(bare)
    return read_status(bare) or (found[0] if found else None)


def find_responsible(text: str) -> str | None:
    """The unit that must mend, as written.

    >>> find_responsible("责任部门：培训部、后勤部。"), find_responsible("由运营管理部负责整改")
    ('培训部、后勤部', '运营管理部')
    """
    found = _RESPONSIBLE.search(text)
    if not found:
        return None
    told = next(name for name in found.groups() if name)
    return (
        re.sub(r"^(?:本[项条])?由|^(?:你|贵|该|本)(?:分公司|公司|支行|分行|行|社)?(?=.{3})", "", told).strip("、")
        or None
    )


def read_due(text: str, *, year: int | None, base: date | None = None) -> date | None:
    """The day until which a fault must be mended.

    >>> str(read_due("预计5月12日前完成", year=2023)), str(read_due("2023年4月底前完成", year=None))
    ('2023-05-12', '2023-04-30')
    >>> read_due("已于7月3日退回", year=2023) is None
    True
    >>> str(read_due("自本方案印发之日起15日内完成", year=None, base=date(2024, 3, 18)))
    '2024-04-02'

    ``base``, the day of the report, is where 印发之日起 begins; a month without a year that lies long before it is next year's.
    """
    for found in find_dates(text, year=year):
        before = re.split("[，。；\\n]", text[max(0, found.start - 20) : found.start])[-1]
        after = text[found.end : found.end + 6]
        done = re.search(r"已(?:于|在|经)?[^，。；]*$", before) or re.match(r"[^，。；]{0,3}已", after)
        asked = _DUE_WORD.search(before) and _AFTER_DATE.match(after)
        due = asked or _CLOSES.match(text, found.end)
        month_end = text[found.end - 1 : found.end] in "底末"
        if not done and (due or month_end):
            bare = "年" not in text[found.start : found.end] and "-" not in text[found.start : found.end]
            late = bare and base and (base - found.last).days > LONG_PAST
            return _next_year(found.last) if late else found.last
    if base and (relative := _read_relative(text, base)):
        return relative
    if year and (quarter := _QUARTER_END.search(text)) and "已" not in text[: quarter.start()]:
        return end_of_month(year, 3 * "一二三四".index(quarter[1]) + 3)
    year_end = _YEAR_END.search(text)
    if year and year_end and "已" not in text[max(0, year_end.start() - 8) : year_end.start()]:
        return date(year, 12, 31)
    return None


def _next_year(day: date) -> date:
    return end_of_month(day.year + 1, day.month) if day.day > 27 else day.replace(year=day.year + 1)


def _read_relative(text: str, base: date) -> date | None:
    """自本报告印发之日起30日内, 两个月内: from the day of the report."""
    found = _RELATIVE.search(text)
    if not found:
        return None
    number = parse_number(found["n"].replace("两", "二"))
    if found["unit"] == "工作日":
        return _add_working_days(base, number)
    if found["unit"] == "月":
        month = base.month - 1 + number
        return min(
            date(base.year + month // 12, month % 12 + 1, 1) + timedelta(base.day - 1),
            end_of_month(base.year + month // 12, month % 12 + 1),
        )
    return base + timedelta(days=number * (7 if found["unit"] in ("周", "星期") else 1))


def _add_working_days(base: date, number: int) -> date:
    """Monday to Friday; holidays are not known."""
    day = base
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


_RELATIVE = re.compile(
    r"(?:自|从)?(?:本|该|此)?(?:报告|通报|意见书?|方案|清单|通知|函|信|文)?(?:印发|下发|出具|发出|收到|发布|签发|送达|反馈)(?:本[^，。；]{2,6})?(?:之日|之后|后|之日后|日)?起?(?:的)?"
    r"(?P<n>\d+|[一二两三四五六七八九十]+)\s*个?(?P<unit>工作日|日|天|月|周|星期)(?:之?内|以内)"
)
_QUARTER_END = re.compile(r"(?:本年|今年)?([一二三四])季度(?:末|底)(?:之?前)?")
LONG_PAST = 120
"""Days before the report from which a month without a year is taken for the next year's."""


_BY_THEN = re.compile(r"(?<![目当])前$|内$")


def find_status(clause: str) -> tuple[Status, int] | None:
    """The status that a clause of a summary states, and where; wishes and orders state none.

    >>> find_status("第2项正在办理"), find_status("须在8月20日前了结"), find_status("折页已当场改完")[0]
    (('in_progress', 3), None, 'rectified')
    """
    for status, words in _SUMMARY_WORDS:
        for found in words.finditer(clause):
            if not _WISHED.search(clause[: found.start()]) and not _BY_THEN.search(clause[: found.start()]):
                return status, found.start()
    return None


_SUMMARY_WORDS: tuple[tuple[Status, re.Pattern[str]], ...] = (
    (
        "open",
        re.compile(
            OPEN.pattern
            + r"|(?:还|仍|均|都|尚|暂|一直|眼下还|至今)(?:没有|没|未)(?:能)?(?:动|着手|开始|启动|取得|实质|废止"
            r"|改|完成|整改|落实|执行)(?!完)"
            r"|没有任何(?:动作|进展|行动)|挂账未改|未启动|未能完成|未动|没有动|没动|未着手|未开始整改|^挂着|原地未动"
        ),
    ),
    (
        "in_progress",
        re.compile(
            IN_PROGRESS.pattern + r"|正在?(?:改(?!善)|整改|办(?!公)|推进|清理|处理|核对|协商|办理|制定|修订|审议|与)"
            r"|在办|在改|持续推进|仍在(?:推进|整改|办理|进行)|(?:尚|仍|均|都)在(?:推进|办理|整改|进行)|在?整改之中|都在(?:改|整改)"
            r"|序时推进|部分(?:整改|完成)|尚未完结|已经启动|分批|取得阶段性"
        ),
    ),
    (
        "rectified",
        re.compile(
            RECTIFIED.pattern
            + r"|(?:已|已经|均|均已|全部|当场|都|亦)(?:全部|经|如期|按期)?(?:改完|改了|改正|改好|办结|了结|销号|纠正|清理完毕|办妥|到位)"
            r"|改完|(?<!须)了结(?!前)$|(?:整改|改正)(?:完毕|到位)"
            r"|(?:题|项|条|问题|事项|均|同意)(?:予以|准予|可以?)?(?:销号|办结|了结)|画上?句号|^销号|已完成(?!\d|[一二三四五六七八九十]+[个项])|已整改|完成整改|已消除|整改已完成|已闭环|已落实"
        ),
    ),
)

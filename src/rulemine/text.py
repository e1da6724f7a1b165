"""Numerals, dates, money, and normalising.

Everything here is about characters: no rule, no finding, no file is known on this floor.
"""

from __future__ import annotations

import calendar
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

# ---------------------------------------------------------------- numerals

DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "Ｏ": 0,
    "両": 2,
    "两": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
TENS = {"廿": 20, "卅": 30, "卌": 40}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
MYRIADS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
NUMERAL = "零〇○一二三四五六七八九十百千两廿卅卌"
"""Characters of the numbers that stand in 第X条, for use inside a character class."""


def parse_number(text: str) -> int:
    """The value of a Chinese, full-width or plain numeral.

    >>> [parse_number(t) for t in ("一百二十", "二○○五", "１２", "廿三", "两千零五", "十", "三万五千")]
    [120, 2005, 12, 23, 2005, 10, 35000]

    Raises ValueError when the text is no numeral.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    if plain.isascii() and plain.isdigit():
        return int(plain)
    if not plain:
        raise ValueError("no numeral in an empty text")
    if len(plain) > 1 and all(c in DIGITS for c in plain):
        return int("".join(str(DIGITS[c]) for c in plain))
    total = section = pending = 0
    for c in plain:
        if c in DIGITS or c.isdigit():
            pending = pending * 10 + int(c) if c.isdigit() else DIGITS[c]
        elif c in TENS:
            section += TENS[c]
        elif c in UNITS:
            section += (pending or 1) * UNITS[c]
            pending = 0
        elif c in MYRIADS:
            total = (
                (total + section + pending) * MYRIADS[c] if MYRIADS[c] > 10**4 else total + (section + pending) * 10**4
            )
            section = pending = 0
        else:
            raise ValueError(f"{text!r} is not a numeral")
    return total + section + pending


def spell_number(value: int) -> str:
    """The Chinese numeral of 0 … 99,999, as laws write article numbers.

    >>> [spell_number(n) for n in (7, 10, 15, 20, 101, 120, 1004)]
    ['七', '十', '十五', '二十', '一百零一', '一百二十', '一千零四']
    """
    if value == 0:
        return "零"
    spelled, gap = "", False
    for power, unit in ((10000, "万"), (1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, power)
        if digit:
            spelled += ("零" if gap and spelled else "") + "零一二三四五六七八九"[digit] + unit
            gap = False
        else:
            gap = True
    return spelled[1:] if spelled.startswith("一十") else spelled


# ---------------------------------------------------------------- dates

_YEAR = r"(?:[12]\d{3}|[１２][０-９]{3}|[一二][零〇○ＯO一二三四五六七八九]{3})"
_SMALL = r"(?:\d{1,2}|[０-９]{1,2}|[一二三四五六七八九十]{1,3})"
_DATE = re.compile(
    rf"(?P<year>{_YEAR})\s*年\s*(?P<month>{_SMALL})\s*月\s*(?P<day>{_SMALL})\s*[日号]"
    rf"|(?P<iso_year>[12]\d{{3}})[-/.](?P<iso_month>\d{{1,2}})[-/.](?P<iso_day>\d{{1,2}})(?![\d.])"
    rf"|(?P<month_year>{_YEAR})\s*年\s*(?P<only_month>{_SMALL})\s*月(?:份)?"
    rf"|(?P<only_year>{_YEAR})\s*年(?:\s*(?P<half>上半年|[一二三四]季度|底|末|内|度))?"
    rf"|(?<![\d年])(?P<bare_month>\d{{1,2}})\s*月\s*(?:(?P<bare_day>\d{{1,2}})\s*[日号]|(?=底|末|份|前|初))"
)
_QUARTERS = {"一季度": 3, "上半年": 6, "二季度": 6, "三季度": 9, "四季度": 12}


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text: its span, and the first and last day it can mean."""

    start: int
    end: int
    first: date
    last: date

    @property
    def exact(self) -> bool:
        """Whether the text names a day."""
        return self.first == self.last


def find_dates(text: str, *, year: int | None = None) -> Iterator[FoundDate]:
    """Dates in the order they stand; ``year`` completes those that name none.

    >>> [str(d.last) for d in find_dates("二○○五年三月一日起，至2022年10月底前，2024-02-05")]
    ['2005-03-01', '2022-10-31', '2024-02-05']
    >>> [str(d.last) for d in find_dates("12月15日前完成", year=2023)]
    ['2023-12-15']

    Impossible dates (2月30日) are passed over.
    """
    for found in _DATE.finditer(text):
        parts = found.groupdict()
        try:
            span = _date_span(parts, year)
        except ValueError:
            continue
        if span:
            yield FoundDate(found.start(), found.end(), *span)


def _date_span(parts: dict[str, str | None], year: int | None) -> tuple[date, date] | None:
    if parts["year"]:
        day = date(*(parse_number(parts[k] or "") for k in ("year", "month", "day")))
        return day, day
    if parts["iso_year"]:
        day = date(*(int(parts[k] or "") for k in ("iso_year", "iso_month", "iso_day")))
        return day, day
    if parts["month_year"]:
        return _month_span(parse_number(parts["month_year"]), parse_number(parts["only_month"] or ""))
    if parts["only_year"]:
        stated = parse_number(parts["only_year"])
        month = _QUARTERS.get(parts["half"] or "", 12)
        return date(stated, 1, 1), _month_span(stated, month)[1]
    if year is None or not parts["bare_month"]:
        return None
    if parts["bare_day"]:
        day = date(year, int(parts["bare_month"]), int(parts["bare_day"]))
        return day, day
    return _month_span(year, int(parts["bare_month"]))


def _month_span(year: int, month: int) -> tuple[date, date]:
    first = date(year, month, 1)
    return first, end_of_month(year, month)


def end_of_month(year: int, month: int) -> date:
    """The last day of a month.

    >>> str(end_of_month(2024, 2))
    '2024-02-29'
    """
    return date(year, month, calendar.monthrange(year, month)[1])


# ---------------------------------------------------------------- money


def end_of_term(begun: date, *, years: int = 0, months: int = 0) -> date:
    """The last day of a term that begins on a day.

    >>> str(end_of_term(date(2023, 5, 1), years=2)), str(end_of_term(date(2023, 1, 31), months=1))
    ('2025-04-30', '2023-02-28')
    """
    year, month = divmod(begun.month - 1 + 12 * years + months, 12)
    last = calendar.monthrange(begun.year + year, month + 1)[1]
    if begun.day > last:
        return date(begun.year + year, month + 1, last)
    return date(begun.year + year, month + 1, begun.day) - timedelta(days=1)


_AMOUNT = re.compile(
    r"(?:(?P<masked>[*＊×xX]{1,}(?:[.．][*＊×xX\d]+)?)"
    r"|(?P<number>(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:[.．]\d+)?|[一二三四五六七八九十百千两零〇壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[一二三四五六七八九零]+)?))"
    r"\s*(?P<more>余|多)?(?P<unit>万亿|千亿|百亿|亿|千万|百万|十万|万|千|百)?\s*(?P<more2>余|多)?\s*(?:美元|港元|元)"
)
_UNIT_YUAN = {
    "": 1,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_COMPOUND = re.compile(
    r"(?P<high>\d+(?:\.\d+)?|[一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟]+)"
    r"\s*(?P<unit>亿|万)(?:元)?零?\s*$"
)


@dataclass(frozen=True, slots=True)
class FoundMoney:
    """An amount in a text: its span and its value in yuan; None when it is masked."""

    start: int
    end: int
    yuan: float | None


def find_money(text: str) -> Iterator[FoundMoney]:
    """Amounts in yuan in the order they stand; masked figures are unknown, not zero.

    >>> [m.yuan for m in find_money("涉及金额1,580万元，罚款九万元，另有**万元、2亿3000万元和３５０元")]
    [15800000.0, 90000.0, None, 230000000.0, 350.0]

    >>> [m.yuan for m in find_money("套取陆万伍仟元，退回三万五千元")]
    [65000.0, 35000.0]

    Foreign currency is left out, as its value in yuan is not known.
    """
    for found in _AMOUNT.finditer(text):
        if found.group().endswith(("美元", "港元")):
            continue
        start, yuan = found.start(), None
        if found["number"]:
            yuan = _number_value(found["number"]) * _UNIT_YUAN[found["unit"] or ""]
            before = _COMPOUND.search(text, max(0, start - 16), start)
            if before and _UNIT_YUAN[before["unit"]] > yuan:
                start, yuan = before.start(), yuan + _number_value(before["high"]) * _UNIT_YUAN[before["unit"]]
        yield FoundMoney(start, found.end(), None if yuan is None else round(yuan, 2))


def _number_value(text: str) -> float:
    plain = unicodedata.normalize("NFKC", text).replace(",", "")
    if plain[0].isascii():
        return float(plain)
    whole, _, fraction = plain.partition("点")
    return parse_number(whole) + (float("0." + "".join(str(DIGITS[c]) for c in fraction)) if fraction else 0.0)


# ---------------------------------------------------------------- normalising

_SPACE = re.compile(r"\s+")
_BRACKETS = str.maketrans("()[]〔〕【】﹝﹞［］<>＜＞", "（）（）（）（）（）（）〈〉〈〉")
_FIGURE_BRACKETS = str.maketrans("()（）[]【】﹝﹞［］", "〔〕〔〕〔〕〔〕〔〕〔〕")


def squeeze(text: str) -> str:
    """The text without any white space.

    >>> squeeze("第 一 条\\u3000总则")
    '第一条总则'
    """
    return _SPACE.sub("", text)


_WIDE_MARKS = re.compile(r"[，。；：、（）《》“”\s]+")
"""Marks that fold to nothing, and without which most texts need no folding."""
_FOLDED_AWAY = re.compile(r"[^\w%.]+|_+")


def fold_text(text: str) -> str:
    """Width folded, white space and most punctuation gone: what two wordings are compared by.

    >>> fold_text("报　销， ５００元")
    '报销500元'
    """
    bare = _WIDE_MARKS.sub("", text)
    if not unicodedata.is_normalized("NFKC", bare):
        bare = unicodedata.normalize("NFKC", bare)
    return _FOLDED_AWAY.sub("", bare).lower()


def measure_width(line: str) -> int:
    """The width of a line in half-width columns.

    >>> measure_width("第1条")
    5
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in line)


def normalise_title(title: str) -> str:
    """A rule's title as a key: no marks, no white space, full-width brackets, no leading 中华人民共和国.

    >>> normalise_title("《中华人民共和国 商业银行法》"), normalise_title("差旅费管理办法(试行)")
    ('商业银行法', '差旅费管理办法（试行）')
    """
    bare = squeeze(title).strip("《》").translate(_BRACKETS)
    return bare.removeprefix("中华人民共和国") or bare


def tidy_document_number(number: str) -> str:
    """A 文号 as it is printed, with full-width brackets 〔〕 and no white space.

    >>> tidy_document_number("中国人民银行令 [2025] 第 8 号")
    '中国人民银行令〔2025〕第8号'
    """
    return squeeze(unicodedata.normalize("NFKC", number)).translate(_FIGURE_BRACKETS)


def normalise_document_number(number: str) -> str:
    """A 文号 as a key: full-width brackets 〔〕, no white space, no leading zeros.

    >>> normalise_document_number("银发 [2016] 302 号"), normalise_document_number("银监会令２００６年第3号")
    ('银发〔2016〕302号', '银监会令2006年第3号')
    """
    return re.sub(r"(?<=第)0+(?=\d)|(?<=〕)(?:第)?0*(?=\d)", "", tidy_document_number(number))


# ---------------------------------------------------------------- shown and written

_CARRIAGE_RETURNS = re.compile("\r\n?")
# Control characters, directional marks, lone surrogates and non-characters: XML forbids some of them, and the others
# can make a reader see other words than those that stand there.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
# Programs that split text at every Unicode line end would cut an object in two.
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})
# A spreadsheet takes a text that begins like this for a formula, full-width forms too.
_FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")
CHARACTERS_A_CELL = 32_767
"""Characters that a cell of a workbook can hold."""


def show_hidden(text: str) -> str:
    r"""The text with control and directional characters spelled out.

    >>> show_hidden("甲\u202e乙\x00")
    '甲⟦U+202E⟧乙⟦U+0000⟧'

    Line ends become ``\n``; tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found.group()):04X}⟧", _CARRIAGE_RETURNS.sub("\n", text))


def shorten(text: str, limit: int, note: str) -> str:
    """The text, or its beginning and end with a note in between that says how many characters were left out.

    >>> shorten("一二三四五六七八九十", 6, "…（略{}字）…")
    '一二三四…（略4字）…九十'
    """
    if len(text) <= limit:
        return text
    tail = limit // 3
    return text[: limit - tail] + note.format(len(text) - limit) + text[len(text) - tail :]


def fit_cell(text: str, note: str = "……（此处略去{}字）……") -> str:
    """A text that a cell of a workbook can hold: nothing hidden, at most 32,767 characters, cuts counted in a note.

    >>> fit_cell("=1+1"), len(fit_cell("长" * 40_000)) < 32_767
    ('=1+1', True)
    """
    shown = show_hidden(text)
    if len(shown) > CHARACTERS_A_CELL:
        shown = shorten(shown, CHARACTERS_A_CELL - 100, note)
    # xlsxwriter takes <r>…</r> for markup of its own and would write it unescaped.
    return shown + " " if shown.startswith("<r>") and shown.endswith("</r>") else shown


def guard_cell(text: str) -> str:
    """A text for a CSV cell: nothing hidden, an apostrophe before what a spreadsheet would take for a formula.

    >>> guard_cell("=1+1"), guard_cell("甲＝乙")
    ("'=1+1", '甲＝乙')
    """
    shown = show_hidden(text)
    return "'" + shown if shown.startswith(_FORMULA_STARTS) else shown


def flatten_value(value: Any) -> Any:
    """A value as a cell can hold it: nested ones as JSON, empty ones as nothing.

    >>> flatten_value(["第一章", "第二条"]), flatten_value([]), flatten_value(0.5)
    ('["第一章", "第二条"]', None, 0.5)
    """
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str) if value else None
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def dump_line(record: Any) -> str:
    """A JSON value on one line, in readable characters.

    >>> dump_line({"title": "差旅费管理办法"})
    '{"title": "差旅费管理办法"}'

    A lone surrogate, which UTF-8 cannot bear, makes the whole line ASCII; it reads back the same.
    """
    line = json.dumps(record, ensure_ascii=False, default=str).translate(_LINE_ENDS)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, default=str)
    return line

"""The figures of a norm: amounts, shares, periods, frequencies, counts, days of a month."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from rulemine.text import NUMERAL, find_money, parse_number

_NUM = rf"(?:\d+(?:\.\d+)?|[{NUMERAL}]+|半)"
_PERIOD = re.compile(
    rf"(?<![每第年月\d])(?P<n>{_NUM})\s*(?P<unit>个工作日|工作日|个自然日|个月|个半小时|个小时|个交易日|个季度|个星期|周岁|学时|课时|小时|分钟|刻钟|日|天|周|年)(?!度|级|末|底|初|[\d月]|期(?:[间末初内]|(?<![年月]期)))"
    r"|(?P<same>当日|当天|当场|次日|第二天)(?!前|起|\d)"
)
_FREQUENCY = re.compile(
    rf"(?:每(?!次|笔|人|户|[件个]?[^年季月周日天小时旬半]{{1,3}}(?:每|不))\s*(?P<every>{_NUM})?\s*(?:个)?\s*(?P<unit>年度?|季度?|月|星期|周|日|天|昼夜|小时|分钟|旬)(?:至少|不少于|应当?|须)?(?:[^，。；]{{0,24}}?(?P<times>{_NUM})\s*[次遍回])?)"
    r"|(?P<by>按(?:年|半年|季度?|月|周|日)|逐(?:年|季|月|周|日))|(?P<half>每半年)"
    rf"|(?<!第)(?P<span>{_NUM})\s*个?(?P<spell>年|季度|月|星期|周|昼夜|天|日|小时)(?:内|之内|中|里|至少|不少于|应当?|须|要)?[^，。；、\d]{{0,6}}?(?<!第)(?P<often>{_NUM})\s*[次遍回](?!以上|以下|的)"
)
_SHARE = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s*(?P<sign>[%％‰])|(?P<base>[百千])分之(?P<word>[零一二三四五六七八九十百]+|\d+(?:\.\d+)?)"
    r"|(?<![零一二三四五六七八九十百\d])(?P<tenths>[一二两三四五六七八九])成(?P<half>五|半)?(?!员|为|立|本|交|功|绩|分|果|熟|套|长|人|品|年|都|语|效|份|家|因)"
    r"|(?P<of>[二三四五六七八九十])分之(?P<part>[一二三四五六七八九])|(?P<majority>过半数|半数以上)"
)
_COUNT = re.compile(rf"(?P<n>{_NUM})\s*(?P<unit>人以上|人|名|次|家|份|倍|级|分(?!之))(?!民)")
_DAY_OF_MONTH = re.compile(rf"(?P<month>次月|当月|每月|次季度首月)(?P<day>{_NUM}|最后一个工作|月底|末)\s*日")
_MAY_HOLD = re.compile(rf"[\d{NUMERAL}半每按逐月当次过分壹贰叁肆伍陆柒捌玖拾]")
_BOUNDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    (
        "over",
        re.compile(r"(?:超过|高于|达到|满|大于|超出)$"),
        re.compile(r"^\s*(?:[（(]含[^）)]{0,6}[）)])?(?:及)?以上|^\s*的"),
    ),
    (
        "most",
        re.compile(r"(?:不(?:得)?(?:超过|高于|多于)|最高|最多|至多|不足|限额为?|控制在|上限为?|不大于|以内)$"),
        re.compile(r"^\s*(?:[（(]含[^）)]{0,6}[）)])?(?:及)?(?:以下|以内|之内|为限|内)"),
    ),
    ("least", re.compile(r"(?:不(?:得)?(?:少于|低于|小于)|至少|最低|不短于)$"), re.compile(r"^(?!)")),
)


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a norm: what it measures, how much, which bound it sets, and where it stands in the text."""

    slot: str
    amount: float
    bound: str | None
    start: int
    end: int


def find_values(text: str) -> Iterator[Value]:
    """The figures of a text, kind by kind; what one kind has taken no other reads again.

    >>> [(v.slot, v.amount, v.bound) for v in find_values("每季度检查一次，单笔不超过5万元")]
    [('amount', 50000.0, 'most'), ('frequency', 4.0, None)]
    """
    if not _MAY_HOLD.search(text):
        return
    taken = bytearray(len(text))
    for value in chain(
        _find_amounts(text),
        _find_days(text),
        _find_frequencies(text),
        _find_shares(text),
        _find_periods(text),
        _find_counts(text),
    ):
        if not any(taken[value.start : value.end]):
            taken[value.start : value.end] = b"\1" * (value.end - value.start)
            yield value


def _find_amounts(text: str) -> Iterator[Value]:
    for money in find_money(text):
        if money.yuan is not None:
            yield Value("amount", money.yuan, _bound(text, money.start, money.end), money.start, money.end)


def _find_days(text: str) -> Iterator[Value]:
    for found in _DAY_OF_MONTH.finditer(text):
        day = _value(found["day"]) if _is_number(found["day"]) else 31.0
        yield Value("day_of_month", day, None, *found.span())


def _find_frequencies(text: str) -> Iterator[Value]:
    """Times a year; the verb between 每季度 and 一次 is left to the matter."""
    for found in _FREQUENCY.finditer(text):
        rate = _yearly(found)
        if rate and _is_frequency(found):
            end = found.end("unit") if found["unit"] else found.end()
            yield Value("frequency", round(rate, 2), None, found.start(), end)


def _find_shares(text: str) -> Iterator[Value]:
    """Percent: 千分之二 and 2‰ are 0.2, 三成 is 30."""
    for found in _SHARE.finditer(text):
        if found["majority"]:
            share = 50.0
        elif found["of"]:
            share = round(100.0 * parse_number(found["part"]) / parse_number(found["of"]), 2)
        elif found["tenths"]:
            share = 10.0 * parse_number(found["tenths"]) + (5.0 if found["half"] else 0.0)
        else:
            told = found["n"] or found["word"]
            thousandths = found["sign"] == "‰" or found["base"] == "千"
            share = round(_value(told) / (10 if thousandths else 1), 6)
        yield Value("share", share, _bound(text, *found.span()), *found.span())


def _find_periods(text: str) -> Iterator[Value]:
    for found in _PERIOD.finditer(text):
        if found["same"]:
            yield Value("period", 1.0 if found["same"] in ("次日", "第二天") else 0.0, "日", *found.span())
        elif _is_number(found["n"]) and not (found["unit"] == "年" and _value(found["n"]) >= 1000):
            yield Value("period", *_days(found), *found.span())


def _find_counts(text: str) -> Iterator[Value]:
    """Persons, times, copies; the 一次 of 每季度检查一次 belongs to the frequency."""
    often = [found.span() for found in _FREQUENCY.finditer(text) if _yearly(found) and _is_frequency(found)]
    for found in _COUNT.finditer(text):
        if _is_number(found["n"]) and not any(start <= found.start() < end for start, end in often):
            yield Value(f"count:{found['unit'][0]}", _value(found["n"]), _bound(text, *found.span()), *found.span())


def _bound(text: str, start: int, end: int) -> str | None:
    before, behind = text[max(0, start - 8) : start].rstrip("人民币 "), text[end : end + 8]
    for name, ahead, after in reversed(_BOUNDS):
        if ahead.search(before) or after.search(behind):
            return "over" if name == "most" and re.search(r"(?<!不得)(?<!不)(?:超过|高于)$", before) else name
    return None


def _is_number(text: str) -> bool:
    return text == "半" or text[0].isdigit() or all(c in NUMERAL for c in text)


def _value(text: str) -> float:
    if text == "半":
        return 0.5
    return float(text) if text[0].isdigit() else float(parse_number(text))


_UNIT_DAYS = {
    "年": 365.0,
    "个月": 365.0 / 12,
    "周": 7.0,
    "日": 1.0,
    "天": 1.0,
    "个自然日": 1.0,
    "个工作日": 1.0,
    "工作日": 1.0,
    "个交易日": 1.0,
    "个季度": 365.0 / 4,
    "个星期": 7.0,
    "刻钟": 1 / 96,
    "小时": 1 / 24,
    "个小时": 1 / 24,
    "分钟": 1 / 1440,
    "学时": 1.0,
    "课时": 1.0,
    "周岁": 1.0,
}


def _days(found: re.Match[str]) -> tuple[float, str]:
    """The figure in days, and the unit as its bound, so that 工作日 and 日, 学时 and 周岁 are not compared."""
    unit = found["unit"]
    if unit == "个半小时":
        return (_value(found["n"]) + 0.5) / 24, "日"
    family = "工作日" if "工作" in unit or "交易" in unit else unit if unit in ("学时", "课时", "周岁") else "日"
    return _value(found["n"]) * _UNIT_DAYS[unit], family


_PER_YEAR = {
    "年": 1.0,
    "年度": 1.0,
    "季": 4.0,
    "季度": 4.0,
    "月": 12.0,
    "旬": 36.0,
    "周": 52.0,
    "日": 365.0,
    "天": 365.0,
    "昼夜": 365.0,
    "星期": 52.0,
    "小时": 8760.0,
    "分钟": 525600.0,
    "半年": 2.0,
}


def _is_frequency(found: re.Match[str]) -> bool:
    """Whether 每年 says how often, and not how much a year."""
    said = found["times"] or found["by"] or found["half"] or found["often"]
    return bool(said) or bool(
        re.search(
            r"[次遍回]|盘点|检查|更换|报告|复核|清理|召开|中旬|上旬|下旬", found.string[found.end() : found.end() + 16]
        )
    )


def _yearly(found: re.Match[str]) -> float | None:
    """Times a year."""
    if found["half"]:
        return 2.0
    if found["by"]:
        return _PER_YEAR.get(found["by"][1:])
    if found["often"]:
        if not (_is_number(found["span"]) and _is_number(found["often"])) or not _value(found["span"]):
            return None
        return _PER_YEAR[found["spell"]] * _value(found["often"]) / _value(found["span"])
    every = _value(found["every"]) if found["every"] and _is_number(found["every"]) else 1.0
    times = _value(found["times"]) if found["times"] and _is_number(found["times"]) else 1.0
    return _PER_YEAR[found["unit"]] * times / every if every else None


def figures_clash(a: Iterable[Value], b: Iterable[Value]) -> bool:
    """Whether a kind of figure stands in both and no figure of it is the same.

    >>> figures_clash(find_values("五日内报送"), find_values("十日内报送"))
    True
    """
    here, there = _by_slot(a), _by_slot(b)
    return any(here[slot].isdisjoint(there[slot]) for slot in here.keys() & there.keys())


def _by_slot(values: Iterable[Value]) -> dict[str, set[float]]:
    found: dict[str, set[float]] = {}
    for value in values:
        found.setdefault(value.slot, set()).add(round(value.amount, 2))
    return found

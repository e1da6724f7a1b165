"""Word's automatic numbers: from numbering.xml and the styles to the label that stands before a paragraph.

The numbers that a reader of the page sees (第三条, （二）, 1.2) are in no run of the document: they are counted here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from rulemine.text import spell_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LEVELS = 9
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
_FORMAL = str.maketrans("〇零一二三四五六七八九十百千万", "零零壹贰叁肆伍陆柒捌玖拾佰仟萬")
_DIGITS = "〇一二三四五六七八九"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumberLevel:
    """One level of a list: where it starts, how its number is written, and when it starts again."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None
    suffix: str = "tab"
    is_legal: bool = False
    style: str | None = None


@dataclass(slots=True)
class ListState:
    """The counters of one abstract list while a document is walked through."""

    counters: list[int | None] = field(default_factory=lambda: [None] * LEVELS)
    overridden: set[tuple[str, int]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A ``w:num``: its abstract list, its levels with overrides, and the levels that it starts anew."""

    abstract: str
    levels: tuple[NumberLevel, ...]
    starts: dict[int, int]


class Numbering:
    """Counts the paragraphs of one document."""

    def __init__(self, root: Any | None, style_lists: dict[str, str] | None = None) -> None:
        """``root`` is numbering.xml parsed; ``style_lists`` the numId that a numbering style points to."""
        self._lists = _read_lists(root, style_lists or {}) if root is not None else {}
        self._states: dict[str, ListState] = {}

    def find_style_level(self, list_id: str, style: str) -> int | None:
        """The level of a list that is tied to a paragraph style."""
        found = self._lists.get(list_id)
        return next((i for i, level in enumerate(found.levels) if level.style == style), None) if found else None

    def count(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of a list on a level, with what stands between it and the text."""
        found = self._lists.get(list_id)
        if found is None or not 0 <= level < LEVELS:
            return ""
        state = self._states.setdefault(found.abstract, ListState())
        self._advance(found, list_id, level, state)
        rule = found.levels[level]
        label = _fill_label(rule, found.levels, state.counters)
        return label + ("" if rule.suffix == "nothing" or not label else " ")

    def _advance(self, found: NumberedList, list_id: str, level: int, state: ListState) -> None:
        starts = [found.starts.get(i, found.levels[i].start) for i in range(LEVELS)]
        if level in found.starts and (list_id, level) not in state.overridden:
            state.overridden.add((list_id, level))
            state.counters[level] = None
        for upper in range(level):
            if state.counters[upper] is None:
                state.counters[upper] = starts[upper]
        current = state.counters[level]
        state.counters[level] = starts[level] if current is None else current + 1
        for lower in range(level + 1, LEVELS):
            restart = found.levels[lower].restart
            if restart is None or level < restart:
                state.counters[lower] = None


def format_number(value: int, style: str) -> str:
    """A number as a Word list writes it.

    >>> [format_number(12, f) for f in ("decimal", "chineseCountingThousand", "upperLetter", "lowerRoman")]
    ['12', '十二', 'L', 'xii']
    >>> format_number(3, "decimalEnclosedCircle"), format_number(10, "ideographDigital")
    ('③', '一〇')

    An unknown format is written in digits.
    """
    known = _FORMATS.get(style)
    return known(value) if known and value >= 0 else str(value)


def _to_letters(value: int) -> str:
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1) if value else "0"


def _to_roman(value: int) -> str:
    written = ""
    for size, letters in _ROMAN:
        written += letters * (value // size)
        value %= size
    return written


def _enclose(first: str, last: int) -> Callable[[int], str]:
    """Enclosed numbers up to the last of the set, then plain digits, as Word goes on."""
    return lambda value: chr(ord(first) + value - 1) if 1 <= value <= last else str(value)


def _cycle(signs: str) -> Callable[[int], str]:
    return lambda value: signs[(value - 1) % len(signs)]


def _to_digits(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _count_chinese(zero: str) -> Callable[[int], str]:
    """十二 below a hundred, digit by digit from there (一〇一): what Word calls counting, without thousands."""
    return lambda value: spell_number(value) if 0 < value < 100 else _to_digits(value).replace("〇", zero)


def _count_japanese(value: int) -> str:
    """百一 and not 一百零一: a unit that comes once has no 一 before it, and nothing stands for what is missing."""
    if value <= 0 or value > 9999:
        return _to_digits(value)
    written = ""
    for size, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, size)
        written += ("" if digit == 1 and unit else _DIGITS[digit]) + unit if digit else ""
    return written


def _to_formal(value: int) -> str:
    plain = spell_number(value)
    return ("一" + plain if plain.startswith("十") else plain).translate(_FORMAL)


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda value: "",
    "decimalZero": lambda value: f"{value:02d}",
    "decimalFullWidth": lambda value: "".join(chr(ord("０") + int(digit)) for digit in str(value)),
    "decimalFullWidth2": lambda value: "".join(chr(ord("０") + int(digit)) for digit in str(value)),
    "numberInDash": lambda value: f"- {value} -",
    "lowerLetter": _to_letters,
    "upperLetter": lambda value: _to_letters(value).upper(),
    "lowerRoman": _to_roman,
    "upperRoman": lambda value: _to_roman(value).upper(),
    "chineseCounting": _count_chinese("〇"),
    "chineseCountingThousand": spell_number,
    "japaneseCounting": _count_japanese,
    "taiwaneseCounting": _count_chinese("○"),
    "taiwaneseCountingThousand": spell_number,
    "chineseLegalSimplified": _to_formal,
    "ideographLegalTraditional": _to_formal,
    "ideographDigital": _to_digits,
    "taiwaneseDigital": _to_digits,
    "japaneseDigitalTenThousand": _to_digits,
    "ideographTraditional": _cycle(_STEMS),
    "ideographZodiac": _cycle(_BRANCHES),
    "ideographEnclosedCircle": _enclose("㊀", 10),
    "decimalEnclosedCircle": _enclose("①", 20),
    "decimalEnclosedCircleChinese": _enclose("①", 20),
    "decimalEnclosedParen": _enclose("⑴", 20),
    "decimalEnclosedFullstop": _enclose("⒈", 20),
}


def _fill_label(rule: NumberLevel, levels: tuple[NumberLevel, ...], counters: list[int | None]) -> str:
    if rule.format == "bullet":
        # Signs of symbol fonts have no meaning outside them.
        return "".join("•" if "\ue000" <= sign <= "\uf8ff" else sign for sign in rule.text)

    def write(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        style = "decimal" if rule.is_legal else levels[index].format
        return format_number(counters[index] or 0, style)

    return re.sub(r"%([1-9])", write, rule.text)


def _value(element: Any | None, name: str) -> str | None:
    child = element.find(W + name) if element is not None else None
    return child.get(W + "val") if child is not None else None


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.lstrip("-").isdigit() else default


def _is_on(element: Any, name: str) -> bool:
    child = element.find(W + name)
    return child is not None and child.get(W + "val") not in ("0", "false", "off")


def _read_level(element: Any) -> NumberLevel:
    restart = _value(element, "lvlRestart")
    return NumberLevel(
        start=_number(_value(element, "start"), 0),
        format=_read_format(element),
        text=_value(element, "lvlText") or "",
        restart=_number(restart, 0) if restart is not None else None,
        suffix=_value(element, "suff") or "tab",
        is_legal=_is_on(element, "isLgl"),
        style=_value(element, "pStyle"),
    )


def _read_format(element: Any) -> str:
    # A custom format stands in mc:AlternateContent with an older one as fallback.
    found = element.find(f".//{W}numFmt")
    return (found.get(W + "val") if found is not None else None) or "decimal"


def _read_abstracts(root: Any, style_lists: dict[str, str]) -> dict[str, tuple[NumberLevel, ...]]:
    abstracts: dict[str, tuple[NumberLevel, ...]] = {}
    links: dict[str, str] = {}
    for element in root.findall(W + "abstractNum"):
        key = element.get(W + "abstractNumId") or ""
        levels = [NumberLevel()] * LEVELS
        for level in element.findall(W + "lvl"):
            index = _number(level.get(W + "ilvl"), 0)
            if 0 <= index < LEVELS:
                levels[index] = _read_level(level)
        abstracts[key] = tuple(levels)
        link = _value(element, "numStyleLink")
        if link:
            links[key] = link
    nums = {e.get(W + "numId"): _value(e, "abstractNumId") or "" for e in root.findall(W + "num")}
    for key, style in links.items():
        target = nums.get(style_lists.get(style, ""), "")
        abstracts[key] = abstracts.get(target, abstracts[key])
    return abstracts


def _read_lists(root: Any, style_lists: dict[str, str]) -> dict[str, NumberedList]:
    abstracts = _read_abstracts(root, style_lists)
    lists = {}
    for element in root.findall(W + "num"):
        abstract = _value(element, "abstractNumId") or ""
        levels, starts = list(abstracts.get(abstract, (NumberLevel(),) * LEVELS)), {}
        for override in element.findall(W + "lvlOverride"):
            index = _number(override.get(W + "ilvl"), 0)
            if not 0 <= index < LEVELS:
                continue
            level = override.find(W + "lvl")
            if level is not None:
                levels[index] = replace(_read_level(level), style=levels[index].style)
            start = _value(override, "startOverride")
            if start is not None:
                starts[index] = _number(start, 1)
        lists[element.get(W + "numId") or ""] = NumberedList(abstract, tuple(levels), starts)
    return lists

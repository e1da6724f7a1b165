"""Which words of a provision carry its matter, how much each tells, and which mean the same or exclude each other."""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from importlib.resources import files

from rulemine.segmentation import cut

_WORD = re.compile(r"[\u4e00-\u9fa5A-Za-z]+")
_NUMERALS = frozenset("一二三四五六七八九十百千万两半")
_FIGURE = re.compile(r"[一二三四五六七八九十百千万两半]+(?:个?[年月日天周次遍人名倍成元]|个?小时|分钟|个?季度|周岁)?")
_EMPTY_CHARACTERS = frozenset(
    "的了和与及或者在于须并其该为由对将以应当可且是至自从经按被等所之向后前时内外上下中不得有"
) | (_NUMERALS | frozenset("零元日月年个"))
_EMPTY = frozenset(
    """
    应当 应 须 必须 可以 可 不得 要 需 需要 进行 予以 给予 负责 有关 规定 以及 或者 并 的 由 在 后 前 对 及 和 与 或
    为 将 其 该 本 于 以 时 内 且 即 方可 一律 均 凡 等 至 自 从 经 按 被 所 者 之 向 不 得 严禁 禁止 不准 允许
    无须 无需 不许 也 把 同 都 再 又 则 而 但 其他 情况 情形 相关 按照 依照 根据 依据 通过 作为 属于 包括 上述 下列
    同时 另 另行 未 已 已经 起 止 日起 之日起 之日 以上 以下 以内 之内 超过 不超过 低于 高于 不低于 不得高于 至少 最高
    最低 最晚 最迟 不少于 元 万元 年 月 日 天 个 次 名 工作日 小时 分钟 百分之 每年 每月 每季度 每季 每周 每日 按月 按季
    一次 两次 第一 做 作 作出 出 到 上 下 中 里 里面 外 间 期间 以后 之后 之前 以前 以外 除 除外 报
    """.split()  # noqa: SIM905
)
"""Words that any provision may bear: modals, particles, units and bounds."""


@lru_cache(maxsize=1)
def _counts() -> dict[str, int]:
    lines = (files("rulemine") / "data" / "words.tsv").read_text(encoding="utf-8").splitlines()
    counts = {word: int(n) for word, _, n in (line.partition("\t") for line in lines[1:])}
    return counts | {"": int(lines[0])}


@lru_cache(maxsize=2**16)
def word_weight(word: str) -> float:
    """How much a word tells: the logarithm of how rare it is among the sentences of rules.

    >>> word_weight("尾箱") > word_weight("登记") > word_weight("管理")
    True
    """
    return math.log((_counts()[""] + 1) / (_counts().get(word, 0) + 1))


@lru_cache(maxsize=2**13)
def character_weight(character: str) -> float:
    """The same of a character."""
    return word_weight(f".{character}")


@lru_cache(maxsize=2**13)
def cut_words(text: str) -> tuple[str, ...]:
    """The words of a text that carry its matter, in their order: no figures, no modals, no particles.

    >>> cut_words("公章应当由办公室专人保管5年")
    ('公章', '办公室', '专人', '保管')
    """
    return tuple(
        word for word in cut(text) if _WORD.fullmatch(word) and word not in _EMPTY and not _FIGURE.fullmatch(word)
    )


def count_characters(text: str) -> Counter[str]:
    """The characters that carry a matter."""
    return Counter(c for c in re.sub(r"[^\u4e00-\u9fa5]", "", text) if c not in _EMPTY_CHARACTERS)


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, frozenset[int]]:
    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_read_groups("synonyms.txt")):
        for word in line:
            groups.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in groups.items()}


def _read_groups(name: str) -> list[tuple[str, ...]]:
    text = (files("rulemine") / "data" / name).read_text(encoding="utf-8")
    return [tuple(line.split()) for line in text.splitlines() if line.strip() and not line.startswith("#")]


@lru_cache(maxsize=1)
def _contrasts() -> tuple[dict[str, list[tuple[int, int]]], re.Pattern[str]]:
    """For each word the groups in which it stands and on which side, and a pattern that finds all words."""
    sides: dict[str, list[tuple[int, int]]] = {}
    for group, line in enumerate(_read_groups("contrasts.txt")):
        for side, word in enumerate(line):
            if word != "/":
                at = int("/" in line and side > line.index("/")) if "/" in line else side
                sides.setdefault(word, []).append((group, at))
    longest_first = sorted(sides, key=lambda word: (-len(word), word))
    return sides, re.compile("(?=(" + "|".join(map(re.escape, longest_first)) + "))")


@lru_cache(maxsize=2**14)
def _contrast_sides(text: str) -> dict[int, dict[int, str]]:
    """For each group of which a text bears a word, the sides and one word of each."""
    sides, pattern = _contrasts()
    found: dict[int, dict[int, str]] = {}
    for told in pattern.finditer(text):
        for length in range(len(told.group(1)), 0, -1):
            for group, side in sides.get(told.group(1)[:length], ()):
                found.setdefault(group, {}).setdefault(side, told.group(1)[:length])
    return found


@lru_cache(maxsize=2**18)
def is_same_word(a: str, b: str) -> bool:
    """Whether two words are one, or are used for each other in rules.

    >>> is_same_word("订立", "签订"), is_same_word("订立", "履行")
    (True, False)
    """
    return a == b or not synonym_groups(a).isdisjoint(synonym_groups(b))


def synonym_groups(word: str) -> frozenset[int]:
    """The groups of words used for each other to which a word belongs."""
    return _synonyms().get(word, frozenset())


@lru_cache(maxsize=2**18)
def word_likeness(a: str, b: str) -> float:
    """1 for one word, a little less for synonyms, and what the characters share for others (保管 / 掌管)."""
    if a == b:
        return 1.0
    if is_same_word(a, b):
        return 0.95
    return 0.85 * 2 * len(set(a) & set(b)) / (len(a) + len(b))


def find_contrasts(a: str, b: str) -> list[tuple[str, str]]:
    """Words of two texts that exclude each other, as each text bears only one of them.

    >>> find_contrasts("首次申请授信的", "再次申请授信的")
    [('首次', '再次')]
    """
    here, there = _contrast_sides(a), _contrast_sides(b)
    return [
        (next(iter(here[group].values())), next(iter(there[group].values())))
        for group in sorted(here.keys() & there.keys())
        if here[group].keys().isdisjoint(there[group])
    ]

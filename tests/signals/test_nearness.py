"""Which provisions are compared: those near by words, and where an encoder is asked those near by meaning too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from rulemine.comparing import stands_out
from rulemine.encoder import open_encoder
from rulemine.retrieval import Standing
from rulemine.sides import Side
from rulemine.signals.nearness import NEIGHBOURS, Nearness

TEXTS = (
    "印鉴不得携出办公场所，确需携出的由两人同行",
    "公章严禁带离单位；因故外带须有专人陪同",
    "住宿费凭发票据实报销，超标部分自理",
    "会议室使用实行预约登记",
    "职工食堂每日公布菜价",
)
SIDES = [Side(text, "办法") for text in TEXTS]
PLACES = [str(number) for number in range(len(TEXTS))]


class _Turned:
    """An encoder of a test's own: the first two texts point one way, each other text its own."""

    name = "turned"

    def encode(self, texts: Iterable[str]) -> Any:
        vectors = np.eye(8, dtype=np.float32)[: len(list(texts))]
        vectors[1] = vectors[0]
        return vectors


def test_what_shares_no_word_is_found_by_meaning() -> None:
    words = Nearness(SIDES[:2], PLACES[:2], [True] * 2)
    assert list(words.pairs()) == []
    assert words.meaning(0, 1) is None
    both = Nearness(SIDES, PLACES, [True] * 5, _Turned())
    assert (0, 1) in set(both.pairs())
    told = both.meaning(0, 1)
    assert told is not None
    assert told.likeness == 1
    assert told.next_best < 0.9
    assert both.standing(0, 1) == Nearness(SIDES, PLACES, [True] * 5).standing(0, 1)


def test_meaning_adds_and_takes_nothing_away() -> None:
    encoder = open_encoder("encoder")
    words, both = (set(Nearness(SIDES, PLACES, [True] * 5, asked).pairs()) for asked in (None, encoder))
    assert words <= both
    assert (0, 1) in both


def test_of_what_is_not_asked_and_of_one_place_nothing_is_looked_for() -> None:
    assert list(Nearness(SIDES, PLACES, [False] * 5, _Turned()).pairs()) == []
    assert (0, 1) not in set(Nearness(SIDES, ["甲", "甲", *PLACES[2:]], [True] * 5, _Turned()).pairs())
    assert list(Nearness([], [], [], _Turned()).pairs()) == []


def test_each_has_few_neighbours() -> None:
    sides = [Side(f"第{number}号档案室的钥匙由专人保管", "办法") for number in range(60)]
    near = Nearness(sides, [str(n) for n in range(60)], [True] * 60, open_encoder("encoder"))
    assert len(list(near.pairs())) <= 60 * 2 * NEIGHBOURS


def test_either_may_say_that_a_pair_is_worth_measuring() -> None:
    far, near = Standing(0.1, 0.3, 0.4), Standing(0.6, 0.3, 0.3)
    assert stands_out(near)
    assert not stands_out(far)
    assert stands_out(far, Standing(0.95, 0.9, 0.93))
    assert not stands_out(far, Standing(0.9, 0.91, 0.91))
    assert not stands_out(far, Standing(0.91, 0.9, 0.95))

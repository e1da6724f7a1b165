"""What is measured of two provisions, and the labelled pairs in ``tests/cases/pairs``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rulemine.comparing import find_tiers, is_one_figure, is_one_wording, load_comparer, measure
from rulemine.differences import find_differences
from rulemine.encoder import open_encoder
from rulemine.retrieval import Standing
from rulemine.sides import Side, title_core
from rulemine.signals.nearness import Nearness
from rulemine.wording import find_contrasts

PAIRS = Path(__file__).parent / "cases" / "pairs"
SIGNALS = {"amount": "C10", "period": "C11", "who": "C12", "modality": "C13", "frequency": "C14", "penalty": "C15"}
STANDING = Standing(0.6, 0.25, 0.3)


def _pairs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(PAIRS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            yield path.stem, json.loads(line)


def _sides(pair: dict[str, Any]) -> tuple[Side, Side]:
    a, b = (Side(pair[side]["text"], pair[side]["title"]) for side in "ab")
    return a, b


def test_labelled_set_is_large_and_sound() -> None:
    pairs = [pair for _, pair in _pairs()]
    counts = Counter(pair["relation"] for pair in pairs)
    assert sum(counts[name] for name in ("duplicate", "near", "contained", "reworded")) >= 150
    assert counts["conflict"] >= 100
    assert counts["none"] >= 300
    for pair in pairs:
        assert (pair["slot"] in SIGNALS) == (pair["relation"] == "conflict"), pair["id"]
        assert pair["a"]["title"] != pair["b"]["title"]
    texts = [pair[side]["text"] for pair in pairs for side in "ab"]
    repeated = sum(n > 1 for n in Counter(texts).values())
    assert repeated <= counts["duplicate"]


def test_conflicts_are_told_apart_from_duplicates_slot_by_slot() -> None:
    """Given that two provisions are on one matter: how many conflicts are seen, in the right slot, and how few duplicates."""
    seen, right, false, conflicts, duplicates = 0, 0, 0, 0, 0
    for _, pair in _pairs():
        found = find_differences(*_sides(pair)) if pair["relation"] != "none" else []
        if pair["relation"] == "conflict":
            conflicts += 1
            seen += bool(found)
            right += bool(found) and found[0].code == SIGNALS[pair["slot"]]
        elif pair["relation"] != "none":
            duplicates += 1
            false += bool(found)
    assert seen >= 0.94 * conflicts
    assert right >= 0.93 * conflicts
    assert false <= 0.02 * duplicates


@pytest.mark.parametrize(("vectors", "expected"), [("words", 0.91), ("encoder", 0.925)])
def test_pairs_are_on_one_matter_or_not(vectors: str, expected: float) -> None:
    """The shipped model on the pairs that it was made from; what it does on an author left out stands in its card."""
    encoder = open_encoder(vectors)
    comparer, right = load_comparer(), Counter[bool]()
    for path in sorted(PAIRS.glob("*.jsonl")):
        pairs = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        sides = [side for pair in pairs for side in _sides(pair)]
        near = Nearness(sides, [str(place) for place in range(len(sides))], [True] * len(sides), encoder)
        for number, pair in enumerate(pairs):
            a, b = 2 * number, 2 * number + 1
            same = comparer.chance(sides[a], sides[b], near.standing(a, b), near.meaning(a, b)) >= 0.5
            right[same == (pair["relation"] != "none")] += 1
    assert right[True] >= expected * right.total()


def test_order_of_the_two_changes_nothing() -> None:
    for _, pair in list(_pairs())[::7]:
        a, b = _sides(pair)
        assert measure(a, b, STANDING) == pytest.approx(measure(b, a, STANDING))


def test_equal_periods_from_different_events_count_against_one_matter() -> None:
    called = Side("接到停电报修后三十分钟内，值班员应当通知抢修班。")
    reached = Side("抵达停电现场后三十分钟内，抢修班应当查明故障点。")
    assert measure(called, reached, STANDING)["events_apart"] > 0.2
    assert measure(called, called, STANDING)["events_apart"] == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("配电房钥匙双人保管，每月轮换一次。", "高压配电房钥匙每季度轮换一次，轮换须登记。", True),
        ("配电房钥匙每月轮换一次。", "配电房钥匙每季度清点一次。", False),
        ("配电房钥匙每月轮换一次。", "资料室钥匙每季度轮换一次。", False),
    ],
)
def test_a_figure_for_one_thing_and_one_deed(one: str, other: str, same: bool) -> None:
    assert is_one_figure(Side(one), Side(other)) == same == is_one_figure(Side(other), Side(one))


@pytest.mark.parametrize(
    ("one", "other", "tiers"),
    [
        ("单笔5万元以下的，由经理审批", "单笔5万元以上的，由总经理审批", True),
        ("单笔10万元以下的，由经理审批", "单笔100万元以上的，由总经理审批", True),
        ("单笔5万元以下的，由经理审批", "单笔5万元以下的，由总经理审批", False),
        ("低于六十分的淘汰；六十分以上的整改", "低于六十分的淘汰；六十分以上的整改", False),
    ],
)
def test_tiers(one: str, other: str, tiers: bool) -> None:
    assert bool(find_tiers(Side(one), Side(other))) == tiers


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("保存期限不少于五年", "保存期限不少于十年", "C11"),
        ("比例不得高于千分之二", "比例以0.3%封顶", "C10"),
        ("董事会决议须经三分之二以上董事通过", "董事会决议须经过半数董事通过", "C10"),
        ("每年检查两次", "一年检查四次", "C14"),
        ("作业票由安全部部长签发", "作业票由生产副总经理签发", "C12"),
        ("严禁将移动硬盘接入内网", "允许将移动硬盘接入内网", "C13"),
        ("客户经理应当向客户说明收益", "客户经理不得向客户说明收益", "C13"),
        ("泄露秘密的，给予记过", "泄露秘密的，给予开除", "C15"),
        ("迟到的，罚款50元", "迟到的，罚款100元", "C15"),
    ],
)
def test_slots(one: str, other: str, code: str) -> None:
    assert [found.code for found in find_differences(Side(one), Side(other))][:1] == [code]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15日内归还", "十五日内归还"),
        ("半年内完成", "六个月内完成"),
        ("未经批准，员工不得接受采访", "经批准，员工可以接受采访"),
        ("由分管副总裁批准", "报主管的副总裁同意"),
        ("三名委员同意后方可列入", "三名委员同意才能列入"),
        ("给予警告至开除处分", "给予记过"),
        ("安全库存不得低于七日用量", "在库数量以二十日用量为上限"),
        ("客户资料保存五年", "五个工作日内报送"),
    ],
)
def test_no_slot(one: str, other: str) -> None:
    assert find_differences(Side(one), Side(other)) == []


def test_one_wording() -> None:
    assert is_one_wording(Side("备用金由专人保管，限额3000元"), Side("备用金应由专人保管，限额为5000元"))
    assert not is_one_wording(Side("年度培训计划由人力资源部制定下发"), Side("年度审计计划由人力资源部制定下发"))


def test_titles() -> None:
    assert title_core("星海银行对公账户管理办法", "星海银行个人账户管理办法") == "对公账户"
    assert find_contrasts("对公账户", "个人账户") == [("对公", "个人")]
    assert find_contrasts("总部和分公司", "分公司") == []

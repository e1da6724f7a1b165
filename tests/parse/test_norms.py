"""The figures of a norm, their bounds, whom it speaks of, and what narrows it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.parse.norms import same_subject
from rulemine.parse.scopes import compatible_scopes, find_scopes
from rulemine.parse.values import figures_clash, find_values


def values(text: str) -> list[tuple[str, float]]:
    return sorted((value.slot, value.amount) for value in find_values(text))


@pytest.mark.parametrize(
    ("text", "slot", "amount"),
    [
        ("单笔超过5万元", "amount", 50_000),
        ("单笔超过五万元", "amount", 50_000),
        ("保存十五年", "period", 15 * 365),
        ("签订三年期合同", "period", 3 * 365),
        ("三个月内报送", "period", 365 / 4),
        ("在二日内上报", "period", 2),
        ("5个工作日内归还", "period", 5),
        ("每季度检查一次", "frequency", 4),
        ("每年至少盘点两次", "frequency", 2),
        ("每半年轮换一次", "frequency", 2),
        ("按月报告", "frequency", 12),
        ("不低于30%", "share", 30),
        ("不低于百分之三十", "share", 30),
        ("须有2人以上在场", "count:人", 2),
        ("次月10日前", "day_of_month", 10),
        ("半年内完成", "period", 365 / 2),
        ("24小时内", "period", 1),
        ("一年检查四次", "frequency", 4),
        ("每两小时巡视一遍", "frequency", 4380),
        ("一昼夜六遍", "frequency", 2190),
        ("千分之二", "share", 0.2),
        ("总资产的两成以内", "share", 20),
        ("三分之二以上", "share", 66.67),
        ("离港前一个半小时", "period", 1.5 / 24),
        ("办结当日反馈", "period", 0),
    ],
)
def test_a_figure(text: str, slot: str, amount: float) -> None:
    assert dict(values(text))[slot] == pytest.approx(amount)


@pytest.mark.parametrize(
    "text",
    [
        "2023年度预算",
        "第三年级",
        "每日",
        "三年期间",
        "第五条第二款",
        "一般情况下",
        "**万元以内",
        "年度检查",
        "2022年专项检查",
        "完成后",
        "成员单位",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert [v for v in find_values(text) if v.slot in ("amount", "period", "share")] == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不超过5万元", "most"),
        ("超过5万元", "over"),
        ("5万元以上", "over"),
        ("5万元以下", "most"),
        ("不少于5万元", "least"),
        ("5万元（含）以下", "most"),
        ("最高5万元", "most"),
        ("报销5万元", None),
    ],
)
def test_bounds(text: str, bound: str | None) -> None:
    (value,) = find_values(text)
    assert value.bound == bound


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("对公账户五日内开立", "个人账户三日内开立"),
        ("总行按月检查", "支行按周检查"),
        ("首次违反扣5分", "再次违反扣10分"),
    ],
)
def test_different_subjects_are_told_apart(a: str, b: str) -> None:
    assert not compatible_scopes(find_scopes(a), find_scopes(b))
    assert compatible_scopes(find_scopes(a), find_scopes(a))


def test_an_example_narrows_nothing() -> None:
    assert find_scopes("营业部等分支机构负责人离任") == find_scopes("分支机构负责人离任")


def test_subjects_of_another_kind() -> None:
    assert not same_subject("投诉资料应当保存三年", "采购资料应当保存五年")
    assert same_subject("投诉资料应当保存三年", "投诉资料须保存五年")


def test_figures_clash_kind_by_kind() -> None:
    assert figures_clash(find_values("单笔5万元，三日内报"), find_values("单笔8万元，三日内报"))
    assert not figures_clash(find_values("三日内报"), find_values("单笔8万元，3日内报"))


TEXTS = st.text(
    st.sampled_from(
        "五十三半百千分之成每年月日周季度次遍个工作不得超过应当可以报由经理批准警告万元5０%‰，。；：\n 以上内的"
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_spans_are_exact_and_apart(text: str) -> None:
    spans = sorted((value.start, value.end) for value in find_values(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert not figures_clash(find_values(text), find_values(text))

"""The slots of a norm: figures, bounds, modality, who decides, what narrows it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.parse.norms import Norm, read_norms, read_values, same_scope, same_subject


def values(text: str) -> list[tuple[str, float]]:
    return sorted((value.slot, value.amount) for value in read_values(text).values)


@pytest.mark.parametrize(
    ("text", "slot", "amount"),
    [
        ("单笔超过5万元", "amount", 50_000),
        ("单笔超过五万元", "amount", 50_000),
        ("保存十五年", "period", 15 * 365),
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
    ],
)
def test_a_figure(text: str, slot: str, amount: float) -> None:
    assert dict(values(text))[slot] == pytest.approx(amount)


@pytest.mark.parametrize(
    "text", ["2023年度预算", "第三年级", "每日", "第五条第二款", "一般情况下", "**万元以内", "年度检查"]
)
def test_what_is_no_figure(text: str) -> None:
    assert [v for v in read_values(text).values if v.slot in ("amount", "period", "share")] == []


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
    (value,) = read_values(text).values
    assert value.bound == bound


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("员工应当登记", "must"),
        ("必须双人在场", "must"),
        ("须经批准", "must"),
        ("可以委托他人", "may"),
        ("不得外借", "must_not"),
        ("严禁代签", "must_not"),
        ("不得少于两人", None),
        ("大厅每日开门", None),
        ("不可抗力", None),
        ("应付账款", None),
        ("认可的机构", None),
    ],
)
def test_modality(text: str, modality: str | None) -> None:
    assert read_values(text).modality == modality


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("报分管领导批准", ("分管领导",)),
        ("由总经理办公会审议批准", ("总经理办公会",)),
        ("经董事会审定后执行", ("董事会",)),
        ("由经办人填写", ()),
    ],
)
def test_who_decides(text: str, who: tuple[str, ...]) -> None:
    assert read_values(text).bodies == who


def test_penalties() -> None:
    assert read_values("给予警告或者记过").penalties == ("给予警告", "记过")


def norm(text: str) -> Norm:
    return read_values(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("对公账户五日内开立", "个人账户三日内开立"),
        ("总行按月检查", "支行按周检查"),
        ("首次违反扣5分", "再次违反扣10分"),
    ],
)
def test_different_subjects_are_told_apart(a: str, b: str) -> None:
    assert not same_scope(norm(a), norm(b))
    assert same_scope(norm(a), norm(a))


def test_subjects_of_another_kind() -> None:
    assert not same_subject(norm("投诉资料应当保存三年"), norm("采购资料应当保存五年"))
    assert same_subject(norm("投诉资料应当保存三年"), norm("投诉资料须保存五年"))


def test_agreement_is_about_figures_modality_and_scope() -> None:
    assert norm("应当在五日内报送").agrees_with(norm("须于5日内报送"))
    assert not norm("应当在五日内报送").agrees_with(norm("应当在十日内报送"))
    assert not norm("不得在五日内报送").agrees_with(norm("应当在五日内报送"))


def test_matter_is_the_text_without_its_figures() -> None:
    assert "5万元" not in norm("单笔超过5万元的报批").matter
    assert "报批" in norm("单笔超过5万元的报批").matter


def test_norms_of_a_sentence_know_the_condition_they_stand_under() -> None:
    norms = list(read_norms("个人账户连续三年未使用的，应当在十日内注销，并通知客户。单位账户另行规定。"))
    assert [n.lead for n in norms if "注销" in n.text] == ["个人账户连续三年未使用的"]
    assert "个人" in next(n for n in norms if "注销" in n.text).scopes


TEXTS = st.text(
    st.sampled_from("五十三半百分之每年月日周季度次个工作不得超过应当可以报由经理批准警告万元5０%，。；：\n 以上内的"),
    max_size=40,
)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_spans_are_exact_and_apart(text: str) -> None:
    for one in read_norms(text):
        assert text[one.start : one.end] == one.text
        spans = sorted((value.start, value.end) for value in one.values)
        assert all(0 <= start < end <= len(one.text) for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
        assert one.agrees_with(one)

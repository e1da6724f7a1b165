"""Categories: ours, those of a bank, a user's own with two levels; and models that fit them or say that they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

import rulemine as rm
from rulemine.classifier import load_classifier
from rulemine.errors import BadInput, BadModel
from rulemine.taxonomy import load_taxonomy

OWN = """
[groups.money]
name = "资金"

[categories.expenses]
name = "费用报销"
under = "money"

[categories.purchase]
name = "采购"
under = "money"

[categories.staff]
name = "人事"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_two_levels(own: Path) -> None:
    taxonomy = load_taxonomy(own)
    assert [taxonomy.full_name(key) for key in taxonomy.names] == ["资金/费用报销", "资金/采购", "人事"]
    assert [taxonomy.find_key(label) for label in ("采购", "资金/采购", "purchase", "资金")] == ["purchase"] * 3 + [
        None
    ]


def test_a_group_that_is_not_there_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_text('[categories.a]\nname = "甲"\nunder = "none"\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"x\.toml：缺少 none.*groups\.KEY"):
        load_taxonomy(path)


def test_a_banks_businesses_are_categories() -> None:
    taxonomy = load_taxonomy("bank")
    texts = ["贷前调查未核实借款人收入，受托支付流于形式", "未报送可疑交易报告，客户身份识别不到位", "公章外借未登记"]
    found = rm.classify(texts, taxonomy=taxonomy)
    assert [f.category for f in found] == ["credit", "anti_money_laundering", "daily_office"]
    assert found[0].other_kind is None
    for finding in found:
        assert set(finding.scores) == {*taxonomy.names, "other"}
        assert sum(finding.scores.values()) == pytest.approx(1, abs=2e-3)


def test_splitting_other_leaves_the_rest_as_it_was() -> None:
    plain, split = load_classifier(), load_classifier(taxonomy=load_taxonomy("bank"))
    texts = ["报销单未附发票", "理赔查勘不到位", "系统变更未测试"]
    before, after = plain.probabilities(texts), split.probabilities(texts)
    kept = [split.categories.index(key) for key in plain.labels if key != "other"]
    assert after[:, kept] == pytest.approx(before[:, :-1])
    rest = [i for i in range(after.shape[1]) if i not in kept]
    assert after[:, rest].sum(axis=1) == pytest.approx(before[:, -1])
    assert split.for_taxonomy(load_taxonomy()).categories == plain.categories


def test_a_model_that_was_taught_something_else_says_so(own: Path) -> None:
    with pytest.raises(BadModel, match=r"expenses.*rulemine train"):
        rm.classify(["报销单未附发票"], taxonomy=load_taxonomy(own))

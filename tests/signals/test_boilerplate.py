"""What a collection repeats as a matter of form is learned, and never told as a duplicate."""

from __future__ import annotations

from datetime import date

import pytest

from rulemine.facts import Facts, load_facts
from rulemine.signals import find_evidence
from rulemine.signals.boilerplate import learn_boilerplate
from rulemine.signals.guards import is_boilerplate

from .compiling import compile_rules

FORM = "各部门应当加强组织领导，层层落实责任，确保各项要求落到实处。"
TOPICS = (
    "印章借用须经总经理批准并登记归还时间",
    "客户投诉应当在三日内答复并记录结果",
    "库存现金每日盘点并由两人签字确认",
    "机房出入须登记姓名事由并由值班员陪同",
    "合同原件由档案室统一保管并编号存放",
    "车辆加油凭卡结算并按月公示里程数",
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def _texts(count: int) -> list[str]:
    return [
        f"事项{number}管理办法\n星海发〔2020〕{number + 1}号\n2020年5月6日印发\n"
        f"第一条 {TOPICS[number]}。\n第二条 {FORM}\n第三条 本办法自印发之日起施行。\n"
        for number in range(count)
    ]


def test_form_of_many_rules_is_no_duplicate(facts: Facts) -> None:
    compilation = compile_rules(_texts(6), facts, date(2026, 11, 1))
    assert len(learn_boilerplate(compilation.rules)) == 2  # the form, and the day of effect
    assert list(find_evidence(compilation.context, {"D10", "D11", "D12", "D20"})) == []


def test_what_a_few_rules_share_is_a_duplicate(facts: Facts) -> None:
    compilation = compile_rules(_texts(3), facts, date(2026, 11, 1))
    assert learn_boilerplate(compilation.rules) == {}
    found = list(find_evidence(compilation.context, {"D10"}))
    assert len(found) == 3
    assert all("共3处" in str(evidence.suggestion) for evidence in found)


@pytest.mark.parametrize(
    "text",
    [
        "“为正确审理侵权纠纷案件，根据有关法律的规定，结合审判实践，制定本解释",
        "抄送：清算中心。内部发送：办公厅，支付司",
        "星海银行办公室 2016 年 11 月 4 日印发",
        "主题词：支付结算 账户管理 通知",
        "本办法自公布之日起执行。\n信息公开选项：主动公开抄　送：外汇局。内部发送：支付司",
        "根据本决定，有关司法解释作相应修改后重新公布",
    ],
)
def test_notes_and_purposes_say_nothing(text: str) -> None:
    assert is_boilerplate(text)


def test_who_bears_what_is_a_matter_and_how_a_breach_ends_is_none() -> None:
    assert is_boilerplate("违反本办法规定的，依法追究直接责任人员的责任。")
    assert not is_boilerplate("主承租人统一交纳租金，合租人按各自份额承担责任，不得另行转租。")


def test_definitions_amendments_and_open_breaches_are_not_compared(facts: Facts) -> None:
    shared = (
        "第一条 本办法所称高级管理人员，是指总经理、副总经理、董事会秘书和其他实际履行上述职责的人员。\n"
        "第二条 删除第三条、第四条、第七条中有关报送纸质材料的全部内容。\n"
        "第三条 没有违法所得或者违法所得不足5000元的，处5000元以上2万元以下的罚款。\n"
        "第四条 本办法自印发之日起施行。\n"
    )
    texts = [f"事项{name}管理办法\n星海发〔2020〕{n}号\n2020年5月6日印发\n{shared}" for n, name in enumerate("甲乙", 1)]
    compilation = compile_rules(texts, facts, date(2026, 11, 1))
    assert list(find_evidence(compilation.context, {"D10", "D11", "D12", "C10", "C15"})) == []

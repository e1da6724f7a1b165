"""What a report says of itself: title, unit, channel, days, and the figures that it states."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from rulemine.parse.accountability import read_accountability, read_people
from rulemine.parse.reports import parse_report
from rulemine.schema import Document, Report


def report(text: str) -> Report:
    return parse_report(Document(path="a.txt", sha256="", text=text))


def stated(sentence: str) -> dict[str, Any]:
    return report(
        f"关于仓储检查情况的通报\n一、总体情况\n{sentence}\n二、要求\n请各单位抓紧落实。\n2024年5月6日"
    ).stated


def test_what_it_is() -> None:
    text = (
        "江北仓储公司关于2023年度物资管理专项审计发现问题整改情况的报告\n江仓审〔2024〕7号\n集团审计部：\n"
        "审计期间：2023年1月1日至2023年12月31日。\n2024年4月9日"
    )
    found = report(text)
    assert (found.unit, found.channel, found.document_number) == ("江北仓储公司", "audit", "江仓审〔2024〕7号")
    assert found.reported_on == date(2024, 4, 9)
    assert found.period == {"from": date(2023, 1, 1), "to": date(2023, 12, 31)}


def test_a_title_over_two_lines() -> None:
    assert (
        report("江北仓储公司\n关于用印检查情况的通报\n各部门：\n发现问题2个。").title
        == "江北仓储公司关于用印检查情况的通报"
    )


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("共发现问题9类、63笔，涉及网点26个。", {"issues": 63, "issue_kinds": 9, "institutions": 26}),
        ("检查共查出问题十二项，涉及金额1,235.11万元。", {"issues": 12, "amount_yuan": 12351100}),
        ("审计指出9个方面问题。", {"issues": 9}),
        ("本次检查发现问题8个，已整改5个、正在整改2个、尚未整改1个，整改率62.5%。",
         {"issues": 8, "rectified": 5, "in_progress": 2, "unrectified": 1, "rate": 62.5}),
        ("上述问题中第1、3、4项已整改，第2项正在整改，整改率75%。", {"rectified": 3, "in_progress": 1, "rate": 75}),
        ("共发现问题5个，其中日常办公2个，财务管理3个。", {"issues": 5, "by_category": {"daily_office": 2, "finance": 3}}),
        ("共发现问题4个，涉及金额**万元。", {"issues": 4, "amount_yuan": None}),
        ("以上13个问题，截至6月14日已整改4个。", {"issues": 13, "rectified": 4}),
        ("第一、第三项已完成整改，其余7项正在整改。", {"rectified": 2, "in_progress": 7}),
        ("列出问题15项，分布在7家机构。可计量的问题金额合计2,033.16万元。",
         {"issues": 15, "institutions": 7, "amount_yuan": 20331600}),
        ("11个问题中已完成整改7个，占63.6%；正在推进3个；暂未整改1个。",
         {"rectified": 7, "in_progress": 3, "unrectified": 1, "rate": 63.6, "issues": 11}),
        ("本次审计共发现五个类别以及其他方面的问题21个。", {"issues": 21}),
        ("另发现新问题2项，本报告合计反映问题12项。", {"issues": 12}),
    ],
)  # fmt: skip
def test_figures_of_the_whole(sentence: str, wanted: dict[str, Any]) -> None:
    assert stated(sentence) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "以前年度检查发现的12项问题已全部整改。",
        "检查组抽查凭证300份，走访客户26户。",
        "力争年底前整改率达到100%。",
        "制定整改措施31条，修订制度7项。",
    ],
)
def test_no_figures_of_the_whole(sentence: str) -> None:
    assert stated(sentence) == {}


def test_a_follow_up_audit_counts_the_former_findings() -> None:
    told = "前次审计发现的10项问题，已整改6项、整改中3项、未整改1项，整改率60%。"
    text = f"全面审计后续审计报告\n一、总体情况\n{told}\n二、情况\n略。\n"
    assert report(text).stated == {"issues": 10, "rectified": 6, "in_progress": 3, "unrectified": 1, "rate": 60}
    assert report(text.replace("后续审计报告", "审计报告")).stated == {}


def test_figures_inside_a_fault_are_its_own() -> None:
    text = "检查报告\n一、发现的问题\n共发现问题2项。\n1.台账漏记，涉及问题凭证15笔，已整改6笔。\n2.未签字。\n"
    assert report(text).stated == {"issues": 2}


def test_people_and_times_are_kept_apart() -> None:
    told = read_accountability("问责21人：警告5人、记过2人；并处经济处罚14人次，罚款9.85万元；通报批评2家单位。")
    assert told == {
        "people": 21,
        "penalties": {
            "warning": {"people": 5},
            "demerit": {"people": 2},
            "public_criticism": {"units": 2},
            "economic_penalty": {"times": 14, "amount_yuan": 98500.0},
        },
    }


@pytest.mark.parametrize(
    "text",
    [
        "高管2人，罚款5万元；中层8人，罚款6.5万元；一般员工13人，罚款4.5万元",
        "高管2人、中层8人、一般员工13人，罚款依次为5万元、6.5万元、4.5万元",
        "高管2人、罚款5万元，中层8人、罚款6.5万元，一般员工13人、罚款4.5万元",
    ],
)
def test_fines_by_level(text: str) -> None:
    assert read_accountability(f"按层级，{text}。")["levels"] == {
        "executive": {"people": 2, "amount_yuan": 50000.0},
        "middle_manager": {"people": 8, "amount_yuan": 65000.0},
        "staff": {"people": 13, "amount_yuan": 45000.0},
    }


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("给予记过处分2人", None),
        ("对3名责任人作出处理", 3),
        ("共追究23人责任", 23),
        ("经济处罚14人次", None),
        ("抽调8人开展检查", None),
    ],
)
def test_people_held_to_account(text: str, people: int | None) -> None:
    assert read_people(text) == people


def test_a_fine_beside_its_times_is_of_no_level() -> None:
    told = read_accountability("以上共处理9人，其中中层3人、一般员工6人，并处经济处罚3人次、3,600元。")
    assert told["penalties"]["economic_penalty"] == {"times": 3, "amount_yuan": 3600.0}
    assert told["levels"]["staff"] == {"people": 6}


def test_one_number_for_two_penalties() -> None:
    assert read_accountability("给予警告、记过各2人")["penalties"] == {
        "warning": {"people": 2},
        "demerit": {"people": 2},
    }


def test_the_last_row_of_a_register() -> None:
    text = (
        "问题台账\n单位：万元\n序号\t问题描述\t金额\t整改状态\n1\t会议费未附签到表\t3.50\t已整改\n2\t备用金逾期未还\t1.20\t未整改\n"
        "合计\t2项\t4.70\t\n"
    )
    assert report(text).stated == {"amount_yuan": 47000.0, "issues": 2}

"""What later sentences say of faults: status, day and unit, by number, by group, by a few words, of those that remain."""

from __future__ import annotations

from datetime import date

import pytest

from rulemine.parse.findings import parse_findings
from rulemine.schema import Document, Finding

HEAD = "关于库房管理专项检查情况的报告\n一、基本情况\n检查组于2024年3月到现场查看。\n二、发现的问题\n"
ITEMS = (
    "（一）钥匙由一人保管，交接没有登记。\n（二）地下库房漏水，潮湿的账册有31本未晾晒。\n"
    "（三）备用发电机停用两年，未报修。\n（四）盘点表由库管员一人签字。\n"
)
TAIL = "2024年5月20日\n"


def report(summary: str, items: str = ITEMS) -> tuple[Finding, ...]:
    text = f"{HEAD}{items}三、整改情况\n{summary}\n{TAIL}"
    return parse_findings(Document(path="a.txt", sha256="", text=text))


def statuses(summary: str, items: str = ITEMS) -> list[str | None]:
    return [finding.status for finding in report(summary, items)]


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        ("第（一）、（四）项已整改，其余正在整改。", "rectified in_progress in_progress rectified"),
        ("第（一）至（三）项已整改完毕；第（四）项因人员未到位，尚未整改。", "rectified rectified rectified open"),
        (
            "已整改的有：第（二）项，账册已晾干；第（三）项，机组已换新。其余问题尚未整改。",
            "open rectified rectified open",
        ),
        ("钥匙保管和盘点签字两个问题已整改，余下2个正在整改。", "rectified in_progress in_progress rectified"),
        ("除备用发电机一项尚未启动外，其余均已整改。", "rectified rectified open rectified"),
        ("以上问题均已整改到位。", "rectified rectified rectified rectified"),
        ("第（一）项、第（二）项共2项已整改到位；整改中2项。", "rectified rectified in_progress in_progress"),
        # what was done says it, and what the totals leave over
        ("钥匙已收回统一保管，库房漏水正在修补。", "rectified in_progress None None"),
        (
            "第（一）项已整改，第（三）项、第（四）项尚未整改。合计已整改2项，未整改2项。",
            "rectified rectified open open",
        ),
        # an excuse is none, and a due date of those that have none speaks of no status
        ("第（一）项因印鉴柜正在采购，未能完成；其余已整改。", "open rectified rectified rectified"),
        (
            "钥匙保管和漏水的账册两个问题当场改完，可以画上句号；备用发电机至今没有动手；剩下1个都在改。",
            "rectified rectified open in_progress",
        ),
        # each clause alludes to one, as their number says
        ("保管员换人并补登了交接，湿账册逐本晾晒，这两项已整改到位。", "rectified rectified None None"),
        ("上季度通报的4项问题均已整改。", "None None None None"),
        ("第（一）项已整改，没有单独说明的事项均已整改。", "rectified rectified rectified rectified"),
    ],
)
def test_status_told_elsewhere(summary: str, wanted: str) -> None:
    assert [str(status) for status in statuses(summary)] == wanted.split()


UNITS = (
    "东山支行。台账清楚。但钥匙由一人保管，交接没有登记；地下室漏水，31本账册受潮未晾晒。\n"
    "西山支行。秩序较好。但备用发电机停用两年，未报修；盘点表由库管员一人签字，没有复核。\n"
)


@pytest.mark.parametrize(
    ("summary", "wanted"),
    [
        ("东山支行2个问题均已整改；西山支行2个问题都在整改之中。", "rectified rectified in_progress in_progress"),
        (
            "东山支行2个问题中，受潮的账册已整改，另外1个正在整改；西山支行2个问题没有动静，一律按未整改掌握。",
            "in_progress rectified open open",
        ),
        ("西山支行除发电机一事因等待配件尚未整改外，其余1个已整改。", "None None open rectified"),
    ],
)
def test_groups_named_by_their_unit(summary: str, wanted: str) -> None:
    assert [str(status) for status in statuses(summary, UNITS)] == wanted.split()


def test_one_day_for_all_that_have_none() -> None:
    told = "第（一）项已整改，第（二）项应于2024年6月30日前完成。除已明确时限的以外，均应在2024年9月30日前完成。"
    assert [str(found.due_on) for found in report(told)] == ["None", "2024-06-30", "2024-09-30", "2024-09-30"]
    told = "第（一）项已整改。正在整改和尚未整改的问题，须于2024年8月底前见到成效。"
    assert [str(found.due_on) for found in report(told)] == ["None", "2024-08-31", "2024-08-31", "2024-08-31"]


def test_categories_of_a_register_are_named_below_it() -> None:
    text = (
        "库房检查问题清单\n序号|问题描述|类别|是否整改\n1|钥匙由一人保管，交接没有登记|A|是\n2|地下库房漏水未修|B|否\n"
        "3|盘点表由一人签字|A|部分\n说明\nA类由综合部负责，B类由设备部负责。标“否”的，2024年9月30日前办结。\n2024年5月20日\n"
    )
    found = parse_findings(Document(path="a.txt", sha256="", text=text))
    assert [f.responsible_unit for f in found] == ["综合部", "设备部", "综合部"]
    assert [str(f.due_on) for f in found] == ["None", "2024-09-30", "None"]


@pytest.mark.parametrize(
    ("tail", "unit"),
    [
        ("财务部须于9月30日前完成复核。", "财务部"),
        ("由设备部于2024年8月底前完成。", "设备部"),
        ("由你分公司综合管理部负责整改。", "综合管理部"),
        ("收尾由客户服务部负责。", "客户服务部"),
        ("公司应当于年底前完成。", None),
    ],
)
def test_who_mends(tail: str, unit: str | None) -> None:
    items = f"（一）钥匙由一人保管，交接没有登记。正在整改，{tail}\n（二）地下库房漏水，账册31本未晾晒。\n"
    assert report("各库已传达。", items)[0].responsible_unit == unit


@pytest.mark.parametrize(
    "summary",
    [
        "下一步，各库要对照整改，确保问题整改到位。",
        "2022年检查指出的5项问题已全部整改。",
        "要求有关单位于6月底前完成整改。",
        "整改工作由分管领导统一部署。",
    ],
)
def test_nothing_is_told_of_these(summary: str) -> None:
    assert statuses(summary) == [None] * 4


def test_day_and_unit_of_those_that_are_named() -> None:
    found = report("第（一）、（二）项由综合部牵头，第（三）项由设备部牵头，均须于6月底前完成；第（四）项已整改。")
    assert [f.responsible_unit for f in found] == ["综合部", "综合部", "设备部", None]
    assert [str(f.due_on) for f in found] == ["2024-06-30", "2024-06-30", "2024-06-30", "None"]


def test_units_in_the_order_of_the_items() -> None:
    found = report("第（一）、（三）项正在整改，依次由综合部、设备部负责。")
    assert [f.responsible_unit for f in found] == ["综合部", None, "设备部", None]


def test_day_for_those_that_are_not_mended_in_the_end() -> None:
    found = report("第（二）项已整改，其余正在整改。凡未完成整改的，统一于2024年7月15日前办结。")
    assert [f.due_on for f in found] == [date(2024, 7, 15), None, date(2024, 7, 15), date(2024, 7, 15)]


def test_groups_and_numbers_within_them() -> None:
    items = "（一）库房管理方面\n1.钥匙由一人保管。\n2.库房漏水未报修。\n（二）账务管理方面\n1.盘点表一人签字。\n2.账册缺页12张。\n"
    told = "库房管理2个问题均已整改；账务管理2个问题中，第1项正在整改，第2项尚未整改。"
    assert statuses(told, items) == ["rectified", "rectified", "in_progress", "open"]
    told = "（一）第2项、（二）第1项已整改，其余问题正在整改。"
    assert statuses(told, items) == ["in_progress", "rectified", "rectified", "in_progress"]


def test_a_month_is_of_the_next_year_when_it_is_long_past() -> None:
    text = HEAD + ITEMS + "三、整改情况\n第（一）项正在整改，2月底前完成。\n2023年11月20日\n"
    assert parse_findings(Document(path="a.txt", sha256="", text=text))[0].due_on == date(2024, 2, 29)


def test_table_by_number_tells_how_far_things_are() -> None:
    table = "三、进展\n序号\t牵头部门\t完成时限\t状态\n①\t综合部\t2024年6月30日\t整改中\n②\t设备部\t-\t已整改\n"
    items = "①钥匙由一人保管，没有登记。\n②库房漏水未报修。\n"
    found = parse_findings(Document(path="a.txt", sha256="", text=HEAD + items + table))
    assert [(f.status, f.responsible_unit, str(f.due_on)) for f in found] == [
        ("in_progress", "综合部", "2024-06-30"),
        ("rectified", "设备部", "None"),
    ]


def test_table_that_repeats_the_faults_is_no_second_list() -> None:
    letter = (
        "关于仓储检查情况的反馈\n仓储部：\n货架标识做得清楚，但三号库的备用钥匙由保管员一人保管，交接没有登记。"
        "装卸队伍稳定，可夜班盘点表连续5天由同一人代签。叉车保养及时，不过去年报废的2台叉车仍挂在固定资产账上未作处置。\n"
    )
    table = (
        "附：进展一览\n序号\t事项\t进展\t经办部门\n1\t备用钥匙\t已办结\t仓储部\n2\t盘点代签\t在办\t仓储部\n"
        "3\t报废叉车挂账\t未启动\t财务部\n"
    )
    found = parse_findings(Document(path="a.txt", sha256="", text=letter + table))
    assert [f.status for f in found] == ["rectified", "in_progress", "open"]
    assert all(len(f.text) > 10 for f in found)


def test_a_paragraph_below_an_item_may_tell_another_fault() -> None:
    items = (
        "（一）库房管理。钥匙由一人保管，交接没有登记。\n此外，2022年检查指出的库房漏水一事，库管员上报“已完成”，现场查看仍在漏水。\n"
        "（二）账册管理。盘点表由库管员一人签字。这件事牵涉人手不足，至今仍未整改，由综合部负责。\n"
    )
    found = report("各库已传达。", items)
    assert [f.text[-8:] for f in found] == ["管，交接没有登记", "现场查看仍在漏水", "由库管员一人签字"]
    assert found[-1].status == "open"
    assert found[-1].responsible_unit == "综合部"

"""Registers: tables of a workbook, typed tables, broken cells, units carried forward."""

from __future__ import annotations

from datetime import date

import pytest

from rulemine.parse.findings import parse_findings
from rulemine.parse.registercolumns import OURS
from rulemine.parse.registers import looks_like_register
from rulemine.schema import Block, Document, Finding


def parse(text: str, *, rows: bool = False) -> tuple[Finding, ...]:
    blocks: list[Block] = []
    start = 0
    for line in text.split("\n") if rows else ():
        blocks.append(Block(start=start, end=start + len(line), kind="table_row"))
        start += len(line) + 1
    return parse_findings(Document(path="register.xlsx", sha256="0" * 64, text=text, blocks=tuple(blocks)))


def test_rows_of_a_workbook() -> None:
    text = (
        "序号 | 机构名称 | 问题描述 | 金额（万元） | 风险等级 | 整改情况 | 责任部门 | 完成时限\n"
        "1 | 东山支行 | 虚列会议费用于招待 | 3.50 | 高 | 已整改 | 财务部 | 2023-06-30\n"
        "2 |  | 印章交接未登记 | - | 低 | 整改中 | 办公室 | 2023年7月\n"
    )
    first, second = parse(text, rows=True)
    assert (first.text, first.amount_yuan, first.severity) == ("虚列会议费用于招待", 35000.0, "高")
    assert (first.status, first.responsible_unit, first.due_on) == ("rectified", "财务部", date(2023, 6, 30))
    assert (second.text, second.amount_yuan, second.status) == ("印章交接未登记", None, "in_progress")
    assert second.due_on == date(2023, 7, 31)


def test_cell_that_breaks_across_lines() -> None:
    text = (
        "序号\t问题描述\t整改状态\t责任部门\n1\t客户经理代客保管银行卡，\n共计4张\t未整改\t个金部\n"
        "2\t台账缺页\t已整改\t办公室\n"
    )
    first, second = parse(text)
    assert first.text == "客户经理代客保管银行卡，\n共计4张"
    assert (first.status, first.responsible_unit, first.counts) == ("open", "个金部", {"张": 4})
    assert second.text == "台账缺页"


def test_unit_line_above_the_table() -> None:
    text = "单位：万元\n序号|存在问题|涉及金额|是否整改\n1|虚增存款时点数|1,200|是\n2|漏缴印花税|0.35|否\n"
    assert [(f.amount_yuan, f.status) for f in parse(text)] == [(12000000.0, "rectified"), (3500.0, "open")]


def test_several_institutions_are_counted_one_is_not() -> None:
    text = "序号\t发现问题\t涉及机构\n1\t未双录\t东山支行、西山支行\n2\t未登记印章使用\t东山支行\n"
    assert [finding.institutions for finding in parse(text)] == [2, None]


def test_prose_around_the_table_is_read_too() -> None:
    text = (
        "一、检查发现的问题\n1.库存现金超限额未上缴。\n二、问题清单\n序号\t问题描述\t整改状态\n1\t门禁记录缺失5天\t已整改\n"
        "合计1项。\n三、整改要求\n请于6月底前完成整改。\n"
    )
    assert [finding.text for finding in parse(text)] == ["库存现金超限额未上缴", "门禁记录缺失5天"]


def test_cells_that_wrap_under_their_headings() -> None:
    text = (
        "序号  受检单位    存在问题                        整改状态   责任部门\n"
        "1     东山支行    大额支取未经复核，涉及3笔       已整改     运营\n"
        "                  金额合计12万元                             管理部\n"
        "2     西山支行    门禁登记缺失                    未整改     保卫部\n"
    )
    first, second = parse(text)
    assert first.text.startswith("大额支取")
    assert first.text.endswith("金额合计12万元")
    assert (first.amount_yuan, first.status, first.responsible_unit) == (120000.0, "rectified", "运营管理部")
    assert (second.text, second.status) == ("门禁登记缺失", "open")


def test_headings_over_two_lines() -> None:
    text = (
        "序号  问题描述                      涉及金额    整改状态\n"
        "                                   （万元）\n"
        "1     备用金三个月未核对             12.50      整改中\n"
        "2     印鉴卡没有双人签收             —          已整改\n"
    )
    assert [(f.text, f.amount_yuan, f.status) for f in parse(text)] == [
        ("备用金三个月未核对", 125000.0, "in_progress"),
        ("印鉴卡没有双人签收", None, "rectified"),
    ]


def test_a_table_that_goes_on_over_the_page() -> None:
    text = (
        "序号  机构    问题                          状态\n"
        "1     东山    点钞机等11台设备有账无物，盘点表却\n"
        "              写着相符                      在改\n"
        "                                            （续下页）\n"
        "库房检查问题清单（续）\n"
        "2     西山    印鉴卡没有双人签收            销号\n"
        "—     南山    账实相符，未发现问题          —\n"
    )
    assert [f.text.replace("\n", "").replace(" ", "") for f in parse(text)] == [
        "点钞机等11台设备有账无物，盘点表却写着相符",
        "印鉴卡没有双人签收",
    ]


def test_a_cell_that_numbers_two_faults() -> None:
    text = (
        "序号|问题描述|金额（元）|整改状态\n1|（1）7个账号多人共用；（2）5台电脑外借未登记|2600|已整改\n"
        "2|印鉴卡1.未双人签收|100|未整改\n"
    )
    assert [(f.text, f.amount_yuan, f.status) for f in parse(text)] == [
        ("7个账号多人共用", 2600.0, "rectified"),
        ("5台电脑外借未登记", None, "rectified"),
        ("印鉴卡1.未双人签收", 100.0, "open"),
    ]


def test_a_row_that_found_nothing_is_no_fault() -> None:
    text = "序号|问题描述|整改状态\n1|重空漏登3份|已整改\n2|抽查流水120户，未发现与客户有资金往来|—\n"
    assert [f.text for f in parse(text)] == ["重空漏登3份"]


def test_notes_below_a_table_are_no_faults() -> None:
    text = "序号|问题描述|整改状态\n1|重空漏登3份|已整改\n填表说明\n（一）“份”按凭证张数计，没有的划“—”。\n（二）两个网点未列入。\n"
    assert [f.text for f in parse(text)] == ["重空漏登3份"]


def test_tabs_before_a_cell_that_goes_on() -> None:
    text = "序号\t问题描述\t整改状态\t责任部门\n1\t资料未归档，\t已整改\t档案\n\t共计12份\t\t管理部\n"
    (only,) = parse(text)
    assert (only.counts, only.status, only.responsible_unit) == ({"份": 12}, "rectified", "档案管理部")


def test_row_without_number_goes_on_unless_it_is_whole() -> None:
    text = (
        "| 序号 | 问题描述 | 整改情况 | 责任部门 |\n|---|---|---|---|\n"
        "| 1 | 合同未签字，共3份，其中 | 已整改 | 法律 |\n|  | 2份已到期 |  | 合规部 |\n"
        "|  | 印章未登记 | 整改中 | 办公室 |\n"
    )
    first, second = parse(text)
    assert first.text.endswith("2份已到期")
    assert (first.status, first.responsible_unit, second.responsible_unit) == ("rectified", "法律合规部", "办公室")
    assert (second.text, second.status) == ("印章未登记", "in_progress")


def test_another_heading_row_begins_another_table() -> None:
    text = (
        "编号  存在的问题          责任单位  是否整改\nB01   虚列会议费3万元，   财务部    是\n"
        "      用于购买礼品\nB02   漏缴印花税2户       财务部    否\n\n"
        "| 序号 | 检查发现问题 | 责任部门 | 整改情况 |\n| 1 | 门禁失灵 | 保卫部 | 未整改 |\n"
    )
    findings = parse(text)
    assert [(f.status, f.responsible_unit) for f in findings] == [
        ("rectified", "财务部"),
        ("open", "财务部"),
        ("open", "保卫部"),
    ]
    assert findings[0].text.endswith("用于购买礼品")


def test_blank_unit_before_a_pipe_is_carried_forward() -> None:
    text = "机构名称 | 问题描述 | 整改情况\n东山支行 | 未双录2笔 | 已整改\n | 漏登重空3份 | 未整改\n"
    assert [(f.text, f.status) for f in parse(text)] == [("未双录2笔", "rectified"), ("漏登重空3份", "open")]


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("问题描述", "text"),
        ("存在的主要问题", "text"),
        ("检查发现问题", "text"),
        ("缺陷描述", "text"),
        ("涉及金额(元)", "amount"),
        ("整改进展", "status"),
        ("是否整改", "status"),
        ("牵头部门", "responsible_unit"),
        ("计划完成时间", "due_on"),
        ("整改期限", "due_on"),
        ("被检查单位", "institutions"),
        ("问题类别", "category"),
        ("风险等级", "severity"),
        ("违反依据", "citations"),
        ("整改措施", "measure"),
        ("编号", "number"),
        ("甲", None),
    ],
)
def test_name_column(heading: str, field: str | None) -> None:
    assert OURS.field(heading) == field


def test_looks_like_register() -> None:
    table = "序号\t问题描述\t整改状态\n1\t漏记台账\t已整改\n"
    for text, expected in ((table, True), ("费用\t标准\n住宿费\t350元\n", False), ("一、发现的问题\n漏记。", False)):
        assert looks_like_register(Document(path="a.txt", sha256="", text=text)) is expected

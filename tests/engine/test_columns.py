"""Headings, and the column that holds the text."""

from __future__ import annotations

import pytest

from rulemine.engine.columns import choose_column, find_header, name_columns, rank_heading


@pytest.mark.parametrize(
    ("names", "row", "chosen"),
    [
        (["序号", "问题描述", "整改情况描述"], ["1", "未双录", "已于本月完成全部客户的补录工作"], "问题描述"),
        (["序号", "存在的主要问题", "内容"], ["1", "未执行双录", "略"], "存在的主要问题"),
        (["检查发现问题（逐条填写）", "单位"], ["代客户签名", "某支行"], "检查发现问题（逐条填写）"),
        (["问题", "说明"], ["是", "未按规定进行贷后检查"], "说明"),
        (["Finding", "Unit"], ["no approval on file", "a very long name of a branch"], "Finding"),
        (["编号", "事由"], ["20240101000001", "费用报销无审批单"], "事由"),
        (["违规事实", "案由"], ["", "销售误导"], "案由"),
        (["a", "b"], ["", ""], "a"),
        (["sha256", "path", "说法"], ["0f" * 32, "reports/2024/branch-report.pdf", "虚列费用"], "说法"),
    ],
)
def test_choose_column(names: list[str], row: list[str], chosen: str) -> None:
    assert choose_column(names, [row], None, "a.csv").name == chosen


@pytest.mark.parametrize("heading", ["问题数量", "整改问题描述", "发现问题日期", "责任单位", "问题类别"])
def test_other_headings_are_not_likely(heading: str) -> None:
    assert rank_heading(heading) is None


@pytest.mark.parametrize(
    ("rows", "header"),
    [
        ([["序号", "问题描述"], ["1", "甲"]], 0),
        ([["某行检查问题台账", ""], ["", ""], ["填报日期", "2024年"], ["序号", "问题描述"], ["1", "甲"]], 3),
        ([["标题", "类别"], ["内容合规的一则通知", "3"]], 0),
        ([["text"], ["甲"]], 0),
        ([["", ""], ["", ""]], None),
        ([], None),
    ],
)
def test_find_header(rows: list[list[str]], header: int | None) -> None:
    assert find_header(rows) == header


def test_the_wanted_column_finds_its_row() -> None:
    assert find_header([["问题描述", "说明"], ["案由", "单位"]], "案 由") == 1


def test_names_are_unique() -> None:
    assert name_columns(["a", "a", "a_2", ""]) == ("a", "a_2", "a_2_2", "column_4")

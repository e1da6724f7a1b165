"""The figures of findings and reports: they sum, what is told twice counts once, stated stands beside counted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulemine.figures import count_figures
from rulemine.recurrence import group_findings
from rulemine.schema import Figure, Finding, FindingSource, Report

DAY = date(2025, 6, 30)


def finding(text: str, report: str = "r1", **facts: Any) -> Finding:
    source = FindingSource(path=f"{report}.txt", sha256="", page=None)
    known = {"category": "finance", **facts}
    return Finding(id=f"{report}-{text}", report_id=report, text=text, start=0, end=len(text), source=source, **known)


def table(figures: tuple[Figure, ...], name: str) -> dict[str, Figure]:
    return {figure.key: figure for figure in figures if figure.table == name}


def test_what_is_counted() -> None:
    found = [
        finding("会议费拆单", status="rectified", amount_yuan=30000.0, responsible_unit="财务部"),
        finding("备用金未还", status="open", due_on=date(2025, 5, 31), responsible_unit="财务部"),
        finding("印章外借", status="in_progress", due_on=date(2025, 7, 31), category="daily_office"),
        finding("登记簿漏记", category="daily_office"),
    ]
    figures = count_figures(found, as_of=DAY)
    total = table(figures, "total")["all"]
    assert (total.issues, total.rectified, total.in_progress, total.open, total.status_unknown) == (4, 1, 1, 1, 1)
    assert (total.rate, total.overdue, total.amount_yuan, total.amount_unknown) == (33.33, 1, 30000.0, 3)
    assert {key: row.issues for key, row in table(figures, "category").items()} == {"finance": 2, "daily_office": 2}
    assert {key: row.issues for key, row in table(figures, "unit").items()} == {"财务部": 2, "unknown": 2}
    (late,) = table(figures, "overdue").values()
    assert (late.name, late.due_on, late.note) == ("备用金未还", date(2025, 5, 31), "财务部，逾期30天")


def test_nothing_known_is_not_zero() -> None:
    total = table(count_figures([finding("漏记")], as_of=DAY), "total")["all"]
    assert (total.rate, total.amount_yuan) == (None, None)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["finance", "sales", None]),
            st.sampled_from(["rectified", "open", None]),
            st.one_of(st.none(), st.integers(0, 10**7)),
        ),
        max_size=12,
    )
)
def test_tables_sum_to_the_total(rows: list[tuple[str | None, Any, int | None]]) -> None:
    found = [
        finding(f"第{n}处", category=category, status=status, amount_yuan=amount and float(amount))
        for n, (category, status, amount) in enumerate(rows)
    ]
    figures = count_figures(found, as_of=DAY)
    total = table(figures, "total")["all"]
    assert total.issues == len(found)
    for name in ("category", "unit", "amount", "institution"):
        assert sum(row.issues or 0 for row in table(figures, name).values()) == total.issues
        assert sum(row.rectified or 0 for row in table(figures, name).values()) == total.rectified
    assert (total.rectified or 0) + (total.in_progress or 0) + (total.open or 0) + (total.status_unknown or 0) == len(
        found
    )


def test_order_of_findings_changes_no_count() -> None:
    found = [finding(f"事项{n}", status="open", amount_yuan=0.1 * n) for n in range(20)]
    here, there = (count_figures(told, as_of=DAY) for told in (found, found[::-1]))
    assert table(here, "total") == table(there, "total")
    assert table(here, "amount") == table(there, "amount")


# ---------------------------------------------------------------- stated beside counted


def test_stated_beside_counted() -> None:
    report = Report(
        id="r1",
        path="r1.txt",
        stated={
            "issues": 3,
            "rectified": 2,
            "in_progress": 1,
            "unrectified": 1,
            "rate": 66.67,
            "amount_yuan": 30100.0,
            "people": 5,
            "by_category": {"finance": 2},
            "penalties": {"economic_penalty": {"times": 3, "amount_yuan": 9000.0}},
            "levels": {"staff": {"people": 4, "amount_yuan": 9000.0}},
        },
    )
    found = [finding("会议费拆单", status="rectified", amount_yuan=30000.0), finding("备用金未还", status="rectified")]
    rows = table(count_figures(found, [report], as_of=DAY), "stated")
    assert {key: row.differs for key, row in rows.items()} == {
        "issues": True,
        "amount_yuan": False,
        "rectified": False,
        "in_progress": True,
        "unrectified": True,
        "rate": True,
        "by_category.finance": False,
        "issues.by_status": True,
        "rate.by_counts": False,
        "issues.by_category": True,
        "people.by_level": True,
        "fines.by_level": False,
    }


def test_masked_figures_are_neither_right_nor_wrong() -> None:
    report = Report(id="r1", path="r1.txt", stated={"amount_yuan": None})
    (row,) = table(count_figures([finding("漏记", amount_yuan=1.0)], [report], as_of=DAY), "stated").values()
    assert (row.stated, row.differs, row.note) == (None, None, "原文隐去")


def test_kinds_are_compared_where_the_number_is_of_transactions() -> None:
    report = Report(id="r1", path="r1.txt", stated={"issues": 63, "issue_kinds": 2})
    rows = table(count_figures([finding("甲"), finding("乙")], [report], as_of=DAY), "stated")
    assert (rows["issues"].counted, rows["issue_kinds"].differs) == (None, False)


def test_accountability_of_several_reports() -> None:
    told = [
        Report(id="a", path="a", stated={"penalties": {"warning": {"people": 2}, "economic_penalty": {"times": 3}}}),
        Report(
            id="b",
            path="b",
            stated={"penalties": {"warning": {"people": 1}, "economic_penalty": {"amount_yuan": None}}},
        ),
    ]
    rows = table(count_figures([], told, as_of=DAY), "penalty")
    assert (rows["warning"].people, rows["warning"].times) == (3, None)
    assert (rows["economic_penalty"].people, rows["economic_penalty"].times) == (None, 3)
    assert rows["economic_penalty"].note == "有的数字被隐去，未计入"


# ---------------------------------------------------------------- told twice, come back

REPORTS = (
    Report(id="audit", path="audit", reported_on=date(2023, 3, 1)),
    Report(id="follow_up", path="follow_up", reported_on=date(2023, 11, 1)),
    Report(id="next", path="next", reported_on=date(2024, 10, 1)),
)


def told(report: str, text: str, **facts: Any) -> Finding:
    return finding(text, report, **facts)


def test_one_issue_in_two_reports_counts_once_with_its_latest_status() -> None:
    found = [
        told("audit", "南浦仓库虚列装卸费12.6万元，由班组长领取现金", amount_yuan=126000.0, status="open"),
        told(
            "follow_up",
            "上次指出的南浦仓库虚列装卸费12.6万元问题，现金已退回",
            amount_yuan=126000.0,
            status="rectified",
        ),
        told("audit", "地磅未按期检定", status="open"),
    ]
    figures = count_figures(found, REPORTS, as_of=DAY)
    total = table(figures, "total")["all"]
    assert (total.issues, total.rectified, total.amount_yuan) == (2, 1, 126000.0)
    assert total.note == "另有1处反映的是同一问题，未重复计算"
    (row,) = table(figures, "same_issue").values()
    assert row.findings == (found[0].id, found[1].id)
    assert {key: r.issues for key, r in table(figures, "report").items()} == {"audit": 2, "follow_up": 1}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"amount_yuan": 126000.0}, {"amount_yuan": 30000.0}),
        ({"institution_names": ("南浦仓库",)}, {"institution_names": ("北浦仓库",)}),
        ({"occurred_on": date(2022, 12, 31)}, {"occurred_on": date(2023, 12, 31)}),
    ],
)
def test_what_differs_is_another_issue_of_the_type(first: dict[str, Any], second: dict[str, Any]) -> None:
    text = "仓库虚列装卸费，由班组长领取现金"
    groups = group_findings([told("audit", text, **first), told("next", text, **second)], REPORTS)
    assert (groups.same, groups.recurring) == ((), ((0, 1),))


def test_type_that_comes_back_is_shown_with_its_years() -> None:
    found = [
        told("audit", "印章外借未登记审批，共3次", category="daily_office"),
        told("next", "合同印章外借没有审批和登记", category="daily_office"),
    ]
    (row,) = table(count_figures(found, REPORTS, as_of=DAY), "recurrence").values()
    assert (row.reports, row.note) == (("audit.txt", "next.txt"), "2023年、2024年")


def test_findings_of_one_report_are_never_joined() -> None:
    same = [told("audit", "登记簿漏记3次"), told("audit", "登记簿漏记3次")]
    assert group_findings(same, REPORTS).same == ()

"""The figures of a campaign: findings counted, what reports state beside what is counted, and where the two differ.

What two reports tell of one issue counts once in ``total``; each report keeps its own count.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from pathlib import PurePath
from typing import Any

from rulemine.recurrence import Groups, group_findings
from rulemine.schema import Figure, Finding, Report, Stated
from rulemine.taxonomy import Taxonomy, load_taxonomy

TABLES: tuple[tuple[str, str], ...] = (
    ("total", "总计"),
    ("category", "按类别"),
    ("unit", "按责任部门"),
    ("institution", "按机构"),
    ("report", "按报告"),
    ("amount", "按金额"),
    ("overdue", "逾期未整改"),
    ("same_issue", "同一问题多处反映"),
    ("recurrence", "同类问题重复发生"),
    ("penalty", "问责方式"),
    ("level", "问责层级"),
    ("study", "学习测试"),
    ("stated", "自报与实计"),
)
"""The tables in their order, with what an analyst calls them."""
BANDS: tuple[tuple[str, str, float], ...] = (
    ("under_10k", "1万元以下", 1e4),
    ("under_100k", "1万至10万元", 1e5),
    ("under_1m", "10万至100万元", 1e6),
    ("under_10m", "100万至1000万元", 1e7),
    ("over_10m", "1000万元以上", math.inf),
)
UNKNOWN = "unknown"
TOLERANCE = 0.005
"""Share by which two amounts may differ: one is rounded to 万元. Rates may differ by 0.1 of a percent."""
STATUSES = ("rectified", "in_progress", "open")
_OF_STATUS = {"rectified": "rectified", "in_progress": "in_progress", "unrectified": "open"}
_NAMES = {
    "issues": "问题数",
    "issue_kinds": "问题类数",
    "amount_yuan": "金额（元）",
    "institutions": "涉及机构",
    "rectified": "已整改",
    "in_progress": "整改中",
    "unrectified": "未整改",
    "rate": "整改率（%）",
    "people": "问责人数",
}
PENALTY_NAMES = {
    "warning": "警告",
    "serious_warning": "严重警告",
    "party_discipline": "党纪处分",
    "demerit": "记过",
    "major_demerit": "记大过",
    "demotion": "降级",
    "removal": "撤职",
    "dismissal": "开除",
    "termination": "解除劳动合同",
    "suspension": "停职",
    "transfer": "调离岗位",
    "public_criticism": "通报批评",
    "admonition": "诫勉谈话",
    "reminder": "提醒谈话",
    "written_self_criticism": "书面检查",
    "economic_penalty": "经济处罚",
    "referral": "移送",
}
LEVEL_NAMES = {"executive": "高管", "middle_manager": "中层", "staff": "一般员工"}
_STUDY_NAMES = {
    "coverage": "覆盖率（%）",
    "passed": "合格率（%）",
    "people": "参加人数",
    "times": "参加人次",
    "sessions": "场次",
}


def count_figures(
    findings: Sequence[Finding], reports: Sequence[Report] = (), *, as_of: date, taxonomy: Taxonomy | None = None
) -> tuple[Figure, ...]:
    """All tables, in the order of ``TABLES``.

    >>> from rulemine.schema import FindingSource
    >>> source = FindingSource(path="a.txt", sha256="", page=None)
    >>> findings = [
    ...     Finding(id=str(n), report_id="a", text=f"问题{n}", start=0, end=1, source=source, status=s, amount_yuan=1e4 * n)
    ...     for n, s in enumerate(("rectified", "rectified", "open"), start=1)]
    >>> report = Report(id="a", path="a.txt", stated={"issues": 4, "rectified": 2, "rate": 66.67})
    >>> figures = count_figures(findings, [report], as_of=date(2024, 1, 1))
    >>> [(f.issues, f.rectified, f.rate, f.amount_yuan) for f in figures if f.table == "total"]
    [(3, 2, 66.67, 60000.0)]
    >>> [(f.key, f.stated, f.counted) for f in figures if f.differs]
    [('issues', 4.0, 3.0), ('rate.by_counts', 66.67, 50.0)]

    ``as_of`` is the day from which a deadline that has passed is overdue.
    """
    known = taxonomy or load_taxonomy()
    groups = group_findings(findings, reports)
    distinct = [findings[at] for at in _count_once(len(findings), groups, findings, reports)]
    tables = chain(
        [_count("total", "all", "全部问题", distinct, as_of, note=_note_repeats(len(findings) - len(distinct)))],
        _by(
            "category",
            distinct,
            as_of,
            lambda f: [f.category or UNKNOWN],
            lambda key: known.name(key) if key != UNKNOWN else "未分类",
        ),
        _by("unit", distinct, as_of, lambda f: [f.responsible_unit or UNKNOWN], _or_unstated),
        _by("institution", distinct, as_of, lambda f: f.institution_names or [UNKNOWN], _or_unstated),
        _by("report", findings, as_of, lambda f: [f.report_id], _name_reports(findings, reports)),
        _by_amount(distinct, as_of),
        _list_overdue(distinct, as_of),
        _list_groups("same_issue", groups.same, findings, reports),
        _list_groups("recurrence", groups.recurring, findings, reports),
        _add_up_accounts("penalty", "penalties", PENALTY_NAMES, reports),
        _add_up_accounts("level", "levels", LEVEL_NAMES, reports),
        _list_study(reports),
        *(_compare(report, [f for f in findings if f.report_id == report.id], known) for report in reports),
    )
    return tuple(tables)


# ---------------------------------------------------------------- counting


def _count_once(number: int, groups: Groups, findings: Sequence[Finding], reports: Sequence[Report]) -> list[int]:
    """Of each issue that several reports tell, the latest telling: its status is the one that holds."""
    days = {report.id: report.reported_on or date.min for report in reports}
    dropped: set[int] = set()
    for group in groups.same:
        latest = max(group, key=lambda at: (days.get(findings[at].report_id, date.min), at))
        dropped |= set(group) - {latest}
    return [at for at in range(number) if at not in dropped]


def _note_repeats(number: int) -> str | None:
    return f"另有{number}处反映的是同一问题，未重复计算" if number else None


def _count(
    table: str, key: str, name: str, findings: Sequence[Finding], as_of: date, *, note: str | None = None
) -> Figure:
    """How many, how far mended, how much; the rate is that of the findings whose status is told."""
    statuses = Counter(str(finding.status) for finding in findings)
    told = sum(statuses[status] for status in STATUSES)
    amounts = [finding.amount_yuan for finding in findings if finding.amount_yuan is not None]
    return Figure(
        table=table,
        key=key,
        name=name,
        issues=len(findings),
        rectified=statuses["rectified"],
        in_progress=statuses["in_progress"],
        open=statuses["open"],
        status_unknown=len(findings) - told,
        rate=round(100 * statuses["rectified"] / told, 2) if told else None,
        overdue=sum(is_overdue(finding, as_of) for finding in findings),
        amount_yuan=round(math.fsum(amounts), 2) if amounts else None,
        amount_unknown=len(findings) - len(amounts),
        note=note,
    )


def is_overdue(finding: Finding, as_of: date) -> bool:
    """Whether a finding should have been mended before the day."""
    return finding.due_on is not None and finding.due_on < as_of and finding.status != "rectified"


def _by(
    table: str,
    findings: Sequence[Finding],
    as_of: date,
    keys: Callable[[Finding], Iterable[str]],
    name: Callable[[str], str],
) -> Iterator[Figure]:
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        for key in keys(finding):
            grouped.setdefault(key, []).append(finding)
    note = "涉及多个机构的问题在各机构分别计数" if sum(map(len, grouped.values())) > len(findings) else None
    for key, found in sorted(grouped.items(), key=lambda item: (item[0] == UNKNOWN, -len(item[1]), item[0])):
        yield _count(table, key, name(key), found, as_of, note=note)


def _or_unstated(key: str) -> str:
    return "未写明" if key == UNKNOWN else key


def _name_reports(findings: Sequence[Finding], reports: Sequence[Report]) -> Callable[[str], str]:
    names = {finding.report_id: PurePath(finding.source.path).name for finding in findings}
    names |= {report.id: report.title or PurePath(report.path).name for report in reports}
    return lambda key: names.get(key, key)


def _by_amount(findings: Sequence[Finding], as_of: date) -> Iterator[Figure]:
    """Findings by size; those whose amount is not told or masked come last."""
    rest = [finding for finding in findings if finding.amount_yuan is not None]
    for key, name, end in BANDS:
        found = [finding for finding in rest if (finding.amount_yuan or 0) < end]
        rest = [finding for finding in rest if (finding.amount_yuan or 0) >= end]
        if found:
            yield _count("amount", key, name, found, as_of)
    if unknown := [finding for finding in findings if finding.amount_yuan is None]:
        yield _count("amount", UNKNOWN, "未涉及或未写明", unknown, as_of)


def _list_overdue(findings: Iterable[Finding], as_of: date) -> Iterator[Figure]:
    late = [finding for finding in findings if is_overdue(finding, as_of)]
    for finding in sorted(late, key=lambda f: (f.due_on or as_of, f.id)):
        assert finding.due_on
        days = f"逾期{(as_of - finding.due_on).days}天"
        note = f"{finding.responsible_unit}，{days}" if finding.responsible_unit else days
        yield Figure(
            table="overdue",
            key=finding.id,
            name=finding.text,
            report_id=finding.report_id,
            amount_yuan=finding.amount_yuan,
            due_on=finding.due_on,
            findings=(finding.id,),
            note=note,
        )


def _list_groups(
    table: str, groups: Iterable[Sequence[int]], findings: Sequence[Finding], reports: Sequence[Report]
) -> Iterator[Figure]:
    """Findings of several reports that belong together, with the reports and their years."""
    days = {report.id: report.reported_on for report in reports}
    paths = {finding.report_id: PurePath(finding.source.path).name for finding in findings}
    for group in groups:
        told = [findings[at] for at in group]
        ids = list(dict.fromkeys(finding.report_id for finding in told))
        years = sorted({day.year for one in ids if (day := days.get(one))})
        yield Figure(
            table=table,
            key=told[0].id,
            name=told[0].text,
            issues=len(told),
            findings=tuple(finding.id for finding in told),
            reports=tuple(paths[one] for one in ids),
            note="、".join(f"{year}年" for year in years) or None,
        )


# ---------------------------------------------------------------- what reports state


def _add_up_accounts(table: str, group: str, names: Mapping[str, str], reports: Iterable[Report]) -> Iterator[Figure]:
    """Penalties of all reports; 人 and 人次 are two columns, and a masked figure makes no sum smaller unseen."""
    told = [(key, figures) for report in reports for key, figures in report.stated.get(group, {}).items()]
    for key in sorted({key for key, _ in told}, key=lambda key: list(names).index(key) if key in names else len(names)):
        rows = [figures for found, figures in told if found == key]
        masked = any(value is None for figures in rows for value in figures.values())
        yield Figure(
            table=table,
            key=key,
            name=names.get(key, key),
            people=_sum(rows, "people"),
            times=_sum(rows, "times"),
            units=_sum(rows, "units"),
            amount_yuan=_sum(rows, "amount_yuan"),
            note="有的数字被隐去，未计入" if masked else None,
        )


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> Any:
    told = [row[name] for row in rows if row.get(name) is not None]
    return (round(math.fsum(told), 2) if name == "amount_yuan" else sum(told)) if told else None


def _list_study(reports: Iterable[Report]) -> Iterator[Figure]:
    for report in reports:
        for key, value in report.stated.get("study", {}).items():
            yield Figure(table="study", key=key, name=_STUDY_NAMES[key], report_id=report.id, stated=value)


def _compare(report: Report, findings: Sequence[Finding], taxonomy: Taxonomy) -> Iterator[Figure]:
    """Each figure a report states beside what its findings say, then beside its own other figures."""
    stated = report.stated
    counted = _count_stated(stated, findings)
    for name, label in _NAMES.items():
        if name in stated and name != "people":
            yield _row(report, name, label, stated[name], counted.get(name))
    categories = Counter(finding.category for finding in findings)
    for key, value in stated.get("by_category", {}).items():
        yield _row(
            report, f"by_category.{key}", f"其中{taxonomy.name(key)}", value, categories[key] if findings else None
        )
    yield from _check_sums(report)


def _count_stated(stated: Stated, findings: Sequence[Finding]) -> dict[str, float | None]:
    """What the findings of a report make of the figures it states; None where they cannot tell."""
    if not findings:
        return {}
    statuses = Counter(str(finding.status) for finding in findings)
    told = sum(statuses[status] for status in STATUSES)
    amounts = [finding.amount_yuan for finding in findings if finding.amount_yuan is not None]
    names = {name for finding in findings for name in finding.institution_names}
    counted: dict[str, float | None] = {
        "issues": len(findings) if "issue_kinds" not in stated else None,
        "issue_kinds": len(findings),
        "amount_yuan": math.fsum(amounts) if amounts else None,
        "institutions": len(names) if all(finding.institution_names for finding in findings) else None,
        "rate": 100 * statuses["rectified"] / told if told == len(findings) else None,
    }
    return counted | {name: statuses[status] if told else None for name, status in _OF_STATUS.items()}


def _check_sums(report: Report) -> Iterator[Figure]:
    """A report against itself: parts beside their sum, the rate beside the counts it is made of."""
    stated = report.stated
    parts = [stated[name] for name in _OF_STATUS if stated.get(name) is not None]
    if stated.get("issues") is not None and len(parts) == len(_OF_STATUS):
        yield _row(report, "issues.by_status", "问题数与各整改状态之和", stated["issues"], sum(parts))
    if stated.get("rate") is not None and stated.get("issues") and stated.get("rectified") is not None:
        rate = 100 * stated["rectified"] / stated["issues"]
        yield _row(report, "rate.by_counts", "整改率与已整改数之比", stated["rate"], rate)
    categories = [value for value in stated.get("by_category", {}).values() if value is not None]
    if stated.get("issues") is not None and categories:
        yield _row(report, "issues.by_category", "问题数与各类别之和", stated["issues"], sum(categories))
    levels, penalties = stated.get("levels", {}), stated.get("penalties", {})
    people = [level.get("people") for level in levels.values() if level.get("people") is not None]
    if stated.get("people") is not None and people:
        yield _row(report, "people.by_level", "问责人数与各层级之和", stated["people"], sum(people))
    fines = [level["amount_yuan"] for level in levels.values() if level.get("amount_yuan") is not None]
    fined = penalties.get("economic_penalty", {}).get("amount_yuan")
    if fined is not None and fines:
        yield _row(report, "fines.by_level", "处罚金额与各层级之和（元）", fined, math.fsum(fines))


def _row(report: Report, key: str, name: str, stated: float | None, counted: float | None) -> Figure:
    return Figure(
        table="stated",
        key=key,
        name=name,
        report_id=report.id,
        stated=None if stated is None else float(stated),
        counted=None if counted is None else round(float(counted), 2),
        differs=None if stated is None or counted is None else _differ(key, float(stated), float(counted)),
        reports=(PurePath(report.path).name,),
        note="原文隐去" if stated is None else "无法由逐条问题计得" if counted is None else None,
    )


def _differ(key: str, stated: float, counted: float) -> bool:
    if key.startswith("rate"):
        return abs(stated - counted) > 0.1
    if "amount" in key or key.startswith("fines"):
        return abs(stated - counted) > TOLERANCE * max(abs(stated), abs(counted))
    return stated != counted

"""The reports in corpora/reports: their gold is true to the text, and most of what it names is found.

The figures by writer, the held-out ones apart, stand in docs/figures.md; here only what must not get worse.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rulemine.parse.findings import parse_findings
from rulemine.parse.reports import parse_report
from rulemine.schema import Document, Finding
from rulemine.text import squeeze
from rulemine.workflow import read_files

from .scoring import match_findings

REPORTS = Path(__file__).parent.parent / "corpora" / "reports"
STATUS = {"已整改": "rectified", "整改中": "in_progress", "未整改": "open", None: None}
FOUND_LEAST, MADE_UP_MOST, STATUS_LEAST, AMOUNT_LEAST = 0.95, 0.045, 0.9, 0.97
DUE_LEAST, UNIT_LEAST, STATED_LEAST = 0.9, 0.9, 0.87


class Read:
    """A report with its gold and what was parsed."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.gold: dict[str, Any] = json.loads(Path(document.path).with_suffix(".json").read_text(encoding="utf-8"))
        self.findings: tuple[Finding, ...] = parse_findings(document)
        issues = [issue["text"] for issue in self.gold["issues"]]
        self.pairs = match_findings(issues, [finding.text for finding in self.findings])


@pytest.fixture(scope="module")
def reports() -> list[Read]:
    return [Read(document) for document in read_files(sorted(REPORTS.glob("*/R*.txt"))).documents]


def test_gold_is_true_to_the_text(reports: list[Read]) -> None:
    assert len(reports) >= 30
    for read in reports:
        text = squeeze(read.document.text)
        for issue in read.gold["issues"]:
            assert text.count(squeeze(issue["text"])) == 1, issue["text"]
        for trap in read.gold["non_issues"]:
            assert squeeze(trap).strip("。；;") in text, trap


def test_findings_stand_where_they_say(reports: list[Read]) -> None:
    for read in reports:
        for finding in read.findings:
            assert read.document.text[finding.start : finding.end] == finding.text


def test_most_issues_are_found_and_little_is_made_up(reports: list[Read]) -> None:
    gold = sum(len(read.gold["issues"]) for read in reports)
    found = sum(len(read.pairs) for read in reports)
    told = sum(len(read.findings) for read in reports)
    assert found >= FOUND_LEAST * gold
    assert told - found <= MADE_UP_MOST * told


def test_status_and_amount(reports: list[Read]) -> None:
    status, amount, number = 0, 0, 0
    for read in reports:
        for at, index in read.pairs.items():
            issue, finding = read.gold["issues"][at], read.findings[index]
            number += 1
            status += finding.status == STATUS[issue["status"]]
            amount += finding.amount_yuan in (issue["amount_yuan"], *issue.get("amount_alt", []))
    assert status >= STATUS_LEAST * number
    assert amount >= AMOUNT_LEAST * number


def test_due_dates_and_units(reports: list[Read]) -> None:
    told = [(read.gold["issues"][at], read.findings[index]) for read in reports for at, index in read.pairs.items()]
    due = [(issue["deadline"], finding) for issue, finding in told if issue["deadline"]]
    assert sum(str(finding.due_on) == day for day, finding in due) >= DUE_LEAST * len(due)
    units = [(issue["responsible"], finding) for issue, finding in told if issue["responsible"]]
    assert sum(finding.responsible_unit == unit for unit, finding in units) >= UNIT_LEAST * len(units)


def test_stated_totals_are_read(reports: list[Read]) -> None:
    plain = ("issues", "rectified", "in_progress", "unrectified", "rate", "people")
    wanted = [(read, name) for read in reports for name in plain if name in read.gold["totals"]]
    right = sum(parse_report(read.document).stated.get(name) == read.gold["totals"][name] for read, name in wanted)
    assert right >= STATED_LEAST * len(wanted)

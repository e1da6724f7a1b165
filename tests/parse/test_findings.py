"""Whole reports, invented, in many voices: every fault in its exact words, nothing else, and its facts.

``cases/reports.txt`` marks a fault as ⟦text⟧{facts} and what must not be taken as ⟪text⟫. Facts: ``s`` status,
``a`` yuan, ``c`` counts, ``i`` institutions, ``t`` rules (title@article), ``r`` responsible unit, ``d`` due date;
an absent status, amount, unit or date means that there is none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.parse.findings import date_report, parse_findings
from rulemine.schema import Block, Document, Finding
from rulemine.text import squeeze

STATUS = {"已整改": "rectified", "整改中": "in_progress", "未整改": "open", None: None}
_MARKED = re.compile(r"⟦(?P<fault>.*?)⟧(?:\{(?P<facts>.*?)\})?|⟪(?P<trap>.*?)⟫", re.DOTALL)
OVERLAP = 0.6


@dataclass(frozen=True)
class Expected:
    """A fault that a report holds, with its span."""

    start: int
    end: int
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A report without its marks, the faults and the traps in it."""

    name: str
    text: str
    faults: tuple[Expected, ...]
    traps: tuple[tuple[int, int], ...]


def read_cases() -> list[Case]:
    marked = (Path(__file__).parent / "cases" / "reports.txt").read_text(encoding="utf-8")
    return [read_case(*block.split("\n", 1)) for block in re.split(r"^#### ", marked, flags=re.MULTILINE)[1:]]


def read_case(name: str, marked: str) -> Case:
    text, position = "", 0
    faults: list[Expected] = []
    traps: list[tuple[int, int]] = []
    for found in _MARKED.finditer(marked):
        text += marked[position : found.start()]
        position = found.end()
        words = found["fault"] or found["trap"]
        span = len(text), len(text) + len(words)
        text += words
        if found["trap"]:
            traps.append(span)
        else:
            facts = dict(fact.split("=", 1) for fact in (found["facts"] or "").split(";") if fact)
            faults.append(Expected(*span, facts))
    return Case(name.strip(), text + marked[position:], tuple(faults), tuple(traps))


def as_document(text: str) -> Document:
    return Document(path="report.txt", sha256="0" * 64, text=text)


def share(a: tuple[int, int], b: tuple[int, int]) -> float:
    common = max(0, min(a[1], b[1]) - max(a[0], b[0]))
    return common / (max(a[1], b[1]) - min(a[0], b[0]))


def describe(finding: Finding) -> dict[str, str]:
    """The facts of a finding in the notation of the cases."""
    amount = finding.amount_yuan
    described = {
        "s": next(word for word, status in STATUS.items() if status == finding.status),
        "a": None if amount is None else f"{amount:g}" if amount != int(amount) else str(int(amount)),
        "r": finding.responsible_unit,
        "d": finding.due_on and finding.due_on.isoformat(),
    }
    return {name: value for name, value in described.items() if value}


CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_report(case: Case) -> None:
    findings = parse_findings(as_document(case.text))
    for finding in findings:
        assert case.text[finding.start : finding.end] == finding.text
    spans = [(finding.start, finding.end) for finding in findings]
    assert len(findings) == len(case.faults), [finding.text for finding in findings]
    for fault, finding, span in zip(case.faults, findings, spans, strict=True):
        assert share((fault.start, fault.end), span) >= OVERLAP, finding.text
        stated = {name: value for name, value in fault.facts.items() if name in "sard"}
        assert describe(finding) == stated, finding.text
        for count in filter(None, fault.facts.get("c", "").split(",")):
            unit, number = count.split(":")
            assert finding.counts.get(unit) == int(number), finding.text
        for rule in filter(None, fault.facts.get("t", "").split(",")):
            title, _, article = rule.partition("@")
            assert (title, article or None) in {(cited.title, cited.article) for cited in finding.citations}
        if "i" in fault.facts:
            assert finding.institutions == int(fault.facts["i"])
    for trap in case.traps:
        assert not any(share(trap, span) >= 0.5 for span in spans)


def test_ids_tell_repeats_apart() -> None:
    text = "二、发现的问题\n1.登记簿漏记三次未补登。\n2.登记簿漏记三次未补登。\n"
    first, second = parse_findings(as_document(text))
    assert second.id == f"{first.id}#2"
    assert first.report_id == second.report_id == first.id.split("-")[0]
    assert len(first.report_id) == 16


def test_ids_do_not_depend_on_line_breaks() -> None:
    broken = "二、发现的问题\n1.地下车库照明有十一处损坏，物业部门未在维修\n台账中登记这些情况。\n"
    whole = broken.replace("维修\n台账", "维修台账")
    ids = [parse_findings(as_document(text))[0].id.split("-")[1] for text in (broken, whole)]
    assert ids[0] == ids[1]


def test_page_comes_from_the_block() -> None:
    text = "二、发现的问题\n1.登记簿漏记三次。"
    blocks = (Block(start=0, end=7, kind="paragraph", page=1), Block(start=8, end=len(text), kind="paragraph", page=2))
    document = Document(path="a.pdf", sha256="1" * 64, text=text, blocks=blocks)
    assert parse_findings(document)[0].source.page == 2


def test_year_comes_from_the_report_else_from_as_of() -> None:
    text = "二、发现的问题\n1.登记簿漏记三次，整改中，预计5月12日前完成。\n"
    assert parse_findings(as_document(text))[0].due_on is None
    assert parse_findings(as_document(text), as_of=date(2024, 3, 1))[0].due_on == date(2024, 5, 12)
    assert parse_findings(as_document(text + "运营部\n2022年4月20日"))[0].due_on == date(2022, 5, 12)


def test_recurrence_and_severity() -> None:
    text = "二、发现的问题\n1.【重大】飞单销售屡查屡犯，又有2名理财经理私售产品。\n2.登记簿漏记三次。"
    first, second = parse_findings(as_document(text))
    assert (first.severity, first.recurrence) == ("重大", True)
    assert (second.severity, second.recurrence) == (None, False)


def test_date_report_reads_the_signature() -> None:
    assert date_report(as_document("关于检查的报告\n2021年3月查了3家支行。\n审计部\n2022年6月9日")) == date(2022, 6, 9)
    assert date_report(as_document("没有日期。")) is None


def test_nothing_in_nothing() -> None:
    for text in ("", "\n\n", "关于召开会议的通知\n请各部门于周五前报送材料。"):
        assert parse_findings(as_document(text)) == ()


FRAGMENTS = st.sampled_from(
    [
        "一、",
        "（一）",
        "1.",
        "①",
        "一是",
        "问题1：",
        "整改情况：",
        "发现的问题",
        "未登记",
        "已整改",
        "，",
        "。",
        "；",
        "\n",
        "\t",
        "|",
        " ",
        "【",
        "】",
        "（",
        "）",
        "“",
        "”",
        "《",
        "》",
        "*",
        "②",
        "涉及金额3万元",
        "责任部门：",
        "序号\t问题描述\t整改状态\n",
        "其余正在整改",
        "第3项",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_any_text_is_survived(text: str) -> None:
    for finding in parse_findings(as_document(text)):
        assert text[finding.start : finding.end] == finding.text
        assert squeeze(finding.text)

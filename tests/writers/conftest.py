"""A review made by hand: invented rules, evidence of several kinds, findings, and texts that mean harm."""

from __future__ import annotations

from datetime import date

import pytest

from rulemine.schema import (
    Candidate,
    CandidateSource,
    CitedRule,
    Decision,
    Evidence,
    FactRef,
    Finding,
    FindingSource,
    OtherSide,
    Provision,
    Rule,
    Source,
)
from rulemine.writers import InputFile, Review, RunRecord, SkippedFile

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<script>alert(1)</script>",
    "甲\u202e乙\u2066丙\u2069",
    "空\x00字\x1b符",
    "<r>假的<标签</r>",
    "_x0041_",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}",
    "行\u2028分\x85隔",
    "孤\ud800立",
)
TRAVEL = (
    "第五条　出差人员凭《出差审批单》办理预借差旅费，返回后十日内报销。住宿费在限额标准内据实报销，超出部分由个人承担。"
    + "确因工作需要超出限额标准的，报分管领导批准后可以报销。",
    "第九条　本办法依据《星海集团费用管理规定（2011年版）》制定，未尽事项按其执行。",
)
PURCHASE = (
    "第三条　单笔金额二十万元以上的采购项目，由总经理办公会审批。",
    "第四条　出差审批由综合部负责，返回后三十日内报销。",
)


@pytest.fixture
def hostile() -> tuple[str, ...]:
    return HOSTILE


@pytest.fixture
def review() -> Review:
    """Three candidates with eight pieces of evidence, five findings, two files that could not be read."""
    travel = make_rule("差旅费管理办法", TRAVEL, "星海办〔2015〕12号", "制度/综合管理/差旅费管理办法.docx")
    purchase = make_rule("采购管理实施细则", PURCHASE, None, "制度/采购管理实施细则.pdf")
    return Review(
        run=make_run(),
        candidates=(list_travel(travel, purchase), list_hostile(purchase), list_gap()),
        findings=list_findings(),
        rules=(travel, purchase),
        known=frozenset({"e-basis"}),
    )


def make_rule(title: str, articles: tuple[str, ...], number: str | None, path: str) -> Rule:
    """A rule whose text is its title and its articles, a line each."""
    provisions, at = [], len(title) + 1
    for text in articles:
        label = text[:3]
        provisions.append(
            Provision(
                level="article", label=label, number=(1,), path=label, start=at, end=at + len(text), text=text, page=3
            )
        )
        at += len(text) + 1
    source = Source(path=path, sha256="0" * 64, start=0, end=at - 1, page=1)
    return Rule(
        id=f"r-{title}",
        version_id=f"v-{title}",
        title=title,
        document_number=number,
        source=source,
        provisions=tuple(provisions),
    )


def make_run() -> RunRecord:
    return RunRecord(
        version="0.1.0",
        as_of=date(2024, 6, 30),
        facts_on=date(2024, 5, 31),
        model="linear",
        vectors="words",
        covers=(
            "法律、行政法规：现行有效及 2000 年以来废止的",
            "金融监管部门规章：2010 年以来废止或修订的，地方性规定不在其内",
        ),
        options={"signals": None, "engine": "local", "note": HOSTILE[0]},
        inputs=(InputFile(path="制度/综合管理/差旅费管理办法.docx", sha256="0" * 64),),
        skipped=(
            SkippedFile(path="制度/旧档/加密文件.pdf", reason="文件已加密", remedy="另存为不带密码的文件后重新读取"),
            SkippedFile(path=HOSTILE[4], reason=HOSTILE[0], remedy=""),
        ),
    )


def quote_from(rule: Rule, at: int, quote: str) -> tuple[int, int]:
    """The span of a quote in the rule's source."""
    article = rule.articles[at]
    start = article.start + article.text.index(quote)
    return start, start + len(quote)


def make_evidence(evidence_id: str, rule: Rule, at: int, quote: str, **more: object) -> Evidence:
    start, end = quote_from(rule, at, quote)
    label = rule.articles[at].label
    values: dict[str, object] = {
        "id": evidence_id,
        "rule_id": rule.id,
        "provision": label,
        "path": label,
        "start": start,
        "end": end,
        "quote": quote,
        "page": 3,
        "confidence": 0.9,
        "action": "amend",
    }
    return Evidence(**{**values, **more})  # type: ignore[arg-type]


def list_travel(travel: Rule, purchase: Rule) -> Candidate:
    other = OtherSide(
        rule_id=purchase.id,
        version_id=purchase.version_id,
        title=purchase.title,
        provision="第四条",
        path="第四条",
        quote="返回后三十日内报销",
    )
    evidence = (
        make_evidence(
            "e-basis",
            travel,
            1,
            "《星海集团费用管理规定（2011年版）》",
            signal="V10",
            kind="repealed_basis",
            message="制定依据《星海集团费用管理规定（2011年版）》已于2019年3月1日废止。",
            confidence=0.97,
            fact=FactRef(id="own-0012", source="本集团废止清单 2019"),
            successor="《星海集团费用管理规定（2019年版）》",
            suggestion="将制定依据改为现行规定，并核对第五条的限额标准。",
        ),
        make_evidence(
            "e-period",
            travel,
            0,
            "返回后十日内报销",
            signal="C11",
            kind="conflict",
            other=other,
            confidence=0.81,
            message="同一事项期限不一致：本条为十日，《采购管理实施细则》第四条为三十日。",
            suggestion="由牵头部门统一期限。",
            decision=Decision(
                verdict="accept", reason="两部门已商定", by="王某", on=date(2024, 6, 12), due_on=date(2024, 9, 30)
            ),
        ),
    )
    return Candidate(
        rule_id=travel.id,
        version_id=travel.version_id,
        source=CandidateSource(path=travel.source.path),
        title=travel.title,
        action="repeal",
        priority="high",
        score=1.78,
        evidence=evidence,
    )


def list_hostile(purchase: Rule) -> Candidate:
    """Evidence whose texts mean harm, one with a quote too long for any cell, and None wherever None may be."""
    evidence = tuple(
        Evidence(
            id=f"e-hostile-{at}",
            signal="D11",
            kind="duplicate",
            action="amend",
            rule_id=purchase.id,
            provision=text,
            path=None,
            start=None,
            end=None,
            quote=text,
            message=text,
            suggestion=text,
            confidence=0.5,
            fact=FactRef(id=text, source=text),
            other=OtherSide(rule_id="x", version_id="x", title=text, provision=text, path=text, quote=text),
        )
        for at, text in enumerate((*HOSTILE, "很长的条文。" * 8000))
    )
    return Candidate(
        rule_id=purchase.id,
        version_id=purchase.version_id,
        source=CandidateSource(path=HOSTILE[0]),
        title=HOSTILE[0],
        action="amend",
        priority="medium",
        score=0.5,
        evidence=evidence,
    )


def list_gap() -> Candidate:
    evidence = Evidence(
        id="e-gap",
        signal="G10",
        kind="missing_rule",
        action="enact",
        rule_id=None,
        provision=None,
        path=None,
        start=None,
        end=None,
        quote="营业网点代客保管重要物品无登记、无交接。",
        message="检查发现的3个问题没有对应的制度。",
        findings=("f-1", "f-2", "f-3"),
        confidence=0.6,
        suggestion="制定代客保管物品管理制度。",
    )
    return Candidate(
        rule_id=None,
        version_id=None,
        source=None,
        title="代客保管物品管理办法",
        action="enact",
        priority="low",
        score=0.6,
        evidence=(evidence,),
    )


def list_findings() -> tuple[Finding, ...]:
    source = FindingSource(path="报告/2024年一季度检查报告.docx", sha256="1" * 64, page=4)
    return (
        Finding(
            id="f-1",
            report_id="p",
            text="海滨支行2023年列支会议费23笔，金额合计158.6万元，未附会议通知和签到表。",
            start=0,
            end=9,
            source=source,
            category="finance",
            confidence=0.96,
            needs_review=False,
            amount_yuan=1_586_000.0,
            counts={"笔": 23},
            status="rectified",
            responsible_unit="海滨支行",
            citations=(CitedRule(title="差旅费管理办法", articles=("第五条",)),),
        ),
        Finding(
            id="f-2",
            report_id="p",
            text="部分员工轮岗超期。",
            start=9,
            end=18,
            source=source,
            category="personnel",
            confidence=0.41,
            needs_review=True,
            review_reason="low_confidence",
            status="open",
            recurrence=True,
            due_on=date(2024, 9, 30),
        ),
        Finding(
            id="f-3",
            report_id="p",
            text="贷后检查流于形式，涉及金额**万元。",
            start=18,
            end=30,
            source=source,
            category="other",
            other_kind="credit",
            needs_review=False,
            confidence=0.88,
            counts={"户": 5},
            institutions=2,
            status="in_progress",
        ),
        Finding(id="f-4", report_id="p", text=HOSTILE[0], start=30, end=40, source=source, responsible_unit=HOSTILE[4]),
        Finding(
            id="f-5",
            report_id="q",
            text="报销凭证缺少经办人签字。",
            start=0,
            end=12,
            category="finance",
            amount_yuan=320.5,
            source=FindingSource(path="报告/专项检查.xlsx", sha256="2" * 64),
            secondary=("daily_office",),
            confidence=0.79,
            needs_review=False,
            responsible_unit="海滨支行",
        ),
    )

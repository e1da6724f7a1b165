"""The stages in order, as the face of the package offers them."""

from __future__ import annotations

import warnings
from datetime import date
from pathlib import Path

import pytest

import rulemine as rm
from rulemine.errors import BadInput, BadModel
from rulemine.facts import load_facts
from rulemine.results import Results
from rulemine.workflow import ReviewOptions, read_files, review_rules

from .conftest import Demo

AS_OF = date(2026, 11, 1)
RULE = (
    "保证金管理办法\n星海发〔2019〕6号\n2019年5月6日印发\n第一条 根据《中华人民共和国担保法》制定本办法。\n第二条 保证金专户存放。\n"
    "第三条 本办法自2019年6月1日起施行。\n"
)
REPORT = "内部检查报告\n二、发现的问题\n1.报销单未附发票，涉及金额3万元。\n2.公章由业务经理自行保管。\n"


def document(text: str, path: str = "a.txt") -> rm.Document:
    return rm.Document(path=path, sha256="0" * 64, text=text)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "甲.txt").write_text(RULE, encoding="utf-8")
    (tmp_path / "rules" / "坏.pdf").write_bytes(b"no pdf")
    (tmp_path / "report.txt").write_text(REPORT, encoding="gb18030")
    return tmp_path


def test_read_warns_of_what_it_leaves_out(folder: Path) -> None:
    with pytest.warns(UserWarning, match=r"坏\.pdf"):
        documents = rm.read(folder / "rules")
    assert [Path(d.path).name for d in documents] == ["甲.txt"]
    assert isinstance(documents, Results)


def test_read_files_keeps_problems_beside_the_rest(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    reading = read_files([folder / "rules"], progress=lambda *now: told.append(now))
    assert [Path(p.path).name for p in reading.skipped] == ["坏.pdf"]
    assert len(reading.documents) == 1
    assert [now[1:] for now in told] == [(1, 2), (2, 2)]


@pytest.mark.parametrize("as_list", [False, True])
def test_rules_from_documents_files_and_lists(folder: Path, as_list: bool) -> None:
    for source in (document(RULE), folder / "rules" / "甲.txt", str(folder / "rules" / "甲.txt")):
        rules = rm.parse_rules([source] if as_list else source)
        assert [rule.title for rule in rules] == ["保证金管理办法"]
        assert rules[0].validity is None


def test_findings_then_categories() -> None:
    found = rm.parse_findings(document(REPORT))
    assert [f.category for f in found] == [None, None]
    assert found[0].amount_yuan == 30_000
    assert [f.category for f in rm.classify(found)] == ["finance", "daily_office"]
    assert [f.id for f in rm.classify(found)] == [f.id for f in found]


def test_classify_takes_bare_texts_and_refuses_unknown_models() -> None:
    assert rm.classify(["公章由业务经理自行保管，用印没有登记"])[0].category == "daily_office"
    assert rm.classify([]) == ()
    with pytest.raises(BadModel):
        rm.classify(["甲"], model="nowhere")


def test_review_is_the_same_from_every_source(folder: Path) -> None:
    rules, found = rm.parse_rules(document(RULE)), rm.classify(rm.parse_findings(document(REPORT)))
    outcomes = [
        rm.review(rules, found, as_of=AS_OF),
        rm.review(document(RULE), document(REPORT), as_of=AS_OF),
        rm.review(folder / "rules" / "甲.txt", folder / "report.txt", as_of=AS_OF),
        rm.review([folder / "rules" / "甲.txt"], [str(folder / "report.txt")], as_of=AS_OF),
    ]
    ids = [[e.id for c in outcome.candidates for e in c.evidence] for outcome in outcomes]
    assert ids[0]
    assert ids.count(ids[0]) == len(ids)
    assert all(len(outcome.findings) == 2 for outcome in outcomes)


def test_as_of_decides() -> None:
    assert [e.signal for c in rm.review(document(RULE), as_of=date(2020, 12, 31)).candidates for e in c.evidence] == []
    assert [e.signal for c in rm.review(document(RULE), as_of=date(2021, 1, 1)).candidates for e in c.evidence] == [
        "V10"
    ]


def test_signals_choose() -> None:
    assert rm.review(document(RULE), as_of=AS_OF, signals="-V10").candidates == ()
    assert len(rm.review(document(RULE), as_of=AS_OF, signals=["V10"]).candidates) == 1
    with pytest.raises(BadInput, match="V77"):
        rm.review(document(RULE), as_of=AS_OF, signals="V77")


def test_facts_of_the_users_own(tmp_path: Path) -> None:
    (tmp_path / "laws.csv").write_text(
        "id,title,document_number,level,issued_on,effective_on,repealed_on,replaced_by,source,checked_on,confidence\n"
        "own:1,星海集团费用管理规定,,internal_rule,,,2022-03-01,星海集团费用办法,本集团清单,2024-05-01,1\n",
        encoding="utf-8",
    )
    text = RULE.replace("《中华人民共和国担保法》", "《星海集团费用管理规定》")
    evidence = [
        e
        for c in rm.review(document(text), as_of=AS_OF, facts=tmp_path).candidates
        for e in c.evidence
        if e.signal == "V10"
    ]
    assert [(e.fact and e.fact.id, e.quote) for e in evidence] == [("own:1", evidence[0].quote)]
    assert "星海集团费用管理规定" in evidence[0].quote
    assert rm.review(document(text), as_of=AS_OF, facts=load_facts(tmp_path)).candidates


def test_the_run_is_recorded(folder: Path) -> None:
    reading = read_files([folder / "rules"])
    options = ReviewOptions(as_of=AS_OF, known=frozenset())
    outcome = review_rules(rm.parse_rules(reading.documents), [], options, reading=[reading])
    run = outcome.run
    assert (run.version, run.as_of, run.model) == (rm.__version__, AS_OF, None)
    assert [Path(i.path).name for i in run.inputs] == ["甲.txt"]
    assert all(len(i.sha256) == 64 for i in run.inputs)
    assert [(Path(s.path).name, bool(s.reason), bool(s.remedy)) for s in run.skipped] == [("坏.pdf", True, True)]
    assert list(run.evidence) == [e.id for c in outcome.candidates for e in c.evidence]
    assert all(outcome.is_new(e) for e in run.evidence)
    assert run.facts_on is not None
    assert run.covers


def test_nothing_gives_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        outcome = rm.review([], as_of=AS_OF)
    assert outcome.candidates == outcome.rules == outcome.findings == ()


def test_the_demo_in_any_order_gives_the_same(demo: Demo) -> None:
    again = rm.review(demo.documents[::-1], demo.findings[::-1], as_of=AS_OF)
    assert {c.version_id: c for c in again.candidates} == {c.version_id: c for c in demo.review.candidates}


OWN = (
    "客户资料管理办法\n星海发〔2023〕6号\n2023年5月6日印发\n第一条 客户身份资料自业务关系结束之日起至少保存五年。\n"
    "第二条 发现可疑线索的，客户经理应当在三日内报告合规部。\n第三条 资料调阅由两人同行，并登记调阅的原因和时间。\n"
    "第四条 本办法自印发之日起施行。\n"
)
LAW = (
    "中华人民共和国客户资料法\n（2021年3月8日通过）\n第一条 客户身份资料自业务关系结束之日起至少保存十年。\n"
    "第二条 发现可疑线索的，客户经理应当在十日内报告主管部门。\n第三条 资料调阅由两人同行，并登记调阅的原因和时间。\n"
    "第四条 本法自2021年5月1日起施行。\n"
)


def test_laws_are_compared_with_and_left_alone() -> None:
    """Ours keeps for five years where the law says ten: looser, a conflict. It reports sooner than the law asks: no conflict."""
    outcome = rm.review(document(OWN), as_of="2026-11-01", laws=document(LAW, "law.txt"))
    found = [evidence for candidate in outcome.candidates for evidence in candidate.evidence]
    assert [(e.signal, e.provision) for e in found if e.other] == [("C11", "第一条"), ("D30", "第三条")]
    assert {e.other.title for e in found if e.other} == {"中华人民共和国客户资料法"}
    assert [rule.title for rule in outcome.rules] == ["客户资料管理办法"]
    alone = rm.review(document(OWN), as_of="2026-11-01")
    assert not [e for candidate in alone.candidates for e in candidate.evidence if e.other]


def test_command_takes_laws(tmp_path: Path) -> None:
    from rulemine.cli import review

    (tmp_path / "own.txt").write_text(OWN, encoding="utf-8")
    (tmp_path / "law.txt").write_text(LAW, encoding="utf-8")
    review(
        [tmp_path / "own.txt"], [tmp_path / "out.jsonl"], laws=[tmp_path / "law.txt"], as_of="2026-11-01", quiet=True
    )
    assert '"D30"' in (tmp_path / "out.jsonl").read_text(encoding="utf-8")

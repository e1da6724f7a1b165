"""Which rule is in force, which provision a citation means, and which clause repeals which rule."""

from __future__ import annotations

from datetime import date

import pytest

from rulemine.facts import Facts, load_facts
from rulemine.parse.rules import parse_rules
from rulemine.resolving import RuleIndex, find_article, find_repeals, repealed_rules, resolve_rules
from rulemine.schema import Document, Rule

AS_OF = date(2026, 11, 1)
OLD = (
    "值班管理办法\n星海发〔2015〕3号\n2015年3月2日印发\n"
    "第一条 为规范值班，制定本办法。\n第二条 值班日志保存一年。\n第三条 本办法自2015年4月1日起施行。\n"
)
NEW = (
    "值班管理办法（2023年修订）\n星海发〔2023〕5号\n2023年4月20日印发\n"
    "第一条 依据《安全保卫规定》第二条制定本办法。\n第二条 值班日志保存三年。\n"
    "第三条 本办法自2023年5月1日起施行。《值班管理办法》（星海发〔2015〕3号）同时废止。\n"
)
GUARD = (
    "安全保卫规定\n星海发〔2020〕9号\n2020年1月6日印发\n"
    "第一条 为保障安全，制定本规定。\n第二条 大厅设安全员。\n第三条 本规定自印发之日起施行。\n"
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def read(*texts: str) -> list[Rule]:
    return [
        rule
        for i, text in enumerate(texts)
        for rule in parse_rules(Document(path=f"{i}.txt", sha256=str(i), text=text))
    ]


def tail(sentence: str, head: str = "交接班细则\n星海发〔2022〕4号\n2022年3月1日印发\n") -> str:
    return f"{head}第一条 为规范交接，制定本细则。\n第二条 {sentence}\n"


# ---------------------------------------------------------------- validity


def test_an_explicit_repeal(facts: Facts) -> None:
    old, new = resolve_rules(read(OLD, NEW), facts, AS_OF)
    assert (old.validity, new.validity) == ("repealed", "in_force")


def test_a_repeal_that_is_not_yet_in_force(facts: Facts) -> None:
    old, new = resolve_rules(read(OLD, NEW), facts, date(2023, 4, 30))
    assert (old.validity, new.validity) == ("amended", "not_yet_effective")


def test_a_newer_version_beside_it(facts: Facts) -> None:
    silent = NEW.replace("《值班管理办法》（星海发〔2015〕3号）同时废止。", "")
    old, new = resolve_rules(read(OLD, silent), facts, AS_OF)
    assert (old.validity, new.validity) == ("amended", "in_force")


def test_a_term_that_is_over(facts: Facts) -> None:
    text = tail("本细则自2022年4月1日起试行，试行期二年。")
    assert [resolve_rules(read(text), facts, day)[0].validity for day in (date(2024, 3, 31), date(2024, 4, 1))] == [
        "in_force",
        "expired",
    ]


def test_without_any_date_nothing_is_known(facts: Facts) -> None:
    (rule,) = resolve_rules(read("值班须知\n第一条 大厅每日开门。\n第二条 夜间照明常开，双人值守。\n"), facts, AS_OF)
    assert rule.validity == "unknown"


def test_order_does_not_matter(facts: Facts) -> None:
    forward = {r.version_id: r for r in resolve_rules(read(OLD, NEW, GUARD), facts, AS_OF)}
    backward = {r.version_id: r for r in resolve_rules(read(OLD, NEW, GUARD)[::-1], facts, AS_OF)}
    assert forward == backward


# ---------------------------------------------------------------- targets


def test_targets(facts: Facts) -> None:
    rules = resolve_rules(read(NEW, GUARD), facts, AS_OF)
    citation = next(c for c in rules[0].citations if c.title == "安全保卫规定")
    assert citation.target is not None
    assert (citation.target.rule_id, citation.target.provision, citation.target.path) == (
        rules[1].id,
        "第二条",
        "第二条",
    )


def test_an_article_that_is_not_there_has_the_rule_as_target(facts: Facts) -> None:
    rule = resolve_rules(read(tail("违反本细则第九条的，扣分。")), facts, AS_OF)[0]
    target = rule.citations[0].target
    assert target is not None
    assert (target.rule_id, target.provision) == (rule.id, None)


def test_a_rule_that_is_not_there_has_no_target(facts: Facts) -> None:
    (rule,) = resolve_rules(read(tail("依照《消防规定》执行。")), facts, AS_OF)
    assert [c.target for c in rule.citations] == [None]


def test_a_law_is_no_rule_of_the_set(facts: Facts) -> None:
    rules = resolve_rules(read(tail("依照《合同法》第五条执行。"), GUARD), facts, AS_OF)
    assert rules[0].citations[0].target is None


def test_the_newest_version_is_meant_unless_a_number_says_otherwise() -> None:
    index = RuleIndex(read(OLD, NEW))
    assert [r.document_number for r in index.find("值班管理办法")] == ["星海发〔2023〕5号", "星海发〔2015〕3号"]
    assert [r.document_number for r in index.find("值班管理办法", "星海发[2015]3号")] == ["星海发〔2015〕3号"]


def test_an_institution_may_be_left_out_when_citing() -> None:
    index = RuleIndex(read(GUARD.replace("安全保卫规定\n", "星海银行安全保卫规定\n", 1)))
    assert index.find("《安全保卫规定》")
    assert index.find("安全保卫规定（试行）")
    assert not index.find("卫规定")
    assert not index.find("消防安全规定")
    assert not index.find(None)


def test_find_article() -> None:
    (rule,) = read(GUARD)
    assert find_article(rule, "第二条") == rule.articles[1]
    assert find_article(rule, "第九条") is None
    assert find_article(rule, None) is None


# ---------------------------------------------------------------- repeals


@pytest.mark.parametrize(
    "sentence",
    [
        "本细则自2022年4月1日起施行，《值班管理办法》（星海发〔2015〕3号）同时废止。",
        "《值班管理办法》自本细则施行之日起废止。",
        "自本细则施行之日起，停止执行《值班管理办法》。",
        "下列文件予以废止：《值班管理办法》。",
        "《消防规定》、《值班管理办法》同时废止。",
        "原《值班管理办法》（星海发〔2015〕3号）即行废止。",
        "《值班管理办法》不再执行。",
    ],
)
def test_what_repeals(sentence: str) -> None:
    rules = read(OLD, tail(sentence))
    named = [r.title for repeal in find_repeals(rules) for r in repealed_rules(repeal, RuleIndex(rules))]
    assert named == ["值班管理办法"]


@pytest.mark.parametrize(
    "sentence",
    [
        "需要废止《值班管理办法》的，由办公室提出。",
        "《值班管理办法》的废止程序按本细则执行。",
        "依据《值班管理办法》制定，旧表格同时废止。",
        "已经废止的钥匙按《值班管理办法》销毁。",
        "各部门可以建议废止《值班管理办法》。",
        "《值班管理办法》继续有效。",
    ],
)
def test_what_repeals_nothing(sentence: str) -> None:
    rules = read(OLD, tail(sentence))
    assert [r for repeal in find_repeals(rules) for r in repealed_rules(repeal, RuleIndex(rules))] == []


def test_a_rule_never_repeals_itself_or_a_younger_one(facts: Facts) -> None:
    younger = NEW.replace("《值班管理办法》（星海发〔2015〕3号）同时废止。", "")
    rules = resolve_rules(
        read(younger, tail("《值班管理办法》同时废止。", "交接班细则\n星海发〔2012〕4号\n2012年3月1日印发\n")),
        facts,
        AS_OF,
    )
    assert rules[0].validity == "in_force"


def test_the_clause_is_quoted_exactly() -> None:
    text = tail("本细则自2022年4月1日起施行。《值班管理办法》同时废止。")
    (repeal,) = find_repeals(read(OLD, text))
    assert text[repeal.start : repeal.end] == repeal.quote == "《值班管理办法》同时废止"

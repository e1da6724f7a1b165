"""Which rule replaced which: clauses, versions, chains over several rules, and what the set does not hold."""

from __future__ import annotations

from itertools import permutations

from rulemine.parse.rules import parse_rules
from rulemine.schema import Document, Rule
from rulemine.succession import Edition, Step, find_succession, trace_chains

FIRST = "值班守则\n星海发〔2010〕1号\n2010年3月1日印发\n第一条 夜间双人值班。\n第二条 本守则自印发之日起施行。"
SECOND = (
    "值班管理办法\n星海发〔2015〕3号\n2015年3月2日印发\n第一条 值班实行轮换。\n"
    "第二条 本办法自印发之日起施行，《值班守则》（星海发〔2010〕1号）和《带班暂行规定》同时废止。"
)
THIRD = (
    "值班管理办法\n星海发〔2023〕5号\n2023年4月20日印发\n第一条 值班实行轮换，带班领导随时在岗。\n"
    "第二条 本办法自2023年5月1日起施行，《值班管理办法》（星海发〔2015〕3号）同时废止。"
)


def read(*texts: str) -> tuple[Rule, ...]:
    return tuple(
        rule
        for i, text in enumerate(texts)
        for rule in parse_rules(Document(path=f"{i}.txt", sha256=str(i), text=text))
    )


def told(steps: tuple[Step, ...]) -> list[tuple[str, bool, str, str, str | None]]:
    return [
        (s.older.title, s.older.version_id is not None, s.newer.document_number or "", s.how, s.provision)
        for s in steps
    ]


def test_clauses_and_what_the_set_does_not_hold() -> None:
    assert sorted(told(find_succession(read(FIRST, SECOND)))) == [
        ("值班守则", True, "星海发〔2015〕3号", "repealed", "第二条"),
        ("带班暂行规定", False, "星海发〔2015〕3号", "repealed", "第二条"),
    ]


def test_a_clause_says_more_than_the_newer_version() -> None:
    (step,) = find_succession(
        read(SECOND.replace("《值班守则》（星海发〔2010〕1号）和《带班暂行规定》同时废止", "执行"), THIRD)
    )
    assert (step.how, str(step.on)) == ("repealed", "2023-05-01")
    assert step.quote is not None
    assert "星海发〔2015〕3号" in step.quote


def test_a_newer_version_without_a_clause() -> None:
    silent = THIRD.replace("，《值班管理办法》（星海发〔2015〕3号）同时废止", "")
    steps = find_succession(read(SECOND, silent))
    assert ("值班管理办法", True, "星海发〔2023〕5号", "newer_version", None) in told(steps)


def test_chains_lead_to_what_stands_today_whatever_the_order() -> None:
    results = {
        tuple(tuple(told(chain)) for chain in trace_chains(find_succession(read(*texts))))
        for texts in permutations((FIRST, SECOND, THIRD))
    }
    (chains,) = results
    (chain,) = chains
    assert [title for title, *_ in chain][-1] == "值班管理办法"
    assert len(chain) == 3


def test_a_circle_ends() -> None:
    a, b, c = (Edition(title=title) for title in ("甲办法", "乙办法", "丙办法"))
    steps = [Step(older=x, newer=y, how="repealed") for x, y in ((a, b), (b, a), (b, c))]
    (chain,) = trace_chains(steps)
    assert chain[-1].newer == c

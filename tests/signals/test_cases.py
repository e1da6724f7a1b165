"""The cases of the signals: texts that must be flagged, and texts that tempt and must not be (``tests/cases/<code>.yml``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import yaml

from rulemine.facts import Facts, load_facts
from rulemine.schema import Evidence
from rulemine.signals import built_codes, find_evidence
from rulemine.text import squeeze

from .compiling import CASES, Compilation, compile_rules

LEAST = 6


def _load(code: str) -> dict[str, list[dict[str, Any]]]:
    path = CASES / f"{code}.yml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {"flag": [], "pass": []}


def _params(side: str) -> Iterator[Any]:
    for code in built_codes():
        for case in _load(code)[side]:
            marks = [pytest.mark.xfail(reason=case["known"], strict=True)] if "known" in case else []
            yield pytest.param(code, case, id=f"{code}-{case['name']}", marks=marks)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts()


def _look(code: str, case: dict[str, Any], facts: Facts) -> tuple[Compilation, list[Evidence]]:
    compilation = compile_rules(case["rules"], facts, case.get("as_of", date(2026, 11, 1)))
    assert len(compilation.rules) == len(case["rules"]), "each text of a case is one rule"
    found = list(find_evidence(compilation.context, {code}))
    for evidence in found:
        assert compilation.text_of(evidence.version_id)[evidence.start : evidence.end] == evidence.quote
    return compilation, [evidence for evidence in found if evidence.signal == code]


@pytest.mark.parametrize(("code", "case"), list(_params("flag")))
def test_case_is_flagged(code: str, case: dict[str, Any], facts: Facts) -> None:
    compilation, found = _look(code, case, facts)
    assert any(_shows(compilation, case, evidence) for evidence in found), [
        (e.quote, e.other and e.other.quote, e.message) for e in found
    ]


@pytest.mark.parametrize(("code", "case"), list(_params("pass")))
def test_case_is_passed(code: str, case: dict[str, Any], facts: Facts) -> None:
    _, found = _look(code, case, facts)
    assert not found, [(e.quote, e.other and e.other.quote, e.message) for e in found]


def _shows(compilation: Compilation, case: dict[str, Any], evidence: Evidence) -> bool:
    """Whether an evidence stands where the case says, and its other side too."""
    here = _overlaps(compilation.text_of(evidence.version_id), evidence.quote, case["quote"], evidence.start)
    if "other" not in case:
        return here
    return (
        here
        and evidence.other is not None
        and _overlaps(compilation.text_of(evidence.other.version_id), evidence.other.quote, case["other"])
    )


def _overlaps(text: str, quote: str, expected: str, start: int | None = None) -> bool:
    """Whether two stretches of a text share characters, white space aside; a quote without offset may be any of its places."""
    whole, got, wanted = squeeze(text), squeeze(quote), squeeze(expected)
    begins = [len(squeeze(text[:start]))] if start is not None else _places(got, whole)
    return any(begin < at + len(wanted) and at < begin + len(got) for begin in begins for at in _places(wanted, whole))


def _places(words: str, text: str) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(words), text)]


@pytest.mark.parametrize("code", built_codes())
def test_every_built_code_has_its_cases(code: str) -> None:
    cases = _load(code)
    assert len(cases["flag"]) >= LEAST
    assert len(cases["pass"]) >= len(cases["flag"])
    names = [case["name"] for side in ("flag", "pass") for case in cases[side]]
    assert len(set(names)) == len(names)
    for case in cases["flag"]:
        whole = squeeze("\n".join(case["rules"]))
        assert squeeze(case["quote"]) in whole, case["name"]
        assert squeeze(case.get("other", "")) in whole, case["name"]

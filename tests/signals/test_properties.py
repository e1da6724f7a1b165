"""What holds for any compilation: order does not matter, ids are stable, quotes are exact."""

from __future__ import annotations

from datetime import date
from functools import cache
from random import Random

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.facts import Facts, load_facts
from rulemine.schema import Evidence
from rulemine.signals import find_evidence
from rulemine.text import squeeze

from .compiling import CASES, Compilation, compile_rules

AS_OF = date(2026, 11, 1)
FEW = settings(max_examples=150, deadline=None, derandomize=True)


@cache
def _facts() -> Facts:
    return load_facts()


def _compile(texts: list[str]) -> Compilation:
    return compile_rules(texts, _facts(), AS_OF)


def _pool() -> list[tuple[str, ...]]:
    """The rules of each case, which belong together."""
    cases = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(CASES.glob("[A-Z][0-9][0-9].yml"))]
    return sorted({tuple(case["rules"]) for sides in cases for side in ("flag", "pass") for case in sides[side]})


groups = st.lists(st.sampled_from(_pool()), min_size=1, max_size=5, unique=True)
compilations = groups.map(lambda chosen: list(dict.fromkeys(text for texts in chosen for text in texts)))


def _look(texts: list[str]) -> list[Evidence]:
    return list(find_evidence(_compile(texts).context))


@FEW
@given(compilations, st.randoms(use_true_random=False))
def test_order_of_rules_does_not_matter(texts: list[str], random: Random) -> None:
    shuffled = random.sample(texts, len(texts))
    assert {e.id: e.quote for e in _look(texts)} == {e.id: e.quote for e in _look(shuffled)}


@FEW
@given(compilations)
def test_ids_are_stable_and_unique(texts: list[str]) -> None:
    first, second = [e.id for e in _look(texts)], [e.id for e in _look(texts)]
    assert first == second
    assert len(set(first)) == len(first)


@FEW
@given(compilations)
def test_quotes_are_exact(texts: list[str]) -> None:
    compilation = _compile(texts)
    rules = {rule.version_id: rule for rule in compilation.rules}
    for evidence in find_evidence(compilation.context):
        assert evidence.version_id is not None
        assert evidence.start is not None
        assert evidence.end is not None
        rule = rules[evidence.version_id]
        assert evidence.quote.strip()
        assert compilation.text_of(evidence.version_id)[evidence.start : evidence.end] == evidence.quote
        assert rule.source.start <= evidence.start < evidence.end <= rule.source.end
        if evidence.other:
            assert squeeze(evidence.other.quote) in squeeze(compilation.text_of(evidence.other.version_id))

"""The join misses no pair: checked against looking at every pair."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.similarity import gram_set, join_texts
from rulemine.text import fold_text

Told = tuple[int, int, float, str]
MANY = settings(max_examples=200, deadline=None, derandomize=True)


def brute_force(texts: list[str], threshold: float, containment: float | None, shortest: int) -> set[Told]:
    found: set[Told] = set()
    sets = [gram_set(text) for text in texts]
    for a, b in combinations(range(len(texts)), 2):
        small, shared = min(len(sets[a]), len(sets[b])), len(sets[a] & sets[b])
        if not small:
            continue
        likeness = shared / (len(sets[a]) + len(sets[b]) - shared)
        if fold_text(texts[a]) == fold_text(texts[b]):
            found.add((a, b, 1.0, "exact"))
        elif likeness >= threshold:
            found.add((a, b, round(likeness, 6), "near"))
        elif containment is not None and small >= shortest and shared >= containment * small:
            found.add((a, b, round(likeness, 6), "contained_in" if len(sets[a]) < len(sets[b]) else "contains"))
    return found


def joined(texts: list[str], *arguments: float | None) -> set[Told]:
    pairs = list(join_texts(texts, *arguments))  # type: ignore[arg-type]  # the tests pass them in order
    assert [(p.a, p.b) for p in pairs] == sorted({(p.a, p.b) for p in pairs})
    return {(p.a, p.b, p.similarity, p.relation) for p in pairs}


BASE = "出差人员应当在返回后十日内持发票到财务部门报销住宿费和交通费，逾期须经批准"
CUTS = st.tuples(st.integers(0, 20), st.integers(1, 40)).map(lambda cut: BASE[cut[0] : cut[0] + cut[1]])
ODD = st.text(st.sampled_from("甲乙丙１1a， 。"), max_size=12)
TEXTS = st.lists(CUTS | ODD | st.tuples(CUTS, CUTS).map("".join), max_size=14)


@MANY
@given(TEXTS, st.floats(0.1, 1.0), st.none() | st.floats(0.5, 1.0), st.integers(1, 15))
def test_same_pairs_as_looking_at_every_pair(
    texts: list[str], threshold: float, containment: float | None, shortest: int
) -> None:
    assert joined(texts, threshold, containment, shortest) == brute_force(texts, threshold, containment, shortest)


@MANY
@given(TEXTS, st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0]))
def test_same_pairs_at_round_thresholds(texts: list[str], threshold: float) -> None:
    assert joined(texts, threshold, 0.9, 12) == brute_force(texts, threshold, 0.9, 12)


@MANY
@given(TEXTS, st.randoms(use_true_random=False))
def test_order_does_not_matter(texts: list[str], random: Random) -> None:
    order = random.sample(range(len(texts)), len(texts))
    turn = {"contains": "contained_in", "contained_in": "contains"}
    there = {(frozenset((p.a, p.b)), p.similarity, p.relation) for p in join_texts(texts, 0.6)}
    back = {
        (
            frozenset((order[p.a], order[p.b])),
            p.similarity,
            p.relation if order[p.a] < order[p.b] else turn.get(p.relation, p.relation),
        )
        for p in join_texts([texts[i] for i in order], 0.6)
    }
    assert there == back


@pytest.mark.parametrize(
    ("a", "b", "relation"),
    [
        ("出差报销５00元，须经批准。", "出差报销500元 须经批准", "exact"),
        (BASE, BASE.replace("十日", "五日"), "near"),
        (
            BASE,
            BASE + "；" + "另附审批单、会议通知、行程说明和同行人员名单，缺一不可，否则退回经办人补齐后重新提交",
            "contained_in",
        ),
    ],
)
def test_relations(a: str, b: str, relation: str) -> None:
    (pair,) = join_texts([a, b], 0.8)
    assert (pair.a, pair.b, pair.relation) == (0, 1, relation)
    assert 0 < pair.similarity <= 1


def test_empty_texts_pair_with_nothing() -> None:
    assert joined(["", " 。", "", "甲"], 0.5) == set()
    assert joined([], 0.5) == set()


def test_short_texts_are_one_gram() -> None:
    assert gram_set("报销") == {"报销"}
    assert gram_set("，。") == frozenset()
    assert joined(["报销", "报 销", "报账"], 0.8) == {(0, 1, 1.0, "exact")}

"""Texts on the same matter."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.retrieval import MatterIndex, Neighbourhood, VectorIndex, content_terms

TEXTS = [
    "住宿费超过标准的由个人承担",
    "住宿费超标准部分由个人自负",
    "公章由办公室专人保管",
    "公章由综合部专人保管",
    "",
    "12345",
]


def test_terms_leave_out_figures_and_function_words() -> None:
    assert set(content_terms("在30日内的报销")) == {"报销", "日内"}
    assert content_terms("，。123") == {}
    assert content_terms("公章公章")["公章"] == 2


def test_the_same_matter_is_found() -> None:
    assert {(a, b) for a, b, _ in MatterIndex(TEXTS).similar_pairs(0.3)} >= {(0, 1), (2, 3)}
    assert (0, 2) not in {(a, b) for a, b, _ in MatterIndex(TEXTS).similar_pairs(0.1)}


def test_empty_texts_are_like_nothing() -> None:
    index = MatterIndex(TEXTS)
    assert index.likeness(4, 0) == index.likeness(4, 5) == 0
    assert list(MatterIndex([]).similar_pairs(0.1)) == []


CORPORA = st.lists(st.text(st.sampled_from("公章保管住宿费报销的，1"), max_size=14), max_size=8)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(CORPORA, st.floats(0.05, 0.95))
def test_pairs_are_those_of_looking_at_every_pair(texts: list[str], least: float) -> None:
    index = MatterIndex(texts)
    found = {(a, b): score for a, b, score in index.similar_pairs(least)}
    for a, b in combinations(range(len(texts)), 2):
        likeness = index.likeness(a, b)
        assert -1e-9 <= likeness <= 1 + 1e-9
        assert likeness == pytest.approx(index.likeness(b, a))
        if not math.isclose(likeness, least, abs_tol=1e-9):
            assert ((a, b) in found) == (likeness >= least)
        if (a, b) in found:
            assert found[a, b] == pytest.approx(likeness)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(CORPORA)
def test_a_text_is_like_itself(texts: list[str]) -> None:
    index = MatterIndex(texts)
    for i, text in enumerate(texts):
        assert index.likeness(i, i) == pytest.approx(1.0 if content_terms(text) else 0.0)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 2**16), st.integers(1, 30), st.integers(1, 40))
def test_nearest_vectors_are_those_of_looking_at_every_one(seed: int, size: int, most: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(size, 5)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups = rng.integers(0, 4, size)
    found = dict(VectorIndex(vectors).nearest(np.arange(size), groups, most))
    for place in range(size):
        others = [other for other in range(size) if groups[other] != groups[place]]
        expected = sorted((round(float(vectors[place] @ vectors[other]), 6) for other in others), reverse=True)[:most]
        assert [likeness for likeness, _ in found[place]] == pytest.approx(expected, abs=2e-6)
        assert {other for _, other in found[place]} <= set(others)


def test_words_and_vectors_stand_in_one_neighbourhood() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [1, 0]], np.float32)
    near = Neighbourhood(VectorIndex(vectors), range(4), most=1, least=0.5)
    assert list(near.pairs()) == [(0, 3), (1, 2)]
    standing = near.standing(0, 3)
    assert standing.likeness == 1
    assert standing.next_best == pytest.approx(0.6)

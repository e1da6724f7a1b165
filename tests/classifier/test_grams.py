"""Grams of characters: every one, each with the value that TF-IDF gives it; the fast way and the plain way agree."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.classifier.grams import GramTable, Line
from rulemine.classifier.scorers import GramScorer

TEXTS = st.lists(
    st.text(st.sampled_from("公章报销发票未登记１2 　，。AaＢ\n%㎡\ud800İ"), max_size=30) | st.text(max_size=20),
    max_size=6,
)


def list_plainly(text: str) -> list[str]:
    folded = "".join(map(chr, Line.of([text]).codes))
    return [folded[i : i + size] for size in (1, 2, 3) for i in range(len(folded) - size + 1)]


def weigh_plainly(table: GramTable, text: str) -> dict[str, float]:
    rarity = dict(zip(table.terms, table.rarity.tolist(), strict=True))
    known = [gram for gram in list_plainly(text) if gram in rarity]
    length = sum(rarity[gram] ** 2 for gram in known) ** 0.5
    return {gram: n * rarity[gram] / length for gram, n in Counter(known).items()}


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TEXTS)
def test_a_line_keeps_every_length(texts: list[str]) -> None:
    line = Line.of(texts)
    assert np.diff(line.bounds).tolist() == [len(text) for text in texts]
    assert len(line.codes) == sum(map(len, texts))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(TEXTS)
def test_a_matrix_is_what_tfidf_says(texts: list[str]) -> None:
    table = GramTable.learn(["公章报销", "发票未登记0", "a公章 ，", "发票报销。"], least=1)
    matrix = table.matrix(texts)
    for i, text in enumerate(texts):
        row = {table.terms[c]: v for c, v in zip(matrix[i].indices, matrix[i].data, strict=True)}
        assert row == pytest.approx(weigh_plainly(table, text), abs=1e-6)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(TEXTS)
def test_scores_are_the_matrix_times_the_weights(texts: list[str]) -> None:
    table = GramTable.learn(["公章报销", "发票未登记0", "a公章 ，"], least=1)
    drawn = np.random.default_rng(0)
    weights = drawn.normal(size=(len(table.terms), 3)).astype(np.float32)
    scorer = GramScorer(table, weights, np.array([1, 2, 3], dtype=np.float32))
    assert np.allclose(scorer.scores(texts), table.matrix(texts) @ weights + scorer.bias, atol=1e-5)


def test_figures_are_made_alike_and_width_is_folded() -> None:
    assert list_plainly("１２万") == list_plainly("35万")
    assert list_plainly("ＡＢ") == list_plainly("ab")
    assert "0" in list_plainly("⑦3")


def test_nothing_in_nothing() -> None:
    table = GramTable.learn(["公章保管", "公章登记"])
    assert table.matrix([""]).nnz == 0
    assert table.matrix([]).shape == (0, len(table.terms))
    assert GramTable.learn([]).terms == ()


def test_a_table_keeps_what_stands_often_enough() -> None:
    table = GramTable.learn(["公章保管", "公章登记", "发票发票"], least=2)
    assert table.terms == ("公", "公章", "章")
    assert list(table.terms) == sorted(table.terms)


def test_rare_grams_weigh_more() -> None:
    table = GramTable.learn(["公章保管", "公章登记", "公章"], least=1)
    rarity = dict(zip(table.terms, table.rarity, strict=True))
    assert rarity["保"] > rarity["公"]


def test_many_grams_all_find_their_columns() -> None:
    texts = [chr(0x4E00 + i) + chr(0x4E00 + 7 * i % 3000) + chr(0x20000 + i) for i in range(3000)]
    table = GramTable.learn(texts, least=1)
    keys, columns = table.table
    assert sorted(columns[keys != 0].tolist()) == list(range(len(table.terms)))
    assert (keys != 0).mean() <= 0.5

"""Terms with their spans, and vectors whose blocks have unit length."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.classifier.features import Vocabulary, find_terms

TEXTS = st.text(st.sampled_from("公章报销发票未登记１2 　，。AaＢ\n%㎡"), max_size=30) | st.text(max_size=20)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(TEXTS)
def test_terms_stand_where_they_say(text: str) -> None:
    for term in find_terms(text):
        assert 0 <= term.start < term.end <= len(text)
        if term.name.startswith("c:"):
            assert len(term.name) - 2 == term.end - term.start


def test_figures_are_made_alike_and_width_is_folded() -> None:
    names = {term.name for term in find_terms("１２万")}
    assert names == {term.name for term in find_terms("35万")}
    assert "c:0" in names
    assert {t.name for t in find_terms("ＡＢ")} == {t.name for t in find_terms("ab")}


def test_words_are_those_of_jieba() -> None:
    import jieba

    cutter = jieba.Tokenizer()
    for text in ("公章由业务经理自行保管", "固定资产账实不符", "强制休假未执行"):
        words = [t.name[2:] for t in find_terms(text) if t.name.startswith("w:") and " " not in t.name]
        assert words == list(cutter.cut(unicodedata.normalize("NFKC", text)))


def test_nothing_in_nothing() -> None:
    assert list(find_terms("")) == []
    columns, values = Vocabulary.learn(["公章保管", "公章登记"]).vector("")
    assert len(columns) == len(values) == 0


def test_vocabulary_keeps_what_stands_often_enough() -> None:
    vocabulary = Vocabulary.learn(["公章保管", "公章登记", "发票"], least=2)
    assert "c:公章" in vocabulary.columns
    assert "c:发票" not in vocabulary.columns
    assert list(vocabulary.terms) == sorted(vocabulary.terms)


def test_rare_terms_weigh_more() -> None:
    vocabulary = Vocabulary.learn(["公章保管", "公章登记", "公章"], least=1)
    assert vocabulary.idf[vocabulary.columns["c:保"]] > vocabulary.idf[vocabulary.columns["c:公"]]


@pytest.mark.parametrize("text", ["公章保管登记", "公章公章公章", "登记发票"])
def test_each_block_has_unit_length(text: str) -> None:
    vocabulary = Vocabulary.learn(["公章保管登记", "公章登记发票", "发票公章"], least=1)
    columns, values = vocabulary.vector(text)
    words = np.array([vocabulary.terms[c].startswith("w:") for c in columns])
    for block in (words, ~words):
        if block.any():
            assert float(np.linalg.norm(values[block])) == pytest.approx(1.0, abs=1e-5)

"""Cutting into pieces: the likeliest cut, found as by trying all, and what stands in a text is neither lost nor made up."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.encoder.folders import read_folder
from rulemine.encoder.tokenizer import Frame, UnigramTokenizer, WordPieceTokenizer, normalise
from rulemine.resources import locate_resource

SHIPPED = read_folder(locate_resource("models/encoder"))
FRAME = Frame(begin=0, padding=1, end=2, unknown=3)
SIGNS = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
FEW = [
    *SIGNS,
    ("▁", -2.0),
    ("甲", -3.0),
    ("乙", -3.5),
    ("甲乙", -5.5),
    ("乙甲", -6.9),
    ("▁甲", -4.0),
    ("甲乙甲", -8.2),
    ("丙丙", -4.0),
]


def _score(pieces: list[str]) -> float:
    table = dict(FEW[4:])
    return sum(table.get(piece, min(table.values()) - 10) for piece in pieces)


def _best(word: str) -> float:
    """By trying every cut, an unknown character by itself."""
    if not word:
        return 0.0
    table = dict(FEW[4:])
    known = [(len(piece), score) for piece, score in table.items() if word.startswith(piece)]
    if not any(length == 1 for length, _ in known):
        known.append((1, min(table.values()) - 10))
    return max(score + _best(word[length:]) for length, score in known)


@given(st.text("甲乙丙", min_size=1, max_size=9))
def test_no_cut_is_likelier(text: str) -> None:
    """A run of unknown characters is one piece: it is counted by its characters again."""
    numbers = UnigramTokenizer(FEW, FRAME).cut(text)
    pieces = [FEW[number][0] for number in numbers]
    spelled = "".join(piece for piece in pieces if piece != "<unk>")
    unknown = len("▁" + text) - len(spelled)
    total = _score([piece for piece in pieces if piece != "<unk>"]) + unknown * _score(["丁"])
    assert math.isclose(total, _best("▁" + text))


def test_a_run_of_unknown_characters_is_one_piece() -> None:
    assert UnigramTokenizer(FEW, FRAME).cut("甲丁戊己甲") == [9, 3, 5]


def test_no_text_can_spell_a_sign() -> None:
    assert 2 not in UnigramTokenizer([*FEW, ("<", -9.0), ("/", -9.0), ("s", -9.0), (">", -9.0)], FRAME).cut("</s>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        (" \u3000\n\t", ""),
        ("ＡＢ１２％（含）", "▁AB12%(含)"),
        ("第一条\u3000总则\r\n内容", "▁第一条▁总则▁内容"),
        ("10～20台", "▁10～20台"),
        ("①㈠㎡Ⅳ", "▁1(一)m2IV"),
        ("a\u200bb\ufeffc\u00a0d", "▁a▁b▁c▁d"),
        ("甲\x07乙\x00丙", "▁甲乙\x00丙"),
        ("甲▁乙", "▁甲▁乙"),
    ],
)
def test_forms_that_the_pieces_are_written_in(text: str, expected: str) -> None:
    assert normalise(text) == expected


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_every_text_can_be_cut(text: str) -> None:
    numbers = SHIPPED.tokenizer.cut(text)
    assert bool(numbers) == bool(normalise(text))
    assert {0, 1, 2}.isdisjoint(numbers)


def test_likeliest_pieces_of_a_real_sentence() -> None:
    table = (locate_resource("models/encoder") / "pieces.tsv").read_text(encoding="utf-8").splitlines()
    numbers = SHIPPED.tokenizer.cut("未经批准，擅自对外担保。")
    cut = [table[number].split("\t")[0] for number in numbers]
    assert cut == ["▁", "未经", "批准", ",", "擅", "自", "对外", "担保", "。"]


PIECES = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "报", "销", "，", "pos", "##机", "##s", "cafe", "5", "##0")
VOCABULARY = {piece: number for number, piece in enumerate(PIECES)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("报销，POSs", ["报", "销", "，", "pos", "##s"]),
        ("报 销\u3000 50", ["报", "销", "5", "##0"]),
        ("Café", ["cafe"]),
        ("报x销", ["报", "[UNK]", "销"]),
        ("报\x07\u200b销", ["报", "销"]),
        ("", []),
    ],
)
def test_word_pieces(text: str, expected: list[str]) -> None:
    tokenizer = WordPieceTokenizer(VOCABULARY, Frame(begin=2, end=3, padding=0, unknown=1))
    assert [PIECES[number] for number in tokenizer.cut(text)] == expected


def test_word_pieces_may_keep_capitals() -> None:
    tokenizer = WordPieceTokenizer({"[UNK]": 0, "A": 1, "a": 2}, Frame(0, 0, 0, 0), lower=False)
    assert tokenizer.cut("A a") == [1, 2]

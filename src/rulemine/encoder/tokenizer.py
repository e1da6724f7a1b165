"""Text → numbers of pieces, as the encoder was taught to read it: SentencePiece's unigram model, and BERT's word pieces.

Ours is the unigram one (Kudo 2018): of all ways to cut a text into known pieces the likeliest, found by Viterbi's search.
Word pieces are for encoders that a user brings.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

_SPACE = "▁"
_KEPT = "～"
"""What SentencePiece leaves as it is, though NFKC would make it ~."""
_DROPPED = dict.fromkeys((*range(1, 9), 0x0B, *range(0x0E, 0x20), 0x7F, 0x8F, 0x9F), "")
_BLANK = dict.fromkeys((0x1680, *range(0x200B, 0x2010), 0x2028, 0x2029, ord(_SPACE), 0xFEFF, 0xFFFD), " ")
_CONTROLS = _DROPPED | _BLANK
_UNKNOWN_COST = 10.0
"""By how much an unknown character is less likely than the rarest piece (SentencePiece's own figure)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The numbers that stand around the pieces of a text, and the one that fills up a batch."""

    begin: int
    end: int
    padding: int
    unknown: int


class Tokenizer(Protocol):
    """Cuts a text into pieces and numbers them."""

    @property
    def frame(self) -> Frame:
        """The numbers that every encoder needs besides."""
        ...

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces of a text, without begin and end."""
        ...


def normalise(text: str) -> str:
    """The text in the forms that the pieces are written in: NFKC, single spaces, a ▁ for each and one ahead.

    >>> normalise(" 第１０条　金额（含）")
    '▁第10条▁金额(含)'
    """
    parts = (unicodedata.normalize("NFKC", part) for part in text.translate(_CONTROLS).split(_KEPT))
    words = _KEPT.join(parts).split()
    return "".join(_SPACE + word for word in words)


class UnigramTokenizer:
    """Pieces with log probabilities; the likeliest cut of a text into them.

    >>> frame = Frame(begin=0, padding=1, end=2, unknown=3)
    >>> table = [*[("<>", 0.0)] * 4, ("▁", -1.0), ("▁报", -4.0), ("报", -3.0), ("报销", -3.5), ("销", -4.5)]
    >>> UnigramTokenizer(table, frame).cut("报销单据 报")
    [4, 7, 3, 5]

    A piece's number is its place. Characters that no piece bears are unknown, a run of them one.
    """

    def __init__(self, table: Sequence[tuple[str, float]], frame: Frame) -> None:
        self.frame = frame
        signs = {frame.begin, frame.end, frame.padding, frame.unknown}  # what no text can spell
        self._pieces = {piece: (n, score) for n, (piece, score) in enumerate(table) if n not in signs}
        self._unknown_score = min(score for _, score in self._pieces.values()) - _UNKNOWN_COST
        lengths: dict[str, set[int]] = {}
        for piece in self._pieces:
            lengths.setdefault(piece[0], set()).add(len(piece))
        self._lengths = {first: tuple(sorted(found)) for first, found in lengths.items()}

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces; empty for a text of blanks."""
        words = re.findall(f"{_SPACE}[^{_SPACE}]*", normalise(text))  # no piece runs over a space
        return [number for word in words for number in self._cut_word(word)]

    def _cut_word(self, word: str) -> Iterator[int]:
        """The likeliest cut: the best way to each place, from the left; then back along it."""
        size = len(word)
        best = [0.0, *[-math.inf] * size]
        came: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            known = False
            for length in self._lengths.get(word[start], ()):
                found = self._pieces.get(word[start : start + length])  # at the end a shorter one, or nothing
                if found is None or start + length > size:
                    continue
                known = known or length == 1
                number, score = found
                if best[start] + score > best[start + length]:
                    best[start + length], came[start + length] = best[start] + score, (start, number)
            if not known and best[start] + self._unknown_score > best[start + 1]:
                best[start + 1], came[start + 1] = best[start] + self._unknown_score, (start, self.frame.unknown)
        numbers, place = [], size
        while place:
            place, number = came[place]
            numbers.append(number)
        unknown = self.frame.unknown
        for at, number in enumerate(reversed(numbers)):
            if number != unknown or not at or numbers[-at] != unknown:
                yield number


class WordPieceTokenizer:
    """BERT's way: each Han character and sign by itself, other words from the left by the longest known piece.

    >>> tokenizer = WordPieceTokenizer({"[PAD]": 0, "[UNK]": 1, "报": 2, "销": 3, "pos": 4, "##机": 5, "##s": 6}, Frame(1, 1, 0, 1))
    >>> tokenizer.cut("报销POSs龘")
    [2, 3, 4, 6, 1]
    """

    def __init__(self, vocabulary: Mapping[str, int], frame: Frame, *, lower: bool = True) -> None:
        self.frame = frame
        self._vocabulary, self._lower = vocabulary, lower
        self._longest = max(map(len, vocabulary), default=0)

    def cut(self, text: str) -> list[int]:
        """The numbers of the pieces; empty for a text of blanks."""
        return [number for word in self._words(text) for number in self._cut_word(word)]

    def _words(self, text: str) -> list[str]:
        kept = "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
        if self._lower:
            kept = unicodedata.normalize("NFD", kept.lower())
            kept = "".join(c for c in kept if unicodedata.category(c) != "Mn")
        return "".join(f" {c} " if _stands_alone(c) else c for c in kept).split()

    def _cut_word(self, word: str) -> list[int]:
        numbers, start = [], 0
        while start < len(word):
            ahead = "##" if start else ""
            ends = range(min(len(word), start + self._longest), start, -1)
            end = next((end for end in ends if ahead + word[start:end] in self._vocabulary), None)
            if end is None:
                return [self.frame.unknown]
            numbers.append(self._vocabulary[ahead + word[start:end]])
            start = end
        return numbers


def _stands_alone(character: str) -> bool:
    """Whether BERT takes a character for a word: Han, punctuation, any ASCII sign."""
    code = ord(character)
    if 33 <= code < 127:
        return not character.isalnum()
    return unicodedata.category(character)[0] == "P" or any(low <= code <= high for low, high in _HAN)


_HAN: Sequence[tuple[int, int]] = (
    (0x4E00, 0x9FFF),
    (0x3400, 0x4DBF),
    (0x20000, 0x2CEAF),
    (0xF900, 0xFAFF),
    (0x2F800, 0x2FA1F),
)

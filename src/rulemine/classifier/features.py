"""What the linear model looks at: character 1–3-grams and words 1–2-grams, each block TF-IDF and of unit length."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rulemine.segmentation import cut

CHARACTERS = (1, 2, 3)
WORDS = (1, 2)


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a text and where it stands; ``w:`` marks words, ``c:`` characters."""

    name: str
    start: int
    end: int


def find_terms(text: str) -> Iterator[Term]:
    """Every term of a text, with its span.

    >>> [term.name for term in find_terms("公章") ]
    ['c:公', 'c:章', 'c:公章', 'w:公章']
    """
    plain = _plain(text)
    for size in CHARACTERS:
        for i in range(len(plain) - size + 1):
            yield Term("c:" + plain[i : i + size], i, i + size)
    words = list(_cut(plain))
    for size in WORDS:
        for i in range(len(words) - size + 1):
            run = words[i : i + size]
            yield Term("w:" + " ".join(plain[a:b] for a, b in run), run[0][0], run[-1][1])


def _plain(text: str) -> str:
    """Width folded one to one, figures made alike: the amount says nothing about the category."""
    folded = "".join(c if len(n := unicodedata.normalize("NFKC", c)) != 1 else n for c in text)
    return "".join("0" if c.isdigit() else " " if c.isspace() else c.lower() for c in folded)


def _cut(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for word in cut(text):
        if word.strip():
            yield at, at + len(word)
        at += len(word)


@dataclass(frozen=True)
class Vocabulary:
    """Terms with their columns and rarity (smoothed IDF)."""

    terms: tuple[str, ...]
    idf: NDArray[np.float32]
    columns: Mapping[str, int]

    @classmethod
    def learn(cls, texts: Sequence[str], least: int = 2) -> Vocabulary:
        """The terms that stand in at least ``least`` of the texts."""
        seen = Counter(name for text in texts for name in {term.name for term in find_terms(text)})
        terms = tuple(sorted(name for name, n in seen.items() if n >= least))
        idf = np.array([math.log((1 + len(texts)) / (1 + seen[name])) + 1 for name in terms], dtype=np.float32)
        return cls.of(terms, idf)

    @classmethod
    def of(cls, terms: Sequence[str], idf: NDArray[np.float32]) -> Vocabulary:
        """A vocabulary from its stored parts."""
        return cls(tuple(terms), idf, {name: i for i, name in enumerate(terms)})

    def vector(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns and values of a text; the values of each block have unit length."""
        counts = Counter(name for term in find_terms(text) if (name := term.name) in self.columns)
        names = sorted(counts)
        columns = np.array([self.columns[name] for name in names], dtype=np.int64)
        values = np.array([1 + math.log(counts[name]) for name in names], dtype=np.float32) * self.idf[columns]
        words = np.array([name[0] == "w" for name in names], dtype=bool)
        for block in (words, ~words):
            length = float(np.linalg.norm(values[block]))
            if length:
                values[block] /= length
        return columns, values

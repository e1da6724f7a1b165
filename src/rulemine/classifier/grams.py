"""What the linear model looks at: runs of one to three characters, each weighed by its rarity (TF-IDF, unit length).

Words cut by a dictionary were tried beside the characters and added nothing (docs/classifier.md); without them nothing has
to be segmented, and a batch of texts is work on arrays alone (``kernels.py``).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    from rulemine.kernels import Floats, Ints, Longs

LARGEST = 3
"""Characters of the longest gram."""
CODE_BITS = 21
_PLACES = 0x110000
_FULL = 0.4
"""The share of a table's places that are taken at most."""


class _Folding:
    """Code points as the model sees them: width folded, letters small, figures alike (the amount says nothing about the category)."""

    def __init__(self) -> None:
        self._known = np.zeros(_PLACES, dtype=bool)
        self._folded = np.zeros(_PLACES, dtype=np.int64)

    def __call__(self, codes: NDArray[np.uint32]) -> NDArray[np.int64]:
        new = codes[~self._known[codes]]
        for code in np.unique(new).tolist():
            self._folded[code] = ord(_fold(chr(code)))
            self._known[code] = True
        return self._folded[codes]


def _fold(character: str) -> str:
    wide = unicodedata.normalize("NFKC", character)
    narrow = wide if len(wide) == 1 else character
    plain = "0" if narrow.isdigit() else " " if narrow.isspace() else narrow.lower()
    return plain if len(plain) == 1 and plain != "\0" else " "


@cache
def _folding() -> _Folding:
    return _Folding()


@dataclass(frozen=True, slots=True)
class Line:
    """A batch of texts as one line of folded code points; text ``i`` is ``codes[bounds[i]:bounds[i + 1]]``.

    >>> "".join(map(chr, Line.of(["Ａ款", "１２万"]).codes))
    'a款00万'
    """

    codes: NDArray[np.int64]
    bounds: Longs

    @classmethod
    def of(cls, texts: Sequence[str]) -> Line:
        """Any texts, lone surrogates included."""
        given = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype="<u4")
        bounds = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in texts], out=bounds[1:])
        return cls(_folding()(given), bounds)


@dataclass(frozen=True)
class GramTable:
    """Grams with their columns and rarity (smoothed inverse document frequency).

    >>> GramTable.learn(["公章保管", "公章登记", "发票"], least=2).terms
    ('公', '公章', '章')
    """

    terms: tuple[str, ...] = field(repr=False)
    rarity: Floats = field(repr=False)
    """[terms]"""

    @classmethod
    def learn(cls, texts: Sequence[str], least: int = 2) -> GramTable:
        """The grams that stand in at least ``least`` of the texts."""
        grams, owners = _list_grams(Line.of(texts))
        order = np.lexsort((owners, grams))
        grams, owners = grams[order], owners[order]
        once = np.ones(len(grams), dtype=bool)
        once[1:] = (grams[1:] != grams[:-1]) | (owners[1:] != owners[:-1])
        names, counts = np.unique(grams[once], return_counts=True)
        rarity = np.log((1 + len(texts)) / (1 + counts)) + 1
        kept = sorted((_spell(names[i]), i) for i in np.flatnonzero(counts >= least))
        return cls(tuple(term for term, _ in kept), rarity[[i for _, i in kept]].astype(np.float32))

    def matrix(self, texts: Sequence[str]) -> csr_matrix:
        """[texts, terms] each row of unit length over its grams; a gram that stands twice counts twice."""
        from scipy.sparse import csr_matrix

        from rulemine.classifier.kernels import look_up

        grams, owners = _list_grams(Line.of(texts))
        columns = np.empty(len(grams), dtype=np.int64)
        look_up(grams, *self.table, columns)
        columns, owners = columns[columns >= 0], owners[columns >= 0]
        values = self.rarity[columns]
        lengths = np.sqrt(np.bincount(owners, weights=values * values, minlength=len(texts)))
        values = (values / lengths[owners]).astype(np.float32)
        return csr_matrix((values, (owners, columns)), shape=(len(texts), len(self.terms)))

    @cached_property
    def table(self) -> tuple[Longs, Ints]:
        """Grams as whole numbers by place, 0 where a place is free, and their columns."""
        from rulemine.classifier.kernels import fill_table

        size = 1 << max(4, int(np.ceil(np.log2(max(1, len(self.terms)) / _FULL))))
        keys, columns = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int32)
        fill_table(np.array([_key_of(term) for term in self.terms], dtype=np.int64), keys, columns)
        return keys, columns


def _list_grams(line: Line) -> tuple[Longs, Longs]:
    from rulemine.classifier.kernels import list_grams

    most = LARGEST * len(line.codes)
    grams, owners = np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    count = list_grams(line.codes, line.bounds, grams, owners)
    return grams[:count], owners[:count]


def _key_of(term: str) -> int:
    key = 0
    for character in term:
        key = key << CODE_BITS | ord(character)
    return key


def _spell(key: int) -> str:
    letters = []
    key = int(key)
    while key:
        letters.append(chr(key & (1 << CODE_BITS) - 1))
        key >>= CODE_BITS
    return "".join(reversed(letters))

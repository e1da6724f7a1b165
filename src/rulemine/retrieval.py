"""Texts on the same matter, though worded differently: by terms weighted by rarity, or by the vectors of an encoder."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from rulemine.text import fold_text

_PIECES = 8
"""Pieces a core in which nearest texts are looked for."""
BLOCK = 400
"""Texts compared at once: what bounds the memory."""
_STOP = frozenset("的了和与及或者在于须并其该为由对将以")
_STOP_WORDS = re.compile(r"应当|按照|有关|规定|进行|办理|予以|给予|负责")


def content_terms(text: str) -> Counter[str]:
    """Character bigrams of the folded text without digits and function characters.

    >>> sorted(content_terms("报销5元的限额"))
    ['报销', '限额']
    """
    terms: Counter[str] = Counter()
    run = ""
    for character in fold_text(_STOP_WORDS.sub(".", text)) + " ":
        if character.isdigit() or character in _STOP or not character.isalpha():
            terms.update(run[i : i + 2] for i in range(len(run) - 1))
            run = ""
        else:
            run += character
    return terms


class Index(Protocol):
    """Texts of which one can ask how like two are, and which are nearest."""

    @property
    def usual(self) -> float:
        """A usual likeness of two that have nothing to do with each other, for collections too small to tell."""
        ...

    def __len__(self) -> int: ...

    def likeness(self, a: int, b: int) -> float:
        """Of two of the texts, at most 1."""
        ...

    def nearest(self, places: Any, groups: Any, most: int) -> Iterator[tuple[int, list[tuple[float, int]]]]:
        """For some of the texts, those of other groups with the highest likeness, likest first."""
        ...


class MatterIndex:
    """Weighted term vectors of a set of texts, and which of them are about the same matter.

    >>> index = MatterIndex(["住宿费超过标准的由个人承担", "住宿费超标准部分由个人自负", "公章由办公室保管"])
    >>> [(a, b) for a, b, score in index.similar_pairs(0.3)]
    [(0, 1)]
    """

    usual = 0.25

    def __init__(self, texts: Sequence[str]) -> None:
        self._weigh([content_terms(text) for text in texts])

    @classmethod
    def of_terms(cls, counts: Sequence[Counter[str]], weigh: Callable[[str], float] | None = None) -> MatterIndex:
        """The index of texts whose terms are known already; ``weigh`` says what a term is worth, else how rare it is here."""
        index = cls(())
        index._weigh(counts, weigh)
        return index

    def _weigh(self, counts: Sequence[Counter[str]], weigh: Callable[[str], float] | None = None) -> None:
        import numpy as np
        from scipy.sparse import csr_matrix

        seen = Counter(term for terms in counts for term in terms)
        columns = {term: i for i, term in enumerate(seen)}
        weight = {term: weigh(term) if weigh else math.log(1 + len(counts) / n) for term, n in seen.items()}
        values = [(1 + math.log(n)) * weight[term] for terms in counts for term, n in terms.items()]
        places = [columns[term] for terms in counts for term in terms]
        starts = np.cumsum([0, *(len(terms) for terms in counts)])
        matrix = csr_matrix((values, places, starts), shape=(len(counts), len(columns)))
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        lengths[lengths == 0] = 1.0
        self._vectors = csr_matrix(matrix.multiply(1 / lengths[:, None]))

    def likeness(self, a: int, b: int) -> float:
        """Cosine of two of the texts, 0 … 1."""
        return float((self._vectors[a] @ self._vectors[b].T).toarray()[0, 0])

    def similar_pairs(self, least: float) -> Iterator[tuple[int, int, float]]:
        """Every pair whose cosine reaches ``least``, the lower place first: a block of texts against all before them at a time."""
        import numpy as np

        places = np.arange(len(self))
        for start in range(0, len(places), BLOCK):
            rows = places[start : start + BLOCK]
            scores = (self._vectors[rows] @ self._vectors[: rows[-1] + 1].T).tocoo()
            here, there = rows[scores.row], scores.col
            kept = (scores.data >= least - 1e-9) & (there < here)
            found = zip(there[kept].tolist(), here[kept].tolist(), scores.data[kept].tolist(), strict=True)
            yield from sorted(found, key=lambda pair: (pair[1], pair[0]))

    def nearest(self, places: Any, groups: Any, most: int) -> Iterator[tuple[int, list[tuple[float, int]]]]:
        """For some of the texts, the texts of other groups with the highest cosine, likest first."""
        import numpy as np

        from rulemine import kernels
        from rulemine.gramsets import in_parallel

        if not len(places):
            return
        kernels.announce_compiling()
        starts, terms, values = _as_arrays(self._vectors)
        heads, holders, held = _as_arrays(self._vectors.tocsc())

        def look(low: int, high: int) -> Any:
            return low, kernels.find_nearest(
                starts, terms, values, heads, holders, held, groups, places, low, high, most
            )

        for low, (found, cosines) in in_parallel(look, len(places), _PIECES):
            for row in range(len(found) // most):
                span = slice(row * most, (row + 1) * most)
                kept = found[span] >= 0
                likeness = np.round(cosines[span][kept].astype(np.float64), 6).tolist()
                yield int(places[low + row]), list(zip(likeness, found[span][kept].tolist(), strict=True))

    def __len__(self) -> int:
        return int(self._vectors.shape[0])


class VectorIndex:
    """The vectors of a set of texts, each of unit length, and which of them point the same way.

    >>> import numpy as np
    >>> index = VectorIndex(np.array([[1, 0], [0.6, 0.8], [0, 1]], np.float32))
    >>> [(place, [other for _, other in found]) for place, found in index.nearest(np.array([0]), np.arange(3), 2)]
    [(0, [1, 2])]
    """

    usual = 0.85

    def __init__(self, vectors: Any) -> None:
        self._vectors = vectors

    def likeness(self, a: int, b: int) -> float:
        """Cosine of two of the texts."""
        return float(self._vectors[a] @ self._vectors[b])

    def nearest(self, places: Any, groups: Any, most: int) -> Iterator[tuple[int, list[tuple[float, int]]]]:
        """For some of the texts, the texts of other groups with the highest cosine, likest first."""
        import numpy as np

        most = min(most, len(self))
        for start in range(0, len(places), BLOCK):
            block = places[start : start + BLOCK]
            cosines = self._vectors[block] @ self._vectors.T
            cosines[groups[block][:, None] == groups[None, :]] = -np.inf
            found = np.argpartition(-cosines, most - 1, axis=1)[:, :most]
            for row, place in enumerate(block):
                ranked = sorted((-round(float(cosines[row, other]), 6), int(other)) for other in found[row])
                yield int(place), [(-likeness, other) for likeness, other in ranked if np.isfinite(likeness)]

    def __len__(self) -> int:
        return len(self._vectors)


def _as_arrays(matrix: Any) -> tuple[Any, Any, Any]:
    """Where each row or column of a sparse matrix begins, what it holds, and how much of it."""
    import numpy as np

    parts = ((matrix.indptr, np.int64), (matrix.indices, np.int32), (matrix.data, np.float32))
    starts, held, values = (np.ascontiguousarray(array, kind) for array, kind in parts)
    return starts, held, values


@dataclass(frozen=True, slots=True)
class Standing:
    """How two texts stand out among all: their cosine, what is ordinary for them, and the best that either has elsewhere."""

    likeness: float
    ordinary: float
    next_best: float


_ORDINARY = 4
"""Texts of other groups whose cosine says what is ordinary."""


class Neighbourhood:
    """Which texts are nearest to which, and how far they stand out from the rest.

    >>> texts = ["公章由办公室保管", "印章由办公室掌管", "发票当月报销", "发票次月报销"]
    >>> near = Neighbourhood(MatterIndex(texts), range(4), most=1, least=0.1)
    >>> list(near.pairs())
    [(0, 1), (2, 3)]

    Comparing a likeness with what is ordinary for a text is how parallel sentences are mined (Artetxe and Schwenk 2019):
    some provisions are a little like everything.
    ``groups`` holds a text's own apart; ``asked`` names the texts whose nearest are looked for, all if it is not given.
    """

    def __init__(
        self,
        index: Index,
        groups: Sequence[object],
        asked: Sequence[bool] | None = None,
        *,
        most: int = 6,
        least: float = 0.2,
    ) -> None:
        import numpy as np

        self._index, self._most, self._least = index, most, least
        self._groups = np.unique(np.asarray([str(group) for group in groups]), return_inverse=True)[1].astype(np.int32)
        wanted = np.flatnonzero(np.ones(len(index), bool) if asked is None else np.asarray(asked, dtype=bool))
        self._nearest: dict[int, list[tuple[float, int]]] = {}
        for place, found in index.nearest(wanted, self._groups, 3 * (most + _ORDINARY)):
            self._nearest[place] = found

    def pairs(self) -> Iterator[tuple[int, int]]:
        """The pairs of which one is among the nearest of the other, the lower place first, each once, in order."""
        found = {
            (min(place, other), max(place, other))
            for place, nearest in self._nearest.items()
            for likeness, other in nearest[: self._most]
            if likeness >= self._least
        }
        yield from sorted(found)

    def standing(self, a: int, b: int) -> Standing:
        """How two texts stand out."""
        ordinary, best = [], []
        for here, there in ((a, b), (b, a)):
            others = self._others(here, there)
            if others is not None:
                padded = [*others, *[self._index.usual] * _ORDINARY][:_ORDINARY]
                ordinary.append(sum(padded) / _ORDINARY)
                best.append(padded[0])
        return Standing(
            self._likeness(a, b), sum(ordinary) / max(1, len(ordinary)), max(best, default=self._index.usual)
        )

    def _others(self, here: int, there: int) -> list[float] | None:
        """The cosines of the nearest of other groups than the two, one a group; None for a text that was not asked for."""
        if here not in self._nearest:
            return None
        by_group: dict[int, float] = {}
        for likeness, other in self._nearest[here]:
            if self._groups[other] != self._groups[there]:
                by_group.setdefault(int(self._groups[other]), likeness)
        return list(by_group.values())

    def _likeness(self, a: int, b: int) -> float:
        known = (
            likeness for here, there in ((a, b), (b, a)) for likeness, o in self._nearest.get(here, ()) if o == there
        )
        found = next(known, None)
        return self._index.likeness(a, b) if found is None else found

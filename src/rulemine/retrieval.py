"""Texts on the same matter, though worded differently: character bigrams and words, weighted by rarity."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rulemine.text import fold_text

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


class MatterIndex:
    """Weighted term vectors of a set of texts, and which of them are about the same matter.

    >>> index = MatterIndex(["住宿费超过标准的由个人承担", "住宿费超标准部分由个人自负", "公章由办公室保管"])
    >>> [(a, b) for a, b, score in index.similar_pairs(0.3)]
    [(0, 1)]
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._weigh([content_terms(text) for text in texts])

    @classmethod
    def of_terms(cls, counts: Sequence[Counter[str]]) -> MatterIndex:
        """The index of texts whose terms are known already."""
        index = cls(())
        index._weigh(counts)
        return index

    def _weigh(self, counts: Sequence[Counter[str]]) -> None:
        import numpy as np
        from scipy.sparse import csr_matrix

        seen = Counter(term for terms in counts for term in terms)
        columns = {term: i for i, term in enumerate(seen)}
        weight = {term: math.log(1 + len(counts) / n) for term, n in seen.items()}
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

    def similar_pairs(self, least: float, asked: Sequence[bool] | None = None) -> Iterator[tuple[int, int, float]]:
        """Every pair whose cosine reaches ``least``, the lower place first; with ``asked``, those with one of the texts asked for.

        A block of texts against all others at a time.
        """
        import numpy as np

        size = self._vectors.shape[0]
        wanted = np.ones(size, dtype=bool) if asked is None else np.asarray(asked, dtype=bool)
        places = np.flatnonzero(wanted)
        for start in range(0, len(places), BLOCK):
            rows = places[start : start + BLOCK]
            last = size if asked is not None else int(rows[-1]) + 1
            scores = (self._vectors[rows] @ self._vectors[:last].T).tocoo()
            here, there = rows[scores.row], scores.col
            kept = (scores.data >= least - 1e-9) & ((there < here) | ~wanted[there])
            found = zip(
                np.minimum(here, there)[kept].tolist(),
                np.maximum(here, there)[kept].tolist(),
                scores.data[kept].tolist(),
                strict=True,
            )
            yield from sorted(found, key=lambda pair: (pair[1], pair[0]))

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
        import numpy as np
        from scipy.sparse import csr_matrix

        counts = [content_terms(text) for text in texts]
        seen = Counter(term for terms in counts for term in terms)
        columns = {term: i for i, term in enumerate(seen)}
        weight = {term: math.log(1 + len(texts) / n) for term, n in seen.items()}
        values = [(1 + math.log(n)) * weight[term] for terms in counts for term, n in terms.items()]
        places = [columns[term] for terms in counts for term in terms]
        starts = np.cumsum([0, *(len(terms) for terms in counts)])
        matrix = csr_matrix((values, places, starts), shape=(len(texts), len(columns)))
        lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        lengths[lengths == 0] = 1.0
        self._vectors = csr_matrix(matrix.multiply(1 / lengths[:, None]))

    def likeness(self, a: int, b: int) -> float:
        """Cosine of two of the texts, 0 … 1."""
        return float((self._vectors[a] @ self._vectors[b].T).toarray()[0, 0])

    def similar_pairs(self, least: float) -> Iterator[tuple[int, int, float]]:
        """Every pair whose cosine reaches ``least``, by place; a block of texts against those before them at a time."""
        for start in range(0, self._vectors.shape[0], BLOCK):
            stop = min(start + BLOCK, self._vectors.shape[0])
            scores = (self._vectors[start:stop] @ self._vectors[:stop].T).tocoo()
            kept = (scores.data >= least - 1e-9) & (scores.col < scores.row + start)
            found = zip(
                scores.col[kept].tolist(), (scores.row[kept] + start).tolist(), scores.data[kept].tolist(), strict=True
            )
            yield from sorted(found, key=lambda pair: (pair[1], pair[0]))

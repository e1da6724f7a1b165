"""Texts on the same matter, though worded differently: character bigrams and words, weighted by rarity."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from rulemine.text import fold

_STOP = frozenset("的了和与及或者在于须并其该为由对将以")
_STOP_WORDS = re.compile(r"应当|按照|有关|规定|进行|办理|予以|给予|负责")


def content_terms(text: str) -> Counter[str]:
    """Character bigrams of the folded text without digits and function characters.

    >>> sorted(content_terms("报销5元的限额"))
    ['报销', '限额']
    """
    terms: Counter[str] = Counter()
    run = ""
    for character in fold(_STOP_WORDS.sub(".", text)).text + " ":
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
        counts = [content_terms(text) for text in texts]
        seen = Counter(term for terms in counts for term in terms)
        self._weight = {term: math.log(1 + len(texts) / n) for term, n in seen.items()}
        self._vectors = [self._unit(terms) for terms in counts]

    def _unit(self, terms: Counter[str]) -> dict[str, float]:
        vector = {term: (1 + math.log(n)) * self._weight[term] for term, n in terms.items()}
        length = math.sqrt(sum(value * value for value in vector.values())) or 1.0
        return {term: value / length for term, value in vector.items()}

    def likeness(self, a: int, b: int) -> float:
        """Cosine of two of the texts, 0 … 1."""
        first, second = self._vectors[a], self._vectors[b]
        if len(second) < len(first):
            first, second = second, first
        return sum(value * second.get(term, 0.0) for term, value in first.items())

    def coverage(self, a: int, b: int) -> float:
        """How much of the weight of text ``a`` stands in text ``b`` too, 0 … 1."""
        vector = self._vectors[a]
        total = sum(value * value for value in vector.values()) or 1.0
        return sum(value * value for term, value in vector.items() if term in self._vectors[b]) / total

    def similar_pairs(self, least: float) -> Iterator[tuple[int, int, float]]:
        """Every pair whose cosine reaches ``least``, by place."""
        postings: dict[str, list[tuple[int, float]]] = {}
        for i, vector in enumerate(self._vectors):
            scores: Counter[int] = Counter()
            for term, value in vector.items():
                for j, other in postings.get(term, ()):
                    scores[j] += value * other  # type: ignore[assignment]  # a Counter of floats
                postings.setdefault(term, []).append((i, value))
            for j in sorted(j for j, score in scores.items() if score >= least):
                yield j, i, scores[j]

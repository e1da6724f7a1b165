"""Exact set-similarity join over character 3-gram sets: every pair at or above a threshold, none missed.

Prefix filtering (Chaudhuri et al. 2006; Xiao et al. 2008): grams are ordered from rare to common, and two sets whose
Jaccard reaches ``t`` must share one of their first ``|x| - ceil(t·|x|) + 1`` grams. Candidates are then counted exactly.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rulemine.text import fold_text

GRAM = 3
Relation = Literal["exact", "near", "contains", "contained_in"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, by their places in the input, with ``a < b``, and how alike they are."""

    a: int
    b: int
    similarity: float
    relation: Relation


def gram_set(text: str, size: int = GRAM) -> frozenset[str]:
    """The character grams of the folded text; a shorter text is one gram.

    >>> sorted(gram_set("报销５元"))
    ['报销5', '销5元']
    """
    return _grams(fold_text(text), size)


def _grams(folded: str, size: int = GRAM) -> frozenset[str]:
    if not folded:
        return frozenset()
    return frozenset(folded[i : i + size] for i in range(max(1, len(folded) - size + 1)))


def join_texts(
    texts: Sequence[str], threshold: float = 0.8, containment: float | None = 0.9, shortest: int = 12
) -> Iterator[Pair]:
    """Pairs of texts that are the same, near each other, or of which one holds the other; ordered by place.

    >>> texts = ["出差人员应当在返回后十日内报销费用", "出差人员应当于返回后十日内报销费用", "公章由办公室专人保管"]
    >>> [(p.a, p.b, p.relation) for p in join_texts(texts, 0.6)]
    [(0, 1, 'near')]

    ``similarity`` is the Jaccard of the 3-gram sets. ``containment`` is the share of the shorter text's grams that the
    longer must hold; None leaves containment out. Texts of fewer than ``shortest`` grams are not looked for inside others.
    """
    folded = [fold_text(text) for text in texts]
    sets = [_grams(text) for text in folded]
    found: dict[tuple[int, int], Pair] = {}
    for a, b in _candidates(sets, threshold, containment, shortest):
        shared = len(sets[a] & sets[b])
        jaccard = shared / (len(sets[a]) + len(sets[b]) - shared)
        relation = _relation(
            folded[a] == folded[b], jaccard >= threshold, shared, sets[a], sets[b], containment, shortest
        )
        if relation:
            found[a, b] = Pair(a, b, round(jaccard, 6), relation)
    return iter(found[key] for key in sorted(found))


def _relation(
    same: bool, near: bool, shared: int, a: frozenset[str], b: frozenset[str], containment: float | None, shortest: int
) -> Relation | None:
    if same:
        return "exact"
    if near:
        return "near"
    if containment is None or min(len(a), len(b)) < shortest or shared < containment * min(len(a), len(b)):
        return None
    return "contained_in" if len(a) < len(b) else "contains"


def _candidates(
    sets: Sequence[frozenset[str]], threshold: float, containment: float | None, shortest: int
) -> Iterator[tuple[int, int]]:
    """Pairs that share a gram of a prefix, each once, the lower place first."""
    frequency = Counter(gram for grams in sets for gram in grams)
    ordered = [sorted(grams, key=lambda gram: (frequency[gram], gram)) for grams in sets]
    by_size = sorted((i for i, grams in enumerate(sets) if grams), key=lambda i: len(sets[i]))
    yield from _jaccard_candidates(ordered, by_size, threshold)
    if containment is not None:
        yield from _containment_candidates(ordered, by_size, containment, shortest)


def _jaccard_candidates(
    ordered: Sequence[list[str]], by_size: Iterable[int], threshold: float
) -> Iterator[tuple[int, int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for i in by_size:
        size = len(ordered[i])
        prefix = ordered[i][: size - math.ceil(threshold * size) + 1]
        for j in {j for gram in prefix for j in index[gram] if len(ordered[j]) >= threshold * size}:
            yield min(i, j), max(i, j)
        for gram in prefix:
            index[gram].append(i)


def _containment_candidates(
    ordered: Sequence[list[str]], by_size: Sequence[int], containment: float, shortest: int
) -> Iterator[tuple[int, int]]:
    """The shorter text's prefix against all grams of the longer."""
    index: dict[str, list[int]] = defaultdict(list)
    for i in by_size:
        if len(ordered[i]) >= shortest:
            for gram in ordered[i][: len(ordered[i]) - math.ceil(containment * len(ordered[i])) + 1]:
                index[gram].append(i)
    for i in by_size:
        for j in {
            j for gram in ordered[i] for j in index.get(gram, ()) if j != i and len(ordered[j]) <= len(ordered[i])
        }:
            yield min(i, j), max(i, j)

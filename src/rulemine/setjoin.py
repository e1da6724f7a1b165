"""The join of gram sets, and the pairs of texts that the pairs of sets stand for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rulemine import kernels
from rulemine.gramsets import GramSets, in_parallel
from rulemine.kernels import SLACK, Ints, Longs

EXACT, NEAR, CONTAINS, CONTAINED_IN = range(4)
"""Places in ``similarity.RELATIONS``."""
_PIECES = 16
"""Pieces a core: the last ones, with the largest sets, take longest."""
_BLOCK = 2**18
"""Pairs that are handed on at once."""


@dataclass(frozen=True, slots=True)
class SetPairs:
    """Pairs of sets, the smaller first: how many grams they share, and whether they are NEAR or the one CONTAINED_IN the other."""

    smaller: Ints
    larger: Ints
    shared: Ints
    relation: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class PairBlock:
    """Pairs of texts as columns, ``a < b``; ``relation`` is a place in ``similarity.RELATIONS``."""

    a: Longs
    b: Longs
    similarity: NDArray[np.float64]
    relation: NDArray[np.int8]

    def rows(self) -> Iterator[tuple[int, int, float, int]]:
        """The pairs one by one, as plain numbers."""
        return zip(self.a.tolist(), self.b.tolist(), self.similarity.tolist(), self.relation.tolist(), strict=True)


def join_sets(sets: GramSets, threshold: float, containment: float | None, shortest: int) -> SetPairs:
    """Every pair of sets whose Jaccard reaches the threshold, or of which one holds that share of the other."""
    offsets, tokens, sizes = sets.offsets, sets.tokens, sets.sizes
    index = _index_prefixes(sets, prefix_lengths(sizes, 2 * threshold / (1 + threshold)))

    def near(low: int, high: int) -> kernels.Found:
        return kernels.join_near(offsets, tokens, *index, low, high, threshold)

    found = [(*pairs, NEAR) for pairs in in_parallel(near, len(sizes), _PIECES)]
    if containment is not None:
        asked = np.where(sizes >= shortest, prefix_lengths(sizes, containment), 0)
        index = _index_prefixes(sets, asked)

        def inside(low: int, high: int) -> kernels.Found:
            return kernels.join_inside(offsets, tokens, *index, low, high, threshold, containment)

        found += [(*pairs, CONTAINED_IN) for pairs in in_parallel(inside, len(sizes), _PIECES)]
    none: Ints = np.empty(0, np.int32)
    smaller, larger, shared = (np.concatenate([none, *(pairs[i] for pairs in found)]) for i in range(3))
    kinds = [np.full(len(pairs[0]), pairs[3], np.int8) for pairs in found]
    return SetPairs(smaller, larger, shared, np.concatenate([np.empty(0, np.int8), *kinds]))


def prefix_lengths(sizes: Longs, share: float) -> Longs:
    """How many of a set's first tokens hold one of any other set that shares so much of it."""
    shorter: Longs = sizes + 1 - np.ceil(share * sizes - SLACK).astype(np.int64)
    return shorter


def _index_prefixes(sets: GramSets, prefixes: Longs) -> tuple[Longs, Ints, Ints]:
    """For each token where its list begins; the sets in whose prefix it stands, smallest first; and its places there."""
    known = int(sets.tokens.max()) + 1 if len(sets.tokens) else 0
    lengths = np.zeros(known + 1, np.int64)
    kernels.count_prefixes(sets.offsets, sets.tokens, prefixes, lengths)
    heads = np.zeros(known + 1, np.int64)
    np.cumsum(lengths[:-1], out=heads[1:])
    holders, places = np.empty(heads[-1], np.int32), np.empty(heads[-1], np.int32)
    kernels.index_prefixes(sets.offsets, sets.tokens, prefixes, heads[:-1].copy(), holders, places)
    return heads, holders, places


def spread_pairs(sets: GramSets, pairs: SetPairs, rank: Sequence[int] | None = None) -> Iterator[PairBlock]:
    """The pairs of texts of the pairs of sets, and of the texts that are one set; ordered by ``a``, then ``b``.

    Sets hold many texts each where lines repeat: only a block of pairs is in memory at once.
    """
    order = np.arange(len(sets.members)) if rank is None else np.argsort(np.asarray(rank), kind="stable")
    belongs = sets.members[order]
    kept = np.flatnonzero(belongs >= 0)
    texts = kept[np.argsort(belongs[kept], kind="stable")]
    holds = np.bincount(belongs[kept], minlength=len(sets.sizes))
    begins = np.concatenate([[0], np.cumsum(holds)])

    neighbours = _both_ways(pairs, np.flatnonzero(holds > 1), sets.sizes)
    reach = np.bincount(neighbours.of, weights=holds[neighbours.there], minlength=len(holds)).astype(np.int64)
    first = np.searchsorted(neighbours.of, np.arange(len(holds) + 1))
    ends = np.cumsum(reach[belongs[kept]])
    low = 0
    while low < len(kept):
        done = ends[low - 1] if low else 0
        high = max(low + 1, int(np.searchsorted(ends, done + _BLOCK, side="right")))
        here, rows = _expand(kept[low:high], first[belongs[kept[low:high]]], first[belongs[kept[low:high]] + 1])
        there = neighbours.there[rows]
        a, members = _expand(np.arange(len(here)), begins[there], begins[there + 1])
        left, right, row = here[a], texts[members], rows[a]
        wanted = right > left
        left, right, row = left[wanted], right[wanted], row[wanted]
        sorted_pairs = np.lexsort((right, left))
        row = row[sorted_pairs]
        if len(row):
            yield PairBlock(
                left[sorted_pairs], right[sorted_pairs], neighbours.similarity[row], neighbours.relation[row]
            )
        low = high


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The sets beside each set, ordered by it, and how the texts of the one stand to those of the other."""

    of: Ints
    there: Ints
    similarity: NDArray[np.float64]
    relation: NDArray[np.int8]


def _both_ways(pairs: SetPairs, repeated: Longs, sizes: Longs) -> _Neighbours:
    """Each pair seen from both its sets, and sets of several texts beside themselves."""
    small, large = sizes[pairs.smaller], sizes[pairs.larger]
    likeness = np.round(pairs.shared / (small + large - pairs.shared), 6)
    same = np.full(len(repeated), EXACT, np.int8)
    inside = pairs.relation == CONTAINED_IN
    upward = np.where(inside & (small == large), np.int8(CONTAINS), pairs.relation)
    downward = np.where(inside, np.int8(CONTAINS), pairs.relation)
    of = np.concatenate([pairs.smaller, pairs.larger, repeated.astype(np.int32)])
    by_set = np.argsort(of, kind="stable")
    return _Neighbours(
        of[by_set],
        np.concatenate([pairs.larger, pairs.smaller, repeated.astype(np.int32)])[by_set],
        np.concatenate([likeness, likeness, np.ones(len(repeated))])[by_set],
        np.concatenate([upward, downward, same])[by_set],
    )


def _expand(labels: Longs, starts: Longs, stops: Longs) -> tuple[Longs, Longs]:
    """Every place of the ranges ``starts[i] … stops[i]``, each with its label."""
    lengths = stops - starts
    shift = np.concatenate([[0], np.cumsum(lengths)[:-1]]) if len(lengths) else lengths
    places = np.arange(lengths.sum()) + np.repeat(starts - shift, lengths)
    return np.repeat(labels, lengths), places

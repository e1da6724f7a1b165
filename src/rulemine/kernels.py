"""The inner loops of the join and of the search for nearest texts, compiled by numba at first use and kept in a cache.

For the join, sets are rows of two arrays: ``tokens[offsets[i]:offsets[i + 1]]`` ascending, from the rarest token to the commonest, and
the sets themselves from the smallest to the largest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from rulemine.resources import cache_folder

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float32]
Whole = int | np.int64
Found = tuple[Ints, Ints, Ints]
"""Pairs of sets, the smaller first, and how many tokens they share."""

EMPTY = 0
SLACK = 1e-9
"""What a bound that is rounded up may be too high by: filters err on the side of looking."""

Kernel = TypeVar("Kernel", bound=Callable[..., object])
_log = logging.getLogger("rulemine")


def announce_compiling() -> None:
    """Say that compiling is due when nothing is kept yet."""
    if not any(cache_folder().rglob("kernels.*.nbc")):
        _log.warning("首次使用，正在编译比对程序（几秒，只此一次；存入 %s）", cache_folder())


def kernel(function: Kernel) -> Kernel:
    """A loop that is compiled at its first call, or taken from the cache; free of the interpreter's lock."""
    settings: Any = numba.config
    theirs, settings.CACHE_DIR = settings.CACHE_DIR, str(cache_folder())
    try:
        compiled: Any = numba.njit(cache=True, nogil=True)(function)
    except RuntimeError:  # numba found no place that can be written to
        compiled = numba.njit(nogil=True)(function)
    finally:
        settings.CACHE_DIR = theirs
    kept: Kernel = compiled
    return kept


def part(function: Kernel) -> Kernel:
    """A part of the loops that call it, compiled with them."""
    inlined: Any = numba.njit(function)
    kept: Kernel = inlined
    return kept


@part
def slot_of(key: Whole, mask: int) -> Whole:
    """Where a gram is looked for first in a table of ``mask + 1`` places."""
    mixed = (key ^ (key >> 31)) * 0x1CE4E5B97F4A7C15
    return ((mixed ^ (mixed >> 29)) * 0x14D049BB133111EB >> 17) & mask


@kernel
def intern_grams(
    codes: NDArray[np.uint32],
    starts: Longs,
    size: int,
    first: int,
    keys: Longs,
    numbers: Ints,
    known: int,
    frequency: Ints,
    last: Ints,
    tokens: Ints,
    ends: Longs,
) -> int:
    """Number the grams of a block of texts, each once a text; how many are known afterwards.

    ``keys`` and ``numbers`` are the open-addressed table, ``frequency`` the texts in which a gram stands, ``last`` the
    last of them. ``tokens`` and ``ends`` receive the sets.
    """
    mask = len(keys) - 1
    at = 0
    for text in range(len(starts) - 1):
        begin, stop = starts[text], starts[text + 1]
        for start in range(begin, max(begin + 1, stop - size + 1)):
            key = np.int64(0)
            for i in range(start, start + size):
                key = key << 21 | np.int64(codes[i] if i < stop else 0)
            slot = slot_of(key, mask)
            while keys[slot] != EMPTY and keys[slot] != key:
                slot = (slot + 1) & mask
            if keys[slot] == EMPTY:
                keys[slot] = key
                numbers[slot] = known
                frequency[known] = 0
                last[known] = -1
                known += 1
            number = numbers[slot]
            if last[number] != first + text:
                last[number] = first + text
                frequency[number] += 1
                tokens[at] = number
                at += 1
        ends[text] = at
    return known


@kernel
def rehash(keys: Longs, numbers: Ints, new_keys: Longs, new_numbers: Ints) -> None:
    """Move a table into a larger one."""
    mask = len(new_keys) - 1
    for at in range(len(keys)):
        if keys[at] != EMPTY:
            slot = slot_of(keys[at], mask)
            while new_keys[slot] != EMPTY:
                slot = (slot + 1) & mask
            new_keys[slot] = keys[at]
            new_numbers[slot] = numbers[at]


@kernel
def arrange_sets(
    order: Longs, offsets: Longs, tokens: Ints, rank: Ints, low: int, high: int, new_offsets: Longs, arranged: Ints
) -> None:
    """The sets ``order[low:high]`` with their tokens ranked from rare to common, ascending."""
    for at in range(low, high):
        start, stop = offsets[order[at]], offsets[order[at] + 1]
        ranked = np.empty(stop - start, np.int32)
        for i in range(start, stop):
            ranked[i - start] = rank[tokens[i]]
        ranked.sort()
        begin = new_offsets[at]
        for i in range(len(ranked)):
            arranged[begin + i] = ranked[i]


@kernel
def count_prefixes(offsets: Longs, tokens: Ints, prefixes: Longs, lengths: Longs) -> None:
    """In how many prefixes each token stands."""
    for i in range(len(prefixes)):
        for place in range(prefixes[i]):
            lengths[tokens[offsets[i] + place]] += 1


@kernel
def index_prefixes(offsets: Longs, tokens: Ints, prefixes: Longs, heads: Longs, sets: Ints, places: Ints) -> None:
    """Fill the lists of the sets in whose prefix a token stands, and where; ``heads`` is where each list begins."""
    for i in range(len(prefixes)):
        for place in range(prefixes[i]):
            token = tokens[offsets[i] + place]
            sets[heads[token]] = i
            places[heads[token]] = place
            heads[token] += 1


@part
def count_shared(tokens: Ints, i: Whole, i_end: Whole, j: Whole, j_end: Whole, needed: Whole) -> int:
    """The tokens that two ascending rows share; -1 as soon as they cannot reach ``needed``."""
    shared = 0
    while i < i_end and j < j_end:
        if shared + min(i_end - i, j_end - j) < needed:
            return -1
        if tokens[i] == tokens[j]:
            shared += 1
            i += 1
            j += 1
        elif tokens[i] < tokens[j]:
            i += 1
        else:
            j += 1
    return shared


@part
def first_of_size(offsets: Longs, sets: Ints, at: Whole, end: Whole, smallest: float) -> Whole:
    """The first place of a list whose set is large enough."""
    while at < end:
        middle = (at + end) // 2
        if offsets[sets[middle] + 1] - offsets[sets[middle]] < smallest:
            at = middle + 1
        else:
            end = middle
    return at


@part
def grow(array: Ints, capacity: int) -> Ints:
    """The array with more room behind it."""
    larger = np.empty(capacity, np.int32)
    larger[: len(array)] = array
    return larger


@kernel
def join_near(
    offsets: Longs, tokens: Ints, heads: Longs, sets: Ints, places: Ints, low: int, high: int, threshold: float
) -> Found:
    """Every pair whose larger set is one of ``low … high`` and whose Jaccard reaches the threshold."""
    capacity, found = 1024, 0
    left, right = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    sharing = np.empty(capacity, np.int32)
    hits = np.zeros(high, np.int32)
    touched = np.empty(high, np.int32)
    share = threshold / (1.0 + threshold)
    for x in range(low, high):
        begin, stop = offsets[x], offsets[x + 1]
        size = stop - begin
        smallest = np.ceil(threshold * size - SLACK)
        prefix = size - np.int64(smallest) + 1
        count = 0
        for place in range(min(prefix, size)):
            token = tokens[begin + place]
            list_end = heads[token + 1]
            at = first_of_size(offsets, sets, heads[token], list_end, smallest)
            while at < list_end and sets[at] < x:
                y = sets[at]
                other = offsets[y + 1] - offsets[y]
                if hits[y] >= 0:
                    needed = np.ceil(share * (size + other) - SLACK)
                    if hits[y] == 0:
                        touched[count] = y
                        count += 1
                    if hits[y] + 1 + min(size - place - 1, other - places[at] - 1) >= needed:
                        hits[y] += 1
                    else:
                        hits[y] = -1
                at += 1
        for i in range(count):
            y = touched[i]
            if hits[y] > 0:
                other = offsets[y + 1] - offsets[y]
                needed = np.int64(np.ceil(share * (size + other) - SLACK))
                shared = count_shared(tokens, begin, stop, offsets[y], offsets[y + 1], needed)
                if shared > 0 and shared / (size + other - shared) >= threshold:
                    if found == capacity:
                        capacity *= 2
                        left, right = grow(left, capacity), grow(right, capacity)
                        sharing = grow(sharing, capacity)
                    left[found], right[found], sharing[found] = y, x, shared
                    found += 1
            hits[y] = 0
    return left[:found], right[:found], sharing[:found]


@kernel
def join_inside(
    offsets: Longs,
    tokens: Ints,
    heads: Longs,
    sets: Ints,
    places: Ints,
    low: int,
    high: int,
    threshold: float,
    containment: float,
) -> Found:
    """Every pair whose larger set is one of ``low … high`` and holds that share of the smaller, without being near it."""
    capacity, found = 1024, 0
    left, right = np.empty(capacity, np.int32), np.empty(capacity, np.int32)
    sharing = np.empty(capacity, np.int32)
    seen = np.full(high, -1, np.int32)
    for x in range(low, high):
        begin, stop = offsets[x], offsets[x + 1]
        size = stop - begin
        for place in range(size):
            token = tokens[begin + place]
            at, list_end = heads[token], heads[token + 1]
            while at < list_end and sets[at] < x:
                y = sets[at]
                other = offsets[y + 1] - offsets[y]
                needed = np.int64(np.ceil(containment * other - SLACK))
                if seen[y] != x and min(size - place, other - places[at]) >= needed:
                    seen[y] = x
                    shared = count_shared(tokens, begin, stop, offsets[y], offsets[y + 1], needed)
                    if shared >= containment * other and shared / (size + other - shared) < threshold:
                        if found == capacity:
                            capacity *= 2
                            left, right = grow(left, capacity), grow(right, capacity)
                            sharing = grow(sharing, capacity)
                        left[found], right[found], sharing[found] = y, x, shared
                        found += 1
                at += 1
    return left[:found], right[:found], sharing[:found]


@kernel
def find_nearest(
    starts: Longs,
    terms: Ints,
    values: Floats,
    heads: Longs,
    holders: Ints,
    held: Floats,
    groups: Ints,
    places: Longs,
    low: int,
    high: int,
    most: int,
) -> tuple[Ints, Floats]:
    """For the texts ``places[low:high]`` the ``most`` texts of other groups with the highest cosine, the highest first.

    Texts are rows of terms and their weights; ``heads``, ``holders`` and ``held`` are the same by term. Where there are
    fewer texts, the row ends with -1.
    """
    found = np.full((high - low) * most, -1, np.int32)
    cosines = np.zeros((high - low) * most, np.float32)
    total = len(starts) - 1
    scores = np.zeros(total, np.float32)
    touched = np.empty(total, np.int32)
    for row in range(low, high):
        text = places[row]
        count = 0
        for at in range(starts[text], starts[text + 1]):
            term, value = terms[at], values[at]
            for i in range(heads[term], heads[term + 1]):
                other = holders[i]
                if scores[other] == 0.0:
                    touched[count] = other
                    count += 1
                scores[other] += value * held[i]
        base = (row - low) * most
        kept = 0
        for i in range(count):
            other = touched[i]
            score = scores[other]
            scores[other] = 0.0
            if groups[other] == groups[text]:
                continue
            if kept == most and (score, -other) <= (cosines[base + kept - 1], -found[base + kept - 1]):
                continue
            place = kept if kept < most else kept - 1
            while place > 0 and (score, -other) > (cosines[base + place - 1], -found[base + place - 1]):
                cosines[base + place] = cosines[base + place - 1]
                found[base + place] = found[base + place - 1]
                place -= 1
            cosines[base + place] = score
            found[base + place] = other
            kept = min(kept + 1, most)
    return found, cosines

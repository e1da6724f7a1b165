"""Texts as sets of character 3-grams in integer arrays, ready for the join: streamed in, each distinct text kept once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from os import cpu_count
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from rulemine import kernels
from rulemine.kernels import Ints, Longs
from rulemine.text import fold_text

GRAM = 3
_BLOCK = 20_000
"""Texts that are numbered at once."""
_SMALLEST_TABLE = 2**12
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class GramSets:
    """Distinct texts as sets of numbered grams, from the smallest to the largest, and which text is which.

    ``members[i]`` is the place of input text ``i`` among the sets, or -1 when nothing of it is left after folding.
    ``tokens[offsets[k]:offsets[k + 1]]`` is set ``k``, its rarest gram first.
    """

    members: Ints
    offsets: Longs
    tokens: Ints

    @property
    def sizes(self) -> Longs:
        """How many grams each set has."""
        sizes: Longs = np.diff(self.offsets)
        return sizes


class _Table:
    """Numbers for grams, in the order in which they come."""

    def __init__(self) -> None:
        self.known = 0
        self._keys: Longs = np.zeros(_SMALLEST_TABLE, np.int64)
        self._numbers: Ints = np.zeros(_SMALLEST_TABLE, np.int32)
        self.frequency: Ints = np.zeros(_SMALLEST_TABLE, np.int32)
        self._last: Ints = np.zeros(_SMALLEST_TABLE, np.int32)

    def intern(self, texts: list[str], first: int) -> tuple[Ints, Longs]:
        """The grams of folded texts as numbers, one set behind the other, and where each set ends."""
        codes: NDArray[np.uint32] = np.frombuffer(bytearray("".join(texts), "utf-32-le"), np.uint32)
        starts = np.zeros(len(texts) + 1, np.int64)
        np.cumsum([len(text) for text in texts], out=starts[1:])
        self._make_room(len(codes))
        tokens, ends = np.empty(len(codes) + len(texts), np.int32), np.empty(len(texts), np.int64)
        self.known = kernels.intern_grams(
            codes,
            starts,
            GRAM,
            first,
            self._keys,
            self._numbers,
            self.known,
            self.frequency,
            self._last,
            tokens,
            ends,
        )
        return tokens[: ends[-1]].copy(), ends

    def _make_room(self, more: int) -> None:
        needed, size = self.known + more, len(self._keys)
        while size < 1.6 * needed:
            size *= 2
        if size > len(self._keys):
            keys, numbers = np.zeros(size, np.int64), np.zeros(size, np.int32)
            kernels.rehash(self._keys, self._numbers, keys, numbers)
            self._keys, self._numbers = keys, numbers
        if needed > len(self.frequency):
            room = max(needed, 3 * len(self.frequency) // 2)
            self.frequency = np.concatenate([self.frequency, np.zeros(room - len(self.frequency), np.int32)])
            self._last = np.concatenate([self._last, np.zeros(room - len(self._last), np.int32)])


def text_digest(folded: str) -> bytes:
    """What stands for a folded text: 16 bytes, the same on every machine."""
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def collect_sets(texts: Iterable[str]) -> GramSets:
    """The gram sets of texts that stream by; what is kept is four bytes a gram of each distinct text.

    >>> sets = collect_sets(["报销５元", "报销5元", "，"])
    >>> sets.members.tolist(), sets.sizes.tolist()
    ([0, 0, -1], [2])
    """
    kernels.announce_compiling()
    table = _Table()
    places: dict[bytes, int] = {}
    members: list[Ints] = []
    rows: list[Ints] = []
    ends: list[Longs] = [np.zeros(1, np.int64)]
    for block in _blocks(map(fold_text, texts)):
        known = len(places)
        fresh: list[str] = []
        here: list[int] = []
        for text in block:
            if not text:
                here.append(-1)
                continue
            place = places.setdefault(text_digest(text), len(places))
            if place == known + len(fresh):
                fresh.append(text)
            here.append(place)
        members.append(np.array(here, np.int32))
        if fresh:
            tokens, stops = table.intern(fresh, known)
            rows.append(tokens)
            ends.append(stops + ends[-1][-1])
    offsets = np.concatenate(ends)
    tokens = np.concatenate(rows) if rows else np.empty(0, np.int32)
    rank = np.empty(table.known, np.int32)
    rank[np.argsort(table.frequency[: table.known], kind="stable")] = np.arange(table.known, dtype=np.int32)
    return _arrange(np.concatenate(members) if members else np.empty(0, np.int32), offsets, tokens, rank)


def _blocks(texts: Iterator[str]) -> Iterator[list[str]]:
    while block := list(islice(texts, _BLOCK)):
        yield block


def _arrange(members: Ints, offsets: Longs, tokens: Ints, rank: Ints) -> GramSets:
    """The sets in the order of their sizes, the grams of each from rare to common."""
    sizes = np.diff(offsets)
    order = np.argsort(sizes, kind="stable")
    arranged_offsets = np.zeros(len(offsets), np.int64)
    np.cumsum(sizes[order], out=arranged_offsets[1:])
    arranged = np.empty(len(tokens), np.int32)

    def arrange(low: int, high: int) -> None:
        kernels.arrange_sets(order, offsets, tokens, rank, low, high, arranged_offsets, arranged)

    for _ in in_parallel(arrange, len(order)):
        pass
    place = np.empty(len(order) + 1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    place[-1] = -1
    return GramSets(place[members], arranged_offsets, arranged)


def in_parallel(work: Callable[[int, int], Result], total: int, pieces: int = 1) -> Iterator[Result]:
    """What ``work(low, high)`` gives for pieces of ``range(total)``, piece by piece, on every core."""
    cores = cpu_count() or 1
    step = max(1, -(-total // (cores * pieces)))
    bounds = [(low, min(low + step, total)) for low in range(0, total, step)]
    with ThreadPoolExecutor(cores) as pool:
        yield from pool.map(lambda bound: work(*bound), bounds)

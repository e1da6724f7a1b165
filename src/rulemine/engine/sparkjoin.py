"""The join on a cluster, as generators over record batches; nothing here knows of Spark.

Texts that share a rare gram must meet. Every text is sent to the parts of the grams among its rarest (Vernica et al. 2010);
each part runs the join of one machine over what it was sent, and tells a pair only if it owns the first gram that the two
share, so that no pair is told twice. All that differs from one machine is the order of rarity: the counts of 2^20 buckets
of grams, which a driver can hold, in place of a count of each gram. Any fixed order finds every pair.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulemine.engine.columns import as_text
from rulemine.gramsets import GRAM, collect_sets, text_digest
from rulemine.setjoin import CONTAINED_IN, CONTAINS, join_sets, prefix_lengths, spread_pairs
from rulemine.similarity import CONTAINMENT, RELATIONS, SHORTEST
from rulemine.text import fold_text

Longs = NDArray[np.int64]
BUCKETS = 2**20
_ROWS = 5_000


def gram_keys(folded: str) -> Longs:
    """The grams of a folded text as numbers, each once, ascending: three characters of 21 bits.

    >>> len(gram_keys("报销报销报销")), len(gram_keys("甲"))
    (2, 1)
    """
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    codes = np.concatenate([codes, np.zeros(max(0, GRAM - len(codes)), np.int64)])
    return np.unique(codes[:-2] << 42 | codes[1:-1] << 21 | codes[2:])


def bucket_of(keys: Longs, buckets: int) -> Longs:
    """Where grams are counted, by a hash that no process changes."""
    mixed = (keys ^ (keys >> 31)).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((mixed >> np.uint64(20)) % np.uint64(buckets)).astype(np.int64)


def fold_batches(batches: Iterable[Any]) -> Iterator[Any]:
    """``id, text`` → ``id, digest, folded``; texts of which nothing is left are dropped."""
    for batch in batches:
        rows = []
        for key, text in zip(batch.column("id").to_pylist(), batch.column("text").to_pylist(), strict=True):
            if folded := fold_text(as_text(text)):
                rows.append((key, text_digest(folded), folded))
        yield _batch(rows, ("id", "digest", "folded"), {"id": batch.schema.field("id").type})


def count_batches(batches: Iterable[Any]) -> Iterator[Any]:
    """``folded`` → in how many of these texts a gram of each bucket stands."""
    counts = np.zeros(BUCKETS, np.int64)
    for batch in batches:
        for folded in batch.column("folded").to_pylist():
            np.add.at(counts, bucket_of(gram_keys(folded), BUCKETS), 1)
    (filled,) = np.nonzero(counts)
    yield from _batches(zip(filled.tolist(), counts[filled].tolist(), strict=True), ("bucket", "n"))


def _by_rarity(keys: Longs, counts: Longs) -> Longs:
    return keys[np.lexsort((keys, counts[bucket_of(keys, len(counts))]))]


def _prefix(keys: Longs, share: float) -> Longs:
    """The rarest grams, of which one stands in any other set that shares so much."""
    return keys[: int(prefix_lengths(np.array([len(keys)]), share)[0])]


def mark_batches(batches: Iterable[Any], counts: Longs, bits: int) -> Iterator[Any]:
    """``folded`` → the bits of the grams by which a text can be found inside a longer one."""
    marked: set[int] = set()
    for batch in batches:
        for folded in batch.column("folded").to_pylist():
            keys = _by_rarity(gram_keys(folded), counts)
            if len(keys) >= SHORTEST:
                marked.update(bucket_of(_prefix(keys, CONTAINMENT), bits).tolist())
    yield from _batches(((bit,) for bit in sorted(marked)), ("bit",))


def send_batches(
    batches: Iterable[Any], counts: Longs, marks: NDArray[np.uint8], parts: int, threshold: float
) -> Iterator[Any]:
    """``digest, folded`` → the same once for each part in which it may meet another."""
    bits = 8 * len(marks)

    def sent(batch: Any) -> Iterator[tuple[int, bytes, str]]:
        for digest, folded in zip(batch.column("digest").to_pylist(), batch.column("folded").to_pylist(), strict=True):
            keys = _by_rarity(gram_keys(folded), counts)
            at = bucket_of(keys, bits)
            wanted = (marks[at >> 3] >> (at & 7).astype(np.uint8) & 1).astype(bool)
            wanted[: len(_prefix(keys, threshold))] = True
            for part in np.unique(bucket_of(keys[wanted], parts)).tolist():
                yield part, digest, folded

    for batch in batches:
        yield from _batches(sent(batch), ("part", "digest", "folded"))


def join_batches(batches: Iterable[Any], counts: Longs, parts: int, threshold: float) -> Iterator[Any]:
    """``part, digest, folded`` → the pairs of digests that these parts own."""
    texts: dict[bytes, str] = {}
    here: set[int] = set()
    for batch in batches:
        here.update(batch.column("part").to_pylist())
        texts.update(zip(batch.column("digest").to_pylist(), batch.column("folded").to_pylist(), strict=True))
    digests = sorted(texts)
    yield from _batches(
        _owned([texts[digest] for digest in digests], digests, here, counts, parts, threshold),
        ("left_digest", "right_digest", "similarity", "relation", "turned"),
    )


def _owned(
    texts: Sequence[str], digests: Sequence[bytes], here: set[int], counts: Longs, parts: int, threshold: float
) -> Iterator[tuple[bytes, bytes, float, str, str]]:
    sets = collect_sets(texts)
    sizes = sets.sizes
    keys: dict[int, Longs] = {}
    for block in spread_pairs(sets, join_sets(sets, threshold, CONTAINMENT, SHORTEST)):
        for a, b, similarity, relation in block.rows():
            for place in (a, b):
                if place not in keys:
                    keys[place] = gram_keys(texts[place])
            first = _by_rarity(np.intersect1d(keys[a], keys[b], assume_unique=True), counts)[:1]
            if int(bucket_of(first, parts)[0]) in here:
                turned = _turn(relation, *sizes[sets.members[[a, b]]])
                yield digests[a], digests[b], similarity, RELATIONS[relation], RELATIONS[turned]


def _turn(relation: int, left: int, right: int) -> int:
    """The same relation seen from the other side; of two equally large sets each contains the other."""
    if relation not in (CONTAINS, CONTAINED_IN) or left == right:
        return relation
    return CONTAINS if relation == CONTAINED_IN else CONTAINED_IN


def _batches(rows: Iterable[tuple[Any, ...]], names: Sequence[str]) -> Iterator[Any]:
    chunk: list[tuple[Any, ...]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _ROWS:
            yield _batch(chunk, names)
            chunk = []
    if chunk:
        yield _batch(chunk, names)


def _batch(rows: Sequence[tuple[Any, ...]], names: Sequence[str], types: dict[str, Any] | None = None) -> Any:
    import pyarrow

    known = {
        "digest": pyarrow.binary(),
        "left_digest": pyarrow.binary(),
        "right_digest": pyarrow.binary(),
        "folded": pyarrow.string(),
        "relation": pyarrow.string(),
        "turned": pyarrow.string(),
        "similarity": pyarrow.float64(),
        "bucket": pyarrow.int32(),
        "part": pyarrow.int32(),
        "n": pyarrow.int64(),
        "bit": pyarrow.int64(),
    } | (types or {})
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    arrays = [pyarrow.array(column, known[name]) for name, column in zip(names, columns, strict=True)]
    return pyarrow.RecordBatch.from_arrays(arrays, names=list(names))

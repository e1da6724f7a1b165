"""Exact set-similarity join over character 3-gram sets: every pair at or above a threshold, none missed.

Prefix filtering (Chaudhuri et al. 2006) with length and position filters (Xiao et al. 2008): grams are ordered from rare
to common, and two sets whose Jaccard reaches ``t`` must share one of their first ``|x| - ceil(t·|x|) + 1`` grams. Candidates
are then counted exactly. What is found depends neither on the order of the texts nor on how many cores look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rulemine.text import fold_text

if TYPE_CHECKING:
    from rulemine.setjoin import PairBlock

Relation = Literal["exact", "near", "contains", "contained_in"]
RELATIONS: tuple[Relation, ...] = ("exact", "near", "contains", "contained_in")
CONTAINMENT = 0.9
"""Share of the shorter text's grams that the longer must hold."""
SHORTEST = 12
"""Grams that a text must have to be looked for inside others."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts, by their places in the input, with ``a < b``, and how alike they are."""

    a: int
    b: int
    similarity: float
    relation: Relation


def gram_set(text: str, size: int = 3) -> frozenset[str]:
    """The character grams of the folded text; a shorter text is one gram.

    >>> sorted(gram_set("报销５元"))
    ['报销5', '销5元']
    """
    folded = fold_text(text)
    return frozenset(folded[i : i + size] for i in range(max(1, len(folded) - size + 1))) if folded else frozenset()


def join_texts(
    texts: Iterable[str], threshold: float = 0.8, containment: float | None = CONTAINMENT, shortest: int = SHORTEST
) -> Iterator[Pair]:
    """Pairs of texts that are the same, near each other, or of which one holds the other; ordered by place.

    >>> texts = ["出差人员应当在返回后十日内报销费用", "出差人员应当于返回后十日内报销费用", "公章由办公室专人保管"]
    >>> [(p.a, p.b, p.relation) for p in join_texts(texts, 0.6)]
    [(0, 1, 'near')]

    ``similarity`` is the Jaccard of the 3-gram sets. ``containment`` is the share of the shorter text's grams that the
    longer must hold; None leaves containment out. Texts of fewer than ``shortest`` grams are not looked for inside others.
    The texts may be a generator: they are not kept. Raises ValueError for a threshold of 0 or less.
    """
    for block in join_blocks(texts, threshold, containment, shortest):
        yield from (Pair(a, b, likeness, RELATIONS[relation]) for a, b, likeness, relation in block.rows())


def join_blocks(
    texts: Iterable[str],
    threshold: float = 0.8,
    containment: float | None = CONTAINMENT,
    shortest: int = SHORTEST,
    rank: Sequence[int] | None = None,
) -> Iterator[PairBlock]:
    """The same pairs as columns, for millions of them; with ``rank`` (one number a text) ``a`` and ``b`` are ranks."""
    if not 0 < threshold <= 1 or not (containment is None or 0 < containment <= 1):
        raise ValueError(f"阈值须大于 0 且不超过 1：{threshold}、{containment}")
    from rulemine.gramsets import collect_sets
    from rulemine.setjoin import join_sets, spread_pairs

    sets = collect_sets(texts)
    pairs = join_sets(sets, threshold, containment, shortest)
    yield from spread_pairs(sets, pairs, rank)

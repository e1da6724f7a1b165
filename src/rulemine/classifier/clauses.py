"""The faults that a finding states one after the other: where a second category is looked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SHORTEST_CLAUSE = 8
"""Characters of a clause that can state a fault."""
_BREAK = re.compile(r"[。；;]|，(?=另|同时|且|又|还|并|而|再|此外|后)")


def split_clauses(text: str) -> list[str]:
    """Sentences, and what is added with 另, 同时, 还 …; none where the text is a single one.

    >>> split_clauses("3张发票重复报销，同时该支行未签到的会议仍补录了纪要。")
    ['3张发票重复报销', '同时该支行未签到的会议仍补录了纪要']
    """
    clauses = [clause for clause in _BREAK.split(text) if len(clause) >= SHORTEST_CLAUSE]
    return clauses if len(clauses) > 1 else []


def gather_clauses(texts: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """All clauses of texts, and whose each is."""
    found = [(clause, i) for i, text in enumerate(texts) for clause in split_clauses(text)]
    return [clause for clause, _ in found], np.array([i for _, i in found], dtype=np.int64)


def hear_loudest(chances: NDArray[np.float64], owners: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """[texts, categories] the highest chance of each category among the clauses of each text; 0 without clauses."""
    heard = np.zeros((count, chances.shape[1]))
    np.maximum.at(heard, owners, chances)
    return heard

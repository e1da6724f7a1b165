"""A function that annotates without any model, and texts that mean harm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

HOSTILE = (
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "＝1+1",
    "甲\u202e乙",
    "空\x00字",
    "#N/A",
    'http://example.invalid/"',
    "<r>假的</r>",
    "行\n=2+2",
    "孤\ud800立",
)


def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
    """What the classifier would say: an empty text is for a person, anything else gets a category by its length."""
    return [
        {
            "category": None if not text else "finance" if len(text) % 2 else "sales",
            "confidence": round(min(len(text), 50) / 50, 2),
            "needs_review": not text,
            "review_reason": None if text else "empty",
            "secondary": ["personnel"] if len(text) % 3 == 0 else [],
            "reasons": [{"start": 0, "end": len(text[:2]), "weight": 0.5}],
        }
        for text in texts
    ]


def annotate_hostile(texts: Sequence[str]) -> list[Mapping[str, Any]]:
    """Annotations that are harmful texts themselves."""
    return [{"category": HOSTILE[at % len(HOSTILE)], "note": text} for at, text in enumerate(texts)]


@pytest.fixture
def judge() -> Callable[[Sequence[str]], list[dict[str, Any]]]:
    return annotate


@pytest.fixture
def judge_hostile() -> Callable[[Sequence[str]], list[Mapping[str, Any]]]:
    return annotate_hostile


@pytest.fixture
def hostile() -> tuple[str, ...]:
    return HOSTILE

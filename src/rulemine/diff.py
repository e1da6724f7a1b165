"""Two wordings aligned word by word: what was changed, put in and left out, as in a 新旧对照表."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from rulemine.segmentation import cut

Kind = Literal["same", "changed", "added", "removed"]


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the older wording beside one of the newer; one of them is empty where words were added or removed."""

    kind: Kind
    older: str
    newer: str


def align_words(older: str, newer: str) -> Iterator[Change]:
    """The two wordings, stretch by stretch, whole: joined again they are the texts.

    >>> [(c.kind, c.older, c.newer) for c in align_words("应当于五日内报送", "应于十日内报送")]
    [('changed', '应当', '应'), ('same', '于', '于'), ('changed', '五日', '十日'), ('same', '内报送', '内报送')]
    """
    here, there = cut(older), cut(newer)
    kinds: dict[str, Kind] = {"equal": "same", "replace": "changed", "insert": "added", "delete": "removed"}
    for tag, start, end, other_start, other_end in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        yield Change(kinds[tag], "".join(here[start:end]), "".join(there[other_start:other_end]))


def list_changes(older: str, newer: str) -> list[Change]:
    """What differs between two wordings besides marks and white space.

    >>> [(c.older, c.newer) for c in list_changes("经办人应当签字，并留存。", "经办人须签字并留存。")]
    [('应当', '须')]
    """
    changes = (change for change in align_words(older, newer) if change.kind != "same")
    return [change for change in changes if any(c.isalnum() for c in change.older + change.newer)]


def describe_changes(older: str, newer: str, most: int = 3) -> str:
    """The first differences as a reader would put them.

    >>> describe_changes("合同签订后五日内登记", "合同订立后五日内由专人登记")
    '“签订”作“订立”，多“由专人”'
    """
    found = list_changes(older, newer)
    told = [_tell(change) for change in found[:most]]
    return "，".join(told) + (f"等{len(found)}处" if len(found) > most else "")


def _tell(change: Change) -> str:
    if change.kind == "added":
        return f"多“{change.newer.strip()}”"
    if change.kind == "removed":
        return f"少“{change.older.strip()}”"
    return f"“{change.older.strip()}”作“{change.newer.strip()}”"

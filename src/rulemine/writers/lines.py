"""JSON Lines: one candidate a line, as the contract has it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rulemine.schema import Candidate, to_record
from rulemine.text import dump_line
from rulemine.writers.contents import Review

__all__ = ["describe_candidate", "dump_line", "write_lines"]


def write_lines(review: Review, path: Path) -> None:
    """The candidates of a review; evidence bears ``new`` where there is an earlier run to compare with."""
    with path.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(dump_line(describe_candidate(review, candidate)) + "\n" for candidate in review.candidates)


def describe_candidate(review: Review, candidate: Candidate) -> dict[str, Any]:
    """The JSON object of a candidate."""
    record: dict[str, Any] = to_record(candidate)
    if review.known is not None:
        for evidence in record["evidence"]:
            evidence["new"] = review.is_new(evidence["id"])
    return record

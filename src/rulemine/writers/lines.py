"""JSON Lines: one candidate a line, as the contract has it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rulemine.schema import Candidate, to_record
from rulemine.writers.contents import Review

# Programs that split text at every Unicode line end would cut an object in two.
_LINE_ENDS = str.maketrans({"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def dump_line(record: Any) -> str:
    """A JSON value on one line, in readable characters.

    >>> dump_line({"title": "差旅费管理办法"})
    '{"title": "差旅费管理办法"}'

    A lone surrogate, which UTF-8 cannot bear, makes the whole line ASCII; it reads back the same.
    """
    line = json.dumps(record, ensure_ascii=False, default=str).translate(_LINE_ENDS)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(record, default=str)
    return line


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

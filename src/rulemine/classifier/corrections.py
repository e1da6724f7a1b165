"""What people decided about findings: one line a decision, added at the end and never rewritten."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from rulemine.classifier.examples import Example, read_lines
from rulemine.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A text, the category that a person gave it, who and when; ``label`` None takes earlier ones back."""

    text: str
    label: str | None
    by: str
    at: datetime


def append_correction(path: str | Path, correction: Correction) -> None:
    """Write one line at the end of the file, which is made where there is none.

    Raises BadInput when the correction does not say who.
    """
    if not correction.by.strip():
        raise BadInput("更正要写明是谁作出的：填写 by")
    row = {**asdict(correction), "at": correction.at.isoformat(timespec="seconds")}
    with Path(path).open("a", encoding="utf-8", newline="\n") as lines:
        lines.write(json.dumps(row, ensure_ascii=False) + "\n")


def read_corrections(path: str | Path) -> list[Correction]:
    """Every line in order, those that were overruled too.

    Raises BadInput with file:line for a line that does not say text, label, who and when.
    """
    found = []
    for number, row in read_lines(Path(path)):
        try:
            at = datetime.fromisoformat(row["at"])
            found.append(Correction(text=row["text"], label=row["label"], by=row["by"], at=at))
        except (KeyError, TypeError, ValueError) as error:
            raise BadInput(f"{path}:{number}：更正不完整（{error}）；每行要有 text、label、by 和 at") from error
    return found


def apply_corrections(examples: Sequence[Example], corrections: Sequence[Correction]) -> list[Example]:
    """The examples with the last word on each text; a text that was not among them is added, its group the one who labelled it."""
    last = {correction.text: correction for correction in corrections}
    kept = []
    for example in examples:
        said = last.pop(example.text, None)
        changed = said is not None and said.label not in (None, example.label)
        kept.append(replace(example, label=said.label, other_kind=None) if said and changed and said.label else example)
    kept += [Example(said.text, said.label, said.by) for said in last.values() if said.label]
    return kept

"""Labelled findings: what a model learns from and is measured on, and what a person corrected since."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulemine.errors import BadInput, explain_failure
from rulemine.taxonomy import OTHER, Taxonomy


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled finding; ``group`` is its author or report, kept on one side of a split."""

    text: str
    label: str
    group: str
    hard: bool = False
    other_kind: str | None = None
    secondary: tuple[str, ...] = ()
    weight: float = 1.0
    """How much it counts when weights are fitted."""


def load_examples(
    paths: Iterable[str | Path], taxonomy: Taxonomy | None = None, *, labelled_only: bool = False
) -> list[Example]:
    """Labelled findings out of JSON Lines with ``text`` and ``label``; the file's name is the group.

    A label may be the key of a category or its name. With ``labelled_only`` lines without a label are passed over. Raises
    BadInput with file:line for a line without text or label, and for a label that the taxonomy does not have.
    """
    found = [example for path in map(Path, paths) for example in _read_file(path, taxonomy, labelled_only)]
    if len({example.label for example in found}) < 2:
        raise BadInput("标注的问题至少要有两个类别，才能训练或检验模型")
    return found


def read_lines(path: Path) -> Iterable[tuple[int, dict[str, Any]]]:
    """The objects of a file in JSON Lines with their numbers, blank lines passed over.

    Raises BadInput with file:line for what is no object.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = explain_failure(error) if isinstance(error, OSError) else "不是 UTF-8 编码"
        raise BadInput(f"{path}：读不到标注（{reason}）；核对路径，文件须是 UTF-8 的 jsonl") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, _read_object(path, number, line)


def _read_object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise _explain(path, number, f"不是 JSON（{error}）") from error
    if not isinstance(row, dict):
        raise _explain(path, number, "不是 JSON 对象")
    return row


def _explain(path: Path, number: int, reason: str) -> BadInput:
    return BadInput(f"{path}:{number}：{reason}；每行标注要有 text 和 label")


def read_unlabelled(path: Path) -> Iterable[str]:
    """The texts of the lines that bear no label. Raises BadInput with file:line for a line without text."""
    for number, row in read_lines(path):
        if not isinstance(row.get("text"), str):
            raise _explain(path, number, "缺少 text")
        if not row.get("label"):
            yield row["text"]


def _read_file(path: Path, taxonomy: Taxonomy | None, labelled_only: bool) -> Iterable[Example]:
    for number, row in read_lines(path):
        if labelled_only and not row.get("label"):
            continue
        for field in ("text", "label"):
            if not isinstance(row.get(field), str) or not row[field].strip():
                raise _explain(path, number, f"缺少 {field}")
        label = taxonomy.find_key(row["label"]) if taxonomy else row["label"]
        if label is None:
            known = "、".join([*(taxonomy.names if taxonomy else ()), OTHER])
            raise _explain(path, number, f"类别定义里没有“{row['label']}”（有 {known}）")
        kind, second = row.get("other_kind"), row.get("secondary") or ()
        group = str(row.get("group") or path.stem)
        yield Example(row["text"], label, group, bool(row.get("hard")), kind, tuple(second))


def list_categories(examples: Sequence[Example]) -> tuple[str, ...]:
    """The labels in order, `other` last."""
    labels = {example.label for example in examples}
    return (*sorted(labels - {OTHER}), *([OTHER] if OTHER in labels else []))


def place_labels(examples: Sequence[Example], categories: Sequence[str]) -> NDArray[np.int64]:
    """[examples] the place of each label among the categories."""
    return np.array([categories.index(example.label) for example in examples], dtype=np.int64)

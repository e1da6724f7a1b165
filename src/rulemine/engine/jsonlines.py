"""JSON Lines: one object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rulemine.engine.characters import find_characters
from rulemine.engine.columns import as_text
from rulemine.engine.tables import Record
from rulemine.errors import BadInput
from rulemine.text import dump_line


class JsonLinesTable:
    """A JSON Lines file, gone through once at the start: a bad line is told before any work is done.

    Raises BadInput with the number of a line that is no JSON object, UnreadableFile when the file is no text.
    """

    def __init__(self, path: Path, wanted: str | None = None) -> None:
        self.path = path
        self._characters = find_characters(path)
        self.notes: tuple[str, ...] = self._characters.describe()
        names: dict[str, None] = {}
        self.total = 0
        for record in self.read_records():
            names.update(dict.fromkeys(record))
            self.total += 1
        self.names = tuple(names)

    def read_records(self) -> Iterator[dict[str, Any]]:
        """The objects; empty lines are passed over."""
        with self._characters.open() as file:
            for number, line in enumerate(_read_lines(file), start=1):
                if line.strip():
                    yield self._parse(line, number)

    def read_texts(self, position: int) -> Iterator[str]:
        """One field of every object; a missing one is an empty text."""
        name = self.names[position]
        return (as_text(record.get(name)) for record in self.read_records())

    def write_annotated(self, annotations: Iterable[Record], added: Sequence[str], target: Path) -> None:
        """The objects with the fields of their annotations behind their own."""
        write_jsonl(({**row, **one} for row, one in zip(self.read_records(), annotations, strict=True)), target)

    def _parse(self, line: str, number: int) -> dict[str, Any]:
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadInput(f"{self.path}:{number}：不是 JSON（{error}）；改正或删去这一行") from error
        if not isinstance(record, dict):
            raise BadInput(f'{self.path}:{number}：不是 JSON 对象；每行应写作 {{"text": …}}')
        return record


def _read_lines(file: Iterable[str]) -> Iterator[str]:
    """Lines that end at a newline: a lone carriage return, at which text files are cut too, is white space in JSON."""
    kept = ""
    for line in file:
        kept += line
        if kept.endswith("\n"):
            yield kept
            kept = ""
    if kept:
        yield kept


def write_jsonl(records: Iterable[Record], target: Path) -> None:
    """Records into a file, one a line, each as it is."""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.writelines(dump_line(record) + "\n" for record in records)

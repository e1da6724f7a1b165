"""Text tables (CSV, TSV), whatever their encoding and delimiter, written as CSV that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rulemine.engine.characters import find_characters
from rulemine.engine.columns import SEARCHED_ROWS, find_header, name_columns
from rulemine.engine.tables import Record
from rulemine.errors import BadInput
from rulemine.text import flatten_value, guard_cell

DELIMITERS = ",\t;|"
_SAMPLE = 2**16
_LARGEST_FIELD = 2**24
# A negative number or a dash for “none” is no formula, and an apostrophe would make a text of it.
_HARMLESS = re.compile(r"-(?:\d{1,15}(?:,\d{3})*(?:\.\d{1,15})?%?)?")


class DelimitedTable:
    """A text table, gone through once at the start to count its rows.

    Rows above the headings are kept above them. Empty lines are passed over. Cells of a row that is longer than the
    headings come behind the new columns, so that these stand under theirs.
    Raises BadInput when it is empty or broken, UnreadableFile when it is no text.
    """

    def __init__(self, path: Path, wanted: str | None = None) -> None:
        self.path = path
        self._characters = find_characters(path)
        self.notes: tuple[str, ...] = self._characters.describe()
        self._delimiter = self._find_delimiter()
        first = list(islice(self._read_rows(), SEARCHED_ROWS))
        header = find_header(first, wanted)
        if header is None:
            raise BadInput(f"{path}：表是空的；第一行应为列名")
        self._above, self._headings = first[:header], first[header]
        self.names = name_columns(self._headings)
        self.total = sum(1 for _ in self._read_body())

    def read_records(self) -> Iterator[dict[str, Any]]:
        """The rows by column name; cells beyond the headings are ``column_N``."""
        for row in self._read_body():
            record: dict[str, Any] = dict(zip(self.names, row, strict=False))
            record |= {f"column_{at + 1}": row[at] for at in range(len(self.names), len(row))}
            yield record

    def read_texts(self, position: int) -> Iterator[str]:
        """The cells of one column."""
        return (row[position] for row in self._read_body())

    def write_annotated(self, annotations: Iterable[Record], added: Sequence[str], target: Path) -> None:
        """The rows with new columns to their right."""
        width = len(self._headings)
        new = [name for name in added if name not in self.names]
        with target.open("w", encoding="utf-8-sig", newline="") as out:
            table = csv.writer(out, lineterminator="\n")
            table.writerows([_guard(cell) for cell in row] for row in self._above)
            table.writerow([_guard(cell) for cell in (*self._headings, *new)])
            for row, annotation in zip(self._read_body(), annotations, strict=True):
                own = [annotation.get(n, c) if n in annotation else c for n, c in zip(self.names, row, strict=False)]
                cells = [*own, *(annotation.get(name) for name in new), *row[width:]]
                table.writerow([_guard(cell) for cell in cells])

    def _read_rows(self) -> Iterator[list[str]]:
        csv.field_size_limit(_LARGEST_FIELD)
        with self._characters.open() as file:
            rows = csv.reader(file, delimiter=self._delimiter)
            try:
                yield from (row for row in rows if row)
            except csv.Error as error:
                remedy = "查看是否有未成对的引号"
                raise BadInput(f"{self.path}:{rows.line_num}：这一行读不出来（{error}）；{remedy}") from error

    def _read_body(self) -> Iterator[list[str]]:
        width = len(self._headings)
        for row in islice(self._read_rows(), len(self._above) + 1, None):
            yield row + [""] * (width - len(row))

    def _find_delimiter(self) -> str:
        if self.path.suffix.lower() == ".tsv":
            return "\t"
        with self._characters.open() as file:
            sample = file.read(_SAMPLE)
        return guess_delimiter(sample, whole=len(sample) < _SAMPLE)


def guess_delimiter(sample: str, *, whole: bool = True) -> str:
    r"""The delimiter that cuts the rows at the beginning of a table most evenly; a comma when none does.

    >>> guess_delimiter("序号;问题\n1;未双录,3笔\n2;代签名\n")
    ';'
    """
    csv.field_size_limit(_LARGEST_FIELD)

    def score(delimiter: str) -> tuple[float, int]:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            return 0.0, 0
        widths = [len(row) for row in (rows if whole or len(rows) < 3 else rows[:-1])][: 10 * SEARCHED_ROWS]
        common = max(sorted(set(widths)), key=widths.count, default=1)
        return (widths.count(common) / len(widths), common) if common > 1 else (0.0, 0)

    return max(DELIMITERS, key=score)


def write_csv(records: Iterable[Record], names: Sequence[str], target: Path) -> None:
    """Records into a CSV file with these columns."""
    with target.open("w", encoding="utf-8-sig", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow([_guard(name) for name in names])
        table.writerows([_guard(record.get(name)) for name in names] for record in records)


def _guard(value: Any) -> Any:
    plain = flatten_value(value)
    return plain if not isinstance(plain, str) or _HARMLESS.fullmatch(plain) else guard_cell(plain)

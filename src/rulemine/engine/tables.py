"""What the engine asks of a table, whatever its format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

Record = Mapping[str, Any]


class Table(Protocol):
    """A table with named columns that is read from front to back, as often as needed, in the same order."""

    path: Path
    names: tuple[str, ...]
    total: int
    notes: tuple[str, ...]
    """What the user should know about how it was read, or about what is not kept."""

    def read_texts(self, position: int) -> Iterator[str]:
        """The cells of one column, row by row."""
        ...

    def read_records(self) -> Iterator[dict[str, Any]]:
        """The rows by column name."""
        ...

    def write_annotated(self, annotations: Iterable[Record], added: Sequence[str], target: Path) -> None:
        """The same table in the same format, with the values of ``added`` beside each row.

        ``annotations`` may be gone through more than once. A column that is there already takes the new values.
        """
        ...

"""What an engine is: where the work is done. The functions are the same, and so are the answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Protocol

from rulemine.engine.jobs import Job
from rulemine.engine.local import Annotated


class Engine(Protocol):
    """The machine at hand, or a cluster. A rerun overwrites what an earlier run wrote, and never adds to it."""

    def map_lines(self, job: Job, lines: Iterable[str]) -> Iterator[str]:
        """What a generator ``lines → lines`` makes of lines; it may be handed any share of them, in their order."""
        ...

    def annotate_table(self, source: Path, target: Path, job: Job, **options: Any) -> Annotated:
        """The rows of a table with what ``job()`` (texts → records) says of the text of each."""
        ...

    def join_table(self, source: Path, target: Path, threshold: float, write_table: Any = None) -> int:
        """Every pair of like texts of a table of ``id`` and ``text``; how many there are."""
        ...

"""Rows out: one file a format. A new format is a new file and one line in ``WRITERS``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rulemine.errors import BadInput
from rulemine.writers.contents import InputFile, Review, RunRecord, SkippedFile
from rulemine.writers.excel import write_workbook
from rulemine.writers.html import write_page
from rulemine.writers.lines import write_lines
from rulemine.writers.staging import stage_file
from rulemine.writers.tables import write_table
from rulemine.writers.word import write_word

__all__ = ["WRITERS", "InputFile", "Review", "RunRecord", "SkippedFile", "stage_file", "write_review", "write_table"]

WRITERS: tuple[tuple[str, Callable[[Review, Path], None]], ...] = (
    (".jsonl", write_lines),
    (".xlsx", write_workbook),
    (".docx", write_word),
    (".html", write_page),
)


def write_review(review: Review, path: str | Path) -> None:
    """A review into a file, as its suffix says: JSON Lines, a workbook, a Word document or a page.

    >>> import tempfile
    >>> from datetime import date
    >>> review = Review(run=RunRecord(version="1.0", as_of=date(2024, 1, 31)))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_review(review, Path(folder, "out", "review.html"))
    ...     [file.name for file in Path(folder, "out").iterdir()]
    ['review.html']

    Raises BadInput when no writer knows the suffix or the place cannot be written to.
    """
    suffix = Path(path).suffix.lower()
    write = next((write for known, write in WRITERS if known == suffix), None)
    if write is None:
        known = "、".join(known for known, _ in WRITERS)
        raise BadInput(f"{path}：结果可写为 {known}；给 -o 用这样的后缀")
    with stage_file(path) as staged:
        write(review, staged)

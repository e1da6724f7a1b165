"""Files → Documents. One file a format, one ``Reader`` each; a new format is a new file and one line in ``READERS``.

Every character of a file is in ``Document.text``, in a block that stands outside it and bears its own text, or named in
a warning. Blocks are in order, do not overlap, and tile the text but for its newlines; a paragraph that crosses a page
is two blocks with no newline between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import Reader, SourceFile, View
from rulemine.readers.files import find_files, walk_files
from rulemine.readers.html import HtmlReader
from rulemine.readers.image import ImageReader
from rulemine.readers.limits import Limits
from rulemine.readers.ofd import OfdReader
from rulemine.readers.office import OfficeReader
from rulemine.readers.pdf import PdfReader
from rulemine.readers.plain import PlainReader
from rulemine.readers.table import TableReader
from rulemine.readers.word import WordReader
from rulemine.schema import Document

__all__ = ["READERS", "Limits", "Reader", "SourceFile", "View", "find_files", "read", "read_all"]

READERS: tuple[Reader, ...] = (
    PlainReader(),
    WordReader(),
    PdfReader(),
    TableReader(),
    ImageReader(),
    OfficeReader(),
    OfdReader(),
    HtmlReader(),
)


def read(path: str | Path, *, view: View = "final", limits: Limits = Limits()) -> Document:  # noqa: B008 - frozen
    """One file as a Document, read in a process of its own.

    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = pathlib.Path(folder, "a.txt")
    ...     _ = file.write_text("第一条 依法合规。", encoding="utf-8")
    ...     read(file).text
    '第一条 依法合规。'

    ``view`` says what tracked changes show: "final" or "original". Raises UnreadableFile (UnsupportedFormat when no
    reader knows the format, ReaderFailed when its reader crashed, hung or ran out of memory).
    """
    from rulemine.readers.workers import read_in_order

    for result in read_in_order([Path(path)], view=view, jobs=1, limits=limits):
        if isinstance(result, UnreadableFile):
            raise result
        return result
    raise AssertionError("a file gives a result")


def read_all(
    paths: Iterable[str | Path],
    *,
    view: View = "final",
    jobs: int | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    on_file: Callable[[str], None] | None = None,
    on_page: Callable[[str, int, int], None] | None = None,
) -> Iterator[Document | UnreadableFile]:
    """Files and folders as Documents, in order, each read in a worker process; a problem is yielded, not raised.

    >>> [type(result).__name__ for result in read_all(["missing.txt"])]
    ['UnreadableFile']

    ``jobs`` is the number of workers (default: one a processor); ``on_file`` is called with each path when it is done,
    ``on_page`` with path, pages done and pages to do while a file is recognised (OCR).
    """
    from rulemine.readers.workers import read_in_order

    return read_in_order(walk_files(paths), view=view, jobs=jobs, limits=limits, on_file=on_file, on_page=on_page)

"""A file is written beside its place and moved there when it is whole: nobody ever opens half a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rulemine.errors import BadInput


@contextmanager
def stage_file(path: str | Path) -> Iterator[Path]:
    """A temporary sibling to write to; it takes the place of ``path`` when the block ends without an exception.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with stage_file(Path(folder, "out", "a.txt")) as staged:
    ...         _ = staged.write_text("whole", encoding="utf-8")
    ...     Path(folder, "out", "a.txt").read_text(encoding="utf-8")
    'whole'

    Parent folders are created. Raises BadInput when the place cannot be written to.
    """
    place = Path(path).resolve()
    # Not built from the file's own name: a Chinese name near the limit of 255 bytes would no longer fit.
    staged = place.parent / f".rulemine-{os.getpid()}-{secrets.token_hex(4)}.part"
    if place.is_dir():
        raise BadInput(f"{path} is a folder; name a file in it")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.touch()
    except OSError as error:
        raise BadInput(f"{path} cannot be written ({error.strerror}); choose another place with -o") from error
    try:
        yield staged
        _move(staged, place)
    finally:
        staged.unlink(missing_ok=True)


def _move(staged: Path, place: Path) -> None:
    try:
        staged.replace(place)
    except PermissionError as error:  # Windows, while the old file is open in Excel or Word
        raise BadInput(f"{place.name} is open in another program; close it and run again") from error

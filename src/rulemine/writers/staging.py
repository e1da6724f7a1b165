"""A file is written beside its place and moved there when it is whole: nobody ever opens half a file."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rulemine.errors import BadInput, explain_failure


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
        raise BadInput(f"{path} 是文件夹；请写明其中的文件名")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        staged.touch()
    except OSError as error:
        raise BadInput(f"无法写入 {path}（{explain_failure(error)}）；用 -o 换个位置") from error
    try:
        yield staged
        _move(staged, place)
    finally:
        staged.unlink(missing_ok=True)


def _move(staged: Path, place: Path) -> None:
    try:
        staged.replace(place)
    except PermissionError as error:  # Windows, while the old file is open in Excel or Word
        raise BadInput(f"{place.name} 已在其他程序中打开；关闭后重新运行") from error

"""What the tests of the readers share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from rulemine.readers.workers import read_here
from rulemine.schema import Document


@pytest.fixture
def read_bytes(tmp_path: Path) -> Callable[..., Document]:
    """Writes bytes under a name and reads them, in this process."""

    def write_and_read(name: str, data: bytes, view: str = "final") -> Document:
        path = tmp_path / name
        path.write_bytes(data)
        return read_here(str(path), view)  # type: ignore[arg-type] - tests pass literals

    return write_and_read

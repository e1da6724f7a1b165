"""What has been annotated so far, kept beside the target: a run that was stopped goes on where it was.

``OUT.part`` holds one JSON line a row, in the order of the rows: it can be cut after any of them, and the columns to
write are known when it is whole, which the first rows alone cannot tell. ``OUT.part.json`` says what run it belongs to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from rulemine.errors import BadInput, explain_failure
from rulemine.text import dump_line


class Journal:
    """The annotations of a run, in a file that survives the run being killed.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     journal = Journal(Path(folder, "out.csv"), {"size": 3})
    ...     with journal:
    ...         journal.append([{"category": "finance"}, {"category": "sales"}])
    ...     _ = journal.path.open("a").write('{"categ')
    ...     again = Journal(Path(folder, "out.csv"), {"size": 3})
    ...     again.resumed, [record["category"] for record in again]
    (2, ['finance', 'sales'])

    Raises BadInput when the place cannot be written to.
    """

    def __init__(self, target: Path, identity: Mapping[str, Any]) -> None:
        self.path = target.with_name(target.name + ".part")
        self.identity_path = target.with_name(target.name + ".part.json")
        self._file: BinaryIO | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.resumed = self._resume() if self._belongs_to(identity) else self._begin(identity)
        except OSError as error:
            raise BadInput(f"无法写入 {target}（{explain_failure(error)}）；用 -o 换个位置") from error

    def __enter__(self) -> Journal:
        self._file = self.path.open("ab")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        with self.path.open("rb") as lines:
            for line in lines:
                yield json.loads(line)

    def append(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Rows put behind those that are there, and out of this process's hands."""
        if self._file is None:
            raise ValueError("append inside `with journal`")
        self._file.write("".join(dump_line(record) + "\n" for record in records).encode())
        self._file.flush()

    def remove(self) -> None:
        """The run is done; nothing is left to go on with."""
        # The identity goes first: a part without one is never gone on with.
        self.identity_path.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    def _belongs_to(self, identity: Mapping[str, Any]) -> bool:
        try:
            known = json.loads(self.identity_path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(known == identity) and self.path.is_file()

    def _begin(self, identity: Mapping[str, Any]) -> int:
        self.remove()
        self.path.write_bytes(b"")
        self.identity_path.write_text(dump_line(identity) + "\n", encoding="utf-8")
        return 0

    def _resume(self) -> int:
        """The number of whole lines; what stands behind them, half a line of a killed run, is cut off."""
        count = end = 0
        with self.path.open("rb") as lines:
            for line in lines:
                if not (line.endswith(b"\n") and _is_record(line)):
                    break
                count, end = count + 1, end + len(line)
        with self.path.open("r+b") as file:
            file.truncate(end)
        return count


def _is_record(line: bytes) -> bool:
    with suppress(ValueError):
        return isinstance(json.loads(line), dict)
    return False

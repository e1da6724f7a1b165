"""Vectors that were computed once, kept in the user's cache folder by the sha256 of their text.

One SQLite file an encoder: several programs may read and write it at once, and a stop in the middle loses at most a batch.
The file holds no text. It can be deleted at any time; a file that cannot be used is said so, and costs only time.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
_ASKED = 500
"""Digests in one question to SQLite."""
_PATIENCE = 30.0
"""Seconds to wait while another program writes."""
_TABLE = "CREATE TABLE IF NOT EXISTS vectors (digest BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID"
_log = logging.getLogger("rulemine")


def digest_text(text: str) -> bytes:
    """By what a text's vector is kept."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


class KeptVectors:
    """The vectors of one encoder on disk.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = KeptVectors(Path(folder, "a.sqlite"))
    ...     kept.keep({digest_text("报销"): np.ones(2, np.float32)})
    ...     kept.find([digest_text("报销"), digest_text("出差")])[digest_text("报销")].tolist()
    [1.0, 1.0]
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._works = True

    def find(self, digests: Sequence[bytes]) -> dict[bytes, Vector]:
        """The vectors that are there."""
        found: dict[bytes, Vector] = {}

        def look(database: sqlite3.Connection) -> None:
            for start in range(0, len(digests), _ASKED):
                asked = digests[start : start + _ASKED]
                marks = ",".join("?" * len(asked))
                rows = database.execute(f"SELECT digest, vector FROM vectors WHERE digest IN ({marks})", asked)  # noqa: S608 question marks alone
                found.update((digest, np.frombuffer(vector, "<f4").astype(np.float32)) for digest, vector in rows)

        self._use(look)
        return found

    def keep(self, vectors: Mapping[bytes, Vector]) -> None:
        """Put vectors there."""
        rows = [(digest, vector.astype("<f4").tobytes()) for digest, vector in vectors.items()]
        self._use(lambda database: database.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows))

    def _use(self, work: Callable[[sqlite3.Connection], object]) -> None:
        """Work on the file, which is made where there is none; once it proves unusable, no more."""
        if not self._works:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as database, database:
                database.execute(_TABLE)
                work(database)
        except (OSError, sqlite3.Error) as error:
            self._works = False
            _log.warning("已算好的向量不能存取：%s（%s）；本次重新计算，可以删除该文件", self._path, error)

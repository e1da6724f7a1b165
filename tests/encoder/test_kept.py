"""Vectors on disk: what was put there comes back, and a file that cannot be used costs only time."""

from __future__ import annotations

import logging
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rulemine.encoder.kept import KeptVectors, digest_text


def test_thousands_come_back_as_they_were(tmp_path: Path) -> None:
    vectors = {digest_text(str(n)): np.random.default_rng(n).random(8, np.float32) for n in range(1300)}
    kept = KeptVectors(tmp_path / "deep" / "a.sqlite")
    kept.keep(vectors)
    kept.keep(dict(list(vectors.items())[:3]))
    found = KeptVectors(tmp_path / "deep" / "a.sqlite").find([*vectors, digest_text("none")])
    assert found.keys() == vectors.keys()
    assert all(np.array_equal(found[digest], vector) for digest, vector in vectors.items())


def test_a_damaged_file_is_said_so_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"no database" * 100)
    kept = KeptVectors(path)
    with caplog.at_level(logging.WARNING, logger="rulemine"):
        assert kept.find([digest_text("a")]) == {}
        kept.keep({digest_text("a"): np.ones(2, np.float32)})
    assert len(caplog.messages) == 1
    assert str(path) in caplog.messages[0]
    assert path.read_bytes() == b"no database" * 100


def test_a_folder_that_cannot_be_written(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")
    kept = KeptVectors(tmp_path / "taken" / "a.sqlite")
    with caplog.at_level(logging.WARNING, logger="rulemine"):
        assert kept.find([digest_text("a")]) == {}
    assert len(caplog.messages) == 1


def test_two_programs_at_once(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
import numpy as np
from rulemine.encoder.kept import KeptVectors, digest_text
kept = KeptVectors(Path(sys.argv[1]))
for n in range(40):
    kept.keep({digest_text(f"{sys.argv[2]} {n} {m}"): np.ones(4, np.float32) for m in range(20)})
"""
    path = tmp_path / "a.sqlite"
    started = [
        subprocess.Popen([sys.executable, "-c", code, str(path), who], stderr=subprocess.PIPE) for who in ("甲", "乙")
    ]
    for process in started:
        assert process.communicate()[1] == b""
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM vectors").fetchone() == (1600,)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such bits")
def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    KeptVectors(tmp_path / "a.sqlite").keep({digest_text("a"): np.ones(2, np.float32)})
    assert (tmp_path / "a.sqlite").stat().st_mode & 0o077 == 0

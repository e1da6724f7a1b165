"""A machine without any network: in a network namespace that has no interface but a loopback that is down."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rulemine.resources import locate_resource

pytestmark = pytest.mark.full


def isolated(*words: str | Path, cache: Path) -> subprocess.CompletedProcess[str]:
    command = [
        "unshare",
        "--map-root-user",
        "--net",
        "env",
        f"RULEMINE_CACHE={cache}",
        sys.executable,
        *map(str, words),
    ]
    return subprocess.run(command, capture_output=True, text=True, check=True)


def test_the_namespace_reaches_nothing(tmp_path: Path) -> None:
    code = "import socket; print(len(socket.if_nameindex()), socket.socket().connect_ex(('127.0.0.1', 9)))"
    interfaces, failure = isolated("-c", code, cache=tmp_path).stdout.split()
    assert interfaces == "1"
    assert failure != "0"


def test_the_encoder_encodes_and_the_demo_is_reviewed_with_it(tmp_path: Path) -> None:
    record = tmp_path / "run.json"
    rules = locate_resource("corpora/demo") / "rules"
    words = ["review", rules, "--as-of", "2026-11-01", "--vectors", "encoder", "--quiet", "--run", record]
    isolated("-m", "rulemine", *words, "-o", tmp_path / "review.xlsx", cache=tmp_path / "cache")
    told = json.loads(record.read_text(encoding="utf-8"))
    assert told["vectors"] == "encoder"
    assert len(told["evidence"]) > 90
    assert (tmp_path / "review.xlsx").stat().st_size
    assert list((tmp_path / "cache" / "vectors").glob("*.sqlite"))

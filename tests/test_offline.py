"""No network, ever: with sockets that cannot be opened the main job still runs."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import pytest

import rulemine as rm
from rulemine.resources import locate_resource

BLOCK = """
import socket

def refuse(*_arguments, **_options):
    raise AssertionError("a socket was opened")

socket.socket.__init__ = refuse
socket.create_connection = socket.getaddrinfo = refuse
"""


def refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("a socket was opened")


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
def test_the_demo_review_opens_no_socket(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a socket was opened"):
        socket.create_connection(("localhost", 9))
    demo = locate_resource("corpora/demo")
    outcome = rm.review(demo / "rules", demo / "reports", as_of=date(2026, 11, 1))
    assert outcome.candidates
    assert outcome.findings
    for suffix in (".jsonl", ".xlsx", ".docx", ".html"):
        rm.write_review(outcome, tmp_path / f"review{suffix}")


def test_nor_do_the_workers_and_the_command_line(tmp_path: Path) -> None:
    """The block is loaded by every interpreter that starts, the readers' workers too."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(BLOCK, encoding="utf-8")
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(tmp_path / "site"), os.environ.get("PYTHONPATH", "")))),
    }

    def start(code: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, *words], env=environment, capture_output=True, encoding="utf-8", check=False
        )

    assert "a socket was opened" in start("import socket; socket.socket()").stderr
    done = start("from rulemine.cli import main; main()", "demo", "-o", str(tmp_path / "demo"), "--quiet")
    assert done.returncode == 0, done.stderr
    assert "socket" not in done.stderr
    assert (tmp_path / "demo" / "review.xlsx").stat().st_size


def test_no_module_of_ours_imports_the_network_but_the_second_opinion() -> None:
    """That one speaks to this machine alone unless told otherwise, and nothing of ours calls it."""
    import re

    banned = re.compile(
        r"^\s*(?:import|from)\s+(?:socket|urllib\.request|http|requests|httpx|aiohttp|ftplib|smtplib|pickle|shelve|marshal)\b",
        re.MULTILINE,
    )
    package = Path(rm.__file__).parent
    texts = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    assert [name for name, text in texts.items() if banned.search(text)] == ["classifier/opinion.py"]
    assert [name for name, text in texts.items() if re.search(r"import.*SecondOpinion|classifier\.opinion", text)] == []


def test_the_page_and_its_parts_load_nothing_from_elsewhere(tmp_path: Path) -> None:
    import re

    outcome = rm.review(
        rm.Document(
            path="a.txt", sha256="", text="值班办法\n第一条 根据《合同法》制定。\n第二条 自2019年1月1日起施行。"
        ),
        as_of=date(2026, 11, 1),
    )
    rm.write_review(outcome, tmp_path / "a.html")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert not re.findall(r"(?:src|href)\s*=\s*[\"']?(?:https?:)?//|@import|url\(\s*[\"']?https?:", page)

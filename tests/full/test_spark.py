"""A standalone cluster of one master and two workers: the same answers as one machine, code and model sent along, an executor lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pytest

from rulemine.resources import locate_resource

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(not shutil.which("java"), reason="no Java: install openjdk-17-jre-headless"),
]
WORDS = "出差人员应当在返回后十日内持发票到财务部门报销住宿费和交通费逾期须经分管领导批准并说明理由由公司统一保管"


@dataclass(frozen=True)
class Cluster:
    master: str
    home: Path
    python: Path

    def submit(self, *words: object) -> subprocess.Popen[str]:
        """``spark-submit`` of our own command, as a user of a cluster would call it."""
        script = self.python.with_name("run.py")
        script.write_text("from rulemine.cli import main\n\nmain()\n")
        command = [self.home / "bin" / "spark-submit", "--master", self.master, "--executor-memory", "900m"]
        environment = os.environ | {
            "SPARK_HOME": str(self.home),
            "PYSPARK_PYTHON": str(self.python),
            "PYSPARK_DRIVER_PYTHON": sys.executable,
        }
        return subprocess.Popen(
            [*map(str, command), str(script), *map(str, words)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: object) -> str:
        process = self.submit(*words)
        _, told = process.communicate(timeout=300)
        assert process.returncode == 0, told[-3000:]
        return told


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    import pyspark

    folder = tmp_path_factory.mktemp("cluster")
    home = Path(pyspark.__file__).parent
    # Executors whose Python has the libraries but not rulemine: what they run of it was sent to them.
    bare = folder / "python"
    bare.write_text(
        f'#!/bin/sh\nPYTHONPATH="{sysconfig.get_path("purelib")}:$PYTHONPATH" exec "{sys.executable}" -S "$@"\n'
    )
    bare.chmod(0o755)
    environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_WORKER_DIR": str(folder / "work")}

    def start(name: str, *words: str) -> subprocess.Popen[bytes]:
        log = (folder / f"{name}.log").open("wb")
        return subprocess.Popen(
            [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name.split('-')[0]}", *words],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    ports = [str(20_000 + os.getpid() % 20_000 + i) for i in range(2)]
    daemons = [start("master.Master", "--host", "127.0.0.1", "--port", ports[0], "--webui-port", ports[1])]
    master = f"spark://127.0.0.1:{ports[0]}"
    daemons += [
        start(
            f"worker.Worker-{i}", "--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0", master
        )
        for i in range(2)
    ]
    try:
        _wait(lambda: _alive_workers(ports[1]) == 2, 90)
        yield Cluster(master, home, bare)
    finally:
        for daemon in daemons:
            os.killpg(daemon.pid, signal.SIGKILL)
            daemon.wait()


def _alive_workers(port: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/", timeout=5) as answer:
            return int(json.load(answer)["aliveworkers"])
    except OSError:
        return 0


def _wait(done: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < end, "the cluster did not come up"
        time.sleep(0.5)


def _table(path: Path, rows: int = 1500) -> Path:
    import pyarrow
    import pyarrow.parquet

    random = Random(5)
    texts = []
    for i in range(rows):
        start = random.randrange(len(WORDS) - 12)
        text = WORDS[start : start + random.randrange(4, 40)] + f"第{i % 97}号"
        texts.append(random.choice(texts) if texts and random.random() < 0.1 else text)
    ids = [f"行{i * 7919 % 100_003}" for i in range(rows)]
    pyarrow.parquet.write_table(pyarrow.table({"id": ids, "text": texts}), path)
    return path


def _rows(path: Path) -> list[Any]:
    import pyarrow.parquet

    return sorted(pyarrow.parquet.read_table(path).to_pylist(), key=lambda row: json.dumps(row, sort_keys=True))


def _local(*words: object) -> None:
    subprocess.run([sys.executable, "-m", "rulemine", *map(str, words)], check=True, capture_output=True)


def _executors() -> list[int]:
    found = subprocess.run(["pgrep", "-f", "CoarseGrainedExecutorBackend"], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def test_same_pairs_though_an_executor_is_lost(cluster: Cluster, tmp_path: Path) -> None:
    table = _table(tmp_path / "in.parquet")
    _local("duplicates", table, "-o", tmp_path / "local.parquet", "--threshold", "0.6")
    process = cluster.submit("duplicates", table, "-o", tmp_path / "spark", "--threshold", "0.6", "--engine", "spark")
    _wait(lambda: len(_executors()) >= 2, 120)
    time.sleep(4)
    lost = _executors()[0]
    os.kill(lost, signal.SIGKILL)
    _, told = process.communicate(timeout=300)
    assert process.returncode == 0, told[-3000:]
    assert "exited with code 137" in told  # the master tells that the executor was killed
    expected = _rows(tmp_path / "local.parquet")
    assert len(expected) > 1000
    assert {row["relation"] for row in expected} == {"exact", "near", "contains", "contained_in"}
    assert _rows(tmp_path / "spark") == expected


def test_same_classes_and_a_rerun_overwrites(cluster: Cluster, tmp_path: Path) -> None:
    table = _table(tmp_path / "in.parquet", 200)
    _local("classify", table, "-o", tmp_path / "local.parquet", "--text", "text")
    for _ in range(2):
        cluster.run("classify", table, "-o", tmp_path / "spark", "--text", "text", "--engine", "spark")
    assert _rows(tmp_path / "spark") == _rows(tmp_path / "local.parquet")


@pytest.mark.parametrize("vectors", ["words", "encoder"])
def test_same_candidates(cluster: Cluster, tmp_path: Path, vectors: str) -> None:
    demo = locate_resource("corpora/demo")
    words = [
        "review",
        demo / "rules",
        "--findings",
        demo / "reports",
        "--as-of",
        "2026-11-01",
        "--vectors",
        vectors,
        "-o",
    ]
    _local(*words, tmp_path / "local.jsonl")
    cluster.run(*words, tmp_path / "spark.jsonl", "--engine", "spark")
    assert (tmp_path / "spark.jsonl").read_bytes() == (tmp_path / "local.jsonl").read_bytes()

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import rulemine.readers
from rulemine.errors import ReaderFailed, UnreadableFile, UnsupportedFormat
from rulemine.readers import Limits, find_files, read, read_all
from rulemine.readers.workers import read_in_order
from rulemine.schema import Document

# A worker that does to a file what its name says.
ODD_WORKER = textwrap.dedent("""
    import json, os, sys, time
    for line in sys.stdin:
        path = json.loads(line)["path"]
        if "hang" in path: time.sleep(60)
        if "crash" in path: sys.stderr.write("out of cheese\\n"); sys.stderr.flush(); os._exit(3)
        if "noise" in path: print("not json")
        print(json.dumps({"document": {"path": path, "sha256": str(os.getpid()), "text": "甲"}}), flush=True)
""")
ODD = (sys.executable, "-c", ODD_WORKER)


def run_odd(names: list[str], **options):
    return list(
        read_in_order([Path(n) for n in names], view="final", command=ODD, **{"limits": Limits(), "jobs": 1} | options)
    )


def test_a_crash_costs_one_file():
    before, crashed, after = run_odd(["a", "crash", "b"])
    assert isinstance(crashed, ReaderFailed)
    assert "退出码 3" in crashed.reason
    assert "out of cheese" in crashed.reason
    assert isinstance(before, Document)
    assert isinstance(after, Document)
    assert before.sha256 != after.sha256


def test_a_hang_costs_one_file():
    started = time.monotonic()
    hung, after = run_odd(["hang", "b"], limits=Limits(seconds=0.6))
    assert isinstance(hung, ReaderFailed)
    assert "0.6 秒" in hung.reason
    assert hung.remedy
    assert isinstance(after, Document)
    assert time.monotonic() - started < 10


def test_noise_is_no_answer():
    assert isinstance(run_odd(["noise"])[0], ReaderFailed)


def test_results_come_in_order_from_several_workers():
    names = [f"f{n}" for n in range(30)]
    assert [result.path for result in run_odd(names, jobs=3)] == names


def test_workers_are_gone_when_reading_is_given_up():
    results = read_in_order([Path("a"), Path("hang")], view="final", command=ODD, jobs=1, limits=Limits())
    results.close()


def test_memory_limit(tmp_path):
    if sys.platform != "linux":
        pytest.skip("memory limits are set on Linux")
    path = tmp_path / "large.txt"
    path.write_bytes(b"abc " * (40 * 2**20))
    with pytest.raises(ReaderFailed, match="内存"):
        read(path, limits=Limits(memory_bytes=300 * 2**20))


def test_read_gives_the_document_or_raises(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("第一条 甲。", encoding="utf-8")
    document = read(path)
    assert (document.path, document.text, len(document.sha256)) == (str(path), "第一条 甲。", 64)
    with pytest.raises(UnsupportedFormat):
        read(tmp_path / "a.ppt")
    with pytest.raises(UnreadableFile, match="无法打开（没有这个文件或文件夹）"):
        read(tmp_path / "missing.txt")


def test_find_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "docs/b.txt",
        "docs/a/z.txt",
        "docs/~$b.docx",
        "docs/.hidden.txt",
        "docs/c.ppt",
        "docs/Thumbs.db",
        "x.md",
    ):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("甲", encoding="utf-8")
    files, problems = find_files(["docs", "x.md", "docs/b.txt", "none.pdf"])
    assert files == [Path("docs/b.txt"), Path("docs/a/z.txt"), Path("x.md")]
    assert [(type(p), p.path) for p in problems] == [(UnsupportedFormat, "docs/c.ppt"), (UnreadableFile, "none.pdf")]


def test_read_all_yields_problems_in_their_place(tmp_path):
    for name in ("a.txt", "b.ppt", "c.txt"):
        (tmp_path / name).write_text("甲", encoding="utf-8")
    seen: list[str] = []
    results = list(read_all([tmp_path], jobs=2, on_file=seen.append))
    assert [type(result) for result in results] == [Document, UnsupportedFormat, Document]
    assert seen == [str(tmp_path / name) for name in ("a.txt", "b.ppt", "c.txt")]


def test_a_script_needs_no_main_guard(tmp_path):
    (tmp_path / "a.txt").write_text("甲", encoding="utf-8")
    root = Path(rulemine.readers.__file__).parents[2]
    script = tmp_path / "script.py"
    script.write_text(
        f"import sys; sys.path.insert(0, {str(root)!r})\n"
        "from rulemine.readers import read_all\n"
        f"print([d.text for d in read_all([{str(tmp_path / 'a.txt')!r}])])\n",
        encoding="utf-8",
    )
    answer = subprocess.run([sys.executable, script], capture_output=True, text=True, cwd="/", timeout=60, check=True)
    assert answer.stdout.strip() == "['甲']"


def test_import_is_light():
    heavy = ("lxml", "pypdfium2", "pdfplumber", "python_calamine", "numpy")
    check = f"import sys, rulemine.readers; print([m for m in {heavy} if m in sys.modules])"
    root = Path(rulemine.readers.__file__).parents[2]
    answer = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=True, env={"PYTHONPATH": str(root)}
    )
    assert answer.stdout.strip() == "[]"

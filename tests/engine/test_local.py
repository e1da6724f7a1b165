"""The run: stopped and gone on with, rows that raise, tables that cannot be used."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from rulemine.engine import Annotated, annotate_table
from rulemine.errors import BadInput, MissingExtra, UnreadableFile

TEXTS = [f"第{number}笔贷款未按规定开展贷后检查" for number in range(40)]
SLOW = """
import sys, time
from pathlib import Path
from rulemine.engine import annotate_table

def annotate(texts):
    time.sleep(float(sys.argv[3]))
    return [{"length": len(text), "text_again": text} for text in texts]

def tell(done, total):
    print(done, total, flush=True)

done = annotate_table(Path(sys.argv[1]), Path(sys.argv[2]), annotate, fingerprint="m1", batch=10, on_rows=tell)
print("resumed", done.resumed, done.rows)
"""


def write_source(path: Path, texts: Sequence[str] = TEXTS) -> Path:
    lines = [json.dumps({"id": at, "text": text}, ensure_ascii=False) for at, text in enumerate(texts)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def start(source: Path, target: Path, pause: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", SLOW, str(source), str(target), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize("suffix", [".jsonl", ".csv"])
def test_goes_on_after_kill_nine(tmp_path: Path, suffix: str) -> None:
    texts = [f'第{number}笔贷款，\n未按规定开展"贷后检查"' for number in range(400)]
    source, target = write_source(tmp_path / "in.jsonl", texts), tmp_path / f"out{suffix}"
    whole = tmp_path / f"whole{suffix}"
    assert start(source, whole, 0).wait() == 0

    victim = start(source, target, 0.05)
    assert victim.stdout
    for _ in range(3):
        victim.stdout.readline()
    time.sleep(0.02)
    victim.kill()
    victim.wait()
    victim.stdout.close()
    part = tmp_path / f"out{suffix}.part"
    kept = part.read_bytes().count(b"\n")
    assert 30 <= kept < 400
    assert not target.exists()
    with part.open("ab") as file:
        file.write('{"length": 3, "text_again": "第'.encode()[:-1])

    again = start(source, target, 0)
    out, _ = again.communicate()
    assert again.returncode == 0
    assert f"resumed {kept} 400" in out
    assert target.read_bytes() == whole.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(["in.jsonl", target.name, whole.name])


class Stop(BaseException):
    """What a keyboard interrupt is like."""


def stop_after(rows: int) -> Any:
    seen = 0

    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        nonlocal seen
        if seen >= rows:
            raise Stop
        seen += len(texts)
        return [{"length": len(text)} for text in texts]

    return annotate


def count_calls(calls: list[str]) -> Any:
    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        calls.extend(texts)
        return [{"length": len(text)} for text in texts]

    return annotate


def resume(source: Path, target: Path, **options: Any) -> tuple[Annotated, list[str]]:
    calls: list[str] = []
    return annotate_table(source, target, count_calls(calls), batch=5, **options), calls


@pytest.fixture
def stopped(tmp_path: Path) -> tuple[Path, Path]:
    source, target = write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    with pytest.raises(Stop):
        annotate_table(source, target, stop_after(20), batch=5, fingerprint="m1")
    return source, target


def test_annotates_only_what_is_missing(stopped: tuple[Path, Path]) -> None:
    done, calls = resume(*stopped, fingerprint="m1")
    assert (done.resumed, done.rows) == (20, 40)
    assert calls == TEXTS[20:]
    assert [row["length"] for row in read_lines(stopped[1])] == [len(text) for text in TEXTS]


def test_another_fingerprint_begins_anew(stopped: tuple[Path, Path]) -> None:
    done, calls = resume(*stopped, fingerprint="m2")
    assert (done.resumed, len(calls)) == (0, 40)


def test_another_column_begins_anew(stopped: tuple[Path, Path]) -> None:
    done, _ = resume(*stopped, fingerprint="m1", column="id")
    assert done.resumed == 0


def test_a_changed_source_begins_anew(stopped: tuple[Path, Path]) -> None:
    write_source(stopped[0], [*TEXTS, "新增一行"])
    done, calls = resume(*stopped, fingerprint="m1")
    assert (done.resumed, len(calls)) == (0, 41)


def test_a_part_without_identity_begins_anew(stopped: tuple[Path, Path]) -> None:
    (stopped[1].parent / "out.jsonl.part.json").unlink()
    assert resume(*stopped, fingerprint="m1")[0].resumed == 0


def test_a_damaged_part_is_used_up_to_the_damage(stopped: tuple[Path, Path]) -> None:
    part = stopped[1].parent / "out.jsonl.part"
    lines = part.read_bytes().splitlines(keepends=True)
    part.write_bytes(b"".join(lines[:7]) + b"\0\0\0\n" + b"".join(lines[8:]))
    done, calls = resume(*stopped, fingerprint="m1")
    assert (done.resumed, calls) == (7, TEXTS[7:])


def test_a_finished_target_is_overwritten(tmp_path: Path) -> None:
    source, target = write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    resume(source, target)
    done, calls = resume(source, target)
    assert (done.resumed, len(calls)) == (0, 40)


def test_a_row_that_raises_does_not_stop_the_rest(tmp_path: Path) -> None:
    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        if TEXTS[3] in texts:
            raise RuntimeError("this row is bad")
        return [{"category": "sales", "needs_review": False, "review_reason": None} for _ in texts]

    source, target = write_source(tmp_path / "in.jsonl"), tmp_path / "out.csv"
    done = annotate_table(source, target, annotate, batch=8)
    rows = target.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0] == "id,text,category,needs_review,review_reason"
    assert rows[4] == f"3,{TEXTS[3]},,True,error"
    assert sum("sales" in row for row in rows) == 39
    assert (done.failed, done.rows) == (1, 40)
    assert "this row is bad" in done.notes[-1]


def test_first_batch_failing_leaves_no_column_out(tmp_path: Path) -> None:
    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        if texts[0] in TEXTS[:5]:
            raise RuntimeError
        return [{"category": "sales", "needs_review": False, "review_reason": None} for _ in texts]

    target = tmp_path / "out.csv"
    done = annotate_table(write_source(tmp_path / "in.jsonl"), target, annotate, batch=5)
    assert done.failed == 5
    assert target.read_text(encoding="utf-8-sig").splitlines()[0] == "id,text,category,needs_review,review_reason"


def test_a_missing_library_is_nobodys_row(tmp_path: Path) -> None:
    def annotate(texts: Sequence[str]) -> list[dict[str, Any]]:
        raise MissingExtra("onnxruntime", "encoder")

    with pytest.raises(MissingExtra):
        annotate_table(write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl", annotate)


def test_tells_how_far_it_is(tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    source, target = write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl"
    resume(source, target, on_rows=lambda done, total: told.append((done, total)))
    assert told == [(done, 40) for done in range(5, 41, 5)]


def test_says_which_columns_were_replaced(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "未按规定双录", "length": "旧"}\n', encoding="utf-8")
    done, _ = resume(source, tmp_path / "out.jsonl")
    assert done.replaced == ("length",)
    assert read_lines(tmp_path / "out.jsonl") == [{"text": "未按规定双录", "length": 6}]


def test_text_column_is_never_replaced(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"length": "未按规定双录"}\n', encoding="utf-8")
    with pytest.raises(BadInput, match="给“length”列改名"):
        resume(source, tmp_path / "out.jsonl")


@pytest.mark.parametrize("column", [None, "text"])
def test_says_whether_the_column_was_guessed(tmp_path: Path, column: str | None) -> None:
    done, _ = resume(write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl", column=column)
    assert (done.column, done.guessed) == ("text", column is None)


def test_names_the_columns_when_the_named_one_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="没有名为“问题”的列；可选：id、text"):
        resume(write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl", column="问题")


def test_the_source_stays_as_it_is(tmp_path: Path) -> None:
    source = write_source(tmp_path / "in.jsonl")
    with pytest.raises(BadInput, match="换个文件名"):
        resume(source, source)


def test_missing_source(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="没有这个文件"):
        resume(tmp_path / "none.csv", tmp_path / "out.csv")


@pytest.mark.parametrize("name", ["out.docx", "out.parquet", "out.xlsx", "out.tsv", "out"])
def test_says_what_can_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"\.csv、\.jsonl"):
        resume(write_source(tmp_path / "in.jsonl"), tmp_path / name)


def test_unknown_source(tmp_path: Path) -> None:
    (tmp_path / "in.pdf").write_bytes(b"%PDF")
    with pytest.raises(BadInput, match=r"可读的表有 \.csv"):
        resume(tmp_path / "in.pdf", tmp_path / "out.csv")


def test_a_workbook_by_way_of_the_writer_above(tmp_path: Path) -> None:
    import openpyxl

    from rulemine.writers import write_table

    target = tmp_path / "out.xlsx"
    resume(write_source(tmp_path / "in.jsonl"), target, write_table=write_table)
    rows = list(openpyxl.load_workbook(target).active.iter_rows(values_only=True))
    assert rows[:2] == [("id", "text", "length"), (0, TEXTS[0], len(TEXTS[0]))]
    assert len(rows) == 41


@pytest.mark.parametrize(("line", "said"), [("{oops", ":2：不是 JSON（"), ("[1]", ":2：不是 JSON 对象")])
def test_a_bad_line_is_told_before_any_work(tmp_path: Path, line: str, said: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"text": "甲"}\n' + line + "\n", encoding="utf-8")
    calls: list[str] = []
    with pytest.raises(BadInput, match=said):
        annotate_table(source, tmp_path / "out.jsonl", count_calls(calls))
    assert calls == []


def test_jsonl_keeps_what_it_had(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('\n{"text": "甲", "deep": {"a": [1]}}\r\n\n{"other": 1.5}\n', encoding="utf-8-sig")
    resume(source, tmp_path / "out.jsonl")
    assert read_lines(tmp_path / "out.jsonl") == [
        {"text": "甲", "deep": {"a": [1]}, "length": 1},
        {"other": 1.5, "length": 0},
    ]


def test_an_empty_jsonl_says_so(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(b"")
    with pytest.raises(BadInput, match="表中没有列"):
        resume(tmp_path / "in.jsonl", tmp_path / "out.jsonl")


def test_an_annotation_too_few_is_an_error(tmp_path: Path) -> None:
    done = annotate_table(write_source(tmp_path / "in.jsonl"), tmp_path / "out.jsonl", lambda texts: [])
    assert done.failed == 40
    assert "0 annotations" in done.notes[-1]

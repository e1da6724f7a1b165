"""``rulemine rules`` over every real document and law text beside the project: what was read, found, and how fast.

python benchmarks/whole_corpus.py ../shared
"""

from __future__ import annotations

import json
import lzma
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path


def measure(shared: Path) -> dict[str, object]:
    """Files read and refused, rules, articles, citations, warnings, seconds."""
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder, "laws")
        texts.mkdir()
        write_texts(shared, texts)
        out = Path(folder, "rules.jsonl")
        begun = time.perf_counter()
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "rulemine",
                "rules",
                str(texts),
                str(shared / "data" / "docs"),
                "--as-of",
                "2026-11-01",
                "-o",
                str(out),
                "--quiet",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        seconds = time.perf_counter() - begun
        rows = [json.loads(line) for line in out.open(encoding="utf-8")]
    return {
        "exit_status": done.returncode,
        "files_read": len({row["source"]["path"] for row in rows}),
        "files_refused": sum(line.startswith("未能读取") for line in done.stderr.splitlines()),
        "rules": len(rows),
        "articles": sum(p["level"] == "article" for row in rows for p in row["provisions"]),
        "citations": sum(len(row["citations"]) for row in rows),
        "numbering_warnings": sum(len(row["warnings"]) for row in rows),
        "validity": dict(Counter(row["validity"] for row in rows)),
        "seconds": round(seconds, 1),
    }


def write_texts(shared: Path, folder: Path) -> None:
    """The law texts as files of their own."""
    with lzma.open(shared / "data" / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines)):
            name = re.sub(r"[^\w（）]", "", row["title"])[:50]
            (folder / f"{number:04d}_{name}.txt").write_text(row["text"], encoding="utf-8")


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), ensure_ascii=False))

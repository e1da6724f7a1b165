"""Findings, facts and stated figures of the reports in corpora/reports, by writer, and how fast reports are parsed.

python benchmarks/reports.py ../shared
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from rulemine.parse.findings import parse_findings
from rulemine.schema import Document

ROOT = Path(__file__).parent.parent
REPORTS = ROOT / "corpora" / "reports"
HELD_OUT = ("o",)
"""Writers whose reports nobody looked at while the parser was written, and on which no model was trained."""


def main(shared: Path) -> None:
    """Print one JSON object."""
    print(json.dumps(measure(shared), ensure_ascii=False))


def measure(shared: Path) -> dict[str, Any]:
    """What the scorers say of each writer's reports, those of the writers held out first."""
    with tempfile.TemporaryDirectory() as folder:
        found, told = Path(folder, "findings.jsonl"), Path(folder, "reports.jsonl")
        command = [sys.executable, "-m", "rulemine", "findings", *map(str, sorted(REPORTS.glob("*/R*.txt")))]
        subprocess.run([*command, "-o", str(found), "--reports", str(told), "--quiet"], check=True, capture_output=True)
        by_writer = {
            writer.name: {
                "findings": score(shared, "findings", writer, found),
                "stated": score(shared, "stated", writer, told),
            }
            for writer in sorted(path for path in REPORTS.iterdir() if path.is_dir())
        }
    return {
        "held_out": {name: by_writer.pop(name) for name in HELD_OUT},
        "by_writer": by_writer,
        "reports_of_3000_characters_a_second": measure_speed(),
    }


def score(shared: Path, name: str, gold: Path, output: Path) -> dict[str, Any]:
    command = [sys.executable, str(shared / "score" / f"score_{name}.py"), str(gold), str(output)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout)
    return {key: told[key] for key in ("f1", "traps_taken", "facts", "figures", "right", "share") if key in told}


def measure_speed() -> float:
    """On one core, without classifying; the best of three."""
    documents = [
        Document(path=str(path), sha256="", text=path.read_text(encoding="utf-8")) for path in REPORTS.glob("*/R*.txt")
    ]
    characters = sum(len(document.text) for document in documents)
    seconds = []
    for _ in range(4):
        begun = time.perf_counter()
        for document in documents:
            parse_findings(document)
        seconds.append(time.perf_counter() - begun)
    return round(characters / 3000 / min(seconds[1:]), 1)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared"))

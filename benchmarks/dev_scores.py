"""Runs the commands over the dev sets beside the project and prints what their scorers say.

python benchmarks/dev_scores.py ../shared
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

RULEMINE = [sys.executable, "-m", "rulemine"]
AS_OF = ["--as-of", "2026-11-01"]
WITH_ENCODER = ["--vectors", "encoder"]


def main(shared: Path) -> None:
    """Print every score."""
    with tempfile.TemporaryDirectory() as folder:
        for name, command, line in run_all(shared, Path(folder)):
            print(f"{name} ({command})\n  {line}", flush=True)


def run_all(shared: Path, folder: Path) -> Iterator[tuple[str, str, str]]:
    """Name, command and the scorer's line, one dev set after the other."""
    dev, out = shared / "data" / "dev", folder / "out.jsonl"
    compilation = dev / "compilation"
    for suffix in ("txt", "pdf"):
        source = compilation / f"C2.{suffix}"
        rulemine("rules", source, *AS_OF, "-o", out)
        yield (
            f"structure of the dev compilation ({suffix})",
            f"rulemine rules C2.{suffix}",
            score(shared, "structure", compilation / "C2.gold.json", out),
        )
        rulemine("review", source, *AS_OF, "-o", out)
        yield (
            f"candidates of the dev compilation ({suffix})",
            f"rulemine review C2.{suffix}",
            score(shared, "review", compilation / "C2.gold.json", out),
        )
    rulemine("review", source, *AS_OF, *WITH_ENCODER, "-o", out)
    yield (
        "candidates of the dev compilation with the encoder",
        "rulemine review C2.pdf --vectors encoder",
        score(shared, "review", compilation / "C2.gold.json", out),
    )
    reports = sorted((dev / "reports").glob("R*.txt"))
    told = folder / "reports.jsonl"
    rulemine("findings", *reports, "-o", out, "--reports", told)
    yield (
        "findings of the dev reports",
        "rulemine findings reports/*.txt",
        score(shared, "findings", dev / "reports", out),
    )
    yield (
        "figures that the dev reports state",
        "rulemine findings reports/*.txt --reports reports.jsonl",
        score(shared, "stated", dev / "reports", told),
    )
    bare = folder / "bare.jsonl"
    rows = [
        json.loads(line) for line in (dev / "findings.jsonl").read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    bare.write_text(
        "".join(json.dumps({"id": r["id"], "text": r["text"]}, ensure_ascii=False) + "\n" for r in rows),
        encoding="utf-8",
    )
    for model in ("linear", "accurate"):
        rulemine("classify", bare, "-o", out, "--model", model)
        yield (
            f"classes of the dev findings, {model}",
            f"rulemine classify findings.jsonl --model {model}",
            score(shared, "classify", dev / "findings.jsonl", out),
        )
    rulemine("rules", *sorted((dev / "citations" / "rules").glob("*.txt")), *AS_OF, "-o", out)
    candidates = out.with_name("candidates.jsonl")
    rulemine("review", dev / "citations" / "rules", *AS_OF, "-o", candidates)
    yield (
        "citations and flags of the dev rules",
        "rulemine rules citations/rules/*.txt; rulemine review citations/rules",
        score(shared, "citations", dev / "citations" / "gold.json", out, candidates),
    )
    made = folder / "pairs"
    score(shared, "pairs", Path("make"), dev / "pairs.jsonl", made)
    demo = Path(__file__).parent.parent / "corpora" / "demo"
    for told, options in (("", ()), (" --vectors encoder", WITH_ENCODER)):
        rulemine("review", made, *AS_OF, *options, "-o", out)
        yield (
            f"pairs of provisions{' with the encoder' if told else ''}",
            f"rulemine review PAIRS{told}, one rule a side",
            score(shared, "pairs", Path("score"), dev / "pairs.jsonl", out),
        )
        rulemine("review", demo / "rules", *AS_OF, *options, "-o", out)
        yield (
            f"candidates of the demo{' with the encoder' if told else ''}",
            f"rulemine review corpora/demo/rules{told}",
            score(shared, "review", demo / "gold" / "rules.gold.json", out),
        )


def rulemine(*arguments: str | Path) -> None:
    """One command of ours; its standard error is shown when it fails."""
    done = subprocess.run([*RULEMINE, *map(str, arguments), "--quiet"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"rulemine {arguments[0]} ended with {done.returncode}\n{done.stderr}")


def score(shared: Path, name: str, *arguments: Path) -> str:
    """The scorer's own line; its exit status says whether all was right, which is not asked here."""
    done = subprocess.run(
        [sys.executable, str(shared / "score" / f"score_{name}.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or done.stderr.strip()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

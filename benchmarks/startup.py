"""Wall time of what a user waits for first: ``import rulemine``, ``rulemine --help``, ``rulemine demo``.

    python benchmarks/startup.py

Median of five, each in a process of its own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

RUNS = 5
COMMANDS = (
    ("python -c pass (to compare with)", ["-c", "pass"]),
    ("import rulemine", ["-c", "import rulemine"]),
    ("rulemine --help", ["-m", "rulemine", "--help"]),
    ("rulemine demo", ["-m", "rulemine", "demo", "--quiet"]),
)


def measure() -> Iterator[tuple[str, float]]:
    """Seconds of each, the interpreter's own start included."""
    for name, arguments in COMMANDS:
        with tempfile.TemporaryDirectory() as folder:
            yield name, round(statistics.median(_time(arguments, folder) for _ in range(RUNS)), 3)


def _time(arguments: list[str], folder: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    for name, seconds in measure():
        print(f"{seconds:7.3f} s  {name}")

"""The join beside datasketch and rensa, its growth, and whole documents: near-duplicates and versions.

python benchmarks/joining.py ../shared [--large]      # --large: a million lines too
pip install datasketch rensa                          # the peers; without them their lines are left out
"""

from __future__ import annotations

import json
import lzma
import math
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

from rulemine.parse.rules import parse_rules
from rulemine.schema import Document
from rulemine.similarity import gram_set, join_blocks, join_texts
from rulemine.succession import find_succession

SEED = 7
LINES = 100_000
SHORTEST = 20
PERMUTATIONS = 256
LOOSER = 0.7  # what datasketch must be asked for to find nearly all pairs at 0.8
BANDS = 32  # the same for rensa
SAMPLE = 2_000  # lines compared with every other, one by one


def read_lines(shared: Path) -> list[str]:
    """The real lines of the laws, shuffled."""
    with lzma.open(shared / "data" / "laws.jsonl.xz", "rt", encoding="utf-8") as rows:
        lines = [line.strip() for row in rows for line in json.loads(row)["text"].splitlines()]
    kept = [line for line in lines if len(line) >= SHORTEST]
    random.Random(SEED).shuffle(kept)  # noqa: S311  # a seeded sample, no secret
    return kept


def make_lines(real: list[str], wanted: int) -> list[str]:
    """Real lines, and where there are not enough, perturbed ones: characters left out, put in and changed."""
    rng = random.Random(SEED)  # noqa: S311  # a seeded sample, no secret
    return real[:wanted] + [_perturb(rng.choice(real), rng, real) for _ in range(wanted - len(real))]


def _perturb(line: str, rng: random.Random, real: list[str]) -> str:
    rate, alphabet = rng.choice((0.02, 0.05, 0.1, 0.2, 0.35)), rng.choice(real)
    made = []
    for character in line:
        chance = rng.random()
        if chance < rate / 3:
            continue
        made.append(rng.choice(alphabet) if chance < 2 * rate / 3 else character)
        if 2 * rate / 3 <= chance < rate:
            made.append(rng.choice(alphabet))
    return "".join(made)


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    return work(), round(time.perf_counter() - begun, 2)


def count_pairs(lines: list[str], threshold: float, containment: float | None = None) -> int:
    return sum(len(block.a) for block in join_blocks(lines, threshold, containment))


def brute_force(lines: list[str], threshold: float) -> set[tuple[int, int]]:
    """Pairs that have one of the first SAMPLE lines, each line against all others."""
    sets = [gram_set(line) for line in lines]
    found = set()
    for a in range(SAMPLE):
        for b, other in enumerate(sets):
            small, large = sorted((len(sets[a]), len(other)))
            if a != b and small >= threshold * large:
                shared = len(sets[a] & other)
                if shared and shared / (small + large - shared) >= threshold:
                    found.add((min(a, b), max(a, b)))
    return found


def join_datasketch(lines: list[str], threshold: float) -> Iterator[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=LOOSER, num_perm=PERMUTATIONS)
    sets = [gram_set(line) for line in lines]
    for number, grams in enumerate(sets):
        sketch = MinHash(num_perm=PERMUTATIONS)
        sketch.update_batch([gram.encode() for gram in grams])
        for other in index.query(sketch):
            if len(grams & sets[other]) >= threshold * len(grams | sets[other]):
                yield other, number
        index.insert(number, sketch)


def join_rensa(lines: list[str], threshold: float) -> Iterator[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(threshold=threshold, num_perm=PERMUTATIONS, num_bands=BANDS)
    sets = [gram_set(line) for line in lines]
    for number, grams in enumerate(sets):
        sketch = RMinHash(num_perm=PERMUTATIONS, seed=42)
        sketch.update(list(grams))
        for other in index.query(sketch):
            if len(grams & sets[other]) >= threshold * len(grams | sets[other]):
                yield other, number
        index.insert(number, sketch)


def first_use() -> dict[str, float]:
    """Seconds of a first join in a fresh process: with an empty cache, and with a warm one."""
    code = (
        "import time; begun = time.perf_counter(); from rulemine.similarity import join_texts;"
        "list(join_texts(['a' * 30] * 3)); print(time.perf_counter() - begun)"
    )
    with tempfile.TemporaryDirectory() as cache:
        environment = os.environ | {"RULEMINE_CACHE": cache}
        runs = [
            subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
            for _ in range(2)
        ]
    return {name: round(float(run.stdout), 2) for name, run in zip(("empty_cache", "warm"), runs, strict=True)}


def score_documents(shared: Path) -> dict[str, Any]:
    """Near-duplicate texts of the central bank, and versions of one text, found among all texts by their grams."""
    data = shared / "data"
    with lzma.open(data / "laws.jsonl.xz", "rt", encoding="utf-8") as rows:
        laws = [json.loads(row) for row in rows]
    by_path = {law["source_path"]: law["text"] for law in laws}
    near = [json.loads(line) for line in (data / "pbc_near_dups.jsonl").read_text(encoding="utf-8").splitlines()]
    versions = [json.loads(line) for line in (data / "version_pairs.jsonl").read_text(encoding="utf-8").splitlines()]
    gold = {
        "near_duplicates": [(pair["a_path"], pair["b_path"]) for pair in near],
        "versions": [(pair["old"]["path"], pair["new"]["path"]) for pair in versions if not pair["suspect"]],
    }
    figures: dict[str, Any] = {}
    for name, threshold in (("near_duplicates", 0.6), ("versions", 0.3)):
        pairs = {frozenset(pair) for pair in gold[name] if set(pair) <= by_path.keys()}
        paths = sorted({path for pair in pairs for path in pair})
        told = {
            frozenset((paths[p.a], paths[p.b])) for p in join_texts([by_path[path] for path in paths], threshold, 0.8)
        }
        if name == "versions":
            told |= succeeding(paths, by_path)
        right = len(told & pairs)
        figures[name] = {
            "pairs": len(pairs),
            "of": len(gold[name]),
            "found": len(told),
            "right": right,
            "f1": round(2 * right / max(1, len(told) + len(pairs)), 4),
        }
    return figures


def succeeding(paths: list[str], by_path: dict[str, str]) -> set[frozenset[str]]:
    """Texts of one title, and texts of which one says that it repeals the other; what the facts know is not asked."""
    named: dict[str, list[str]] = defaultdict(list)
    rules = {}
    for path in paths:
        rule = next(iter(parse_rules(Document(path=path, sha256=path, text=by_path[path]))), None)
        if rule:
            rules[path] = replace(rule, version_id=path)
        named[re.sub(r"[、和]|@.*", "", rule.id) if rule else path].append(path)
    steps = {frozenset((step.older.key, step.newer.key)) for step in find_succession(list(rules.values()))}
    titles = {frozenset(pair) for together in named.values() for pair in combinations(together, 2)}
    return titles | {step for step in steps if step <= rules.keys()}


def plot_growth(growth: dict[str, dict[str, list[float]]]) -> str:
    """Seconds over lines, both on a logarithmic scale, as SVG; dashed is growth in proportion to the lines."""

    def at(lines: float, seconds: float) -> tuple[float, float]:
        return 60 + 150 * (math.log10(lines) - 4), 260 - 70 * (math.log10(seconds) + 1.3)

    sizes = sorted(growth, key=int)
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 420 310" font-family="sans-serif" font-size="11">',
        '<rect width="420" height="310" fill="white"/>',
    ]
    for lines in (10_000, 100_000, 1_000_000):
        x, _ = at(lines, 1)
        parts.append(
            f'<line x1="{x}" y1="20" x2="{x}" y2="270" stroke="#ddd"/><text x="{x - 20}" y="285">{lines:,}</text>'
        )
    for seconds in (0.1, 1, 10, 100):
        _, y = at(10_000, seconds)
        parts.append(
            f'<line x1="60" y1="{y}" x2="380" y2="{y}" stroke="#ddd"/><text x="20" y="{y + 4}">{seconds} s</text>'
        )
    first = growth[sizes[0]]["0.8"][1]
    ends = at(int(sizes[0]), first), at(int(sizes[-1]), first * int(sizes[-1]) / int(sizes[0]))
    parts.append(
        f'<line x1="{ends[0][0]}" y1="{ends[0][1]}" x2="{ends[1][0]}" y2="{ends[1][1]}" stroke="#999" stroke-dasharray="4"/>'
    )
    for threshold, colour in (("0.8", "#1f5fa8"), ("0.6", "#c0504d")):
        points = [at(int(size), growth[size][threshold][1]) for size in sizes]
        parts.append(
            f'<polyline fill="none" stroke="{colour}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}"/>'
        )
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        shift = 20 if threshold == "0.8" else -8
        parts.append(f'<text x="{x - 60:.0f}" y="{y + shift:.0f}" fill="{colour}">{threshold}</text>')
    return "\n".join([*parts, '<text x="180" y="302">lines</text>', "</svg>", ""])


def measure(shared: Path, large: bool = False) -> dict[str, Any]:
    """Every figure."""
    real = read_lines(shared)
    lines = real[:LINES]
    figures: dict[str, Any] = {
        "first_use_seconds": first_use(),
        "real_lines": len(real),
        "documents": score_documents(shared),
    }
    list(join_texts(lines[:100]))
    pairs, ours = timed(lambda: {(p.a, p.b) for p in join_texts(lines, 0.8, None)})
    expected = brute_force(lines, 0.8)
    figures["hundred_thousand"] = {
        "pairs": len(pairs),
        "seconds": ours,
        "recall_of_brute_force": round(len(expected & pairs) / max(1, len(expected)), 4),
        "pairs_in_brute_force": len(expected),
    }
    sizes = (10_000, 30_000, 100_000, 300_000, 1_000_000) if large else (10_000, 30_000, 100_000)
    growth = {}
    for size in sizes:
        made = make_lines(real, size)
        growth[size] = {
            str(threshold): timed(lambda made=made, threshold=threshold: count_pairs(made, threshold))
            for threshold in (0.8, 0.6)
        }
    figures["growth_pairs_and_seconds"] = growth
    figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    for name, join in (("datasketch", join_datasketch), ("rensa", join_rensa)):
        try:
            theirs, seconds = timed(lambda join=join: set(join(lines, 0.8)))
        except ImportError:
            continue
        share = round(len(theirs & pairs) / len(pairs), 4)
        figures["hundred_thousand"][name] = {"seconds": seconds, "recall": share, "ratio": round(seconds / ours, 1)}
    return figures


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]), "--large" in sys.argv), ensure_ascii=False))

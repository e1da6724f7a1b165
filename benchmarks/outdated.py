"""What makes a rule outdated: every signal over 1,886 law texts, once parsed, and how fast citations are found.

python benchmarks/outdated.py ../shared [--list]      # --list: citations of repealed titles that were left alone, to be read
"""

from __future__ import annotations

import csv
import json
import lzma
import re
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import ahocorasick_rs

from rulemine.facts import Facts, key_title, load_facts
from rulemine.parse.citations import find_mentions
from rulemine.parse.names import known_names
from rulemine.parse.rules import parse_rules
from rulemine.resolving import resolve_rules
from rulemine.schema import Document, Evidence, Rule
from rulemine.signals import FINDERS, Context
from rulemine.signals.guards import inside_any, title_spans
from rulemine.text import squeeze

AS_OF = date(2026, 11, 1)
SAMPLE = 700  # texts for the speed of finding
EYECITE = 10.0  # MB/s, as its authors publish it
_REPEALS = re.compile(r"废止|不再适用|不再执行|停止执行")


@dataclass(frozen=True, slots=True)
class Laws:
    """The texts, the rules in them and what the signals saw."""

    rows: list[dict[str, str]]
    rules: tuple[Rule, ...]
    evidence: list[Evidence]
    figures: dict[str, object]


def run_signals(shared: Path, facts: Facts) -> Laws:
    """All signals, each timed, in one process."""
    with lzma.open(shared / "data" / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    names = known_names(facts)
    documents = (Document(path=str(i), sha256=str(i), text=row["text"]) for i, row in enumerate(rows))
    parsed = [rule for document in documents for rule in parse_rules(document, names)]
    begun = time.perf_counter()
    rules = resolve_rules(parsed, facts, AS_OF)
    context = Context(rules, facts, AS_OF)
    seconds = {"resolving": round(time.perf_counter() - begun, 2)}
    evidence: list[Evidence] = []
    for codes, finder in FINDERS:
        began = time.perf_counter()
        evidence += finder(context)
        seconds[codes[0]] = round(time.perf_counter() - began, 2)
    figures = {
        "texts": len(rows),
        "megabytes": round(sum(len(row["text"].encode()) for row in rows) / 1e6, 1),
        "evidence": dict(sorted(Counter(item.signal for item in evidence).items())),
        "seconds": seconds,
        "seconds_all_one_core": round(time.perf_counter() - begun, 1),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    return Laws(rows, rules, evidence, figures)


def compare_with_search(laws: Laws, shared: Path, facts: Facts) -> tuple[dict[str, int], list[str]]:
    """V10 beside a plain search for 《title》 of every whole repeal: flagged, left alone and why, and what is left to be read."""
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    paths = {rule.version_id: rule.source.path for rule in laws.rules}
    for item in laws.evidence:
        if item.signal == "V10" and item.start is not None and item.end is not None:
            spans[paths[item.version_id or ""]].append((item.start, item.end))
    titles = sorted(set(_searched_titles(shared)))
    automaton = ahocorasick_rs.AhoCorasick(titles, matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    counts: Counter[str] = Counter()
    left = []
    for i, row in enumerate(laws.rows):
        for which, start, end in automaton.find_matches_as_indexes(row["text"]):
            reason = _why(row["text"], start, end, titles[which], spans[str(i)], facts)
            counts[reason] += 1
            if reason == "left":
                around = row["text"][max(0, start - 40) : end + 40].replace("\n", "⏎")
                left.append(f"{row['title']}\t{titles[which]}\t{around}")
    return dict(counts), left


def _searched_titles(shared: Path) -> Iterator[str]:
    with open(shared / "data" / "repeals.csv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["scope"] == "whole":
                bare = squeeze(row["repealed_title"]).strip("《》").removeprefix("中华人民共和国")
                yield f"《{bare}》"
                yield f"《中华人民共和国{bare}》"


def _why(text: str, start: int, end: int, title: str, flagged: Sequence[tuple[int, int]], facts: Facts) -> str:
    if inside_any(start, end, list(flagged)):
        return "flagged"
    laws = facts.find_laws(title)
    if any(not law.is_repealed(AS_OF) or key_title(law.replaced_by or "") == key_title(law.title) for law in laws):
        return "a newer text bears the title"
    rest = text[end : text.find("。", end) + 1 or len(text)]
    return "repealed in the same sentence" if _REPEALS.search(rest) else "left"


def score_moved(laws: Laws, shared: Path) -> dict[str, float]:
    """V12 on the references known to be stale."""
    seen: dict[tuple[str, str | None], set[str]] = defaultdict(set)
    rows = {rule.version_id: laws.rows[int(rule.source.path)] for rule in laws.rules}
    for item in laws.evidence:
        if item.signal == "V12":
            row = rows[item.version_id or ""]
            old = {step.split("→")[0] for step in (item.successor or "").split("；")}
            seen[f"{squeeze(row['title'])}@{row['publish_date']}", item.provision] |= old
    with open(shared / "data" / "stale_refs.jsonl", encoding="utf-8") as lines:
        wanted = [json.loads(line) for line in lines]
    found = sum(
        row["cited_article"] in seen[f"{squeeze(row['doc'])}@{row['doc_date']}", row["article"] or "标题"]
        for row in wanted
    )
    return {"stale_references": len(wanted), "found": found, "recall": round(found / len(wanted), 4)}


def check_names(laws: Laws) -> dict[str, object]:
    """V20: none inside titles or numbers, none behind 原; how many texts in force bear one."""
    inside = behind = 0
    texts = {rule.version_id: laws.rows[int(rule.source.path)] for rule in laws.rules}
    bearing = set()
    for item in laws.evidence:
        if item.signal != "V20" or item.start is None or item.end is None:
            continue
        row = texts[item.version_id or ""]
        line = row["text"].rfind("\n", 0, item.start) + 1
        sentence = row["text"][line : row["text"].find("\n", item.end)]
        inside += inside_any(item.start - line, item.end - line, list(title_spans(sentence)))
        behind += row["text"][item.start - 1 : item.start] == "原"
        if row["status"].startswith("有效"):
            bearing.add(item.version_id)
    return {"inside_titles_or_numbers": inside, "behind_原": behind, "texts_in_force_with_one": len(bearing)}


def measure_finding(laws: Laws, facts: Facts) -> dict[str, float]:
    """Finding citations, MB/s of UTF-8 on one core, beside a plain alternation of the same titles and eyecite's own figure."""
    texts = [row["text"] for row in laws.rows[:SAMPLE]]
    size = sum(len(text.encode()) for text in texts) / 1e6
    names = known_names(facts)
    begun = time.perf_counter()
    found = sum(1 for text in texts for _ in find_mentions(text, names))
    ours = time.perf_counter() - begun
    plain = re.compile("|".join(map(re.escape, sorted(names.titles, key=len, reverse=True))))
    begun = time.perf_counter()
    for text in texts[: SAMPLE // 10]:
        plain.findall(text)
    share = sum(len(text.encode()) for text in texts[: SAMPLE // 10]) / 1e6
    theirs = share / (time.perf_counter() - begun)
    return {
        "citations": found,
        "mb_a_second": round(size / ours, 1),
        "plain_re_alternation_mb_a_second": round(theirs, 1),
        "ratio": round(size / ours / theirs, 1),
        "eyecite_published_mb_a_second": EYECITE,
    }


def measure(shared: Path) -> tuple[list[str], dict[str, object]]:
    """What is left to be read, and the figures."""
    facts = load_facts()
    laws = run_signals(shared, facts)
    searched, left = compare_with_search(laws, shared, facts)
    return left, {
        "signals": laws.figures,
        "repealed_titles_found_by_plain_search": searched,
        "moved_articles": score_moved(laws, shared),
        "former_names": check_names(laws),
        "finding_citations": measure_finding(laws, facts),
    }


if __name__ == "__main__":
    lines, figures = measure(Path(sys.argv[1]))
    if "--list" in sys.argv:
        print("\n".join(lines))
    print(json.dumps(figures, ensure_ascii=False))

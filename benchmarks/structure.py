"""Articles, titles and dates of every law text and real document beside the project, judged against continuity.

python benchmarks/structure.py ../shared [--list]

The judge shares no code with the parser: among all places that may be an article it takes the cheapest way through the
numbers (1, 2, 3 … with a price on each gap, repeat and new beginning), and knows nothing of words or headings. Where the
two differ a person looks: ``--list`` prints each disagreement.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import rulemine as rm
from rulemine.errors import UnreadableFile
from rulemine.readers import read_all
from rulemine.readers.assembly import SourceFile
from rulemine.readers.plain import PlainReader
from rulemine.schema import Document, Rule

PLACE = re.compile(
    r"(?P<front>(?:^|(?<=[\n。]))[ \t\u3000\u2002\xa0*#]*)?"
    r"(?P<mark>[第笫]\s*(?P<n>[一二两三四五六七八九十百千零〇○廿卅\d０-９ ]{1,12}?)\s*条(?:之(?P<sub>[一二三四五六七八九十]{1,3}))?)"
    r"(?P<space>\s)?"
)
VALUES = dict(
    zip(
        "零〇○一二两三四五六七八九十百千廿卅",
        (0, 0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 1000, 20, 30),
        strict=True,
    )
)


def main(shared: Path, *, listed: bool) -> None:
    """Print the summary, and each disagreement when asked."""
    told, figures = measure(shared)
    for name, remark in told if listed else ():
        print(f"{name}\t{remark}")
    print(json.dumps(figures, ensure_ascii=False))


def measure(shared: Path) -> tuple[list[tuple[str, str]], dict[str, float]]:
    """Each disagreement, and the summary."""
    tally: Counter[str] = Counter()
    told = [*judge_laws(shared, tally), *judge_documents(shared, tally)]
    found, places = tally["articles"], tally["judged"]
    shares = {
        "share_found": round(1 - tally["missed"] / places, 6),
        "share_false": round(tally["extra"] / found, 6),
    }
    return told, dict(tally) | shares


def judge_laws(shared: Path, tally: Counter[str]) -> Iterator[tuple[str, str]]:
    """The law texts: one text a file, its title and its day of entry into force known."""
    with lzma.open(shared / "data" / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            source = SourceFile(path=f"{row['title'][:60]}.txt", suffix=".txt", data=row["text"].encode())
            document = PlainReader().read(source, "final").to_document(source.path, "0" * 64)
            rules = rm.parse_rules(document)
            name = f"{row['title']}({row['publish_date']})"
            told = [*judge_articles(document, rules, tally), *judge_law(row, rules, tally)]
            yield from ((name, remark) for remark in told)


def judge_documents(shared: Path, tally: Counter[str]) -> Iterator[tuple[str, str]]:
    """The real documents of every format that can be read; reports have no articles."""
    for document in read_all([shared / "data" / "docs"]):
        if not isinstance(document, UnreadableFile):
            rules = rm.parse_rules(document)
            tally["rules_in_documents"] += len(rules)
            for remark in judge_articles(document, rules, tally):
                yield Path(document.path).name, remark


def judge_articles(document: Document, rules: Sequence[Rule], tally: Counter[str]) -> Iterator[str]:
    """Where parser and judge differ, and what the parser itself says about the numbers."""
    judged = dict(cheapest_way(list(find_places(document.text))))
    found = {a.start: a.number for rule in rules for a in rule.articles}
    tally["articles"] += len(found)
    tally["judged"] += len(judged)
    for start in sorted(judged.keys() | found.keys()):
        if judged.get(start) != found.get(start):
            side = "missed" if start not in found else "extra" if start not in judged else "misread"
            tally[side] += 1
            yield f"{side} {judged.get(start) or found.get(start)} {show(document.text, start)}"
    for rule in rules:
        for warning in rule.warnings:
            tally["warnings"] += 1
            yield f"warning {warning}"


def judge_law(row: dict[str, Any], rules: Sequence[Rule], tally: Counter[str]) -> Iterator[str]:
    """One text is one rule of its own title; n_articles and the dates are facts that nobody checked."""
    tally["laws"] += 1
    if len(rules) != 1:
        tally["laws_not_one_rule"] += 1
        yield "rules " + " | ".join(f"{rule.title}（{len(rule.articles)}）" for rule in rules)
    if row["n_articles"] not in (None, count := sum(len(rule.articles) for rule in rules)):
        tally["n_articles_differ"] += 1
        yield f"n_articles {row['n_articles']}, found {count}"
    wanted, titles = title_key(row["title"]), [title_key(rule.title) for rule in rules]
    if wanted not in titles:
        tally["titles_differ"] += 1
        yield f"title {titles}"
    for fact, attribute in (("effective_date", "effective_on"), ("publish_date", "promulgated_on")):
        rule = rules[titles.index(wanted)] if wanted in titles else rules[0]
        stated = str(getattr(rule, attribute))
        if row[fact] and stated != row[fact]:
            tally[f"{attribute}_differ"] += 1
            yield f"{attribute} {row[fact]} ({row.get('effective_date_basis')}), found {stated}"


def title_key(title: str) -> str:
    """A title without white space, marks, number or day, in one kind of brackets."""
    bare = re.sub(r"[\s《》〈〉<>]", "", title).translate(str.maketrans("()〔〕[]", "（）（）（）"))
    return re.sub(r"（[^（）]*(?:（\d{4}）)?\d+号）$|（\d{4}年?.{0,8}）$|^中华人民共和国", "", bare)


def find_places(text: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Every 第X条 at the front of a line, behind a full stop, or before white space; rows of tables have no articles."""
    for found in PLACE.finditer(text):
        line = text[text.rfind("\n", 0, found.start("mark")) + 1 : (text + "\n").index("\n", found.start("mark"))]
        if " |" in line or "| " in line:
            continue
        if found["front"] is None and not found["space"]:
            continue
        number = [evaluate(found["n"])] + ([evaluate(found["sub"])] if found["sub"] else [])
        yield found.start("mark"), tuple(number)


def evaluate(numeral: str) -> int:
    """The value of a numeral, added up by hand."""
    bare = re.sub(r"\s", "", numeral)
    if all(VALUES.get(c, 0) < 10 for c in bare):
        return int("".join(str(VALUES.get(c, c)) for c in bare))
    total = pending = 0
    for value in (VALUES[c] if c in VALUES else int(c) for c in bare):
        if value < 10:
            pending += value
        elif value in (20, 30):
            total += value
        else:
            total, pending = total + (pending or 1) * value, 0
    return total + pending


def price(last: tuple[int, ...], number: tuple[int, ...]) -> float:
    """What it costs to go from one number to another; every place taken earns 1."""
    if number in ((last[0] + 1,), (*last, 1), (*last[:-1], last[-1] + 1)):
        return 0
    if number == (1,):
        return 2.5
    return 0.9 if last[0] <= number[0] <= last[0] + 3 else 6


def cheapest_way(places: Sequence[tuple[int, tuple[int, ...]]]) -> list[tuple[int, tuple[int, ...]]]:
    """The places that earn most."""
    best: list[tuple[float, int]] = []
    for i, (_, number) in enumerate(places):
        ways = [(best[j][0] + 1 - price(places[j][1], number), j) for j in range(max(0, i - 400), i)]
        best.append(max([*ways, (1 - price((0,), number), -1)]))
    way, at = [], max(range(len(best)), key=lambda i: best[i][0], default=-1)
    while at >= 0:
        way.append(places[at])
        at = best[at][1]
    return way[::-1]


def show(text: str, start: int) -> str:
    """The words around a place, on one line."""
    return repr(text[max(0, start - 25) : start] + "▶" + text[start : start + 35])


if __name__ == "__main__":
    main(Path(sys.argv[1]), listed="--list" in sys.argv)

"""How common words and characters are in rules: src/rulemine/data/words.tsv, out of the texts of ../shared.

python tools/build_words.py ../shared

A line is a word (or a character, marked by a leading dot) and the number of sentences in which it stands; the first line
is the number of sentences. Only counts go into the project, no sentence does.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import rjieba

LEAST = 3
"""Sentences in which a word must stand: rarer ones weigh as much as unknown ones."""
TARGET = Path(__file__).parent.parent / "src" / "rulemine" / "data" / "words.tsv"


def read_sentences(shared: Path) -> Iterator[str]:
    data = shared / "data"
    with lzma.open(data / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    for name in ("findings_real.jsonl", "penalties.jsonl"):
        with (data / name).open(encoding="utf-8") as lines:
            texts += [json.loads(line).get("text", "") for line in lines]
    seen: set[str] = set()
    for text in texts:
        for found in re.split(r"[。；\n]", text):
            sentence = found.strip()
            if len(sentence) >= 6 and sentence not in seen:
                seen.add(sentence)
                yield sentence


def main(shared: Path) -> None:
    words: Counter[str] = Counter()
    total = 0
    for sentence in read_sentences(shared):
        total += 1
        cut = {word for word in rjieba.cut(sentence) if re.fullmatch(r"[\u4e00-\u9fa5A-Za-z]+", word)}
        words.update(cut)
        words.update(f".{character}" for character in set("".join(cut)))
    kept = sorted((word, n) for word, n in words.items() if n >= LEAST)
    lines = [str(total), *(f"{word}\t{n}" for word, n in kept)]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {total} sentences, {len(kept)} words and characters")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

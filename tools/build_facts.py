"""Writes the tables of facts in ``src/rulemine/data`` from the public lists that stand beside the project.

    python tools/build_facts.py ../shared/data

Only facts go in (titles, numbers, dates, what repealed what, where an article moved), each with its source. Rows of
``tools/laws_unverified.csv`` are of our own knowledge and are marked as unverified by their confidence.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rulemine.facts import key_title
from rulemine.text import normalise_document_number, normalise_title, squeeze

DATA = Path(__file__).parent.parent / "src" / "rulemine" / "data"
CHECKED_ON = "2026-11-01"
LEVELS = {
    "法律": "law",
    "宪法": "law",
    "行政法规": "administrative_regulation",
    "司法解释": "judicial_interpretation",
    "部门规章": "departmental_rule",
    "规范性文件": "normative_document",
}
LAW_FIELDS = [
    "id",
    "title",
    "document_number",
    "level",
    "issued_on",
    "effective_on",
    "repealed_on",
    "replaced_by",
    "source",
    "checked_on",
    "confidence",
]
CONFIDENCE = {"text_clause": 0.99, "text_list": 0.97, "metadata_C41": 0.95, "text_clause-forward": 0.9}


def main(shared: Path) -> None:
    """Write laws.csv and moves.csv; names.csv, aliases.csv and departments are kept by hand."""
    write(DATA / "laws.csv", LAW_FIELDS, unique(law_rows(shared)))
    write(
        DATA / "moves.csv",
        ["id", "title", "moved_on", "old_article", "new_article", "likeness", "source", "checked_on"],
        move_rows(shared),
    )


def law_rows(shared: Path) -> Iterator[dict[str, str]]:
    """Repealed texts first, then those not known to be repealed, one row a title."""
    yield from repealed_rows(shared)
    yield from unverified_rows()
    yield from current_rows(shared)


def repealed_rows(shared: Path) -> Iterator[dict[str, str]]:
    with open(shared / "repeals.csv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["kind"] not in CONFIDENCE or row["scope"] != "whole" or not row["repealed_on"]:
                continue
            yield law(
                row["repealed_title"],
                row["repealed_doc_no"],
                LEVELS.get(row["level_of_source"], ""),
                repealed_on=row["repealed_on"],
                replaced_by=row["replaced_by"],
                confidence=CONFIDENCE[row["kind"]],
                source=" ".join(
                    filter(None, (f"{row['replaced_by']}" if row["evidence_article"] else "", row["evidence_article"]))
                )
                or "公开法规库的失效标注",
            )


def read_unverified() -> list[dict[str, str]]:
    with open(Path(__file__).parent / "laws_unverified.csv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def unverified_rows() -> Iterator[dict[str, str]]:
    for row in read_unverified():
        yield law(
            row["title"],
            row["document_number"],
            row["level"],
            issued_on=row["issued_on"],
            repealed_on=row["repealed_on"],
            replaced_by=row["replaced_by"],
            source="自有知识，未经核对",
            confidence=0.8,
        )


def current_rows(shared: Path) -> Iterator[dict[str, str]]:
    """The newest version of each law, regulation and rule whose status does not say repealed."""
    newest: dict[str, dict[str, str]] = {}
    with open(shared / "titles.jsonl", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            gone = "废止" in row["status"].replace("将废止", "") or "已失效" in row["status"]
            if row["level"] not in LEVELS or gone or "（" in row["title"][-6:]:
                continue
            key = normalise_title(row["title"])
            if key not in newest or (row["publish_date"] or "") > (newest[key]["publish_date"] or ""):
                newest[key] = row
    repealed = {key_title(row["title"]): row["repealed_on"] for row in read_unverified()}
    for row in newest.values():
        # A text of the same title that came after the repeal is another one.
        if (row["publish_date"] or "") < repealed.get(key_title(row["title"]), ""):
            continue
        yield law(
            row["title"],
            "",
            LEVELS[row["level"]],
            issued_on=row["publish_date"] or "",
            effective_on=row["effective_date"] or "",
            repealed_on=row["repealed_on"] if "将废止" in row["status"] else "",
            replaced_by=row["superseded_by"] or "",
            source=f"公开法规库（{row['source_repo']}）",
            confidence=0.9,
        )


def law(
    title: str,
    number: str,
    level: str,
    *,
    issued_on: str = "",
    effective_on: str = "",
    repealed_on: str = "",
    replaced_by: str = "",
    source: str,
    confidence: float,
) -> dict[str, str]:
    title = squeeze(title).strip("《》")
    number = normalise_document_number(number.removesuffix("公布").removesuffix("发布")) if number else ""
    return {
        "id": f"law:{normalise_title(title)}" + (f"~{repealed_on}" if repealed_on else ""),
        "title": title,
        "document_number": number,
        "level": level,
        "issued_on": issued_on,
        "effective_on": effective_on,
        "repealed_on": repealed_on,
        "replaced_by": squeeze(replaced_by),
        "source": source,
        "checked_on": CHECKED_ON,
        "confidence": f"{confidence:.2f}",
    }


def move_rows(shared: Path) -> Iterator[dict[str, str]]:
    """Articles that bear another number in the newer version, or none."""
    with open(shared / "article_map.jsonl", encoding="utf-8") as lines:
        for pair in map(json.loads, lines):
            moved = {old: (new, likeness) for old, new, likeness in pair["map"]}
            moved.update(dict.fromkeys(pair["removed"], ("", 0.0)))
            for old, (new, likeness) in moved.items():
                if old != new:
                    yield {
                        "id": f"move:{normalise_title(pair['title'])}@{pair['new_date']}:{old}",
                        "title": pair["title"],
                        "moved_on": pair["new_date"],
                        "old_article": old,
                        "new_article": new,
                        "likeness": f"{likeness:.2f}",
                        "source": f"{pair['old_date']} → {pair['new_date']}",
                        "checked_on": CHECKED_ON,
                    }


def unique(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """Each text once, also when the title within its title stands in other marks."""
    seen: set[str] = set()
    for row in rows:
        key = key_title(row["id"])
        if key not in seen:
            seen.add(key)
            yield row


def write(path: Path, fields: list[str], rows: Iterable[dict[str, str]]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, fields, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""Writes the tables of facts in ``src/rulemine/data`` from the public lists that stand beside the project.

    python tools/build_facts.py ../shared/data

Only facts go in (titles, numbers, dates, what repealed what, where an article moved), each with its source. Rows of
``tools/laws_unverified.csv`` are of our own knowledge and are marked as unverified by their confidence.
"""

from __future__ import annotations

import csv
import json
import lzma
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from rulemine.facts import key_title
from rulemine.text import find_dates, normalise_document_number, normalise_title, squeeze

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
    "gone_by",
]
SECURITIES = "证券期货规则(NERIS)"
GONE = "已被废止"
LISTED_BY = "2022-05-01"  # the day of that list
CONFIDENCE = {"text_clause": 0.99, "text_list": 0.97, "metadata_C41": 0.95, "text_clause-forward": 0.9}


TOGETHER = re.compile(r"部分(?:行政法规|法律|规章|司法解释)|等[^》]{0,30}(?:部|件|个|项)|若干")
FIRST_YEAR = 2000  # amendments before it are of no use: no rule that is older is still kept
STATUS_ONLY = 0.75  # a list says that it is gone, and not since when or by what


def main(shared: Path) -> None:
    """Write laws.csv, amendments.csv and moves.csv; names.csv and aliases.csv are kept by hand."""
    write(DATA / "laws.csv", LAW_FIELDS, unique(law_rows(shared)))
    write(
        DATA / "amendments.csv",
        ["id", "title", "amended_on", "effective_on", "scope", "source", "checked_on"],
        unique(amendment_rows(shared)),
    )
    write(
        DATA / "moves.csv",
        ["id", "title", "moved_on", "old_article", "new_article", "likeness", "source", "checked_on"],
        move_rows(shared),
    )


def law_rows(shared: Path) -> Iterator[dict[str, str]]:
    """Repealed texts first, then those not known to be repealed, one row a title."""
    yield from repealed_rows(shared)
    yield from renamed_rows(shared)
    yield from unverified_rows()
    yield from current_rows(shared)
    yield from securities_rows(shared)


def repealed_rows(shared: Path) -> Iterator[dict[str, str]]:
    """What a clause or a list says is repealed; where it does not say when, the day by which it was gone."""
    published = newest_dates(shared)
    for row in read_repeals(shared):
        if row["kind"] not in CONFIDENCE or row["scope"] != "whole":
            continue
        known = published.get(normalise_title(row["replaced_by"]), CHECKED_ON)
        yield law(
            row["repealed_title"],
            row["repealed_doc_no"],
            LEVELS.get(row["level_of_source"], ""),
            repealed_on=row["repealed_on"],
            gone_by="" if row["repealed_on"] else known,
            replaced_by=row["replaced_by"],
            confidence=CONFIDENCE[row["kind"]],
            source=" ".join(
                filter(None, (f"{row['replaced_by']}" if row["evidence_article"] else "", row["evidence_article"]))
            )
            or "公开法规库的失效标注",
        )


def read_repeals(shared: Path) -> list[dict[str, str]]:
    with open(shared / "repeals.csv", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def renamed_rows(shared: Path) -> Iterator[dict[str, str]]:
    """Laws of the list of former names whose repeal clause was seen; a repeal that was suspended is none."""
    known = {key_title(row["repealed_title"]) for row in read_repeals(shared)}
    with open(shared / "renames.csv", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            seen = row["verified"].startswith("yes (repeal clause") and "suspended" not in row["note"]
            if row["category"] in ("法律", "法规", "税") and seen and key_title(row["old"]) not in known:
                yield law(
                    row["old"],
                    "",
                    "",
                    repealed_on=row["effective_date"],
                    replaced_by=row["new"],
                    source=row["new"],
                    confidence=CONFIDENCE["text_clause"],
                )


def newest_dates(shared: Path) -> dict[str, str]:
    """The day of the newest version of each title."""
    found: dict[str, str] = {}
    for row in read_titles(shared):
        key = normalise_title(row["title"])
        found[key] = max(found.get(key, ""), row["publish_date"] or "")
    return {key: day for key, day in found.items() if day}


def read_titles(shared: Path) -> Iterator[dict[str, str]]:
    with open(shared / "titles.jsonl", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def securities_rows(shared: Path) -> Iterator[dict[str, str]]:
    """Rules of the securities market by the status that their supervisor's list gives them, gone or in force."""
    dated = {key_title(row["repealed_title"]) for row in read_repeals(shared) if row["kind"] in CONFIDENCE}
    dated |= {key_title(row["title"]) for row in read_unverified()}
    listed = [row for row in read_titles(shared) if row["level"] == SECURITIES and key_title(row["title"]) not in dated]
    in_force = {(key_title(row["title"]), row.get("doc_no")) for row in listed if row["status"] != GONE}
    for row in listed:
        number = row.get("doc_no") or ""
        gone = row["status"] == GONE
        if gone and (key_title(row["title"]), row.get("doc_no")) in in_force:
            continue  # the list says both of one text
        yield law(
            row["title"],
            number,
            "departmental_rule" if "令" in number else "normative_document",
            issued_on=row["publish_date"] or "",
            gone_by=LISTED_BY if gone else "",
            confidence=STATUS_ONLY,
            source="证券期货规则库的效力标注",
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
    for row in read_titles(shared):
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
    gone_by: str = "",
    replaced_by: str = "",
    source: str,
    confidence: float,
) -> dict[str, str]:
    title = squeeze(title).strip("《》")
    number = normalise_document_number(number.removesuffix("公布").removesuffix("发布")) if number else ""
    return {
        "id": f"law:{normalise_title(title)}" + (f"~{repealed_on or gone_by}" if repealed_on or gone_by else ""),
        "title": title,
        "document_number": number,
        "level": level,
        "issued_on": issued_on,
        "effective_on": effective_on,
        "repealed_on": repealed_on,
        "gone_by": gone_by,
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


def amendment_rows(shared: Path) -> Iterator[dict[str, str]]:
    """The days on which a text was amended: out of pairs of its versions, and out of the note under its title.

    Amended together with many others, in passing: ``together``, unless two versions show that its articles changed.
    """
    effective = {
        (normalise_title(row["title"]), row["publish_date"]): row["effective_date"] or ""
        for row in read_titles(shared)
        if row["publish_date"] and row.get("effective_date_basis") not in (None, "text:公布之日")
    }
    noted = list(noted_days(shared))
    in_passing = {(normalise_title(title), day) for title, day, _, is_alone in noted if not is_alone}
    paired = list(paired_days(shared))
    compared = {(normalise_title(title), day) for title, day, _ in paired}
    for title, day, source in [*paired, *((title, day, source) for title, day, source, _ in noted)]:
        key = normalise_title(title), day
        since = effective.get(key, "")
        yield {
            "id": f"amendment:{key[0]}@{day}",
            "title": squeeze(title),
            "amended_on": day,
            "effective_on": since if since >= day else "",
            "scope": "together" if key in in_passing - compared else "alone",
            "source": source,
            "checked_on": CHECKED_ON,
        }


def paired_days(shared: Path) -> Iterator[tuple[str, str, str]]:
    with open(shared / "version_pairs.jsonl", encoding="utf-8") as lines:
        for pair in map(json.loads, lines):
            if not pair["suspect"]:
                yield pair["title"], pair["new_date"], f"{pair['old_date']} → {pair['new_date']} 两个版本"


def noted_days(shared: Path) -> Iterator[tuple[str, str, str, bool]]:
    """Out of the note under the title; whether the text was amended alone, not with many others in passing."""
    with lzma.open(shared / "laws.jsonl.xz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            head = re.split(r"\n\s*(?:第一[条章编]|目\s*录)", row["text"][:6000])[0]
            dates = [found for found in find_dates(head) if found.exact]
            ends = [*(found.start for found in dates[1:]), len(head)]
            for found, end in zip(dates, ends if dates else [], strict=True):
                note = head[found.end : end]
                behind = re.sub(r"《[^》]*》?", "", note)
                if re.match(r"[^。；]{0,60}?(?:修正|修订)", behind) and found.first.year >= FIRST_YEAR:
                    yield row["title"], found.first.isoformat(), "题注", not TOGETHER.search(note)


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

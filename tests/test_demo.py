"""The main job on the demo: what was planted is found, what only looks like it is left alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rulemine as rm
from rulemine.text import normalise_document_number, normalise_title, squeeze

from .conftest import Demo
from .scoring import ReviewScorer, Score, match_findings, text_overlap

PLANTED_LEAST, TAKEN_MOST, FOUND_LEAST = 74, 1, 0.95
REPORTS = ("R1_内部审计报告", "R2_整改情况报告", "R3_问题台账")


def load_gold(demo: Demo, name: str) -> Any:
    return json.loads((demo.folder / "gold" / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def scorer(demo: Demo) -> ReviewScorer:
    texts = {r.version_id: demo.text_of(r.source.path)[r.source.start : r.source.end] for r in demo.review.rules}
    return ReviewScorer(load_gold(demo, "rules.gold.json"), demo.review.rules, texts)


@pytest.fixture(scope="module")
def score(demo: Demo, scorer: ReviewScorer) -> Score:
    return scorer.score([e for candidate in demo.review.candidates for e in candidate.evidence])


# ---------------------------------------------------------------- the gold itself


def test_gold_is_large_and_true_to_the_text(scorer: ReviewScorer) -> None:
    rows = scorer.gold["rules"]
    assert sum(len(row["expected"]) for row in rows) >= 40
    assert sum(len(row["must_not_flag"]) for row in rows) >= 80
    ids = [case["id"] for row in rows for case in (*row["expected"], *row["must_not_flag"])]
    assert len(set(ids)) == len(ids)
    assert list(scorer.check_gold()) == []


@pytest.mark.parametrize("name", REPORTS)
def test_issues_of_the_gold_stand_in_the_report(demo: Demo, name: str) -> None:
    text = squeeze(next(d.text for d in demo.reports if Path(d.path).stem == name))
    gold = load_gold(demo, f"{name}.json")
    assert gold["issues"]
    for issue in gold["issues"]:
        assert squeeze(issue["text"]) in text


# ---------------------------------------------------------------- rules


def test_every_rule_with_title_number_and_articles(demo: Demo) -> None:
    told = {
        normalise_title(r.title): (normalise_document_number(r.document_number or ""), len(r.articles))
        for r in demo.review.rules
    }
    gold = load_gold(demo, "rules.gold.json")["rules"]
    assert len(demo.review.rules) == len(gold)
    assert told == {
        normalise_title(row["title"]): (normalise_document_number(row["document_number"]), row["n_articles"])
        for row in gold
    }


def test_dates_and_files_of_the_rules(demo: Demo) -> None:
    rules = {normalise_title(r.title): r for r in demo.review.rules}
    for row in load_gold(demo, "rules.gold.json")["rules"]:
        rule = rules[normalise_title(row["title"])]
        assert row["promulgated_on"] in (str(rule.promulgated_on), str(rule.revised_on)), rule.title
        assert str(rule.effective_on) == row["effective_on"], rule.title
        assert Path(rule.source.path).name == row["file"]


def test_offsets_are_exact(demo: Demo) -> None:
    for rule in demo.review.rules:
        text = demo.text_of(rule.source.path)
        for stretch in (*rule.provisions, *rule.citations):
            assert text[stretch.start : stretch.end] == stretch.text
    sources = {rule.version_id: rule.source.path for rule in demo.review.rules}
    for candidate in demo.review.candidates:
        for evidence in candidate.evidence:
            assert evidence.version_id == candidate.version_id
            assert demo.text_of(sources[evidence.version_id or ""])[evidence.start : evidence.end] == evidence.quote


# ---------------------------------------------------------------- what was planted


def test_planted_issues_are_found(score: Score) -> None:
    assert len(score.found) >= PLANTED_LEAST, score.missed


def test_look_alikes_are_left_alone(score: Score) -> None:
    assert len(score.taken) <= TAKEN_MOST, score.taken


def test_the_scorer_finds_nothing_in_nothing(scorer: ReviewScorer) -> None:
    told = scorer.score([])
    assert told.found == told.taken == []
    assert len(told.missed) == sum(len(row["expected"]) for row in scorer.gold["rules"])


# ---------------------------------------------------------------- reports


@pytest.mark.parametrize("name", REPORTS)
def test_issues_of_the_reports_are_found(demo: Demo, name: str) -> None:
    gold = load_gold(demo, f"{name}.json")
    found = [f for f in demo.findings if Path(f.source.path).stem == name]
    pairs = match_findings([issue["text"] for issue in gold["issues"]], [f.text for f in found])
    missed = [issue["text"] for i, issue in enumerate(gold["issues"]) if i not in pairs]
    assert len(pairs) >= FOUND_LEAST * len(gold["issues"]), missed
    assert len(found) <= len(gold["issues"]) * 1.1, [f.text for j, f in enumerate(found) if j not in pairs.values()]
    amounts = [(gold["issues"][i]["amount_yuan"], found[j].amount_yuan) for i, j in pairs.items()]
    assert sum(a == b for a, b in amounts) >= FOUND_LEAST * len(amounts), amounts


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_no_issue_is_left_alone(demo: Demo, name: str) -> None:
    gold = load_gold(demo, f"{name}.json")
    found = [f.text for f in demo.findings if Path(f.source.path).stem == name]
    sentences = [row if isinstance(row, str) else row["text"] for row in gold["non_issues"]]
    assert [s for s in sentences if any(text_overlap(s, f) >= 0.6 for f in found)] == []


# ---------------------------------------------------------------- with the encoder


def test_the_encoder_finds_what_says_the_same_in_other_words(demo: Demo, scorer: ReviewScorer, score: Score) -> None:
    """Nothing found by words gets lost but what the labelled pairs allow, nothing that only looks like it is taken."""
    outcome = rm.review(demo.review.rules, as_of=demo.review.run.as_of, vectors="encoder")
    found = scorer.score([e for candidate in outcome.candidates for e in candidate.evidence])
    assert len(found.found) >= len(score.found)
    assert len(found.taken) <= TAKEN_MOST
    assert "DEMO-18-E6" in set(found.found) - set(score.found)  # 首问责任 told a second time, in words of its own
    assert outcome.run.vectors == "encoder"
    assert outcome.run.options["encoder"].startswith("multilingual-e5-small-zh-q4 ")
    assert demo.review.run.vectors == "words"

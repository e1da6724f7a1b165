"""Evidence into candidates: action, score, priority, order."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from rulemine.candidates import HIGH, MEDIUM, WEIGHTS, gather_candidates
from rulemine.schema import Evidence, Rule, Source
from rulemine.signals import SIGNALS


def make_rule(name: str) -> Rule:
    return Rule(
        id=name, version_id=f"v-{name}", title=name, source=Source(path=f"{name}.txt", sha256="0", start=0, end=10)
    )


def make_evidence(rule: Rule, key: str, **more: Any) -> Evidence:
    values: dict[str, Any] = {
        "id": key,
        "signal": "V20",
        "kind": "former_name",
        "action": "amend",
        "rule_id": rule.id,
        "version_id": rule.version_id,
        "provision": "第一条",
        "path": "第一条",
        "start": 0,
        "end": 2,
        "quote": "甲乙",
        "message": "旧称谓",
        "confidence": 0.9,
    }
    return Evidence(**{**values, **more})


A, B = make_rule("甲办法"), make_rule("乙办法")


def test_every_kind_of_the_contract_has_a_weight() -> None:
    assert {info.kind for info in SIGNALS} <= set(WEIGHTS)
    assert all(0 < weight <= 1 for weight in WEIGHTS.values())


def test_a_rule_without_evidence_is_no_candidate() -> None:
    assert [c.title for c in gather_candidates([A, B], [make_evidence(A, "1")])] == ["甲办法"]
    assert gather_candidates([A], []) == ()


@pytest.mark.parametrize(
    ("actions", "strongest"),
    [
        (("amend", "repeal", "enact"), "repeal"),
        (("enact", "amend"), "amend"),
        (("enact",), "enact"),
        (("amend", "amend"), "amend"),
    ],
)
def test_the_strongest_action_counts(actions: tuple[str, ...], strongest: str) -> None:
    (candidate,) = gather_candidates([A], [make_evidence(A, str(i), action=action) for i, action in enumerate(actions)])
    assert candidate.action == strongest


def test_score_is_the_chance_that_one_calls_for_it() -> None:
    (one,) = gather_candidates([A], [make_evidence(A, "1")])
    (two,) = gather_candidates([A], [make_evidence(A, "1"), make_evidence(A, "2", start=4)])
    weight = WEIGHTS["former_name"] * 0.9
    assert one.score == pytest.approx(weight, abs=1e-4)
    assert two.score == pytest.approx(1 - (1 - weight) ** 2, abs=1e-4)


def test_priority_follows_the_score() -> None:
    for kind, action in (
        ("superseded", "repeal"),
        ("repealed_basis", "amend"),
        ("restated_law", "amend"),
        ("conflict", "amend"),
    ):
        for confidence in (0.2, 0.6, 1.0):
            (candidate,) = gather_candidates(
                [A], [make_evidence(A, "1", kind=kind, action=action, confidence=confidence)]
            )
            expected = "high" if candidate.score >= HIGH else "medium" if candidate.score >= MEDIUM else "low"
            assert candidate.priority == expected
            assert 0 <= candidate.score <= 1


def test_the_most_pressing_comes_first_whatever_the_order() -> None:
    evidence = [
        make_evidence(A, "1", start=9),
        make_evidence(B, "2", kind="superseded", action="repeal"),
        make_evidence(A, "3", start=1),
    ]
    expected = gather_candidates([A, B], evidence)
    assert [c.title for c in expected] == ["乙办法", "甲办法"]
    assert [e.id for e in expected[1].evidence] == ["3", "1"]
    for seed in range(6):
        shuffled = Random(seed).sample(evidence, len(evidence))
        assert gather_candidates([B, A], shuffled) == expected


def test_two_versions_of_a_rule_are_two_candidates() -> None:
    newer = replace(A, version_id="v-2")
    found = gather_candidates([A, newer], [make_evidence(A, "1"), make_evidence(newer, "2")])
    assert [(c.rule_id, c.version_id) for c in found] == [("甲办法", "v-2"), ("甲办法", "v-甲办法")]
    assert all(c.source and c.source.path == "甲办法.txt" for c in found)

"""Second categories: named where a clause states one by itself, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from rulemine.classifier import load_classifier
from rulemine.classifier.clauses import gather_clauses, hear_loudest, split_clauses


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("公章外借未登记", 0),
        ("公章外借未登记，事后也没有补签", 0),
        ("公章外借未登记满三个月；报销单未附发票合计3万元", 2),
        ("会议费报销未附发票和签到表，同时三名员工未签订劳动合同。", 2),
        ("甲。乙。", 0),
    ],
)
def test_clauses(text: str, count: int) -> None:
    clauses = split_clauses(text)
    assert len(clauses) == count
    assert all(clause in text for clause in clauses)


def test_the_loudest_clause_counts() -> None:
    heard = hear_loudest(np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]]), np.array([0, 0, 2]), 3)
    assert heard.tolist() == [[0.9, 0.8], [0.0, 0.0], [0.6, 0.4]]
    assert gather_clauses(["甲乙"])[0] == []


def test_a_second_fault_is_named() -> None:
    text = "会议费报销未附发票和签到表，多列支出3.2万元；新入职员工未签订劳动合同，任职资格未经核准。"
    (found,) = load_classifier().answers([text])
    assert {found.category, *found.secondary} == {"finance", "personnel"}
    for single in text.split("；"):
        (alone,) = load_classifier().answers([single])
        assert alone.secondary == ()

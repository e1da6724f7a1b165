"""The learning loop as a user walks it: own categories, own labels, corrections, a new model, and what it changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from rulemine.classifier import load_classifier
from rulemine.errors import BadInput
from rulemine.learning import find_queue, judge_model, learn_model
from rulemine.taxonomy import load_taxonomy

OWN = '[categories.money]\nname = "钱"\n\n[categories.people]\nname = "人"\n\n[categories.paper]\nname = "文书"\n'
PARTS = {
    "钱": ("报销单未附发票", "备用金逾期未还", "固定资产账实不符", "采购未比价"),
    "人": ("员工未按期轮岗", "强制休假未执行", "亲属回避未登记", "新员工未签合同"),
    "文书": ("会议记录缺页", "公章外借未登记", "档案未归档", "值班日志补写"),
}
PLACES = ("城东", "城西", "城南", "城北", "县域")


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Twenty a category, labelled by name."""
    rows = [{"text": f"{p}支行{t}", "label": name} for name, texts in PARTS.items() for t in texts for p in PLACES]
    return write_lines(tmp_path / "own.jsonl", rows)


def test_twenty_a_category_are_enough_to_begin(tmp_path: Path, labelled: Path, taxonomy: Path) -> None:
    folder = tmp_path / "own"
    told = learn_model([labelled], folder, taxonomy=taxonomy, right=0.9)
    assert told["accuracy"] > 0.9
    model = load_classifier(folder, load_taxonomy(folder / "taxonomy.toml"))
    assert model.categories == ("money", "paper", "people")
    answer, *_ = model.answers(["郊区支行报销单没附发票"])
    assert answer.category == "money"


def test_corrections_change_the_next_model_and_it_says_what(tmp_path: Path, labelled: Path, taxonomy: Path) -> None:
    folder, said = tmp_path / "own", tmp_path / "corrections.jsonl"
    first = learn_model([labelled], folder, taxonomy=taxonomy, right=0.9)
    assert "changed" not in first
    write_lines(
        said,
        [{"text": f"{p}支行采购未比价", "label": "paper", "by": "甲", "at": "2026-11-03T10:00:00"} for p in PLACES],
    )
    second = learn_model([labelled], folder, corrections=said, taxonomy=taxonomy, right=0.9)
    changes = [json.loads(line) for line in (folder / "changes.jsonl").read_text(encoding="utf-8").splitlines()]
    assert second["changed"] == len(changes) == 5
    assert {(row["before"], row["after"]) for row in changes} == {("money", "paper")}
    assert second["before"]["n"] == first["n"]


def test_an_unknown_label_is_named(tmp_path: Path, taxonomy: Path) -> None:
    path = write_lines(tmp_path / "x.jsonl", [{"text": "甲", "label": "钱"}, {"text": "乙", "label": "食堂"}])
    with pytest.raises(BadInput, match=r"x\.jsonl:2.*食堂.*money"):
        learn_model([path], tmp_path / "m", taxonomy=taxonomy, right=0.9)
    assert not (tmp_path / "m").exists()


def test_figures_and_a_page(tmp_path: Path, labelled: Path, taxonomy: Path) -> None:
    learn_model([labelled], tmp_path / "own", taxonomy=taxonomy, right=0.9)
    page = tmp_path / "scores.html"
    told = judge_model([labelled], tmp_path / "own", taxonomy, page)
    assert told["accuracy"] == 1.0
    assert told["by_category"]["money"]["n"] == 20
    assert told["intervals"]["accuracy"] == (1.0, 1.0)
    text = page.read_text(encoding="utf-8")
    assert "钱" in text
    assert "<svg" in text
    assert "http" not in text


def test_labels_that_the_model_does_not_know(labelled: Path) -> None:
    with pytest.raises(BadInput, match="不认识类别"):
        judge_model([labelled], "linear")


def test_a_queue_of_both_kinds(tmp_path: Path, labelled: Path, taxonomy: Path) -> None:
    learn_model([labelled], tmp_path / "own", taxonomy=taxonomy, right=0.9)
    rows = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines()]
    rows[0]["label"] = "人"
    rows += [{"text": "郊区支行报销单由未轮岗员工归档"}, {"text": "城东支行报销单未附发票。"}]
    found = find_queue([write_lines(tmp_path / "mixed.jsonl", rows)], tmp_path / "own", taxonomy, 5)
    assert [(row.why, row.text) for row in found[:1]] == [("label", rows[0]["text"])]
    assert next(row.text for row in found if row.why == "unsure") == "郊区支行报销单由未轮岗员工归档"

"""The model: readable files, the same answers after a round trip, silence where it is not sure."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.classifier import Classifier, load_classifier
from rulemine.classifier.rows import RowClassifier, bare_finding
from rulemine.classifier.scorers import softmax
from rulemine.classifier.storing import load_model, save_model
from rulemine.classifier.training import train_classifier
from rulemine.errors import BadModel

from .corpus import make_examples

TEXTS = ["城东支行报销单未附发票", "员工未按期轮岗", "贷后检查流于形式", "天气晴", "，。", "１２３"]


@pytest.fixture(scope="module")
def small() -> Classifier:
    return train_classifier(make_examples(), "small").model


@pytest.fixture(scope="module")
def shipped() -> Classifier:
    return load_classifier()


@pytest.fixture
def folder(tmp_path: Path, small: Classifier) -> Path:
    save_model(small, tmp_path / "model", {"trained_on": {"findings": 3}})
    return tmp_path / "model"


def test_a_round_trip_gives_the_same_answers(folder: Path) -> None:
    once = load_model(folder)
    save_model(once, folder.with_name("again"), {})
    again = load_model(folder.with_name("again"))
    for text in TEXTS:
        assert once.classify([bare_finding(text)]) == again.classify([bare_finding(text)])


def test_storing_changes_no_answer(small: Classifier, folder: Path) -> None:
    stored = load_model(folder)
    for text in TEXTS:
        assert np.allclose(small.probabilities([text]), stored.probabilities([text]))


def test_files_can_be_read_without_us(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["model.json", "terms.txt", "weights.npz"]
    settings_ = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert settings_["trained_on"] == {"findings": 3}
    terms = (folder / "terms.txt").read_text(encoding="utf-8").splitlines()
    with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
        assert arrays["weights"].shape == (len(terms), len(settings_["categories"]))
        assert all(arrays[name].dtype.kind == "f" for name in arrays.files)


def test_a_model_may_be_named_by_its_folder(folder: Path) -> None:
    assert load_classifier(folder).name == "small"
    assert load_classifier(str(folder)).categories == ("finance", "personnel", "other")


@pytest.mark.parametrize("name", ["model.json", "terms.txt", "weights.npz"])
def test_a_missing_file_is_said(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BadModel, match="rulemine train"):
        load_model(folder)


@pytest.mark.parametrize("name", ["model.json", "weights.npz"])
def test_a_broken_file_is_said(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\x00 broken")
    with pytest.raises(BadModel, match="rulemine train"):
        load_model(folder)


def test_another_format_is_said(folder: Path) -> None:
    stored = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    (folder / "model.json").write_text(json.dumps({**stored, "format": 99}), encoding="utf-8")
    with pytest.raises(BadModel, match=r"99.*rulemine train"):
        load_model(folder)


def test_files_of_two_models_do_not_fit(folder: Path) -> None:
    with (folder / "terms.txt").open("a", encoding="utf-8") as terms:
        terms.write("多多多\n")
    with pytest.raises(BadModel, match=r"terms\.txt.*rulemine train"):
        load_model(folder)


def test_a_pickle_is_never_loaded(folder: Path) -> None:
    np.savez(folder / "weights.npz", weights=np.array([{"a": 1}], dtype=object))
    with pytest.raises(BadModel):
        load_model(folder)


# ---------------------------------------------------------------- answers


@pytest.mark.parametrize("text", ["", "   ", "\n\t　"])
def test_an_empty_text_is_left_to_a_person(shipped: Classifier, text: str) -> None:
    (found,) = shipped.classify([bare_finding(text)])
    assert (found.needs_review, found.review_reason, found.confidence) == (True, "empty", 0.0)
    assert found.reasons == ()


def test_a_text_that_cannot_be_judged_takes_no_other_with_it(shipped: Classifier) -> None:
    good = "会议费报销未附发票和签到表"
    first, bad, last = shipped.answers([good, None, good])  # type: ignore[list-item]  # what must not happen, and does
    assert (bad.category, bad.needs_review, bad.review_reason, bad.confidence) == ("other", True, "error", 0.0)
    assert first == last == next(iter(shipped.answers([good])))


def test_categories_of_the_report(shipped: Classifier) -> None:
    assert set(shipped.categories) == {"daily_office", "personnel", "governance", "finance", "sales", "other"}


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("用印登记簿缺页，公章由业务经理带出办公区", "daily_office"),
        ("新入职员工未签订劳动合同，任职资格未核准", "personnel"),
        ("董事会全年未召开会议，关联交易未经审议", "governance"),
        ("会议费报销未附发票和签到表，金额3.2万元", "finance"),
        ("理财产品宣传折页含有保本字样，销售未双录", "sales"),
        ("贷款五级分类不准确，贷后检查流于形式", "other"),
    ],
)
def test_plain_cases(shipped: Classifier, text: str, category: str) -> None:
    (found,) = shipped.classify([bare_finding(text)])
    assert found.category == category
    assert (found.other_kind is not None) == (category == "other")


@cache
def load_once() -> Classifier:
    return load_classifier()


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(max_size=40) | st.text(st.sampled_from("公章发票报销轮岗贷款，。１2\n "), max_size=40))
def test_any_text_gets_probabilities_and_reasons_inside_it(text: str) -> None:
    model = load_once()
    chances = model.probabilities([text])[0]
    assert chances.sum() == pytest.approx(1.0)
    assert (chances >= 0).all()
    (found,) = model.classify([bare_finding(text)])
    assert len(found.reasons) <= 3
    for reason in found.reasons:
        assert 0 <= reason.start < reason.end <= len(text)
        assert text[reason.start : reason.end].strip()
        assert reason.weight > 0
    if found.review_reason == "empty":
        assert found.needs_review
        assert sum(character.isalpha() for character in text) < 4
    else:
        assert found.needs_review == (chances.max() < model.thresholds.answer)
        assert sum(found.scores.values()) == pytest.approx(1.0, abs=1e-3)
        assert found.category not in found.secondary
        assert found.confidence is not None
        assert 0 < found.confidence <= found.scores[found.category or ""]


def test_the_order_of_findings_changes_nothing(shipped: Classifier) -> None:
    found = [bare_finding(text) for text in TEXTS]
    assert shipped.classify(found) == shipped.classify(found[::-1])[::-1]


def test_progress_is_told(shipped: Classifier) -> None:
    told: list[tuple[int, int]] = []
    shipped.classify([bare_finding(t) for t in TEXTS], progress=lambda stage, done, total: told.append((done, total)))
    assert told == [(len(TEXTS), len(TEXTS))]


def test_rows_for_tables(shipped: Classifier) -> None:
    row, empty = RowClassifier()(["发票抬头不符，多报销1200元", ""])
    promised = {
        "category",
        "confidence",
        "needs_review",
        "review_reason",
        "secondary",
        "other_kind",
        "reasons",
        "model",
        "score_finance",
    }
    assert promised <= set(row)
    assert all(r["text"] for r in row["reasons"])
    assert empty["review_reason"] == "empty"


def test_softmax_survives_large_scores() -> None:
    assert softmax(np.array([1e4, 0.0])).tolist() == [1.0, 0.0]
    assert softmax(np.array([[0.0, 0.0], [3.0, 3.0]])).tolist() == [[0.5, 0.5], [0.5, 0.5]]


def test_every_kind_has_a_name_that_an_analyst_reads(shipped: Classifier) -> None:
    from rulemine.taxonomy import load_taxonomy
    from rulemine.writers.labels import OTHER_KINDS

    assert shipped.kinds is not None
    assert set(shipped.kinds.names) <= set(OTHER_KINDS)
    assert set(shipped.kinds.names) <= set(load_taxonomy().other_kinds)

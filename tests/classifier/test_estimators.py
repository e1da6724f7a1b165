"""The scikit-learn halves: the numeric one under scikit-learn's own checks, the text one in the company it is made for."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.utils.estimator_checks import check_estimator

from rulemine.classifier.estimators import GramVectorizer, MarginClassifier
from rulemine.errors import BadInput

from .corpus import make_examples

EXAMPLES = make_examples()
TEXTS = [example.text for example in EXAMPLES]
LABELS = np.array([example.label for example in EXAMPLES])


@pytest.mark.parametrize("estimator", [MarginClassifier(), MarginClassifier(strength=0.1, folds=3)])
def test_scikit_learns_own_checks(estimator: MarginClassifier) -> None:
    """All of them but the one for arrays of other libraries, which scikit-learn runs only where an environment asks for it."""
    results = check_estimator(estimator, on_skip=None)
    assert len(results) > 40
    assert {r["check_name"] for r in results if r["status"] != "passed"} <= {"check_array_api_input"}


@pytest.fixture
def pipeline() -> Pipeline:
    return make_pipeline(GramVectorizer(), MarginClassifier())


def test_in_a_pipeline(pipeline: Pipeline) -> None:
    pipeline.fit(TEXTS, LABELS)
    assert pipeline.predict(["分理处报销单未附发票", "分理处员工未按期轮岗"]).tolist() == ["finance", "personnel"]
    chances = pipeline.predict_proba(TEXTS)
    assert np.allclose(chances.sum(axis=1), 1)
    assert (pipeline.classes_[chances.argmax(axis=1)] == LABELS).mean() > 0.95
    assert pipeline[1].coef_.shape == (3, len(pipeline[0].get_feature_names_out()))


def test_in_a_search_and_in_folds(pipeline: Pipeline) -> None:
    search = GridSearchCV(pipeline, {"gramvectorizer__least": [1, 3], "marginclassifier__strength": [0.1, 1.0]}, cv=2)
    search.fit(TEXTS, LABELS)
    assert set(search.best_params_) == {"gramvectorizer__least", "marginclassifier__strength"}
    assert cross_val_score(pipeline, TEXTS, LABELS, cv=3).mean() > 0.9


def test_a_clone_is_untaught(pipeline: Pipeline) -> None:
    copy = clone(pipeline.fit(TEXTS, LABELS))
    assert copy.get_params()["gramvectorizer__least"] == 2
    assert not hasattr(copy[0], "table_")


def test_probabilities_are_calibrated_where_labels_are_a_lottery() -> None:
    """Two words, each with nine of ten in its class: whoever says 1.0 is wrong once in ten."""
    drawn = np.random.default_rng(0)
    texts = ["公章外借" if i % 2 else "发票缺失" for i in range(400)]
    labels = np.array([(i % 2) ^ (drawn.random() < 0.1) for i in range(400)])
    chances = make_pipeline(GramVectorizer(), MarginClassifier()).fit(texts, labels).predict_proba(texts)
    assert chances.max(axis=1).mean() == pytest.approx(0.9, abs=0.04)


def test_what_cannot_be_learned_is_said() -> None:
    with pytest.raises(BadInput, match="least"):
        GramVectorizer(least=5).fit(["甲乙", "丙丁"])
    with pytest.raises(BadInput, match="一列文本"):
        GramVectorizer().fit("公章外借")

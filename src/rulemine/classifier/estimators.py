"""The two halves of the linear model as scikit-learn has them: texts into a matrix, a matrix into calibrated probabilities.

They work in ``Pipeline``, ``GridSearchCV`` and ``clone``. What is shipped and run is the plain ``Classifier``, which needs no scikit-learn.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, ClassifierMixin, TransformerMixin
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from rulemine.classifier.grams import GramTable
from rulemine.classifier.scorers import softmax
from rulemine.errors import BadInput

Matrix = Any
"""[texts, terms] dense or sparse."""


class GramVectorizer(TransformerMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Texts into rows of unit length over their characters, one to three together.

    >>> GramVectorizer(least=1).fit_transform(["公章", "发票"]).shape
    (2, 6)

    ``least``: the texts that a gram stands in at least.
    """

    def __init__(self, least: int = 2) -> None:
        self.least = least

    def fit(self, X: Iterable[str], y: object = None) -> GramVectorizer:  # noqa: N803  # scikit-learn's names
        """Learn the grams. Raises BadInput when no gram stands in enough texts."""
        self.table_ = GramTable.learn(_read_texts(X), self.least)
        if not self.table_.terms:
            raise BadInput(f"没有一个字串出现在 {self.least} 条以上的文本里；多给些文本，或把 least 调小")
        return self

    def transform(self, X: Iterable[str]) -> csr_matrix:  # noqa: N803
        """[texts, terms]."""
        check_is_fitted(self)
        return self.table_.matrix(_read_texts(X))

    def get_feature_names_out(self, input_features: object = None) -> NDArray[np.object_]:
        """The grams in the order of the columns."""
        check_is_fitted(self)
        return np.array(self.table_.terms, dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags


def _read_texts(given: Iterable[str]) -> list[str]:
    if isinstance(given, str):
        raise BadInput("要的是一列文本，给的是一条；写成 [文本]")
    return [str(text) for text in given]


class MarginClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Linear support vectors, one class against the others, whose margins one temperature makes into probabilities.

    >>> head = MarginClassifier().fit([[0.0], [0.2], [1.0], [1.2]], ["a", "a", "b", "b"])
    >>> head.predict([[0.1], [1.1]]).tolist()
    ['a', 'b']

    The temperature is that of the least log-loss (Guo et al. 2017) on folds that the margins were not fitted on; with
    fewer than two examples of some class it stays 1. ``strength`` is the inverse of regularisation.
    """

    def __init__(self, strength: float = 1.0, folds: int = 5, random_state: int | None = 0) -> None:
        self.strength = strength
        self.folds = folds
        self.random_state = random_state

    def fit(self, X: Matrix, y: Any) -> MarginClassifier:  # noqa: N803
        """Fit the margins and the temperature. Raises ValueError where there is one class only."""
        matrix, labels = validate_data(self, X, y, accept_sparse="csr", dtype=np.float64)
        check_classification_targets(labels)
        self.classes_, places = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError("This classifier needs at least 2 classes; got 1 class")
        self.temperature_ = self._fit_temperature(matrix, places)
        self.coef_, self.intercept_ = fit_margins(matrix, places, len(self.classes_), self.strength, self.random_state)
        return self

    def _fit_temperature(self, X: Matrix, places: NDArray[np.int64]) -> float:  # noqa: N803
        folds = min(self.folds, int(np.bincount(places).min()))
        if folds < 2:
            return 1.0
        margins = np.zeros((len(places), len(self.classes_)))
        for train, test in StratifiedKFold(folds, shuffle=True, random_state=self.random_state).split(X, places):
            weights, bias = fit_margins(X[train], places[train], len(self.classes_), self.strength, self.random_state)
            margins[test] = X[test] @ weights.T + bias
        return fit_temperature(margins, places)

    def decision_function(self, X: Matrix) -> NDArray[np.float64]:  # noqa: N803
        """[rows, classes] margins; with two classes those of the second over the first, [rows]."""
        margins = self._margins(X)
        return margins if margins.shape[1] > 2 else margins[:, 1] - margins[:, 0]

    def predict_proba(self, X: Matrix) -> NDArray[np.float64]:  # noqa: N803
        """[rows, classes] calibrated."""
        return softmax(self._margins(X) / self.temperature_)

    def predict(self, X: Matrix) -> NDArray[Any]:  # noqa: N803
        """The likeliest class of each row."""
        margins = self._margins(X)
        return np.asarray(self.classes_[margins.argmax(axis=1)])

    def _margins(self, X: Matrix) -> NDArray[np.float64]:  # noqa: N803
        check_is_fitted(self)
        matrix = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.asarray(matrix @ self.coef_.T + self.intercept_)

    def __sklearn_tags__(self) -> Tags:
        tags: Tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def fit_margins(
    matrix: Matrix,
    places: NDArray[np.int64],
    classes: int,
    strength: float = 1.0,
    random_state: int | None = 0,
    counted: NDArray[np.float64] | None = None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights ``[classes, terms]`` and biases of margins, one class against the others; a class without examples never wins.

    ``counted`` [rows] is how much each row counts.
    """
    weights, bias = np.zeros((classes, matrix.shape[1])), np.full(classes, -5.0)
    seen = np.unique(places)
    fitted = LinearSVC(C=strength, random_state=random_state, max_iter=5000).fit(matrix, places, counted)
    if len(seen) == 2:
        weights[seen] = np.vstack([-fitted.coef_[0], fitted.coef_[0]])
        bias[seen] = -fitted.intercept_[0], fitted.intercept_[0]
    else:
        weights[seen], bias[seen] = fitted.coef_, fitted.intercept_
    return weights, bias


def fit_temperature(scores: NDArray[np.float64], places: NDArray[np.int64]) -> float:
    """The temperature with the least log-loss of ``scores`` [rows, classes] against the right classes."""

    def loss(temperature: float) -> float:
        return log_loss(softmax(scores / temperature), places)

    return round(float(minimize_scalar(loss, bounds=(0.02, 10), method="bounded").x), 4)


def log_loss(chances: NDArray[np.float64], places: NDArray[np.int64]) -> float:
    """The mean of minus the logarithm of the chance of the right class."""
    return float(-np.log(chances[np.arange(len(places)), places] + 1e-12).mean())

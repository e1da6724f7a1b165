"""Designs of the classifier side by side: each author's findings judged by a model of the others', and learning curves.

python benchmarks/designs.py ../shared        # prints them, and writes the tables of docs/classifier.md
"""

from __future__ import annotations

import json
import lzma
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize
from sklearn.svm import LinearSVC
from sklearn.utils.extmath import randomized_svd

from rulemine.classifier.estimators import fit_temperature
from rulemine.classifier.evaluation import Outcome
from rulemine.classifier.examples import Example, list_categories, load_examples
from rulemine.classifier.grams import GramTable
from rulemine.classifier.scorers import softmax
from rulemine.classifier.training import split_by_group
from rulemine.encoder import OnnxEncoder
from rulemine.segmentation import cut

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "classifier.md"
KEPT_OUT = ROOT / "corpora" / "real_findings" / "labels.jsonl"
"""Ids of real findings that are a test, and stay out of the word vectors."""
CURVE = (100, 250, 500, 1000, 2000, 4000, 8000)
Scores = Any


class Trial:
    """The findings of the corpus, in folds by author, and the designs that score them."""

    def __init__(self, shared: Path) -> None:
        self._shared = shared
        self.examples: list[Example] = load_examples(sorted((ROOT / "corpora" / "findings").glob("[a-z]_*.jsonl")))
        self.categories = list_categories(self.examples)
        self.texts = np.array([example.text for example in self.examples], dtype=object)
        self.places = np.array([self.categories.index(example.label) for example in self.examples])
        self.folds = list(split_by_group(self.examples))

    def fold(self, fit: Callable[[Any, Any], Scores]) -> Scores:
        """[findings, categories] calibrated log-probabilities, each by a model that saw none of its author's."""
        scores = np.zeros((len(self.texts), len(self.categories)))
        for held in self.folds:
            scores[held] = fit(np.flatnonzero(~held), np.flatnonzero(held))
        return np.log(softmax(scores / fit_temperature(scores, self.places)) + 1e-12)

    def judge(self, scores: Scores) -> dict[str, Any]:
        chances = softmax(scores / fit_temperature(scores, self.places))
        figures = Outcome.of(self.examples, self.categories, chances, 0.0).figures()
        return {k: figures[k] for k in ("accuracy", "accuracy_hard", "macro_f1_forced", "calibration_error")}

    # ------------------------------------------------------------ matrices

    @cached_property
    def words(self) -> Any:
        return np.array([" ".join(w for w in cut(text) if w.strip()) for text in self.texts], dtype=object)

    @cached_property
    def vectors(self) -> Any:
        return OnnxEncoder().encode(self.texts)

    @cached_property
    def means(self) -> Any:
        """Word vectors (PPMI, SVD) of real findings and laws, averaged with weights for rarity."""
        index, table, shares = learn_word_vectors(list(read_unlabelled(self._shared)))
        rows = np.zeros((len(self.texts), table.shape[1]))
        for i, words in enumerate(self.words):
            known = [index[word] for word in words.split() if word in index]
            if known:
                weights = 1e-3 / (1e-3 + shares[known])
                rows[i] = (table[known] * weights[:, None]).sum(axis=0) / weights.sum()
        return rows

    # ------------------------------------------------------------ designs

    def margins(self, strength: float = 1.0) -> Callable[[Any, Any], Scores]:
        def fit(taught: Any, asked: Any) -> Scores:
            grams = GramTable.learn(self.texts[taught])
            model = LinearSVC(C=strength, random_state=0).fit(grams.matrix(self.texts[taught]), self.places[taught])
            return model.decision_function(grams.matrix(self.texts[asked]))

        return fit

    def logistic(self) -> Callable[[Any, Any], Scores]:
        def fit(taught: Any, asked: Any) -> Scores:
            grams = GramTable.learn(self.texts[taught])
            model = LogisticRegression(C=30, max_iter=300, tol=1e-3)
            model.fit(grams.matrix(self.texts[taught]), self.places[taught])
            return model.decision_function(grams.matrix(self.texts[asked]))

        return fit

    def joined(self, *, zones: bool = False) -> Callable[[Any, Any], Scores]:
        """Characters with words, or with the first and last clause apart, side by side in one model."""
        parts = [(self.texts, "char", (1, 3), 1.0)]
        parts += [(self._clauses(0), "char", (1, 2), 0.5), (self._clauses(-1), "char", (1, 2), 0.5)] if zones else []
        parts += [] if zones else [(self.words, "word", (1, 2), 1.0)]

        def fit(taught: Any, asked: Any) -> Scores:
            left, right = [], []
            for source, analyzer, sizes, weight in parts:
                table = TfidfVectorizer(analyzer=analyzer, ngram_range=sizes, min_df=2, token_pattern=r"\S+")  # noqa: S106  # no password
                left.append(weight * table.fit_transform(source[taught]))
                right.append(weight * table.transform(source[asked]))
            model = LinearSVC(C=1, random_state=0).fit(hstack(left).tocsr(), self.places[taught])
            return model.decision_function(hstack(right).tocsr())

        return fit

    def _clauses(self, which: int) -> Any:
        split = [
            [c for c in text.replace("。", "，").replace("；", "，").split("，") if len(c) > 2] for text in self.texts
        ]
        return np.array([c[which] if c else t for c, t in zip(split, self.texts, strict=True)], dtype=object)

    def word_margins(self) -> Callable[[Any, Any], Scores]:
        def fit(taught: Any, asked: Any) -> Scores:
            table = TfidfVectorizer(ngram_range=(1, 2), min_df=2, token_pattern=r"\S+")  # noqa: S106  # no password
            model = LinearSVC(C=1, random_state=0).fit(table.fit_transform(self.words[taught]), self.places[taught])
            return model.decision_function(table.transform(self.words[asked]))

        return fit

    def naive_bayes_margins(self) -> Callable[[Any, Any], Scores]:
        """NB-SVM (Wang & Manning 2012)."""

        def fit(taught: Any, asked: Any) -> Scores:
            table = CountVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, binary=True)
            left, right = table.fit_transform(self.texts[taught]), table.transform(self.texts[asked])
            scores = np.zeros((len(asked), len(self.categories)))
            for i in range(len(self.categories)):
                own = self.places[taught] == i
                inside = np.asarray(left[own].sum(axis=0)).ravel() + 0.3
                outside = np.asarray(left[~own].sum(axis=0)).ravel() + 0.3
                ratio = np.log(inside / inside.sum()) - np.log(outside / outside.sum())
                model = LinearSVC(C=1, random_state=0).fit(normalize(csr_matrix(left.multiply(ratio))), own)
                scores[:, i] = model.decision_function(normalize(csr_matrix(right.multiply(ratio))))
            return scores

        return fit

    def other_first(self) -> Callable[[Any, Any], Scores]:
        """Two questions: outside the five, and which of the five."""

        def fit(taught: Any, asked: Any) -> Scores:
            grams = GramTable.learn(self.texts[taught])
            left, right = grams.matrix(self.texts[taught]), grams.matrix(self.texts[asked])
            last = len(self.categories) - 1
            outside = LinearSVC(C=1, random_state=0).fit(left, self.places[taught] == last).decision_function(right)
            inside = self.places[taught] < last
            which = LinearSVC(C=1, random_state=0).fit(left[inside], self.places[taught][inside])
            chance = 1 / (1 + np.exp(-outside / 0.3))
            told = np.log(softmax(which.decision_function(right) / 0.25) + 1e-12)
            return np.hstack([told + np.log(1 - chance + 1e-12)[:, None], np.log(chance + 1e-12)[:, None]])

        return fit

    def dense(self, rows: Any, strength: float) -> Callable[[Any, Any], Scores]:
        def fit(taught: Any, asked: Any) -> Scores:
            mean, spread = rows[taught].mean(axis=0), rows[taught].std(axis=0) + 1e-6
            model = LogisticRegression(C=strength, max_iter=300, tol=1e-3)
            model.fit((rows[taught] - mean) / spread, self.places[taught])
            return model.decision_function((rows[asked] - mean) / spread)

        return fit

    def stacked(self, parts: list[Scores]) -> Scores:
        """A logistic regression over the log-probabilities of several, again by author."""
        rows = np.hstack(parts)
        return self.fold(self.dense(rows, 0.1))

    def curve(self) -> dict[int, float]:
        """Accuracy of the chosen linear design over the number of findings taught."""
        drawn, told = np.random.default_rng(0), {}
        for size in (*(n for n in CURVE if n < len(self.texts) * 0.9), len(self.texts)):
            scores = np.zeros((len(self.texts), len(self.categories)))
            for held in self.folds:
                taught = np.flatnonzero(~held)
                taught = drawn.choice(taught, min(size, len(taught)), replace=False)
                scores[held] = self.margins()(taught, np.flatnonzero(held))
            told[size] = round(float((scores.argmax(axis=1) == self.places).mean()), 4)
        return told


def read_unlabelled(shared: Path) -> Iterator[str]:
    """Real findings and penalties three times, the lines of the laws once; the test's own sentences left out."""
    data = shared / "data"
    out = {json.loads(line)["id"] for line in KEPT_OUT.read_text(encoding="utf-8").splitlines()}
    for name in ("findings_real.jsonl", "penalties.jsonl"):
        for line in (data / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["id"] not in out:
                yield from [row["text"]] * 3
    with lzma.open(data / "laws.jsonl.xz", "rt", encoding="utf-8") as laws:
        lines = [line for law in laws for line in json.loads(law)["text"].splitlines() if len(line) > 8]
    yield from random.Random(0).sample(lines, min(len(lines), 120_000))  # noqa: S311  # a seeded sample, no secret


def learn_word_vectors(texts: list[str]) -> tuple[dict[str, int], Any, Any]:
    """Positive pointwise mutual information in windows of five, 128 wide (Levy, Goldberg & Dagan 2015)."""
    sentences = [[word for word in cut(text) if word.strip()] for text in texts]
    counts = Counter(word for sentence in sentences for word in sentence)
    names = [word for word, n in counts.most_common(60_000) if n >= 5]
    index = {word: i for i, word in enumerate(names)}
    gap = [-1] * 5
    line = np.array([n for sentence in sentences for n in (*(index.get(word, -1) for word in sentence), *gap)])
    total: Any = None
    for step in range(1, 6):
        left, right = line[:-step], line[step:]
        both = (left >= 0) & (right >= 0)
        part = coo_matrix((np.full(both.sum(), 1 / step), (left[both], right[both])), shape=(len(names),) * 2).tocsr()
        total = part if total is None else total + part
    near = (total + total.T).tocoo()
    rows, contexts = np.asarray(near.sum(axis=1)).ravel(), np.asarray(near.sum(axis=0)).ravel() ** 0.75
    told = np.log(near.data / rows[near.row] / (contexts / contexts.sum())[near.col])
    kept = told > 0
    matrix = coo_matrix((told[kept], (near.row[kept], near.col[kept])), shape=near.shape).tocsr()
    left, values, _ = randomized_svd(matrix, 128, random_state=0)
    table = normalize(left * np.sqrt(values))
    shares = np.array([counts[name] for name in names]) / sum(counts.values())
    return index, table - table.mean(axis=0), shares


def measure(shared: Path) -> dict[str, Any]:
    trial = Trial(shared)
    characters, vectors = trial.fold(trial.margins()), trial.fold(trial.dense(trial.vectors, 0.01))
    means = trial.fold(trial.dense(trial.means, 0.03))
    designs = {
        "characters, support vectors (linear)": characters,
        "characters, logistic regression": trial.fold(trial.logistic()),
        "words, support vectors": trial.fold(trial.word_margins()),
        "characters and words in one model": trial.fold(trial.joined()),
        "characters, first and last clause apart": trial.fold(trial.joined(zones=True)),
        "characters, NB-SVM": trial.fold(trial.naive_bayes_margins()),
        "characters, outside the five first": trial.fold(trial.other_first()),
        "word vectors (PPMI)": means,
        "encoder, frozen": vectors,
        "averaged: characters, word vectors": characters + 0.2 * means,
        "averaged: characters, frozen encoder": characters + 0.5 * vectors,
        "averaged: characters, word vectors, frozen encoder": characters + 0.2 * means + 0.5 * vectors,
        "stacked: characters, word vectors, frozen encoder": trial.stacked([characters, means, vectors]),
    }
    return {
        "findings": len(trial.texts),
        "authors": len(trial.folds),
        "designs": {name: trial.judge(scores) for name, scores in designs.items()},
        "taught_and_accuracy": trial.curve(),
    }


def write_page(told: dict[str, Any]) -> None:
    """The tables of docs/classifier.md, between its two comments."""
    rows = [
        f"| {name} | {row['accuracy']:.4f} | {row['accuracy_hard']:.4f} | {row['macro_f1_forced']:.4f} | {row['calibration_error']:.4f} |"
        for name, row in told["designs"].items()
    ]
    curve = told["taught_and_accuracy"]
    lines = [
        f"{told['findings']:,} findings of {told['authors']} authors.",
        "",
        "| design | accuracy | hard | macro-F1 of the five, forced | calibration error |",
        "| --- | --- | --- | --- | --- |",
        *rows,
        "",
        f"| findings taught | {' | '.join(f'{n:,}' for n in curve)} |",
        f"| --- |{' --- |' * len(curve)}",
        f"| accuracy of linear | {' | '.join(f'{value:.4f}' for value in curve.values())} |",
        "",
    ]
    page = PAGE.read_text(encoding="utf-8")
    head, rest = page.split("<!-- designs -->\n")
    _, tail = rest.split("<!-- end -->", 1)
    PAGE.write_text(
        head + "<!-- designs -->\n" + "\n".join(lines) + "<!-- end -->" + tail, encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    found = measure(Path(sys.argv[1]))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    write_page(found)

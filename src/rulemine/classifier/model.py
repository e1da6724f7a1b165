"""Findings into categories with calibrated confidence, reasons, and silence where it is not sure."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.clauses import gather_clauses, hear_loudest
from rulemine.classifier.scorers import GramScorer, MeaningScorer, softmax
from rulemine.errors import BadModel
from rulemine.schema import Finding, Reason, ReviewReason
from rulemine.taxonomy import OTHER, Taxonomy

SHORTEST = 4
"""Letters that a finding has at least: 合计 and 无 are rows of a register, not findings."""
MOST_SURE = 0.99
"""The most confidence ever shown: of a hundred like it at least one would be wrong."""
BATCH = 2048
"""Texts that are scored at once."""

_log = logging.getLogger("rulemine")
Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""
Chances = NDArray[np.float64]


class Answer(NamedTuple):
    """What a model says of a text, in the fields of a finding."""

    category: str
    confidence: float
    needs_review: bool
    review_reason: ReviewReason | None
    secondary: tuple[str, ...]
    scores: dict[str, float]
    other_kind: str | None
    reasons: tuple[Reason, ...]
    model: str


@dataclass(frozen=True)
class Thresholds:
    """From when a model answers: all of them chosen on texts of authors that it had not seen."""

    answer: float
    """Confidence below which a person is asked."""
    second: float
    """Chance of a clause by itself from which its category is named as a further one."""


@dataclass(frozen=True)
class Kinds:
    """Which kinds of `other` a model tells apart, and how."""

    names: tuple[str, ...]
    scorer: GramScorer
    temperature: float

    def chances(self, texts: Sequence[str]) -> Chances:
        """[texts, kinds] given that the texts are `other`."""
        return softmax(self.scorer.scores(texts) / self.temperature)


@dataclass(frozen=True)
class Classifier:
    """Texts into categories.

    ``meaning`` is asked only where the characters alone leave a text below its ``asked_below``; None in a model of characters alone.
    """

    name: str
    labels: tuple[str, ...]
    """What it was taught, `other` last."""
    characters: GramScorer
    temperature: float
    """Of the characters alone."""
    thresholds: Thresholds
    kinds: Kinds | None = None
    meaning: MeaningScorer | None = None
    businesses: tuple[str, ...] = ()
    """Kinds of `other` that count as categories (``for_taxonomy``)."""

    def classify(self, findings: Sequence[Finding], *, progress: Progress | None = None) -> list[Finding]:
        """The findings with category, confidence, scores and reasons filled in; a text without letters is left to a person."""
        done: list[Finding] = []
        for start in range(0, len(findings), BATCH):
            some = findings[start : start + BATCH]
            answers = self.answers([finding.text for finding in some])
            done += [replace(finding, **answer._asdict()) for finding, answer in zip(some, answers, strict=True)]
            if progress:
                progress("问题分类", len(done), len(findings))
        return done

    @property
    def categories(self) -> tuple[str, ...]:
        """What it answers with, `other` last."""
        if not self.businesses:
            return self.labels
        return (*(label for label in self.labels if label != OTHER), *self.businesses, OTHER)

    def for_taxonomy(self, taxonomy: Taxonomy) -> Classifier:
        """The same model, answering in the categories of a taxonomy: kinds of `other` that are categories there become some.

        Raises BadModel when the taxonomy has a category that the model was not taught, or lacks one that it was.
        """
        known = self.kinds.names if self.kinds and OTHER in self.labels else ()
        businesses = tuple(key for key in taxonomy.names if key not in self.labels)
        unknown = [key for key in businesses if key not in known]
        lost = [key for key in self.labels if key not in (*taxonomy.names, OTHER)]
        if unknown or lost:
            raise BadModel(
                f"模型 {self.name} 与类别定义不符（定义里多出 {'、'.join(unknown) or '无'}，缺少 {'、'.join(lost) or '无'}）；"
                "用 rulemine train 按自己的类别训练，再以 --model 指定那个文件夹"
            )
        return replace(self, businesses=businesses)

    def probabilities(self, texts: Sequence[str]) -> Chances:
        """[texts, categories] calibrated, in the order of ``categories``."""
        taught = self._taught_chances(texts)
        if not self.businesses or self.kinds is None:
            return taught
        of_other = self.kinds.chances(texts)[:, [self.kinds.names.index(key) for key in self.businesses]]
        other = taught[:, -1:]
        return np.hstack([taught[:, :-1], other * of_other, other * (1 - of_other.sum(axis=1, keepdims=True))])

    def _taught_chances(self, texts: Sequence[str]) -> Chances:
        plain = softmax(self.characters.scores(texts) / self.temperature)
        if self.meaning is None or not len(texts):
            return plain
        asked = np.flatnonzero(plain.max(axis=1) < self.meaning.asked_below)
        if len(asked):
            told = self.meaning.scores([texts[i] for i in asked.tolist()])
            both = np.log(plain[asked] + 1e-12) + self.meaning.share * told
            plain[asked] = softmax(both / self.meaning.temperature)
        return plain

    def answers(self, texts: Sequence[str]) -> Iterator[Answer]:
        """What it says of each text; of one without letters, that it is empty; of one that it fails on, that it failed."""
        try:
            yield from self._judge(texts)
        except Exception as error:  # whatever it is, the other texts of a batch must not be lost with it
            if len(texts) == 1:
                _log.warning("有一条无法分类（%s），转人工复核", error)
                yield unanswered("error", self.name)
            else:
                for text in texts:
                    yield from self.answers([text])

    def _judge(self, texts: Sequence[str]) -> list[Answer]:
        chances = self.probabilities(texts)
        best: NDArray[np.int64] = chances.argmax(axis=1)
        reasons = self.characters.reasons(texts, self._as_taught(best))
        kinds, seconds = self._find_kinds(texts, best), self._find_seconds(texts, best)
        confidences = np.minimum(chances[np.arange(len(best)), best], MOST_SURE).round(4).tolist()
        answers = []
        for i, scores in enumerate(chances.round(4).tolist()):
            if not is_readable(texts[i]):
                answers.append(unanswered("empty", self.name))
                continue
            category = self.categories[int(best[i])]
            unsure = confidences[i] < self.thresholds.answer
            answers.append(
                Answer(
                    category,
                    confidences[i],
                    unsure,
                    "low_confidence" if unsure else None,
                    seconds.get(i, ()),
                    dict(zip(self.categories, scores, strict=True)),
                    kinds.get(i),
                    reasons[i],
                    self.name,
                )
            )
        return answers

    def _find_seconds(self, texts: Sequence[str], best: NDArray[np.int64]) -> dict[int, tuple[str, ...]]:
        """Further categories by place: those that a clause of the text states by itself, the surest first."""
        clauses, owners = gather_clauses(texts)
        if not clauses:
            return {}
        heard = hear_loudest(softmax(self.characters.scores(clauses) / self.temperature), owners, len(texts))
        heard[np.arange(len(texts)), self._as_taught(best)] = 0
        if OTHER in self.labels:
            heard[:, self.labels.index(OTHER)] = 0
        found = {}
        for place in np.flatnonzero(heard.max(axis=1) >= self.thresholds.second).tolist():
            order = np.argsort(-heard[place], kind="stable")
            loud = [int(i) for i in order if heard[place, i] >= self.thresholds.second]
            found[place] = tuple(self.labels[i] for i in loud)
        return found

    def _as_taught(self, best: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places among the labels: a business is taught as `other`."""
        return np.minimum(best, len(self.labels) - 1) if self.businesses else best

    def _find_kinds(self, texts: Sequence[str], best: NDArray[np.int64]) -> dict[int, str]:
        """The kind of each text that is `other`, by its place; a kind that is a category is not named again."""
        if self.kinds is None or OTHER not in self.labels:
            return {}
        places = np.flatnonzero(best == len(self.categories) - 1).tolist()
        if not places:
            return {}
        told = self.kinds.chances([texts[i] for i in places])
        told[:, [self.kinds.names.index(key) for key in self.businesses]] = 0
        return {place: self.kinds.names[kind] for place, kind in zip(places, told.argmax(axis=1).tolist(), strict=True)}


def is_readable(text: str) -> bool:
    """Whether a text has enough letters to be a finding.

    >>> is_readable("公章外借"), is_readable("12. 3%")
    (True, False)
    """
    letters = 0
    for character in text:
        letters += character.isalpha()
        if letters == SHORTEST:
            return True
    return False


def unanswered(reason: ReviewReason, model: str) -> Answer:
    """What is said of a text that no model may judge: no category is forced on it, a person is asked."""
    return Answer(OTHER, 0.0, True, reason, (), {}, None, (), model)

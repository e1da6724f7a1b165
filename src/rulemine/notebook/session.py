"""Labelling one text after the other: blind first, every decision written at once, each of them taken back by undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from rulemine.classifier import Classifier
from rulemine.classifier.corrections import Correction, append_correction, read_corrections
from rulemine.errors import BadInput
from rulemine.taxonomy import OTHER, Taxonomy

KEYS = "1234567890qwertyiopasdfhjklzxcvbm-=[];',./"
"""What is pressed for each category, in their order: enough for forty and `other`. u, g and n are commands."""


@dataclass
class LabellingSession:
    """Where a person is in a list of texts, and what was decided.

    ``by`` is who labels; decisions go to ``path``, one line each. Texts that ``by`` has decided there before are passed over,
    so that a session goes on where it stopped. Raises BadInput when nobody is named or there is nothing to label.
    """

    texts: Sequence[str]
    path: Path
    by: str
    model: Classifier
    taxonomy: Taxonomy
    now: Callable[[], datetime]
    position: int = 0
    decided: list[tuple[int, str]] = field(default_factory=list)
    """The place of each decided text and its label, the last one last."""

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise BadInput("标注要写明是谁：填写 by")
        if not self.texts:
            raise BadInput("没有要标注的文本；可先用 rulemine queue 选出")
        decided = self._decided_before()
        left = [text for text in self.texts if text not in decided]
        self.position = 0 if left else len(self.texts)
        self.texts = left or self.texts

    def _decided_before(self) -> set[str]:
        if not self.path.exists():
            return set()
        last = {said.text: said for said in read_corrections(self.path) if said.by == self.by}
        return {text for text, said in last.items() if said.label is not None}

    @property
    def choices(self) -> list[dict[str, str]]:
        """The categories with the key to press, their name and what they hold."""
        names = [*self.taxonomy.names, OTHER]
        return [
            {
                "press": press,
                "key": key,
                "name": self.taxonomy.full_name(key),
                "holds": self.taxonomy.holds.get(key, ""),
            }
            for press, key in zip(KEYS, names, strict=False)
        ]

    @property
    def text(self) -> str | None:
        """The text on the screen; None when all are done."""
        return self.texts[self.position] if self.position < len(self.texts) else None

    def decide(self, label: str) -> None:
        """Write down a label for the text on the screen and go on. Raises BadInput for a label that is no category."""
        if self.text is None:
            return
        if label not in (*self.taxonomy.names, OTHER):
            raise BadInput(f"没有类别 {label}；可选 {'、'.join([*self.taxonomy.names, OTHER])}")
        append_correction(self.path, Correction(text=self.text, label=label, by=self.by, at=self.now()))
        self.decided.append((self.position, label))
        self.position += 1

    def skip(self) -> None:
        """Go on without a label."""
        self.position = min(self.position + 1, len(self.texts))

    def undo(self) -> None:
        """Take the last decision back, which is written down too, and show its text again."""
        if not self.decided:
            return
        place, _ = self.decided.pop()
        append_correction(self.path, Correction(text=self.texts[place], label=None, by=self.by, at=self.now()))
        self.position = place

    def verdict(self) -> str:
        """What the model says of the text decided last: shown afterwards, so that labelling stays blind."""
        if not self.decided:
            return ""
        place, label = self.decided[-1]
        (answer,) = self.model.answers([self.texts[place]])
        agrees = "一致" if answer.category == label else "不一致"
        doubt = "，没有把握" if answer.needs_review else ""
        said = f"{self.taxonomy.full_name(label)}；模型：{self.taxonomy.full_name(answer.category)}"
        return f"上一条：{said}（{answer.confidence:.0%}{doubt}），{agrees}"

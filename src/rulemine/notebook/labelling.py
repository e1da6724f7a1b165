"""The labelling widget for Jupyter: keyboard only, blind first, guide at hand, undo. The only seat of anywidget."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from rulemine.errors import MissingExtra, RulemineError
from rulemine.notebook.session import LabellingSession
from rulemine.schema import Finding

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise MissingExtra("anywidget", "notebook") from error


class LabellingWidget(anywidget.AnyWidget):
    """Shows what a session says and hands it the keys that are pressed."""

    _esm = Path(__file__).with_name("labelling.js")
    _css = Path(__file__).with_name("labelling.css")

    text = traitlets.Unicode(allow_none=True).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)
    total = traitlets.Int(0).tag(sync=True)
    verdict = traitlets.Unicode("").tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)
    choices: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)

    def __init__(self, session: LabellingSession, **settings: Any) -> None:
        super().__init__(choices=session.choices, total=len(session.texts), **settings)
        self.session = session
        self.on_msg(lambda _widget, content, _buffers: self.press(content))
        self._show()

    def press(self, content: dict[str, str]) -> None:
        """What the page sends: ``{"do": "decide", "label": …}``, ``skip`` or ``undo``; a fault is shown, nothing is lost."""
        deeds = {"skip": self.session.skip, "undo": self.session.undo}
        try:
            if content.get("do") == "decide":
                self.session.decide(content["label"])
            else:
                deeds[content["do"]]()
            self.message = ""
        except (OSError, KeyError, ValueError, RulemineError) as error:
            self.message = f"没有记下：{error}"
        self._show()

    def _show(self) -> None:
        self.text, self.done, self.verdict = self.session.text, self.session.position, self.session.verdict()


def open_labelling(
    texts: Iterable[Finding | str],
    *,
    by: str,
    corrections: str | Path,
    model: str | Path = "linear",
    taxonomy: str | Path | None = None,
) -> LabellingWidget:
    """A widget that asks for the category of one text after the other and writes each answer to ``corrections`` at once.

    >>> widget = open_labelling(["公章外借未登记", "发票抬头不符"], by="甲", corrections="corrections.jsonl")
    >>> widget.text, widget.total
    ('公章外借未登记', 2)

    Digits choose, ``u`` takes back, ``n`` goes on without an answer, ``g`` shows what each category holds. The model's own
    guess appears after the answer, never before. Raises BadInput when nobody is named or nothing is there to be labelled;
    MissingExtra without anywidget.
    """
    from rulemine.classifier import load_classifier
    from rulemine.taxonomy import load_taxonomy

    known = load_taxonomy(taxonomy)
    session = LabellingSession(
        texts=[text if isinstance(text, str) else text.text for text in texts],
        path=Path(corrections),
        by=by,
        model=load_classifier(model, known if taxonomy else None),
        taxonomy=known,
        now=datetime.now,
    )
    return LabellingWidget(session)

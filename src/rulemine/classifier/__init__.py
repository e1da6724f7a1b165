"""Findings into the report's categories, with calibrated confidence, and silence where it is not sure."""

from __future__ import annotations

from pathlib import Path

from rulemine.classifier.linear import LinearClassifier, load_linear
from rulemine.errors import BadModel
from rulemine.resources import locate_resource

__all__ = ["LinearClassifier", "load_classifier"]

SHIPPED = ("linear",)


def load_classifier(model: str | Path = "linear") -> LinearClassifier:
    """A model that ships with rulemine, by its name, or a folder written by ``rulemine train``.

    >>> load_classifier("linear").name
    'linear'

    Raises BadModel for a name we do not ship and a folder that is none.
    """
    if str(model) in SHIPPED:
        return load_linear(locate_resource(f"models/{model}"))
    if not Path(model).is_dir():
        raise BadModel(
            f"{model} 既不是自带的模型（{'、'.join(SHIPPED)}），也不是 rulemine train 写出的文件夹；核对 --model"
        )
    return load_linear(model)

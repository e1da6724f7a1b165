"""Findings into the report's categories, with calibrated confidence, and silence where it is not sure."""

from __future__ import annotations

from pathlib import Path

from rulemine.classifier.model import Classifier
from rulemine.classifier.storing import load_model
from rulemine.errors import BadModel
from rulemine.resources import locate_resource
from rulemine.taxonomy import Taxonomy

__all__ = ["SHIPPED", "Classifier", "load_classifier"]

SHIPPED = ("linear", "accurate")


def load_classifier(model: str | Path = "linear", taxonomy: Taxonomy | None = None) -> Classifier:
    """A model that ships with rulemine, by its name, or a folder written by ``rulemine train``.

    >>> load_classifier("linear").name
    'linear'

    With a ``taxonomy`` it answers in the categories of that. Raises BadModel for a name that we do not ship, a folder that
    is none, and a taxonomy that the model was not taught; MissingExtra for one that asks an encoder without onnxruntime.
    """
    if str(model) in SHIPPED:
        found = load_model(locate_resource(f"models/{model}"))
    elif Path(model).is_dir():
        found = load_model(model)
    else:
        raise BadModel(
            f"{model} 既不是自带的模型（{'、'.join(SHIPPED)}），也不是 rulemine train 写出的文件夹；核对 --model"
        )
    return found.for_taxonomy(taxonomy) if taxonomy else found

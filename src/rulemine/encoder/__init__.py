"""Sentences into vectors whose cosine says how alike in meaning they are: ours, or an ONNX folder that a user brings.

The one seat of onnxruntime (extra ``encoder``). Whoever needs vectors takes an ``Encoder`` and knows no more of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Protocol

from rulemine.encoder.runtime import OnnxEncoder, Progress
from rulemine.errors import BadInput, MissingExtra

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

__all__ = ["VECTORS", "Encoder", "OnnxEncoder", "check_vectors", "open_encoder"]

VECTORS = ("words", "encoder")
"""What ``--vectors`` may ask for."""


class Encoder(Protocol):
    """Anything that makes vectors of texts."""

    @property
    def name(self) -> str:
        """What outputs call it."""
        ...

    def encode(self, texts: Iterable[str]) -> NDArray[float32]:
        """[texts, width], each of unit length; a text without anything to read is all zeros."""
        ...


def check_vectors(vectors: str) -> None:
    """Whether a choice of ``--vectors`` can be met, before any work is done.

    Raises BadInput for what the contract does not name, MissingExtra where onnxruntime is not installed.
    """
    if vectors not in VECTORS:
        raise BadInput(f"--vectors {vectors}：只能是 {' 或 '.join(VECTORS)}")
    if vectors == "encoder" and find_spec("onnxruntime") is None:
        raise MissingExtra("onnxruntime", "encoder")


def open_encoder(vectors: str, progress: Progress | None = None) -> OnnxEncoder | None:
    """What a choice of ``--vectors`` stands for: None for the words alone, our own encoder.

    >>> open_encoder("words") is None
    True

    Raises as ``check_vectors`` does: nothing falls back by itself.
    """
    check_vectors(vectors)
    return OnnxEncoder(progress=progress) if vectors == "encoder" else None

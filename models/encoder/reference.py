"""The float graph, straight off the source and in numpy alone: what the ONNX file is measured against.

Nothing here is shared with the graph: all 250,002 pieces, matrices in float32, attention head by head.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf
from source import Source

from rulemine.encoder.tokenizer import Frame, UnigramTokenizer


class FloatEncoder:
    """The source's own encoder, one text at a time."""

    def __init__(self, source: Source, frame: Frame, prefix: str) -> None:
        self._source, self._frame, self._prefix = source, frame, prefix
        self._tokenizer = UnigramTokenizer(list(zip(source.pieces, map(float, source.scores), strict=True)), frame)
        self._weights = {name: packed.as_floats() for name, packed in source.packed.items()}

    def encode(self, texts: Iterable[str]) -> NDArray[np.float32]:
        """[texts, width], unit length."""
        return np.stack([self._encode(text) for text in texts])

    def _encode(self, text: str) -> NDArray[np.float32]:
        source, plain = self._source, self._source.plain
        ids = [self._frame.begin, *self._tokenizer.cut(self._prefix + text), self._frame.end][: source.positions]
        places = plain["emb.pos"].reshape(-1, source.width)[: len(ids)]
        state = self._normalise("emb.ln", self._weights["emb.word"][ids] + places + plain["emb.type"][: source.width])
        for layer in (f"l{n}" for n in range(source.layers)):
            queries, keys, values = (self._linear(f"{layer}.{part}", state) for part in "qkv")
            size = source.width // source.heads
            heads = []
            for head in range(source.heads):
                part = slice(head * size, (head + 1) * size)
                scores = queries[:, part] @ keys[:, part].T / np.sqrt(size)
                weights = np.exp(scores - scores.max(axis=1, keepdims=True))
                heads.append(weights / weights.sum(axis=1, keepdims=True) @ values[:, part])
            attended = self._linear(f"{layer}.ao", np.concatenate(heads, axis=1))
            state = self._normalise(f"{layer}.aln", state + attended)
            inner = self._linear(f"{layer}.fi", state)
            inner = inner * (1 + erf(inner / np.sqrt(2))) / 2
            state = self._normalise(f"{layer}.oln", state + self._linear(f"{layer}.fo", inner))
        mean = state.mean(axis=0)
        return np.asarray(mean / np.linalg.norm(mean), dtype=np.float32)

    def _linear(self, name: str, given: NDArray[np.float32]) -> NDArray[np.float32]:
        return given @ self._weights[f"{name}.w"].T + self._source.plain[f"{name}.b"]

    def _normalise(self, name: str, given: NDArray[np.float32]) -> NDArray[np.float32]:
        centred = given - given.mean(axis=1, keepdims=True)
        spread = np.sqrt((centred**2).mean(axis=1, keepdims=True) + self._source.epsilon)
        return centred / spread * self._source.plain[f"{name}.w"] + self._source.plain[f"{name}.b"]

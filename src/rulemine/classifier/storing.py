"""A model as a folder of readable files, and back: ``model.json``, ``terms.txt`` (one a line), ``weights.npz``; no pickle.

A model that asks an encoder too has ``vectors.npz``, and may stand on the characters of another folder (``characters`` in model.json).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rulemine.classifier.grams import GramTable
from rulemine.classifier.model import Classifier, Kinds, Thresholds
from rulemine.classifier.scorers import GramScorer, MeaningScorer
from rulemine.errors import BadModel

FORMAT = 2
_Arrays = dict[str, NDArray[Any]]


def save_model(
    model: Classifier,
    folder: str | Path,
    about: Mapping[str, Any],
    *,
    characters: str | None = None,
    encoder: str | None = None,
) -> None:
    """Write a model as readable files; ``about`` goes into model.json.

    With ``characters``, the path from the folder to that of a model with the same characters, they are not written again.
    ``encoder`` is the path to the folder of an encoder of its own, where it does not ask ours.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    settings: dict[str, Any] = {
        "format": FORMAT,
        "name": model.name,
        "categories": model.labels,
        "kinds": model.kinds.names if model.kinds else (),
        "kind_temperature": model.kinds.temperature if model.kinds else None,
        "temperature": model.temperature,
        "answer": model.thresholds.answer,
        "second": model.thresholds.second,
    }
    if characters is None:
        (folder / "terms.txt").write_text(
            "\n".join(model.characters.grams.terms) + "\n", encoding="utf-8", newline="\n"
        )
        _write_arrays(folder / "weights.npz", _list_weights(model))
    else:
        settings["characters"] = characters
        settings["characters_sha256"] = _digest(folder / characters / "weights.npz")
    if model.meaning:
        settings["meaning"] = {
            "encoder": model.meaning.encoder.name,
            "folder": encoder,
            "share": model.meaning.share,
            "temperature": model.meaning.temperature,
            "asked_below": model.meaning.asked_below,
        }
        _write_arrays(folder / "vectors.npz", {"weights": model.meaning.weights, "bias": model.meaning.bias})
    text = json.dumps({**settings, **about}, ensure_ascii=False, indent=1) + "\n"
    (folder / "model.json").write_text(text, encoding="utf-8", newline="\n")


def _list_weights(model: Classifier) -> _Arrays:
    arrays: _Arrays = {
        "weights": model.characters.weights.astype(np.float16),
        "bias": model.characters.bias,
        "rarity": model.characters.grams.rarity,
    }
    if model.kinds:
        scorer = model.kinds.scorer
        arrays |= {"kind_weights": scorer.weights.astype(np.float16), "kind_bias": scorer.bias}
    return arrays


def _write_arrays(path: Path, arrays: _Arrays) -> None:
    """Compressed, with no date in it: the same arrays give the same bytes."""
    np.savez_compressed(path, allow_pickle=False, **arrays)


def load_model(folder: str | Path) -> Classifier:
    """A model from its folder; one that asks an encoder opens it.

    Raises BadModel when a file is missing, was written by a version that this one does not know, or belongs to another
    model; MissingExtra when it asks an encoder and onnxruntime is not installed.
    """
    folder = Path(folder)
    settings = _read_settings(folder)
    try:
        standing_on = folder / settings.get("characters", ".")
        terms = (standing_on / "terms.txt").read_text(encoding="utf-8").split("\n")[:-1]
        parts = _read_arrays(standing_on / "weights.npz")
        fits = parts["weights"].shape == (len(terms), len(settings["categories"])) and len(parts["rarity"]) == len(
            terms
        )
        if not fits or settings.get("characters_sha256", "") not in ("", _digest(standing_on / "weights.npz")):
            raise BadModel(
                f"{folder}：terms.txt、weights.npz 与 model.json 不是同一个模型的；用 rulemine train 重新训练"
            )
        table = GramTable(tuple(terms), parts["rarity"])
        kinds = None
        if settings["kinds"]:
            scorer = GramScorer(table, parts["kind_weights"], parts["kind_bias"])
            kinds = Kinds(tuple(settings["kinds"]), scorer, settings["kind_temperature"])
        return Classifier(
            name=settings["name"],
            labels=tuple(settings["categories"]),
            characters=GramScorer(table, parts["weights"], parts["bias"]),
            temperature=settings["temperature"],
            thresholds=Thresholds(settings["answer"], settings["second"]),
            kinds=kinds,
            meaning=_load_meaning(folder, settings["meaning"]) if "meaning" in settings else None,
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
        raise _explain(folder, error) from error


def _read_settings(folder: Path) -> dict[str, Any]:
    try:
        settings: dict[str, Any] = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        known = settings["format"] == FORMAT
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _explain(folder, error) from error
    if not known:
        raise BadModel(f"{folder} 的模型格式是 {settings['format']}，本版本只能读 {FORMAT}；用 rulemine train 重新训练")
    return settings


def _load_meaning(folder: Path, settings: Mapping[str, Any]) -> MeaningScorer:
    from rulemine.encoder import OnnxEncoder

    own = settings.get("folder")
    parts, encoder = _read_arrays(folder / "vectors.npz"), OnnxEncoder(folder / own if own else None, keep=False)
    if encoder.name != settings["encoder"]:
        raise BadModel(
            f"{folder} 是用编码器 {settings['encoder']} 训练的，这里的是 {encoder.name}；用 rulemine train 重新训练"
        )
    return MeaningScorer(
        encoder,
        parts["weights"],
        parts["bias"],
        settings["share"],
        settings["temperature"],
        settings["asked_below"],
    )


def _read_arrays(path: Path) -> dict[str, NDArray[np.float32]]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name].astype(np.float32) for name in arrays.files}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _explain(folder: Path, error: Exception) -> BadModel:
    return BadModel(
        f"{folder} 不是模型文件夹（{error}）；其中应有 rulemine train 写出的 model.json、terms.txt 和 weights.npz"
    )

"""What an encoder's folder holds: the ONNX file, the table of pieces, and how a text is to be given to it.

Ours says so in ``encoder.json``, with a sha256 of each file that is checked. A folder that a user brings has the files that
sentence-transformers exports (``tokenizer.json`` or ``vocab.txt``, ``1_Pooling/config.json``, …); an ``encoder.json`` beside
them may say what those leave open (``prefix``, ``pooling``, ``longest``, ``model``, ``table``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from rulemine.encoder.tokenizer import Frame, Tokenizer, UnigramTokenizer, WordPieceTokenizer
from rulemine.errors import BadModel

Pooling = Literal["in_graph", "mean", "first"]
"""How a text's vector comes of its pieces': in the graph, their mean, or the first one's."""
MANIFEST = "encoder.json"
LONGEST = 512
"""Pieces that a window holds where a folder does not say less: beyond it attention takes most of the time."""
_UNIGRAM_SIGNS = ("<s>", "</s>", "<pad>", "<unk>")
_BERT_SIGNS = ("[CLS]", "[SEP]", "[PAD]", "[UNK]")


@dataclass(frozen=True, slots=True)
class EncoderFolder:
    """An encoder ready to be opened."""

    name: str
    model: Path
    tokenizer: Tokenizer
    prefix: str
    longest: int
    """Pieces in a window, begin and end among them."""
    pooling: Pooling | None
    """None where the graph's own output tells."""
    sha256: str
    """Over all that the vectors depend on: by it vectors are kept."""


def read_folder(folder: Path) -> EncoderFolder:
    """The encoder in a folder. Raises BadModel, which says what is missing or does not fit."""
    if not folder.is_dir():
        raise BadModel(f"没有编码器文件夹 {folder}；核对路径")
    manifest = _read_json(folder / MANIFEST)
    for name, digest in manifest.get("files", {}).items():
        if not (folder / name).is_file() or _digest(folder / name) != digest:
            raise BadModel(
                f"{folder / name} 缺失或已损坏（与 {MANIFEST} 记录的 sha256 不符）；重新安装或重新复制整个文件夹"
            )
    model, table = _find_model(folder, manifest), _find_table(folder, manifest)
    pooling = manifest.get("pooling") or _read_pooling(folder)
    if pooling is not None and pooling not in get_args(Pooling):
        raise BadModel(f"{folder / MANIFEST}：pooling 只能是 {'、'.join(get_args(Pooling))}，不是 {pooling}")
    prefix, longest = str(manifest.get("prefix", "")), int(manifest.get("longest") or _read_longest(folder))
    depends = (_digest(model), _digest(table), prefix, str(longest), str(pooling))
    return EncoderFolder(
        name=str(manifest.get("name") or folder.resolve().name),
        model=model,
        tokenizer=_read_tokenizer(table, manifest),
        prefix=prefix,
        longest=longest,
        pooling=pooling,
        sha256=hashlib.sha256("\n".join(depends).encode()).hexdigest(),
    )


def _find_model(folder: Path, manifest: Mapping[str, Any]) -> Path:
    named = [manifest["model"]] if "model" in manifest else ["model.onnx", "onnx/model.onnx"]
    found = [folder / name for name in named if (folder / name).is_file()]
    found = found or ([] if "model" in manifest else sorted(folder.glob("*.onnx")))
    if len(found) != 1:
        what = "有多个 .onnx 文件" if found else "没有 model.onnx"
        raise BadModel(f"{folder} 中{what}；在 {MANIFEST} 中用 model 指明用哪一个")
    return found[0]


def _find_table(folder: Path, manifest: Mapping[str, Any]) -> Path:
    named = [manifest["table"]] if "table" in manifest else ["pieces.tsv", "tokenizer.json", "vocab.txt"]
    for name in named:
        if (folder / name).is_file():
            return folder / name
    raise BadModel(f"{folder} 中没有 tokenizer.json 或 vocab.txt；从模型原处复制过来，放在 .onnx 文件旁")


def _read_tokenizer(table: Path, manifest: Mapping[str, Any]) -> Tokenizer:
    try:
        if table.name == "pieces.tsv":
            rows = (line.split("\t") for line in table.read_text(encoding="utf-8").splitlines())
            return UnigramTokenizer([(piece, float(score)) for piece, score in rows], Frame(**manifest["frame"]))
        if table.name == "vocab.txt":
            pieces = table.read_text(encoding="utf-8").splitlines()
            return _make_word_pieces({piece: number for number, piece in enumerate(pieces)}, table)
        return _read_tokenizer_json(table)
    except (LookupError, TypeError, ValueError) as error:
        raise BadModel(f"{table} 不是可用的分词表（{error}）；从模型原处重新复制") from error


def _read_tokenizer_json(table: Path) -> Tokenizer:
    record = _read_json(table)
    model = record["model"]
    kind = model.get("type") or ("WordPiece" if isinstance(model["vocab"], dict) else "Unigram")
    if kind == "Unigram":
        pieces = [(str(piece), float(score)) for piece, score in model["vocab"]]
        numbers = {piece: number for number, (piece, _) in enumerate(pieces)}
        return UnigramTokenizer(pieces, _make_frame(numbers, _UNIGRAM_SIGNS))
    if kind == "WordPiece":
        lower = (record.get("normalizer") or {}).get("lowercase", True)
        return _make_word_pieces(model["vocab"], table, lower=bool(lower))
    raise BadModel(f"{table}：不支持 {kind} 分词，只支持 Unigram（XLM-R 类）和 WordPiece（BERT 类）；换用这两类模型")


def _make_word_pieces(numbers: Mapping[str, int], table: Path, *, lower: bool | None = None) -> WordPieceTokenizer:
    if lower is None:
        lower = bool(_read_json(table.with_name("tokenizer_config.json")).get("do_lower_case", True))
    return WordPieceTokenizer(numbers, _make_frame(numbers, _BERT_SIGNS), lower=lower)


def _make_frame(numbers: Mapping[str, int], signs: tuple[str, str, str, str]) -> Frame:
    begin, end, padding, unknown = (numbers[sign] for sign in signs)
    return Frame(begin=begin, end=end, padding=padding, unknown=unknown)


def _read_pooling(folder: Path) -> Pooling | None:
    """How sentence-transformers pools; None where its file is not there."""
    record = _read_json(folder / "1_Pooling" / "config.json")
    if record.get("pooling_mode_cls_token"):
        return "first"
    return "mean" if record.get("pooling_mode_mean_tokens") else None


def _read_longest(folder: Path) -> int:
    told = (
        _read_json(folder / "sentence_bert_config.json").get("max_seq_length"),
        _read_json(folder / "tokenizer_config.json").get("model_max_length"),
    )
    return min(int(next(filter(None, told), LONGEST)), LONGEST)


def _read_json(path: Path) -> dict[str, Any]:
    """What a JSON file holds; nothing where there is none."""
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadModel(f"{path} 不是 JSON（{error}）；从模型原处重新复制") from error
    if not isinstance(found, dict):
        raise BadModel(f"{path} 中应为一个对象；从模型原处重新复制")
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

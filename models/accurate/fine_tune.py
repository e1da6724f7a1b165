"""Teaches the encoder the five categories: adapters of low rank beside its frozen 4-bit matrices, and a head over its vectors.

python -m venv fine-tune && fine-tune/bin/pip install -r models/accurate/requirements.txt
PYTHONPATH=src:models/encoder:tools fine-tune/bin/python models/accurate/fine_tune.py FOLDER [--second]

First it learns from corpora/findings, then (with --second only then) from a third of those and the real findings of FOLDER
together (see tools/train_classifier.py), so that what it learned first is not lost. Writes adapters.npz. The authors in
HELD_OUT are not taught: by their findings shares, temperatures and thresholds are chosen. About half an hour on two cores. The
same machine gives the same numbers; another may differ in the last digits, so the adapters are committed.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as functional
from source import FRAME, PREFIX, Source, find_source, read_source
from torch import Tensor, nn

from rulemine.encoder.tokenizer import UnigramTokenizer

FOLDER = Path(__file__).parent
FINDINGS = FOLDER.parent.parent / "corpora" / "findings"
PIECES = FOLDER.parent / "encoder" / "pieces.tsv"
LABELS = ("daily_office", "finance", "governance", "personnel", "sales", "other")
HELD_OUT = ("i_rural", "n_penalties")
"""Authors whose findings are the measure: never taught."""
RANK, GAIN = 16, 2.0
MATRICES = ("q", "k", "v", "ao", "fi", "fo")
LENGTH = 16.0
"""By what the vectors of unit length are stretched ahead of the head."""
BATCH, HEAD_RATE, DROPOUT, SMOOTHING = 32, 3e-3, 0.1, 0.05
FIRST, SECOND = (4, 8e-4), (1, 4e-4)
"""Epochs and rate of the two stages."""
AGAIN = 3
"""Every third finding of ours stands beside the real ones in the second stage."""
WARM_UP = 0.1
LONGEST = 250


@dataclass(frozen=True)
class Taught:
    """A finding as numbered pieces, with its label, and whose it is."""

    pieces: list[int]
    label: int
    author: str


class Adapted(nn.Module):
    """A frozen matrix and what is learned beside it."""

    def __init__(self, weight: np.ndarray, bias: np.ndarray) -> None:
        super().__init__()
        self.weight, self.bias = (nn.Parameter(torch.tensor(part), requires_grad=False) for part in (weight, bias))
        rows, columns = weight.shape
        self.down = nn.Parameter(torch.randn(RANK, columns) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, given: Tensor) -> Tensor:
        return functional.linear(given, self.weight, self.bias) + GAIN * (given @ self.down.T) @ self.up.T


class Encoder(nn.Module):
    """The source's encoder with adapters, and a head over its vectors."""

    def __init__(self, source: Source, places: np.ndarray) -> None:
        super().__init__()
        self.heads, self.width, self.epsilon = source.heads, source.width, source.epsilon
        plain = {name: torch.tensor(values) for name, values in source.plain.items()}
        self.words = torch.tensor(source.packed["emb.word"].take(places).as_floats())
        self.positions = plain["emb.pos"].reshape(-1, self.width) + plain["emb.type"][: self.width]
        self.plain = plain
        self.matrices = nn.ModuleDict(
            {
                f"l{layer}_{name}": Adapted(
                    source.packed[f"l{layer}.{name}.w"].as_floats(), source.plain[f"l{layer}.{name}.b"]
                )
                for layer in range(source.layers)
                for name in MATRICES
            }
        )
        self.layers = source.layers
        self.head = nn.Linear(self.width, len(LABELS))

    def forward(self, pieces: Tensor, mask: Tensor) -> Tensor:
        """[texts, labels] scores."""
        state = self._normalise("emb.ln", self.words[pieces] + self.positions[: pieces.shape[1]])
        state = self._drop(state)
        seen = mask[:, None, None, :].bool()
        for layer in range(self.layers):
            state = self._attend(layer, state, seen)
            inner = functional.gelu(self._matrix(layer, "fi", state))
            state = self._normalise(f"l{layer}.oln", state + self._drop(self._matrix(layer, "fo", inner)))
        weights = mask[:, :, None]
        mean = (state * weights).sum(1) / weights.sum(1)
        return self.head(self._drop(functional.normalize(mean, dim=-1) * LENGTH))

    def _attend(self, layer: int, state: Tensor, seen: Tensor) -> Tensor:
        texts, length, _ = state.shape
        parts = (self._matrix(layer, name, state).view(texts, length, self.heads, -1).transpose(1, 2) for name in "qkv")
        found = functional.scaled_dot_product_attention(
            *parts, attn_mask=seen, dropout_p=DROPOUT if self.training else 0.0
        )
        joined = found.transpose(1, 2).reshape(texts, length, self.width)
        return self._normalise(f"l{layer}.aln", state + self._drop(self._matrix(layer, "ao", joined)))

    def _matrix(self, layer: int, name: str, given: Tensor) -> Tensor:
        return self.matrices[f"l{layer}_{name}"](given)

    def _normalise(self, name: str, given: Tensor) -> Tensor:
        gain, bias = self.plain[f"{name}.w"], self.plain[f"{name}.b"]
        return functional.layer_norm(given, (self.width,), gain, bias, self.epsilon)

    def _drop(self, given: Tensor) -> Tensor:
        return functional.dropout(given, DROPOUT, self.training)


def read_findings(tokenizer: UnigramTokenizer) -> list[Taught]:
    """Every labelled finding, the authors in alphabetical order."""
    found = []
    for path in sorted(FINDINGS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.append(take(tokenizer, row["text"], row["label"], path.stem))
    return found


def take(tokenizer: UnigramTokenizer, text: str, label: str, author: str) -> Taught:
    """A labelled text as numbered pieces."""
    pieces = [FRAME.begin, *tokenizer.cut(PREFIX + text)[:LONGEST], FRAME.end]
    return Taught(pieces, LABELS.index(label), author)


def gather(some: Sequence[Taught]) -> tuple[Tensor, Tensor]:
    """[texts, pieces] numbers and which of them are real."""
    length = max(len(taught.pieces) for taught in some)
    pieces, mask = torch.full((len(some), length), FRAME.padding), torch.zeros(len(some), length)
    for row, taught in enumerate(some):
        pieces[row, : len(taught.pieces)] = torch.tensor(taught.pieces)
        mask[row, : len(taught.pieces)] = 1
    return pieces, mask


def deal(given: Sequence[Taught], epoch: int) -> Iterator[list[Taught]]:
    """Batches of like length, in another order each epoch."""
    drawn = np.random.default_rng(epoch)
    order, heap = drawn.permutation(len(given)), BATCH * 16
    batches = []
    for start in range(0, len(order), heap):
        near = sorted(order[start : start + heap].tolist(), key=lambda i: len(given[i].pieces))
        batches += [near[i : i + BATCH] for i in range(0, len(near), BATCH)]
    for i in drawn.permutation(len(batches)):
        yield [given[j] for j in batches[i]]


def teach(encoder: Encoder, given: Sequence[Taught], epochs: int, rate: float) -> Iterator[float]:
    """The mean loss of each epoch."""
    head = list(encoder.head.parameters())
    rest = [p for n, p in encoder.named_parameters() if p.requires_grad and not n.startswith("head")]
    optimizer = torch.optim.AdamW([{"params": rest, "lr": rate}, {"params": head, "lr": HEAD_RATE}], weight_decay=0.01)
    steps, step = epochs * math.ceil(len(given) / BATCH), 0
    for epoch in range(epochs):
        encoder.train()
        losses = []
        for some in deal(given, epoch):
            pace = min(1.0, (step + 1) / (steps * WARM_UP)) * max(0.0, (steps - step) / steps)
            for group, full in zip(optimizer.param_groups, (rate, HEAD_RATE), strict=True):
                group["lr"] = full * pace
            labels = torch.tensor([taught.label for taught in some])
            loss = functional.cross_entropy(encoder(*gather(some)), labels, label_smoothing=SMOOTHING)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(rest, 1.0)
            optimizer.step()
            step += 1
            losses.append(loss.item())
        yield sum(losses) / len(losses)


@torch.no_grad()
def judge(encoder: Encoder, given: Sequence[Taught]) -> float:
    """The share that it gets right."""
    encoder.eval()
    right = 0
    for start in range(0, len(given), BATCH):
        some = given[start : start + BATCH]
        guesses = encoder(*gather(some)).argmax(dim=1).tolist()
        right += sum(guess == taught.label for guess, taught in zip(guesses, some, strict=True))
    return right / len(given)


def save(encoder: Encoder, path: Path) -> None:
    """Adapters in half precision, with the gain in them, the head, and who was held out."""
    arrays = {
        "head_weights": (encoder.head.weight * LENGTH).detach().numpy().T,
        "head_bias": encoder.head.bias.detach().numpy(),
        "held_out": np.array(HELD_OUT),
    }
    for name, matrix in encoder.matrices.items():
        key = name.replace("_", ".")
        arrays[f"{key}.down"] = matrix.down.detach().numpy().astype(np.float16)
        arrays[f"{key}.up"] = (GAIN * matrix.up).detach().numpy().astype(np.float16)
    np.savez_compressed(path, **arrays)


def restore(encoder: Encoder, path: Path) -> None:
    """The adapters and the head as they were saved."""
    with np.load(path, allow_pickle=False) as arrays, torch.no_grad():
        encoder.head.weight.copy_(torch.tensor(arrays["head_weights"].T / LENGTH))
        encoder.head.bias.copy_(torch.tensor(arrays["head_bias"]))
        for name, matrix in encoder.matrices.items():
            key = name.replace("_", ".")
            matrix.down.copy_(torch.tensor(arrays[f"{key}.down"].astype(np.float32)))
            matrix.up.copy_(torch.tensor(arrays[f"{key}.up"].astype(np.float32) / GAIN))


def main(folder: Path, second_alone: bool) -> None:
    from train_classifier import REAL_HELD_OUT, read_real

    torch.manual_seed(0)
    torch.set_num_threads(2)
    kept = [line.split("\t") for line in PIECES.read_text(encoding="utf-8").splitlines()]
    source = read_source(find_source())
    places = {piece: place for place, piece in enumerate(source.pieces)}
    encoder = Encoder(source, np.array([places[piece] for piece, _ in kept]))
    tokenizer = UnigramTokenizer([(piece, float(score)) for piece, score in kept], FRAME)
    ours = read_findings(tokenizer)
    real = [take(tokenizer, e.text, e.label, e.group) for e in read_real(folder)]
    out = (*HELD_OUT, REAL_HELD_OUT)
    asked = [finding for finding in ours + real if finding.author in out]
    taught = [finding for finding in ours if finding.author not in out]
    if second_alone:
        restore(encoder, FOLDER / "adapters.npz")
    else:
        run(encoder, taught, asked, FIRST)
    run(encoder, taught[::AGAIN] + [finding for finding in real if finding.author not in out], asked, SECOND)


def run(encoder: Encoder, taught: Sequence[Taught], asked: Sequence[Taught], stage: tuple[int, float]) -> None:
    """One stage, saved after each epoch."""
    for epoch, loss in enumerate(teach(encoder, taught, *stage), 1):
        save(encoder, FOLDER / "adapters.npz")
        told = {
            author: judge(encoder, [f for f in asked if f.author == author]) for author in {f.author for f in asked}
        }
        print(f"epoch {epoch}: loss {loss:.3f}, right on authors held out {told}", flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--second" in sys.argv)

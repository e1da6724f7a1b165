"""The encoder as an ONNX graph, node by node: what the source holds, in the form that onnxruntime computes with.

    input_ids, attention_mask int64 [batch, tokens] → sentence_embedding float32 [batch, width], the mean over the tokens

The matrices stay in the source's own grid of 4 bits (``MatMulNBits`` has the same one), so nothing is rounded a second
time; the word table too, opened by plain operators. Opset 17 brings LayerNormalization; the fused operators of
``com.microsoft`` are on every processor that onnxruntime runs on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper
from source import BLOCK, Packed, Source

OPSET, IR_VERSION = 17, 8
MICROSOFT = "com.microsoft"
INT8_ACTIVATIONS = 4
"""``accuracy_level`` of MatMulNBits: activations in blocks of 8 bits, each by its own scale, so that no text alters another."""


@dataclass(frozen=True, slots=True)
class Adapter:
    """What fine-tuning adds to a matrix: ``up @ down``, both of low rank (LoRA, Hu et al. 2021)."""

    down: NDArray[np.float16]
    """[rank, columns]"""
    up: NDArray[np.float16]
    """[rows, rank]"""


Adapters = Mapping[str, Adapter]
"""By the name of the matrix (``l0.q``)."""


@dataclass
class _Graph:
    """Nodes and constants, in the order in which they are asked for."""

    adapters: Adapters
    nodes: list[NodeProto] = field(default_factory=list)
    constants: list[TensorProto] = field(default_factory=list)

    def constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def integers(self, *values: int) -> str:
        return self.constant(f"integers_{len(self.constants)}", np.array(values, np.int64))

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: object) -> list[str]:
        names = [f"{operator}_{len(self.nodes)}_{i}" for i in range(outputs)]
        domain = str(attributes.pop("domain", ""))
        self.nodes.append(helper.make_node(operator, inputs, names, names[0], domain=domain, **attributes))
        return names

    def one(self, operator: str, *inputs: str, **attributes: object) -> str:
        return self.add(operator, *inputs, **attributes)[0]


def build_graph(source: Source, places: NDArray[np.int64], adapters: Adapters | None = None) -> ModelProto:
    """The whole encoder with the words at ``places`` alone, and with the adapters where it was fine-tuned."""
    graph = _Graph(adapters or {})
    embedded = _embed(graph, source, places)
    mask = graph.one("Cast", "attention_mask", to=TensorProto.INT32)
    for layer in range(source.layers):
        embedded = _layer(graph, source, f"l{layer}", embedded, mask)
    _pool(graph, embedded)
    tokens = [helper.make_tensor_value_info(n, TensorProto.INT64, ["batch", "tokens"]) for n in INPUTS]
    result = helper.make_tensor_value_info(OUTPUT, TensorProto.FLOAT, ["batch", source.width])
    return helper.make_model(
        helper.make_graph(graph.nodes, "encoder", tokens, [result], graph.constants),
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)],
        ir_version=IR_VERSION,
        producer_name="rulemine",
    )


INPUTS = ("input_ids", "attention_mask")
OUTPUT = "sentence_embedding"


def _embed(graph: _Graph, source: Source, places: NDArray[np.int64]) -> str:
    """Words out of the packed table, plus where they stand, normalised."""
    words = source.packed["emb.word"].take(places)
    half, blocks = BLOCK // 2, source.width // BLOCK
    table = words.nibbles[..., :half] | words.nibbles[..., half:] << 4
    packed = graph.one("Gather", graph.constant("words", table.reshape(words.rows, -1)), "input_ids")
    low = graph.one("Mod", packed, graph.constant("sixteen", np.array(16, np.uint8)))
    high = graph.one("BitShift", packed, graph.constant("four", np.array(4, np.uint8)), direction="RIGHT")
    shape = graph.integers(0, 0, blocks, half)
    halves = [graph.one("Reshape", nibbles, shape) for nibbles in (low, high)]
    nibbles = graph.one("Cast", graph.one("Concat", *halves, axis=-1), to=TensorProto.FLOAT)
    values = graph.one("Sub", nibbles, graph.constant("eight", np.array(8, np.float32)))
    scales = graph.one("Gather", graph.constant("word_scales", words.scales), "input_ids")
    scales = graph.one("Unsqueeze", graph.one("Cast", scales, to=TensorProto.FLOAT), graph.integers(-1))
    opened = graph.one("Reshape", graph.one("Mul", values, scales), graph.integers(0, 0, source.width))
    positions = source.plain["emb.pos"].reshape(-1, source.width) + source.plain["emb.type"][: source.width]
    tokens = graph.one("Shape", "input_ids", start=1, end=2)
    here = graph.one("Slice", graph.constant("positions", positions), graph.integers(0), tokens, graph.integers(0))
    summed = graph.one("Add", opened, here)
    gain, bias = (graph.constant(f"emb.ln.{part}", source.plain[f"emb.ln.{part}"]) for part in "wb")
    return graph.one("LayerNormalization", summed, gain, bias, axis=-1, epsilon=source.epsilon)


def _layer(graph: _Graph, source: Source, layer: str, given: str, mask: str) -> str:
    """Attention and the feed-forward part, each added to what it was given and normalised."""
    parts = graph.add("Split", _linear(graph, source, layer, "qkv", given), outputs=3, axis=-1)
    attended = graph.one("MultiHeadAttention", *parts, "", mask, domain=MICROSOFT, num_heads=source.heads)
    middle = _join(graph, source, f"{layer}.aln", _linear(graph, source, layer, ["ao"], attended), given)
    inner = graph.one("Gelu", _linear(graph, source, layer, ["fi"], middle), domain=MICROSOFT)
    return _join(graph, source, f"{layer}.oln", _linear(graph, source, layer, ["fo"], inner), middle)


def _linear(graph: _Graph, source: Source, layer: str, names: str | list[str], given: str) -> str:
    """One product for all matrices named, side by side."""
    parts = [source.packed[f"{layer}.{name}.w"] for name in names]
    weights = Packed(np.concatenate([p.scales for p in parts]), np.concatenate([p.nibbles for p in parts]))
    bias = np.concatenate([source.plain[f"{layer}.{name}.b"] for name in names])
    key = f"{layer}.{''.join(names)}"
    pairs = weights.nibbles[..., 0::2] | weights.nibbles[..., 1::2] << 4
    product = graph.one(
        "MatMulNBits",
        given,
        graph.constant(f"{key}.w", pairs),
        graph.constant(f"{key}.scales", weights.scales.astype(np.float32).reshape(-1)),
        "",
        "",
        graph.constant(f"{key}.b", bias),
        domain=MICROSOFT,
        K=weights.columns,
        N=weights.rows,
        bits=4,
        block_size=BLOCK,
        accuracy_level=INT8_ACTIVATIONS,
    )
    adapters = [graph.adapters[f"{layer}.{name}"] for name in names if f"{layer}.{name}" in graph.adapters]
    return _adapt(graph, key, adapters, given, product) if adapters else product


def _adapt(graph: _Graph, key: str, adapters: list[Adapter], given: str, product: str) -> str:
    """The product with what the adapters of its matrices add, all of them in two products of low rank."""
    down = np.concatenate([adapter.down for adapter in adapters]).T
    up = np.zeros((down.shape[1], sum(len(adapter.up) for adapter in adapters)), np.float16)
    row = column = 0
    for adapter in adapters:
        rows, rank = adapter.up.shape
        up[row : row + rank, column : column + rows] = adapter.up.T
        row, column = row + rank, column + rows
    low, high = (
        graph.one("Cast", graph.constant(f"{key}.{name}", part), to=TensorProto.FLOAT)
        for name, part in (("down", down), ("up", up))
    )
    return graph.one("Add", product, graph.one("MatMul", graph.one("MatMul", given, low), high))


def _join(graph: _Graph, source: Source, name: str, found: str, given: str) -> str:
    gain, bias = (graph.constant(f"{name}.{part}", source.plain[f"{name}.{part}"]) for part in "wb")
    return graph.one("SkipLayerNormalization", found, given, gain, bias, domain=MICROSOFT, epsilon=source.epsilon)


def _pool(graph: _Graph, embedded: str) -> None:
    mask = graph.one("Cast", "attention_mask", to=TensorProto.FLOAT)
    along = graph.integers(1)
    real = graph.one("Mul", embedded, graph.one("Unsqueeze", mask, graph.integers(-1)))
    total, count = (graph.one("ReduceSum", summed, along, keepdims=keep) for summed, keep in ((real, 0), (mask, 1)))
    graph.nodes.append(helper.make_node("Div", [total, count], [OUTPUT], OUTPUT))

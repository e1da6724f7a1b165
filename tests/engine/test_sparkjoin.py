"""The join of a cluster, step by step, without a cluster: the parts together tell what one machine tells."""

from __future__ import annotations

from random import Random

import numpy as np
import pyarrow
import pytest

from rulemine.engine import sparkjoin
from rulemine.engine.pairs import find_pairs

WORDS = "出差人员应当在返回后十日内持发票到财务部门报销住宿费和交通费逾期须经分管领导批准并说明理由"


@pytest.mark.parametrize("parts", [1, 3, 16])
def test_parts_together_tell_what_one_machine_tells(parts: int) -> None:
    random = Random(4)
    texts = [WORDS[(at := random.randrange(20)) : at + random.randrange(3, 30)] for _ in range(250)] + ["", "，。"]
    ids = [f"条{number:03}" for number in range(len(texts))]
    batch = pyarrow.RecordBatch.from_pylist([{"id": i, "text": t} for i, t in zip(ids, texts, strict=True)])
    folded = pyarrow.Table.from_batches(list(sparkjoin.fold_batches([batch])))
    by_digest: dict[bytes, list[str]] = {}
    for row in folded.to_pylist():
        by_digest.setdefault(row["digest"], []).append(row["id"])
    kept = {row["digest"]: row for row in folded.to_pylist()}
    unique = pyarrow.RecordBatch.from_pylist(list(kept.values()))
    counts = np.zeros(sparkjoin.BUCKETS, np.int64)
    for counted in sparkjoin.count_batches([unique]):
        for row in counted.to_pylist():
            counts[row["bucket"]] += row["n"]
    marks = np.zeros(2**17, np.uint8)
    for marked in sparkjoin.mark_batches([unique], counts, 8 * len(marks)):
        for row in marked.to_pylist():
            marks[row["bit"] >> 3] |= 1 << (row["bit"] & 7)
    sent = [row for b in sparkjoin.send_batches([unique], counts, marks, parts, 0.6) for row in b.to_pylist()]
    told = []
    for part in range(parts):
        here = [row for row in sent if row["part"] == part]
        if here:
            joined = sparkjoin.join_batches([pyarrow.RecordBatch.from_pylist(here)], counts, parts, 0.6)
            told += [row for b in joined for row in b.to_pylist()]
    pairs = set()
    for row in told:
        for left in by_digest[row["left_digest"]]:
            for right in by_digest[row["right_digest"]]:
                relation = row["turned"] if left > right else row["relation"]
                pairs.add((min(left, right), max(left, right), row["similarity"], relation))
    assert len(told) == len({(row["left_digest"], row["right_digest"]) for row in told}), "no pair is told twice"
    expected = {(p["a"], p["b"], p["similarity"], p["relation"]) for p in find_pairs(ids, texts, 0.6)}
    assert pairs == {pair for pair in expected if pair[3] != "exact"}
    assert len(pairs) > 500

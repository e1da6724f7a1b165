"""Pairs of like texts out of a table of ``id`` and ``text``: the join on one machine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from rulemine.engine.columns import as_text
from rulemine.engine.jsonlines import JsonLinesTable, write_jsonl
from rulemine.engine.parquet import ParquetTable, write_parquet
from rulemine.engine.tables import Record, Table
from rulemine.errors import BadInput, UnreadableFile
from rulemine.similarity import RELATIONS, join_blocks

PAIR_COLUMNS = ("a", "b", "similarity", "relation")


def find_pairs(ids: Sequence[Any], texts: Iterable[str], threshold: float) -> Iterator[Record]:
    """Every pair of like texts by their ids, ordered by them: the order of the rows changes nothing.

    >>> list(find_pairs(["乙", "丙", "甲"], ["公章由办公室专人保管"] * 2 + ["发票须当月报销"], 0.8))
    [{'a': '丙', 'b': '乙', 'similarity': 1.0, 'relation': 'exact'}]

    ``relation`` is that of ``a`` to ``b``: ``contains`` when ``a`` holds ``b``.
    """
    order = sorted(range(len(ids)), key=lambda place: _id_order(ids[place]))
    rank = [0] * len(ids)
    for place, row in enumerate(order):
        rank[row] = place
    named = [ids[row] for row in order]
    for block in join_blocks(texts, threshold, rank=rank):
        for a, b, similarity, relation in block.rows():
            yield {"a": named[a], "b": named[b], "similarity": similarity, "relation": RELATIONS[relation]}


def _id_order(value: Any) -> tuple[bool, Any]:
    """Numbers by size and before texts."""
    return (True, value) if isinstance(value, str) else (False, value)


def join_table(source: Path, target: Path, threshold: float, write_table: Any = None) -> int:
    """The pairs of a .jsonl or .parquet table into a .jsonl or .parquet file, or what ``write_table`` writes.

    Raises BadInput for a table without ``id`` and ``text`` or with an id that stands twice.
    """
    table = _open_pairs_source(source)
    ids = _read_ids(table)
    written = _Counted(find_pairs(ids, table.read_texts(table.names.index("text")), threshold))
    suffix = target.suffix.lower()
    if suffix == ".parquet":
        staged = target.with_name(f"{target.name}.part")
        try:
            write_parquet(written, staged, PAIR_COLUMNS, ids)
            staged.replace(target)
        finally:
            staged.unlink(missing_ok=True)
    elif write_table:
        write_table(written, target, columns=PAIR_COLUMNS)
    elif suffix == ".jsonl":
        write_jsonl(written, target)
    else:
        raise BadInput(f"{target}：结果可写为 .jsonl、.parquet")
    return written.count


class _Counted:
    """Records that are counted as they pass."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._records, self.count = records, 0

    def __iter__(self) -> Iterator[Record]:
        for record in self._records:
            self.count += 1
            yield record


def _open_pairs_source(source: Path) -> Table:
    if not source.is_file():
        raise UnreadableFile(str(source), "没有这个文件", "核对路径")
    readers: dict[str, Callable[[Path], Table]] = {".jsonl": JsonLinesTable, ".parquet": ParquetTable}
    if source.suffix.lower() not in readers:
        raise BadInput(f"{source}：可读 {'、'.join(readers)}，每行有 id 和 text")
    table: Table = readers[source.suffix.lower()](source)
    if table.total and not {"id", "text"} <= set(table.names):
        raise BadInput(f"{source}：每行要有 id 和 text；现有的列：{'、'.join(table.names)}")
    return table


def _read_ids(table: Table) -> list[Any]:
    ids: list[Any] = []
    seen: set[Any] = set()
    for number, record in enumerate(table.read_records(), 1):
        given = record.get("id")
        if not isinstance(given, (str, int)) or "text" not in record:
            raise BadInput(f"{table.path}:{number}：每行要有 id（文字或整数）和 text")
        if given in seen:
            raise BadInput(f"{table.path}:{number}：id {as_text(given)} 出现了两次；每行的 id 应当不同")
        seen.add(given)
        ids.append(given)
    return ids

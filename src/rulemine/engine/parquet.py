"""Parquet: read and written one row group at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rulemine.engine.columns import as_text
from rulemine.engine.tables import Record
from rulemine.errors import MissingExtra, UnreadableFile
from rulemine.text import dump_line

_CHUNK = 2_000


class ParquetTable:
    """A Parquet file. Raises MissingExtra without pyarrow, UnreadableFile when it is no Parquet file."""

    def __init__(self, path: Path, wanted: str | None = None) -> None:
        self.path = path
        self._arrow = _import_arrow()
        try:
            with self._arrow.parquet.ParquetFile(path) as file:
                self._schema = file.schema_arrow
                self.total = int(file.metadata.num_rows)
        except self._arrow.ArrowException as error:
            raise UnreadableFile(str(path), f"不是 Parquet 文件（{error}）", "重新生成该文件") from error
        self.names = tuple(self._schema.names)
        self.notes: tuple[str, ...] = ()

    def read_records(self) -> Iterator[dict[str, Any]]:
        """The rows by column name."""
        with self._arrow.parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(_CHUNK):
                yield from batch.to_pylist()

    def read_texts(self, position: int) -> Iterator[str]:
        """The cells of one column; the others are not read."""
        name = self.names[position]
        with self._arrow.parquet.ParquetFile(self.path) as file:
            for batch in file.iter_batches(_CHUNK, columns=[name]):
                yield from map(as_text, batch.column(name).to_pylist())

    def write_annotated(self, annotations: Iterable[Record], added: Sequence[str], target: Path) -> None:
        """The row groups with new columns behind their own; nested values keep their types."""
        types = self._find_types(annotations, added)
        schema = self._schema
        for name, kind in types.items():
            field, at = self._arrow.field(name, kind), schema.get_field_index(name)
            schema = schema.set(at, field) if at >= 0 else schema.append(field)
        rows = iter(annotations)
        with (
            self._arrow.parquet.ParquetFile(self.path) as file,
            self._arrow.parquet.ParquetWriter(target, schema) as out,
        ):
            for group in range(file.num_row_groups):
                table = file.read_row_group(group)
                out.write_table(self._append(table, list(islice(rows, table.num_rows)), types, schema))

    def _append(self, table: Any, rows: Sequence[Record], types: dict[str, Any], schema: Any) -> Any:
        columns = {name: table.column(name) for name in table.column_names}
        columns |= {name: self._make_array([row.get(name) for row in rows], kind) for name, kind in types.items()}
        return self._arrow.Table.from_arrays([columns[name] for name in schema.names], schema=schema)

    def _make_array(self, values: Sequence[Any], kind: Any) -> Any:
        if self._arrow.types.is_string(kind):
            values = [value if value is None or isinstance(value, str) else dump_line(value) for value in values]
        return self._arrow.array(values, type=kind)

    def _find_types(self, annotations: Iterable[Record], added: Sequence[str]) -> dict[str, Any]:
        """One type a column that holds for all row groups, which no single row tells; text where there is none."""
        found: dict[str, Any] = {name: self._arrow.null() for name in added}
        rows = iter(annotations)
        while chunk := list(islice(rows, _CHUNK)):
            for name in added:
                found[name] = self._widen(found[name], [row.get(name) for row in chunk])
        return {name: self._settle(kind) for name, kind in found.items()}

    def _widen(self, known: Any, values: Sequence[Any]) -> Any:
        arrow = self._arrow
        if arrow.types.is_string(known):
            return known
        try:
            both = [arrow.schema([("v", kind)]) for kind in (known, arrow.array(values).type)]
            return arrow.unify_schemas(both, promote_options="permissive").field("v").type
        except arrow.ArrowException:
            return arrow.string()

    def _settle(self, kind: Any) -> Any:
        types = self._arrow.types
        if types.is_null(kind) or (types.is_struct(kind) and kind.num_fields == 0):
            return self._arrow.string()
        if types.is_list(kind):
            return self._arrow.list_(self._settle(kind.value_type))
        return kind


def write_parquet(records: Iterable[Record], target: Path, columns: Sequence[str], ids: Sequence[Any]) -> None:
    """Pairs into a Parquet file, block by block; ``ids`` say whether the first two columns are numbers or texts.

    Raises MissingExtra without pyarrow.
    """
    arrow = _import_arrow()
    numbers = bool(ids) and all(isinstance(value, int) for value in ids)
    kind = arrow.int64() if numbers else arrow.string()
    schema = arrow.schema(list(zip(columns, (kind, kind, arrow.float64(), arrow.string()), strict=True)))
    rows = iter(records)
    with arrow.parquet.ParquetWriter(target, schema) as out:
        while chunk := list(islice(rows, 100 * _CHUNK)):
            out.write_table(arrow.Table.from_pylist([_as_pair(row, columns, numbers) for row in chunk], schema=schema))


def _as_pair(row: Record, columns: Sequence[str], numbers: bool) -> dict[str, Any]:
    pair = {name: row[name] for name in columns}
    return pair if numbers else pair | {name: str(pair[name]) for name in columns[:2]}


def _import_arrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtra("pyarrow", "spark") from error
    return pyarrow

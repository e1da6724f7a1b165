"""Record batches in, record batches out: what a cluster calls for work that one machine does on plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rulemine.engine.columns import as_text
from rulemine.engine.jobs import Job
from rulemine.engine.local import Retry


def annotate_batches(
    batches: Iterable[Any], function: str, options: Mapping[str, Any], column: str, schema: Any
) -> Iterator[Any]:
    """Batches with what the job says of the text of each row; ``schema`` is that of the result."""
    import pyarrow

    retry = Retry(Job(function, options).load()())
    for batch in batches:
        records = retry.run([as_text(value) for value in batch.column(column).to_pylist()])
        arrays = [
            batch.column(field.name).cast(field.type)
            if field.name in batch.schema.names and not any(field.name in record for record in records)
            else pyarrow.array([record.get(field.name) for record in records], field.type)
            for field in schema
        ]
        yield pyarrow.RecordBatch.from_arrays(arrays, schema=schema)


def map_line_batches(batches: Iterable[Any], function: str, options: Mapping[str, Any]) -> Iterator[Any]:
    """Batches of one column ``line``: what the job's generator makes of the lines."""
    import pyarrow

    generate = Job(function, options).load()
    for batch in batches:
        lines = list(generate(iter(batch.column("line").to_pylist())))
        yield pyarrow.RecordBatch.from_arrays([pyarrow.array(lines, pyarrow.string())], names=["line"])

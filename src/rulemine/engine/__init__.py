"""Work over every row of a table, whatever its format and size, on this machine or on a cluster. What is done is handed in.

A new format is a new file and one line in ``TABLES``; a new engine is a new file and one line in ``ENGINES``.
"""

from __future__ import annotations

from collections.abc import Callable

from rulemine.engine.jobs import Job
from rulemine.engine.local import TABLES, Annotated, LocalEngine, annotate_table
from rulemine.engine.protocol import Engine
from rulemine.engine.spark import SparkEngine
from rulemine.errors import BadInput

__all__ = ["ENGINES", "TABLES", "Annotated", "Engine", "Job", "annotate_table", "open_engine"]

ENGINES: tuple[tuple[str, Callable[[], Engine]], ...] = (("local", LocalEngine), ("spark", SparkEngine))


def open_engine(name: str) -> Engine:
    """The engine of that name.

    >>> type(open_engine("local")).__name__
    'LocalEngine'

    Raises BadInput for a name that is none, MissingExtra without pyspark.
    """
    engines = dict(ENGINES)
    if name not in engines:
        raise BadInput(f"--engine {name}：只能是 {'、'.join(engines)}")
    return engines[name]()

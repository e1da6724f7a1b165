"""The same work on a Spark cluster: the session that is there already, or the one that ``spark-submit`` describes.

Executors need Python with rulemine's dependencies; rulemine itself, its models and the folders that a job names are sent
along. All steps are pure and deterministic, so that Spark may run any of them again when an executor is lost.
"""

from __future__ import annotations

import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from rulemine.engine.columns import SAMPLED_ROWS, as_text, choose_column
from rulemine.engine.jobs import Job
from rulemine.engine.local import Annotated
from rulemine.errors import BadInput, MissingExtra
from rulemine.resources import PACKAGE, locate_resource

_TAKEN = "@taken/"
"""Marks an option that is a folder inside the archive."""
_PARTS_A_CORE = 4
_MOST_BITS = 2**31
"""256 MB of marks, the most that is sent to every executor."""


class SparkEngine:
    """Work on a cluster. Raises MissingExtra without pyspark."""

    def __init__(self, session: Any = None) -> None:
        self._session = session or _open_session()
        self._context = self._session.sparkContext
        self._archive: str | None = None
        self._parts = max(1, _PARTS_A_CORE * self._context.defaultParallelism)

    # ------------------------------------------------------------ lines

    def map_lines(self, job: Job, lines: Iterable[str]) -> Iterator[str]:
        """What the generator makes of the lines, partition by partition, in their order."""
        rows = list(lines)
        if not rows:
            return
        slices = min(len(rows), self._parts)
        frame = self._session.createDataFrame(
            self._context.parallelize([(row,) for row in rows], slices), "line string"
        )
        made = self._run(frame, "batches:map_line_batches", "line string", job)
        yield from (row.line for row in made.toLocalIterator(prefetchPartitions=True))

    # ------------------------------------------------------------ tables

    def annotate_table(self, source: Path, target: Path, job: Job, *, column: str | None = None, **_: Any) -> Annotated:
        """The rows of a Parquet table (file or folder) with what ``job()`` says of each text, as a folder of Parquet."""
        from pyspark.sql.pandas.types import to_arrow_schema

        frame = self._read(source)
        _check_folder(target)
        sample = [[as_text(value) for value in row] for row in frame.limit(SAMPLED_ROWS).collect()]
        choice = choose_column(frame.columns, sample, column, str(source))
        added = self._session.createDataFrame([], ", ".join(f"`{n}` {t}" for n, t in job.load()().columns.items()))
        kept = [field for field in frame.schema if field.name not in added.columns]
        schema = type(frame.schema)([*kept, *added.schema])
        made = self._run(
            frame, "batches:annotate_batches", schema, job, column=choice.name, schema=to_arrow_schema(schema)
        )
        made.write.mode("overwrite").parquet(str(target))
        replaced = tuple(name for name in added.columns if name in frame.columns)
        rows = int(self._session.read.parquet(str(target)).count())
        return Annotated(rows=rows, column=choice.name, guessed=choice.guessed, replaced=replaced)

    def join_table(self, source: Path, target: Path, threshold: float, write_table: Any = None) -> int:
        """Every pair of like texts of a Parquet table of ``id`` and ``text``, as a folder of Parquet."""
        from pyspark.sql import functions as sql

        frame = self._read(source)
        _check_folder(target)
        if not {"id", "text"} <= set(frame.columns):
            raise BadInput(f"{source}：每行要有 id 和 text；现有的列：{'、'.join(frame.columns)}")
        schema = f"id {frame.schema['id'].dataType.simpleString()}, digest binary, folded string"
        folded = self._run(frame.select("id", "text"), "sparkjoin:fold_batches", schema)
        folded = folded.repartition(self._parts, "digest").cache()
        texts = folded.select("digest", "folded").dropDuplicates(["digest"]).cache()
        left = folded.select(sql.col("digest").alias("left_digest"), sql.col("id").alias("left"))
        right = folded.select(sql.col("digest").alias("right_digest"), sql.col("id").alias("right"))
        turned = sql.col("left") > sql.col("right")
        near = (
            self._join_texts(texts, threshold)
            .join(left, "left_digest")
            .join(right, "right_digest")
            .select(
                sql.least("left", "right").alias("a"),
                sql.greatest("left", "right").alias("b"),
                "similarity",
                sql.when(turned, sql.col("turned")).otherwise(sql.col("relation")).alias("relation"),
            )
        )
        same = (
            left.join(right, left["left_digest"] == right["right_digest"])
            .where("left < right")
            .selectExpr("left AS a", "right AS b", "1.0D AS similarity", "'exact' AS relation")
        )
        near.unionByName(same).write.mode("overwrite").parquet(str(target))
        for frame in (folded, texts):
            frame.unpersist()
        return int(self._session.read.parquet(str(target)).count())

    def _join_texts(self, texts: Any, threshold: float) -> Any:
        """Pairs of digests: grams counted, texts sent to the parts of their rare grams, each part joined."""
        import numpy as np

        from rulemine.engine import sparkjoin

        counts = np.zeros(sparkjoin.BUCKETS, np.int64)
        counted = self._run(texts, "sparkjoin:count_batches", "bucket int, n long")
        for row in counted.groupBy("bucket").sum("n").toLocalIterator():
            counts[row[0]] = row[1]
        rarity = self._context.broadcast(counts)
        bits = min(_MOST_BITS, max(2**20, 1 << (64 * texts.count()).bit_length()))
        marks = np.zeros(bits // 8, np.uint8)
        marked = self._run(texts, "sparkjoin:mark_batches", "bit long", counts=rarity, bits=bits)
        for row in marked.distinct().toLocalIterator():
            marks[row[0] >> 3] |= 1 << (row[0] & 7)
        options = {"counts": rarity, "parts": self._parts, "threshold": threshold}
        schema = "part int, digest binary, folded string"
        sent = self._run(
            texts, "sparkjoin:send_batches", schema, marks=self._context.broadcast(marks), **options
        ).repartition(self._parts, "part")
        schema = "left_digest binary, right_digest binary, similarity double, relation string, turned string"
        return self._run(sent, "sparkjoin:join_batches", schema, **options)

    # ------------------------------------------------------------ what is sent along

    def _read(self, source: Path) -> Any:
        if Path(source).suffix.lower() == ".jsonl":
            return self._session.read.json(str(source))
        if Path(source).suffix.lower() not in (".parquet", ""):
            raise BadInput(f"{source}：--engine spark 读 .parquet（文件或文件夹）和 .jsonl")
        return self._session.read.parquet(str(source))

    def _run(self, frame: Any, generator: str, result: Any, job: Job | None = None, **options: Any) -> Any:
        """``mapInArrow`` with a generator of this folder, by its name; a job is handed to it as plain values."""
        if job:
            options |= {"function": job.function, "options": self._take_along(job.options)}
        return frame.mapInArrow(_remote(self._send_package(), f"rulemine.engine.{generator}", options), result)

    def _send_package(self) -> str:
        """The archive of rulemine with its models, sent to the executors once a session."""
        if self._archive is None:
            archive = Path(tempfile.mkdtemp(prefix="rulemine-"), f"rulemine-{uuid4().hex}.zip")
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
                _add_folder(file, PACKAGE, "rulemine")
                if not (PACKAGE / "shipped").is_dir():
                    _add_folder(file, locate_resource("models"), "rulemine/shipped/models")
            self._context.addFile(str(archive))
            self._archive = archive.name
        return self._archive

    def _take_along(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Options with the folders of this machine replaced by archives that are sent."""
        taken = dict(options)
        for name, value in options.items():
            if isinstance(value, Path):
                archive = Path(tempfile.mkdtemp(prefix="rulemine-"), f"{name}-{uuid4().hex}.zip")
                with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
                    _add_folder(file, value, "")
                self._context.addFile(str(archive))
                taken[name] = f"{_TAKEN}{archive.name}"
        return taken


def _add_folder(file: zipfile.ZipFile, folder: Path, name: str) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            file.write(path, str(Path(name, path.relative_to(folder))))


def _remote(archive: str, function: str, options: dict[str, Any]) -> Callable[[Iterator[Any]], Iterator[Any]]:
    """A function that travels by value: it unpacks rulemine where it runs and calls the generator there."""
    taken = _TAKEN

    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import importlib
        import os
        import shutil
        import sys
        import tempfile
        import zipfile

        from pyspark import SparkFiles

        def unpack(name: str) -> str:
            place = SparkFiles.get(name)
            folder = f"{place}.unpacked"
            if not os.path.isdir(folder):
                beside = tempfile.mkdtemp(dir=os.path.dirname(place))
                with zipfile.ZipFile(place) as file:
                    file.extractall(beside)
                try:
                    os.rename(beside, folder)
                except OSError:  # another worker of this executor was first
                    shutil.rmtree(beside, ignore_errors=True)
            return folder

        def here(value: Any) -> Any:
            if isinstance(value, str) and value.startswith(taken):
                return unpack(value.removeprefix(taken))
            if isinstance(value, dict):
                return {name: here(one) for name, one in value.items()}
            return getattr(value, "value", value)  # of a broadcast

        root = unpack(archive)
        if root not in sys.path:
            sys.path.insert(0, root)
        module, name = function.split(":")
        yield from getattr(importlib.import_module(module), name)(batches, **{n: here(v) for n, v in options.items()})

    return run


def _open_session() -> Any:
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("pyspark", "spark") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    return SparkSession.getActiveSession() or SparkSession.builder.appName("rulemine").getOrCreate()


def _check_folder(target: Path) -> None:
    if target.is_file():
        raise BadInput(f"{target} 是文件：--engine spark 写出的是一个 Parquet 文件夹；换个名字或删去它")

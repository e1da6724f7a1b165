"""A table annotated in this process: read in batches, kept in a journal, written when every row has its annotation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from rulemine.engine.columns import (
    SAMPLED_ROWS,
    Choice,
    as_text,
    choose_column,
    doubt_headings,
)
from rulemine.engine.delimited import DelimitedTable, write_csv
from rulemine.engine.jobs import Job
from rulemine.engine.journal import Journal
from rulemine.engine.jsonlines import JsonLinesTable, write_jsonl
from rulemine.engine.pairs import join_table
from rulemine.engine.parquet import ParquetTable
from rulemine.engine.tables import Record, Table
from rulemine.engine.workbook import WorkbookTable
from rulemine.errors import BadInput, BadModel, MissingExtra, UnreadableFile, explain_failure

Annotate = Callable[[Sequence[str]], Sequence[Mapping[str, Any]]]
TABLES: tuple[tuple[str, Callable[[Path, str | None], Table]], ...] = (
    (".csv", DelimitedTable),
    (".tsv", DelimitedTable),
    (".jsonl", JsonLinesTable),
    (".xlsx", WorkbookTable),
    (".parquet", ParquetTable),
)
"""Suffix → what opens such a table, given its path and the column that is wanted."""
FAILED: Mapping[str, Any] = {"needs_review": True, "review_reason": "error"}
_FORMAT = 1  # of the journal; a later version that writes it differently must not go on from an old one


class LocalEngine:
    """The machine at hand."""

    def map_lines(self, job: Job, lines: Iterable[str]) -> Iterator[str]:
        """What the generator makes of the lines."""
        made: Iterator[str] = job.load()(iter(lines))
        return made

    def annotate_table(self, source: Path, target: Path, job: Job, **options: Any) -> Annotated:
        """``annotate_table`` with what the job makes: texts → records."""
        return annotate_table(source, target, job.load()(), **options)

    def join_table(self, source: Path, target: Path, threshold: float, write_table: Any = None) -> int:
        """``join_table`` of ``engine/pairs.py``."""
        return join_table(source, target, threshold, write_table)


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotated:
    """What came of annotating a table.

    ``resumed`` rows were taken over from a run that was stopped; ``failed`` rows raised and bear ``review_reason``
    "error"; columns in ``replaced`` stood in the table already and hold the new values; ``notes`` say what else the
    user should know.
    """

    rows: int
    column: str
    guessed: bool
    resumed: int = 0
    failed: int = 0
    replaced: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def annotate_table(
    source: Path,
    target: Path,
    annotate: Annotate,
    *,
    column: str | None = None,
    fingerprint: str = "",
    batch: int = 500,
    on_rows: Callable[[int, int | None], None] | None = None,
    write_table: Callable[..., None] | None = None,
) -> Annotated:
    r"""The rows of a table with what ``annotate`` says of the text of each, in the format of ``target``.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     source, target = Path(folder, "in.csv"), Path(folder, "out.csv")
    ...     _ = source.write_text("序号,问题描述\n1,未按规定双录\n", encoding="utf-8")
    ...     done = annotate_table(source, target, lambda texts: [{"length": len(text)} for text in texts])
    ...     print(done.column, done.rows, target.read_text(encoding="utf-8-sig").split())
    问题描述 1 ['序号,问题描述,length', '1,未按规定双录,6']

    Tables are .csv, .tsv, .jsonl, .xlsx and .parquet. The target is of the same format, or .csv or .jsonl, or .xlsx by
    way of ``write_table`` (``rulemine.writers.write_table``, which stands above this floor). ``column`` is guessed when
    not given. A run that was stopped, even killed, goes on from ``target.part`` when source, column and ``fingerprint``
    (of the model and its options) are the same. A batch for which ``annotate`` raises is given to it row by row.
    ``on_rows`` is told the rows done and the rows in all. Memory holds one batch, except for workbooks.
    Raises BadInput for a table, column or target that cannot be used, UnreadableFile, and MissingExtra for Parquet.
    """
    source, target = Path(source), Path(target)
    _check_paths(source, target, write_table)
    stamp = _stamp(source)
    table = _open_table(source, column)
    choice = choose_column(table.names, _read_sample(table), column, str(source))
    journal = Journal(target, stamp | {"fingerprint": fingerprint, "column": choice.name, "format": _FORMAT})
    with journal:
        first_error = _fill_journal(journal, table, choice, annotate, batch, on_rows)
    if _stamp(source) != stamp:
        raise BadInput(f"{source} 在读取期间被改动；重新运行同一命令")
    added, failed = _survey(journal)
    if table.total:
        _check_added(added, choice, source)
    _write(table, journal, added, target, write_table)
    journal.remove()
    notes = (
        *doubt_headings(table.names),
        *table.notes,
        *([f"第一处出错的行：{first_error!r}"] if first_error else []),
    )
    return Annotated(
        rows=table.total,
        column=choice.name,
        guessed=choice.guessed,
        resumed=journal.resumed,
        failed=failed,
        replaced=tuple(name for name in added if name in table.names),
        notes=notes,
    )


# ---------------------------------------------------------------- what is read and where it goes


def _check_paths(source: Path, target: Path, write_table: Callable[..., None] | None) -> None:
    if not source.is_file():
        raise UnreadableFile(str(source), "没有这个文件", "核对路径")
    if target.is_dir():
        raise BadInput(f"{target} 是文件夹；请写明其中的文件名")
    if target.exists() and target.samefile(source):
        raise BadInput(f"{target} 就是要读的表；给 -o 换个文件名，原表不动")
    kinds = [suffix for suffix, _ in TABLES]
    into, out_of = target.suffix.lower(), source.suffix.lower()
    if out_of not in kinds:
        raise BadInput(f"{source}：可读的表有 {'、'.join(kinds)}；另存为其中一种")
    if into == ".tsv" or not (into == out_of or into in (".csv", ".jsonl") or (into == ".xlsx" and write_table)):
        others = sorted({".csv", ".jsonl", out_of} - {".tsv"} | ({".xlsx"} if write_table else set()))
        raise BadInput(f"{target}：{out_of} 表可写为 {'、'.join(others)}；给 -o 用这样的后缀")


def _open_table(source: Path, column: str | None) -> Table:
    try:
        return dict(TABLES)[source.suffix.lower()](source, column)
    except OSError as error:
        reason = f"无法打开（{explain_failure(error)}）"
        raise UnreadableFile(str(source), reason, "在其他程序中关闭它") from error


def _read_sample(table: Table) -> list[list[str]]:
    records = islice(table.read_records(), SAMPLED_ROWS)
    return [[_as_sample(record.get(name)) for name in table.names] for record in records]


def _as_sample(value: Any) -> str:
    """A cell as a text to be compared; a nested value is none, however long."""
    return "" if isinstance(value, (list, tuple, dict)) else as_text(value)


def _stamp(source: Path) -> dict[str, Any]:
    state = source.stat()
    return {"source": str(source.resolve()), "size": state.st_size, "mtime_ns": state.st_mtime_ns}


# ---------------------------------------------------------------- annotating


@dataclass(slots=True)
class Retry:
    """Annotates a batch, or each of its rows when the batch raises; remembers the first error."""

    annotate: Annotate
    error: Exception | None = field(default=None)

    def run(self, texts: Sequence[str]) -> list[Record]:
        """One record a text; a text for which it raises bears ``review_reason`` "error"."""
        try:
            return self._call(texts)
        except (MissingExtra, BadModel):  # no row is to blame, and every other one would raise the same
            raise
        except Exception as error:
            if len(texts) > 1:
                return [record for text in texts for record in self.run([text])]
            self.error = self.error or error
            return [FAILED]

    def _call(self, texts: Sequence[str]) -> list[Record]:
        records = list(self.annotate(texts))
        if len(records) != len(texts):
            raise ValueError(f"annotate gave {len(records)} annotations for {len(texts)} texts")
        return list(records)


def _fill_journal(
    journal: Journal,
    table: Table,
    choice: Choice,
    annotate: Annotate,
    batch: int,
    on_rows: Callable[[int, int | None], None] | None,
) -> Exception | None:
    retry, done = Retry(annotate), journal.resumed
    if done and on_rows:
        on_rows(done, table.total)
    for texts in _cut_batches(islice(table.read_texts(choice.position), done, None), batch):
        records = retry.run(texts)
        _check_added({name for record in records for name in record}, choice, table.path)
        journal.append(records)
        done += len(texts)
        if on_rows:
            on_rows(done, table.total)
    return retry.error


def _cut_batches(texts: Iterator[str], size: int) -> Iterator[list[str]]:
    if size < 1:
        raise BadInput(f"每批 {size} 行不成批；至少为 1")
    while taken := list(islice(texts, size)):
        yield taken


def _check_added(added: Iterable[str], choice: Choice, source: Path) -> None:
    if choice.name in added:
        raise BadInput(f"{source}：正文列与要写入的列同名；给“{choice.name}”列改名")


def _survey(journal: Journal) -> tuple[list[str], int]:
    """The columns of all annotations, in the order of the fullest one, and the rows that raised."""
    fullest: list[str] = []
    names: dict[str, None] = {}
    failed = 0
    for record in journal:
        if len(record) > len(fullest):
            fullest = list(record)
        names.update(dict.fromkeys(record))
        failed += record.get("review_reason") == "error"
    return [*fullest, *(name for name in names if name not in fullest)], failed


# ---------------------------------------------------------------- writing


def _write(
    table: Table, journal: Journal, added: Sequence[str], target: Path, write_table: Callable[..., None] | None
) -> None:
    """The table, whole, beside its place and then into it."""
    # With the target's suffix at its end, by which the writer of workbooks knows what to write.
    staged = target.with_name(f"{target.name}.part{target.suffix}")
    try:
        if dict(TABLES)[target.suffix.lower()] is dict(TABLES)[table.path.suffix.lower()]:
            table.write_annotated(journal, added, staged)
        else:
            _convert(table, journal, added, staged, write_table)
        os.replace(staged, target)
    except PermissionError as error:  # Windows, while the old file is open in Excel
        raise BadInput(f"{target} 已在其他程序中打开；关闭后重新运行同一命令") from error
    finally:
        staged.unlink(missing_ok=True)


def _convert(
    table: Table, journal: Journal, added: Sequence[str], staged: Path, write_table: Callable[..., None] | None
) -> None:
    merged = (record | annotation for record, annotation in zip(table.read_records(), journal, strict=True))
    names = [*table.names, *(name for name in added if name not in table.names)]
    if staged.suffix.lower() == ".jsonl":
        write_jsonl(merged, staged)
    elif staged.suffix.lower() == ".csv":
        write_csv(merged, names, staged)
    elif write_table:
        write_table(merged, staged, columns=names)

"""What the commands share: options read, rows in and out, progress bars, exit status."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from rulemine.errors import BadInput, UnreadableFile, explain_failure

if TYPE_CHECKING:
    from rulemine.taxonomy import Taxonomy
    from rulemine.workflow import Progress, Reading, ReviewOptions


Noun = TypeVar("Noun")


def review_options(
    as_of: str | None,
    facts: Path | None,
    model: str,
    taxonomy: Path | None,
    signals: str | None,
    lang: str,
    since: Path | None,
    engine: str = "local",
    vectors: str = "words",
) -> ReviewOptions:
    """What a review is made with, from the options of a command."""
    from rulemine.encoder import check_vectors
    from rulemine.facts import load_facts
    from rulemine.workflow import ReviewOptions

    if lang not in ("zh", "en"):
        raise BadInput(f"--lang {lang}：只能是 zh 或 en")
    check_vectors(vectors)
    return ReviewOptions(
        as_of=parse_day(as_of),
        facts=load_facts(facts),
        facts_folder=facts,
        engine=engine,
        taxonomy=choose_taxonomy(taxonomy, model),
        signals=signals,
        model=model,
        vectors=vectors,
        lang=lang,
        known=known_evidence(since),
    )


def choose_taxonomy(taxonomy: Path | None, model: str) -> Taxonomy:
    """The categories that outputs name: the ones asked for, else those that the model's folder keeps, else the report's own."""
    from rulemine.taxonomy import load_taxonomy

    kept = Path(model) / "taxonomy.toml"
    return load_taxonomy(taxonomy or (kept if kept.is_file() else None))


def check_defaults(settings: dict[str, Any], context: typer.Context, path: Path) -> dict[str, Any]:
    """The settings of a configuration, when every table names a command and every key an option of it.

    Raises BadInput for others: a date that is not taken because its key is misspelled would change the result in silence.
    """
    commands = getattr(context.command, "commands", {})
    for name, options in settings.items():
        known = {parameter.name for parameter in commands[name].params} if name in commands else set()
        if unknown := [name] if not known else [f"{name}.{key}" for key in options if key not in known]:
            raise BadInput(f"{path}：没有 {'、'.join(unknown)}；表名是命令，键是选项名（- 写作 _），如 [review] as_of")
    return settings


def parse_day(text: str | None) -> date:
    """The day judged from; today where none is given."""
    try:
        return date.fromisoformat(text) if text else date.today()
    except ValueError as error:
        raise BadInput(f"--as-of {text}：日期写作 2026-11-01") from error


def parse_view(text: str) -> Any:
    """How tracked changes are read."""
    if text not in ("final", "original"):
        raise BadInput(f"--view {text}：只能是 final 或 original")
    return text


def known_evidence(path: Path | None) -> frozenset[str] | None:
    """The ids of evidence that an earlier run gave, out of the record of it."""
    if path is None:
        return None
    try:
        return frozenset(json.loads(path.read_text(encoding="utf-8"))["evidence"])
    except OSError as error:
        raise BadInput(f"{path}：{explain_failure(error)}；--since 要用 --run 写出的文件") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(f"{path}：不是运行记录（{error}）；--since 要用 --run 写出的文件") from error


def check_suffixes(paths: Iterable[Path]) -> None:
    """Refuse an output that no writer knows before any work is done."""
    from rulemine.writers import WRITERS

    known = [suffix for suffix, _ in WRITERS]
    for path in paths:
        if str(path) != "-" and path.suffix.lower() not in known:
            raise BadInput(f"-o {path}：结果可写为 {'、'.join(known)}")


def read_lines(path: Path) -> Iterator[Any]:
    """The JSON objects of a file, one a line; ``-`` is standard input."""
    number = 0
    try:
        with sys.stdin if str(path) == "-" else path.open(encoding="utf-8-sig") as lines:
            for line in lines:
                number += 1
                if line.strip():
                    yield json.loads(line)
    except OSError as error:
        raise BadInput(f"{path}：{explain_failure(error)}；核对路径") from error
    except ValueError as error:
        raise BadInput(f"{path}:{number}：不是 JSON（{error}）；每行一个 JSON 对象") from error


def read_nouns(kind: type[Noun], path: Path, command: str) -> list[Noun]:
    """The nouns of a file of JSON lines; an error says which command writes such lines."""
    from rulemine.schema import from_record

    try:
        return [from_record(kind, row) for row in read_lines(path)]
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(
            f"{path}：不是 rulemine {command} 写出的行（{error}）；给报告、台账，或它写出的 jsonl"
        ) from error


def show_columns(documents: Iterable[Any], headings: Any) -> None:
    """Say which columns of registers were taken for what, so that a wrong guess is seen."""
    from rulemine.parse.findings import read_mappings
    from rulemine.parse.registercolumns import FIELDS

    for document in documents:
        for mapping in read_mappings(document, headings):
            told = "、".join(f"{heading}={FIELDS.get(name, '不取')}" for heading, name in mapping.items())
            typer.echo(f"{document.path} 台账各列：{told}（不对时用 --columns 指定）", err=True)


def write_rows(records: Iterable[Any], output: Path) -> None:
    """Records to standard output, or into a table by its suffix."""
    from rulemine.writers import write_table

    if str(output) == "-":
        for record in records:
            typer.echo(json.dumps(record, ensure_ascii=False))
    else:
        write_table(records, output)
        typer.echo(f"已写出 {output}", err=True)


def write_pairs(records: Iterable[Any], output: Path, columns: Sequence[str]) -> None:
    """Pairs to standard output, or into a table that has its columns even when there are none."""
    from rulemine.writers import write_table

    if str(output) == "-":
        write_rows(records, output)
    else:
        write_table(records, output, columns=columns)


@contextmanager
def input_file(path: Path, suffix: str) -> Iterator[Path]:
    """The file; what stands on standard input, for ``-``, in a file that lasts as long as the block."""
    if str(path) != "-":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        spooled = Path(folder, f"stdin{suffix}")
        spooled.write_text(sys.stdin.read(), encoding="utf-8")
        yield spooled


def print_lines(nouns: Iterable[Any]) -> None:
    """Nouns as JSON Lines on standard output."""
    from rulemine.schema import to_record

    for noun in nouns:
        typer.echo(json.dumps(to_record(noun), ensure_ascii=False))


def write_json(path: Path, noun: Any) -> None:
    """A noun as one JSON object in a file."""
    from rulemine.schema import to_record
    from rulemine.writers import stage_file

    with stage_file(path) as staged:
        staged.write_text(json.dumps(to_record(noun), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def coverage_line(document: Any) -> str:
    """Where the characters of a document went, in one line, with its warnings below."""
    found = document.coverage()
    verdict = "完整" if found.is_complete else "不完整" if found.missing else "与原文不符"
    counts = f"原文 {found.source} 字\t正文 {found.in_text} 字\t正文之外 {found.outside} 字\t补入 {found.added} 字\t标记 {found.unread} 字"
    return f"{document.path}\t{verdict}\t{counts}\t提示 {len(document.warnings)} 条" + "".join(
        f"\n  {warning}" for warning in document.warnings
    )


def finish(*readings: Reading) -> None:
    """Name every file that could not be read; exit status 1 when there are any."""
    skipped: list[UnreadableFile] = [problem for reading in readings for problem in reading.skipped]
    for problem in skipped:
        typer.echo(f"未能读取 {problem}", err=True)
    if skipped:
        raise typer.Exit(1)


@contextmanager
def progress_bars(quiet: bool) -> Iterator[Progress | None]:
    """A bar on standard error for long work; none with ``--quiet`` or without a terminal."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell

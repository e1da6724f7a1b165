"""The command line: each command reads files, runs stages of ``workflow.py``, and hands rows to the writers."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rulemine.console import (
    check_defaults,
    check_suffixes,
    choose_taxonomy,
    coverage_line,
    finish,
    input_file,
    parse_day,
    parse_view,
    print_lines,
    progress_bars,
    read_nouns,
    review_options,
    show_columns,
    write_json,
    write_pairs,
    write_rows,
)
from rulemine.errors import BadInput, RulemineError, explain_failure
from rulemine.version import __version__

if TYPE_CHECKING:
    from rulemine.workflow import Progress, Reading, ReviewOptions

app = typer.Typer(
    name="rulemine",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="制度汇编和检查报告：拆分、分类，找出应当立改废的制度，逐条给出原文依据。 "
    "Compilations and inspection reports in, candidates with evidence out.",
)
facts_app = typer.Typer(
    no_args_is_help=True, help="依据的事实：法律法规及其废止、旧称谓、条号变动。 The facts that the signals rest on."
)
app.add_typer(facts_app, name="facts")

DEMO_AS_OF = date(2026, 11, 1)
DEMO_FOLDER = Path("rulemine_demo")

Paths = Annotated[list[Path], typer.Argument(help="文件或文件夹 / files or folders", show_default=False)]
_OUT = typer.Option(
    "-o", "--output", help="输出文件，按后缀决定格式，- 为标准输出 / output by suffix, - for standard output"
)
Out = Annotated[Path, _OUT]
Outs = Annotated[list[Path], typer.Option("-o", "--output", help=".jsonl .xlsx .docx .html，可重复 / several allowed")]
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="判断基准日，默认今天 / the day judged from, default today"),
]
FactsDir = Annotated[
    Path | None, typer.Option("--facts", help="自己的事实表所在文件夹，按 id 覆盖 / your own rows over ours")
]
Model = Annotated[
    str,
    typer.Option("--model", help="linear、accurate（需 rulemine[encoder]），或 train 写出的文件夹 / or a model folder"),
]
TaxonomyFile = Annotated[
    Path | None, typer.Option("--taxonomy", help="类别定义 TOML，或 bank（加上银行各业务条线） / categories")
]
Labelled = Annotated[list[Path], typer.Argument(help="jsonl：text 和 label / labelled lines")]
CorrectionsFile = Annotated[
    Path | None, typer.Option("--corrections", help="人工更正，每行一条，只增不改 / what people decided, one line each")
]
ColumnsFile = Annotated[
    Path | None, typer.Option("--columns", help='台账各列的对应 TOML，如 text = "风险点描述" / which column is which')
]
Vectors = Annotated[
    str,
    typer.Option(
        "--vectors", help="words 或 encoder（句向量，需 rulemine[encoder]） / what likeness of meaning rests on"
    ),
]
EngineName = Annotated[
    str, typer.Option("--engine", help="local 或 spark（用当前的 Spark 会话） / where the work is done")
]
Quiet = Annotated[bool, typer.Option("--quiet", help="不显示进度 / no progress bars")]
Lang = Annotated[str, typer.Option("--lang", help="zh 或 en，输出文件的标题语言 / language of headings")]
View = Annotated[
    str, typer.Option("--view", help="final 或 original：修订痕迹按哪一种读 / how tracked changes are read")
]


def main() -> None:
    """Run the command line; a known error becomes one line on standard error and exit status 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        app()
    except RulemineError as error:
        typer.echo(f"rulemine: {error}", err=True)
        raise SystemExit(2) from error


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"rulemine {__version__}")
        raise typer.Exit


@app.callback()
def configure(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", help="rulemine.toml：各命令的默认选项 / defaults of the options, by command"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="版本 / version", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Options before the command."""
    if config:
        try:
            context.default_map = check_defaults(tomllib.loads(config.read_text(encoding="utf-8")), context, config)
        except OSError as error:
            raise BadInput(f"{config}：{explain_failure(error)}；核对路径") from error
        except ValueError as error:
            raise BadInput(f"{config}：不是 TOML（{error}）；每个命令写一个表") from error


# ---------------------------------------------------------------- the main job


@app.command()
def demo(
    output: Annotated[Path, typer.Option("-o", "--output", help="写到哪个文件夹 / folder to write to")] = DEMO_FOLDER,
    quiet: Quiet = False,
    lang: Lang = "zh",
) -> None:
    """示例：对自带的示例汇编和报告跑一遍主流程。 The main job on the demo that ships with rulemine."""
    from rulemine.resources import locate_resource

    shipped, here = locate_resource("corpora/demo"), Path.cwd()
    folder = shipped.relative_to(here) if shipped.is_relative_to(here) else shipped
    outs = [output / f"review{suffix}" for suffix in (".xlsx", ".docx", ".html", ".jsonl")]
    review(
        paths=[folder / "rules"],
        output=outs,
        findings=[folder / "reports"],
        as_of=DEMO_AS_OF.isoformat(),
        quiet=quiet,
        lang=lang,
    )


@app.command()
def review(
    paths: Paths,
    output: Outs,
    findings: Annotated[
        list[Path] | None, typer.Option("--findings", help="检查报告、台账或 findings 的结果 / reports or registers")
    ] = None,
    as_of: AsOf = None,
    signals: Annotated[str | None, typer.Option("--signals", help="如 V10,V20 或 -V50 / which looks")] = None,
    facts: FactsDir = None,
    model: Model = "linear",
    taxonomy: TaxonomyFile = None,
    vectors: Vectors = "words",
    engine: EngineName = "local",
    laws: Annotated[
        list[Path] | None, typer.Option("--laws", help="外部法规，只作比对，可重复 / external law to compare with")
    ] = None,
    since: Annotated[Path | None, typer.Option("--since", help="上次的 RUN.json，标出新增 / marks what is new")] = None,
    run: Annotated[Path | None, typer.Option("--run", help="写运行记录 / writes the record of the run")] = None,
    lang: Lang = "zh",
    quiet: Quiet = False,
) -> None:
    """主流程：制度汇编（和检查报告）进，立改废候选出。 Compilations (and reports) in, candidates out."""
    from rulemine import workflow
    from rulemine.writers import write_review

    options = review_options(as_of, facts, model, taxonomy, signals, lang, since, engine, vectors)
    check_suffixes(output)
    with progress_bars(quiet) as progress:
        reading = workflow.read_files(paths, progress=progress)
        rules = workflow.read_rules(reading.documents, options)
        reports, found = _read_findings(findings or [], options, progress)
        law = workflow.read_files(laws or [], progress=progress)
        outcome = workflow.review_rules(
            rules,
            found,
            options,
            laws=workflow.read_rules(law.documents, options),
            reading=[reading, *reports, law],
            progress=progress,
        )
    if not outcome.rules and not outcome.findings:
        typer.echo("没有读到任何制度或问题，未写出文件", err=True)
        finish(reading, *reports, law)
        raise typer.Exit(1)
    for path in output:
        if str(path) == "-":
            print_lines(outcome.candidates)
        else:
            write_review(outcome, path)
            typer.echo(f"已写出 {path}", err=True)
    if run:
        write_json(run, outcome.run)
    counts = (len(outcome.rules), len(outcome.candidates), len(outcome.run.evidence), len(outcome.findings))
    typer.echo("制度 {} 项，候选 {} 项，证据 {} 条，问题 {} 个".format(*counts), err=True)
    finish(reading, *reports, law)


@app.command()
def read(
    paths: Paths,
    output: Annotated[Path | None, _OUT] = None,
    view: View = "final",
    check: Annotated[
        bool, typer.Option("--check", help="逐文件核对：原文每个字在正文、正文之外还是提示里 / coverage")
    ] = False,
    debug_images: Annotated[
        Path | None,
        typer.Option(
            "--debug-images", metavar="DIR", help="每页画出读到的块，存为图片 / pages drawn with their blocks"
        ),
    ] = None,
    quiet: Quiet = False,
) -> None:
    """读文件：正文、块、页码；不给 -o 时打印正文。 Files into documents; without -o the text is printed."""
    from rulemine import workflow

    with progress_bars(quiet) as progress:
        reading = workflow.read_files(paths, view=parse_view(view), progress=progress)
    if debug_images:
        from rulemine.readers.drawing import draw_blocks

        drawn = sum(len(draw_blocks(document, debug_images)) for document in reading.documents)
        typer.echo(f"已写出 {drawn} 张图片到 {debug_images}", err=True)
    if check:
        for document in reading.documents:
            typer.echo(coverage_line(document), err=str(output) == "-")
    if output:
        write_rows(reading.documents.to_records(), output)
    elif not check:
        for document in reading.documents:
            typer.echo(document.text)
    finish(reading)


@app.command()
def rules(
    paths: Paths,
    output: Out = Path("-"),
    as_of: AsOf = None,
    facts: FactsDir = None,
    view: View = "final",
    quiet: Quiet = False,
) -> None:
    """制度汇编拆成制度、章条款项，解析引用和时效。 Compilations into rules."""
    from rulemine import workflow
    from rulemine.facts import load_facts
    from rulemine.resolving import resolve_rules
    from rulemine.results import Results

    with progress_bars(quiet) as progress:
        reading = workflow.read_files(paths, view=parse_view(view), progress=progress)
        known = load_facts(facts)
        found = resolve_rules(workflow.parse_rules(reading.documents, facts=known), known, parse_day(as_of))
    write_rows(Results(found).to_records(), output)
    finish(reading)


@app.command()
def findings(
    paths: Paths,
    output: Out = Path("-"),
    reports: Annotated[
        Path | None, typer.Option("--reports", help="另写各报告自报的数字 .jsonl / what each report states of itself")
    ] = None,
    columns: ColumnsFile = None,
    template: Annotated[
        Path | None, typer.Option("--template", help="按自己的台账格式填写的 .xlsx / your own register to be filled")
    ] = None,
    as_of: AsOf = None,
    model: Model = "linear",
    taxonomy: TaxonomyFile = None,
    quiet: Quiet = False,
) -> None:
    """检查报告和台账拆成问题，并分类。 Reports and registers into findings, classified."""
    from rulemine import workflow
    from rulemine.parse.registercolumns import load_headings

    headings, known = load_headings(columns), choose_taxonomy(taxonomy, model)
    if template and output.suffix.lower() != ".xlsx":
        raise BadInput(f"-o {output}：用 --template 时写出 .xlsx")
    with progress_bars(quiet) as progress:
        reading = workflow.read_files(paths, progress=progress)
        parsed = workflow.parse_findings(reading.documents, as_of=parse_day(as_of), columns=headings)
        found = workflow.classify(parsed, model=model, taxonomy=known if taxonomy else None, progress=progress)
    show_columns(reading.documents, headings)
    if reports:
        write_rows(workflow.parse_reports(reading.documents, taxonomy=known).to_records(), reports)
    if template:
        from rulemine.writers.register import write_register

        write_register(found, template, output, headings)
        typer.echo(f"已写出 {output}", err=True)
    else:
        write_rows(found.to_records(), output)
    finish(reading)


@app.command()
def stats(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FINDINGS", help="findings 的结果，或报告、台账 / lines of findings, or reports"),
    ],
    output: Out = Path("-"),
    reports: Annotated[
        list[Path] | None, typer.Option("--reports", help="findings --reports 写出的文件 / what reports state")
    ] = None,
    columns: ColumnsFile = None,
    as_of: AsOf = None,
    model: Model = "linear",
    taxonomy: TaxonomyFile = None,
    quiet: Quiet = False,
) -> None:
    """统计：类别、部门、机构、金额、整改率、逾期、重复发生、问责，自报数与实计数对照。 The figures of findings and reports."""
    from rulemine import workflow
    from rulemine.results import Results
    from rulemine.schema import Report
    from rulemine.writers.statistics import list_lines, write_figures

    options = review_options(as_of, None, model, taxonomy, None, "zh", None)
    known = options.taxonomy
    with progress_bars(quiet) as progress:
        readings, found = _read_findings(paths, options, progress, columns)
    told = [report for path in reports or [] for report in read_nouns(Report, path, "findings --reports")]
    read_here = [document for reading in readings for document in reading.documents]
    told += workflow.parse_reports(read_here, taxonomy=known)
    figures = workflow.count_figures(found, told, as_of=options.as_of, taxonomy=known)
    if str(output) == "-":
        write_rows(list_lines(figures), output)
    else:
        write_figures(figures, output)
        typer.echo(f"已写出 {output}", err=True)
    counted = next(figure for figure in Results(figures) if figure.table == "total")
    rate = "不详" if counted.rate is None else f"{counted.rate}%"
    differing = sum(bool(figure.differs) for figure in figures)
    typer.echo(
        f"问题 {counted.issues} 个，整改率 {rate}，逾期 {counted.overdue} 个；自报与实计不一致 {differing} 处", err=True
    )
    finish(*readings)


def _read_findings(
    paths: Sequence[Path], options: ReviewOptions, progress: Progress | None, columns: Path | None = None
) -> tuple[list[Reading], list[Any]]:
    """Reports and registers, or lines that ``rulemine findings`` wrote."""
    from rulemine import workflow
    from rulemine.schema import Finding

    lines = [path for path in paths if path.suffix.lower() == ".jsonl"]
    found = [finding for path in lines for finding in read_nouns(Finding, path, "findings")]
    others = [path for path in paths if path not in lines]
    if not others:
        return [], found
    reading = workflow.read_files(others, progress=progress)
    return [reading], [*found, *workflow.read_findings(reading.documents, options, progress, columns)]


# ---------------------------------------------------------------- tables and models


@app.command()
def classify(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help="csv、xlsx、jsonl 或 parquet / a table with a text column")
    ],
    output: Out,
    text: Annotated[str | None, typer.Option("--text", help="正文所在列，默认猜测并说明 / the text column")] = None,
    model: Model = "linear",
    taxonomy: TaxonomyFile = None,
    engine: EngineName = "local",
    quiet: Quiet = False,
) -> None:
    """给表格逐行分类：原表各列不动，后面加上类别、置信度等列。 A table in, the same rows with category and confidence out."""
    from rulemine.engine import Job, open_engine
    from rulemine.taxonomy import load_taxonomy
    from rulemine.writers import write_table

    given = {
        "model": Path(model) if Path(model).is_dir() else model,
        "taxonomy": load_taxonomy(taxonomy) if taxonomy else None,
    }
    job = Job("rulemine.classifier.rows:RowClassifier", given)
    with progress_bars(quiet) as progress:
        done = open_engine(engine).annotate_table(
            source,
            output,
            job,
            column=text,
            fingerprint=f"{__version__} {model} {given['taxonomy'] or ''}",
            write_table=write_table,
            on_rows=(lambda n, total: progress("问题分类", n, total or n)) if progress else None,
        )
    guessed = "（猜测，可用 --text 指定）" if done.guessed else ""
    typer.echo(f"已写出 {output}：{done.rows} 行，正文列“{done.column}”{guessed}", err=True)
    if done.replaced:
        typer.echo(f"原表已有列 {'、'.join(done.replaced)}，在 {output} 中换成了新值；{source} 未动", err=True)
    for note in done.notes:
        typer.echo(note, err=True)


@app.command()
def duplicates(
    source: Annotated[
        Path, typer.Argument(metavar="IN", help='{"id","text"} 的 jsonl 或 parquet / a table of id and text')
    ],
    output: Out,
    threshold: Annotated[float, typer.Option("--threshold", min=0.1, max=1.0, help="3-gram Jaccard")] = 0.8,
    engine: EngineName = "local",
    quiet: Quiet = False,
) -> None:
    """找出相同、近似、包含的文本对，不漏。 Every pair of texts at or above a likeness."""
    from rulemine.engine import open_engine

    with input_file(source, ".jsonl") as given:
        found = open_engine(engine).join_table(given, output, threshold, write_pairs)
    typer.echo(f"{output}：{found} 对", err=True)


@app.command()
def train(
    labelled: Labelled,
    output: Annotated[Path, typer.Option("-o", "--output", help="模型文件夹 / model folder")],
    corrections: CorrectionsFile = None,
    taxonomy: TaxonomyFile = None,
    vectors: Vectors = "words",
    right: Annotated[
        float, typer.Option("--right", min=0.5, max=0.999, help="给出的答案中应当正确的比例 / of the answers it gives")
    ] = 0.92,
) -> None:
    """用已标注的问题训练分类模型。 Labelled findings into a model folder."""
    from rulemine.learning import learn_model

    told = learn_model(
        labelled,
        output,
        corrections=corrections,
        taxonomy=taxonomy,
        vectors=vectors,
        right=right,
    )
    typer.echo(json.dumps(told, ensure_ascii=False))


@app.command()
def evaluate(
    labelled: Labelled,
    model: Model = "linear",
    taxonomy: TaxonomyFile = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="另写 .html：逐类、混淆、校准图 / a page of it")
    ] = None,
) -> None:
    """在已标注的问题上检验模型。 How a model does on labelled findings."""
    from rulemine.learning import judge_model

    typer.echo(json.dumps(judge_model(labelled, model, taxonomy, output), ensure_ascii=False))


@app.command()
def queue(
    source: Annotated[
        list[Path], typer.Argument(metavar="IN", help="jsonl：text，有的可带 label / lines to label, or labelled")
    ],
    output: Out,
    model: Model = "linear",
    taxonomy: TaxonomyFile = None,
    count: Annotated[int, typer.Option("--count", min=1, help="各取多少条 / of each kind")] = 50,
) -> None:
    """下一步该标注哪些、哪些标注可疑。 What to label next, and which labels look wrong."""
    from rulemine.learning import find_queue

    write_rows(find_queue(source, model, taxonomy, count).to_records(), output)


# ---------------------------------------------------------------- what there is


@app.command()
def signals() -> None:
    """有哪些检查项。 The signals and what each proposes."""
    from rulemine.signals import SIGNALS, built_codes

    built = built_codes()
    for info in SIGNALS:
        typer.echo(
            f"{info.code}\t{info.name}\t{info.kind}\t{info.action}{'' if info.code in built else '（尚未提供）'}"
        )


@facts_app.command("list")
def list_facts(
    words: Annotated[str, typer.Argument(help="只列含此字样的 / only those with these words")] = "",
    facts: FactsDir = None,
) -> None:
    """列出事实。 The facts, one JSON line each."""
    from rulemine.facts import load_facts
    from rulemine.schema import to_record

    for fact in load_facts(facts):
        line = json.dumps(to_record(fact), ensure_ascii=False)
        if words in line:
            typer.echo(line)


@facts_app.command("add")
def add_fact(
    table: Annotated[str, typer.Argument(help="laws amendments names moves aliases")],
    values: Annotated[list[str], typer.Argument(metavar="列=值…", help="如 title=旧采购办法 repealed_on=2019-03-01")],
    facts: Annotated[Path, typer.Option("--facts", help="自己的事实表所在文件夹，没有就新建 / your own folder")],
) -> None:
    """在自己的事实表里加一行，先检查再写。 Adds a row to your own table, checked first."""
    from rulemine import facts as known
    from rulemine.errors import BadInput
    from rulemine.schema import to_record

    if wrong := [value for value in values if "=" not in value]:
        raise BadInput(f"{'、'.join(wrong)} 应写作 列=值，如 title=旧采购办法")
    added = known.add_fact(facts, table, dict(value.split("=", 1) for value in values))
    typer.echo(json.dumps(to_record(added), ensure_ascii=False))


@facts_app.command("check")
def check_facts(facts: FactsDir = None) -> None:
    """检查事实表（含自己的覆盖表）并说明覆盖范围。 Checks the tables and says what they cover."""
    from rulemine.facts import load_facts

    loaded = load_facts(facts)
    typer.echo(json.dumps({**loaded.coverage(), "checked_on": loaded.checked_on().isoformat()}, ensure_ascii=False))


@app.command()
def schema() -> None:
    """各类输出行的 JSON Schema。 JSON Schemas of the lines."""
    from rulemine.schema import Candidate, Document, Evidence, Figure, Finding, Report, Rule, json_schema

    typer.echo(
        json.dumps(
            {
                kind.__name__.lower(): json_schema(kind)
                for kind in (Document, Rule, Finding, Report, Figure, Candidate, Evidence)
            },
            ensure_ascii=False,
            indent=1,
        )
    )


@app.command()
def doctor() -> None:
    """检查安装情况。 What is installed, and what is missing for what."""
    from importlib.metadata import PackageNotFoundError, version

    from rulemine.readers.office import find_office
    from rulemine.resources import locate_resource

    typer.echo(f"rulemine {__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    for name in ("models/linear", "models/encoder", "corpora/demo"):
        typer.echo(f"{name}\t{locate_resource(name)}")
    for package, needed_for in (
        ("pypdfium2", "pdf"),
        ("python-calamine", "xlsx, xls"),
        ("lxml", "docx"),
        ("scikit-learn", "train"),
        ("pandas", "to_frame"),
        ("pyarrow", "parquet"),
        ("jupyterlab", "notebook"),
        ("spacy", "rulemine_citations"),
        ("onnxruntime", "--vectors encoder"),
        ("rapidocr", "pdf / png / jpg: 扫描件 scans"),
    ):
        try:
            typer.echo(f"{package}\t{version(package)}\t{needed_for}")
        except PackageNotFoundError:
            typer.echo(f"{package}\t未安装 / missing\t{needed_for}")
    typer.echo(f"LibreOffice\t{find_office() or '未安装 / missing'}\tdoc, wps, rtf, odt")


if __name__ == "__main__":
    main()

"""The stages in order: files → documents → rules and findings → evidence → candidates."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rulemine.candidates import gather_candidates
from rulemine.errors import UnreadableFile
from rulemine.facts import Facts, load_facts
from rulemine.resolving import resolve_rules
from rulemine.results import Results
from rulemine.schema import Document, Evidence, Figure, Finding, Report, Rule
from rulemine.taxonomy import Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from rulemine.classifier.queue import Queued
    from rulemine.encoder import OnnxEncoder
    from rulemine.parse.registercolumns import Headings
    from rulemine.readers import View
    from rulemine.signals import Context
    from rulemine.writers import Review, RunRecord

Noun = TypeVar("Noun")
Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""
Sources = Document | str | Path | Iterable[Document | str | Path]


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading files: the documents, and the files that could not be read."""

    documents: Results[Document]
    skipped: tuple[UnreadableFile, ...] = ()


def read_files(paths: Iterable[str | Path], *, view: View = "final", progress: Progress | None = None) -> Reading:
    """Files and folders, each file in a worker process; what cannot be read is kept beside the rest."""
    from rulemine.readers import find_files, read_all

    paths = list(paths)
    total = len(find_files(paths)[0]) if progress else 0
    done: list[str] = []

    def tell(path: str) -> None:
        done.append(path)
        if progress:
            progress("读取文件", len(done), total)

    def tell_page(path: str, page: int, pages: int) -> None:
        if progress:
            progress(f"识别文字 {Path(path).name}", page, pages)

    results = list(read_all(paths, view=view, on_file=tell, on_page=tell_page))
    return Reading(
        Results(r for r in results if isinstance(r, Document)),
        tuple(r for r in results if isinstance(r, UnreadableFile)),
    )


def read(*paths: str | Path, view: View = "final") -> Results[Document]:
    """Files and folders as Documents; a file that cannot be read is warned of and left out.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("请假办法", encoding="utf-8")
    ...     read(folder)[0].text
    '请假办法'

    ``view`` is "final" or "original" and says what tracked changes show. To get the problems as values, use
    ``rulemine.workflow.read_files``.
    """
    reading = read_files(paths, view=view)
    for problem in reading.skipped:
        warnings.warn(str(problem), stacklevel=2)
    return reading.documents


def _listed(given: Sources | Iterable[Any]) -> list[Any]:
    """One source as a list of one."""
    return [given] if isinstance(given, (Document, str, Path)) else list(given)


def _documents(sources: Sources) -> Iterable[Document]:
    for source in _listed(sources):
        if isinstance(source, Document):
            yield source
        else:
            yield from read(source)


def parse_rules(sources: Sources, *, facts: Facts | None = None) -> Results[Rule]:
    """The rules in documents, files or folders; the laws of ``facts`` (ours, if not given) are known without 《》 too.

    >>> text = "请假办法\\n第一条 员工请假须经批准。\\n第二条 本办法自发布之日起施行。"
    >>> [len(rule.articles) for rule in parse_rules(Document(path="a.txt", sha256="", text=text))]
    [2]
    """
    from rulemine.parse import rules
    from rulemine.parse.names import known_names

    names = known_names(facts) if facts else None
    return Results(rule for document in _documents(sources) for rule in rules.parse_rules(document, names))


def parse_findings(
    sources: Sources, *, as_of: date | None = None, columns: str | Path | Headings | None = None
) -> Results[Finding]:
    """The findings in reports and registers, with their facts; ``classify`` adds the category.

    >>> text = "审计报告\\n二、发现的问题\\n1.报销单未附发票，涉及金额3万元。"
    >>> [finding.amount_yuan for finding in parse_findings(Document(path="a.txt", sha256="", text=text))]
    [30000.0]

    ``columns`` is a TOML file that says which columns of a register are which: our field = their heading.
    """
    from rulemine.parse import findings
    from rulemine.parse.registercolumns import Headings, load_headings

    headings = columns if isinstance(columns, Headings) else load_headings(columns)
    return Results(
        finding
        for document in _documents(sources)
        for finding in findings.parse_findings(document, as_of=as_of, headings=headings)
    )


def parse_reports(sources: Sources, *, taxonomy: Taxonomy | None = None) -> Results[Report]:
    """What reports and registers say of themselves: title, unit, channel, days, and the figures they state.

    >>> text = "关于用印检查情况的通报\\n共发现问题3项，已整改2项，整改中1项，整改率66.67%。"
    >>> report, = parse_reports(Document(path="a.txt", sha256="", text=text))
    >>> report.stated
    {'issues': 3, 'rectified': 2, 'in_progress': 1, 'rate': 66.67}
    """
    from rulemine.parse import reports

    names = (taxonomy or load_taxonomy()).names
    return Results(reports.parse_report(document, names) for document in _documents(sources))


def count_figures(
    findings: Iterable[Finding], reports: Iterable[Report] = (), *, as_of: date | str, taxonomy: Taxonomy | None = None
) -> Results[Figure]:
    """The figures of findings and of what reports state: by category, unit, institution, amount; recurrence; accountability.

    >>> text = "检查报告\\n共发现问题3个。\\n1.登记簿漏记。\\n2.空白纸盖章，已整改。"
    >>> told = Document(path="a.txt", sha256="", text=text)
    >>> figures = count_figures(parse_findings(told), parse_reports(told), as_of="2026-11-01")
    >>> [(f.name, f.stated, f.counted) for f in figures if f.differs]
    [('问题数', 3.0, 2.0)]

    ``as_of`` is the day from which a passed deadline is overdue. What two reports tell of one issue counts once.
    """
    from rulemine import figures

    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    return Results(figures.count_figures(list(findings), list(reports), as_of=day, taxonomy=taxonomy))


def classify(
    findings: Iterable[Finding | str] | str,
    *,
    model: str | Path = "linear",
    taxonomy: Taxonomy | None = None,
    progress: Progress | None = None,
) -> Results[Finding]:
    """Findings (or bare texts) with category, calibrated confidence and, where not sure, ``needs_review``.

    >>> finding, = classify(["公章由业务经理自行保管，用印没有登记。"])
    >>> finding.category
    'daily_office'

    ``model`` is a name of ours or a folder written by ``rulemine train``; with a ``taxonomy`` it answers in the
    categories of that. Raises BadModel when they do not fit.
    """
    from rulemine.classifier import load_classifier
    from rulemine.classifier.rows import bare_finding

    given = [
        bare_finding(i) if isinstance(i, str) else i for i in ([findings] if isinstance(findings, str) else findings)
    ]
    return Results(load_classifier(model, taxonomy).classify(given, progress=progress))


def review_queue(
    texts: Iterable[Finding | str], *, count: int = 50, model: str | Path = "linear", taxonomy: Taxonomy | None = None
) -> Results[Queued]:
    """Which texts a person should label next, so that the model learns most: it wavers over them, and no two are alike.

    >>> queued, *_ = review_queue(["公章外借未登记", "会上定的事没有下文", "1."], count=2)
    >>> queued.rank, queued.why
    (1, 'unsure')

    Raises BadModel as ``classify`` does. ``rulemine queue`` looks for wrong labels too.
    """
    from rulemine.classifier import load_classifier
    from rulemine.classifier.queue import queue_texts

    given = [text if isinstance(text, str) else text.text for text in texts]
    return Results(queue_texts(load_classifier(model, taxonomy), given, count))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOptions:
    """What a review is made with."""

    as_of: date
    facts: Facts = field(default_factory=load_facts)
    taxonomy: Taxonomy = field(default_factory=load_taxonomy)
    signals: str | Sequence[str] | None = None
    model: str | Path = "linear"
    vectors: str = "words"
    """What likeness of meaning rests on: "words", or "encoder" (extra ``encoder``)."""
    engine: str = "local"
    facts_folder: Path | None = None
    """Where the user's own facts were read from: what a cluster is sent."""
    known: frozenset[str] | None = None
    lang: str = "zh"

    @property
    def own_taxonomy(self) -> Taxonomy | None:
        """The taxonomy that the model must answer in; None where it is the report's own, which no model is held to."""
        return None if self.taxonomy == load_taxonomy() else self.taxonomy


def review(
    rules: Sources | Iterable[Rule],
    findings: Iterable[Finding] | Sources = (),
    *,
    as_of: date | str,
    signals: str | Sequence[str] | None = None,
    facts: Facts | str | Path | None = None,
    laws: Sources = (),
    vectors: str = "words",
) -> Review:
    """The main job: compilations (and reports) in, candidates out.

    >>> text = "保证金办法\\n2019年5月6日发布\\n第一条 根据《中华人民共和国担保法》制定本办法。\\n第二条 本办法自2019年6月1日起施行。"
    >>> outcome = review(Document(path="a.txt", sha256="", text=text), as_of=date(2026, 11, 1))
    >>> [(c.action, [e.kind for e in c.evidence]) for c in outcome.candidates]
    [('amend', ['repealed_basis'])]

    ``rules`` and ``findings`` are what the verbs of the face return, or documents, files and folders; ``as_of`` is a date
    or its ISO form. ``laws`` are texts to compare with (D30, C10 …), not to be mended. ``vectors="encoder"`` finds provisions
    that say the same in other words, too (extra ``encoder``).
    """
    day = date.fromisoformat(as_of) if isinstance(as_of, str) else as_of
    known = facts if isinstance(facts, Facts) else load_facts(facts)
    given, reported = _listed(rules), _listed(findings)
    parsed = [r for r in given if isinstance(r, Rule)]
    parsed += parse_rules([r for r in given if not isinstance(r, Rule)], facts=known)
    found = [f for f in reported if isinstance(f, Finding)]
    found += classify(parse_findings([f for f in reported if not isinstance(f, Finding)], as_of=day))
    options = ReviewOptions(as_of=day, signals=signals, facts=known, vectors=vectors)
    return review_rules(parsed, found, options, laws=parse_rules(laws, facts=known))


def review_rules(
    rules: Sequence[Rule],
    findings: Sequence[Finding],
    options: ReviewOptions,
    *,
    laws: Sequence[Rule] = (),
    reading: Iterable[Reading] = (),
    progress: Progress | None = None,
) -> Review:
    """Rules resolved, every chosen signal run, the evidence gathered into candidates, and the record of the run."""
    from rulemine.encoder import open_encoder
    from rulemine.signals import SIGNALS, Context, choose_codes, find_evidence
    from rulemine.succession import find_succession
    from rulemine.writers import Review

    codes = choose_codes(options.signals)
    known = {rule.version_id for rule in rules}
    beside = frozenset(rule.version_id for rule in laws if rule.version_id not in known)
    given = [*rules, *(rule for rule in laws if rule.version_id in beside)]
    everything = resolve_rules(given, options.facts, options.as_of)
    here = options.engine == "local"
    encoder = open_encoder(options.vectors, progress)
    context = Context(everything, options.facts, options.as_of, beside, encoder)
    found = find_evidence(context, codes, progress) if here else _find_on_cluster(context, codes, options)
    resolved = [rule for rule in everything if rule.version_id not in beside]
    evidence = [one for one in found if one.version_id not in beside]
    candidates = gather_candidates(resolved, evidence)
    return Review(
        run=_record_run(
            options,
            reading,
            [item.id for candidate in candidates for item in candidate.evidence],
            bool(findings),
            len(context.boilerplate),
            encoder,
        ),
        candidates=Results(candidates),
        findings=Results(findings),
        rules=Results(resolved),
        succession=find_succession(resolved),
        known=options.known,
        category_names=options.taxonomy.names,
        signal_names={info.code: info.name for info in SIGNALS},
        lang="en" if options.lang == "en" else "zh",
    )


def _on_cluster(
    options: ReviewOptions, stage: str, given: dict[str, Any], lines: Iterable[str], kind: type[Noun]
) -> Iterator[Noun]:
    """What a stage of ``stages.py`` makes of lines where the options say, as nouns."""
    from rulemine.engine import Job, open_engine
    from rulemine.stages import from_lines

    return from_lines(kind, open_engine(options.engine).map_lines(Job(f"rulemine.stages:{stage}", given), lines))


def _find_on_cluster(context: Context, codes: frozenset[str], options: ReviewOptions) -> Iterator[Evidence]:
    """Every look where there is room for it, in the order in which one machine would take them."""
    from rulemine.signals import group_codes
    from rulemine.stages import as_lines

    given = {
        "rules": list(as_lines(context.rules)),
        "as_of": options.as_of.isoformat(),
        "facts": options.facts_folder,
        "laws": sorted(context.laws),
        "vectors": options.vectors,
    }
    return _on_cluster(options, "find_evidence_lines", given, group_codes(codes), Evidence)


def read_rules(documents: Sequence[Document], options: ReviewOptions) -> Results[Rule]:
    """The rules in documents, parsed where the options say."""
    from rulemine.stages import as_lines

    if options.engine == "local":
        return parse_rules(documents, facts=options.facts)
    given = {"facts": options.facts_folder}
    return Results(_on_cluster(options, "parse_rule_lines", given, as_lines(documents), Rule))


def read_findings(
    documents: Sequence[Document],
    options: ReviewOptions,
    progress: Progress | None = None,
    columns: str | Path | None = None,
) -> Results[Finding]:
    """The findings in reports, classified, where the options say."""
    from rulemine.stages import as_lines

    if options.engine == "local":
        parsed = parse_findings(documents, as_of=options.as_of, columns=columns)
        return classify(parsed, model=options.model, taxonomy=options.own_taxonomy, progress=progress)
    model = Path(options.model) if Path(options.model).is_dir() else options.model
    given = {"as_of": options.as_of.isoformat(), "model": model, "taxonomy": options.own_taxonomy}
    return Results(_on_cluster(options, "parse_finding_lines", given, as_lines(documents), Finding))


def _record_run(
    options: ReviewOptions,
    reading: Iterable[Reading],
    evidence: Sequence[str],
    classified: bool,
    forms: int,
    encoder: OnnxEncoder | None,
) -> RunRecord:
    from rulemine.version import __version__
    from rulemine.writers import InputFile, RunRecord, SkippedFile

    given = list(reading)
    counts = options.facts.coverage()
    covers = (
        f"法律、法规、规章和规范性文件{counts['laws']}件，其中已废止{counts['repealed_laws']}件",
        f"法律法规的修改{counts['amendments']}次",
        f"旧称谓{counts['former_names']}个",
        f"修法后变动的条号{counts['moved_articles']}个",
        "不在上述范围内的外部规定未作判断",
        f"各制度共有的套话{forms}句，不作重复看待",
    )
    settings: dict[str, Any] = {
        "signals": options.signals if isinstance(options.signals, str) else list(options.signals or ())
    }
    if encoder:
        settings["encoder"] = f"{encoder.name} {encoder.sha256[:16]}"
    return RunRecord(
        version=__version__,
        as_of=options.as_of,
        facts_on=options.facts.checked_on(),
        covers=covers,
        model=str(options.model) if classified else None,
        vectors=options.vectors,
        options=settings,
        evidence=tuple(evidence),
        inputs=tuple(InputFile(path=d.path, sha256=d.sha256) for r in given for d in r.documents),
        skipped=tuple(SkippedFile(path=p.path, reason=p.reason, remedy=p.remedy) for r in given for p in r.skipped),
    )

"""The report in Word: something a person can hand over, mark up and file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rulemine.schema import Candidate, Evidence, Finding
from rulemine.writers.about import describe_glance, describe_run, describe_skipped
from rulemine.writers.contents import Review
from rulemine.writers.labels import CATEGORIES, Labels, choose_labels
from rulemine.writers.passages import Passage, describe_place, find_other_passage, find_passage
from rulemine.writers.rows import cite_rule, describe_basis, describe_counts
from rulemine.writers.tallies import Cell, Tally, order_keys, tally_candidates, tally_categories, tally_kinds
from rulemine.writers.visible import shorten
from rulemine.writers.wordml import (
    BODY_FONTS,
    HEADING_FONTS,
    Manuscript,
    Run,
    Runs,
    TableColumn,
    add_field,
    set_box,
    set_fonts,
    set_language,
)

Align = Literal["left", "center", "right"]

if TYPE_CHECKING:
    from docx.document import Document

AROUND = 120
"""Characters of the article shown before and after a quote."""
LONGEST_QUOTE = 800
TEXT_WIDTH = 16.5
"""Centimetres between the margins."""
TALLY_NAME_WIDTH = 2.8
AMOUNT_WIDTH = 3.0
LIST_COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("number", 1.2, "center"),
    ("rule", 5.2, "left"),
    ("action", 1.2, "center"),
    ("priority", 1.5, "center"),
    ("evidence_count", 1.6, "center"),
    ("main_reason", 5.8, "left"),
)
FINDING_COLUMNS: tuple[tuple[str, float, Align], ...] = (
    ("number", 1.1, "center"),
    ("text", 6.9, "left"),
    ("amount", 2.6, "right"),
    ("status", 1.8, "center"),
    ("responsible_unit", 2.0, "left"),
    ("rectify_by", 2.1, "center"),
)
PRIORITY_FILLS = {"high": ("9C1C14", "FBE0DC"), "medium": ("7A4B00", "FFF0CF"), "low": ("1E5B2A", "E2F0E4")}
GREY = "5B6573"


def write_word(review: Review, path: Path) -> None:
    """A review as a Word document: how it was made, counts, each candidate with its evidence, the findings."""
    import docx

    document = docx.Document()
    labels = choose_labels(review)
    _set_page(document, labels)
    _set_styles(document)
    manuscript = Manuscript(document)
    manuscript.add("Title", labels["title"])
    manuscript.add("Note", labels["disclaimer"])
    chapters = _number_chapters(labels, ("about", "overview", "candidates", "findings"))
    _write_about(manuscript, review, labels, next(chapters))
    _write_overview(manuscript, review, labels, next(chapters))
    _write_candidates(manuscript, review, labels, next(chapters))
    _write_findings(manuscript, review, labels, next(chapters))
    document.save(str(path))


def _number_chapters(labels: Labels, keys: Sequence[str]) -> Iterator[str]:
    for number, key in enumerate(keys):
        yield f"{'一二三四'[number]}、{labels[key]}" if labels.lang == "zh" else f"{number + 1}. {labels[key]}"


def _write_about(manuscript: Manuscript, review: Review, labels: Labels, heading: str) -> None:
    manuscript.add("Heading1", heading)
    pair = (TableColumn(labels["item"], 4.0), TableColumn(labels["content"], TEXT_WIDTH - 4.0))
    manuscript.add_table(pair, describe_run(review, labels))
    skipped = describe_skipped(review)
    if skipped:
        manuscript.add("Caption", labels["skipped"])
        manuscript.add_table(_make_columns(labels, (("file", 6.0), ("why", 5.0), ("remedy", 5.5))), skipped)


def _write_overview(manuscript: Manuscript, review: Review, labels: Labels, heading: str) -> None:
    manuscript.add("Heading1", heading)
    manuscript.add("Body", describe_glance(review, labels))
    _write_tally(manuscript, labels, tally_candidates(review, labels))
    if review.candidates:
        _write_tally(manuscript, labels, tally_kinds(review, labels))
        _write_list(manuscript, review, labels)


def _write_tally(manuscript: Manuscript, labels: Labels, tally: Tally) -> None:
    amounts = [at for at, name in enumerate(tally.columns) if name == labels["amount"]]
    spare = TEXT_WIDTH - TALLY_NAME_WIDTH - AMOUNT_WIDTH * len(amounts)
    width = spare / (len(tally.columns) - 1 - len(amounts))
    columns = [TableColumn(tally.columns[0], TALLY_NAME_WIDTH)]
    for at, name in enumerate(tally.columns[1:], start=1):
        columns.append(TableColumn(name, AMOUNT_WIDTH if at in amounts else width, "right"))
    manuscript.add("Caption", tally.heading)
    manuscript.add_table(columns, [[_format_cell(cell) for cell in row] for row in tally.rows], total=True)


def _make_columns(labels: Labels, columns: Sequence[tuple[str, float] | tuple[str, float, Align]]) -> list[TableColumn]:
    return [TableColumn(labels[key], *look) for key, *look in columns]


def _format_cell(cell: Cell) -> str:
    if cell is None or isinstance(cell, str):
        return cell or "—"
    return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}"


def _write_list(manuscript: Manuscript, review: Review, labels: Labels) -> None:
    """All candidates in one table, before each is told at length."""
    rows: list[list[Runs]] = []
    for number, candidate in enumerate(review.candidates, start=1):
        kinds = dict.fromkeys(labels.kind(evidence.kind) for evidence in candidate.evidence)
        rows.append(
            [
                str(number),
                labels.heading(candidate),
                labels.action(candidate.action),
                [_mark_priority(candidate, labels)],
                str(len(candidate.evidence)),
                "、".join(kinds),
            ]
        )
    manuscript.add("Caption", labels["candidates"])
    manuscript.add_table(_make_columns(labels, LIST_COLUMNS), rows)


def _mark_priority(candidate: Candidate, labels: Labels) -> Run:
    colour, fill = PRIORITY_FILLS[candidate.priority]
    return Run(text=labels.priority(candidate.priority), bold=True, colour=colour, fill=fill)


def _write_candidates(manuscript: Manuscript, review: Review, labels: Labels, heading: str) -> None:
    manuscript.add("Heading1", heading)
    if not review.candidates:
        manuscript.add("Body", labels["no_candidates"])
    for number, candidate in enumerate(review.candidates, start=1):
        action = labels["action_of"].format(labels.action(candidate.action))
        priority = labels["priority_of"].format(labels.priority(candidate.priority))
        manuscript.add(
            "Heading2",
            [
                Run(text=f"{number}. {labels.heading(candidate)}（{action}；"),
                Run(text=priority, colour=PRIORITY_FILLS[candidate.priority][0]),
                Run(text="）"),
            ],
        )
        manuscript.add("Note", "　".join(_describe_candidate(review, candidate, labels)))
        for place, evidence in enumerate(candidate.evidence, start=1):
            _write_evidence(manuscript, review, labels, candidate, evidence, place)


def _describe_candidate(review: Review, candidate: Candidate, labels: Labels) -> Iterator[str]:
    rule = review.find_rule(candidate.rule_id, candidate.version_id)
    if rule and rule.document_number:
        yield f"{labels['document_number']}：{rule.document_number}"
    yield f"{labels['evidence_count']}：{len(candidate.evidence)}"
    yield f"{labels['score']}：{candidate.score:.2f}"
    yield f"{labels['source']}：{candidate.source.path if candidate.source else labels['gap']}"


def _write_evidence(
    manuscript: Manuscript, review: Review, labels: Labels, candidate: Candidate, evidence: Evidence, place: int
) -> None:
    lead = [
        Run(text=f"（{place}）{labels.signal(evidence)}", bold=True),
        Run(text=f"　{_trim(evidence.message, labels)}"),
    ]
    if review.is_new(evidence.id):
        lead.insert(1, Run(text=f"［{labels['mark_new']}］", bold=True, colour="9C1C14"))
    manuscript.add("Evidence", lead)
    _write_passage(manuscript, labels, find_passage(review, candidate, evidence), labels["this_side"])
    other = find_other_passage(review, evidence)
    if other:
        _write_passage(manuscript, labels, other, labels["other_side"])
    for key, text in (("suggestion", evidence.suggestion), ("fact", describe_basis(review, evidence, labels))):
        if text:
            manuscript.add("Detail", [Run(text=f"{labels[key]}：", bold=True), Run(text=_trim(text, labels))])
    trace = [f"{labels['confidence']} {evidence.confidence:.2f}", f"{labels['evidence_id']} {evidence.id}"]
    if evidence.decision:
        said = "，".join(
            filter(None, (evidence.decision.reason, evidence.decision.by, str(evidence.decision.on or "")))
        )
        trace.append(f"{labels['verdict']}：{labels.verdict(evidence.decision.verdict)}{f'（{said}）' if said else ''}")
    manuscript.add("Trace", "　".join(trace))


def _trim(text: str, labels: Labels) -> str:
    return shorten(text, LONGEST_QUOTE, labels["cut"])


def _write_passage(manuscript: Manuscript, labels: Labels, passage: Passage, side: str) -> None:
    manuscript.add("Side", f"{side}：{'　'.join(describe_place(passage, labels))}")
    segments = passage.segments(around=AROUND, longest=LONGEST_QUOTE, note=labels["cut"])
    manuscript.add("Passage", [Run(text=text, bold=marked, mark=marked) for text, marked in segments])


def _write_findings(manuscript: Manuscript, review: Review, labels: Labels, heading: str) -> None:
    manuscript.add("Heading1", heading)
    if not review.findings:
        manuscript.add("Body", labels["no_findings"])
        return
    _write_tally(manuscript, labels, tally_categories(review, labels))
    keys = order_keys({finding.category or "" for finding in review.findings}, CATEGORIES)
    for key in keys:
        # Numbered over the whole list, as the evidence refers to them.
        found = [(n, f) for n, f in enumerate(review.findings, start=1) if (f.category or "") == key]
        manuscript.add("Heading2", f"{labels.category(key)}（{len(found)}）")
        rows = [_list_finding(number, finding, labels) for number, finding in found]
        manuscript.add_table(_make_columns(labels, FINDING_COLUMNS), rows)


def _list_finding(number: int, finding: Finding, labels: Labels) -> list[Runs]:
    text = [Run(text=finding.text)]
    mark = labels.review_mark(finding)
    if mark:
        text.append(Run(text=f"\n［{mark}］", bold=True, colour="7A4B00"))
    details = [describe_counts(finding), *map(cite_rule, finding.citations), _name_report(finding, labels)]
    text.append(Run(text="\n" + "；".join(filter(None, details)), colour=GREY))
    return [
        str(number),
        text,
        "" if finding.amount_yuan is None else f"{finding.amount_yuan:,.2f}",
        labels.status(finding.status),
        finding.responsible_unit or "",
        str(finding.due_on or ""),
    ]


def _name_report(finding: Finding, labels: Labels) -> str:
    name = finding.source.path.replace("\\", "/").rsplit("/", 1)[-1]
    return name if finding.source.page is None else f"{name} {labels['page_of'].format(finding.source.page)}"


def _set_page(document: Document, labels: Labels) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm((21 - TEXT_WIDTH) / 2)
    section.top_margin = section.bottom_margin = Cm(2.3)
    document.core_properties.title = labels["title"]
    document.core_properties.author = "rulemine"
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = labels["pager"].split("{}")
    footer.add_run(before)
    add_field(footer._p, "PAGE")
    footer.add_run(between)
    add_field(footer._p, "NUMPAGES")
    footer.add_run(after)


# name: points, space before and after, left indent in cm, colour, keep with next
LOOKS: dict[str, tuple[float, float, float, float, str | None, bool]] = {
    "Normal": (10.5, 0, 3, 0, None, False),
    "Title": (20, 0, 8, 0, "1F3A5F", True),
    "Heading 1": (15, 16, 6, 0, "1F3A5F", True),
    "Heading 2": (12.5, 12, 3, 0, "000000", True),
    "Caption": (10.5, 8, 3, 0, "1F3A5F", True),
    "Body": (10.5, 0, 4, 0, None, False),
    "Evidence": (10.5, 7, 2, 0, None, True),
    "Side": (9, 1, 2, 0.6, GREY, True),
    "Passage": (10.5, 1, 4, 0.9, None, False),
    "Detail": (10.5, 0, 2, 0.6, None, False),
    "Trace": (9, 1, 2, 0.6, GREY, False),
    "Note": (9, 0, 4, 0, GREY, False),
    "Cell": (9, 1, 1, 0, None, False),
    "CellCenter": (9, 1, 1, 0, None, False),
    "CellRight": (9, 1, 1, 0, None, False),
    "Gap": (4, 0, 4, 0, None, False),
}


def _set_styles(document: Document) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt, RGBColor

    styles = document.styles
    built_in = {style.name for style in styles}
    for name, (points, before, after, indent, colour, keep) in LOOKS.items():
        style = styles[name] if name in built_in else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        set_fonts(style, HEADING_FONTS if name.startswith(("Heading", "Title", "Caption")) else BODY_FONTS)
        style.font.size, style.font.italic = Pt(points), False
        layout = style.paragraph_format
        layout.space_before, layout.space_after, layout.left_indent = Pt(before), Pt(after), Cm(indent)
        layout.keep_with_next = keep
        if colour:
            style.font.color.rgb = RGBColor.from_string(colour)
        if name not in built_in:
            style.base_style = styles["Normal"]
    set_language(document)
    styles["Title"].font.bold = True
    styles["Title"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["CellCenter"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["CellRight"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    set_box(styles["Passage"], bar="6B8CAE", fill="F5F7FA")

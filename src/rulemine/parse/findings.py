"""Inspection, audit and rectification reports → findings: every fault once, in its exact words, with its facts."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rulemine.parse.finding_drafts import draft_findings
from rulemine.parse.finding_facts import (
    Facts,
    read_amount,
    read_citations,
    read_counts,
    read_institutions,
    read_occurred,
    read_places,
    read_recurrence,
    read_severity,
)
from rulemine.parse.finding_followup import Said, follow_up, match_rows, speaks_of_list
from rulemine.parse.finding_headings import read_heading_role
from rulemine.parse.finding_outline import Node, build_outline, holds_problem, trust_neutral
from rulemine.parse.finding_paragraphs import Line, Paragraph, is_narrow, join_paragraphs, split_lines
from rulemine.parse.finding_status import (
    find_responsible,
    read_cell_status,
    read_due,
    read_status,
    read_told_status,
)
from rulemine.parse.finding_units import Draft
from rulemine.parse.registercells import read_cell_date, read_cell_unit, read_cells
from rulemine.parse.registercolumns import OURS, Headings
from rulemine.parse.registers import draft_register, read_progress
from rulemine.parse.registertables import Table, find_register_lines, read_table
from rulemine.schema import Document, Finding, FindingSource, Status
from rulemine.text import find_dates, squeeze

__all__ = ["SplitReport", "date_report", "parse_findings", "read_mappings", "report_id", "split_report"]

_STILL_OPEN = re.compile(r"(?:仍|尚|至今|目前)未(?:完成|按要求)?整改")
_ABOUT_FAULTS = re.compile(r"(?:检查|审计|稽核|巡察|督查|排查|监督|核查)[^。]{0,40}(?:问题|违规|发现|整改)")
_TITLE = re.compile(
    r"(?:检查|稽核|审计|核查|督查|巡察|督导|排查)[^，。；：]{0,24}(?:报告|通报|意见书?|反馈)(?:[（(].*[）)])?$"
)
FEWEST_ROWS, SHORT_STATE, FIRST_YEAR = 3, 12, 2000
_EDGE = " 　\t\n，,；;。、：:*＊|"


def parse_findings(document: Document, *, as_of: date | None = None, headings: Headings = OURS) -> tuple[Finding, ...]:
    """Every fault of a report or register, without category.

    >>> text = "二、检查发现的问题\\n1.2张门禁卡未收回，已整改。\\n2.会议费3万元无附件。\\n三、要求\\n请立即整改。"
    >>> [(f.text, f.status, f.amount_yuan) for f in parse_findings(Document(path="a.txt", sha256="", text=text))]
    [('2张门禁卡未收回', 'rectified', None), ('会议费3万元无附件', None, 30000.0)]

    ``as_of`` completes dates without a year in a report that does not say when it was written; ``headings`` say which
    columns of a register are which (``registercolumns.load_headings``).
    """
    split = split_report(document, headings)
    reported = date_report(document) or as_of
    own = [_own_status(draft) for draft in split.drafts]
    said = follow_up(split.drafts, own, split.paragraphs, reported)
    return tuple(_make_findings(document, split.drafts, said, reported))


@dataclass(frozen=True, slots=True)
class SplitReport:
    """A report taken apart: its lines, which of them stand in a register, its paragraphs, its outline, its faults."""

    lines: list[Line]
    in_register: dict[int, int]
    """Position of a line → the number of the table it belongs to."""
    tables: list[Table]
    paragraphs: list[Paragraph]
    outline: Node
    drafts: list[Draft]


def split_report(document: Document, headings: Headings = OURS) -> SplitReport:
    """The outline of a report or register and the faults in it, in the order they stand."""
    lines = list(split_lines(document))
    in_register = find_register_lines(lines, headings)
    prose = [line for index, line in enumerate(lines) if index not in in_register]
    paragraphs = join_paragraphs(prose, narrow=is_narrow(document))
    outline = build_outline(paragraphs)
    drafts = draft_findings(outline)
    if not in_register and _speaks_of_faults(document, outline, found=bool(drafts)):
        drafts = draft_findings(trust_neutral(outline))
    tables = _read_tables(lines, in_register, headings)
    rows = [draft for table in tables for draft in draft_register(table, document.text)]
    for table in tables:
        _note_progress(drafts, read_progress(table))
    told = match_rows(rows, drafts) if rows and drafts else {}
    if told:
        for at, index in told.items():
            drafts[index].cells_elsewhere = rows[at].cells
        rows = []
    if (
        len(rows) >= FEWEST_ROWS
    ):  # the words around a register explain it, unless a heading says that they list problems
        drafts = [
            draft for draft in drafts if any(read_heading_role(g, strict=False) == "problem" for g in draft.groups)
        ]
    drafts += rows
    drafts.sort(key=lambda draft: draft.start)
    return SplitReport(lines, in_register, tables, paragraphs, outline, drafts)


def read_mappings(document: Document, headings: Headings = OURS) -> list[dict[str, str]]:
    """For each register of a document which field each heading was taken for, "" for those that none fits."""
    lines = list(split_lines(document))
    tables = _read_tables(lines, find_register_lines(lines, headings), headings)
    return [dict(zip(table.headings, table.fields, strict=True)) for table in tables]


def _note_progress(drafts: Sequence[Draft], progress: Mapping[int, dict[str, str]]) -> None:
    """Cells of a table by number go to the faults of these numbers, where each number is that of one fault."""
    by_number: dict[int, list[Draft]] = {}
    kinds = Counter(draft.path[-1][0] for draft in drafts if draft.path)
    listed = next((kind for kind, number in kinds.most_common() if number >= len(progress)), None)
    for draft in drafts:
        if listed is None or (draft.path and draft.path[-1][0] == listed):
            by_number.setdefault(draft.number, []).append(draft)
    if any(len(by_number.get(number, ())) > 1 for number in progress):
        by_number = {number: [draft] for number, draft in enumerate(drafts, start=1)}
    for number, cells in progress.items():
        for draft in by_number.get(number, ()):
            draft.cells_elsewhere = cells


def _speaks_of_faults(document: Document, outline: Node, *, found: bool) -> bool:
    """Whether every sentence must be judged: a report of an inspection by its title, and no section told its problems."""
    if holds_problem(outline):
        return False
    head = [line.strip() for line in document.text.split("\n") if line.strip()][:3]
    titled = any(_TITLE.search(line) for line in head)
    return titled or (not found and _ABOUT_FAULTS.search(document.text) is not None)


def _read_tables(lines: Sequence[Line], in_register: dict[int, int], headings: Headings) -> list[Table]:
    registers = (
        [lines[index] for index, number in in_register.items() if number == register]
        for register in sorted(set(in_register.values()))
    )
    return [table for register in registers if (table := read_table(register, headings))]


def date_report(document: Document) -> date | None:
    """The day a report bears: under its signature, in its head, else the last day it names.

    >>> str(date_report(Document(path="", sha256="", text="关于检查的报告\\n发现问题。\\n某某支行\\n2020年3月9日")))
    '2020-03-09'
    """
    lines = [line.strip() for line in document.text.split("\n") if line.strip()]
    for line in [*reversed(lines[-6:]), *lines[:6]]:
        if len(line) <= 40 and (found := [d for d in find_dates(line) if d.exact]) and not re.search(r"[，。]", line):
            return found[-1].last
    dates = list(find_dates(document.text))
    days = [d.last for d in dates if d.exact] or [d.last for d in dates]
    return max(days, default=None)


def _make_findings(
    document: Document, drafts: Sequence[Draft], said: dict[int, Said], reported: date | None
) -> Iterator[Finding]:
    report = report_id(document)
    seen: Counter[str] = Counter()
    last_unit: str | None = None
    for index, draft in enumerate(drafts):
        start, end = _trim(document.text, draft.start, draft.end)
        text = document.text[start:end]
        digest = hashlib.sha256(squeeze(text).encode()).hexdigest()[:12]
        seen[digest] += 1
        suffix = f"#{seen[digest]}" if seen[digest] > 1 else ""
        source = FindingSource(path=document.path, sha256=document.sha256, page=document.page_at(start))
        elsewhere = said.get(index, Said())
        facts = read_cells(draft, reported, elsewhere) if draft.cells else _read_facts(draft, elsewhere, reported)
        unit = facts.responsible_unit
        unit = last_unit if unit and _DITTO.match(unit) else unit
        last_unit = unit or last_unit
        yield Finding(
            id=f"{report}-{digest}{suffix}",
            report_id=report,
            text=text,
            start=start,
            end=end,
            source=source,
            amount_yuan=facts.amount_yuan,
            counts=facts.counts,
            institutions=facts.institutions,
            institution_names=facts.institution_names,
            citations=facts.citations,
            occurred_on=facts.occurred_on,
            status=facts.status,
            responsible_unit=unit,
            due_on=facts.due_on,
            severity=facts.severity,
            recurrence=facts.recurrence,
        )


_DITTO = re.compile(r"同(?:上|前|\d+|第?[一二三四五六七八九十]+)(?:项|条|题)?$")


def report_id(document: Document) -> str:
    """The first 16 of the sha256 of the report's text."""
    return hashlib.sha256(document.text.encode()).hexdigest()[:16]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return start, end


def _read_facts(draft: Draft, said: Said, reported: date | None) -> Facts:
    """The facts of a fault in running text: its own words first, then what was said behind it."""
    words = squeeze(draft.text)
    behind = "\n".join([*draft.tails, *(text for role, text in draft.labels if role != "cause")])
    amount = read_amount(words)
    if amount is None and (stated := re.search(r"涉及金额[：:][^。；\n]*", behind)):
        amount = read_amount(stated.group())
    year, cells = reported.year if reported else None, draft.cells_elsewhere
    status = (
        _own_status(draft)
        or said.status
        or _implied_status(draft)
        or draft.status
        or ("open" if _STILL_OPEN.search(words) else None)
    )
    mended = status == "rectified" and not _states_due(behind)
    return Facts(
        amount_yuan=amount,
        counts=read_counts(words),
        institutions=read_institutions(words),
        institution_names=read_places(words) or read_places("、".join(draft.groups[-1:])),
        citations=read_citations(words) or read_citations(_basis(behind)),
        occurred_on=read_occurred(words, year=year),
        status=status,
        responsible_unit=find_responsible(behind) or said.responsible_unit or read_cell_unit(cells),
        due_on=None
        if mended
        else read_due(behind, year=year, base=reported) or said.due_on or read_cell_date(cells.get("due_on", ""), year),
        severity=read_severity(draft.lead + words) or read_severity(behind),
        recurrence=read_recurrence(draft.text + behind),
    )


def _basis(behind: str) -> str:
    found = re.search(r"(?:依据|违反(?:的)?(?:规定|制度|条款|依据))[：:]([^\n]*)", behind)
    return found[1] if found else ""


def _states_due(behind: str) -> bool:
    return re.search(r"期限|时限", behind) is not None


def _own_status(draft: Draft) -> Status | None:
    """The status that the cells or the words behind a fault state: labels before tails."""
    if cells := draft.cells or draft.cells_elsewhere:
        return read_cell_status(cells.get("status", ""))
    for role in ("status", "fact"):
        for told in (text for label, text in draft.labels if label == role):
            words = re.sub(r"^[^：:\n]{2,12}[：:]", "", told)
            if status := read_told_status(told) or (read_cell_status(words) if len(words) <= SHORT_STATE else None):
                return status
    return read_told_status("。".join(tail for tail in draft.tails if not speaks_of_list(tail)))


def _implied_status(draft: Draft) -> Status | None:
    """The status that follows from what was done about a fault."""
    for role in ("status", "fact", "measure"):
        words = [text for label, text in draft.labels if label == role]
        if words and (status := read_status("\n".join(words))) and (role == "status" or draft.status is None):
            return status
        if role == "status" and words and read_due("\n".join(words), year=FIRST_YEAR):
            return "in_progress"  # 进度：初稿已成，8月15日前印发
    tails = [tail for tail in draft.tails if not speaks_of_list(tail)]
    return read_status("。".join(tails)) if tails and draft.status is None else None

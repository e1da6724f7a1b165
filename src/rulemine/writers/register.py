"""Findings into a bank's own register (台账): a copy of its workbook, filled below its headings, all else as it was."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from rulemine.errors import BadInput
from rulemine.parse.registercells import FACTORS
from rulemine.parse.registercolumns import OURS, Headings
from rulemine.schema import Finding
from rulemine.text import fit_cell
from rulemine.writers.labels import CATEGORIES, STATUSES
from rulemine.writers.rows import cite_rule, describe_counts
from rulemine.writers.staging import stage_file

SEARCHED_ROWS = 30
_UNIT = re.compile("|".join(unit for unit in FACTORS if unit != "元"))


def write_register(
    findings: Iterable[Finding], template: Path, path: str | Path, headings: Headings = OURS
) -> dict[str, str]:
    """A copy of the template with one row a finding below its headings; returns which heading took which field.

    The rows bear the format of the first row below the headings, and begin at the first row whose number and fault are
    blank. Amounts are in the unit that the heading or the sheet names. Raises BadInput when the template is no workbook
    or has no row of headings that names the faults.
    """
    import openpyxl

    try:
        book = openpyxl.load_workbook(template, rich_text=True)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise BadInput(f"{template}：不是 .xlsx 工作簿（{error}）；--template 要用带表头的 .xlsx") from error
    for sheet in book.worksheets:
        for row in range(1, min(sheet.max_row, SEARCHED_ROWS) + 1):
            cells = {cell.column: str(cell.value) for cell in sheet[row] if cell.value is not None}
            if len(cells) > 1 and headings.are_headings(list(cells.values())):
                fields = {column: name for column, text in cells.items() if (name := headings.field(text))}
                if "text" in fields.values():
                    _fill(sheet, row, fields, cells, list(findings))
                    with stage_file(path) as staged:
                        book.save(staged)
                    return {cells[column]: name for column, name in fields.items()}
    raise BadInput(f'{template}：没有找到写问题的列；在 --columns 的文件里写 text = "那一列的表头"')


def _fill(sheet: Any, head: int, fields: dict[int, str], cells: dict[int, str], findings: Sequence[Finding]) -> None:
    text_column = next(column for column, name in fields.items() if name == "text")
    first = head + 1
    while sheet.cell(first, text_column).value not in (None, ""):
        first += 1
    number = first - head - 1
    factors = {column: _factor(sheet, head, cells[column]) for column in fields}
    for offset, finding in enumerate(findings):
        for column in range(1, max(sheet.max_column, *fields) + 1):
            cell, pattern = sheet.cell(first + offset, column), sheet.cell(head + 1, column)
            if pattern.has_style and not cell.has_style:
                cell._style = copy(pattern._style)
            if column in fields:
                _put(cell, _value(fields[column], finding, number + offset + 1, factors[column]))


def _factor(sheet: Any, head: int, heading: str) -> float:
    """What an amount is divided by: the unit in its heading, else in the lines above the table."""
    above = (
        " ".join(str(cell.value) for row in sheet.iter_rows(1, head - 1) for cell in row if cell.value)
        if head > 1
        else ""
    )
    for text in (heading, above):
        if "元" in text and (found := _UNIT.search(text)):
            return FACTORS[found.group()]
    return 1.0


def _value(field: str, finding: Finding, number: int, factor: float) -> Any:
    """The cell of a field; what is not known stays blank."""
    values: dict[str, Any] = {
        "number": number,
        "text": finding.text,
        "category": CATEGORIES[finding.category or ""][0] if finding.category in CATEGORIES else finding.category,
        "amount": None if finding.amount_yuan is None else round(finding.amount_yuan / factor, 6),
        "count": describe_counts(finding) or None,
        "institutions": "、".join(finding.institution_names) or finding.institutions,
        "status": STATUSES[finding.status][0] if finding.status else None,
        "responsible_unit": finding.responsible_unit,
        "due_on": finding.due_on,
        "citations": "\n".join(map(cite_rule, finding.citations)) or None,
        "severity": finding.severity,
        "recurrence": "是" if finding.recurrence else None,
        "occurred_on": finding.occurred_on,
    }
    return values.get(field)


def _put(cell: Any, value: Any) -> None:
    """A value into a cell; a text stays a text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = fit_cell(value)
        cell.data_type = "s"
    elif value is not None:
        cell.value = value

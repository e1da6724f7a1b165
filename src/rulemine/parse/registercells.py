"""The facts that the cells of a register tell about a fault: amount, count, institutions, status, who and until when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from rulemine.parse.finding_facts import (
    Facts,
    read_amount,
    read_citations,
    read_counts,
    read_institutions,
    read_occurred,
    read_places,
    read_recurrence,
)
from rulemine.parse.finding_followup import Said
from rulemine.parse.finding_status import find_responsible, read_cell_status, read_due
from rulemine.parse.finding_units import Draft
from rulemine.text import find_dates, find_money, parse_number, squeeze

STATUS_WORD = 6
_EMPTY = re.compile(r"^(?:[-—–/／\\无空*]|—+|-+|N/?A|不涉及|未涉及)?$")
FACTORS = {"亿元": 10**8, "百万元": 10**6, "万元": 10**4, "千元": 10**3, "元": 1}
"""The units in which a column may give amounts, in yuan; longer names first."""


def is_empty(cell: str) -> bool:
    """Whether a cell tells nothing.

    >>> is_empty("—"), is_empty("不涉及"), is_empty("3")
    (True, True, False)
    """
    return _EMPTY.match(cell) is not None


def is_status_word(words: str) -> bool:
    """Whether a cell holds a status and no more.

    >>> is_status_word("已整改"), is_status_word("漏记台账")
    (True, False)
    """
    return len(words) <= STATUS_WORD and read_cell_status(words) is not None


def read_cells(draft: Draft, reported: date | None, said: Said) -> Facts:
    """The facts of a row: its cells first, then the words of the fault."""
    cells = {name: squeeze(text) for name, text in draft.cells.items()}
    words, year = squeeze(draft.text), reported.year if reported else None
    counts = _cell_counts(cells) or read_counts(words)
    return Facts(
        amount_yuan=read_cell_amount(cells, words),
        counts=counts,
        institutions=_cell_institutions(cells.get("institutions", ""), words),
        institution_names=_cell_names(cells.get("institutions", "")) or read_places(words),
        citations=read_citations(words) or read_citations(cells.get("citations", "")),
        occurred_on=read_cell_date(cells.get("occurred_on", ""), year) or read_occurred(words, year=year),
        status=said.status or read_cell_status(cells.get("status", "")) or draft.status,
        responsible_unit=read_cell_unit(cells) or said.responsible_unit,
        due_on=read_cell_date(cells.get("due_on", ""), year)
        or read_due(cells.get("status", ""), year=year, base=reported)
        or said.due_on,
        severity=None if is_empty(cells.get("severity", "")) else cells["severity"],
        recurrence=read_recurrence(words) or cells.get("recurrence", "") in ("是", "√", "Y", "重复"),
    )


def read_cell_unit(cells: Mapping[str, str]) -> str | None:
    """The unit that must mend, out of the cells of a row."""
    told = squeeze(cells.get("responsible_unit", ""))
    if is_empty(told) or is_status_word(told):
        return None
    return find_responsible(told) or told


def read_cell_amount(cells: Mapping[str, str], words: str) -> float | None:
    """The amount in yuan that a cell states in the unit of its column; that of the words where there is no such column.

    >>> read_cell_amount({"amount": "1.5", "unit": "万元"}, ""), read_cell_amount({}, "虚列3万元")
    (15000.0, 30000.0)
    """
    cell = cells.get("amount", "")
    if "amount" not in cells:
        return read_amount(words)
    if is_empty(cell):
        return None
    stated = next(find_money(cell), None)
    if stated:
        return stated.yuan
    number = re.fullmatch(r"[约￥¥]?(\d+(?:[,，]\d{3})*(?:\.\d+)?)", cell)
    if not number:
        return None
    return round(float(re.sub("[,，]", "", number[1])) * FACTORS.get(cells.get("unit") or "元", 1), 2)


def _cell_counts(cells: Mapping[str, str]) -> dict[str, int]:
    """37次, 23 under 笔数; a cell that counts several things counts none."""
    found = re.fullmatch(r"(\d{1,3}(?:[,，]\d{3})+|\d+)([\u4e00-\u9fa5]{1,2})?", cells.get("count", ""))
    return {found[2] or "笔": parse_number(found[1])} if found else {}


def _cell_names(cell: str) -> tuple[str, ...]:
    """The institutions that a cell names; 全部营业部 and 3家支行 name none."""
    names = [name for name in re.split(r"[、,，;；/]|(?<=[行部社司])[和及]", cell) if not is_empty(name)]
    return tuple(name for name in names if not re.match(r"全部|所有|各|\d+[家个]|多家|部分", name))


def _cell_institutions(cell: str, words: str) -> int | None:
    named = [name for name in re.split("[、，,；;/\\s]", cell) if len(name) > 1]
    return len(named) if len(named) > 1 else read_institutions(words)


def read_cell_date(cell: str, year: int | None) -> date | None:
    """The day that a cell writes, the last one of a month; the year is the report's where the cell names none.

    >>> str(read_cell_date("20250630", None)), str(read_cell_date("6月30日", 2025))
    ('2025-06-30', '2025-06-30')
    """
    compact = re.fullmatch(r"(\d{4})(\d{2})(\d{2})", cell)
    if compact:
        cell = "-".join(compact.groups())
    month = re.fullmatch(r"(\d{4})[-/.](\d{1,2})", cell)
    if month:
        cell = f"{month[1]}年{month[2]}月"
    return next((found.last for found in find_dates(cell, year=year)), None)

"""Registers (台账): tables whose rows are faults. Rows of xlsx, docx and pdf tables, and tables typed as text.

``registertables`` puts the rows together, ``registercells`` reads their facts; here a row becomes a fault, a unit or
category that stands once for several rows is carried forward, and what tables say of faults told elsewhere is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rulemine.parse.finding_chance import LIKELY_FAULT, fault_chance
from rulemine.parse.finding_headings import read_heading_status
from rulemine.parse.finding_paragraphs import split_lines
from rulemine.parse.finding_references import read_numbers
from rulemine.parse.finding_units import Draft
from rulemine.parse.registercells import FACTORS, is_empty, is_status_word, read_cell_amount
from rulemine.parse.registercolumns import OURS
from rulemine.parse.registertables import (
    CLOSING,
    Cell,
    Table,
    find_register_lines,
    pair_fields,
)
from rulemine.schema import Document
from rulemine.text import find_money, squeeze

ABOVE = 500
"""Characters above a table in which its unit may be named."""
NO_FAULT_CELL = re.compile(r"(?:未发现|没有发现|未见|无)[^，。；]{0,12}(?:问题|情形|异常|情况|违规)|^合格|^正常")
_FOUND_NOTHING = re.compile(r"(?:未发现|没有发现|未见)[^，。；]{0,24}[。；]?$")
_UNITS = "|".join(FACTORS)
_UNIT = re.compile(rf"(?:单位[：:]\s*|[（(])(?P<unit>{_UNITS})")
_UNIT_ABOVE = re.compile(rf"单位[：:]\s*(?:人民币)?(?P<unit>{_UNITS})")
_DITTO = re.compile(r"^(?:同上|〃|″|\"|同前)$")


def looks_like_register(document: Document) -> bool:
    """Whether a document holds a table of faults.

    >>> looks_like_register(Document(path="", sha256="", text="序号\\t问题描述\\t整改状态\\n1\\t漏记台账\\t已整改"))
    True
    """
    return bool(find_register_lines(list(split_lines(document))))


def draft_register(table: Table, document_text: str) -> list[Draft]:
    """The rows of a register as drafts, with their cells by field."""
    unit = _read_unit(table, document_text)
    titled = read_heading_status(_line_before(document_text, table.start))
    drafts: list[Draft] = []
    carried, above = "", dict[str, str]()
    for row in table.rows:
        told = pair_fields(row, table.fields)
        if CLOSING.match(row[0].text) or not _tells_fault(told):
            continue
        where = told["text"]
        cells = {name: above.get(name, "") if _DITTO.match(cell.text) else cell.text for name, cell in told.items()}
        above = cells
        carried = _named_unit(cells) or carried
        cells |= {"institutions": carried, "unit": unit}
        number = re.search(r"\d+", cells.get("number", ""))
        place = int(number[0]) if number else len(drafts) + 1
        groups = tuple(filter(None, (_group_name(cells.get("category", "")), carried)))
        pieces = _split_cell(where, document_text)
        for at, (start, end, words) in enumerate(pieces):
            own = _share_amount(cells, at, [piece[2] for piece in pieces])
            drafts.append(Draft(start, end, words, cells=own, number=place, status=titled, groups=groups))
    return drafts


def _share_amount(cells: dict[str, str], at: int, pieces: Sequence[str]) -> dict[str, str]:
    """The cells of one of several faults of a row: the amount of the row is counted once, or as their words state it."""
    if len(pieces) == 1 or (at == 0 and not any(next(find_money(words), None) for words in pieces)):
        return cells
    return {name: text for name, text in cells.items() if name != "amount"}


def _split_cell(cell: Cell, document_text: str) -> list[tuple[int, int, str]]:
    """The faults that a cell numbers, （1）…（2）…, each with its offsets; the whole cell where it numbers none."""
    start, end = _unquote(cell, document_text)
    offsets = [at for at in range(start, end) if not document_text[at].isspace()]
    words = "".join(document_text[at] for at in offsets)
    marks = list(_ITEM.finditer(words))
    numbers = [int(re.sub(r"\D", "", mark.group())) for mark in marks]
    if len(marks) < 2 or marks[0].start() or numbers != list(range(1, len(marks) + 1)) or words != squeeze(cell.text):
        return [(start, end, cell.text.strip('"'))]
    ends = [mark.start() for mark in marks[1:]] + [len(words)]
    spans = [(mark.end(), len(words[:stop].rstrip("；;。"))) for mark, stop in zip(marks, ends, strict=True)]
    return [(offsets[a], offsets[b - 1] + 1, words[a:b]) for a, b in spans if b > a]


_ITEM = re.compile(r"[（(]\d{1,2}[）)]|(?<![\d.])\d{1,2}[.．、](?!\d)")


def read_progress(table: Table) -> dict[int, dict[str, str]]:
    """A table that tells how far numbered faults are mended and not what they are: its cells by number."""
    if "number" not in table.fields or "text" in table.fields:
        return {}
    told: dict[int, dict[str, str]] = {}
    for row in table.rows:
        cells = {name: cell.text for name, cell in pair_fields(row, table.fields).items()}
        for number in read_numbers(cells["number"]):
            told[number] = cells
    return told


def read_total_row(table: Table, document_text: str) -> dict[str, float]:
    """The figures that the last row of a register sums up: how many, and how much in yuan."""
    unit = _read_unit(table, document_text)
    figures: dict[str, float] = {}
    for row in table.totals:
        told = pair_fields(row, table.fields)
        cell = squeeze(told["amount"].text) if "amount" in told else ""
        amount = read_cell_amount({"amount": cell, "unit": unit}, "")
        if amount is not None:
            figures["amount_yuan"] = amount
        if counted := re.search(r"(\d+)\s*(?:个|项|条|笔)", " ".join(cell.text for cell in row)):
            figures["issues"] = int(counted[1])
    return figures


def _tells_fault(told: dict[str, Cell]) -> bool:
    """Whether a row tells a fault: not an empty cell, a word of status, a heading repeated, or that nothing was found."""
    if "text" not in told:
        return False
    words = squeeze(told["text"].text)
    if len(words) < 2 or is_empty(words) or is_status_word(words):
        return False
    if len(words) <= LONGEST_REPEATED and OURS.field(words) == "text":
        return False
    if NO_FAULT_CELL.search(words) and fault_chance(words) < LIKELY_FAULT:
        return False
    return not (_FOUND_NOTHING.search(words) and "status" in told and is_empty(told["status"].text))


LONGEST_REPEATED = 10


def _group_name(category: str) -> str:
    """How words below a table name a category of it: A类."""
    return f"{category}类" if re.fullmatch(r"[A-Za-z一二三四五六七八九十\d]", category) else category


def _line_before(text: str, start: int) -> str:
    """The line above a table: its title may give the status of all its rows."""
    return next((line.strip() for line in reversed(text[:start].split("\n")) if line.strip()), "")


def _unquote(cell: Cell, text: str) -> tuple[int, int]:
    """A cell without the quotation marks that a spreadsheet puts around text with line ends."""
    start, end = cell.start, cell.end
    if end - start > 2 and text[start] == text[end - 1] == '"':
        return start + 1, end - 1
    return start, end


def _read_unit(table: Table, document_text: str) -> str:
    """The unit of amounts: in a heading, else in the lines above the table; "" where none is named."""
    above = document_text[max(0, table.start - ABOVE) : table.start]
    found = _UNIT.search(" ".join(table.headings)) or _UNIT_ABOVE.search(above)
    return found["unit"] if found else ""


def _named_unit(cells: dict[str, str]) -> str:
    unit = cells.get("institutions", "")
    return "" if is_empty(unit) or is_status_word(unit) else unit

"""Paragraphs, runs and tables of a Word document, built as elements: python-docx's own calls take minutes for thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rulemine.writers.visible import show_hidden

if TYPE_CHECKING:
    from docx.document import Document
    from docx.styles.style import ParagraphStyle

BODY_FONTS = {"ascii": "Times New Roman", "hAnsi": "Times New Roman", "eastAsia": "宋体"}
HEADING_FONTS = {"ascii": "Arial", "hAnsi": "Arial", "eastAsia": "黑体"}
TWIPS_A_CENTIMETRE = 567
LINE_COLOUR = "AEB8C4"
CELL_MARGIN = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text with one look; colours are RRGGBB."""

    text: str
    bold: bool = False
    mark: bool = False
    colour: str | None = None
    fill: str | None = None


Runs = str | Sequence[Run]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a table, its width in centimetres; ``align`` chooses the style of its cells."""

    heading: str
    width: float
    align: Literal["left", "center", "right"] = "left"


class Manuscript:
    """Adds paragraphs and tables to the end of a document, by the ids of its styles."""

    def __init__(self, document: Document) -> None:
        self.document = document
        # What follows a body's content is its section: everything goes before it.
        self._end = document.element.body.sectPr

    def add(self, style: str, runs: Runs) -> None:
        """A paragraph."""
        self._end.addprevious(make_paragraph(style, runs))

    def add_table(self, columns: Sequence[TableColumn], rows: Sequence[Sequence[Runs]], *, total: bool = False) -> None:
        """A table whose heading row repeats on each page; with ``total`` its last row is bold."""
        table = _make("tbl")
        look = _child(table, "tblPr")
        _child(look, "tblW", w=_twips(sum(column.width for column in columns)), type="dxa")
        borders = _child(look, "tblBorders")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
            _child(borders, side, val="single", sz="4", space="0", color=LINE_COLOUR)
        _child(look, "tblLayout", type="fixed")
        margins = _child(look, "tblCellMar")
        for side in ("left", "right"):
            _child(margins, side, w=_twips(CELL_MARGIN), type="dxa")
        grid = _child(table, "tblGrid")
        for column in columns:
            _child(grid, "gridCol", w=_twips(column.width))
        table.append(_make_row([[Run(text=c.heading, bold=True)] for c in columns], columns, fill="DDE6F0", head=True))
        for number, cells in enumerate(rows, start=1):
            last = total and number == len(rows)
            table.append(
                _make_row([_embolden(c) for c in cells] if last else cells, columns, fill="F2F4F7" if last else None)
            )
        self._end.addprevious(table)
        self.add("Gap", "")


def _embolden(runs: Runs) -> list[Run]:
    """The runs in bold."""
    return [Run(text=runs, bold=True)] if isinstance(runs, str) else [Run(text=r.text, bold=True) for r in runs]


def make_paragraph(style: str, runs: Runs) -> Any:
    """A ``w:p`` element; a newline in a text becomes a line break."""
    paragraph = _make("p")
    _child(_child(paragraph, "pPr"), "pStyle", val=style)
    for run in [Run(text=runs)] if isinstance(runs, str) else runs:
        if run.text:
            paragraph.append(_make_run(run))
    return paragraph


def _make_run(run: Run) -> Any:
    element = _make("r")
    look = _child(element, "rPr")
    if run.bold:
        _child(look, "b")
    if run.colour:
        _child(look, "color", val=run.colour)
    if run.mark:
        _child(look, "highlight", val="yellow")
    if run.fill:
        _child(look, "shd", val="clear", color="auto", fill=run.fill)
    for number, line in enumerate(show_hidden(run.text).split("\n")):
        if number:
            _child(element, "br")
        text = _child(element, "t")
        text.text = line.replace("\t", "　")
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def _twips(centimetres: float) -> str:
    return str(round(centimetres * TWIPS_A_CENTIMETRE))


def _make_row(
    cells: Sequence[Runs], columns: Sequence[TableColumn], *, fill: str | None = None, head: bool = False
) -> Any:
    row = _make("tr")
    look = _child(row, "trPr")
    _child(look, "cantSplit")
    if head:
        _child(look, "tblHeader")
    for runs, column in zip(cells, columns, strict=True):
        cell = _child(row, "tc")
        properties = _child(cell, "tcPr")
        _child(properties, "tcW", w=_twips(column.width), type="dxa")
        if fill:
            _child(properties, "shd", val="clear", color="auto", fill=fill)
        cell.append(make_paragraph("Cell" if column.align == "left" else f"Cell{column.align.title()}", runs))
    return row


def add_field(paragraph: Any, instruction: str) -> None:
    """A field such as PAGE at the end of a ``w:p`` element."""
    field = _child(paragraph, "fldSimple", instr=instruction)
    _child(_child(field, "r"), "t").text = "1"


def set_fonts(style: ParagraphStyle, fonts: dict[str, str]) -> None:
    """Fonts by name for Latin and Chinese letters: a theme font would win over a name, so it goes."""
    properties = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(properties.attrib):
        del properties.attrib[attribute]
    for name, font in fonts.items():
        properties.set(_tag(name), font)


def set_language(document: Document, language: str = "zh-CN") -> None:
    """The language of the Chinese text, by which Word breaks lines and checks spelling."""
    for element in document.styles.element.iter(_tag("lang")):
        element.set(_tag("eastAsia"), language)


def set_box(style: ParagraphStyle, *, bar: str, fill: str) -> None:
    """A bar on the left and a tinted ground, RRGGBB each."""
    properties = style.element.get_or_add_pPr()
    borders = _child(properties, "pBdr")
    _child(borders, "left", val="single", sz="18", space="6", color=bar)
    ground = _child(properties, "shd", val="clear", color="auto", fill=fill)
    # Word refuses a file whose elements stand in another order than its schema's: these two before the spacing.
    for name in ("spacing", "ind", "jc"):
        if (later := properties.find(_tag(name))) is not None:
            later.addprevious(borders)
            later.addprevious(ground)
            break


def _make(name: str) -> Any:
    from docx.oxml import OxmlElement

    return OxmlElement(f"w:{name}")


def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(f"w:{name}")


def _child(parent: Any, name: str, **attributes: str) -> Any:
    element = _make(name)
    for key, value in attributes.items():
        element.set(_tag(key), value)
    parent.append(element)
    return element

"""PDF files with a text layer: lines rebuilt from the boxes of their characters, paragraphs by geometry, ruled tables.

Boxes of blocks are in points from the top left corner of the page as it is shown; pages count from 1. Pages without a
text layer are named in a warning.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rulemine.readers.assembly import Assembly, BBox, SourceFile, View
from rulemine.readers.linestarts import glue, is_toc_entry
from rulemine.readers.pdflayout import Layout, classify_line, continues, find_body_size, fit_layout, measure_layout
from rulemine.readers.pdflines import Glyph, Line, build_lines, find_transform, read_glyphs
from rulemine.readers.pdfmargins import find_margins
from rulemine.readers.pdfrulings import find_rulings
from rulemine.readers.pdftables import find_tables, split_tables
from rulemine.schema import BlockKind

GARBLED_SHARE = 0.15
SIGNS_SHARE = 0.08
_SIGNS = frozenset("!\"#$&'*+;<=>?@[\\]^`{|}~")
_USUAL = (
    (0x20, 0x7E), (0xA0, 0xFF), (0x370, 0x3FF), (0x2000, 0x22FF), (0x2460, 0x27BF), (0x3000, 0x303F), (0x3200, 0x33FF),
    (0x4E00, 0x9FFF), (0xFF00, 0xFFEF),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page and its size in points."""

    lines: list[Line]
    width: float
    height: float


class PdfReader:
    """Reads .pdf files with pypdfium2, their ruled tables too."""

    suffixes = (".pdf",)

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Paragraphs with page and box, rows of tables; headers, footers and page numbers outside the text."""
        document = _open(source)
        assembly = Assembly()
        try:
            pages = [_read_page(document, index, assembly) for index in range(len(document))]
        finally:
            document.close()
        assembly.warnings[:] = _gather_pages(assembly.warnings)
        _assemble(pages, assembly)
        return assembly


def _open(source: SourceFile) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise source.refuse("文件设有密码", "取消密码后另存") from error
        raise source.refuse(f"不是 PDF 文件或已损坏（{error}）", "用 PDF 阅读器打开，打印为新的 PDF") from error
    if len(document) == 0:
        raise source.refuse("文件没有页面", "换一份完好的文件")
    return document


def _read_page(document: Any, index: int, assembly: Assembly) -> Page:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        assembly.warnings.append(f"{index + 1}\t已损坏，未读取：请将文件打印为新的 PDF")
        return Page([], 0.0, 0.0)
    try:
        width, height = page.get_size()
        place = find_transform(page)
        glyphs = read_glyphs(page, place, assembly.ledger)
        if not glyphs:
            if next(iter(page.get_objects(max_depth=1)), None) is not None:
                assembly.warnings.append(f"{index + 1}\t没有文字层，未读取：请先做文字识别（OCR）")
            return Page([], width, height)
        if _is_garbled(glyphs):
            assembly.warnings.append(f"{index + 1}\t文字层有乱码，读出的内容可能有误：请先做文字识别（OCR）")
        tables = find_tables(find_rulings(page, place))
        rest, rows = split_tables(glyphs, tables, index + 1) if tables else (glyphs, [])
        lines = sorted([*build_lines(rest, index + 1), *rows], key=lambda line: line.top)
        return Page(lines, width, height)
    finally:
        page.close()


def _is_garbled(glyphs: list[Glyph]) -> bool:
    """Whether a text layer shows signs of broken fonts: rare scripts, or signs of programming instead of words."""
    text = "".join(glyph.character for glyph in glyphs)
    odd = sum(not any(first <= ord(character) <= last for first, last in _USUAL) for character in text)
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    signs = sum(
        character in _SIGNS or ("\xa1" <= character <= "\xff" and character not in "°±·×÷§") for character in text
    )
    return odd > GARBLED_SHARE * len(text) or (han < 0.3 * len(text) and signs > SIGNS_SHARE * len(text))


def _gather_pages(warnings: list[str]) -> list[str]:
    """One warning a kind, naming its pages, out of one a page (number, tab, words)."""
    pages: dict[str, list[str]] = defaultdict(list)
    for warning in warnings:
        number, _, words = warning.partition("\t")
        pages[words].append(number)
    return [f"第 {'、'.join(numbers)} 页{words}" for words, numbers in pages.items()]


def _assemble(pages: list[Page], assembly: Assembly) -> None:
    outside = find_margins([page.lines for page in pages], [page.height for page in pages])
    layouts = _measure_layouts(pages, outside)
    before: Line | None = None
    writer = _BlockWriter(assembly)
    for page in pages:
        layout = layouts.get(_find_likes(page))
        layout = layout and fit_layout(layout, page.lines)
        for line in page.lines:
            if id(line) in outside:
                writer.hold_outside(line, outside[id(line)])
                continue
            assert layout is not None
            if before is not None and continues(line, before, layout):
                writer.extend(line)
            else:
                writer.begin(line, classify_line(line, layout))
            before = line
    writer.finish()


def _find_likes(page: Page) -> tuple[int, int, int]:
    """What pages that are set alike have in common: their size and that of their letters."""
    size = find_body_size(page.lines) if page.lines else 0
    return round(page.width), round(page.height), round(size)


def _measure_layouts(pages: list[Page], outside: dict[int, BlockKind]) -> dict[tuple[int, int, int], Layout]:
    lines: dict[tuple[int, int, int], list[Line]] = defaultdict(list)
    for page in pages:
        lines[_find_likes(page)].extend(line for line in page.lines if id(line) not in outside)
    return {size: measure_layout(found) for size, found in lines.items() if found}


class _BlockWriter:
    """Writes paragraphs into the assembly, one block a page of each, and what stands outside between them."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._lines: list[Line] = []
        self._kind: BlockKind = "paragraph"
        self._held: list[tuple[int, Line, BlockKind]] = []  # with the number of lines of the block before it

    def hold_outside(self, line: Line, kind: BlockKind) -> None:
        self._held.append((len(self._lines), line, kind))

    def begin(self, line: Line, kind: BlockKind) -> None:
        self.finish()
        if line.row:
            self._assembly.ledger.note_added(line.row.repeated + "|" * (len(line.row.cells) - 1))
        self._lines, self._kind = [line], kind

    def extend(self, line: Line) -> None:
        self._lines.append(line)
        if is_toc_entry(line.text):
            self._kind = "toc"

    def finish(self) -> None:
        written, begun = 0, False
        text_before = ""
        for page, lines in groupby(self._lines, key=lambda line: line.page):
            self._write_outside(written)
            part = list(lines)
            written += len(part)
            text = _join_lines(part)
            if begun:
                text = glue(text_before, text) + text
                self._assembly.continue_line(text, self._kind, page=page, bbox=_unite(part))
            else:
                self._assembly.add_line(text, self._kind, page=page, bbox=_unite(part))
            text_before, begun = text, True
        self._write_outside(written)
        self._lines, self._held = [], []

    def _write_outside(self, written: int) -> None:
        while self._held and self._held[0][0] <= written:
            _, line, kind = self._held.pop(0)
            self._assembly.add_outside(line.text, kind, page=line.page, bbox=line.bbox)


def _join_lines(lines: list[Line]) -> str:
    text = ""
    for line in lines:
        text += (glue(text, line.text) if text else "") + line.text
    return text


def _unite(lines: list[Line]) -> BBox:
    return (
        min(line.bbox[0] for line in lines),
        min(line.bbox[1] for line in lines),
        max(line.bbox[2] for line in lines),
        max(line.bbox[3] for line in lines),
    )

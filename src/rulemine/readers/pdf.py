"""PDF files: lines rebuilt from the boxes of their characters, paragraphs by geometry, ruled tables.

Boxes of blocks are in points from the top left corner of the page as it is shown; pages count from 1. Pages whose text
layer is missing or garbage are recognised in their picture (extra ``ocr``); without it they are named in a warning.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rulemine.readers.assembly import Assembly, SourceFile, View
from rulemine.readers.ocr import DPI, INSTALL, POINTS, Picture, has_ocr, recognise_pages, tell_recognised
from rulemine.readers.pages import Page, assemble_pages
from rulemine.readers.pdfcolumns import read_columns
from rulemine.readers.pdflines import Glyph, build_lines, find_transform, read_glyphs
from rulemine.readers.pdfrulings import find_rulings
from rulemine.readers.pdftables import Table, find_tables, split_tables

if TYPE_CHECKING:
    from PIL.Image import Image

GARBLED_SHARE = 0.15
SIGNS_SHARE = 0.08
RARE_SHARE = 0.25
FEW = 60  # characters: a page with no more and a picture over most of it is a scan with a stamped number or mark
PICTURE_SHARE = 0.5  # of the page
LARGEST_PIXELS = 40_000_000
_SIGNS = re.compile(r"""[!"#$&'*+;<=>?@\[\\\]^`{|}~]|(?![°±·×÷§])[\xa1-\xff]""")
_USUAL = re.compile(
    r"[\x20-\x7e\xa0-\xff\u0370-\u03ff\u2000-\u22ff\u2460-\u27bf\u3000-\u303f\u3200-\u33ff\u4e00-\u9fff\uff00-\uffef]+"
)
_NOT_HAN = re.compile(r"[^\u4e00-\u9fff]+")
_LEADERS = dict.fromkeys(map(ord, "….·．"))  # a table of contents is mostly these
Trouble = Literal["no_text", "garbled"]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A page as its text layer has it, and what is wrong with that."""

    glyphs: list[Glyph]
    tables: list[Table]
    width: float
    height: float
    trouble: Trouble | None = None


class PdfReader:
    """Reads .pdf files with pypdfium2, their ruled tables too."""

    suffixes = (".pdf",)

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Paragraphs with page and box, rows of tables; headers, footers and page numbers outside the text."""
        document = _open(source)
        assembly = Assembly()
        warnings: list[tuple[int, str]] = []
        try:
            sheets = [_read_sheet(document, index, assembly, warnings) for index in range(len(document))]
            troubled = [index for index, sheet in enumerate(sheets) if sheet.trouble]
            if troubled and has_ocr():
                warnings += _recognise(document, sheets, troubled, assembly, source)
            else:
                warnings += [(index + 1, _TROUBLES[sheets[index].trouble]) for index in troubled]
        finally:
            document.close()
        assembly.warnings[:0] = _gather_pages(warnings)
        assemble_pages([_build_page(sheet, number) for number, sheet in enumerate(sheets, 1)], assembly)
        return assembly


_TROUBLES: dict[Trouble | None, str] = {
    "no_text": f"没有文字层，未读取：{INSTALL}，或先做文字识别（OCR）",
    "garbled": f"文字层有乱码，读出的内容可能有误：{INSTALL}，或先做文字识别（OCR）",
}


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


def _read_sheet(document: Any, index: int, assembly: Assembly, warnings: list[tuple[int, str]]) -> _Sheet:
    import pypdfium2

    try:
        page = document[index]
    except pypdfium2.PdfiumError:
        warnings.append((index + 1, "已损坏，未读取：请将文件打印为新的 PDF"))
        return _Sheet([], [], 0.0, 0.0)
    try:
        width, height = page.get_size()
        place = find_transform(page)
        glyphs = read_glyphs(page, place, assembly.ledger)
        trouble = _find_trouble(page, glyphs, width * height)
        tables = find_tables(find_rulings(page, place)) if glyphs or trouble else []
        return _Sheet(glyphs, tables, width, height, trouble)
    finally:
        page.close()


def _build_page(sheet: _Sheet, number: int) -> Page:
    rest, rows = split_tables(sheet.glyphs, sheet.tables, number)
    lines = (
        sorted([*build_lines(rest, number), *rows], key=lambda line: line.top) if rows else read_columns(rest, number)
    )
    return Page(lines, sheet.width, sheet.height)


def _find_trouble(page: Any, glyphs: list[Glyph], area: float) -> Trouble | None:
    """What is wrong with the text layer of a page: nothing, that it is not there, or that it is garbage."""
    if not glyphs:
        return "no_text" if next(iter(page.get_objects(max_depth=1)), None) is not None else None
    if is_garbled("".join(glyph.character for glyph in glyphs)):
        return "garbled"
    return "no_text" if len(glyphs) <= FEW and _is_picture(page, area) else None


def _is_picture(page: Any, area: float) -> bool:
    """Whether pictures cover most of a page."""
    from pypdfium2 import raw

    covered = 0.0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2):
        left, bottom, right, top = item.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return covered >= PICTURE_SHARE * area


def _recognise(
    document: Any, sheets: list[_Sheet], troubled: list[int], assembly: Assembly, source: SourceFile
) -> list[tuple[int, str]]:
    """Puts what is recognised in the pictures of troubled pages in the place of their text layers; warnings come back."""
    found = recognise_pages(_draw_pages(document, troubled), lambda done: source.tell(done, len(troubled)))
    confidences, blank = [], []
    for number, glyphs in found:
        if not glyphs:
            blank.append(number)
            continue
        sheet = sheets[number - 1]
        assembly.ledger.note_unread("".join(glyph.character for glyph in sheet.glyphs))
        assembly.ledger.expect("".join(glyph.character for glyph in glyphs))
        confidences += [glyph.confidence or 0.0 for glyph in glyphs]
        sheets[number - 1] = _Sheet(glyphs, sheet.tables, sheet.width, sheet.height)
    pages = [index + 1 for index in troubled if index + 1 not in blank]
    if pages:
        assembly.warnings.append(tell_recognised(pages, confidences))
    return [(number, "没有文字层，图像里也没有认出文字：请对照原件") for number in blank]


def _draw_pages(document: Any, indexes: list[int]) -> Iterator[Picture]:
    for index in indexes:
        page = document[index]
        try:
            width, height = page.get_size()
            dpi = min(DPI, (LARGEST_PIXELS * POINTS**2 / max(width * height, 1)) ** 0.5)
            image: Image = page.render(scale=dpi / POINTS).to_pil()
            yield Picture(index + 1, image, dpi)
        finally:
            page.close()


def is_garbled(text: str) -> bool:
    """Whether a text layer shows signs of broken fonts: rare scripts, signs of programming, or Han that nobody uses.

    >>> is_garbled("第一条 为规范管理，制定本办法。"), is_garbled("\ue012\ue034\ue077\ue012"), is_garbled("鐚㈤湇瀛椂櫋")
    (False, True, False)
    """
    text = text.translate(_LEADERS)
    odd, han = len(_USUAL.sub("", text)), _NOT_HAN.sub("", text)
    few_words = len(han) < 0.3 * len(text)
    if odd > GARBLED_SHARE * len(text) or (few_words and len(_SIGNS.findall(text)) > SIGNS_SHARE * len(text)):
        return True
    return _count_rare(han) > max(RARE_SHARE * len(han), 10)


def _count_rare(han: str) -> int:
    """Han characters that neither GB 2312 nor Big5 knows, whichever knows more of them."""
    known = (len(han.encode(encoding, "ignore").decode(encoding, "ignore")) for encoding in ("gb2312", "big5"))
    return len(han) - max(known)


def _gather_pages(warnings: list[tuple[int, str]]) -> list[str]:
    """One warning a kind, naming its pages."""
    pages: dict[str, list[str]] = defaultdict(list)
    for number, words in warnings:
        pages[words].append(str(number))
    return [f"第 {'、'.join(numbers)} 页{words}" for words, numbers in pages.items()]

"""OFD files (GB/T 33190): text pieces put in reading order, paragraphs and ruled tables as in PDF.

Lengths in the file are millimetres; boxes of blocks are points from the top left corner of the page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from posixpath import dirname, join, normpath
from typing import Any

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import Assembly, SourceFile, View
from rulemine.readers.pages import Page, assemble_pages
from rulemine.readers.pdflines import Glyph, build_lines, drop_doubled
from rulemine.readers.pdfrulings import Rulings
from rulemine.readers.pdftables import find_tables, split_tables
from rulemine.readers.xmlpackage import XmlPackage
from rulemine.text import measure_width

POINTS = 72 / 25.4  # a millimetre
A4 = (0.0, 0.0, 210.0, 297.0)
_ASCENT = 0.88  # of the size of a character
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE]-?\d+)?|[a-zA-Z]")


class OfdPackage(XmlPackage):
    """The parts of an OFD file."""

    what = "OFD 文件"
    remedy = "用 OFD 阅读器打开，导出为 .pdf"

    def follow(self, base: str, place: str) -> str:
        """The name of the part that another part points to."""
        return normpath(place.lstrip("/") if place.startswith("/") else join(dirname(base), place))


class OfdReader:
    """Reads .ofd files."""

    suffixes = (".ofd",)

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Paragraphs with page and box, rows of tables; headers, footers, page numbers and annotations outside the text."""
        package = OfdPackage(source)
        root = package.parse("OFD.xml")
        places = [] if root is None else [e.text.strip() for e in root.iter("{*}DocRoot") if e.text]
        if not places:
            raise source.refuse("不是 OFD 文件（没有指明正文）", package.remedy)
        reading = _Reading(package, Assembly())
        for place in places:
            reading.read_document(package.follow("OFD.xml", place))
        if not reading.pages:
            raise source.refuse("文件没有页面", "换一份完好的文件")
        assemble_pages(reading.pages, reading.assembly)
        reading.finish()
        return reading.assembly


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where an object stands on its page, and how it is turned and stretched."""

    x: float
    y: float
    matrix: tuple[float, ...]

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the object on the page, in points."""
        a, b, c, d, e, f = self.matrix
        return (self.x + a * x + c * y + e) * POINTS, (self.y + b * x + d * y + f) * POINTS


class _Reading:
    """The pages of one file as they are read."""

    def __init__(self, package: OfdPackage, assembly: Assembly) -> None:
        self.assembly, self.pages = assembly, list[Page]()
        self._package = package
        self._comments: list[str] = []
        self._damaged: list[int] = []
        self._without_text: list[int] = []

    def read_document(self, name: str) -> None:
        """One document of the file, its templates and annotations."""
        root = self._package.parse(name)
        if root is None:
            self.assembly.warnings.append(f"缺少 {name} 部分，未读取：{self._package.remedy}")
            return
        box = _read_box(root.find(".//{*}PageArea/{*}PhysicalBox"), A4)
        templates = {
            e.get("ID"): self._package.follow(name, e.get("BaseLoc", "")) for e in root.iter("{*}TemplatePage")
        }
        for element in root.iterfind("{*}Pages/{*}Page"):
            self._read_page(self._package.follow(name, element.get("BaseLoc", "")), templates, box)
        self._read_annotations(root, name)
        attachments = root.find("{*}Attachments")
        if attachments is not None:
            self.assembly.warnings.append("文件带有附件，附件未读取：用 OFD 阅读器取出后单独读")

    def _read_page(self, name: str, templates: dict[str, str], box: tuple[float, ...]) -> None:
        number = len(self.pages) + 1
        try:
            root = self._package.parse(name)
        except UnreadableFile:
            root = None
        if root is None:
            self._damaged.append(number)
            self.pages.append(Page([], 0.0, 0.0))
            return
        box = _read_box(root.find(".//{*}Area/{*}PhysicalBox"), box)
        layers = [self._parse_quietly(templates.get(e.get("TemplateID"))) for e in root.iterfind("{*}Template")]
        content = [layer for layer in (*layers, root) if layer is not None]
        glyphs = [glyph for part in content for glyph in self._read_glyphs(part)]
        kept = drop_doubled(glyphs, self.assembly.ledger)
        if not kept and any(next(part.iter("{*}ImageObject"), None) is not None for part in content):
            self._without_text.append(number)
        rest, rows = split_tables(kept, find_tables(_find_rulings(content)), number)
        lines = sorted([*build_lines(rest, number), *rows], key=lambda line: line.top)
        self.pages.append(Page(lines, (box[2]) * POINTS, (box[3]) * POINTS))

    def _parse_quietly(self, name: str | None) -> Any | None:
        """A part beside the text, where a damaged one costs only itself."""
        try:
            return self._package.parse(name) if name else None
        except UnreadableFile:
            return None

    def _read_glyphs(self, root: Any) -> Iterator[Glyph]:
        for element in root.iter("{*}TextObject"):
            frame = _read_frame(element)
            size = _read_float(element.get("Size"), 3.5)
            for code in element.iter("{*}TextCode"):
                self.assembly.ledger.expect(code.text or "")
                yield from _place_text(code, frame, size)

    def _read_annotations(self, root: Any, name: str) -> None:
        listed = root.findtext("{*}Annotations")
        if not listed:
            return
        index = self._package.follow(name, listed.strip())
        pages = self._parse_quietly(index)
        for place in pages.iter("{*}FileLoc") if pages is not None else ():
            part = self._parse_quietly(self._package.follow(index, (place.text or "").strip()))
            for annotation in part.iter("{*}Annot") if part is not None else ():
                words = "".join(code.text or "" for code in annotation.iter("{*}TextCode"))
                words += annotation.findtext("{*}Remark") or ""
                if words.strip():
                    self.assembly.ledger.expect(words)
                    self._comments.append(words)

    def finish(self) -> None:
        """Annotations and warnings, after the text."""
        for comment in self._comments:
            self.assembly.add_outside(comment, "comment")
        for numbers, words in (
            (self._damaged, "已损坏，未读取：用 OFD 阅读器打开，导出为 .pdf"),
            (self._without_text, "没有文字层，未读取：导出为 .pdf，再做文字识别（OCR）"),
        ):
            if numbers:
                self.assembly.warnings.append(f"第 {'、'.join(map(str, numbers))} 页{words}")


def _read_box(element: Any | None, default: tuple[float, ...]) -> tuple[float, ...]:
    numbers = _read_floats(element.text if element is not None else None)
    return tuple(numbers) if len(numbers) == 4 and numbers[2] > 0 and numbers[3] > 0 else default


def _read_frame(element: Any) -> _Frame:
    boundary = [*_read_floats(element.get("Boundary")), 0.0, 0.0]
    matrix = tuple(_read_floats(element.get("CTM")))
    return _Frame(boundary[0], boundary[1], matrix if len(matrix) == 6 else (1, 0, 0, 1, 0, 0))


def _read_floats(text: str | None) -> list[float]:
    return [_read_float(word, 0.0) for word in (text or "").split()]


def _read_float(text: str | None, default: float) -> float:
    try:
        value = float(text) if text else default
    except ValueError:
        return default
    return value if math.isfinite(value) else default


def read_deltas(text: str | None) -> list[float]:
    """The steps from character to character; ``g N v`` stands for N steps of v.

    >>> read_deltas("g 3 5.5 2.7")
    [5.5, 5.5, 5.5, 2.7]
    """
    words, steps, at = (text or "").split(), list[float](), 0
    while at < len(words):
        if words[at] == "g" and at + 2 < len(words):
            count = int(_read_float(words[at + 1], 0))
            steps += [_read_float(words[at + 2], 0.0)] * max(0, min(count, 10_000))
            at += 3
        else:
            steps.append(_read_float(words[at], 0.0))
            at += 1
    return steps


def _place_text(code: Any, frame: _Frame, size: float) -> Iterator[Glyph]:
    """The characters of a piece of text, each with its box on the page."""
    text = code.text or ""
    x, y = _read_float(code.get("X"), 0.0), _read_float(code.get("Y"), 0.0)
    across, down = read_deltas(code.get("DeltaX")), read_deltas(code.get("DeltaY"))
    spaced = False
    for index, character in enumerate(text):
        width = size * measure_width(character) / 2
        if character.isspace():
            spaced = True
        else:
            corners = [frame.place(x, y - _ASCENT * size), frame.place(x + width, y + (1 - _ASCENT) * size)]
            (x0, x1), (top, bottom) = (sorted(values) for values in zip(*corners, strict=True))
            yield Glyph(character, x0, top, x1, bottom, spaced)
            spaced = False
        if across or not down:
            x += across[index] if index < len(across) else width
        y += down[index] if index < len(down) else 0.0


def _find_rulings(parts: list[Any]) -> Rulings:
    """The level and upright lines among the paths of a page; thin filled boxes are lines, wide ones shading."""
    rulings = Rulings([], [])
    for part in parts:
        for element in part.iter("{*}PathObject"):
            frame = _read_frame(element)
            data = element.findtext("{*}AbbreviatedData") or ""
            rulings.add_path(_read_points(data, frame), partial(_is_stroked, element))
    return rulings


def _is_stroked(element: Any) -> bool:
    return str(element.get("Stroke", "true")).lower() != "false"


def _read_points(data: str, frame: _Frame) -> list[list[tuple[float, float]]]:
    drawn: list[list[tuple[float, float]]] = []
    words = _NUMBER.findall(data)
    for at, word in enumerate(words):
        if word in ("M", "S", "L") and at + 2 < len(words) and not words[at + 1].isalpha():
            point = frame.place(_read_float(words[at + 1], 0.0), _read_float(words[at + 2], 0.0))
            if word == "L" and drawn:
                drawn[-1].append(point)
            else:
                drawn.append([point])
        elif word == "C" and drawn:
            drawn[-1].append(drawn[-1][0])
    return drawn

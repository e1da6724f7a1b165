"""Characters of a PDF page with their boxes → the lines that a reader of the page sees.

Coordinates are points from the top left corner of the page as it is shown.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

from rulemine.readers.assembly import BBox, Ledger, join_cells

_DOUBLED = 0.35  # of a glyph: the same glyph nearer than this was drawn twice to look bold
_THIN_GAP = 0.2  # of the height: no space between Han characters that stand nearer
_COLUMN_GAP = 2.0  # of the height: columns that stand farther apart are set off by two spaces
Place = Callable[[float, float, float, float], BBox]
_HAN = re.compile(r"[\u3000-\u9fff\uff00-\uffef]")


class Glyph(NamedTuple):
    """One character and its box; a tuple, for there are a thousand on a page."""

    character: str
    x0: float
    top: float
    x1: float
    bottom: float
    is_spaced: bool  # a space stood before it
    confidence: float | None = None  # how sure it is, where it was recognised in a picture

    @property
    def middle(self) -> float:
        """The height at which it stands."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class TableRow:
    """What a line is when it is a row of a ruled table: its cells, and where the columns of its table begin and end."""

    cells: tuple[str, ...]
    columns: tuple[int, ...]
    repeated: str = ""  # the words of cells above that reach down to it

    @property
    def text(self) -> str:
        """The row as a line."""
        return join_cells(self.cells)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float  # the height of its glyphs
    page: int
    row: TableRow | None = None
    confidence: float | None = None
    column: int = 0  # of a page set in two, 1 or 2

    @property
    def is_row(self) -> bool:
        """Whether it is a row of a ruled table."""
        return self.row is not None

    @property
    def bbox(self) -> BBox:
        """Its box, in points from the top left corner of the page."""
        return (round(self.x0, 1), round(self.top, 1), round(self.x1, 1), round(self.bottom, 1))


def read_glyphs(page: Any, place: Place, ledger: Ledger) -> list[Glyph]:
    """The characters of a pypdfium2 page, in the order of its text layer, doubled ones once.

    The ledger learns what the layer bears, and which characters are only drawn again to look bold.
    """
    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        handle = textpage.raw
        box = raw.FS_RECTF()
        reference = ctypes.byref(box)
        get_unicode, get_box = raw.FPDFText_GetUnicode, raw.FPDFText_GetLooseCharBox
        glyphs: list[Glyph] = []
        seen: dict[tuple[int, int, int], tuple[float, float]] = {}
        ledger.expect(textpage.get_text_range())
        spaced, high = True, 0
        for index in range(textpage.count_chars()):
            code = get_unicode(handle, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000:
                if not high:
                    ledger.note_added("\ufffd")  # half a character, which the layer gives no words for
                code, high = (0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00) if high else 0xFFFD), 0
            character = chr(code)
            if code < 0x21 or character.isspace():
                spaced = True
                continue
            get_box(handle, index, reference)
            x0, top, x1, bottom = place(box.left, box.bottom, box.right, box.top)
            if _is_doubled(code, x0, top, x1, bottom, seen):
                ledger.note_unread(character)
                continue
            glyphs.append(Glyph(character, x0, top, x1, bottom, spaced))
            spaced = False
    finally:
        textpage.close()
    return glyphs


def drop_doubled(glyphs: Iterable[Glyph], ledger: Ledger) -> list[Glyph]:
    """The glyphs but for those that are drawn again to look bold; the ledger learns which those are."""
    seen: dict[tuple[int, int, int], tuple[float, float]] = {}
    kept = []
    for glyph in glyphs:
        if _is_doubled(ord(glyph.character), glyph.x0, glyph.top, glyph.x1, glyph.bottom, seen):
            ledger.note_unread(glyph.character)
        else:
            kept.append(glyph)
    return kept


def _is_doubled(
    code: int,
    x0: float,
    top: float,
    x1: float,
    bottom: float,
    seen: dict[tuple[int, int, int], tuple[float, float]],
) -> bool:
    """Whether the same glyph stands (almost) there already; ``seen`` is a grid of what does, by character and place."""
    size = bottom - top if bottom - top > 1 else 1.0
    x, y = x0 / size, top / size
    left, right, above, below = int(x - _DOUBLED), int(x + _DOUBLED), int(y - _DOUBLED), int(y + _DOUBLED)
    for column in (left,) if left == right else (left, right):
        for row in (above,) if above == below else (above, below):
            other = seen.get((code, column, row))
            if other and abs(other[0] - x0) < _DOUBLED * max(x1 - x0, 0.1) and abs(other[1] - top) < _DOUBLED * size:
                return True
    seen[code, int(x), int(y)] = (x0, top)
    return False


def find_transform(page: Any) -> Place:
    """From left, bottom, right, top in the space of the PDF to x0, top, x1, bottom on the page as it is shown."""
    left, bottom, right, top = page.get_cropbox()
    turn = page.get_rotation()
    if turn == 90:
        return lambda x, b, r, t: (b - bottom, x - left, t - bottom, r - left)
    if turn == 180:
        return lambda x, b, r, t: (right - r, b - bottom, right - x, t - bottom)
    if turn == 270:
        return lambda x, b, r, t: (top - t, right - r, top - b, right - x)
    return lambda x, b, r, t: (x - left, top - t, r - left, top - b)


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs that follow one another on one height."""

    glyphs: list[Glyph]
    top: float
    bottom: float

    @property
    def x0(self) -> float:
        """Where it begins."""
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        """Where it ends."""
        return self.glyphs[-1].x1


def build_lines(glyphs: Iterable[Glyph], page: int, *, column: int = 0) -> list[Line]:
    """The lines of a page from top to bottom; what stands side by side is one line."""
    rows: list[list[Run]] = []
    for run in sorted(_cut_runs(glyphs), key=lambda run: run.top):
        for row in reversed(rows[-4:]):
            if _is_beside(run, row):
                row.append(run)
                break
        else:
            rows.append([run])
    lines = [_write_line(sorted(row, key=lambda run: run.x0), page, column) for row in rows]
    return sorted(lines, key=lambda line: line.top)


def _cut_runs(glyphs: Iterable[Glyph]) -> list[Run]:
    """Glyphs that follow one another on one height."""
    runs: list[list[Glyph]] = []
    height = x0 = 0.0
    for glyph in glyphs:
        size, here = max(glyph.bottom - glyph.top, 0.1), glyph.top + glyph.bottom
        if not runs or abs(here - height) > size or glyph.x0 < x0 - 0.5 * size:
            runs.append([])
        runs[-1].append(glyph)
        height, x0 = here, glyph.x0
    return [Run(run, min(g.top for g in run), max(g.bottom for g in run)) for run in runs]


def _is_beside(run: Run, row: list[Run]) -> bool:
    """Whether a run shares most of its height with a row, and none of its width."""
    height = run.bottom - run.top
    for other in row:
        shared = min(run.bottom, other.bottom) - max(run.top, other.top)
        if shared < 0.5 * min(height, other.bottom - other.top):
            return False
        if min(run.x1, other.x1) - max(run.x0, other.x0) > 0.5 * height:
            return False
    return True


def _write_line(row: list[Run], page: int, column: int) -> Line:
    glyphs = [glyph for run in row for glyph in run.glyphs]
    sizes = sorted(g.bottom - g.top for g in glyphs)
    size = sizes[len(sizes) // 2]
    words = [glyphs[0].character]
    for before, glyph in pairwise(glyphs):
        words.append(_find_gap(before, glyph, size) + glyph.character)
    return Line(
        text="".join(words),
        x0=min(g.x0 for g in glyphs),
        top=min(run.top for run in row),
        x1=max(g.x1 for g in glyphs),
        bottom=max(run.bottom for run in row),
        size=size,
        page=page,
        confidence=min((g.confidence for g in glyphs if g.confidence is not None), default=None),
        column=column,
    )


def _find_gap(before: Glyph, glyph: Glyph, size: float) -> str:
    gap = glyph.x0 - before.x1
    if gap > _COLUMN_GAP * size:
        return "  "
    if glyph.is_spaced or gap > 0.6 * size:
        han = _HAN.match(before.character) and _HAN.match(glyph.character)
        return "" if han and gap < _THIN_GAP * size else " "
    return ""

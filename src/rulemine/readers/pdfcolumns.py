"""Pages set in two columns: where the gutter is, and the order in which the parts of the page are read."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from rulemine.readers.linestarts import ends_clause
from rulemine.readers.pdflines import Glyph, Line, Run, build_lines

FEWEST_LINES = 6  # of each column
FILLED = 0.6  # of its column: the share that most lines fill; labels and figures side by side fill less
RUNNING = 0.5  # of its lines: the share that goes on in the next one
WIDE_GAP = 1.2  # of the height of a character: pieces that stand farther apart may stand in two columns
_STEPS = 40
_MIDDLE = (0.35, 0.65)  # of the width of the text: where a gutter may be


def read_columns(glyphs: Sequence[Glyph], number: int) -> list[Line]:
    """The lines of a page in reading order: down the left column before the right one, where it is set in two.

    What runs across the gutter (titles, full lines) parts the page into bands that are read one after the other.
    """
    pieces = sorted(_cut_pieces(glyphs), key=lambda piece: piece.top)
    gutter = _find_gutter(pieces)
    if gutter is None:
        return build_lines(glyphs, number)
    lines: list[Line] = []
    for band, is_set in _cut_bands(pieces, gutter):
        if not is_set:
            lines += build_lines([g for piece in band for g in piece.glyphs], number)
            continue
        for column, side in enumerate(_part(band, gutter), 1):
            lines += build_lines([g for piece in side for g in piece.glyphs], number, column=column)
    return lines


def _cut_pieces(glyphs: Sequence[Glyph]) -> list[Run]:
    pieces: list[list[Glyph]] = [[glyph] for glyph in glyphs[:1]]
    for before, glyph in pairwise(glyphs):
        size = max(glyph.bottom - glyph.top, 0.1)
        apart = glyph.x0 - before.x1 > WIDE_GAP * size or glyph.x0 < before.x0 - 0.5 * size
        if apart or abs(glyph.top + glyph.bottom - before.top - before.bottom) > size:
            pieces.append([])
        pieces[-1].append(glyph)
    return [Run(piece, piece[0].top, piece[0].bottom) for piece in pieces]


def _find_gutter(pieces: list[Run]) -> float | None:
    """Where most lines stand in bands of two columns; None for a page of one."""
    if not pieces:
        return None
    left, right = min(p.x0 for p in pieces), max(p.x1 for p in pieces)
    width = right - left
    if sum(p.x1 - p.x0 < 0.6 * width for p in pieces) < 2 * FEWEST_LINES:
        return None
    first, last = (left + share * width for share in _MIDDLE)
    places = [first + (last - first) * step / _STEPS for step in range(_STEPS + 1)]
    rated = [(_count_set(pieces, x), -abs(x - (left + right) / 2), x) for x in places]
    best = max(rated)
    return best[2] if best[0] else None


def _count_set(pieces: list[Run], gutter: float) -> int:
    return sum(len(band) for band, is_set in _cut_bands(pieces, gutter) if is_set)


def _cut_bands(pieces: list[Run], gutter: float) -> list[tuple[list[Run], bool]]:
    """The pieces between those that run across the gutter, and whether they are set in two columns."""
    bands: list[list[Run]] = [[]]
    crossed = False
    for piece in pieces:
        crosses = piece.x0 < gutter < piece.x1
        if crosses != crossed:
            bands.append([])
            crossed = crosses
        bands[-1].append(piece)
    return [(band, _is_set(band, gutter)) for band in bands if band]


def _part(band: list[Run], gutter: float) -> tuple[list[Run], list[Run]]:
    return [p for p in band if p.x1 <= gutter], [p for p in band if p.x0 >= gutter]


def _is_set(band: list[Run], gutter: float) -> bool:
    """Whether both sides of a band are columns of running text."""
    if len(band) < 2 * FEWEST_LINES:
        return False
    sides = _part(band, gutter)
    if sum(map(len, sides)) != len(band) or min(map(len, sides)) < FEWEST_LINES:
        return False
    left, right = sides
    widths = gutter - min(p.x0 for p in left), max(p.x1 for p in right) - gutter
    return all(_runs_on(side, width) for side, width in zip(sides, widths, strict=True))


def _runs_on(side: list[Run], width: float) -> bool:
    filled = median(p.x1 - p.x0 for p in side) >= FILLED * width
    going_on = sum(not ends_clause("".join(g.character for g in piece.glyphs)) for piece in side)
    return filled and going_on >= RUNNING * len(side)

"""Ruling lines of a PDF page, out of the paths that are drawn on it."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

from rulemine.readers.pdflines import Place

THIN = 3  # points: a filled shape thinner than this is a ruling line, a wider one is shading
DEPTH = 3  # forms within forms
MANY_PATHS = 20_000  # a drawing, not a table
MANY_SEGMENTS = 400  # of one path: a drawing too
_MOVE, _LINE = 2, 0  # FPDF_SEGMENT_MOVETO, FPDF_SEGMENT_LINETO

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: Matrix = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight line along one axis: its place across, where it begins and where it ends."""

    at: float
    first: float
    last: float


@dataclass(frozen=True, slots=True)
class Rulings:
    """The level and the upright lines of a page, in points from its top left corner."""

    level: list[Edge]
    upright: list[Edge]

    def add_path(self, drawn: list[list[Point]], is_stroked: Callable[[], bool]) -> None:
        """Adds the lines of a path; a thin shape is a line, a wide one that is only filled is shading behind cells."""
        lines = [line for points in drawn for line in pairwise(points)]
        if not lines:
            return
        left, right = min(min(a[0], b[0]) for a, b in lines), max(max(a[0], b[0]) for a, b in lines)
        top, bottom = min(min(a[1], b[1]) for a, b in lines), max(max(a[1], b[1]) for a, b in lines)
        if bottom - top <= THIN < right - left:
            self.level.append(Edge((top + bottom) / 2, left, right))
        elif right - left <= THIN < bottom - top:
            self.upright.append(Edge((left + right) / 2, top, bottom))
        elif is_stroked():
            for (x0, y0), (x1, y1) in lines:
                if abs(y1 - y0) < 1 <= abs(x1 - x0):
                    self.level.append(Edge((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
                elif abs(x1 - x0) < 1 <= abs(y1 - y0):
                    self.upright.append(Edge((x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def find_rulings(page: Any, place: Place) -> Rulings:
    """The lines of a pypdfium2 page; ``place`` leads from the space of the PDF to the page as it is shown."""
    rulings = Rulings([], [])
    for number, (item, matrix) in enumerate(_iter_paths(page.raw, _UNMOVED, 0)):
        if number >= MANY_PATHS:
            return Rulings([], [])
        rulings.add_path(_read_points(item, matrix, place), partial(_is_stroked, item))
    return rulings


def _iter_paths(parent: Any, matrix: Matrix, depth: int) -> Iterator[tuple[Any, Matrix]]:
    """The paths of a page or a form with the matrix that leads to the space of the page."""
    from pypdfium2 import raw

    count, get = (
        (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
        if depth
        else (raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
    )
    for index in range(count(parent)):
        item = get(parent, index)
        kind = raw.FPDFPageObj_GetType(item) if item else None
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield item, _multiply(_read_matrix(item), matrix)
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < DEPTH:
            yield from _iter_paths(item, _multiply(_read_matrix(item), matrix), depth + 1)


def _read_matrix(item: Any) -> Matrix:
    from pypdfium2 import raw

    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, ctypes.byref(found)):
        return _UNMOVED
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def _multiply(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    a2, b2, c2, d2, e2, f2 = outer
    return (
        a * a2 + b * c2,
        a * b2 + b * d2,
        c * a2 + d * c2,
        c * b2 + d * d2,
        e * a2 + f * c2 + e2,
        e * b2 + f * d2 + f2,
    )


def _is_stroked(item: Any) -> bool:
    from pypdfium2 import raw

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(raw.FPDFPath_GetDrawMode(item, mode, stroke)) and bool(stroke.value)


def _read_points(item: Any, matrix: Matrix, place: Place) -> list[list[Point]]:
    """The corners of the straight pieces of a path, on the page as it is shown; curves are passed over."""
    from pypdfium2 import raw

    count = raw.FPDFPath_CountSegments(item)
    if not 2 <= count <= MANY_SEGMENTS:
        return []
    a, b, c, d, e, f = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    drawn: list[list[Point]] = []
    for index in range(count):
        segment = raw.FPDFPath_GetPathSegment(item, index)
        kind = raw.FPDFPathSegment_GetType(segment)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        px, py = x.value * a + y.value * c + e, x.value * b + y.value * d + f
        at = place(px, py, px, py)[:2]
        if kind == _LINE and drawn:
            drawn[-1].append(at)
            if raw.FPDFPathSegment_GetClose(segment):
                drawn[-1].append(drawn[-1][0])
        else:
            drawn.append([at])
    return drawn

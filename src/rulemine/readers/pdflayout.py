"""Lines of PDF pages → paragraphs, by geometry: which line goes on with the line before."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from rulemine.readers.linestarts import (
    breaks_off,
    ends_clause,
    ends_sentence,
    has_columns,
    is_date_line,
    is_heading,
    is_toc_entry,
    opens_bracket,
    opens_provision,
)
from rulemine.readers.pdflines import Line
from rulemine.schema import BlockKind

TITLE_SCALE = 1.2
FULL_SHARE = 0.85
FEWEST_FULL = 6
FEWEST_GAPS = 5
RAGGED = 0.7  # of the width of the column: a line that breaks off may end so early in a ragged column
_COMMON = 0.08  # share of lines that makes a left edge a margin


@dataclass(frozen=True, slots=True)
class Layout:
    """The column of text of the pages of one size."""

    left: float
    right: float
    size: float
    gap: float  # between two lines of a paragraph
    indents: bool  # whether provisions begin set in

    def is_centred(self, line: Line) -> bool:
        """Whether a line stands in the middle, free of both margins."""
        before, after = line.x0 - self.left, self.right - line.x1
        return before > 2.5 * self.size and after > 2.5 * self.size and abs(before - after) < 2 * self.size

    def reaches_right(self, line: Line) -> bool:
        """Whether a line is so full that the next character did not fit."""
        return line.x1 > self.right - 2.2 * self.size

    def is_ragged(self, before: Line, line: Line) -> bool:
        """Whether a line ends early though it goes on: first lines are set in here, and the next one is not."""
        early = before.x1 > self.left + RAGGED * (self.right - self.left)
        return self.indents and early and self.starts_left(line) and not ends_sentence(before.text)

    def starts_left(self, line: Line) -> bool:
        """Whether a line begins at the left margin, not set in."""
        return line.x0 < self.left + 0.7 * self.size


def measure_layout(lines: list[Line]) -> Layout:
    """The column that these lines of pages of one size stand in.

    >>> lines = [Line("甲" * 30, 100, 20 * n, 400, 20 * n + 10, 10, 1) for n in range(9)]
    >>> layout = measure_layout(lines)
    >>> layout.left, layout.right, layout.gap
    (100, 400, 10.0)
    """
    size = find_body_size(lines)
    body = [line for line in lines if abs(line.size - size) < 0.2 * size and not line.is_row] or lines
    # Edges that differ by less than half a character are one edge.
    edges = Counter(round(line.x0 / (size / 2)) for line in body)
    left_key = min(key for key, count in edges.items() if count >= max(1, _COMMON * len(body)))
    left = min(line.x0 for line in body if round(line.x0 / (size / 2)) == left_key)
    rights = sorted(line.x1 for line in body)
    right = rights[min(len(rights) - 1, int(len(rights) * 0.97))]
    gaps = _find_gaps(body)
    openers = [line for line in body if opens_provision(line.text)]
    set_in = sum(line.x0 > left + size for line in openers)
    return Layout(left, right, size, median(gaps) if gaps else size, bool(openers) and set_in > 0.5 * len(openers))


def _find_gaps(lines: list[Line]) -> list[float]:
    return [b.top - a.bottom for a, b in pairwise(lines) if a.page == b.page and b.top > a.top]


def fit_layout(layout: Layout, lines: list[Line]) -> Layout:
    """The layout of pages alike, moved to the margins of one page: left and right pages of a book differ."""
    gaps = _find_gaps([line for line in lines if not line.is_row])
    if len(gaps) >= FEWEST_GAPS:
        layout = replace(layout, gap=median(gaps))
    width = layout.right - layout.left
    full = [line for line in lines if not line.is_row and FULL_SHARE * width <= line.x1 - line.x0 <= 1.05 * width]
    if len(full) < FEWEST_FULL:
        return layout
    return replace(layout, left=min(line.x0 for line in full), right=max(line.x1 for line in full))


def find_body_size(lines: list[Line]) -> float:
    """The height that most characters have, to half a point.

    >>> find_body_size([Line("总则", 0, 0, 9, 16, 16, 1), Line("第一条 为了", 0, 20, 9, 32.1, 12.1, 1)])
    12.0
    """
    weights: Counter[float] = Counter()
    for line in lines:
        weights[round(line.size * 2) / 2] += len(line.text)
    return weights.most_common(1)[0][0] or 1.0


def continues(line: Line, before: Line, layout: Layout) -> bool:
    """Whether a line goes on with the paragraph of the line before it."""
    if line.is_row or before.is_row or abs(line.size - before.size) > 0.12 * max(line.size, before.size):
        return False
    if layout.is_centred(line) or layout.is_centred(before):
        return _is_broken_note(line, before, layout)
    if not layout.reaches_right(before) and not layout.is_ragged(before, line):
        return False
    if is_toc_entry(line.text) and not is_toc_entry(before.text):
        return not ends_clause(before.text)  # an entry too long for one line
    if any(look(before.text) or look(line.text) for look in (is_toc_entry, is_date_line)) or _has_table_gap(
        before, line
    ):
        return False
    if line.page == before.page and line.top - before.bottom > max(1.6 * layout.gap, layout.gap + 0.45 * layout.size):
        return False
    if is_heading(before.text) or (is_heading(line.text) and not breaks_off(before.text)):
        return False
    return _goes_on(line, before, layout)


def _is_broken_note(line: Line, before: Line, layout: Layout) -> bool:
    """Whether centred lines are one note in brackets, as stands under a title."""
    is_near = line.page == before.page and line.top - before.bottom <= 1.6 * layout.gap + 0.45 * layout.size
    return is_near and opens_bracket(before.text) and not opens_provision(line.text)


def _goes_on(line: Line, before: Line, layout: Layout) -> bool:
    if ends_clause(before.text) and opens_provision(line.text):
        return False
    if layout.starts_left(line):
        if layout.indents:
            return True
        if breaks_off(before.text):
            return True
        return not opens_provision(line.text) and not ends_clause(before.text)
    # A hanging indent: the line stands below the line before, in the middle of a sentence.
    hangs = line.x0 >= before.x0 - 0.7 * layout.size
    return (
        hangs
        and not ends_clause(before.text)
        and not opens_provision(line.text)
        and line.x0 - before.x0 < 3 * layout.size
    )


def _has_table_gap(before: Line, line: Line) -> bool:
    return has_columns(before.text) and has_columns(line.text)


def classify_line(line: Line, layout: Layout) -> BlockKind:
    """The kind of block that a line begins."""
    if line.is_row:
        return "table_row"
    if is_toc_entry(line.text):
        return "toc"
    if is_heading(line.text):
        return "heading"
    if line.size >= TITLE_SCALE * layout.size and layout.is_centred(line):
        return "title"
    return "paragraph"

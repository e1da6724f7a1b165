"""Running headers, footers and page numbers of a PDF: by where they stand and how they repeat."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

from rulemine.readers.pagination import find_running_keys, parse_page_number
from rulemine.readers.pdflines import Line
from rulemine.schema import BlockKind

MARGIN = 0.13  # of the page height, at the top and at the bottom
DEPTH = 2  # lines of a header or footer
REPEATS = 3
REPEAT_SHARE = 0.2
_BARE = re.compile(r"\D?\s*(\d{1,4})\s*\D?$")


def find_margins(pages: list[list[Line]], heights: list[float]) -> dict[int, BlockKind]:
    """The lines that stand outside the text, by ``id``: header, footer or page_number.

    >>> pages = [[Line("内部制度", 0, 30, 80, 40, 10, n), Line("正文", 0, 400, 80, 410, 10, n)] for n in (1, 2, 3)]
    >>> sorted(find_margins(pages, [800.0] * 3).values())
    ['header', 'header', 'header']
    """
    candidates = [
        (line, kind) for lines, height in zip(pages, heights, strict=True) for line, kind in _take_edges(lines, height)
    ]
    found = _find_numbers(candidates)
    keys = [{(kind, key) for key in find_running_keys(line.text, line.page)} for line, kind in candidates]
    counts = Counter(key for found_keys in keys for key in found_keys)
    needed = max(REPEATS, REPEAT_SHARE * len(pages))
    for (line, kind), found_keys in zip(candidates, keys, strict=True):
        if id(line) not in found and any(counts[key] >= needed for key in found_keys):
            found[id(line)] = kind
    return found


def _take_edges(lines: list[Line], height: float) -> list[tuple[Line, BlockKind]]:
    plain = [line for line in lines if not line.is_row]
    top: list[tuple[Line, BlockKind]] = [(line, "header") for line in plain[:DEPTH] if line.bottom < MARGIN * height]
    bottom: list[tuple[Line, BlockKind]] = [
        (line, "footer") for line in plain[-DEPTH:] if line.top > (1 - MARGIN) * height
    ]
    return top + bottom


def _find_numbers(candidates: list[tuple[Line, BlockKind]]) -> dict[int, BlockKind]:
    """Marked page numbers, and bare ones that count on with the pages."""
    found: dict[int, BlockKind] = {}
    bare: dict[int, list[Line]] = defaultdict(list)
    for line, _ in candidates:
        text = line.text.strip()
        if parse_page_number(text) is not None:
            found[id(line)] = "page_number"
        elif match := _BARE.match(text):
            bare[int(match[1]) - line.page].append(line)
    for offset, lines in bare.items():
        if len({line.page for line in lines}) >= 2 or offset == 0:
            found.update((id(line), "page_number") for line in lines)
    return found

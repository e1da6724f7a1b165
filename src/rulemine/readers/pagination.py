"""Page numbers and running headers in plain text: which lines they are, and what page each line stands on."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import mean, pstdev

from rulemine.readers.linestarts import has_columns, opens_provision
from rulemine.schema import BlockKind

_MARKED = re.compile(
    r"""\s*(?:
      第\s*(?P<a>\d{1,4})\s*页(?:\s*[,，/（(]?\s*共\s*\d{1,4}\s*页\s*[)）]?)?
    | 共\s*\d{1,4}\s*页\s*[,，/]?\s*第\s*(?P<b>\d{1,4})\s*页
    | [-—－–·•~]+\s*(?P<c>\d{1,4})\s*[-—－–·•~]+
    | (?P<d>\d{1,4})\s*/\s*\d{1,4}
    | [Pp]age\s*(?P<e>\d{1,4})(?:\s*of\s*\d{1,4})?
    | [-—－–·]+\s*第\s*(?P<f>\d{1,4})\s*页\s*[-—－–·]+
    | (?P<g>\d{1,4})\s*页
    )\s*$""",
    re.VERBOSE,
)
_SWALLOWED = re.compile(r"(.*\S)\s*([—－–-]+\s*(\d{1,4})\s*[—－–-]+)\s*$")
_BARE = re.compile(r"\s*(\d{1,4})\s*$")
RUNNING_LENGTH = 45
RUNNING_REPEATS = 3
# Bare numbers are page numbers only if they cut the file into pieces like pages: long ones, of about the same size.
PAGE_CHARACTERS = 250
HEADED_CHARACTERS = 100  # beside a running header less will do
PAGE_SPREAD = 0.6


@dataclass(frozen=True, slots=True)
class PageMarks:
    """The lines that stand outside the text by their index, and the page of every line."""

    kinds: dict[int, BlockKind] = field(default_factory=dict)
    pages: list[int | None] = field(default_factory=list)


def parse_page_number(line: str) -> int | None:
    """The page that a line states when it is nothing but a marked page number.

    >>> [parse_page_number(s) for s in ("第 9 页", "- 3 -", "第3页 共20页", "— 12 —", "3", "第3页内容")]
    [9, 3, 3, 12, None, None]
    """
    found = _MARKED.match(line)
    return int(next(group for group in found.groups() if group)) if found else None


def split_inline_numbers(lines: list[str]) -> list[list[str]]:
    """Each line in pieces: text that swallowed a dashed page number at its end is parted from it.

    >>> split_inline_numbers(["甲", "— 1 —", "的债务— 2 —", "乙", "— 3 —"])
    [['甲'], ['— 1 —'], ['的债务', '— 2 —'], ['乙'], ['— 3 —']]

    Only where the number is the one that is missing beside dashed page numbers that stand alone.
    """
    alone = {i: int(found["c"]) for i, line in enumerate(lines) if (found := _MARKED.match(line)) and found["c"]}
    known, places = set(alone.values()), sorted(alone)
    pieces = [[line] for line in lines]
    for index, line in enumerate(lines) if places else ():
        found = _SWALLOWED.match(line)
        if not found or index in alone or int(found[3]) in known:
            continue
        after = bisect_left(places, index)
        low = alone[places[after - 1]] if after else 0
        high = alone[places[after]] if after < len(places) else low + 3
        if low < int(found[3]) < high:
            pieces[index] = [found[1], found[2]]
    return pieces


def find_page_marks(lines: list[str], breaks: frozenset[int]) -> PageMarks:
    """Page numbers and running lines of a text; ``breaks`` are the lines before which a form feed stood.

    >>> marks = find_page_marks(["甲", "第 1 页", "乙"], frozenset())
    >>> marks.kinds, marks.pages
    ({1: 'page_number'}, [1, 1, 2])
    """
    numbers = {index: number for index, line in enumerate(lines) if (number := parse_page_number(line)) is not None}
    numbers |= _find_bare_numbers(lines, numbers, breaks)
    kinds: dict[int, BlockKind] = dict.fromkeys(numbers, "page_number")
    for _ in range(2):  # a header may have two lines
        kinds |= _find_running_lines(lines, numbers, kinds, breaks)
    kinds |= _find_stray_headers(lines, kinds)
    return PageMarks(kinds, _number_pages(lines, numbers, breaks, kinds))


def _find_bare_numbers(lines: list[str], marked: dict[int, int], breaks: frozenset[int]) -> dict[int, int]:
    if marked:
        return {}
    bare = {i: int(found[1]) for i, line in enumerate(lines) if (found := _BARE.match(line))}
    beside = {i: n for i, n in bare.items() if _is_at_break(lines, i, breaks)}
    if len(beside) >= 2 and _ascends(list(beside.values())):
        return beside
    running = _find_running_lines(lines, bare, dict.fromkeys(bare, "page_number"), frozenset())
    headed = {i: n for i, n in bare.items() if any(_neighbour(lines, i, step, {}) in running for step in (-1, 1))}
    if _are_page_numbers(lines, headed, HEADED_CHARACTERS):
        return headed
    return bare if _are_page_numbers(lines, bare, PAGE_CHARACTERS) else {}


def _ascends(numbers: list[int]) -> bool:
    return all(after - before == 1 for before, after in pairwise(numbers))


def _are_page_numbers(lines: list[str], bare: dict[int, int], fewest: int) -> bool:
    """Whether bare numbers count on and cut the text into pieces of about one size, of so many characters at least."""
    if len(bare) < RUNNING_REPEATS or not _ascends(list(bare.values())):
        return False
    sizes = [sum(len(line.strip()) for line in lines[a + 1 : b]) for a, b in pairwise(bare)]
    return min(sizes) >= fewest and pstdev(sizes) <= PAGE_SPREAD * mean(sizes)


def _is_at_break(lines: list[str], index: int, breaks: frozenset[int]) -> bool:
    before = index
    while before > 0 and before not in breaks and not lines[before - 1].strip():
        before -= 1
    after = index + 1
    while after < len(lines) and after not in breaks and not lines[after].strip():
        after += 1
    return before in breaks or after in breaks


def _neighbour(lines: list[str], index: int, step: int, skipped: dict[int, BlockKind]) -> int | None:
    """The next line that bears text, over blank lines and lines known to stand outside."""
    index += step
    while 0 <= index < len(lines) and (not lines[index].strip() or index in skipped):
        index += step
    return index if 0 <= index < len(lines) else None


def find_running_keys(line: str, page: int | None) -> set[str]:
    """What a line shares with its likes on other pages: its words, or its words but for the page number.

    >>> find_running_keys("内部资料 第 7 页", 7) & find_running_keys("内部资料 第 8 页", 8)
    {'内部资料第#0页'}
    >>> find_running_keys("附 1", 7) & find_running_keys("附 2", 9)
    set()
    """
    line = re.sub(r"\s+", "", line)
    keys = {line}
    if page is not None:
        for number in re.finditer(r"\d+", line):
            keys.add(f"{line[: number.start()]}#{int(number[0]) - page}{line[number.end() :]}")
    return keys


def _find_neighbours(
    lines: list[str], numbers: dict[int, int], kinds: dict[int, BlockKind], breaks: frozenset[int]
) -> dict[int, tuple[BlockKind, int | None]]:
    """Lines beside page numbers and form feeds, and the page: the one before may be a footer, the one after a header."""
    found: dict[int, tuple[BlockKind, int | None]] = {}
    places = [(i, i, number) for i, number in numbers.items()]
    places += [(b, b - 1, page) for page, b in enumerate(sorted(breaks), 1)]
    for before_from, after_from, page in places:
        before, after = _neighbour(lines, before_from, -1, kinds), _neighbour(lines, after_from, 1, kinds)
        if before is not None:
            found.setdefault(before, ("footer", page))
        if after is not None:
            found[after] = ("header", page)
    return {i: place for i, place in found.items() if _may_run(lines[i])}


def _may_run(line: str) -> bool:
    line = line.strip()
    return (
        len(line) <= RUNNING_LENGTH
        and not has_columns(line)
        and not opens_provision(line)
        and line[-1] not in "。；，、："
    )


def _find_running_lines(
    lines: list[str], numbers: dict[int, int], kinds: dict[int, BlockKind], breaks: frozenset[int]
) -> dict[int, BlockKind]:
    neighbours = _find_neighbours(lines, numbers, kinds, breaks)
    keys = {i: find_running_keys(lines[i], page) for i, (_, page) in neighbours.items()}
    counts = Counter(key for found in keys.values() for key in found)
    needed = max(RUNNING_REPEATS, max(len(numbers), len(breaks)) / 4)
    return {i: neighbours[i][0] for i, found in keys.items() if any(counts[key] >= needed for key in found)}


def _find_stray_headers(lines: list[str], kinds: dict[int, BlockKind]) -> dict[int, BlockKind]:
    """Running headers of pages that bear no number: the same words, a blank line beside them.

    Not before the first provision, where the same words may be the title on the cover.
    """
    known = {lines[i].strip() for i, kind in kinds.items() if kind == "header"}
    body = next((i for i, line in enumerate(lines) if opens_provision(line)), len(lines))
    return {
        i: "header"
        for i in range(body, len(lines) - 1)
        if i not in kinds and lines[i].strip() in known and not (lines[i - 1] and lines[i + 1])
    }


def _number_pages(
    lines: list[str], numbers: dict[int, int], breaks: frozenset[int], kinds: dict[int, BlockKind]
) -> list[int | None]:
    if not numbers:
        return _count_breaks(lines, breaks) if breaks else [None] * len(lines)
    first = next((i for i, line in enumerate(lines) if line.strip() and kinds.get(i) != "header"), 0)
    at_top = first in numbers
    pages: list[int | None] = []
    at = sorted(numbers)
    page: int | None = None if at_top else (1 if numbers[at[0]] == 1 else None)
    for index in range(len(lines)):
        if at_top and index in numbers:
            page = numbers[index]
        pages.append(numbers.get(index, page))
        if not at_top and index in numbers:
            page = numbers[index] + 1
    return pages


def _count_breaks(lines: list[str], breaks: frozenset[int]) -> list[int | None]:
    page, pages = 1, list[int | None]()
    for index in range(len(lines)):
        page += index in breaks
        pages.append(page)
    return pages

"""Which lines stand inside a quotation: the articles that an amendment quotes are not its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rulemine.parse.lines import Line

LONGEST_QUOTE = 60
"""Lines within which a quotation must be closed; one that never is, is a slip of the pen and holds nothing."""
_OPENS_BLOCK = re.compile(r"(?:^|[:：为作款条项])\s*$")


def find_quoted(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of the lines that begin inside a quotation.

    >>> from rulemine.schema import Document
    >>> from rulemine.parse.lines import split_lines
    >>> text = "一、第三条改为：“第三条 甲。\\n“第四条 乙。\\n第五条 丙。”\\n二、丁。"
    >>> sorted(find_quoted(tuple(split_lines(Document(path="", sha256="", text=text)))))
    [1, 2]
    """
    quoted: set[int] = set()
    i = 0
    while i < len(lines):
        end = _closing_line(lines, i) if _opens(lines[i].text) else None
        quoted.update(range(i + 1, end + 1) if end else ())
        i = end or i + 1
    return frozenset(quoted)


def _opens(text: str) -> bool:
    """Whether a quotation of whole paragraphs begins in the line: behind a colon or at its front, and not closed in it."""
    return any(_OPENS_BLOCK.search(text, 0, at) for at in _unclosed(text))


def _unclosed(text: str) -> Iterator[int]:
    """Where the marks stand that are opened in a line and not closed in it."""
    if "“" not in text:
        return
    marks: list[int] = []
    for found in re.finditer("[“”]", text):
        if found.group() == "“":
            marks.append(found.start())
        elif marks:
            marks.pop()
    yield from marks


def _closing_line(lines: Sequence[Line], opened: int) -> int | None:
    """The line in which the quotation ends; each of its paragraphs may begin with a mark and only the last end with one."""
    depth = _balance(lines[opened].text)
    for i in range(opened + 1, min(opened + 1 + LONGEST_QUOTE, len(lines))):
        text = lines[i].text
        depth += _balance(text) - (text.startswith("“") and (_balance(text) > 0 or text.endswith(("”", "”。"))))
        if depth <= 0:
            return i
    return None


def _balance(text: str) -> int:
    return text.count("“") - text.count("”")

"""Text that strangers wrote, made fit to show: nothing hidden, nothing that breaks a file, cuts that are counted."""

from __future__ import annotations

import re

_LINE_ENDS = re.compile("\r\n?")
# Control characters, directional marks, lone surrogates and non-characters: XML forbids some of them, and the others
# can make a reader see other words than those that stand there.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def show_hidden(text: str) -> str:
    r"""The text with control and directional characters spelled out.

    >>> show_hidden("甲\u202e乙\x00")
    '甲⟦U+202E⟧乙⟦U+0000⟧'

    Line ends become ``\n``; tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(lambda found: f"⟦U+{ord(found.group()):04X}⟧", _LINE_ENDS.sub("\n", text))


def shorten(text: str, limit: int, note: str) -> str:
    """The text, or its beginning and end with a note in between that says how many characters were left out.

    >>> shorten("一二三四五六七八九十", 6, "…（略{}字）…")
    '一二三四…（略4字）…九十'
    """
    if len(text) <= limit:
        return text
    tail = limit // 3
    return text[: limit - tail] + note.format(len(text) - limit) + text[len(text) - tail :]

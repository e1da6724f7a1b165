"""What holds of every document that a reader makes."""

from __future__ import annotations

from rulemine.schema import OUTSIDE, Document


def squeeze(text: str) -> str:
    """Text without white space."""
    return "".join(text.split())


def check_blocks(document: Document) -> None:
    """Blocks are in order, do not overlap, and tile all of the text but its newlines."""
    place = 0
    for block in document.blocks:
        assert block.start >= place, block
        assert not document.text[place : block.start].strip("\n"), document.text[place : block.start]
        assert (block.text is not None) == (block.kind in OUTSIDE), block
        assert block.start == block.end if block.kind in OUTSIDE else block.start < block.end, block
        place = block.end
    assert not document.text[place:].strip("\n")
    assert document.coverage().is_complete, document.census


def outside(document: Document, kind: str) -> list[str]:
    """The texts of the blocks of a kind that stand outside the text."""
    return [block.text or "" for block in document.blocks if block.kind == kind]


def lines_of(document: Document, kind: str) -> list[str]:
    """The texts of the blocks of a kind that stand in the text."""
    return [document.text[block.start : block.end] for block in document.blocks if block.kind == kind]

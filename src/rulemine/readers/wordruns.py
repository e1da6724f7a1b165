"""What stands in a paragraph of a Word file: its words, what tracked changes took out, its text boxes and notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from rulemine.readers.assembly import View
from rulemine.readers.numbering import W

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_INSERTED = frozenset({W + "ins", W + "moveTo"})
_REMOVED = frozenset({W + "del", W + "moveFrom"})
_SIGNS = {
    W + "tab": "\t",
    W + "ptab": "\t",
    W + "br": "\n",
    W + "cr": "\n",
    W + "noBreakHyphen": "-",
    W + "softHyphen": "",
}
_SYMBOLS = {
    0x52: "☑", 0xFE: "☑", 0x50: "√", 0xFC: "√", 0xA3: "□", 0xA8: "□", 0x6F: "□", 0x71: "□", 0xD6: "√", 0xFB: "×",
    0x4F: "×", 0x6C: "●", 0x6E: "■", 0x75: "◆", 0xD8: "➢", 0xB7: "•",
}  # fmt: skip
# Properties and marks that bear no words; instrText is the code of a field, its result stands in other runs.
_SKIPPED = frozenset(
    W + name for name in ("pPr", "rPr", "instrText", "delInstrText", "sdtPr", "sdtEndPr", "tblPr", "tcPr", "trPr")
)


@dataclass(slots=True)
class Pieces:
    """The contents of one paragraph in the chosen view."""

    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    in_toc: bool = False

    @property
    def text(self) -> str:
        """The words that the view shows."""
        return "".join(self.kept)

    def put_before(self, following: Pieces) -> None:
        """Moves these pieces to the front of the next paragraph: the mark between the two is gone."""
        following.kept[:0], following.removed[:0] = self.kept, self.removed
        following.hidden[:0], following.boxes[:0] = self.hidden, self.boxes
        following.comments[:0], following.added[:0] = self.comments, self.added

    def collect_outside(self, others: Pieces) -> None:
        """Takes over what stands outside the text of another paragraph."""
        self.removed.extend(others.removed)
        self.hidden.extend(others.hidden)
        self.boxes.extend(others.boxes)
        self.comments.extend(others.comments)
        self.added.extend(others.added)


class RunWalker:
    """Walks the runs of paragraphs; it remembers the fields that are open, for one may span paragraphs."""

    def __init__(self, view: View) -> None:
        self._dropped = _REMOVED if view == "final" else _INSERTED
        self._fields: list[str] = []

    def collect(self, paragraph: Any) -> Pieces:
        """The pieces of one paragraph."""
        pieces = Pieces(in_toc=self._is_in_toc())
        self._walk(paragraph, pieces, pieces.kept)
        return pieces

    def is_mark_removed(self, properties: Any | None) -> bool:
        """Whether the view does without the mark that ends a paragraph."""
        marks = properties.find(W + "rPr") if properties is not None else None
        return marks is not None and any(marks.find(name) is not None for name in self._dropped)

    def is_row_removed(self, row: Any) -> bool:
        """Whether the view does without a row of a table."""
        properties = row.find(W + "trPr")
        return properties is not None and any(properties.find(name) is not None for name in self._dropped)

    def _is_in_toc(self) -> bool:
        return any(code.split()[:1] == ["TOC"] for code in self._fields)

    def _walk(self, element: Any, pieces: Pieces, sink: list[str]) -> None:  # noqa: C901 - one case a tag
        for child in element:
            tag = child.tag
            if tag in (W + "t", W + "delText", M + "t"):
                sink.append(child.text or "")
            elif tag in _SIGNS:
                sink.append(_SIGNS[tag])
                pieces.added.append(_SIGNS[tag])
            elif tag == W + "commentReference":
                pieces.comments.append(child.get(W + "id") or "")
            elif tag == W + "r":
                self._walk(child, pieces, pieces.hidden if _is_hidden(child) and sink is pieces.kept else sink)
            elif tag in self._dropped:
                self._walk(child, pieces, pieces.removed)
            elif tag == W + "fldChar":
                self._turn_field(child.get(W + "fldCharType"), pieces)
            elif tag == W + "fldSimple":
                pieces.in_toc = pieces.in_toc or (child.get(W + "instr") or "").split()[:1] == ["TOC"]
                self._walk(child, pieces, sink)
            elif tag == W + "instrText" and self._fields:
                self._fields[-1] += child.text or ""
                pieces.in_toc = pieces.in_toc or self._is_in_toc()
            elif tag == W + "sym":
                sink.append(read_symbol(child))
            elif tag == MC + "AlternateContent":
                self._walk(choose_alternative(child), pieces, sink)
            elif tag == W + "txbxContent":
                if sink is pieces.kept:
                    pieces.boxes.append(child)
                else:
                    sink.extend(text.text or "" for text in child.iter(W + "t", W + "delText"))
            elif tag == W + "rt":
                sink.append("（")
                self._walk(child, pieces, sink)
                sink.append("）")
                pieces.added.append("（）")
            elif tag not in _SKIPPED and isinstance(tag, str):
                self._walk(child, pieces, sink)

    def _turn_field(self, turn: str | None, pieces: Pieces) -> None:
        if turn == "begin":
            self._fields.append("")
        elif turn == "end" and self._fields:
            self._fields.pop()
        pieces.in_toc = pieces.in_toc or self._is_in_toc()


def choose_alternative(element: Any) -> Any:
    """One of the alternatives of a drawing that stands twice: the first that bears text, else the first."""
    choices = list(element)
    return next(
        (c for c in choices if next(c.iter(W + "t", W + "delText"), None) is not None),
        choices[0] if choices else element,
    )


def iter_blocks(element: Any) -> Iterator[Any]:
    """The paragraphs and tables of a container, through content controls, tracked moves and the like, in order."""
    for child in element:
        if child.tag in (W + "p", W + "tbl", W + "sdt", W + "altChunk"):
            yield child
        elif child.tag == MC + "AlternateContent":
            yield from iter_blocks(choose_alternative(child))
        elif child.tag in (W + "customXml", W + "smartTag", W + "sdtContent", *_INSERTED, *_REMOVED):
            yield from iter_blocks(child)


def _is_hidden(run: Any) -> bool:
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(W + "val") not in ("0", "false", "off")


def list_words(element: Any) -> Iterator[str]:
    """Every word under an element as the file bears it, whatever the view; a drawing that stands twice once."""
    for child in element:
        if child.tag in (W + "t", W + "delText", M + "t"):
            yield child.text or ""
        elif child.tag == W + "sym":
            yield read_symbol(child)
        elif child.tag == MC + "AlternateContent":
            yield from list_words(choose_alternative(child))
        else:
            yield from list_words(child)


def read_symbol(element: Any) -> str:
    """The sign of a symbol font that is nearest in Unicode."""
    code = int(element.get(W + "char") or "25A1", 16)
    # Symbol fonts sit at F000–F0FF of the private area.
    return _SYMBOLS.get(code & 0xFF, "□") if 0xF000 <= code <= 0xF0FF else chr(code)

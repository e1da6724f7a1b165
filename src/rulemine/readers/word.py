"""Word files (.docx), read from their XML: the numbers that Word counts, tracked changes, text boxes, tables.

Comments, hidden and deleted words stand outside the text. Pictures and embedded objects are not read; a warning says how
many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from rulemine.readers.assembly import Assembly, SourceFile, View, join_cells
from rulemine.readers.numbering import Numbering, W
from rulemine.readers.pagination import parse_page_number
from rulemine.readers.wordpackage import WordPackage
from rulemine.readers.wordruns import Pieces, RunWalker, iter_blocks, list_words
from rulemine.readers.wordstyles import Styles, classify_style, find_list, read_styles
from rulemine.schema import BlockKind

FEWEST_UPRIGHT = 4


class WordReader:
    """Reads .docx and its siblings (.docm, .dotx)."""

    suffixes = (".docx", ".docm", ".dotx", ".dotm")

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Paragraphs with their numbers, rows of tables, notes; headers, footers and deleted words outside the text."""
        package = WordPackage(source)
        body = package.main.find(W + "body")
        if body is None:
            raise source.refuse("文件里没有正文", "用 Word 打开后重新保存")
        styles_root = package.parse_related("styles")
        styles = read_styles(styles_root)
        numbering = Numbering(package.parse_related("numbering"), _find_style_lists(styles))
        writer = _Writer(view, styles, numbering, package.parse_related("comments"))
        writer.write_margins(package)
        writer.expect(body)
        writer.write_blocks(body)
        for kind in ("footnotes", "endnotes"):
            writer.write_notes(package.parse_related(kind))
        writer.write_stray_comments()
        writer.warn(package, body)
        return writer.assembly


def _find_style_lists(styles: Styles) -> dict[str, str]:
    return {key: style.list_id for key, style in styles.by_id.items() if style.list_id}


class _Writer:
    """Writes the blocks of one document."""

    def __init__(self, view: View, styles: Styles, numbering: Numbering, comments: Any | None) -> None:
        self.assembly = Assembly()
        self._view: View = view
        self._styles, self._numbering = styles, numbering
        self._runs = RunWalker(view)
        self._upright: list[tuple[str, BlockKind]] = []
        self._comments: dict[str, str] = {}
        for comment in comments if comments is not None else ():
            self.expect(comment)
            self._comments[comment.get(W + "id") or ""] = "".join(list_words(comment))

    def expect(self, element: Any) -> None:
        """Enters the words of a part of the file into the ledger."""
        for words in list_words(element):
            self.assembly.ledger.expect(words)

    def write_blocks(self, container: Any, *, kind: BlockKind | None = None) -> None:
        """The paragraphs and tables of a container; ``kind`` overrules what their styles say."""
        carried: Pieces | None = None
        for element in iter_blocks(container):
            if element.tag == W + "tbl":
                self._end_upright()
                self._write_table(element)
            elif element.tag == W + "sdt":
                content = element.find(W + "sdtContent")
                if content is not None:
                    self.write_blocks(content, kind="toc" if _is_toc_control(element) else kind)
            elif element.tag == W + "p":
                carried = self._write_paragraph(element, carried, kind)
        if carried is not None:
            self._emit(carried, carried.text, kind or "paragraph")
        self._end_upright()

    def _write_paragraph(self, element: Any, carried: Pieces | None, kind: BlockKind | None) -> Pieces | None:
        """Writes a paragraph; gives back its pieces instead when its end mark is gone in this view."""
        pieces, label, found = self._take_paragraph(element, carried)
        if label is None:
            return pieces
        text = label + pieces.text
        self._emit(pieces, text, kind or ("toc" if pieces.in_toc else found))
        return None

    def _take_paragraph(self, element: Any, carried: Pieces | None) -> tuple[Pieces, str | None, BlockKind]:
        properties = element.find(W + "pPr")
        pieces = self._runs.collect(element)
        if carried is not None:
            carried.put_before(pieces)
        if self._runs.is_mark_removed(properties):
            return pieces, None, "paragraph"
        style = properties.find(W + "pStyle") if properties is not None else None
        style_id = style.get(W + "val") if style is not None else None
        found = find_list(properties, self._styles, style_id, self._numbering)
        label = self._numbering.count(*found) if found else ""
        self.assembly.ledger.note_added(label)
        return pieces, label, cast(BlockKind, classify_style(properties, self._styles, style_id))

    def _emit(self, pieces: Pieces, text: str, kind: BlockKind) -> None:
        text = text.strip("\n").rstrip()
        if _is_one_sign(text) or (self._upright and not text):
            self._upright.append((text.strip(), kind))
            text = ""
        else:
            self._end_upright()
        if text.strip():
            self.assembly.add_line(text, kind)
        elif self._upright:
            pass
        elif not pieces.removed:
            self.assembly.add_blank()
        self._emit_outside(pieces)
        for box in pieces.boxes:
            self.write_blocks(box)

    def _end_upright(self) -> None:
        """Writes a title that is set one character a line as one line; fewer characters stay as they are."""
        upright, self._upright = self._upright, []
        signs = [(sign, kind) for sign, kind in upright if sign]
        if len(signs) >= FEWEST_UPRIGHT:
            self.assembly.add_line("".join(sign for sign, _ in signs), signs[0][1])
            return
        for sign, kind in upright:
            if sign:
                self.assembly.add_line(sign, kind)
            else:
                self.assembly.add_blank()

    def _emit_outside(self, pieces: Pieces) -> None:
        removed = "".join(pieces.removed)
        if removed.strip():
            self.assembly.add_outside(removed, "deleted")
        hidden = "".join(pieces.hidden)
        if hidden.strip():
            self.assembly.add_outside(hidden, "hidden")
        for key in pieces.comments:
            self._write_comment(self._comments.pop(key, ""))
        self.assembly.ledger.note_added("".join(pieces.added))

    def write_stray_comments(self) -> None:
        """Comments that no place of the text refers to."""
        for comment in self._comments.values():
            self._write_comment(comment)

    def _write_comment(self, comment: str) -> None:
        if comment.strip():
            self.assembly.add_outside(comment, "comment")

    def _write_table(self, table: Any) -> None:
        above: dict[int, str] = {}
        for row in _iter_children(table, W + "tr"):
            if self._runs.is_row_removed(row):
                self.assembly.add_outside("".join(list_words(row)), "deleted")
                continue
            cells = _iter_children(row, W + "tc")
            if len(cells) == 1 and len(list(iter_blocks(cells[0]))) > 1:
                self.write_blocks(cells[0])  # a frame around text, not a row of a register
                continue
            self._write_row(row, cells, above)

    def _write_row(self, row: Any, cells: list[Any], above: dict[int, str]) -> None:
        """One row; a cell merged with the one above bears its text again, so that the row is complete."""
        column = _read_number(row, "trPr", "gridBefore", 0)
        texts: list[str] = []
        outside = Pieces()
        for cell in cells:
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and merge.get(W + "val") != "restart":
                text = above.get(column, "")
                self.assembly.ledger.note_added(text)
            else:
                text = self._read_cell(cell, outside)
                above[column] = text
            texts.append(text)
            column += _read_number(cell, "tcPr", "gridSpan", 1)
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            self.assembly.ledger.note_added("|" * (len(texts) - 1))
            self.assembly.add_line(join_cells(texts), "table_row")
        self._emit_outside(outside)
        for box in outside.boxes:
            self.write_blocks(box)

    def _read_cell(self, cell: Any, outside: Pieces) -> str:
        """The words of a cell on one line; what stands outside the text is collected in ``outside``."""
        words: list[str] = []
        carried: Pieces | None = None
        for element in iter_blocks(cell):
            if element.tag == W + "p":
                pieces, label, _ = self._take_paragraph(element, carried)
                carried = pieces if label is None else None
                if label is not None:
                    words.append(label + pieces.text)
                    outside.collect_outside(pieces)
            elif element.tag in (W + "tbl", W + "sdt"):
                inner = element.find(W + "sdtContent") if element.tag == W + "sdt" else element
                for part in _iter_cells(inner):
                    words.append(self._read_cell(part, outside))
        if carried is not None:
            words.append(carried.text)
            outside.collect_outside(carried)
        return " ".join(" ".join(words).split())

    def write_margins(self, package: WordPackage) -> None:
        """Headers and footers, each wording once."""
        seen: set[str] = set()
        kinds: tuple[BlockKind, ...] = ("header", "footer")
        for kind in kinds:
            for root in package.iter_related(kind):
                self.expect(root)
                self._write_margin(root, kind, RunWalker(self._view), seen)

    def _write_margin(self, container: Any, kind: BlockKind, runs: RunWalker, seen: set[str]) -> None:
        for element in iter_blocks(container):
            for paragraph in [element] if element.tag == W + "p" else _iter_paragraphs(element):
                pieces = runs.collect(paragraph)
                text = pieces.text.strip()
                if text in seen:
                    self.assembly.ledger.note_unread(text)  # the same words for first, odd and even pages
                elif text:
                    seen.add(text)
                    is_number = text.isdigit() or parse_page_number(text) is not None
                    self.assembly.add_outside(text, "page_number" if is_number else kind)
                self._emit_outside(pieces)
                for box in pieces.boxes:
                    self._write_margin(box, kind, runs, seen)

    def write_notes(self, root: Any | None) -> None:
        """Footnotes or endnotes, at the end of the text."""
        for note in root if root is not None else ():
            if note.get(W + "type") in (None, "normal"):
                self.expect(note)
                self.write_blocks(note, kind="footnote")

    def warn(self, package: WordPackage, body: Any) -> None:
        """Says what was not read."""
        pictures = len({id(e) for e in body.iter("{http://schemas.openxmlformats.org/drawingml/2006/picture}pic")})
        counts = {
            "张图片": pictures,
            "个嵌入对象": sum(1 for _ in body.iter(W + "object")),
            "个 SmartArt 图形": package.count_related("diagramData"),
            "个图表": package.count_related("chart"),
            "个插入的文件": sum(1 for _ in body.iter(W + "altChunk", W + "subDoc")),
        }
        self.assembly.warnings.extend(f"{count} {what}未读取" for what, count in counts.items() if count)


def _is_one_sign(text: str) -> bool:
    return len(text.strip()) == 1 and "\u4e00" <= text.strip() <= "\u9fff"


def _iter_children(element: Any, tag: str) -> list[Any]:
    """The rows of a table or the cells of a row, through content controls and custom XML, but not of nested tables."""
    found: list[Any] = []
    for child in element:
        if child.tag == tag:
            found.append(child)
        elif child.tag in (
            W + "sdt",
            W + "sdtContent",
            W + "customXml",
            W + "ins",
            W + "del",
            W + "moveTo",
            W + "moveFrom",
        ):
            found.extend(_iter_children(child, tag))
    return found


def _iter_paragraphs(element: Any) -> Iterator[Any]:
    """The paragraphs of a table or a content control, through nested ones."""
    for child in element:
        if child.tag == W + "p":
            yield child
        elif isinstance(child.tag, str):
            yield from _iter_paragraphs(child)


def _iter_cells(element: Any | None) -> list[Any]:
    """The cells of a nested table, or the content of a control as if it were one cell."""
    if element is None:
        return []
    if element.tag != W + "tbl":
        return [element]
    return [cell for row in _iter_children(element, W + "tr") for cell in _iter_children(row, W + "tc")]


def _is_toc_control(element: Any) -> bool:
    gallery = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(W + "val") == "Table of Contents"


def _read_number(element: Any, properties: str, name: str, default: int) -> int:
    found = element.find(f"{W}{properties}/{W}{name}")
    value = found.get(W + "val") if found is not None else None
    return int(value) if value and value.isdigit() else default

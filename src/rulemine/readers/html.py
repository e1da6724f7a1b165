"""Web pages (.html), saved from a browser or by Word: blocks, tables, numbered lists.

Scripts and styles are no words of the page. Menus, page heads and feet, hidden and deleted words stand outside the text.
The tree is walked without recursion, however deep it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from rulemine.readers.assembly import Assembly, SourceFile, View, join_cells
from rulemine.readers.encoding import decode_text
from rulemine.readers.numbering import format_number
from rulemine.schema import BlockKind

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5", "utf-8": "utf-8"}
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_SKIPPED = frozenset(("script", "style", "template", "noscript", "svg", "title", "object", "select"))
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
     "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol",
     "option", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul")
)  # fmt: skip
_LIST_FORMATS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "1": "decimal"}
_CHINESE_LIST = re.compile(r"list-style[^;]*(?:cjk-ideographic|simp-chinese|trad-chinese)")


class HtmlReader:
    """Reads .html and .htm."""

    suffixes = (".html", ".htm", ".xhtml")

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Paragraphs, headings, rows of tables and list items with their numbers."""
        from lxml import etree

        text = _decode(source)
        parser = etree.HTMLParser(
            encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True, no_network=True
        )
        try:
            root = etree.fromstring(text.encode("utf-8", "replace"), parser)
        except etree.XMLSyntaxError as error:
            raise source.refuse(f"不是网页或已损坏（{error}）", "用浏览器打开，另存为 .html 或 .pdf") from error
        if root is None:
            raise source.refuse("网页里没有文字", "换一份完好的文件")
        if any("depth" in error.message.lower() for error in parser.error_log):
            raise source.refuse("网页嵌套太深，后面的内容读不到", "用浏览器打开，另存为 .pdf")
        walker = _Walker(view)
        for event, element in etree.iterwalk(root, events=("start", "end")):
            walker.begin(element) if event == "start" else walker.end(element)
        walker.finish(root.findtext(".//title") or "")
        return walker.assembly


def _decode(source: SourceFile) -> str:
    """The characters of a page: a byte order mark, the charset it declares, else what its bytes look like."""
    declared = _CHARSET.search(source.data[:4096])
    encoding = _DECLARED.get(declared[1].decode().lower()) if declared else None
    if encoding and not source.data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return source.data.decode(encoding)
        except UnicodeDecodeError:
            pass
    return decode_text(source)[0]


@dataclass(slots=True)
class _Row:
    """A row of a table of data while it is read, and the cells above that reach down into it."""

    cells: list[tuple[int, str]] = field(default_factory=list)
    column: int = 0
    repeated: str = ""


@dataclass(slots=True)
class _Table:
    """A table of data: for each column how many rows more a cell reaches down, and its words."""

    element: Any
    reaching: dict[int, tuple[int, str]] = field(default_factory=dict)
    row: _Row | None = None


class _Walker:
    """Writes the blocks of one page as its elements begin and end."""

    def __init__(self, view: View) -> None:
        self.assembly = Assembly()
        self._dropped = ("del", "s", "strike") if view == "final" else ("ins",)
        self._words: list[str] = []
        self._kinds: list[BlockKind] = ["paragraph"]
        self._outside: list[tuple[Any, BlockKind, list[str]]] = []
        self._lists: list[tuple[str, int, int]] = []  # format, next number, step
        self._tables: list[_Table] = []
        self._cell: tuple[Any, list[str]] | None = None  # the one being read, and its words
        self._skipped = self._pre = self._pictures = 0

    def begin(self, element: Any) -> None:
        """The start of an element, and the words before its first child."""
        tag = element.tag
        if not isinstance(tag, str):
            return
        self._skipped += tag in _SKIPPED
        self._pre += tag in ("pre", "textarea")
        self._pictures += tag == "img"
        kind = self._find_outside(element)
        if kind:
            if kind in ("header", "footer", "hidden") and tag in _BLOCKS:
                self._flush()
            self._outside.append((element, kind, []))
        elif tag in _BLOCKS:
            self._begin_block(element)
        self._add(element.text)

    def end(self, element: Any) -> None:
        """The end of an element, and the words behind it."""
        tag = element.tag
        if not isinstance(tag, str):
            self._add(element.tail)
            return
        if self._outside and self._outside[-1][0] is element:
            self._end_outside()
        elif tag in _BLOCKS and not (self._outside and self._is_within_outside(element)):
            self._end_block(element)
        self._skipped -= tag in _SKIPPED
        self._pre -= tag in ("pre", "textarea")
        self._add(element.tail)

    def finish(self, title: str) -> None:
        """The title of the window, where the page does not say it, and what was not read."""
        self._flush()
        if title.strip() and "".join(title.split()) not in "".join(self.assembly.text.split()):
            self.assembly.ledger.expect(title)
            self.assembly.add_outside(" ".join(title.split()), "header")
        if self._pictures:
            self.assembly.warnings.append(f"{self._pictures} 张图片未读取")

    def _is_within_outside(self, element: Any) -> bool:
        return any(holder is not element for holder, _, _ in self._outside)

    def _find_outside(self, element: Any) -> BlockKind | None:
        if element.tag in self._dropped:
            return "deleted"
        if "hidden" in element.attrib or _HIDDEN.search(element.get("style", "")):
            return "hidden"
        if element.tag == "nav":
            return "header"
        if element.tag in ("header", "footer"):
            in_article = any(parent.tag in ("article", "main", "section") for parent in element.iterancestors())
            if not in_article and element.find(".//h1") is None:
                return "header" if element.tag == "header" else "footer"
        return None

    def _add(self, words: str | None) -> None:
        if not words or self._skipped:
            return
        self.assembly.ledger.expect(words)
        if self._outside:
            self._outside[-1][2].append(words)
        elif self._cell is not None:
            self._cell[1].append(words)
        elif self._pre:
            first, *rest = words.split("\n")
            self._words.append(first)
            for line in rest:
                self._flush()
                self._words.append(line)
        else:
            self._words.append(_BLANKS.sub(" ", words))

    def _end_outside(self) -> None:
        _, kind, words = self._outside.pop()
        text = " ".join("".join(words).split())
        if not text:
            return
        if self._outside:
            self._outside[-1][2].append(text)
        else:
            self.assembly.add_outside(text, kind)

    def _begin_block(self, element: Any) -> None:
        tag = element.tag
        if self._outside:
            self._outside[-1][2].append(" ")
        elif tag == "table" and _is_data(element):
            self._flush()
            self._tables.append(_Table(element))
        elif self._tables:
            self._begin_part(element)
        else:
            self._flush()
            if tag in ("ul", "ol"):
                self._lists.append(_read_list(element))
            elif tag == "li":
                self._label_item(element)
            elif len(tag) == 2 and tag[0] == "h" and tag != "hr":
                self._kinds.append("title" if tag == "h1" else "heading")

    def _end_block(self, element: Any) -> None:
        tag = element.tag
        if self._outside:
            self._outside[-1][2].append(" ")
        elif self._tables:
            self._end_part(element)
        else:
            self._flush()
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            elif len(tag) == 2 and tag[0] == "h" and tag != "hr" and len(self._kinds) > 1:
                self._kinds.pop()

    def _label_item(self, element: Any) -> None:
        if not self._lists:
            return
        style, number, step = self._lists[-1]
        number = _read_int(element.get("value"), number)
        self._lists[-1] = (style, number + step, step)
        if style != "bullet":
            label = format_number(number, style) + ("、" if style.startswith("chinese") else ". ")
            self.assembly.ledger.note_added(label)
            self._words.append(label)

    def _begin_part(self, element: Any) -> None:
        """A row, a cell, or a block within a cell."""
        table = self._tables[-1]
        if element.tag == "tr" and self._cell is None:
            if table.row is not None:
                self._write_row(table, table.row)
            table.row = _Row()
        elif self._cell is not None:
            self._cell[1].append(" ")
        elif element.tag in ("td", "th"):
            self._cell = (element, [])

    def _end_part(self, element: Any) -> None:
        table = self._tables[-1]
        if element is table.element:
            if table.row is not None:  # cells outside any row
                self._write_row(table, table.row)
            self._tables.pop()
            self._flush()
        elif element.tag == "tr" and table.row is not None and self._cell is None:
            self._write_row(table, table.row)
            table.row = None
        elif self._cell is not None and element is self._cell[0]:
            words, self._cell = " ".join("".join(self._cell[1]).split()), None
            row = table.row or _Row()
            table.row = row
            _fill_reaching(table, row)
            row.cells.append((row.column, words))
            down = _read_int(element.get("rowspan"), 1)
            if down > 1:
                table.reaching[row.column] = (down, words)  # this row counts too
            row.column += max(1, min(_read_int(element.get("colspan"), 1), 1000))
        elif self._cell is not None:
            self._cell[1].append(" ")

    def _write_row(self, table: _Table, row: _Row) -> None:
        own = {column for column, _ in row.cells}
        _fill_reaching(table, row, to_the_end=True)
        for column, (down, words) in list(table.reaching.items()):
            if column not in own and not any(c == column for c, _ in row.cells):
                continue
            table.reaching[column] = (down - 1, words)
            if down <= 1:
                del table.reaching[column]
        texts = [words for _, words in sorted(row.cells, key=lambda cell: cell[0])]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            self.assembly.ledger.note_added(row.repeated + "|" * (len(texts) - 1))
            self.assembly.add_line(join_cells(texts), "table_row")

    def _flush(self) -> None:
        text = "".join(self._words).strip(" \n\r\t\f")
        self._words = []
        if text.strip():
            self.assembly.add_line(text, self._kinds[-1])


def _fill_reaching(table: _Table, row: _Row, *, to_the_end: bool = False) -> None:
    """Puts the words of cells above that reach down into a row, up to where its next own cell stands."""
    while True:
        found = table.reaching.get(row.column)
        if found is None:
            later = [column for column in table.reaching if column > row.column]
            if not (to_the_end and later):
                return
            row.column = min(later)
            continue
        row.cells.append((row.column, found[1]))
        row.repeated += found[1]
        row.column += 1


def _is_data(table: Any) -> bool:
    """Whether a table is one of data: no tables within, and a row of two cells; others only lay the page out."""
    if next(table.iterdescendants("table"), None) is not None:
        return False
    return any(sum(cell.tag in ("td", "th") for cell in row) >= 2 for row in table.iterdescendants("tr"))


def _read_list(element: Any) -> tuple[str, int, int]:
    if element.tag == "ul":
        return "bullet", 1, 1
    style = _LIST_FORMATS.get(element.get("type", "1"), "decimal")
    if _CHINESE_LIST.search(element.get("style", "")):
        style = "chineseCountingThousand"
    items = sum(child.tag == "li" for child in element)
    step = -1 if "reversed" in element.attrib else 1
    return style, _read_int(element.get("start"), items if step < 0 else 1), step


def _read_int(text: str | None, default: int) -> int:
    try:
        return int(text) if text else default
    except ValueError:
        return default

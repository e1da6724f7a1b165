"""The paragraphs of a report, whole again: broken lines joined, each character with its offset in the document.

Readers join most broken lines; what a line end inside quotation marks or a narrow page left apart is joined here,
since a fault must not be cut in two. The marker before a paragraph (一、 （二） 3. ④ 问题五：) is taken off.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rulemine.parse import lines as rule_lines
from rulemine.schema import Document
from rulemine.text import parse_number

_CN = "一二三四五六七八九十百"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_MEASURE = "(?:名|人|笔|户|家|个|次|份|台|条|项|件|枚|张|本|起|辆|台|处|部|套|块|只)(?!百分点)"
_MARKERS = re.compile(
    rf"(?:(?P<part>第[{_CN}]+(?:部分|章|节))[、，：:\s　]*"
    rf"|(?P<problem>[【\[]?(?:问题|事项|发现)\s*[(（]?(?P<problem_number>[{_CN}]+"
    rf"|\d{{1,3}})[)）]?[】\]]?\s*[：:、.．]?(?![个项条类处家年月]))"
    rf"|(?P<han>[{_CN}]{{1,3}})\s*[、．.](?!\d)"
    rf"|[（(]\s*(?P<han_bracket>[{_CN}]{{1,3}})\s*[）)][、．.]?"
    rf"|(?P<digit>\d{{1,2}})\s*(?:、|[．.](?!\d)|[．.](?=\d{{4}}年|\d+{_MEASURE})|[，,](?!\d))(?!\s*$)"
    r"|[（(]\s*(?P<digit_bracket>\d{1,3})\s*[）)][、．.]?"
    r"|[【\[]\s*(?P<square>\d{1,3})\s*[】\]]"
    r"|(?P<half>\d{1,2})\s*[)）]"
    rf"|(?P<circled>[{CIRCLED}])[、．.]?"
    rf"|(?P<is>[{_CN}]{{1,2}})是(?=[\u4e00-\u9fa5“《\d])[：:，]?"
    rf"|其(?P<its>[{_CN}]{{1,2}})[是，、：:]"
    rf"|第(?P<nth>[{_CN}]{{1,2}})[，、：:](?!第)"
    rf"|(?P<bullet>[•●■◆▪►➢◇□★※·○▲△◎➤✦]|[—－–-]{{1,2}}(?=[\u4e00-\u9fa5“]))\s*"
    r"|(?P<dotted>\d{1,2}(?:[.．]\d{1,2}){1,3})[、\s　]\s*)"
)
_DECORATION = re.compile(r"[\s　#*＊]*")
_FINAL = re.compile(r"[。；：！？…;:!?][”’』」）)】*]*$")
_TITLE_END = re.compile(r"(?:报告|通报|通知|函|公告|清单|意见书|意见|号|台账|表|书|纪要|[日月年:：])[）)]?$")
_BRACKET_HEADING = re.compile(r"[【\[〔][^【】\[\]〔〕]{2,30}[】\]〕]")
_JOINS = re.compile(r"[，、,]|“[^”]*$|《[^》]*$")
_LABEL = re.compile(r"[\u4e00-\u9fa5]{2,8}[：:]")
MIN_BROKEN, WIDEST = 20, 64


_SIGNS = rf"[{CIRCLED}](?:[、和及与至到—-]*[{CIRCLED}])*"
_REFERENCE = re.compile(
    rf"{_SIGNS}(?:等|[两二三四五六七八九十\d]+)*[项个条]?(?:问题)?(?:已|正在|尚未|均|未|全部|现|目前)[^，。；]{{0,8}}(?:整改|纠正)"
    rf"|[{CIRCLED}](?:[、和及与至到][{CIRCLED}])+"
    rf"|[（(][{_CN}\d]{{1,3}}[）)]第[{_CN}\d]"
)
_BEHIND_SIGN = re.compile(rf"[{CIRCLED}][、和及与至到]$")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a list item begins with: its kind and its number."""

    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without line ends and without its marker; ``origin`` gives each character's offset."""

    text: str
    origin: tuple[int, ...]
    marker: Marker | None = None
    row: bool = False

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the document of a stretch of ``text``."""
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the document with its offsets, white space at both ends left out."""

    start: int
    end: int
    text: str
    row: bool = False
    indent: str = ""
    after_page: bool = False
    """Whether a page ended before it: the line above may go on in it, however wide the page."""


_BARS = str.maketrans("│┃｜", "|||")

_BAR = re.compile("[│┃｜]")


def split_lines(document: Document) -> Iterator[Line]:
    """The lines that are not empty, in order; rows of tables are marked.

    >>> [line.text for line in split_lines(Document(path="", sha256="", text="一、概况\\n\\n　　正文。"))]
    ['一、概况', '正文。']
    """
    rows = {block.start for block in document.blocks if block.kind == "table_row"}
    pages = sorted(block.start for block in document.blocks if block.kind in ("page_number", "footer", "header"))
    last = 0
    for line in rule_lines.split_lines(document):
        left = document.text.rfind("\n", 0, line.start) + 1
        text = line.text.translate(_BARS) if _BAR.search(line.text) else line.text
        marked = left in rows or line.start in rows
        turned = last > 0 and bisect_left(pages, last) < bisect_right(pages, line.start)
        yield Line(line.start, line.end, text, marked, document.text[left : line.start], turned)
        last = line.end


def is_narrow(document: Document) -> bool:
    """Whether the lines of a document end where the page was narrow, so that a line may go on in the next.

    >>> is_narrow(Document(path="", sha256="", text="第一行\\n第二行"))
    False
    """
    spans = [(block.start, block.end) for block in document.blocks if block.kind in ("paragraph", "heading")]
    lengths = sorted(end - start for start, end in spans) or sorted(map(len, document.text.split("\n")))
    return len(lengths) >= 8 and MIN_BROKEN <= lengths[int(len(lengths) * 0.95)] <= WIDEST


def join_paragraphs(lines: Iterable[Line], *, narrow: bool = True) -> list[Paragraph]:
    """Lines → paragraphs, with their markers taken off; ``narrow`` pages have lines that were broken.

    >>> lines = [Line(0, 26, "1、自助设备巡检表缺漏三周，巡检人员称该设备已列入“"), Line(27, 32, "停用”的。")]
    >>> joined = join_paragraphs(lines)
    >>> len(joined), joined[0].marker, joined[0].text[-6:]
    (1, Marker(kind='digit', number=1), '“停用”的。')
    """
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1][-1], line, narrow):
            groups[-1].append(line)
        else:
            groups.append([line])
    paragraphs = [paragraph for group in groups if (paragraph := _make_paragraph(group)).text]
    return list(_mark_order(paragraphs))


_ORDER_WORDS = ("首先", "其次", "再次", "再者", "此外", "另外", "最后")
_ORDER = re.compile(rf"(?P<word>{'|'.join(_ORDER_WORDS)})(?:是)?[，,：:]")
_OPENS_ORDER = 3
"""So many of the words open a list; the others (此外 …) only go on with one."""


def _mark_order(paragraphs: Iterable[Paragraph]) -> Iterator[Paragraph]:
    """Paragraphs that open with 首先，其次，再次 as items of a list, with 此外 and 另外 that follow them."""
    last = 0
    for paragraph in paragraphs:
        found = None if paragraph.marker else _ORDER.match(paragraph.text)
        number = _ORDER_WORDS.index(found["word"]) + 1 if found else 0
        if found and (number <= _OPENS_ORDER or last):
            last = number if number <= _OPENS_ORDER else last + 1
            cut = found.end()
            yield Paragraph(paragraph.text[cut:], paragraph.origin[cut:], Marker("order", last), paragraph.row)
        else:
            last = last if paragraph.marker is None and last and not paragraph.text.endswith(("：", ":")) else 0
            yield paragraph


def _goes_on(before: Line, line: Line, narrow: bool) -> bool:
    if before.row or line.row or _FINAL.search(before.text):
        return False
    if before.text.endswith("第"):
        return True
    if (read_marker(line.text) and not refers_to_item(line.text, 0)) or _BRACKET_HEADING.match(line.text):
        return False
    if _LABEL.match(line.text):
        return False
    if line.after_page and before.end - before.start >= MIN_BROKEN and not _TITLE_END.search(before.text):
        return True
    if not narrow or before.end - before.start < MIN_BROKEN or _TITLE_END.search(before.text):
        return before.text.endswith(("，", "、"))
    return _JOINS.search(before.text) is not None


def _make_paragraph(group: list[Line]) -> Paragraph:
    text = "".join(line.text for line in group)
    origin = [offset for line in group for offset in range(line.start, line.end)]
    found = None if refers_to_item(text, 0) else read_marker(text)
    cut = found[1] if found else _decoration(text)
    while text and text[-1] in "*＊ 　":
        text = text[:-1]
    return Paragraph(text[cut:], tuple(origin[cut : len(text)]), found[0] if found else None, group[0].row)


def _decoration(text: str) -> int:
    found = _DECORATION.match(text)
    return found.end() if found and not re.match(r"[*＊]+\s*[余多]?[万亿元]", text) else 0


def read_marker(text: str, start: int = 0) -> tuple[Marker, int] | None:
    """The marker at ``start`` and the offset behind it.

    >>> read_marker("（三）柜员离岗"), read_marker("3.5万元"), read_marker("问题7：合同章")
    ((Marker(kind='han_bracket', number=3), 3), None, (Marker(kind='problem', number=7), 4))
    """
    begin = start + (_decoration(text) if start == 0 else 0)
    found = _MARKERS.match(text, begin)
    if not found:
        return None
    kind = found.lastgroup or ""
    if found["problem"]:
        return Marker("problem", _value(found["problem_number"])), found.end()
    end = found.end()
    while end < len(text) and text[end] in " 　\t":
        end += 1
    return Marker(kind, _value(found[kind])), end


def refers_to_item(text: str, at: int) -> bool:
    """Whether a circled number speaks of an item told before: ①、③已整改，②正在整改.

    >>> refers_to_item("①、③已整改", 0), refers_to_item("①、③已整改", 2), refers_to_item("①漏记台账", 0)
    (True, True, False)
    """
    return bool(_REFERENCE.match(text, at) or (text[at] in CIRCLED and _BEHIND_SIGN.search(text[max(0, at - 2) : at])))


def _value(mark: str) -> int:
    if mark in CIRCLED:
        return CIRCLED.index(mark) + 1
    digits = re.sub(r"[第部分章节]", "", mark)
    if re.search(r"[.．]", digits):
        return int(re.split(r"[.．]", digits)[-1])
    try:
        return parse_number(digits)
    except ValueError:
        return 0

from __future__ import annotations

import io
import random
from itertools import pairwise

import pdfplumber
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers.pdflines import find_transform
from rulemine.readers.pdfrulings import find_rulings
from rulemine.readers.pdftables import find_tables

from .checks import check_blocks, lines_of, outside, squeeze
from .making import make_pdf

LEFT, RIGHT, INDENT, SIZE = 80, 512, 104, 12  # 36 characters a line
FILLING = "各部门应当按照职责分工做好台账登记和信息报送工作并对所报数据的真实性完整性负责不得迟报漏报"


def set_paragraph(
    text: str, top: float, *, indent: float = INDENT, step: float = 20
) -> list[tuple[float, float, float, str]]:
    """A paragraph set in lines of 36 characters, the first one set in."""
    first = int((RIGHT - indent) // SIZE)
    lines = [text[:first], *(text[i : i + 36] for i in range(first, len(text), 36))]
    return [(indent if n == 0 else LEFT, top - n * step, SIZE, line) for n, line in enumerate(lines)]


def test_lines_become_paragraphs_with_page_and_box(read_bytes):
    first, second = "第一条 为规范管理，" + FILLING + FILLING + "。", "第二条 本办法适用于总部各部门。"
    document = read_bytes("a.pdf", make_pdf([set_paragraph(first, 700) + set_paragraph(second, 600)]))
    assert squeeze(document.text) == squeeze(first + second)
    assert len(document.text.splitlines()) == 2
    check_blocks(document)
    block = document.blocks[0]
    assert block.page == 1
    assert block.bbox
    assert block.bbox[0] == pytest.approx(LEFT, abs=2)
    assert 120 < block.bbox[1] < 142 + SIZE  # points from the top of a page of 842


def test_a_reference_at_a_line_start_opens_no_article(read_bytes):
    text = "第九条 " + FILLING[:28] + "，第八条、"
    rest = "第七条 规定的情形除外。"
    page = [(INDENT, 700, SIZE, text), (LEFT, 680, SIZE, rest), *set_paragraph("第十条 " + FILLING, 660)]
    document = read_bytes("a.pdf", make_pdf([page]))
    assert "，第八条、第七条" in document.text


def test_a_heading_is_not_glued_to_the_line_before(read_bytes):
    page = [
        *set_paragraph("第三条 " + FILLING[:30], 700),
        (250, 680, SIZE, "第二章 职责分工"),
        *set_paragraph("第四条 " + FILLING, 660),
    ]
    document = read_bytes("a.pdf", make_pdf([page]))
    assert lines_of(document, "heading") == ["第二章 职责分工"]


def page_of(number: int, body: list[tuple[float, float, float, str]]) -> list[tuple[float, float, float, str]]:
    return [(240, 800, 9, "某集团制度汇编"), (280, 30, 9, f"- {number} -"), *body]


def test_paragraphs_cross_pages_and_margins_stand_outside(read_bytes):
    long = "第五条 " + FILLING * 2
    cut = set_paragraph(long, 100)
    bodies = [cut[:2], [(x, y + 600, s, t) for x, y, s, t in cut[2:]], set_paragraph("第六条 " + FILLING, 700)]
    document = read_bytes("a.pdf", make_pdf([page_of(n, body) for n, body in enumerate(bodies, 1)]))
    assert squeeze(document.text.splitlines()[0]) == squeeze(long)
    assert outside(document, "header") == ["某集团制度汇编"] * 3
    assert outside(document, "page_number") == ["- 1 -", "- 2 -", "- 3 -"]
    assert document.page_at(document.text.index("第六条")) == 3
    assert {block.page for block in document.blocks if block.kind == "paragraph"} == {1, 2, 3}
    check_blocks(document)


def test_bold_drawn_twice_is_read_once(read_bytes):
    line = (INDENT, 700, SIZE, "第一条 依法合规。")
    document = read_bytes("a.pdf", make_pdf([[line, (INDENT + 0.4, 700, SIZE, line[3])]]))
    assert squeeze(document.text) == squeeze(line[3])


def test_ruled_tables_become_rows(read_bytes):
    xs, ys = (80, 130, 330, 480), (600, 640, 680, 720)
    rules = [(x, ys[0], x, ys[-1]) for x in xs] + [(xs[0], y, xs[-1], y) for y in ys]
    words = [
        (90, 700, 10, "序号"), (140, 700, 10, "问题"), (340, 700, 10, "金额"),
        (90, 660, 10, "1"), (140, 664, 10, "未落实双人"), (140, 646, 10, "开箱要求"), (340, 660, 10, "3万元"),
        (90, 620, 10, "2"), (140, 620, 10, "登记簿漏记"),
        (80, 740, 12, "附表"), (80, 560, 12, "表后文字。"),
    ]  # fmt: skip
    document = read_bytes("a.pdf", make_pdf([words], rules))
    assert document.text.splitlines() == [
        "附表",
        "序号 | 问题 | 金额",
        "1 | 未落实双人开箱要求 | 3万元",
        "2 | 登记簿漏记",
        "表后文字。",
    ]
    assert [block.kind for block in document.blocks] == [
        "paragraph",
        "table_row",
        "table_row",
        "table_row",
        "paragraph",
    ]


def test_a_line_under_the_header_is_no_table(read_bytes):
    document = read_bytes(
        "a.pdf", make_pdf([set_paragraph("第一条 " + FILLING, 700)], [(80, 790, 500, 790), (80, 60, 500, 60)])
    )
    assert not lines_of(document, "table_row")


@pytest.fixture
def without_ocr(monkeypatch):
    monkeypatch.setattr("rulemine.readers.pdf.has_ocr", lambda: False)


def test_pages_without_text_are_named(read_bytes, without_ocr):
    document = read_bytes("a.pdf", make_pdf([set_paragraph("第一条 甲。", 700), [], []], [(80, 790, 500, 790)]))
    assert document.warnings == (
        "第 2、3 页没有文字层，未读取：安装识别组件 pip install 'rulemine[ocr]'，或先做文字识别（OCR）",
    )


def test_garbled_layers_are_named(read_bytes, without_ocr):
    document = read_bytes("a.pdf", make_pdf([[(80, 700, 12, '!"#$%&*+<=>?@[]^_`{|}~' * 2)]]))
    assert "文字层有乱码" in document.warnings[0]


@pytest.mark.parametrize("data", [b"no pdf at all", b"%PDF-1.4\n%%EOF", b"%PDF-1.4" + bytes(500)])
def test_broken_files_are_refused(read_bytes, data):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("a.pdf", data)
    assert "PDF" in caught.value.reason


def test_damaged_files_are_refused_or_read(read_bytes, without_ocr):
    good = make_pdf([set_paragraph("第一条 " + FILLING, 700)])
    chance = random.Random(3)
    for _ in range(30):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            check_blocks(read_bytes("a.pdf", bytes(data)))
        except UnreadableFile as error:
            assert error.remedy


GRIDS = st.tuples(
    st.lists(st.integers(15, 120), min_size=1, max_size=5),  # widths of the columns
    st.lists(st.integers(15, 60), min_size=1, max_size=6),  # heights of the rows
    st.sets(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=6),  # pieces of lines left out: merged cells
    st.floats(-1, 1),
)


@settings(max_examples=40, deadline=None)
@given(GRIDS)
def test_the_tables_are_those_that_pdfplumber_finds(grid):
    widths, heights, gone, shift = grid
    xs = [60.0 + sum(widths[:n]) for n in range(len(widths) + 1)]
    ys = [300.0 + sum(heights[:n]) for n in range(len(heights) + 1)]
    rules = [(x0, y, x1, y) for y in ys for x0, x1 in pairwise(xs)]
    rules += [
        (x + shift, y0, x + shift, y1)
        for c, x in enumerate(xs)
        for r, (y0, y1) in enumerate(pairwise(ys))
        if not ((c, r) in gone and 0 < c < len(xs) - 1)
    ]
    data = make_pdf([[(20, 700, 12, "第一条")]], rules)
    with pdfplumber.open(io.BytesIO(data)) as peer:
        theirs = [table.rows for table in peer.pages[0].find_tables() if max(len(r.cells) for r in table.rows) > 1]
    page = pypdfium2.PdfDocument(data)[0]
    ours = [table.rows for table in find_tables(find_rulings(page, find_transform(page)))]
    assert [[[cell is not None for cell in row] for row in table] for table in ours] == [
        [[cell is not None for cell in row.cells] for row in table] for table in theirs
    ]
    for table, peers in zip(ours, theirs, strict=True):
        for row, peer_row in zip(table, peers, strict=True):
            for cell, peer_cell in zip(row, peer_row.cells, strict=True):
                assert cell is None or cell == pytest.approx(peer_cell, abs=0.6)


def set_columns(left: str, right: str, top: float) -> list[tuple[float, float, float, str]]:
    """Two paragraphs side by side in lines of 16 characters, in the order of a text layer that goes across."""
    columns = [[text[i : i + 16] for i in range(0, len(text), 16)] for text in (left, right)]
    rows = range(max(map(len, columns)))
    return [
        (x, top - 20 * row, SIZE, column[row])
        for row in rows
        for x, column in ((LEFT, columns[0]), (320, columns[1]))
        if row < len(column)
    ]


def test_two_columns_are_read_one_after_the_other_and_a_paragraph_goes_on_in_the_next(read_bytes):
    whole = "第一条 " + FILLING * 5
    cut = 16 * (len(whole) // 32)
    title = (200, 740, 16, "印章管理工作简报第三期总第十二期")
    document = read_bytes("a.pdf", make_pdf([[title, *set_columns(whole[:cut], whole[cut:], 700)]]))
    assert [squeeze(line) for line in document.text.splitlines()] == [title[3], squeeze(whole)]
    check_blocks(document)


def test_labels_and_figures_side_by_side_are_no_columns(read_bytes):
    words = []
    for row in range(12):
        words += [(LEFT, 700 - 20 * row, SIZE, f"指标{row}"), (320, 700 - 20 * row, SIZE, f"{row * 7}万元")]
    document = read_bytes("a.pdf", make_pdf([words]))
    assert document.text.splitlines()[3] == "指标3  21万元"

from __future__ import annotations

import random
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile
from rulemine.readers.ofd import OfdReader
from rulemine.schema import Document

from .checks import check_blocks, lines_of, outside, squeeze
from .making import make_ofd

SIZE = 4.23  # millimetres


def text(words: str, x: float, y: float, *, size: float = SIZE, more: str = "") -> str:
    """A piece of text whose upper left corner is at x, y."""
    steps = f"g {len(words) - 1} {size}" if len(words) > 1 else ""
    return (
        f'<ofd:TextObject Size="{size}" Boundary="{x} {y} 160 6" {more}>'
        f'<ofd:TextCode X="0" Y="{size * 0.88:.2f}" DeltaX="{steps}">{escape(words)}</ofd:TextCode></ofd:TextObject>'
    )


def line(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        '<ofd:PathObject Boundary="0 0 210 297" Stroke="true">'
        f"<ofd:AbbreviatedData>M {x0} {y0} L {x1} {y1}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def read(data: bytes) -> Document:
    return OfdReader().read(SourceFile(path="a.ofd", suffix=".ofd", data=data), "final").to_document("a.ofd", "0" * 64)


def test_pieces_are_put_in_reading_order_and_made_paragraphs():
    body = [
        text("第一条 为规范印章管理，明确各部门职责，防范用印风险，根据", 36.5, 60),
        text("集团规定，制定本办法。", 28, 68),
        text("第二条 用印应当登记。", 36.5, 76),
    ]
    document = read(make_ofd(["".join(reversed(body))]))
    assert squeeze(document.text).startswith("第一条为规范印章管理")
    assert [squeeze(t) for t in document.text.splitlines()][-1] == "第二条用印应当登记。"
    check_blocks(document)
    block = document.blocks[0]
    assert block.page == 1
    assert block.bbox is not None
    assert block.bbox[0] == pytest.approx(28 * 72 / 25.4, abs=1)


def test_templates_running_lines_and_page_numbers_stand_outside():
    pages = [text(f"第{n}条 用印应当登记并由两人在场。", 36, 100) + text(f"- {n} -", 100, 285) for n in "123"]
    document = read(make_ofd([*pages], template=f"<ofd:Layer>{text('集团制度汇编', 80, 10)}</ofd:Layer>"))
    assert outside(document, "header") == ["集团制度汇编"] * 3
    assert outside(document, "page_number") == ["- 1 -", "- 2 -", "- 3 -"]
    check_blocks(document)


def test_ruled_tables_become_rows():
    xs, ys = (20, 60, 120), (50, 60, 70)
    rules = "".join(line(x, 50, x, 70) for x in xs) + "".join(line(20, y, 120, y) for y in ys)
    words = text("问题", 22, 52) + text("金额", 62, 52) + text("未双人开箱", 22, 62) + text("3万元", 62, 62)
    document = read(make_ofd([rules + words]))
    assert lines_of(document, "table_row") == ["问题 | 金额", "未双人开箱 | 3万元"]
    check_blocks(document)


def test_bold_drawn_twice_is_read_once_and_turned_text_is_placed():
    bold = text("第一条", 30, 30) + text("第一条", 30.2, 30)
    turned = text("甲乙", 30, 60, more='CTM="2 0 0 2 0 0"')
    document = read(make_ofd([bold + turned]))
    assert squeeze(document.text) == "第一条甲乙"
    check_blocks(document)


def test_annotations_are_comments_and_attachments_are_named():
    note = f"<ofd:Annot><ofd:Remark>请核</ofd:Remark><ofd:Appearance>{text('已阅', 1, 1)}</ofd:Appearance></ofd:Annot>"
    document = read(make_ofd([text("第一条", 30, 30)], annotations=note, more="<ofd:Attachments>x</ofd:Attachments>"))
    assert outside(document, "comment") == ["已阅请核"]
    assert "附件未读取" in document.warnings[0]
    check_blocks(document)


def test_a_missing_page_and_a_picture_are_named_and_the_rest_is_read():
    picture = '<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>'
    document = read(make_ofd([text("第一条", 30, 30), None, picture]))
    assert document.text == "第一条"
    assert [warning[:5] for warning in document.warnings] == ["第 2 页", "第 3 页"]


@pytest.mark.parametrize("data", [b"nothing", make_ofd([])])
def test_what_is_no_ofd_is_refused(data):
    with pytest.raises(UnreadableFile) as caught:
        read(data)
    assert caught.value.remedy


def test_entities_are_not_resolved(tmp_path):
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
    data = make_ofd([text("第一条", 30, 30)])
    import io
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name).decode()
            new.writestr(name, entity + part.replace("第一条", "&e;第一条") if name.endswith("P0.xml") else part)
    assert "SECRET" not in read(out.getvalue()).text


LINES = st.lists(st.text("第一二三条用印应当登记，。0123456789AB", min_size=1, max_size=30), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_every_character_comes_back(lines):
    body = "".join(text(words, 28, 30 + 8 * n) for n, words in enumerate(lines))
    document = read(make_ofd([body]))
    check_blocks(document)
    outside_text = "".join(block.text or "" for block in document.blocks)
    assert sorted(squeeze(document.text + outside_text)) == sorted("".join(lines))


def test_damaged_files_are_refused_or_read():
    good, chance = make_ofd([text("第一条 用印应当登记。" * 2, 30, 30)] * 2), random.Random(5)
    for _ in range(60):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 10)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            check_blocks(read(bytes(data)))
        except UnreadableFile as error:
            assert error.remedy

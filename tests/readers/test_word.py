from __future__ import annotations

import io
import random
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile
from rulemine.readers.word import WordReader

from .checks import check_blocks, lines_of, outside, squeeze
from .making import make_docx


def read_body(body: str, view: str = "final", **parts: str):
    source = SourceFile(path="a.docx", suffix=".docx", data=make_docx(body, **parts))
    document = WordReader().read(source, view).to_document("a.docx", "")
    check_blocks(document)
    return document


def para(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def listed(text: str, level: int = 0, number: int = 1) -> str:
    return para(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')


def level(index: int, kind: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'


def numbering(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


CHAPTERS = numbering(
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCounting", "（%3）", '<w:suff w:val="nothing"/>'),
)


def test_automatic_numbers_stand_in_the_text():
    body = "".join(
        [
            listed("总则"),
            listed("目的", 1),
            listed("范围", 1),
            listed("其一", 2),
            listed("职责"),
            listed("归口", 1),
            listed("其一", 2),
        ]
    )
    text = read_body(body, numbering=CHAPTERS).text
    assert text.splitlines() == [
        "第一章 总则",
        "第一条 目的",
        "第二条 范围",
        "（一）其一",
        "第二章 职责",
        "第三条 归口",
        "（一）其一",
    ]


def test_levels_restart_when_nothing_is_said():
    plain = numbering(level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"))
    body = listed("甲") + listed("乙", 1) + listed("丙", 1) + listed("丁") + listed("戊", 1)
    assert [line.split()[0] for line in read_body(body, numbering=plain).text.splitlines()] == [
        "1.",
        "1.1",
        "1.2",
        "2.",
        "2.1",
    ]


def test_start_override_counts_anew_and_only_once():
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = listed("甲") + listed("乙") + listed("丙", number=2) + listed("丁", number=2)
    text = read_body(body, numbering=numbering(level(0, "japaneseCounting", "%1、"), nums=nums)).text
    assert text.splitlines() == ["一、 甲", "二、 乙", "一、 丙", "二、 丁"]


def test_legal_numbering_writes_digits():
    mixed = numbering(level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert read_body(listed("总则") + listed("目的", 1), numbering=mixed).text.splitlines()[1] == "1.1 目的"


STYLES = (
    '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/><w:pPr><w:numPr>'
    '<w:numId w:val="1"/></w:numPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="own"><w:name w:val="my heading"/><w:basedOn w:val="1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="toc"><w:name w:val="toc 1"/><w:basedOn w:val="a"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="t"><w:name w:val="Title"/><w:basedOn w:val="a"/></w:style>'
)


def test_styles_bring_numbers_and_kinds():
    body = (
        para("某办法", '<w:pStyle w:val="t"/>')
        + para("总则 3", '<w:pStyle w:val="toc"/>')
        + para("总则", '<w:pStyle w:val="1"/>')
        + para("附则", '<w:pStyle w:val="own"/>')
        + para("无号", '<w:pStyle w:val="1"/><w:numPr><w:numId w:val="0"/></w:numPr>')
    )
    document = read_body(body, styles=STYLES, numbering=CHAPTERS)
    assert document.text.splitlines() == ["某办法", "总则 3", "第一章 总则", "第二章 附则", "无号"]
    assert [block.kind for block in document.blocks] == ["title", "toc", "heading", "heading", "heading"]


TRACKED = (
    "<w:p><w:r><w:t>本行应当</w:t></w:r><w:del><w:r><w:delText>每年</w:delText></w:r></w:del>"
    "<w:ins><w:r><w:t>每季度</w:t></w:r></w:ins><w:r><w:t>检查。</w:t></w:r></w:p>"
)


@pytest.mark.parametrize(("view", "text", "gone"), [("final", "每季度", "每年"), ("original", "每年", "每季度")])
def test_tracked_changes(view, text, gone):
    document = read_body(TRACKED, view)
    assert document.text == f"本行应当{text}检查。"
    assert outside(document, "deleted") == [gone]


def test_a_deleted_paragraph_mark_joins_and_takes_no_number():
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr></w:pPr>'
        "<w:del><w:r><w:delText>旧条文</w:delText></w:r></w:del></w:p>"
    )
    document = read_body(listed("甲", 1) + gone + listed("乙", 1), numbering=CHAPTERS)
    assert document.text.splitlines() == ["第一条 甲", "第二条 乙"]
    assert outside(document, "deleted") == ["旧条文"]


def test_moved_text_stands_where_it_went():
    body = "<w:p><w:moveFrom><w:r><w:t>移动</w:t></w:r></w:moveFrom></w:p><w:p><w:moveTo><w:r><w:t>移动</w:t></w:r></w:moveTo></w:p>"
    document = read_body(body)
    assert (document.text, outside(document, "deleted")) == ("移动", ["移动"])


def test_a_text_box_is_read_once():
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>正文</w:t></w:r><w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )
    assert read_body(body).text == "正文\n框内"


def test_breaks_tabs_signs_and_fields():
    body = (
        '<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:tab/><w:t>丙</w:t><w:noBreakHyphen/><w:t xml:space="preserve">丁 </w:t>'
        '<w:sym w:font="Wingdings" w:char="F0FE"/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText> PAGEREF x </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>7</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        "<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>标记</w:t></w:r></w:smartTag></w:p>"
    )
    assert read_body(body).text == "甲\n乙\t丙-丁 ☑7链接标记"


def test_a_toc_field_spans_paragraphs():
    body = (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC \\o "1-3"</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>总则 1</w:t></w:r></w:p><w:p><w:r><w:t>附则 9</w:t></w:r></w:p>'
        '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p><w:p><w:r><w:t>正文</w:t></w:r></w:p>'
    )
    assert [block.kind for block in read_body(body).blocks] == ["toc", "toc", "paragraph"]


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"


WIDE, TALL = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>'


def test_rows_of_tables_are_complete():
    body = (
        f"<w:tbl><w:tr>{cell('部门')}{cell('问题', WIDE)}</w:tr>"
        f"<w:tr>{cell('风险部', TALL)}{cell('甲')}{cell('1')}</w:tr>"
        f"<w:tr>{cell('', '<w:vMerge/>')}{cell('乙')}{cell('')}</w:tr></w:tbl>"
    )
    assert lines_of(read_body(body), "table_row") == ["部门 | 问题", "风险部 | 甲 | 1", "风险部 | 乙"]


def test_a_frame_of_one_cell_is_no_row():
    body = f"<w:tbl><w:tr><w:tc>{para('第一条 甲。')}{para('第二条 乙。')}</w:tc></w:tr></w:tbl>"
    assert lines_of(read_body(body), "paragraph") == ["第一条 甲。", "第二条 乙。"]


def test_paragraphs_in_content_controls_are_read():
    body = f"<w:sdt><w:sdtContent>{para('甲')}<w:sdt><w:sdtContent>{para('乙')}</w:sdtContent></w:sdt></w:sdtContent></w:sdt>"
    assert read_body(body).text == "甲\n乙"


def test_headers_stand_outside_and_notes_at_the_end():
    note = '<w:footnote w:id="1"><w:p><w:r><w:t>注释</w:t></w:r></w:p></w:footnote>'
    parts = {"header1": para("内部资料"), "header2": para("内部资料"), "footer1": para("第 1 页")}
    document = read_body(para("正文"), footnotes=note, **parts)
    assert document.text == "正文\n注释"
    assert (outside(document, "header"), outside(document, "page_number")) == (["内部资料"], ["第 1 页"])
    assert lines_of(document, "footnote") == ["注释"]


def test_what_is_not_read_is_said():
    document = read_body("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r><w:r><w:object/></w:r></w:p>")
    assert document.warnings == ("1 个嵌入对象未读取",)
    assert outside(document, "hidden") == ["隐藏"]


def test_entities_are_not_resolved(read_bytes):
    evil = make_docx(para("甲"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(evil)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "word/document.xml":
                text = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + text.replace("甲", "甲&e;")
            new.writestr(name, text)
    assert read_bytes("a.docx", out.getvalue()).text == "甲"


def test_a_zip_bomb_is_refused(read_bytes):
    with pytest.raises(UnreadableFile, match="解压后达"):
        read_bytes("a.docx", make_docx(para(" " * (20 * 2**20))))


def test_an_encrypted_file_is_refused(read_bytes):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(UnreadableFile, match="设有密码"):
        read_bytes("a.docx", ole)


def test_damaged_files_are_refused_or_read(read_bytes):
    good = make_docx(para("第一条 甲。") * 40)
    chance = random.Random(7)
    for _ in range(40):
        data = bytearray(good[: chance.randrange(len(good))] if chance.random() < 0.5 else good)
        for _ in range(chance.randrange(8)):
            if data:
                data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read_bytes("a.docx", bytes(data))
        except UnreadableFile as error:
            assert error.remedy


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="甲乙条第一 aZ9，。", max_size=12), max_size=12))
def test_every_character_is_there(texts):
    assert squeeze(read_body("".join(map(para, texts))).text) == squeeze("".join(texts))


def paragraphs(*texts: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def test_a_title_set_one_character_a_line_is_one_line():
    document = read_body(paragraphs("员", "", "工", "手", "册", "第一条 依法合规。"))
    assert document.text.splitlines() == ["员工手册", "第一条 依法合规。"]
    document = read_body(paragraphs("是", "否", "第一条 依法合规。"))
    assert document.text.splitlines() == ["是", "否", "第一条 依法合规。"]

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile
from rulemine.readers.encoding import decode_text
from rulemine.readers.pagination import find_page_marks, parse_page_number
from rulemine.readers.plain import PlainReader

from .checks import check_blocks, lines_of, outside, squeeze

SENTENCE = "第一条 支行应当于每季度末核对库存现金，并由两人签字确认。"


def read_text(text: str, suffix: str = ".txt"):
    source = SourceFile(path="a" + suffix, suffix=suffix, data=text.encode())
    return PlainReader().read(source, "final").to_document("a" + suffix, "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
def test_encodings(encoding):
    text, _ = decode_text(SourceFile(path="a.txt", suffix=".txt", data=(SENTENCE * 3 + "\n2024").encode(encoding)))
    assert text == SENTENCE * 3 + "\n2024"


def test_big5_is_told_from_gb18030():
    traditional = "第一條 本公司應當依規定辦理，不得違反本辦法的條款。" * 3
    text, encoding = decode_text(SourceFile(path="a.txt", suffix=".txt", data=traditional.encode("big5")))
    assert (text, encoding) == (traditional, "big5")


def test_a_damaged_character_does_not_cost_the_file(read_bytes):
    document = read_bytes("a.txt", (SENTENCE * 9).encode()[:-1])
    assert document.text == (SENTENCE * 9)[:-1] + "\ufffd"
    assert "部分字符已损坏" in document.warnings[0]


def test_encoding_is_judged_on_the_whole_file():
    data = b"plain words\n" * 9000 + SENTENCE.encode("gb18030")
    assert decode_text(SourceFile(path="a.txt", suffix=".txt", data=data))[1] == "gb18030"


def test_other_encoding_is_said_in_a_warning(read_bytes):
    document = read_bytes("a.txt", SENTENCE.encode("gb18030"))
    assert document.warnings == ("文本编码：gb18030",)
    assert document.text == SENTENCE


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 99, b"abc\x00def", b"\xff\xff\x80\x81\xfe" * 9, b""])
def test_binary_or_empty_files_are_refused(read_bytes, data):
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("a.txt", data)
    assert caught.value.remedy


def test_line_ends_become_newlines():
    assert read_text("甲\r\n乙\r丙\n丁").text == "甲\n乙\n丙\n丁"


@pytest.mark.parametrize(
    "line", ["第 9 页", "- 3 -", "— 12 —", "第3页 共20页", "第 3 页/共 20 页", "3 / 20", "共20页 第3页", "－5－"]
)
def test_page_number_lines(line):
    assert parse_page_number(line) is not None


@pytest.mark.parametrize("line", ["第九页", "第3页说明", "2024年", "3.5", "12", "1-2", "（3）"])
def test_lines_that_are_no_page_numbers(line):
    assert parse_page_number(line) is None


def test_paragraph_cut_by_a_page_is_joined():
    head = "\n\n第 {} 页\n\n内部制度汇编\n\n"
    text = "　　第二条 柜员办理挂失业务时应当核对客户身" + head.format(1) + "份证件并留存影像资料。\n　　第三条 略。"
    document = read_text(text + head.format(2) + "第四条 略。" + head.format(3) + "第五条 略。")
    assert "核对客户身份证件并留存影像" in document.text
    assert outside(document, "page_number") == ["第 1 页", "第 2 页", "第 3 页"]
    assert [document.page_at(document.text.index(word)) for word in ("柜员", "份证件")] == [1, 2]
    check_blocks(document)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("第二条 柜员应当核对身份。", "第三条 略。"),
        ("第二条 柜员应当核对下列资料", "（一）身份证件；"),
        ("第二条 柜员应当核对身份", "　　本条所称柜员，是指营业网点人员。"),
        ("第二章 柜面业务", "柜员办理业务时应当佩戴工牌，"),
        ("第二条 柜员办理挂失业务时应当核对客户身", "内部制度汇编"),
        ("2024年5月1日", "印发前应当核对，不得遗漏"),
        ("序号\t问题，\t金额", "1\t未核对，\t3万元"),
    ],
)
def test_what_a_page_break_does_not_join(before, after):
    document = read_text(f"{before}\n- 1 -\n{after}\n")
    assert document.text.strip("\n") == f"{before}\n{after}"


def test_running_headers_and_stray_ones():
    pages = [f"第{i}条 甲部门负责本项工作的组织实施和监督检查。\n" for i in "一二三四五六"]
    text = "汇编\n封面\n" + "".join(f"{page}\n第 {n} 页\n\n某集团制度汇编\n\n" for n, page in enumerate(pages, 1))
    text += "第七条 乙部门配合。\n某集团制度汇编\n\n第八条 丙部门监督。"
    document = read_text(text)
    assert "某集团制度汇编" not in document.text
    assert len(outside(document, "header")) == 7
    check_blocks(document)


def test_lines_that_differ_by_more_than_the_page_are_no_headers():
    text = "".join(f"第{i}条 甲部门负责。\n— {n} —\n附 {n - 4}\n申请书式样{i}\n" for n, i in enumerate("一二三四", 5))
    assert not find_page_marks(text.splitlines(), frozenset()).kinds.keys() - {1, 5, 9, 13}


def test_form_feeds_count_pages():
    document = read_text("第一条 甲。\f第二条 乙。\f第三条 丙。")
    assert [block.page for block in document.blocks] == [1, 2, 3]


def test_bare_numbers_are_page_numbers_only_between_pages():
    page = "检查组抽取业务档案进行核对，发现的情况经被检查单位签字确认，并已在系统中登记。\n" * 8
    assert outside(read_text("".join(f"{page}{n}\n" for n in range(1, 5))), "page_number") == ["1", "2", "3", "4"]
    listed = "".join(f"{n}\n未按规定双人开箱\n" for n in range(1, 9))
    assert read_text(listed).text == listed.rstrip("\n")


def wrap(text: str, width: int) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


def test_hard_wrapped_lines_are_joined():
    first = (
        "1、某支行贷后检查流于形式，未按要求对借款人经营场所进行实地走访，检查报告内容与上期完全相同，未能揭示风险。"
    )
    second = "2、理财经理录音录像资料保存不完整，抽查的业务中有多笔未能提供影像，且未向客户出示产品说明书，也未提示产品风险。"
    text = "二、检查发现的问题\n" + "\n".join(wrap(item, 20) for item in (first, second) * 3)
    assert read_text(text).text.splitlines() == ["二、检查发现的问题", *(first, second) * 3]


def test_rows_of_registers_are_not_joined():
    rows = "\n".join(f"{n}\t信贷档案缺失授信审批表原件等重要资料共计若干份\t城东支行\t已整改" for n in range(1, 20))
    assert read_text(rows).text == rows


def test_whole_paragraphs_are_not_taken_for_wrapped_lines():
    text = "\n".join(
        f"第{n}条 各部门应当建立台账并逐笔登记，登记内容应当完整准确，不得事后补记" for n in "一二三四五六七八九"
    )
    assert read_text(text).text == text


def test_markdown_drops_heading_and_emphasis_marks_only():
    document = read_text("# 总则\n\n**重要事项**\n\n- 第一项 **加粗** 内容\n\n[链接](a.html)", ".md")
    assert document.text == "总则\n\n重要事项\n\n- 第一项 **加粗** 内容\n\n[链接](a.html)"
    assert lines_of(document, "heading") == ["总则"]


def test_table_of_contents_lines():
    document = read_text("目  录\n总则………………3\n附则 . . . . . . . 9\n第一条 内容。")
    assert len(lines_of(document, "toc")) == 2


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            ["第 1 页", "- 2 -", "3", "", "　　第二条 应当报", "告。", "附件1", "\f", "总则……2", "a\tb", "# 标题"]
        ),
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_every_character_is_in_the_text_or_in_a_block(lines):
    text = "\n".join(lines)
    document = read_text(text)
    check_blocks(document)
    kept = "".join(document.text[b.start : b.end] if b.text is None else b.text for b in document.blocks)
    assert squeeze(kept) == squeeze(text.removeprefix("\ufeff"))

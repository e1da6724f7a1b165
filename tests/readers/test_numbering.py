"""Word's automatic numbers against what ECMA-376 (17.9 and 17.18.59) says a reader of the page sees."""

from __future__ import annotations

import pytest

from rulemine.readers.assembly import SourceFile
from rulemine.readers.numbering import format_number
from rulemine.readers.word import WordReader
from rulemine.text import parse_number

from .checks import check_blocks
from .making import make_docx

FORMATS = {
    "decimal": {1: "1", 9: "9", 10: "10", 123: "123"},
    "decimalZero": {1: "01", 9: "09", 10: "10", 100: "100"},
    "decimalFullWidth": {1: "１", 20: "２０"},
    "upperRoman": {1: "I", 4: "IV", 9: "IX", 14: "XIV", 40: "XL", 99: "XCIX"},
    "lowerRoman": {3: "iii", 90: "xc"},
    "upperLetter": {1: "A", 26: "Z", 27: "AA", 28: "BB", 53: "AAA"},
    "lowerLetter": {2: "b", 27: "aa"},
    "chineseCounting": {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一〇〇", 101: "一〇一", 120: "一二〇"},
    "taiwaneseCounting": {10: "十", 100: "一○○", 105: "一○五"},
    "chineseCountingThousand": {
        1: "一", 10: "十", 19: "十九", 20: "二十", 100: "一百", 101: "一百零一", 110: "一百一十", 120: "一百二十", 203: "二百零三",
        999: "九百九十九", 1001: "一千零一",
    },
    "japaneseCounting": {1: "一", 10: "十", 11: "十一", 21: "二十一", 100: "百", 101: "百一", 110: "百十", 212: "二百十二"},
    "ideographDigital": {1: "一", 10: "一〇", 23: "二三", 100: "一〇〇"},
    "japaneseDigitalTenThousand": {10: "一〇"},
    "chineseLegalSimplified": {1: "壹", 10: "壹拾", 12: "壹拾贰", 101: "壹佰零壹"},
    "ideographTraditional": {1: "甲", 10: "癸"},
    "ideographZodiac": {1: "子", 12: "亥"},
    "decimalEnclosedCircle": {1: "①", 20: "⑳", 21: "21"},
    "decimalEnclosedCircleChinese": {10: "⑩"},
    "decimalEnclosedParen": {1: "⑴", 20: "⒇", 21: "21"},
    "decimalEnclosedFullstop": {1: "⒈", 20: "⒛"},
    "ideographEnclosedCircle": {1: "㊀", 10: "㊉"},
    "numberInDash": {3: "- 3 -"},
    "none": {1: "", 7: ""},
}  # fmt: skip


@pytest.mark.parametrize(("kind", "number", "shown"), [(k, n, s) for k, row in FORMATS.items() for n, s in row.items()])
def test_formats(kind: str, number: int, shown: str) -> None:
    assert format_number(number, kind) == shown


@pytest.mark.parametrize(
    "kind", ["chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"]
)
def test_what_word_writes_is_a_number_that_we_read(kind: str) -> None:
    assert [parse_number(format_number(n, kind)) for n in range(1, 1000)] == list(range(1, 1000))


def level(index: int, kind: str, text: str, more: str = "", start: int = 1) -> str:
    return f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{kind}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def num(number: int, abstract: int = 0, more: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>'


def abstract(number: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{number}">{more}{"".join(levels)}</w:abstractNum>'


def item(ilvl: int | None, number: int | None, more: str = "", text: str = "文", mark: str = "") -> str:
    ilvl_part = f'<w:ilvl w:val="{ilvl}"/>' if ilvl is not None else ""
    number_part = f'<w:numId w:val="{number}"/>' if number is not None else ""
    properties = f"<w:numPr>{ilvl_part}{number_part}</w:numPr>" if ilvl_part or number_part else ""
    return f"<w:p><w:pPr>{more}{properties}{mark}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def labels(body: str, numbering: str, styles: str = "", view: str = "final") -> list[str]:
    """The label of each line; the text of each is 文."""
    parts = {"numbering": numbering} | ({"styles": styles} if styles else {})
    source = SourceFile(path="a.docx", suffix=".docx", data=make_docx(body, **parts))
    document = WordReader().read(source, view).to_document("a.docx", "0")  # type: ignore[arg-type]
    check_blocks(document)
    return [line.removesuffix("文").rstrip() for line in document.text.splitlines()]


CHAPTER, ARTICLE, ITEM = (
    level(0, "chineseCountingThousand", "第%1章"),
    level(1, "chineseCountingThousand", "第%2条", '<w:lvlRestart w:val="0"/>'),
    level(2, "chineseCountingThousand", "（%3）"),
)
RULE = abstract(0, CHAPTER, ARTICLE, ITEM)


def test_articles_run_through_the_chapters_and_items_begin_again() -> None:
    levels = [0, 1, 1, 2, 2, 0, 1, 2, 1, 0, 1]
    body = "".join(item(n, 1) for n in levels)
    assert labels(body, RULE + num(1)) == [
        "第一章", "第一条", "第二条", "（一）", "（二）", "第二章", "第三条", "（一）", "第四条", "第三章", "第五条",
    ]  # fmt: skip


def test_a_hundred_and_thirty_articles() -> None:
    shown = labels(item(0, 1) + item(1, 1) * 130, RULE + num(1))
    assert [parse_number(label.strip("第条")) for label in shown[1:]] == list(range(1, 131))


def test_without_a_word_every_level_begins_again_below_a_higher_one() -> None:
    tree = abstract(0, level(0, "decimal", "%1."), level(1, "decimal", "%1.%2"), level(2, "decimal", "%1.%2.%3"))
    body = "".join(item(n, 1) for n in (0, 1, 2, 2, 1, 2, 0, 1))
    assert labels(body, tree + num(1)) == ["1.", "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "2.", "2.1"]


def test_a_level_may_begin_again_only_below_the_first() -> None:
    tree = abstract(
        0,
        level(0, "decimal", "%1."),
        level(1, "decimal", "(%2)"),
        level(2, "decimal", "%3)", '<w:lvlRestart w:val="1"/>'),
    )
    body = "".join(item(n, 1) for n in (0, 1, 2, 1, 2, 0, 2))
    assert labels(body, tree + num(1)) == ["1.", "(1)", "1)", "(2)", "2)", "2.", "1)"]


def test_two_lists_of_one_kind_count_on_and_an_override_begins_anew_once() -> None:
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    plain = abstract(0, level(0, "chineseCounting", "%1、"))
    body = "".join(item(0, number) for number in (1, 1, 2, 3, 3, 1))
    assert labels(body, plain + num(1) + num(2) + num(3, more=anew)) == ["一、", "二、", "三、", "一、", "二、", "三、"]


def test_an_override_may_bring_a_level_of_its_own() -> None:
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "upperLetter", "附件%1", start=3)}</w:lvlOverride>'
    assert labels(item(0, 2) * 2, abstract(0, level(0, "decimal", "%1.")) + num(2, more=own)) == ["附件C", "附件D"]


def test_where_a_list_starts() -> None:
    assert labels(item(0, 1) * 3, abstract(0, level(0, "decimal", "%1.", start=5)) + num(1)) == ["5.", "6.", "7."]
    assert labels(item(0, 1) * 2, abstract(0, level(0, "decimal", "%1.", start=0)) + num(1)) == ["0.", "1."]


def test_a_lower_level_before_any_higher_one() -> None:
    tree = abstract(0, level(0, "decimal", "%1"), level(1, "decimal", "%1.%2"))
    assert labels(item(1, 1) * 2, tree + num(1)) == ["1.1", "1.2"]


def test_no_number_where_the_paragraph_says_zero() -> None:
    assert labels(item(1, 1) + item(1, 0) + item(1, 1), RULE + num(1)) == ["第一条", "", "第二条"]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="A"><w:name w:val="条"/><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/>'
    '</w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="C"><w:basedOn w:val="A"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="D"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
)


def test_styles_hand_numbers_down_and_take_them_back() -> None:
    styled = [item(None, None, f'<w:pStyle w:val="{style}"/>') for style in "ABC"]
    assert labels("".join(styled) + item(None, 0, '<w:pStyle w:val="A"/>') + styled[0], RULE + num(1), STYLES) == [
        "第一条", "第二条", "", "", "第三条",
    ]  # fmt: skip


def test_a_style_may_name_the_level_alone_and_take_the_list_from_the_one_it_is_based_on() -> None:
    under = (
        '<w:style w:type="paragraph" w:styleId="E"><w:basedOn w:val="D"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr>'
        "</w:pPr></w:style>"
    )
    styled = [item(None, None, f'<w:pStyle w:val="{style}"/>') for style in "DEE"]
    assert labels("".join(styled), RULE + num(1), STYLES + under) == ["第一章", "第一条", "第二条"]


def test_a_paragraph_may_change_the_level_that_its_style_brings() -> None:
    body = item(None, None, '<w:pStyle w:val="A"/>') + item(2, None, '<w:pStyle w:val="A"/>')
    assert labels(body, RULE + num(1), STYLES) == ["第一条", "（一）"]


def test_a_level_tied_to_a_style_is_found_by_it() -> None:
    tied = abstract(0, CHAPTER, level(1, "chineseCountingThousand", "第%2条", '<w:pStyle w:val="D"/>'))
    assert labels(item(None, None, '<w:pStyle w:val="D"/>') * 2, tied + num(1), STYLES) == ["第一条", "第二条"]


def test_a_list_style_leads_to_the_list_that_it_names() -> None:
    styles = (
        '<w:style w:type="numbering" w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    linked = abstract(0, level(0, "decimal", "%1)"), more='<w:styleLink w:val="L"/>') + abstract(
        1, more='<w:numStyleLink w:val="L"/>'
    )
    assert labels(item(0, 2) * 2, linked + num(1) + num(2, 1), styles) == ["1)", "2)"]


def test_legal_numbers_are_digits_at_every_level() -> None:
    tree = abstract(0, level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert labels(item(0, 1) + item(1, 1), tree + num(1)) == ["第一章", "1.1"]


DELETED, INSERTED = '<w:rPr><w:del w:id="1"/></w:rPr>', '<w:rPr><w:ins w:id="1"/></w:rPr>'


def gone(ilvl: int) -> str:
    run = '<w:del w:id="2"><w:r><w:delText>旧</w:delText></w:r></w:del>'
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="1"/></w:numPr>{DELETED}</w:pPr>{run}</w:p>'


def added(ilvl: int) -> str:
    run = '<w:ins w:id="2"><w:r><w:t>文</w:t></w:r></w:ins>'
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="1"/></w:numPr>{INSERTED}</w:pPr>{run}</w:p>'


def test_deleted_paragraphs_take_no_number_and_inserted_ones_none_in_the_original() -> None:
    body = item(1, 1) + gone(1) + added(1) + item(1, 1)
    assert labels(body, RULE + num(1)) == ["第一条", "第二条", "第三条"]
    shown = labels(body, RULE + num(1), view="original")
    assert [line.removesuffix("旧").rstrip() for line in shown] == ["第一条", "第二条", "第三条"]


def test_rows_of_a_table_are_counted_one_after_the_other() -> None:
    row = f"<w:tr><w:tc>{item(0, 1)}</w:tc><w:tc>{item(0, 1)}</w:tc></w:tr>"
    assert labels(f"<w:tbl>{row}{row}</w:tbl>", abstract(0, level(0, "decimal", "%1.")) + num(1)) == [
        "1. 文 | 2.", "3. 文 | 4.",
    ]  # fmt: skip


def test_a_list_that_is_not_there_gives_no_number() -> None:
    assert labels(item(0, 9) + item(0, 1), num(1, 7)) == ["", ""]


def test_bullets_of_symbol_fonts_and_what_stands_behind_the_number() -> None:
    tree = abstract(
        0,
        level(0, "bullet", "\uf0b7"),
        level(1, "decimal", "（%2）", '<w:suff w:val="nothing"/>'),
        level(2, "decimal", "%3.", '<w:suff w:val="space"/>'),
    )
    source = SourceFile(
        path="a.docx",
        suffix=".docx",
        data=make_docx("".join(item(n, 1) for n in (0, 1, 2)), numbering=tree + num(1)),
    )
    document = WordReader().read(source, "final").to_document("a.docx", "0")
    assert document.text.splitlines() == ["• 文", "（1）文", "1. 文"]

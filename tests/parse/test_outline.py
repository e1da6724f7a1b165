"""Which lines are headings: cross references at line starts, tables of contents, quotations, odd numerals."""

from __future__ import annotations

import pytest

from rulemine.parse.outline import outline
from rulemine.schema import Block

from .documents import as_document


def marks(text: str, rank: str = "article", blocks: tuple[Block, ...] = ()) -> list[str]:
    return [mark.label for mark in outline(as_document(text, blocks)).marks if mark.rank == rank]


@pytest.mark.parametrize(
    "text",
    [
        "第一条 值班按第三条、\n第四条的规定安排。\n第二条 夜间照明常开。",
        "第一条 值班人员违反本办法\n第五条规定的，扣减绩效。\n第二条 夜间照明常开。",
        "第一条 交接按照第二条和\n第三条第二款办理。\n第二条 夜间照明常开。",
        "第一条 下列事项适用\n第二条所列情形：钥匙、门禁。\n第二条 夜间照明常开。",
        "第一条 值班长由《员工守则》\n第二条、第六条规定的人员担任。\n第二条 夜间照明常开。",
        "第一条 门禁卡的发放适用第六条至\n第八条的要求。\n第二条 夜间照明常开。",
    ],
)
def test_a_cross_reference_at_the_front_of_a_line_is_no_article(text: str) -> None:
    assert marks(text) == ["第一条", "第二条"]


@pytest.mark.parametrize(
    "numeral",
    [
        "第 二 条　",
        "第二条\u3000",
        "第二条\u2002",
        "第二条\u00a0",
        "第二条",
        "第2条 ",
        "第２条 ",
        "笫二条 ",
        "**第二条** ",
        "第二条：",
    ],
)
def test_an_article_in_any_dress(numeral: str) -> None:
    assert marks(f"第一条 大厅每日开门。\n{numeral}夜间照明常开。\n第三条 钥匙双人保管。") == [
        "第一条",
        "第二条",
        "第三条",
    ]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("第一○二条", "第一百零二条"),
        ("第一〇二条", "第一百零二条"),
        ("第一百零二条", "第一百零二条"),
        ("第一百〇二条", "第一百零二条"),
    ],
)
def test_noughts_in_article_numbers(written: str, label: str) -> None:
    text = "".join(f"第{n}条 大厅每日开门。\n" for n in range(1, 102))
    assert marks(text + f"{written} 夜间照明常开。")[-1] == label


def test_twenties_and_thirties_in_one_character() -> None:
    text = "".join(f"第{n}条 大厅每日开门。\n" for n in range(1, 20))
    assert marks(text + "第廿条 夜间照明常开。\n第廿一条 钥匙双人保管。")[-2:] == ["第二十条", "第二十一条"]


def test_inserted_articles() -> None:
    text = "第一条 大厅每日开门。\n第一条之一 雪天提前。\n第一条之二 雨天铺垫。\n第二条 夜间照明常开。"
    assert marks(text) == ["第一条", "第一条之一", "第一条之二", "第二条"]
    assert outline(as_document(text)).marks[1].number == (1, 1)


def test_articles_run_together_in_one_line() -> None:
    assert marks("第一条 大厅每日开门。第二条 夜间照明常开，按第一条执行。第三条 钥匙双人保管。") == [
        "第一条",
        "第二条",
        "第三条",
    ]


def test_a_reference_inside_a_line_is_no_article() -> None:
    assert marks("第一条 大厅每日开门。第二条规定的时间除外。\n第二条 夜间照明常开。") == ["第一条", "第二条"]


@pytest.mark.parametrize(
    "quote",
    ["“第三条 报销在三十日内提出。\n第四条 逾期须经批准。”", "\n“第三条 报销在三十日内提出。\n第四条 逾期须经批准。”"],
)
def test_quoted_articles_belong_to_the_text_that_is_amended(quote: str) -> None:
    text = f"第一条 将第三条、第四条修改为：{quote}\n第二条 删去第九条。\n第三条 自公布之日起执行。"
    assert marks(text) == ["第一条", "第二条", "第三条"]


def test_a_quotation_that_nobody_closes_does_not_swallow_the_rest() -> None:
    text = "第一条 口号是“安全第一。\n" + "".join(f"第{n}条 大厅每日开门。\n" for n in range(2, 60))
    assert marks(text)[-1] == "第五十九条"


@pytest.mark.parametrize("leader", ["………………{}", "......{}", "\t{}", "——————{}", " · · · · {}"])
def test_contents_with_leaders(leader: str) -> None:
    entries = ["第一章 总则", "第二章 值班", "第三章 附则"]
    head = "目  录\n" + "".join(entry + leader.format(i) + "\n" for i, entry in enumerate(entries, 1))
    text = (
        head
        + "第一章 总则\n第一条 大厅每日开门。\n第二章 值班\n第二条 夜间照明常开。\n第三章 附则\n第三条 自发布之日起执行。"
    )
    assert marks(text, "chapter") == ["第一章", "第二章", "第三章"]
    assert marks(text) == ["第一条", "第二条", "第三条"]
    assert len(outline(as_document(text)).contents_entries()) >= 3


def test_contents_without_leaders_end_where_the_first_entry_comes_again() -> None:
    text = "目录\n第一章 总则\n第二章 值班\n第一章 总则\n第一条 大厅每日开门。\n第二章 值班\n第二条 夜间照明常开。"
    assert marks(text, "chapter") == ["第一章", "第二章"]


def test_contents_that_list_articles() -> None:
    text = (
        "目录\n第一条 宗旨…………1\n第二条 照明…………1\n第三条 钥匙…………2\n"
        "第一条 宗旨\n大厅每日开门。\n第二条 照明\n夜间常开。\n第三条 钥匙\n双人保管。"
    )
    assert marks(text) == ["第一条", "第二条", "第三条"]


def test_contents_with_a_single_ellipsis() -> None:
    text = (
        "目录\n第一章 总则……1\n第二章 值班……2\n第一章 总则\n第一条 大厅每日开门。\n第二章 值班\n第二条 夜间照明常开。"
    )
    assert marks(text, "chapter") == ["第一章", "第二章"]


def test_a_contents_block_of_the_reader_is_believed() -> None:
    text = "第一章 总则\n第一章 总则\n第一条 大厅每日开门。"
    blocks = (Block(start=0, end=6, kind="toc"), Block(start=7, end=len(text), kind="paragraph"))
    assert marks(text, "chapter", blocks) == ["第一章"]


@pytest.mark.parametrize(
    "heading", ["第一章 总　则", "第 一 章　总则", "第一章  总  则", "第一章总则", "第一章、总则", "# 第一章 总则"]
)
def test_chapters_in_any_dress(heading: str) -> None:
    (found,) = (
        mark for mark in outline(as_document(f"{heading}\n第一条 大厅每日开门。")).marks if mark.rank == "chapter"
    )
    assert (found.label, found.heading) == ("第一章", "总则")


@pytest.mark.parametrize(
    "line", ["第二章的规定同样适用于外包人员", "第二章和第三章所列人员另行培训。", "第三节所述情形，由保卫部处理。"]
)
def test_a_mention_of_a_chapter_is_none(line: str) -> None:
    text = f"第一章 总则\n第一条 大厅每日开门。\n{line}\n第二条 夜间照明常开。"
    assert marks(text, "chapter") == ["第一章"]
    assert marks(text, "section") == []


def test_parts_chapters_sections() -> None:
    text = "第一编 综合\n第一章 总则\n第一节 范围\n第一条 大厅每日开门。\n第二部分 专项\n第二条 夜间照明常开。"
    assert [(m.rank, m.label) for m in outline(as_document(text)).marks][:3] == [
        ("part", "第一编"),
        ("chapter", "第一章"),
        ("section", "第一节"),
    ]
    assert "第二部分" in marks(text, "part")


def test_lists_of_a_notice() -> None:
    text = (
        "一、落实责任\n（一）各部门指定专人。\n1.每日检查插座。\n"
        "2.每周检查配电箱。\n（1）室内。\n①走廊。\n（二）按月报告。\n二、加强检查\n抽查。"
    )
    found = [(m.rank, m.label) for m in outline(as_document(text)).marks]
    assert found == [
        ("heading", "一、"),
        ("subparagraph", "（一）"),
        ("item", "1."),
        ("item", "2."),
        ("subitem", "（1）"),
        ("point", "①"),
        ("subparagraph", "（二）"),
        ("heading", "二、"),
    ]


def test_figures_at_the_front_of_a_line_are_no_list() -> None:
    assert marks("第一条 限额为\n20.5万元。\n2023年起执行，\n35 人以上须报批。\n第二条 夜间照明常开。", "item") == []


def test_attachments_and_what_only_lists_them() -> None:
    text = "第一条 大厅每日开门。\n附件：1.值班日志 2.交接表\n附件1\n值班日志\n姓名、时间。\n附件2：交接表\n一、钥匙"
    assert marks(text, "attachment") == ["附件1", "附件2"]


def test_a_sentence_about_an_attachment_is_none() -> None:
    assert marks("第一条 登记格式见\n附件1所列表格，由办公室印制。\n第二条 夜间照明常开。", "attachment") == []


def test_rows_of_tables_are_no_headings() -> None:
    text = "第一条 分工如下。\n第二章 值班\n第二条 夜间照明常开。"
    blocks = (
        Block(start=0, end=9, kind="paragraph"),
        Block(start=10, end=16, kind="table_row"),
        Block(start=17, end=len(text), kind="paragraph"),
    )
    assert marks(text, "chapter", blocks) == []


def test_a_number_out_of_turn_is_told() -> None:
    seen = outline(as_document("第一条 大厅每日开门。\n第四十条 见总部规章。\n第二条 夜间照明常开。"))
    assert [m.label for m in seen.marks] == ["第一条", "第二条"]
    assert any("第四十条" in doubt.text for doubt in seen.doubts)


def test_articles_that_an_amendment_quotes_over_paragraphs_are_not_its_own() -> None:
    text = (
        "第一条 将《值班办法》第三条改为两条，修改为：“第三条 大厅每日开门。\n“第四条 夜间照明常开。\n第五条 钥匙双人保管。”\n"
        "第二条 本决定自印发之日起施行。"
    )
    assert marks(text) == ["第一条", "第二条"]


def test_articles_that_an_amendment_adds_without_marks_are_said_and_not_its_own() -> None:
    text = (
        "第一条 在第九条后增加一条，作为第十条：\n第十条 夜间照明常开，值班人员每两小时巡查一次。\n"
        "第二条 删去第七条。\n第三条 本决定自印发之日起施行。"
    )
    seen = outline(as_document(text))
    assert [mark.label for mark in seen.marks if mark.rank == "article"] == ["第一条", "第二条", "第三条"]
    assert any("第十条" in doubt.text for doubt in seen.doubts)


@pytest.mark.parametrize(
    "text",
    [
        "第一章 总则第一条 大厅每日开门。第二条 夜间照明常开。第二章 钥匙第三条 钥匙双人保管。",
        "值班管理办法第一条 大厅每日开门。\n第二条 夜间照明常开。第三条 钥匙双人保管。",
        "第一条 大厅每日开门。第二条 夜间照明常开，费用按第一条的规定列支。第三条 钥匙双人保管。",
        "第一条 每平方米照度不低于50 第二条 夜间照明常开。\n第三条 钥匙双人保管。",
    ],
)
def test_articles_run_together(text: str) -> None:
    assert marks(text) == ["第一条", "第二条", "第三条"]


def test_a_quotation_that_is_never_closed_swallows_nothing() -> None:
    text = "第一条 标识写作：“夜间值班\n" + "".join(f"第{n}条 大厅每日开门。\n" for n in "二三四五")
    assert marks(text) == ["第一条", "第二条", "第三条", "第四条", "第五条"]


def chapters(text: str) -> list[tuple[str, str | None]]:
    return [(mark.label, mark.heading) for mark in outline(as_document(text)).marks if mark.rank == "chapter"]


def test_a_chapter_runs_on_into_its_first_article() -> None:
    rest = "登记在册，" * 20
    text = f"第一章 总则\n第一条 值班实行轮换。\n第二章 交接班的登记、核对和监督第二条 交接应当{rest}双方签字。\n第三条 从其规定。"
    assert chapters(text) == [("第一章", "总则"), ("第二章", "交接班的登记、核对和监督")]


def test_the_heading_of_a_chapter_may_break_behind_a_comma() -> None:
    text = "第一章 总则\n第一条 甲。\n第二章 门卡、钥匙、\n印鉴保管\n第二条 乙。"
    assert chapters(text) == [("第一章", "总则"), ("第二章", "门卡、钥匙、印鉴保管")]


def test_a_chapter_behind_a_full_stop_counts_only_in_turn() -> None:
    text = "第一章 总则\n第一条 值班员不得离岗。第二章巡查和记录\n第二条 每小时巡查一次。\n第三条 依照规定办理。第五章安全检查"
    assert chapters(text) == [("第一章", "总则"), ("第二章", "巡查和记录")]

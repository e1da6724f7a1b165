"""Compilations into rules: where each begins and ends, its tree, and what must hold of any text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.parse.rules import Whereabouts, parse_rules, provision_name, title_key
from rulemine.schema import Document
from rulemine.text import spell_number

from .documents import HEAD, as_document, check_rule, find, labels, line_blocks, paths, read_rule, read_rules

ARTICLES = "第一条 为规范值班，制定本办法。\n第二条 值班日志保存三年。\n第三条 本办法自2023年5月1日起施行。\n"


# ---------------------------------------------------------------- the tree


def test_parts_of_an_article() -> None:
    rule = read_rule(
        HEAD + "第一章 总则\n第一条 值班分为：\n（一）日间值班，包括\n"
        "1.大厅；\n2.后院；\n（二）夜间值班。\n夜间由两人担任。\n第二条 按本办法执行。\n"
    )
    assert paths(rule) == [
        "标题",
        "第一章",
        "第一章/第一条",
        "第一章/第一条/第一款",
        "第一章/第一条/（一）",
        "第一章/第一条/（一）/1.",
        "第一章/第一条/（一）/2.",
        "第一章/第一条/（二）",
        "第一章/第一条/第二款",
        "第一章/第二条",
    ]
    assert find(rule, "第一章").heading == "总则"
    assert find(rule, "第一章/第一条").text.endswith("夜间由两人担任。")
    assert find(rule, "第一章/第一条/（一）/2.").level == "item"


def test_a_notice_without_articles() -> None:
    rule = read_rule(
        "关于加强夏季用电安全的通知\n星海发〔2022〕15号\n各部门、各支行：\n为做好用电安全，现通知如下。\n一、落实责任\n（一）各部门指定专人。\n"
        "1.每日检查插座。\n（二）按月报告。\n二、加强检查\n办公室每季度抽查。\n星海银行\n2022年6月3日\n"
    )
    assert rule.title == "关于加强夏季用电安全的通知"
    assert rule.articles == ()
    assert paths(rule) == ["标题", "一、", "一、/（一）", "一、/（一）/1.", "一、/（二）", "二、"]
    assert provision_name("一、/（一）/1.") == "一、（一）1."


def test_numbered_lists_that_group_articles() -> None:
    rule = read_rule(
        HEAD + "一、总则\n第一条 大厅每日开门。\n第二条 夜间照明常开。\n二、附则\n第三条 本办法自2023年5月1日起施行。\n"
    )
    assert labels(rule) == ["第一条", "第二条", "第三条"]
    assert "一、/第一条" in paths(rule)


def test_attachments_count_their_articles_anew() -> None:
    rule = read_rule(
        HEAD
        + ARTICLES
        + "附件1：值班日志填写说明\n第一条 用蓝色墨水。\n第二条 不得涂改。\n附件2：交接表\n一、钥匙交接。\n二、门禁卡交接。\n"
    )
    assert paths(rule)[-6:] == ["附件1", "附件1/第一条", "附件1/第二条", "附件2", "附件2/一、", "附件2/二、"]
    assert [p.path for p in rule.articles] == ["第一条", "第二条", "第三条", "附件1/第一条", "附件1/第二条"]
    assert provision_name("附件1/第二条") == "附件1"
    assert not rule.warnings


def test_a_short_list_at_the_end_of_a_rule_is_kept() -> None:
    rule = read_rule(HEAD + ARTICLES + "附件：交接清单\n一、钥匙\n二、门禁卡\n")
    assert rule.provisions[-1].text == "二、门禁卡"


def test_an_article_whose_text_begins_on_the_next_line() -> None:
    rule = read_rule(HEAD + "第一条\n大厅每日开门。\n第二条\n夜间照明常开。\n节假日除外。\n")
    assert find(rule, "第二条/第一款").text == "夜间照明常开。"
    assert find(rule, "第二条/第二款").text == "节假日除外。"


def test_an_inserted_article_bears_a_tuple() -> None:
    rule = read_rule(HEAD + "第一条 大厅每日开门。\n第一条之一 雪天提前。\n第二条 夜间照明常开。\n")
    assert [a.number for a in rule.articles] == [(1,), (1, 1), (2,)]
    assert not rule.warnings


def test_labels_are_normalised_and_texts_are_not() -> None:
    rule = read_rule(HEAD + "第 一 条　大厅每日开门。\n笫二条\u2002夜间照明常开。\n第３条\u00a0钥匙双人保管。\n")
    assert labels(rule) == ["第一条", "第二条", "第三条"]
    assert [a.text[:4] for a in rule.articles] == ["第 一 ", "笫二条\u2002", "第３条\u00a0"]


@pytest.mark.parametrize(
    ("text", "seen", "word"),
    [
        (
            "第一条 甲处巡查。\n第二条 乙处巡查。\n第四条 丁处巡查。\n第五条 戊处巡查。\n",
            ["第一条", "第二条", "第四条", "第五条"],
            "第四条",
        ),
        (
            "第一条 甲处巡查。\n第二条 乙处巡查。\n第二条 丙处巡查。\n第三条 丁处巡查。\n",
            ["第一条", "第二条", "第二条", "第三条"],
            "第二条",
        ),
    ],
)
def test_slips_of_the_numbers_are_reported_never_repaired(text: str, seen: list[str], word: str) -> None:
    rule = read_rule(HEAD + text)
    assert labels(rule) == seen
    assert len(rule.warnings) == 1
    assert word in rule.warnings[0]


def test_a_whole_rule_without_numbers() -> None:
    rule = read_rule("会议纪律须知\n星海办〔2021〕2号\n与会人员提前五分钟到场，手机静音，不得中途离席。\n")
    assert paths(rule) == ["全文"]
    assert rule.title == "会议纪律须知"


# ---------------------------------------------------------------- several rules


def test_several_rules_in_a_file() -> None:
    rules = read_rules(
        "星海银行制度汇编\n目录\n值班管理办法…………1\n印章保管规定…………2\n加班实施细则…………3\n"
        f"{HEAD}{ARTICLES}\n第二部分 综合管理\n印章保管规定\n星海发〔2021〕8号\n第一条 印章由专人保管。\n第二条 用印须登记。\n"
        "加班实施细则（试行）\n第一章 总则\n第一条 加班须经批准。\n第二条 本细则试行一年。\n"
    )
    assert [rule.title for rule in rules] == ["值班管理办法", "印章保管规定", "加班实施细则（试行）"]
    assert [len(rule.articles) for rule in rules] == [3, 2, 2]
    assert rules[2].trial
    assert "第二部分" not in find(rules[0], "第三条").text


@pytest.mark.parametrize("title", ["现金管理办法", "请假管理办法", "经费开支规定", "本票业务操作规程"])
def test_titles_whose_first_character_may_open_a_sentence(title: str) -> None:
    rules = read_rules(
        f"{HEAD}{ARTICLES}{title}\n星海发〔2021〕8号\n第一章 总则\n第一条 专人保管。\n第二条 每日核对，由主管签字确认。\n"
    )
    assert [rule.title for rule in rules] == ["值班管理办法", title]


def test_two_versions_share_their_id() -> None:
    first, second = read_rules(
        "值班管理办法\n星海发〔2015〕3号\n第一条 为规范值班，制定本办法。\n第二条 值班日志保存一年。\n"
        "值班管理办法（2023年修订）\n星海发〔2023〕5号\n第一条 为规范值班，制定本办法。\n第二条 值班日志保存三年。\n"
    )
    assert first.id == second.id
    assert first.version_id != second.version_id


def test_a_rule_and_the_notice_that_issued_it() -> None:
    """A 印发 notice above the rule: the articles are the rule's, and the number is known."""
    rules = read_rules(
        "关于印发《值班管理办法》的通知\n星海发〔2023〕5号\n各部门：\n现将《值班管理办法》印发给你们，请认真执行。\n星海银行\n2023年4月20日\n"
        f"值班管理办法\n第一章 总则\n{ARTICLES}"
    )
    rule = rules[-1]
    assert rule.title == "值班管理办法"
    assert len(rule.articles) == 3
    assert sum(len(r.articles) for r in rules) == 3


def test_an_order_before_the_title() -> None:
    rule = read_rules(
        "星海市地方金融管理局令\n第 6 号\n"
        "《典当行备案规定》已经2021年3月4日局务会议通过，现予公布，自2021年6月1日起施行。\n局长 某某\n2021年3月9日\n"
        "典当行备案规定\n第一条 为规范备案，制定本规定。\n第二条 备案材料一式两份。\n第三条 本规定自2021年6月1日起施行。\n"
    )[-1]
    assert rule.title == "典当行备案规定"
    assert len(rule.articles) == 3
    assert str(rule.effective_on) == "2021-06-01"


def test_a_title_over_two_lines() -> None:
    rule = read_rule(f"星海银行关于\n规范值班工作的管理办法\n星海发〔2023〕5号\n{ARTICLES}")
    assert rule.title == "星海银行关于规范值班工作的管理办法"
    assert len(rule.articles) == 3


def test_an_institution_above_the_title() -> None:
    rule = read_rule(f"星海银行股份有限公司\n值班管理办法\n星海发〔2023〕5号\n{ARTICLES}")
    assert rule.title.endswith("值班管理办法")
    assert rule.id.startswith(rule.title)
    assert rule.source.start == 0


def test_a_line_that_ends_like_a_title_inside_a_rule_begins_none() -> None:
    rule = read_rule(
        HEAD + "第一条 依据下列文件：\n（一）安全保卫工作规定\n（二）员工行为守则\n"
        "第二条 值班日志格式见\n填写说明\n由办公室印制。\n第三条 从其规定。\n"
    )
    assert len(rule.articles) == 3


def test_nothing_comes_of_nothing() -> None:
    assert read_rules("") == read_rules(" \n\u3000\n") == ()


def test_a_text_without_a_title_is_named_by_its_first_line_or_its_file() -> None:
    assert read_rule("第一条 大厅每日开门。\n第二条 夜间照明常开。\n").title == "汇编"


def test_page_of_a_provision() -> None:
    text = HEAD + ARTICLES
    rules = read_rules(text, line_blocks(text, {}))
    assert {p.page for p in rules[0].provisions} == {1}


# ---------------------------------------------------------------- names of places


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("第二章/第五条/（二）", "第五条"),
        ("第五条/第一款", "第五条"),
        ("附件2/一、", "附件2"),
        ("一、/（二）", "一、（二）"),
        ("标题", "标题"),
        ("全文", "全文"),
        ("第三章", "第三章"),
        ("第一百二十条之一", "第一百二十条之一"),
    ],
)
def test_provision_name(path: str, name: str) -> None:
    assert provision_name(path) == name


def test_whereabouts() -> None:
    rule = read_rule(HEAD + ARTICLES)
    where = Whereabouts(rule.provisions)
    second = find(rule, "第二条")
    assert where.name(second.start) == where.name(second.end - 1) == ("第二条", "第二条")
    assert where.name(0) == ("标题", "标题")
    assert where.innermost(10**6) is None


def test_title_key_drops_the_year_of_a_revision() -> None:
    assert title_key("值班管理办法（2023年修订）") == title_key("《值班管理办法（2019版）》") == "值班管理办法"
    assert title_key("值班管理办法（试行）") != "值班管理办法"


def test_citations_stand_in_their_provision() -> None:
    rule = read_rule(
        HEAD
        + "第一条 依据《安全保卫规定》第三条制定。\n第二条 依照前条和本办法第一条执行，本条不适用于外包。\n第三条 前两条另有规定的除外。\n"
    )
    told = [(c.text, c.articles, c.provision) for c in rule.citations]
    assert told == [
        ("《安全保卫规定》第三条", ("第三条",), "第一条"),
        ("前条", ("第一条",), "第二条"),
        ("本办法第一条", ("第一条",), "第二条"),
        ("本条", ("第二条",), "第二条"),
        ("前两条", ("第一条", "第二条"), "第三条"),
    ]


# ---------------------------------------------------------------- what holds of any text

PIECES = st.sampled_from(
    [
        "值班管理办法\n",
        "印章保管规定（试行）\n",
        "关于用电安全的通知\n",
        "星海发〔2023〕5号\n",
        "2023年5月1日印发\n",
        "目录\n",
        "第一章 总则\n",
        "第二章 值班……3\n",
        "第一条 大厅每日开门。\n",
        "第二条 夜间照明常开。",
        "第三条 按第五条、\n",
        "第五条的规定办理。\n",
        "第一条之一 雪天提前。\n",
        "第 四 条　钥匙双人保管\n",
        "（一）日间；\n",
        "（二）夜间。\n",
        "1.大厅\n",
        "一、落实责任\n",
        "二、加强检查\n",
        "附件1\n",
        "附件：交接表\n",
        "“第三条 改后的话。\n",
        "”\n",
        "\n",
        "　",
        "\t",
        "依据《安全保卫规定》第三条至第五条，",
        "本办法第九条",
        "前款",
        "笫六条 其他。\n",
        "第廿条 末条。\n",
        "第条\n",
        "由办公室负责解释。\n",
    ]
)
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(TEXTS)
def test_any_text_is_tiled_exactly(text: str) -> None:
    document = as_document(text)
    rules = parse_rules(document)
    for rule in rules:
        check_rule(document, rule)
    assert bool(rules) == bool(text.strip())
    assert parse_rules(document) == rules


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.text(
        st.sampled_from(
            "第笫一二十百条章（）()、.1２《》“”\n 　办法的规定附件目录令号〔〕2023年月日。；：\u2028\x0c\r"
        ),
        max_size=80,
    )
)
def test_any_characters_are_survived(text: str) -> None:
    document = as_document(text)
    for rule in parse_rules(document):
        check_rule(document, rule)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(1, 130), st.sampled_from([" ", "　", "", "\u2002", "\u00a0"]), st.sampled_from(["\n", "\n\n"]))
def test_every_article_of_a_long_rule_is_found(count: int, gap: str, end: str) -> None:
    body = end.join(f"第{spell_number(n)}条{gap}值班室{n}号柜由专人看管。" for n in range(1, count + 1))
    (rule,) = parse_rules(as_document(HEAD + body))
    assert [a.number for a in rule.articles] == [(n,) for n in range(1, count + 1)]
    assert not rule.warnings


def test_articles_before_the_first_title_that_can_be_told_are_a_rule() -> None:
    body = "".join(f"第{n}条 甲方应当按月报送台账。\n" for n in "一二三四")
    text = (
        "员工行为守望录\n序言\n自古以来就是如此。\n"
        + body
        + "关于考勤工作的管理办法\n行发〔2023〕5号\n第一条 员工请假须经批准。\n第二条 本办法自2023年5月1日起施行。\n"
    )
    rules = parse_rules(Document(path="a.txt", sha256="", text=text))
    assert [(rule.title, len(rule.articles)) for rule in rules] == [
        ("员工行为守望录", 4),
        ("关于考勤工作的管理办法", 2),
    ]


CONTENTS = "星海银行制度汇编\n目录\n值班管理办法…………1\n印章保管规定…………2\n加班实施细则…………3\n"
SECOND = "印章保管规定\n星海发〔2021〕8号\n第一条 印章由专人保管。\n第二条 用印须登记。\n"


def test_a_rule_that_the_contents_list_and_the_text_lacks_is_said() -> None:
    rules = read_rules(f"{CONTENTS}{HEAD}{ARTICLES}\n{SECOND}")
    assert [warning for rule in rules for warning in rule.warnings] == [
        "目录列有“加班实施细则”，正文里没有找到：核对汇编是否完整，或标题是否没有认出"
    ]


def test_a_rule_that_the_contents_do_not_list_is_said() -> None:
    text = CONTENTS.replace("加班实施细则…………3\n", "")
    third = "门禁卡管理规定\n星海发〔2022〕3号\n第一条 门禁卡实名发放。\n第二条 离职交回。\n"
    rules = read_rules(f"{text}{HEAD}{ARTICLES}\n{SECOND}{third}")
    assert [(rule.title, rule.warnings) for rule in rules if rule.warnings] == [
        ("门禁卡管理规定", ("目录里没有这项制度：核对目录是否漏列",))
    ]


def test_entries_broken_over_two_lines_are_found() -> None:
    text = CONTENTS.replace("印章保管规定…", "印章保\n管规定…").replace("加班实施细则…………3\n", "")
    rules = read_rules(f"{text}{HEAD}{ARTICLES}\n{SECOND}")
    assert not [warning for rule in rules for warning in rule.warnings]

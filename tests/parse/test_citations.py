"""Which rule or provision a text names, and where exactly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.parse.articlelists import expand_articles
from rulemine.parse.citations import find_mentions
from rulemine.parse.documentnumbers import find_document_number
from rulemine.text import normalise_document_number, spell_number


def told(text: str) -> list[tuple[str | None, tuple[str, ...], str]]:
    return [(m.title, m.articles, m.kind) for m in find_mentions(text)]


@pytest.mark.parametrize(
    ("text", "title", "articles", "kind"),
    [
        ("依据《安全保卫规定》制定", "安全保卫规定", (), "internal"),
        ("依据《中华人民共和国票据法》第十条", "中华人民共和国票据法", ("第十条",), "external"),
        ("违反《安全保卫规定》第三条第二款第（一）项", "安全保卫规定", ("第三条",), "internal"),
        ("按本公司《安全保卫规定》的第三条办理", "安全保卫规定", ("第三条",), "internal"),
        ("《安全保卫规定》第三条、第五条和第九条", "安全保卫规定", ("第三条", "第五条", "第九条"), "internal"),
        ("《安全保卫规定》第三条至第六条", "安全保卫规定", ("第三条", "第四条", "第五条", "第六条"), "internal"),
        ("《安全保卫规定》第三条-第五条", "安全保卫规定", ("第三条", "第四条", "第五条"), "internal"),
        ("《安全保卫规定》第三条之二", "安全保卫规定", ("第三条之二",), "internal"),
        ("《安全保卫规定》笫三条", "安全保卫规定", ("第三条",), "internal"),
        ("《安全保卫规定》第12条", "安全保卫规定", ("第十二条",), "internal"),
        ("《关于执行〈安全保卫规定〉的通知》", "关于执行〈安全保卫规定〉的通知", (), "internal"),
        ("《关于执行《安全保卫规定》的通知》", "关于执行《安全保卫规定》的通知", (), "internal"),
        ("依照公司法第二十条", "公司法", ("第二十条",), "external"),
        ("依照民法典第五百八十五条", "民法典", ("第五百八十五条",), "external"),
        ("本办法第八条", None, ("第八条",), "self"),
        ("按前款执行", None, (), "relative"),
        ("上述规定不适用", None, (), "relative"),
    ],
)
def test_one_mention(text: str, title: str | None, articles: tuple[str, ...], kind: str) -> None:
    assert told(text) == [(title, articles, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("根据中华人民共和国国务院令第745号制定", [("中华人民共和国国务院令第745号", None)]),
        ("执行银发〔2016〕302号文第三条", [("银发〔2016〕302号文第三条", None)]),
        (
            "转发银发〔2016〕302号《关于账户管理的通知》",
            [("银发〔2016〕302号《关于账户管理的通知》", "关于账户管理的通知")],
        ),
        ("值班管理办法\n星海发〔2023〕5号\n第一条 夜间值班。", []),
        ("2011年3月7日 中华人民共和国国务院令第593号公布", []),
    ],
)
def test_numbers_without_a_title(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(m.text, m.title) for m in find_mentions(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("审批依照商业银行法的规定", ["商业银行法"]),
        ("适用民法典、公司法和保险法", ["民法典", "公司法", "保险法"]),
        ("婚姻法律关系和物权法定原则", []),
        ("继承法定份额的计算见继承法第十三条", ["继承法第十三条"]),
        ("中华人民共和国保险法\n第一章 总则", []),
        ("填写《公司法知识测试卷》", []),
        ("将刑法第五十三条修改为", ["刑法第五十三条"]),
    ],
)
def test_known_names_without_marks(text: str, expected: list[str]) -> None:
    assert [m.text for m in find_mentions(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("依据《网络安全法》、《数据安全法》（以下分别简称网安法、数安法）。违反数安法第三条的。", "数据安全法"),
        (
            "《关于规范资产管理业务的指导意见》（银发〔2018〕106号，以下简称“资管意见”）。资管意见第三条禁止的。",
            "关于规范资产管理业务的指导意见",
        ),
        ("《用印办法》（星发〔2019〕2号）（以下称《新办法》）。借用印章应当具备新办法第九条的条件。", "用印办法"),
        ("依据《反欺诈指引》和《个人信息法规选编规定》。该指引第十条所列案件。", "反欺诈指引"),
        ("依保险条例第二十三条办理，期限依同条第二款。", "保险条例"),
    ],
)
def test_what_a_name_or_a_pointing_word_means(text: str, expected: str) -> None:
    assert [m.title for m in find_mentions(text)][-1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("按照内部审计章程第二十六条报告", ("内部审计章程", "internal")),
        ("执行公司信贷政策指引第三章", ("信贷政策指引", "internal")),
        ("依据集团员工奖惩条例第三条", ("员工奖惩条例", "internal")),
        ("执行对外担保管理办法第五条", ("对外担保管理办法", "internal")),
        ("执行《员工处分办法》（钟银发〔2022〕90号）", ("员工处分办法", "internal")),
        ("执行《账户管理通知》（银发〔2022〕90号）", ("账户管理通知", "external")),
    ],
)
def test_whose_rule_it_is(text: str, expected: tuple[str, str]) -> None:
    assert [(m.title, m.kind) for m in find_mentions(text)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("《甲规定》和《乙规定》第三条均要求双人", [("甲规定", ("第三条",)), ("乙规定", ("第三条",))]),
        ("《甲规定》、《乙规定》第三条、第五条分别规定", [("甲规定", ("第三条",)), ("乙规定", ("第五条",))]),
        ("《甲规定》和《乙规定》第三条的要求", [("甲规定", ()), ("乙规定", ("第三条",))]),
        ("依照《甲规定》第二条和第四条处理，除第六条外", [("甲规定", ("第二条", "第四条")), ("甲规定", ("第六条",))]),
        ("适用第十条的后段", [(None, ("第十条",))]),
        ("第三条防线由审计承担，第一条主线是收入", []),
        ("删除第七条，依据第二条件判断", []),
    ],
)
def test_lists_shared_and_bare(text: str, expected: list[tuple[str | None, tuple[str, ...]]]) -> None:
    assert [(m.title, m.articles) for m in find_mentions(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "填写《值班登记表》后签字",
        "在《员工手册》领用登记表上签名",
        "预付前款项的，提前项目经理",
        "依照各该条的规定",
        "签订《借款合同》",
        "提交《用印审批单》",
        "参考《星海日报》",
        "办法第三条",
        "第三条",
        "本法人机构",
        "前三季度",
        "做法第一",
    ],
)
def test_what_is_no_citation(text: str) -> None:
    assert told(text) == []


def test_number_in_the_bracket() -> None:
    (mention,) = find_mentions("依据《安全保卫规定》（星总发[2019]03 号）第三条")
    assert mention.document_number is not None
    assert normalise_document_number(mention.document_number) == "星总发〔2019〕3号"
    assert mention.articles == ("第三条",)


def test_a_bracket_that_is_no_number_stays_outside() -> None:
    (mention,) = find_mentions("依据《安全保卫规定》（以总部发布的为准）制定")
    assert mention.text == "《安全保卫规定》"


@pytest.mark.parametrize("naming", ["（以下简称《保卫规定》）", "（以下简称“保卫规定”）", "（以下简称保卫规定）"])
def test_short_names(naming: str) -> None:
    text = f"根据《安全保卫规定》{naming}制定。违反保卫规定第三条的，扣分。"
    assert told(text)[-1] == ("安全保卫规定", ("第三条",), "internal")


def test_a_short_name_in_marks_means_what_it_was_defined_as() -> None:
    text = "根据《星海银行安全保卫规定》（以下简称《规定》）制定。按照《规定》第三条办理。"
    assert [m.title for m in find_mentions(text)] == ["星海银行安全保卫规定", "星海银行安全保卫规定"]


def test_the_same_rule_again() -> None:
    assert told("依据《安全保卫规定》制定，该规定第四条除外。")[-1] == ("安全保卫规定", ("第四条",), "internal")


def test_what_leads_up_to_a_bare_title_is_cut_off() -> None:
    (mention,) = find_mentions("当事人违反公司法第二十条的")
    assert mention.text == "公司法第二十条"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("（星海发〔2016〕302号）", "星海发〔2016〕302号"),
        ("星海发[2016] 302 号", "星海发[2016] 302 号"),
        ("总局令2021年第3号", "总局令2021年第3号"),
        ("公告〔2020〕第5号", "公告〔2020〕第5号"),
    ],
)
def test_document_numbers(text: str, number: str) -> None:
    found = find_document_number(text)
    assert found is not None
    assert found.group().endswith(number)


@pytest.mark.parametrize("text", ["共302号档案", "2016年第3季度", "会议纪要第5号文件夹", ""])
def test_what_is_no_document_number(text: str) -> None:
    assert find_document_number(text) is None


@given(st.integers(1, 300), st.integers(0, 150))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_ranges_are_filled_in(first: int, count: int) -> None:
    last = first + count
    labels = expand_articles(f"第{spell_number(first)}条至第{spell_number(last)}条")
    assert labels == tuple(f"第{spell_number(n)}条" for n in range(first, last + 1))


def test_a_range_that_runs_backwards_names_its_ends() -> None:
    assert expand_articles("第九条至第三条") == ("第九条", "第三条")
    assert expand_articles(None) == expand_articles("") == ()


PIECES = st.sampled_from(
    [
        "《安全保卫规定》",
        "《关于执行〈登记办法〉的通知》",
        "（星发〔2019〕3号）",
        "第三条",
        "第五条第二款",
        "至",
        "、",
        "和",
        "本办法",
        "该规定",
        "前款",
        "前两条",
        "依照",
        "公司法",
        "（以下简称“登记办法”）",
        "登记办法",
        "违反",
        "。",
        "\n",
        "《",
        "》",
        "（",
        "）",
    ]
)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=20).map("".join))
def test_mentions_are_exact_ordered_and_apart(text: str) -> None:
    mentions = list(find_mentions(text))
    for mention in mentions:
        assert text[mention.start : mention.end] == mention.text
        assert mention.text
    assert all(a.end <= b.start for a, b in pairwise(mentions))

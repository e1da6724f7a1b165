from __future__ import annotations

import random
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile
from rulemine.readers.html import HtmlReader
from rulemine.schema import Document

from .checks import check_blocks, outside, squeeze


def read(page: str | bytes, view: str = "final") -> Document:
    data = page if isinstance(page, bytes) else page.encode()
    source = SourceFile(path="a.html", suffix=".html", data=data)
    document = HtmlReader().read(source, view).to_document("a.html", "0" * 64)  # type: ignore[arg-type]
    check_blocks(document)
    return document


def test_blocks_become_lines_with_their_kinds():
    document = read(
        "<h1>印章管理办法</h1><h2>第一章　总则</h2><p>第一条&nbsp;为规范用印，\n 制定<b>本</b>办法。</p><div>第二条 甲<br>（一）乙</div>"
    )
    assert [(b.kind, document.text[b.start : b.end]) for b in document.blocks] == [
        ("title", "印章管理办法"),
        ("heading", "第一章　总则"),
        ("paragraph", "第一条\xa0为规范用印， 制定本办法。"),
        ("paragraph", "第二条 甲"),
        ("paragraph", "（一）乙"),
    ]


def test_declared_gb2312_may_be_gb18030():
    page = '<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body>第一条 镕喆。</body></html>'
    assert read(page.encode("gb18030")).text == "第一条 镕喆。"
    assert read("第一条 甲。".encode("gb18030")).text == "第一条 甲。"


def test_cells_that_reach_down_are_repeated_and_layout_tables_are_not_tables():
    document = read(
        "<table><tr><td>机构</td><td>问题</td></tr><tr><td rowspan=2>甲支行</td><td>未双录</td></tr>"
        "<tr><td>漏登记</td></tr><tr><td colspan=2>合计</td></tr></table>"
    )
    assert document.text.splitlines() == ["机构 | 问题", "甲支行 | 未双录", "甲支行 | 漏登记", "合计"]
    document = read("<table><tr><td><p>第一条 甲。</p><table><tr><td>第二条 乙。</td></tr></table></td></tr></table>")
    assert document.text.splitlines() == ["第一条 甲。", "第二条 乙。"]


def test_a_last_column_that_reaches_down():
    document = read(
        "<table><tr><td>1</td><td rowspan=3>各部门</td></tr><tr><td>2</td></tr><tr><td>3</td></tr>"
        "<tr><td>4</td><td>综合部</td></tr></table>"
    )
    assert document.text.splitlines() == ["1 | 各部门", "2 | 各部门", "3 | 各部门", "4 | 综合部"]


def test_lists_are_numbered_as_a_browser_shows_them():
    document = read(
        "<ol start=3><li>甲<ol type=a><li>乙</li></ol></li><li value=9>丙</li><li>丁</li></ol><ul><li>戊</li></ul>"
        "<ol style='list-style-type: cjk-ideographic'><li>己</li></ol><ol reversed><li>庚</li><li>辛</li></ol>"
    )
    assert document.text.splitlines() == [
        "3. 甲", "a. 乙", "9. 丙", "10. 丁", "戊", "一、己", "2. 庚", "1. 辛",
    ]  # fmt: skip


def test_what_is_not_of_the_text_stands_outside():
    page = (
        "<title>用印_某网</title><nav>首页</nav><header>某集团</header><script>var a=1</script><style>p{}</style>"
        "<p>第一条 甲<del>旧</del><ins>新</ins>。<span style='display:none'>藏</span></p><footer>版权</footer>"
    )
    document = read(page)
    assert document.text == "第一条 甲新。"
    assert outside(document, "header") == ["首页", "某集团", "用印_某网"]
    assert [outside(document, k) for k in ("footer", "deleted", "hidden")] == [["版权"], ["旧"], ["藏"]]
    assert read(page, "original").text == "第一条 甲旧。"


def test_the_head_of_an_article_is_text():
    document = read("<article><header><h1>用印办法</h1></header><p>第一条 甲。</p></article>")
    assert document.text.splitlines() == ["用印办法", "第一条 甲。"]


def test_list_numbers_that_word_writes_into_its_pages():
    page = (
        "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span>第一条<span>&nbsp; </span></span>"
        "<![endif]>用印应当登记。<o:p></o:p></p>"
    )
    assert squeeze(read(page).text) == "第一条用印应当登记。"


def test_deep_nesting_costs_no_stack():
    document = read("<div>" * 1000 + "第一条 甲。" + "</div>" * 1000)
    assert document.text == "第一条 甲。"
    with pytest.raises(UnreadableFile, match="嵌套太深"):
        read("<div>" * 100_000 + "第一条 甲。" + "</div>" * 100_000)


def test_nothing_is_fetched_or_resolved(tmp_path):
    (tmp_path / "x").write_text("SECRET", encoding="utf-8")
    page = f'<!DOCTYPE html [<!ENTITY e SYSTEM "{(tmp_path / "x").as_uri()}">]><p>第一条 &e;甲。</p>'
    assert "SECRET" not in read(page).text


WORDS = st.text("第一二三条用印登记，。ABC <>&\"'123", min_size=0, max_size=20)
TAGS = st.sampled_from(["p", "div", "span", "li", "h2", "td", "b", "del", "table", "tr", "ol", "blockquote", "pre"])
TREES = st.recursive(WORDS.map(escape), lambda kids: st.tuples(TAGS, st.lists(kids, max_size=4)), max_leaves=20)


def render(tree) -> str:
    return tree if isinstance(tree, str) else f"<{tree[0]}>{''.join(map(render, tree[1]))}</{tree[0]}>"


@settings(max_examples=150, deadline=None)
@given(st.lists(TREES, max_size=5))
def test_every_character_is_in_the_text_or_in_a_block(trees):
    page = "".join(map(render, trees))
    try:
        read(f"<html><body>{page}</body></html>")  # check_blocks balances the ledger
    except UnreadableFile as error:
        assert error.remedy


def test_damaged_pages_are_read_or_refused():
    good, chance = "<table><tr><td rowspan=2>甲<td>乙<tr><td>丙</table><p>第一条 丁。".encode() * 3, random.Random(2)
    for _ in range(200):
        data = bytearray(good)
        for _ in range(chance.randrange(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            read(bytes(data))
        except UnreadableFile as error:
            assert error.remedy


@pytest.mark.parametrize("page", ["", "<html></html>", "<!-- x -->"])
def test_a_page_without_words(page):
    try:
        assert not read(page).text
    except UnreadableFile as error:
        assert error.remedy

"""The Word document and the page: the quote marked within its article, everything escaped, nothing loaded."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from lxml import etree
from lxml import html as lxml_html

from rulemine.writers import Review, write_review
from rulemine.writers.labels import Labels
from rulemine.writers.passages import find_other_passage, find_passage
from rulemine.writers.rows import describe_basis
from rulemine.writers.visible import show_hidden

NOTE = "（略{}字）"


@pytest.fixture
def page(review: Review, tmp_path: Path) -> str:
    write_review(review, tmp_path / "r.html")
    return (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.fixture
def word(review: Review, tmp_path: Path) -> WordDocument:
    write_review(review, tmp_path / "r.docx")
    return Document(str(tmp_path / "r.docx"))


def test_a_passage_is_the_quote_within_its_article(review: Review) -> None:
    candidate = review.candidates[0]
    for evidence in candidate.evidence:
        passage = find_passage(review, candidate, evidence)
        text = passage.before + passage.quote + passage.after
        assert passage.quote == evidence.quote
        assert text in [p.text for p in review.rules[0].provisions]


def test_the_offset_tells_repeats_of_the_same_words_apart(review: Review) -> None:
    rule, candidate = review.rules[0], review.candidates[0]
    text = "第五条　用印须审批，外带须审批。"
    article = dataclasses.replace(rule.articles[0], text=text, end=rule.articles[0].start + len(text))
    start = article.start + text.rindex("审批")
    evidence = dataclasses.replace(candidate.evidence[0], quote="审批", start=start, end=start + 2)
    passage = find_passage(
        dataclasses.replace(review, rules=(dataclasses.replace(rule, provisions=(article,)),)), candidate, evidence
    )
    assert (passage.before, passage.after) == ("第五条　用印须审批，外带须", "。")


def test_the_other_side_is_found_in_its_rule(review: Review) -> None:
    passage = find_other_passage(review, review.candidates[0].evidence[1])
    assert passage is not None
    assert (passage.before, passage.after) == ("第四条　出差审批由综合部负责，", "。")
    assert (passage.source, passage.page) == ("制度/采购管理实施细则.pdf", 3)


def test_a_cut_says_how_many_characters_it_took(review: Review) -> None:
    passage = find_passage(review, review.candidates[0], review.candidates[0].evidence[1])
    shown = list(passage.segments(around=5, longest=100, note=NOTE))
    assert shown[1] == ("返回后十日内报销", True)
    assert shown[0][0].startswith(f"（略{len(passage.before) - 5}字）")
    assert shown[2][0].endswith(f"（略{len(passage.after) - 5}字）")


def test_word_has_its_headings_in_styles(word: WordDocument) -> None:
    ones = [p.text for p in word.paragraphs if p.style.name == "Heading 1"]
    twos = [p.text for p in word.paragraphs if p.style.name == "Heading 2"]
    assert ones == ["一、说明", "二、概览", "三、候选制度", "四、检查问题"]
    assert twos[0] == "1. 《差旅费管理办法》（建议：废；优先级：高）"
    assert "人员管理（1）" in twos


def test_word_marks_the_quote_within_its_article(word: WordDocument, review: Review) -> None:
    passages = [p for p in word.paragraphs if p.style.name == "Passage"]
    first = passages[0]
    marked = [run.text for run in first.runs if run.bold and run.font.highlight_color]
    assert marked == [review.candidates[0].evidence[0].quote]
    assert first.text == review.rules[0].articles[1].text


def test_word_shows_page_source_and_suggestion(word: WordDocument) -> None:
    text = "\n".join(p.text for p in word.paragraphs)
    assert "第3页　制度/综合管理/差旅费管理办法.docx" in text
    assert "修改建议：将制定依据改为现行规定" in text
    assert "对照条款：《采购管理实施细则》第四条" in text
    assert "采纳（两部门已商定，王某，2024-06-12）" in text


def test_word_sets_chinese_fonts_and_numbers_its_pages(word: WordDocument) -> None:
    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Passage", "宋体")):
        fonts = word.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == font
        assert fonts.get(qn("w:eastAsiaTheme")) is None
    footer = etree.tostring(word.sections[0].footer._element).decode()
    assert 'w:instr="PAGE"' in footer
    assert 'w:instr="NUMPAGES"' in footer


def test_word_lists_what_could_not_be_read(word: WordDocument) -> None:
    cells = [cell.text for table in word.tables for row in table.rows[:12] for cell in row.cells]
    assert "文件已加密" in cells
    assert "2024-06-30" in cells


def test_the_page_marks_the_quote_within_its_article(page: str, review: Review) -> None:
    tree = lxml_html.fromstring(page)
    quotes = tree.xpath("//blockquote")
    assert quotes[0].text_content() == review.rules[0].articles[1].text
    assert quotes[0].xpath("string(mark)") == review.candidates[0].evidence[0].quote
    assert quotes[2].text_content() == review.rules[1].articles[1].text


def test_the_page_escapes_what_it_quotes(page: str) -> None:
    tree = lxml_html.fromstring(page)
    assert len(tree.xpath("//script")) == 1
    assert not tree.xpath("//img")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page


def test_the_page_loads_nothing_and_says_so(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    tree = lxml_html.fromstring(page)
    assert not tree.xpath("//link | //iframe | //@src | //*[@style]")
    assert all(href.startswith("#") for href in tree.xpath("//a/@href"))


def test_the_hash_of_the_policy_is_that_of_the_style_as_written(page: str) -> None:
    for tag in ("style", "script"):
        body = page[page.index(f"<{tag}>") + len(tag) + 2 : page.index(f"</{tag}>")]
        assert base64.b64encode(hashlib.sha256(body.encode()).digest()).decode().replace("+", "&#43;") in page.replace(
            "+", "&#43;"
        )


def test_hidden_characters_are_shown_everywhere(page: str, word: WordDocument) -> None:
    text = "\n".join(p.text for p in word.paragraphs)
    for written in (page, text):
        assert "甲⟦U+202E⟧乙⟦U+2066⟧丙⟦U+2069⟧" in written
        assert "空⟦U+0000⟧字⟦U+001B⟧符" in written
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b]", written)


def test_show_hidden_keeps_plain_text() -> None:
    assert show_hidden("第一条\t依法\n合规 ok") == "第一条\t依法\n合规 ok"
    assert show_hidden("a\r\nb\rc") == "a\nb\nc"


def test_evidence_leads_to_the_findings_that_speak_for_it(page: str, word: WordDocument) -> None:
    tree = lxml_html.fromstring(page)
    links = tree.xpath("//article[@id='e-e-gap']//a/@href")
    assert links == ["#f1", "#f2", "#f3"]
    assert "代客保管" not in tree.xpath("string(//tr[@id='f3'])")
    assert "贷后检查" in tree.xpath("string(//tr[@id='f3'])")
    assert "相关问题3个（检查问题序号1、2、3）" in "\n".join(p.text for p in word.paragraphs)


def test_a_hundred_findings_are_counted_in_full_though_few_are_named(review: Review) -> None:
    many = tuple(dataclasses.replace(review.findings[0], id=f"m-{n}") for n in range(100))
    evidence = dataclasses.replace(review.candidates[2].evidence[0], findings=tuple(f.id for f in many))
    said = describe_basis(dataclasses.replace(review, findings=many), evidence, Labels())
    assert said is not None
    assert said.startswith("相关问题100个")
    assert "20……" in said

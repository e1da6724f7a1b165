"""Citations as spans of a spaCy document: found by entry point, saved, drawn, whatever the tokenizer cuts."""

from __future__ import annotations

import pytest
import spacy
from spacy import displacy
from spacy.tokens import Doc, DocBin
from spacy.vocab import Vocab

from rulemine.parse.citations import find_mentions

TEXT = "依据《安全保卫规定》（星发〔2019〕3号）第三条、第五条制定。违反本办法第一百零三条或前款的，依照商业银行法处理。"


@pytest.fixture(scope="module")
def nlp() -> spacy.language.Language:
    nlp = spacy.blank("zh")
    nlp.add_pipe("rulemine_citations")
    return nlp


def test_the_spans_are_the_mentions(nlp: spacy.language.Language) -> None:
    doc = nlp(TEXT)
    spans = doc.spans["rulemine_citations"]
    assert [(s.start_char, s.end_char, s.text, s._.cited_articles) for s in spans] == [
        (m.start, m.end, m.text, m.articles) for m in find_mentions(TEXT)
    ]
    assert [span.label_ for span in spans] == ["INTERNAL", "SELF", "RELATIVE", "EXTERNAL"]


def test_saved_and_read_again(nlp: spacy.language.Language) -> None:
    (doc,) = DocBin().from_bytes(DocBin(docs=[nlp(TEXT)]).to_bytes()).get_docs(nlp.vocab)
    assert [(s.text, s._.cited_title) for s in doc.spans["rulemine_citations"]] == [
        (m.text, m.title) for m in find_mentions(TEXT)
    ]


def test_drawn_by_displacy(nlp: spacy.language.Language) -> None:
    html = displacy.render(nlp(TEXT), style="span", options={"spans_key": "rulemine_citations"}, jupyter=False)
    assert html.count("INTERNAL") == 1
    assert html.count("RELATIVE") == 1


def test_a_tokenizer_that_cuts_across_makes_the_span_wider() -> None:
    words = ["违反", "本办法第", "八", "条的", "规定"]
    doc = Doc(Vocab(), words=words, spaces=[False] * len(words))
    finder = spacy.blank("zh").add_pipe("rulemine_citations")
    (span,) = finder(doc).spans["rulemine_citations"]
    assert span.text == "本办法第八条的"


def test_another_key(nlp: spacy.language.Language) -> None:
    other = spacy.blank("zh")
    other.add_pipe("rulemine_citations", config={"spans_key": "sc"})
    here, there = other(TEXT), nlp(TEXT)
    assert len(here.spans["sc"]) == len(there.spans["rulemine_citations"])

"""Citations as a spaCy component (extra ``spacy``): ``spacy.blank("zh").add_pipe("rulemine_citations")``.

spaCy finds it by its entry point; nothing has to be imported.
"""

from __future__ import annotations

from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc, Span

from rulemine.parse.citations import find_mentions

NAME = "rulemine_citations"
_SEPARATOR = "、"
Alignment = Literal["strict", "contract", "expand"]

if not Span.has_extension("cited_title"):
    Span.set_extension("cited_title", getter=lambda span: span.kb_id_ or None)
    Span.set_extension("cited_articles", getter=lambda span: tuple(filter(None, span.id_.split(_SEPARATOR))))


class CitationFinder:
    """Puts the citations of a text into a group of spans.

    >>> import spacy
    >>> nlp = spacy.blank("zh")
    >>> _ = nlp.add_pipe("rulemine_citations")
    >>> doc = nlp("违反《商业银行法》第三条和第五条")
    >>> [(span.text, span.label_, span._.cited_title, span._.cited_articles) for span in doc.spans["rulemine_citations"]]
    [('《商业银行法》第三条和第五条', 'EXTERNAL', '商业银行法', ('第三条', '第五条'))]

    A span bears the kind of the citation as its label, the title as its ``kb_id_``; a tokenizer that cuts words otherwise
    makes it as wide as the words it touches. Saved with ``DocBin`` like any other span.
    """

    def __init__(self, spans_key: str = NAME, alignment: Alignment = "expand") -> None:
        self.spans_key = spans_key
        self.alignment = alignment

    def __call__(self, doc: Doc) -> Doc:
        found = (
            doc.char_span(
                mention.start,
                mention.end,
                label=mention.kind.upper(),
                kb_id=mention.title or "",
                alignment_mode=self.alignment,
                span_id=_SEPARATOR.join(mention.articles),
            )
            for mention in find_mentions(doc.text)
        )
        doc.spans[self.spans_key] = [span for span in found if span is not None]
        return doc


@Language.factory(NAME, assigns=["doc.spans"], default_config={"spans_key": NAME, "alignment": "expand"})
def create_citation_finder(nlp: Language, name: str, spans_key: str, alignment: Alignment) -> CitationFinder:
    """The component that spaCy makes for ``add_pipe``."""
    return CitationFinder(spans_key, alignment)

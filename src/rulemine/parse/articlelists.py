"""Lists of articles in a citation: 第三条第一款第（二）项、第五条至第七条."""

from __future__ import annotations

import re

from rulemine.parse.articles import article_label
from rulemine.text import NUMERAL, parse_number, spell_number, squeeze

N = rf"[{NUMERAL}\d０-９]"
_ARTICLE = rf"[第笫]\s*{N}{{1,9}}\s*条(?:\s*之\s*[{NUMERAL}]{{1,3}})?"
_BRACKETED = rf"(?:第\s*)?[（(]\s*{N}{{1,3}}\s*[）)]"
_INNER = (
    rf"(?:第\s*{N}{{1,3}}\s*款(?!项)|{_BRACKETED}(?:\s*[、，和及与至到]\s*{_BRACKETED})*\s*项(?!目)"
    rf"|第\s*{N}{{1,3}}\s*项(?!目)|第\s*{N}{{1,3}}\s*目(?![标录的]))"
)
WITHIN = rf"(?:\s*{_INNER}(?:\s*[、，和及与至到或]?\s*{_INNER})*)?"
"""款, 项 and 目 behind an article, several of them: 第一款第（二）项、第（三）项."""
_JOINT = r"\s*(?:[、，,和及与或至到]|以及|或者|[-—~～]+)\s*"
ARTICLE_LIST = rf"{_ARTICLE}{WITHIN}(?:{_JOINT}{_ARTICLE}{WITHIN})*"
CHAPTER = rf"[第笫]\s*{N}{{1,4}}\s*[章编](?:\s*第\s*{N}{{1,3}}\s*节)?"

_PART = re.compile(
    rf"(?P<join>[至到]|[-—~～]+)?\s*[第笫]\s*(?P<n>{N}{{1,9}})\s*条(?:\s*之\s*(?P<sub>[{NUMERAL}]{{1,3}}))?"
)
_PARAGRAPH = re.compile(rf"第({N}{{1,3}})款")
_SUBPARAGRAPH = re.compile(rf"第?[（(]({N}{{1,3}})[）)]项?|第?({N}{{1,3}})项")
LONGEST_RANGE = 200  # articles: a longer one is a slip


def expand_articles(text: str | None) -> tuple[str, ...]:
    """The labels of an article list, ranges filled in.

    >>> expand_articles("第三条、第七条第二款至第九条")
    ('第三条', '第七条', '第八条', '第九条')
    """
    labels: list[tuple[int, ...]] = []
    for found in _PART.finditer(text or ""):
        number: tuple[int, ...] = (parse_number(squeeze(found["n"])),)
        if found["sub"]:
            number = (*number, parse_number(found["sub"]))
        if found["join"] and labels and 0 < number[0] - labels[-1][0] <= LONGEST_RANGE:
            labels.extend((n,) for n in range(labels[-1][0] + 1, number[0]))
        labels.append(number)
    return tuple(dict.fromkeys(article_label(number) for number in labels))


def read_within(text: str) -> str | None:
    """The one place within an article that a citation names, as labels of a path; None when it names the whole or several.

    >>> read_within("第三十九条第一款第（二）项"), read_within("第三条第2项"), read_within("第三条"), read_within("第三条第一款、第二款")
    ('第一款/（二）', '（二）', None, None)
    """
    tight = squeeze(text)
    paragraphs = _PARAGRAPH.findall(tight)
    items = [bracketed or bare for bracketed, bare in _SUBPARAGRAPH.findall(tight)]
    if len(paragraphs) > 1 or len(items) > 1 or not (paragraphs or items):
        return None
    labels = [f"第{spell_number(parse_number(n))}款" for n in paragraphs]
    labels += [f"（{spell_number(parse_number(n))}）" for n in items]
    return "/".join(labels)

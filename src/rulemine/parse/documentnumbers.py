"""文号: the numbers that documents bear, as 银发〔2016〕302号."""

from __future__ import annotations

import re

from rulemine.text import NUMERAL

_YEAR = r"[〔\[（(【﹝［]\s*[12]\d{3}\s*年?\s*[〕\]）)】﹞］]"
_COUNT = rf"(?:第\s*[\d{NUMERAL}]{{1,4}}|\d{{1,5}})\s*号"
NUMBER_TAIL = rf"(?:{_YEAR}\s*{_COUNT}|(?:令|公告)\s*(?:{_YEAR}|[12]\d{{3}}\s*年)?\s*{_COUNT})"
DOCUMENT_NUMBER = re.compile(rf"(?!日|于|以|经|由)[\u4e00-\u9fa5]{{1,16}}?{NUMBER_TAIL}")


def find_document_number(text: str) -> re.Match[str] | None:
    """The first 文号 in a text.

    >>> find_document_number("（银发〔2016〕302号）").group()
    '银发〔2016〕302号'
    """
    return DOCUMENT_NUMBER.search(text)

"""How a line begins and ends: whether it opens a provision, a list item or a heading, or goes on with the line before.

Shared by the readers of wrapped text (plain text, PDF).
"""

from __future__ import annotations

import re

_NUMERAL = r"[〇○零一二三四五六七八九十百千两0-9０-９]"
# What follows 第X条 when it is a reference in a sentence and not the beginning of the article.
_REFERENCE = r"(?![的之]?(?:规定|至|到|所|、|和|及|或|与|以及|第|款|项|，|,|。|；|;|）|\)|》|”|中|前|后|的))"
_OPENERS = re.compile(
    rf"""(?:
      [第笫]\s*(?:{_NUMERAL}\s*)+条(?:之{_NUMERAL}+)?{_REFERENCE}
    | [第笫]\s*(?:{_NUMERAL}\s*)+[编章节部](?:分|门)?(?=[\s　]|[^的规，。、；至和]|$)
    | [（(]\s*{_NUMERAL}{{1,4}}\s*[）)]
    | [一二三四五六七八九十]{{1,4}}\s*[、.．]
    | \d{{1,3}}(?:[、)）]|[.．](?!\d))
    | \d{{1,2}}(?:[.．]\d{{1,2}}){{1,4}}(?=[\s　])
    | [①-⑳⑴-⒇⒈-⒛]
    | 附\s*[件录表图则]\s*(?:{_NUMERAL}{{0,3}})\s*(?:[:：\s　]|$)
    | 附\s*(?:{_NUMERAL}{{1,3}}\s*(?:[:：\s　]|$)|[:：])
    | [•·●○■◆▪►➢◇□☆★※]\s*\S
    | [-–—*+]\s+\S
    | [#|]
    | 目\s*录\s*$
    )""",
    re.VERBOSE,
)
_INDENT = re.compile(r"(?:　| {2}|\t)")
_FINAL = re.compile(r"[。；：！？;:!?][”’』」）)】]*$|[”）)】]$")
_CLAUSE_END = re.compile(r"[。；：！？;:!?][”’』」）)】]*$")
_HEADING = re.compile(rf"\s*[第笫]\s*(?:{_NUMERAL}\s*)+[编章节部](?:分)?[^，。；]{{0,30}}$")
_COLUMNS = re.compile(r"[\t|│]|\S(?: {2,}|　{2,})\S")
_TOC_ENTRY = re.compile(r"\S.*?(?:[.·…‥．・。]\s*){4,}\s*[（(]?\d{0,4}[）)]?\s*$|\S.*?…(?:…+\s*\d{0,4}|\s*\d{1,4})\s*$")
_DATE_LINE = re.compile(
    rf"\s*(?:[12]\d{{3}}|二{_NUMERAL}{{3}})\s*年\s*{_NUMERAL}{{1,3}}\s*月(?:\s*{_NUMERAL}{{1,3}}\s*日)?\s*$"
)
_OPEN_ENDED = re.compile(r"[、，,和或及与至的按照据（(《“〈为在由对将被]$")


def opens_provision(line: str) -> bool:
    """Whether a line begins something new: a provision, a list item, a heading, an attachment.

    >>> opens_provision("第五条 保险人应当"), opens_provision("第三十七条的规定处理")
    (True, False)
    >>> opens_provision("1.5万元以上"), opens_provision("（二）逾期")
    (False, True)
    """
    return _OPENERS.match(line.strip()) is not None


def is_indented(line: str) -> bool:
    """Whether a line is set in, as the first line of a paragraph is.

    >>> is_indented("　　本办法"), is_indented("本办法")
    (True, False)
    """
    return _INDENT.match(line) is not None


def ends_sentence(line: str) -> bool:
    """Whether a line ends where a sentence or a clause may end.

    >>> ends_sentence("应当报告。"), ends_sentence("应当报"), ends_sentence("（试行）")
    (True, False, True)
    """
    return _FINAL.search(line.rstrip()) is not None


def ends_clause(line: str) -> bool:
    """Whether a line ends with a full stop, a semicolon or a colon, perhaps in quotes: more strict than ends_sentence.

    >>> ends_clause("应当报告。"), ends_clause("录音显示“双人”")
    (True, False)
    """
    return _CLAUSE_END.search(line.rstrip()) is not None


def breaks_off(line: str) -> bool:
    """Whether a line certainly goes on: it ends with a comma, a joining word or inside an open bracket.

    >>> breaks_off("依照《商业银行"), breaks_off("违反规定的，"), breaks_off("职责")
    (True, True, False)
    """
    return opens_bracket(line) or _OPEN_ENDED.search(line.rstrip()) is not None


def opens_bracket(line: str) -> bool:
    """Whether a line ends inside a bracket.

    >>> opens_bracket("（2020年1月1日公布"), opens_bracket("（试行）的"), opens_bracket("1)")
    (True, False, False)
    """
    return any(line.rfind(left) > line.rfind(right) for left, right in ("《》", "（）", "()", "〔〕"))


def is_heading(line: str) -> bool:
    """Whether a line is a heading of a part, chapter or section.

    >>> is_heading("第三章　职　责"), is_heading("第三章规定的事项，")
    (True, False)
    """
    return _HEADING.match(line) is not None


def is_toc_entry(line: str) -> bool:
    """Whether a line is an entry of a table of contents: a title, leaders, perhaps a page.

    >>> is_toc_entry("总则…………4"), is_toc_entry("总则 . . . . . . 4"), is_toc_entry("总则")
    (True, True, False)
    """
    return _TOC_ENTRY.match(line) is not None


def has_columns(line: str) -> bool:
    """Whether a line looks like a row of a register, which is never joined with another.

    >>> has_columns("1\\t未双录\\t3笔"), has_columns("序号   问题"), has_columns("第一条 总则")
    (True, True, False)
    """
    return _COLUMNS.search(line.strip()) is not None


def is_date_line(line: str) -> bool:
    """Whether a line is nothing but a date, as under a signature.

    >>> is_date_line("2024年7月1日"), is_date_line("2024年7月1日起施行")
    (True, False)
    """
    return _DATE_LINE.match(line) is not None


def glue(left: str, right: str) -> str:
    """What stands between two pieces of a broken line: a space between Latin words, else nothing.

    >>> glue("basis", "point"), glue("基", "点")
    (' ', '')
    """
    return " " if left[-1:].isascii() and left[-1:].isalpha() and right[:1].isascii() and right[:1].isalpha() else ""

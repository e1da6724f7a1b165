"""Title pages: where a rule begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rulemine.parse.documentnumbers import find_document_number
from rulemine.parse.lines import Line
from rulemine.parse.outline import Outline
from rulemine.text import squeeze

_KIND = re.compile(
    r"(?:法|条例|办法|规定|细则|规则|规程|制度|指引|准则|守则|章程|方案|意见|通知|决定|公告|标准|规范|手册|流程|预案|指南|公约|纪律|"
    r"须知|大纲|通则|解释|批复|纲要|要求|手续|方法|措施|机制|办理程序|工作程序|要点|职责|清单|函|通报|协议|规约|说明)(?:[（(][^（）()]{1,20}[）)])*$"
)
_NOT_TITLE = re.compile(
    r"^(?:[第笫].{1,6}[编章节条款]|[（(]?[一二三四五六七八九十\d]+[）)、.．]|附\s*(?:件|表|录)|[①-⑳]|本(?:办法|规定|通知|制度|细则)|各(?:部门|单位|分|支|公司|级|有关)|根据|按照|为(?:了|进|加|规|切|贯)|经(?:研究|.{0,12}(?:批准|同意|审议))|现(?:将|就)|请(?:各|认|遵|予)|特此|[12]\d{3}年)|^目录$|汇编|年版）?$|日印发|公开征求|采纳情况"
)
STOPS = re.compile(r"[。；，！？!?;]|(?<!^关于)：$|：")
ORGANISATION = re.compile(
    r"(?:公司|集团|银行|支行|分行|总行|委员会|管理局|总局|联社|信用社|部|厅|局|院|中心|协会|学院|大学|医院|学校|所)(?:办公室|办公厅)?$"
)
_SHORT_NAME = re.compile(r"(?:集团|银行|支行|分行|总行|联社|信用社|学院|大学|医院|学校|(?<!有限)(?<!责任)公司|总部)$")
"""How a title calls its institution; a full legal name on a line of its own is who issues the rule."""
_DATED = re.compile(r"^[（(]?\s*(?:自\s*)?(?:[12]\d{3}|[一二][零〇○ＯO一二三四五六七八九]{3})\s*(?:年|[-./])")
_BEGINS = re.compile(
    r"^(?:第\s*[一1]\s*[编章节条]|第\s*一\s*部分|总\s*则|一、|1[、.．]|目\s*录|各[^。]{2,60}[：:]$|[^。]{2,200}[：:]$|为了?|根据|第一条)"
)
_CLOSES = re.compile(r"(?:施行|实施|执行|生效|试行|解释|废止)[。；]?$|^.{0,12}[日号]$")
_ADDRESSEE = re.compile(r"^[^。；]{2,80}[：:]$")


@dataclass(frozen=True, slots=True)
class TitlePage:
    """The lines of a title: the first and the last of them."""

    first: int
    last: int
    title: str


def find_title_pages(seen: Outline) -> list[TitlePage]:
    """Every line that is the title of a rule, in order."""
    entries = frozenset(entry for entry in seen.contents_entries() if len(entry) >= 4)
    firsts = {mark.line for mark in seen.marks if mark.rank == "article" and mark.number == (1,)}
    numbered = {mark.line for mark in seen.marks}
    articles_before = _articles_before(seen)
    pages: list[TitlePage] = []
    for i, line in enumerate(seen.lines):
        if i in seen.contents or i in numbered or (pages and i <= pages[-1].last):
            continue
        title = _read_title(line)
        if title is None:
            continue
        hinted = any(title == entry or (len(entry) >= 5 and title.endswith(entry)) for entry in entries)
        if _is_title(seen, i, line, hinted, firsts, bool(articles_before[i])):
            first = _first_line(seen, i, entries, title, numbered)
            pages.append(TitlePage(first, i, "".join(line.squeezed for line in seen.lines[first:i]) + title))
    return _drop_hollow(seen, pages)


def _read_title(line: Line) -> str | None:
    title = line.squeezed.lstrip("#*").rstrip("*").strip("《》")
    if title.count("《") != title.count("》"):
        return None
    outside = re.sub(r"《[^》]*》|[（(][^（）()]*[）)]", "", title)
    if (
        not 4 <= len(title) <= 80
        or line.kind in ("table_row", "footnote")
        or STOPS.search(outside)
        or _NOT_TITLE.search(title)
    ):
        return None
    if is_number_line(title):
        return None
    return title if line.kind == "title" or _KIND.search(title) else None


def _is_title(seen: Outline, i: int, line: Line, hinted: bool, firsts: set[int], inside: bool) -> bool:
    """Whether what follows is the head of a rule; a look-alike inside a rule needs more than a chapter to follow."""
    following = [j for j in range(i + 1, min(i + 14, len(seen.lines))) if j not in seen.contents]
    head = [seen.lines[j] for j in following[:3]]
    numbered = any(is_number_line(h.text) for h in head[:2])
    dated = any(_DATED.match(h.text) for h in head[:2])
    begins = bool(head) and bool(_BEGINS.match(head[0].text))
    reaches = _reaches_first(seen, following, firsts)
    if not _KIND.search(_read_title(line) or "") and (not reaches or ORGANISATION.search(line.squeezed)):
        return False
    above = i > 0 and is_number_line(seen.lines[i - 1].text)
    # What a notice without articles shows: the rule before it has ended, and somebody is addressed.
    closed = i > 0 and bool(_CLOSES.search(seen.lines[i - 1].text))
    addressed = any(_ADDRESSEE.match(h.text) for h in head)
    score = 2 * hinted + 2 * numbered + 1.5 * dated + 2 * reaches + begins + (line.kind == "title") + above
    score += closed + addressed
    if i > 0 and not _may_precede_title(seen.lines[i - 1]):
        score -= 2
    return score >= (2 if not inside else 2.5)


def _reaches_first(seen: Outline, following: Sequence[int], firsts: set[int]) -> bool:
    """Whether 第一条 comes with only head lines between: chapters, dates, a number, a short preamble."""
    for j in following:
        if j in firsts:
            return True
        text = seen.lines[j].text
        if (len(text) > 90 and not _DATED.match(text)) or (
            _KIND.search(seen.lines[j].squeezed) and _read_title(seen.lines[j])
        ):
            return False
    return False


def is_number_line(text: str) -> bool:
    """Whether a line is little more than a 文号.

    >>> is_number_line("星海发〔2023〕5号")
    True
    >>> is_number_line("各部门应当按照银发〔2016〕302号的要求开立、变更和撤销账户，并在季度终了后报告办理情况。")
    False
    """
    found = find_document_number(text)
    return bool(found) and len(squeeze(text)) - len(squeeze(found.group() if found else "")) <= 24


def _may_precede_title(line: Line) -> bool:
    return line.text.endswith(tuple("。；：）)日章件")) or len(line.squeezed) <= 30


_HANGING = re.compile(r"关于$|的$|[和与及、]$|^关于.{2,40}(?<!通知)$")
_GOES_ON = re.compile(r"[和与及或的、]")
"""How a line ends that cannot end a title, and how one begins that cannot begin it."""


def _may_be_cut(above: str, part: str) -> bool:
    """Whether a line and the part of a title below it are one title: neither is whole without the other."""
    return (bool(_GOES_ON.match(part)) or "关于" in above[:26]) and not _KIND.search(above)


def _first_line(seen: Outline, i: int, entries: frozenset[str], title: str, numbered: set[int]) -> int:
    """A title may be set over several lines: its institution, or a line that cannot end there, stands above."""
    first = i
    while first > 0 and i - first < 3:
        above = seen.lines[first - 1]
        if first - 1 in seen.contents or first - 1 in numbered or above.kind in ("table_row", "toc"):
            break
        bare = above.squeezed.lstrip("#*")
        part = "".join(line.squeezed for line in seen.lines[first:i]) + title
        hanging = bool(_HANGING.search(bare)) or (_may_be_cut(bare, part) and len(bare) <= 40)
        hanging = hanging and not STOPS.search(bare)
        institution = (
            bool(_SHORT_NAME.search(bare))
            and len(bare) <= (40 if part.startswith("关于") else 20)
            and not STOPS.search(bare)
            and title[:4] != bare[:4]
        )
        if not (bare + part in entries or hanging or institution):
            break
        first -= 1
    return first


def _articles_before(seen: Outline) -> list[int]:
    """For each line, how many articles of the running rule stand before it; a 第一条 begins the count anew."""
    counts, running = [], 0
    marks = {mark.line: mark for mark in seen.marks if mark.rank == "article"}
    for i in range(len(seen.lines)):
        counts.append(running)
        if mark := marks.get(i):
            running = mark.number[0]
    return counts


def _drop_hollow(seen: Outline, pages: list[TitlePage]) -> list[TitlePage]:
    """A title with nothing under it is a line of a cover or a list."""
    kept = []
    for i, page in enumerate(pages):
        last = pages[i + 1].first if i + 1 < len(pages) else len(seen.lines)
        body = sum(len(seen.lines[j].text) for j in range(page.last + 1, last) if j not in seen.contents)
        if body >= 20:
            kept.append(page)
    return kept

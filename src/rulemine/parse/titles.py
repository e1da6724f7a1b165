"""Title pages: where a rule begins, and what its head and its last articles say about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulemine.parse.citations import find_document_number
from rulemine.parse.lines import Line, Mark
from rulemine.parse.outline import Outline
from rulemine.text import FoundDate, find_dates, parse_number, squeeze, tidy_document_number

_KIND = re.compile(
    r"(?:法|条例|办法|规定|细则|规则|规程|制度|指引|准则|守则|章程|方案|意见|通知|决定|公告|标准|规范|手册|流程|预案|指南|公约|纪律|"
    r"须知|大纲|通则|解释|批复|纲要|要求|手续|方法|措施|机制|办理程序|工作程序|要点|职责|清单|函|通报|协议|规约|说明)(?:[（(][^（）()]{1,20}[）)])*$"
)
_NOT_TITLE = re.compile(
    r"^(?:[第笫].{1,6}[编章节条款]|[（(]?[一二三四五六七八九十\d]+[）)、.．]|附\s*(?:件|表|录)|[①-⑳]|本(?:办法|规定|通知|制度|细则)|各(?:部门|单位|分|支|公司|级|有关)|根据|按照|为(?:了|进|加|规|切|贯)|经(?:研究|.{0,12}(?:批准|同意|审议))|现(?:将|就)|请(?:各|认|遵|予)|特此|[12]\d{3}年)|^目录$|汇编|年版）?$|日印发|公开征求|采纳情况"
)
_STOPS = re.compile(r"[。；，！？!?;]|(?<!^关于)：$|：")
_ORGANISATION = re.compile(
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
_AUTHORITY_LEVELS = (
    ("law", re.compile(r"全国人民代表大会|主席令")),
    ("administrative_regulation", re.compile(r"国务院令|国务院第")),
    ("departmental_rule", re.compile(r"(?:人民银行|委员会|总局|部|局|署)令")),
    ("normative_document", re.compile(r"^(?:银发|银办发|银监发|保监发|银保监发|证监发|金发|财|国办发|国发|税)")),
)


@dataclass(frozen=True, slots=True)
class TitlePage:
    """The lines of a title: the first and the last of them."""

    first: int
    last: int
    title: str


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """What the head and the last articles of a rule say about it."""

    document_number: str | None = None
    issuing_authority: str | None = None
    owner_department: str | None = None
    interpreting_department: str | None = None
    authority_level: str | None = None
    adopted_on: date | None = None
    promulgated_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    revised_on: date | None = None
    trial: bool = False


# ---------------------------------------------------------------- where rules begin


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
        or _STOPS.search(outside)
        or _NOT_TITLE.search(title)
    ):
        return None
    if _is_number_line(title):
        return None
    return title if line.kind == "title" or _KIND.search(title) else None


def _is_title(seen: Outline, i: int, line: Line, hinted: bool, firsts: set[int], inside: bool) -> bool:
    """Whether what follows is the head of a rule; a look-alike inside a rule needs more than a chapter to follow."""
    following = [j for j in range(i + 1, min(i + 14, len(seen.lines))) if j not in seen.contents]
    head = [seen.lines[j] for j in following[:3]]
    numbered = any(_is_number_line(h.text) for h in head[:2])
    dated = any(_DATED.match(h.text) for h in head[:2])
    begins = bool(head) and bool(_BEGINS.match(head[0].text))
    reaches = _reaches_first(seen, following, firsts)
    if not _KIND.search(_read_title(line) or "") and (not reaches or _ORGANISATION.search(line.squeezed)):
        return False
    above = i > 0 and _is_number_line(seen.lines[i - 1].text)
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


def _is_number_line(text: str) -> bool:
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
        hanging = hanging and not _STOPS.search(bare)
        institution = (
            bool(_SHORT_NAME.search(bare))
            and len(bare) <= (40 if part.startswith("关于") else 20)
            and not _STOPS.search(bare)
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


# ---------------------------------------------------------------- what the head says

_VERBS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("expires_on", re.compile(r"有效期(?:至|到)|失效|有效至|止$")),
    ("effective_on", re.compile(r"起?(?:施行|实施|执行|生效|试行)")),
    ("revised_on", re.compile(r"修订|修正|修改")),
    ("promulgated_on", re.compile(r"发布|印发|公布|颁布|下发|颁发")),
    ("adopted_on", re.compile(r"通过|审定|批准|制定")),
)
_TERM = re.compile(
    r"(?:试行期?|有效期|试行期限|暂行)(?:限)?(?:为|是)?(?P<n>[一二两三四五六七八九十\d]{1,3})(?P<unit>年|个月)"
)
_UNTIL = re.compile(
    r"(?:有效期|试行期?|暂行|适用期限|有效期间)(?:限)?(?:为|自[^，。；]{4,16})?(?:至|到|截至|截止)"
    r"|(?:执行|施行|实施|有效)[，,]?(?:至|到|截至)(?=[^，。；]{4,14}(?:止|$))"
)
_OF_THE_RULE = re.compile(
    r"本[^，。；的]{1,6}(?:自|有效期|试行|暂行|的?有效期|执行)|试行期?|暂行|施行|实施之日|^有效期"
)
_INTERPRETER = re.compile(
    r"由(?P<who>(?:(?!由)[^，。；由]){2,30}?)(?:负责)?(?:制定、|制定并|修订和|修订、)?(?:负责)?解释"
)
_OWNER = re.compile(
    r"(?P<who>[\u4e00-\u9fa5]{2,14}(?:部|室|办公室|中心|处|科|委员会))(?:是|为|作为)[^，。；]{0,24}(?:归口管理|牵头|主管|归口)(?:部门|单位|机构)?"
)


def read_title_page(
    text: str, seen: Outline, page: TitlePage, first: int, last: int, marks: Sequence[Mark]
) -> TitleFacts:
    """Number, authority, dates and departments of a rule, from its head and its closing articles."""
    body = next((m.start for m in marks if m.rank in ("article", "chapter", "part", "heading")), None)
    end = seen.lines[last - 1].end if last > first else len(text)
    above = max(first - 3, 0)
    head_end = body if body is not None else min(end, seen.lines[page.last].end + 400)
    head_lines = [
        line
        for i, line in enumerate(seen.lines[above:last], above)
        if i not in seen.contents and line.start < head_end and (i >= first or _is_number_line(line.text))
    ]
    head = "\n".join(line.text for line in head_lines)
    tail = text[max(head_end, end - 600) : end]
    facts = replace(
        _dates_of_head(head),
        document_number=_own_number(seen, page, head_lines),
        trial=bool(re.search(r"试行|暂行", page.title)),
    )
    facts = _dates_of_tail(replace(facts, promulgated_on=facts.promulgated_on or _signed_on(seen, page, last)), tail)
    interpreter = next((m["who"] for m in _INTERPRETER.finditer(tail)), None)
    owner = _OWNER.search(text, head_end, end)
    return replace(
        facts,
        interpreting_department=interpreter,
        owner_department=owner["who"] if owner else None,
        issuing_authority=_authority(seen, page, head_lines),
        authority_level=_authority_level(head, facts.document_number),
    )


def _own_number(seen: Outline, page: TitlePage, head: Sequence[Line]) -> str | None:
    """The rule's own 文号: on a line of its own beside the title, not one cited in a preamble."""
    for line in sorted(head, key=lambda line: (abs(line.start - seen.lines[page.last].end), line.start)):
        found = find_document_number(re.sub(r"《[^》]*》[（(][^）)]*[）)]", "", squeeze(line.text)))
        if found and _is_number_line(line.text):
            return tidy_document_number(found.group())
    return None


def _dates_of_head(head: str) -> TitleFacts:
    """Each date goes with the verb behind it; a bare one beside the number is the day of issue."""
    facts = TitleFacts()
    for line in head.splitlines():
        dates = list(find_dates(line))
        for i, found in enumerate(dates):
            following = dates[i + 1] if i + 1 < len(dates) else None
            if not found.exact:
                continue
            behind = line[found.end : following.start if following else len(line)]
            ahead = line[max(0, found.start - 8) : found.start]
            name = next(
                (
                    name
                    for name, verb in _VERBS
                    if verb.search(behind.partition("。")[0][:60]) or (name == "expires_on" and verb.search(ahead))
                ),
                None,
            )
            facts = _with_date(
                facts, name or "promulgated_on", found, certain=name is not None, whole_line=len(squeeze(line)) < 40
            )
    return facts


def _with_date(facts: TitleFacts, name: str, found: FoundDate, certain: bool, whole_line: bool) -> TitleFacts:
    if name == "revised_on" or (name == "adopted_on" and facts.adopted_on and found.first > facts.adopted_on):
        return replace(facts, revised_on=max(filter(None, (facts.revised_on, found.first))))
    if getattr(facts, name) is None and (certain or whole_line):
        return replace(facts, **{name: found.first})  # type: ignore[arg-type]  # _VERBS names only fields that are dates
    return facts


def _dates_of_tail(facts: TitleFacts, tail: str) -> TitleFacts:
    """“本办法自…起施行”, “自发布之日起施行”, “试行两年”, “有效期至…”."""
    for sentence in re.split(r"[。\n]", tail):
        dates = [d for d in find_dates(sentence) if d.exact]
        if not facts.effective_on and re.search(r"^.{0,30}自.{0,40}起(?:施行|实施|执行|试行|生效)", squeeze(sentence)):
            opening = re.search(r"起\s*(?:施行|实施|执行|试行|生效)", sentence)
            ahead = [d for d in dates if opening and d.end <= opening.start()]
            if ahead and not re.search(r"《[^》]*》.{0,6}自", sentence):
                facts = replace(facts, effective_on=ahead[0].first)
            elif re.search(r"(?:发布|印发|公布|颁布|下发)之日", sentence) and (
                facts.revised_on or facts.promulgated_on
            ):
                facts = replace(facts, effective_on=facts.promulgated_on or facts.revised_on)
        if not _OF_THE_RULE.search(squeeze(sentence)):
            continue
        if until := _UNTIL.search(sentence):
            limit = next((d for d in find_dates(sentence) if d.start >= until.end() - 1), None)
            facts = replace(facts, expires_on=limit.last) if limit else facts
        elif (term := _TERM.search(sentence)) and (
            begun := facts.effective_on or (dates[0].first if dates else facts.promulgated_on)
        ):
            facts = replace(
                facts, expires_on=facts.expires_on or _add_term(begun, parse_number(term["n"]), term["unit"])
            )
    return facts


def states_term(sentence: str) -> bool:
    """Whether a sentence says how long the rule itself is to be in force.

    >>> states_term("试行期二年"), states_term("客户风险测评结果有效期为一年")
    (True, False)
    """
    return bool(_OF_THE_RULE.search(squeeze(sentence)) and (_UNTIL.search(sentence) or _TERM.search(sentence)))


def _signed_on(seen: Outline, page: TitlePage, last: int) -> date | None:
    """The date on a line of its own near the end, under the signature of a notice."""
    for line in reversed(seen.lines[max(page.last + 1, last - 12) : last]):
        dates = list(find_dates(line.text))
        if dates and dates[0].exact and len(line.squeezed) <= 14:
            return dates[0].first
    return None


def _add_term(begun: date, count: int, unit: str) -> date:
    """The last day of a term that begins on a day."""
    months = begun.month - 1 + (12 * count if unit == "年" else count)
    year, month = begun.year + months // 12, months % 12 + 1
    day = min(begun.day, 28)
    return date.fromordinal(date(year, month, day).toordinal() + (begun.day - day) - 1)


def _authority(seen: Outline, page: TitlePage, head: Sequence[Line]) -> str | None:
    """The institution on a line of its own above or within the title."""
    for line in reversed(seen.lines[max(0, page.first - 2) : page.first]):
        bare = line.squeezed.removesuffix("文件").lstrip("#*")
        if not _is_number_line(line.text) and not _ORGANISATION.search(bare):
            break
        if 4 <= len(bare) <= 30 and _ORGANISATION.search(bare) and not _STOPS.search(bare):
            return bare
    found = re.match(
        r"(?P<who>.{4,24}?(?:公司|集团|银行|委员会|管理局|总局|办公厅|联社|人民法院|人民检察院))关于", page.title
    )
    return found["who"] if found else None


def _authority_level(head: str, number: str | None) -> str | None:
    for level, pattern in _AUTHORITY_LEVELS:
        if pattern.search(number or "") or (level != "normative_document" and pattern.search(head)):
            return level
    return None

"""What a rule states about itself in its head and its last articles: number, authority, dates and departments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulemine.parse.documentnumbers import find_document_number
from rulemine.parse.lines import Line, Mark
from rulemine.parse.outline import Outline
from rulemine.parse.titles import ORGANISATION, STOPS, TitlePage, is_number_line
from rulemine.text import FoundDate, end_of_term, find_dates, parse_number, squeeze, tidy_document_number

_AUTHORITY_LEVELS = (
    ("law", re.compile(r"全国人民代表大会|主席令")),
    ("administrative_regulation", re.compile(r"国务院令|国务院第")),
    ("departmental_rule", re.compile(r"(?:人民银行|委员会|总局|部|局|署)令")),
    ("normative_document", re.compile(r"^(?:银发|银办发|银监发|保监发|银保监发|证监发|金发|财|国办发|国发|税)")),
)
_VERBS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("expires_on", re.compile(r"有效期(?:至|到)|失效|有效至|止$")),
    ("effective_on", re.compile(r"起?(?:施行|实施|执行|生效|试行)")),
    ("revised_on", re.compile(r"修订|修正|修改")),
    ("promulgated_on", re.compile(r"发布|印发|公布|颁布|下发|颁发")),
    ("adopted_on", re.compile(r"通过|审定|批准|制定")),
)
_NAMED = re.compile(r"《[^》]*(?:》|$)")  # 实施细则 and 修改…的决定 in a title are no verbs
_TERM = re.compile(
    r"(?:试行期?|有效期|试行期限|暂行)(?:限)?(?:为|是)?(?P<n>[一二两三四五六七八九十\d]{1,3})(?P<unit>年|个月)"
)
_BRACKETED = re.compile(r"（[^）]*）|\([^)]*\)")
_TAKES_EFFECT = re.compile(
    r"^(?:(?!》).){0,30}自(?P<from>[^》]{2,40}?)(?:起|(?<=日))(?:开始|正式)?(?:施行|实施|执行|试行|生效)"
)
_SURELY_TAKES_EFFECT = re.compile(
    r"本[\u4e00-\u9fa5]{1,6}自(?P<from>[^，。；》]{2,20}?)(?:起|(?<=日))(?:开始|正式)?(?:施行|实施|执行|试行|生效)"
)
_DAY_OF_ISSUE = re.compile(r"(?:发布|印发|公布|颁布|下发)之日")
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
        if i not in seen.contents and line.start < head_end and (i >= first or is_number_line(line.text))
    ]
    head = "\n".join(line.text for line in head_lines)
    tail = text[max(head_end, end - 600) : end]
    facts = replace(
        _dates_of_head(head),
        document_number=_own_number(seen, page, head_lines),
        trial=bool(re.search(r"试行|暂行", page.title)),
    )
    facts = _dates_of_tail(replace(facts, promulgated_on=facts.promulgated_on or _signed_on(seen, page, last)), tail)
    if not facts.effective_on and (stated := _last(_SURELY_TAKES_EFFECT, text[head_end:end])):
        facts = replace(facts, effective_on=_begin_of_effect(stated["from"], facts))  # attachments follow it
    interpreter = next((m["who"] for m in _INTERPRETER.finditer(tail)), None)
    owner = _OWNER.search(text, head_end, end)
    return replace(
        facts,
        interpreting_department=interpreter,
        owner_department=owner["who"] if owner else None,
        issuing_authority=_authority(seen, page, head_lines),
        authority_level=_authority_level(head, facts.document_number),
    )


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return found


def _own_number(seen: Outline, page: TitlePage, head: Sequence[Line]) -> str | None:
    """The rule's own 文号: on a line of its own beside the title, not one cited in a preamble."""
    for line in sorted(head, key=lambda line: (abs(line.start - seen.lines[page.last].end), line.start)):
        found = find_document_number(re.sub(r"《[^》]*》[（(][^）)]*[）)]", "", squeeze(line.text)))
        if found and is_number_line(line.text):
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
            behind = _NAMED.sub("", line[found.end : following.start if following else len(line)])
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
        if not facts.effective_on and (opening := _TAKES_EFFECT.search(squeeze(_BRACKETED.sub("", sentence)))):
            facts = replace(facts, effective_on=_begin_of_effect(opening["from"], facts))
        if not _OF_THE_RULE.search(squeeze(sentence)):
            continue
        if until := _UNTIL.search(sentence):
            limit = next((d for d in find_dates(sentence) if d.start >= until.end() - 1), None)
            facts = replace(facts, expires_on=limit.last) if limit else facts
        elif (term := _TERM.search(sentence)) and (
            begun := facts.effective_on or (dates[0].first if dates else facts.promulgated_on)
        ):
            count = parse_number(term["n"])
            ends = end_of_term(begun, **{"years" if term["unit"] == "年" else "months": count})
            facts = replace(facts, expires_on=facts.expires_on or ends)
    return facts


def _begin_of_effect(words: str, facts: TitleFacts) -> date | None:
    """The day that “自…起施行” names; the day of issue of a rule that begins with it."""
    if dates := [found for found in find_dates(words) if found.exact]:
        return dates[0].first
    if not _DAY_OF_ISSUE.search(words):
        return None
    return facts.promulgated_on or (None if facts.adopted_on else facts.revised_on)


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


def _authority(seen: Outline, page: TitlePage, head: Sequence[Line]) -> str | None:
    """The institution on a line of its own above or within the title."""
    for line in reversed(seen.lines[max(0, page.first - 2) : page.first]):
        bare = line.squeezed.removesuffix("文件").lstrip("#*")
        if not is_number_line(line.text) and not ORGANISATION.search(bare):
            break
        if 4 <= len(bare) <= 30 and ORGANISATION.search(bare) and not STOPS.search(bare):
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

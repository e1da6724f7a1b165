"""The pass over a text that finds where citations stand: it stops at the characters with which one can begin."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from rulemine.parse.articlelists import ARTICLE_LIST, CHAPTER, WITHIN, N
from rulemine.parse.documentnumbers import DOCUMENT_NUMBER, NUMBER_TAIL
from rulemine.parse.names import KnownNames, NameSpan

_How = Literal["named", "self", "relative", "again", "same_article", "number"]


@dataclass(frozen=True, slots=True)
class Draft:
    """A citation before the ones around it are known."""

    start: int
    end: int
    how: _How
    title: str | None = None
    number: str | None = None
    cited: str = ""
    """The list of articles as written."""
    owned: bool = False
    """Whether the words call the rule the institution's own: 本行《…》."""
    word: str = ""
    """The kind of rule that is pointed back to: 办法 in 该办法."""


@dataclass(frozen=True, slots=True)
class _Scan:
    """A text with the names that stand in it."""

    text: str
    names: dict[int, NameSpan]
    """By their ends."""
    defined: dict[str, str]
    """Short names that the text defines, also written in marks: 《管理办法》."""


_ANCHORS = re.compile(r"[《第笫前上本同该令告〔\[（(【﹝［]")


def find_drafts(text: str, known: KnownNames, defined: dict[str, str]) -> list[Draft]:
    """Every citation of a text in the order it stands, before the ones around it are asked what it means."""
    spans = [*known.find(text), *(KnownNames(defined).find(text) if defined else ())]
    scan = _Scan(text, {span.end: span for span in spans}, defined)
    drafts: list[Draft] = []
    position = 0
    while stop := _ANCHORS.search(text, position):
        draft = _LOOKS[stop.group()](scan, stop.start())
        if draft is not None and draft.how == "named" and drafts and _is_numbered(text, drafts[-1], draft):
            before = drafts.pop()
            draft = replace(draft, start=before.start, number=draft.number or before.number)
        if draft is not None and (not drafts or draft.start >= drafts[-1].end):
            drafts.append(draft)
        position = draft.end if draft is not None else stop.end()
    return _with_names_alone(scan, drafts)


def _is_numbered(text: str, number: Draft, titled: Draft) -> bool:
    """Whether a number stands before the title that bears it: 银发〔2018〕106号《…意见》."""
    return (
        number.how == "number"
        and not titled.owned
        and bool(re.fullmatch(r"\s*(?:文件?|印发的?|发布的?|公布的?)?\s*", text[number.end : titled.start]))
    )


def _with_names_alone(scan: _Scan, drafts: list[Draft]) -> list[Draft]:
    """The drafts, and between them the known names that stand apart, with no article behind them."""
    ends = [draft.end for draft in drafts]
    alone = []
    for span in scan.names.values():
        at = bisect_left(ends, span.start + 1)
        taken = at < len(drafts) and drafts[at].start < span.end
        if span.is_apart and not taken and not _inside_marks(scan.text, span.start) and not _is_line(scan.text, span):
            alone.append(Draft(span.start, span.end, "named", span.title))
    return sorted([*drafts, *alone], key=lambda draft: draft.start) if alone else drafts


def _is_line(text: str, span: NameSpan) -> bool:
    """Whether a name fills its line: the title of the text itself."""
    return not text[text.rfind("\n", 0, span.start) + 1 : span.start].strip() and text[span.end : span.end + 1] in (
        "",
        "\n",
    )


def _inside_marks(text: str, at: int) -> bool:
    """Whether a place lies within 《》: the name of a form may hold that of a law."""
    opened = text.rfind("《", max(0, at - 80), at)
    return opened >= 0 and text.find("》", opened, at) < 0 and "\n" not in text[opened:at]


# ---------------------------------------------------------------- titles in marks

_TITLE = r"《(?P<title>[^《》\n]{2,80}(?:[《〈][^《》\n]{2,60}[》〉][^《》\n]{0,40})*)》"
_BRACKET = r"\s*[（(](?P<bracket>[^（）()\n]{2,60}(?:[（(〔][^（）()\n]{1,30}[）)〕][^（）()\n]{0,60})?)[）)]"
_MARKED = re.compile(
    rf"{_TITLE}(?:{_BRACKET})?(?P<also>以?下简?称[^。；\n]{{0,30}}?)?(?:(?:的?\s*)?(?P<articles>{ARTICLE_LIST}|{CHAPTER}))?"
)
_OWN = r"(?:本行|我行|总行|[本我]?公司|集团公司|[本我]?集团|本社|省联社|本中心|本单位|[本我]司)现?行?的?"
_OWNER = re.compile(rf"{_OWN}\s*$")
_BEING_DEFINED = re.compile(r"(?:简|统|合|下)?称(?:为|作)?[:：]?[“\"]?\s*$")
_RULE_WORD = re.compile(
    r"(?:法|法典|修正案|条例|办法|规定|细则|规则|规程|制度|指引|准则|守则|章程|方案|意见|通知|决定|公告|标准|规范|通则|总则|纲要|解释|批复|预案|公约|手册|要求|指南|措施|补充规定|清单|通告|令)(?:[（(].{1,12}[）)])?$"
)
NOT_A_RULE = re.compile(
    r"(?:报告|报告书|告知书|通知书|承诺书|声明|合同|协议|登记表|登记簿|登记册|清单|申请表|审批表|评分表|证书|许可证|日报|杂志|手记|确认书|申请书|意见书|委托书|授权书|责任书|凭证|台账|问卷|题库)(?:[（(].{1,12}[）)])?$"
)
_OF_A_FORM = re.compile(
    r"(?:(?![的第中在])[\u4e00-\u9fa5]){0,6}?(?:登记表|登记簿|登记册|审批表|签收单|回执|申请表|领用表|台账|清单|考试|试卷|培训|课程|宣传册|封面)"
)
"""What makes a title the name of a form or a course: 《员工手册》领用登记表."""


def _look_for_title(scan: _Scan, at: int) -> Draft | None:
    found = _MARKED.match(scan.text, at)
    if found is None or _BEING_DEFINED.search(scan.text, max(0, at - 6), at):
        return None
    title, bracket = found["title"].strip(), found["bracket"]
    number = DOCUMENT_NUMBER.search(bracket) if bracket else None
    if NOT_A_RULE.search(title) or not (found["articles"] or number or _RULE_WORD.search(title)):
        return None
    if not found["articles"] and _OF_A_FORM.match(scan.text, found.end("title") + 1):
        return None
    end = found.end()
    if not found["articles"]:
        end = found.end("bracket") + 1 if number else found.end("title") + 1
    owner = _OWNER.search(scan.text, max(0, at - 8), at)
    return Draft(
        owner.start() if owner else at,
        end,
        "named",
        scan.defined.get(title, title),
        number.group() if number else None,
        found["articles"] or "",
        owned=owner is not None,
    )


# ---------------------------------------------------------------- articles without a title in marks

_KIND_WORD = "办法|规定|细则|规则|制度|条例|指引|准则|章程|守则|规程|通知|意见|方案|规范|法|决定|解释|手册|流程|预案|标准|公约|纲要|通则"
_LISTED = re.compile(rf"{ARTICLE_LIST}|{CHAPTER}")
_PARAGRAPHS = re.compile(rf"第\s*{N}{{1,3}}\s*款{WITHIN}(?=的?规定|所列|的?情形|要求|约定|之规定)")
_SELF = re.compile(rf"本(?:{_KIND_WORD})的?\s*$")
_AGAIN = re.compile(rf"(?:该|同一?|此)(?P<word>{_KIND_WORD})的?\s*$")
_BARE = re.compile(rf"[\u4e00-\u9fa5（）()]{{0,30}}(?:{_KIND_WORD}|法典)(?:[（(](?:试行|暂行)[）)])?$")
_SURE_LEAD = re.compile(
    r".*(?:根据|依照|按照|依据|违反|违背|适用|参照|执行|符合|对照|遵守|落实|构成|触犯|以及|或者|应当|不得|规定的|认定为|达到|实施|属于|涉及|遵循|详见|参见|[见按照依的了及与或其如除])(?=.{2})"
)
_WEAK_LEAD = re.compile(r".+(?:和|由|将|是|对(?![外公私])|在(?![建职途岗])|(?<![所国拥])有(?![限关价]))(?=.{2})")
_NO_TITLE = re.compile(
    r"^(?:该|同|新|旧|原|此|本|方|办|做|看|用|说|想|现|各|其)?(?:法|办法|规定|制度|细则|通知|意见|方案|标准|条例)$|本[办规细制通指法]|^该"
)
_CUE = re.compile(
    r"(?:适用|依照|按照|根据|依据|违反|违背|符合|参照|执行|遵照|详见|参见|遵守|(?<!删)除|见|按|依|照)\s*$"
)
_AFTER = re.compile(r"(?:的|所|之|中|以?外|规定|、|，|。|；|）|\)|要求|情形|处理|执行|办理|$)(?!修改|改为|中?的?[“\"])")


def _look_for_articles(scan: _Scan, at: int) -> Draft | None:
    text = scan.text
    found = _LISTED.match(text, at)
    if found is None:
        return _look_for_paragraph(text, at)
    if not text[text.rfind("\n", 0, at) + 1 : at].strip():
        return None  # at the front of a line it is the label of an article
    before = at - len(text[max(0, at - 2) : at]) + len(text[max(0, at - 2) : at].rstrip(" \u3000\xa0的"))
    name = scan.names.get(before)
    if name:
        return Draft(name.start, found.end(), "named", name.title, cited=found.group())
    ahead = text[max(0, at - 40) : at].rpartition("\n")[2]
    if own := _SELF.search(ahead):
        return Draft(at - len(ahead) + own.start(), found.end(), "self", cited=found.group())
    if again := _AGAIN.search(ahead):
        return Draft(at - len(ahead) + again.start(), found.end(), "again", cited=found.group(), word=again["word"])
    bare = _BARE.search(ahead.rstrip(" \u3000\xa0的"))
    if bare and (title := _cut_lead(bare.group())):
        start = before - len(title)
        owner = re.match(_OWN, title)
        owned = owner is not None and len(title) - owner.end() > 3
        title = title[owner.end() :] if owner and owned else title
        return Draft(start, found.end(), "named", title, cited=found.group(), owned=owned)
    if "条" in found.group() and _CUE.search(ahead) and _AFTER.match(text, found.end()):
        return Draft(at, found.end(), "self", cited=found.group())
    return None


def _look_for_paragraph(text: str, at: int) -> Draft | None:
    """A 款 of the article in which it stands: 依照第二款的规定."""
    found = _PARAGRAPHS.match(text, at)
    return Draft(at, found.end(), "relative", cited="") if found and _CUE.search(text, max(0, at - 4), at) else None


def _cut_lead(words: str) -> str | None:
    """A title without the words that lead up to it; None where nothing that may be one is left."""
    if lead := _SURE_LEAD.match(words):
        words = words[lead.end() :]
    if lead := _WEAK_LEAD.match(words):
        words = words[lead.end() :]
    words = words.lstrip("（）()")
    return None if len(words) < 3 or _NO_TITLE.search(words) else words


# ---------------------------------------------------------------- pointing words and bare numbers

_RELATIVE = re.compile(
    rf"(?:前{N}?[款条项](?![件例线项目额式待])|上[一]?[款条](?![件例线])|前述(?:规定|条款)|上述(?:规定|条款)|本[条款](?![件例款项])){WITHIN}"
)
_NOT_BEFORE = re.compile(r"[提目当以之生事先跟向空超预]$")
_SAME = re.compile(rf"[同该]条(?![件例款约])(?=\s*第|的?规定|所[列称]){WITHIN}")
_EACH = re.compile(r"各$")


def _look_for_pointer(scan: _Scan, at: int) -> Draft | None:
    found = _RELATIVE.match(scan.text, at)
    if found is None or _NOT_BEFORE.search(scan.text, max(0, at - 1), at):
        return None
    return Draft(at, found.end(), "relative")


def _look_for_same(scan: _Scan, at: int) -> Draft | None:
    found = _SAME.match(scan.text, at)
    if found is None or _EACH.search(scan.text, max(0, at - 1), at):
        return None
    return Draft(at, found.end(), "same_article")


_NUMBER_AT = re.compile(NUMBER_TAIL)
_NUMBER_CITED = re.compile(
    r"(?:根据|依照|按照|依据|违反|违背|参照|执行|适用|贯彻|落实|转发|遵照|详见|参见|见|按|以|与|(?<!人民共)和|、)[^。；，\n]{0,12}\Z"
)
_NUMBERED = re.compile(
    r"(?:文件?|通知|公告|批复|函)?(?:印发|发布|公布)?的?[ \u3000]*(?:《|规定|要求|精神|文件|文(?!$)|第[^。\n]{1,6}条)"
)
_OF_NUMBER = re.compile(rf"(?:文件?)?的?[ \u3000]*(?P<articles>{ARTICLE_LIST})")
_ISSUER = re.compile(
    r"(?:[\u4e00-\u9fa5]{2,20}(?: |\u3000)(?=[\u4e00-\u9fa5]*(?:部|会|局|行|院|署)))*[\u4e00-\u9fa5]{1,24}$"
)
_NOT_ISSUER = re.compile(
    r".*(?:根据|依照|按照|依据|转发|贯彻|落实|文号为|编号为|违反|执行|参照|适用|[见按照依的以及与或由经于]|(?<!人民共)和)(?=.)"
)


def _look_for_number(scan: _Scan, at: int) -> Draft | None:
    text = scan.text
    at -= text[at] == "告" and text[at - 1 : at] == "公"
    found = _NUMBER_AT.match(text, at)
    issuer = _ISSUER.search(text, max(0, at - 40), at) if found else None
    if found is None or issuer is None:
        return None
    lead = _NOT_ISSUER.match(issuer.group())
    start = issuer.start() + (lead.end() if lead else 0)
    if not (_NUMBER_CITED.search(text, max(0, start - 24), start) or _NUMBERED.match(text, found.end())):
        return None  # the number of the text itself, on a line of its own or behind the day of its issue
    listed = _OF_NUMBER.match(text, found.end())
    end, cited = (listed.end(), listed["articles"]) if listed else (found.end(), "")
    return Draft(start, end, "number", number=text[start : found.end()], cited=cited)


_Look = Callable[[_Scan, int], Draft | None]
_LOOKS: dict[str, _Look] = {
    character: look
    for characters, look in (
        ("《", _look_for_title),
        ("第笫", _look_for_articles),
        ("前上本", _look_for_pointer),
        ("同该", _look_for_same),
        ("令告〔[（(【﹝［", _look_for_number),
    )
    for character in characters
}

"""Citations: which rule or provision a text names, with exact offsets.

Found by pattern, not by cutting words: jieba cuts 第一百零三条 in three. The parser says what is written; which provision
is meant is the business of ``resolving.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from rulemine.parse.articles import article_label
from rulemine.schema import CitationKind
from rulemine.text import NUMERAL, parse_number, squeeze, tidy_document_number

_N = rf"[{NUMERAL}\d]"
_YEAR_NUMBER = r"[〔\[（(【﹝［]\s*[12]\d{3}\s*年?\s*[〕\]）)】﹞］]"
DOCUMENT_NUMBER = re.compile(
    rf"(?!日|于|以|经|由)[\u4e00-\u9fa5]{{1,16}}?(?:{_YEAR_NUMBER}\s*第?\s*\d{{1,4}}\s*号|令\s*(?:{_YEAR_NUMBER}|[12]\d{{3}}\s*年)?\s*第\s*[\d{NUMERAL}]{{1,4}}\s*号|公告\s*(?:{_YEAR_NUMBER}|[12]\d{{3}}\s*年)\s*第\s*\d{{1,4}}\s*号)"
)
_TITLE = r"《(?P<title>[^《》\n]{2,80}(?:[《〈][^《》\n]{2,60}[》〉][^《》\n]{0,40})*)》"
_ARTICLE = rf"[第笫]\s*{_N}{{1,9}}\s*条(?:\s*之\s*[{NUMERAL}]{{1,3}})?"
_DEEPER = rf"(?:\s*第\s*{_N}{{1,3}}\s*款)?(?:\s*第?\s*[（(]?\s*{_N}{{1,3}}\s*[）)]?\s*项)?(?:\s*第\s*{_N}{{1,3}}\s*目)?"
_ARTICLE_LIST = rf"{_ARTICLE}{_DEEPER}(?:\s*(?:[、，,和及与或至到]|以及|[-—~～]+)\s*{_ARTICLE}{_DEEPER})*"
_SELF = r"本(?:办法|规定|细则|规则|制度|条例|指引|准则|章程|守则|规程|通知|意见|方案|规范|法|决定|解释|手册|流程|预案)"
_FULL = re.compile(
    rf"(?P<owner>(?:本行|我行|总行|本公司|公司|集团|集团公司|本集团|本社|省联社|本中心)的?)?{_TITLE}(?P<bracket>[（(][^（）()\n]{{2,60}}(?:[（(][^（）()\n]{{1,30}}[）)][^（）()\n]{{0,30}})?[）)])?(?P<also>(?:以?下简?称[^。；\n]{{0,30}})?)(?P<articles>(?:的?\s*)?{_ARTICLE_LIST})?"
)
_OWN = re.compile(rf"(?P<self>{_SELF})(?P<articles>{_ARTICLE_LIST})")
_BARE = re.compile(
    rf"(?P<title>(?:中华人民共和国)?[\u4e00-\u9fa5]{{1,14}}?(?:法典?|条例|章程))(?P<articles>{_ARTICLE_LIST})"
)
_LEADING = re.compile(
    r"^.*(?:根据|依照|按照|依据|违反|适用|参照|执行|符合|对照|遵守|落实|构成|触犯|以及|或者|及|和|与|或|按|照|依|将|由|对|在|是|有|的|其|了)(?=.{2})"
)
_NO_TITLE = re.compile(r"^(?:该|同|新|旧|原|此|本|方|办|做|看|用|说|想)?法$|本[办规细制通指法]|^该")
_ANAPHORA = re.compile(rf"(?:该|同)(?:法|条例|办法|规定|指引|通知|细则|规则|准则|意见)(?P<articles>{_ARTICLE_LIST})")
_RELATIVE = re.compile(rf"前[一二两三四]?[款条项]|[本同]条(?:第{_N}+款)?(?:第?[（(]{_N}+[）)]项)?|上述(?:规定|条款)")
_PART = re.compile(
    rf"(?P<join>[至到]|[-—~～]+)?\s*[第笫]\s*(?P<n>{_N}{{1,9}})\s*条(?:\s*之\s*(?P<sub>[{NUMERAL}]{{1,3}}))?"
)
_ABBREVIATION = re.compile(
    r"(?:以下|下文|下称)?(?:统称|合称|简称)为?\s*[“\"《]?(?P<name>[\u4e00-\u9fa5]{2,20})[”\"》]?\s*[）)，,]"
)
_RULE_WORD = re.compile(
    r"(?:法|法典|修正案|条例|办法|规定|细则|规则|规程|制度|指引|准则|守则|章程|方案|意见|通知|决定|公告|标准|规范|通则|总则|纲要|解释|批复|预案|公约|手册|要求|指南|措施|补充规定|清单|通告|令)(?:[（(].{1,12}[）)])?$"
)
NOT_A_RULE = re.compile(
    r"(?:报告|报告书|告知书|通知书|承诺书|声明|合同|协议|登记表|登记簿|登记册|清单|申请表|审批表|评分表|证书|许可证|日报|杂志|手记|确认书|申请书|意见书|委托书|授权书|责任书|凭证|台账|问卷|题库)(?:[（(].{1,12}[）)])?$"
)
_NATIONAL = re.compile(
    r"中华人民共和国|^(?:国务院|全国人民代表大会|最高人民|财政部|中国人民银行|中国银|中国证|中国保|国家|商业银行|银行|保险|金融|证券|信托公司|"
    r"中央企业|企业|人身保险|基金|支付机构|非银行|上市公司|公开募集|私募|会计|党政机关|关于规范|行政单位|事业单位|贷款通则)|(?<![办方])法$|法典$|条例$|修正案"
)
_OUTSIDE_NUMBER = re.compile(
    r"银发|银办发|监发|监办发|保监|证监|财[会金税]|国办|国发|国税|国资|主席令|国务院令|委员会令|总局令|人民银行|部令"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A citation as it stands in a text, not yet placed in a rule."""

    start: int
    end: int
    text: str
    title: str | None
    document_number: str | None
    articles: tuple[str, ...]
    kind: CitationKind


def find_mentions(text: str) -> Iterator[Mention]:
    """Citations in the order they stand, overlapping ones once.

    >>> [(m.title, m.articles) for m in find_mentions("违反《商业银行法》第三条至第五条和本办法第八条的规定")]
    [('商业银行法', ('第三条', '第四条', '第五条')), (None, ('第八条',))]
    """
    names = dict(_defined_names(text))
    taken = 0
    last: Mention | None = None
    for found, how in _merge(
        _find_full(text),
        _find_own(text),
        _find_named(text, names),
        _find_again(text),
        _find_bare(text),
        _find_relative(text),
    ):
        if found.start() < taken:
            continue
        taken = found.end()
        mention = _as_mention(found, how, names)
        if how == "again" and last:
            mention = replace(mention, title=last.title, document_number=last.document_number, kind=last.kind)
        last = mention if mention.title else last
        yield mention


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
        if found["join"] and labels and 0 < number[0] - labels[-1][0] <= 200:
            labels.extend((n,) for n in range(labels[-1][0] + 1, number[0]))
        labels.append(number)
    return tuple(dict.fromkeys(article_label(number) for number in labels))


def find_document_number(text: str) -> re.Match[str] | None:
    """The first 文号 in a text.

    >>> find_document_number("（银发〔2016〕302号）").group()
    '银发〔2016〕302号'
    """
    return DOCUMENT_NUMBER.search(text)


_Found = tuple[re.Match[str], str]


def _merge(*streams: Iterator[_Found]) -> list[_Found]:
    return sorted((item for stream in streams for item in stream), key=lambda item: (item[0].start(), -item[0].end()))


def _find_full(text: str) -> Iterator[_Found]:
    for found in _FULL.finditer(text):
        title = found["title"].strip()
        cited = found["articles"] or (found["bracket"] and DOCUMENT_NUMBER.search(found["bracket"]))
        if not NOT_A_RULE.search(title) and (cited or _RULE_WORD.search(title)):
            yield found, "full"


def _find_own(text: str) -> Iterator[_Found]:
    return ((found, "self") for found in _OWN.finditer(text))


def _find_relative(text: str) -> Iterator[_Found]:
    return ((found, "relative") for found in _RELATIVE.finditer(text))


def _find_again(text: str) -> Iterator[_Found]:
    return ((found, "again") for found in _ANAPHORA.finditer(text))


def _find_bare(text: str) -> Iterator[_Found]:
    """A title without marks, as in 依照民法典第五百八十五条; what leads up to it is cut off."""
    for found in _BARE.finditer(text):
        lead = _LEADING.match(found["title"])
        tight = _BARE.match(text, found.start() + (lead.end() if lead else 0))
        if tight and not _NO_TITLE.search(tight["title"]):
            yield tight, "bare"


def _find_named(text: str, names: dict[str, str]) -> Iterator[_Found]:
    if names:
        alternatives = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        for found in re.finditer(rf"(?<![“\"《])(?P<name>{alternatives})(?P<articles>{_ARTICLE_LIST})", text):
            yield found, "named"


def _defined_names(text: str) -> Iterator[tuple[str, str]]:
    """以下简称: the short name and the title before it."""
    for found in _ABBREVIATION.finditer(text):
        before = text[max(0, found.start() - 120) : found.start()]
        titles = list(re.finditer(_TITLE, before))
        if titles and "。" not in before[titles[-1].end() :] and titles[-1].end() >= len(before) - 60:
            yield found["name"], titles[-1]["title"]


def _as_mention(found: re.Match[str], how: str, names: dict[str, str]) -> Mention:
    groups = found.groupdict()
    stated = groups["name"] if how == "named" else groups.get("title")
    title = names.get(stated, stated) if stated else None
    end = found.end()
    bracket = groups.get("bracket")
    number = DOCUMENT_NUMBER.search(bracket) if bracket else None
    if bracket and not number and not groups.get("articles"):
        end = found.start("bracket")
    return Mention(
        found.start(),
        end,
        found.string[found.start() : end],
        squeeze(title) if title else None,
        tidy_document_number(number.group()) if number else None,
        expand_articles(groups.get("articles")),
        _kind(how, title, groups.get("owner"), number.group() if number else ""),
    )


def _kind(how: str, title: str | None, owner: str | None, number: str) -> CitationKind:
    if how in ("self", "relative"):
        return "self" if how == "self" else "relative"
    if owner or not title:
        return "internal"
    return "external" if _NATIONAL.search(squeeze(title)) or _OUTSIDE_NUMBER.search(number) else "internal"

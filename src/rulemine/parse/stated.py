"""What a report states about itself: how many issues, how much money, how many institutions, how far mended.

Only sentences on the whole report count: not those of one fault, of one section, of former years, of what was inspected.
Where several give a figure, the one that sums up (共, 合计, with a rate or a status beside it) is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rulemine.parse.accountability import N, count_stated, read_accountability
from rulemine.parse.finding_references import NUMBERS, expand_numbers
from rulemine.schema import Stated
from rulemine.text import NUMERAL, find_money, parse_number

_COUNTED = r"(?:个方面|方面|大类|小类|类别|种类|类|个|项|条|笔|处|起|件|宗|点|道|桩)"
_ISSUE = r"(?:问题|违规点|风险点|问题点|缺陷|隐患|违规事项|不符合项|差错|疑点|事项|事实|发现|偏差|(?<=件)事)"
_KINDS = frozenset({"大类", "小类", "类别", "种类", "类"})
_ASPECTS = frozenset({"个方面", "方面"})
_COUNTED_CHAIN = rf"{N}\s*{_COUNTED}(?:(?:内容|问题)?[、，,及和与共计]*{N}\s*{_COUNTED})*"
_NO_KIND = r"(?!类别|方面|大类|环节|领域|维度|部门)"
_BEHIND = re.compile(
    rf"{_ISSUE}(?:线索|清单)?(?:数量|数|总数|总量)?(?:[，,](?=共))?(?:共计?|合计|总计|累计|为|有|达|计|列示|[：:])*\s*(?P<chain>{_COUNTED_CHAIN}){_NO_KIND}"
)
_AHEAD = re.compile(
    rf"(?P<chain>{_COUNTED_CHAIN}){_NO_KIND}(?:的)?(?:[\u4e00-\u9fa5“”]{{0,8}}?)(?<!类)(?:{_ISSUE})(?!整改措施|整改率|原因|台账|类型)"
)
_ROW = re.compile(rf"^(?:合计|总计|共计|小计)[：:\s|]*(?P<chain>{_COUNTED_CHAIN})")
_PIECE = re.compile(rf"(?P<n>{N})\s*(?P<unit>{_COUNTED})")
_SUMS_UP = re.compile(r"(?:共|合计|总计|累计|一共|全部|本次|此次|总共|以上|上述)")
_VERB = re.compile(r"发现|指出|反馈|查出|提出|检出|认定|排查出|移交|梳理|揭示|列示|列入|列出|涉及|存在|形成|确认|反映")
_HISTORY = re.compile(
    r"回头看[”」]?涉及|不(?:再)?重复统计|以前年度|以往|往年|上一?年度?|去年|前次|上次|上一?轮|上期|前期|历年|既往|此前|同比|较\d{4}年|比上年|前[一两二三]年|上半年[^，。]{0,6}审计|历史"
)
_NOT_COUNTED = re.compile(r"不(?:再)?重复统计|不在[^，。；]{0,10}之列|不(?:再)?纳入|另表")
_PART_OF = re.compile(
    r"其中|分别|[^，。；]{2,10}(?:支行|分行|营业部|分公司|支公司|子公司|网点|部门?)(?:存在|有|占|的)\s*$"
)
_REST = re.compile(
    rf"(?:其余|剩余|余下|剩下)(?:的)?{N}\s*(?:个|项|条|笔|件)(?:问题|事项)?(?:均|都)?(?:已|正在|尚|仍|未|在)"
)
"""其余7项正在整改: what a sentence says that speaks of all."""
_ADDED = re.compile(r"另(?:外)?(?:又|还)?(?:发现|查出|新增|有)")
_TELLS_STATUS = re.compile(r"(?:均|都|现|目前)?(?:已|正在|尚|仍|未|全部|予以|没有)")
_NOT_ISSUES = re.compile(r"制度|措施|建议|要求|任务|意见|文件|办法|检查|审计|培训|会议|方案|整改措施")
_PLACES = (
    r"(?:机构|网点|支行|分行|营业部|子公司|分公司|支公司|信用社|单位|部门|公司|分支机构|中支|营业机构|成员单位|行社"
    r"|法人机构|经营单位|团队|条线)"
)
_INSTITUTIONS = (
    re.compile(
        rf"(?:涉及|分布[在于]?|覆盖|发生[在于]|波及)[^，。；\d]{{0,10}}?(?P<n>{N})\s*[家个]\s*[\u4e00-\u9fa5]{{0,4}}?{_PLACES}"
    ),
    re.compile(rf"(?:涉及|分布[在于]?|发生[在于])[^，。；\d]{{0,8}}?{_PLACES}(?:共计?|合计)?\s*(?P<n>{N})\s*[家个]"),
)
_STATUS: tuple[tuple[str, str], ...] = (
    (
        "unrectified",
        r"(?:未|尚未|仍未|暂未|没有|未能)(?:完成|开始|启动)?(?:的)?整改(?:完成|到位)?(?:的)?|待整改|未启动(?:整改)?|未完成(?:整改)?|(?:还|仍)?(?:没有|没|未)动(?:手)?",
    ),
    (
        "in_progress",
        r"(?:正在|部分|持续|基本|尚在|仍在|推进|长期|阶段性)(?:完成)?(?:推进)?整改(?:中|之中)?(?:的)?|整改中|整改推进中|(?:正在|持续)推进(?:整改)?(?:中)?|在整改|正在改|都在改|在改|序时推进|推进中|推进(?=\s*\d)",
    ),
    (
        "rectified",
        r"(?:已经?|全部|均已|现已)?(?:全部|按期|如期)?(?:完成)?(?:了)?整改(?:完成|完毕|到位|销号|落实)?(?:的|了)?|已?(?:完成)?销号|已完成|已办结|已纠正|立行立改|(?:当场|已经?)改(?:完|了)|(?:予以|准予|同意)?销号|画上?句号",
    ),
)
_STATUS_PATTERNS = tuple(
    (
        name,
        re.compile(
            rf"(?:{words})(?:问题|事项)?(?:共|的有|有|为|[：:])*\s*(?P<n>{N})\s*(?:个|项|条|笔|处|件|起|类)(?!工作日|月|措施|制度)"
        ),
        re.compile(
            rf"(?<![第\d])(?<!第[{NUMERAL}])(?P<n>{N}|(?<=\d)[{NUMERAL}]+)\s*(?:个|项|条|笔|处|件|起)(?:问题|事项)?(?:均|都|现|目前|仍|尚)?(?:{words})(?![率中期限])"
        ),
    )
    for name, words in _STATUS
)
_LISTED = tuple(
    (name, re.compile(rf"第(?P<list>{NUMBERS})(?:项|个|条|点|类|件)?(?:问题)?[^，。；\d]{{0,10}}?(?:{words})"))
    for name, words in _STATUS
)
"""第1、3、6项已整改: the number is that of the list."""
_RATE = re.compile(
    r"(?<![目标计划力争])(?:已?整改(?:完成|落实|到位|销号)?率|问题整改完成比例|(?:销号|完成|办结)率)(?:为|达到?|已达|是|计|[：:])?\s*(?P<n>\d+(?:\.\d+)?|百分之[零一二三四五六七八九十百点]+)\s*[%％]?|(?:整改|销号)[^，。；]{0,8}\d+\s*[个项条类件][，,]\s*占(?:比)?\s*(?P<share>\d+(?:\.\d+)?)\s*[%％]"
)
_WISH = re.compile(r"目标|确保|力争|计划|要求|应达|不低于|须|要达|不得低于|预计|年底前|努力")
_AMOUNT_LEAD = re.compile(
    r"(?:涉及|涉|违规|问题|合计|共计|总计|累计|总|可计量)[^，。；\d]{0,8}(?:金额|资金|款项|业务金额|本金)?(?:合计|共计|总计|累计|约|达|为|人民币|：|:)*$"
)
_WHOLE_AMOUNT = re.compile(
    r"(?:可计量|可确认|能够计量|能计量|问题|违规)的?(?:问题)?(?:涉及)?(?:资金)?金额(?:合计|共计|总计|累计|为|[：:])?$"
)
"""问题金额451.58万元: says by itself that the whole report is meant."""
_STUDY: tuple[tuple[str, str, str], ...] = (
    (
        "coverage",
        r"(?:参学|参训|培训|学习|宣贯|测试|考试|参考)(?:人员)?(?:覆盖率|参与率|参加率|率)",
        r"\s*(?:为|达到?|达|：|:)?\s*(?P<n>\d+(?:\.\d+)?)\s*[%％]",
    ),
    (
        "passed",
        r"(?:测试|考试|测验|考核)?(?:合格率|通过率|及格率)",
        r"\s*(?:为|达到?|达|：|:)?\s*(?P<n>\d+(?:\.\d+)?)\s*[%％]",
    ),
    (
        "people",
        r"(?:参学|参训|培训|参加(?:学习|培训|测试|考试)|测试|考试)(?:人员|员工|人数)?(?:共计?|累计|达)?",
        rf"\s*(?P<n>{N})\s*(?:余)?人(?!次|民|均)",
    ),
    (
        "times",
        r"(?:参学|参训|培训|参加(?:学习|培训|测试|考试)|测试|考试|学习)(?:人员|员工|人数)?(?:共计?|累计|达)?",
        rf"\s*(?P<n>{N})\s*(?:余)?人次",
    ),
    (
        "sessions",
        r"(?:组织|开展|举办|召开)[^，。；\d]{0,12}(?:学习|培训|宣讲|测试|考试)[^，。；\d]{0,6}",
        rf"(?P<n>{N})\s*(?:场|期|次|场次)",
    ),
)
_STUDY_PATTERNS = tuple((name, re.compile(words + number)) for name, words, number in _STUDY)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph of a report that speaks of the whole, and the role of its section (``finding_headings``)."""

    text: str
    role: str
    depth: int = 0


@dataclass(frozen=True, slots=True)
class _Told:
    """A figure that a sentence tells, and how surely it is one of the whole report."""

    name: str
    value: float | None
    weight: float


def read_stated(passages: Iterable[Passage], categories: Mapping[str, str], *, follows_up: bool = False) -> Stated:
    """The figures that a report states about itself, nested as in the contract.

    >>> told = "共发现问题9类、63笔，涉及网点26个，其中已整改42笔，正在整改21笔，整改率66.67%。"
    >>> read_stated([Passage(told, "problem")], {})
    {'issues': 63, 'issue_kinds': 9, 'institutions': 26, 'rectified': 42, 'in_progress': 21, 'rate': 66.67}

    ``categories``: key → name of the categories that may be counted. ``follows_up``: whether the report is on how former
    findings were mended, so that theirs are its own figures.
    """
    passages = list(passages)
    told = [
        one
        for passage in passages
        for sentence in _sentences(passage.text)
        for one in _read_sentence(sentence, passage, follows_up=follows_up)
    ]
    figures: Stated = {}
    for name in (
        "issues",
        "issue_kinds",
        "amount_yuan",
        "institutions",
        "rectified",
        "in_progress",
        "unrectified",
        "rate",
    ):
        best = max((one for one in told if one.name == name), key=lambda one: one.weight, default=None)
        if best is not None:
            figures[name] = best.value
    if by_category := _read_categories(passages, categories):
        figures["by_category"] = by_category
    figures |= _read_accounts(passages)
    if study := _read_study(passages):
        figures["study"] = study
    return figures


def _sentences(text: str) -> Iterator[str]:
    yield from (part for part in re.split(r"[。\n]", text) if part.strip())


def _read_sentence(sentence: str, passage: Passage, *, follows_up: bool) -> Iterator[_Told]:
    if (
        passage.role == "earlier"
        or _NOT_COUNTED.search(sentence)
        or (_HISTORY.search(sentence) and not follows_up and not re.search(r"本次|此次|本年度", sentence))
    ):
        return
    statuses = list(_read_statuses(sentence))
    rate = _read_rate(sentence)
    issues = list(_read_issues(sentence, passage, summed=len(statuses) > 1 or rate is not None))
    yield from issues
    whole = max((one.weight for one in issues), default=0.0)
    if rate is not None:
        yield _Told("rate", rate, 1 + whole)
    rest = _REST.search(sentence) is not None
    if len(statuses) > 1 or (statuses and (rate is not None or whole >= 2 or rest)):
        weight = len(statuses) + whole if len(statuses) > 1 or rate is not None else (1 + whole) / 2
        yield from (_Told(one.name, one.value, weight) for one in statuses)
        whole = max(whole, 2.0)
    if whole >= 1 and (number := _read_institutions(sentence)) is not None:
        yield _Told("institutions", number, whole)
    lead = _AMOUNT_LEAD if whole >= 2 else _WHOLE_AMOUNT
    yield from (_Told("amount_yuan", value, max(whole, 1.0)) for value in _read_amounts(sentence, lead))


def _read_issues(sentence: str, passage: Passage, *, summed: bool) -> Iterator[_Told]:
    for pattern in (_ROW, _BEHIND, _AHEAD):
        for found in pattern.finditer(sentence):
            ahead = re.split("[，；：:]", sentence[: found.start("chain")])[-1]
            if _TELLS_STATUS.match(sentence, found.end()) and not _SUMS_UP.search(ahead + found.group()):
                continue
            if _ADDED.search(ahead) or _PART_OF.search(ahead) or _NOT_ISSUES.search(found.group()):
                continue
            weight = 1.0 * bool(_VERB.search(sentence[: found.end()])) + 2.0 * bool(
                _SUMS_UP.search(ahead + found.group())
            )
            weight += 2.0 * summed + (2.0 if pattern is _ROW else 0.0) - 0.5 * passage.depth
            if weight > 0:
                yield from _read_chain(found["chain"], weight)


def _read_chain(chain: str, weight: float) -> Iterator[_Told]:
    """三个方面11项内容28个: the last count that is no kind is the number of issues; 方面 only where nothing else is told."""
    pieces = [(parse_number(piece["n"]), piece["unit"]) for piece in _PIECE.finditer(chain)]
    issues = [value for value, unit in pieces if unit not in _KINDS | _ASPECTS]
    kinds = [value for value, unit in pieces if unit in _KINDS]
    aspects = [value for value, unit in pieces if unit in _ASPECTS]
    if issues:
        yield _Told("issues", issues[-1], weight)
    elif aspects and not kinds:
        yield _Told("issues", aspects[-1], weight - 0.5)
    if kinds:
        yield _Told("issue_kinds", kinds[0], weight)


def _read_statuses(sentence: str) -> Iterator[_Told]:
    taken: list[tuple[int, int]] = []
    listed = {
        name: found
        for name, pattern in _LISTED
        if (found := pattern.search(sentence)) and not _is_wished(sentence, found)
    }
    spans = [found.span("list") for found in listed.values()]
    for name, behind, ahead in _STATUS_PATTERNS:
        counted = (found for pattern in (behind, ahead) for found in pattern.finditer(sentence))
        told = next(
            (
                found
                for found in counted
                if not _overlaps(found.span(), taken)
                and not _overlaps(found.span("n"), spans)
                and not _is_wished(sentence, found)
            ),
            None,
        )
        if told:
            taken.append(told.span())
            yield _Told(name, parse_number(told["n"]), 0.0)
        elif name in listed and not _overlaps(listed[name].span(), taken):
            yield _Told(name, len(expand_numbers(listed[name]["list"])), 0.0)


def _overlaps(span: tuple[int, int], taken: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)


def _is_wished(sentence: str, found: re.Match[str]) -> bool:
    return _WISH.search(re.split("[，；]", sentence[: found.start()])[-1]) is not None


def _read_rate(sentence: str) -> float | None:
    for found in _RATE.finditer(sentence):
        if not _is_wished(sentence, found):
            told = found["n"] or found["share"]
            return float(told) if told[0].isdigit() else float(parse_number(told.removeprefix("百分之")))
    return None


def _read_institutions(sentence: str) -> int | None:
    return next((parse_number(found["n"]) for pattern in _INSTITUTIONS if (found := pattern.search(sentence))), None)


def _read_amounts(sentence: str, lead: re.Pattern[str]) -> Iterator[float | None]:
    for money in find_money(sentence):
        clause = re.split("[，；]", sentence[: money.start])[-1]
        if lead.search(clause) and not re.search(r"罚|扣|追回|挽回|收回|其中", clause):
            yield money.yuan
            return


def _read_categories(passages: Sequence[Passage], categories: Mapping[str, str]) -> dict[str, int]:
    """Issues by category, where at least two categories are counted: in a sentence, or in the headings."""
    if not categories:
        return {}
    names = "|".join(map(re.escape, categories.values()))
    keys = {name: key for key, name in categories.items()}
    pattern = re.compile(
        rf"(?P<name>{names})(?:类|方面|领域|条线|环节)?(?:的)?(?:问题)?(?:共|有|为|计|[：:（(\s])*(?P<n>{N})\s*(?:个|项|条|笔|处|件|道|点)"
    )
    found: dict[str, int] = {}
    for passage in passages:
        if passage.role != "earlier":
            for told in pattern.finditer(passage.text):
                found.setdefault(keys[told["name"]], parse_number(told["n"]))
    return found if len(found) > 1 else {}


def _read_accounts(passages: Sequence[Passage]) -> Stated:
    """Accountability where a section or a paragraph sums it up; what was done about one fault is not the whole."""
    sections = [p for p in passages if p.role == "accountability"]
    told = read_accountability("\n".join(p.text for p in sections)) if sections else {}
    if count_stated(told) > 0:
        return told
    each = [read_accountability(p.text) for p in passages if p.role not in ("earlier", "measure")]
    best = max(each, key=count_stated, default={})
    return best if count_stated(best) > 1 else {}


def _read_study(passages: Sequence[Passage]) -> dict[str, float]:
    found: dict[str, float] = {}
    for passage in passages:
        for name, pattern in _STUDY_PATTERNS:
            told = pattern.search(passage.text)
            if told and not _is_wished(passage.text, told):
                value = told["n"]
                found.setdefault(name, float(value) if "." in value else parse_number(value))
    return found

"""The slots of a norm: who must, may or must not do what, within which amount, period and frequency, decided by whom.

Two provisions on the same matter are compared slot by slot; numbers are read, not compared as text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rulemine.text import NUMERAL, find_money, parse_number

_NUM = rf"(?:\d+(?:\.\d+)?|[{NUMERAL}]+|半)"
_PERIOD = re.compile(rf"(?<![每第年月\d])(?P<n>{_NUM})\s*(?P<unit>个工作日|工作日|个自然日|个月|个小时|个交易日|周岁|学时|课时|小时|分钟|日|天|周|年)(?!度|级|期|末|底|初|[\d月])")
_FREQUENCY = re.compile(
    rf"每\s*(?P<every>{_NUM})?\s*(?:个)?\s*(?P<unit>年度?|季度?|月|周|日|天|小时|旬)(?:至少|不少于|应当?|须)?(?:[^，。；]{{0,24}}?(?P<times>{_NUM})\s*次)?"
    r"|(?P<by>按(?:年|半年|季度?|月|周|日)|逐(?:年|季|月|日))|(?P<half>每半年)"
)
_SHARE = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*[%％]|百分之(?P<word>[零一二三四五六七八九十百]+)")
_COUNT = re.compile(rf"(?P<n>{_NUM})\s*(?P<unit>人以上|人|名|次|家|份|倍|级|分)(?!民)")
_DAY_OF_MONTH = re.compile(rf"(?P<month>次月|当月|每月|次季度首月)(?P<day>{_NUM}|最后一个工作|月底|末)\s*日")
_BODY = re.compile(
    r"(?:报|由|经(?![营办理费济])|提交|提请|交)(?P<who>(?:(?!报|由|经(?![营办理费济])|提交|审议后)[^，。；、]){2,18}?)"
    r"(?:审议批准|审核批准|审查批准|批准|审批|审定|决定|核准|审议决定|同意|签批|审议通过)"
)
_MODALS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("must_not", re.compile(r"不得(?!少于|低于|超过|高于|多于|小于|大于|晚于|早于|迟于)|禁止|严禁|不准|不可以?(?!抗)|不允许|一律不|杜绝")),
    ("may", re.compile(r"(?<![不许认])可以?(?![能行靠信疑])|允许|有权|无需|不需要?|不受")),
    ("must", re.compile(r"应当?(?![急付收])|必须|须|需(?:要)?(?!求)")),
)
_PENALTY = re.compile(r"(?:给予)?(?:警告|记大过|记过|降级|撤职|开除|通报批评|诫勉谈话|解除(?:劳动|代理|委托)?合同|辞退|暂停[^，。；]{0,8}|扣[减发罚][^，。；]{2,20}|罚款[^，。；]{0,12}|免职|取消[^，。；]{2,12}资格)")
_BOUNDS: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = (
    ("over", re.compile(r"(?:超过|高于|达到|满|大于|超出)$"), re.compile(r"^\s*(?:[（(]含[^）)]{0,6}[）)])?(?:及)?以上|^\s*的")),
    ("most", re.compile(r"(?:不(?:得)?(?:超过|高于|多于)|最高|最多|至多|不足|限额为?|控制在|上限为?|不大于|以内)$"), re.compile(r"^\s*(?:[（(]含[^）)]{0,6}[）)])?(?:及)?(?:以下|以内|之内|为限|内)")),
    ("least", re.compile(r"(?:不(?:得)?(?:少于|低于|小于)|至少|最低|不短于)$"), re.compile(r"^(?!)")),
)
_RECIPIENT = re.compile(r"(?:报|由|经|提交|提请|交)[^，。；]{2,20}?(?:审议|审核|审查|批准|审批|审定|决定|核准|同意|签批|备案|登记|负责|复核|组织|统一)")
_SCOPES: tuple[frozenset[str], ...] = tuple(map(frozenset, (
    ("对公", "单位客户", "公司客户", "个人", "零售", "企业"),
    ("总部", "总行", "集团", "分行", "分公司", "支行", "子公司", "分支机构", "成员单位", "网点", "县域", "市分行"),
    ("首次", "再次", "两次", "三次", "多次", "初犯", "续保", "续签"),
    ("单笔", "累计", "合计", "年度", "单日", "单次", "单项", "单件", "单张", "单户"),
    ("境内", "境外", "国内", "国外", "本地", "异地", "省内", "省外", "港澳"),
    ("一般", "重大", "特别重大", "较大", "重要", "普通", "核心", "特权", "涉密", "复杂", "简单", "紧急", "特殊", "常规", "专项"),
    ("人身险", "财产险", "车险", "寿险", "健康险", "意外险", "长期", "短期", "一年期"),
    ("高级管理人员", "领导", "中层", "部门负责人", "员工", "实习", "董事", "监事", "柜员", "客户经理", "分管领导", "主要负责人", "处级", "科级"),
    ("口头", "书面", "电话", "现场", "非现场", "线上", "线下", "网络"),
    ("省会", "直辖市", "其他地区", "其他城市", "县级", "高原", "一线城市", "地级市"),
    ("货物", "服务", "工程", "信息系统", "办公用品", "固定资产", "权益类", "固定收益", "另类", "不动产", "股权", "债券", "存款"),
    ("会计档案", "业务档案", "文书档案", "人事档案", "合同档案", "声像档案", "电子档案", "纸质档案"),
    ("开户", "销户", "变更", "冻结", "注销", "启用", "停用"),
    ("早餐", "午餐", "晚餐", "住宿", "伙食", "交通", "市内", "机票", "火车"),
    ("专业技术", "管理岗位", "操作岗位", "销售岗位"),
    ("口令", "账号", "权限", "日志", "备份"),
    ("低风险", "中风险", "高风险", "中低风险", "中高风险"),
)))


@dataclass(frozen=True, slots=True)
class Value:
    """A figure of a norm: what it measures, how much, which bound it sets, and where it stands in the text."""

    slot: str
    amount: float
    bound: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Norm:
    """One sentence of a provision, read into slots."""

    start: int
    end: int
    text: str
    lead: str
    modality: str | None
    values: tuple[Value, ...]
    bodies: tuple[str, ...]
    penalties: tuple[str, ...]
    scopes: frozenset[str]

    @property
    def matter(self) -> str:
        """The text without its figures, with the condition it stands under: what it is about."""
        kept, at = [self.lead], 0
        for value in sorted(self.values, key=lambda v: v.start):
            kept.append(self.text[at : value.start] if value.start >= at else "")
            at = max(at, value.end)
        return "".join([*kept, self.text[at:]])

    def agrees_with(self, other: Norm) -> bool:
        """Same figures, same modality, same scope: only the wording differs."""
        figures = sorted((v.slot, v.amount) for v in self.values)
        return figures == sorted((v.slot, v.amount) for v in other.values) and _polarity(self) == _polarity(other) and same_scope(self, other)


def read_norms(text: str) -> Iterator[Norm]:
    """The norms of a provision: one a clause between commas, with the opening of its sentence as ``lead``.

    >>> first, second = read_norms("单笔超过5万元的，由分管领导批准")
    >>> [(v.slot, v.amount, v.bound) for v in first.values], second.lead, second.bodies
    ([('amount', 50000.0, 'over')], '单笔超过5万元的', ('分管领导',))
    """
    for sentence in re.finditer(r"[^。；;\n]+", text):
        opening = condition = ""
        for found in re.finditer(r"[^，,：:]+", sentence.group()):
            if clause := found.group().strip():
                yield _read_norm(found.group(), sentence.start() + found.start(), condition or opening)
                opening = opening or clause
                condition = clause if _CONDITION.search(clause) else condition


_CONDITION = re.compile(r"(?:的|时|后|前|情况下|情形下)$")


def read_values(text: str) -> Norm:
    """The slots of a whole text taken as one norm.

    >>> [v.amount for v in read_values("十五个工作日内归还").values]
    [15.0]
    """
    return _read_norm(text, 0, "")


def _read_norm(text: str, start: int, lead: str) -> Norm:
    modality = min(((found.start(), name) for name, pattern in _MODALS if (found := pattern.search(text))), default=(0, None))[1]
    return Norm(start, start + len(text), text, lead, modality, tuple(_find_values(text)), tuple(m["who"] for m in _BODY.finditer(text)),
                tuple(m.group() for m in _PENALTY.finditer(text)), _narrowest(lead, text))


def _narrowest(lead: str, text: str) -> frozenset[str]:
    """The scopes of a norm: of each group those of its own words, else those of the condition it stands under."""
    own, above = find_scopes(text), find_scopes(lead)
    return own | {word for word in above if not any(word in group and own & group for group in _SCOPES)}


def find_scopes(text: str) -> frozenset[str]:
    """The words of a text that narrow whom or what it is about; the longest where one holds another."""
    told = _RECIPIENT.sub("", text)
    found = {word for group in _SCOPES for word in group if word in told}
    return frozenset(word for word in found if not any(word != other and word in other for other in found))


def same_scope(a: Norm, b: Norm) -> bool:
    """Whether nothing says that two norms are about different subjects: 对公 / 个人, 总行 / 支行, 首次 / 再次."""
    return not any((a.scopes & group) and (b.scopes & group) and (a.scopes & group) != (b.scopes & group) for group in _SCOPES)


_SUBJECT = re.compile(r"^[\u4e00-\u9fa5、]{2,20}?(?=应|自|在|由|每|不|可|须|必|按|于|为|的|按|至|达|超|经|$)")
_MEASURES = frozenset(("限额", "余额", "金额", "标准", "额度", "期限", "时限", "比例", "预算", "总额", "上限", "费用", "单项", "单笔", "单次", "部门", "员工", "人员"))


def same_subject(a: Norm, b: Norm) -> bool:
    """Whether what two norms speak of may be the same thing: not when each names a kind that the other does not (投诉资料 / 采购资料)."""
    told = [(_subject_grams(left), _subject_grams(right)) for left in (a.text, a.lead) for right in (b.text, b.lead)]
    if any(left and right and len(left & right) * 2 >= min(len(left), len(right)) for left, right in told):
        return True
    left, right = _subject_grams(a.lead or a.text), _subject_grams(b.lead or b.text)
    return not left or not right or not (left - _grams(b.lead + b.text)) or not (right - _grams(a.lead + a.text))


def _subject_grams(text: str) -> set[str]:
    found = _SUBJECT.match(text.strip())
    return _grams(found.group()) - _MEASURES if found else set()


def _grams(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


def _polarity(norm: Norm) -> bool:
    return norm.modality == "must_not"


def _find_values(text: str) -> Iterator[Value]:
    taken: list[tuple[int, int]] = []

    def free(start: int, end: int) -> bool:
        if any(start < stop and end > begin for begin, stop in taken):
            return False
        taken.append((start, end))
        return True

    for money in find_money(text):
        if money.yuan is not None and free(money.start, money.end):
            yield Value("amount", money.yuan, _bound(text, money.start, money.end), money.start, money.end)
    for found in _DAY_OF_MONTH.finditer(text):
        if free(*found.span()):
            day = 31.0 if not _is_number(found["day"]) else float(_value(found["day"]))
            yield Value("day_of_month", day, None, *found.span())
    for found in _FREQUENCY.finditer(text):
        rate, span = _yearly(found), (found.start(), found.end("unit") if found["unit"] else found.end())
        if rate and _is_frequency(found) and free(*span):
            yield Value("frequency", rate, None, *span)
    for found in _SHARE.finditer(text):
        if free(*found.span()):
            yield Value("share", float(found["n"] or parse_number(found["word"])), _bound(text, *found.span()), *found.span())
    for found in _PERIOD.finditer(text):
        if _is_number(found["n"]) and free(*found.span()):
            yield Value("period", *_days(found), *found.span())
    for found in _COUNT.finditer(text):
        if _is_number(found["n"]) and free(*found.span()):
            yield Value(f"count:{found['unit'][0]}", float(_value(found["n"])), _bound(text, *found.span()), *found.span())


def _bound(text: str, start: int, end: int) -> str | None:
    before, behind = text[max(0, start - 8) : start].rstrip("人民币 "), text[end : end + 8]
    for name, ahead, after in reversed(_BOUNDS):
        if ahead.search(before) or after.search(behind):
            return "over" if name == "most" and re.search(r"(?<!不得)(?<!不)(?:超过|高于)$", before) else name
    return None


def _is_number(text: str) -> bool:
    return text == "半" or text[0].isdigit() or all(c in NUMERAL for c in text)


def _value(text: str) -> float:
    if text == "半":
        return 0.5
    return float(text) if text[0].isdigit() else float(parse_number(text))


_UNIT_DAYS = {"年": 365.0, "个月": 30.0, "周": 7.0, "日": 1.0, "天": 1.0, "个自然日": 1.0, "个工作日": 1.0, "工作日": 1.0, "个交易日": 1.0,
              "小时": 1 / 24, "个小时": 1 / 24, "分钟": 1 / 1440, "学时": 1.0, "课时": 1.0, "周岁": 1.0}


def _days(found: re.Match[str]) -> tuple[float, str]:
    """The figure in days, and the unit as its bound, so that 工作日 and 日, 学时 and 周岁 are not compared."""
    unit = found["unit"]
    family = "工作日" if "工作" in unit or "交易" in unit else unit if unit in ("学时", "课时", "周岁") else "日"
    return _value(found["n"]) * _UNIT_DAYS[unit], family


_PER_YEAR = {"年": 1.0, "年度": 1.0, "季": 4.0, "季度": 4.0, "月": 12.0, "旬": 36.0, "周": 52.0, "日": 365.0, "天": 365.0, "小时": 8760.0, "半年": 2.0}


def _is_frequency(found: re.Match[str]) -> bool:
    """Whether 每年 says how often, and not how much a year."""
    said = found["times"] or found["by"] or found["half"]
    return bool(said) or bool(re.search(r"次|盘点|检查|更换|报告|复核|清理", found.string[found.end() : found.end() + 16]))


def _yearly(found: re.Match[str]) -> float | None:
    """Times a year."""
    if found["half"]:
        return 2.0
    if found["by"]:
        return _PER_YEAR.get(found["by"][1:])
    every = _value(found["every"]) if found["every"] and _is_number(found["every"]) else 1.0
    times = _value(found["times"]) if found["times"] and _is_number(found["times"]) else 1.0
    return _PER_YEAR[found["unit"]] * times / every if every else None

"""The facts in the words of a fault: the irregular amount, counts, institutions, rules broken, the day, recurrence.

Samples (抽查40笔), thresholds (5万元以上), standards and parts of a total (其中…) are not the irregular figure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from rulemine.parse.citations import find_mentions
from rulemine.parse.finding_words import RECURRENCE, is_fault
from rulemine.schema import CitedRule, Status
from rulemine.text import FoundMoney, find_dates, find_money, parse_number

_TOTAL = re.compile(
    r"(?:合计|共计|累计|总计|总额|共|涉及(?:[^，。；]{0,10}(?:金额|余额|款项|资金|本金|保费))?|金额(?:合计|共计|共|为"
    r"|达)?|总金额|(?:合计|共计|累计|总计)[\u4e00-\u9fa5]{1,8}|共[支超虚多少套挪列发付漏][\u4e00-\u9fa5]{0,6})"
    r"(?:人民币|约|达|为|：|:)*$"
)
_NOT_IRREGULAR = re.compile(
    r"(?:单笔(?:最高|最大|最低)?|最高(?:达|为)?|最低|最大|(?<!超)限额(?:为)?|上限(?:为)?|(?<!超)标准(?:为)?"
    r"|每[人笔户日月年次张台份天单个]|人均|户均|日均|单价(?:为)?|注册资本(?:为)?|(?<!超)授信(?:额度)?(?:为)?"
    r"|(?<!超)预算(?:为)?|不超过|不低于|不得超过|低于|高于|超过|起点(?:为)?|额度(?:为)?|门槛(?:为)?|罚款|处罚|应收"
    r"|应付|应缴"
    r"|应计|应提|保证金比例|总资产|净资产|营业收入(?:为)?|中标价(?:为)?|合同价(?:为)?|限价(?:为)?)(?:人民币|约|达"
    r"|为)*$"
)
_THRESHOLD_AFTER = re.compile(
    r"^(?:\s*[（(]?含[）)]?)?\s*(?:以上|以下|以内|[/／]|每|（?不含|的?[^，。；、]{0,6}(?:标准|限额|起点|上限|下限|门槛|额度|审批权限))"
)
_PART = re.compile(r"其中[^。；]{0,60}$|(?:最多|最高|最大|最长)[^，。；]{0,12}$")
_ALREADY = re.compile(
    r"(?:已|现已)[^，。；]{0,10}(?:追回|收回|退还|退回|归还|整改|补缴|结清)[^，。；]{0,6}$|(?:仅|只"
    r"|实际)[^，。；]{0,8}$"
)
_SHORTFALL = re.compile(
    r"(?:短少|短缺|缺口|差额|相差|超支|超授信|超额|超标准?|超预算|超概算|超限额|多(?:付|收|计|发|报|提|列|支)|少(?:收"
    r"|计|提|付|缴|列|记)"
    r"|超付|超发|超列|盘亏[^，。；]{0,6}|提前确认|余下|中[，,]?(?:约)?有"
    r"|漏(?:缴|计|收|记)|虚(?:列|增|报|构)|套取|套现|挪用|截留|侵占)[^，。；\d]{0,12}$"
)
_QUANTITY = re.compile(
    r"(?<![\d.,年月第一二三四五六七八九十百千零〇两])(?P<number>\d{1,3}(?:,\d{3})+|\d+"
    r"|[一二三四五六七八九十百两]+)(?P<more>余|多)?\s*(?P<unit>人次|个工作日|天|笔|户|人|名|次|份|枚|台|张|本|件|套|条|项|个|家"
    r"|起|例|宗|期|处|把|册|辆|部|页|间|只|块|单|箱|盒|支|颗|批|票|幅|位|艘|栋|组|类|篇|辆次|宗|封|桩|面|顶|段|具|门"
    r"|副|枪|宗)"
)
_DURATION = re.compile(r"^(?:月|季度|季|工作日|自然日|交易日|小时|年度|星期|百分点|基点|方面|环节|层面|阶段)")
_PLACES = (
    r"(?:营业部|机构|支行|分行|网点|子公司|分公司|支公司|信用社|分理处|营业厅|营业网点|单位|公司|部门|分支机构"
    r"|经营单位|行社|中心支公司|基层机构|单位部门|企业|中支|二级机构|四级机构|三级机构|职场|储蓄所|法人机构|经办行"
    r"|村行|社)"
)
_INSTITUTION = re.compile(rf"^(?:辖内|基层|二级|一级|城区|县域|下属|县级|市级|分支|支|所属|直属)?{_PLACES}")
_NAMED_PLACE = re.compile(
    r"(?:^|(?<=[，。；、：:（(“【\s和及与对由在如]))(?!辖内|基层|下属|所属|相关|有关|部分|个别|各|该|其|本|全部|某些|多家|上述|有的)"
    r"(?P<name>[\u4e00-\u9fa5]{2,9}?(?:支行|分行|营业部|信用社|分公司|支公司|中支|分理处|子公司|储蓄所|营业所)(?!长|总经理|经理|负责人|级))"
)
_OF_INSTITUTIONS = re.compile(rf"[家个]{_PLACES}中[，,]?(?:共?有)?(\d+|[一二三四五六七八九十]+)[家个]")
_INSPECTED = re.compile(rf"^{_INSTITUTION.pattern[1:]}(?:中|(?:进行|开展|实施)?了?(?:现场)?(?:检查|审计|抽查|排查))")
_SAMPLE = re.compile(
    r"(?:抽查|抽取|抽样|抽检|抽盘|调阅|检查|核查|排查|查看|盘点|随机|选取|审阅|走访|问卷|现有|共有|应|实|辖内|辖属"
    r"|全部|总计|覆盖|总数|总量|本应|规定|要求|须|不少于|不低于|不超过|至少|每[\u4e00-\u9fa5]{0,2}|低于|超过|满|近"
    r"|制度|登记簿(?:仅)?记载|仅记载|仅登记|编制|标准为?|限)(?:了|的|出|业务|凭证|贷款|合同|档案|客户|保单|样本|笔"
    r"|单笔|[^，。；\d]{0,16})$"
)
_SAMPLE_VERB = re.compile(r"(?:抽查|抽取|抽样|抽检|调阅|核查|选取|随机)[^，。；]{0,30}$")
_FOUND_BEFORE = re.compile(r"(?:其余|有|发现|存在|涉及|短少)[^，。；\d]{0,6}$")
_VAGUE = frozenset("个部位处支组类项期本件")
"""Measure words that after a Chinese numeral mostly do not count faults: 一个部门, 三项制度."""
_OF_SAMPLE = re.compile(r"^[^，。；]{0,8}中[，有的共]?")
_DONE_BEFORE = re.compile(r"(?:仅|只)(?:召开|开展|组织|进行|安排|举办)了?[^，。；\d]{0,6}$")
_MISSED_BEFORE = re.compile(r"(?:缺失|缺|漏[记登录检]?|断档|空白|中断)了?\s*$")
_MISSED_AFTER = re.compile(r"(?!以上|以内|内|后|前)[^，。；\d]{0,4}(?:未|无|没|漏|缺)")
_TERM_BEFORE = re.compile(r"(?:逾期|超期|超过|拖延|长达|达|满|近|第|滞后|延迟|迟延)\s*$")
_RECTIFIED_BEFORE = re.compile(r"(?:已|现已)[^，。；]{0,8}$")
_STATED_ORDINAL = re.compile(r"第\s*$|[至到\-—~]\s*$")
_SEVERITY = re.compile(
    r"(?:风险等级|问题等级|问题性质|严重程度|风险程度|问题定级|缺陷等级|定性)(?:为"
    r"|[：:])\s*(?P<labelled>[^，。；、\s（）()]{1,8})"
    r"|^[【\[（(](?P<bracket>重大|严重|较重|一般|轻微|高|中|低|较大|特别重大|重要)(?:风险|问题|缺陷|违规)?[】\])）]"
    r"|(?:属于?|构成|认定为|评定为)(?P<named>特别重大|重大|严重|较重|较大|一般|轻微|重要)(?:违规|问题|缺陷|风险|隐患"
    r"|违纪)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a report says about one fault; the fields of a Finding of the same names."""

    amount_yuan: float | None = None
    counts: dict[str, int]
    institutions: int | None = None
    institution_names: tuple[str, ...] = ()
    citations: tuple[CitedRule, ...] = ()
    occurred_on: date | None = None
    status: Status | None = None
    responsible_unit: str | None = None
    due_on: date | None = None
    severity: str | None = None
    recurrence: bool = False


@dataclass(frozen=True, slots=True)
class _Amount:
    money: FoundMoney
    total: bool
    part: bool


def read_amount(text: str) -> float | None:
    """The irregular amount in yuan; None when none is stated or it is masked.

    >>> [read_amount(t) for t in ("6笔共71.5万元，其中1笔12万元", "单笔最高9万元", "套取**万元")]
    [715000.0, None, None]
    >>> read_amount("虚列会议费3万元、印刷费2万元")
    50000.0
    """
    amounts = [amount for money in find_money(text) if (amount := _weigh(text, money))]
    whole = [amount for amount in amounts if not amount.part] or amounts
    totals = [amount for amount in whole if amount.total]
    if totals:
        summing = re.search(r"(?:合计|共计|总计)[^，。；]{0,10}$", text[: totals[-1].money.start])
        chosen = totals[-1] if summing else totals[0]
        summed = _separate_totals(text, totals)
        return summed if summed is not None else chosen.money.yuan
    if not whole:
        return None
    if (grand := _sum_of_others(text, whole)) is not None:
        return grand
    if any(amount.money.yuan is None for amount in whole):
        return None
    if len(whole) > 1 and not (irregular := _irregular(text, whole)) and not _listed(text, whole):
        return whole[0].money.yuan
    chosen_ones = irregular if len(whole) > 1 and irregular else whole
    return round(sum(amount.money.yuan or 0 for amount in chosen_ones), 2)


def _sum_of_others(text: str, amounts: list[_Amount]) -> float | None:
    """An amount apart from the others that equals their sum: the total, whatever it is called."""
    values = [amount.money.yuan for amount in amounts if amount.money.yuan is not None]
    if len(values) < 3 or len(values) < len(amounts):
        return None
    grand = max(values)
    near = {len(values) - 1: -2, 0: 0}.get(values.index(grand))
    gap = "、" if near is None else text[amounts[near].money.end : amounts[near + 1].money.start]
    if re.fullmatch(r"[^，。；：（(]*", gap):
        return None
    return grand if abs(sum(values) - 2 * grand) < 0.0001 * grand else None


def _irregular(text: str, amounts: list[_Amount]) -> list[_Amount]:
    """The amounts that words such as 短少 or 虚列 call irregular, with those listed behind them."""
    found: list[_Amount] = []
    for index, amount in enumerate(amounts):
        clause = re.split("[，。；]", text[: amount.money.start])[-1]
        gap = text[amounts[index - 1].money.end : amount.money.start] if index else ""
        follows = bool(found) and found[-1] is amounts[index - 1] and re.match(r"[、和及]", gap) is not None
        if _SHORTFALL.search(clause) or follows:
            found.append(amount)
    return found


def _weigh(text: str, money: FoundMoney) -> _Amount | None:
    before, after = text[: money.start], text[money.end :]
    clause = re.split("[，。；]", before)[-1]
    if (
        _SAMPLE_VERB.search(clause)
        or _NOT_IRREGULAR.search(clause)
        or _THRESHOLD_AFTER.match(after)
        or _ALREADY.search(clause)
    ):
        return None
    return _Amount(money, _TOTAL.search(clause) is not None, _PART.search(before) is not None)


def _listed(text: str, amounts: list[_Amount]) -> bool:
    """Whether the amounts stand in one enumeration: 会议费3万元、印刷费2万元."""
    gaps = [text[a.money.end : b.money.start] for a, b in pairwise(amounts)]
    return all(
        re.match(r"[^，。；]{0,4}[、和及，；]", gap) and len(gap) <= 24 and not _NO_LIST.search(gap) for gap in gaps
    )


_NO_LIST = re.compile(r"中[，,]|其中|实[际付发收有]|[而但即仅]|约定|应[付收]|余下|核定")
"""Between two amounts: the second is a part of the first, or what it should have been."""


def _separate_totals(text: str, totals: list[_Amount]) -> float | None:
    """Totals of separate kinds (…涉及金额3万元；…涉及金额2万元) are added, a grand total is not."""
    if len(totals) < 2 or any(total.money.yuan is None for total in totals):
        return None
    values = [total.money.yuan or 0.0 for total in totals]
    grand = max(values)
    rest = sum(values) - grand
    if abs(rest - grand) < 0.01 * grand:
        return grand
    if not all("；" in text[a.money.end : b.money.start] for a, b in pairwise(totals)):
        return None
    return round(sum(values), 2)


def read_counts(text: str) -> dict[str, int]:
    """How many were irregular, by measure word; samples and parts are left out.

    >>> read_counts("抽查5万元以上付款40笔，有7笔未复核"), read_counts("应训30人，实训26人，其余4人未训")
    ({'笔': 7}, {'人': 4})
    """
    best: dict[str, tuple[tuple[bool, int], int]] = {}
    for found in _QUANTITY.finditer(text):
        unit, value = found["unit"], parse_number(found["number"])
        rank = _rank_quantity(text, found)
        if rank is None or value == 0:
            continue
        # 预警1,052条，其中417条超期未甄别: the first number tells no fault, the part does.
        order = (rank > LEAST_PART or not _tells_fault(text, found), rank)
        if unit not in best or order < best[unit][0]:
            best[unit] = (order, value)
    return {unit: value for unit, (_, value) in best.items()}


LEAST_PART = 3
"""The rank of 其中, from which a number may still be the irregular one."""


def _tells_fault(text: str, found: re.Match[str]) -> bool:
    """Whether the clause of a number says that something is wrong, or that so many were found."""
    before = re.split("[，。；：]", text[: found.start()])[-1]
    if _FOUND_BEFORE.search(before):
        return True
    behind = re.split("[，。；：]", text[found.start() :])[0]
    return is_fault(before + behind)


def _rank_quantity(text: str, found: re.Match[str]) -> int | None:
    """0 the irregular number, 2 a part of it, 5 a sample; None for what is no count."""
    unit, after = found["unit"], text[found.end("unit") : found.end("unit") + 12]
    clause = re.split(r"[，。；：]|中(?=有?\d)|中$", text[: found.start()])[-1]
    if _DURATION.match(after) or _STATED_ORDINAL.search(clause):
        return None
    if unit in ("家", "个") and _INSTITUTION.match(after):
        return None
    if unit in ("天", "个工作日"):
        return 1 if _is_day_missed(clause, after) else None
    if _DONE_BEFORE.search(clause):
        return None
    if not found["number"].isascii() and (unit in _VAGUE or found["number"] == "一"):
        return None
    sampled = _SAMPLE.search(clause) or _SAMPLE_VERB.search(clause)
    sample = sampled is not None and not _FOUND_BEFORE.search(clause)
    if sample or _OF_SAMPLE.match(after) or re.match(r"(?:样本|中抽|业务样本)", after):
        return 5 if unit in "笔户人名份次" else 6
    if re.search(r"(?:漏[^，。；\d]{0,3}|短少|缺失|缺少|短缺|多出)[^，。；\d]{0,4}$", clause):
        return 0
    if re.search(r"(?:仅|只有|仅有)[^，。；\d]{0,3}$", clause):
        return 2
    if "其中" in clause or "分别" in clause:
        return 3
    if _RECTIFIED_BEFORE.search(clause) and not re.search(r"离职|离岗|作废|死亡|注销|到期", clause + after):
        return 4
    return 0 if re.search(r"(?:其余|余下)[^，。；\d]{0,6}$", clause) else 1


def _is_day_missed(clause: str, after: str) -> bool:
    """Whether days are days on which something was not done (有6天未记录) and no term (逾期30天)."""
    return bool(_MISSED_BEFORE.search(clause) or (_MISSED_AFTER.match(after) and not _TERM_BEFORE.search(clause)))


def read_institutions(text: str) -> int | None:
    """How many institutions are affected; None when not stated.

    >>> read_institutions("白石等5个网点共31户"), read_institutions("2家营业部未公示"), read_institutions("柜员离岗")
    (5, 2, None)
    """
    of_many = _OF_INSTITUTIONS.search(text)
    if of_many:
        return parse_number(of_many[1])
    for found in _QUANTITY.finditer(text):
        after = text[found.end() : found.end() + 16]
        clause = re.split("[，。；：]", text[: found.start()])[-1]
        if found["unit"] not in ("家", "个") or not _INSTITUTION.match(after) or _INSPECTED.match(after):
            continue
        if not _SAMPLE_VERB.search(clause) and "其中" not in clause:
            return parse_number(found["number"])
    return None


def read_citations(text: str) -> tuple[CitedRule, ...]:
    """The rules that a fault says were broken.

    >>> read_citations("未按《档案借阅管理办法》第六条规定登记")
    (CitedRule(title='档案借阅管理办法', article='第六条', articles=('第六条',)),)
    """
    if "《" not in text and "条" not in text:
        return ()
    cited: dict[tuple[str, str | None], CitedRule] = {}
    for mention in find_mentions(text):
        if not mention.title:
            continue
        for articles in _each_article(mention.articles, mention.text):
            article = articles[0] if articles else None
            cited.setdefault(
                (mention.title, article), CitedRule(title=mention.title, article=article, articles=articles)
            )
    return tuple(cited.values())


def _each_article(articles: tuple[str, ...], words: str) -> list[tuple[str, ...]]:
    """第八条、第十条 are two rules broken; 第八条至第十条 is one range."""
    if len(articles) < 2 or re.search(r"[至到—~-]", words):
        return [articles]
    return [(article,) for article in articles]


def read_occurred(text: str, *, year: int | None) -> date | None:
    """The day on which it happened, or the last day of the first period that is named.

    >>> str(read_occurred("2020年4月库存表未装订", year=2022)), read_occurred("库存表未装订", year=2022)
    ('2020-04-30', None)
    """
    for found in find_dates(text, year=year):
        clause = re.split("[，。；]", text[: found.start])[-1]
        if not re.search(r"《[^》]*$|收费标准|版|预计|计划|期限", clause):
            return found.last
    return None


def read_places(text: str) -> tuple[str, ...]:
    """The institutions that a fault names, in order.

    >>> read_places("滨江路营业部、东湖营业部各有2枚印章未缴销")
    ('滨江路营业部', '东湖营业部')
    """
    return tuple(dict.fromkeys(found["name"] for found in _NAMED_PLACE.finditer(text)))


def read_severity(text: str) -> str | None:
    """How grave a fault is, in the report's own word.

    >>> read_severity("【重大】授权过期"), read_severity("风险等级：高"), read_severity("授权过期")
    ('重大', '高', None)
    """
    found = _SEVERITY.search(text)
    return (found["labelled"] or found["bracket"] or found["named"]) if found else None


def read_recurrence(text: str) -> bool:
    """Whether a fault came back after it had been pointed out.

    >>> read_recurrence("飞单屡查屡犯"), read_recurrence("漏记3次")
    (True, False)
    """
    return RECURRENCE.search(text) is not None

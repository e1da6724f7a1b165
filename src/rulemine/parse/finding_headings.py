"""The headings and labels of reports: what role a section plays, which problem a heading names.

Roles: ``problem`` (what was found wrong), ``overview``, ``cause``, ``measure``, ``status``, ``fact`` (责任部门：…),
``advice``, ``accountability``, ``earlier`` (findings of former years), ``neutral`` (not said).
"""

from __future__ import annotations

import re

from rulemine.parse.finding_status import find_status
from rulemine.parse.finding_words import is_fault
from rulemine.schema import Status

HEADING_LENGTH, SENTENCE_HEADING = 40, 16
_LABELS = (
    (
        "problem",
        r"(?:发现|存在)(?:的)?(?:主要|具体)?问题|主要问题|问题(?:描述|表现|事实|内容|简述|概述)?|违规事实|审计发现"
        r"|检查发现|原(?:报告)?(?:表述|问题|发现)|(?:问题|具体)?事项|事实(?:描述|认定)?|具体(?:表现|问题|情况)|情况描述",
    ),
    (
        "status",
        r"整改(?:落实)?(?:情况|结果|进展|状态|进度|成效|完成情况)?(?:说明)?|落实情况|当前状态|整改落实情况|进展情况"
        r"|(?:后续审计|复核|核查|跟踪|复查|核验)(?:结论|结果|情况|意见)|(?:整改|目前|当前|办理)?(?:进度|进展|状态)|(?:整改)?措施(?:及|和|、)(?:完成|落实|整改)?(?:情况|进展|结果|成效)",
    ),
    (
        "measure",
        r"(?:拟)?(?:已)?(?:采取(?:的)?)?(?:整改|改进|纠正|整治)?措施|整改计划|下一步(?:计划|措施|打算|工作)?"
        r"|已采取的?整改措施|整改(?:方案|思路)",
    ),
    (
        "fact",
        r"(?:整改)?(?:责任|牵头|主责|主办|配合|承办)(?:部门|单位|机构|人|领导|科室|处室|人员)|整改(?:责任)?(?:部门"
        r"|单位|人|期限|时限|时间|完成时间)|(?:计划|预计|要求)?完成(?:时限|时间|期限|日期)|期限|涉及(?:金额|机构|单位"
        r"|笔数)|问题(?:性质|等级|分类|类别|类型|定性)|风险等级|严重程度|被(?:检查|审计)(?:单位|机构)"
        r"|(?:违反)?(?:制度|法规|检查|审计)?依据|定性依据|违反(?:的)?(?:制度|规定|依据|条款|法规)(?:名称)?",
    ),
    ("cause", r"(?:产生|问题|主要)?(?:原因|成因)(?:分析|剖析)?|风险(?:提示|分析|影响)?|影响|后果|可能(?:后果|影响)"),
    ("advice", r"(?:工作|整改|监管|下一步|相关)?(?:要求|建议|意见)|(?:审计|检查|改进|管理)(?:意见|建议)(?:和建议)?"),
    ("accountability", r"处理(?:情况|意见|结果|决定)?|问责(?:情况|处理)?|责任(?:追究|认定)(?:情况)?|追责(?:情况)?"),
    (
        "overview",
        r"(?:填表|填报|编制|几点|有关|其他|特别)?说明|备注|附?注|(?:检查组|审计组)?(?:综合|总体|整体)?(?:意见|评价|结论)|审计(?:评价|结论)|亮点|成效|基本情况"
        r"|检查(?:范围|时间|方式|内容)|审计(?:范围|时间|方式|目标|内容)|附件?",
    ),
)
_LABEL = re.compile("|".join(rf"(?P<{role}>{pattern})" for role, pattern in _LABELS))
LABEL_LINE = re.compile(rf"[【\[（(]?(?:{_LABEL.pattern})[】\])）]?(?:[：:]\s*|$)")
_ITEM_LABEL = re.compile(rf"[【\[（(]?(?:{_LABEL.pattern})[】\])）]?[：:。]\s*")
UNIT_BRACKET = re.compile(
    r"(?:[（(](?:整改)?(?:责任|牵头|主责)(?:部门|单位)[：:]|^[A-Za-z]{1,4}[-—]?\d{1,3}[（(])(?P<unit>[^（）()]{2,30})[）)]$"
)
"""费用列支（整改责任部门：计划财务部）, HZ-01（计划财务部）: a heading that says who mends all below it."""
SECTION_LINE = re.compile(
    r"(?:审计|检查|稽核|核查|排查|督查|巡察|自查)?(?:发现|查明)(?:的)?(?:主要|具体)?(?:问题|情况|事项)?|(?:主要|存在)(?:的)?(?:主要)?问题"
    r"|(?:审计|检查)?(?:评价|结论|建议)"
)
"""A line that is a heading where it stands outside an item, and a label inside one."""
DECISION_LINE = re.compile(r"[^。]{0,60}(?:决定|处理如下|处罚如下|问责如下|追责如下)(?:如下)?[：:]")
"""根据《…办法》，公司决定：: what follows are penalties."""
INLINE_LABEL = re.compile(
    r"(?<=[。；，;,\s）)])[【\[（(]?(?:整改(?:落实)?(?:情况|结果|进展|状态|进度|措施|期限|时限|责任人|责任部门"
    r"|责任单位)|(?:责任|牵头)(?:部门|单位|人)|完成(?:时限|时间|期限)|原因分析|风险(?:提示|分析|影响)|定性依据"
    r"|检查依据|违反依据|处理(?:情况|意见)|整改|进度|进展|目前状态)[】\]]?[：:]"
)
QUOTED_PROBLEM = re.compile(
    r"(?:(?:关于|针对|对于?|就)[^“”\"。；]{0,24})?[“\"](?P<quoted>.+)[”“\"]\s*(?:等|这一|的"
    r"|方面)*问题?(?:的?整改|方面|的?落实|$|[：:。，])"
)
NAMED_PROBLEM = re.compile(
    r"^(?:关于|针对)(?!上述|以上|这些|前述|存在)(?P<named>[^。；]{4,80}?)(?:的|等)*问题(?:的?整改(?:落实)?(?:情况)?)?(?:$|[：:。])"
)
ITEM_PROBLEM = re.compile(r"(?P<item>[^。；]{4,80}?)(?:的|等)*问题[*＊]*[。：:]")
_EARLIER = re.compile(
    r"(?:以前年度|以往|上年度|上一年度|往年|前期|前次|上次|上一?[轮期]|历史|既往|去年)[^，。]{0,12}(?:问题|整改|检查|审计)"
    r"|(?:问题|整改).{0,4}(?:历史|回头看)"
)
_CAUSE = re.compile(r"原因|成因|剖析|根源")
_PROBLEM = re.compile(
    r"问题|不足|薄弱|缺陷|隐患|违规|事实|(?:审计|检查|排查|自查|督查|督导|巡察|巡查|抽查|稽核|核查|评估|调查|主要"
    r"|具体|重要)(?:的)?(?:主要)?发现|发现事项|疑点|短板|(?<!整改)清单|台账"
)
_ADVICE = re.compile(r"建议|要求|下一步|打算|计划|工作安排|措施|改进|努力方向|意见|思路|举措|做法|部署|长效")
_ACCOUNT = re.compile(r"责任追究|问责|处理(?:情况|决定|结果|意见)|处罚|责任认定|追责|责任人|移送|处分")
_OVERVIEW = re.compile(
    r"基本情况|概况|评价|总体|整体|开展情况|组织|工作开展|主要做法|成效|自查情况|(?<!单位)(?<!网点)(?<!机构)检查情况|审计情况|依据|范围|背景"
    r"|方式|简介|结论|亮点|目标|程序|概述|前言|落实情况|工作情况|高度重视"
)
_CAPTION = re.compile(r"[^：:]{2,12}[：:][^：:]{4,}")
"""决策与制衡：程序打了折扣: a caption says in its own words what its section tells."""
_TURNED = re.compile(
    r"(?:问题|不足|隐患|违规)的?[^及和与、]{0,8}(?:建议|要求|计划|打算|思路|方案|意见|处理|问责"
    r"|追究)[^及和与、]{0,4}$"
)
_FIELD = re.compile(
    r"(?:在|关于)?(?![^，。]*(?:建议|要求|措施|下一步|打算|成效|做法|整改))[^，。；：]{2,34}方面(?:的?(?:主要|突出)?问题)?"
)
"""在人员管理方面: names a field, whatever else its words say."""
_STRICT = re.compile(
    r"^.{0,10}(?:原因(?:分析|剖析)?|建议|整改要求|工作要求|措施|计划|打算|安排|整改(?:落实)?情况|概况|评价|问责情况"
    r"|处理情况|责任追究|整改结果)$"
)
_STATUS_HEADING = (
    ("open", re.compile(r"(?:未|尚未|没有|暂未)(?:完成)?整改|待整改|未完成|整改不(?:到位|彻底|力)")),
    (
        "in_progress",
        re.compile(r"(?:正在|部分|持续|长期|尚在|基本|阶段性|需(?:要)?(?:中)?长期|未全部)(?:完成)?整改|整改中|推进中"),
    ),
    ("rectified", re.compile(r"(?:已|全部|已经)(?:完成)?(?:整改|纠正)|(?:整改|立行立改)(?:已)?(?:完成|到位|完毕)")),
)
REPORT_TITLE = re.compile(
    r"(?:报告|通报|通知|函|公告|书|意见|纪要|决定|总结|综述|汇报|说明|反映|反馈|简报|专报)(?:[（(].*[）)])?$"
)
UNIT_HEADING = re.compile(
    r"^(?![^：:]*[与和及])[\u4e00-\u9fa5A-Za-z0-9（）()“”]{2,24}(?:支行|分行|营业部|信用社|分公司|支公司|子公司"
    r"|公司|分理处|营业厅|网点|事业部|管理部|中心|部门?|储蓄所|营业所|服务站)[：:]?$"
)
BRACKET_HEADING = re.compile(r"^[【\[〔](?P<inner>[^【】\[\]〔〕]{2,30})[】\]〕][：:]?$")


def is_heading_text(text: str) -> bool:
    """Whether a paragraph reads as a heading: short, one clause or two, no full stop inside.

    >>> is_heading_text("审计发现的问题"), is_heading_text("柜员离岗未签退；抽屉未锁。")
    (True, False)
    """
    bare = text.rstrip("。：: ")
    if not 0 < len(bare) <= HEADING_LENGTH or re.search(r"[。；;！？]", bare):
        return False
    return bare == text.rstrip("：: ") or len(bare) <= SENTENCE_HEADING


def find_named_problem(text: str) -> re.Match[str] | None:
    """关于“…”问题的整改情况: the problem that a heading of a rectification report names.

    >>> find_named_problem("关于“门禁卡未注销”问题的整改情况").group("quoted")
    '门禁卡未注销'
    """
    return QUOTED_PROBLEM.match(text) or NAMED_PROBLEM.match(text)


def reports_mending(text: str) -> bool:
    """Whether a heading names its fault and says that what follows is how it was mended.

    >>> reports_mending("关于“门禁卡未注销”问题的整改情况"), reports_mending("关于内控管理方面问题的整改情况")
    (True, False)
    """
    quoted, named = QUOTED_PROBLEM.match(text), NAMED_PROBLEM.match(text)
    return "整改" in text and (quoted is not None or (named is not None and is_fault(named["named"])))


def find_item_problem(text: str) -> re.Match[str] | None:
    """1.门禁卡未注销的问题。已…: the problem that an item below such a heading names.

    >>> find_item_problem("门禁卡未注销的问题。已注销。").group("item")
    '门禁卡未注销'
    """
    return ITEM_PROBLEM.match(text)


def find_item_label(text: str) -> re.Match[str] | None:
    """（一）问题描述。…: the label with which an item begins.

    >>> find_item_label("问题描述。登记簿漏记。").lastgroup, find_item_label("登记簿漏记。") is None
    ('problem', True)
    """
    return _ITEM_LABEL.match(text)


def read_heading_role(text: str, *, strict: bool) -> str | None:
    """The role that a heading gives its section; ``strict`` inside a section that has one.

    >>> [read_heading_role(t, strict=False) for t in ("排查发现的问题及整改", "问题原因剖析", "审计建议", "设备与场地")]
    ['problem', 'cause', 'advice', None]
    >>> read_heading_role("整改措施落实不到位", strict=True) is None
    True
    """
    bare = re.sub(r"[（(][^（）()]*[）)]$", "", text.strip("。：: "))
    if strict and not _STRICT.match(bare) and not re.search(r"(?:问题|不足|隐患|清单|台账)$", bare):
        return None
    if _EARLIER.search(bare):
        return "earlier"
    if bare == "整改清单":  # what was done, by number
        return "overview"
    if _FIELD.fullmatch(bare):
        return "problem" if "问题" in bare else None
    if is_fault(bare) and not re.search(r"问题|隐患|清单|台账|缺陷|违规|不足$|薄弱环节", bare):
        return None
    joined = re.search(r"问题[^，。]{0,4}[及和与、]", bare)
    if _CAUSE.search(bare) and not joined:
        return "cause"
    if (_PROBLEM.search(bare) and not strict) or re.search(r"问题|隐患|(?<!整改)清单", bare):
        return "advice" if _TURNED.search(bare) else "problem"
    for role, words in (("accountability", _ACCOUNT), ("advice", _ADVICE), ("overview", _OVERVIEW)):
        if role == "overview" and _CAPTION.match(bare):
            continue
        if words.search(bare):
            return "status" if strict and role == "overview" and "整改" in bare else role
    return "status" if strict and "整改" in bare else None


def read_heading_status(text: str) -> Status | None:
    """The status that a heading gives all items below it.

    >>> read_heading_status("已完成整改的问题"), read_heading_status("发现的问题及整改")
    ('rectified', None)
    """
    if "问题" not in text and "事项" not in text:
        return None
    for status, words in _STATUS_HEADING:
        if words.search(text):
            return status  # type: ignore[return-value]  # the literals stand in the table above
    told = find_status(text) if re.search(r"的(?:问题|事项)", text) else None
    return told[0] if told else None

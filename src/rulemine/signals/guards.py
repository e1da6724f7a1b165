"""What every signal leaves alone: history, titles of other texts, document numbers, boilerplate of the closing chapter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rulemine.parse.documentnumbers import DOCUMENT_NUMBER

_TITLE = re.compile(
    r"《[^《》\n]*(?:[《〈][^《》\n]*[》〉][^《》\n]*)*》(?:\s*[（(][^（）()\n]*(?:[（(][^（）()]*[）)][^（）()\n]*)?[）)])?"
)
_BRACKET = r"(?:\s*[（(][^（）()\n]*(?:[（(][^（）()]*[）)][^（）()\n]*)?[）)])"
_ISSUE = r"(?:(?!规定|依照|按照|违反|适用|根据|第[^令。；]{1,8}条)[^。；《》\n]){0,60}?"
"""What may stand between two titles of a list: who issued the next one, and when."""
_REST_OF_LIST = re.compile(rf"{_BRACKET}*(?:{_ISSUE}《[^《》\n]*(?:[《〈][^《》\n]*[》〉][^《》\n]*)*》{_BRACKET}*)*")
_START_OF_LIST = re.compile(
    rf"(?:(?:《[^《》\n]*(?:[《〈][^《》\n]*[》〉][^《》\n]*)*》{_BRACKET}*)(?:\s*[、和及与]\s*|以及))+(?:[^，。；《》、]{{0,20}}《?)?$"
    r"|(?<=[的原])(?:[\u4e00-\u9fa5]{1,16}?[法例](?:[、和及与]|以及))+$"
)
_BEFORE = re.compile(
    r"(?:原|前|旧|原先的?|原来的?|曾(?:由|经|使用|用|称|名|叫|设|印有)?|当时的?|时任|由原|及原|或原|与原|、原|改革前的?|合并前的?|更名前的?|撤销前的?|以前的|"
    r"(?:已经?|业已|早已|均已|现已|被)?(?:被)?(?:明令)?(?:废止|失效|停止执行|不再执行|取消)的|(?:由|被)[^。；，]{1,60}(?:取代|替代|代替|废止|吸收)的?)\s*[《“\"]?$"
)
_BEFORE_DATE = re.compile(
    r"(?:(?:年|月|日)底?(?:以前|之前|前)[^。；，]{0,12}|(?:[法例定则释]|办法)(?:施行|实施|生效)(?:以前|之前|前)[，,]?[^。；，]{0,24})"
    r"(?:依照|根据|按照|依据|适用|经)[^。；，《]{0,12}《?$"
)
_OF_THEN = re.compile(r"(?:年|月|日)底?(?:以前|之前|前)[^。；，]{0,16}的[，,][^。；]{0,60}$")
"""What is laid down for things of before a day: 2019年8月20日之前的，按贷款基准利率…"""
_AFTER = re.compile(
    r"[^。；\n]{0,60}?(?:(?:同时|即行|自行|相应|一并|已|已经|已被|予以|均)?废止|更名为|改名为|改称|改制为|合并(?:为|组建|设立)|撤销|已(?:经)?取消|已并入|停止(?:使用|执行)|"
    r"失效|已?被[^。；]{0,40}(?:取代|替代|吸收)|不再(?:执行|使用|适用)|(?:施行|实施|有效|存续|生效|适用)期间|(?:修订|修正|修改|废止|施行|实施|失效|改革|取消|更名|机构改革)(?:[以之])?前)"
)
_RELIES = re.compile(r"(?:的?(?:有关|相关)?规定(?!同时|即行|自|已|废止)|所[称列])")
"""What is done under a provision may end; the provision is still relied on."""
_SINCE = re.compile(r"(?:公布|颁布|正式)?(?:施行|实施|生效)(?:[之以]?[前后]|之日)|进行(?:了)?(?:修订|修改|修正)")
"""Right behind a title: a time is told by it, or what became of it."""
_KNOWN_CHANGE = re.compile(r"(?:取代|替代|代替)了?\s*《?$|[12]\d{3}年(?:修正|修订|修改|版)的?\s*《?$")
_GIVES_WAY = re.compile(r"[^。；，]{0,6}向[^。；，]{0,24}(?:过渡|衔接)")
_HISTORIC = re.compile(
    r"(?:修订|修正|修改|制定|废止|版本|历史)(?:沿革|记录|情况|对照)|沿革|前身|历史上|曾用名|曾经|(?<![\d年])[12]\d{3}年[^，。；]{0,12}(?:订立|签订|签署|承保|形成|设立|成立|取得|核发|换领|购入|移交)的?"
)
_ISSUED = re.compile(r"(?<![\d年])[12]\d{3}年[^，。；]{0,40}?(?:颁布|发布|印发|公布)的?")
"""Who issued something then bears the name that it had then."""
_LIABILITY = re.compile(
    r"(?:(?:追究|承担)[^，。；]{0,16}责任|移送司法机关(?:处理)?|依(?:法|规|纪)[^，。；]{0,8}(?:处理|处分|处罚|赔偿)|责令改正|予以问责)$"
)
"""How a sentence on breaches ends; 承担责任 in the middle of one shares out the work."""
_BOILERPLATE = re.compile(
    r"(?:本|各)[^。；]{1,14}由[^。；]{2,40}(?:负责)?(?:制定、|制定并|修订、|修订并)?(?:负责)?解释|自[^。；]{2,24}(?:起|之日起?)[^。；]{0,4}(?:施行|实施|执行|生效|试行)|"
    r"^(?:[^。；]{0,30})(?:未尽事宜|参照本[^。；]{1,6}(?:执行|施行)|以上[”\"]?(?:、[^。；]{1,20})?(?:均)?(?:包括|含)本数|[“\"]以上|所称[“\"]?(?:以上|以下|超过|不足))|"
    r"(?:与|同)本[^。；]{1,6}(?:不一致|相抵触|不符)|以本[^。；]{1,6}为准|(?:同时|即行)废止|^[“\"]?(?:为|根据|依据|按照)[^。]{4,260}(?:制定|特制定)本[^。；]{1,6}$|适用于(?:本|集团|公司|总行|全行|各|总部)[^。；]{0,40}$|^(?:内部发送|发送|主题词|抄\s*送|主\s*送|信息公开选项)[：:]|^根据本决定|\d\s*日\s*印发"
)


def title_spans(text: str) -> Iterator[tuple[int, int]]:
    """Titles in 《》 with the bracket behind them, and document numbers: names in there are quoted, not used."""
    for found in _TITLE.finditer(text):
        yield found.span()
    for found in DOCUMENT_NUMBER.finditer(text):
        yield found.span()


def inside_any(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """Whether a stretch overlaps one of the spans."""
    return any(start < stop and end > begin for begin, stop in spans)


def is_history(sentence: str, start: int, end: int) -> bool:
    """Whether the words ``sentence[start:end]`` are spoken of as past: 原…, …同时废止, …施行期间, a list of amendments.

    >>> is_history("原银监局批准的机构，换领新证。", 1, 4), is_history("应当报银监局备案。", 3, 6)
    (True, False)
    """
    ahead, behind = sentence[:start], sentence[end:]
    head = _START_OF_LIST.sub("", ahead)
    rest = _REST_OF_LIST.match(behind)
    tail = behind[rest.end() :] if rest else behind
    return bool(
        _KNOWN_CHANGE.search(ahead)
        or _GIVES_WAY.match(behind)
        or _OF_THEN.search(ahead)
        or any(pattern.search(words) for pattern in (_BEFORE, _BEFORE_DATE) for words in (ahead, head))
        or (not _RELIES.match(behind) and (_AFTER.match(behind) or _AFTER.match(tail)))
        or _SINCE.match(behind.lstrip("》"))
        or _HISTORIC.search(sentence)
        or any(found.start() <= start and end <= found.end() for found in _ISSUED.finditer(sentence))
    )


def is_boilerplate(text: str) -> bool:
    """Whether a clause says only what closing chapters say: who interprets, from when, what “以上” includes.

    >>> is_boilerplate("本办法由财务部负责解释。"), is_boilerplate("单笔超过五万元的，由财务部审批。")
    (True, False)
    """
    body = re.sub(r"^\s*第[^条\s]{1,9}条\s*", "", text).strip()
    if not body:
        return True
    parts = [part for part in re.split(r"[。；\n]", body) if part.strip()]
    return all(
        _BOILERPLATE.search(part.strip()) or (_LIABILITY.search(part) and not re.search(r"\d", part)) for part in parts
    )

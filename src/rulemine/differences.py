"""What two provisions on one matter disagree in: amount, period, frequency, who decides, what is allowed, what a breach costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from rulemine.comparing import words_beside
from rulemine.parse.values import Value, find_values
from rulemine.sides import Side
from rulemine.wording import count_characters, cut_words, is_same_word, word_likeness

SLOTS = {"amount": "C10", "share": "C10", "period": "C11", "day_of_month": "C11", "frequency": "C14"}
"""Kind of figure → signal."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One slot in which two provisions differ: the signal, and the words of both."""

    code: str
    left: str
    right: str
    amounts: tuple[float, float] | None = None
    end: str | None = None
    """``least`` or ``most``: which end the figures set."""


def find_differences(a: Side, b: Side) -> list[Difference]:
    """Where two provisions on one matter cannot both be followed, the most telling first.

    >>> one, other = Side("单笔超过5万元的，由财务总监审批。"), Side("单笔超过10万元的，由财务总监审批。")
    >>> [(d.code, d.left, d.right) for d in find_differences(one, other)]
    [('C10', '5万元', '10万元')]
    """
    return [*_penalties(a, b), *_figures(a, b), *_modality(a, b), *_deciders(a, b)]


# ---------------------------------------------------------------- figures


def _figures(a: Side, b: Side) -> Iterator[Difference]:
    """Figures of one kind that measure the same and differ; those that stand in both are not looked at."""
    for slot, code in SLOTS.items():
        here, there = ([v for v in side.values if v.slot == slot] for side in (a, b))
        left = [v for v in here if not any(_equal(v, other) for other in there)]
        right = [v for v in there if not any(_equal(v, other) for other in here)]
        matched = [
            (_likeness(a, v, b, w), -abs(v.start - w.start), v, w)
            for v, w in product(left, right)
            if _same_end(a, v, b, w) and _same_scale(v, w)
        ]
        if matched:
            likeness, _, v, w = max(matched, key=lambda found: found[:2])
            if likeness >= 0.2 or len(left) == len(right) == 1:
                words = a.text[v.start : v.end], b.text[w.start : w.end]
                yield Difference(code, *words, (v.amount, w.amount), _end(a, v) or _end(b, w))


def _equal(v: Value, w: Value) -> bool:
    if v.slot != "period" or v.bound == w.bound:
        return abs(v.amount - w.amount) <= 0.02 * max(abs(v.amount), abs(w.amount))
    working, plain = (v, w) if v.bound == "工作日" else (w, v)
    return plain.amount <= 1.6 * working.amount and working.amount <= plain.amount


def _likeness(a: Side, v: Value, b: Side, w: Value) -> float:
    here, there = words_beside(a.text, v), words_beside(b.text, w)
    if not here or not there:
        return 0.3
    return max(
        sum(max(word_likeness(word, other) for other in theirs) for word in own) / len(own)
        for own, theirs in ((here, there), (there, here))
    )


SCALE = 40
"""Two periods further apart than this are of two sorts: how long to keep, and by when to do."""


def _same_scale(v: Value, w: Value) -> bool:
    return v.slot != "period" or max(v.amount, w.amount) <= SCALE * max(1.0, min(v.amount, w.amount))


_MOST_BEHIND = re.compile(r"(?:以内|之内|以下|内)|[^，。；、]{0,4}(?:封顶|为限|为上限)")
_LEAST = re.compile(r"(?:不(?:得)?(?:少于|低于|小于|短于)|至少|最低|最少|最短|起点)[^，。；、]{0,4}$")
_MOST = re.compile(
    r"(?:不(?:得)?(?:超过|高于|多于|长于)|最高|最多|至多|最长|最迟|最晚|上限|封顶|限额)[^，。；、]{0,4}$"
)


def _same_end(a: Side, v: Value, b: Side, w: Value) -> bool:
    """Not a floor on one side and a ceiling on the other."""
    ends = {_end(a, v), _end(b, w)}
    return None in ends or len(ends) == 1


def _end(side: Side, value: Value) -> str | None:
    """Whether a figure is the least or the most of something."""
    ahead, behind = side.text[max(0, value.start - 8) : value.start], side.text[value.end : value.end + 8]
    if _LEAST.search(ahead) or behind.startswith(("以上", "及以上")):
        return "least"
    return "most" if _MOST.search(ahead) or _MOST_BEHIND.match(behind) else None


# ---------------------------------------------------------------- what is allowed

_FORBIDS = re.compile(
    r"不得(?!少于|低于|超过|高于|多于|小于|大于|晚于|早于|迟于|短于|长于)|禁止|严禁|不准|不许|不允许|一律不|不可(?!抗)|无权|均不|不接受|不予(?:受理|办理|采用|认可)|不受理"
)
_ALLOWS = re.compile(
    r"(?<![不许认方才])可以?(?![能行靠信疑视供用再贵观])|允许|(?<!才)准许|(?<!所)有权|视情况|自行决定|酌情|自愿|也可"
)
_NEED_NOT = re.compile(
    r"无须|无需|不必|不需要?|不用|不再要求|免予|免于|可不|可以不|不再(?:收取|要求|提交|打印|提供)|毋须|不要求|不作要求"
)
_MUST = re.compile(r"应当?(?![急付收对用])|必须|务必|须(?!知)|一律(?!不)|均(?:要|应|须)|方可|方能|才能|才可|不得不")


def _modality(a: Side, b: Side) -> Iterator[Difference]:
    """A clause that forbids or commands, and one of the other provision on the same act that allows it or lets it be."""
    if (a.act == a.text) != (b.act == b.text):  # what is forbidden and what its breach costs go together
        return
    for here, there, turned in ((a, b, False), (b, a, True)):
        found = _opposed(_clauses(here), _clauses(there)) or _forbidden(_clauses(here), _clauses(there))
        if found:
            yield Difference("C13", *(found[::-1] if turned else found))
            return


def _forbidden(clauses: list[str], answers: list[str]) -> tuple[str, str] | None:
    """A clause that commands what a clause of the other provision forbids in nearly the same words."""
    for clause in clauses:
        told = _MUST.search(clause)
        if told and not _FORBIDS.search(clause):
            answer = max(answers, key=lambda other: _overlap(clause, other), default="")
            ban = _FORBIDS.search(answer)
            if ban and not _MUST.search(answer) and _overlap(clause, answer) >= NEARLY_THE_SAME:
                return told.group(), ban.group()
    return None


def _opposed(clauses: list[str], answers: list[str]) -> tuple[str, str] | None:
    for clause in clauses:
        if told := _command(clause):
            answer = max(answers, key=lambda other: _overlap(clause, other), default="")
            freed = _freedom(answer)
            if freed and _overlap(clause, answer) >= ALIKE and clause not in answers:
                return told, freed
    for answer in answers:
        if freed := _freedom(answer):
            clause = max(clauses, key=lambda other: _overlap(answer, other), default="")
            told = _command(clause)
            if told and _overlap(clause, answer) >= LESS_ALIKE and answer not in clauses:
                return told, freed
    return None


NEARLY_THE_SAME = 0.75
ALIKE, LESS_ALIKE = 0.45, 0.3
"""Share of a clause's characters from which another is on the same act, seen from the command and from the permission."""


def _command(clause: str) -> str | None:
    """The words of a clause that forbid or command, unless it says what holds without a permission."""
    found = _FORBIDS.search(clause) or _MUST.search(clause)
    return found.group() if found and not _WITHOUT.search(clause[: found.start()]) else None


_WITHOUT = re.compile(r"未经|不经|未按|没有|未取得|未获|不符|除|以外|逾期|不合格|不齐|不全")
"""A condition under which something is forbidden: the other provision may say what holds when it is met."""


def _clauses(side: Side) -> list[str]:
    """What stands between commas; “未经批准，不得…” is one clause: what holds when it is met is another matter."""
    joined = re.sub(r"((?:未经|不经|未取得|未获|没有)[^，。；：,;:]{2,16})[，,]", r"\1", side.text)
    return [clause for clause in re.split(r"[，。；：,;:]", joined) if len(clause) >= 4]


def _freedom(clause: str) -> str | None:
    """The words of a clause that leave a choice, if it neither commands nor forbids."""
    found = _ALLOWS.search(clause) or _NEED_NOT.search(clause)
    return found.group() if found and not (_FORBIDS.search(clause) or _WITHOUT.search(clause)) else None


def _overlap(a: str, b: str) -> float:
    """Share of the shorter clause's characters that the other has too."""
    left, right = count_characters(a), count_characters(b)
    shared = sum(min(n, right[c]) for c, n in left.items())
    return shared / max(4, min(left.total(), right.total()))


# ---------------------------------------------------------------- what a breach costs

_PENALTIES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "解除合同",
        re.compile(r"解除(?:[^，。；]{0,6}签订的)?(?:劳动|代理|委托|聘用|劳务)?(?:合同|关系)|辞退|开除|除名|清退"),
    ),
    ("留用察看", re.compile(r"留用察看|留党察看")),
    ("撤职", re.compile(r"撤职|免职|免去[^，。；]{0,4}职务")),
    ("降级", re.compile(r"降(?:级|职|薪)|调离")),
    ("记大过", re.compile(r"记大过")),
    ("记过", re.compile(r"记过")),
    ("警告", re.compile(r"警告")),
    ("通报批评", re.compile(r"通报(?:批评)?")),
    ("诫勉", re.compile(r"诫勉|约谈")),
    ("提醒", re.compile(r"口头(?:提醒|教育|警示|批评)|提醒谈话|批评教育")),
    ("停职", re.compile(r"停职|停岗|停(?:止)?(?:其)?(?:上岗|展业|销售)|暂停[^，。；]{0,8}(?:资格|权限|业务|展业)")),
    ("扣款", re.compile(r"罚款|扣[减发罚][^，。；]{0,16}|罚(?:没)?\d+元")),
    ("取消资格", re.compile(r"取消[^，。；]{0,12}资格|不得(?:评优|晋升)|永久[^，。；]{0,6}(?:禁|不)")),
)


_RANGE = re.compile(r"(?:警告|记过|记大过|降级|撤职|批评)(?:至|直至|到|以上)")
"""From one penalty to another: a rule that names one of them picks out of the range."""


def _penalties(a: Side, b: Side) -> Iterator[Difference]:
    """Different penalties, or one whose amount differs."""
    if _RANGE.search(a.text) or _RANGE.search(b.text):
        return
    here, there = _read_penalties(a), _read_penalties(b)
    left, right = here.keys() - there.keys(), there.keys() - here.keys()
    if left and right:
        yield Difference(
            "C15", "、".join(here[n] for n in here if n in left), "、".join(there[n] for n in there if n in right)
        )
        return
    for name in here.keys() & there.keys():
        amounts = [_amounts(told) or _amounts(side.text) for told, side in ((here[name], a), (there[name], b))]
        if name in _MEASURED and all(amounts) and amounts[0].isdisjoint(amounts[1]):
            yield Difference("C15", here[name], there[name])
            return


_MEASURED = ("扣款", "取消资格", "停职")
"""Penalties that have a size."""


def _amounts(text: str) -> set[tuple[str, float]]:
    return {(value.slot, value.amount) for value in find_values(text) if value.slot in ("amount", "share", "period")}


def _read_penalties(side: Side) -> dict[str, str]:
    """The kinds of penalty that a provision names, with its words."""
    found = {}
    for name, pattern in _PENALTIES:
        if told := pattern.search(side.text):
            found[name] = told.group()
    return found


# ---------------------------------------------------------------- who decides

_ROLE = (
    r"(?:部门?|处|科室?|室|局|中心|委员会|董事会|监事会|股东会|办公会|党委会?|会议|行长|经理|主管|总监|部长|处长|科长|主任|院长|校长|董事长|理事长|总裁|负责人|专员|岗|官|"
    r"值长|站长|班长|组长|队长|小组|机构|领导|工程师|会计师|精算师)"
)
_DECIDES = (
    r"(?:集体|统一|一人|亲自|现场查看后|审核后|把关)?"
    r"(?:审议批准|审核批准|审查批准|审议决定|研究决定|审议通过|批准|审批|审定|决定|核准|核定|同意|签批|签发|签字|签署|定夺|裁定|拍板|点头|许可|把关|审议|审核|审查|复核|评定|确定)"
)
_DOES = (
    r"(?:[\u4e00-\u9fa5]{0,2})"
    r"(?:负责|牵头|组织|实施|主持|主办|承担|办理|管理|保管|编制|进行|执行|验收|受理|查库|检查|抽查|更正|出具|拟订|起草|开展|维护|管控)"
)
_WITHIN = (
    r"(?:[^，。；：、,;:由归经报交应须对把将与和在]|经(?=[理营])|交(?=易)|应(?=急)|对(?=公)"
    r"|与(?=[\u4e00-\u9fa5]{2,6}(?:处|部|委员会|中心|科|室)))"
)
"""What a name of a body may hold: 经 only as in 经理, 交 only as in 交易."""
_WHO: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "decides",
        re.compile(
            rf"(?:由|归|经|报|请|送|交|呈|提请|提交|征得|取得|凭|[，。；：,;:]|^)(?P<who>{_WITHIN}{{0,12}}?{_ROLE})(?:的)?{_DECIDES}"
        ),
    ),
    (
        "does",
        re.compile(rf"(?:由|归|[，。；：,;:]|^)(?P<who>{_WITHIN}{{0,12}}?{_ROLE}){_DOES}"),
    ),
    ("does", re.compile(rf"(?:由|归)(?P<who>{_WITHIN}{{0,12}}?{_ROLE})")),
)
_NOBODY = re.compile(r"[一两二双专]人|任何|(?<!安)全部|各自|本人|对方|双方|根据|依据|按照|依照")
_PREFIX = re.compile(
    r"^(?:应当?|须|必须|均|一律|先|再|后|并|其|本|该|各|所在|同级|上一?级|相关|有关|分管的?|主管的?|公司|集团|总行|总部|我行|本行|本?单位|企业|书面|事先|直接|统一|逐级|\d+|的)+"
)


@dataclass(frozen=True, slots=True)
class _Doer:
    """Who decides or does something, and the words that follow."""

    who: str
    deed: tuple[str, ...]


def _deciders(a: Side, b: Side) -> Iterator[Difference]:
    """Those who decide or do the same thing, of whom the other provision knows nothing."""
    here, there = _read_doers(a), _read_doers(b)
    alike = 2 * len(a.grams & b.grams) >= len(a.grams | b.grams)
    for act in ("decides", "does"):
        left = [doer for doer in here.get(act, ()) if not _is_told(doer.who, "" if alike else b.text, there, act)]
        right = [doer for doer in there.get(act, ()) if not _is_told(doer.who, "" if alike else a.text, here, act)]
        if left and right and (act == "decides" or _same_deed(left, right)):
            yield Difference("C12", _name(left), _name(right))
            return


def _name(doers: list[_Doer]) -> str:
    return "、".join(doer.who for doer in doers)


def _same_deed(left: list[_Doer], right: list[_Doer]) -> bool:
    """Whether some two of them do what bears one name."""
    return any(is_same_word(x, y) for one in left for other in right for x in one.deed for y in other.deed)


def _read_doers(side: Side) -> dict[str, list[_Doer]]:
    found: dict[str, list[_Doer]] = {}
    for act, pattern in _WHO:
        for told in pattern.finditer(side.text):
            known = found.setdefault(act, [])
            if told["who"] not in [doer.who for doer in known] and not _NOBODY.search(told["who"]):
                at = told.end("who")
                known.append(_Doer(told["who"], cut_words(side.text[at : at + DEED])))
    return found


DEED = 14
"""Characters behind a name in which what is done is told."""


def _is_told(who: str, text: str, others: dict[str, list[_Doer]], act: str) -> bool:
    """Whether the other provision names the same body, in full or by its short name; ``text`` is where else to look."""
    core = _PREFIX.sub("", who) or who
    if who in text or (len(core) >= 2 and core in text):
        return True
    known = others.get(act, []) if not text else [doer for doers in others.values() for doer in doers]
    cores = [_PREFIX.sub("", doer.who) or doer.who for doer in known]
    return any(core.endswith(other) or other.endswith(core) or _one_name(core, other) for other in cores)


def _one_name(a: str, b: str) -> bool:
    """分管领导 and 主管领导, 卫生主管部门 and 卫生健康主管部门."""
    short, long = sorted((a, b), key=len)
    return word_likeness(a, b) >= 0.95 or (len(short) >= 6 and set(short) <= set(long))

"""Accountability (问责) as a report states it: penalties by kind and by level, 人 (people) and 人次 (times) kept apart.

What was found is read token by token: a penalty, a level of staff, a number with its measure word, money. A number goes to
the word it stands beside; units that were criticised (通报批评2家单位) are not people.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rulemine.schema import Stated
from rulemine.text import NUMERAL, find_money, parse_number

PENALTIES: tuple[tuple[str, str], ...] = (
    ("party_discipline", r"党内(?:严重)?警告|党纪处分|撤销党内职务|留党察看|开除党籍"),
    ("serious_warning", r"严重警告"),
    ("warning", r"警告"),
    ("major_demerit", r"记大过"),
    ("demerit", r"记过"),
    ("demotion", r"降级|降职"),
    ("removal", r"撤职|免职"),
    ("dismissal", r"开除|辞退"),
    ("termination", r"解除劳动(?:合同|关系)"),
    ("suspension", r"停职(?:检查)?|停岗"),
    ("transfer", r"调离(?:岗位|工作岗位)?|调整岗位|岗位调整"),
    ("public_criticism", r"通报批评"),
    ("admonition", r"诫勉(?:谈话)?"),
    ("reminder", r"提醒谈话|谈话提醒|约谈|批评教育|警示谈话"),
    ("written_self_criticism", r"书面检查|书面检讨"),
    ("economic_penalty", r"经济处(?:罚|理)|经济扣罚|罚款|罚金|扣[罚减发](?:绩效|薪酬|奖金|工资)*|处罚金额"),
    ("referral", r"移送(?:司法|纪检|纪委|公安)[\u4e00-\u9fa5]{0,4}"),
)
"""Key of a penalty and the words for it; the first that fits counts."""
LEVELS: tuple[tuple[str, str], ...] = (
    ("executive", r"高管(?:人员|层)?|高级管理人员|(?:公司|总行|分行|支行)?(?:领导)?班子成员|公司领导|总行领导"),
    (
        "middle_manager",
        r"中层(?:干部|管理人员|管理者|正职|副职|管理层|人员)*|部门(?:及分支机构)?(?:主要)?负责人|中级管理人员|分支机构负责人",
    ),
    ("staff", r"(?:一般|普通|基层|一线|其他|经办|其余)(?:员工|人员|职工|干部)|(?<![\u4e00-\u9fa5])员工|基层员工"),
)
N = rf"(?:\d{{1,3}}(?:[,，]\d{{3}})+|\d+|[{NUMERAL}]+)"
"""A number of people or things: 14, 1,800, 十二."""
_TOKEN = re.compile(
    "|".join(f"(?P<p_{key}>{words})" for key, words in PENALTIES)
    + "|"
    + "|".join(f"(?P<l_{key}>{words})" for key, words in LEVELS)
    + rf"|(?P<each>各)?(?P<number>{N})\s*(?:余)?(?P<measure>人次|人(?!民|员工|均)|名|位"
    r"|[家个]\s*(?:单位|机构|支行|分行|部门|公司|网点|营业部|分公司|子公司)|家)"
)
_STOP = re.compile(r"[；;。\n]")
_VERB = re.compile(r"给予|予以|处以|进行|受到|受|被|实施|作出?|免予|记|执行|采取")
_HELD = r"(?<![记过告级职评查除])(?:问责|追责|处理|处罚|处分|追究|责任追究|责任认定)"
_PEOPLE = (
    re.compile(
        rf"(?P<n>{N})\s*[名位个](?:相关|有关|直接|主要|违规|违纪|次要|领导|管理)*(?:责任人员?|当事人|违规人员|有关人员|相关人员|人员)"
    ),
    re.compile(
        rf"(?:受到|受)(?:党纪|政纪|纪律|组织|责任)?(?:处理|处分|处罚|追究|问责)的(?:人员)?(?:共计?|合计|有)?\s*(?P<n>{N})\s*(?:人(?!次|民|均)|名)"
    ),
    re.compile(rf"责任人员?(?:共计?|合计|累计|总计)?\s*(?P<n>{N})\s*(?:人(?!次|民|均)|名)"),
    re.compile(
        rf"{_HELD}(?:了)?(?:相关|有关|各类|违规|违纪)*(?:责任)?(?:人员|员工|干部)?(?:共计?|合计|累计|总计|共有|涉及)?"
        rf"\s*(?P<n>{N})\s*(?:人(?!次|民|均)|名)"
    ),
)
FAR, NEAR = 30, 6
"""Characters between a word and the money that belongs to it; between a level and the word 罚款."""
_IS_ACCOUNT = re.compile(r"追究|问责|追责|责任人|责任追究|处理|处分|处罚|责任认定|经济|诫勉|警告")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    key: str
    start: int
    end: int
    value: float | None = None


def read_accountability(text: str) -> Stated:
    """Penalties, levels and people that a stretch of a report states; nested as in the contract, absent where not stated.

    >>> read_accountability("给予警告5人，经济处罚14人次、罚款9.85万元；其中高管1人、罚款2万元。")["penalties"]
    {'warning': {'people': 5}, 'economic_penalty': {'times': 14, 'amount_yuan': 98500.0}}
    >>> read_accountability("对中层1人、一般员工4人进行诫勉谈话，通报批评2家单位")["penalties"]
    {'public_criticism': {'units': 2}, 'admonition': {'people': 5}}
    """
    reader = _Reader()
    for segment in _segments(text):
        reader.read(segment)
    people = read_people(text)
    found: Stated = {} if people is None else {"people": people}
    for name, told, order in (("penalties", reader.penalties, PENALTIES), ("levels", reader.levels, LEVELS)):
        if told:
            found[name] = {key: told[key] for key, _ in order if key in told}
    return found


def read_people(text: str) -> int | None:
    """How many people a report says it held to account.

    >>> read_people("对21名责任人进行了处理"), read_people("处罚14人次"), read_people("抽调检查人员8名")
    (21, None, None)
    """
    for sentence in re.split(r"[。\n]", text):
        if not _IS_ACCOUNT.search(sentence):
            continue
        for pattern in _PEOPLE:
            if found := pattern.search(sentence):
                return parse_number(found["n"])
    return None


def count_stated(figures: Stated) -> int:
    """How many figures of accountability there are."""
    return sum(len(group) for key in ("penalties", "levels") for group in figures.get(key, {}).values()) + (
        "people" in figures
    )


def _segments(text: str) -> Iterator[str]:
    yield from (part for part in _STOP.split(text) if part.strip())


class _Reader:
    """Puts numbers and money to the penalty or level they belong to; the first statement of a figure counts."""

    def __init__(self) -> None:
        self.penalties: dict[str, dict[str, float | None]] = {}
        self.levels: dict[str, dict[str, float | None]] = {}

    def read(self, text: str) -> None:
        tokens = _tokens(text)
        if not any(token.kind == "penalty" for token in tokens) and not _counts_levels(tokens):
            return
        own: set[int] = set()
        for index, token in enumerate(tokens):
            if token.kind == "number":
                self._place_number(text, tokens, index, own)
            elif token.kind == "money":
                self._place_money(text, tokens, index)
        self._sum_levels(text, tokens, own)

    def _place_number(self, text: str, tokens: list[_Token], index: int, own: set[int]) -> None:
        token = tokens[index]
        before = tokens[index - 1] if index else None
        after = tokens[index + 1] if index + 1 < len(tokens) else None
        follows = before and before.kind == "level" and _beside(text[before.end : token.start])
        if after and after.kind == "level" and re.fullmatch(r"的?", text[token.end : after.start]) and not follows:
            self._put(self.levels, after.key, token.key, token.value)
            own.add(index + 1)
            return
        if before and before.kind in ("penalty", "level") and _beside(text[before.end : token.start]):
            names = _named_together(text, tokens, index - 1) if text[token.start] == "各" else [index - 1]
            for at in names:
                self._put(self._table(tokens[at]), tokens[at].key, token.key, token.value)
                own.add(at)
            return
        told = next((at for at in range(index + 1, len(tokens)) if tokens[at].kind == "penalty"), None)
        if told is None or token.key == "units":
            return
        between = text[token.end : tokens[told].start]
        numbered = any(t.kind == "number" for t in tokens[index + 1 : told])
        follows = told + 1 < len(tokens) and tokens[told + 1].kind == "number"
        follows = follows and _beside(text[tokens[told].end : tokens[told + 1].start])
        if not numbered and not follows and (_VERB.search(between) or len(between) <= 3) and len(between) <= 24:
            self._put(self.penalties, tokens[told].key, token.key, token.value)
            own.add(told)

    def _place_money(self, text: str, tokens: list[_Token], index: int) -> None:
        """Money goes to the level before it, else to the penalty; 罚款依次为… gives each level its own."""
        token = tokens[index]
        if tokens[index - 1].kind == "money" and index:
            return
        series = [t for t in tokens[index:] if t.kind == "money"]
        levels = [t for t in tokens[:index] if t.kind == "level"]
        if len(series) == len(levels) > 1 and all(t.kind == "money" for t in tokens[index:]):
            for told, money in zip(levels, series, strict=True):
                self._put(self.levels, told.key, "amount_yuan", money.value)
            return
        known = next((t for t in reversed(tokens[:index]) if t.kind != "number"), None)
        if known is None or len(text[known.end : token.start]) > FAR:
            return
        if known.kind == "level":
            self._put(self.levels, known.key, "amount_yuan", token.value)
        elif known.key == "economic_penalty":
            counted = any(t.key == "times" for t in tokens[tokens.index(known) : index])  # 经济处罚3人次、3,600元
            level = None if counted else self._level_before(text, tokens, tokens.index(known))
            table, key = (self.levels, level.key) if level else (self.penalties, known.key)
            self._put(table, key, "amount_yuan", token.value)

    def _level_before(self, text: str, tokens: list[_Token], at: int) -> _Token | None:
        """The level whose fine a penalty word tells: 高管2人，罚款5万元; 高管罚款2万元."""
        before = tokens[:at][-2:]
        if len(before) == 2 and [t.kind for t in before] == ["level", "number"]:
            return before[0] if len(text[before[1].end : tokens[at].start]) <= NEAR else None
        if before and before[-1].kind == "level" and len(text[before[-1].end : tokens[at].start]) <= NEAR:
            return before[-1]
        return None

    def _sum_levels(self, text: str, tokens: list[_Token], own: set[int]) -> None:
        """对中层1人、一般员工4人进行诫勉谈话: the penalty has the sum of the levels before it."""
        total, last = 0.0, None
        for index, token in enumerate(tokens):
            if token.kind == "number" and index and tokens[index - 1].kind == "level" and token.key == "people":
                total += token.value or 0
                last = token
            elif token.kind == "penalty":
                gap = text[last.end : token.start] if last else ""
                if last and index not in own and total and len(gap) <= 12 and _VERB.search(gap):
                    self._put(self.penalties, token.key, "people", total)
                total, last = 0.0, None

    def _table(self, token: _Token) -> dict[str, dict[str, float | None]]:
        return self.penalties if token.kind == "penalty" else self.levels

    def _put(self, table: dict[str, dict[str, float | None]], key: str, what: str, value: float | None) -> None:
        plain = int(value) if value is not None and what != "amount_yuan" else value
        table.setdefault(key, {}).setdefault(what, plain)


def _counts_levels(tokens: list[_Token]) -> bool:
    """Whether two levels or more are counted: 高管1人，中层6人."""
    return sum({a.kind, b.kind} == {"level", "number"} for a, b in pairwise(tokens)) >= 2


def _beside(gap: str) -> bool:
    """Whether a number behind a word counts it: only words such as 处分, 共 stand between."""
    return (
        re.fullmatch(r"(?:的|等|处分|处理|处罚|问责|人员|人数|共计?|合计|累计|有|为|了|相关|责任人|[：:\s（(])*", gap)
        is not None
    )


def _named_together(text: str, tokens: list[_Token], last: int) -> list[int]:
    """警告、记过各2人: the words before the last that share its number."""
    together = [last]
    while together[-1] and tokens[together[-1] - 1].kind == tokens[last].kind:
        before, here = tokens[together[-1] - 1], tokens[together[-1]]
        if not re.fullmatch("(?:处分)?[、和及]", text[before.end : here.start]):
            break
        together.append(together[-1] - 1)
    return together


def _tokens(text: str) -> list[_Token]:
    found = [_token(match) for match in _TOKEN.finditer(text)]
    money = [_Token("money", "amount_yuan", m.start, m.end, m.yuan) for m in find_money(text)]
    free = [t for t in found if not any(m.start < t.end and t.start < m.end for m in money)]
    return sorted([*free, *money], key=lambda token: token.start)


def _token(match: re.Match[str]) -> _Token:
    if match["number"]:
        measure = match["measure"]
        key = "times" if measure == "人次" else "people" if measure in ("人", "名", "位") else "units"
        return _Token("number", key, *match.span(), float(parse_number(match["number"])))
    group = next(name for name, words in match.groupdict().items() if words and name[1] == "_")
    return _Token("penalty" if group[0] == "p" else "level", group[2:], *match.span())

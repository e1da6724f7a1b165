"""A provision as it is compared: its words, characters, figures, who acts in it, and what its rule's title is about."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rulemine.parse.scopes import find_scopes
from rulemine.parse.values import Value, find_values
from rulemine.similarity import gram_set
from rulemine.wording import count_characters, cut_words, synonym_groups, word_likeness

_ROLE = re.compile(
    r"(?:(?<!干)部|部门|处|科|科室|室|局|中心|委员会|董事会|监事会|办公会|党委会|会议|行长|经理|主管|总监|部长|处长|科长|主任|院长|校长|董事长|理事长|总裁|负责人|"
    r"专员|岗|官|值长|站长|班长|组长|小组|机构|领导|副总|委员|秘书)$"
)
"""Who acts or decides: two provisions may differ in it and be on the same matter."""
_PENALTY = re.compile(
    r"警告|记大过|记过|降级|降职|撤职|开除|通报批评|诫勉|辞退|罚款|免职|扣减|扣发|扣罚|处分|清退|除名|留用察看|停职"
)
_BREACH = re.compile(
    rf"[^。；]{{6,}}?(?:的|者)[，,](?=[^。；]{{0,24}}?(?:{_PENALTY.pattern}|解除[^，。；]{{0,8}}合同|罚|扣[减发]|停止?展业|责令改正|口头(?:提醒|教育)|(?:按|依)照?《[^》]*》[^，。；]{{0,6}}(?:处理|追究|处罚)))"
)
"""A breach, with its penalty right behind it."""
LEAST_OF_A_BREACH = 3
_COMPANY = re.compile(
    r"^.{2,14}?(?:公司|银行|农商行|城商行|商行|联社|集团|信托|证券|期货|基金|人寿|财险|养老险|寿险|健康险|产险|保险经纪|保险|租赁|消费金融|消金|资管|金控|金融|资产|"
    r"大学|学院|医院|航空|机场|酒店|港航|水务|燃气|矿业|电力|能源)"
)
_TITLE_END = re.compile(
    r"(?:管理|实施|工作|操作|业务|暂行|试行|试点|补充|若干|办理|控制|职责|内部|行为|执行|作业|服务)*"
    r"(?:办法|规定|制度|细则|规程|规则|指引|规范|守则|手册|标准|方案|意见|章程|准则|流程|指南|要求|须知|预案|责任制|承诺|禁令|汇编)(?:[（(].*[）)])?$"
)


@dataclass(frozen=True)
class Side:
    """A provision, or a sentence of one, with the title of its rule."""

    text: str
    title: str = ""

    @cached_property
    def act(self) -> str:
        """The text without what a breach costs: 扣款 here and 解除合同 there may stand on one and the same breach."""
        breach = _BREACH.match(self.text)
        return breach.group() if breach and len(cut_words(breach.group())) >= LEAST_OF_A_BREACH else self.text

    @cached_property
    def grams(self) -> frozenset[str]:
        """Character 3-grams."""
        return gram_set(self.act)

    @cached_property
    def characters(self) -> Counter[str]:
        """The characters that carry the matter."""
        return count_characters(self.act)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that carry the matter, in order."""
        return cut_words(self.act)

    @cached_property
    def distinct(self) -> frozenset[str]:
        """The same, each once."""
        return frozenset(self.words)

    @cached_property
    def matter(self) -> tuple[str, ...]:
        """The words that are neither who acts nor what a breach costs."""
        return tuple(word for word in self.words if is_matter(word))

    @cached_property
    def roles(self) -> frozenset[str]:
        """Who acts or decides."""
        return frozenset(word for word in self.words if _ROLE.search(word))

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The words that narrow whom or what it is about."""
        return find_scopes(self.text)

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """The figures."""
        return tuple(find_values(self.text))

    @cached_property
    def figures(self) -> frozenset[tuple[str, float]]:
        """The figures as slots and amounts."""
        return frozenset((value.slot, round(value.amount, 3)) for value in self.values)

    @cached_property
    def groups(self) -> frozenset[int]:
        """The groups of synonyms to which its words belong."""
        return frozenset(group for word in self.distinct for group in synonym_groups(word))

    @cached_property
    def by_character(self) -> dict[str, tuple[str, ...]]:
        """The words in which a character stands: the only ones that can be like a word that bears it."""
        found: dict[str, list[str]] = {}
        for word in self.distinct:
            for character in set(word):
                found.setdefault(character, []).append(word)
        return {character: tuple(words) for character, words in found.items()}


@lru_cache(maxsize=2**16)
def is_matter(word: str) -> bool:
    """Whether a word tells what a provision is about."""
    return not (_ROLE.search(word) or _PENALTY.search(word))


def find_company(title: str) -> str:
    """The company that a title opens with; empty where it names none.

    >>> find_company("星海银行印章管理办法"), find_company("印章管理办法")
    ('星海银行', '')
    """
    found = _COMPANY.match(title)
    return found.group() if found else ""


def title_core(title: str, other: str) -> str:
    """What a title is about: without the company, and without 管理办法 and the like at its end.

    >>> title_core("星海银行印章管理办法", "星海银行行政工作手册")
    '印章'
    """
    company, shared = find_company(title), shared_ends(title, other)[0]
    core = title[len(company) :] if company else title[shared:] if shared >= 3 else title
    bare = _TITLE_END.sub("", core)
    return bare if len(bare) >= 2 else core


def shared_ends(a: str, b: str) -> tuple[int, int]:
    """How many characters two texts share at their beginnings and at their ends."""
    most = min(len(a), len(b))
    head = next((i for i in range(most) if a[i] != b[i]), most)
    tail = next((i for i in range(most) if a[-1 - i] != b[-1 - i]), most)
    return head, tail


def nearest_likeness(word: str, other: Side) -> float:
    """How like a word is to the nearest of another provision."""
    if word in other.distinct:
        return 1.0
    if not synonym_groups(word).isdisjoint(other.groups):
        return 0.95
    near = {found for character in word for found in other.by_character.get(character, ())}
    return max((word_likeness(word, found) for found in near), default=0.0)

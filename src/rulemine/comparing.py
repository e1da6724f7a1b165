"""Two provisions side by side: whether they are on one and the same matter, and in which words they part.

What is measured are plain counts over words, characters, figures and titles; a logistic model weighs them. Alike words are
not enough: provisions of sister rules are alike by design (安装 / 拆卸, 对公 / 个人), and the same matter is told in other words.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product

from rulemine.parse.scopes import compatible_scopes
from rulemine.parse.values import Value
from rulemine.resources import locate_resource
from rulemine.retrieval import Standing
from rulemine.sides import Side, is_matter, nearest_likeness, shared_ends, title_core
from rulemine.text import fold_text
from rulemine.wording import (
    character_weight,
    cut_words,
    find_contrasts,
    is_same_word,
    word_likeness,
    word_weight,
)

_EXCEPTION = re.compile(r"除外|另有规定|从其规定|例外|但.{2,30}(?:可以|可|不受)|原则上")
_UNDER = re.compile(r"^(?:元|（含）)?(?:及)?(?:以下|以内|之内|的?不足)")
_UNDER_AHEAD = re.compile(r"(?:不足|不超过|未达|未满|不满|低于|少于)$")
_OVER = re.compile(r"^(?:（含[^）]{0,4}）)?(?:及)?以上")
_OVER_AHEAD = re.compile(r"(?<![不未])(?:超过|达到|高于|大于|满)$")
_EVENT = re.compile(r"(?P<event>[^，。；：、]{2,20}?)(?:之[日时]起|[以之]?后|起|[以之]?前)的?(?:第)?$")


def is_one_wording(a: Side, b: Side) -> bool:
    """Whether nothing stands in the place of anything else: all words of the one stand in the other, and most of the other's too.

    >>> is_one_wording(Side("备用金限额不得超过3000元，超过部分送存银行"), Side("备用金限额不得超过5000元，超过部分当日送存银行"))
    True
    """
    if min(len(set(a.matter)), len(set(b.matter))) < 3:
        return False
    shares = [
        _weigh(word for word in side.matter if near[word] >= 0.95) / _weigh(side.matter)
        for side, near in ((a, _nearest(a, b)), (b, _nearest(b, a)))
    ]
    if max(shares) <= 0.999 or min(shares) < 0.6 or _measure_substitutions(a, b)["replaced_strictly"]:
        return False
    return compatible_scopes(a.scopes, b.scopes) and not find_contrasts(a.text, b.text)


def is_one_figure(a: Side, b: Side) -> bool:
    """Whether a figure of one kind is set for the same thing and the same deed, whatever else the two provisions say.

    >>> is_one_figure(Side("用户口令不少于八位，每九十日更换一次。"), Side("系统用户口令每半年更换一次，特权账号另行保管。"))
    True
    """
    for left, right in product(a.values, b.values):
        if left.slot == right.slot and not left.slot.startswith("count"):
            deed, other_deed = _deed(a.text, left), _deed(b.text, right)
            if deed == other_deed and len(deed) >= 2 and _name_one_thing(_ahead(a.text, left), _ahead(b.text, right)):
                return True
    return False


LEAST_NAMED = 4
"""Characters of a name that two provisions must share to speak of one thing: 用户口令."""


def _ahead(text: str, value: Value) -> str:
    """What stands ahead of a figure in its clause; where the clause opens with it, what opens the sentence."""
    sentence = re.split(r"[。；：\n]", text[: value.start])[-1]
    clause = re.split(r"[，、]", sentence)[-1]
    return fold_text(_MODAL_AT_END.sub("", clause) or sentence)


def _deed(text: str, value: Value) -> str:
    """What follows a figure in its clause."""
    return fold_text(re.split(r"[，。；：、\n]", text[value.end :], maxsplit=1)[0])


_MODAL_AT_END = re.compile(r"(?:应当?|必?须)$")


def _name_one_thing(a: str, b: str) -> bool:
    """Whether the one opens with what the other ends with."""
    return any(
        longer.startswith(shorter[-length:])
        for longer, shorter in ((a, b), (b, a))
        for length in range(LEAST_NAMED, len(shorter) + 1)
    )


SHORT = 3
"""Words of a provision below which one word in the place of another makes it another matter."""


def is_too_short(a: Side, b: Side) -> bool:
    """Whether so little is said that a word in the place of another decides: 年度培训计划 / 年度审计计划."""
    short = min(len(set(a.matter)), len(set(b.matter))) < SHORT
    return short and _measure_substitutions(a, b)["replaced_strictly"] > 0


# ---------------------------------------------------------------- what is measured


def measure(a: Side, b: Side, standing: Standing, meaning: Standing | None = None) -> dict[str, float]:
    """What two provisions have in common and what not, by name; the order of the two changes nothing.

    ``standing`` is how the two stand out among all that were searched, ``meaning`` the same by an encoder's vectors, if asked.
    """
    near_a, near_b = _nearest(a, b), _nearest(b, a)
    return {
        **_measure_characters(a, b),
        **_measure_words(a, b, near_a, near_b),
        **_measure_substitutions(a, b),
        **_measure_figures(a, b),
        **_measure_titles(a, b),
        **_measure_standing(standing),
        **(_measure_meaning(meaning) if meaning else {}),
        "roles_apart": len(a.roles ^ b.roles),
        "contrasts": len(find_contrasts(a.text, b.text)),
        "scopes_apart": not compatible_scopes(a.scopes, b.scopes),
        "exception": bool(_EXCEPTION.search(a.text)) != bool(_EXCEPTION.search(b.text)),
    }


def _measure_characters(a: Side, b: Side) -> dict[str, float]:
    common = len(a.grams & b.grams)
    shared = sum(min(n, b.characters[c]) * character_weight(c) for c, n in a.characters.items())
    weights = sorted(sum(n * character_weight(c) for c, n in side.characters.items()) for side in (a, b))
    lengths = sorted((len(a.text), len(b.text)))
    return {
        "grams": common / max(1, len(a.grams | b.grams)),
        "grams_of_shorter": common / max(1, min(len(a.grams), len(b.grams))),
        "characters_of_shorter": shared / max(weights[0], 1e-9),
        "lengths": lengths[0] / max(1, lengths[1]),
    }


@lru_cache(maxsize=4)  # asked of one pair several times in a row
def _nearest(a: Side, b: Side) -> dict[str, float]:
    """How like each word of the one is to the nearest word of the other."""
    return {word: nearest_likeness(word, b) for word in a.distinct}


def _weigh(words: Iterable[str]) -> float:
    return sum(map(word_weight, words))


def _measure_words(a: Side, b: Side, near_a: dict[str, float], near_b: dict[str, float]) -> dict[str, float]:
    covered = [
        sum(word_weight(word) * near[word] for word in side.matter) / max(1e-9, _weigh(side.matter))
        for side, near in ((a, near_a), (b, near_b))
    ]
    found = [
        _weigh(word for word in side.matter if near[word] >= 0.95) / max(1e-9, _weigh(side.matter))
        for side, near in ((a, near_a), (b, near_b))
    ]
    missing = [
        sorted((word_weight(word) * (1 - near[word]) for word in set(side.matter)), reverse=True)
        for side, near in ((a, near_a), (b, near_b))
    ]
    total = max(1.0, _weigh(a.words) + _weigh(b.words))
    return {
        "covered": min(covered),
        "found": max(found),
        "missing_three": max(sum(weights[:3]) for weights in missing) / 3,
        "missing": min(map(sum, missing)) / total,
    }


@lru_cache(maxsize=2)  # asked of one pair several times in a row
def _measure_substitutions(a: Side, b: Side) -> dict[str, float]:
    """Where one word stands in the place of another: what makes two provisions of the same build two matters."""
    if b.text < a.text:  # the matcher is not the same from both sides
        a, b = b, a
    matcher = SequenceMatcher(None, a.words, b.words, autojunk=False)
    loose = strict = 0.0
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "replace":
            continue
        here, there = a.words[start:end], b.words[other_start:other_end]
        loose += min(_lost(here, there), _lost(there, here))
        strict += min(_foreign(here, there), _foreign(there, here))
    total = max(1.0, _weigh(a.words) + _weigh(b.words))
    return {
        "replaced": loose / total,
        "replaced_strictly": strict / total,
        "replaced_in_place": strict * matcher.ratio(),
    }


def _lost(words: Sequence[str], others: Sequence[str]) -> float:
    return sum(
        word_weight(word) * (1 - max((word_likeness(word, other) for other in others), default=0.0))
        for word in words
        if is_matter(word)
    )


def _foreign(words: Sequence[str], others: Sequence[str]) -> float:
    return _weigh(word for word in words if is_matter(word) and not any(is_same_word(word, o) for o in others))


def _measure_figures(a: Side, b: Side) -> dict[str, float]:
    slots = [{slot for slot, _ in side.figures} for side in (a, b)]
    clashing = [
        slot
        for slot in slots[0] & slots[1]
        if {f for f in a.figures if f[0] == slot}.isdisjoint(f for f in b.figures if f[0] == slot)
    ]
    beside = [
        _beside(a.text, left, b.text, right) for left, right in product(a.values, b.values) if left.slot == right.slot
    ]
    return {
        "figures_shared": len(a.figures & b.figures),
        "figures_clashing": len(clashing),
        "figures_one_sided": len(slots[0] ^ slots[1]),
        "beside_figures": max((likeness for likeness in beside if likeness is not None), default=0.5),
        "events_apart": _measure_events(a, b),
        "tiers": len(find_tiers(a, b)),
    }


def _beside(text: str, value: Value, other: str, other_value: Value) -> float | None:
    """How like the words around two figures are; None where there are none."""
    here, there = set(words_beside(text, value)), set(words_beside(other, other_value))
    if not here or not there:
        return None
    covered = [
        sum(max(word_likeness(word, found) for found in theirs) for word in own) / len(own)
        for own, theirs in ((here, there), (there, here))
    ]
    return (max(covered) + sum(covered) / 2) / 2


def _measure_events(a: Side, b: Side) -> float:
    """How far apart the events are from which two equal periods run: 接到报警后十五分钟内 / 到达现场后十五分钟内."""
    apart = []
    for left, right in product(a.values, b.values):
        if (left.slot, round(left.amount, 3)) == (right.slot, round(right.amount, 3)) and left.slot == "period":
            here, there = _event(a.text, left), _event(b.text, right)
            if here and there:
                apart.append(min(_lost(here, there) / _weigh(here), _lost(there, here) / _weigh(there)))
    return min(apart, default=0.0)


def _event(text: str, value: Value) -> tuple[str, ...]:
    """The words of the event from which a period runs."""
    found = _EVENT.search(text[max(0, value.start - 24) : value.start])
    return tuple(word for word in cut_words(found["event"]) if is_matter(word)) if found else ()


def words_beside(text: str, value: Value) -> tuple[str, ...]:
    """The words around a figure: what it measures."""
    return cut_words(text[max(0, value.start - 14) : value.start] + "，" + text[value.end : value.end + 10])


def find_tiers(a: Side, b: Side) -> list[float]:
    """Figures that are the upper end of one provision and the lower end of the other: 5万元以下 here, 5万元以上 there."""
    here, there = _ends(a), _ends(b)
    for ours, theirs in ((here, there), (there, here)):
        for slot in {slot for slot, _ in ours} & {slot for slot, _ in theirs}:
            under = {amount: ends for (found, amount), ends in ours.items() if found == slot}
            over = {amount: ends for (found, amount), ends in theirs.items() if found == slot}
            one_way = all(ends == {"under"} for ends in under.values()) and all(e == {"over"} for e in over.values())
            if one_way and max(under) <= min(over):
                return [max(under), min(over)]
    return sorted(figure[1] for figure in here.keys() & there.keys() if here[figure].isdisjoint(there[figure]))


def _ends(side: Side) -> dict[tuple[str, float], set[str]]:
    """Which ends a provision makes of its figures."""
    found: dict[tuple[str, float], set[str]] = {}
    for value in side.values:
        ahead = side.text[max(0, value.start - 4) : value.start]
        behind = side.text[value.end : value.end + 8]
        ends = {"under"} if _UNDER.match(behind) or _UNDER_AHEAD.search(ahead) else set()
        if _OVER.match(behind) or _OVER_AHEAD.search(ahead):
            ends.add("over")
        if ends:
            found.setdefault((value.slot, round(value.amount, 3)), set()).update(ends)
    return found


def _measure_titles(a: Side, b: Side) -> dict[str, float]:
    """Sister rules: titles of one build, each with a word of its own that its provision bears and the other's does not."""
    cores = title_core(a.title, b.title), title_core(b.title, a.title)
    topics = [frozenset(cut_words(core)) for core in cores]
    own = [
        sum(
            word_weight(word) * (1 - nearest_likeness(word, other))
            for word in topic
            if word in side.text and word not in other.title
        )
        for topic, side, other in ((topics[0], a, b), (topics[1], b, a))
    ]
    return {
        "own_topic": min(own),
        "one_own_topic": max(own),
        "topics_shared": _weigh(topics[0] & topics[1]) / max(1e-9, _weigh(topics[0] | topics[1])),
        "titles_end_alike": min(shared_ends(*cores)[1], 4),
        "titles_contrast": len(find_contrasts(a.title, b.title)),
    }


def _measure_standing(standing: Standing) -> dict[str, float]:
    return {
        "likeness": standing.likeness,
        "times_ordinary": standing.likeness / max(0.05, standing.ordinary),
        "over_ordinary": standing.likeness - standing.ordinary,
        "over_next_best": standing.likeness - standing.next_best,
    }


def _measure_meaning(meaning: Standing) -> dict[str, float]:
    return {
        "meaning": meaning.likeness,
        "meaning_over_ordinary": meaning.likeness - meaning.ordinary,
        "meaning_over_next_best": meaning.likeness - meaning.next_best,
    }


def stands_out(standing: Standing, meaning: Standing | None = None) -> bool:
    """Whether two provisions are worth measuring: not far behind what is ordinary for them, or behind their next best.

    Of what search brings up this turns down nineteen in twenty, and one in fifty of what is on one matter; where an encoder
    is asked too, none of those.
    """
    if standing.likeness >= 0.9 * standing.ordinary and standing.likeness - standing.next_best >= -0.2:
        return True
    return meaning is not None and meaning.likeness >= max(meaning.ordinary, meaning.next_best - 0.02)


# ---------------------------------------------------------------- how it is weighed


@dataclass(frozen=True, slots=True)
class Logistic:
    """A weighted sum of what is measured: the log odds."""

    weights: Mapping[str, float]
    bias: float

    def log_odds(self, found: Mapping[str, float]) -> float:
        """Above 0 for more likely than not."""
        return self.bias + sum(weight * float(found[name]) for name, weight in self.weights.items())


@dataclass(frozen=True, slots=True)
class Judge:
    """Whether two provisions touch one subject at all, and whether they are one matter or sisters: the lesser counts."""

    touching: Logistic
    same: Logistic

    def log_odds(self, found: Mapping[str, float]) -> float:
        """Above 0 for one matter."""
        return min(self.touching.log_odds(found), self.same.log_odds(found))


SHARE_OF_MEANING = 0.6
"""How much of the log odds is the second judge's: alone it is led astray within one house's rules, whose sentences are all alike to it."""


@dataclass(frozen=True, slots=True)
class Comparer:
    """A judge by words alone, and one by words and meaning; where an encoder is asked, what the two say is averaged."""

    words: Judge
    meaning: Judge

    def chance(self, a: Side, b: Side, standing: Standing, meaning: Standing | None = None) -> float:
        """The chance that two provisions are on one and the same matter.

        >>> comparer, apart = load_comparer(), Standing(0.1, 0.1, 0.1)
        >>> one = Side("公章由办公室保管，外借须经总经理批准。", "印章管理办法")
        >>> other = Side("印章由综合办公室掌管，需要外借的，报总经理批准。", "行政工作手册")
        >>> comparer.chance(one, other, Standing(0.6, 0.1, 0.1)) > 0.5
        True
        >>> comparer.chance(one, Side("发票遗失的，应当登报声明。", "发票管理办法"), apart) < 0.1
        True
        """
        found = measure(a, b, standing, meaning)
        told = self.words.log_odds(found)
        if meaning:
            told += SHARE_OF_MEANING * (self.meaning.log_odds(found) - told)
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, told))))


@lru_cache(maxsize=1)
def load_comparer() -> Comparer:
    """The comparer that ships with rulemine; ``models/provisions/card.md`` says what it was made from."""
    record = json.loads((locate_resource("models/provisions") / "model.json").read_text(encoding="utf-8"))

    def read(judge: str) -> Judge:
        models = (record[judge][name] for name in ("touching", "same"))
        return Judge(*(Logistic(model["weights"], model["bias"]) for model in models))

    return Comparer(read("words"), read("with_encoder"))

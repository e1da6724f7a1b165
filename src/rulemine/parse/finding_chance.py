"""How likely a sentence of a report tells a fault, and not praise, background, a measure, a demand or a cause.

A logistic model over pairs and triples of characters and a few of the words of ``finding_words``; ``models/faults/card.md`` says
what it was made from. It is asked where nothing else tells: in text without numbers, and behind the first sentence of an item.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from rulemine.parse.finding_words import (
    ACCOUNTED,
    DISCOVERED,
    HISTORY_OPENING,
    NO_FAULT,
    PRAISE,
    bears_fact,
    is_concrete,
    is_demand,
    is_fault,
    is_generic,
    is_measure,
    leaves_faults,
)
from rulemine.resources import locate_resource

SURELY_NO_FAULT, LIKELY_FAULT, SURE_FAULT = 0.25, 0.5, 0.7
"""Chances below which a sentence is left out of an item, from which it is taken for a fault, and for one whatever its words are like."""
_TURN = re.compile(r"但|不过|然而|可是|却|仍|竟|只是|尽管")
_ORDER = re.compile(r"建议|要|请|应|须|各|必须|不得|严禁|下一步|今后|力争|对照")
_MENDED = re.compile(r"整改|追回|收回|补签|补办|退还|下架|换发|已经?|现已|正在")
_CHECKED = re.compile(r"抽查|调阅|走访|核对|查看|谈话|座谈")
SIGNS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("fault", is_fault),
    ("praise", lambda text: PRAISE.search(text) is not None),
    ("measure", is_measure),
    ("demand", is_demand),
    ("generic", is_generic),
    ("concrete", is_concrete),
    ("fact", bears_fact),
    ("leaves", leaves_faults),
    ("no_fault", lambda text: NO_FAULT.match(text) is not None),
    ("accounted", lambda text: ACCOUNTED.match(text) is not None),
    ("discovered", lambda text: DISCOVERED.search(text) is not None),
    ("history", lambda text: HISTORY_OPENING.match(text) is not None),
    ("turn", lambda text: _TURN.search(text) is not None),
    ("order", lambda text: _ORDER.match(text) is not None),
    ("mended", lambda text: _MENDED.search(text) is not None),
    ("checked", lambda text: _CHECKED.search(text) is not None),
    ("breaks", lambda text: "违反" in text or "不符合" in text),
    ("figure", lambda text: re.search(r"\d", text) is not None),
    ("short", lambda text: len(text) < 14),
    ("long", lambda text: len(text) > 60),
)
"""What the words of ``finding_words`` say of a sentence, as features."""


def read_grams(text: str) -> set[str]:
    """Pairs and triples of characters, figures as one sign.

    >>> sorted(read_grams("漏记3次"))
    ['0次', '漏记', '漏记0', '记0', '记0次']
    """
    bare = re.sub(r"[\d０-９,.，]*[\d０-９]", "0", re.sub(r"\s", "", text))
    return {bare[at : at + size] for size in (2, 3) for at in range(len(bare) - size + 1)}


@dataclass(frozen=True, slots=True)
class FaultModel:
    """Weights of grams and signs."""

    grams: Mapping[str, float]
    signs: Mapping[str, float]
    bias: float

    def chance(self, text: str) -> float:
        """0 … 1.

        >>> model = load_fault_model()
        >>> model.chance("营业部虚列会议费3万元，未附参会名单") > 0.8, model.chance("下一步，各支行要加强学习") < 0.2
        (True, True)
        """
        known = [self.grams[gram] for gram in read_grams(text) if gram in self.grams]
        total = self.bias + (sum(known) / math.sqrt(len(known)) if known else 0.0)
        total += sum(self.signs[name] for name, holds in SIGNS if holds(text))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def load_fault_model() -> FaultModel:
    """The model that ships with rulemine."""
    record = json.loads((locate_resource("models/faults") / "model.json").read_text(encoding="utf-8"))
    return FaultModel(record["grams"], record["signs"], record["bias"])


@lru_cache(maxsize=4096)
def fault_chance(text: str) -> float:
    """The chance that a sentence tells a fault."""
    return load_fault_model().chance(text)

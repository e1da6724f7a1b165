"""Cuts a paragraph without numbers into its faults: sentence by sentence, and what each sentence is to the one before.

A sentence opens a fault, goes on with it, tells what came of it, or is background, praise, history or work done.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rulemine.parse.finding_chance import LIKELY_FAULT, SURE_FAULT, SURELY_NO_FAULT, fault_chance
from rulemine.parse.finding_paragraphs import Paragraph
from rulemine.parse.finding_status import find_status
from rulemine.parse.finding_units import (
    EDGE,
    LISTED,
    Draft,
    Piece,
    cut_labels,
    find_end,
    find_start,
    find_unit_lead,
    is_afterword,
    make_draft,
    split_pieces,
)
from rulemine.parse.finding_words import (
    CONTINUES,
    HISTORY_OPENING,
    PRAISE,
    PROBLEM_LEAD,
    TELLS_WORK,
    is_concrete,
    is_fault,
    is_generic,
    leaves_faults,
)

TOPIC_LENGTH = 24
IN_A_LIST, WRONG_WORDS = 0.12, 0.06
"""Chance from which a sentence of a list of faults is one; how much less it needs where it says that something is wrong."""
_ORDER = re.compile(r"[^：:]{0,40}[：:](?:首先|一是|第一)|(?:首先|其次|再次|再者|此外)[，,]")
_TELLS_ON = re.compile(r"经查|经核|该|实际|上述|后经|随后|仍|又|再次")
_CAME_NO_MORE = re.compile(
    r"(?:没有|未|未见|未再)(?:再犯|反弹|复发|再发生|再出现|新的同类)|不再(?:列示|提及|重复)|不在本次"
)
_ORDERS_ITEM = re.compile(
    r"第[（(]?[一二三四五六七八九十\d]+[）)]?(?:部分|项|条)[^。]{0,40}(?:负责|牵头|完成|整改|前报|前办|办结|收回|下线)"
)
"""第（一）部分第一项由财务部负责: speaks of an item told elsewhere."""


def cut_narrative(paragraph: Paragraph, *, least: float = LIKELY_FAULT) -> list[Draft]:
    """Faults of a paragraph without numbers; ``least``: how likely a sentence must be one.

    >>> text = "管理不严。甲行漏记3次，已补记；乙行未签字。"
    >>> [draft.text for draft in cut_narrative(Paragraph(text, tuple(range(len(text)))))]
    ['甲行漏记3次', '乙行未签字']
    """
    pieces, loose = cut_labels(split_pieces(paragraph))
    narrative = _Narrative(least)
    for piece in pieces:
        if leaves_faults(paragraph.text[piece.start :].lstrip(EDGE)):
            break
        if not _is_beside(piece):
            narrative.read(piece)
    if narrative.faults:
        narrative.faults[-1].tails.extend(loose)
    drafts = [make_draft(fault.pieces, fault.tails) for fault in _drop_topics(narrative.faults)]
    return [draft for draft in drafts if draft]


def _is_beside(piece: Piece) -> bool:
    """Whether a sentence tells work done, what came no more, or an order, or only names the unit that is told of."""
    text = piece.text
    if piece.start == 0 and find_unit_lead(piece.paragraph.text) == text.rstrip(EDGE):
        return True
    return bool(TELLS_WORK.match(text) or _CAME_NO_MORE.search(text) or _ORDERS_ITEM.search(text))


@dataclass(slots=True)
class _Fault:
    """The sentences that tell a fault, and those that say what came of it."""

    pieces: list[Piece]
    tails: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Narrative:
    """The faults read so far, and the sentence that may belong to the next."""

    least: float
    faults: list[_Fault] = field(default_factory=list)
    background: Piece | None = None
    listing: bool = False

    def read(self, piece: Piece) -> None:
        """The next sentence."""
        if HISTORY_OPENING.match(piece.text):
            self.background = piece
            return
        lead = PROBLEM_LEAD.search(piece.text)
        self.listing = self.listing or lead is not None
        if piece.text.rstrip(" 　").endswith(("：", ":")) or (lead and lead.end() == len(piece.text)):
            return
        text = piece.text[find_start(piece.text) :].strip(EDGE)
        chance = fault_chance(text[: find_end(text, 0)].strip(EDGE))
        if self._goes_on(text, chance):
            self.faults[-1].pieces.append(piece)
        elif self._is_afterword(text, chance):
            if self.faults:
                self.faults[-1].tails.append(text)
        elif chance >= self._least(text, ordered=_ORDER.match(piece.text) is not None):
            known = self.background if _TELLS_ON.match(text) else None
            self.faults.append(_Fault([known, piece] if known else [piece]))
        else:
            if self.faults and find_status(text):
                self.faults[-1].tails.append(text)
            self.background = piece if is_concrete(text) and not PRAISE.search(text) else None
            return
        self.background = None

    def _goes_on(self, text: str, chance: float) -> bool:
        """Whether a sentence goes on with the fault before it."""
        if not self.faults:
            return False
        if CONTINUES.match(text) and not is_afterword(text) and chance >= SURELY_NO_FAULT:
            return True
        return _explains_case(self.faults[-1].pieces, text)

    def _is_afterword(self, text: str, chance: float) -> bool:
        if is_afterword(text) and chance < SURE_FAULT:
            return True
        return is_generic(text) and not (self.listing and is_concrete(text))

    def _least(self, text: str, *, ordered: bool) -> float:
        """The chance a sentence must have: less where it says that something is wrong, least in a list of faults."""
        if self.listing and ordered and PRAISE.search(text) is None:
            return IN_A_LIST
        return self.least - WRONG_WORDS if is_fault(text) else self.least


def _explains_case(named: Sequence[Piece], text: str) -> bool:
    """Whether a sentence tells the case that the one before only named: 有的弄虚作假。甲行142张单据…."""
    if len(named) > 1 or LISTED.match(text):
        return False
    name = named[0].text.lstrip(EDGE)
    return bool(LISTED.match(name)) and name.endswith("。") and not re.search(r"\d", name) and is_concrete(text)


def _drop_topics(faults: list[_Fault]) -> list[_Fault]:
    """A first sentence that only names the topic goes with the one fault behind it, or goes when there are more."""
    openings = [fault.pieces[0].text for fault in faults]
    cases = [index for index, text in enumerate(openings) if LISTED.match(text[find_start(text) :])]
    if len(cases) > 1:
        return [fault for i, fault in enumerate(faults) if i >= cases[0] or re.search(r"\d", openings[i])]
    if len(faults) < 2 or len(faults[0].pieces) > 1:
        return faults
    topic = openings[0].strip(EDGE)
    if is_concrete(topic) or len(topic) > TOPIC_LENGTH or not openings[0].endswith("。"):
        return faults
    if len(faults) == 2:
        return [_Fault(faults[0].pieces + faults[1].pieces, faults[0].tails + faults[1].tails)]
    return faults[1:]

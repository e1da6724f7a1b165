"""Provisions that say the same in several places: which of them to keep, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulemine.parse.rules import provision_name
from rulemine.signals.context import Passage
from rulemine.signals.matches import place_of
from rulemine.text import fold_text


@dataclass(frozen=True, slots=True)
class Kept:
    """The provision of a cluster that should stay, in how many places it is told, and why this one."""

    passage: Passage
    places: int
    reason: str

    @property
    def advice(self) -> str:
        """What to do, for a reader."""
        name = f"《{self.passage.rule.title}》{provision_name(self.passage.provision.path)}"
        several = f"（共{self.places}处）" if self.places > 2 else ""
        return f"建议保留{name}（{self.reason}），其余改为引用{several}"


def choose_kept(pairs: Iterable[tuple[Passage, Passage]]) -> dict[str, Kept]:
    """For each article among the pairs the one of its cluster to keep: in force, newer, then more complete."""
    members: dict[str, Passage] = {}
    leader: dict[str, str] = {}

    def find(place: str) -> str:
        while leader[place] != place:
            leader[place] = leader[leader[place]]
            place = leader[place]
        return place

    for pair in pairs:
        for passage in pair:
            place = place_of(passage)
            leader.setdefault(place, place)
            if place not in members or len(passage.text) > len(members[place].text):
                members[place] = passage
        first, second = sorted(find(place_of(passage)) for passage in pair)
        leader[second] = first
    clusters: dict[str, list[str]] = {}
    for place in sorted(leader):
        clusters.setdefault(find(place), []).append(place)
    return {
        place: kept
        for places in clusters.values()
        for kept in [_choose([members[place] for place in places])]
        for place in places
    }


def _choose(passages: list[Passage]) -> Kept:
    ordered = sorted(passages, key=_worth, reverse=True)
    best, next_best = ordered[0], ordered[1]
    if _dated(best) != _dated(next_best):
        reason = "制定或修订在后"
    elif len(fold_text(best.text)) != len(fold_text(next_best.text)):
        reason = "内容更完整"
    else:
        reason = "两处相当，请归口部门确定"
    return Kept(best, len(passages), reason)


def _worth(passage: Passage) -> tuple[object, ...]:
    return (
        passage.rule.validity not in ("repealed", "expired"),
        _dated(passage),
        len(fold_text(passage.text)),
        passage.rule.title,
        passage.start,
    )


def _dated(passage: Passage) -> date:
    return passage.rule.dated_on or date.min

"""Which provisions of different rules are on one and the same matter: found once, judged as duplicates and as conflicts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rulemine.comparing import (
    Comparer,
    find_tiers,
    is_one_figure,
    is_one_wording,
    is_too_short,
    load_comparer,
    stands_out,
)
from rulemine.differences import Difference, find_differences
from rulemine.parse.norms import same_subject
from rulemine.parse.rules import provision_name
from rulemine.parse.scopes import compatible_scopes
from rulemine.retrieval import Standing
from rulemine.schema import Rule
from rulemine.sides import Side, find_company
from rulemine.signals.boilerplate import plain_form
from rulemine.signals.clauses import MOST_PIECES, attached_rows, clauses, is_detailing, older_first
from rulemine.signals.context import Context, Passage, trim
from rulemine.signals.guards import is_boilerplate
from rulemine.signals.nearness import Nearness
from rulemine.text import fold_text
from rulemine.wording import cut_words, find_contrasts

LIKELY = 0.5
"""Chance from which two provisions are taken to be on one matter."""
LIKELY_OF_PARTS = 0.7
"""The same for a sentence out of an article: what it stands among is not seen."""
LIKELY_OF_SUBJECTS = 0.6
"""Chance that outweighs subjects without a word in common (采购资料 / 投诉资料)."""
CERTAIN = 0.97
"""Chance that outweighs words which exclude each other: 境内 here and 境外 there."""
SURE = 0.9
"""Chance that outweighs words which would put two provisions apart, and that two provisions of one rule must have."""
LONGEST = 240
"""Characters of a clause that is compared as a whole; of a longer one its sentences are."""
SHORTEST = 12
LEAST_REPEATED = 14
"""Characters that two places must share for anybody to mind that both say it."""
FEWEST_WORDS = 4
"""Words besides titles that a provision must have: “现印发《…》，请遵照执行” is on no matter."""
_TITLE = re.compile(r"《[^》]*》")
_AMENDS = re.compile(
    r"^\s*(?:[一二三四五六七八九十\d]+[.、．])?\s*(?:删除|删去|增加|将|把)[^。]{0,12}第[^条款项]{1,8}[条款项]"
)
_OPEN_BREACH = re.compile(
    r"^\s*(?:没有违法所得|违法所得|情节|拒不改正|逾期(?:不|未)?改正|有(?:前款|上述)|构成犯罪|造成严重|对(?:其)?直接负责)"
)
"""The second half of a penalty clause: how grave it was, and not what was done."""
_MODAL = re.compile(r"应|须|不得|禁止|严禁|可以|给予")
_QUOTES_LAW = re.compile(r"《[^》]*(?:法|条例)》(?:[^，。]{0,12})?(?:规定|明确|要求)?[，：]")
_DEFINES = re.compile(
    r"[^。；]{0,8}(?:本[^，。]{1,6}|以下)?所(?:称|指)[^。]{1,40}?[，,]?(?:是指|指|包括|系指)|本[^，。]{1,6}适用于|[^。]{1,40}(?:参照|适用)本[^，。]{1,6}(?:管理|执行|规定)?[。]?$"
)
"""Definitions and scopes: rules say them anew on purpose."""
_REFERS = re.compile(
    r"(?:依照|按照|根据|执行|适用)[^，。；]{0,4}(?:《[^》]+》|本[^，。；]{1,6}第)[^，。；]{0,30}(?:执行|办理|规定|处理|程序[^，。]{0,4})[。]?$|按照?[^，。；]{2,20}有关规定[^，。；]{0,8}[，。]?"
)
_SHARES_WORK = re.compile(r"职责|机构设置|三定|部门分工")
_LEAVES_ROOM = re.compile(
    r"除外|除[^，。；]{2,30}外[，,][^。；]{0,16}(?:不得|禁止|严禁|任何)"
    r"|另有(?:规定|约定|要求)|从其规定|不受[^，。]{0,12}限制"
)


@dataclass(frozen=True, slots=True)
class Match:
    """Two passages on one matter, and where they differ: the one of the older rule first, or ours before a law's."""

    older: Passage
    newer: Passage
    chance: float
    likeness: float
    differences: tuple[Difference, ...]
    whole: bool
    """Whether both are all of their articles."""
    scopes_agree: bool
    figures_agree: bool
    sorts_agree: bool
    """Whether both are duties, or both say what a breach costs, and neither only refers, shares out the work or details the other."""

    @property
    def excludes(self) -> bool:
        """Whether the two cannot both be followed: they differ, and nothing says that they are for different cases."""
        return bool(self.differences) and (self.scopes_agree or self.chance >= SURE)

    @property
    def repeats(self) -> bool:
        """Whether the two say the same: no figure, modal, decider or subject stands between them."""
        in_tables = any(p.provision.level == "attachment" for p in (self.older, self.newer))
        agree = self.figures_agree and self.sorts_agree and (self.scopes_agree or self.chance >= SURE)
        shortest = min(len(fold_text(self.older.text)), len(fold_text(self.newer.text)))
        return agree and not self.differences and not in_tables and shortest >= LEAST_REPEATED


@dataclass(frozen=True, slots=True)
class _Unit:
    passage: Passage
    side: Side
    whole: bool = True
    """Whether it is all of an article, and not a sentence or a line of a table."""


def find_matches(context: Context) -> tuple[Match, ...]:
    """Every pair, the likeliest first; laws are not compared among themselves, nor are versions of one rule."""
    units = [
        unit
        for rule in context.rules
        if rule.validity != "repealed"
        for clause in (*clauses(rule), *attached_rows(rule))
        for unit in _cut_units(clause)
        if _says_something(unit) and not _is_form(context, unit)
    ]
    comparer, near = load_comparer(), _search(context, units)
    found: dict[frozenset[str], list[Match]] = {}
    for a, b in near.pairs():
        first, second = units[a], units[b]
        if _comparable(context, first.passage, second.passage):
            standing = near.standing(a, b)
            meaning = None if _has_row(first, second) else near.meaning(a, b)
            worth = stands_out(standing, meaning)
            match = _compare(context, comparer, first, second, standing, meaning) if worth else None
            if match is not None:
                found.setdefault(frozenset((place_of(first.passage), place_of(second.passage))), []).append(match)
    settled = [match for matches in found.values() for match in _settle(matches)]
    return tuple(sorted(settled, key=_likeliest_first))


def _has_row(*units: _Unit) -> bool:
    """Whether one is a row of an attached table: no sentence, of which an encoder could say what it means."""
    return any(unit.passage.provision.level == "attachment" for unit in units)


def _is_form(context: Context, unit: _Unit) -> bool:
    """Whether every sentence of it is one that many of these rules have."""
    forms = [plain_form(found) for found in re.split(r"[。；;\n]", unit.passage.text)]
    return all(form in context.boilerplate for form in forms if form)


def _says_something(unit: _Unit) -> bool:
    """Whether a provision can be on a matter: enough words besides titles, or some words and a figure or a modal."""
    text = unit.passage.text
    if _AMENDS.match(text) or _OPEN_BREACH.match(text) or _DEFINES.match(text) or is_boilerplate(text):
        return False
    words = set(cut_words(_TITLE.sub("", text)))
    return len(words) >= FEWEST_WORDS or (len(words) >= 2 and bool(unit.side.values or _MODAL.search(unit.side.text)))


def _settle(matches: list[Match]) -> Iterator[Match]:
    """Of two articles the whole, else each sentence beside the one most like it; where they part, not what they share."""
    taken: list[Passage] = []
    kept = []
    for match in sorted(matches, key=_closest_first):
        if not any(_overlap(passage, other) for passage in (match.older, match.newer) for other in taken):
            taken += [match.older, match.newer]
            kept.append(match)
    conflicts = [match for match in kept if match.excludes]
    yield from conflicts or [match for match in kept if match.repeats]


def _closest_first(match: Match) -> tuple[object, ...]:
    same = fold_text(match.older.text) == fold_text(match.newer.text)
    return not same, not match.whole, -match.likeness, _likeliest_first(match)


def _overlap(a: Passage, b: Passage) -> bool:
    return a.rule.version_id == b.rule.version_id and a.start < b.end and b.start < a.end


def _likeliest_first(match: Match) -> tuple[float, object]:
    return -round(match.chance, 6), [(p.rule.title, p.rule.version_id, p.start) for p in (match.older, match.newer)]


def _compare(
    context: Context, comparer: Comparer, first: _Unit, second: _Unit, standing: Standing, meaning: Standing | None
) -> Match | None:
    older, newer = older_first(first.passage, second.passage)
    if context.is_law(older.rule):  # ours is the one to mend, however new
        older, newer = newer, older
    a, b = (first.side, second.side) if older is first.passage else (second.side, first.side)
    within = older.rule.version_id == newer.rule.version_id
    if within:  # one title says nothing of two provisions
        a, b = Side(a.text), Side(b.text)
    plainly = _is_one_act(a, b) or is_one_wording(a, b) or (within and is_one_figure(a, b))
    chance = 1.0 if plainly else comparer.chance(a, b, standing, meaning)
    if (chance < 1.0 and is_too_short(a, b)) or (chance < CERTAIN and find_contrasts(a.text, b.text)):
        return None
    least = SURE if within else LIKELY if first.whole and second.whole else LIKELY_OF_PARTS
    if chance < least or find_tiers(a, b) or is_quotation(a, b):
        return None
    differences = tuple(find_differences(a, b))
    if differences and (is_exception(a, b) or _speaks_of_another(a, b, chance)):
        return None
    here, there = _plain_figures(a), _plain_figures(b)
    return Match(
        older,
        newer,
        chance,
        standing.likeness,
        differences,
        first.whole and second.whole,
        compatible_scopes(a.scopes, b.scopes),
        here <= there or there <= here,
        _sort(older, newer, a) == _sort(newer, older, b) == "own words"
        or _sort(older, newer, a) == _sort(newer, older, b) == "breach",
    )


def _speaks_of_another(a: Side, b: Side, chance: float) -> bool:
    """Whether the subjects have no word in common, where that much is needed."""
    return chance < LIKELY_OF_SUBJECTS and not same_subject(a.text, b.text)


def _is_one_act(a: Side, b: Side) -> bool:
    """Whether both speak of one act in the same words: no word of a title speaks against that."""
    return fold_text(a.act) == fold_text(b.act) and not re.search(r"违反本|前[款条]|上述", a.act)


def _sort(passage: Passage, other: Passage, side: Side) -> str:
    """What sort of provision it is: a breach, a reference, a share of the work, a detail, or a rule in its own words."""
    if is_detailing(passage.rule, other.rule):
        return "detail"
    if side.act != side.text:
        return "breach"
    if _REFERS.search(side.text):
        return "reference"
    return "share of work" if _SHARES_WORK.search(passage.rule.title) else "own words"


def _plain_figures(side: Side) -> set[tuple[str, float]]:
    return {figure for figure in side.figures if not figure[0].startswith("count")}


def _cut_units(clause: Passage) -> Iterator[_Unit]:
    """The clause, and where it has several sentences, each of them; an item with the words that open its list."""
    whole = trim(clause)
    sentences = list(_sentences(whole))
    if len(whole.text) <= LONGEST or len(sentences) < 2:
        yield _Unit(whole, Side(whole.text, whole.rule.title))
    if len(sentences) > 1:
        for passage, lead in sentences[:MOST_PIECES]:
            if len(fold_text(passage.text)) >= SHORTEST:
                yield _Unit(passage, Side(lead + passage.text, whole.rule.title), whole=False)


def _sentences(clause: Passage) -> Iterator[tuple[Passage, str]]:
    """Sentences and items, each with the opening that it stands under."""
    lead = ""
    for found in re.finditer(r"[^。；;\n]+", clause.text):
        at, end = clause.start + found.start(), clause.start + found.end()
        passage = trim(Passage(clause.rule, clause.provision, at, end, found.group()))
        item = re.match(r"\s*[（(]?[一二三四五六七八九十\d]+[）)、.．]", passage.text)
        yield passage, lead if item else ""
        if passage.text.endswith(("：", ":")):
            lead = passage.text
        elif not item:
            lead = ""


def _search(context: Context, units: Sequence[_Unit]) -> Nearness:
    """For each unit of our own rules the units of other articles that are like it."""
    return Nearness(
        [unit.side for unit in units],
        [place_of(unit.passage) for unit in units],
        [not context.is_law(unit.passage.rule) for unit in units],
        context.encoder,
    )


def _comparable(context: Context, a: Passage, b: Passage) -> bool:
    if a.rule.version_id == b.rule.version_id:
        return provision_name(a.provision.path) != provision_name(b.provision.path)
    versions = (a.rule.version_id, b.rule.version_id) in context.related_versions
    laws = context.is_law(a.rule) + context.is_law(b.rule)
    return not versions and laws < 2 and (laws == 1 or _one_house(a.rule, b.rule))


def _one_house(a: Rule, b: Rule) -> bool:
    """Whether nothing says that the rules bind two houses: companies of different names have rules of their own."""
    companies = [company for rule in (a, b) if (company := find_company(rule.title))]
    return len(companies) < 2 or companies[0][:2] == companies[1][:2]


def is_quotation(a: Side, b: Side) -> bool:
    """Whether both only quote one law: what a law says is no rule of ours stated twice."""
    return bool(_QUOTES_LAW.search(a.text[:60]) and _QUOTES_LAW.search(b.text[:60]))


def is_exception(a: Side, b: Side) -> bool:
    """Whether one provision leaves room for the other: 另有规定的，从其规定; …的除外."""
    return bool(_LEAVES_ROOM.search(a.text)) != bool(_LEAVES_ROOM.search(b.text))


def place_of(passage: Passage) -> str:
    """The article, by which pairs are told once."""
    return f"{passage.rule.version_id}/{provision_name(passage.provision.path)}"

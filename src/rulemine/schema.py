"""The nouns: what is read, what is found in it, and what is said about it.

Offsets are half-open ``[start, end)`` code points into ``Document.text``, the one coordinate system. Dates are
``datetime.date``, money is yuan, ``None`` means unknown or not stated, never zero. ``to_record`` turns a noun into the
JSON line of the contract, ``from_record`` turns the line back.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Literal, TypeVar, Union

Level = Literal["part", "chapter", "section", "article", "paragraph", "subparagraph", "item", "attachment", "heading"]
BlockKind = Literal[
    "title",
    "heading",
    "paragraph",
    "table_row",
    "header",
    "footer",
    "page_number",
    "toc",
    "attachment",
    "footnote",
    "deleted",
    "hidden",
    "comment",
]
OUTSIDE: frozenset[str] = frozenset({"header", "footer", "page_number", "deleted", "hidden", "comment"})
"""Kinds of blocks that stand outside ``Document.text`` and bear their own text."""

Action = Literal["enact", "amend", "repeal"]
Priority = Literal["high", "medium", "low"]
Validity = Literal["in_force", "amended", "repealed", "expired", "not_yet_effective", "unknown"]
Unresolved = Literal["external", "not_in_set", "no_such_article", "no_such_place", "no_antecedent"]
CitationKind = Literal["external", "internal", "self", "relative"]
Status = Literal["rectified", "in_progress", "open"]
ReviewReason = Literal["low_confidence", "empty", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A stretch of a document: a paragraph, a heading, a row of a table, or a header that stands outside the text."""

    start: int
    end: int
    kind: BlockKind
    page: int | None = None
    bbox: tuple[float, float, float, float] | None = None
    text: str | None = None
    confidence: float | None = None
    """How sure the characters are, 0 to 1, where they were recognised in a picture; None where the file states them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What became of the characters of a file, white space aside; kept by its reader like a ledger of two sides.

    ``source`` is how many the file bears, ``added`` how many the reader wrote that it does not (Word's numbers, bars
    between cells, a merged cell repeated), ``unread`` how many are mark-up or named in a warning. What is ``missing``
    from text and blocks, or in ``surplus``, character by character, is an error of the reader.
    """

    source: int
    added: int = 0
    unread: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    surplus: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Where the characters of a file are, white space aside; ``source`` is None when no reader counted them."""

    source: int | None
    in_text: int
    outside: int
    added: int = 0
    unread: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    surplus: dict[str, int] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether every character of the source is in the text, in a block outside it or in a warning."""
        return self.source is not None and not self.missing and not self.surplus


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One file as it was read.

    >>> document = Document(path="a.txt", sha256="0" * 64, text="第一条 依法合规。",
    ...                     blocks=(Block(start=0, end=9, kind="paragraph", page=1),))
    >>> document.page_at(4)
    1
    """

    path: str
    sha256: str
    text: str
    blocks: tuple[Block, ...] = ()
    warnings: tuple[str, ...] = ()
    census: Census | None = None

    def coverage(self) -> Coverage:
        """Where the characters of the file went.

        >>> document = Document(path="a.txt", sha256="0" * 64, text="第一条 依法合规。", census=Census(source=8))
        >>> document.coverage().in_text, document.coverage().is_complete
        (8, True)
        """
        census = self.census
        outside = sum(_count_marks(block.text or "") for block in self.blocks if block.kind in OUTSIDE)
        in_text = _count_marks(self.text)
        if census is None:
            return Coverage(source=None, in_text=in_text, outside=outside)
        return Coverage(
            source=census.source,
            in_text=in_text,
            outside=outside,
            added=census.added,
            unread=census.unread,
            missing=census.missing,
            surplus=census.surplus,
        )

    def page_at(self, offset: int) -> int | None:
        """The page on which a character stands; None where the format has no pages."""
        at = bisect_right(self.blocks, offset, key=lambda block: block.start)
        return next((b.page for b in reversed(self.blocks[max(0, at - 8) : at]) if b.start <= offset < b.end), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a rule stands: the file, its hash, and the span of the rule in the text of the file."""

    path: str
    sha256: str
    start: int
    end: int
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """A node of a rule's tree, whatever its level; ``text`` of an article holds its paragraphs and items."""

    level: Level
    label: str
    number: tuple[int, ...]
    heading: str | None = None
    path: str
    start: int
    end: int
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The provision that a citation was resolved to."""

    rule_id: str
    provision: str | None = None
    path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A mention of a rule or of a provision, with the provision in which it stands.

    ``within`` names the one 款 or 项 of the article that is meant. A citation of several articles has ``targets``, one an
    article, and a ``target`` that is the rule alone. ``unresolved`` says why there is no target, or none within the rule.
    """

    text: str
    title: str | None = None
    document_number: str | None = None
    article: str | None = None
    articles: tuple[str, ...] = ()
    kind: CitationKind
    provision: str
    path: str
    start: int
    end: int
    within: str | None = None
    target: Target | None = None
    targets: tuple[Target, ...] = ()
    unresolved: Unresolved | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule (制度): its title page, its provisions in pre-order, and what it cites."""

    id: str
    version_id: str
    title: str
    document_number: str | None = None
    issuing_authority: str | None = None
    owner_department: str | None = None
    interpreting_department: str | None = None
    authority_level: str | None = None
    adopted_on: date | None = None
    promulgated_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    revised_on: date | None = None
    validity: Validity | None = None
    trial: bool = False
    source: Source
    provisions: tuple[Provision, ...] = ()
    citations: tuple[Citation, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def articles(self) -> tuple[Provision, ...]:
        """The articles (条) of the rule, as printed, in order."""
        return tuple(p for p in self.provisions if p.level == "article")

    @property
    def dated_on(self) -> date | None:
        """The day the wording dates from: last revision, else promulgation, adoption, entry into force."""
        return self.revised_on or self.promulgated_on or self.adopted_on or self.effective_on


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingSource:
    """The report in which a finding stands."""

    path: str
    sha256: str
    page: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedRule:
    """A rule that a finding says was broken."""

    title: str
    article: str | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Words of a text that spoke for its category; offsets count from the start of the finding's text."""

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault (问题) out of a report, with its facts; the category is filled by ``classify``."""

    id: str
    report_id: str
    text: str
    start: int
    end: int
    source: FindingSource
    category: str | None = None
    confidence: float | None = None
    needs_review: bool | None = None
    review_reason: ReviewReason | None = None
    secondary: tuple[str, ...] = ()
    scores: dict[str, float] = field(default_factory=dict)
    other_kind: str | None = None
    reasons: tuple[Reason, ...] = ()
    model: str | None = None
    amount_yuan: float | None = None
    counts: dict[str, int] = field(default_factory=dict)
    institutions: int | None = None
    institution_names: tuple[str, ...] = ()
    citations: tuple[CitedRule, ...] = ()
    occurred_on: date | None = None
    status: Status | None = None
    responsible_unit: str | None = None
    due_on: date | None = None
    severity: str | None = None
    recurrence: bool = False


Stated = dict[str, Any]
"""Figures by name, nested where a figure is told by kind: absent where not stated, None where masked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An inspection report or register as it states itself: what it is, whose, of which days, and its own figures."""

    id: str
    path: str
    title: str | None = None
    document_number: str | None = None
    unit: str | None = None
    channel: str | None = None
    reported_on: date | None = None
    period: dict[str, date | None] | None = None
    stated: Stated = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A line of the statistics: ``table`` says of what, ``key`` which one; what a table does not tell is None."""

    table: str
    key: str
    name: str
    report_id: str | None = None
    issues: int | None = None
    rectified: int | None = None
    in_progress: int | None = None
    open: int | None = None
    status_unknown: int | None = None
    rate: float | None = None
    overdue: int | None = None
    amount_yuan: float | None = None
    amount_unknown: int | None = None
    people: int | None = None
    times: int | None = None
    units: int | None = None
    stated: float | None = None
    counted: float | None = None
    differs: bool | None = None
    due_on: date | None = None
    findings: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRef:
    """The fact that an evidence rests on."""

    id: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherSide:
    """The provision on the other side of a pair: the duplicate, the conflicting or the superseding one."""

    rule_id: str
    version_id: str
    title: str
    provision: str
    path: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about an evidence."""

    verdict: Literal["accept", "reject", "defer"]
    reason: str | None = None
    by: str | None = None
    on: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a signal saw: the exact words, where they stand, the fact they rest on, and what to do."""

    id: str
    signal: str
    kind: str
    action: Action
    rule_id: str | None
    version_id: str | None = None
    provision: str | None
    path: str | None
    start: int | None
    end: int | None
    quote: str
    page: int | None = None
    message: str
    fact: FactRef | None = None
    other: OtherSide | None = None
    successor: str | None = None
    findings: tuple[str, ...] | None = None
    suggestion: str | None = None
    confidence: float
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateSource:
    """The file in which a candidate's rule stands."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A version of a rule (or a gap) proposed for enact, amend or repeal. A person decides."""

    rule_id: str | None
    version_id: str | None
    source: CandidateSource | None
    title: str
    action: Action
    priority: Priority
    score: float
    evidence: tuple[Evidence, ...] = ()


def _count_marks(text: str) -> int:
    return sum(map(len, text.split()))


Noun = TypeVar("Noun")


def to_record(noun: Any) -> Any:
    """The JSON value of a noun: dataclasses become objects, dates ISO strings, tuples lists.

    >>> to_record(Block(start=0, end=2, kind="title"))
    {'start': 0, 'end': 2, 'kind': 'title', 'page': None, 'bbox': None, 'text': None, 'confidence': None}
    """
    if dataclasses.is_dataclass(noun) and not isinstance(noun, type):
        return {name: to_record(getattr(noun, name)) for name in _field_names(type(noun))}
    if isinstance(noun, (tuple, list)):
        return [to_record(item) for item in noun]
    if isinstance(noun, dict):
        return {key: to_record(value) for key, value in noun.items()}
    return noun.isoformat() if isinstance(noun, date) else noun


def from_record(kind: type[Noun], record: Any) -> Noun:
    """The noun of a JSON object; unknown fields are ignored, as the contract may grow.

    >>> from_record(Block, {"start": 0, "end": 2, "kind": "title", "later": 1}).end
    2

    Raises TypeError when a required field is missing, ValueError when a date is not ISO.
    """
    return typing.cast(Noun, _revive(kind, record))


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in dataclasses.fields(kind))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _revive(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = typing.get_origin(hint)
    if origin in (Union, types.UnionType):
        return _revive(next(a for a in typing.get_args(hint) if a is not type(None)), value)
    if origin is tuple:
        item = typing.get_args(hint)[0]
        return tuple(_revive(item, element) for element in value)
    if origin is dict:
        return {key: _revive(typing.get_args(hint)[1], item) for key, item in value.items()}
    if dataclasses.is_dataclass(hint):
        hints = _hints(typing.cast(type, hint))
        return typing.cast(type, hint)(**{k: _revive(hints[k], v) for k, v in value.items() if k in hints})
    if hint is date:
        return date.fromisoformat(value)
    return value


# ---------------------------------------------------------------- JSON Schema


def json_schema(kind: type) -> dict[str, Any]:
    """The JSON Schema of a noun's line, from its types and docstring.

    >>> json_schema(Reason)["required"]
    ['start', 'end', 'weight']
    """
    hints = _hints(kind)
    return {
        "type": "object",
        "description": (kind.__doc__ or "").partition("\n")[0],
        "properties": {f.name: _schema_of(hints[f.name]) for f in dataclasses.fields(kind)},
        "required": [
            f.name
            for f in dataclasses.fields(kind)
            if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
        ],
    }


_PLAIN = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _schema_of(hint: Any) -> dict[str, Any]:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema_of(a) for a in arguments if a is not type(None)] + [{"type": "null"}]}
    if origin is Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _schema_of(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema_of(arguments[1])}
    if dataclasses.is_dataclass(hint):
        return json_schema(typing.cast(type, hint))
    if hint is Any:
        return {}
    return {"type": "string", "format": "date"} if hint is date else {"type": _PLAIN[hint]}

"""What the verbs of the face return: a plain tuple that shows itself in Jupyter as the table an analyst expects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeVar, overload

from rulemine.schema import Candidate, Document, Evidence, Finding, Rule, to_record
from rulemine.writers.labels import ACTIONS, CATEGORIES, PRIORITIES, STATUSES

if TYPE_CHECKING:
    import pandas

Noun_co = TypeVar("Noun_co", covariant=True)
Column = tuple[str, Callable[[Any], Any]]

SHOWN_ROWS = 60
SHOWN_CHARACTERS = 90

_COLUMNS: tuple[tuple[type, tuple[Column, ...]], ...] = (
    (
        Document,
        (
            ("文件", lambda d: d.path),
            ("字数", lambda d: len(d.text)),
            ("页数", lambda d: max((b.page or 0 for b in d.blocks), default=0) or None),
            ("提示", lambda d: "；".join(d.warnings)),
        ),
    ),
    (
        Rule,
        (
            ("制度名称", lambda r: r.title),
            ("文号", lambda r: r.document_number),
            ("发布日期", lambda r: r.promulgated_on),
            ("修订日期", lambda r: r.revised_on),
            ("施行日期", lambda r: r.effective_on),
            ("条数", lambda r: len(r.articles)),
            ("引用", lambda r: len(r.citations)),
            ("提示", lambda r: "；".join(r.warnings)),
            ("来源文件", lambda r: r.source.path),
        ),
    ),
    (
        Finding,
        (
            ("问题原文", lambda f: f.text),
            ("类别", lambda f: CATEGORIES[f.category][0] if f.category in CATEGORIES else f.category),
            ("置信度", lambda f: f.confidence),
            ("复核", lambda f: "待人工复核" if f.needs_review else None),
            ("金额（元）", lambda f: f.amount_yuan),
            ("整改状态", lambda f: STATUSES[f.status or ""][0] if f.status else None),
            ("责任部门", lambda f: f.responsible_unit),
            ("整改期限", lambda f: f.due_on),
            ("来源文件", lambda f: f.source.path),
        ),
    ),
    (
        Candidate,
        (
            ("制度名称", lambda c: c.title),
            ("建议", lambda c: ACTIONS[c.action][0]),
            ("优先级", lambda c: PRIORITIES[c.priority][0]),
            ("得分", lambda c: c.score),
            ("证据数", lambda c: len(c.evidence)),
            ("主要理由", lambda c: "；".join(dict.fromkeys(e.message for e in c.evidence))),
            ("来源文件", lambda c: c.source.path if c.source else None),
        ),
    ),
    (
        Evidence,
        (
            ("检查项", lambda e: e.signal),
            ("条款", lambda e: e.provision),
            ("问题说明", lambda e: e.message),
            ("原文摘录", lambda e: e.quote),
            ("对照条款", lambda e: f"《{e.other.title}》{e.other.provision}：{e.other.quote}" if e.other else None),
            ("修改建议", lambda e: e.suggestion),
            ("置信度", lambda e: e.confidence),
            ("页码", lambda e: e.page),
        ),
    ),
)


class Results(tuple[Noun_co, ...]):
    """What a verb of the face returns: a plain tuple, with a table view; a slice of it has one too.

    >>> from rulemine.schema import Block
    >>> blocks = Results([Block(start=0, end=2, kind="title"), Block(start=2, end=4, kind="heading")])
    >>> len(blocks), blocks[0].kind, type(blocks[:1]).__name__
    (2, 'title', 'Results')
    """

    __slots__ = ()

    @overload
    def __getitem__(self, at: SupportsIndex, /) -> Noun_co: ...
    @overload
    def __getitem__(self, at: slice, /) -> Results[Noun_co]: ...
    def __getitem__(self, at: SupportsIndex | slice, /) -> Noun_co | Results[Noun_co]:
        return Results(super().__getitem__(at)) if isinstance(at, slice) else super().__getitem__(at)

    def to_records(self) -> list[dict[str, Any]]:
        """One JSON object a noun, as the command line writes them."""
        return [to_record(noun) for noun in self]

    def to_frame(self) -> pandas.DataFrame:
        """A pandas frame with the field names of the contract, one row a noun, nested values kept as objects."""
        import pandas

        return pandas.DataFrame.from_records(self.to_records())

    def _repr_html_(self) -> str:
        columns = _choose_columns(self)
        rows = [[value(noun) for _, value in columns] for noun in self[:SHOWN_ROWS]]
        used = [i for i in range(len(columns)) if any(_is_shown(row[i]) for row in rows)]
        head = "".join(f"<th style='text-align:left'>{escape(columns[i][0])}</th>" for i in used)
        body = "".join("<tr>" + "".join(_cell(row[i]) for i in used) + "</tr>" for row in rows)
        count = f"<p>共 {len(self)} 行" + (f"，显示前 {SHOWN_ROWS} 行" if len(self) > SHOWN_ROWS else "") + "</p>"
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{count}"


def _choose_columns(nouns: Sequence[Any]) -> Sequence[Column]:
    """The columns of the kind of noun; the fields as they are, for a kind that has none."""
    if not nouns:
        return ()
    for kind, columns in _COLUMNS:
        if isinstance(nouns[0], kind):
            return columns
    return [(name, _read_field(name)) for name in to_record(nouns[0])]


def _read_field(name: str) -> Callable[[Any], Any]:
    return lambda noun: to_record(noun)[name]


def _is_shown(value: Any) -> bool:
    return value not in (None, "", [], {}, False)


def _cell(value: Any) -> str:
    shown = "" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)
    short = shown[:SHOWN_CHARACTERS] + ("…" if len(shown) > SHOWN_CHARACTERS else "")
    return f"<td style='text-align:left' title='{escape(shown)}'>{escape(short)}</td>"

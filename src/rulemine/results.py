"""A tuple of nouns that shows itself as a table in Jupyter and turns into a pandas frame."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, TypeVar

from rulemine.schema import to_record

if TYPE_CHECKING:
    import pandas

Noun_co = TypeVar("Noun_co", covariant=True)

SHOWN_ROWS = 60
SHOWN_CHARACTERS = 90


class Results(tuple[Noun_co, ...]):
    """What a verb of the face returns: a plain tuple, with a table view.

    >>> from rulemine.schema import Block
    >>> blocks = Results([Block(start=0, end=2, kind="title")])
    >>> len(blocks), blocks[0].kind
    (1, 'title')
    """

    __slots__ = ()

    def to_records(self) -> list[dict[str, Any]]:
        """One JSON object a noun, as the command line writes them."""
        return [to_record(noun) for noun in self]

    def to_frame(self) -> pandas.DataFrame:
        """A pandas frame, one row a noun, nested values kept as objects."""
        import pandas

        return pandas.DataFrame.from_records(self.to_records())

    def _repr_html_(self) -> str:
        rows = self[:SHOWN_ROWS]
        if not rows:
            return "<p>(0)</p>"
        records = [to_record(noun) for noun in rows]
        columns = [name for name in records[0] if any(_is_shown(record[name]) for record in records)]
        head = "".join(f"<th>{escape(name)}</th>" for name in columns)
        body = "".join(
            "<tr>" + "".join(f"<td style='text-align:left'>{_cell(record[name])}</td>" for name in columns) + "</tr>"
            for record in records
        )
        more = f"<p>… {len(self)}</p>" if len(self) > SHOWN_ROWS else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _is_shown(value: Any) -> bool:
    return value not in (None, "", [], {}, False)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return f"[{len(value)}]" if value else ""
    if isinstance(value, dict):
        value = "、".join(f"{k} {v}" for k, v in value.items() if _is_shown(v) and not isinstance(v, (list, dict)))
    shown = "" if value is None else str(value)
    return escape(shown[:SHOWN_CHARACTERS] + ("…" if len(shown) > SHOWN_CHARACTERS else ""))

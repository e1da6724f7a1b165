"""The categories of the report, ours or those of the user's own TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from rulemine.errors import BadInput, explain_failure

OTHER = "other"
"""Surely outside the categories: not one of them."""
SHIPPED = ("findings", "bank")
"""The report's own five categories, and those with the businesses of a bank beside them."""


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The categories of the report, with the names an analyst reads."""

    names: dict[str, str]
    holds: dict[str, str]
    other_name: str
    other_kinds: dict[str, str]
    groups: dict[str, str] = field(default_factory=dict)
    """The group that a category stands in, where the tree has two levels: key of the category, name of the group."""

    def name(self, key: str | None) -> str:
        """What an analyst calls a category.

        >>> load_taxonomy().name("finance")
        '财务管理'
        """
        return self.names.get(key or "", self.other_name)

    def full_name(self, key: str | None) -> str:
        """The name with that of its group before it, where it has one."""
        group = self.groups.get(key or "")
        return f"{group}/{self.name(key)}" if group else self.name(key)

    def find_key(self, label: str) -> str | None:
        """The key of a label that is a key or a name; None when there is none such.

        >>> load_taxonomy().find_key("财务管理"), load_taxonomy().find_key("其他"), load_taxonomy().find_key("食堂")
        ('finance', 'other', None)
        """
        wanted = label.strip()
        if wanted in self.names or wanted == OTHER:
            return wanted
        named = {name: key for key, name in self.names.items()} | {self.full_name(key): key for key in self.names}
        return OTHER if wanted == self.other_name else named.get(wanted)


def load_taxonomy(source: str | Path | None = None) -> Taxonomy:
    """The report's categories, one of ours by its name (``bank``), or those of the user's own TOML file.

    >>> load_taxonomy("bank").name("credit")
    '信贷'

    Raises BadInput when the file is not TOML, names no category, or puts one into a group that it does not name.
    """
    try:
        table = tomllib.loads(_read_source(source))
        categories, groups = table["categories"], table.get("groups", {})
        return Taxonomy(
            {key: row["name"] for key, row in categories.items()},
            {key: row.get("holds", "") for key, row in categories.items()},
            table.get("other", {}).get("name", "其他"),
            table.get("other", {}).get("kinds", {}),
            {key: groups[row["under"]]["name"] for key, row in categories.items() if "under" in row},
        )
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise BadInput(
            f"{source}：{_explain_taxonomy(error)}；类别定义中每个类别是一个表 [categories.KEY]，其中写 name，"
            "上一级写 under（另有表 [groups.KEY]）"
        ) from error


def _read_source(source: str | Path | None) -> str:
    if source is None or str(source) in SHIPPED:
        name = "taxonomy.toml" if source in (None, SHIPPED[0]) else f"taxonomy_{source}.toml"
        return (files("rulemine") / "data" / name).read_text(encoding="utf-8")
    return Path(source).read_text(encoding="utf-8")


def _explain_taxonomy(error: Exception) -> str:
    if isinstance(error, OSError):
        return explain_failure(error)
    if isinstance(error, KeyError):
        return f"缺少 {error.args[0]}"
    return f"不是 TOML（{error}）" if isinstance(error, ValueError) else "结构不对"

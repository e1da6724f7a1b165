"""The categories of the report, ours or those of the user's own TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from rulemine.errors import BadInput, explain_failure


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The categories of the report, with the names an analyst reads."""

    names: dict[str, str]
    holds: dict[str, str]
    other_name: str
    other_kinds: dict[str, str]

    def name(self, key: str | None) -> str:
        """What an analyst calls a category.

        >>> load_taxonomy().name("finance")
        '财务管理'
        """
        return self.names.get(key or "", self.other_name)


def load_taxonomy(path: str | Path | None = None) -> Taxonomy:
    """The report's categories, or those of the user's own TOML file.

    Raises BadInput when the file is not TOML or names no category.
    """
    try:
        text = (
            Path(path).read_text(encoding="utf-8")
            if path
            else (files("rulemine") / "data" / "taxonomy.toml").read_text(encoding="utf-8")
        )
        table = tomllib.loads(text)
        categories = table["categories"]
        return Taxonomy(
            {key: row["name"] for key, row in categories.items()},
            {key: row.get("holds", "") for key, row in categories.items()},
            table.get("other", {}).get("name", "其他"),
            table.get("other", {}).get("kinds", {}),
        )
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise BadInput(
            f"{path}：{_explain_taxonomy(error)}；类别定义中每个类别是一个表 [categories.KEY]，其中写 name"
        ) from error


def _explain_taxonomy(error: Exception) -> str:
    if isinstance(error, OSError):
        return explain_failure(error)
    if isinstance(error, KeyError):
        return f"缺少 {error.args[0]}"
    return f"不是 TOML（{error}）" if isinstance(error, ValueError) else "结构不对"

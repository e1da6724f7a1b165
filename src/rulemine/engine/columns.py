"""Which row of a table holds its headings, and which of its columns holds the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rulemine.errors import BadInput
from rulemine.text import dump_line, squeeze

SEARCHED_ROWS = 30
"""Rows from the top in which the headings are looked for; above them stand a title, a unit, a date."""
SAMPLED_ROWS = 200
LONGEST_HEADING = 30

HEADINGS: tuple[str, ...] = (
    "问题描述",
    "检查发现问题描述",
    "发现问题描述",
    "检查发现问题",
    "发现问题",
    "审计发现",
    "检查发现",
    "存在问题",
    "存在的问题",
    "存在的主要问题",
    "主要问题",
    "问题内容",
    "具体问题",
    "问题表现",
    "问题事实",
    "问题详情",
    "问题情况",
    "问题",
    "违规事实",
    "违法违规事实",
    "主要违法违规事实",
    "违规问题",
    "违规行为",
    "事实描述",
    "发现事项",
    "情况描述",
    "描述",
    "内容",
    "正文",
    "文本",
    "finding",
    "findings",
    "text",
    "issue",
    "description",
    "content",
    "sentence",
)
"""Headings of a text column, the likeliest first."""
_LIKELY = re.compile(
    r"(?:问题|事实|风险|缺陷|违规|情况|事项)(?:具体)?(?:描述|内容|表现|详情|摘要|概述)"
    r"|发现.{0,4}(?:问题|事项)|存在.{0,4}问题"
)
_OTHER = re.compile(
    r"整改|编号|序号|个数|数量|笔数|金额|日期|时间|等级|级别|类别|类型|分类|单位|部门|责任|是否|来源|依据|状态"
)
_NUMBER = re.compile(r"[\d.,%\s/-]+")
# A column of flags is not the text, whatever its heading says.
_FLAG = re.compile(r"[是否有无√×✓对错YyNn]|[Yy]es|[Nn]o|[Tt]rue|[Ff]alse|TRUE|FALSE|不?存在|/|[-—]+")
_CODE = re.compile(r"[!-~]+")
_NOTES = re.compile(r"[（(\[【*＊][^）)\]】]*[）)\]】]?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The column that holds the text: its position, its name, and whether nobody named it."""

    position: int
    name: str
    guessed: bool


def as_text(value: Any) -> str:
    """The value of a cell as text: nothing is an empty text, nested values are JSON.

    >>> [as_text(value) for value in (None, "未双录", 3, ["甲"], float("nan"))]
    ['', '未双录', '3', '["甲"]', '']
    """
    if value is None or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return dump_line(value) if isinstance(value, (list, tuple, dict)) else str(value)


def rank_heading(heading: str) -> int | None:
    """How likely a heading is that of the text column: 0 is the likeliest, None is not at all.

    >>> rank_heading("问题 描述（必填）"), rank_heading("整改情况描述"), rank_heading("序号")
    (0, None, None)
    """
    plain = squeeze(heading).lower()
    for name in (plain, _NOTES.sub("", plain)):
        if name in HEADINGS:
            return HEADINGS.index(name)
    likely = len(plain) <= LONGEST_HEADING and _LIKELY.search(plain) and not _OTHER.search(plain)
    return len(HEADINGS) if likely else None


def find_header(rows: Sequence[Sequence[str]], wanted: str | None = None) -> int | None:
    """The position of the heading row among the first rows of a table; None when all are empty.

    >>> find_header([["检查问题台账"], [], ["序号", "存在问题"], ["1", "未双录"]])
    2

    The row that has the column that is wanted, else a likely heading, else two cells, else anything.
    """
    filled = [[cell for cell in map(squeeze, row) if cell] for row in rows]
    if wanted is not None:
        named = (at for at, cells in enumerate(filled) if squeeze(wanted) in cells)
        if (found := next(named, None)) is not None:
            return found
    wide = [at for at, cells in enumerate(filled) if len(cells) > 1]
    likely = (at for at in wide if _looks_like_header(filled[at]))
    first = next((at for at, cells in enumerate(filled) if cells), None)
    return next(likely, wide[0] if wide else first)


def _looks_like_header(cells: Sequence[str]) -> bool:
    short = all(len(cell) <= LONGEST_HEADING and not _NUMBER.fullmatch(cell) for cell in cells)
    return short and any(rank_heading(cell) is not None for cell in cells)


def name_columns(headings: Sequence[str]) -> tuple[str, ...]:
    r"""Headings as names: on one line, each one once, none empty.

    >>> name_columns(["问题\n描述", "", "备注", "备注"])
    ('问题 描述', 'column_2', '备注', '备注_2')
    """
    names: dict[str, None] = {}
    for position, heading in enumerate(headings, start=1):
        plain = " ".join(heading.split()) or f"column_{position}"
        name, repeat = plain, 1
        while name in names:
            repeat += 1
            name = f"{plain}_{repeat}"
        names[name] = None
    return tuple(names)


def doubt_headings(names: Sequence[str]) -> tuple[str, ...]:
    """A note when the row that was taken for headings looks like a row of data: one of its cells is a number.

    >>> doubt_headings(["序号", "问题描述"]), len(doubt_headings(["费用报销无审批单", "3"]))
    ((), 1)
    """
    if not any(_NUMBER.fullmatch(name) for name in names):
        return ()
    shown = "、".join(name[:LONGEST_HEADING] for name in names[:6])
    return (f"把这一行当作了列名：{shown}；如果它是数据，请在上面加一行列名",)


def choose_column(names: Sequence[str], sample: Sequence[Sequence[str]], wanted: str | None, path: str) -> Choice:
    """The text column: as named, else by its heading, else the one with the longest texts in the sample.

    >>> choose_column(["编号", "说明"], [["1", "未按规定开展贷后检查"]], None, "a.csv")
    Choice(position=1, name='说明', guessed=True)

    Raises BadInput, with the columns that there are, when no column bears the name or there is none.
    """
    if not names:
        raise BadInput(f"{path}：表中没有列；第一行应为列名")
    if wanted is not None:
        same = [at for at, name in enumerate(names) if name == wanted or squeeze(name) == squeeze(wanted)]
        if not same:
            raise BadInput(f"{path}：没有名为“{wanted}”的列；可选：{'、'.join(names)}")
        return Choice(position=same[0], name=names[same[0]], guessed=False)
    lengths = [_mean_length(row[at] for row in sample) for at in range(len(names))]
    ranked = [(rank, at) for at, name in enumerate(names) if (rank := rank_heading(name)) is not None]
    filled = [(rank, at) for rank, at in ranked if lengths[at] > 0]
    longest = max(range(len(names)), key=lengths.__getitem__)
    if filled:
        longest = min(filled)[1]
    elif ranked and lengths[longest] == 0:
        longest = min(ranked)[1]
    return Choice(position=longest, name=names[longest], guessed=True)


def _mean_length(cells: Any) -> float:
    """Mean length of the cells that are not empty; numbers and flags have none, hashes and links next to none."""
    filled = (cell.strip() for cell in cells)
    texts = [text for text in filled if text and not (_NUMBER.fullmatch(text) or _FLAG.fullmatch(text))]
    weights = (len(text) * (0.01 if _CODE.fullmatch(text) else 1.0) for text in texts)
    return sum(weights) / len(texts) if texts else 0.0

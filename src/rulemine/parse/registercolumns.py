"""The columns of a register (台账): which field a heading stands for, by its words, by the user's own, or by what stands below it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rulemine.errors import BadInput, explain_failure
from rulemine.parse.finding_chance import LIKELY_FAULT, fault_chance
from rulemine.parse.finding_status import read_cell_status
from rulemine.text import find_dates, squeeze

COLUMNS: tuple[tuple[str, str], ...] = (
    ("severity", r"(?:问题|风险|严重|缺陷)?(?:等级|程度|级别|性质|定级)$|风险等级|严重程度|问题定性"),
    ("recurrence", r"屡查屡犯|重复发生|是否重复|是否屡|同质同类|是否新增"),
    ("category", r"(?:问题|风险|业务)?(?:类别|类型|分类|大类|小类|条线|领域|种类)$"),
    (
        "status",
        r"整改(?:状态|情况|结果|进展|进度|完成情况|落实情况)|是否(?:已)?(?:完成)?整改|(?:完成|目前|当前|进展"
        r"|销号|办理)(?:状态|情况|进展)|^(?:状态|进度|进展|结论|办理结果)$|是否(?:销号|完成|办结)|落实情况",
    ),
    (
        "due_on",
        r"整改(?:期限|时限|完成时间|截止|完成时限|完成日期)|(?:计划|预计|要求)?完成(?:时限|时间|期限|日期)|^(?:期限"
        r"|时限)$|截止(?:日期|时间)?|整改时间|办结(?:时限|日期|时间)|承诺(?:完成)?(?:时间|日期|日|时限)|[现原]定时限",
    ),
    ("measure", r"整改(?:措施|要求|计划|方案|建议)|措施|建议|备注|说明|佐证|原因"),
    (
        "responsible_unit",
        r"(?:整改)?(?:责任|牵头|主责|承办|主办|经办|落实)(?:部门|单位|机构|科室|处室)|整改(?:部门|单位|牵头)|责任主体",
    ),
    ("person", r"责任人|联系人|检查人|填报人|整改人"),
    ("amount", r"金额|涉及资金|资金(?:量|额)"),
    ("count", r"笔数|户数|件数|份数|人数|次数|数量|涉及笔"),
    ("citations", r"(?:违反|对应|适用|检查|定性|制度|法规|审计)*(?:依据|制度|条款|规定|法规)(?:名称|条款)?$"),
    ("occurred_on", r"(?:发生|发现|检查|业务)(?:日期|时间)|^日期$"),
    (
        "institutions",
        r"(?:涉及|被检查|被审计|受检|检查|所属|发生|经办)?(?:机构|网点|支行|分行|营业部|单位|部门|公司"
        r"|行社)(?:名称)?$|^(?:被查|受检)(?:机构|单位|网点)|(?:涉及|所属|被查)主体|所在(?:网点|机构|部门|单位)",
    ),
    (
        "text",
        r"问题(?:描述|表现|事实|内容|简述|概述|摘要|详情|具体内容|情况)?$|(?:存在|发现|检查发现|审计发现|主要|具体"
        r"|违规)(?:的)?(?:主要|具体)?(?:问题|事项|事实|情况)|事实(?:描述|认定)|发现事项|情况描述|(?:缺陷|隐患|违规"
        r"|风险)(?:描述|事实|情况|表现|点)|检查发现|(?:具体|问题)表现|查实(?:情况|事实)|^事项$|^(?:问题|事项)要点$",
    ),
    ("number", r"^(?:序号|编号|号|No\.?|问题编号|序)$"),
)
FIELDS: dict[str, str] = {
    "number": "序号",
    "text": "问题描述",
    "category": "问题类别",
    "amount": "涉及金额",
    "count": "笔数",
    "institutions": "机构",
    "status": "整改状态",
    "responsible_unit": "责任部门",
    "due_on": "整改期限",
    "citations": "违反制度",
    "severity": "严重程度",
    "recurrence": "是否重复",
    "occurred_on": "发生时间",
    "measure": "整改措施",
    "person": "责任人",
}
"""The fields that a column may hold, with what an analyst calls them."""
LONGEST_HEADING, FEWEST_TELLING = 20, 3
SHORTEST_FAULT, SAMPLED = 8, 20
_PATTERNS = tuple((name, re.compile(pattern)) for name, pattern in COLUMNS)
_TELLING = frozenset(
    {"status", "due_on", "responsible_unit", "amount", "institutions", "severity", "citations", "number"}
)


@dataclass(frozen=True, slots=True)
class Headings:
    """Which field a heading stands for: as the user says, else by its words."""

    given: Mapping[str, str] = field(default_factory=dict)
    """A heading without white space → our field."""

    def field(self, heading: str) -> str | None:
        """The field that a column heading stands for.

        >>> [OURS.field(h) for h in ("序号", "问题描述", "涉及金额（万元）", "整改状态", "责任部门", "整改期限", "甲")]
        ['number', 'text', 'amount', 'status', 'responsible_unit', 'due_on', None]
        >>> Headings({"风险点描述": "text"}).field("风险点 描述")
        'text'
        """
        if (told := self.given.get(squeeze(heading))) is not None:
            return told
        bare = re.sub(r"[（(].*?[）)]|\s|[：:*＊]", "", heading)
        found = next((name for name, pattern in _PATTERNS if pattern.search(bare)), None)
        return None if found in self.given.values() else found

    def are_headings(self, cells: Sequence[str]) -> bool:
        """Whether the cells of a row are headings of a register: short, and enough of them known."""
        names = {name for name in map(self.field, cells) if name}
        short = all(len(cell) <= LONGEST_HEADING for cell in cells)
        # Without a heading for the faults the columns about them must be many.
        return short and len(names) >= 2 and ("text" in names or len(_TELLING & names) >= FEWEST_TELLING)


OURS = Headings()
"""What headings stand for when the user says nothing."""


def load_headings(path: str | Path | None) -> Headings:
    """The headings that a TOML file gives: our field = their heading, or a list of them.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.toml").write_text('text = "风险点描述"\\namount = ["金额", "敞口"]', encoding="utf-8")
    ...     load_headings(Path(folder, "a.toml")).field("敞口")
    'amount'

    Raises BadInput when the file is not TOML or names a field that there is not.
    """
    if path is None:
        return OURS
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{path}：{explain_failure(error)}；核对路径") from error
    except ValueError as error:
        raise BadInput(f'{path}：不是 TOML（{error}）；每行写 字段 = "表头"，如 text = "风险点描述"') from error
    given: dict[str, str] = {}
    for name, told in table.items():
        if name not in FIELDS:
            known = "、".join(f"{key}（{label}）" for key, label in FIELDS.items())
            raise BadInput(f"{path}：没有字段 {name}；可用：{known}")
        for heading in told if isinstance(told, list) else [told]:
            given[squeeze(str(heading))] = name
    return Headings(given)


def guess_fields(fields: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The fields, with columns that no heading names taken by what stands below them: faults, states, units, days.

    >>> guess_fields(["number", "", "", ""], [["1", "登记簿漏记3次，签名由他人代签", "销号", "运营部"]] * 3)
    ['number', 'text', 'status', 'responsible_unit']
    """
    found = list(fields)
    columns = [[row[at] for row in rows if at < len(row)] for at in range(len(fields))]
    if "text" not in found:
        free = [at for at, name in enumerate(found) if name in ("", "measure", "category")]
        chances = {at: _mean_chance(columns[at]) for at in free}
        best = max(chances, key=chances.__getitem__, default=None)
        if best is None or chances[best] < LIKELY_FAULT:
            return found
        found[best] = "text"
    for name, fits in _CONTENTS:
        if name not in found:
            shares = {at: _share(columns[at], fits) for at, known in enumerate(found) if not known}
            best = max(shares, key=shares.__getitem__, default=None)
            if best is not None and shares[best] >= MOST_CELLS:
                found[best] = name
    return found


MOST_CELLS = 0.6
"""Share of the cells of a column that must look like a field."""
_BLANK = re.compile(r"[-—–/／\\无空*\s]*|同上|〃")
_UNIT_CELL = re.compile(r"[\u4e00-\u9fa5、]{2,24}(?:部|室|中心|处|科|办|公司|支行|分行|中支|机构|委员会|工会)")
_CONTENTS: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("status", lambda cell: len(cell) <= 40 and read_cell_status(cell) is not None),
    ("due_on", lambda cell: len(cell) <= 20 and any(find_dates(cell, year=2000))),
    ("responsible_unit", lambda cell: _UNIT_CELL.fullmatch(cell) is not None),
)


def _share(cells: Sequence[str], fits: Callable[[str], bool]) -> float:
    told = [squeeze(cell) for cell in cells if not _BLANK.fullmatch(cell)]
    return sum(map(fits, told)) / len(told) if told and len(told) * 3 >= len(cells) else 0.0


def _mean_chance(cells: Sequence[str]) -> float:
    told = [cell for cell in cells if len(cell) >= SHORTEST_FAULT][:SAMPLED]
    return sum(fault_chance(squeeze(cell)) for cell in told) / len(told) if told else 0.0

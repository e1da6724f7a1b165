"""What a report is and what it states about itself: title, number, unit, channel, days, and its own figures.

The figures are read in what is left when the faults are taken out: leads, summaries, sections on accountability, the rows
合计 of registers.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from datetime import date

from rulemine.parse.documentnumbers import DOCUMENT_NUMBER
from rulemine.parse.finding_outline import ATTACHED, Node
from rulemine.parse.finding_paragraphs import Paragraph, read_marker
from rulemine.parse.findings import SplitReport, date_report, report_id, split_report
from rulemine.parse.registers import read_total_row
from rulemine.parse.stated import Passage, read_stated
from rulemine.schema import Document, Report
from rulemine.taxonomy import load_taxonomy
from rulemine.text import find_dates, squeeze, tidy_document_number

_FOLLOWS_UP = re.compile(r"后续(?:审计|稽核|检查)|回头看|复查|复核|整改(?:落实|进展|完成|工作)?(?:情况|结果|进展)")
_TITLE_END = re.compile(
    r"(?:报告|通报|通知|函|公告|清单|意见书?|台账|简报|纪要|汇报|总结|情况|方案|公示|说明|专报|反馈)(?:[（(].{1,12}[）)])?$"
)
_NO_TITLE = re.compile(
    r"^(?:附件?\s*[\d一二三四五六七八九十]*[：:]?|密级|机密|内部(?:资料|文件)?|★|签发|编号|填报|导读|注[：:]|[^，。]{2,20}[：:]$)"
)
LONGEST_TITLE, HEAD_LINES, TAIL_LINES = 80, 8, 8
_OWNER = re.compile(r"(?P<unit>[\u4e00-\u9fa5A-Za-z0-9（）()·]{2,40}?)(?:党委|党组|党支部)?(?:关于|对)")
_REPORTER = re.compile(
    r"(?:填报|报送|编制|报告|被查|被检查|被审计|受检|检查)(?:单位|机构|部门)[：:]\s*(?P<unit>[^\s，。；|]{2,40})"
)
_SIGNER = re.compile(
    r"^[\u4e00-\u9fa5A-Za-z0-9（）()·]{3,40}(?:公司|银行|支行|分行|部|局|处|室|中心|办公室|委员会|联社|社|集团|组|党委|党组)$"
)
CHANNELS: tuple[tuple[str, str], ...] = (
    ("discipline_inspection", r"巡察|巡视|纪检|纪委"),
    ("regulator", r"监管|现场检查意见|证监局|银保监|金融监管|人民银行|外汇局|行政处罚"),
    ("audit", r"审计|稽核"),
    ("self_inspection", r"自查|自评|自我评价|内部控制评价|内控评价|排查"),
    ("inspection", r"检查|督查|督导|抽查|核查|飞行|监督"),
)
"""Channels by which issues come up, and the words of a title that name them."""
_PERIOD = re.compile(
    r"(?:(?:审计|检查|稽核|业务|评价|覆盖|时间|排查|核查)(?:的)?(?:期间|范围|时段|区间|时限)(?:为|是|覆盖|：|:)?|对[^。；]{2,40}?(?=\d{4}年))"
    r"(?P<days>[^。；]{4,60})"
)
_SUMMING = re.compile(r"上述|以上|本次|此次|共计|总计|合计|整改率|累计发现")


def parse_report(document: Document, categories: Mapping[str, str] | None = None) -> Report:
    """What a report or register says of itself.

    >>> text = "东江银行关于用印检查情况的通报\\n共发现问题2项，涉及2家支行。\\n1.空白纸盖章。\\n2.登记簿漏记5次。\\n2024年3月9日"
    >>> report = parse_report(Document(path="a.txt", sha256="", text=text))
    >>> report.unit, report.channel, str(report.reported_on), report.stated
    ('东江银行', 'inspection', '2024-03-09', {'issues': 2, 'institutions': 2})

    ``categories`` (key → name) are those that a report may count by; the report's five where not given.
    """
    split = split_report(document)
    title = _read_title(document)
    stated = read_stated(
        _list_passages(split),
        categories if categories is not None else load_taxonomy().names,
        follows_up=title is not None and _FOLLOWS_UP.search(title) is not None,
    )
    for name, value in _sum_registers(split, document).items():
        stated.setdefault(name, value)
    return Report(
        id=report_id(document),
        path=document.path,
        title=title,
        document_number=_read_number(document),
        unit=_read_unit(document, title),
        channel=_read_channel(title or document.text[:200]),
        reported_on=date_report(document),
        period=_read_period(document),
        stated=stated,
    )


# ---------------------------------------------------------------- what speaks of the whole


def _list_passages(split: SplitReport) -> Iterator[Passage]:
    spans = sorted((draft.start, draft.end) for draft in split.drafts)
    yield from _walk(split.outline, 0, spans)
    for index in split.in_register:
        words = split.lines[index].text.strip("| \t")
        if re.match(r"(?:合计|总计|共计|注|说明|备注)[：:\s|]", words):
            yield Passage(re.sub(r"[\t|]+", "，", words), "neutral")


def _walk(node: Node, depth: int, spans: list[tuple[int, int]]) -> Iterator[Passage]:
    inside = depth + (0 if node.heading else 1)
    if not (depth > 1 and node.role in ATTACHED):
        for paragraph in (*([node.head] if node.head else []), *node.body):
            if text := _outside(paragraph, spans):
                yield Passage(text, node.role, max(0, inside - 1))
    for child in node.children:
        yield from _walk(child, inside, spans)


def _outside(paragraph: Paragraph, spans: list[tuple[int, int]]) -> str:
    """What a paragraph says ahead of its faults, and the sentences behind them that sum up."""
    if not paragraph.origin:
        return ""
    starts = [start for start, _ in spans]
    free: list[str] = []
    cut_at: int | None = None
    for position, offset in enumerate(paragraph.origin):
        at = bisect_right(starts, offset) - 1
        if at >= 0 and offset < spans[at][1]:
            cut_at = len(free) if cut_at is None else cut_at
        else:
            free.append(paragraph.text[position])
    if cut_at is None:
        return paragraph.text
    ahead, behind = "".join(free[:cut_at]), "".join(free[cut_at:])
    return ahead + "。" + "。".join(part for part in behind.split("。") if _SUMMING.search(part))


def _sum_registers(split: SplitReport, document: Document) -> dict[str, float]:
    """The figures in the rows 合计 of registers; of several registers their sum is nobody's statement."""
    return read_total_row(split.tables[0], document.text) if len(split.tables) == 1 else {}


# ---------------------------------------------------------------- what it is


def _head(document: Document) -> list[str]:
    return [line.strip() for line in document.text.split("\n") if line.strip()][:HEAD_LINES]


def _read_title(document: Document) -> str | None:
    lines = _head(document)
    for index, line in enumerate(lines):
        bare = line.strip("#* ")
        if _NO_TITLE.match(bare) or _is_number(bare) or read_marker(bare):
            continue
        if len(bare) > LONGEST_TITLE or re.search(r"[。；，]", bare):
            return None
        behind = lines[index + 1].strip() if index + 1 < len(lines) else ""
        if not _TITLE_END.search(bare) and len(behind) <= 40 and _TITLE_END.search(behind):
            return squeeze(bare + behind)
        return squeeze(bare)
    return None


def _is_number(line: str) -> bool:
    found = DOCUMENT_NUMBER.search(line)
    return found is not None and len(squeeze(line)) - len(squeeze(found.group())) <= 2


def _read_number(document: Document) -> str | None:
    return next((tidy_document_number(line) for line in _head(document) if _is_number(line)), None)


def _read_unit(document: Document, title: str | None) -> str | None:
    if title and (found := _OWNER.match(title)):
        return found["unit"]
    if found := _REPORTER.search(document.text):
        return found["unit"]
    tail = [line.strip() for line in document.text.split("\n") if line.strip()][-TAIL_LINES:]
    return next((line for line in reversed(tail) if _SIGNER.match(line)), None)


def _read_channel(title: str) -> str | None:
    return next((channel for channel, words in CHANNELS if re.search(words, title)), None)


def _read_period(document: Document) -> dict[str, date | None] | None:
    """The days that were looked at: 审计期间：2023年1月1日至6月30日."""
    for found in _PERIOD.finditer(document.text[:4000]):
        days = list(find_dates(found["days"]))
        if days and (len(days) > 1 or not days[0].exact):
            completed = list(find_dates(found["days"], year=days[0].first.year))
            last = (
                completed[1]
                if len(completed) > 1 and re.match(r"[至到\-—－~]", found["days"][completed[0].end :])
                else completed[0]
            )
            return {"from": completed[0].first, "to": last.last}
    return None

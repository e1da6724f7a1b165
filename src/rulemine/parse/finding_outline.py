"""The outline of a report: a tree of headings, items and labels, each with the role its section plays.

The roles are those of ``finding_headings``; an item inherits the role of its section.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rulemine.parse.finding_chance import LIKELY_FAULT, fault_chance
from rulemine.parse.finding_headings import (
    BRACKET_HEADING,
    DECISION_LINE,
    ITEM_PROBLEM,
    LABEL_LINE,
    REPORT_TITLE,
    SECTION_LINE,
    UNIT_BRACKET,
    UNIT_HEADING,
    find_item_label,
    find_named_problem,
    is_heading_text,
    read_heading_role,
    read_heading_status,
    reports_mending,
)
from rulemine.parse.finding_paragraphs import CIRCLED, Marker, Paragraph, read_marker, refers_to_item
from rulemine.parse.finding_words import MEASURE, PROBLEM_LEAD, is_demand, is_fault, sums_up
from rulemine.schema import Status

ATTACHED = frozenset({"measure", "status", "fact", "cause", "own_advice", "own_action"})
"""Roles of the labels that stand under an item and say more about it."""

_LEAD_FIELD = re.compile(r"(?:在)?(?P<field>[\u4e00-\u9fa5、]{2,16}?)(?:方面|环节|领域)[，：:]")
_BOUNDARY = "。；：，！？:;,!?）)"
FAULT_SHARE = 0.6
PLAIN_HEADING = 20


@dataclass(slots=True, eq=False)
class Node:
    """A heading, an item or a label with what stands under it. Built in place, read only afterwards."""

    kind: str
    number: int
    role: str
    head: Paragraph | None = None
    body: list[Paragraph] = field(default_factory=list)
    children: list[Node] = field(default_factory=list)
    heading: bool = False
    inline: bool = False
    named: bool = False
    status: Status | None = None
    group: str | None = None
    given: str = "neutral"


def build_outline(paragraphs: Iterable[Paragraph]) -> Node:
    """The tree of a report's paragraphs.

    >>> from rulemine.parse.finding_paragraphs import Line, join_paragraphs
    >>> texts = ("一、发现的问题", "一是漏记台账；二是未签字。", "二、整改要求")
    >>> root = build_outline(join_paragraphs(Line(i * 20, i * 20 + len(t), t) for i, t in enumerate(texts)))
    >>> [(node.role, len(node.children)) for node in root.children]
    [('problem', 2), ('advice', 0)]
    """
    builder = _Builder()
    for paragraph in paragraphs:
        builder.add(paragraph)
    _share_role(builder.stack[0])
    _judge_neutral(builder.stack[0])
    return builder.stack[0]


def _share_role(node: Node) -> None:
    """Groups of one kind (【甲支行】 【乙支行】) are about the same: where one lists problems, all do."""
    groups = [child for child in node.children if child.kind in ("bracket", "unit") or child.group]
    if node.role == "neutral" and any(holds_problem(group) for group in groups):
        for group in groups:
            _turn_to_problem(group)
    for child in node.children:
        _share_role(child)


def _judge_neutral(node: Node) -> None:
    """A section whose heading says nothing of its role, or a bare list, tells problems when most items are faults."""
    for child in node.children:
        unknown = child.role == "neutral" and child.heading and not holds_problem(child)
        if unknown and _are_faults(list(_leaves(child))):
            _turn_to_problem(child)
        _judge_neutral(child)
    if node.role == "neutral":
        for kind in {child.kind for child in node.children} - {"label", "lead"}:
            items = [c for c in node.children if c.kind == kind and c.role == "neutral" and not c.heading]
            if len(items) > 1 and _are_faults([item.head.text for item in items if item.head]):
                for item in items:
                    _turn_to_problem(item)
            for item in items:
                if any(child.kind == "label" and child.role in ATTACHED for child in item.children):
                    _turn_to_problem(item)  # what has a measure and a unit of its own is a fault
    if node.kind == "root":
        _follow_sections(node)


def _are_faults(texts: list[str]) -> bool:
    faults = sum(_tells_fault(text) for text in texts)
    return bool(texts) and faults >= FAULT_SHARE * len(texts)


def _tells_fault(text: str) -> bool:
    if MEASURE.match(text) or is_demand(text):
        return False
    return is_fault(text) or fault_chance(text) >= LIKELY_FAULT


def trust_neutral(root: Node) -> Node:
    """The same outline with all that has no role taken for problems: for reports without any heading or lead."""
    _turn_to_problem(root)
    return root


def _follow_sections(root: Node) -> None:
    """Where sections without a role were found to list problems, those of their kind that tell a fault do so too."""
    problems = [child for child in root.children if child.role == "problem" and child.head]
    if any(child.head and read_heading_role(child.head.text, strict=False) for child in problems):
        return
    kinds = {child.kind for child in problems}
    for child in root.children:
        told = " ".join(paragraph.text for paragraph in child.body)
        if child.role == "neutral" and child.kind in kinds and child.heading and is_fault(told):
            _turn_to_problem(child)


def _leaves(node: Node) -> Iterator[str]:
    for child in node.children:
        if child.children:
            yield from _leaves(child)
        elif child.head and child.role == "neutral":
            yield child.head.text


def holds_problem(node: Node) -> bool:
    """Whether a node or one below it lists problems."""
    return node.role == "problem" or any(map(holds_problem, node.children))


def _turn_to_problem(node: Node) -> None:
    if node.role == "neutral":
        node.role = "problem"
        for child in node.children:
            _turn_to_problem(child)


def split_inline(paragraph: Paragraph) -> Iterator[Paragraph]:
    """A paragraph cut before its inner markers (…：①…②…): the lead first, which may be empty, then the items.

    >>> from rulemine.parse.finding_paragraphs import Line, join_paragraphs
    >>> whole, = join_paragraphs([Line(0, 19, "存在问题：一是漏记；二是未签字。")])
    >>> [piece.text for piece in split_inline(whole)]
    ['存在问题：', '漏记；', '未签字。']
    """
    cuts = _find_list(paragraph)
    if not cuts:
        yield paragraph
        return
    yield _part(paragraph, 0, cuts[0][0], paragraph.marker)
    for index, (_, begin, marker) in enumerate(cuts):
        end = cuts[index + 1][0] if index + 1 < len(cuts) else len(paragraph.text)
        yield from split_inline(_part(paragraph, begin, end, marker))


def _part(paragraph: Paragraph, start: int, end: int, marker: Marker | None) -> Paragraph:
    return replace(paragraph, text=paragraph.text[start:end], origin=paragraph.origin[start:end], marker=marker)


_INLINE_SIGNS = re.compile(
    rf"[{CIRCLED}]|[（(][一二三四五六七八九十\d]{{1,3}}[)）]|[一二三四五六七八九十]{{1,2}}是|其[一二三四五六七八九十]"
    rf"|第[一二三四五六七八九十]{{1,2}}[，、：:]|问题[一二三四五六七八九十\d]{{1,3}}[：:]"
    rf"|(?<![\d.．])\d{{1,2}}[.．、)）](?!\d)"
)


def _find_list(paragraph: Paragraph) -> list[tuple[int, int, Marker]]:
    """The first list inside a paragraph: where each marker begins and ends."""
    text, chains = paragraph.text, dict[str, list[tuple[int, int, Marker]]]()
    for found in _INLINE_SIGNS.finditer(text):
        at = found.start()
        if at and text[at - 1] not in _BOUNDARY and not (text[at - 1] in "、 　" and found.group()[0] in CIRCLED):
            continue
        read = None if refers_to_item(text, at) else read_marker(text, at)
        if not read or text[read[1] : read[1] + 1] in ("、", "）", ")", ""):
            continue
        marker, end = read
        chain = chains.setdefault(marker.kind, [])
        own = paragraph.marker.number if paragraph.marker and paragraph.marker.kind == marker.kind else 0
        expected = chain[-1][2].number + 1 if chain else own + 1
        if marker.number == expected:
            chain.append((at, end, marker))
    own_kind = paragraph.marker.kind if paragraph.marker else ""
    lists = [chain for kind, chain in chains.items() if len(chain) > 1 or (kind == own_kind and chain)]
    return min(lists, default=[], key=lambda chain: chain[0][0])


class _Builder:
    """Keeps the branch on which the next paragraph may grow."""

    def __init__(self) -> None:
        self.stack = [Node("root", 0, "neutral", heading=True)]

    def add(self, paragraph: Paragraph) -> None:
        while self.stack[-1].inline:
            self.stack.pop()
        pieces = [paragraph] if sums_up(paragraph.text) else list(split_inline(paragraph))
        first, rest = pieces[0], pieces[1:]
        kinds = [piece.marker.kind for piece in pieces[:2] if piece.marker]
        same_list = len(kinds) == 2 and kinds[0] == kinds[1]
        base = self._add_first(first, listed=same_list or (bool(rest) and not first.marker), has_items=bool(rest))
        for piece in rest:
            self._place(piece, floor=base, inline=True)

    def _add_first(self, piece: Paragraph, *, listed: bool, has_items: bool) -> int:
        """Places the first piece of a paragraph; returns the depth above which its own list lives."""
        if piece.marker:
            self._place(piece, floor=1, inline=listed)
            return len(self.stack) - 1 if listed else len(self.stack)
        if piece.text and not self._add_heading(piece) and not self._add_label(piece):
            if has_items:
                field_named = _LEAD_FIELD.match(piece.text)
                group = field_named["field"] if field_named else None
                self._push(Node("lead", 0, self._lead_role(piece.text), piece, inline=True, group=group))
            else:
                self.stack[-1].body.append(piece)
        return len(self.stack)

    def _push(self, node: Node) -> None:
        self.stack[-1].children.append(node)
        self.stack.append(node)

    def _place(self, piece: Paragraph, *, floor: int, inline: bool) -> None:
        """An item: next to the one it follows in number, else below the last."""
        assert piece.marker is not None
        kind, number = piece.marker.kind, piece.marker.number
        depth = self._find_place(kind, number, floor)
        follows = self.stack[depth] if depth < len(self.stack) and self.stack[depth].kind == kind else None
        del self.stack[depth:]
        parent = self.stack[-1]
        given = follows.given if follows else self._introduced_role(parent)
        node = Node(kind, number, given, piece, inline=inline, status=parent.status, given=given)
        self._describe(node, parent)
        if kind == "problem" and node.role == "neutral":
            node.role = node.given = "problem"
        self._push(node)

    def _introduced_role(self, parent: Node) -> str:
        """The role of a new list: its parent's, unless the paragraph before says that problems follow."""
        if parent.role not in ("neutral", "overview") or not parent.body or not parent.heading:
            return parent.role
        intro = parent.body[-1].text
        if re.search(r"(?:以下|如下|下列)[^，。；]{0,6}(?:问题|情形|不足)", re.split("。", intro.rstrip("。"))[-1]):
            return self._lead_role(intro.rstrip("。") + "：")
        introduces = intro.endswith(("：", ":")) or re.search(r"如下[。：]?$", intro)
        return self._lead_role(intro) if introduces else parent.role

    def _find_place(self, kind: str, number: int, floor: int) -> int:
        same = [depth for depth in range(len(self.stack) - 1, floor - 1, -1) if self.stack[depth].kind == kind]
        for depth in same:
            if kind == "bullet" or 0 < number - self.stack[depth].number <= 3:
                return depth
        if same:
            nested = any(node.kind in ("label", "lead") for node in self.stack[same[0] + 1 :])
            return len(self.stack) if nested else same[0]
        if kind in ("part", "han") and floor == 1:
            parts = [d for d, node in enumerate(self.stack) if node.kind == "part"] if kind == "han" else []
            return parts[-1] + 1 if parts else 1
        return len(self.stack)

    def _describe(self, node: Node, parent: Node) -> None:
        """What a head says about its section: a role of its own, a status, a problem it names."""
        assert node.head is not None
        text = node.head.text
        node.heading = is_heading_text(text)
        strict = parent.role != "neutral" and parent.kind != "root"
        if find_named_problem(text):
            node.named, node.role = True, "problem"
        elif self._tells_mending(parent) and not find_item_label(text) and not ITEM_PROBLEM.match(text):
            own = read_heading_role(text, strict=strict) if node.heading else None
            node.role = own if own in ATTACHED else "measure"
        elif node.heading and (own := read_heading_role(text, strict=strict)):
            node.role = own
            node.status = read_heading_status(text) or node.status
        elif label := find_item_label(text):
            node.role = label.lastgroup or node.role
        elif parent.named and ITEM_PROBLEM.match(text):
            node.named, node.role = True, "problem"
        elif parent.named:
            measure = MEASURE.match(text) or not is_fault(re.split("[。；]", text)[0])
            node.role = "measure" if measure else "problem"
        if node.heading and UNIT_HEADING.match(text):
            node.group = text.rstrip("：:")

    def _tells_mending(self, parent: Node | None = None) -> bool:
        """Whether the branch stands under 关于“…”问题的整改情况, where no item is a fault, unless the list names faults."""
        if parent and parent.children and parent.children[-1].named:
            return False
        return any(node.named and node.head and reports_mending(node.head.text) for node in self.stack)

    def _add_heading(self, piece: Paragraph) -> bool:
        if find_named_problem(piece.text) and piece.text.startswith(("关于", "针对")):
            while len(self.stack) > 1 and not (self.stack[-1].heading and not self.stack[-1].named):
                self.stack.pop()
            status = self.stack[-1].status
            self._push(Node("named", 0, "problem", piece, heading=True, named=True, status=status))
            return True
        bracket, unit = BRACKET_HEADING.match(piece.text), UNIT_HEADING.match(piece.text)
        label = LABEL_LINE.match(bracket["inner"] if bracket else piece.text)
        role = read_heading_role(bracket["inner"] if bracket else piece.text, strict=False)
        if bracket and role is None and label and label.lastgroup == "overview":
            role = "overview"
        owned = UNIT_BRACKET.search(piece.text) is not None
        plain = owned or (role is not None and is_heading_text(piece.text) and len(piece.text) <= PLAIN_HEADING)
        plain = plain and not piece.text.endswith("。")
        opens = SECTION_LINE.fullmatch(piece.text) is not None and all(node.heading for node in self.stack)
        if (label and not bracket and not opens) or not (bracket or unit or plain):
            return False
        if len(self.stack) == 1 and not bracket and (not (role or owned) or REPORT_TITLE.search(piece.text)):
            return False
        kind = "bracket" if bracket else "unit" if unit and not role else "plain"
        same = [depth for depth, node in enumerate(self.stack) if node.kind == kind]
        if same:
            del self.stack[same[0] :]
        else:
            while len(self.stack) > 1 and not self.stack[-1].heading:
                self.stack.pop()
        parent = self.stack[-1]
        group = (bracket["inner"] if bracket else piece.text).rstrip("：:") if kind != "plain" else None
        self._push(Node(kind, 0, role or parent.role, piece, heading=True, status=parent.status, group=group))
        return True

    def _add_label(self, piece: Paragraph) -> bool:
        decided = DECISION_LINE.fullmatch(piece.text)
        found = decided or LABEL_LINE.match(piece.text)
        if not found:
            return False
        role = "accountability" if decided else found.lastgroup or "neutral"
        labels = [depth for depth, node in enumerate(self.stack) if node.kind == "label"]
        inside = next((entry for entry in reversed(self.stack) if entry.kind != "label"), self.stack[0])
        if role in ("advice", "accountability") and inside.head and not inside.heading and inside.role == "problem":
            role = "own_advice" if role == "advice" else "own_action"
        if role in ATTACHED:
            labels = [depth for depth in labels if self.stack[depth].role in ATTACHED]
        if labels:
            del self.stack[labels[0] :]
        elif role not in ATTACHED and role != "problem":
            while len(self.stack) > 1 and not self.stack[-1].heading:
                self.stack.pop()
        node = Node("label", 0, role, status=self.stack[-1].status)
        rest = _part(piece, found.end(), len(piece.text), None)
        if role in ATTACHED:
            node.head = piece
        elif rest.text:
            node.body.append(rest)
        self._push(node)
        return True

    def _lead_role(self, lead: str) -> str:
        """The role of the items behind a lead such as 检查发现： or 各单位要做好以下工作：."""
        parent = "measure" if self._tells_mending() else self.stack[-1].role
        last = re.split(r"[。；]", lead.rstrip("。；"))[-1]
        stated = r"(?:以下|如下|下列)[^，。；]{0,6}(?:问题|情形|不足)"
        stated = rf"{stated}|(?:问题|整改)[^。]*如下$"
        listed = PROBLEM_LEAD.search(lead) or re.search(stated, last.rstrip("：:"))
        if listed and not re.search(r"(?:针对|对)(?:上述|以上|检查|发现)", last):
            return "problem"
        asks = re.search(r"(?:要求|建议|措施|做好|抓好|整改)[^，。；]{0,12}[：:]$", last)
        if asks or (is_demand(last) and not is_fault(last)):
            return "advice"
        if re.search(r"(?:原因|根源)[^，。；]{0,8}[：:，,]?$", last):
            return "cause"
        return parent

"""Walks the outline of a report and drafts its faults; labels (整改情况：…) are put to the faults they speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rulemine.parse.finding_chance import LIKELY_FAULT, SURE_FAULT, SURELY_NO_FAULT, fault_chance
from rulemine.parse.finding_headings import (
    REPORT_TITLE,
    UNIT_BRACKET,
    find_item_problem,
    find_named_problem,
    read_heading_role,
    reports_mending,
)
from rulemine.parse.finding_narrative import cut_narrative
from rulemine.parse.finding_outline import ATTACHED, Node
from rulemine.parse.finding_paragraphs import Paragraph
from rulemine.parse.finding_units import (
    Draft,
    cut_item,
    find_unit_lead,
    is_afterword,
    lists_cases,
    names_field,
    names_status,
)
from rulemine.parse.finding_words import (
    ACCOUNTED,
    DISCOVERED,
    NO_FAULT,
    PRAISE,
    PROBLEM_LEAD,
    bears_fact,
    is_concrete,
    is_demand,
    is_fault,
    is_generic,
    is_measure,
    sums_up,
)

NEARLY_CERTAIN = 0.85
"""Chance from which a sentence is taken for a fault where nothing says that faults are told."""


def draft_findings(root: Node) -> list[Draft]:
    """All faults of a report in the order they stand."""
    return _Drafting().walk(root, ())


class _Drafting:
    """Walks the outline; numbers the lists, so that a later sentence may speak of their items."""

    def __init__(self) -> None:
        self.lists = 0
        self.titled: set[int] = set()

    def walk(self, node: Node, groups: tuple[str, ...], path: tuple[tuple[str, int], ...] = ()) -> list[Draft]:
        """The drafts of a node and of all below it."""
        named = node.heading or node.group
        inner = (*groups, node.group or (node.head.text if node.head else "")) if named else groups
        path = (*path, (node.kind, node.number))
        self.titled |= _find_titled(node)
        drafts = list(self._draft_own(node)) if node.role in ("problem", "neutral") else []
        for draft in drafts:
            draft.groups, draft.path = (*inner, *draft.groups), path
        self.lists += 1
        key = self.lists
        below: list[Draft] = []
        told = bool(drafts) and _facts_of(node) != []
        for child in node.children:
            if told and child.kind == "label" and child.role == "problem":
                for label in child.children:
                    _attach(label, drafts)
                continue
            if child.role in ATTACHED and node.role in ("problem", "neutral"):
                _attach(child, below or drafts)
                continue
            found = self.walk(child, inner, path)
            for draft in found:
                draft.list_key = draft.list_key or key
            below.extend(found)
        _share_last_label(below)
        if node.head and node.heading and (unit := UNIT_BRACKET.search(node.head.text)):
            for draft in drafts + below:
                draft.tails.append(f"责任部门：{unit['unit']}")
        return drafts + below

    def _draft_own(self, node: Node) -> Iterator[Draft]:
        problems = [child for child in node.children if child.role == "problem"]
        if node.named:
            told = [paragraph for paragraph in node.body if _goes_with(paragraph) and not is_measure(paragraph.text)]
            labelled = any(child.kind == "label" and child.role in ATTACHED for child in node.children)
            detail = cut_item(told) if told and labelled else None
            if not problems and (draft := detail or _draft_named(node)):
                yield _finish(draft, node)
            return
        trusted = node.role == "problem"
        facts = [node.head, *node.body] if id(node) in self.titled and node.head and trusted else _facts_of(node)
        if facts and (draft := cut_item(facts)):
            yield _finish(draft, node)
            return
        if node.kind in ("root", "bracket", "unit", "plain", "label", "lead") or _is_category(node):
            head = [node.head] if node.kind == "lead" and node.head and not problems else []
            cut = self._draft_body(head + node.body, node, trusted=trusted)
            # Between a heading and its list stands an introduction, unless it bears a fact of its own.
            yield from (draft for draft in cut if not problems or bears_fact(draft.text))
        elif trusted and not problems and node.head:
            yield from self._draft_item(node)
        elif problems and node.body:
            for paragraph in node.body:
                if not paragraph.text.endswith(("：", ":")):
                    for draft in filter(lambda cut: bears_fact(cut.text), _cut_body(paragraph, trusted=False)):
                        yield _finish(draft, node, numbered=False)

    def _draft_body(self, body: Sequence[Paragraph], node: Node, *, trusted: bool) -> Iterator[Draft]:
        """Paragraphs without numbers; in a section of no known role only those behind 存在以下问题： are trusted."""
        opened = False
        for paragraph in body:
            opened = opened and not is_demand(paragraph.text) and not paragraph.text.startswith(("针对", "对上述"))
            if node.kind == "root" and REPORT_TITLE.search(paragraph.text):
                continue
            unit = find_unit_lead(paragraph.text)
            for draft in _cut_body(paragraph, trusted=trusted or opened):
                draft.groups = (unit,) if unit else ()
                yield _finish(draft, node, numbered=False)
            opened = opened or _introduces(paragraph.text)

    def _draft_item(self, node: Node) -> Iterator[Draft]:
        assert node.head is not None
        listed = _cut_listing(node.head)
        if listed:
            for draft in listed:
                yield _finish(draft, node)
            return
        further = [p for p in node.body if _FURTHER.match(p.text) and _tells(p.text)]
        body = [p for p in node.body if p not in further]
        follows = [p for p in body if _goes_with(p)]
        apart = [p for p in body if not _goes_with(p)]
        own = [node.head, *body] if node.heading and len(body) == 1 else [node.head, *follows]
        item = cut_item(own)
        if item and _is_worth(item):
            item.tails.extend(p.text for p in apart if names_status(p.text))
            yield _finish(item, node)
        for paragraph in further:
            for draft in cut_narrative(paragraph):
                yield _finish(draft, node, numbered=False)


_FURTHER = re.compile(r"(?:此外|另外|除此之外)[，,]|另[，,查]|(?:检查|审计|督查)(?:组)?(?:还|另)发现")
"""A paragraph below an item that tells another fault."""


def _facts_of(node: Node) -> list[Paragraph]:
    """The title of a fault and what 事实描述：… below it tells, when it has such a label and no faults of its own below."""
    told = [child for child in node.children if child.role == "problem"]
    if node.role != "problem" or not node.head or node.named or len(told) != 1 or told[0].kind != "label":
        return []
    label, title = told[0], re.sub(r"^[（(][^（）()]*[）)]$", "", node.head.text)
    named = not title or node.kind == "problem" or _tells(title)
    if not named or any(child.role not in ATTACHED | {"advice"} for child in label.children):
        return []
    heads = [head for head in (node.head if title else None, label.head) if head and head.text]
    return [*heads[:1], *node.body, *heads[1:], *label.body]


def _tells(text: str) -> bool:
    return is_fault(text) or fault_chance(text) >= LIKELY_FAULT


def _find_titled(node: Node) -> set[int]:
    """The headings that are titles of one fault each: three or more of a kind, most of which tell one."""
    titled: set[int] = set()
    for kind in {child.kind for child in node.children if child.heading}:
        heads = [child for child in node.children if child.kind == kind and child.heading and child.head]
        told = [
            child
            for child in heads
            if child.head and _tells(child.head.text) and not _GENERIC_TITLE.search(child.head.text)
        ]
        if len(heads) >= FEWEST_TITLES and len(told) >= MOST_TITLES * len(heads):
            titled |= {
                id(child) for child in heads if child.body and not child.children and not _lists_several(child.body)
            }
    return titled


FEWEST_TITLES, MOST_TITLES = 3, 0.7
_GENERIC_TITLE = re.compile(
    r"(?:不规范|薄弱|不及时|不到位|不严|不力|不完善|不健全|不够|混乱|不足|滞后|松散|粗放|弱化|不高|不实|流于形式)[。]?$"
)
"""固定资产管理薄弱: names a field, and may stand above several faults."""


def _lists_several(body: Sequence[Paragraph]) -> bool:
    """Whether a text tells several faults: parted by semicolons, or as 有的…，有的…."""
    text = "".join(paragraph.text for paragraph in body)
    return lists_cases(text) or len(re.findall("；", text)) > 1


def _introduces(text: str) -> bool:
    """Whether a paragraph ends by saying that problems follow."""
    last = re.split("[。；]", text.rstrip("。：:"))[-1]
    listed = re.search(r"问题|不足|情形|现象", last) and re.search(r"如下|以下|下列", last)
    return text.endswith(("：", ":")) and listed is not None


def _goes_with(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return is_fault(text) and not is_afterword(text) and fault_chance(text) >= SURELY_NO_FAULT


def _is_category(node: Node) -> bool:
    """A heading that only names a field of work (设备与场地, 三、发现的问题), so that its text is narrative."""
    if not node.heading or not node.head or not (node.body or node.children):
        return False
    text = node.head.text
    if any(lists_cases(paragraph.text) for paragraph in node.body):
        return True
    if len(node.body) == 1 and not node.children:
        told = cut_narrative(node.body[0])
        if len(told) > 1 and all(is_concrete(draft.text) or fault_chance(draft.text) >= SURE_FAULT for draft in told):
            return True
    return not is_fault(text) or read_heading_role(text, strict=False) == "problem" or len(node.body) > 1


def _cut_body(paragraph: Paragraph, *, trusted: bool) -> list[Draft]:
    if sums_up(paragraph.text):
        return []
    if trusted:
        return cut_narrative(paragraph)
    lead = PROBLEM_LEAD.search(paragraph.text) or DISCOVERED.search(paragraph.text)
    if not lead:
        return cut_narrative(paragraph, least=NEARLY_CERTAIN)
    if is_demand(paragraph.text[: lead.end()]):
        return []
    return cut_narrative(paragraph)


def _cut_listing(paragraph: Paragraph) -> list[Draft]:
    """An item that lists 有的…；有的…；个别…, or that names a field or a unit first, is cut like narrative."""
    openings = re.findall(r"(?:^|[。；：])(?:有的|个别|部分|少数|一些|还有|有些)", paragraph.text)
    if not (names_field(paragraph.text) or lists_cases(paragraph.text)) and (
        len(openings) < 2 or "；" not in paragraph.text
    ):
        return []
    drafts = cut_narrative(paragraph)
    return drafts if len(drafts) > 1 else []


def _is_worth(draft: Draft) -> bool:
    text = draft.text
    if ACCOUNTED.match(text) or NO_FAULT.match(text):
        return False
    if is_fault(text):
        return not is_generic(text) or is_concrete(text)
    return not (is_measure(text) or is_demand(text) or PRAISE.search(text) or is_generic(text))


def _draft_named(node: Node) -> Draft | None:
    """The problem that a heading names, or what its own paragraph tells of it behind the name."""
    assert node.head is not None
    head = node.head
    found = find_named_problem(head.text) or find_item_problem(head.text)
    if not found:
        return None
    rest = replace(head, text=head.text[found.end() :], origin=head.origin[found.end() :], marker=None)
    first = re.split("[。；]", rest.text)[0]
    if is_fault(first) and not is_afterword(first) and not reports_mending(head.text):
        return cut_item([rest, *(paragraph for paragraph in node.body if _goes_with(paragraph))])
    start, end = found.span(found.lastgroup or 0)
    left, right = head.span(start, end)
    tails = [rest.text, *(paragraph.text for paragraph in node.body)]
    return Draft(left, right, head.text[start:end], [tail for tail in tails if tail])


def _finish(draft: Draft, node: Node, *, numbered: bool = True) -> Draft:
    draft.number = node.number if numbered else 0
    draft.status = node.status
    return draft


def _attach(label: Node, drafts: list[Draft]) -> None:
    """What a label says goes to the fault it stands under, and to those of its list that have nothing yet."""
    words = _all_text(label)
    if label.role in ("own_advice", "own_action"):
        return
    for draft in reversed(drafts):
        if draft is not drafts[-1] and draft.labels:
            break
        draft.labels.append((label.role, words))


def _share_last_label(drafts: list[Draft]) -> None:
    """A list whose last item alone bears 整改情况： shares it: the label speaks of the whole list."""
    if len(drafts) > 1 and drafts[-1].labels and not any(draft.labels for draft in drafts[:-1]):
        for draft in drafts[:-1]:
            draft.labels = list(drafts[-1].labels)


def _all_text(node: Node) -> str:
    parts = [node.head.text] if node.head else []
    parts += [paragraph.text for paragraph in node.body]
    parts += [_all_text(child) for child in node.children]
    return "\n".join(parts)

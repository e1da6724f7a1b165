"""Paragraph styles of a Word file: what a paragraph inherits, and what kind of block it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from rulemine.readers.numbering import Numbering, W

_HEADING_NAME = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_TITLE_NAMES = frozenset({"title", "标题", "subtitle", "副标题"})
_BODY_OUTLINE = 9  # w:outlineLvl 9 means body text


@dataclass(frozen=True, slots=True)
class Style:
    """One paragraph style."""

    name: str
    parent: str | None
    list_id: str | None = None
    level: int | None = None
    outline: int | None = None


@dataclass(frozen=True, slots=True)
class Styles:
    """The paragraph styles of a document by their id."""

    by_id: dict[str, Style] = field(default_factory=dict)
    default: str | None = None

    def chain(self, style_id: str | None) -> list[tuple[str, Style]]:
        """A style and those it is based on, nearest first."""
        found: list[tuple[str, Style]] = []
        current = style_id or self.default
        while current and current in self.by_id and all(current != known for known, _ in found):
            found.append((current, self.by_id[current]))
            current = self.by_id[current].parent
        return found


def read_styles(root: Any | None) -> Styles:
    """The styles of styles.xml, parsed."""
    by_id: dict[str, Style] = {}
    default = None
    for element in root.findall(W + "style") if root is not None else ():
        key = element.get(W + "styleId") or ""
        properties = element.find(W + "pPr")
        list_id, level = read_list(properties)
        name, parent = element.find(W + "name"), element.find(W + "basedOn")
        by_id[key] = Style(
            name=(name.get(W + "val") or "") if name is not None else key,
            parent=parent.get(W + "val") if parent is not None else None,
            list_id=list_id,
            level=level,
            outline=read_outline(properties),
        )
        if element.get(W + "type") == "paragraph" and element.get(W + "default") in ("1", "true", "on"):
            default = key
    return Styles(by_id, default)


def read_list(properties: Any | None) -> tuple[str | None, int | None]:
    """The list and the level that paragraph properties name; each None where they are silent."""
    element = properties.find(W + "numPr") if properties is not None else None
    if element is None:
        return None, None
    list_id, level = element.find(W + "numId"), element.find(W + "ilvl")
    number = level.get(W + "val") if level is not None else None
    return (
        list_id.get(W + "val") if list_id is not None else None,
        int(number) if number and number.isdigit() else None,
    )


def read_outline(properties: Any | None) -> int | None:
    """The outline level that paragraph properties name."""
    element = properties.find(W + "outlineLvl") if properties is not None else None
    value = element.get(W + "val") if element is not None else None
    return int(value) if value and value.isdigit() else None


def find_list(
    properties: Any | None, styles: Styles, style_id: str | None, numbering: Numbering
) -> tuple[str, int] | None:
    """The list and level of a paragraph: its own, else its style's; numId 0 means no number."""
    list_id, level = read_list(properties)
    chain = styles.chain(style_id)
    if list_id is None:
        list_id = next((style.list_id for _, style in chain if style.list_id is not None), None)
        tied = (numbering.find_style_level(list_id, key) for key, _ in chain) if list_id else ()
        level = next((found for found in (level, *tied) if found is not None), None)
    if level is None:  # a style may name the level alone, and take the list from the one it is based on
        level = next((style.level for _, style in chain if style.level is not None), 0)
    return (list_id, level) if list_id and list_id != "0" else None


def classify_style(properties: Any | None, styles: Styles, style_id: str | None) -> str:
    """What a paragraph's style says it is: title, heading, toc or paragraph."""
    outline = read_outline(properties)
    for _, style in styles.chain(style_id):
        name = style.name.strip().lower()
        if name.startswith("toc ") or re.fullmatch(r"(?:toc|目录)\s*\d", name):
            return "toc"
        if name in _TITLE_NAMES:
            return "title"
        if _HEADING_NAME.match(name):
            return "heading"
        outline = style.outline if outline is None else outline
    return "heading" if outline is not None and outline < _BODY_OUTLINE else "paragraph"

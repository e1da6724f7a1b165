"""Invented rules for the tests of the parser, and what must hold of every rule read from any text."""

from __future__ import annotations

from itertools import pairwise

from rulemine.parse.rules import parse_rules
from rulemine.schema import Block, BlockKind, Document, Provision, Rule

HEAD = "值班管理办法\n星海发〔2023〕5号\n"


def as_document(text: str, blocks: tuple[Block, ...] = ()) -> Document:
    return Document(path="汇编.txt", sha256="0" * 64, text=text, blocks=blocks)


def line_blocks(text: str, kinds: dict[str, BlockKind]) -> tuple[Block, ...]:
    """A block for each line; its kind by its text, else paragraph."""
    blocks, at = [], 0
    for line in text.split("\n"):
        blocks.append(Block(start=at, end=at + len(line), kind=kinds.get(line, "paragraph"), page=1))
        at += len(line) + 1
    return tuple(blocks)


def read_rules(text: str, blocks: tuple[Block, ...] = ()) -> tuple[Rule, ...]:
    """The rules of a text, each checked against what must always hold."""
    document = as_document(text, blocks)
    rules = parse_rules(document)
    for rule in rules:
        check_rule(document, rule)
    assert all(a.source.end <= b.source.start for a, b in pairwise(rules))
    return rules


def read_rule(text: str) -> Rule:
    (rule,) = read_rules(text)
    return rule


def labels(rule: Rule, level: str = "article") -> list[str]:
    return [p.label for p in rule.provisions if p.level == level]


def paths(rule: Rule) -> list[str]:
    return [p.path for p in rule.provisions]


def find(rule: Rule, path: str) -> Provision:
    return next(p for p in rule.provisions if p.path == path)


def check_rule(document: Document, rule: Rule) -> None:
    """Exact offsets, pre-order, parents hold their children, and nothing of the rule's text is lost."""
    text, source = document.text, rule.source
    for stretch in (*rule.provisions, *rule.citations):
        assert source.start <= stretch.start < stretch.end <= source.end
        assert text[stretch.start : stretch.end] == stretch.text
    assert [p.start for p in rule.provisions] == sorted(p.start for p in rule.provisions)
    reached, open_provisions = source.start, list[Provision]()
    for provision in rule.provisions:
        while open_provisions and open_provisions[-1].end <= provision.start:
            open_provisions.pop()
        if open_provisions:
            assert provision.end <= open_provisions[-1].end, (open_provisions[-1].path, provision.path)
        else:
            assert not text[reached : provision.start].strip(), "top-level provisions leave a gap"
            reached = provision.end
        open_provisions.append(provision)
    assert not text[reached : source.end].strip(), "the end of the rule stands in no provision"

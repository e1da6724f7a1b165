"""Nouns to JSON lines and back, and the schemas that say what the lines hold."""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine import schema
from rulemine.schema import Block, Candidate, Document, Evidence, Finding, Rule, from_record, json_schema, to_record

NOUNS = tuple(
    kind
    for kind in vars(schema).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == schema.__name__
)
FEW = settings(max_examples=40, deadline=None, derandomize=True)
WORDS = st.text(st.sampled_from("第一条制度\n，“”《》 a0\u2028"), max_size=8)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that a type hint of a noun allows."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([st.none() if a is type(None) else _values(a) for a in arguments])
    if origin is typing.Literal:
        return st.sampled_from(arguments)
    if origin is tuple:
        if arguments[-1] is Ellipsis:
            return st.lists(_values(arguments[0]), max_size=2).map(tuple)
        return st.tuples(*map(_values, arguments))
    if origin is dict:
        return st.dictionaries(WORDS, _values(arguments[1]), max_size=2)
    if hint is Any:
        return st.one_of(st.integers(0, 9999), st.dictionaries(WORDS, st.integers(0, 9999), max_size=2))
    if dataclasses.is_dataclass(hint):
        return _nouns(typing.cast(type, hint))
    return {str: WORDS, int: st.integers(0, 9999), float: st.floats(0, 1e9), bool: st.booleans(), date: st.dates()}[
        hint
    ]


def _nouns(kind: type) -> st.SearchStrategy[Any]:
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: _values(hints[field.name]) for field in dataclasses.fields(kind)})


def _fits(rules: dict[str, Any], value: Any) -> bool:
    """The part of JSON Schema that our schemas use."""
    if not rules:
        return True
    if "anyOf" in rules:
        return any(_fits(one, value) for one in rules["anyOf"])
    if "enum" in rules:
        return value in rules["enum"]
    match rules["type"]:
        case "object":
            known = rules.get("properties", {})
            return (
                isinstance(value, dict)
                and set(rules.get("required", ())) <= set(value)
                and all(_fits(known.get(key) or rules["additionalProperties"], item) for key, item in value.items())
            )
        case "array":
            return isinstance(value, list) and all(_fits(rules["items"], item) for item in value)
        case "string":
            return isinstance(value, str) and (rules.get("format") != "date" or bool(date.fromisoformat(value)))
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case other:
            return other == "null" and value is None


@pytest.mark.parametrize("kind", NOUNS, ids=lambda kind: kind.__name__)
def test_a_noun_comes_back_from_its_line_and_fits_its_schema(kind: type) -> None:
    rules = json_schema(kind)

    @FEW
    @given(_nouns(kind))
    def check(noun: Any) -> None:
        line = json.loads(json.dumps(to_record(noun), ensure_ascii=False))
        assert from_record(kind, line) == noun
        assert _fits(rules, line)

    check()


@pytest.mark.parametrize("kind", NOUNS, ids=lambda kind: kind.__name__)
def test_nouns_are_frozen_and_say_what_they_are(kind: type) -> None:
    assert kind.__doc__
    assert kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert json_schema(kind)["description"]
    json.dumps(json_schema(kind))


def test_unknown_fields_are_ignored_everywhere() -> None:
    line = {
        "path": "a.txt",
        "sha256": "0",
        "text": "一",
        "more": [1],
        "blocks": [{"start": 0, "end": 1, "kind": "title", "new": {}}],
    }
    assert from_record(Document, line).blocks == (Block(start=0, end=1, kind="title"),)


def test_a_line_without_a_needed_field_is_refused() -> None:
    with pytest.raises(TypeError):
        from_record(Block, {"start": 0})
    with pytest.raises(ValueError, match="isoformat"):
        from_record(Rule, {"effective_on": "2023年"})


def test_the_lines_of_the_contract() -> None:
    """Fields may be added, none may vanish."""
    finding = "id report_id text start end source category confidence needs_review review_reason secondary scores"
    finding += " other_kind reasons model amount_yuan counts institutions citations occurred_on status responsible_unit"
    rule = "id version_id title document_number issuing_authority owner_department interpreting_department validity"
    rule += " authority_level adopted_on promulgated_on effective_on expires_on revised_on trial source provisions"
    evidence = "id signal kind action rule_id provision path start end quote page message fact other successor findings"
    promised = {
        Document: "path sha256 text blocks warnings",
        Rule: rule + " citations warnings",
        Finding: finding + " due_on severity recurrence",
        Evidence: evidence + " suggestion confidence decision",
        Candidate: "rule_id version_id source title action priority score evidence",
    }
    for kind, names in promised.items():
        assert set(names.split()) <= set(json_schema(kind)["properties"]), kind


def test_page_at_finds_the_block_that_holds_the_offset() -> None:
    blocks = (
        Block(start=0, end=3, kind="paragraph", page=1),
        Block(start=3, end=3, kind="footer", page=1, text="1"),
        Block(start=4, end=7, kind="paragraph", page=2),
    )
    document = Document(path="a", sha256="", text="甲乙丙\n丁戊己", blocks=blocks)
    assert [document.page_at(i) for i in (0, 2, 3, 4, 6, 7)] == [1, 1, None, 2, 2, None]

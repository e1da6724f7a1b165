"""The docstring is the manual: every public name has one, every verb of the face an example that doctest runs."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest

import rulemine

PACKAGE = Path(rulemine.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "shipped" not in path.parts)


def public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Public functions and classes, and the public methods of these."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield node.name, node
            if isinstance(node, ast.ClassDef) and not _is_protocol(node):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_"):
                        yield f"{node.name}.{inner.name}", inner


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(isinstance(base, ast.Name) and base.id == "Protocol" for base in node.bases)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_public_names_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "a module says what it holds"
    silent = [name for name, node in public(tree) if not ast.get_docstring(node)]  # type: ignore[arg-type]  # public() yields only these
    assert silent == []


def test_verbs_of_the_face_have_an_example_that_doctest_runs() -> None:
    verbs = [name for name in rulemine.__all__ if inspect.isfunction(getattr(rulemine, name))]
    assert len(verbs) >= 8
    without = [name for name in verbs if ">>>" not in (getattr(rulemine, name).__doc__ or "")]
    assert set(without) <= {"load_facts"}, "its example stands at Facts"


def test_first_lines_are_one_sentence() -> None:
    for name in rulemine.__all__:
        doc = getattr(rulemine, name).__doc__ or ""
        if inspect.isfunction(getattr(rulemine, name)):
            assert 10 <= len(doc.splitlines()[0]) <= 120, name

"""OCR with its real models, on pages drawn from text of our own."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

import rulemine as rm

pytestmark = pytest.mark.full
SCRIPT = Path(__file__).parents[2] / "benchmarks" / "recognition.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("recognition", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("kind", ["clean", "seal", "noisy", "askew"])
def test_98_characters_in_100_are_right(bench, kind: str) -> None:
    (page,) = bench.list_pages(1)
    assert bench.rate("".join(page), bench.read_page(bench.KINDS[kind](bench.draw_page(page)))) >= 0.98


def test_a_scanned_pdf_becomes_a_rule_with_its_articles(bench, tmp_path: Path) -> None:
    pages = bench.list_pages(2)
    first, *rest = map(bench.draw_page, pages)
    first.save(tmp_path / "扫描件.pdf", "PDF", save_all=True, append_images=rest, resolution=200)
    (document,) = rm.read(tmp_path / "扫描件.pdf")  # in a worker, within its limits
    assert document.coverage().is_complete
    assert {block.page for block in document.blocks} == {1, 2}
    (rule, *_) = rm.parse_rules(document)
    assert [p.number for p in rule.articles][:8] == [(n,) for n in range(1, 9)]

"""The demo, read and reviewed once for all tests that look at it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from rulemine.resources import locate_resource
from rulemine.schema import Document, Finding
from rulemine.workflow import classify, parse_findings, read_files, review
from rulemine.writers import Review


@dataclass(frozen=True)
class Demo:
    """The demo compilation and reports, and what the review of them gave."""

    folder: Path
    documents: tuple[Document, ...]
    reports: tuple[Document, ...]
    findings: tuple[Finding, ...]
    review: Review

    def text_of(self, path: str) -> str:
        """The text of a document by the name of its file."""
        return next(d.text for d in (*self.documents, *self.reports) if Path(d.path).name == Path(path).name)


@pytest.fixture(scope="session")
def demo() -> Demo:
    folder = locate_resource("corpora/demo")
    rules, reports = read_files([folder / "rules"]), read_files([folder / "reports"])
    assert rules.skipped == reports.skipped == ()
    as_of = date(2026, 11, 1)
    findings = classify(parse_findings(reports.documents, as_of=as_of))
    return Demo(folder, rules.documents, reports.documents, findings, review(rules.documents, findings, as_of=as_of))

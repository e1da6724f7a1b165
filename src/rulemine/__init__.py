"""Compliance documents read, findings classified, rules that look outdated, duplicated or conflicting put on the desk.

>>> import rulemine as rm
>>> text = "保证金办法\\n2019年5月6日发布\\n第一条 根据《中华人民共和国担保法》制定本办法。\\n第二条 本办法自2019年6月1日起施行。"
>>> rules = rm.parse_rules(rm.Document(path="a.txt", sha256="", text=text))
>>> rules[0].citations[0].title
'中华人民共和国担保法'

The names below are loaded when they are first used: ``import rulemine`` loads no heavy library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from rulemine.version import __version__ as __version__

if TYPE_CHECKING:
    from rulemine.encoder import OnnxEncoder as OnnxEncoder
    from rulemine.errors import RulemineError as RulemineError
    from rulemine.facts import load_facts as load_facts
    from rulemine.notebook.labelling import open_labelling as open_labelling
    from rulemine.schema import Candidate as Candidate
    from rulemine.schema import Document as Document
    from rulemine.schema import Evidence as Evidence
    from rulemine.schema import Figure as Figure
    from rulemine.schema import Finding as Finding
    from rulemine.schema import Report as Report
    from rulemine.schema import Rule as Rule
    from rulemine.workflow import classify as classify
    from rulemine.workflow import count_figures as count_figures
    from rulemine.workflow import parse_findings as parse_findings
    from rulemine.workflow import parse_reports as parse_reports
    from rulemine.workflow import parse_rules as parse_rules
    from rulemine.workflow import read as read
    from rulemine.workflow import review as review
    from rulemine.workflow import review_queue as review_queue
    from rulemine.writers import write_review as write_review
    from rulemine.writers import write_table as write_table

_HOMES = {
    "read": "workflow",
    "parse_rules": "workflow",
    "parse_findings": "workflow",
    "parse_reports": "workflow",
    "count_figures": "workflow",
    "classify": "workflow",
    "review": "workflow",
    "review_queue": "workflow",
    "write_review": "writers",
    "write_table": "writers",
    "load_facts": "facts",
    "OnnxEncoder": "encoder",
    "open_labelling": "notebook.labelling",
    "RulemineError": "errors",
    "Document": "schema",
    "Rule": "schema",
    "Finding": "schema",
    "Report": "schema",
    "Figure": "schema",
    "Evidence": "schema",
    "Candidate": "schema",
}
__all__ = sorted([*_HOMES, "__version__"])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rulemine' has no attribute {name!r}")
    return getattr(import_module(f"rulemine.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__

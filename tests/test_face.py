"""The face of the package: names pinned, nothing heavy loaded before it is used."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys

import pytest

import rulemine

HEAVY = (
    "numpy",
    "scipy",
    "sklearn",
    "pandas",
    "lxml",
    "pypdfium2",
    "openpyxl",
    "docx",
    "xlsxwriter",
    "jinja2",
    "spacy",
    "pdfplumber",
    "rjieba",
    "jieba",
    "pyarrow",
    "python_calamine",
    "rapidfuzz",
)
NAMES = [
    "Candidate",
    "Document",
    "Evidence",
    "Figure",
    "Finding",
    "OnnxEncoder",
    "Report",
    "Rule",
    "RulemineError",
    "__version__",
    "classify",
    "count_figures",
    "load_facts",
    "open_labelling",
    "parse_findings",
    "parse_reports",
    "parse_rules",
    "read",
    "review",
    "review_queue",
    "write_review",
    "write_table",
]


def loaded_by(code: str) -> set[str]:
    """What a fresh interpreter has loaded after the code."""
    told = f"{code}\nimport sys, json\nprint('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, encoding="utf-8", check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_public_names_are_pinned() -> None:
    assert sorted(rulemine.__all__) == NAMES
    assert set(dir(rulemine)) >= set(NAMES)


def test_every_name_is_there_and_stays_what_it_is() -> None:
    for name in NAMES:
        first = getattr(rulemine, name)
        assert getattr(rulemine, name) is first
    with pytest.raises(AttributeError, match="nothing_like_it"):
        rulemine.nothing_like_it  # noqa: B018 - the access is the test


def test_no_name_is_both_function_and_module() -> None:
    modules = {info.name for info in pkgutil.iter_modules(rulemine.__path__)}
    assert not modules & set(NAMES)


def test_version_is_the_packages() -> None:
    from importlib.metadata import version

    assert rulemine.__version__ == version("rulemine")


@pytest.mark.parametrize(
    "code",
    [
        "import rulemine",
        "import rulemine.cli",
        "import sys; sys.argv = ['rulemine', '--help']\nfrom rulemine.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['rulemine', 'review', '--help']\nfrom rulemine.cli import main\ntry: main()\nexcept SystemExit: pass",
    ],
    ids=["import", "import cli", "--help", "review --help"],
)
def test_nothing_heavy_is_loaded(code: str) -> None:
    assert not {name.partition(".")[0] for name in loaded_by(code)} & set(HEAVY)


def test_rules_are_parsed_without_numbers_libraries() -> None:
    code = (
        "import rulemine as rm; rm.parse_rules(rm.Document(path='a', sha256='', text='值班办法\\n第一条 大厅开门。'))"
    )
    assert not {name.partition(".")[0] for name in loaded_by(code)} & {"numpy", "sklearn", "pandas", "spacy"}

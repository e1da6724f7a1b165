"""What an analyst reads is Chinese: messages, warnings, names of signals, sources of facts."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

import rulemine
from rulemine.errors import explain_failure
from rulemine.facts import load_facts
from rulemine.readers.files import REMEDIES
from rulemine.signals import SIGNALS
from rulemine.writers import Review, RunRecord
from rulemine.writers.about import describe_glance, describe_run
from rulemine.writers.labels import KINDS, Labels

PACKAGE = Path(rulemine.__file__).parent
HAN = re.compile(r"[\u4e00-\u9fff]")
ERRORS = {"BadInput", "BadFact", "BadModel", "UnreadableFile", "UnsupportedFormat", "ReaderFailed", "refuse"}


def _words(node: ast.expr) -> str | None:
    """The text of a literal, without what is filled into it; None when it is none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    return None


def _messages() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
                warns = name in ("append", "extend") and "warnings" in ast.unparse(node.func)
                if name in ERRORS or (warns and "assembly" in ast.unparse(node.func)):
                    words = [text for text in map(_words, node.args) if text]
                    yield from ((f"{path.name}:{node.lineno}", text) for text in words)


def test_messages_are_chinese() -> None:
    found = list(_messages())
    assert len(found) > 60
    assert [place for place in found if not HAN.search(place[1])] == []


@pytest.mark.parametrize("suffix", sorted(REMEDIES))
def test_refused_formats_are_explained_in_chinese(suffix: str) -> None:
    assert all(HAN.search(words) for words in REMEDIES[suffix])


def test_reasons_of_the_system_are_chinese(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "none").read_bytes()
    assert explain_failure(missing.value) == "没有这个文件或文件夹"
    with pytest.raises((IsADirectoryError, PermissionError)) as folder:
        tmp_path.write_bytes(b"")
    assert HAN.search(explain_failure(folder.value))
    assert explain_failure(OSError("an odd one")) == "an odd one"


def test_sources_of_facts_are_chinese() -> None:
    """But for the names of public collections, and for the two dates of a law between which its articles moved."""
    for fact in load_facts():
        assert HAN.search(fact.source) or re.fullmatch(r"[\d-]+ → [\d-]+", fact.source), fact
        assert not re.search(r"[A-Za-z]", re.sub(r"公开法规库（[^）]*）", "", fact.source)), fact


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("《最高人民法院关于适用〈中华人民共和国担保法〉若干问题的解释》", "法释〔2000〕44号"),
        ("《最高人民法院关于适用《中华人民共和国担保法》若干问题的解释》", "法释〔2000〕44号"),
        ("《最高人民法院关于适用〈中华人民共和国合同法〉若干问题的解释（一）》", "法释〔1999〕19号"),
        ("《最高人民法院关于适用<中华人民共和国合同法>若干问题的解释(二)》", "法释〔2009〕5号"),
        ("《最高人民法院关于适用〈中华人民共和国物权法〉若干问题的解释（一）》", "法释〔2016〕5号"),
    ],
)
def test_interpretations_that_went_with_the_civil_code(title: str, number: str) -> None:
    (law,) = load_facts().find_laws(title)
    assert (law.document_number, law.repealed_on) == (number, date(2021, 1, 1))


def test_a_kind_of_one_signal_bears_its_name() -> None:
    names = defaultdict(list)
    for info in SIGNALS:
        names[info.kind].append(info.name)
    assert names.keys() <= KINDS.keys()
    for kind, found in names.items():
        assert found == [KINDS[kind][0]] or (len(found) > 1 and KINDS[kind][0] not in found), kind


@pytest.mark.parametrize("choice", [None, [], ""])
def test_no_choice_of_signals_means_all(choice: object) -> None:
    run = RunRecord(version="1", as_of=date(2024, 1, 1), options={"signals": choice})
    assert ("运行选项", "signals = 全部检查项") in describe_run(Review(run=run), Labels())
    chosen = dataclasses.replace(run, options={"signals": "V10,V20"})
    assert ("运行选项", "signals = V10,V20") in describe_run(Review(run=chosen), Labels())


def test_overview_says_how_actions_are_counted() -> None:
    text = "保证金办法\n2019年5月6日发布\n第一条 根据《中华人民共和国担保法》制定本办法。\n第二条 本办法自2019年6月1日起施行。"
    document = rulemine.Document(path="a.txt", sha256="", text=text)
    outcome = rulemine.review(document, as_of=date(2024, 1, 1))
    assert outcome.candidates
    assert "取其各条证据中最强的一种" in describe_glance(outcome, Labels())
    assert "最强" not in describe_glance(dataclasses.replace(outcome, candidates=()), Labels())

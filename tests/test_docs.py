"""The texts that a newcomer reads first are true: commands and examples run, links lead somewhere, rooms are named."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).parent.parent
READMES = ("README.md", "README.zh-CN.md")
TEXTS = (
    *READMES,
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/architecture.md",
    "docs/encoder.md",
    "models/encoder/card.md",
    "models/provisions/card.md",
    "corpora/findings/README.md",
    "corpora/reports/README.md",
    "models/linear/card.md",
    "models/faults/card.md",
)
PACKAGE = CHECKOUT / "src" / "rulemine"
INSTALLING = "pip install"
RUN = (sys.executable, "-c", "from rulemine.cli import main; main()")


def _read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def _blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", _read(name), re.MULTILINE | re.DOTALL)


def _commands(name: str) -> list[str]:
    """The lines of the shell blocks, without the two that set up."""
    lines = [line for block in _blocks(name, "sh") for line in block.splitlines()]
    return [line for line in lines if line.strip() and INSTALLING not in line]


def _shape(line: str) -> str:
    """A line of output with its figures made alike: results move, what a line says does not."""
    return re.sub(r"\d+", "0", line)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout to a command: only what the README's paths name."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(CHECKOUT / "corpora", folder / "corpora")
    return folder


def _run(arguments: list[str], desk: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONUTF8": "1"}
    return subprocess.run(
        arguments, cwd=desk, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=120
    )


def test_readmes_name_the_same_commands() -> None:
    assert _commands(READMES[0]) == _commands(READMES[1])
    assert _blocks(READMES[0], "sh") == _blocks(READMES[1], "sh")


@pytest.fixture(scope="module")
def said(desk: Path) -> set[str]:
    """Runs every command of the README in its order; the shapes of the lines they wrote."""
    shapes: set[str] = set()
    for command in _commands(READMES[0]):
        name, *arguments = shlex.split(command)
        assert name == "rulemine", command
        done = _run([*RUN, *arguments], desk)
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        shapes.update(_shape(line) for line in (done.stdout + done.stderr).splitlines())
    return shapes


def _outputs(name: str) -> Iterator[str]:
    for block in _blocks(name, "text"):
        yield from (line for line in block.splitlines() if line.strip("…") and not line.startswith("未能读取"))


@pytest.mark.parametrize("name", READMES)
def test_outputs_shown_are_what_the_commands_say(name: str, said: set[str]) -> None:
    assert [line for line in _outputs(name) if _shape(line) not in said] == []


def test_refusal_shown_is_what_the_command_says(desk: Path) -> None:
    (desk / "mix").mkdir(exist_ok=True)
    (desk / "mix" / "a.pptx").write_bytes(b"PK")
    done = _run([*RUN, "read", "mix"], desk)
    assert done.returncode == 1
    for name in READMES:
        (line,) = re.findall(r"^未能读取.*$", _read(name), re.MULTILINE)
        assert line in done.stderr.splitlines()


@pytest.mark.parametrize("name", READMES)
def test_python_example_runs(name: str, desk: Path) -> None:
    example, in_spacy = _blocks(name, "python")
    (desk / "review.docx").unlink(missing_ok=True)
    done = _run([sys.executable, "-c", example], desk)
    assert done.returncode == 0, done.stderr
    assert (desk / "review.docx").exists()
    done = _run([sys.executable, "-c", in_spacy], desk)
    assert done.stdout.strip() == "[('《商业银行法》第三十九条', 'EXTERNAL'), ('本办法第八条', 'SELF')]", done.stderr


def test_encoder_example_runs(desk: Path) -> None:
    (example,) = _blocks("docs/encoder.md", "python")
    done = _run([sys.executable, "-c", example], desk)
    assert done.stdout == "True\n", done.stderr


@pytest.mark.parametrize("name", TEXTS)
def test_links_to_files_lead_somewhere(name: str) -> None:
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", _read(name)) if "://" not in link and link[0] != "#"]
    missing = [link for link in links if not ((CHECKOUT / name).parent / unquote(link.partition("#")[0])).exists()]
    assert missing == []


@pytest.mark.parametrize("name", TEXTS)
def test_texts_hold_no_path_of_a_machine(name: str) -> None:
    assert re.findall(r"(?<![\w.\])}*>])/(?:home|work|root|usr|tmp|Users)/\S*", _read(name)) == []


def _rooms() -> set[str]:
    """Modules and folders of the package as the text spells them: ``readers/pdf.py``, ``readers/``."""
    modules = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    return {module.removesuffix("__init__.py") if "/" in module else module for module in modules}


def test_architecture_names_every_room_and_no_other() -> None:
    named = set(re.findall(r"^\| `([\w/.]+)` \|", _read("docs/architecture.md"), re.MULTILINE))
    assert named - _rooms() == set(), "named, but not there"
    assert _rooms() - named == set(), "there, but not named: a sentence for each"


def test_architecture_names_only_files_that_exist() -> None:
    paths = re.findall(r"`((?:[\w.-]+/)*[\w-]+\.(?:py|toml|yml)|(?:[\w.-]+/)+)`", _read("docs/architecture.md"))
    places = (PACKAGE, CHECKOUT)
    placeholders = {"tests/cases/CODE.yml"}
    missing = {path for path in paths if not any((place / path).exists() for place in places)} - placeholders
    assert missing == set()


@pytest.mark.parametrize("name", ["linear", "accurate"])
def test_cards_state_the_figures_of_the_models(name: str) -> None:
    settings = json.loads(_read(f"models/{name}/model.json"))
    card = _read(f"models/{name}/card.md")
    for figure, value in settings["folds_by_group"].items():
        assert f"(`{figure}`) | {value:g} |" in card, figure
    assert f"Temperature {settings['temperature']}; threshold {settings['answer']};" in card
    assert f"the {settings['trained_on']['findings']:,} findings" in card


def test_data_card_counts_what_is_there() -> None:
    card = _read("corpora/findings/README.md")
    order = ("daily_office", "personnel", "governance", "finance", "sales", "other")
    for path in sorted((CHECKOUT / "corpora" / "findings").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        counts = [sum(row["label"] == label for row in rows) for label in order]
        shown = " | ".join(map(str, [*counts, len(rows), sum(row["hard"] for row in rows)]))
        assert f"| `{path.name}` | {shown} |" in card, path.name
        assert len(re.findall(rf"^\| `{path.name}` \|", card, re.MULTILINE)) == 2, "counted, and described"


def test_report_card_counts_what_is_there() -> None:
    card = _read("corpora/reports/README.md")
    for folder in sorted(path for path in (CHECKOUT / "corpora" / "reports").iterdir() if path.is_dir()):
        gold = [json.loads(path.read_text(encoding="utf-8")) for path in folder.glob("R*.json")]
        counts = [len(gold), sum(len(g["issues"]) for g in gold), sum(len(g["non_issues"]) for g in gold)]
        (row,) = re.findall(rf"^\| `{folder.name}` \| [^|]* \| (.*) \|$", card, re.MULTILINE)
        assert row == " | ".join(map(str, counts)), folder.name


def test_readmes_count_the_facts() -> None:
    from rulemine.facts import load_facts

    facts = load_facts()
    for name in READMES:
        text = _read(name)
        for figure in facts.coverage().values():
            assert f"{figure:,}" in text, f"{name}: {figure:,}"
        assert facts.checked_on().isoformat() in text


def test_notebooks_bear_no_outputs() -> None:
    for path in (CHECKOUT / "notebooks").glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
        assert [cell["id"] for cell in notebook["cells"] if cell.get("outputs") or cell.get("execution_count")] == []


def test_labels_of_real_findings_are_ids_and_labels_alone() -> None:
    lines = _read("corpora/real_findings/labels.jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    known = {"daily_office", "personnel", "governance", "finance", "sales", "other"}
    assert len({row["id"] for row in rows}) == len(rows) == 400
    for row in rows:
        assert row.keys() == {"id", "first", "second", "label"}
        assert {row["first"], row["second"]} <= known
        assert row["label"] == (row["first"] if row["first"] == row["second"] else None)
    taught = [json.loads(line) for line in _read("corpora/real_findings/taught.jsonl").splitlines()]
    assert {row["label"] for row in taught} == known
    assert not {row["id"] for row in taught} & {row["id"] for row in rows}
    assert all(row.keys() == {"id", "label"} for row in taught)
    assert f"They agree on {sum(row['label'] is not None for row in rows)} " in _read("corpora/real_findings/README.md")

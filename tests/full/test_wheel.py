"""The wheel alone, in a fresh environment, does the main job from any folder."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(folder), str(ROOT)], check=True)
    return next(folder.glob("rulemine-*.whl"))


def test_wheel_carries_data_model_and_demo(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "rulemine/data/laws.csv",
        "rulemine/data/taxonomy.toml",
        "rulemine/writers/templates/",
        "rulemine/shipped/models/linear/weights.npz",
        "rulemine/shipped/corpora/demo/rules/",
        "rulemine/shipped/corpora/demo/reports/",
        "rulemine/py.typed",
    ):
        assert any(name.startswith(needed) for name in names), needed


def test_wheel_alone_reviews_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "env"
    venv.create(home, with_pip=True)
    python = home / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    subprocess.run(
        [str(python), "-m", "pip", "install", "-q", "-c", str(ROOT / "constraints.txt"), str(wheel)], check=True
    )
    place = tmp_path / "elsewhere"
    place.mkdir()
    rule = place / "保证金管理办法.txt"
    rule.write_text(
        "保证金管理办法\n2019年5月6日发布\n第一条 根据《中华人民共和国担保法》制定本办法。\n第二条 本办法自2019年6月1日起施行。\n",
        encoding="utf-8",
    )
    for arguments in (["review", rule.name, "-o", "out.jsonl", "--as-of", "2026-11-01"], ["demo"]):
        subprocess.run([str(python), "-m", "rulemine.cli", *arguments], cwd=place, check=True, capture_output=True)
    assert "repealed_basis" in (place / "out.jsonl").read_text(encoding="utf-8")
    assert (place / "rulemine_demo" / "review.xlsx").stat().st_size > 10_000

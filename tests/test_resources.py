"""The models and the demo are found in the package or in the checkout."""

from __future__ import annotations

from pathlib import Path

import pytest

from rulemine import resources
from rulemine.errors import BadInput
from rulemine.resources import locate_resource


@pytest.mark.parametrize("name", ["models/linear/model.json", "corpora/demo/rules", "corpora/demo/reports"])
def test_what_ships_is_there(name: str) -> None:
    assert locate_resource(name).exists()


def test_the_package_comes_before_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for root in (tmp_path / "package" / "shipped", tmp_path / "checkout"):
        (root / "models").mkdir(parents=True)
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "package")
    monkeypatch.setattr(resources, "CHECKOUT", tmp_path / "checkout")
    assert locate_resource("models") == tmp_path / "package" / "shipped" / "models"
    (tmp_path / "package" / "shipped" / "models").rmdir()
    assert locate_resource("models") == tmp_path / "checkout" / "models"


def test_what_is_missing_is_said() -> None:
    with pytest.raises(BadInput, match="corpora/none"):
        locate_resource("corpora/none")


def test_shipped_files_are_small_and_open() -> None:
    """No pickle in any disguise: readable files, numpy arrays and ONNX only, and the scripts that made them."""
    found = [
        path for path in locate_resource("models").rglob("*") if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {path.suffix for path in found} <= {".json", ".txt", ".npz", ".toml", ".md", ".onnx", ".csv", ".tsv", ".py"}
    assert max(path.stat().st_size for path in found) <= 24_000_000

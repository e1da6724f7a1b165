"""Where things lie: the models and the demo that ship with rulemine, and the user's cache folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from rulemine.errors import BadInput

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def locate_resource(name: str) -> Path:
    """The folder or file ``models/…`` or ``corpora/…`` that ships with rulemine: in the package, or in the checkout.

    >>> locate_resource("corpora/demo").name
    'demo'

    Raises BadInput when the installation does not carry it.
    """
    for root in (PACKAGE / "shipped", CHECKOUT):
        if (root / name).exists():
            return root / name
    raise BadInput(f"安装中缺少 {name}；请用完整的 wheel 或源码重新安装 rulemine")


def cache_folder() -> Path:
    """Where compiled loops and vectors are kept: ``RULEMINE_CACHE``, else the user's cache folder."""
    if chosen := os.environ.get("RULEMINE_CACHE"):
        return Path(chosen)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "rulemine", "cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "rulemine"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "rulemine")

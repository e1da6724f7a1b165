"""Finds the models and the demo: inside the installed package, or in the checkout of an editable install."""

from __future__ import annotations

from pathlib import Path

from rulemine.errors import BadInput

PACKAGE = Path(__file__).parent
CHECKOUT = PACKAGE.parent.parent


def locate_resource(name: str) -> Path:
    """The folder or file ``models/…`` or ``corpora/…`` that ships with rulemine.

    >>> locate_resource("corpora/demo").name
    'demo'

    Raises BadInput when the installation does not carry it.
    """
    for root in (PACKAGE / "shipped", CHECKOUT):
        if (root / name).exists():
            return root / name
    raise BadInput(f"安装中缺少 {name}；请用完整的 wheel 或源码重新安装 rulemine")

"""How a model does, as one page: figures with intervals, by category, what it takes for what, and how sure it may be."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rulemine.taxonomy import Taxonomy

SIZE = 260
"""Width and height of the plot, in pixels."""
NAMES = {
    "n": "条数",
    "accuracy": "正确率（必须回答时）",
    "accuracy_hard": "其中难例",
    "macro_f1_forced": "报告类别的宏平均 F1（必须回答时）",
    "accuracy_hard_forced": "报告类别中难例的正确率（必须回答时）",
    "other_caught": "五类之外的被识别或转人工的比例",
    "answered": "报告类别中作答的比例",
    "right_when_answered": "作答的正确率",
    "calibration_error": "校准误差（ECE）",
}


def write_scores(path: Path, told: Mapping[str, Any], taxonomy: Taxonomy) -> None:
    """The page; ``told`` is what ``rulemine evaluate`` prints. It loads nothing from elsewhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("rulemine.writers"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    page = environment.get_template("scores.html").render(
        told=told,
        names=NAMES,
        name=taxonomy.full_name,
        size=SIZE,
        points=[(x * SIZE, (1 - y) * SIZE, n) for x, y, n in told["calibration"]],
    )
    path.write_text(page, encoding="utf-8", newline="\n")

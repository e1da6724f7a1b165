"""Work that can be handed to another process or another machine: a function by its name, and its options."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """A function by ``module:name``, called with options by keyword; a ``Path`` among them is a folder, and is taken along."""

    function: str
    options: Mapping[str, Any] = field(default_factory=dict)

    def load(self) -> Callable[..., Any]:
        """The function with its options.

        >>> Job("rulemine.text:parse_number").load()("十二")
        12
        """
        module, _, name = self.function.partition(":")
        function: Callable[..., Any] = getattr(import_module(module), name)
        return lambda *given: function(*given, **self.options)

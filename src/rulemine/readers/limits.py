"""What one file may cost."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Time in seconds and memory in bytes that reading one file may take; while pages are recognised, seconds a page.

    >>> Limits(seconds=20).seconds
    20

    The memory limit holds on Linux and macOS only; on Windows it is not set.
    """

    seconds: float = 300
    memory_bytes: int = 4 * 2**30

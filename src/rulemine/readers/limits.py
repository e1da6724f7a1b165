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


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """What an archive may hold: files, bytes unpacked, archives within archives, and how much smaller it may be packed.

    >>> ArchiveLimits().depth
    3

    A member up to ``free_bytes`` is never taken for a bomb: a form of blank cells packs well.
    """

    files: int = 20_000
    total_bytes: int = 4 * 2**30
    depth: int = 3
    ratio: int = 200
    free_bytes: int = 16 * 2**20

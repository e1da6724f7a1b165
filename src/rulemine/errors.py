"""Everything that rulemine raises on purpose.

    RulemineError
    ├── UnreadableFile          a file that could not be read; the others go on
    │   ├── UnsupportedFormat   no reader for it
    │   └── ReaderFailed        its reader crashed, hung or ran out of memory
    ├── MissingExtra            an optional library is not installed
    ├── BadFact                 a row of a facts table that cannot be right
    ├── BadInput                a table, option or configuration that cannot be used
    └── BadModel                a model folder that does not fit this version

Each message says what to do next.
"""

from __future__ import annotations


class RulemineError(Exception):
    """Base of all errors that rulemine raises on purpose."""


class UnreadableFile(RulemineError):
    """A file could not be read: the reason, and what to do about it.

    >>> str(UnreadableFile("a.pdf", "the file is encrypted", "save it without a password"))
    'a.pdf: the file is encrypted; save it without a password'
    """

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)
        self.path, self.reason, self.remedy = path, reason, remedy

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; {self.remedy}"


class UnsupportedFormat(UnreadableFile):
    """No reader knows this kind of file."""


class ReaderFailed(UnreadableFile):
    """The worker that read the file crashed, hung or ran out of memory."""


class MissingExtra(RulemineError):
    """An optional library is not installed.

    >>> str(MissingExtra("pandas", "notebook"))
    "pandas is not installed: pip install 'rulemine[notebook]'"
    """

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(library, extra)
        self.library, self.extra = library, extra

    def __str__(self) -> str:
        return f"{self.library} is not installed: pip install 'rulemine[{self.extra}]'"


class BadFact(RulemineError):
    """A row of a facts table that cannot be right; the message begins with file:line."""


class BadInput(RulemineError):
    """A table, an option or a configuration that cannot be used as it is."""


class BadModel(RulemineError):
    """A model folder that is incomplete or made by another version."""

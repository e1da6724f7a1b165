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

import errno

_FAILURES = {
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EACCES: "没有访问权限",
    errno.EPERM: "没有访问权限",
    errno.EROFS: "磁盘是只读的",
    errno.EISDIR: "它是文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名文件",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EBUSY: "它正被其他程序使用",
}


class RulemineError(Exception):
    """Base of all errors that rulemine raises on purpose."""


class UnreadableFile(RulemineError):
    """A file could not be read: the reason, and what to do about it.

    >>> str(UnreadableFile("a.pdf", "文件设有密码", "取消密码后另存"))
    'a.pdf：文件设有密码；取消密码后另存'
    """

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)
        self.path, self.reason, self.remedy = path, reason, remedy

    def __str__(self) -> str:
        return f"{self.path}：{self.reason}；{self.remedy}"


class UnsupportedFormat(UnreadableFile):
    """No reader knows this kind of file."""


class ReaderFailed(UnreadableFile):
    """The worker that read the file crashed, hung or ran out of memory."""


class MissingExtra(RulemineError):
    """An optional library is not installed.

    >>> str(MissingExtra("pandas", "notebook"))
    "未安装 pandas：请运行 pip install 'rulemine[notebook]'"
    """

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(library, extra)
        self.library, self.extra = library, extra

    def __str__(self) -> str:
        return f"未安装 {self.library}：请运行 pip install 'rulemine[{self.extra}]'"


class BadFact(RulemineError):
    """A row of a facts table that cannot be right; the message begins with file:line."""


class BadInput(RulemineError):
    """A table, an option or a configuration that cannot be used as it is."""


class BadModel(RulemineError):
    """A model folder that is incomplete or made by another version."""


def explain_failure(error: OSError) -> str:
    """Why the system refused a file, in Chinese where it is a usual reason.

    >>> explain_failure(FileNotFoundError(errno.ENOENT, "No such file or directory"))
    '没有这个文件或文件夹'
    """
    return _FAILURES.get(error.errno or 0) or error.strerror or str(error)

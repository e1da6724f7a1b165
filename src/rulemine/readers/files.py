"""Which files there are: walks folders and archives, knows what can be read, says what to do with the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rulemine.errors import UnreadableFile, UnsupportedFormat, explain_failure
from rulemine.readers.archives import SUFFIX, list_members, split_member

_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_PAGE = ("网页暂不能读", "把网页另存为 .txt 或 .pdf")
_ARCHIVE = ("压缩包暂不能读", "解压后读取文件夹")
_SLIDES = ("演示文稿暂不能读", "另存为 .pdf")
REMEDIES: dict[str, tuple[str, str]] = {
    ".mht": _PAGE,
    ".rar": _ARCHIVE,
    ".7z": _ARCHIVE,
    ".ppt": _SLIDES,
    ".pptx": _SLIDES,
}
_DEFAULT_REMEDY = "另存为 .docx、.pdf、.xlsx 或 .txt"


def find_files(paths: Iterable[str | Path]) -> tuple[list[Path], list[UnreadableFile]]:
    """The files to read among paths and in folders, and the problems.

    >>> files, problems = find_files(["missing.pdf"])
    >>> files, str(problems[0])
    ([], 'missing.pdf：没有这个文件或文件夹；核对路径')

    Folders are walked in sorted order; hidden files and Office lock files are passed over.
    """
    files: list[Path] = []
    problems: list[UnreadableFile] = []
    for found in walk_files(paths):
        if isinstance(found, Path):
            files.append(found)
        else:
            problems.append(found)
    return files, problems


def walk_files(paths: Iterable[str | Path]) -> Iterator[Path | UnreadableFile]:
    """Files and problems in the order of the paths, each file once.

    >>> [type(found).__name__ for found in walk_files(["missing.pdf"])]
    ['UnreadableFile']
    """
    seen: set[Path] = set()
    for path in map(Path, paths):
        if path.is_dir():
            found = _walk_folder(path)
        elif path.exists():
            found = _open_archive(path)
        elif split_member(path):
            found = iter([path])
        else:
            yield UnreadableFile(str(path), "没有这个文件或文件夹", "核对路径")
            continue
        for file in found:
            if isinstance(file, UnreadableFile):
                yield file
            elif file not in seen:
                seen.add(file)
                yield check_format(file) or file


def check_format(path: Path) -> UnsupportedFormat | None:
    """The problem of a file that no reader knows, with what to do; None when there is a reader.

    >>> str(check_format(Path("a.pptx")))
    'a.pptx：演示文稿暂不能读；另存为 .pdf'
    """
    from rulemine.readers import READERS

    suffix = path.suffix.lower()
    if any(suffix in reader.suffixes for reader in READERS):
        return None
    unknown = f"{suffix} 格式暂不能读" if suffix else "文件没有后缀，认不出格式"
    reason, remedy = REMEDIES.get(suffix, (unknown, _DEFAULT_REMEDY))
    return UnsupportedFormat(str(path), reason, remedy)


def _open_archive(file: Path) -> Iterator[Path | UnreadableFile]:
    """A file itself, or the files in it when it is an archive."""
    return list_members(file) if file.suffix.lower() == SUFFIX else iter([file])


def _walk_folder(folder: Path) -> Iterator[Path | UnreadableFile]:
    failed: list[OSError] = []
    for place, folders, names in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and name.lower() not in _IGNORED_NAMES:
                yield from _open_archive(Path(place, name))
    for error in failed:
        yield UnreadableFile(str(error.filename), f"文件夹打不开（{explain_failure(error)}）", "核对访问权限")

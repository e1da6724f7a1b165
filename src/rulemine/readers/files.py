"""Which files there are: walks folders, knows what can be read, says what to do with the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from rulemine.errors import UnreadableFile, UnsupportedFormat

_IGNORED_NAMES = frozenset({"thumbs.db", "desktop.ini"})
_OCR = "run OCR over it and give the text or a PDF with a text layer"
REMEDIES: dict[str, tuple[str, str]] = {
    ".doc": ("the old Word format is not read", "open it in Word or WPS and save it as .docx"),
    ".wps": ("the WPS format is not read", "open it in WPS and save it as .docx"),
    ".rtf": ("RTF is not read", "open it in Word or WPS and save it as .docx"),
    ".odt": ("OpenDocument text is not read", "save it as .docx"),
    ".ofd": ("OFD is not read", "export it as .pdf from the OFD viewer"),
    ".html": ("web pages are not read", "save the page as .txt or .pdf"),
    ".htm": ("web pages are not read", "save the page as .txt or .pdf"),
    ".mht": ("web archives are not read", "save the page as .txt or .pdf"),
    ".zip": ("archives are not read", "unpack it and give the folder"),
    ".rar": ("archives are not read", "unpack it and give the folder"),
    ".7z": ("archives are not read", "unpack it and give the folder"),
    ".ppt": ("presentations are not read", "save it as .pdf"),
    ".pptx": ("presentations are not read", "save it as .pdf"),
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif"), ("it is a picture", _OCR)),
}
_DEFAULT_REMEDY = "save it as .docx, .pdf, .xlsx or .txt"


def find_files(paths: Iterable[str | Path]) -> tuple[list[Path], list[UnreadableFile]]:
    """The files to read among paths and in folders, and the problems.

    >>> files, problems = find_files(["missing.pdf"])
    >>> files, str(problems[0])
    ([], 'missing.pdf: there is no such file or folder; check the path')

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
            found = iter([path])
        else:
            yield UnreadableFile(str(path), "there is no such file or folder", "check the path")
            continue
        for file in found:
            if file not in seen:
                seen.add(file)
                yield check_format(file) or file


def check_format(path: Path) -> UnsupportedFormat | None:
    """The problem of a file that no reader knows, with what to do; None when there is a reader.

    >>> str(check_format(Path("a.doc")))
    'a.doc: the old Word format is not read; open it in Word or WPS and save it as .docx'
    """
    from rulemine.readers import READERS

    suffix = path.suffix.lower()
    if any(suffix in reader.suffixes for reader in READERS):
        return None
    reason, remedy = REMEDIES.get(suffix, (f"{suffix or 'a file without suffix'} is not read", _DEFAULT_REMEDY))
    return UnsupportedFormat(str(path), reason, remedy)


def _walk_folder(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and name.lower() not in _IGNORED_NAMES:
                yield Path(place, name)

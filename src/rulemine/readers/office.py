"""Old word processor files (.doc, .wps, .rtf, .odt), turned into .docx by LibreOffice where it is installed.

LibreOffice runs headless with a profile of its own for each file and a time limit; its output goes to the reader of
Word files. It restarts 第一条 in each chapter where Word counts on: a warning says so when the numbers look like that.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from rulemine.errors import UnsupportedFormat
from rulemine.readers.assembly import Assembly, SourceFile, View
from rulemine.readers.html import HtmlReader
from rulemine.readers.plain import PlainReader
from rulemine.readers.word import WordReader

SECONDS = 120  # less than a worker has for a file
_USUAL_PLACES = (
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/opt/libreoffice/program/soffice",
    "/usr/lib/libreoffice/program/soffice",
)
_OLE, _ZIP, _RTF = b"\xd0\xcf\x11\xe0", b"PK\x03\x04", b"{\\rtf"
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|\?xml[^>]*>\s*<html)", re.IGNORECASE)
_ARTICLE_ONE = re.compile(r"^第[一1１]条", re.MULTILINE)
_CHAPTER = re.compile(r"^第[^条\n]{1,5}章", re.MULTILINE)


class OfficeReader:
    """Reads what LibreOffice can turn into .docx, and files that only bear such a name."""

    suffixes = (".doc", ".dot", ".wps", ".wpt", ".rtf", ".odt")

    def read(self, source: SourceFile, view: View) -> Assembly:
        """The paragraphs, tables and notes of the file as its .docx has them."""
        start = source.data[:512].lstrip()
        if source.suffix != ".odt" and start.startswith(_ZIP):
            return WordReader().read(_rename(source, source.data), view)
        if _MARKUP.match(start):
            return HtmlReader().read(source, view)
        if not start.startswith((_OLE, _ZIP, _RTF)):
            return PlainReader().read(source, view)  # text under a name of Word's
        assembly = WordReader().read(_rename(source, convert_to_docx(source)), view)
        text = assembly.text
        if len(_ARTICLE_ONE.findall(text)) > 1 and len(_CHAPTER.findall(text)) > 1:
            assembly.warnings.append(
                "条号在各章重新起算，可能是格式转换所致：用 Word 另存为 .docx 后再读，或对照原文核对"
            )
        return assembly


def _rename(source: SourceFile, data: bytes) -> SourceFile:
    return SourceFile(path=source.path, suffix=".docx", data=data)


def find_office() -> str | None:
    """Where LibreOffice is; the environment variable RULEMINE_SOFFICE overrules the search."""
    named = os.environ.get("RULEMINE_SOFFICE")
    if named:
        return named if shutil.which(named) else None
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _USUAL_PLACES if os.path.exists(place)), None)


def convert_to_docx(source: SourceFile, seconds: float = SECONDS) -> bytes:
    """The file as .docx; raises UnreadableFile, saying what to do, when LibreOffice is missing, late or gives nothing."""
    office = find_office()
    if office is None:
        raise UnsupportedFormat(
            source.path,
            f"读 {source.suffix} 要用 LibreOffice，没有找到",
            "安装 LibreOffice，或用 Word、WPS 另存为 .docx",
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        given = Path(folder, "source" + source.suffix)
        given.write_bytes(source.data)
        command = [
            office,
            f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir",
            folder,
            str(given),
        ]
        if not _run(command, seconds):
            raise source.refuse(f"LibreOffice 转换超过 {seconds:g} 秒", "用 Word 或 WPS 另存为 .docx")
        made = given.with_suffix(".docx")
        if not made.exists() or made.stat().st_size == 0:
            raise source.refuse("LibreOffice 转换不了（可能设有密码或已损坏）", "取消密码，用 Word 或 WPS 另存为 .docx")
        return made.read_bytes()


def _run(command: list[str], seconds: float) -> bool:
    """Whether a command ended in time; it and all that it started are killed when not."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with_parent() if sys.platform == "linux" else None,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            _kill_group(process)
    return True


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True)  # noqa: S607
        else:
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _die_with_parent() -> Callable[[], None]:
    """What a child does first, on Linux: it asks to be ended with its parent, and lifts the worker's limit of memory."""
    import ctypes
    import resource

    control, wish = ctypes.CDLL(None).prctl, 1  # PR_SET_PDEATHSIG
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]

    def prepare() -> None:
        control(wish, signal.SIGKILL)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))

    return prepare

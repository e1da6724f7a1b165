"""The encoding of a text file of any size: its beginning is looked at, then all of it is decoded, block by block."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile
from rulemine.readers.encoding import decode_text

SAMPLE = 2**22
BLOCK = 2**20
_FALLBACKS = ("utf-8", "gb18030", "big5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Characters:
    """How the bytes of a text file become characters; ``damaged`` ones are shown as U+FFFD."""

    path: Path
    encoding: str
    damaged: bool = False

    def open(self) -> TextIO:
        """The file as text, line ends untouched, without its byte order mark."""
        encoding = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        return self.path.open(encoding=encoding, errors="replace" if self.damaged else "strict", newline="")

    def describe(self) -> tuple[str, ...]:
        """What the user should know about it."""
        if self.damaged:
            return ("部分字符已损坏（显示为 \ufffd）：请换一份完好的文件",)
        return () if self.encoding == "utf-8" else (f"文本编码：{self.encoding}",)


def find_characters(path: Path) -> Characters:
    """The encoding of a text file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.csv")
    ...     _ = file.write_bytes("问题描述".encode("gb18030"))
    ...     find_characters(file).encoding
    'gb18030'

    Raises UnreadableFile when it is in none that is known, or is not text.
    """
    with path.open("rb") as file:
        data = file.read(SAMPLE + 1)
    whole = len(data) <= SAMPLE
    _, said = decode_text(SourceFile(path=str(path), suffix=path.suffix.lower(), data=data if whole else _cut(data)))
    name, _, damage = said.partition("（")
    if whole:
        return Characters(path=path, encoding=name, damaged=bool(damage))
    for encoding in dict.fromkeys((name, *_FALLBACKS)):
        if _decodes(path, encoding):
            return Characters(path=path, encoding=encoding)
    if name == "utf-8":
        return Characters(path=path, encoding=name, damaged=True)
    raise UnreadableFile(str(path), f"开头是 {name} 编码，后面却不是", "另存为 UTF-8 编码")


def _cut(data: bytes) -> bytes:
    """The sample without half a character at its end."""
    if b"\0" in data:
        return data[: len(data) // 4 * 4]
    return data[: data.rfind(b"\n") + 1] or data


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True

"""The parts of a Word file: the main one and those that it points to."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename
from typing import Any

from rulemine.readers.assembly import SourceFile
from rulemine.readers.xmlpackage import XmlPackage

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN_TYPE = "officeDocument"
STRICT = "http://purl.oclc.org/ooxml/"
_STRICT_TO_TRANSITIONAL = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)  # fmt: skip


class WordPackage(XmlPackage):
    """A .docx file: its main part and the parts beside it, parsed when asked for."""

    what = "Word 文件"
    remedy = "用 Word 打开后重新保存"

    def __init__(self, source: SourceFile) -> None:
        if source.data.startswith(_OLE):
            if _ENCRYPTED in source.data:
                raise source.refuse("文件设有密码", "取消密码后另存")
            raise source.refuse("实际是旧版 Word 文件（.doc），只是改了后缀", "用 Word 或 WPS 打开，另存为 .docx")
        super().__init__(source)
        self.main_name = self._find_main()

    @property
    def main(self) -> Any:
        """The root element of the document."""
        root = self.parse(self.main_name)
        if root is None:
            raise self.source.refuse("不是 Word 文件（没有正文部分）", "用 Word 或 WPS 打开，另存为 .docx")
        return root

    def prepare(self, data: bytes) -> bytes:
        """A part in the names of the transitional form, which is the one that everybody writes."""
        if STRICT.encode() in data[:8192]:
            for strict, transitional in _STRICT_TO_TRANSITIONAL:
                data = data.replace(strict, transitional)
        return data

    def parse_related(self, kind: str) -> Any | None:
        """The first part of a kind (styles, numbering, footnotes …) that the document points to."""
        return next(self.iter_related(kind), None)

    def iter_related(self, kind: str) -> Iterator[Any]:
        """The parts of a kind (header, footer …) that the document points to, in order, each once."""
        for target in self._find_targets(self.main_name, kind):
            root = self.parse(target)
            if root is not None:
                yield root

    def count_related(self, kind: str) -> int:
        """How many parts of a kind the document points to."""
        return len(self._find_targets(self.main_name, kind))

    def _find_main(self) -> str:
        targets = self._find_targets("", _MAIN_TYPE)
        return targets[0] if targets else "word/document.xml"

    def _find_targets(self, name: str, kind: str) -> list[str]:
        folder = name.rpartition("/")[0]
        root = self.parse(f"{folder}/_rels/{basename(name)}.rels".lstrip("/") if name else "_rels/.rels")
        targets: list[str] = []
        for relation in root if root is not None else ():
            if str(relation.get("Type", "")).rpartition("/")[2] == kind and relation.get("TargetMode") != "External":
                target = str(relation.get("Target", ""))
                targets.append(target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/"))
        return list(dict.fromkeys(targets))

"""The parts of a Word file: a zip of XML, opened with care (no entities, no network, no zip bombs)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from posixpath import basename
from typing import Any

from rulemine.readers.assembly import SourceFile

LARGEST_PART = 256 * 2**20  # bytes, unpacked
LARGEST_RATIO = 400  # of a part above 16 MiB; XML of real documents packs 10 to 60 times
_RATIO_FROM = 16 * 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MAIN_TYPE = "officeDocument"
STRICT = "http://purl.oclc.org/ooxml/"
_STRICT_TO_TRANSITIONAL = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)  # fmt: skip


class WordPackage:
    """A .docx file: its main part and the parts beside it, parsed when asked for."""

    def __init__(self, source: SourceFile) -> None:
        if source.data.startswith(_OLE):
            if _ENCRYPTED in source.data:
                raise source.refuse("文件设有密码", "取消密码后另存")
            raise source.refuse("实际是旧版 Word 文件（.doc），只是改了后缀", "用 Word 或 WPS 打开，另存为 .docx")
        self._source = source
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.data))
            self._names = set(self._zip.namelist())
        except (zipfile.BadZipFile, ValueError, OSError) as error:
            raise source.refuse("不是 Word 文件或已损坏（不是 zip 包）", "用 Word 打开后重新保存") from error
        self.main_name = self._find_main()

    @property
    def main(self) -> Any:
        """The root element of the document."""
        root = self.parse(self.main_name)
        if root is None:
            raise self._source.refuse("不是 Word 文件（没有正文部分）", "用 Word 或 WPS 打开，另存为 .docx")
        return root

    def parse(self, name: str) -> Any | None:
        """The root element of a part; None when there is no such part."""
        if name not in self._names:
            return None
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
        data = self._read(name)
        if STRICT.encode() in data[:8192]:
            for strict, transitional in _STRICT_TO_TRANSITIONAL:
                data = data.replace(strict, transitional)
        try:
            return etree.fromstring(data, parser)
        except etree.XMLSyntaxError as error:
            raise self._source.refuse(
                f"其中 {name} 部分已损坏（{str(error)[:80]}）", "用 Word 打开后重新保存"
            ) from error

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

    def _read(self, name: str) -> bytes:
        info = self._zip.getinfo(name)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > LARGEST_PART or (info.file_size > _RATIO_FROM and ratio > LARGEST_RATIO):
            raise self._source.refuse(
                f"其中 {name} 部分解压后达 {info.file_size // 2**20} MiB，正常文件不会这么大",
                "核对文件来源",
            )
        if info.flag_bits & 1:
            raise self._source.refuse("文件设有密码", "取消密码后另存")
        try:
            with self._zip.open(info) as part:
                return part.read(info.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise self._source.refuse(f"其中 {name} 部分已损坏", "用 Word 打开后重新保存") from error
        except Exception as error:  # zlib.error has no public name in zipfile
            raise self._source.refuse(f"其中 {name} 部分已损坏（{error}）", "用 Word 打开后重新保存") from error

"""A zip of XML parts (.docx, .ofd), opened with care: no entities, no network, no zip bombs."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from rulemine.errors import UnreadableFile
from rulemine.readers.assembly import SourceFile

LARGEST_PART = 256 * 2**20  # bytes, unpacked
LARGEST_RATIO = 400  # of a part above 16 MiB; XML of real documents packs 10 to 60 times
_RATIO_FROM = 16 * 2**20


class XmlPackage:
    """The parts of a file by name, parsed when asked for; ``what`` and ``remedy`` are the words of its errors."""

    what = "zip 包"
    remedy = "换一份完好的文件"

    def __init__(self, source: SourceFile) -> None:
        self.source = source
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(source.data))
            self.names = set(self._zip.namelist())
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise source.refuse(f"不是 {self.what}或已损坏（不是 zip 包）", self.remedy) from error

    def parse(self, name: str) -> Any | None:
        """The root element of a part; None when there is no such part. Raises UnreadableFile when it is damaged."""
        if name not in self.names:
            return None
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
        try:
            return etree.fromstring(self.prepare(self.read(name)), parser)
        except etree.XMLSyntaxError as error:
            raise self.refuse_part(name, str(error)[:80]) from error

    def prepare(self, data: bytes) -> bytes:
        """A part as it is to be parsed."""
        return data

    def refuse_part(self, name: str, why: object = "") -> UnreadableFile:
        """The error to raise when a part is damaged."""
        return self.source.refuse(f"其中 {name} 部分已损坏" + (f"（{why}）" if why else ""), self.remedy)

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        info = self._zip.getinfo(name)
        ratio = info.file_size / max(1, info.compress_size)
        if info.file_size > LARGEST_PART or (info.file_size > _RATIO_FROM and ratio > LARGEST_RATIO):
            raise self.source.refuse(
                f"其中 {name} 部分解压后达 {info.file_size // 2**20} MiB，正常文件不会这么大",
                "核对文件来源",
            )
        if info.flag_bits & 1:
            raise self.source.refuse("文件设有密码", "取消密码后另存")
        try:
            with self._zip.open(info) as part:
                return part.read(info.file_size + 1)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
            raise self.refuse_part(name) from error
        except Exception as error:  # zlib.error has no public name in zipfile
            raise self.refuse_part(name, error) from error

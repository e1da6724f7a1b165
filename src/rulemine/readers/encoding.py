"""Bytes of a text file → characters: byte order mark, UTF-8, UTF-16 without a mark, GB18030, Big5, in this order."""

from __future__ import annotations

import codecs
import re

from rulemine.readers.assembly import SourceFile

# UTF-32 before UTF-16: the little-endian mark of the one begins with the mark of the other.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_USUAL = re.compile(r"[ -~\s\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”‘’…—]")
USUAL_SHARE = 0.7
DAMAGED = 50  # Han characters that are right for each that is not
_REMEDY = "用记事本打开，另存为 UTF-8 编码"


def decode_text(source: SourceFile) -> tuple[str, str]:
    """The characters of a text file and the name of its encoding.

    >>> decode_text(SourceFile(path="a.txt", suffix=".txt", data="第一条".encode("gb18030")))
    ('第一条', 'gb18030')

    The whole file decides, not its beginning. Raises UnreadableFile when no encoding fits or the content is binary.
    """
    for mark, encoding in _MARKS:
        if source.data.startswith(mark):
            return _decode(source, encoding, encoding.removesuffix("-sig"))
    if b"\0" in source.data:
        return _decode_without_mark(source)
    mended = _mend_utf8(source.data)
    if mended is not None:
        return mended, "utf-8" if "\ufffd" not in mended else "utf-8（部分字符已损坏，显示为 \ufffd）"
    for encoding in ("gb18030", "big5"):
        try:
            text = source.data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if encoding == "gb18030" and _is_rather_big5(source.data, text):
            return source.data.decode("big5"), "big5"
        return text, encoding
    raise source.refuse("认不出文本编码（不是 UTF-8、UTF-16、GB18030 或 Big5）", _REMEDY)


def _mend_utf8(data: bytes) -> str | None:
    """UTF-8, a few damaged characters forgiven (a cut at the end, a broken copy); None when it is another encoding."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    han = sum("\u4e00" <= character <= "\u9fff" for character in text) if damaged else 0
    return text if damaged == 0 or damaged * DAMAGED < han else None


def _decode(source: SourceFile, encoding: str, name: str) -> tuple[str, str]:
    try:
        text = source.data.decode(encoding)
    except UnicodeDecodeError as error:
        raise source.refuse(f"文件开头标明是 {name} 编码，内容却不是", _REMEDY) from error
    if "\0" in text:
        raise source.refuse("不是文本文件（含有空字符）", "核对它由什么程序生成")
    return text, name


def _decode_without_mark(source: SourceFile) -> tuple[str, str]:
    """UTF-16 without a mark: in the right byte order nearly all is Han or ASCII."""
    best, found = USUAL_SHARE, None
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = source.data.decode(encoding)
        except UnicodeDecodeError:
            continue
        usual = _share_of_usual(text)
        if "\0" not in text and usual > best:
            best, found = usual, (text, encoding)
    if found is None:
        raise source.refuse("不是文本文件（含有零字节）", "核对它由什么程序生成")
    return found


def _share_of_usual(text: str) -> float:
    return len(_USUAL.findall(text)) / max(1, len(text))


def _is_rather_big5(data: bytes, as_gb: str) -> bool:
    """Big5 text often decodes as GB18030 too, into rare characters: common ones tell them apart."""
    try:
        as_big5 = data.decode("big5")
    except UnicodeDecodeError:
        return False
    common = "的一是在不了有和人中第條條款項應當規定辦法本公司银行銀"
    return sum(as_big5.count(c) for c in common) > 2 * sum(as_gb.count(c) for c in common + "条应规办项")

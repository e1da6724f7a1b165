"""Zip archives, walked like folders: a member is named ``archive.zip/folder/file.docx`` and never written to disk."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from rulemine.errors import UnreadableFile, explain_failure
from rulemine.readers.limits import ArchiveLimits

SUFFIX = ".zip"
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1  # bits of ZipInfo.flag_bits
_IGNORED = re.compile(r"(?:^|/)(?:__MACOSX/|\.(?!\./)|~\$|thumbs\.db$|desktop\.ini$)", re.IGNORECASE)
_DAMAGED = "用压缩软件打开，重新压缩为 .zip，或解压后读取文件夹"
_UNPACK = "解压后读取文件夹"


def list_members(
    archive: Path,
    limits: ArchiveLimits = ArchiveLimits(),  # noqa: B008 - frozen
) -> Iterator[Path | UnreadableFile]:
    """The files in an archive in sorted order, those of archives within it too, and what is wrong with some.

    >>> [str(found) for found in list_members(Path("missing.zip"))]
    ['missing.zip：无法打开（没有这个文件或文件夹）；核对路径和访问权限']
    """
    try:
        data = archive.read_bytes()
    except OSError as error:
        yield UnreadableFile(str(archive), f"无法打开（{explain_failure(error)}）", "核对路径和访问权限")
        return
    yield from _list_within(archive, data, limits, 1)


def _list_within(place: Path, data: bytes, limits: ArchiveLimits, depth: int) -> Iterator[Path | UnreadableFile]:
    members = _open_members(place, data, limits)
    if isinstance(members, UnreadableFile):
        yield members
        return
    package, found = members
    for name, info in sorted(found.items()):
        path = Path(f"{place}/{name}")  # not joined: a name that begins with / would lead elsewhere
        problem = _find_problem(path, info, limits)
        if problem:
            yield problem
        elif path.suffix.lower() != SUFFIX:
            yield path
        elif depth >= limits.depth:
            yield UnreadableFile(str(path), f"压缩包套压缩包超过 {limits.depth} 层", _UNPACK)
        else:
            try:
                inner = _take(package, info, path, limits)
            except UnreadableFile as error:
                yield error
            else:
                yield from _list_within(path, inner, limits, depth + 1)


def _open_members(
    place: Path, data: bytes, limits: ArchiveLimits
) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]] | UnreadableFile:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        return UnreadableFile(str(place), f"不是 zip 文件或已损坏（{error}）", _DAMAGED)
    infos = [info for info in package.infolist() if not info.is_dir()]
    size = sum(info.file_size for info in infos)
    if len(infos) > limits.files:
        return UnreadableFile(str(place), f"压缩包里的文件超过 {limits.files} 个", _UNPACK)
    if size > limits.total_bytes:
        return UnreadableFile(str(place), f"压缩包解开后超过 {limits.total_bytes // 2**20} MB", _UNPACK)
    named = {decode_name(info): info for info in infos}
    return package, {name: info for name, info in named.items() if not _IGNORED.search(name)}


def decode_name(info: zipfile.ZipInfo) -> str:
    """The name of a member: UTF-8 where the archive says so, else what Chinese Windows wrote.

    >>> info = zipfile.ZipInfo("制度.txt".encode("gb18030").decode("cp437"))
    >>> decode_name(info)
    '制度.txt'
    """
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        for encoding in ("utf-8", "gb18030"):
            try:
                name = info.filename.encode("cp437").decode(encoding)
                break
            except UnicodeError:
                continue
    return name.replace("\\", "/")


def _find_problem(path: Path, info: zipfile.ZipInfo, limits: ArchiveLimits) -> UnreadableFile | None:
    name = decode_name(info)
    if name.startswith("/") or ".." in PurePosixPath(name).parts or re.match(r"[A-Za-z]:", name):
        return UnreadableFile(str(path), "压缩包里的路径指到了压缩包之外", "核对来源；可信时解压后读取文件夹")
    if stat.S_ISLNK(info.external_attr >> 16):
        return UnreadableFile(str(path), "是指向别处的链接", "把所指的文件放进来")
    if info.flag_bits & _ENCRYPTED:
        return UnreadableFile(str(path), "压缩包设有密码", _UNPACK)
    if info.file_size > limits.free_bytes and info.file_size > limits.ratio * max(info.compress_size, 1):
        return UnreadableFile(
            str(path), f"压缩比超过 {limits.ratio} 倍，可能是压缩炸弹", "核对来源；可信时解压后读取文件夹"
        )
    return None


def split_member(path: Path) -> tuple[Path, str] | None:
    """The archive and the name within it, when a path leads into an archive; None for a plain file.

    >>> split_member(Path("docs/missing.txt")) is None
    True
    """
    for parent in path.parents:
        if parent.suffix.lower() == SUFFIX and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def read_member(
    archive: Path,
    name: str,
    limits: ArchiveLimits = ArchiveLimits(),  # noqa: B008 - frozen
) -> bytes:
    """The bytes of a member, through archives within archives; raises UnreadableFile."""
    return _read_within(archive, archive.read_bytes(), name, limits)


def _read_within(place: Path, data: bytes, name: str, limits: ArchiveLimits) -> bytes:
    members = _open_members(place, data, limits)
    if isinstance(members, UnreadableFile):
        raise members
    package, found = members
    if name in found:
        problem = _find_problem(place / name, found[name], limits)
        if problem:
            raise problem
        return _take(package, found[name], place / name, limits)
    outer = next((n for n in found if n.lower().endswith(SUFFIX) and name.startswith(n + "/")), None)
    if outer is None:
        raise UnreadableFile(str(place / name), "压缩包里没有这个文件", "核对路径")
    inner = _take(package, found[outer], place / outer, limits)
    return _read_within(place / outer, inner, name[len(outer) + 1 :], limits)


def _take(package: zipfile.ZipFile, info: zipfile.ZipInfo, path: Path, limits: ArchiveLimits) -> bytes:
    """The bytes of a member, no more than it says it has: what is declared may be a lie."""
    try:
        with package.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(str(path), f"从压缩包取不出来（{error}）", _DAMAGED) from error
    if len(data) > info.file_size or len(data) > limits.total_bytes:
        raise UnreadableFile(str(path), "解开后比压缩包所说的大", _DAMAGED)
    return data

from __future__ import annotations

import io
import random
import stat
import zipfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from rulemine.errors import UnreadableFile
from rulemine.readers import find_files, read, read_all
from rulemine.readers.archives import list_members, read_member
from rulemine.readers.limits import ArchiveLimits
from rulemine.schema import Document


def pack(members: dict[str, bytes], *, more: dict[str, zipfile.ZipInfo] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr((more or {}).get(name, name), data)
    return out.getvalue()


def write(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "制度.zip"
    path.write_bytes(data)
    return path


def names(archive: Path, **limits: int) -> list[str]:
    found = list_members(archive, ArchiveLimits(**limits))
    return [f.relative_to(archive).as_posix() if isinstance(f, Path) else f.reason for f in found]


def test_an_archive_reads_like_the_folder(tmp_path):
    texts = {"a.txt": "第一条 甲。", "子/b.txt": "第一条 乙。", "子/丙/c.md": "第一条 丙。"}
    for name, text in texts.items():
        path = tmp_path / "folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    archive = write(tmp_path, pack({name: text.encode() for name, text in texts.items()}))
    packed, plain = list(read_all([archive])), list(read_all([tmp_path / "folder"]))
    assert all(isinstance(d, Document) for d in packed)
    assert {(d.text, d.sha256) for d in packed} == {(d.text, d.sha256) for d in plain}
    assert {d.path for d in packed} == {f"{archive}/{name}" for name in texts}
    assert read(archive / "子/b.txt").text == "第一条 乙。"


def test_archives_within_archives_to_a_depth(tmp_path):
    inner = pack({"x.txt": b"1"})
    for _ in range(3):
        inner = pack({"i.zip": inner, "y.txt": b"2"})
    archive = write(tmp_path, inner)
    assert names(archive) == ["压缩包套压缩包超过 3 层", "i.zip/i.zip/y.txt", "i.zip/y.txt", "y.txt"]
    assert read_member(archive, "i.zip/i.zip/y.txt") == b"2"


def test_names_that_chinese_windows_wrote(tmp_path):
    info = zipfile.ZipInfo("x")
    data = pack({"x": "第一条 甲。".encode()}, more={"x": info}).replace(b"x", b"x")
    raw = "合规/制度.txt".encode("gb18030")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        info = zipfile.ZipInfo("q" * len(raw))
        package.writestr(info, "第一条 甲。".encode())
    data = out.getvalue().replace(b"q" * len(raw), raw)
    assert names(write(tmp_path, data)) == ["合规/制度.txt"]


def test_what_does_not_belong_in_an_archive_is_named_and_the_rest_is_read(tmp_path):
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    members = {
        "../up.txt": b"1", "/root.txt": b"1", "C:/c.txt": b"1", "link.txt": b"/etc/passwd", "good.txt": "甲".encode(),
        "__MACOSX/._good.txt": b"1", "~$good.docx": b"1", ".DS_Store": b"1", "bomb.txt": bytes(20_000_000),
    }  # fmt: skip
    archive = write(tmp_path, pack(members, more={"link.txt": link}))
    files, problems = find_files([archive])
    assert files == [archive / "good.txt"]
    told = sorted(problem.reason for problem in problems)
    assert told == sorted(
        ["压缩包里的路径指到了压缩包之外"] * 3 + ["是指向别处的链接", "压缩比超过 200 倍，可能是压缩炸弹"]
    )


def test_too_many_and_too_much_refuse_the_archive(tmp_path):
    archive = write(tmp_path, pack({f"{n}.txt": b"12345" for n in range(20)}))
    assert names(archive, files=10) == ["压缩包里的文件超过 10 个"]
    assert names(archive, total_bytes=50) == ["压缩包解开后超过 0 MB"]


def test_encrypted_members_are_named(tmp_path):
    data = bytearray(pack({"a.txt": b"1"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert names(write(tmp_path, bytes(data))) == ["压缩包设有密码"]


def test_a_folder_that_cannot_be_opened_is_named(tmp_path, monkeypatch):
    def fail(top, onerror):
        onerror(PermissionError(13, "denied", str(tmp_path / "closed")))
        return iter([])

    monkeypatch.setattr("os.walk", fail)
    _, problems = find_files([tmp_path])
    assert [problem.path for problem in problems] == [str(tmp_path / "closed")]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 12))
def test_damaged_archives_are_named_or_read(tmp_path_factory, seed, hits):
    data = bytearray(
        pack({"a.txt": "第一条 甲。".encode() * 20, "b/c.txt": b"2" * 300, "d.zip": pack({"e.txt": b"3"})})
    )
    chance = random.Random(seed)
    for _ in range(hits):
        data[chance.randrange(len(data))] = chance.randrange(256)
    archive = write(tmp_path_factory.mktemp("damaged"), bytes(data))
    for found in list_members(archive):
        if isinstance(found, Path):
            try:
                read_member(archive, found.relative_to(archive).as_posix())
            except UnreadableFile as error:
                assert error.remedy

from __future__ import annotations

import stat
import sys
import time
from pathlib import Path

import pytest

from rulemine.errors import UnreadableFile, UnsupportedFormat
from rulemine.readers.assembly import SourceFile
from rulemine.readers.office import OfficeReader, convert_to_docx, find_office

from .checks import check_blocks
from .making import make_docx

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)
FAKE = """#!{python}
import pathlib, sys, time
folder = pathlib.Path(sys.argv[sys.argv.index("--outdir") + 1])
assert any(a.startswith("-env:UserInstallation=file://") for a in sys.argv)
{action}
"""


@pytest.fixture
def fake_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A LibreOffice that does as told; ``made.docx`` beside it is what a conversion gives."""

    def install(action: str, body: str = "") -> None:
        (tmp_path / "made.docx").write_bytes(make_docx(body))
        script = tmp_path / "soffice"
        action = action.format(made=str(tmp_path / "made.docx"))
        script.write_text(FAKE.format(python=sys.executable, action=action), encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("RULEMINE_SOFFICE", str(script))

    return install


COPY = '(folder / "source.docx").write_bytes(pathlib.Path({made!r}).read_bytes())'


def paragraphs(*texts: str) -> str:
    return "".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)


def read(data: bytes, suffix: str = ".doc"):
    return OfficeReader().read(SourceFile(path="a" + suffix, suffix=suffix, data=data), "final").to_document("a", "0")


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script with a shebang")
class TestWithAStandIn:
    def test_what_it_makes_is_read_as_word(self, fake_office):
        fake_office(COPY, paragraphs("印章管理办法", "第一条 用印应当登记。"))
        document = read(OLE)
        assert document.text == "印章管理办法\n第一条 用印应当登记。"
        check_blocks(document)

    def test_articles_that_begin_again_in_each_chapter_are_said(self, fake_office):
        fake_office(COPY, paragraphs("第一章 总则", "第一条 甲。", "第二章 用印", "第一条 乙。"))
        assert any("重新起算" in warning for warning in read(OLE).warnings)

    def test_no_output_is_an_error_that_says_what_to_do(self, fake_office):
        fake_office("pass")
        with pytest.raises(UnreadableFile, match=r"转换不了.*另存为 \.docx"):
            read(OLE)

    def test_a_hang_is_ended_with_all_that_it_started(self, fake_office, tmp_path):
        fake_office(
            "import subprocess; subprocess.Popen(['sleep', '60']); "
            f"pathlib.Path({str(tmp_path / 'begun')!r}).touch(); time.sleep(60)"
        )
        begun = time.monotonic()
        with pytest.raises(UnreadableFile, match="超过"):
            convert_to_docx(SourceFile(path="a.doc", suffix=".doc", data=OLE), seconds=2)
        assert time.monotonic() - begun < 20
        assert (tmp_path / "begun").exists()


def test_without_it_the_error_names_it(monkeypatch):
    monkeypatch.setenv("RULEMINE_SOFFICE", "/nowhere/soffice")
    assert find_office() is None
    with pytest.raises(UnsupportedFormat, match=r"LibreOffice.*另存为 \.docx"):
        read(OLE)


def test_a_word_file_under_an_old_name_needs_no_conversion(monkeypatch):
    monkeypatch.setenv("RULEMINE_SOFFICE", "/nowhere/soffice")
    assert read(make_docx(paragraphs("第一条 甲。"))).text == "第一条 甲。"


def test_text_under_an_old_name_is_read_as_text(monkeypatch):
    monkeypatch.setenv("RULEMINE_SOFFICE", "/nowhere/soffice")
    assert read("第一条 甲。".encode("gb18030")).text == "第一条 甲。"

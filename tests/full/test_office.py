"""Old word processor files through the real LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import docx
import pytest

import rulemine as rm

pytestmark = pytest.mark.full
OFFICE = shutil.which("soffice")
LINES = ["印章管理办法", "第一章 总则", "第一条 为规范用印，制定本办法。", "第二条 用印应当登记，两人在场。"]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_doc_rtf_and_odt_give_back_what_was_written_two_at_a_time(tmp_path: Path) -> None:
    document = docx.Document()
    for line in LINES:
        document.add_paragraph(line)
    document.save(str(tmp_path / "a.docx"))
    for suffix in ("doc", "rtf", "odt"):
        command = [str(OFFICE), f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
        subprocess.run(
            [*command, "--convert-to", suffix, "--outdir", str(tmp_path), str(tmp_path / "a.docx")],
            check=True,
            capture_output=True,
        )
    (tmp_path / "a.docx").unlink()
    shutil.rmtree(tmp_path / "profile")
    read = rm.read(tmp_path)  # one worker a processor, each with a LibreOffice of its own
    assert [Path(d.path).suffix for d in read] == [".doc", ".odt", ".rtf"]
    assert all([line for line in d.text.splitlines() if line] == LINES for d in read)

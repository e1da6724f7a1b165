"""The outputs as a person sees them: workbook and document through LibreOffice, the page through Chromium."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

import rulemine as rm
from rulemine.resources import locate_resource

pytestmark = pytest.mark.full
OFFICE, BROWSER, PDF_TEXT = shutil.which("soffice"), shutil.which("chromium"), shutil.which("pdftotext")


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outputs")
    demo = locate_resource("corpora/demo")
    outcome = rm.review([demo / "rules"], [demo / "reports"], as_of=date(2026, 11, 1))
    for suffix in ("xlsx", "docx", "html"):
        rm.write_review(outcome, folder / f"review.{suffix}")
    return folder


@pytest.mark.skipif(OFFICE is None or PDF_TEXT is None, reason="LibreOffice or poppler is not installed")
@pytest.mark.parametrize("suffix", ["xlsx", "docx"])
def test_office_renders_every_candidate(outputs: Path, tmp_path: Path, suffix: str) -> None:
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    subprocess.run(
        [
            str(OFFICE),
            profile,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(tmp_path),
            str(outputs / f"review.{suffix}"),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    text = subprocess.run(
        [str(PDF_TEXT), str(tmp_path / "review.pdf"), "-"], check=True, capture_output=True
    ).stdout.decode()
    assert "汀岳集团印章管理办法" in "".join(text.split())
    assert "####" not in text


@pytest.mark.skipif(BROWSER is None, reason="Chromium is not installed")
def test_browser_shows_the_page_and_asks_the_network_for_nothing(outputs: Path, tmp_path: Path) -> None:
    shot = tmp_path / "page.png"
    flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
    ]
    flags += [
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1280,2000",
    ]
    page = (outputs / "review.html").as_uri()
    subprocess.run([str(BROWSER), *flags, f"--screenshot={shot}", page], check=True, capture_output=True, timeout=120)
    assert shot.stat().st_size > 20_000
    told = subprocess.run(
        [str(BROWSER), *flags, "--dump-dom", page], check=True, capture_output=True, timeout=120
    ).stdout.decode()
    assert "<mark" in told
    assert "http://" not in told.replace("http://www.w3.org", "")

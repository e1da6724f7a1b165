from __future__ import annotations

import io
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from rulemine.errors import UnreadableFile
from rulemine.readers import ocr
from rulemine.readers.assembly import SourceFile
from rulemine.readers.image import ImageReader
from rulemine.readers.pdf import PdfReader

from .checks import check_blocks
from .making import make_pdf

LINES = ["第一条 为规范印章管理，制定本办法。", "第二条 用印应当登记，两人在场，登记簿", "由综合部按月核对。"]


class _Engine:
    """Stands for RapidOCR: finds the given words, one line under the other, and the head only in colour."""

    def __init__(self, *pages: list[str], head: str | None = None) -> None:
        self.pages, self.head, self.calls = list(pages), head, 0

    def __call__(self, pixels: np.ndarray) -> SimpleNamespace:
        lines = self.pages[min(self.calls, len(self.pages) - 1)]
        self.calls += 1
        is_colour = bool((pixels[..., 0] != pixels[..., 1]).any())
        tops = [(200 + 60 * n, line) for n, line in enumerate(lines)]
        if self.head and is_colour:
            tops.insert(0, (80, self.head))
        boxes = [
            [(150, top), (150 + 33 * len(line), top), (150 + 33 * len(line), top + 33), (150, top + 33)]
            for top, line in tops
        ]
        return SimpleNamespace(boxes=boxes or None, txts=[line for _, line in tops], scores=[0.9] * len(tops))


@pytest.fixture
def use_engine(monkeypatch):
    def use(engine: _Engine) -> _Engine:
        for module in ("ocr", "pdf", "image"):
            monkeypatch.setattr(f"rulemine.readers.{module}.has_ocr", lambda: True)
        monkeypatch.setattr(ocr, "_make_engine", lambda: engine)
        monkeypatch.setenv("RULEMINE_OCR_THREADS", "1")
        return engine

    return use


def draw(*, red: bool = False, frames: int = 1, form: str = "PNG") -> bytes:
    image = Image.new("RGB", (1200, 800), "white")
    if red:
        image.paste((220, 30, 30), (150, 80, 400, 113))
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [image.copy() for _ in range(frames - 1)]} if frames > 1 else {}
    image.save(out, form, **more)
    return out.getvalue()


def read_image(data: bytes, suffix: str = ".png", **more):
    source = SourceFile(path="a" + suffix, suffix=suffix, data=data, **more)
    return ImageReader().read(source, "final").to_document(source.path, "0" * 64)


def test_a_picture_is_read_into_paragraphs_with_page_box_and_confidence(use_engine):
    use_engine(_Engine(LINES))
    document = read_image(draw())
    assert "".join(document.text.split()) == "".join("".join(LINES).split())
    check_blocks(document)
    block = document.blocks[0]
    assert (block.page, block.confidence) == (1, 0.9)
    assert block.bbox is not None
    assert block.bbox[:2] == pytest.approx((150 * 72 / 200, 200 * 72 / 200), abs=0.2)
    assert document.warnings[0].startswith("第 1 页没有可用的文字层")


def test_the_pages_of_a_tiff_keep_their_order_and_tell_how_far_they_are(use_engine):
    use_engine(_Engine(["甲章"], ["乙章"], ["丙章"]))
    told: list[tuple[int, int]] = []
    document = read_image(draw(frames=3, form="TIFF"), ".tif", tell=lambda done, total: told.append((done, total)))
    assert [(b.page, document.text[b.start : b.end]) for b in document.blocks] == [
        (1, "甲章"),
        (2, "乙章"),
        (3, "丙章"),
    ]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_words_in_red_are_read_though_seals_are_looked_through(use_engine):
    use_engine(_Engine(LINES, head="某某集团文件"))
    assert read_image(draw(red=True)).text.splitlines()[0] == "某某集团文件"
    use_engine(_Engine(LINES, head="某某集团文件"))
    assert "某某集团文件" not in read_image(draw()).text


def test_a_scanned_page_stands_between_the_others(use_engine):
    use_engine(_Engine(LINES))
    text = [(80, 700, 12, "第三条 本办法自印发之日起施行。" * 3)]
    source = SourceFile(path="a.pdf", suffix=".pdf", data=make_pdf([[], text], [(80, 790, 500, 790)]))
    document = PdfReader().read(source, "final").to_document("a.pdf", "0" * 64)
    check_blocks(document)
    assert document.text.index("印章") < document.text.index("施行")
    assert [block.confidence is None for block in document.blocks if block.page == 2] == [True]
    assert document.warnings == (
        "第 1 页没有可用的文字层，内容由文字识别（OCR）得到，平均置信度 0.90：引用前请对照原件",
    )


def test_a_garbled_layer_makes_way_for_what_is_recognised(use_engine):
    use_engine(_Engine(LINES))
    data = make_pdf([[(80, 700, 12, '!"#$%&*+<=>?@[]^_`{|}~' * 2)]])
    document = PdfReader().read(SourceFile(path="a.pdf", suffix=".pdf", data=data), "final").to_document("a", "")
    assert "第一条" in document.text
    assert "#$%" not in document.text
    check_blocks(document)


def test_without_the_extra_a_picture_is_refused_with_its_name(monkeypatch):
    monkeypatch.setattr("rulemine.readers.image.has_ocr", lambda: False)
    with pytest.raises(UnreadableFile, match=r"pip install 'rulemine\[ocr\]'"):
        read_image(draw())


@pytest.mark.parametrize("data", [b"no picture", draw()[:200], b"\x89PNG\r\n\x1a\n" + bytes(64)])
def test_broken_pictures_are_refused(use_engine, data):
    use_engine(_Engine(LINES))
    with pytest.raises(UnreadableFile):
        read_image(data)


def test_a_picture_that_would_fill_the_memory_is_refused(use_engine, monkeypatch):
    use_engine(_Engine(LINES))
    monkeypatch.setattr("rulemine.readers.image.LARGEST_PIXELS", 1000)
    with pytest.raises(UnreadableFile, match="太大"):
        read_image(draw())

"""Pictures of pages (.png, .jpg, .tif and the like), recognised by the extra ``ocr``."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rulemine.readers.assembly import Assembly, SourceFile, View
from rulemine.readers.ocr import DPI, INSTALL, POINTS, Picture, has_ocr, recognise_pages, tell_recognised
from rulemine.readers.pages import Page, assemble_pages
from rulemine.readers.pdfcolumns import read_columns

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_PIXELS = 80_000_000
LEAST_DPI, MOST_DPI = 70, 1200  # what else a picture states is a default, not a measure


class ImageReader:
    """Reads pictures of pages; a .tif may hold many."""

    suffixes = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp")

    def read(self, source: SourceFile, view: View) -> Assembly:
        """Lines that were recognised, as paragraphs with page, box and confidence."""
        from PIL import Image, UnidentifiedImageError

        if not has_ocr():
            raise source.refuse("文件是图片", f"{INSTALL}，或先做文字识别（OCR）")
        too_large = source.refuse("图片太大", f"缩小到每页 {LARGEST_PIXELS // 10_000} 万像素以内，或分成几个文件")
        try:
            with Image.open(io.BytesIO(source.data)) as image:
                if image.width * image.height > LARGEST_PIXELS:
                    raise too_large
                return _read_frames(image, source)
        except Image.DecompressionBombError as error:
            raise too_large from error
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
            raise source.refuse(f"不是图片或已损坏（{error}）", "用看图软件打开，另存为 .png") from error


def _read_frames(image: Image, source: SourceFile) -> Assembly:
    assembly = Assembly()
    count = getattr(image, "n_frames", 1)
    sizes: dict[int, tuple[float, float]] = {}
    pages, confidences = [], []
    frames = iter_frames(image, count, sizes)
    for number, glyphs in recognise_pages(frames, lambda done: source.tell(done, count)):
        assembly.ledger.expect("".join(glyph.character for glyph in glyphs))
        confidences += [glyph.confidence or 0.0 for glyph in glyphs]
        pages.append(Page(read_columns(glyphs, number), *sizes[number]))
    assemble_pages(pages, assembly)
    if confidences:
        assembly.warnings.append(tell_recognised(list(sizes), confidences))
    else:
        assembly.warnings.append("图片里没有认出文字：请对照原件")
    return assembly


def iter_frames(image: Image, count: int, sizes: dict[int, tuple[float, float]]) -> Iterator[Picture]:
    """The pages of a picture; the size of each, in points, is noted before it is handed on."""
    from PIL import ImageOps

    for number in range(1, count + 1):
        image.seek(number - 1)
        stated = float(image.info.get("dpi", (0, 0))[0])
        dpi = stated if LEAST_DPI < stated < MOST_DPI else DPI
        frame = ImageOps.exif_transpose(image).convert("RGB")
        sizes[number] = (frame.width * POINTS / dpi, frame.height * POINTS / dpi)
        yield Picture(number, frame, dpi)

"""Pages drawn with the boxes of their blocks, so that a person sees how a file was read."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from rulemine.readers.archives import read_member, split_member
from rulemine.schema import Block, Document

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 100
POINTS = 72
COLOURS = {
    "title": "#c2185b",
    "heading": "#e65100",
    "paragraph": "#1565c0",
    "table_row": "#2e7d32",
    "toc": "#6a1b9a",
    "header": "#757575",
    "footer": "#757575",
    "page_number": "#757575",
}
_OTHER = "#5d4037"


def draw_blocks(document: Document, folder: Path) -> list[Path]:
    """A picture a page with the box, the kind and the place in reading order of each block; the files written.

    Only formats that have pages to show (.pdf and pictures) give any; others give an empty list. Raises OSError when the
    folder cannot be written.
    """
    blocks: dict[int, list[tuple[int, Block]]] = defaultdict(list)
    for order, block in enumerate(document.blocks, 1):
        if block.page is not None and block.bbox is not None:
            blocks[block.page].append((order, block))
    if not blocks:
        return []
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    stem = f"{Path(document.path).stem}_{document.sha256[:8]}"
    for number, image, dpi in _render_pages(document.path):
        _draw_page(image, blocks[number], dpi / POINTS)
        path = folder / f"{stem}_{number:04d}.png"
        image.save(path)
        written.append(path)
    return written


def _render_pages(path: str) -> Iterator[tuple[int, Image, float]]:
    """The pages of a .pdf or a picture, with the pixels to an inch."""
    member = split_member(Path(path))
    data = read_member(*member) if member else Path(path).read_bytes()
    suffix = Path(path).suffix.lower()
    if suffix == ".pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(data)
        for index, page in enumerate(document):
            yield index + 1, page.render(scale=DPI / POINTS).to_pil().convert("RGB"), DPI
            page.close()
        document.close()
    else:
        from PIL import Image, UnidentifiedImageError

        from rulemine.readers.image import iter_frames

        try:
            with Image.open(io.BytesIO(data)) as image:
                for picture in iter_frames(image, getattr(image, "n_frames", 1), {}):
                    yield picture.number, picture.image, picture.dpi
        except UnidentifiedImageError:  # .ofd: nothing here draws its pages
            return


def _draw_page(image: Image, blocks: list[tuple[int, Block]], scale: float) -> None:
    from PIL import ImageDraw

    brush = ImageDraw.Draw(image)
    for order, block in blocks:
        assert block.bbox is not None
        x0, top, x1, bottom = (value * scale for value in block.bbox)
        colour = COLOURS.get(block.kind, _OTHER)
        brush.rectangle((x0 - 1, top - 1, max(x0, x1) + 1, max(top, bottom) + 1), outline=colour, width=2)
        label = f"{order} {block.kind}" + (f" {block.confidence:.2f}" if block.confidence is not None else "")
        brush.text((x1 + 4, top), label, fill=colour)

"""Character accuracy of OCR on pages drawn from the demo compilation at 200 dpi: clean, under a red seal, noisy, photographed skew.

python benchmarks/recognition.py

Needs the extra ``ocr`` and a Chinese font (Debian: fonts-noto-cjk). Han characters, letters and digits count; white space and
the form of punctuation do not.
"""

from __future__ import annotations

import io
import json
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein

import rulemine as rm
from rulemine.readers.assembly import SourceFile
from rulemine.readers.image import ImageReader
from rulemine.resources import locate_resource

WIDTH, HEIGHT, LEFT, TOP, STEP, SIZE = 1654, 2339, 170, 260, 56, 33  # pixels: A4 at 200 dpi
LINES, COLUMNS = 34, 38


def find_font() -> tuple[str, int]:
    """A Chinese font and its index in its file: the simplified face where there are several."""
    for path in sorted(Path("/usr/share/fonts").rglob("*CJK*-Regular.ttc")):
        for index in range(10):
            try:
                if ImageFont.truetype(str(path), SIZE, index=index).getname()[0].endswith("SC"):
                    return str(path), index
            except OSError:
                break
    raise FileNotFoundError("no Chinese font: install fonts-noto-cjk")


def list_pages(count: int) -> list[list[str]]:
    """Lines of the demo's rules, so many to a page."""
    folder = locate_resource("corpora/demo") / "rules"
    lines = []
    for document in rm.read(*sorted(folder.glob("*.txt"))):
        body = document.text[document.text.index("第一条 ") :]
        for paragraph in body.splitlines():
            lines += [paragraph[i : i + COLUMNS] for i in range(0, len(paragraph), COLUMNS)]
    return [lines[i * LINES : (i + 1) * LINES] for i in range(count)]


def draw_page(lines: list[str]) -> Image.Image:
    """A page with these lines in black."""
    path, index = find_font()
    font = ImageFont.truetype(path, SIZE, index=index)
    image = Image.new("RGB", (WIDTH, HEIGHT), "white")
    brush = ImageDraw.Draw(image)
    for number, line in enumerate(lines):
        brush.text((LEFT, TOP + STEP * number), line, font=font, fill="black")
    return image


def add_seal(image: Image.Image) -> Image.Image:
    """The page under a red seal."""
    brush = ImageDraw.Draw(image)
    brush.ellipse((900, 900, 1300, 1300), outline=(215, 35, 35), width=14)
    brush.regular_polygon((1100, 1100, 70), 5, fill=(215, 35, 35))
    return image


def add_noise(image: Image.Image) -> Image.Image:
    """The page as a poor copier gives it."""
    pixels = np.asarray(image).astype(np.int16) + np.random.default_rng(7).normal(0, 28, (HEIGHT, WIDTH, 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def turn(image: Image.Image) -> Image.Image:
    """The page laid on the glass a little askew."""
    return image.rotate(0.6, fillcolor="white", resample=Image.Resampling.BICUBIC)


def read_page(image: Image.Image) -> str:
    """The text that is recognised."""
    out = io.BytesIO()
    image.save(out, "PNG", dpi=(200, 200))
    source = SourceFile(path="page.png", suffix=".png", data=out.getvalue())
    return ImageReader().read(source, "final").to_document("page.png", "0" * 64).text


def rate(truth: str, found: str) -> float:
    """The share of characters that are right."""

    def squeeze(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).split())

    truth, found = squeeze(truth), squeeze(found)
    return 1 - Levenshtein.distance(truth, found) / len(truth)


KINDS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda image: image,
    "seal": add_seal,
    "noisy": add_noise,
    "askew": turn,
}


def measure(count: int = 3) -> dict[str, object]:
    """Accuracy by kind of page, and seconds a page."""
    pages = list_pages(count)
    begun = time.perf_counter()
    rates = {
        kind: round(sum(rate("".join(p), read_page(change(draw_page(p)))) for p in pages) / count, 4)
        for kind, change in KINDS.items()
    }
    seconds = (time.perf_counter() - begun) / (count * len(KINDS))
    return {"pages": count * len(KINDS), "accuracy": rates, "seconds_a_page": round(seconds, 1)}


if __name__ == "__main__":
    print(json.dumps(measure(), ensure_ascii=False))

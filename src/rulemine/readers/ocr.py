"""Pictures of pages → characters with boxes, by RapidOCR: offline, its models come with its wheel (extra ``ocr``).

Pages are recognised in parallel, one engine a thread; boxes are in points from the top left corner of the page.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from threading import local
from typing import TYPE_CHECKING, Any

from rulemine.readers.pdflines import Glyph
from rulemine.text import measure_width

if TYPE_CHECKING:
    from PIL.Image import Image

DPI = 200
POINTS = 72  # an inch
LARGEST_SIDE = 4000  # pixels
DETECTION_SIDE = 1600  # pixels: lines are looked for in a picture no larger, and read in the full one
FAINTEST = 0.3  # confidence: less is specks and lines
SURE = 0.85  # words in red that only the coloured picture shows are taken from here on
LEAST_RED = 0.0004  # of the pixels of a page: less is noise
ENGINE_BYTES = 5 * 2**28  # of memory, an engine with a page in it
INSTALL = "安装识别组件 pip install 'rulemine[ocr]'"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture, and how many pixels make an inch of it."""

    number: int
    image: Image
    dpi: float = DPI


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words that was recognised: its box in pixels, and how sure it is, 0 to 1."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float


def has_ocr() -> bool:
    """Whether the extra ``ocr`` is installed."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def tell_recognised(pages: list[int], confidences: list[float]) -> str:
    """The warning that pages were recognised in their pictures.

    >>> tell_recognised([2, 3], [0.9, 1.0])
    '第 2、3 页没有可用的文字层，内容由文字识别（OCR）得到，平均置信度 0.95：引用前请对照原件'
    """
    mean = sum(confidences) / len(confidences) if confidences else 0.0
    named = "、".join(map(str, pages))
    return f"第 {named} 页没有可用的文字层，内容由文字识别（OCR）得到，平均置信度 {mean:.2f}：引用前请对照原件"


def recognise_pages(
    pictures: Iterable[Picture], on_page: Callable[[int], None] = lambda done: None
) -> Iterator[tuple[int, list[Glyph]]]:
    """The characters of each picture, in order; ``on_page`` is told how many are done.

    A picture is asked for only when a thread is about to be free, so that memory holds a few of them at a time.
    """
    threads = _count_threads()
    engines = local()
    waiting: deque[tuple[int, Future[list[Glyph]]]] = deque()
    done = 0
    with ThreadPoolExecutor(threads) as pool:
        for picture in pictures:
            waiting.append((picture.number, pool.submit(_recognise, picture, engines)))
            if len(waiting) > threads:
                number, found = waiting.popleft()
                yield number, found.result()
                done += 1
                on_page(done)
        while waiting:
            number, found = waiting.popleft()
            yield number, found.result()
            done += 1
            on_page(done)


def _count_threads() -> int:
    """As many as this worker's share of the machine and its limit of memory allow."""
    share = int(os.environ.get("RULEMINE_OCR_THREADS") or os.cpu_count() or 1)
    memory = int(os.environ.get("RULEMINE_WORKER_MEMORY") or 0)
    return max(1, min(share, memory // ENGINE_BYTES if memory else share))


def _recognise(picture: Picture, engines: local) -> list[Glyph]:
    if not hasattr(engines, "engine"):
        engines.engine = _make_engine()
    words = read_words(picture.image, engines.engine)
    return [glyph for line in words for glyph in _cut_glyphs(line, POINTS / picture.dpi)]


def _make_engine() -> Any:
    import rapidocr

    return rapidocr.RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": LARGEST_SIDE,
            "Global.text_score": FAINTEST,
            "Global.use_cls": False,  # it turns single lines of an upright page upside down
            "Det.limit_type": "max",
            "Det.limit_side_len": DETECTION_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def read_words(image: Image, engine: Any) -> list[Words]:
    """The words of a picture.

    Seals are red, and so are the heads of official papers: what is read in the red channel alone, where both vanish,
    comes first, and then what only the coloured picture shows where nothing was read.
    """
    import numpy as np

    colours = np.asarray(image.convert("RGB"))
    red, rest = colours[..., 0].astype(np.int16), colours[..., 1:].max(axis=2).astype(np.int16)
    is_red = (red - rest > 60) & (red > 120)
    if is_red.mean() < LEAST_RED:
        return _run(engine, colours)
    words = _run(engine, np.repeat(colours[..., :1], 3, axis=2))
    others = [w for w in _run(engine, colours) if w.confidence >= SURE and not any(_overlap(w, one) for one in words)]
    return words + others


def _run(engine: Any, pixels: Any) -> list[Words]:
    found = engine(pixels)
    if found.boxes is None:
        return []
    return [
        Words(
            text=text,
            x0=float(min(x for x, _ in box)),
            top=float(min(y for _, y in box)),
            x1=float(max(x for x, _ in box)),
            bottom=float(max(y for _, y in box)),
            confidence=float(score),
        )
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def _overlap(one: Words, other: Words) -> bool:
    """Whether two boxes share a tenth of the smaller one."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    smaller = min((w.x1 - w.x0) * (w.bottom - w.top) for w in (one, other))
    return width > 0 and height > 0 and width * height > 0.1 * smaller


def _cut_glyphs(words: Words, scale: float) -> Iterator[Glyph]:
    """The characters of a line, each with its share of the width: a Latin letter takes half of what a Han one takes."""
    share = (words.x1 - words.x0) / max(1, measure_width(words.text))
    x, spaced = words.x0, True
    for character in words.text:
        width = share * measure_width(character)
        if character.isspace():
            spaced = True
        else:
            yield Glyph(
                character=character,
                x0=x * scale,
                top=words.top * scale,
                x1=(x + width) * scale,
                bottom=words.bottom * scale,
                is_spaced=spaced,
                confidence=words.confidence,
            )
            spaced = False
        x += width

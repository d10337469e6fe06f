"""Read PDFs with a text layer, page by page."""

import io
from collections import Counter
from typing import Any

from analysis.errors import PollError
from polltables.importing.layout.pages import blocks_of_page
from polltables.importing.page import Block, Line, Source
from polltables.importing.readers.limits import read_so_far

__all__ = ["read_portable_document"]

_MOST_CHARS = 60_000  # of a page; the densest page of figures has about 8,000
_MOST_OBJECTS = 30_000
_FEW_CHARS, _LETTERHEAD = 60, 150  # beside a picture, and one that fills a quarter of its page
_POINTS_PER_INCH = 72
_WIDE, _HIGH = 100, 36  # points of a picture that could hold a table


def read_portable_document(content: bytes, name: str, pages: tuple[int, ...] = ()) -> Source:
    """Read the pages of a PDF, or those that are named, into text lines and grids.

    PollError if the file is no PDF, or none of its pages has a text layer.
    """
    import pdfplumber

    source = Source(name, [])
    texts = 0
    last = None
    with pdfplumber.open(io.BytesIO(content)) as document:
        total = len(document.pages)
        wanted = [number for number in pages if number <= total] or list(range(1, total + 1))
        if pages and not [number for number in pages if number <= total]:
            raise PollError(f"{name}: the PDF has {total} pages; choose among them with --pages.")
        for done, number in enumerate(wanted, start=1):
            page = document.pages[number - 1]
            where = f"{name}, page {number}"
            if (
                len(page.chars) > _MOST_CHARS
                or len(page.rects) + len(page.lines) + len(page.curves) > _MOST_OBJECTS
            ):
                raise PollError(
                    f"{where}: the page holds more letters, lines or boxes than any published table; it was not read."
                )
            blocks, last = blocks_of_page(page, where, last)
            source.blocks += blocks
            texts += len(page.chars)
            if picture := _picture(page):
                source.pictures.append(f"{where} {picture}.")
            page.close()
            read_so_far(done, len(wanted))
    if not texts:
        raise PollError(
            f"{name}: the PDF has no text layer, only pictures of pages; use its text, or recognise it first."
        )
    source.blocks = _without_running_heads(source.blocks, len(wanted))
    return source


def _picture(page: Any) -> str:
    """Say that a page holds a large picture and hardly any text, so that a table on it cannot be read."""
    large = [image for image in page.images if image["width"] > _WIDE and image["height"] > _HIGH]
    fills = any(4 * image["width"] * image["height"] > page.width * page.height for image in large)
    if not large or len(page.chars) > (_LETTERHEAD if fills else _FEW_CHARS):
        return ""
    wide, high = (max(image[key] for image in large) / _POINTS_PER_INCH for key in ("width", "height"))
    return f"holds a picture of {wide:.1f} x {high:.1f} inches and hardly any text; recognise it first if a table is in it"


def _without_running_heads(blocks: list[Block], pages: int) -> list[Block]:
    """Keep of lines that stand at the same height of most pages the first; questions are none."""
    if pages < 3:
        return blocks
    counts = Counter(_place(block) for block in blocks if isinstance(block, Line))
    kept: list[Block] = []
    seen: set[tuple[str, int]] = set()
    for block in blocks:
        if isinstance(block, Line):
            place = _place(block)
            asks = any(mark in block.text for mark in "?？")  # a question of many tables is the title of each
            if place in seen and counts[place] > max(2, 0.3 * pages) and not asks:
                continue
            seen.add(place)
        kept.append(block)
    return kept


def _place(line: Line) -> tuple[str, int]:
    """Say what stands at which height of its page."""
    return line.text, round(line.top / 4)

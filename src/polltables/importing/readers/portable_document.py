"""Read the tables of a PDF with a text layer, in a process of its own that may neither hang nor fill the memory."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.errors import PollError
from analysis.polls.limits import MAX_CELLS, MAX_PAGES
from polltables.importing.source import Cell, Grid, Source, TextLine, clean

__all__ = ["MAX_SECONDS", "read_portable_document"]

MAX_SECONDS = 180
_MAX_MEMORY = 4 * 2**30


def read_portable_document(path: Path, name: str) -> Source:
    """Read lines and ruled tables, page by page.

    Raises
    ------
    PollError
        If the file is no PDF, has no text layer or too many pages, or takes too long.
    """
    command = [sys.executable, "-m", "polltables.importing.portable_document", str(path.resolve())]
    try:
        done = subprocess.run(command, capture_output=True, timeout=MAX_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise PollError(f"{name}: the PDF took more than {MAX_SECONDS} seconds to read; split it.") from error
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = {"problem": "the PDF reader stopped, for lack of memory or because the file is broken"}
    if "problem" in answer:
        raise PollError(f"{name}: {answer['problem']}.")
    blocks: list[TextLine | Grid] = []
    for page, kind, content in answer["blocks"]:
        where = f"{name}, page {page}"
        if kind == "text":
            blocks.append(TextLine(content, where))
        else:
            rows = [
                [Cell(text, f"{where}, row {r}, column {c}") for c, text in enumerate(row, start=1)]
                for r, row in enumerate(content, start=1)
            ]
            blocks.append(Grid(rows, f"{where}, row 1"))
    return Source(name, tuple(blocks))


def _blocks(path: str) -> Iterator[tuple[int, str, Any]]:
    """Go through the text lines and tables of a PDF from top to bottom."""
    import pdfplumber

    cells = 0
    with pdfplumber.open(path) as document:
        if len(document.pages) > MAX_PAGES:
            raise PollError(f"the PDF has {len(document.pages)} pages; at most {MAX_PAGES} are read")
        for number, page in enumerate(document.pages, start=1):
            tables = page.find_tables()
            blocks: list[tuple[float, str, Any]] = []
            outside = page
            for table in tables:
                rows = [[clean(cell or "") for cell in row] for row in table.extract()]
                cells += sum(map(len, rows))
                if cells > MAX_CELLS:
                    raise PollError(f"the PDF has more than {MAX_CELLS:,} cells; split it")
                if any(map(any, rows)):
                    blocks.append((table.bbox[1], "grid", rows))
                    outside = outside.outside_bbox(table.bbox, strict=False)
            blocks += [(top, "text", text) for top, text in _paragraphs(outside) if text]
            for _, kind, content in sorted(blocks, key=lambda block: block[0]):
                yield number, kind, content
            page.close()


def _paragraphs(page: Any) -> list[tuple[float, str]]:
    """Return the lines of a page with their heights, bold ones that follow closely on one another as one title."""
    lines: list[tuple[float, str]] = []
    before: dict[str, Any] = {}
    for line in page.extract_text_lines() if page.chars else []:
        first = line["chars"][0]
        font = (first["fontname"], round(first["size"], 1)) if "bold" in first["fontname"].lower() else None
        close = before and line["top"] - before["bottom"] < 0.6 * first["size"]
        if font is not None and close and font == before["font"]:
            lines[-1] = (lines[-1][0], clean(f"{lines[-1][1]} {line['text']}"))
        else:
            lines.append((line["top"], clean(line["text"])))
        before = {"bottom": line["bottom"], "font": font}
    return lines


def _answer(path: str) -> dict[str, Any]:
    """Read a PDF and say what is in it, or why it cannot be read."""
    try:
        blocks = list(_blocks(path))
    except PollError as error:
        return {"problem": str(error)}
    except Exception as error:  # whatever a broken PDF does to a parser, the reader hears of the PDF
        return {"problem": f"the file cannot be read as a PDF: {(str(error) or type(error).__name__)[:200]}"}
    if not blocks:
        return {
            "problem": "the PDF has no text layer, only pictures of pages; use its text, or recognise it first"
        }
    return {"blocks": blocks}


if __name__ == "__main__":
    with contextlib.suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))
    json.dump(_answer(sys.argv[1]), sys.stdout)

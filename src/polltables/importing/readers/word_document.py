"""Read the tables and paragraphs of a Word document (.docx)."""

import re
from xml.etree.ElementTree import Element

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_ROWS
from polltables.importing.page import Block, Cell, Grid, Line, Source, clean
from polltables.importing.readers.archives import harmless_archive, setting, xml_part

__all__ = ["read_word_document"]

_HEADING = re.compile(r"heading|title|berschrift|titre|t.tulo", re.IGNORECASE)
_BLANK = {"tab": "\t", "br": " ", "cr": " "}


def read_word_document(content: bytes, name: str) -> Source:
    """Read paragraphs and tables in their order, what is hidden or deleted left out, raised marks apart."""
    body = xml_part(harmless_archive(content, name, "Word document"), "word/document.xml").find("body")
    if body is None:
        raise PollError(f"{name}: the file is no Word document: it has no text.")
    source = Source(name, [])
    _take(body, name, source.blocks, [0])
    return source


def _take(parent: Element, name: str, blocks: list[Block], count: list[int]) -> None:
    """Take the paragraphs and tables below an element."""
    for element in parent:
        if element.tag == "tbl":
            blocks += _table(element, name, count)
        elif element.tag == "p":
            text, marks, bold = _paragraph(element)
            heading = bool(_HEADING.match(setting(element, "pPr/pStyle")))
            if text:
                place = f"{name}, text {len(blocks) + 1}"
                blocks.append(Line(clean(f"{text} {marks}"), place, heading or bold))
        elif element.tag in {"sdt", "sdtContent", "ins", "customXml", "smartTag"}:
            _take(element, name, blocks, count)


def _number(element: Element, path: str) -> int:
    value = setting(element, path)
    return int(value) if value.isdigit() and len(value) < 6 else 0


def _paragraph(paragraph: Element) -> tuple[str, str, bool]:
    """Return what a paragraph shows, its raised or struck out pieces, and whether all of it is bold."""
    shown: list[str] = []
    apart: list[str] = []
    bold: list[bool] = []
    for run in paragraph.iter("r"):
        text = "".join(_BLANK.get(one.tag, one.text or "") for one in run if one.tag in {"t", *_BLANK})
        if not text or setting(run, "rPr/vanish"):
            continue
        aside = any(setting(run, f"rPr/{one}") for one in ("vertAlign", "strike", "dstrike"))
        (apart if aside else shown).append(text)
        if text.strip():
            bold.append(bool(setting(run, "rPr/b")))
    return clean("".join(shown)), clean(" ".join(apart)), bool(bold) and all(bold)


def _table(table: Element, name: str, count: list[int]) -> list[Block]:
    """Lay a table out, cells over several columns or rows included; tables within its cells follow it."""
    count[0] += 1
    where = f"{name}, table {count[0]}"
    grid = Grid([], where)
    within: list[Block] = []
    begun: set[int] = set()
    for number, row in enumerate(table.findall("tr"), start=1):
        if number > MAX_ROWS:
            grid.problem = f"{where}: the table has more than {MAX_ROWS:,} rows"
            break
        cells = [Cell("", where) for _ in range(min(_number(row, "trPr/gridBefore"), MAX_COLUMNS))]
        for one in row.findall("tc"):
            at = len(cells)
            cell = _cell(one, f"{where}, row {number}, column {at + 1}")
            cell.wide = min(max(_number(one, "tcPr/gridSpan"), 1), MAX_COLUMNS)
            if setting(one, "tcPr/vMerge") in {"1", "continue"} and at in begun:
                cell.text = cell.marks = ""
            begun.add(at)
            for inner in one.findall("tbl"):
                within += _table(inner, name, count)
            cells += [cell, *(Cell("", cell.where) for _ in range(cell.wide - 1))]
        grid.rows.append(cells[: 2 * MAX_COLUMNS])
    return [grid, *within] if any(cell.text for cells in grid.rows for cell in cells) else within


def _cell(element: Element, where: str) -> Cell:
    parts = [_paragraph(paragraph) for paragraph in element.findall("p")]
    text, marks = (
        clean(" ".join(pieces)) for pieces in ([one[0] for one in parts], [one[1] for one in parts])
    )
    return Cell(text, where, marks=marks)

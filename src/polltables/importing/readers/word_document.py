"""Read the tables and paragraphs of a Word document (.docx)."""

import re
from xml.etree import ElementTree

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_ROWS
from polltables.importing.page import Block, Cell, Grid, Line, Source, clean
from polltables.importing.readers.archives import harmless_archive, xml_part

__all__ = ["read_word_document"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"


def read_word_document(content: bytes, name: str) -> Source:
    """Read paragraphs and tables in their order, what is hidden or deleted left out, raised marks apart.

    Raises
    ------
    PollError
        If it is no Word document, unpacks to an enormous size, or holds a DTD or entities.
    """
    root = xml_part(harmless_archive(content, name, "Word document"), "word/document.xml")
    body = None if root is None else next((child for child in root if child.tag.endswith("}body")), None)
    if body is None:
        raise PollError(f"{name}: the file is no Word document: it has no text.")
    _of_transitional(body)
    source = Source(name, [])
    _take(body, name, source.blocks, [0])
    return source


def _of_transitional(body: ElementTree.Element) -> None:
    """Give the elements of a strict document the names of an ordinary one."""
    for element in body.iter():
        if element.tag.startswith(_STRICT):
            element.tag = element.tag.replace(_STRICT, _W)
            element.attrib.update({key.replace(_STRICT, _W): value for key, value in element.attrib.items()})


def _take(parent: ElementTree.Element, name: str, blocks: list[Block], count: list[int]) -> None:
    """Take the paragraphs and tables below an element."""
    for element in parent:
        if element.tag == f"{_W}tbl":
            count[0] += 1
            blocks += _table(element, f"{name}, table {count[0]}", name, count)
        elif element.tag == f"{_W}p":
            text, marks, bold = _paragraph(element)
            style = element.find(f"{_W}pPr/{_W}pStyle")
            heading = style is not None and bool(
                re.match(r"heading|title|berschrift|titre|t.tulo", style.get(f"{_W}val", ""), re.I)
            )
            if text:
                blocks.append(
                    Line(clean(f"{text} {marks}"), f"{name}, text {len(blocks) + 1}", heading or bold)
                )
        elif element.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml", f"{_W}smartTag"}:
            _take(element, name, blocks, count)


def _on(properties: ElementTree.Element | None, tag: str) -> bool:
    """Say whether a switch such as <w:b/> is there and not turned off."""
    found = properties.find(f"{_W}{tag}") if properties is not None else None
    return found is not None and found.get(f"{_W}val", "1") not in {"0", "false", "none"}


def _paragraph(paragraph: ElementTree.Element) -> tuple[str, str, bool]:
    """Return what a paragraph shows, its raised or struck out pieces, and whether all of it is bold."""
    shown: list[str] = []
    apart: list[str] = []
    bold: list[bool] = []
    for run in paragraph.iter(f"{_W}r"):
        properties = run.find(f"{_W}rPr")
        text = "".join(
            "\t" if one.tag == f"{_W}tab" else " " if one.tag in {f"{_W}br", f"{_W}cr"} else one.text or ""
            for one in run
            if one.tag in {f"{_W}t", f"{_W}tab", f"{_W}br", f"{_W}cr"}
        )
        if not text or _on(properties, "vanish"):
            continue
        raised = properties.find(f"{_W}vertAlign") if properties is not None else None
        aside = (
            (raised is not None and raised.get(f"{_W}val") != "baseline")
            or _on(properties, "strike")
            or _on(properties, "dstrike")
        )
        (apart if aside else shown).append(text)
        if text.strip():
            bold.append(_on(properties, "b"))
    return clean("".join(shown)), clean(" ".join(apart)), bool(bold) and all(bold)


def _table(table: ElementTree.Element, where: str, name: str, count: list[int]) -> list[Block]:
    """Lay a table out, cells over several columns or rows included; tables within its cells follow it."""
    grid = Grid([], where)
    within: list[Block] = []
    open_cells: dict[int, Cell] = {}
    for number, row in enumerate(table.findall(f"{_W}tr"), start=1):
        if number > MAX_ROWS:
            grid.problem = f"{where}: the table has more than {MAX_ROWS:,} rows"
            break
        cells: list[Cell] = []
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        cells += [Cell("", where) for _ in range(min(_number(before), MAX_COLUMNS))]
        for one in row.findall(f"{_W}tc"):
            properties = one.find(f"{_W}tcPr")
            span = properties.find(f"{_W}gridSpan") if properties is not None else None
            merge = properties.find(f"{_W}vMerge") if properties is not None else None
            cell = _cell(one, f"{where}, row {number}, column {len(cells) + 1}")
            cell.wide = min(max(_number(span), 1), MAX_COLUMNS)
            if (
                merge is not None
                and merge.get(f"{_W}val", "continue") == "continue"
                and len(cells) in open_cells
            ):
                open_cells[len(cells)].high += 1
                cell.text = cell.marks = ""
            else:
                open_cells[len(cells)] = cell
            for inner in one.findall(f"{_W}tbl"):
                count[0] += 1
                within += _table(inner, f"{name}, table {count[0]}", name, count)
            cells += [cell, *(Cell("", cell.where) for _ in range(cell.wide - 1))]
        grid.rows.append(cells[: 2 * MAX_COLUMNS])
    width = max(map(len, grid.rows), default=0)
    for cells in grid.rows:
        cells += [Cell("", where) for _ in range(width - len(cells))]
    return [grid, *within] if any(cell.text for cells in grid.rows for cell in cells) else within


def _number(element: ElementTree.Element | None) -> int:
    value = element.get(f"{_W}val", "0") if element is not None else "0"
    return int(value) if value.isdigit() and len(value) < 6 else 0


def _cell(element: ElementTree.Element, where: str) -> Cell:
    parts = [_paragraph(paragraph) for paragraph in element.findall(f"{_W}p")]
    texts = [part for part in parts if part[0] or part[1]]
    return Cell(
        clean(" ".join(text for text, _, _ in texts)),
        where,
        bold=bool(texts) and all(bold for _, _, bold in texts),
        marks=clean(" ".join(marks for _, marks, _ in texts)),
    )

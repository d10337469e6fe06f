"""Read XLSX workbooks: figures as their formats show them, what is hidden left out, nothing unpacked unseen.

The parts are parsed here, once each: openpyxl's read-only mode gives neither hidden rows and columns nor merged cells, nor a
formula beside its stored value, so that every sheet would have to be read twice.
"""

import posixpath
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, iterparse
from zipfile import ZipFile

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_LINES
from polltables.importing.page import Block, Cell, Grid, Line, Source, clean
from polltables.importing.readers.archives import harmless_archive, xml_part
from polltables.importing.readers.number_formats import shown
from polltables.importing.readers.sheets import MOST_CELLS, sheets_to_read
from polltables.importing.readers.workbook_parts import Style, place_of, range_of, rich_text, styles_of

__all__ = ["read_workbook"]

_MOST_MERGED = 10_000
_YES = {"1", "true"}


def read_workbook(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of a workbook, or those that are named, each into one grid.

    PollError if it is no workbook, unpacks to an enormous size, holds a DTD or entities, or merges enormous ranges.
    """
    return _Book(harmless_archive(content, name), name).read(sheets)


@dataclass(slots=True)
class _Sheet:
    """A sheet as its part says: cells by row and column, and what covers or hides them."""

    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def hides(self, column: int) -> bool:
        """Say whether a column cannot be seen."""
        return any(first <= column <= last for first, last in self.hidden_columns)


class _Book:
    """A workbook: its strings, styles and sheets."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self.archive, self.name = archive, name
        book = xml_part(archive, "xl/workbook.xml")
        relations = xml_part(archive, "xl/_rels/workbook.xml.rels")
        if book is None or relations is None:
            raise PollError(f"{name}: the workbook cannot be read: it names no sheets. Save it anew as XLSX.")
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        properties = book.find("workbookPr")
        mac = properties is not None and properties.get("date1904") in _YES
        self.epoch = MAC_EPOCH if mac else WINDOWS_EPOCH
        self.sheets = []
        for sheet in book.findall("sheets/sheet"):
            relation = next((value for key, value in sheet.items() if key.rpartition("}")[2] == "id"), None)
            target = targets.get(relation, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            self.sheets.append((clean(sheet.get("name", "")), sheet.get("state", "visible"), path))
        strings = xml_part(archive, "xl/sharedStrings.xml")
        self.strings = [rich_text(item) for item in strings.findall("si")] if strings is not None else []
        self.styles = styles_of(xml_part(archive, "xl/styles.xml"))

    def read(self, chosen: tuple[str, ...]) -> Source:
        """Read the sheets into grids."""
        source = Source(self.name, [])
        titles, states, paths = zip(*self.sheets, strict=True) if self.sheets else ((), (), ())
        there = self.archive.namelist()
        cells = 0
        for at, where in sheets_to_read(source, titles, [state != "visible" for state in states], chosen):
            if paths[at] not in there:
                continue
            sheet = self._sheet(paths[at], where)
            cells += sum(map(len, sheet.cells.values()))
            if cells > MOST_CELLS:
                raise PollError(
                    f"{self.name}: the sheets have more than {MOST_CELLS:,} cells; choose some with --sheets."
                )
            source.blocks += self._blocks(sheet, titles[at], where, source.remarks)
        return source

    def _sheet(self, path: str, where: str) -> _Sheet:
        """Parse the part of a sheet, cell by cell."""
        sheet = _Sheet()
        row = 0
        with self.archive.open(path) as stream:
            for event, element in iterparse(stream, events=("start", "end")):
                name = element.tag.rpartition("}")[2]
                if event == "end":
                    element.tag = name
                if event == "start":
                    if name == "row":
                        row = int(element.get("r", row + 1))
                        if element.get("hidden") in _YES or element.get("ht") == "0":
                            sheet.hidden_rows.add(row)
                elif name == "c":
                    cells = sheet.cells.setdefault(row, {})
                    reference = element.get("r", "")
                    place = place_of(reference)
                    column = place[1] if place else max(cells, default=0) + 1
                    cell = self._cell(element, f"{where}, cell {reference if place else f'{row}:{column}'}")
                    if cell.text or cell.marks:
                        cells[column] = cell
                elif name == "row":
                    element.clear()
                elif name == "col" and (element.get("hidden") in _YES or element.get("width") == "0"):
                    sheet.hidden_columns.append((int(element.get("min", 0)), int(element.get("max", 0))))
                elif name == "mergeCell":
                    sheet.merged.append(range_of(element.get("ref", ""), where))
                    if len(sheet.merged) > _MOST_MERGED:
                        raise PollError(
                            f"{where}: more than {_MOST_MERGED:,} ranges are merged; no table needs so many."
                        )
        return sheet

    def _cell(self, element: Element, where: str) -> Cell:
        """Show a cell as a spreadsheet shows it."""
        kind, text = element.get("t", "n"), element.findtext("v") or ""
        style = self.styles.get(element.get("s", "0"), Style())
        cell = Cell("", where)
        if kind == "inlineStr":
            cell.text, cell.marks = rich_text(element.find("is"))
        elif not text:
            if (formula := element.find("f")) is not None:
                cell.text, cell.typed = f"={formula.text or ''}", True
        elif kind == "s":
            cell.text, cell.marks = self.strings[int(text)]
        elif kind != "n":
            cell.text = {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "b" else clean(text)
        elif is_date_format(style.number_format):
            cell.text, cell.typed = clean(f"{from_excel(float(text), self.epoch):%Y-%m-%d}"), True
        else:
            cell.text, cell.typed = shown(float(text), style.number_format, where), True
        if style.struck or (style.raised and cell.text):
            cell.text, cell.marks = "", clean(f"{cell.text} {cell.marks}")
        return cell

    def _blocks(
        self, sheet: _Sheet, title: str, where: str, remarks: list[tuple[str, str, str]]
    ) -> list[Block]:
        """Lay the cells that can be seen out in a grid; runs of blank rows become two."""
        hidden: list[str] = []
        columns = {column for cells in sheet.cells.values() for column in cells}
        unseen = {column for column in columns if sheet.hides(column)}
        for row, cells in sheet.cells.items():
            gone = row in sheet.hidden_rows
            hidden += [cell.text for column, cell in sorted(cells.items()) if gone or column in unseen]
        if hidden:
            remarks.append((where, " | ".join(hidden), "in hidden rows or columns"))
        if not columns - unseen:
            return []
        seen = [column for column in range(1, max(columns - unseen) + 1) if not sheet.hides(column)]
        grid = Grid([], where, raw=True)
        if len(seen) > MAX_COLUMNS:
            grid.problem = f"{where}: {len(seen):,} columns hold something; at most {MAX_COLUMNS} are read"
            seen = seen[:MAX_COLUMNS]
        for top, left, _, right in sheet.merged:
            if (cell := sheet.cells.get(top, {}).get(left)) is not None:
                cell.wide = max(sum(left <= column <= right for column in seen), 1)
        before = 0
        for row in sorted(
            row for row, cells in sheet.cells.items() if cells and row not in sheet.hidden_rows
        ):
            blank = sum(one not in sheet.hidden_rows for one in range(before + 1, min(row, before + 4)))
            grid.rows += [[Cell("", where) for _ in seen] for _ in range(min(blank, 2))]
            grid.rows.append([sheet.cells[row].get(column) or Cell("", where) for column in seen])
            before = row
        if len(grid.rows) > MAX_LINES:
            raise PollError(
                f"{where}: {len(grid.rows):,} rows hold something; at most {MAX_LINES:,} are read."
            )
        return [Line(title, where, heading=False), grid]

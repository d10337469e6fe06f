"""Read XLSX workbooks: figures as their formats show them, what is hidden left out, nothing unpacked unseen.

The parts are parsed here, once each: openpyxl's read-only mode gives neither hidden rows and columns nor merged cells, nor a
formula beside its stored value, so that every sheet would have to be read twice.
"""

import posixpath
from dataclasses import dataclass, field
from xml.etree import ElementTree
from zipfile import ZipFile

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_LINES
from polltables.importing.page import Block, Cell, Grid, Line, Source, clean
from polltables.importing.readers.archives import harmless_archive, xml_part
from polltables.importing.readers.limits import read_so_far
from polltables.importing.readers.number_formats import shown
from polltables.importing.readers.workbook_parts import (
    MOST_CELLS,
    PLACE,
    Style,
    children,
    column_number,
    first,
    local,
    range_of,
    rich_text,
    styles_of,
)

__all__ = ["read_workbook"]

_MOST_MERGED = 10_000


def read_workbook(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of a workbook, or those that are named, each into one grid.

    Raises
    ------
    PollError
        If it is no workbook, unpacks to an enormous size, holds a DTD or entities, or merges enormous ranges.
    """
    archive = harmless_archive(content, name)
    try:
        return _Book(archive, name).read(sheets)
    except PollError:
        raise
    except (
        Exception
    ) as error:  # whatever a broken workbook does to a parser, the reader hears of the workbook
        reason = str(error) or type(error).__name__
        raise PollError(
            f"{name}: the workbook cannot be read: {reason[:200]}. Save it anew as XLSX and try again."
        ) from error


@dataclass(slots=True)
class _Sheet:
    """A sheet as its part says: cells by row and column, and what covers or hides them."""

    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


class _Book:
    """A workbook: its strings, styles and sheets."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        self.archive, self.name = archive, name
        book = xml_part(archive, "xl/workbook.xml")
        relations = xml_part(archive, "xl/_rels/workbook.xml.rels")
        if book is None or relations is None:
            raise PollError(f"{name}: the workbook cannot be read: it names no sheets. Save it anew as XLSX.")
        targets = {one.get("Id"): one.get("Target", "") for one in relations}
        properties = first(book, "workbookPr")
        self.epoch = (
            MAC_EPOCH
            if properties is not None and properties.get("date1904") in {"1", "true"}
            else WINDOWS_EPOCH
        )
        self.sheets = []
        for sheet in children(first(book, "sheets"), "sheet"):
            relation = next((value for key, value in sheet.items() if key.rpartition("}")[2] == "id"), None)
            target = targets.get(relation, "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
            self.sheets.append((clean(sheet.get("name", "")), sheet.get("state", "visible"), path))
        strings = xml_part(archive, "xl/sharedStrings.xml")
        self.strings = [rich_text(item) for item in children(strings, "si")]
        self.styles = styles_of(xml_part(archive, "xl/styles.xml"))

    def read(self, chosen: tuple[str, ...]) -> Source:
        """Read the sheets into grids."""
        wanted = {clean(title).casefold() for title in chosen}
        unknown = wanted - {title.casefold() for title, _, _ in self.sheets}
        if unknown:
            there = ", ".join(title for title, _, _ in self.sheets)
            raise PollError(
                f"{self.name}: no sheet is called {', '.join(sorted(unknown))}; there is: {there[:500]}."
            )
        source = Source(self.name, [])
        cells = 0
        for number, (title, state, path) in enumerate(self.sheets, start=1):
            where = f"{self.name}, sheet {title!r}"
            if wanted and title.casefold() not in wanted:
                continue
            if state != "visible" and not wanted:
                source.remarks.append((where, title, f"the sheet is hidden; --sheets {title!r} reads it"))
                continue
            if path not in self.archive.namelist():
                continue
            sheet = self._sheet(path, where)
            cells += sum(map(len, sheet.cells.values()))
            if cells > MOST_CELLS:
                raise PollError(
                    f"{self.name}: the sheets have more than {MOST_CELLS:,} cells; choose some with --sheets."
                )
            source.blocks += self._blocks(sheet, title, where, source.remarks)
            read_so_far(number, len(self.sheets), "sheet")
        return source

    def _sheet(self, path: str, where: str) -> _Sheet:
        """Parse the part of a sheet, cell by cell."""
        sheet = _Sheet()
        row = 0
        with self.archive.open(path) as stream:
            for event, element in ElementTree.iterparse(stream, events=("start", "end")):
                name = local(element)
                if event == "start":
                    if name == "row":
                        row = int(element.get("r", row + 1))
                        if element.get("hidden") in {"1", "true"} or element.get("ht") == "0":
                            sheet.hidden_rows.add(row)
                elif name == "c":
                    cells = sheet.cells.setdefault(row, {})
                    match = PLACE.fullmatch(element.get("r", ""))
                    column = column_number(match[1]) if match else max(cells, default=0) + 1
                    cell = self._cell(element, f"{where}, cell {match[0] if match else f'{row}:{column}'}")
                    if cell.text or cell.marks:
                        cells[column] = cell
                elif name == "row":
                    element.clear()
                elif name == "col" and (
                    element.get("hidden") in {"1", "true"} or element.get("width") == "0"
                ):
                    sheet.hidden_columns.append((int(element.get("min", 0)), int(element.get("max", 0))))
                elif name == "mergeCell":
                    sheet.merged.append(range_of(element.get("ref", ""), where))
                    if len(sheet.merged) > _MOST_MERGED:
                        raise PollError(
                            f"{where}: more than {_MOST_MERGED:,} ranges are merged; no table needs so many."
                        )
        return sheet

    def _cell(self, element: ElementTree.Element, where: str) -> Cell:
        """Show a cell as a spreadsheet shows it."""
        kind, value = element.get("t", "n"), first(element, "v")
        style = self.styles.get(element.get("s", "0"), Style())
        cell = Cell("", where, bold=style.bold, indent=style.indent)
        formula = first(element, "f")
        text = value.text if value is not None and value.text else ""
        if kind == "inlineStr":
            cell.text, cell.marks = rich_text(first(element, "is"))
        elif not text:
            if formula is not None:
                cell.text, cell.typed = f"={formula.text or ''}", True
        elif kind == "s":
            cell.text, cell.marks = self.strings[int(text)]
        elif kind == "n":
            cell.text, cell.typed = self._number(text, style, where), True
        else:
            cell.text = {"1": "TRUE", "0": "FALSE"}.get(text, text) if kind == "b" else clean(text)
        if style.struck or (style.raised and cell.text):
            cell.text, cell.marks = "", clean(f"{cell.text} {cell.marks}")
        return cell

    def _number(self, text: str, style: Style, where: str) -> str:
        value = float(text)
        if is_date_format(style.number_format):
            return clean(f"{from_excel(value, self.epoch):%Y-%m-%d}")
        try:
            return clean(
                shown(int(value) if value.is_integer() and abs(value) < 1e15 else value, style.number_format)
            )
        except ValueError as error:
            raise PollError(f"{where}: {error}.") from error

    def _blocks(
        self, sheet: _Sheet, title: str, where: str, remarks: list[tuple[str, str, str]]
    ) -> list[Block]:
        """Lay the cells that can be seen out in a grid; runs of blank rows become two."""
        hidden: list[str] = []
        columns = sorted({column for cells in sheet.cells.values() for column in cells})
        unseen = {c for c in columns if any(first <= c <= last for first, last in sheet.hidden_columns)}
        columns = [column for column in columns if column not in unseen]
        for row, cells in sheet.cells.items():
            gone = row in sheet.hidden_rows
            hidden += [cell.text for column, cell in sorted(cells.items()) if gone or column in unseen]
        if hidden:
            remarks.append((where, " | ".join(hidden), "in hidden rows or columns"))
        if not columns:
            return []
        width = columns[-1]
        seen = [
            column
            for column in range(1, width + 1)
            if not any(f <= column <= t for f, t in sheet.hidden_columns)
        ]
        grid = Grid([], where, raw=True)
        if len(seen) > MAX_COLUMNS:
            grid.problem = f"{where}: {len(seen):,} columns hold something; at most {MAX_COLUMNS} are read"
            seen = seen[:MAX_COLUMNS]
        for top, left, bottom, right in sheet.merged:
            cell = sheet.cells.get(top, {}).get(left)
            if cell is not None:
                cell.wide = max(sum(left <= column <= right for column in seen), 1)
                cell.high = bottom - top + 1
        before = 0
        for row in sorted(sheet.cells):
            if row in sheet.hidden_rows or not sheet.cells[row]:
                continue
            blank = sum(one not in sheet.hidden_rows for one in range(before + 1, min(row, before + 4)))
            grid.rows += [[Cell("", where) for _ in seen] for _ in range(min(blank, 2))]
            grid.rows.append([sheet.cells[row].get(column) or Cell("", where) for column in seen])
            before = row
        if len(grid.rows) > MAX_LINES:
            raise PollError(
                f"{where}: {len(grid.rows):,} rows hold something; at most {MAX_LINES:,} are read."
            )
        return [Line(title, where, heading=False), grid]

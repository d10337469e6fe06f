"""Read OpenDocument spreadsheets (.ods), which store every cell as it is displayed."""

from xml.etree import ElementTree

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_LINES
from polltables.importing.page import Cell, Grid, Line, Source, clean
from polltables.importing.readers.archives import harmless_archive, xml_part
from polltables.importing.readers.sheets import MOST_CELLS, sheets_to_read

__all__ = ["read_open_document"]

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_SHOWN = {_TEXT + name for name in ("p", "span", "a", "s", "tab", "h", "line-break")}


def read_open_document(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of a spreadsheet, or those that are named, each into one grid.

    PollError if it is no such spreadsheet, unpacks to an enormous size, or has no sheet of that name.
    """
    archive = harmless_archive(content, name, "OpenDocument spreadsheet")
    root = xml_part(archive, "content.xml")
    found = list(root.iter(f"{_TABLE}table")) if root is not None else []
    if root is None or not found:
        raise PollError(f"{name}: the file is no OpenDocument spreadsheet: it holds no sheet.")
    raised = _raised_styles(root)
    hidden_tables = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        if any(one.get(f"{_TABLE}display") == "false" for one in style.iter(f"{_STYLE}table-properties"))
    }
    titles = [clean(table.get(f"{_TABLE}name", "")) for table in found]
    hidden = [table.get(f"{_TABLE}style-name") in hidden_tables for table in found]
    source = Source(name, [])
    for at, where in sheets_to_read(source, titles, hidden, sheets):
        source.blocks += [Line(titles[at], where), _grid(found[at], where, raised, source)]
    return source


def _raised_styles(root: ElementTree.Element) -> set[str]:
    """Return the names of the styles that raise, lower or strike out text."""
    names = set()
    for style in root.iter(f"{_STYLE}style"):
        for one in style.iter(f"{_STYLE}text-properties"):
            place = one.get(f"{_STYLE}text-position", "")
            struck = one.get(f"{_STYLE}text-line-through-style", "none")
            if place.startswith(("super", "sub")) or struck != "none":
                names.add(style.get(f"{_STYLE}name", ""))
    return names


def _grid(table: ElementTree.Element, where: str, raised: set[str], source: Source) -> Grid:
    """Lay the cells of a sheet out, repeated ones as far as they hold something."""
    hidden_columns = _hidden_columns(table)
    grid = Grid([], where, raw=True)
    hidden: list[str] = []
    number = cells = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = int(row.get(f"{_TABLE}number-rows-repeated", 1))
        made = _row(row, where, number, raised)
        number += times
        shown = [cell for at, cell in enumerate(made) if at not in hidden_columns]
        if row.get(f"{_TABLE}visibility", "visible") != "visible":
            hidden += [cell.text for cell in made if cell.text]
            continue
        hidden += [cell.text for at, cell in enumerate(made) if at in hidden_columns and cell.text]
        filled = any(cell.text for cell in shown)
        for _ in range(min(times, 200) if filled else min(times, 2)):
            grid.rows.append([Cell(c.text, c.where, c.wide, marks=c.marks) for c in shown] if filled else [])
            cells += len(shown)
        if len(grid.rows) > MAX_LINES or cells > MOST_CELLS:
            raise PollError(
                f"{where}: more rows or cells than are read; choose sheets with --sheets, or split the file."
            )
    grid.fill()
    if grid.rows and len(grid.rows[0]) > MAX_COLUMNS:
        grid.problem = (
            f"{where}: {len(grid.rows[0]):,} columns hold something; at most {MAX_COLUMNS} are read"
        )
    if hidden:
        source.remarks.append((where, " | ".join(hidden), "in hidden rows or columns"))
    return grid


def _hidden_columns(table: ElementTree.Element) -> set[int]:
    hidden: set[int] = set()
    at = 0
    for column in table.iter(f"{_TABLE}table-column"):
        times = min(int(column.get(f"{_TABLE}number-columns-repeated", 1)), 20_000)
        if column.get(f"{_TABLE}visibility", "visible") != "visible":
            hidden |= set(range(at, at + times))
        at += times
    return hidden


def _row(row: ElementTree.Element, where: str, number: int, raised: set[str]) -> list[Cell]:
    """Read the cells of a row up to the last that holds something."""
    made: list[Cell] = []
    for cell in row:
        if cell.tag not in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            continue
        times = int(cell.get(f"{_TABLE}number-columns-repeated", 1))
        shown: list[str] = []
        apart: list[str] = []
        _collect(cell, raised, shown, apart)
        text, marks = clean("".join(shown)), clean(" ".join(apart))
        formula = cell.get(f"{_TABLE}formula")
        typed = bool(formula and not text and not cell.get(f"{_OFFICE}value"))
        for _ in range(min(times, 5 * MAX_COLUMNS)):
            place = f"{where}, row {number + 1}, column {len(made) + 1}"
            one = Cell(f"={formula}" if typed else text, place, typed=typed, marks=marks)
            one.wide = min(int(cell.get(f"{_TABLE}number-columns-spanned", 1)), MAX_COLUMNS)
            made.append(one)
    while made and not made[-1].text and not made[-1].marks:
        made.pop()
    return made


def _collect(element: ElementTree.Element, raised: set[str], shown: list[str], apart: list[str]) -> None:
    """Collect the text of a cell, raised and struck out pieces apart; notes beside it are none of it."""
    for child in element:
        if child.tag not in _SHOWN:
            continue
        into = apart if child.get(f"{_TEXT}style-name") in raised else shown
        if child.tag == f"{_TEXT}s" or child.tag == f"{_TEXT}p":
            into.append(" ")
        into.append(child.text or "")
        _collect(child, raised, into, apart)
        (shown if child.tag != f"{_TEXT}p" else into).append(child.tail or "")

"""Read OpenDocument spreadsheets (.ods), which store every cell as it is displayed."""

from xml.etree.ElementTree import Element

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS
from polltables.importing.page import Cell, Source, clean
from polltables.importing.readers.archives import harmless_archive, xml_part
from polltables.importing.readers.sheets import Sheet, read_sheets

__all__ = ["read_open_document"]

_SHOWN = {"p", "span", "a", "s", "tab", "h", "line-break"}
_MOST_ROWS = 200  # of one kind that are written once


def read_open_document(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of a spreadsheet, or those that are named, each into one grid.

    PollError if it is no such spreadsheet, unpacks to an enormous size, or has no sheet of that name.
    """
    root = xml_part(harmless_archive(content, name, "OpenDocument spreadsheet"), "content.xml")
    tables = list(root.iter("table"))
    if not tables:
        raise PollError(f"{name}: the file is no OpenDocument spreadsheet: it holds no sheet.")
    styles = list(root.iter("style"))
    raised = {one.get("name", "") for one in styles if any(map(_sets_apart, one.iter("text-properties")))}
    unseen = {
        style.get("name")
        for style in styles
        if any(one.get("display") == "false" for one in style.iter("table-properties"))
    }
    titles = [clean(table.get("name", "")) for table in tables]
    hidden = [table.get("style-name") in unseen for table in tables]
    return read_sheets(name, titles, hidden, sheets, lambda at, sheet: _fill(sheet, tables[at], raised))


def _sets_apart(properties: Element) -> bool:
    """Say whether a style raises, lowers or strikes out text."""
    raised = properties.get("text-position", "").startswith(("super", "sub"))
    return raised or properties.get("text-line-through-style", "none") != "none"


def _fill(sheet: Sheet, table: Element, raised: set[str]) -> None:
    """Put the cells of a table into a sheet, repeated ones as far as a table could have them."""
    at = 1
    for column in table.iter("table-column"):
        times = int(column.get("number-columns-repeated", 1))
        if column.get("visibility", "visible") != "visible":
            sheet.hide_columns(at, at + times - 1)
        at += times
    at = 1
    for row in table.iter("table-row"):
        times = int(row.get("number-rows-repeated", 1))
        for number in range(at, at + min(times, _MOST_ROWS)):
            if row.get("visibility", "visible") != "visible":
                sheet.hidden_rows.add(number)
            _fill_row(sheet, row, number, raised)
        at += times


def _fill_row(sheet: Sheet, row: Element, number: int, raised: set[str]) -> None:
    """Put the cells of a row into a sheet."""
    at = 1
    for element in row:
        if element.tag not in {"table-cell", "covered-table-cell"}:
            continue
        shown: list[str] = []
        apart: list[str] = []
        _collect(element, raised, shown, apart)
        text, marks = clean("".join(shown)), clean(" ".join(apart))
        formula = element.get("formula")
        typed = bool(formula and not text and not element.get("value"))
        times = int(element.get("number-columns-repeated", 1))
        wide = int(element.get("number-columns-spanned", 1))
        for column in range(at, at + min(times, 5 * MAX_COLUMNS) if text or marks or typed else at):
            where = f"{sheet.where}, row {number}, column {column}"
            sheet.put(number, column, Cell(f"={formula}" if typed else text, where, wide, typed, marks))
        at += times


def _collect(element: Element, raised: set[str], shown: list[str], apart: list[str]) -> None:
    """Collect the text of a cell, raised and struck out pieces apart; notes beside it are none of it."""
    for child in element:
        if child.tag not in _SHOWN:
            continue
        into = apart if child.get("style-name") in raised else shown
        if child.tag in {"s", "p"}:
            into.append(" ")
        into.append(child.text or "")
        _collect(child, raised, into, apart)
        (shown if child.tag != "p" else into).append(child.tail or "")

"""Read the binary workbooks of before 2007 (.xls): figures as their formats show them, what is hidden left out."""

import io
from itertools import product
from typing import Any

from polltables.importing.page import Cell, Source, clean
from polltables.importing.readers.number_formats import shown
from polltables.importing.readers.sheets import Sheet, read_sheets

__all__ = ["read_old_workbook"]


def read_old_workbook(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of an old workbook, or those that are named, each into one grid.

    PollError if it is no such workbook, or has no sheet of that name.
    """
    import xlrd

    # Without its formats a share of 0.384 that a sheet shows as 38% could not be told from 0.384 per cent.
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    found = book.sheets()

    def fill(at: int, sheet: Sheet) -> None:
        old = found[at]
        sheet.hidden_rows = {row + 1 for row, info in old.rowinfo_map.items() if info.hidden}
        sheet.hidden_columns = {column + 1 for column, info in old.colinfo_map.items() if info.hidden}
        wide = {(top, left): right - left for top, _, left, right in old.merged_cells}
        for row, column in product(range(old.nrows), range(old.ncols)):
            where = f"{sheet.where}, cell {xlrd.formula.colname(column)}{row + 1}"
            cell = _cell(book, old.cell(row, column), where)
            cell.wide = wide.get((row, column), 1)
            sheet.put(row + 1, column + 1, cell)

    return read_sheets(
        name, [clean(one.name) for one in found], [one.visibility for one in found], sheets, fill
    )


def _cell(book: Any, found: Any, where: str) -> Cell:
    """Show a cell as a spreadsheet shows it."""
    import xlrd

    cell = Cell("", where)
    if found.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
        return cell
    style = book.xf_list[found.xf_index]
    font = book.font_list[style.font_index]
    if found.ctype == xlrd.XL_CELL_NUMBER:
        number_format = book.format_map[style.format_key].format_str
        cell.text, cell.typed = shown(found.value, number_format, where), True
    elif found.ctype == xlrd.XL_CELL_DATE:
        cell.text = f"{xlrd.xldate_as_datetime(found.value, book.datemode):%Y-%m-%d}"
    elif found.ctype == xlrd.XL_CELL_BOOLEAN:
        cell.text = "TRUE" if found.value else "FALSE"
    elif found.ctype == xlrd.XL_CELL_ERROR:
        cell.text = xlrd.error_text_from_code.get(found.value, "#?")
    else:
        cell.text = clean(str(found.value))
    if font.struck_out:
        cell.text, cell.marks = "", cell.text
    return cell

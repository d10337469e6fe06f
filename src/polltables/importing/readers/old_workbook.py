"""Read the binary workbooks of before 2007 (.xls): figures as their formats show them, what is hidden left out."""

import io
from typing import Any

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_LINES
from polltables.importing.page import Cell, Grid, Line, Source, clean
from polltables.importing.readers.number_formats import shown
from polltables.importing.readers.sheets import sheets_to_read

__all__ = ["read_old_workbook"]


def read_old_workbook(content: bytes, name: str, sheets: tuple[str, ...] = ()) -> Source:
    """Read the visible sheets of an old workbook, or those that are named, each into one grid.

    PollError if it is no such workbook, or has no sheet of that name.
    """
    import xlrd

    # Without its formats a share of 0.384 that a sheet shows as 38% could not be told from 0.384 per cent.
    book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    source = Source(name, [])
    found = book.sheets()
    titles = [clean(sheet.name) for sheet in found]
    for at, where in sheets_to_read(source, titles, [bool(sheet.visibility) for sheet in found], sheets):
        sheet = found[at]
        if sheet.nrows > MAX_LINES or sheet.ncols > MAX_COLUMNS:
            raise PollError(
                f"{where}: {sheet.nrows:,} rows and {sheet.ncols} columns; at most {MAX_LINES:,} and {MAX_COLUMNS} are read."
            )
        source.blocks += [Line(titles[at], where), _grid(book, sheet, where, source)]
    return source


def _grid(book: Any, sheet: Any, where: str, source: Source) -> Grid:
    rows = [at for at in range(sheet.nrows) if not getattr(sheet.rowinfo_map.get(at), "hidden", 0)]
    columns = [at for at in range(sheet.ncols) if not getattr(sheet.colinfo_map.get(at), "hidden", 0)]
    hidden = [
        text
        for r in range(sheet.nrows)
        for c in range(sheet.ncols)
        if (r not in rows or c not in columns) and (text := _cell(book, sheet, r, c, where).text)
    ]
    if hidden:
        source.remarks.append((where, " | ".join(hidden), "in hidden rows or columns"))
    grid = Grid([[_cell(book, sheet, r, c, where) for c in columns] for r in rows], where, raw=True)
    for top, _, left, right in sheet.merged_cells:
        if top in rows and left in columns:
            cell = grid.rows[rows.index(top)][columns.index(left)]
            cell.wide = max(sum(left <= c < right for c in columns), 1)
    return grid


def _cell(book: Any, sheet: Any, row: int, column: int, where: str) -> Cell:
    """Show a cell as a spreadsheet shows it."""
    import xlrd

    found = sheet.cell(row, column)
    cell = Cell("", f"{where}, cell {xlrd.formula.colname(column)}{row + 1}")
    if found.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
        return cell
    style = book.xf_list[found.xf_index]
    font = book.font_list[style.font_index]
    if found.ctype == xlrd.XL_CELL_NUMBER:
        cell.text, cell.typed = (
            shown(found.value, book.format_map[style.format_key].format_str, cell.where),
            True,
        )
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

"""Read delimited text: commas, semicolons or tabs, with titles and notes between the tables or none."""

import csv
import io
import re

from analysis.errors import PollError
from polltables.importing.source import Cell, Grid, Source, blocks_of_rows, clean

__all__ = ["FORMULA_START", "read_delimited", "without_guard"]

FORMULA_START = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
"""What a spreadsheet may take for the beginning of a formula (OWASP, CSV injection); the last four are full-width."""

_GUARDED = re.compile(rf"'+[{re.escape(FORMULA_START)}]")


def without_guard(text: str) -> str:
    """Take off the apostrophe that an export puts before what a spreadsheet would run as a formula.

    Examples
    --------
    >>> without_guard("'=1+1"), without_guard("'t Hooft")
    ('=1+1', "'t Hooft")

    The guard goes, an apostrophe of the text stays.
    """
    return text[1:] if _GUARDED.match(text) else text


def _delimiter(text: str) -> str:
    """Choose the delimiter that most lines have; a decimal comma never stands outside quotes beside semicolons."""
    outside = re.sub(r'"[^"]*"', "", text)
    counts = {mark: sum(mark in line for line in outside.splitlines()[:200]) for mark in (";", "\t", ",")}
    return max(counts, key=lambda mark: (counts[mark], mark != ","))


def read_delimited(text: str, name: str) -> Source:
    r"""Read a delimited file into text lines and grids.

    Examples
    --------
    >>> source = read_delimited("Vote\n\n;Total;Rural\nYes;61,0;58,5\n", "poll.csv")
    >>> [cell.text for cell in source.blocks[1].rows[1]], source.blocks[1].rows[1][2].where
    (['Yes', '61,0', '58,5'], 'poll.csv, line 4, column 3')

    Semicolons leave the comma to the decimals.
    """
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[Cell]] = []
    lines: list[int] = []
    try:
        for raw in reader:
            lines.append(reader.line_num)
            rows.append(
                [
                    Cell(
                        clean(without_guard(content.strip(" "))),
                        f"{name}, line {reader.line_num}, column {column}",
                    )
                    for column, content in enumerate(raw, start=1)
                ]
            )
    except csv.Error as error:
        raise PollError(
            f'{name}, line {reader.line_num}: {error}; separate cells with commas, semicolons or tabs, and quote with ".'
        ) from error
    blocks = blocks_of_rows(rows)
    widths = {row[0].where: (line, row) for line, row in zip(lines, rows, strict=True) if row}
    for block in blocks:
        if isinstance(block, Grid):
            _mark_ragged(block, widths, name)
    return Source(name, tuple(blocks))


def _mark_ragged(grid: Grid, rows: dict[str, tuple[int, list[Cell]]], name: str) -> None:
    """Name the rows that have fewer cells than the first of their table, or figures beyond its last column.

    The first row counts as written, blank cells at its end included, since spreadsheets pad every row alike.
    """
    first_line, first = rows[_start(grid.rows[0])]
    for row in grid.rows[1:]:
        line, written = rows[_start(row)]
        beyond = any(cell.text for cell in written[len(first) :])
        if len(written) < len(first) or beyond:
            grid.ragged.append(
                f"{name}, line {line}: the row has {len(written)} cells, but the header of its table (line "
                f"{first_line}) {len(first)}; a figure not published is an empty cell."
            )


def _start(row: list[Cell]) -> str:
    """Return the place of the first cell of the line that a cell stands in."""
    return row[0].where.rpartition(", column ")[0] + ", column 1"

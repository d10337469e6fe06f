"""Read delimited text: commas, semicolons, tabs or pipes, with titles and notes between the tables or none."""

import csv
import io
import re
from collections.abc import Iterator

from analysis.errors import PollError
from polltables.importing.page import Cell, Grid, Source, clean

__all__ = ["FORMULA_START", "delimited_rows", "read_delimited", "without_guard"]

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


def delimited_rows(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Go through the rows of a delimited text, each with its line; PollError where its quotes are wrong.

    The delimiter is the one that a first line `sep=` names, or that most lines have: a decimal comma never stands
    outside quotes beside semicolons.
    """
    lines = re.sub(r'"[^"]*"', "", text).splitlines()[:400]
    counts = {mark: sum(mark in line for line in lines) for mark in (";", "\t", ",", "|")}
    named = re.match(r"sep=(.)\r?\n", text)
    delimiter = named[1] if named else max(counts, key=lambda mark: (counts[mark], mark not in ",|"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield (
                reader.line_num,
                [] if named and reader.line_num == 1 else [without_guard(cell.strip(" ")) for cell in row],
            )
    except csv.Error as error:
        raise PollError(
            f'{name}, line {reader.line_num}: {error}; part cells by a comma, semicolon, tab or pipe, and quote with ".'
        ) from error


def read_delimited(text: str, name: str) -> Source:
    r"""Read a delimited file into one grid, a line of the file to a row.

    Examples
    --------
    >>> source = read_delimited("Vote\n\n;Total;Rural\nYes;61,0;58,5\n", "poll.csv")
    >>> rows = source.blocks[0].rows
    >>> [cell.text for cell in rows[3]], rows[3][2].where
    (['Yes', '61,0', '58,5'], 'poll.csv, line 4, column 3')

    Semicolons leave the comma to the decimals.
    """
    # A blank line is a row of one blank cell, since it sets tables apart.
    rows = [
        [
            Cell(clean(cell), f"{name}, line {line}, column {column}")
            for column, cell in enumerate(row or [""], start=1)
        ]
        for line, row in delimited_rows(text, name)
    ]
    return Source(name, [Grid(rows, name)] if rows else [])

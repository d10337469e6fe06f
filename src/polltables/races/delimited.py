"""Races as CSV: our own columns, those of other collections (EOPAOD), and what people call them."""

import csv
import io
import re
from collections.abc import Iterator

from polltables.exporting.text import guarded
from polltables.races.table import COLUMNS, Entry, RaceTable, answer_id, columns_of, folded, free_id

__all__ = ["read_csv", "write_csv"]

# What a column is called elsewhere, folded, and what it is here. Whatever else heads a column is an answer.
_CALLED = {
    name: column
    for column, names in {
        "reading": "reading;id",
        "poll": "poll",
        "pollster": "pollster;polling firm;polling firms;firm;institute;encuestadora;empresa",
        "client": "client;commissioner;commissioners;commissioned by;contratante;cliente;medio",
        "fieldwork_start": "fieldwork start;start;start date;first day;inicio",
        "fieldwork_end": "fieldwork end;end;end date;last day;fin",
        "fieldwork": "fieldwork;fieldwork date;fieldwork dates;date;dates;fecha;fechas;campo",
        "publication": "publication date;published;publication;publicacion",
        "n": "n;sample size;sample;interviews;muestra;entrevistas",
        "instrument": "instrument",
        "base": "base",
        "margin_of_error": "margin of error;margen de error;error",
        "source": "source;fuente;url;address",
        "note": "note;notes;nota",
        "note_es": "note es",
        "scope": "scope",
        "area": "area",
        "participation": "participation;participation rate",
        "": "sample size qualification;precision",
        "other": "other;others;otros;otras",
        "undecided": "undecided;indecisos;indeciso",
        "blank_null": "blank null;blank;blank or spoilt;blank and null;blanco;blanco o viciado;blanco y nulo",
        "will_not_vote": "will not vote;would not vote;no votara;no iria a votar",
        "no_opinion": "no opinion;no answer;don t know;no responde;ns nr",
    }.items()
    for name in names.split(";")
}  # fmt: skip


def _column(heading: str) -> str | None:
    """Return the column that a heading names; None for an answer."""
    return _CALLED.get(re.sub(r"[^\w]+|_", " ", folded(heading)).strip())


def _delimiter(text: str) -> str:
    """Choose the delimiter of the first line."""
    first = text.partition("\n")[0]
    return max((",", ";", "\t"), key=first.count)


def read_csv(text: str, name: str) -> RaceTable:
    r"""Read a table of polls, whose first line names the columns.

    Examples
    --------
    >>> table = read_csv("Polling Firm;Fieldwork End;A;Other\nACME;2021-07-20;55,5%;4\n", "polls.csv")
    >>> table.answers, table.entries[0].cells
    (['a', 'other'], {'pollster': 'ACME', 'fieldwork_end': '2021-07-20', 'a': '55.5', 'other': '4'})

    Per-cent signs and decimal commas are those of spreadsheets.
    """
    table = RaceTable(name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows += [(reader.line_num, [_unguarded(cell.strip()) for cell in row]) for row in reader]
    except csv.Error as error:
        table.problems.append(
            f'{name}, line {reader.line_num}: {error}; separate cells alike, and quote with ".'
        )
        return table
    rows = [(line, row) for line, row in rows if any(row)]
    if len(rows) < 2:
        table.problems.append(
            f"{name}: no polls; the first line names the columns, every other one is a poll."
        )
        return table
    headings = rows[0][1]
    columns = list(_columns(headings, table))
    for line, row in rows[1:]:
        if len(row) != len(headings):
            table.problems.append(
                f"{name}, line {line}: {len(row)} cells under {len(headings)} columns; leave a cell empty for what was "
                "not published."
            )
            continue
        cells = {
            column: _value(cell, column) for column, cell in zip(columns, row, strict=True) if column and cell
        }
        places = {
            column: f"line {line}, column {heading!r}"
            for column, heading in zip(columns, headings, strict=True)
        }
        table.entries.append(Entry({key: cell for key, cell in cells.items() if cell}, line, places))
    return table


def _columns(headings: list[str], table: RaceTable) -> Iterator[str]:
    """Go through the columns that headings name, noting the answers among them and what stands twice."""
    taken: set[str] = set()
    for number, heading in enumerate(headings, start=1):
        if not heading:
            table.problems.append(
                f"{table.name}, line 1, column {number}: no heading; name it, or take it out."
            )
        column = _column(heading)
        if column == "":  # of no use here
            yield ""
            continue
        if column and column in taken:
            table.problems.append(
                f"{table.name}, line 1: column {heading!r} stands twice, or two columns mean {column!r}; keep one."
            )
        if column is None or column in taken:
            column = free_id(answer_id(heading), taken)
        if (
            column in {"other", "undecided", "blank_null", "will_not_vote", "no_opinion"}
            or _column(heading) is None
        ):
            table.answers.append(column)
        taken.add(column)
        yield column


def _value(cell: str, column: str) -> str:
    """Take out of a cell what says nothing: a per-cent sign, a decimal comma, “Not Available”."""
    if cell.casefold() in {"not available", "n/a", "na", "-", "–", "—"}:
        return ""
    if column in {*COLUMNS, "fieldwork", "publication", "scope", "area"} and column != "margin_of_error":
        return cell
    bare = re.sub(r"^±|[\s%]+$", "", cell).strip()
    return bare.replace(",", ".") if re.fullmatch(r"\d{1,3},\d+", bare, re.ASCII) else bare


def _unguarded(cell: str) -> str:
    """Take off the apostrophe that an export puts before what a spreadsheet would run as a formula."""
    return cell[1:] if cell[:1] == "'" and guarded(cell[1:]) == cell else cell


def write_csv(table: RaceTable, *, guard: bool = True) -> str:
    """Write a race with our own columns; with guards against formulas where a spreadsheet may open it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = list(columns_of(table))
    writer.writerow(columns)
    for entry in table.entries:
        cells = [entry.cells.get(column, "") for column in columns]
        writer.writerow([guarded(cell) for cell in cells] if guard else cells)
    return text.getvalue()

"""Races as CSV: our own columns, those of other collections (EOPAOD), and what people call them."""

import csv
import io
import re
from collections.abc import Iterator

from analysis.errors import PollError
from analysis.polls.model import ANSWER_ROLES
from polltables.exporting.text import guarded
from polltables.importing.drafting.ids import free_id
from polltables.importing.readers.delimited import delimited_rows
from polltables.importing.recognition.folding import folded
from polltables.races.table import COLUMNS, Entry, RaceTable, answer_id, columns_of

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
    try:
        rows = [(line, [cell.strip() for cell in row]) for line, row in delimited_rows(text, name)]
    except PollError as error:
        table.problems += error.problems
        return table
    rows = [(line, row) for line, row in rows if any(row)]
    if len(rows) < 2:
        table.refuse("no polls; the first line names the columns, every other one is a poll.")
        return table
    headings = rows[0][1]
    columns = list(_columns(headings, table))
    for line, row in rows[1:]:
        if len(row) != len(headings):
            why = f"{len(row)} cells under {len(headings)} columns; leave a cell empty for what was not published."
            table.refuse(why, f"line {line}")
            continue
        found = {column: _value(cell, column) for column, cell in zip(columns, row, strict=True) if column}
        places = {
            column: f"line {line}, column {name!r}" for column, name in zip(columns, headings, strict=True)
        }
        table.entries.append(Entry({column: cell for column, cell in found.items() if cell}, line, places))
    return table


def _columns(headings: list[str], table: RaceTable) -> Iterator[str]:
    """Go through the columns that headings name, noting the answers among them and what stands twice."""
    taken: set[str] = set()
    for number, heading in enumerate(headings, start=1):
        if not heading:
            table.refuse("no heading; name it, or take it out.", f"line 1, column {number}")
        column = _column(heading)
        if column == "":  # of no use here
            yield ""
            continue
        if column and column in taken:
            why = f"column {heading!r} stands twice, or two columns mean {column!r}; keep one."
            table.refuse(why, "line 1")
        if column is None or column in taken:
            column = free_id(answer_id(heading), taken)
        if _column(heading) is None or column in ANSWER_ROLES:
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


def write_csv(table: RaceTable, *, guard: bool = True) -> str:
    """Write a race with our own columns; with guards against formulas where a spreadsheet may open it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(columns_of(table)), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    shown = guarded if guard else str
    writer.writerows({column: shown(cell) for column, cell in entry.cells.items()} for entry in table.entries)
    return text.getvalue()

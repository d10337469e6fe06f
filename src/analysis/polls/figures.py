"""One published table: a CSV laid out as printed, its figures kept as printed strings."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from analysis.paths import shown_path
from analysis.polls.limits import MAX_COLUMNS, MAX_ROWS, size_problem, text_problem
from analysis.polls.model import Answer
from analysis.polls.rounding import rounding_interval
from analysis.polls.schema import ROLES

__all__ = ["PublishedTable", "read_rows", "read_table"]

_LEADING = ("answer", "label", "label_en", "role", "given")
_REQUIRED = ("answer", "label")


@dataclass(slots=True)
class PublishedTable:
    """What a table's file holds, and everything that is wrong with it."""

    answers: list[Answer] = field(default_factory=list)
    figures: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_rows(path: Path) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Read a CSV file (UTF-8, commas) into lines of trimmed cells, with their numbers, and the problems found."""
    where = shown_path(path)
    if not path.is_file():
        return [], [f"{where}: there is no such file; add it, or take its question out of poll.toml."]
    if problem := size_problem(path, where):
        return [], [problem]
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return [], [f"{where}, line {line}: not UTF-8; save the file as UTF-8."]
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
    except csv.Error as error:
        return [], [f'{where}, line {reader.line_num}: {error}; separate cells with commas, quote with ".']
    rows = [(line, row) for line, row in rows if any(row)]
    if not rows:
        return [], [f"{where}: the file is empty; its first line names the columns."]
    return rows, []


def read_table(path: Path, segment_ids: Sequence[str], decimal_mark: str) -> PublishedTable:
    """Read one published table and check every cell of it.

    Parameters
    ----------
    path : pathlib.Path
        The CSV file.
    segment_ids : sequence of str
        Segments declared in poll.toml; each column after the leading ones is one of them.
    decimal_mark : str
        `"."` or `","`.
    """
    table = PublishedTable()
    rows, table.problems = read_rows(path)
    if table.problems:
        return table
    where = shown_path(path)
    (_, header), *body = rows
    if len(body) > MAX_ROWS or len(header) > MAX_COLUMNS:
        table.problems.append(
            f"{where}: {len(body):,} rows of {len(header):,} columns; at most {MAX_ROWS:,} and {MAX_COLUMNS} are read."
        )
        return table
    table.problems += _header_problems(header, segment_ids, where)
    if not body:
        table.problems.append(f"{where}: the table has no rows; add one for each printed answer.")
    columns = [name for name in header if name in segment_ids]
    for line, row in body:
        there = f"{where}, line {line}"
        if len(row) != len(header):
            table.problems.append(
                f"{there}: {len(row)} cells under {len(header)} columns; a figure not published is an empty cell."
            )
            continue
        cells = dict(zip(header, row, strict=True))
        if cells.get("label"):
            there = f"{there} ({cells['label'][:40]!r})"
        _read_answer(table, cells, there)
        for segment in columns:
            if not cells[segment]:
                continue
            try:
                rounding_interval(cells[segment], decimal_mark=decimal_mark)
            except ValueError as error:
                table.problems.append(f"{there}, column {segment!r}: {error}.")
            table.figures[cells.get("answer", ""), segment] = cells[segment]
    table.problems += _condition_problems(table.answers, where)
    return table


def _header_problems(header: Sequence[str], segment_ids: Sequence[str], where: str) -> list[str]:
    """Say what is wrong with the row of column names."""
    problems = [
        f"{where}: column {name!r} is missing; every row needs it."
        for name in _REQUIRED
        if name not in header
    ]
    for position, name in enumerate(header, start=1):
        if name in header[: position - 1]:
            problems.append(f"{where}: column {name!r} stands twice; keep one.")
        elif name not in _LEADING and name not in segment_ids:
            allowed = ", ".join([*_LEADING, *segment_ids])
            problems.append(
                f"{where}: column {position} is {name!r}, which is no segment of poll.toml; allowed: {allowed}."
            )
    if not set(header) & set(segment_ids):
        problems.append(f"{where}: no column is a segment; add one of {', '.join(segment_ids)}.")
    return problems


def _read_answer(table: PublishedTable, cells: dict[str, str], there: str) -> None:
    """Add the answer that a row describes, with what is wrong with it."""
    answer = Answer(
        id=cells.get("answer", ""),
        label=cells.get("label", ""),
        label_en=cells.get("label_en") or cells.get("label", ""),
        role=cells.get("role") or "substantive",
        given=cells.get("given") or None,
    )
    if not re.fullmatch(r"[a-z][a-z0-9_]*", answer.id):
        table.problems.append(
            f"{there}, column 'answer': {answer.id!r} is not an id; use small letters, digits and _, "
            "beginning with a letter."
        )
    if any(answer.id == other.id for other in table.answers):
        table.problems.append(f"{there}: the answer {answer.id!r} stands twice; ids are unique in a table.")
    for name in ("label", "label_en"):
        if why := text_problem(getattr(answer, name)):
            table.problems.append(f"{there}, column {name!r}: {why}.")
    if not answer.label:
        table.problems.append(f"{there}, column 'label': the text is empty; write it as printed.")
    if answer.role not in ROLES:
        table.problems.append(
            f"{there}, column 'role': {answer.role!r} is not allowed; use one of {', '.join(ROLES)}."
        )
    table.answers.append(answer)


def _condition_problems(answers: Sequence[Answer], where: str) -> list[str]:
    """Say which `given` does not name an unconditional answer of the same table."""
    unconditional = [answer.id for answer in answers if answer.given is None]
    return [
        f"{where}, answer {answer.id!r}, column 'given': {answer.given!r} is not an answer that is a share of "
        f"all; use one of {', '.join(unconditional)}, or leave it empty."
        for answer in answers
        if answer.given is not None and answer.given not in unconditional
    ]

"""One published table: a CSV laid out as printed, its figures kept as printed strings."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from analysis.paths import shown_path
from analysis.polls.figures import parse_count, rounding_interval
from analysis.polls.limits import MAX_COLUMNS, MAX_ROWS, is_blank, size_problem, text_problem
from analysis.polls.model import BASE_ROLES, MEASURE_ROLES, ROLES, Answer
from analysis.polls.schema import ID_FORM, is_id

__all__ = ["PublishedTable", "read_rows", "read_table"]

_LEADING = ("answer", "label", "label_en", "short", "short_en", "role", "given", "of", "unit")
_TEXTS = ("label", "label_en", "short", "short_en", "unit")
_REQUIRED = ("answer", "label")
_NUMBER = re.compile(r"[+\-−]?\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)  # a mean, a score or a change


@dataclass(slots=True)
class PublishedTable:
    """What a table's file holds, and everything that is wrong with it."""

    rows: list[Answer] = field(default_factory=list)
    segments: list[str] = field(default_factory=list)
    figures: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_rows(path: Path, where: str) -> tuple[list[tuple[int, list[str]]], list[str]]:
    """Read a CSV file (UTF-8, commas) into lines of trimmed cells, with their numbers, and the problems found."""
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

    * `path`: the CSV file.
    * `segment_ids`: segments declared in poll.toml; each column after the leading ones is one of them.
    * `decimal_mark`: `"."` or `","`.
    """
    table, where = PublishedTable(), shown_path(path)
    lines, table.problems = read_rows(path, where)
    if table.problems:
        return table
    (_, header), *body = lines
    if len(body) > MAX_ROWS or len(header) > MAX_COLUMNS:
        table.problems.append(
            f"{where}: {len(body):,} rows of {len(header):,} columns; at most {MAX_ROWS:,} and {MAX_COLUMNS} are read."
        )
        return table
    table.problems += _header_problems(header, segment_ids, where)
    if not body:
        table.problems.append(f"{where}: the table has no rows; add one for each printed answer.")
    table.segments = [name for name in header if name in segment_ids]
    seen: set[str] = set()
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
        answer = _row(cells)
        table.problems += _row_problems(answer, seen, there)
        seen.add(answer.id)
        table.rows.append(answer)
        for segment in table.segments:
            if figure := cells[segment]:
                table.figures[answer.id, segment] = figure
                if why := _figure_problem(figure, answer.role, decimal_mark):
                    table.problems.append(f"{there}, column {segment!r}: {why}.")
    table.problems += _reference_problems(table.rows, where)
    return table


def _header_problems(header: Sequence[str], segment_ids: Sequence[str], where: str) -> Iterator[str]:
    """Say what is wrong with the row of column names."""
    yield from (
        f"{where}: column {name!r} is missing; every row needs it."
        for name in _REQUIRED
        if name not in header
    )
    seen: set[str] = set()
    for position, name in enumerate(header, start=1):
        if name in seen:
            yield f"{where}: column {name!r} stands twice; keep one."
        elif name not in _LEADING and name not in segment_ids:
            allowed = ", ".join([*_LEADING, *segment_ids])
            yield f"{where}: column {position} is {name!r}, which is no segment of poll.toml; allowed: {allowed}."
        seen.add(name)
    if not seen.intersection(segment_ids):
        yield f"{where}: no column is a segment; add one of {', '.join(segment_ids)}."


def _row(cells: dict[str, str]) -> Answer:
    """Return what the leading cells of a row say."""
    role, given = cells.get("role") or "substantive", cells.get("given") or None
    texts = {name: cells.get(name, "") for name in _TEXTS}
    return Answer(
        id=cells.get("answer", ""), role=role, given=given, of=tuple(cells.get("of", "").split()), **texts
    )


def _row_problems(row: Answer, seen: set[str], there: str) -> Iterator[str]:
    """Say what is wrong with the leading cells of a row."""
    if not is_id(row.id):
        yield f"{there}, column 'answer': {row.id[:100]!r} is not an id; use {ID_FORM}."
    if row.id in seen:
        yield f"{there}: the answer {row.id!r} stands twice; ids are unique in a table."
    for name in _TEXTS:
        if why := text_problem(getattr(row, name)):
            yield f"{there}, column {name!r}: {why}."
    if is_blank(row.label):
        yield f"{there}, column 'label': the text is empty; write it as printed."
    if row.role not in ROLES:
        yield f"{there}, column 'role': {row.role[:100]!r} is not allowed; use one of {', '.join(ROLES)}."
    if row.of and row.role != "net":
        yield f"{there}, column 'of': only a row of role 'net' sums others."


@lru_cache(maxsize=4096)  # the same few hundred figures stand in table after table
def _figure_problem(printed: str, role: str, decimal_mark: str) -> str:
    """Say why a cell is no figure of its row, as the end of a sentence; empty where it is one."""
    try:
        if role in BASE_ROLES:
            parse_count(printed, decimal_mark=decimal_mark)
        elif role not in MEASURE_ROLES:
            rounding_interval(printed, decimal_mark=decimal_mark)
        elif not _NUMBER.fullmatch(printed):
            return f"{printed[:100]!r} is not a number such as 7{decimal_mark}5"
    except ValueError as error:
        return str(error)
    return ""


def _reference_problems(rows: Sequence[Answer], where: str) -> Iterator[str]:
    """Say which `given` names no unconditional answer of the same table, and which `of` no row of it."""
    unconditional = [
        row.id for row in rows if row.given is None and row.role not in (*BASE_ROLES, *MEASURE_ROLES)
    ]
    ids = {row.id for row in rows}
    for row in rows:
        if row.given is not None and row.given not in unconditional:
            yield (
                f"{where}, answer {row.id!r}, column 'given': {row.given[:100]!r} is not an answer that is a share of "
                f"all; use one of {', '.join(unconditional)}, or leave it empty."
            )
        if unknown := set(row.of) - (ids - {row.id}):
            yield f"{where}, answer {row.id!r}, column 'of': no other row is called {', '.join(sorted(unknown))[:100]}."

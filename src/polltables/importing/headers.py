"""Where a table's header ends, and what each of its columns is called, spanning headers included."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from polltables.importing.cells import count_of, is_figure_like
from polltables.importing.source import Cell, Grid, TextLine

__all__ = ["Column", "SourceTable", "table_of"]

_MAX_HEADER_ROWS = 4
_BASE = re.compile(r"\(?\s*(?:n|base)\s*[=:]\s*[\d.,' ]+\)?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures: its label, the spanning headers over it from the outermost, and its place."""

    label: str
    spanners: tuple[str, ...]
    base: str
    where: str


@dataclass(slots=True)
class SourceTable:
    """A grid understood as a published table."""

    stub: str
    columns: list[Column]
    rows: list[list[Cell]]
    texts: list[TextLine]
    where: str
    problems: list[str]

    @property
    def header(self) -> list[tuple[str, tuple[str, ...]]]:
        """The columns by what they are called, to tell a table that goes on over a page."""
        return [(column.label, column.spanners) for column in self.columns]


def _is_header(row: Sequence[Cell], above: Sequence[Sequence[Cell]]) -> bool:
    """Say whether a row that follows the header rows above still belongs to them."""
    beside = [cell.text for cell in row[1:] if cell.text]
    if not above:
        return not any(is_figure_like(text) for text in beside) or not row[0].text
    if row[0].text and any(header[0].text for header in above):
        return False
    figures = [is_figure_like(text) for text in beside]
    # A row with a label may name columns where those above left some unnamed, but then it holds no figure.
    return bool(beside) and not (any(figures) if row[0].text else all(figures))


def _count_header_rows(grid: Grid) -> int:
    count = 0
    for row in grid.rows[:_MAX_HEADER_ROWS]:
        if not _is_header(row, grid.rows[:count]):
            break
        count += 1
        # Under different names without a gap nothing is left to be named, so the body begins.
        names = [cell.text for cell in row[1:]]
        if all(names) and len(set(names)) == len(names):
            break
    return count + (count < len(grid.rows) and count > 0 and _is_base_row(grid.rows[count]))


def table_of(grid: Grid, texts: list[TextLine]) -> SourceTable:
    """Understand a grid: header rows, columns with their spanners, body.

    A blank cell of the header belongs to the spanner on its left where something stands beneath it.
    """
    count = _count_header_rows(grid)
    header, body = grid.rows[:count], grid.rows[count:]
    problems = list(grid.ragged)
    bases = [""] * (len(grid.rows[0]) - 1)
    if header and _is_base_row(header[-1]):
        bases = [count_of(cell.text) for cell in header.pop()[1:]]
    stub = " / ".join(dict.fromkeys(row[0].text for row in header if row[0].text))
    paths = _paths([row[1:] for row in header])
    columns, kept = [], []
    for position, path in enumerate(paths, start=1):
        cells = [row[position] for row in body]
        there = header[0][position].where if header else grid.where
        if not path:
            if any(cell.text for cell in cells):
                first = next(cell for cell in cells if cell.text)
                problems.append(
                    f"{there}: the column has no name, but figures such as {first.text!r}; "
                    "name it in the header of the table."
                )
            continue
        label, base = _split_base(path[-1])
        columns.append(Column(label, tuple(path[:-1]), bases[position - 1] or base, there))
        kept.append(position)
    problems += _doubled(columns)
    rows = [[row[0], *(row[position] for position in kept)] for row in body]
    return SourceTable(stub, columns, rows, texts, grid.where, problems)


def _is_base_row(row: Sequence[Cell]) -> bool:
    texts = [cell.text for cell in row[1:] if cell.text]
    return bool(texts) and all(_BASE.fullmatch(text) for text in texts)


def _split_base(label: str) -> tuple[str, str]:
    """Part `Rural (n = 450)` into the label and the printed number of interviews."""
    match = re.fullmatch(r"(.+?)\s*\(\s*(?:n|base)\s*[=:]\s*([\d.,' ]+)\)", label, re.IGNORECASE | re.ASCII)
    return (match[1], match[2].strip()) if match else (label, "")


def _paths(header: Sequence[Sequence[Cell]]) -> list[list[str]]:
    """Return what stands over each column, from the outermost header to its own."""
    if not header:
        return []
    paths: list[list[str]] = [[] for _ in header[0]]
    for level, row in enumerate(header):
        spanner, under = "", [path.copy() for path in paths]
        for position, cell in enumerate(row):
            beneath = any(lower[position].text for lower in header[level + 1 :])
            same = position > 0 and under[position] == under[position - 1]
            spanner = cell.text or (spanner if beneath and (level == 0 or same) else "")
            # A label repeated over the columns it spans is one spanner, as files without merged cells have it.
            if spanner and (cell.text or beneath):
                paths[position].append(spanner)
    return paths


def _doubled(columns: Sequence[Column]) -> list[str]:
    seen: dict[tuple[str, tuple[str, ...]], str] = {}
    problems = []
    for column in columns:
        key = (column.label.casefold(), column.spanners)
        if key in seen:
            over = f" under {' / '.join(column.spanners)!r}" if column.spanners else ""
            problems.append(
                f"{column.where}: a second column is named {column.label!r}{over} (the first: {seen[key]}); "
                "columns of a table have different names."
            )
        seen.setdefault(key, column.where)
    return problems

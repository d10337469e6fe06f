"""Runs of figures made into grids: the header above them, the labels beside them, headings among them."""

from collections.abc import Sequence
from dataclasses import dataclass

from polltables.importing.layout.header import Header, Rules, header_of
from polltables.importing.layout.labels import BodyRow, body_rows
from polltables.importing.layout.runs import Column, Run
from polltables.importing.layout.words import TextLine, Word
from polltables.importing.page import Cell, Grid, clean
from polltables.importing.recognition.figures import token_of

__all__ = ["Laid", "Rules", "lay_out"]


@dataclass(slots=True)
class Laid:
    """A grid laid out, with the lines that it took, and its columns."""

    grid: Grid
    lines: set[int]
    turned: list[Word]
    columns: list[Column]
    first: int
    last: int


def lay_out(
    runs: Sequence[Run], lines: Sequence[TextLine], turned: Sequence[Word], rules: Rules, where: str
) -> list[Laid]:
    """Make grids of the runs of a page; a run without a header goes on under the one before if its columns are the same."""
    laid: list[Laid] = []
    for run in runs:
        floor = laid[-1].last + 1 if laid else 0
        header = header_of(run, lines, turned, rules, floor)
        if header is None:
            if laid and _same(laid[-1].columns, run.columns):
                _append(laid[-1], run, lines, rules)
            continue
        grid = Grid([], where)
        _write_header(grid, run, header)
        found = Laid(
            grid, set(header.lines), header.turned, run.columns, min([run.first, *header.lines]), run.last
        )
        _write_body(found, run, lines, rules, header.before)
        laid.append(found)
    for one in laid:
        for number, row in enumerate(one.grid.rows, start=1):
            for place, cell in enumerate(row, start=1):
                cell.where = f"{where}, line {number} of the table at {round(lines[one.first].top)} points, column {place}"
    return laid


def _same(one: Sequence[Column], two: Sequence[Column]) -> bool:
    return len(one) == len(two) and all(a.x0 < b.x1 and b.x0 < a.x1 for a, b in zip(one, two, strict=True))


def _write_header(grid: Grid, run: Run, header: Header) -> None:
    width = len(run.columns) + 1
    for level in header.levels:
        row = [Cell() for _ in range(width)]
        for heading in level:
            cell = row[heading.first + 1]
            cell.text, cell.wide, cell.bold = (
                heading.text,
                heading.last - heading.first + 1,
                heading.words[0].bold,
            )
        grid.rows.append(row)
    names = [Cell(header.stub)]
    for label in header.labels:
        text = clean(" ".join(word.text for word in label))
        names.append(
            Cell(
                text,
                bold=bool(label) and label[0].bold,
                marks=clean(" ".join(word.marks for word in label if word.marks)),
            )
        )
    grid.rows.append(names)


def _write_body(
    laid: Laid, run: Run, lines: Sequence[TextLine], rules: Rules, before: Sequence[int] = ()
) -> None:
    rows = body_rows(run, lines, rules.beside(run.left), before)
    laid.lines.update(before)
    for row in rows:
        laid.grid.rows.append(_cells(row, run, lines))
        laid.lines.add(row.line)
    laid.lines.update(range(run.first, run.last + 1))
    laid.last = max(laid.last, run.last)


def _cells(row: BodyRow, run: Run, lines: Sequence[TextLine]) -> list[Cell]:
    """Lay the figures of a row out in the columns of its run; letters stand with the figure on their left."""
    label = Cell(row.text, marks=clean(" ".join(word.marks for word in row.words if word.marks)))
    if row.words:
        label.bold, label.indent = all(word.bold for word in row.words), round(row.words[0].x0)
    cells = [label, *(Cell() for _ in run.columns)]
    for word in row.figures:
        places = [at for at, c in enumerate(run.columns) if word.x0 < c.x1 + 0.1 and word.x1 > c.x0 - 0.1]
        if token_of(word.text).kind == "letters" and not any(not cells[at + 1].text for at in places):
            places = [max((at for at, c in enumerate(run.columns) if c.x0 < word.x0), default=0)]
        at = min(places, key=lambda place: abs(run.columns[place].middle - word.middle)) if places else 0
        cell = cells[at + 1]
        cell.text, cell.marks = clean(f"{cell.text} {word.text}"), clean(f"{cell.marks} {word.marks}")
        cell.bold = word.bold
    return cells


def _append(laid: Laid, run: Run, lines: Sequence[TextLine], rules: Rules) -> None:
    """Let a run without a header go on in the grid of the one before; what stands between is a heading over its rows."""
    width = len(laid.columns) + 1
    laid.grid.rows.append([Cell() for _ in range(width)])
    for at in range(laid.last + 1, run.first):
        laid.grid.rows.append([Cell(lines[at].text, wide=width), *(Cell() for _ in range(width - 1))])
        laid.lines.add(at)
    _write_body(laid, run, lines, rules)

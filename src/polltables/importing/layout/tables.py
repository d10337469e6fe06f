"""Runs of figures made into grids: the header above them, the labels beside them, headings among them."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from polltables.importing.layout.header import Header, header_of
from polltables.importing.layout.labels import BodyRow, body_rows
from polltables.importing.layout.ruled import Rules
from polltables.importing.layout.runs import Column, Run, add_up
from polltables.importing.layout.words import TextLine, Word, marks_of, phrases_of, text_of
from polltables.importing.page import Cell, Grid, clean
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.titles import undecorated

__all__ = ["Laid", "lay_out"]

_COLUMN_GAP = 1.0  # of the size; a wider gap parts columns of labels
_FEW = 2
_MOST_FEET = 4  # lines under a table that goes on over its page


@dataclass(slots=True)
class Laid:
    """A grid laid out, with the lines that it took, and its columns; `heads` where the next page may go on with it.

    These are the lines over everything on its page, without their numbers; `more` says that it began on the page before.
    `gutter` is where the labels of its rows part, if they stand in several columns.
    """

    grid: Grid
    lines: set[int]
    turned: list[Word]
    columns: list[Column]
    gutter: list[float]
    first: int
    last: int
    heads: frozenset[str] | None = None
    more: bool = False


def lay_out(
    runs: Sequence[Run],
    lines: Sequence[TextLine],
    turned: Sequence[Word],
    rules: Rules,
    where: str,
    before: Laid | None = None,
) -> list[Laid]:
    """Make grids of the runs of a page; a run without a header goes on under the one before if its columns are the same.

    That may be the last one on the page `before`, if nothing but running heads stands over the run.
    """
    laid: list[Laid] = []
    for run in runs:
        header = header_of(run, lines, turned, rules, laid[-1].last + 1 if laid else 0)
        if header is not None:
            first = min([run.first, *header.lines])
            gutter = _gutter(run)
            grid = Grid(_header_rows(run, header, gutter), where)
            laid.append(Laid(grid, set(header.lines), header.turned, run.columns, gutter, first, run.last))
            _write_body(laid[-1], run, lines, rules, header.before)
        elif laid and _same(laid[-1].columns, run.columns):
            _append(laid[-1], run, lines, rules)
        elif (
            before
            and not laid
            and _same(before.columns, run.columns)
            and _heads(lines[: run.first]) <= (before.heads or frozenset())
        ):
            laid.append(
                Laid(before.grid, set(), [], run.columns, before.gutter, run.first, run.last, more=True)
            )
            _write_body(laid[-1], run, lines, rules)
        elif add_up(figures := [row.figures for _, row in run.rows]) or _is_list(run):
            problem = f"{where}: no line over its figures could be read as the names of its columns"
            problem = "" if len(figures[0]) == 1 else problem  # all of one column have a name
            laid.append(Laid(Grid([], where, problem), set(), [], run.columns, [], run.first, run.last))
            _write_body(laid[-1], run, lines, rules)
    for one in laid:
        top = round(lines[one.first].top)
        for number, row in enumerate(one.grid.rows, start=1):
            for place, cell in enumerate(row, start=1):
                cell.where = (
                    cell.where or f"{where}, line {number} of the table at {top} points, column {place}"
                )
    if laid and len(lines) - laid[-1].last <= _MOST_FEET:
        laid[-1].heads = _heads(lines[:_MOST_FEET])
    return laid


def _is_list(run: Run) -> bool:
    """Say whether one column of figures adds up to all, each beside a label."""
    labelled = all(row.label and len(row.figures) == 1 for _, row in run.rows)
    return labelled and add_up([[row.figures[0] for _, row in run.rows]] * 2)


def _heads(lines: Sequence[TextLine]) -> frozenset[str]:
    return frozenset(re.sub(r"\d+", "", line.text) for line in lines)


def _same(one: Sequence[Column], two: Sequence[Column]) -> bool:
    return len(one) == len(two) and all(a.x0 < b.x1 and b.x0 < a.x1 for a, b in zip(one, two, strict=True))


def _gutter(run: Run) -> list[float]:
    """Find where the labels of a run part, as questions and answers do: those on the right begin or end alike.

    Where all labels part alike, as those of a list do, each part is a column.
    """
    labels = [row.label for _, row in run.rows if row.label]
    begins = [[phrase[0].x0 for phrase in phrases_of(label)] for label in labels]
    if len({*map(len, begins)}) == 1 and len(labels) > _FEW:
        _, *others = zip(*begins, strict=True)
        if others and all(max(begin) - min(begin) < 1 for begin in others):
            return [min(begin) - 1 for begin in others]
    parts = [phrases_of(label, _COLUMN_GAP) for label in labels]
    double = [part for part in parts if len(part) == 2]
    if len(double) < _FEW or max(map(len, parts)) > 2:
        return []
    # The whole may stand where the first of two parts do, over groups with a heading each.
    edge = max(part[0][0].x0 for part in double)
    lasts = [part[-1] for part in parts if len(part) == 2 or part[0][0].x0 > edge + 1]
    if not len(double) < len(lasts) >= len(parts) - 1:
        lasts = [part[-1] for part in parts]
    lefts, rights = [part[0].x0 for part in lasts], [part[-1].x1 for part in lasts]
    alike = min(max(edges) - min(edges) for edges in (lefts, rights)) < lasts[0][0].size
    at = min(lefts) - 1
    return [at] if alike and all(part[0][-1].x1 < at for part in parts if len(part) > 1) else []


def _header_rows(run: Run, header: Header, gutter: Sequence[float]) -> list[list[Cell]]:
    rows = []
    for level in header.levels:
        row = [Cell() for _ in range(len(run.columns) + len(gutter) + 1)]
        for heading in level:
            wide = heading.last - heading.first + 1
            row[heading.first + len(gutter) + 1] = Cell(undecorated(text_of(heading.words)), wide=wide)
        rows.append(row)
    names = [Cell(text_of(label), marks=marks_of(label)) for label in header.labels]
    return [*rows, [*_label(BodyRow(header.stub), gutter), *names]]


def _label(row: BodyRow, gutter: Sequence[float]) -> list[Cell]:
    """Lay the label of a row out in its columns; the marks of its words stand with the last."""
    *before, last = (Cell(row.between(*place)) for place in pairwise([-math.inf, *gutter, math.inf]))
    last.marks = marks_of(row.words)
    return [*before, last]


def _write_body(
    laid: Laid, run: Run, lines: Sequence[TextLine], rules: Rules, before: Sequence[int] = ()
) -> None:
    for row in body_rows(run, lines, rules.beside(run.left), before):
        laid.grid.rows.append([*_label(row, laid.gutter), *_cells(row, run)])
        laid.lines.update([row.line, *row.tail])
    laid.lines.update(before, range(run.first, run.last + 1))
    laid.last = max(laid.last, run.last, *laid.lines)


def _cells(row: BodyRow, run: Run) -> list[Cell]:
    """Lay the figures of a row out in the columns of its run; letters stand with the figure on their left."""
    cells = [Cell() for _ in run.columns]
    for word in row.figures:
        places = [at for at, c in enumerate(run.columns) if word.x0 < c.x1 + 0.1 and word.x1 > c.x0 - 0.1]
        if token_of(word.text).kind == "letters" and all(cells[at].text for at in places):
            places = [max((at for at, c in enumerate(run.columns) if c.x0 < word.x0), default=0)]
        cell = cells[min(places, key=lambda at: abs(run.columns[at].middle - word.middle), default=0)]
        cell.text, cell.marks = clean(f"{cell.text} {word.text}"), clean(f"{cell.marks} {word.marks}")
    return cells


def _append(laid: Laid, run: Run, lines: Sequence[TextLine], rules: Rules) -> None:
    """Let a run without a header go on in the grid of the one before; what stands between is a heading over its rows."""
    width = len(laid.columns) + len(laid.gutter) + 1
    between = range(laid.last + 1, run.first)
    texts = [Cell(), *(Cell(lines[at].text, wide=width) for at in between)]
    laid.grid.rows += [[text, *(Cell() for _ in range(width - 1))] for text in texts]
    laid.lines.update(between)
    _write_body(laid, run, lines, rules)

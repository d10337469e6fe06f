"""Tables whose cells are drawn: rules and filled boxes say where each cell ends and how many columns it covers."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from polltables.importing.layout.runs import Column
from polltables.importing.layout.words import Word, lines_of, marks_of, phrases_of, text_of
from polltables.importing.page import Cell, Grid, clean
from polltables.importing.recognition.figures import token_of

__all__ = ["Box", "Rules", "ruled_grids", "within"]

_FEW_EDGES = 6
_FEW_CELLS = 4
_MOST_EDGES = 6000
_NEAR = 2.5  # points between edges that are one
_ASTRAY = 0.08
_MOST = 0.8

_DASHES = re.compile(r"[-=_+─━═]{3,}")

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class Rules:
    """Rules of a page: heights with from where to where they reach."""

    across: list[tuple[float, float, float]] = field(default_factory=list)

    def drawn_by(self, words: Sequence[Word]) -> bool:
        """Take words of nothing but dashes for the rules that they draw, as on a typewriter."""
        drawn = bool(words) and all(_DASHES.fullmatch(word.text) for word in words)
        if drawn:
            self.across += [(word.x0, word.x1, (word.top + word.bottom) / 2) for word in words]
        return drawn

    def wide(self, columns: Sequence[Column], top: float, bottom: float) -> bool:
        """Say whether a rule reaches over most columns between two heights."""
        span = columns[-1].x1 - columns[0].x0
        return any(
            top < y < bottom and min(x1, columns[-1].x1) - max(x0, columns[0].x0) > 0.8 * span
            for x0, x1, y in self.across
        )

    def between(self, top: float, bottom: float) -> list[tuple[float, float]]:
        """Return the reach of the rules between two heights; pieces that touch are one."""
        found: list[tuple[float, float]] = []
        for x0, x1, _ in sorted(rule for rule in self.across if top < rule[2] < bottom):
            if found and x0 - found[-1][1] < 1:
                found[-1] = (found[-1][0], max(found[-1][1], x1))
            else:
                found.append((x0, x1))
        return found

    def beside(self, left: float) -> list[float]:
        """Return the heights of the rules that reach over the labels."""
        return [y for x0, x1, y in self.across if x0 < left - 10 and x1 - x0 > 15]


def ruled_grids(page: Any, words: Sequence[Word], where: str) -> list[tuple[Box, Grid]]:
    """Read the tables of a page that are drawn cell by cell, each with its box.

    A frame, the bars of a chart, or cells that hold several rows of figures are no such table.
    """
    if not _FEW_EDGES <= len(page.edges) <= _MOST_EDGES:
        return []
    tables = [[cell for row in table.rows for cell in row.cells if cell] for table in page.find_tables()]
    return [one for boxes in _bands(tables, words) if (one := _drawn(boxes, words, where)) is not None]


def _bands(tables: Sequence[list[Box]], words: Sequence[Word]) -> list[list[Box]]:
    """Put tables together that are the shaded rows of one: rows of figures stand between them, under the same edges."""
    together: list[list[Box]] = []
    for boxes in tables:
        last = together[-1] if together else []
        low, high = max((box[3] for box in last), default=0), min(box[1] for box in boxes)
        edges = sorted(box for box in last if box[3] > low - _NEAR)  # those of the lowest row
        rows = 0
        if low < high and len(edges) > 1 and abs(edges[0][0] - min(boxes)[0]) < _NEAR:
            lines = lines_of(word for word in words if within(word, (edges[0][0], low, edges[-1][2], high)))
            figures = [[word for word in line.words if token_of(word.text).is_number] for line in lines]
            # A row may be one line of the page, or several if no column holds two figures.
            most = max(
                sum(box[0] < word.middle < box[2] for line in figures for word in line) for box in edges
            )
            rows = most if most == 1 or most == len(lines) == sum(len(line) > 1 for line in figures) else 0
            named = any(line.words[0].text[:1].isalpha() for line in lines)
            rows = rows if named and high - low < 3 * sum(line.size for line in lines) else 0
        if not rows:
            together.append(boxes)
            continue
        height = (high - low) / rows
        last += [
            (x0, low + height * at, x1, low + height * (at + 1))
            for at in range(rows)
            for x0, _, x1, _ in edges
        ]
        last += boxes
    return together


def within(word: Word, box: Box, slack: float = 0) -> bool:
    """Say whether the middle of a word lies in a box."""
    height = (word.top + word.bottom) / 2
    return box[0] - slack <= word.middle <= box[2] + slack and box[1] - slack <= height <= box[3] + slack


def _drawn(boxes: list[Box], words: Sequence[Word], where: str) -> tuple[Box, Grid] | None:
    """Read the cells of a table with its box; None where it is none."""
    # A frame around other cells, as that of a page, is none.
    boxes = [box for box in boxes if not any(_holds(box, other) for other in boxes)]
    if len(boxes) < _FEW_CELLS:
        return None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    area = (min(x0), min(y0), max(x1), max(y1))
    lefts, tops = _edges(box[0] for box in boxes), _edges(box[1] for box in boxes)
    lefts = [left for left in lefts if _parts(left, boxes)]
    if len(lefts) < 2:
        return None
    inner = [word for word in words if within(word, area)]
    cells: list[list[Word]] = [[] for _ in boxes]
    astray = 0
    loose: list[Word] = []
    for word in inner:
        place = next((at for at, box in enumerate(boxes) if within(word, box, 0.5)), None)
        if place is None:
            loose.append(word)
            continue
        left, _, right, _ = boxes[place]
        astray += not word.turned and (word.x0 < left - 0.5 * word.size or word.x1 > right + 0.5 * word.size)
        cells[place].append(word)
    astray += len(loose)
    for box, found in _open_cells(
        loose, [box for box, found in zip(boxes, cells, strict=True) if found], lefts, tops, area
    ):
        boxes.append(box)
        cells.append(found)
    several = sum(_figures(found) > 1 for found in cells)
    filled = sum(map(bool, cells))
    if filled < _FEW_CELLS or astray > _ASTRAY * len(inner) or several > max(0.06 * filled, 1):
        return None
    columns = range(1, len(lefts) + 1)
    grid = Grid([], where)
    for row in range(1, len(tops) + 1):
        grid.rows.append([Cell("", f"{where}, row {row}, column {column}") for column in columns])
    for box, found in zip(boxes, cells, strict=True):
        cell = grid.rows[_place(tops, box[1])][_place(lefts, box[0])]
        cell.wide = max(sum(box[0] - _NEAR <= left < box[2] - _NEAR for left in lefts), 1)
        cell.text, cell.marks = _text_of(found)
    # Where labels stand left of the drawn cells, the figures themselves show the columns.
    beside = [w for w in words if w.x1 < area[0] + 2 and area[1] < (w.top + w.bottom) / 2 < area[3]]
    bare = sum(token_of(row[0].text).is_number for row in grid.rows)
    if bare > 1 and len(lines_of(beside)) >= _MOST * bare:
        return None
    return area, grid


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return (
        box is not other
        and box[0] < x < box[2]
        and box[1] < y < box[3]
        and box[3] - box[1] > 2 * (other[3] - other[1])
    )


def _parts(left: float, boxes: Sequence[Box]) -> bool:
    """Say whether an edge parts columns, and is not that of a single box over cells that reach across it."""
    begin = sum(abs(box[0] - left) < _NEAR for box in boxes)
    return 2 * begin >= sum(box[0] < left - _NEAR and box[2] > left + _NEAR for box in boxes)


def _figures(words: Sequence[Word]) -> int:
    """Count the figures in a cell, under one another or well apart on one line."""
    phrases = [text_of(phrase) for line in lines_of(words) for phrase in phrases_of(line.words, 1.0)]
    return sum(token_of(text).is_number for text in phrases)


def _edges(values: Iterable[float]) -> list[float]:
    """Return the different edges, from the smallest; those that almost meet are one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return kept


def _open_cells(
    loose: Sequence[Word], boxes: Sequence[Box], lefts: Sequence[float], tops: Sequence[float], area: Box
) -> list[tuple[Box, list[Word]]]:
    """Put words outside of drawn cells into those that the edges of others leave open, beside drawn ones that are filled.

    What is drawn over a table may break its frame, and a header may have no rule at its edge; a name has all columns up
    to the next drawn cells, if it stands there alone.
    """
    open_cells: dict[Box, list[Word]] = {}
    for phrase in (phrase for line in lines_of(loose) for phrase in phrases_of(line.words)):
        beside_labels = phrase[0].x0 > lefts[1] - _NEAR
        for word in phrase:
            y = (word.top + word.bottom) / 2
            top = max((edge for edge in tops if edge <= y), default=area[1])
            level = [box for box in boxes if abs(box[1] - top) < _NEAR]
            left = max((box[2] for box in level if box[2] <= word.middle), default=lefts[beside_labels])
            right = min((box[0] for box in level if box[0] >= word.middle), default=area[2])
            if level and not any(box[0] < word.middle < box[2] for box in level):
                bottom = min((edge for edge in tops if edge > y), default=area[3])
                box = (left, top, right if beside_labels else lefts[1], bottom)
                open_cells.setdefault(box, []).append(word)
    found: dict[Box, list[Word]] = {}
    for box, words in open_cells.items():
        alone = all(len(phrases_of(line.words)) == 1 for line in lines_of(words)) and not _figures(words)
        for word in words:
            left = max((edge for edge in lefts if edge <= word.middle), default=box[0])
            right = min((edge for edge in lefts if edge > word.middle), default=box[2])
            found.setdefault(box if alone else (left, box[1], right, box[3]), []).append(word)
    return list(found.items())


def _place(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _text_of(words: Sequence[Word]) -> tuple[str, str]:
    """Return the text of words in the order they are read, and the marks beside them."""
    lines = lines_of(words)
    turned = sorted((word for word in words if word.turned), key=lambda word: word.order)
    text = clean("\n".join([*(line.text for line in lines), *(word.text for word in turned)]))
    if token_of(text.replace(" ", "")).kind == "figure":
        text = text.replace(" %", "%")
    return text, marks_of([word for line in lines for word in line.words])

"""Tables whose cells are drawn: rules and filled boxes say where each cell ends and how many columns it covers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from polltables.importing.layout.words import Word, lines_of, phrases_of, text_of
from polltables.importing.page import Cell, Grid, clean
from polltables.importing.recognition.figures import token_of

__all__ = ["Box", "ruled_grids", "within"]

_FEW_EDGES = 6
_MOST_EDGES = 6000
_NEAR = 2.5  # points between edges that are one
_ASTRAY = 0.08

Box = tuple[float, float, float, float]


@dataclass(slots=True)
class _Drawn:
    """A grid of drawn cells: its box, the edges of its columns, and the height of its last row."""

    area: Box
    grid: Grid
    edges: list[float]
    height: float

    def goes_on_from(self, other: "_Drawn") -> bool:
        """Say whether its cells stand right under those of another, in the same columns."""
        near = 0 <= self.area[1] - other.area[3] < other.height and len(self.edges) == len(other.edges)
        return near and all(abs(a - b) < _NEAR for a, b in zip(self.edges, other.edges, strict=True))


def ruled_grids(page: Any, words: Sequence[Word], where: str) -> list[tuple[Box, Grid]]:
    """Read the tables of a page that are drawn cell by cell, each with its box.

    A frame, the bars of a chart, or cells that hold several rows of figures are no such table.
    """
    if not _FEW_EDGES <= len(page.edges) <= _MOST_EDGES:
        return []
    found = [one for table in page.find_tables() if (one := _drawn(table, words, where)) is not None]
    free = [word for word in words if not any(within(word, one.area) for one in found)]
    kept: list[_Drawn] = []
    for one in sorted(found, key=lambda drawn: drawn.area[1]):
        _go_on(one, free, where)
        if kept and one.goes_on_from(kept[-1]):
            kept[-1].grid.rows += one.grid.rows
            kept[-1].area = (*kept[-1].area[:3], one.area[3])
        else:
            kept.append(one)
    return [(drawn.area, drawn.grid) for drawn in kept]


def within(word: Word, box: Box, slack: float = 0) -> bool:
    """Say whether the middle of a word lies in a box."""
    height = (word.top + word.bottom) / 2
    return box[0] - slack <= word.middle <= box[2] + slack and box[1] - slack <= height <= box[3] + slack


def _drawn(table: Any, words: Sequence[Word], where: str) -> _Drawn | None:
    boxes: list[Box] = [cell for row in table.rows for cell in row.cells if cell]
    # A frame around other cells, as that of a page, is none.
    boxes = [box for box in boxes if not any(_holds(box, other) for other in boxes)]
    if not boxes:
        return None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    area = (min(x0), min(y0), max(x1), max(y1))
    lefts, tops = _edges(box[0] for box in boxes), _edges(box[1] for box in boxes)
    lefts = [left for left in lefts if _parts(left, boxes)]
    inner = [word for word in words if within(word, area)]
    if len(lefts) < 2 or len(tops) < 2 or len(inner) < 4:
        return None
    cells: list[list[Word]] = [[] for _ in boxes]
    astray = 0
    for word in inner:
        place = next((at for at, box in enumerate(boxes) if within(word, box, 0.5)), None)
        if place is None:
            astray += 1
            continue
        left, _, right, _ = boxes[place]
        astray += not word.turned and (word.x0 < left - 0.5 * word.size or word.x1 > right + 0.5 * word.size)
        cells[place].append(word)
    several = sum(_figures(found) > 1 for found in cells)
    filled = sum(map(bool, cells))
    if astray > _ASTRAY * len(inner) or several > max(0.06 * filled, 1) or filled < 4:
        return None
    grid = Grid(
        [
            [Cell("", f"{where}, row {row}, column {column}") for column in range(1, len(lefts) + 1)]
            for row in range(1, len(tops) + 1)
        ],
        where,
    )
    for box, found in zip(boxes, cells, strict=True):
        cell = grid.rows[_place(tops, box[1])][_place(lefts, box[0])]
        cell.wide = max(sum(box[0] - _NEAR <= left < box[2] - _NEAR for left in lefts), 1)
        cell.text, cell.marks = _text_of(found)
    drawn = _Drawn(area, grid, [*lefts, area[2]], area[3] - tops[-1])
    _take_labels(drawn, [*tops, area[3]], words)
    return drawn


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


def _take_labels(drawn: _Drawn, heights: Sequence[float], words: Sequence[Word]) -> None:
    """Take the labels of rows along that stand left of their drawn cells, between the heights of these."""
    left, top, right, bottom = drawn.area
    beside = [word for word in words if word.x1 < left + 2 and not word.turned]
    labels = [[w for w in beside if within(w, (0, y0, left, y1))] for y0, y1 in pairwise(heights)]
    bare = [token_of(row[0].text).is_number for row in drawn.grid.rows]
    labelled = sum(map(bool, (label for label, number in zip(labels, bare, strict=True) if number)))
    if labelled < 2 or labelled < 0.8 * sum(bare):
        return
    for row, label in zip(drawn.grid.rows, labels, strict=True):
        row.insert(0, Cell(_text_of(label)[0], row[0].where))
    drawn.edges = [0.0, *drawn.edges]
    drawn.area = (min(word.x0 for label in labels for word in label), top, right, bottom)


def _go_on(drawn: _Drawn, words: Sequence[Word], where: str) -> None:
    """Take lines of figures along that stand right under drawn cells without cells of their own, as bases often do."""
    left, top, right, bottom = drawn.area
    below = [word for word in words if not word.turned and (word.top + word.bottom) / 2 > bottom]
    for line in lines_of(below):
        parts = [[w for w in line.words if x0 <= w.middle < x1] for x0, x1 in pairwise(drawn.edges)]
        texts = [_text_of(part)[0] for part in parts]
        outside = len(line.words) - sum(map(len, parts))
        figures = all(token_of(text).stands_in_body for text in texts[1:]) and _figures(line.words) > 1
        if line.top - bottom > drawn.height or outside or not figures or not texts[0]:
            break
        drawn.grid.rows.append([Cell(text, f"{where}, under the drawn cells") for text in texts])
        bottom = line.bottom
    drawn.area = (left, top, right, bottom)


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


def _place(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _text_of(words: Sequence[Word]) -> tuple[str, str]:
    """Return the text of words in the order they are read, and the marks beside them."""
    lines = lines_of(words)
    turned = sorted((word for word in words if word.turned), key=lambda word: word.order)
    text = clean(" ".join([*(line.text for line in lines), *(word.text for word in turned)]))
    if token_of(text.replace(" ", "")).kind == "figure":
        text = text.replace(" %", "%")
    return text, clean(" ".join(word.marks for line in lines for word in line.words if word.marks))

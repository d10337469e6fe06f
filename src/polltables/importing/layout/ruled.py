"""Tables whose cells are drawn: rules and filled boxes say where each cell ends and how many columns it covers."""

from collections.abc import Iterable, Sequence
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


def ruled_grids(page: Any, words: Sequence[Word], where: str) -> list[tuple[Box, Grid]]:
    """Read the tables of a page that are drawn cell by cell, each with its box.

    A frame, the bars of a chart, or cells that hold several rows of figures are no such table.
    """
    if not _FEW_EDGES <= len(page.edges) <= _MOST_EDGES:
        return []
    found = [_grid(table, words, where) for table in page.find_tables()]
    return [one for one in found if one is not None]


def within(word: Word, box: Box, slack: float = 0) -> bool:
    """Say whether the middle of a word lies in a box."""
    height = (word.top + word.bottom) / 2
    return box[0] - slack <= word.middle <= box[2] + slack and box[1] - slack <= height <= box[3] + slack


def _grid(table: Any, words: Sequence[Word], where: str) -> tuple[Box, Grid] | None:
    boxes: list[Box] = [cell for row in table.rows for cell in row.cells if cell]
    lefts, tops = _edges(box[0] for box in boxes), _edges(box[1] for box in boxes)
    lefts = [left for left in lefts if _parts(left, boxes)]
    inner = [word for word in words if within(word, table.bbox)]
    if len(lefts) < 2 or len(tops) < 2 or len(inner) < 4:
        return None
    cells: list[list[Word]] = [[] for _ in boxes]
    astray = 0
    for word in inner:
        place = next((at for at, box in enumerate(boxes) if within(word, box, 0.5)), None)
        if place is None:
            astray += 1
            continue
        x0, _, x1, _ = boxes[place]
        astray += not word.turned and (word.x0 < x0 - 0.5 * word.size or word.x1 > x1 + 0.5 * word.size)
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
    return _with_labels(table.bbox, grid, lefts, tops, words, where)


def _parts(left: float, boxes: Sequence[Box]) -> bool:
    """Say whether an edge parts columns, and is not that of a single box over cells that reach across it."""
    begin = sum(abs(box[0] - left) < _NEAR for box in boxes)
    return 3 * begin >= sum(box[0] < left - _NEAR and box[2] > left + _NEAR for box in boxes)


def _with_labels(
    area: Box, grid: Grid, lefts: Sequence[float], tops: Sequence[float], words: Sequence[Word], where: str
) -> tuple[Box, Grid]:
    """Take the labels of rows that stand left of their drawn cells along, and a row of bases right under these."""
    left, top, right, bottom = area
    beside = [word for word in words if word.x1 < left + 2 and not word.turned]
    labels = [[w for w in beside if within(w, (0, y0, left, y1))] for y0, y1 in pairwise([*tops, bottom])]
    bare = [token_of(row[0].text).is_number for row in grid.rows]
    labelled = sum(map(bool, (label for label, number in zip(labels, bare, strict=True) if number)))
    if labelled < 2 or labelled < 0.8 * sum(bare):
        return area, grid
    for row, label in zip(grid.rows, labels, strict=True):
        row.insert(0, Cell(_text_of(label)[0], row[0].where))
    below = [w for w in words if bottom < (w.top + w.bottom) / 2 < 2 * bottom - tops[-1]]
    for line in lines_of(below)[:1]:
        spans = pairwise([0.0, left, *lefts[1:], right])
        texts = [_text_of([w for w in line.words if x0 <= w.middle < x1])[0] for x0, x1 in spans]
        if all(token_of(text).is_number for text in texts[1:]):
            grid.rows.append([Cell(text, f"{where}, line under the drawn cells") for text in texts])
            bottom = line.bottom
    return (min(word.x0 for label in labels for word in label), top, right, bottom), grid


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

"""Tables whose cells are drawn: rules and filled boxes say where each cell ends and how many columns it covers."""

from collections.abc import Iterable, Sequence
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
    return [
        (table.bbox, grid) for table in page.find_tables() if (grid := _grid(table, words, where)) is not None
    ]


def within(word: Word, box: Box, slack: float = 0) -> bool:
    """Say whether the middle of a word lies in a box."""
    height = (word.top + word.bottom) / 2
    return box[0] - slack <= word.middle <= box[2] + slack and box[1] - slack <= height <= box[3] + slack


def _grid(table: Any, words: Sequence[Word], where: str) -> Grid | None:
    boxes: list[Box] = [cell for row in table.rows for cell in row.cells if cell]
    lefts, tops = _edges(box[0] for box in boxes), _edges(box[1] for box in boxes)
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
    return grid


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

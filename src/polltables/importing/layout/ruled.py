"""Tables whose cells are drawn: rules and filled boxes say where each cell ends and how many columns it covers."""

from collections.abc import Sequence
from typing import Any

from polltables.importing.layout.words import TextLine, Word, lines_of
from polltables.importing.page import Cell, Grid, clean
from polltables.importing.recognition.figures import token_of

__all__ = ["box_of", "ruled_grids", "text_of"]

_FEW_EDGES = 6
_MOST_EDGES = 6000
_NEAR = 2.5  # points between edges that are one
_ASTRAY = 0.08

Box = tuple[float, float, float, float]


def ruled_grids(page: Any, words: Sequence[Word], where: str) -> list[tuple[Box, Grid, list[Word]]]:
    """Read the tables of a page that are drawn cell by cell: their boxes, grids and words.

    A frame, the bars of a chart, or cells that hold several rows of figures are no such table.
    """
    edges = page.edges
    if not _FEW_EDGES <= len(edges) <= _MOST_EDGES:
        return []
    found = []
    for table in page.find_tables():
        grid = _grid(table, words, where)
        if grid is not None:
            found.append(grid)
    return found


def _grid(table: Any, words: Sequence[Word], where: str) -> tuple[Box, Grid, list[Word]] | None:
    boxes: list[Box] = [cell for row in table.rows for cell in row.cells if cell]
    lefts, tops = _edges(box[0] for box in boxes), _edges(box[1] for box in boxes)
    x0, top, x1, bottom = table.bbox
    within = [
        word for word in words if x0 <= word.middle <= x1 and top <= (word.top + word.bottom) / 2 <= bottom
    ]
    if len(lefts) < 2 or len(tops) < 2 or len(within) < 4:
        return None
    cells: dict[int, list[Word]] = {at: [] for at in range(len(boxes))}
    astray = 0
    for word in within:
        place = next((at for at, box in enumerate(boxes) if _holds(box, word)), None)
        if place is None:
            astray += 1
            continue
        astray += not word.turned and (
            word.x0 < boxes[place][0] - 0.5 * word.size or word.x1 > boxes[place][2] + 0.5 * word.size
        )
        cells[place].append(word)
    several = sum(_figures(lines_of(found)) > 1 for found in cells.values())
    filled = sum(bool(found) for found in cells.values())
    if astray > _ASTRAY * len(within) or several > max(0.06 * filled, 1) or filled < 4:
        return None
    grid = Grid(
        [
            [Cell("", f"{where}, row {r}, column {c}") for c in range(1, len(lefts) + 1)]
            for r in range(1, len(tops) + 1)
        ],
        where,
    )
    for at, box in enumerate(boxes):
        row, column = _place(tops, box[1]), _place(lefts, box[0])
        cell = grid.rows[row][column]
        cell.wide = max(sum(box[0] - _NEAR <= left < box[2] - _NEAR for left in lefts), 1)
        cell.high = max(sum(box[1] - _NEAR <= upper < box[3] - _NEAR for upper in tops), 1)
        cell.text, cell.marks = text_of(cells[at])
        cell.bold = bool(cells[at]) and all(word.bold for word in cells[at])
        cell.indent = round(min((word.x0 for word in cells[at]), default=box[0]) - box[0])
    return (x0, top, x1, bottom), grid, within


def _edges(values: Any) -> list[float]:
    """Return the different edges, from the smallest; those that almost meet are one."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _NEAR:
            kept.append(value)
    return kept


def _place(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - value))


def _holds(box: Box, word: Word) -> bool:
    return (
        box[0] - 0.5 <= word.middle <= box[2] + 0.5
        and box[1] - 0.5 <= (word.top + word.bottom) / 2 <= box[3] + 0.5
    )


def _figures(lines: Sequence[TextLine]) -> int:
    """Count the lines of a cell that are nothing but a figure."""
    return sum(token_of(line.text).is_number for line in lines)


def text_of(words: Sequence[Word]) -> tuple[str, str]:
    """Return the text of words in the order they are read, and the marks beside them."""
    turned = sorted((word for word in words if word.turned), key=lambda word: word.order)
    lines = lines_of(word for word in words if not word.turned)
    parts = [line.text for line in lines]
    text = clean(" ".join([*parts, *(word.text for word in turned)]))
    return _unbroken(text), clean(" ".join(word.marks for line in lines for word in line.words if word.marks))


def _unbroken(text: str) -> str:
    """Join a number and the per-cent sign that a gap parts."""
    return text.replace(" %", "%") if token_of(text.replace(" ", "")).kind == "figure" else text


def box_of(words: Sequence[Word]) -> Box:
    """Return the box around words."""
    return (
        min(word.x0 for word in words), min(word.top for word in words), max(word.x1 for word in words),
        max(word.bottom for word in words),
    )  # fmt: skip

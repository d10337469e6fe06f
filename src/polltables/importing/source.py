"""What a reader makes of a file: text lines and grids of cells in the file's order, each with its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.errors import PollError
from analysis.polls.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS, text_problem

__all__ = ["Cell", "Grid", "Source", "TextLine", "blocks_of_rows", "clean", "limit_problems"]

_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f\u2002\u2003\u200b\ufeff\u00ad", " "))


def clean(text: str) -> str:
    r"""Take the layout out of a text: no-break and thin spaces, line ends and runs of blanks become one space.

    Examples
    --------
    >>> clean("  Costa\u00a0y\r\n Sierra  Norte ")
    'Costa y Sierra Norte'

    The label is what was printed, however its lines were broken.
    """
    return " ".join(text.translate(_SPACES).split())


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as printed and its place in the file; `typed` is a number that a workbook shows by a format."""

    text: str
    where: str
    typed: bool = False


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line outside the tables; `heading` where the file marks it as one."""

    text: str
    where: str
    heading: bool = False


@dataclass(slots=True)
class Grid:
    """A table before anything is known of it: every row has as many cells as the widest.

    Cells that a merged cell covers are blank. `ragged` are the problems of rows of the wrong length.
    """

    rows: list[list[Cell]]
    where: str
    ragged: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read: `blocks` in the file's order, and what its reader had to decide (`remarks`)."""

    name: str
    blocks: tuple[TextLine | Grid, ...]
    remarks: tuple[str, ...] = ()

    @property
    def cells(self) -> Iterator[Cell]:
        """Go through the cells of every grid."""
        for block in self.blocks:
            if isinstance(block, Grid):
                for row in block.rows:
                    yield from row


def blocks_of_rows(rows: Sequence[Sequence[Cell]]) -> list[TextLine | Grid]:
    """Part the rows of a sheet or a delimited file into text lines and grids, as their blank rows and lone cells say.

    A row with one filled cell is text where no table has begun, and again where it is the last before a
    blank row; within a table it is an answer without figures.
    """
    blocks: list[TextLine | Grid] = []
    stretch: list[Sequence[Cell]] = []
    for row in [*rows, []]:
        if any(cell.text for cell in row):
            stretch.append(row)
        elif stretch:
            blocks += _blocks_of_stretch(stretch)
            stretch = []
    return blocks


def _blocks_of_stretch(rows: Sequence[Sequence[Cell]]) -> Iterator[TextLine | Grid]:
    """Part rows between two blank ones: text above, a grid, text below."""
    filled = [sum(bool(cell.text) for cell in row) for row in rows]
    tables = [position for position, count in enumerate(filled) if count > 1]
    first, last = (tables[0], tables[-1] + 1) if tables else (len(rows), len(rows))
    if tables:
        left = min(position for row in rows[first:last] for position, cell in enumerate(row) if cell.text)
        # A lone cell beside the labels is a heading over columns, or a figure whose label is missing.
        while first > 0 and not any(cell.text for cell in rows[first - 1][: left + 1]):
            first -= 1
        while last < len(rows) and not any(cell.text for cell in rows[last][: left + 1]):
            last += 1
    yield from _lines(rows[:first])
    if tables:
        body = rows[first:last]
        used = [position for row in body for position, cell in enumerate(row) if cell.text]
        right = max(used) + 1
        grid = [[*row[left:right], *(_blank(row, right - len(row)))] for row in body]
        yield Grid(grid, grid[0][0].where)
    yield from _lines(rows[last:])


def _lines(rows: Sequence[Sequence[Cell]]) -> Iterator[TextLine]:
    return (TextLine(cell.text, cell.where) for row in rows for cell in row if cell.text)


def _blank(row: Sequence[Cell], missing: int) -> list[Cell]:
    return [Cell("", row[-1].where)] * missing


def limit_problems(source: Source) -> None:
    """Refuse a file that is no poll by its size, naming every limit it exceeds.

    Raises
    ------
    PollError
        For a table with too many rows or columns, too many cells in all, or a text too long to be a label.
    """
    problems = []
    for block in source.blocks:
        texts: Sequence[Cell | TextLine] = [block] if isinstance(block, TextLine) else ()
        if isinstance(block, Grid):
            texts = [cell for row in block.rows for cell in row]
            if len(block.rows) > MAX_ROWS:
                problems.append(
                    f"{block.where}: the table has {len(block.rows):,} rows; at most {MAX_ROWS:,} are read."
                )
            if len(block.rows[0]) > MAX_COLUMNS:
                problems.append(
                    f"{block.where}: the table has {len(block.rows[0]):,} columns; at most {MAX_COLUMNS} are read."
                )
        problems += [f"{text.where}: {why}." for text in texts if (why := text_problem(text.text))]
    number = sum(1 for _ in source.cells)
    if number > MAX_CELLS:
        problems.append(
            f"{source.name}: the tables have {number:,} cells; at most {MAX_CELLS:,} are read. Split the file."
        )
    if problems:
        raise PollError(problems)

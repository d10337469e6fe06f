"""Sheets of a workbook, whatever its format: which are read, and what of them a person sees."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS, MAX_LINES
from polltables.importing.page import Cell, Grid, Line, Source
from polltables.importing.readers.limits import read_so_far

__all__ = ["MOST_CELLS", "Sheet", "read_sheets"]

MOST_CELLS = 600_000
"""Of all sheets."""
_LAST_COLUMN = 16_384  # that a sheet can have


@dataclass(slots=True)
class Sheet:
    """A sheet as its file says: cells by row and column, counted from one, and which rows and columns cannot be seen.

    A cell may be as `wide` as its file says; `room` is how many cells more are read.
    """

    where: str
    room: int
    cells: dict[int, dict[int, Cell]] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, cell: Cell) -> None:
        """Add a cell that holds something; PollError where the workbook holds more than are read."""
        if cell.text or cell.marks:
            self.cells.setdefault(row, {})[column] = cell
            self.room -= 1
        if self.room < 0:
            raise PollError(
                f"{self.where}: with it the sheets have more than {MOST_CELLS:,} cells; choose some with --sheets."
            )

    def hide_columns(self, first: int, last: int) -> None:
        """Note columns that cannot be seen."""
        self.hidden_columns.update(range(first, min(last, _LAST_COLUMN) + 1))

    def hidden(self) -> Iterator[str]:
        """Go through the texts that cannot be seen."""
        for row, cells in self.cells.items():
            for column, cell in sorted(cells.items()):
                if row in self.hidden_rows or column in self.hidden_columns:
                    yield cell.text

    def grid(self) -> Grid | None:
        """Lay out what can be seen, runs of blank rows as two; None where nothing can."""
        rows = sorted(self.cells.keys() - self.hidden_rows)
        filled = {column for cells in self.cells.values() for column in cells} - self.hidden_columns
        if not filled:
            return None
        if len(rows) > MAX_LINES:
            raise PollError(
                f"{self.where}: {len(rows):,} rows hold something; at most {MAX_LINES:,} are read."
            )
        grid = Grid([], self.where)
        last = min(max(filled), _LAST_COLUMN)
        seen = [column for column in range(1, last + 1) if column not in self.hidden_columns]
        if len(seen) > MAX_COLUMNS:
            grid.problem = (
                f"{self.where}: {len(seen):,} columns hold something; at most {MAX_COLUMNS} are read"
            )
            seen = seen[:MAX_COLUMNS]
        before = 0
        for row in rows:
            blank = len(set(range(before + 1, min(row, before + 4))) - self.hidden_rows)
            grid.rows += [[Cell("", self.where) for _ in seen] for _ in range(min(blank, 2))]
            before, cells = row, self.cells[row]
            for column in sorted(self.hidden_columns & cells.keys()):
                # A heading that begins over a hidden column stands over the next that can be seen.
                after = next((one for one in seen if one > column), 0)
                if min(cells) < column < after and after not in cells and cells[column].text.isalpha():
                    cells[after] = replace(cells[column], wide=max(cells[column].wide + column - after, 1))
            for column, cell in cells.items():
                if cell.wide > 1:
                    cell.wide = max(sum(column <= one < column + cell.wide for one in seen), 1)
            grid.rows.append([cells.get(column) or Cell("", self.where) for column in seen])
        return grid


def read_sheets(
    name: str,
    titles: Sequence[str],
    hidden: Sequence[bool],
    chosen: Sequence[str],
    fill: Callable[[int, Sheet], None],
) -> Source:
    """Read the sheets that can be seen, or those that are chosen, each into its title and a grid.

    `fill` puts the cells of the sheet at a position into a sheet. PollError if a sheet is chosen that is not there, or
    more cells hold something than are read.
    """
    source = Source(name, [])
    wanted = {title.casefold() for title in chosen}
    if unknown := wanted - {title.casefold() for title in titles}:
        raise PollError(
            f"{name}: no sheet is called {', '.join(sorted(unknown))}; there is: {', '.join(titles)[:500]}."
        )
    room = MOST_CELLS
    for at, title in enumerate(titles):
        sheet = Sheet(f"{name}, sheet {title!r}", room)
        if wanted and title.casefold() not in wanted:
            continue
        if hidden[at] and not wanted:
            source.remarks.append((sheet.where, title, f"the sheet is hidden; --sheets {title!r} reads it"))
            continue
        fill(at, sheet)
        room = sheet.room
        if unseen := list(sheet.hidden()):
            source.remarks.append((sheet.where, " | ".join(unseen), "in hidden rows or columns"))
        if (grid := sheet.grid()) is not None:
            source.blocks += [Line(title, sheet.where), grid]
        read_so_far(at + 1, len(titles), "sheet")
    return source

"""What is recognised in a grid: panels of rows under one header, matrices of named rows and columns, tables."""

from dataclasses import dataclass, field, replace

from polltables.importing.page import Cell, Line

__all__ = ["Item", "Matrix", "Panel", "Row", "Section", "Table", "UnreadError"]


@dataclass(slots=True)
class Section:
    """Rows of figures under one heading of their own, such as a question or a group of people."""

    headings: list[Cell]
    rows: list[list[Cell]]


@dataclass(slots=True)
class Panel:
    """A stretch of a grid under one header.

    `first` and `last` are the columns where the labels begin and end; figures stand right of them. Of these, `name` holds
    the labels, and `group` headings over several rows (-1 where there are none), which stand in each of them if `dense`.
    `between` are texts between header and figures, and `mark` is the decimal mark of the file.
    """

    where: str
    first: int
    last: int
    name: int
    group: int
    head: list[list[Cell]] = field(default_factory=list)
    between: list[Cell] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    problem: str = ""
    dense: bool = False
    mark: str = "."


@dataclass(slots=True)
class Item:
    """A row or a column of a matrix: what it is called, under which headings, and what it turned out to be.

    `base` and `weighted` are the interviews printed for it; `unit` is `percent` or `count` where the header says so beside
    the name.
    """

    label: str
    path: tuple[str, ...] = ()
    where: str = ""
    cells: list[Cell] = field(default_factory=list)
    base: str = ""
    weighted: str = ""
    apart: bool = False  # set apart by a blank row from what stands above it
    unit: str = ""
    role: str = ""
    of: tuple[int, ...] = ()

    def use(self) -> None:
        """Say that its label is in the draft."""
        for cell in self.cells:
            cell.used = True


@dataclass(slots=True)
class Matrix:
    """Figures between named rows and columns, before it is known which of them are the answers."""

    rows: list[Item]
    columns: list[Item]
    cells: list[list[Cell]]
    stub: str
    where: str
    problem: str = ""
    mark: str = "."

    def copied(self) -> "Matrix":
        """Return the matrix with rows and columns of its own, which can be told what they are."""
        rows, columns = ([replace(item) for item in items] for items in (self.rows, self.columns))
        return replace(self, rows=rows, columns=columns)

    def turned(self) -> "Matrix":
        """Return the matrix with its rows as columns."""
        cells = [list(column) for column in zip(*self.cells, strict=True)] if self.cells else []
        return replace(self, rows=self.columns, columns=self.rows, cells=cells)


@dataclass(slots=True)
class Row:
    """A row of a table; `figures` as printed, None where there is none, and `of` the positions of the rows a net sums.

    `signs` are what is printed in place of figures, and `blanks` the cells without even that.
    """

    label: str
    where: str
    figures: list[str | None]
    role: str = ""
    of: tuple[int, ...] = ()
    unit: str = ""
    signs: frozenset[str] = frozenset()
    blanks: int = 0


@dataclass(slots=True)
class Table:
    """A published table, understood: answers in rows, groups of people in columns.

    `titled` says that a text of its own stands over it; `places` are where its pieces stand; `given` maps the position
    of a row of shares to that of the answer they are shares of.
    """

    columns: list[Item]
    rows: list[Row]
    stub: str
    where: str
    texts: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)
    titled: bool = False
    places: list[str] = field(default_factory=list)
    doubts: list[tuple[str, str, str, str]] = field(default_factory=list)
    given: dict[int, int] = field(default_factory=dict)
    base_labels: dict[str, str] = field(default_factory=dict)


class UnreadError(Exception):
    """A matrix of which no table of percentages can be made: why, and where that shows if it is one place."""

    def __init__(self, why: str, where: str = "") -> None:
        super().__init__(why)
        self.where = where

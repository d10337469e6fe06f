"""Read the tables of a web page as a browser shows them, spanning cells laid out; nothing is fetched, run or expanded."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from analysis.errors import PollError
from analysis.polls.limits import MAX_COLUMNS
from polltables.importing.layout.plain import grids_of_text
from polltables.importing.page import Block, Cell, Grid, Line, Source, clean
from polltables.importing.readers.styles import HIDDEN, RAISED, named_as

__all__ = ["read_webpage"]

_SILENT = {"script", "style", "template", "head", "svg", "math", "select", "textarea", "iframe", "object"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "caption", "title"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "font", "i", "ins", "mark", "noscript", "q", "s", "small",
    "span", "strike", "strong", "sub", "sup", "u", "wbr",
}  # fmt: skip
_PARTS = ("thead", "tbody", "tfoot")
_TABLED = {"table", "caption", "tr", "td", "th", *_PARTS}
# What is a table by its roles alone, whatever its tags.
_ROLES = {
    "table": "table", "grid": "table", "treegrid": "table", "rowgroup": "tbody", "row": "tr", "cell": "td",
    "gridcell": "td", "columnheader": "th", "rowheader": "th",
}  # fmt: skip
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_SET_APART = {"sup", "sub", "s", "strike", "del"}
_MOST_SPAN = 1000  # of the HTML standard; what is beyond counts as one
_ENORMOUS_REFERENCE = re.compile(r"&#(?:\d{9,}|[xX][0-9a-fA-F]{8,})")


def read_webpage(text: str, name: str) -> Source:
    """Read a page's headings, paragraphs and tables in their order, leaving out what a browser does not show.

    A table that only lays out other tables is not one itself; its text counts as lines.

    Examples
    --------
    >>> page = "<h2>Vote</h2><table><tr><th></th><th>Total</th></tr><tr><td>Yes</td><td>61<sup>1</sup></td></tr></table>"
    >>> source = read_webpage(page, "poll.html")
    >>> cell = source.blocks[1].rows[1][1]
    >>> source.blocks[0].text, cell.text, cell.marks, cell.where
    ('Vote', '61', '1', 'poll.html, table 1, row 2, column 2')

    A raised digit is a mark beside the figure, and its place is its table, row and column.
    """
    if long := _ENORMOUS_REFERENCE.search(text):
        line = text.count("\n", 0, long.start()) + 1
        raise PollError(f"{name}, line {line}: a character reference of too many digits; save the page anew.")
    page = _Page(name, *(named_as(style, text) for style in (HIDDEN, RAISED)))
    page.feed(text)
    page.close()
    page.end_text()
    while page.tables:
        page.end_table()
    hidden = " | ".join(page.hidden)
    remarks = [(name, hidden, "a browser does not show it")] if hidden else []
    return Source(name, page.blocks, remarks)


@dataclass(slots=True)
class _Row:
    """A row that is being read: its part of the table, how many places cells above it cover, its cells by column."""

    part: str
    covered: int
    cells: list[tuple[int, Cell]] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table that is being read; `covered` says which columns are covered from above, for how many rows.

    Of its `columns`, as far as they are declared, some are `unseen`, those of a group that is so among them.
    """

    where: str
    rows: list[_Row] = field(default_factory=list)
    part: str = "tbody"
    covered: dict[int, int] = field(default_factory=dict)
    cell: Cell | None = None
    loose: list[Block] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    children: int = 0  # of its last row, seen or not
    columns: int = 0
    unseen: set[int] = field(default_factory=set)
    group_unseen: bool = False


class _Page(HTMLParser):
    """Collect blocks from a stream of tags, whose end tags may be left out as HTML allows."""

    def __init__(self, name: str, unseen: set[str], raised: set[str]) -> None:
        super().__init__(convert_charrefs=True)
        self.name, self.unseen, self.raised = name, unseen, raised
        self.blocks: list[Block] = []
        self.tables: list[_Table] = []
        self.shown: list[str] = []
        self.aside: list[str] = []
        self.silent: list[str] = []
        self.roles: list[tuple[str, str]] = []  # tags within a table by its roles, and what they stand for
        self.apart: list[str] = []
        self.heading = self.set_in = False
        self.count = 0
        self.hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, row or cell, or a new paragraph."""
        if self.silent:
            self.silent += [tag] if tag not in _VOID else []
            return
        attributes = dict(attrs)
        style = attributes.get("style") or ""
        shown = tag if tag in _TABLED else _ROLES.get(attributes.get("role") or "", tag)
        names = {f".{name}" for name in (attributes.get("class") or "").split()} | {
            f"#{attributes.get('id')}"
        }
        if shown in {"td", "th"} and self.tables:
            self.tables[-1].children += 1
            nth = f":nth-child({self.tables[-1].children})"
            names |= {nth, *(f"{name}{nth}" for name in self.tables[-1].names)}
        noted = attributes.get("role") == "doc-noteref"
        raised = shown in _INLINE and (noted or RAISED.search(style) or names & self.raised)
        unseen = "hidden" in attributes or bool(HIDDEN.search(style) or names & self.unseen)
        if tag in {"col", "colgroup"}:
            self._declare(tag, attributes, unseen=unseen)
            return
        if tag not in _VOID and (tag in _SILENT or unseen):
            self.silent = [tag]
            if shown in {"td", "th"} and self.tables:
                self.end_text()
            return
        if tag not in _VOID and (shown != tag or self.roles):
            self.roles.append((tag, shown))
        if shown in _SET_APART or raised or tag in self.apart:
            self.apart.append(tag)
        elif shown not in _INLINE:
            self._begin(shown, attributes)
            if shown == "table":
                self.tables[-1].names = names

    def _declare(self, tag: str, attributes: dict[str, str | None], *, unseen: bool) -> None:
        """Note columns of a table that are not seen; a group without a width of its own is as wide as what it holds."""
        for table in self.tables[-1:]:
            table.group_unseen = unseen if tag == "colgroup" else table.group_unseen
            if tag == "col" or "span" in attributes:
                first, table.columns = table.columns, table.columns + _span(attributes.get("span"))
                table.unseen |= set(range(first, table.columns) if unseen or table.group_unseen else ())

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Begin what stands on lines or in cells of its own."""
        if self.tables and tag not in _TABLED:
            self.shown.append(" ")
            return
        self.end_text()
        if tag == "table":
            self.count += 1
            self.tables.append(_Table(f"{self.name}, table {self.count}"))
        elif tag == "caption" or not self.tables:
            self.heading, self.set_in = tag in _HEADINGS, tag == "pre"
        elif tag in _PARTS:
            self.tables[-1].part = tag
        elif tag == "tr":
            self._begin_row(self.tables[-1])
        else:
            self._begin_cell(self.tables[-1], attributes)

    def handle_endtag(self, tag: str) -> None:
        """End what the tag ends."""
        if self.silent:
            # What was left open within is ended with what holds it.
            if tag in self.silent:
                del self.silent[len(self.silent) - 1 - self.silent[::-1].index(tag) :]
            return
        shown, at = tag, max((at for at, (one, _) in enumerate(self.roles) if one == tag), default=-1)
        if at >= 0:
            _, shown = self.roles[at]
            del self.roles[at:]
        if tag in self.apart:
            del self.apart[len(self.apart) - 1 - self.apart[::-1].index(tag) :]
        elif shown == "table" and self.tables:
            self.end_text()
            self.end_table()
        elif shown in _TABLED or (not self.tables and shown not in _INLINE):
            self.end_text()

    def handle_data(self, data: str) -> None:
        """Take text that a browser shows."""
        if self.silent:
            tags = set(self.silent)
            if clean(data) and not tags & {"script", "style", "head", "template", "svg"}:
                self.hidden.append(clean(data))
        elif self.apart:
            # A lowered digit in the middle of a word belongs to it, as in CO₂.
            before = clean("".join(self.shown))[-1:]
            within = before.isalpha() and data.strip().isdigit() and not self.tables
            (self.shown if within else self.aside).append(data)
        else:
            self.shown.append(data)

    def end_text(self) -> None:
        """Put the text that was read into its cell or on a line of its own."""
        raw = "".join(self.shown).splitlines()
        text, marks = clean("".join(self.shown)), clean(" ".join(self.aside))
        self.shown, self.aside, self.apart = [], [], []
        if self.set_in and not self.tables:
            self._take_set(raw)
            return
        table = self.tables[-1] if self.tables else None
        if table is not None and table.cell is not None:
            cell = table.cell
            cell.text, cell.marks = clean(f"{cell.text} {text}"), clean(f"{cell.marks} {marks}")
        elif text or marks:
            where = f"{self.name}, text {self.count + len(self.blocks) + 1}"
            into = self.blocks if table is None else table.loose
            into.append(Line(clean(f"{text} {marks}"), where, self.heading))
        self.heading = False

    def _take_set(self, lines: list[str]) -> None:
        """Take text that keeps its blanks, and tables whose columns they set."""
        self.set_in = False
        where = f"{self.name}, text {self.count + len(self.blocks) + 1}"
        grids, taken = grids_of_text(lines, where)
        for at, line in enumerate(lines):
            self.blocks += [grids[at]] if at in grids else []
            self.blocks += [Line(clean(line), where)] if at not in taken and clean(line) else []

    def _begin_row(self, table: _Table) -> None:
        table.cell, table.children = None, 0
        table.covered = {column: high - 1 for column, high in table.covered.items() if high > 1}
        table.rows.append(_Row(table.part, len(table.covered)))

    def _begin_cell(self, table: _Table, attributes: dict[str, str | None]) -> None:
        """Find the next free place of the row, and cover what the cell spans."""
        if not table.rows or table.rows[-1].part != table.part:
            self._begin_row(table)
        cells = table.rows[-1].cells
        column = cells[-1][0] + cells[-1][1].wide if cells else 0
        while column in table.covered:
            column += 1
        wide, high = (
            _span(attributes.get(key) or attributes.get(f"aria-{key}")) for key in ("colspan", "rowspan")
        )
        if column + wide > 5 * MAX_COLUMNS:
            wide = 1
        table.cell = Cell("", f"{table.where}, row {len(table.rows)}, column {column + 1}", wide)
        cells.append((column, table.cell))
        if high > 1:
            table.covered |= dict.fromkeys(range(column, column + wide), high)

    def end_table(self) -> None:
        """Make a grid of a finished table, or lines where it only lays out others."""
        table = self.tables.pop()
        rows = sorted(table.rows, key=lambda row: _PARTS.index(row.part))
        own = [cell for row in rows for _, cell in row.cells if cell.text]
        into = self.tables[-1].loose if self.tables else self.blocks
        figures = sum(bool(re.fullmatch(r"[<(]?\d[\d.,]*\s*%?\)?\*?", cell.text)) for cell in own)
        if any(isinstance(block, Grid) for block in table.loose) and figures < 2:
            into += [Line(cell.text, cell.where) for cell in own]
            into += table.loose
            return
        into += [block for block in table.loose if isinstance(block, Line)]
        if own:
            into.append(grid := _grid(rows, table.where))
            self.hidden += grid.leave_out(table.unseen)
        into += [block for block in table.loose if isinstance(block, Grid)]


def _grid(rows: list[_Row], where: str) -> Grid:
    """Lay the cells out in rows of equal length; cells that another covers are blank."""
    grid = Grid([], where)
    width = 1 + max(column for row in rows for column, _ in row.cells)
    for row in rows:
        place = row.cells[0][1].where if row.cells else where
        cells = [Cell("", place) for _ in range(width)]
        there = row.covered
        for column, cell in row.cells:
            cell.wide = min(cell.wide, width - column)
            cells[column] = cell
            there += cell.wide
        if len(row.cells) > 1 and there < width and not grid.problem:
            grid.problem = (
                f"{place.rpartition(', column')[0]}: the row has {there} cells, but the widest row of its table "
                f"{width}; a figure not published is an empty cell"
            )
        grid.rows.append(cells)
    return grid


def _span(value: str | None) -> int:
    """Read a span as a browser does: what is no number, or enormous, counts as one."""
    value = (value or "").strip()
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 1
    return number if 0 < number <= _MOST_SPAN else 1

"""Read the tables of a web page, spanning cells laid out; nothing is fetched, run or expanded."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from analysis.errors import PollError
from analysis.polls.limits import MAX_CELLS, MAX_COLUMNS, MAX_ROWS
from polltables.importing.source import Cell, Grid, Source, TextLine, clean

__all__ = ["read_webpage"]

_SILENT = {"script", "style", "template", "noscript"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6", "caption"}
_INLINE = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "mark", "q", "s", "small", "span", "strong", "sub",
    "sup", "u",
}  # fmt: skip
# A tag, comment or declaration longer than this is an attack on the parser and no table.
_MAX_PENDING = 100_000
_CHUNK = 16_384


def read_webpage(text: str, name: str) -> Source:
    """Read a page's headings, paragraphs and tables in their order.

    A table that only lays out other tables is not one itself; its text counts as lines.

    Examples
    --------
    >>> page = "<h2>Vote</h2><table><tr><th></th><th>Total</th></tr><tr><td>Yes</td><td>61.0</td></tr></table>"
    >>> source = read_webpage(page, "poll.html")
    >>> source.blocks[0].text, source.blocks[1].rows[1][1]
    ('Vote', Cell(text='61.0', where='poll.html, table 1, row 2, column 2', typed=False))

    A figure's place is its table, row and column.
    """
    page = _Page(name)
    for start in range(0, len(text), _CHUNK):
        page.feed(text[start : start + _CHUNK])
        if len(page.rawdata) > _MAX_PENDING:
            raise PollError(f"{name}: a tag or comment of the page does not end; save the page anew.")
    page.close()
    page.end_text()
    while page.tables:
        page.end_table()
    return Source(name, tuple(page.blocks))


@dataclass(slots=True)
class _Table:
    """A table that is being read: cells by place, those that a span covers blank."""

    number: int
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    row: int = -1
    place: tuple[int, int] | None = None
    lays_out: bool = False


class _Page(HTMLParser):
    """Collect blocks from a stream of tags, whose end tags may be left out as HTML allows."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.blocks: list[TextLine | Grid] = []
        self.tables: list[_Table] = []
        self.text: list[str] = []
        self.silent: str | None = None
        self.heading = False
        self.count = 0
        self.held = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, row or cell, or a new paragraph."""
        if self.silent or tag in _INLINE:
            return
        if tag in _SILENT:
            self.silent = tag
        elif tag == "table":
            self.end_text()
            self._lay_out()
            self.count += 1
            self.tables.append(_Table(self.count))
        elif tag == "caption" or not self.tables:
            self.end_text()
            self.heading = tag in _HEADINGS
        elif tag == "tr":
            self.end_text()
            table = self.tables[-1]
            table.row += 1
            if table.row >= MAX_ROWS:
                raise PollError(
                    f"{self._where(table)}: the table has too many rows; at most {MAX_ROWS:,} are read."
                )
        elif tag in {"td", "th"}:
            self.end_text()
            self._begin_cell(self.tables[-1], dict(attrs))
        else:
            self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """End what the tag ends."""
        if self.silent:
            self.silent = None if tag == self.silent else self.silent
        elif tag == "table" and self.tables:
            self.end_text()
            self.end_table()
        elif tag in {"td", "th", "tr", "caption"} or (not self.tables and tag not in _INLINE):
            self.end_text()
        elif tag not in _INLINE:
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep the text of the page, but not that of scripts."""
        if not self.silent:
            self.text.append(data)

    def end_text(self) -> None:
        """Put the text that was collected where it belongs: into its cell, or among the lines."""
        content = clean("".join(self.text))
        self.text.clear()
        table = self.tables[-1] if self.tables else None
        if table is not None and table.place is not None and not table.lays_out:
            table.cells[table.place] = content
            table.place = None
        elif content:
            self.blocks.append(TextLine(content, f"{self.name}, text {len(self.blocks) + 1}", self.heading))
        self.heading = False

    def end_table(self) -> None:
        """Lay out the rows of the innermost table, naming those that are too short."""
        table = self.tables.pop()
        if table.lays_out or not table.cells:
            return
        where, width = self._where(table), max(column for _, column in table.cells) + 1
        grid = Grid([], where)
        for r in range(table.row + 1):
            present = sum((r, c) in table.cells for c in range(width))
            if not present:
                continue
            if present != width:
                grid.ragged.append(
                    f"{where}, row {r + 1}: the row has {present} cells, but the widest row of its table {width}; "
                    "a figure not published is an empty cell."
                )
            places = [f"{where}, row {r + 1}, column {c + 1}" for c in range(width)]
            grid.rows.append([Cell(table.cells.get((r, c), ""), place) for c, place in enumerate(places)])
        self.blocks.append(grid)

    def _where(self, table: _Table) -> str:
        return f"{self.name}, table {table.number}"

    def _lay_out(self) -> None:
        """Turn the cells of a table in which another begins into lines."""
        if self.tables and not self.tables[-1].lays_out:
            table = self.tables[-1]
            table.lays_out = True
            for place in sorted(table.cells):
                if table.cells[place]:
                    line = TextLine(table.cells[place], f"{self.name}, text {len(self.blocks) + 1}")
                    self.blocks.append(line)

    def _begin_cell(self, table: _Table, attributes: dict[str, str | None]) -> None:
        """Find the next free place of the row, and cover what the cell spans."""
        table.row, column = max(table.row, 0), 0
        while (table.row, column) in table.cells:
            column += 1
        where = f"{self._where(table)}, row {table.row + 1}, column {column + 1}"
        wide = _span(attributes.get("colspan"), "colspan", MAX_COLUMNS, where)
        high = _span(attributes.get("rowspan"), "rowspan", MAX_ROWS, where)
        self.held += wide * high
        if column + wide > MAX_COLUMNS or self.held > MAX_CELLS:
            raise PollError(
                f"{where}: the table is too large; at most {MAX_COLUMNS} columns, and {MAX_CELLS:,} cells in all, are read."
            )
        for down in range(high):
            for across in range(wide):
                table.cells.setdefault((table.row + down, column + across), "")
        table.place = (table.row, column)


def _span(value: str | None, attribute: str, limit: int, where: str) -> int:
    """Read a span, refusing those that would make a table enormous."""
    value = (value or "1").strip() or "1"
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) > limit:
        raise PollError(f"{where}: {attribute}={value[:20]!r} is not allowed; a cell spans 1 to {limit}.")
    return max(int(value), 1)

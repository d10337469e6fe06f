"""Read the tables of a web page, spanning cells laid out; nothing is fetched, run or expanded."""

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from analysis.errors import PollError
from analysis.polls.importing.source import Cell, Grid, Source, TextLine, clean
from analysis.polls.limits import MAX_COLUMNS, MAX_ROWS

__all__ = ["read_webpage"]

_SILENT = ("script", "style", "template", "noscript")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "caption")
_BLOCKS = {
    *_HEADINGS,
    "title", "p", "li", "div", "td", "th", "dt", "dd", "section", "article", "body", "figcaption", "blockquote", "pre",
}  # fmt: skip


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
    try:
        soup = BeautifulSoup(text, "html.parser")
    except Exception as error:  # whatever a broken page does to a parser, the reader hears of the page
        raise PollError(f"{name}: the page cannot be read as HTML: {error}.") from error
    for tag in soup.find_all(_SILENT):
        tag.decompose()
    leaves = [table for table in soup.find_all("table") if table.find("table") is None]
    blocks: list[TextLine | Grid] = []
    numbers = {id(table): number for number, table in enumerate(leaves, start=1)}
    paragraph: list[str] = []
    owner: Tag | None = None

    def close() -> None:
        content = clean("".join(paragraph))
        if content:
            heading = owner is not None and owner.name in _HEADINGS
            blocks.append(TextLine(content, f"{name}, text {len(blocks) + 1}", heading))
        paragraph.clear()

    for element in soup.descendants:
        if isinstance(element, Tag):
            if id(element) in numbers:
                close()
                caption = element.find("caption")
                if caption is not None:
                    blocks.append(
                        TextLine(clean(caption.get_text()), f"{name}, caption {numbers[id(element)]}", True)
                    )
                blocks += _grid(element, f"{name}, table {numbers[id(element)]}")
            elif element.name == "br":
                close()
        elif isinstance(element, NavigableString) and not isinstance(element, PreformattedString):
            parents = list(element.parents)
            if any(id(parent) in numbers for parent in parents):
                continue
            around = next((parent for parent in parents if parent.name in _BLOCKS), None)
            if around is not owner:
                close()
                owner = around
            paragraph.append(str(element))
    close()
    return Source(name, tuple(blocks))


def _span(tag: Tag, attribute: str, limit: int, where: str) -> int:
    """Read a span, refusing those that would make a table enormous."""
    value = str(tag.get(attribute, "1")).strip() or "1"
    if not value.isascii() or not value.isdigit() or len(value) > 6 or int(value) > limit:
        raise PollError(f"{where}: {attribute}={value[:20]!r} is not allowed; a cell spans 1 to {limit}.")
    return max(int(value), 1)


def _grid(table: Tag, where: str) -> list[Grid]:
    """Lay out the rows of a table, blank where a cell spans."""
    taken: dict[tuple[int, int], str] = {}
    rows = table.find_all("tr")
    if len(rows) > MAX_ROWS:
        raise PollError(f"{where}: the table has {len(rows):,} rows; at most {MAX_ROWS:,} are read.")
    for r, row in enumerate(rows):
        c = 0
        for cell in row.find_all(["td", "th"]):
            while (r, c) in taken:
                c += 1
            there = f"{where}, row {r + 1}, column {c + 1}"
            if c >= MAX_COLUMNS:
                raise PollError(f"{there}: the table has too many columns; at most {MAX_COLUMNS} are read.")
            wide, high = _span(cell, "colspan", MAX_COLUMNS, there), _span(cell, "rowspan", MAX_ROWS, there)
            for down in range(min(high, len(rows) - r)):
                for across in range(wide):
                    taken[r + down, c + across] = ""
            for mark in cell.find_all("br"):
                mark.replace_with(" ")
            taken[r, c] = clean(cell.get_text())
            c += wide
    width = max((column + 1 for _, column in taken), default=0)
    if not width:
        return []
    grid = Grid([], where)
    for r in range(len(rows)):
        present = sum((r, c) in taken for c in range(width))
        if not present:
            continue
        if present != width:
            grid.ragged.append(
                f"{where}, row {r + 1}: the row has {present} cells, but the widest row of its table {width}; "
                "a figure not published is an empty cell."
            )
        grid.rows.append(
            [Cell(taken.get((r, c), ""), f"{where}, row {r + 1}, column {c + 1}") for c in range(width)]
        )
    return [grid] if grid.rows else []

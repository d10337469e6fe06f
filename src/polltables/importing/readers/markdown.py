"""Read text with pipe tables, as Markdown has them (header, a `---` row that may be missing, rows), or set in columns."""

import re

from polltables.importing.layout.plain import grids_of_text
from polltables.importing.page import Block, Cell, Grid, Line, Source, clean
from polltables.importing.readers.webpage import read_webpage
from polltables.importing.recognition.sheet_words import sheet_id

__all__ = ["read_markdown"]

_HEADING = re.compile(r"(#{1,6})\s")
_UNESCAPED_PIPE = re.compile(r"(?<!\\)(?:\\\\)*\|")
_PIPED = re.compile(r"^\s*\||\|.*\||^\s*:?-+:?\s*\|")  # no mere rule between labels and figures
_PART = re.compile(r"(?:^|\|)((?:[^|\\]|\\.?)*)")  # of a line with pipes
_FRAME = re.compile(r"\s*\+?[-=]+(\+[-=]*)+\s*")  # between rows that are drawn
_RULE_CELL = re.compile(r":?-+:?")
_ESCAPED = re.compile(r"\\([\\|*_`<>#\-])")
_QUOTED = re.compile(r"^\s{0,3}(?:>\s?)+(?=\s*\|)")
# Raised or struck out.
_APART = re.compile(r"<(su[pb])>(.*?)</\1>|~~(.+?)~~|\^([^\s^]{1,3})\^", re.IGNORECASE)
_STRESSED = re.compile(r"^([*_]{1,3})(?=[^\W_])(.+?)\1$")  # a whole cell in bold or italics
_ITEM = re.compile(r"(\S+(?: \S+)*)(?: {2,}|\t)\s*(\S.*)")  # what it is, and behind blanks what is said of it
_MARKED = re.compile(r"^ {0,3}<table\b.*?</table>.*$", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_markdown(text: str, name: str) -> Source:
    r"""Read text lines and pipe tables; where there is no pipe, tables whose columns are set by blanks.

    Examples
    --------
    >>> source = read_markdown("Vote\n\n| | Total |\n|---|---|\n| Yes | 61.0 |\n", "poll.md")
    >>> [cell.text for cell in source.blocks[1].rows[1]], source.blocks[1].rows[1][1].where
    (['Yes', '61.0'], 'poll.md, line 5, column 2')

    The figure is known by its line and column.
    """
    blocks: list[Block] = []
    table: list[tuple[int, list[str]]] = []
    lines = [*re.split(r"\r\n|\r|\n", text), ""]
    if not any(map(_PIPED.search, lines)):
        lines = [line.replace("|", " ") for line in lines]
    levels = [len(match[1]) for line in lines if (match := _HEADING.match(line.strip()))]
    titled = levels[:1] == [1] and levels.count(1) == 1 and len(levels) > 2  # the first names the file
    remarks: list[tuple[str, str, str]] = []
    set_in: dict[int, list[Block]] = {}
    taken: set[int] = set()
    if not any("|" in line for line in lines):
        grids, taken = grids_of_text(lines, name)
        set_in = {at: [grid] for at, grid in grids.items()}
    for match in _MARKED.finditer("\n".join(lines)):
        first, last = (match.string.count("\n", 0, end) for end in match.span())
        page = read_webpage(match[0], f"{name}, line {first + 1}")
        set_in[first], remarks = page.blocks, [*remarks, *page.remarks]
        taken |= set(range(first, last + 1))
    for number, line in enumerate(lines, start=1):
        if number - 1 not in taken and _UNESCAPED_PIPE.search(line):
            table.append((number, _cells(_QUOTED.sub("", line))))
            continue
        if _FRAME.fullmatch(line) or line.startswith("```"):
            continue
        if table:
            blocks += _grid(table, name)
            table = []
        blocks += set_in.get(number - 1, [])
        if number - 1 in taken:
            continue
        content = line.strip()
        if (item := _ITEM.fullmatch(content)) and sheet_id(item[1]):
            content = f"{item[1]}: {item[2]}"
        heading = _HEADING.match(content)
        bold = re.fullmatch(r"(\*\*|__)(.+)\1", content)
        content = content.strip("#") if heading else bold[2] if bold else content
        if clean(content):
            where = f"{name}, line {number}"
            names = bool(bold or (heading and not (titled and len(heading[1]) == 1)))
            blocks.append(Line(clean(_ESCAPED.sub(r"\1", content)), where, names))
    return Source(name, blocks, remarks)


def _cells(line: str) -> list[str]:
    """Split a line at its pipes, except those that a backslash makes part of the text."""
    parts = _PART.findall(line)
    return parts[:-1] if len(parts) > 1 and not parts[-1].strip() else parts


def _grid(lines: list[tuple[int, list[str]]], name: str) -> list[Block]:
    """Make a grid of the lines of a table; rows that are too short or too long leave open which cell is missing."""
    if sum(not cells[0].strip() for _, cells in lines) > len(lines) / 2:  # they begin with a pipe
        lines = [(number, cells[not cells[0].strip() :]) for number, cells in lines]
    rows = [line for at, line in enumerate(lines) if at > 3 or not _is_rule(line[1])]
    if not rows or not rows[0][1]:
        return []
    width = len(rows[0][1])
    grid = Grid([], f"{name}, line {rows[0][0]}")
    for number, cells in rows:
        where = f"{name}, line {number}"
        # A note in the last row may go without its pipes; a row of figures may not.
        if len(cells) != width and len(cells) > 1 and not grid.problem:
            grid.problem = (
                f"{where}: the row has {len(cells)} cells, but the header of its table (line {rows[0][0]}) {width}; "
                "leave a figure not published blank, and keep its pipes"
            )
        grid.rows.append([_cell(text, f"{where}, column {at}") for at, text in enumerate(cells, start=1)])
    grid.fill()
    return [grid]


def _cell(text: str, where: str) -> Cell:
    """Set raised and struck out characters apart from the text."""
    marks = " ".join(match[2] or match[3] or match[4] for match in _APART.finditer(text))
    shown = _BREAK.sub(" ", _APART.sub("", text))
    shown = _STRESSED.sub(r"\2", shown.strip())
    return Cell(clean(_ESCAPED.sub(r"\1", shown)), where, marks=clean(marks))


def _is_rule(cells: list[str]) -> bool:
    """Tell a rule from a row of gaps: three hyphens, or a colon, in some cell, or hyphens where a label would stand."""
    cells = [cell.strip() for cell in cells]
    ruled = bool(cells) and all(map(_RULE_CELL.fullmatch, cells))
    return ruled and (bool(cells[0]) or any(len(cell) >= 3 or ":" in cell for cell in cells))

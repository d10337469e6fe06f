"""A grid cut into lines of text, parts of a technical sheet, and panels of figures under one header."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from polltables.importing.page import Cell, Grid, Line
from polltables.importing.recognition.families import is_demographic, is_whole
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.model import Panel, Section
from polltables.importing.recognition.rows import kinds_of, label_columns, labels_first, tokens
from polltables.importing.recognition.sheet_words import is_sheet, sheet_id
from polltables.importing.recognition.titles import is_note
from polltables.importing.recognition.vocabulary import is_count_unit, is_percent_unit

__all__ = ["Piece", "SheetRows", "cut"]

_COUNTED = re.compile(r"[nN] ?= ?\d")


class SheetRows(list[list[Cell]]):
    """Rows of a technical sheet."""


Piece = Line | Panel | SheetRows


def cut(grid: Grid) -> list[Piece]:
    """Cut a grid into what stands in it, in order.

    A row that names columns begins a panel; texts before it are lines, texts among its figures begin a section.
    """
    if side := _side_tables(grid):
        return [piece for one in side for piece in cut(one)]
    pieces: list[Piece] = []
    table: list[list[Cell]] = []
    for filled, rows in groupby(grid.rows, key=lambda row: any(cell.text for cell in row)):
        stretch = list(rows)
        if filled and is_sheet(stretch):
            pieces += [*_panels(grid, table), SheetRows(stretch)]
            table = []
        else:
            table += stretch if filled else [[]]
    return [*pieces, *_panels(grid, table)]


def _side_tables(grid: Grid) -> list[Grid]:
    """Part a grid in which two tables stand side by side, each with labels of its own; nothing where there is one."""
    found = label_columns(grid.rows)
    if found is None or grid.problem:
        return []
    read = [row for row in map(tokens, grid.rows) if any(token.is_number for token in row)]
    for column in range(found[1] + 2, max(map(len, grid.rows)) - 1):
        # Rows of a technical sheet over the tables end before the right one begins.
        rows = [row for row in read if any(token.kind != "blank" for token in row[column:])]
        kinds = [row[column].kind for row in rows]
        # Among answers, DK is one; letters alone are those of tests.
        words = kinds.count("word") + kinds.count("letters") * (2 * kinds.count("word") >= len(kinds))
        beside = sum(row[column + 1].stands_in_body for row in rows if len(row) > column + 1)
        before = sum(row[column - 1].kind == "blank" for row in rows)
        most = 0.7 * len(rows)
        if words > max(1, most) and beside > most and (before > most or words == len(rows)):
            halves = ([row[:column] for row in grid.rows], [row[column:] for row in grid.rows])
            return [Grid(half, grid.where) for half in halves]
    return []


def _panels(grid: Grid, rows: Sequence[list[Cell]]) -> Iterator[Piece]:
    """Cut rows into panels and the lines around them; tables of one sheet may have labels of different width."""
    parts: list[list[list[Cell]]] = [[]]
    width: int | None = None
    for _, stretch in groupby(rows, key=lambda row: any(cell.text for cell in row)):
        part = list(stretch)
        own = label_columns(part)
        if own is not None and "head" in (kinds := kinds_of(part, *own)) and "figures" in kinds:
            if width not in {None, own[1]}:
                parts.append([])
            width = own[1]
        parts[-1] += part
    for part in parts:
        yield from _panels_of(grid, part)


def _panels_of(grid: Grid, rows: Sequence[list[Cell]]) -> Iterator[Piece]:
    rows = labels_first(rows)
    found = label_columns(rows) if rows else None
    if found is None:
        yield from _lines(rows)
        return
    first, label = found
    _set_units_apart(rows, first, label)
    kinds = kinds_of(rows, first, label)
    name, group, dense = _labels(rows, kinds, first, label)
    last = max((at for at, kind in enumerate(kinds) if kind == "figures"), default=-1)
    while kinds[last + 1 : last + 2] == ["letters"]:
        last += 1
    pending: list[list[Cell]] = []
    panel: Panel | None = None
    for at, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        if panel is not None and (at > last or (kind == "head" and panel.sections)):
            if len(panel.sections) > 1 and not panel.sections[-1].rows:
                # Texts without figures after them belong to what follows, or are notes.
                pending = [[cell] if cell.text else [] for cell in panel.sections.pop().headings]
            yield panel
            panel = None
        names = kind == "head" and at < last
        # Names that the new row lacks show that it only goes on with the header over some of the columns.
        rest = panel is not None and sum(
            any(head[column].text for head in panel.head if column < len(head)) and not row[column].text
            for column in range(label + 1, len(row))
        )
        if names and panel is not None and rest < 2 and (panel.between or kinds[at - 1] == "blank"):
            # A header stands together, so what looked like one was something else.
            yield from _lines([*panel.head, *([cell] for cell in panel.between), []])
            panel = None
        filled = [cell.text for cell in row if cell.text]
        of_sheet = 2 <= len(filled) <= 3 and sheet_id(filled[-2]) is not None
        if panel is None and (names or (kind == "figures" and not of_sheet)):
            yield from _lines(pending)
            panel = Panel(grid.where, first, label, name, group, problem=grid.problem, dense=dense)
            pending = []
        if panel is None:
            pending.append(row if kind != "blank" else [])
        elif names:
            panel.head.append(row)
        else:
            _take(panel, row, kind)
    if panel is not None:
        yield panel
    yield from _lines(pending)


def _set_units_apart(rows: Sequence[Sequence[Cell]], first: int, last: int) -> None:
    """Blank labels that only say whether counts or per cents stand beside them, which the per cents say then themselves.

    Labels that such rows print again are blanked too.
    """
    body = [row for row in rows if any(token.is_number for token in tokens(row[last + 1 :]))]
    units = [row[last].text for row in body if row[last].text]
    if (
        first == last
        or len(units) < 2
        or not all(is_count_unit(unit) or is_percent_unit(unit) for unit in units)
    ):
        return
    shown = ""
    for row in body:
        for cell in row[last + 1 :] if is_percent_unit(row[last].text) else ():
            cell.text += "%" * (token_of(cell.text).kind == "figure" and not token_of(cell.text).percent)
        row[last].text = ""
        label = row[last - 1]
        label.text, shown = ("" if label.text == shown else label.text), label.text or shown


def _labels(
    rows: Sequence[Sequence[Cell]], kinds: Sequence[str], first: int, last: int
) -> tuple[int, int, bool]:
    """Say which column names the rows, which holds headings over several (-1 where none does), and if it does so in each.

    Where labels stand in several columns, the first one names the rows whose texts all differ; one before it, whose texts
    stand once for several rows or come back, is a heading.
    """
    figured = [row for row, kind in zip(rows, kinds, strict=True) if kind == "figures"]
    while last > first and not any(row[last].text for row in figured):
        last -= 1  # it held nothing but units
    dense = sum(bool(row[first].text) for row in figured) > 0.6 * len(figured)
    for column in range(first, last):
        texts = [row[column].text for row in figured if column < len(row)]
        filled = [text for text in texts if text]
        if len(filled) > 0.7 * len(texts) and len(set(filled)) > 0.9 * len(filled):
            return column, first if column > first else -1, dense
    return last, first if last > first else -1, dense


def _take(panel: Panel, row: list[Cell], kind: str) -> None:
    """Put a row that follows a header where it belongs."""
    stubs = [cell for cell in row[panel.first : panel.last + 1] if cell.text] or [
        cell for cell in row if cell.text
    ]
    figures = [cell.text for cell in row[panel.last + 1 :] if cell.text]
    if kind == "figures" and not row[panel.name].text and all(map(_COUNTED.match, figures)):
        row[panel.name].text = "n"  # which stands at each of its counts
    if kind == "figures":
        lead = row[panel.group] if panel.group >= 0 else Cell()
        before = [cell.text for section in panel.sections[-1:] for cell in section.headings]
        left = False
        if lead.text and not row[panel.name].text:
            left = is_whole(lead.text) and any(
                map(is_demographic, before)
            )  # it is no part of the group over it
            row[panel.name], row[panel.group], lead = lead, Cell(), Cell()  # it names its row, and no group
        headed = bool(lead.text) and not (panel.dense and lead.text in before)
        # A heading is printed in every row of its own.
        ended = left or (panel.dense and panel.group >= 0 and before != [] and not lead.text)
        if not panel.sections or ((headed or ended) and panel.sections[-1].rows):
            panel.sections.append(Section([], []))
        panel.sections[-1].headings += [lead] if headed else []
        panel.sections[-1].rows.append(row)
    elif kind == "letters":
        (panel.sections[-1].rows if panel.sections else panel.head).append(row)
    elif kind == "text" and not panel.sections:
        panel.between += stubs
    elif kind == "text":
        section = panel.sections[-1]
        if section.rows:
            section = Section([], [])
            panel.sections.append(section)
        elif section.headings and not section.headings[-1].text and not is_note(stubs[0].text):
            # What a blank row sets apart stands over several tables.
            for cell in section.headings:
                cell.why = "a text over several tables"
            section.headings = []
        section.headings += stubs
    elif kind == "blank" and panel.sections and panel.sections[-1].rows:
        panel.sections[-1].rows.append([])
    elif kind == "blank" and panel.sections:
        panel.sections[-1].headings.append(Cell())


def _lines(rows: Sequence[Sequence[Cell]]) -> Iterator[Line]:
    """Give the cells of rows as lines; a blank row is a line without text."""
    blank = True
    for row in rows:
        filled = [cell for cell in row if cell.text]
        for cell in filled:
            cell.used = True
        if filled:
            text = " | ".join(cell.text for cell in filled)
            yield Line(f"{text} {filled[0].marks}".strip(), filled[0].where)
        elif not blank:
            yield Line("", "", used=True)
        blank = not filled

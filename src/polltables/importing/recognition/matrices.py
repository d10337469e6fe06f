"""Panels laid out as matrices: every row and column named, with the headings over it, counts and letters set apart."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

from polltables.importing.page import Cell, clean
from polltables.importing.recognition.columns import set_names_apart
from polltables.importing.recognition.families import family_of, is_whole
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.model import Item, Matrix, Panel, Section
from polltables.importing.recognition.rows import tokens
from polltables.importing.recognition.values import values_of
from polltables.importing.recognition.vocabulary import (
    base_kind,
    is_bound,
    is_count_unit,
    is_percent_unit,
    is_sum,
)

__all__ = ["columns_of", "matrix_of"]

_NUMBERS = {"figure", "signed", "pair"}


def columns_of(panel: Panel) -> list[Item]:
    """Name the columns of figures by the rows of the header.

    A blank cell of the header belongs to the heading on its left where something stands beneath both; where cells say how
    many columns they cover, that holds.
    """
    start = panel.last + 1
    bodies = [row for section in panel.sections for row in section.rows if row]
    width = max((len(row) - start for row in [*panel.head, *bodies]), default=0)
    head = [_padded(row[start:], width) for row in panel.head]
    named = [row for row in head if any(c.text and token_of(c.text).kind != "letters" for c in row)] or head[
        :1
    ]
    for row in head:
        for cell in row if row not in named else ():
            cell.why = "letters that tests call the columns by"
    for cell in chain.from_iterable(named):
        _set_marks_apart(cell)
    paths: list[list[Cell]] = [[] for _ in range(width)]
    explicit = any(cell.wide > 1 for row in named for cell in row)
    for level, row in enumerate(named):
        below = named[level + 1 :]
        reach, source = 0, -1
        # What is printed again over every column that it covers covers no blank one.
        again = any(one.text == two.text != "" for one, two in pairwise(row)) and below
        for column, cell in enumerate(row):
            if cell.text:
                paths[column].append(cell)
                reach, source = column + cell.wide, column
            elif source >= 0 and not again:
                stands = any(other[column].text for other in below)
                covered = column < reach if explicit else any(other[source].text for other in below)
                # The whole after the last group is none of its parts, unless a cell says that it covers both.
                whole = not explicit and is_whole(below[-1][column].text) if below else False
                # Nor does it reach beneath another heading than its own.
                ended = not explicit and any(
                    above[at].text not in {"", above[source].text}
                    for above in named[:level]
                    for at in range(source + 1, column + 1)
                )
                if covered and stands and not whole and not ended:
                    paths[column].append(row[source])
    items = [_item(path) for path in paths]
    set_names_apart(items)
    return items


def _set_marks_apart(cell: Cell) -> None:
    """Take raised digits, which mark footnotes, off a label; those behind m and km belong to a unit."""
    match = re.fullmatch(r"(.*[^\W\d_])(?<!\bm)(?<!\b[ck]m) ?([¹²³⁴-⁹⁰]+)", cell.text)
    if match:
        cell.text, cell.marks = match[1], clean(f"{match[2]} {cell.marks}")


def _padded(row: Sequence[Cell], width: int) -> list[Cell]:
    return [*row[:width], *(Cell() for _ in range(width - len(row)))]


def _item(path: Sequence[Cell]) -> Item:
    """Make a column of the cells over it, from the outermost; what only says the unit names nothing."""
    cells = [cell for at, cell in enumerate(path) if at == 0 or cell.text != path[at - 1].text]
    named = [cell for cell in cells if not (is_percent_unit(cell.text) or is_count_unit(cell.text))]
    units = [cell.text for cell in cells if cell not in named]
    kept = named or cells
    if not kept:
        return Item("")
    unit = ("count" if is_count_unit(units[-1]) else "percent") if units else ""
    names = [cell.text for cell in kept]
    ages = {re.sub(r"\D", "", name) for name in names}
    if len(names) == 2 and family_of(names[0]) == family_of(names[1]) != "" and len(ages) == 1:
        return Item(" / ".join(names), (), kept[-1].where, cells, unit=unit)  # in two languages
    return Item(kept[-1].text, tuple(cell.text for cell in kept[:-1]), kept[-1].where, cells, unit=unit)


def matrix_of(panel: Panel, columns: Sequence[Item], sections: Sequence[Section]) -> Matrix:
    """Lay sections of a panel out; each row of figures that has a label takes the unlabelled ones beneath it along."""
    corner = [cell for row in panel.head for cell in row[panel.first : panel.last + 1]]
    for cell in corner:
        cell.used = True
    stub = " / ".join(dict.fromkeys(cell.text for cell in corner if cell.text))
    own = [replace(column, cells=list(column.cells)) for column in columns]
    matrix = Matrix([], own, [], stub, panel.where, panel.problem, panel.mark)
    percents = _row_of_percents(panel, sections)
    for section in sections:
        path = tuple(cell.text for cell in section.headings)
        apart = [after for before, after in pairwise(section.rows) if not before and after]
        for group in _groups(panel, section):
            _take_group(panel, matrix, group, path, percents, section.headings)
            if matrix.rows and any(group[0] is row for row in apart):
                matrix.rows[-1].apart = True
    kept = [at for at, item in enumerate(own) if item.label or any(row[at].text for row in matrix.cells)]
    matrix.columns = [own[at] for at in kept]
    matrix.cells = [[row[at] for at in kept] for row in matrix.cells]
    return matrix


def _labels(panel: Panel, row: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in row[panel.first : panel.last + 1] if cell.text]


def _groups(panel: Panel, section: Section) -> list[list[list[Cell]]]:
    """Group each labelled row with the unlabelled rows of figures or letters beneath it; one of gaps has none."""
    groups: list[list[list[Cell]]] = []
    for row in filter(None, section.rows):
        before = {token.kind for token in tokens(groups[-1][-1][panel.last + 1 :])} if groups else set()
        if groups and not _labels(panel, row) and not {"gap"} <= before <= {"gap", "blank"}:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _numbered(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Return the rows that hold figures; of rows that hold nothing but gaps the first."""
    kinds = [{token.kind for token in tokens(row)} for row in rows]
    body = {*_NUMBERS, "suppressed"}
    numbered = [row for row, there in zip(rows, kinds, strict=True) if there & body]
    if len(numbered) > 2:  # stars alone, under counts and percents, mark small bases
        numbered = [row for row, there in zip(rows, kinds, strict=True) if there & _NUMBERS]
    return numbered or [row for row, there in zip(rows, kinds, strict=True) if "gap" in there][:1]


def _row_of_percents(panel: Panel, sections: Sequence[Section]) -> int | None:
    """Say which of two rows of figures at most labels of a panel holds the percents: by their sums, else by their form."""
    groups = [group for section in sections for group in _groups(panel, section)]
    bodies = [_numbered([row[panel.last + 1 :] for row in group]) for group in groups]
    pairs = [body for body in bodies if len(body) == 2]
    if len(pairs) < 2:
        return None
    whole = [0, 0]
    for at in (0, 1):
        for column in zip(*(values_of(body[at], panel.mark) for body in pairs), strict=False):
            total = sum(value.number or 0 for value in column)
            # With a row of sums they add up to 200.
            whole[at] += min(abs(total - 100), abs(total - 200)) <= 0.5 * len(pairs)
    if max(whole) > 0.7 * len(pairs[0][0]) and min(whole) < 0.3 * len(pairs[0][0]):
        return whole.index(max(whole))
    second = sum(_percents(body, None, panel.mark) is body[1] for body in pairs)
    return 1 if second > 1 and second > 0.4 * len(bodies) else None


def _take_group(
    panel: Panel,
    matrix: Matrix,
    group: Sequence[list[Cell]],
    path: tuple[str, ...],
    percents: int | None,
    headings: Sequence[Cell],
) -> None:
    """Take the row of percentages of a group: of counts and percents the percents, and no letters."""
    bodies = [_padded(row[panel.last + 1 :], len(matrix.columns)) for row in group]
    label = group[0][panel.name]
    _set_marks_apart(label)
    others = [cell for cell in _labels(panel, group[0]) if cell is not label and cell.text not in path]
    name = label.text
    numbered = _numbered(bodies)
    chosen = _percents(numbered, percents, panel.mark)
    if base_kind(name) and chosen is not None and chosen is not numbered[0]:
        chosen, numbered = numbered[0], numbered[:1]
    if bounds := is_bound(name) and not numbered:
        label.why = "bounds of an interval"
    for body in bodies:
        for cell in body:
            if not any(body is one for one in numbered):
                percent = token_of(cell.text).percent
                cell.why = "a share of all interviews" if percent else "letters of tests between columns"
                cell.why = label.why if bounds else cell.why
            elif chosen is not numbered[0] and body is numbered[0]:
                cell.why = "counts, which the percentages beneath say again"
    if chosen is None:
        return
    where = label.where or next((c.where for c in group[0] if c.where), "")
    matrix.rows.append(Item(name, path, where, [label, *others, *headings]))
    matrix.cells.append(list(chosen))
    counts = [body for body in numbered[:2] if body is not chosen and _counts_under(chosen, body, panel.mark)]
    if counts and is_sum(name) and not any(base_kind(item.label) for item in matrix.rows):
        # The counts beside a row of hundreds say how many were asked.
        matrix.rows.append(Item(name, path, where, unit="count"))
        matrix.cells.append(list(counts[0]))
        numbered = [body for body in numbered if body is not counts[0]]
    if chosen is numbered[0]:
        # Rows without a label that are no percents of the row above: sums, or rows whose label is missing.
        for unnamed in numbered[1:]:
            if percents == 0 or _counts_under(chosen, unnamed, panel.mark):
                for cell in unnamed:
                    cell.why = "counts, which the percentages above say again"
                continue
            matrix.rows.append(Item("", path, next((cell.where for cell in unnamed if cell.where), "")))
            matrix.cells.append(list(unnamed))


def _percents(bodies: Sequence[Sequence[Cell]], known: int | None, mark: str) -> Sequence[Cell] | None:
    """Choose the row of percents among those that stand under one label: the first if it has any, else the one with most."""
    if known is not None and len(bodies) == 2:
        return bodies[known]
    signed = [sum(token.percent for token in tokens(body)) for body in bodies]
    if any(signed):  # a row of percents comes before what is computed from it
        return next(body for body, found in zip(bodies, signed, strict=True) if found)
    return (
        bodies[1] if len(bodies) > 1 and _shares_of(bodies[0], bodies[1], mark) else next(iter(bodies), None)
    )


def _counts_under(shares: Sequence[Cell], counts: Sequence[Cell], mark: str) -> bool:
    """Say whether a row without a label holds the counts of the percents over it."""
    signed, plain = (sum(token.percent for token in tokens(row)) for row in (shares, counts))
    above = any((value.number or 0) >= 100 for value in values_of(counts, mark))
    return (bool(signed) and not plain) or (above and _shares_of(counts, shares, mark))


def _shares_of(counts: Sequence[Cell], shares: Sequence[Cell], mark: str) -> bool:
    """Say whether a row without per-cent signs could be the percents of the counts above it."""
    pairs = [
        (one, two)
        for one, two in zip(values_of(counts, mark), values_of(shares, mark), strict=False)
        if one.token.kind == two.token.kind == "figure" and one.number is not None and two.number is not None
    ]
    whole = all(one.half == 0.5 for one, _ in pairs)
    larger = all((one.number or 0) > (two.number or 0) for one, two in pairs)
    decimals = any(two.half < 0.5 for _, two in pairs)
    return (
        bool(pairs) and whole and all((two.number or 0) <= 100 for _, two in pairs) and (larger or decimals)
    )

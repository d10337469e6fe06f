"""Panels laid out as matrices: every row and column named, with the headings over it, counts and letters set apart."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from polltables.importing.page import Cell
from polltables.importing.recognition.figures import token_of
from polltables.importing.recognition.model import Item, Matrix, Panel, Section
from polltables.importing.recognition.rows import tokens
from polltables.importing.recognition.vocabulary import is_count_unit, is_percent_unit

__all__ = ["columns_of", "matrix_of"]

_BASE = re.compile(
    r"\s*[(\[]?\s*(?:unweighted\s+)?\b(?:n|base)\s*[=:]\s*(\d[\d.,'’ ]*)\s*[)\]]?\s*$",
    re.IGNORECASE | re.ASCII,
)
_BRACKETED = re.compile(r"\s*\((\d{2,}|\d{1,3}(?:[.,'’ ]\d{3})+)\)\s*$", re.ASCII)
_LETTER = re.compile(r"\s*\(([A-Z]{1,2}|[a-z])\)\s*$")


def columns_of(panel: Panel) -> list[Item]:
    """Name the columns of figures by the rows of the header.

    A blank cell of the header belongs to the heading on its left where something stands beneath both; where cells say how
    many columns they cover, that holds.
    """
    head = [row[panel.last + 1 :] for row in panel.head]
    width = max(
        [len(row) for row in head]
        + [len(row) - panel.last - 1 for s in panel.sections for row in s.rows if row],
        default=0,
    )
    head = [[*row, *(Cell() for _ in range(width - len(row)))] for row in head]
    lettered = [
        bool(row) and all(not c.text or token_of(c.text).kind == "letters" for c in row) for row in head
    ]
    named = [row for row, letters in zip(head, lettered, strict=True) if not letters] or head[:1]
    for row, letters in zip(head, lettered, strict=True):
        for cell in row if letters and row not in named else ():
            cell.why = "letters that tests call the columns by"
    paths: list[list[Cell]] = [[] for _ in range(width)]
    explicit = any(cell.wide > 1 for row in named for cell in row)
    for level, row in enumerate(named):
        below = named[level + 1 :]
        reach, source = 0, -1
        for column, cell in enumerate(row):
            if cell.text:
                paths[column].append(cell)
                reach, source = column + cell.wide, column
            elif source >= 0:
                stands = any(other[column].text for other in below)
                covered = column < reach if explicit else any(other[source].text for other in below)
                if covered and stands:
                    paths[column].append(row[source])
    items = [_item(path) for path in paths]
    _set_bases_apart(items)
    _set_letters_apart(items)
    return items


def _item(path: Sequence[Cell]) -> Item:
    """Make a column of the cells over it, from the outermost; what only says the unit names nothing."""
    cells = [
        cell for at, cell in enumerate(path) if cell.text and (at == 0 or cell.text != path[at - 1].text)
    ]
    named = [cell for cell in cells if not (is_percent_unit(cell.text) or is_count_unit(cell.text))]
    units = [cell.text for cell in cells if cell not in named]
    kept = named or cells
    if not kept:
        return Item("")
    marks = " ".join(cell.marks for cell in cells if cell.marks)
    item = Item(
        kept[-1].text,
        tuple(cell.text for cell in kept[:-1]),
        kept[-1].where,
        list(cells),
        kept[-1].bold,
        aside=marks,
    )
    if units:
        item.unit = "count" if is_count_unit(units[-1]) else "percent"
    return item


def _set_bases_apart(items: Sequence[Item]) -> None:
    """Take the number of interviews out of labels such as `Men (n = 480)`, and bare ones where most labels have one."""
    bracketed = [_BRACKETED.search(item.label) for item in items]
    common = sum(map(bool, bracketed)) > len(items) / 2
    for item, bare in zip(items, bracketed, strict=True):
        match = _BASE.search(item.label) or (bare if common else None)
        if match and (match.start() or item.path):
            item.base = re.sub(r"\D", "", match[1])
            item.label = item.label[: match.start()].strip()
            if not item.label:
                item.label, item.path = item.path[-1], item.path[:-1]


def _set_letters_apart(items: Sequence[Item]) -> None:
    """Take letters off labels such as `Men (A)` where several columns are lettered."""
    found = [_LETTER.search(item.label) for item in items]
    letters = [match[1] for match in found if match]
    if (
        len(letters) > 1
        and len(set(letters)) == len(letters)
        and sorted(letters, key=lambda one: (len(one), one)) == letters
    ):
        for item, match in zip(items, found, strict=True):
            if match and match.start():
                item.label, item.aside = (
                    item.label[: match.start()].strip(),
                    f"{item.aside} ({match[1]})".strip(),
                )


def matrix_of(panel: Panel, columns: Sequence[Item], sections: Sequence[Section]) -> Matrix:
    """Lay sections of a panel out; each row of figures that has a label takes the unlabelled ones beneath it along."""
    stub = " / ".join(
        dict.fromkeys(
            cell.text for row in panel.head for cell in row[panel.first : panel.last + 1] if cell.text
        )
    )
    for row in panel.head:
        for cell in row[panel.first : panel.last + 1]:
            cell.used = True
    rows: list[Item] = []
    cells: list[list[Cell]] = []
    matrix = Matrix(
        rows,
        [replace(column, cells=list(column.cells)) for column in columns],
        cells,
        stub,
        panel.where,
        panel.problem,
    )
    second = _second_row_counts(panel, sections)
    for section in sections:
        path = tuple(cell.text for cell in section.headings)
        groups = _groups(panel, [row for row in section.rows if row])
        apart = [after for before, after in pairwise(section.rows) if not before and after]
        if groups and not any(cell.text for cell in groups[0][0][panel.first : panel.last + 1]) and path:
            # A label that stands on a line of its own over its figures.
            groups[0][0][panel.name] = section.headings[-1]
            path = path[:-1]
        for group in groups:
            _take_group(panel, matrix, group, path, second=second)
            if rows and any(group[0] is row for row in apart):
                rows[-1].apart = True
    kept = [at for at, item in enumerate(matrix.columns) if item.label or any(row[at].text for row in cells)]
    matrix.columns = [matrix.columns[at] for at in kept]
    matrix.cells = [[row[at] for at in kept] for row in cells]
    return matrix


def _groups(panel: Panel, rows: Sequence[list[Cell]]) -> list[list[list[Cell]]]:
    """Group each labelled row with the unlabelled rows of figures or letters beneath it."""
    groups: list[list[list[Cell]]] = []
    for row in rows:
        if groups and not any(cell.text for cell in row[panel.first : panel.last + 1]):
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _numbered(rows: Sequence[Sequence[Cell]]) -> list[Sequence[Cell]]:
    """Return the rows that hold figures; of rows that hold nothing but gaps the first."""
    read = [tokens(row) for row in rows]
    numbered = [
        row
        for row, there in zip(rows, read, strict=True)
        if any(t.stands_in_body and t.kind != "gap" for t in there)
    ]
    if len(numbered) > 2:  # stars alone, under counts and percents, mark small bases
        numbered = [row for row in numbered if any(token.is_number for token in tokens(row))]
    return (
        numbered
        or [row for row, there in zip(rows, read, strict=True) if any(t.kind == "gap" for t in there)][:1]
    )


def _second_row_counts(panel: Panel, sections: Sequence[Section]) -> bool:
    """Say whether most labels of a panel stand over two rows of figures, counts and percents."""
    groups = [group for section in sections for group in _groups(panel, [row for row in section.rows if row])]
    bodies = [_numbered([row[panel.last + 1 :] for row in group]) for group in groups]
    pairs = sum(len(body) == 2 and _percents(body, second=False) is body[1] for body in bodies)
    return pairs > 1 and pairs > 0.4 * len(bodies)


def _take_group(
    panel: Panel, matrix: Matrix, group: Sequence[list[Cell]], path: tuple[str, ...], *, second: bool
) -> None:
    """Take the row of percentages of a group: of counts and percents the percents, and no letters."""
    width = len(matrix.columns)
    bodies = [[*row[panel.last + 1 :]][:width] for row in group]
    bodies = [[*body, *(Cell() for _ in range(width - len(body)))] for body in bodies]
    label = group[0][panel.name]
    others = [
        cell
        for cell in group[0][panel.first : panel.last + 1]
        if cell is not label and cell.text and cell.text not in path
    ]
    name = (
        f"{label.text} ({'; '.join(cell.text for cell in others)})" if others and label.text else label.text
    )
    if panel.group >= 0 and others:
        name = label.text
    item = Item(
        name,
        path,
        label.where or next((c.where for c in group[0] if c.where), ""),
        [label, *others],
        label.bold,
        label.indent,
    )
    item.aside = label.marks
    numbered = _numbered(bodies)
    chosen = _percents(numbered, second=second)
    for body in bodies:
        for cell in body:
            if not any(body is one for one in numbered):
                cell.why = "letters of tests between columns"
            elif chosen is not numbered[0] and body is numbered[0]:
                cell.why = "counts, which the percentages beneath say again"
    if chosen is None:
        return
    matrix.rows.append(item)
    matrix.cells.append(list(chosen))
    if len(numbered) > 1 and chosen is numbered[0]:
        # Rows without a label that are no percents of the row above: sums, or rows whose label is missing.
        for unnamed in numbered[1:]:
            matrix.rows.append(Item("", path, next((cell.where for cell in unnamed if cell.where), ""), []))
            matrix.cells.append(list(unnamed))


def _percents(bodies: Sequence[Sequence[Cell]], *, second: bool) -> Sequence[Cell] | None:
    """Choose the row of percents among those that stand under one label; where nothing tells, the second if most are."""
    if len(bodies) < 2:
        return bodies[0] if bodies else None
    if second and len(bodies) == 2:
        return bodies[1]
    signed = [sum(token.percent for token in tokens(body)) for body in bodies]
    if signed[0] or not any(signed[1:]):
        if signed[0] or not _shares_of(bodies[0], bodies[1]):
            return bodies[0]
        return bodies[1]
    return bodies[signed.index(max(signed))]


def _shares_of(counts: Sequence[Cell], shares: Sequence[Cell]) -> bool:
    """Say whether a row without per-cent signs could be the percents of the counts above it."""
    pairs = [
        (float(one.number.replace(",", "")), float(two.number.replace(",", ".")))
        for one, two in zip(tokens(counts), tokens(shares), strict=False)
        if one.kind == two.kind == "figure"
        and one.number.replace(",", "").isdigit()
        and two.number.count(".") + two.number.count(",") < 2
    ]
    larger = sum(count > share for count, share in pairs)
    decimals = any("." in cell.text or "," in cell.text for cell in shares) and not any(
        "." in cell.text for cell in counts
    )
    return bool(pairs) and all(share <= 100 for _, share in pairs) and (larger == len(pairs) or decimals)

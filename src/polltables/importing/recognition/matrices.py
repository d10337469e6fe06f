"""Panels laid out as matrices: every row and column named, with the headings over it, counts and letters set apart."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

from polltables.importing.page import Cell, clean
from polltables.importing.recognition.families import family_of, is_whole
from polltables.importing.recognition.figures import digits_of, token_of
from polltables.importing.recognition.model import Item, Matrix, Panel, Section
from polltables.importing.recognition.rows import tokens
from polltables.importing.recognition.vocabulary import (
    base_kind,
    is_bound,
    is_count_unit,
    is_percent_unit,
    is_sum,
)

__all__ = ["columns_of", "matrix_of", "set_bases_apart"]

_BASE = re.compile(
    r"\s*[(\[]?\s*(?:unweighted\s+)?\b(?:n|base)\s*[=:]\s*(\d[\d.,'’ ]*)\s*[)\]]?\s*$",
    re.IGNORECASE | re.ASCII,
)
_BRACKETED = re.compile(r"\s*\((\d{2,}|\d{1,3}(?:[.,'’ ]\d{3})+)\)\s*$", re.ASCII)
_NUMBERS = {"figure", "signed", "pair"}
_UNIT = re.compile(r"(.+?)[ :,–-]+[(\[]?([^\s(\[\])]+)[)\]]?")
_LETTER = re.compile(r"\s*[(\[]([A-Z]{1,2}|[a-z])[)\]]\s*$")


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
        for column, cell in enumerate(row):
            if cell.text:
                paths[column].append(cell)
                reach, source = column + cell.wide, column
            elif source >= 0:
                stands = any(other[column].text for other in below)
                covered = column < reach if explicit else any(other[source].text for other in below)
                # The whole after the last group is none of its parts, unless a cell says that it covers both.
                whole = not explicit and is_whole(below[-1][column].text) if below else False
                if covered and stands and not whole:
                    paths[column].append(row[source])
    items = [_item(path) for path in paths]
    _set_headings_apart(items)
    _set_units_apart(items)
    set_bases_apart(items)
    _set_letters_apart(items)
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


def _set_headings_apart(items: Sequence[Item]) -> None:
    """Take a heading off names such as `Age: 18-34` where several have it."""
    found = [re.fullmatch(r"(\D{2,30}?)(?:: | [-–|>/] )(\S.*)", item.label) for item in items]
    heads = [match[1] for match in found if match]
    for item, match in zip(items, found, strict=True):
        if match and not item.path and heads.count(match[1]) > 1:
            item.path, item.label = (match[1],), match[2]


def _set_units_apart(items: Sequence[Item]) -> None:
    """Take units off names such as `Men n` and `Men %` where each name stands over both, or all over per cents."""
    found = [_UNIT.fullmatch(item.label) for item in items]
    found = [
        match if match and (is_count_unit(match[2]) or is_percent_unit(match[2])) else None for match in found
    ]
    named = [match[1] for match in found if match]
    alone = len(items) > 1 and all(match and is_percent_unit(match[2]) for match in found)
    if not named or not (alone or all(named.count(name) == 2 for name in named)):
        return
    for item, match in zip(items, found, strict=True):
        if match and not item.unit:
            item.label = match[1]
            item.unit = "count" if is_count_unit(match[2]) else "percent"


def set_bases_apart(items: Sequence[Item]) -> None:
    """Take the number of interviews out of labels such as `Men (n = 480)`, and bare ones where most labels have one."""
    bracketed = [_BRACKETED.search(item.label) for item in items]
    years = all(re.fullmatch(r"(19|20|21)\d\d", match[1]) for match in bracketed if match)
    common = sum(map(bool, bracketed)) > len(items) / 2 and not years
    for item, bare in zip(items, bracketed, strict=True):
        match = _BASE.search(item.label) or (bare if common else None)
        if match and (match.start() or item.path):
            item.base = re.sub(r"\D", "", match[1])
            item.label = item.label[: match.start()].strip()
            if not item.label:
                item.label, item.path = item.path[-1], item.path[:-1]


def _set_letters_apart(items: Sequence[Item]) -> None:
    """Take letters off labels such as `Men (A)` where several columns are lettered."""
    found = [(item, match) for item in items if (match := _LETTER.search(item.label))]
    letters = [match[1] for _, match in found]
    if len(letters) > 1 and sorted(set(letters), key=lambda one: (len(one), one)) == letters:
        for item, match in found:
            item.label = item.label[: match.start()].strip() or item.label


def matrix_of(panel: Panel, columns: Sequence[Item], sections: Sequence[Section]) -> Matrix:
    """Lay sections of a panel out; each row of figures that has a label takes the unlabelled ones beneath it along."""
    corner = [cell for row in panel.head for cell in row[panel.first : panel.last + 1]]
    for cell in corner:
        cell.used = True
    stub = " / ".join(dict.fromkeys(cell.text for cell in corner if cell.text))
    own = [replace(column, cells=list(column.cells)) for column in columns]
    matrix = Matrix([], own, [], stub, panel.where, panel.problem)
    percents = _row_of_percents(panel, sections)
    for section in sections:
        path = tuple(cell.text for cell in section.headings)
        groups = _groups(panel, section)
        apart = [after for before, after in pairwise(section.rows) if not before and after]
        if groups and not _labels(panel, groups[0][0]) and path:
            # A label that stands on a line of its own over its figures.
            groups[0][0][panel.name] = section.headings[-1]
            path = path[:-1]
        for group in groups:
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
    """Group each labelled row with the unlabelled rows of figures or letters beneath it."""
    groups: list[list[list[Cell]]] = []
    for row in filter(None, section.rows):
        if groups and not _labels(panel, row):
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
        for column in zip(*(tokens(body[at]) for body in pairs), strict=False):
            total = sum(
                float(digits_of(token.number, ".").replace(",", ".")) for token in column if token.number
            )
            # With a row of sums they add up to 200.
            whole[at] += min(abs(total - 100), abs(total - 200)) <= 0.5 * len(pairs)
    if max(whole) > 0.7 * len(pairs[0][0]) and min(whole) < 0.3 * len(pairs[0][0]):
        return whole.index(max(whole))
    second = sum(_percents(body, None) is body[1] for body in pairs)
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
    if not label.text and (lead := _labels(panel, group[0])):
        # A total may be set left of the groups that it sums.
        label, path = lead[-1], tuple(text for text in path if text != lead[-1].text)
    name = label.text
    if others and panel.group < 0:
        name = f"{name} ({'; '.join(cell.text for cell in others)})"
    numbered = _numbered(bodies)
    chosen = _percents(numbered, percents)
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
    if chosen is not numbered[0] and is_sum(name) and not any(base_kind(item.label) for item in matrix.rows):
        # The counts over a row of hundreds say how many were asked.
        matrix.rows.append(Item(name, path, where, unit="count"))
        matrix.cells.append(list(numbered[0]))
    if chosen is numbered[0]:
        # Rows without a label that are no percents of the row above: sums, or rows whose label is missing.
        for unnamed in numbered[1:]:
            if percents == 0 or _counts_under(chosen, unnamed):
                for cell in unnamed:
                    cell.why = "counts, which the percentages above say again"
                continue
            matrix.rows.append(Item("", path, next((cell.where for cell in unnamed if cell.where), "")))
            matrix.cells.append(list(unnamed))


def _percents(bodies: Sequence[Sequence[Cell]], known: int | None) -> Sequence[Cell] | None:
    """Choose the row of percents among those that stand under one label: the first if it has any, else the one with most."""
    if known is not None and len(bodies) == 2:
        return bodies[known]
    signed = [sum(token.percent for token in tokens(body)) for body in bodies]
    if any(signed):  # a row of percents comes before what is computed from it
        return bodies[0] if signed[0] else bodies[signed.index(max(signed))]
    return bodies[1] if len(bodies) > 1 and _shares_of(bodies[0], bodies[1]) else next(iter(bodies), None)


def _counts_under(shares: Sequence[Cell], counts: Sequence[Cell]) -> bool:
    """Say whether a row without a label holds the counts of the percents over it."""
    signed, plain = (sum(token.percent for token in tokens(row)) for row in (shares, counts))
    above = any(
        token.kind == "figure" and len(re.sub(r"\D", "", token.number)) > 2 for token in tokens(counts)
    )
    return (bool(signed) and not plain) or (above and _shares_of(counts, shares))


def _shares_of(counts: Sequence[Cell], shares: Sequence[Cell]) -> bool:
    """Say whether a row without per-cent signs could be the percents of the counts above it."""
    pairs = [
        (float(one.number.replace(",", "")), float(two.number.replace(",", ".")))
        for one, two in zip(tokens(counts), tokens(shares), strict=False)
        if one.kind == two.kind == "figure"
        and one.number.replace(",", "").isdigit()
        and two.number.count(".") + two.number.count(",") < 2
    ]
    larger = all(count > share for count, share in pairs)
    decimals = any("." in cell.text or "," in cell.text for cell in shares) and not any(
        "." in cell.text for cell in counts
    )
    return bool(pairs) and all(share <= 100 for _, share in pairs) and (larger or decimals)

"""Which rows of a table are shares of those who gave the answer above them, by labels and sums."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from polltables.importing.draft import Row
from polltables.importing.vocabulary import folded

__all__ = ["conditions_of", "full_columns"]


def full_columns(rows: Sequence[Row]) -> list[list[float]]:
    """Return the columns that have a figure in each of these rows, as numbers."""
    if not rows:
        return []
    columns = []
    for segment in rows[0].figures:
        figures = [row.figures.get(segment) for row in rows]
        if all(figure is not None for figure in figures):
            columns.append([float(str(figure).replace(",", ".")) for figure in figures])
    return columns


def conditions_of(rows: Sequence[Row]) -> dict[int, int]:
    """Propose which rows are conditional, and on which row.

    Labels that come back, each time under an answer of its own, are conditional on that answer; so are rows that
    sum to 100 beneath an answer where all rows together sum to much more.

    Returns
    -------
    dict of int
        Position of a conditional row -> position of the row it is a share of.

    Examples
    --------
    >>> printed = {"A": "60", "sure": "90", "may change": "10", "B": "40"}
    >>> conditions_of([Row(label, {"total": figure}, "") for label, figure in printed.items()])
    {1: 0, 2: 0}

    The second and third row are shares of the 60 % who answered A.
    """
    counts = Counter(folded(row.label) for row in rows)
    repeated = [counts[folded(row.label)] > 1 for row in rows]
    # A table that begins with a repeated label has no answer above it to be a share of.
    if any(repeated) and not repeated[0] and not _adjacent_twins(rows):
        given: dict[int, int] = {}
        parent = 0
        for position, again in enumerate(repeated):
            if again:
                given[position] = parent
            else:
                parent = position
        return given
    return _by_sums(rows)


def _adjacent_twins(rows: Sequence[Row]) -> bool:
    return any(folded(one.label) == folded(two.label) for one, two in pairwise(rows))


def _sums_to_100(rows: Sequence[Row]) -> bool:
    columns = full_columns(rows)
    return bool(columns) and all(abs(sum(column) - 100) <= 0.51 + 0.06 * len(rows) for column in columns)


def _by_sums(rows: Sequence[Row]) -> dict[int, int]:
    """Find runs that sum to 100 beneath a row, such that the rows that are left sum to 100 as well."""
    columns = full_columns(rows)
    if not columns or any(sum(column) < 190 for column in columns) or len(rows) > 60:
        return {}
    given: dict[int, int] = {}
    position = 1
    while position < len(rows):
        stops = (stop for stop in range(position + 2, len(rows) + 1) if _sums_to_100(rows[position:stop]))
        stop = next(stops, None)
        if stop is None:
            position += 1
            continue
        given |= dict.fromkeys(range(position, stop), position - 1)
        position = stop + 1
    left = [row for position, row in enumerate(rows) if position not in given]
    return given if _sums_to_100(left) else {}

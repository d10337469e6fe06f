"""The sums of a table's columns, and what they tell: conditional rows, missing answers, figures in another format."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Row, Table

__all__ = ["FEW_ANSWERS", "add_up", "conditions_of", "fractions_of", "is_short", "sums_of", "table_sums"]

FEW_ANSWERS = 75  # per cent
"""Columns that add up to less are asked about one by one."""
_MOST_ROWS = 60
_GOOD = 0.7


def sums_of(rows: Iterable[Row]) -> list[tuple[float, float]]:
    """Add up the answers of each column that prints two or more, with half a unit of each figure."""
    sums = []
    for column in zip(*(row.figures for row in rows if not row.role), strict=True):
        printed = [figure.replace(",", ".") for figure in column if figure is not None]
        if len(printed) > 1:
            halves = sum(0.5 * 10.0 ** -len(figure.partition(".")[2]) for figure in printed)
            sums.append((sum(map(float, printed)), halves))
    return sums


def add_up(rows: Iterable[Row]) -> bool:
    """Say whether the answers of most columns add up to 100, as far as rounding goes."""
    sums = sums_of(rows)
    return bool(sums) and sum(abs(total - 100) <= slack + 0.01 for total, slack in sums) > 0.7 * len(sums)


def table_sums(table: Table) -> list[tuple[float, float]]:
    """Add up the unconditional answers of each column, with how far rounding may bring the sums off."""
    return sums_of(row for at, row in enumerate(table.rows) if at not in table.given)


def is_short(table: Table) -> bool:
    """Say whether most columns add up to somewhat less than all; much less is asked about by itself."""
    sums = table_sums(table)
    short = sum(total < 100 - max(slack, 0.011) - 0.5 for total, slack in sums)
    return short > 0.5 * len(sums) and min(total for total, _ in sums) >= FEW_ANSWERS


def fractions_of(table: Table) -> list[str]:
    """Find cells that were left in another format than their column: shares of one, as the sum of the column shows."""
    found = []
    for column in zip(*(row.figures for row in table.rows if not row.role), strict=True):
        printed = [figure for figure in column if figure]
        small = [figure for figure in printed if re.fullmatch(r"0[.,]\d\d", figure)]
        others = [figure for figure in printed if figure not in small]
        if small and all(map(str.isdigit, others)):
            left = 100 - sum(map(int, others))
            found += small if abs(left - sum(int(figure[2:]) for figure in small)) < abs(left) else []
    return found


def conditions_of(rows: Sequence[Row]) -> dict[int, int]:
    """Propose which rows are conditional, and on which row: those that add up to 100 beneath an answer.

    Labels that come back, each time under an answer of its own, are conditional on that answer; so are rows that add up
    to 100 beneath an answer where all rows together add up to much more.

    Position of a conditional row -> position of the row it is a share of.

    Examples
    --------
    >>> printed = {"A": "60", "sure": "90", "may change": "10", "B": "40"}
    >>> conditions_of([Row(label, "", [figure]) for label, figure in printed.items()])
    {1: 0, 2: 0}

    The second and third row are shares of the 60 % who answered A.
    """
    if not 2 < len(rows) <= _MOST_ROWS or any(row.role for row in rows):
        return {}
    return _by_labels(rows) or _by_sums(rows)


def _by_labels(rows: Sequence[Row]) -> dict[int, int]:
    """Take labels that come back as conditional, if what stands under each answer adds up."""
    counts = Counter(folded(row.label) for row in rows)
    repeated = [counts[folded(row.label)] > 1 for row in rows]
    # A table that begins with a repeated label has no answer above it to be a share of.
    if not any(repeated) or repeated[0]:
        return {}
    answers = [at for at, again in enumerate(repeated) if not again]
    given = {at: max(one for one in answers if one < at) for at in range(len(rows)) if at not in answers}
    blocks = [[rows[at] for at in given if given[at] == parent] for parent in set(given.values())]
    free = [row for at, row in enumerate(rows) if at not in given]
    over = any(total > 100 + slack + 0.5 for total, slack in sums_of(free))
    good = sum(add_up(block) for block in blocks)
    return given if good >= _GOOD * len(blocks) and not over else {}


def _by_sums(rows: Sequence[Row]) -> dict[int, int]:
    """Find runs that add up to 100 beneath a row, such that the rows that are left add up to 100 as well."""
    if any(total < 190 for total, _ in sums_of(rows)):
        return {}
    given: dict[int, int] = {}
    position = 1
    while position < len(rows):
        stops = (stop for stop in range(position + 2, len(rows) + 1) if add_up(rows[position:stop]))
        stop = next(stops, None)
        if stop is None:
            position += 1
            continue
        given |= dict.fromkeys(range(position, stop), position - 1)
        position = stop + 1
    left = [row for position, row in enumerate(rows) if position not in given]
    return given if len(left) > 1 and add_up(left) else {}

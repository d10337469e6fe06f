"""Which rows of a table are shares of those who gave the answer above them, by labels and sums."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.joining import add_up, sums_of
from polltables.importing.recognition.model import Row

__all__ = ["conditions_of"]

_MOST_ROWS = 60
_GOOD = 0.7


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
    if not any(total > 140 for total, _ in sums_of(rows)):
        return {}
    return _by_labels(rows) or _by_sums(rows)


def _by_labels(rows: Sequence[Row]) -> dict[int, int]:
    """Take labels that come back as conditional, if what stands under each answer adds up."""
    counts = Counter(folded(row.label) for row in rows)
    repeated = [counts[folded(row.label)] > 1 for row in rows]
    # A table that begins with a repeated label has no answer above it to be a share of.
    if (
        not any(repeated)
        or repeated[0]
        or any(folded(one.label) == folded(two.label) for one, two in pairwise(rows))
    ):
        return {}
    given: dict[int, int] = {}
    parent = 0
    for position, again in enumerate(repeated):
        if again:
            given[position] = parent
        else:
            parent = position
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

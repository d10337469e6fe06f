"""Rows that are sums of other rows: by their words where the sums agree, by the sums alone where these need it."""

from collections.abc import Iterator, Sequence

from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.values import Reading
from polltables.importing.recognition.vocabulary import is_net, is_rate, is_summary

__all__ = ["find_nets"]

_MOST_ROWS = 80
_LONGEST_RUN = 12
_GOOD = 0.8
_CERTAIN = 0.9
_FEW_COLUMNS = 4
_MANY_COLUMNS = 8


def find_nets(reading: Reading) -> None:
    """Give the rows of a reading that sum others the role `net`, and say which rows they sum."""
    rows = reading.rows()
    if not 2 < len(rows) <= _MOST_ROWS:
        return
    items = reading.matrix.rows
    rows = _without_rates(reading, rows)
    summed = [row for row in rows if _announced(reading, row)]
    named = [row for row in rows if row in summed or is_net(items[row].label)]
    rest = [row for row in rows if row not in named]
    if named and reading.whole(rows) >= _GOOD > reading.whole(rest):
        named, rest = [], rows  # "Total approve" and "Total disapprove" are the answers themselves
    for row in named:
        if _is_difference(reading, row, rest):
            items[row].role = "measure"
            continue
        run = next((run for run in _runs(row, rest) if reading.is_sum(row, run)), ())
        label = folded(items[row].label)
        explicit = row in summed or label.lstrip("( ").startswith("net") or label.endswith("(net)")
        if run or explicit or reading.whole(rest) >= _GOOD:
            items[row].role, items[row].of = "net", run
    rows = reading.rows()
    if _by_sums(reading, rows):
        return
    # A first or last row without which the others add up to 100 is a rate that was calculated beside the answers.
    few = len(reading.columns()) < _FEW_COLUMNS
    for row in (rows[-1:] + rows[:1]) if len(rows) > 2 else ():
        others = [other for other in rows if other != row]
        exact = [abs(reading.scale * total - 100) < 1.01 for total, _ in reading.sums(others)]
        if reading.whole(others) >= _CERTAIN and (not few or (len(exact) > 1 and all(exact))):
            items[row].role = "beside"
            numbers = [reading.values[row][at].number or 0 for at in reading.columns()]
            if numbers[0] == max(numbers) > 100:
                items[row].role = "stated_base"
                reading.doubts.append(
                    (f"row {items[row].label}", "Is the row of counts the number of interviews?", "yes",
                     "the answers add up to 100 without it, and its largest count is that of the first column")
                )  # fmt: skip
            return


def _is_difference(reading: Reading, row: int, rest: Sequence[int]) -> bool:
    """Say whether a row is one answer less another in every column, as the balance of a rating is."""
    return any(
        reading.is_sum(one, (row, other)) for one in rest for other in rest if one != other and other != row
    ) and not any(reading.is_sum(row, run) for run in _runs(row, rest))


def _announced(reading: Reading, row: int) -> bool:
    """Say whether a row stands under a heading that announces sums."""
    path = reading.matrix.rows[row].path
    return bool(path) and is_summary(path[-1])


def _without_rates(reading: Reading, rows: list[int]) -> list[int]:
    """Take rows away that a blank row or their words set apart from answers which add up to 100: calculated rates."""
    items = reading.matrix.rows
    ends = (
        at for at in range(len(rows) - 1, 1, -1) if items[rows[at]].apart or is_rate(items[rows[at]].label)
    )
    start = next(ends, len(rows))
    after = [row for row in rows[start:] if not _announced(reading, row)]
    told = all(is_rate(items[row].label) for row in after)
    if not after or reading.whole(rows[:start]) < _GOOD or (reading.whole(rows) >= _GOOD and not told):
        return rows
    for row in after:
        items[row].role = "beside"
    return [row for row in rows if row not in after]


def _beside(row: int, rows: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Go through the rows that stand next to a row: the first of those beneath it, the last of those above it."""
    after = [other for other in rows if other > row]
    before = [other for other in rows if other < row]
    yield from (tuple(after[:length]) for length in range(2, min(_LONGEST_RUN, len(after)) + 1))
    yield from (tuple(before[-length:]) for length in range(2, min(_LONGEST_RUN, len(before)) + 1))


def _runs(row: int, rows: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Go through neighbouring rows that a row could sum: those next to it, then any others."""
    yield from _beside(row, rows)
    others = [other for other in rows if other != row]
    for start in range(len(others)):
        for length in range(2, min(_LONGEST_RUN, len(others) - start) + 1):
            yield tuple(others[start : start + length])


def _by_sums(reading: Reading, rows: Sequence[int]) -> bool:
    """Find rows that sum those beside them, such that what is left adds up to 100; without that nothing is a net.

    True as well where the columns do not add up to more than all, so that there is nothing to find.
    """
    sums = [reading.scale * total for total, _ in reading.sums(rows)]
    if sum(total > 101 for total in sums) <= 0.5 * len(sums):
        return True
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        if not any(reading.values[row][c].number for c in reading.columns()):
            continue  # a row that is nothing but zeros sums anything
        others = [other for other in rows if other not in found]
        # Where few columns print a row, others that do not stand next to it make its sum by chance.
        runs = _runs if len(reading.columns()) >= _FEW_COLUMNS else _beside
        run = next((run for run in runs(row, others) if reading.is_sum(row, run)), None)
        if run is not None:
            found[row] = run
    rest = [row for row in rows if row not in found]
    if reading.whole(rest) < _GOOD:
        found = {row: run for row, run in found.items() if _beyond_chance(reading, row)}
    if not found or len(rest) < 2:
        return False
    for row, run in found.items():
        reading.matrix.rows[row].role, reading.matrix.rows[row].of = "net", run
    return True


def _beyond_chance(reading: Reading, row: int) -> bool:
    """Say whether a row that is the sum of others is so in too many columns, at too large figures, to be so by chance."""
    cells = [cell for c in reading.columns() if (cell := reading.values[row][c]).number]
    large = [cell for cell in cells if (cell.number or 0) > 20 * cell.half]
    return len(large) >= _MANY_COLUMNS and len(large) > 0.9 * len(cells)

"""Rows that are sums of other rows: by their words where the sums agree, by the sums alone where these need it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.values import column_sums, near, of_run
from polltables.importing.recognition.vocabulary import is_net, is_summary

if TYPE_CHECKING:
    from polltables.importing.recognition.settling import Reading

__all__ = ["find_nets"]

_MOST_ROWS = 80
_LONGEST_RUN = 12
_GOOD = 0.8
_CERTAIN = 0.9
_FEW_COLUMNS = 4


def find_nets(reading: "Reading") -> None:
    """Give the rows of a reading that sum others the role `net`, and say which rows they sum."""
    rows = reading.rows()
    if not 2 < len(rows) <= _MOST_ROWS:
        return
    rows = _without_rates(reading, rows)
    summed = [row for row in rows if _summed(reading, row)]
    named = [row for row in rows if row in summed or is_net(reading.matrix.rows[row].label)]
    rest = [row for row in rows if row not in named]
    if named and _good(reading, rows) >= _GOOD > _good(reading, rest):
        named, rest = [], rows  # "Total approve" and "Total disapprove" are the answers themselves
    for row in named:
        run = next(
            (run for run in _runs(row, rest) if of_run(reading.values, row, run, reading.columns())), ()
        )
        label = folded(reading.matrix.rows[row].label)
        explicit = row in summed or label.lstrip("( ").startswith("net") or label.endswith("(net)")
        if run or explicit or _good(reading, rest) >= _GOOD:
            reading.matrix.rows[row].role, reading.matrix.rows[row].of = "net", tuple(run)
    rows = reading.rows()
    if _good(reading, rows) < 0.5 and _too_much(reading, rows) and not _by_sums(reading, rows):
        _beside(reading, rows)


def _without_rates(reading: "Reading", rows: list[int]) -> list[int]:
    """Take rows away that a blank row sets apart from answers which add up to 100: rates calculated beside them."""
    start = next((at for at in range(len(rows) - 1, 1, -1) if reading.matrix.rows[rows[at]].apart), len(rows))
    after = [row for row in rows[start:] if not _summed(reading, row)]
    if not after or _good(reading, rows[:start]) < _GOOD or _good(reading, rows) >= _GOOD:
        return rows
    for row in after:
        reading.matrix.rows[row].role = "beside"
    return [row for row in rows if row not in after]


def _summed(reading: "Reading", row: int) -> bool:
    """Say whether a row stands under a heading that announces sums."""
    path = reading.matrix.rows[row].path
    return bool(path) and is_summary(path[-1])


def _beside(reading: "Reading", rows: Sequence[int]) -> None:
    """Find a first or last row without which the others add up to 100: a rate that was calculated beside the answers."""
    if len(rows) < 3 or len(reading.columns()) < _FEW_COLUMNS:
        return
    for row in (rows[-1], rows[0]):
        if _good(reading, [other for other in rows if other != row]) >= _CERTAIN:
            reading.matrix.rows[row].role = "beside"
            return


def _good(reading: "Reading", rows: Sequence[int]) -> float:
    """Return the share of the columns whose rows add up to 100."""
    sums = reading.sums(rows)
    return sum(near(total, 100, max(slack, 0.02)) for total, slack in sums) / len(sums) if sums else 0.0


def _too_much(reading: "Reading", rows: Sequence[int]) -> bool:
    sums = [reading.scale * total for total, _ in column_sums(reading.values, rows, reading.columns())]
    return bool(sums) and sum(total > 101 for total in sums) > 0.5 * len(sums)


def _runs(row: int, rows: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Go through neighbouring rows that a row could sum: those beneath it, those above it, any others."""
    after = [other for other in rows if other > row]
    before = [other for other in rows if other < row]
    longest = min(_LONGEST_RUN, len(rows))
    yield from (tuple(after[:length]) for length in range(2, min(longest, len(after)) + 1))
    yield from (tuple(before[-length:]) for length in range(2, min(longest, len(before)) + 1))
    others = [other for other in rows if other != row]
    for start in range(len(others)):
        for length in range(2, longest + 1):
            if start + length <= len(others):
                yield tuple(others[start : start + length])


def _by_sums(reading: "Reading", rows: Sequence[int]) -> bool:
    """Find rows that sum those beside them, such that what is left adds up to 100; without that nothing is a net."""
    found: dict[int, tuple[int, ...]] = {}
    for row in rows:
        beside = [other for other in rows if other not in found]
        after = [other for other in beside if other > row]
        before = [other for other in beside if other < row]
        for run in (
            *(tuple(after[:length]) for length in range(2, min(_LONGEST_RUN, len(after)) + 1)),
            *(tuple(before[-length:]) for length in range(2, min(_LONGEST_RUN, len(before)) + 1)),
        ):
            # A row that is nothing but zeros sums anything.
            if of_run(reading.values, row, run, reading.columns()) and any(
                reading.values[row][c].number for c in reading.columns()
            ):
                found[row] = run
                break
    rest = [row for row in rows if row not in found]
    if found and len(rest) > 1 and _good(reading, rest) >= _GOOD:
        for row, run in found.items():
            reading.matrix.rows[row].role, reading.matrix.rows[row].of = "net", run
        return True
    return False

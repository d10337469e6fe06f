"""Which columns divide another: only where bases, figures or words show it; overlapping groups stay apart."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from polltables.importing.recognition.families import family_of, is_whole
from polltables.importing.recognition.folding import folded
from polltables.importing.recognition.model import Table
from polltables.importing.recognition.vocabulary import is_net

__all__ = [
    "Evidence",
    "Group",
    "are_nested",
    "divides",
    "is_larger",
    "lack_some",
    "narrowest",
    "runs_by_bases",
    "sums_among",
]

_MOST_EQUATIONS = 300
_CLOSE = 0.005  # of a base; weighted parts are rounded each
_ASTRAY = 0.03
_ASTRAY_TENTHS = 0.2
_UNDER = r"<|\b(under|below|menos|moins|unter|menor)"


@dataclass(slots=True)
class Group:
    """A segment in the making: its column of each table, and what it is called."""

    label: str
    path: tuple[str, ...]
    places: list[int | None]
    id: str = ""
    where: str = ""
    double: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Whether columns divide another: `proved` by bases or figures, `refuted` by them, or neither, and by how many.

    None are counted where figures fit without one of the columns too.
    """

    proved: bool
    refuted: bool
    equations: int = 0


def divides(
    tables: Sequence[Table], columns: Sequence[Sequence[int | None]], whole: Sequence[int | None]
) -> Evidence:
    """Judge whether columns divide another one; of each part and of the whole the position in each table, if it is there."""
    by_bases = _by_bases(tables, columns, whole)
    return by_bases if by_bases is not None else _by_figures(tables, columns, whole)


def _by_bases(
    tables: Sequence[Table], columns: Sequence[Sequence[int | None]], whole: Sequence[int | None]
) -> Evidence | None:
    """Compare the interviews of the parts with those of the whole, where both are printed."""
    close = compared = 0
    for number, table in enumerate(tables):
        for kind in ("base", "weighted"):
            parts = [_base(table, part[number], kind) for part in columns]
            total = _base(table, whole[number], kind)
            if total is not None and None not in parts:
                compared += 1
                slack = max(len(parts) / 2 + 1, _CLOSE * total)
                close += abs(sum(part or 0 for part in parts) - total) <= slack
    proved = close > 0.8 * compared
    return Evidence(proved, not proved, compared) if compared else None


def is_larger(tables: Sequence[Table], one: Sequence[int | None], whole: Sequence[int | None]) -> bool:
    """Say whether more people stand behind a column than behind the whole, by most of the bases printed of both."""
    pairs = [
        (_base(table, place, kind), _base(table, of, kind))
        for table, place, of in zip(tables, one, whole, strict=True)
        for kind in ("base", "weighted")
    ]
    larger = [count > total + max(1, _CLOSE * total) for count, total in pairs if count and total]
    return sum(larger) > 0.8 * len(larger)


def lack_some(
    tables: Sequence[Table], columns: Sequence[Sequence[int | None]], whole: Sequence[int | None], n: int
) -> bool:
    """Say whether the interviews of the parts are fewer than those of the poll, where none are printed of the whole."""
    of, *parts = [
        max(_base(table, at, "base") or 0 for table, at in zip(tables, places, strict=True))
        for places in (whole, *columns)
    ]
    return not of and all(parts) and sum(parts) < n - max(len(parts) / 2 + 1, _CLOSE * n)


def runs_by_bases(groups: Sequence[Group], whole: Group, tables: Sequence[Table]) -> list[list[Group]]:
    """Find groups side by side whose interviews add up to those of the whole, by two bases or more printed of all."""
    counts = [
        [_base(table, one.places[number], kind) for one in (whole, *groups)]
        for number, table in enumerate(tables)
        for kind in ("base", "weighted")
    ]
    known = np.array([row for row in counts if None not in row], dtype=float).reshape(-1, len(groups) + 1)
    found: list[list[Group]] = []
    start = 0
    while len(known) > 1 and start < len(groups):
        sums = known[:, start + 1 :].cumsum(axis=1)
        slack = np.maximum(np.arange(1, sums.shape[1] + 1) / 2, _CLOSE * known[:, :1])
        ends = np.flatnonzero((np.abs(sums - known[:, :1]) <= slack).all(axis=0) & (sums[0] == known[0, 0]))
        length = int(ends[0]) + 1 if len(ends) else 1
        found += [list(groups[start : start + length])] if length > 1 else []
        start += length
    return found


def _base(table: Table, position: int | None, kind: str) -> int | None:
    text = getattr(table.columns[position], kind) if position is not None else ""
    return int(text) if text else None


def _by_figures(
    tables: Sequence[Table], columns: Sequence[Sequence[int | None]], whole: Sequence[int | None]
) -> Evidence:
    """Look for one set of weights with which the figures of the parts give those of the whole, as far as rounding goes."""
    totals, parts = [], []
    for number, table in enumerate(tables):
        places = [whole[number], *(part[number] for part in columns)]
        if None in places:
            continue
        for at, row in enumerate(table.rows):
            figures = [row.figures[place] for place in places if place is not None]
            if row.role in {"", "net"} and at not in table.given and None not in figures:
                numbers = [float((figure or "").replace(",", ".")) for figure in figures]
                totals.append(numbers[0])
                parts.append(numbers[1:])
    if not totals:
        return Evidence(False, False)
    total, matrix = np.array(totals[:_MOST_EQUATIONS]), np.array(parts[:_MOST_EQUATIONS])
    printed = [figure for table in tables[:3] for row in table.rows[:10] for figure in row.figures if figure]
    unit = 10.0 ** -max((len(one.replace(",", ".").partition(".")[2]) for one in printed), default=0)
    outside = (total >= 2 * unit) & (
        matrix.max(axis=1) == 0
    )  # an answer that only people in none of the parts gave
    if outside.any() or _astray(total, matrix, unit) > _ASTRAY:
        return Evidence(False, True, len(total))
    if len(total) < matrix.shape[1]:  # so few rows prove little
        return Evidence(False, False, len(total))
    if not _weights_fit(total, matrix, unit):
        return Evidence(False, True, len(total))
    # Columns of which some are made of others fit as well without them, so that nothing is proved of all.
    others = (
        [np.delete(matrix, place, axis=1) for place in range(matrix.shape[1])] if matrix.shape[1] > 2 else []
    )
    idle = any(
        _astray(total, other, unit) <= _ASTRAY and _weights_fit(total, other, unit) for other in others
    )
    return Evidence(True, False, 0 if idle else len(total))


def _astray(total: np.ndarray, matrix: np.ndarray, unit: float) -> float:
    """Return the share of rows in which the whole lies beyond all of its parts."""
    return float(((total > matrix.max(axis=1) + unit) | (total < matrix.min(axis=1) - unit)).mean())


def _weights_fit(total: np.ndarray, matrix: np.ndarray, unit: float) -> bool:
    """Solve for weights of 0 or more that sum to one; a few rows of questions put to a part may be off."""
    from scipy.optimize import linprog

    rows, parts = matrix.shape
    # Variables: the weights, and one excess for each row, whose sum is made least.
    cost = np.concatenate([np.zeros(parts), np.ones(rows)])
    excess = np.eye(rows)
    upper = np.hstack([matrix - unit / 2, -excess])
    lower = np.hstack([-(matrix + unit / 2), -excess])
    bounds = np.concatenate([total + unit / 2, -(total - unit / 2)])
    solved = linprog(
        cost, A_ub=np.vstack([upper, lower]), b_ub=bounds, A_eq=np.concatenate([np.ones(parts), np.zeros(rows)])[None, :],
        b_eq=[1.0], bounds=[(0, 1)] * parts + [(0, None)] * rows, method="highs",
    )  # fmt: skip
    # Whole numbers are met by chance more easily than tenths, whose rows may differ more: each question has its own weights.
    most = 2 * _ASTRAY if unit >= 1 else _ASTRAY_TENTHS
    if not solved.success or solved.x is None:
        return False
    return float(np.mean(solved.x[parts:] > unit / 2)) <= most


def are_nested(labels: Sequence[str]) -> bool:
    """Say whether groups under one heading overlap by name: there are totals of some, or all that a group is not."""
    names = {folded(label) for label in labels}
    none = (f"{no}{name}" for no in ("in", "no ", "non ", "not ") for name in names)
    return (
        any(map(is_net, labels))
        or any(map(is_whole, labels))
        or (len(names) > 2 and not names.isdisjoint(none))
    )


def sums_among(parts: Sequence[Group], tables: Sequence[Table]) -> list[Group]:
    """Find the parts that are made of some that follow them, beyond chance.

    A part that another one holds is found only where twice as much says so.
    """
    certain, held = list[Group](), 0
    for at, part in enumerate(parts):
        stops = range(at + 3, len(parts) + (at > 0)) if not family_of(part.label) else ()
        runs = [[one.places for one in parts[at + 1 : stop]] for stop in stops]
        made = [
            (one.equations, len(run)) for run in runs if (one := divides(tables, run, part.places)).proved
        ]
        times = 2 if at < held else 1
        if any(equations > times * (2 * places + 1) for equations, places in made):
            certain.append(part)
            held = max(held, at + 1 + max(places for _, places in made))
    return certain


def narrowest(parts: Sequence[Group]) -> list[Group]:
    """Leave out ages that hold other ages of the list."""
    ages = []
    for part in parts:
        first, last, *_ = [*map(int, re.findall(r"\d{1,3}", part.label)), 999, 999]
        ages.append((0, first) if re.search(_UNDER, folded(part.label)) else (first, last))
    wide = [sum(low <= one <= two <= high for one, two in set(ages)) > 1 for low, high in ages]
    return [part for part, holds_others in zip(parts, wide, strict=True) if not holds_others]

"""Respondents that fit: what cross-tables that nobody printed can hold, given the tables that were printed, on arrays."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, together
from analysis.stats.programme import Programme, Variable

__all__ = ["JointBounds", "PrintedTable", "joint_bounds"]

_Mask = npt.NDArray[np.bool_]
_Written = tuple[
    FloatArray, FloatArray, _Mask, _Mask
]  # a printed table with its rows and answers written out

_MOST_PEOPLE = 1e6  # for each of those among whom a share is asked: smaller groups do not count


@dataclass(frozen=True, eq=False, slots=True)
class PrintedTable:
    """What was printed of one question to which each person gives one answer.

    Attributes
    ----------
    low, high : array_like, shape (rows, columns)
        The least and greatest share that rounds to each figure; NaN where none was printed.
    counted : array_like of bool, shape (rows, answers), optional
        Answers that a row counts; by default each row is one answer, and the rows are all of them. An answer may be one of
        two questions at once, such as a candidate and how certain the vote is.
    among : array_like of bool, shape (rows, answers), optional
        Answers among whose givers a row is a share; by default all.
    """

    low: npt.ArrayLike
    high: npt.ArrayLike
    counted: npt.ArrayLike | None = None
    among: npt.ArrayLike | None = None


@dataclass(frozen=True, eq=False, slots=True)
class JointBounds:
    """Shares that respondents who fit everything printed can have.

    Attributes
    ----------
    low, high : numpy.ndarray
        NaN where nobody can be among whom the share is asked for, or if no respondents fit.
    contradictions : tuple of (int, int, int)
        Table, row and column of figures that no respondents have together with the others: one explanation, whose
        departures sum to the least. Empty if some fit.
    """

    low: FloatArray
    high: FloatArray
    contradictions: tuple[tuple[int, int, int], ...]


def joint_bounds(
    columns: npt.ArrayLike,
    tables: Sequence[PrintedTable],
    counted: npt.ArrayLike,
    among: npt.ArrayLike | None = None,
) -> JointBounds:
    r"""Bound shares that were not printed by all respondents who fit what was.

    Parameters
    ----------
    columns : array_like of bool, shape (columns, cells)
        Which cells each printed column covers. Cells are the finest groups that the columns make together, such as each
        zone's rural and urban people; a column of the total covers them all.
    tables : sequence of PrintedTable
        Questions with the same columns and the same base. Bounds are for the first; the others say more about the cells.
    counted, among : array_like of bool, shape (..., answers, cells)
        Of the first table: who is counted, among whom (by default all), for every share that is asked for.

    Returns
    -------
    JointBounds
        `low, high` of the shape without the last two axes, and `contradictions`.

    Raises
    ------
    AnalysisError
        If shapes do not match or a share lies outside [0, 1].

    Notes
    -----
    The unknown are people in each cell, and of each question those with each answer in each cell. Every printed figure is a
    ratio of sums of them, so that conditions are linear and have no scale; with those among whom a share is asked scaled to
    1 (Charnes & Cooper 1962, *Naval Research Logistics Quarterly* 9), its ends are those of a linear programme. Questions
    hang together through the cells alone: given one joint table of each with the same cells, respondents can be made who
    have them all, so nothing is lost by not writing down all answers at once. Closed questions only: where a person may
    give several answers, cells of answers would have to be all combinations.

    Examples
    --------
    >>> north, south, rural, urban = [1, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0], [0, 1, 0, 1]
    >>> columns = [north, south, rural, urban, [1, 1, 1, 1]]
    >>> first = np.array([0.90, 0.20, 0.90, 0.25, 0.50])  # of two candidates
    >>> vote = PrintedTable([first - 0.005, 0.995 - first], [first + 0.005, 1.005 - first])
    >>> rural_north = np.zeros((2, 2, 4), dtype=bool)
    >>> rural_north[0, :, 0] = rural_north[1, 0, 0] = True  # all its people, and those of them for the first candidate
    >>> found = joint_bounds(columns, [vote], rural_north)
    >>> print(found.low.round(2), found.high.round(2))
    [0.21 0.21] [0.4  0.36]

    Rural people of the north, of whom nothing was printed, are 21 to 40 % of all, and those of them who chose the first
    candidate 21 to 36 %.
    """
    cover, cells = np.asarray(columns, dtype=bool), np.shape(columns)[-1]
    printed = [_checked(table, cover.shape) for table in tables]
    shape = (printed[0][2].shape[1], cells) if printed else (0, cells)
    wanted = np.asarray(counted, dtype=bool)
    whole = np.ones(shape, dtype=bool) if among is None else np.asarray(among, dtype=bool)
    if wanted.shape[-2:] != shape or whole.shape[-2:] != shape:
        raise AnalysisError(
            f"counted of shape {wanted.shape}, among of shape {whole.shape}: the last axes are the {shape[0]} answers of "
            f"the first table and {cells} cells."
        )
    wanted, whole = (each > 0 for each in together(counted=wanted.astype(float), among=whole.astype(float)))
    asked = wanted.shape[:-2]
    low, high = np.full((2, int(np.prod(asked))), np.nan)
    everybody: dict[Variable, float] = {("cell", cell): 1.0 for cell in range(cells)}
    fitting = _programme(cover, printed, slack=False)
    groups, of_share = np.unique(whole.reshape(len(low), -1), axis=0, return_inverse=True)
    shares = (wanted & whole).reshape(len(low), *shape)
    of_groups = [np.flatnonzero(of_share == number) for number in range(len(groups))]
    sought = (
        (_people(0, group.reshape(shape)), [_people(0, share) for share in shares[places]])
        for group, places in zip(groups, of_groups, strict=True)
    )
    for places, found in zip(of_groups, fitting.ranges(sought), strict=True):
        if found is not None:
            low[places], high[places] = found
    contradictions: tuple[tuple[int, int, int], ...] = ()
    if np.isnan(low).all():  # in none of the groups is anybody: because nobody fits?
        fitting.require_equal(everybody, 1.0)
        if fitting.minimise({}) is None:
            loose = _programme(cover, printed, slack=True)
            loose.require_equal(everybody, 1.0)
            contradictions = tuple(sorted(loose.departures()))
    return JointBounds(low.clip(0, 1).reshape(asked), high.clip(0, 1).reshape(asked), contradictions)


def _checked(table: PrintedTable, shape: tuple[int, ...]) -> _Written:
    """Write out a table, or say what does not match."""
    low, high = check_shares("low", np.maximum(table.low, 0)), check_shares("high", np.minimum(table.high, 1))
    counted = np.eye(len(low)) if table.counted is None else np.asarray(table.counted)
    among = np.ones_like(counted) if table.among is None else np.asarray(table.among)
    if low.shape != high.shape or low.ndim != 2 or low.shape[1:] != shape[:1] or counted.shape != among.shape:
        raise AnalysisError(
            f"a table of shape {low.shape} with answers {counted.shape} does not match {shape[0]} columns; use "
            "(rows, columns) and (rows, answers)."
        )
    return low, high, counted.astype(bool), among.astype(bool)


def _people(table: int, chosen: _Mask) -> dict[Variable, float]:
    """Return those who give chosen answers in chosen cells, answers × cells."""
    return {(table, answer, cell): 1.0 for answer, cell in np.argwhere(chosen).tolist()}


def _programme(cover: _Mask, tables: Sequence[_Written], *, slack: bool) -> Programme:
    """Write down who fits, on any scale."""
    programme = Programme(upper=_MOST_PEOPLE)
    cells = range(cover.shape[1])
    for number, (low, high, counted, among) in enumerate(tables):
        for cell in cells:
            people: dict[Variable, float] = {
                (number, answer, cell): 1.0 for answer in range(counted.shape[1])
            }
            programme.require_equal({**people, ("cell", cell): -1.0}, 0.0)
        for row, column in np.argwhere(~np.isnan(low + high)).tolist():
            whole = np.outer(among[row], cover[column])
            share = np.outer(counted[row], cover[column]) & whole
            ends = float(low[row, column]), float(high[row, column])
            figure = (number, row, column) if slack else None
            programme.require_ratio([*_people(number, share)], [*_people(number, whole)], *ends, slack=figure)
    return programme

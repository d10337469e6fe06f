r"""Linear programmes about shares, and bounds on their optima proved in exact arithmetic.

Variables are shares in [0, 1]. HiGHS finds an optimum in floating point; a bound that
is *proved* follows from its dual solution by weak duality, whatever the rounding errors of the solver:
for :math:`\min c^\top x` over :math:`Ax \le b,\ Ex = e,\ 0 \le x \le h`, any :math:`y \ge 0` and :math:`z` give

.. math:: c^\top x \ge -y^\top b - z^\top e + h \sum_j \min(0, (c + A^\top y + E^\top z)_j),

computed in rational numbers from the printed figures (Neumaier & Shcherbina 2004, *Mathematical
Programming* 99).
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from analysis.stats.arrays import FloatArray
from analysis.stats.solver import Optimum, Row, Solver

__all__ = ["Programme", "Variable"]

Variable = Hashable

_NARROWEST = 1e-6  # an interval narrower than this is a point to the solver
_ADD_UP = 1e4  # how much more it matters that a mixture adds up than that it is near
_AT_TARGET = 1e-9  # a point nearer to where it should be, in parts of an interval, is there
_SMALLEST_GAIN = 1e-10  # what the solver cannot tell from nothing
_MOST_STEPS = 100
_SMALLEST_EXCESS = 1e-8  # a departure from here on is one
_BROKEN = 1e-8  # what the solver takes for kept
_ROWS_AT_A_TIME = 3  # of a pool, for each point that breaks some
_DECIMALS = 12  # more than any figure is printed with, fewer than a float can tell apart


def _exact(number: float) -> Fraction:
    """Return the decimal fraction that a float stands for: 0.193 is 193/1000, as it was printed."""
    return Fraction(repr(round(float(number), _DECIMALS)))


@dataclass(slots=True)
class Programme:
    """Linear conditions on named variables, each between 0 and `upper`."""

    upper: float = 1.0
    columns: dict[Variable, int] = field(default_factory=dict)
    at_most: list[tuple[Row, float]] = field(default_factory=list)
    pools: list[tuple[list[int], FloatArray]] = field(default_factory=list)
    equal: list[tuple[Row, float]] = field(default_factory=list)

    def column(self, variable: Variable) -> int:
        """Return the column of a variable, new or known."""
        return self.columns.setdefault(variable, len(self.columns))

    def _row(self, coefficients: Mapping[Variable, float]) -> Row:
        columns = self.columns  # as `column`, which called by itself takes longer than all else of a row
        return {
            columns.setdefault(one, len(columns)): coefficient for one, coefficient in coefficients.items()
        }

    def require_at_most(self, coefficients: Mapping[Variable, float], limit: float) -> None:
        """Require Σ coefficient × variable ≤ limit."""
        self.at_most.append((self._row(coefficients), limit))

    def require_all_at_most_zero(self, variables: Sequence[Variable], coefficients: FloatArray) -> None:
        """Require coefficients × variables ≤ 0, for very many rows of which few matter: those that are broken are added."""
        self.pools.append(([self.column(variable) for variable in variables], np.array(coefficients)))

    def require_equal(self, coefficients: Mapping[Variable, float], value: float) -> None:
        """Require Σ coefficient × variable = value."""
        self.equal.append((self._row(coefficients), value))

    def require_ratio(
        self,
        shares: Sequence[Variable] | Mapping[Variable, tuple[float, float]],
        whole: Sequence[Variable],
        low: float,
        high: float,
        slack: Variable | None = None,
    ) -> None:
        """Require low × Σwhole ≤ Σshares ≤ high × Σwhole; of a map, for each variable times a factor between two ends.

        With a slack, the first may fall short by the variable ("below", slack) and the second be exceeded
        by ("above", slack).
        """
        factors = shares if isinstance(shares, Mapping) else dict.fromkeys(shares, (1.0, 1.0))
        for name, sign, limit, end in (("above", 1.0, high, 0), ("below", -1.0, low, 1)):
            coefficients: dict[Variable, float] = dict.fromkeys(whole, -sign * limit)
            for variable, ends in factors.items():  # which may be among the whole
                coefficients[variable] = coefficients.get(variable, 0.0) + sign * ends[end]
            if slack is not None:
                coefficients[name, slack] = -1.0
            self.require_at_most(coefficients, 0.0)

    def broken_rows(self, point: FloatArray) -> list[Row]:
        """Move the rows that a point breaks most, a few a pool, from the pools to the conditions, and return them."""
        added: list[Row] = []
        for columns, coefficients in self.pools:
            excess = coefficients @ point[columns]
            worst = np.argsort(-excess, kind="stable")[:_ROWS_AT_A_TIME]
            broken = worst[excess[worst] > _BROKEN]
            for row in coefficients[broken]:
                added.append(
                    {column: float(value) for column, value in zip(columns, row, strict=True) if value}
                )
            coefficients[broken] = 0  # a row that was added is not looked at again
        self.at_most += [(row, 0.0) for row in added]
        return added

    def minimise(self, objective: Mapping[Variable, float]) -> dict[Variable, float] | None:
        """Return the variables where the objective is least, or None if nothing meets the conditions."""
        costs = np.zeros(len(self.columns))
        for variable, coefficient in objective.items():
            costs[self.columns[variable]] = coefficient
        found = Solver(self)(costs)
        return None if found is None else dict(zip(self.columns, found[0].x, strict=True))

    def departures(self) -> dict[Any, float]:
        """Return by how much conditions with slacks are exceeded, or, negative, missed, where that sums to the least.

        Slacks are variables ("above", name) and ("below", name); the departures of those that hold are left out.
        """
        slacks = [one for one in self.columns if isinstance(one, tuple) and one[0] in {"above", "below"}]
        found = self.minimise(dict.fromkeys(slacks, 1.0)) or {}
        excess = {
            name: found.get(("above", name), 0.0) - found.get(("below", name), 0.0) for _, name in slacks
        }
        return {name: off for name, off in excess.items() if abs(off) > _SMALLEST_EXCESS}

    def ranges(
        self, asked: Iterable[tuple[Mapping[Variable, float], Sequence[Mapping[Variable, float]]]]
    ) -> Iterator[tuple[FloatArray, FloatArray] | None]:
        """Yield the least and greatest value of objectives where a sum is 1, for several such sums and their objectives.

        None if nothing meets the conditions.
        """
        solve = Solver(self)
        for whole, objectives in asked:
            costs = np.zeros((1 + len(objectives), len(self.columns)))
            for row, coefficients in zip(costs, (whole, *objectives), strict=True):
                for variable, coefficient in coefficients.items():
                    row[self.columns[variable]] = coefficient
            solve.scale(costs[0])
            found = solve(*costs[1:], *-costs[1:])
            values = np.array([optimum.value for optimum in found or ()])
            yield (values[: len(objectives)], -values[len(objectives) :]) if found else None

    def extremes(
        self, variables: Sequence[Variable], *, certify: bool = False, solver: Solver | None = None
    ) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Return a point that meets every condition, and least and greatest values of variables that sum to 1.

        With `certify` the bounds are proved and rounded outwards; without, they are the solver's. One that is given goes on
        from where it ended. None if nothing meets the conditions.
        """
        solve = solver or Solver(self)
        wanted = [self.column(variable) for variable in variables]
        of_two = len(wanted) == 2
        asked = wanted[:1] if of_two else wanted
        upwards = np.zeros((len(asked), len(self.columns)))
        upwards[range(len(asked)), asked] = 1.0
        objectives = [costs for up in upwards for costs in (up, -up)]
        optima = solve(*objectives)
        if optima is None:
            return None
        points = [optimum.x[wanted] for optimum in optima]
        least = [
            self._proved(costs, optimum) if certify else optimum.value
            for costs, optimum in zip(objectives, optima, strict=True)
        ]
        bounds = np.empty((2, len(wanted)))
        bounds[:, : len(asked)] = least[::2], np.negative(least[1::2])
        if of_two:  # the second has what the first leaves
            rest = 1 - bounds[::-1, 0]
            bounds[:, 1] = np.nextafter(rest, [-np.inf, np.inf]) if certify else rest
        low, high = bounds.clip(0, self.upper)
        # Variables that sum to 1 have one point at the same fraction of every interval, in whatever order they come.
        width = (high - low).clip(_NARROWEST)
        middle = low + width * ((1 - low.sum()) / width.sum())
        return self._nearest(solve, wanted, points, middle, width).clip(low, high), low, high

    def _nearest(
        self, solve: Any, wanted: list[int], points: list[FloatArray], target: FloatArray, scale: FloatArray
    ) -> FloatArray:
        """Return the feasible point nearest to a target, distances in units of `scale`.

        Frank & Wolfe's method with full correction: the nearest mixture of the points known, then the
        point that promises most from there, until none promises anything.
        """
        from scipy.optimize import nnls

        for _ in range(_MOST_STEPS):
            known = (np.array(points) - target) / scale
            mixture, _ = nnls(
                np.vstack([known.T, np.full(len(known), _ADD_UP)]), [*np.zeros(len(target)), _ADD_UP]
            )
            nearest = mixture @ np.array(points) / mixture.sum()
            if (np.abs(nearest - target) < _AT_TARGET * scale).all():
                break
            costs = np.zeros(len(self.columns))
            costs[wanted] = (nearest - target) / scale**2
            found = solve(costs)
            assert found is not None  # points are known
            promising = found[0].x[wanted]
            if costs[wanted] @ (nearest - promising) < _SMALLEST_GAIN:
                break
            points = [*points, promising]
        return np.asarray(nearest)

    def _proved(self, costs: FloatArray, optimum: Optimum) -> float:
        """Return a lower bound of the objective, proved from the solver's dual solution."""
        reduced = [_exact(cost) for cost in costs]
        bound = Fraction(0)
        duals = (
            (self.at_most, [max(0.0, -value) for value in optimum.of_at_most]),
            (self.equal, [-value for value in optimum.of_equal]),
        )
        for rows, multipliers in duals:
            # Rows that were added since have no multiplier.
            for (row, limit), multiplier in zip(rows, multipliers, strict=False):
                if multiplier:
                    exact = Fraction(multiplier)
                    bound -= exact * _exact(limit)
                    for column, coefficient in row.items():
                        reduced[column] += exact * _exact(coefficient)
        bound += Fraction(self.upper) * sum((cost for cost in reduced if cost < 0), Fraction(0))
        nearest = float(bound)
        return nearest if Fraction(nearest) <= bound else float(np.nextafter(nearest, -np.inf))

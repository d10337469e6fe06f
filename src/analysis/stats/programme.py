r"""Linear programmes about shares, and bounds on their optima proved in exact arithmetic.

Variables are shares in [0, 1]. HiGHS (through scipy) finds an optimum in floating point; a bound that
is *proved* follows from its dual solution by weak duality, whatever the rounding errors of the solver:
for :math:`\min c^\top x` over :math:`Ax \le b,\ Ex = e,\ 0 \le x \le h`, any :math:`y \ge 0` and :math:`z` give

.. math:: c^\top x \ge -y^\top b - z^\top e + h \sum_j \min(0, (c + A^\top y + E^\top z)_j),

computed in rational numbers from the printed figures (Neumaier & Shcherbina 2004, *Mathematical
Programming* 99).
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from analysis.errors import AnalysisError
from analysis.stats.margins import FloatArray

__all__ = ["Programme", "Variable"]

_Row = dict[int, float]
Variable = Hashable

_NARROWEST = 1e-6  # an interval narrower than this is a point to the solver
_ADD_UP = 1e4  # how much more it matters that a mixture adds up than that it is near
_AT_TARGET = 1e-9  # a point nearer to where it should be, in parts of an interval, is there
_SMALLEST_GAIN = 1e-10  # what the solver cannot tell from nothing
_SAME_CORNER = 1e-8  # corners nearer to each other, or to a line, than this are one
_MOST_STEPS = 100
_MOST_COLUMNS = 600  # of programmes solved side by side; in larger ones a call of the solver hardly counts
_DECIMALS = 12  # more than any figure is printed with, fewer than a float can tell apart


def _exact(number: float) -> Fraction:
    """Return the decimal fraction that a float stands for: 0.193 is 193/1000, as it was printed."""
    return Fraction(repr(round(float(number), _DECIMALS)))


@dataclass(frozen=True, slots=True, eq=False)
class _Optimum:
    """Where an objective is least, what it is there, and the multipliers of the conditions."""

    x: FloatArray
    value: float
    of_at_most: FloatArray
    of_equal: FloatArray


@dataclass(slots=True)
class Programme:
    """Linear conditions on named variables, each between 0 and `upper`."""

    upper: float = 1.0
    columns: dict[Variable, int] = field(default_factory=dict)
    at_most: list[tuple[_Row, float]] = field(default_factory=list)
    equal: list[tuple[_Row, float]] = field(default_factory=list)

    def column(self, variable: Variable) -> int:
        """Return the column of a variable, new or known."""
        return self.columns.setdefault(variable, len(self.columns))

    def _row(self, coefficients: Mapping[Variable, float]) -> _Row:
        return {self.column(variable): coefficient for variable, coefficient in coefficients.items()}

    def require_at_most(self, coefficients: Mapping[Variable, float], limit: float) -> None:
        """Require Σ coefficient × variable ≤ limit."""
        self.at_most.append((self._row(coefficients), limit))

    def require_equal(self, coefficients: Mapping[Variable, float], value: float) -> None:
        """Require Σ coefficient × variable = value."""
        self.equal.append((self._row(coefficients), value))

    def require_ratio(
        self,
        shares: Sequence[Variable],
        whole: Sequence[Variable],
        low: float,
        high: float,
        slack: Variable | None = None,
    ) -> None:
        """Require low × Σwhole ≤ Σshares ≤ high × Σwhole.

        With a slack, the first may fall short by the variable ("below", slack) and the second be exceeded
        by ("above", slack).
        """
        for name, sign, limit in (("above", 1.0, high), ("below", -1.0, low)):
            coefficients: dict[Variable, float] = dict.fromkeys(shares, sign)
            coefficients |= dict.fromkeys(whole, -sign * limit)
            if slack is not None:
                coefficients[name, slack] = -1.0
            self.require_at_most(coefficients, 0.0)

    def _solver(self) -> Callable[..., list[_Optimum] | None]:
        """Return a function that minimises objectives under the conditions; it returns None if nothing meets these.

        Several objectives are minimised side by side, each with the conditions to itself: most programmes here
        are so small that a call of the solver takes longer than their rows.
        """
        from scipy.optimize import linprog
        from scipy.sparse import block_diag, csr_array

        width = len(self.columns)

        def matrix(rows: list[tuple[_Row, float]]) -> Any:
            entries = [(value, i, j) for i, (row, _) in enumerate(rows) for j, value in row.items()]
            data, i, j = zip(*entries, strict=True) if entries else ((), (), ())
            return csr_array((data, (i, j)), shape=(len(rows), width))

        at_most, equal = matrix(self.at_most), matrix(self.equal)
        limits = [limit for _, limit in self.at_most], [value for _, value in self.equal]

        def solve(*objectives: FloatArray) -> list[_Optimum] | None:
            found: list[_Optimum] = []
            at_a_time = max(1, _MOST_COLUMNS // width)
            for start in range(0, len(objectives), at_a_time):
                some = objectives[start : start + at_a_time]
                result = _checked(
                    linprog(
                        np.concatenate(some),
                        A_ub=block_diag([at_most] * len(some), format="csr"),
                        b_ub=limits[0] * len(some),
                        A_eq=block_diag([equal] * len(some), format="csr"),
                        b_eq=limits[1] * len(some),
                        bounds=(0, self.upper),
                        method="highs",
                    )
                )
                if result is None:
                    return None
                parts = (
                    values.reshape(len(some), -1)
                    for values in (result.x, result.ineqlin.marginals, result.eqlin.marginals)
                )
                found += [
                    _Optimum(x, float(costs @ x), *multipliers)
                    for costs, x, *multipliers in zip(some, *parts, strict=True)
                ]
            return found

        return solve

    def minimise(self, objective: Mapping[Variable, float]) -> dict[Variable, float] | None:
        """Return the variables where the objective is least, or None if nothing meets the conditions."""
        costs = np.zeros(len(self.columns))
        for variable, coefficient in objective.items():
            costs[self.columns[variable]] = coefficient
        found = self._solver()(costs)
        return None if found is None else dict(zip(self.columns, found[0].x, strict=True))

    def extremes(
        self, variables: Sequence[Variable], *, certify: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray] | None:
        """Return a point that meets every condition, and least and greatest values of variables that sum to 1.

        With `certify` the bounds are proved and rounded outwards; without, they are the solver's. None if
        nothing meets the conditions.
        """
        solve = self._solver()
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

    def outline(self, first: Variable, second: Variable, *, tolerance: float = 1e-8) -> FloatArray:
        """Return the corners of what two variables can be together, counterclockwise; no rows if nothing can.

        Every edge known is pushed outwards: either it is one of the outline, or a new corner lies beyond it.
        Corners beyond it by less than the tolerance are left out.
        """
        solve = self._solver()
        wanted = [self.column(first), self.column(second)]

        def farthest(directions: Sequence[FloatArray]) -> list[FloatArray]:
            costs = np.zeros((len(directions), len(self.columns)))
            costs[:, wanted] = np.negative(directions)
            return [optimum.x[wanted].clip(0, self.upper) for optimum in solve(*costs) or []]

        corners: list[FloatArray] = []
        for corner in farthest([np.array(d) for d in ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))]):
            if all(np.abs(corner - known).max() > _SAME_CORNER for known in corners):
                corners.append(corner)
        pushed = [False] * len(corners)  # whether nothing lies beyond the edge that begins at a corner
        while len(corners) > 1 and not all(pushed):
            edges = [at for at, done in enumerate(pushed) if not done]
            along = [corners[(at + 1) % len(corners)] - corners[at] for at in edges]
            outwards = [np.array([edge[1], -edge[0]]) / np.hypot(*edge) for edge in along]
            beyond = {
                at: corner
                for at, direction, corner in zip(edges, outwards, farthest(outwards), strict=False)
                if (corner - corners[at]) @ direction > tolerance
            }
            after = [[corner, *([beyond[at]] if at in beyond else [])] for at, corner in enumerate(corners)]
            pushed = [at not in beyond for at, some in enumerate(after) for _ in some]
            corners = [corner for some in after for corner in some]
        if not corners:
            return np.empty((0, 2))
        return np.array([corner for at, corner in enumerate(corners) if _turns(corners, at)])

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

    def _proved(self, costs: FloatArray, optimum: _Optimum) -> float:
        """Return a lower bound of the objective, proved from the solver's dual solution."""
        reduced = [_exact(cost) for cost in costs]
        bound = Fraction(0)
        duals = (
            (self.at_most, [max(0.0, -value) for value in optimum.of_at_most]),
            (self.equal, [-value for value in optimum.of_equal]),
        )
        for rows, multipliers in duals:
            for (row, limit), multiplier in zip(rows, multipliers, strict=True):
                if multiplier:
                    exact = Fraction(multiplier)
                    bound -= exact * _exact(limit)
                    for column, coefficient in row.items():
                        reduced[column] += exact * _exact(coefficient)
        bound += Fraction(self.upper) * sum((cost for cost in reduced if cost < 0), Fraction(0))
        nearest = float(bound)
        return nearest if Fraction(nearest) <= bound else float(np.nextafter(nearest, -np.inf))


def _turns(corners: Sequence[FloatArray], at: int) -> bool:
    """Say whether an outline turns at a corner, or whether that lies on the line between its neighbours."""
    if len(corners) < 3:
        return True
    before, after = corners[at] - corners[at - 1], corners[(at + 1) % len(corners)] - corners[at]
    turn = before[0] * after[1] - before[1] * after[0]
    return bool(turn > _SAME_CORNER * np.hypot(*(before + after)))


def _checked(result: Any) -> Any:
    """Return a solver's result, None if the conditions contradict one another, and refuse anything else."""
    if result.status == 2:
        return None
    if result.x is None:
        raise AnalysisError(f"A linear programme was not solved: {result.message}")
    return result

"""HiGHS, which finds the optima of a linear programme in floating point."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray

if TYPE_CHECKING:
    from analysis.stats.programme import Programme

__all__ = ["Optimum", "Row", "Solver"]

Row = dict[int, float]
"""The coefficients of a condition, by the number of their column."""


@dataclass(frozen=True, slots=True, eq=False)
class Optimum:
    """Where an objective is least, what it is there, and the multipliers of the conditions."""

    x: FloatArray
    value: float
    of_at_most: FloatArray
    of_equal: FloatArray


class Solver:
    """HiGHS with the conditions of a programme, each objective begun where the last one ended."""

    def __init__(self, programme: "Programme") -> None:
        import highspy

        self._programme, self._highs, self._status = programme, highspy.Highs(), highspy.HighsModelStatus
        self._highs.silent()
        self._highs.setOptionValue("threads", 1)
        lp, width = highspy.HighsLp(), len(programme.columns)
        rows = [row for row, _ in (*programme.equal, *programme.at_most)]
        lp.num_col_, lp.num_row_ = width, len(rows)
        lp.col_cost_, lp.col_lower_ = np.zeros(width), np.zeros(width)
        lp.col_upper_ = np.full(width, programme.upper)
        values, limits = (np.array([end for _, end in some]) for some in (programme.equal, programme.at_most))
        lp.row_lower_ = np.concatenate([values, np.full(len(limits), -highspy.kHighsInf)])
        lp.row_upper_ = np.concatenate([values, limits])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = _packed(rows)
        self._highs.passModel(lp)
        self._infinity = highspy.kHighsInf
        self._scaled: tuple[int, FloatArray] | None = None

    def scale(self, coefficients: FloatArray) -> None:
        """Require that a sum be 1, instead of the one of the last time: a point for that, scaled, is one for this."""
        places = np.flatnonzero(coefficients).astype(np.int32)
        row, before = self._scaled or (self._highs.getNumRow(), np.zeros(0))
        if self._scaled is None:
            self._highs.addRow(1.0, 1.0, len(places), places, coefficients[places])
        else:
            for column in np.flatnonzero(coefficients != before).tolist():
                self._highs.changeCoeff(row, column, coefficients[column])
        self._scaled = row, coefficients

    def __call__(self, *objectives: FloatArray) -> list[Optimum] | None:
        """Minimise objectives one after the other; None if nothing meets the conditions."""
        if len(objectives) > 1:
            self._highs.setOptionValue("presolve", "off")  # which pays for one objective alone
        found = [self._minimise(costs) for costs in objectives]
        return None if None in found else [optimum for optimum in found if optimum is not None]

    def _minimise(self, costs: FloatArray) -> Optimum | None:
        self._highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        while True:
            self._highs.run()
            status = self._highs.getModelStatus()
            if status == self._status.kInfeasible:
                return None
            if status != self._status.kOptimal:
                raise AnalysisError(
                    f"A linear programme was not solved: {self._highs.modelStatusToString(status)}."
                )
            solution = self._highs.getSolution()
            x = np.array(solution.col_value)
            rows = self._programme.broken_rows(x) if self._programme.pools else []
            if not rows:
                break
            start, index, value = _packed(rows)
            lower, upper = np.full(len(rows), -self._infinity), np.zeros(len(rows))
            self._highs.addRows(len(rows), lower, upper, len(value), start[:-1], index, value)
        # Where one objective is least every condition holds, so that primal steps lead to the next one soonest.
        self._highs.setOptionValue("simplex_strategy", 0)
        duals, equal = np.array(solution.row_dual), len(self._programme.equal)
        return Optimum(x, float(costs @ x), of_at_most=duals[equal:], of_equal=duals[:equal])


def _packed(rows: Sequence[Row]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], FloatArray]:
    """Return rows as HiGHS takes them: where each begins, columns, coefficients."""
    start = np.cumsum([0, *(len(row) for row in rows)], dtype=np.int32)
    index = np.array([column for row in rows for column in row], dtype=np.int32)
    return start, index, np.array([value for row in rows for value in row.values()], dtype=float)

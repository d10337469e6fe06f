"""Weights that turn the printed shares of parts into the printed shares of their whole: arrays in, arrays out."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.margins import FloatArray, check_shares
from analysis.stats.programme import Programme

__all__ = ["WeightBounds", "weight_bounds"]

# Solvers meet conditions to about 1e-9; a contradiction counts from here, a millionth of a point.
_SMALLEST_EXCESS = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class WeightBounds:
    """Weights compatible with printed rows.

    Attributes
    ----------
    weight, low, high : numpy.ndarray
        A compatible weight of each segment, and the least and greatest one; NaN if the rows contradict one another.
    contradictions : tuple of int
        Rows that no weights can explain together with the others: one explanation whose departures
        sum to the least. Empty if weights exist.
    """

    weight: FloatArray
    low: FloatArray
    high: FloatArray
    contradictions: tuple[int, ...]


def weight_bounds(
    parts: npt.ArrayLike,
    total: npt.ArrayLike,
    *,
    unit: float = 0.001,
    exhaustive: bool = False,
    certify: bool = False,
) -> WeightBounds:
    r"""Bound the weights with which shares of segments average to shares of the whole.

    Parameters
    ----------
    parts : array_like, shape (rows, segments)
        Printed shares in [0, 1]; NaN where not published.
    total : array_like, shape (rows,)
        Printed shares of the whole that the segments make up; NaN where not published.
    unit : float
        One step of the last printed digit, as a share: 0.001 for percentages with one decimal.
    exhaustive : bool
        The rows are all the answers of one single-response question, so that they exhaust every
        segment. Sharper, since no share then lies outside [0, 1] or fails to be made up for by others.
    certify : bool
        Prove the bounds in rational arithmetic instead of trusting the solver to about 1e-9.

    Returns
    -------
    WeightBounds
        `weight, low, high` of shape (segments,) and `contradictions`. Where too little was published the
        bounds are wide, up to [0, 1]; where nothing can be right they are NaN and contradictions
        are named.

    Raises
    ------
    AnalysisError
        If shapes do not match, a share lies outside [0, 1], `unit` outside (0, 1), there are no rows,
        or an exhaustive column cannot sum to 1.

    Notes
    -----
    :math:`w \ge 0, \sum_g w_g = 1` and :math:`|\sum_g P_{rg} w_g - y_r| \le unit` (half from the total,
    half from the parts), a row with a gap left out. Exhaustive: with :math:`h = unit/2`,
    :math:`(P_{rg}-h)^+ w_g \le u_{gr} \le \min(P_{rg}+h, 1) w_g`, :math:`|\sum_g u_{gr} - y_r| \le h`,
    :math:`\sum_r u_{gr} = w_g`. Solved by HiGHS, minimising and maximising each weight. A point is never solved for
    exactly: from whole percentages that gives weights such as −200 %.

    Examples
    --------
    >>> bounds = weight_bounds([[0.193, 0.450], [0.320, 0.179]], [0.355, 0.231])
    >>> print(bounds.low.round(3), bounds.high.round(3))
    [0.366 0.626] [0.374 0.634]

    From two rows, the first segment weighs between 36.6 % and 37.4 %.
    """
    shares, whole = check_shares("parts", parts), check_shares("total", total)
    if shares.ndim != 2 or whole.shape != shares.shape[:1] or shares.size == 0:
        raise AnalysisError(
            f"parts of shape {shares.shape} and total of shape {whole.shape} do not match; use (rows, segments) and (rows,)."
        )
    if not 0 < unit < 1:
        raise AnalysisError(
            f"unit: {unit!r} is not allowed; use one step of the last digit as a share, such as 0.001."
        )
    build = _exhaustive_programme if exhaustive else _plain_programme
    weights: list[Hashable] = [("w", segment) for segment in range(shares.shape[1])]
    extremes = build(shares, whole, unit, slack=False).extremes(weights, certify=certify)
    if extremes is not None:
        return WeightBounds(*extremes, contradictions=())
    programme = build(shares, whole, unit, slack=True)
    slacks = [(side, row) for row in range(len(whole)) for side in ("above", "below")]
    used: list[Hashable] = [variable for variable in slacks if variable in programme.columns]
    solution = programme.minimise(dict.fromkeys(used, 1.0)) or {}
    named = {row for side, row in slacks if solution.get((side, row), 0.0) > _SMALLEST_EXCESS}
    nothing = np.full(len(weights), np.nan)
    return WeightBounds(nothing, nothing.copy(), nothing.copy(), contradictions=tuple(sorted(named)))


def _plain_programme(shares: FloatArray, whole: FloatArray, unit: float, *, slack: bool) -> Programme:
    """Write down |P w − y| ≤ unit, row by row."""
    programme = Programme()
    weights: list[Hashable] = [("w", segment) for segment in range(shares.shape[1])]
    programme.require_equal(dict.fromkeys(weights, 1.0), 1.0)
    for row in np.flatnonzero(~np.isnan(shares).any(axis=1) & ~np.isnan(whole)).tolist():
        for side, sign in (("above", 1.0), ("below", -1.0)):
            coefficients = dict(zip(weights, (sign * shares[row]).tolist(), strict=True))
            if slack:
                coefficients[side, row] = -1.0
            programme.require_at_most(coefficients, float(sign * whole[row] + unit))
    return programme


def _exhaustive_programme(shares: FloatArray, whole: FloatArray, unit: float, *, slack: bool) -> Programme:
    """Write down the lifted rows, which exhaust every segment."""
    half = unit / 2
    low = np.where(np.isnan(shares), 0.0, np.clip(shares - half, 0, 1))
    high = np.where(np.isnan(shares), 1.0, np.clip(shares + half, 0, 1))
    tolerance = 1e-12
    for segment in np.flatnonzero(
        (low.sum(axis=0) > 1 + tolerance) | (high.sum(axis=0) < 1 - tolerance)
    ).tolist():
        raise AnalysisError(
            f"parts: segment {segment} sums to {np.nansum(shares[:, segment]):g}, which rounding cannot bring to 1; "
            "give every answer of the question, or leave exhaustive out."
        )
    programme = Programme()
    rows, segments = range(shares.shape[0]), range(shares.shape[1])
    programme.require_equal({("w", segment): 1.0 for segment in segments}, 1.0)
    for segment in segments:
        weight = ("w", segment)
        programme.require_equal({**{(row, segment): 1.0 for row in rows}, weight: -1.0}, 0.0)
        for row in rows:
            programme.require_ratio(
                [(row, segment)], [weight], float(low[row, segment]), float(high[row, segment])
            )
    weights: list[Hashable] = [("w", segment) for segment in segments]
    for row in np.flatnonzero(~np.isnan(whole)).tolist():
        ends = (max(0.0, float(whole[row] - half)), min(1.0, float(whole[row] + half)))
        programme.require_ratio([(row, s) for s in segments], weights, *ends, slack=row if slack else None)
    return programme


def widened_bounds(low, high, nonresponse):
    a, b = (
        low / (1 - low) * (1 - nonresponse),
        np.where(high < 1, high / np.where(high < 1, 1 - high, 1) / (1 - nonresponse), np.inf),
    )
    return a / (1 + a), np.where(np.isinf(b), 1.0, b / (1 + b))

"""Weights that turn the printed shares of parts into the printed shares of their whole: arrays in, arrays out."""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size, together
from analysis.stats.programme import Programme

__all__ = ["WeightBounds", "weight_bounds", "weighting_factor_bound", "widened_bounds"]

_ROUNDED_SUM = 0.002  # weights that were printed with three decimals sum to 1 within it


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
        Prove the bounds in rational arithmetic instead of trusting the solver to about 1e-6.

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
    named = tuple(sorted(programme.departures()))
    nothing = np.full(len(weights), np.nan)
    return WeightBounds(nothing, nothing.copy(), nothing.copy(), contradictions=named)


def _plain_programme(shares: FloatArray, whole: FloatArray, unit: float, *, slack: bool) -> Programme:
    """Write down |P w − y| ≤ unit, row by row."""
    programme = Programme()
    weights: list[Hashable] = [("w", segment) for segment in range(shares.shape[1])]
    programme.require_equal(dict.fromkeys(weights, 1.0), 1.0)
    for row in np.flatnonzero(~np.isnan(shares).any(axis=1) & ~np.isnan(whole)).tolist():
        exact = {part: (share, share) for part, share in zip(weights, shares[row].tolist(), strict=True)}
        ends = float(whole[row] - unit), float(whole[row] + unit)
        programme.require_ratio(exact, weights, *ends, slack=row if slack else None)
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


def widened_bounds(
    low: npt.ArrayLike, high: npt.ArrayLike, nonresponse: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Widen bounds on weights by people whom a question may have left out of its base without saying so.

    Parameters
    ----------
    low, high : array_like
        Bounds on the weights of segments among those who answered one question, in [0, 1].
    nonresponse : array_like
        Largest share of any segment that gave no answer, in [0, 1).

    Returns
    -------
    low, high : numpy.ndarray
        Bounds on the weights among all, of the broadcast shape. Where several questions bound a weight, all of their
        widened bounds hold: the largest `low` and the smallest `high`.

    Raises
    ------
    AnalysisError
        If a bound lies outside [0, 1] or a non-response outside [0, 1).

    Notes
    -----
    If a segment answers at the rate :math:`a` and the others at :math:`b`, its odds among those who answered are
    :math:`a/b` times those among all, and :math:`a/b` lies between :math:`1 - \bar e` and :math:`1/(1 - \bar e)`. So
    :math:`\mathrm{odds}(w) \in [\mathrm{odds}(l)(1 - \bar e), \mathrm{odds}(u)/(1 - \bar e)]`.

    Examples
    --------
    >>> low, high = widened_bounds(0.36739, 0.37354, 0.12)
    >>> print(low.round(3), high.round(3))
    0.338 0.404

    If up to 12 % of any segment were left out unsaid, a weight of 36.7 to 37.4 % may be anything from 33.8 to 40.4 %.
    """
    least, most, e = together(
        low=check_shares("low", low),
        high=check_shares("high", high),
        nonresponse=check_shares("nonresponse", nonresponse),
    )
    if np.any(e >= 1):
        raise AnalysisError("nonresponse: 1 is not allowed; if nobody answered nothing is known.")
    kept = 1 - e
    return np.asarray(least * kept / (1 - least * e)), np.asarray(most / (most + (1 - most) * kept))


def weighting_factor_bound(interviews: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> FloatArray:
    r"""Least factor by which weighting must have raised the variance of a sample.

    Parameters
    ----------
    interviews : array_like
        Interviews made in each part of a partition; the last axis runs over parts.
    low, high : array_like
        Bounds on their weights, in [0, 1], as by `weight_bounds`; equal where weights are known.

    Returns
    -------
    numpy.ndarray
        At least 1, of the shape without the last axis: a design effect for `margin_of_error`. NaN where a part has no
        interviews or a bound is missing, or where no weights within the bounds sum to 1. Of several partitions the
        largest holds.

    Raises
    ------
    AnalysisError
        If a bound lies outside [0, 1].

    Notes
    -----
    Kish's factor (1965) of the respondents' weights is :math:`1 + \mathrm{cv}^2 \ge n\sum_g W_g^2/n_g`, by the
    inequality of Cauchy and Schwarz within each part. The least of the right side over the box of weights is where all
    :math:`W_g/n_g` are equal but for those at a bound, which one pass over the bounds in their order finds exactly.
    The factor is that of answers unrelated to the weights; weights within parts, and other partitions, only add to it.
    Often it is far below the truth.

    Examples
    --------
    >>> interviews = np.array([133, 854, 628])
    >>> factor = weighting_factor_bound(interviews, [0.2814, 0.5126, 0.1809], [0.2965, 0.5276, 0.1960])
    >>> from analysis.stats.margins import margin_of_error
    >>> print(factor.round(2), margin_of_error(1615, design_effect=factor).round(4))
    1.58 0.0306

    Weights that lift 8 % of the interviews to 28 % of the figures cost a third of the sample: its margin of error is
    at least 3.1 points, whatever else was weighted.
    """
    n, least, most = together(
        over="parts",
        interviews=effective_size(interviews),
        low=check_shares("low", low),
        high=check_shares("high", high),
    )
    # At a level t every weight is t times its interviews, cut to its bounds; their sum rises with t, with bends there.
    bends = np.sort(np.concatenate([least / n, most / n], axis=-1), axis=-1)
    cut = (bends[..., np.newaxis] * n[..., np.newaxis, :]).clip(
        least[..., np.newaxis, :], most[..., np.newaxis, :]
    )
    sums = cut.sum(axis=-1)
    after = np.sum(sums < 1, axis=-1, keepdims=True).clip(1, bends.shape[-1] - 1)
    left, right = (np.take_along_axis(sums, at, axis=-1) for at in (after - 1, after))
    first, second = (np.take_along_axis(bends, at, axis=-1) for at in (after - 1, after))
    part = np.where(right > left, (1 - left) / np.where(right > left, right - left, 1), 0).clip(0, 1)
    weight = ((first + part * (second - first)) * n).clip(least, most)
    factor = n.sum(axis=-1) * (weight**2 / n).sum(axis=-1)
    possible = (least.sum(axis=-1) <= 1 + _ROUNDED_SUM) & (most.sum(axis=-1) >= 1 - _ROUNDED_SUM)
    return np.where(possible, np.maximum(factor, 1), np.nan)

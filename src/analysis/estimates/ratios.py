r"""Ratios of weighted sums over segments: their value, sampling error and rounding bounds.

Every total here is :math:`R = \sum_g W_g a_g / \sum_g W_g q_g`: people of segment :math:`g` who count, out of those
considered. With :math:`q_g = 1` it is a share of all; with the candidates' shares, one of valid votes.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.estimates.covers import Cover
from analysis.stats.intervals import share_interval
from analysis.stats.margins import FloatArray

__all__ = ["Estimate", "interval_from_error", "ratio_bounds", "weighted_ratio"]

# Dinkelbach's iteration at least squares the error at each step; few are ever needed.
_MOST_STEPS = 50


@dataclass(frozen=True, eq=False, slots=True)
class Estimate:
    """Shares with their standard errors, all of one shape.

    `standard_error` counts the weights as sampled, `standard_error_stratified` as fixed;
    `n_equivalent` is the simple random sample that would know the share as well.
    """

    share: FloatArray
    standard_error: FloatArray
    standard_error_stratified: FloatArray
    n_equivalent: FloatArray


def weighted_ratio(cover: Cover, part: npt.ArrayLike, whole: npt.ArrayLike = 1.0) -> Estimate:
    r"""Estimate ratios of weighted sums over the segments of a cover.

    Parameters
    ----------
    cover : Cover
    part, whole : array_like
        Shares of each segment that count and that are considered; the last axis runs over the segments.
        Everybody counted is considered, so `part` is not above `whole`.

    Returns
    -------
    Estimate
        Of the shape without the last axis; NaN where a share, a weight or a base is unknown.

    Notes
    -----
    Linearised (Woodruff 1971, *Journal of the American Statistical Association* 66): with
    :math:`z = (1_a - R\,1_q)/D` and :math:`D = \sum_g W_g q_g`, the stratified variance is
    :math:`\sum_g W_g^2 \mathrm{Var}_g(z)/n_g`, that of post-stratification to known weights (Holt & Smith 1979,
    *Journal of the Royal Statistical Society A* 142). Sampled weights add
    :math:`\sum_g W_g \bar z_g^2/n`, which restores the simple random variance
    :math:`R(1 - R)/(nD)` where interviews are proportional to weights. The larger, their sum, is `standard_error`; for a
    known target it is on the safe side.

    Examples
    --------
    >>> from analysis.estimates.covers import cover
    >>> from analysis.polls import load_poll
    >>> regions = cover(load_poll("cpi-2021-04"), "vote_intention")
    >>> castillo = weighted_ratio(regions, [0.193, 0.45])
    >>> print(castillo.share.round(3), castillo.standard_error.round(5))
    0.355 0.01381
    >>> print(castillo.standard_error_stratified.round(5))
    0.01334

    Castillo's 35.5 % has a standard error of 1.4 points, slightly less if the weights were not sampled.
    """
    a, q = np.broadcast_arrays(np.asarray(part, dtype=float), np.asarray(whole, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.asarray((cover.weight * q).sum(axis=-1))
        ratio = np.asarray((cover.weight * a).sum(axis=-1) / total)
        at = ratio[..., np.newaxis]
        mean = a - at * q
        within = a * (1 - at) ** 2 + (q - a) * at**2 - mean**2
        stratified = (cover.weight**2 * within / cover.n_effective).sum(axis=-1) / total**2
        between = (cover.weight * mean**2).sum(axis=-1) / total**2 / cover.n_whole
        # Where nobody or everybody counts no variance is left to compare; then Kish's effective size.
        n_limit = total**2 / (cover.weight**2 * q / cover.n_effective).sum(axis=-1)
        variance = stratified + between
        n_equivalent = np.where(variance > 0, ratio * (1 - ratio) / variance, n_limit)
    return Estimate(ratio, np.sqrt(variance), np.sqrt(stratified), np.asarray(n_equivalent))


def interval_from_error(estimate: Estimate, *, confidence_level: float) -> tuple[FloatArray, FloatArray]:
    """Return Wilson intervals at the equivalent sample size, which stay within [0, 1]."""
    share = np.clip(estimate.share, 0, 1)  # the last bit of a sum may lie beyond
    return share_interval(share, estimate.n_equivalent, confidence_level=confidence_level)


def _heaviest(low: FloatArray, high: FloatArray, gain: FloatArray) -> FloatArray:
    """Return the weights between `low` and `high`, summing to 1, with which the mean gain is greatest."""
    order = np.argsort(-gain, kind="stable")
    room = (high - low)[order]
    before = np.cumsum(room) - room
    weights = low.copy()
    weights[order] += np.clip(1 - low.sum() - before, 0, room)
    return weights


def _greatest(
    low: FloatArray, high: FloatArray, parts: FloatArray, wholes: FloatArray, start: float
) -> float:
    """Return the greatest ratio; `start` is known not to lie above it."""
    ratio = start
    for _ in range(_MOST_STEPS):
        best = np.argmax(parts - ratio * wholes, axis=0)
        part, whole = (np.take_along_axis(values, best[np.newaxis], axis=0)[0] for values in (parts, wholes))
        weights = _heaviest(low, high, part - ratio * whole)
        total = float(weights @ whole)
        if not total > 0:
            return np.nan
        better = float(weights @ part) / total
        if not better > ratio:
            break
        ratio = better
    return ratio


def ratio_bounds(
    cover: Cover,
    least: tuple[npt.ArrayLike, npt.ArrayLike],
    greatest: tuple[npt.ArrayLike, npt.ArrayLike],
) -> tuple[float, float]:
    r"""Bound a ratio of weighted sums over everything that the printed figures leave open.

    Parameters
    ----------
    cover : Cover
        Weights lie between its `low` and `high` and sum to 1.
    least, greatest : tuple of array_like
        `(part, whole)`: what can be counted and considered in each segment where the ratio is least or
        greatest. With a leading axis, the alternatives of each segment, of which the worst is taken.

    Returns
    -------
    low, high : float
        NaN where a figure or a weight is unknown.

    Notes
    -----
    The ratio rises with each :math:`a_g` whatever the weights, so the figures stand at the ends of their
    intervals. In the weights it is a ratio of linear functions, whose greatest value
    :math:`\lambda` solves :math:`\max_W \sum_g W_g (a_g - \lambda q_g) = 0` (Dinkelbach 1967, *Management Science* 13); that
    inner problem, a sum over weights in a box that sum to 1, is solved exactly by giving what is free to the
    segments with the largest gain first. No linear programme is needed.

    Examples
    --------
    >>> import numpy as np
    >>> halves = Cover(("a", "b"), np.array([0.5, 0.5]), np.array([0.4, 0.4]), np.array([0.6, 0.6]), np.ones(2), 2)
    >>> low, high = ratio_bounds(halves, ([0.2, 0.4], [1, 1]), ([0.2, 0.4], [1, 1]))
    >>> round(low, 3), round(high, 3)
    (0.28, 0.32)

    Weights known to within ten points leave this total to within two.
    """
    ends = []
    for sign, (part, whole) in ((-1.0, least), (1.0, greatest)):
        a, q = np.broadcast_arrays(
            np.atleast_2d(np.asarray(part, dtype=float)), np.atleast_2d(np.asarray(whole, dtype=float))
        )
        if np.isnan(a + q + cover.low + cover.high).any():
            ends.append(np.nan)
        else:
            # No ratio of a part to its whole lies below 0, nor its negative below -1.
            ends.append(sign * _greatest(cover.low, cover.high, sign * a, q, min(sign, 0.0)))
    return ends[0], ends[1]

r"""Totals of a whole from its parts, on arrays: their value, sampling error and rounding bounds.

Every total here is :math:`R = \sum_g W_g a_g / \sum_g W_g q_g`: people of part :math:`g` who count, out of those
considered. With :math:`q_g = 1` it is a share of all; with the candidates' shares, one of valid votes.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, together

__all__ = [
    "Estimate", "Parts", "break_even", "delta_estimate", "extreme_weights", "ratio_bounds", "weighted_ratio",
]  # fmt: skip

# Dinkelbach's iteration at least squares the error at each step; few are ever needed.
_MOST_STEPS = 50
# So small a step in the imaginary direction leaves the real part unchanged to the last bit.
_IMAGINARY_STEP = 1e-30


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """Disjoint parts that make up a whole, each person in one of them.

    Attributes
    ----------
    weight, low, high : numpy.ndarray, shape (parts,)
        Shares of the whole, and the interval that is left to each; equal where weights are known. Weights sum to 1.
    n : numpy.ndarray, shape (parts,)
        Interviews of each part, divided by the design effect; NaN where unknown.
    n_whole : float
        Interviews of the whole sample, divided by the design effect.
    """

    weight: FloatArray
    low: FloatArray
    high: FloatArray
    n: FloatArray
    n_whole: float

    def at(self, design_effect: float) -> "Parts":
        """Return parts of interviews that are not divided yet with effective ones."""
        return replace(self, n=self.n / design_effect, n_whole=self.n_whole / design_effect)


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


def weighted_ratio(parts: Parts, part: npt.ArrayLike, whole: npt.ArrayLike = 1.0) -> Estimate:
    r"""Estimate ratios of weighted sums over the parts.

    Parameters
    ----------
    parts : Parts
    part, whole : array_like
        Shares of each part that count and that are considered; the last axis runs over the parts.
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
    >>> weight = np.array([0.3705, 0.6295])
    >>> regions = Parts(weight, weight, weight, n=1200 * weight, n_whole=1200.0)
    >>> castillo = weighted_ratio(regions, [0.193, 0.45])
    >>> print(castillo.share.round(3), castillo.standard_error.round(5))
    0.355 0.01381
    >>> print(castillo.standard_error_stratified.round(5))
    0.01334

    Castillo's 35.5 % has a standard error of 1.4 points, slightly less if the weights were not sampled.
    """
    a, q = together(part=part, whole=whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.asarray((parts.weight * q).sum(axis=-1))
        ratio = np.asarray((parts.weight * a).sum(axis=-1) / total)
        at = ratio[..., np.newaxis]
        within = parts.weight**2 * (a * (1 - at) ** 2 + (q - a) * at**2 - (a - at * q) ** 2)
        # Where nobody or everybody counts no variance is left to compare; then Kish's effective size.
        n_limit = total**2 / (parts.weight**2 * q / parts.n).sum(axis=-1)
        of_whole = total[..., np.newaxis]
        return _estimate(ratio, parts, within / of_whole**2, (a - at * q) / of_whole, n_limit)


def _estimate(
    value: FloatArray,
    parts: Parts,
    within: FloatArray,
    by_weight: FloatArray,
    n_limit: FloatArray | float = np.nan,
) -> Estimate:
    """Estimate values from what one interview of each part adds to their variance, and from their slopes in the weights."""
    stratified = np.asarray((within / parts.n).sum(axis=-1))
    mean = (parts.weight * by_weight).sum(axis=-1, keepdims=True)
    variance = stratified + (parts.weight * (by_weight - mean) ** 2).sum(axis=-1) / parts.n_whole
    n_equivalent = np.where(variance > 0, value * (1 - value) / variance, n_limit)
    return Estimate(value, np.sqrt(variance), np.sqrt(stratified), n_equivalent)


def extreme_weights(low: FloatArray, high: FloatArray, gain: FloatArray) -> FloatArray:
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
        weights = extreme_weights(low, high, part - ratio * whole)
        total = float(weights @ whole)
        if not total > 0:
            return np.nan
        better = float(weights @ part) / total
        if not better > ratio:
            break
        ratio = better
    return ratio


def ratio_bounds(
    parts: Parts, least: tuple[npt.ArrayLike, npt.ArrayLike], greatest: tuple[npt.ArrayLike, npt.ArrayLike]
) -> tuple[float, float]:
    r"""Bound a ratio of weighted sums over everything that the printed figures leave open.

    Parameters
    ----------
    parts : Parts
        Weights lie between its `low` and `high` and sum to 1.
    least, greatest : tuple of array_like
        `(part, whole)`: what can be counted and considered in each part where the ratio is least or
        greatest. With a leading axis, the alternatives of each part, of which the worst is taken.

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
    parts with the largest gain first. No linear programme is needed.

    Examples
    --------
    >>> halves = Parts(*np.array([[0.5, 0.5], [0.4, 0.4], [0.6, 0.6]]), n=np.ones(2), n_whole=2)
    >>> low, high = ratio_bounds(halves, ([0.2, 0.4], [1, 1]), ([0.2, 0.4], [1, 1]))
    >>> round(low, 3), round(high, 3)
    (0.28, 0.32)

    Weights known to within ten points leave this total to within two.
    """
    ends = []
    for sign, (part, whole) in ((-1.0, least), (1.0, greatest)):
        a, q = together(
            part=np.atleast_2d(np.asarray(part, dtype=float)),
            whole=np.atleast_2d(np.asarray(whole, dtype=float)),
        )
        if np.isnan(a + q + parts.low + parts.high).any():
            ends.append(np.nan)
        else:
            # No ratio of a part to its whole lies below 0, nor its negative below -1.
            ends.append(sign * _greatest(parts.low, parts.high, sign * a, q, min(sign, 0.0)))
    return ends[0], ends[1]


def delta_estimate(function: Callable[..., np.ndarray], parts: Parts, shares: FloatArray) -> Estimate:
    r"""Estimate smooth functions of the weights of parts and of answers' shares in each.

    Parameters
    ----------
    function : callable
        Takes weights (parts,) and shares (answers, parts), which may be complex, and returns an array of
        estimates; made of sums, products and quotients.
    parts : Parts
    shares : numpy.ndarray
        Answers × parts, of answers that exclude one another.

    Returns
    -------
    Estimate
        Of the shape that the function returns.

    Notes
    -----
    The delta method. In each part answers are multinomial: with slopes :math:`z_{gr}` in the shares, the
    stratified variance is :math:`\sum_g (\sum_r p_{gr}z_{gr}^2 - (\sum_r p_{gr}z_{gr})^2)/n_g`; with slopes
    :math:`d_g` in the weights, sampled ones add :math:`(\sum_g W_g d_g^2 - (\sum_g W_g d_g)^2)/n`. Slopes are
    exact to the last digits, by an imaginary step (Squire & Trapp 1998, *SIAM Review* 40).

    Examples
    --------
    >>> whole = Parts(np.ones(1), np.ones(1), np.ones(1), n=np.array([1200.0]), n_whole=1200.0)
    >>> shares = np.array([[0.355], [0.231]])
    >>> lead = delta_estimate(lambda weights, shares: (shares[0] - shares[1]) @ weights, whole, shares)
    >>> print(lead.share.round(3), lead.standard_error.round(4))
    0.124 0.0218

    The lead of 12.4 points has a standard error of 2.2.
    """
    value = np.asarray(function(parts.weight, shares), dtype=float)

    def slope(weights: FloatArray, moved: FloatArray, at: tuple[int, ...]) -> FloatArray:
        stepped = [weights.astype(complex), moved.astype(complex)]
        stepped[len(at) - 1][at] += _IMAGINARY_STEP * 1j
        return np.asarray(function(*stepped)).imag / _IMAGINARY_STEP

    by_share = np.stack([slope(parts.weight, shares, at) for at in np.ndindex(*shares.shape)], axis=-1)
    by_share = by_share.reshape(*value.shape, *shares.shape)
    by_weight = np.stack([slope(parts.weight, shares, (at,)) for at in range(len(parts.weight))], axis=-1)
    within = (shares * by_share**2).sum(axis=-2) - (shares * by_share).sum(axis=-2) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return _estimate(value, parts, within, by_weight)


def break_even(weight: npt.ArrayLike, lead: npt.ArrayLike, at: int) -> float:
    """Find the weight of one of several parts at which a lead vanishes.

    Parameters
    ----------
    weight, lead : array_like, shape (parts,)
        Shares of the whole, and the lead in each part.
    at : int
        Which part; the others keep their sizes to one another.

    Returns
    -------
    float
        NaN if the lead vanishes at no weight in [0, 1].

    Examples
    --------
    >>> round(break_even([0.37, 0.63], [-0.127, 0.271], 0), 2)
    0.68

    The capital would have to be 68 % of the whole for a tie.
    """
    w, d = np.asarray(weight, dtype=float), np.asarray(lead, dtype=float)
    others = np.arange(len(w)) != at
    with np.errstate(divide="ignore", invalid="ignore"):
        elsewhere = float(w[others] @ d[others] / w[others].sum())
        found = float(np.float64(elsewhere) / (elsewhere - d[at]))
    return found if 0 <= found <= 1 else float("nan")

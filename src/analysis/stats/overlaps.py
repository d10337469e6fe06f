r"""Differences between shares of two groups that have an unknown number of interviews in common, on arrays.

Two segments that divide the same whole in different ways are not independent, and to treat them so is wrong in either
direction.
"""

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, critical_value, effective_size
from analysis.stats.differences import (
    FEW_EXPECTED,
    checked_pair,
    difference_interval,
    difference_test,
    fewest_expected,
)

__all__ = ["fewest_people", "overlap_interval", "overlap_test"]

# By how much of the parent's base the bases may contradict one another before there is no overlap at all.
_TOLERANCE = 1e-9


def overlap_test(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    n_parent: npt.ArrayLike,
    *,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray]:
    r"""Test two segments of which nobody knows how many interviews they share.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1].
    n_a, n_b : array_like
        Base of each divided by the design effect.
    n_parent : array_like
        That of a segment which contains both.
    small_count : array_like
        Where a segment has fewer people for or against, or is expected to, the nearer z is at most as
        far from 0 as that of `difference_test`. Of the shape of the others, or one number.

    Returns
    -------
    z_low, z_high : numpy.ndarray
        Smallest and greatest z over all overlaps that the bases and shares admit, of the broadcast
        shape, with the sign of `share_a − share_b`. NaN where a share or a base is, or where no overlap
        is possible.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1].

    Notes
    -----
    :math:`z = (p_1 - p_2)/\sqrt{p_1(1-p_1)/n_1 + p_2(1-p_2)/n_2 - 2c}`, where the covariance of two
    shares with :math:`n_{12}` interviews in common, :math:`x_{12}` of which give the answer, is
    :math:`c = \{x_{12}(1 - p_1 - p_2) + n_{12}p_1p_2\}/(n_1n_2)` (linearisation; Kish 1965). No group
    of people can be negative in number, so
    :math:`\max(0, n_1+n_2-n) \le n_{12} \le \min(n_1, n_2)` and
    :math:`\max(0, x_1-n_1+n_{12}, x_2-n_2+n_{12}) \le x_{12} \le \min(n_{12}, x_1, x_2)`.

    For each :math:`n_{12}`, :math:`c` is linear in :math:`x_{12}` and extreme at the ends of its range. Along
    either end it never falls as :math:`n_{12}` grows: where the end moves with it, c gains
    :math:`(1-p_1)(1-p_2)`, and where it stands still :math:`p_1p_2`, over :math:`n_1n_2`. So the least
    covariance is that of one end at the least :math:`n_{12}`, and the greatest that of one end at the greatest
    :math:`n_{12}` that leaves :math:`x_{12}` a range, :math:`\min(n_1, n_2, n_1-x_1+x_2, n_2-x_2+x_1)`: four
    corners of the region decide. It is never negative, so that nothing in common is the least sure case.

    Examples
    --------
    >>> n = 755.4
    >>> z_low, z_high = overlap_test(0.615, 0.27 * n, 0.569, 0.304 * n, n)
    >>> print(z_low.round(3), z_high.round(3))
    0.974 3.563

    Whether 61.5 % in rural places is more than 56.9 % in the Central and Southern Highlands depends on
    how many rural interviews were made there, which was not published.
    """
    from scipy.special import ndtri

    *groups, few = checked_pair(
        share_a, n_a, share_b, n_b, n_parent=effective_size(n_parent), small_count=small_count
    )
    variance, least, greatest = _variance_and_covariances(*groups)
    difference = groups[0] - groups[2]

    def z(covariance: FloatArray) -> FloatArray:
        # Rounding may leave a variance of nothing, which only equal shares can have, below 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = difference / np.sqrt(np.maximum(variance - 2 * covariance, 0))
        return np.where((difference == 0) & ~np.isnan(variance + covariance), 0.0, quotient)

    nearest, farthest = z(least), z(greatest)
    small = np.asarray(fewest_people(*groups[:4]) < few)
    if small.any():
        _, p_value = difference_test(*(one[small] for one in groups[:4]), small_count=few[small])
        most = -ndtri(p_value / 2)
        nearest[small] = np.clip(nearest[small], -most, most)
    return np.asarray(np.minimum(nearest, farthest)), np.asarray(np.maximum(nearest, farthest))


def overlap_interval(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    n_parent: npt.ArrayLike,
    *,
    confidence_level: npt.ArrayLike = 0.95,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of a difference, the widest of those that an unknown overlap admits.

    Parameters
    ----------
    share_a, share_b, n_a, n_b, n_parent, small_count
        As for `overlap_test`.
    confidence_level : array_like
        In (0, 1).

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_a − share_b` and its limits in [−1, 1], of the broadcast shape. They leave out 0 exactly where the
        nearer z of `overlap_test` is beyond the critical value.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or a level outside (0, 1).

    Notes
    -----
    :math:`d \pm z_c d/z` at the z nearest to 0: the standard error of the least covariance. Where counts are small,
    and where nobody or everybody gives the answer, the hull of it and of `difference_interval`.

    Examples
    --------
    >>> difference, low, high = overlap_interval(0.615, 204, 0.569, 229.6, 755.4)
    >>> print(difference.round(3), low.round(3), high.round(3))
    0.046 -0.047 0.139

    Whatever the overlap, the difference lies between −4.7 and 13.9 points with at least 95 %
    confidence.
    """
    more = {"small_count": small_count, "confidence_level": confidence_level}
    *groups, few, level = checked_pair(share_a, n_a, share_b, n_b, n_parent=effective_size(n_parent), **more)
    variance, covariance, _ = _variance_and_covariances(*groups)
    difference = np.asarray(groups[0] - groups[2])
    half = critical_value(level) * np.sqrt(np.maximum(variance - 2 * covariance, 0))
    low, high = np.array(np.maximum(difference - half, -1)), np.array(np.minimum(difference + half, 1))
    small = np.asarray(fewest_people(*groups[:4]) < few)
    if small.any():
        cells = (one[small] for one in groups[:4])
        _, lowest, highest = difference_interval(
            *cells, confidence_level=level[small], small_count=few[small]
        )
        low[small], high[small] = np.minimum(low[small], lowest), np.maximum(high[small], highest)
    return difference, low, high


def fewest_people(
    share_a: npt.ArrayLike, n_a: npt.ArrayLike, share_b: npt.ArrayLike, n_b: npt.ArrayLike
) -> FloatArray:
    """Return how many people are, or are expected, for or against an answer where they are fewest."""
    fewest = fewest_expected(share_a, n_a, share_b, n_b)
    for share, n in ((share_a, n_a), (share_b, n_b)):
        p = np.asarray(share, dtype=float)
        fewest = np.minimum(fewest, effective_size(n) * np.minimum(p, 1 - p))
    return np.asarray(fewest)


def _variance_and_covariances(
    p1: FloatArray, n1: FloatArray, p2: FloatArray, n2: FloatArray, n: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the variance of the difference without overlap, and the least and greatest covariance."""
    x1, x2 = p1 * n1, p2 * n2
    fewest = np.maximum(n1 + n2 - n, 0)
    most = np.minimum.reduce([n1, n2, n1 - x1 + x2, n2 - x2 + x1])
    most = np.where(most < fewest - _TOLERANCE * n, np.nan, np.maximum(most, fewest))
    shared = np.stack([fewest + 0 * most, most])
    lower = np.maximum(np.maximum(x1 - n1, x2 - n2) + shared, 0)
    upper = np.minimum(np.minimum(x1, x2), shared)
    corners = [(end * (1 - p1 - p2) + shared * p1 * p2) / (n1 * n2) for end in (lower, upper)]
    covariances = np.concatenate(corners)
    variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return variance, covariances.min(axis=0), covariances.max(axis=0)

r"""Differences between shares of groups that have interviews in common, on arrays.

A segment and the segment that contains it share all interviews of the first; two segments that
divide the same whole in different ways share an unknown number. Neither pair is independent, and to
treat it so is wrong in either direction. Shares are in [0, 1]; everything broadcasts.
"""

import numpy as np
import numpy.typing as npt

from analysis.stats.differences import difference_interval, difference_test
from analysis.stats.intervals import share_interval
from analysis.stats.margins import FloatArray, check_shares, effective_size

__all__ = ["overlap_interval", "overlap_test", "part_whole_interval", "part_whole_test"]

# By how much of the parent's base the bases may contradict one another before there is no overlap at all.
_TOLERANCE = 1e-9


def part_whole_interval(
    share_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    share_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of the difference between a segment and the segment that contains it.

    Parameters
    ----------
    share_part, share_whole : array_like
        Shares in [0, 1].
    n_part, n_whole : array_like
        Base of each divided by the design effect.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_part − share_whole` and its limits, of the broadcast shape. Limits are NaN where a share
        or a base is, or where the part is not smaller than the whole.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the level outside (0, 1).

    Notes
    -----
    With :math:`w` the part's weight in the whole, :math:`n_g/n`, and :math:`p_r` the share among the
    rest, :math:`p_g - p_T = (1 - w)(p_g - p_r)`: the interval is that of `difference_interval` between
    the part and the rest, times :math:`1 - w`. Where rounding puts :math:`p_r` below 0 or above 1, it
    is taken as 0 or 1.

    Examples
    --------
    >>> difference, low, high = part_whole_interval(0.193, 445, 0.355, 1200)
    >>> print(difference.round(3), low.round(3), high.round(3))
    -0.162 -0.193 -0.129

    In Lima and Callao Castillo was 16.2 points weaker than in the country that includes them, with
    95 % confidence by 12.9 to 19.3.
    """
    rest, n_rest = _complement(share_part, n_part, share_whole, n_whole)
    _, low, high = difference_interval(share_part, n_part, rest, n_rest, confidence_level=confidence_level)
    weight_of_rest = n_rest / effective_size(n_whole)
    difference = check_shares("share_part", share_part) - check_shares("share_whole", share_whole)
    difference, low, high = np.broadcast_arrays(difference, weight_of_rest * low, weight_of_rest * high)
    return difference, low, high


def part_whole_test(
    share_part: npt.ArrayLike, n_part: npt.ArrayLike, share_whole: npt.ArrayLike, n_whole: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether a segment differs from the rest of the segment that contains it.

    Parameters
    ----------
    share_part, share_whole : array_like
        Shares in [0, 1].
    n_part, n_whole : array_like
        Base of each divided by the design effect.

    Returns
    -------
    z, p_value : numpy.ndarray
        Of the broadcast shape; `z` has the sign of `share_part − share_whole`, the p-value is
        two-sided. NaN where a share or a base is, or where the part is not smaller than the whole.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1].

    Notes
    -----
    `difference_test` between the part and its complement, which is
    :math:`z = (p_g - p_T)/\sqrt{p_T(1 - p_T)(1/n_g - 1/n)}`: the part is one of the numbers that make
    up the total, so that the two vary together. A test that takes them as independent has 1/n_g + 1/n
    there, and misses differences.

    Examples
    --------
    >>> z, p_value = part_whole_test(90 / 300, 300, 270 / 1200, 1200)
    >>> print(z.round(3), p_value.round(4))
    3.592 0.0003

    The part, with 30.0 %, differs from the rest of a whole with 22.5 %: z is 3.592, and would be 2.721
    if the two were taken for independent.
    """
    rest, n_rest = _complement(share_part, n_part, share_whole, n_whole)
    return difference_test(share_part, n_part, rest, n_rest)


def _complement(
    share_part: npt.ArrayLike, n_part: npt.ArrayLike, share_whole: npt.ArrayLike, n_whole: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    """Return the share and the base of what a whole has besides one part."""
    part, whole = check_shares("share_part", share_part), check_shares("share_whole", share_whole)
    size, size_whole = effective_size(n_part), effective_size(n_whole)
    n_rest = effective_size(size_whole - size)
    return np.clip((size_whole * whole - size * part) / n_rest, 0, 1), n_rest


def overlap_test(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    n_parent: npt.ArrayLike,
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
    corners of the region decide.

    Examples
    --------
    >>> n = 755.4
    >>> z_low, z_high = overlap_test(0.615, 0.27 * n, 0.569, 0.304 * n, n)
    >>> print(z_low.round(3), z_high.round(3))
    0.974 3.563

    Whether 61.5 % in rural places is more than 56.9 % in the Central and Southern Highlands depends on
    how many rural interviews were made there, which was not published.
    """
    variance, least, greatest = _variance_and_covariances(share_a, n_a, share_b, n_b, n_parent)
    difference = check_shares("share_a", share_a) - check_shares("share_b", share_b)

    def z(covariance: FloatArray) -> FloatArray:
        # Rounding may leave a variance of nothing, which only equal shares can have, below 0.
        with np.errstate(divide="ignore", invalid="ignore"):
            quotient = difference / np.sqrt(np.maximum(variance - 2 * covariance, 0))
        return np.where((difference == 0) & ~np.isnan(variance + covariance), 0.0, quotient)

    ends = z(least), z(greatest)
    return np.minimum(*ends), np.maximum(*ends)


def overlap_interval(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    n_parent: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of a difference, the widest of those that an unknown overlap admits.

    Parameters
    ----------
    share_a, share_b, n_a, n_b, n_parent : array_like
        As for `overlap_test`.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_a − share_b` and its limits, of the broadcast shape.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the level outside (0, 1).

    Notes
    -----
    As `difference_interval`, with the correlation :math:`r` of the two shares: the limits lie
    :math:`\sqrt{(p_1-l_1)^2 - 2r(p_1-l_1)(u_2-p_2) + (u_2-p_2)^2}` below and likewise above (Zou &
    Donner 2008, *Statistics in Medicine* 27), at the least :math:`r` of the region of `overlap_test`.

    Examples
    --------
    >>> difference, low, high = overlap_interval(0.615, 204, 0.569, 229.6, 755.4)
    >>> print(difference.round(3), low.round(3), high.round(3))
    0.046 -0.047 0.137

    Whatever the overlap, the difference lies between −4.7 and 13.7 points with at least 95 %
    confidence.
    """
    _, covariance, _ = _variance_and_covariances(share_a, n_a, share_b, n_b, n_parent)
    a, b = check_shares("share_a", share_a), check_shares("share_b", share_b)
    low_a, high_a = share_interval(a, n_a, confidence_level=confidence_level)
    low_b, high_b = share_interval(b, n_b, confidence_level=confidence_level)
    product = np.sqrt(a * (1 - a) / effective_size(n_a) * b * (1 - b) / effective_size(n_b))
    # A share of 0 or 1 varies with nothing.
    correlation = np.where(product > 0, covariance / np.where(product > 0, product, 1), 0 * covariance)
    below, above = (
        np.sqrt(np.maximum(one**2 - 2 * correlation * one * other + other**2, 0))
        for one, other in ((a - low_a, high_b - b), (high_a - a, b - low_b))
    )
    difference, low, high = np.broadcast_arrays(a - b, a - b - below, a - b + above)
    return difference, low, high


def _variance_and_covariances(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    n_parent: npt.ArrayLike,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the variance of the difference without overlap, and the least and greatest covariance."""
    p1, n1, p2, n2, n = np.broadcast_arrays(
        check_shares("share_a", share_a),
        effective_size(n_a),
        check_shares("share_b", share_b),
        effective_size(n_b),
        effective_size(n_parent),
    )
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

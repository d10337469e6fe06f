"""Differences between shares of groups that have no interview in common, and between a part and its whole, on arrays.

Groups that share an unknown number: `overlaps`.
"""

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import (
    FloatArray,
    check_shares,
    critical_value,
    effective_size,
    together,
    two_sided_p_value,
)
from analysis.stats.scores import difference_mid_p, lower_difference_limit, not_found_holds_zero, score_limits

__all__ = [
    "FEW_EXPECTED", "complement", "difference_interval", "difference_test", "fewest_expected", "part_whole_interval",
    "part_whole_test",
]  # fmt: skip

FEW_EXPECTED = 5.0
"""People, expected in the smallest cell of a comparison, below whom normal curves are no good."""
_NO_MATTER = 0.2  # a p-value of z beyond which no verdict at a level above .8 hangs on a better one


def difference_interval(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    *,
    confidence_level: npt.ArrayLike = 0.95,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of the difference of two independent shares.

    Independent are shares of two groups that have no interview in common: two disjoint segments, or
    one segment in two polls.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1]; NaN for a figure that was not published.
    n_a, n_b : array_like
        Base of each divided by the design effect.
    confidence_level : array_like
        In (0, 1); after `matching_levels`, each row has one of its own.
    small_count : array_like
        Expected count below which `difference_test` asks more than its z.

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_a − share_b` and its limits in [−1, 1], of the broadcast shape; limits are NaN where a
        share or a base is. They leave out 0 exactly where the p-value of `difference_test` is below 1 − level.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or a level outside (0, 1).

    Notes
    -----
    All :math:`\delta` with
    :math:`|\hat p_A - \hat p_B - \delta| \le z\sqrt{p_A(1-p_A)/n_A + p_B(1-p_B)/n_B}`, where :math:`p_A, p_B` are the
    likeliest shares that differ by :math:`\delta`: the score interval of Mee (1984, *Biometrics* 40), which is that
    of Miettinen & Nurminen (1985, *Statistics in Medicine* 4) without their factor n/(n − 1). At
    :math:`\delta = 0` it is the pooled z, so that test and interval agree by algebra; shares of 0 and 1 have a
    width. Where that test finds nothing because counts are small, the interval is extended to 0.

    Examples
    --------
    >>> difference, low, high = difference_interval(0.615, 204, 0.389, 551)
    >>> print(difference.round(3), low.round(3), high.round(3))
    0.226 0.146 0.302

    In rural Peru Castillo was 22.6 points stronger than in the towns of the interior, with 95 %
    confidence by 14.6 to 30.2.
    """
    a, size_a, b, size_b, few, level = _checked(share_a, n_a, share_b, n_b, small_count, confidence_level)
    low, high = score_limits(
        lower_difference_limit, (a, size_a, b, size_b), (b, size_b, a, size_a), critical_value(level)
    )
    apart = (low > 0) | (high < 0)
    cells = (one[apart] for one in (a, size_a, b, size_b))
    _, p_value = difference_test(*cells, small_count=few[apart])
    low[apart], high[apart] = not_found_holds_zero(low[apart], high[apart], p_value, level[apart])
    return np.asarray(a - b), low, high


def difference_test(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    *,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether two independent shares are equal.

    Parameters
    ----------
    share_a, n_a, share_b, n_b : array_like
        As for `difference_interval`.
    small_count : array_like
        Where fewer people are expected in a cell of the fourfold table, the p-value is an exact one if that is larger. Of
        the shape of the others, or one number.

    Returns
    -------
    z, p_value : numpy.ndarray
        Of the broadcast shape; `z` has the sign of `share_a − share_b`, the p-value is two-sided. NaN
        where a share or a base is.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1].

    Notes
    -----
    :math:`z = (p_A - p_B)/\sqrt{\bar p(1 - \bar p)(1/n_A + 1/n_B)}` with the pooled share
    :math:`\bar p = (n_A p_A + n_B p_B)/(n_A + n_B)`; :math:`z^2` is Pearson's chi-square of the
    fourfold table. Two shares of 0, or two of 1, do not differ at all:
    there z is 0 and the p-value 1. :math:`z` grows with :math:`p_A` and falls with :math:`p_B`
    everywhere, so over a range of each it is extreme at their ends.

    Where one of :math:`n\bar p, n(1-\bar p)` is under `small_count`, the p-value is the larger of that of z and
    twice the one-sided mid-p of Fisher's test, for fractional counts by beta variables (Altham 1969, *JRSS B* 31), unless
    that of z is 0.2 or more, where no verdict at a level above .8 hangs on it.

    Examples
    --------
    >>> z, p_value = difference_test(0.389, 551, 0.367, 95)
    >>> print(z.round(2), p_value.round(2))
    0.41 0.68

    A difference of 2.2 points or more between columns of 551 and 95 interviews is seen in 68 of 100
    samples where nothing differs.

    >>> z, p_value = difference_test(5 / 204, 204, 0, 551)
    >>> print(z.round(2), p_value.round(5))
    3.69 0.00139

    Five of 204 against none of 551 is no matter of a normal curve, which would say 0.0002.
    """
    a, size_a, b, size_b, few, _ = _checked(share_a, n_a, share_b, n_b, small_count)
    pooled = (size_a * a + size_b * b) / (size_a + size_b)
    variance = pooled * (1 - pooled) * (1 / size_a + 1 / size_b)
    differ = (a != b) & (variance > 0)
    z = np.where(differ, (a - b) / np.sqrt(np.where(differ, variance, 1)), 0 * variance)
    p_value = two_sided_p_value(z)
    small = differ & (p_value < _NO_MATTER) & (fewest_expected(a, size_a, b, size_b) < few)
    exact = difference_mid_p(a[small], size_a[small], b[small], size_b[small])
    p_value[small] = np.maximum(p_value[small], exact)
    return z, p_value


def fewest_expected(
    share_a: npt.ArrayLike, n_a: npt.ArrayLike, share_b: npt.ArrayLike, n_b: npt.ArrayLike
) -> FloatArray:
    """Return how many people are expected in the smallest cell of the fourfold table, were two shares equal."""
    a, size_a, b, size_b, *_ = _checked(share_a, n_a, share_b, n_b)
    pooled = (size_a * a + size_b * b) / (size_a + size_b)
    return np.asarray(np.minimum(pooled, 1 - pooled) * np.minimum(size_a, size_b))


def _checked(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    small_count: npt.ArrayLike = FEW_EXPECTED,
    confidence_level: npt.ArrayLike = 0.95,
) -> list[FloatArray]:
    """Return checked shares and bases, small counts and levels, of one shape."""
    return together(
        share_a=check_shares("share_a", share_a),
        n_a=effective_size(n_a),
        share_b=check_shares("share_b", share_b),
        n_b=effective_size(n_b),
        small_count=small_count,
        confidence_level=confidence_level,
    )


def part_whole_interval(
    share_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    share_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    *,
    weight: npt.ArrayLike = np.nan,
    confidence_level: npt.ArrayLike = 0.95,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of the difference between a segment and the segment that contains it.

    Parameters
    ----------
    share_part, share_whole : array_like
        Shares in [0, 1].
    n_part, n_whole : array_like
        Base of each divided by the design effect.
    weight : array_like
        The part's share of the whole, in [0, 1], where interviews were not made in proportion and weighting made up for
        it; NaN for `n_part / n_whole`. A weight that is too small errs on the safe side.
    confidence_level : array_like
        In (0, 1).
    small_count : array_like
        As for `difference_test`, of the part and the rest.

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_part − share_whole` and its limits, of the broadcast shape. Limits are NaN where a share
        or a base is, or where the part is not smaller than the whole. They leave out 0 exactly where the p-value of
        `part_whole_test` is below 1 − level.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or a level outside (0, 1).

    Notes
    -----
    With :math:`w` the part's weight in the whole and :math:`p_r` the share among the
    rest, :math:`p_g - p_T = (1 - w)(p_g - p_r)`: the interval is that of `difference_interval` between
    the part and the rest, times :math:`1 - w`. Where rounding puts :math:`p_r` below 0 or above 1, it
    is taken as 0 or 1.

    Examples
    --------
    >>> difference, low, high = part_whole_interval(0.193, 445, 0.355, 1200)
    >>> print(difference.round(3), low.round(3), high.round(3))
    -0.162 -0.193 -0.129

    In Lima and Callao Castillo was 16.2 points weaker than in the country that includes them, at 95 % by 12.9 to 19.3.
    """
    part, size, whole, size_whole, of_whole, level, few = together(
        share_part=check_shares("share_part", share_part),
        n_part=effective_size(n_part),
        share_whole=check_shares("share_whole", share_whole),
        n_whole=effective_size(n_whole),
        weight=check_shares("weight", weight),
        confidence_level=confidence_level,
        small_count=small_count,
    )
    rest, n_rest = complement(part, size, whole, size_whole, of_whole)
    _, low, high = difference_interval(part, size, rest, n_rest, confidence_level=level, small_count=few)
    weight_of_rest = np.where(np.isnan(of_whole), n_rest / size_whole, 1 - of_whole)
    return np.asarray(part - whole), np.asarray(weight_of_rest * low), np.asarray(weight_of_rest * high)


def part_whole_test(
    share_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    share_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    *,
    weight: npt.ArrayLike = np.nan,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether a segment differs from the rest of the segment that contains it.

    Parameters
    ----------
    share_part, n_part, share_whole, n_whole, weight, small_count
        As for `part_whole_interval`.

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
    `difference_test` between the part and its complement, which, in proportion, is
    :math:`z = (p_g - p_T)/\sqrt{p_T(1 - p_T)(1/n_g - 1/n)}`: the part is one of the numbers that make
    up the total, so that the two vary together. A test that takes them as independent has 1/n_g + 1/n
    there, and misses differences.

    Examples
    --------
    >>> z, p_value = part_whole_test(90 / 300, 300, 270 / 1200, 1200)
    >>> print(z.round(3), p_value.round(4))
    3.592 0.0003

    The part, with 30.0 %, differs from the rest of a whole with 22.5 %: z is 3.592, and 2.721 if taken for independent.
    """
    part, size, whole, size_whole, of_whole, few = together(
        share_part=check_shares("share_part", share_part),
        n_part=effective_size(n_part),
        share_whole=check_shares("share_whole", share_whole),
        n_whole=effective_size(n_whole),
        weight=check_shares("weight", weight),
        small_count=small_count,
    )
    rest, n_rest = complement(part, size, whole, size_whole, of_whole)
    return difference_test(part, size, rest, n_rest, small_count=few)


def complement(
    part: FloatArray, size: FloatArray, whole: FloatArray, size_whole: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the share and the base of what a whole has besides one part, of a weight or, where NaN, in proportion."""
    n_rest = effective_size(size_whole - size)
    counted = np.where(np.isnan(weight), size, weight * size_whole)
    others = np.where(np.isnan(weight), n_rest, effective_size(size_whole - counted))
    return np.clip((size_whole * whole - counted * part) / others, 0, 1), n_rest

"""Differences between shares of groups that have no interview in common, on arrays.

A part and its whole: `part_whole`; groups that share an unknown number: `overlaps`.
"""

from typing import Any

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

__all__ = ["FEW_EXPECTED", "checked_pair", "difference_interval", "difference_test", "fewest_expected"]

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
    a, size_a, b, size_b, few, level = checked_pair(
        share_a, n_a, share_b, n_b, small_count=small_count, confidence_level=confidence_level
    )
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
    a, size_a, b, size_b, few = checked_pair(share_a, n_a, share_b, n_b, small_count=small_count)
    pooled = (size_a * a + size_b * b) / (size_a + size_b)
    variance = pooled * (1 - pooled) * (1 / size_a + 1 / size_b)
    differ = (a != b) & (variance > 0)
    z = np.where(differ, (a - b) / np.sqrt(np.where(differ, variance, 1)), 0 * variance)
    p_value = two_sided_p_value(z)
    small = differ & (p_value < _NO_MATTER) & (fewest_expected(a, size_a, b, size_b) < few)
    # Each is asked for at many levels, on which it does not depend.
    cells, of_cell = np.unique([one[small] for one in (a, size_a, b, size_b)], axis=1, return_inverse=True)
    p_value[small] = np.maximum(p_value[small], difference_mid_p(*cells)[of_cell])
    return z, p_value


def fewest_expected(
    share_a: npt.ArrayLike, n_a: npt.ArrayLike, share_b: npt.ArrayLike, n_b: npt.ArrayLike
) -> FloatArray:
    """Return how many people are expected in the smallest cell of the fourfold table, were two shares equal."""
    a, size_a, b, size_b = checked_pair(share_a, n_a, share_b, n_b)
    pooled = (size_a * a + size_b * b) / (size_a + size_b)
    return np.asarray(np.minimum(pooled, 1 - pooled) * np.minimum(size_a, size_b))


def checked_pair(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    **others: Any,
) -> list[FloatArray]:
    """Return the checked shares and bases of two groups, and what else belongs to them, of one shape."""
    return together(
        share_a=check_shares("share_a", share_a),
        n_a=effective_size(n_a),
        share_b=check_shares("share_b", share_b),
        n_b=effective_size(n_b),
        **others,
    )

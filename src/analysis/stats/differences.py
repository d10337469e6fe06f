"""Differences between shares of groups that have no interview in common, on arrays.

Shares are in [0, 1]; everything broadcasts, and plain tuples of arrays of the broadcast shape come
back. A base that is missing or not positive gives NaN. Groups that do share interviews: `overlaps`.
"""

import numpy as np
import numpy.typing as npt

from analysis.stats.intervals import lead_interval
from analysis.stats.margins import FloatArray, check_shares, critical_value, effective_size

__all__ = ["difference_interval", "difference_test", "lead_test", "two_sided_p_value"]


def two_sided_p_value(z: npt.ArrayLike) -> FloatArray:
    """Probability that a standard normal variable is at least as far from 0 as `z`.

    Examples
    --------
    >>> print(two_sided_p_value([0, 1.96, -1.96]).round(3))
    [1.   0.05 0.05]

    A statistic of 1.96 or more, either way, is seen once in twenty times where nothing differs.
    """
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=float))))


def difference_interval(
    share_a: npt.ArrayLike,
    n_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_b: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
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
    confidence_level : float
        In (0, 1).

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_a − share_b` and its limits in [−1, 1], of the broadcast shape; limits are NaN where a
        share or a base is.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the level outside (0, 1).

    Notes
    -----
    With the Wilson limits :math:`l` and :math:`u` of each share, the limits lie
    :math:`\sqrt{(p_A - l_A)^2 + (u_B - p_B)^2}` below and :math:`\sqrt{(u_A - p_A)^2 + (p_B - l_B)^2}`
    above the difference: the hybrid score interval, method 10 of Newcombe (1998, *Statistics in
    Medicine* 17), by statsmodels at the fractional counts `share × n`. Unlike the Wald interval it
    holds its level for small bases and has a width at shares of 0 and 1.

    Examples
    --------
    >>> difference, low, high = difference_interval(0.615, 204, 0.389, 551)
    >>> print(difference.round(3), low.round(3), high.round(3))
    0.226 0.146 0.301

    In rural Peru Castillo was 22.6 points stronger than in the towns of the interior, with 95 %
    confidence by 14.6 to 30.1.
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    critical_value(confidence_level)
    a, size_a, b, size_b = _broadcast(share_a, n_a, share_b, n_b)
    low, high = confint_proportions_2indep(
        a * size_a,
        size_a,
        b * size_b,
        size_b,
        compare="diff",
        method="newcomb",
        alpha=1 - confidence_level,
    )
    return np.asarray(a - b), np.asarray(low), np.asarray(high)


def difference_test(
    share_a: npt.ArrayLike, n_a: npt.ArrayLike, share_b: npt.ArrayLike, n_b: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether two independent shares are equal.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1]; NaN for a figure that was not published.
    n_a, n_b : array_like
        Base of each divided by the design effect.

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
    fourfold table (statsmodels' score test). Two shares of 0, or two of 1, do not differ at all:
    there z is 0 and the p-value 1. :math:`z` grows with :math:`p_A` and falls with :math:`p_B`
    everywhere, so over a range of each it is extreme at their ends.

    Examples
    --------
    >>> z, p_value = difference_test(0.389, 551, 0.367, 95)
    >>> print(z.round(2), p_value.round(2))
    0.41 0.68

    A difference of 2.2 points or more between columns of 551 and 95 interviews is seen in 68 of 100
    samples where nothing differs.
    """
    from statsmodels.stats.proportion import score_test_proportions_2indep

    a, size_a, b, size_b = _broadcast(share_a, n_a, share_b, n_b)
    z = np.where(np.isnan(a + b + size_a + size_b), np.nan, 0.0)
    # statsmodels would divide 0 by 0 where nobody gave the answer, or everybody.
    differ = (a != b) & ~np.isnan(z)
    z[differ], _ = score_test_proportions_2indep(
        (a * size_a)[differ],
        size_a[differ],
        (b * size_b)[differ],
        size_b[differ],
        correction=False,
        return_results=False,
    )
    return z, two_sided_p_value(z)


def _broadcast(
    share_a: npt.ArrayLike, n_a: npt.ArrayLike, share_b: npt.ArrayLike, n_b: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return checked shares and bases, of one shape; copies, for numpy warns of views that may be written to."""
    shares_and_bases = (
        check_shares("share_a", share_a),
        effective_size(n_a),
        check_shares("share_b", share_b),
        effective_size(n_b),
    )
    a, size_a, b, size_b = (array.copy() for array in np.broadcast_arrays(*shares_and_bases))
    return a, size_a, b, size_b


def lead_test(
    share_a: npt.ArrayLike, share_b: npt.ArrayLike, n_effective: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether one answer of a single-response question leads another in the same base.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1] of the same base.
    n_effective : array_like
        Base divided by the design effect.

    Returns
    -------
    z, p_value : numpy.ndarray
        Of the broadcast shape; `z` has the sign of the lead, the p-value is two-sided.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], or the two sum to more than 1 beyond what rounding can do.

    Notes
    -----
    The lead in standard errors, with the multinomial variance of `lead_interval` (Franklin 2007): the
    p-value is below 1 − level exactly where that interval leaves out 0. Two shares of 0 are tied, with
    z = 0. A lead of everybody over nobody has no variance, and an infinite z.

    Examples
    --------
    >>> z, p_value = lead_test([0.355, 0.203], [0.231, 0.177], 1200)
    >>> print(z.round(2), p_value.round(3))
    [5.69 1.46] [0.    0.144]

    Castillo's lead over Fujimori is 5.7 standard errors and certainly not chance; that blank ballots
    outnumber the undecided may be.
    """
    lead, _, _ = lead_interval(share_a, share_b, n_effective)  # which checks the shares
    total = np.asarray(share_a, dtype=float) + np.asarray(share_b, dtype=float)
    standard_error = np.sqrt((total - lead**2) / effective_size(n_effective))
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where((lead == 0) & ~np.isnan(standard_error), 0.0, lead / standard_error)
    return z, two_sided_p_value(z)

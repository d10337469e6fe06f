"""What many comparisons, a design and a bias do to significance, on arrays; and one test for a whole question."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.margins import FloatArray, check_shares, critical_value, effective_size

__all__ = [
    "ADJUSTMENTS",
    "HomogeneityTest",
    "adjusted_p_values",
    "rao_scott_test",
    "tipping_bias",
    "tipping_design_effect",
]

# Our names, and those of statsmodels' multipletests for the methods that are taken from it. Its Holm runs the
# garbage collector at every call, which takes longer than a whole table of tests.
ADJUSTMENTS = {"holm": None, "bonferroni": "bonferroni", "benjamini_hochberg": "fdr_bh", "none": None}
"""The adjustments offered, by name."""

# Shares printed as whole percentages, the coarsest in use, are off by at most this much each.
_COARSEST_ROUNDING = 0.005


def adjusted_p_values(p_values: npt.ArrayLike, *, adjustment: str = "holm") -> FloatArray:
    r"""Adjust the p-values of one family of tests for their number.

    Parameters
    ----------
    p_values : array_like
        All p-values of the family, of any shape; NaN for a test that was not made, which does not
        count.
    adjustment : str
        `holm` (default) and `bonferroni` bound the chance of even one false finding in the family, Holm
        with p-values that are never the larger; `benjamini_hochberg` bounds the expected share of false ones
        among the findings; `none` leaves them as they are.

    Returns
    -------
    numpy.ndarray
        Of the same shape: each test is significant at a level where its adjusted p-value is below it.

    Raises
    ------
    AnalysisError
        If the adjustment is unknown or a p-value lies outside [0, 1].

    Notes
    -----
    Holm (1979, *Scandinavian Journal of Statistics* 6): of m p-values, the i-th smallest is the largest
    of :math:`(m - j + 1)p_{(j)}` over :math:`j \le i`. Benjamini & Hochberg (1995, *JRSS B* 57) and Bonferroni:
    statsmodels' `multipletests`. An adjusted p-value never falls when a p-value of the family rises.

    Examples
    --------
    >>> print(adjusted_p_values([0.01, 0.04, 0.03, np.nan]))
    [0.03 0.06 0.06  nan]

    Of three tests with p-values below 0.05, only the first is still significant at that level when
    they are judged together.
    """
    if adjustment not in ADJUSTMENTS:
        allowed = ", ".join(ADJUSTMENTS)
        raise AnalysisError(f"adjustment: {adjustment!r} is not allowed; use one of {allowed}.")
    p = np.array(p_values, dtype=float)
    outside = p[(p < 0) | (p > 1)]
    if outside.size:
        raise AnalysisError(f"p_values: {outside.flat[0]:g} is not a probability; p-values lie in [0, 1].")
    made = ~np.isnan(p)
    if adjustment == "holm":
        order = np.argsort(p[made], kind="stable")
        stepped = np.maximum.accumulate(p[made][order] * np.arange(len(order), 0, -1)).clip(max=1)
        p[made] = stepped[np.argsort(order, kind="stable")]
    elif adjustment != "none" and made.any():
        from statsmodels.stats.multitest import multipletests

        p[made] = multipletests(p[made], method=ADJUSTMENTS[adjustment])[1]
    return p


def tipping_design_effect(
    estimate: npt.ArrayLike, standard_error: npt.ArrayLike, *, confidence_level: float = 0.95
) -> FloatArray:
    r"""Design effect at which a difference or lead stops being significant.

    Parameters
    ----------
    estimate : array_like
        Differences of shares.
    standard_error : array_like
        Theirs, for simple random sampling.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    numpy.ndarray
        Of the broadcast shape; below 1 where the estimate is not significant to begin with, NaN where
        the standard error is missing or not positive.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1).

    Notes
    -----
    :math:`(z/z_c)^2`, where z is the estimate in standard errors and :math:`z_c` the critical value:
    a design effect multiplies the variance, so that z falls with its square root.

    Examples
    --------
    >>> standard_error = np.sqrt((0.355 + 0.231 - 0.124**2) / 1200)
    >>> print(tipping_design_effect(0.124, standard_error).round(2))
    8.42

    Only with a design effect of 8.4, several times what such samples have, would a lead of 12.4 points
    among 1,200 people be within sampling error.
    """
    z = np.asarray(estimate, dtype=float) / effective_size(standard_error)
    return np.asarray((z / critical_value(confidence_level)) ** 2)


def tipping_bias(
    estimate: npt.ArrayLike, standard_error: npt.ArrayLike, *, confidence_level: float = 0.95
) -> tuple[FloatArray, FloatArray]:
    r"""Bias against which a difference or lead would not stand.

    Parameters
    ----------
    estimate : array_like
        Differences of shares.
    standard_error : array_like
        Theirs, whatever the design.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    to_insignificance, to_tie : numpy.ndarray
        How far, as a share, the estimate would have to be off in its own favour to be no longer
        significant, and to be nothing; of the broadcast shape. The first is 0 where the estimate is not
        significant, and NaN where the standard error is missing or not positive.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1).

    Notes
    -----
    :math:`\max(0, |d| - z_c\,\mathrm{SE})` and :math:`|d|`. Bias is what a larger sample does not
    cure: refusals, coverage, wording, changes of mind.

    Examples
    --------
    >>> standard_error = np.sqrt((0.355 + 0.231 - 0.124**2) / 1200)
    >>> to_insignificance, to_tie = tipping_bias(0.124, standard_error)
    >>> print(to_insignificance.round(3), to_tie)
    0.081 0.124

    A poll that overstates the lead by 8.1 points would have found nothing significant without that
    error, and a tie if it overstates the lead by 12.4.
    """
    size, error = np.broadcast_arrays(
        np.abs(np.asarray(estimate, dtype=float)), effective_size(standard_error)
    )
    return np.maximum(size - critical_value(confidence_level) * error, 0), np.array(size)


@dataclass(frozen=True, slots=True, eq=False)
class HomogeneityTest:
    """Whether the answers to one question are distributed alike in several segments.

    Attributes
    ----------
    statistic : float
        Chi-square divided by the design effect.
    degrees_of_freedom : int
    p_value : float
    cramers_v : float
        How strongly answers and segments go together, from 0 to 1, whatever the base or the design.
    adjusted_residuals : numpy.ndarray
        Answers × segments: how many standard errors a share lies above what it would be if all
        segments were alike, the design effect included. NaN for an answer that nobody gave.
    smallest_expected : float
        Smallest number of interviews expected in a cell; below 5 the p-value is not reliable.
    """

    statistic: float
    degrees_of_freedom: int
    p_value: float
    cramers_v: float
    adjusted_residuals: FloatArray
    smallest_expected: float


def rao_scott_test(
    shares: npt.ArrayLike, base: npt.ArrayLike, *, design_effect: float = 1.0
) -> HomogeneityTest:
    r"""Test whether a single-response question is answered alike in several disjoint segments.

    Parameters
    ----------
    shares : array_like
        Shares in [0, 1], answers × segments. The answers of a segment exhaust its base: shares sum to 1
        within rounding, and are divided by their sum.
    base : array_like
        Interviews in each segment, not divided by the design effect.
    design_effect : float
        Variance of the design relative to simple random sampling, the same in every cell.

    Returns
    -------
    HomogeneityTest
        Its numbers are NaN where a share or a base is missing.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], the shares of a segment do not sum to 1 within rounding, there are
        not two segments and two answers that somebody gave, or the design effect is not positive.

    Notes
    -----
    Pearson's chi-square over the counts `share × base`, divided by the design effect: the first-order
    correction of Rao & Scott (1981, *JASA* 76) when all cells have the same one. Cramér's V is
    :math:`\sqrt{X^2/(n\min(r-1, c-1))}` of the uncorrected :math:`X^2`, and
    adjusted residuals (Haberman 1973, *Biometrics* 29) are divided by the square root of the design
    effect. Answers that nobody gave are left out.

    Examples
    --------
    >>> test = rao_scott_test([[0.193, 0.450], [0.807, 0.550]], [445, 755], design_effect=1.5)
    >>> print(round(test.statistic, 1), round(test.cramers_v, 2), test.adjusted_residuals[0].round(1))
    53.9 0.26 [-7.3  7.3]

    Lima and Callao and the rest of the country do not vote for Castillo alike, even where three
    interviews are worth two: the shares are 7.3 standard errors from what they would be.
    """
    if not design_effect > 0:
        raise AnalysisError(
            f"design_effect: {design_effect!r} is not allowed; use a positive number, such as 1.5."
        )
    p, n = check_shares("shares", shares), effective_size(base)
    if p.ndim != 2 or n.shape != p.shape[1:]:
        raise AnalysisError(
            f"shares has the shape {p.shape} and base {n.shape}; use answers × segments and one base a segment."
        )
    sums = p.sum(axis=0)
    off = np.abs(sums - 1) > _COARSEST_ROUNDING * len(p)
    if off.any():
        raise AnalysisError(
            f"shares: those of segment {np.argmax(off) + 1} sum to {sums[off][0]:.3f}; all answers of a "
            "single-response question sum to 1."
        )
    given = ~(p == 0).all(axis=1)
    if given.sum() < 2 or p.shape[1] < 2:
        raise AnalysisError("shares: two segments and two answers that somebody gave are needed.")
    from scipy.stats import chi2
    from statsmodels.stats.contingency_tables import Table

    counts = Table((p / sums * n)[given], shift_zeros=False)
    found = counts.test_nominal_association()
    statistic = float(found.statistic / design_effect)
    residuals = np.full(p.shape, np.nan)
    residuals[given] = counts.standardized_resids / np.sqrt(design_effect)
    return HomogeneityTest(
        statistic=statistic,
        degrees_of_freedom=int(found.df),
        p_value=float(chi2.sf(statistic, found.df)),
        cramers_v=float(np.sqrt(found.statistic / (n.sum() * min(given.sum() - 1, p.shape[1] - 1)))),
        adjusted_residuals=residuals,
        smallest_expected=float(counts.fittedvalues.min()),
    )

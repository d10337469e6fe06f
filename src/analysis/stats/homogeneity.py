"""One test for a whole question: whether several segments answer it alike."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size

__all__ = ["HomogeneityTest", "rao_scott_test"]

# Shares printed as whole percentages, the coarsest in use, are off by at most this much each.
_COARSEST_ROUNDING = 0.005


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

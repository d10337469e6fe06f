"""Confidence intervals of shares and of leads, on arrays.

Shares are in [0, 1]; everything broadcasts, and plain tuples of arrays of the broadcast shape come
back. scipy and statsmodels do the statistics, at fractional counts `share × n_effective`.
"""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.margins import FloatArray, check_shares, critical_value, effective_size

__all__ = ["METHODS", "lead_interval", "share_interval"]


# Our names for the methods of statsmodels' proportion_confint; logit is not among them.
METHODS = {
    "wilson": "wilson",
    "wald": "normal",
    "agresti_coull": "agresti_coull",
    "clopper_pearson": "beta",
    "jeffreys": "jeffreys",
    "logit": None,
}
"""The interval methods offered, by name."""

_NOBODY = 1e-100  # scipy's beta quantiles overflow at the count of a share below it


def share_interval(
    share: npt.ArrayLike,
    n_effective: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    method: str = "wilson",
) -> tuple[FloatArray, FloatArray]:
    r"""Confidence interval of one share.

    Parameters
    ----------
    share : array_like
        Shares in [0, 1]; NaN for a figure that was not published.
    n_effective : array_like
        Base divided by the design effect.
    confidence_level : float
        In (0, 1).
    method : str
        `wilson` (default: stays near its level for small bases and shares near 0), `wald`,
        `agresti_coull`, `clopper_pearson` (never below its level), `jeffreys` or `logit`.

    Returns
    -------
    low, high : numpy.ndarray
        Shares in [0, 1], of the broadcast shape. NaN where the share is, or where `n_effective` is
        missing or not positive. A share of 0 has lower limit 0 and a share of 1 upper limit 1; the
        logit interval is NaN at both and the Wald interval has no width there.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], the level outside (0, 1), or the method is unknown.

    Notes
    -----
    Wilson (1927): :math:`\bigl(p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}\bigr)/(1 + z^2/n)`.
    Compared by Brown, Cai & DasGupta (2001, *Statistical Science* 16). All but logit are computed
    by statsmodels at the fractional count `share × n_effective`; logit is
    :math:`\operatorname{expit}(\operatorname{logit} p \pm z/\sqrt{np(1-p)})`.

    Examples
    --------
    >>> low, high = share_interval(0.355, 1200)
    >>> print(low.round(4), high.round(4))
    0.3284 0.3825

    A share of 35.5 % among 1,200 people says that between 32.8 % and 38.3 % of the population
    would answer so, with 95 % confidence.
    """
    if method not in METHODS:
        raise AnalysisError(f"method: {method!r} is not allowed; use one of {', '.join(METHODS)}.")
    z = critical_value(confidence_level)
    p, n = np.broadcast_arrays(check_shares("share", share), effective_size(n_effective))
    p = np.where(p < _NOBODY, 0.0, p)
    if method == "logit":
        from scipy.special import expit, logit

        inside = np.where((p > 0) & (p < 1), p, np.nan)
        half = z / np.sqrt(n * inside * (1 - inside))
        return np.asarray(expit(logit(inside) - half)), np.asarray(expit(logit(inside) + half))
    from statsmodels.stats.proportion import proportion_confint

    # Where the count is missing statsmodels' Clopper-Pearson warns instead of returning NaN.
    known = ~np.isnan(p * n)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    low[known], high[known] = proportion_confint(
        p[known] * n[known], n[known], alpha=1 - confidence_level, method=METHODS[method]
    )
    return np.where(known & (p == 0), 0.0, low), np.where(known & (p == 1), 1.0, high)


def lead_interval(
    share_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_effective: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Lead of one answer over another of the same single-response question.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1] of the same base.
    n_effective : array_like
        Base divided by the design effect.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    lead, low, high : numpy.ndarray
        Differences of shares, of the broadcast shape.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], or the two sum to more than 1 beyond what rounding can do.

    Notes
    -----
    The two shares are not independent: every vote for one is not one for the other. With the
    multinomial variance, :math:`\{p_A + p_B - (p_A - p_B)^2\}/n` (Franklin 2007, *The margin of
    error for differences in polls*). Neither twice the margin of error nor whether two intervals
    overlap answers the question.

    Examples
    --------
    >>> lead, low, high = lead_interval(0.355, 0.231, 1200)
    >>> print(lead.round(3), low.round(3), high.round(3))
    0.124 0.081 0.167

    Castillo was ahead by 12.4 points, with 95 % confidence by 8.1 to 16.7.
    """
    a, b = check_shares("share_a", share_a), check_shares("share_b", share_b)
    if np.any(a + b > 1.01):
        raise AnalysisError(
            "share_a + share_b is above 1; two answers of a single-response question cannot be."
        )
    lead = a - b
    half = critical_value(confidence_level) * np.sqrt((a + b - lead**2) / effective_size(n_effective))
    lead, low, high = np.broadcast_arrays(lead, (lead - half).clip(-1, 1), (lead + half).clip(-1, 1))
    return lead, low, high

"""How precise a published share is: margins of error and confidence intervals, on arrays.

Shares are in [0, 1]; everything broadcasts, and plain tuples of arrays of the broadcast shape come
back. scipy and statsmodels do the statistics, at fractional counts `share × n_effective`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError

__all__ = [
    "METHODS",
    "critical_value",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "lead_interval",
    "margin_of_error",
    "share_interval",
]

_Array = npt.NDArray[np.float64]

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


def _check_shares(name: str, values: Any) -> _Array:
    """Return shares as an array, NaN allowed, or say which value lies outside [0, 1]."""
    array = np.asarray(values, dtype=float)
    outside = array[(array < 0) | (array > 1)]
    if outside.size:
        raise AnalysisError(
            f"{name}: {outside.flat[0]:g} is not a share; shares lie in [0, 1], so divide percentages by 100."
        )
    return array


def _effective(n: Any) -> _Array:
    """Return effective sample sizes as an array, NaN where there is none to speak of."""
    array = np.asarray(n, dtype=float)
    return np.where(np.isfinite(array) & (array > 0), array, np.nan)


def critical_value(confidence_level: float) -> float:
    """Return the two-sided normal quantile z of a confidence level.

    Raises
    ------
    AnalysisError
        If the level is not strictly between 0 and 1.

    Examples
    --------
    >>> round(critical_value(0.95), 3)
    1.96

    At 95 % confidence an estimate is given 1.96 standard errors on either side.
    """
    from scipy.special import ndtri

    if not 0 < confidence_level < 1:
        raise AnalysisError(
            f"confidence_level: {confidence_level!r} is not allowed; use a share strictly between 0 and 1, "
            "such as 0.95."
        )
    return float(ndtri(0.5 + confidence_level / 2))


def margin_of_error(
    n: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    share: npt.ArrayLike = 0.5,
    design_effect: npt.ArrayLike = 1.0,
) -> _Array:
    r"""Half the width of a Wald interval: what a technical sheet calls the margin of error.

    Parameters
    ----------
    n : array_like
        Interviews.
    confidence_level : float
        In (0, 1).
    share : array_like
        Share in [0, 1]; 0.5, where the margin is widest, is the sheet's convention.
    design_effect : array_like
        Variance of the design relative to simple random sampling; 1 is what most sheets assume.

    Returns
    -------
    numpy.ndarray
        Margin as a share, of the broadcast shape; NaN where `n` or the design effect is not positive.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the confidence level outside (0, 1).

    Notes
    -----
    :math:`z\sqrt{\mathrm{deff}\,p(1-p)/n}` (Kish 1965, *Survey Sampling*). It covers sampling
    alone: not refusals, wording, or people who change their minds.

    Examples
    --------
    >>> print(margin_of_error(1200).round(4), margin_of_error(1200, confidence_level=0.955).round(4))
    0.0283 0.0289

    1,200 interviews carry ±2.8 points at 95 % confidence, and ±2.9 at 95.5 %.
    """
    p = _check_shares("share", share)
    n_effective = _effective(np.asarray(n, dtype=float) / _effective(design_effect))
    return np.asarray(critical_value(confidence_level) * np.sqrt(p * (1 - p) / n_effective))


def implied_confidence_level(
    margin: npt.ArrayLike, n: npt.ArrayLike, *, share: npt.ArrayLike = 0.5, design_effect: npt.ArrayLike = 1.0
) -> _Array:
    r"""Confidence level at which `n` interviews have this margin of error.

    Notes
    -----
    :math:`2\Phi(m/\sqrt{\mathrm{deff}\,p(1-p)/n}) - 1`, the inverse of `margin_of_error`.

    Examples
    --------
    >>> print(implied_confidence_level([0.0275, 0.0285], 1200).round(3))
    [0.943 0.952]

    A margin that was rounded to 2.8 % belongs to a confidence level of 94.3–95.2 %, not 95.5 %.
    """
    from scipy.special import ndtr

    standard_error = margin_of_error(n, share=share, design_effect=design_effect) / critical_value(0.95)
    return np.asarray(2 * ndtr(np.asarray(margin, dtype=float) / standard_error) - 1)


def implied_sample_size(
    margin: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    share: npt.ArrayLike = 0.5,
    design_effect: npt.ArrayLike = 1.0,
) -> _Array:
    r"""Interviews that have this margin of error.

    Notes
    -----
    :math:`\mathrm{deff}\,p(1-p)(z/m)^2`, the inverse of `margin_of_error` (Kish 1965).

    Examples
    --------
    >>> print(implied_sample_size([0.0285, 0.0275], confidence_level=0.955).round())
    [1237. 1328.]

    A margin of 2.8 % at 95.5 % needs between 1,237 and 1,328 interviews.
    """
    p = _check_shares("share", share)
    z = critical_value(confidence_level)
    return np.asarray(_effective(design_effect) * p * (1 - p) * (z / _effective(margin)) ** 2)


def implied_design_effect(
    margin: npt.ArrayLike, n: npt.ArrayLike, *, confidence_level: float = 0.95, share: npt.ArrayLike = 0.5
) -> _Array:
    r"""Design effect with which `n` interviews have this margin of error.

    Notes
    -----
    :math:`n (m/z)^2/(p(1-p))`, the inverse of `margin_of_error` (Kish 1965).

    Examples
    --------
    >>> print(implied_design_effect(0.0285, 1200, confidence_level=0.955).round(3))
    0.97

    No sample of 1,200 with an ordinary design reaches ±2.85 % at 95.5 %: it would need a design
    effect below 1.
    """
    p = _check_shares("share", share)
    z = critical_value(confidence_level)
    return np.asarray(_effective(n) * (np.asarray(margin, dtype=float) / z) ** 2 / (p * (1 - p)))


def share_interval(
    share: npt.ArrayLike,
    n_effective: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    method: str = "wilson",
) -> tuple[_Array, _Array]:
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
        `wilson` (default: holds its level for small bases and shares near 0), `wald`,
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
    p, n = np.broadcast_arrays(_check_shares("share", share), _effective(n_effective))
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
) -> tuple[_Array, _Array, _Array]:
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
    a, b = _check_shares("share_a", share_a), _check_shares("share_b", share_b)
    if np.any(a + b > 1.01):
        raise AnalysisError(
            "share_a + share_b is above 1; two answers of a single-response question cannot be."
        )
    lead = a - b
    half = critical_value(confidence_level) * np.sqrt((a + b - lead**2) / _effective(n_effective))
    return np.broadcast_arrays(lead, lead - half, lead + half)  # type: ignore[return-value]

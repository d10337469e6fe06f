"""Confidence intervals of shares, on arrays.

scipy and statsmodels do the statistics, at fractional counts `share × n_effective`.
"""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import (
    FloatArray,
    check_shares,
    critical_value,
    effective_size,
    increasing_root,
    together,
)

__all__ = ["METHODS", "share_interval"]


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

_NO_STEP = 1e-4  # rounding that is less than this of the standard error changes no digit of it
_NOBODY = 1e-100  # scipy's beta quantiles overflow at the count of a share below it


def share_interval(
    share: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    confidence_level: npt.ArrayLike = 0.95,
    method: str = "wilson",
    unit: npt.ArrayLike = 0.0,
) -> tuple[FloatArray, FloatArray]:
    r"""Confidence interval of one share, of which a rounded figure may be all that is known.

    Parameters
    ----------
    share : array_like
        Shares in [0, 1]; NaN for a figure that was not published.
    n : array_like
        Base divided by the design effect.
    confidence_level : array_like
        In (0, 1).
    method : str
        `wilson` (default: stays near its level for small bases and shares near 0), `wald`,
        `agresti_coull`, `clopper_pearson` (never below its level), `jeffreys` or `logit`.
    unit : array_like
        One step of the last printed digit, as a share: 0.001 for percentages with one decimal; 0 for exact shares.

    Returns
    -------
    low, high : numpy.ndarray
        Shares in [0, 1], of the broadcast shape. NaN where the share is, or where `n` is
        missing or not positive. A share of 0 has lower limit 0 and a share of 1 upper limit 1; of exact shares,
        the logit interval is NaN at both and the Wald interval has no width there.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], a level outside (0, 1), a unit is negative, or the method is unknown.

    Notes
    -----
    Wilson (1927): :math:`\bigl(p + z^2/2n \pm z\sqrt{p(1-p)/n + z^2/4n^2}\bigr)/(1 + z^2/n)`.
    Compared by Brown, Cai & DasGupta (2001, *Statistical Science* 16). All but logit are computed
    by statsmodels at the fractional count `share × n`; logit is
    :math:`\operatorname{expit}(\operatorname{logit} p \pm z/\sqrt{np(1-p)})`.

    A printed figure stands for every share from a to b, half a unit either way within [0, 1]. With the method's interval
    [L, U] at their middle c, each side has the normal error :math:`s = (c - L)/z`, or :math:`(U - c)/z`, and the uniform
    one of rounding, :math:`g = (b - a)/2`. The limit lies t away from c, where
    :math:`\{G(t+g) - G(t-g)\}/2g = (1 + \mathrm{level})/2` with :math:`G(x) = x\Phi(x/s) + s\varphi(x/s)`: the quantile
    of the sum of both errors. Where a = 0 the interval is [0, the method's upper limit at b], and where b = 1 its
    mirror image. It covers at its level averaged over the shares that may be true: at a large base, a true share near
    the edge of a step is missed more often and one in its middle less.

    Examples
    --------
    >>> low, high = share_interval(0.355, 1200)
    >>> print(low.round(4), high.round(4))
    0.3284 0.3825

    A share of 35.5 % among 1,200 people says that between 32.8 % and 38.3 % of the population
    would answer so, with 95 % confidence.

    >>> low, high = share_interval(0.35, 100_000, unit=[0, 0.01])
    >>> print(low.round(4), high.round(4))
    [0.347  0.3441] [0.353  0.3559]

    If all that 100,000 interviews are printed with is "35 %", rounding hides more than chance does.
    """
    if method not in tuple(METHODS):
        raise AnalysisError(f"method: {method!r} is not allowed; use one of {', '.join(METHODS)}.")
    quantile = critical_value(confidence_level)
    p, size, level, step = together(
        share=check_shares("share", share),
        n=effective_size(n),
        confidence_level=confidence_level,
        unit=unit,
    )
    z = np.broadcast_to(quantile, p.shape)
    if np.any(step < 0):
        raise AnalysisError(
            f"unit: {step[step < 0][0]:g} is not allowed; use one step of the last digit as a share, such as 0.001."
        )
    if not step.any():
        return _exact(p, size, level, z, method)
    a, b = np.maximum(p - step / 2, 0), np.minimum(p + step / 2, 1)
    middle, half = (a + b) / 2, (b - a) / 2
    low, high = _exact(middle, size, level, z, method)
    to_low, to_high = (_rounded(side / z, half, level, z) for side in (middle - low, high - middle))
    lowest, _ = _exact(a, size, level, z, method)
    _, highest = _exact(b, size, level, z, method)
    low = np.select([a == 0, b == 1], [0 * highest, lowest], np.maximum(middle - to_low, 0))
    high = np.select([b == 1, a == 0], [0 * lowest + 1, highest], np.minimum(middle + to_high, 1))
    return low, high


def _exact(
    share: FloatArray, n: FloatArray, level: FloatArray, z: FloatArray, method: str
) -> tuple[FloatArray, FloatArray]:
    """Return the interval of shares that are known exactly."""
    p = np.where(share < _NOBODY, 0.0, share)
    if method == "logit":
        from scipy.special import expit, logit

        inside = np.where((p > 0) & (p < 1), p, np.nan)
        side = z / np.sqrt(n * inside * (1 - inside))
        return np.asarray(expit(logit(inside) - side)), np.asarray(expit(logit(inside) + side))
    from statsmodels.stats.proportion import proportion_confint

    # Where the count is missing statsmodels' Clopper-Pearson warns instead of returning NaN.
    known = ~np.isnan(p * n)
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    low[known], high[known] = proportion_confint(
        p[known] * n[known], n[known], alpha=1 - level[known], method=METHODS[method]
    )
    return np.where(known & (p == 0), 0.0, low), np.where(known & (p == 1), 1.0, high)


def _rounded(s: FloatArray, half: FloatArray, level: FloatArray, z: FloatArray) -> FloatArray:
    """Return the quantile of a normal error of standard deviation s and a uniform one of up to `half`, in their sum."""
    from scipy.special import ndtr

    # Where one of the two is all there is; Jeffreys' interval of less than one person may lie beside their share.
    away = np.asarray(z * s + np.where(s > 0, 0, half * level))
    both = (s > 0) & (half > _NO_STEP * s)
    if not both.any():
        return away
    ratio, tail = half[both] / s[both], (1 - level[both]) / 2

    def beyond(x: FloatArray) -> FloatArray:
        """Return the mean distance of a standard normal variable above x, counted 0 below."""
        return np.asarray(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi) - x * ndtr(-x))

    def excess(t: FloatArray, ratio: FloatArray, tail: FloatArray) -> FloatArray:
        return np.asarray(1 - (beyond(t - ratio) - beyond(t + ratio)) / (2 * ratio * tail))

    # A sum of symmetric errors strays farther than either alone, and no farther than both together.
    ends = 0.999 * np.maximum(z[both], ratio * level[both]), 1.001 * (z[both] + ratio)
    away[both] = increasing_root(excess, *ends, ratio, tail) * s[both]
    return away

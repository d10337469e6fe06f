"""Margins of error, what they imply, and the design effect, on arrays.

Shares are in [0, 1]; everything broadcasts. A base that is missing or not positive gives NaN.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError

__all__ = [
    "LARGE_BASE",
    "SMALL_BASE",
    "FloatArray",
    "check_shares",
    "cluster_design_effect",
    "critical_value",
    "effective_size",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "margin_of_error",
]

FloatArray = npt.NDArray[np.float64]

SMALL_BASE = 30.0
"""Effective base below which a share is shown grey and not tested."""

LARGE_BASE = 100.0
"""Effective base from which a share needs no warning."""


def check_shares(name: str, values: Any) -> FloatArray:
    """Return shares as an array, NaN allowed, or say which value lies outside [0, 1]."""
    array = np.asarray(values, dtype=float)
    outside = array[(array < 0) | (array > 1)]
    if outside.size:
        raise AnalysisError(
            f"{name}: {outside.flat[0]:g} is not a share; shares lie in [0, 1], so divide percentages by 100."
        )
    return array


def effective_size(n: Any) -> FloatArray:
    """Return sizes, or other quantities that must be positive, as an array: NaN where they are not."""
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
) -> FloatArray:
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
    p = check_shares("share", share)
    n_effective = effective_size(np.asarray(n, dtype=float) / effective_size(design_effect))
    return np.asarray(critical_value(confidence_level) * np.sqrt(p * (1 - p) / n_effective))


def implied_confidence_level(
    margin: npt.ArrayLike, n: npt.ArrayLike, *, share: npt.ArrayLike = 0.5, design_effect: npt.ArrayLike = 1.0
) -> FloatArray:
    r"""Confidence level at which `n` interviews have this margin of error.

    Parameters
    ----------
    margin : array_like
        Margin of error, as a share.
    n : array_like
        Interviews.
    share : array_like
        Share in [0, 1] that the margin is of.
    design_effect : array_like
        Variance of the design relative to simple random sampling.

    Returns
    -------
    numpy.ndarray
        Confidence level in (0, 1), of the broadcast shape. NaN where something is not positive.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1].

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
    return np.asarray(2 * ndtr(effective_size(margin) / effective_size(standard_error)) - 1)


def implied_sample_size(
    margin: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    share: npt.ArrayLike = 0.5,
    design_effect: npt.ArrayLike = 1.0,
) -> FloatArray:
    r"""Interviews that have this margin of error.

    Parameters
    ----------
    margin : array_like
        Margin of error, as a share.
    confidence_level : float
        In (0, 1).
    share : array_like
        Share in [0, 1] that the margin is of.
    design_effect : array_like
        Variance of the design relative to simple random sampling.

    Returns
    -------
    numpy.ndarray
        Interviews, of the broadcast shape, not rounded. NaN where something is not positive.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the level outside (0, 1).

    Notes
    -----
    :math:`\mathrm{deff}\,p(1-p)(z/m)^2`, the inverse of `margin_of_error` (Kish 1965).

    Examples
    --------
    >>> print(implied_sample_size([0.0285, 0.0275], confidence_level=0.955).round())
    [1237. 1328.]

    A margin of 2.8 % at 95.5 % needs between 1,237 and 1,328 interviews.
    """
    p = check_shares("share", share)
    z = critical_value(confidence_level)
    return np.asarray(effective_size(design_effect) * p * (1 - p) * (z / effective_size(margin)) ** 2)


def implied_design_effect(
    margin: npt.ArrayLike, n: npt.ArrayLike, *, confidence_level: float = 0.95, share: npt.ArrayLike = 0.5
) -> FloatArray:
    r"""Design effect with which `n` interviews have this margin of error.

    Parameters
    ----------
    margin : array_like
        Margin of error, as a share.
    n : array_like
        Interviews.
    confidence_level : float
        In (0, 1).
    share : array_like
        Share in [0, 1] that the margin is of.

    Returns
    -------
    numpy.ndarray
        Design effect, of the broadcast shape. NaN where something is not positive.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the level outside (0, 1).

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
    p = check_shares("share", share)
    z = critical_value(confidence_level)
    return np.asarray(effective_size(n) * (effective_size(margin) / z) ** 2 / effective_size(p * (1 - p)))


def cluster_design_effect(
    interviews_per_place: npt.ArrayLike, intraclass_correlation: npt.ArrayLike
) -> FloatArray:
    r"""Design effect of interviewing people in clusters.

    Parameters
    ----------
    interviews_per_place : array_like
        Mean number of interviews in a sampled place, at least 1.
    intraclass_correlation : array_like
        How alike people of one place answer, usually in [0, 1].

    Returns
    -------
    numpy.ndarray
        Of the broadcast shape.

    Raises
    ------
    AnalysisError
        If fewer than one interview a place is given, or a correlation that cannot be.

    Notes
    -----
    :math:`1 + (m - 1)\rho` (Kish 1965, *Survey Sampling*).

    Examples
    --------
    >>> print(cluster_design_effect(1200 / 115, [0.03, 0.11]).round(1))
    [1.3 2. ]

    Ten interviews in each of 115 places are worth 1.3 to 2 times fewer independent ones.
    """
    m = np.asarray(interviews_per_place, dtype=float)
    if np.any(m < 1):
        raise AnalysisError(
            f"interviews_per_place: {m.min():g} is below 1; give interviews divided by places."
        )
    return np.asarray(1 + (m - 1) * np.asarray(intraclass_correlation, dtype=float))

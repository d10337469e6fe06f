"""Margins of error and what they imply, on arrays."""

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, check_shares, critical_value, effective_size, together

__all__ = ["implied_confidence_level", "implied_design_effect", "implied_sample_size", "margin_of_error"]


def margin_of_error(
    n: npt.ArrayLike,
    *,
    confidence_level: npt.ArrayLike = 0.95,
    share: npt.ArrayLike = 0.5,
    design_effect: npt.ArrayLike = 1.0,
) -> FloatArray:
    r"""Half the width of a Wald interval: what a technical sheet calls the margin of error.

    Parameters
    ----------
    n : array_like
        Interviews.
    confidence_level : array_like
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
    p, size, effect, z = together(
        share=check_shares("share", share),
        n=effective_size(n),
        design_effect=effective_size(design_effect),
        confidence_level=critical_value(confidence_level),
    )
    return np.asarray(z * np.sqrt(p * (1 - p) / (size / effect)))


def implied_confidence_level(margin: npt.ArrayLike, n: npt.ArrayLike) -> FloatArray:
    r"""Confidence level at which `n` interviews have this margin of error: that of a share of one half, as on sheets.

    Parameters
    ----------
    margin : array_like
        Margin of error, as a share.
    n : array_like
        Interviews, divided by the design effect.

    Returns
    -------
    numpy.ndarray
        Confidence level in (0, 1), of the broadcast shape. NaN where something is not positive.

    Notes
    -----
    :math:`2\Phi(2m\sqrt{n}) - 1`, the inverse of `margin_of_error` (Kish 1965).

    Examples
    --------
    >>> print(implied_confidence_level([0.0275, 0.0285], 1200).round(3))
    [0.943 0.952]

    A margin that was rounded to 2.8 % belongs to a confidence level of 94.3–95.2 %, not 95.5 %.
    """
    from scipy.special import ndtr

    half, size = together(margin=effective_size(margin), n=effective_size(n))
    return np.asarray(2 * ndtr(2 * half * np.sqrt(size)) - 1)


def implied_sample_size(margin: npt.ArrayLike, *, confidence_level: npt.ArrayLike = 0.95) -> FloatArray:
    r"""Interviews that have this margin of error, for a share of one half and a simple random sample.

    Parameters
    ----------
    margin : array_like
        Margin of error, as a share.
    confidence_level : array_like
        In (0, 1).

    Returns
    -------
    numpy.ndarray
        Interviews, of the broadcast shape, not rounded. NaN where the margin is not positive.

    Raises
    ------
    AnalysisError
        If a level lies outside (0, 1).

    Notes
    -----
    :math:`(z/2m)^2`, the inverse of `margin_of_error` (Kish 1965).

    Examples
    --------
    >>> print(implied_sample_size([0.0285, 0.0275], confidence_level=0.955).round())
    [1237. 1328.]

    A margin of 2.8 % at 95.5 % needs between 1,237 and 1,328 interviews.
    """
    half, z = together(margin=effective_size(margin), confidence_level=critical_value(confidence_level))
    return np.asarray((z / (2 * half)) ** 2)


def implied_design_effect(
    margin: npt.ArrayLike, n: npt.ArrayLike, *, confidence_level: npt.ArrayLike = 0.95
) -> FloatArray:
    r"""Design effect with which `n` interviews have this margin of error, for a share of one half.

    Parameters
    ----------
    margin : array_like
        Margin of error, as a share.
    n, confidence_level : array_like
        As for `margin_of_error`.

    Returns
    -------
    numpy.ndarray
        Design effect, of the broadcast shape. NaN where something is not positive.

    Raises
    ------
    AnalysisError
        If a level lies outside (0, 1).

    Notes
    -----
    :math:`n (2m/z)^2`, the inverse of `margin_of_error` (Kish 1965).

    Examples
    --------
    >>> print(implied_design_effect(0.0285, 1200, confidence_level=0.955).round(3))
    0.97

    No sample of 1,200 with an ordinary design reaches ±2.85 % at 95.5 %: it would need a design
    effect below 1.
    """
    half, size, z = together(
        margin=effective_size(margin),
        n=effective_size(n),
        confidence_level=critical_value(confidence_level),
    )
    return np.asarray(size * (2 * half / z) ** 2)

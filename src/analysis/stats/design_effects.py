"""Design effects that a sample's places make plausible, and how alike people of one place answer, on arrays."""

from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size, together

__all__ = [
    "PLAUSIBLE_CORRELATIONS", "PLAUSIBLE_DESIGN_EFFECTS", "intraclass_correlation", "plausible_design_effects",
    "variance_within_strata",
]  # fmt: skip

PLAUSIBLE_CORRELATIONS = (0.03, 0.07, 0.11)
"""Least, middle and greatest intraclass correlation of votes that is taken for plausible.

Of the vote of 6 June 2021 by district: .111 within the capital and the rest of Peru, .074 within five zones, .043
within 26 regions (`intraclass_correlation`). Other votes, in other countries, may lie elsewhere.
"""

PLAUSIBLE_DESIGN_EFFECTS = (1.0, 1.5, 2.0)
"""What is assumed instead where nobody counted the places."""


def plausible_design_effects(
    n: npt.ArrayLike, places: npt.ArrayLike
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Design effects that a number of places makes plausible.

    Parameters
    ----------
    n : array_like
        Interviews.
    places : array_like
        Places where they were made; NaN, None or 0 where nobody counted them.

    Returns
    -------
    low, middle, high : numpy.ndarray
        Of the broadcast shape; `PLAUSIBLE_DESIGN_EFFECTS`, an assumption, where the places are unknown, and NaN
        where only the interviews are.

    Notes
    -----
    :math:`\max(1, 1 + (n/k - 1)\rho)` at each :math:`\rho` of `PLAUSIBLE_CORRELATIONS` (Kish 1965, *Survey
    Sampling*). It knows of places alone: weights, quotas, interviewers and blocks within places come on top, and strata
    take some of it away.

    Examples
    --------
    >>> low, middle, high = plausible_design_effects([1200, 1200], [115, np.nan])
    >>> print(low.round(2), middle.round(2), high.round(2))
    [1.28 1.  ] [1.66 1.5 ] [2.04 2.  ]

    Of 1,200 interviews in 115 places, 1.7 are worth one independent interview, or between 1.3 and 2.0; without a
    count of the places, 1 to 2 is assumed.
    """
    size, number = together(n=effective_size(n), places=effective_size(places))
    low, middle, high = (
        np.where(np.isnan(number), assumed, np.maximum(1, 1 + (size / number - 1) * rho))
        for rho, assumed in zip(PLAUSIBLE_CORRELATIONS, PLAUSIBLE_DESIGN_EFFECTS, strict=True)
    )
    return low, middle, high


def intraclass_correlation(
    shares: npt.ArrayLike, weights: npt.ArrayLike, *, strata: npt.ArrayLike | None = None
) -> FloatArray:
    r"""How alike people of one place answer, from the answers of all places.

    Parameters
    ----------
    shares : array_like
        Shares in [0, 1] of each place, such as a result by district; the last axis runs over places. A place
        whose share is NaN is left out.
    weights : array_like
        People of each place, of one shape with the last axis.
    strata : array_like, optional
        The stratum of each place, by any names, within which places would be drawn; without, all are drawn together.

    Returns
    -------
    numpy.ndarray
        Of the shape without the last axis; NaN where all answer alike or nobody is left, as without any places.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], a weight is negative, or shapes do not match.

    Notes
    -----
    :math:`\rho = \sum_i W_i (p_i - \bar p_{s(i)})^2 / \bar p(1 - \bar p)`: the variance between the places of
    a stratum, out of that of all people (Kish 1965, *Survey Sampling*, for places drawn proportionally to size). It is that
    of whole places; people asked in one block or household are more alike.

    Examples
    --------
    >>> shares, voters = [0.3, 0.5, 0.6, 0.8], [1000, 1000, 500, 500]
    >>> print(intraclass_correlation(shares, voters).round(3))
    0.12
    >>> print(intraclass_correlation(shares, voters, strata=["coast", "coast", "hills", "hills"]).round(3))
    0.04

    Most of what sets these places apart is whether they lie on the coast; where interviews are drawn on the
    coast and in the hills separately, people of one place are hardly more alike than others.
    """
    deviation, weight, variance = _deviations(shares, weights, strata)
    return np.asarray((weight * deviation**2).sum(axis=-1) / variance)


def variance_within_strata(
    shares: npt.ArrayLike, weights: npt.ArrayLike, strata: npt.ArrayLike
) -> FloatArray:
    r"""Share of the variance among people that is left within strata.

    Parameters
    ----------
    shares, weights, strata : array_like
        As for `intraclass_correlation`.

    Returns
    -------
    numpy.ndarray
        In [0, 1], of the shape without the last axis; NaN where all answer alike or nobody is left.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], a weight is negative, or shapes do not match.

    Notes
    -----
    :math:`1 - \sum_h W_h (\bar p_h - \bar p)^2 / \bar p(1 - \bar p)`: what a sample with as many interviews in
    each stratum as it has people saves (Kish 1965, *Survey Sampling*).

    Examples
    --------
    >>> shares, voters = [0.3, 0.5, 0.6, 0.8], [1000, 1000, 500, 500]
    >>> print(variance_within_strata(shares, voters, ["coast", "coast", "hills", "hills"]).round(2))
    0.92

    Interviews drawn on the coast and in the hills in proportion save 8 % of the variance.
    """
    among, weight, variance = _deviations(shares, weights, None)
    within, _, _ = _deviations(shares, weights, strata)
    return np.asarray(1 - (weight * (among - within) ** 2).sum(axis=-1) / variance)


def _deviations(shares: npt.ArrayLike, weights: npt.ArrayLike, strata: Any) -> tuple[FloatArray, ...]:
    """Return each place's share less its stratum's, its weight, and the variance among all people."""
    p, size = together(over="places", shares=check_shares("shares", shares), weights=weights)
    if strata is not None and np.shape(strata) != p.shape[-1:]:
        raise AnalysisError(
            f"shares has the shape {np.shape(shares)} and strata {np.shape(strata)}; the last axis runs over places."
        )
    if np.any(size < 0):
        raise AnalysisError(f"weights: {size[size < 0][0]:g} is negative; give the people of each place.")
    known = ~np.isnan(p) & (size > 0)
    weight, p = np.where(known, size, 0.0), np.where(known, p, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = weight / weight.sum(axis=-1, keepdims=True)
        mean = (weight * p).sum(axis=-1)
        variance = effective_size(mean * (1 - mean))
        if strata is None:
            return p - mean[..., np.newaxis], weight, variance
        _, members = np.unique(np.asarray(strata), return_inverse=True)
        within = members == np.arange(members.max(initial=-1) + 1)[:, np.newaxis]  # strata × places
        people = weight @ within.T
        # Of nobody, whom nothing depends on, it is 0.
        means = (weight * p) @ within.T / np.where(people > 0, people, 1)
    return p - means[..., members], weight, variance

"""How a group voted, from the votes of places and the group's share of each, on arrays: bounds, and a regression."""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, together

__all__ = ["ecological_bounds", "ecological_regression"]


def ecological_bounds(
    group_share: npt.ArrayLike, share: npt.ArrayLike, weight: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Bound the share of a group's votes that went to a candidate.

    Parameters
    ----------
    group_share : array_like
        Shares in [0, 1] of the group among the voters of each place; the last axis runs over places. Of everybody else
        give one minus it.
    share : array_like
        The candidate's shares in [0, 1] of the votes of each place.
    weight : array_like
        Votes of each place.

    Returns
    -------
    low, high : numpy.ndarray
        Of the shape without the last axis; NaN where a place is unknown or the group has no votes.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or a weight is negative.

    Notes
    -----
    Of the votes of a place, a share of at least :math:`\max(0, t - (1 - x))` and at most :math:`\min(t, x)` is of the group
    *and* for the candidate (Duncan & Davis 1953, *American Sociological Review* 18); summed with the votes, and divided by
    :math:`\sum wx`. Nothing is assumed, and nothing closer follows without assumptions: each end is what places can be like.
    Smaller places, which are more alike within, give closer bounds. Where the group is at its
    upper end the others are at their lower one, so that the gap between them is open by both widths together.

    Examples
    --------
    >>> low, high = ecological_bounds([0.9, 0.2], [0.8, 0.4], [1000, 3000])
    >>> print(low.round(3), high.round(3))
    0.467 0.933

    In two districts, rural by 90 and by 20 %, a candidate has 80 and 40 % of the votes: of rural votes at least 46.7 %, all
    of them from the first, and at most 93.3 %.
    """
    x, t, w = _checked(group_share, share, weight)
    size = (w * x).sum(axis=-1)
    size = np.where(size > 0, size, np.nan)
    low, high = np.maximum(0, t - (1 - x)), np.minimum(t, x)
    return np.asarray((w * low).sum(axis=-1) / size), np.asarray((w * high).sum(axis=-1) / size)


def ecological_regression(
    group_share: npt.ArrayLike, share: npt.ArrayLike, weight: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""Estimate the votes of a group and of the others, as if each voted alike everywhere.

    Parameters
    ----------
    group_share, share, weight : array_like
        As for `ecological_bounds`.

    Returns
    -------
    group, others : numpy.ndarray
        The candidate's share in either, of the shape without the last axis: not held within [0, 1], since an estimate
        outside says that the assumption is wrong. NaN where all places are alike or one is unknown.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or a weight is negative.

    Notes
    -----
    :math:`t = \beta x + \gamma(1 - x)` by least squares, places weighted by their votes (Goodman 1953, *American
    Sociological Review* 18). That a group votes alike wherever it lives is what such data cannot show (Robinson
    1950, ibid. 15): where the others of a rural place lean the same way as its rural people, the line is too steep.

    Examples
    --------
    >>> group, others = ecological_regression([0.9, 0.5, 0.2], [0.95, 0.6, 0.3], [1000, 1000, 3000])
    >>> print(group.round(2), others.round(2))
    1.05 0.12

    The line through three districts ends at 105 % of the rural votes: rural people do not vote alike in all of them.
    """
    x, t, w = _checked(group_share, share, weight)
    with np.errstate(divide="ignore", invalid="ignore"):
        w = w / w.sum(axis=-1, keepdims=True)
        mean_x, mean_t = ((w * values).sum(axis=-1, keepdims=True) for values in (x, t))
        spread = (w * (x - mean_x) ** 2).sum(axis=-1)
        slope = (w * (x - mean_x) * t).sum(axis=-1) / np.where(spread > 0, spread, np.nan)
    others = mean_t[..., 0] - slope * mean_x[..., 0]
    return np.asarray(others + slope), np.asarray(others)


def _checked(group_share: npt.ArrayLike, share: npt.ArrayLike, weight: npt.ArrayLike) -> list[FloatArray]:
    """Return checked places, of one shape."""
    x, t, w = together(
        over="places",
        group_share=check_shares("group_share", group_share),
        share=check_shares("share", share),
        weight=weight,
    )
    if np.any(w < 0):
        raise AnalysisError(f"weight: {w[w < 0][0]:g} is negative; give the votes of each place.")
    return [x, t, w]

"""Differences and leads summed over segments with weights, on arrays, and the p-value that goes with any interval."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, critical_value, together, two_sided_p_value

__all__ = ["combined_interval", "inverted_p_value"]

_NEAREST, _FARTHEST = 1e-9, 7.5  # standard errors; beyond them levels cannot be told from 1
_MOST_STEPS = 25
_NEAR_ENOUGH = 1e-6


def combined_interval(
    weights: npt.ArrayLike,
    estimates: npt.ArrayLike,
    lows: npt.ArrayLike,
    highs: npt.ArrayLike,
    *,
    confidence_level: npt.ArrayLike = 0.95,
    n_weights: npt.ArrayLike = np.inf,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Interval of a weighted sum of independent estimates from their own intervals.

    Parameters
    ----------
    weights : array_like
        Of the segments, over which the last axis runs.
    estimates, lows, highs : array_like
        Shares, differences or leads of each segment with the limits of their intervals, as by `lead_interval` with
        `small_count=0`; of one level.
    confidence_level : array_like
        That level, of the shape without the last axis.
    n_weights : array_like
        Interviews, divided by the design effect, that the weights are shares of; infinite where weights are known.

    Returns
    -------
    estimate, low, high : numpy.ndarray
        Of the shape without the last axis; NaN where a weight, an estimate or a limit is.

    Raises
    ------
    AnalysisError
        If a level lies outside (0, 1).

    Notes
    -----
    With :math:`D = \sum_g W_g d_g`, the limits lie :math:`\sqrt{\sum_g W_g^2 (d_g - l_g)^2}` below and
    :math:`\sqrt{\sum_g W_g^2 (u_g - d_g)^2}` above: the method of variance estimates recovery (MOVER; Zou & Donner 2008,
    *Statistics in Medicine* 27). Sampled weights add :math:`z^2\sum_g W_g (d_g - D)^2/n` under the root.

    Examples
    --------
    >>> from analysis.stats.leads import lead_interval
    >>> weights = np.array([0.37, 0.63])
    >>> leads = lead_interval([0.193, 0.45], [0.32, 0.179], [445, 755], small_count=0)
    >>> for n in (np.inf, 1200):
    ...     lead, low, high = combined_interval(weights, *leads, n_weights=n)
    ...     print(lead.round(3), low.round(3), high.round(3))
    0.124 0.082 0.165
    0.124 0.081 0.166

    Behind by 12.7 points in the capital and ahead by 27.1 elsewhere, Castillo led by 12.4 points, with 95 %
    confidence by 8.1 to 16.6.
    """
    w, d, low, high = together(
        over="segments",
        weights=weights,
        estimates=estimates,
        lows=lows,
        highs=highs,
    )
    total, z, n = together(
        sums=(w * d).sum(axis=-1),
        confidence_level=critical_value(confidence_level),
        n_weights=n_weights,
    )
    spread = (w * (d - (w * d).sum(axis=-1, keepdims=True)) ** 2).sum(axis=-1) / np.where(n > 0, n, np.nan)
    added = z**2 * np.maximum(spread, 0)
    # The far end of a segment with a negative weight is its lower one.
    below = (w**2 * np.where(w < 0, high - d, d - low) ** 2).sum(axis=-1)
    above = (w**2 * np.where(w < 0, d - low, high - d) ** 2).sum(axis=-1)
    least, greatest = total - np.sqrt(below + added), total + np.sqrt(above + added)
    return total.copy(), np.asarray(least), np.asarray(greatest)


def inverted_p_value(
    interval: Callable[[FloatArray], tuple[npt.ArrayLike, npt.ArrayLike, npt.ArrayLike]],
) -> FloatArray:
    r"""p-value of a test whose interval is all that is known: one minus the level at which a limit is 0.

    Parameters
    ----------
    interval : callable
        Takes confidence levels, an array without dimensions at first and then of the shape of its results, and returns
        `estimate, low, high`; a limit moves away from the estimate as its level rises.

    Returns
    -------
    numpy.ndarray
        Of the shape of the estimate: below 1 − level exactly where the interval of that level leaves out 0. 1 where
        the estimate is 0, and never below 6·10⁻¹⁴, beyond which levels are not told apart.

    Notes
    -----
    The z at which the limit nearer to 0 is 0, by false position with halved ends (the Illinois algorithm; Dowell & Jarratt
    1971, *BIT* 11).

    Examples
    --------
    >>> from analysis.stats.leads import lead_interval
    >>> def lead(level):
    ...     options = {"confidence_level": level[..., np.newaxis], "small_count": 0}
    ...     leads = lead_interval([0.193, 0.45], [0.32, 0.26], [445, 755], **options)
    ...     return combined_interval([0.37, 0.63], *leads, confidence_level=level)
    >>> print(inverted_p_value(lead).round(4))
    0.0014

    A lead as large as this over both segments is seen in one or two of a thousand samples where there is none.
    """
    from scipy.special import ndtr

    def nearest(z: FloatArray) -> FloatArray:
        """Return how far the nearer limit is beyond 0: negative where it leaves out 0."""
        estimate, low, high = (np.asarray(values, dtype=float) for values in interval(1 - 2 * ndtr(-z)))
        return np.where(estimate > 0, -low, high)

    estimate = np.asarray(interval(np.asarray(0.95))[0], dtype=float)
    left, right = np.full(estimate.shape, _NEAREST), np.full(estimate.shape, _FARTHEST)
    at_left, at_right = nearest(left), nearest(right)
    between = (at_left < 0) & (at_right > 0)
    z = np.where(at_right > 0, left, right)
    side = np.zeros(estimate.shape)
    for _ in range(_MOST_STEPS):
        before = z
        z = np.where(
            between, (left * at_right - right * at_left) / np.where(between, at_right - at_left, 1), z
        )
        value = nearest(z)
        below = value < 0
        # An end that has stayed twice counts half, so that the next step falls beyond the root.
        at_right = np.where(below, np.where(side < 0, at_right / 2, at_right), value)
        at_left = np.where(below, value, np.where(side > 0, at_left / 2, at_left))
        left, right = np.where(below, z, left), np.where(below, right, z)
        side = np.where(below, -1.0, 1.0)
        if not (np.abs(z - before) > _NEAR_ENOUGH).any():
            break
    return np.asarray(
        np.where(estimate == 0, 1.0, two_sided_p_value(z)) + 0 * (estimate + at_left + at_right)
    )

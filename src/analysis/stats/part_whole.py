"""Differences between a part and its whole, on arrays: the part is one of the numbers that make up the total."""

import numpy as np
import numpy.typing as npt

from analysis.stats.arrays import FloatArray, check_shares, effective_size, together
from analysis.stats.differences import FEW_EXPECTED, difference_interval, difference_test

__all__ = ["complement", "part_whole_interval", "part_whole_test"]


def part_whole_interval(
    share_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    share_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    *,
    weight: npt.ArrayLike = np.nan,
    confidence_level: npt.ArrayLike = 0.95,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of the difference between a segment and the segment that contains it.

    Parameters
    ----------
    share_part, share_whole : array_like
        Shares in [0, 1].
    n_part, n_whole : array_like
        Base of each divided by the design effect.
    weight : array_like
        The part's share of the whole, in [0, 1], where interviews were not made in proportion and weighting made up for
        it; NaN for `n_part / n_whole`. A weight that is too small errs on the safe side.
    confidence_level : array_like
        In (0, 1).
    small_count : array_like
        As for `difference_test`, of the part and the rest.

    Returns
    -------
    difference, low, high : numpy.ndarray
        `share_part − share_whole` and its limits, of the broadcast shape. Limits are NaN where a share
        or a base is, or where the part is not smaller than the whole. They leave out 0 exactly where the p-value of
        `part_whole_test` is below 1 − level.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or a level outside (0, 1).

    Notes
    -----
    With :math:`w` the part's weight in the whole and :math:`p_r` the share among the
    rest, :math:`p_g - p_T = (1 - w)(p_g - p_r)`: the interval is that of `difference_interval` between
    the part and the rest, times :math:`1 - w`. Where rounding puts :math:`p_r` below 0 or above 1, it
    is taken as 0 or 1.

    Examples
    --------
    >>> difference, low, high = part_whole_interval(0.193, 445, 0.355, 1200)
    >>> print(difference.round(3), low.round(3), high.round(3))
    -0.162 -0.193 -0.129

    In Lima and Callao Castillo was 16.2 points weaker than in the country that includes them, at 95 % by 12.9 to 19.3.
    """
    part, size, whole, size_whole, of_whole, level, few = together(
        share_part=check_shares("share_part", share_part),
        n_part=effective_size(n_part),
        share_whole=check_shares("share_whole", share_whole),
        n_whole=effective_size(n_whole),
        weight=check_shares("weight", weight),
        confidence_level=confidence_level,
        small_count=small_count,
    )
    rest, n_rest = complement(part, size, whole, size_whole, of_whole)
    _, low, high = difference_interval(part, size, rest, n_rest, confidence_level=level, small_count=few)
    weight_of_rest = np.where(np.isnan(of_whole), n_rest / size_whole, 1 - of_whole)
    return np.asarray(part - whole), np.asarray(weight_of_rest * low), np.asarray(weight_of_rest * high)


def part_whole_test(
    share_part: npt.ArrayLike,
    n_part: npt.ArrayLike,
    share_whole: npt.ArrayLike,
    n_whole: npt.ArrayLike,
    *,
    weight: npt.ArrayLike = np.nan,
    small_count: npt.ArrayLike = FEW_EXPECTED,
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether a segment differs from the rest of the segment that contains it.

    Parameters
    ----------
    share_part, n_part, share_whole, n_whole, weight, small_count
        As for `part_whole_interval`.

    Returns
    -------
    z, p_value : numpy.ndarray
        Of the broadcast shape; `z` has the sign of `share_part − share_whole`, the p-value is
        two-sided. NaN where a share or a base is, or where the part is not smaller than the whole.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1].

    Notes
    -----
    `difference_test` between the part and its complement, which, in proportion, is
    :math:`z = (p_g - p_T)/\sqrt{p_T(1 - p_T)(1/n_g - 1/n)}`: the part is one of the numbers that make
    up the total, so that the two vary together. A test that takes them as independent has 1/n_g + 1/n
    there, and misses differences.

    Examples
    --------
    >>> z, p_value = part_whole_test(90 / 300, 300, 270 / 1200, 1200)
    >>> print(z.round(3), p_value.round(4))
    3.592 0.0003

    The part, with 30.0 %, differs from the rest of a whole with 22.5 %: z is 3.592, and 2.721 if taken for independent.
    """
    part, size, whole, size_whole, of_whole, few = together(
        share_part=check_shares("share_part", share_part),
        n_part=effective_size(n_part),
        share_whole=check_shares("share_whole", share_whole),
        n_whole=effective_size(n_whole),
        weight=check_shares("weight", weight),
        small_count=small_count,
    )
    rest, n_rest = complement(part, size, whole, size_whole, of_whole)
    return difference_test(part, size, rest, n_rest, small_count=few)


def complement(
    part: FloatArray, size: FloatArray, whole: FloatArray, size_whole: FloatArray, weight: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the share and the base of what a whole has besides one part, of a weight or, where NaN, in proportion."""
    n_rest = effective_size(size_whole - size)
    counted = np.where(np.isnan(weight), size, weight * size_whole)
    others = np.where(np.isnan(weight), n_rest, effective_size(size_whole - counted))
    return np.clip((size_whole * whole - counted * part) / others, 0, 1), n_rest

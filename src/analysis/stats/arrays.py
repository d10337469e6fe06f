"""What every function on arrays begins with: shares, sizes and levels, checked."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError

__all__ = [
    "LARGE_BASE", "SMALL_BASE", "FloatArray", "check_shares", "critical_value", "effective_size", "increasing_root",
    "together", "two_sided_p_value",
]  # fmt: skip

FloatArray = npt.NDArray[np.float64]

SMALL_BASE = 30.0
"""Effective base below which a share is shown grey and not tested."""

LARGE_BASE = 100.0
"""Effective base from which a share needs no warning."""

_MOST_STEPS = 60  # of a search for a root
_NEAR = 1e-12  # of a step, in parts of the root: digits found double with each, so that the next would change none


def _numbers(name: str, values: Any) -> FloatArray:
    """Return numbers as an array, or say that they are none; a text is none, even where a number could be read in it."""
    try:
        array = np.asarray(values)
        if values is not None and array.dtype.kind not in "bcSU":
            return np.asarray(array, dtype=float)
    except (TypeError, ValueError):
        pass
    raise AnalysisError(f"{name}: {str(values)[:60]!r} is not a number, nor an array of them.")


def check_shares(name: str, values: Any) -> FloatArray:
    """Return shares as an array, NaN allowed, or say which value lies outside [0, 1]."""
    array = _numbers(name, values)
    outside = array[(array < 0) | (array > 1)]
    if outside.size:
        raise AnalysisError(
            f"{name}: {outside.flat[0]:g} is not a share; shares lie in [0, 1], so divide percentages by 100."
        )
    return array


def together(*, over: str = "", **arrays: Any) -> list[Any]:
    """Return named numbers as arrays of one shape, or say which shapes do not go together.

    With `over` they need a last axis, which runs over that.
    """
    numbers = {name: _numbers(name, values) for name, values in arrays.items()}
    try:
        found = np.broadcast_arrays(*numbers.values())
    except ValueError:
        shapes = ", ".join(
            f"{name} of shape {values.shape}" for name, values in numbers.items() if values.ndim
        )
        raise AnalysisError(
            f"{shapes}: these do not go together; use single numbers and arrays of one shape, in which an axis may also "
            "be missing on the left, or of length 1."
        ) from None
    if over and not found[0].ndim:
        raise AnalysisError(
            f"{', '.join(arrays)}: one number is not enough; use arrays whose last axis runs over {over}."
        )
    return list(found)


def effective_size(n: Any) -> FloatArray:
    """Return sizes, or other quantities that must be positive, as an array: NaN where they are not."""
    try:
        array = np.asarray(n, dtype=float)
    except (TypeError, ValueError):
        raise AnalysisError(f"{str(n)[:60]!r} is not a number of people, nor an array of them.") from None
    return np.where(np.isfinite(array) & (array > 0), array, np.nan)


def critical_value(confidence_level: npt.ArrayLike) -> FloatArray:
    """Return the two-sided normal quantile z of confidence levels.

    Raises
    ------
    AnalysisError
        If a level is not strictly between 0 and 1.

    Examples
    --------
    >>> print(critical_value(0.95).round(3))
    1.96

    At 95 % confidence an estimate is given 1.96 standard errors on either side.
    """
    from scipy.special import ndtri

    level = _numbers("confidence_level", confidence_level)
    outside = level[~((level > 0) & (level < 1))]
    if outside.size:
        raise AnalysisError(
            f"confidence_level: {outside.flat[0]:g} is not allowed; use a share strictly between 0 and 1, "
            "such as 0.95."
        )
    return np.asarray(-ndtri((1 - level) / 2))


def two_sided_p_value(z: npt.ArrayLike) -> FloatArray:
    """Probability that a standard normal variable is at least as far from 0 as `z`.

    Examples
    --------
    >>> print(two_sided_p_value([0, 1.96, -1.96]).round(3))
    [1.   0.05 0.05]

    A statistic of 1.96 or more, either way, is seen once in twenty times where nothing differs.
    """
    from scipy.special import ndtr

    return np.asarray(2 * ndtr(-np.abs(np.asarray(z, dtype=float))))


def increasing_root(
    function: Callable[..., FloatArray], low: FloatArray, high: FloatArray, *arguments: FloatArray
) -> FloatArray:
    """Return where an increasing function crosses 0 between two limits, element by element; NaN where it does not.

    By Ridders' method (1979, *IEEE Transactions on Circuits and Systems* 26): scipy's `find_root` takes twenty times as long
    for a handful of elements.
    """
    at_low, at_high = function(low, *arguments), function(high, *arguments)
    sought = (at_low <= 0) & (at_high >= 0)
    found = np.where(sought, high, np.nan)
    root, going, cells = high, sought, list(arguments)
    for _ in range(_MOST_STEPS):
        # What is found is left alone: most of many roots need half of the steps that the slowest one takes.
        root, low, high, at_low, at_high, *cells = (
            values[going] for values in (root, low, high, at_low, at_high, *cells)
        )
        before, middle = root, (low + high) / 2
        at_middle = function(middle, *cells)
        spread = np.sqrt(np.maximum(at_middle**2 - at_low * at_high, 0))
        root = middle - (middle - low) * at_middle / np.where(spread > 0, spread, 1)
        at_root = function(root, *cells)
        for x, at in ((middle, at_middle), (root, at_root)):
            left, right = (at <= 0) & (x >= low), (at > 0) & (x <= high)
            low, at_low = np.where(left, x, low), np.where(left, at, at_low)
            high, at_high = np.where(right, x, high), np.where(right, at, at_high)
        found[sought] = root
        going = np.abs(root - before) > _NEAR * np.abs(root)
        if not going.any():
            break
        sought[sought] = going
    return found

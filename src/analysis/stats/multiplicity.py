"""What many comparisons do to significance, on arrays: adjusted p-values, the intervals that go with them, letters."""

import itertools
from string import ascii_uppercase

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, critical_value, together
from analysis.stats.leads import FEW_DECIDE, lead_test, shared_answers

__all__ = ["ADJUSTMENTS", "adjusted_p_values", "can_be_first", "column_letters", "matching_levels"]

# Our names, and those of statsmodels' multipletests for the methods that are taken from it. Its Holm runs the
# garbage collector at every call, which takes longer than a whole table of tests.
ADJUSTMENTS = {"holm": None, "bonferroni": "bonferroni", "benjamini_hochberg": "fdr_bh", "none": None}
"""The adjustments offered, by name."""

_UNDERFLOW = 1e-290  # p-values below it count as it, and still leave room to be multiplied


def adjusted_p_values(p_values: npt.ArrayLike, *, adjustment: str = "holm") -> FloatArray:
    r"""Adjust the p-values of one family of tests for their number.

    Parameters
    ----------
    p_values : array_like
        All p-values of the family, of any shape; NaN for a test that was not made, which does not
        count.
    adjustment : str
        `holm` (default) and `bonferroni` bound the chance of even one false finding in the family, Holm
        with p-values that are never the larger; `benjamini_hochberg` bounds the expected share of false ones
        among the findings; `none` leaves them as they are.

    Returns
    -------
    numpy.ndarray
        Of the same shape: each test is significant at a level where its adjusted p-value is below it.

    Raises
    ------
    AnalysisError
        If the adjustment is unknown or a p-value lies outside [0, 1].

    Notes
    -----
    Holm (1979, *Scandinavian Journal of Statistics* 6): of m p-values, the i-th smallest is the largest
    of :math:`(m - j + 1)p_{(j)}` over :math:`j \le i`. Benjamini & Hochberg (1995, *JRSS B* 57) and Bonferroni:
    statsmodels' `multipletests`. An adjusted p-value never falls when a p-value of the family rises.

    Examples
    --------
    >>> print(adjusted_p_values([0.01, 0.04, 0.03, np.nan]))
    [0.03 0.06 0.06  nan]

    Of three tests with p-values below 0.05, only the first is still significant at that level when
    they are judged together.
    """
    if adjustment not in ADJUSTMENTS:
        allowed = ", ".join(ADJUSTMENTS)
        raise AnalysisError(f"adjustment: {adjustment!r} is not allowed; use one of {allowed}.")
    p = np.array(p_values, dtype=float)
    outside = p[(p < 0) | (p > 1)]
    if outside.size:
        raise AnalysisError(f"p_values: {outside.flat[0]:g} is not a probability; p-values lie in [0, 1].")
    made = ~np.isnan(p)
    if adjustment == "holm":
        order = np.argsort(p[made], kind="stable")
        stepped = np.maximum.accumulate(p[made][order] * np.arange(len(order), 0, -1)).clip(max=1)
        p[made] = stepped[np.argsort(order, kind="stable")]
    elif adjustment != "none" and made.any():
        from statsmodels.stats.multitest import multipletests

        p[made] = multipletests(p[made], method=ADJUSTMENTS[adjustment])[1]
    return p


def matching_levels(
    p_values: npt.ArrayLike,
    p_adjusted: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    adjustment: str = "holm",
) -> FloatArray:
    r"""Confidence level of each row at which its interval agrees with its adjusted p-value.

    Parameters
    ----------
    p_values : array_like
        Of one family of tests; NaN for a test that was not made.
    p_adjusted : array_like
        What `adjusted_p_values` makes of them.
    confidence_level : float
        In (0, 1); one minus the level of significance.
    adjustment : str
        As for `adjusted_p_values`.

    Returns
    -------
    numpy.ndarray
        Levels of the same shape, never below `confidence_level`, and that where no test was made.

    Raises
    ------
    AnalysisError
        If the level lies outside (0, 1), the adjustment is unknown or a p-value lies outside [0, 1].

    Notes
    -----
    :math:`1 - \alpha/c` with :math:`c = p_\mathrm{adjusted}/p`. An interval that leaves out 0 exactly where
    :math:`p < 1 - \mathrm{level}` then does so exactly where :math:`p_\mathrm{adjusted} < \alpha`. Where p is too small
    for a quotient, c is the multiplier that the method would have given it. Such intervals are each as wide as the verdict
    asks for, not simultaneous; with Bonferroni, where c is the number of tests unless :math:`p_\mathrm{adjusted} = 1`,
    those of the findings are.

    Examples
    --------
    >>> p_values = np.array([0.01, 0.04, 0.03])
    >>> print(matching_levels(p_values, adjusted_p_values(p_values)).round(4))
    [0.9833 0.9667 0.975 ]

    The first of three differences is shown with the interval of 98.3 %, which leaves out 0: its p-value is below
    0.05/3. Those of the others hold 0, though at 95 % they would not.
    """
    critical_value(confidence_level)
    p, adjusted, level = together(
        p_values=p_values,
        p_adjusted=p_adjusted,
        confidence_level=confidence_level,
    )
    floored = np.maximum(p, _UNDERFLOW)
    tiny = p < _UNDERFLOW
    of_tiny = adjusted_p_values(floored, adjustment=adjustment) if tiny.any() else adjusted
    times = np.where(np.isnan(p), 1.0, np.where(tiny, of_tiny, adjusted) / floored)
    return np.asarray(1 - (1 - level) / np.maximum(times, 1))


def column_letters(count: int) -> tuple[str, ...]:
    """Return the names of columns: A to Z, then AA, AB and so on, as spreadsheets have them.

    Examples
    --------
    >>> column_letters(28)[-3:]
    ('Z', 'AA', 'AB')

    The twenty-seventh column is AA.
    """
    of_lengths = (itertools.product(ascii_uppercase, repeat=length) for length in itertools.count(1))
    names = itertools.chain.from_iterable(of_lengths)
    return tuple("".join(name) for name in itertools.islice(names, count))


def can_be_first(
    shares: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    unit: npt.ArrayLike = 0.0,
) -> npt.NDArray[np.bool_]:
    r"""Which answers to a question can be the most frequent one.

    Parameters
    ----------
    shares : array_like
        Shares in [0, 1]; the last axis runs over the answers that are compared. NaN for one that was not published,
        which counts for nothing and cannot be ruled out.
    n : array_like
        Base divided by the design effect, of the shape without the last axis.
    confidence_level : float
        In (0, 1).
    unit : array_like
        One step of the last printed digit, as a share: every share that rounds to the same figure gives the same answer.

    Returns
    -------
    numpy.ndarray
        Truth values of the shape of `shares`: not ruled out. The answer that is truly first is among them in at least
        the share `confidence_level` of samples. All are True where the base is missing.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1] or the level outside (0, 1).

    Notes
    -----
    Each answer against the foremost, one-sided, at :math:`\alpha/(K - 1)` for K answers: comparisons with the best (Hsu
    1984, *Annals of Statistics* 12) by Bonferroni's inequality, which holds whatever people give together. The lead is that
    of `lead_test` at the least overlap, where it is least sure, so that several answers a person do no harm.
    Fewer answers are compared than all with all, hence fewer stay in doubt.

    Examples
    --------
    >>> reasons = [0.192, 0.182, 0.147, 0.104, 0.107, 0.063]
    >>> print(can_be_first(reasons, 1200))
    [ True  True False False False False]

    Of reasons with 19.2, 18.2 and 14.7 %, either of the first two can be the most frequent, and no other.
    """
    critical_value(confidence_level)
    alpha = 1 - float(confidence_level)
    p, size, half = together(
        over="answers",
        shares=check_shares("shares", shares),
        n=np.asarray(n, dtype=float)[..., np.newaxis],
        unit=np.asarray(unit, dtype=float) / 2,
    )
    foremost = np.where(np.isnan(p), -1.0, p).max(axis=-1, keepdims=True, initial=-1.0)
    best, other = np.clip(foremost - half, 0, 1), np.clip(p + half, 0, 1)
    overlap, _ = shared_answers(best, other)
    # Who are few at one of the figures that round to the same, here the least, are treated so at all of them.
    least = np.clip(np.stack([foremost + 0 * half, p]) - half, 0, 1)
    deciding = least.sum(axis=0) - 2 * shared_answers(*least)[0]
    few = np.where(deciding * size < FEW_DECIDE, np.inf, 0.0)
    z, p_value = lead_test(best, other, size, small_count=few, overlap=overlap)
    others = np.maximum((~np.isnan(p)).sum(axis=-1, keepdims=True) - 1, 1)
    ruled_out = (z > 0) & (p_value / 2 < alpha / others)
    return np.asarray(~ruled_out)

"""Leads of one answer over another of the same question, on arrays."""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import (
    FloatArray,
    check_shares,
    critical_value,
    effective_size,
    together,
    two_sided_p_value,
)
from analysis.stats.scores import lead_mid_p, lower_lead_limit, not_found_holds_zero, score_limits

__all__ = ["FEW_DECIDE", "lead_interval", "lead_test", "shared_answers"]

FEW_DECIDE = 10.0
"""People who decide a lead, each for one of two answers, below whom normal curves are no good."""
# By how much sums of decimal shares may miss a bound through binary arithmetic alone, and through rounding.
_TOLERANCE, _ROUNDED = 1e-9, 0.01


def lead_interval(
    share_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    confidence_level: npt.ArrayLike = 0.95,
    small_count: npt.ArrayLike = FEW_DECIDE,
    overlap: npt.ArrayLike = 0.0,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Confidence interval of the lead of one answer over another of the same question.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1] of the same base; NaN for a figure that was not published.
    n : array_like
        Base divided by the design effect.
    confidence_level : array_like
        In (0, 1); after `matching_levels`, each row has one of its own.
    small_count : array_like
        As for `lead_test`.
    overlap : array_like
        Share of the base that gives both answers: 0 where only one is allowed, the least of `shared_answers` for the
        widest interval where it is unknown.

    Returns
    -------
    lead, low, high : numpy.ndarray
        `share_a − share_b` and its limits in [−1, 1], of the broadcast shape; limits are NaN where a share or the
        base is. They leave out 0 exactly where the p-value of `lead_test` is below 1 − level.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], a level outside (0, 1), the overlap exceeds a share, or the two answers
        have more people than there are, beyond what rounding can do.

    Notes
    -----
    With the shares :math:`a, b` that give one answer and not the other, all :math:`\delta` with
    :math:`|a - b - \delta| \le z\sqrt{\{2q + \delta(1 - \delta)\}/n}`, where q is the likeliest share of B alone if the
    lead is :math:`\delta`: the score interval of Tango (1998, *Statistics in Medicine* 17). At
    :math:`\delta = 0` it is McNemar's test, so that test and interval agree by algebra; a lead of everybody over nobody
    has a width. Where that test finds nothing because counts are small, the interval is extended to 0. Neither twice
    the margin of error nor whether the intervals of two shares overlap answers the question (Franklin 2007).

    Examples
    --------
    >>> lead, low, high = lead_interval(0.355, 0.231, 1200)
    >>> print(lead.round(3), low.round(3), high.round(3))
    0.124 0.081 0.166

    Castillo was ahead by 12.4 points, with 95 % confidence by 8.1 to 16.6.
    """
    a, b, size, few, level = _alone(share_a, share_b, n, overlap, small_count, confidence_level)
    low, high = score_limits(lower_lead_limit, (a, b, size), (b, a, size), critical_value(level))
    low, high = not_found_holds_zero(low, high, _tested(a, b, size, few)[1], level)
    lead = np.asarray(share_a, dtype=float) - np.asarray(share_b, dtype=float)
    return np.broadcast_to(lead, low.shape).copy(), low, high


def lead_test(
    share_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    small_count: npt.ArrayLike = FEW_DECIDE,
    overlap: npt.ArrayLike = 0.0,
) -> tuple[FloatArray, FloatArray]:
    r"""Test whether one answer leads another of the same question in the same base.

    Parameters
    ----------
    share_a, share_b, n, overlap : array_like
        As for `lead_interval`.
    small_count : array_like
        Where fewer people give one of the two answers alone, the p-value is an exact one if that is larger. Of the shape
        of the others, or one number.

    Returns
    -------
    z, p_value : numpy.ndarray
        Of the broadcast shape; `z` has the sign of the lead, the p-value is two-sided. NaN where a share or the base is.

    Raises
    ------
    AnalysisError
        As for `lead_interval`.

    Notes
    -----
    McNemar (1947, *Psychometrika* 12): :math:`z = (a - b)\sqrt n/\sqrt{a + b}` with the shares that give one answer and
    not the other. Two shares of 0 are tied, with z = 0. It grows with :math:`a` and falls with :math:`b` everywhere.
    Where fewer than `small_count` people decide, :math:`n(a + b)`, the p-value is the larger of that of z and twice the
    mid-p of a sign test, :math:`I_{1/2}(na, nb+1) + I_{1/2}(na+1, nb)` for the larger count na.

    Examples
    --------
    >>> z, p_value = lead_test([0.355, 0.203, 0.04], [0.231, 0.177, 0.0], [1200, 1200, 100])
    >>> print(z.round(2), p_value.round(4))
    [5.61 1.46 2.  ] [0.     0.144  0.0625]

    Castillo's lead over Fujimori is certainly not chance; that blank ballots outnumber the undecided may be, and so may
    four people against none.
    """
    return _tested(*_alone(share_a, share_b, n, overlap, small_count)[:4])


def _tested(a: FloatArray, b: FloatArray, size: FloatArray, few: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return z and the p-value of shares that give one answer and not the other."""
    deciding = a + b
    differ = (a != b) & (deciding * size > 0)
    z = np.where(differ, (a - b) * np.sqrt(size / np.where(differ, deciding, 1)), 0 * deciding * size)
    p_value = two_sided_p_value(z)
    small = differ & (deciding * size < few)
    p_value[small] = np.maximum(p_value[small], lead_mid_p((a * size)[small], (b * size)[small]))
    return z, p_value


def shared_answers(
    share_a: npt.ArrayLike, share_b: npt.ArrayLike, column_sum: npt.ArrayLike | None = None
) -> tuple[FloatArray, FloatArray]:
    r"""Bound the share of people who gave both of two answers.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1] of the same base.
    column_sum : array_like, optional
        Where everybody gives at least one answer, "no opinion" included: the sum of the shares of all
        answers. For printed figures give the sum of their upper rounding ends. A sum below 1 refutes that
        everybody answered, and is not used; nor is NaN.

    Returns
    -------
    least, greatest : numpy.ndarray
        Of the broadcast shape. The more people gave both, the surer a lead: `least` gives the widest interval.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], or two shares add up to more than the column that holds them.

    Notes
    -----
    :math:`[\max(0, p_A + p_B - 1), \min(p_A, p_B)]` (Fréchet 1951); and where everybody answers, at most
    :math:`\sum p - 1` give two or more, since every answer after a person's first adds to that excess.
    No bound can be improved without knowing more. For answers that exclude one another, such as
    any and "no opinion", it is 0: there give 1 as the column sum, or no overlap at all.

    Examples
    --------
    >>> least, greatest = shared_answers(0.192, 0.182, [np.nan, 1.0765])
    >>> print(least, greatest.round(4))
    [0. 0.] [0.182  0.0765]

    Of two reasons with 19.2 and 18.2 %, up to 18.2 % may have given both; but then all reasons
    would sum to more than the 107.65 % they do, which leave at most 7.65 %.
    """
    a, b, total = together(
        share_a=check_shares("share_a", share_a),
        share_b=check_shares("share_b", share_b),
        column_sum=np.nan if column_sum is None else column_sum,
    )
    too_small = total < a + b - _TOLERANCE
    if too_small.any():
        raise AnalysisError(
            f"share_a + share_b: {(a + b)[too_small][0]:g} is more than the {total[too_small][0]:g} that all answers of "
            "their column sum to; "
            "check the shares and the column sum, which is 1 for single response."
        )
    least = np.asarray(np.maximum(0, a + b - 1))
    excess = np.where(total >= 1, total - 1, np.inf)
    return least, np.asarray(np.maximum(least, np.minimum(np.minimum(a, b), excess)))


def _alone(
    share_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n: npt.ArrayLike,
    overlap: npt.ArrayLike,
    small_count: npt.ArrayLike,
    confidence_level: npt.ArrayLike = 0.95,
) -> tuple[FloatArray, ...]:
    """Return the shares that give one answer and not the other, the base, small counts and levels, of one shape."""
    a, b, both, size, few, level = together(
        share_a=check_shares("share_a", share_a),
        share_b=check_shares("share_b", share_b),
        overlap=check_shares("overlap", overlap),
        n=effective_size(n),
        small_count=small_count,
        confidence_level=confidence_level,
    )
    if np.any(a + b - both > 1 + _ROUNDED):
        raise AnalysisError(
            "share_a + share_b is above 1; two answers of a single-response question cannot be. Where people may give "
            "both, say how many do: overlap, as by shared_answers."
        )
    if np.any(both > np.minimum(a, b) + _TOLERANCE):
        raise AnalysisError("overlap: more people give both answers than one of them; see shared_answers.")
    return np.maximum(a - both, 0), np.maximum(b - both, 0), size, few, level

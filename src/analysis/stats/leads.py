"""Leads whose variance or printed figures leave a doubt, on arrays.

The lead between two answers of a single-response question is `lead_interval`. Here are the lead
where people may give several answers, the word for a lead that holds whatever rounding and unknown
overlaps hide, and the share of the whole that gives two answers in a row.
"""

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.margins import SMALL_BASE, FloatArray, check_shares, critical_value, effective_size

__all__ = ["LEAD_VERDICTS", "lead_envelope", "lead_verdict"]

LEAD_VERDICTS = (
    "ahead",
    "behind",
    "statistical tie",
    "depends on rounding",
    "depends on the overlap",
    "too few interviews",
    "not published",
    "base unknown",
)
"""What can be said of a lead. The first three hold for every pair of shares that round to what is printed and
for every number of people who give both answers; the last three are not tested."""

_KINDS = ("single_response", "multiple_response")

# By how much sums of decimal shares may miss a bound through binary arithmetic alone.
_TOLERANCE = 1e-9


def lead_envelope(
    share_a: npt.ArrayLike,
    share_b: npt.ArrayLike,
    n_effective: npt.ArrayLike,
    *,
    confidence_level: float = 0.95,
    column_sum: npt.ArrayLike | None = None,
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    r"""Lead of one answer over another of the same multiple-response question.

    Parameters
    ----------
    share_a, share_b : array_like
        Shares in [0, 1] of the same base.
    n_effective : array_like
        Base divided by the design effect.
    confidence_level : float
        In (0, 1).
    column_sum : array_like, optional
        Where everybody gives at least one answer, "no opinion" included: the sum of the shares of all
        answers, which narrows the envelope. For printed figures give the sum of their upper rounding
        ends. A sum below 1 refutes that everybody answered, and is not used; nor is NaN.

    Returns
    -------
    lead, low, high, standard_error_low, standard_error_high : numpy.ndarray
        Differences of shares, of the broadcast shape. `low` and `high`, in [−1, 1], are those of the
        widest interval that the unknown overlap of the two answers admits; the standard error lies
        between its two bounds. All but `lead` are NaN where `n_effective` is missing or not positive.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], the level outside (0, 1), or two shares add up to more than the
        column that holds them.

    Notes
    -----
    :math:`\operatorname{var} = \{p_A + p_B - 2p_{AB} - (p_A - p_B)^2\}/n` (Wild & Seber 1993, *The
    American Statistician* 47). Tables do not tell the share :math:`p_{AB}` of people who give both
    answers; the more they are, the surer the lead. It lies in
    :math:`[\max(0, p_A + p_B - 1), \min(p_A, p_B)]` (Fréchet 1951); and where everybody answers, at most
    :math:`\sum p - 1` give two or more, since every answer after a person's first adds to that excess.
    No bound can be improved without knowing more. For two answers that exclude one another, such as
    any and "no opinion", :math:`p_{AB} = 0` and `lead_interval` applies.

    Examples
    --------
    >>> lead, low, high, least, greatest = lead_envelope(0.35, 0.25, 1200)
    >>> print(lead.round(3), low.round(3), high.round(3), least.round(4), greatest.round(4))
    0.1 0.057 0.143 0.0087 0.0222

    The lead is 10 points, with at least 95 % confidence between 5.7 and 14.3; its standard error is
    0.9 points if all who gave the second answer gave the first too, and 2.2 if nobody gave both.
    """
    a, b = check_shares("share_a", share_a), check_shares("share_b", share_b)
    n = effective_size(n_effective)
    least, greatest = _both_answers(a, b, _checked_sum(column_sum, a + b))
    surest, vaguest = _standard_error(a, b, greatest, n), _standard_error(a, b, least, n)
    lead, half = a - b, critical_value(confidence_level) * vaguest
    low, high = (lead - half).clip(-1, 1), (lead + half).clip(-1, 1)
    lead, low, high, surest, vaguest = np.broadcast_arrays(lead, low, high, surest, vaguest)
    return lead, low, high, surest, vaguest


def _checked_sum(column_sum: npt.ArrayLike | None, at_least: FloatArray) -> FloatArray:
    """Return column sums, NaN where not given, or say which is less than two of its shares."""
    total = np.asarray(np.nan if column_sum is None else column_sum, dtype=float)
    too_small = total < at_least - _TOLERANCE
    if too_small.any():
        both, column = (values[too_small][0] for values in np.broadcast_arrays(at_least, total))
        raise AnalysisError(
            f"share_a + share_b: {both:g} is more than the {column:g} that all answers of their column sum to; "
            "check the shares and the column sum, which is 1 for single response."
        )
    return total


def _both_answers(a: FloatArray, b: FloatArray, column_sum: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the least and the greatest share of people who can have given both answers."""
    least = np.maximum(0, a + b - 1)
    excess = np.where(column_sum >= 1, column_sum - 1, np.inf)
    return least, np.maximum(least, np.minimum(np.minimum(a, b), excess))


def _standard_error(a: FloatArray, b: FloatArray, both: FloatArray, n: FloatArray) -> FloatArray:
    """Return the standard error of a − b where `both` give the two answers."""
    # Rounding error may leave a variance of nothing, which only equal shares can have, below 0.
    return np.asarray(np.sqrt(np.maximum(a + b - 2 * both - (a - b) ** 2, 0) / n))


def lead_verdict(
    low_a: npt.ArrayLike,
    high_a: npt.ArrayLike,
    low_b: npt.ArrayLike,
    high_b: npt.ArrayLike,
    n_effective: npt.ArrayLike,
    *,
    kind: str = "single_response",
    confidence_level: float = 0.95,
    column_sum: npt.ArrayLike | None = None,
    small_base: float = SMALL_BASE,
) -> npt.NDArray[np.str_]:
    r"""Say whether one answer leads another, whatever rounding and unknown overlaps hide.

    Parameters
    ----------
    low_a, high_a, low_b, high_b : array_like
        Ends of the shares that round to each printed figure, in [0, 1] and of the same base; NaN for a
        figure that was not published.
    n_effective : array_like
        Base divided by the design effect.
    kind : str
        Of the question: `single_response` or `multiple_response`.
    confidence_level : float
        In (0, 1).
    column_sum : array_like, optional
        For multiple response where everybody gives at least one answer, the sum of the upper ends of
        all answers; see `lead_envelope`. Not used for single response, where it is 1.
    small_base : float
        Effective base below which nothing is tested.

    Returns
    -------
    numpy.ndarray
        One of `LEAD_VERDICTS` each, of the broadcast shape. `depends on the overlap`: in the middle of the
        rounding boxes, the lead is significant or not as more or fewer people gave both answers.
        `depends on rounding`: it is not the same everywhere in them.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], an upper end below its lower one, the level outside (0, 1), the
        kind is unknown, or two answers sum to more than their column.

    Notes
    -----
    Ahead is where `lead_interval`, or `lead_envelope` at every overlap, leaves out 0. The lead in standard
    errors grows with :math:`p_A` and falls with :math:`p_B`, at the least overlap as at the greatest, so
    over the rounding boxes it is extreme at two corners: :math:`(\underline p_A, \overline p_B)` and
    :math:`(\overline p_A, \underline p_B)`, cut where a single-response pair would exceed 1. The normal
    approximation is generous where hardly anybody gave either answer: it calls four people against
    none a lead, and an exact sign test would ask for six.

    Examples
    --------
    >>> print(lead_verdict(0.3545, 0.3555, 0.2305, 0.2315, [1200, 100, 25]))
    ['ahead' 'statistical tie' 'too few interviews']

    35.5 % are ahead of 23.1 % in a sample of 1,200; among 100 people this is a tie, and 25 are too few
    to say.

    >>> reasons = {"low_a": 0.1915, "high_a": 0.1925, "low_b": 0.1815, "high_b": 0.1825, "n_effective": 1200}
    >>> print(lead_verdict(**reasons, kind="multiple_response"))
    depends on the overlap
    >>> print(lead_verdict(**reasons, kind="multiple_response", column_sum=1.0765))
    statistical tie

    Of two reasons with 19.2 % and 18.2 %, the first could be ahead if many gave both; but then the
    reasons would sum to more than the 107.65 % they do.
    """
    if kind not in _KINDS:
        raise AnalysisError(f"kind: {kind!r} is not allowed; use one of {', '.join(_KINDS)}.")
    z, n = critical_value(confidence_level), effective_size(n_effective)
    least_a, most_a = _checked_box("a", low_a, high_a)
    least_b, most_b = _checked_box("b", low_b, high_b)
    single = kind == "single_response"
    total = _checked_sum(1.0 if single else column_sum, least_a + least_b)
    if single:
        most_a, most_b = np.minimum(most_a, 1 - least_b), np.minimum(most_b, 1 - least_a)

    def sign(a: FloatArray, b: FloatArray) -> FloatArray:
        """Return 1, −1 or 0 as A is ahead, behind or tied at every overlap, NaN where that decides."""
        least, greatest = _both_answers(a, b, total)
        surely = np.abs(a - b) > z * _standard_error(a, b, least, n)
        possibly = np.abs(a - b) > z * _standard_error(a, b, greatest, n)
        return np.where(surely, np.sign(a - b), np.where(possibly, np.nan, 0.0))

    worst, best = sign(least_a, most_b), sign(most_a, least_b)
    middle = sign((least_a + most_a) / 2, (least_b + most_b) / 2)
    verdicts = {
        "not published": np.isnan(least_a + most_a + least_b + most_b),
        "base unknown": np.isnan(n),
        "too few interviews": n < small_base,
        "depends on the overlap": np.isnan(middle),
        "depends on rounding": worst != best,
        "ahead": worst > 0,
        "behind": worst < 0,
    }
    return np.select(np.broadcast_arrays(*verdicts.values()), list(verdicts), default="statistical tie")


def _checked_box(name: str, low: npt.ArrayLike, high: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return the ends of printed figures, or say which are in the wrong order."""
    least, most = check_shares(f"low_{name}", low), check_shares(f"high_{name}", high)
    wrong = least > most
    if wrong.any():
        one, other = np.broadcast_arrays(least, most)
        raise AnalysisError(
            f"high_{name}: {other[wrong][0]:g} is below low_{name}, {one[wrong][0]:g}; "
            "give the lower end of each printed figure first."
        )
    return least, most

"""Beyond sampling, on arrays: how far polls have been from results, intervals that reach as far, and who did not answer."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, critical_value, effective_size, together

__all__ = ["Calibration", "calibrated_interval", "calibration", "nonresponse_tipping_point"]


@dataclass(frozen=True, eq=False, slots=True)
class Calibration:
    """How far polls were from results, by chance and beyond; NaN where there are no polls.

    Attributes
    ----------
    error_ratio : numpy.ndarray
        Root mean square error of the lead in standard errors of sampling: 1 if chance were all.
    coverage : numpy.ndarray
        Share of polls whose nominal interval held the result.
    added_error : numpy.ndarray
        Standard deviation of errors beyond sampling, in the share of one of two candidates among both: 0 where
        sampling alone explains the errors.
    """

    error_ratio: FloatArray
    coverage: FloatArray
    added_error: FloatArray


def calibration(
    polls: npt.ArrayLike,
    covered: npt.ArrayLike,
    squared_lead_error: npt.ArrayLike,
    lead_variance: npt.ArrayLike,
    squared_share_error: npt.ArrayLike,
    share_variance: npt.ArrayLike,
) -> Calibration:
    r"""Compare the errors that polls had with those that sampling explains.

    Parameters
    ----------
    polls : array_like
        Number of polls.
    covered : array_like
        How many of them had a nominal interval of the lead that held the result.
    squared_lead_error, lead_variance : array_like
        Sums over the polls of the squared error of the lead, and of its sampling variance.
    squared_share_error, share_variance : array_like
        The same of the share of the first of two candidates among both.

    Returns
    -------
    Calibration
        Of the broadcast shape. Sums of groups add up: add before, and never average what comes out.

    Raises
    ------
    AnalysisError
        If more polls are covered than there are, or a sum is negative.

    Notes
    -----
    :math:`\sqrt{\sum e^2/\sum s^2}`, :math:`\sum 1_\mathrm{covered}/k` and
    :math:`\sqrt{\max(0, \sum(e^2 - s^2)/k)}`, the moment estimate of a variance between elections that is added to that of
    sampling (modelled so by Shirani-Mehr, Rothschild, Goel & Gelman 2018, *Journal of the American Statistical Association*
    113). Polls of one race err together: a few elections decide, however many polls there are.

    Examples
    --------
    >>> presidential = calibration(3004, 2386, 8.124186, 3.681032, 2.203338, 1.078212)
    >>> print(presidential.coverage.round(3), presidential.error_ratio.round(2))
    0.794 1.49
    >>> print(presidential.added_error.round(4))
    0.0194

    The nominal 95 % interval of the lead held the result in 79.4 % of polls on American presidents: they were off half as
    far again as chance alone would have them.
    """
    number, held, *sums = together(
        polls=polls,
        covered=covered,
        squared_lead_error=squared_lead_error,
        lead_variance=lead_variance,
        squared_share_error=squared_share_error,
        share_variance=share_variance,
    )
    if np.any(held > number) or np.any(np.array([held, *sums]) < 0):
        raise AnalysisError(
            "covered, errors, variances: more polls covered than there are, or a sum below 0; give sums over polls."
        )
    count, (lead_error, of_lead, share_error, of_share) = effective_size(number), sums
    return Calibration(
        np.asarray(np.sqrt(lead_error / effective_size(of_lead))),
        np.asarray(held / count),
        np.asarray(np.sqrt(np.maximum(share_error - of_share, 0) / count)),
    )


def calibrated_interval(
    estimate: npt.ArrayLike,
    standard_error: npt.ArrayLike,
    *,
    added_error: npt.ArrayLike = 0.0,
    confidence_level: npt.ArrayLike = 0.95,
) -> tuple[FloatArray, FloatArray]:
    r"""Interval of a vote that reaches as far as polls have erred: to be shown beside that of sampling, not in its place.

    Parameters
    ----------
    estimate : array_like
        Shares or leads.
    standard_error : array_like
        Of sampling.
    added_error : array_like
        Standard deviation of errors beyond sampling, in units of the estimate. The `added_error` of a `Calibration` is in
        two-candidate shares: times 2c for a lead of candidates who have the share c together.
    confidence_level : array_like
        In (0, 1).

    Returns
    -------
    low, high : numpy.ndarray
        In [−1, 1], of the broadcast shape; NaN where the standard error is missing or not positive.

    Raises
    ------
    AnalysisError
        If a level lies outside (0, 1), or the added error is negative.

    Notes
    -----
    :math:`d \pm z\sqrt{s^2 + a^2}`. A factor on the standard error would grow with the number of interviews, so that
    only what is added carries over to other sizes. Normal; real errors have longer tails. It says how far polls of
    other elections were from results on election day, and takes this one for one of them. Simulated, 95 % hold .95
    where errors are those found, .74 where they are twice as large, and .94 (.88 in the unlucky tenth) where ten
    elections stand behind what was found. It is of the lead among those interviewed: where 40 % name nobody, it holds
    the lead of the count in .86.

    Examples
    --------
    >>> low, high = calibrated_interval(0.124, 0.0218, added_error=[0, 2 * 0.586 * 0.0286])
    >>> print(low.round(3), high.round(3))
    [0.081 0.046] [0.167 0.202]

    Chance puts Castillo's lead between 8 and 17 points; polls as wrong as American ones were, between 5 and 20.
    """
    centre, error, added, z = together(
        estimate=estimate,
        standard_error=effective_size(standard_error),
        added_error=added_error,
        confidence_level=critical_value(confidence_level),
    )
    if np.any(added < 0):
        raise AnalysisError(f"added_error: {added[added < 0][0]:g} is not allowed; use 0 or more.")
    half = z * np.hypot(error, added)
    return np.asarray(np.clip(centre - half, -1, 1)), np.asarray(np.clip(centre + half, -1, 1))


def nonresponse_tipping_point(
    lead: npt.ArrayLike, response_rate: npt.ArrayLike
) -> tuple[FloatArray, FloatArray]:
    r"""How those who did not answer would have to differ for a lead to vanish among all.

    Parameters
    ----------
    lead : array_like
        Leads in [−1, 1] among those who answered.
    response_rate : array_like
        Share of those asked who answered, in [0, 1]; a parameter where it is not published.

    Returns
    -------
    lead_of_others, gap : numpy.ndarray
        The lead among the others at which both are level, and how far that is from `lead`; of the broadcast shape. A lead
        of others beyond −1 or 1 is one that nobody can have: then the lead stands whatever they think. Where all
        answered the gap is infinite.

    Raises
    ------
    AnalysisError
        If a lead lies outside [−1, 1] or a rate outside [0, 1].

    Notes
    -----
    :math:`rL + (1 - r)L' = 0` gives :math:`L' = -rL/(1 - r)` and a gap of :math:`L/(1 - r)` (after Dominitz & Manski 2025).

    Examples
    --------
    >>> others, gap = nonresponse_tipping_point(0.124, [0.3, 0.9])
    >>> print(others.round(3), gap.round(3))
    [-0.053 -1.116] [0.177 1.24 ]

    With three answers in ten, a lead of 12.4 points is gone if the others favour the rival by 5.3, a gap of 17.7 points;
    with nine in ten nothing could undo it.
    """
    d, r = together(lead=lead, response_rate=check_shares("response_rate", response_rate))
    outside = d[np.abs(d) > 1]
    if outside.size:
        raise AnalysisError(f"lead: {outside.flat[0]:g} is not a difference of shares; divide points by 100.")
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.asarray(d / (1 - r))
    return np.asarray(d - gap), gap

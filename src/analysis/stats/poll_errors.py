"""How far a poll was from the official result by every measure, beside what chance alone would do, on arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size

__all__ = ["MeasuredError", "poll_errors"]

_HIT = 1e-12  # an error below it is that of binary arithmetic


@dataclass(frozen=True, eq=False, slots=True)
class MeasuredError:
    """One measure of how far a poll was from the result.

    Attributes
    ----------
    value : numpy.ndarray
        NaN where it is not defined or a share is unknown.
    standard_error : numpy.ndarray
        That of sampling, for the error with its sign.
    expected : numpy.ndarray
        What a poll without any bias would show on average: above 0 for measures without a sign.
    """

    value: FloatArray
    standard_error: FloatArray
    expected: FloatArray


def poll_errors(
    shares: npt.ArrayLike, votes: npt.ArrayLike, n: npt.ArrayLike, *, others: tuple[float, float] = (0.0, 0.0)
) -> dict[str, MeasuredError]:
    r"""Hold a poll against the official result by all measures, beside what chance alone would do to them.

    Parameters
    ----------
    shares : array_like, shape (candidates,)
        Shares in [0, 1] of all interviews, which also hold the undecided and whoever names no candidate.
    votes : array_like, shape (candidates,)
        Votes of the result, or shares of it; only their ratios count.
    n : array_like
        Interviews divided by the design effect: one number, or several, such as those at several design effects.
    others : tuple of float
        The share and the votes of everybody else who is voted for: valid votes hold them, but no average over candidates.

    Returns
    -------
    dict of str to MeasuredError
        `mosteller_3`, `mosteller_5`, `mosteller_5 on all interviews` (differences of shares: 0.01 is one point), `a_prime`
        of the winner against the second, positive where the poll favoured the winner, `b` and `b_weighted`; all others
        refer to valid votes. Arrays of the shape of `n`. Of log odds, NaN where a share or a vote is 0.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], votes are negative, there are fewer than two candidates, or not as many votes as
        shares.

    Notes
    -----
    With the poll's shares p and those of the result r, k candidates, A and B first and second in the result, and
    :math:`A'_i = \ln\frac{p_i/(1 - p_i)}{r_i/(1 - r_i)}`:

    - measures 3 and 5 of Mosteller et al. (1949, *The Pre-election Polls of 1948*): :math:`\frac1k\sum_i |p_i - r_i|` and
      :math:`|(p_A - p_B) - (r_A - r_B)|`. The base matters: undecided interviews shrink the lead of a poll, but not that
      of a result;
    - :math:`A' = \ln\frac{p_A/p_B}{r_A/r_B}` with standard error :math:`\sqrt{(1/p_A + 1/p_B)/n}` (Martin, Traugott &
      Kennedy 2005, *Public Opinion Quarterly* 69), which does not depend on how the undecided are counted;
    - :math:`B = \frac1k\sum_i |A'_i|` and :math:`B_w = \sum_i r_i |A'_i| / \sum_i r_i`, where small candidates count for
      little (Arzheimer & Evans 2014, *Political Analysis* 22). With two candidates both are :math:`|A'|`. Sums of absolute
      values, they are above 0 in samples of a poll without any bias.

    With the shares r of the result and the share D of interviews that name a candidate or others, valid votes rest on nD
    interviews. An error of standard deviation :math:`s` without bias has the mean size :math:`s\sqrt{2/\pi}`, with
    :math:`s^2 = r_i(1 - r_i)/nD` for a share and :math:`\{r_A + r_B - (r_A - r_B)^2\}/nD` for a lead: of the
    *result*, which an unbiased poll has in expectation. Log odds divide by :math:`r_i(1 - r_i)`. On all interviews such a
    poll is off by :math:`\mu = (1 - D)(r_A - r_B)` even without chance, and on average by
    :math:`s\sqrt{2/\pi}\,e^{-\mu^2/2s^2} + \mu\{1 - 2\Phi(-\mu/s)\}` (the folded normal distribution).

    Standard errors are those of the delta method at the poll's shares, signs held. An error of nothing has no sign; it is
    given the one with which the standard error is larger, so that a hit has the error of one sample and not of none.
    A poll is not a forecast: what it is off by includes all that happened until the election.

    Examples
    --------
    >>> for measure, error in poll_errors([0.355, 0.231], [8_836_380, 8_792_117], 1200).items():
    ...     print(measure, error.value.round(3), error.standard_error.round(3), error.expected.round(3))
    mosteller_3 0.105 0.018 0.015
    mosteller_5 0.209 0.037 0.03
    mosteller_5 on all interviews 0.121 0.022 0.018
    a_prime 0.425 0.077 0.0
    b 0.425 0.077 0.06
    b_weighted 0.425 0.077 0.06

    In April Castillo's share of valid votes was 10.5 points above that of June; an unbiased poll of 1,200 is off by 1.5.
    """
    from scipy.special import logit

    share, cast = check_shares("shares", shares), np.asarray(votes, dtype=float)
    if share.ndim != 1 or share.shape != cast.shape or len(share) < 2:
        raise AnalysisError(
            f"shares of shape {share.shape} and votes of shape {cast.shape}: give one of each for two or more candidates."
        )
    if np.any(cast < 0):
        raise AnalysisError(f"votes: {cast[cast < 0][0]:g} is negative; give the votes of each candidate.")
    named, all_cast = share.sum() + others[0], cast.sum() + others[1]
    official = cast / effective_size(all_cast)
    valid = share / effective_size(named)
    size = effective_size(n)
    size_valid = effective_size(size * named)
    first, second = np.argsort(-official, kind="stable")[:2]
    lead = np.zeros(len(share))
    lead[[first, second]] = 1.0, -1.0
    mean = np.full(len(share), 1 / len(share))
    by_vote = official[first] - official[second]

    def error_of(slopes: FloatArray, of: FloatArray, interviews: FloatArray) -> FloatArray:
        """Return the standard error of a sum of multinomial shares, over the shape of the interviews."""
        return np.asarray(np.sqrt(((slopes**2 * of).sum() - (slopes * of).sum() ** 2) / interviews))

    def expected_of(weights: FloatArray) -> FloatArray:
        """Return the mean of a weighted sum of absolute errors of shares of valid votes."""
        deviation = (weights * np.sqrt(official * (1 - official))).sum()
        return np.asarray(np.sqrt(2 / np.pi) * deviation / np.sqrt(size_valid))

    def measured(value: FloatArray, standard_error: FloatArray, expected: FloatArray) -> MeasuredError:
        found = np.broadcast_arrays(value, standard_error, expected)
        return MeasuredError(*(values.copy() for values in found))

    inside = (valid > 0) & (valid < 1) & (official > 0) & (official < 1)
    slope, slope_of_result = (1 / np.where(inside, of * (1 - of), np.nan) for of in (valid, official))
    log_errors = logit(np.where(inside, valid, np.nan)) - logit(np.where(inside, official, np.nan))
    logs, errors = {}, valid - official
    for name, weights in (("b", mean), ("b_weighted", official / official.sum())):
        standard_error = error_of(_signed(weights * slope, log_errors, valid), valid, size_valid)
        value = (weights * np.abs(log_errors)).sum()
        logs[name] = measured(value, standard_error, expected_of(weights * slope_of_result))
    of_two = np.array([share, cast])[:, [first, second]]
    polled, counted = np.log(np.where(of_two > 0, of_two, np.nan))
    ratio = (polled[0] - polled[1]) - (counted[0] - counted[1])
    ratio_error = np.sqrt(np.exp(-polled).sum() / size) + 0 * ratio
    lead_error, lead_expected = (error_of(lead, of, size_valid) for of in (valid, official))
    return {
        "mosteller_3": measured(
            (mean * np.abs(errors)).sum(),
            error_of(_signed(mean, errors, valid), valid, size_valid),
            expected_of(mean),
        ),
        "mosteller_5": measured(np.abs(lead @ errors), lead_error, np.sqrt(2 / np.pi) * lead_expected),
        "mosteller_5 on all interviews": measured(
            np.abs(lead @ (share - official)),
            error_of(lead, share, size),
            _folded_mean((1 - named) * by_vote, error_of(lead, named * official, size)),
        ),
        "a_prime": measured(ratio, ratio_error, 0 * ratio_error),
        **logs,
    }


def _folded_mean(mean: FloatArray, deviation: FloatArray) -> FloatArray:
    """Return the mean size of a normal variable."""
    from scipy.special import ndtr

    z = mean / effective_size(deviation)
    return np.asarray(deviation * np.sqrt(2 / np.pi) * np.exp(-(z**2) / 2) + mean * (1 - 2 * ndtr(-z)))


def _signed(slopes: FloatArray, errors: FloatArray, shares: FloatArray) -> FloatArray:
    """Give slopes the signs of errors; where one is 0, the sign that brings their mean, which is no error, nearer to 0."""
    signed = slopes * np.where(np.abs(errors) < _HIT, 0.0, np.sign(errors))
    hits = np.flatnonzero(np.abs(errors) < _HIT)
    for candidate in hits[np.argsort(-(slopes * shares)[hits], kind="stable")]:
        signed[candidate] = -np.copysign(slopes[candidate], (signed * shares).sum())
    return signed

"""How likely it is that a candidate leads, by simulation: for sampling alone, and with the errors that polls have beside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size

__all__ = ["ADDED_ERROR", "LeadProbability", "probability_of_leading"]

ADDED_ERROR = 0.030
"""Standard deviation that errors other than sampling add to the share of one of two candidates among both.

State polls of the last weeks before American elections were off by 3.5 points (root mean square error), about twice what
their margins of error imply (Shirani-Mehr, Rothschild, Goel & Gelman 2018, *Journal of the American Statistical Association*
113): with 1.75 points of sampling error that leaves √(.035² − .0175²). Inferred from the paper's abstract. Both numbers are
beyond *simple random* sampling, so that with a design effect above 1 the design is counted twice: the error is at most this.
"""

_SEED, _DRAWS = 2021, 100_000
_PRIOR = 0.5  # Jeffreys' prior of the multinomial
_KNOTS = 101  # between which quantiles are interpolated, in parts of a normal variable
_NO_ERROR = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class LeadProbability:
    """Probability that each of several candidates has the most support.

    Attributes
    ----------
    probability : numpy.ndarray, shape (candidates,)
        At the printed figures; NaN where a figure or the base is unknown.
    low, high : numpy.ndarray
        Its least and greatest value over what the print leaves open of the two foremost candidates.
    monte_carlo_error : numpy.ndarray
        Its standard error for want of more draws, at most; never 0. What is nearer to 0 or 1 than a few of it is beyond the
        resolution.
    """

    probability: FloatArray
    low: FloatArray
    high: FloatArray
    monte_carlo_error: FloatArray


def probability_of_leading(
    shares: npt.ArrayLike,
    n: float,
    candidates: Sequence[int],
    *,
    bounds: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    added_error: float = ADDED_ERROR,
) -> tuple[LeadProbability, LeadProbability]:
    r"""Probability that each candidate had the most support on the days of the interviews.

    Parameters
    ----------
    shares : array_like, shape (answers,)
        Of all answers, which exclude one another and make up the whole.
    n : float
        Interviews divided by the design effect.
    candidates : sequence of int
        The places of two or more candidates among the answers.
    bounds : tuple of array_like, optional
        Least and greatest shares that round to those printed.
    added_error : float
        Standard deviation of errors other than sampling, in the share of the first of the two foremost candidates among
        both.

    Returns
    -------
    sampling, total : LeadProbability
        For sampling alone, and with the added error.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], there are fewer than two candidates, or the error is negative.

    Notes
    -----
    Shares follow a Dirichlet distribution with parameters :math:`np + \tfrac12`, the posterior of a multinomial under
    Jeffreys' prior. A normal error of standard deviation a then moves votes between the two foremost candidates, within
    their sum; a third leads where it exceeds both. So the two-candidate share has :math:`\sqrt{s^2 + a^2}`, and no sample
    size removes a.

    What the print leaves open of shares is a set, which says nothing of how likely its members are. So it is not drawn
    from, but gives the probability two ends: where the lead of the foremost is least and greatest.

    Draws are stratified (Latin hypercubes; McKay, Beckman & Conover 1979, *Technometrics* 21) quantiles at the same random
    places for every n, and the added error is integrated, not drawn. Between two candidates the probability of
    the foremost therefore never rises as n falls. Nothing here is about what happens between the interviews and an election.

    Examples
    --------
    >>> sampling, total = probability_of_leading([0.52, 0.48], 1200, [0, 1])
    >>> print(sampling.probability.round(3), total.probability.round(3))
    [0.917 0.083] [0.726 0.274]

    With 52 to 48 % among 1,200 people chance leaves the first candidate ahead in 92 of 100 cases, and the errors that polls
    usually have in 73.
    """
    share, rows = check_shares("shares", shares), list(candidates)
    if share.ndim != 1 or len(rows) < 2:
        raise AnalysisError(
            f"shares of shape {share.shape}, {len(rows)} candidates: use one share an answer, and two or more candidates."
        )
    if not added_error >= 0:
        raise AnalysisError(f"added_error: {added_error!r} is not allowed; use 0 or more, such as 0.03.")
    ends = [share if end is None else np.asarray(end, dtype=float) for end in bounds or (None, None)]
    size = float(effective_size(n))
    if np.isnan(size + np.sum([share, *ends])):
        nothing = LeadProbability(*np.full((4, len(rows)), np.nan))
        return nothing, nothing
    rank = np.argsort(-share[rows], kind="stable")
    named = share[rows][rank]
    drawn = _drawn(size, named, np.delete(share, rows))
    least, greatest = (end[rows][rank] - named for end in ends)
    found = []
    # As printed, and where the lead of the foremost is least and greatest.
    for ends_of_two in ([0.0, 0.0], [least[0], greatest[1]], [greatest[0], least[1]]):
        votes = drawn.copy()
        votes[:2] += np.reshape(ends_of_two, (2, 1))
        led = np.bincount(votes.argmax(axis=0), minlength=len(votes)) / _DRAWS
        found.append([led, _led_with_error(votes, added_error)])
    back = np.argsort(rank)
    results = []
    for at in np.moveaxis(np.array(found)[..., back], 1, 0):
        # One more draw for and one against keep the error of a sure thing above zero.
        cautious = (at[0] * _DRAWS + 1) / (_DRAWS + 2)
        error = np.sqrt(cautious * (1 - cautious) / _DRAWS)
        results.append(LeadProbability(at[0], at.min(axis=0), at.max(axis=0), error))
    return results[0], results[1]


def _drawn(n: float, named: FloatArray, others: FloatArray) -> FloatArray:
    """Draw candidates' shares, candidates × draws."""
    from scipy.special import betaincinv, ndtr, ndtri

    generator = np.random.default_rng(_SEED)
    z = ndtri((np.arange(_DRAWS) + 0.5) / _DRAWS)
    knots = np.linspace(z[0], z[-1], _KNOTS)
    at_knots = ndtr(knots)

    def shuffled(quantiles: FloatArray) -> FloatArray:
        return generator.permutation(np.interp(z, knots, quantiles))

    counts, rest = n * named + _PRIOR, n * others.sum() + _PRIOR * len(others)
    drawn = np.empty((len(named), _DRAWS))
    # A stick that is broken again and again: the candidates from all, then the last of them from the others.
    stick = shuffled(betaincinv(counts.sum(), rest, at_knots)) if rest else np.ones(_DRAWS)
    for candidate in range(len(counts) - 1, 0, -1):
        drawn[candidate] = stick * shuffled(betaincinv(counts[candidate], counts[:candidate].sum(), at_knots))
        stick = stick - drawn[candidate]
    drawn[0] = stick
    return drawn


def _led_with_error(votes: FloatArray, added_error: float) -> FloatArray:
    """Return the share of draws that each candidate leads after a normal error, integrated, between the first two."""
    from scipy.special import ndtr

    (first, second), others = votes[:2], votes[2:]
    third = others.max(axis=0, initial=-np.inf)
    both, scale = first + second, max(added_error, _NO_ERROR)
    tie = (second - first) / (2 * both)
    of_first = ndtr(-np.maximum(tie, (third - first) / both) / scale)
    of_second = ndtr(np.minimum(tie, (second - third) / both) / scale)
    led = np.zeros(len(votes))
    led[:2] = of_first.mean(), of_second.mean()
    if len(others):
        left = np.maximum(1 - of_first - of_second, 0)
        led[2:] = np.bincount(others.argmax(axis=0), weights=left, minlength=len(others)) / len(left)
    return led

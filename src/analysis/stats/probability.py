"""How likely it is that a candidate leads, by simulation: for sampling alone, and with the errors that polls have beside."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.stats.arrays import FloatArray, check_shares, effective_size
from analysis.stats.totals import Parts, extreme_weights, weighted_ratio

__all__ = ["ADDED_ERROR", "LeadProbability", "probability_of_leading"]

ADDED_ERROR = 0.030
"""Standard deviation that errors other than sampling add to the share of one of two candidates among both.

State polls of the last weeks before American elections were off by 3.5 points (root mean square error), about twice what
their margins of error imply (Shirani-Mehr, Rothschild, Goel & Gelman 2018, *Journal of the American Statistical Association*
113): with 1.75 points of sampling error that leaves √(.035² − .0175²). Inferred from the paper's abstract. Both numbers are
beyond *simple random* sampling, so that with a design effect above 1 the design is counted twice: the error is at most this.
"""

_PRIOR = 0.5  # Jeffreys' prior of the multinomial
_KNOTS = 101  # between which quantiles are interpolated, in parts of a normal variable
_NO_ERROR = 1e-12


@dataclass(frozen=True, eq=False, slots=True)
class LeadProbability:
    """Probability that each of several candidates has the most support.

    Attributes
    ----------
    probability : numpy.ndarray, shape (candidates,)
        At the printed figures; NaN where a figure, weight or base is unknown.
    low, high : numpy.ndarray
        Its least and greatest value over what the print leaves open of weights and of the two foremost candidates.
    monte_carlo_error : numpy.ndarray
        Its standard error for want of more draws, at most; never 0. What is nearer to 0 or 1 than a few of it is beyond the
        resolution.
    """

    probability: FloatArray
    low: FloatArray
    high: FloatArray
    monte_carlo_error: FloatArray


def probability_of_leading(
    parts: Parts,
    shares: npt.ArrayLike,
    candidates: Sequence[int],
    *,
    bounds: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    added_error: float = ADDED_ERROR,
    draws: int = 100_000,
    seed: int = 2021,
) -> tuple[LeadProbability, LeadProbability]:
    r"""Probability that each candidate had the most support on the days of the interviews.

    Parameters
    ----------
    parts : Parts
        What makes up the whole; of one part, the printed total.
    shares : array_like, shape (answers, parts)
        Of all answers, which exclude one another and make up each part.
    candidates : sequence of int
        The rows of two or more candidates.
    bounds : tuple of array_like, optional
        Least and greatest shares that round to those printed.
    added_error : float
        Standard deviation, shared by all parts, of errors other than sampling, in the share of the first of the two
        foremost candidates among both.
    draws : int
        Simulated polls.
    seed : int
        Of the random numbers: the same seed gives the same answer, and polls that differ only in size the same numbers.

    Returns
    -------
    sampling, total : LeadProbability
        For sampling alone, and with the added error.

    Raises
    ------
    AnalysisError
        If a share lies outside [0, 1], there are fewer than two candidates or no draws, or the error is negative.

    Notes
    -----
    In each part shares follow a Dirichlet distribution with parameters :math:`n_g p_g + \tfrac12`, the posterior of a
    multinomial under Jeffreys' prior; weights one with :math:`nW_g`, since interviews fall into parts by chance as well,
    which gives one sample back where parts are proportional to it (as `standard_error` of `weighted_ratio`). A normal error
    of standard deviation a then moves votes between the two foremost candidates, within their sum; a third leads where it
    exceeds both. So the two-candidate share has :math:`\sqrt{s^2 + a^2}`, and no sample size removes a.

    What the print leaves open of weights and shares is a set, which says nothing of how likely its members are; a uniform
    distribution over it would depend on how the weights are written down. So it is not drawn from, but gives the
    probability two ends: where the lead of the foremost is least and greatest.

    Draws are stratified (Latin hypercubes; McKay, Beckman & Conover 1979, *Technometrics* 21) quantiles at the same random
    places for every n, and the added error is integrated, not drawn. Between two candidates of one part the probability of
    the foremost therefore never rises as n falls. Nothing here is about what happens between the interviews and an election.

    Examples
    --------
    >>> one = np.ones(1)
    >>> whole = Parts(one, one, one, n=1200 * one, n_whole=1200)
    >>> sampling, total = probability_of_leading(whole, [[0.52], [0.48]], [0, 1])
    >>> print(sampling.probability.round(3), total.probability.round(3))
    [0.917 0.083] [0.726 0.274]

    With 52 to 48 % among 1,200 people chance leaves the first candidate ahead in 92 of 100 cases, and the errors that polls
    usually have in 73.
    """
    share, rows = check_shares("shares", shares), list(candidates)
    if share.ndim != 2 or share.shape[1] != len(parts.weight) or len(rows) < 2:
        raise AnalysisError(
            f"shares of shape {share.shape}, {len(rows)} candidates: use (answers, parts), with {len(parts.weight)} parts, "
            "and two or more candidates."
        )
    if not draws >= 1 or not added_error >= 0:
        raise AnalysisError(
            f"draws: {draws!r}, added_error: {added_error!r}; use 1 or more, such as 100000, and 0 or more, such as 0.03."
        )
    rank = np.argsort(-weighted_ratio(parts, share[rows]).share, kind="stable")
    named, others = share[rows][rank], np.delete(share, rows, axis=0)
    ends = [share if end is None else np.asarray(end, dtype=float) for end in bounds or (None, None)]
    n, n_whole = effective_size(parts.n), effective_size(parts.n_whole)
    if np.isnan(n_whole + parts.low + parts.high + n + np.sum([share, *ends], axis=(0, 1))).any():
        nothing = LeadProbability(*np.full((4, len(rows)), np.nan))
        return nothing, nothing
    drawn, relative = _drawn(parts, named, others, draws, np.random.default_rng(seed))
    least, greatest = (end[rows][rank] - named for end in ends)
    found = []
    for sign in (0.0, -1.0, 1.0):  # as printed, and where the lead of the foremost is least and greatest
        moved = np.zeros_like(named)
        weights = parts.weight
        if sign:
            moved[:2] = (least[0], greatest[1]) if sign < 0 else (greatest[0], least[1])
            weights = extreme_weights(
                parts.low, parts.high, sign * (named[0] + moved[0] - named[1] - moved[1])
            )
        weighted = weights[:, np.newaxis] * relative
        votes = (weighted * drawn).sum(axis=1) + moved @ weighted
        found.append([_led(votes), _led_with_error(votes, added_error)])
    back = np.argsort(rank)
    results = []
    for at in np.moveaxis(np.array(found)[..., back], 1, 0):
        # One more draw for and one against keep the error of a sure thing above zero.
        cautious = (at[0] * draws + 1) / (draws + 2)
        error = np.sqrt(cautious * (1 - cautious) / draws)
        results.append(LeadProbability(at[0], at.min(axis=0), at.max(axis=0), error))
    return results[0], results[1]


def _drawn(
    parts: Parts, named: FloatArray, others: FloatArray, draws: int, generator: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Draw candidates' shares of each part, candidates × parts × draws, and weights relative to what they should be."""
    from scipy.special import betaincinv, gammaincinv, ndtr, ndtri

    z = ndtri((np.arange(draws) + 0.5) / draws)
    knots = np.linspace(z[0], z[-1], _KNOTS)
    at_knots = ndtr(knots)

    def shuffled(quantiles: FloatArray) -> FloatArray:
        return generator.permutation(np.interp(z, knots, quantiles))

    counts, rest = parts.n * named + _PRIOR, parts.n * others.sum(axis=0) + _PRIOR * len(others)
    drawn, relative = np.empty((*named.shape, draws)), np.ones((len(parts.n), draws))
    for part, count in enumerate(counts.T):
        # A stick that is broken again and again: the candidates from all, then the last of them from the others.
        stick = shuffled(betaincinv(count.sum(), rest[part], at_knots)) if rest[part] else np.ones(draws)
        for candidate in range(len(count) - 1, 0, -1):
            broken = stick * shuffled(betaincinv(count[candidate], count[:candidate].sum(), at_knots))
            drawn[candidate, part] = broken
            stick = stick - broken
        drawn[0, part] = stick
        interviews = parts.n_whole * parts.weight[part]
        if len(counts.T) > 1 and interviews > 0:
            relative[part] = shuffled(gammaincinv(interviews, at_knots) / interviews)
    return drawn, relative


def _led(votes: FloatArray) -> FloatArray:
    """Return the share of draws in which each candidate has most."""
    return np.asarray(np.bincount(votes.argmax(axis=0), minlength=len(votes)) / votes.shape[1])


def _led_with_error(votes: FloatArray, added_error: float) -> FloatArray:
    """Return the same with a normal error, integrated, which moves votes between the first two."""
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

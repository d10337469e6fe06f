"""How likely it is that a candidate leads, by simulation."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.covers import PUBLISHED, Cover, Figures, cover, figures, is_published
from analysis.estimates.ratios import weighted_ratio
from analysis.estimates.votes import candidates
from analysis.polls import Poll, Target
from analysis.stats.margins import FloatArray

__all__ = ["TOTAL_ERROR", "added_error", "probability_of_leading"]

TOTAL_ERROR = 0.035
"""Root mean square error of the two-candidate share in polls of a campaign's last weeks, sampling included.

3.5 points, in state polls of the United States (Shirani-Mehr, Rothschild, Goel & Gelman 2018, *Journal of the American
Statistical Association* 113).
"""

_PRIOR = 0.5  # Jeffreys' prior of the multinomial


def added_error(sampling_error: float, *, total_error: float = TOTAL_ERROR) -> float:
    r"""Return the standard deviation that survey error other than sampling adds.

    Parameters
    ----------
    sampling_error : float
        Standard error of a share.
    total_error : float
        Root mean square error of that share, sampling included.

    Returns
    -------
    float
        0 where sampling alone exceeds the total.

    Raises
    ------
    AnalysisError
        If `total_error` is negative or not a number.

    Notes
    -----
    :math:`\sqrt{\max(0, t^2 - s^2)}`.

    Examples
    --------
    >>> round(added_error(0.0184), 4)
    0.0298

    Beyond its sampling error of 1.8 points, a share carries another 3.0 points that no sample size removes.
    """
    if not total_error >= 0:
        raise AnalysisError(f"total_error: {total_error!r} is not allowed; use a share such as 0.035, or 0.")
    return float(np.sqrt(np.maximum(0.0, total_error**2 - sampling_error**2)))


def _draw_totals(summed: Cover, known: Figures, draws: int, generator: np.random.Generator) -> FloatArray:
    """Draw totals of all answers, draws × answers."""
    totals = np.zeros((draws, len(known.answers)))
    for weight, n_effective, shares in zip(summed.weight, summed.n_effective, known.share.T, strict=True):
        totals += weight * generator.dirichlet(n_effective * shares + _PRIOR, size=draws)
    return totals


def probability_of_leading(
    poll: Poll,
    question: str,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
    design_effect: float = 1.0,
    total_error: float = TOTAL_ERROR,
    draws: int = 100_000,
    seed: int = 2021,
) -> pd.DataFrame:
    r"""Probability that each candidate had most support on the days of the interviews.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a single-response question with two or more answers of role `candidate`.
    target : str or Target
        `"published"`, or population counts from `load_target`; they need a partition.
    partition : str, sequence of str or None
        Segments to weight, as for `national_total`; None takes the printed total as it is.
    design_effect : float
        Variance of the design relative to simple random sampling.
    total_error : float
        Root mean square error of the two-candidate share, sampling included, as a share.
    draws : int
        Simulated polls.
    seed : int
        Of the random numbers; the same seed gives the same answer.

    Returns
    -------
    pandas.DataFrame
        `error, answer, probability, monte_carlo_error, added_error`, one row a candidate for each `error`:
        `"sampling"` alone, and `"total"`. `monte_carlo_error` is the standard error of the probability for want of
        more draws; it is never 0, and probabilities nearer to 0 or 1 than a few of it are beyond the resolution. NaN where a
        figure, weight or base is unknown.

    Raises
    ------
    PollError
        If there is no such question or partition.
    AnalysisError
        If there are fewer than two candidates, a target is given without a partition, or an option is not allowed.

    Notes
    -----
    In each segment the shares of all answers follow a Dirichlet distribution with parameters
    :math:`n_g p_g + \tfrac12` at the effective size, the posterior of a multinomial under Jeffreys' prior; segments are
    summed with their weights. Survey error other than sampling is shared by all segments: the share of the first of
    two candidates is moved by a normal error of standard deviation `added_error`, which is :math:`\sqrt{t^2 - s^2}` for
    a total error of :math:`t` and a sampling error :math:`s` of the share of one of the two among both. With more than
    two candidates the error moves votes between the two that lead in the poll, within their sum, and a third leads
    where it exceeds both. Nothing here is about what happens between the interviews and the election.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> leading = probability_of_leading(load_poll("cpi-2021-04"), "vote_intention", draws=20_000)
    >>> leading[leading["answer"] == "castillo"].round(3)
          error    answer  probability  monte_carlo_error  added_error
    0  sampling  castillo        1.000                0.0         0.00
    2     total  castillo        0.998                0.0         0.03

    Sampling alone leaves no doubt that Castillo led in April; the errors that polls usually have leave next to none.
    """
    names = candidates(poll, question, fewest=2)
    if partition is None and not is_published(target):
        raise AnalysisError("target: a target needs segments to weight; give a partition, such as 'region'.")
    if not draws >= 1:
        raise AnalysisError(f"draws: {draws!r} is not allowed; use a whole number above 0, such as 100000.")
    summed = cover(poll, question, partition=partition, target=target, design_effect=design_effect)
    of_all = [answer.id for answer in poll.question(question).answers if answer.given is None]
    known = figures(poll, question, summed.segments).rows(of_all)
    support = known.rows(names)
    first, second = np.argsort(-weighted_ratio(summed, support.share).share, kind="stable")[:2]
    both = support.share[first] + support.share[second]
    sampling = float(weighted_ratio(summed, support.share[first], both).standard_error)
    added = added_error(sampling, total_error=total_error)
    rows = pd.MultiIndex.from_product([["sampling", "total"], names], names=["error", "answer"])
    table = rows.to_frame(index=False)
    if np.isnan(known.share).any() or np.isnan(summed.weight * summed.n_effective).any():
        return table.assign(probability=np.nan, monte_carlo_error=np.nan, added_error=np.nan)

    generator = np.random.default_rng(seed)
    votes = _draw_totals(summed, known, draws, generator)[:, [of_all.index(name) for name in names]]
    moved = votes.copy()
    shift = (votes[:, first] + votes[:, second]) * generator.normal(0.0, added, size=draws)
    moved[:, first] += shift
    moved[:, second] -= shift
    led = [np.bincount(drawn.argmax(axis=1), minlength=len(names)) for drawn in (votes, moved)]
    counts = np.concatenate(led)
    # One more draw for and one against keep the error of a sure thing above zero.
    cautious = (counts + 1) / (draws + 2)
    return table.assign(
        probability=counts / draws,
        monte_carlo_error=np.sqrt(cautious * (1 - cautious) / draws),
        added_error=np.repeat([0.0, added], len(names)),
    )

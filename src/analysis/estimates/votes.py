"""From intention to votes: shares of valid votes, and who would lead if the undecided vote in one way or another."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.opening import answers_of_role, opened
from analysis.estimates.options import Options, a_poll, made, made_each, no_rows
from analysis.estimates.sums import finest_partition, summed
from analysis.estimates.totals import hull_interval
from analysis.polls import PUBLISHED, WHOLE, Poll, Question, Target, load_target
from analysis.stats import ADDED_ERROR, probability_of_leading
from analysis.stats.totals import ratio_bounds, weighted_ratio

__all__ = ["candidates", "leading_probability", "valid_votes", "vote_question"]

_VALID = (
    "question", "answer", "segment", "estimate", "low", "high", "standard_error", "standard_error_stratified",
    "rounding_low", "rounding_high", "of_all",
)  # fmt: skip
_PROBABILITIES = ("question", "answer", "error", "estimate", "low", "high", "monte_carlo_error")


def _asks_for_a_vote(question: Question) -> bool:
    """Say whether each person named one of two or more candidates."""
    return question.kind == "single_response" and len(answers_of_role(question, "candidate")) > 1


def vote_question(poll: Poll, question: str = "") -> str:
    """Choose the question in which people name a candidate; empty where there is none.

    Examples
    --------
    >>> from analysis import load_poll
    >>> vote_question(load_poll("cpi-2021-04"))
    'vote_intention'

    The first table of this poll is about the vote.
    """
    if question:
        return a_poll(poll).question(question).id
    return next((asked.id for asked in a_poll(poll).questions if _asks_for_a_vote(asked)), "")


def candidates(poll: Poll, question: str, *, fewest: int = 2) -> list[str]:
    """Return the candidates of a question of which each person names one, or say that there are too few."""
    asked = a_poll(poll).question(question)
    found = answers_of_role(asked, "candidate")
    if asked.kind != "single_response" or len(found) < fewest:
        raise AnalysisError(
            f"question: {question!r} has {len(found)} answers of role 'candidate' and is {asked.kind}; use a "
            f"single_response question with {fewest} or more."
        )
    return found


def valid_votes(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
) -> pd.DataFrame:
    """Give the share of each candidate among those who name a candidate, as official results count.

    Parameters
    ----------
    question : str
        As by `vote_question`; where that is empty the table has no rows.
    target, partition
        As for `national_total`; without a partition the printed total is taken as it is.

    Returns
    -------
    pandas.DataFrame
        `question, answer, segment, estimate, low, high, standard_error, standard_error_stratified, rounding_low,
        rounding_high, of_all`, one row a candidate; `of_all` is the share of all interviews.

    Examples
    --------
    >>> from analysis import load_poll
    >>> valid_votes(load_poll("cpi-2021-04"), "vote_intention")[["answer", "estimate", "low", "high"]].round(3)
         answer  estimate    low   high
    0  castillo     0.606  0.558  0.652
    1  fujimori     0.394  0.348  0.442

    Of those who chose a candidate 60.6 % chose Castillo, with 95 % confidence 55.8 to 65.2 %.
    """
    if not question:
        return no_rows(poll, options, _VALID)
    goal = load_target(target)
    if partition is None and goal.id != PUBLISHED:
        partition = finest_partition(poll, goal, question)

    names = candidates(poll, question, fewest=1)
    table, of_parts = opened(poll, question), summed(poll, question, partition=partition, target=goal)
    at = np.ix_(table.rows(names), table.columns(of_parts.segments))
    share, low, high = table.share[at], table.low[at], table.high[at]
    bounds = [
        ratio_bounds(
            of_parts.parts,
            (low[row], low[row] + np.delete(high, row, axis=0).sum(axis=0)),
            (high[row], high[row] + np.delete(low, row, axis=0).sum(axis=0)),
        )
        for row in range(len(names))
    ]
    ends = np.array(bounds).T

    def make(one: Options) -> pd.DataFrame:
        parts = of_parts.at(one.effect)
        estimate = weighted_ratio(parts, share, share.sum(axis=0))
        limits = hull_interval(estimate, (ends[0], ends[1]), one)
        columns: dict[str, Any] = {
            "question": table.question.id,
            "answer": names,
            "segment": WHOLE,
            "estimate": estimate.share,
            "low": limits[0],
            "high": limits[1],
            "standard_error": estimate.standard_error,
            "standard_error_stratified": estimate.standard_error_stratified,
            "rounding_low": ends[0],
            "rounding_high": ends[1],
            "of_all": weighted_ratio(parts, share).share,
        }
        return pd.DataFrame(columns)

    return made_each(poll, options, make)


def leading_probability(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    target: str | Target = PUBLISHED,
    partition: str | Sequence[str] | None = None,
    added_error: float = ADDED_ERROR,
) -> pd.DataFrame:
    """Give the probability that each candidate had the most support in the days of the interviews; it is no forecast.

    Parameters
    ----------
    question : str
        As by `vote_question`; where that is empty the table has no rows.
    target, partition
        As for `valid_votes`.
    added_error : float
        Standard deviation of all errors of polls other than sampling, in a share of two candidates.

    Returns
    -------
    pandas.DataFrame
        `question, answer, error, estimate, low, high, monte_carlo_error`: `error` is `sampling` or `total`, with the added
        error, which makes the probability of the foremost at most this. `low` and `high` are what rounding and
        weights leave open, not a confidence interval.

    Examples
    --------
    >>> from analysis import load_poll
    >>> chances = leading_probability(load_poll("cpi-2021-05-08"), "vote_intention")
    >>> chances.loc[chances["answer"] == "castillo", ["error", "estimate"]].round(2).values.tolist()
    [['sampling', 0.81], ['total', 0.68]]

    In May chance alone left Castillo ahead in 81 of 100 cases, and the errors that polls usually have in 68.
    """
    if not question:
        return no_rows(poll, options, _PROBABILITIES)
    goal = load_target(target)
    if partition is None and goal.id != PUBLISHED:
        partition = finest_partition(poll, goal, question)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        names = candidates(poll, question)
        table, of_parts = opened(poll, question), summed(poll, question, partition=partition, target=goal)
        at = np.ix_(table.rows(table.of_all), table.columns(of_parts.segments))
        share, low, high = table.share[at], table.low[at], table.high[at]
        rows = [table.of_all.index(name) for name in names]
        found: dict[float, pd.DataFrame] = {}
        for effect in dict.fromkeys(one.effect for one in settings):
            parts = of_parts.at(effect)
            chances = probability_of_leading(parts, share, rows, bounds=(low, high), added_error=added_error)
            columns = [
                {
                    "question": table.question.id,
                    "answer": names,
                    "error": error,
                    "estimate": chance.probability,
                    "low": chance.low,
                    "high": chance.high,
                    "monte_carlo_error": chance.monte_carlo_error,
                }
                for error, chance in zip(("sampling", "total"), chances, strict=True)
            ]
            found[effect] = pd.concat([pd.DataFrame(one) for one in columns], ignore_index=True)
        return [found[one.effect].copy() for one in settings]

    return made(poll, options, make)

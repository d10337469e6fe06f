"""From intention to votes: shares of valid votes, and who would lead if the undecided vote in one way or another."""

from collections.abc import Sequence
from dataclasses import astuple

import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.bases import cell_bases
from analysis.estimates.opening import Table, answers_of_role, leaves_out, opened
from analysis.estimates.options import Options, a_poll, a_share
from analysis.estimates.remaking import no_rows, remakeable
from analysis.estimates.sums import summed
from analysis.estimates.totals import ratios
from analysis.polls import PUBLISHED, WHOLE, Poll, Target, load_target
from analysis.stats import ADDED_ERROR, probability_of_leading
from analysis.stats.arrays import FloatArray
from analysis.stats.totals import Parts, weighted_ratio

__all__ = ["candidates", "leading_probability", "valid_parts", "valid_votes", "vote_question", "votes_summed"]

_VALID = (
    "question", "answer", "segment", "estimate", "low", "high", "standard_error", "standard_error_stratified",
    "rounding_low", "rounding_high", "of_all",
)  # fmt: skip
_PROBABILITIES = ("question", "answer", "error", "estimate", "low", "high", "monte_carlo_error")


def vote_question(poll: Poll, question: str = "") -> str:
    """Choose the question in which people name a candidate, the first that gives most answers; empty where there is none.

    Examples
    --------
    >>> from analysis import load_poll
    >>> vote_question(load_poll("cpi-2021-04"))
    'vote_intention'

    The first table of this poll is about the vote.
    """
    if question:
        return a_poll(poll).question(question).id
    asked_once = (one for one in a_poll(poll).questions if one.kind == "single_response")
    voting = [one for one in asked_once if len(answers_of_role(one, "candidate")) > 1]
    return next((one.id for one in sorted(voting, key=lambda one: leaves_out(one, 0.5))), "")


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
    partition: str | None = None,
) -> pd.DataFrame:
    """Give the share of each candidate among those who name one, others included, as official results count.

    Columns: `question, answer, segment, estimate, low, high, standard_error, standard_error_stratified, rounding_low,
    rounding_high, of_all`, one row a candidate; `of_all` is the share of all interviews.

    * `question`: as by `vote_question`; where that is empty the table has no rows.
    * `target`, `partition`: as for `national_total`; without a partition the printed total is taken as it is.

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
    names = candidates(poll, question, fewest=1)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table, parts = votes_summed(poll, question, settings[0], target, partition)
        least, (share, whole), greatest = valid_parts(table, names)
        corners = [*zip(zip(*least, strict=True), zip(*greatest, strict=True), strict=True)]
        of_all = weighted_ratio(parts, share).share
        about = {"question": table.question.id, "answer": names, "segment": WHOLE}
        found = ratios(parts, share, whole, corners, settings)
        return [pd.DataFrame(about | one | {"of_all": of_all}) for one in found]

    return remakeable(poll, options, make)


def valid_parts(table: Table, names: Sequence[str]) -> list[tuple[FloatArray, FloatArray]]:
    """Return candidates' votes beside all valid ones, candidates × segments: as few as can be, as printed, as many.

    Each candidate is taken at one end of what rounding leaves of its figure, and the others at another.
    """
    rows, every = table.rows(names), table.rows([*names, *answers_of_role(table.question, "other")])
    ends = ((table.low, table.high), (table.share, table.share), (table.high, table.low))
    return [(own[rows], own[rows] + (others[every].sum(axis=0) - others[rows])) for own, others in ends]


def votes_summed(
    poll: Poll,
    question: str,
    options: Options,
    target: str | Target = PUBLISHED,
    partition: str | None = None,
) -> tuple[Table, Parts]:
    """Open what votes are summed over: the printed total as it is, unless another target or a partition is named."""
    goal = load_target(target)
    finest = partition is None and goal.id != PUBLISHED
    return summed(poll, question, goal, "" if finest else partition, options)


def leading_probability(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    added_error: float = ADDED_ERROR,
) -> pd.DataFrame:
    """Give the probability that each candidate had the most support in the days of the interviews; it is no forecast.

    Columns: `question, answer, error, estimate, low, high, monte_carlo_error`: `error` is `sampling` or `total`, with
    the added error, which makes the probability of the foremost at most this. `low` and `high` are what rounding leaves
    open, not a confidence interval.

    * `added_error`: standard deviation of all errors of polls other than sampling, in a share of two candidates.

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
    names, table = candidates(poll, question), opened(poll, question)
    error = a_share("added_error", added_error)
    of_all = table.rows(table.of_all)
    share, low, high = (getattr(table, end)[of_all, table.whole] for end in ("share", "low", "high"))
    rows = [table.of_all.index(name) for name in names]

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        base, found = cell_bases(poll, table, settings[0])[of_all[0], table.whole], {}
        for effect in {one.effect for one in settings}:
            n, tables = base / effect, []
            chances = probability_of_leading(share, n, rows, bounds=(low, high), added_error=error)
            for kind, chance in zip(("sampling", "total"), chances, strict=True):
                about = {"question": table.question.id, "answer": names, "error": kind}
                numbers = dict(zip(_PROBABILITIES[3:], astuple(chance), strict=True))
                tables.append(pd.DataFrame(about | numbers))
            found[effect] = pd.concat(tables, ignore_index=True)
        return [found[one.effect].copy() for one in settings]

    return remakeable(poll, options, make)

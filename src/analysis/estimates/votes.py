"""From intention to votes: shares of valid votes, and who would lead if the undecided vote in one way or another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.opening import answers_of_role, opened
from analysis.estimates.options import Options, a_poll, made, no_rows
from analysis.estimates.sums import Sum, finest_partition, summed
from analysis.estimates.totals import hull_interval
from analysis.estimates.verdict import LEADS, PValues, judge
from analysis.polls import PUBLISHED, WHOLE, Poll, Question, Target, load_target
from analysis.stats import ADDED_ERROR, probability_of_leading
from analysis.stats.arrays import FloatArray, critical_value, two_sided_p_value
from analysis.stats.totals import delta_estimate, ratio_bounds, weighted_ratio

__all__ = ["candidates", "leading_probability", "scenario_leads", "valid_votes", "vote_question"]

_VALID = (
    "question", "answer", "segment", "estimate", "low", "high", "standard_error", "standard_error_stratified",
    "rounding_low", "rounding_high", "of_all",
)  # fmt: skip
_SCENARIOS = (
    "scenario", "question", "answer", "against", "estimate", "low", "high", "low_simultaneous", "high_simultaneous",
    "n_effective", "p_value", "p_adjusted", "verdict", "standard_error",
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
    poll : Poll
    question : str
        As by `vote_question`; where that is empty the table has no rows.
    options : Options, optional
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
    return made(_valid_votes, poll, options, question=question, target=goal, partition=partition)


def _valid_votes(
    poll: Poll,
    settings: Sequence[Options],
    *,
    question: str,
    target: Target,
    partition: str | Sequence[str] | None,
) -> list[pd.DataFrame]:
    """Do what `valid_votes` says, for each of the options."""
    names = candidates(poll, question, fewest=1)
    table, of_parts = opened(poll, question), summed(poll, question, partition=partition, target=target)
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
    frames = []
    for one in settings:
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
        frames.append(pd.DataFrame(columns))
    return frames


@dataclass(frozen=True, eq=False)
class _Scenario:
    """What the undecided do: from shares of two candidates, the other ones and the undecided to a lead and a whole."""

    name: str
    lead: Callable[..., FloatArray]
    whole: Callable[..., FloatArray] = lambda a, b, others, undecided: a + b + others + undecided
    counts_undecided: bool = True


def _scenarios(names: Sequence[str], pair: tuple[str, str], *, by_segment: bool) -> list[_Scenario]:
    """List the scenarios: the undecided vote as the others, equally, or all for one candidate."""
    gains = {name: float(name == pair[0]) - float(name == pair[1]) for name in names}
    found = [
        _Scenario("as_decided", lambda a, b, others, _: a - b, lambda a, b, others, _: a + b + others, False),
        _Scenario("equally", lambda a, b, others, _: a - b),
    ]
    found += [
        _Scenario(f"all_to_{name}", lambda a, b, others, open_, gain=gain: a - b + gain * open_)
        for name, gain in gains.items()
    ]
    if by_segment:
        found += [
            _Scenario(
                "as_decided_by_segment",
                lambda a, b, others, open_: (a - b) * _share_out(a + b + others, open_),
            )
        ]
    return found


def _share_out(decided: FloatArray, undecided: FloatArray) -> FloatArray:
    """Return by what the undecided of a segment multiply its votes; where nobody has decided there are none."""
    return np.asarray(1 + undecided / np.where(decided == 0, 1, decided))


@dataclass(frozen=True, eq=False)
class _ScenarioLeads:
    """Leads in valid votes, scenario by scenario, with the ends that rounding and weights leave them."""

    estimate: FloatArray
    least: FloatArray
    greatest: FloatArray
    standard_error: FloatArray
    smallest: FloatArray

    def tests(self, effects: FloatArray) -> PValues:
        """Compare with the standard error; errors of leads grow with the root of the design effect."""
        error = self.standard_error * np.sqrt(effects[:, np.newaxis])
        with np.errstate(divide="ignore", invalid="ignore"):
            low, high = (two_sided_p_value(end / error) for end in (self.least, self.greatest))
        straddles = (self.least <= 0) & (self.greatest >= 0)
        unknown = np.full(error.shape, np.nan)
        nearest = np.where(straddles, 1.0, np.where(self.least > 0, low, high))
        return PValues(nearest, np.minimum(low, high), unknown, unknown)

    def limits(self, effects: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the hull over rounding and weights."""
        half = critical_value(levels) * self.standard_error * np.sqrt(effects[:, np.newaxis])
        return (self.least - half).clip(-1, 1), (self.greatest + half).clip(-1, 1)


def scenario_leads(
    poll: Poll,
    question: str,
    options: Options | None = None,
    *,
    pair: tuple[str, str] | None = None,
    partition: str | None = None,
    turnout: Target | None = None,
) -> pd.DataFrame:
    r"""Give the lead in valid votes of one candidate over another if the undecided vote in one way or another.

    Parameters
    ----------
    poll : Poll
    question : str
        As by `vote_question`; where that is empty the table has no rows.
    options : Options, optional
    pair : tuple of str, optional
        Two candidates; the two foremost unless given.
    partition : str, optional
        Segments to weight; without one the printed total is taken as it is.
    turnout : Target, optional
        Votes cast by segment, in place of the published weights. Those who say that they will not vote then stand for
        nobody, and the others of their segment for everybody who votes.

    Returns
    -------
    pandas.DataFrame
        `question, scenario, answer, against, estimate, low, high, …, verdict, standard_error`, as `compare_answers`, each
        judged by itself. `scenario`: `as_decided`, the undecided split as the others do; `equally`; `all_to_X`; and with a
        partition `as_decided_by_segment`. Rounding moves the figures of each segment by themselves, and weights within
        their bounds.

    Notes
    -----
    Shares of the same votes, so that one lead is estimated, not two shares; standard errors by the delta method, with
    weights as sampled. Over the rounding boxes and the weights a lead is a ratio of weighted sums (`ratio_bounds`).

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> leads = scenario_leads(load_poll("cpi-2021-04"), "vote_intention", Options(design_effect=1))
    >>> leads[["scenario", "estimate", "low", "high", "verdict"]].round(3)
              scenario  estimate    low   high verdict
    0       as_decided     0.212  0.138  0.286   ahead
    1          equally     0.163  0.105  0.220   ahead
    2  all_to_castillo     0.394  0.333  0.456   ahead
    3  all_to_fujimori    -0.069 -0.136 -0.003  behind

    Only if nearly all of the undecided had gone to Fujimori would she have led.
    """
    if not question:
        return no_rows(poll, options, _SCENARIOS)
    names = candidates(poll, question)
    table = opened(poll, question)
    whole = table.share[table.rows(names), table.segments.index(WHOLE)]
    ranked = [names[at] for at in np.argsort(-whole, kind="stable")]
    chosen = (
        (ranked[0], ranked[1]) if pair is None else (table.question[pair[0]].id, table.question[pair[1]].id)
    )
    if turnout is not None and partition is None:
        partition = finest_partition(poll, turnout, question)
    return made(
        _scenario_leads, poll, options, question=question, pair=chosen, partition=partition, turnout=turnout
    )


def _scenario_leads(
    poll: Poll,
    settings: Sequence[Options],
    *,
    question: str,
    pair: tuple[str, str],
    partition: str | None,
    turnout: Target | None,
) -> list[pd.DataFrame]:
    """Do what `scenario_leads` says, for each of the options."""
    names = candidates(poll, question)
    of_parts = summed(poll, question, partition=partition, target=turnout or PUBLISHED)
    scenarios = _scenarios(names, pair, by_segment=partition is not None)
    leads = _leads(poll, question, pair, of_parts, scenarios, absent=turnout is not None)
    frame = pd.DataFrame({"scenario": [one.name for one in scenarios]}).assign(
        question=poll.question(question).id, answer=pair[0], against=pair[1]
    )
    frames = []
    for one in settings:
        alone = [judge(_row(leads, at), [one], LEADS)[0] for at in range(len(scenarios))]
        judged = {name: np.concatenate([row[name] for row in alone]) for name in alone[0]}
        error = leads.standard_error * np.sqrt(one.effect)
        frames.append(frame.assign(**judged, standard_error=error))
    return frames


def _row(leads: _ScenarioLeads, at: int) -> _ScenarioLeads:
    """Return one of the scenarios."""
    some = slice(at, at + 1)
    return _ScenarioLeads(
        leads.estimate[some],
        leads.least[some],
        leads.greatest[some],
        leads.standard_error[some],
        leads.smallest[some],
    )


def _leads(
    poll: Poll,
    question: str,
    pair: tuple[str, str],
    of_parts: Sum,
    scenarios: Sequence[_Scenario],
    *,
    absent: bool,
) -> _ScenarioLeads:
    """Return the lead of every scenario, its ends over rounding and weights, and its standard error at design effect 1."""
    table, parts = opened(poll, question), of_parts.parts
    columns = table.columns(of_parts.segments)
    others = [name for name in candidates(poll, question) if name not in pair]
    roles = {role: answers_of_role(table.question, role) for role in ("undecided", "will_not_vote")}
    groups = [[pair[0]], [pair[1]], others, roles["undecided"], roles["will_not_vote"]]

    def grouped(values: FloatArray) -> FloatArray:
        sums = [values[np.ix_(table.rows(group), columns)].sum(axis=0) for group in groups]
        return np.array(sums)

    def voters(shares: np.ndarray) -> np.ndarray:
        return shares[:4] / (1 - shares[4]) if absent else shares[:4]

    share, low, high = grouped(table.share), grouped(table.low), grouped(table.high)
    undecided_unknown = bool(np.isnan(share[3]).any())
    for values in (share, low, high):  # some scenarios do without them
        values[3] = 0 if undecided_unknown else values[3]
    # At most all: a corner that no column can reach is scaled back to the whole.
    corners = [
        np.where(np.array(up)[:, np.newaxis], high, low) for up in product((False, True), repeat=len(groups))
    ]
    corners = [corner / np.maximum(1.0, corner.sum(axis=0)) for corner in corners]
    ends, estimates = [], []
    for one in scenarios:

        def lead(weights: np.ndarray, shares: np.ndarray, one: _Scenario = one) -> np.ndarray:
            of_voters = voters(shares)
            return np.asarray((one.lead(*of_voters) @ weights) / (one.whole(*of_voters) @ weights))

        with np.errstate(divide="ignore", invalid="ignore"):
            of_corners = [voters(corner) for corner in corners]
            wholes = np.array([one.whole(*corner) for corner in of_corners])
            halves = (wholes + np.array([one.lead(*corner) for corner in of_corners])) / 2
            ends.append([2 * end - 1 for end in ratio_bounds(parts, (halves, wholes), (halves, wholes))])
            estimates.append(delta_estimate(lead, parts, share))
    missing = np.array([undecided_unknown and one.counts_undecided for one in scenarios])
    least, greatest = np.where(missing, np.nan, np.array(ends).T)
    error = np.array([float(one.standard_error) for one in estimates])
    # Without an end a lead is not known, and without an error its interviews are not: neither is a tie.
    found = np.array([float(one.share) for one in estimates]) + 0 * (least + greatest)
    return _ScenarioLeads(found, least, greatest, error, parts.n_whole + 0 * error)


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
    poll : Poll
    question : str
        As by `vote_question`; where that is empty the table has no rows.
    options : Options, optional
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
    return made(
        _leading_probability,
        poll,
        options,
        question=question,
        target=goal,
        partition=partition,
        added_error=added_error,
    )


def _leading_probability(
    poll: Poll,
    settings: Sequence[Options],
    *,
    question: str,
    target: Target,
    partition: str | Sequence[str] | None,
    added_error: float,
) -> list[pd.DataFrame]:
    """Do what `leading_probability` says, for each of the options; the level of confidence has no part in it."""
    names = candidates(poll, question)
    table, of_parts = opened(poll, question), summed(poll, question, partition=partition, target=target)
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

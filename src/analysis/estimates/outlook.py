"""Who leads, by how much and how surely: all that one vote question says of the votes, in one result."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates.accuracy import poll_accuracy
from analysis.estimates.against_result import segments_against_result
from analysis.estimates.covers import figures
from analysis.estimates.leading import probability_of_leading
from analysis.estimates.reweighting import finest_partition
from analysis.estimates.scenario_leads import scenario_leads
from analysis.estimates.votes import answers_of_role, candidates, valid_votes
from analysis.polls import Poll, Question, Result, Target
from analysis.polls.segments import WHOLE
from analysis.stats.intervals import lead_interval
from analysis.stats.leads import lead_verdict
from analysis.stats.margins import SMALL_BASE
from analysis.stats.multiplicity import tipping_design_effect

__all__ = ["VoteOutlook", "vote_outlook", "vote_question"]


@dataclass(frozen=True, eq=False, slots=True)
class VoteOutlook:
    """What a vote question says of the votes.

    Attributes
    ----------
    question : str
        Its id; empty if the poll has no such question.
    candidates : tuple of str
        By their share of the whole sample, the largest first; empty if people did not each name one of two or more.
    leads : pandas.DataFrame
        `design_effect, lead, low, high, verdict`: the first candidate's lead over the second among all interviews.
    tipping : float
        Design effect at which that lead stops being significant; below 1 if it is not to begin with.
    sampling_error : float
        Standard error of the first candidate's share of the two candidates' votes.
    undecided, needed : float
        Share of all interviewed who are undecided; the share of them that the second must win, the first winning the
        rest, to tie. Above 1 if even all of them are not enough, NaN if there are none.
    valid : pandas.DataFrame
        `valid_votes` of the sample as published.
    scenarios : pandas.DataFrame
        `scenario_leads` with `weights`: `printed` for the printed totals and, if the votes cast fit the poll's
        segments, `votes_cast`.
    probability : pandas.DataFrame
        `probability_of_leading`.
    accuracy, against : pandas.DataFrame
        `poll_accuracy` and `segments_against_result`; empty without a result that fits.
    days : int or None
        From the last interview to the vote; None without a result that fits.
    result, votes_cast : Result, Target or None
        What was given.
    result_fits : bool
        Whether the result has votes of every candidate.
    partition : str
        The segments that the votes cast weight; empty where they do not fit.
    confidence_level, design_effect : float
    """

    question: str
    candidates: tuple[str, ...] = ()
    leads: pd.DataFrame = field(default_factory=pd.DataFrame)
    tipping: float = np.nan
    sampling_error: float = np.nan
    undecided: float = np.nan
    needed: float = np.nan
    valid: pd.DataFrame = field(default_factory=pd.DataFrame)
    scenarios: pd.DataFrame = field(default_factory=pd.DataFrame)
    probability: pd.DataFrame = field(default_factory=pd.DataFrame)
    accuracy: pd.DataFrame = field(default_factory=pd.DataFrame)
    against: pd.DataFrame = field(default_factory=pd.DataFrame)
    days: int | None = None
    result: Result | None = None
    votes_cast: Target | None = None
    result_fits: bool = False
    partition: str = ""
    confidence_level: float = 0.95
    design_effect: float = 1.0


def _asks_for_a_vote(question: Question) -> bool:
    """Say whether each person named one of two or more candidates."""
    named = [a for a in question.answers if a.role == "candidate" and a.given is None]
    return question.kind == "single_response" and len(named) > 1


def vote_question(poll: Poll, question: str = "") -> str:
    """Choose the question in which people name a candidate.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question, which is taken as it is; empty for the first with two or more candidates.

    Returns
    -------
    str
        A question id; empty if the poll has no such question.

    Raises
    ------
    PollError
        If a question is named that the poll does not have.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> vote_question(load_poll("cpi-2021-04"))
    'vote_intention'

    The poll's first table asks for the vote.
    """
    if question:
        return poll.question(question).id
    return next((asked.id for asked in poll.questions if _asks_for_a_vote(asked)), "")


def vote_outlook(
    poll: Poll,
    question: str = "",
    *,
    result: Result | None = None,
    votes_cast: Target | None = None,
    design_effects: Sequence[float] = (1.0, 1.5, 2.0),
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
) -> VoteOutlook:
    """Tell who leads, by how much and how surely, and hold that against the result.

    Parameters
    ----------
    poll : Poll
    question : str
        As for `vote_question`.
    result : Result, optional
        The official result, once there is one.
    votes_cast : Target, optional
        Votes cast in each segment, which replace its share of the sample (`undecided_scenarios`).
    design_effects : sequence of float
        Of which the lead is given, beside `design_effect`.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    VoteOutlook
        Without tables if the question does not ask for one of two or more candidates; without a comparison if the
        result is of others; without reweighted scenarios if the votes cast are of other segments.

    Raises
    ------
    PollError
        If a question is named that the poll does not have.
    AnalysisError
        If an option is not allowed.

    Notes
    -----
    The first and the second are those of the whole sample. See the functions named in `VoteOutlook`.

    Examples
    --------
    >>> from analysis.polls import load_poll, load_result
    >>> outlook = vote_outlook(load_poll("cpi-2021-04"), result=load_result("peru-2021-runoff"))
    >>> print(outlook.leads.round(3).to_string(index=False))
     design_effect  lead   low  high verdict
               1.0 0.124 0.081 0.167   ahead
               1.5 0.124 0.072 0.176   ahead
               2.0 0.124 0.064 0.184   ahead
    >>> print(f"{outlook.tipping:.1f} {outlook.days}")
    8.4 46

    Castillo was ahead, and only a design effect of 8.4 would have made it a tie. The vote was 46 days later.
    """
    name = vote_question(poll, question)
    given = VoteOutlook(
        name,
        result=result,
        votes_cast=votes_cast,
        confidence_level=confidence_level,
        design_effect=design_effect,
    )
    if not name or not _asks_for_a_vote(poll.question(name)):
        return given
    names = candidates(poll, name, fewest=2)
    whole = figures(poll, name, [WHOLE]).rows(names)
    ranked = [names[row] for row in np.argsort(-whole.share[:, 0], kind="stable")]
    pair = ranked[0], ranked[1]
    undecided = float(figures(poll, name, [WHOLE]).rows(answers_of_role(poll, name, "undecided")).share.sum())
    a, b = (float(whole.share[names.index(answer), 0]) for answer in pair)
    n_effective = (poll.sheet.n if poll.question(name).base == "all" else np.nan) / design_effect
    leads, tipping = _leads(poll, name, pair, sorted({*design_effects, design_effect}), confidence_level)
    options: Any = {"confidence_level": confidence_level, "design_effect": design_effect}
    scenarios = [scenario_leads(poll, name, pair, **options).assign(weights="printed")]
    partition = (finest_partition(poll, votes_cast) if votes_cast is not None else None) or ""
    if partition:
        weighted = scenario_leads(poll, name, pair, partition=partition, turnout=votes_cast, **options)
        scenarios.append(weighted.assign(weights="votes_cast"))
    fits = result is not None and all(result.proclaimed.get(answer, 0) > 0 for answer in names)
    return VoteOutlook(
        name,
        tuple(ranked),
        leads,
        tipping,
        float(np.sqrt(a * b / n_effective / (a + b) ** 3)) if a + b > 0 else np.nan,
        undecided,
        (1 + (a - b) / undecided) / 2 if undecided > 0 else np.nan,
        valid_votes(poll, name, **options),
        pd.concat(scenarios, ignore_index=True),
        probability_of_leading(poll, name, design_effect=design_effect),
        poll_accuracy(poll, result, question=name, design_effect=design_effect)
        if result is not None and fits
        else pd.DataFrame(),
        segments_against_result(poll, result, name, **options)
        if result is not None and fits
        else pd.DataFrame(),
        (result.date - poll.sheet.fieldwork[1]).days if result is not None and fits else None,
        result,
        votes_cast,
        fits,
        partition,
        **options,
    )


def _leads(
    poll: Poll, question: str, pair: tuple[str, str], design_effects: Sequence[float], confidence_level: float
) -> tuple[pd.DataFrame, float]:
    """Return the lead of the first over the second by design effect, and where it tips."""
    known = figures(poll, question, [WHOLE]).rows(pair)
    (a, b), (low_a, low_b), (high_a, high_b) = known.share[:, 0], known.low[:, 0], known.high[:, 0]
    asked_of_all = poll.question(question).base == "all"
    n_effective = (poll.sheet.n if asked_of_all else np.nan) / np.array(design_effects, dtype=float)
    lead, low, high = lead_interval(a, b, n_effective, confidence_level=confidence_level)
    verdict = lead_verdict(
        low_a, high_a, low_b, high_b, n_effective, confidence_level=confidence_level, small_base=SMALL_BASE
    )
    columns = {"design_effect": design_effects, "lead": lead, "low": low, "high": high, "verdict": verdict}
    error = np.sqrt((a + b - (a - b) ** 2) / (n_effective[0] * design_effects[0]))
    tipping = tipping_design_effect(a - b, error, confidence_level=confidence_level)
    return pd.DataFrame(columns), float(tipping)

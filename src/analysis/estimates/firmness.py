"""How firm each candidate's vote is: floors and ceilings, whether they meet, and whose voters are surer."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.estimates.covers import figures
from analysis.estimates.paired_cells import column_of, compared_cells, paired_cells
from analysis.estimates.precision import published_intervals
from analysis.estimates.verdicts import COMPARISON_WORDS, judge
from analysis.estimates.votes import answers_of_role, firm_vote
from analysis.estimates.weights import segment_bases
from analysis.polls import Poll, Question
from analysis.polls.segments import WHOLE
from analysis.stats.intervals import lead_interval, share_interval
from analysis.stats.leads import lead_verdict
from analysis.stats.margins import SMALL_BASE, FloatArray

__all__ = ["VoteFirmness", "certainty_question", "vote_firmness"]


@dataclass(frozen=True, eq=False, slots=True)
class VoteFirmness:
    """What a table on the certainty of the vote says.

    Attributes
    ----------
    question : str
        The table; empty if the poll has none.
    candidates : tuple of str
        By their share of the whole sample, the largest first; empty if the table does not say who is certain.
    votes : pandas.DataFrame
        The columns of `firm_vote`, and `to_win, to_win_low, to_win_high`: the undecided and those who gave another
        answer but might change; all are shares of the segment.
    leads : pandas.DataFrame
        `measure, segment, lead, low, high, verdict`, between the first two candidates: `all` of the first over the second
        among all, `firm` in firm votes, and `reach` of the second's ceiling over the first's floor. Verdicts are those of
        `lead_verdict`. Empty with fewer than two candidates.
    certainty : pandas.DataFrame
        The rows of `published_intervals` that are conditional on an answer, and `given, role`.
    differences : pandas.DataFrame
        `segment, difference, low, high, p_value, p_adjusted, verdict`: share of the first candidate's voters who are certain
        minus that of the second's.
    confidence_level, design_effect : float
    """

    question: str
    candidates: tuple[str, ...] = ()
    votes: pd.DataFrame = field(default_factory=pd.DataFrame)
    leads: pd.DataFrame = field(default_factory=pd.DataFrame)
    certainty: pd.DataFrame = field(default_factory=pd.DataFrame)
    differences: pd.DataFrame = field(default_factory=pd.DataFrame)
    confidence_level: float = 0.95
    design_effect: float = 1.0


def _asks_how_certain(question: Question) -> bool:
    """Say whether a question has a row of the certain among the voters of a candidate."""
    named = {answer.id for answer in question.answers if answer.role == "candidate"}
    return question.kind == "single_response" and any(
        answer.role == "certain" and answer.given in named for answer in question.answers
    )


def certainty_question(poll: Poll, question: str = "") -> str:
    """Choose the table that says how certain the voters of each candidate are.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question, which is taken as it is; empty for the first such table.

    Returns
    -------
    str
        A question id; empty if the poll has no such table.

    Raises
    ------
    PollError
        If a question is named that the poll does not have.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> certainty_question(load_poll("cpi-2021-04"))
    'vote_certainty'

    The second table of that poll asked voters whether they might change.
    """
    if question:
        return poll.question(question).id
    return next((asked.id for asked in poll.questions if _asks_how_certain(asked)), "")


def vote_firmness(
    poll: Poll,
    question: str = "",
    *,
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> VoteFirmness:
    r"""Tell how firm each candidate's vote is.

    Parameters
    ----------
    poll : Poll
    question : str
        As for `certainty_question`.
    confidence_level : float
        In (0, 1).
    design_effect : float
        Variance of the design relative to simple random sampling.
    small_base : float
        Effective base below which nothing is tested.

    Returns
    -------
    VoteFirmness
        Its tables are empty if there is no such table.

    Raises
    ------
    PollError
        If a question is named that the poll does not have.
    AnalysisError
        If an option is not allowed.

    Notes
    -----
    Floors and ceilings are those of `firm_vote`. Those firmly for the first candidate, and those who name the second or are
    undecided, are two answers of one question that nobody can both give, so the reach of the second's ceiling over the
    first's floor is a lead like any other (`lead_interval`). Whose voters are surer compares two disjoint groups
    (`difference_interval`), tested in the whole sample by itself and in the other columns as one family (Holm).

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> firmness = vote_firmness(load_poll("cpi-2021-04"))
    >>> leads = firmness.leads[firmness.leads["segment"] == "total"].round(3)
    >>> leads[["measure", "lead", "low", "high", "verdict"]]
       measure   lead    low   high verdict
    0      all  0.124  0.081  0.167   ahead
    9     firm  0.121  0.081  0.162   ahead
    18   reach  0.090  0.042  0.138   ahead

    Castillo was ahead in firm votes too. But with everybody who was undecided, Fujimori could have passed his firm
    votes by 9.0 points, with 95 % confidence by 4.2 to 13.8.
    """
    name = certainty_question(poll, question)
    if not name or not _asks_how_certain(poll.question(name)):
        return VoteFirmness(name, confidence_level=confidence_level, design_effect=design_effect)
    votes = _votes(poll, name, confidence_level=confidence_level, design_effect=design_effect)
    first_column = WHOLE if WHOLE in set(votes["segment"]) else votes["segment"].iloc[0]
    ranked = votes[votes["segment"] == first_column].sort_values("share", ascending=False, kind="stable")
    names = tuple(str(answer) for answer in ranked["answer"])
    pair = names[:2]
    intervals = published_intervals(
        poll, name, confidence_level=confidence_level, design_effect=design_effect, small_base=small_base
    )
    answers = {answer.id: answer for answer in poll.question(name).answers}
    certainty = intervals.assign(
        given=[answers[answer].given or "" for answer in intervals["answer"]],
        role=[answers[answer].role for answer in intervals["answer"]],
    ).query("given != ''")
    leads, differences = pd.DataFrame(), pd.DataFrame()
    if len(pair) == 2:
        leads = _leads(poll, name, pair, votes, confidence_level, design_effect, small_base)
        differences = _differences(poll, name, pair, confidence_level, design_effect, small_base)
    return VoteFirmness(name, names, votes, leads, certainty, differences, confidence_level, design_effect)


def _n_effective(poll: Poll, question: str, segments: list[str], design_effect: float) -> FloatArray:
    """Return the effective base of each segment, NaN where not everybody was asked."""
    bases = segment_bases(poll, design_effect=design_effect).set_index("segment")["n_effective"]
    n_effective = bases.reindex(segments).to_numpy(dtype=float)
    return n_effective if poll.question(question).base == "all" else np.full(len(segments), np.nan)


def _votes(poll: Poll, question: str, *, confidence_level: float, design_effect: float) -> pd.DataFrame:
    """Return the firm votes, with what is left to win."""
    votes = firm_vote(poll, question, confidence_level=confidence_level, design_effect=design_effect)
    to_win = votes["undecided"] + votes["soft_others"]
    n_effective = _n_effective(poll, question, votes["segment"].to_list(), design_effect)
    low, high = share_interval(to_win.clip(upper=1), n_effective, confidence_level=confidence_level)
    return votes.assign(to_win=to_win, to_win_low=low, to_win_high=high)


def _leads(
    poll: Poll,
    question: str,
    pair: tuple[str, ...],
    votes: pd.DataFrame,
    confidence_level: float,
    design_effect: float,
    small_base: float,
) -> pd.DataFrame:
    """Compare the two in all votes, in firm votes, and the second's ceiling with the first's floor."""
    segments = votes["segment"].unique().tolist()
    printed = figures(poll, question, segments)
    ends = {side: dict(zip(printed.answers, getattr(printed, side), strict=True)) for side in ("low", "high")}
    certain = {
        answer.given: answer.id
        for answer in poll.question(question).answers
        if answer.role == "certain" and answer.given is not None
    }
    undecided = answers_of_role(poll, question, "undecided")
    nothing = np.full(len(segments), np.nan)

    def floor(candidate: str, side: str) -> FloatArray:
        return np.asarray(ends[side][candidate] * ends[side].get(certain.get(candidate, ""), nothing))

    def ceiling(candidate: str, side: str) -> FloatArray:
        reached = sum((ends[side][answer] for answer in undecided), ends[side][candidate])
        return np.asarray(np.minimum(reached, 1) + 0 * floor(candidate, side))

    def column(candidate: str, name: str) -> FloatArray:
        rows = votes[votes["answer"] == candidate].set_index("segment").loc[segments]
        return rows[name].to_numpy(dtype=float)

    first, second = pair
    n_effective = _n_effective(poll, question, segments, design_effect)
    sides = {
        "all": (column(first, "share"), column(second, "share"), *(ends[s][c] for c in pair for s in ends)),
        "firm": (column(first, "floor"), column(second, "floor"), *(floor(c, s) for c in pair for s in ends)),
        "reach": (
            column(second, "ceiling").clip(max=1),
            column(first, "floor"),
            *(ceiling(second, s) for s in ends),
            *(floor(first, s) for s in ends),
        ),
    }
    tables = []
    for measure, (a, b, *box) in sides.items():
        lead, low, high = lead_interval(a, b, n_effective, confidence_level=confidence_level)
        verdict = lead_verdict(
            box[0],
            box[1],
            box[2],
            box[3],
            n_effective,
            confidence_level=confidence_level,
            small_base=small_base,
        )
        columns = {"lead": lead, "low": low, "high": high, "verdict": verdict}
        tables.append(pd.DataFrame({"measure": measure, "segment": segments, **columns}))
    return pd.concat(tables, ignore_index=True)


def _differences(
    poll: Poll,
    question: str,
    pair: tuple[str, ...],
    confidence_level: float,
    design_effect: float,
    small_base: float,
) -> pd.DataFrame:
    """Compare how many of either candidate's voters are certain, column by column."""
    certain = {a.given: a.id for a in poll.question(question).answers if a.role == "certain"}
    cells = compared_cells(poll, question, design_effect=design_effect, small_base=small_base)
    segments = cells.index.unique("segment").tolist()
    a, b = (
        pd.concat([column_of(cells, [certain.get(candidate, "")], segment) for segment in segments])
        .set_axis(segments, axis=0)
        for candidate in pair
    )  # fmt: skip
    # Voters of two candidates have no interview in common, whatever the column.
    compared = paired_cells(a, b, "disjoint", confidence_level=confidence_level, small_base=small_base)
    tests = compared.assign(family=["whole" if segment == WHOLE else "columns" for segment in segments])
    judged = judge(tests, COMPARISON_WORDS, adjustment="holm", confidence_level=confidence_level)
    columns = ["segment", "difference", "low", "high", "p_value", "p_adjusted", "verdict"]
    return compared.assign(segment=segments).join(judged)[columns].reset_index(drop=True)

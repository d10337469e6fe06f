"""The answers to one question: which leads which in a segment, and whether segments answer it alike."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.paired_cells import column_of, compared_cells, untested
from analysis.estimates.precision import published_intervals
from analysis.estimates.verdicts import Judgement, judge
from analysis.polls import Poll, Question
from analysis.stats.differences import lead_test
from analysis.stats.intervals import lead_interval
from analysis.stats.leads import lead_envelope
from analysis.stats.margins import SMALL_BASE, FloatArray
from analysis.stats.multiplicity import HomogeneityTest, rao_scott_test

__all__ = ["compare_answers", "question_test", "question_tests"]

_WORDS = Judgement(above="ahead", below="behind", alike="statistical tie")

# Who gives one of these gives no other answer: "no opinion", and "nothing stands out".
_EXCLUSIVE = {"no_opinion", "nothing"}

_COLUMNS = ["answer_a", "answer_b", "segment", "lead", "low", "high", "p_value", "p_adjusted", "verdict"]


def compare_answers(
    poll: Poll,
    question: str,
    *,
    segment: str = "total",
    answers: Sequence[str] | None = None,
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    """Give the lead of every answer over every other in one segment.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    segment : str
        Id of one of its segments.
    answers : sequence of str, optional
        Ids of the answers to compare; all unless given.
    adjustment : str
        For the number of leads, as for `adjusted_p_values`.
    confidence_level : float
        In (0, 1); of the intervals, and one minus the level of significance.
    design_effect : float
        Variance of the design relative to simple random sampling.
    small_base : float
        Effective base below which nothing is tested.

    Returns
    -------
    pandas.DataFrame
        `answer_a, answer_b, segment, lead, low, high, p_value, p_adjusted, verdict`, pairs in published
        order; answers are compared where they are shares of one base. Leads are differences of shares,
        `a − b`. The intervals are not adjusted. Verdicts: `LEAD_VERDICTS`.

    Raises
    ------
    PollError
        If the poll has no such question, segment or answer.
    AnalysisError
        If a level, design effect, adjustment or threshold is not allowed.

    Notes
    -----
    `lead_interval` and `lead_test`, with the figures and bases of `published_intervals`. A p-value of
    0.05 and a limit of 0 come together, before adjustment.

    Where people may give several answers, how many gave two of them is unknown: `lead_envelope`, of which the
    p-value is the largest and the interval the widest. Where "no opinion" is an answer, so that everybody
    gives one, the sum of the column bounds how many gave two; and nobody gives "no opinion" beside another.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> leads = compare_answers(load_poll("cpi-2021-04"), "vote_intention", design_effect=2)
    >>> leads[["answer_a", "answer_b", "lead", "low", "high", "verdict"]].round(3).iloc[[0, 4, 7]]
         answer_a    answer_b   lead    low   high          verdict
    0    castillo    fujimori  0.124  0.064  0.184            ahead
    4    fujimori  blank_null  0.028 -0.025  0.081  statistical tie
    7  blank_null   undecided  0.026 -0.023  0.075  statistical tie

    Even if the design made 1,200 interviews worth 600, Castillo was ahead of Fujimori; whether more
    people would vote for her than cast a blank ballot cannot be said.
    """
    asked = poll.question(question)
    chosen = [a for a in asked.answers if answers is None or a.id in [asked[id_].id for id_ in answers]]
    cells = column_of(
        compared_cells(poll, question, design_effect=design_effect, small_base=small_base),
        [answer.id for answer in asked.answers],
        poll.segments[segment].id,
    )
    pairs = [(a.id, b.id) for a, b in combinations(chosen, 2) if a.given == b.given]
    a, b = (cells.loc[[pair[side] for pair in pairs]].reset_index(drop=True) for side in (0, 1))
    n = a["n_effective"].to_numpy()
    tests = pd.DataFrame(
        {
            "family": "",
            "untested": untested(a["share"], b["share"], smallest_base=n, small_base=small_base),
        }
    )
    if asked.kind == "single_response":
        lead, low, high = lead_interval(a["share"], b["share"], n, confidence_level=confidence_level)
        tests["z_low"] = tests["z_high"] = lead_test(a["share"], b["share"], n)[0]
        tests["box_low"] = lead_test(a["least"], b["greatest"], n)[0]
        tests["box_high"] = lead_test(a["greatest"], b["least"], n)[0]
    else:
        alone = [asked[x].role in _EXCLUSIVE or asked[y].role in _EXCLUSIVE for x, y in pairs]
        sums = np.where(alone, 1.0, _column_sum(asked, cells))
        lead, low, high, z_low, z_high = _shared_lead(a["share"], b["share"], n, sums, confidence_level)
        tests["z_low"], tests["z_high"] = z_low, z_high
        tests["box_low"] = _shared_lead(a["least"], b["greatest"], n, sums, confidence_level)[3]
        tests["box_high"] = _shared_lead(a["greatest"], b["least"], n, sums, confidence_level)[4]
    rows = pd.DataFrame(pairs, columns=["answer_a", "answer_b"])
    rows = rows.assign(segment=segment, lead=lead, low=low, high=high)
    judged = rows.join(judge(tests, _WORDS, adjustment=adjustment, confidence_level=confidence_level))
    return judged[_COLUMNS]


def _column_sum(question: Question, cells: pd.DataFrame) -> float:
    """Return the most that the answers of a column sum to if everybody gave one of them, else NaN."""
    of_all = [answer for answer in question.answers if answer.given is None]
    if not any(answer.role == "no_opinion" for answer in of_all):
        return np.nan
    return float(cells.loc[[answer.id for answer in of_all], "greatest"].sum(skipna=False))


def _shared_lead(
    a: pd.Series, b: pd.Series, n: FloatArray, sums: FloatArray, confidence_level: float
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return leads with their widest limits, and the least and the greatest z that the overlap admits."""
    lead, low, high, least, greatest = lead_envelope(
        a, b, n, confidence_level=confidence_level, column_sum=np.maximum(sums, a + b)
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.array([lead / least, lead / greatest])
    z[:, (lead == 0) & ~np.isnan(greatest)] = 0.0
    return lead, low, high, z.min(axis=0), z.max(axis=0)


def question_test(
    poll: Poll, question: str, *, partition: str = "region", design_effect: float = 1.0
) -> HomogeneityTest:
    """Test whether the parts of a partition answer a single-response question alike.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a single-response question of the poll.
    partition : str
        Id of one of the poll's partitions.
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    HomogeneityTest
        Of the answers that are shares of the whole base, in published order, by the parts of the
        partition. Its numbers are NaN where a figure was not published or a base is unknown.

    Raises
    ------
    PollError
        If the poll has no such question or partition.
    AnalysisError
        If the question allows several answers, or the design effect is not positive.

    Notes
    -----
    `rao_scott_test` with the figures and bases of `published_intervals`. Where several answers are
    allowed, a person counts in several rows, and a chi-square over them means nothing.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> test = question_test(load_poll("cpi-2021-04"), "vote_intention", partition="zone", design_effect=2)
    >>> print(round(test.statistic, 1), test.degrees_of_freedom, round(test.p_value, 3), round(test.cramers_v, 2))
    26.2 12 0.01 0.15

    The four zones of the interior do not vote alike, even with a design effect of 2, though they do not
    differ by much.
    """
    asked = poll.question(question)
    if asked.kind != "single_response":
        raise AnalysisError(
            f"Question {asked.id!r} allows several answers a person, so that its answers share people in "
            "unknown numbers; use compare_segments, answer by answer."
        )
    parts = list(poll.segments.partition(partition).parts)
    answers = [answer.id for answer in asked.answers if answer.given is None]
    cells = published_intervals(poll, question, design_effect=design_effect)
    shares, bases = (
        cells.pivot(index="answer", columns="segment", values=values).reindex(index=answers, columns=parts)
        for values in ("share", "base")
    )
    return rao_scott_test(shares, bases.min(), design_effect=design_effect)


def question_tests(
    poll: Poll, question: str, *, partition: str = "", design_effect: float = 1.0
) -> pd.DataFrame:
    """Test for every partition of a poll whether its parts answer a single-response question alike.

    Parameters
    ----------
    poll : Poll
    question : str
        Id of a question of the poll.
    partition : str
        Id of one of the poll's partitions; empty for all of them.
    design_effect : float
        Variance of the design relative to simple random sampling.

    Returns
    -------
    pandas.DataFrame
        `partition, statistic, degrees_of_freedom, p_value, cramers_v, smallest_expected`, one row a partition; numbers
        are NaN where a figure was not published, a base is unknown or a column does not add up. Without
        rows for a question that allows several answers, where there is no such test.

    Raises
    ------
    PollError
        If the poll has no such question or partition.
    AnalysisError
        If the design effect is not positive.

    Notes
    -----
    `question_test`, partition by partition.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> tests = question_tests(load_poll("cpi-2021-04"), "vote_intention")
    >>> tests[["partition", "statistic", "cramers_v"]].round(2)
      partition  statistic  cramers_v
    0    region      94.10       0.28
    1      zone      52.45       0.15
    2      area      37.26       0.22

    Regions differ most, and zones least.
    """
    if not design_effect > 0:
        raise AnalysisError(
            f"design_effect: {design_effect!r} is not allowed; use a positive number, such as 1.5."
        )
    chosen = [poll.segments.partition(partition)] if partition else poll.segments.partitions
    columns = ["statistic", "degrees_of_freedom", "p_value", "cramers_v", "smallest_expected"]
    rows = []
    for each in chosen if poll.question(question).kind == "single_response" else ():
        try:
            found = question_test(poll, question, partition=each.id, design_effect=design_effect)
            rows.append([each.id, *(float(getattr(found, column)) for column in columns)])
        except (
            AnalysisError
        ):  # a column that does not add up, or a question that only one answer was given to
            rows.append([each.id, *[np.nan] * len(columns)])
    return pd.DataFrame(rows, columns=["partition", *columns])

"""The same answer in two polls: what has changed, and what may be chance."""

import pandas as pd

from analysis.errors import AnalysisError
from analysis.estimates.paired_cells import column_of, compared_cells, paired_cells
from analysis.estimates.verdicts import COMPARISON_WORDS, judge
from analysis.polls import Poll
from analysis.stats.margins import SMALL_BASE

__all__ = ["compare_polls"]

_COLUMNS = [
    "poll_a",
    "poll_b",
    "segment",
    "answer",
    "difference",
    "low",
    "high",
    "p_value",
    "p_adjusted",
    "verdict",
]


def compare_polls(
    poll_a: Poll,
    poll_b: Poll,
    question: str,
    *,
    segment: str = "total",
    adjustment: str = "holm",
    confidence_level: float = 0.95,
    design_effect: float = 1.0,
    small_base: float = SMALL_BASE,
) -> pd.DataFrame:
    """Compare the answers of one segment in two polls, which are independent samples.

    Parameters
    ----------
    poll_a, poll_b : Poll
        Two polls that use one id for this question, and for its answers; an answer of one alone is
        `"not published"`.
    segment : str
        Id of a segment of both polls.
    question, adjustment, confidence_level, design_effect, small_base
        As for `compare_segments`; the family is the table.

    Returns
    -------
    pandas.DataFrame
        `poll_a, poll_b, segment, answer, difference, low, high, p_value, p_adjusted, verdict`: answers
        in the order of `poll_a`, then those of `poll_b` alone. Otherwise as `compare_segments`.

    Raises
    ------
    PollError
        If one of the polls has no such question or segment.
    AnalysisError
        If the two are one poll, if an answer is conditional on another in one of them only, and as
        `compare_segments`.

    Notes
    -----
    `difference_interval` and `difference_test`. Two pollsters differ in more than sampling: in mode,
    wording, weighting and coverage.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from analysis.polls import load_poll
    >>> april = load_poll("cpi-2021-04")
    >>> again = replace(april, id="again", sha256="")
    >>> compare_polls(again, april, "vote_intention")[["answer", "difference", "low", "high"]].round(3).head(1)
         answer  difference    low   high
    0  castillo         0.0 -0.038  0.038

    Two polls of 1,200 interviews that print the same 35.5 % are compatible with a change of up to
    3.8 points either way.
    """
    if poll_a.sha256 == poll_b.sha256:
        raise AnalysisError(f"poll_b: {poll_b.id!r} is the same poll as poll_a; compare two samples.")
    given: dict[str, str | None] = {}
    for poll in (poll_a, poll_b):
        for answer in poll.question(question).answers:
            if given.setdefault(answer.id, answer.given) != answer.given:
                raise AnalysisError(
                    f"Question {question!r}, answer {answer.id!r}: a share of {given[answer.id] or 'all'} in "
                    f"{poll_a.id!r}, but of {answer.given or 'all'} in {poll_b.id!r}; such shares cannot be compared."
                )
    a, b = (
        column_of(
            compared_cells(poll, question, design_effect=design_effect, small_base=small_base),
            list(given),
            poll.segments[segment].id,
        )
        for poll in (poll_a, poll_b)
    )
    rows = paired_cells(a, b, "disjoint", confidence_level=confidence_level, small_base=small_base)
    rows = rows.assign(family="", poll_a=poll_a.id, poll_b=poll_b.id, segment=segment)
    judged = rows.join(
        judge(rows, COMPARISON_WORDS, adjustment=adjustment, confidence_level=confidence_level)
    )
    return judged.rename_axis("answer").reset_index()[_COLUMNS]

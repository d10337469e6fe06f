"""All questions at once: rows that no weights can explain together, and what the others say."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.estimates.weights import Quantity, add_rows, closed_programme, printed_intervals, weight_table
from analysis.polls import Partition, Poll, Question
from analysis.stats.programme import Programme

__all__ = ["weight_contradictions", "weight_sensitivity"]

# Solvers meet conditions to about 1e-9; a contradiction counts from here, a millionth of a point.
_SMALLEST_EXCESS = 1e-8


def _is_open(question: Question) -> bool:
    """Say whether a question was asked of all but may have several answers a person."""
    return question.kind == "multiple_response" and question.base == "all"


def _open_programme(
    poll: Poll,
    partition: Partition,
    left_out: Iterable[Quantity],
    roles_left_out: Sequence[str],
    *,
    slack: bool,
) -> Programme:
    """Write down what all questions say, the open ones with or without room for contradiction."""
    programme = closed_programme(poll, [partition], partition.of)
    intervals = printed_intervals(poll)
    for question in filter(_is_open, poll.questions):
        rows = [
            (question.id, answer.id)
            for answer in question.answers
            if answer.given is None
            and answer.role not in roles_left_out
            and (question.id, answer.id) not in set(left_out)
            and (question.id, answer.id, partition.of) in intervals
        ]
        add_rows(programme, partition, rows, None, intervals, exhaustive=False, slack=slack)
    return programme


def weight_contradictions(
    poll: Poll, *, partition: str = "region", roles_left_out: Sequence[str] = ()
) -> pd.DataFrame:
    r"""Name rows of the open questions that no weights of the closed ones can explain.

    Parameters
    ----------
    poll : Poll
    partition : str
        Id of one of the poll's partitions.
    roles_left_out : sequence of str
        Roles of rows that are not used, such as `["other"]`, whose small categories are often merged
        differently in each column.

    Returns
    -------
    pandas.DataFrame
        `question, answer, printed, excess`: the printed total of each row, and by how much the weighted
        parts lie above (or, negative, below) all shares that round to it. Empty where one set of weights
        explains every row, and where the closed questions already contradict one another.

    Raises
    ------
    PollError
        If the poll has no such partition.

    Notes
    -----
    Each total of an open question may depart from its rounding interval by a slack; the sum of slacks
    (L1) is least. The rows named are *one* least explanation, not *the* wrong rows: another criterion
    names others.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> rows = weight_contradictions(load_poll("cpi-2021-04"), partition="region")
    >>> len(rows), round(100 * float(rows["excess"].abs().sum()), 3)
    (7, 0.439)

    Seven of the printed totals cannot all be right; together they are off by 0.439 points.
    """
    chosen = poll.segments.partition(partition)
    programme = _open_programme(poll, chosen, (), roles_left_out, slack=True)
    totals = poll.estimates[poll.estimates["segment"] == chosen.of][["question", "answer", "printed"]]
    slack = {
        side: [
            (side, ((question, answer), chosen.of)) for question, answer, _ in totals.itertuples(index=False)
        ]
        for side in ("above", "below")
    }
    used = [
        variable for variables in slack.values() for variable in variables if variable in programme.columns
    ]
    solution = programme.minimise(dict.fromkeys(used, 1.0)) or {}
    above, below = (np.array([solution.get(variable, 0.0) for variable in slack[side]]) for side in slack)
    rows = totals.assign(excess=above - below)
    return rows[rows["excess"].abs() > _SMALLEST_EXCESS].reset_index(drop=True)


def weight_sensitivity(
    poll: Poll, *, partition: str = "region", roles_left_out: Sequence[str] = ()
) -> pd.DataFrame:
    """Recover weights from all questions, leaving out the rows that `weight_contradictions` names.

    Parameters
    ----------
    poll : Poll
    partition : str
        Id of one of the poll's partitions.
    roles_left_out : sequence of str
        Roles of rows that are not used either.

    Returns
    -------
    pandas.DataFrame
        As `implied_weights`. A sensitivity range and not a certified one: which rows were left out is
        one choice among several.

    Raises
    ------
    PollError
        If the poll has no such partition.

    Notes
    -----
    The programme of `implied_weights`, with the rows of the open questions added.

    Examples
    --------
    >>> from analysis.estimates import implied_weights
    >>> from analysis.polls import load_poll
    >>> poll = load_poll("cpi-2021-04")
    >>> used = weight_sensitivity(poll, partition="region").iloc[0]
    >>> closed = implied_weights(poll, partition="region").iloc[0]
    >>> bool(used["high"] - used["low"] < closed["high"] - closed["low"])
    True

    The open questions narrow the range for Lima and Callao, if the rows left out are the wrong ones.
    """
    chosen = poll.segments.partition(partition)
    named = weight_contradictions(poll, partition=partition, roles_left_out=roles_left_out)
    left_out = list(zip(named["question"], named["answer"], strict=True))
    programme = _open_programme(poll, chosen, left_out, roles_left_out, slack=False)
    return weight_table(chosen, programme.extremes([("w", part) for part in chosen.parts]))

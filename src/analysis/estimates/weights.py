r"""The weights a pollster did not publish, recovered from what was.

Every printed row says that the total is a weighted mean of the parts, up to rounding, with the
same weights for all rows. Rounding makes each row a pair of linear inequalities, so the weights
compatible with everything printed form a polytope: no model and no fit. Its extent in each weight
is found by linear programming, exactly, by lifting: with :math:`w_g` the weight of part :math:`g`,
:math:`u_{gr} = w_g p_{gr}` is the share of the parent that lies in :math:`g` and gives answer
:math:`r`, and :math:`v_{gq} = u_{gc} q_{gq}` the share that also gives :math:`q` in a table
conditional on answer :math:`c`. Every printed figure bounds a ratio of these, which is linear.

Two assumptions remain: one common weighted base for the questions used, and correct rounding.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.polls import Partition, Poll, Question
from analysis.polls.segments import WHOLE
from analysis.stats.programme import Programme, Variable

__all__ = [
    "Quantity",
    "add_rows",
    "closed_programme",
    "implied_weights",
    "printed_intervals",
    "segment_bases",
    "weight_table",
]

# A base is not given where the smallest and largest compatible with the print differ by more than
# this factor: at 2, intervals are already up to a fifth too wide or too narrow.
_LARGEST_BASE_RATIO = 2.0

# In shares of its parts' parent, a segment above it is larger than 1; by this factor at the most.
_LARGEST_RATIO = 1000.0

Quantity = tuple[str, str]
_Intervals = Mapping[tuple[str, str, str], tuple[float, float]]


def printed_intervals(poll: Poll) -> _Intervals:
    """Map (question, answer, segment) to the shares that round to what every table prints of it."""
    intervals: dict[tuple[str, str, str], tuple[float, float]] = {}
    rows = poll.estimates[poll.estimates["printed"].notna()]
    columns = (rows[name].to_list() for name in ("question", "answer", "segment", "low", "high"))
    for question, answer, segment, low, high in zip(*columns, strict=True):
        key = (*poll.quantity(question, answer), segment)
        known_low, known_high = intervals.get(key, (0.0, 1.0))
        intervals[key] = (max(low, known_low), min(high, known_high))
    return intervals


def _is_closed(question: Question) -> bool:
    """Say whether a question has one answer a person and was asked of all: its rows exhaust every segment."""
    return question.kind == "single_response" and question.base == "all"


def add_rows(
    programme: Programme,
    partition: Partition,
    rows: Sequence[Quantity],
    base: Quantity | None,
    intervals: _Intervals,
    *,
    exhaustive: bool,
    slack: bool = False,
) -> None:
    """Add rows that share a base: all of a segment, or those in it who gave the answer `base`."""
    whole: dict[str, Variable] = {
        segment: ("w", segment) if base is None else (base, segment)
        for segment in (partition.of, *partition.parts)
    }
    for segment, weight in whole.items():
        if exhaustive:
            programme.require_equal(
                {**dict.fromkeys([(row, segment) for row in rows], 1.0), weight: -1.0}, 0.0
            )
        for row in rows:
            is_total = segment == partition.of
            low, high = intervals.get((*row, segment), (0.0, 1.0))
            programme.require_ratio(
                [(row, segment)], [weight], low, high, slack=(row, segment) if slack and is_total else None
            )
    for row in rows:
        parts: dict[Variable, float] = {(row, part): 1.0 for part in partition.parts}
        programme.require_equal({**parts, (row, partition.of): -1.0}, 0.0)


def closed_programme(poll: Poll, partitions: Sequence[Partition], parent: str) -> Programme:
    """Write down what the closed questions say about weights, in shares of `parent`."""
    intervals = printed_intervals(poll)
    programme = Programme(
        upper=1.0 if all(partition.of == parent for partition in partitions) else _LARGEST_RATIO
    )
    programme.require_equal({("w", parent): 1.0}, 1.0)
    for partition in partitions:
        weights: dict[Variable, float] = {("w", part): 1.0 for part in partition.parts}
        programme.require_equal({**weights, ("w", partition.of): -1.0}, 0.0)
        for question in filter(_is_closed, poll.questions):
            for condition in dict.fromkeys(answer.given for answer in question.answers):
                rows = [poll.quantity(question.id, a.id) for a in question.answers if a.given == condition]
                base = None if condition is None else poll.quantity(question.id, condition)
                add_rows(programme, partition, rows, base, intervals, exhaustive=True)
    return programme


def implied_weights(
    poll: Poll, *, partition: str = "region", jointly: bool = False, certify: bool = False
) -> pd.DataFrame:
    r"""Recover the share of each part in its parent from the closed questions.

    Parameters
    ----------
    poll : Poll
    partition : str
        Id of one of the poll's partitions.
    jointly : bool
        Use every partition of the poll at once, since those of one parent share its figures. The
        intervals are then never wider.
    certify : bool
        Prove the bounds in rational arithmetic instead of trusting the solver to about 1e-9.

    Returns
    -------
    pandas.DataFrame
        `segment, weight, low, high`, one row a part, shares of the parent. `low` and `high` are the least and
        greatest weight with which every printed figure of the single-response questions can be
        right; `weight` is such a weight too: at the same fraction of every interval, or as near to it as
        the figures allow.
        All NaN where no weights at all agree with what is printed.

    Raises
    ------
    PollError
        If the poll has no such partition.

    Notes
    -----
    The linear programme of this module's docstring, :math:`2k` times for :math:`k` parts (HiGHS). Its
    conditions are homogeneous, so that weights within any parent need only the normalisation
    :math:`w_{parent} = 1` (Charnes & Cooper 1962). A partition of which too little was published has
    wide intervals, up to [0, 1].

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> implied_weights(load_poll("cpi-2021-04"), partition="region").round(4)
           segment  weight     low    high
    0  lima_callao  0.3705  0.3674  0.3735
    1     interior  0.6295  0.6265  0.6326

    Lima and Callao make up between 36.7 % and 37.4 % of the weighted sample, although the
    pollster printed no weights.
    """
    return _implied_weights(poll, partition, jointly, certify).copy()


@lru_cache(maxsize=64)  # whatever needs a base asks for them, and a poll never changes
def _implied_weights(poll: Poll, partition: str, jointly: bool, certify: bool) -> pd.DataFrame:
    """Do what `implied_weights` says."""
    chosen = poll.segments.partition(partition)
    used = poll.segments.partitions if jointly else (chosen,)
    programme = closed_programme(poll, used, chosen.of)
    return weight_table(chosen, programme.extremes([("w", part) for part in chosen.parts], certify=certify))


def weight_table(
    partition: Partition, extremes: tuple[np.ndarray, np.ndarray, np.ndarray] | None
) -> pd.DataFrame:
    """Lay extremes out as a table, NaN where there are none."""
    nothing = (np.full(len(partition.parts), np.nan),) * 3
    weight, low, high = extremes or nothing
    return pd.DataFrame({"segment": partition.parts, "weight": weight, "low": low, "high": high})


def segment_bases(poll: Poll, *, design_effect: float = 1.0) -> pd.DataFrame:
    """Say how many interviews stand behind each column.

    Parameters
    ----------
    poll : Poll
    design_effect : float
        Variance of the design relative to simple random sampling; 1 is what most sheets assume.

    Returns
    -------
    pandas.DataFrame
        `segment, weight, low, high, base, n_effective`, one row a segment in printed order. `weight` is the
        share of the whole sample, with the interval that the printed figures leave it; `base` the
        published number of interviews or, where none was published, n × weight, which assumes
        interviews in proportion to the weights; `n_effective` is base / design_effect. A weight
        that nothing printed bears on is NaN, and so is a base whose smallest and largest
        admissible values differ by more than a factor of 2.

    Raises
    ------
    AnalysisError
        If the design effect is not positive.

    Notes
    -----
    The weight of a part of a part is a product, and so are the ends of its interval.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> bases = segment_bases(load_poll("cpi-2021-04")).set_index("segment")
    >>> bases.loc[["total", "lima_callao", "rural"], "base"].round().to_list()
    [1200.0, 445.0, 204.0]

    About 445 of the 1,200 interviews stand behind the column of Lima and Callao, and about 204
    behind the rural one.
    """
    if not design_effect > 0:
        raise AnalysisError(
            f"design_effect: {design_effect!r} is not allowed; use a positive number, such as 1.5."
        )
    weights = {WHOLE: np.ones(3)}
    pending = list(poll.segments.partitions)
    while ready := [partition for partition in pending if partition.of in weights]:
        for partition in ready:
            pending.remove(partition)
            for row in implied_weights(poll, partition=partition.id).to_numpy():
                weights.setdefault(row[0], weights[partition.of] * row[1:].astype(float))
    table = pd.DataFrame(
        [weights.get(segment, np.full(3, np.nan)) for segment in poll.segments.ids],
        columns=["weight", "low", "high"],
    )
    table.insert(0, "segment", poll.segments.ids)
    implied = (poll.sheet.n * table["weight"]).where(table["high"] <= _LARGEST_BASE_RATIO * table["low"])
    published = pd.Series([segment.base for segment in poll.segments], dtype=float)
    table["base"] = published.fillna(implied)
    table["n_effective"] = table["base"] / design_effect
    return table

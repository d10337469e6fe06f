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

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from analysis.errors import AnalysisError
from analysis.polls import Partition, Poll, Question
from analysis.polls.segments import WHOLE

__all__ = ["implied_weights", "segment_bases"]

# A base is not given where the smallest and largest compatible with the print differ by more than
# this factor: at 2, intervals are already up to a fifth too wide or too narrow.
_LARGEST_BASE_RATIO = 2.0

_Quantity = tuple[str, str]


@dataclass(slots=True)
class _Programme:
    """Linear inequalities, each a sum of coefficient × variable ≤ limit, and equalities."""

    columns: dict[Hashable, int] = field(default_factory=dict)
    at_most: list[tuple[dict[int, float], float]] = field(default_factory=list)
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def column(self, variable: Hashable) -> int:
        return self.columns.setdefault(variable, len(self.columns))

    def share_of(self, shares: list[Hashable], of: list[Hashable], low: float, high: float) -> None:
        """Require low × Σof ≤ Σshares ≤ high × Σof."""
        for sign, limit in ((1.0, high), (-1.0, low)):
            row = {self.column(variable): sign for variable in shares}
            row |= {self.column(variable): -sign * limit for variable in of}
            self.at_most.append((row, 0.0))

    def sum_equals(self, parts: list[Hashable], whole: Hashable | None) -> None:
        """Require Σparts = whole, or 1 where no whole is given."""
        row = {self.column(variable): 1.0 for variable in parts}
        if whole is not None:
            row[self.column(whole)] = -1.0
        self.equal.append((row, 1.0 if whole is None else 0.0))

    def solutions(self, variables: list[Hashable]) -> Iterator[np.ndarray]:
        """Yield the values of `variables` where each is least, then where it is greatest.

        Nothing is yielded when no point satisfies every row.
        """
        from scipy.optimize import linprog
        from scipy.sparse import csr_array

        def matrix(rows: list[tuple[dict[int, float], float]]) -> csr_array:
            entries = [
                (coefficient, i, j) for i, (row, _) in enumerate(rows) for j, coefficient in row.items()
            ]
            data, i, j = zip(*entries, strict=True)
            return csr_array((data, (i, j)), shape=(len(rows), len(self.columns)))

        wanted = [self.column(variable) for variable in variables]
        solve = partial(
            linprog,
            A_ub=matrix(self.at_most),
            b_ub=[limit for _, limit in self.at_most],
            A_eq=matrix(self.equal),
            b_eq=[limit for _, limit in self.equal],
            bounds=(0, 1),
            method="highs",
        )
        for column in wanted:
            for sign in (1.0, -1.0):
                objective = np.zeros(len(self.columns))
                objective[column] = sign
                result = solve(objective)
                if result.status == 2:
                    return
                if result.x is None:
                    raise AnalysisError(
                        f"The linear programme of the weights was not solved: {result.message}"
                    )
                yield result.x[wanted]


def _closed_questions(poll: Poll) -> list[Question]:
    """Questions with one answer a person, asked of all: their rows exhaust every segment."""
    return [q for q in poll.questions if q.kind == "single_response" and q.base == "all"]


def _printed_intervals(poll: Poll) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Map (question, answer, segment) to the shares that round to what is printed, in every table that prints it."""
    intervals: dict[tuple[str, str, str], tuple[float, float]] = {}
    rows = poll.estimates[poll.estimates["printed"].notna()]
    columns = (rows[name].to_list() for name in ("question", "answer", "segment", "low", "high"))
    for question, answer, segment, low, high in zip(*columns, strict=True):
        key = (*poll.quantity(question, answer), segment)
        known_low, known_high = intervals.get(key, (0.0, 1.0))
        intervals[key] = (max(low, known_low), min(high, known_high))
    return intervals


def _programme(poll: Poll, partition: Partition) -> _Programme:
    """Write down what the closed questions say about the weights of one partition."""
    intervals = _printed_intervals(poll)
    programme = _Programme()
    programme.sum_equals([("w", part) for part in partition.parts], None)
    for question in _closed_questions(poll):
        conditions = dict.fromkeys(answer.given for answer in question.answers)
        for condition in conditions:
            rows = [
                poll.quantity(question.id, answer.id)
                for answer in question.answers
                if answer.given == condition
            ]
            base = None if condition is None else poll.quantity(question.id, condition)
            _add_rows(programme, partition, rows, base, intervals)
    return programme


def _add_rows(
    programme: _Programme,
    partition: Partition,
    rows: list[_Quantity],
    base: _Quantity | None,
    intervals: Mapping[tuple[str, str, str], tuple[float, float]],
) -> None:
    """Add rows that exhaust a base: all of a segment, or those in it who gave the answer `base`."""
    whole: dict[str, Hashable] = {
        part: ("w", part) if base is None else (base, part) for part in partition.parts
    }
    for part in partition.parts:
        programme.sum_equals([(row, part) for row in rows], whole[part])
        for row in rows:
            if (*row, part) in intervals:
                programme.share_of([(row, part)], [whole[part]], *intervals[*row, part])
    for row in rows:
        if (*row, partition.of) in intervals:
            shares: list[Hashable] = [(row, part) for part in partition.parts]
            programme.share_of(shares, list(whole.values()), *intervals[*row, partition.of])


def implied_weights(poll: Poll, *, partition: str = "region") -> pd.DataFrame:
    r"""Recover the share of each part in its parent from the closed questions.

    Parameters
    ----------
    poll : Poll
    partition : str
        Id of one of the poll's partitions.

    Returns
    -------
    pandas.DataFrame
        `segment, weight, low, high`, one row a part, shares of the parent. `low` and `high` are the least and
        greatest weight with which every printed figure of the single-response questions can be
        right; `weight` is the mean of the extreme points found, which is itself such a weight.
        All NaN where no weights at all agree with what is printed.

    Raises
    ------
    PollError
        If the poll has no such partition.

    Notes
    -----
    The linear programme of this module's docstring, :math:`2k` times for :math:`k` parts (HiGHS).
    A partition of which too little was published has wide intervals, up to [0, 1].

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
    chosen = poll.segments.partition(partition)
    weights: list[Hashable] = [("w", part) for part in chosen.parts]
    extremes = list(_programme(poll, chosen).solutions(weights))
    found = np.array(extremes) if extremes else np.full((1, len(weights)), np.nan)
    return pd.DataFrame(
        {
            "segment": chosen.parts,
            "weight": found.mean(axis=0),
            "low": found.min(axis=0).clip(0, 1),
            "high": found.max(axis=0).clip(0, 1),
        }
    )


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

r"""The weights a pollster did not publish, recovered from what was.

Every printed row says that the total is a weighted mean of the parts, up to rounding, with the same weights for all rows.
Rounding makes each row a pair of linear inequalities, so the weights compatible with everything printed form a polytope:
no model and no fit. Its extent in each weight is found by linear programming, exactly. With :math:`w_g` the weight of part
:math:`g`, :math:`u_{gr} = w_g p_{gr}` is the share of the parent that lies in :math:`g` and gives answer :math:`r`, and
:math:`v_{gq} = u_{gc} q_{gq}` the share that also gives :math:`q` in a table conditional on answer :math:`c`. Every printed
figure bounds a ratio of these, which is linear.

Where no table is conditional on a question, its :math:`u` can be left out: they are flows from parts to answers, and such
flows exist exactly if no set of answers is oversubscribed (Hoffman 1960, *Proceedings of Symposia in Applied
Mathematics* 10): for every set :math:`S`,
:math:`\sum_g w_g \max(\sum_{r \in S} \underline p_{gr}, 1 - \sum_{r \notin S} \overline p_{gr})
\le \sum_{r \in S} u_r`, with :math:`u_r` the whole's. Of more than ten answers the :math:`u` are written down; where they
would be very many, :math:`S` is each answer, and all but each: bounds are wider then than the polytope, and as true.

Two assumptions remain: one common weighted base for the questions used, and correct rounding.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.estimates.opening import TOLERANCE, is_closed, spread_of
from analysis.estimates.options import Options, a_poll
from analysis.estimates.remaking import remakeable_each
from analysis.polls import Partition, Poll, Question
from analysis.stats.arrays import FloatArray
from analysis.stats.programme import Programme, Variable
from analysis.stats.solver import Solver
from analysis.stats.weights import widened_bounds

__all__ = [
    "Bounds", "Quantity", "closed_programme", "implied_weights", "misprinted_rows", "printed_intervals",
    "weight_bounds_of",
]  # fmt: skip

# In shares of its parts' parent, a segment above it is larger than 1; by this factor at the most.
_LARGEST_RATIO = 1000.0
_MOST_ANSWERS = 10  # of a question whose sets of answers are gone through; there are 2 to that power
_MOST_SHARES = 4000  # that are variables, of questions of more answers; a programme of more takes minutes
_FEW_ROWS = 0.03  # of a poll, that may be misprinted
_MOST_QUESTIONS = 12  # by which bounds are narrowed one at a time

Quantity = tuple[str, str]
Bounds = tuple[FloatArray, FloatArray, FloatArray]


class _Intervals(dict[tuple[str, str, str], tuple[float, float]]):
    """Shares by question, answer and segment; where nothing was printed, all there are."""

    def __missing__(self, key: tuple[str, str, str]) -> tuple[float, float]:
        return 0.0, 1.0


@lru_cache(maxsize=16)
def _as_printed(poll: Poll) -> _Intervals:
    """Map (question, answer, segment) to the shares that round to what every table prints of it.

    What two tables print differently bounds nothing.
    """
    intervals = _Intervals()
    columns = (poll.figures[name].to_list() for name in ("question", "answer", "segment", "low", "high"))
    for question, answer, segment, low, high in zip(*columns, strict=True):
        key = (*poll.quantity(question, answer), segment)
        known_low, known_high = intervals[key]
        intervals[key] = (max(low, known_low), min(high, known_high))
    return _Intervals({key: ends for key, ends in intervals.items() if ends[0] <= ends[1] + TOLERANCE})


@lru_cache(maxsize=16)
def misprinted_rows(poll: Poll) -> tuple[Quantity, ...]:
    """Return the rows of which a whole lies beyond all of its parts, so that no weights explain them.

    Where more than a few do, it is not their print that is wrong but the partition, and none is returned.
    """
    intervals, found = _as_printed(a_poll(poll)), dict[Quantity, None]()
    rows = dict.fromkeys((question, answer) for question, answer, _ in intervals)
    for partition in poll.segments.partitions:
        beyond = []
        for row in rows:
            whole, *parts = (intervals[(*row, one)] for one in (partition.of, *partition.parts))
            lows, highs = zip(*parts, strict=True)
            if whole[0] > max(highs) + TOLERANCE or whole[1] < min(lows) - TOLERANCE:
                beyond.append(row)
        found |= dict.fromkeys(beyond if len(beyond) <= _FEW_ROWS * len(rows) else ())
    return tuple(found)


@lru_cache(maxsize=16)
def printed_intervals(poll: Poll) -> _Intervals:
    """Map (question, answer, segment) to the shares that what every table prints of it allows, but for misprinted rows."""
    wrong = set(misprinted_rows(poll))
    return _Intervals({key: ends for key, ends in _as_printed(poll).items() if key[:2] not in wrong})


def _non_answers_printed(question: Question) -> bool:
    """Say whether a question prints those who gave no answer, so that nobody can have been left out of its base."""
    return any(
        answer.role in {"no_opinion", "undecided"} and answer.given is None for answer in question.answers
    )


def closed_programme(
    poll: Poll, partitions: Sequence[Partition], parent: str, questions: Sequence[Question] | None = None
) -> Programme:
    """Write down what closed questions say about weights, in shares of `parent`.

    Variables are `("w", segment)`, and `(quantity, segment)` for the share of the parent that lies in a segment and gives
    an answer, where it is needed.
    """
    intervals = printed_intervals(poll)
    programme = Programme(
        upper=1.0 if all(partition.of == parent for partition in partitions) else _LARGEST_RATIO
    )
    programme.require_equal({("w", parent): 1.0}, 1.0)
    wholes = {partition.of for partition in partitions}
    asked = [one for one in (poll.questions if questions is None else questions) if is_closed(one)]
    divided = {  # quantities that rows are conditional on
        poll.quantity(question.id, answer.id)
        for question in asked
        if any(answer.given for answer in question.answers)
        for answer in question.answers
    }
    all_segments = dict.fromkeys(s for one in partitions for s in (one.of, *one.parts))
    many = sum(len(one.answers) for one in asked if len(one.answers) > _MOST_ANSWERS)
    most_answers = _MOST_ANSWERS if many * len(all_segments) <= _MOST_SHARES else np.inf
    for partition in partitions:
        weights: dict[Variable, float] = {("w", part): 1.0 for part in partition.parts}
        programme.require_equal({**weights, ("w", partition.of): -1.0}, 0.0)
    done: set[tuple[Quantity, ...]] = set()
    for question in asked:
        for condition in dict.fromkeys(answer.given for answer in question.answers):
            rows = [poll.quantity(question.id, a.id) for a in question.answers if a.given == condition]
            if tuple(rows) in done:  # a table that prints another one again
                continue
            done.add(tuple(rows))
            base = None if condition is None else poll.quantity(question.id, condition)
            if base is None and len(rows) <= most_answers and not divided.intersection(rows):
                for segment in sorted(wholes) if len(partitions) > 1 else ():
                    _bound_rows(programme, segment, rows, base, intervals)
                for partition in partitions:
                    _forbid_oversubscription(
                        programme, partition, rows, wholes, intervals, alone=len(partitions) == 1
                    )
                continue
            for segment in all_segments:
                _bound_rows(programme, segment, rows, base, intervals)
            for partition in partitions:
                for row in rows:  # what the parts give of an answer is what their whole gives
                    given: dict[Variable, float] = {(row, part): 1.0 for part in partition.parts}
                    programme.require_equal({**given, (row, partition.of): -1.0}, 0.0)
    return programme


def _bound_rows(
    programme: Programme, segment: str, rows: Sequence[Quantity], base: Quantity | None, intervals: _Intervals
) -> None:
    """Bound the answers of a segment, or of those in it who gave the answer `base`, which they exhaust."""
    whole: Variable = ("w", segment) if base is None else (base, segment)
    programme.require_equal({**dict.fromkeys([(row, segment) for row in rows], 1.0), whole: -1.0}, 0.0)
    for row in rows:
        programme.require_ratio([(row, segment)], [whole], *intervals[(*row, segment)])


def _forbid_oversubscription(
    programme: Programme,
    partition: Partition,
    rows: Sequence[Quantity],
    wholes: set[str],
    intervals: _Intervals,
    *,
    alone: bool,
) -> None:
    """Require that the parts can give the answers of their whole, for every set of answers; of many, each and the rest.

    Of a partition alone nothing else bounds what the whole gives, so that variables for it are not needed.
    """
    simple = [part for part in partition.parts if part not in wholes]
    ends = np.array([[intervals[(*row, part)] for part in simple] for row in rows])
    ends = ends.reshape(len(rows), len(simple), 2)  # where none are simple, too
    each, places = np.eye(len(rows), dtype=int), np.arange(len(rows))
    sets = np.vstack([each, 1 - each])  # sets × answers
    if len(rows) <= _MOST_ANSWERS:
        sets = (np.arange(2 ** len(rows))[:, np.newaxis] >> places) % 2
    demand = np.maximum(sets @ ends[:, :, 0], 1 - (1 - sets) @ ends[:, :, 1])
    others = [part for part in partition.parts if part in wholes]
    variables: list[Variable] = [("w", part) for part in simple]
    variables += [(row, part) for part in others for row in rows]
    coefficients = np.hstack([demand, *[sets for _ in others]])
    if alone:
        low, high = np.array([intervals[(*row, partition.of)] for row in rows]).T
        most = np.minimum(sets @ high, 1 - (1 - sets) @ low)
        programme.require_all_at_most_zero(
            [*variables, ("w", partition.of)], np.hstack([coefficients, -most[:, np.newaxis]])
        )
    else:
        variables += [(row, partition.of) for row in rows]
        programme.require_all_at_most_zero(variables, np.hstack([coefficients, -sets]))


@lru_cache(maxsize=64)
def _solved_weights(poll: Poll, parent: str, certify: bool = False) -> dict[str, Bounds | None]:
    """Return compatible weights with their bounds for each partition of a segment, from all closed questions and partitions.

    Where the partitions contradict one another, each is taken by itself; None where that has no weights either.
    """
    together = closed_programme(poll, poll.segments.partitions, parent)
    solver, found = Solver(together), dict[str, Bounds | None]()
    for one in (chosen for chosen in poll.segments.partitions if chosen.of == parent):
        weights: list[Variable] = [("w", part) for part in one.parts]
        by_all = together.extremes(weights, certify=certify, solver=solver)
        found[one.id] = by_all or closed_programme(poll, [one], parent).extremes(weights, certify=certify)
    return found


@lru_cache(maxsize=64)
def _one_by_one(poll: Poll, partition: str, nonresponse: float) -> tuple[FloatArray, FloatArray]:
    """Return bounds that hold if each question left out its own non-answers: widened one at a time, and intersected."""
    chosen = poll.segments.partition(partition)
    weights: list[Variable] = [("w", part) for part in chosen.parts]
    low, high = np.zeros(len(weights)), np.ones(len(weights))
    closed = [question for question in poll.questions if is_closed(question) and not question.repeats]
    # Those that the parts answer most differently say most about weights.
    closed.sort(key=lambda one: -spread_of(poll, one, chosen.parts))
    for question in closed[:_MOST_QUESTIONS]:
        found = closed_programme(poll, [chosen], chosen.of, [question]).extremes(weights)
        if found is not None:
            everybody = _non_answers_printed(question) or poll.is_division(question)
            left_out = 0.0 if everybody else nonresponse
            least, greatest = widened_bounds(found[1], found[2], left_out)
            low, high = np.maximum(low, least), np.minimum(high, greatest)
    return low, high


def implied_weights(poll: Poll, partition: str = "", options: Options | None = None) -> pd.DataFrame:
    """Recover the share of each part in its whole from the questions of one answer a person.

    Columns: `segment, weight, low, high, certified`, one row a part in published order. No weight outside `low` and
    `high` agrees with the questions used, if these have one common base and were rounded correctly. `certified` says
    that nobody can have been left out of that base: non-answers are printed rows. Otherwise the bounds allow each
    question to have left out its own non-answers, up to `largest_nonresponse`. The `misprinted_rows` are not used. NaN
    where no weights agree with the print.

    * `partition`: empty for the poll's first.

    Examples
    --------
    >>> from analysis import load_poll
    >>> implied_weights(load_poll("cpi-2021-04"), "region").round(4)
           segment  weight     low    high  certified
    0  lima_callao  0.3705  0.3674  0.3735       True
    1     interior  0.6295  0.6265  0.6326       True

    Lima and Callao make up between 36.7 % and 37.4 % of the weighted sample.
    """
    names = [one.id for one in a_poll(poll).segments.partitions]
    chosen = poll.segments.partition(partition or (names[0] if names else ""))

    def make(one: Options) -> pd.DataFrame:
        (weight, low, high), certified = weight_bounds_of(poll, chosen.id, one.largest_nonresponse)
        return pd.DataFrame(
            {"segment": chosen.parts, "weight": weight, "low": low, "high": high, "certified": certified}
        )

    return remakeable_each(poll, options, make)


def weight_bounds_of(
    poll: Poll, partition: str, nonresponse: float, *, certify: bool = False
) -> tuple[Bounds, bool]:
    """Return weights with their bounds, NaN where none agree, and whether nobody can have been left out of the base."""
    chosen = poll.segments.partition(partition)
    found = _solved_weights(poll, chosen.of, certify)[partition]
    nothing = np.full(len(chosen.parts), np.nan)
    closed = [question for question in poll.questions if is_closed(question)]
    if all(_non_answers_printed(question) for question in closed):
        return found or (nothing, nothing, nothing), found is not None and bool(closed)
    low, high = _one_by_one(poll, partition, nonresponse)
    if not ((low <= high).all() and low.sum() <= 1 <= high.sum()):
        return (nothing, nothing, nothing), False
    spare = high - low
    between = low + spare * ((1 - low.sum()) / (spare.sum() or 1.0))
    return (between if found is None else found[0].clip(low, high), low, high), False

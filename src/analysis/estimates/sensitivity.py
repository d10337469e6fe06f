"""What all questions say of weights: totals that no weights explain, what the others leave, and a population beside them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.estimates.bases import SegmentBases, printed_weights, segment_bases
from analysis.estimates.options import Options, a_poll, made
from analysis.estimates.weights import Quantity, closed_programme, printed_intervals, weight_bounds_of
from analysis.polls import Partition, Poll, Question, Target
from analysis.stats import margin_of_error
from analysis.stats.arrays import FloatArray
from analysis.stats.programme import Programme, Variable

__all__ = ["WEIGHT_VERDICTS", "weight_contradictions", "weight_sensitivity", "weights_against"]

WEIGHT_VERDICTS = ("more than its share", "less than its share", "its share", "cannot be said")
"""How a part's weight in the sample compares with its share of a population: the first two where no weight that agrees with
the print would be the population's."""

_HELD = (
    "partition", "of", "segment", "weight", "low", "high", "certified", "all_low", "all_high", "interviews", "weighted",
    "population", "chance", "verdict",
)  # fmt: skip

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
    intervals, passed_over = printed_intervals(poll), set(left_out)
    for question in filter(_is_open, poll.questions):
        for answer in question.answers:
            row = poll.quantity(question.id, answer.id)
            total = intervals.get((*row, partition.of))
            if answer.given or answer.role in roles_left_out or row in passed_over or total is None:
                continue
            ends = [intervals.get((*row, part), (0.0, 1.0)) for part in partition.parts]
            for side, sign, limit, at in (("above", 1.0, total[1], 0), ("below", -1.0, total[0], 1)):
                coefficients: dict[Variable, float] = {
                    ("w", part): sign * end[at] for part, end in zip(partition.parts, ends, strict=True)
                }
                coefficients["w", partition.of] = -sign * limit
                if slack:
                    coefficients[side, row] = -1.0
                programme.require_at_most(coefficients, 0.0)
    return programme


@lru_cache(maxsize=64)
def weight_contradictions(poll: Poll, partition: str, roles_left_out: tuple[str, ...] = ()) -> pd.DataFrame:
    """Name totals of the open questions that no weights of the closed ones can explain.

    Returns
    -------
    pandas.DataFrame
        `partition, question, answer, printed, excess`: the printed total, and by how much the weighted parts lie above (or,
        negative, below) all shares that round to it. Empty where one set of weights explains every row, and where the
        closed questions already contradict one another.

    Notes
    -----
    Each total of an open question may depart from its rounding interval by a slack; the sum of slacks (L1) is least. The
    rows named are *one* least explanation, not *the* wrong rows: another criterion names others.

    Examples
    --------
    >>> from analysis import load_poll
    >>> rows = weight_contradictions(load_poll("cpi-2021-04"), "region")
    >>> len(rows), round(100 * float(rows["excess"].abs().sum()), 3)
    (7, 0.439)

    Seven of the printed totals cannot all be right; together they are off by 0.439 points.
    """
    chosen = a_poll(poll).segments.partition(partition)
    programme = _open_programme(poll, chosen, (), roles_left_out, slack=True)
    used: list[Variable] = [
        variable
        for variable in programme.columns
        if isinstance(variable, tuple) and variable[0] in {"above", "below"}
    ]
    solution = programme.minimise(dict.fromkeys(used, 1.0)) or {}
    totals = poll.figures[poll.figures["segment"] == chosen.of][["question", "answer", "printed"]]
    rows = list(zip(totals["question"], totals["answer"], strict=True))
    excess = [solution.get(("above", row), 0.0) - solution.get(("below", row), 0.0) for row in rows]
    table = totals.assign(excess=excess)
    table.insert(0, "partition", chosen.id)
    return table[table["excess"].abs() > _SMALLEST_EXCESS].reset_index(drop=True)


def weight_sensitivity(poll: Poll, partition: str, roles_left_out: tuple[str, ...] = ()) -> pd.DataFrame:
    """Recover weights from all questions, leaving out the rows that `weight_contradictions` names.

    Returns
    -------
    pandas.DataFrame
        `segment, weight, low, high`. A sensitivity range and not a certified one: which rows were left out is one choice
        among several.

    Examples
    --------
    >>> from analysis import load_poll
    >>> weight_sensitivity(load_poll("cpi-2021-04"), "region").round(4)
           segment  weight     low    high
    0  lima_callao  0.3701  0.3674  0.3728
    1     interior  0.6299  0.6272  0.6326

    The open questions narrow the range for Lima and Callao, if the rows left out are the wrong ones.
    """
    chosen = a_poll(poll).segments.partition(partition)
    named = weight_contradictions(poll, partition, roles_left_out)
    left_out = [poll.quantity(*row) for row in zip(named["question"], named["answer"], strict=True)]
    programme = _open_programme(poll, chosen, left_out, roles_left_out, slack=False)
    found = programme.extremes([("w", part) for part in chosen.parts])
    weight, low, high = found if found is not None else (np.full(len(chosen.parts), np.nan),) * 3
    return pd.DataFrame({"segment": chosen.parts, "weight": weight, "low": low, "high": high})


def weights_against(
    poll: Poll, target: Target | None = None, options: Options | None = None, *, certify: bool = False
) -> pd.DataFrame:
    """Recover the weights of every partition of a poll, and hold them against a population.

    Parameters
    ----------
    target : Target, optional
        A population of the parts; without one nothing is held against anything.
    certify : bool
        As for `implied_weights`.

    Returns
    -------
    pandas.DataFrame
        `partition, of, segment, weight, low, high, certified, all_low, all_high, interviews, weighted, population, chance,
        verdict`, one row a part. Weights are as by `implied_weights`, `all_low` and `all_high` the sensitivity range of
        `weight_sensitivity`; `interviews` and `weighted` the part's share of printed interviews, as they were made and as
        they were weighted, `population` its share of the target, and `chance` the margin of error that a simple random
        choice of people would give that share.

    Examples
    --------
    >>> from analysis import load_poll, load_target
    >>> held = weights_against(load_poll("cpi-2021-04"), load_target("electoral-roll-2021"))
    >>> held.loc[held["segment"] == "lima_callao", ["low", "high", "population", "chance", "verdict"]].round(3)
         low   high  population  chance              verdict
    0  0.367  0.374       0.345   0.035  more than its share

    The poll gives Lima and Callao more weight than the roll does, though no more than chance might.
    """

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        found: dict[
            float, pd.DataFrame
        ] = {}  # all but chance is the same at every confidence level and design effect
        frames = []
        for one in settings:
            if one.largest_nonresponse not in found:
                found[one.largest_nonresponse] = _held(poll, target, one.largest_nonresponse, certify=certify)
            frame = found[one.largest_nonresponse].copy()
            share = frame["population"].to_numpy(dtype=float)
            n = frame["n"].to_numpy(dtype=float) / one.effect
            frame["n"] = margin_of_error(n, confidence_level=one.confidence_level, share=share)
            frames.append(frame.rename(columns={"n": "chance"}))
        return frames

    return made(poll, options, make)


def _held(poll: Poll, target: Target | None, nonresponse: float, *, certify: bool) -> pd.DataFrame:
    """Hold weights against a population; `n`, the interviews of what is divided, stands where `chance` will."""
    bases, printed = segment_bases(poll), printed_weights(poll)
    interviews = pd.Series(np.where(bases.source == "printed", bases.base, np.nan), index=bases.segments)
    rows: list[tuple[object, ...]] = []
    for partition in poll.segments.partitions:
        parts = list(partition.parts)
        solved, certified = weight_bounds_of(poll, partition.id, nonresponse, certify=certify)
        nothing = np.full(len(parts), np.nan)
        weight, low, high = solved if solved is not None else (nothing,) * 3
        everything = weight_sensitivity(poll, partition.id)
        counts = interviews[parts].to_numpy()
        weighted = nothing if printed is None else _within(bases, printed[0], partition)
        population = _population(target, parts)
        n = bases.base[bases.segments.index(partition.of)]
        verdict = np.select(
            [np.isnan(population + weight), low > population, high < population],
            ["cannot be said", "more than its share", "less than its share"],
            "its share",
        )
        columns = (
            parts, weight, low, high, everything["low"], everything["high"], counts / counts.sum(), weighted, population,
            verdict.tolist(),
        )  # fmt: skip
        rows += [
            (partition.id, partition.of, *row[:4], certified, *row[4:9], n, row[9])
            for row in zip(*columns, strict=True)
        ]
    names = ["n" if name == "chance" else name for name in _HELD]
    return pd.DataFrame(rows, columns=names)


def _within(bases: SegmentBases, weights: FloatArray, partition: Partition) -> FloatArray:
    """Turn shares of the whole sample into shares of what a partition divides."""
    at = [bases.segments.index(segment) for segment in (partition.of, *partition.parts)]
    shares: FloatArray = weights[at[1:]] / weights[at[0]]
    return shares


def _population(target: Target | None, parts: Sequence[str]) -> np.ndarray:
    """Return the shares of the parts in a population, NaN if the target lacks one."""
    if target is None:
        return np.full(len(parts), np.nan)
    counts = target.population.set_index("segment")["population"].astype(float).reindex(list(parts))
    return np.asarray(counts / counts.sum(skipna=False))

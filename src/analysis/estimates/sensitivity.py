"""What all questions say of weights: totals that no weights explain, what the others leave, and a population beside them."""

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from analysis.estimates.bases import printed_interviews, printed_weights, segment_bases
from analysis.estimates.options import Options, a_poll
from analysis.estimates.remaking import at_settings, no_rows, remakeable
from analysis.estimates.sums import population_shares
from analysis.estimates.weights import Bounds, Quantity, closed_programme, printed_intervals, weight_bounds_of
from analysis.polls import PUBLISHED, Partition, Poll, Target, load_target
from analysis.stats import margin_of_error
from analysis.stats.programme import Programme, Variable

__all__ = ["WEIGHT_VERDICTS", "weight_contradictions", "weights_against"]

WEIGHT_VERDICTS = ("more than its share", "less than its share", "its share", "cannot be said")
"""How a part's weight in the sample compares with its share of a population: the first two where no weight that agrees with
the print would be the population's."""

_HELD = (
    "partition", "of", "segment", "weight", "low", "high", "certified", "all_low", "all_high", "interviews", "weighted",
    "population", "chance", "verdict",
)  # fmt: skip


def _open_programme(
    poll: Poll, partition: Partition, left_out: Collection[Quantity] = (), *, slack: bool = False
) -> Programme:
    """Write down what all questions say, those of several answers a person with or without room for contradiction."""
    programme = closed_programme(poll, [partition], partition.of)
    intervals = printed_intervals(poll)
    for question in poll.questions:
        if question.kind != "multiple_response" or question.base != "all":
            continue
        for answer in question.answers:
            row = poll.quantity(question.id, answer.id)
            if answer.given or row in left_out or (*row, partition.of) not in intervals:
                continue
            ends: dict[Variable, tuple[float, float]] = {
                ("w", part): intervals[(*row, part)] for part in partition.parts
            }
            total = intervals[(*row, partition.of)]
            programme.require_ratio(ends, [("w", partition.of)], *total, slack=row if slack else None)
    return programme


@lru_cache(maxsize=64)
def weight_contradictions(poll: Poll, partition: str) -> pd.DataFrame:
    """Name totals of the open questions that no weights of the closed ones can explain.

    Columns: `partition, question, answer, printed, excess`: the printed total, and by how much the weighted parts lie
    above (or, negative, below) all shares that round to it. Empty where one set of weights explains every row, and
    where the closed questions already contradict one another.

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
    totals = poll.figures[poll.figures["segment"] == chosen.of][["question", "answer", "printed"]]
    departures = _open_programme(poll, chosen, slack=True).departures()
    rows = zip(totals["question"], totals["answer"], strict=True)
    table = totals.assign(excess=[departures.get(row, 0.0) for row in rows])
    table.insert(0, "partition", chosen.id)
    return table[table["excess"] != 0].reset_index(drop=True)


@lru_cache(maxsize=64)
def _sensitivity(poll: Poll, partition: Partition) -> Bounds:
    """Return weights and their bounds by all questions, without the rows that `weight_contradictions` names."""
    named = weight_contradictions(poll, partition.id)
    left_out = [poll.quantity(*row) for row in zip(named["question"], named["answer"], strict=True)]
    found = _open_programme(poll, partition, left_out).extremes([("w", part) for part in partition.parts])
    weight, low, high = found or np.full((3, len(partition.parts)), np.nan)
    return weight, low, high


def weights_against(
    poll: Poll, target: str | Target | None = None, options: Options | None = None, *, certify: bool = False
) -> pd.DataFrame:
    """Recover the weights of every partition of a poll, and hold them against a population.

    Columns: `partition, of, segment, weight, low, high, certified, all_low, all_high, interviews, weighted, population,
    chance, verdict`, one row a part. Weights are as by `implied_weights`; `all_low` and `all_high` a range by all
    questions without the rows that `weight_contradictions` names, which is not certified, since these are one choice
    among several; `interviews` and `weighted` the part's share of printed interviews, as they were made
    and as they were weighted, `population` its share of the target, if there is one, and `chance` the margin of error
    that a simple random choice of people would give that share.

    * `certify`: prove the bounds in rational arithmetic instead of trusting the solver to about 1e-6.

    Examples
    --------
    >>> from analysis import load_poll, load_target
    >>> held = weights_against(load_poll("cpi-2021-04"), load_target("electoral-roll-2021"))
    >>> held.loc[held["segment"] == "lima_callao", ["low", "high", "population", "chance", "verdict"]].round(3)
         low   high  population  chance              verdict
    0  0.367  0.374       0.345   0.035  more than its share

    The poll gives Lima and Callao more weight than the roll does, though no more than chance might.
    """
    if not a_poll(poll).segments.partitions:
        return no_rows(poll, options, _HELD)
    made_in, printed = printed_interviews(poll), printed_weights(poll)
    goal = load_target(PUBLISHED if target is None else target)

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        nonresponse, frames = settings[0].largest_nonresponse, []
        bases = segment_bases(poll, nonresponse)
        for partition in poll.segments.partitions:
            of, *parts = (bases.segments.index(segment) for segment in (partition.of, *partition.parts))
            (weight, low, high), sure = weight_bounds_of(poll, partition.id, nonresponse, certify=certify)
            _, all_low, all_high = _sensitivity(poll, partition)
            interviews, population = made_in[parts], population_shares(goal, partition.parts)
            verdict = np.select(
                [np.isnan(population + weight), low > population, high < population],
                [WEIGHT_VERDICTS[3], *WEIGHT_VERDICTS[:2]],
                WEIGHT_VERDICTS[2],
            )
            columns = {
                "partition": partition.id,
                "of": partition.of,
                "segment": partition.parts,
                "weight": weight,
                "low": low,
                "high": high,
                "certified": sure,
                "all_low": all_low,
                "all_high": all_high,
                "interviews": interviews / interviews.sum(),
                "weighted": np.nan if printed is None else printed[0, parts] / printed[0, of],
                "population": population,
                "verdict": verdict.astype(object),
                "whole": bases.base[of],
            }
            frames.append(pd.DataFrame(columns))
        frame = pd.concat(frames, ignore_index=True)
        whole, share = frame[["whole", "population"]].to_numpy().T
        chances = [
            margin_of_error(whole / one.effect, confidence_level=one.confidence_level, share=share)
            for one in settings
        ]
        return at_settings(frame, [{"chance": chance} for chance in chances], _HELD)

    return remakeable(poll, options, make)

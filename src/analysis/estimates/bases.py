"""The interviews behind each column, printed or recovered from implied weights, and what weighting cost at least."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.opening import Table, printed_bases
from analysis.estimates.options import LARGEST_NONRESPONSE, Options, a_poll
from analysis.estimates.pairs import Cells
from analysis.estimates.remaking import remakeable_each
from analysis.estimates.weights import weight_bounds_of
from analysis.polls import WHOLE, Partition, Poll, Question
from analysis.stats import margin_of_error, weighting_factor_bound
from analysis.stats.arrays import FloatArray

__all__ = [
    "SegmentBases", "bases", "cell_bases", "printed_interviews", "printed_weights", "segment_bases", "table_cells",
    "weighting_cost", "weighting_factors",
]  # fmt: skip

# Where the smallest and largest base compatible with the print differ by more than this factor, the smallest is used: at
# 2, intervals would already be up to a fifth too wide or too narrow.
_LARGEST_BASE_RATIO = 2.0


@dataclass(frozen=True, eq=False, slots=True)
class SegmentBases:
    """Segments in published order: their share of the whole sample with its bounds, interviews, and where those are from."""

    segments: tuple[str, ...]
    weight: FloatArray
    low: FloatArray
    high: FloatArray
    base: FloatArray
    source: npt.NDArray[np.str_]


@lru_cache(maxsize=64)
def segment_bases(poll: Poll, nonresponse: float = LARGEST_NONRESPONSE) -> SegmentBases:
    """Find weights and interviews of every segment of a poll; a poll never changes."""
    segments = poll.segments.ids
    at = {segment: place for place, segment in enumerate(segments)}
    weights = np.full((3, len(segments)), np.nan)
    weights[:, at[WHOLE]] = 1.0
    printed = printed_weights(poll)
    pending = list(poll.segments.partitions) if printed is None else []
    while ready := [one for one in pending if not np.isnan(weights[0, at[one.of]])]:
        for partition in ready:
            pending.remove(partition)
            solved, _ = weight_bounds_of(poll, partition.id, nonresponse)
            for place, part in enumerate(partition.parts):
                if np.isnan(weights[0, at[part]]):
                    weights[:, at[part]] = weights[:, at[partition.of]] * np.array(solved)[:, place]
    if printed is not None:
        weights = np.where(np.isnan(printed), weights, printed)
    weight, low, high = weights
    n = np.nan if poll.sheet.n is None else float(poll.sheet.n)
    counted = printed_interviews(poll)
    well = ~np.isnan(weight) & (high <= _LARGEST_BASE_RATIO * low)
    found = n * np.where(well, weight, low)
    found[~(found >= 1)] = np.nan  # of less than one person nothing is known
    base = np.where(~np.isnan(counted), counted, found)
    source = np.select(
        [~np.isnan(counted), np.isnan(base), well], ["printed", "unknown", "recovered"], default="at least"
    )
    return SegmentBases(segments, weight, low, high, base, source)


def printed_interviews(poll: Poll) -> FloatArray:
    """Return the interviews that were printed behind each segment, NaN where they were not."""
    return _printed_counts(poll, "unweighted", _asked_of_all(poll) or poll.questions, poll.sheet.n)


def _printed_counts(poll: Poll, kind: str, questions: Sequence[Question], n: int | None = None) -> FloatArray:
    """Return the `unweighted` or `weighted` interviews printed behind each segment, NaN where they are not."""
    counts = [one.interviews if one.base_kind == kind else None for one in poll.segments]
    found = np.array(counts, dtype=float)
    if n is not None:
        found[poll.segments.ids.index(WHOLE)] = n
    for question in questions:
        rows = printed_bases(poll, question, f"{kind}_base")
        if rows is not None:
            found = np.where(np.isnan(found), rows, found)
    # Of an earlier reading: a table prints the bases of this one.
    apart = [one.wave != "" or (one.outside and kind == "weighted") for one in poll.segments]
    found[apart] = np.nan
    return found


def printed_weights(poll: Poll) -> FloatArray | None:
    """Return weights that follow from printed weighted bases, with the ends that rounding leaves; None where none are."""
    counts = _printed_counts(poll, "weighted", _asked_of_all(poll))
    whole = counts[poll.segments.ids.index(WHOLE)]
    counts[counts > whole + 1] = np.nan  # of more people than the whole, who cannot be a part of it
    if not whole > 0 or np.isnan(counts).sum() == len(counts) - 1:
        return None
    ends = [counts / whole, (counts - 0.5).clip(0) / (whole + 0.5), (counts + 0.5) / (whole - 0.5)]
    return np.array(ends).clip(0, 1)


def _asked_of_all(poll: Poll) -> list[Question]:
    return [question for question in poll.questions if question.base == "all"]


def cell_bases(poll: Poll, table: Table, options: Options) -> FloatArray:
    """Return the interviews behind each cell of a question: those of its column, and of its condition where it has one."""
    question = table.question
    of_columns = np.full(len(table.segments), np.nan)
    if question.base == "all":
        of_columns = segment_bases(poll, options.largest_nonresponse).base
    own = printed_bases(poll, question, "unweighted_base")
    if own is not None:
        of_columns = np.where(np.isnan(own), of_columns, own)
    found = of_columns * table.conditions(table.share)
    for row, answer in enumerate(table.answers):
        given = question[answer].given
        printed = printed_bases(poll, question, "unweighted_base", given) if given else None
        if printed is not None:
            found[row] = np.where(np.isnan(printed), found[row], printed)
    return found


def table_cells(poll: Poll, table: Table, options: Options) -> Cells:
    """Return a table's figures with their bases, answers × segments."""
    return Cells(table.share, table.low, table.high, cell_bases(poll, table, options))


def bases(poll: Poll, options: Options | None = None) -> pd.DataFrame:
    """Say how many interviews stand behind each column, and how precise a share of one half is in it.

    Columns: `segment, weight, low, high, base, n_effective, source, margin_of_error`, one row a segment in published
    order. Weights are shares of the whole sample, between `low` and `high`. `source`: `"printed"`; `"recovered"`,
    interviews in proportion to weights; `"at least"`, where the print leaves a weight so open that its least value is
    taken; or `"unknown"`.

    Examples
    --------
    >>> from analysis import Options, load_poll
    >>> found = bases(load_poll("cpi-2021-04"), Options(design_effect=1)).set_index("segment")
    >>> found.loc[["total", "oriente"], ["base", "margin_of_error", "source"]].round(3)
                 base  margin_of_error     source
    segment
    total    1200.000            0.028    printed
    oriente    94.944            0.101  recovered

    In the East, a share of one half is known to ±10.1 points at best, against ±2.8 in the whole sample.
    """

    def make(one: Options) -> pd.DataFrame:
        found = segment_bases(poll, one.largest_nonresponse)
        n_effective = found.base / one.effect
        return pd.DataFrame(
            {
                "segment": found.segments,
                "weight": found.weight,
                "low": found.low,
                "high": found.high,
                "base": found.base,
                "n_effective": n_effective,
                "source": found.source,
                "margin_of_error": margin_of_error(n_effective, confidence_level=one.confidence_level),
            }
        )

    return remakeable_each(poll, options, make)


def weighting_factors(poll: Poll, options: Options | None = None) -> pd.DataFrame:
    """Say by how much weighting must at least have raised the variance, partition by partition.

    Columns: `partition, of, factor, margin_of_error, certified`, one row a partition. `factor` is Kish's, the least
    that printed interviews and weights allow (`stats.weighting_factor_bound`); `margin_of_error` that of a share of one
    half with it and nothing else. `certified`: the weights are printed, or their bounds are certified. Where the
    interviews of a part were not printed, NaN, and not certified. Of several partitions the largest factor holds, and
    often the truth is far above.

    Examples
    --------
    >>> from analysis import load_poll
    >>> int(weighting_factors(load_poll("cpi-2021-04"))["factor"].notna().sum())
    0

    Who does not print how many were interviewed in each segment does not show what weighting cost.
    """
    interviews = printed_interviews(a_poll(poll))

    def make(one: Options) -> pd.DataFrame:
        rows = []
        for partition in poll.segments.partitions:
            parts = [poll.segments.ids.index(part) for part in partition.parts]
            factor, n, certified = np.nan, interviews[parts].sum(), False
            if not np.isnan(n):  # else there is no need to find weights
                low, high, certified = _weights_within(poll, partition, one.largest_nonresponse)
                factor = float(weighting_factor_bound(interviews[parts], low, high))
            margin = float(margin_of_error(n, confidence_level=one.confidence_level, design_effect=factor))
            rows.append((partition.id, partition.of, factor, margin, certified))
        return pd.DataFrame(rows, columns=["partition", "of", "factor", "margin_of_error", "certified"])

    return remakeable_each(poll, options, make)


@lru_cache(maxsize=64)
def weighting_cost(poll: Poll, partition: str = "") -> float:
    """Return the largest of the `weighting_factors` of the whole, down to hundredths; 1 where nothing is known of it.

    Of a `partition` the one that weighting between its parts costs, or those of the whole that it divides further.
    """
    found = weighting_factors(poll, Options(design_effect=1)).set_index("partition")
    while partition and found["of"][partition] != WHOLE:
        within = found["of"][partition]
        partition = next(one.id for one in poll.segments.partitions if within in one.parts)
    factors = found["factor"][(found["of"] == WHOLE) & (not partition or found.index == partition)]
    return float(np.floor(100 * np.fmax(1, factors.max())) / 100)


def _weights_within(
    poll: Poll, partition: Partition, nonresponse: float
) -> tuple[FloatArray, FloatArray, bool]:
    """Return bounds on the weights of parts within their whole, printed or recovered, and whether they are certified."""
    printed = printed_weights(poll)
    if printed is not None:
        of, *parts = (poll.segments.ids.index(segment) for segment in (partition.of, *partition.parts))
        ends = np.array([printed[1, parts] / printed[2, of], printed[2, parts] / printed[1, of]]).clip(0, 1)
        if not np.isnan(ends).any():
            return ends[0], ends[1], True
    found, certified = weight_bounds_of(poll, partition.id, nonresponse)
    return found[1], found[2], certified

"""The interviews behind each column: printed, or recovered from the weights that the printed figures imply."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.opening import Table, printed_bases
from analysis.estimates.options import LARGEST_NONRESPONSE, Options, made_each
from analysis.estimates.weights import weight_bounds_of
from analysis.polls import WHOLE, Poll
from analysis.stats import margin_of_error
from analysis.stats.arrays import FloatArray

__all__ = ["SegmentBases", "bases", "cell_bases", "printed_weights", "segment_bases"]

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
    pending = list(poll.segments.partitions)
    while ready := [one for one in pending if not np.isnan(weights[0, at[one.of]])]:
        for partition in ready:
            pending.remove(partition)
            solved, _ = (
                (None, False) if printed is not None else weight_bounds_of(poll, partition.id, nonresponse)
            )
            for place, part in enumerate(partition.parts if solved is not None else ()):
                if np.isnan(weights[0, at[part]]):
                    weights[:, at[part]] = weights[:, at[partition.of]] * np.array(solved)[:, place]
    if printed is not None:
        weights = np.where(np.isnan(printed), weights, printed)
    weight, low, high = weights
    n = np.nan if poll.sheet.n is None else float(poll.sheet.n)
    counted = _printed_interviews(poll)
    known = ~np.isnan(weight)
    well = known & (high <= _LARGEST_BASE_RATIO * low)
    base = np.where(~np.isnan(counted), counted, n * np.where(well, weight, np.where(low > 0, low, np.nan)))
    source = np.select(
        [~np.isnan(counted), np.isnan(base), well], ["printed", "unknown", "recovered"], default="at least"
    )
    return SegmentBases(segments, weight, low, high, base, source)


def _printed_interviews(poll: Poll) -> FloatArray:
    """Return the interviews printed behind each segment, NaN where they are not."""
    found = np.array(
        [
            np.nan if one.interviews is None or one.base_kind == "weighted" else one.interviews
            for one in poll.segments
        ],
        dtype=float,
    )
    whole = poll.segments.ids.index(WHOLE)
    if poll.sheet.n is not None:
        found[whole] = poll.sheet.n
    asked_of_all = [question for question in poll.questions if question.base == "all"]
    for question in asked_of_all or poll.questions:
        rows = printed_bases(poll, question, "unweighted_base")
        if rows is not None:
            found = np.where(np.isnan(found), rows, found)
    found[[segment.wave != "" for segment in poll.segments]] = np.nan  # an earlier reading of other people
    return found


def printed_weights(poll: Poll) -> FloatArray | None:
    """Return weights that follow from printed weighted bases, with the ends that rounding leaves; None where none are."""
    counts = np.array(
        [
            np.nan if one.interviews is None or one.base_kind != "weighted" else one.interviews
            for one in poll.segments
        ],
        dtype=float,
    )
    for question in poll.questions:
        rows = printed_bases(poll, question, "weighted_base") if question.base == "all" else None
        if rows is not None:
            counts = np.where(np.isnan(counts), rows, counts)
    counts[[segment.wave != "" for segment in poll.segments]] = np.nan  # no part of this sample
    whole = counts[poll.segments.ids.index(WHOLE)]
    if not whole > 0 or np.isnan(counts).sum() == len(counts) - 1:
        return None
    ends = [counts / whole, (counts - 0.5).clip(0) / (whole + 0.5), (counts + 0.5) / (whole - 0.5)]
    return np.array(ends).clip(0, 1)


def cell_bases(poll: Poll, table: Table) -> FloatArray:
    """Return the interviews behind each cell of a question: those of its column, and of its condition where it has one."""
    question = table.question
    of_columns = segment_bases(poll).base if question.base == "all" else np.full(len(table.segments), np.nan)
    own = printed_bases(poll, question, "unweighted_base")
    if own is not None:
        of_columns = np.where(np.isnan(own), of_columns, own)
    found = of_columns * table.condition()
    for row, answer in enumerate(table.answers):
        given = question[answer].given
        printed = printed_bases(poll, question, "unweighted_base", given) if given else None
        if printed is not None:
            found[row] = np.where(np.isnan(printed), found[row], printed)
    return found


def bases(poll: Poll, options: Options | None = None) -> pd.DataFrame:
    """Say how many interviews stand behind each column, and how precise a share of one half is in it.

    Returns
    -------
    pandas.DataFrame
        `segment, weight, low, high, base, n_effective, source, margin_of_error`, one row a segment in published order.
        Weights are shares of the whole sample, between `low` and `high`. `source`: `"printed"`; `"recovered"`, interviews in
        proportion to weights; `"at least"`, where the print leaves a weight so open that its least value is taken; or
        `"unknown"`.

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
        columns = {name: getattr(found, name) for name in ("weight", "low", "high", "base", "source")}
        n_effective = found.base / one.effect
        margins = margin_of_error(n_effective, confidence_level=one.confidence_level)
        frame = pd.DataFrame({"segment": found.segments, **columns})
        frame.insert(5, "n_effective", n_effective)
        return frame.assign(margin_of_error=margins)

    return made_each(poll, options, make)

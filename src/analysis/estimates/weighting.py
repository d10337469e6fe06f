"""What weighting must have cost: the least factor by which it raised the variance, where interviews were printed."""

import numpy as np
import pandas as pd

from analysis.estimates.bases import printed_weights, segment_bases
from analysis.estimates.options import Options, a_poll, made_each
from analysis.estimates.weights import weight_bounds_of
from analysis.polls import Partition, Poll
from analysis.stats import margin_of_error, weighting_factor_bound
from analysis.stats.arrays import FloatArray

__all__ = ["weighting_factors"]


def weighting_factors(poll: Poll, options: Options | None = None) -> pd.DataFrame:
    """Say by how much weighting must at least have raised the variance, partition by partition.

    Returns
    -------
    pandas.DataFrame
        `partition, of, factor, margin_of_error, certified`, one row a partition. `factor` is Kish's, the least that printed
        interviews and weights allow; `margin_of_error` that of a share of one half with it and nothing else. NaN where the
        interviews of a part were not printed. `certified`: the weights are printed, or their bounds are certified.

    Notes
    -----
    `stats.weighting_factor_bound`. Weights within parts and by other partitions only add to it: of several partitions the
    largest factor holds, and often the truth is far above.

    Examples
    --------
    >>> from analysis import load_poll
    >>> int(weighting_factors(load_poll("cpi-2021-04"))["factor"].notna().sum())
    0

    Who does not print how many were interviewed in each segment does not show what weighting cost.
    """
    bases = segment_bases(a_poll(poll))
    interviews = np.where(bases.source == "printed", bases.base, np.nan)

    def make(one: Options) -> pd.DataFrame:
        rows = []
        for partition in poll.segments.partitions:
            parts = [bases.segments.index(part) for part in partition.parts]
            low, high, certified = _bounds(poll, partition, one.largest_nonresponse)
            factor = float(weighting_factor_bound(interviews[parts], low, high))
            n = interviews[parts].sum()
            margin = float(margin_of_error(n, confidence_level=one.confidence_level, design_effect=factor))
            rows.append((partition.id, partition.of, factor, margin, certified))
        return pd.DataFrame(rows, columns=["partition", "of", "factor", "margin_of_error", "certified"])

    return made_each(poll, options, make)


def _bounds(poll: Poll, partition: Partition, nonresponse: float) -> tuple[FloatArray, FloatArray, bool]:
    """Return bounds on the weights of parts within their whole, printed or recovered, and whether they are certified."""
    printed = printed_weights(poll)
    if printed is not None:
        of, *parts = (poll.segments.ids.index(segment) for segment in (partition.of, *partition.parts))
        ends = np.array([printed[1, parts] / printed[2, of], printed[2, parts] / printed[1, of]]).clip(0, 1)
        if not np.isnan(ends).any():
            return ends[0], ends[1], True
    found, certified = weight_bounds_of(poll, partition.id, nonresponse)
    nothing = np.full(len(partition.parts), np.nan)
    return (nothing, nothing, False) if found is None else (found[1], found[2], certified)

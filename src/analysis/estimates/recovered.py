"""Weights recovered from printed figures beside the true ones, where these are known."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.estimates.options import Options
from analysis.estimates.weights import implied_weights
from analysis.polls.known import KnownWeights

__all__ = ["recovered_weights"]

_COLUMNS = [
    "poll", "partition", "segment", "label", "label_es", "interviews", "weight", "low", "high", "certified", "inside",
]  # fmt: skip
_SOLVER = 1e-7


def recovered_weights(known: Sequence[KnownWeights], options: Options | None = None) -> pd.DataFrame:
    """Hold the bounds that printed figures give of weights against the weights themselves.

    Returns
    -------
    pandas.DataFrame
        `poll, partition, segment, label, label_es, interviews, weight, low, high, certified, inside`, one row a segment.
        `interviews` and `weight` are its shares before and after weighting, `low` and `high` the bounds of
        `implied_weights`, or those that came with the weights of a poll whose tables are not among the data; `certified`
        as there. `inside`: the weight lies within them, up to how it was rounded itself. A division without bounds is left
        out.

    Examples
    --------
    >>> from analysis.polls import load_known_weights
    >>> found = recovered_weights(load_known_weights("masculinity-2018"))
    >>> print(found.loc[[0], ["segment", "interviews", "weight", "low", "high", "inside"]].round(3).to_string(index=False))
      segment  interviews  weight   low  high  inside
    age_18_34       0.082   0.292 0.283 0.296    True

    Printed figures alone show that men under 35 counted for 28 to 30 %, though they were 8 % of those interviewed.
    """
    frames = [
        found
        for one in known
        for partition, rows in one.weights.groupby("partition", sort=False)
        if not (found := _division(one, str(partition), rows, options)).empty
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_COLUMNS)


def _division(
    known: KnownWeights, partition: str, rows: pd.DataFrame, options: Options | None
) -> pd.DataFrame:
    """Hold the parts of one division against their bounds; no rows where there are none."""
    found = rows.assign(poll=known.id, certified=False)
    if known.poll is not None:
        bounds = implied_weights(known.poll, partition, options).set_index("segment").loc[rows["segment"]]
        for column in ("low", "high", "certified"):
            found[column] = bounds[column].to_numpy()
    counted = rows["weighted"].sum()
    found["interviews"] = rows["interviews"] / rows["interviews"].sum()
    found["weight"] = rows["weighted"] / counted
    room = known.step / 2 / counted + _SOLVER
    found["inside"] = (found["low"] - room <= found["weight"]) & (found["weight"] <= found["high"] + room)
    return found.loc[np.isfinite(found["high"] - found["low"]), _COLUMNS]

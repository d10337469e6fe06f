"""Weights recovered from printed figures beside the true ones, where these are known."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.estimates.opening import opened
from analysis.estimates.options import Options, a_poll
from analysis.estimates.weights import implied_weights
from analysis.polls import KnownWeights, Poll

__all__ = ["recovered_weights", "tables_of_division"]

_COLUMNS = [
    "poll", "partition", "segment", "label", "label_es", "interviews", "weight", "low", "high", "certified", "inside",
]  # fmt: skip
_SOLVER = 1e-7
_ALL, _NOBODY = 0.995, 0.005  # what whole per cents print as 100 and 0


def recovered_weights(known: Sequence[KnownWeights], options: Options | None = None) -> pd.DataFrame:
    """Hold bounds that printed figures give of weights against the weights themselves.

    Columns: `poll, partition, segment, label, label_es, interviews, weight, low, high, certified, inside`, one row a
    segment. `interviews` and `weight` are its shares before and after weighting, `low` and `high` the bounds of
    `implied_weights` without `tables_of_division`, or those that came with the weights of a poll whose tables are not
    among the data; `certified` as there. `inside`: the weight lies within them, up to how it was rounded itself. A
    division without bounds is left out.

    Examples
    --------
    >>> from analysis.polls import load_known_weights
    >>> found = recovered_weights(load_known_weights("masculinity-2018"))
    >>> print(found.loc[[0], ["segment", "interviews", "weight", "low", "high"]].round(3).to_string(index=False))
      segment  interviews  weight   low  high
    age_18_34       0.082   0.292 0.269  0.31

    Printed figures alone show that men under 35 counted for 27 to 31 %, though they were 8 % of those interviewed.
    """
    frames = [
        found
        for one in known
        for partition, rows in one.weights.groupby("partition", sort=False)
        if not (found := _division(one, str(partition), rows, options)).empty
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=_COLUMNS)


def tables_of_division(poll: Poll, partition: str) -> list[str]:
    """Name the questions that make a division, whose tables print its weights outright: all of one part, nobody of others.

    Examples
    --------
    >>> from analysis import load_poll
    >>> tables_of_division(load_poll("masculinity-2018"), "age")
    ['age']

    Its total column says how many of all, after weighting, are of each age.
    """
    parts = a_poll(poll).segments.partition(partition).parts
    found = []
    for question in poll.questions:
        table = opened(poll, question.id)
        shares = table.share[:, table.columns(parts)]
        alone = ((shares > _ALL).sum(axis=1) == 1) & ((shares > _NOBODY).sum(axis=1) == 1)
        found += [question.id] if alone.any() else []
    return found


def _division(
    known: KnownWeights, partition: str, rows: pd.DataFrame, options: Options | None
) -> pd.DataFrame:
    """Hold the parts of one division against their bounds; no rows where there are none."""
    found = rows.assign(poll=known.id, certified=False)
    if known.poll is not None:
        told = tables_of_division(known.poll, partition)
        rest = known.poll
        if told:
            questions = tuple(one for one in known.poll.questions if one.id not in told)
            rest = replace(known.poll, questions=questions)
        # Bounds do not depend on a design effect, and that of a sheet takes the weights of every division to find.
        alone = replace(options or Options(), design_effect=1)
        bounds = implied_weights(rest, partition, alone).set_index("segment").loc[rows["segment"]]
        for column in ("low", "high", "certified"):
            found[column] = bounds[column].to_numpy()
    counted = rows["weighted"].sum()
    found["interviews"] = rows["interviews"] / rows["interviews"].sum()
    found["weight"] = rows["weighted"] / counted
    room = known.step / 2 / counted + _SOLVER
    found["inside"] = (found["low"] - room <= found["weight"]) & (found["weight"] <= found["high"] + room)
    return found.loc[np.isfinite(found["high"] - found["low"]), _COLUMNS]

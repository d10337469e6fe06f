"""The precision of every figure of a published table."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.estimates.bases import cell_bases
from analysis.estimates.opening import opened
from analysis.estimates.options import Options, made
from analysis.polls import Poll
from analysis.stats import share_interval
from analysis.stats.arrays import LARGE_BASE

__all__ = ["intervals"]


def intervals(
    poll: Poll, question: str, options: Options | None = None, *, method: str = "wilson"
) -> pd.DataFrame:
    """Give every share of a published table its base and confidence interval.

    Parameters
    ----------
    poll : Poll
    question : str
    options : Options, optional
    method : str
        As for `stats.share_interval`.

    Returns
    -------
    pandas.DataFrame
        `question, answer, segment, printed, printed_in, estimate, low, high, base, n_effective, flag`, one row a cell in
        published order. Intervals hold sampling error and rounding. The base of a row that is conditional on an answer is
        the segment's base times the share of that answer. `printed_in` is the table that prints the figure. `flag` is
        `"not published"`, `"base unknown"`, `"too few"`, `"read with care"` (fewer than 100 effective interviews), or empty;
        what is unknown is NaN.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = intervals(load_poll("cpi-2021-04"), "vote_certainty")
    >>> rural = found[found["segment"] == "rural"].set_index("answer")
    >>> rural.loc[["castillo", "fujimori_certain"], ["estimate", "base", "low", "high", "flag"]].round(3)
                      estimate     base    low   high     flag
    answer
    castillo             0.615  204.270  0.527  0.696
    fujimori_certain     0.787   28.189  0.550  0.918  too few

    In the rural column Castillo's 61.5 % rests on about 204 interviews, but the certainty of
    Fujimori's voters on about 28: too few to say much.
    """
    return made(_intervals, poll, options, question=question, method=method)


def _intervals(poll: Poll, settings: Sequence[Options], *, question: str, method: str) -> list[pd.DataFrame]:
    """Do what `intervals` says, for each of the options."""
    table = opened(poll, question)
    base = cell_bases(poll, table)
    effects = np.array([one.effect for one in settings])[:, np.newaxis, np.newaxis]
    levels = np.array([one.confidence_level for one in settings])[:, np.newaxis, np.newaxis]
    n_effective = base / effects
    low, high = share_interval(
        table.share, n_effective, confidence_level=levels, method=method, unit=table.unit
    )
    rows = [(table.question.id, answer, segment) for answer in table.answers for segment in table.segments]
    frames = []
    for one, *of_setting in zip(settings, low, high, n_effective, strict=True):
        n = of_setting[2]
        flag = np.select(
            [np.isnan(table.share), np.isnan(n), n < one.small_base, n < max(one.small_base, LARGE_BASE)],
            ["not published", "base unknown", "too few", "read with care"],
            default="",
        )
        cells: dict[str, Any] = {
            "printed": table.printed,
            "printed_in": table.printed_in,
            "estimate": table.share,
            "low": of_setting[0],
            "high": of_setting[1],
            "base": base,
            "n_effective": n,
            "flag": flag.astype(object),
        }
        frame = pd.DataFrame(rows, columns=["question", "answer", "segment"])
        frames.append(frame.assign(**{name: np.ravel(values) for name, values in cells.items()}))
    return frames

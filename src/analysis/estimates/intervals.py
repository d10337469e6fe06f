"""The precision of every figure of a published table, and which figures of a poll rest on too few people."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.bases import cell_bases
from analysis.estimates.opening import laid_out, opened
from analysis.estimates.options import Options
from analysis.estimates.remaking import at_settings, remakeable
from analysis.polls import Poll
from analysis.stats import share_interval
from analysis.stats.arrays import LARGE_BASE, FloatArray

__all__ = ["figure_bases", "intervals"]


def intervals(
    poll: Poll, question: str, options: Options | None = None, *, method: str = "wilson"
) -> pd.DataFrame:
    """Give every share of a published table its base and confidence interval.

    Columns: `question, answer, segment, printed, printed_in, estimate, low, high, base, n_effective, flag`, one row a
    cell in published order. Intervals hold sampling error and rounding. The base of a row that is conditional on an
    answer is the segment's base times the share of that answer. `printed_in` is the table that prints the figure.
    `flag` is `"not published"`, `"base unknown"`, `"too few"`, `"read with care"` (fewer than 100 effective
    interviews), or empty; what is unknown is NaN.

    * `method`: as for `stats.share_interval`.

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

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        table = opened(poll, question)
        base = cell_bases(poll, table, settings[0])
        effects, levels = (
            np.array([getattr(one, name) for one in settings])[:, np.newaxis, np.newaxis]
            for name in ("effect", "confidence_level")
        )
        n = base / effects
        low, high = share_interval(table.share, n, confidence_level=levels, method=method, unit=table.unit)
        known = {
            "printed": table.printed,
            "printed_in": table.printed_in,
            "estimate": table.share,
            "base": base,
        }
        frame = laid_out(table.question.id, table.answers, table.segments, known)
        changing = [
            {"low": a, "high": b, "n_effective": size, "flag": _flags(np.isnan(table.share), size, one)}
            for a, b, size, one in zip(low, high, n, settings, strict=True)
        ]
        columns = [*frame.columns[:-1], "low", "high", "base", "n_effective", "flag"]
        return at_settings(frame, changing, columns)

    return remakeable(poll, options, make)


def _flags(missing: npt.NDArray[np.bool_], n: FloatArray, one: Options) -> npt.NDArray[np.object_]:
    """Say what stands in the way of quoting figures that rest on so many effective interviews."""
    return np.select(
        [missing, np.isnan(n), n < one.small_base, n < max(one.small_base, LARGE_BASE)],
        ["not published", "base unknown", "too few", "read with care"],
        default="",
    ).astype(object)


def figure_bases(poll: Poll, options: Options | None = None) -> pd.DataFrame:
    """Say of every published share of a poll how many interviews stand behind it.

    Columns: `question, answer, segment, base, n_effective, flag`, as `intervals`, one row a share that is printed, in
    published order; a figure that two tables print has a row for each.

    Examples
    --------
    >>> from analysis import load_poll
    >>> found = figure_bases(load_poll("cpi-2021-04"))
    >>> len(found), int((found["flag"] == "too few").sum())
    (868, 27)

    27 of the 868 shares that this poll published rest on fewer than 30 effective interviews.
    """
    columns = ["question", "answer", "segment", "base", "n_effective", "flag"]

    def make(settings: Sequence[Options]) -> list[pd.DataFrame]:
        tables = [intervals(poll, one.id, settings[0]) for one in poll.questions]
        printed = [one.loc[one["printed_in"] == one["question"], columns] for one in tables]
        frame = pd.concat(printed, ignore_index=True)
        sizes = [frame["base"].to_numpy() / one.effect for one in settings]
        missing = np.zeros(len(frame), dtype=bool)
        changing = [
            {"n_effective": n, "flag": _flags(missing, n, one)}
            for n, one in zip(sizes, settings, strict=True)
        ]
        return at_settings(frame, changing, columns)

    return remakeable(poll, options, make)

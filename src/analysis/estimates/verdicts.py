"""One word for each comparison: what holds whatever rounding and unknown overlaps hide."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.stats.differences import two_sided_p_value
from analysis.stats.margins import FloatArray, critical_value
from analysis.stats.multiplicity import adjusted_p_values

__all__ = ["COMPARISON_VERDICTS", "COMPARISON_WORDS", "Judgement", "judge"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The words for a significant difference either way, and for none."""

    above: str
    below: str
    alike: str


COMPARISON_WORDS = Judgement(above="higher", below="lower", alike="not distinguishable")
"""The words for a share compared with that of another segment or poll."""

COMPARISON_VERDICTS = (
    "higher",
    "lower",
    "not distinguishable",
    "depends on rounding",
    "depends on the overlap",
    "too few interviews",
    "not published",
    "base unknown",
)
"""What a comparison can find. The first three hold for every share that rounds to what is printed, and for
every overlap of the two segments; the last three are not tested and do not count in the family."""


def judge(tests: pd.DataFrame, words: Judgement, *, adjustment: str, confidence_level: float) -> pd.DataFrame:
    """Adjust the p-values of comparisons and give each its verdict.

    Parameters
    ----------
    tests : pandas.DataFrame
        `family`; `untested`, empty or the verdict of a comparison that is not tested; `z_low, z_high`,
        the range that an unknown overlap leaves the statistic of the printed figures; `box_low,
        box_high`, the range over all figures that round to them as well.
    words : Judgement
    adjustment : str
        As for `adjusted_p_values`.
    confidence_level : float
        In (0, 1).

    Returns
    -------
    pandas.DataFrame
        `p_value, p_adjusted, verdict`, row by row. p-values are the largest that the overlap admits.

    Notes
    -----
    An adjusted p-value never falls when a p-value of the family rises. So the p-values nearest to and
    farthest from significance, each set adjusted as a family, enclose all adjusted p-values that the
    rounding boxes and overlaps admit: a verdict is given where both agree.
    """
    critical_value(confidence_level)
    alpha = 1 - confidence_level
    tested = (tests["untested"] == "").to_numpy()

    families = list(tests.groupby("family", sort=False).indices.values())

    def adjusted(p_values: FloatArray) -> FloatArray:
        values = np.where(tested, p_values, np.nan)
        for rows in families:
            values[rows] = adjusted_p_values(values[rows], adjustment=adjustment)
        return values

    greatest, least = _p_values(tests["z_low"], tests["z_high"])
    box_greatest, box_least = _p_values(tests["box_low"], tests["box_high"])
    p_adjusted = adjusted(greatest)
    found, possible = adjusted(box_greatest) < alpha, adjusted(box_least) < alpha
    verdicts = np.select(
        [
            ~tested,
            found & (tests["z_low"] > 0),
            found,
            ~possible,
            ~(p_adjusted < alpha) & (adjusted(least) < alpha),
        ],
        [tests["untested"], words.above, words.below, words.alike, "depends on the overlap"],
        default="depends on rounding",
    )
    return pd.DataFrame(
        {"p_value": np.where(tested, greatest, np.nan), "p_adjusted": p_adjusted, "verdict": verdicts},
        index=tests.index,
    )


def _p_values(z_low: pd.Series, z_high: pd.Series) -> tuple[FloatArray, FloatArray]:
    """Return the greatest and the least p-value of statistics that lie between two limits."""
    nearest, sizes = np.clip(0.0, z_low, z_high), np.abs([z_low, z_high])
    return two_sided_p_value(nearest), two_sided_p_value(sizes.max(axis=0))

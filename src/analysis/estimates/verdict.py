"""The one ladder: what can be said of a comparison, whatever rounding and unknown overlaps hide.

A comparison is judged at the corner of its rounding box that is nearest to no difference, and shown with the hull of its
interval over the box, at the level that the adjusted p-value asks for. So a verdict and the interval beside it agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.estimates.options import Options
from analysis.estimates.pairs import Comparison
from analysis.stats.arrays import FloatArray
from analysis.stats.multiplicity import adjusted_p_values, matching_levels

__all__ = [
    "HIGHER", "JUDGED", "LEADS", "UNSETTLED", "UNTESTED", "Scale", "judge", "stacked", "untested",
]  # fmt: skip

UNTESTED = ("not published", "base unknown", "too few interviews")
"""Verdicts of comparisons that are not tested, and do not count in their family."""

UNSETTLED = ("depends on the overlap", "depends on rounding")
"""Verdicts of comparisons that the print leaves open: significant for some figures and overlaps that agree with it."""


@dataclass(frozen=True, slots=True)
class Scale:
    """The words for a significant difference either way, and for none."""

    above: str
    below: str
    alike: str


HIGHER = Scale("higher", "lower", "not distinguishable")
"""Of a share compared with that of another segment or poll."""

LEADS = Scale("ahead", "behind", "statistical tie")
"""Of an answer compared with another one of the same people."""

JUDGED = (
    "estimate", "low", "high", "low_simultaneous", "high_simultaneous", "n_effective", "p_value", "p_adjusted", "verdict",
)  # fmt: skip
"""The columns that `judge` fills."""


def untested(estimate: FloatArray, n: FloatArray, small_base: FloatArray | float) -> npt.NDArray[np.str_]:
    """Say why estimates of so many effective interviews are not tested; empty where they are."""
    return np.select([np.isnan(estimate), ~(n > 0), n < small_base], list(UNTESTED), default="")


def judge(
    comparison: Comparison, settings: Sequence[Options], words: Scale, families: Sequence[object] = ()
) -> list[dict[str, Any]]:
    """Judge comparisons for each of several options; a design effect of None is the own one of each side.

    `families` says to which family each comparison belongs; all are one unless it is given. Returns the columns `JUDGED`
    for each of the settings.

    The p-value is the largest over the box and the overlaps, and its verdict therefore holds for all of them. With
    adjusted p-values of all comparisons at their least and at their surest, each set taken as a family, what is
    significant only in the second depends on rounding or the overlap: an adjusted p-value never falls when a p-value of
    its family rises. Simultaneous intervals are those of Bonferroni.
    """
    # p-values follow from the design effect, of which there are fewer than settings.
    said = np.array([one.design_effect for one in settings], dtype=float)  # NaN for None
    effects, of_setting = np.unique(said, return_inverse=True)
    method, (_, (low, high, middle), told) = comparison.method, comparison.points(effects)
    z_low, p_low, *surest = method.test(*low, **told)
    z_high, p_high, *surest_high = method.test(*high, **told)
    # The largest over the box: at the corner nearest to no difference, or 1 where the box holds it.
    nearest = np.where((z_low <= 0) & (z_high >= 0), 1.0, np.where(z_low > 0, p_low, p_high))
    of_corners = [*surest, *surest_high] or [p_low, p_high]
    alpha, small = (np.array([[getattr(one, name)] for one in settings]) for name in ("alpha", "small_base"))
    # Intervals of both kinds in one call, which costs hardly more than one of them.
    n_effective, (at_low, at_high, _), told_there = comparison.points(np.tile(said, 2))
    n_effective = n_effective[: len(settings)]
    estimate = np.broadcast_to(comparison.estimate, n_effective.shape)
    reasons = untested(estimate, n_effective, small)
    made = reasons == ""
    family = pd.factorize(np.array(families or [""] * made.shape[1]))[0]
    members = [np.flatnonzero(family == one) for one in range(family.max(initial=-1) + 1)]

    def of_settings(p: FloatArray) -> FloatArray:
        return np.where(made, p[of_setting], np.nan)

    def adjusted(p: FloatArray) -> FloatArray:
        found = of_settings(p)
        for row, one in zip(found, settings, strict=True):
            for at in members:
                row[at] = adjusted_p_values(row[at], adjustment=one.adjustment)
        return found

    p_value, p_adjusted = of_settings(nearest), adjusted(nearest)
    levels, together = np.empty(made.shape), np.empty(made.shape)
    for at in members:
        together[:, at] = 1 - alpha / made[:, at].sum(axis=1, keepdims=True).clip(1)
        for row, one in enumerate(settings):
            how: Any = {"confidence_level": one.confidence_level, "adjustment": one.adjustment}
            levels[row, at] = matching_levels(p_value[row, at], p_adjusted[row, at], **how)
    both = np.concatenate([levels, together])
    low_ends = method.interval(*at_low, confidence_level=both, **told_there)[1]
    high_ends = method.interval(*at_high, confidence_level=both, **told_there)[2]
    held = ~(np.tile(p_value, (2, 1)) < 1 - both)
    # A printed difference that no shares can have, such as of a part and its whole, still lies within its interval.
    low_ends = np.minimum(np.where(held, np.minimum(low_ends, 0), low_ends), comparison.estimate)
    high_ends = np.maximum(np.where(held, np.maximum(high_ends, 0), high_ends), comparison.estimate)
    found, unsure = p_adjusted < alpha, np.zeros(made.shape, dtype=bool)
    if surest:  # as printed, it is the overlap that decides
        at_least, at_most = map(adjusted, method.test(*middle, **told)[1:])
        unsure = ~(at_least < alpha) & (at_most < alpha)
    verdict = np.select(
        [~made, found & (estimate > 0), found, ~(adjusted(np.minimum(*of_corners)) < alpha), unsure],
        [reasons, words.above, words.below, words.alike, UNSETTLED[0]],
        default=UNSETTLED[1],
    )
    columns: dict[str, npt.NDArray[Any]] = {"estimate": estimate, "verdict": verdict.astype(object)}
    columns |= {"n_effective": n_effective, "p_value": p_value, "p_adjusted": p_adjusted}
    columns["low"], columns["low_simultaneous"] = np.split(low_ends, 2)
    columns["high"], columns["high_simultaneous"] = np.split(high_ends, 2)
    return [{name: values[place] for name, values in columns.items()} for place in range(len(settings))]


def stacked(judged: Sequence[Sequence[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Put what `judge` returned of several comparisons one under the other, for each of the settings."""
    return [
        {name: np.concatenate([one[name] for one in at_one]) for name in JUDGED}
        for at_one in zip(*judged, strict=True)
    ]

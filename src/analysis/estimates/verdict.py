"""The one ladder: what can be said of a comparison, whatever rounding and unknown overlaps hide.

A comparison is judged at the corner of its rounding box that is nearest to no difference, and shown with the hull of its
interval over the box, at the level that the adjusted p-value asks for. So a verdict and the interval beside it agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from analysis.estimates.options import Options
from analysis.stats.arrays import FloatArray
from analysis.stats.multiplicity import adjusted_p_values, matching_levels

__all__ = [
    "HIGHER",
    "JUDGED",
    "LEADS",
    "UNSETTLED",
    "UNTESTED",
    "VERDICTS",
    "Comparison",
    "PValues",
    "Words",
    "judge",
    "nearest_corner",
]

UNTESTED = ("not published", "base unknown", "too few interviews")
"""Verdicts of comparisons that are not tested, and do not count in their family."""

UNSETTLED = ("depends on the overlap", "depends on rounding")
"""Verdicts of comparisons that the print leaves open: significant for some figures and overlaps that agree with it."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words for a significant difference either way, and for none."""

    above: str
    below: str
    alike: str


HIGHER = Words("higher", "lower", "not distinguishable")
"""Of a share compared with that of another segment or poll."""

LEADS = Words("ahead", "behind", "statistical tie")
"""Of an answer compared with another one of the same people."""

JUDGED = (
    "estimate", "low", "high", "low_simultaneous", "high_simultaneous", "n_effective", "p_value", "p_adjusted", "verdict",
)  # fmt: skip
"""The columns that `judge` fills."""

VERDICTS = tuple(
    dict.fromkeys(
        word
        for words in (HIGHER, LEADS)
        for word in (words.above, words.below, words.alike, *UNSETTLED, *UNTESTED)
    )
)


@dataclass(frozen=True, eq=False, slots=True)
class PValues:
    """p-values of comparisons, design effects × comparisons.

    `nearest` is that at the corner of the rounding box nearest to no difference, where an unknown overlap says least: the
    largest of all. `surest` is the smallest of all. `middle` and `middle_surest` are those of the printed figures, at the
    overlaps that say least and most; NaN where no overlap is unknown.
    """

    nearest: FloatArray
    surest: FloatArray
    middle: FloatArray
    middle_surest: FloatArray


class Comparison(Protocol):
    """Comparisons that are judged together, as one family."""

    @property
    def estimate(self) -> FloatArray:
        """The differences; NaN where a figure was not published."""

    @property
    def smallest(self) -> FloatArray:
        """The smallest number of interviews behind each."""

    def tests(self, effects: FloatArray) -> PValues:
        """Test them at several design effects."""

    def limits(self, effects: FloatArray, levels: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the hulls of their intervals over rounding and overlap; levels are those of each, design effects × rows."""


def nearest_corner(low: tuple[FloatArray, FloatArray], high: tuple[FloatArray, FloatArray]) -> FloatArray:
    """Return the largest p-value over a box, from z and p at the corners where a difference is least and greatest."""
    (z_low, p_low), (z_high, p_high) = low, high
    return np.where((z_low <= 0) & (z_high >= 0), 1.0, np.where(z_low > 0, p_low, p_high))


def judge(comparison: Comparison, settings: Sequence[Options], words: Words) -> list[dict[str, Any]]:
    """Judge comparisons as one family, for each of several options.

    Parameters
    ----------
    comparison : Comparison
    settings : sequence of Options
        Their design effects are numbers.
    words : Words

    Returns
    -------
    list of dict
        For each of the settings columns `estimate, low, high, low_simultaneous, high_simultaneous, n_effective, p_value,
        p_adjusted, verdict`.

    Notes
    -----
    The p-value is the largest over the box and the overlaps, and its verdict therefore holds for all of them. With
    adjusted p-values of all comparisons at their least and at their surest, each set taken as a family, what is
    significant only in the second depends on rounding or the overlap: an adjusted p-value never falls when a p-value of
    its family rises. Simultaneous intervals are those of Bonferroni.
    """
    # p-values follow from the design effect, of which there are fewer than settings.
    effects, of_setting = np.unique([one.effect for one in settings], return_inverse=True)
    tests = comparison.tests(effects)
    alpha, small = (np.array([[getattr(one, name)] for one in settings]) for name in ("alpha", "small_base"))
    n_effective = comparison.smallest / effects[of_setting, np.newaxis]
    estimate = np.broadcast_to(comparison.estimate, n_effective.shape)
    reasons = np.select(
        [np.isnan(estimate), ~(n_effective > 0), n_effective < small], list(UNTESTED), default=""
    )
    made = reasons == ""

    def of_settings(p: FloatArray) -> FloatArray:
        return np.where(made, p[of_setting], np.nan)

    def adjusted(p: FloatArray) -> FloatArray:
        rows = zip(of_settings(p), settings, strict=True)
        return np.array([adjusted_p_values(row, adjustment=one.adjustment) for row, one in rows]).reshape(
            made.shape
        )

    p_value, p_adjusted = of_settings(tests.nearest), adjusted(tests.nearest)
    levels = np.array(
        [
            matching_levels(p, fit, confidence_level=one.confidence_level, adjustment=one.adjustment)
            for p, fit, one in zip(p_value, p_adjusted, settings, strict=True)
        ]
    ).reshape(made.shape)
    together = np.broadcast_to(1 - alpha / made.sum(axis=1, keepdims=True).clip(1), made.shape)
    columns: dict[str, npt.NDArray[Any]] = {"estimate": estimate}
    for suffix, level in (("", levels), ("_simultaneous", together)):
        low, high = comparison.limits(effects[of_setting], level)
        held = ~(p_value < 1 - level)
        # A printed difference that no shares can have, such as of a part and its whole, still lies within its interval.
        columns[f"low{suffix}"] = np.minimum(np.where(held, np.minimum(low, 0), low), estimate)
        columns[f"high{suffix}"] = np.maximum(np.where(held, np.maximum(high, 0), high), estimate)
    found = p_adjusted < alpha
    verdict = np.select(
        [
            ~made,
            found & (estimate > 0),
            found,
            ~(adjusted(tests.surest) < alpha),
            ~(adjusted(tests.middle) < alpha) & (adjusted(tests.middle_surest) < alpha),
        ],
        [reasons, words.above, words.below, words.alike, UNSETTLED[0]],
        default=UNSETTLED[1],
    )
    columns |= {"n_effective": n_effective, "p_value": p_value, "p_adjusted": p_adjusted}
    columns |= {"verdict": verdict.astype(object)}
    return [{name: values[place] for name, values in columns.items()} for place in range(len(settings))]

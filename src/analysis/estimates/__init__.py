"""What follows from a poll's printed figures: a poll in, one table out. No files, no drawing."""

from analysis.estimates.bases import bases
from analysis.estimates.comparisons import (
    RELATIONS,
    compare_answers,
    compare_polls,
    compare_segments,
    segment_letters,
    segment_pairs,
)
from analysis.estimates.intervals import intervals
from analysis.estimates.options import DesignEffects, Options, design_effects
from analysis.estimates.verdict import UNTESTED, VERDICTS
from analysis.estimates.weights import implied_weights

__all__ = [
    "RELATIONS",
    "UNTESTED",
    "VERDICTS",
    "DesignEffects",
    "Options",
    "bases",
    "compare_answers",
    "compare_polls",
    "compare_segments",
    "design_effects",
    "implied_weights",
    "intervals",
    "segment_letters",
    "segment_pairs",
]

"""Formulas on arrays: shares in [0, 1] in, shares out. No poll, no file, no table."""

from analysis.stats.accuracy import a_prime, b_measure, b_weighted, mosteller_3, mosteller_5
from analysis.stats.differences import difference_interval, difference_test, lead_test
from analysis.stats.intervals import METHODS, lead_interval, share_interval
from analysis.stats.leads import LEAD_VERDICTS, lead_envelope, lead_verdict
from analysis.stats.margins import (
    cluster_design_effect,
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.stats.multiplicity import (
    ADJUSTMENTS,
    HomogeneityTest,
    adjusted_p_values,
    rao_scott_test,
    tipping_bias,
    tipping_design_effect,
)
from analysis.stats.overlaps import overlap_interval, overlap_test, part_whole_interval, part_whole_test
from analysis.stats.weights import WeightBounds, weight_bounds

__all__ = [
    "ADJUSTMENTS",
    "LEAD_VERDICTS",
    "METHODS",
    "HomogeneityTest",
    "WeightBounds",
    "a_prime",
    "adjusted_p_values",
    "b_measure",
    "b_weighted",
    "cluster_design_effect",
    "difference_interval",
    "difference_test",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "lead_envelope",
    "lead_interval",
    "lead_test",
    "lead_verdict",
    "margin_of_error",
    "mosteller_3",
    "mosteller_5",
    "overlap_interval",
    "overlap_test",
    "part_whole_interval",
    "part_whole_test",
    "rao_scott_test",
    "share_interval",
    "tipping_bias",
    "tipping_design_effect",
    "weight_bounds",
]

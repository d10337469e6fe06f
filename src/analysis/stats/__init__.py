"""Formulas on arrays: shares in [0, 1] in, shares out. No poll, no file, no table.

Everything broadcasts, and plain tuples of arrays of the broadcast shape come back: of single numbers arrays without
dimensions, which round, compare and print as numbers do. What does not broadcast is an `AnalysisError`. A base that is
missing or not positive gives NaN.
"""

from analysis.stats.arrays import LARGE_BASE, SMALL_BASE, critical_value
from analysis.stats.calibration import (
    Calibration,
    calibrated_interval,
    calibration,
    nonresponse_tipping_point,
)
from analysis.stats.combined import combined_interval, inverted_p_value
from analysis.stats.design_effects import (
    intraclass_correlation,
    plausible_design_effects,
    variance_within_strata,
)
from analysis.stats.differences import difference_interval, difference_test
from analysis.stats.ecological import ecological_bounds, ecological_regression
from analysis.stats.homogeneity import HomogeneityTest, rao_scott_test
from analysis.stats.intervals import METHODS, share_interval
from analysis.stats.joint import JointBounds, PrintedTable, joint_bounds
from analysis.stats.leads import lead_interval, lead_test, shared_answers
from analysis.stats.margins import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.stats.multiplicity import (
    ADJUSTMENTS,
    adjusted_p_values,
    can_be_first,
    column_letters,
    matching_levels,
)
from analysis.stats.overlaps import overlap_interval, overlap_test
from analysis.stats.part_whole import part_whole_interval, part_whole_test
from analysis.stats.poll_errors import MeasuredError, poll_errors
from analysis.stats.probability import ADDED_ERROR, LeadProbability, probability_of_leading
from analysis.stats.weights import WeightBounds, weight_bounds, weighting_factor_bound, widened_bounds

__all__ = [
    "ADDED_ERROR", "ADJUSTMENTS", "LARGE_BASE", "METHODS", "SMALL_BASE", "Calibration", "HomogeneityTest",
    "JointBounds", "LeadProbability", "MeasuredError", "PrintedTable", "WeightBounds", "adjusted_p_values",
    "calibrated_interval", "calibration", "can_be_first", "column_letters",
    "combined_interval", "critical_value", "difference_interval", "difference_test", "ecological_bounds",
    "ecological_regression", "implied_confidence_level", "implied_design_effect",
    "implied_sample_size", "intraclass_correlation", "inverted_p_value", "joint_bounds", "lead_interval", "lead_test",
    "margin_of_error", "matching_levels", "nonresponse_tipping_point",
    "overlap_interval", "overlap_test", "part_whole_interval", "part_whole_test", "plausible_design_effects",
    "poll_errors", "probability_of_leading", "rao_scott_test", "share_interval", "shared_answers",
    "variance_within_strata", "weight_bounds", "weighting_factor_bound", "widened_bounds",
]  # fmt: skip

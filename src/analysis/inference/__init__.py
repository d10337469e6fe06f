"""What follows from the printed figures: intervals, weights and the audit. No files, no drawing."""

from analysis.inference.audit import audit_poll
from analysis.inference.contradictions import weight_contradictions, weight_sensitivity
from analysis.inference.intervals import METHODS, lead_interval, share_interval
from analysis.inference.margins import (
    cluster_design_effect,
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.inference.precision import (
    column_margins,
    compare_methods,
    plausible_design_effects,
    published_intervals,
    sheet_margins,
)
from analysis.inference.weight_bounds import WeightBounds, weight_bounds
from analysis.inference.weights import implied_weights, segment_bases

__all__ = [
    "METHODS",
    "WeightBounds",
    "audit_poll",
    "cluster_design_effect",
    "column_margins",
    "compare_methods",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "implied_weights",
    "lead_interval",
    "margin_of_error",
    "plausible_design_effects",
    "published_intervals",
    "segment_bases",
    "share_interval",
    "sheet_margins",
    "weight_bounds",
    "weight_contradictions",
    "weight_sensitivity",
]

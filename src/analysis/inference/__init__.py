"""What follows from the printed figures: intervals, weights and the audit. No files, no drawing."""

from analysis.inference.audit import audit_poll
from analysis.inference.intervals import (
    METHODS,
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    lead_interval,
    margin_of_error,
    share_interval,
)
from analysis.inference.precision import published_intervals
from analysis.inference.weights import implied_weights, segment_bases

__all__ = [
    "METHODS",
    "audit_poll",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "implied_weights",
    "lead_interval",
    "margin_of_error",
    "published_intervals",
    "segment_bases",
    "share_interval",
]

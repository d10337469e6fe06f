"""What follows from the printed figures: intervals, weights and the audit. No files, no drawing."""

from analysis.inference.answer_comparisons import compare_answers, question_test
from analysis.inference.audit import audit_poll
from analysis.inference.comparisons import cohens_h, difference_interval, difference_test, lead_test
from analysis.inference.contradictions import weight_contradictions, weight_sensitivity
from analysis.inference.intervals import METHODS, lead_interval, share_interval
from analysis.inference.margins import (
    cluster_design_effect,
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.inference.overlaps import overlap_interval, overlap_test, part_whole_interval, part_whole_test
from analysis.inference.poll_comparisons import compare_polls
from analysis.inference.precision import (
    column_margins,
    compare_methods,
    plausible_design_effects,
    published_intervals,
    sheet_margins,
)
from analysis.inference.segment_comparisons import (
    FAMILIES,
    compare_pairs,
    compare_segments,
    significance_letters,
)
from analysis.inference.significance import (
    ADJUSTMENTS,
    HomogeneityTest,
    adjusted_p_values,
    rao_scott_test,
    tipping_bias,
    tipping_design_effect,
)
from analysis.inference.verdicts import COMPARISON_VERDICTS
from analysis.inference.weight_bounds import WeightBounds, weight_bounds
from analysis.inference.weights import implied_weights, segment_bases

__all__ = [
    "ADJUSTMENTS",
    "COMPARISON_VERDICTS",
    "FAMILIES",
    "METHODS",
    "HomogeneityTest",
    "WeightBounds",
    "adjusted_p_values",
    "audit_poll",
    "cluster_design_effect",
    "cohens_h",
    "column_margins",
    "compare_answers",
    "compare_methods",
    "compare_pairs",
    "compare_polls",
    "compare_segments",
    "difference_interval",
    "difference_test",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "implied_weights",
    "lead_interval",
    "lead_test",
    "margin_of_error",
    "overlap_interval",
    "overlap_test",
    "part_whole_interval",
    "part_whole_test",
    "plausible_design_effects",
    "published_intervals",
    "question_test",
    "rao_scott_test",
    "segment_bases",
    "share_interval",
    "sheet_margins",
    "significance_letters",
    "tipping_bias",
    "tipping_design_effect",
    "weight_bounds",
    "weight_contradictions",
    "weight_sensitivity",
]

"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from analysis.reporting.wording.audit import audit_answer, findings_sentence, undisclosed_sentence
from analysis.reporting.wording.comparisons import adjustment_sentence, comparison_answer
from analysis.reporting.wording.precision import (
    bases_sentence,
    design_effect_sentence,
    margin_sentence,
    precision_answer,
    precision_summary,
)
from analysis.reporting.wording.reasons import (
    counts_sentence,
    order_sentence,
    reasons_answer,
    reasons_summary,
    unnamed_sentence,
)
from analysis.reporting.wording.relations import (
    comparison_summary,
    overlap_sentence,
    tipping_sentence,
    whole_sentence,
)

__all__ = [
    "adjustment_sentence",
    "audit_answer",
    "bases_sentence",
    "comparison_answer",
    "comparison_summary",
    "counts_sentence",
    "design_effect_sentence",
    "findings_sentence",
    "margin_sentence",
    "order_sentence",
    "overlap_sentence",
    "precision_answer",
    "precision_summary",
    "reasons_answer",
    "reasons_summary",
    "tipping_sentence",
    "undisclosed_sentence",
    "unnamed_sentence",
    "whole_sentence",
]

"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from analysis.reporting.wording.audit import audit_answer, findings_sentence, undisclosed_sentence
from analysis.reporting.wording.precision import (
    bases_sentence,
    design_effect_sentence,
    margin_sentence,
    precision_answer,
    precision_summary,
)

__all__ = [
    "audit_answer",
    "bases_sentence",
    "design_effect_sentence",
    "findings_sentence",
    "margin_sentence",
    "precision_answer",
    "precision_summary",
    "undisclosed_sentence",
]

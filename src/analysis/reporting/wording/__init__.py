"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from analysis.reporting.wording.audit import audit_answer, findings_sentence, undisclosed_sentence
from analysis.reporting.wording.certainty import certainty_sentence, firmness_summary
from analysis.reporting.wording.firmness import (
    firm_segments_sentence,
    firmness_answer,
    left_to_win_sentence,
    reach_sentence,
)
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
    "certainty_sentence",
    "design_effect_sentence",
    "findings_sentence",
    "firm_segments_sentence",
    "firmness_answer",
    "firmness_summary",
    "left_to_win_sentence",
    "margin_sentence",
    "precision_answer",
    "precision_summary",
    "reach_sentence",
    "undisclosed_sentence",
]

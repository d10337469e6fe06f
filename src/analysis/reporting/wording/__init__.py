"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from analysis.reporting.wording.audit import audit_answer, findings_sentence
from analysis.reporting.wording.precision import (
    bases_sentence,
    design_effect_sentence,
    margin_sentence,
    precision_answer,
    precision_summary,
)
from analysis.reporting.wording.race import peers_answer, race_summary, reading_gaps_sentence
from analysis.reporting.wording.race_changes import (
    pollster_changes_sentence,
    pollsters_sentence,
    readings_result_sentence,
)

__all__ = [
    "audit_answer",
    "bases_sentence",
    "design_effect_sentence",
    "findings_sentence",
    "margin_sentence",
    "peers_answer",
    "pollster_changes_sentence",
    "pollsters_sentence",
    "precision_answer",
    "precision_summary",
    "race_summary",
    "reading_gaps_sentence",
    "readings_result_sentence",
]

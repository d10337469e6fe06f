"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from analysis.reporting.wording.against_result import accuracy_sentence, against_sentence, result_sentence
from analysis.reporting.wording.audit import audit_answer, findings_sentence, undisclosed_sentence
from analysis.reporting.wording.certainty import certainty_sentence, firmness_summary
from analysis.reporting.wording.firmness import (
    firm_segments_sentence,
    firmness_answer,
    left_to_win_sentence,
    reach_sentence,
)
from analysis.reporting.wording.outlook import (
    lead_sentence,
    leading_answer,
    leading_sentence,
    outlook_summary,
    valid_votes_sentence,
)
from analysis.reporting.wording.precision import (
    bases_sentence,
    design_effect_sentence,
    margin_sentence,
    precision_answer,
    precision_summary,
)
from analysis.reporting.wording.scenarios import scenario_sentence, turnout_sentence

__all__ = [
    "accuracy_sentence",
    "against_sentence",
    "audit_answer",
    "bases_sentence",
    "certainty_sentence",
    "design_effect_sentence",
    "findings_sentence",
    "firm_segments_sentence",
    "firmness_answer",
    "firmness_summary",
    "lead_sentence",
    "leading_answer",
    "leading_sentence",
    "left_to_win_sentence",
    "margin_sentence",
    "outlook_summary",
    "precision_answer",
    "precision_summary",
    "reach_sentence",
    "result_sentence",
    "scenario_sentence",
    "turnout_sentence",
    "undisclosed_sentence",
    "valid_votes_sentence",
]

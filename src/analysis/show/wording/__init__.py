"""Sentences with figures in them. A notebook's prose states no figure that a parameter can change; these do."""

from analysis.show.wording.against_result import accuracy_sentence, against_sentence, result_sentence
from analysis.show.wording.audit import audit_answer, findings_sentence
from analysis.show.wording.certainty import certainty_sentence, firmness_summary
from analysis.show.wording.comparisons import adjustment_sentence, comparison_answer
from analysis.show.wording.firmness import (
    firm_segments_sentence,
    firmness_answer,
    left_to_win_sentence,
    reach_sentence,
)
from analysis.show.wording.outlook import (
    lead_sentence,
    leading_answer,
    leading_sentence,
    outlook_summary,
    valid_votes_sentence,
)
from analysis.show.wording.population import contradictions_sentence, population_sentence
from analysis.show.wording.precision import (
    bases_sentence,
    design_effect_sentence,
    margin_sentence,
    precision_answer,
    precision_summary,
)
from analysis.show.wording.race import peers_answer, reading_gaps_sentence
from analysis.show.wording.race_changes import (
    pollster_changes_sentence,
    pollsters_sentence,
    race_summary,
    readings_result_sentence,
)
from analysis.show.wording.reasons import (
    counts_sentence,
    order_sentence,
    reasons_answer,
    reasons_summary,
    unnamed_sentence,
)
from analysis.show.wording.relations import (
    comparison_summary,
    overlap_sentence,
    tipping_sentence,
    whole_sentence,
)
from analysis.show.wording.scenarios import scenario_sentence, turnout_sentence
from analysis.show.wording.shifts import (
    break_even_sentence,
    segment_shift_sentence,
    totals_sentence,
    weight_error_sentence,
)
from analysis.show.wording.totals import total_answer, total_summary, total_text
from analysis.show.wording.weights import (
    proof_sentence,
    row_weights_sentence,
    weights_answer,
    weights_summary,
)

__all__ = [
    "accuracy_sentence",
    "adjustment_sentence",
    "against_sentence",
    "audit_answer",
    "bases_sentence",
    "break_even_sentence",
    "certainty_sentence",
    "comparison_answer",
    "comparison_summary",
    "contradictions_sentence",
    "counts_sentence",
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
    "order_sentence",
    "outlook_summary",
    "overlap_sentence",
    "peers_answer",
    "pollster_changes_sentence",
    "pollsters_sentence",
    "population_sentence",
    "precision_answer",
    "precision_summary",
    "proof_sentence",
    "race_summary",
    "reach_sentence",
    "reading_gaps_sentence",
    "readings_result_sentence",
    "reasons_answer",
    "reasons_summary",
    "result_sentence",
    "row_weights_sentence",
    "scenario_sentence",
    "segment_shift_sentence",
    "tipping_sentence",
    "total_answer",
    "total_summary",
    "total_text",
    "totals_sentence",
    "turnout_sentence",
    "unnamed_sentence",
    "valid_votes_sentence",
    "weight_error_sentence",
    "weights_answer",
    "weights_summary",
    "whole_sentence",
]

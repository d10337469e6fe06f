"""What follows from a poll's printed figures: a poll in, one table out. No files, no drawing."""

from analysis.estimates.answers import SILENT_ROLES, UNNAMED_ROLES, question_test, rank_answers
from analysis.estimates.audit import AUDIT_FINDINGS, audit
from analysis.estimates.bases import bases, weighting_factors
from analysis.estimates.calibrated import calibrated_leads, calibrated_votes
from analysis.estimates.certainty import certainty_differences, certainty_question, firm_leads, firm_votes
from analysis.estimates.comparisons import (
    RELATIONS,
    compare_answers,
    compare_segments,
    segment_letters,
    segment_pairs,
)
from analysis.estimates.crossing import (
    cross_contradictions,
    cross_leads,
    cross_table,
    telling_question,
)
from analysis.estimates.ecology import group_places, group_votes
from analysis.estimates.intervals import figure_bases, intervals
from analysis.estimates.options import DesignEffects, Options, a_share, design_effects
from analysis.estimates.reading_changes import (
    compare_readings,
    pairs_of_peers,
    pairs_of_pollsters,
    pairs_within_pollsters,
)
from analysis.estimates.reading_segments import readings_by_segment
from analysis.estimates.readings import (
    READING_SIZES,
    RESULT_VERDICTS,
    leading_pair,
    reading_leads,
    reading_shares,
    readings_against_result,
)
from analysis.estimates.recovered import recovered_weights, tables_of_division
from analysis.estimates.remaking import again
from analysis.estimates.results import (
    fitting_result,
    official_shares,
    poll_accuracy,
    segments_against_result,
)
from analysis.estimates.scenarios import scenario_leads
from analysis.estimates.sensitivity import (
    WEIGHT_VERDICTS,
    weight_contradictions,
    weights_against,
)
from analysis.estimates.sums import finest_partition, fitting_targets
from analysis.estimates.total_leads import segment_shifts, total_leads
from analysis.estimates.totals import PRINTED, foremost, national_total
from analysis.estimates.verdict import UNSETTLED, UNTESTED
from analysis.estimates.votes import candidates, leading_probability, valid_votes, vote_question
from analysis.estimates.waves import compare_polls, compare_waves
from analysis.estimates.weights import implied_weights, misprinted_rows

__all__ = [
    "AUDIT_FINDINGS", "PRINTED", "READING_SIZES", "RELATIONS", "RESULT_VERDICTS",
    "SILENT_ROLES", "UNNAMED_ROLES", "UNSETTLED", "UNTESTED", "WEIGHT_VERDICTS", "DesignEffects",
    "Options", "a_share", "again", "audit", "bases", "calibrated_leads", "calibrated_votes", "candidates",
    "certainty_differences", "certainty_question", "compare_answers", "compare_polls", "compare_readings",
    "compare_segments", "compare_waves", "cross_contradictions", "cross_leads", "cross_table",
    "design_effects", "figure_bases", "finest_partition", "firm_leads", "firm_votes",
    "fitting_result", "fitting_targets", "foremost", "group_places", "group_votes", "implied_weights",
    "intervals", "leading_pair", "leading_probability", "misprinted_rows", "national_total", "official_shares",
    "pairs_of_peers", "pairs_of_pollsters", "pairs_within_pollsters", "poll_accuracy", "question_test",
    "rank_answers", "reading_leads", "reading_shares", "readings_against_result", "readings_by_segment",
    "recovered_weights", "scenario_leads", "segment_letters", "segment_pairs", "segment_shifts",
    "segments_against_result", "tables_of_division", "telling_question", "total_leads",
    "valid_votes", "vote_question", "weight_contradictions",
    "weighting_factors", "weights_against",
]  # fmt: skip

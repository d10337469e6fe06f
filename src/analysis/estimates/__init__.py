"""What follows from the printed figures: intervals, weights and the audit. No files, no drawing."""

from analysis.estimates.accuracy import poll_accuracy
from analysis.estimates.against_result import official_votes, segments_against_result
from analysis.estimates.answer_comparisons import compare_answers, question_test, question_tests
from analysis.estimates.audit import audit_poll
from analysis.estimates.column_comparisons import RELATIONS, compare_columns, segment_pairs, tipping_points
from analysis.estimates.contradictions import weight_contradictions, weight_sensitivity
from analysis.estimates.firmness import VoteFirmness, certainty_question, vote_firmness
from analysis.estimates.leading import TOTAL_ERROR, added_error, probability_of_leading
from analysis.estimates.named_answers import UNNAMED_ROLES, answer_counts, chosen_question, rank_answers
from analysis.estimates.outlook import VoteOutlook, vote_outlook, vote_question
from analysis.estimates.partition_weights import (
    WEIGHT_VERDICTS,
    partition_contradictions,
    partition_weights,
    row_weights,
    weight_outlines,
)
from analysis.estimates.poll_comparisons import compare_polls
from analysis.estimates.poll_margins import column_margins, plausible_design_effects, sheet_margins
from analysis.estimates.precision import compare_methods, published_intervals
from analysis.estimates.reading_comparisons import (
    compare_pollsters,
    compare_readings,
    compare_with_peers,
    same_pollster_changes,
)
from analysis.estimates.reading_errors import RESULT_VERDICTS, readings_against_result
from analysis.estimates.reading_segments import matching_segments
from analysis.estimates.readings import READING_SIZES, official_shares, reading_leads, reading_shares
from analysis.estimates.reweighting import PRINTED, Reweighting, finest_partition, reweight
from analysis.estimates.scenario_leads import scenario_leads
from analysis.estimates.scenarios import undecided_scenarios
from analysis.estimates.segment_comparisons import (
    FAMILIES,
    compare_pairs,
    compare_segments,
    significance_letters,
)
from analysis.estimates.totals import break_even_weight, decomposition, national_total
from analysis.estimates.verdicts import COMPARISON_VERDICTS
from analysis.estimates.votes import firm_vote, valid_votes
from analysis.estimates.weights import implied_weights, segment_bases
from analysis.stats.accuracy import a_prime, b_measure, b_weighted, mosteller_3, mosteller_5
from analysis.stats.differences import difference_interval, difference_test, lead_test
from analysis.stats.intervals import METHODS, lead_interval, share_interval
from analysis.stats.leads import LEAD_VERDICTS, lead_envelope, lead_verdict
from analysis.stats.margins import (
    cluster_design_effect,
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.stats.multiplicity import (
    ADJUSTMENTS,
    HomogeneityTest,
    adjusted_p_values,
    rao_scott_test,
    tipping_bias,
    tipping_design_effect,
)
from analysis.stats.overlaps import overlap_interval, overlap_test, part_whole_interval, part_whole_test
from analysis.stats.weights import WeightBounds, weight_bounds

__all__ = [
    "ADJUSTMENTS",
    "COMPARISON_VERDICTS",
    "FAMILIES",
    "LEAD_VERDICTS",
    "METHODS",
    "PRINTED",
    "READING_SIZES",
    "RELATIONS",
    "RESULT_VERDICTS",
    "TOTAL_ERROR",
    "UNNAMED_ROLES",
    "WEIGHT_VERDICTS",
    "HomogeneityTest",
    "Reweighting",
    "VoteFirmness",
    "VoteOutlook",
    "WeightBounds",
    "a_prime",
    "added_error",
    "adjusted_p_values",
    "answer_counts",
    "audit_poll",
    "b_measure",
    "b_weighted",
    "break_even_weight",
    "certainty_question",
    "chosen_question",
    "cluster_design_effect",
    "column_margins",
    "compare_answers",
    "compare_columns",
    "compare_methods",
    "compare_pairs",
    "compare_polls",
    "compare_pollsters",
    "compare_readings",
    "compare_segments",
    "compare_with_peers",
    "decomposition",
    "difference_interval",
    "difference_test",
    "finest_partition",
    "firm_vote",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "implied_weights",
    "lead_envelope",
    "lead_interval",
    "lead_test",
    "lead_verdict",
    "margin_of_error",
    "matching_segments",
    "mosteller_3",
    "mosteller_5",
    "national_total",
    "official_shares",
    "official_votes",
    "overlap_interval",
    "overlap_test",
    "part_whole_interval",
    "part_whole_test",
    "partition_contradictions",
    "partition_weights",
    "plausible_design_effects",
    "poll_accuracy",
    "probability_of_leading",
    "published_intervals",
    "question_test",
    "question_tests",
    "rank_answers",
    "rao_scott_test",
    "reading_leads",
    "reading_shares",
    "readings_against_result",
    "reweight",
    "row_weights",
    "same_pollster_changes",
    "scenario_leads",
    "segment_bases",
    "segment_pairs",
    "segments_against_result",
    "share_interval",
    "sheet_margins",
    "significance_letters",
    "tipping_bias",
    "tipping_design_effect",
    "tipping_points",
    "undecided_scenarios",
    "valid_votes",
    "vote_firmness",
    "vote_outlook",
    "vote_question",
    "weight_bounds",
    "weight_contradictions",
    "weight_outlines",
    "weight_sensitivity",
]

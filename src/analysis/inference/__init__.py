"""What follows from the printed figures: intervals, weights and the audit. No files, no drawing."""

from analysis.inference.accuracy import poll_accuracy
from analysis.inference.accuracy_measures import a_prime, b_measure, b_weighted, mosteller_3, mosteller_5
from analysis.inference.against_result import official_votes, segments_against_result
from analysis.inference.answer_comparisons import compare_answers, question_test, question_tests
from analysis.inference.audit import audit_poll
from analysis.inference.column_comparisons import RELATIONS, compare_columns, segment_pairs, tipping_points
from analysis.inference.comparisons import cohens_h, difference_interval, difference_test, lead_test
from analysis.inference.contradictions import weight_contradictions, weight_sensitivity
from analysis.inference.crossed_margins import crossed_total, crossed_weights
from analysis.inference.firmness import VoteFirmness, certainty_question, vote_firmness
from analysis.inference.intervals import METHODS, korn_graubard_interval, lead_interval, share_interval
from analysis.inference.leading import TOTAL_ERROR, added_error, probability_of_leading
from analysis.inference.leads import LEAD_VERDICTS, joint_share_interval, lead_envelope, lead_verdict
from analysis.inference.margins import (
    cluster_design_effect,
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.inference.named_answers import UNNAMED_ROLES, answer_counts, chosen_question, rank_answers
from analysis.inference.outlook import VoteOutlook, vote_outlook, vote_question
from analysis.inference.overlaps import overlap_interval, overlap_test, part_whole_interval, part_whole_test
from analysis.inference.partition_weights import (
    WEIGHT_VERDICTS,
    partition_contradictions,
    partition_weights,
    row_weights,
    weight_outlines,
)
from analysis.inference.poll_comparisons import compare_polls
from analysis.inference.poll_margins import column_margins, plausible_design_effects, sheet_margins
from analysis.inference.precision import compare_methods, published_intervals
from analysis.inference.reading_comparisons import (
    compare_pollsters,
    compare_readings,
    compare_with_peers,
    same_pollster_changes,
)
from analysis.inference.reading_errors import RESULT_VERDICTS, readings_against_result
from analysis.inference.reading_segments import matching_segments
from analysis.inference.readings import READING_SIZES, official_shares, reading_leads, reading_shares
from analysis.inference.reweighting import PRINTED, Reweighting, finest_partition, reweight
from analysis.inference.scenario_leads import scenario_leads
from analysis.inference.scenarios import undecided_scenarios
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
from analysis.inference.simultaneous import SIMULTANEOUS_METHODS, simultaneous_intervals
from analysis.inference.totals import break_even_weight, decomposition, national_total
from analysis.inference.verdicts import COMPARISON_VERDICTS
from analysis.inference.votes import firm_vote, valid_votes
from analysis.inference.weight_bounds import WeightBounds, weight_bounds
from analysis.inference.weights import implied_weights, segment_bases

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
    "SIMULTANEOUS_METHODS",
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
    "cohens_h",
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
    "crossed_total",
    "crossed_weights",
    "decomposition",
    "difference_interval",
    "difference_test",
    "finest_partition",
    "firm_vote",
    "implied_confidence_level",
    "implied_design_effect",
    "implied_sample_size",
    "implied_weights",
    "joint_share_interval",
    "korn_graubard_interval",
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
    "simultaneous_intervals",
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

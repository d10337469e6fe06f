"""Rows that no weights explain, and what the others leave."""

import pytest

from analysis.estimates import implied_weights, weight_contradictions, weight_sensitivity

NEAR = 1e-7  # what the solver may be off by


def test_the_region_names_seven_rows_as_one_least_explanation(cpi):
    rows = weight_contradictions(cpi, "region")
    assert len(rows) == 7
    assert 100 * rows["excess"].abs().sum() == pytest.approx(0.439, abs=5e-4)
    assert (rows["answer"] == "other").sum() == 4
    assert set(rows["question"]) <= {q.id for q in cpi.questions if q.kind == "multiple_response"}


def test_leaving_out_merged_small_answers_leaves_a_smaller_contradiction(cpi):
    fewer = weight_contradictions(cpi, "region", roles_left_out=("other",))
    assert fewer["excess"].abs().sum() < weight_contradictions(cpi, "region")["excess"].abs().sum()
    assert "other" not in set(fewer["answer"])


def test_a_consistent_poll_has_no_contradictions(harbour):
    assert weight_contradictions(harbour, "age").empty


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
def test_the_remaining_rows_give_a_range_inside_that_of_the_closed_questions(cpi, partition):
    closed, used = implied_weights(cpi, partition), weight_sensitivity(cpi, partition)
    assert (used["low"] >= closed["low"] - NEAR).all()
    assert (used["high"] <= closed["high"] + NEAR).all()

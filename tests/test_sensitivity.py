"""Rows that no weights explain, what the others leave, and weights beside a population and printed interviews."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_poll import target_of, write_poll

from analysis.estimates import (
    Options,
    bases,
    implied_weights,
    weight_contradictions,
    weighting_factors,
    weights_against,
)
from analysis.polls import load_target
from analysis.stats import margin_of_error

REFERENCE_WEIGHTS = pd.read_csv(Path(__file__).parent / "reference" / "weights.csv")
NEAR = 1e-7  # what the solver may be off by


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
def test_the_least_contradiction_is_that_of_lpsolve(cpi, partition):
    rows = weight_contradictions(cpi, partition)
    least = REFERENCE_WEIGHTS[REFERENCE_WEIGHTS["segment"] == "least excess"].set_index("partition")["low"]
    assert rows["excess"].abs().sum() == pytest.approx(least[partition], abs=1e-7)
    assert set(rows["question"]) <= {q.id for q in cpi.questions if q.kind == "multiple_response"}


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
def test_the_remaining_rows_give_a_range_inside_that_of_the_partition_s_closed_questions(cpi, partition):
    closed = REFERENCE_WEIGHTS[REFERENCE_WEIGHTS["partition"] == partition]
    closed = closed[closed["tables"] == "vote_intention + vote_certainty"]
    used = weights_against(cpi)
    used = used[used["partition"] == partition]
    assert (used["all_low"].to_numpy() >= closed["low"].to_numpy() - 1e-6).all()
    assert (used["all_high"].to_numpy() <= closed["high"].to_numpy() + 1e-6).all()
    assert (used["all_low"] <= used["all_high"]).all()


def test_every_partition_is_held_against_a_population_and_the_interviews(cpi, harbour):
    roll = load_target("electoral-roll-2021")
    held = weights_against(cpi, roll, Options(design_effect=2)).set_index("segment")
    for partition in cpi.segments.partitions:
        expected = implied_weights(cpi, partition.id).set_index("segment")
        pd.testing.assert_frame_equal(
            held.loc[expected.index, ["weight", "low", "high", "certified"]], expected
        )
    counts = roll.population.set_index("segment")["population"]
    share = counts["lima_callao"] / (counts["lima_callao"] + counts["interior"])
    assert held.loc["lima_callao", "population"] == pytest.approx(share)
    assert held.loc["lima_callao", "chance"] == pytest.approx(float(margin_of_error(600, share=share)))
    assert held.loc["oriente", "population"] == pytest.approx(counts["oriente"] / counts["interior"])
    # The zones are parts of the interior, of which there are fewer interviews.
    n = bases(cpi, Options(design_effect=2)).set_index("segment").loc["interior", "n_effective"]
    expected = margin_of_error(n, share=held.loc["oriente", "population"])
    assert held.loc["oriente", "chance"] == pytest.approx(float(expected))
    assert held.loc["urbano", "verdict"] == "cannot be said"
    assert held.loc["lima_callao", "verdict"] == "more than its share"
    assert held.loc["interior", "verdict"] == "less than its share"
    assert held.loc["sierra_centro_sur", "verdict"] == "its share"
    interviews = weights_against(harbour)["interviews"]
    assert interviews.to_list() == pytest.approx([201 / 803, 350 / 803, 252 / 803])


def test_proved_bounds_hold_what_the_solver_found(cpi):
    found, proved = (weights_against(cpi, certify=certify) for certify in (False, True))
    assert (proved["low"] <= found["low"] + 1e-9).all()
    assert (proved["high"] >= found["high"] - 1e-9).all()
    np.testing.assert_allclose(proved[["low", "high"]], found[["low", "high"]], atol=1e-7)


def test_a_poll_without_partitions_has_tables_without_rows(valle):
    for table in (weights_against(valle, load_target("published")), weighting_factors(valle)):
        assert table.empty
        assert len(table.columns) >= 5


def test_rows_that_no_weights_explain_leave_no_weights(tmp_path):
    """One answer wants the first half heavy, another the second."""
    rows = {
        "yes": {"total": "20.0", "a": "20.0", "b": "40.0"},
        "no": {"total": "50.0", "a": "30.0", "b": "50.0"},
        ("open", "undecided"): {"total": "30.0", "a": "50.0", "b": "10.0"},
    }
    poll = write_poll(tmp_path / "poll", {"vote": rows}, n=1000, partitions=[("half", "total", ("a", "b"))])
    held = weights_against(poll, target_of(a=1, b=1))
    assert held["weight"].isna().all()
    assert not held["certified"].any()
    assert set(held["verdict"]) == {"cannot be said"}

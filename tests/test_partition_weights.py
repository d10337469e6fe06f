import itertools

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll

from analysis.estimates import (
    implied_weights,
    partition_contradictions,
    partition_weights,
    row_weights,
    weight_outlines,
)
from analysis.polls import Target, load_target
from analysis.stats.programme import Programme


def triangle():
    """Three shares that sum to 1."""
    programme = Programme()
    programme.require_equal(dict.fromkeys("xyz", 1.0), 1.0)
    return programme


def area(corners):
    """The shoelace formula: positive for corners in counterclockwise order."""
    x, y = np.asarray(corners).T
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def test_the_outline_of_three_shares_is_a_triangle():
    corners = triangle().outline("x", "y")
    assert sorted(map(tuple, corners.round(9).tolist())) == [(0, 0), (0, 1), (1, 0)]
    assert area(corners) == pytest.approx(0.5)


def test_a_condition_cuts_a_corner_off():
    programme = triangle()
    programme.require_at_most({"x": 1.0}, 0.25)
    corners = programme.outline("x", "y")
    assert sorted(map(tuple, corners.round(9).tolist())) == [(0, 0), (0, 1), (0.25, 0), (0.25, 0.75)]


def test_an_outline_can_be_a_line_a_point_or_nothing():
    line = triangle()
    line.require_equal({"z": 1.0}, 0.0)
    assert sorted(map(tuple, line.outline("x", "y").round(9).tolist())) == [(0, 1), (1, 0)]
    line.require_equal({"x": 1.0}, 0.5)
    np.testing.assert_allclose(line.outline("x", "y"), [[0.5, 0.5]], atol=1e-9)
    line.require_equal({"y": 1.0}, 0.25)
    assert line.outline("x", "y").shape == (0, 2)


def test_an_outline_holds_all_that_is_possible_and_no_more():
    """Against a grid, each point of which meets the conditions or does not."""
    rng = np.random.default_rng(20210421)
    rows = rng.normal(size=(8, 2))
    limits = rng.uniform(0.05, 0.5, size=8) + rows @ [0.3, 0.3]
    programme = triangle()
    for row, limit in zip(rows, limits, strict=True):
        programme.require_at_most(dict(zip("xy", row.tolist(), strict=True)), float(limit))
    corners = programme.outline("x", "y")
    edges = np.roll(corners, -1, axis=0) - corners
    for point in itertools.product(np.linspace(0.005, 0.995, 34), repeat=2):
        x, y = point
        possible = x + y <= 1 and (rows @ point <= limits).all()
        to_point = np.array(point) - corners
        inside = (edges[:, 0] * to_point[:, 1] - edges[:, 1] * to_point[:, 0] >= -1e-9).all()
        assert inside == possible, point


def test_outlines_reach_as_far_as_the_intervals(cpi, harbour):
    for poll, partition in ((cpi, "zone"), (harbour, "age")):
        weights = implied_weights(poll, partition=partition).set_index("segment")
        outlines = weight_outlines(poll)
        assert set(outlines["partition"]) == {partition}
        for _, pair in outlines.groupby(["segment_a", "segment_b"]):
            assert area(pair[["weight_a", "weight_b"]]) > 0
            for side in "ab":
                low, high = weights.loc[pair[f"segment_{side}"].iloc[0], ["low", "high"]]
                assert pair[f"weight_{side}"].min() == pytest.approx(low, abs=5e-5)
                assert pair[f"weight_{side}"].max() == pytest.approx(high, abs=5e-5)


def test_three_parts_need_one_outline_and_four_are_paired_with_the_heaviest(cpi, harbour):
    pairs = weight_outlines(harbour)[["segment_a", "segment_b"]].drop_duplicates()
    assert pairs.to_numpy().tolist() == [["under_35", "middle"]]
    pairs = weight_outlines(cpi)[["segment_a", "segment_b"]].drop_duplicates()
    assert set(pairs["segment_a"]) == {"costa_sierra_norte"}
    assert pairs["segment_b"].tolist() == ["costa_sur", "sierra_centro_sur", "oriente"]


def test_one_row_leaves_what_its_rounded_figures_leave(cpi):
    rows = row_weights(cpi).set_index("answer")
    assert set(rows["segment"]) == {"lima_callao"}
    # w = (p2 - pT)/(p2 - p1), at the corners of the rounding box: 45.0 and 19.3 to 35.5; 17.9 and 32.0 to 23.1.
    assert rows.loc["castillo", "low"] == pytest.approx((44.95 - 35.55) / (44.95 - 19.25))
    assert rows.loc["castillo", "high"] == pytest.approx((45.05 - 35.45) / (45.05 - 19.35))
    assert rows.loc["fujimori", "low"] == pytest.approx((23.05 - 17.95) / (32.05 - 17.95))
    assert rows.loc["fujimori", "high"] == pytest.approx((23.15 - 17.85) / (31.95 - 17.85))
    both = implied_weights(cpi, partition="region").iloc[0]
    assert rows["low"].max() <= both["low"]
    assert both["high"] <= rows["high"].min()


def test_every_partition_is_held_against_a_population_and_the_interviews(cpi, harbour):
    roll = load_target("electoral-roll-2021")
    weights = partition_weights(cpi, target=roll, design_effect=2).set_index("segment")
    # Bounds from STATISTICS.md; jointly they can only be narrower.
    for segment, low, high in (
        ("lima_callao", 0.36739, 0.37354),
        ("costa_sierra_norte", 0.40417, 0.41277),
        ("costa_sur", 0.15598, 0.16811),
        ("sierra_centro_sur", 0.29867, 0.30910),
        ("oriente", 0.11752, 0.13398),
    ):
        assert low - 1e-5 <= weights.loc[segment, "low"] <= weights.loc[segment, "high"] <= high + 1e-5
    counts = roll.population.set_index("segment")["population"]
    share = counts["lima_callao"] / (counts["lima_callao"] + counts["interior"])
    assert weights.loc["lima_callao", "population"] == pytest.approx(share)
    assert weights.loc["lima_callao", "chance"] == pytest.approx(
        1.959964 * np.sqrt(share * (1 - share) / 600), rel=1e-6
    )
    assert weights.loc["oriente", "population"] == pytest.approx(counts["oriente"] / counts["interior"])
    assert weights.loc["urbano", "verdict"] == "cannot be said"
    assert weights.loc["interior", "verdict"] == "less than its share"
    assert weights.loc["sierra_centro_sur", "verdict"] == "its share"
    interviews = partition_weights(harbour)["interviews"]
    assert interviews.to_list() == pytest.approx([201 / 803, 350 / 803, 252 / 803])


def test_proved_bounds_hold_what_the_solver_found(cpi):
    found, proved = (partition_weights(cpi, certify=certify) for certify in (False, True))
    assert (proved["low"] <= found["low"] + 1e-9).all()
    assert (proved["high"] >= found["high"] - 1e-9).all()
    np.testing.assert_allclose(proved[["low", "high"]], found[["low", "high"]], atol=1e-7)


def test_a_poll_without_partitions_has_tables_without_rows(valle):
    assert partition_weights(valle, target=load_target("published")).empty
    assert "verdict" in partition_weights(valle)
    for table in (partition_contradictions(valle), row_weights(valle), weight_outlines(valle)):
        assert table.empty
        assert len(table.columns)


def test_rows_that_no_weights_explain_leave_no_weights(tmp_path):
    """One answer wants the first half heavy, another the second."""
    rows = {
        "yes": {"total": "20.0", "a": "20.0", "b": "40.0"},
        "no": {"total": "50.0", "a": "30.0", "b": "50.0"},
        "open": {"total": "30.0", "a": "50.0", "b": "10.0"},
    }
    poll = write_poll(tmp_path / "poll", {"vote": rows}, n=1000, partitions=[("half", "total", ("a", "b"))])
    target = Target("t", "T", "", "", "", pd.DataFrame({"segment": ["a", "b"], "population": [1, 1]}))
    weights = partition_weights(poll, target=target)
    assert weights["weight"].isna().all()
    assert set(weights["verdict"]) == {"cannot be said"}
    assert weight_outlines(poll).empty
    alone = row_weights(poll).set_index("answer")
    assert alone.loc["yes", "low"] > 0.9
    assert alone.loc["no", "high"] < 0.1

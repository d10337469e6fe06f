"""Votes of groups from votes of places: bounds that always hold, and a regression that may leave them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.paths import project_root
from analysis.stats import ecological_bounds, ecological_regression

RESULTS = project_root() / "data" / "results"


@pytest.fixture(scope="module")
def districts():
    table = pd.read_csv(RESULTS / "peru-2021-runoff-by-district.csv", dtype={"id": str})
    zones = pd.read_csv(RESULTS / "peru-2021-runoff.csv").set_index("region")["zone"]
    return table[table["region"].map(zones) != "lima_callao"]


def votes(places):
    valid = (places["castillo"] + places["fujimori"]).to_numpy()
    return places["rural_population_share"].to_numpy(), (places["castillo"] / valid).to_numpy(), valid


# Castillo's share of the rural and urban votes of the interior: independent code of a review.
def test_the_interior_by_district(districts):
    rural, share, valid = votes(districts)
    assert ecological_bounds(rural, share, valid) == pytest.approx((0.508, 0.916), abs=5e-4)
    assert ecological_bounds(1 - rural, share, valid) == pytest.approx((0.480, 0.630), abs=5e-4)
    assert ecological_regression(rural, share, valid) == pytest.approx((0.826, 0.513), abs=5e-4)


def test_the_interior_by_region_leaves_more_open_and_its_line_leaves_what_is_possible(districts):
    sums = districts.assign(
        rural=districts["rural_population_share"] * (districts["castillo"] + districts["fujimori"])
    )
    sums = sums.groupby("region")[["castillo", "fujimori", "rural"]].sum()
    places = sums.assign(rural_population_share=sums["rural"] / (sums["castillo"] + sums["fujimori"]))
    rural, share, valid = votes(places)
    assert ecological_bounds(rural, share, valid) == pytest.approx((0.303, 1), abs=5e-4)
    assert ecological_bounds(1 - rural, share, valid) == pytest.approx((0.449, 0.705), abs=5e-4)
    regions = pd.read_csv(RESULTS / "peru-2021-runoff.csv").query("zone != 'abroad'")
    assert ecological_regression(*votes(regions))[0] == pytest.approx(1.160, abs=5e-4)


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_bounds_hold_whatever_the_groups_voted(seed, places):
    rng = np.random.default_rng(seed)
    group, rate, of_others = rng.uniform(0.01, 1, (3, places))
    weight = rng.integers(1, 1000, places)
    share = group * rate + (1 - group) * of_others
    low, high = ecological_bounds(group, share, weight)
    truth = (weight * group * rate).sum() / (weight * group).sum()
    assert low - 1e-12 <= truth <= high + 1e-12
    rest_low, rest_high = ecological_bounds(1 - group, share, weight)
    # One group's upper end is the others' lower end: together they are the candidate's votes.
    votes_of_all = (weight * share).sum()
    for one, other in ((high, rest_low), (low, rest_high)):
        assert one * (weight * group).sum() + np.nan_to_num(other) * (
            weight * (1 - group)
        ).sum() == pytest.approx(votes_of_all)


@given(st.integers(0, 10_000))
def test_where_groups_vote_alike_everywhere_the_line_finds_them(seed):
    rng = np.random.default_rng(seed)
    group, weight, (rate, others) = rng.uniform(0, 1, (2, 5)), rng.uniform(1, 9, 5), rng.uniform(0, 1, 2)
    found = ecological_regression(group, group * rate + (1 - group) * others, weight)
    np.testing.assert_allclose(found, [[rate] * 2, [others] * 2], atol=1e-6)


def test_what_is_not_known_is_nan_and_what_is_wrong_is_refused():
    assert np.isnan(ecological_bounds([0, 0], [0.3, 0.4], [1, 1])).all()
    assert np.isnan(ecological_bounds([0.5, np.nan], [0.3, 0.4], [1, 1])).all()
    assert np.isnan(ecological_regression([0.5, 0.5], [0.3, 0.4], [1, 1])).all()
    with pytest.raises(AnalysisError, match="weight: -1 is negative"):
        ecological_bounds([0.5, 0.2], [0.3, 0.4], [1, -1])
    with pytest.raises(AnalysisError, match="one number is not enough"):
        ecological_regression(0.5, 0.5, 1)

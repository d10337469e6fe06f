"""Errors beyond sampling: how far polls were off, and what those who did not answer could change."""

import runpy
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import REFERENCE

from analysis.errors import AnalysisError
from analysis.stats import (
    calibrated_interval,
    calibration,
    nonresponse_tipping_point,
)

shares = st.floats(0, 1)

# Sums over the polls of American elections, 1998-2022, by FiveThirtyEight's file of polls: all, and without primaries.
POLLS = np.array(
    [
        [11475, 8063, 61.622022, 15.377801, 22.640921, 5.241816],
        [9627, 7114, 39.123806, 12.878417, 11.833029, 3.977727],
    ]
)


def test_polls_were_off_by_twice_what_chance_explains():
    found = calibration(*POLLS.T)
    assert found.coverage == pytest.approx([0.703, 0.739], abs=5e-4)
    assert found.error_ratio == pytest.approx([2.00, 1.74], abs=5e-3)
    assert found.added_error == pytest.approx([0.0389, 0.0286], abs=5e-5)


def test_an_added_error_is_found_again():
    rng = np.random.default_rng(5)
    polls, n, added = 20_000, 700, 0.03
    truth = 0.5 + rng.normal(0, 0.05, polls)
    share = rng.binomial(n, truth + rng.normal(0, added, polls)) / n
    lead, result, variance = 2 * share - 1, 2 * truth - 1, share * (1 - share) / n
    covered = np.abs(lead - result) < 1.96 * 2 * np.sqrt(variance)
    found = calibration(
        polls,
        covered.sum(),
        ((lead - result) ** 2).sum(),
        4 * variance.sum(),
        ((share - truth) ** 2).sum(),
        variance.sum(),
    )
    assert found.added_error == pytest.approx(added, rel=0.02)
    assert found.coverage == covered.mean()
    for ratio, more in ((1, 2 * found.added_error), (found.error_ratio, 0)):
        low, high = calibrated_interval(lead, ratio * 2 * np.sqrt(variance), added_error=more)
        assert ((low <= result) & (result <= high)).mean() == pytest.approx(0.95, abs=0.005)


def test_what_the_calibrated_interval_holds_and_where_it_fails():
    """The table of simulated records and polls, a part of it drawn again by today's functions."""
    stored = pd.read_csv(REFERENCE / "coverage-of-calibrated.csv")
    script = runpy.run_path(str(REFERENCE / "simulate_calibration.py"))
    worlds, columns, polls = script["WORLDS"], ["held_chance", "held_added", "held_ratio"], 5000
    assert stored["what"].to_list() == [one.what for one in worlds]
    places = range(0, len(worlds), 4)
    again = script["coverage"](
        [replace(worlds[place], records=1, elections=4000) for place in places], polls_of=polls, seed=3
    )
    error = np.sqrt(stored[columns] * (1 - stored[columns]) * (1 / polls + 1 / script["POLLS"]))
    steady = [place for place in places if worlds[place].records == 1]
    distance = (again[columns].set_axis(places) - stored[columns]).abs()
    assert (distance.loc[steady] < 4.5 * error.loc[steady] + 0.004).all(axis=None)

    held = stored.set_index("what")
    right = held.loc[
        ["as in the record", "other numbers of interviews", "undecided, the lead among all interviewed"]
    ]
    assert (right["held_added"] - right["level"]).abs().max() < 0.007
    # The factor on the standard error holds for polls of one size alone, as its docstring says.
    of_size = held.loc["other numbers of interviews"].set_index("n")["held_ratio"]
    assert of_size[200] > 0.98
    assert of_size[10_000] < 0.5
    # Design effects count twice: too wide, never too narrow.
    assert held.loc["the same error, another design", "held_added"].between(0.95, 0.975).all()
    # Where it fails: races with larger errors, few elections, and the count where many are undecided.
    assert held.loc["errors of primaries, intervals of general elections", "held_added"] < 0.7
    few = held.loc["few elections in the record"].set_index("elections")
    assert (few["held_added"] < 0.95).all()
    assert few.loc[5, "held_unlucky"] < 0.85 < few.loc[50, "held_unlucky"]
    count = held.loc["undecided, the lead of the count"].set_index("both")["held_added"]
    assert count[0.6] < 0.9 < count[0.95]
    tails = held.loc["long tails"].set_index("level")["held_added"]
    assert tails[0.99] < 0.987
    assert tails[0.8] > 0.82


def test_nothing_added_is_the_interval_of_sampling_and_no_polls_are_nan():
    low, high = calibrated_interval([0.02, 0.99], [0.01, np.nan])
    assert [low[0], high[0]] == pytest.approx([0.02 - 0.0196, 0.02 + 0.0196], abs=1e-5)
    assert np.isnan([low[1], high[1]]).all()
    empty = calibration(0, 0, 0, 0, 0, 0)
    assert np.isnan([empty.coverage, empty.error_ratio, empty.added_error]).all()
    assert calibration(10, 10, 1, 2, 1, 2).added_error == 0
    with pytest.raises(AnalysisError, match="more polls covered"):
        calibration(1, 2, 1, 1, 1, 1)
    with pytest.raises(AnalysisError, match="added_error: -1 is not allowed"):
        calibrated_interval(0.1, 0.02, added_error=-1)


def test_how_different_those_who_refused_would_have_to_be():
    lead, gap = nonresponse_tipping_point(0.124, 0.3)
    assert lead == pytest.approx(-0.053, abs=5e-4)
    assert gap == pytest.approx(0.177, abs=5e-4)
    assert nonresponse_tipping_point(0.1, 1)[1] == np.inf
    with pytest.raises(AnalysisError, match=r"lead: 12\.4"):
        nonresponse_tipping_point(12.4, 0.3)


@given(st.floats(-1, 1), st.floats(0, 0.99))
def test_at_the_tipping_point_both_are_level(lead, rate):
    others, gap = nonresponse_tipping_point(lead, rate)
    assert rate * lead + (1 - rate) * others == pytest.approx(0, abs=1e-9)
    assert lead - others == pytest.approx(gap)

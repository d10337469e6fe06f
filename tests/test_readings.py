"""Readings of a race: on one base, against each other, against the result."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.estimates import (
    READING_SIZES,
    RESULT_VERDICTS,
    compare_pollsters,
    compare_readings,
    compare_with_peers,
    matching_segments,
    official_shares,
    poll_accuracy,
    reading_leads,
    reading_shares,
    readings_against_result,
    same_pollster_changes,
    valid_votes,
)
from analysis.polls import load_race_and_result


@pytest.fixture(scope="module")
def race_and_result():
    return load_race_and_result("peru-2021-runoff")


@pytest.fixture(scope="module")
def race(race_and_result):
    return race_and_result[0]


@pytest.fixture(scope="module")
def result(race_and_result):
    return race_and_result[1]


@pytest.fixture(scope="module")
def leads(race, result, cpi):
    return reading_leads(race, result, poll=cpi)


def lead_of(a, b, n):
    """The lead in valid votes, its standard error, by the formula of a proportion in two parts."""
    lead = (a - b) / (a + b)
    return lead, math.sqrt((1 - lead**2) / (n * (a + b)))


def with_cells(race, reading, **cells):
    """Change cells of one reading of a race."""
    readings = race.readings.copy()
    for column, value in cells.items():
        readings.loc[readings["reading"] == reading, column] = value
    return replace(race, readings=readings)


def test_a_lead_in_valid_votes_is_that_of_the_poll_s_own_table(leads, cpi):
    own = leads[leads["this_poll"]].iloc[0]
    votes = valid_votes(cpi, "vote_intention").set_index("answer")["share"]
    assert own["reading"] == "cpi_0421"
    assert own["share_a"] == pytest.approx(votes["castillo"])
    lead, error = lead_of(0.355, 0.231, 1200)
    assert own["lead"] == pytest.approx(lead)
    assert own["standard_error"] == pytest.approx(error)
    assert own["low"] == pytest.approx(lead - 1.959964 * error, abs=1e-6)
    assert own["verdict"] == "ahead"


def test_each_base_leads_to_its_own_number_of_valid_votes(leads):
    sizes = leads.set_index("reading")["n_effective"]
    assert sizes["ipsos_0514_sim"] == pytest.approx(1202 * (0.436 + 0.417))
    assert sizes["ipsos_0521_sim"] == pytest.approx(
        1200 * (1 - 0.143)
    )  # valid votes, blank ballots quoted beside them
    assert sizes["datum_0527"] == pytest.approx(1201 * (0.426 + 0.417))
    assert np.isnan(sizes["cit_0528_valid"])  # valid votes, and nothing beside them


def test_shares_that_fill_an_unstated_base_are_of_an_unknown_number(race):
    full = with_cells(race, "datum_0527", castillo=0.503, fujimori=0.497)
    assert np.isnan(reading_leads(full).set_index("reading").loc["datum_0527", "n_effective"])


def test_interviews_are_stated_implied_or_unknown(leads):
    origin = leads.set_index("reading")[["n", "n_from"]]
    assert list(origin.loc["cpi_0421"]) == [1200, "stated"]
    assert origin.loc["iep_0515", "n"] == pytest.approx((1.959964 / 0.028) ** 2 / 4, rel=1e-6)
    assert origin.loc["iep_0515", "n_from"] == "from the margin"
    assert origin.loc["iep_0530", "n_from"] == "not published"
    assert set(origin["n_from"]) == set(READING_SIZES)


def test_whole_figures_are_taken_to_be_rounded_to_whole_per_cents(leads):
    rows = leads.set_index("reading")
    width = rows["greatest"] - rows["least"]
    assert width["ipsos_0416"] == pytest.approx(4 * 0.005 / 0.73)
    assert width["iep_0421"] == pytest.approx(4 * 0.0005 / 0.63)
    assert rows.loc["datum_0506", "low"] > 0
    assert rows.loc["datum_0506", "verdict"] == "depends on rounding"  # 41 and 36 could be 40.5 and 36.5


def test_the_poll_s_own_leader_comes_first_and_the_result_decides_without_a_poll(race, result, cpi):
    turned = with_cells(race, "cpi_0421", castillo=0.2, fujimori=0.3)
    own = reading_leads(turned, result, poll=cpi)
    assert own["answer_a"].unique().tolist() == ["fujimori"]
    assert own.loc[own["this_poll"], "lead"].iloc[0] == pytest.approx(0.2)
    assert reading_leads(turned, result)["answer_a"].unique().tolist() == ["castillo"]
    assert official_shares(own, result)["answer"].iloc[0] == "fujimori"


def test_a_candidate_without_a_figure_leaves_no_lead(race):
    gap = with_cells(race, "cpi_0508", fujimori=np.nan)
    row = reading_leads(gap).set_index("reading").loc["cpi_0508"]
    assert np.isnan(row["lead"])
    assert row["verdict"] == "not published"


def test_without_a_race_there_is_nothing(cpi, result):
    nothing = reading_leads(None, None, poll=cpi)
    assert nothing.empty
    for table in (
        reading_shares(None, nothing),
        official_shares(nothing, result),
        compare_with_peers(nothing),
        same_pollster_changes(nothing),
        compare_pollsters(nothing),
        readings_against_result(nothing, None),
        matching_segments(cpi, None, nothing),
    ):
        assert table.empty
        assert len(table.columns) > 2


def test_a_comparison_is_that_of_two_independent_samples(leads):
    (a, error_a), (b, error_b) = lead_of(0.355, 0.231, 1200), lead_of(0.415, 0.215, 1367)
    row = compare_with_peers(leads).set_index("reading_b").loc["iep_0421"]
    z = (a - b) / math.hypot(error_a, error_b)
    p = math.erfc(abs(z) / math.sqrt(2))
    assert row["difference"] == pytest.approx(a - b)
    assert row["p_value"] == pytest.approx(p)
    assert row["p_adjusted"] == pytest.approx(3 * p)  # Holm: the least of three
    assert row["low"] == pytest.approx(a - b - 1.959964 * math.hypot(error_a, error_b), abs=1e-6)


def test_a_design_effect_widens_every_comparison(race, cpi):
    doubled = compare_with_peers(reading_leads(race, poll=cpi, design_effect=2.0))
    single = compare_with_peers(reading_leads(race, poll=cpi))
    ratio = (doubled["high"] - doubled["low"]) / (single["high"] - single["low"])
    np.testing.assert_allclose(ratio, math.sqrt(2))


def test_peers_are_of_other_samples_within_the_days(leads, race, cpi):
    assert set(compare_with_peers(leads, days=5)["reading_b"]) == {"iep_0421", "datum_0420", "ipsos_0416"}
    assert set(compare_with_peers(leads, days=0)["reading_b"]) == {"iep_0421"}
    moved = replace(
        race,
        readings=race.readings.assign(poll=np.where(race.readings["reading"] == "ipsos_0514", cpi.id, "")),
    )
    peers = compare_with_peers(reading_leads(moved, poll=cpi), days=3)
    assert "ipsos_0514_sim" not in set(peers["reading_b"])  # the same people
    assert {"datum_0513_sim", "cpi_0514"} <= set(peers["reading_b"])


def test_verdicts_are_adjusted_robust_and_never_guessed(leads):
    pairs = [("iep_0421", "ipsos_0416"), ("datum_0420", "datum_late_apr"), ("iep_0421", "cit_0528_valid")]
    table = compare_readings(leads, pairs)
    assert table["verdict"].tolist() == ["higher", "depends on rounding", "base unknown"]
    assert np.isnan(table["p_value"].iloc[-1])
    assert compare_readings(leads, [("ipsos_0416", "iep_0421")])["verdict"].tolist() == ["lower"]
    few = compare_readings(leads, pairs[:1], small_base=1000)
    assert few["verdict"].tolist() == ["too few interviews"]
    with pytest.raises(AnalysisError, match="no reading 'x'; there is: ipsos_0416"):
        compare_readings(leads, [("x", "iep_0421")])


def test_changes_follow_one_pollster_and_one_instrument_past_unknown_bases(leads):
    changes = same_pollster_changes(leads)
    pairs = list(zip(changes["reading_b"], changes["reading_a"], strict=True))
    assert ("ipsos_0416", "ipsos_0514") in pairs  # ipsos_0430 gave no interviews
    assert ("ipsos_0514_sim", "ipsos_0521_sim") in pairs
    by_reading = leads.set_index("reading")
    for earlier, later in pairs:
        assert by_reading.loc[earlier, "last_day"] < by_reading.loc[later, "last_day"]
        for same in ("pollster", "instrument"):
            assert by_reading.loc[earlier, same] == by_reading.loc[later, same]


def test_pairs_of_pollsters_are_neighbours_with_one_instrument(leads):
    pairs = compare_pollsters(leads, days=2)
    rows = leads.set_index("reading")
    for a, b in zip(pairs["reading_a"], pairs["reading_b"], strict=True):
        assert rows.loc[a, "pollster"] != rows.loc[b, "pollster"]
        assert rows.loc[a, "instrument"] == rows.loc[b, "instrument"] != "not_stated"
    assert pairs["days_apart"].max() <= 2
    assert (pairs["difference"] >= 0).all()
    assert pairs["p_value"].is_monotonic_increasing


def test_the_error_of_the_poll_is_that_of_the_accuracy_table(leads, result, cpi):
    against = readings_against_result(leads, result).set_index("reading")
    measures = poll_accuracy(cpi, result, question="vote_intention")
    m5 = measures.query("measure == 'mosteller_5' and base == 'valid_votes'")["value"].iloc[0]
    m3 = measures.query("measure == 'mosteller_3'")["value"].iloc[0]
    row = against.loc["cpi_0421"]
    assert row["error"] == pytest.approx(m5)
    assert row["share_error"] == pytest.approx(m3)
    assert row["total_errors"] == pytest.approx(m3 / 0.035)
    assert row["days_before"] == 46
    assert row["verdict"] == "outside"


def test_the_result_lies_inside_inside_twice_or_outside(leads, result):
    against = readings_against_result(leads, result)
    assert set(against["verdict"]) <= set(RESULT_VERDICTS)
    tested = against.dropna(subset="low")
    errors = tested["error"].abs() / (tested["high"] - tested["lead"])
    expected = np.select([errors <= 1, errors <= 2], ["inside", "inside twice the interval"], "outside")
    assert tested["verdict"].tolist() == expected.tolist()
    assert set(against.loc[against["low"].isna(), "verdict"]) == {"base unknown"}
    assert against.loc[against["last_of_pollster"], "pollster"].is_unique


def test_a_result_without_the_two_candidates_decides_nothing(leads, result):
    other = replace(result, proclaimed={"somebody": 10, "else": 5, "votes_cast": 15})
    assert official_shares(leads, other).empty
    assert set(readings_against_result(leads, other)["verdict"]) == {"not published"}


def test_official_shares_count_all_candidates_of_the_result(leads, result):
    third = replace(
        result,
        proclaimed={"castillo": 40, "fujimori": 30, "third": 30, "blank": 20, "null": 5, "votes_cast": 125},
    )
    shares = official_shares(leads, third).set_index(["base", "answer"])["share"]
    assert shares["valid_votes", "castillo"] == pytest.approx(0.4)
    assert shares["votes_cast", "castillo"] == pytest.approx(40 / 125)


def test_shares_have_intervals_of_the_base_they_are_of(race, leads):
    shares = reading_shares(race, leads).set_index(["reading", "base", "answer"])
    assert shares.loc[("cpi_0421", "all", "castillo"), "share"] == 0.355
    assert shares.loc[("cpi_0421", "all", "castillo"), "low"] == pytest.approx(0.3284, abs=5e-5)  # Wilson, R
    assert ("ipsos_0521_sim", "valid_votes", "castillo") in shares.index
    assert shares.loc["ipsos_0521_sim"].index.get_level_values("base").unique().tolist() == ["valid_votes"]


def test_segments_match_by_name_alone(cpi, race, leads):
    table = matching_segments(cpi, race, leads)
    assert table["segment"].unique().tolist() == ["lima_callao", "interior", "urbano", "rural"]
    own = table[table["this_poll"]].set_index("segment")
    assert own.loc["rural", "share_a"] == 0.615
    assert own.loc["lima_callao", "lead"] == pytest.approx(0.193 - 0.320)
    rural = table[table["segment"] == "rural"]
    assert rural["reading"].tolist() == ["cpi_0421", "iep_0506"]  # not CPI's “Interior rural”
    assert "total" not in set(table["segment"])
    assert pd.notna(table["lead"]).all()

"""Readings of a race: on one base, against each other, against the result."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis import Options, estimates
from analysis.errors import AnalysisError
from analysis.polls import find_other_poll, find_race, find_result, load_poll, load_race, load_result
from analysis.stats import lead_interval

PLAIN = Options(design_effect=1)


@pytest.fixture(scope="module")
def race():
    return load_race("peru-2021-runoff")


@pytest.fixture(scope="module")
def result():
    return load_result("peru-2021-runoff")


@pytest.fixture(scope="module")
def leads(race, result, cpi):
    return estimates.reading_leads(race, cpi, PLAIN, result=result)


def with_cells(race, reading, **cells):
    """Change cells of one reading of a race."""
    readings = race.readings.copy()
    for column, value in cells.items():
        readings.loc[readings["reading"] == reading, column] = value
    return replace(race, readings=readings)


def by_reading(leads):
    return leads.set_index("reading")


def test_a_lead_in_valid_votes_is_that_of_the_poll_s_own_table(leads, cpi):
    own = leads[leads["this_poll"]].iloc[0]
    votes = estimates.valid_votes(cpi, "vote_intention").set_index("answer")["estimate"]
    assert own["reading"] == "cpi_0421"
    assert own["share"] == pytest.approx(votes["castillo"])
    lead, low, high = lead_interval(0.355 / 0.586, 0.231 / 0.586, 1200 * 0.586)
    assert own["estimate"] == pytest.approx(lead)
    # Rounding moves the lead by 0.1 of 58.6 either way, and the interval with it.
    assert own["low"] == pytest.approx(low - 0.001 / 0.586, abs=2e-4)
    assert own["high"] == pytest.approx(high + 0.001 / 0.586, abs=2e-4)
    assert own["verdict"] == "ahead"


def test_each_base_leads_to_its_own_number_of_valid_votes(leads):
    sizes = by_reading(leads)["n_effective"]
    assert sizes["ipsos_0514_sim"] == pytest.approx(1202 * (0.436 + 0.417))
    assert sizes["ipsos_0521_sim"] == pytest.approx(
        1200 * (1 - 0.143)
    )  # blank ballots quoted beside valid votes
    assert sizes["datum_0527"] == pytest.approx(1201 * (0.426 + 0.417))
    assert np.isnan(sizes["cit_0528_valid"])  # valid votes, and nothing beside them


def test_shares_that_fill_an_unstated_base_are_of_an_unknown_number(race):
    full = with_cells(race, "datum_0527", castillo=0.503, fujimori=0.497)
    assert np.isnan(by_reading(estimates.reading_leads(full)).loc["datum_0527", "n_effective"])


def test_interviews_are_stated_implied_or_unknown(leads):
    origin = by_reading(leads)[["n", "n_from"]]
    assert list(origin.loc["cpi_0421"]) == [1200, "stated"]
    assert origin.loc["iep_0515", "n"] == pytest.approx((1.959964 / 0.028) ** 2 / 4, rel=1e-6)
    assert origin.loc["iep_0515", "n_from"] == "from the margin"
    assert origin.loc["iep_0530", "n_from"] == "not published"
    assert set(origin["n_from"]) == set(estimates.READING_SIZES)


def test_whole_figures_are_taken_to_be_rounded_to_whole_per_cents(leads):
    rows = by_reading(leads)
    width = rows["greatest"] - rows["least"]
    assert width["ipsos_0416"] == pytest.approx(4 * 0.005 / 0.73)
    assert width["iep_0421"] == pytest.approx(4 * 0.0005 / 0.63)


def test_the_poll_s_own_leader_comes_first_and_the_result_decides_without_a_poll(race, result, cpi):
    turned = with_cells(race, "cpi_0421", castillo=0.2, fujimori=0.3)
    own = estimates.reading_leads(turned, cpi, PLAIN, result=result)
    assert own["answer"].unique().tolist() == ["fujimori"]
    assert own.loc[own["this_poll"], "estimate"].iloc[0] == pytest.approx(0.2)
    assert estimates.reading_leads(turned, result=result)["answer"].unique().tolist() == ["castillo"]
    assert (
        estimates.official_shares(estimates.leading_pair(turned, cpi), result)["answer"].iloc[0] == "fujimori"
    )


def test_a_candidate_without_a_figure_leaves_no_lead(race):
    gap = with_cells(race, "cpi_0508", fujimori=np.nan)
    row = by_reading(estimates.reading_leads(gap)).loc["cpi_0508"]
    assert np.isnan(row["estimate"])
    assert row["verdict"] == "not published"


def test_without_a_race_there_is_nothing_and_no_error(harbour):
    race = find_race(harbour)
    assert find_result(race) is None
    assert find_other_poll(harbour, race) is None
    nothing = estimates.reading_leads(race, harbour)
    compared = [
        estimates.compare_readings(nothing, pairs(nothing))
        for pairs in (
            estimates.pairs_of_peers,
            estimates.pairs_within_pollsters,
            estimates.pairs_of_pollsters,
        )
    ]
    tables = [
        nothing,
        *compared,
        estimates.reading_shares(race, nothing),
        estimates.readings_against_result(nothing, None),
        estimates.readings_by_segment(harbour, race, nothing),
        estimates.compare_waves(harbour, None),
    ]
    assert all(table.empty and len(table.columns) > 4 for table in tables)


def test_the_race_and_the_other_poll_of_a_poll_are_found(cpi):
    race = find_race(cpi)
    other = find_other_poll(cpi, race)
    assert (race.id, other.id, find_result(race).id) == (
        "peru-2021-runoff",
        "cpi-2021-05-08",
        "peru-2021-runoff",
    )
    assert find_other_poll(other, race).id == cpi.id
    assert find_race(other, "peru-2021-runoff").id == race.id


def test_a_comparison_is_that_of_two_independent_samples(leads):
    """Wald by hand; the package's is of score intervals, with the rounding of both leads on top."""
    (a, error_a), (b, error_b) = (
        (lead, math.sqrt((1 - lead**2) / n))
        for lead, n in by_reading(leads).loc[["cpi_0421", "iep_0421"], ["estimate", "n_effective"]].to_numpy()
    )
    row = estimates.compare_readings(leads, [("cpi_0421", "iep_0421")]).iloc[0]
    rounding = 0.001 / 0.586 + 0.001 / 0.63
    assert row["estimate"] == pytest.approx(a - b)
    assert row["low"] == pytest.approx(a - b - 1.959964 * math.hypot(error_a, error_b) - rounding, abs=0.004)
    z = (abs(a - b) - rounding) / math.hypot(error_a, error_b)
    assert row["p_value"] == pytest.approx(math.erfc(z / math.sqrt(2)), abs=0.003)


def test_all_of_a_list_are_judged_together(leads):
    pairs = estimates.pairs_of_peers(leads)
    table = estimates.compare_readings(leads, pairs)
    alone = estimates.compare_readings(leads, pairs[:1])
    assert table["p_adjusted"].iloc[0] == pytest.approx(
        3 * alone["p_value"].iloc[0]
    )  # Holm: the least of three
    decided = table["verdict"].isin(["higher", "lower"])
    assert ((table["low"] > 0) | (table["high"] < 0)).tolist() == decided.tolist()


@pytest.mark.parametrize("effect", [None, 1.5])
def test_what_is_compared_can_be_compared_again_with_other_options(race, result, cpi, effect):
    settings = [Options(0.9, 1.0), Options(0.99, 2.5)]
    leads = estimates.reading_leads(race, cpi, Options(design_effect=effect), result=result)
    some = leads[leads["pollster"].isin(["CPI", "IEP"])]
    pairs = estimates.pairs_within_pollsters(some)
    for make in (
        lambda leads: estimates.compare_readings(leads, pairs),
        lambda leads: estimates.reading_shares(race, leads),
        lambda leads: estimates.readings_against_result(leads, result),
    ):
        again = estimates.again(make(some), settings)
        for one, table in zip(settings, again, strict=True):
            fresh = make(estimates.reading_leads(race, cpi, one, result=result).loc[some.index])
            pd.testing.assert_frame_equal(table, fresh)


def test_peers_are_of_other_samples_within_the_days(leads, race, cpi):
    assert {pair[1] for pair in estimates.pairs_of_peers(leads, days=5)} == {
        "iep_0421",
        "datum_0420",
        "ipsos_0416",
    }
    assert {pair[1] for pair in estimates.pairs_of_peers(leads, days=0)} == {"iep_0421"}
    polls = np.where(race.readings["reading"] == "ipsos_0514", cpi.id, "")
    moved = replace(race, readings=race.readings.assign(poll=polls))
    peers = {pair[1] for pair in estimates.pairs_of_peers(estimates.reading_leads(moved, cpi), days=3)}
    assert "ipsos_0514_sim" not in peers  # the same people
    assert {"datum_0513_sim", "cpi_0514"} <= peers


def test_verdicts_are_robust_and_never_guessed(leads):
    pairs = [("iep_0421", "ipsos_0416"), ("iep_0421", "cit_0528_valid")]
    table = estimates.compare_readings(leads, pairs)
    assert table["verdict"].tolist() == ["higher", "base unknown"]
    assert np.isnan(table["p_value"].iloc[-1])
    assert estimates.compare_readings(leads, [("ipsos_0416", "iep_0421")])["verdict"].tolist() == ["lower"]
    few = estimates.compare_readings(leads, pairs[:1], Options(design_effect=1, small_base=1000))
    assert few["verdict"].tolist() == ["too few interviews"]
    with pytest.raises(AnalysisError, match="no reading 'x'; there is: ipsos_0416"):
        estimates.compare_readings(leads, [("x", "iep_0421")])


@pytest.mark.parametrize("whole", [False, True])
def test_changes_follow_one_pollster_and_one_instrument_past_unknown_bases(leads, whole):
    pairs = estimates.pairs_within_pollsters(leads, whole=whole)
    rows = by_reading(leads)
    assert (("ipsos_0528" if whole else "ipsos_0514"), "ipsos_0416") in pairs  # ipsos_0430 gave no interviews
    for later, earlier in pairs:
        assert rows.loc[earlier, "last_day"] < rows.loc[later, "last_day"]
        assert all(rows.loc[earlier, same] == rows.loc[later, same] for same in ("pollster", "instrument"))
    if whole:
        assert len(
            {(rows.loc[later, "pollster"], rows.loc[later, "instrument"]) for later, _ in pairs}
        ) == len(pairs)


def test_pairs_of_pollsters_are_neighbours_with_one_instrument(leads):
    pairs = estimates.pairs_of_pollsters(leads, days=2)
    rows = by_reading(leads)
    for larger, smaller in pairs:
        assert rows.loc[larger, "pollster"] != rows.loc[smaller, "pollster"]
        assert rows.loc[larger, "instrument"] == rows.loc[smaller, "instrument"] != "not_stated"
        assert rows.loc[larger, "estimate"] >= rows.loc[smaller, "estimate"]
        assert abs(rows.loc[larger, "last_day"] - rows.loc[smaller, "last_day"]).days <= 2
    assert len(pairs) == 12


def test_the_result_lies_inside_inside_twice_or_outside(leads, result):
    held = estimates.readings_against_result(leads, result)
    assert set(held["verdict"]) <= set(estimates.RESULT_VERDICTS)
    tested = held.dropna(subset="low")
    side = np.where(
        tested["error"] > 0, tested["estimate"] - tested["low"], tested["high"] - tested["estimate"]
    )
    errors = tested["error"].abs() / side
    expected = np.select([errors <= 1, errors <= 2], ["inside", "inside twice the interval"], "outside")
    assert tested["verdict"].tolist() == expected.tolist()
    assert set(held.loc[held["low"].isna(), "verdict"]) == {"base unknown"}
    assert held.loc[held["last_of_pollster"], "pollster"].is_unique
    row = by_reading(held).loc["cpi_0421"]
    assert (row["error"], row["share_error"]) == pytest.approx((0.2091, 0.10454), abs=5e-5)


def test_a_result_without_the_two_candidates_decides_nothing(leads, result):
    other = replace(result, votes={"somebody": 10, "else": 5, "votes_cast": 15})
    assert estimates.official_shares(["castillo", "fujimori"], other).empty
    assert set(estimates.readings_against_result(leads, other)["verdict"]) == {"not published"}


def test_official_shares_count_all_candidates_of_the_result(result):
    votes = {"castillo": 40, "fujimori": 30, "third": 30, "blank": 20, "null": 5, "votes_cast": 125}
    third = estimates.official_shares(["castillo", "fujimori"], replace(result, votes=votes))
    shares = third.set_index(["basis", "answer"])["share"]
    assert shares["valid_votes", "castillo"] == pytest.approx(0.4)
    assert shares["votes_cast", "castillo"] == pytest.approx(40 / 125)


def test_shares_have_intervals_of_the_base_they_are_of(race, leads):
    shares = estimates.reading_shares(race, leads).set_index(["reading", "basis", "answer"])
    row = shares.loc[("cpi_0421", "all", "castillo")]
    assert (row["estimate"], row["low"]) == pytest.approx((0.355, 0.3284), abs=5e-5)  # Wilson, R
    assert shares.loc["ipsos_0521_sim"].index.get_level_values("basis").unique().tolist() == ["valid_votes"]


def test_segments_match_by_name_alone(cpi, race, leads):
    table = estimates.readings_by_segment(cpi, race, leads)
    own = table[table["this_poll"]].set_index("segment")
    assert own.loc["rural", "share"] == 0.615
    assert own.loc["lima_callao", "estimate"] == pytest.approx(0.193 - 0.320)
    rural = table[table["segment"] == "rural"]
    assert rural["reading"].tolist() == ["iep_0421", "cpi_0421", "iep_0506"]  # not CPI's “Interior rural”
    assert table.loc[table["segment"] == "total", "reading"].is_unique
    assert set(race.by_segment["reading"]) == set(table["reading"])


def test_two_polls_of_a_pollster_are_compared_in_all_segments_at_once(cpi):
    may = load_poll("cpi-2021-05-08")
    changed = estimates.compare_waves(cpi, may, options=PLAIN)
    assert set(changed["poll"]) == {may.id}
    pd.testing.assert_frame_equal(changed, estimates.compare_waves(may, cpi, options=PLAIN))
    alone = estimates.compare_polls(may, cpi, "vote_intention", "interior", PLAIN).set_index("answer")
    inside = changed[changed["segment"] == "interior"].set_index("answer")
    for answer in inside.index:
        assert inside.loc[answer, "p_value"] == pytest.approx(alone.loc[answer, "p_value"])
        assert inside.loc[answer, "p_adjusted"] >= alone.loc[answer, "p_adjusted"]
    assert estimates.compare_waves(cpi, may, "reasons_castillo").empty  # not asked in May


def test_waves_can_be_compared_again_with_other_options(cpi):
    may, settings = load_poll("cpi-2021-05-08"), [Options(0.9, 1.0), Options(0.99, 2.5)]
    again = estimates.again(estimates.compare_waves(cpi, may, options=Options().of(cpi)), settings)
    for one, table in zip(settings, again, strict=True):
        pd.testing.assert_frame_equal(table, estimates.compare_waves(cpi, may, options=one))

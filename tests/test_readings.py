"""Readings of a race: on one base, against each other, against the result; and two polls of one pollster."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from reference_values import assert_close, reference

from analysis.errors import AnalysisError
from analysis.estimates import (
    READING_SIZES,
    RESULT_VERDICTS,
    Options,
    again,
    compare_polls,
    compare_readings,
    compare_waves,
    intervals,
    leading_pair,
    pairs_of_peers,
    pairs_of_pollsters,
    pairs_within_pollsters,
    poll_accuracy,
    reading_changes,
    reading_leads,
    reading_shares,
    readings_against_result,
    readings_by_segment,
    valid_votes,
)
from analysis.polls import find_race, load_poll, load_race, load_result
from analysis.stats import lead_interval, lead_test, share_interval

AT_ONE = Options(design_effect=1)


@pytest.fixture(scope="module")
def race():
    return load_race("peru-2021-runoff")


@pytest.fixture(scope="module")
def result():
    return load_result("peru-2021-runoff")


@pytest.fixture(scope="module")
def leads(race, result, cpi):
    return reading_leads(race, cpi, AT_ONE, result=result)


def with_cells(race, reading, **cells):
    """Change cells of one reading of a race."""
    readings = race.readings.copy()
    for column, value in cells.items():
        readings.loc[readings["reading"] == reading, column] = value
    return replace(race, readings=readings)


def test_a_lead_in_valid_votes_is_that_of_the_poll_s_own_table(leads, cpi):
    own = leads[leads["this_poll"]].iloc[0]
    votes = valid_votes(cpi, "vote_intention", AT_ONE).set_index("answer")["estimate"]
    assert own["reading"] == "cpi_0421"
    assert own["share"] == pytest.approx(votes["castillo"])
    # One step of .1 % of all is one of .1/.586 % of valid votes, for both figures.
    half, n, lead = 0.0005 / 0.586, 1200 * 0.586, (0.355 - 0.231) / 0.586
    a, b = 0.355 / 0.586, 0.231 / 0.586
    _, low, _ = lead_interval(a - half, b + half, n, small_count=0)
    _, _, high = lead_interval(a + half, b - half, n, small_count=0)
    assert own["estimate"] == pytest.approx(lead)
    assert (own["low"], own["high"]) == pytest.approx((float(low), float(high)))
    assert (own["least"], own["greatest"]) == pytest.approx((lead - 2 * half, lead + 2 * half))
    assert own["verdict"] == "ahead"


def test_each_base_leads_to_its_own_number_of_valid_votes(leads):
    sizes = leads.set_index("reading")["n_effective"]
    assert sizes["ipsos_0514_sim"] == pytest.approx(1202 * (0.436 + 0.417))
    # Valid votes, blank ballots quoted beside them.
    assert sizes["ipsos_0521_sim"] == pytest.approx(1200 * (1 - 0.143))
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
    # 41 and 36 could be 40.5 and 36.5: z of the printed lead is beyond 1.96, that of the least is not.
    row, n = rows.loc["datum_0506"], 1203 * 0.77
    assert lead_test(0.41 / 0.77, 0.36 / 0.77, n)[1] < 0.05 < lead_test(0.405 / 0.77, 0.365 / 0.77, n)[1]
    assert row["verdict"] == "depends on rounding"
    assert row["low"] < 0


def test_the_ends_of_a_lead_are_those_of_every_figure_that_rounds_to_the_printed_ones(race):
    """More candidates than two: what the others have moves as well, and votes for others are valid."""
    figures = {"castillo": 0.45, "fujimori": 0.14, "third": 0.05, "fourth": 0.0, "other": 0.01}
    both_ways = [figures, figures | {"castillo": 0.14, "fujimori": 0.45}]
    one = race.readings.iloc[:2].assign(
        base="all", n=1000, blank_null=0.2, undecided=0.15, will_not_vote=np.nan
    )
    readings = one.assign(**{name: [each[name] for each in both_ways] for name in figures})
    found = reading_leads(
        replace(race, readings=readings), options=AT_ONE, result=load_result("peru-2021-runoff")
    )
    for row, printed in zip(found.to_dict("records"), both_ways, strict=True):
        ends = [[max(0, share + end) for end in (-0.005, 0, 0.005)] for share in printed.values()]
        leads = [(a - b) / (a + b + sum(others)) for a, b, *others in product(*ends)]
        assert row["estimate"] == pytest.approx((printed["castillo"] - printed["fujimori"]) / 0.65)
        assert (row["least"], row["greatest"]) == pytest.approx((min(leads), max(leads)))
        assert row["n_effective"] == pytest.approx(650)


def test_the_places_of_the_poll_itself_are_counted_and_those_of_others_are_not(race, cpi, leads):
    """1.66 for CPI's 115 districts, and an assumption of 1.5 for readings of whose places the press says nothing."""
    by_default = reading_leads(race, cpi)
    ratio = (leads["n_effective"] / by_default["n_effective"]).set_axis(leads["reading"]).dropna()
    assert ratio["cpi_0421"] == pytest.approx(1.660, abs=1e-3)
    assert ratio.drop("cpi_0421").to_list() == pytest.approx([1.5] * (len(ratio) - 1))


def test_the_poll_s_own_leader_comes_first_and_the_result_decides_without_a_poll(race, result, cpi):
    turned = with_cells(race, "cpi_0421", castillo=0.2, fujimori=0.3)
    own = reading_leads(turned, cpi, result=result)
    assert own["answer"].unique().tolist() == ["fujimori"]
    assert own.loc[own["this_poll"], "estimate"].iloc[0] == pytest.approx(0.2)
    assert leading_pair(turned, None, result) == ("castillo", "fujimori")
    ahead = with_cells(race, race.readings["reading"].iloc[-1], castillo=0.3, fujimori=0.4)
    assert leading_pair(ahead) == ("fujimori", "castillo")  # the last reading, where there is neither
    assert readings_against_result(own, result)["official"].iloc[0] == pytest.approx(-0.00252, abs=1e-5)


def test_a_candidate_without_a_figure_leaves_no_lead(race):
    row = reading_leads(with_cells(race, "cpi_0508", fujimori=np.nan)).set_index("reading").loc["cpi_0508"]
    assert np.isnan(row["estimate"])
    assert row["verdict"] == "not published"


def test_a_poll_of_no_race_has_tables_without_rows(harbour, result):
    nothing = find_race(harbour)
    assert nothing.readings.empty
    leads = reading_leads(nothing, harbour)
    pairs = [pairs_of_peers(leads), pairs_of_pollsters(leads), pairs_within_pollsters(leads)]
    assert pairs == [[], [], []]
    for table in (
        leads,
        reading_shares(nothing, leads),
        compare_readings(leads, []),
        readings_against_result(leads, result),
        readings_by_segment(harbour, nothing, leads),
        compare_waves(harbour, None),
    ):
        assert table.empty
        assert len(table.columns) > 5


def test_a_comparison_is_that_of_two_independent_samples_by_r(leads):
    peers = pairs_of_peers(leads, days=5)
    assert [pair[1] for pair in peers] == ["iep_0421", "datum_0420", "ipsos_0416"]
    found = compare_readings(leads, peers)
    expected = np.array([values for _, _, values in reference("compare_readings", "estimates")])
    assert_close(found[["low", "high"]], expected[:, 2:], 1e-6)
    np.testing.assert_allclose(found[["p_value", "p_adjusted"]], expected[:, :2], rtol=1e-4)
    assert_close(found["estimate"], found["lead"] - found["lead_against"])


@pytest.mark.parametrize("effect", [None, 1.5])
def test_what_is_made_of_leads_is_made_again_with_other_options(race, result, cpi, effect):
    settings = [Options(0.9, 1.0), Options(0.99, 2.5)]
    leads = reading_leads(race, cpi, Options(design_effect=effect), result=result)
    some = leads[leads["pollster"].isin(["CPI", "IEP"])]
    pairs = pairs_within_pollsters(some)
    for make in (
        lambda leads: compare_readings(leads, pairs),
        lambda leads: reading_shares(race, leads),
        lambda leads: readings_against_result(leads, result),
    ):
        for one, table in zip(settings, again(make(some), settings), strict=True):
            fresh = make(reading_leads(race, cpi, one, result=result).loc[some.index])
            pd.testing.assert_frame_equal(table, fresh)


def test_peers_are_of_other_samples_within_the_days(leads, race, cpi):
    assert {pair[1] for pair in pairs_of_peers(leads, days=0)} == {"iep_0421"}
    moved = replace(
        race,
        readings=race.readings.assign(poll=np.where(race.readings["reading"] == "ipsos_0514", cpi.id, "")),
    )
    peers = {pair[1] for pair in pairs_of_peers(reading_leads(moved, cpi), days=3)}
    assert "ipsos_0514_sim" not in peers  # the same people
    assert {"datum_0513_sim", "cpi_0514"} <= peers


def test_verdicts_are_adjusted_robust_and_never_guessed(leads):
    pairs = [("iep_0421", "ipsos_0416"), ("datum_0420", "datum_late_apr"), ("iep_0421", "cit_0528_valid")]
    table = compare_readings(leads, pairs)
    assert table["verdict"].tolist() == ["higher", "depends on rounding", "base unknown"]
    assert np.isnan(table["p_value"].iloc[-1])
    assert compare_readings(leads, [("ipsos_0416", "iep_0421")])["verdict"].tolist() == ["lower"]
    few = compare_readings(again(leads, [Options(design_effect=1, small_base=1000)])[0], pairs[:1])
    assert few["verdict"].tolist() == ["too few interviews"]
    with pytest.raises(AnalysisError, match="no reading 'x'; there is: ipsos_0416"):
        compare_readings(leads, [("x", "iep_0421")])


def test_changes_follow_one_pollster_and_one_instrument_past_unknown_bases(leads):
    pairs = pairs_within_pollsters(leads)
    assert ("ipsos_0514", "ipsos_0416") in pairs  # ipsos_0430 gave no interviews
    assert ("ipsos_0521_sim", "ipsos_0514_sim") in pairs
    by_reading = leads.set_index("reading")
    for later, earlier in [*pairs, *pairs_within_pollsters(leads, whole=True)]:
        assert by_reading.loc[earlier, "last_day"] < by_reading.loc[later, "last_day"]
        for same in ("pollster", "instrument"):
            assert by_reading.loc[earlier, same] == by_reading.loc[later, same]


def test_pairs_of_pollsters_are_neighbours_with_one_instrument(leads):
    pairs = pairs_of_pollsters(leads, days=2)
    assert pairs
    rows = leads.set_index("reading")
    for a, b in pairs:
        assert rows.loc[a, "pollster"] != rows.loc[b, "pollster"]
        assert rows.loc[a, "instrument"] == rows.loc[b, "instrument"] != "not_stated"
        assert abs(rows.loc[a, "last_day"] - rows.loc[b, "last_day"]).days <= 2
    table = compare_readings(leads, pairs)
    assert (table["estimate"] >= 0).all()


@pytest.mark.parametrize("pair", [pairs_of_pollsters, pairs_within_pollsters])
def test_of_a_long_race_those_pairs_are_made_that_are_nearest_in_time(leads, pair, monkeypatch):
    every = pair(leads)
    monkeypatch.setattr(reading_changes, "MOST_PAIRS", 5)
    some = pair(leads)
    assert len(some) == 5 < len(every)
    assert some == [one for one in every if one in some]
    rows = leads.set_index("reading")
    away = (rows["last_day"] - rows.loc["cpi_0421", "last_day"]).abs()
    of = {one: away.loc[list(one) if pair is pairs_of_pollsters else [one[0]]].max() for one in every}
    assert max(of[one] for one in some) <= min(of[one] for one in every if one not in some)


def test_the_error_of_the_poll_is_that_of_the_accuracy_table(leads, result, cpi):
    against = readings_against_result(leads, result).set_index("reading")
    measures = poll_accuracy(cpi, result, "vote_intention", AT_ONE).set_index("measure")["estimate"]
    row = against.loc["cpi_0421"]
    assert row["error"] == pytest.approx(measures["mosteller_5"])
    assert row["days_before"] == 46
    assert row["verdict"] == "outside"


def test_the_result_lies_inside_inside_twice_or_outside(leads, result):
    against = readings_against_result(leads, result)
    assert set(against["verdict"]) <= set(RESULT_VERDICTS)
    tested = against.dropna(subset="low")
    side = np.where(
        tested["error"] > 0, tested["estimate"] - tested["low"], tested["high"] - tested["estimate"]
    )
    times = tested["error"].abs() / side
    expected = np.select([times <= 1, times <= 2], ["inside", "inside twice the interval"], "outside")
    assert tested["verdict"].tolist() == expected.tolist()
    assert set(against.loc[against["low"].isna(), "verdict"]) == {"base unknown"}
    assert against.loc[against["last_of_pollster"], "pollster"].is_unique


def test_a_result_without_the_two_candidates_decides_nothing(leads, result):
    other = replace(result, votes={"somebody": 10, "else": 5, "votes_cast": 15})
    assert set(readings_against_result(leads, other)["verdict"]) == {"not published"}
    assert readings_against_result(leads, None).empty


def test_the_official_lead_is_one_among_all_candidates_of_the_result(leads, result):
    votes = {"castillo": 40, "fujimori": 30, "third": 30, "blank": 20, "null": 5, "votes_cast": 125}
    assert readings_against_result(leads, replace(result, votes=votes))["official"].iloc[0] == pytest.approx(
        0.1
    )


def test_shares_have_intervals_of_the_base_they_are_of(cpi, race, leads):
    shares = reading_shares(race, leads).set_index(["reading", "basis", "answer"])
    castillo = shares.loc[("cpi_0421", "all", "castillo")]
    own = intervals(cpi, "vote_intention", AT_ONE).set_index(["answer", "segment"]).loc["castillo", "total"]
    assert castillo.to_list() == pytest.approx(own[["estimate", "low", "high"]].to_list())
    whole = share_interval([0.42, 42 / 73], [1204, 1204 * 0.73], unit=[0.01, 0.01 / 0.73])
    for place, basis in enumerate(("all", "valid_votes")):
        ipsos = shares.loc[("ipsos_0416", basis, "castillo"), ["low", "high"]]
        assert ipsos.to_list() == pytest.approx([float(end[place]) for end in whole])
    assert ("ipsos_0521_sim", "valid_votes", "castillo") in shares.index
    assert shares.loc["ipsos_0521_sim"].index.get_level_values("basis").unique().tolist() == ["valid_votes"]


def test_segments_match_by_name_alone(cpi, race, leads):
    table = readings_by_segment(cpi, race, leads)
    assert {"lima_callao", "interior", "urbano", "rural"} <= set(table["segment"])
    assert set(table["segment"]) <= {"", *cpi.segments.ids}
    assert table.loc[table["segment"] == "total", "reading"].is_unique
    assert set(race.by_segment["reading"]) == set(table["reading"])
    assert (table.loc[table["segment"].eq(""), "named"] != "").all()
    own = table[table["this_poll"]].set_index("segment")
    assert own.loc["rural", "share"] == 0.615
    assert own.loc["lima_callao", "estimate"] == pytest.approx(0.193 - 0.320)
    rural = table[table["segment"] == "rural"]
    assert set(rural["named"].str.casefold()) == {"rural"}  # not CPI's “Interior rural”
    assert {"cpi_0421", "iep_0506"} <= set(rural["reading"])


# Two polls that asked the same.


def test_waves_are_compared_in_every_segment_that_both_publish_later_minus_earlier(cpi):
    may = load_poll("cpi-2021-05-08")
    changed = compare_waves(cpi, may)
    assert set(changed["poll"]) == {may.id}
    assert set(changed["against"]) == {cpi.id}
    assert changed["estimate"].notna().all()
    pd.testing.assert_frame_equal(changed, compare_waves(may, cpi))
    april_, may_ = cpi.table("vote_intention"), may.table("vote_intention")
    for row in changed.itertuples():
        expected = may_.loc[row.answer, row.segment] - april_.loc[row.answer, row.segment]
        assert row.estimate == pytest.approx(expected)
    alone = compare_polls(may, cpi, "vote_intention", "interior").set_index("answer")
    inside = changed[changed["segment"] == "interior"].set_index("answer")
    for answer in inside.index:
        assert inside.loc[answer, "p_value"] == pytest.approx(alone.loc[answer, "p_value"])
        assert inside.loc[answer, "p_adjusted"] >= alone.loc[answer, "p_adjusted"]
    assert set(compare_polls(may, cpi, "vote_intention", ["total", "interior"])["segment"]) == {
        "total",
        "interior",
    }
    assert compare_waves(cpi, may, "castillo_positive").empty  # not asked in May

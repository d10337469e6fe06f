from pathlib import Path

import pandas as pd
import pytest

from analysis.errors import PollError
from analysis.polls import (
    PUBLISHED,
    find_other_poll,
    find_race,
    find_result,
    load_poll,
    load_race,
    load_result,
    load_results,
    load_target,
    load_targets,
)


@pytest.mark.parametrize(
    ("target", "column"), [("electoral-roll-2021", "electors"), ("votes-cast-2021-06-06", "votes_cast")]
)
def test_targets_are_the_regions_summed_by_zone(target, column):
    regions = load_result("peru-2021-runoff").regions
    zones = regions[regions["zone"] != "abroad"].groupby("zone")[column].sum()
    population = load_target(target).population.set_index("segment")["population"]
    pd.testing.assert_series_equal(
        population.drop("interior").sort_index(), zones, check_names=False, check_dtype=False
    )
    assert population["interior"] == zones.drop("lima_callao").sum()


def test_targets_say_what_they_assume_in_either_language():
    roll = load_target("electoral-roll-2021")
    assert "assumption" in roll.assumption
    assert roll.text("assumption", "es") != roll.assumption
    assert roll.text("title", "en") == roll.title
    assert load_target(PUBLISHED).population.empty


def test_references_are_loaded_by_name_or_all_of_them():
    everything = [target.id for target in load_targets()]
    assert everything == ["electoral-roll-2021", "votes-cast-2021-06-06"]
    assert [target.id for target in load_targets(" votes-cast-2021-06-06, published ")] == [
        "votes-cast-2021-06-06",
        PUBLISHED,
    ]
    assert [result.id for result in load_results()] == ["peru-2021-runoff"]


def test_a_poll_finds_its_race_its_result_and_its_pollster_s_other_poll(cpi, harbour):
    race = find_race(cpi)
    assert (race.id, find_result(race).id) == ("peru-2021-runoff", "peru-2021-runoff")
    may = find_other_poll(cpi, race)
    assert may.id == "cpi-2021-05-08"
    assert find_other_poll(may, race).id == cpi.id
    assert find_race(harbour).readings.empty
    assert find_other_poll(harbour, find_race(harbour)) is None
    assert find_race(harbour, "peru-2021-runoff").id == race.id


def test_the_proclaimed_result_adds_up_and_the_regions_fall_short_by_what_is_said():
    result = load_result("peru-2021-runoff")
    votes = dict(result.votes)
    assert votes.pop("votes_cast") == sum(votes.values())
    sums = result.regions[["castillo", "fujimori", "electors"]].sum()
    assert result.votes["castillo"] - sums["castillo"] == 727
    assert result.votes["fujimori"] - sums["fujimori"] == 421
    assert sums["electors"] == 25_287_954
    in_each = result.regions[["castillo", "fujimori", "blank", "null"]].sum(axis=1)
    assert (in_each == result.regions["votes_cast"]).all()


def test_the_race_holds_its_readings_with_their_gaps(cpi):
    race = load_race("peru-2021-runoff")
    assert len(race.readings) == 23
    ours = race.readings.set_index("reading").loc["cpi_0421"]
    totals = cpi.table("vote_certainty")["total"]
    assert ours[race.answers].astype(float).tolist() == totals[race.answers].tolist()
    assert race.readings.set_index("reading").loc["iep_0530", race.answers].isna().sum() == 3
    assert race.by_segment["reading"].isin(race.readings["reading"]).all()
    assert set(race.readings["base"]) == {"all", "votes_cast", "valid_votes", "not_stated"}


def test_a_user_s_own_target_needs_no_description(tmp_path: Path):
    (tmp_path / "census.csv").write_text("segment,population\nwomen,51\nmen,49\n")
    target = load_target(tmp_path / "census.csv")
    assert target.title == "census"
    assert target.population["population"].tolist() == [51, 49]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "segment,population\nwomen,many\n",
            "line 2, column 'population': 'many' is not a number from 0 to",
        ),
        ("segment,population\nwomen,1e999\n", "'1e999' is not a number from 0 to 1,000,000,000,000"),
        ("segment,population\nwo\u202emen,5\n", r"line 2: the text holds the control character U\+202E"),
        ("segment,population\nwomen,0\n", "the population of 'women' is missing or zero"),
        ("segment,population\nwomen,5\nwomen,6\n", "line 3: 'women' stands twice"),
        ("segment,people\nwomen,5\n", "column 'population' is missing"),
        ("segment,population\nwomen\n", "line 2: 1 cells under 2 columns"),
        ("segment,population\n", "the file has no rows"),
        ("", "the file is empty"),
    ],
)
def test_a_bad_target_is_answered_with_the_place(tmp_path: Path, content, message):
    (tmp_path / "census.csv").write_text(content)
    with pytest.raises(PollError, match=message):
        load_target(tmp_path / "census.csv")


def test_unknown_references_are_answered_with_those_there_are():
    with pytest.raises(PollError, match="there is: electoral-roll-2021, votes-cast-2021-06-06, published"):
        load_target("census")
    with pytest.raises(PollError, match="there is: peru-2021-runoff"):
        load_result("chile")
    with pytest.raises(PollError, match="there is: peru-2021-runoff"):
        load_race("chile")


def test_every_fault_of_a_race_is_named(tmp_path: Path):
    header = "reading,pollster,client,fieldwork_start,fieldwork_end,n,instrument,base,a,margin_of_error,source,note\n"
    (tmp_path / "race.toml").write_text('format = 1\ntitle = "Race"\nsource = "Press"\n')
    (tmp_path / "race.csv").write_text(header + "x,P,,yesterday,2021-04-02,-5,poll,all,120,2.8,,\n")
    with pytest.raises(PollError) as error:
        load_race(tmp_path / "race.csv")
    assert len(error.value.problems) == 3
    for fault in ("'yesterday' is not a date", "'-5' is not a number", "'120' is above 100"):
        assert fault in str(error.value)


def test_the_reading_of_a_poll_is_that_poll_and_every_note_is_translated(cpi):
    race = load_race("peru-2021-runoff")
    named = race.readings[race.readings["poll"] != ""]
    assert named["poll"].tolist() == [cpi.id, "cpi-2021-05-08"]
    for _, row in named.iterrows():
        sheet = load_poll(row["poll"]).sheet
        assert (row["n"], row["pollster"]) == (sheet.n, sheet.short_name)
        assert (row["fieldwork_start"].date(), row["fieldwork_end"].date()) == sheet.fieldwork
    assert (race.readings["note"].eq("") == race.readings["note_es"].eq("")).all()
    assert race.candidates == ["castillo", "fujimori"]


def test_a_race_that_leaves_out_what_is_optional_can_be_read(tmp_path: Path):
    header = "reading,pollster,client,fieldwork_start,fieldwork_end,n,instrument,base,a,b,margin_of_error,source,note\n"
    (tmp_path / "race.toml").write_text('format = 1\ntitle = "Race"\nsource = "Press"\n')
    (tmp_path / "race.csv").write_text(header + "x,P,,,2021-04-02,500,poll,all,40,30,,,\n")
    race = load_race(tmp_path / "race.csv")
    assert race.readings["poll"].tolist() == [""]
    assert race.candidates == race.answers == ["a", "b"]
    assert race.by_segment.empty
    assert find_result(race) is None


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "x,,P,,,2021-04-02,5,telephone,all,40,,,",
            "line 2, column 'instrument': 'telephone' is not allowed; use one of poll, ",
        ),
        (
            "x,,P,,,2021-04-02,5,poll,some,40,,,",
            "line 2, column 'base': 'some' is not allowed; use one of all, votes_cast",
        ),
        ("x,,P,,,,5,poll,all,40,,,", "line 2: 'fieldwork_end' is empty; give the day of publication"),
        ("x,,P,,2021-04-03,2021-04-02,5,poll,all,40,,,", "line 2: fieldwork ends before it starts"),
        (
            "x,../cpi,P,,,2021-04-02,5,poll,all,40,,,",
            "line 2, column 'poll': '../cpi' is no id of a poll",
        ),
        (
            "x,p,P,,,2021-04-02,5,poll,all,40,,,\ny,p,P,,,2021-04-02,5,poll,all,40,,,",
            "line 3: the poll 'p' stands twice",
        ),
    ],
)
def test_a_fault_of_a_reading_is_answered_with_its_place(tmp_path: Path, row, message):
    header = "reading,poll,pollster,client,fieldwork_start,fieldwork_end,n,instrument,base,a,margin_of_error,source,note\n"
    (tmp_path / "race.toml").write_text('format = 1\ntitle = "Race"\nsource = "Press"\n')
    (tmp_path / "race.csv").write_text(header + row + "\n")
    with pytest.raises(PollError, match=message):
        load_race(tmp_path / "race.csv")

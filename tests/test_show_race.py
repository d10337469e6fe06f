"""The page on the other polls of a race: that it says what its tables say, for any poll."""

import re
import shutil

import nbformat
import numpy as np
import pandas as pd
import pytest

from analysis import Options, estimates, show
from analysis.paths import project_root
from analysis.polls import find_other_poll, find_race, find_result, load_poll, load_race
from analysis.show.view import SETTINGS_VARIABLE, View

NOTEBOOK = project_root() / "notebooks" / "08-other-polls.ipynb"
HOSTILE = "{ } {0} %s $ # <b> & Co."


def tables(poll, race=None, *, options=None, days=7):
    """The tables of the notebook: race, leads, peers, held, whole, between, other, changed."""
    race = race or find_race(poll)
    options = (options or Options()).of(poll)
    result, other = find_result(race), find_other_poll(poll, race)
    leads = estimates.reading_leads(race, poll, options, result=result)
    return {
        "race": race,
        "leads": leads,
        "peers": estimates.compare_readings(leads, estimates.pairs_of_peers(leads, days=days)),
        "held": estimates.readings_against_result(leads, result),
        "whole": estimates.compare_readings(leads, estimates.pairs_within_pollsters(leads, whole=True)),
        "between": estimates.compare_readings(leads, estimates.pairs_of_pollsters(leads, days=days)),
        "other": other,
        "changed": estimates.compare_waves(poll, other, options=options),
    }


def shown(view, of):
    """Everything that the notebook shows, by name."""
    race, leads = of["race"], of["leads"]
    shares = estimates.reading_shares(race, leads)
    places = estimates.readings_by_segment(view.poll, race, leads)
    return {
        "answer": show.race.answer(view, leads, of["peers"], of["held"]),
        "asked": show.race.asked(view, estimates.vote_question(view.poll)),
        "leads": show.race.leads_chart(view, race, leads, of["peers"], of["held"]),
        "changes": show.changes.changes_chart(view, race, leads, of["whole"], of["between"]),
        "waves": show.changes.waves_chart(view, of["changed"], of["other"]),
        "waves_table": show.changes.waves_table(view, of["changed"], of["other"]),
        "peers": show.race_tables.peers_table(view, race, leads, of["peers"]),
        "between": show.race_tables.changes_table(view, race, leads, of["between"], between=True),
        "readings": show.race_tables.readings_table(view, race, leads, shares, of["held"]),
        "segments": show.race_tables.segments_table(view, race, leads, places),
        "sources": show.race_tables.sources_table(view, race, leads),
    }


def texts(view, of):
    bundles = {name: one._repr_mimebundle_() for name, one in shown(view, of).items()}
    return {name: bundle["text/plain"] for name, bundle in bundles.items()}


def unsaved(markup):
    """Markup without the links that save data, which settings leave as they are."""
    return re.sub(r'<p class="pt-save">.*?</p>', "", markup)


def points(share):
    return f"{100 * share:.1f}"


@pytest.fixture(scope="module")
def april(cpi):
    return tables(cpi)


@pytest.fixture
def made_up_race(tmp_path, harbour):
    """A race of three candidates over the end of a year, with a pollster whose name is a trap, around the harbour poll."""
    (tmp_path / "harbour.toml").write_text(f'format = 1\ntitle = "{HOSTILE}"\nsource = "{HOSTILE}"\n')
    head = "reading,poll,pollster,client,fieldwork_start,fieldwork_end,n,instrument,base,lindqvist,okafor,tanaka,undecided,"
    head += "margin_of_error,source,note\n"
    rows = [
        f'a,,"{HOSTILE}",,2029-12-30,2030-01-02,900,poll,all,30,40,10,20,,https://a.example,"{HOSTILE}"',
        "b,harbour-2030-05,Made-up Research,,2030-05-31,2030-06-02,803,poll,all,41,28,17,14,,,",
        f'c,,"{HOSTILE}",,2030-06-01,2030-06-03,1000,poll,all,25,45,10,20,,https://c.example,',
        "d,,Other,,,2030-06-04,,not_stated,valid_votes,50,40,10,,,,",
        "e,,Other,,,2030-06-05,400,poll,all,,40,10,,,,",
    ]
    (tmp_path / "harbour.csv").write_text(head + "\n".join(rows) + "\n")
    return load_race(tmp_path / "harbour.csv")


def test_the_headline_says_where_the_poll_lies_and_what_became_of_the_lead(cpi, april):
    view, said = View(cpi, "en"), texts(View(cpi, "en"), april)["answer"]
    headline, caveat = said.split("\n\n")[:2]
    own = april["leads"][april["leads"]["this_poll"]].iloc[0]
    near = april["leads"].set_index("reading").loc[april["peers"]["against"], "estimate"]
    last = april["held"].loc[april["held"]["last_of_pollster"], "estimate"]
    assert not april["peers"]["verdict"].isin(["higher", "lower"]).any()
    assert headline == (
        f"CPI was in line with the 3 other polls of those days: Castillo led Fujimori by {points(own['estimate'])} points "
        f"among valid votes, against {points(near.min())} to {points(near.max())} points in the others. The pollsters’ last "
        f"polls ranged from Fujimori {points(-last.min())} points ahead to Castillo {points(last.max())} points ahead; "
        "Castillo won by 0.3 points."
    )
    room = ((april["peers"]["high"] - april["peers"]["low"]) / 2).min()
    assert "58.6% of the people CPI interviewed" in caveat
    assert f"{points(room)} points apart by chance and rounding" in caveat
    assert view.options.effect == pytest.approx(1.66, abs=0.01)


def test_a_poll_that_stands_apart_is_said_to(cpi):
    of = tables(cpi, options=Options(design_effect=0.2), days=9)
    found = of["peers"][of["peers"]["verdict"].isin(["higher", "lower"])]
    assert set(found["against"]) == {"iep_0421", "datum_late_apr"}
    said = texts(View(cpi, "en", Options(design_effect=0.2)), of)["answer"]
    least = found[["low", "high"]].abs().min(axis=1).min()
    assert f"at least {points(least)} points away from IEP, 17–21 April and Datum, until 30 April" in said
    assert "weak test" not in said


def test_nothing_of_the_race_is_left_out(cpi, april):
    said = texts(View(cpi, "en"), april)
    for pollster, day in zip(april["leads"]["pollster"], april["leads"]["last_day"].dt.day, strict=True):
        for name in ("leads", "readings", "sources"):
            assert re.search(rf"{pollster}, (\d+–|until )?{day} ", said[name]), (name, pollster, day)
    assert "Result of the election: +0.3" in said["leads"]
    largest = april["between"]["estimate"].abs().max()
    assert f"+{points(largest)} (" in said["changes"]
    for row in april["whole"].itertuples():
        assert show.View(cpi, "en").signed(row.estimate) in said["changes"]


def test_the_waves_say_what_rose_and_what_may_be_chance(cpi, april):
    said = texts(View(cpi, "en"), april)["waves"]
    row = april["changed"].query("answer == 'fujimori' and segment == 'total'").iloc[0]
    assert (
        f"Fujimori rose from 23.1% to 32.0%: by at least {points(row['low'])} points, allowing for chance."
        in said
    )
    assert "Castillo went from 35.5% to 34.2%, which may be chance." in said


@pytest.mark.parametrize("name", ["valle", "harbour"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_poll_without_a_race_gets_sentences(request, name, language):
    poll = request.getfixturevalue(name)
    said = texts(View(poll, language), tables(poll))
    of_nothing = {
        "en": "No race of the collection holds this poll",
        "es": "Ninguna contienda de la colección incluye",
    }
    assert said["answer"].startswith(of_nothing[language])
    assert all(said[key] for key in said if key != "asked")


@pytest.mark.parametrize("language", ["en", "es"])
def test_whatever_a_race_holds_comes_through(harbour, made_up_race, language):
    view, of = View(harbour, language), tables(harbour, made_up_race, days=30)
    said = texts(view, of)
    assert of["leads"]["reading"].tolist() == ["a", "b", "c", "d", "e"]
    assert all(HOSTILE in said[name] for name in ("readings", "leads", "sources"))
    assert "2029" in said["readings"]  # days of several years have the year
    pages = [one._repr_mimebundle_()["text/html"] for one in shown(view, of).values()]
    assert not any("<b>" in re.sub(r'<b class="[^"]*">|<p class="pt-asked"><b>', "", page) for page in pages)
    own, other = (of["leads"].set_index("reading").loc[key, "estimate"] for key in "bc")
    assert own > 0 > other  # the poll's own leader comes first
    assert "Made-up Research" in said["answer"]
    assert "Lindqvist" in said["answer"]


def test_a_poll_that_is_none_of_the_readings_is_said_to_be_none(harbour, april):
    of = tables(harbour, april["race"])
    assert texts(View(harbour, "en"), of)["answer"].startswith("This poll’s lead is not among those")


def test_the_open_arithmetic_agrees_with_the_package(cpi, capsys):
    cells = [cell for cell in nbformat.read(NOTEBOOK, as_version=4).cells if cell.cell_type == "code"]
    names = {}
    for cell in cells:
        if "show." not in cell.source.replace("show.View(", ""):
            exec(cell.source, names)
        elif not cell.source.startswith("show."):
            exec(cell.source.rpartition("\nshow.")[0], names)
    printed = capsys.readouterr().out
    own = names["leads"][names["leads"]["this_poll"]].iloc[0]
    by_hand = re.search(r"castillo minus fujimori: \+(\S+) \(\+(\S+) to \+(\S+)\)", printed)
    assert [float(one) for one in by_hand.groups()] == pytest.approx(
        [own["estimate"], own["low"], own["high"]], abs=0.006
    )
    assert "2 of 11 beyond chance by hand, 2 when every rounding is allowed for" in printed
    waves = names["by_hand"].set_index("answer")["change"]
    package = names["waves"].set_index("answer")["estimate"]
    pd.testing.assert_series_equal(waves, package, check_names=False)


def test_what_is_shown_at_a_setting_is_what_the_notebook_shows_with_it(cpi, april, monkeypatch):
    monkeypatch.setenv(SETTINGS_VARIABLE, "1")
    view = View(cpi, "en", Options().of(cpi))
    following = shown(view, april)
    monkeypatch.delenv(SETTINGS_VARIABLE)
    place = len(view.settings) - 2
    setting = view.settings[place]
    plain = shown(View(cpi, "en", setting), tables(cpi, options=setting))
    for name in ("answer", "peers", "between", "readings", "waves_table"):
        assert unsaved(following[name].variants[place]) == unsaved(plain[name].html), name
    for name in ("leads", "changes", "waves"):
        fresh = plain[name].chart
        assert fresh.caption in following[name].variants[place], name
        ends = [mark.ends for row in fresh.rows for mark in row.marks if mark.ends]
        assert all(one in following[name].variants[place] for one in ends), name


def test_spanish_gives_the_same_numbers(cpi, april):
    english, spanish = (texts(View(cpi, language), april) for language in ("en", "es"))
    for name in ("answer", "leads", "changes", "waves", "peers"):
        figures = [sorted(re.findall(r"\d+\.\d", said[name])) for said in (english, spanish)]
        assert figures[0] == figures[1], name


def test_every_poll_of_the_pollster_is_found_beside_a_copy(tmp_path, cpi):
    """A poll that was copied elsewhere is still the reading of that name."""
    shutil.copytree(project_root() / "data" / "polls" / "cpi-2021-04", tmp_path / "cpi-2021-04")
    copy = load_poll(tmp_path / "cpi-2021-04")
    assert find_other_poll(copy, find_race(copy)).id == "cpi-2021-05-08"
    assert np.isclose(tables(copy)["leads"]["this_poll"].sum(), 1)

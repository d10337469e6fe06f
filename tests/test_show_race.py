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
from analysis.show.view import View

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
        "steps": show.race_tables.changes_table(view, race, leads, of["between"]),
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


def test_a_poll_that_stands_apart_is_said_to(cpi):
    of = tables(cpi, options=Options(design_effect=0.2), days=9)
    found = of["peers"][of["peers"]["verdict"].isin(["higher", "lower"])]
    assert set(found["against"]) == {"iep_0421", "datum_late_apr"}
    said = texts(View(cpi, "en", Options(design_effect=0.2)), of)["answer"]
    least = found[["low", "high"]].abs().min(axis=1).min()
    assert f"at least {points(least)} points away from IEP, 17–21 April and Datum, until 30 April" in said
    assert "weak test" not in said


@pytest.mark.parametrize("name", ["valle", "harbour"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_poll_without_a_race_gets_sentences(request, name, language):
    poll = request.getfixturevalue(name)
    said = texts(View(poll, language), tables(poll))
    of_nothing = {
        "en": "The collection has no other poll of the same race",
        "es": "La colección no tiene otra encuesta de la misma contienda",
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
    assert "2 of 12 beyond chance by hand, 1 when every rounding is allowed for" in printed
    waves = names["by_hand"].set_index("answer")["change"]
    package = names["waves"].set_index("answer")["estimate"]
    pd.testing.assert_series_equal(waves, package, check_names=False)


def test_every_poll_of_the_pollster_is_found_beside_a_copy(tmp_path, cpi):
    """A poll that was copied elsewhere is still the reading of that name."""
    shutil.copytree(project_root() / "data" / "polls" / "cpi-2021-04", tmp_path / "cpi-2021-04")
    copy = load_poll(tmp_path / "cpi-2021-04")
    assert find_other_poll(copy, find_race(copy)).id == "cpi-2021-05-08"
    assert np.isclose(tables(copy)["leads"]["this_poll"].sum(), 1)

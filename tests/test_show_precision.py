"""How precise each share is, as a reader is told; margins, districts and methods by hand in the notebook."""

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll
from notebook_cells import run_workings

from analysis import Options, estimates, load_poll, load_results, show, stats

SPLIT = [("area", "total", ("north", "south"))]
BASES = {"total": "400", "north": "250", "south": "150"}


def told(poll, options=None, language="en"):
    view = show.View(poll, language, options)
    return show.precision.answer(view, estimates.bases(poll, options), estimates.figure_bases(poll, options))


def opening(poll, options=None):
    headline, caveat, *_ = told(poll, options).text.split("\n\n")
    return headline, caveat


def made_up(folder, *, n=400, bases=BASES):
    """Write a poll of two areas, one of its questions put to those who gave an answer of the other."""
    rows = {
        "yes": {"total": "60.0", "north": "56.0", "south": "66.7"},
        "no": {"total": "40.0", "north": "44.0", "south": "33.3"},
        ("sure", "certain", "no"): {"total": "10.0", "north": "20.0", "south": "0.0"},
    }
    return write_poll(folder, {"q": rows}, n=n, bases=bases, partitions=SPLIT, form=2)


@pytest.mark.parametrize("options", [Options(design_effect=1), Options(0.99), Options(0.9, 2)])
def test_it_is_held_against_the_sheet_only_where_the_two_say_the_same_thing(cpi, options):
    headline, _ = opening(cpi, options)
    margin = estimates.bases(cpi, options)["margin_of_error"].iloc[0]
    assert f"for the whole sample by up to {100 * margin:.1f} points (" in headline
    assert "published margin" not in headline


def test_printed_interviews_are_not_about_and_unknown_ones_not_known(harbour, valle, tmp_path):
    assert "(18–34; 201 interviews) chance reaches 8.5 points" in opening(harbour)[0]
    headline, caveat = opening(valle)
    assert headline.count("points") == 2
    assert "is assumed, since what selection and weighting cost was not published" in caveat
    text = told(valle).text
    assert "10 of 13 published figures rest on too few people to quote, or on an unknown number" in text
    nobody = write_poll(
        tmp_path / "p", {"q": {"yes": {"total": "60.0"}, "no": {"total": "40.0"}}}, n=None, form=2
    )
    assert told(nobody).text.startswith("How far chance can move these figures cannot be said")
    view = show.View(nobody)
    assert show.precision.margins_chart(view, estimates.bases(nobody)) == view.nothing()


def test_a_poll_without_a_size_has_the_margins_of_its_segments(tmp_path):
    poll = made_up(tmp_path / "p", n=None, bases={"north": "250", "south": "150"})
    headline, caveat = opening(poll)
    assert headline == (
        "Chance alone may move Nobody’s figures of its least precise segment (south; 150 interviews) by up to 9.8 points "
        "(95% confidence)."
    )
    assert caveat.startswith("That is at 95% confidence")
    assert "nan" not in told(poll).text


def test_every_group_that_is_too_small_is_named(harbour, tmp_path):
    shown = show.precision.small_bases_table(show.View(harbour), estimates.figure_bases(harbour)).text
    assert shown.startswith("No figure is known to rest on fewer than 30 effective interviews.")
    small = made_up(tmp_path / "p", bases={"total": "60", "north": "40", "south": "20"}, n=60)
    shown = show.precision.small_bases_table(show.View(small), estimates.figure_bases(small)).text
    assert "Everybody, in every table north" in shown
    assert "Those who chose “no” south" in shown


def test_a_table_of_some_answers_has_these_alone_and_no_widest_interval(cpi):
    shares = estimates.intervals(cpi, "vote_intention")
    some = show.precision.intervals_table(show.View(cpi), shares[shares["answer"] == "undecided"]).text
    assert "Pedro Castillo" not in some
    assert some.startswith("Vote intention: per cent by segment")


def test_the_drawing_names_the_segments_it_lacks(valle):
    shown = show.precision.margins_chart(show.View(valle), estimates.bases(valle)).shown()
    assert "Without a known number of interviews: Women and First vote &lt;script&gt;" in shown.html
    assert "<script>" not in shown.html


def workings(poll):
    """What the notebook computes in the open, as a reader runs it."""
    question = poll.questions[0].id
    return run_workings(
        "02-margins-of-error", poll=poll, question=question, options=Options(), confidence_level=0.95, method="wilson",
        result="peru-2021-runoff", bases=estimates.bases(poll), shares=estimates.intervals(poll, question),
        estimates=estimates, load_results=load_results, stats=stats, np=np, pd=pd,
    )  # fmt: skip


def test_districts_say_what_they_say(cpi):
    found = workings(cpi)
    alike, unlike = found["alike"], found["unlike"]
    assert alike["rho"].to_numpy() == pytest.approx([0.171, 0.111, 0.074, 0.058, 0.043], abs=5e-4)
    assert alike["design_effect"].to_numpy() == pytest.approx([2.61, 1.98, 1.60, 1.43, 1.28], abs=6e-3)
    zones = ["lima_callao", "costa_sierra_norte", "costa_sur", "sierra_centro_sur", "oriente"]
    assert unlike.loc[zones, "design_effect"].to_list() == pytest.approx(
        [1.31, 2.06, 1.86, 2.21, 1.74], abs=5e-3
    )
    assert unlike.loc[["blank_null", "turnout"], "rho"].to_list() == pytest.approx([0.003, 0.019], abs=1e-3)
    by_hand = alike["within"] + (1200 / 115 - 1) * alike["rho"]
    assert alike["design_effect"].to_numpy() == pytest.approx(by_hand.to_numpy())
    text = show.precision.places_table(show.View(cpi), found["official"], alike).text
    assert text.startswith("The votes by district give design effects from 1.28 to 2.61")
    assert "Taken for plausible here: 1.28 to 2.04." in text


@pytest.mark.parametrize("name", ["cpi", "harbour", "valle", "masculinity-2018"])
def test_by_hand_and_by_the_package_are_the_same(name, request):
    poll = load_poll(name) if "-" in name else request.getfixturevalue(name)
    found = workings(poll)
    effects = estimates.design_effects(poll)
    assert found["effects"] == pytest.approx([1, effects.low, effects.middle, effects.high])
    by_hand = found["margins"]["share 0.5"][2]
    assert by_hand == pytest.approx(estimates.bases(poll)["margin_of_error"].iloc[0])
    cells, step = found["cells"], 10.0 ** -(poll.decimals + 2)
    assert (cells["low"] - found["middle"] + found["reach"]).abs().max() <= step
    lead = estimates.compare_answers(
        poll, found["question"], answers=estimates.foremost(poll, found["question"])
    )
    ends = lead[["low", "high"]].iloc[0] * np.sign(lead["estimate"].iloc[0])
    corners = stats.lead_interval(found["first"], found["second"], lead["n_effective"].iloc[0])
    assert found["lead"] == pytest.approx(lead["estimate"].abs().iloc[0])
    assert min(ends) - 1e-9 <= corners[1] <= corners[2] <= max(ends) + 1e-9
    if name != "cpi":  # nobody's districts
        assert found["alike"]["rho"].isna().all()
        view = show.View(poll)
        assert show.precision.places_table(view, found["official"], found["alike"]) == view.nothing()

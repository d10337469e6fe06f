"""How groups voted, by the counts of places: bounds beside a poll, and what a reader is told of them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from conftest import DATA
from notebook_cells import run

from analysis import Options, estimates, load_result, show
from analysis.paths import project_root

QUESTION = "vote_intention"
REFERENCE = project_root() / "tests" / "reference" / "ecology.csv"


@pytest.fixture(scope="module")
def june():
    return load_result("peru-2021-runoff")


def tables(poll, result, options=None, question=QUESTION):
    groups = estimates.group_votes(poll, result, question, options)
    return groups[groups["answer"] == "castillo"], estimates.group_places(poll, result, question)


def answered(poll, result, options=None, language="en"):
    return show.groups.answer(show.View(poll, language, options), *tables(poll, result, options))


def test_a_poll_outside_the_bounds_is_excused_by_chance_only_where_chance_reaches_them(cpi, june):
    def caption(options):
        groups, _ = tables(cpi, june, options)
        return str(show.groups.bounds_chart(show.View(cpi, options=options), groups, june).chart.caption)

    assert (
        "66.7% for Castillo in the urban interior lies outside what is possible, but no farther"
        in caption(Options())
    )
    sure = Options(confidence_level=0.5, design_effect=1)
    assert "urban interior lies outside what is possible, by more than chance" in caption(sure)
    assert "81.7% for Castillo in the rural interior is possible." in caption(sure)


def test_the_headline_is_of_places_of_nearly_one_group_where_there_are_any(cpi, june):
    groups, places = tables(cpi, june)
    some = places[places["rural"] > 0.9]
    share = some["castillo"].sum() / some["valid"].sum()
    assert f"won {100 * share:.1f}% of the valid votes in places where more" in answered(cpi, june).text
    mixed = show.groups.answer(show.View(cpi), groups, places[places["rural"].between(0.2, 0.8)])
    assert mixed.text.startswith("If people of both groups turned out alike, Castillo won 50.8 to 91.6%")


@pytest.mark.parametrize("seed", range(3))
def test_bounds_hold_what_people_voted_who_are_known(cpi, june, seed):
    rng, counted = np.random.default_rng(seed), {}
    places = june.districts.sample(60, random_state=seed).reset_index(drop=True)
    zones = june.regions.set_index("region")["zone"]
    places = places[places["region"].map(zones) != "lima_callao"].reset_index(drop=True)
    for group in ("rural", "urbano"):
        people = rng.integers(1, 3000, len(places))
        counted[group] = people, rng.binomial(people, rng.beta(2, 1 + (group == "rural"), len(places)))
    voters = sum(people for people, _ in counted.values())
    castillo = sum(votes for _, votes in counted.values())
    places = places.assign(
        castillo=castillo, fujimori=voters - castillo, rural_population_share=counted["rural"][0] / voters
    )
    found, _ = tables(cpi, replace(june, districts=places))
    found = found.set_index("segment")
    for group, (people, votes) in counted.items():
        assert found.loc[group, "least"] <= votes.sum() / people.sum() <= found.loc[group, "most"]
        assert found.loc[group, "size"] == pytest.approx(people.sum() / voters.sum())


def test_places_that_the_poll_keeps_apart_and_voters_abroad_are_left_out(cpi, june):
    places = estimates.group_places(cpi, june, QUESTION)
    zones = june.regions.set_index("region")["zone"]
    assert not places["region"].map(zones).isin(["lima_callao", "abroad"]).any()
    of_valid = places["castillo"].sum() / places["valid"].sum()
    assert of_valid == pytest.approx(
        estimates.official_shares(cpi, june, QUESTION).loc["interior", "castillo"]
    )


def test_polls_without_such_groups_say_so(harbour, valle, june):
    for poll in (harbour, valle):
        question = estimates.vote_question(poll)
        groups, places = tables(poll, None, question=question)
        assert groups.empty
        assert places.empty
        view = show.View(poll)
        said = show.groups.answer(view, groups, places).text
        assert said.startswith("No count of votes by small places fits two groups")
        for shown in (
            show.groups.bounds_chart(view, groups, None),
            show.groups.kinds_chart(view, places, groups, None),
            show.groups.bounds_table(view, places, groups),
        ):
            assert shown == view.nothing()


@pytest.mark.parametrize(
    "poll", ["cpi-2021-04", "cpi-2021-05-08", DATA / "harbour-2030-05", DATA / "valle-2031-02"]
)
def test_the_open_arithmetic_of_the_notebook_agrees_with_the_package(poll):
    names = run("12-votes-of-segments", poll=str(poll))
    if names["groups"].empty:
        assert names["by_hand"].isna().all()
        return
    pd.testing.assert_series_equal(names["by_hand"], names["package"], check_names=False, rtol=1e-12)
    line = names["groups"].set_index("segment")["regression"]["rural"]
    assert names["line"] == pytest.approx(line, rel=1e-9)
    variants = names["variants"].set_index(["variant", "segment"])
    reference = pd.read_csv(REFERENCE).set_index(["variant", "segment"])
    columns = ["least", "most", "regression"]
    np.testing.assert_allclose(variants.loc[reference.index, columns], reference[columns], atol=1e-9)
    assert variants.loc[("country", "rural"), "regression"] == pytest.approx(1.160, abs=5e-4)
    moved = [
        variants.loc[factor, ["least", "most"]] - variants.loc["districts", ["least", "most"]]
        for factor in (0.8, 1.2)
    ]
    assert max(change.abs().to_numpy().max() for change in moved) == pytest.approx(0.011, abs=1e-3)

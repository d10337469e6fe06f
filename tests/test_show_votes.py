"""What a poll said of the votes, and how far it was from the result, as a reader is told."""

from dataclasses import replace

import numpy as np
import pytest
from conftest import DATA
from notebook_cells import run

from analysis import estimates, load_poll, load_results, show, stats
from analysis.polls.sheet import SheetItem

QUESTION = "vote_intention"


def tables(poll, result, *, options=None):
    """Make the tables of the answer."""
    question = estimates.vote_question(poll)
    return (
        estimates.valid_votes(poll, question, options),
        estimates.scenario_leads(poll, question, options),
        estimates.segments_against_result(poll, result, question, options),
        estimates.poll_accuracy(poll, result, question, options),
        result,
    )


def found(poll):
    return estimates.fitting_result(poll, estimates.vote_question(poll), load_results())


def answered(poll, result, *, language="en", options=None):
    return show.votes.answer(show.View(poll, language, options), *tables(poll, result, options=options))


def with_votes(result, castillo):
    """Return the result with other votes for one candidate, in the whole and in every region alike."""
    factor = castillo / result.votes["castillo"]
    regions = result.regions.assign(castillo=result.regions["castillo"] * factor)
    return replace(result, votes={**result.votes, "castillo": castillo}, regions=regions)


def test_other_results_make_other_headlines(cpi, harbour):
    result = found(cpi)
    for castillo, said in (
        (
            25_000_000,
            "In valid votes the poll had Fujimori 13.4 points above the result, where chance alone would make about",
        ),
        (13_500_000, "The poll was no farther from the result than chance explains: Castillo had 60.6%"),
    ):
        assert answered(cpi, with_votes(result, castillo)).text.startswith(said)
    landslide = replace(result, votes={"okafor": 5, "lindqvist": 90, "tanaka": 5})
    assert answered(harbour, landslide).text.startswith(
        "In valid votes the poll had Lindqvist 42.3 points below the result"
    )
    north = result.regions.assign(
        castillo=result.regions["castillo"].where(result.regions["zone"] != "oriente", 10_000_000)
    )
    assert "in the same direction in 4 of 5 parts" in answered(cpi, replace(result, regions=north)).text


def test_without_a_result_it_is_the_lead_in_valid_votes(harbour, valle):
    headline, caveat, *_ = answered(harbour, found(harbour)).text.split("\n\n")
    lead = estimates.scenario_leads(harbour, "vote").iloc[0]
    assert headline == (
        f"Lindqvist led Okafor by {100 * lead['estimate']:.1f} points among those who chose a candidate "
        f"({100 * lead['low']:.1f} to {100 * lead['high']:.1f} points, 95% confidence)."
    )
    assert caveat.endswith("that is no forecast.")
    assert answered(valle, None).text == (
        "No question of this poll is known to ask for one of several candidates, so nothing can be said of the votes."
    )


def test_few_who_did_not_answer_could_change_nothing(cpi):
    valid = estimates.valid_votes(cpi, QUESTION)
    others, gap = (float(value) for value in stats.nonresponse_tipping_point(0.124, 0.95))
    said = show.votes.nonresponse_sentence(show.View(cpi), valid, others, gap, response_rate=0.95).text
    assert said.endswith("If 95.0% answered, Castillo leads among all of them, whatever the others think.")


@pytest.mark.parametrize(
    ("printed", "rate"),
    [("50,72%", 0.5072), ("Of ten 3 refused", None), ("12% of 80% reached", None), ("100 %", None)],
)
def test_a_response_rate_that_was_published_is_no_assumption(cpi, printed, rate):
    response = SheetItem(id="response_rate", label="Response", printed=printed)
    poll = replace(cpi, sheet=replace(cpi.sheet, items=(*cpi.sheet.items, response)))
    assert poll.sheet.response_rate == (None if rate is None else pytest.approx(rate))
    if rate:
        valid = estimates.valid_votes(poll, QUESTION)
        others, gap = map(float, stats.nonresponse_tipping_point(0.124, rate))
        told = show.votes.nonresponse_sentence(show.View(poll), valid, others, gap, response_rate=rate).text
        assert "assumption" not in told


def test_a_probability_is_of_that_week_and_at_most(cpi):
    may = load_poll("cpi-2021-05-08")
    said = show.votes.probability_sentence(
        show.View(may), estimates.leading_probability(may, QUESTION), added_error=0.03
    ).text
    assert "Castillo was ahead that week is 81.1%" in said
    assert "it is at most 68.0%" in said
    assert "3.0 points in the share of one of two candidates" in said


@pytest.mark.parametrize("poll", ["cpi-2021-04", DATA / "harbour-2030-05", DATA / "valle-2031-02"])
def test_the_open_arithmetic_of_the_notebook_agrees_with_the_package(poll):
    names = run("07-from-intention-to-result", poll=str(poll))
    apart = names["package"] - names["by_hand"]
    np.testing.assert_allclose(apart.to_numpy(dtype=float), 0, atol=1e-12)
    assert apart.empty == (names["question"] == "")

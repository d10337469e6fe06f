"""What totals become with segments in their true sizes, as a reader is told."""

import numpy as np
import pytest
from conftest import DATA
from made_up_poll import target_of, write_poll
from notebook_cells import run

from analysis import estimates, load_poll, load_targets, show

HOSTILE = "{ } {0} %s $ # <b>"
ESCAPED = "{ } {0} %s $ # &lt;b&gt;"


def tables(poll, targets, *, question="", options=None):
    """Make the tables of the notebook."""
    question = estimates.vote_question(poll, question) or poll.questions[0].id
    return (
        estimates.total_leads(poll, question, targets, options),
        [estimates.segment_shifts(poll, question, target) for target in targets or ["published"]],
        targets,
        estimates.national_total(poll, question, options=options, partition=None),
    )


def answered(poll, targets, *, language="en", options=None, question=""):
    made = tables(poll, targets, question=question, options=options)
    return show.totals.answer(show.View(poll, language, options), *made)


def test_a_tie_stays_one_and_shares_that_were_not_published_stay_unknown():
    may = load_poll("cpi-2021-05-08")
    targets = estimates.fitting_targets(may, load_targets(), "vote_intention")
    assert answered(may, targets).text.startswith(
        "Castillo and Fujimori would still be too close to call if each part of the sample had its true size: a gap of "
        "2.1 or 2.6 points instead of 2.2."
    )
    *_, printed = tables(may, targets)
    totals = [estimates.national_total(may, "vote_intention", target) for target in targets]
    shown = show.totals.totals_table(show.View(may), targets, printed, *totals).text
    undecided = next(line for line in shown.splitlines() if line.startswith("Undecided"))
    assert "15.3%" in undecided
    assert undecided.split().count("–") == len(targets)


@pytest.mark.parametrize(
    ("population", "said"),
    [
        (
            {"lima_callao": 9, "interior": 1},
            "Weighted to Count made-up, the difference between Castillo and Fujimori would be −8.7 points and beyond "
            "chance; as published it is +12.4.",
        ),
        (
            {"lima_callao": 65, "interior": 35},
            "Weighted to Count made-up, the lead of Castillo over Fujimori would be within chance: +1.2 points instead of "
            "+12.4.",
        ),
    ],
)
def test_sizes_that_turn_a_lead_are_the_headline(cpi, population, said):
    assert answered(cpi, [target_of(**population)]).text.split("\n\n")[0] == said


def test_a_poll_that_nothing_fits_says_so_and_still_gives_its_lead(harbour, valle):
    for poll, said in (
        (harbour, "as published, Lindqvist had 41% and Okafor 28%."),
        (valle, "as published, “Does not approve” had 55.1% and “Approves” 38.4%."),
    ):
        targets = estimates.fitting_targets(poll, load_targets())
        assert targets == []
        headline = answered(poll, targets).text.split("\n\n")[0]
        assert headline == f"No count of a population fits this poll, so nothing can be reweighted: {said}"


def test_the_largest_answer_is_named_even_where_others_are_compared(cpi):
    targets = estimates.fitting_targets(cpi, load_targets(), "fujimori_positive")
    shown = answered(cpi, targets, question="fujimori_positive").text
    assert "More people, 53.0%, said “Nothing stands out”." in shown
    assert "More people" not in answered(cpi, targets).text


@pytest.mark.parametrize("poll", ["cpi-2021-04", DATA / "harbour-2030-05", DATA / "valle-2031-02"])
def test_the_open_arithmetic_of_the_notebook_agrees_with_the_package(poll):
    names = run("05-national-totals", poll=str(poll))
    exact = (
        names["package"][["estimate", "standard_error"]] - names["by_hand"][["estimate", "standard_error"]]
    )
    np.testing.assert_allclose(exact, 0, atol=1e-12)
    if names["targets"]:  # sizes that follow from the figures are less well known than a count
        ends = names["package"][["low", "high"]] - names["by_hand"][["low", "high"]]
        assert ends["low"].between(-7e-4, 0).all()
        assert ends["high"].between(0, 7e-4).all()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_title_of_a_target_is_data(cpi, language):
    """As labels of polls are, by `test_hostile_labels.py`."""
    targets = [target_of(HOSTILE, lima_callao=1, interior=2)]
    leads, shifts, _, printed = made = tables(cpi, targets)
    view, total = show.View(cpi, language), estimates.national_total(cpi, "vote_intention", targets[0])
    for piece in (
        show.totals.answer(view, *made),
        show.totals.leads_table(view, leads, targets, printed, total),
        show.totals.shifts_table(view, leads, shifts, targets),
        show.totals.targets_table(view, targets),
        show.totals.totals_table(view, targets, printed, total),
    ):
        assert ESCAPED in piece.html
        assert HOSTILE in piece.text
        assert "<b>" not in piece.html
        assert "&amp;lt;" not in piece.html


def test_totals_of_a_part_are_not_called_those_of_all(tmp_path):
    rows = {("ana", "candidate"): {"total": "60.0", "x": "70.0", "y": "50.0"}}
    rows[("bo", "candidate")] = {"total": "40.0", "x": "30.0", "y": "50.0"}
    sides = [("side", "total", ("x", "y"))]
    poll = write_poll(tmp_path, {"q": rows}, n=1000, partitions=sides, base="part")
    view, (leads, shifts, _, printed) = show.View(poll), tables(poll, [])
    within = [estimates.compare_answers(poll, "q", part) for part in ("x", "y")]
    for shown in (
        show.totals.leads_table(view, leads, [], printed).text,
        show.totals.totals_table(view, [], printed).text,
        show.totals.segments_chart(view, leads, shifts, *within).chart.source,
    ):
        assert "Base: a part of the sample." in shown
        assert "its interval" not in shown  # nobody knows how many were asked

"""Which targets and results fit a poll, and what is made of a poll that none fits."""

import datetime
from dataclasses import replace

import numpy as np

from analysis import Options, estimates, load_poll, load_results, load_target
from analysis.polls import PUBLISHED

QUESTION = "vote_intention"


def test_a_question_is_weighted_by_segments_of_which_it_was_published():
    may = load_poll("cpi-2021-05-08")
    published = load_target(PUBLISHED)
    assert estimates.finest_partition(may, published) == "zone"  # of which this poll prints hardly a figure
    assert estimates.finest_partition(may, published, QUESTION) == "region"
    total = estimates.national_total(may, QUESTION).set_index("answer")
    np.testing.assert_allclose(total.loc[["castillo", "fujimori"], "difference"], 0, atol=1e-3)


def test_a_result_is_that_of_the_candidates_and_the_first_after_the_poll(cpi, harbour, valle):
    (result,) = load_results()
    later = replace(result, id="later", date=result.date + datetime.timedelta(days=1))
    earlier = replace(result, id="earlier", date=datetime.date(2021, 4, 11))
    assert estimates.fitting_result(cpi, QUESTION, [later, earlier, result]) is result
    assert estimates.fitting_result(cpi, QUESTION, [earlier]) is None
    # Of other candidates, though it comes after that poll too.
    assert (
        estimates.fitting_result(harbour, "vote", [replace(result, date=datetime.date(2031, 1, 1))]) is None
    )
    assert estimates.fitting_result(valle, "", [result]) is None
    # A poll about the run-off, made before a first round, is held against the run-off, and against no victory of a third.
    first = replace(earlier, date=cpi.sheet.fieldwork_end, votes=result.votes | {"lopez": 16_000_000})
    assert estimates.fitting_result(cpi, QUESTION, [first, result]) is result
    assert estimates.fitting_result(cpi, QUESTION, [first]) is None


def test_without_a_vote_or_a_result_tables_have_no_rows_but_their_columns(cpi, valle):
    (result,) = load_results()
    made = {
        estimates.valid_votes: (), estimates.scenario_leads: (), estimates.leading_probability: (),
        estimates.segments_against_result: (result,), estimates.poll_accuracy: (result,),
    }  # fmt: skip
    for function, given in made.items():
        full, empty = function(cpi, *given, QUESTION), function(valle, *given, "")
        assert empty.empty
        assert list(empty.columns) == list(full.columns)
        assert estimates.again(empty, [Options(0.9, 1)])[0].empty
    assert estimates.poll_accuracy(cpi, None, QUESTION).empty

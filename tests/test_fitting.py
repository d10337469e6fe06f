"""Which targets and results fit a poll, and what is made of a poll that none fits."""

import datetime
from dataclasses import replace

import numpy as np
import pytest
from made_up_poll import target_of

from analysis import Options, estimates, load_poll, load_results, load_target, load_targets
from analysis.errors import PollError
from analysis.polls import PUBLISHED

QUESTION = "vote_intention"


def test_targets_are_named_or_all_and_only_those_that_fit_are_kept(cpi, harbour):
    ids = [target.id for target in load_targets()]
    assert [target.id for target in load_targets("votes-cast-2021-06-06, electoral-roll-2021")] == ids[::-1]
    with pytest.raises(PollError, match="Nothing in data/targets called 'electoral-rol-2021'"):
        load_targets("electoral-rol-2021")
    unfit = target_of(urbano=2, rural=1)  # of the interior, without the capital
    fitting = estimates.fitting_targets(cpi, [*load_targets(), unfit, load_target(PUBLISHED)], QUESTION)
    assert [target.id for target in fitting] == ids
    assert estimates.fitting_targets(harbour, load_targets(), "vote") == []


def test_a_question_is_weighted_by_segments_of_which_it_was_published():
    may = load_poll("cpi-2021-05-08")
    published = load_target(PUBLISHED)
    assert estimates.finest_partition(may, published) == "zone"  # of which this poll prints hardly a figure
    assert estimates.finest_partition(may, published, QUESTION) == "region"
    total = estimates.national_total(may, QUESTION).set_index("answer")
    np.testing.assert_allclose(total.loc[["castillo", "fujimori"], "difference"], 0, atol=1e-3)


def test_targets_of_unlike_segments_stand_side_by_side(cpi):
    regions, areas = (
        target_of("regions", lima_callao=37, interior=63),
        target_of("areas", lima_callao=37, urbano=36, rural=27),
    )
    leads = estimates.total_leads(cpi, QUESTION, [regions, areas]).set_index("target")
    assert list(leads.index) == ["printed", "published", "regions", "areas"]
    for target in (regions, areas):
        total = estimates.national_total(cpi, QUESTION, target).set_index("answer")["estimate"]
        assert leads.loc[target.id, "estimate"] == pytest.approx(total["castillo"] - total["fujimori"])


def test_a_result_is_that_of_the_candidates_and_the_first_after_the_poll(cpi, harbour, valle):
    (result,) = load_results()
    later = replace(result, id="later", date=result.date + datetime.timedelta(days=1))
    earlier = replace(result, id="earlier", date=datetime.date(2021, 4, 11))
    assert estimates.fitting_result(cpi, QUESTION, [later, earlier, result]) is result
    assert estimates.fitting_result(cpi, QUESTION, [earlier]) is None
    assert estimates.fitting_result(harbour, "vote", [result]) is None
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


def test_a_lead_of_which_the_interval_is_unknown_is_no_tie():
    may, votes = load_poll("cpi-2021-05-08"), load_target("votes-cast-2021-06-06")
    leads = estimates.scenario_leads(may, QUESTION, turnout=votes).set_index("scenario")
    # How many were undecided was not published by region, which one scenario does not need.
    assert leads["verdict"].to_dict() == {
        "as_decided": "statistical tie", "equally": "not published", "all_to_castillo": "not published",
        "all_to_fujimori": "not published", "as_decided_by_segment": "not published",
    }  # fmt: skip
    assert leads["estimate"].notna().equals(leads["low"].notna())
    assert leads["estimate"].notna().sum() == 1

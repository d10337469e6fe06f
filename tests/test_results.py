"""Who leads under which assumption, and each segment against the votes counted there."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import PollError
from analysis.estimates import (
    lead_interval,
    official_votes,
    scenario_leads,
    segments_against_result,
    undecided_scenarios,
    vote_outlook,
    vote_question,
)
from analysis.polls import load_poll, load_result, load_result_and_votes, load_target

PAIR = ("castillo", "fujimori")


@pytest.fixture(scope="module")
def result():
    return load_result("peru-2021-runoff")


@pytest.fixture(scope="module")
def votes_cast():
    return load_target("votes-cast-2021-06-06")


def test_the_question_is_the_first_that_names_candidates(cpi, harbour, valle):
    assert vote_question(cpi) == "vote_intention"
    assert vote_question(harbour) == "vote"
    assert vote_question(valle) == ""
    with pytest.raises(PollError, match="has no question 'vote'"):
        vote_question(cpi, "vote")


def test_nothing_is_loaded_where_nothing_is_named(votes_cast):
    assert load_result_and_votes("", "") == (None, None)
    result, cast = load_result_and_votes("peru-2021-runoff", "votes-cast-2021-06-06")
    assert result.id == "peru-2021-runoff"
    assert cast.sha256 == votes_cast.sha256


def test_leads_of_scenarios_are_differences_of_their_shares(cpi, votes_cast):
    options = {"partition": "zone", "turnout": votes_cast, "design_effect": 1.5}
    leads = scenario_leads(cpi, "vote_intention", PAIR, **options).set_index("scenario")["lead"]
    wide = undecided_scenarios(cpi, "vote_intention", **options).pivot(
        index="scenario", columns="answer", values="share"
    )
    pd.testing.assert_series_equal(leads.sort_index(), wide["castillo"] - wide["fujimori"], check_names=False)


def test_the_error_of_a_lead_of_two_is_twice_that_of_a_share(cpi):
    row = scenario_leads(cpi, "vote_intention", PAIR).set_index("scenario").loc["all_to_fujimori"]
    share, voters = 0.355 / 0.763, 1200 * 0.763
    assert row["lead"] == pytest.approx(-0.053 / 0.763)
    assert row["standard_error"] == pytest.approx(2 * np.sqrt(share * (1 - share) / voters))
    assert row["verdict"] == "behind"


def test_with_three_candidates_the_lead_is_that_of_the_voters_alone(harbour):
    rows = scenario_leads(harbour, "vote", ("lindqvist", "okafor"), design_effect=2).set_index("scenario")
    expected = lead_interval(0.41 / 0.86, 0.28 / 0.86, 803 * 0.86 / 2)
    assert rows.loc["as_decided", ["lead", "low", "high"]].to_list() == pytest.approx(
        [float(value) for value in expected]
    )
    assert rows.loc["all_to_okafor", "lead"] == pytest.approx(-0.01)
    assert rows.loc["all_to_okafor", "verdict"] == "statistical tie"


def test_a_lead_near_its_margin_depends_on_rounding(tmp_path):
    rows = {
        ("a", "candidate"): {"total": "52"},
        ("b", "candidate"): {"total": "46"},
        ("open", "undecided"): {"total": "2"},
    }
    verdicts = [
        scenario_leads(write_poll(tmp_path / f"p{n}", {"q": rows}, n=n), "q", ("a", "b"))
        .set_index("scenario")
        .loc["as_decided", "verdict"]
        for n in (400, 1050, 4000)
    ]
    assert verdicts == ["statistical tie", "depends on rounding", "ahead"]


def test_few_interviews_and_unknown_bases_are_not_tested(tmp_path):
    rows = {("a", "candidate"): {"total": "80"}, ("b", "candidate"): {"total": "20"}}
    few = write_poll(tmp_path / "few", {"q": rows}, n=25)
    some = write_poll(tmp_path / "some", {"q": rows}, n=1000, base="part")
    gap = {("a", "candidate"): {"total": "80"}, ("b", "candidate"): {"total": ""}}
    unknown = write_poll(tmp_path / "gap", {"q": gap}, n=1000)
    found = [set(scenario_leads(poll, "q", ("a", "b"))["verdict"]) for poll in (few, some, unknown)]
    assert found == [{"too few interviews"}, {"base unknown"}, {"not published"}]


def test_official_votes_of_parts_make_those_of_the_whole_they_divide(cpi, result):
    # awk -F, '$2!="abroad" && $2!="lima_callao" {c+=$5; f+=$6} END {print c, f}' data/results/peru-2021-runoff.csv
    votes = official_votes(cpi, result, list(PAIR))
    assert votes.loc["interior"].to_list() == [6586169, 4442328]
    assert votes.loc["oriente"].to_list() == [734712, 611042]
    assert votes.loc["total"].to_list() == [8836380, 8792117]
    assert list(votes.index) == [s for s in cpi.segments.ids if s not in {"urbano", "rural"}]


def test_a_segment_is_held_against_its_own_result(cpi, result):
    held = segments_against_result(cpi, result, "vote_intention", design_effect=1.5)
    row = held.set_index(["segment", "answer"]).loc[("total", "castillo")]
    n = 1200 / 1.5
    low, high = proportion_confint(0.355 * n, 0.586 * n, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["error"] == pytest.approx(0.355 / 0.586 - 8836380 / (8836380 + 8792117))
    assert row["verdict"] == "higher"
    second = held.set_index(["segment", "answer"]).loc[("total", "fujimori")]
    assert second["verdict"] == "lower"
    assert second["error"] == pytest.approx(-row["error"])


def test_a_result_at_the_end_of_an_interval_depends_on_rounding(tmp_path, result):
    rows = {("a", "candidate"): {"total": "60"}, ("b", "candidate"): {"total": "40"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000)
    low, high = proportion_confint(600, 1000, method="wilson")

    def verdict(share):
        made_up = replace(result, proclaimed={"a": round(1e6 * share), "b": round(1e6 * (1 - share))})
        return segments_against_result(poll, made_up, "q")["verdict"].iloc[0]

    found = [verdict(share) for share in (low - 0.02, low, 0.6, high, high + 0.02)]
    assert found == ["higher", "depends on rounding", "not distinguishable", "depends on rounding", "lower"]


def test_the_outlook_gathers_what_the_question_says(cpi, result, votes_cast):
    outlook = vote_outlook(cpi, result=result, votes_cast=votes_cast)
    assert outlook.candidates == PAIR
    assert outlook.partition == "zone"
    assert outlook.days == 46
    assert outlook.needed == pytest.approx((1 + 0.124 / 0.177) / 2)
    assert outlook.sampling_error == pytest.approx(0.0184, abs=5e-5)
    assert outlook.tipping == pytest.approx(8.42, abs=0.01)
    at_two = outlook.leads.set_index("design_effect").loc[2.0]
    assert at_two[["low", "high"]].to_list() == pytest.approx([0.064, 0.184], abs=5e-4)
    assert not outlook.accuracy.empty


def test_a_result_of_others_and_votes_of_other_segments_are_left_aside(harbour, result, votes_cast):
    outlook = vote_outlook(harbour, result=result, votes_cast=votes_cast)
    assert outlook.candidates == ("lindqvist", "okafor", "tanaka")
    assert not outlook.result_fits
    assert outlook.accuracy.empty
    assert outlook.against.empty
    assert outlook.days is None
    assert outlook.partition == ""
    assert set(outlook.scenarios["weights"]) == {"printed"}


def test_without_candidates_there_is_no_outlook(valle, cpi, result):
    for poll, question in ((valle, ""), (valle, "approval"), (valle, "problems"), (cpi, "reasons_castillo")):
        outlook = vote_outlook(poll, question, result=result)
        assert outlook.candidates == ()
        assert outlook.leads.empty


def test_a_total_that_was_not_published_leaves_the_lead_open(tmp_path):
    rows = {("a", "candidate"): {"total": "", "x": "60"}, ("b", "candidate"): {"total": "", "x": "40"}}
    outlook = vote_outlook(write_poll(tmp_path / "p", {"q": rows}, n=1000, bases={"x": 500}))
    assert set(outlook.leads["verdict"]) == {"not published"}
    assert outlook.scenarios["lead"].isna().all()
    assert load_poll(tmp_path / "p").sheet.n == 1000

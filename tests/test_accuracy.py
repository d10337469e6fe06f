import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import write_poll

from analysis.errors import AnalysisError, PollError
from analysis.estimates.accuracy import poll_accuracy
from analysis.polls import Result, load_result
from analysis.stats.accuracy import (
    a_prime,
    b_measure,
    b_weighted,
    log_odds_errors,
    mosteller_3,
    mosteller_5,
)

quick = settings(deadline=None, derandomize=True)
inner = st.floats(0.02, 0.98)

# Stata, surveybias 1.4 (K. Arzheimer and J. Evans), as published at
# kai-arzheimer.com/research/methods-sociology-knowledge/survey-bias:
# . use onefrenchsurvey
# . surveybias vote, popvalues(28.6 27.18 17.9 9.13 11.1 2.31 1.15 1.79 0.8)
# Coefficients A' and their standard errors; then B and B_w.
FRENCH_RESULT = np.array([28.6, 27.18, 17.9, 9.13, 11.1, 2.31, 1.15, 1.79, 0.8])
FRENCH_A = np.array(
    [-0.0757639, 0.0477294, -0.0559812, 0.3057213, -0.0058251, -0.0913924, -0.8802476, -0.5349338, 0.1841789]
)
FRENCH_ERRORS = np.array(
    [0.0697397, 0.0689193, 0.0823209, 0.0953504, 0.0988715, 0.2154899, 0.4482915, 0.3031171, 0.3177577]
)
FRENCH_B, FRENCH_B_WEIGHTED = 0.2424193, 0.0965423


@pytest.fixture(scope="module")
def runoff():
    return load_result("peru-2021-runoff")


def result_of(votes):
    day = datetime.date(2030, 6, 1)
    return Result("made-up", "Made up", day, "Nobody", "", "", votes, pd.DataFrame())


def by_measure(table):
    return table.set_index(["measure", "base"])


def test_april_against_june(cpi, runoff):
    table = by_measure(poll_accuracy(cpi, runoff, question="vote_intention"))
    assert table.loc[("mosteller_3", "valid_votes"), "value"] == pytest.approx(0.1045, abs=5e-5)
    assert table.loc[("mosteller_5", "valid_votes"), "value"] == pytest.approx(0.2091, abs=5e-5)
    assert table.loc[("mosteller_5", "all_interviews"), "value"] == pytest.approx(0.1215, abs=5e-5)
    a = table.loc[("a_prime", "valid_votes")]
    assert a["value"] == pytest.approx(0.425, abs=5e-4)
    assert a["standard_error"] == pytest.approx(0.077, abs=5e-4)
    for measure in ("b", "b_weighted"):
        row = table.loc[(measure, "valid_votes")]
        assert row["value"] == pytest.approx(a["value"])
        assert row["standard_error"] == pytest.approx(a["standard_error"])
        assert row["expected"] == pytest.approx(0.062, abs=5e-4)
    assert table.loc[("mosteller_3", "valid_votes"), "standard_error"] == pytest.approx(0.0184, abs=5e-5)


def test_a_design_effect_enlarges_errors_and_what_to_expect(cpi, runoff):
    plain, clustered = (
        poll_accuracy(cpi, runoff, question="vote_certainty", design_effect=effect) for effect in (1, 2)
    )
    np.testing.assert_array_equal(clustered["value"], plain["value"])
    np.testing.assert_allclose(clustered["standard_error"], np.sqrt(2) * plain["standard_error"])
    np.testing.assert_allclose(clustered["expected"], np.sqrt(2) * plain["expected"])


def test_b_and_b_w_are_those_of_stata():
    result = FRENCH_RESULT / FRENCH_RESULT.sum()
    polled = 1 / (1 + np.exp(-(np.log(result / (1 - result)) + FRENCH_A)))
    np.testing.assert_allclose(log_odds_errors(polled, result), FRENCH_A, atol=1e-12)
    assert b_measure(polled, result) == pytest.approx(FRENCH_B, abs=1e-7)
    assert b_weighted(polled, result) == pytest.approx(FRENCH_B_WEIGHTED, abs=1e-7)
    # All nine standard errors follow from one number of interviews.
    interviews = 1 / (FRENCH_ERRORS**2 * polled * (1 - polled))
    np.testing.assert_allclose(interviews, interviews.mean(), rtol=1e-5)
    assert interviews.mean() * polled == pytest.approx(np.round(interviews.mean() * polled), abs=0.01)


@quick
@given(inner, inner)
def test_with_two_candidates_b_and_b_w_are_the_size_of_a_prime(share, result):
    shares, votes = [share, 1 - share], [result, 1 - result]
    size = np.abs(a_prime(*shares, *votes, 1000)[0])
    assert b_measure(shares, votes) == pytest.approx(size, abs=1e-12)
    assert b_weighted(shares, votes) == pytest.approx(size, abs=1e-12)
    assert mosteller_5(shares, votes) == pytest.approx(2 * mosteller_3(shares, votes), abs=1e-12)


@quick
@given(inner, inner, st.floats(0.1, 1))
def test_a_prime_does_not_mind_the_undecided_nor_the_unit_of_the_votes(share, result, decided):
    whole = a_prime(share * decided, (1 - share) * decided, result, 1 - result, 1000)
    valid = a_prime(share, 1 - share, 1e6 * result, 1e6 * (1 - result), 1000 * decided)
    np.testing.assert_allclose(whole, valid, atol=1e-12)
    turned = a_prime((1 - share) * decided, share * decided, 1 - result, result, 1000)
    np.testing.assert_allclose(turned[0], -whole[0], atol=1e-12)


def test_a_poll_that_hits_has_no_error():
    shares = [0.5, 0.3, 0.2]
    for measure in (mosteller_3, mosteller_5, b_measure, b_weighted):
        assert measure(shares, shares) == 0
    assert a_prime(0.4, 0.2, 200, 100, 500)[0] == 0


def test_measures_of_three_candidates_are_worked_out_by_hand():
    shares, result = [0.30, 0.45, 0.25], [0.40, 0.25, 0.35]
    assert mosteller_3(shares, result) == pytest.approx((0.10 + 0.20 + 0.10) / 3)
    # First and second in the result, not in the poll: (.30 - .25) - (.40 - .35).
    assert mosteller_5(shares, result) == pytest.approx(0)
    errors = np.log([0.30 / 0.70, 0.45 / 0.55, 0.25 / 0.75]) - np.log([0.40 / 0.60, 0.25 / 0.75, 0.35 / 0.65])
    assert b_measure(shares, result) == pytest.approx(np.abs(errors).mean())
    assert b_weighted(shares, result) == pytest.approx(np.abs(errors) @ result)


def test_b_w_weighs_by_the_result_of_the_candidates_given():
    shares, result = [0.30, 0.40], [0.20, 0.40]
    errors = log_odds_errors(np.array(shares), np.array(result))
    assert b_weighted(shares, result) == pytest.approx(np.abs(errors) @ [1 / 3, 2 / 3])


def test_measures_broadcast_over_polls():
    polls = np.array([[0.6, 0.4], [0.55, 0.45], [0.5, 0.5]])
    for measure in (mosteller_3, mosteller_5, b_measure, b_weighted):
        values = measure(polls, [0.5, 0.5])
        assert values.shape == (3,)
        assert values[1] == measure(polls[1], [0.5, 0.5])
        assert measure([0.6, 0.4], [0.5, 0.5]).shape == ()
    values, errors = a_prime(polls[:, 0], polls[:, 1], 1, 1, [[500], [1000]])
    assert values.shape == errors.shape == (2, 3)


def test_without_bias_measures_are_on_average_what_is_expected(cpi, tmp_path):
    truth = np.array([0.42, 0.34, 0.24])
    poll = write_poll(
        tmp_path / "poll",
        {
            "vote": {
                (name, "candidate"): {"total": f"{100 * p:.1f}"} for name, p in zip("abc", truth, strict=True)
            }
        },
        n=800,
    )
    # The poll is right, so nothing but `expected` and the size of the errors is in its table.
    table = poll_accuracy(poll, result_of(dict(zip("abc", [42, 34, 24], strict=True))), question="vote")
    expected = by_measure(table)["expected"]
    drawn = np.random.default_rng(4).multinomial(800, truth, size=40_000) / 800
    simulated = {
        "mosteller_3": mosteller_3(drawn, truth),
        "mosteller_5": mosteller_5(drawn, truth),
        "b": b_measure(drawn, truth),
        "b_weighted": b_weighted(drawn, truth),
    }
    for measure, values in simulated.items():
        assert values.mean() == pytest.approx(expected[measure, "valid_votes"], rel=0.02)
    assert a_prime(drawn[:, 0], drawn[:, 1], 42, 34, 800)[0].std() == pytest.approx(
        by_measure(table).loc[("a_prime", "valid_votes"), "standard_error"], rel=0.02
    )


def test_standard_errors_are_those_of_repeated_polls(tmp_path):
    shares, official = np.array([0.36, 0.20, 0.24]), {"a": 50, "b": 28, "c": 22}  # 20 % undecided
    poll = write_poll(
        tmp_path / "poll",
        {
            "vote": {
                **{(n, "candidate"): {"total": f"{100 * p:.1f}"} for n, p in zip("abc", shares, strict=True)},
                ("open", "undecided"): {"total": "20.0"},
            }
        },
        n=4000,
    )
    table = by_measure(poll_accuracy(poll, result_of(official), question="vote"))
    drawn = np.random.default_rng(6).multinomial(4000, [*shares, 0.2], size=20_000)[:, :3] / 4000
    valid, result = drawn / drawn.sum(axis=1, keepdims=True), np.array([0.50, 0.28, 0.22])
    simulated = {
        ("mosteller_3", "valid_votes"): mosteller_3(valid, result),
        ("mosteller_5", "all_interviews"): mosteller_5(drawn, result),
        ("b", "valid_votes"): b_measure(valid, result),
        ("b_weighted", "valid_votes"): b_weighted(valid, result),
    }
    for key, values in simulated.items():
        assert table.loc[key, "value"] == pytest.approx(values.mean(), rel=0.03)
        assert table.loc[key, "standard_error"] == pytest.approx(values.std(), rel=0.03)


def test_a_share_or_vote_of_nobody_has_no_log_odds():
    assert np.isnan(b_measure([0.0, 1.0], [0.5, 0.5]))
    assert np.isnan(b_weighted([0.5, 0.5], [0.0, 1.0]))
    values, errors = a_prime([0.0, 0.4], 0.3, 100, [[100], [0]], 1000)
    assert np.isnan(values).tolist() == [[True, False], [True, True]]
    assert np.isnan(errors).tolist() == [[True, False], [True, True]]
    assert mosteller_3([0.0, 1.0], [0.5, 0.5]) == 0.5


@pytest.mark.parametrize("n", [0, -1, np.nan, np.inf])
def test_no_base_gives_no_standard_error(n):
    value, error = a_prime(0.4, 0.3, 1, 1, n)
    assert np.isfinite(value)
    assert np.isnan(error)


@pytest.mark.parametrize("measure", [mosteller_3, mosteller_5, b_measure, b_weighted])
def test_percentages_and_single_candidates_are_refused(measure):
    with pytest.raises(AnalysisError, match=r"shares: 60 is not a share.*divide percentages by 100"):
        measure([60, 40], [0.5, 0.5])
    with pytest.raises(AnalysisError, match=r"result: 50 is not a share"):
        measure([0.6, 0.4], [50, 50])
    for shares in (0.5, [0.5]):
        with pytest.raises(AnalysisError, match="fewer than two candidates"):
            measure(shares, shares)


def test_polls_that_cannot_be_held_against_a_result_are_refused(cpi, harbour, valle, runoff):
    with pytest.raises(
        AnalysisError,
        match=r"'peru-2021-runoff' has no votes of 'okafor', 'lindqvist', 'tanaka'.*it has castillo",
    ):
        poll_accuracy(harbour, runoff, question="vote")
    with pytest.raises(AnalysisError, match="'approval' has 0 answers of role 'candidate'"):
        poll_accuracy(valle, runoff, question="approval")
    with pytest.raises(AnalysisError, match=r"share_a: 35\.5 is not a share"):
        a_prime(35.5, 23.1, 1, 1, 1200)
    with pytest.raises(PollError, match="no question 'turnout'"):
        poll_accuracy(cpi, runoff, question="turnout")


def test_somebody_else_leads_and_three_stand(harbour):
    result = result_of({"okafor": 300, "lindqvist": 380, "tanaka": 320, "blank": 20})
    table = by_measure(poll_accuracy(harbour, result, question="vote"))
    # The winner and the second of the result: Lindqvist and Tanaka.
    assert table.loc[("mosteller_5", "all_interviews"), "value"] == pytest.approx((0.41 - 0.17) - 0.06)
    assert table.loc[("a_prime", "valid_votes"), "value"] == pytest.approx(np.log(41 / 17 / (380 / 320)))
    valid = np.array([28, 41, 17]) / 86
    assert table.loc[("mosteller_3", "valid_votes"), "value"] == pytest.approx(
        np.abs(valid - [0.30, 0.38, 0.32]).mean()
    )


def test_an_unknown_total_or_base_gives_nan(tmp_path):
    rows = {("a", "candidate"): {"total": "60.0"}, ("b", "candidate"): {"total": "40.0"}}
    some = write_poll(tmp_path / "some", {"vote": rows}, n=500, base="part")
    result = result_of({"a": 1, "b": 1})
    table = poll_accuracy(some, result, question="vote")
    assert table["value"].notna().all()
    assert table[["standard_error", "expected"]].isna().all(axis=None)
    rows[("b", "candidate")] = {"total": ""}
    gap = write_poll(tmp_path / "gap", {"vote": rows}, n=500)
    assert poll_accuracy(gap, result, question="vote")[["value", "standard_error"]].isna().all(axis=None)


def test_a_candidate_whom_nobody_named_warns_of_nothing(tmp_path):
    rows = {("a", "candidate"): {"total": "100.0"}, ("b", "candidate"): {"total": "0.0"}}
    poll = write_poll(tmp_path / "poll", {"vote": rows}, n=500)
    table = by_measure(poll_accuracy(poll, result_of({"a": 1, "b": 1}), question="vote"))
    assert table.loc[("mosteller_3", "valid_votes"), "value"] == 0.5
    assert table.loc[[("a_prime", "valid_votes"), ("b", "valid_votes")], "value"].isna().all()

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.stats.accuracy import (
    a_prime,
    b_measure,
    b_weighted,
    log_odds_errors,
    mosteller_3,
    mosteller_5,
)

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


@given(inner, inner)
def test_with_two_candidates_b_and_b_w_are_the_size_of_a_prime(share, result):
    shares, votes = [share, 1 - share], [result, 1 - result]
    size = np.abs(a_prime(*shares, *votes, 1000)[0])
    assert b_measure(shares, votes) == pytest.approx(size, abs=1e-12)
    assert b_weighted(shares, votes) == pytest.approx(size, abs=1e-12)
    assert mosteller_5(shares, votes) == pytest.approx(2 * mosteller_3(shares, votes), abs=1e-12)


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
        with pytest.raises(AnalysisError, match=r"fewer than two candidates|last axis runs over candidates"):
            measure(shares, shares)

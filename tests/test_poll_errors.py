"""Errors of a poll against a result: what they are, how sure, and what chance alone would make of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.stats import poll_errors

JUNE = [8_836_380, 8_792_117]
inner = st.floats(0.02, 0.98)


def by_hand(valid, official):
    """Return measures by their definitions, over polls whose last axis runs over candidates; first and second come first."""
    off = np.abs(np.log(valid / (1 - valid)) - np.log(np.divide(official, np.subtract(1, official))))
    return {
        "mosteller_3": np.abs(valid - official).mean(axis=-1),
        "mosteller_5": np.abs(valid[..., 0] - valid[..., 1] - (official[0] - official[1])),
        "b": off.mean(axis=-1),
        "b_weighted": off @ official / np.sum(official),
    }


def measures(polled, official):
    """Return every measure of drawn polls in shares of all interviews."""
    of_all = by_hand(polled, official)["mosteller_5"]
    return by_hand(polled / polled.sum(axis=-1, keepdims=True), official) | {
        "mosteller_5 on all interviews": of_all
    }


def values(*poll, **more):
    return {name: float(error.value) for name, error in poll_errors(*poll, **more).items()}


# Stata, surveybias 1.4 (K. Arzheimer and J. Evans), as published at
# kai-arzheimer.com/research/methods-sociology-knowledge/survey-bias:
# . use onefrenchsurvey
# . surveybias vote, popvalues(28.6 27.18 17.9 9.13 11.1 2.31 1.15 1.79 0.8)
# Coefficients A' of each candidate against all others; then B and B_w.
FRENCH_RESULT = np.array([28.6, 27.18, 17.9, 9.13, 11.1, 2.31, 1.15, 1.79, 0.8])
FRENCH_A = np.array(
    [-0.0757639, 0.0477294, -0.0559812, 0.3057213, -0.0058251, -0.0913924, -0.8802476, -0.5349338, 0.1841789]
)
FRENCH_B, FRENCH_B_WEIGHTED = 0.2424193, 0.0965423


def test_b_and_b_w_are_those_of_stata():
    result = FRENCH_RESULT / FRENCH_RESULT.sum()
    polled = 1 / (1 + np.exp(-(np.log(result / (1 - result)) + FRENCH_A)))
    found = values(polled, FRENCH_RESULT, 1000, others=(1 - polled.sum(), 0))
    assert found["b"] == pytest.approx(FRENCH_B, abs=1e-7)
    assert found["b_weighted"] == pytest.approx(FRENCH_B_WEIGHTED, abs=1e-7)


@given(inner, inner, st.floats(0.1, 1))
def test_of_two_candidates_a_prime_does_not_mind_the_undecided_nor_the_unit_of_votes(share, result, decided):
    whole = poll_errors([share * decided, (1 - share) * decided], [result, 1 - result], 1000)
    valid = poll_errors([share, 1 - share], [1e6 * result, 1e6 * (1 - result)], 1000 * decided)
    for one in ("value", "standard_error"):
        size = getattr(whole["a_prime"], one)
        assert size == pytest.approx(getattr(valid["a_prime"], one), abs=1e-10)
        for name in ("b", "b_weighted"):
            assert getattr(whole[name], one) == pytest.approx(np.abs(size), abs=1e-10)
    assert whole["mosteller_5"].value == pytest.approx(2 * whole["mosteller_3"].value, abs=1e-12)
    of_winner = share - result if result >= 0.5 else result - share
    assert np.sign(whole["a_prime"].value.round(12)) == np.sign(round(of_winner, 12))


def test_measures_of_three_candidates_are_worked_out_by_hand():
    shares, result = [0.30, 0.45, 0.25], [0.40, 0.25, 0.35]
    found = values(shares, result, 1000)
    assert found["mosteller_3"] == pytest.approx((0.10 + 0.20 + 0.10) / 3)
    # First and second in the result, not in the poll: (.30 - .25) - (.40 - .35).
    assert found["mosteller_5"] == pytest.approx(0)
    errors = np.log([0.30 / 0.70, 0.45 / 0.55, 0.25 / 0.75]) - np.log([0.40 / 0.60, 0.25 / 0.75, 0.35 / 0.65])
    assert found["b"] == pytest.approx(np.abs(errors).mean())
    assert found["b_weighted"] == pytest.approx(np.abs(errors) @ result)


def test_april_against_june():
    errors = poll_errors([0.355, 0.231], JUNE, 1200)
    # sqrt(2/pi) sqrt(r(1 - r)/703.2) at r = .50126, and twice that.
    assert errors["mosteller_3"].expected == pytest.approx(0.015044, abs=2e-6)
    assert errors["mosteller_5"].expected == pytest.approx(0.030088, abs=2e-6)
    for name in ("b", "b_weighted"):
        assert errors[name].expected == pytest.approx(0.060177, abs=2e-6)
        assert errors[name].value == pytest.approx(errors["a_prime"].value)
        assert errors[name].standard_error == pytest.approx(errors["a_prime"].standard_error)
    assert errors["mosteller_3"].value == pytest.approx(0.1045, abs=5e-5)
    assert errors["mosteller_5 on all interviews"].value == pytest.approx(0.1215, abs=5e-5)


@pytest.mark.parametrize(
    ("shares", "official", "n"),
    [
        ([0.42, 0.34, 0.24], [0.42, 0.34, 0.24], 800),
        ([0.50, 0.48, 0.02], [0.48, 0.42, 0.10], 1200),
        ([0.42, 0.28], [0.6, 0.4], 1200),
    ],
)
def test_an_unbiased_poll_is_on_average_off_by_what_is_expected(shares, official, n):
    named = sum(shares)
    drawn = np.random.default_rng(4).multinomial(n, [*np.multiply(official, named), 1 - named], size=40_000)
    errors = poll_errors(shares, official, n)
    for name, values in measures(drawn[:, : len(shares)] / n, official).items():
        assert errors[name].expected == pytest.approx(values.mean(), rel=0.02), name
    assert errors["a_prime"].expected == 0


def test_standard_errors_are_those_of_repeated_polls():
    shares, official = np.array([0.36, 0.20, 0.24]), np.array([0.50, 0.28, 0.22])  # 20 % undecided
    drawn = np.random.default_rng(6).multinomial(4000, [*shares, 0.2], size=20_000)[:, :3] / 4000
    errors = poll_errors(shares, official, 4000)
    for name, values in measures(drawn, official).items():
        if name == "mosteller_5":
            continue  # so near to 0 that its sign is not always the same
        assert errors[name].value == pytest.approx(values.mean(), rel=0.03), name
        assert errors[name].standard_error == pytest.approx(values.std(), rel=0.03), name


def test_a_hit_has_the_error_of_its_sample_and_what_the_undecided_hide_is_expected():
    errors = poll_errors([0.42, 0.28], [60, 40], 1200)
    assert errors["mosteller_3"].value == pytest.approx(0, abs=1e-15)
    assert errors["mosteller_3"].standard_error == pytest.approx(np.sqrt(0.6 * 0.4 / 840))
    assert errors["b"].standard_error == pytest.approx(np.sqrt((1 / 0.42 + 1 / 0.28) / 1200))
    # The poll is exactly right, and its lead on all interviews six points short.
    assert errors["mosteller_5 on all interviews"].value == pytest.approx(0.06)
    assert errors["mosteller_5 on all interviews"].expected == pytest.approx(0.0601, abs=1e-4)
    # Three candidates hit: the larger of the standard errors that signs can give.
    hit = poll_errors([0.5, 0.3, 0.2], [5, 3, 2], 1200)["mosteller_3"].standard_error
    p, signs = np.array([0.5, 0.3, 0.2]), np.array([[1, -1, -1], [1, -1, 1], [1, 1, -1], [1, 1, 1]]) / 3
    every = np.sqrt((signs**2 @ p - (signs @ p) ** 2) / 1200)
    assert hit == pytest.approx(every.max())


def test_others_are_among_valid_votes_and_in_no_average_over_candidates():
    """As by the measures of the two candidates alone, with shares of all votes, and as in thousands of polls."""
    share, votes, n = np.array([0.40, 0.23]), np.array([45.0, 35.0]), 3000
    errors = poll_errors(share, votes, n, others=(0.17, 20.0))
    valid, official = share / 0.8, votes / 100
    for name, value in by_hand(valid, official).items():
        assert errors[name].value == pytest.approx(value)
    drawn = np.random.default_rng(1).multinomial(n, [*share, 0.17, 0.2], size=20_000) / n
    drawn = drawn[:, :2] / drawn[:, :3].sum(axis=1, keepdims=True)
    for name, found in by_hand(drawn, official).items():
        assert errors[name].standard_error == pytest.approx(found.std(), rel=0.03)
    unbiased = np.random.default_rng(2).multinomial(n, [*(0.8 * official), 0.16, 0.2], size=20_000) / n
    unbiased = unbiased[:, :2] / unbiased[:, :3].sum(axis=1, keepdims=True)
    for name, found in by_hand(unbiased, official).items():
        assert errors[name].expected == pytest.approx(found.mean(), rel=0.03)


def test_a_design_effect_enlarges_errors_and_what_to_expect_by_its_root():
    many = poll_errors([0.355, 0.231], JUNE, 1200 / np.array([1.0, 2.0, 4.0]))
    for name, error in many.items():
        assert error.value.shape == error.standard_error.shape == error.expected.shape == (3,)
        assert np.ptp(error.value) == 0
        np.testing.assert_allclose(error.standard_error, error.standard_error[0] * np.sqrt([1, 2, 4]))
        if name != "mosteller_5 on all interviews":  # the undecided do not grow
            np.testing.assert_allclose(error.expected, error.expected[0] * np.sqrt([1, 2, 4]))


def test_what_is_not_known_is_nan():
    for error in poll_errors([0.6, 0.4], [1, 1], np.nan).values():
        assert np.isfinite(error.value)
        assert np.isnan([error.standard_error, error.expected]).all()
    for error in poll_errors([0.6, np.nan], [1, 1], 500).values():
        assert np.isnan([error.value, error.standard_error, error.expected]).all()
    nobody = poll_errors([1.0, 0.0], [1, 1], 500)
    assert nobody["mosteller_3"].value == 0.5
    assert np.isnan([nobody["b"].value, nobody["a_prime"].value, nobody["b_weighted"].expected]).all()
    for votes in ([0, 0], [0, 1]):
        found = poll_errors([0.6, 0.4], votes, 500)
        for name in ("a_prime", "b", "b_weighted"):
            assert np.isnan([found[name].value, found[name].standard_error, found[name].expected]).all()


@pytest.mark.parametrize(
    ("shares", "votes", "message"),
    [
        ([0.6, 0.4], [1, 1, 1], r"votes of shape \(3,\)"),
        ([0.6], [1], "two or more candidates"),
        ([60, 40], [1, 1], r"shares: 60 is not a share.*divide percentages by 100"),
        ([0.6, 0.4], [2, -1], "votes: -1 is negative"),
    ],
)
def test_what_cannot_be_is_refused(shares, votes, message):
    with pytest.raises(AnalysisError, match=message):
        poll_errors(shares, votes, 500)

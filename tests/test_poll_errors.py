"""Errors of a poll against a result: what they are, how sure, and what chance alone would make of them."""

import numpy as np
import pytest

from analysis.errors import AnalysisError
from analysis.stats import poll_errors
from analysis.stats.accuracy import a_prime, b_measure, b_weighted, mosteller_3, mosteller_5

JUNE = [8_836_380, 8_792_117]


def measures(polled, official):
    """Return every measure of drawn polls, whose last axis runs over candidates, in shares of all interviews."""
    valid = polled / polled.sum(axis=-1, keepdims=True)
    return {
        "mosteller_3": mosteller_3(valid, official),
        "mosteller_5": mosteller_5(valid, official),
        "mosteller_5 on all interviews": mosteller_5(polled, official),
        "b": b_measure(valid, official),
        "b_weighted": b_weighted(valid, official),
    }


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
    assert errors["b"].standard_error == pytest.approx(a_prime(0.42, 0.28, 60, 40, 1200)[1])
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
    assert errors["mosteller_3"].value == pytest.approx(np.abs(valid - official).mean())
    assert errors["mosteller_5"].value == pytest.approx(0.17 / 0.8 - 0.1)
    assert errors["b"].value == pytest.approx(b_measure(valid, official))
    assert errors["b_weighted"].value == pytest.approx(b_weighted(valid, official))
    drawn = np.random.default_rng(1).multinomial(n, [*share, 0.17, 0.2], size=20_000) / n
    drawn = drawn[:, :2] / drawn[:, :3].sum(axis=1, keepdims=True)
    for name, measure in (("mosteller_3", mosteller_3), ("b", b_measure), ("b_weighted", b_weighted)):
        assert errors[name].standard_error == pytest.approx(
            measure(drawn, 0 * drawn + official).std(), rel=0.03
        )
    unbiased = np.random.default_rng(2).multinomial(n, [*(0.8 * official), 0.16, 0.2], size=20_000) / n
    unbiased = unbiased[:, :2] / unbiased[:, :3].sum(axis=1, keepdims=True)
    for name, measure in (("mosteller_3", mosteller_3), ("b", b_measure), ("b_weighted", b_weighted)):
        assert errors[name].expected == pytest.approx(
            measure(unbiased, 0 * unbiased + official).mean(), rel=0.03
        )


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
    with pytest.raises(AnalysisError, match=r"votes of shape \(3,\)"):
        poll_errors([0.6, 0.4], [1, 1, 1], 500)

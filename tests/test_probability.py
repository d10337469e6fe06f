"""The probability of leading: against exact distributions, plain simulation, and what an added error must do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from analysis.errors import AnalysisError
from analysis.stats import ADDED_ERROR, probability_of_leading

CPI = [0.355, 0.231, 0.203, 0.177, 0.034]


# Φ(.02/√(.25/n + .030²)): independent code of a review, to 0.01.
@pytest.mark.parametrize(
    ("n", "expected"), [(100, 0.634), (200, 0.667), (350, 0.691), (1200, 0.726), (1e7, 0.748)]
)
def test_the_added_error_is_the_same_for_every_size(n, expected):
    sampling, total = probability_of_leading([0.52, 0.48], n, [0, 1])
    assert total.probability[0] == pytest.approx(expected, abs=1e-3)
    assert sampling.probability[0] == pytest.approx(beta.sf(0.5, 0.52 * n + 0.5, 0.48 * n + 0.5), abs=1e-4)
    for found in (sampling, total):
        assert found.probability.sum() == pytest.approx(1)
        assert (found.low == found.probability).all()
        assert (found.high == found.probability).all()
        assert (found.monte_carlo_error > 0).all()


def test_the_probability_of_april_falls_with_the_design_effect():
    found = [probability_of_leading(CPI, 1200 / d, [0, 1])[1].probability[0] for d in (1, 1.5, 2, 4)]
    assert found == pytest.approx([0.9987, 0.9976, 0.9961, 0.987], abs=1e-3)  # Φ(.1058/√(.01843²d + .030²))
    assert (np.diff(found) < 0).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.lists(st.floats(60, 50_000), min_size=2, max_size=4))
def test_nobody_is_surer_with_fewer_interviews(seed, sizes):
    shares = np.random.default_rng(seed).dirichlet([8, 7, 3, 2])
    found = [[at.probability[0] for at in probability_of_leading(shares, n, [0, 1])] for n in sorted(sizes)]
    assert (np.diff(np.abs(np.array(found) - 0.5), axis=0) >= -1e-9).all()


def test_three_candidates_are_those_of_a_plain_simulation():
    n, draws = 300, 200_000
    shares = np.array([0.28, 0.25, 0.27, 0.20])
    sampling, total = probability_of_leading(shares, n, [0, 1, 2])
    votes = np.random.default_rng(3).dirichlet(n * shares + 0.5, draws)[:, :3]
    rng = np.random.default_rng(4)
    moved = votes.copy()
    # The two foremost of the poll are the first and the third.
    error = rng.normal(0, ADDED_ERROR, draws) * (votes[:, 0] + votes[:, 2])
    moved[:, 0] += error
    moved[:, 2] -= error
    for found, drawn in ((sampling, votes), (total, moved)):
        led = np.bincount(drawn.argmax(axis=1), minlength=3) / draws
        np.testing.assert_allclose(found.probability, led, atol=0.005)
        assert found.probability.sum() == pytest.approx(1)


def test_what_the_print_leaves_open_gives_two_ends():
    shares = np.array([0.37, 0.34, 0.29])
    sampling, total = probability_of_leading(shares, 3000, [0, 1], bounds=(shares - 0.005, shares + 0.005))
    for found in (sampling, total):
        assert (found.low < found.probability).all()
        assert (found.probability < found.high).all()
        assert found.low[0] == pytest.approx(1 - found.high[1])
    # At the worst corner the first has half a point less, and the second half a point more.
    worst = probability_of_leading([0.365, 0.345, 0.29], 3000, [0, 1])
    assert [at.low[0] for at in (sampling, total)] == pytest.approx(
        [at.probability[0] for at in worst], abs=0.01
    )


def test_without_an_added_error_nothing_is_added():
    sampling, total = probability_of_leading([0.41, 0.39, 0.2], 400, [0, 1], added_error=0)
    assert total.probability == pytest.approx(sampling.probability)
    tie = probability_of_leading([0.4, 0.4, 0.2], 400, [0, 1])
    assert [at.probability[0] for at in tie] == pytest.approx([0.5, 0.5], abs=0.002)


def test_what_is_not_known_is_nan_and_what_is_wrong_is_refused():
    for n, shares in ((np.nan, CPI), (0, CPI), (1200, [0.5, np.nan, 0.2])):
        for found in probability_of_leading(shares, n, [0, 1]):
            assert np.isnan([found.probability, found.low, found.high, found.monte_carlo_error]).all()
    with pytest.raises(AnalysisError, match="two or more candidates"):
        probability_of_leading(CPI, 1200, [0])
    with pytest.raises(AnalysisError, match=r"added_error: -0\.1"):
        probability_of_leading(CPI, 1200, [0, 1], added_error=-0.1)

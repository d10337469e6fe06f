import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import assert_close

from analysis.errors import AnalysisError
from analysis.stats import margin_of_error, weighting_factor_bound, widened_bounds


@st.composite
def samples(draw):
    """Return interviews of some parts, weights that sum to 1, and bounds that hold them."""
    parts = draw(st.integers(2, 6))
    interviews = np.array(draw(st.lists(st.integers(5, 500), min_size=parts, max_size=parts)))
    weights = np.array(draw(st.lists(st.floats(0.05, 1), min_size=parts, max_size=parts)))
    weights /= weights.sum()
    room = np.array(draw(st.lists(st.floats(0, 0.3), min_size=2 * parts, max_size=2 * parts))).reshape(2, -1)
    return interviews, weights, np.maximum(weights - room[0], 0), np.minimum(weights + room[1], 1)


def test_the_masculinity_survey_has_the_factor_that_its_age_groups_ask_for():
    # FiveThirtyEight and SurveyMonkey 2018, n = 1,615: 133, 854 and 628 men by age.
    interviews = np.array([133, 854, 628])
    known = weighting_factor_bound(interviews, *[[0.2922, 0.5206, 0.1871]] * 2)
    assert known == pytest.approx(1.639, abs=0.01)
    bound = weighting_factor_bound(interviews, [0.2814, 0.5126, 0.1809], [0.2965, 0.5276, 0.1960])
    assert bound == pytest.approx(1.576, abs=0.01)
    assert margin_of_error(1615, design_effect=bound) == pytest.approx(0.0306, abs=1e-4)


@given(samples(), st.integers(0, 2**20))
def test_no_weights_of_respondents_within_the_bounds_have_a_smaller_factor(sample, seed):
    interviews, weights, low, high = sample
    bound = weighting_factor_bound(interviews, low, high)
    rng = np.random.default_rng(seed)
    people = [weight * rng.dirichlet(np.full(n, 5.0)) for n, weight in zip(interviews, weights, strict=True)]
    everybody = np.concatenate(people)
    kish = len(everybody) * (everybody**2).sum() / everybody.sum() ** 2
    assert 1 <= bound <= kish + 1e-9
    assert bound <= weighting_factor_bound(interviews, weights, weights) + 1e-9


@given(samples())
def test_the_least_factor_is_that_of_a_search(sample):
    from scipy.optimize import minimize

    interviews, weights, low, high = sample
    n = interviews.sum()
    found = minimize(
        lambda w: n * (w**2 / interviews).sum(),
        weights,
        jac=lambda w: 2 * n * w / interviews,
        bounds=list(zip(low, high, strict=True)),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-12, "maxiter": 500},
    )
    bound = weighting_factor_bound(interviews, low, high)
    assert bound <= found.fun * (1 + 1e-5)
    assert bound == pytest.approx(found.fun, rel=1e-5) or not found.success  # a search may be stuck


def test_weights_that_may_be_proportional_cost_nothing():
    assert_close(weighting_factor_bound([100, 300], [0, 0], [1, 1]), 1)
    assert_close(weighting_factor_bound([[100, 300], [200, 200]], [0.5, 0.5], [0.5, 0.5]), [4 / 3, 1])


def test_nothing_comes_of_bounds_that_cannot_be_or_are_unknown():
    assert np.isnan(weighting_factor_bound([100, 300], [0.6, 0.6], [0.7, 0.7]))
    assert np.isnan(weighting_factor_bound([100, 300], [0.1, 0.1], [0.2, 0.2]))
    assert np.isnan(weighting_factor_bound([100, 0], [0.1, 0.1], [0.9, 0.9]))
    assert np.isnan(weighting_factor_bound([100, 50], [0.1, np.nan], [0.9, 0.9]))


@given(st.floats(0.01, 0.99), st.floats(0, 0.9), st.floats(0, 1), st.floats(0, 1))
def test_widened_bounds_hold_the_weight_among_all(weight, most, there, elsewhere):
    answered = weight * (1 - most * there), (1 - weight) * (1 - most * elsewhere)
    among = answered[0] / sum(answered)
    low, high = widened_bounds(among, among, most)
    assert low - 1e-12 <= weight <= high + 1e-12


def test_bounds_are_widened_on_the_odds():
    assert_close(widened_bounds(0.36739, 0.37354, 0.12), (0.338, 0.404), 5e-4)
    assert_close(widened_bounds([0, 0.5, 1], [0, 0.5, 1], 0.5), [[0, 1 / 3, 1], [0, 2 / 3, 1]])
    assert_close(widened_bounds(0.3, 0.4, 0), (0.3, 0.4))
    with pytest.raises(AnalysisError, match="nonresponse: 1 is not allowed"):
        widened_bounds(0.3, 0.4, 1)

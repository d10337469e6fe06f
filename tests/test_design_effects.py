import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import assert_close

from analysis.errors import AnalysisError
from analysis.stats import (
    intraclass_correlation,
    plausible_design_effects,
    variance_within_strata,
)


@pytest.mark.parametrize("places", [None, np.nan, 0, -3])
def test_without_a_count_of_places_one_to_two_is_assumed(places):
    assert_close(plausible_design_effects([1200, 400], places), np.transpose([[1, 1.5, 2]] * 2))


def test_places_that_agree_wholly_or_not_at_all():
    assert_close(intraclass_correlation([0, 1, 1], [1, 2, 1]), 1)
    assert_close(intraclass_correlation([0.3, 0.3], [1, 5]), 0)
    assert_close(intraclass_correlation([0, 1, 1, 0], [1, 2, 1, 1], strata=[2, 1, 1, 2]), 0)
    assert_close(variance_within_strata([0, 1, 1, 0], [1, 2, 1, 1], [2, 1, 1, 2]), 0)
    assert np.isnan(intraclass_correlation([0, 0], [1, 1]))
    assert np.isnan(intraclass_correlation([], [], strata=[]))
    assert np.isnan(variance_within_strata([], [], []))


@st.composite
def countries(draw):
    places = draw(st.integers(2, 12))
    shares = draw(st.lists(st.floats(0.01, 0.99), min_size=places, max_size=places))
    sizes = draw(st.lists(st.integers(1, 1000), min_size=places, max_size=places))
    strata = draw(st.lists(st.sampled_from("abc"), min_size=places, max_size=places))
    return np.array(shares), np.array(sizes), np.array(strata)


@given(countries())
def test_variance_is_that_within_places_between_them_and_between_strata(country):
    shares, sizes, strata = country
    within_places = (sizes * shares * (1 - shares)).sum() / sizes.sum()
    mean = (sizes * shares).sum() / sizes.sum()
    total = mean * (1 - mean)
    rho = intraclass_correlation(shares, sizes, strata=strata)
    left = variance_within_strata(shares, sizes, strata)
    assert_close(within_places / total + rho, left, 1e-8)
    # One stratum is none, and a place of its own for each has nothing between them.
    assert_close(
        intraclass_correlation(shares, sizes, strata=np.zeros(len(shares))),
        intraclass_correlation(shares, sizes),
    )
    assert_close(intraclass_correlation(shares, sizes, strata=range(len(shares))), 0)


def test_a_sample_of_clusters_varies_as_the_design_effect_says():
    # Two strata; in each, places drawn in proportion to size, with replacement, and 12 people in each of 20 places.
    rng = np.random.default_rng(5)
    sizes, strata = rng.integers(100, 1000, 60), np.repeat([0, 1], 30)
    shares = np.clip(0.3 + 0.25 * strata + rng.normal(0, 0.12, 60), 0, 1)
    weight = sizes[strata == 1].sum() / sizes.sum()
    estimates = np.zeros(40_000)
    for stratum, part in ((0, 1 - weight), (1, weight)):
        here = strata == stratum
        drawn = rng.choice(shares[here], p=sizes[here] / sizes[here].sum(), size=(40_000, 20))
        estimates += part * (rng.binomial(12, drawn) / 12).mean(axis=1)
    mean = (sizes * shares).sum() / sizes.sum()
    # With places in proportion to the strata; here there are equally many, which the variance is rid of.
    by_stratum = [
        part**2 * p * (1 - p) * (1 + 11 * rho) / 240
        for part, p, rho in (
            (
                part,
                np.average(shares[here], weights=sizes[here]),
                intraclass_correlation(shares[here], sizes[here]),
            )
            for part, here in ((1 - weight, strata == 0), (weight, strata == 1))
        )
    ]
    assert estimates.mean() == pytest.approx(mean, abs=0.001)
    assert estimates.var() == pytest.approx(sum(by_stratum), rel=0.03)
    rho = intraclass_correlation(shares, sizes, strata=strata)
    together = variance_within_strata(shares, sizes, strata) + 11 * rho
    proportional = sum(
        v * 240 / (480 * part) for v, part in zip(by_stratum, (1 - weight, weight), strict=True)
    )
    assert together == pytest.approx(proportional / (mean * (1 - mean) / 480), rel=1e-9)


def test_questions_share_a_call_and_missing_places_are_left_out():
    shares = np.array([[0.1, 0.5, 0.9], [0.2, np.nan, 0.4]])
    rho = intraclass_correlation(shares, [1, 2, 3])
    assert rho.shape == (2,)
    assert_close(rho[1], intraclass_correlation([0.2, 0.4], [1, 3]))
    assert_close(rho[0], intraclass_correlation(shares[0], [1, 2, 3]))


def test_a_stratum_of_which_no_place_is_known_is_left_out():
    known, strata = ([0.3, 0.5, 0.6], [10, 10, 5]), ["coast", "coast", "hills"]
    with_gaps = ([0.3, 0.5, 0.6, np.nan, 0.9], [10, 10, 5, 7, 0]), [*strata, "jungle", "islands"]
    for function in (intraclass_correlation, variance_within_strata):
        assert function(*with_gaps[0], strata=with_gaps[1]) == pytest.approx(
            function(*known, strata=strata), abs=1e-15
        )


def test_places_that_cannot_be_are_refused():
    with pytest.raises(AnalysisError, match="shares: 35 is not a share"):
        intraclass_correlation([35, 0.2], [1, 2])
    with pytest.raises(AnalysisError, match="weights: -2 is negative"):
        intraclass_correlation([0.3, 0.2], [1, -2])
    with pytest.raises(AnalysisError, match=r"shares has the shape \(2,\) and strata \(3,\)"):
        variance_within_strata([0.3, 0.2], [1, 2], ["a", "b", "c"])

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.stats import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)
from analysis.stats.arrays import critical_value

NO_BASE = [0, -1, np.nan, np.inf, -np.inf]

levels = st.floats(0.5, 0.999)
sizes = st.floats(1, 1e6)
shares = st.floats(0.01, 0.99)
effects = st.floats(0.5, 5)


# z from printed tables of the normal distribution.
@pytest.mark.parametrize(("level", "z"), [(0.6827, 1.0), (0.90, 1.645), (0.95, 1.960), (0.99, 2.576)])
def test_critical_values_are_those_of_printed_tables(level, z):
    assert critical_value(level) == pytest.approx(z, abs=5e-4)


def test_the_sheet_s_sample_has_the_margin_of_its_confidence_level():
    assert margin_of_error(1200) == pytest.approx(0.0283, abs=5e-5)
    assert margin_of_error(1200, confidence_level=0.955) == pytest.approx(0.0289, abs=5e-5)


def test_a_printed_margin_implies_level_sample_size_and_design_effect():
    low, high = implied_confidence_level([0.0275, 0.0285], 1200)
    assert (low, high) == pytest.approx((0.943, 0.952), abs=5e-4)
    fewest, most = implied_sample_size([0.0285, 0.0275], confidence_level=0.955)
    assert (fewest, most) == pytest.approx((1237, 1328), abs=0.5)
    assert implied_design_effect(0.0285, 1200) == pytest.approx(1.015, abs=5e-4)
    assert implied_design_effect(0.0285, 1200, confidence_level=0.955) == pytest.approx(0.970, abs=5e-4)


@given(sizes, levels, shares, effects)
def test_what_is_implied_inverts_the_margin(n, level, share, effect):
    margin = margin_of_error(n, confidence_level=level, share=share, design_effect=effect)
    back = implied_sample_size(margin, confidence_level=level, share=share, design_effect=effect)
    assert back == pytest.approx(n, rel=1e-9)
    back = implied_confidence_level(margin, n, share=share, design_effect=effect)
    assert back == pytest.approx(level, abs=1e-9)
    back = implied_design_effect(margin, n, confidence_level=level, share=share)
    assert back == pytest.approx(effect, rel=1e-9)


@given(sizes, levels, shares, effects)
def test_margins_scale_as_the_square_root_of_the_variance(n, level, share, effect):
    margin = margin_of_error(n, confidence_level=level, share=share, design_effect=effect)
    options = {"confidence_level": level, "design_effect": effect}
    assert margin_of_error(4 * n, share=share, **options) == pytest.approx(margin / 2)
    assert margin_of_error(n / effect, confidence_level=level, share=share) == pytest.approx(margin)
    assert margin_of_error(n, share=1 - share, **options) == pytest.approx(margin)
    assert margin <= margin_of_error(n, **options)


def test_everything_broadcasts():
    n, share, effect = np.array([300, 600, 1200]), np.array([[0.1], [0.5]]), np.full((4, 1, 1), 1.5)
    margins = margin_of_error(n, share=share, design_effect=effect)
    assert margins.shape == (4, 2, 3)
    assert margins[3, 0, 2] == margin_of_error(1200, share=0.1, design_effect=1.5)
    assert implied_sample_size(margins, share=share, design_effect=effect).shape == (4, 2, 3)
    assert implied_confidence_level(margins, n).shape == (4, 2, 3)
    assert implied_design_effect(margins, n, share=share).shape == (4, 2, 3)


def test_scalars_give_arrays_without_dimensions():
    answers = [
        margin_of_error(1200),
        implied_sample_size(0.03),
        implied_confidence_level(0.03, 1200),
        implied_design_effect(0.03, 1200),
    ]
    assert all(isinstance(answer, np.ndarray) and answer.shape == () for answer in answers)


@pytest.mark.parametrize("n", NO_BASE)
def test_no_base_gives_nan_and_spares_its_neighbours(n):
    both = [n, 1200]
    for answer in (
        margin_of_error(both),
        margin_of_error(1200, design_effect=[n, 1]),
        implied_confidence_level(0.03, both),
        implied_design_effect(0.03, both),
        implied_sample_size([n, 0.03]),
        implied_sample_size(0.03, design_effect=[n, 1]),
    ):
        assert np.isnan(answer).tolist() == [True, False]


def test_missing_shares_margins_and_correlations_stay_missing():
    assert np.isnan(margin_of_error(1200, share=np.nan))
    assert np.isnan(implied_confidence_level(np.nan, 1200))
    assert np.isnan(implied_design_effect(np.nan, 1200))


@pytest.mark.parametrize("level", [0, 1, 95, -0.1, np.nan])
def test_a_level_outside_0_and_1_is_refused_with_what_is_allowed(level):
    message = r"confidence_level: .* not allowed; use a share strictly between 0 and 1, such as 0\.95"
    with pytest.raises(AnalysisError, match=message):
        margin_of_error(1200, confidence_level=level)
    with pytest.raises(AnalysisError, match=message):
        implied_sample_size(0.03, confidence_level=level)
    with pytest.raises(AnalysisError, match=message):
        implied_design_effect(0.03, 1200, confidence_level=level)


@pytest.mark.parametrize("share", [-0.01, 1.01, 35.5, np.inf])
def test_a_share_that_is_none_is_refused_with_the_remedy(share):
    message = r"share: .* is not a share; shares lie in \[0, 1\], so divide percentages by 100"
    for refuses in (
        lambda shares: margin_of_error(1200, share=shares),
        lambda shares: implied_sample_size(0.03, share=shares),
        lambda shares: implied_confidence_level(0.03, 1200, share=shares),
        lambda shares: implied_design_effect(0.03, 1200, share=shares),
    ):
        with pytest.raises(AnalysisError, match=message):
            refuses([0.5, share])


def test_the_share_refused_is_the_one_named():
    with pytest.raises(AnalysisError, match=r"share: 35\.5 is not"):
        margin_of_error(1200, share=[[0.5, np.nan], [35.5, 0.1]])

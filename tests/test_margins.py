import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.stats import (
    implied_confidence_level,
    implied_design_effect,
    implied_sample_size,
    margin_of_error,
)

levels = st.floats(0.5, 0.999)
sizes = st.floats(1, 1e6)
shares = st.floats(0.01, 0.99)
effects = st.floats(0.5, 5)


# z from printed tables of the normal distribution.
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


@given(sizes, levels, effects)
def test_what_is_implied_inverts_the_margin(n, level, effect):
    margin = margin_of_error(n, confidence_level=level, design_effect=effect)
    assert implied_sample_size(margin, confidence_level=level) == pytest.approx(n / effect, rel=1e-9)
    assert implied_confidence_level(margin, n / effect) == pytest.approx(level, abs=1e-9)
    assert implied_design_effect(margin, n, confidence_level=level) == pytest.approx(effect, rel=1e-9)


@given(sizes, levels, shares, effects)
def test_margins_scale_as_the_square_root_of_the_variance(n, level, share, effect):
    margin = margin_of_error(n, confidence_level=level, share=share, design_effect=effect)
    options = {"confidence_level": level, "design_effect": effect}
    assert margin_of_error(4 * n, share=share, **options) == pytest.approx(margin / 2)
    assert margin_of_error(n / effect, confidence_level=level, share=share) == pytest.approx(margin)
    assert margin_of_error(n, share=1 - share, **options) == pytest.approx(margin)
    assert margin <= margin_of_error(n, **options)

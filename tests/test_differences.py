import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reference_values import assert_close, reference

from analysis.stats import (
    difference_interval,
    difference_test,
    overlap_interval,
    overlap_test,
    part_whole_interval,
    part_whole_test,
)
from analysis.stats.arrays import two_sided_p_value
from analysis.stats.scores import difference_mid_p

shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
inner_shares = st.integers(1, 999).map(lambda thousandths: thousandths / 1000)
bases = st.floats(2, 3000)
levels = st.floats(0.001, 6).map(lambda nines: 1 - 10**-nines)
# Whole numbers of people, few of whom give the answer: where counts are small.
groups = st.integers(5, 800).flatmap(lambda n: st.tuples(st.integers(0, min(n, 12)), st.just(n)))


def leaves_out_zero(interval):
    _, low, high = interval
    return (low > 0) | (high < 0)


def test_intervals_of_differences_are_mee_s_score_intervals():
    for _, (*cells, level), expected in reference("difference_interval"):
        _, low, high = difference_interval(*cells, confidence_level=level, small_count=0)
        assert_close((low, high), expected, 1e-8)


def test_tests_of_differences_are_those_of_prop_test():
    for _, cells, (expected,) in reference("difference_z"):
        z, p_value = difference_test(*cells)
        assert_close(z, expected, 1e-7)
        assert p_value >= two_sided_p_value(z)
        assert_close(difference_test(*cells, small_count=0)[1], two_sided_p_value(z))


def test_mid_p_values_are_those_of_the_hypergeometric_distribution():
    for _, (x, n, y, m), (expected,) in reference("difference_mid_p"):
        assert_close(difference_mid_p(*np.array([[x / n], [n], [y / m], [m]])), expected, 2e-6)


@pytest.mark.parametrize(
    ("x", "n", "y", "m", "p_value"),
    [(5, 204, 0, 551, 0.00139), (5 / 1.6, 204 / 1.6, 0, 551 / 1.6, 0.0164), (5, 204, 3, 551, 0.0432)],
)
def test_five_people_against_none_are_no_matter_of_a_normal_curve(x, n, y, m, p_value):
    assert difference_test(x / n, n, y / m, m)[1] == pytest.approx(p_value, abs=5e-5)
    assert two_sided_p_value(difference_test(x / n, n, y / m, m)[0]) < p_value


@given(groups, groups, levels)
def test_a_small_count_never_makes_surer(one, other, level):
    (x, n), (y, m) = one, other
    plain = difference_interval(x / n, n, y / m, m, confidence_level=level, small_count=0)
    careful = difference_interval(x / n, n, y / m, m, confidence_level=level)
    assert careful[1] <= plain[1]
    assert careful[2] >= plain[2]
    # Either the limit is that of the score, or it is 0.
    assert careful[1] in (plain[1], 0)
    assert careful[2] in (plain[2], 0)


@given(
    st.lists(st.tuples(shares, bases, shares, bases, levels), min_size=1, max_size=20),
    st.sampled_from([1, 30]),
)
def test_an_interval_leaves_out_zero_exactly_where_its_test_finds_something(rows, times):
    a, n_a, b, n_b, level = np.array(rows).T
    a, b = a / times, b / times
    _, p_value = difference_test(a, n_a, b, n_b)
    interval = difference_interval(a, n_a, b, n_b, confidence_level=level)
    near = np.abs(p_value - (1 - level)) < 1e-9 * (1 - level)
    assert ((leaves_out_zero(interval) == (p_value < 1 - level)) | near).all()
    whole = (a * n_a + b * n_b) / (n_a + n_b)
    _, p_value = part_whole_test(a, n_a, whole, n_a + n_b)
    interval = part_whole_interval(a, n_a, whole, n_a + n_b, confidence_level=level)
    near = np.abs(p_value - (1 - level)) < 1e-9 * (1 - level)
    assert ((leaves_out_zero(interval) == (p_value < 1 - level)) | near).all()


@given(st.lists(st.tuples(shares, bases, shares, bases, levels), min_size=1, max_size=20), st.floats(0.9, 3))
def test_an_overlapping_interval_leaves_out_zero_where_the_nearer_z_is_beyond_the_level(rows, times):
    a, n_a, b, n_b, level = np.array(rows).T
    n = np.maximum(np.maximum(n_a, n_b), (n_a + n_b) * times)
    z = np.array(overlap_test(a, n_a, b, n_b, n))
    p_value = two_sided_p_value(np.where(np.isnan(z).any(axis=0), np.nan, np.abs(z).min(axis=0)))
    interval = overlap_interval(a, n_a, b, n_b, n, confidence_level=level)
    near = np.abs(p_value - (1 - level)) < 1e-9 * (1 - level)
    assert ((leaves_out_zero(interval) == (p_value < 1 - level)) | near).all()


def test_two_shares_of_nobody_or_of_everybody_do_not_differ():
    assert_close(difference_test([0, 1], 50, [0, 1], 60), ([0, 0], [1, 1]))
    # By hand: nobody of n against nobody of many has the limit z²/(n + z²) of nobody alone.
    _, low, high = difference_interval(0, 50, 0, 1e12)
    assert_close(high, 1.959963984540054**2 / (50 + 1.959963984540054**2), 1e-6)
    assert -1e-6 < low <= 0


@given(shares, bases, shares, bases, levels)
def test_a_difference_lies_in_its_interval_and_turns_its_sign_with_its_sides(a, n_a, b, n_b, level):
    difference, low, high = difference_interval(a, n_a, b, n_b, confidence_level=level)
    assert -1 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1
    swapped = difference_interval(b, n_b, a, n_a, confidence_level=level)
    assert_close(swapped, (-difference, -high, -low), 1e-9)
    mirrored = difference_interval(1 - a, n_a, 1 - b, n_b, confidence_level=level)
    assert_close(mirrored, (-difference, -high, -low), 1e-8)
    (z, p), (z_swapped, p_swapped) = difference_test(a, n_a, b, n_b), difference_test(b, n_b, a, n_a)
    assert_close((z, p), (-z_swapped, p_swapped), 1e-9)


@given(shares, bases, shares, bases, levels, st.floats(0, 0.05))
def test_limits_rise_with_the_first_share_and_part_with_the_level(a, n_a, b, n_b, level, more):
    options = {"confidence_level": [level, 1 - (1 - level) / 2], "small_count": 0}
    _, low, high = difference_interval(a, n_a, b, n_b, **options)
    assert low[1] <= low[0] + 1e-12
    assert high[1] >= high[0] - 1e-12
    _, raised_low, raised_high = difference_interval(min(a + more, 1), n_a, b, n_b, **options)
    assert (raised_low >= low - 1e-9).all()
    assert (raised_high >= high - 1e-9).all()


# Segments that have interviews in common.


def test_a_part_is_tested_against_its_complement():
    for _, (x, n, x_whole, n_whole), expected in reference("part_whole_test", "comparisons"):
        assert_close(part_whole_test(x / n, n, x_whole / n_whole, n_whole, small_count=0), expected, 1e-7)


@given(inner_shares, bases, inner_shares, bases)
def test_part_and_whole_differ_as_part_and_rest_times_the_weight_of_the_rest(part, n, rest, n_rest):
    whole = (part * n + rest * n_rest) / (n + n_rest)
    weight_of_rest = n_rest / (n + n_rest)
    found = part_whole_interval(part, n, whole, n + n_rest, small_count=0)
    expected = np.array(difference_interval(part, n, rest, n_rest, small_count=0)) * weight_of_rest
    assert_close(found, expected, 1e-6)
    z, _ = part_whole_test(part, n, whole, n + n_rest)
    assert_close(z, difference_test(part, n, rest, n_rest)[0], 1e-6)
    overlap_z = (part - whole) / np.sqrt(whole * (1 - whole) * (1 / n - 1 / (n + n_rest)))
    assert_close(z, overlap_z, 1e-6)


def test_rounding_may_put_the_rest_below_nobody():
    z, p_value = part_whole_test(0.001, 300, 0.0, 755)
    assert 0 < z < 2
    assert 0.05 < p_value <= 1


def test_a_part_as_large_as_its_whole_leaves_no_rest():
    assert np.isnan(part_whole_test(0.3, 300, 0.3, [300, 200])[0]).all()


def test_extremes_over_all_overlaps_are_those_of_every_overlap_of_people():
    for _, (x_a, n_a, x_b, n_b, n), expected in reference("overlap_test", "comparisons"):
        assert_close(overlap_test(x_a / n_a, n_a, x_b / n_b, n_b, n, small_count=0), expected)


def statistics_on_a_grid(a, n_a, b, n_b, n, steps=60):
    """Return z for many admissible overlaps, from the formula of two shares with people in common."""
    x_a, x_b = a * n_a, b * n_b
    found = []
    for both in np.linspace(max(0, n_a + n_b - n), min(n_a, n_b), steps):
        least = max(0, x_a - n_a + both, x_b - n_b + both)
        most = min(both, x_a, x_b)
        if least > most:
            continue
        yes = np.linspace(least, most, steps)
        covariance = (yes * (1 - a - b) + both * a * b) / (n_a * n_b)
        variance = a * (1 - a) / n_a + b * (1 - b) / n_b - 2 * covariance
        found.extend((a - b) / np.sqrt(variance))
    return np.array(found)


@settings(max_examples=150)
@given(inner_shares, st.floats(20, 500), inner_shares, st.floats(20, 500), st.floats(0, 1))
def test_corners_enclose_a_dense_grid_of_overlaps_and_touch_it(a, n_a, b, n_b, room):
    assume(abs(a - b) > 0.02)
    n = max(n_a, n_b) + room * min(n_a, n_b) * 1.2
    z_low, z_high = overlap_test(a, n_a, b, n_b, n, small_count=0)
    grid = statistics_on_a_grid(a, n_a, b, n_b, n)
    if np.isnan(z_low):
        assert not len(grid)
        return
    if len(grid):
        assert grid.min() >= z_low - 1e-6 * abs(z_low)
        assert grid.max() <= z_high + 1e-6 * abs(z_high)
        # The grid may end a step before a corner; compare 1/z², which is linear in the covariance.
        step = max(grid**-2.0) * 0.1 + 1e-9
        assert abs(max(grid**-2.0) - max(z_low**-2.0, z_high**-2.0)) < step
        assert abs(min(grid**-2.0) - min(z_low**-2.0, z_high**-2.0)) < step


@given(inner_shares, st.floats(20, 500), inner_shares, st.floats(20, 500))
def test_disjoint_segments_are_one_of_the_overlaps_and_nested_ones_the_only_one(a, n_a, b, n_b):
    apart = (a - b) / np.sqrt(a * (1 - a) / n_a + b * (1 - b) / n_b)
    z_low, z_high = overlap_test(a, n_a, b, n_b, n_a + n_b, small_count=0)
    assert z_low - 1e-9 <= apart <= z_high + 1e-9
    whole = (a * n_a + b * n_b) / (n_a + n_b)
    n = n_a + n_b
    z_low, z_high = overlap_test(a, n_a, whole, n, n, small_count=0)
    assert_close(z_low, z_high, 1e-6)
    nested = (a - whole) / np.sqrt(a * (1 - a) * (1 / n_a - 2 / n) + whole * (1 - whole) / n)
    assert_close(z_low, nested, 1e-6)


@given(inner_shares, st.floats(20, 500), inner_shares, st.floats(20, 500), st.floats(1, 3))
def test_an_overlap_turns_with_its_sides_and_small_counts_only_widen(a, n_a, b, n_b, times):
    n = (n_a + n_b) * times
    interval = difference, low, high = overlap_interval(a, n_a, b, n_b, n)
    assert_close(overlap_interval(b, n_b, a, n_a, n), (-difference, -high, -low), 1e-9)
    z = overlap_test(a, n_a, b, n_b, n)
    assert_close(overlap_test(b, n_b, a, n_a, n), (-z[1], -z[0]), 1e-9)
    plain = overlap_interval(a, n_a, b, n_b, n, small_count=0)
    assert interval[1] <= plain[1]
    assert interval[2] >= plain[2]


def test_no_overlap_is_possible_of_a_full_half_and_an_empty_one_that_must_meet():
    assert np.isnan(overlap_test(1.0, 60, 0.0, 60, 100)).all()
    assert np.isnan(overlap_interval(1.0, 60, 0.0, 60, 100)[1:]).all()
    assert_close(overlap_test(0.0, 60, 0.0, 60, 100), (0, 0))


def test_everybody_against_nobody_has_a_width_where_nothing_need_be_shared():
    _, low, high = overlap_interval(1.0, 30, 0.0, 30, 100)
    assert 0.8 < low < 0.95
    assert high == 1


@pytest.mark.parametrize(("weight", "n_part", "n_rest"), [(0.1, 500, 500), (0.3, 100, 900)])
def test_a_part_out_of_proportion_is_held_against_the_rest_that_its_weight_leaves(weight, n_part, n_rest):
    """Drawn samples, weighted: without the weight the first is found to differ from its like in 28 % of them."""
    draws, sizes = np.random.default_rng(3), (n_part, n_part + n_rest)
    for share, of_rest in ((0.4, 0.4), (0.55, 0.4)):
        part, rest = (
            draws.binomial(n_part, share, 20_000) / n_part,
            draws.binomial(n_rest, of_rest, 20_000) / n_rest,
        )
        whole, true = weight * part + (1 - weight) * rest, (1 - weight) * (share - of_rest)
        _, low, high = part_whole_interval(part, sizes[0], whole, sizes[1], weight=weight)
        assert ((low <= true) & (true <= high)).mean() == pytest.approx(0.95, abs=0.008)
        _, p_value = part_whole_test(part, sizes[0], whole, sizes[1], weight=weight)
        np.testing.assert_array_equal(p_value < 0.05, (low > 0) | (high < 0))
        _, in_proportion = part_whole_test(part, sizes[0], whole, sizes[1])
        if share == of_rest and weight == 0.1:
            assert (in_proportion < 0.05).mean() > 0.2

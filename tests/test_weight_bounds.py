from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.stats import weight_bounds
from analysis.stats.programme import Programme

slow = settings(max_examples=40)
NEAR = 1e-7  # what the solver may be off by


def test_two_rows_of_whole_percentages_bound_three_weights():
    """A poll of 2006 whose weights a blog solved for exactly, and got -200 % for one of them."""
    bounds = weight_bounds([[0.54, 0.05, 0.19], [0.43, 0.91, 0.77]], [0.26, 0.71], unit=0.01)
    np.testing.assert_allclose(bounds.low, [0.171, 0, 0], atol=5e-4)
    np.testing.assert_allclose(bounds.high, [0.438, 0.592, 0.829], atol=5e-4)
    assert bounds.contradictions == ()


def test_shares_that_exhaust_a_segment_are_clipped_at_none_and_all():
    plain = weight_bounds([[0.0, 0.1]], [0.05])
    exhaustive = weight_bounds([[0.0, 0.1], [1.0, 0.9]], [0.05, 0.95], exhaustive=True)
    assert plain.high[1] == pytest.approx(0.5100, abs=1e-6)
    assert exhaustive.high[1] == pytest.approx(0.0505 / 0.0995, abs=1e-6)


def test_one_row_and_two_parts_have_the_bounds_of_school_algebra():
    # |0.2 w + 0.6 (1 - w) - 0.5| <= 0.001, so w lies within 0.001 / 0.4 of 0.25.
    bounds = weight_bounds([[0.2, 0.6]], [0.5])
    np.testing.assert_allclose(bounds.low, [0.2475, 0.7475], atol=NEAR)
    np.testing.assert_allclose(bounds.high, [0.2525, 0.7525], atol=NEAR)


def test_too_little_published_gives_wide_bounds_and_a_contradiction_none():
    under_determined = weight_bounds([[0.4, 0.4]], [0.4])
    np.testing.assert_allclose([under_determined.low, under_determined.high], [[0, 0], [1, 1]], atol=NEAR)
    contradictory = weight_bounds([[0.1, 0.2], [0.3, 0.3], [0.5, 0.7]], [0.15, 0.5, 0.6])
    assert contradictory.contradictions == (1,)
    assert np.isnan([contradictory.weight, contradictory.low, contradictory.high]).all()


def test_gaps_are_left_out_and_not_taken_for_zeros():
    with_gap = weight_bounds([[0.2, 0.6], [np.nan, 0.3], [0.1, 0.9]], [0.5, 0.9, np.nan])
    without = weight_bounds([[0.2, 0.6]], [0.5])
    np.testing.assert_allclose(with_gap.low, without.low, atol=NEAR)
    np.testing.assert_allclose(with_gap.high, without.high, atol=NEAR)


@st.composite
def rounded_polls(draw):
    """Draw true weights and shares of exhaustive rows, and what rounding leaves of them."""
    segments, rows = draw(st.integers(2, 8)), draw(st.integers(2, 6))
    decimals = draw(st.sampled_from([0, 1]))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    weights = random.dirichlet(np.ones(segments))
    shares = random.dirichlet(np.full(rows, 0.7), size=segments).T
    printed = np.round(100 * shares, decimals) / 100
    total = np.round(100 * shares @ weights, decimals) / 100
    return weights, printed, total, 10.0 ** -(decimals + 2)


@slow
@given(rounded_polls(), st.booleans())
def test_the_true_weights_always_lie_inside_the_bounds(drawn, exhaustive):
    weights, printed, total, unit = drawn
    bounds = weight_bounds(printed, total, unit=unit, exhaustive=exhaustive)
    assert bounds.contradictions == ()
    assert (bounds.low - NEAR <= weights).all()
    assert (weights <= bounds.high + NEAR).all()
    assert bounds.weight.sum() == pytest.approx(1)


@slow
@given(rounded_polls())
def test_more_knowledge_never_widens(drawn):
    _, printed, total, unit = drawn
    plain = weight_bounds(printed, total, unit=unit)
    exhaustive = weight_bounds(printed, total, unit=unit, exhaustive=True)
    fewer = weight_bounds(printed[1:], total[1:], unit=unit)
    for wide, narrow in ((plain, exhaustive), (fewer, plain)):
        assert (wide.low <= narrow.low + NEAR).all()
        assert (narrow.high <= wide.high + NEAR).all()


@slow
@given(rounded_polls(), st.randoms(use_true_random=False))
def test_the_order_of_segments_does_not_matter(drawn, random):
    _, printed, total, unit = drawn
    order = list(range(printed.shape[1]))
    random.shuffle(order)
    bounds, shuffled = (
        weight_bounds(printed, total, unit=unit),
        weight_bounds(printed[:, order], total, unit=unit),
    )
    np.testing.assert_allclose(shuffled.low, bounds.low[order], atol=NEAR)
    np.testing.assert_allclose(shuffled.high, bounds.high[order], atol=NEAR)


@slow
@given(rounded_polls(), st.booleans())
def test_proved_bounds_are_no_sharper_than_the_optimum_and_hardly_looser(drawn, exhaustive):
    _, printed, total, unit = drawn
    solved = weight_bounds(printed, total, unit=unit, exhaustive=exhaustive)
    proved = weight_bounds(printed, total, unit=unit, exhaustive=exhaustive, certify=True)
    np.testing.assert_allclose(proved.low, solved.low, atol=NEAR)
    np.testing.assert_allclose(proved.high, solved.high, atol=NEAR)


def test_a_proved_bound_contains_the_exact_rational_optimum():
    # The optimum is 101/199, which no float equals: the proved bound lies above it, by next to nothing.
    proved = weight_bounds([[0.0, 0.1], [1.0, 0.9]], [0.05, 0.95], exhaustive=True, certify=True)
    assert Fraction(101, 199) <= Fraction(float(proved.high[1])) <= Fraction(101, 199) + Fraction(1, 10**9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[45.0, 19.3]], [35.5]), "45 is not a share; shares lie in"),
        (([[0.4, 0.2]], [0.3, 0.2]), "do not match; use"),
        (([0.4, 0.2], [0.3]), "do not match; use"),
        ((np.empty((0, 2)), []), "do not match; use"),
    ],
)
def test_bad_arrays_are_refused(arguments, message):
    with pytest.raises(AnalysisError, match=message):
        weight_bounds(*arguments)


def test_a_bad_unit_and_a_table_that_does_not_exhaust_are_refused():
    with pytest.raises(AnalysisError, match="use one step of the last digit as a share"):
        weight_bounds([[0.4, 0.2]], [0.3], unit=1)
    with pytest.raises(AnalysisError, match=r"segment 1 sums to 0\.5, which rounding cannot bring to 1"):
        weight_bounds([[0.4, 0.2], [0.6, 0.3]], [0.3, 0.7], exhaustive=True)


def test_inputs_are_not_changed():
    parts, total = np.array([[0.2, 0.6]]), np.array([0.5])
    weight_bounds(parts, total, certify=True)
    assert parts.tolist() == [[0.2, 0.6]]
    assert total.tolist() == [0.5]


def test_the_certificate_does_not_trust_the_solver():
    """Whatever multipliers a solver returns, the bound that follows from them is a bound."""
    programme = Programme()
    programme.require_at_most({"a": 1.0, "b": 2.0}, 1.0)
    programme.require_equal({"a": 1.0, "b": 1.0}, 0.7)
    costs = np.array([1.0, 0.0])

    wrong = SimpleNamespace(of_at_most=np.array([-0.3]), of_equal=np.array([0.9]))
    # The least a is 0.4: b is at most 0.3.
    assert programme._proved(costs, wrong) <= 0.4


def test_nothing_meets_what_cannot_be():
    impossible = Programme()
    impossible.require_equal({"a": 1.0, "b": 1.0, "c": 1.0}, 1.0)
    impossible.require_at_most({"a": 1.0, "b": 1.0, "c": 1.0}, 0.5)
    assert impossible.extremes(["a", "b", "c"]) is None
    assert [*impossible.ranges([({"a": 1.0}, [{"a": 1.0}])])] == [None]
    assert impossible.minimise({}) is None


def test_of_two_parts_the_second_has_what_the_first_leaves_and_proved_bounds_round_outwards():
    """The bounds of the second part are not asked of the solver: they follow, and are never too narrow."""
    proved = weight_bounds([[0.193, 0.450], [0.320, 0.179]], [0.355, 0.231], certify=True)
    low, high = [Fraction(end) for end in proved.low], [Fraction(end) for end in proved.high]
    assert low[1] <= 1 - high[0] <= low[1] + Fraction(1, 10**15)
    assert high[1] - Fraction(1, 10**15) <= 1 - low[0] <= high[1]


def test_ranges_are_those_of_each_objective_whatever_sum_is_one_and_a_share_may_be_part_of_its_whole():
    programme = Programme()
    programme.require_ratio(["a"], ["a", "b"], 0.25, 0.5)  # a out of a and b
    programme.require_at_most({"c": 1.0}, 0.0)  # so that in c alone there is nobody
    everybody, objectives = dict.fromkeys("abc", 1.0), [{"a": 1.0}, {"c": 1.0}, {"a": 1.0, "b": -1.0}]
    of_all, nobody, of_b = programme.ranges(
        [(everybody, objectives), ({"c": 1.0}, objectives), ({"b": 1.0}, objectives[:1])]
    )
    np.testing.assert_allclose(of_all, [[0.25, 0, -0.5], [0.5, 0, 0]], atol=NEAR)
    assert nobody is None
    np.testing.assert_allclose(of_b, [[1 / 3], [1]], atol=NEAR)

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference_values import assert_close, reference

from analysis.errors import AnalysisError
from analysis.stats import (
    ADJUSTMENTS,
    adjusted_p_values,
    can_be_first,
    column_letters,
    difference_interval,
    difference_test,
    matching_levels,
    rao_scott_test,
)

inner_shares = st.integers(1, 999).map(lambda thousandths: thousandths / 1000)

# Adjustment, tipping points, a whole question.


def test_adjusted_p_values_are_those_of_p_adjust():
    names = {"BH": "benjamini_hochberg"}
    for what, p_values, expected in reference("adjusted_p_values", "comparisons"):
        method = what.split()[1]
        assert_close(adjusted_p_values(p_values, adjustment=names.get(method, method)), expected)


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=12),
    st.integers(0, 11),
    st.floats(0, 1),
    st.sampled_from(tuple(ADJUSTMENTS)),
)
def test_no_adjusted_p_value_falls_when_one_p_value_rises(p_values, position, by, adjustment):
    before = np.array(p_values)
    after = before.copy()
    after[position % len(after)] += by * (1 - after[position % len(after)])
    adjusted = adjusted_p_values(before, adjustment=adjustment)
    assert (adjusted >= before - 1e-12).all()
    assert (adjusted_p_values(after, adjustment=adjustment) >= adjusted - 1e-12).all()


def test_adjustment_keeps_the_shape_and_its_input():
    p_values = np.array([[0.01, np.nan], [0.04, 0.03]])
    before = p_values.copy()
    assert adjusted_p_values(p_values).shape == (2, 2)
    np.testing.assert_array_equal(p_values, before)
    assert np.isnan(adjusted_p_values([np.nan, np.nan])).all()
    assert adjusted_p_values([]).shape == (0,)


def test_unknown_adjustments_and_impossible_p_values_are_refused():
    with pytest.raises(AnalysisError, match="'tukey' is not allowed; use one of holm, bonferroni"):
        adjusted_p_values([0.1], adjustment="tukey")
    with pytest.raises(AnalysisError, match=r"p_values: 1.2 is not a probability"):
        adjusted_p_values([0.1, 1.2])


def test_levels_make_intervals_agree_with_adjusted_p_values():
    p_values = np.array([0.01, 0.04, 0.03, np.nan, 0.0, 0.0, 1e-305, 0.9])
    for adjustment in ADJUSTMENTS:
        adjusted = adjusted_p_values(p_values, adjustment=adjustment)
        levels = matching_levels(p_values, adjusted, adjustment=adjustment)
        made = ~np.isnan(p_values)
        assert ((p_values < 1 - levels) == (adjusted < 0.05))[made].all()
        assert (levels >= 0.95 - 1e-15).all()
        assert levels[3] == 0.95
    # By hand: three p-values too small for a quotient are the first of seven tests.
    assert_close(matching_levels(p_values, adjusted_p_values(p_values))[4:7], 1 - 0.05 / 7)
    bonferroni = adjusted_p_values(p_values, adjustment="bonferroni")
    assert_close(matching_levels(p_values, bonferroni, adjustment="bonferroni")[:3], 1 - 0.05 / 7)
    # 0.9 × 7 is no probability: its interval has the level that a p-value of 1 asks for.
    assert_close(matching_levels(p_values, bonferroni, adjustment="bonferroni")[7], 1 - 0.05 * 0.9)


@given(
    st.lists(
        st.tuples(st.integers(0, 300), st.integers(30, 300), st.integers(0, 400), st.integers(30, 400)),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(tuple(ADJUSTMENTS)),
    st.sampled_from([0.8, 0.95, 0.99]),
)
def test_shown_interval_and_verdict_agree_after_any_adjustment(tables, adjustment, level):
    x, n, y, m = np.array(tables, dtype=float).T
    cells = np.minimum(x, n) / n, n, np.minimum(y, m) / m, m
    _, p_value = difference_test(*cells)
    adjusted = adjusted_p_values(p_value, adjustment=adjustment)
    levels = matching_levels(p_value, adjusted, confidence_level=level, adjustment=adjustment)
    _, low, high = difference_interval(*cells, confidence_level=levels)
    assert (((low > 0) | (high < 0)) == (adjusted < 1 - level)).all()


def test_columns_after_z_have_two_letters():
    assert column_letters(3) == ("A", "B", "C")
    names = column_letters(18278)
    assert names[25:29] == ("Z", "AA", "AB", "AC")
    assert (names[701], names[702], names[-1]) == ("ZZ", "AAA", "ZZZ")


REASONS = [0.192, 0.182, 0.147, 0.104, 0.107, 0.063, 0.056, 0.044, 0.044, 0.026, 0.021, 0.023, 0.039]


@pytest.mark.parametrize(("design_effect", "number"), [(1, 2), (1.3, 3), (1.66, 3), (400, 13)])
def test_who_can_be_first_is_asked_against_the_foremost(design_effect, number):
    first = can_be_first(REASONS, 1200 / design_effect)
    assert first[:number].all()
    assert not first[number:].any()


def test_what_rounding_hides_can_be_first():
    # The third is 2.68 standard errors behind, and 2.62 if both were rounded against it; the limit is 2.638.
    assert can_be_first(REASONS, 1200)[:3].tolist() == [True, True, False]
    assert can_be_first(REASONS, 1200, unit=0.001)[:3].tolist() == [True, True, True]
    assert can_be_first([0.5, np.nan, 0.1], 1200).tolist() == [True, True, False]
    assert can_be_first([[0.5, 0.1], [0.5, 0.1]], [1200, np.nan]).tolist() == [[True, False], [True, True]]


@pytest.mark.parametrize("tied", [2, 6])
def test_the_first_answer_is_among_those_that_can_be(tied):
    # Several answers a person, given independently: the hardest case is when some are equally frequent.
    truth = np.array([0.2] * tied + [0.1, 0.05])
    samples = np.random.default_rng(3).binomial(400, truth, size=(4000, len(truth))) / 400
    assert can_be_first(samples, np.full(4000, 400.0))[:, 0].mean() >= 0.95 - 0.01


def test_homogeneity_is_that_of_chisq_test():
    for _, inputs, (statistic, df, p_value, v, smallest, *residuals) in reference(
        "rao_scott_test", "comparisons"
    ):
        rows, columns = int(inputs[0]), int(inputs[1])
        printed = inputs[2 : 2 + rows * columns].reshape(columns, rows).T
        found = rao_scott_test(printed, inputs[-1 - columns : -1], design_effect=inputs[-1])
        assert found.degrees_of_freedom == df
        assert_close(
            (found.statistic, found.p_value, found.cramers_v, found.smallest_expected),
            (statistic, p_value, v, smallest),
        )
        assert_close(found.adjusted_residuals, np.reshape(residuals, (columns, rows)).T)


def test_answers_that_nobody_gave_do_not_count():
    with_nobody = rao_scott_test([[0.4, 0.5], [0, 0], [0.6, 0.5]], [100, 200])
    without = rao_scott_test([[0.4, 0.5], [0.6, 0.5]], [100, 200])
    assert with_nobody.degrees_of_freedom == without.degrees_of_freedom == 1
    assert_close(with_nobody.statistic, without.statistic)
    assert np.isnan(with_nobody.adjusted_residuals[1]).all()
    # The chi-square of a fourfold table is the square of the pooled z.
    assert_close(without.statistic, difference_test(0.4, 100, 0.5, 200)[0] ** 2)


def test_a_question_with_a_gap_has_no_chi_square():
    found = rao_scott_test([[0.4, np.nan], [0.6, 0.5]], [100, 200])
    assert np.isnan([found.statistic, found.p_value, found.cramers_v, found.smallest_expected]).all()
    assert np.isnan(found.adjusted_residuals).all()
    assert np.isnan(rao_scott_test([[0.4, 0.5], [0.6, 0.5]], [100, np.nan]).statistic)


@pytest.mark.parametrize(
    ("printed", "base", "design_effect", "message"),
    [
        ([[0.4, 0.5], [0.6, 0.5]], [100, 200], 0, "design_effect: 0 is not allowed"),
        ([[0.4, 0.5], [0.6, 0.5]], [100, 200, 300], 1, "use answers × segments and one base a segment"),
        ([0.4, 0.6], [100, 200], 1, "use answers × segments"),
        ([[0.4, 0.5], [0.6, 0.8]], [100, 200], 1, "those of segment 2 sum to 1.300"),
        ([[1.0, 1.0], [0, 0]], [100, 200], 1, "two answers that somebody gave are needed"),
        ([[0.4], [0.6]], [100], 1, "two segments and"),
        ([[40, 50], [60, 50]], [100, 200], 1, "shares: 40 is not a share"),
    ],
)
def test_tables_without_a_chi_square_are_refused(printed, base, design_effect, message):
    with pytest.raises(AnalysisError, match=message):
        rao_scott_test(printed, base, design_effect=design_effect)

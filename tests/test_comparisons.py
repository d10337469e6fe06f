from itertools import combinations, permutations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_up_poll import write_poll
from scipy.stats import norm

from analysis.errors import AnalysisError, PollError
from analysis.estimates import lead_interval, lead_verdict, published_intervals, segment_bases
from analysis.estimates.answer_comparisons import compare_answers, question_test
from analysis.estimates.poll_comparisons import compare_polls
from analysis.estimates.segment_comparisons import compare_pairs, compare_segments, significance_letters
from analysis.estimates.verdicts import COMPARISON_VERDICTS
from analysis.polls import load_poll
from analysis.stats.differences import (
    difference_interval,
    difference_test,
    lead_test,
    two_sided_p_value,
)
from analysis.stats.multiplicity import (
    ADJUSTMENTS,
    adjusted_p_values,
    rao_scott_test,
    tipping_bias,
    tipping_design_effect,
)
from analysis.stats.overlaps import overlap_interval, overlap_test, part_whole_interval, part_whole_test

REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "comparisons.csv")
SEGMENT_COLUMNS = ["segment_a", "segment_b", "answer"]
MEASURES = ["difference", "low", "high", "p_value", "p_adjusted", "verdict"]

quick = settings(deadline=None, derandomize=True)
shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
inner_shares = st.integers(1, 999).map(lambda thousandths: thousandths / 1000)
bases = st.floats(2, 3000)


def reference(what):
    """Yield the inputs and expected values of the reference rows that begin with `what`."""
    rows = REFERENCE[REFERENCE["what"].str.split().str[0] == what]
    assert len(rows)
    for row in rows.itertuples():
        numbers = (
            np.array([float(n.replace("NA", "nan")) for n in text.split()])
            for text in (row.inputs, row.expected)
        )
        yield row.what, *numbers


def assert_close(found, expected, tolerance=1e-9):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def by_answer(table, *pair):
    """Return one pair's rows of a comparison, by answer."""
    rows = table[(table["segment_a"] == pair[0]) & (table["segment_b"] == pair[1])]
    return rows.set_index("answer")


# The interval and the test of independent shares.


@pytest.mark.parametrize(
    ("x_a", "n_a", "x_b", "n_b", "difference", "low", "high"),
    [
        (56, 70, 48, 80, 0.2000, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.6000, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.5714, 0.0582, 0.8062),
        (5, 56, 0, 29, 0.0893, -0.0381, 0.1926),
    ],
)
def test_differences_have_the_limits_that_newcombe_published(x_a, n_a, x_b, n_b, difference, low, high):
    # Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10.
    found = difference_interval(x_a / n_a, n_a, x_b / n_b, n_b)
    assert_close(found, (difference, low, high), 5e-5)


def test_intervals_of_differences_are_those_of_r():
    for _, (*cells, level), expected in reference("difference_interval"):
        _, low, high = difference_interval(*cells, confidence_level=level)
        assert_close((low, high), expected)


def test_tests_of_differences_are_those_of_prop_test():
    for _, cells, expected in reference("difference_test"):
        assert_close(difference_test(*cells), expected, 1e-7)


def test_two_shares_of_nobody_or_of_everybody_do_not_differ():
    assert_close(difference_test([0, 1], 50, [0, 1], 60), ([0, 0], [1, 1]))


@quick
@given(shares, bases, shares, bases, st.floats(0.8, 0.999))
def test_a_difference_lies_in_its_interval_and_turns_its_sign_with_its_sides(a, n_a, b, n_b, level):
    difference, low, high = difference_interval(a, n_a, b, n_b, confidence_level=level)
    assert -1 - 1e-12 <= low <= difference + 1e-12
    assert difference - 1e-12 <= high <= 1 + 1e-12
    swapped = difference_interval(b, n_b, a, n_a, confidence_level=level)
    assert_close(swapped, (-difference, -high, -low), 1e-12)
    (z, p), (z_swapped, p_swapped) = difference_test(a, n_a, b, n_b), difference_test(b, n_b, a, n_a)
    assert_close((z, p), (-z_swapped, p_swapped), 1e-12)


@quick
@given(shares, bases, shares, bases, st.floats(0, 0.01), st.floats(1, 2))
def test_z_rises_with_the_first_share_and_its_size_with_the_bases(a, n_a, b, n_b, more, times):
    z, _ = difference_test(a, n_a, b, n_b)
    raised, _ = difference_test(min(a + more, 1), n_a, b, n_b)
    assert raised >= z - 1e-9
    larger, _ = difference_test(a, n_a * times, b, n_b)
    assert abs(larger) >= abs(z) - 1e-9


def test_everything_broadcasts_and_bad_bases_give_nan():
    a, n_b = np.array([[0.1], [0.355]]), np.array([95.0, 445.0, np.nan, 0.0, -1.0])
    tables = [
        difference_interval(a, 200, 0.2, n_b),
        difference_test(a, 200, 0.2, n_b),
        part_whole_interval(a, 50, 0.2, n_b),
        part_whole_test(a, 50, 0.2, n_b),
        overlap_interval(a, 50, 0.2, n_b, 1200),
        overlap_test(a, 50, 0.2, n_b, 1200),
        lead_test(a, 0.2, n_b),
    ]
    for table in tables:
        for values in table:
            assert isinstance(values, np.ndarray)
            assert values.shape == (2, 5)
        assert np.isfinite(table[-1][:, :2]).all()
        assert np.isnan(table[-1][:, 2:]).all()
    assert difference_test(0.1, 50, 0.2, 60)[0].shape == ()
    assert difference_interval([], 50, 0.2, 60)[1].shape == (0,)
    assert np.isnan(difference_test(np.nan, 50, 0.2, 60)[1])


@pytest.mark.parametrize(
    "function", [difference_test, part_whole_test, difference_interval, part_whole_interval]
)
def test_percentages_are_refused(function):
    with pytest.raises(AnalysisError, match=r"35\.5 is not a share; shares lie in"):
        function(35.5, 100, 0.2, 300)


@pytest.mark.parametrize("function", [difference_interval, part_whole_interval])
def test_a_level_in_per_cent_is_refused(function):
    with pytest.raises(AnalysisError, match="confidence_level: 95 is not allowed"):
        function(0.355, 100, 0.2, 300, confidence_level=95)


def test_leads_are_tested_as_votes_for_and_against():
    for _, (x_a, x_b, n), expected in reference("lead_test"):
        assert_close(lead_test(x_a / n, x_b / n, n), expected)


@quick
@given(inner_shares, inner_shares, bases, st.floats(0.8, 0.999))
def test_a_lead_is_significant_where_its_interval_leaves_out_0(a, b, n, level):
    assume(a + b <= 1)
    _, low, high = lead_interval(a, b, n, confidence_level=level)
    _, p_value = lead_test(a, b, n)
    assume(abs(p_value - (1 - level)) > 1e-9)
    assert (p_value < 1 - level) == (low > 0 or high < 0)


# Segments that have interviews in common.


def test_a_part_is_tested_against_its_complement():
    for _, (x, n, x_whole, n_whole), expected in reference("part_whole_test"):
        assert_close(part_whole_test(x / n, n, x_whole / n_whole, n_whole), expected, 1e-7)


def test_taking_part_and_whole_for_independent_misses_differences():
    z, _ = part_whole_test(90 / 300, 300, 270 / 1200, 1200)
    independent, _ = difference_test(90 / 300, 300, 270 / 1200, 1200)
    assert_close((z, independent), (3.592, 2.721), 5e-4)


@quick
@given(inner_shares, bases, inner_shares, bases)
def test_part_and_whole_differ_as_part_and_rest_times_the_weight_of_the_rest(part, n, rest, n_rest):
    whole = (part * n + rest * n_rest) / (n + n_rest)
    weight_of_rest = n_rest / (n + n_rest)
    found = part_whole_interval(part, n, whole, n + n_rest)
    expected = np.array(difference_interval(part, n, rest, n_rest)) * weight_of_rest
    assert_close(found, expected, 1e-6)
    z, _ = part_whole_test(part, n, whole, n + n_rest)
    assert_close(z, difference_test(part, n, rest, n_rest)[0], 1e-6)
    overlap_z = (part - whole) / np.sqrt(whole * (1 - whole) * (1 / n - 1 / (n + n_rest)))
    assert_close(z, overlap_z, 1e-6)


def test_rounding_may_put_the_rest_below_nobody():
    z, p_value = part_whole_test(0.001, 300, 0.0, 755)
    assert 0 < z < 2
    assert 0.05 < p_value < 1


def test_a_part_as_large_as_its_whole_leaves_no_rest():
    assert np.isnan(part_whole_test(0.3, 300, 0.3, [300, 200])[0]).all()


def test_extremes_over_all_overlaps_are_those_of_every_overlap_of_people():
    for _, (x_a, n_a, x_b, n_b, n), expected in reference("overlap_test"):
        assert_close(overlap_test(x_a / n_a, n_a, x_b / n_b, n_b, n), expected)


def test_rural_and_highland_shares_differ_or_not_as_they_overlap():
    n = 755.4
    z_low, z_high = overlap_test(0.615, 0.27 * n, 0.569, 0.304 * n, n)
    assert_close((z_low, z_high), (0.974, 3.563), 5e-4)


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


@settings(quick, max_examples=150)
@given(inner_shares, st.floats(20, 500), inner_shares, st.floats(20, 500), st.floats(0, 1))
def test_corners_enclose_a_dense_grid_of_overlaps_and_touch_it(a, n_a, b, n_b, room):
    assume(abs(a - b) > 0.02)
    n = max(n_a, n_b) + room * min(n_a, n_b) * 1.2
    z_low, z_high = overlap_test(a, n_a, b, n_b, n)
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


@quick
@given(inner_shares, st.floats(20, 500), inner_shares, st.floats(20, 500))
def test_disjoint_segments_are_one_of_the_overlaps_and_nested_ones_the_only_one(a, n_a, b, n_b):
    apart = (a - b) / np.sqrt(a * (1 - a) / n_a + b * (1 - b) / n_b)
    z_low, z_high = overlap_test(a, n_a, b, n_b, n_a + n_b)
    assert z_low - 1e-9 <= apart <= z_high + 1e-9
    whole = (a * n_a + b * n_b) / (n_a + n_b)
    n = n_a + n_b
    z_low, z_high = overlap_test(a, n_a, whole, n, n)
    assert_close(z_low, z_high, 1e-6)
    nested = (a - whole) / np.sqrt(a * (1 - a) * (1 / n_a - 2 / n) + whole * (1 - whole) / n)
    assert_close(z_low, nested, 1e-6)


@quick
@given(inner_shares, st.floats(20, 500), inner_shares, st.floats(20, 500), st.floats(1, 3))
def test_overlapping_intervals_hold_the_disjoint_one_and_turn_with_their_sides(a, n_a, b, n_b, times):
    n = (n_a + n_b) * times
    difference, low, high = overlap_interval(a, n_a, b, n_b, n)
    _, low_apart, high_apart = difference_interval(a, n_a, b, n_b)
    assert low <= low_apart + 1e-9
    assert high >= high_apart - 1e-9
    assert_close(overlap_interval(b, n_b, a, n_a, n), (-difference, -high, -low), 1e-9)
    z = overlap_test(a, n_a, b, n_b, n)
    assert_close(overlap_test(b, n_b, a, n_a, n), (-z[1], -z[0]), 1e-9)


def test_no_overlap_is_possible_of_a_full_half_and_an_empty_one_that_must_meet():
    assert np.isnan(overlap_test(1.0, 60, 0.0, 60, 100)).all()
    assert np.isnan(overlap_interval(1.0, 60, 0.0, 60, 100)[1:]).all()
    assert_close(overlap_test(0.0, 60, 0.0, 60, 100), (0, 0))


# Adjustment, tipping points, a whole question.


def test_adjusted_p_values_are_those_of_p_adjust():
    names = {"BH": "benjamini_hochberg"}
    for what, p_values, expected in reference("adjusted_p_values"):
        method = what.split()[1]
        assert_close(adjusted_p_values(p_values, adjustment=names.get(method, method)), expected)


@quick
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


def test_the_lead_of_april_tips_at_a_design_effect_of_8_and_a_bias_of_8_points():
    standard_error = np.sqrt((0.355 + 0.231 - 0.124**2) / 1200)
    assert_close(tipping_design_effect(0.124, standard_error), 8.42, 1e-3)
    to_insignificance, to_tie = tipping_bias(-0.124, standard_error)
    assert_close((to_insignificance, to_tie), (0.081, 0.124), 5e-3)


@quick
@given(inner_shares, st.floats(0.001, 0.2), st.floats(0.8, 0.999))
def test_at_the_tipping_point_the_interval_ends_at_nothing(estimate, standard_error, level):
    effect = tipping_design_effect(estimate, standard_error, confidence_level=level)
    inflated = standard_error * np.sqrt(effect)
    _, to_tie = tipping_bias(estimate, standard_error, confidence_level=level)
    assert to_tie == abs(estimate)
    assert_close(tipping_bias(estimate, inflated, confidence_level=level)[0], 0, 1e-9)
    assert_close(tipping_design_effect(estimate, inflated, confidence_level=level), 1)


def test_nothing_tips_where_nothing_is_significant_or_known():
    assert tipping_bias(0.01, 0.02)[0] == 0
    assert tipping_design_effect(0.01, 0.02) < 1
    assert np.isnan(tipping_design_effect(0.1, [0, np.nan])).all()
    assert np.isnan(tipping_bias(0.1, [0, np.nan])[0]).all()


def test_homogeneity_is_that_of_chisq_test():
    for _, inputs, (statistic, df, p_value, v, smallest, *residuals) in reference("rao_scott_test"):
        rows, columns = int(inputs[0]), int(inputs[1])
        printed = inputs[2 : 2 + rows * columns].reshape(columns, rows).T
        found = rao_scott_test(printed, inputs[-1 - columns : -1], design_effect=inputs[-1])
        assert found.degrees_of_freedom == df
        assert_close(
            (found.statistic, found.p_value, found.cramers_v, found.smallest_expected),
            (statistic, p_value, v, smallest),
        )
        assert_close(found.adjusted_residuals, np.reshape(residuals, (columns, rows)).T)


@quick
@given(st.permutations(range(4)))
def test_permuting_segments_permutes_residuals_alone(order):
    printed = np.array([[0.402, 0.412, 0.569, 0.367], [0.598, 0.588, 0.431, 0.633]])
    sizes = np.array([308, 122, 230, 95])
    first, second = rao_scott_test(printed, sizes), rao_scott_test(printed[:, order], sizes[order])
    assert_close(first.statistic, second.statistic)
    assert_close(first.adjusted_residuals[:, order], second.adjusted_residuals)


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


# Segments of a poll.


def test_every_pair_of_parts_is_compared_for_every_answer(cpi):
    zones = cpi.segments.partition("zone").parts
    answers = [answer.id for answer in cpi.question("castillo_negative").answers]
    compared = compare_segments(cpi, "castillo_negative", partition="zone")
    assert list(compared.columns) == SEGMENT_COLUMNS + MEASURES
    assert compared[SEGMENT_COLUMNS].to_numpy().tolist() == [
        [a, b, answer] for a, b in combinations(zones, 2) for answer in answers
    ]
    assert compared.index.to_list() == list(range(len(compared)))
    assert set(compared["verdict"]) <= set(COMPARISON_VERDICTS)


@pytest.mark.parametrize("design_effect", [1, 1.5])
def test_each_row_is_the_interval_and_the_test_of_its_two_cells(cpi, design_effect):
    compared = compare_segments(
        cpi, "vote_certainty", partition="area", design_effect=design_effect, confidence_level=0.9
    )
    known = cpi.known("vote_certainty").set_index(["answer", "segment"])["share"]
    base = segment_bases(cpi).set_index("segment")["base"] / design_effect
    tested = 0
    for row in compared.itertuples():
        given = cpi.question("vote_certainty")[row.answer].given
        cells = []
        for segment in ("urbano", "rural"):
            asked = base[segment] * (1 if given is None else known[given, segment])
            cells += [known[row.answer, segment], asked]
        assert_close((row.difference, row.low, row.high), difference_interval(*cells, confidence_level=0.9))
        if min(cells[1::2]) < 30:
            assert row.verdict == "too few interviews"
            assert np.isnan(row.p_value)
        else:
            assert_close(row.p_value, difference_test(*cells)[1])
            tested += 1
    assert 5 <= tested < len(compared)
    adjusted = adjusted_p_values(compared["p_value"])
    assert_close(compared["p_adjusted"], adjusted)


def test_families_are_the_answer_the_table_or_the_report(cpi):
    row, table, report = (
        compare_segments(cpi, "vote_certainty", partition="region", family=family)
        for family in ("row", "table", "report")
    )
    assert_close(row["p_value"], report["p_value"])
    # Two parts make one pair: a row is a family of one.
    assert_close(row["p_adjusted"], row["p_value"])
    assert_close(table["p_adjusted"], adjusted_p_values(table["p_value"]))
    # Every figure of the poll once: the vote rows of the certainty table are those of vote intention.
    every = pd.concat(
        [
            compare_segments(cpi, question.id, partition="region").assign(question=question.id)
            for question in cpi.questions
        ],
        ignore_index=True,
    )
    twins = (every["question"] == "vote_intention").to_numpy()
    together = adjusted_p_values(every.loc[~twins, "p_value"])
    there = (every.loc[~twins, "question"] == "vote_certainty").to_numpy()
    assert_close(report["p_adjusted"], together[there])
    again = compare_segments(cpi, "vote_intention", partition="region", family="report")
    votes = report.set_index("answer").loc[again["answer"], "p_adjusted"]
    assert_close(again["p_adjusted"], votes)


def test_intervals_are_those_of_one_comparison_whatever_the_adjustment(cpi):
    tables = {
        adjustment: compare_segments(cpi, "vote_intention", partition="zone", adjustment=adjustment)
        for adjustment in ADJUSTMENTS
    }
    for table in tables.values():
        assert_close(table[["low", "high"]], tables["none"][["low", "high"]])
    assert_close(tables["none"]["p_adjusted"], tables["none"]["p_value"])
    found = {name: table["verdict"].isin(["higher", "lower"]).sum() for name, table in tables.items()}
    assert found["bonferroni"] <= found["holm"] <= found["benjamini_hochberg"] <= found["none"]


def test_figures_printed_elsewhere_are_used(cpi):
    # The vote-intention table has no total column; the certainty table has.
    compared = compare_pairs(cpi, "vote_intention", pairs=[("lima_callao", "total")])
    assert compared["difference"].round(3).to_list() == [-0.162, 0.089, 0.064, 0.019, -0.011]
    assert compared["verdict"].to_list()[:2] == ["lower", "higher"]


def test_conditional_rows_of_few_people_are_not_tested_and_do_not_count(cpi):
    compared = compare_segments(cpi, "vote_certainty", partition="area", adjustment="bonferroni")
    rows = compared.set_index("answer")
    assert rows.loc["fujimori_certain", "verdict"] == "too few interviews"
    assert rows.loc["fujimori_certain", ["difference", "low", "high"]].notna().all()
    assert rows.loc["fujimori_certain", ["p_value", "p_adjusted"]].isna().all()
    tested = rows["p_value"].notna()
    assert_close(rows.loc[tested, "p_adjusted"], np.minimum(rows.loc[tested, "p_value"] * tested.sum(), 1))
    lenient = compare_segments(cpi, "vote_certainty", partition="area", small_base=5)
    assert "too few interviews" not in set(lenient["verdict"])
    strict = compare_segments(cpi, "vote_certainty", partition="area", small_base=1000)
    assert set(strict["verdict"]) == {"too few interviews"}


def significance_of(unrounded, base, parts, level=0.95):
    """Return pair by pair and answer by answer which differences Holm finds for unrounded shares, signed."""
    pairs = list(combinations(parts, 2))
    z, p = zip(
        *(difference_test(unrounded[a], base[a], unrounded[b], base[b]) for a, b in pairs), strict=True
    )
    significant = adjusted_p_values(np.concatenate(p)) < 1 - level
    return np.where(significant, np.sign(np.concatenate(z)), 0)


@pytest.mark.parametrize("case", [("harbour", "vote", "age"), ("cpi", "castillo_positive", "zone")])
def test_verdicts_hold_for_every_figure_that_rounds_to_what_is_printed(case, request):
    name, question, partition = case
    poll = request.getfixturevalue(name)
    verdicts = compare_segments(poll, question, partition=partition)["verdict"].to_numpy()
    low, high = (poll.question(question).table(end) for end in ("low", "high"))
    base = segment_bases(poll).set_index("segment")["base"]
    parts = poll.segments.partition(partition).parts
    drawn = np.random.default_rng(1)
    signs = np.array(
        [significance_of(low + (high - low) * drawn.random(low.shape), base, parts) for _ in range(100)]
    )
    assert (signs[:, verdicts == "higher"] == 1).all()
    assert (signs[:, verdicts == "lower"] == -1).all()
    assert (signs[:, verdicts == "not distinguishable"] == 0).all()
    assert (verdicts == "higher").any()


def test_whole_percentages_leave_doubt(harbour):
    compared = compare_segments(harbour, "vote", partition="age")
    young = by_answer(compared, "under_35", "middle")
    assert young.loc[["okafor", "lindqvist"], "verdict"].to_list() == ["depends on rounding"] * 2
    assert (young.loc[["okafor", "lindqvist"], "p_adjusted"] < 0.05).all()
    assert by_answer(compared, "under_35", "over_59")["verdict"].to_list() == [
        "higher",
        "lower",
        "not distinguishable",
        "not distinguishable",
    ]


@pytest.mark.parametrize("alpha", [0.095, 0.085])
def test_rounding_is_named_on_either_side_of_the_level(harbour, alpha):
    compared = compare_segments(
        harbour, "vote", partition="age", adjustment="none", confidence_level=1 - alpha
    )
    row = by_answer(compared, "middle", "over_59").loc["okafor"]
    assert row["p_value"] == pytest.approx(0.0914, abs=1e-3)
    assert row["verdict"] == "depends on rounding"


def test_gaps_and_unknown_bases_are_named(valle):
    compared = compare_pairs(valle, "approval", pairs=[("women", "total"), ("first_vote", "women")])
    assert by_answer(compared, "women", "total")["verdict"].to_list() == [
        "base unknown",
        "not published",
        "not published",
    ]
    assert by_answer(compared, "women", "total")["difference"].round(3).to_list()[0] == 0.026
    assert compared[["low", "high", "p_value", "p_adjusted"]].isna().all(axis=None)
    with pytest.raises(PollError, match="No partition 'region'; there is: none"):
        compare_segments(valle, "approval")


def test_a_pair_turned_round_turns_its_signs(cpi):
    pairs = [
        ("rural", "interior"),
        ("rural", "sierra_centro_sur"),
        ("total", "oriente"),
        ("oriente", "costa_sur"),
    ]
    there = compare_pairs(cpi, "vote_intention", pairs=pairs)
    back = compare_pairs(cpi, "vote_intention", pairs=[(b, a) for a, b in pairs])
    assert_close(there[["difference", "low", "high"]], -back[["difference", "high", "low"]].to_numpy())
    assert_close(there[["p_value", "p_adjusted"]], back[["p_value", "p_adjusted"]])
    turned = {"higher": "lower", "lower": "higher"}
    assert there["verdict"].to_list() == [turned.get(word, word) for word in back["verdict"]]


def test_a_segment_is_compared_with_the_rest_of_the_one_that_contains_it(cpi):
    base = segment_bases(cpi).set_index("segment")["base"]
    found = by_answer(
        compare_pairs(cpi, "vote_intention", pairs=[("rural", "interior")]), "rural", "interior"
    )
    cells = 0.615, base["rural"], 0.450, base["interior"]
    assert_close(
        found.loc["castillo", ["difference", "low", "high"]].astype(float), part_whole_interval(*cells)
    )
    assert_close(found.loc["castillo", "p_value"], part_whole_test(*cells)[1])
    # The rest of the interior is its towns, which are printed: the same test within rounding.
    towns = by_answer(compare_pairs(cpi, "vote_intention", pairs=[("rural", "urbano")]), "rural", "urbano")
    weight = base["rural"] / base["interior"]
    np.testing.assert_allclose(found["difference"], (1 - weight) * towns["difference"], atol=1e-3)


@pytest.mark.parametrize(("small_base", "few"), [(440, False), (450, True)])
def test_the_rest_of_a_whole_must_be_large_enough_too(cpi, small_base, few):
    # The interior has about 755 interviews, and the country about 445 besides.
    compared = compare_pairs(cpi, "vote_intention", pairs=[("interior", "total")], small_base=small_base)
    assert (compared["verdict"] == "too few interviews").all() == few
    assert (compared["verdict"] == "too few interviews").any() == few


def test_overlapping_segments_differ_for_every_overlap_or_for_none_or_it_depends(cpi):
    zones = cpi.segments.partition("zone").parts
    compared = compare_pairs(
        cpi,
        "vote_intention",
        # Towns and the Northern Coast together have more people than the interior, so some must be in both.
        pairs=[*(("rural", zone) for zone in zones), ("urbano", "costa_sierra_norte")],
        adjustment="none",
    )
    base = segment_bases(cpi).set_index("segment")["base"]
    table = cpi.question("vote_intention").table()
    for row in compared.itertuples():
        a, b = row.segment_a, row.segment_b
        cells = table.loc[row.answer, a], base[a], table.loc[row.answer, b], base[b], base["interior"]
        smallest, greatest = sorted(np.abs(overlap_test(*cells)))
        assert_close(row.p_value, two_sided_p_value(smallest))
        if smallest > 2.05:
            assert row.verdict == ("higher" if row.difference > 0 else "lower")
        elif greatest < 1.9:
            assert row.verdict == "not distinguishable"
        elif smallest < 1.9 and greatest > 2.05:
            assert row.verdict == "depends on the overlap"
        assert_close((row.difference, row.low, row.high), overlap_interval(*cells))
    assert (
        by_answer(compared, "rural", "sierra_centro_sur").loc["castillo", "verdict"]
        == "depends on the overlap"
    )
    assert by_answer(compared, "rural", "costa_sierra_norte").loc["castillo", "verdict"] == "higher"
    assert {"higher", "not distinguishable", "depends on the overlap"} <= set(compared["verdict"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"question": "nothing"}, PollError, "has no question 'nothing'"),
        ({"partition": "class"}, PollError, "No partition 'class'; there is: region, zone, area"),
        ({"adjustment": "tukey"}, AnalysisError, "adjustment: 'tukey' is not allowed"),
        ({"family": "poll"}, AnalysisError, "family: 'poll' is not allowed; use one of table, row, report"),
        ({"confidence_level": 95}, AnalysisError, "confidence_level: 95 is not allowed"),
        ({"design_effect": 0}, AnalysisError, "design_effect: 0 is not allowed"),
        ({"small_base": -1}, AnalysisError, "small_base -1"),
    ],
)
def test_what_is_not_allowed_is_named(cpi, options, error, message):
    with pytest.raises(error, match=message):
        compare_segments(cpi, **{"question": "vote_intention"} | options)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "pairs: there is none"),
        ([("rural", "rural")], "'rural' is to be compared with itself"),
        ([("rural", "north")], "No segment 'north'"),
    ],
)
def test_pairs_that_are_none_are_refused(cpi, pairs, message):
    with pytest.raises(AnalysisError, match=message):
        compare_pairs(cpi, "vote_intention", pairs=pairs)


def test_comparing_changes_nothing(cpi):
    before = cpi.estimates.copy()
    compared = compare_segments(cpi, "vote_certainty", partition="zone", family="report")
    as_found = compared.copy()
    significance_letters(compared, cpi.segments.partition("zone").parts)
    pd.testing.assert_frame_equal(compared, as_found)
    pd.testing.assert_frame_equal(cpi.estimates, before)


# Letters.


def exceeding(comparisons, alpha=0.05):
    """Return (answer, greater, smaller) for each difference that is significant after adjustment."""
    rows = comparisons[comparisons["p_adjusted"] < alpha]
    return {
        (
            row.answer,
            *((row.segment_a, row.segment_b) if row.difference > 0 else (row.segment_b, row.segment_a)),
        )
        for row in rows.itertuples()
    }


def decoded(letters):
    segments = list(letters.columns)
    return {
        (answer, segment, segments[ord(letter) - ord("A")])
        for answer, row in letters.iterrows()
        for segment in segments
        for letter in row[segment]
    }


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_permuting_segments_permutes_letters(cpi, order):
    parts = cpi.segments.partition("zone").parts
    segments = [parts[i] for i in order]
    compared = compare_pairs(cpi, "vote_intention", pairs=combinations(segments, 2), adjustment="none")
    letters = significance_letters(compared, segments)
    assert list(letters.columns) == segments
    printed_order = compare_segments(cpi, "vote_intention", partition="zone", adjustment="none")
    assert decoded(letters) == exceeding(printed_order) != set()
    assert all(cell == "".join(sorted(cell)) for cell in letters.to_numpy().ravel())


def test_letters_follow_the_adjusted_p_value_at_any_level(cpi):
    zones = cpi.segments.partition("zone").parts
    compared = compare_segments(cpi, "vote_intention", partition="zone")
    for level in (0.8, 0.95, 0.99):
        letters = significance_letters(compared, zones, confidence_level=level)
        assert decoded(letters) == exceeding(compared, 1 - level)
    fewer = significance_letters(compared, zones[:2])
    assert decoded(fewer) == {("undecided", "costa_sur", "costa_sierra_norte")}
    assert list(fewer.index) == [answer.id for answer in cpi.question("vote_intention").answers]


@pytest.mark.parametrize(
    ("segments", "level", "message"),
    [
        (["urbano", "rural", "oriente"], 0.95, "urbano and oriente were not compared"),
        (["urbano", "urbano"], 0.95, "each once"),
        ([f"segment_{i}" for i in range(27)], 0.95, "at most 26"),
        (["urbano", "rural"], 95, "confidence_level"),
    ],
)
def test_letters_need_one_partition(cpi, segments, level, message):
    compared = compare_segments(cpi, "vote_intention", partition="area")
    with pytest.raises(AnalysisError, match=message):
        significance_letters(compared, segments, confidence_level=level)


# Two polls.


@pytest.fixture
def later(spoilt):
    """Return a poll in which Castillo has 10 points more in Lima, and an answer of one table another name."""
    folder = spoilt("01-vote-intention.csv", "candidate,19.3", "candidate,29.3")
    spoilt("02-vote-certainty.csv", "candidate,,35.5,19.3", "candidate,,35.5,29.3")
    spoilt("01-vote-intention.csv", "will_not_vote,No piensa", "at_home,No piensa")
    # No weights agree with figures changed in one column, so its base is printed.
    spoilt("poll.toml", 'id = "lima_callao"', 'id = "lima_callao"\nbase = "450"')
    return load_poll(folder)


def test_polls_are_compared_as_independent_samples(cpi, later):
    compared = compare_polls(later, cpi, "vote_intention", segment="lima_callao")
    assert list(compared.columns) == ["poll_a", "poll_b", "segment", "answer", *MEASURES]
    rows = compared.set_index("answer")
    assert list(rows.index) == ["castillo", "fujimori", "blank_null", "undecided", "at_home", "will_not_vote"]
    assert rows["verdict"].to_list() == ["higher"] + ["not distinguishable"] * 3 + ["not published"] * 2
    base = [segment_bases(poll).set_index("segment").loc["lima_callao", "base"] for poll in (later, cpi)]
    cells = 0.293, base[0], 0.193, base[1]
    found = rows.loc["castillo", ["difference", "low", "high"]].astype(float)
    assert_close(found, difference_interval(*cells))
    assert_close(rows.loc["castillo", "p_value"], difference_test(*cells)[1])
    assert_close(rows.loc["castillo", "p_adjusted"], 4 * rows.loc["castillo", "p_value"])
    back = compare_polls(cpi, later, "vote_intention", segment="lima_callao").set_index("answer")
    assert_close(back.loc["castillo", "difference"], -0.1)
    assert back.loc["castillo", "verdict"] == "lower"


def test_polls_that_cannot_be_compared_are_refused(cpi, later, harbour, spoilt):
    with pytest.raises(AnalysisError, match="is the same poll as poll_a"):
        compare_polls(cpi, cpi, "vote_intention")
    with pytest.raises(PollError, match="has no question 'vote_intention'"):
        compare_polls(cpi, harbour, "vote_intention")
    with pytest.raises(PollError, match="No segment 'north'"):
        compare_polls(cpi, later, "vote_intention", segment="north")
    spoilt("02-vote-certainty.csv", "no_opinion,castillo", "no_opinion,fujimori")
    other = load_poll(spoilt("02-vote-certainty.csv", "certain,castillo", "certain,castillo"))
    with pytest.raises(AnalysisError, match="a share of castillo in 'cpi-2021-04', but of fujimori"):
        compare_polls(cpi, other, "vote_certainty")


# Answers of one segment, and whole questions.


def test_every_answer_is_set_against_every_other_of_its_base(cpi):
    leads = compare_answers(cpi, "vote_certainty", segment="interior")
    assert list(leads.columns) == [
        "answer_a", "answer_b", "segment", "lead", "low", "high", "p_value", "p_adjusted", "verdict",
    ]  # fmt: skip
    assert len(leads) == 10 + 3 * 3
    given = {answer.id: answer.given for answer in cpi.question("vote_certainty").answers}
    assert (leads["answer_a"].map(given).fillna("") == leads["answer_b"].map(given).fillna("")).all()
    assert set(leads["segment"]) == {"interior"}
    assert_close(leads["p_adjusted"], adjusted_p_values(leads["p_value"]))


def test_castillo_leads_fujimori_as_lead_interval_says(cpi):
    lead = compare_answers(cpi, "vote_intention", design_effect=2).iloc[0]
    assert (lead["answer_a"], lead["answer_b"], lead["verdict"]) == ("castillo", "fujimori", "ahead")
    assert_close(lead[["lead", "low", "high"]].astype(float), (0.124, 0.064, 0.184), 5e-4)
    assert_close(lead["p_value"], lead_test(0.355, 0.231, 600)[1])
    lima = compare_answers(cpi, "vote_intention", segment="lima_callao").iloc[0]
    assert lima["verdict"] == "behind"


def test_leads_that_rounding_could_undo_say_so(harbour):
    # In this column 27 and 16: the lead is 11 points, 10 to 12 before rounding.
    for level, verdict in ((0.95, "ahead"), (0.9985, "depends on rounding"), (0.99999, "statistical tie")):
        leads = compare_answers(
            harbour, "vote", segment="middle", adjustment="none", confidence_level=level
        ).set_index(["answer_a", "answer_b"])
        assert leads.loc[("okafor", "tanaka"), "verdict"] == verdict


def test_leads_name_gaps_unknown_bases_and_small_ones(cpi, valle):
    assert set(compare_answers(valle, "approval", segment="women")["verdict"]) == {"not published"}
    assert set(compare_answers(valle, "approval", segment="first_vote")["verdict"]) == {"base unknown"}
    assert set(compare_answers(valle, "approval")["verdict"]) == {"ahead", "behind"}
    leads = compare_answers(cpi, "vote_certainty", segment="rural").set_index("answer_a")
    assert set(leads.loc["fujimori_certain", "verdict"]) == {"too few interviews"}
    assert leads.loc["fujimori_certain", "p_value"].isna().all()


def test_several_answers_a_person_allow_no_chi_square(cpi):
    with pytest.raises(
        AnalysisError, match=r"'castillo_negative' allows several answers a person.*; use compare_seg"
    ):
        question_test(cpi, "castillo_negative")


@pytest.mark.parametrize("question", ["reasons_castillo", "castillo_negative"])
def test_leads_among_several_answers_a_person_agree_with_the_verdicts_of_the_boxes(cpi, question):
    """`lead_verdict` asks the same of arrays, unadjusted; with the sum of the column, or 1 for "no opinion"."""
    asked = cpi.question(question)
    for segment, n in (("total", 1200), ("lima_callao", None)):
        leads = compare_answers(cpi, question, segment=segment, adjustment="none")
        n = n or published_intervals(cpi, question).set_index("segment").loc[segment, "base"].iloc[0]
        low, high = (asked.table(end)[segment] for end in ("low", "high"))
        ends = [end[leads[side]].to_numpy() for side in ("answer_a", "answer_b") for end in (low, high)]
        alone = [
            {asked[a].role, asked[b].role} & {"nothing", "no_opinion"}
            for a, b in leads[["answer_a", "answer_b"]].to_numpy()
        ]
        sums = np.where([bool(one) for one in alone], 1.0, high.sum())
        expected = lead_verdict(*ends, n, kind="multiple_response", column_sum=sums)
        assert (leads["verdict"] == expected).mean() > 0.97
        decided = leads["verdict"].isin(["ahead", "behind", "statistical tie"])
        assert (leads.loc[decided, "verdict"] == expected[decided]).all()
        assert decided.mean() > 0.8


def test_how_many_gave_two_answers_decides_whether_one_leads(tmp_path):
    rows = {"a": {"total": "50.0"}, "b": {"total": "46.0"}, "c": {"total": "40.0"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1200, kinds={"q": "multiple_response"})
    found = compare_answers(poll, "q", adjustment="none").set_index(["answer_a", "answer_b"])
    # 4 points: with a standard error of 0.57 points if all who gave b gave a too, of 2.83 if nobody did.
    assert found.loc[("a", "b"), "verdict"] == "depends on the overlap"
    assert found.loc[("a", "b"), "p_value"] == pytest.approx(
        2 * norm.sf(0.04 / np.sqrt((0.96 - 0.04**2) / 1200))
    )
    assert found.loc[("a", "c"), "verdict"] == "ahead"


def test_chosen_answers_are_compared_and_no_others(cpi):
    leads = compare_answers(cpi, "reasons_castillo", answers=["left_wing", "teachers", "honest"])
    assert leads[["answer_a", "answer_b"]].to_numpy().tolist() == [
        ["teachers", "left_wing"], ["teachers", "honest"], ["left_wing", "honest"],
    ]  # fmt: skip
    with pytest.raises(PollError, match="has no answer 'nobody'"):
        compare_answers(cpi, "reasons_castillo", answers=["nobody"])


def test_bad_leads_are_named(cpi):
    with pytest.raises(PollError, match="No segment 'north'"):
        compare_answers(cpi, "vote_intention", segment="north")
    with pytest.raises(AnalysisError, match="adjustment: 'tukey'"):
        compare_answers(cpi, "vote_intention", adjustment="tukey")


@pytest.mark.parametrize("question", ["vote_intention", "vote_certainty"])
def test_zones_do_not_vote_alike(cpi, question):
    found = question_test(cpi, question, partition="zone")
    assert found.statistic == pytest.approx(52.45, abs=0.02)
    assert found.cramers_v == pytest.approx(0.152, abs=5e-4)
    assert found.smallest_expected == pytest.approx(3.74, abs=5e-3)
    assert found.adjusted_residuals.shape == (5, 4)
    halved = question_test(cpi, question, partition="zone", design_effect=2)
    assert_close(halved.statistic, found.statistic / 2)
    assert_close(halved.adjusted_residuals, found.adjusted_residuals / np.sqrt(2))
    assert (halved.cramers_v, halved.smallest_expected) == (found.cramers_v, found.smallest_expected)


def test_two_parts_and_one_answer_agree_with_the_test_of_that_answer(cpi):
    residuals = question_test(cpi, "vote_intention", partition="area").adjusted_residuals
    compared = compare_segments(cpi, "vote_intention", partition="area")
    assert (np.sign(residuals[:, 0]) == np.sign(compared["difference"])).all()
    # Not quite the same figures: here the shares of a column are divided by their sum.
    np.testing.assert_allclose(two_sided_p_value(residuals[:, 0]), compared["p_value"], atol=0.01)


def test_published_bases_are_used_for_whole_questions(harbour):
    found = question_test(harbour, "vote", partition="age")
    assert found.degrees_of_freedom == 6
    assert found.statistic == pytest.approx(27.4989, abs=1e-4)


def test_questions_without_a_partition_or_a_base_have_no_chi_square(valle, cpi):
    with pytest.raises(PollError, match="No partition"):
        question_test(valle, "approval")
    with pytest.raises(AnalysisError, match="design_effect"):
        question_test(cpi, "vote_intention", design_effect=-1)

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference_values import assert_close, reference

from analysis.errors import AnalysisError
from analysis.stats import (
    combined_interval,
    inverted_p_value,
    lead_interval,
    lead_test,
    shared_answers,
)
from analysis.stats.arrays import two_sided_p_value
from analysis.stats.scores import lead_mid_p

printed_shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
bases = st.floats(30, 5000)
levels = st.floats(0.001, 6).map(lambda nines: 1 - 10**-nines)


@st.composite
def exclusive_shares(draw):
    a = draw(st.integers(0, 1000))
    return a / 1000, draw(st.integers(0, 1000 - a)) / 1000


@st.composite
def respondents(draw):
    """Return who of some people gives which of some answers, at least one each."""
    answers = draw(st.integers(2, 5))
    person = st.lists(st.booleans(), min_size=answers, max_size=answers).filter(any)
    return np.array(draw(st.lists(person, min_size=1, max_size=30)), dtype=float)


def test_intervals_of_leads_are_tango_s_score_intervals():
    for _, (*cells, level), expected in reference("lead_interval"):
        _, low, high = lead_interval(*cells, confidence_level=level, small_count=0)
        assert_close((low, high), expected, 1e-8)


def test_leads_are_tested_as_mcnemar_does():
    for _, (x, y, n), expected in reference("lead_test"):
        assert_close(lead_test(x / n, y / n, n), expected)


def test_few_people_are_tested_as_throws_of_a_coin():
    for _, (x, y), (expected,) in reference("lead_mid_p"):
        assert_close(lead_mid_p(np.array(x), np.array(y)), expected)
        z, p_value = lead_test(x / 100, y / 100, 100)
        assert p_value == pytest.approx(
            max(expected, two_sided_p_value(z)) if x + y < 10 else two_sided_p_value(z)
        )
    assert lead_test(0.025, 0, 100)[1] == pytest.approx(0.177, abs=5e-4)


@pytest.mark.parametrize(
    ("a", "b", "n", "low", "high"),
    [
        (1, 0, 30, 0.7730, 1),
        (0, 0, 1200, -0.0032, 0.0032),
        (0.355, 0.231, 1200, 0.0810, 0.1665),
        (0.3545, 0.2315, 1200, 0.0800, None),
        (0.3555, 0.2305, 1200, None, 0.1675),
        (0.3545, 0.2315, 750, 0.0686, None),
        (0.3555, 0.2305, 750, None, 0.1786),
    ],
)
def test_leads_of_everybody_of_nobody_and_of_april(a, b, n, low, high):
    _, *found = lead_interval(a, b, n)
    for limit, expected in zip(found, (low, high), strict=True):
        assert expected is None or limit == pytest.approx(expected, abs=5.1e-5)


@given(
    st.lists(st.tuples(exclusive_shares(), st.floats(2, 5000), levels), min_size=1, max_size=20),
    st.sampled_from([1, 30]),
    st.floats(0, 1),
)
def test_an_interval_leaves_out_zero_exactly_where_its_test_finds_something(rows, times, of_both):
    pairs, n, level = zip(*rows, strict=True)
    a, b = np.transpose(pairs) / times
    n, level, overlap = np.array(n), np.array(level), of_both * np.minimum(a, b)
    _, p_value = lead_test(a, b, n, overlap=overlap)
    _, low, high = lead_interval(a, b, n, confidence_level=level, overlap=overlap)
    near = np.abs(p_value - (1 - level)) < 1e-9 * (1 - level)
    assert ((((low > 0) | (high < 0)) == (p_value < 1 - level)) | near).all()


@given(exclusive_shares(), st.floats(2, 5000), levels)
def test_the_lead_of_b_is_the_lead_of_a_backwards(shares, n, level):
    lead, low, high = lead_interval(*shares, n, confidence_level=level)
    assert -1 <= low <= lead + 1e-12
    assert lead - 1e-12 <= high <= 1
    back = lead_interval(*shares[::-1], n, confidence_level=level)
    assert_close(back, (-lead, -high, -low))
    z, p_value = lead_test(*shares, n)
    assert_close(lead_test(*shares[::-1], n), (-z, p_value))


@given(exclusive_shares(), st.floats(2, 5000), levels, st.floats(0, 1))
def test_limits_rise_with_the_first_share_and_fall_with_the_second(shares, n, level, more):
    a, b = shares
    options = {"confidence_level": [level, 1 - (1 - level) / 2], "small_count": 0}
    _, low, high = lead_interval(a, b, n, **options)
    assert low[1] <= low[0] + 1e-12
    assert high[1] >= high[0] - 1e-12
    raised = a + more * (1 - a - b)
    for _, higher_low, higher_high in (
        lead_interval(raised, b, n, **options),
        lead_interval(a, b * more, n, **options),
    ):
        assert (higher_low >= low - 1e-9).all()
        assert (higher_high >= high - 1e-9).all()


@given(printed_shares, printed_shares, bases, st.floats(0, 1))
def test_the_more_people_gave_both_the_surer_the_lead(a, b, n, part):
    least, greatest = shared_answers(a, b)
    between = least + part * (greatest - least)
    z, _ = lead_test(a, b, n, overlap=[least, between, greatest])
    assert (np.diff(np.abs(z)) >= -1e-9).all()
    _, low, high = lead_interval(a, b, n, overlap=[least, between, greatest], small_count=0)
    assert (np.diff(high - low) <= 1e-9).all()


def test_shares_given_by_both_are_bounded_by_hand():
    # .8 and .7 overlap in .5 to .7; .35 and .25 need not; all answers sum to 1.1, so that at most .1 gave two.
    least, greatest = shared_answers([0.8, 0.35, 0.35], [0.7, 0.25, 0.25], [np.nan, np.nan, 1.1])
    assert_close(least, [0.5, 0, 0])
    assert_close(greatest, [0.7, 0.25, 0.1])
    assert_close(shared_answers(0.35, 0.25, 1), (0, 0))


@pytest.mark.parametrize("column_sum", [0.99, 0.6, np.nan, None])
def test_a_column_sum_that_refutes_it_or_is_unknown_does_not_bound(column_sum):
    assert_close(shared_answers(0.35, 0.25, column_sum), (0, 0.25))


@given(respondents())
def test_where_everybody_answers_the_true_overlap_is_within_the_bounds(people):
    shares = people.mean(axis=0)
    for i, j in combinations(range(people.shape[1]), 2):
        least, greatest = shared_answers(shares[i], shares[j], shares.sum())
        assert least - 1e-9 <= (people[:, i] * people[:, j]).mean() <= greatest + 1e-9


def test_leads_refuse_what_cannot_be():
    with pytest.raises(AnalysisError, match="above 1; two answers of a single-response question cannot be"):
        lead_interval([0.3, 0.62], [0.3, 0.41], 1200)
    assert lead_interval(0.5005, 0.5, 1200)[0] == pytest.approx(0.0005)
    lead_interval(0.62, 0.41, 1200, overlap=0.03)
    with pytest.raises(AnalysisError, match="overlap: more people give both answers than one of them"):
        lead_test(0.3, 0.2, 1200, overlap=0.25)
    message = r"share_a \+ share_b: 1\.3 is more than the 1\.2 that all answers of their column sum to"
    with pytest.raises(AnalysisError, match=message):
        shared_answers([0.1, 0.7], [0.1, 0.6], [np.nan, 1.2])


# Leads of several segments together.


def test_one_segment_combined_is_itself_and_so_is_its_test():
    cells = (
        np.array([0.4, 0.3, 0.05, 0.0]),
        np.array([0.35, 0.31, 0.001, 0.0]),
        np.array([500, 1200, 90, 400]),
    )

    def alone(level):
        return lead_interval(*cells, confidence_level=level, small_count=0)

    def combined(level):
        return combined_interval(
            [1.0], *(part[:, np.newaxis] for part in alone(level)), confidence_level=level
        )

    assert_close(combined(0.95), alone(0.95))
    assert_close(inverted_p_value(combined), lead_test(*cells, small_count=0)[1], 1e-5)


def test_large_segments_have_the_variance_of_a_weighted_sum():
    weights, n = np.array([0.37, 0.63]), np.array([4.45e6, 7.55e6])
    a, b = np.array([0.193, 0.45]), np.array([0.32, 0.179])
    leads = lead_interval(a, b, n)
    variances = (a + b - (a - b) ** 2) / n
    for n_weights, between in ((np.inf, 0), (12e6, weights @ ((a - b) - weights @ (a - b)) ** 2 / 12e6)):
        total, low, high = combined_interval(weights, *leads, n_weights=n_weights)
        assert_close(total, weights @ (a - b))
        assert_close((high - low) / 2, 1.959963984540054 * np.sqrt(weights**2 @ variances + between), 1e-4)
    assert np.isnan(combined_interval(weights, *leads, n_weights=0)[1:]).all()


def test_a_difference_of_totals_has_negative_weights():
    d, low, high = combined_interval([1, -1], [0.3, 0.1], [0.2, 0.06], [0.45, 0.2])
    assert_close((d, low, high), (0.2, 0.2 - np.hypot(0.1, 0.1), 0.2 + np.hypot(0.15, 0.04)))


@given(st.integers(0, 2**20), levels)
def test_the_p_value_of_an_inverted_interval_is_below_alpha_where_it_leaves_out_zero(seed, level):
    assume(level < 1 - 1e-9)
    rng = np.random.default_rng(seed)
    weights, n = rng.dirichlet(np.ones(3)), rng.uniform(50, 600, 3)
    a, b, _ = rng.dirichlet(np.ones(3), size=(8, 3)).transpose(2, 0, 1) * 0.9

    def total(level):
        of_segments = np.asarray(level)[..., np.newaxis]
        leads = lead_interval(a, b, n, confidence_level=of_segments, small_count=0)
        return combined_interval(weights, *leads, confidence_level=level, n_weights=n.sum())

    p_value = inverted_p_value(total)
    _, low, high = total(level)
    near = np.abs(p_value - (1 - level)) < 1e-4 * (1 - level)
    assert ((((low > 0) | (high < 0)) == (p_value < 1 - level)) | near).all()


def test_what_is_unknown_of_one_segment_is_unknown_of_all():
    assert np.isnan(combined_interval([0.5, 0.5], [0.1, np.nan], [0, 0], [0.2, 0.2])).all()
    found = inverted_p_value(lambda level: ([0.0, 0.1, np.nan], [-1, np.nan, 0], [1, np.nan, 0.1]))
    assert_close(found, [1, np.nan, np.nan])

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multinomial
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

from analysis.errors import AnalysisError
from analysis.inference.intervals import korn_graubard_interval, share_interval
from analysis.inference.simultaneous import SIMULTANEOUS_METHODS, simultaneous_intervals

KORN_GRAUBARD = pd.read_csv(Path(__file__).parent / "reference" / "korn_graubard.csv")
VOTE = [0.355, 0.231, 0.203, 0.177, 0.034]

quick = settings(deadline=None, derandomize=True)
slow = settings(deadline=None, derandomize=True, max_examples=25)
bases = st.floats(2, 5000)
levels = st.floats(0.5, 0.999)

# R, DescTools::MultinomCI(x, conf.level = 0.95, method = ...), as its documentation prints them; the first
# counts are Goodman's example of 220 psychiatric patients.
DESCTOOLS = [
    (
        "goodman",
        (91, 49, 37, 43),
        (0.3342025, 0.1608587, 0.1145513, 0.1374690),
        (0.4978332, 0.2998874, 0.2401121, 0.2702358),
    ),
    (
        "goodman",
        (35, 74, 22, 69),
        (0.11801881, 0.28986972, 0.06611447, 0.26687843),
        (0.2516431, 0.4579951, 0.1774798, 0.4324988),
    ),
    (
        "sison_glaz",
        (35, 74, 22, 69),
        (0.105, 0.300, 0.040, 0.275),
        (0.2513437, 0.4463437, 0.1863437, 0.4213437),
    ),
]

# R, MultinomialCI::multinomialCI(x, 0.05), as statsmodels' own tests record it: a fractional count.
FRACTIONAL = (56, 0.1, 73, 59, 62, 87, 58)
FRACTIONAL_LOW = (0.09364718, 0, 0.13667426, 0.10124019, 0.10883321, 0.17210833, 0.09870919)
FRACTIONAL_HIGH = (0.1898413, 0.0483581, 0.2328684, 0.1974343, 0.2050273, 0.2683024, 0.1949033)


def by_statsmodels(counts, level, method):
    alpha = 1 - level
    return multinomial_proportions_confint(counts, alpha=alpha, method=method.replace("_", "-")).T


@st.composite
def columns(draw, least=1, most=10):
    """Return shares of a column as printed, with one decimal of a percentage, that sum to 1."""
    cuts = sorted(draw(st.lists(st.integers(0, 1000), min_size=least - 1, max_size=most - 1)))
    return np.diff([0, *cuts, 1000]) / 1000


@pytest.mark.parametrize(("method", "counts", "low", "high"), DESCTOOLS)
def test_intervals_are_those_of_r(method, counts, low, high):
    shares = np.array(counts) / sum(counts)
    answer = simultaneous_intervals(shares, sum(counts), method=method)
    np.testing.assert_allclose(answer, (low, high), rtol=0, atol=1e-7)


def test_fractional_counts_are_treated_as_r_treats_them():
    shares = np.array(FRACTIONAL) / sum(FRACTIONAL)
    answer = simultaneous_intervals(shares, sum(FRACTIONAL), method="sison_glaz")
    # Less near than otherwise: R takes the Poisson probability of a fractional total at the whole number below it.
    np.testing.assert_allclose(answer, (FRACTIONAL_LOW, FRACTIONAL_HIGH), rtol=0, atol=1e-5)


@quick
@given(columns(), bases, levels)
def test_goodman_is_that_of_statsmodels(shares, n, level):
    answer = simultaneous_intervals(shares, n, confidence_level=level)
    np.testing.assert_allclose(answer, by_statsmodels(shares * n, level, "goodman"), rtol=0, atol=1e-12)


@slow
@given(columns(least=3, most=6), st.integers(30, 120), st.sampled_from([0.8, 0.95, 0.99]))
def test_sison_and_glaz_is_that_of_statsmodels(shares, n, level):
    counts = np.round(shares * n)
    counts[counts.argmax()] += n - counts.sum()
    with np.errstate(all="ignore"):
        expected = by_statsmodels(counts, level, "sison_glaz")
    low, high = simultaneous_intervals(counts / n, n, confidence_level=level, method="sison_glaz")
    if np.isnan(low).any():
        assert (expected[1] >= 1 - 1 / n).all()
    else:
        np.testing.assert_allclose((low, high), expected, rtol=0, atol=1e-12)


def test_a_fraction_of_an_interview_hardly_moves_sison_and_glaz():
    # Counts 426.0, 277.2, 243.6, 212.4, 40.8 of 1,200 against whole ones.
    whole = np.array([426, 277, 244, 212, 41])
    answer = np.array(simultaneous_intervals(VOTE, 1200, method="sison_glaz"))
    expected = np.array(simultaneous_intervals(whole / 1200, 1200, method="sison_glaz"))
    assert np.ptp(answer, axis=0) == pytest.approx(np.ptp(expected, axis=0), abs=0.3 / 1200)


@quick
@given(columns(), bases, levels)
def test_shares_lie_in_their_intervals_and_intervals_in_0_to_1(shares, n, level):
    low, high = simultaneous_intervals(shares, n, confidence_level=level)
    assert (low >= 0).all()
    assert (low <= shares + 1e-12).all()
    assert (shares - 1e-12 <= high).all()
    assert (high <= 1).all()


@slow
@given(columns(most=6), st.floats(2, 150), st.sampled_from([0.8, 0.95]))
def test_sison_and_glaz_holds_the_shares_or_says_nothing(shares, n, level):
    low, high = simultaneous_intervals(shares, n, confidence_level=level, method="sison_glaz")
    if np.isnan(low).any():
        assert np.isnan([low, high]).all()
    else:
        assert (low <= shares).all()
        assert (shares <= high).all()
        assert (low >= 0).all()
        assert (high <= 1).all()


@quick
@given(columns(least=2), bases, levels)
def test_all_at_once_is_never_narrower_than_one_by_one(shares, n, level):
    low, high = simultaneous_intervals(shares, n, confidence_level=level)
    one_low, one_high = share_interval(shares, n, confidence_level=level)
    assert (low <= one_low + 1e-12).all()
    assert (one_high <= high + 1e-12).all()


@quick
@given(columns(), bases, levels)
def test_the_limits_of_goodman_are_where_the_score_test_rejects(shares, n, level):
    # At a limit, the share is a critical value of its own standard errors away: those of the limit, not of p.
    from scipy.stats import chi2

    low, high = simultaneous_intervals(shares, n, confidence_level=level)
    critical = chi2.isf((1 - level) / len(shares), 1)
    for limit in (low, high):
        inside = (limit > 1e-9) & (limit < 1 - 1e-9)
        score = n * (shares - limit) ** 2 / np.where(inside, limit * (1 - limit), 1)
        assert score[inside] == pytest.approx(critical, rel=1e-6)


@quick
@given(columns(), bases, levels, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(shares, n, level, random):
    order = list(range(len(shares)))
    random.shuffle(order)
    low, high = simultaneous_intervals(shares, n, confidence_level=level)
    shuffled = simultaneous_intervals(shares[order], n, confidence_level=level)
    np.testing.assert_array_equal(shuffled, (low[order], high[order]))


def test_one_answer_has_the_interval_of_a_share():
    np.testing.assert_array_equal(simultaneous_intervals([1.0], 50), share_interval([1.0], 50))


def test_of_two_answers_each_has_the_mirrored_interval():
    low, high = simultaneous_intervals([0.3, 0.7], 80)
    assert low == pytest.approx(1 - high[::-1])


def compositions(n, answers):
    """Return every way in which n people can give so many answers."""
    heads = product(range(n + 1), repeat=answers - 1)
    return np.array([(*head, n - sum(head)) for head in heads if sum(head) <= n])


@pytest.mark.parametrize(
    ("method", "n", "shares", "least"),
    [
        ("goodman", 60, (0.5, 0.3, 0.2), 0.95),
        ("goodman", 60, (0.6, 0.37, 0.03), 0.945),
        ("goodman", 25, (0.4, 0.3, 0.2, 0.1), 0.94),
        ("sison_glaz", 20, (0.4, 0.35, 0.25), 0.86),  # holds less often than it says where the base is small
    ],
)
def test_how_often_all_intervals_hold_at_once(method, n, shares, least):
    # Summed over every sample that there can be, so that there is no error of simulation.
    counts = compositions(n, len(shares))
    low, high = simultaneous_intervals(counts / n, n, method=method)
    # Where there is no interval, nothing false is said, but nothing is covered either.
    covered = ((low <= shares) & (shares <= high)).all(axis=-1)
    coverage = multinomial.pmf(counts, n, shares)[covered].sum()
    assert least <= coverage <= 1


def test_one_by_one_intervals_do_not_hold_at_once():
    counts = compositions(25, 4)
    shares = (0.4, 0.3, 0.2, 0.1)
    low, high = share_interval(counts / 25, 25)
    covered = ((low <= shares) & (shares <= high)).all(axis=-1)
    assert multinomial.pmf(counts, 25, shares)[covered].sum() < 0.87


@pytest.mark.parametrize("method", SIMULTANEOUS_METHODS)
def test_columns_broadcast_with_bases(method):
    shares = np.array([VOTE, [0.2, 0.2, 0.2, 0.2, 0.2]])
    sizes = np.array([[60.0], [95.5], [np.nan]])
    low, high = simultaneous_intervals(shares, sizes, method=method)
    assert low.shape == high.shape == (3, 2, 5)
    for i, j in np.ndindex(2, 2):
        one = simultaneous_intervals(shares[j], sizes[i, 0], method=method)
        np.testing.assert_allclose((low[i, j], high[i, j]), one, rtol=0, atol=1e-15)
    assert np.isnan(low[2]).all()
    assert np.isnan(high[2]).all()


@pytest.mark.parametrize("method", SIMULTANEOUS_METHODS)
@pytest.mark.parametrize("n", [0, -5, np.nan, np.inf])
def test_no_base_gives_nan_and_spares_its_neighbours(n, method):
    low, high = simultaneous_intervals(VOTE, [n, 60], method=method)
    for limits in (low, high):
        assert np.isnan(limits[0]).all()
        assert not np.isnan(limits[1]).any()


def test_an_answer_not_published_still_counts_as_one():
    low, high = simultaneous_intervals([0.355, 0.231, np.nan, 0.177, 0.034], 1200)
    whole = simultaneous_intervals(VOTE, 1200)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [False, False, True, False, False]
    np.testing.assert_array_equal(np.delete(low, 2), np.delete(whole[0], 2))
    np.testing.assert_array_equal(np.delete(high, 2), np.delete(whole[1], 2))


def test_sison_and_glaz_needs_the_whole_column():
    low, high = simultaneous_intervals([[0.6, np.nan, 0.1], [0.6, 0.3, 0.1]], 60, method="sison_glaz")
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [[True] * 3, [False] * 3]


def test_nothing_published_is_nothing_wrong():
    assert np.isnan(simultaneous_intervals([np.nan, np.nan], 60)).all()


def test_nobody_has_lower_limit_0_and_everybody_upper_limit_1():
    low, high = simultaneous_intervals([0, 1, 0], 60)
    assert (low[0], high[1], low[2]) == (0, 1, 0)
    assert high[0] > 0
    assert low[1] < 1


# Statsmodels gives limits of 0 and 1 for the first and raises a bare Exception for the second.
@pytest.mark.parametrize(("shares", "n"), [((0.001, 0.999), 1000), ((0.0, 1.0), 1.9), ((0.5, 0.5), 0.5)])
def test_where_sison_and_glaz_finds_nothing_it_says_nothing(shares, n):
    assert np.isnan(simultaneous_intervals(shares, n, method="sison_glaz")).all()
    assert not np.isnan(simultaneous_intervals(shares, n)).any()


def test_other_errors_of_statsmodels_are_not_hidden(monkeypatch):
    def broken(*_args, **_options):
        raise ValueError("not this one")

    monkeypatch.setattr("statsmodels.stats.proportion.multinomial_proportions_confint", broken)
    with pytest.raises(ValueError, match="not this one"):
        simultaneous_intervals(VOTE, 60, method="sison_glaz")


@pytest.mark.parametrize("method", SIMULTANEOUS_METHODS)
def test_what_is_passed_in_is_left_alone(method):
    shares, sizes = np.array([VOTE, [0.5, np.nan, 0.2, 0.1, 0.0]]), np.array([60.0, 0.0])
    before = shares.copy(), sizes.copy()
    simultaneous_intervals(shares, sizes, method=method)
    np.testing.assert_array_equal(shares, before[0])
    np.testing.assert_array_equal(sizes, before[1])


def test_a_column_that_lacks_an_answer_is_refused_with_what_to_add():
    message = r"shares: the answers sum to 0\.966, not to 1 within rounding; add the missing category"
    with pytest.raises(AnalysisError, match=message):
        simultaneous_intervals(VOTE[:-1], 1200)


def test_every_column_that_does_not_add_up_is_named():
    shares = [[VOTE, [0.5, 0.3, 0.1, 0.05, 0.0]], [[0.7, 0.3, 0.2, 0.1, 0.1], VOTE]]
    with pytest.raises(AnalysisError) as raised:
        simultaneous_intervals(shares, 1200)
    assert raised.value.problems == (
        "shares, column 0, 1: the answers sum to 0.95, not to 1 within rounding; add the missing category, "
        "such as other answers or no opinion.",
        "shares, column 1, 0: the answers sum to 1.4, not to 1 within rounding; leave out totals, or take one "
        "share at a time (share_interval) where people give several answers.",
    )


def test_published_answers_may_be_less_than_all_but_not_more():
    simultaneous_intervals([0.5, np.nan, 0.2], 60)
    with pytest.raises(AnalysisError, match=r"sum to 1\.2, not to 1"):
        simultaneous_intervals([0.8, np.nan, 0.4], 60)


def test_rounding_is_allowed_for_at_the_unit_printed():
    thirds = [0.333, 0.333, 0.333]
    for method in SIMULTANEOUS_METHODS:
        low, high = simultaneous_intervals(thirds, 60, method=method)
        assert (low < 0.333).all()
        assert (high > 0.333).all()
    with pytest.raises(AnalysisError, match=r"sum to 0\.99, not"):
        simultaneous_intervals([0.33, 0.33, 0.33], 60)
    simultaneous_intervals([0.33, 0.33, 0.33], 60, unit=0.01)


def test_bad_input_is_refused():
    with pytest.raises(AnalysisError, match="method: 'wald' is not allowed; use one of goodman, sison_glaz"):
        simultaneous_intervals(VOTE, 1200, method="wald")
    for method in SIMULTANEOUS_METHODS:
        with pytest.raises(AnalysisError, match=r"shares: 35\.5 is not a share"):
            simultaneous_intervals([35.5, 64.5], 1200, method=method)
        with pytest.raises(AnalysisError, match="confidence_level: 95 is not allowed"):
            simultaneous_intervals(VOTE, 1200, confidence_level=95, method=method)
    for nothing in (0.5, [], np.empty((3, 0))):
        with pytest.raises(AnalysisError, match="shares: no answers"):
            simultaneous_intervals(nothing, 1200)


# Korn and Graubard


@pytest.mark.parametrize("made_with", KORN_GRAUBARD["made_with"].unique())
def test_korn_and_graubard_is_that_of_r(made_with):
    rows = KORN_GRAUBARD[KORN_GRAUBARD["made_with"] == made_with]
    for level, reference in rows.groupby("confidence_level"):
        low, high = korn_graubard_interval(
            reference["share"],
            reference["n"],
            design_effect=reference["design_effect"],
            design_degrees_of_freedom=reference["design_degrees_of_freedom"],
            confidence_level=level,
        )
        np.testing.assert_allclose(low, reference["low"], rtol=0, atol=1e-9)
        np.testing.assert_allclose(high, reference["high"], rtol=0, atol=1e-9)


def test_the_april_poll_with_115_places_in_5_strata():
    interval = korn_graubard_interval(0.355, 1200, design_effect=1.5, design_degrees_of_freedom=110)
    assert interval == pytest.approx((0.3215, 0.3896), abs=5e-5)


@quick
@given(st.floats(0, 1), st.integers(2, 5000), levels)
def test_people_drawn_one_by_one_have_clopper_and_pearson_s_interval(share, n, level):
    alone = korn_graubard_interval(share, n, design_degrees_of_freedom=n - 1, confidence_level=level)
    expected = proportion_confint(share * n, n, alpha=1 - level, method="beta")
    low, high = (0 if share == 0 else expected[0]), (1 if share == 1 else expected[1])
    np.testing.assert_allclose(alone, (low, high), rtol=0, atol=1e-9)


@quick
@given(st.floats(0, 1), st.integers(50, 5000), st.floats(1, 49), st.floats(1, 4), levels)
def test_knowing_the_design_effect_less_well_never_narrows(share, n, degrees, effect, level):
    low, high = korn_graubard_interval(
        share,
        n,
        design_degrees_of_freedom=[degrees, n - 1],
        design_effect=[effect, 1],
        confidence_level=level,
    )
    assert low[0] <= low[1] + 1e-12
    assert low[0] <= share <= high[0]
    assert high[1] <= high[0] + 1e-12


def test_korn_and_graubard_broadcasts():
    low, high = korn_graubard_interval(
        [[0.1], [0.355]], 1200, design_degrees_of_freedom=[20, 110, 400], design_effect=1.5
    )
    assert low.shape == high.shape == (2, 3)
    one = korn_graubard_interval(0.355, 1200, design_degrees_of_freedom=110, design_effect=1.5)
    np.testing.assert_allclose((low[1, 1], high[1, 1]), one, rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    "missing",
    [
        {"share": np.nan},
        {"n": 1},
        {"n": 0},
        {"n": np.nan},
        {"design_effect": 0},
        {"design_effect": np.nan},
        {"design_degrees_of_freedom": 0},
        {"design_degrees_of_freedom": np.nan},
    ],
)
def test_korn_and_graubard_says_nothing_of_a_design_it_does_not_know(missing):
    known = {"share": 0.3, "n": 100, "design_effect": 1.5, "design_degrees_of_freedom": 20}
    values = {name: [missing.get(name, value), value] for name, value in known.items()}
    low, high = korn_graubard_interval(values.pop("share"), values.pop("n"), **values)
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False]


def test_korn_and_graubard_refuses_percentages_and_impossible_levels():
    with pytest.raises(AnalysisError, match=r"share: 35\.5 is not a share"):
        korn_graubard_interval(35.5, 1200, design_degrees_of_freedom=110)
    with pytest.raises(AnalysisError, match="confidence_level: 95 is not allowed"):
        korn_graubard_interval(0.355, 1200, design_degrees_of_freedom=110, confidence_level=95)

import runpy

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from reference_values import REFERENCE, assert_close, reference

from analysis.errors import AnalysisError
from analysis.stats import METHODS, share_interval

ALL_METHODS = tuple(METHODS)
REFERENCE_INTERVALS = pd.read_csv(REFERENCE / "intervals.csv")

methods = st.sampled_from(ALL_METHODS)
# Shares as they are printed, with one decimal of a percentage; 0 and 1 among them.
printed_shares = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
inner_shares = st.integers(1, 999).map(lambda thousandths: thousandths / 1000)
bases = st.floats(2, 5000)
levels = st.floats(0.8, 0.999)


def interval(share, n, level=0.95, method="wilson"):
    return share_interval(share, n, confidence_level=level, method=method)


@pytest.mark.parametrize("made_with", REFERENCE_INTERVALS["made_with"].unique())
def test_intervals_are_those_of_r(made_with):
    rows = REFERENCE_INTERVALS[REFERENCE_INTERVALS["made_with"] == made_with]
    for method, those in rows.groupby("method"):
        # Every row with a level of its own.
        low, high = interval(those["share"], those["n_effective"], those["confidence_level"], method)
        np.testing.assert_allclose(low, those["low"], rtol=0, atol=1e-9)
        np.testing.assert_allclose(high, those["high"], rtol=0, atol=1e-9)


def test_r_has_answered_for_every_method_and_more_than_one_level():
    levels = REFERENCE_INTERVALS.groupby("method")["confidence_level"].nunique()
    assert set(levels.index) == set(METHODS)
    assert (levels >= 2).all()


def test_nobody_of_fifty_has_the_limits_worked_out_by_hand():
    # For nobody of n the upper limits are 1 - (alpha/2)^(1/n) and z²/(n + z²).
    assert interval(0, 50, method="clopper_pearson")[1] == pytest.approx(1 - 0.025 ** (1 / 50))
    assert interval(0, 50)[1] == pytest.approx(1.959964**2 / (50 + 1.959964**2))


@given(printed_shares, bases, levels, methods)
def test_the_share_lies_in_its_interval_and_the_interval_in_0_to_1(share, n, level, method):
    assume(method != "logit" or 0 < share < 1)
    # Jeffreys draws towards one half: its interval of less than one person can lie above their share.
    assume(method != "jeffreys" or share in (0, 1) or 1 <= share * n <= n - 1)
    low, high = interval(share, n, level, method)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


@given(printed_shares, bases, st.floats(0.5, 0.99), st.floats(0.001, 0.009), methods)
def test_more_confidence_never_narrows(share, n, level, more, method):
    assume(method != "logit" or 0 < share < 1)
    low, high = interval(share, n, level, method)
    lower, higher = interval(share, n, level + more, method)
    assert lower <= low + 1e-12
    assert high <= higher + 1e-12
    if 0 < share < 1:
        assert higher - lower > high - low or (lower, higher) == (0, 1)


@given(printed_shares, bases, levels, st.floats(1.01, 20), methods)
def test_a_smaller_base_never_narrows(share, n, level, times, method):
    assume(method != "logit" or 0 < share < 1)
    low, high = interval(share, [n, n * times], level, method)
    assert high[0] - low[0] >= high[1] - low[1] - 1e-12
    if method in {"wilson", "clopper_pearson"}:
        assert low[0] <= low[1] + 1e-12
        assert high[1] <= high[0] + 1e-12


@given(printed_shares, bases, levels, methods)
def test_those_who_do_not_answer_so_have_the_mirrored_interval(share, n, level, method):
    low, high = interval(share, n, level, method)
    mirrored = interval(1 - share, n, level, method)
    np.testing.assert_allclose((1 - mirrored[1], 1 - mirrored[0]), (low, high), rtol=0, atol=1e-9)


@given(bases, levels, methods.filter(lambda method: method != "logit"))
def test_nobody_has_lower_limit_0_and_everybody_upper_limit_1(n, level, method):
    low, high = interval([0, 1], n, level, method)
    assert (low[0], high[1]) == (0, 1)
    if method == "wald":
        assert (high[0], low[1]) == (0, 1)
    else:
        assert high[0] > 0
        assert low[1] < 1


def test_logit_has_no_interval_for_nobody_or_everybody():
    low, high = interval([0, 0.5, 1], 1200, method="logit")
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False, True]


def test_an_unknown_method_is_refused_with_those_there_are():
    message = "method: 'bayes' is not allowed; use one of wilson, wald, agresti_coull, clopper_pearson, jeffreys, logit"
    with pytest.raises(AnalysisError, match=message):
        share_interval(0.3, 100, method="bayes")


# Rounded figures.

units = st.sampled_from([0.0001, 0.001, 0.01, 0.1])


def test_intervals_of_rounded_shares_are_those_of_the_sum_of_both_errors():
    for what, (share, n, unit, level), expected in reference("share_interval"):
        method = what.split()[1]
        low, high = share_interval(share, n, confidence_level=level, method=method, unit=unit)
        assert_close((low, high), expected, 1e-8)


@pytest.mark.parametrize(
    ("share", "n", "unit", "low", "high"),
    [
        (0.35, 1e5, 0.01, 0.3441, 0.3559),
        (0.35, 1e5 / 1.6, 0.01, 0.3436, 0.3564),
        (0.355, 1200 / 1.6, 0.001, 0.3216, 0.3899),
        (0.0, 1200, 0.001, 0.0, 0.0041),
        (0.0, 1200, 0.01, 0.0, 0.0109),
        (0.01, 1e5, 0.01, 0.0052, 0.0148),
        # By hand: of a million interviews, 95 % of the step and a little more are left.
        (0.35, 1e12, 0.01, 0.35 - 0.00475, 0.35 + 0.00475),
        (0.5, 30, 1.0, 0.0, 1.0),
    ],
)
def test_printed_figures(share, n, unit, low, high):
    assert_close(share_interval(share, n, unit=unit), (low, high), 5.1e-5)


@given(printed_shares, bases, levels, methods, units)
def test_a_rounded_share_is_never_surer_than_an_exact_one(share, n, level, method, unit):
    assume(method != "logit" or n * min(share, 1 - share) >= 1)  # of nobody there is no logit
    low, high = share_interval(share, n, confidence_level=level, method=method, unit=unit)
    least, most = max(share - unit / 2, 0), min(share + unit / 2, 1)
    exact_low, exact_high = interval((least + most) / 2, n, level, method)
    assert 0 <= low <= exact_low + 1e-12
    assert 1 >= high >= exact_high - 1e-12
    # At most the whole step is added, on either side, to what the farthest share within it has (NaN: a logit at 0).
    farthest = interval(least, n, level, method)[0]
    assert low >= np.fmin(farthest, min(exact_low, (least + most) / 2)) - unit / 2 - 1e-12
    coarser = share_interval(share, n, confidence_level=level, method=method, unit=unit * 1.5)
    inside = unit * 0.75 < share < 1 - unit * 0.75
    assert not inside or (coarser[0] <= low + 1e-12 and coarser[1] >= high - 1e-12)


@given(inner_shares, bases, levels, methods)
def test_a_fine_digit_leaves_the_interval_as_it_is(share, n, level, method):
    fine = share_interval(share, n, confidence_level=level, method=method, unit=1e-7)
    assert_close(fine, interval(share, n, level, method), 1e-6)


@given(printed_shares, bases, levels, methods.filter(lambda method: method != "logit"), units)
def test_rounded_shares_are_mirrored_as_exact_ones(share, n, level, method, unit):
    low, high = share_interval(share, n, confidence_level=level, method=method, unit=unit)
    mirrored = share_interval(1 - share, n, confidence_level=level, method=method, unit=unit)
    assert_close((1 - mirrored[1], 1 - mirrored[0]), (low, high), 1e-8)


def test_a_step_below_nothing_is_refused():
    with pytest.raises(AnalysisError, match=r"unit: -0\.01 is not allowed"):
        share_interval(0.3, 100, unit=-0.01)


@pytest.mark.parametrize(("n", "unit"), [(1200, 0.001), (10_000, 0.01), (100_000, 0.01), (1_000_000, 0.01)])
def test_rounded_shares_are_covered_averaged_over_truths(n, unit):
    rng = np.random.default_rng(4)
    truth = rng.uniform(0.2, 0.5, size=40_000)
    printed = np.round(rng.binomial(n, truth) / n / unit) * unit
    low, high = share_interval(printed, n, unit=unit)
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.006)


@pytest.fixture(scope="module")
def covered():
    """Return how often the intervals hold the share: stored, and a part of it drawn again."""
    stored = pd.read_csv(REFERENCE / "coverage.csv")
    coverage = runpy.run_path(str(REFERENCE / "simulate_coverage.py"))["coverage"]
    cells = ["method", "n", "share"]
    again = coverage([20, 60, 445], [0.01, 0.05, 0.1, 0.355, 0.5], draws=20_000, seed=7)
    return stored.set_index(cells).sort_index(), again.set_index(cells).sort_index()


def standard_error(rows):
    return np.sqrt(rows["exact"] * (1 - rows["exact"]) / rows["draws"])


def test_simulated_coverage_agrees_with_binomial_probabilities(covered):
    # Of a few hundred cells, none should be off by more than four standard errors.
    for rows in covered:
        assert ((rows["simulated"] - rows["exact"]).abs() <= 4 * standard_error(rows)).all()


def test_stored_coverage_is_that_of_today_s_intervals(covered):
    stored, again = covered
    assert again.index.isin(stored.index).all()
    np.testing.assert_allclose(again["exact"], stored.loc[again.index, "exact"], rtol=0, atol=1e-6)
    assert set(stored.index.get_level_values("method")) == set(METHODS)


def test_clopper_pearson_never_falls_below_its_level(covered):
    for rows in covered:
        rows = rows.loc["clopper_pearson"]
        assert (rows["simulated"] >= rows["confidence_level"] - 3 * standard_error(rows)).all()


def test_wilson_holds_its_level_on_average(covered):
    for rows in covered:
        assert 0.94 <= rows.loc["wilson", "simulated"].mean() <= 0.96


def test_wald_misses_its_level_for_a_small_share_of_a_small_base(covered):
    for rows in covered:
        simulated = rows["simulated"].xs((60, 0.05), level=["n", "share"])
        assert simulated["wald"] < 0.85
        assert simulated["wilson"] > 0.94


def test_intervals_of_leads_and_differences_keep_their_word():
    stored = pd.read_csv(REFERENCE / "coverage-of-others.csv").set_index(["interval", "n"])["simulated"]
    simulate = runpy.run_path(str(REFERENCE / "simulate_coverage.py"))["coverage_of_others"]
    draws = 10_000
    again = simulate([60, 445, 1200], draws=draws, seed=11).set_index(["interval", "n"])["simulated"]
    error = np.sqrt(0.05 * 0.95 * (1 / draws + 1 / 20_000))
    assert (again - stored.reindex(again.index)).abs().max() < 4.5 * error
    # Hardly ever below their level, and near it where counts are not small.
    assert (stored > 0.935).all()
    assert stored.xs(1200, level="n").between(0.944, 0.956).all()

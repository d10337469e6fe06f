"""Totals: segments that make up the whole, their weights, sampling error and rounding, and leads with other weights."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import REGIONS, target_of, write_poll, write_regions
from reference_values import assert_close, reference

from analysis.errors import AnalysisError, PollError
from analysis.estimates import (
    Options,
    bases,
    compare_answers,
    design_effects,
    finest_partition,
    fitting_targets,
    foremost,
    intervals,
    national_total,
    segment_shifts,
    total_leads,
)
from analysis.estimates.sums import summed, summed_segments, target_weights
from analysis.polls import PUBLISHED, load_target, load_targets
from analysis.polls.figures import rounding_interval
from analysis.stats import share_interval
from analysis.stats.totals import Parts, ratio_bounds, weighted_ratio

REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "totals.csv")
AT_ONE = Options(design_effect=1)
COLUMNS = (
    "question answer segment target estimate low high standard_error standard_error_stratified rounding_low rounding_high "
    "published difference"
)
# The survey package divides by n - 1.
N_MINUS_1 = np.sqrt(999 / 1000)


def made_up_parts(weight, n_effective, *, low=None, high=None, n_whole=None):
    weight, n_effective = np.asarray(weight, float), np.asarray(n_effective, float)
    return Parts(
        weight,
        weight if low is None else np.asarray(low, float),
        weight if high is None else np.asarray(high, float),
        n_effective,
        float(n_effective.sum() if n_whole is None else n_whole),
    )


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    return write_regions(tmp_path_factory.mktemp("polls") / "regions")


@pytest.fixture(scope="module")
def roll():
    return load_target("electoral-roll-2021")


# Segments that make up the whole


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        (None, ["total"]),
        ("region", ["lima_callao", "interior"]),
        (
            "zone",
            ["lima_callao", "costa_sierra_norte", "costa_sur", "sierra_centro_sur", "oriente"],
        ),
        ("area", ["lima_callao", "urbano", "rural"]),
    ],
)
def test_a_partition_is_completed_to_the_whole(cpi, partition, expected):
    assert list(summed_segments(cpi.segments, partition)) == expected


def test_a_partition_of_the_second_part_stands_in_its_place(tmp_path):
    half = {"total": "50.0", "a": "50.0", "b": "50.0", "a1": "50.0", "a2": "50.0", "b1": "50.0", "b2": "50.0"}
    poll = write_poll(
        tmp_path / "poll",
        {"vote": {"yes": half, "no": half}},
        n=1000,
        partitions=[
            ("ab", "total", ["a", "b"]),
            ("in_a", "a", ["a1", "a2"]),
            ("in_b", "b", ["b1", "b2"]),
        ],
    )
    assert summed_segments(poll.segments, "in_b") == ("a", "b1", "b2")


def test_a_partition_of_a_segment_outside_every_partition_is_refused(tmp_path):
    poll = write_poll(
        tmp_path / "poll",
        {"vote": {"yes": {"total": "50.0", "women": "50.0"}, "no": {"total": "50.0", "women": "50.0"}}},
        n=1000,
        partitions=[("age", "women", ["young", "old"])],
    )
    with pytest.raises(
        AnalysisError, match="'age' divides 'women', which no partition makes a part of 'total'"
    ):
        national_total(poll, "vote", partition="age")


def test_a_target_is_exact_and_rests_on_the_interviews_of_the_sample(cpi, roll):
    published = summed(cpi, "vote_intention", partition="zone")[1]
    wanted = summed(cpi, "vote_intention", partition="zone", target=roll)[1]
    assert wanted.weight[0] == pytest.approx(8383077 / (8383077 + 15907844))
    np.testing.assert_array_equal(wanted.low, wanted.high)
    np.testing.assert_array_equal(wanted.n, published.n)


def test_a_target_that_lacks_segments_is_refused_naming_each(cpi, roll):
    with pytest.raises(
        AnalysisError,
        match=r"'electoral-roll-2021' has no population for 'urbano', 'rural'; it has one for lima_callao",
    ):
        national_total(cpi, "vote_intention", roll, partition="area")
    with pytest.raises(AnalysisError, match="has no population for 'total'"):
        target_weights(roll, ["total"])


def test_a_target_may_be_named_and_must_exist_and_fit(cpi, harbour, roll):
    by_name = national_total(cpi, "vote_intention", "electoral-roll-2021")
    pd.testing.assert_frame_equal(by_name, national_total(cpi, "vote_intention", roll))
    with pytest.raises(
        PollError, match=r"called 'census'; there is: electoral-roll-2021, votes-cast-2021-06-06, published\."
    ):
        national_total(cpi, "vote_intention", "census")
    with pytest.raises(
        AnalysisError, match=r"'electoral-roll-2021' counts lima_callao, .* of which no partition of the poll"
    ):
        national_total(harbour, "vote", roll)


def test_the_finest_partition_that_fits_is_chosen(cpi, harbour, valle, roll):
    published = load_target(PUBLISHED)
    assert finest_partition(cpi, roll) == "zone"
    assert finest_partition(cpi, target_of(lima_callao=1, interior=2)) == "region"
    assert finest_partition(cpi, target_of(lima_callao=1, urbano=2, rural=1)) == "area"
    assert finest_partition(cpi, target_of(urbano=2, rural=1)) == ""
    assert finest_partition(harbour, roll) == ""
    assert finest_partition(harbour, published) == "age"
    assert finest_partition(valle, published) == ""
    fitting = fitting_targets(cpi, [published, *load_targets()])
    assert [target.id for target in fitting] == ["electoral-roll-2021", "votes-cast-2021-06-06"]
    assert fitting_targets(harbour, load_targets()) == []


# Totals


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
@pytest.mark.parametrize("question", ["vote_intention", "vote_certainty"])
def test_implied_weights_give_back_the_published_totals(cpi, question, partition):
    total = national_total(cpi, question, partition=partition)
    totals = cpi.figures[(cpi.figures["question"] == "vote_certainty") & (cpi.figures["segment"] == "total")]
    printed = total["answer"].map(totals.set_index("answer")["printed"])
    ends = np.array([rounding_interval(figure)[1:] for figure in printed])
    # Shares and the total are each within half a unit of what is printed.
    assert (total["difference"].abs() <= 0.0010001).all()
    # What the total can be meets what it was rounded from.
    assert (total["rounding_low"] <= ends[:, 1] + 1e-9).all()
    assert (total["rounding_high"] >= ends[:, 0] - 1e-9).all()
    assert (total["rounding_low"] < total["estimate"]).all()
    assert (total["estimate"] < total["rounding_high"]).all()


@pytest.mark.parametrize("case", ["sample", "target"])
def test_totals_and_their_errors_are_those_of_r(regions, case):
    expected = REFERENCE[(REFERENCE["case"] == "total") & (REFERENCE["target"] == case)].set_index("answer")
    population = {"sample": (50, 25, 25), "target": (4000, 3500, 2500)}[case]
    target = target_of(**dict(zip(REGIONS, population, strict=True)))
    total = national_total(regions, "vote", target, AT_ONE).set_index("answer")
    # Known weights are post-stratification; a sample's own weights are not, and cost nothing.
    error = total["standard_error" if case == "sample" else "standard_error_stratified"]
    np.testing.assert_allclose(total["estimate"], expected["share"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(error, N_MINUS_1 * expected["standard_error"], rtol=0, atol=1e-12)


def test_the_total_as_printed_has_the_interval_of_any_printed_share(cpi):
    """Castillo's by R; and every row, conditional ones too: f/p has the error of a share of the givers."""
    for what, (effect,), expected in reference("national_total", "estimates"):
        total = national_total(cpi, "vote_certainty", options=Options(design_effect=effect), partition=None)
        assert_close(total.loc[0, ["low", "high"]].astype(float), expected, 1e-8), what
    options = Options(0.9, 1.5)
    total = national_total(cpi, "vote_certainty", options=options, partition=None).set_index("answer")
    rows = intervals(cpi, "vote_certainty", options)
    rows = rows[rows["segment"] == "total"].set_index("answer")
    names = ["estimate", "low", "high"]
    np.testing.assert_allclose(total[names].astype(float), rows[names].astype(float), rtol=0, atol=1e-12)
    ends = np.array([rounding_interval(printed)[1:] for printed in rows["printed"]])
    np.testing.assert_allclose(
        total[["rounding_low", "rounding_high"]].astype(float), ends, rtol=0, atol=1e-12
    )
    np.testing.assert_allclose(total["difference"], 0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(total["standard_error"], total["standard_error_stratified"])
    assert set(total["target"]) == {"printed"}


@pytest.mark.parametrize("effect", [None, 1.0, 2.5])
@pytest.mark.parametrize("partition", ["parts", "halves"])
def test_what_weighting_costs_is_counted_once(tmp_path, effect, partition):
    """As many interviews in a part of .8 as in one of .2: a sum over parts that are alike is as sure as the total."""
    segments = ("total", "a", "b", "b1", "b2")
    alike, apart = (
        dict.fromkeys(segments, "40.0"),
        dict(zip(segments, ("26.0", "10.0", *3 * ["90.0"]), strict=True)),
    )
    rest = {name: f"{100 - float(printed):.1f}" for name, printed in apart.items()}
    tables = {
        "opinion": {"yes": alike, ("none", "no_opinion"): dict.fromkeys(segments, "60.0")},
        "other": {"yes": apart, ("none", "no_opinion"): rest},
    }
    poll = write_poll(
        tmp_path, tables, n=1000, bases={"a": 500, "b": 500, "b1": 250, "b2": 250},
        partitions=[("parts", "total", ("a", "b")), ("halves", "b", ("b1", "b2"))],
    )  # fmt: skip
    options, sizes = Options(design_effect=effect), target_of(a=80, b=20, b1=10, b2=10)
    assert design_effects(poll).weighting == pytest.approx(1.36, abs=0.011)
    summed_over, printed = (
        national_total(poll, "opinion", target, options, partition=one)["standard_error"]
        for target, one in ((sizes, partition), (PUBLISHED, None))
    )
    np.testing.assert_allclose(summed_over, printed, rtol=0.01)


def test_a_conditional_share_is_the_ratio_of_two_totals(cpi, roll):
    total = national_total(cpi, "vote_certainty", roll).set_index("answer")["estimate"]
    segments = list(summed_segments(cpi.segments, "zone"))
    weights = target_weights(roll, segments)
    table = cpi.table("vote_certainty")[segments]
    firm = (weights * table.loc["castillo"] * table.loc["castillo_certain"]).sum()
    assert total["castillo_certain"] == pytest.approx(firm / total["castillo"])
    parts = total[["castillo_certain", "castillo_may_change", "castillo_no_opinion"]]
    assert parts.sum() == pytest.approx(1, abs=0.001)


def test_what_was_not_published_or_not_asked_of_all_stays_unknown(tmp_path):
    full = {"total": "50.0", "a": "60.0", "b": "40.0"}
    poll = write_poll(
        tmp_path / "gap",
        {"vote": {"yes": full, "no": {"total": "50.0", "a": "40.0"}}},
        n=1000,
        partitions=[("ab", "total", ["a", "b"])],
    )
    total = national_total(poll, "vote", partition="ab").set_index("answer")
    assert total.loc["no", COLUMNS.split()[4:11]].isna().all()
    assert total.loc["no", "published"] == 0.5
    assert total.loc["yes", ["estimate", "low", "rounding_high"]].notna().all()
    some = write_poll(
        tmp_path / "some",
        {"vote": {"yes": full, "no": full}},
        n=1000,
        partitions=[("ab", "total", "ab")],
        base="part",
    )
    total = national_total(some, "vote", partition="ab")
    assert total[["estimate", "low", "high", "rounding_low"]].isna().all(axis=None)
    assert (total["published"] == 0.5).all()


def test_one_tiny_segment_does_not_take_the_interval_of_the_whole_away(tmp_path):
    """Its weight is hardly known, so that it has at least n × low interviews; before, the total had no interval."""
    rows = {
        ("yes", "candidate"): {"total": "50.0", "big": "50.2", "tiny": "43.0"},
        ("no", "undecided"): {"total": "50.0", "big": "49.8", "tiny": "57.0"},
    }
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000, partitions=[("size", "total", ["big", "tiny"])])
    tiny = bases(poll, AT_ONE).set_index("segment").loc["tiny"]
    assert (tiny["source"], 0 < tiny["base"] < 20) == ("at least", True)
    total = national_total(poll, "q", options=AT_ONE, partition="size")
    assert total[["low", "high"]].notna().all(axis=None)
    assert ((total["high"] - total["low"]) < 0.08).all()


def test_a_poll_without_partitions_has_only_its_printed_totals(valle):
    with pytest.raises(PollError, match="No partition 'region'; there is: none"):
        national_total(valle, "approval", partition="region")
    total = national_total(valle, "approval")
    assert total["estimate"].to_list() == [0.384, 0.551, 0.065]
    assert total["rounding_low"].to_list() == pytest.approx([0.3835, 0.5505, 0.0645])
    asked_of_some = national_total(valle, "problems")
    assert asked_of_some["estimate"].to_list() == [0.61, 0.475, 0.099]
    assert asked_of_some[["low", "high", "standard_error"]].isna().all(axis=None)


def test_nobody_and_everybody_have_proper_intervals(tmp_path):
    rows = {
        "yes": {"total": "0.0", "a": "0.0", "b": "0.0"},
        "no": dict.fromkeys(["total", "a", "b"], "100.0"),
    }
    poll = write_poll(
        tmp_path / "poll",
        {"vote": rows},
        n=1000,
        bases={"a": 400, "b": 600},
        partitions=[("ab", "total", ["a", "b"])],
    )
    total = national_total(poll, "vote", target_of(a=4, b=6), AT_ONE, partition="ab")
    assert total["rounding_high"].to_list() == [0.0005, 1]
    low, high = share_interval([0, 0.9995], 1000)[0], share_interval([0.0005, 1], 1000)[1]
    np.testing.assert_allclose(total["low"], low, atol=1e-12)
    np.testing.assert_allclose(total["high"], high, atol=1e-12)


def test_asking_changes_no_target(cpi, roll):
    population = roll.population.copy()
    national_total(cpi, "vote_certainty", roll)
    segment_shifts(cpi, "vote_intention", roll)
    pd.testing.assert_frame_equal(roll.population, population)


# Ratios on arrays


@given(st.lists(st.tuples(st.integers(2, 400), st.floats(0.01, 0.99)), min_size=2, max_size=6))
def test_stratified_and_between_variance_sum_to_the_simple_random_one(groups):
    sizes, shares = map(np.array, zip(*groups, strict=True))
    estimate = weighted_ratio(made_up_parts(sizes / sizes.sum(), sizes), shares)
    simple = np.sqrt(estimate.share * (1 - estimate.share) / sizes.sum())
    assert estimate.standard_error == pytest.approx(simple)
    assert estimate.standard_error_stratified <= simple * (1 + 1e-12)
    assert estimate.n_equivalent == pytest.approx(sizes.sum())


def corners_of_weights(low, high):
    """All weights with at most one strictly inside its interval, which hold the extremes of a ratio of linear forms."""
    size = len(low)
    for free in range(size):
        others = [i for i in range(size) if i != free]
        for ends in itertools.product((0, 1), repeat=size - 1):
            weights = np.zeros(size)
            weights[others] = [(low, high)[end][i] for end, i in zip(ends, others, strict=True)]
            weights[free] = 1 - weights.sum()
            if low[free] - 1e-12 <= weights[free] <= high[free] + 1e-12:
                yield weights


@settings(max_examples=60)
@given(st.data())
def test_bounds_are_the_extremes_over_every_corner(data):
    size = data.draw(st.integers(2, 4))
    unit = st.floats(0.01, 0.99)
    weights = np.array(data.draw(st.lists(unit, min_size=size, max_size=size)))
    weights /= weights.sum()
    spread = np.array(data.draw(st.lists(st.floats(0, 0.3), min_size=size, max_size=size)))
    low, high = (weights - spread).clip(0, 1), (weights + spread).clip(0, 1)
    # Two alternatives in each segment, as for a row conditional on another.
    share = np.array(data.draw(st.lists(unit, min_size=size, max_size=size)))
    wholes = np.array(
        data.draw(st.lists(st.lists(unit, min_size=size, max_size=size), min_size=2, max_size=2))
    )
    found = ratio_bounds(
        made_up_parts(weights, np.ones(size), low=low, high=high),
        (wholes * share, wholes),
        (wholes * share, wholes),
    )
    ratios = [
        (corner * whole * share).sum() / (corner * whole).sum()
        for corner in corners_of_weights(low, high)
        for choice in itertools.product((0, 1), repeat=size)
        for whole in [wholes[choice, range(size)]]
    ]
    assert found == pytest.approx((min(ratios), max(ratios)), abs=1e-9)


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(20, 400), st.integers(0, 100), st.integers(0, 100)), min_size=2, max_size=4
    )
)
def test_the_true_total_of_a_rounded_poll_lies_within_its_bounds(tmp_path_factory, groups):
    sizes, yes, no = np.array(groups).T
    truth = np.array([yes, no, 1 + 0 * yes]) / (yes + no + 1)
    weights = sizes / sizes.sum()
    names = [f"g{i}" for i in range(len(sizes))]
    rows = {
        answer: {
            "total": f"{100 * shares @ weights:.1f}",
            **{name: f"{100 * share:.1f}" for name, share in zip(names, shares, strict=True)},
        }
        for answer, shares in zip(("yes", "no", "other"), truth, strict=True)
    }
    poll = write_poll(
        tmp_path_factory.mktemp("rounded") / "poll",
        {"vote": rows},
        n=int(sizes.sum()),
        partitions=[("parts", "total", names)],
    )
    # Nobody is missing, whatever the rows are called.
    total = national_total(poll, "vote", options=Options(largest_nonresponse=0), partition="parts")
    assert (total["rounding_low"] - 1e-6 <= truth @ weights).all()
    assert (truth @ weights <= total["rounding_high"] + 1e-6).all()
    assert total["difference"].abs().max() <= 0.0010001


# Leads with other weights


def test_totals_are_those_of_each_target_by_itself(cpi, roll):
    leads = total_leads(cpi, "vote_intention", load_targets(), Options(design_effect=1.5)).set_index("target")
    assert list(leads.index) == ["printed", "published", "electoral-roll-2021", "votes-cast-2021-06-06"]
    assert set(leads["answer"]) == {"castillo"}
    for name in leads.index[1:]:
        total = national_total(cpi, "vote_intention", name).set_index("answer")["estimate"]
        assert leads.loc[name, "estimate"] == pytest.approx(total["castillo"] - total["fujimori"])
    printed = compare_answers(
        cpi, "vote_intention", options=Options(design_effect=1.5), answers=["castillo", "fujimori"]
    )
    ours = leads.loc["printed"]
    assert_close(
        ours[["estimate", "low", "high"]].astype(float),
        printed.loc[0, ["estimate", "low", "high"]].astype(float),
        1e-6,
    )


def test_weighted_leads_are_those_of_r(regions):
    """MOVER with Tango's limits at the corners of the rounding box, p by inversion; verdicts 2 found, 1 rounding, 0 tie."""
    verdicts = {2: ("ahead", "behind"), 1: ("depends on rounding",), 0: ("statistical tie",)}
    for _, (effect, *weight), expected in reference("total_leads", "estimates"):
        goal = target_of(**dict(zip(REGIONS, weight, strict=True)))
        row = (
            total_leads(regions, "vote", [goal], Options(design_effect=effect))
            .set_index("target")
            .loc["made-up"]
        )
        estimate, low, high, p, code = expected
        assert row["answer"] == "amaro"  # the foremost as printed
        assert_close(row[["estimate", "low", "high"]].astype(float), (estimate, low, high), 1e-7)
        assert row["p_value"] == pytest.approx(p, rel=1e-4)
        assert row["verdict"] in verdicts[code]
        assert row["rounding_high"] - row["rounding_low"] == pytest.approx(0.002)


def test_weights_that_the_print_leaves_open_move_the_ends_of_a_lead(harbour):
    """By brute force over weights between their bounds: two corners of figures, all corners of weights."""
    options = Options(design_effect=1)
    row = total_leads(harbour, "vote", options=options).set_index("target").loc["published"]
    first, second = foremost(harbour, "vote")
    parts = summed(harbour, "vote", partition="age")[1]
    low, high = (
        harbour.table("vote", end)[list(summed_segments(harbour.segments, "age"))] for end in ("low", "high")
    )
    least = min(w @ (low.loc[first] - high.loc[second]) for w in corners_of_weights(parts.low, parts.high))
    greatest = max(w @ (high.loc[first] - low.loc[second]) for w in corners_of_weights(parts.low, parts.high))
    assert (row["rounding_low"], row["rounding_high"]) == pytest.approx((least, greatest), abs=1e-9)
    assert row["low"] < row["rounding_low"] < row["estimate"] < row["rounding_high"] < row["high"]


def two_halves(folder, total, a, b, *, n=1000, kind="single_response"):
    rows = {
        (answer, "candidate"): {"total": whole, "a": left, "b": right}
        for answer, whole, left, right in zip(("one", "two"), total, a, b, strict=True)
    }
    rows["rest", "undecided"] = {
        segment: f"{100 - sum(map(float, shares)):.1f}"
        for segment, shares in (("total", total), ("a", a), ("b", b))
    }
    halves = [("half", "total", ("a", "b"))]
    return write_poll(
        folder, {"vote": rows}, n=n, bases={"a": n // 2, "b": n // 2}, partitions=halves, kinds={"vote": kind}
    )


def test_each_verdict_is_given_where_it_belongs(tmp_path):
    even = [target_of(a=1, b=1)]
    tie = two_halves(tmp_path / "tie", ("41.0", "40.0"), ("51.0", "30.0"), ("31.0", "50.0"))
    assert set(total_leads(tie, "vote", even)["verdict"]) == {"statistical tie"}
    few = two_halves(tmp_path / "few", ("60.0", "20.0"), ("60.0", "20.0"), ("60.0", "20.0"), n=20)
    assert set(total_leads(few, "vote", even)["verdict"]) == {"too few interviews"}
    # 4 points: with a standard error of .6 points if all who gave two gave one too, of 2.9 if nobody did.
    several = two_halves(
        tmp_path / "several", ("45.0", "41.0"), ("45.0", "41.0"), ("45.0", "41.0"), kind="multiple_response"
    )
    assert total_leads(several, "vote", even, AT_ONE)["verdict"].iloc[-1] == "depends on the overlap"


def test_whoever_leads_as_printed_comes_first_and_may_be_behind_with_other_weights(tmp_path):
    poll = two_halves(tmp_path / "poll", ("45.0", "35.0"), ("60.0", "20.0"), ("30.0", "50.0"))
    leads = total_leads(poll, "vote", [target_of(a=1, b=4)], AT_ONE).set_index("target")
    assert set(leads["answer"]) == {"one"}
    assert leads.loc["made-up", "verdict"] == "behind"
    assert leads.loc["printed", "verdict"] == "ahead"


def test_rounding_alone_can_undo_a_lead(tmp_path):
    """McNemar's z of 40.0 and 33.8 among 733 is 1.95, of 40.05 and 33.75 it is 1.98."""
    poll = two_halves(tmp_path / "poll", ("40.0", "33.8"), ("40.0", "33.8"), ("40.0", "33.8"), n=734)
    leads = total_leads(poll, "vote", [target_of(a=1, b=1)], AT_ONE).set_index("target")
    assert leads.loc["printed", "verdict"] == "depends on rounding"


def test_a_question_that_was_not_put_to_everybody_has_no_interval(valle):
    lead = total_leads(valle, "problems").iloc[0]
    assert (lead["answer"], lead["against"]) == ("water", "roads")
    assert lead["verdict"] == "base unknown"
    assert np.isnan(lead["low"])


def test_a_target_that_does_not_fit_is_left_out(harbour, valle):
    assert total_leads(harbour, "vote", load_targets())["target"].to_list() == ["printed", "published"]
    assert total_leads(valle, "approval", load_targets())["target"].to_list() == ["printed"]


# What segments add to a lead, and where it would vanish


@pytest.mark.parametrize("partition", ["region", "zone"])
@pytest.mark.parametrize("target", ["electoral-roll-2021", "votes-cast-2021-06-06"])
def test_contributions_sum_to_the_difference_of_the_totals(cpi, target, partition):
    table = segment_shifts(cpi, "vote_certainty", target, partition=partition)
    before = national_total(cpi, "vote_certainty", partition=partition).set_index("answer")["estimate"]
    after = national_total(cpi, "vote_certainty", target, partition=partition).set_index("answer")["estimate"]
    shift = (after - before)[["castillo", "fujimori"]]
    assert table["contribution"].sum() == pytest.approx(shift["castillo"] - shift["fujimori"], abs=1e-12)
    moved = table["target_weight"] - table["published_weight"]
    apart = table["lead"] - table["published_weight"] @ table["lead"]
    assert (
        np.sign(table["contribution"]) == np.sign(moved * apart)
    ).all()  # a part like the whole adds nothing
    for column in ("published_weight", "target_weight"):
        assert table[column].sum() == pytest.approx(1)


@pytest.mark.parametrize(
    ("partition", "segment"), [("region", "lima_callao"), ("region", "interior"), ("zone", "oriente")]
)
def test_at_the_break_even_weight_the_lead_is_nil(cpi, partition, segment):
    table = segment_shifts(cpi, "vote_intention", partition=partition).set_index("segment")
    weight = table.loc[segment, "break_even"]
    if segment == "oriente":
        assert np.isnan(weight)  # Castillo leads there and elsewhere
        return
    others = table["published_weight"].drop(segment)
    flipped = target_of(**(others / others.sum() * (1 - weight)).to_dict(), **{segment: weight})
    total = national_total(cpi, "vote_intention", flipped, partition=partition).set_index("answer")[
        "estimate"
    ]
    assert total["castillo"] == pytest.approx(total["fujimori"])

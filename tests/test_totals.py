import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import REGIONS, write_poll, write_regions

from analysis.errors import AnalysisError, PollError
from analysis.estimates.covers import Cover, cover, cover_segments, target_weights
from analysis.estimates.precision import published_intervals
from analysis.estimates.ratios import ratio_bounds, weighted_ratio
from analysis.estimates.totals import break_even_weight, decomposition, national_total
from analysis.estimates.weights import segment_bases
from analysis.polls import Target, load_target
from analysis.polls.figures import rounding_interval
from analysis.stats.intervals import share_interval

REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "totals.csv")
COLUMNS = "answer share low high standard_error standard_error_stratified rounding_low rounding_high published difference"
# The survey package divides by n - 1.
N_MINUS_1 = np.sqrt(999 / 1000)

quick = settings(deadline=None, derandomize=True)


def target_of(population):
    table = pd.DataFrame({"segment": list(population), "population": list(population.values())})
    return Target("made-up", "Made up", "Nobody", "people", "", table)


def made_up_cover(weight, n_effective, *, low=None, high=None, n_whole=None):
    weight, n_effective = np.asarray(weight, float), np.asarray(n_effective, float)
    return Cover(
        tuple(f"g{i}" for i in range(len(weight))),
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


# Covers


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
        (["area", "region"], ["lima_callao", "urbano", "rural"]),
        (["region", "region"], ["lima_callao", "interior"]),
        ([], ["total"]),
    ],
)
def test_a_partition_is_completed_to_the_whole(cpi, partition, expected):
    assert list(cover_segments(cpi.segments, partition)) == expected


@pytest.mark.parametrize("partition", [["zone", "area"], ["area", "region", "zone"]])
def test_overlapping_partitions_are_not_summed(cpi, roll, partition):
    message = "both divide 'interior', and how their parts overlap was not published; use one of them"
    with pytest.raises(AnalysisError, match=message):
        national_total(cpi, "vote_intention", partition=partition)
    with pytest.raises(AnalysisError, match=message):
        decomposition(cpi, "vote_intention", target=roll, partition=partition)


def test_several_partitions_may_divide_different_segments(tmp_path):
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
    assert cover_segments(poll.segments, ["in_b", "in_a"]) == ("a1", "a2", "b1", "b2")
    assert cover_segments(poll.segments, "in_b") == ("a", "b1", "b2")


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


@pytest.mark.parametrize("partition", [None, "region", "zone", "area"])
def test_weights_of_a_cover_sum_to_one_within_their_intervals(cpi, partition):
    summed = cover(cpi, "vote_intention", partition=partition, design_effect=1.5)
    assert summed.weight.sum() == pytest.approx(1, abs=1e-9)
    assert (summed.low <= summed.weight + 1e-12).all()
    assert (summed.weight <= summed.high + 1e-12).all()
    assert summed.n_effective.sum() == pytest.approx(800)
    assert summed.n_whole == pytest.approx(800)


def test_a_target_is_exact_and_rests_on_the_interviews_of_the_sample(cpi, roll):
    published = cover(cpi, "vote_intention", partition="zone")
    wanted = cover(cpi, "vote_intention", partition="zone", target=roll)
    assert wanted.weight[0] == pytest.approx(8383077 / (8383077 + 15907844))
    np.testing.assert_array_equal(wanted.low, wanted.high)
    np.testing.assert_array_equal(wanted.n_effective, published.n_effective)


def test_a_target_that_lacks_segments_is_refused_naming_each(cpi, roll):
    with pytest.raises(
        AnalysisError,
        match=r"'electoral-roll-2021' has no population for 'urbano', 'rural'; it has one for lima_callao",
    ):
        national_total(cpi, "vote_intention", target=roll, partition="area")
    with pytest.raises(AnalysisError, match="has no population for 'total'"):
        target_weights(roll, ["total"])


def test_a_target_by_name_is_refused_with_the_remedy(cpi):
    with pytest.raises(
        AnalysisError, match=r"use 'published' or a loaded target, as by load_target\('electoral-roll-2021'\)"
    ):
        national_total(cpi, "vote_intention", target="electoral-roll-2021")


# Totals


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
@pytest.mark.parametrize("question", ["vote_intention", "vote_certainty"])
def test_implied_weights_give_back_the_published_totals(cpi, question, partition):
    total = national_total(cpi, question, partition=partition)
    printed = total["answer"].map(
        cpi.estimates[
            (cpi.estimates["question"] == "vote_certainty") & (cpi.estimates["segment"] == "total")
        ].set_index("answer")["printed"]
    )
    intervals = np.array([rounding_interval(figure)[1:] for figure in printed])
    # Shares and the total are each within half a unit of what is printed.
    assert (total["difference"].abs() <= 0.0010001).all()
    # What the total can be meets what it was rounded from.
    assert (total["rounding_low"] <= intervals[:, 1] + 1e-9).all()
    assert (total["rounding_high"] >= intervals[:, 0] - 1e-9).all()
    assert (total["rounding_low"] < total["share"]).all()
    assert (total["share"] < total["rounding_high"]).all()


def test_the_reconstruction_of_table_1_is_the_total_of_table_2(cpi):
    total = national_total(cpi, "vote_intention").set_index("answer")
    assert list(total.reset_index()) == COLUMNS.split()
    assert total["published"].to_list() == [0.355, 0.231, 0.203, 0.177, 0.034]
    assert total["share"].to_list() == pytest.approx([0.355, 0.231, 0.203, 0.177, 0.034], abs=0.0005)
    castillo = total.loc["castillo"]
    assert castillo["standard_error_stratified"] == pytest.approx(0.01334, abs=5e-6)
    assert castillo["standard_error"] == pytest.approx(0.01381, abs=5e-6)


@pytest.mark.parametrize("case", ["sample", "target"])
def test_totals_and_their_errors_are_those_of_r(regions, case):
    expected = REFERENCE[(REFERENCE["case"] == "total") & (REFERENCE["target"] == case)].set_index("answer")
    population = {"sample": (50, 25, 25), "target": (4000, 3500, 2500)}[case]
    total = national_total(
        regions, "vote", target=target_of(dict(zip(REGIONS, population, strict=True)))
    ).set_index("answer")
    # Known weights are post-stratification; a sample's own weights are not, and cost nothing.
    error = total["standard_error" if case == "sample" else "standard_error_stratified"]
    np.testing.assert_allclose(total["share"], expected["share"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(error, N_MINUS_1 * expected["standard_error"], rtol=0, atol=1e-12)


def test_the_total_as_printed_has_the_interval_of_the_sample(cpi):
    total = national_total(cpi, "vote_certainty", partition=None, design_effect=1.5, confidence_level=0.9)
    rows = published_intervals(cpi, "vote_certainty", design_effect=1.5, confidence_level=0.9)
    rows = rows[rows["segment"] == "total"]
    # Rows conditional on an answer too: f/p has the error of a share of the givers.
    for column in ("share", "low", "high"):
        np.testing.assert_allclose(total[column], rows[column], rtol=0, atol=1e-12)
    np.testing.assert_allclose(total["difference"], 0, rtol=0, atol=1e-12)
    np.testing.assert_allclose(total["standard_error"], total["standard_error_stratified"])


def test_proportional_interviews_have_the_simple_random_error_whatever_the_partition(cpi):
    errors = [
        national_total(cpi, "castillo_positive", partition=partition)
        for partition in ("region", "zone", "area")
    ]
    for total in errors:
        simple = np.sqrt(total["share"] * (1 - total["share"]) / 1200)
        np.testing.assert_allclose(total["standard_error"], simple, rtol=1e-9)
        assert (total["standard_error_stratified"] <= simple).all()
        low, high = share_interval(total["share"], 1200)
        np.testing.assert_allclose(total["low"], low, rtol=0, atol=1e-9)
        np.testing.assert_allclose(total["high"], high, rtol=0, atol=1e-9)


def test_a_design_effect_widens_and_leaves_the_rest(cpi, roll):
    plain = national_total(cpi, "vote_intention", target=roll, partition="zone")
    clustered = national_total(cpi, "vote_intention", target=roll, partition="zone", design_effect=2)
    for column in ("standard_error", "standard_error_stratified"):
        np.testing.assert_allclose(clustered[column], np.sqrt(2) * plain[column])
    for column in ("share", "rounding_low", "rounding_high", "published"):
        np.testing.assert_array_equal(clustered[column], plain[column])


def test_the_total_of_a_target_is_bounded_by_rounding_alone(cpi, roll):
    total = national_total(cpi, "vote_intention", target=roll, partition="zone")
    np.testing.assert_allclose(total["rounding_high"] - total["rounding_low"], 0.001)
    np.testing.assert_allclose((total["rounding_high"] + total["rounding_low"]) / 2, total["share"])


def test_a_conditional_share_is_the_ratio_of_two_totals(cpi, roll):
    total = national_total(cpi, "vote_certainty", target=roll, partition="zone").set_index("answer")["share"]
    weights = target_weights(roll, cover_segments(cpi.segments, "zone"))
    table = cpi.question("vote_certainty").table()[list(cover_segments(cpi.segments, "zone"))]
    firm = (weights * table.loc["castillo"] * table.loc["castillo_certain"]).sum()
    assert total["castillo_certain"] == pytest.approx(firm / total["castillo"])
    parts = total[["castillo_certain", "castillo_may_change", "castillo_no_opinion"]]
    assert parts.sum() == pytest.approx(1, abs=0.001)


def test_wide_weights_make_wide_bounds_and_no_false_precision(harbour):
    total = national_total(harbour, "vote", partition="age")
    assert (
        (total["rounding_low"] <= total["published"]) & (total["published"] <= total["rounding_high"])
    ).all()
    assert (total["rounding_high"] - total["rounding_low"] > 0.03).all()
    assert total["standard_error"].notna().all()  # bases were published


def test_what_was_not_published_or_not_asked_of_all_stays_unknown(cpi, tmp_path):
    full = {"total": "50.0", "a": "60.0", "b": "40.0"}
    poll = write_poll(
        tmp_path / "gap",
        {"vote": {"yes": full, "no": {"total": "50.0", "a": "40.0"}}},
        n=1000,
        partitions=[("ab", "total", ["a", "b"])],
    )
    total = national_total(poll, "vote", partition="ab").set_index("answer")
    assert total.loc["no", COLUMNS.split()[1:8]].isna().all()
    assert total.loc["no", "published"] == 0.5
    assert total.loc["yes", ["share", "low", "rounding_high"]].notna().all()
    some = write_poll(
        tmp_path / "some",
        {"vote": {"yes": full, "no": full}},
        n=1000,
        partitions=[("ab", "total", "ab")],
        base="part",
    )
    total = national_total(some, "vote", partition="ab")
    assert total[["share", "low", "high", "rounding_low"]].isna().all(axis=None)
    assert (total["published"] == 0.5).all()


def test_a_poll_without_partitions_has_only_its_printed_totals(valle):
    with pytest.raises(PollError, match="No partition 'region'; there is: none"):
        national_total(valle, "approval")
    total = national_total(valle, "approval", partition=None)
    assert total["share"].to_list() == [0.384, 0.551, 0.065]
    assert total["rounding_low"].to_list() == pytest.approx([0.3835, 0.5505, 0.0645])
    asked_of_some = national_total(valle, "problems", partition=None)
    assert asked_of_some["share"].to_list() == [0.61, 0.475, 0.099]
    assert asked_of_some[["low", "high", "standard_error"]].isna().all(axis=None)


def test_nobody_and_everybody_have_proper_intervals(tmp_path):
    poll = write_poll(
        tmp_path / "poll",
        {
            "vote": {
                "yes": {"total": "0.0", "a": "0.0", "b": "0.0"},
                "no": dict.fromkeys(["total", "a", "b"], "100.0"),
            }
        },
        n=1000,
        bases={"a": 400, "b": 600},
        partitions=[("ab", "total", ["a", "b"])],
    )
    total = national_total(poll, "vote", partition="ab", target=target_of({"a": 4, "b": 6}))
    low, high = share_interval([0, 1], 1000)
    np.testing.assert_allclose(total["low"], low, atol=1e-12)
    np.testing.assert_allclose(total["high"], high, atol=1e-12)


def test_options_that_cannot_be_are_refused(cpi):
    with pytest.raises(AnalysisError, match="confidence_level: 95 is not allowed"):
        national_total(cpi, "vote_intention", confidence_level=95)
    with pytest.raises(AnalysisError, match="design_effect: 0 is not allowed"):
        national_total(cpi, "vote_intention", design_effect=0)
    with pytest.raises(PollError, match="no question 'turnout'"):
        national_total(cpi, "turnout")
    with pytest.raises(PollError, match="No partition 'age'"):
        national_total(cpi, "vote_intention", partition="age")


def test_asking_changes_nothing(cpi, roll):
    before, population = cpi.estimates.copy(), roll.population.copy()
    national_total(cpi, "vote_certainty", target=roll, partition="zone")
    decomposition(cpi, "vote_intention", target=roll, partition="zone")
    pd.testing.assert_frame_equal(cpi.estimates, before)
    pd.testing.assert_frame_equal(roll.population, population)


# Ratios on arrays


@quick
@given(st.lists(st.tuples(st.integers(2, 400), st.floats(0.01, 0.99)), min_size=2, max_size=6))
def test_stratified_and_between_variance_sum_to_the_simple_random_one(groups):
    sizes, shares = map(np.array, zip(*groups, strict=True))
    estimate = weighted_ratio(made_up_cover(sizes / sizes.sum(), sizes), shares)
    simple = np.sqrt(estimate.share * (1 - estimate.share) / sizes.sum())
    assert estimate.standard_error == pytest.approx(simple)
    assert estimate.standard_error_stratified <= simple * (1 + 1e-12)
    assert estimate.n_equivalent == pytest.approx(sizes.sum())


def test_the_stratified_error_is_that_of_repeated_samples():
    weight, sizes = np.array([0.2, 0.3, 0.5]), np.array([300, 150, 150])
    counted, considered = np.array([0.1, 0.5, 0.3]), np.array([0.3, 0.9, 0.6])
    generator = np.random.default_rng(1)
    draws = np.stack(
        [
            generator.multinomial(n, [a, q - a, 1 - q], size=40_000)[:, :2] / n
            for n, a, q in zip(sizes, counted, considered, strict=True)
        ],
        axis=1,
    )
    summed = made_up_cover(weight, sizes)
    ratios = weighted_ratio(summed, draws[..., 0], draws.sum(axis=-1)).share
    expected = weighted_ratio(summed, counted, considered).standard_error_stratified
    assert ratios.std() == pytest.approx(float(expected), rel=0.015)


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


@settings(quick, max_examples=60)
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
        made_up_cover(weights, np.ones(size), low=low, high=high),
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


@settings(quick, max_examples=25)
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
    total = national_total(poll, "vote", partition="parts")
    assert (total["rounding_low"] - 1e-6 <= truth @ weights).all()
    assert (truth @ weights <= total["rounding_high"] + 1e-6).all()
    assert total["difference"].abs().max() <= 0.0010001


# Decomposition and break-even


@pytest.mark.parametrize("partition", ["region", "zone"])
@pytest.mark.parametrize("target", ["electoral-roll-2021", "votes-cast-2021-06-06"])
def test_contributions_sum_to_the_difference_of_the_totals(cpi, target, partition):
    target = load_target(target)
    table = decomposition(cpi, "vote_certainty", target=target, partition=partition)
    assert list(table) == ["segment", "answer", "published_weight", "target_weight", "contribution"]
    before = national_total(cpi, "vote_certainty", partition=partition).set_index("answer")["share"]
    after = national_total(cpi, "vote_certainty", partition=partition, target=target).set_index("answer")
    sums = table.groupby("answer", sort=False)["contribution"].sum()
    assert list(sums.index) == ["castillo", "fujimori", "blank_null", "undecided", "will_not_vote"]
    np.testing.assert_allclose(sums, (after["share"] - before)[sums.index], rtol=0, atol=1e-12)
    # To the difference from the printed total, up to what rounding did to that.
    np.testing.assert_allclose(sums, after["difference"][sums.index], rtol=0, atol=0.001)
    for column in ("published_weight", "target_weight"):
        assert table.groupby("answer")[column].sum().to_list() == pytest.approx([1] * 5)


def test_no_shift_of_weights_contributes_nothing(cpi):
    bases = segment_bases(cpi).set_index("segment")["weight"]
    same = target_of({name: bases[name] for name in ("lima_callao", "interior")})
    assert decomposition(cpi, "vote_intention", target=same)["contribution"].abs().max() < 1e-12


@pytest.mark.parametrize(
    ("partition", "segment"), [("region", "lima_callao"), ("region", "interior"), ("zone", "oriente")]
)
def test_at_the_break_even_weight_the_lead_is_nil(cpi, partition, segment):
    weight = break_even_weight(
        cpi, "vote_intention", segment=segment, answer_a="castillo", answer_b="fujimori", partition=partition
    )
    if segment == "oriente":
        assert np.isnan(weight)  # Castillo leads there and elsewhere
        return
    summed = cover(cpi, "vote_intention", partition=partition)
    at = summed.segments.index(segment)
    others = np.delete(summed.weight, at)
    weights = np.insert(others / others.sum() * (1 - weight), at, weight)
    flipped = target_of(dict(zip(summed.segments, weights, strict=True)))
    share = national_total(cpi, "vote_intention", partition=partition, target=flipped)["share"]
    assert share[0] == pytest.approx(share[1])


def test_lima_would_have_to_be_68_percent_of_the_sample(cpi, roll):
    sides = {"answer_a": "castillo", "answer_b": "fujimori"}
    weight = break_even_weight(cpi, "vote_intention", segment="lima_callao", **sides)
    assert weight == pytest.approx(0.271 / 0.398)
    swapped = break_even_weight(
        cpi, "vote_intention", segment="lima_callao", answer_a="fujimori", answer_b="castillo"
    )
    assert swapped == pytest.approx(weight)
    # The zones' proportions change the lead elsewhere, if little.
    by_roll = break_even_weight(
        cpi, "vote_intention", segment="lima_callao", target=roll, partition="zone", **sides
    )
    assert by_roll == pytest.approx(weight, abs=0.01)
    assert by_roll != pytest.approx(weight, abs=1e-4)


def test_break_even_of_what_cannot_tie_or_is_no_part_is_refused(cpi):
    with pytest.raises(
        AnalysisError, match="segment: 'oriente' is not weighted here; use one of lima_callao, interior"
    ):
        break_even_weight(cpi, "vote_intention", segment="oriente", answer_a="castillo", answer_b="fujimori")
    with pytest.raises(AnalysisError, match="'castillo_certain' is not a share of all"):
        break_even_weight(
            cpi, "vote_certainty", segment="interior", answer_a="castillo_certain", answer_b="fujimori"
        )
    with pytest.raises(PollError, match="no answer 'keiko'"):
        break_even_weight(cpi, "vote_intention", segment="interior", answer_a="castillo", answer_b="keiko")
    same = break_even_weight(
        cpi, "vote_intention", segment="interior", answer_a="castillo", answer_b="castillo"
    )
    assert np.isnan(same)


# Two margins at once

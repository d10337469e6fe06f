from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import REGIONS, write_poll, write_regions

from analysis.errors import AnalysisError, PollError
from analysis.estimates.covers import Cover, cover_segments, target_weights
from analysis.estimates.leading import TOTAL_ERROR, added_error, probability_of_leading
from analysis.estimates.ratios import interval_from_error, weighted_ratio
from analysis.estimates.scenarios import delta_estimate, undecided_scenarios
from analysis.estimates.votes import firm_vote, valid_votes
from analysis.estimates.weights import segment_bases
from analysis.polls import Target, load_target
from analysis.stats.intervals import share_interval

REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "totals.csv")
# The survey package divides by n - 1.
N_MINUS_1 = np.sqrt(999 / 1000)
POPULATIONS = {"sample": (50, 25, 25), "target": (4000, 3500, 2500)}

quick = settings(deadline=None, derandomize=True)


def target_of(population):
    table = pd.DataFrame({"segment": list(population), "population": list(population.values())})
    return Target("made-up", "Made up", "Nobody", "people", "", table)


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    return write_regions(tmp_path_factory.mktemp("polls") / "regions")


@pytest.fixture(scope="module")
def roll():
    return load_target("electoral-roll-2021")


@pytest.fixture(scope="module")
def votes_cast():
    return load_target("votes-cast-2021-06-06")


# Valid votes


def test_castillo_has_60_6_percent_of_valid_votes(cpi):
    votes = valid_votes(cpi, "vote_intention").set_index("answer")
    assert votes["share"].to_dict() == pytest.approx({"castillo": 0.355 / 0.586, "fujimori": 0.231 / 0.586})
    assert votes.loc["castillo", "share"] == pytest.approx(0.606, abs=5e-4)
    assert votes.loc["castillo", "standard_error"] == pytest.approx(0.0184, abs=5e-5)
    assert votes["all_interviews"].to_list() == [0.355, 0.231]
    stratified = valid_votes(cpi, "vote_intention", partition="region").set_index("answer").loc["castillo"]
    assert stratified["share"] == pytest.approx(0.606, abs=6e-4)
    assert stratified["standard_error"] == pytest.approx(0.0184, abs=5e-5)
    assert stratified["standard_error_stratified"] == pytest.approx(0.0179, abs=5e-5)


def test_as_published_the_error_is_that_of_the_valid_interviews(cpi):
    votes = valid_votes(cpi, "vote_intention", design_effect=1.5, confidence_level=0.9)
    low, high = share_interval(votes["share"], 1200 * 0.586 / 1.5, confidence_level=0.9)
    np.testing.assert_allclose(votes["low"], low, rtol=0, atol=1e-12)
    np.testing.assert_allclose(votes["high"], high, rtol=0, atol=1e-12)
    expected = np.sqrt(votes["share"] * (1 - votes["share"]) / (1200 * 0.586 / 1.5))
    np.testing.assert_allclose(votes["standard_error"], expected)


@pytest.mark.parametrize("case", ["sample", "target"])
def test_valid_votes_and_their_error_are_those_of_r(regions, case):
    expected = REFERENCE[(REFERENCE["case"] == "valid") & (REFERENCE["target"] == case)].iloc[0]
    target = target_of(dict(zip(REGIONS, POPULATIONS[case], strict=True)))
    found = valid_votes(regions, "vote", target=target, partition="region").set_index("answer").loc["amaro"]
    error = found["standard_error" if case == "sample" else "standard_error_stratified"]
    assert found["share"] == pytest.approx(expected["share"], abs=1e-12)
    assert error == pytest.approx(N_MINUS_1 * expected["standard_error"], abs=1e-12)


@pytest.mark.parametrize("partition", [None, "region", "zone", "area"])
def test_valid_votes_sum_to_one_within_their_rounding(cpi, partition):
    votes = valid_votes(cpi, "vote_intention", partition=partition)
    assert votes["share"].sum() == pytest.approx(1)
    assert (votes["rounding_low"] < votes["share"]).all()
    assert (votes["share"] < votes["rounding_high"]).all()
    # With two candidates what bounds one bounds the other.
    assert votes["rounding_low"][0] == pytest.approx(1 - votes["rounding_high"][1])
    assert votes["standard_error"][0] == pytest.approx(votes["standard_error"][1])


def test_rounding_bounds_of_the_published_share_are_worked_out_by_hand(cpi):
    castillo = valid_votes(cpi, "vote_intention").iloc[0]
    assert castillo["rounding_low"] == pytest.approx(0.3545 / (0.3545 + 0.2315))
    assert castillo["rounding_high"] == pytest.approx(0.3555 / (0.3555 + 0.2305))


def test_reweighted_valid_votes_are_a_ratio_of_totals(cpi, roll):
    votes = valid_votes(cpi, "vote_intention", target=roll, partition="zone").set_index("answer")
    segments = cover_segments(cpi.segments, "zone")
    shares = cpi.question("vote_intention").table()[list(segments)].loc[["castillo", "fujimori"]]
    totals = shares @ target_weights(roll, segments)
    assert votes["share"].to_dict() == pytest.approx((totals / totals.sum()).to_dict())
    assert votes["all_interviews"].to_dict() == pytest.approx(totals.to_dict())


def covered(weight, sizes):
    weight, sizes = np.asarray(weight, float), np.asarray(sizes, float)
    return Cover(tuple("abcdef"[: len(weight)]), weight, weight, weight, sizes, float(sizes.sum()))


def test_the_interval_of_valid_votes_covers_as_often_as_it_says():
    """A simple random sample as published, and one of fixed sizes that is reweighted."""
    population = np.array([[0.193, 0.320, 0.487], [0.450, 0.179, 0.371]])  # two regions: A, B, neither
    generator = np.random.default_rng(2)
    whole = np.array([0.37, 0.63]) @ population
    truth = whole[0] / whole[:2].sum()
    drawn = generator.multinomial(400, whole, size=20_000)[:, np.newaxis, :2] / 400
    estimate = weighted_ratio(covered([1], [400]), drawn[..., 0], drawn.sum(axis=-1))
    low, high = interval_from_error(estimate, confidence_level=0.95)
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.006)
    assert estimate.share.std() == pytest.approx(estimate.standard_error.mean(), rel=0.02)

    sizes, weight = np.array([250, 150]), np.array([0.37, 0.63])
    drawn = np.stack(
        [generator.multinomial(n, p, size=20_000)[:, :2] / n for n, p in zip(sizes, population, strict=True)],
        axis=1,
    )
    estimate = weighted_ratio(covered(weight, sizes), drawn[..., 0], drawn.sum(axis=-1))
    assert estimate.share.std() == pytest.approx(estimate.standard_error_stratified.mean(), rel=0.02)
    # The larger error, of the headline, is on the safe side.
    low, high = interval_from_error(estimate, confidence_level=0.95)
    assert ((low <= truth) & (truth <= high)).mean() > 0.949


def test_valid_votes_of_three_candidates_and_whole_percentages(harbour):
    votes = valid_votes(harbour, "vote", partition="age")
    assert votes["answer"].to_list() == ["okafor", "lindqvist", "tanaka"]
    assert votes["share"].sum() == pytest.approx(1)
    printed = valid_votes(harbour, "vote")
    assert printed["share"].to_list() == pytest.approx([28 / 86, 41 / 86, 17 / 86])
    assert ((votes["rounding_low"] < printed["share"]) & (printed["share"] < votes["rounding_high"])).all()


def test_what_has_no_candidates_or_weights_is_refused(cpi, valle, roll):
    for refuses in (valid_votes, undecided_scenarios, probability_of_leading, firm_vote):
        with pytest.raises(AnalysisError, match="'approval' has 0 answers of role 'candidate'"):
            refuses(valle, "approval")
        with pytest.raises(AnalysisError, match="is multiple_response; use a single_response question"):
            refuses(cpi, "castillo_positive")
        with pytest.raises(PollError, match="no question 'turnout'"):
            refuses(cpi, "turnout")
    for refuses in (valid_votes, undecided_scenarios, probability_of_leading):
        with pytest.raises(AnalysisError, match="segments to weight; give a partition, such as 'region'"):
            refuses(cpi, "vote_intention", target=roll)
        with pytest.raises(AnalysisError, match="'urbano', 'rural'"):
            refuses(cpi, "vote_intention", target=roll, partition="area")
        with pytest.raises(AnalysisError, match="design_effect: -1 is not allowed"):
            refuses(cpi, "vote_intention", design_effect=-1)


def gap_poll(folder, base="all"):
    return write_poll(
        folder,
        {
            "vote": {
                ("a", "candidate"): {"total": "50.0", "west": "60.0", "rest": "40.0"},
                ("b", "candidate"): {"total": "30.0", "west": "20.0"},
                ("open", "undecided"): {"total": "20.0", "west": "20.0", "rest": "20.0"},
            }
        },
        n=1000,
        bases={"west": 500, "rest": 500},
        partitions=[("half", "total", ["west", "rest"])],
        base=base,
    )


def test_gaps_and_unknown_bases_give_nan_and_never_a_number(tmp_path):
    poll = gap_poll(tmp_path / "gap")
    assert valid_votes(poll, "vote", partition="half")["share"].isna().all()
    assert undecided_scenarios(poll, "vote", partition="half")["share"].isna().all()
    leading = probability_of_leading(poll, "vote", partition="half", draws=100)
    assert leading["probability"].isna().all()
    assert valid_votes(poll, "vote")["share"].to_list() == pytest.approx([0.625, 0.375])
    asked_of_some = gap_poll(tmp_path / "some", base="part")
    votes = valid_votes(asked_of_some, "vote")
    assert votes["share"].to_list() == pytest.approx([0.625, 0.375])
    assert votes[["low", "high", "standard_error"]].isna().all(axis=None)
    scenarios = undecided_scenarios(asked_of_some, "vote")
    assert scenarios["share"].notna().all()
    assert scenarios[["low", "high"]].isna().all(axis=None)
    assert probability_of_leading(asked_of_some, "vote", draws=100)["probability"].isna().all()


# Scenarios


@pytest.mark.parametrize("case", ["sample", "target"])
@pytest.mark.parametrize("scenario", ["equally", "all_to_amaro"])
def test_scenarios_and_their_errors_are_those_of_r(regions, scenario, case):
    expected = REFERENCE[(REFERENCE["case"] == scenario) & (REFERENCE["target"] == case)].iloc[0]
    target = target_of(dict(zip(REGIONS, POPULATIONS[case], strict=True)))
    table = undecided_scenarios(regions, "vote", target=target, partition="region")
    found = table.set_index(["scenario", "answer"]).loc[scenario, "amaro"]
    error = found["standard_error" if case == "sample" else "standard_error_stratified"]
    assert found["share"] == pytest.approx(expected["share"], abs=1e-12)
    assert error == pytest.approx(N_MINUS_1 * expected["standard_error"], abs=1e-12)


@pytest.mark.parametrize("partition", [None, "region", "zone", "area"])
def test_every_scenario_sums_to_one_and_lies_between_all_and_nothing(cpi, partition):
    table = undecided_scenarios(cpi, "vote_intention", partition=partition)
    assert table.groupby("scenario")["share"].sum().to_list() == pytest.approx(
        [1] * (4 + (partition is not None))
    )
    castillo = table[table["answer"] == "castillo"].set_index("scenario")["share"]
    assert castillo.idxmin() == "all_to_fujimori"
    assert castillo.idxmax() == "all_to_castillo"
    assert (table["low"] < table["share"]).all()
    assert (table["share"] < table["high"]).all()


@pytest.mark.parametrize("partition", [None, "region", "zone"])
def test_as_the_decided_is_the_share_of_valid_votes(cpi, roll, partition):
    options = {"partition": partition, "design_effect": 1.5, "confidence_level": 0.9}
    if partition is not None:
        options["target"] = roll
    table = undecided_scenarios(cpi, "vote_intention", **options)
    table = table[table["scenario"] == "as_decided"].drop(columns="scenario").reset_index(drop=True)
    pd.testing.assert_frame_equal(table, valid_votes(cpi, "vote_intention", **options)[list(table)])


def test_scenarios_of_the_printed_totals_are_worked_out_by_hand(cpi):
    table = undecided_scenarios(cpi, "vote_intention").set_index(["scenario", "answer"])["share"]
    everybody = 0.355 + 0.231 + 0.177
    assert table["equally", "castillo"] == pytest.approx((0.355 + 0.177 / 2) / everybody)
    assert table["all_to_castillo", "castillo"] == pytest.approx((0.355 + 0.177) / everybody)
    assert table["all_to_fujimori", "castillo"] == pytest.approx(0.355 / everybody)


def test_three_candidates_share_the_undecided_in_three(harbour):
    table = undecided_scenarios(harbour, "vote").set_index(["scenario", "answer"])["share"]
    assert table["equally"].to_list() == pytest.approx([0.28 + 0.14 / 3, 0.41 + 0.14 / 3, 0.17 + 0.14 / 3])
    assert table["all_to_tanaka"].to_list() == pytest.approx([0.28, 0.41, 0.31])


def test_by_segment_the_undecided_follow_their_neighbours(cpi):
    table = undecided_scenarios(cpi, "vote_intention", partition="region").set_index(["scenario", "answer"])
    weight = segment_bases(cpi).set_index("segment")["weight"]
    votes = {"lima_callao": (0.193, 0.320, 0.196), "interior": (0.450, 0.179, 0.166)}
    castillo = sum(weight[name] * (a + c * a / (a + b)) for name, (a, b, c) in votes.items())
    everybody = sum(weight[name] * sum(shares) for name, shares in votes.items())
    assert table.loc[("as_decided_by_segment", "castillo"), "share"] == pytest.approx(castillo / everybody)


def test_turnout_counts_the_people_who_vote(cpi, votes_cast):
    turnout = {"lima_callao": 0.8, "interior": 0.7, "oriente": 0.1}
    table = undecided_scenarios(cpi, "vote_intention", partition="region", turnout=turnout)
    weight = segment_bases(cpi).set_index("segment")["weight"]
    # Shares of those who mean to vote, in the segments' shares of those who do.
    votes = {"lima_callao": (0.193, 0.320, 0.196, 0.023), "interior": (0.450, 0.179, 0.166, 0.040)}
    voters = {name: weight[name] * turnout[name] / (1 - votes[name][3]) for name in votes}
    castillo, fujimori, undecided = (sum(voters[name] * votes[name][i] for name in votes) for i in range(3))
    found = table.set_index(["scenario", "answer"])["share"]
    assert found["as_decided", "castillo"] == pytest.approx(castillo / (castillo + fujimori))
    assert found["all_to_fujimori", "castillo"] == pytest.approx(castillo / (castillo + fujimori + undecided))
    cast = undecided_scenarios(cpi, "vote_intention", partition="zone", turnout=votes_cast)
    assert cast.groupby("scenario")["share"].sum().to_list() == pytest.approx([1] * 5)


def test_turnout_that_is_the_same_everywhere_changes_only_who_stands_for_the_absent(regions):
    # Nobody in this poll says that they will not vote.
    plain = undecided_scenarios(regions, "vote", partition="region")
    same = undecided_scenarios(regions, "vote", partition="region", turnout=dict.fromkeys(REGIONS, 0.6))
    pd.testing.assert_frame_equal(plain, same)


def test_errors_of_scenarios_are_those_of_repeated_samples():
    from analysis.estimates.scenarios import _allocate

    shares = np.array(
        [[0.2, 0.45], [0.3, 0.2], [0.2, 0.15], [0.1, 0.05]]
    )  # A, B, undecided, absent; else blank
    weight, sizes = np.array([0.4, 0.6]), np.array([900, 600])
    summed = covered(weight, sizes)

    def allocate(weights, figures):
        return _allocate(weights, figures, named=2, by_segment=True, absent=True)

    estimate = delta_estimate(allocate, summed, shares)
    generator = np.random.default_rng(5)
    drawn = np.stack(
        [
            generator.multinomial(n, [*p, 1 - p.sum()], size=6000)[:, :4] / n
            for n, p in zip(sizes, shares.T, strict=True)
        ],
        axis=-1,
    )
    simulated = np.array([allocate(weight, figures) for figures in drawn])
    np.testing.assert_allclose(simulated.std(axis=0), estimate.standard_error_stratified, rtol=0.04)


@quick
@given(st.integers(0, 2**32 - 1))
def test_the_delta_method_agrees_with_the_closed_form_of_a_ratio(seed):
    generator = np.random.default_rng(seed)
    weight, sizes = generator.dirichlet(np.ones(3)), generator.integers(30, 500, size=3)
    shares = generator.dirichlet(np.ones(4), size=3).T[:3]
    summed = covered(weight, sizes)
    by_hand = weighted_ratio(summed, shares[0], shares.sum(axis=0))
    delta = delta_estimate(lambda w, p: (p[0] @ w) / (p.sum(axis=0) @ w), summed, shares)
    for name in ("share", "standard_error", "standard_error_stratified", "n_equivalent"):
        np.testing.assert_allclose(getattr(delta, name), getattr(by_hand, name), rtol=1e-9)


def test_the_delta_method_gives_a_lead_its_multinomial_error():
    sizes, shares = np.array([300, 500]), np.array([[0.2, 0.5], [0.4, 0.1]])
    weight = sizes / sizes.sum()
    estimate = delta_estimate(lambda w, p: (p[0] - p[1]) @ w, covered(weight, sizes), shares)
    a, b = shares @ weight
    assert estimate.share == pytest.approx(a - b)
    assert estimate.standard_error == pytest.approx(np.sqrt((a + b - (a - b) ** 2) / 800))


def test_turnout_that_cannot_be_is_refused_naming_every_fault(cpi, roll, votes_cast):
    with pytest.raises(AnalysisError) as refused:
        undecided_scenarios(
            cpi, "vote_intention", partition="region", turnout={"lima_callao": 75, "norte": 0.7, "oriente": 0}
        )
    problems = refused.value.problems
    assert len(problems) == 4
    assert "there is no segment 'norte'" in problems[0]
    assert "'interior' is missing" in problems[1]
    assert "turnout of 'lima_callao': 75 is not allowed; use a share above 0 and at most 1" in problems[2]
    with pytest.raises(
        AnalysisError, match="votes cast are weights themselves; give them or a target, not both"
    ):
        undecided_scenarios(cpi, "vote_intention", partition="region", target=roll, turnout=votes_cast)
    with pytest.raises(AnalysisError, match="A target or a turnout needs segments"):
        undecided_scenarios(cpi, "vote_intention", turnout={"total": 0.7})


def test_one_candidate_makes_no_scenario(tmp_path):
    poll = write_poll(
        tmp_path / "poll", {"vote": {("a", "candidate"): {"total": "60.0"}, "no": {"total": "40.0"}}}, n=500
    )
    with pytest.raises(AnalysisError, match=r"has 1 answers of role 'candidate' .* with 2 or more"):
        undecided_scenarios(poll, "vote")
    assert valid_votes(poll, "vote")["share"].to_list() == [1.0]


# Firm votes


def test_floor_and_ceiling_in_april(cpi):
    firm = firm_vote(cpi, "vote_certainty").set_index(["answer", "segment"])
    castillo = firm.loc["castillo", "total"]
    assert castillo["floor"] == pytest.approx(0.355 * 0.896)
    assert (castillo["floor_low"], castillo["floor_high"]) == pytest.approx(
        tuple(float(end) for end in share_interval(0.355 * 0.896, 1200))
    )
    assert castillo["ceiling"] == pytest.approx(0.355 + 0.177)
    assert castillo["soft_others"] == pytest.approx(0.231 * 0.138 + 0.203 * 0.133)
    assert firm.loc[("fujimori", "total"), "soft_others"] == pytest.approx(0.355 * 0.101 + 0.203 * 0.133)
    assert (firm["floor"] <= firm["share"]).all()
    np.testing.assert_allclose(firm["floor"] + firm["soft"] + firm["undecided"], firm["ceiling"])
    rural = firm.loc["castillo", "rural"]
    n_rural = segment_bases(cpi).set_index("segment").loc["rural", "n_effective"]
    assert rural["floor_low"] == pytest.approx(float(share_interval(0.615 * 0.988, n_rural)[0]))


def test_a_design_effect_widens_firm_votes(cpi):
    plain, clustered = (firm_vote(cpi, "vote_certainty", design_effect=effect) for effect in (1, 2))
    for end in ("floor", "ceiling"):
        assert (
            clustered[f"{end}_high"] - clustered[f"{end}_low"] > plain[f"{end}_high"] - plain[f"{end}_low"]
        ).all()
    np.testing.assert_array_equal(clustered["floor"], plain["floor"])


def test_without_certainty_only_shares_are_known(cpi, harbour):
    for poll, question in ((cpi, "vote_intention"), (harbour, "vote")):
        firm = firm_vote(poll, question)
        unknown = [
            "floor",
            "floor_low",
            "floor_high",
            "soft",
            "ceiling",
            "ceiling_low",
            "ceiling_high",
            "soft_others",
        ]
        assert firm[unknown].isna().all(axis=None)
        assert firm["share"].notna().any()
        assert firm["undecided"].notna().any()


def test_the_undecided_who_may_change_are_in_the_ceiling_already_and_a_part_has_no_base(tmp_path):
    rows = {
        ("a", "candidate"): {"total": "60.0"},
        ("a_sure", "certain", "a"): {"total": "50.0"},
        ("a_may", "may_change", "a"): {"total": "50.0"},
        ("open", "undecided"): {"total": "40.0"},
        ("open_may", "may_change", "open"): {"total": "90.0"},
    }
    firm = firm_vote(write_poll(tmp_path / "poll", {"vote": rows}, n=400), "vote").iloc[0]
    assert (firm["ceiling"], firm["soft_others"]) == (1.0, 0.0)
    assert firm["ceiling_high"] == 1
    part = firm_vote(write_poll(tmp_path / "part", {"vote": rows}, n=400, base="part"), "vote").iloc[0]
    assert part["floor"] == 0.3
    assert part[["floor_low", "floor_high", "ceiling_low", "ceiling_high"]].isna().all()


def test_certainty_of_one_candidate_only(tmp_path):
    poll = write_poll(
        tmp_path / "poll",
        {
            "vote": {
                ("a", "candidate"): {"total": "50.0"},
                ("a_sure", "certain", "a"): {"total": "80.0"},
                ("a_may", "may_change", "a"): {"total": "20.0"},
                ("b", "candidate"): {"total": "50.0"},
            }
        },
        n=400,
    )
    firm = firm_vote(poll, "vote").set_index("answer")
    assert firm.loc["a", ["floor", "soft", "undecided", "ceiling"]].to_list() == pytest.approx(
        [0.4, 0.1, 0, 0.5]
    )
    assert np.isnan(firm.loc["a", "soft_others"])  # how soft B's voters are was not published
    assert np.isnan(firm.loc["b", "floor"])
    assert firm.loc["b", "soft_others"] == pytest.approx(0.1)


# Leading


def leads(table, error, answer):
    return table.set_index(["error", "answer"]).loc[(error, answer)]


def test_added_error_is_computed_from_the_sampling_error(cpi):
    assert added_error(0.0184) == pytest.approx(0.0298, abs=5e-5)
    table = probability_of_leading(cpi, "vote_intention", draws=1000)
    assert leads(table, "total", "castillo")["added_error"] == pytest.approx(0.0298, abs=5e-5)
    assert leads(table, "sampling", "castillo")["added_error"] == 0


def test_sampling_beyond_the_total_error_is_added_nothing(cpi):
    assert added_error(0.04) == 0
    assert TOTAL_ERROR == 0.035
    table = probability_of_leading(cpi, "vote_intention", draws=5000, total_error=0.01)
    by_error = table.pivot(index="answer", columns="error", values="probability")
    assert (by_error["sampling"] == by_error["total"]).all()


@pytest.mark.parametrize("partition", [None, "region", "zone"])
def test_castillo_led_beyond_the_resolution(cpi, roll, partition):
    options = {} if partition is None else {"target": roll, "partition": partition}
    table = probability_of_leading(cpi, "vote_intention", draws=20_000, **options)
    assert leads(table, "sampling", "castillo")["probability"] > 0.9999
    assert leads(table, "total", "castillo")["probability"] > 0.99
    assert (table["monte_carlo_error"] > 0).all()
    assert table.groupby("error")["probability"].sum().to_list() == pytest.approx([1, 1])


def close_race(folder, a="41.0", b="39.0"):
    return write_poll(
        folder,
        {
            "vote": {
                ("a", "candidate"): {"total": a},
                ("b", "candidate"): {"total": b},
                ("open", "undecided"): {"total": "20.0"},
            }
        },
        n=1000,
    )


def test_a_close_race_has_the_probability_of_the_normal_distribution(tmp_path):
    from scipy.special import ndtr

    poll = close_race(tmp_path / "poll")
    table = probability_of_leading(poll, "vote")
    share, error = 41 / 80, np.sqrt(41 * 39 / 80**2 / 800)
    for name, deviation in (("sampling", error), ("total", 0.035)):
        found = leads(table, name, "a")
        expected = ndtr((share - 0.5) / deviation)
        assert found["probability"] == pytest.approx(expected, abs=4 * found["monte_carlo_error"] + 0.001)
        assert found["monte_carlo_error"] == pytest.approx(np.sqrt(expected * (1 - expected) / 1e5), rel=0.02)


def test_a_tie_is_even_and_a_design_effect_blurs(tmp_path):
    even = probability_of_leading(close_race(tmp_path / "even", "40.0", "40.0"), "vote")
    assert even["probability"].to_list() == pytest.approx([0.5] * 4, abs=0.007)
    poll = close_race(tmp_path / "poll", "43.0", "37.0")
    sharp, blurred = (
        leads(probability_of_leading(poll, "vote", design_effect=effect), "sampling", "a")["probability"]
        for effect in (1, 3)
    )
    assert 0.5 < blurred < sharp - 0.02


def test_a_candidate_whom_nobody_named_may_still_lead_in_a_tiny_sample(tmp_path):
    rows = {("a", "candidate"): {"total": "100.0"}, ("b", "candidate"): {"total": "0.0"}}
    table = probability_of_leading(write_poll(tmp_path / "poll", {"vote": rows}, n=2), "vote")
    assert 0 < leads(table, "sampling", "b")["probability"] < 0.1


def test_the_seed_is_the_only_chance(cpi):
    options = {"draws": 2000, "design_effect": 2}
    first, again = (probability_of_leading(cpi, "vote_intention", **options) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    other = probability_of_leading(cpi, "vote_intention", seed=1, **options)
    assert not other["probability"].equals(first["probability"])


def test_of_three_candidates_the_first_two_share_the_survey_error(harbour):
    table = probability_of_leading(harbour, "vote", partition="age", design_effect=4)
    assert table["answer"].to_list() == ["okafor", "lindqvist", "tanaka"] * 2
    by_error = table.pivot(index="answer", columns="error", values="probability")
    assert by_error.sum().to_list() == pytest.approx([1, 1])
    assert by_error.loc["lindqvist"].min() > 0.95
    assert by_error.loc["tanaka"].max() < 0.001
    # They have so much together that none of it can make the third lead.
    wild = probability_of_leading(harbour, "vote", partition="age", total_error=0.2)
    assert leads(wild, "total", "tanaka")["probability"] == 0
    assert (
        leads(wild, "total", "lindqvist")["probability"] < leads(wild, "sampling", "lindqvist")["probability"]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"total_error": -0.1}, "total_error: -0.1 is not allowed"),
        ({"total_error": np.nan}, "total_error: nan is not allowed"),
        ({"draws": 0}, "draws: 0 is not allowed"),
    ],
)
def test_simulations_that_cannot_be_are_refused(cpi, options, message):
    with pytest.raises(AnalysisError, match=message):
        probability_of_leading(cpi, "vote_intention", **options)


def test_asking_changes_nothing(cpi):
    before = cpi.estimates.copy()
    valid_votes(cpi, "vote_certainty", partition="zone")
    undecided_scenarios(cpi, "vote_certainty", partition="zone")
    firm_vote(cpi, "vote_certainty")
    probability_of_leading(cpi, "vote_certainty", draws=10)
    pd.testing.assert_frame_equal(cpi.estimates, before)

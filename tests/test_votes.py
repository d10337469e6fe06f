"""From intention to votes: valid votes, who would lead if the undecided vote one way or another, how likely a lead is."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_up_poll import REGIONS, poll_of, question, target_of, write_poll, write_regions
from reference_values import assert_close, reference
from scipy.special import ndtr

from analysis.errors import AnalysisError, PollError
from analysis.estimates import (
    Options,
    bases,
    calibrated_leads,
    leading_probability,
    reading_leads,
    scenario_leads,
    total_leads,
    valid_votes,
    vote_question,
)
from analysis.polls import load_poll, load_race, load_target
from analysis.stats import ADDED_ERROR, lead_interval, lead_test, share_interval
from analysis.stats.totals import Parts, delta_estimate, weighted_ratio

REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "totals.csv")
# The survey package divides by n - 1.
N_MINUS_1 = np.sqrt(999 / 1000)
POPULATIONS = {"sample": (50, 25, 25), "target": (4000, 3500, 2500)}
AT_ONE = Options(design_effect=1)


def parts_of(weight, sizes):
    weight, sizes = np.asarray(weight, float), np.asarray(sizes, float)
    return Parts(weight, weight, weight, sizes, float(sizes.sum()))


@pytest.fixture(scope="module")
def regions(tmp_path_factory):
    return write_regions(tmp_path_factory.mktemp("polls") / "regions")


@pytest.fixture(scope="module")
def roll():
    return load_target("electoral-roll-2021")


@pytest.fixture(scope="module")
def votes_cast():
    return load_target("votes-cast-2021-06-06")


def test_the_question_is_the_first_that_names_candidates(cpi, harbour, valle):
    assert vote_question(cpi) == "vote_intention"
    assert vote_question(harbour) == "vote"
    assert vote_question(valle) == ""
    assert vote_question(cpi, "vote_certainty") == "vote_certainty"
    with pytest.raises(PollError, match="no question 'vote'"):
        vote_question(cpi, "vote")


# Valid votes


def test_as_published_the_interval_is_that_of_the_valid_interviews_from_the_ends_of_rounding(cpi):
    for what, (effect,), expected in reference("valid_votes", "estimates"):
        castillo = valid_votes(cpi, "vote_intention", Options(design_effect=effect)).iloc[0]
        assert_close(castillo[["low", "high"]].astype(float), expected, 1e-8), what
    votes = valid_votes(cpi, "vote_intention", Options(0.9, 1.5))
    n = 1200 * 0.586 / 1.5
    low, _ = share_interval(votes["rounding_low"], n, confidence_level=0.9)
    _, high = share_interval(votes["rounding_high"], n, confidence_level=0.9)
    np.testing.assert_allclose(votes["low"], low, rtol=0, atol=1e-12)
    np.testing.assert_allclose(votes["high"], high, rtol=0, atol=1e-12)
    expected = np.sqrt(votes["estimate"] * (1 - votes["estimate"]) / n)
    np.testing.assert_allclose(votes["standard_error"], expected)


@pytest.mark.parametrize("case", ["sample", "target"])
def test_valid_votes_and_their_error_are_those_of_r(regions, case):
    expected = REFERENCE[(REFERENCE["case"] == "valid") & (REFERENCE["target"] == case)].iloc[0]
    target = target_of(**dict(zip(REGIONS, POPULATIONS[case], strict=True)))
    found = valid_votes(regions, "vote", AT_ONE, target=target).set_index("answer").loc["amaro"]
    error = found["standard_error" if case == "sample" else "standard_error_stratified"]
    assert found["estimate"] == pytest.approx(expected["share"], abs=1e-12)
    assert error == pytest.approx(N_MINUS_1 * expected["standard_error"], abs=1e-12)


@pytest.mark.parametrize("partition", [None, "region", "zone", "area"])
def test_valid_votes_sum_to_one_within_their_rounding(cpi, partition):
    votes = valid_votes(cpi, "vote_intention", partition=partition)
    assert votes["estimate"].sum() == pytest.approx(1)
    assert (votes["rounding_low"] < votes["estimate"]).all()
    assert (votes["estimate"] < votes["rounding_high"]).all()
    # With two candidates what bounds one bounds the other.
    assert votes["rounding_low"][0] == pytest.approx(1 - votes["rounding_high"][1])
    assert votes["standard_error"][0] == pytest.approx(votes["standard_error"][1])


def test_rounding_bounds_of_the_published_share_are_worked_out_by_hand(cpi):
    castillo = valid_votes(cpi, "vote_intention").iloc[0]
    assert castillo["rounding_low"] == pytest.approx(0.3545 / (0.3545 + 0.2315))
    assert castillo["rounding_high"] == pytest.approx(0.3555 / (0.3555 + 0.2305))


def test_valid_votes_of_three_candidates_and_whole_percentages(harbour):
    votes = valid_votes(harbour, "vote", partition="age")
    assert votes["answer"].to_list() == ["okafor", "lindqvist", "tanaka"]
    assert votes["estimate"].sum() == pytest.approx(1)
    printed = valid_votes(harbour, "vote")
    assert printed["estimate"].to_list() == pytest.approx([28 / 86, 41 / 86, 17 / 86])
    assert (
        (votes["rounding_low"] < printed["estimate"]) & (printed["estimate"] < votes["rounding_high"])
    ).all()


@pytest.mark.parametrize("function", [valid_votes, scenario_leads, leading_probability])
def test_what_has_no_candidates_or_weights_is_refused(cpi, valle, roll, function):
    with pytest.raises(AnalysisError, match="'approval' has 0 answers of role 'candidate'"):
        function(valle, "approval")
    with pytest.raises(AnalysisError, match="is multiple_response; use a single_response question"):
        function(cpi, "castillo_positive")
    with pytest.raises(PollError, match="no question 'turnout'"):
        function(cpi, "turnout")
    if function is not leading_probability:
        target = {"turnout" if function is scenario_leads else "target": roll}
        with pytest.raises(AnalysisError, match="'urbano', 'rural'"):
            function(cpi, "vote_intention", partition="area", **target)


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
    assert valid_votes(poll, "vote", partition="half")["estimate"].isna().all()
    assert set(scenario_leads(poll, "vote", partition="half")["verdict"]) == {"not published"}
    assert valid_votes(poll, "vote")["estimate"].to_list() == pytest.approx([0.625, 0.375])
    asked_of_some = gap_poll(tmp_path / "some", base="part")
    votes = valid_votes(asked_of_some, "vote")
    assert votes["estimate"].to_list() == pytest.approx([0.625, 0.375])
    assert votes[["low", "high", "standard_error"]].isna().all(axis=None)
    leads = scenario_leads(asked_of_some, "vote")
    assert leads["estimate"].notna().all()
    assert leads[["low", "high"]].isna().all(axis=None)
    assert set(leads["verdict"]) == {"base unknown"}
    assert leading_probability(asked_of_some, "vote")["estimate"].isna().all()


# Scenarios


def test_scenarios_and_their_errors_are_those_of_r(regions):
    """Of two candidates a lead is twice a share less one, with twice its error; weights of the sample, as sampled."""
    target = target_of(**dict(zip(REGIONS, POPULATIONS["sample"], strict=True)))
    found = scenario_leads(regions, "vote", AT_ONE, turnout=target).set_index("scenario")
    for scenario, case in (("as_decided", "valid"), ("equally", "equally"), ("all_to_amaro", "all_to_amaro")):
        expected = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["target"] == "sample")].iloc[0]
        assert found.loc[scenario, "estimate"] == pytest.approx(2 * expected["share"] - 1, abs=1e-12)
        error = 2 * N_MINUS_1 * expected["standard_error"]
        assert found.loc[scenario, "standard_error"] == pytest.approx(error, abs=1e-12)


def test_scenarios_with_other_weights_are_those_of_r_and_their_errors_on_the_safe_side(regions):
    target = target_of(**dict(zip(REGIONS, POPULATIONS["target"], strict=True)))
    found = scenario_leads(regions, "vote", AT_ONE, turnout=target).set_index("scenario")
    for scenario, case in (("as_decided", "valid"), ("equally", "equally"), ("all_to_amaro", "all_to_amaro")):
        expected = REFERENCE[(REFERENCE["case"] == case) & (REFERENCE["target"] == "target")].iloc[0]
        assert found.loc[scenario, "estimate"] == pytest.approx(2 * expected["share"] - 1, abs=1e-12)
        assert found.loc[scenario, "standard_error"] > 2 * N_MINUS_1 * expected["standard_error"]


@pytest.mark.parametrize("partition", [None, "region", "zone"])
def test_as_the_decided_is_the_lead_in_valid_votes(cpi, partition):
    options = Options(0.9, 1.5)
    lead = scenario_leads(cpi, "vote_intention", options, partition=partition).iloc[0]
    votes = valid_votes(cpi, "vote_intention", options, partition=partition)["estimate"]
    assert lead["estimate"] == pytest.approx(votes[0] - votes[1])
    share = valid_votes(cpi, "vote_intention", options, partition=partition).iloc[0]
    assert lead["standard_error"] == pytest.approx(2 * share["standard_error"])


def test_scenarios_of_the_printed_totals_are_worked_out_by_hand(cpi):
    lead = scenario_leads(cpi, "vote_intention", AT_ONE).set_index("scenario")
    everybody = 0.355 + 0.231 + 0.177
    assert lead.loc["equally", "estimate"] == pytest.approx(0.124 / everybody)
    assert lead.loc["all_to_castillo", "estimate"] == pytest.approx((0.124 + 0.177) / everybody)
    row = lead.loc["all_to_fujimori"]
    assert row["estimate"] == pytest.approx((0.124 - 0.177) / everybody)
    share, voters = 0.355 / everybody, 1200 * everybody
    assert row["standard_error"] == pytest.approx(2 * np.sqrt(share * (1 - share) / voters))
    assert row["verdict"] == "behind"
    # The ends of rounding: Castillo's figure one way, the others' the other.
    nearest = (0.3555 - 0.2305 - 0.1765) / (0.3555 + 0.2305 + 0.1765)
    ends = [(1 + side * nearest) / 2 for side in (1, -1)]
    assert row["high"] == pytest.approx(lead_interval(*ends, voters)[2], abs=1e-9)
    assert row["p_value"] == pytest.approx(lead_test(*ends, voters)[1])


def test_the_lead_of_the_decided_is_that_of_the_same_poll_among_others_of_its_race(cpi):
    own = reading_leads(load_race("peru-2021-runoff"), cpi).query("this_poll").iloc[0]
    lead = scenario_leads(cpi, "vote_intention").iloc[0]
    assert list(lead[["estimate", "low", "high"]]) == pytest.approx(
        list(own[["estimate", "low", "high"]]), abs=1e-6
    )


def test_three_candidates_share_the_undecided_in_three(harbour):
    leading = scenario_leads(harbour, "vote")
    lead = leading.set_index("scenario")["estimate"]
    assert lead["equally"] == pytest.approx(0.41 - 0.28)
    assert lead["all_to_okafor"] == pytest.approx(0.41 - 0.42)
    assert lead["all_to_tanaka"] == pytest.approx(0.41 - 0.28)
    assert lead["as_decided"] == pytest.approx(0.13 / 0.86)
    assert set(leading["answer"]) == {"lindqvist"}
    assert set(leading["against"]) == {"okafor"}


def test_a_vote_for_others_is_a_valid_one_and_who_is_undecided_about_nothing_moves_nothing(tmp_path):
    roles = {"north": "candidate", "south": "candidate", "someone_else": "other", "spoilt": "blank_null"}
    rows = dict(zip(roles.items(), ({"total": figure} for figure in ("40", "30", "10", "20")), strict=True))
    poll = write_poll(tmp_path / "p", {"vote": rows}, n=1000)
    assert list(valid_votes(poll, "vote", AT_ONE)["estimate"]) == pytest.approx([0.5, 0.375])
    leads = scenario_leads(poll, "vote", AT_ONE)
    assert list(leads["scenario"]) == ["as_decided"]
    assert leads["estimate"].iloc[0] == pytest.approx(0.125)


@pytest.mark.parametrize(("shares", "partition"), [
    ((("100", "0", "0"),) * 3, None),
    ((("100", "0", "0"),) * 3, "area"),
    ((("0", "0", "100"),) * 3, None),
    ((("50", "50", "0"), ("100", "0", "0"), ("0", "100", "0")), "area"),
])  # fmt: skip
def test_a_lead_that_nothing_varies_has_an_interval_of_rounding_and_of_all_voters(
    tmp_path, shares, partition
):
    columns = dict(zip(("total", "north", "south"), shares, strict=True))
    roles = [("one", "candidate"), ("two", "candidate"), ("else", "other")]
    rows = {role: {name: column[at] for name, column in columns.items()} for at, role in enumerate(roles)}
    parts = [("area", "total", ("north", "south"))]
    bases = {"north": 500, "south": 500}
    poll = write_poll(tmp_path / "p", {"vote": rows}, n=1000, partitions=parts, bases=bases, decimals=0)
    lead = scenario_leads(poll, "vote", AT_ONE, partition=partition).iloc[0]
    assert -1 <= lead["low"] <= lead["estimate"] <= lead["high"] <= 1
    assert lead["estimate"] == pytest.approx(float(shares[0][0] == "100"))
    assert lead["low"] < lead["high"]


def test_by_segment_the_undecided_follow_their_neighbours(cpi):
    leads = scenario_leads(cpi, "vote_intention", partition="region").set_index("scenario")["estimate"]
    weight = bases(cpi).set_index("segment")["weight"]
    votes = {"lima_callao": (0.193, 0.320, 0.196), "interior": (0.450, 0.179, 0.166)}
    lead = sum(weight[name] * (a - b) * (1 + c / (a + b)) for name, (a, b, c) in votes.items())
    everybody = sum(weight[name] * sum(shares) for name, shares in votes.items())
    assert leads["as_decided_by_segment"] == pytest.approx(lead / everybody)


def test_a_segment_where_nobody_has_decided_gives_no_lead_and_no_warning():
    shares = {
        "west": ("0.0", "0.0", "100.0"),
        "east": ("50.0", "30.0", "20.0"),
        "total": ("25.0", "15.0", "60.0"),
    }
    printed = {
        (name, s): figure for s, row in shares.items() for name, figure in zip("abu", row, strict=True)
    }
    asked = question(
        "v", {"a": ("candidate", None), "b": ("candidate", None), "u": ("undecided", None)}, printed
    )
    poll = poll_of([asked], ("west", "east"), bases={"west": 500, "east": 500})
    leads = scenario_leads(poll, "v", partition="parts").set_index("scenario")
    assert leads.loc["as_decided_by_segment", "estimate"] == pytest.approx(0.5 * 0.2 * 1.25, rel=1e-3)
    assert leads[["low", "high"]].notna().all(axis=None)


def test_turnout_counts_the_people_who_vote(cpi, votes_cast):
    population = votes_cast.population.set_index("segment")["population"]
    weight = population[["lima_callao", "interior"]] / population[["lima_callao", "interior"]].sum()
    found = scenario_leads(cpi, "vote_intention", partition="region", turnout=votes_cast).set_index(
        "scenario"
    )["estimate"]
    # Shares of those who mean to vote, in the segments' shares of the votes cast.
    votes = {"lima_callao": (0.193, 0.320, 0.196, 0.023), "interior": (0.450, 0.179, 0.166, 0.040)}
    voters = {name: weight[name] / (1 - votes[name][3]) for name in votes}
    castillo, fujimori, undecided = (sum(voters[name] * votes[name][i] for name in votes) for i in range(3))
    assert found["as_decided"] == pytest.approx((castillo - fujimori) / (castillo + fujimori))
    everybody = castillo + fujimori + undecided
    assert found["all_to_fujimori"] == pytest.approx((castillo - fujimori - undecided) / everybody)
    # By zone, the finest that was counted.
    assert len(scenario_leads(cpi, "vote_intention", turnout=votes_cast)) == 5


def test_turnout_in_proportion_changes_only_who_stands_for_the_absent(regions):
    # Nobody in this poll says that they will not vote, and its printed bases are its weights.
    weight = bases(regions).set_index("segment")["weight"][list(REGIONS)]
    plain = scenario_leads(regions, "vote", partition="region").set_index("scenario")["estimate"]
    same = scenario_leads(regions, "vote", turnout=target_of(**weight.to_dict())).set_index("scenario")[
        "estimate"
    ]
    pd.testing.assert_series_equal(plain, same)


def test_figures_and_weights_of_segments_move_by_themselves():
    """An independent review: z = 1.953 at the corner where u rises in x and falls in y, and weights are open as well."""
    shares = {"x": ("32", "38", "21", "9"), "y": ("42", "29", "23", "6"), "total": ("37", "34", "22", "8")}
    roles = {"a": "candidate", "b": "candidate", "u": "undecided", "n": "will_not_vote"}
    printed = {
        (name, s): figure for s, row in shares.items() for name, figure in zip(roles, row, strict=True)
    }
    asked = question("v", {name: (role, None) for name, role in roles.items()}, printed)
    poll = poll_of([asked], ("x", "y"), bases={"x": 3000, "y": 3000}, n=6000, decimals=0)
    leads = scenario_leads(poll, "v", AT_ONE, partition="parts").set_index("scenario")
    assert leads.loc["as_decided_by_segment", "verdict"] == "depends on rounding"


def test_a_lead_near_its_margin_depends_on_rounding(tmp_path):
    rows = {
        ("a", "candidate"): {"total": "52"},
        ("b", "candidate"): {"total": "46"},
        ("open", "undecided"): {"total": "2"},
    }
    verdicts = [
        scenario_leads(write_poll(tmp_path / f"p{n}", {"q": rows}, n=n), "q", AT_ONE)
        .set_index("scenario")
        .loc["as_decided", "verdict"]
        for n in (400, 1050, 4000)
    ]
    assert verdicts == ["statistical tie", "depends on rounding", "ahead"]


def test_few_interviews_gaps_and_unknown_bases_are_not_tested(tmp_path):
    rows = {("a", "candidate"): {"total": "80"}, ("b", "candidate"): {"total": "20"}}
    few = write_poll(tmp_path / "few", {"q": rows}, n=25)
    some = write_poll(tmp_path / "some", {"q": rows}, n=1000, base="part")
    gap = {("a", "candidate"): {"total": "80"}, ("b", "candidate"): {"total": ""}}
    unknown = write_poll(tmp_path / "gap", {"q": gap}, n=1000)
    found = [set(scenario_leads(poll, "q")["verdict"]) for poll in (few, some, unknown)]
    assert found == [{"too few interviews"}, {"base unknown"}, {"not published"}]


def test_undecided_who_were_not_published_leave_the_scenarios_that_need_them_open():
    """CPI's poll of May prints no undecided by region: the lead of the decided is known, the others are not."""
    leads = scenario_leads(load_poll("cpi-2021-05-08"), "vote_intention", partition="region").set_index(
        "scenario"
    )
    assert set(leads.drop("as_decided")["verdict"]) == {"not published"}
    assert leads.drop("as_decided")[["estimate", "low", "high", "p_value"]].isna().all(axis=None)
    assert leads.loc["as_decided", "verdict"] == "statistical tie"
    assert leads.loc["as_decided", ["low", "estimate", "high"]].is_monotonic_increasing


def test_errors_of_scenarios_are_those_of_repeated_samples():
    # A, B, undecided, absent; else blank
    shares = np.array([[0.2, 0.45], [0.3, 0.2], [0.2, 0.15], [0.1, 0.05]])
    weight, sizes = np.array([0.4, 0.6]), np.array([900, 600])

    def leads(weights, figures):
        a, b, undecided = figures[:3] / (1 - figures[3])
        by_segment = (a - b) * (1 + undecided / (a + b))
        whole = (a + b + undecided) @ weights
        return np.array(
            [(a - b) @ weights / ((a + b) @ weights), (a - b) @ weights / whole, by_segment @ weights / whole]
        )

    estimate = delta_estimate(leads, parts_of(weight, sizes), shares)
    generator = np.random.default_rng(5)
    drawn = np.stack(
        [
            generator.multinomial(n, [*p, 1 - p.sum()], size=6000)[:, :4] / n
            for n, p in zip(sizes, shares.T, strict=True)
        ],
        axis=-1,
    )
    simulated = np.array([leads(weight, figures) for figures in drawn])
    np.testing.assert_allclose(simulated.std(axis=0), estimate.standard_error_stratified, rtol=0.04)


@given(st.integers(0, 2**32 - 1))
def test_the_delta_method_agrees_with_the_closed_form_of_a_ratio(seed):
    generator = np.random.default_rng(seed)
    weight, sizes = generator.dirichlet(np.ones(3)), generator.integers(30, 500, size=3)
    shares = generator.dirichlet(np.ones(4), size=3).T[:3]
    parts = parts_of(weight, sizes)
    by_hand = weighted_ratio(parts, shares[0], shares.sum(axis=0))
    delta = delta_estimate(lambda w, p: (p[0] @ w) / (p.sum(axis=0) @ w), parts, shares)
    for name in ("share", "standard_error", "standard_error_stratified", "n_equivalent"):
        np.testing.assert_allclose(getattr(delta, name), getattr(by_hand, name), rtol=1e-9)


def test_one_candidate_makes_no_scenario(tmp_path):
    poll = write_poll(
        tmp_path / "poll", {"vote": {("a", "candidate"): {"total": "60.0"}, "no": {"total": "40.0"}}}, n=500
    )
    with pytest.raises(AnalysisError, match=r"has 1 answers of role 'candidate' .* with 2 or more"):
        scenario_leads(poll, "vote")
    assert valid_votes(poll, "vote")["estimate"].to_list() == [1.0]


# Leading


def leads_of(table, error, answer):
    return table.set_index(["error", "answer"]).loc[(error, answer)]


def close_race(folder, a="41.0", b="39.0"):
    rows = {
        ("a", "candidate"): {"total": a},
        ("b", "candidate"): {"total": b},
        ("open", "undecided"): {"total": "20.0"},
    }
    return write_poll(folder, {"vote": rows}, n=1000)


def test_a_close_race_has_the_probability_of_the_normal_distribution(tmp_path):
    table = leading_probability(close_race(tmp_path / "poll"), "vote", AT_ONE)
    share, error = 41 / 80, np.sqrt(41 * 39 / 80**2 / 800)
    for name, deviation in (("sampling", error), ("total", np.hypot(error, ADDED_ERROR))):
        found = leads_of(table, name, "a")
        expected = ndtr((share - 0.5) / deviation)
        assert found["estimate"] == pytest.approx(expected, abs=4 * found["monte_carlo_error"] + 0.001)


def test_a_design_effect_blurs(tmp_path):
    poll = close_race(tmp_path / "poll", "43.0", "37.0")
    sharp, blurred = (
        leads_of(leading_probability(poll, "vote", Options(design_effect=effect)), "sampling", "a")[
            "estimate"
        ]
        for effect in (1, 3)
    )
    assert 0.5 < blurred < sharp - 0.02


def test_a_candidate_whom_nobody_named_may_still_lead_in_a_tiny_sample(tmp_path):
    rows = {("a", "candidate"): {"total": "100.0"}, ("b", "candidate"): {"total": "0.0"}}
    table = leading_probability(write_poll(tmp_path / "poll", {"vote": rows}, n=2), "vote", AT_ONE)
    assert 0 < leads_of(table, "sampling", "b")["estimate"] < 0.1


def test_the_level_of_confidence_has_no_part_in_it_and_nothing_else_is_left_to_chance(cpi):
    first, again = (leading_probability(cpi, "vote_intention", Options(level, 2)) for level in (0.95, 0.8))
    pd.testing.assert_frame_equal(first, again)


def test_of_three_candidates_the_first_two_share_the_added_error(harbour):
    options = Options(design_effect=4)
    table = leading_probability(harbour, "vote", options)
    assert table["answer"].to_list() == ["okafor", "lindqvist", "tanaka"] * 2
    by_error = table.pivot(index="answer", columns="error", values="estimate")
    assert by_error.sum().to_list() == pytest.approx([1, 1])
    assert by_error.loc["lindqvist"].min() > 0.95
    assert by_error.loc["tanaka"].max() < 0.001
    # They have so much together that hardly any of it can make the third lead.
    wild = leading_probability(harbour, "vote", options, added_error=0.2)
    assert leads_of(wild, "total", "tanaka")["estimate"] < 0.001
    lindqvist = leads_of(wild, "total", "lindqvist")["estimate"]
    assert lindqvist < leads_of(wild, "sampling", "lindqvist")["estimate"]


def test_the_end_of_a_table_is_not_what_people_would_vote(tmp_path):
    rest = {(name, "candidate"): {"total": "2"} for name in ("ana", "bo")}
    whole = {(name, "candidate"): {"total": "45"} for name in ("ana", "bo")}
    poll = write_poll(tmp_path / "p", {"rest": rest, "whole": whole}, n=500, decimals=0)
    assert vote_question(poll) == "whole"


@pytest.mark.parametrize(
    "figures", [("100", "0", "0"), ("52", "50", "0"), ("50", "48", "0"), ("99.9", "0.1", "0.0")]
)
@pytest.mark.parametrize("n", [1, 1200])
def test_columns_of_everybody_and_those_that_do_not_add_up_have_leads_between_their_ends(figures, n):
    roles = {"a": ("candidate", None), "b": ("candidate", None), "u": ("undecided", None)}
    printed = {(answer, "total"): figure for answer, figure in zip(roles, figures, strict=True)}
    poll = poll_of([question("vote", roles, printed)], partitions=[], n=n, decimals=0)
    for frame, ends in (
        (total_leads(poll, "vote"), ("rounding_low", "rounding_high")),
        (calibrated_leads(poll, "vote"), ("low", "high")),
        (calibrated_leads(poll, "vote"), ("calibrated_low", "calibrated_high")),
    ):
        lead = (float(figures[0]) - float(figures[1])) / 100
        for low, high in frame[list(ends)].dropna().to_numpy():
            assert low - 1e-9 <= lead <= high + 1e-9
        assert frame["estimate"].to_list() == pytest.approx([lead] * len(frame))

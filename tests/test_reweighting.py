import numpy as np
import pandas as pd
import pytest
from made_up_poll import COUNTS, REGIONS, SIZES, write_poll, write_regions

from analysis.errors import AnalysisError
from analysis.estimates import decomposition, finest_partition, national_total, reweight, undecided_scenarios
from analysis.polls import PUBLISHED, Target, load_target, load_targets


@pytest.fixture(scope="module")
def roll():
    return load_target("electoral-roll-2021")


@pytest.fixture(scope="module")
def published():
    return load_target(PUBLISHED)


def target_of(**population):
    table = pd.DataFrame({"segment": list(population), "population": list(population.values())})
    return Target("made-up", "Made up", "Nobody", "people", "", table)


def test_the_published_weights_are_a_target_like_any_other(cpi, published):
    by_name = national_total(cpi, "vote_intention", target="published", partition="zone")
    pd.testing.assert_frame_equal(
        by_name, national_total(cpi, "vote_intention", target=published, partition="zone")
    )
    shifts = decomposition(cpi, "vote_intention", target=published)
    assert (shifts["contribution"] == 0).all()
    pd.testing.assert_frame_equal(
        undecided_scenarios(cpi, "vote_intention"),
        undecided_scenarios(cpi, "vote_intention", target=published),
    )


def test_the_finest_partition_that_fits_is_chosen(cpi, harbour, valle, roll, published):
    assert finest_partition(cpi, roll) == "zone"
    assert finest_partition(cpi, target_of(lima_callao=1, interior=2)) == "region"
    assert finest_partition(cpi, target_of(lima_callao=1, urbano=2, rural=1)) == "area"
    assert finest_partition(cpi, target_of(urbano=2, rural=1)) is None
    assert finest_partition(harbour, roll) is None
    assert finest_partition(harbour, published) == "age"
    assert finest_partition(valle, published) is None


def test_totals_are_those_of_each_target_by_itself(cpi, roll):
    result = reweight(cpi, "vote_intention", roll, load_targets(), design_effect=1.5)
    assert list(result.totals["weights"].unique()) == [
        "printed", "published", "electoral-roll-2021", "votes-cast-2021-06-06",
    ]  # fmt: skip
    assert (result.main, result.partition) == ("electoral-roll-2021", "zone")
    for name in ("published", "electoral-roll-2021", "votes-cast-2021-06-06"):
        alone = national_total(
            cpi, "vote_intention", target=load_target(name), partition="zone", design_effect=1.5
        )
        mine = result.totals[result.totals["weights"] == name].drop(columns="weights").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone)


@pytest.mark.parametrize(("design_effect", "low", "high"), [(1.0, 0.0813, 0.1667), (2.0, 0.064, 0.184)])
def test_the_printed_lead_has_the_interval_of_statistics(cpi, published, design_effect, low, high):
    leads = reweight(cpi, "vote_intention", published, design_effect=design_effect).leads
    printed = leads.set_index("weights").loc["printed"]
    assert printed["lead"] == pytest.approx(0.124)
    assert (printed["low"], printed["high"]) == pytest.approx((low, high), abs=6e-4)


def test_the_lead_of_known_interviews_has_the_multinomial_error(tmp_path, published):
    """Weights proportional to interviews, counted as sampled, give back simple random sampling."""
    poll = write_regions(tmp_path / "regions")
    lead = reweight(poll, "vote", target_of(**dict(zip(REGIONS, SIZES, strict=True)))).leads.iloc[-1]
    a, b = (sum(COUNTS[answer]) / 1000 for answer in (("amaro", "candidate"), ("bravo", "candidate")))
    assert lead["lead"] == pytest.approx(a - b)
    assert lead["standard_error"] == pytest.approx(np.sqrt((a + b - (a - b) ** 2) / 1000))


def test_what_segments_add_sums_to_the_change_of_the_lead(cpi, roll):
    result = reweight(cpi, "vote_intention", roll)
    leads = result.leads.set_index("weights")["lead"]
    change = leads["electoral-roll-2021"] - leads["published"]
    segments = result.segments
    assert segments["contribution"].sum() == pytest.approx(change)
    np.testing.assert_allclose(
        segments["contribution_a"] - segments["contribution_b"], segments["contribution"], atol=1e-12
    )
    row = segments.set_index("segment").loc["lima_callao"]
    others = segments[segments["segment"] != "lima_callao"]
    rest = others["target_weight"] @ others["lead"] / others["target_weight"].sum()
    assert row["break_even"] * row["lead"] + (1 - row["break_even"]) * rest == pytest.approx(0)


def test_a_target_that_does_not_fit_gives_way_to_the_implied_weights(harbour, valle, roll):
    result = reweight(harbour, "vote", roll, load_targets())
    assert (result.fits, result.main, result.targets) == (False, "published", ())
    nothing = reweight(valle, "approval", roll, load_targets())
    assert (nothing.main, nothing.partition, nothing.parts) == ("printed", "", ("total",))
    assert nothing.segments.empty


def test_a_partition_that_is_named_must_fit(cpi, roll):
    with pytest.raises(AnalysisError, match="'electoral-roll-2021' has no population for 'urbano', 'rural'"):
        reweight(cpi, "vote_intention", roll, partition="area")
    result = reweight(cpi, "vote_intention", load_target(PUBLISHED), load_targets(), partition="area")
    assert list(result.leads["weights"]) == ["printed", "published"]


def two_halves(folder, total, a, b, *, n=1000, kind="single_response"):
    rows = {
        (answer, "candidate"): {"total": whole, "a": left, "b": right}
        for answer, whole, left, right in zip(("one", "two"), total, a, b, strict=True)
    }
    rows[("rest", "undecided")] = {
        segment: f"{100 - sum(map(float, shares)):.1f}"
        for segment, shares in (("total", total), ("a", a), ("b", b))
    }
    halves = [("half", "total", ("a", "b"))]
    return write_poll(
        folder, {"vote": rows}, n=n, bases={"a": n // 2, "b": n // 2}, partitions=halves, kinds={"vote": kind}
    )


def test_each_verdict_is_given_where_it_belongs(tmp_path):
    even = target_of(a=1, b=1)
    tie = two_halves(tmp_path / "tie", ("41.0", "40.0"), ("51.0", "30.0"), ("31.0", "50.0"))
    assert set(reweight(tie, "vote", even).leads["verdict"]) == {"statistical tie"}
    few = two_halves(tmp_path / "few", ("60.0", "20.0"), ("60.0", "20.0"), ("60.0", "20.0"), n=20)
    assert set(reweight(few, "vote", even).leads["verdict"]) == {"too few interviews"}
    several = two_halves(
        tmp_path / "several", ("41.0", "40.0"), ("51.0", "30.0"), ("31.0", "50.0"), kind="multiple_response"
    )
    assert reweight(several, "vote", even).leads["verdict"].iloc[-1] == "depends on the overlap"


def test_whoever_leads_with_these_weights_comes_first_and_may_be_behind_as_printed(tmp_path):
    poll = two_halves(tmp_path / "poll", ("45.0", "35.0"), ("60.0", "20.0"), ("30.0", "50.0"))
    leads = reweight(poll, "vote", target_of(a=1, b=4)).leads.set_index("weights")
    assert set(leads["answer_a"]) == {"two"}
    assert leads.loc["made-up", "verdict"] == "ahead"
    assert leads.loc["printed", "verdict"] == "behind"


def test_rounding_alone_can_undo_a_lead(tmp_path):
    """The lead of 62 in 1,000 by 1.96 standard errors lies at the edge: 40.0 - 33.8 is ahead, 39.95 - 33.85 is not."""
    a = np.array([0.4, 0.338])
    edge = 1.959964 * np.sqrt((a.sum() - (a[0] - a[1]) ** 2) / (n := 733))
    assert a[0] - a[1] - 0.001 < edge < a[0] - a[1] + 0.001
    poll = two_halves(tmp_path / "poll", ("40.0", "33.8"), ("40.0", "33.8"), ("40.0", "33.8"), n=n + 1)
    verdict = reweight(poll, "vote", target_of(a=1, b=1)).leads.set_index("weights").loc["printed", "verdict"]
    assert verdict == "depends on rounding"


def test_a_question_that_was_not_put_to_everybody_has_no_interval(valle):
    lead = reweight(valle, "problems", load_target(PUBLISHED)).leads.iloc[0]
    assert (lead["answer_a"], lead["answer_b"]) == ("water", "roads")
    assert lead["verdict"] == "base unknown"
    assert np.isnan(lead["low"])


def test_targets_say_what_they_count():
    assert {target.id: target.counts for target in load_targets()} == {
        "electoral-roll-2021": "people",
        "votes-cast-2021-06-06": "votes",
    }

"""The interviews behind each column: printed, or recovered from weights, or at least so many."""

import numpy as np
import pytest
from made_up_poll import poll_of, question, write_poll

from analysis.errors import AnalysisError
from analysis.estimates import Options, bases, design_effects, implied_weights, intervals
from analysis.stats import margin_of_error

AT_ONE = Options(design_effect=1)


def yes_no(north, south, total, **more):
    """Make a poll of two parts from the three printed figures of one answer; the other answer is silence."""
    yes = {"north": north, "south": south, "total": total}
    printed = {("yes", segment): figure for segment, figure in yes.items()}
    printed |= {("no", segment): f"{100 - float(figure):.1f}" for segment, figure in yes.items()}
    return poll_of([question("vote", {"yes": None, "no": ("no_opinion", None)}, printed)], **more)


def test_bases_of_the_april_poll_are_in_proportion_to_the_weights(cpi):
    found = bases(cpi).set_index("segment")
    assert found.index.to_list() == list(cpi.segments.ids)
    assert found.loc["total", ["weight", "low", "high", "base"]].to_list() == [1, 1, 1, 1200]
    np.testing.assert_allclose(found["base"], 1200 * found["weight"])
    assert set(found["source"].drop("total")) == {"recovered"}
    for partition in cpi.segments.partitions:
        assert found.loc[list(partition.parts), "base"].sum() == pytest.approx(
            found.loc[partition.of, "base"]
        )


def test_the_weight_of_a_part_of_a_part_is_a_product(cpi):
    found = bases(cpi).set_index("segment")
    columns = ["weight", "low", "high"]
    interior = implied_weights(cpi, "region").set_index("segment").loc["interior", columns]
    for partition in ("zone", "area"):
        within = implied_weights(cpi, partition).set_index("segment")[columns]
        expected = (within * interior).to_numpy(dtype=float)
        np.testing.assert_allclose(found.loc[within.index, columns], expected)


def test_published_bases_are_used_as_published(harbour):
    found = bases(harbour).set_index("segment")
    assert found["base"].to_list() == [803, 201, 350, 252]
    assert set(found["source"]) == {"printed"}
    assert (found.loc["under_35":, "base"] != 803 * found.loc["under_35":, "weight"]).all()


def test_one_published_base_leaves_the_others_to_the_weights():
    found = bases(yes_no("60.0", "20.0", "30.0", bases={"north": 400})).set_index("segment")
    assert found.loc["north", ["base", "source"]].to_list() == [400, "printed"]
    assert found.loc["south", "base"] == pytest.approx(1000 * found.loc["south", "weight"])


def test_a_base_hardly_determined_is_the_least_that_the_print_leaves():
    """By hand: (40.15 - 40.05)/(41.05 - 40.05) to .3 of all are in the north, and the rest in the south."""
    found = bases(yes_no("41.0", "40.0", "40.2"), AT_ONE).set_index("segment")
    assert found.loc["north", ["low", "high"]].to_list() == pytest.approx([0.1, 0.3], abs=1e-6)
    assert found.loc["south", ["low", "high"]].to_list() == pytest.approx([0.7, 0.9], abs=1e-6)
    assert found.loc["north", "source"] == "at least"
    assert found.loc["north", ["base", "n_effective"]].to_list() == pytest.approx([100, 100], abs=1e-3)
    assert found.loc["south", "base"] == pytest.approx(1000 * found.loc["south", "weight"])


def test_what_may_weigh_nothing_has_no_base():
    found = bases(yes_no("40.0", "40.0", "40.0")).set_index("segment")
    assert found.loc[["north", "south"], "source"].to_list() == ["unknown", "unknown"]
    assert found.loc[["north", "south"], ["base", "n_effective", "margin_of_error"]].isna().all(axis=None)


def test_segments_that_nothing_printed_bears_on_have_no_weight_or_base(valle):
    found = bases(valle).set_index("segment")
    assert found.loc["total", "base"] == 1024
    unknown = found.loc[["women", "first_vote"]]
    assert unknown[["weight", "low", "high", "base", "margin_of_error"]].isna().all(axis=None)
    assert set(unknown["source"]) == {"unknown"}


def test_a_design_effect_divides_every_base_and_widens_every_margin(cpi, harbour):
    for poll in (cpi, harbour):
        plain, clustered = bases(poll, AT_ONE), bases(poll, Options(design_effect=1.6))
        for name in ("weight", "low", "high", "base"):
            np.testing.assert_array_equal(clustered[name], plain[name])
        np.testing.assert_allclose(clustered["n_effective"] * 1.6, plain["base"])
        np.testing.assert_allclose(clustered["margin_of_error"], np.sqrt(1.6) * plain["margin_of_error"])
        expected = margin_of_error(plain["base"])
        np.testing.assert_allclose(plain["margin_of_error"], expected)


def test_the_sheet_s_places_decide_the_design_effect_and_without_them_it_is_assumed(cpi, harbour, valle):
    """1 + (n/places - 1)rho at rho .03, .07 and .11 with 1,200 interviews in 115 districts."""
    found = design_effects(cpi)
    assert (found.low, found.middle, found.high) == pytest.approx((1.283, 1.660, 2.038), abs=5e-4)
    assert found.counted
    for poll in (harbour, valle):
        found = design_effects(poll)
        assert (found.low, found.middle, found.high, found.counted) == (1, 1.5, 2, False)
    for poll, middle in ((cpi, 1.660), (harbour, 1.5)):
        assert bases(poll).attrs["options"].design_effect == pytest.approx(middle, abs=5e-4)
        total = bases(poll).set_index("segment").loc["total"]
        assert total["n_effective"] == pytest.approx(poll.sheet.n / middle, rel=1e-3)


def test_what_weights_cost_multiplies_the_design_effect_where_interviews_are_printed():
    """The variance of a total weighted to .7, .2 and .1 from as many interviews in each part, against one in proportion."""
    weights, n = np.array([0.7, 0.2, 0.1]), np.array([400, 400, 400])
    shares = np.array([[10, 40, 70], [60, 40, 10], [30, 20, 20]])
    printed = {
        (answer, part): f"{share:.1f}"
        for answer, row in zip(("yes", "maybe", "no"), shares, strict=True)
        for part, share in zip((*"abc", "total"), (*row, row @ weights), strict=True)
    }
    asked = [question("vote", {"yes": None, "maybe": None, "no": ("no_opinion", None)}, printed)]
    kinds = [("kinds", "total", "abc"), ("halves", "a", ("north", "south"))]
    made = dict(zip("abc", n.tolist(), strict=True)) | {"north": 1, "south": 399}
    found = design_effects(poll_of(asked, partitions=kinds, bases=made, n=1200))
    drawn = np.random.default_rng(4).binomial(n, 0.5, (100_000, 3)) / n @ weights
    assert (
        0.95 < found.weighting / (drawn.var() / (0.25 / 1200)) < 1
    )  # the least that the print leaves possible
    assert [found.low, found.middle, found.high] == pytest.approx(found.weighting * np.array([1, 1.5, 2]))
    assert design_effects(poll_of(asked, partitions=kinds, n=1200)).weighting == 1


def test_as_many_places_as_interviews_cost_nothing_and_too_many_neither(tmp_path):
    rows = {"yes": {"total": "50.0"}, "no": {"total": "50.0"}}
    for places, expected in ((100, (1, 1, 1)), (400, (1, 1, 1)), (10, (1.27, 1.63, 1.99))):
        poll = write_poll(tmp_path / f"p{places}", {"q": rows}, n=100, places=places)
        found = design_effects(poll)
        assert (found.low, found.middle, found.high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "values", "message"),
    [
        ("confidence_level", [95, "0.95", np.nan, 1e-300], "use a number strictly between 0 and 1"),
        (
            "design_effect",
            [0, -1, np.nan, np.inf, "1.5", True, 1e300, 1e-300],
            r"use a number above 0, such as 1\.5",
        ),
        ("adjustment", ["tukey", ["holm"]], "use one of holm, bonferroni"),
        ("small_base", [-1], "use a number of interviews such as 30"),
        ("largest_nonresponse", [1], "use a share of 0 or more, below 1"),
    ],
)
def test_options_that_cannot_be_are_named(name, values, message):
    for value in values:
        with pytest.raises(AnalysisError, match=f"{name}: .* is not allowed; {message}"):
            Options(**{name: value})


def test_every_option_that_cannot_be_is_named_at_once():
    with pytest.raises(AnalysisError) as caught:
        Options(2, -1, "tukey", -1, 2)
    assert len(caught.value.problems) == 5


def test_recovered_bases_stand_behind_intervals(cpi):
    found = bases(cpi).set_index("segment")
    cells = intervals(cpi, "castillo_positive")
    np.testing.assert_allclose(cells["base"], cells["segment"].map(found["base"]))
    np.testing.assert_allclose(cells["n_effective"], cells["segment"].map(found["n_effective"]))


def test_less_than_one_person_is_nobody_known():
    """By hand: (40.025 - 40.005)/(99.005 - 40.005) of 1,000 interviews are a third of one."""
    found = bases(yes_no("99.00", "40.00", "40.03"), AT_ONE).set_index("segment")
    assert 0 < 1000 * found.loc["north", "low"] < 1
    assert found.loc["north", "source"] == "unknown"

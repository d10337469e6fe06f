"""All columns of a table at once: which pairs, one family, intervals that hold together, and what would tip them."""

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll, write_regions
from scipy.stats import norm
from statsmodels.stats.multitest import multipletests

from analysis.errors import AnalysisError, PollError
from analysis.estimates import (
    ADJUSTMENTS,
    RELATIONS,
    adjusted_p_values,
    compare_columns,
    compare_pairs,
    question_test,
    question_tests,
    segment_bases,
    segment_pairs,
    tipping_points,
)

ZONES = ("costa_sierra_norte", "costa_sur", "sierra_centro_sur", "oriente")


def test_pairs_are_listed_by_how_two_columns_lie_to_each_other(cpi, harbour, valle):
    assert list(segment_pairs(cpi, "disjoint").items())[:2] == [
        (("lima_callao", "interior"), "region"),
        (("costa_sierra_norte", "costa_sur"), "zone"),
    ]
    assert list(segment_pairs(cpi, "disjoint", partition="area")) == [("urbano", "rural")]
    assert list(segment_pairs(cpi, "within", partition="region")) == [
        ("lima_callao", "total"),
        ("interior", "total"),
    ]
    assert set(segment_pairs(cpi, "overlapping")) == {(z, a) for z in ZONES for a in ("urbano", "rural")}
    assert list(segment_pairs(harbour, "overlapping")) == []
    assert list(segment_pairs(valle, "disjoint")) == []
    assert list(segment_pairs(valle, "within")) == [("women", "total"), ("first_vote", "total")]


def test_every_relation_is_what_the_poll_says_it_is(cpi):
    said = {"disjoint": "disjoint", "within": "within", "overlapping": "overlapping"}
    for relation in RELATIONS:
        for a, b in segment_pairs(cpi, relation):
            assert cpi.segments.relation(a, b) == said[relation]


def test_a_pair_of_two_partitions_is_compared_once(tmp_path):
    rows = {
        "a": {"total": "50.0", "x": "40.0", "y": "60.0"},
        "b": {"total": "50.0", "x": "60.0", "y": "40.0"},
    }
    poll = write_poll(
        tmp_path / "p",
        {"q": rows},
        n=400,
        bases={"x": 200, "y": 200},
        partitions=[("one", "total", ["x", "y"]), ("two", "total", ["x", "y"])],
    )
    assert segment_pairs(poll, "disjoint") == {("x", "y"): "one"}
    assert len(compare_columns(poll, "q")) == 2


@pytest.mark.parametrize("relation", RELATIONS)
def test_all_pairs_are_one_family_of_compare_pairs(cpi, relation):
    found = compare_columns(cpi, "vote_intention", relation=relation, design_effect=1.5)
    alone = compare_pairs(
        cpi, "vote_intention", pairs=segment_pairs(cpi, relation), design_effect=1.5
    ).reset_index(drop=True)
    pd.testing.assert_frame_equal(found[alone.columns.to_list()], alone)
    np.testing.assert_allclose(found["share_a"] - found["share_b"], found["difference"])
    assert set(found["question"]) == {"vote_intention"}


@pytest.mark.parametrize(
    ("adjustment", "part"),
    [
        ("none", lambda m, r: 1.0),
        ("holm", lambda m, r: 1 / m),
        ("bonferroni", lambda m, r: 1 / m),
        ("benjamini_hochberg", lambda m, r: r / m),
    ],
)
def test_intervals_that_hold_together_are_those_of_the_level_that_falls_to_each(cpi, adjustment, part):
    found = compare_columns(cpi, "vote_certainty", adjustment=adjustment, confidence_level=0.9)
    tested = found["p_value"].notna()
    assert not tested.all()  # some have too few interviews, and do not count
    level = 1 - 0.1 * part(tested.sum(), (found["p_adjusted"] < 0.1).sum())
    pairs = segment_pairs(cpi)
    expected = compare_pairs(cpi, "vote_certainty", pairs=pairs, confidence_level=level)
    np.testing.assert_allclose(found["low_together"], expected["low"])
    np.testing.assert_allclose(found["high_together"], expected["high"])


def test_nothing_to_compare_is_a_table_without_rows(cpi, valle):
    empty = compare_columns(valle, "approval")
    assert empty.empty
    assert list(empty.columns) == list(compare_columns(cpi, "vote_intention").columns)
    assert compare_columns(cpi, "").empty
    assert tipping_points(empty).empty


def test_what_is_not_there_is_named(cpi):
    with pytest.raises(AnalysisError, match="relation: 'beside' is not allowed; use one of disjoint"):
        compare_columns(cpi, "vote_intention", relation="beside")
    with pytest.raises(PollError, match="has no question 'vote'"):
        compare_columns(cpi, "vote")
    with pytest.raises(PollError, match="No partition 'age'"):
        compare_columns(cpi, "vote_intention", partition="age")
    with pytest.raises(AnalysisError, match="adjustment: 'tukey'"):
        compare_columns(cpi, "vote_intention", adjustment="tukey")
    with pytest.raises(AnalysisError, match="adjustment: 'tukey'"):
        tipping_points(compare_columns(cpi, "vote_intention"), adjustment="tukey")


def test_our_holm_is_that_of_statsmodels():
    rng = np.random.default_rng(3)
    for size in (1, 2, 40):
        p = rng.uniform(size=size).round(2)  # with ties
        np.testing.assert_allclose(adjusted_p_values(p), multipletests(p, method="holm")[1])
    assert adjusted_p_values([]).size == 0


# What would overturn a finding


@pytest.mark.parametrize("adjustment", ADJUSTMENTS)
def test_a_finding_holds_just_below_its_tipping_design_effect_and_not_just_above(cpi, adjustment):
    options = {"adjustment": adjustment, "small_base": 0}
    found = compare_columns(cpi, "reasons_castillo", **options)
    tipping = tipping_points(found, adjustment=adjustment)
    largest = tipping.loc[tipping["difference"].abs().idxmax()]
    frailest = tipping[tipping["p_adjusted"] < 0.05].nsmallest(1, "tipping_design_effect").iloc[0]
    for row in (largest, frailest):
        assert row["tipping_design_effect"] > 1
        for factor, holds in ((0.999, True), (1.001, False)):
            effect = factor * row["tipping_design_effect"]
            again = compare_columns(cpi, "reasons_castillo", design_effect=effect, **options)
            assert (again.loc[row.name, "p_adjusted"] < 0.05) == holds
    assert (tipping["tipping_design_effect"] > 1).equals(tipping["p_adjusted"] < 0.05)


def test_a_design_effect_that_was_used_is_part_of_the_tipping_one(cpi):
    plain, doubled = (
        tipping_points(compare_columns(cpi, "vote_intention", design_effect=d), design_effect=d)
        for d in (1.0, 2.0)
    )
    np.testing.assert_allclose(plain["tipping_design_effect"], doubled["tipping_design_effect"])


def test_the_bias_is_what_lies_beyond_the_critical_value(cpi):
    tipping = tipping_points(
        compare_columns(cpi, "vote_intention", adjustment="bonferroni"), adjustment="bonferroni"
    )
    n = segment_bases(cpi).set_index("segment")["base"]
    pooled = (0.193 * n["lima_callao"] + 0.45 * n["interior"]) / (n["lima_callao"] + n["interior"])
    error = np.sqrt(pooled * (1 - pooled) * (1 / n["lima_callao"] + 1 / n["interior"]))
    row = tipping.iloc[0]
    assert row["bias_to_insignificance"] == pytest.approx(0.257 - norm.isf(0.025 / 40) * error, abs=1e-6)
    assert row["bias_to_tie"] == pytest.approx(0.257)
    found = tipping["p_adjusted"] < 0.05
    assert (tipping.loc[found, "bias_to_insignificance"] > 0).all()
    assert (tipping.loc[~found, "bias_to_insignificance"] == 0).all()


def test_a_p_value_too_small_for_a_number_still_tips_somewhere(tmp_path):
    rows = {
        "a": {"total": "50.0", "x": "0.0", "y": "100.0"},
        "b": {"total": "50.0", "x": "100.0", "y": "0.0"},
    }
    poll = write_poll(
        tmp_path / "p",
        {"q": rows},
        n=20000,
        bases={"x": 10000, "y": 10000},
        partitions=[("one", "total", ["x", "y"])],
    )
    tipping = tipping_points(compare_columns(poll, "q"))
    assert (tipping["p_value"] == 0).all()
    assert np.isfinite(tipping["tipping_design_effect"]).all()
    assert (tipping["tipping_design_effect"] > 100).all()


# Whole questions


def test_every_partition_is_tested_as_a_whole(cpi):
    tests = question_tests(cpi, "vote_intention", design_effect=2).set_index("partition")
    assert list(tests.index) == ["region", "zone", "area"]
    zones = question_test(cpi, "vote_intention", partition="zone", design_effect=2)
    assert tests.loc["zone", "p_value"] == zones.p_value
    assert tests.loc["zone", "degrees_of_freedom"] == 12
    assert list(question_tests(cpi, "vote_intention", partition="area")["partition"]) == ["area"]


def test_a_table_that_allows_no_such_test_says_so_with_nothing(cpi, valle, tmp_path):
    assert question_tests(cpi, "reasons_castillo").empty
    assert question_tests(valle, "approval").empty
    with pytest.raises(AnalysisError, match="design_effect: 0 "):
        question_tests(cpi, "vote_intention", design_effect=0)
    poll = write_regions(tmp_path / "p")
    assert question_tests(poll, "vote")["p_value"].notna().all()
    rows = {
        "a": {"total": "50.0", "x": "40.0", "y": "60.0"},
        "b": {"total": "30.0", "x": "30.0", "y": "30.0"},
    }
    short = write_poll(
        tmp_path / "short",
        {"q": rows},
        n=400,
        bases={"x": 200, "y": 200},
        partitions=[("one", "total", ["x", "y"])],
    )
    assert question_tests(short, "q")["p_value"].isna().all()

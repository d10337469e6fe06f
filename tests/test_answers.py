"""What people name: how often, the places an answer may hold, who can be first, and how many answers a person gave."""

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll
from scipy.stats import chi2_contingency

from analysis.estimates import (
    Options,
    bases,
    intervals,
    question_test,
    rank_answers,
)
from analysis.stats import rao_scott_test

MANY = {"q": "multiple_response"}
AT_ONE = Options(design_effect=1)


def many(folder, rows, *, n=1000, **more):
    return write_poll(folder, {"q": rows}, n=n, kinds=MANY, **more)


def test_rows_are_those_of_the_intervals_of_one_segment(cpi):
    options = Options(0.9, 1.5)
    ranked = rank_answers(cpi, "castillo_negative", options)
    cells = intervals(cpi, "castillo_negative", options)
    cells = cells[cells["segment"] == "total"].reset_index(drop=True)
    pd.testing.assert_frame_equal(ranked[cells.columns.to_list()], cells)
    assert len(ranked) == 11
    assert set(ranked.loc[ranked["place"].isna(), "role"]) == {"other", "nothing", "no_opinion"}


def test_who_can_be_first_depends_on_the_design(cpi):
    """By the margins of STATISTICS: z of the third against the first 2.685 at 1, 2.123 at 1.6; 2.638 is needed."""
    for effect, expected in ((1.0, 2), (1.66, 3)):
        ranked = rank_answers(cpi, "reasons_castillo", options=Options(design_effect=effect))
        first = ranked.loc[ranked["can_be_first"].eq(True), "answer"].to_list()
        assert first == ["of_the_people", "discontent", "new_candidate"][:expected]
    assert ranked["can_be_first"].isna().equals(ranked["place"].isna())


def test_shares_far_apart_leave_one_that_can_be_first(tmp_path):
    rows = {
        "a": {"total": "40.0"},
        "c": {"total": "20.0"},
        "b": {"total": "30.0"},
        ("n", "no_opinion"): {"total": "15.0"},
    }
    ranked = rank_answers(many(tmp_path / "p", rows), "q").set_index("answer")
    assert ranked["place"].dropna().to_dict() == {"a": 1, "c": 3, "b": 2}
    assert ranked["can_be_first"].dropna().to_dict() == {"a": True, "c": False, "b": False}


def test_equal_shares_have_the_same_place(tmp_path):
    rows = {"a": {"total": "40.0"}, "b": {"total": "20.0"}, "c": {"total": "20.0"}}
    ranked = rank_answers(many(tmp_path / "p", rows), "q").set_index("answer")
    assert ranked["place"].to_list() == [1, 2, 2]


def test_without_a_base_any_answer_can_be_first(valle):
    unknown = rank_answers(valle, "problems").set_index("answer")
    assert unknown.loc[["water", "roads"], "can_be_first"].all()
    assert unknown["low"].isna().all()


def test_the_whole_sample_comes_first_and_else_the_first_column_with_a_figure(cpi, tmp_path):
    assert set(rank_answers(cpi, "reasons_castillo")["segment"]) == {"total"}
    rows = {"a": {"total": "", "x": "", "y": "40.0"}, "b": {"total": "", "x": "", "y": "30.0"}}
    assert set(rank_answers(many(tmp_path / "p", rows), "q")["segment"]) == {"y"}


# Whole questions.


def test_a_table_that_prints_the_answers_of_another_is_not_tested_by_them(cpi):
    assert question_test(cpi, "vote_certainty").empty


def test_zones_do_not_vote_alike(cpi):
    """As R's chisq.test has it: 52.45, V = .152, smallest expected 3.74."""
    found = question_test(cpi, "vote_intention", AT_ONE).set_index("partition").loc["zone"]
    assert found["statistic"] == pytest.approx(52.453, abs=0.001)
    assert found["cramers_v"] == pytest.approx(0.152, abs=5e-4)
    assert found["smallest_expected"] == pytest.approx(3.740, abs=1e-3)
    assert found["degrees_of_freedom"] == 12
    halved = question_test(cpi, "vote_intention", Options(design_effect=2)).set_index("partition").loc["zone"]
    assert halved["statistic"] == pytest.approx(found["statistic"] / 2)
    assert (halved["cramers_v"], halved["smallest_expected"]) == (
        found["cramers_v"],
        found["smallest_expected"],
    )


def test_every_partition_is_tested_by_its_printed_bases(cpi, harbour):
    assert question_test(cpi, "vote_intention")["partition"].to_list() == ["region", "zone", "area"]
    found = question_test(harbour, "vote", AT_ONE).iloc[0]
    table = harbour.table("vote")[["under_35", "middle", "over_59"]]
    counts = table / table.sum() * [201, 350, 252]
    expected = chi2_contingency(counts, correction=False)
    assert found["degrees_of_freedom"] == expected.dof == 6
    assert found["statistic"] == pytest.approx(expected.statistic)
    assert found["p_value"] == pytest.approx(expected.pvalue)


def test_two_parts_and_one_answer_agree_with_the_residual_of_that_answer(cpi):
    n = bases(cpi, AT_ONE).set_index("segment")["n_effective"][["urbano", "rural"]]
    table = cpi.table("vote_intention")[["urbano", "rural"]]
    residuals = rao_scott_test(table.to_numpy(), n.to_numpy()).adjusted_residuals
    assert (np.sign(residuals[:, 0]) == np.sign(table["urbano"] - table["rural"])).all()


def test_a_table_that_allows_no_such_test_says_so_with_nothing(cpi, valle, tmp_path):
    assert question_test(cpi, "reasons_castillo").empty
    assert question_test(valle, "approval").empty
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
    assert question_test(short, "q")["p_value"].isna().all()

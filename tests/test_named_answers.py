"""What people name: shares that hold together, the places an answer may hold, and how many answers a person gave."""

import numpy as np
import pytest
from made_up_poll import write_poll
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import AnalysisError, PollError
from analysis.estimates import answer_counts, chosen_question, compare_answers, rank_answers

MANY = {"q": "multiple_response"}


def many(folder, rows, *, n=1000, **more):
    return write_poll(folder, {"q": rows}, n=n, kinds=MANY, **more)


def test_a_question_is_chosen_by_its_kind_where_none_is_named(cpi, harbour, valle):
    assert chosen_question(harbour, kind="multiple_response") == ""
    assert chosen_question(valle, kind="multiple_response") == "problems"
    assert chosen_question(valle) == "approval"
    assert chosen_question(cpi, "vote_certainty", kind="multiple_response") == ""
    assert chosen_question(cpi, "castillo_negative", kind="multiple_response") == "castillo_negative"
    with pytest.raises(PollError, match="has no question 'vote'"):
        chosen_question(cpi, "vote")


def test_intervals_of_all_answers_hold_together(cpi):
    ranked = rank_answers(cpi, "castillo_negative", design_effect=1.5, confidence_level=0.9)
    assert len(ranked) == 11
    n = 1200 / 1.5
    for limits, alpha in ((["low", "high"], 0.1), (["low_together", "high_together"], 0.1 / 11)):
        expected = proportion_confint(ranked["share"] * n, n, alpha=alpha, method="wilson")
        np.testing.assert_allclose(ranked[limits].to_numpy().T, expected)


@pytest.mark.parametrize("segment", ["total", "oriente"])
@pytest.mark.parametrize("question", ["reasons_castillo", "fujimori_negative"])
def test_a_place_is_bounded_by_the_answers_that_are_surely_ahead_and_behind(cpi, question, segment):
    ranked = rank_answers(cpi, question, segment=segment).set_index("answer")
    named = ranked[ranked["place"].notna()]
    assert set(ranked.loc[ranked["place"].isna(), "role"]) <= {"other", "nothing", "no_opinion"}
    leads = compare_answers(cpi, question, segment=segment, answers=list(named.index))
    for answer, row in named.iterrows():
        pairs = leads[(leads["answer_a"] == answer) | (leads["answer_b"] == answer)]
        ahead = sum(
            (pair.verdict == "ahead" and pair.answer_a == answer)
            or (pair.verdict == "behind" and pair.answer_b == answer)
            for pair in pairs.itertuples()
        )
        behind = (pairs["verdict"].isin(["ahead", "behind"])).sum() - ahead
        assert (row["best_place"], row["worst_place"]) == (1 + behind, len(named) - ahead)
        assert row["best_place"] <= row["place"] <= row["worst_place"]


def test_shares_far_apart_have_a_place_of_their_own(tmp_path):
    rows = {
        "a": {"total": "40.0"},
        "c": {"total": "20.0"},
        "b": {"total": "30.0"},
        ("n", "no_opinion"): {"total": "15.0"},
    }
    ranked = rank_answers(many(tmp_path / "p", rows), "q").set_index("answer")
    assert ranked["place"].dropna().to_dict() == {"a": 1, "c": 3, "b": 2}
    for end in ("best_place", "worst_place"):
        assert ranked[end].dropna().to_dict() == {"a": 1, "c": 3, "b": 2}


def test_equal_shares_have_the_same_place_and_may_have_either(tmp_path):
    rows = {"a": {"total": "40.0"}, "b": {"total": "20.0"}, "c": {"total": "20.0"}}
    ranked = rank_answers(many(tmp_path / "p", rows), "q").set_index("answer")
    assert ranked["place"].to_list() == [1, 2, 2]
    assert ranked.loc["b", ["best_place", "worst_place"]].to_list() == [2, 3]


def test_without_a_base_or_with_a_small_one_every_place_is_open(valle, cpi):
    unknown = rank_answers(valle, "problems").set_index("answer")
    assert unknown.loc[["water", "roads"], ["best_place", "worst_place"]].to_numpy().tolist() == [
        [1, 2],
        [1, 2],
    ]
    assert unknown["low"].isna().all()
    few = rank_answers(cpi, "castillo_negative", segment="oriente", small_base=500)
    named = few[few["place"].notna()]
    assert (named["best_place"] == 1).all()
    assert (named["worst_place"] == len(named)).all()


def test_the_whole_sample_comes_first_and_else_the_first_column_with_a_figure(cpi, tmp_path):
    assert set(rank_answers(cpi, "reasons_castillo")["segment"]) == {"total"}
    rows = {"a": {"total": "", "x": "", "y": "40.0"}, "b": {"total": "", "x": "", "y": "30.0"}}
    assert set(rank_answers(many(tmp_path / "p", rows), "q")["segment"]) == {"y"}


def test_how_many_answers_a_person_gave_follows_from_the_sum(tmp_path):
    rows = {"a": {"total": "60.0"}, "b": {"total": "50.0"}, ("n", "no_opinion"): {"total": "10.0"}}
    row = answer_counts(many(tmp_path / "p", rows), "q").set_index("segment").loc["total"]
    assert row["total"] == pytest.approx(1.2)
    assert (row["total_low"], row["total_high"]) == pytest.approx((1.1985, 1.2015))
    assert row["most_with_two"] == pytest.approx(0.2015)
    assert row["silent"] == pytest.approx(0.1)
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(100, 1000, method="wilson"))
    assert row["per_namer"] == pytest.approx(1.1 / 0.9)


def test_a_sum_says_nothing_of_two_answers_where_not_everybody_answers_or_rows_are_missing(
    valle, cpi, tmp_path
):
    valley = answer_counts(valle, "problems").set_index("segment")
    assert valley.loc["total", "total"] == pytest.approx(1.184)
    assert valley[["most_with_two", "silent", "per_namer"]].isna().all(axis=None)
    assert np.isnan(valley.loc["first_vote", "total"])
    lima = answer_counts(cpi, "castillo_negative").set_index("segment").loc["lima_callao"]
    assert lima["total"] == pytest.approx(0.99)
    assert np.isnan(lima["most_with_two"])
    rows = {"a": {"total": "0.0"}, ("n", "no_opinion"): {"total": "100.0"}}
    nobody = answer_counts(many(tmp_path / "p", rows), "q").iloc[0]
    assert (nobody["silent"], nobody["most_with_two"]) == pytest.approx((1.0, 0.0005))  # 0.0 may be 0.05
    assert np.isnan(nobody["per_namer"])


def test_people_who_named_nothing_are_those_of_both_rows(cpi):
    counts = answer_counts(cpi, "castillo_negative").set_index("segment")
    table = cpi.question("castillo_negative").table()
    np.testing.assert_allclose(counts["silent"], table.loc["nothing"] + table.loc["no_opinion"])


def test_no_question_gives_tables_without_rows(cpi):
    assert rank_answers(cpi, "").empty
    assert answer_counts(cpi, "").empty
    assert list(answer_counts(cpi, "").columns) == list(answer_counts(cpi, "castillo_negative").columns)
    assert list(rank_answers(cpi, "").columns) == list(rank_answers(cpi, "castillo_negative").columns)
    with pytest.raises(PollError, match="has no question 'why'"):
        rank_answers(cpi, "why")
    with pytest.raises(AnalysisError, match="adjustment: 'tukey'"):
        rank_answers(cpi, "castillo_negative", adjustment="tukey")

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError, PollError
from analysis.estimates import (
    METHODS,
    cluster_design_effect,
    column_margins,
    compare_methods,
    margin_of_error,
    plausible_design_effects,
    published_intervals,
    segment_bases,
    share_interval,
    sheet_margins,
)

QUESTIONS = [
    "vote_intention",
    "vote_certainty",
    "reasons_castillo",
    "reasons_fujimori",
    "castillo_positive",
    "castillo_negative",
    "fujimori_positive",
    "fujimori_negative",
]


def by_cell(intervals):
    return intervals.set_index(["answer", "segment"]).sort_index()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_cell_is_answered_in_published_order(cpi, question):
    intervals = published_intervals(cpi, question)
    published = cpi.question(question).estimates
    assert intervals["answer"].to_list() == published["answer"].to_list()
    assert intervals["segment"].to_list() == published["segment"].to_list()
    known = published["printed"].notna().to_numpy()
    assert (intervals["printed"].to_numpy()[known] == published["printed"].to_numpy()[known]).all()


def test_limits_are_those_of_share_interval_at_the_effective_base(cpi):
    intervals = published_intervals(
        cpi, "castillo_positive", confidence_level=0.9, design_effect=1.5, method="jeffreys"
    )
    bases = segment_bases(cpi).set_index("segment")["base"]
    low, high = share_interval(
        intervals["share"],
        intervals["segment"].map(bases) / 1.5,
        confidence_level=0.9,
        method="jeffreys",
    )
    np.testing.assert_allclose(intervals["low"], low, rtol=0, atol=1e-12)
    np.testing.assert_allclose(intervals["high"], high, rtol=0, atol=1e-12)


def test_a_conditional_row_rests_on_those_who_gave_its_answer(cpi):
    intervals = by_cell(published_intervals(cpi, "vote_certainty"))
    bases = segment_bases(cpi).set_index("segment")["base"]
    for answer in cpi.question("vote_certainty").answers:
        for segment in cpi.segments.ids:
            asked = bases[segment]
            if answer.given is not None:
                asked *= intervals.loc[(answer.given, segment), "share"]
            assert intervals.loc[(answer.id, segment), "base"] == pytest.approx(asked)
    # n × weight of the interior × weight of the rural area in it × Fujimori's share there.
    fujimori_rural = 1200 * 0.62954 * 0.27040 * 0.138
    assert intervals.loc[("fujimori_certain", "rural"), "base"] == pytest.approx(fujimori_rural, rel=1e-4)


def test_the_total_that_vote_intention_lacks_comes_from_vote_certainty(cpi):
    intervals = published_intervals(cpi, "vote_intention")
    total = intervals[intervals["segment"] == "total"].set_index("answer")
    assert total["printed"].to_dict() == {
        "castillo": "35.5",
        "fujimori": "23.1",
        "blank_null": "20.3",
        "undecided": "17.7",
        "will_not_vote": "3.4",
    }
    assert (total["printed_in"] == "vote_certainty").all()
    assert (intervals.loc[intervals["segment"] != "total", "printed_in"] == "vote_intention").all()
    assert (intervals["question"] == "vote_intention").all()
    assert total.loc["castillo", ["low", "high"]].to_list() == pytest.approx([0.3284, 0.3825], abs=5e-5)


def test_a_design_effect_halves_the_effective_base_and_not_the_base(cpi):
    plain = published_intervals(cpi, "vote_certainty")
    clustered = published_intervals(cpi, "vote_certainty", design_effect=2)
    np.testing.assert_allclose(clustered["base"], plain["base"])
    np.testing.assert_allclose(2 * clustered["n_effective"], plain["base"])
    assert (clustered["high"] - clustered["low"] > plain["high"] - plain["low"]).all()


def test_bases_are_flagged_by_what_they_can_carry(cpi):
    flags = by_cell(published_intervals(cpi, "vote_certainty"))["flag"]
    assert flags["castillo", "total"] == ""
    assert flags["castillo", "oriente"] == "read with care"  # about 95 interviews
    assert flags["fujimori_certain", "rural"] == "too few"  # about 28


@pytest.mark.parametrize("question", ["vote_intention", "vote_certainty"])
def test_flags_follow_the_thresholds_wherever_they_are_set(cpi, question):
    for small, large in ((30, 100), (0, 0), (80, 500), (450, 450)):
        intervals = published_intervals(
            cpi, question, small_base=small, large_base=large, design_effect=1.2, confidence_level=0.8
        )
        n = intervals["n_effective"]
        expected = np.where(n < small, "too few", np.where(n < large, "read with care", ""))
        assert intervals["flag"].to_list() == expected.tolist()


def test_a_base_on_the_threshold_passes_it(harbour):
    flags = published_intervals(harbour, "vote", small_base=201, large_base=252)
    flags = flags.groupby("segment")["flag"].unique().str.join(",")
    assert flags.to_dict() == {"total": "", "under_35": "read with care", "middle": "", "over_59": ""}


@pytest.mark.parametrize("method", ["wald", "logit"])
def test_no_proper_interval_of_nobody_is_flagged_unless_the_base_is_too_small_anyway(cpi, method):
    flags = by_cell(published_intervals(cpi, "vote_certainty", method=method))["flag"]
    assert flags["castillo_no_opinion", "lima_callao"] == "degenerate"  # 0.0 of about 86
    assert flags["castillo_no_opinion", "rural"] == "degenerate"  # 0.0 of about 126
    assert flags["fujimori_no_opinion", "rural"] == "too few"  # 0.0 of about 28
    assert flags["castillo_certain", "lima_callao"] == "read with care"


def test_wilson_is_proper_for_nobody(cpi):
    intervals = by_cell(published_intervals(cpi, "vote_certainty"))
    nobody = intervals.loc["castillo_no_opinion", "rural"]
    assert (nobody["printed"], nobody["low"], nobody["flag"]) == ("0.0", 0, "")
    assert nobody["high"] > 0.02


def test_what_was_not_published_has_a_base_and_no_interval(valle):
    intervals = by_cell(published_intervals(valle, "approval"))
    gap = intervals.loc["no", "women"]
    assert gap["flag"] == "not published"
    assert gap[["printed", "share", "low", "high"]].isna().all()
    assert intervals.loc[("yes", "total"), "flag"] == ""
    assert intervals.loc[("yes", "total"), "base"] == 1024


def test_a_share_of_an_unknown_base_has_no_interval(valle):
    # No partition tells the weight of women.
    of_women = by_cell(published_intervals(valle, "approval")).loc["yes", "women"]
    assert (of_women["printed"], of_women["share"], of_women["flag"]) == ("41,0", 0.41, "base unknown")
    assert of_women[["base", "n_effective", "low", "high"]].isna().all()


def test_a_question_asked_of_some_has_no_known_base_even_in_the_total(valle):
    intervals = by_cell(published_intervals(valle, "problems"))
    assert intervals.loc[("water", "total"), "flag"] == "base unknown"
    assert intervals["base"].isna().all()
    assert (intervals.xs("first_vote", level="segment")["flag"] == "not published").all()


def test_a_row_that_is_conditional_on_a_missing_figure_has_no_known_base(cpi):
    certainty = cpi.question("vote_certainty")
    rows = certainty.estimates
    missing = (rows["answer"] == "castillo") & (rows["segment"] == "total")
    rows = rows.assign(**{name: rows[name].mask(missing) for name in ("printed", "share", "low", "high")})
    spoilt = replace(certainty, estimates=rows)
    questions = tuple(spoilt if question is certainty else question for question in cpi.questions)
    estimates = pd.concat([question.estimates for question in questions], ignore_index=True)
    intervals = by_cell(
        published_intervals(replace(cpi, questions=questions, estimates=estimates), "vote_certainty")
    )
    assert intervals.loc[("castillo", "total"), "flag"] == "not published"
    assert intervals.loc[("castillo_certain", "total"), "flag"] == "base unknown"
    assert np.isnan(intervals.loc[("castillo_certain", "total"), "base"])
    assert intervals.loc[("castillo_certain", "interior"), "base"] > 300


def test_asking_changes_nothing_in_the_poll(cpi):
    before = cpi.estimates.copy()
    published_intervals(cpi, "vote_intention")
    pd.testing.assert_frame_equal(cpi.estimates, before)


@pytest.mark.parametrize(("small", "large"), [(100, 30), (-1, 100), (np.nan, 100), (30, np.nan)])
def test_thresholds_out_of_order_are_refused(cpi, small, large):
    with pytest.raises(
        AnalysisError, match=r"small_base .* and large_base .* must be 0 or more, in this order"
    ):
        published_intervals(cpi, "vote_intention", small_base=small, large_base=large)


def test_unknown_questions_methods_and_impossible_parameters_are_refused(cpi):
    with pytest.raises(PollError, match="no question 'turnout'; there is: vote_intention, vote_certainty"):
        published_intervals(cpi, "turnout")
    with pytest.raises(AnalysisError, match="method: 'exact' is not allowed; use one of wilson"):
        published_intervals(cpi, "vote_intention", method="exact")
    with pytest.raises(AnalysisError, match="design_effect: 0 is not allowed"):
        published_intervals(cpi, "vote_intention", design_effect=0)
    with pytest.raises(AnalysisError, match="confidence_level: 95 is not allowed"):
        published_intervals(cpi, "vote_intention", confidence_level=95)


def test_the_margin_of_a_column_is_that_of_one_half_of_its_base(cpi):
    margins = column_margins(cpi, confidence_level=0.9, design_effect=1.5).set_index("segment")
    assert margins.index.to_list() == list(cpi.segments.ids)
    expected = 1.644854 * np.sqrt(0.25 * 1.5 / margins["base"])
    np.testing.assert_allclose(margins["margin_of_error"], expected, rtol=1e-6)
    pd.testing.assert_frame_equal(
        margins.drop(columns="margin_of_error").reset_index(), segment_bases(cpi, design_effect=1.5)
    )


def test_a_column_of_unknown_base_has_no_margin(valle):
    margins = column_margins(valle).set_index("segment")["margin_of_error"]
    assert margins["total"] == pytest.approx(margin_of_error(1024))
    assert margins[["women", "first_vote"]].isna().all()


def test_the_sheet_s_margins_are_one_row_for_each_design_effect_and_share(cpi):
    margins = sheet_margins(cpi, confidence_level=0.955, design_effects=[2, 1, 2], shares=[0.5, 0.05])
    assert margins["design_effect"].to_list() == [1, 1, 2, 2]
    assert margins["share"].to_list() == [0.5, 0.05, 0.5, 0.05]
    z = 2.004654  # of 95.5 %
    expected = z * np.sqrt([0.25 / 1200, 0.0475 / 1200, 0.25 / 600, 0.0475 / 600])
    np.testing.assert_allclose(margins["margin_of_error"], expected, rtol=1e-6)
    assert len(sheet_margins(cpi)) == 12


def test_methods_are_compared_for_the_easiest_and_the_hardest_figure(cpi):
    intervals = published_intervals(cpi, "vote_certainty", design_effect=1.5)
    compared = compare_methods(intervals, confidence_level=0.9)
    usable = intervals[intervals["n_effective"] > 0]
    easiest, hardest = compared.groupby(["answer", "segment"], sort=False).groups
    # Of all 1,200, Castillo's 35.5 % is nearest to one half. The fewest are those in the East who would
    # cast a blank ballot, about 12, and the least share of them, 24.3 %, is certain to.
    assert easiest == ("castillo", "total")
    assert hardest == ("blank_null_certain", "oriente")
    assert usable["n_effective"].min() == compared["n_effective"].min()
    assert compared["method"].to_list() == 2 * list(METHODS)
    for row in compared.itertuples():
        expected = share_interval(row.share, row.n_effective, confidence_level=0.9, method=row.method)
        np.testing.assert_allclose((row.low, row.high), expected)


def test_a_single_usable_figure_is_compared_once(valle):
    intervals = published_intervals(valle, "approval")
    compared = compare_methods(intervals[intervals["answer"] == "yes"])
    assert compared[["answer", "segment"]].drop_duplicates().to_numpy().tolist() == [["yes", "total"]]
    assert compared["method"].to_list() == list(METHODS)


def test_nothing_is_compared_where_no_base_is_known(valle):
    compared = compare_methods(published_intervals(valle, "problems"))
    assert compared.empty
    assert {"method", "low", "high", "answer", "segment"} <= set(compared.columns)


def test_plausible_design_effects_are_those_of_clusters_of_115(cpi):
    effects = plausible_design_effects(cpi, [0, 0.03, 0.11])
    assert effects["intraclass_correlation"].to_list() == [0, 0.03, 0.11]
    assert effects["design_effect"].to_list() == pytest.approx([1, 1.2830, 2.0378], abs=1e-4)
    np.testing.assert_allclose(effects["design_effect"], cluster_design_effect(1200 / 115, [0, 0.03, 0.11]))


def test_a_sheet_that_counts_no_places_has_no_plausible_design_effects(harbour):
    effects = plausible_design_effects(harbour, [0.03, 0.11])
    assert effects.empty
    assert effects.columns.to_list() == ["intraclass_correlation", "design_effect"]

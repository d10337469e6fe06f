"""The precision of every figure of a published table: which base it rests on, what rounding adds, what is flagged."""

import inspect

import numpy as np
import pandas as pd
import pytest
from made_up_poll import poll_of, question, with_figures
from reference_values import assert_close, reference

from analysis import estimates, load_known_weights, load_poll, load_race, load_result
from analysis.errors import AnalysisError
from analysis.estimates import (
    Options,
    again,
    bases,
    intervals,
    national_total,
    vote_question,
    weights_against,
)
from analysis.stats import share_interval

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
AT_ONE = Options(design_effect=1)


def by_cell(table):
    return table.set_index(["answer", "segment"]).sort_index()


@pytest.mark.parametrize("question_id", QUESTIONS)
def test_every_cell_is_answered_in_published_order(cpi, question_id):
    found = intervals(cpi, question_id)
    printed = by_cell(found)["printed"]
    for name, ids in (("answer", cpi.table(question_id).index), ("segment", cpi.segments.ids)):
        assert found[name].drop_duplicates().to_list() == list(ids)
    for cell, figure in cpi.question(question_id).figures.items():
        assert printed[cell] == figure
    assert set(found["question"]) == {question_id}


@pytest.mark.parametrize("method", ["wilson", "jeffreys", "clopper_pearson"])
def test_limits_are_those_of_a_rounded_share_at_the_effective_base(cpi, method):
    options = Options(0.9, 1.5)
    found = intervals(cpi, "castillo_positive", options, method=method)
    n = found["segment"].map(bases(cpi).set_index("segment")["base"]) / 1.5
    low, high = share_interval(found["estimate"], n, confidence_level=0.9, method=method, unit=0.001)
    np.testing.assert_allclose(found["low"], low, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found["high"], high, rtol=0, atol=1e-12)
    plain, _ = share_interval(found["estimate"], n, confidence_level=0.9, method=method)
    assert (found["low"] <= plain + 1e-12).all()


def test_printed_decimals_are_those_of_each_figure_by_r():
    """The cases of scores.R that a poll can print: whole per cents and tenths, of a printed base."""
    tested = 0
    for what, (share, n, unit, level), expected in reference("share_interval", "scores"):
        decimals = {0.01: 0, 0.001: 1}[unit]
        if "wilson" not in what or n != round(n):
            continue
        poll = poll_of(
            [question("q", {"a": None}, {("a", "total"): f"{100 * share:.{decimals}f}"})], n=int(n)
        )
        row = intervals(poll, "q", Options(level, 1)).iloc[0]
        assert_close((row["low"], row["high"]), expected, 1e-7)
        tested += 1
    assert tested >= 8


def test_rounded_shares_are_covered_as_often_as_the_level_says():
    """Whole per cents of ten thousand, averaged over truths: the plain interval covers .905 of them."""
    rng = np.random.default_rng(1)
    truth = rng.uniform(0.2, 0.5, 20_000)
    printed = np.round(rng.binomial(10_000, truth) / 10_000, 2)
    values, of_poll = np.unique(printed, return_inverse=True)
    rows = {(f"a{i}", "total"): f"{100 * value:.0f}" for i, value in enumerate(values)}
    poll = poll_of(
        [question("q", {name: None for name, _ in rows}, rows, kind="multiple_response")],
        n=10_000,
        decimals=0,
    )
    found = intervals(poll, "q", AT_ONE)
    found = found[found["segment"] == "total"]
    low, high = (found[end].to_numpy()[of_poll] for end in ("low", "high"))
    assert ((low <= truth) & (truth <= high)).mean() == pytest.approx(0.95, abs=0.006)


def test_a_conditional_row_rests_on_those_who_gave_its_answer(cpi):
    found = by_cell(intervals(cpi, "vote_certainty"))
    n = bases(cpi).set_index("segment")["base"]
    for answer in cpi.question("vote_certainty").answers:
        for segment in cpi.segments.ids:
            asked = n[segment]
            if answer.given is not None:
                asked *= found.loc[(answer.given, segment), "estimate"]
            assert found.loc[(answer.id, segment), "base"] == pytest.approx(asked)
    # n × weight of the interior × weight of the rural area in it × Fujimori's share there.
    fujimori_rural = 1200 * 0.62954 * 0.27040 * 0.138
    assert found.loc[("fujimori_certain", "rural"), "base"] == pytest.approx(fujimori_rural, rel=1e-4)


@pytest.mark.parametrize("question_id", ["vote_intention", "vote_certainty"])
@pytest.mark.parametrize("small", [30, 0, 80, 450])
def test_flags_follow_the_effective_base(cpi, question_id, small):
    found = intervals(cpi, question_id, Options(0.8, 1.2, small_base=small))
    n = found["n_effective"]
    expected = np.where(n < small, "too few", np.where(n < max(small, 100), "read with care", ""))
    assert found["flag"].to_list() == expected.tolist()


def test_a_base_on_the_threshold_passes_it(harbour):
    flags = (
        intervals(harbour, "vote", Options(design_effect=1, small_base=252))
        .groupby("segment")["flag"]
        .unique()
    )
    assert flags.str.join(",").to_dict() == {"total": "", "under_35": "too few", "middle": "", "over_59": ""}


def test_what_was_not_published_has_a_base_and_no_interval(valle):
    found = by_cell(intervals(valle, "approval", AT_ONE))
    gap = found.loc[("no", "women")]
    assert (gap["flag"], gap["printed"], gap["printed_in"]) == ("not published", "", "")
    assert gap[["estimate", "low", "high"]].isna().all()
    assert found.loc[("yes", "total"), "flag"] == ""
    assert found.loc[("yes", "total"), "base"] == 1024


def test_a_share_of_an_unknown_base_has_no_interval(valle):
    # No partition tells the weight of women.
    of_women = by_cell(intervals(valle, "approval")).loc[("yes", "women")]
    assert (of_women["printed"], of_women["estimate"], of_women["flag"]) == ("41,0", 0.41, "base unknown")
    assert of_women[["base", "n_effective", "low", "high"]].isna().all()


def test_a_question_asked_of_some_has_no_known_base_even_in_the_total(valle):
    found = by_cell(intervals(valle, "problems"))
    assert found.loc[("water", "total"), "flag"] == "base unknown"
    assert found["base"].isna().all()
    assert (found.xs("first_vote", level="segment")["flag"] == "not published").all()


def test_a_row_that_is_conditional_on_a_missing_figure_has_no_known_base(cpi):
    poll = with_figures(cpi, {("vote_certainty", "castillo", "total"): None})
    found = by_cell(intervals(poll, "vote_certainty"))
    assert found.loc[("castillo", "total"), "flag"] == "not published"
    assert found.loc[("castillo_certain", "total"), "flag"] == "base unknown"
    assert np.isnan(found.loc[("castillo_certain", "total"), "base"])
    assert found.loc[("castillo_certain", "interior"), "base"] > 300


def test_an_unknown_method_is_refused(cpi):
    with pytest.raises(AnalysisError, match="method: 'exact' is not allowed; use one of wilson"):
        intervals(cpi, "vote_intention", method="exact")


def test_a_table_is_made_again_with_other_options_and_the_same_rows(cpi):
    """What a report's controls need: any rows of a table, at every setting."""
    some = intervals(cpi, "vote_certainty").query("segment == 'rural'").iloc[::-2]
    settings = [Options(level, effect) for level in (0.9, 0.99) for effect in (1.0, 2.0)]
    for made, options in zip(again(some, settings), settings, strict=True):
        direct = intervals(cpi, "vote_certainty", options).loc[some.index]
        pd.testing.assert_frame_equal(made, direct)
        assert made.attrs["options"] == options
    assert again(pd.DataFrame({"a": [1]}), settings) is None


@pytest.mark.parametrize(
    "made_with",
    [
        lambda poll, options: national_total(poll, "vote", "published", options, partition="sex"),
        lambda poll, options: weights_against(poll, None, options),
    ],
)
def test_settings_may_differ_in_what_tables_may_have_left_out(made_with):
    poll = load_poll("cnc-2018-03")  # which prints no row of those who gave no answer
    settings = [Options(largest_nonresponse=most) for most in (0.12, 0.3, 0.12)]
    for made, options in zip(again(made_with(poll, Options()), settings), settings, strict=True):
        pd.testing.assert_frame_equal(made, made_with(poll, options))


def made_by_all(poll, options):
    """Return what each function that takes options makes of a poll, with what it needs beside them."""
    given = {
        "poll": poll,
        "question": vote_question(poll),
        "other": load_poll("cpi-2021-05-08") if poll.id == "cpi-2021-04" else None,
        "race": load_race("peru-2021-runoff"),
        "result": load_result("peru-2021-runoff"),
        "known": load_known_weights("nesdc-15276"),
    }
    made = {}
    for name, function in vars(estimates).items():
        taken = inspect.signature(function).parameters if inspect.isfunction(function) else {}
        if "options" in taken and not (name == "compare_polls" and given["other"] is None):
            needed = [one for one in taken.values() if one.name in given or one.default is one.empty]
            made[name] = function(**{one.name: given[one.name] for one in needed}, options=options)
    return made


@pytest.mark.parametrize("name", ["cpi-2021-04", "cnc-2018-03"])
def test_whatever_takes_options_is_made_again_as_it_is_made_with_them(name):
    poll = load_poll(name)
    settings = [Options(0.9, 1.3, "bonferroni", 60, 0.0), Options(0.99, 2.5, "none", 10, 0.3)]
    direct = [made_by_all(poll, one) for one in settings]
    made = made_by_all(poll, None)
    assert len(made) > 25
    for function, frame in made.items():
        if function != "recovered_weights":  # of several polls
            for found, wanted in zip(again(frame, settings), direct, strict=True):
                pd.testing.assert_frame_equal(found, wanted[function])


@pytest.mark.parametrize(
    "change", [lambda t: t[t["answer"] == "castillo"], lambda t: t.sort_values("low"), pd.DataFrame.copy]
)
def test_options_travel_with_a_table_that_is_cut_sorted_or_copied(cpi, change):
    table = change(intervals(cpi, "vote_intention", Options(0.9, 1.5)))
    assert table.attrs["options"] == Options(0.9, 1.5)
    assert len(again(table, [AT_ONE])[0]) == len(table)

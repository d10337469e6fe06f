from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll
from reference_values import assert_close
from scipy.stats import norm

from analysis.errors import AnalysisError, PollError
from analysis.estimates import lead_verdict, published_intervals, segment_bases
from analysis.estimates.answer_comparisons import compare_answers, question_test
from analysis.estimates.poll_comparisons import compare_polls
from analysis.estimates.segment_comparisons import compare_pairs, compare_segments, significance_letters
from analysis.estimates.verdicts import COMPARISON_VERDICTS
from analysis.polls import load_poll
from analysis.stats import (
    ADJUSTMENTS,
    adjusted_p_values,
    difference_interval,
    difference_test,
    lead_test,
    overlap_interval,
    overlap_test,
    part_whole_interval,
    part_whole_test,
)
from analysis.stats.arrays import two_sided_p_value

SEGMENT_COLUMNS = ["segment_a", "segment_b", "answer"]
MEASURES = ["difference", "low", "high", "p_value", "p_adjusted", "verdict"]


def by_answer(table, *pair):
    """Return one pair's rows of a comparison, by answer."""
    rows = table[(table["segment_a"] == pair[0]) & (table["segment_b"] == pair[1])]
    return rows.set_index("answer")


# Segments of a poll.


def test_every_pair_of_parts_is_compared_for_every_answer(cpi):
    zones = cpi.segments.partition("zone").parts
    answers = [answer.id for answer in cpi.question("castillo_negative").answers]
    compared = compare_segments(cpi, "castillo_negative", partition="zone")
    assert list(compared.columns) == SEGMENT_COLUMNS + MEASURES
    assert compared[SEGMENT_COLUMNS].to_numpy().tolist() == [
        [a, b, answer] for a, b in combinations(zones, 2) for answer in answers
    ]
    assert compared.index.to_list() == list(range(len(compared)))
    assert set(compared["verdict"]) <= set(COMPARISON_VERDICTS)


@pytest.mark.parametrize("design_effect", [1, 1.5])
def test_each_row_is_the_interval_and_the_test_of_its_two_cells(cpi, design_effect):
    compared = compare_segments(
        cpi, "vote_certainty", partition="area", design_effect=design_effect, confidence_level=0.9
    )
    known = cpi.known("vote_certainty").set_index(["answer", "segment"])["share"]
    base = segment_bases(cpi).set_index("segment")["base"] / design_effect
    tested = 0
    for row in compared.itertuples():
        given = cpi.question("vote_certainty")[row.answer].given
        cells = []
        for segment in ("urbano", "rural"):
            asked = base[segment] * (1 if given is None else known[given, segment])
            cells += [known[row.answer, segment], asked]
        assert_close((row.difference, row.low, row.high), difference_interval(*cells, confidence_level=0.9))
        if min(cells[1::2]) < 30:
            assert row.verdict == "too few interviews"
            assert np.isnan(row.p_value)
        else:
            assert_close(row.p_value, difference_test(*cells)[1])
            tested += 1
    assert 5 <= tested < len(compared)
    adjusted = adjusted_p_values(compared["p_value"])
    assert_close(compared["p_adjusted"], adjusted)


def test_families_are_the_answer_the_table_or_the_report(cpi):
    row, table, report = (
        compare_segments(cpi, "vote_certainty", partition="region", family=family)
        for family in ("row", "table", "report")
    )
    assert_close(row["p_value"], report["p_value"])
    # Two parts make one pair: a row is a family of one.
    assert_close(row["p_adjusted"], row["p_value"])
    assert_close(table["p_adjusted"], adjusted_p_values(table["p_value"]))
    # Every figure of the poll once: the vote rows of the certainty table are those of vote intention.
    every = pd.concat(
        [
            compare_segments(cpi, question.id, partition="region").assign(question=question.id)
            for question in cpi.questions
        ],
        ignore_index=True,
    )
    twins = (every["question"] == "vote_intention").to_numpy()
    together = adjusted_p_values(every.loc[~twins, "p_value"])
    there = (every.loc[~twins, "question"] == "vote_certainty").to_numpy()
    assert_close(report["p_adjusted"], together[there])
    again = compare_segments(cpi, "vote_intention", partition="region", family="report")
    votes = report.set_index("answer").loc[again["answer"], "p_adjusted"]
    assert_close(again["p_adjusted"], votes)


def test_intervals_are_those_of_one_comparison_whatever_the_adjustment(cpi):
    tables = {
        adjustment: compare_segments(cpi, "vote_intention", partition="zone", adjustment=adjustment)
        for adjustment in ADJUSTMENTS
    }
    for table in tables.values():
        assert_close(table[["low", "high"]], tables["none"][["low", "high"]])
    assert_close(tables["none"]["p_adjusted"], tables["none"]["p_value"])
    found = {name: table["verdict"].isin(["higher", "lower"]).sum() for name, table in tables.items()}
    assert found["bonferroni"] <= found["holm"] <= found["benjamini_hochberg"] <= found["none"]


def test_figures_printed_elsewhere_are_used(cpi):
    # The vote-intention table has no total column; the certainty table has.
    compared = compare_pairs(cpi, "vote_intention", pairs=[("lima_callao", "total")])
    assert compared["difference"].round(3).to_list() == [-0.162, 0.089, 0.064, 0.019, -0.011]
    assert compared["verdict"].to_list()[:2] == ["lower", "higher"]


def test_conditional_rows_of_few_people_are_not_tested_and_do_not_count(cpi):
    compared = compare_segments(cpi, "vote_certainty", partition="area", adjustment="bonferroni")
    rows = compared.set_index("answer")
    assert rows.loc["fujimori_certain", "verdict"] == "too few interviews"
    assert rows.loc["fujimori_certain", ["difference", "low", "high"]].notna().all()
    assert rows.loc["fujimori_certain", ["p_value", "p_adjusted"]].isna().all()
    tested = rows["p_value"].notna()
    assert_close(rows.loc[tested, "p_adjusted"], np.minimum(rows.loc[tested, "p_value"] * tested.sum(), 1))
    lenient = compare_segments(cpi, "vote_certainty", partition="area", small_base=5)
    assert "too few interviews" not in set(lenient["verdict"])
    strict = compare_segments(cpi, "vote_certainty", partition="area", small_base=1000)
    assert set(strict["verdict"]) == {"too few interviews"}


def significance_of(unrounded, base, parts, level=0.95):
    """Return pair by pair and answer by answer which differences Holm finds for unrounded shares, signed."""
    pairs = list(combinations(parts, 2))
    z, p = zip(
        *(difference_test(unrounded[a], base[a], unrounded[b], base[b]) for a, b in pairs), strict=True
    )
    significant = adjusted_p_values(np.concatenate(p)) < 1 - level
    return np.where(significant, np.sign(np.concatenate(z)), 0)


@pytest.mark.parametrize("case", [("harbour", "vote", "age"), ("cpi", "castillo_positive", "zone")])
def test_verdicts_hold_for_every_figure_that_rounds_to_what_is_printed(case, request):
    name, question, partition = case
    poll = request.getfixturevalue(name)
    verdicts = compare_segments(poll, question, partition=partition)["verdict"].to_numpy()
    low, high = (poll.question(question).table(end) for end in ("low", "high"))
    base = segment_bases(poll).set_index("segment")["base"]
    parts = poll.segments.partition(partition).parts
    drawn = np.random.default_rng(1)
    signs = np.array(
        [significance_of(low + (high - low) * drawn.random(low.shape), base, parts) for _ in range(100)]
    )
    assert (signs[:, verdicts == "higher"] == 1).all()
    assert (signs[:, verdicts == "lower"] == -1).all()
    assert (signs[:, verdicts == "not distinguishable"] == 0).all()
    assert (verdicts == "higher").any()


def test_whole_percentages_leave_doubt(harbour):
    compared = compare_segments(harbour, "vote", partition="age")
    young = by_answer(compared, "under_35", "middle")
    assert young.loc[["okafor", "lindqvist"], "verdict"].to_list() == ["depends on rounding"] * 2
    assert (young.loc[["okafor", "lindqvist"], "p_adjusted"] < 0.05).all()
    assert by_answer(compared, "under_35", "over_59")["verdict"].to_list() == [
        "higher",
        "lower",
        "not distinguishable",
        "not distinguishable",
    ]


@pytest.mark.parametrize("alpha", [0.095, 0.085])
def test_rounding_is_named_on_either_side_of_the_level(harbour, alpha):
    compared = compare_segments(
        harbour, "vote", partition="age", adjustment="none", confidence_level=1 - alpha
    )
    row = by_answer(compared, "middle", "over_59").loc["okafor"]
    assert row["p_value"] == pytest.approx(0.0914, abs=1e-3)
    assert row["verdict"] == "depends on rounding"


def test_gaps_and_unknown_bases_are_named(valle):
    compared = compare_pairs(valle, "approval", pairs=[("women", "total"), ("first_vote", "women")])
    assert by_answer(compared, "women", "total")["verdict"].to_list() == [
        "base unknown",
        "not published",
        "not published",
    ]
    assert by_answer(compared, "women", "total")["difference"].round(3).to_list()[0] == 0.026
    assert compared[["low", "high", "p_value", "p_adjusted"]].isna().all(axis=None)
    with pytest.raises(PollError, match="No partition 'region'; there is: none"):
        compare_segments(valle, "approval")


def test_a_pair_turned_round_turns_its_signs(cpi):
    pairs = [
        ("rural", "interior"),
        ("rural", "sierra_centro_sur"),
        ("total", "oriente"),
        ("oriente", "costa_sur"),
    ]
    there = compare_pairs(cpi, "vote_intention", pairs=pairs)
    back = compare_pairs(cpi, "vote_intention", pairs=[(b, a) for a, b in pairs])
    assert_close(there[["difference", "low", "high"]], -back[["difference", "high", "low"]].to_numpy())
    assert_close(there[["p_value", "p_adjusted"]], back[["p_value", "p_adjusted"]])
    turned = {"higher": "lower", "lower": "higher"}
    assert there["verdict"].to_list() == [turned.get(word, word) for word in back["verdict"]]


def test_a_segment_is_compared_with_the_rest_of_the_one_that_contains_it(cpi):
    base = segment_bases(cpi).set_index("segment")["base"]
    found = by_answer(
        compare_pairs(cpi, "vote_intention", pairs=[("rural", "interior")]), "rural", "interior"
    )
    cells = 0.615, base["rural"], 0.450, base["interior"]
    assert_close(
        found.loc["castillo", ["difference", "low", "high"]].astype(float), part_whole_interval(*cells)
    )
    assert_close(found.loc["castillo", "p_value"], part_whole_test(*cells)[1])
    # The rest of the interior is its towns, which are printed: the same test within rounding.
    towns = by_answer(compare_pairs(cpi, "vote_intention", pairs=[("rural", "urbano")]), "rural", "urbano")
    weight = base["rural"] / base["interior"]
    np.testing.assert_allclose(found["difference"], (1 - weight) * towns["difference"], atol=1e-3)


@pytest.mark.parametrize(("small_base", "few"), [(440, False), (450, True)])
def test_the_rest_of_a_whole_must_be_large_enough_too(cpi, small_base, few):
    # The interior has about 755 interviews, and the country about 445 besides.
    compared = compare_pairs(cpi, "vote_intention", pairs=[("interior", "total")], small_base=small_base)
    assert (compared["verdict"] == "too few interviews").all() == few
    assert (compared["verdict"] == "too few interviews").any() == few


def test_overlapping_segments_differ_for_every_overlap_or_for_none_or_it_depends(cpi):
    zones = cpi.segments.partition("zone").parts
    compared = compare_pairs(
        cpi,
        "vote_intention",
        # Towns and the Northern Coast together have more people than the interior, so some must be in both.
        pairs=[*(("rural", zone) for zone in zones), ("urbano", "costa_sierra_norte")],
        adjustment="none",
    )
    base = segment_bases(cpi).set_index("segment")["base"]
    table = cpi.question("vote_intention").table()
    for row in compared.itertuples():
        a, b = row.segment_a, row.segment_b
        cells = table.loc[row.answer, a], base[a], table.loc[row.answer, b], base[b], base["interior"]
        smallest, greatest = sorted(np.abs(overlap_test(*cells)))
        assert_close(row.p_value, two_sided_p_value(smallest))
        if smallest > 2.05:
            assert row.verdict == ("higher" if row.difference > 0 else "lower")
        elif greatest < 1.9:
            assert row.verdict == "not distinguishable"
        elif smallest < 1.9 and greatest > 2.05:
            assert row.verdict == "depends on the overlap"
        assert_close((row.difference, row.low, row.high), overlap_interval(*cells))
    assert (
        by_answer(compared, "rural", "sierra_centro_sur").loc["castillo", "verdict"]
        == "depends on the overlap"
    )
    assert by_answer(compared, "rural", "costa_sierra_norte").loc["castillo", "verdict"] == "higher"
    assert {"higher", "not distinguishable", "depends on the overlap"} <= set(compared["verdict"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"question": "nothing"}, PollError, "has no question 'nothing'"),
        ({"partition": "class"}, PollError, "No partition 'class'; there is: region, zone, area"),
        ({"adjustment": "tukey"}, AnalysisError, "adjustment: 'tukey' is not allowed"),
        ({"family": "poll"}, AnalysisError, "family: 'poll' is not allowed; use one of table, row, report"),
        ({"confidence_level": 95}, AnalysisError, "confidence_level: 95 is not allowed"),
        ({"design_effect": 0}, AnalysisError, "design_effect: 0 is not allowed"),
        ({"small_base": -1}, AnalysisError, "small_base -1"),
    ],
)
def test_what_is_not_allowed_is_named(cpi, options, error, message):
    with pytest.raises(error, match=message):
        compare_segments(cpi, **{"question": "vote_intention"} | options)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        ([], "pairs: there is none"),
        ([("rural", "rural")], "'rural' is to be compared with itself"),
        ([("rural", "north")], "No segment 'north'"),
    ],
)
def test_pairs_that_are_none_are_refused(cpi, pairs, message):
    with pytest.raises(AnalysisError, match=message):
        compare_pairs(cpi, "vote_intention", pairs=pairs)


def test_comparing_changes_nothing(cpi):
    before = cpi.estimates.copy()
    compared = compare_segments(cpi, "vote_certainty", partition="zone", family="report")
    as_found = compared.copy()
    significance_letters(compared, cpi.segments.partition("zone").parts)
    pd.testing.assert_frame_equal(compared, as_found)
    pd.testing.assert_frame_equal(cpi.estimates, before)


# Letters.


def exceeding(comparisons, alpha=0.05):
    """Return (answer, greater, smaller) for each difference that is significant after adjustment."""
    rows = comparisons[comparisons["p_adjusted"] < alpha]
    return {
        (
            row.answer,
            *((row.segment_a, row.segment_b) if row.difference > 0 else (row.segment_b, row.segment_a)),
        )
        for row in rows.itertuples()
    }


def decoded(letters):
    segments = list(letters.columns)
    return {
        (answer, segment, segments[ord(letter) - ord("A")])
        for answer, row in letters.iterrows()
        for segment in segments
        for letter in row[segment]
    }


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_permuting_segments_permutes_letters(cpi, order):
    parts = cpi.segments.partition("zone").parts
    segments = [parts[i] for i in order]
    compared = compare_pairs(cpi, "vote_intention", pairs=combinations(segments, 2), adjustment="none")
    letters = significance_letters(compared, segments)
    assert list(letters.columns) == segments
    printed_order = compare_segments(cpi, "vote_intention", partition="zone", adjustment="none")
    assert decoded(letters) == exceeding(printed_order) != set()
    assert all(cell == "".join(sorted(cell)) for cell in letters.to_numpy().ravel())


def test_letters_follow_the_adjusted_p_value_at_any_level(cpi):
    zones = cpi.segments.partition("zone").parts
    compared = compare_segments(cpi, "vote_intention", partition="zone")
    for level in (0.8, 0.95, 0.99):
        letters = significance_letters(compared, zones, confidence_level=level)
        assert decoded(letters) == exceeding(compared, 1 - level)
    fewer = significance_letters(compared, zones[:2])
    assert decoded(fewer) == {("undecided", "costa_sur", "costa_sierra_norte")}
    assert list(fewer.index) == [answer.id for answer in cpi.question("vote_intention").answers]


@pytest.mark.parametrize(
    ("segments", "level", "message"),
    [
        (["urbano", "rural", "oriente"], 0.95, "urbano and oriente were not compared"),
        (["urbano", "urbano"], 0.95, "each once"),
        ([f"segment_{i}" for i in range(27)], 0.95, "at most 26"),
        (["urbano", "rural"], 95, "confidence_level"),
    ],
)
def test_letters_need_one_partition(cpi, segments, level, message):
    compared = compare_segments(cpi, "vote_intention", partition="area")
    with pytest.raises(AnalysisError, match=message):
        significance_letters(compared, segments, confidence_level=level)


# Two polls.


@pytest.fixture
def later(spoilt):
    """Return a poll in which Castillo has 10 points more in Lima, and an answer of one table another name."""
    folder = spoilt("01-vote-intention.csv", "candidate,19.3", "candidate,29.3")
    spoilt("02-vote-certainty.csv", "candidate,,35.5,19.3", "candidate,,35.5,29.3")
    spoilt("01-vote-intention.csv", "will_not_vote,No piensa", "at_home,No piensa")
    # No weights agree with figures changed in one column, so its base is printed.
    spoilt("poll.toml", 'id = "lima_callao"', 'id = "lima_callao"\nbase = "450"')
    return load_poll(folder)


def test_polls_are_compared_as_independent_samples(cpi, later):
    compared = compare_polls(later, cpi, "vote_intention", segment="lima_callao")
    assert list(compared.columns) == ["poll_a", "poll_b", "segment", "answer", *MEASURES]
    rows = compared.set_index("answer")
    assert list(rows.index) == ["castillo", "fujimori", "blank_null", "undecided", "at_home", "will_not_vote"]
    assert rows["verdict"].to_list() == ["higher"] + ["not distinguishable"] * 3 + ["not published"] * 2
    base = [segment_bases(poll).set_index("segment").loc["lima_callao", "base"] for poll in (later, cpi)]
    cells = 0.293, base[0], 0.193, base[1]
    found = rows.loc["castillo", ["difference", "low", "high"]].astype(float)
    assert_close(found, difference_interval(*cells))
    assert_close(rows.loc["castillo", "p_value"], difference_test(*cells)[1])
    assert_close(rows.loc["castillo", "p_adjusted"], 4 * rows.loc["castillo", "p_value"])
    back = compare_polls(cpi, later, "vote_intention", segment="lima_callao").set_index("answer")
    assert_close(back.loc["castillo", "difference"], -0.1)
    assert back.loc["castillo", "verdict"] == "lower"


def test_polls_that_cannot_be_compared_are_refused(cpi, later, harbour, spoilt):
    with pytest.raises(AnalysisError, match="is the same poll as poll_a"):
        compare_polls(cpi, cpi, "vote_intention")
    with pytest.raises(PollError, match="has no question 'vote_intention'"):
        compare_polls(cpi, harbour, "vote_intention")
    with pytest.raises(PollError, match="No segment 'north'"):
        compare_polls(cpi, later, "vote_intention", segment="north")
    spoilt("02-vote-certainty.csv", "no_opinion,castillo", "no_opinion,fujimori")
    other = load_poll(spoilt("02-vote-certainty.csv", "certain,castillo", "certain,castillo"))
    with pytest.raises(AnalysisError, match="a share of castillo in 'cpi-2021-04', but of fujimori"):
        compare_polls(cpi, other, "vote_certainty")


# Answers of one segment, and whole questions.


def test_every_answer_is_set_against_every_other_of_its_base(cpi):
    leads = compare_answers(cpi, "vote_certainty", segment="interior")
    assert list(leads.columns) == [
        "answer_a", "answer_b", "segment", "lead", "low", "high", "p_value", "p_adjusted", "verdict",
    ]  # fmt: skip
    assert len(leads) == 10 + 3 * 3
    given = {answer.id: answer.given for answer in cpi.question("vote_certainty").answers}
    assert (leads["answer_a"].map(given).fillna("") == leads["answer_b"].map(given).fillna("")).all()
    assert set(leads["segment"]) == {"interior"}
    assert_close(leads["p_adjusted"], adjusted_p_values(leads["p_value"]))


def test_castillo_leads_fujimori_as_lead_interval_says(cpi):
    lead = compare_answers(cpi, "vote_intention", design_effect=2).iloc[0]
    assert (lead["answer_a"], lead["answer_b"], lead["verdict"]) == ("castillo", "fujimori", "ahead")
    assert_close(lead[["lead", "low", "high"]].astype(float), (0.124, 0.064, 0.184), 5e-4)
    assert_close(lead["p_value"], lead_test(0.355, 0.231, 600)[1])
    lima = compare_answers(cpi, "vote_intention", segment="lima_callao").iloc[0]
    assert lima["verdict"] == "behind"


def test_leads_that_rounding_could_undo_say_so(harbour):
    # In this column 27 and 16: the lead is 11 points, 10 to 12 before rounding.
    for level, verdict in ((0.95, "ahead"), (0.9985, "depends on rounding"), (0.99999, "statistical tie")):
        leads = compare_answers(
            harbour, "vote", segment="middle", adjustment="none", confidence_level=level
        ).set_index(["answer_a", "answer_b"])
        assert leads.loc[("okafor", "tanaka"), "verdict"] == verdict


def test_leads_name_gaps_unknown_bases_and_small_ones(cpi, valle):
    assert set(compare_answers(valle, "approval", segment="women")["verdict"]) == {"not published"}
    assert set(compare_answers(valle, "approval", segment="first_vote")["verdict"]) == {"base unknown"}
    assert set(compare_answers(valle, "approval")["verdict"]) == {"ahead", "behind"}
    leads = compare_answers(cpi, "vote_certainty", segment="rural").set_index("answer_a")
    assert set(leads.loc["fujimori_certain", "verdict"]) == {"too few interviews"}
    assert leads.loc["fujimori_certain", "p_value"].isna().all()


def test_several_answers_a_person_allow_no_chi_square(cpi):
    with pytest.raises(
        AnalysisError, match=r"'castillo_negative' allows several answers a person.*; use compare_seg"
    ):
        question_test(cpi, "castillo_negative")


@pytest.mark.parametrize("question", ["reasons_castillo", "castillo_negative"])
def test_leads_among_several_answers_a_person_agree_with_the_verdicts_of_the_boxes(cpi, question):
    """`lead_verdict` asks the same of arrays, unadjusted; with the sum of the column, or 1 for "no opinion"."""
    asked = cpi.question(question)
    for segment, n in (("total", 1200), ("lima_callao", None)):
        leads = compare_answers(cpi, question, segment=segment, adjustment="none")
        n = n or published_intervals(cpi, question).set_index("segment").loc[segment, "base"].iloc[0]
        low, high = (asked.table(end)[segment] for end in ("low", "high"))
        ends = [end[leads[side]].to_numpy() for side in ("answer_a", "answer_b") for end in (low, high)]
        alone = [
            {asked[a].role, asked[b].role} & {"nothing", "no_opinion"}
            for a, b in leads[["answer_a", "answer_b"]].to_numpy()
        ]
        sums = np.where([bool(one) for one in alone], 1.0, high.sum())
        expected = lead_verdict(*ends, n, kind="multiple_response", column_sum=sums)
        assert (leads["verdict"] == expected).mean() > 0.97
        decided = leads["verdict"].isin(["ahead", "behind", "statistical tie"])
        assert (leads.loc[decided, "verdict"] == expected[decided]).all()
        assert decided.mean() > 0.8


def test_how_many_gave_two_answers_decides_whether_one_leads(tmp_path):
    rows = {"a": {"total": "50.0"}, "b": {"total": "46.0"}, "c": {"total": "40.0"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1200, kinds={"q": "multiple_response"})
    found = compare_answers(poll, "q", adjustment="none").set_index(["answer_a", "answer_b"])
    # 4 points: with a standard error of 0.57 points if all who gave b gave a too, of 2.83 if nobody did.
    assert found.loc[("a", "b"), "verdict"] == "depends on the overlap"
    assert found.loc[("a", "b"), "p_value"] == pytest.approx(
        2 * norm.sf(0.04 / np.sqrt((0.96 - 0.04**2) / 1200))
    )
    assert found.loc[("a", "c"), "verdict"] == "ahead"


def test_chosen_answers_are_compared_and_no_others(cpi):
    leads = compare_answers(cpi, "reasons_castillo", answers=["left_wing", "teachers", "honest"])
    assert leads[["answer_a", "answer_b"]].to_numpy().tolist() == [
        ["teachers", "left_wing"], ["teachers", "honest"], ["left_wing", "honest"],
    ]  # fmt: skip
    with pytest.raises(PollError, match="has no answer 'nobody'"):
        compare_answers(cpi, "reasons_castillo", answers=["nobody"])


def test_bad_leads_are_named(cpi):
    with pytest.raises(PollError, match="No segment 'north'"):
        compare_answers(cpi, "vote_intention", segment="north")
    with pytest.raises(AnalysisError, match="adjustment: 'tukey'"):
        compare_answers(cpi, "vote_intention", adjustment="tukey")


@pytest.mark.parametrize("question", ["vote_intention", "vote_certainty"])
def test_zones_do_not_vote_alike(cpi, question):
    found = question_test(cpi, question, partition="zone")
    assert found.statistic == pytest.approx(52.45, abs=0.02)
    assert found.cramers_v == pytest.approx(0.152, abs=5e-4)
    assert found.smallest_expected == pytest.approx(3.74, abs=5e-3)
    assert found.adjusted_residuals.shape == (5, 4)
    halved = question_test(cpi, question, partition="zone", design_effect=2)
    assert_close(halved.statistic, found.statistic / 2)
    assert_close(halved.adjusted_residuals, found.adjusted_residuals / np.sqrt(2))
    assert (halved.cramers_v, halved.smallest_expected) == (found.cramers_v, found.smallest_expected)


def test_two_parts_and_one_answer_agree_with_the_test_of_that_answer(cpi):
    residuals = question_test(cpi, "vote_intention", partition="area").adjusted_residuals
    compared = compare_segments(cpi, "vote_intention", partition="area")
    assert (np.sign(residuals[:, 0]) == np.sign(compared["difference"])).all()
    # Not quite the same figures: here the shares of a column are divided by their sum.
    np.testing.assert_allclose(two_sided_p_value(residuals[:, 0]), compared["p_value"], atol=0.01)


def test_published_bases_are_used_for_whole_questions(harbour):
    found = question_test(harbour, "vote", partition="age")
    assert found.degrees_of_freedom == 6
    assert found.statistic == pytest.approx(27.4989, abs=1e-4)


def test_questions_without_a_partition_or_a_base_have_no_chi_square(valle, cpi):
    with pytest.raises(PollError, match="No partition"):
        question_test(valle, "approval")
    with pytest.raises(AnalysisError, match="design_effect"):
        question_test(cpi, "vote_intention", design_effect=-1)

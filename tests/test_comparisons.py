"""Comparisons of segments, answers and polls: which pairs, by which test, judged with which others, and their letters."""

from dataclasses import replace
from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest
from made_up_poll import poll_of, question, with_questions, write_poll
from reference_values import assert_close, reference
from scipy.stats import norm

from analysis.errors import AnalysisError, PollError
from analysis.estimates import (
    RELATIONS,
    UNSETTLED,
    Options,
    bases,
    compare_answers,
    compare_polls,
    compare_segments,
    intervals,
    segment_letters,
    segment_pairs,
)
from analysis.polls import load_poll
from analysis.stats import (
    ADJUSTMENTS,
    adjusted_p_values,
    column_letters,
    difference_interval,
    difference_test,
    lead_interval,
    lead_test,
    overlap_interval,
    overlap_test,
    part_whole_interval,
    part_whole_test,
    shared_answers,
)
from analysis.stats.arrays import two_sided_p_value
from analysis.stats.overlaps import fewest_people

AT_ONE = Options(design_effect=1)
ALONE = Options(design_effect=1, adjustment="none")
ZONES = ("costa_sierra_norte", "costa_sur", "sierra_centro_sur", "oriente")
JUDGED = [
    "estimate", "low", "high", "low_simultaneous", "high_simultaneous", "n_effective", "p_value", "p_adjusted", "verdict",
]  # fmt: skip
FOUND = {
    2: ("higher", "lower", "ahead", "behind"),
    1: ("depends on rounding",),
    0: ("not distinguishable", "statistical tie"),
}


def by_answer(table, *pair):
    """Return one pair's rows of a comparison, by answer."""
    rows = table[(table["segment"] == pair[0]) & (table["against"] == pair[1])]
    return rows.set_index("answer")


def halves(folder, rows, *, sizes=(200, 200), **more):
    """Write a poll of two halves with printed bases."""
    return write_poll(
        folder, {"q": rows}, n=sum(sizes), bases=dict(zip("xy", sizes, strict=True)),
        partitions=[("one", "total", ["x", "y"])], **more,
    )  # fmt: skip


# Which pairs.


def test_pairs_are_listed_by_how_two_segments_lie_to_each_other(cpi, harbour, valle):
    assert list(segment_pairs(cpi, "disjoint").items())[:2] == [
        (("lima_callao", "interior"), "region"),
        (("costa_sierra_norte", "costa_sur"), "zone"),
    ]
    assert list(segment_pairs(cpi, "disjoint", "area")) == [("urbano", "rural")]
    assert list(segment_pairs(cpi, "within", "region")) == [("lima_callao", "total"), ("interior", "total")]
    assert set(segment_pairs(cpi, "overlapping")) == {(z, a) for z in ZONES for a in ("urbano", "rural")}
    assert list(segment_pairs(harbour, "overlapping")) == []
    assert list(segment_pairs(valle, "disjoint")) == []
    assert list(segment_pairs(valle, "within")) == [("women", "total"), ("first_vote", "total")]


def test_every_relation_is_what_the_poll_says_it_is(cpi):
    for relation in RELATIONS:
        for a, b in segment_pairs(cpi, relation):
            assert cpi.segments.relation(a, b) == relation


def test_every_pair_of_parts_is_compared_for_every_answer(cpi):
    answers = [answer.id for answer in cpi.question("castillo_negative").answers]
    compared = compare_segments(cpi, "castillo_negative", "zone")
    names = ["question", "answer", "segment", "against", "partition", "share", "share_against"]
    assert list(compared.columns) == [*names, *JUDGED, "judged_in"]
    assert compared[["segment", "against", "answer"]].to_numpy().tolist() == [
        [a, b, answer] for a, b in combinations(ZONES, 2) for answer in answers
    ]
    assert compared.index.to_list() == list(range(len(compared)))
    assert_close(compared["estimate"], compared["share"] - compared["share_against"])


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
    assert segment_pairs(poll) == {("x", "y"): "one"}
    assert len(compare_segments(poll, "q")) == 2


def test_nothing_to_compare_is_a_table_without_rows(cpi, valle):
    for relation in ("disjoint", "overlapping"):
        empty = compare_segments(valle, "approval", relation=relation)
        assert list(empty.columns) == list(compare_segments(cpi, "vote_intention").columns)
        assert empty.empty or relation == "overlapping"


# Each by itself: at every figure that rounds to what is printed.


def box(table, row, *segments):
    """Five values over the rounding interval of each of some figures."""
    return [np.linspace(table["low"].loc[row, s], table["high"].loc[row, s], 5) for s in segments]


CASES = [
    ("vote_certainty", "disjoint", difference_test, difference_interval),
    ("vote_intention", "within", part_whole_test, part_whole_interval),
    ("vote_intention", "overlapping", overlap_test, overlap_interval),
]


@pytest.mark.parametrize(("question_id", "relation", "test", "interval"), CASES)
def test_p_is_the_largest_and_the_interval_the_hull_over_the_box(cpi, question_id, relation, test, interval):
    """Brute force: a grid over the box, corners among it, at the level that Holm asks for."""
    options = Options(0.9, 1.3)
    compared = compare_segments(cpi, question_id, options=options, relation=relation)
    table = {end: cpi.table(question_id, end) for end in ("share", "low", "high")}
    n = bases(cpi, options).set_index("segment")["n_effective"]
    own = compared[compared["judged_in"] == question_id]
    tested = 0
    for row in own.itertuples():
        given = cpi.question(question_id)[row.answer].given
        a, b = np.meshgrid(*box(table, row.answer, row.segment, row.against))
        sizes = [
            n[s] * (1 if given is None else table["share"].loc[given, s]) for s in (row.segment, row.against)
        ]
        cells = [a, sizes[0], b, sizes[1], *([n["interior"]] if relation == "overlapping" else [])]
        smallest = min(sizes) if relation != "within" else min(sizes[0], sizes[1] - sizes[0])
        assert row.n_effective == pytest.approx(smallest)
        if smallest < 30:
            assert row.verdict == "too few interviews"
            assert np.isnan(row.p_value)
            continue
        tested += 1
        plain, exact = (
            found[1] if relation != "overlapping" else two_sided_p_value(np.clip(0, *found))
            for found in (test(*cells), test(*cells, small_count=np.inf))
        )
        straddles = (a - b).min() <= 0 <= (a - b).max()
        # The second where people are few at some of the box, and so taken to be at all of it.
        expected = [1.0] if straddles else [plain.max(), exact.max()]
        # Beyond .2 a p-value of few people is that of z: larger ones may lie within the box.
        assert row.p_value in [pytest.approx(one, rel=1e-9) for one in expected] or row.p_value >= 0.2
        assert row.p_value >= min(expected[0], 0.2) - 1e-12
        of_few = relation == "overlapping" and (fewest_people(*cells[:4]) < 5).any()
        level = 1 - options.alpha * min(row.p_value / row.p_adjusted, 1)
        _, low, high = interval(*cells, confidence_level=level, small_count=np.inf if of_few else 0)
        held = row.p_value >= 1 - level - 1e-15
        assert row.low == pytest.approx(min(low.min(), 0) if held else low.min(), abs=1e-12)
        assert row.high == pytest.approx(max(high.max(), 0) if held else high.max(), abs=1e-12)
    assert tested >= 15 or (relation == "disjoint" and tested >= 5)
    assert_close(own["p_adjusted"], adjusted_p_values(own["p_value"]))


@pytest.mark.parametrize(("of_capital", "of_rest", "capital", "rest"), [(9, 18, 2220, 54), (18, 9, 54, 2220)])
def test_a_verdict_holds_where_people_are_few_at_some_of_its_figures_alone(
    tmp_path, of_capital, of_rest, capital, rest
):
    """At 9.5 and 17.5 % five people are expected, and p is .0496 by z; at 9.05 and 17.5 % fewer, and it is .0537."""
    shares = {"capital": of_capital, "rest": of_rest, "total": 9}
    rows = {
        "yes": {name: f"{share}" for name, share in shares.items()},
        "no": {name: f"{100 - share}" for name, share in shares.items()},
    }
    poll = write_poll(
        tmp_path / "p",
        {"q": rows},
        n=capital + rest,
        bases={"capital": capital, "rest": rest},
        partitions=[("place", "total", ["capital", "rest"])],
        decimals=0,
    )
    found = compare_segments(poll, "q", options=Options(design_effect=1, adjustment="none")).iloc[0]
    at_corner, within = (
        difference_test(a / 100, capital, b / 100, rest)[1]
        for a, b in (((9.5, 17.5), (9.05, 17.5)) if capital > rest else ((17.5, 9.5), (17.5, 9.05)))
    )
    assert at_corner < 0.05 < within
    assert found["verdict"] == "depends on rounding"
    assert found["p_value"] >= within


REFERENCE_TABLES = {
    "compare_segments": lambda poll: compare_segments(poll, "vote", "age"),
    "compare_segments_within": lambda poll: compare_segments(poll, "vote", relation="within"),
    "compare_answers": lambda poll: compare_answers(poll, "vote"),
}


@pytest.mark.parametrize("what", REFERENCE_TABLES)
def test_a_table_of_whole_percentages_is_judged_as_r_judges_it(harbour, what):
    """The design effect is that of a sheet which counts no places, 1.5."""
    found = REFERENCE_TABLES[what](harbour)
    expected = [values for _, _, values in reference(what, "estimates")]
    columns = ["p_value", "p_adjusted", "low", "high", "low_simultaneous", "high_simultaneous"]
    assert_close(found[columns], np.array(expected)[:, :-1], 1e-7)
    for verdict, code in zip(found["verdict"], np.array(expected)[:, -1], strict=True):
        assert verdict in FOUND[code]


def test_a_part_of_many_interviews_and_little_weight_is_held_against_the_rest_by_its_weight(tmp_path):
    """Half of the interviews are made in a tenth of the country, as the second table shows."""
    figures = {
        "q": {"a": ("45.0", "40.0", "40.5"), "b": ("55.0", "60.0", "59.5")},
        "r": {"c": ("90.0", "10.0", "18.0"), ("d", "no_opinion"): ("10.0", "90.0", "82.0")},
    }
    tables = {
        name: {answer: dict(zip(("x", "y", "total"), row, strict=True)) for answer, row in rows.items()}
        for name, rows in figures.items()
    }
    sides = [("side", "total", ("x", "y"))]
    poll = write_poll(tmp_path, tables, n=1000, bases={"x": 500, "y": 500}, partitions=sides)
    row = by_answer(compare_segments(poll, "q", options=ALONE, relation="within"), "x", "total").loc["a"]
    _, of_rest = difference_test(0.45, 500, 0.40, 500)
    # prop.test(c(225, 200), c(500, 500), correct = FALSE)
    assert part_whole_test(0.45, 500, 0.405, 1000, weight=0.1)[1] == pytest.approx(0.1097689398, rel=1e-9)
    assert row["p_value"] == pytest.approx(of_rest, rel=0.15)
    assert row["verdict"] == "not distinguishable"
    assert part_whole_test(0.45, 500, 0.405, 1000)[1] < 0.005


def test_overlapping_segments_differ_for_every_overlap_or_for_none_or_it_depends(cpi):
    compared = compare_segments(cpi, "vote_intention", options=ALONE, relation="overlapping")
    n = bases(cpi, ALONE).set_index("segment")["base"]
    for row in compared.itertuples():
        cells = row.share, n[row.segment], row.share_against, n[row.against], n["interior"]
        smallest, greatest = sorted(np.abs(overlap_test(*cells)))
        if smallest > 2.05:
            assert row.verdict == ("higher" if row.estimate > 0 else "lower")
        elif greatest < 1.9:
            assert row.verdict == "not distinguishable"
        elif smallest < 1.9 and greatest > 2.05:
            assert row.verdict == "depends on the overlap"
    assert (
        by_answer(compared, "sierra_centro_sur", "rural").loc["castillo", "verdict"]
        == "depends on the overlap"
    )
    assert by_answer(compared, "costa_sierra_norte", "rural").loc["castillo", "verdict"] == "lower"
    assert {"higher", "not distinguishable", "depends on the overlap"} <= set(compared["verdict"])


# What is not tested.


def test_conditional_rows_of_few_people_are_not_tested_and_do_not_count(cpi):
    options = Options(design_effect=1, adjustment="bonferroni")
    rows = compare_segments(cpi, "vote_certainty", "area", options)
    rows = rows[rows["judged_in"] == "vote_certainty"].set_index("answer")
    assert rows.loc["fujimori_certain", "verdict"] == "too few interviews"
    assert rows.loc["fujimori_certain", ["estimate", "low", "high"]].notna().all()
    assert rows.loc["fujimori_certain", ["p_value", "p_adjusted"]].isna().all()
    tested = rows["p_value"].notna()
    assert_close(rows.loc[tested, "p_adjusted"], np.minimum(rows.loc[tested, "p_value"] * tested.sum(), 1))
    lenient = compare_segments(cpi, "vote_certainty", "area", Options(design_effect=1, small_base=5))
    assert "too few interviews" not in set(lenient["verdict"])
    strict = compare_segments(cpi, "vote_certainty", "area", Options(design_effect=1, small_base=1000))
    assert set(strict["verdict"]) == {"too few interviews"}


@pytest.mark.parametrize(("small_base", "few"), [(440, False), (450, True)])
def test_the_rest_of_a_whole_must_be_large_enough_too(cpi, small_base, few):
    # The interior has about 755 interviews, and the country about 445 besides.
    compared = compare_segments(
        cpi, "vote_intention", "region", Options(design_effect=1, small_base=small_base), relation="within"
    )
    rows = by_answer(compared, "interior", "total")
    assert (rows["verdict"] == "too few interviews").all() == few
    assert (rows["verdict"] == "too few interviews").any() == few


def test_gaps_and_unknown_bases_are_named(valle):
    compared = compare_segments(valle, "approval", relation="within")
    women = by_answer(compared, "women", "total")
    assert women["verdict"].to_list() == ["base unknown", "not published", "not published"]
    assert women["estimate"].round(3).to_list()[0] == 0.026
    assert compared[["low", "high", "p_value", "p_adjusted"]].isna().all(axis=None)
    with pytest.raises(PollError, match="No partition 'region'; there is: none"):
        compare_segments(valle, "approval", "region")


# Families.


def test_a_question_printed_twice_is_judged_once_and_quoted(cpi):
    """The vote rows of the certainty table are those of vote intention: same verdict, interval and p, one family."""
    for relation in RELATIONS:
        first = compare_segments(cpi, "vote_intention", relation=relation).drop(columns="question")
        again = compare_segments(cpi, "vote_certainty", relation=relation)
        assert set(again["question"]) == {"vote_certainty"}
        quoted = again[again["judged_in"] == "vote_intention"].drop(columns="question")
        pd.testing.assert_frame_equal(quoted.reset_index(drop=True), first.reset_index(drop=True))
        own = again[again["judged_in"] == "vote_certainty"]
        assert_close(own["p_adjusted"], adjusted_p_values(own["p_value"]))
        assert set(first["judged_in"]) == {"vote_intention"}


def test_adjustments_find_no_more_than_one_another(cpi):
    tables = {
        adjustment: compare_segments(
            cpi, "vote_intention", "zone", Options(design_effect=1, adjustment=adjustment)
        )
        for adjustment in ADJUSTMENTS
    }
    assert_close(tables["none"]["p_adjusted"], tables["none"]["p_value"])
    found = {name: table["verdict"].isin(["higher", "lower"]).sum() for name, table in tables.items()}
    assert found["bonferroni"] <= found["holm"] <= found["benjamini_hochberg"] <= found["none"]
    assert found["bonferroni"] < found["none"]
    for table in tables.values():  # Bonferroni's intervals are simultaneous whatever the verdicts rest on
        for name in ("low_simultaneous", "high_simultaneous"):
            assert_close(table[name], tables["holm"][name])
    width = {name: (table["high"] - table["low"]).sum() for name, table in tables.items()}
    assert width["none"] < width["benjamini_hochberg"] <= width["holm"] <= width["bonferroni"]


def test_a_p_value_too_small_for_a_number_still_has_an_interval_and_a_verdict(tmp_path):
    rows = {
        "a": {"total": "50.0", "x": "0.0", "y": "100.0"},
        "b": {"total": "50.0", "x": "100.0", "y": "0.0"},
    }
    found = compare_segments(halves(tmp_path / "p", rows, sizes=(10000, 10000)), "q", options=AT_ONE)
    assert found["verdict"].to_list() == ["lower", "higher"]
    assert (found["p_value"] == 0).all()
    assert found.loc[0, "low"] == -1
    assert -1 < found.loc[0, "high"] < -0.99


def test_a_relation_that_is_none_is_named(cpi):
    with pytest.raises(AnalysisError, match="relation: 'beside' is not allowed; use one of disjoint, within"):
        compare_segments(cpi, "vote_intention", relation="beside")


# Letters.


def exceeding(compared):
    """Return (answer, greater, smaller) for each difference found."""
    found = compared[compared["verdict"].isin(["higher", "lower"])]
    return {
        (row.answer, *((row.segment, row.against) if row.verdict == "higher" else (row.against, row.segment)))
        for row in found.itertuples()
    }


def lettered(compared, marks):
    """Return the same from letters, each of which is one of `marks` (segment: mark)."""
    rows = compared[["answer", "segment", "against", "verdict"]].itertuples(index=False)
    letters = segment_letters(rows, marks)
    between = " " if any(len(mark) > 1 for mark in marks.values()) else None
    segments = {mark: segment for segment, mark in marks.items()}
    return {
        (answer, segment, segments[mark])
        for (answer, segment), held in letters.items()
        for mark in (held.split(between) if between else held)
    }


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
@pytest.mark.parametrize("adjustment", ["none", "holm"])
def test_letters_say_what_the_verdicts_say_whatever_the_order(cpi, order, adjustment):
    marks = dict(zip([ZONES[i] for i in order], "ABCD", strict=True))
    compared = compare_segments(
        cpi, "vote_intention", "zone", Options(design_effect=1, adjustment=adjustment)
    )
    assert lettered(compared, marks) == exceeding(compared) != set()
    rows = compared[["answer", "segment", "against", "verdict"]].itertuples(index=False)
    assert all(held == "".join(sorted(held)) for held in segment_letters(rows, marks).values())


def test_some_segments_have_letters_among_themselves(cpi):
    compared = compare_segments(cpi, "vote_intention", "zone", AT_ONE)
    among = {found for found in exceeding(compared) if set(found[1:]) <= set(ZONES[:2])}
    assert lettered(compared, dict(zip(ZONES[:2], "QR", strict=True))) == among != set()


def test_beyond_the_26th_column_letters_go_on_with_two():
    """Thirty columns, the last of which exceeds all others but one."""
    parts = [f"s{i}" for i in range(30)]
    printed = {("yes", part): "20.0" for part in parts} | {("no", part): "80.0" for part in parts}
    for part in ("s28", "s29"):
        printed |= {("yes", part): "60.0", ("no", part): "40.0"}
    poll = poll_of(
        [question("q", {"yes": None, "no": None}, printed)], parts, bases=dict.fromkeys(parts, 500)
    )
    compared = compare_segments(poll, "q", options=AT_ONE)
    rows = compared[["answer", "segment", "against", "verdict"]].itertuples(index=False)
    letters = segment_letters(rows, dict(zip(parts, column_letters(30), strict=True)))
    names = letters["yes", "s29"].split()
    assert (names[0], names[25], names[26], names[-1], len(names)) == ("A", "Z", "AA", "AB", 28)
    assert letters["no", "s0"] == "AC AD"
    assert {segment for answer, segment in letters if answer == "yes"} == {"s28", "s29"}


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
    compared = compare_polls(later, cpi, "vote_intention", "lima_callao", AT_ONE)
    assert list(compared.columns) == [
        "question", "answer", "segment", "poll", "against", "share", "share_against", *JUDGED
    ]  # fmt: skip
    rows = compared.set_index("answer")
    assert list(rows.index) == ["castillo", "fujimori", "blank_null", "undecided", "at_home", "will_not_vote"]
    assert rows["verdict"].to_list() == ["higher"] + ["not distinguishable"] * 3 + ["not published"] * 2
    n = [bases(poll).set_index("segment").loc["lima_callao", "base"] for poll in (later, cpi)]
    castillo = rows.loc["castillo"]
    # The nearest corner, of four that are tested.
    p = difference_test(0.2925, n[0], 0.1935, n[1])[1]
    assert castillo["p_value"] == pytest.approx(float(p))
    assert castillo["p_adjusted"] == pytest.approx(4 * castillo["p_value"])
    _, low, _ = difference_interval(0.2925, n[0], 0.1935, n[1], confidence_level=1 - 0.05 / 4, small_count=0)
    assert castillo["low"] == pytest.approx(float(low))
    back = compare_polls(cpi, later, "vote_intention", "lima_callao", AT_ONE).set_index("answer")
    assert_close(back.loc["castillo", "estimate"], -0.1)
    assert back.loc["castillo", "verdict"] == "lower"


def test_each_poll_has_the_design_effect_of_its_own_sheet(cpi, later):
    """Without places counted 1.5 is assumed, beside 1.66 where they are."""
    uncounted = replace(later, sheet=replace(later.sheet, sampling_unit=""), sha256="other")
    found = compare_polls(uncounted, cpi, "vote_intention", "lima_callao").set_index("answer").loc["castillo"]
    n = bases(cpi).set_index("segment").loc["lima_callao", "n_effective"]
    assert found["p_value"] == pytest.approx(float(difference_test(0.2925, 450 / 1.5, 0.1935, n)[1]))


def test_polls_that_cannot_be_compared_are_refused(cpi, later, harbour, spoilt):
    with pytest.raises(AnalysisError, match="'cpi-2021-04' is the same poll; compare two samples"):
        compare_polls(cpi, cpi, "vote_intention")
    with pytest.raises(PollError, match="no question 'vote_intention'"):
        compare_polls(cpi, harbour, "vote_intention")
    with pytest.raises(PollError, match="No segment 'north'"):
        compare_polls(cpi, later, "vote_intention", "north")
    spoilt("02-vote-certainty.csv", "no_opinion,castillo", "no_opinion,fujimori")
    other = load_poll(spoilt("02-vote-certainty.csv", "certain,castillo", "certain,castillo"))
    with pytest.raises(AnalysisError, match="a share of castillo in 'cpi-2021-04', but of fujimori"):
        compare_polls(cpi, other, "vote_certainty")


# Answers of one segment.


def test_every_answer_is_set_against_every_other_of_its_base(cpi):
    leads = compare_answers(cpi, "vote_certainty", "interior")
    assert list(leads.columns) == ["question", "answer", "segment", "against", *JUDGED]
    assert len(leads) == 10 + 3 * 3
    given = {answer.id: answer.given for answer in cpi.question("vote_certainty").answers}
    assert (leads["answer"].map(given).fillna("") == leads["against"].map(given).fillna("")).all()
    assert set(leads["segment"]) == {"interior"}
    assert_close(leads["p_adjusted"], adjusted_p_values(leads["p_value"]))


def test_leads_name_gaps_unknown_bases_and_small_ones(cpi, valle):
    assert set(compare_answers(valle, "approval", "women")["verdict"]) == {"not published"}
    assert set(compare_answers(valle, "approval", "first_vote")["verdict"]) == {"base unknown"}
    assert set(compare_answers(valle, "approval")["verdict"]) == {"ahead", "behind"}
    leads = compare_answers(cpi, "vote_certainty", "rural", AT_ONE).set_index("answer")
    assert set(leads.loc["fujimori_certain", "verdict"]) == {"too few interviews"}
    assert leads.loc["fujimori_certain", "p_value"].isna().all()


@pytest.mark.parametrize("question_id", ["reasons_castillo", "castillo_negative"])
@pytest.mark.parametrize("segment", ["total", "lima_callao"])
def test_leads_among_several_answers_hold_at_every_overlap_and_figure_of_the_box(cpi, question_id, segment):
    """Brute force: corners and middle of the box, at overlaps from the least to the greatest that the column allows."""
    asked = cpi.question(question_id)
    leads = compare_answers(cpi, question_id, segment, ALONE)
    n = intervals(cpi, question_id, ALONE).set_index("segment").loc[segment, "base"].iloc[0]
    low, high = (cpi.table(question_id, end)[segment] for end in ("low", "high"))
    counts = leads["verdict"].value_counts().reindex(["ahead", "behind", *UNSETTLED], fill_value=0)
    for row in leads.itertuples():
        pair = (row.answer, row.against)
        alone = {asked[x].role for x in pair} & {"nothing", "no_opinion"}
        p_values, signs = [], []
        for a, b in product(*(np.linspace(low[x], high[x], 3) for x in pair)):
            everybody = max(1.0 if alone else high.sum(), a + b)
            least, greatest = shared_answers(a, b, everybody)
            z, p = lead_test(a, b, n, overlap=np.linspace(least, greatest, 7))
            p_values.append(p)
            signs.append(np.sign(z))
        p_values, signs = np.array(p_values), np.array(signs)
        found = p_values < 0.05
        one_way = abs(signs.sum()) == signs.size
        if found.all() and one_way:
            expected = {"ahead" if signs[0, 0] > 0 else "behind"}
        elif not found.any():
            expected = {"statistical tie"}
        else:
            expected = {"depends on the overlap", "depends on rounding"}
            if found[4].any() and not found[4].all():  # of the printed figures
                expected = {"depends on the overlap"}
        assert row.verdict in expected, pair
    assert counts["ahead"] + counts["behind"] > 20
    assert counts[[*UNSETTLED]].sum() > 0


def test_how_many_gave_two_answers_decides_whether_one_leads(tmp_path):
    rows = {"a": {"total": "50.0"}, "b": {"total": "46.0"}, "c": {"total": "40.0"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1200, kinds={"q": "multiple_response"})
    found = compare_answers(poll, "q", options=ALONE).set_index(["answer", "against"])
    # 4 points: with a standard error of 0.57 points if all who gave b gave a too, of 2.83 if nobody did.
    assert found.loc[("a", "b"), "verdict"] == "depends on the overlap"
    expected = 2 * norm.sf(0.039 / np.sqrt(0.96 / 1200))  # McNemar's, the lead a tenth of a point smaller
    assert found.loc[("a", "b"), "p_value"] == pytest.approx(expected)
    assert found.loc[("a", "c"), "verdict"] == "ahead"


def test_how_many_gave_two_follow_ups_is_bounded_by_those_who_were_asked_them(tmp_path):
    """That many have no opinion of the question says nothing of those who gave an answer and were asked further."""
    rows = {"a": {"total": "60.0"}, ("a1", "substantive", "a"): {"total": "40.0"}}
    rows |= {("a2", "substantive", "a"): {"total": "36.0"}, ("none", "no_opinion"): {"total": "45.0"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1200, kinds={"q": "multiple_response"})
    found = compare_answers(poll, "q", options=ALONE).set_index(["answer", "against"])
    assert found.loc[("a1", "a2"), "verdict"] == "depends on the overlap"


def test_chosen_answers_are_compared_and_no_others(cpi):
    leads = compare_answers(cpi, "reasons_castillo", answers=["left_wing", "teachers", "honest"])
    assert leads[["answer", "against"]].to_numpy().tolist() == [
        ["teachers", "left_wing"], ["teachers", "honest"], ["left_wing", "honest"],
    ]  # fmt: skip
    with pytest.raises(PollError, match="no answer 'nobody'"):
        compare_answers(cpi, "reasons_castillo", answers=["nobody"])
    with pytest.raises(PollError, match="No segment 'north'"):
        compare_answers(cpi, "vote_intention", "north")


def test_single_answers_of_two_that_are_everybody_stay_possible(tmp_path):
    """60.1 and 40.0 cannot both be rounded up: together they are everybody."""
    rows = {"a": {"total": "60.0"}, "b": {"total": "40.0"}}
    found = compare_answers(write_poll(tmp_path / "p", {"q": rows}, n=1000), "q", options=ALONE).iloc[0]
    _, low, _ = lead_interval(0.5995, 0.4005, 1000)
    _, _, high = lead_interval(0.6005, 0.3995, 1000)
    assert_close(found[["low", "high"]].astype(float), (float(low), float(high)))
    again = with_questions(load_poll(tmp_path / "p"), load_poll(tmp_path / "p").questions)
    assert compare_answers(again, "q", options=ALONE)["verdict"].to_list() == ["ahead"]

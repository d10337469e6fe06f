"""Weights recovered from printed figures: bounds that hold the truth, whatever is drawn, and no wider than need be."""

import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import poll_of, question, with_figures, with_questions, write_poll

from analysis import estimates, show
from analysis.estimates import (
    Options,
    bases,
    implied_weights,
    misprinted_rows,
    weight_contradictions,
    weights_against,
)  # fmt: skip
from analysis.estimates.weights import closed_programme
from analysis.stats import weight_bounds, widened_bounds

REFERENCE_WEIGHTS = pd.read_csv(Path(__file__).parent / "reference" / "weights.csv")
NEAR = 1e-6  # what the solvers may be off by
SILENT = ("no_opinion", None)  # a row of those who gave no answer, so that nobody is missing

slow = settings(max_examples=40)


def rounded(share, decimals):
    """Print a share as a pollster does; fractions, so that what lies half-way is rounded correctly too."""
    return f"{float(round(100 * share, decimals)):.{decimals}f}"


def total_of(weights, shares):
    return sum(weight * share for weight, share in zip(weights, shares, strict=True))


def figures(answer, parts, weights, shares, decimals):
    """Print one row: its figure for each part, and for the total."""
    row = {(answer, part): rounded(share, decimals) for part, share in zip(parts, shares, strict=True)}
    return row | {(answer, "total"): rounded(total_of(weights, shares), decimals)}


@st.composite
def counts_as_shares(draw, size, least=0):
    """Draw shares that add up to exactly 1, as whole counts divided by their sum."""
    counts = draw(st.lists(st.integers(least, 30), min_size=size, max_size=size).filter(sum))
    return [Fraction(count, sum(counts)) for count in counts]


@st.composite
def columns(draw, parts, answers):
    """Draw for every part how its people answer: lists of shares by answer."""
    drawn = [draw(counts_as_shares(len(answers))) for _ in parts]
    return {answer: [column[i] for column in drawn] for i, answer in enumerate(answers)}


def conditional_figures(parts, weights, parent, rows, decimals):
    """Print a table of those who gave the parent answer; no figure where nobody did."""
    printed = {}
    asked = total_of(weights, parent)
    for answer, shares in rows.items():
        for part, share, of in zip(parts, shares, parent, strict=True):
            printed[answer, part] = rounded(share, decimals) if of else None
        both = total_of(weights, [share * of for share, of in zip(shares, parent, strict=True)])
        printed[answer, "total"] = rounded(both / asked, decimals) if asked else None
    return printed


@st.composite
def true_polls(draw, *, most_parts=8, most_questions=2, conditional=None):
    """Draw a population with its weights, and the poll that prints it, correctly rounded."""
    parts = [f"part_{i}" for i in range(draw(st.integers(2, most_parts)))]
    decimals = draw(st.sampled_from([0, 1]))
    weights = draw(counts_as_shares(len(parts), least=1))
    questions = []
    for name in ("first", "second")[: draw(st.integers(1, most_questions))]:
        answers = [f"{name}_{i}" for i in range(draw(st.integers(3, 5)))]
        population = draw(columns(parts, answers))
        printed = {}
        for answer, shares in population.items():
            printed |= figures(answer, parts, weights, shares, decimals)
        questions.append(question(name, dict.fromkeys(answers[:-1]) | {answers[-1]: SILENT}, printed))
        if name == "first":
            first, first_printed = population, printed
    if draw(st.booleans()) if conditional is None else conditional:
        # As a certainty table does, it prints the whole first table again.
        on = "first_0"
        rows = draw(columns(parts, ["sure", "unsure", "silent"]))
        printed = first_printed | conditional_figures(parts, weights, first[on], rows, decimals)
        *named, last = first
        answers = dict.fromkeys(named) | {last: SILENT} | dict.fromkeys(rows, on)
        questions.append(question("certainty", answers, printed, repeats="first"))
    return weights, poll_of(questions, parts)


def bounds(poll, partition="parts"):
    return implied_weights(poll, partition).set_index("segment")


def alone(poll, partition):
    """Bound weights by one partition without the others."""
    one = poll.segments.partition(partition)
    found = closed_programme(poll, [one], one.of).extremes([("w", part) for part in one.parts])
    return pd.DataFrame(dict(zip(("weight", "low", "high"), found, strict=True)), index=list(one.parts))


def assert_within(inner, outer):
    assert (inner["low"] >= outer["low"] - NEAR).all()
    assert (inner["high"] <= outer["high"] + NEAR).all()


def test_nothing_is_certified_where_no_question_says_anything(tmp_path):
    rows = {answer: {"total": "60.0", "x": "70.0", "y": "50.0"} for answer in ("good", "bad")}
    poll = write_poll(
        tmp_path,
        {"q": rows},
        n=900,
        kinds={"q": "multiple_response"},
        partitions=[("sides", "total", ("x", "y"))],
    )
    found = implied_weights(poll)
    assert found[["low", "high"]].to_numpy().tolist() == [[0, 1], [0, 1]]
    assert not found["certified"].any()


@slow
@given(true_polls())
def test_true_weights_of_correctly_rounded_polls_lie_within_the_bounds(drawn):
    true, poll = [float(weight) for weight in drawn[0]], drawn[1]
    assert misprinted_rows(poll) == ()  # a mean lies between what it is of
    found = implied_weights(poll, "parts")
    assert found[["weight", "low", "high"]].notna().all(axis=None)
    assert found["certified"].all()
    assert (found["low"] - NEAR <= true).all()
    assert (true <= found["high"] + NEAR).all()
    assert found["weight"].sum() == pytest.approx(1, abs=NEAR)
    assert (found["low"] - NEAR <= found["weight"]).all()
    assert (found["weight"] <= found["high"] + NEAR).all()
    assert found[["low", "high"]].min(axis=None) >= 0
    assert found[["low", "high"]].max(axis=None) <= 1


@settings(slow, max_examples=25)
@given(true_polls(conditional=False))
def test_of_very_many_answers_bounds_are_wider_and_true(drawn):
    true, poll = [float(weight) for weight in drawn[0]], drawn[1]
    exact = alone(poll, "parts")
    with pytest.MonkeyPatch.context() as fewer:
        fewer.setattr("analysis.estimates.weights._MOST_ANSWERS", 2)
        fewer.setattr("analysis.estimates.weights._MOST_SHARES", 0)
        found = alone(poll, "parts")
    assert_within(exact, found)
    assert (found["low"] - NEAR <= true).all()
    assert (true <= found["high"] + NEAR).all()


@settings(slow, max_examples=25)
@given(true_polls(most_parts=4))
def test_certified_bounds_hold_the_true_weights_without_any_tolerance(drawn):
    true, poll = drawn
    certified = weights_against(poll, certify=True)
    for weight, low, high in zip(true, certified["low"], certified["high"], strict=True):
        assert Fraction(low) <= weight <= Fraction(high)
    # Proof costs no more than what the solver is uncertain of.
    found = implied_weights(poll, "parts")
    np.testing.assert_allclose(certified[["low", "high"]], found[["low", "high"]], rtol=0, atol=NEAR)


@settings(slow, max_examples=25)
@given(true_polls(), st.data())
def test_a_consistent_poll_with_open_questions_has_no_contradictions(drawn, data):
    weights, poll = drawn
    parts = list(poll.segments.partitions[0].parts)
    printed = {}
    for answer in ("named", "also_named", "seldom_named"):
        shares = [Fraction(data.draw(st.integers(0, 60)), 60) for _ in parts]
        printed |= figures(answer, parts, weights, shares, data.draw(st.sampled_from([0, 1])))
    answers = dict.fromkeys(answer for answer, _ in printed)
    opened = question("open", answers, printed, kind="multiple_response")
    poll = with_questions(poll, [*poll.questions, opened])
    assert weight_contradictions(poll, "parts").empty
    used = weights_against(poll).set_index("segment")[["all_low", "all_high"]]
    used = used.set_axis(["low", "high"], axis=1)
    assert_within(used, bounds(poll))
    assert (used["low"] - NEAR <= [float(weight) for weight in weights]).all()
    assert (used["high"] + NEAR >= [float(weight) for weight in weights]).all()


def bounds_by_cuts(poll):
    """Bound the weight of the first of two parts, from one unconditional question, without any programme.

    People flow from their part to their answer. By Hoffman's circulation theorem there is such a flow
    if and only if no set of places must let out more than it can take in. With two parts each of these
    conditions is an inequality in one weight.
    """
    (only,), (partition,) = poll.questions, poll.segments.partitions
    low, high = (poll.table(only.id, values).fillna(end) for values, end in (("low", 0.0), ("high", 1.0)))
    # Amounts are constant + slope × weight of the first part.
    weight = dict(zip(partition.parts, np.array([[0.0, 1.0], [1.0, -1.0]]), strict=True))
    arcs = [("all", part, weight[part], weight[part]) for part in partition.parts]
    for answer in low.index:
        for part in partition.parts:
            least, most = low.loc[answer, part] * weight[part], high.loc[answer, part] * weight[part]
            arcs.append((part, answer, least, most))
        fixed = np.array([1.0, 0.0])
        arcs.append((answer, "all", low.loc[answer, "total"] * fixed, high.loc[answer, "total"] * fixed))
    places = ["all", *partition.parts, *low.index]
    least_weight, most_weight = 0.0, 1.0
    for size in range(1, len(places)):
        for chosen in map(set, itertools.combinations(places, size)):
            out = sum(arc[2] for arc in arcs if arc[0] in chosen and arc[1] not in chosen)
            into = sum(arc[3] for arc in arcs if arc[0] not in chosen and arc[1] in chosen)
            constant, slope = np.asarray(out - into)
            if abs(slope) < 1e-12:
                assert constant <= 1e-12
            elif slope > 0:
                most_weight = min(most_weight, -constant / slope)
            else:
                least_weight = max(least_weight, -constant / slope)
    return least_weight, most_weight


@slow
@given(true_polls(most_parts=2, most_questions=1, conditional=False))
def test_two_parts_and_one_table_agree_with_cut_conditions(drawn):
    _, poll = drawn
    low, high = bounds_by_cuts(poll)
    found = implied_weights(poll, "parts")
    assert found["low"].to_list() == pytest.approx([low, 1 - high], abs=NEAR)
    assert found["high"].to_list() == pytest.approx([high, 1 - low], abs=NEAR)


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
def test_bounds_are_those_of_lpsolve_with_and_without_the_certainty_table(cpi, partition):
    votes = with_questions(cpi, [cpi.question("vote_intention")])
    reference = REFERENCE_WEIGHTS[REFERENCE_WEIGHTS["partition"] == partition].set_index("segment")
    for found, tables in (
        (bounds(cpi, partition), "all partitions"),
        (alone(cpi, partition), "vote_intention + vote_certainty"),
        (alone(votes, partition), "vote_intention"),
    ):
        rows = reference[reference["tables"] == tables]
        pd.testing.assert_frame_equal(
            found[["low", "high"]],
            rows[["low", "high"]],
            rtol=0,
            atol=NEAR,
            check_index_type=False,
            check_names=False,
        )


def test_partitions_that_contradict_one_another_are_taken_one_by_one(cpi):
    """Another figure of the rural column leaves the zones as they are."""
    rows = [("vote_intention", "castillo", "rural"), ("vote_certainty", "castillo", "rural")]
    other = [("vote_intention", "fujimori", "rural"), ("vote_certainty", "fujimori", "rural")]
    spoilt = with_figures(cpi, dict.fromkeys(rows, "75.2") | dict.fromkeys(other, "0.1"))
    assert bounds(spoilt, "area")["weight"].isna().all()
    pd.testing.assert_frame_equal(
        bounds(spoilt, "zone")[["low", "high"]], alone(spoilt, "zone")[["low", "high"]], check_names=False
    )


def test_open_questions_alone_leave_every_weight_open(cpi):
    poll = with_questions(
        cpi, [question for question in cpi.questions if question.kind == "multiple_response"]
    )
    for partition in cpi.segments.partitions:
        found = implied_weights(poll, partition.id)
        assert (found["low"] == 0).all()
        assert (found["high"] == 1).all()
    assert bases(poll).set_index("segment")["base"].dropna().to_dict() == {"total": 1200}


YES_NO = {"yes": None, "no": SILENT}


def yes_no(north, south, total):
    """Build a poll of two parts from the three printed figures of one answer."""
    yes = {"north": north, "south": south, "total": total}
    no = {
        segment: None if figure is None else f"{100 - float(figure):.1f}" for segment, figure in yes.items()
    }
    printed = {("yes", segment): figure for segment, figure in yes.items()}
    return poll_of([question("vote", YES_NO, printed | {("no", segment): no[segment] for segment in no})])


def test_certified_bounds_are_on_the_outer_side_of_the_exact_ones():
    # Exact bounds, as in the row by hand; a bound to the nearest float is on the inner side half of the time.
    for tenths in range(210, 590, 20):
        low, high = Fraction(tenths - 201, 400), Fraction(tenths - 199, 400)
        found = weights_against(yes_no("60.0", "20.0", f"{tenths / 10}"), certify=True)
        north, south = found[["low", "high"]].to_numpy().tolist()
        assert low - Fraction(1, 10**9) <= Fraction(north[0]) <= low
        assert high <= Fraction(north[1]) <= high + Fraction(1, 10**9)
        assert Fraction(south[0]) <= 1 - high
        assert 1 - low <= Fraction(south[1])


def test_a_total_outside_its_parts_has_no_weights():
    found = implied_weights(yes_no("60.0", "20.0", "61.0"), partition="parts")
    assert found["segment"].to_list() == ["north", "south"]
    assert found[["weight", "low", "high"]].isna().all(axis=None)


def test_rows_that_contradict_one_another_have_no_weights():
    # Each row has weights by itself: about .25 the first, about .75 the second.
    one, other = yes_no("60.0", "20.0", "30.0").questions[0], yes_no("60.0", "20.0", "50.0").questions[0]
    other = replace(other, id="other")
    assert bounds(poll_of([one])).notna().all(axis=None)
    assert bounds(poll_of([other])).notna().all(axis=None)
    assert bounds(poll_of([one, other]))[["weight", "low", "high"]].isna().all(axis=None)


def test_a_figure_that_two_tables_print_differently_bounds_no_weights():
    # Each table by itself is possible; what both print of the south is known.
    asked, otherwise = (yes_no(north, "20.0", "30.0").questions[0] for north in ("60.0", "61.0"))
    again = replace(otherwise, id="again", repeats="vote")
    assert bounds(poll_of([asked])).notna().all(axis=None)
    assert bounds(poll_of([otherwise])).notna().all(axis=None)
    found = bounds(poll_of([asked, again]))
    assert found["low"].min() <= bounds(poll_of([asked]))["low"].min()
    assert found[["low", "high"]].notna().all(axis=None)


def test_without_a_total_nothing_is_known():
    found = implied_weights(yes_no("60.0", "20.0", None), partition="parts")
    assert found[["low", "high"]].to_numpy().tolist() == [[0, 1], [0, 1]]


def test_parts_that_look_alike_have_wide_intervals():
    found = bounds(yes_no("40.0", "40.0", "40.0"))
    assert found[["low", "high"]].to_numpy().tolist() == pytest.approx(np.array([[0, 1], [0, 1]]), abs=NEAR)


def test_a_question_asked_of_some_bears_on_no_weight():
    (asked,), (empty,) = yes_no("60.0", "20.0", "30.0").questions, yes_no("50.0", "50.0", None).questions
    empty = replace(empty, id="other")
    of_all = implied_weights(poll_of([asked, empty]), partition="parts")
    of_some = implied_weights(poll_of([replace(asked, base="part"), empty]), partition="parts")
    assert (of_all["high"] - of_all["low"] < 0.01).all()
    assert of_some[["low", "high"]].to_numpy().tolist() == [[0, 1], [0, 1]]


# Non-answers that no table prints.


def without_silence(poll):
    """Return a poll whose rows all say something."""
    questions = [
        replace(asked, rows=tuple(replace(row, role="substantive") for row in asked.rows))
        for asked in poll.questions
    ]
    return with_questions(poll, questions)


def test_what_is_not_printed_of_silence_widens_bounds_by_the_odds():
    """One question without a row of those who gave no answer: the bounds of it, widened by the largest non-response."""
    printed = yes_no("60.0", "20.0", "30.0")
    silent = without_silence(printed)
    plain = bounds(printed)
    for most in (0.0, 0.12, 0.3):
        found = implied_weights(silent, "parts", Options(largest_nonresponse=most)).set_index("segment")
        assert not found["certified"].any()
        low, high = widened_bounds(plain["low"], plain["high"], most)
        np.testing.assert_allclose(found[["low", "high"]].T, [low, high], atol=NEAR)
        assert found["weight"].sum() == pytest.approx(1)
    assert plain["certified"].all()


def test_no_two_tables_made_with_the_same_options_state_other_interviews_or_weights():
    silent, seen = without_silence(yes_no("60.0", "20.0", "30.0")), set()
    asked = silent.main_question.id
    for most in (0.12, 0.9):
        options = Options(design_effect=1, largest_nonresponse=most)
        of_segments = estimates.bases(silent, options).set_index("segment")["base"]
        behind = estimates.intervals(silent, asked, options)
        assert behind["base"].to_list() == of_segments[behind["segment"]].to_list()
        ends = implied_weights(silent, "parts", options)[["low", "high"]].to_numpy()
        shifts = estimates.segment_shifts(silent, asked, options=options, partition="parts")
        np.testing.assert_array_equal(shifts[["published_low", "published_high"]], ends)
        seen.add(tuple(of_segments))
    assert len(seen) == 2


@st.composite
def silent_polls(draw):
    """Draw a poll each of whose questions leaves out its own non-answers, of up to 12 % in any part."""
    parts = [f"part_{i}" for i in range(draw(st.integers(2, 4)))]
    weights = draw(counts_as_shares(len(parts), least=1))
    questions = []
    for name in ("first", "second"):
        answers = [f"{name}_{i}" for i in range(draw(st.integers(3, 5)))]
        population = draw(columns(parts, answers))
        spoke = [1 - Fraction(draw(st.integers(0, 12)), 100) for _ in parts]
        among = [weight * there for weight, there in zip(weights, spoke, strict=True)]
        among = [share / sum(among) for share in among]
        printed = {}
        for answer, shares in population.items():
            printed |= figures(answer, parts, among, shares, 1)
        questions.append(question(name, dict.fromkeys(answers), printed))
    return weights, poll_of(questions, parts)


@slow
@given(silent_polls())
def test_true_weights_lie_within_bounds_though_every_question_leaves_out_its_own_silence(drawn):
    """12 % of a part at the most, which is what the bounds allow for; nothing of it is called certified."""
    true, poll = [float(weight) for weight in drawn[0]], drawn[1]
    found = implied_weights(poll, "parts")
    assert not found["certified"].any()
    assert (found["low"] - NEAR <= true).all()
    assert (true <= found["high"] + NEAR).all()


def test_bounds_that_allow_for_no_silence_are_wrong_where_there_was_some():
    """A quarter of one part said nothing: only bounds that allow for it hold the truth."""
    parts, weights = ("north", "south"), (Fraction(1, 2), Fraction(1, 2))
    among = (Fraction(3, 7), Fraction(4, 7))  # of those who answered
    printed = {}
    for answer, shares in {"yes": (60, 20), "no": (40, 80)}.items():
        printed |= figures(answer, parts, among, [Fraction(share, 100) for share in shares], 1)
    poll = poll_of([question("vote", dict.fromkeys(("yes", "no")), printed)])
    for most, holds in ((0.0, False), (0.12, False), (0.25, True)):
        low, high = implied_weights(poll, "parts", Options(largest_nonresponse=most)).iloc[0][["low", "high"]]
        assert (low <= float(weights[0]) <= high) == holds


def test_certified_is_said_only_where_every_closed_question_prints_its_silence(cpi, harbour):
    for partition in cpi.segments.partitions:
        assert implied_weights(cpi, partition.id)["certified"].all()
    assert implied_weights(harbour)["certified"].all()  # "Don't know" is a row
    assert not implied_weights(without_silence(harbour))["certified"].any()


def test_bounds_of_one_question_are_those_of_the_array_layer():
    """With one conditional on nothing, the flows of `weight_bounds` are the cuts of the poll's programme."""
    poll = yes_no("60.0", "20.0", "30.0")
    array = weight_bounds([[0.6, 0.2], [0.4, 0.8]], [0.3, 0.7], exhaustive=True)
    found = bounds(poll)
    np.testing.assert_allclose(found[["low", "high"]].T, [array.low, array.high], atol=NEAR)


def test_a_share_of_one_among_whole_per_cents_bounds_nothing(tmp_path):
    def weights(odd):
        rows = {
            ("a", "candidate"): {"total": "50", "x": "60", "y": "40"},
            ("b", "candidate"): {"total": "46", "x": "37", "y": "56"},
            ("c", "no_opinion"): {"total": "4", "x": odd, "y": "4"},
        }
        poll = write_poll(
            tmp_path / odd, {"q": rows}, n=1000, partitions=[("side", "total", ("x", "y"))], decimals=0
        )
        return implied_weights(poll)

    right = weights("3")
    assert np.isnan(weights("1")["low"]).all()  # contradicts the columns
    assert weights("0.03")[["low", "high"]].equals(right[["low", "high"]])


def test_a_misprinted_total_is_named_and_spoils_no_weights(cpi):
    figures = {("vote_certainty", "undecided", "total"): "27.7"}  # 17.7; the parts have 16.6 and 19.6
    wrong, right = implied_weights(with_figures(cpi, figures), "region"), implied_weights(cpi, "region")
    assert (wrong["low"] <= right["low"] + NEAR).all()
    assert (right["high"] <= wrong["high"] + NEAR).all()
    assert (wrong["high"] - wrong["low"]).max() < 0.05
    assert misprinted_rows(with_figures(cpi, figures)) == (("vote_intention", "undecided"),)
    page = show.weights.answer(
        show.View(with_figures(cpi, figures)), weights_against(with_figures(cpi, figures)), bases(cpi), None
    )
    assert "A row was left out, since its whole lies beyond all of its parts: “Undecided”." in page.text


def test_a_division_that_many_rows_contradict_is_no_matter_of_misprints(tmp_path):
    rows = {
        "a": {"total": "50.0", "x": "60.0", "y": "55.0"},
        "b": {"total": "30.0", "x": "25.0", "y": "25.0"},
        ("c", "no_opinion"): {"total": "20.0", "x": "15.0", "y": "20.0"},
    }
    poll = write_poll(tmp_path, {"q": rows}, n=1000, partitions=[("side", "total", ("x", "y"))])
    assert misprinted_rows(poll) == ()
    assert implied_weights(poll)["low"].isna().all()

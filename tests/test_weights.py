import datetime
import itertools
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError, PollError
from analysis.estimates import implied_weights, segment_bases, weight_contradictions, weight_sensitivity
from analysis.polls import Answer, Partition, Poll, Question, Segment, Segments, TechnicalSheet
from analysis.polls.model import Source
from analysis.polls.figures import rounding_interval
from analysis.polls.sheet import SheetItem

REFERENCE_WEIGHTS = pd.read_csv(Path(__file__).parent / "reference" / "weights.csv")
NEAR = 1e-6  # what the solvers may be off by

slow = settings(deadline=None, derandomize=True, max_examples=40)


def question(name, answers, printed, *, repeats=None, base="all"):
    """Build a closed question; `answers` maps ids to conditions, `printed` (answer, segment) to figures."""
    segments = dict.fromkeys(segment for _, segment in printed)
    rows = []
    for answer, segment in itertools.product(answers, segments):
        figure = printed.get((answer, segment))
        numbers = (np.nan,) * 3 if figure is None else rounding_interval(figure)
        rows.append((name, answer, segment, figure, *numbers))
    columns = ["question", "answer", "segment", "printed", "share", "low", "high"]
    return Question(
        **dict.fromkeys(("name", "name_en", "title", "title_en", "row_heading", "row_heading_en"), name),
        **dict.fromkeys(("instructions", "instructions_en", "not_published", "not_published_en"), ""),
        id=name,
        kind="single_response",
        asked="card",
        base=base,
        repeats=repeats,
        file=f"{name}.csv",
        answers=tuple(Answer(answer, answer, answer, "substantive", on) for answer, on in answers.items()),
        estimates=pd.DataFrame(rows, columns=columns).astype({"printed": "str"}),
    )


def poll_of(questions, parts=("north", "south"), *, bases=None, n=1000):
    """Build a poll with one partition of the total."""
    day = datetime.date(2030, 1, 1)
    bases = bases or {}
    return Poll(
        id="made-up",
        source=Source("Made up", "Made up", "Nobody", "", "", ""),
        sheet=TechnicalSheet(
            short_name="Nobody",
            n=n,
            margin_of_error=None,
            confidence_level=None,
            universe=None,
            representativeness=None,
            fieldwork=(day, day),
            coverage_counts={},
            sampling_unit=None,
            items=(SheetItem("sample_size", "", "", "Sample", "Sample", str(n), str(n)),),
        ),
        segments=Segments(
            items=tuple(Segment(part, part, part, bases.get(part)) for part in ("total", *parts)),
            partitions=(Partition("parts", "total", tuple(parts), "", ""),),
        ),
        questions=tuple(questions),
        estimates=pd.concat([question.estimates for question in questions], ignore_index=True),
        language="en",
        decimal_mark=".",
        decimals=1,
        sha256="",
    )


def with_questions(poll, questions):
    """Return the poll with these questions instead of its own."""
    estimates = pd.concat([question.estimates for question in questions], ignore_index=True)
    return replace(poll, questions=tuple(questions), estimates=estimates)


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
        questions.append(question(name, dict.fromkeys(answers), printed))
        if name == "first":
            first, first_printed = population, printed
    if draw(st.booleans()) if conditional is None else conditional:
        # As a certainty table does, it prints the whole first table again.
        on = "first_0"
        rows = draw(columns(parts, ["sure", "unsure", "silent"]))
        printed = first_printed | conditional_figures(parts, weights, first[on], rows, decimals)
        answers = dict.fromkeys(first) | dict.fromkeys(rows, on)
        questions.append(question("certainty", answers, printed, repeats="first"))
    return weights, poll_of(questions, parts)


def bounds(poll, partition="parts"):
    return implied_weights(poll, partition=partition).set_index("segment")


def assert_within(inner, outer):
    assert (inner["low"] >= outer["low"] - NEAR).all()
    assert (inner["high"] <= outer["high"] + NEAR).all()


@slow
@given(true_polls())
def test_true_weights_of_correctly_rounded_polls_lie_within_the_bounds(drawn):
    true, poll = [float(weight) for weight in drawn[0]], drawn[1]
    found = implied_weights(poll, partition="parts")
    assert found[["weight", "low", "high"]].notna().all(axis=None)
    assert (found["low"] - NEAR <= true).all()
    assert (true <= found["high"] + NEAR).all()


@settings(slow, max_examples=25)
@given(true_polls(most_parts=4))
def test_certified_bounds_hold_the_true_weights_without_any_tolerance(drawn):
    true, poll = drawn
    certified = implied_weights(poll, partition="parts", certify=True)
    for weight, low, high in zip(true, certified["low"], certified["high"], strict=True):
        assert Fraction(low) <= weight <= Fraction(high)
    # Proof costs no more than what the solver is uncertain of.
    found = implied_weights(poll, partition="parts")
    np.testing.assert_allclose(certified[["low", "high"]], found[["low", "high"]], rtol=0, atol=NEAR)


@slow
@given(true_polls())
def test_the_point_lies_within_the_bounds_and_adds_up(drawn):
    _, poll = drawn
    found = implied_weights(poll, partition="parts")
    assert found["weight"].sum() == pytest.approx(1, abs=NEAR)
    assert (found["low"] - NEAR <= found["weight"]).all()
    assert (found["weight"] <= found["high"] + NEAR).all()
    assert (found["low"] >= 0).all()
    assert (found["high"] <= 1).all()


@settings(slow, max_examples=25)
@given(true_polls(conditional=True))
def test_no_table_added_widens_a_bound(drawn):
    _, poll = drawn
    everything = bounds(poll)
    for dropped in poll.questions[1:]:
        fewer = with_questions(poll, [kept for kept in poll.questions if kept is not dropped])
        assert_within(everything, bounds(fewer))


@settings(slow, max_examples=25)
@given(true_polls(), st.randoms(use_true_random=False))
def test_the_order_of_parts_does_not_matter(drawn, random):
    _, poll = drawn
    parts = list(poll.segments.partitions[0].parts)
    random.shuffle(parts)
    shuffled = Partition("parts", "total", tuple(parts), "", "")
    again = bounds(replace(poll, segments=replace(poll.segments, partitions=(shuffled,))))
    assert again.index.to_list() == parts
    before, after = bounds(poll).sort_index(), again.sort_index()
    limits = ["low", "high"]
    pd.testing.assert_frame_equal(after[limits], before[limits], rtol=0, atol=NEAR)
    np.testing.assert_allclose(after["weight"], before["weight"], atol=1e-4)


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
    opened = replace(question("open", answers, printed), kind="multiple_response")
    poll = with_questions(poll, [*poll.questions, opened])
    assert weight_contradictions(poll, partition="parts").empty
    used = weight_sensitivity(poll, partition="parts").set_index("segment")
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
    low, high = (only.table(values).fillna(end) for values, end in (("low", 0.0), ("high", 1.0)))
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
    found = implied_weights(poll, partition="parts")
    assert found["low"].to_list() == pytest.approx([low, 1 - high], abs=NEAR)
    assert found["high"].to_list() == pytest.approx([high, 1 - low], abs=NEAR)


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
def test_bounds_are_those_of_lpsolve_with_and_without_the_certainty_table(cpi, partition):
    votes = with_questions(cpi, [cpi.question("vote_intention")])
    reference = REFERENCE_WEIGHTS[REFERENCE_WEIGHTS["partition"] == partition].set_index("segment")
    for poll, tables in ((cpi, "vote_intention + vote_certainty"), (votes, "vote_intention")):
        rows = reference[reference["tables"] == tables]
        found = bounds(poll, partition)
        pd.testing.assert_frame_equal(
            found[["low", "high"]], rows[["low", "high"]], rtol=0, atol=NEAR, check_index_type=False
        )


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        ("region", [(0.36739, 0.37354), (0.62646, 0.63261)]),
        ("zone", [(0.40417, 0.41277), (0.15598, 0.16811), (0.29867, 0.30910), (0.11752, 0.13398)]),
    ],
)
def test_the_weights_of_the_april_poll(cpi, partition, expected):
    found = implied_weights(cpi, partition=partition)
    np.testing.assert_allclose(found[["low", "high"]], expected, rtol=0, atol=1e-4)
    assert found["weight"].sum() == pytest.approx(1, abs=1e-9)
    assert found["weight"].between(found["low"], found["high"]).all()


@pytest.mark.parametrize("partition", ["region", "zone", "area"])
def test_the_certainty_table_narrows_the_april_poll(cpi, partition):
    both = bounds(cpi, partition)
    votes = bounds(with_questions(cpi, [cpi.question("vote_intention")]), partition)
    assert_within(both, votes)
    assert (both["high"] - both["low"]).sum() < 0.95 * (votes["high"] - votes["low"]).sum()


def test_all_partitions_at_once_narrow_and_never_widen(cpi):
    narrower = 0
    for partition in ("region", "zone", "area"):
        jointly = implied_weights(cpi, partition=partition, jointly=True).set_index("segment")
        alone = bounds(cpi, partition)
        assert_within(jointly, alone)
        assert jointly["weight"].between(jointly["low"], jointly["high"]).all()
        narrower += (jointly["high"] - jointly["low"] < alone["high"] - alone["low"] - NEAR).sum()
    assert narrower >= 2


def test_open_questions_alone_leave_every_weight_open(cpi):
    poll = with_questions(
        cpi, [question for question in cpi.questions if question.kind == "multiple_response"]
    )
    for partition in cpi.segments.partitions:
        found = implied_weights(poll, partition=partition.id)
        assert (found["low"] == 0).all()
        assert (found["high"] == 1).all()
    assert segment_bases(poll).set_index("segment")["base"].dropna().to_dict() == {"total": 1200}


def test_open_questions_bear_on_no_weight(cpi):
    closed = [question for question in cpi.questions if question.kind == "single_response"]
    assert len(closed) < len(cpi.questions)
    pd.testing.assert_frame_equal(
        implied_weights(with_questions(cpi, closed), partition="zone"), implied_weights(cpi, partition="zone")
    )


def test_more_decimals_close_in_on_the_exact_weights():
    true = Fraction(37, 100)
    widths = []
    for decimals in range(5):
        printed = {}
        for answer, shares in {"yes": (20, 45), "no": (32, 18), "blank": (48, 37)}.items():
            shares = [Fraction(share, 100) for share in shares]
            printed |= figures(answer, ("north", "south"), (true, 1 - true), shares, decimals)
        found = bounds(poll_of([question("vote", dict.fromkeys(("yes", "no", "blank")), printed)]))
        assert found.loc["north", "low"] <= float(true) <= found.loc["north", "high"]
        widths.append(found.loc["north", "high"] - found.loc["north", "low"])
    assert all(finer < 0.2 * coarser for coarser, finer in itertools.pairwise(widths))


YES_NO = dict.fromkeys(("yes", "no"))


def yes_no(north, south, total):
    """Build a poll of two parts from the three printed figures of one answer."""
    yes = {"north": north, "south": south, "total": total}
    no = {
        segment: None if figure is None else f"{100 - float(figure):.1f}" for segment, figure in yes.items()
    }
    printed = {("yes", segment): figure for segment, figure in yes.items()}
    return poll_of([question("vote", YES_NO, printed | {("no", segment): no[segment] for segment in no})])


def test_one_row_by_hand():
    # w × north + (1 - w) × south = total: least with the lowest total, the highest south and north.
    found = bounds(yes_no("60.0", "20.0", "30.0"))
    assert found.loc["north", "low"] == pytest.approx((29.95 - 20.05) / (60.05 - 20.05), abs=NEAR)
    assert found.loc["north", "high"] == pytest.approx((30.05 - 19.95) / (59.95 - 19.95), abs=NEAR)


def test_certified_bounds_are_on_the_outer_side_of_the_exact_ones():
    # Exact bounds, as in the row by hand; a bound to the nearest float is on the inner side half of the time.
    for tenths in range(210, 590, 20):
        low, high = Fraction(tenths - 201, 400), Fraction(tenths - 199, 400)
        found = implied_weights(yes_no("60.0", "20.0", f"{tenths / 10}"), partition="parts", certify=True)
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
    other = replace(other, id="other", estimates=other.estimates.assign(question="other"))
    assert bounds(poll_of([one])).notna().all(axis=None)
    assert bounds(poll_of([other])).notna().all(axis=None)
    assert bounds(poll_of([one, other])).isna().all(axis=None)


def test_two_tables_that_print_a_figure_differently_leave_no_weights():
    # Each table by itself is possible.
    asked, otherwise = (yes_no(north, "20.0", "30.0").questions[0] for north in ("60.0", "61.0"))
    again = replace(
        otherwise, id="again", repeats="vote", estimates=otherwise.estimates.assign(question="again")
    )
    assert bounds(poll_of([asked])).notna().all(axis=None)
    assert bounds(poll_of([otherwise])).notna().all(axis=None)
    assert bounds(poll_of([asked, again])).isna().all(axis=None)


def test_without_a_total_nothing_is_known():
    found = implied_weights(yes_no("60.0", "20.0", None), partition="parts")
    assert found[["low", "high"]].to_numpy().tolist() == [[0, 1], [0, 1]]


def test_parts_that_look_alike_have_wide_intervals():
    found = bounds(yes_no("40.0", "40.0", "40.0"))
    assert found[["low", "high"]].to_numpy().tolist() == pytest.approx(np.array([[0, 1], [0, 1]]), abs=NEAR)


def test_a_question_asked_of_some_bears_on_no_weight():
    (asked,), (empty,) = yes_no("60.0", "20.0", "30.0").questions, yes_no("50.0", "50.0", None).questions
    empty = replace(empty, id="other", estimates=empty.estimates.assign(question="other"))
    of_all = implied_weights(poll_of([asked, empty]), partition="parts")
    of_some = implied_weights(poll_of([replace(asked, base="part"), empty]), partition="parts")
    assert (of_all["high"] - of_all["low"] < 0.01).all()
    assert of_some[["low", "high"]].to_numpy().tolist() == [[0, 1], [0, 1]]


def test_an_unknown_partition_is_refused_with_those_there_are(cpi):
    with pytest.raises(PollError, match="No partition 'age'; there is: region, zone, area"):
        implied_weights(cpi, partition="age")


def test_bases_of_the_april_poll_are_in_proportion_to_the_weights(cpi):
    bases = segment_bases(cpi).set_index("segment")
    assert bases.index.to_list() == list(cpi.segments.ids)
    assert bases.loc["total", ["weight", "low", "high", "base"]].to_list() == [1, 1, 1, 1200]
    np.testing.assert_allclose(bases["base"], 1200 * bases["weight"])
    for partition in cpi.segments.partitions:
        assert bases.loc[list(partition.parts), "base"].sum() == pytest.approx(
            bases.loc[partition.of, "base"]
        )


def test_the_weight_of_a_part_of_a_part_is_a_product(cpi):
    bases = segment_bases(cpi).set_index("segment")
    columns = ["weight", "low", "high"]
    interior = bounds(cpi, "region").loc["interior", columns]
    for partition in ("zone", "area"):
        within = bounds(cpi, partition)
        np.testing.assert_allclose(bases.loc[within.index, columns], within[columns] * interior)


def test_published_bases_are_used_as_published(harbour):
    bases = segment_bases(harbour).set_index("segment")
    assert bases["base"].to_list() == [803, 201, 350, 252]
    assert (bases.loc["under_35":, "base"] != 803 * bases.loc["under_35":, "weight"]).all()


def test_one_published_base_leaves_the_others_to_the_weights():
    poll = yes_no("60.0", "20.0", "30.0")
    known = replace(poll, segments=poll_of(poll.questions, bases={"north": 400}).segments)
    bases = segment_bases(known).set_index("segment")
    assert bases.loc["north", "base"] == 400
    assert bases.loc["south", "base"] == pytest.approx(1000 * bases.loc["south", "weight"])


def test_a_base_hardly_determined_is_not_given():
    bases = segment_bases(yes_no("41.0", "40.0", "40.2")).set_index("segment")
    assert bases.loc["north", ["low", "high"]].to_list() == pytest.approx([0.1, 0.3], abs=NEAR)
    assert bases.loc["south", ["low", "high"]].to_list() == pytest.approx([0.7, 0.9], abs=NEAR)
    assert np.isnan(bases.loc["north", ["base", "n_effective"]].astype(float)).all()
    assert bases.loc["south", "base"] == pytest.approx(1000 * bases.loc["south", "weight"])


def test_segments_that_nothing_printed_bears_on_have_no_weight_or_base(valle):
    bases = segment_bases(valle).set_index("segment")
    assert bases.loc["total", "base"] == 1024
    assert bases.loc[["women", "first_vote"]].isna().all(axis=None)


def test_a_design_effect_divides_every_base(cpi, harbour):
    for poll in (cpi, harbour):
        plain, clustered = segment_bases(poll), segment_bases(poll, design_effect=1.6)
        pd.testing.assert_frame_equal(
            clustered.drop(columns="n_effective"), plain.drop(columns="n_effective")
        )
        np.testing.assert_allclose(clustered["n_effective"] * 1.6, plain["base"])


@pytest.mark.parametrize("effect", [0, -1, np.nan])
def test_a_design_effect_that_is_not_positive_is_refused(cpi, effect):
    with pytest.raises(
        AnalysisError, match=r"design_effect: .* is not allowed; use a positive number, such as 1\.5"
    ):
        segment_bases(cpi, design_effect=effect)

"""What people answered and where segments differ, as a reader is told."""

import pandas as pd
import pytest
from conftest import DATA
from made_up_poll import write_poll
from notebook_cells import run

from analysis import Options, estimates, load_poll, show
from analysis.polls import Answer
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import colours
from analysis.show.layout import Layout, widest
from analysis.show.view import settings_of

FOUND = ("higher", "lower")


def tables(poll, question, options=None):
    return (
        estimates.rank_answers(poll, question, options=options),
        estimates.compare_segments(poll, question, options=options),
    )


def answered(poll, question, options=None, language="en"):
    return show.comparisons.answer(show.View(poll, language, options), *tables(poll, question, options))


def headline(poll, question, options=None):
    return answered(poll, question, options).text.split("\n\n")[0]


def caption(poll, question, options=None):
    drawn = show.comparisons.answers_chart(
        show.View(poll, options=options), tables(poll, question, options)[0]
    )
    return drawn.chart.caption


def two_sides(folder, x, y, *, n=1000, base="all"):
    """Write a poll of two answers and two sides of the whole, of which one answer has these shares."""
    rows = {
        "a": {"total": f"{(x + y) / 2:.1f}", "x": f"{x:.1f}", "y": f"{y:.1f}"},
        "b": {"total": f"{100 - (x + y) / 2:.1f}", "x": f"{100 - x:.1f}", "y": f"{100 - y:.1f}"},
    }
    sides = [("side", "total", ("x", "y"))]
    return write_poll(folder, {"q": rows}, n=n, bases={"x": n // 2, "y": n // 2}, partitions=sides, base=base)


@pytest.mark.parametrize(
    ("none", "expected"),
    [
        ("30.0", "70.0% named nothing"),
        ("70.0", "70.0% answered “none”. What was named most, “honest”, was named by 28.0%."),
    ],
)
def test_who_named_nothing_are_added_up_unless_some_gave_such_an_answer_beside_another(
    tmp_path, none, expected
):
    roles = {("none", "nothing"): none, ("unsure", "no_opinion"): "40.0", "honest": "28.0", "able": "9.0"}
    rows = {answer: {"total": figure} for answer, figure in roles.items()}
    poll = write_poll(tmp_path, {"q": rows}, n=1000, kinds={"q": "multiple_response"})
    assert headline(poll, "q").startswith(expected)


@pytest.mark.parametrize(
    ("none", "first", "said"),
    [
        ("50.0", ("30.0",), "Of what was named, “a0” came first, by more than chance"),
        ("20.0", ("40.0",), "More people answered “a0” than anything else, by more than chance"),
        ("5.0", ("15.0",) * 5, "Any of 5 answers may be the most frequent: their order may be chance"),
        (
            "25.0",
            ("14.0",) * 5,
            "Of what was named, any of 5 answers may come first: their order may be chance",
        ),
    ],
)
def test_what_most_answered_is_not_passed_over_in_a_caption(tmp_path, none, first, said):
    rows = {f"a{place}": {"total": share} for place, share in enumerate(first)} | {"z": {"total": "5.0"}}
    poll = write_poll(tmp_path, {"q": rows | {("none", "nothing"): {"total": none}}}, n=1000)
    assert caption(poll, "q") == said


def test_a_few_who_name_nothing_are_no_headline(tmp_path):
    rows = {"no": {"total": "54.0"}, "friend": {"total": "30.0"}, ("unsaid", "no_opinion"): {"total": "2.0"}}
    poll = write_poll(tmp_path, {"q": rows}, n=1000, kinds={"q": "multiple_response"})
    assert headline(poll, "q") == "“no” came first, with 54.0%."


def test_candidates_come_before_the_undecided_in_a_headline(tmp_path):
    rows = {
        ("amaro", "candidate"): {"total": "71.0", "north": "80.0", "south": "62.0"},
        ("bravo", "candidate"): {"total": "2.0", "north": "2.0", "south": "2.0"},
        ("open", "undecided"): {"total": "27.0", "north": "18.0", "south": "36.0"},
    }
    sides = [("region", "total", ("north", "south"))]
    poll = write_poll(tmp_path, {"q": rows}, n=1000, bases={"north": 500, "south": 500}, partitions=sides)
    assert headline(poll, "q").startswith("amaro stood at 80.0%")


def test_a_table_that_divides_the_sample_has_no_winner_and_is_not_what_a_poll_is_about(tmp_path):
    poll = load_poll("cnc-2018-03")
    assert poll.main_question.id == "vote"  # the third; the first two say who was asked
    assert headline(poll, "sex") == "The tables divide people by these answers: “Female” 52% and “Male” 48%."
    rows = {
        "yes": {"total": "50.0", "yes": "60.0", "no": "40.0"},
        "no": {"total": "50.0", "yes": "40.0", "no": "60.0"},
    }
    alike = write_poll(tmp_path, {"q": rows}, n=1000, partitions=[("other_question", "total", ("yes", "no"))])
    assert not alike.is_division(alike.questions[0])  # the same words, another question
    view = show.View(poll)  # of whole per cents
    assert [view.points(0.21 - 0.18), view.points(0.037), view.ends((0.0, 0.2))] == [
        "3 points",
        "3.7 points",
        "0.0 to +20.0",
    ]
    weights = estimates.implied_weights(poll, "sex", Options(largest_nonresponse=0.3))
    assert (
        weights["high"] - weights["low"]
    ).max() < 0.016  # whoever is in a column has a sex: nobody is left out


def test_what_cannot_be_tested_is_not_said_to_be_chance(tmp_path):
    rows = {
        "a": {"total": "50.0", "x": "50.0", "y": "50.0", "u": "10.0", "v": "50.0", "w": "90.0"},
        "b": {"total": "50.0", "x": "50.0", "y": "50.0", "u": "90.0", "v": "50.0", "w": "10.0"},
    }
    sides = [("side", "total", ("x", "y")), ("zone", "total", ("u", "v", "w"))]
    poll = write_poll(tmp_path, {"q": rows}, n=1000, bases={"x": 500, "y": 500}, partitions=sides)
    said = answered(poll, "q").text
    assert "None of 2 differences between segments is larger than chance" in said
    assert "6 more cannot be tested" in said


def test_a_label_is_cut_behind_a_word_and_never_within_a_range(cpi):
    labels = ["18 - 34", "35 – 64", "Ana Ito - Lake Party", "Ann (Lakes)"]
    named = [Answer(f"row_{place}", label) for place, label in enumerate(labels)]
    assert list(map(show.View(cpi).short, named)) == ["18 - 34", "35 – 64", "Ana Ito", "Ann"]


def test_a_first_place_that_chance_may_have_given_is_not_called_sure(cpi):
    question = "reasons_castillo"
    assert caption(cpi, question, Options(design_effect=200)).startswith("What people answered")
    assert caption(cpi, question, Options(design_effect=30)).startswith(
        "Of what was named, any of 11 answers"
    )
    may = load_poll("cpi-2021-05-08")
    assert caption(may, "vote_intention").startswith("The most frequent answer may be Castillo or")


def test_what_was_not_tested_is_not_said_to_be_chance(valle, tmp_path):
    assert headline(valle, "approval") == "“Does not approve” came first, with 55.1%."
    assert "can be tested" in answered(valle, "approval").text
    alike = two_sides(tmp_path / "alike", 60, 61)
    assert headline(alike, "q") == "“a” came first, with 60.5%."
    assert "None of 2 differences between segments is larger than chance" in answered(alike, "q").text
    for name, case in (("few", {"n": 40}), ("unknown", {"base": "part"})):
        poll = two_sides(tmp_path / name, 20, 80, **case)
        assert headline(poll, "q").endswith("came first, with 50.0%. How sure that order is cannot be said.")
        assert caption(poll, "q") == "What people answered: total"


@pytest.mark.parametrize(
    ("base", "beneath", "asked"),
    [("all", "all 1,000 interviews", "all interviewed"), ("part", "800 interviews of this question", "those asked")],
)  # fmt: skip
def test_a_question_put_to_a_part_stands_on_the_interviews_that_its_table_prints(
    tmp_path, base, beneath, asked
):
    sides = {"total": "52.0", "x": "50.0", "y": "54.0"}
    rows = {
        ("n", "unweighted_base"): {"total": "800", "x": "380", "y": "420"},
        "a": sides,
        "b": {side: f"{100 - float(share):.1f}" for side, share in sides.items()},
    }
    poll = write_poll(
        tmp_path, {"q": rows}, n=1000, form=2, base=base, partitions=[("side", "total", ("x", "y"))]
    )
    view = show.View(poll)
    chart = show.comparisons.segments_chart(view, estimates.intervals(poll, "q"), ["a", "b"]).chart
    assert beneath in chart.source
    assert f"% of {asked}" in chart.axis
    assert [row.small for row in chart.rows] == ["", "380 interviews", "420 interviews"]
    assert (base == "part") == ("asked of 800 people" in show.asked(view, "q").text)


def test_interviews_that_are_hardly_bounded_are_said_to_be_the_least(tmp_path):
    sides = {"total": "46", "x": "40", "y": "60", "z": "50"}
    rows = {"a": sides, "b": {side: str(100 - int(share)) for side, share in sides.items()}}
    poll = write_poll(
        tmp_path, {"q": rows}, n=1000, decimals=0, partitions=[("side", "total", ("x", "y", "z"))]
    )
    chart = show.comparisons.segments_chart(show.View(poll), estimates.intervals(poll, "q"), ["a"]).chart
    said = {str(row.label): str(row.small) for row in chart.rows}
    assert said["x"].startswith("at least ")
    assert not any("about" in small for small in said.values())


@pytest.mark.parametrize(
    ("poll", "question"),
    [
        ("cpi-2021-04", "vote_intention"),
        ("cpi-2021-04", "reasons_castillo"),
        (DATA / "harbour-2030-05", "vote"),
        (DATA / "valle-2031-02", "problems"),
    ],
)
def test_the_open_arithmetic_of_the_notebook_agrees_with_the_package(poll, question):
    names = run("03-segment-comparisons", poll=str(poll), question=question)
    assert names["order"]["by hand"].to_list() == names["named"]["can_be_first"].to_list()
    by_hand = pd.Series(names["adjusted"], names["own"].index)
    found = names["own"]["verdict"].isin(FOUND)
    assert (by_hand[found] < 0.05).all()  # what the package finds, it finds at every rounding


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_poll_in_another_script_is_drawn_in_english_or_as_printed(language):
    poll = load_poll("nesdc-15309")
    view = show.View(poll, language)
    question = poll.questions[0]
    drawn = show.comparisons.answers_chart(view, tables(poll, question.id)[0])
    assert {answer.label_en.isascii() for answer in question.answers} == {True}
    assert all(row.label.isascii() for row in drawn.chart.rows)
    asked = show.asked(view, question.id)
    assert question.title in asked.html
    assert question.title_en in asked.html


def test_letters_that_the_font_lacks_are_drawn_without_a_warning(cpi):
    labels = ["찬성한다", "นักเรียนทุกคน"]
    rows = [ChartRow(label, [Mark(0.5, text="50.0%")]) for label in labels]
    svg = show.Drawing(show.View(cpi), Chart(rows, "Two labels")).svg()
    assert all(label in svg for label in labels)


def test_a_question_that_follows_up_on_another_is_headed_by_its_own_answers(cpi):
    names = run("03-segment-comparisons", question="vote_certainty")
    ranked, own = names["ranked"], names["own"]
    given = {answer.id: answer.given for answer in cpi.question("vote_certainty").answers}
    assert all(map(given.get, ranked["answer"]))
    assert ranked["place"].isna().all()
    shown = show.comparisons.answer(names["view"], ranked, own)
    assert shown.text.startswith(
        "“Very certain, will not change candidate”: 89.6% of those who chose Castillo, 85.1% of those who chose Fujimori "
        "and 62.3% of those who chose “Blank or spoilt”."
    )
    # The vote itself is judged with the table of the vote.
    chart = show.comparisons.differences_chart(names["view"], own).chart
    found = own["verdict"].isin(FOUND).sum()
    assert chart.caption.startswith(f"{found} of 21 differences")
    assert sum(not mark.hollow for row in chart.rows for mark in row.marks) == found


def test_a_headline_is_of_a_difference_that_no_plausible_design_effect_makes_chance(cpi):
    largest = estimates.design_effects(cpi).high
    for question in cpi.questions:
        ranked, compared = tables(cpi, question.id)
        headline = show.comparisons.answer(show.View(cpi), ranked, compared).text.split("\n\n")[0]
        robust = estimates.compare_segments(cpi, question.id, options=Options(design_effect=largest))
        if not robust["verdict"].isin(FOUND).any():
            assert "Allowing for chance" not in headline
            assert "beyond chance" not in headline


def test_names_above_a_drawing_are_as_wide_as_it_at_most(cpi):
    """On the smallest telephone too, where long names of two answers stand in several lines."""
    shares = estimates.intervals(cpi, "vote_certainty")
    pair = shares.loc[shares["segment"] == "total"].nlargest(2, "estimate")["answer"].to_list()
    chart = show.comparisons.segments_chart(show.View(cpi), shares, pair).chart
    for narrow in (False, True):
        places = Layout(chart, [], narrow=narrow)
        for name, (at, _) in zip(places.names, places.legend, strict=True):
            assert at + widest([name], size=13, weight="bold") <= places.width
        (_, first), (_, second) = places.legend
        assert second - first in (0, 1 + places.names[0].count("\n"))


def test_a_legend_shows_what_is_drawn_so_that_grey_print_tells_it_apart(cpi):
    dots = {"ink": Mark(0.1, colour="ink", hollow=True), "second": Mark(0.1, 0.0, 0.2, colour="second")}
    dots |= {"accent": Mark(0.1, colour="accent", shape="D"), "first": Mark(0.1, colour="first", shape="x")}
    ranges = {colour: Mark(float("nan"), 0.1, 0.2, colour=colour) for colour in ("first", "second")}
    for marks, signs, is_broken in ((dots, "○■◆●", False), (ranges, "━╍", True)):
        rows = [ChartRow("label", list(marks.values()))]
        chart = Chart(rows, "caption", legend=[(colour, colour) for colour in marks])
        assert [name[0] for name in Layout(chart, [], narrow=False).names] == [*signs]
        assert ("stroke-dasharray" in show.Drawing(show.View(cpi), chart).svg()) == is_broken


@pytest.mark.parametrize("effect", [1, None, 4])
def test_grey_is_explained_where_something_is_grey(cpi, effect):
    options = Options(design_effect=effect)
    found = []
    for question in cpi.questions:
        _, compared = tables(cpi, question.id, options)
        shares = estimates.intervals(cpi, question.id, options)
        html = show.comparisons.letters_table(
            show.View(cpi, options=options), question.id, shares, compared
        ).html
        assert ("In grey" in html) == ('"pt-few"' in html)
        found.append("In grey" in html)
    assert any(found)
    assert all(found) == (effect == 4)


def test_what_voters_answered_has_the_colour_of_their_candidate_unless_it_stands_beside_it(cpi):
    question = cpi.question("vote_certainty")
    follow_ups, paint = [answer for answer in question.answers if answer.given], colours(question)
    assert all(paint[answer.id] == paint[answer.given] for answer in follow_ups)
    assert len({paint[answer.id] for answer in follow_ups}) == 3  # two candidates, and the rest
    first, second = follow_ups[:2]
    assert first.given == second.given
    for beside in ([first.id, second.id], [first.given, first.id]):
        painted = colours(question, beside)
        assert painted[beside[0]] != painted[beside[1]]


def test_a_poll_of_many_segments_keeps_its_pages_light(cpi, tmp_path):
    zones = [f"z{number}" for number in range(30)]
    shares = {zone: 20 + number for number, zone in enumerate(zones)}
    rows = {
        "a": {"total": "35", **{zone: str(share) for zone, share in shares.items()}},
        "b": {"total": "30", **dict.fromkeys(zones, "30")},
        "c": {"total": "35", **{zone: str(70 - share) for zone, share in shares.items()}},
    }
    bases = dict.fromkeys(zones, 100)
    poll = write_poll(
        tmp_path, {"q": rows}, n=3000, bases=bases, partitions=[("zone", "total", zones)], decimals=0
    )
    assert len(settings_of(poll, Options())) < len(settings_of(cpi, Options()))
    compared = estimates.compare_segments(poll, "q")
    shown = show.comparisons.differences_table(show.View(poll), compared)
    assert len(compared) == 3 * 30 * 29 / 2
    assert len(shown.numbers) == 1000
    assert "the 10 clearest of 1,305 comparisons; 1,000 are in the CSV" in shown.text

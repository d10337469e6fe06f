"""Polls as an import leaves them, without a name, days, a total or headings: a report says no more than is known."""

import re

import pytest
from made_up_poll import write_poll
from notebook_cells import run

from analysis import estimates, load_poll, load_results, show
from analysis.show.printed import disclosed
from polltables.exporting.printed import sheet_rows

UNSAID = {'"Nobody"': '"?"', "2030-01-01": "1900-01-01", "2030-01-02": "1900-01-01"}
FUEL = {
    "petrol": {"men": "31", "women": "26"}, "electric": {"men": "29", "women": "35"},
    "neither": {"men": "22", "women": "21"}, ("unsure", "no_opinion"): {"men": "18", "women": "18"},
}  # fmt: skip
SEX = [("sex", "total", ("men", "women"))]


def draft(folder, tables, *, said=None, **more):
    """Write a poll whose file says neither who made it nor when."""
    write_poll(folder, tables, **{"n": None, "decimals": 0, "form": 2, "partitions": SEX} | more)
    path = folder / "poll.toml"
    text = path.read_text("utf-8")
    for known, unknown in (said or UNSAID).items():
        text = text.replace(known, unknown)
    path.write_text(text, "utf-8")
    return load_poll(folder)


def test_who_and_when_are_not_made_up(tmp_path):
    poll = draft(tmp_path / "p", {"fuel": FUEL})
    english, spanish = show.View(poll), show.View(poll, "es")
    assert str(english.source()) == "Source: an unnamed pollster, unknown date."
    assert str(english.say("{pollster}’s tables")) == "An unnamed pollster’s tables"
    assert "(fecha desconocida)" in spanish.say("{ahead} led {behind} by {lead:points} in {pollster}’s poll of {fieldwork}.",
                                                ahead="A", behind="B", lead=0.1)  # fmt: skip
    said = {str(item.name): str(item.said) for item in disclosed(english)}
    assert said["who made the poll, and who paid"] == said["when"] == ""
    assert "published: who paid" not in show.published.disclosure_table(english).text
    assert "?" not in show.provenance(english).text
    assert sheet_rows(poll) == [("", "By", "?")]
    assert "not known" in poll._repr_html_()
    named = draft(tmp_path / "named", {"fuel": FUEL}, said={"Nobody": "iPoll"})
    assert str(show.View(named).say("{pollster}’s tables")) == "iPoll’s tables"


def test_a_poll_without_days_is_held_against_no_result(tmp_path):
    run_off = {(one, "candidate"): {"total": "50"} for one in ("castillo", "fujimori")}
    poll = draft(tmp_path / "p", {"q": run_off}, n=1000, partitions=())
    assert estimates.fitting_result(poll, "q", load_results()) is None
    dated = draft(tmp_path / "dated", {"q": run_off}, n=1000, partitions=(), said={"2030": "2021"})
    assert estimates.fitting_result(dated, "q", load_results()).id.startswith("peru-2021-runoff")


@pytest.mark.parametrize(
    ("castillo", "ended"),
    [
        ("40", "won by 0.3 points of valid votes, of which the poll had fujimori ahead by 11.1."),
        ("50", "won by 0.3 points of valid votes, against 11.1 in the poll."),
        ("45", "won by 0.3 points of valid votes."),
    ],
)
def test_a_result_stands_beside_the_lead_in_valid_votes(tmp_path, castillo, ended):
    shares = {"castillo": castillo, "fujimori": str(90 - int(castillo)), "none": "10"}
    rows = {
        (one, "candidate" if one != "none" else "blank_null"): {"total": share}
        for one, share in shares.items()
    }
    draft(tmp_path / "p", {"q": rows}, n=2000, partitions=(), said={"2030": "2021"})
    front = run("00-front-page", poll=str(tmp_path / "p"))
    frames = (front[name] for name in ("view", "lead", "valid", "ranked", "result", "others"))
    assert ended in show.front.answer(*frames).text.split("\n")[0]


def test_a_lead_among_nobody_knows_how_many_is_no_tie(tmp_path):
    sides = {("ana", "candidate"): {"total": "50", "men": "48", "women": "52"}}
    sides[("bo", "candidate")] = {"total": "38", "men": "40", "women": "36"}
    draft(tmp_path / "p", {"q": sides | {"neither": {"total": "12", "men": "12", "women": "12"}}})
    front = run("00-front-page", poll=str(tmp_path / "p"))
    view, lead = front["view"], front["lead"]
    said = show.front.answer(view, lead, front["valid"], front["ranked"], None, front["others"]).text
    assert said.startswith(
        "ana had 50% and bo 38% in an unnamed pollster’s poll of unknown date; how surely is not"
    )
    listed = show.front.where_each_led(view, None, *front["leads"])
    assert "base unknown" in listed.html
    chart = show.comparisons.segments_chart(view, front["shares"], front["pair"]).chart
    assert chart.source.endswith(
        "How many people stand behind each segment is not known."
    )  # and not once a row
    assert not any(row.small for row in chart.rows)
    assert ">within chance<" not in said + listed.html


def test_where_each_led_is_said_of_places_if_there_are_any(tmp_path):
    ages, places = ("young", "middle", "old"), ("coast", "hills", "plain")
    rows = {
        (one, "candidate"): dict.fromkeys(("total", *ages, *places), share)
        for one, share in (("ana", "60"), ("bo", "40"))
    }
    by_age, by_place = ("age", "total", ages), ("region", "total", places)
    for partitions, caption, listed in (
        ([by_age, by_place], "Who led where", places),
        ([by_age], "Who led in which group", ages),
    ):
        folder = tmp_path / caption
        draft(folder, {"q": rows}, n=1000, partitions=partitions)
        front = run("00-front-page", poll=str(folder))
        shown = show.front.where_each_led(front["view"], None, *front["leads"])
        assert caption in shown.html
        assert [name for name in (*ages, *places) if f"<span>{name}" in shown.html] == list(listed)


def test_what_chance_may_have_put_first_is_not_said_to_be_first(tmp_path):
    for seconds, doubt in (("41", True), ("30", False)):
        rows = {"bus": {"total": "43"}, "tram": {"total": seconds}, ("unsure", "no_opinion"): {"total": "16"}}
        draft(tmp_path / seconds, {"q": rows}, n=1000, partitions=())
        front = run("00-front-page", poll=str(tmp_path / seconds))
        frames = (front[name] for name in ("view", "lead", "valid", "ranked"))
        said = show.front.answer(*frames, None, front["others"]).text
        assert said.startswith("“bus” was the most frequent answer to “q”, with 43%")
        assert ("but the order of the first 2 may be chance." in said) == doubt
    draft(tmp_path / "unknown", {"q": rows}, partitions=())
    front = run("00-front-page", poll=str(tmp_path / "unknown"))
    frames = (front[name] for name in ("view", "lead", "valid", "ranked"))
    assert "How sure that order is cannot be said." in show.front.answer(*frames, None, front["others"]).text


@pytest.mark.parametrize(
    ("parties", "said"),
    [
        (2, "p0 (30%) and p1 (30%) were level,"),
        (3, "p0 (20%), p1 (20%) and p2 (20%) were level,"),
        (5, "5 answers were level, within what chance explains, in an unnamed pollster’s poll"),
    ],
)
def test_all_who_may_be_first_are_level_on_the_front_page(tmp_path, parties, said):
    share = {2: "30", 3: "20", 5: "15"}[parties]
    sides = ("total", "men", "women")
    rows = {(f"p{one}", "candidate"): dict.fromkeys(sides, share) for one in range(parties)}
    rows |= {
        ("nobody", "nothing"): dict.fromkeys(sides, "9"),
        ("unsure", "no_opinion"): dict.fromkeys(sides, "5"),
    }
    draft(tmp_path / "p", {"q": rows}, n=1000, partitions=())
    front = run("00-front-page", poll=str(tmp_path / "p"))
    frames = [front[name] for name in ("view", "lead", "valid", "ranked")]
    assert show.front.answer(*frames, None, front["others"]).text.startswith(said)
    asked = show.front.asked_by_readers(*frames, None, None, estimates.audit(front["poll"])).text
    assert "9% “nobody” and 5% “unsure”: 14% in all." in asked
    assert "Why" not in asked  # no lead, of whomever
    listed = show.front.where_each_led(front["view"], None, *front["leads"]).text
    assert "total" not in listed
    assert "men: " in listed


def test_a_lead_that_is_sure_of_two_alone_says_so_on_the_front_page(tmp_path):
    rows = {("a", "candidate"): {"total": "26.0"}, ("b", "candidate"): {"total": "20.0"}}
    rows |= {(f"c{one}", "candidate"): {"total": "6.0"} for one in range(9)}
    draft(tmp_path / "p", {"q": rows}, n=1000, partitions=(), decimals=1)
    front = run("00-front-page", poll=str(tmp_path / "p"))
    frames = [front[name] for name in ("view", "lead", "valid", "ranked")]
    said = show.front.answer(*frames, None, front["others"]).text
    assert said.startswith("a led b by 6")
    assert "Judged among all answers at once, the order of the first 2 may be chance." in said


def test_answers_that_were_given_as_often_are_named_together(tmp_path):
    rows = {"bus": {"total": "40"}, "tram": {"total": "40"}, ("unsure", "no_opinion"): {"total": "20"}}
    poll = draft(tmp_path / "p", {"q": rows}, n=1000, partitions=())
    ranked = estimates.rank_answers(poll, "q")
    shown = show.comparisons.answer(show.View(poll), ranked, estimates.compare_segments(poll, "q"))
    assert shown.text.startswith(
        "“bus” (level with “tram”) came first, with 40%, but the order of the first 2"
    )


def test_more_blank_votes_than_for_anybody_are_said_on_the_front_page(tmp_path):
    rows = {("ana", "candidate"): {"total": "25"}, ("bo", "candidate"): {"total": "20"}}
    rows |= {("blank", "blank_null"): {"total": "29"}, ("others", "other"): {"total": "26"}}
    draft(tmp_path / "p", {"q": rows}, partitions=())
    front = run("00-front-page", poll=str(tmp_path / "p"))
    frames = (front[name] for name in ("view", "lead", "valid", "ranked"))
    said = show.front.answer(*frames, None, front["others"]).text
    assert "More people, 29%, said “blank”." in said


def test_leads_among_those_asked_and_in_valid_votes_are_of_the_same_two(tmp_path):
    """The two foremost are not the first two in print."""
    rows = {("ana", "candidate"): {"total": "20"}, ("bob", "candidate"): {"total": "36"}}
    rows |= {("cid", "candidate"): {"total": "24"}, ("none", "undecided"): {"total": "20"}}
    draft(tmp_path / "p", {"q": rows}, partitions=(), n=1000)
    front = run("00-front-page", poll=str(tmp_path / "p"))
    frames = [front[name] for name in ("view", "lead", "valid", "ranked")]
    asked = show.front.asked_by_readers(*frames, None, None, estimates.audit(front["poll"])).text
    assert "12 points of all interviewed; 15 points of the 80% who chose a candidate" in asked


@pytest.mark.parametrize("language", ["en", "es"])
def test_without_a_total_every_headline_says_whose_figures_it_gives(tmp_path, language):
    draft(tmp_path / "p", {"fuel": FUEL}, bases={"men": "512", "women": "528"})
    whose = {"en": "No figures of everybody are known; these are of “men”.",
             "es": "No se conocen cifras del total; estas son de “men”."}[language]  # fmt: skip
    given = {"poll": str(tmp_path / "p"), "language": language}
    front, compared = run("00-front-page", **given), run("03-segment-comparisons", **given)
    for shown in (
        show.front.answer(
            front["view"], front["lead"], front["valid"], front["ranked"], None, front["others"]
        ),
        show.comparisons.answer(compared["view"], compared["ranked"], compared["compared"]),
    ):
        assert shown.text.startswith(whose)
        assert "“petrol”" in shown.text
    weights = run("04-implied-weights", **given)
    assert weights["rows"].empty
    told = show.weights.answer(weights["view"], weights["held"], weights["bases"], weights["target"]).text
    assert ("allow any weights of men and women" in told) == (language == "en")
    totals = run("05-national-totals", **given)
    drawn = show.totals.segments_chart(totals["view"], totals["leads"], totals["shifts"], *totals["within"])
    assert [row.small for row in drawn.chart.rows] == [
        "",
        "",
    ]  # nobody printed how large they are in the sample


def test_an_answer_that_names_nothing_is_not_passed_over_where_most_gave_it(tmp_path):
    visits = {
        ("none", "nothing"): {"total": "67"},
        "once": {"total": "28"},
        "often": {"total": "5"},
    }
    poll = draft(tmp_path / "p", {"q": visits}, partitions=())
    ranked = estimates.rank_answers(poll, "q")
    shown = show.comparisons.answer(show.View(poll), ranked, estimates.compare_segments(poll, "q"))
    assert shown.text.startswith("67% answered “none”. What was named most, “once”, was named by 28%.")
    close = draft(
        tmp_path / "close", {"q": {"a": {"total": "51"}, "b": {"total": "49"}}}, n=500, partitions=()
    )
    shown = show.comparisons.answer(
        show.View(close), estimates.rank_answers(close, "q"), estimates.compare_segments(close, "q")
    )
    assert shown.text.startswith(
        "“a” came first, with 51%, but the order of the first 2 answers may be chance."
    )
    rest = estimates.rank_answers(poll, "q").query("answer != 'once'")
    assert (
        show.comparisons.answers_chart(show.View(poll), rest).chart.caption == "What people answered: total"
    )
    chart = show.comparisons.segments_chart(show.View(close), estimates.intervals(close, "q"), ["a", "b"])
    assert chart.text == "Nothing was published by segment."


def test_gaps_without_a_reason_contradict_nothing(tmp_path):
    tables = {
        f"q{at}": {"a": {"total": "60", "men": ""}, "b": {"total": "40", "men": "40"}} for at in range(3)
    }
    poll = draft(tmp_path / "p", tables, said=UNSAID | {'not_published = "no"': ""})
    shown = show.published.answer(show.View(poll), estimates.audit(poll))
    assert shown.text.startswith(
        "An unnamed pollster’s 9 figures agree with one another wherever that can be checked; in 3 places figures are "
        "missing without a reason."
    )


def test_interviews_that_were_weighted_in_print_are_said_to_have_been_whatever_the_first_division(tmp_path):
    parts = {"men": "50", "women": "50", "young": "20", "old": "80"}
    rows = {
        ("n", "unweighted_base"): {"total": "1000", "men": "500", "women": "500", "young": "150", "old": "850"},
        ("w", "weighted_base"): {"total": "1000", "men": "500", "women": "500", "young": "200", "old": "800"},
        "yes": {"total": "50"} | parts,
        "no": {"total": "50", "men": "50", "women": "50", "young": "80", "old": "20"},
    }  # fmt: skip
    poll = draft(tmp_path / "p", {"q": rows}, n=1000, partitions=[*SEX, ("age", "total", ("young", "old"))])
    view, held = show.View(poll), estimates.weights_against(poll)
    shown = show.weights.answer(view, held, estimates.bases(poll), None)
    assert "weighted its interviews: young, 15.0% of them, made up 20.0% of the figures." in shown.text
    cost = show.recovered.cost_table(view, estimates.weighting_factors(poll), [])
    assert "At least, by “young and old”" in cost.text


def test_where_nobody_is_known_to_have_been_asked_at_large_nothing_is_crossed(tmp_path):
    draft(tmp_path / "p", {"fuel": FUEL}, base="part")
    names = run("10-unpublished-groups", poll=str(tmp_path / "p"))
    shown = show.crossing.answer(names["view"], names["cross"], names["leads"], names["said"])
    assert "known to have been put to everybody" in shown.text
    both = {"vote": {(one, "candidate"): {"total": "50"} for one in ("x", "y")}, "fuel": FUEL}
    draft(tmp_path / "both", both, base="part")
    path = tmp_path / "both" / "poll.toml"
    asked, last = path.read_text("utf-8").rsplit('base = "part"', 1)
    path.write_text(f'{asked}base = "all"{last}', "utf-8")
    assert run("10-unpublished-groups", poll=str(tmp_path / "both"))["question"] == "fuel"


def test_a_column_of_noughts_is_of_people_who_were_not_asked(tmp_path):
    rows = {"a": {"total": "60", "men": "60", "women": "0"}, "b": {"total": "40", "men": "40", "women": "0"}}
    poll = draft(tmp_path / "p", {"q": rows, "fuel": FUEL})
    found = estimates.audit(poll)
    assert not found["verdict"].isin(estimates.AUDIT_FINDINGS).any()
    assert found[found["check"] == "single response"]["segment"].tolist() == ["total", "men", "men", "women"]
    assert estimates.weights_against(poll)["weight"].notna().all()


def test_names_from_right_to_left_stay_where_their_sentence_has_them(tmp_path):
    poll = draft(
        tmp_path / "p",
        {"q": {"a": {"men": "60"}, "b": {"men": "40"}}},
        partitions=(),
        said={'label = "men"': 'label = "رجال"'},
    )
    ranked = estimates.rank_answers(poll, "q")
    shown = show.comparisons.answer(show.View(poll), ranked, estimates.compare_segments(poll, "q"))
    assert "these are of “<bdi>رجال</bdi>”. “a” came first" in shown.html
    assert "these are of “رجال”. “a” came first" in shown.text
    drawn = show.comparisons.answers_chart(show.View(poll), ranked)._repr_mimebundle_()["text/html"]
    assert "<bdi>" not in re.sub(r"<(figcaption|p)\b.*?</\1>", "", drawn, flags=re.DOTALL)
    assert not re.search('"[^<>"]*<bdi>', drawn)


def test_segments_of_one_name_are_told_apart_by_their_headings(tmp_path):
    rounds = [("first", "total", ("ana_1", "bo_1")), ("second", "total", ("ana_2", "bo_2"))]
    shares = dict.fromkeys(("total", "bo_1", "ana_2", "bo_2"), "50") | {"ana_1": "90"}
    poll = draft(
        tmp_path / "p", {"q": {"yes": shares, "bo_2": shares | {"ana_1": "10"}}}, partitions=rounds, n=900,
        bases=dict.fromkeys(("ana_1", "bo_1", "ana_2", "bo_2"), "450"),
        segments={one: f'short = "{one[:-2].title()}"\n' for one in ("ana_1", "ana_2")},
        said=UNSAID | {f'id = "{one}"': f'id = "{one}"\nlabel = "Vote, {one} round"' for one, *_ in rounds},
    )  # fmt: skip
    view = show.View(poll)
    assert view.where("ana_1") == "(Vote, first round: Ana)"
    assert view.segment("bo_1") == "bo_1"
    # Two segments are called Ana, and an answer is called as this segment is.
    named = [view.segment(one) for one in ("ana_2", "bo_2")]
    assert named == ["Vote, second round: Ana", "Vote, second round: bo_2"]
    table = show.comparisons.letters_table(
        view, "q", estimates.intervals(poll, "q"), estimates.compare_segments(poll, "q")
    )
    assert "Vote, first round: Ana" not in table.html  # it stands under its heading


def test_answers_by_which_people_were_divided_are_no_finding(tmp_path):
    """White people answer that they are white."""
    of_all = {"total": "60", "coast": "100", "hills": "0"}
    rows = {
        "yes": of_all,
        "perhaps": {"total": "25", "coast": "0", "hills": "63"},
        "no": {"total": "15", "coast": "0", "hills": "37"},
    }
    poll = draft(
        tmp_path / "p", {"q": rows}, partitions=[("where", "total", ("coast", "hills"))], n=900,
        bases={"coast": "540", "hills": "360"},
    )  # fmt: skip
    shown = show.comparisons.answer(
        show.View(poll), estimates.rank_answers(poll, "q"), estimates.compare_segments(poll, "q")
    )
    assert "“perhaps”: 63% (hills) and 0% (coast)" in shown.html


@pytest.mark.parametrize(
    ("printed", "said"), [("3.0", "leaves room for how people were selected"), ("2.5", "it is nearer ±3.1 points")]
)  # fmt: skip
def test_a_published_margin_is_read_for_what_it_allows(tmp_path, printed, said):
    draft(tmp_path / "p", {"fuel": FUEL}, n=1500)
    path = tmp_path / "p" / "poll.toml"
    items = "".join(
        f'\n[[sheet.items]]\nid = "{name}"\nlabel = "?"\nprinted = "{text}"\n'
        for name, text in (("margin_of_error", f"±{printed}%"), ("confidence_level", "95%"))
    )
    path.write_text(path.read_text("utf-8") + items, "utf-8")
    front, precise = (
        run(name, poll=str(tmp_path / "p")) for name in ("00-front-page", "02-margins-of-error")
    )
    frames = [front[name] for name in ("view", "lead", "valid", "ranked")]
    assert said in show.front.asked_by_readers(*frames, None, None, estimates.audit(front["poll"])).text
    told = show.precision.answer(precise["view"], precise["bases"], precise["figures"]).text
    allowed = "The published ±3 points are those of a design effect of about 1.4."
    assert (allowed in told) == (printed == "3.0")

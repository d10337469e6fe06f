"""Sentences, tables and figures of notebook 08, for real, made-up and constructed polls."""

import re
from dataclasses import replace

import numpy as np
import papermill
import pytest
from figure_texts import assert_readable, keep_figures
from made_up_poll import write_poll

from analysis import show
from analysis.estimates import vote_outlook
from analysis.paths import project_root
from analysis.polls import load_result, load_target
from analysis.show.charts import against_result, outlook
from analysis.show.wording.leads import lead_span
from analysis.show.wording.outlook import chance

NOTEBOOK = project_root() / "notebooks" / "08-from-intention-to-result.ipynb"
DATA = project_root() / "tests" / "data"
LONG = " of the united federations of the far north and of the islands beside it"
EVERYTHING = (
    show.leading_answer, show.lead_picture, show.leads_by_effect_table, show.lead_sentence, show.valid_votes_table,
    show.valid_votes_sentence, show.scenario_chart, show.scenario_sentence, show.turnout_sentence,
    show.probability_table, show.leading_sentence, show.result_sentence, show.against_chart, show.against_table,
    show.against_sentence, show.accuracy_table, show.accuracy_sentence, show.outlook_summary,
)  # fmt: skip


@pytest.fixture
def spanish():
    show.set_language("es")
    yield
    show.set_language("en")


@pytest.fixture(scope="module")
def result():
    return load_result("peru-2021-runoff")


@pytest.fixture(scope="module")
def real(cpi, result):
    return vote_outlook(cpi, result=result, votes_cast=load_target("votes-cast-2021-06-06"))


def made_up(tmp_path, *shares, n=1000, undecided=None, **more):
    rows = {
        (name, "candidate"): {"total": f"{share:.1f}"} for name, share in zip("abc", shares, strict=False)
    }
    if undecided is not None:
        rows["open", "undecided"] = {"total": f"{undecided:.1f}"}
    return write_poll(tmp_path / "p", {"q": rows}, n=n, **more)


def headline(poll, **options):
    shown = show.leading_answer(poll, vote_outlook(poll, **options))
    return re.search(r'pt-headline">(.*?)</p>', shown.html).group(1)


def test_the_headline_says_who_led_by_how_much_and_how_surely(cpi, real):
    # Franklin's interval of this lead stands in STATISTICS.md: 12.4 points, 8.1 to 16.7.
    assert headline(cpi) == (
        "Pedro Castillo led Keiko Fujimori by 12.4 points, 35.5% to 23.1% of all interviewed (95% interval 8.1 to 16.7: "
        "ahead)."
    )
    text = show.leading_answer(cpi, real).text
    assert "Pedro Castillo had 60.6% (interval 56.9–64.1%) and Keiko Fujimori had 39.4%" in text
    assert "The vote, 46 days later, gave 50.13% to Pedro Castillo and 49.87% to Keiko Fujimori." in text
    assert "is more than 99.9% if sampling were the only error, and 99.9% with the total error" in text
    assert "6.4 to 18.4" in headline(cpi, design_effect=2)


def test_the_headline_in_spanish(cpi, spanish):
    assert headline(cpi) == (
        "Pedro Castillo aventajaba a Keiko Fujimori por 12.4 puntos: 35.5% contra 23.1% del total de entrevistados "
        "(intervalo al 95%, de 8.1 a 16.7: adelante)."
    )


@pytest.mark.parametrize(
    ("shares", "options", "expected"),
    [
        ((30, 60), {}, "b led a by 30.0 points, 60.0% to 30.0%"),
        ((45, 44), {}, "a had 1.0 point more than b, 45.0% to 44.0% of all interviewed (95% interval −4.8 to 6.8: sta"),
        ((40, 40), {}, "a and b were level, each with 40.0% of all interviewed (95% interval −5.5 to 5.5: statistical tie"),
        ((60, 40), {"n": 20}, ": too few interviews to say)."),
        ((60, 40), {"base": "part"}, "(no interval: base unknown)."),
    ],
)  # fmt: skip
def test_whoever_leads_is_named_and_every_verdict_has_its_words(tmp_path, shares, options, expected):
    assert expected in headline(made_up(tmp_path, *shares, **options))


def test_what_cannot_be_said_is_said_plainly(valle, cpi, tmp_path):
    assert headline(valle).startswith("Estudios Inventados published no table in which people each name one")
    assert headline(cpi, question="reasons_castillo").startswith(
        "In the table <em>Reasons for preferring Castillo</em> people"
    )
    rows = {("a", "candidate"): {"total": "", "x": "60"}, ("b", "candidate"): {"total": "", "x": "40"}}
    poll = write_poll(tmp_path / "gap", {"q": rows}, n=1000, bases={"x": 500})
    assert headline(poll).startswith("The shares of the whole sample were not published")


def test_everything_can_be_shown_whatever_is_missing(valle, harbour, tmp_path, result):
    gap = {("a", "candidate"): {"total": "", "x": "60"}, ("b", "candidate"): {"total": "", "x": "40"}}
    polls = [
        valle,
        harbour,
        made_up(tmp_path, 60, 40, base="part"),
        write_poll(tmp_path / "gap", {"q": gap}, n=1000, bases={"x": 500}),
    ]
    for poll in polls:
        for official in (None, result, replace(result, proclaimed={"a": 7, "b": 5})):
            found = vote_outlook(poll, result=official)
            for shown in EVERYTHING:
                html = shown(poll, found).html
                assert not re.search(
                    r"\bnan\b|<script|\{|None", re.sub(r"<svg.*?</svg>", "", html, flags=re.S)
                )


def test_the_scenarios_reach_from_the_best_to_the_worst(cpi, real, tmp_path):
    text = show.scenario_sentence(cpi, real).text
    assert "from a lead of 39.4 points for Pedro Castillo (all undecided for Pedro Castillo;" in text
    assert "to a lead of 6.9 points for Keiko Fujimori (all undecided for Keiko Fujimori;" in text
    assert (
        "17.7% of all interviewed were undecided; Keiko Fujimori would have needed about 85% of them" in text
    )
    poll = made_up(tmp_path, 60, 30, undecided=10)
    assert (
        "even all of them would not have made b level"
        in show.scenario_sentence(poll, vote_outlook(poll)).text
    )
    (tmp_path / "closed").mkdir()
    poll = made_up(tmp_path / "closed", 60, 40)
    assert "No answer of the table says undecided" in show.scenario_sentence(poll, vote_outlook(poll)).text


def test_the_summary_counts_scenarios(cpi, real, tmp_path):
    assert (
        "Of 9 scenarios for the undecided and for turnout, Pedro Castillo is ahead in 7 and Keiko Fujimori in one of"
        in (show.outlook_summary(cpi, real).text)
    )
    poll = made_up(tmp_path, 70, 20, undecided=10)
    assert "a is ahead in 4 and b in none of them" in show.outlook_summary(poll, vote_outlook(poll)).text


def test_probabilities_are_never_written_as_certain():
    assert [chance(p) for p in (1.0, 0.9995, 0.99874, 0.42, 0.004, 0.0)] == [
        "more than 99.9%", "more than 99.9%", "99.9%", "42%", "0.4%", "less than 0.1%",
    ]  # fmt: skip
    assert lead_span(-0.01, 0.02) == "−1.0 to 2.0"


@pytest.mark.parametrize(
    ("poll_date", "later"),
    [
        ("2021-06-05", "one day later"),
        ("2021-06-06", "on the last day of the interviews"),
        ("2021-06-09", "before"),
    ],
)
def test_the_days_between_poll_and_vote_agree_with_their_number(cpi, result, poll_date, later):
    day = np.datetime64(poll_date).item()
    poll = replace(cpi, sheet=replace(cpi.sheet, fieldwork=(day, day)))
    assert f"The vote, {later}" in show.leading_answer(poll, vote_outlook(poll, result=result)).text


def test_the_distance_to_the_result_is_put_into_words(cpi, real, tmp_path, result):
    text = show.against_sentence(cpi, real).text
    assert "and 50.13% in the vote, 46 days later: 10.5 points less, and more than sampling error" in text
    assert "Of 6 columns with a result of their own, 3 lie outside their intervals: Interior," in text
    poll = made_up(tmp_path, 60, 40)
    for votes, words in (
        ((60, 40), "which is within sampling error"),
        ((70, 30), "10.0 points more, and more than sampling error"),
        ((50, 50), "10.0 points less"),
    ):
        official = replace(result, proclaimed=dict(zip("ab", votes, strict=True)))
        assert words in show.against_sentence(poll, vote_outlook(poll, result=official)).text


def test_accuracy_is_read_on_valid_votes(cpi, real):
    # Mosteller's measures 3 and 5 stand in STATISTICS.md: 10.45 and 20.91 points on valid votes, 12.15 on all.
    text = show.accuracy_sentence(cpi, real).text
    assert "was off by 10.5 points a candidate on average, and its lead by 20.9 points" in text
    table = show.accuracy_table(cpi, real)
    assert {number["what"]: number["value"] for number in table.numbers}["a_prime"] == pytest.approx(
        0.425, abs=5e-4
    )
    assert "log of the odds of Pedro Castillo against Keiko Fujimori" in table.html


def test_votes_cast_are_named_with_what_they_rest_on(cpi, real, harbour):
    assert (
        "Sizes by turnout are those of “Votes cast on 6 June 2021, in Peru”"
        in show.turnout_sentence(cpi, real).text
    )
    assert "No votes cast by segment are used" in show.turnout_sentence(cpi, vote_outlook(cpi)).text
    others = vote_outlook(harbour, votes_cast=load_target("votes-cast-2021-06-06"))
    assert "has no votes for the columns of this poll" in show.turnout_sentence(harbour, others).text


def test_a_result_of_others_is_not_held_against_the_poll(harbour, result):
    found = vote_outlook(harbour, result=result)
    text = show.result_sentence(harbour, found).text
    assert text.startswith("There is no result to hold this poll against. “Peru, second round")
    assert "it is the result of something else" in text


@pytest.mark.parametrize("extra", ["", LONG])
def test_nothing_in_the_drawings_is_cut_off_overlaid_or_too_small(cpi, result, extra, monkeypatch):
    drawn = keep_figures(monkeypatch, outlook, against_result)
    asked = cpi.question("vote_intention")
    answers = tuple(replace(a, label_en=a.label_en.partition(" (")[0] + extra) for a in asked.answers)
    segments = tuple(replace(s, label_en=s.label_en + extra) for s in cpi.segments)
    questions = tuple(replace(asked, answers=answers) if q.id == asked.id else q for q in cpi.questions)
    poll = replace(cpi, segments=replace(cpi.segments, items=segments), questions=questions)
    found = vote_outlook(poll, result=result, votes_cast=load_target("votes-cast-2021-06-06"))
    shown = [chart(poll, found) for chart in (show.lead_picture, show.scenario_chart, show.against_chart)]
    assert len(drawn) == 3
    for figure in drawn:
        assert_readable(figure)
    for one in shown:
        assert not re.search(r"(?<!,)#[0-9a-f]{6}", re.search(r"<svg.*</svg>", one.html, re.DOTALL).group())


def test_with_three_candidates_each_has_a_panel(harbour, result, monkeypatch):
    drawn = keep_figures(monkeypatch, against_result)
    votes = {"okafor": 30, "lindqvist": 45, "tanaka": 25}
    found = vote_outlook(harbour, result=replace(result, proclaimed=votes))
    show.against_chart(harbour, found)
    assert len(drawn[0].axes) == 3
    assert_readable(drawn[0])


def test_what_a_poll_prints_is_shown_and_never_run(tmp_path, result):
    poll = made_up(tmp_path, 50, 30, undecided=20)
    asked = poll.question("q")
    hostile = tuple(replace(a, label_en=f"<script>{a.id}</script>") for a in asked.answers)
    poll = replace(poll, questions=(replace(asked, answers=hostile),))
    found = vote_outlook(poll, result=replace(result, proclaimed={"a": 5, "b": 7}))
    for shown in EVERYTHING:
        assert "<script" not in shown(poll, found).html


@pytest.mark.parametrize(
    ("poll", "question", "language"), [("harbour-2030-05", "vote", "es"), ("valle-2031-02", "approval", "en")]
)
def test_the_notebook_runs_for_polls_of_other_races(poll, question, language, tmp_path):
    executed = papermill.execute_notebook(
        str(NOTEBOOK),
        str(tmp_path / "out.ipynb"),
        parameters={"poll": str(DATA / poll), "question": question, "language": language},
        progress_bar=False,
    )
    (found,) = (cell for cell in executed.cells if "answer" in cell.metadata.get("tags", []))
    assert "pt-headline" in found.outputs[0].data["text/html"]
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type in {"execute_result", "display_data"}, output
            assert not re.search(r"\bnan\b|<NA>|<script", output.data["text/html"])

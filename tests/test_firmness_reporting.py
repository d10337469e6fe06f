"""Sentences, tables and figures of notebook 06, for real, made-up and constructed polls."""

import re
from dataclasses import replace

import papermill
import pytest
from figure_texts import assert_readable, keep_figures
from made_up_poll import write_poll
from matplotlib.text import Text
from test_firmness import column

from analysis import show
from analysis.estimates import vote_firmness
from analysis.paths import project_root
from analysis.polls import load_poll
from analysis.show.charts import certainty, firmness
from analysis.show.names import short_name

NOTEBOOK = project_root() / "notebooks" / "06-vote-certainty.ipynb"
DATA = project_root() / "tests" / "data"
LONG = " of the united federations of the far north and of the islands beside it"


@pytest.fixture
def spanish():
    show.set_language("es")
    yield
    show.set_language("en")


def headline(poll, question="", **options):
    shown = show.firmness_answer(poll, vote_firmness(poll, question, **options))
    return re.search(r'pt-headline">(.*?)</p>', shown.html).group(1)


def made_up(tmp_path, *shares, n=1000, **more):
    return write_poll(tmp_path / "p", {"q": column(*shares)}, n=n, **more)


def test_the_headline_gives_floors_the_lead_and_the_reach(cpi):
    # Floors and their intervals stand in STATISTICS.md's terms in the doctest of firm_vote.
    assert headline(cpi) == (
        "Pedro Castillo has more firm votes than Keiko Fujimori, 31.8% against 19.7% of all interviewed (by 12.1 points, "
        "95% interval 8.1 to 16.2: ahead); with all the undecided, Keiko Fujimori would have 40.8%, above the floor of "
        "Pedro Castillo."
    )
    text = show.firmness_answer(cpi, vote_firmness(cpi)).text
    assert "Pedro Castillo: floor 31.8% (interval 29.2–34.5%), ceiling 53.2% (interval 50.4–56.0%)." in text
    assert "Ahead: the 95% interval of the lead leaves out zero" in text


def test_the_headline_in_spanish(cpi, spanish):
    text = headline(cpi)
    assert text.startswith("Pedro Castillo tiene más votos firmes que Keiko Fujimori: 31.8% contra 19.7%")
    assert "adelante" in text


@pytest.mark.parametrize(
    ("shares", "n", "expected"),
    [
        (((45, 40), (30, 95), 10), 1000, "b has more firm votes than a, 28.5% against 18.0%"),
        (((45, 40), (30, 95), 10), 1000, "10.5 points, 95% interval 6.3 to 14.7: ahead"),
        (((45, 95), (20, 90), 10), 1000, "even with all the undecided, b would have 30.0%, below the floor of a."),
        (((40, 80), (33, 97), 5), 1000, ": statistical tie)"),
        (((40, 80), (15, 90), 17), 1000, "which cannot be told apart from the floor of a"),
        (((40, 80), (40, 80), 20), 1000, "a and b have as many firm votes, 32.0% of all interviewed each (0.0 points"),
        (((40, 80), (30, 80), 30), 25, "too few interviews to say); with all the undecided, b would have 60.0% against"),
    ],
)  # fmt: skip
def test_whoever_is_ahead_is_named_and_every_verdict_has_its_words(tmp_path, shares, n, expected):
    assert expected in headline(made_up(tmp_path, *shares, n=n))


def test_without_a_base_there_are_leads_but_no_intervals(tmp_path):
    poll = made_up(tmp_path, (45, 90), (20, 90), 10, base="part")
    assert "(by 22.5 points, no interval: base unknown)" in headline(poll)
    assert "nan" not in show.firm_votes_table(poll, vote_firmness(poll)).html
    assert "base unknown" in show.firm_votes_table(poll, vote_firmness(poll)).html


def test_one_candidate_has_a_floor_and_a_ceiling(tmp_path):
    text = headline(made_up(tmp_path, (40, 80), 60))
    assert (
        "32.0% (interval 29.2–35.0%) of all interviewed were firmly for a, who with all the undecided" in text
    )


def test_a_poll_without_such_a_table_says_so_and_which_table_was_named(harbour, cpi):
    assert headline(harbour).startswith("Made-up Research published no table that says how certain")
    assert headline(cpi, "vote_intention").startswith(
        "The table <em>Vote intention</em> does not say how certain"
    )
    nothing = vote_firmness(harbour)
    assert show.firmness_picture(harbour, nothing).html == ""
    for shown in (
        show.firm_votes_table, show.firm_leads_table, show.firm_segments_table, show.certainty_table,
        show.firm_vote_chart, show.certainty_chart,
    ):  # fmt: skip
        assert shown(harbour, nothing).text == "No such table was published."


def test_certainty_that_was_not_published_for_one_is_left_out(tmp_path):
    rows = column((45, 90), (30, 90), 10)
    del rows["b_certain", "certain", "b"]
    firm = vote_firmness(poll := write_poll(tmp_path / "p", {"q": rows}, n=1000))
    assert "40.5% (interval 37.5–43.6%) of all interviewed were firmly for a" in headline(poll)
    assert "nan" not in show.firm_votes_table(poll, firm).html
    assert show.firm_vote_chart(poll, firm).html.count("<svg") == 1


def test_columns_are_named_by_verdict(cpi):
    text = show.firm_segments_sentence(cpi, vote_firmness(cpi)).text
    assert "Keiko Fujimori is ahead in firm votes in Lima and Callao." in text
    assert "Firm votes are a statistical tie in East (Amazon)." in text


def test_whose_voters_are_surer_is_tested(cpi, tmp_path):
    text = show.certainty_sentence(cpi, vote_firmness(cpi)).text
    assert "cannot be told apart in certainty: 4.5 points more of the former are certain" in text
    assert (
        "In no other column can they be told apart. In 4 columns there are too few interviews to say." in text
    )
    poll = made_up(tmp_path, (45, 60), (30, 95), 10)
    text = show.certainty_sentence(poll, vote_firmness(poll)).text
    assert "voters of b are surer than those of a: 35.0 points more are certain" in text


def test_the_summary_counts_shares_on_too_few_interviews(cpi):
    text = show.firmness_summary(cpi, vote_firmness(cpi)).text
    assert "89.6% of the 426 who named Pedro Castillo and 85.1% of the 277 who named Keiko Fujimori" in text
    assert "Of 18 shares of certain voters, 4 rest on too few interviews to say." in text


def test_names_are_short_unless_two_would_be_alike(cpi):
    assert short_name(cpi, "vote_certainty", "fujimori") == "Keiko Fujimori"
    asked = cpi.question("vote_certainty")
    alike = tuple(replace(a, label_en=f"Candidate ({a.id})") for a in asked.answers)
    poll = replace(cpi, questions=(replace(asked, answers=alike),))
    assert short_name(poll, "vote_certainty", "castillo") == "Candidate (castillo)"


@pytest.mark.parametrize("extra", ["", LONG])
def test_nothing_in_the_drawings_is_cut_off_overlaid_or_too_small(cpi, extra, monkeypatch):
    drawn = keep_figures(monkeypatch, firmness, certainty)
    asked = cpi.question("vote_certainty")
    answers = tuple(replace(a, label_en=a.label_en.partition(" (")[0] + extra) for a in asked.answers)
    segments = tuple(replace(s, label_en=s.label_en + extra) for s in cpi.segments)
    questions = tuple(replace(asked, answers=answers) if q.id == asked.id else q for q in cpi.questions)
    poll = replace(cpi, segments=replace(cpi.segments, items=segments), questions=questions)
    firm = vote_firmness(poll)
    charts = (show.firm_vote_chart, show.certainty_chart, show.firmness_picture)
    shown = [chart(poll, firm) for chart in charts]
    assert len(drawn) == 3
    for figure in drawn:
        assert_readable(figure)
    for one in shown:
        assert not re.search(r"(?<!,)#[0-9a-f]{6}", re.search(r"<svg.*</svg>", one.html, re.DOTALL).group())


def test_what_a_poll_prints_is_shown_and_never_run(tmp_path):
    poll = made_up(tmp_path, (45, 90), (20, 90), 10)
    asked = poll.question("q")
    hostile = tuple(replace(a, label_en=f"<script>{a.id}</script>") for a in asked.answers)
    poll = replace(poll, questions=(replace(asked, answers=hostile),))
    firm = vote_firmness(poll)
    for shown in (
        show.firmness_answer, show.firm_votes_table, show.firm_leads_table, show.certainty_table,
        show.firm_vote_chart, show.left_to_win_sentence, show.reach_sentence, show.certainty_sentence,
    ):  # fmt: skip
        assert "<script" not in shown(poll, firm).html


def test_a_gap_is_said_where_it_is_seen(spoilt, monkeypatch):
    row = "castillo_certain,Está muy seguro/a y no piensa cambiar de candidato,"
    printed = '"Very certain, will not change candidate",certain,castillo,89.6,78.1,92.6,97.0,80.7,92.4,94.6'
    folder = spoilt("02-vote-certainty.csv", row + printed, row + printed.removesuffix("94.6"))
    drawn = keep_figures(monkeypatch, firmness, certainty)
    poll = load_poll(folder)
    firm = vote_firmness(poll)
    assert "How many votes are firm was not published in East (Amazon)." in (
        show.firm_segments_sentence(poll, firm).text
    )
    show.firm_vote_chart(poll, firm)
    show.certainty_chart(poll, firm)
    for figure in drawn:
        (text,) = (text for text in figure.findobj(Text) if text.get_text() == "not published")
        assert_readable(figure)
        box = text.get_window_extent()
        assert text.axes.bbox.x0 <= box.x0 < box.x1 <= text.axes.bbox.x1


@pytest.mark.parametrize(
    ("poll", "question", "language"), [("harbour-2030-05", "vote", "es"), ("valle-2031-02", "", "en")]
)
def test_the_notebook_runs_for_polls_that_lack_the_table(poll, question, language, tmp_path):
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

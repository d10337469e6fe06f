"""Sentences, tables and figures of notebook 07, for real, made-up and constructed polls."""

import re
from dataclasses import replace

import papermill
import pytest
from figure_texts import assert_readable, keep_figures
from made_up_poll import write_poll

from analysis import estimates as inference
from analysis import show
from analysis.paths import project_root
from analysis.show.charts import reasons

NOTEBOOK = project_root() / "notebooks" / "07-reasons.ipynb"
DATA = project_root() / "tests" / "data"
JUDGED = {"adjustment": "holm", "confidence_level": 0.95, "design_effect": 1.0}
LONG = " of the united federations of the far north and of the islands beside it"


@pytest.fixture
def spanish():
    show.set_language("es")
    yield
    show.set_language("en")


@pytest.fixture
def many(tmp_path):
    """Write a poll with one table in which people may give several answers, from printed totals."""

    def write(totals, *, n=1000, **more):
        rows = {answer: {"total": printed} for answer, printed in totals.items()}
        return write_poll(tmp_path / "p", {"q": rows}, n=n, kinds={"q": "multiple_response"}, **more)

    return write


def answer(poll, question, **options):
    judged = {**JUDGED, **options}
    return show.reasons_answer(poll, inference.rank_answers(poll, question, **judged), **judged)


def headline(shown):
    return re.search(r'pt-headline">(.*?)</p>', shown.html).group(1)


# Sentences


def test_an_answer_ahead_of_every_other_is_said_to_be(cpi):
    shown = answer(cpi, "fujimori_negative")
    assert headline(shown) == (
        "“Corrupt …” is named most often, by 49.7% (95% interval 45.6–53.8%, design effect 1), ahead of every other answer."
    )
    assert "however many people gave both answers; else a statistical tie" in shown.text
    assert shown.html.count("<svg") == 1


def test_answers_that_could_be_first_as_well_are_a_statistical_tie(cpi, many):
    assert headline(answer(cpi, "reasons_castillo")).endswith(
        "in a statistical tie with “People&#x27;s discontent …” (18.2%) and “He is a new candidate” (14.7%)."
    )
    alike = many({"a": "12.0", "b": "13.0", "c": "12.5", "d": "11.5", "e": "12.2"})
    assert headline(answer(alike, "q")).startswith("“b” is named most often, by 13.0%")
    assert headline(answer(alike, "q")).endswith("tie with “c” (12.5%), “e” (12.2%) and 2 more answers.")


def test_a_single_answer_small_samples_and_unknown_bases_are_said_plainly(many, valle):
    assert headline(answer(many({"a": "12.0", ("n", "no_opinion"): "88.0"}), "q")).endswith(
        "and nothing else is."
    )
    few = headline(answer(many({"a": "60.0", "b": "10.0"}, n=20), "q"))
    assert few.startswith("“a” is printed most often, with 60.0%")
    assert few.endswith("but these are too few interviews to say.")
    assert headline(answer(valle, "problems")) == (
        "“Water” is named most often, by 61.0%; how many people were asked is not known, so that nothing can be said of how "
        "sure that is."
    )
    nobody = many({("n", "no_opinion"): "88.0"})
    assert headline(answer(nobody, "q")) == "No answer of this table has a share of the whole sample."


def test_a_poll_without_such_a_table_is_said_to_have_none(harbour):
    question = inference.chosen_question(harbour, kind="multiple_response")
    assert headline(answer(harbour, question)) == (
        "There is no table here in which a person could give several answers."
    )
    ranked, counts = inference.rank_answers(harbour, question), inference.answer_counts(harbour, question)
    whole = inference.compare_columns(harbour, question, relation="within")
    for shown in (
        show.reasons_chart(harbour, ranked, whole, top=10, **JUDGED),
        show.places_table(harbour, ranked, **JUDGED),
        show.whole_table(harbour, whole, **JUDGED),
        show.order_sentence(harbour, ranked),
        show.counts_sentence(harbour, counts),
        show.unnamed_sentence(harbour, ranked, counts, confidence_level=0.95),
    ):
        assert shown.html == ""


def test_the_order_is_as_sure_as_the_places_are(many):
    clear = many({"a": "40.0", "b": "20.0", "c": "5.0"})
    assert show.order_sentence(clear, inference.rank_answers(clear, "q")).text == (
        "Of 3 named answers, 3 have a place that is sure. Only “a” can be first."
    )
    vague = many({"a": "20.0", "b": "19.0", "c": "2.0"})
    assert show.order_sentence(vague, inference.rank_answers(vague, "q")).text == (
        "Of 3 named answers, one has a place that is sure. Any of 2 can be first. The least sure is the place of “a”: "
        "anything from 1 to 2."
    )
    alone = many({"a": "20.0"})
    assert show.order_sentence(alone, inference.rank_answers(alone, "q")).text == (
        "There are no two answers whose order could be tested."
    )


def test_the_sum_of_a_column_tells_how_many_can_have_given_two(cpi, valle):
    text = show.counts_sentence(cpi, inference.answer_counts(cpi, "castillo_negative")).text
    assert text == (
        "The answers in the column “Peru, total” sum to 102.5%, or 1.02 for each person. Since everybody stands in some "
        "row, if only in that of no opinion, at most 3.0% can have given two or more. Other columns sum to 99.0% (Lima and "
        "Callao) up to 105.6% (Central and Southern Highlands). Less than everybody is in the rows of Lima and Callao: some "
        "answers there were left out."
    )
    unknown = show.counts_sentence(valle, inference.answer_counts(valle, "problems")).text
    assert unknown.endswith(
        "sum to 118.4%, or 1.18 for each person. How many gave two or more cannot be told from that."
    )
    gap = replace(valle, estimates=valle.estimates)
    counts = inference.answer_counts(gap, "problems").assign(total=float("nan"))
    assert show.counts_sentence(gap, counts).text.startswith("No column is printed in full")


def test_people_who_named_nothing_are_counted_and_merged_rows_are_said_to_be_merged(cpi, valle, many):
    def sentence(poll, question):
        ranked = inference.rank_answers(poll, question)
        counts = inference.answer_counts(poll, question)
        return show.unnamed_sentence(poll, ranked, counts, confidence_level=0.95).text

    text = sentence(cpi, "castillo_positive")
    assert "47.2% named nothing (“Nothing stands out” and “No opinion”; 95% interval 44.4–50.0%)" in text
    assert "No single answer is named by as many." in text
    assert "Elsewhere it is 23.6% (Central and Southern Highlands) up to 63.7% (Lima and Callao)" in text
    assert text.endswith("“Other answers”, 6.3%, puts small answers together and is no answer of its own.")
    assert sentence(valle, "problems").startswith("No row counts people who named nothing. “Others”, 9.9%")
    assert "No single answer" not in sentence(many({"a": "50.0", ("n", "no_opinion"): "10.0"}), "q")


def test_the_summary_says_what_is_first_and_what_differs(cpi, valle):
    def sentence(poll, question):
        ranked = inference.rank_answers(poll, question)
        whole = inference.compare_columns(poll, question, relation="within")
        return show.reasons_summary(poll, ranked, whole).text

    whole = inference.compare_columns(cpi, "fujimori_negative", relation="within")
    ranked = inference.rank_answers(cpi, "fujimori_negative").set_index("answer")
    apart = set(whole.loc[whole["verdict"].isin(["higher", "lower"]), "answer"])
    differing = len(apart & set(ranked.index[ranked["place"].notna()]))
    assert sentence(cpi, "fujimori_negative") == (
        f"Named most often: “Corrupt …”. {differing} of the 9 answers are more or less frequent in some column than "
        "elsewhere."
    )
    assert sentence(valle, "problems").startswith("Nothing can be said of which answers are named more often")


def test_the_answer_in_spanish(cpi, spanish):
    assert headline(answer(cpi, "castillo_negative")) == (
        "«Tiene acusaciones de terrorismo …» es lo más mencionado, por el 21.8% (intervalo al 95%: 18.6–25.4%; efecto de "
        "diseño 1), en empate técnico con «Es de la izquierda radical …» (18.2%)."
    )


# Table and figures


def test_the_table_of_places_gives_a_range_or_one_place_and_none_to_what_names_nothing(cpi, valle):
    html = show.places_table(cpi, inference.rank_answers(cpi, "castillo_negative"), **JUDGED).html
    rows = re.findall(r"<tr[^>]*>\s*<th[^>]*>(.*?)</th>(.*?)</tr>", html, re.DOTALL)
    cells = {label: re.findall(r"<td[^>]*>(.*?)</td>", row) for label, row in rows}
    assert cells["Other answers"][3:] == ["", ""]
    assert cells["Accused of terrorism / represents Shining Path / associated with MOVADEF / ties to radical leaders "
                 "such as Antauro, Abimael, Cerrón"] == ["21.8", "19.6–24.2", "18.6–25.4", "1", "1–2"]  # fmt: skip
    unknown = show.places_table(valle, inference.rank_answers(valle, "problems"), **JUDGED).html
    assert "61,0" in unknown
    assert "nan" not in unknown


@pytest.mark.parametrize("extra", ["", LONG])
@pytest.mark.parametrize("question", ["reasons_castillo", "castillo_positive"])
def test_nothing_in_the_drawings_is_cut_off_overlaid_or_too_small(cpi, question, extra, monkeypatch):
    drawn = keep_figures(monkeypatch, reasons)
    segments = tuple(replace(segment, label_en=segment.label_en + extra) for segment in cpi.segments)
    asked = cpi.question(question)
    answers = tuple(
        replace(answer, label_en=answer.label_en.replace("/", "or") + extra) for answer in asked.answers
    )
    questions = tuple(replace(asked, answers=answers) if q.id == question else q for q in cpi.questions)
    poll = replace(cpi, segments=replace(cpi.segments, items=segments), questions=questions)
    ranked = inference.rank_answers(poll, question)
    whole = inference.compare_columns(poll, question, relation="within")
    show.reasons_chart(poll, ranked, whole, top=10, **JUDGED)
    show.reasons_picture(poll, ranked)
    assert len(drawn) == 2
    for figure in drawn:
        assert_readable(figure)


def test_a_profile_names_the_columns_that_differ_and_how_many_answers_it_leaves_out(cpi):
    ranked = inference.rank_answers(cpi, "reasons_castillo")
    whole = inference.compare_columns(cpi, "reasons_castillo", relation="within")
    first, second = (show.reasons_chart(cpi, ranked, whole, top=9, **JUDGED) for _ in range(2))
    assert first.html == second.html
    assert "2 more answers in the table." in first.html
    assert "higher: Rural 28.4%" in first.html
    svg = re.search(r"<svg.*</svg>", first.html, re.DOTALL).group()
    assert not re.search(r"(?<!,)#[0-9a-f]{6}", svg)
    everything = show.reasons_chart(cpi, ranked, whole, top=99, **JUDGED)
    assert "in the table." not in everything.html


def test_shares_without_a_base_are_drawn_without_intervals(valle):
    ranked = inference.rank_answers(valle, "problems")
    whole = inference.compare_columns(valle, "problems", relation="within")
    shown = show.reasons_chart(valle, ranked, whole, top=10, **JUDGED)
    assert "No intervals: the base is unknown." in shown.html
    assert "Base: not stated." in shown.html
    assert show.reasons_picture(valle, ranked).html == ""


# The notebook


@pytest.mark.parametrize(("poll", "language"), [("harbour-2030-05", "es"), ("valle-2031-02", "en")])
def test_the_notebook_runs_for_polls_that_lack_much(poll, language, tmp_path):
    executed = papermill.execute_notebook(
        str(NOTEBOOK),
        str(tmp_path / "out.ipynb"),
        parameters={"poll": str(DATA / poll), "question": "", "language": language},
        progress_bar=False,
    )
    (found,) = (cell for cell in executed.cells if "answer" in cell.metadata.get("tags", []))
    assert "pt-headline" in found.outputs[0].data["text/html"]
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type in {"execute_result", "display_data"}, output
            assert not re.search(r"\bnan\b|<NA>|<script", output.data["text/html"])

"""Sentences, tables and figures of notebook 03, for real, made-up and constructed polls."""

import re
from dataclasses import replace

import papermill
import pytest
from figure_texts import assert_readable, keep_figures
from made_up_poll import write_poll

from analysis import estimates as inference
from analysis import show
from analysis.paths import project_root
from analysis.show.charts import comparisons
from analysis.show.charts.fitting import fitted
from analysis.show.names import brief_answer
from analysis.show.wording.comparisons import untested_words

NOTEBOOK = project_root() / "notebooks" / "03-segment-comparisons.ipynb"
DATA = project_root() / "tests" / "data"
JUDGED = {"adjustment": "holm", "confidence_level": 0.95, "design_effect": 1.0}
LONG = " of the united federations of the far north and of the islands beside it"


@pytest.fixture
def spanish():
    show.set_language("es")
    yield
    show.set_language("en")


@pytest.fixture
def two_columns(tmp_path):
    """Write a poll of two columns with these shares for one of two answers."""

    def write(x, y, *, n=500, **more):
        rows = {
            ("a", "candidate"): {"total": f"{(x + y) / 2:.1f}", "x": f"{x:.1f}", "y": f"{y:.1f}"},
            ("b", "candidate"): {
                "total": f"{100 - (x + y) / 2:.1f}",
                "x": f"{100 - x:.1f}",
                "y": f"{100 - y:.1f}",
            },
        }
        more = {"bases": {"x": n, "y": n}, **more}
        return write_poll(
            tmp_path / "p", {"q": rows}, n=2 * n, partitions=[("side", "total", ["x", "y"])], **more
        )

    return write


def answer(poll, question, **options):
    judged = {**JUDGED, **options}
    compared = inference.compare_columns(poll, question, **judged)
    return show.comparison_answer(poll, compared, **judged)


def headline(shown):
    return re.search(r'pt-headline">(.*?)</p>', shown.html).group(1)


# Sentences


def test_the_headline_counts_what_holds_and_names_the_largest_difference(cpi):
    shown = answer(cpi, "vote_intention")
    assert headline(shown) == (
        "Of 40 differences between columns, 9 hold; the largest is “Pedro Castillo (Perú Libre)”, higher in Interior "
        "(45.0%) than in Lima and Callao (19.3%) by 25.7 points (95% interval 16.9 to 33.6 points, design effect 1)."
    )
    assert "adjusted for the number of comparisons (Holm), is below 5%" in shown.text
    (largest,) = [
        number for number in shown.numbers if number.get("what") == "largest difference between columns"
    ]
    assert (largest["value"], largest["segment_a"], largest["verdict"]) == (0.257, "interior", "higher")
    assert shown.html.count("<svg") == 1


def test_whoever_differs_most_is_named_whoever_that_is(harbour):
    assert "is “Okafor”, higher in 18–34 (39.0%) than in 60+ (21.0%) by 18.0 points" in headline(
        answer(harbour, "vote")
    )


def test_one_of_several_and_none_agree_with_their_verbs(two_columns):
    sentence = headline(answer(two_columns(30, 50), "q"))
    assert sentence.startswith(
        "Of 2 differences between columns, 2 hold; the largest is “a”, higher in y (50.0%)"
    )
    none = answer(
        two_columns(30, 31), "q"
    )  # 1 ± 2.241 × 2.91 points, 2.241 being the critical value of 0.05 / 2
    assert headline(none) == (
        "Of 2 differences between columns, none holds; the largest, 1.0 point more for “a” in y (31.0%) than in x (30.0%), "
        "is not distinguishable from none (95% interval −5.5 to 7.5 points, design effect 1)."
    )
    assert none.html.count("<svg") == 1


def test_too_few_interviews_are_too_few_to_say(two_columns):
    assert headline(answer(two_columns(20, 80, n=20), "q")) == (
        "None of the differences between columns can be tested: of 2 comparisons, 2 have too few interviews to say."
    )


def test_columns_that_cannot_be_compared_are_said_to_be_so(valle, two_columns):
    assert "does not divide its sample into columns that have no interview in common" in headline(
        answer(valle, "approval")
    )
    unknown = headline(answer(two_columns(20, 80, base="part"), "q"))
    assert unknown.endswith("of 2 comparisons, for 2 the number of interviews is unknown.")


def test_what_was_not_compared_is_counted_by_reason(cpi, valle):
    text = answer(cpi, "vote_certainty").text
    assert (
        "Besides these there are 39 comparisons that cannot be made: 39 have too few interviews to say."
        in text
    )
    overlapping = inference.compare_columns(valle, "approval", relation="overlapping")
    assert untested_words(overlapping) == (
        "2 lack a figure that was not published and for one the number of interviews is unknown"
    )


def test_adjustment_is_said_to_be_what_it_is(cpi, harbour):
    def sentence(poll, question, adjustment):
        compared = inference.compare_columns(poll, question, adjustment=adjustment)
        return show.adjustment_sentence(compared, adjustment=adjustment, confidence_level=0.95).text

    assert sentence(cpi, "vote_intention", "holm") == (
        "Judged one by one, 19 of 40 comparisons would be called significant; if no two columns differed in anything, "
        "chance would still make about 2.0 so. Judged together by Holm, 9 remain, and the chance that even one of them is "
        "false is at most 5%."
    )
    assert sentence(cpi, "vote_intention", "none").endswith("Here they are judged one by one.")
    assert "by Benjamini–Hochberg" in sentence(cpi, "vote_intention", "benjamini_hochberg")
    assert "no more than 5% are expected to be false" in sentence(cpi, "vote_intention", "benjamini_hochberg")
    assert sentence(harbour, "vote", "holm").endswith(
        "Of these, 2 hold whatever the rounding of the printed figures."
    )


def test_a_column_is_held_against_the_rest_of_the_sample(two_columns):
    poll = two_columns(30, 60)
    whole = inference.compare_columns(poll, "q", relation="within")
    text = show.whole_sentence(poll, whole, confidence_level=0.95).text
    assert text.startswith(
        "Of 4 comparisons of a column with the rest of the sample, 4 hold. x and y stand apart most often, for 2 answers "
        "each. The widest distance is that of x for “a”: 30.0%, 15.0 points below the 45.0% of all (95% interval "
    )


def test_distances_below_the_whole_sample_are_said_to_be_below(cpi):
    whole = inference.compare_columns(cpi, "castillo_positive", relation="within")
    text = show.whole_sentence(cpi, whole, confidence_level=0.95).text
    assert "is that of Rural for “Nothing stands out”: 8.3%, 17.6 points below the 25.9% of all" in text


def test_columns_that_share_interviews_are_only_told_apart_whatever_they_share(cpi, harbour):
    shared = inference.compare_columns(cpi, "vote_intention", relation="overlapping")
    text = show.overlap_sentence(cpi, shared).text
    hold = shared["verdict"].isin(["higher", "lower"]).sum()
    unsure = (shared["verdict"] == "depends on the overlap").sum()
    assert text.startswith(
        f"Of 40 comparisons of columns that share interviews, {hold} hold however many they share, and {unsure} depend "
    )
    none = inference.compare_columns(harbour, "vote", relation="overlapping")
    assert show.overlap_sentence(harbour, none).text.startswith(
        "No two columns of this poll are known to share"
    )
    assert show.overlap_table(harbour, none, **JUDGED).html == ""


def test_what_would_overturn_a_finding_is_said_of_the_largest_and_the_frailest(cpi, two_columns):
    def sentence(poll, question):
        compared = inference.compare_columns(poll, question)
        return show.tipping_sentence(poll, inference.tipping_points(compared), design_effect=1.0).text

    # z = 0.257 / 0.02860 = 8.98, and 3.227 is the critical value of 0.05 / 40.
    assert sentence(cpi, "vote_intention").startswith(
        "The largest, “Pedro Castillo (Perú Libre)” in Interior over Lima and Callao, would be gone with a design effect of "
        "7.8 instead of 1, or if 16.7 of its 25.7 points were an error in its favour. The frailest, "
    )
    assert sentence(two_columns(30, 31), "q") == "No difference holds, so there is nothing to overturn."


def test_the_summary_names_answers_that_differ_and_one_that_does_not(cpi, two_columns, valle):
    compared = inference.compare_columns(cpi, "vote_intention")
    assert show.comparison_summary(cpi, compared).text.endswith(
        "and “Undecided”. For one, “Does not intend to vote”, no column can be told from another."
    )
    alike = two_columns(30, 31)
    assert show.comparison_summary(alike, inference.compare_columns(alike, "q")).text == (
        "For no answer of this table can one column be told from another."
    )
    nothing = show.comparison_summary(valle, inference.compare_columns(valle, "approval")).text
    assert nothing.startswith("Nothing can be said")


def test_the_answer_in_spanish(cpi, spanish):
    assert headline(answer(cpi, "vote_intention")) == (
        "De 40 diferencias entre columnas, 9 se sostienen; la mayor es la de «Pedro Castillo - Perú Libre», con un "
        "porcentaje mayor en Interior del País (45.0%) que en Lima y Callao (19.3%), por 25.7 puntos (intervalo al 95%: "
        "de 16.9 a 33.6 puntos; efecto de diseño 1)."
    )


def test_long_labels_are_cut_where_their_wordings_end(cpi, spanish):
    assert brief_answer(cpi, "vote_intention", "blank_null") == "Votará blanco/viciado"
    assert brief_answer(cpi, "castillo_negative", "terrorism") == "Tiene acusaciones de terrorismo …"
    assert len(brief_answer(cpi, "castillo_negative", "venezuela", width=20)) <= 20


# Tables


def test_letters_stand_where_a_share_exceeds_that_of_a_column_of_its_group(cpi):
    compared = inference.compare_columns(cpi, "vote_intention")
    shown = show.letters_table(cpi, inference.published_intervals(cpi, "vote_intention"), compared, **JUDGED)
    letters = dict(zip([s for s in cpi.segments.ids if s != "total"], "ABCDEFGH", strict=True))
    expected = {}
    for row in compared[compared["verdict"].isin(["higher", "lower"])].itertuples():
        above, below = (
            (row.segment_a, row.segment_b) if row.verdict == "higher" else (row.segment_b, row.segment_a)
        )
        expected.setdefault((row.answer, above), set()).add(letters[below])
    found = {(n["answer"], n["segment"]): set(n["letters"]) for n in shown.numbers if "letters" in n}
    assert found == expected
    assert 'class="pt-letters">CF<' in shown.html
    assert "A Lima and Callao; B Interior; C Northern Coast and Highlands" in shown.html
    assert "1,200" in shown.html


def test_a_table_without_partition_has_no_letters_and_says_so(valle):
    intervals = inference.published_intervals(valle, "approval")
    shown = show.letters_table(valle, intervals, inference.compare_columns(valle, "approval"), **JUDGED)
    assert "so there are no letters" in shown.html
    assert 'class="pt-letters"' not in shown.html
    assert "<script" not in shown.html


def test_small_bases_are_greyed_and_their_base_is_named(cpi):
    compared = inference.compare_columns(cpi, "vote_certainty")
    shown = show.letters_table(cpi, inference.published_intervals(cpi, "vote_certainty"), compared, **JUDGED)
    assert (
        shown.html.count("pt-few")
        == (inference.published_intervals(cpi, "vote_certainty")["flag"] == "too few").sum()
    )
    assert "indented rows, those who gave the answer above them" in shown.html


def test_differences_from_the_whole_carry_their_sign_and_their_verdict(cpi):
    whole = inference.compare_columns(cpi, "vote_intention", relation="within")
    shown = show.whole_table(cpi, whole, **JUDGED)
    assert '−16.2<span class="pt-verdict">lower</span>' in shown.html
    assert '+26.0<span class="pt-verdict">higher</span>' in shown.html
    assert "not distinguishable</span>" not in shown.html


def test_whole_questions_are_tested_where_that_can_be_done(cpi, valle):
    shown = show.alike_table(cpi, inference.question_tests(cpi, "vote_intention"), design_effect=1.0)
    assert "below 0.1%*" in shown.html  # a smallest expected count of 3.74
    assert "Lima and Callao / Interior" in shown.html
    for poll, question in ((cpi, "reasons_castillo"), (valle, "approval")):
        none = show.alike_table(poll, inference.question_tests(poll, question), design_effect=1.0)
        assert none.text.startswith("No such test is made here")


# Figures


def chart(poll, question):
    return show.comparison_chart(poll, inference.compare_columns(poll, question), **JUDGED)


@pytest.mark.parametrize("extra", ["", LONG])
@pytest.mark.parametrize("question", ["vote_intention", "castillo_negative"])
def test_nothing_in_the_drawings_is_cut_off_overlaid_or_too_small(cpi, question, extra, monkeypatch):
    drawn = keep_figures(monkeypatch, comparisons)
    segments = tuple(replace(segment, label_en=segment.label_en + extra) for segment in cpi.segments)
    asked = cpi.question(question)
    answers = tuple(replace(answer, label_en=answer.label_en + extra) for answer in asked.answers)
    questions = tuple(replace(asked, answers=answers) if q.id == question else q for q in cpi.questions)
    poll = replace(cpi, segments=replace(cpi.segments, items=segments), questions=questions)
    compared = inference.compare_columns(poll, question)
    show.comparison_chart(poll, compared, **JUDGED)
    show.comparison_picture(poll, compared)
    assert len(drawn) == 2
    for figure in drawn:
        assert_readable(figure)


def test_a_figure_is_the_same_again_has_no_stray_colour_and_speaks_for_itself(cpi):
    first, second = (chart(cpi, "vote_intention") for _ in range(2))
    assert first.html == second.html
    assert not re.search(r"(?<!,)#[0-9a-f]{6}", re.search(r"<svg.*</svg>", first.html, re.DOTALL).group())
    assert "Interior over Lima and Callao 25.7 points, higher" in first.html
    assert "The 20 largest; the other 20 are in the CSV." in first.html
    assert len(first.numbers) == 40


def test_differences_without_a_base_are_drawn_without_intervals(two_columns):
    shown = chart(two_columns(20, 80, base="part"), "q")
    assert "No intervals: nothing here can be tested." in shown.html
    assert shown.html.count("<svg") == 1


def test_nothing_is_drawn_where_nothing_is_compared(valle):
    assert chart(valle, "approval").html == ""


def test_labels_are_broken_by_their_width():
    assert fitted("iiiiiiiiii iiiiiiiiii", 1.0, size=8) == "iiiiiiiiii iiiiiiiiii"
    assert fitted("WWWWWWWWWW WWWWWWWWWW", 1.0, size=8).count("\n") >= 1
    assert fitted("Donaudampfschifffahrtsgesellschaft", 1.0, size=8).replace("\n", "") == (
        "Donaudampfschifffahrtsgesellschaft"
    )
    assert fitted("", 1.0, size=8) == ""


# The notebook


@pytest.mark.parametrize(
    ("poll", "question", "language"), [("harbour-2030-05", "vote", "es"), ("valle-2031-02", "", "en")]
)
def test_the_notebook_runs_for_polls_that_lack_much(poll, question, language, tmp_path):
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


def test_a_finding_whose_interval_reaches_zero_is_said_to_hold_only_just(cpi):
    judged = {"confidence_level": 0.95, "adjustment": "holm", "design_effect": 1.0}
    compared = inference.compare_columns(cpi, "fujimori_positive", **judged)
    assert (compared.loc[compared["verdict"].isin(["higher", "lower"]), "low_together"] < 0).all()
    assert "one holds" in (text := show.comparison_answer(cpi, compared, **judged).text)
    assert "It holds only just" in text
    compared = inference.compare_columns(cpi, "vote_intention", **judged)
    assert "only just" not in show.comparison_answer(cpi, compared, **judged).text

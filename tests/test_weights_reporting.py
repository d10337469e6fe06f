"""Sentences, tables and figures of notebooks 04 and 05, for real, made-up and constructed polls."""

import itertools
import re
from dataclasses import replace

import pandas as pd
import papermill
import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis import estimates as inference
from analysis import show
from analysis.paths import project_root
from analysis.polls import PUBLISHED, load_target, load_targets
from analysis.show.charts import outlines, totals
from analysis.show.charts import weights as weights_charts
from analysis.show.charts.drawing import STYLE, figure_svg
from analysis.show.display import rows_of
from analysis.show.phrases import bounds, capitalised
from analysis.show.wording.totals import lead_words

NOTEBOOKS = project_root() / "notebooks"
DATA = project_root() / "tests" / "data"


@pytest.fixture(scope="module")
def roll():
    return load_target("electoral-roll-2021")


@pytest.fixture(scope="module")
def published():
    return load_target(PUBLISHED)


@pytest.fixture(scope="module")
def weights(cpi, roll):
    return inference.partition_weights(cpi, target=roll)


@pytest.fixture(scope="module")
def result(cpi, roll):
    return inference.reweight(cpi, "vote_intention", roll, load_targets())


def headline(shown):
    return re.search(r'pt-headline">(.*?)</p>', shown.html).group(1)


@pytest.mark.parametrize(
    ("low", "high", "decimals", "expected"),
    [
        (0.29867, 0.30909, 1, "29.8–31.0%"),
        (0.36, 0.37, 1, "36.0–37.0%"),
        (0.0, 1.0, 1, "0.0–100.0%"),
        (0.3673891, 0.3735409, 2, "36.73–37.36%"),
        (1 / 3, 1 / 3, 0, "33–34%"),
    ],
)
def test_certain_intervals_are_rounded_outwards(low, high, decimals, expected):
    assert bounds(low, high, decimals) == expected


def test_only_the_first_letter_of_a_sentence_is_a_capital():
    assert [capitalised(words) for words in ("", "votes cast in Peru")] == ["", "Votes cast in Peru"]


# Weights


def test_the_answer_names_the_weight_and_what_the_population_would_give(cpi, weights, roll):
    assert headline(show.weights_answer(cpi, weights, roll)) == (
        "The weight of Lima and Callao in the sample was 36.7–37.4%; no other agrees with the printed figures. "
        "By “Electoral roll 2021, residents of Peru” it would be 34.5%: the sample gives it more than its share."
    )


def test_without_a_population_nothing_is_compared(cpi, published):
    weights = inference.partition_weights(cpi, target=published)
    shown = show.weights_answer(cpi, weights, published)
    assert headline(shown).endswith("no other agrees with the printed figures.")
    assert "share" not in shown.text
    text = show.population_sentence(cpi, weights, published, confidence_level=0.95).text
    assert text == "No population was given to hold the weights against."


def test_several_parts_are_named_and_what_is_open_is_said_to_be(harbour, roll):
    weights = inference.partition_weights(harbour, target=roll)
    shown = show.weights_answer(harbour, weights, roll)
    assert headline(shown).startswith("The printed figures leave open how large the parts of the sample were")
    assert "18–34 25.0%, 35–59 43.6% and 60+ 31.4%, which agrees with" in shown.text
    assert (
        "has no counts for the parts"
        in show.population_sentence(harbour, weights, roll, confidence_level=0.95).text
    )
    narrow = weights.assign(low=[0.2, 0.4, 0.3], high=[0.21, 0.41, 0.31], population=[0.3, 0.4, 0.3])
    narrow["verdict"] = ["less than its share", "its share", "its share"]
    assert headline(show.weights_answer(harbour, narrow, roll)) == (
        "The weights in the sample were 18–34 20.0–21.0%, 35–59 40.0–41.0% and 60+ 30.0–31.0%; no others agree with the "
        "printed figures. By “Electoral roll 2021, residents of Peru” they would be 18–34 30.0% (less than its share), "
        "35–59 40.0% (its share) and 60+ 30.0% (its share)."
    )
    # 25.0, 43.6 and 31.4 % of the interviews lie outside all of these.
    assert (
        "were weighted up or down: 18–34, 35–59 and 60+." in show.weights_answer(harbour, narrow, roll).text
    )


def test_a_poll_without_partitions_is_told_so_once(valle, roll):
    weights = inference.partition_weights(valle, target=roll)
    assert "No columns of this poll are declared" in headline(show.weights_answer(valle, weights, roll))
    outlines = inference.weight_outlines(valle)
    for shown in (
        show.weights_chart(valle, weights, roll),
        show.outlines_chart(valle, weights, outlines, roll),
        show.population_sentence(valle, weights, roll, confidence_level=0.95),
        show.contradictions_sentence(valle, weights, inference.partition_contradictions(valle)),
        show.proof_sentence(valle, weights),
        show.weights_summary(valle, weights),
    ):
        assert shown.text == "There are no weights to show here."
    for shown in (
        show.weights_picture(valle, weights, roll),
        show.weights_table(valle, weights, roll),
        show.row_weights_chart(valle, inference.row_weights(valle), weights),
        show.contradictions_table(valle, inference.partition_contradictions(valle)),
    ):
        assert shown.html == ""
    assert "no row by itself says much" in show.row_weights_sentence(valle, inference.row_weights(valle)).text


def test_columns_that_no_weights_explain_are_said_to_be(cpi, weights, roll):
    nothing = weights.assign(weight=float("nan"), low=float("nan"), high=float("nan"))
    assert headline(show.weights_answer(cpi, nothing, roll)).startswith("No weights at all turn the printed")


def test_rows_that_have_nothing_in_common_are_said_not_to(cpi):
    rows = inference.row_weights(cpi)
    text = show.row_weights_sentence(cpi, rows).text
    assert text.startswith(
        "Each of 5 printed rows leaves a range for the weight of Lima and Callao, from 36.5–37.4% (“P"
    )
    assert text.endswith("what they have in common is 36.5–37.4%.")
    apart = rows.assign(low=[0.1, 0.3, 0.1, 0.1, 0.1], high=0.2)
    assert "they have no weight in common." in show.row_weights_sentence(cpi, apart).text
    assert show.row_weights_sentence(cpi, rows.iloc[:1]).text.startswith("One printed row leaves a range")


def test_contradictions_are_named_and_counted(cpi, weights):
    rows = inference.partition_contradictions(cpi)
    text = show.contradictions_sentence(cpi, weights, rows).text
    assert text.startswith(f"{len(rows)} totals of open questions do not follow")
    one = show.contradictions_sentence(cpi, weights, rows.iloc[:1]).text
    assert one.startswith("One total of an open question does not follow")
    assert "they are off by 0.07 points, the worst, “Other answers”, by 0.07 points" in one
    none = show.contradictions_sentence(cpi, weights, rows.iloc[:0]).text
    assert none == "No printed total of an open question contradicts these weights."
    table = show.contradictions_table(cpi, rows)
    assert table.html.count("<tr>") == 13
    assert "The 12 farthest off are shown" in table.html
    assert len(table.numbers) == len(rows)


def test_departures_from_the_population_are_counted_and_set_beside_chance(cpi, weights, roll):
    text = show.population_sentence(cpi, weights, roll, confidence_level=0.95).text
    assert text.startswith(
        "Of 6 parts that can be compared, one has its share of the population in the sample."
    )
    assert "Farthest from it is Lima and Callao, with 36.7–37.4% instead of 34.5%." in text
    assert "whose zone is unknown" in text
    # The point between the bounds of the central highlands lies 0.18 points from the roll, all others farther.
    one = show.population_sentence(cpi, weights.assign(chance=0.002), roll, confidence_level=0.95).text
    assert "One of the weights is as near" in one
    far = weights.assign(chance=1e-6)
    assert (
        "None of the weights is as near"
        in show.population_sentence(cpi, far, roll, confidence_level=0.9).text
    )


# Totals


def test_the_answer_names_total_lead_interval_and_verdict(cpi, result):
    shown = show.total_answer(cpi, result)
    assert headline(shown) == (
        "With segments as large as in “Electoral roll 2021, residents of Peru”, Pedro Castillo (Perú Libre) has 36.1% "
        "(33.4–38.9%) instead of the printed 35.5%, 13.2 points more than Keiko Fujimori (Fuerza Popular) (8.9 to 17.5, "
        "95% confidence): ahead."
    )
    assert "Ahead: the interval of the lead leaves out zero" in shown.text


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        ("statistical tie", "statistical tie"),
        ("depends on rounding", "depends on rounding"),
        ("too few interviews", "too few interviews"),
        ("depends on the overlap", "depends on the overlap"),
    ],
)
def test_every_verdict_has_its_rule_beside_it(cpi, result, verdict, word):
    other = replace(result, leads=result.leads.assign(verdict=verdict))
    text = show.total_answer(cpi, other).text
    assert f"95% confidence): {word}." in text
    assert f"{capitalised(word)}: " in text
    assert "ahead" not in text


def test_a_lead_the_other_way_names_the_other_first(cpi, result):
    lead = rows_of(result.leads.assign(lead=-0.02, low=-0.05, high=0.01, verdict="behind"))[0]
    assert lead_words(cpi, result, lead) == (
        "Keiko Fujimori (Fuerza Popular) has 2.0 points more than Pedro Castillo (Perú Libre) (−1.0 to 5.0, 95% "
        "confidence): ahead"
    )


def test_a_target_that_does_not_fit_is_said_not_to(harbour, valle, roll, published):
    refused = "“Electoral roll 2021, residents of Peru” has no counts for the segments of this poll."
    result = inference.reweight(harbour, "vote", roll, load_targets())
    text = headline(show.total_answer(harbour, result))
    assert text.startswith(f"{refused} With the weights that the printed figures imply, Lindqvist has 41.2%")
    assert "RENIEC" not in show.total_text(harbour, result).text
    nothing = inference.reweight(valle, "approval", published)
    text = headline(show.total_answer(valle, nothing))
    assert text.startswith("No columns of this poll make up the whole")
    assert "As printed, “Does not approve” has 55.1% (52.0–58.1%), 16.7 points more than “Approves”" in text
    assert show.segment_shift_chart(valle, nothing).html == ""
    assert show.segment_shift_table(valle, nothing).html == ""
    assert "no size to be found" in show.break_even_sentence(valle, nothing).text
    assert "cannot be told apart" in show.weight_error_sentence(valle, nothing).text
    assert "nothing can be said to have moved" in show.totals_sentence(valle, nothing).text
    assert show.total_summary(valle, nothing).text.startswith("There is one set of weights")


def test_a_question_put_to_some_has_no_interval_and_no_test(valle, published):
    result = inference.reweight(valle, "problems", published)
    text = headline(show.total_answer(valle, result))
    assert text.endswith("13.5 points more than “Roads”, which cannot be tested (base unknown).")
    assert "nan" not in show.totals_chart(valle, result).html
    assert "nan" not in show.totals_table(valle, result).html + show.leads_table(valle, result).html


def test_no_lead_is_no_headline_about_one(cpi, result):
    without = replace(result, leads=pd.DataFrame(), segments=pd.DataFrame())
    assert "none leads" in headline(show.total_answer(cpi, without))
    assert show.total_picture(cpi, without).html == show.leads_table(cpi, without).html == ""
    assert show.total_summary(cpi, without).text == "No lead can be stated under any weights."


def test_a_target_of_votes_carries_its_warning_wherever_it_stands(cpi, result):
    warned = "counts abstention twice"
    assert warned in show.total_text(cpi, result).text
    votes = load_target("votes-cast-2021-06-06")
    alone = inference.reweight(cpi, "vote_intention", votes)
    assert show.total_text(cpi, alone).text.count(warned) == 1
    people = inference.reweight(cpi, "vote_intention", load_target("electoral-roll-2021"))
    assert warned not in show.total_text(cpi, people).text


def test_which_segment_moves_the_lead_and_which_could_make_a_tie(cpi, result, published):
    text = show.segment_shift_sentence(cpi, result).text
    assert text.startswith("Northern Coast and Highlands moves the lead most: it has 27.7% of the population")
    text = show.break_even_sentence(cpi, result).text
    assert text == (
        "For a tie, Lima and Callao would have to be 67.8% of the whole; with these weights it is 34.5%. No other segment "
        "could bring a tie about."
    )
    never = replace(result, segments=result.segments.assign(break_even=float("nan")))
    assert show.break_even_sentence(cpi, never).text.startswith("No one segment, however large or small")
    several = replace(result, segments=result.segments.assign(break_even=0.5))
    assert "4 other segments could bring a tie about" in show.break_even_sentence(cpi, several).text
    own = inference.reweight(cpi, "vote_intention", published)
    assert "no segment grows or shrinks" in show.segment_shift_sentence(cpi, own).text


def test_the_summary_says_whether_the_verdict_depends_on_the_weights(cpi, result):
    assert "the verdict is the same under all weights" in show.total_summary(cpi, result).text
    leads = result.leads.assign(verdict=["statistical tie", "ahead", "ahead", "ahead"])
    text = show.total_summary(cpi, replace(result, leads=leads)).text
    assert "the verdict depends on the weights (total as printed: statistical tie, 12.4 points;" in text


# Figures


def drawings(cpi, weights, roll, result):
    return [
        show.row_weights_chart(cpi, inference.row_weights(cpi), weights),
        show.weights_chart(cpi, weights, roll),
        show.weights_picture(cpi, weights, roll),
        show.outlines_chart(cpi, weights, inference.weight_outlines(cpi), roll),
        show.totals_chart(cpi, result),
        show.total_picture(cpi, result),
        show.segment_shift_chart(cpi, result),
    ]


@pytest.fixture
def drawn(monkeypatch):
    """Keep every figure that is drawn."""
    figures = []

    def keep(figure):
        figures.append(figure)
        return figure_svg(figure)

    for chart in (outlines, totals, weights_charts):
        monkeypatch.setattr(chart, "figure_svg", keep)
    return figures


def written(figure):
    """Every text of a figure with the rectangle it fills."""
    canvas = FigureCanvasAgg(figure)
    with rc_context(STYLE):
        canvas.draw()
    beyond = set()  # labels of ticks that matplotlib keeps outside the axes and does not draw
    for axis in (axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)):
        low, high = sorted(axis.get_view_interval())
        beyond |= {
            label
            for tick in axis.get_major_ticks()
            if not low <= tick.get_loc() <= high
            for label in (tick.label1,)
        }
    return [
        (text, text.get_window_extent(canvas.get_renderer()))
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and text not in beyond
    ]


@pytest.mark.parametrize(
    "extra", ["", " of the united federations of the far north and of the islands beside it"]
)
def test_nothing_in_a_drawing_is_cut_off_overlaid_or_unreadably_small(
    cpi, weights, roll, result, extra, drawn
):
    segments = tuple(replace(segment, label_en=segment.label_en + extra) for segment in cpi.segments)
    vote = cpi.question("vote_intention")
    answers = tuple(replace(answer, label_en=answer.label_en + extra) for answer in vote.answers)
    questions = (replace(vote, answers=answers), *cpi.questions[1:])
    poll = replace(cpi, segments=replace(cpi.segments, items=segments), questions=questions)
    assert len(drawings(poll, weights, roll, result)) == len(drawn)
    for figure in drawn:
        boxes = written(figure)
        assert len(boxes) > 3
        for text, box in boxes:
            assert text.get_fontsize() >= 8, text
            assert box.x0 >= -1, text
            assert box.x1 <= figure.bbox.x1 + 1, text
            assert box.y0 >= -1, text
            assert box.y1 <= figure.bbox.y1 + 1, text
        for (one, first), (other, second) in itertools.combinations(boxes, 2):
            across = min(first.x1, second.x1) - max(first.x0, second.x0)
            down = min(first.y1, second.y1) - max(first.y0, second.y0)
            assert across <= 1 or down <= 1, (one.get_text(), other.get_text())


def test_drawings_are_the_same_again_and_speak_without_being_seen(cpi, weights, roll, result):
    for one, other in zip(*(drawings(cpi, weights, roll, result) for _ in range(2)), strict=True):
        assert one.html == other.html
        assert not re.search(r"(fill|stroke): #(?!\w+\))", one.html)
        assert len(re.search(r'<svg role="img" aria-label="([^"]+)"', one.html).group(1)) > 50
    assert (
        "Lima and Callao: 36.7–37.4%, in the population 34.5%" in show.weights_chart(cpi, weights, roll).html
    )


# Notebooks


@pytest.mark.parametrize(
    ("notebook", "parameters"),
    [
        ("04-implied-weights", {"poll": "harbour-2030-05", "language": "es"}),
        ("04-implied-weights", {"poll": "valle-2031-02", "target": "published"}),
        ("05-national-totals", {"poll": "harbour-2030-05", "question": "vote"}),
        ("05-national-totals", {"poll": "valle-2031-02", "question": "problems", "language": "es"}),
    ],
)
def test_the_notebook_runs_for_polls_that_lack_much(notebook, parameters, tmp_path):
    executed = papermill.execute_notebook(
        str(NOTEBOOKS / f"{notebook}.ipynb"),
        str(tmp_path / "out.ipynb"),
        parameters={**parameters, "poll": str(DATA / parameters["poll"])},
        progress_bar=False,
    )
    (answer,) = (cell for cell in executed.cells if "answer" in cell.metadata.get("tags", []))
    assert "pt-headline" in answer.outputs[0].data["text/html"]
    for cell in executed.cells:
        for output in cell.get("outputs", []):
            assert output.output_type in {"execute_result", "display_data"}, output
            assert not re.search(r"\bnan\b|<NA>", output.data["text/html"])

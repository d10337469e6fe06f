"""The report on the other polls of a race: its sentences, tables and figures."""

import re
from dataclasses import replace

import nbformat
import numpy as np
import pandas as pd
import pytest

from analysis import estimates as inference
from analysis import show
from analysis.paths import project_root
from analysis.polls import load_race_and_result
from analysis.show.charts.race import _places
from analysis.show.language import set_language
from analysis.show.reading_names import (
    reading_days,
    reading_name,
    reading_note,
)

OPTIONS = {"confidence_level": 0.95, "design_effect": 1.0}
NOTEBOOK = project_root() / "notebooks" / "09-other-polls.ipynb"
MADE_UP = project_root() / "tests" / "data"


@pytest.fixture(scope="module")
def race_and_result():
    return load_race_and_result("peru-2021-runoff")


@pytest.fixture(scope="module")
def race(race_and_result):
    return race_and_result[0]


@pytest.fixture(scope="module")
def result(race_and_result):
    return race_and_result[1]


@pytest.fixture(scope="module")
def leads(race, result, cpi):
    return inference.reading_leads(race, result, poll=cpi)


@pytest.fixture
def spanish():
    set_language("es")
    yield
    set_language("en")


def answer(poll, race, *, days=7):
    leads = inference.reading_leads(race, poll=poll)
    peers = inference.compare_with_peers(leads, days=days)
    return show.peers_answer(poll, race, leads, peers, days=days, **OPTIONS)


def marked(race, reading, poll, **cells):
    """A race in which another reading is that of the poll, and some of its cells are changed."""
    readings = race.readings.copy()
    readings["poll"] = np.where(readings["reading"] == reading, poll.id, "")
    for column, value in cells.items():
        readings.loc[readings["reading"] == reading, column] = value
    return replace(race, readings=readings)


def headline_of(shown):
    return re.search(r'pt-headline">(.*?)</p>', shown.html).group(1)


def test_the_headline_names_lead_interval_and_verdict(cpi, race):
    assert headline_of(answer(cpi, race)) == (
        "CPI had Castillo ahead of Fujimori by 21.2 points in valid votes (95% interval: 13.9 to 28.4 points); its lead is "
        "not distinguishable from that in any of the 3 other readings that ended within 7 days of this poll."
    )


def test_the_headline_agrees_with_one_reading_and_with_none(cpi, race):
    same_day = headline_of(answer(cpi, race, days=0))
    assert same_day.endswith(
        "its lead is lower than in the one other reading that ended on the same day as this poll."
    )
    alone = replace(race, readings=race.readings[race.readings["reading"] == "cpi_0421"])
    shown = answer(cpi, alone, days=1)
    assert headline_of(shown).endswith("no other reading of the race ended within one day of this poll.")
    assert "<svg" not in shown.html


def test_a_tie_is_called_a_tie_and_what_differs_is_counted(cpi, race):
    text = headline_of(answer(cpi, marked(race, "cpi_0514", cpi)))
    assert text.startswith(
        "CPI had Castillo 2.7 points before Fujimori in valid votes, statistical tie (95% interval: −3.3 to 8.7 points); "
    )
    text = headline_of(answer(cpi, marked(race, "iep_0421", cpi)))
    assert text.endswith(
        "; its lead is left open by rounding against 2 and higher than in one of the 3 other readings that ended within 7 "
        "days of this poll."
    )


def test_somebody_else_leads(cpi, race):
    turned = marked(race, "cpi_0421", cpi, castillo=0.2, fujimori=0.3)
    assert headline_of(answer(cpi, turned)).startswith("CPI had Fujimori ahead of Castillo by 20.0 points")
    assert "lead of Fujimori over Castillo" in answer(cpi, turned).html


def test_a_poll_of_unknown_size_has_a_lead_and_no_interval(cpi, race):
    unknown = marked(race, "ipsos_0430", cpi)
    shown = answer(cpi, unknown)
    assert "Castillo 11.7 points ahead of Fujimori in valid votes (no interval: base unknown)" in shown.text
    assert "; its lead is not to be tested against any of the " in headline_of(shown)


def test_a_poll_outside_the_race_and_a_poll_without_a_race(cpi, harbour, race):
    text = headline_of(answer(harbour, race))
    assert text.startswith(
        "None of the 23 readings in “Polls of the second round of Peru&#x27;s 2021 presidential election"
    )
    assert "is this poll (Made-up Research, 31 May – 2 June 2030)" in text
    assert headline_of(answer(cpi, None)) == (
        "No race was given, so that this poll of CPI is not held against any other."
    )


def test_spanish_says_the_same(cpi, race, spanish):
    assert headline_of(answer(cpi, race)) == (
        "CPI daba a Castillo una ventaja de 21.2 puntos sobre Fujimori en votos válidos (intervalo al 95%: de 13.9 a 28.4 "
        "puntos); su ventaja es indistinguible de la de cualquiera de las otras 3 mediciones que terminaron a no más de 7 "
        "días de esta encuesta."
    )
    assert reading_note(race, "cit_0528_valid") == "solo en una copia de Wikipedia"


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2021-04-18", "2021-04-21", "18–21 Apr"),
        ("2021-04-30", "2021-05-02", "30 Apr – 2 May"),
        ("2021-05-14", "2021-05-14", "14 May"),
        (None, "2021-05-30", "to 30 May"),
    ],
)
def test_days_of_a_reading_are_written_in_short(first, last, expected):
    assert reading_days(pd.Timestamp(first) if first else pd.NaT, pd.Timestamp(last)) == expected


def test_a_simulated_ballot_is_named_as_one(leads):
    names = {row.reading: reading_name(row) for row in leads.itertuples()}
    assert names["ipsos_0514"] == "Ipsos, 13–14 May"
    assert names["ipsos_0514_sim"] == "Ipsos, 13–14 May, simulated"
    assert len(set(names.values())) == 23


def test_gaps_are_counted(race, leads):
    text = show.reading_gaps_sentence(race, leads).text
    assert text.startswith("Of 23 readings, 17 say how many people were interviewed. For 3 more")
    assert "One gives shares of valid votes alone" in text
    assert "Of 3 the first day of fieldwork is unknown." in text
    complete = leads[leads["reading"].isin(["iep_0421", "cpi_0421"])]
    assert (
        show.reading_gaps_sentence(race, complete).text
        == "Of 2 readings, 2 say how many people were interviewed."
    )


def test_changes_are_named_with_their_days_and_counted(leads):
    text = show.pollster_changes_sentence(leads, inference.same_pollster_changes(leads)).text
    assert "Of 11 changes that can be tested, 2 are more than chance: " in text
    assert "CPI, 18–21 Apr → 6–8 May (−17.8 points)" in text
    few = leads[leads["pollster"] == "CPI"]
    text = show.pollster_changes_sentence(few, inference.same_pollster_changes(few)).text
    assert text.startswith("Of 2 changes that can be tested, one is more than chance: CPI, 18–21 Apr")
    one = leads[leads["reading"].isin(["cpi_0508", "cpi_0514"])]
    text = show.pollster_changes_sentence(one, inference.same_pollster_changes(one)).text
    assert text == "Of one change that can be tested, none is more than chance."
    none = leads[leads["reading"] == "cpi_0508"]
    text = show.pollster_changes_sentence(none, inference.same_pollster_changes(none)).text
    assert text == "No pollster has two readings that can be tested against each other."


def test_pairs_of_pollsters_are_counted_whether_they_differ_or_not(race, leads):
    pairs = inference.compare_pollsters(leads)
    assert show.pollsters_sentence(leads, pairs, days=7).text == (
        "Of 21 pairs of readings by different pollsters, 7 days apart at most, one differs by more than chance: "
        "IEP, 17–21 Apr, is 16.7 points above Ipsos, 15–16 Apr."
    )
    shown = show.pollsters_table(race, leads, pairs, **OPTIONS)
    assert "15 pairs that differ less are not shown." in shown.text
    alike = pairs[pairs["verdict"] == "not distinguishable"].head(1)
    assert show.pollsters_sentence(leads, alike, days=1).text == (
        "Of one pair of readings by different pollsters, one day apart at most, none differs by more than chance."
    )
    assert "ended so close to each other" in show.pollsters_sentence(leads, pairs.iloc[:0], days=7).text


def test_the_result_is_read_with_days_and_total_error(race, result, leads):
    against = inference.readings_against_result(leads, result)
    text = show.readings_result_sentence(race, result, leads, against).text
    assert "Of 19 readings with an interval, 12 held it inside the interval, 2 only inside twice" in text
    assert (
        "This poll ended 46 days before the vote, and its lead was 20.9 points above the official one."
        in text
    )
    assert "That is 10.5 points in a share, 3.0 times the 3.5 points" in text
    assert "CIT, 27–28 May: −1.7" in text
    nobody = replace(result, proclaimed={"votes_cast": 10})
    unknown = inference.readings_against_result(leads, nobody)
    assert "no official result" in show.readings_result_sentence(race, nobody, leads, unknown).text
    assert "no official result" in show.readings_result_sentence(race, None, leads, against.iloc[:0]).text


def test_a_poll_below_the_result_is_said_to_be_below(race, result, cpi):
    turned = marked(race, "cpi_0421", cpi, castillo=0.2, fujimori=0.3)
    leads = inference.reading_leads(turned, result, poll=cpi)
    against = inference.readings_against_result(leads, result)
    text = show.readings_result_sentence(turned, result, leads, against).text
    assert "The official lead of Fujimori over Castillo was −0.3 points" in text
    assert "20.3 points above the official one" in text
    low = marked(race, "cit_0528_valid", cpi)
    leads = inference.reading_leads(low, result, poll=cpi)
    text = show.readings_result_sentence(
        low, result, leads, inference.readings_against_result(leads, result)
    ).text
    assert "The official lead of Fujimori over Castillo was −0.3 points" in text
    assert "its lead was 1.7 points above the official one" in text


def test_the_summary_names_the_extremes(leads, result):
    changes = inference.same_pollster_changes(leads)
    against = inference.readings_against_result(leads, result)
    text = show.race_summary(leads, changes, against).text
    assert "runs from −1.4 (CIT, 27–28 May) to +31.7 points (IEP, 17–21 Apr)" in text
    assert "Within pollsters 2 changes are more than chance." in text
    without = show.race_summary(leads, changes.iloc[:0], against.iloc[:0]).text
    assert "No change within a pollster" in without
    assert "official lead" not in without


def test_tables_keep_gaps_marks_and_addresses(race, leads):
    table = show.readings_table(race, leads, **OPTIONS).html
    assert "<strong>CPI, 18–21 Apr</strong>" in table
    assert "≈1,225" in table
    sources = show.reading_sources_table(race, leads).html
    addresses = {address for row in race.readings["source"] for address in row.split()}
    assert all(address.replace("&", "&amp;") in sources for address in addresses)
    assert "<a " not in sources


def test_what_a_reading_quotes_is_shown_and_never_run(race, cpi):
    hostile = marked(
        race, "cpi_0421", cpi, pollster="<script>x</script> #'", note="<img src=x>", source="javascript:<b>"
    )
    leads = inference.reading_leads(hostile, poll=cpi)
    shown = [
        answer(cpi, hostile),
        show.readings_table(hostile, leads, **OPTIONS),
        show.reading_sources_table(hostile, leads),
        show.pollster_changes_sentence(leads, inference.same_pollster_changes(leads)),
    ]
    for one in shown:
        assert "<script" not in one.html
        assert "<img" not in one.html
        assert "<b>" not in one.html


def figures(poll, race, result, leads):
    shares = inference.reading_shares(race, leads)
    official = inference.official_shares(leads, result)
    against = inference.readings_against_result(leads, result)
    return (
        show.race_chart(poll, race, leads, shares, official, **OPTIONS),
        show.readings_result_chart(poll, race, result, leads, against, **OPTIONS),
    )


def test_figures_name_everybody_and_carry_no_stray_colour(cpi, race, result, leads):
    over_time, against = figures(cpi, race, result, leads)
    for pollster in ("Ipsos", "Datum", "IEP", "CPI", "CIT"):
        assert f">{pollster}<" in over_time.html
    assert ">this poll<" in over_time.html
    assert "CPI, 18–21 Apr: Castillo 60.6%, Fujimori 39.4%." in over_time.html
    assert ">result +0.3<" in against.html
    assert against.html.count(">+20.9<") == 1
    for shown in (over_time, against):
        assert not re.findall(r"(?<![,#&\w])#[0-9a-f]{6}(?!\))", shown.html)
    assert "Intervals: Wilson, design effect 1. Source: Polls of the second round" in over_time.text
    assert "Intervals: multinomial, design effect 1." in against.text
    again, _ = figures(cpi, race, result, leads)
    assert again.html == over_time.html


def test_nothing_that_is_written_in_a_figure_is_cut_off(cpi, race, result, leads):
    """Every text begins and ends inside the drawing, by the widths of the font it is drawn in."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import TextPath

    for shown in (*figures(cpi, race, result, leads), answer(cpi, race)):
        width = float(re.search(r'viewBox="0 0 ([\d.]+)', shown.html).group(1))
        texts = re.findall(
            r"<text style=\"([^\"]*)\"[^>]*?(?:x=\"([\d.-]+)\"[^>]*?)?"
            r"transform=\"(?:rotate\(-0[ \d.-]*\)|translate\(([\d.]+)[^\"]*\))\"[^>]*>([^<]+)<",
            shown.html,
        )
        assert texts
        for style, x, moved, text in texts:
            start = float(x or moved)
            weight = "bold" if "font-weight: 700" in style else "normal"
            font = FontProperties(family="DejaVu Sans", weight=weight)
            long = TextPath((0, 0), text, size=9, prop=font).get_extents().width
            anchor = re.search(r"text-anchor: (\w+)", style)
            before = {"middle": 0.5, "end": 1.0}.get(anchor.group(1) if anchor else "", 0.0)
            assert start - before * long > -1, text
            assert start + (1 - before) * long < width + 1, text


def test_neighbouring_dots_are_moved_apart_and_keep_their_order():
    days = pd.Series([0.0, 13.0, 13.0, 14.0, 14.0, 14.0, 30.0])
    places = _places(days)
    assert places[0] == 0
    assert places[-1] == 30
    assert min(np.diff(places)) > 0.799
    assert max(abs(np.array(places) - days)) < 1.5


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"poll": str(MADE_UP / "harbour-2030-05")}, "None of the 23 readings"),
        (
            {"poll": str(MADE_UP / "valle-2031-02"), "race": "", "language": "es"},
            "No se indicó ninguna contienda",
        ),
    ],
)
def test_the_notebook_runs_for_polls_that_the_race_lacks(tmp_path, parameters, expected):
    import papermill

    done = tmp_path / "done.ipynb"
    papermill.execute_notebook(NOTEBOOK, done, parameters=parameters, progress_bar=False, log_output=False)
    notebook = nbformat.read(done, as_version=4)
    (cell,) = (cell for cell in notebook.cells if "answer" in cell.metadata.get("tags", []))
    assert expected in cell.outputs[0]["data"]["text/plain"]

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.estimates import audit_poll, column_margins, published_intervals
from analysis.show import (
    audit_answer,
    bases_sentence,
    design_effect_sentence,
    findings_sentence,
    findings_table,
    interval_chart,
    precision_answer,
    precision_summary,
    sheet_table,
)
from analysis.show.display import numbers_of
from analysis.show.notes import fieldwork
from analysis.show.phrases import count, counted, interval, interviews, joined, level, percent, points


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (percent(0.0), "0.0%"),
        (percent(1.0), "100.0%"),
        (percent(float("nan")), "not published"),
        (points(0.01), "1.0 point"),
        (points(-0.0996), "-10.0 points"),
        (interval(0, 0.0005), "0.0–0.1%"),
        (interviews(1), "1 interview"),
        (interviews(0), "no interviews"),
        (counted(1.6, "no replies", "one reply", "# replies"), "2 replies"),
        (count(1234567), "1,234,567"),
        (level(0.999), "99.9%"),
        (joined([]), ""),
        (joined(["a"]), "a"),
        (joined(["a", "b"]), "a and b"),
    ],
)
def test_figures_are_written_as_readers_write_them(written, expected):
    assert written == expected


def test_days_of_fieldwork_are_written_without_repetition(cpi, harbour, valle):
    assert fieldwork(cpi) == "18–21 April 2021"
    assert fieldwork(harbour) == "31 May – 2 June 2030"
    assert fieldwork(valle) == "28 February 2031"


def test_the_audit_of_the_real_poll_names_its_two_findings(cpi):
    audit = audit_poll(cpi)
    assert (
        "868 figures in 8 tables; of 423 checks of figures and columns one by one, 2 fail."
        in audit_answer(cpi, audit).text
    )
    text = findings_sentence(cpi, audit).text
    assert "±2.8%, does not follow from 1,200 interviews at 95.5% confidence, which give ±2.89%" in text
    assert "One column does not add up (<em>Castillo: negative aspects</em>, Lima and Callao: 99.0)" in text


def test_what_the_pollster_did_not_say_is_said(cpi, harbour):
    assert (
        "Of what the AAPOR code of ethics asks for, it does not say how answers were weighted, how many people refused "
        "or were not found or how many interviews stand behind each column."
    ) in audit_answer(cpi, audit_poll(cpi)).text
    text = audit_answer(harbour, audit_poll(harbour)).text
    assert "who paid for the poll, whom it stands for" in text
    assert "behind each column" not in text


def test_a_poll_without_findings_is_said_to_have_none(harbour):
    audit = audit_poll(harbour)
    assert not audit["verdict"].str.startswith("inconsistent").any()
    assert findings_sentence(harbour, audit).text == "Nothing that can be checked contradicts anything else."


def test_a_gap_without_a_reason_is_a_finding_and_one_with_a_reason_is_not(valle):
    assert (
        findings_sentence(valle, audit_poll(valle)).text
        == "Figures are missing without a reason in <em>Approval</em>."
    )


def test_several_columns_that_do_not_add_up_agree_in_number(harbour):
    audit = audit_poll(harbour)
    audit.loc[audit["check"] == "single response", "verdict"] = "inconsistent"
    assert findings_sentence(harbour, audit).text.startswith(
        "4 columns do not add up (<em>Vote</em>, All: 100"
    )


def test_whoever_leads_is_named_first(harbour):
    intervals = published_intervals(harbour, "vote")
    text = precision_answer(harbour, intervals, 0.95, 1.0).text
    assert text.index("Lindqvist") < text.index("Okafor")
    assert "the 41% printed for “Lindqvist” is compatible with 37.6–44.4%" in text


def test_what_cannot_be_known_is_said_plainly(valle):
    intervals = published_intervals(valle, "problems")
    assert "none of these shares can be given an interval" in precision_answer(valle, intervals, 0.95, 1).text
    text = bases_sentence(valle, column_margins(valle), 0.95).text
    assert "behind Women and First vote &lt;script&gt;alert(1)&lt;/script&gt; was not published" in text
    assert "does not say how many places were visited" in design_effect_sentence(valle, pd.DataFrame()).text


def test_shares_on_too_few_interviews_are_counted(cpi):
    intervals = published_intervals(cpi, "vote_certainty")
    few = (intervals["flag"] == "too few").sum()
    assert (
        f"{few} shares of {len(intervals)} rest on too few interviews"
        in precision_answer(cpi, intervals, 0.95, 1).text
    )


def test_what_a_poll_prints_is_shown_and_never_run(valle):
    shown = interval_chart(valle, published_intervals(valle, "approval"), confidence_level=0.95)
    assert "<script" not in shown.html
    hostile = replace(valle.sheet.items[0], printed="<img src=x onerror=alert(1)>")
    poll = replace(valle, sheet=replace(valle.sheet, items=(hostile, *valle.sheet.items[1:])))
    html = sheet_table(poll).html
    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_a_figure_is_the_same_whenever_it_is_drawn_and_carries_no_stray_colour(cpi):
    intervals = published_intervals(cpi, "vote_intention")
    first, second = (interval_chart(cpi, intervals, confidence_level=0.95) for _ in range(2))
    assert first.html == second.html
    assert "var(--first,#0b62a8)" in first.html
    assert "highest 61.5% in Rural (interval 54.7–67.9%)" in first.html


def test_many_answers_are_cut_to_the_most_frequent_and_the_rest_is_mentioned(cpi):
    shown = interval_chart(cpi, published_intervals(cpi, "castillo_negative"), confidence_level=0.95)
    assert "The 6 most frequent answers; 5 more in the table." in shown.text


def test_numbers_leave_out_what_is_missing_and_are_rounded():
    rows = pd.DataFrame({"segment": ["a", "b"], "value": [1 / 3, np.nan], "low": [np.nan, 0.1]})
    assert numbers_of(rows) == ({"segment": "a", "value": 0.333333},)


def test_the_list_of_findings_names_places_as_readers_know_them(cpi):
    text = findings_table(cpi, audit_poll(cpi)).html
    assert "Multiple response · Castillo: negative aspects · Lima and Callao" in text


def test_the_summary_counts_wide_intervals_and_says_what_cannot_be_known(cpi, valle):
    intervals = published_intervals(cpi, "vote_intention")
    wide = (intervals["high"] - intervals["low"] > 0.1).sum()
    expected = (
        f"Of 45 printed shares, {wide} have an interval wider than 10 points, and none rests on too few"
    )
    assert precision_summary(intervals).text.startswith(expected)
    nothing = precision_summary(published_intervals(valle, "problems")).text
    assert nothing == "None of the printed shares can be given an interval, since their bases are unknown."
    some = precision_summary(published_intervals(valle, "approval")).text
    assert some.startswith("Of 7 printed shares, ")
    assert "For 4 shares no interval can be given." in some


def test_dollar_signs_in_a_label_are_no_formula(harbour):
    vote = harbour.question("vote")
    rich = replace(vote.answers[0], label_en="Earns $500 to $1000_000^{")
    poll = replace(harbour, questions=(replace(vote, answers=(rich, *vote.answers[1:])),))
    shown = interval_chart(poll, published_intervals(poll, "vote"), confidence_level=0.95)
    assert shown.html.count("Earns $500 to $1000_000^{") > 1


def test_closed_questions_without_any_weights_are_named_with_their_columns(cpi):
    audit = audit_poll(cpi)
    audit.loc[audit["segment"] == "interior from area", "verdict"] = "inconsistent"
    text = findings_sentence(cpi, audit).text
    assert "No weights at all turn the columns into the totals" in text
    assert "Interior from Urban and Rural" in text

"""What was published and whether it adds up, as a reader is told."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_poll import with_figures, write_poll
from notebook_cells import run_workings

from analysis import estimates, load_poll, show, stats
from analysis.polls.model import Doubt
from analysis.show.printed import disclosed


def told(poll, language="en"):
    audit = estimates.audit(poll)
    return show.published.answer(show.View(poll, language), audit), audit


def test_a_poll_that_agrees_says_so_and_a_gap_is_named(harbour, valle):
    agreeing, with_gap = told(harbour)[0].text, told(valle)[0].text
    assert agreeing.startswith(
        "Made-up Research’s 16 figures agree with one another wherever that can be checked."
    )
    assert "“Approval” (Women), where figures are missing without a reason." in with_gap
    assert "makes no other figure wrong" in with_gap


def test_gaps_are_told_from_faults_and_the_same_gap_is_listed_once(cpi):
    asked, columns = cpi.question("castillo_negative"), cpi.segments.ids[-3:]
    poll = with_figures(
        cpi, {(asked.id, one.id, column): None for one in asked.answers[1:] for column in columns}
    )
    shown, audit = told(poll)
    assert "5 fail, 3 of them because figures are missing without a reason. Farthest off:" in shown.text
    found = audit[audit["verdict"].eq("unexplained gap")]
    listed = show.published.findings_table(show.View(poll), found).text
    assert listed.count("3 segments") == 1
    assert cpi.segments[cpi.segments.ids[-1]].label_en not in listed
    # A column without any figure is none of that table.
    without = with_figures(poll, {(asked.id, asked.answers[0].id, column): None for column in columns})
    assert "missing without a reason" not in told(without)[0].text


def test_weights_that_cannot_be_hold_for_questions_put_to_everybody_alone(cpi):
    lima = {("castillo", "lima_callao"): "24.3", ("fujimori", "lima_callao"): "27.0"}
    figures = {
        (asked, *key): to for key, to in lima.items() for asked in ("vote_intention", "vote_certainty")
    }
    poll = with_figures(cpi, figures)
    doubted = replace(poll, unsure=(Doubt(about="questions, base", question="Who?", proposed="all"),))
    only = "only if every question was put to everybody"
    assert "whatever each part counts for" in told(poll)[0].text
    assert (only in told(poll)[0].text, only in told(doubted)[0].text) == (False, True)


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        (("50.0", "49.0"), "That is small"),
        (("50.0", "46.2"), "no less"),
        (("50.0", "30.0"), "That is serious"),
    ],
)
def test_how_serious_a_fault_is_follows_from_how_far_chance_reaches(tmp_path, shares, word):
    poll = write_poll(tmp_path, {"vote": {"yes": {"total": shares[0]}, "no": {"total": shares[1]}}}, n=1000)
    text = (tmp_path / "poll.toml").read_text("utf-8")
    sheet = '\n[[sheet.items]]\nid = "margin_of_error"\nlabel = "Margin"\nprinted = "3.1"\n'
    (tmp_path / "poll.toml").write_text(text.replace("\n[[segments]]", f"{sheet}\n[[segments]]", 1), "utf-8")
    poll = load_poll(tmp_path)
    assert word in told(poll)[0].text


def test_nets_means_and_bases_are_rows_of_the_printed_table(tmp_path):
    rows = {
        "good": {"total": "40.0"},
        "bad": {"total": "60.0"},
        ("all_good", "net", "", "good"): {"total": "40.0"},
        ("mark", "mean", "", "", "points 0–10"): {"total": "5.5"},
        ("asked", "unweighted_base"): {"total": "1000"},
    }
    poll = write_poll(tmp_path, {"vote": rows}, n=1000, form=2)
    text = show.published.published_tables(show.View(poll)).text
    for line in ("all_good sum of answers", "mark points 0–10", "asked interviews"):
        assert line in text
    assert {"40.0", "5.5", "1000"} <= set(text.split())


def test_what_was_published_is_not_said_to_be_missing(harbour):
    asked = {item.name: item for item in disclosed(show.View(harbour))}
    assert not asked["the wording of the questions"].missing
    assert "interviews behind" not in asked["how many were asked, and how precise that is"].missing


def test_the_interviews_behind_the_whole_are_not_those_behind_its_parts(tmp_path):
    rows = {
        ("asked", "unweighted_base"): {"total": "1000"},
        ("counted", "weighted_base"): {"total": "1000", "x": "500", "y": "500"},
        "a": {"total": "50.0", "x": "45.0", "y": "55.0"},
        "b": {"total": "50.0", "x": "55.0", "y": "45.0"},
    }
    poll = write_poll(
        tmp_path,
        {"q": rows},
        n=1000,
        bases={"total": 1000},
        partitions=[("side", "total", ("x", "y"))],
        form=2,
    )
    items = {item.name: item for item in disclosed(show.View(poll))}
    assert "interviews behind each segment" in items["how many were asked, and how precise that is"].missing


def test_what_an_import_left_out_of_its_source_can_be_read(tmp_path):
    rows = {"yes": {"total": "50.0"}, "no": {"total": "50.0"}}
    write_poll(tmp_path, {"vote": rows}, n=1000, form=2)
    with (tmp_path / "poll.toml").open("a", encoding="utf-8") as opened:
        opened.write('\n[[left_out]]\nwhere = "page 3"\ntext = "Another <table>"\nbecause = "no rows"\n')
    shown = show.published.published_tables(show.View(load_poll(tmp_path)))
    assert "page 3" in shown.text
    assert "Another &lt;table&gt;" in shown.html


def test_the_open_arithmetic_finds_what_the_audit_finds(cpi, valle, harbour):
    for poll in (cpi, valle, harbour):
        audit = estimates.audit(poll)
        names = run_workings("01-published-tables", poll=poll, audit=audit, pd=pd, stats=stats)
        checked = names["audit"][names["audit"]["check"].isin(["single response", "multiple response"])]
        assert len(names["sums"]) == len(checked)
        failed = checked[checked["verdict"] == "inconsistent"]
        assert list(zip(names["wrong"]["question"], names["wrong"]["segment"], strict=True)) == list(
            zip(failed["question"], failed["segment"], strict=True)
        )
        margin = names["audit"].query("check == 'sheet' and answer == 'margin_of_error'")["low"].iloc[0]
        assert np.isnan(margin) or margin == pytest.approx(float(names["margin"]))

"""How often polls were right, what that means for a lead, and what a reader is told of it."""

import shutil

import numpy as np
import pandas as pd
import pytest
from conftest import DATA
from notebook_cells import run

from analysis import estimates, load_poll, load_result, load_track_record, show, stats
from analysis.errors import PollError
from analysis.paths import project_root

RECORD = "us-elections-1998-2022"
SUMS = ["covered", "squared_lead_error", "lead_variance", "squared_share_error", "share_variance"]


@pytest.fixture(scope="module")
def names():
    """What the names of the notebook stand for after it has run."""
    return run("11-errors-of-polls")


# Of the poll-level file, computed apart from this project: 11,475 polls, and by kind of race.
@pytest.mark.parametrize(
    ("kind", "polls", "coverage", "ratio", "added"),
    [
        ("", 11475, 0.703, 2.00, 0.0389),
        ("president", 3004, 0.794, 1.49, 0.0194),
        ("senate", None, None, None, 0.0309),
        ("governor", None, None, None, 0.0318),
        ("house", None, None, None, 0.0335),
        ("presidential_primary", 11475 - 9627, None, None, 0.0719),
    ],
)
def test_the_record_gives_what_its_polls_gave(kind, polls, coverage, ratio, added):
    groups = load_track_record(RECORD).groups
    sums = groups[groups["kind"] == kind].sum() if kind else groups.sum()
    found = stats.calibration(sums["polls"], *(sums[name] for name in SUMS))
    assert found.added_error == pytest.approx(added, abs=5e-5)
    assert polls in (None, sums["polls"])
    assert coverage is None or found.coverage == pytest.approx(coverage, abs=5e-4)
    assert ratio is None or found.error_ratio == pytest.approx(ratio, abs=5e-3)


def test_a_lead_is_more_than_chance_more_than_errors_or_neither(cpi):
    def caption(poll, **how):
        leads = estimates.calibrated_leads(poll, "vote_intention", **({"added_error": 0.0286} | how))
        return str(show.records.leads_chart(show.View(poll), leads, load_track_record(RECORD)).chart.caption)

    assert caption(cpi).endswith("was ahead then, by 3.7 to 21.1 points (95% confidence)")
    assert caption(cpi, added_error=0.0719).endswith(
        "is more than chance, but not more than polls have erred"
    )
    assert "2.2 points may be chance" in caption(load_poll("cpi-2021-05-08"))


@pytest.mark.parametrize("poll", ["cpi-2021-04", "cpi-2021-05-08", "cnc-2018-03", DATA / "harbour-2030-05"])
def test_the_interval_of_chance_is_that_of_every_other_page(poll):
    poll = load_poll(poll)
    question = estimates.vote_question(poll)
    leads = estimates.calibrated_leads(poll, question, added_error=0.03).iloc[0]
    ahead = estimates.compare_answers(poll, question, answers=[leads["answer"], leads["against"]]).iloc[0]
    ends = sorted(abs(ahead[["low", "high"]])) if leads["low"] > 0 else sorted(ahead[["low", "high"]])
    assert [leads["low"], leads["high"]] == pytest.approx(ends)
    assert leads["calibrated_low"] < leads["low"]
    assert leads["calibrated_high"] > leads["high"]
    alone = estimates.calibrated_leads(poll, question, added_error=0).iloc[0]
    assert alone["needed"] == pytest.approx(alone["calibrated_needed"])


def test_shares_of_the_vote_get_a_second_interval_that_replaces_none(cpi):
    valid = estimates.valid_votes(cpi, "vote_intention")
    reaching = estimates.calibrated_votes(valid, added_error=0.03)
    pd.testing.assert_frame_equal(reaching[list(valid.columns)], valid, check_like=True)
    held = estimates.segments_against_result(cpi, load_result("peru-2021-runoff"), "vote_intention")
    shown = show.votes.valid_table(show.View(cpi), reaching, held, added_error=0.03).text
    for ends in (("low", "high"), ("calibrated_low", "calibrated_high")):
        low, high = (f"{100 * reaching.iloc[0][end]:.1f}" for end in ends)
        assert f"{low} to {high}%" in shown
    effect = estimates.design_effects(cpi).middle
    half = 1.959964 * np.hypot(np.sqrt(0.6058 * 0.3942 * effect / 703.2), 0.03)
    assert reaching["calibrated_high"].iloc[0] == pytest.approx(0.6058 + half, abs=1e-3)  # but for rounding


@pytest.mark.parametrize("poll", ["cpi-2021-04", DATA / "harbour-2030-05", DATA / "valle-2031-02"])
def test_the_open_arithmetic_of_the_notebook_agrees_with_the_package(poll):
    names = run("11-errors-of-polls", poll=str(poll))
    assert names["by_hand"].to_list() == pytest.approx(names["package"])
    apart = names["own"] - names["interval"]
    if names["question"]:
        step = 10.0 ** -(names["poll"].decimals + 2)
        assert apart.abs().to_list() == pytest.approx([step, step], abs=step / 20)
    else:
        assert apart.isna().all()
        answer = show.records.answer(names["view"], names["record"], names["overall"], names["leads"])
        assert "no lead of a candidate is known of it" in answer.text


def test_a_record_that_cannot_be_is_refused(tmp_path):
    folder = project_root() / "data" / "track-records"
    for ending in ("csv", "toml"):
        shutil.copyfile(folder / f"{RECORD}.{ending}", tmp_path / f"x.{ending}")
    lines = (tmp_path / "x.csv").read_text("utf-8").splitlines()
    first = lines[1].split(",")
    first[7] = "14"  # of 13 polls
    first[9] = ""
    (tmp_path / "x.csv").write_text("\n".join([lines[0], ",".join(first), *lines[2:]]), "utf-8")
    with pytest.raises(PollError, match="14 of 13 polls are covered") as raised:
        load_track_record(tmp_path / "x.csv")
    assert "'squared_lead_error': a sum is missing" in str(raised.value)
    with pytest.raises(PollError, match="Nothing in data/track-records called 'us'"):
        load_track_record("us")

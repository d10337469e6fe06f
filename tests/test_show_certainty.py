"""How firm each candidate's vote is, as a reader is told; floors, ceilings and their leads by hand in the notebook."""

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll
from notebook_cells import run_workings

from analysis import Options, estimates, show, stats

PLAIN = Options(design_effect=1)


def certainty(*shares, segment="total"):
    """The rows of a certainty table: candidates' shares and how many of their voters are certain, and the undecided."""
    rows = {}
    for name, (share, certain) in zip("abc", shares[:-1], strict=False):
        rows[name, "candidate"] = {segment: f"{share:.1f}"}
        rows[f"{name}_certain", "certain", name] = {segment: f"{certain:.1f}"}
        rows[f"{name}_may", "may_change", name] = {segment: f"{100 - certain:.1f}"}
    rows["open", "undecided"] = {segment: f"{shares[-1]:.1f}"}
    return rows


def made_up(folder, *shares, n=1000, **more):
    return write_poll(folder, {"q": certainty(*shares)}, n=n, **more)


def told(poll, question="", options=None):
    question = question or estimates.certainty_question(poll) or poll.questions[0].id
    frames = (make(poll, question, options) for make in (estimates.firm_votes, estimates.firm_leads))
    return show.certainty.answer(show.View(poll, "en", options), *frames).text


def everything(poll, question, options=None):
    """All that the notebook shows of a question."""
    view = show.View(poll, "en", options)
    votes, leads = (make(poll, question, options) for make in (estimates.firm_votes, estimates.firm_leads))
    shares = estimates.intervals(poll, question, options)
    surer = estimates.certainty_differences(poll, question, options)
    chart = show.certainty.segments_chart(view, votes, leads)
    return [
        show.certainty.answer(view, votes, leads),
        show.certainty.votes_table(view, votes),
        show.certainty.leads_table(view, leads),
        chart.shown() if isinstance(chart, show.Drawing) else chart,
        show.certainty.segments_table(view, leads),
        show.certainty.certainty_table(view, shares, surer),
        show.certainty.surer_table(view, surer),
    ]


@pytest.mark.parametrize(
    ("shares", "n", "expected"),
    [
        (((45, 40), (30, 95), 10), 1000, "28.5% were certain to vote for b and 18.0% for a. That is a lead of 10.5 points"),
        (((45, 40), (30, 95), 10), 1000, "Among all voters, certain or not, a was ahead."),
        (((45, 95), (20, 90), 10), 1000, "Even every undecided voter would leave b at 30.0%, fewer than are certain of a."),
        (((40, 80), (33, 97), 5), 1000, "were certain to vote for b and 32.0% for a. Chance or rounding may explain"),
        (((40, 80), (34, 90), 15), 1000, "Chance or rounding may explain the difference."),
        (((40, 80), (15, 90), 17), 1000, "With every undecided voter b would have 32.0%."),
        (((40, 80), (30, 80), 30), 25, "Too few people were asked to say who is ahead, or nobody knows how many."),
        (((4, 100), (0, 100), 50), 100, "4.0% were certain to vote for a and 0.0% for b. Chance or rounding may explain"),
        (((40, 80), 60), 500, "32.0% were certain to vote for a, and 8.0% more without being certain."),
        (((45, 90), (20, 90), 0), 1000, "a lead of 22.5 points; allowing for chance, of at least 17.7 (95% confidence)."),
    ],
)  # fmt: skip
def test_whoever_is_ahead_is_named_and_what_is_no_lead_is_not_one(tmp_path, shares, n, expected):
    text = told(made_up(tmp_path / "p", *shares, n=n), options=PLAIN)
    assert expected in text
    assert "nan" not in text
    if shares[-1] == 0:
        assert "undecided" not in text


def test_what_is_not_known_is_said_in_the_answer_and_that_it_lacks_in_each_place(
    cpi, harbour, valle, tmp_path
):
    for poll, question in (
        (harbour, "vote"),
        (valle, "approval"),
        (valle, "problems"),
        (cpi, "vote_intention"),
    ):
        first, *others = everything(poll, question)
        elsewhere = estimates.certainty_question(poll)
        said = (
            "This table does not say"
            if elsewhere
            else "How certain voters are was not published, so firm votes"
        )
        assert first.text.startswith(said)
        for shown in others:
            assert shown == show.View(poll).nothing()
        assert others[0] + others[1] == others[0]
    alone = made_up(tmp_path / "alone", (40, 80), 60)
    assert everything(alone, "q").count(show.View(alone).nothing()) == 3
    unknown = made_up(tmp_path / "part", (45, 90), (20, 90), 10, base="part")
    assert "nobody knows how many" in told(unknown)
    assert not any("nan" in shown.text for shown in everything(unknown, "q"))


def test_without_a_total_the_first_segment_stands_for_itself(tmp_path):
    rows = certainty((45, 90), (20, 90), 10, segment="north")
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000, bases={"north": "600"}, form=2)
    text = told(poll)
    assert text.startswith("40.5% were certain to vote for a and 18.0% for b")
    assert "This is north alone: of the whole nothing was published." in text


def test_no_candidate_is_left_out(tmp_path):
    three = made_up(tmp_path / "p", (40, 90), (30, 80), (20, 70), 10)
    texts = [shown.text for shown in everything(three, "q")]
    assert [line.split()[0] for line in texts[1].splitlines()[2:5]] == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["cpi", "harbour", "valle"])
def test_by_hand_and_by_the_package_are_the_same(name, request):
    poll = request.getfixturevalue(name)
    question, options = estimates.certainty_question(poll) or poll.questions[0].id, Options()
    names = run_workings(
        "06-vote-certainty", poll=poll, question=question, options=options, confidence_level=0.95, np=np, pd=pd,
        votes=estimates.firm_votes(poll, question), leads=estimates.firm_leads(poll, question), estimates=estimates,
        stats=stats,
    )  # fmt: skip
    assert names["compared"]["4 against 0 of 100"][1] <= 0
    if name != "cpi":
        assert names["floor"].isna().all()
        return
    whole = names["votes"][names["votes"]["segment"] == "total"].set_index("answer")
    assert names["floor"].to_dict() == pytest.approx(whole["floor"].to_dict())
    assert names["ceiling"].to_dict() == pytest.approx(whole["ceiling"].to_dict())
    assert names["of_product"] == pytest.approx(names["of_share"])
    hand, package = (np.array(names["compared"][by], dtype=float) for by in ("by hand", "by the package"))
    assert hand[0] == pytest.approx(package[0])
    assert package[1] <= hand[1] <= hand[2] <= package[2]
    assert np.abs(hand - package).max() < 0.003  # what two roundings of a tenth of a point can do

"""Floors and ceilings side by side: which table says so, who is ahead in firm votes, and whose voters are surer."""

import numpy as np
import pytest
from made_up_poll import write_poll

from analysis.errors import PollError
from analysis.estimates import certainty_question, difference_interval, vote_firmness


def column(*shares):
    """Return a certainty table of one column: the candidates' shares and certainties, and the undecided."""
    rows = {}
    for name, (share, certain) in zip("abc", shares[:-1], strict=False):
        rows[name, "candidate"] = {"total": f"{share:.1f}"}
        rows[f"{name}_certain", "certain", name] = {"total": f"{certain:.1f}"}
        rows[f"{name}_may", "may_change", name] = {"total": f"{100 - certain:.1f}"}
    rows["open", "undecided"] = {"total": f"{shares[-1]:.1f}"}
    return rows


def whole(firmness, measure):
    rows = firmness.leads[(firmness.leads["measure"] == measure) & (firmness.leads["segment"] == "total")]
    return rows.iloc[0]


def test_the_table_is_found_by_what_it_asks(cpi, harbour, valle):
    assert certainty_question(cpi) == "vote_certainty"
    assert certainty_question(harbour) == ""
    assert certainty_question(valle, "approval") == "approval"
    with pytest.raises(PollError, match="has no question 'certainty'"):
        certainty_question(cpi, "certainty")


def test_a_table_without_certainty_leaves_everything_empty(cpi, harbour):
    for firmness in (vote_firmness(harbour), vote_firmness(cpi, "vote_intention")):
        assert firmness.candidates == ()
        assert firmness.votes.empty
        assert firmness.leads.empty
        assert firmness.certainty.empty


def test_the_reach_is_the_lead_of_a_ceiling_over_a_floor(cpi):
    ceiling, floor = 0.231 + 0.177, 0.355 * 0.896
    error = np.sqrt((ceiling + floor - (ceiling - floor) ** 2) / (1200 / 1.5))
    reach = whole(vote_firmness(cpi, design_effect=1.5), "reach")
    assert reach["lead"] == pytest.approx(ceiling - floor)
    assert (reach["low"], reach["high"]) == pytest.approx(
        (ceiling - floor - 1.959964 * error, ceiling - floor + 1.959964 * error)
    )
    assert reach["verdict"] == "ahead"


@pytest.mark.parametrize(
    ("shares", "firm", "reach"),
    [
        (((45, 90), (20, 90), 10), "ahead", "behind"),
        (((45, 40), (30, 95), 10), "behind", "ahead"),
        (((40, 80), (33, 97), 5), "statistical tie", "ahead"),
        (((40, 80), (15, 90), 17), "ahead", "statistical tie"),
    ],
)
def test_who_is_ahead_in_firm_votes_need_not_be_ahead_in_all(tmp_path, shares, firm, reach):
    poll = write_poll(tmp_path / "p", {"q": column(*shares)}, n=1000)
    firmness = vote_firmness(poll)
    assert whole(firmness, "firm")["verdict"] == firm
    assert whole(firmness, "reach")["verdict"] == reach


def test_a_lead_that_hangs_on_the_last_digit_depends_on_rounding(tmp_path):
    # Floors of 22.5 and 18.24 %: a lead of 4.26 points, 1.96 standard errors of 858 interviews.
    printed = {"q": column((45.0, 50.0), (45.6, 40.0), 5)}
    sizes = [write_poll(tmp_path / f"p{n}", printed, n=n) for n in (700, 858, 1100)]
    assert whole(vote_firmness(sizes[0]), "firm")["lead"] == pytest.approx(-0.0426)
    assert [whole(vote_firmness(poll), "firm")["verdict"] for poll in sizes] == [
        "statistical tie",
        "depends on rounding",
        "behind",
    ]


def test_what_is_left_to_win_adds_up(cpi):
    votes = vote_firmness(cpi).votes
    own = votes[(votes["segment"] == "total") & (votes["answer"] == "castillo")].iloc[0]
    assert own["to_win"] == pytest.approx(0.177 + 0.231 * 0.138 + 0.203 * 0.133)
    assert own["to_win_low"] < own["to_win"] < own["to_win_high"]


def test_surer_voters_are_compared_as_independent_samples(cpi):
    tested = vote_firmness(cpi).differences.set_index("segment")
    expected = difference_interval(0.896, 1200 * 0.355, 0.851, 1200 * 0.231)
    assert tested.loc["total", ["difference", "low", "high"]].to_list() == pytest.approx(
        [float(value) for value in expected]
    )
    assert tested.loc["total", "p_adjusted"] == tested.loc["total", "p_value"]
    assert (tested["verdict"] == "too few interviews").sum() == 4
    judged = tested.drop("total").dropna(subset="p_value")
    assert (judged["p_adjusted"] >= judged["p_value"]).all()


def test_one_candidate_has_a_floor_but_nobody_to_lead(tmp_path):
    poll = write_poll(tmp_path / "p", {"q": column((40, 80), 60)}, n=500)
    firmness = vote_firmness(poll)
    assert firmness.candidates == ("a",)
    assert firmness.votes["floor"].iloc[0] == pytest.approx(0.32)
    assert firmness.leads.empty
    assert firmness.differences.empty


def test_a_question_put_to_some_has_no_intervals(tmp_path):
    poll = write_poll(tmp_path / "p", {"q": column((45, 90), (20, 90), 10)}, n=1000, base="part")
    firmness = vote_firmness(poll)
    assert firmness.votes["floor"].notna().all()
    assert firmness.votes["floor_low"].isna().all()
    assert set(firmness.leads["verdict"]) == {"base unknown"}

"""Each segment against the votes counted there, and how far a poll was from the result beside what chance explains."""

from dataclasses import replace

import pytest
from made_up_poll import write_poll
from statsmodels.stats.proportion import proportion_confint

from analysis.errors import AnalysisError
from analysis.estimates import (
    Options,
    bases,
    official_shares,
    poll_accuracy,
    segments_against_result,
)
from analysis.polls import load_result

PAIR = ("castillo", "fujimori")
AT_ONE = Options(design_effect=1)


@pytest.fixture(scope="module")
def result():
    return load_result("peru-2021-runoff")


def of_votes(result, **votes):
    return replace(result, votes=votes)


def test_official_votes_of_parts_make_those_of_the_whole_they_divide(cpi, result):
    # awk -F, '$2!="abroad" && $2!="lima_callao" {c+=$5; f+=$6} END {print c, f}' data/results/peru-2021-runoff.csv
    shares = official_shares(cpi, result, "vote_intention")
    counts = {"interior": (6586169, 4442328), "oriente": (734712, 611042), "total": (8836380, 8792117)}
    for segment, votes in counts.items():
        assert shares.loc[segment].to_list() == pytest.approx([one / sum(votes) for one in votes])
    assert list(shares.index) == [s for s in cpi.segments.ids if s not in {"urbano", "rural"}]


def test_a_segment_is_held_against_its_own_result(cpi, result):
    """Wilson's interval of valid votes, at either end of rounding: 35.45 of 58.60 and 35.55 of 58.60."""
    held = segments_against_result(cpi, result, "vote_intention", Options(design_effect=1.5))
    row = held.set_index(["segment", "answer"]).loc[("total", "castillo")]
    n = 1200 * 0.586 / 1.5
    low, _ = proportion_confint(0.3545 / 0.586 * n, n, method="wilson")
    _, high = proportion_confint(0.3555 / 0.586 * n, n, method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((low, high))
    assert row["error"] == pytest.approx(0.355 / 0.586 - 8836380 / (8836380 + 8792117))
    assert row["verdict"] == "higher"
    second = held.set_index(["segment", "answer"]).loc[("total", "fujimori")]
    assert second["verdict"] == "lower"
    assert second["error"] == pytest.approx(-row["error"])
    rest = held[held["segment"] == "oriente"].iloc[0]
    share = 0.367 + 0.222
    assert rest["n_effective"] == pytest.approx(
        bases(cpi).set_index("segment").loc["oriente", "base"] * share / 1.5
    )


def test_where_a_poll_has_others_so_has_the_result(tmp_path, result):
    roles = {"castillo": "candidate", "fujimori": "candidate", "someone_else": "other"}
    rows = dict(zip(roles.items(), ({"total": figure} for figure in ("40", "30", "30")), strict=True))
    poll = write_poll(tmp_path / "p", {"vote": rows}, n=1000)
    held = segments_against_result(
        poll, of_votes(result, castillo=50, fujimori=40, rojas=10, blank=9), "vote"
    ).set_index("answer")
    assert list(held["estimate"]) == pytest.approx([0.4, 0.3])
    assert list(held["official"]) == pytest.approx([0.5, 0.4])
    invented = of_votes(result, castillo=50, fujimori=40, rojas=10, blank=9)
    measured = poll_accuracy(poll, invented, "vote", AT_ONE).set_index("measure")["estimate"]
    assert measured["mosteller_3"] == pytest.approx(held["error"].abs().mean())
    assert measured["mosteller_5"] == pytest.approx(0, abs=1e-12)


def test_no_segment_s_verdict_disagrees_with_its_interval(cpi, harbour, result):
    invented = of_votes(result, okafor=30, lindqvist=50, tanaka=20)
    for poll, question, official in ((cpi, "vote_intention", result), (harbour, "vote", invented)):
        for effect in (1.0, 1.66, 3.0):
            held = segments_against_result(poll, official, question, Options(design_effect=effect))
            outside = (held["official"] < held["low"]) | (held["official"] > held["high"])
            assert (outside == held["verdict"].isin(["higher", "lower"])).all()
            assert ((held["error"] > 0) == (held["verdict"] == "higher"))[outside].all()


def test_a_result_at_the_end_of_an_interval_depends_on_rounding(tmp_path, result):
    rows = {("a", "candidate"): {"total": "60"}, ("b", "candidate"): {"total": "40"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000, decimals=0)
    low, high = proportion_confint(600, 1000, method="wilson")

    def verdict(share):
        made_up = of_votes(result, a=round(1e6 * share), b=round(1e6 * (1 - share)))
        return segments_against_result(poll, made_up, "q", AT_ONE)["verdict"].iloc[0]

    found = [verdict(share) for share in (low - 0.02, low, 0.6, high, high + 0.02)]
    assert found == ["higher", "depends on rounding", "not distinguishable", "depends on rounding", "lower"]


def test_what_cannot_be_held_against_anything_says_why(valle, tmp_path, cpi, result):
    rows = {("a", "candidate"): {"total": "60", "x": "70"}, ("b", "candidate"): {"total": "", "x": "30"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000)
    made_up = of_votes(result, a=1, b=1)
    assert segments_against_result(poll, made_up, "q")["verdict"].to_list() == ["not published"] * 2
    some = write_poll(tmp_path / "some", {"q": {key: {"total": "50"} for key in rows}}, n=1000, base="part")
    assert set(segments_against_result(some, made_up, "q")["verdict"]) == {"base unknown"}
    few = write_poll(tmp_path / "few", {"q": {key: {"total": "50"} for key in rows}}, n=20)
    assert set(segments_against_result(few, made_up, "q")["verdict"]) == {"too few interviews"}
    for function in (segments_against_result, poll_accuracy):
        empty = function(cpi, None, "vote_intention")
        assert empty.empty
        assert list(empty.columns) == list(function(cpi, result, "vote_intention").columns)
        with pytest.raises(AnalysisError, match="'approval' has 0 answers of role 'candidate'"):
            function(valle, result, "approval")

"""Floors and ceilings side by side: which table says so, who is ahead in firm votes, and whose voters are surer."""

import numpy as np
import pytest
from made_up_poll import poll_of, write_poll
from made_up_poll import question as question_of
from reference_values import assert_close, reference

from analysis.estimates import (
    Options,
    bases,
    certainty_differences,
    certainty_question,
    firm_leads,
    firm_votes,
)
from analysis.stats import lead_test, share_interval

AT_ONE = Options(design_effect=1)


def column(*shares):
    """Return a certainty table of one column: the candidates' shares and certainties, and the undecided."""
    rows = {}
    for name, (share, certain) in zip("abc", shares[:-1], strict=False):
        rows[name, "candidate"] = {"total": f"{share:.1f}"}
        rows[f"{name}_certain", "certain", name] = {"total": f"{certain:.1f}"}
        rows[f"{name}_may", "may_change", name] = {"total": f"{100 - certain:.1f}"}
    rows["open", "undecided"] = {"total": f"{shares[-1]:.1f}"}
    return rows


def whole(leads, measure):
    return leads[(leads["measure"] == measure) & (leads["segment"] == "total")].iloc[0]


def test_the_table_is_found_by_what_it_asks(cpi, harbour, valle):
    assert certainty_question(cpi) == "vote_certainty"
    assert certainty_question(harbour) == ""
    assert certainty_question(valle) == ""


@pytest.mark.parametrize("measure", ["all", "firm", "reach"])
def test_leads_of_floors_and_ceilings_are_tango_s_by_r(cpi, measure):
    """The reach is the lead of Fujimori's ceiling, .231 + .177, over Castillo's floor, .355 × .896."""
    for _, (effect,), (low, high, p) in reference_of(f"firm_leads {measure}"):
        found = whole(firm_leads(cpi, "vote_certainty", Options(design_effect=effect)), measure)
        assert_close(found[["low", "high"]].astype(float), (low, high), 1e-8)
        assert found["p_value"] == pytest.approx(p, rel=1e-6)
        assert found["verdict"] == "ahead"


def reference_of(name):
    return [row for row in reference(name.split()[0], "estimates") if row[0] == name]


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
    leads = firm_leads(write_poll(tmp_path / "p", {"q": column(*shares)}, n=1000), "q", AT_ONE)
    assert whole(leads, "firm")["verdict"] == firm
    assert whole(leads, "reach")["verdict"] == reach


def test_a_lead_that_hangs_on_the_last_digit_depends_on_rounding(tmp_path):
    """Floors of 22.5 and 18.24 %, 22.45 and 18.28 at the nearest corner: z = 1.96 among 883 and among 900."""
    ends = (0.4495 * 0.4995, 0.4565 * 0.4005), (0.4505 * 0.5005, 0.4555 * 0.3995)
    printed = {"q": column((45.0, 50.0), (45.6, 40.0), 5)}
    found = []
    for n in (700, 858, 1100):
        lead = whole(firm_leads(write_poll(tmp_path / f"p{n}", printed, n=n), "q", AT_ONE), "firm")
        assert lead["estimate"] == pytest.approx(-0.0426)  # the second candidate as printed comes first here
        significant = [bool(lead_test(a, b, n)[1] < 0.05) for a, b in ends]
        assert lead["verdict"] == ["statistical tie", "depends on rounding", "behind"][sum(significant)]
        found.append(lead["verdict"])
    assert found == ["statistical tie", "depends on rounding", "behind"]


def test_floor_and_ceiling_in_april(cpi):
    firm = firm_votes(cpi, "vote_certainty", AT_ONE).set_index(["answer", "segment"])
    castillo = firm.loc[("castillo", "total")]
    assert castillo["floor"] == pytest.approx(0.355 * 0.896)
    for name, share in (("floor", 0.355 * 0.896), ("ceiling", 0.355 + 0.177)):
        low, high = map(float, share_interval(share, 1200))
        assert castillo[[f"{name}_low", f"{name}_high"]].to_list() == pytest.approx([low, high], abs=1e-4)
    assert castillo["ceiling"] == pytest.approx(0.355 + 0.177)
    assert castillo["to_win"] - castillo["undecided"] == pytest.approx(0.231 * 0.138 + 0.203 * 0.133)
    fujimori = firm.loc[("fujimori", "total")]
    assert fujimori["to_win"] - fujimori["undecided"] == pytest.approx(0.355 * 0.101 + 0.203 * 0.133)
    assert (firm["floor"] <= firm["share"]).all()
    np.testing.assert_allclose(firm["floor"] + firm["soft"] + firm["undecided"], firm["ceiling"])
    rural = firm.loc[("castillo", "rural")]
    n_rural = bases(cpi, AT_ONE).set_index("segment").loc["rural", "n_effective"]
    assert rural["floor_low"] == pytest.approx(float(share_interval(0.615 * 0.988, n_rural)[0]), abs=1e-4)


@pytest.mark.parametrize(("n", "decimals"), [(1200, 1), (10_000, 0)])
def test_a_firm_share_has_the_interval_of_a_share_of_everybody_and_its_rounding(n, decimals):
    """Simulated polls, printed: without rounding 0.88 of the intervals of whole per cents held."""
    rng = np.random.default_rng(3)
    held = []
    for _ in range(300):
        truth = rng.dirichlet(
            [12, 3, 9, 3, 6]
        )  # certain and other voters of two candidates, and the undecided
        a, a_may, b, b_may, undecided = rng.multinomial(n, truth) / n
        shares = {"a": a + a_may, "a_sure": a / (a + a_may), "a_may": a_may / (a + a_may)}
        shares |= {"b": b + b_may, "b_sure": b / (b + b_may), "b_may": b_may / (b + b_may), "open": undecided}
        roles = {
            "a": "candidate",
            "b": "candidate",
            "sure": "certain",
            "may": "may_change",
            "open": "undecided",
        }
        rows = {name: (roles[name.split("_")[-1]], name[0] if "_" in name else None) for name in shares}
        figures = {(name, "total"): f"{100 * share:.{decimals}f}" for name, share in shares.items()}
        poll = poll_of([question_of("q", rows, figures)], partitions=[], n=n, decimals=decimals)
        found = firm_votes(poll, "q", AT_ONE)
        for name, true in (
            ("floor", truth[[0, 2]]),
            ("ceiling", truth[[0, 2]] + truth[[1, 3]] + truth[4]),
            ("to_win", truth[[3, 1]] + truth[4]),
        ):
            held.append((found[f"{name}_low"] <= true) & (found[f"{name}_high"] >= true))
    assert 0.94 <= np.mean(held) <= 0.975


def test_surer_voters_are_compared_as_independent_samples_by_r(cpi):
    for _, (effect,), (low, high, p) in reference("certainty_differences", "estimates"):
        tested = certainty_differences(cpi, "vote_certainty", Options(design_effect=effect)).set_index(
            "segment"
        )
        assert_close(tested.loc["total", ["low", "high"]].astype(float), (low, high), 1e-8)
        assert tested.loc["total", "p_value"] == pytest.approx(p, rel=1e-6)
        assert tested.loc["total", "p_adjusted"] == tested.loc["total", "p_value"]
    tested = certainty_differences(cpi, "vote_certainty", AT_ONE).set_index("segment")
    assert (tested["verdict"] == "too few interviews").sum() == 4
    judged = tested.drop("total").dropna(subset="p_value")
    assert (judged["p_adjusted"] >= judged["p_value"]).all()
    assert tested.loc["total", ["share", "share_against"]].to_list() == [0.896, 0.851]


def test_without_certainty_only_shares_are_known(cpi, harbour):
    for poll, question in ((cpi, "vote_intention"), (harbour, "vote")):
        firm = firm_votes(poll, question)
        unknown = ["floor", "floor_low", "floor_high", "soft", "ceiling", "ceiling_low", "ceiling_high"]
        assert firm[unknown].isna().all(axis=None)
        assert firm["share"].notna().any()
        assert firm["undecided"].notna().any()
        leads = firm_leads(poll, question)
        assert set(leads.loc[leads["measure"] != "all", "verdict"]) == {"not published"}
        assert set(certainty_differences(poll, question)["verdict"]) == {"not published"}


def test_the_undecided_who_may_change_are_in_the_ceiling_already_and_a_part_has_no_base(tmp_path):
    rows = {
        ("a", "candidate"): {"total": "60.0"},
        ("a_sure", "certain", "a"): {"total": "50.0"},
        ("a_may", "may_change", "a"): {"total": "50.0"},
        ("open", "undecided"): {"total": "40.0"},
        ("open_may", "may_change", "open"): {"total": "90.0"},
    }
    firm = firm_votes(write_poll(tmp_path / "poll", {"vote": rows}, n=400), "vote").iloc[0]
    assert (firm["ceiling"], firm["to_win"]) == (1.0, firm["undecided"])
    assert firm["ceiling_high"] == 1
    part = firm_votes(write_poll(tmp_path / "part", {"vote": rows}, n=400, base="part"), "vote").iloc[0]
    assert part["floor"] == 0.3
    assert part[["floor_low", "floor_high", "ceiling_low", "ceiling_high"]].isna().all()


def test_certainty_of_one_candidate_only(tmp_path):
    rows = {
        ("a", "candidate"): {"total": "50.0"},
        ("a_sure", "certain", "a"): {"total": "80.0"},
        ("a_may", "may_change", "a"): {"total": "20.0"},
        ("b", "candidate"): {"total": "50.0"},
    }
    poll = write_poll(tmp_path / "poll", {"vote": rows}, n=400)
    firm = firm_votes(poll, "vote").set_index("answer")
    known = firm.loc["a", ["floor", "soft", "undecided", "ceiling"]]
    assert known.to_list() == pytest.approx([0.4, 0.1, 0, 0.5])
    assert np.isnan(firm.loc["a", "to_win"])  # how soft B's voters are was not published
    assert np.isnan(firm.loc["b", "floor"])
    assert firm.loc["b", "to_win"] == pytest.approx(0.1)
    assert set(certainty_differences(poll, "vote")["verdict"]) == {"not published"}


def test_one_candidate_has_a_floor_but_nobody_to_lead(tmp_path):
    poll = write_poll(tmp_path / "p", {"q": column((40, 80), 60)}, n=500)
    assert firm_votes(poll, "q")["floor"].to_list() == pytest.approx([0.32])
    for table in (firm_leads(poll, "q"), certainty_differences(poll, "q")):
        assert table.empty
        assert "verdict" in table


def test_a_question_put_to_some_has_no_intervals(tmp_path):
    poll = write_poll(tmp_path / "p", {"q": column((45, 90), (20, 90), 10)}, n=1000, base="part")
    votes = firm_votes(poll, "q")
    assert votes["floor"].notna().all()
    assert votes["floor_low"].isna().all()
    assert set(firm_leads(poll, "q")["verdict"]) == {"base unknown"}

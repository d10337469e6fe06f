import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import with_figures, write_poll

from analysis.estimates import AUDIT_FINDINGS, audit, intervals
from analysis.estimates.audit import chance_of_exact_sum

KNOWN_FINDINGS = {
    ("sheet", "", "margin_of_error", "", "inconsistent if rounded, consistent if truncated"),
    ("multiple response", "castillo_negative", "", "lima_callao", "inconsistent"),
}


def with_sheet(poll, **printed):
    """Return the poll with another margin of error or confidence level on its sheet; None removes the line."""
    items = [item for item in poll.sheet.items if printed.get(item.id, "") is not None]
    items = [replace(item, printed=printed.get(item.id) or item.printed) for item in items]
    numbers = {
        line: None if figure is None else float(figure.strip("±% ")) / 100 for line, figure in printed.items()
    }
    return replace(
        poll, sheet=replace(poll.sheet, items=tuple(items), figures={**poll.sheet.figures, **numbers})
    )


def single_checks(poll):
    """Audit the poll, without what is made of all rows at once: a fault in one row would show there again."""
    rows = audit(poll)
    return rows[rows["check"] != "joint aggregation"]


def findings(poll):
    """Return what the audit found to be wrong, as (check, question, answer, segment, verdict)."""
    rows = single_checks(poll)
    wrong = rows["verdict"].isin(AUDIT_FINDINGS)
    names = ["check", "question", "answer", "segment", "verdict"]
    found = list(rows.loc[wrong, names].itertuples(index=False, name=None))
    assert len(found) == len(set(found))
    return set(found)


def only(rows):
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_april_poll_has_two_findings_and_no_other(cpi):
    assert findings(cpi) == KNOWN_FINDINGS


def test_exact_sums_are_as_likely_as_mosteller_youtz_and_zahn_say():
    assert chance_of_exact_sum(1) == 1
    assert chance_of_exact_sum(2) == pytest.approx(1)
    assert chance_of_exact_sum(3) == pytest.approx(3 / 4)
    assert chance_of_exact_sum(4) == pytest.approx(2 / 3)
    assert chance_of_exact_sum(5) == pytest.approx(115 / 192)
    assert chance_of_exact_sum(6) == pytest.approx(11 / 20)
    assert chance_of_exact_sum(10) == pytest.approx(0.430, abs=5e-4)
    # For many categories they give the square root of 6/(πk).
    assert chance_of_exact_sum(40) == pytest.approx(math.sqrt(6 / (math.pi * 40)), rel=0.01)


def aggregated(question, answer, *partitions):
    return {("aggregation", question, answer, partition, "inconsistent") for partition in partitions}


FAULTS = {
    "a repeated figure that differs": (
        {("vote_intention", "castillo", "costa_sur"): "41.3"},
        {("repeated figures", "vote_certainty", "castillo", "costa_sur", "inconsistent")},
    ),
    "a total below its parts": (
        {("reasons_castillo", "other", "total"): "7.0"},
        aggregated("reasons_castillo", "other", "total from region"),
    ),
    "an interior beyond its zones and its areas": (
        {("fujimori_positive", "no_opinion", "interior"): "24.2"},
        aggregated("fujimori_positive", "no_opinion", "interior from zone", "interior from area"),
    ),
    "an interior beyond its areas and within its zones": (
        {("fujimori_positive", "no_opinion", "interior"): "19.9"},
        aggregated("fujimori_positive", "no_opinion", "interior from area"),
    ),
    "a conditional total outside its parts": (
        {
            ("vote_certainty", "castillo_certain", "total"): "93.6",
            ("vote_certainty", "castillo_may_change", "total"): "6.1",
        },
        aggregated("vote_certainty", "castillo_certain", "total from region")
        | aggregated("vote_certainty", "castillo_may_change", "total from region"),
    ),
    "a column that sums to 103": (
        {("vote_certainty", "castillo_may_change", "rural"): "4.2"},
        {("single response", "vote_certainty", "castillo", "rural", "inconsistent")},
    ),
    "a column that sums to 97": (
        {("vote_certainty", "blank_null_certain", "rural"): "54.7"},
        {("single response", "vote_certainty", "blank_null", "rural", "inconsistent")},
    ),
    "an open-ended column below 100": (
        {("fujimori_positive", "nothing", "costa_sur"): "42.1"},
        {("multiple response", "fujimori_positive", "", "costa_sur", "inconsistent")},
    ),
    "a figure with two decimals": (
        {("castillo_negative", "nothing", "rural"): "36.20"},
        {("range", "castillo_negative", "", "", "inconsistent")},
    ),
    "a figure without decimals": (
        {("castillo_negative", "nothing", "rural"): "36"},
        {("range", "castillo_negative", "", "", "inconsistent")},
    ),
    "an unexplained gap": (
        {("castillo_positive", "other", "rural"): None},
        {("range", "castillo_positive", "other", "rural", "unexplained gap")},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_exactly_the_injected_fault_is_found(cpi, fault):
    figures, expected = FAULTS[fault]
    assert findings(with_figures(cpi, figures)) == KNOWN_FINDINGS | expected


def test_several_faults_are_all_found(cpi):
    figures, expected = {}, set(KNOWN_FINDINGS)
    for name in ("a repeated figure that differs", "a column that sums to 103", "an unexplained gap"):
        figures |= FAULTS[name][0]
        expected |= FAULTS[name][1]
    assert findings(with_figures(cpi, figures)) == expected


def of_check(poll, check):
    return {finding[1:4] for finding in findings(poll) if finding[0] == check}


@pytest.mark.parametrize(
    ("total", "holds"), [("20.7", True), ("20.8", False), ("15.8", True), ("15.7", False)]
)
def test_a_total_may_lie_outside_its_parts_by_what_rounding_can_do(cpi, total, holds):
    # The parts are 15.9 and 20.6.
    poll = with_figures(cpi, {("castillo_negative", "no_opinion", "total"): total})
    assert (of_check(poll, "aggregation") == set()) is holds


def test_parts_that_are_withheld_leave_a_total_open(cpi):
    asked = cpi.question("castillo_negative")
    withheld = {(asked.id, answer.id, "lima_callao"): None for answer in asked.answers}
    poll = with_figures(cpi, withheld)
    rows = audit(poll).query("check == 'aggregation' and question == @asked.id")
    assert "total from region" in set(audit(cpi).query("question == @asked.id")["segment"])
    assert not {
        one for one in rows["segment"] if "lima_callao" in poll.segments.partition(one.split()[-1]).parts
    }


@pytest.mark.parametrize(
    ("may_change", "holds"), [("7.1", True), ("7.2", False), ("6.9", True), ("6.8", False)]
)
def test_three_figures_may_miss_100_by_what_rounding_can_do(cpi, may_change, holds):
    # With 92.6 and 0.4 these sum to 100.1, 100.2, 99.9 and 99.8: three times .05 allows for .15.
    poll = with_figures(cpi, {("vote_certainty", "castillo_may_change", "interior"): may_change})
    assert (of_check(poll, "single response") == set()) is holds


@pytest.mark.parametrize(("figure", "holds"), [("0.25", True), ("3.25", False), ("0.255", False)])
def test_only_a_share_below_one_has_a_decimal_more_than_the_others(cpi, figure, holds):
    found = audit(with_figures(cpi, {("vote_certainty", "castillo_no_opinion", "interior"): figure}))
    decimals = found.query("check == 'range' and question == 'vote_certainty' and answer == ''")
    assert (only(decimals)["verdict"] == "consistent") is holds


def test_a_printed_zero_was_not_rounded_up_from_less_than_nothing(cpi):
    answers = ("castillo", "fujimori", "blank_null", "undecided", "will_not_vote")
    for column, holds in (
        (("40.2", "30.0", "29.6", "0.2", "0.2"), True),  # 100.2 less five times .05 is 99.95
        (("40.2", "30.0", "30.0", "0.0", "0.0"), False),  # 100.2 less three times .05 is 100.05
    ):
        figures = {
            ("vote_intention", answer, "rural"): figure
            for answer, figure in zip(answers, column, strict=True)
        }
        wrong = of_check(with_figures(cpi, figures), "single response")
        assert wrong == (set() if holds else {("vote_intention", "", "rural")})


@pytest.mark.parametrize(
    ("printed", "verdict", "expected"),
    [
        ("±2.9%", "consistent", "2.89"),
        ("±2.89%", "consistent", "2.893"),
        ("±3%", "consistent", "2.9"),
        ("±2.8%", "inconsistent if rounded, consistent if truncated", "2.89"),
        ("±2%", "inconsistent if rounded, consistent if truncated", "2.9"),
        ("±2.7%", "inconsistent", "2.89"),
        ("±3.0%", "consistent", "2.89 or more"),
    ],
)
def test_a_margin_is_judged_by_its_printed_decimals(cpi, printed, verdict, expected):
    found = audit(with_sheet(cpi, margin_of_error=printed))
    row = only(found[found["answer"] == "margin_of_error"])
    assert (row["printed"], row["verdict"], row["expected"]) == (printed, verdict, expected)


def test_a_margin_is_judged_at_the_sheet_s_own_level(cpi):
    found = audit(with_sheet(cpi, confidence_level="95%"))
    row = only(found[found["answer"] == "margin_of_error"])
    assert (row["verdict"], row["expected"]) == ("consistent", "2.83")
    assert only(found[found["answer"] == "design_effect"])["expected"] == "at most 1.015"


@pytest.mark.parametrize("line", ["margin_of_error", "confidence_level"])
def test_a_sheet_without_margin_or_level_is_not_judged(cpi, line):
    found = audit(with_sheet(cpi, **{line: None}))
    assert only(found[found["check"] == "sheet"])["verdict"] == "not published"


def test_a_gap_without_a_reason_is_a_finding(valle):
    found = audit(valle)
    gaps = found[found["verdict"].str.endswith("gap")].set_index("question")
    told = gaps[["answer", "segment", "verdict"]].agg(list, axis=1).to_dict()
    # That no column of a table is a segment is no gap in it: nothing was asked for there.
    assert told == {"approval": ["no, dk", "women", "unexplained gap"]}
    # A column with a gap has no sum; the margin with a decimal comma is read.
    single = found[found["check"] == "single response"]
    assert single["segment"].to_list() == ["total", "first_vote"]
    assert only(found[found["answer"] == "margin_of_error"])["verdict"] == "consistent"


def test_whole_percentages_may_miss_100_by_more(harbour):
    assert findings(harbour) == set()
    found = audit(harbour)
    sums = found.loc[found["check"] == "single response", "printed"]
    assert set(sums) == {"100", "99"}


def printed_of_a_population(poll, rng):
    """Print, correctly rounded, how a made-up population of the poll's segments answers every question.

    Its people live in Lima or in one of eight cells, zone by area, so that both partitions of the
    interior hold at once.
    """
    zones, areas = (poll.segments.partition(name).parts for name in ("zone", "area"))
    cells = [
        ("lima_callao", "total"),
        *((zone, area, "interior", "total") for zone in zones for area in areas),
    ]
    weights = rng.dirichlet(np.ones(len(cells)))
    members = {
        segment: np.array([segment in cell for cell in cells]) * weights for segment in poll.segments.ids
    }
    figures, shares = {}, {}
    columns = (poll.figures[name] for name in ("question", "answer", "segment"))
    printed = set(zip(*columns, strict=True))
    for question in poll.questions:
        for condition in dict.fromkeys(answer.given for answer in question.answers):
            answers = [answer.id for answer in question.answers if answer.given == condition]
            within = rng.dirichlet(np.full(len(answers), 0.3), size=len(cells)).T
            if question.kind == "multiple_response":
                within = np.minimum(1, within * rng.uniform(1, 1.5))
                within[0] += np.maximum(0, 1 - within.sum(axis=0))
            asked = 1 if condition is None else shares[poll.quantity(question.id, condition)]
            for answer, share in zip(answers, within, strict=True):
                share = shares.setdefault(poll.quantity(question.id, answer), share * asked)
                for segment, weight in members.items():
                    if (question.id, answer, segment) in printed:
                        mean = (weight @ share) / (weight @ np.broadcast_to(asked, len(cells)))
                        figures[question.id, answer, segment] = f"{100 * mean:.1f}"
    return figures


@settings(max_examples=8)
@given(seed=st.integers(0, 2**32 - 1))
def test_correctly_rounded_tables_pass_every_check(cpi, seed):
    figures = printed_of_a_population(cpi, np.random.default_rng(seed))
    assert len(figures) == len(cpi.figures)
    assert {finding[0] for finding in findings(with_figures(cpi, figures))} <= {"sheet"}


# All rows of a partition at once.


def test_closed_questions_that_contradict_one_another_have_no_weights_at_all(cpi):
    figures = {
        ("vote_intention", "castillo", "lima_callao"): "24.3",
        ("vote_intention", "fujimori", "lima_callao"): "27.0",
    }
    figures |= {
        ("vote_certainty", answer, segment): figure for (_, answer, segment), figure in figures.items()
    }
    rows = audit(with_figures(cpi, figures))
    joint = rows[(rows["check"] == "joint aggregation") & (rows["segment"] == "total from region")]
    assert only(joint)["verdict"] == "inconsistent"


# Nets and printed bases.


@pytest.mark.parametrize(("net", "holds"), [("60.1", True), ("59.9", True), ("60.2", False), ("59.8", False)])
def test_a_net_is_the_sum_of_its_rows_within_their_rounding(tmp_path, net, holds):
    rows = {
        ("approve", "net", "", "fully partly"): {"total": net},
        "fully": {"total": "20.0"},
        "partly": {"total": "40.0"},
        "no": {"total": "40.0"},
    }
    found = audit(write_poll(tmp_path / "p", {"q": rows}, n=1000, form=2))
    row = only(found[found["check"] == "nets"])
    assert (row["answer"], row["printed"], row["expected"]) == ("approve", net, "59.90 to 60.10")
    assert (row["verdict"] == "consistent") is holds
    # A net is no answer: the column sums to 100 without it.
    assert only(found[found["check"] == "single response"])["printed"] == "100.0"


@pytest.mark.parametrize(
    ("net", "holds"), [("35.0", True), ("30.0", True), ("50.0", True), ("29.8", False), ("50.2", False)]
)
def test_where_people_give_several_answers_a_net_lies_between_the_largest_and_the_sum(tmp_path, net, holds):
    rows = {
        ("schools", "net", "", "roofs teachers"): {"total": net},
        "roofs": {"total": "30.0"},
        "teachers": {"total": "20.0"},
        "roads": {"total": "80.0"},
    }
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000, form=2, kinds={"q": "multiple_response"})
    found = audit(poll)
    assert (only(found[found["check"] == "nets"])["verdict"] == "consistent") is holds
    assert "schools" not in set(intervals(poll, "q")["answer"])


@pytest.mark.parametrize(("south", "verdict"), [("399", "consistent"), ("398", "inconsistent")])
def test_printed_interviews_of_parts_add_up_to_their_whole(tmp_path, south, verdict):
    rows = {
        ("n", "unweighted_base"): {"total": "1,000", "north": "601", "south": south},
        "yes": {"total": "50.0", "north": "40.0", "south": "65.0"},
        "no": {"total": "50.0", "north": "60.0", "south": "35.0"},
    }
    quoted = {key: {name: f'"{figure}"' for name, figure in row.items()} for key, row in rows.items()}
    poll = write_poll(
        tmp_path / "p", {"q": quoted}, n=1000, form=2, partitions=[("half", "total", ("north", "south"))]
    )
    found = audit(poll)
    row = only(found[found["check"] == "bases"])
    assert (row["printed"], row["expected"], row["verdict"]) == (
        "1,000",
        str(601 + int(south)).replace("1000", "1,000"),
        verdict,
    )


@pytest.mark.parametrize(
    ("figures", "findings"),
    [
        (("50.2", "30.2", "19.6"), []), (("50.2", "30.0", "20"), ["range"]), (("50.2", "29.8", "20"), []),
        (("48.5", "49", "1.5", "1"), []), (("48.5", "49", "1", "1"), ["range"]),
        (("48.2", "49", "1.8", "1", "0"), ["range"]),
    ],
)  # fmt: skip
def test_a_table_may_have_decimals_of_its_own_halves_or_no_noughts(tmp_path, figures, findings):
    tables = {"q": {"a": {"total": "60"}, "b": {"total": "40"}}}
    tables["p"] = {f"answer_{at}": {"total": figure} for at, figure in enumerate(figures)}
    found = audit(write_poll(tmp_path / "p", tables, n=1000, decimals=0))
    assert found.loc[found["verdict"].isin(AUDIT_FINDINGS), "check"].to_list() == findings


def test_a_share_of_one_among_whole_per_cents_is_one_finding(tmp_path):
    """It may be a hundred times as much, so that nothing else contradicts it."""
    rows = {"a": {"total": "50", "x": "60", "y": "40"}, "b": {"total": "0.14", "x": "13", "y": "15"}}
    rows["c"] = {"total": "36", "x": "27", "y": "45"}
    poll = write_poll(
        tmp_path / "p", {"q": rows}, n=1000, partitions=[("side", "total", ("x", "y"))], decimals=0
    )
    found = audit(poll)
    assert found.loc[found["verdict"].isin(AUDIT_FINDINGS), "check"].to_list() == ["range"]

import math
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_poll import with_figures, write_poll

from analysis.estimates import AUDIT_FINDINGS, AUDIT_VERDICTS, audit, intervals
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


@pytest.fixture(scope="module")
def checks(cpi):
    return single_checks(cpi)


def test_the_april_poll_has_two_findings_and_no_other(cpi):
    assert findings(cpi) == KNOWN_FINDINGS


def test_one_column_of_the_april_poll_adds_up_to_too_little(checks):
    row = only(checks[checks["verdict"] == "inconsistent"])
    assert (row["printed"], row["expected"]) == ("99.0", "100 or more")


def test_the_margin_of_the_april_poll_was_cut_off_and_not_rounded(checks):
    sheet = checks[checks["check"] == "sheet"].set_index("answer")
    margin = sheet.loc["margin_of_error"]
    assert (margin["printed"], margin["expected"]) == ("±2.8%", "2.89")
    assert sheet.loc["confidence_level", "expected"] == "94.3–95.2"
    assert sheet.loc["sample_size", "expected"].replace(",", "") == "1237–1328"
    assert sheet.loc["design_effect", "expected"] == "at most 0.970"
    assert set(sheet.drop("margin_of_error")["verdict"]) == {"descriptive"}


def test_every_check_of_the_april_poll_was_made_and_counted(checks):
    counts = checks.groupby(["check", "verdict"]).size().to_dict()
    assert counts == {
        ("sheet", "inconsistent if rounded, consistent if truncated"): 1,
        ("sheet", "descriptive"): 3,
        ("range", "consistent"): 8,
        ("range", "explained gap"): 1,
        # The columns of votes in tables 1 and 2, and those of three certainties.
        ("single response", "consistent"): 8 + 9 + 3 * 9,
        ("multiple response", "consistent"): 6 * 9 - 1,
        ("multiple response", "inconsistent"): 1,
        ("repeated figures", "consistent"): 5 * 8,
        # Three partitions of 5 votes, 9 certainties and the 78 rows of the six open-ended tables.
        ("aggregation", "consistent"): 3 * (5 + 9 + 78),
        ("exact sums", "descriptive"): 1,
    }
    assert set(checks["verdict"]) <= set(AUDIT_VERDICTS)


def test_the_explained_gap_is_the_total_of_vote_intention(checks):
    gap = only(checks[checks["verdict"] == "explained gap"])
    assert (gap["question"], gap["segment"]) == ("vote_intention", "total")
    assert gap["answer"] == "castillo, fujimori, blank_null, undecided, will_not_vote"


def test_columns_that_sum_to_exactly_100_are_counted_once_each(cpi, checks):
    sums, chances = [], []
    printed = cpi.table("vote_certainty", printed=True).map(Decimal)
    given = {answer.id: answer.given or "" for answer in cpi.question("vote_certainty").answers}
    for _, rows in printed.groupby(given):
        sums += rows.sum().to_list()
        chances += [chance_of_exact_sum(int((column > 0).sum())) for _, column in rows.items()]
    # The distribution of the number of exact sums, one column after the other.
    number = np.ones(1)
    for chance in chances:
        number = np.convolve(number, [1 - chance, chance])
    exact = sum(total == 100 for total in sums)
    row = only(checks[checks["check"] == "exact sums"])
    assert row["printed"] == f"{exact} of {len(sums)} columns" == "28 of 36 columns"
    assert row["expected"].startswith(f"{sum(chances):.1f} expected; {number[exact:].sum():.2g} chance")


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


@pytest.mark.parametrize("categories", [2, 3, 5, 10])
def test_exact_sums_are_as_frequent_as_that_among_random_shares(categories):
    shares = np.random.default_rng(5).dirichlet(np.ones(categories), size=20_000)
    exact = (np.round(1000 * shares).astype(int).sum(axis=1) == 1000).mean()
    chance = chance_of_exact_sum(categories)
    assert exact == pytest.approx(chance, abs=4 * math.sqrt(chance * (1 - chance) / 20_000) + 1e-12)


def aggregated(question, answer, *partitions):
    return {("aggregation", question, answer, partition, "inconsistent") for partition in partitions}


FAULTS = {
    "a repeated figure that differs": (
        {("vote_intention", "castillo", "costa_sur"): "41.3"},
        {("repeated figures", "vote_certainty", "castillo", "costa_sur", "inconsistent")},
    ),
    "a total above its parts": (
        {("castillo_negative", "no_opinion", "total"): "20.8"},
        aggregated("castillo_negative", "no_opinion", "total from region"),
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


def test_mending_the_one_column_leaves_only_the_sheet(cpi):
    mended = with_figures(cpi, {("castillo_negative", "no_opinion", "lima_callao"): "16.5"})
    assert {finding[0] for finding in findings(mended)} == {"sheet"}


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


def test_seven_totals_of_the_april_poll_contradict_others_and_none_is_counted_twice(cpi):
    rows = audit(cpi)
    joint = rows[rows["check"] == "joint aggregation"]
    off = joint[joint["verdict"] == "contradicts other rows"]
    assert (off["segment"] == "total from region").sum() == 7
    assert set(joint["verdict"]) == {"consistent", "contradicts other rows"}
    # 92 totals of the country; 97 of the interior, which two partitions make up.
    assert joint.groupby("segment").size().to_list() == [97, 97, 92]
    # What was reached stands beside each, and lies beyond the rounding of what is printed.
    for printed, expected in zip(off["printed"], off["expected"], strict=True):
        side, end = expected.rsplit(" ", 1)
        gap = float(end) - float(printed)
        assert gap >= 0.0499 if side == "at least" else gap <= -0.0499


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

"""Rows that are no answers: bases, nets and measures (format 2), and columns that print an earlier reading again."""

import re

import numpy as np
import pytest
from made_up_poll import write_poll

from analysis.errors import PollError
from analysis.estimates import (
    Options,
    audit,
    bases,
    compare_segments,
    intervals,
    national_total,
    segment_pairs,
)
from analysis.polls import load_poll
from analysis.show import View, comparisons
from analysis.show.printed import published_tables

AT_ONE = Options(design_effect=1)
HALVES = [("half", "total", ("north", "south"))]
ROWS = {
    ("n", "unweighted_base"): {"total": "1000", "north": "620", "south": "380"},
    ("weighted", "weighted_base"): {"total": "1000", "north": "550", "south": "450"},
    ("fully", "candidate"): {"total": "20.0", "north": "25.0", "south": "13.9"},
    ("partly", "candidate"): {"total": "40.0", "north": "35.0", "south": "46.1"},
    ("approve", "net", "", "fully partly"): {"total": "60.0", "north": "60.0", "south": "60.0"},
    ("no", "no_opinion"): {"total": "40.0", "north": "40.0", "south": "40.0"},
    ("among_n", "unweighted_base", "fully"): {"total": "201", "north": "160", "south": "41"},
    ("sure", "certain", "fully"): {"total": "50.0", "north": "60.0", "south": "27.5"},
    ("unsure", "may_change", "fully"): {"total": "50.0", "north": "40.0", "south": "72.5"},
    ("grade", "mean", "", "", "points 0-10"): {"total": "6.35", "north": "-7", "south": "6.1"},
    ("moved", "change", "", "", "points since 2029"): {"total": "+3", "north": "−2.5", "south": "0"},
}


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """A poll that prints its bases, weighted and not, a net, a mean and a change."""
    folder = tmp_path_factory.mktemp("polls") / "printed"
    return write_poll(folder, {"q": ROWS}, n=1000, form=2, partitions=HALVES)


def test_only_percentages_are_figures_and_only_answers_are_answers(printed):
    question = printed.questions[0]
    assert [answer.id for answer in question.answers] == ["fully", "partly", "no", "sure", "unsure"]
    assert set(printed.figures["answer"]) == {"fully", "partly", "approve", "no", "sure", "unsure"}
    assert question["grade"].unit == "points 0-10"
    assert question["approve"].of == ("fully", "partly")
    assert question.printed.loc["moved"].to_list() == ["+3", "−2.5", "0"]
    assert printed.table("q").index.to_list() == ["fully", "partly", "no", "sure", "unsure"]
    assert set(intervals(printed, "q")["answer"]) == set(printed.table("q").index)
    assert set(national_total(printed, "q", options=AT_ONE)["answer"]) == set(printed.table("q").index)


def test_printed_interviews_are_the_bases_and_printed_weights_the_weights(printed):
    found = bases(printed, AT_ONE).set_index("segment")
    assert found["base"].to_dict() == {"total": 1000, "north": 620, "south": 380}
    assert set(found["source"]) == {"printed"}
    assert found["weight"].to_dict() == {"total": 1, "north": 0.55, "south": 0.45}
    # Counts were rounded: 549.5 of 1000.5 at least.
    assert found.loc["north", "low"] == pytest.approx(549.5 / 1000.5)
    assert found.loc["north", "high"] == pytest.approx(550.5 / 999.5)


def test_a_table_conditional_on_an_answer_has_its_own_printed_base(printed):
    cells = intervals(printed, "q", AT_ONE).set_index(["answer", "segment"])["base"]
    assert cells["sure"].to_dict() == {"total": 201, "north": 160, "south": 41}
    assert cells["fully"].to_dict() == {"total": 1000, "north": 620, "south": 380}


def test_a_question_put_to_some_has_the_interviews_that_its_table_prints(tmp_path):
    asked = {
        ("n", "unweighted_base"): {"total": "400", "north": "150", "south": "250"},
        "yes": {"total": "50.0", "north": "40.0", "south": "56.0"},
        "no": {"total": "50.0", "north": "60.0", "south": "44.0"},
    }
    poll = write_poll(tmp_path / "p", {"q": asked}, n=1000, form=2, partitions=HALVES, base="part")
    cells = intervals(poll, "q", AT_ONE).set_index(["answer", "segment"])
    assert cells.loc["yes", "base"].to_dict() == {"total": 400, "north": 150, "south": 250}
    compared = compare_segments(poll, "q", options=AT_ONE)
    assert compared["n_effective"].to_list() == [150, 150]


def test_a_sheet_without_n_needs_printed_bases(tmp_path):
    with_bases = write_poll(tmp_path / "a", {"q": ROWS}, n=None, form=2, partitions=HALVES)
    assert with_bases.sheet.n is None
    assert bases(with_bases)["base"].to_list() == [1000, 620, 380]
    assert intervals(with_bases, "q", AT_ONE)["low"].notna().all()
    without = {key: row for key, row in ROWS.items() if isinstance(key, tuple) and "base" not in key[1]}
    unknown = write_poll(tmp_path / "b", {"q": without}, n=None, form=2, partitions=HALVES)
    assert bases(unknown)[["base", "n_effective", "margin_of_error"]].isna().all(axis=None)
    assert set(intervals(unknown, "q")["flag"]) == {"base unknown"}
    assert (audit(unknown).query("check == 'sheet'")["verdict"] == "not published").all()


def test_segments_need_no_printed_total(tmp_path):
    parts = {key: {s: f for s, f in row.items() if s != "total"} for key, row in ROWS.items()}
    poll = write_poll(tmp_path / "p", {"q": parts}, n=1000, form=2, partitions=HALVES)
    assert poll.table("q")["total"].isna().all()
    assert compare_segments(poll, "q", options=AT_ONE)["p_value"].notna().sum() >= 3
    assert not audit(poll)["verdict"].isin(["unexplained gap"]).any()


def test_an_earlier_reading_is_outside_partitions_comparisons_and_bases(tmp_path):
    rows = {
        key: row | {"before": row["total"]} for key, row in ROWS.items() if key[1] not in ("mean", "change")
    }
    wave = {"before": 'wave = "2029-05"\nrepeats = "total"\n'}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000, form=2, partitions=HALVES, segments=wave)
    assert poll.segments["before"].wave == "2029-05"
    for relation in ("disjoint", "within", "overlapping"):
        assert not any("before" in pair for pair in segment_pairs(poll, relation))
    assert np.isnan(bases(poll).set_index("segment").loc["before", "base"])
    assert poll.table("q").loc["fully", "before"] == 0.2


def test_people_who_are_no_part_of_the_sample_are_compared_with_nobody(tmp_path):
    answers = {key: row for key, row in ROWS.items() if key[1] == "candidate" or key[0] == "no"}
    rows = {key: row | {"country": row["total"]} for key, row in answers.items()}
    written = {"n": 1000, "form": 2, "partitions": HALVES}
    weighted = dict.fromkeys(("total", "country", "north", "south"), 'base_kind = "weighted"\n')
    counts = {"total": 118, "country": 9139, "north": 60, "south": 58}
    said = weighted | {"country": weighted["country"] + "outside = true\n"}
    for name, segments in {"implied": weighted, "said": said}.items():
        poll = write_poll(tmp_path / name, {"q": rows}, bases=counts, segments=segments, **written)
        assert bases(poll).set_index("segment").loc["country", ["weight", "base"]].isna().all()
    for relation in ("disjoint", "within", "overlapping"):
        assert not any("country" in pair for pair in segment_pairs(poll, relation))
    assert "not part of the sample" in published_tables(View(poll)).html
    drawn = comparisons.segments_chart(View(poll), intervals(poll, "q"), ["fully"])
    assert {row.label: row.small for row in drawn.chart.rows}["country"] == "not part of the sample"
    of_theirs = {"country": 'base = "9,139"\noutside = true\n'}
    poll = write_poll(tmp_path / "p", {"q": rows}, segments=of_theirs, **written)
    assert bases(poll).set_index("segment").loc["country", "base"] == 9139


def test_a_base_printed_for_a_segment_may_be_a_weighted_one(tmp_path):
    rows = {key: row for key, row in ROWS.items() if key[1] == "candidate" or key[0] == "no"}
    kind = 'base_kind = "weighted"\n'
    poll = write_poll(
        tmp_path / "p", {"q": rows}, n=1000, form=2, partitions=HALVES,
        bases={"total": 2000, "north": 1100, "south": 900},
        segments=dict.fromkeys(("total", "north", "south"), kind),
    )  # fmt: skip
    found = bases(poll, AT_ONE).set_index("segment")
    assert found["weight"].to_list() == [1, 0.55, 0.45]
    # Weighted counts are no interviews: those are taken to be in proportion to the weights.
    assert found["base"].to_list() == pytest.approx([1000, 550, 450])
    assert found["source"].to_list() == ["printed", "recovered", "recovered"]


def test_a_table_of_nothing_but_a_mean_is_read_and_left_alone(tmp_path):
    rows = {("grade", "mean", "", "", "points"): {"total": "6.3", "north": "6.1", "south": "6.6"}}
    poll = write_poll(tmp_path / "p", {"q": rows}, n=1000, form=2, partitions=HALVES)
    assert poll.figures.empty
    assert poll.table("q").empty
    for table in (intervals(poll, "q"), compare_segments(poll, "q"), national_total(poll, "q")):
        assert table.empty
    assert "inconsistent" not in set(audit(poll)["verdict"])


FAULTS = [
    ("q.csv", "fully partly", "fully nobody", "answer 'approve', column 'of': no other row is called nobody"),
    ("q.csv", "fully partly", "fully approve", "answer 'approve', column 'of': no other row is called approve"),
    ("q.csv", "partly,candidate,,,", "partly,candidate,,fully,", "column 'of': only a row of role 'net' sums others"),
    ("q.csv", "n,n,unweighted_base,,,,1000", "n,n,unweighted_base,,,,many", "column 'total': 'many' is not a count"),
    ("q.csv", "6.35", "six", r"column 'total': 'six' is not a number such as 7\.5"),
    ("q.csv", "20.0", "+20.0", "column 'total': '.20.0' is not a percentage"),
    ("q.csv", "certain,fully", "certain,n", "column 'given': 'n' is not an answer that is a share of all"),
    ("q.csv", "certain,fully", "certain,grade", "column 'given': 'grade' is not an answer that is a share of all"),
    ("q.csv", ",net,", ",nett,", "column 'role': 'nett' is not allowed; use one of candidate, .*, net, mean, "),
    ("poll.toml", 'wave = "2029-05"', "", "needs both 'wave' .when. and 'repeats' .of which segment."),
    ("poll.toml", 'repeats = "total"', 'repeats = "before"', "segment 'before', 'repeats': 'before' is no other segment"),
    ("poll.toml", 'repeats = "total"', 'repeats = "whole"', "'repeats': 'whole' is no other segment; there is: total, "),
    ("poll.toml", "'north', 'south'", "'north', 'before'", "before is an earlier reading, or outside the sample"),
    ("poll.toml", 'id = "total"', 'id = "total"\noutside = true', "the whole is not outside of itself"),
    ("poll.toml", 'id = "south"', 'id = "south"\noutside = "yes"', "'outside': 'yes' is not true or false"),
    ("poll.toml", 'id = "south"', 'id = "south"\nbase_kind = "gross"', "'gross' is not allowed; use one of unweighted"),
    ("poll.toml", 'id = "south"', 'id = "south"\nbase = "some"', "segment 'south', 'base': 'some' is not a count"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "message"), FAULTS)
def test_a_fault_of_a_row_that_is_no_answer_is_named(tmp_path, name, old, new, message):
    folder = tmp_path / "p"
    wave = {"before": 'wave = "2029-05"\nrepeats = "total"\n'}
    write_poll(folder, {"q": ROWS}, n=1000, form=2, partitions=HALVES, segments=wave)
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PollError, match=message):
        load_poll(folder)


def test_what_labels_of_columns_begin_with_stands_once_over_them(tmp_path):
    labels = {"white": "Race: White", "black": "Race: Black", "tenants": "Home: rented"}
    shares = dict.fromkeys(["total", "north", "south", *labels], "50.0")
    named = {name: f'label_en = "{label}"\n' for name, label in labels.items()}
    poll = write_poll(
        tmp_path / "p", {"q": {"a": shares, "b": shares}}, n=1000, partitions=HALVES, segments=named
    )
    heads = re.findall(r'<th scope="(col\w*)"[^>]*>([^<]*)', published_tables(View(poll)).html)
    assert heads[1:] == [
        *(("col", one) for one in ("total", "north", "south")),
        ("colgroup", "Race"),
        *(("col", one) for one in ("Home: rented", "White", "Black")),
    ]

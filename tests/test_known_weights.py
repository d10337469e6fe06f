"""Weights that are known: read as respondents have them, and held by the ranges that printed figures allow."""

from dataclasses import replace

import pandas as pd
import pytest
from reference_values import REFERENCE

from analysis import Options, estimates, load_known_weights, load_poll, show
from analysis.errors import PollError

HOSTILE = "{ } {0} %s $ # <b>"
NAMES = {
    "18 - 34": "age_18_34", "35 - 64": "age_35_64", "65 and up": "age_65", "White": "white", "Non-white": "non_white",
}  # fmt: skip


@pytest.fixture(scope="module")
def known():
    return load_known_weights()


@pytest.fixture(scope="module")
def held(known):
    return estimates.recovered_weights(known)


@pytest.fixture(scope="module")
def masculinity(known):
    return next(one for one in known if one.id == "masculinity-2018")


def test_weights_are_those_of_the_respondents(masculinity):
    rows = pd.read_csv(REFERENCE / "masculinity-2018.csv", names=["what", "interviews", "weighted"])
    counted = masculinity.weights.set_index("segment")
    crossed = masculinity.crossed.groupby(["segment", "other"])["weighted"].sum()
    very = masculinity.crossed[masculinity.crossed["answer"] == "very"].set_index(["segment", "other"])[
        "weighted"
    ]
    for what, interviews, weighted in rows.itertuples(index=False):
        kind, *groups = what.split(";")
        key = tuple(NAMES[group] for group in groups)
        if kind == "kish":
            assert masculinity.factor == pytest.approx(weighted, abs=5e-4)
        elif len(key) == 1:
            assert counted.loc[key[0], ["interviews", "weighted"]].tolist() == [interviews, weighted]
        else:
            assert (crossed if kind == "both" else very)[key] == pytest.approx(weighted, abs=3e-4)


def test_printed_tables_are_those_of_the_respondents(masculinity):
    made = masculinity.answered[masculinity.answered["people"] == "all"].set_index(["question", "answer"])
    for (question, answer), row in made.iterrows():
        printed = masculinity.poll.table(question).loc[answer, row.index[1:]].astype(float)
        assert (printed - row.iloc[1:].astype(float)).abs().max() < 0.0056


def test_every_true_weight_lies_in_its_range(held):
    assert held["inside"].all()
    assert held.groupby("poll").size().to_dict() == {
        "cnc-2018-03": 5, "masculinity-2018": 5, "nationscape-2020-05-07": 32, "nesdc-15276": 30, "nesdc-15309": 18,
    }  # fmt: skip
    young = held.set_index("segment").loc["age_18_34"]
    assert young["interviews"] < young["low"]  # unweighted shares are ruled out


def test_a_table_that_prints_the_weights_does_not_prove_that_they_can_be_recovered(known, held):
    by_id = {one.id: one.poll for one in known}
    assert estimates.tables_of_division(by_id["cnc-2018-03"], "sex") == ["sex"]  # whose zeros are empty cells
    assert estimates.tables_of_division(by_id["nesdc-15309"], "approval") == ["president"]
    assert estimates.tables_of_division(by_id["nesdc-15309"], "age") == []
    with_it = estimates.implied_weights(by_id["masculinity-2018"], "age").iloc[0]
    without = held.set_index("segment").loc["age_18_34"]
    assert without["low"] < with_it["low"] < without["weight"] < with_it["high"] < without["high"]


def test_the_headline_says_what_is_known_of_the_poll(held, cpi, masculinity):
    own = show.recovered.answer(show.View(masculinity.poll), held)
    assert own.text.startswith(
        "Yes, as ranges: all 90 true weights lie within those that published figures leave."
    )
    assert "Men aged 18–34 made up 8.2% of SurveyMonkey’s interviews and counted for 29.2%" in own.text
    assert show.recovered.answer(show.View(cpi), held).text.startswith(
        "Nobody can check the weights recovered from CPI"
    )
    spoilt = held.assign(inside=[False, *held["inside"].iloc[1:]])
    assert show.recovered.answer(show.View(masculinity.poll), spoilt).text.startswith(
        "Not always: the ranges that published figures leave hold 89 of 90"
    )
    assert "No poll was given" in show.recovered.answer(show.View(cpi), held.head(0)).text
    view = show.View(cpi)
    assert show.recovered.truth_chart(view, held[held["poll"] == cpi.id], []) == view.nothing()


def test_a_label_is_data(held, masculinity):
    rows = held[held["poll"] == masculinity.id].assign(label=HOSTILE)
    view, titled = show.View(masculinity.poll), replace(masculinity, short_title=HOSTILE)
    polls = pd.DataFrame({"poll": [masculinity.id], "segments": 5, "inside": 5, "width": 0.1, "ruled_out": 4})
    for shown in (
        show.recovered.answer(view, rows),
        show.recovered.truth_chart(view, rows, [titled]).shown(),
        show.recovered.polls_table(view, polls, [titled]),
    ):
        assert HOSTILE in shown.text
        assert "<b>{" not in shown.html.replace(" ", "")
        assert "&amp;lt;" not in shown.html


def test_the_cost_is_said_with_what_the_sheet_prints_and_what_is_true(masculinity, cpi):
    options = Options(0.95)
    factors = estimates.weighting_factors(masculinity.poll, options)
    text = show.recovered.cost_table(
        show.View(masculinity.poll, options=options), factors, [masculinity]
    ).text
    assert "at least ±3.1 points; as published it is ±2.5" in text
    assert "±4.3" in text
    assert "A lower bound" in text
    view = show.View(cpi)
    assert show.recovered.cost_table(view, estimates.weighting_factors(cpi), []) == view.nothing()


def test_faults_are_named(tmp_path):
    with pytest.raises(PollError, match="Nothing in data/weights called 'cnc-2018'"):
        load_known_weights("cnc-2018")
    for ending, text in {
        "toml": 'format = 1\ntitle = "t"\nsource = "s"\nshort_title = "t"\nknown_from = "hearsay"\nstep = 1.0\n',
        "csv": "partition,segment,label,label_es,interviews,weighted\nage,young,Young,Jóvenes,ten,5\n",
    }.items():
        (tmp_path / f"own.{ending}").write_text(text, "utf-8")
    with pytest.raises(PollError, match=r"(?s)hearsay.*'ten' is not a number") as raised:
        load_known_weights(str(tmp_path / "own.csv"))
    assert "respondents" in str(raised.value)
    assert load_poll("cpi-2021-04").id not in {one.id for one in load_known_weights()}

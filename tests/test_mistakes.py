"""Mistakes on the way, as analysts make them in a notebook: our errors that say what to do, never pandas' or numpy's."""

import inspect

import numpy as np
import pandas as pd
import pytest
from notebook_cells import run

from analysis import estimates, polls, show, stats
from analysis.errors import AnalysisError, PollError
from analysis.estimates import Options
from analysis.polls import load_poll, load_race, load_result, load_target
from analysis.show.view import SETTINGS_VARIABLE


def of_a_poll():
    """Every function of the estimates that begins with a poll, and its other arguments."""
    for name in estimates.__all__:
        function = getattr(estimates, name)
        if callable(function) and not isinstance(function, type):
            parameters = list(inspect.signature(function).parameters.values())
            if parameters and parameters[0].name == "poll":
                yield function, parameters


@pytest.fixture(scope="module")
def arguments(cpi):
    """What is sound for the parameters that must be given."""
    race, result = load_race("peru-2021-runoff"), load_result("peru-2021-runoff")
    roll = load_target("electoral-roll-2021")
    return {
        "question": "vote_intention", "partition": "region", "result": result, "target": roll, "race": race,
        "leads": estimates.reading_leads(race, cpi), "results": [result], "targets": [roll],
        "answers": ["castillo", "fujimori"], "other": load_poll("cpi-2021-05-08"),
    }  # fmt: skip


def needed(parameters, arguments):
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return [
        arguments[one.name]
        for one in parameters[1:]
        if one.default is inspect.Parameter.empty and one.kind in positional
    ]


@pytest.mark.parametrize("poll", ["cpi-2021-04", None, 5])
def test_the_id_of_a_poll_where_a_poll_is_wanted(poll, arguments):
    tested = 0
    for function, parameters in of_a_poll():
        with pytest.raises(
            AnalysisError, match=r"poll: '.*' is a \w+, not a poll; load one first, as with load_poll"
        ):
            function(poll, *needed(parameters, arguments))
        tested += 1
    assert tested > 35


@pytest.mark.parametrize("options", [0.9, "0.95", {"confidence_level": 0.9}])
def test_a_level_where_options_are_wanted(cpi, options, arguments):
    tested = 0
    for function, parameters in of_a_poll():
        if "options" in {one.name for one in parameters}:
            with pytest.raises(
                AnalysisError, match=r"options: .* is a \w+; use Options\(confidence_level=0.9"
            ):
                function(cpi, *needed(parameters, arguments), options=options)
            tested += 1
    assert tested > 20


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("question", r"(?i)no (division or )?question 'why'; there is: .*vote_intention"),
        ("partition", "No partition 'why'; there is: region"),
    ],
)
def test_a_question_or_partition_that_is_not_there(cpi, name, message, arguments):
    tested = 0
    for function, parameters in of_a_poll():
        if name in {one.name for one in parameters}:
            given = inspect.signature(function).bind(cpi, *needed(parameters, arguments)).arguments
            with pytest.raises(AnalysisError, match=message):
                function(**given | {name: "why"})
            for odd in (["why"], 5) if name == "question" else ():
                with pytest.raises(AnalysisError):
                    function(**given | {name: odd})
            tested += 1
    assert tested > 5


def test_the_id_of_a_race_where_a_race_is_wanted():
    with pytest.raises(
        AnalysisError, match="race: 'peru' is a str, not a race; load one first, as with load_race"
    ):
        estimates.reading_leads("peru")


@pytest.mark.parametrize("level", ["ninety", "0.95", True, [0.9, "x"], 95, None, float("nan"), 0, 1])
def test_a_level_that_is_none(level):
    for call in (
        lambda: stats.share_interval(0.3, 100, confidence_level=level),
        lambda: stats.margin_of_error(100, confidence_level=level),
        lambda: stats.lead_interval(0.3, 0.2, 100, confidence_level=level),
        lambda: stats.can_be_first([0.3, 0.2], 100, confidence_level=level),
        lambda: Options(confidence_level=level),
    ):
        with pytest.raises(AnalysisError, match=r"confidence_level: .* is not"):
            call()


@pytest.mark.parametrize("error", ["0.03", None, True, [], 3, -0.1, float("nan")])
def test_an_added_error_that_is_no_share(cpi, error):
    votes = estimates.valid_votes(cpi, "vote_intention")
    for call in (
        lambda: estimates.calibrated_votes(votes, added_error=error),
        lambda: estimates.calibrated_leads(cpi, "vote_intention", added_error=error),
        lambda: estimates.leading_probability(cpi, "vote_intention", added_error=error),
    ):
        with pytest.raises(AnalysisError, match=r"added_error: .* is not allowed; use a share from 0 to 1"):
            call()


@pytest.mark.parametrize("rate", ["0.3", [0.3, 0.4], 3])
def test_a_response_rate_that_is_no_share(cpi, rate):
    votes = estimates.valid_votes(cpi, "vote_intention")
    with pytest.raises(AnalysisError, match=r"response_rate: .* is not allowed; use a share from 0 to 1"):
        show.votes.nonresponse_sentence(show.View(cpi), votes, -0.2, 0.3, response_rate=rate)


@pytest.mark.parametrize("share", [35.5, "much", "0.3", -0.1, [0.3, 30]])
def test_a_percentage_or_a_word_where_a_share_is_wanted(share):
    for call in (
        lambda: stats.share_interval(share, 100),
        lambda: stats.lead_interval(share, 0.2, 100),
        lambda: stats.weight_bounds([[0.4, 0.2]], [share] if np.ndim(share) == 0 else share),
    ):
        with pytest.raises(AnalysisError, match=r"is not a (share|number)|do not match"):
            call()


def test_a_negative_base_is_unknown_to_arrays_and_an_error_in_a_poll(spoilt):
    assert np.isnan(stats.share_interval(0.355, -1)).all()
    folder = spoilt("poll.toml", 'id = "lima_callao"', 'id = "lima_callao"\nbase = "-445"')
    with pytest.raises(AnalysisError, match="segment 'lima_callao', 'base': '-445' is not a count"):
        load_poll(folder)


CHANGES = {
    "one answer": lambda table: table[table["answer"] == "castillo"],
    "some rows": lambda table: table.iloc[1::2],
    "the first row": lambda table: table.iloc[:1],
    "sorted": lambda table: table.iloc[::-1],
    "no rows": lambda table: table.iloc[:0],
    "copied": pd.DataFrame.copy,
}


@pytest.mark.parametrize(("change", "settings"), [*((name, "") for name in CHANGES), ("some rows", "1")])
def test_a_table_that_is_cut_before_it_is_shown(cpi, change, settings, monkeypatch):
    """Every one of them is shown with the rows it has, also while a report is made; of no rows that is said."""
    monkeypatch.setenv(SETTINGS_VARIABLE, settings)
    view = show.View(cpi)
    cells = CHANGES[change](estimates.intervals(cpi, "vote_intention"))
    compared = CHANGES[change](estimates.compare_segments(cpi, "vote_intention", "area"))
    ranked = CHANGES[change](estimates.rank_answers(cpi, "vote_intention"))
    for shown in (
        show.comparisons.answer(view, ranked, compared),
        show.comparisons.letters_table(view, "vote_intention", cells, compared),
        show.comparisons.differences_table(view, compared),
        show.comparisons.answers_chart(view, ranked),
        show.comparisons.segments_chart(view, cells, ["castillo", "fujimori"]),
        show.comparisons.differences_chart(view, compared),
    ):
        bundle = shown._repr_mimebundle_()
        assert bundle["text/plain"].strip()
        if change == "one answer":
            assert "Fujimori" not in bundle["text/plain"].replace("Castillo and Fujimori", "")


def test_rows_that_a_table_misses_are_named():
    frame = pd.DataFrame({"answer": ["castillo"]})

    def total(view, table):
        return table.set_index("answer").loc["total"]

    with pytest.raises(
        AnalysisError, match="total: 'total' is not among the rows and columns given; give the tables whole"
    ):
        show.display.made_of_rows(total, None, frame)


@pytest.mark.parametrize("name", ["/", "..", "*", "[", "a\0b", "x" * 5000, "no such thing", None, 5, ""])
def test_a_name_that_nothing_can_have(name):
    """Papermill hands over what was typed, and None and numbers as such."""
    for loader in (one for one in polls.__all__ if one.startswith("load_")):
        if name == "" and loader in {"load_known_weights", "load_results", "load_targets"}:
            continue  # nothing named is all there are
        with pytest.raises(PollError):
            getattr(polls, loader)(name)


@pytest.mark.parametrize("days", [-1, "a", 2.5, None, 10**30])
def test_days_that_no_two_polls_are_apart(arguments, days):
    for pairs in (estimates.pairs_of_peers, estimates.pairs_of_pollsters):
        with pytest.raises(AnalysisError, match=r"days: .* use a whole number of 0 or more"):
            pairs(arguments["leads"], days=days)


def test_nobody_allowed_to_be_left_out_where_some_may_be(cpi):
    rows = pd.DataFrame(
        [("young", 0.2, 0.3, people, 0.0) for people in ("all", "answered")],
        columns=["segment", "low", "high", "people", "allowed"],
    )
    held = pd.DataFrame({"poll": [cpi.id], "segment": ["young"], "label": ["Young"], "weight": [0.4]}).assign(
        label_es="Jóvenes"
    )
    shown = show.recovered.left_out_table(show.View(cpi), rows, held)
    assert "1 of 1 ranges miss the truth; allowing for it, 1" in shown.text


def test_kinds_of_races_that_are_not_there_or_all_there_are():
    record = polls.load_track_record("us-elections-1998-2022")
    kinds = record.groups["kind"]
    assert set(record.without("president, senate")["kind"]) == set(kinds) - {"president", "senate"}
    for left_out, message in (
        ("presidnt", "did you mean 'president'"),
        (" ".join(kinds), "keep one"),
        (5, "list"),
    ):
        with pytest.raises(PollError, match=message):
            record.without(left_out)
    with pytest.raises(AnalysisError, match="leads: 2 is not allowed; use a share"):
        estimates.calibrated_leads(load_poll("cpi-2021-04"), "vote_intention", leads=[2])
    with pytest.raises(AnalysisError, match=r"leads: no lead is above 0\.586"):
        estimates.calibrated_leads(load_poll("cpi-2021-04"), "vote_intention", leads=[0.9])


def test_what_cannot_be_shown_is_told_from_a_fault_of_the_package(cpi):
    view, shares = show.View(cpi), estimates.intervals(cpi, "vote_intention")
    both = pd.concat([estimates.bases(cpi), estimates.bases(cpi, Options(0.9))])
    for mistake, message in (
        (
            lambda: show.comparisons.segments_chart(cpi, shares, ["castillo"]),
            "first argument is a Poll and no View",
        ),
        (
            lambda: show.comparisons.segments_chart(view, shares.drop(columns="high"), ["castillo"]),
            "'high' is not among the rows and columns given",
        ),
        (lambda: show.provenance(cpi), "first argument is a Poll and no View"),
        (lambda: show.provenance(view, "x"), "reference: 'x' is a str; use what load_target"),
        (lambda: show.provenance(view, shares), "is a DataFrame; use what load_target"),
        (lambda: show.View(cpi, "en", 0.9), "options: '0.9' is a float; use Options"),
        (
            lambda: show.comparisons.segments_chart(view, shares, "castillo"),
            "use a list of answers",
        ),
        (lambda: show.comparisons.segments_chart(view, shares, ["castilo"]), "did you mean 'castillo'"),
        (
            lambda: estimates.compare_answers(cpi, "vote_intention", answers="castillo"),
            "use a list of answers",
        ),
        (
            lambda: show.comparisons.answers_chart(view, estimates.bases(cpi)),
            "not among the rows and columns given",
        ),
        (lambda: show.precision.margins_chart(view, both), "margins_chart: what was given cannot be shown"),
    ):
        with pytest.raises(AnalysisError, match=message):
            mistake()


def test_letters_are_those_of_columns_that_are_there(cpi):
    shares = estimates.intervals(cpi, "vote_intention")
    compared = estimates.compare_segments(cpi, "vote_intention")
    view, fewer = show.View(cpi), shares[shares["segment"] != "interior"]
    shown = show.comparisons.letters_table(view, "vote_intention", fewer, compared)
    whole = show.comparisons.letters_table(view, "vote_intention", shares, compared)
    assert 'pt-letters">A<' in whole.html
    assert 'pt-letters">A<' not in shown.html


def test_a_question_that_does_not_tell_certainty_names_the_one_that_does(cpi):
    names = run("06-vote-certainty", question="vote_intention")
    said = show.certainty.answer(names["view"], names["votes"], names["leads"]).text
    assert said == "This table does not say how certain voters are; “Certainty of the vote” does."


def test_a_published_margin_is_held_against_one_of_its_own_level(cpi):
    said = {
        level: show.front._trust(show.View(cpi, options=Options(level, 1.66))) for level in (0.9, 0.95, 0.99)
    }
    assert len(set(said.values())) == 1
    assert "is nearer ±3.7 points" in said[0.9]


def test_ids_where_objects_are_wanted_are_read_or_refused(cpi):
    held = estimates.weights_against(cpi, "electoral-roll-2021")
    assert held["population"].notna().any()
    leads = estimates.total_leads(cpi, "vote_intention", ["electoral-roll-2021"])
    assert "electoral-roll-2021" in set(leads["target"])
    for mistake, message in (
        (lambda: estimates.poll_accuracy(cpi, "peru-2021-runoff", "vote_intention"), "load_result"),
        (lambda: estimates.segments_against_result(cpi, "peru-2021-runoff", "vote_intention"), "load_result"),
        (lambda: estimates.fitting_result(cpi, "vote_intention", "peru-2021-runoff"), "load_result"),
        (lambda: cpi.table("vote_intention", True), "printed=True"),
        (lambda: cpi.table("vote_intention", "shares"), "did you mean 'share'"),
    ):
        with pytest.raises(AnalysisError, match=message):
            mistake()


def test_what_somebody_does_to_the_figures_leaves_the_poll_as_it_is(cpi):
    figures = cpi.figures
    figures["share"] *= 100
    figures.pop("printed")
    assert cpi.figures["share"].between(0, 1).all()
    assert "printed" in cpi.figures

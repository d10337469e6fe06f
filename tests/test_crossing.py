"""Groups that were not printed: their ranges hold the respondents, and the page says what they say."""

import ast
import re

import nbformat
import numpy as np
import pytest
from made_up_poll import write_poll

from analysis import estimates, load_known_weights, load_poll, show
from analysis.paths import project_root

HOSTILE = "{ } {0} %s $ # <b>"
PARTITIONS = [("zone", "total", ("north", "south")), ("area", "total", ("rural", "urban"))]
GROUPS = [(a, b) for a in ("north", "south") for b in ("rural", "urban")]


def printed_poll(folder, people, answers=("a", "b", "c")):
    """Print a poll of people, groups × answers, with one decimal."""
    cells = {"total": range(4), "north": (0, 1), "south": (2, 3), "rural": (0, 2), "urban": (1, 3)}
    of = {name: people[list(rows)].sum(axis=0) for name, rows in cells.items()}
    table = {
        (answer, "candidate"): {name: f"{100 * row[place] / row.sum():.1f}" for name, row in of.items()}
        for place, answer in enumerate(answers)
    }
    return write_poll(folder, {"vote": table}, n=int(people.sum()), partitions=PARTITIONS)


def test_every_true_share_of_known_respondents_lies_in_its_range():
    (known,) = load_known_weights("masculinity-2018")
    bounds = estimates.cross_table(known.poll, "masculine").set_index(["segment", "other", "answer"])
    groups = known.crossed.groupby(["segment", "other"])["weighted"].sum()
    assert len(bounds) == 36
    for row in known.crossed.itertuples():
        ends = bounds.loc[(row.segment, row.other, row.answer)]
        assert ends["low"] - 1e-6 <= row.weighted / groups[row.segment, row.other] <= ends["high"] + 1e-6
    for group, weighted in groups.items():
        ends = bounds.loc[(*group, "")]
        assert ends["low"] <= weighted / groups.sum() <= ends["high"]


@pytest.mark.parametrize("seed", range(5))
def test_ranges_hold_the_people_who_were_printed(seed, tmp_path):
    rng = np.random.default_rng(seed)
    people = rng.integers(1, 60, size=(4, 3))
    poll = printed_poll(tmp_path, people)
    bounds = estimates.cross_table(poll, "vote").set_index(["segment", "other", "answer"])
    leads = estimates.cross_leads(poll, "vote").set_index(["segment", "other"])
    for group, row in zip(GROUPS, people, strict=True):
        for answer, count in (*zip("abc", row / row.sum(), strict=True), ("", row.sum() / people.sum())):
            ends = bounds.loc[(*group, answer)]
            assert ends["low"] - 1e-6 <= count <= ends["high"] + 1e-6
        lead = leads.loc[group]
        first, second = ("abc".index(lead[name]) for name in ("answer", "against"))
        assert lead["low"] - 1e-6 <= row[first] / (row[first] + row[second]) <= lead["high"] + 1e-6


def test_an_answer_that_all_of_a_part_gave_settles_who_was_ahead(tmp_path):
    people = np.array([[50, 2, 0], [60, 2, 0], [2, 40, 0], [3, 70, 0]])
    poll = printed_poll(tmp_path, people)
    leads, cross = estimates.cross_leads(poll, "vote"), estimates.cross_table(poll, "vote")
    assert leads["answer"].iloc[0] == "a"
    assert leads["verdict"].to_list() == ["ahead", "ahead", "behind", "behind"]
    said = show.crossing.answer(show.View(poll), cross, leads).text
    assert said.startswith(
        "In 4 of 4 groups that Nobody did not publish, such as “south, urban”, its tables say whether a or b"
    )


def test_in_no_group_does_the_april_poll_settle_who_was_ahead(cpi):
    cross, leads = (make(cpi, "vote_intention") for make in (estimates.cross_table, estimates.cross_leads))
    assert (leads["low"] < 0.5).all()
    assert (leads["high"] > 0.5).all()
    shown = show.crossing.answer(show.View(cpi), cross, leads)
    assert shown.text.startswith("In none of the 8 groups that CPI did not publish")
    assert "4 of 8 groups in which nobody or everybody may have chosen Castillo" in shown.text
    assert "Chance is not in it." in shown.text
    drawing = show.crossing.groups_chart(show.View(cpi), cross, leads[leads["segment"] != "oriente"])
    assert "East" not in drawing.chart.spoken()
    assert estimates.cross_contradictions(cpi, "vote_intention").empty


def test_divisions_that_do_not_cross_make_no_groups(cpi, harbour):
    assert estimates.crossing_partitions(cpi, "region", "area") == []  # each area is within one region
    assert estimates.crossing_partitions(cpi, "area", "zone") == ["area", "zone"]
    assert estimates.cross_table(harbour, "vote").empty
    shown = show.crossing.answer(
        show.View(harbour), *(f(harbour, "vote") for f in (estimates.cross_table, estimates.cross_leads))
    )
    assert "there is nothing to bound" in shown.text


def test_tables_that_contradict_one_another_are_said_to(tmp_path):
    poll = printed_poll(tmp_path, np.array([[50, 2, 5], [60, 2, 5], [2, 40, 5], [3, 70, 5]]))
    file = next(tmp_path.glob("*vote*.csv"))
    lines = file.read_text("utf-8").splitlines()
    place = lines[0].split(",").index("total")
    for number, printed in ((1, "97.0"), (2, "1.0"), (3, "2.0")):  # no mixture of the parts
        cells = lines[number].split(",")
        cells[place] = printed
        lines[number] = ",".join(cells)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    poll = load_poll(tmp_path)
    cross, leads = estimates.cross_table(poll, "vote"), estimates.cross_leads(poll, "vote")
    assert cross["low"].isna().all()
    named = estimates.cross_contradictions(poll, "vote")
    assert len(named) >= 1
    assert set(named["printed"]) <= set(poll.figures["printed"])
    view = show.View(poll)
    assert "contradict one another" in show.crossing.answer(view, cross, leads).text
    assert show.crossing.contradictions_table(view, named).text.startswith("Figures that no respondents have")
    assert "nan" not in show.crossing.groups_table(view, cross).text


def test_a_label_is_data(tmp_path):
    poll = printed_poll(tmp_path, np.array([[50, 2, 5], [60, 2, 5], [2, 40, 5], [3, 70, 5]]))
    text = (tmp_path / "poll.toml").read_text("utf-8").replace('label = "south"', f'label = "{HOSTILE}"')
    (tmp_path / "poll.toml").write_text(text, "utf-8")
    poll = load_poll(tmp_path)
    view, cross, leads = (
        show.View(poll),
        estimates.cross_table(poll, "vote"),
        estimates.cross_leads(poll, "vote"),
    )
    for shown in (
        show.crossing.answer(view, cross, leads),
        show.crossing.groups_chart(view, cross, leads).shown(),
        show.crossing.groups_table(view, cross),
    ):
        assert HOSTILE in shown.text
        assert "<b>" not in shown.html.replace('<b class="', "")
        assert "&amp;lt;" not in shown.html


@pytest.mark.parametrize("stem", ["09-known-weights", "10-unpublished-groups"])
@pytest.mark.parametrize(
    "poll",
    [
        "tests/data/harbour-2030-05",
        "tests/data/valle-2031-02",
        "data/polls/cpi-2021-04",
        "data/polls/masculinity-2018",
    ],
)
def test_the_notebook_runs_for_any_poll_in_both_languages(stem, poll):
    notebook = nbformat.read(project_root() / "notebooks" / f"{stem}.ipynb", as_version=4)
    for language in ("en", "es"):
        names = {}
        for cell in (cell for cell in notebook.cells if cell.cell_type == "code"):
            *body, last = ast.parse(cell.source).body
            if isinstance(last, ast.Expr):
                exec(compile(ast.Module(body, []), stem, "exec"), names)
                shown = eval(compile(ast.Expression(last.value), stem, "eval"), names)
                if hasattr(shown, "_repr_mimebundle_"):
                    assert not re.search(r"\bnan\b|<NA>", shown._repr_mimebundle_()["text/html"])
            else:
                exec(cell.source, names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= {
                    "poll": str(project_root() / poll),
                    "known": "masculinity-2018",
                    "language": language,
                }
        if stem.startswith("10"):
            assert names["checked"]["inside"].all()
            if "narrower" in names:  # a linear programme is never wider than by hand
                assert names["narrower"].all()
        elif poll.endswith("masculinity-2018"):
            by_hand, package = names["narrowing"].iloc[-1], names["package"]
            own = names["held"].set_index("segment").loc[by_hand["segment"]]
            assert by_hand["low"] <= own["low"] + 1e-7
            assert own["high"] <= by_hand["high"] + 1e-7
            assert (package <= names["by_hand"]["masculinity-2018"]).all()
            missed = names["left_out"].query("people == 'answered' and allowed == 0").set_index("segment")
            truth = names["held"].set_index("segment")["weight"]
            assert ((truth < missed["low"]) | (truth > missed["high"])).sum() == 3

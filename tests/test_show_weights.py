"""How a poll was weighted, as a reader is told; and what weighting must at least have cost."""

import re

import numpy as np
import pandas as pd
import pytest
from made_up_poll import write_poll
from notebook_cells import run_workings

from analysis import Options, estimates, load_target, show, stats
from analysis.stats import margin_of_error, weighting_factor_bound

PARTS = ("young", "middle", "old")
INTERVIEWS = (133, 854, 628)  # by age, of the masculinity survey of 2018, and its weights
WEIGHTS = (0.2922, 0.5206, 0.1871)
ANSWERS = {"a": (31.0, 12.0, 55.0), "b": (80.0, 44.0, 9.0), "c": (15.0, 70.0, 33.0)}


def weighted_poll(folder, *, refused="no_opinion", weighted_bases=False):
    """Write a poll of three age groups whose interviews are printed, two of them far from their weights."""
    weights = np.array(WEIGHTS) / sum(WEIGHTS)
    tables = {}
    for name, shares in ANSWERS.items():
        yes = np.array(shares)
        cells = {"yes": yes, ("no", refused): 100 - yes}
        tables[name] = {
            row: {
                "total": f"{weights @ column:.1f}",
                **{part: f"{x:.1f}" for part, x in zip(PARTS, column, strict=True)},
            }
            for row, column in cells.items()
        }
    if weighted_bases:
        counts = [round(1615 * weight) for weight in weights]
        tables["a"]["counted", "weighted_base"] = {
            "total": "1615",
            **dict(zip(PARTS, map(str, counts), strict=True)),
        }
    return write_poll(
        folder, tables, n=1615, form=2, bases=dict(zip(PARTS, INTERVIEWS, strict=True)),
        partitions=[("age", "total", PARTS)],
    )  # fmt: skip


def told(poll, target="published", options=None, language="en"):
    population = load_target(target)
    held = estimates.weights_against(poll, population, options)
    view = show.View(poll, language, options)
    return show.weights.answer(view, held, estimates.bases(poll, options), population), held


def test_where_chance_is_small_lima_is_beyond_it(cpi):
    surely = told(cpi, "electoral-roll-2021", Options(0.5, 1))[0].text
    assert "more apart than chance explains" in surely


def test_certified_is_said_only_of_what_is_and_never_without_its_assumptions(tmp_path, cpi, harbour, valle):
    silent = weighted_poll(tmp_path / "silent", refused="substantive")
    for poll in (cpi, harbour, valle, silent):
        view, held = show.View(poll), told(poll)[1]
        certain = len(held) > 0 and held["certified"].all()
        for shown in (told(poll)[0], show.weights.weights_table(view, held, load_target("published"))):
            sentences = re.split(r"(?<=\.)\s", shown.text)
            found = [
                one for one in sentences if re.search(r"\bcertified\b", one) and "never certified" not in one
            ]
            assert bool(found) == (len(held) > 0)
            assert all(
                "certified on two assumptions" in one if certain else "not certified" in one for one in found
            )
    assert "is not certified: it allows each table to have left out" in told(silent)[0].text
    assert "up to 12.0% of any segment" in told(silent)[0].text


def test_interviews_that_cannot_be_the_weights_are_the_finding(tmp_path):
    shown, held = told(weighted_poll(tmp_path))
    young = held.set_index("segment").loc["young"]
    assert young["low"] <= WEIGHTS[0] <= young["high"]
    assert "Nobody weighted its interviews: young, 8.2% of them, made up 29." in shown.text


def test_printed_weights_are_read_and_audit_what_was_recovered(tmp_path):
    poll = weighted_poll(tmp_path, weighted_bases=True)
    shown, held = told(poll)
    assert held["weighted"].to_numpy() == pytest.approx(np.array(WEIGHTS), abs=5e-4)
    assert ((held["low"] - 5e-4 <= held["weighted"]) & (held["weighted"] <= held["high"] + 5e-4)).all()
    assert "young, 8.2% of them, made up 29.2% of the figures" in shown.text
    table = show.weights.weights_table(show.View(poll), held, load_target("published")).text
    assert "After weighting, as printed" in table


def test_the_least_factor_of_weighting_is_kishs_bound(tmp_path, cpi):
    recovered = weighted_poll(tmp_path / "recovered")
    options = Options(design_effect=1)
    (row,) = estimates.weighting_factors(recovered, options).itertuples()
    held = estimates.weights_against(recovered)
    assert row.factor == pytest.approx(float(weighting_factor_bound(INTERVIEWS, held["low"], held["high"])))
    truth = 1615 * sum(w**2 / n for w, n in zip(np.array(WEIGHTS) / sum(WEIGHTS), INTERVIEWS, strict=True))
    assert 1 < row.factor <= truth == pytest.approx(1.639, abs=1e-3)
    assert row.margin_of_error == pytest.approx(float(margin_of_error(1615, design_effect=row.factor)))
    printed = weighted_poll(tmp_path / "printed", weighted_bases=True)
    (read,) = estimates.weighting_factors(printed, options).itertuples()
    assert read.certified
    assert row.factor < read.factor <= truth + 1e-3
    said = show.weights.cost_sentence(
        show.View(printed, "en", options), estimates.weighting_factors(printed, options)
    ).text
    assert "multiplied the variance by 1.6" in said
    assert "That is a lower bound, and often far below the truth" in said
    nothing = show.weights.cost_sentence(show.View(cpi), estimates.weighting_factors(cpi)).text
    assert "was not published, so that nothing can be said" in nothing


def test_what_cannot_be_found_is_said_plainly(valle, harbour):
    held = told(valle)[1]
    assert held.empty
    assert told(valle)[0].text.startswith("Nothing shows how Estudios Inventados weighted")
    for shown in (
        show.weights.weights_table(show.View(valle), held, load_target("published")),
        show.weights.population_chart(show.View(valle), held, load_target("published")),
        show.weights.contradictions_table(show.View(valle), pd.DataFrame()),
    ):
        assert len(shown.text.splitlines()) == 1
    # The print leaves weights open, and interviews are among them.
    assert "fit every figure" in told(harbour)[0].text


def test_a_segment_left_out_of_the_table_is_left_out_of_the_drawing(cpi):
    roll = load_target("electoral-roll-2021")
    held = estimates.weights_against(cpi, roll)
    some = held[held["segment"] != "oriente"]
    drawing = show.weights.population_chart(show.View(cpi), some, roll)
    assert "East" not in drawing.chart.spoken()
    assert len(drawing.chart.rows) == 5


def test_every_headline_says_what_its_rows_say(harbour):
    roll = load_target("electoral-roll-2021")
    view, bases, held = show.View(harbour), estimates.bases(harbour), estimates.weights_against(harbour)
    narrow = held.assign(low=[0.2, 0.4, 0.3], high=[0.21, 0.41, 0.31], interviews=np.nan)

    def headline(frame):
        return show.weights.answer(view, frame, bases, roll).text.split("\n\n")[0]

    assert headline(narrow) == (
        "Made-up Research’s figures leave these weights: 18–34 20.0 to 21.0%, 35–59 40.0 to 41.0% and 60+ 30.0 to 31.0%."
    )
    # The farthest by what chance brings about is named, which is not the farthest in points.
    compared = narrow.assign(population=[0.23, 0.43, 0.34], chance=[0.01, 0.03, 0.05])
    assert "give 18–34 a weight of 20.0 to 21.0% in the total, against 23.0%" in headline(compared)
    assert headline(compared).endswith("more apart than chance explains.")
    assert headline(compared.assign(chance=0.05)).endswith("chance may explain the difference.")
    assert headline(narrow.assign(interviews=[0.25, 0.405, 0.305])).startswith(
        "Made-up Research weighted its interviews: 18–34, 25.0% of them, made up 20.0 to 21.0%"
    )
    assert "18–34 may be 10.0 to 90.0% of the total" in headline(narrow.assign(low=0.1, high=[0.9, 0.8, 0.8]))
    assert headline(narrow.assign(weight=np.nan)).startswith("No weights turn the segments")


@pytest.mark.parametrize("name", ["cpi", "harbour", "valle"])
def test_the_open_arithmetic_is_the_linear_programme(name, request):
    poll = request.getfixturevalue(name)
    names = run_workings(
        "04-implied-weights", poll=poll, held=estimates.weights_against(poll), bases=estimates.bases(poll), stats=stats,
        np=np, pd=pd, largest_nonresponse=0.12,
    )  # fmt: skip
    rows = names["rows"]
    if not poll.segments.partitions:
        assert rows.empty
        return
    low, high = rows["low"].max(), rows["high"].min()
    programme, package = names["programme"], names["package"]
    # Two parts: the same to the precision of the solver. More: by hand the rest may be anything between its parts.
    assert low <= programme.low[0] + 1e-7
    assert programme.high[0] <= high + 1e-7
    if len(poll.segments.partitions[0].parts) == 2:
        assert (programme.low[0], programme.high[0]) == pytest.approx((low, high), abs=1e-7)
    assert programme.low[0] <= package["low"] + 1e-7
    assert package["high"] <= programme.high[0] + 1e-7

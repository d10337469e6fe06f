"""A verdict and the interval beside it never disagree: over all tables of the polls here, and of polls drawn at random."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made_up_poll import poll_of, question

from analysis.estimates import (
    RELATIONS,
    UNSETTLED,
    UNTESTED,
    Options,
    certainty_differences,
    certainty_question,
    compare_answers,
    compare_polls,
    compare_readings,
    compare_segments,
    firm_leads,
    pairs_of_pollsters,
    reading_leads,
    scenario_leads,
    segment_letters,
    total_leads,
    vote_question,
)
from analysis.polls import Target, load_poll, load_race, load_targets
from analysis.stats import ADJUSTMENTS, column_letters

ABOVE, BELOW = ("higher", "ahead"), ("lower", "behind")
VERDICTS = (*ABOVE, *BELOW, "not distinguishable", "statistical tie", *UNSETTLED, *UNTESTED)
OPTIONS = [
    Options(level, effect, adjustment)
    for level, effect, adjustment in (
        (0.95, 1.0, "holm"),
        (0.95, 1.66, "holm"),
        (0.9, 1.3, "benjamini_hochberg"),
        (0.99, 1.0, "bonferroni"),
        (0.95, 2.04, "none"),
    )
]


def disagreements(table):
    """Return the rows whose interval says otherwise than their verdict, or whose verdict otherwise than its p-value."""
    options = table.attrs.get("options")
    verdict, low, high = table["verdict"], table["low"], table["high"]
    assert set(verdict) <= set(VERDICTS)
    above, below = verdict.isin(ABOVE), verdict.isin(BELOW)
    tested = ~verdict.isin(UNTESTED)
    wrong = above & ~(low > 0) | below & ~(high < 0) | tested & ~above & ~below & ~((low <= 0) & (high >= 0))
    wrong |= tested & ~((low <= table["estimate"] + 1e-12) & (table["estimate"] <= high + 1e-12))
    if "p_adjusted" in table and options is not None:
        wrong |= tested & ((table["p_adjusted"] < options.alpha) != (above | below))
        wrong |= tested & (table["p_adjusted"] < table["p_value"] - 1e-15)
        wrong |= ~tested & table["p_value"].notna()
    return table[wrong]


def tables_of(poll, options, targets=()):
    """Make every table of comparisons that a poll allows."""
    for asked in poll.questions:
        for relation in RELATIONS:
            yield compare_segments(poll, asked.id, options=options, relation=relation)
        for segment in poll.segments.ids[:3]:
            yield compare_answers(poll, asked.id, segment, options)
        if asked in poll.questions[1:3]:  # of one answer a person and of several; each takes half a second
            yield total_leads(poll, asked.id, targets, options)
    vote, certainty = vote_question(poll), certainty_question(poll)
    if vote:
        yield scenario_leads(poll, vote, options)
        for partition in poll.segments.partitions[:2]:
            yield scenario_leads(poll, vote, options, partition=partition.id)
    if certainty:
        yield firm_leads(poll, certainty, options)
        yield certainty_differences(poll, certainty, options)


@pytest.mark.parametrize("options", OPTIONS[1:4], ids=lambda one: f"{one.adjustment}-{one.design_effect}")
def test_no_table_of_the_april_poll_disagrees_with_itself(cpi, options):
    rows = 0
    for table in tables_of(cpi, options, load_targets()):
        assert disagreements(table).empty
        rows += len(table)
    assert rows > 2000


@pytest.mark.parametrize("options", OPTIONS, ids=lambda one: f"{one.adjustment}-{one.design_effect}")
def test_no_table_of_the_other_polls_disagrees_with_itself(harbour, valle, options, cpi):
    may = load_poll("cpi-2021-05-08")
    for poll in (may, harbour, valle):
        for table in tables_of(poll, options, load_targets()):
            assert disagreements(table).empty
    assert disagreements(compare_polls(may, cpi, "vote_intention", options=options)).empty
    leads = reading_leads(load_race("peru-2021-runoff"), cpi, options)
    assert disagreements(leads).empty
    changes = compare_readings(leads, pairs_of_pollsters(leads, days=60))
    assert len(changes) > 50
    assert disagreements(changes).empty


# Polls drawn at random.

PARTS = ("west", "north", "south", "east")
PARTITIONS = [
    ("region", "total", ("west", "rest")), ("zone", "rest", PARTS[1:]), ("area", "rest", ("town", "land"))
]  # fmt: skip
# People live in the west, or in the town or on the land of one of the other parts.
CELLS = [
    {"west", "total"},
    *({zone, area, "rest", "total"} for zone in PARTS[1:] for area in ("town", "land")),
]
SEGMENTS = ("total", "west", "rest", *PARTS[1:], "town", "land")


def drawn_poll(rng, *, conditional=False):
    """Draw a poll whose segments differ little, so that verdicts are near their edge, with gaps and rare answers."""
    decimals, answers = int(rng.integers(0, 2)), int(rng.integers(2, 7))
    several = rng.random() < 0.4 and not conditional
    sizes = np.maximum(rng.dirichlet(np.full(len(CELLS), 3.0)) * 10 ** rng.uniform(2.2, 4), 15).round()
    centre, spread = rng.dirichlet(np.full(answers, rng.choice([0.3, 1.0, 3.0]))), rng.choice([10, 100, 1000])
    shares = rng.dirichlet(centre * spread + 1e-3, size=len(CELLS))
    shares = np.minimum(1.7 * shares, 1) if several else shares
    sure = rng.uniform(0.3, 1, (len(CELLS), 2))
    names = {f"a{i}": ("candidate", None) for i in range(answers - 1)}
    names[f"a{answers - 1}"] = ("undecided", None)
    given = {f"{name}_sure": ("certain", name) for name in (("a0", "a1") if conditional else ())}
    bases, printed = {}, {}
    for segment in SEGMENTS:
        count = np.array([segment in cell for cell in CELLS]) * sizes
        bases[segment] = count.sum()
        values = list(count @ shares / count.sum())
        for place in range(len(given)):
            asked = count * shares[:, place]
            values.append(asked @ sure[:, place] / asked.sum() if asked.sum() else np.nan)
        for name, share in zip(names | given, values, strict=True):
            gap = np.isnan(share) or rng.random() < 0.02
            printed[name, segment] = None if gap else f"{100 * share:.{decimals}f}"
    kind = "multiple_response" if several else "single_response"
    asked = question("q", names | given, printed, kind=kind)
    return poll_of([asked], partitions=PARTITIONS, bases=bases, n=int(bases["total"]), decimals=decimals)


def drawn_options(rng):
    return Options(
        float(rng.choice([0.8, 0.9, 0.95, 0.99])),
        float(rng.choice([1.0, 1.28, 1.66, 2.5])),
        str(rng.choice(list(ADJUSTMENTS))),
        float(rng.choice([0, 30])),
    )


def drawn_target(rng):
    population = pd.DataFrame({"segment": PARTS, "population": rng.integers(1, 1000, 4)})
    return Target(id="drawn", format=1, title="Drawn", source="Nobody", population=population)


@pytest.mark.parametrize("seed", range(4))
def test_no_table_of_a_drawn_poll_disagrees_with_itself(seed):
    rng = np.random.default_rng([seed, 2031])
    found = dict.fromkeys(VERDICTS, 0)
    for _ in range(12):
        poll, options = drawn_poll(rng), drawn_options(rng)
        tables = [compare_segments(poll, "q", options=options, relation=relation) for relation in RELATIONS]
        tables += [compare_answers(poll, "q", segment, options) for segment in ("total", "north")]
        other = replace(drawn_poll(rng), sha256="other")
        tables.append(compare_polls(poll, other, "q", "rest", options))
        for table in tables:
            assert disagreements(table).empty
            for verdict, count in table["verdict"].value_counts().items():
                found[verdict] += count
        for name, partition in [(one.id, one.parts) for one in poll.segments.partitions]:
            some = tables[0][tables[0]["partition"] == name]
            rows = some[["answer", "segment", "against", "verdict"]].itertuples(index=False)
            letters = segment_letters(rows, dict(zip(partition, column_letters(len(partition)), strict=True)))
            assert sum(map(len, letters.values())) == some["verdict"].isin(["higher", "lower"]).sum()
    for verdict in ("higher", "lower", "not distinguishable", "ahead", "behind"):
        assert found[verdict], verdict


@pytest.mark.parametrize("seed", range(3))
def test_no_lead_of_a_drawn_poll_disagrees_with_itself(seed):
    rng = np.random.default_rng([seed, 2032])
    verdicts = set()
    for _ in range(6):
        poll, options = drawn_poll(rng, conditional=True), drawn_options(rng)
        goal = drawn_target(rng)
        tables = [total_leads(poll, "q", [goal], options), firm_leads(poll, "q", options)]
        tables.append(certainty_differences(poll, "q", options))
        if len(poll.questions[0].with_role("candidate")) > 1:
            tables += [
                scenario_leads(poll, "q", options),
                scenario_leads(poll, "q", options, partition="zone"),
            ]
            tables.append(scenario_leads(poll, "q", options, turnout=goal))
        for table in tables:
            assert disagreements(table).empty
            verdicts |= set(table["verdict"]) if len(table) else set()
    assert {"ahead", "behind", "statistical tie"} <= verdicts


def test_what_the_print_leaves_open_is_drawn_too():
    """Overlaps and rounding that decide are among the drawn tables, so that their rows are put to the proof as well."""
    rng = np.random.default_rng(5)
    found = set()
    for _ in range(15):
        poll = drawn_poll(rng)
        for relation in RELATIONS:
            found |= set(
                compare_segments(poll, "q", options=Options(0.9, 1, "none"), relation=relation)["verdict"]
            )
    assert set(UNSETTLED) <= found

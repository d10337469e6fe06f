"""How a poll was weighted, as far as its figures show: the words and drawings of that notebook."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.polls import WHOLE, Target
from analysis.show.charts import Chart, ChartRow, Mark, Reference
from analysis.show.common import Key, answered
from analysis.show.display import Shown, each, follows, sentences
from analysis.show.dots import Drawing, charted, drawn
from analysis.show.view import View
from analysis.show.weight_tables import (
    certainty,
    contradictions_table,
    cost_sentence,
    interviews_table,
    part_of,
    weights_table,
)

__all__ = [
    "answer",
    "contradictions_table",
    "cost_sentence",
    "interviews_table",
    "population_chart",
    "rows_chart",
    "weights_table",
]

_OPEN = 0.1  # a weight that is known no better than this is left open
_MOST_NAMED = 3
_MOST_ROWS = 12
_ROUNDED = 0.005


def _main(held: pd.DataFrame) -> list[Any]:
    """Return the known parts of the division that an answer speaks of: the first of the whole sample, or the first."""
    known = [row for row in each(held) if not np.isnan(row.weight)]
    chosen = [row for row in known if row.of == WHOLE] or known
    return [row for row in chosen if row.partition == chosen[0].partition]


def _apart(row: Any) -> float:
    """Return how far every weight that is possible is from the population's, in margins of what chance brings about."""
    return float(max(row.low - row.population, row.population - row.high, 0.0) / row.chance)


def _beyond(row: Any) -> bool:
    """Say whether no weight that is possible is as near to the population as chance may bring it."""
    return _apart(row) > 1


def _is_open(row: Any) -> bool:
    return bool(row.high - row.low > _OPEN)


def _ends(view: View, row: Any) -> str:
    """Write the range of a weight, rounded outwards so that it stays certain."""
    return view.outwards((row.low, row.high)) + "%"


@follows
def answer(view: View, held: pd.DataFrame, bases: pd.DataFrame, target: Target) -> Shown:
    """Answer how much the parts of a sample counted, and whether that is their share of a population."""
    if held.empty:
        headline = view.say(
            "Nothing shows how {pollster} weighted: no segments of this poll are known to make up another."
        )
        return answered(headline, _sheet(view))
    rows = _main(held)
    if not rows:
        headline = view.say(
            "No weights turn the segments that {pollster} published into its totals: something in its tables is wrong."
        )
        return answered(headline, _sheet(view))
    caveat = sentences(certainty(view, certified=all(row.certified for row in rows)), _sheet(view))
    told = [row for row in rows if not (_is_open(row) and np.isnan(row.interviews))]
    keys = [_key(view, row, target) for row in _named(told)]
    segments = each(bases)
    if all(row.source in {"printed", "recovered"} for row in segments):
        row = min(segments, key=lambda row: float(row.base))
        count = view.count(row.base)
        keys.append(
            Key(
                count if row.source == "printed" else view.say("about {count}", count=count),
                view.say("interviews in the smallest segment, {segment:segment}", segment=row.segment),
                view.say("worth {n:count} that are independent", n=row.n_effective),
            )
        )
    return answered(_headline(view, rows, target), caveat, keys, _numbers(view, held))


def _numbers(view: View, held: pd.DataFrame) -> list[dict[str, Any]]:
    people = held[["segment", "population"]]
    return view.stated(held, value="weight", what="weight") + view.stated(
        people, value="population", what="share of the population"
    )


def _named(rows: list[Any]) -> list[Any]:
    """Choose the parts that are named: the first of two, whose rest the other is, else the heaviest."""
    heaviest = sorted(rows, key=lambda row: float(-row.weight))[:_MOST_NAMED]
    return rows[:1] if len(rows) == 2 else [row for row in rows if row in heaviest]


def _key(view: View, row: Any, target: Target) -> Key:
    fields = {"segment": row.segment, "ends": _ends(view, row)}
    say = partial(view.say, **fields)
    if _is_open(row):
        what = say("of the interviews: {segment:segment}")
        return Key(view.percent(row.interviews), what, say("may count for {ends}"))
    small = ""
    if not np.isnan(row.population):
        small = view.say(
            "{population:percent}: {target}", population=row.population, target=view.reference(target)
        )
    return Key(fields["ends"], say("the weight of {segment:segment}"), small)


def _headline(view: View, rows: list[Any], target: Target) -> Markup:
    """Say what is surest: that interviews were weighted, how much a part counts, or that this is left open."""
    fields = {"pollster": view.pollster}
    moved = max(rows, key=_moved)
    if _moved(moved) > 0:
        return view.say(
            "{pollster} weighted its interviews: {segment:segment} had {interviews:percent} of them, and counts for {ends} "
            "of the figures.",
            segment=moved.segment, interviews=moved.interviews, ends=_counted(view, moved), **fields,
        )  # fmt: skip
    fields |= {"whole": view.say("the total") if rows[0].of == WHOLE else view.segment(rows[0].of)}
    widest = max(rows, key=lambda row: float(row.high - row.low))
    if _is_open(widest) and not any(np.isnan(row.interviews) for row in rows):
        return view.say(
            "Nothing shows that {pollster} weighted its interviews: the shares of {segments:list} among them fit every "
            "figure.",
            segments=[view.segment(row.segment) for row in rows], **fields,
        )  # fmt: skip
    if _is_open(widest):
        return view.say(
            "{pollster}’s figures leave open how much its segments counted: {segment:segment} may be {ends} of {whole}.",
            segment=widest.segment, ends=_ends(view, widest), **fields,
        )  # fmt: skip
    compared = [row for row in rows if not np.isnan(row.population + row.chance)]
    if not compared:
        parts = [
            view.say("{segment:segment} {ends}", segment=row.segment, ends=_ends(view, row))
            for row in _named(rows)
        ]
        return view.say("In {pollster}’s figures the weights are: {parts:list}.", parts=parts, **fields)
    # Of two parts one is as far off as the other.
    farthest = max(compared, key=_apart)
    return view.say(
        "{pollster}’s figures of the questions with one answer a person give {segment:segment} {ends} of {whole}, against "
        "{population:percent} in {target}: more apart than chance explains."
        if _beyond(farthest)
        else "{pollster}’s figures of the questions with one answer a person give {segment:segment} {ends} of {whole}, "
        "against {population:percent} in {target}: chance may explain the difference.",
        segment=farthest.segment, ends=_ends(view, farthest), population=farthest.population,
        target=_population(view, target), **fields,
    )  # fmt: skip


def _population(view: View, target: Target) -> Markup:
    """Name a population, and that its segments are ours where that had to be assumed."""
    title = view.quoted(view.reference(target))
    return view.say("{target}, as it is grouped here", target=title) if target.assumption else title


def _moved(row: Any) -> float:
    """Return how far a part's share of the interviews is from every weight that it can have had; 0 where it is one."""
    if np.isnan(row.interviews):
        return 0.0
    if not np.isnan(row.weighted):  # counts of weighted interviews are rounded: half a point is not weighting
        apart = abs(row.weighted - row.interviews)
        return float(apart) if apart > _ROUNDED else 0.0
    return float(max(row.low - row.interviews, row.interviews - row.high, 0.0))


def _counted(view: View, row: Any) -> str:
    """Write what a part counts for: as printed, else the range that is possible."""
    return _ends(view, row) if np.isnan(row.weighted) else view.percent(row.weighted)


def _sheet(view: View) -> Markup:
    """Quote what the sheet says of weighting."""
    item = view.poll.sheet.item("weighting")
    if item is None:
        return view.say("The technical sheet does not say how answers were weighted.")
    return view.say("The technical sheet says: {line:quoted}", line=view.text(item, "printed"))


@charted
def population_chart(view: View, held: pd.DataFrame, target: Target) -> Chart | Shown:
    """Draw how far each weight is from the population's share, beside how far chance may bring it."""
    held = held[held[["weight", "population", "chance"]].notna().all(axis=1)]
    if held.empty:
        return view.sentence(
            "No population was given for these segments, so that their weights cannot be held against any."
        )
    rows, before = [], ""
    for row in each(held):
        shift = row.weight - row.population
        against = view.say(
            "{ends}; population {population:percent}", ends=_ends(view, row), population=row.population
        )
        marks = [
            Mark(shift, row.low - row.population, row.high - row.population, view.signed(shift), "accent", against,
                 hollow=not _beyond(row)),
            Mark(np.nan, -row.chance, row.chance, f"±{100 * row.chance:.1f}", "other", view.say("by chance")),
        ]  # fmt: skip
        rows.append(
            ChartRow(
                view.segment(row.segment),
                marks,
                part_of(view, row),
                rule=bool(before) and row.partition != before,
            )
        )
        before = row.partition
    beyond = sum(map(_beyond, each(held)))
    caption = view.say(
        "The weights of {beyond:count} of {n:count} segments are farther from the population than chance explains"
        if beyond
        else "Chance may explain how far the weights are from the population, in all {n:count} segments",
        n=len(held), beyond=beyond,
    )  # fmt: skip
    source = view.say(
        "Population: {target}. Dot: the weight less the population’s share, a ring where chance may explain the difference. "
        "Grey: how far a random choice of as many people may stray, at a design effect of {effect:number}, with {level} "
        "confidence.",
        target=view.reference(target),
    )  # fmt: skip
    return Chart(
        rows, caption, view.source("", source, view.reference(target, "assumption")),
        axis=view.say("percentage points more than in the population"), references=[Reference(0.0)], percent=False,
        numbers=_numbers(view, held),
    )  # fmt: skip


def rows_chart(view: View, rows: pd.DataFrame) -> Drawing | Shown:
    """Draw the weights of one segment that each published row allows by itself, and what all of them leave together."""
    told = rows.assign(width=rows["high"] - rows["low"])
    told = told[told["width"] < 1].nsmallest(_MOST_ROWS, "width").sort_index() if len(rows) else rows
    if told.empty:
        return view.sentence("No row by itself says anything of a weight.")
    found = [
        ChartRow(view.answer(row.question, row.answer), [_range(view, row.low, row.high, "other")])
        for row in each(told)
    ]
    low, high = float(told["low"].max()), float(told["high"].min())
    say = partial(view.say, segment=told["segment"].iloc[0], n=len(told))
    if low <= high:
        together = ChartRow(
            view.say("All of them"), [_range(view, low, high, "accent")], strong=True, rule=True
        )
        caption = say(
            (
                "The weight of {segment:segment} that {n:count} row allows: {ends}",
                "The weight of {segment:segment} that each row allows, and all {n:count} together: {ends}",
            ),
            ends=view.outwards((low, high)) + "%",
        )
        found.append(together)
    else:
        caption = say(
            "The weight of {segment:segment} that each of {n:count} rows allows: they have none in common"
        )
    numbers = view.stated(
        told.assign(weight=(told["low"] + told["high"]) / 2), value="weight", what="weight by one row"
    )
    axis = view.say("weight, % of what the segments make up")
    return drawn(view, Chart(found, caption, view.source(), axis=axis, from_zero=False, numbers=numbers))


def _range(view: View, low: float, high: float, colour: str) -> Mark:
    return Mark(np.nan, low, high, view.outwards((low, high)) + "%", colour)

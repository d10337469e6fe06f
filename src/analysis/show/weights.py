"""How a poll was weighted, as far as its figures show: the words and drawings of that notebook."""

from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.polls import WHOLE, Target
from analysis.show.common import Key
from analysis.show.common import answer as show_answer
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.dots import Chart, ChartRow, Drawing, Mark, Reference, drawn, followed
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


def _main(held: pd.DataFrame) -> pd.DataFrame:
    """Return the known parts of the division that an answer speaks of: the first of the whole sample, or the first."""
    known = held[held["weight"].notna()]
    of_whole = known.loc[known["of"] == WHOLE, "partition"]
    chosen = (of_whole if len(of_whole) else known["partition"]).iloc[:1]
    return known[known["partition"].isin(chosen)]


def _apart(held: pd.DataFrame) -> pd.Series:
    """Return how far every weight that is possible is from the population's, 0 where one of them is the population's."""
    off = pd.concat([held["low"] - held["population"], held["population"] - held["high"]], axis=1)
    return off.max(axis=1, skipna=False).clip(lower=0)


def _beyond(row: Any) -> bool:
    """Say whether no weight that is possible is as near to the population as chance may bring it."""
    return bool(max(row.low - row.population, row.population - row.high) > row.chance)


def _ends(view: View, row: Any) -> str:
    """Write the range of a weight, rounded outwards so that it stays certain."""
    return view.outwards((row.low, row.high)) + "%"


@follows
def answer(view: View, held: pd.DataFrame, bases: pd.DataFrame, target: Target) -> Shown:
    """Answer how much the parts of a sample counted, and whether that is their share of a population."""
    if held.empty:
        headline = view.say(
            "Nothing shows how {pollster} weighted: no segments of this poll are known to make up another.",
            pollster=view.pollster,
        )
        return show_answer(view, headline, _sheet(view))
    rows = _main(held)
    if rows.empty:
        headline = view.say(
            "No weights turn the segments that {pollster} published into its totals: something in its tables is wrong.",
            pollster=view.pollster,
        )
        return show_answer(view, headline, _sheet(view))
    caveat = Markup(" ").join([certainty(view, rows), _sheet(view)])
    told = rows[(rows["high"] - rows["low"] <= _OPEN) | rows["interviews"].notna()]
    keys = [_key(view, row, target) for row in each(_named(told))]
    if bases["source"].isin(["printed", "recovered"]).all():
        row = next(each(bases.nsmallest(1, "base")))
        count = view.count(row.base)
        keys.append(
            Key(
                count if row.source == "printed" else view.say("about {count}", count=count),
                view.say("interviews in the smallest segment, {segment:segment}", segment=row.segment),
                view.say("worth {n:count} that are independent", n=row.n_effective),
            )
        )
    return show_answer(view, _headline(view, rows, target), caveat, keys, _numbers(view, held))


def _numbers(view: View, held: pd.DataFrame) -> list[dict[str, Any]]:
    people = held[["segment", "population"]]
    return view.stated(held, value="weight", what="weight") + view.stated(
        people, value="population", what="share of the population"
    )


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    """Choose the parts that are named: the first of two, whose rest the other is, else the heaviest."""
    return rows.head(1) if len(rows) == 2 else rows.nlargest(_MOST_NAMED, "weight").sort_index()


def _key(view: View, row: Any, target: Target) -> Key:
    fields = {"segment": row.segment, "ends": _ends(view, row)}
    if row.high - row.low > _OPEN:
        what = view.say("of the interviews: {segment:segment}", **fields)
        return Key(view.percent(row.interviews), what, view.say("may count for {ends}", **fields))
    small = ""
    if not np.isnan(row.population):
        small = view.say(
            "{population:percent}: {target}", population=row.population, target=view.reference(target)
        )
    return Key(fields["ends"], view.say("the weight of {segment:segment}", **fields), small)


def _headline(view: View, rows: pd.DataFrame, target: Target) -> Markup:
    """Say what is surest: that interviews were weighted, how much a part counts, or that this is left open."""
    fields = {"pollster": view.pollster}
    moved = _moved(rows)
    if len(moved):
        worst = next(each(moved))
        return view.say(
            "{pollster} weighted its interviews: {segment:segment} had {interviews:percent} of them, and counts for {ends} "
            "of the figures.",
            segment=worst.segment, interviews=worst.interviews, ends=_counted(view, worst), **fields,
        )  # fmt: skip
    width = (rows["high"] - rows["low"]).max()
    if width > _OPEN and rows["interviews"].notna().all():
        return view.say(
            "Nothing shows that {pollster} weighted its interviews: the shares of {segments:list} among them fit every "
            "figure.",
            segments=[view.segment(segment) for segment in rows["segment"]], **fields,
        )  # fmt: skip
    if width > _OPEN:
        widest = next(each(rows.assign(width=rows["high"] - rows["low"]).nlargest(1, "width")))
        return view.say(
            "{pollster}’s figures leave open how much its segments counted: {segment:segment} may be {ends} of the total.",
            segment=widest.segment, ends=_ends(view, widest), **fields,
        )  # fmt: skip
    compared = rows.assign(apart=_apart(rows))[rows["population"].notna()]
    if compared.empty:
        parts = [
            view.say("{segment:segment} {ends}", segment=row.segment, ends=_ends(view, row))
            for row in each(_named(rows))
        ]
        return view.say("In {pollster}’s figures the weights are: {parts:list}.", parts=parts, **fields)
    # Of two parts one is as far off as the other.
    farthest = next(each(compared.nlargest(1, "apart")))
    fields |= {"segment": farthest.segment, "ends": _ends(view, farthest), "population": farthest.population}
    return view.say(
        "{pollster}’s figures give {segment:segment} {ends} of {whole}, against {population:percent} in {target}: more "
        "apart than chance explains."
        if _beyond(farthest)
        else "{pollster}’s figures give {segment:segment} {ends} of {whole}, against {population:percent} in {target}: "
        "chance may explain the difference.",
        whole=view.say("the total") if farthest.of == WHOLE else view.segment(farthest.of),
        target=_population(view, target),
        **fields,
    )


def _population(view: View, target: Target) -> Markup:
    """Name a population, and that its segments are ours where that had to be assumed."""
    title = view.quoted(view.reference(target))
    return view.say("{target}, as it is grouped here", target=title) if target.assumption else title


def _moved(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the parts whose share of the interviews cannot be their weight, the farthest first."""
    weighted = rows["weighted"].notna()
    low, high = (
        rows["low"].where(~weighted, rows["weighted"]),
        rows["high"].where(~weighted, rows["weighted"]),
    )
    apart = np.fmax(low - rows["interviews"], rows["interviews"] - high)
    # Shares of printed weighted interviews are rounded: half a point is not weighting.
    found = apart > np.where(weighted, 0.005, 0.0)
    return rows.assign(apart=apart)[found].sort_values("apart", ascending=False, kind="stable")


def _counted(view: View, row: Any) -> str:
    """Write what a part counts for: as printed, else the range that is possible."""
    return _ends(view, row) if np.isnan(row.weighted) else view.percent(row.weighted)


def _sheet(view: View) -> Markup:
    """Quote what the sheet says of weighting."""
    item = view.poll.sheet.item("weighting")
    if item is None:
        return view.say("The technical sheet does not say how answers were weighted.")
    return view.say("The technical sheet says: {line:quoted}", line=view.text(item, "printed"))


def population_chart(view: View, held: pd.DataFrame, target: Target) -> Drawing | Shown:
    """Draw how far each weight is from the population's share, beside how far chance may bring it."""
    compared = held[held["population"].notna() & held["weight"].notna()]
    if compared.empty:
        return paragraph(
            view.say(
                "No population was given for these segments, so that their weights cannot be held against any."
            )
        )
    return followed(view, _population_chart, compared, target=target)


def _population_chart(view: View, held: pd.DataFrame, *, target: Target) -> Chart:
    rows, before = [], ""
    for row in each(held):
        shift = row.weight - row.population
        against = view.say(
            "{ends}; population {population:percent}", ends=_ends(view, row), population=row.population
        )
        marks = [
            Mark(shift, row.low - row.population, row.high - row.population, view.signed(shift), "accent", against,
                 hollow=not _beyond(row)),
            Mark(np.nan, -row.chance, row.chance, f"±{100 * row.chance:.1f}", "other", str(view.say("by chance"))),
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
        target=view.reference(target), effect=view.options.effect, level=view.level(view.options.confidence_level),
    )  # fmt: skip
    return Chart(
        rows, str(caption), f"{(view.source() + ' ' + source).striptags()} {view.reference(target, 'assumption')}",
        axis=str(view.say("percentage points more than in the population")), references=[Reference(0.0)], percent=False,
        numbers=_numbers(view, held),
    )  # fmt: skip


def rows_chart(view: View, rows: pd.DataFrame) -> Drawing | Shown:
    """Draw the weights of one segment that each published row allows by itself, and what all of them leave together."""
    told = rows.assign(width=rows["high"] - rows["low"])
    told = told[told["width"] < 1].nsmallest(_MOST_ROWS, "width").sort_index() if len(rows) else rows
    if told.empty:
        return paragraph(view.say("No row by itself says anything of a weight."))
    found = [
        ChartRow(
            view.answer(row.question, row.answer),
            [_range(view, row.low, row.high, "other")],
        )
        for row in each(told)
    ]
    low, high = float(told["low"].max()), float(told["high"].min())
    fields = {"segment": told["segment"].iloc[0], "n": len(told)}
    if low <= high:
        together = ChartRow(
            str(view.say("All of them")), [_range(view, low, high, "accent")], strong=True, rule=True
        )
        caption = view.say(
            (
                "The weight of {segment:segment} that {n:count} row allows: {ends}",
                "The weight of {segment:segment} that each row allows, and all {n:count} together: {ends}",
            ),
            ends=view.outwards((low, high)) + "%",
            **fields,
        )
        found.append(together)
    else:
        caption = view.say(
            "The weight of {segment:segment} that each of {n:count} rows allows: they have none in common",
            **fields,
        )
    numbers = view.stated(
        told.assign(weight=(told["low"] + told["high"]) / 2), value="weight", what="weight by one row"
    )
    axis = str(view.say("weight, % of what the segments make up"))
    return drawn(view, Chart(found, str(caption), view.source(), axis=axis, from_zero=False, numbers=numbers))


def _range(view: View, low: float, high: float, colour: str) -> Mark:
    return Mark(np.nan, low, high, view.outwards((low, high)) + "%", colour)

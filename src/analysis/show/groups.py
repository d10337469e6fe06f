"""How two groups voted, as far as the counts of places say: the words, drawings and tables of that notebook."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNTESTED
from analysis.polls import Result
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import Key, answered, colours
from analysis.show.display import Shown, each, follows, paragraph, sentences
from analysis.show.dots import Drawing, charted, drawn
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = ["answer", "bounds_chart", "bounds_table", "kinds_chart"]


def _nothing(view: View, groups: pd.DataFrame) -> Markup:
    """Say why nothing can be said of groups; empty where there is something."""
    if len(groups):
        return Markup()
    return view.say(
        "No count of small places says how large two groups of this poll are in each of them, so nothing can be said of "
        "how they voted."
    )


def _both(groups: pd.DataFrame) -> list[Any]:
    """Return the rows of the two groups, the smaller one first."""
    return each(groups.sort_values("size", kind="stable"))


def _gap(groups: pd.DataFrame) -> tuple[float, float]:
    """Return how far the first group may be behind the second, and ahead: one at its most, the other at its least."""
    first, second = _both(groups)
    return first.least - second.most, first.most - second.least


@follows
def answer(view: View, groups: pd.DataFrame, places: pd.DataFrame) -> Shown:
    """Answer how two groups voted, and what the poll had of them."""
    if nothing := _nothing(view, groups):
        return answered(nothing)
    first, second = _both(groups)
    low, high = _gap(groups)
    say = partial(
        view.say,
        candidate=view.answer(first.question, first.answer),
        ends=(low, high),
        of_first=(first.least, first.most),
        of_second=(second.least, second.most),
        first=first.segment,
        second=second.segment,
        places=len(places),
        behind=-low,
        beyond=high,
    )
    headline = say(
        "{candidate} won {of_first:percents} of the valid votes {first:where} and {of_second:percents} {second:where}; the "
        "counts of {places:count} places cannot tell more."
    )
    caveat = (
        say(
            "Which of the two voted more for {candidate} the count does not decide: the first may lie anywhere from "
            "{behind:points} behind the second to {beyond:points} ahead of it."
        )
        if low <= 0 <= high
        else say("Between the two lie {ends:points_range}, whatever is assumed.")
    )
    keys = [
        Key(
            view.percent(row.estimate),
            say("{candidate} in the poll, {segment:where}", segment=row.segment),
            view.say("in the vote {ends:percents}", ends=(row.least, row.most)),
        )
        for row in (first, second)
        if row.estimate == row.estimate
    ]
    return answered(headline, caveat, keys, _stated(view, groups))


def _stated(view: View, groups: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the numbers of the poll, and the bounds as numbers of their own."""
    ends = [
        {"measure": name, "question": row.question, "answer": row.answer, "segment": row.segment, "value": round(end, 5)}
        for row in each(groups)
        for name, end in (("least", row.least), ("most", row.most), ("regression", row.regression))
    ]  # fmt: skip
    return [*view.stated(groups), *([] if view.is_variant else ends)]


@charted
def bounds_chart(view: View, groups: pd.DataFrame, result: Result | None) -> Chart | Shown:
    """Draw what the count leaves possible for each group, Goodman's line, and the poll."""
    if result is None or groups.empty:
        return paragraph(_nothing(view, groups))
    rows: list[ChartRow] = []
    question = view.poll.question(groups["question"].iloc[0])
    paint = colours(question)[groups["answer"].iloc[0]]
    name = view.short(question[groups["answer"].iloc[0]])
    for row in _both(groups):
        marks = [
            Mark(float("nan"), row.least, row.most, view.percents((row.least, row.most)), "ink"),
            Mark(row.regression, text=view.percent(row.regression), colour="accent", shape="D"),
        ]
        if row.estimate == row.estimate:
            ends = view.figures((row.low, row.high))
            hollow = row.verdict not in {"higher", "lower"}
            share = view.percent(row.estimate)
            marks.append(Mark(row.estimate, row.low, row.high, share, paint, ends, hollow=hollow))
        rows.append(ChartRow(view.segment(row.segment), marks, rule=bool(rows)))
    said = [_poll_against_bounds(view, row) for row in _both(groups) if row.estimate == row.estimate]
    caption = sentences(*said) or view.say("What the count leaves possible for {candidate}", candidate=name)
    days = (result.date - view.poll.sheet.fieldwork_end).days
    source = view.say(
        "Count: {source}. The vote came {days:count} days after the interviews. Ring: within the bounds, or as near to them "
        "as chance explains.",
        source=view.reference(result, "source"),
        days=days,
    )
    legend = [
        (view.say("possible, by the count"), "ink"),
        (view.say("if a group votes alike everywhere"), "accent"),
        (view.say("poll"), paint),
    ]
    axis = view.say("{candidate}, % of valid votes", candidate=name)
    return Chart(
        rows, caption, sentences(view.source(view.say("those who chose a candidate")), source, view.conditions()),
        axis=axis.striptags(), legend=legend, numbers=_stated(view, groups),
    )  # fmt: skip


def _poll_against_bounds(view: View, row: Any) -> Markup:
    """Say whether a poll's figure for a group is possible."""
    say = partial(view.say, share=row.estimate, segment=row.segment)
    if row.least <= row.estimate <= row.most:
        return say("{pollster}’s {share:percent} {segment:where} is possible.")
    if row.verdict in UNTESTED:
        return say(
            "{pollster}’s {share:percent} {segment:where} lies outside what is possible; whether by chance cannot be said."
        )
    if row.verdict in {"higher", "lower"}:
        return say(
            "{pollster}’s {share:percent} {segment:where} lies outside what is possible, by more than chance explains."
        )
    return say(
        "{pollster}’s {share:percent} {segment:where} lies outside what is possible, but no farther than chance explains."
    )


def kinds_chart(view: View, kinds: pd.DataFrame, groups: pd.DataFrame) -> Drawing | Shown:
    """Draw, for kinds of places, a candidate's share there and what either group may have voted.

    `kinds` has `low, high` (of the smaller group's share), `places, votes, share`, and for both groups `least`, `most` and
    the same of the others, as `least_others` and `most_others`.
    """
    if groups.empty or kinds.empty:
        return paragraph(_nothing(view, groups))
    first, second = _both(groups)
    question = view.poll.question(first.question)
    name, paint = view.short(question[first.answer]), colours(question)[first.answer]

    def possible(low: float, high: float, colour: str) -> Mark:
        return Mark(float("nan"), low, high, view.percents((low, high)), colour)

    rows = [
        ChartRow(
            view.say("{segment:segment}: {ends:percents}", segment=first.segment, ends=(row.low, row.high)),
            [
                Mark(row.share, text=view.percent(row.share), colour=paint),
                possible(row.least, row.most, "accent"),
                possible(row.least_others, row.most_others, "ink"),
            ],
            view.say(
                "{places:count} places, {votes:percent} of the votes", places=row.places, votes=row.votes
            ),
            rule=bool(place),
        )
        for place, row in enumerate(each(kinds))
    ]
    caption = view.say(
        "Where nearly everybody is of one group, its vote is nearly known; where they are mixed, hardly anything is"
    )
    legend = [
        (view.say("{candidate} in these places", candidate=name), paint),
        (view.say("possible: {segment:segment}", segment=first.segment), "accent"),
        (view.say("possible: {segment:segment}", segment=second.segment), "ink"),
    ]
    axis = view.say(
        "{candidate}, % of valid votes, in places where this share of people is: {segment:segment}",
        candidate=name,
        segment=first.segment,
    )
    numbers = view.stated(kinds.rename(columns={"low": "from", "high": "to"}), value="share")
    return drawn(view, Chart(rows, caption, axis=axis.striptags(), legend=legend, numbers=numbers))


def bounds_table(view: View, variants: pd.DataFrame, groups: pd.DataFrame) -> Shown:
    """Show the bounds and the line at places of several sizes, and if groups do not vote equally often.

    `variants` has `variant, places, segment, least, most, regression`; a variant is the name of a size, or how often the
    smaller group votes for each time that the others do.
    """
    if groups.empty or variants.empty:
        return paragraph(_nothing(view, groups))
    both = _both(groups)
    names: Mapping[Any, Markup] = {
        "districts": view.say("By district"),
        "provinces": view.say("By province"),
        "regions": view.say("By region"),
        "country": view.say("By region, in the whole country"),
    }
    cells = variants.set_index(["variant", "segment"])

    def label(variant: Any) -> Markup:
        return names.get(variant) or view.say(
            "By district, {segment:segment}: voting {factor:number} times as often as the others",
            segment=both[0].segment,
            factor=variant,
        )

    def column(segment: str, number: str) -> Column:
        def cell(row: Any) -> Cell:
            found = cells.loc[(row.variant, segment)]
            if number == "regression":
                return Cell(
                    view.percent(found["regression"]), looks="" if 0 <= found["regression"] <= 1 else "strong"
                )
            return Cell(view.between(f"{100 * found['least']:.1f}", f"{100 * found['most']:.1f}"))

        heading = view.say("Line, %") if number == "regression" else view.say("Possible, %")
        return Column(heading, cell, over=view.segment(segment))

    beyond = variants[(variants["regression"] > 1) | (variants["regression"] < 0)]
    caption = (
        view.say(
            "The line gives a group up to {share:percent}, which nobody can have: it assumes too much",
            share=beyond["regression"].max(),
        )
        if len(beyond) and beyond["regression"].max() > 1
        else view.say("Smaller places leave less open")
    )
    rows = variants.drop_duplicates("variant")
    return column_table(
        view, rows, [column(row.segment, number) for row in both for number in ("bounds", "regression")],
        stub=view.say("Counted"), label=lambda row: str(label(row.variant)),
        small=lambda row: view.say("{places:count} places", places=row.places) if row.places else GAP,
        caption=caption, numbers="", sortable=False,
        source=view.say("Bounds: Duncan and Davis 1953. Line: Goodman 1953, weighted by votes."),
    )  # fmt: skip

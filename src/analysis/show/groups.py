"""How two groups voted, as far as the counts of places say: the words, drawings and tables of that notebook."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNTESTED
from analysis.polls import Result
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import BEYOND_CHANCE, Key, answered, colours, until_vote, valid_mark
from analysis.show.display import Shown, each, follows, sentences
from analysis.show.dots import Drawing, charted, drawn
from analysis.show.tables import GAP, Cell, Column, column_table
from analysis.show.view import View

__all__ = ["answer", "bounds_chart", "bounds_table", "kinds_chart"]

_NEARLY_ALL = 0.9  # of a place's people


def _both(groups: pd.DataFrame) -> list[Any]:
    """Return the rows of the two groups, the smaller one first."""
    return each(groups.sort_values("size", kind="stable"))


@follows
def answer(view: View, groups: pd.DataFrame, places: pd.DataFrame) -> Shown:
    """Answer how two groups voted, and what the poll had of them."""
    if groups.empty:
        return answered(
            view.say(
                "No count of votes by small places fits two groups of this poll, so nothing can be said of how they voted."
            )
        )
    first, second = _both(groups)
    # The first may be this far behind the second, and ahead: one at its most, the other at its least.
    ends = first.least - second.most, first.most - second.least
    share = places[first.segment]
    nearly_all, hardly_any = places[share > _NEARLY_ALL].sum(), places[share <= 1 - _NEARLY_ALL].sum()
    # There may be no such place.
    within, outside = (some[first.answer] / (some["valid"] or np.nan) for some in (nearly_all, hardly_any))
    say = partial(
        view.say, candidate=view.of_answer(first), ends=ends, of_first=(first.least, first.most),
        of_second=(second.least, second.most), first=first.segment, second=second.segment, places=len(places),
        behind=-ends[0], beyond=ends[1], within=within, outside=outside,
    )  # fmt: skip
    headline = say(
        "{candidate} won {within:percent} of the valid votes in places where more than nine in ten people live "
        "{first:where}, and {outside:percent} where at least nine in ten live {second:where}. Those are places, not people: "
        "of all votes {first:where} {candidate} may have won anything from {of_first:percents}, if turnout was alike."
        if within == within and outside == outside
        else "If people of both groups turned out alike, {candidate} won {of_first:percents} of the valid votes "
        "{first:where} and {of_second:percents} {second:where}; the counts of {places:count} places cannot tell more."
    )
    caveat = say(
        "The count does not say where {candidate} did better: {first:where} the share may lie anywhere from {behind:points} "
        "below that {second:where} to {beyond:points} above it."
        if ends[0] <= 0 <= ends[1]
        else "{candidate}’s share {first:where}, minus that {second:where}, is {ends:points_range} if turnout was alike."
    )
    keys = []
    for row in filter(lambda row: row.estimate == row.estimate, (first, second)):
        what = say("for {candidate}, of valid votes in the poll, {segment:where}", segment=row.segment)
        of_vote = view.say("in the vote {ends:percents}", ends=(row.least, row.most))
        keys.append(Key(view.percent(row.estimate), what, of_vote))
    return answered(headline, caveat, keys, _stated(view, groups))


def _stated(view: View, groups: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the numbers of the poll, and the bounds as numbers of their own."""
    ends = [
        {"measure": name, "question": row.question, "answer": row.answer, "segment": row.segment, "value": round(end, 5)}
        for row in each(groups)
        for name, end in (("least", row.least), ("most", row.most), ("regression", row.regression))
    ]  # fmt: skip
    return [*view.stated(groups), *([] if view.is_variant else ends)]


def _round(view: View, row: Any) -> str:
    """Write between which shares of their people a kind of places lies, limits that were chosen, as round as they are."""
    return view.between(view.number(100 * row.low), view.number(100 * row.high))


def _possible(view: View, ends: tuple[float, float], colour: str) -> Mark:
    return Mark(np.nan, *ends, view.percents(ends), colour)


@charted
def bounds_chart(view: View, groups: pd.DataFrame, result: Result | None) -> Chart | Shown:
    """Draw what the count leaves possible for each group, Goodman's line, and the poll."""
    if result is None or groups.empty:
        return view.nothing()
    both = _both(groups)
    paint, name = colours(view.poll.question(both[0].question))[both[0].answer], view.of_answer(both[0])
    rows: list[ChartRow] = []
    for row in both:
        marks = [
            _possible(view, (row.least, row.most), "ink"),
            Mark(row.regression, text=view.percent(row.regression), colour="accent", shape="D"),
        ]
        if row.estimate == row.estimate:
            marks.append(valid_mark(view, row, paint))
        rows.append(ChartRow(view.segment(row.segment), marks, group=len(rows)))
    said = [_poll_against_bounds(view, row) for row in both if row.estimate == row.estimate]
    counted = view.say(
        "Count: {source}. Days from the interviews to the vote: {days:count}.",
        source=view.reference(result, "source"), days=until_vote(view, result),
    )  # fmt: skip
    ring = view.say("Hollow: within the bounds, or as near to them as chance explains.") if said else ""
    legend = [
        (view.say("possible, by the count"), "ink"),
        (view.say("if a group votes alike everywhere"), "accent"),
        (view.say("poll"), paint),
    ][: 2 + bool(said)]
    return Chart(
        rows, sentences(*said) or view.say("What the count leaves possible for {candidate}", candidate=name),
        view.source(counted, ring, view.conditions(), base=view.say("those who chose a candidate")), legend=legend,
        axis=view.say("{candidate}, % of valid votes", candidate=name), numbers=_stated(view, groups),
    )  # fmt: skip


def _poll_against_bounds(view: View, row: Any) -> Markup:
    """Say whether a poll's figure for a group is possible."""
    return view.say(
        "{pollster}’s {share:percent} for {candidate} {segment:where} is possible."
        if row.least <= row.estimate <= row.most
        else "{pollster}’s {share:percent} for {candidate} {segment:where} lies outside what is possible; whether "
        "by chance cannot be said."
        if row.verdict in UNTESTED
        else "{pollster}’s {share:percent} for {candidate} {segment:where} lies outside what is possible, by more "
        "than chance explains."
        if row.verdict in BEYOND_CHANCE
        else "{pollster}’s {share:percent} for {candidate} {segment:where} lies outside what is possible, but no "
        "farther than chance explains.",
        share=row.estimate, segment=row.segment, candidate=view.of_answer(row),
    )  # fmt: skip


def kinds_chart(
    view: View, kinds: pd.DataFrame, groups: pd.DataFrame, result: Result | None
) -> Drawing | Shown:
    """Draw, for kinds of places, a candidate's share there and what either group may have voted.

    `kinds` has `low, high` (of the smaller group's share), `places, votes, share`, and for both groups `least`, `most` and
    the same of the others, as `least_others` and `most_others`.
    """
    if result is None or groups.empty or kinds.empty:
        return view.nothing()
    first, second = _both(groups)
    paint = colours(view.poll.question(first.question))[first.answer]
    say = partial(view.say, candidate=view.of_answer(first), segment=first.segment)
    rows: list[ChartRow] = []
    for row in each(kinds):
        where = say("{ends}% of people live {segment:where}", ends=_round(view, row))
        small = say("{places:count} places, {votes:percent} of the votes", places=row.places, votes=row.votes)
        marks = [
            Mark(row.share, text=view.percent(row.share), colour=paint),
            _possible(view, (row.least, row.most), "accent"),
            _possible(view, (row.least_others, row.most_others), "ink"),
        ]
        rows.append(ChartRow(where, marks, small, group=len(rows)))
    caption = view.say(
        "Where nearly everybody is of one group, its vote is nearly known; where they are mixed, hardly anything is"
    )
    legend = [
        (say("{candidate} in these places"), paint),
        (say("possible: {segment:segment}"), "accent"),
        (view.say("possible: {segment:segment}", segment=second.segment), "ink"),
    ]
    axis = say("{candidate}, % of valid votes")
    numbers = view.stated(kinds.rename(columns={"low": "from", "high": "to"}), value="share")
    counted = view.say("Source: {source}.", source=view.reference(result, "source"))
    return drawn(view, Chart(rows, caption, counted, axis=axis, legend=legend, numbers=numbers))


def bounds_table(view: View, variants: pd.DataFrame, groups: pd.DataFrame) -> Shown:
    """Show the bounds and the line at places of several sizes, and if groups do not vote equally often.

    `variants` has `variant, places, segment, least, most, regression`; a variant is the name of a size, or how often the
    smaller group votes for each time that the others do.
    """
    if groups.empty or variants.empty:
        return view.nothing()
    both, say = _both(groups), view.say
    names: dict[Any, Markup] = {
        "districts": say("By district"),
        "provinces": say("By province"),
        "regions": say("By region"),
        "country": say("By region, in the whole country"),
    }
    cells = {(row.variant, row.segment): row for row in each(variants)}

    def label(row: Any) -> Markup:
        return names.get(row.variant) or say(
            "By district, {segment:segment}: voting {factor:number} times as often as the others",
            segment=both[0].segment, factor=row.variant,
        )  # fmt: skip

    def columns(segment: str) -> list[Column]:
        def possible(row: Any) -> str:
            found = cells[row.variant, segment]
            return view.figures((found.least, found.most))

        def line(row: Any) -> Cell:
            share = cells[row.variant, segment].regression
            return Cell(view.percent(share), looks="" if 0 <= share <= 1 else "strong")

        over = view.segment(segment)
        return [Column(say("Possible, %"), possible, over=over), Column(say("Line, %"), line, over=over)]

    most = variants["regression"].max()
    caption = say(
        "The line gives a group up to {share:percent}, which nobody can have: it assumes too much"
        if most > 1
        else "Smaller places leave less open",
        share=most,
    )
    return column_table(
        view, variants.drop_duplicates("variant"), [column for row in both for column in columns(row.segment)],
        stub=say("Counted"), label=label,
        small=lambda row: say("{places:count} places", places=row.places) if row.places else GAP,
        caption=caption, sortable=False,
        numbers="regression", states=variants, beside=["variant", "least", "most", "places"],
        source=say("Bounds: Duncan and Davis 1953. Line: Goodman 1953, weighted by votes."),
    )  # fmt: skip

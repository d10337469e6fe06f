"""How far a poll was from the result: the words, tables and drawing of that part of the notebook on votes."""

from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from analysis.polls import WHOLE, Result
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import BEYOND_CHANCE, colours, error_by_chance, valid_mark
from analysis.show.display import Shown, each, follows, paragraph, sentences
from analysis.show.dots import charted
from analysis.show.tables import Column, column_table, verdict_column
from analysis.show.view import View

__all__ = [
    "accuracy_table", "against_chart", "against_table", "missed_most", "official_shares", "said_of_error", "votes_abroad",
]  # fmt: skip


def _known(held: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in which a poll can be held against a result."""
    return held.loc[held["error"].notna()]


def missed_most(held: pd.DataFrame) -> Any:
    """Return the candidate whom the poll missed most in the whole; of two missed alike, the one put too high."""
    whole = [row for row in each(_known(held)) if row.segment == WHOLE]
    return max(whole, key=lambda row: (round(abs(row.error), 9), row.error), default=None)


def _parts(view: View, held: pd.DataFrame, subject: Any) -> tuple[list[Any], int]:
    """Return a candidate's rows of the smallest parts with a result, and in how many the poll was off as in the whole."""
    rows = each(_known(held[held["answer"] == subject.answer]))
    there = {row.segment for row in rows}
    divided = {one.of for one in view.poll.segments.partitions if there.intersection(one.parts)} | {WHOLE}
    parts = [row for row in rows if row.segment not in divided]
    return parts, sum(row.error * subject.error > 0 for row in parts)


def official_shares(held: pd.DataFrame) -> dict[str, float]:
    """Return the official shares of valid votes in the whole."""
    return {row.answer: row.official for row in each(held) if row.segment == WHOLE}


def said_of_error(view: View, held: pd.DataFrame, measures: pd.DataFrame) -> Markup:
    """Say how far the poll was from the result, whether everywhere in the same direction, and what chance would do."""
    subject = missed_most(held)
    fields: dict[str, Any] = {name: getattr(subject, name) for name in ("error", "estimate", "official")}
    say = partial(view.say, candidate=view.of_answer(subject), **fields)
    if subject.verdict not in BEYOND_CHANCE:
        return say(
            "The poll was no farther from the result than chance explains: {candidate} had {estimate:percent} of the valid "
            "votes in it and {official:percent} in the vote."
            if subject.verdict == "not distinguishable"
            else "{candidate} had {estimate:percent} of the valid votes in the poll and {official:percent} in the vote; "
            "whether that is more than chance cannot be said."
        )
    off = say(
        "In valid votes the poll had {candidate} {error:points} above the result, where chance alone would make about "
        "{chance} on average."
        if subject.error > 0
        else "In valid votes the poll had {candidate} {error:points} below the result, where chance alone would make about "
        "{chance} on average.",
        chance=error_by_chance(view, measures),
    )
    parts, alike = _parts(view, held, subject)
    if not alike:
        return off
    where = view.say(
        "It was off in the same direction in {alike} of {n} parts of the country that have a result."
        if alike < len(parts)
        else (
            "It was off in the same direction in the one part of the country that has a result.",
            "It was off in the same direction in all {n} parts of the country that have a result.",
        ),
        alike=alike, n=len(parts),
    )  # fmt: skip
    return sentences(off, where)


def votes_abroad(view: View, held: pd.DataFrame, result: Result) -> Markup | str:
    """Say what the result would be without votes from abroad, where nobody was interviewed; nothing where there are none."""
    subject, names, regions = missed_most(held), list(official_shares(held)), result.regions
    if not {"zone", *names} <= set(regions.columns) or not (abroad := regions["zone"].eq("abroad")).any():
        return ""
    counts = regions[names].sum(axis=1)
    return view.say(
        "The result holds votes from abroad, {abroad:percent} of valid votes; without them {candidate} had {share:percent}.",
        abroad=counts[abroad].sum() / counts.sum(), candidate=view.of_answer(subject),
        share=regions.loc[~abroad, subject.answer].sum() / counts[~abroad].sum(),
    )  # fmt: skip


@charted
def against_chart(view: View, held: pd.DataFrame, result: Result | None) -> Chart | Shown:
    """Draw the candidate whom the poll missed most, in the poll and in the vote, part by part."""
    subject = missed_most(held)
    if result is None:
        return view.sentence("There is no official result that this poll could be held against.")
    if subject is None:
        return view.nothing()
    known, (parts, alike) = _known(held[held["answer"] == subject.answer]), _parts(view, held, subject)
    paint = colours(view.poll.question(subject.question))[subject.answer]
    rows = []
    for row in each(known):
        of_vote = Mark(row.official, text=view.percent(row.official), colour="ink", shape="D")
        marks = [valid_mark(view, row, paint), of_vote]
        rows.append(ChartRow(view.segment(row.segment), marks, strong=row.segment == WHOLE))
    caption = view.say(
        "{candidate} in valid votes, in the poll and in the vote"
        if len(parts) < 2
        else "{candidate}: higher in the poll than in the vote in {alike} of {n} parts, beyond chance in {missed}"
        if subject.error > 0
        else "{candidate}: lower in the poll than in the vote in {alike} of {n} parts, beyond chance in {missed}",
        candidate=view.of_answer(subject), n=len(parts), alike=alike,
        missed=sum(row.verdict in BEYOND_CHANCE and row.error * subject.error > 0 for row in parts),
    )  # fmt: skip
    counted = {WHOLE, *(row.segment for row in parts)}
    made_up = [view.segment(row.segment) for row in each(known) if row.segment not in counted]
    beside = sentences(
        view.say(
            "Result: {source}. Hollow: chance may explain the distance.", source=view.reference(result, "source")
        ),
        view.say(
            (
                "{names:list} is made up of other parts and not counted as one.",
                "Made up of others and not counted: {names:list}.",
            ),
            names=made_up, n=len(made_up),
        ) if made_up else "",
    )  # fmt: skip
    axis = view.say(
        "% of valid votes, in the poll of {fieldwork} and the vote of {day:date}; lines are {level} intervals",
        day=result.date,
    )
    return Chart(
        rows, caption, _beneath(view, beside), axis=axis, legend=[(view.say("poll"), paint), (view.say("vote"), "ink")],
        numbers=view.stated(known),
    )  # fmt: skip


def _beneath(view: View, *more: str) -> Markup:
    return view.source(*more, view.conditions(), base=view.say("those who chose a candidate"))


@follows
def against_table(view: View, held: pd.DataFrame, result: Result | None) -> Shown:
    """Show every candidate in every part that has a result."""
    known = _known(held)
    if known.empty:
        return view.nothing()
    columns = [
        Column(view.say("Poll"), "estimate", "percent", ("low", "high")),
        Column(view.say("Vote"), "official", "percent"),
        Column(view.say("Difference, points"), "error", "signed"),
        verdict_column(view),
    ]
    shown = column_table(
        view, known, columns, stub=view.say("Part, candidate"), label=view.of_segment, small=view.of_answer,
        caption=view.say("Valid votes in the poll and in the vote"), source=_beneath(view), sortable=False,
    )  # fmt: skip
    return shown + paragraph(escape(view.reference(result, "assumption"))) if result else shown


@follows
def accuracy_table(view: View, measures: pd.DataFrame) -> Shown:
    """Show how far the poll was from the result by the measures that are in use."""
    known, say = measures[measures["estimate"].notna()], view.say
    names = {
        "mosteller_3": say("Mean error of a candidate’s share of valid votes (Mosteller 3), points"),
        "mosteller_5": say("Error of the lead in valid votes (Mosteller 5), points"),
        "mosteller_5 on all interviews": say("Error of the lead among all interviewed, points"),
        "a_prime": say("A’, log odds of the winner against the second, above zero if the poll favoured the winner"),
        "b": say("B, mean size of the log-odds errors"),
        "b_weighted": say("B weighted by votes"),
    }  # fmt: skip

    def column(heading: str, name: str) -> Column:
        def written(row: Any) -> str:
            value = getattr(row, name)
            return f"{100 * value:.1f}" if row.measure.startswith("mosteller") else f"{value:.2f}"

        return Column(heading, written)

    columns = [
        column(say("The poll"), "estimate"),
        column(say("Standard error"), "standard_error"),
        column(say("By chance alone"), "expected"),
    ]
    source = say("Mosteller and others 1949; Martin, Traugott and Kennedy 2005; Arzheimer and Evans 2014.")
    return column_table(
        view, known, columns, stub=say("Measure"), label=lambda row: names[row.measure], sortable=False,
        caption=say("How far off, by six measures"), source=sentences(source, view.conditions()),
    )  # fmt: skip

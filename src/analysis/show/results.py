"""How far a poll was from the result: the words, tables and drawing of that part of the notebook on votes."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from analysis.polls import WHOLE, Result
from analysis.show.charts import Chart, ChartRow, Mark
from analysis.show.common import colours, plausible_frames
from analysis.show.display import Shown, each, follows, paragraph
from analysis.show.dots import charted
from analysis.show.tables import Column, column_table
from analysis.show.view import View

__all__ = [
    "accuracy_table",
    "against_chart",
    "against_table",
    "missed_most",
    "official_shares",
    "said_of_error",
    "votes_abroad",
]

_MISSED = ("higher", "lower")


def _known(held: pd.DataFrame) -> pd.DataFrame:
    """Return the rows in which a poll can be held against a result."""
    return held.loc[held["error"].notna()]


def missed_most(held: pd.DataFrame) -> Any:
    """Return the candidate whom the poll missed most in the whole; of two missed alike, the one put too high."""
    whole = _known(held)[_known(held)["segment"] == WHOLE]
    sizes = whole.assign(size=[round(abs(error), 9) for error in whole["error"]])
    return next(each(sizes.sort_values(["size", "error"], ascending=False, kind="stable")), None)


def _parts(view: View, held: pd.DataFrame, subject: Any) -> list[Any]:
    """Return a candidate's rows of the smallest parts of the country that have a result."""
    rows = [row for row in each(_known(held)) if row.answer == subject.answer]
    there = {row.segment for row in rows}
    divided = {one.of for one in view.poll.segments.partitions if there.intersection(one.parts)}
    return [row for row in rows if row.segment not in divided]


def _alike(parts: Sequence[Any], subject: Any) -> int:
    """Count the parts in which the poll was off in the same direction as in the whole."""
    return sum(row.error * subject.error > 0 for row in parts)


def official_shares(held: pd.DataFrame) -> dict[str, float]:
    """Return the official shares of valid votes in the whole."""
    return {row.answer: row.official for row in each(held) if row.segment == WHOLE}


def said_of_error(view: View, held: pd.DataFrame, measures: pd.DataFrame) -> Markup:
    """Say how far the poll was from the result, whether everywhere in the same direction, and what chance would do."""
    subject = missed_most(held)
    fields: dict[str, Any] = {name: getattr(subject, name) for name in ("error", "estimate", "official")}
    fields["candidate"] = view.answer(subject.question, subject.answer)
    if subject.verdict == "not distinguishable":
        return view.say(
            "The poll was no farther from the result than chance explains: {candidate} had {estimate:percent} of the valid "
            "votes in it and {official:percent} in the vote.",
            **fields,
        )
    if subject.verdict not in _MISSED:
        return view.say(
            "{candidate} had {estimate:percent} of the valid votes in the poll and {official:percent} in the vote; whether "
            "that is more than chance cannot be said.",
            **fields,
        )
    expected = [next(each(frame)).expected for frame in plausible_frames(view, measures).values()]
    fields["chance"] = view.between(f"{100 * min(expected):.1f}", f"{100 * max(expected):.1f}")
    off = (
        view.say(
            "In valid votes the poll had {candidate} {error:points} above the result, where chance alone makes about "
            "{chance}.",
            **fields,
        )
        if subject.error > 0
        else view.say(
            "In valid votes the poll had {candidate} {error:points} below the result, where chance alone makes about "
            "{chance}.",
            **fields,
        )
    )
    parts = _parts(view, held, subject)
    alike = _alike(parts, subject)
    if not alike:
        return off
    if alike < len(parts):
        where = view.say(
            "It was off in the same direction in {alike} of {n} parts of the country that have a result.",
            alike=alike,
            n=len(parts),
        )
    else:
        where = view.say(
            (
                "It was off in the same direction in the one part of the country that has a result.",
                "It was off in the same direction in all {n} parts of the country that have a result.",
            ),
            n=alike,
        )
    return Markup(" ").join([off, where])


def votes_abroad(view: View, held: pd.DataFrame, result: Result) -> Markup:
    """Say what the result would be without votes from abroad, where nobody was interviewed; nothing where there are none."""
    subject, votes = missed_most(held), result.regions
    names = list(official_shares(held))
    abroad = votes["zone"].eq("abroad") if "zone" in votes else pd.Series(dtype=bool)
    if not abroad.any() or not set(names) <= set(votes.columns):
        return Markup()
    counts = votes[names].sum(axis=1)
    return view.say(
        "The result holds votes from abroad, {abroad:percent} of all; without them {candidate} had {share:percent}.",
        abroad=counts[abroad].sum() / counts.sum(),
        candidate=view.answer(subject.question, subject.answer),
        share=votes.loc[~abroad, subject.answer].sum() / counts[~abroad].sum(),
    )


def _no_result(view: View, held: pd.DataFrame) -> Shown:
    """Say why the poll cannot be held against a result."""
    if held.empty:
        return paragraph(view.say("There is no official result with votes for all of these candidates."))
    return paragraph(
        view.say("The candidates’ totals were not published, so they cannot be held against the result.")
    )


@charted
def against_chart(view: View, held: pd.DataFrame, result: Result | None) -> Chart | Shown:
    """Draw the candidate whom the poll missed most, in the poll and in the vote, part by part."""
    subject = missed_most(held)
    if result is None or subject is None:
        return _no_result(view, held)
    held = held[held["answer"] == subject.answer]
    question, parts = view.poll.question(subject.question), _parts(view, held, subject)
    paint, rows = colours(question)[subject.answer], []
    for row in each(_known(held)):
        ends = view.between(f"{100 * row.low:.1f}", f"{100 * row.high:.1f}") if row.low == row.low else ""
        hollow, share = row.verdict not in _MISSED, view.percent(row.estimate)
        of_poll = Mark(row.estimate, row.low, row.high, share, paint, ends, hollow=hollow)
        of_vote = Mark(row.official, text=view.percent(row.official), colour="ink", shape="D")
        rows.append(ChartRow(view.segment(row.segment), [of_poll, of_vote], strong=row.segment == WHOLE))
    missed, alike = sum(row.verdict in _MISSED for row in parts), _alike(parts, subject)
    name = view.short(question[subject.answer])
    say = partial(view.say, candidate=name, n=len(parts), alike=alike, missed=missed)
    if len(parts) < 2:
        caption = say("{candidate} in valid votes, in the poll and in the vote")
    elif subject.error > 0:
        caption = say(
            "{candidate}: higher in the poll than in the vote in {alike} of {n} parts, beyond chance in {missed}"
        )
    else:
        caption = say(
            "{candidate}: lower in the poll than in the vote in {alike} of {n} parts, beyond chance in {missed}"
        )
    beside = view.say(
        "Result: {source}. Ring: chance may explain the distance.", source=view.reference(result, "source")
    )
    axis = view.say(
        "% of valid votes, in the poll of {fieldwork} and the vote of {day:date}; lines are {level} intervals",
        fieldwork=view.fieldwork(), day=result.date, level=view.level(view.options.confidence_level),
    )  # fmt: skip
    return Chart(
        rows, caption, Markup(" ").join([_of_valid(view), beside, view.conditions()]), axis=axis,
        legend=[(view.say("poll"), paint), (view.say("vote"), "ink")],
        numbers=view.stated(_known(held)),
    )  # fmt: skip


def _of_valid(view: View) -> Markup:
    """Write the line beneath what is of valid votes."""
    return view.source(view.say("those who chose a candidate"))


@follows
def against_table(view: View, held: pd.DataFrame, result: Result | None) -> Shown:
    """Show every candidate in every part that has a result."""
    known = _known(held)
    if known.empty:
        return _no_result(view, held)
    question = view.poll.question(known["question"].iloc[0])
    columns = [
        Column(view.say("Poll"), "estimate", "percent", ("low", "high")),
        Column(view.say("Vote"), "official", "percent"),
        Column(view.say("Difference, points"), "error", "signed"),
        Column(view.say("What can be said"), lambda row: view.term(row.verdict), words=True),
    ]
    shown = column_table(
        view, known, columns, stub=view.say("Part, candidate"), label=lambda row: view.segment(row.segment),
        small=lambda row: view.short(question[row.answer]),
        caption=view.say("Valid votes in the poll and in the vote"),
        source=_of_valid(view) + " " + view.conditions(), sortable=False,
    )  # fmt: skip
    return shown + paragraph(escape(view.reference(result, "assumption"))) if result else shown


@follows
def accuracy_table(view: View, measures: pd.DataFrame) -> Shown:
    """Show how far the poll was from the result by the measures that are in use."""
    known = measures[measures["estimate"].notna()]
    if known.empty:
        return paragraph(view.say("Without a result there is nothing to measure."))
    names = {
        "mosteller_3": view.say("Mean error of a candidate’s share of valid votes (Mosteller 3), points"),
        "mosteller_5": view.say("Error of the lead in valid votes (Mosteller 5), points"),
        "mosteller_5 on all interviews": view.say("Error of the lead among all interviewed, points"),
        "a_prime": view.say(
            "A’, log odds of the winner against the second, above zero if the poll favoured the winner"
        ),
        "b": view.say("B, mean size of the log-odds errors"),
        "b_weighted": view.say("B weighted by votes"),
    }

    def written(row: Any, name: str) -> str:
        value = getattr(row, name)
        return f"{100 * value:.1f}" if row.measure.startswith("mosteller") else f"{value:.2f}"

    columns = [
        Column(view.say("The poll"), lambda row: written(row, "estimate")),
        Column(view.say("Standard error"), lambda row: written(row, "standard_error")),
        Column(view.say("By chance alone"), lambda row: written(row, "expected")),
    ]
    source = view.say(
        "Mosteller and others 1949; Martin, Traugott and Kennedy 2005; Arzheimer and Evans 2014."
    )
    return column_table(
        view, known, columns, stub=view.say("Measure"), label=lambda row: names[row.measure], sortable=False,
        caption=view.say("How far off, by six measures"), source=source + " " + view.conditions(),
    )  # fmt: skip

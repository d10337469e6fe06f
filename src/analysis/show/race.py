"""How a poll sits among the other polls of its race: words and drawing of that notebook, and what readings are called."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import UNTESTED, vote_question
from analysis.polls import WHOLE, Race
from analysis.show.charts import ZERO, Chart, ChartRow, Mark
from analysis.show.common import (
    BEYOND_CHANCE,
    Key,
    answered,
    asked,
    colours,
    count_key,
    count_over_effects,
    difference_mark,
)
from analysis.show.display import Shown, each, first_of, follows, sentences
from analysis.show.dots import charted
from analysis.show.view import View

__all__ = [
    "answer", "asked", "base_name", "candidate", "conditions", "days_of", "lead_range", "leads_chart", "reading_names",
    "sample_count", "source_line", "tested_rows", "uneven",
]  # fmt: skip

_MOST_READINGS = 40  # that are drawn


def tested_rows(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons that could be made."""
    return compared[~compared["verdict"].isin(UNTESTED)]


def candidate(view: View, answer: str) -> str:
    """Return what a candidate of the race is called: as in the poll, else by the id."""
    question = vote_question(view.poll)
    known = {one.id: one for one in view.poll.question(question).answers} if question else {}
    return view.short(known[answer]) if answer in known else answer.replace("_", " ").title()


def lead_range(view: View, leads: pd.Series) -> str:
    """Write the least and the greatest of some leads, if any, with signs only where one candidate does not lead in all."""
    ends = float(leads.min()), float(leads.max())
    return view.figures(ends) if ends[0] >= 0 else view.ends(ends)


def sample_count(leads: pd.DataFrame) -> int:
    """Count the samples of readings: a poll and the simulated ballot of the same people are one."""
    return len(leads.drop_duplicates(["pollster", "last_day"]))


def days_of(view: View, leads: pd.DataFrame) -> Callable[[Any, Any], str]:
    """Return what writes a span of days of readings, which may lack the first: with the year where they are of several."""
    dated = len({day.year for day in leads["last_day"]}) > 1

    def write(first: Any, last: Any) -> str:
        if pd.isna(first):
            return view.say("until {days}", days=write(last, last))
        return view.days((first, last), dated=dated)

    return write


def reading_names(view: View, leads: pd.DataFrame) -> dict[str, Markup]:
    """Name every reading: who, when, and whether in a simulated ballot."""
    write = days_of(view, leads)
    return {
        row.reading: view.say(
            "{pollster}, {days}, simulated ballot"
            if row.instrument == "simulated_ballot"
            else "{pollster}, {days}",
            pollster=row.pollster, days=write(row.first_day, row.last_day),
        )
        for row in each(leads)
    }  # fmt: skip


def base_name(view: View, basis: str) -> Markup:
    """Say what the percentages of a reading are of."""
    return {
        "all": view.say("all interviews"),
        "votes_cast": view.say("votes cast"),
        "valid_votes": view.say("valid votes"),
        "not_stated": view.say("not stated"),
    }[basis]


def source_line(view: View, race: Race, *notes: str) -> Markup:
    """Write the line beneath a table or figure of readings."""
    source = view.reference(race, "source").rstrip(".")
    return sentences(view.say("Source: {source}.", source=source), *notes)


def conditions(view: View) -> Markup:
    """Say with which design effect and confidence leads were given intervals."""
    return view.say("{level} confidence, design effect {effect:number} for every poll.")


def uneven(view: View, frame: pd.DataFrame, whole: str, *parts: str) -> str:
    """Say that figures need not add up, where rounding keeps those of some columns from it."""
    shown, *added = ((100 * frame[name]).round(1) for name in (whole, *parts))
    off = (shown - sum(added)).abs().gt(0.05).any()
    return view.say("Rounded figures need not add up exactly.") if off else ""


def _own(leads: pd.DataFrame) -> Any:
    """Return the row of the poll itself; None where it is none of the readings."""
    return first_of(leads[leads["this_poll"].astype(bool)])


def _last(held: pd.DataFrame) -> pd.DataFrame:
    """Return the last reading of every pollster."""
    return held[held["last_of_pollster"].astype(bool) & held["estimate"].notna()]


@follows
def answer(view: View, leads: pd.DataFrame, peers: pd.DataFrame, held: pd.DataFrame) -> Shown:
    """Answer whether the poll differs from those of its days, and what became of the lead."""
    own, tested, official = _own(leads), tested_rows(peers), _official(held)
    if own is None or np.isnan(own.estimate):
        unknown = view.say(
            "The collection has no other poll of the same race to set beside this one."
            if leads.empty
            else "This poll’s lead is not among those that were published for the race."
        )
        below = view.say(
            ("The one poll of the race stands below.", "The {n} polls of the race stand below."), n=sample_count(leads)
        )  # fmt: skip
        return answered(unknown, "" if leads.empty else below)
    names = {"a": candidate(view, own.answer), "b": candidate(view, own.against)}
    what = view.say("{a}’s lead over {b} in this poll, in points of valid votes", **names)
    ends = view.ends((own.low, own.high)) or view.say("interviews unknown")
    keys = [Key(view.signed(own.estimate), what, ends)]
    if len(tested):
        what = view.say("differences from polls and simulated ballots of those days are beyond chance")
        keys.append(count_key(view, count_over_effects(view, peers), len(tested), what))
    last = _last(held)["estimate"]
    if len(last) > 1:
        keys.append(Key(lead_range(view, last), view.say("the lead in the last poll of each pollster")))
    if official == official:
        after = view.say(("{n} day after this poll", "{n} days after this poll"), n=int(own.days_before))
        keys.append(Key(view.signed(official), view.say("the lead in the count"), after))
    won = view.say(
        ("{winner} won by {official:points} {n} day later.", "{winner} won by {official:points} {n} days later."),
        n=int(own.days_before), winner=names["a" if official > 0 else "b"], official=abs(official),
    ) if official == official else ""  # fmt: skip
    caveat = sentences(_last_polls(view, own, names, held), _caveat(view, tested))
    stated = view.stated(leads[leads["this_poll"].astype(bool)])
    return answered(sentences(_position(view, own, names, leads, tested), won), caveat, keys, stated)


def _official(held: pd.DataFrame) -> float:
    """Return the lead in the count; NaN where that is not known."""
    return float(held["official"].iloc[0]) if len(held) else float("nan")


def _position(
    view: View, own: Any, names: dict[str, str], leads: pd.DataFrame, tested: pd.DataFrame
) -> Markup:
    """Say where the poll's lead lies among those of the same days."""
    others = leads[leads["reading"].isin(tested["against"])]
    found = tested[tested["verdict"].isin(BEYOND_CHANCE)]
    readings = reading_names(view, leads)
    return view.say(
        "{pollster} had {a} {lead:points} ahead of {b} among valid votes; no other poll of those days can be compared "
        "with it."
        if tested.empty
        else "{pollster} stood apart: it had {a} {lead:points} ahead of {b} among valid votes, at least {least:points} away "
        "from {others:list} ({level} confidence)."
        if len(found)
        else (
            "{pollster} was in line with the one other poll of those days: {a} led {b} by {lead:points} among valid "
            "votes, against {only:signed} points in the other.",
            "{pollster} was in line with the {n} other polls of those days: {a} led {b} by {lead:points} among valid "
            "votes, against {ends} points in the others.",
        )
        if own.verdict in BEYOND_CHANCE
        else (
            "{pollster} was in line with the one other poll of those days: {a} and {b} were level among valid votes, "
            "{lead:points} apart, which may be chance; in the other {a}’s lead was {only:signed} points.",
            "{pollster} was in line with the {n} other polls of those days: {a} and {b} were level among valid votes, "
            "{lead:points} apart, which may be chance; in the others {a}’s lead was {ends} points.",
        ),
        lead=own.estimate, n=sample_count(others), only=others["estimate"].max(), ends=lead_range(view, others["estimate"]),
        least=found[["low", "high"]].abs().min(axis=1).min(), others=[readings[one] for one in found["against"]], **names,
    )  # fmt: skip


def _last_polls(view: View, own: Any, names: dict[str, str], held: pd.DataFrame) -> Markup | None:
    """Say what became of the lead by the last poll of each pollster."""
    last = _last(held)
    last = last[last["reading"] != own.reading]
    if len(last) < 2:
        return None
    low, high = last["estimate"].min(), last["estimate"].max()
    shrunk = own.verdict in BEYOND_CHANCE and high < own.low
    ends = last[last["estimate"].isin([low, high]) & last["instrument"].eq("not_stated")]
    who = ends["pollster"].to_list()
    doubt = view.say("The method of {pollsters:list}, at one end of that range, is not known.", pollsters=who)
    told = view.say(
        "The pollsters’ last polls ranged from {b} {behind:points} ahead to {a} {lead:points} ahead."
        if low < 0 < high
        else "By the last poll of each pollster the lead had shrunk to {ends} points."
        if shrunk
        else "In the last poll of each pollster the lead was {ends} points.",
        behind=-low, lead=high, ends=lead_range(view, last["estimate"]), **names,
    )  # fmt: skip
    return sentences(told, doubt if len(ends) else "")


def _caveat(view: View, tested: pd.DataFrame) -> Markup:
    """Say what a lead is of, and how far apart two polls may be by chance."""
    asked_of = vote_question(view.poll)
    named = float("nan")
    if asked_of:
        answers = view.poll.question(asked_of).answers
        candidates = [one.id for one in answers if one.role == "candidate"]
        named = view.poll.table(asked_of)[WHOLE].reindex(candidates).sum(skipna=False)
    base = view.say(
        "Leads are among those who chose a candidate: {named:percent} of the people {pollster} interviewed."
        if 0 < named < 1
        else "Leads are among those who chose a candidate.",
        named=named,
    )
    if tested.empty:
        return base
    chance = view.say(
        "Two polls of this size can be {room:points} apart by chance and rounding."
        if tested["verdict"].isin(BEYOND_CHANCE).any()
        else "Two polls of this size can be {room:points} apart by chance and rounding, so that being in line is a weak "
        "test.",
        room=((tested["high"] - tested["low"]) / 2).min(),
    )
    return sentences(base, chance)


@charted
def leads_chart(
    view: View, race: Race, leads: pd.DataFrame, peers: pd.DataFrame, held: pd.DataFrame
) -> Chart | Shown:
    """Draw the lead in every reading by date, and in the count."""
    if leads.empty:
        return view.nothing()
    own, official = _own(leads), _official(held)
    near = leads["last_day"] - (leads["last_day"].iloc[-1] if own is None else own.last_day)
    nearest = near.abs().sort_values(kind="stable").index
    left_out, leads = len(nearest[_MOST_READINGS:]), leads.loc[nearest[:_MOST_READINGS]].sort_index()
    names, pair = reading_names(view, leads), (leads["answer"].iloc[0], leads["against"].iloc[0])
    a, b = (candidate(view, one) for one in pair)
    question = vote_question(view.poll)
    known = colours(view.poll.question(question)) if question else {}
    paint = [known.get(name, colour) for name, colour in zip(pair, ("first", "second"), strict=True)]
    rows = []
    for row in each(leads):
        mark = difference_mark(view, row, paint[int(row.estimate < 0)])
        marks, month = [mark] if row.estimate == row.estimate else [], (row.last_day.year, row.last_day.month)
        rows.append(ChartRow(names[row.reading], marks, strong=row.this_poll, group=month))
    if official == official:
        mark = Mark(official, text=view.signed(official), colour="ink", shape="D")
        rows.append(ChartRow(view.say("Result of the election"), [mark], strong=True))
    same_days = leads[leads["reading"].isin(peers["against"])]["estimate"].dropna()
    last = _last(held)["estimate"]
    say = partial(view.say, a=a, b=b)
    caption = say(
        "{a}’s lead over {b}: {early} points in the other polls of those days, {late} points in the last of each pollster"
        if len(same_days) and len(last) > 1
        else "{a}’s lead over {b} in every poll of the race, by date",
        early=lead_range(view, same_days), late=lead_range(view, last),
    )  # fmt: skip
    farther = view.say(
        ("One poll further away in time is not drawn.", "{n} polls further away in time are not drawn."), n=left_out
    )  # fmt: skip
    source = source_line(
        view, race,
        view.say("In bold: this poll. Filled: ahead by more than chance. Hollow: chance may explain it."),
        view.say("Cross: interviews or base unknown, so that it cannot be tested."), farther if left_out else "",
    )  # fmt: skip
    return Chart(
        rows, caption, source, axis=say("points by which {a} leads {b} among valid votes; lines are {level} intervals"),
        legend=[(view.say("{leader} ahead", leader=who), colour) for who, colour in ((b, paint[1]), (a, paint[0]))],
        references=ZERO, percent=False, numbers=view.stated(leads),
    )  # fmt: skip

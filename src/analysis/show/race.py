"""How a poll sits among the other polls of its race: the words and drawing of that notebook."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import vote_question
from analysis.polls import WHOLE, Race
from analysis.show.charts import ZERO, Chart, ChartRow, Mark
from analysis.show.common import Key, answered, asked, colours, count_over_effects, difference_mark
from analysis.show.display import Shown, each, first_of, follows, sentences
from analysis.show.dots import charted
from analysis.show.race_words import (
    candidate,
    lead_range,
    reading_names,
    sample_count,
    source_line,
    tested_rows,
)
from analysis.show.view import View

__all__ = ["answer", "asked", "leads_chart"]

_FOUND = ("higher", "lower")
_DECIDED = ("ahead", "behind")
_MOST_READINGS = 40  # that are drawn


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
    if leads.empty:
        return answered(
            view.say("No race of the collection holds this poll, so there is no other poll to set beside it.")
        )
    if own is None or np.isnan(own.estimate):
        below = view.say(
            ("The one poll of the race stands below.", "The {n} polls of the race stand below."), n=sample_count(leads)
        )  # fmt: skip
        return answered(
            view.say("This poll’s lead is not among those that were published for the race."), below
        )
    names = {"a": candidate(view, own.answer), "b": candidate(view, own.against)}
    keys = [
        Key(
            view.signed(own.estimate),
            view.say("{a}’s lead over {b} in this poll, in points of valid votes", **names),
            view.ends((own.low, own.high)) or view.say("interviews unknown"),
        )
    ]
    if len(tested):
        counts = count_over_effects(view, peers, _FOUND)
        keys.append(
            Key(
                view.say("{own} of {tested}", own=counts["own"], tested=len(tested)),
                view.say("differences from polls of those days are beyond chance"),
                view.say("{assumed} if interviews were independent", assumed=counts["assumed"]),
            )
        )
    last = _last(held)["estimate"]
    if len(last) > 1:
        keys.append(Key(lead_range(view, last), view.say("the lead in the last poll of each pollster")))
    if official == official:
        after = view.say(("{n} day after this poll", "{n} days after this poll"), n=int(own.days_before))
        keys.append(Key(view.signed(official), view.say("the lead in the count"), after))
    headline = sentences(_position(view, own, names, leads, tested), _afterwards(view, own, names, held))
    stated = view.stated(leads[leads["this_poll"].astype(bool)])
    return answered(headline, _caveat(view, tested), keys, stated)


def _official(held: pd.DataFrame) -> float:
    """Return the lead in the count; NaN where that is not known."""
    return float(held["official"].iloc[0]) if len(held) else float("nan")


def _position(
    view: View, own: Any, names: dict[str, str], leads: pd.DataFrame, tested: pd.DataFrame
) -> Markup:
    """Say where the poll's lead lies among those of the same days."""
    others = leads[leads["reading"].isin(tested["against"])]
    found = tested[tested["verdict"].isin(_FOUND)]
    say = partial(view.say, lead=own.estimate, n=sample_count(others), **names)
    if tested.empty:
        return say(
            "{pollster} had {a} {lead:points} ahead of {b} among valid votes; no other poll of those days can be compared "
            "with it."
        )
    if len(found):
        readings = reading_names(view, leads)
        return say(
            "{pollster} stood apart: it had {a} {lead:points} ahead of {b} among valid votes, at least {least:points} away "
            "from {others:list}.",
            least=found[["low", "high"]].abs().min(axis=1).min(),
            others=[readings[reading] for reading in found["against"]],
        )
    say = partial(say, ends=lead_range(view, others["estimate"]), only=others["estimate"].max())
    if own.verdict in _DECIDED:
        return say(
            (
                "{pollster} was in line with the one other poll of those days: {a} led {b} by {lead:points} among valid "
                "votes, and by {only:signed} in the other.",
                "{pollster} was in line with the {n} other polls of those days: {a} led {b} by {lead:points} among valid "
                "votes, against {ends} points in the others.",
            )
        )
    return say(
        (
            "{pollster} was in line with the one other poll of those days: {a} and {b} were level among valid votes, "
            "{lead:points} apart, which may be chance; in the other {a}’s lead was {only:signed}.",
            "{pollster} was in line with the {n} other polls of those days: {a} and {b} were level among valid votes, "
            "{lead:points} apart, which may be chance; in the others {a}’s lead was {ends} points.",
        )
    )


def _afterwards(view: View, own: Any, names: dict[str, str], held: pd.DataFrame) -> Markup | None:
    """Say what became of the lead: in the last poll of each pollster, and in the count."""
    official, last = _official(held), _last(held)
    if official != official:
        return None
    last = last[last["reading"] != own.reading]
    low, high = last["estimate"].min(), last["estimate"].max()
    shrunk = own.verdict in _DECIDED and high < own.low
    return view.say(
        "{winner} won by {official:points}."
        if len(last) < 2
        else "The pollsters’ last polls ranged from {b} {behind:points} ahead to {a} {lead:points} ahead; {winner} won by "
        "{official:points}."
        if low < 0 < high
        else "By the last poll of each pollster the lead had shrunk to {ends} points; {winner} won by {official:points}."
        if shrunk
        else "In the last poll of each pollster the lead was {ends} points; {winner} won by {official:points}.",
        winner=names["a" if official > 0 else "b"], official=official, behind=-low, lead=high, **names,
        ends=lead_range(view, last["estimate"]) if len(last) else "",
    )  # fmt: skip


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
        if tested["verdict"].isin(_FOUND).any()
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
        return view.sentence("There is no poll of a race to draw.")
    own, official = _own(leads), _official(held)
    near = leads["last_day"] - (leads["last_day"].iloc[-1] if own is None else own.last_day)
    nearest = near.abs().sort_values(kind="stable").index
    left_out, leads = len(nearest[_MOST_READINGS:]), leads.loc[nearest[:_MOST_READINGS]].sort_index()
    names, pair = reading_names(view, leads), (leads["answer"].iloc[0], leads["against"].iloc[0])
    a, b = (candidate(view, one) for one in pair)
    question = vote_question(view.poll)
    known = colours(view.poll.question(question)) if question else {}
    paint = [known.get(name, colour) for name, colour in zip(pair, ("first", "second"), strict=True)]
    rows, month = list[ChartRow](), None
    for row in each(leads):
        mark = difference_mark(view, row, paint[int(row.estimate < 0)], hollow=row.verdict not in _DECIDED)
        begins = (row.last_day.year, row.last_day.month)
        marks, rule = [mark] if row.estimate == row.estimate else [], month not in (None, begins)
        rows.append(ChartRow(names[row.reading], marks, strong=row.this_poll, rule=rule))
        month = begins
    if official == official:
        mark = Mark(official, text=view.signed(official), colour="ink", shape="D")
        rows.append(ChartRow(view.say("Result of the election"), [mark], strong=True, rule=True))
    same_days, last = (
        leads[leads["reading"].isin(peers["against"])]["estimate"].dropna(),
        _last(held)["estimate"],
    )
    say = partial(view.say, a=a, b=b)
    caption = say("{a}’s lead over {b} in every poll of the race, by date")
    if len(same_days) and len(last) > 1:
        caption = say(
            "{a}’s lead over {b}: {early} points in the other polls of those days, {late} points in the last of each "
            "pollster",
            early=lead_range(view, same_days), late=lead_range(view, last),
        )  # fmt: skip
    farther = view.say(
        ("One poll further away in time is not drawn.", "{n} polls further away in time are not drawn."), n=left_out
    )  # fmt: skip
    source = source_line(
        view, race,
        view.say("In bold: this poll. Filled: ahead by more than chance. Ring: chance may explain it."),
        view.say("No line: interviews or base unknown."), farther if left_out else "",
    )  # fmt: skip
    return Chart(
        rows, caption, source, axis=say("points by which {a} leads {b} among valid votes; lines are {level} intervals"),
        legend=[(view.say("{who} ahead", who=who), colour) for who, colour in zip((a, b), paint, strict=True)],
        references=ZERO, percent=False, numbers=view.stated(leads),
    )  # fmt: skip

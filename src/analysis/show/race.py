"""How a poll sits among the other polls of its race: the words, drawings and tables of that notebook."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from markupsafe import Markup

from analysis.estimates import vote_question
from analysis.polls import WHOLE, Race
from analysis.show.charts import Chart, ChartRow, Mark, Reference
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
    own = _own(leads)
    if leads.empty:
        return answered(
            view.say("No race of the collection holds this poll, so there is no other poll to set beside it.")
        )
    if own is None or np.isnan(own.estimate):
        return answered(
            view.say("This poll’s lead is not among those that were published for the race."),
            view.say(
                ("The one poll of the race stands below.", "The {n} polls of the race stand below."),
                n=sample_count(leads),
            ),
        )
    tested = tested_rows(peers)
    return answered(
        sentences(_position(view, own, leads, tested), _afterwards(view, own, held)),
        _caveat(view, own, tested),
        _keys(view, own, peers, held),
        view.stated(leads[leads["this_poll"].astype(bool)]),
    )


def _position(view: View, own: Any, leads: pd.DataFrame, tested: pd.DataFrame) -> Markup:
    """Say where the poll's lead lies among those of the same days."""
    others = leads[leads["reading"].isin(tested["against"])]
    found = tested[tested["verdict"].isin(_FOUND)]
    say = partial(
        view.say,
        a=candidate(view, own.answer),
        b=candidate(view, own.against),
        lead=own.estimate,
        n=sample_count(others),
        ends=lead_range(view, others["estimate"]),
        only=others["estimate"].max(),
    )
    if tested.empty:
        return say(
            "{pollster} had {a} {lead:points} ahead of {b} among valid votes; no other poll of those days can be compared "
            "with it."
        )
    if len(found):
        names = reading_names(view, leads)
        least = found[["low", "high"]].abs().min(axis=1).min()
        return say(
            "{pollster} stood apart: it had {a} {lead:points} ahead of {b} among valid votes, at least {least:points} away "
            "from {others:list}.",
            least=least,
            others=[names[reading] for reading in found["against"]],
        )
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


def _afterwards(view: View, own: Any, held: pd.DataFrame) -> Markup | None:
    """Say what became of the lead: in the last poll of each pollster, and in the count."""
    if held.empty or held["official"].isna().all():
        return None
    official = held["official"].iloc[0]
    last = _last(held)
    last = last[last["reading"] != own.reading]
    winner = candidate(view, own.answer if official > 0 else own.against)
    if len(last) < 2:
        return view.say("{winner} won by {official:points}.", winner=winner, official=official)
    low, high = last["estimate"].min(), last["estimate"].max()
    say = partial(view.say, ends=lead_range(view, last["estimate"]), winner=winner, official=official)
    if low < 0 < high:
        return say(
            "The pollsters’ last polls ranged from {b} {behind:points} ahead to {a} {lead:points} ahead; {winner} won by "
            "{official:points}.",
            a=candidate(view, own.answer), b=candidate(view, own.against), behind=-low, lead=high,
        )  # fmt: skip
    if own.verdict in _DECIDED and high < own.low:
        return say(
            "By the last poll of each pollster the lead had shrunk to {ends} points; {winner} won by {official:points}."
        )
    return say(
        "In the last poll of each pollster the lead was {ends} points; {winner} won by {official:points}."
    )


def _caveat(view: View, own: Any, tested: pd.DataFrame) -> Markup:
    """Say what a lead is of, and how far apart two polls may be by chance."""
    question = vote_question(view.poll)
    shares = view.poll.table(question)[WHOLE] if question else pd.Series(dtype=float)
    named = shares.reindex(
        [one.id for one in view.poll.question(question).answers if one.role == "candidate"]
        if question
        else []
    ).sum(skipna=False)
    base = (
        view.say(
            "Leads are among those who chose a candidate: {named:percent} of the people {pollster} interviewed.",
            named=named,
        )
        if 0 < named < 1
        else view.say("Leads are among those who chose a candidate.")
    )
    if tested.empty:
        return base
    room = ((tested["high"] - tested["low"]) / 2).min()
    if tested["verdict"].isin(_FOUND).any():
        chance = view.say(
            "Two polls of this size can be {room:points} apart by chance and rounding.", room=room
        )
    else:
        chance = view.say(
            "Two polls of this size can be {room:points} apart by chance and rounding, so that being in line is a weak "
            "test.",
            room=room,
        )
    return sentences(base, chance)


def _keys(view: View, own: Any, peers: pd.DataFrame, held: pd.DataFrame) -> list[Key]:
    names = {"a": candidate(view, own.answer), "b": candidate(view, own.against)}
    known = not np.isnan(own.low)
    keys = [
        Key(
            view.signed(own.estimate),
            view.say("{a}’s lead over {b} in this poll, in points of valid votes", **names),
            view.ends((own.low, own.high)) if known else view.say("interviews unknown"),
        )
    ]
    if len(tested_rows(peers)):
        counts = count_over_effects(view, peers, _FOUND)
        keys.append(
            Key(
                view.say("{own} of {tested}", own=counts["own"], tested=len(tested_rows(peers))),
                view.say("differences from polls of those days are beyond chance"),
                view.say("{assumed} if interviews were independent", assumed=counts["assumed"]),
            )
        )
    last = _last(held)
    if len(last) > 1:
        keys.append(
            Key(lead_range(view, last["estimate"]), view.say("the lead in the last poll of each pollster"))
        )
    if len(held) and held["official"].notna().any():
        keys.append(
            Key(
                view.signed(held["official"].iloc[0]),
                view.say("the lead in the count"),
                view.say(("{n} day after this poll", "{n} days after this poll"), n=int(own.days_before)),
            )
        )
    return keys


@charted
def leads_chart(
    view: View, race: Race, leads: pd.DataFrame, peers: pd.DataFrame, held: pd.DataFrame
) -> Chart | Shown:
    """Draw the lead in every reading by date, and in the count."""
    if leads.empty:
        return view.sentence("There is no poll of a race to draw.")
    own = _own(leads)
    near = leads["last_day"] - (leads["last_day"].iloc[-1] if own is None else own.last_day)
    nearest = near.abs().sort_values(kind="stable").index
    left_out, leads = len(nearest[_MOST_READINGS:]), leads.loc[nearest[:_MOST_READINGS]].sort_index()
    names, pair = reading_names(view, leads), (leads["answer"].iloc[0], leads["against"].iloc[0])
    paint = _paint(view, pair)
    rows, month = [], None
    for row in each(leads):
        begins = (row.last_day.year, row.last_day.month)
        colour = paint[pair[int(row.estimate < 0)]]
        mark = difference_mark(view, row, colour, hollow=row.verdict not in _DECIDED)
        marks, rule = [mark] if row.estimate == row.estimate else [], month not in (None, begins)
        rows.append(ChartRow(names[row.reading], marks, strong=row.this_poll, rule=rule))
        month = begins
    if len(held) and held["official"].notna().any():
        official = held["official"].iloc[0]
        mark = Mark(official, text=view.signed(official), colour="ink", shape="D")
        rows.append(ChartRow(view.say("Result of the election"), [mark], strong=True, rule=True))
    fields = {"a": candidate(view, pair[0]), "b": candidate(view, pair[1])}
    say = partial(view.say, **fields)
    near, last = leads[leads["reading"].isin(peers["against"]) & leads["estimate"].notna()], _last(held)
    caption = say("{a}’s lead over {b} in every poll of the race, by date")
    if len(near) and len(last) > 1:
        caption = say(
            "{a}’s lead over {b}: {early} points in the other polls of those days, {late} points in the last of "
            "each pollster",
            early=lead_range(view, near["estimate"]),
            late=lead_range(view, last["estimate"]),
        )
    notes = [
        view.say("In bold: this poll. Filled: ahead by more than chance. Ring: chance may explain it."),
        view.say("No line: interviews or base unknown."),
    ]
    if left_out:
        notes.append(
            view.say(
                (
                    "One poll further away in time is not drawn.",
                    "{n} polls further away in time are not drawn.",
                ),
                n=left_out,
            )
        )
    axis = say("points by which {a} leads {b} among valid votes; lines are {level} intervals")
    legend = [
        (view.say("{who} ahead", who=fields[side]), paint[name])
        for side, name in zip("ab", pair, strict=True)
    ]
    return Chart(
        rows, str(caption), source_line(view, race, *notes), axis=axis, legend=legend,
        references=[Reference(0.0)], percent=False, numbers=view.stated(leads),
    )  # fmt: skip


def _paint(view: View, pair: Sequence[str]) -> dict[str, str]:
    """Give two candidates their colours."""
    question = vote_question(view.poll)
    known = colours(view.poll.question(question)) if question else {}
    return {name: known.get(name, colour) for name, colour in zip(pair, ("first", "second"), strict=True)}

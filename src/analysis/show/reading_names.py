"""How the readings of a race are named: who, when, and of what."""

import datetime
from typing import Any

import pandas as pd

from analysis.polls import Poll, Race
from analysis.show.charts.drawing import COLOURS
from analysis.show.language import language, say
from analysis.show.phrases import signed

__all__ = [
    "answer_heading",
    "base_name",
    "candidate_name",
    "cell_points",
    "change_names",
    "pair_colours",
    "reading_days",
    "reading_name",
    "reading_names",
    "reading_note",
    "short_day",
]


def candidate_name(answer: str) -> str:
    """Name a candidate of a race, in short, from the id.

    Examples
    --------
    >>> candidate_name("castillo")
    'Castillo'

    Readings of many pollsters give names in many ways; the id is what they share.
    """
    return answer.replace("_", " ").title()


def answer_heading(answer: str) -> str:
    """Name an answer of a race at the head of a column."""
    known = {
        "blank_null": say("Blank, spoilt"),
        "undecided": say("Undecided"),
        "will_not_vote": say("Will not vote"),
    }
    return known.get(answer, candidate_name(answer))


def base_name(base: str) -> str:
    """Name what the percentages of a reading are of."""
    known = {
        "all": say("all interviews"),
        "votes_cast": say("votes cast"),
        "valid_votes": say("valid votes"),
    }
    return known.get(base, say("not stated"))


def short_day(day: datetime.date) -> str:
    """Write a day in short, without its year.

    Examples
    --------
    >>> short_day(datetime.date(2021, 4, 18))
    '18 Apr'

    In tables and figures of one race the year is understood.
    """
    from babel.dates import get_month_names

    return f"{day.day} {get_month_names('abbreviated', locale=language())[day.month].rstrip('.')}"


def reading_days(first: Any, last: Any) -> str:
    """Write the days of a reading in short; of some, only the last is known.

    Examples
    --------
    >>> reading_days(pd.Timestamp("2021-04-28"), pd.Timestamp("2021-05-02"))
    '28 Apr – 2 May'
    >>> reading_days(pd.NaT, pd.Timestamp("2021-05-30"))
    'to 30 May'

    The second was published on 30 May; when the interviews began was not said.
    """
    if pd.isna(first):
        return say("to {day}", day=short_day(last))
    if first == last:
        return short_day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short_day(last)}"
    return f"{short_day(first)} – {short_day(last)}"


def reading_name(row: Any) -> str:
    """Name a reading by its pollster and days, and say if it is a simulated ballot; as text, not markup."""
    name = f"{row.pollster}, {reading_days(row.first_day, row.last_day)}"
    return say("{reading}, simulated", reading=name) if row.instrument == "simulated_ballot" else name


def _change_name(earlier: Any, later: Any) -> str:
    """Name a change from one reading of a pollster to its next with the same instrument; as text, not markup."""
    who = str(later.pollster)
    if later.instrument == "simulated_ballot":
        who = say("{reading}, simulated", reading=who)
    before, after = (reading_days(row.first_day, row.last_day) for row in (earlier, later))
    return f"{who}, {before} → {after}"


def reading_names(leads: pd.DataFrame) -> dict[str, str]:
    """Name every reading of a race, by id."""
    return {str(row.reading): reading_name(row) for row in leads.itertuples()}


def reading_note(race: Race, reading: str) -> str:
    """Return what there is to know of a reading, in the reader's language where it was written in it."""
    row = race.readings.set_index("reading").loc[reading]
    return str((row["note_es"] if language() == "es" else "") or row["note"])


def cell_points(low: float, high: float) -> str:
    """Write the interval of a lead under a heading that gives the unit."""
    ends = [signed(end).removeprefix("+") for end in (low, high)]
    return say("{low} to {high}", low=ends[0], high=ends[1])


def change_names(leads: pd.DataFrame, changes: pd.DataFrame) -> list[str]:
    """Name the changes of a table from `same_pollster_changes`."""
    rows = {str(row.reading): row for row in leads.itertuples()}
    return [
        _change_name(rows[earlier], rows[later])
        for earlier, later in zip(changes["reading_b"], changes["reading_a"], strict=True)
    ]


def pair_colours(poll: Poll, race: Race, leads: pd.DataFrame) -> tuple[str, str]:
    """Return the colours of the two leading candidates: those that they have in the figures of the poll."""
    pair = [leads["answer_a"].iloc[0], leads["answer_b"].iloc[0]]
    order = race.candidates
    for question in poll.questions:
        asked = [answer.id for answer in question.answers if answer.role == "candidate"]
        if set(pair) <= set(asked):
            order = asked
            break
    named = ["first", "second", "third"]
    places = [order.index(answer) for answer in pair]
    first, second = (COLOURS[named[place] if place < len(named) else "other"] for place in places)
    return first, second

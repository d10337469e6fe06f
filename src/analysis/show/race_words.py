"""What readings of a race, their days, bases and candidates are called."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import pandas as pd
from babel.dates import get_month_names
from markupsafe import Markup

from analysis.estimates import UNTESTED, vote_question
from analysis.polls import Race
from analysis.show.display import each, sentences
from analysis.show.view import View
from analysis.show.words import Words

__all__ = [
    "base_name", "candidate", "conditions", "days_of", "lead_range", "reading_names", "sample_count", "source_line",
    "tested_rows",
]  # fmt: skip


def tested_rows(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons that could be made."""
    return compared[~compared["verdict"].isin(UNTESTED)]


def candidate(view: View, answer: str) -> str:
    """Return what a candidate of the race is called: as in the poll, else by the id."""
    question = vote_question(view.poll)
    known = {one.id: one for one in view.poll.question(question).answers} if question else {}
    return view.short(known[answer]) if answer in known else answer.replace("_", " ").title()


def lead_range(view: View, leads: pd.Series) -> str:
    """Write the least and the greatest of some leads, with signs only where one candidate does not lead in all."""
    ends = float(leads.min()), float(leads.max())
    return view.figures(ends) if ends[0] >= 0 else view.ends(ends)


def sample_count(leads: pd.DataFrame) -> int:
    """Count the samples of readings: a poll and the simulated ballot of the same people are one."""
    return len(leads.drop_duplicates(["pollster", "last_day"]))


def days_of(view: View, leads: pd.DataFrame) -> Callable[[Any, Any], str]:
    """Return what writes a span of days of readings, which may lack the first: with the year where they are of several."""
    return partial(_days, view.language, len({day.year for day in leads["last_day"]}) > 1)


@lru_cache(maxsize=8192)  # asked for again at every setting
def _days(language: str, dated: bool, first: Any, last: Any) -> str:
    words, months = Words(language), get_month_names("wide", locale=language)
    if pd.isna(first):
        return words.say("until {days}", days=_days(language, dated, last, last))
    if dated or first.year != last.year:
        return words.days((first, last))
    return words.say(
        "{day} {month}"
        if first == last
        else "{day}–{last_day} {month}"
        if first.month == last.month
        else "{day} {month} to {last_day} {last_month}",
        day=first.day, month=months[first.month], last_day=last.day, last_month=months[last.month],
    )  # fmt: skip


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

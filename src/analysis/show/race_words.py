"""What readings of a race, their days, bases and candidates are called."""

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any

import pandas as pd
from babel.dates import get_month_names
from markupsafe import Markup, escape

from analysis.estimates import UNTESTED, vote_question
from analysis.polls import Race
from analysis.show.display import each
from analysis.show.view import View
from analysis.show.words import Words

__all__ = [
    "base_name",
    "candidate",
    "conditions",
    "days_of",
    "instrument_name",
    "lead_range",
    "plain",
    "reading_names",
    "reading_note",
    "sample_count",
    "source_line",
    "tested_rows",
]


def tested_rows(compared: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons that could be made."""
    return compared[~compared["verdict"].isin(UNTESTED)]


def plain(text: str) -> str:
    """Return a said text as it stands in a drawing, where nothing is markup."""
    return str(Markup(text).striptags())


def candidate(view: View, answer: str) -> str:
    """Return what a candidate of the race is called: as in the poll, else by the id."""
    question = vote_question(view.poll)
    known = {one.id: one for one in view.poll.question(question).answers} if question else {}
    return view.short(known[answer]) if answer in known else answer.replace("_", " ").title()


def lead_range(view: View, leads: pd.Series) -> str:
    """Write the least and the greatest of some leads, with signs only where one candidate does not lead in all."""
    low, high = float(leads.min()), float(leads.max())
    return view.between(f"{100 * low:.1f}", f"{100 * high:.1f}") if low >= 0 else view.ends((low, high))


def sample_count(leads: pd.DataFrame) -> int:
    """Count the samples of readings: a poll and the simulated ballot of the same people are one."""
    return len(leads.drop_duplicates(["pollster", "last_day"]))


def days_of(view: View, leads: pd.DataFrame) -> Callable[[Any, Any], Markup]:
    """Return what writes a span of days of readings, which may lack the first: with the year where they are of several."""
    return partial(_days, view.language, len({day.year for day in leads["last_day"]}) > 1)


@lru_cache(maxsize=8192)  # asked for again at every setting
def _days(language: str, dated: bool, first: Any, last: Any) -> Markup:
    words, months = Words(language), get_month_names("wide", locale=language)
    if pd.isna(first):
        return words.say("until {days}", days=_days(language, dated, last, last))
    if dated or first.year != last.year:
        return escape(words.days((first, last)))
    fields = {"day": first.day, "month": months[first.month]}
    last_fields = {"last_day": last.day, "last_month": months[last.month]}
    if first == last:
        return words.say("{day} {month}", **fields)
    if first.month == last.month:
        return words.say("{day}–{last_day} {month}", **fields, **last_fields)
    return words.say("{day} {month} to {last_day} {last_month}", **fields, **last_fields)


def reading_names(view: View, leads: pd.DataFrame) -> dict[str, Markup]:
    """Name every reading: who, when, and whether in a simulated ballot."""
    write = days_of(view, leads)
    return {
        row.reading: view.say(
            "{pollster}, {days}, simulated ballot"
            if row.instrument == "simulated_ballot"
            else "{pollster}, {days}",
            pollster=row.pollster,
            days=write(row.first_day, row.last_day),
        )
        for row in each(leads)
    }


def base_name(view: View, basis: str) -> Markup:
    """Say what the percentages of a reading are of."""
    return {
        "all": view.say("all interviews"),
        "votes_cast": view.say("votes cast"),
        "valid_votes": view.say("valid votes"),
        "not_stated": view.say("not stated"),
    }[basis]


def instrument_name(view: View, instrument: str) -> Markup:
    """Say how people were asked."""
    return {
        "poll": view.say("interview"),
        "simulated_ballot": view.say("simulated ballot"),
        "not_stated": view.say("not stated"),
    }[instrument]


def reading_note(view: View, row: Any) -> str:
    """Return what to know of a reading, in the reader's language."""
    translated = str(row.get(f"note_{view.language}", "") or "")
    return translated or str(row["note"])


def source_line(view: View, race: Race, *notes: str) -> Markup:
    """Write the line beneath a table or figure of readings."""
    said = view.say("Source: {source}.", source=view.reference(race, "source").rstrip("."))
    return Markup(" ").join([said, *notes])


def conditions(view: View) -> Markup:
    """Say with which design effect and confidence leads were given intervals."""
    return view.say(
        "{level} confidence, design effect {effect:number} for every poll.",
        level=view.level(view.options.confidence_level),
        effect=view.options.effect,
    )

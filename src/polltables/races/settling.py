"""The cells of a table of polls brought into the form of a race's file, with everything that cannot be."""

import calendar
import datetime
import re

from analysis.errors import unknown_name
from analysis.polls.figures import parse_count, rounding_interval
from analysis.polls.races import READING_BASES, READING_INSTRUMENTS
from polltables.races.table import Entry, RaceTable

__all__ = ["settle"]

_ALLOWED = {"base": READING_BASES, "instrument": READING_INSTRUMENTS}


def settle(table: RaceTable, *, scope: str = "", area: str = "") -> None:
    """Bring the cells of a table into the form of a race's file, noting every one that cannot be.

    `scope` and `area` say which election, where a file holds the polls of several.
    """
    _choose(table, scope, area)
    seen: dict[str, int] = {}
    for entry in table.entries:
        _settle_dates(table, entry)
        _settle_numbers(table, entry)
        _settle_words(table, entry)
        name = entry.cells.get("reading", "")
        if name in seen:
            why = f"{name[:100]!r} is the id of line {seen[name]} too; each poll has its own."
            table.refuse(why, entry.place("reading"))
        elif name:
            seen[name] = entry.line
    if table.entries and not table.candidates:
        table.refuse("no column is a candidate; give each a column, headed with the name.")


def _choose(table: RaceTable, scope: str, area: str) -> None:
    """Keep the polls of one election, and leave out those that give seats."""
    kept = []
    for entry in table.entries:
        if entry.cells.pop("unit", "%") == "%":
            kept.append(entry)
        else:
            table.refuse("seats, not percentages of people; take the line out.", entry.place("unit"))
    for column, wanted in (("scope", scope), ("area", area)):
        elections = {id(entry): entry.cells.pop(column, "") for entry in kept}
        there_is = sorted(set(elections.values()))
        if wanted:
            kept = [entry for entry in kept if elections[id(entry)] == wanted]
            if not kept:
                table.refuse(unknown_name(f"no poll of {column}", wanted, filter(None, there_is)))
        elif len(there_is) > 1:
            named = ", ".join(value or "none" for value in there_is)
            table.refuse(f"polls of several elections ({column}: {named}); name one with --{column}.")
    table.entries = kept


def _settle_dates(table: RaceTable, entry: Entry) -> None:
    """Read the days of fieldwork; the day of publication stands for the last one where that is all that is known."""
    cells = entry.cells
    if both := cells.pop("fieldwork", ""):
        days = re.findall(r"\d{4}-\d{2}-\d{2}", both, re.ASCII)
        if len(days) in (1, 2):
            cells |= {"fieldwork_start": days[0], "fieldwork_end": days[-1]} | cells
        else:
            why = f"{both[:100]!r} is not one or two days; write them as 2021-04-18 to 2021-04-21."
            table.refuse(why, entry.place("fieldwork"))
            cells.setdefault("fieldwork_end", "")
    if published := cells.pop("publication", ""):
        if "fieldwork_end" not in cells:
            entry.add_note("The day is that of publication.")
        cells.setdefault("fieldwork_end", published)
    if "fieldwork_end" not in cells:
        table.refuse("no last day of fieldwork, and none of publication.", entry.place("fieldwork_end"))
    for column in ("fieldwork_start", "fieldwork_end"):
        if cells.get(column):
            cells[column] = _day(table, entry, column)
    start, end = cells.get("fieldwork_start"), cells.get("fieldwork_end")
    if start and end and start > end:
        why = f"fieldwork ends on {end}, before it starts on {start}; swap the two, or mend the year."
        table.refuse(why, entry.place("fieldwork_end"))


def _day(table: RaceTable, entry: Entry, column: str) -> str:
    """Return a day as ISO has it; of a month its last or first day, said in the note."""
    text, last = entry.cells[column], column == "fieldwork_end"
    try:
        if found := re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII):
            year, month = int(found[1]), int(found[2])
            day = datetime.date(year, month, calendar.monthrange(year, month)[1] if last else 1)
            which = "last" if last else "first"
            entry.add_note(f"Of the {which} day of fieldwork only the month is known.")
            return day.isoformat()
        return datetime.datetime.strptime(text, "%Y-%m-%d").date().isoformat()
    except ValueError:
        table.refuse(f"{text[:100]!r} is not a day; write it as 2021-04-18.", entry.place(column))
        return ""


def _settle_numbers(table: RaceTable, entry: Entry) -> None:
    """Read interviews and percentages."""
    for column in ("n", *table.answers, "margin_of_error"):
        text = entry.cells.get(column, "")
        try:
            if text and column == "n":
                entry.cells["n"] = str(parse_count(text))
            elif text:
                rounding_interval(text)
        except ValueError as error:
            table.refuse(f"{str(error)[:200]}.", entry.place(column))


def _settle_words(table: RaceTable, entry: Entry) -> None:
    """Fill in what a file did not say, and refuse words that mean nothing here."""
    cells = entry.cells
    rate = cells.pop("participation", "")
    if rate and "base" not in cells:  # shares of those who answered, as EOPAOD has them
        cells |= {"base": "valid_votes", "blank_null": f"{100 - float(rate):g}" if _is_share(rate) else rate}
        if "blank_null" not in table.answers:
            table.answers.append("blank_null")
    silent = any(cells.get(name) for name in ("blank_null", "undecided", "will_not_vote", "no_opinion"))
    cells.setdefault("base", "all" if silent else "not_stated")
    cells.setdefault("instrument", "poll")
    for column, allowed in _ALLOWED.items():
        if cells[column] not in allowed:
            why = f"{cells[column][:100]!r} is not allowed; use one of {', '.join(allowed)}."
            table.refuse(why, entry.place(column))
    if not cells.get("pollster"):
        table.refuse("no pollster.", entry.place("pollster"))


def _is_share(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}(\.\d+)?|100", text, re.ASCII) is not None

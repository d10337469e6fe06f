"""The cells of a table of polls brought into the form of a race's file, with everything that cannot be."""

import calendar
import datetime
import re

from analysis.polls.figures import parse_count
from analysis.polls.races import READING_BASES, READING_INSTRUMENTS
from polltables.races.table import Entry, RaceTable

__all__ = ["settle"]


def settle(table: RaceTable, *, scope: str = "", area: str = "") -> None:
    """Bring the cells of a table into the form of a race's file, noting every one that cannot be.

    Parameters
    ----------
    scope, area : str
        Which election, where a file holds the polls of several.
    """
    _choose(table, scope, area)
    for entry in table.entries:
        _settle_dates(table, entry)
        _settle_numbers(table, entry)
        _settle_words(table, entry)
    seen: dict[str, Entry] = {}
    for entry in table.entries:
        name = entry.cells.get("reading", "")
        if name and seen.setdefault(name, entry) is not entry:
            table.problems.append(
                f"{table.name}, {entry.place('reading')}: {name[:100]!r} is the id of line {seen[name].line} too; each "
                "poll has its own."
            )
    table.problems += [
        f"{table.name}: no column is a candidate; give each a column, headed with the name."
        for _ in [0]
        if table.entries and not table.candidates
    ]


def _choose(table: RaceTable, scope: str, area: str) -> None:
    """Keep the polls of one election, and leave out those that give seats."""
    kept = []
    for entry in table.entries:
        if entry.cells.pop("unit", "%") == "%":
            kept.append(entry)
        else:
            table.problems.append(
                f"{table.name}, {entry.place('unit')}: seats, not percentages of people; take the line out."
            )
    for column, wanted in (("scope", scope), ("area", area)):
        there_is = sorted({entry.cells.get(column, "") for entry in kept})
        if wanted:
            kept = [entry for entry in kept if entry.cells.get(column, "") == wanted]
        elif len(there_is) > 1:
            named = ", ".join(value or "none" for value in there_is)
            table.problems.append(
                f"{table.name}: polls of several elections ({column}: {named}); name one with --{column}."
            )
        if wanted and not kept:
            table.problems.append(
                f"{table.name}: no poll of {column} {wanted!r}; there is: {', '.join(there_is)}."
            )
    for entry in kept:
        entry.cells = {name: cell for name, cell in entry.cells.items() if name not in {"scope", "area"}}
    table.entries = kept


def _add_note(entry: Entry, note: str) -> None:
    entry.cells["note"] = " ".join(filter(None, (entry.cells.get("note", ""), note)))


def _settle_dates(table: RaceTable, entry: Entry) -> None:
    """Read the days of fieldwork; the day of publication stands for the last one where that is all that is known."""
    cells = entry.cells
    both = cells.pop("fieldwork", "")
    if both:
        days = re.findall(r"\d{4}-\d{2}-\d{2}", both, re.ASCII)
        if len(days) in (1, 2):
            cells.setdefault("fieldwork_start", days[0])
            cells.setdefault("fieldwork_end", days[-1])
        else:
            table.problems.append(
                f"{table.name}, {entry.place('fieldwork')}: {both[:100]!r} is not one or two days; write them as 2021-04-18 "
                "to 2021-04-21."
            )
    published = cells.pop("publication", "")
    if published and "fieldwork_end" not in cells:
        cells["fieldwork_end"] = published
        _add_note(entry, "The day is that of publication.")
    for column in ("fieldwork_start", "fieldwork_end"):
        if column in cells:
            cells[column] = _day(table, entry, column)
    if not cells.get("fieldwork_end"):
        if both or "fieldwork_end" in cells:  # said already
            cells.pop("fieldwork_end", None)
            return
        table.problems.append(
            f"{table.name}, {entry.place('fieldwork_end')}: no last day of fieldwork, and none of publication."
        )
    elif cells.get("fieldwork_start", "") > "" and cells["fieldwork_start"] > cells["fieldwork_end"]:
        table.problems.append(
            f"{table.name}, {entry.place('fieldwork_end')}: fieldwork ends on {cells['fieldwork_end']}, before it starts "
            f"on {cells['fieldwork_start']}; swap the two, or mend the year."
        )


def _day(table: RaceTable, entry: Entry, column: str) -> str:
    """Return a day as ISO has it; of a month its last or first day, said in the note."""
    text = entry.cells[column]
    try:
        if found := re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII):
            year, month = int(found[1]), int(found[2])
            last = column == "fieldwork_end"
            day = calendar.monthrange(year, month)[1] if last else 1
            _add_note(
                entry, f"Of the {'last' if last else 'first'} day of fieldwork only the month is known."
            )
            return datetime.date(year, month, day).isoformat()
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
            return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    table.problems.append(
        f"{table.name}, {entry.place(column)}: {text[:100]!r} is not a day; write it as 2021-04-18."
    )
    return ""


def _settle_numbers(table: RaceTable, entry: Entry) -> None:
    """Read interviews and percentages."""
    cells = entry.cells
    if "n" in cells:
        try:
            cells["n"] = str(parse_count(cells["n"]))
        except ValueError as error:
            table.problems.append(f"{table.name}, {entry.place('n')}: {str(error)[:200]}.")
    for column in [*table.answers, "margin_of_error"]:
        text = cells.get(column, "")
        if text and (not re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text, re.ASCII) or float(text) > 100):
            table.problems.append(
                f"{table.name}, {entry.place(column)}: {text[:100]!r} is not a percentage; write a number of 0 to 100 such "
                "as 35.5, or leave the cell empty."
            )


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
    for column, allowed in (("base", READING_BASES), ("instrument", READING_INSTRUMENTS)):
        if cells[column] not in allowed:
            table.problems.append(
                f"{table.name}, {entry.place(column)}: {cells[column][:100]!r} is not allowed; use one of "
                f"{', '.join(allowed)}."
            )
    if not cells.get("pollster"):
        table.problems.append(f"{table.name}, {entry.place('pollster')}: no pollster.")


def _is_share(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}(\.\d+)?|100", text, re.ASCII) is not None

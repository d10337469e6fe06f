"""What is wrong with a table of polls: what cannot be read, and what was probably typed wrongly."""

import calendar
import datetime
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from math import sqrt

from analysis.polls.figures import parse_count
from analysis.polls.races import READING_BASES, READING_INSTRUMENTS
from polltables.races.table import Entry, RaceTable, folded

__all__ = ["findings", "settle"]

_ROUNDING = 0.5  # of a whole per cent, which figures may have been rounded to
_LONGEST_FIELDWORK = 60  # days
_MARGIN_APART = 0.3  # points that a margin may be off that of its interviews
_ALIKE = 0.85  # of two names of pollsters, of which one is probably a slip
_NAMED = 4  # letters below which a name is too short to say


def settle(table: RaceTable, *, scope: str = "", area: str = "") -> None:
    """Bring the cells of a table into the form of a race's file, noting every one that cannot be.

    Parameters
    ----------
    table : RaceTable
    scope, area : str
        Which election, where a file holds the polls of several.
    """
    _choose(table, scope, area)
    for entry in table.entries:
        _settle_dates(table, entry)
        _settle_numbers(table, entry)
        _settle_words(table, entry)
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


def findings(table: RaceTable) -> list[str]:
    r"""List what was probably typed wrongly, or is missing: one sentence each, with its place.

    Examples
    --------
    >>> from polltables.races.delimited import read_csv
    >>> head = "pollster,fieldwork_start,fieldwork_end,n,base,ash,birch,undecided"
    >>> rows = ["ACME,2031-05-01,2031-05-04,1000,all,45,48,17", "ACNE,2031-05-02,2031-05-04,,all,40,48,12"]
    >>> table = read_csv("\n".join([head, *rows]), "polls.csv")
    >>> settle(table)
    >>> for sentence in findings(table):
    ...     print(sentence)
    polls.csv, line 2: the shares add up to 110.0, more than 100 and its rounding; one of them may be mistyped.
    polls.csv, line 3, column 'n': no number of interviews and no margin of error; the poll gets no interval.
    polls.csv, line 3, column 'pollster': 'ACNE' is almost 'ACME' of line 2; are they one pollster?

    The reader of the table decides what is a slip.
    """
    checks: tuple[Callable[[RaceTable], Iterator[tuple[Entry, str]]], ...] = (
        _sums, _sizes, _lengths, _order, _twins, _names,
    )  # fmt: skip
    read = RaceTable(table.name, table.answers, [entry for entry in table.entries if _readable(entry)])
    found = [(entry.line, sentence) for check in checks for entry, sentence in check(read)]
    return [f"{table.name}, {sentence}" for _, sentence in sorted(found, key=lambda one: one[0])]


def _readable(entry: Entry) -> bool:
    """Say whether an entry has what the checks go by."""
    cells = entry.cells
    return bool(
        cells.get("pollster")
        and cells.get("fieldwork_end")
        and cells.get("n", "0").isdecimal()
        and re.fullmatch(r"\d{1,3}(\.\d+)?", cells.get("margin_of_error", "0"), re.ASCII)
    )


def _sums(table: RaceTable) -> Iterator[tuple[Entry, str]]:
    """Find shares that add up to more than all, or valid votes that do not add up."""
    for entry in table.entries:
        shares = table.shares(entry)
        if entry.cells["base"] == "valid_votes":  # blank ballots are of another base
            shares = {name: share for name, share in shares.items() if name in {*table.candidates, "other"}}
        total, slack = sum(shares.values()), _ROUNDING * len(shares)
        whole = all(share == int(share) for share in shares.values())
        slack = slack if whole else slack / 10
        place = f"line {entry.line}"
        if total > 100 + slack + 1e-9:
            yield (
                entry,
                f"{place}: the shares add up to {total:.1f}, more than 100 and its rounding; one of them may be mistyped.",
            )
        elif entry.cells["base"] == "valid_votes" and 0 < total < 100 - slack - 1e-9:
            yield (
                entry,
                f"{place}: shares of valid votes add up to {total:.1f}; somebody is missing, or one is mistyped.",
            )
        if not shares:
            yield entry, f"{place}: no share at all."


def _sizes(table: RaceTable) -> Iterator[tuple[Entry, str]]:
    """Find polls without a size, and margins of error that are not those of their size."""
    for entry in table.entries:
        n, margin = entry.cells.get("n", ""), entry.cells.get("margin_of_error", "")
        if not n and not margin:
            yield (
                entry,
                f"{entry.place('n')}: no number of interviews and no margin of error; the poll gets no interval.",
            )
        elif n and margin and int(n) > 0:
            expected = 98 / sqrt(int(n))
            if abs(expected - float(margin)) > _MARGIN_APART:
                yield (
                    entry,
                    f"{entry.place('margin_of_error')}: ±{margin} points for {n} interviews, where ±{expected:.1f} would be "
                    "simple random sampling's; one of the two may be mistyped.",
                )
        elif n and int(n) == 0:
            yield (
                entry,
                f"{entry.place('n')}: no interviews at all; leave the cell empty if the number is unknown.",
            )


def _span(entry: Entry) -> tuple[datetime.date | None, datetime.date]:
    start = entry.cells.get("fieldwork_start")
    end = datetime.date.fromisoformat(entry.cells["fieldwork_end"])
    return datetime.date.fromisoformat(start) if start else None, end


def _lengths(table: RaceTable) -> Iterator[tuple[Entry, str]]:
    """Find fieldwork that lasts longer than any poll's."""
    for entry in table.entries:
        start, end = _span(entry)
        if start and (end - start).days > _LONGEST_FIELDWORK:
            yield (
                entry,
                f"{entry.place('fieldwork_end')}: fieldwork of {(end - start).days} days; is month or year mistyped?",
            )


def _order(table: RaceTable) -> Iterator[tuple[Entry, str]]:
    """Find polls that stand out of the order of time that the others keep."""
    steps = [(a, b, (_span(b)[1] - _span(a)[1]).days) for a, b in pairwise(table.entries)]
    forwards, backwards = sum(step > 0 for *_, step in steps), sum(step < 0 for *_, step in steps)
    fewer = min(forwards, backwards)
    if fewer == 0 or fewer > max(forwards, backwards) / 4:  # in order, or in none
        return
    sign = 1 if forwards > backwards else -1
    for before, entry, step in steps:
        if step * sign < 0:
            yield (
                entry,
                f"{entry.place('fieldwork_end')}: {entry.cells['fieldwork_end']} stands out of order, next to "
                f"{before.cells['fieldwork_end']}; is the day mistyped?",
            )


def _twins(table: RaceTable) -> Iterator[tuple[Entry, str]]:
    """Find polls that stand twice."""
    seen: dict[tuple[str, ...], Entry] = {}
    for entry in table.entries:
        key = tuple(entry.cells.get(name, "") for name in ("fieldwork_end", "instrument", "base", "area"))
        key = (folded(entry.cells["pollster"]), *key)
        twin = seen.setdefault(key, entry)
        if twin is not entry:
            same = all(entry.cells.get(name) == twin.cells.get(name) for name in table.answers)
            what = "with the same shares" if same else "with other shares"
            yield (
                entry,
                f"line {entry.line}: the poll of line {twin.line} once more, {what}; keep one, or say how they differ.",
            )


def _names(table: RaceTable) -> Iterator[tuple[Entry, str]]:
    """Find pollsters that are called almost alike."""
    first: dict[str, Entry] = {}
    for entry in table.entries:
        first.setdefault(entry.cells["pollster"], entry)
    for one, other in combinations(first, 2):
        a, b = folded(one), folded(other)
        near = min(len(a), len(b)) >= _NAMED and _slip(a, b)
        if a == b or near:
            entry = first[other]
            yield (
                entry,
                f"{entry.place('pollster')}: {other!r} is almost {one!r} of line {first[one].line}; are they one pollster?",
            )


def _slip(a: str, b: str) -> bool:
    """Say whether two names differ by one letter or so."""
    one_letter = len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    return one_letter or SequenceMatcher(None, a, b).ratio() >= _ALIKE

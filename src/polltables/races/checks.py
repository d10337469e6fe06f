"""What was probably typed wrongly in a table of polls, or is missing."""

import datetime
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from math import sqrt

from polltables.importing.recognition.folding import folded
from polltables.races.table import Entry, RaceTable

__all__ = ["findings"]

_ROUNDING = 0.5  # of a whole per cent, which figures may have been rounded to
_LONGEST_FIELDWORK = 60  # days
_MARGIN_APART = 0.3  # points that a margin may be off that of its interviews
_ALIKE = 0.85  # of two names of pollsters, of which one is probably a slip
_NAMED = 4  # letters below which a name is too short to say
_MOST_NAMES = 300  # that are compared with one another

_Finding = tuple[Entry, str, str]  # of which poll, in which column if of one, and what it is


def findings(table: RaceTable) -> list[str]:
    r"""List what was probably typed wrongly, or is missing: one sentence each, with its place.

    Examples
    --------
    >>> from polltables.races.delimited import read_csv
    >>> from polltables.races.settling import settle
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
    read = RaceTable(table.name, table.answers, [entry for entry in table.entries if _readable(entry)])
    found = [one for check in (_sums, _sizes, _lengths, _order, _twins, _names) for one in check(read)]
    found.sort(key=lambda one: one[0].line)
    return [f"{table.name}, {entry.place(column)}: {sentence}" for entry, column, sentence in found]


def _readable(entry: Entry) -> bool:
    """Say whether an entry has what the checks go by."""
    cells = entry.cells
    return bool(
        cells.get("pollster")
        and cells.get("fieldwork_end")
        and cells.get("n", "0").isdecimal()
        and re.fullmatch(r"\d{1,3}(\.\d+)?", cells.get("margin_of_error", "0"), re.ASCII)
    )


def _sums(table: RaceTable) -> Iterator[_Finding]:
    """Find shares that add up to more than all, or valid votes that do not add up."""
    for entry in table.entries:
        shares = table.shares(entry)
        valid = entry.cells["base"] == "valid_votes"
        if valid:  # blank ballots are of another base
            shares = {name: share for name, share in shares.items() if name in {*table.candidates, "other"}}
        total, slack = sum(shares.values()), _ROUNDING * len(shares)
        slack = slack if all(share == int(share) for share in shares.values()) else slack / 10
        if total > 100 + slack + 1e-9:
            yield (
                entry, "",
                f"the shares add up to {total:.1f}, more than 100 and its rounding; one of them may be mistyped.",
            )  # fmt: skip
        elif valid and 0 < total < 100 - slack - 1e-9:
            yield (
                entry,
                "",
                f"shares of valid votes add up to {total:.1f}; somebody is missing, or one is mistyped.",
            )
        if not shares:
            yield entry, "", "no share at all."


def _sizes(table: RaceTable) -> Iterator[_Finding]:
    """Find polls without a size, and margins of error that are not those of their size."""
    for entry in table.entries:
        n, margin = entry.cells.get("n", ""), entry.cells.get("margin_of_error", "")
        if not n and not margin:
            yield entry, "n", "no number of interviews and no margin of error; the poll gets no interval."
        elif n and int(n) == 0:
            yield entry, "n", "no interviews at all; leave the cell empty if the number is unknown."
        elif n and margin and abs((expected := 98 / sqrt(int(n))) - float(margin)) > _MARGIN_APART:
            yield (
                entry, "margin_of_error",
                f"±{margin} points for {n} interviews, where ±{expected:.1f} would be simple random sampling's; one of the "
                "two may be mistyped.",
            )  # fmt: skip


def _span(entry: Entry) -> tuple[datetime.date | None, datetime.date]:
    start = entry.cells.get("fieldwork_start")
    end = datetime.date.fromisoformat(entry.cells["fieldwork_end"])
    return datetime.date.fromisoformat(start) if start else None, end


def _lengths(table: RaceTable) -> Iterator[_Finding]:
    """Find fieldwork that lasts longer than any poll's."""
    for entry in table.entries:
        start, end = _span(entry)
        if start and (end - start).days > _LONGEST_FIELDWORK:
            days = (end - start).days
            yield entry, "fieldwork_end", f"fieldwork of {days} days; is month or year mistyped?"


def _order(table: RaceTable) -> Iterator[_Finding]:
    """Find polls that stand out of the order of time that the others keep."""
    steps = [(a, b, (_span(b)[1] - _span(a)[1]).days) for a, b in pairwise(table.entries)]
    forwards, backwards = sum(step > 0 for *_, step in steps), sum(step < 0 for *_, step in steps)
    if min(forwards, backwards) > max(forwards, backwards) / 4:  # in no order
        return
    sign = 1 if forwards > backwards else -1
    for before, entry, step in steps:
        if step * sign < 0:
            end, other = entry.cells["fieldwork_end"], before.cells["fieldwork_end"]
            yield entry, "fieldwork_end", f"{end} stands out of order, next to {other}; is the day mistyped?"


def _twins(table: RaceTable) -> Iterator[_Finding]:
    """Find polls that stand twice."""
    seen: dict[tuple[str, ...], Entry] = {}
    for entry in table.entries:
        key = tuple(entry.cells.get(name, "") for name in ("fieldwork_end", "instrument", "base", "area"))
        twin = seen.setdefault((folded(entry.cells["pollster"]), *key), entry)
        if twin is not entry:
            same = all(entry.cells.get(name) == twin.cells.get(name) for name in table.answers)
            shares = "the same" if same else "other"
            yield (
                entry, "",
                f"the poll of line {twin.line} once more, with {shares} shares; keep one, or say how they differ.",
            )  # fmt: skip


def _names(table: RaceTable) -> Iterator[_Finding]:
    """Find pollsters that are called almost alike."""
    first: dict[str, Entry] = {}
    for entry in table.entries:
        first.setdefault(entry.cells["pollster"], entry)
    for one, other in combinations(list(first)[:_MOST_NAMES], 2):
        a, b = folded(one), folded(other)
        if a == b or (min(len(a), len(b)) >= _NAMED and _slip(a, b)):
            line = first[one].line
            yield (
                first[other],
                "pollster",
                f"{other!r} is almost {one!r} of line {line}; are they one pollster?",
            )


def _slip(a: str, b: str) -> bool:
    """Say whether two names differ by one letter or so."""
    one_letter = len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
    return one_letter or SequenceMatcher(None, a, b).ratio() >= _ALIKE

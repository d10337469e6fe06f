"""What was probably typed wrongly in a table of polls, or is missing."""

import datetime
import re
from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from itertools import combinations, pairwise
from math import sqrt

from polltables.races.table import Entry, RaceTable, folded

__all__ = ["findings"]

_ROUNDING = 0.5  # of a whole per cent, which figures may have been rounded to
_LONGEST_FIELDWORK = 60  # days
_MARGIN_APART = 0.3  # points that a margin may be off that of its interviews
_ALIKE = 0.85  # of two names of pollsters, of which one is probably a slip
_NAMED = 4  # letters below which a name is too short to say
_MOST_NAMES = 300  # that are compared with one another


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
    for one, other in combinations(list(first)[:_MOST_NAMES], 2):
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

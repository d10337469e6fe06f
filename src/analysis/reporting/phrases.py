"""Figures, counts and dates as readers write them."""

import datetime
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.polls import Poll

__all__ = [
    "count",
    "fieldwork",
    "interval",
    "interval_note",
    "joined",
    "level",
    "method_name",
    "percent",
    "place_name",
    "points",
    "source_note",
]


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.355), percent(float("nan"))
    ('35.5%', 'not published')

    A share of 0.355 reads 35.5%, and a missing one says that it was not published.
    """
    return "not published" if np.isnan(share) else f"{100 * share:.{decimals}f}%"


def level(confidence_level: float) -> str:
    """Write a confidence level, with no more decimals than it has.

    Examples
    --------
    >>> level(0.95), level(0.955)
    ('95%', '95.5%')

    A level of 0.95 reads 95%.
    """
    return f"{100 * confidence_level:.6g}%"


def method_name(method: str) -> str:
    """Write the name of an interval method, after the people it is named for.

    Examples
    --------
    >>> method_name("clopper_pearson")
    'Clopper–Pearson'

    The method of Clopper and Pearson is written with a dash between their names.
    """
    return method.replace("_", "–").title()


def points(difference: float, decimals: int = 1) -> str:
    """Write a difference of shares in percentage points.

    Examples
    --------
    >>> points(0.028), points(0.01)
    ('2.8 points', '1.0 point')

    A margin of 0.028 reads 2.8 points.
    """
    figure = f"{100 * difference:.{decimals}f}"
    return f"{figure} {'point' if float(figure) == 1 else 'points'}"


def interval(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval of shares, its per-cent sign once.

    Examples
    --------
    >>> interval(0.3284, 0.3825)
    '32.8–38.2%'

    The interval from 0.3284 to 0.3825 reads 32.8–38.2%.
    """
    return f"{100 * low:.{decimals}f}–{100 * high:.{decimals}f}%"


def count(number: float, noun: str = "", plural: str = "") -> str:
    """Write a whole number with its noun.

    Examples
    --------
    >>> count(1200, "interview"), count(1, "table"), count(0, "table")
    ('1,200 interviews', '1 table', 'no tables')

    Thousands are grouped, and the noun agrees with the number.
    """
    whole = round(number)
    if not noun:
        return f"{whole:,}"
    return f"{'no' if whole == 0 else f'{whole:,}'} {noun if whole == 1 else plural or noun + 's'}"


def joined(items: Sequence[str]) -> str:
    """Join phrases as a sentence does.

    Examples
    --------
    >>> joined(["Lima", "the interior", "the East"])
    'Lima, the interior and the East'

    The last two are joined by a word.
    """
    return " and ".join([", ".join(items[:-1]), items[-1]]) if len(items) > 1 else "".join(items)


def fieldwork(poll: Poll) -> str:
    """Write the days of fieldwork.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> fieldwork(load_poll("cpi-2021-04"))
    '18–21 April 2021'

    The interviews were made from 18 to 21 April 2021.
    """
    first, last = poll.sheet.fieldwork

    def written(day: datetime.date, form: str) -> str:
        return f"{day.day} {day:{form}}".strip()

    if first == last:
        return written(last, "%B %Y")
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{written(last, '%B %Y')}"
    return f"{written(first, '%B' if first.year == last.year else '%B %Y')} – {written(last, '%B %Y')}"


def source_note(poll: Poll, base: str = "") -> str:
    """Write the line beneath a table or a figure: the source and the base of its shares."""
    base = base or f"all {count(poll.sheet.n, 'interview')}"
    return f"Source: {poll.sheet.short_name}, {fieldwork(poll)}. Base: {base}."


def interval_note(intervals: pd.DataFrame) -> str:
    """Write how the intervals of a table or figure were made: the method and the design effect."""
    known = intervals[intervals["n_effective"] > 0]
    if known.empty:
        return "No intervals: the base is unknown."
    effect = (known["base"] / known["n_effective"]).iloc[0]
    return f"Intervals: {method_name(known['method'].iloc[0])}, design effect {effect:.4g}."


def place_name(poll: Poll, segment: str) -> str:
    """Name the column of a finding, or the total and the parts that it is checked against.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> place_name(load_poll("cpi-2021-04"), "interior from area")
    'Interior from Urban and Rural'

    The total of the interior is checked against its urban and its rural part.
    """
    if segment in poll.segments.ids:
        return poll.segments[segment].label_en
    whole, _, partition = segment.partition(" from ")
    if not partition:
        return segment
    parts = poll.segments.partition(partition).parts
    return f"{poll.segments[whole].label_en} from {joined([poll.segments[part].label_en for part in parts])}"

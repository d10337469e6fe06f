"""Figures, counts and dates as readers write them."""

import datetime
import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.polls import Poll
from analysis.reporting.language import label_of, language, say, term

__all__ = [
    "all_interviews",
    "count",
    "counted",
    "days",
    "fieldwork",
    "figures_term",
    "interval",
    "interval_note",
    "interviews",
    "joined",
    "level",
    "method_name",
    "percent",
    "place_name",
    "points",
    "source_note",
]

_FIGURE = r"\d+(?:[.,–]\d+)*"


def percent(share: float, decimals: int = 1) -> str:
    """Write a share as a percentage.

    Examples
    --------
    >>> percent(0.355), percent(float("nan"))
    ('35.5%', 'not published')

    A share of 0.355 reads 35.5%, and a missing one says that it was not published.
    """
    return say("not published") if np.isnan(share) else f"{100 * share:.{decimals}f}%"


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
    return (
        say("{figure} point", figure=figure) if float(figure) == 1 else say("{figure} points", figure=figure)
    )


def interval(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval of shares, its per-cent sign once.

    Examples
    --------
    >>> interval(0.3284, 0.3825)
    '32.8–38.2%'

    The interval from 0.3284 to 0.3825 reads 32.8–38.2%.
    """
    return f"{100 * low:.{decimals}f}–{100 * high:.{decimals}f}%"


def count(number: float) -> str:
    """Write a whole number, thousands grouped.

    Examples
    --------
    >>> count(1200)
    '1,200'

    The thousands are set apart by a comma.
    """
    return f"{round(number):,}"


def counted(number: float, none: str, one: str, several: str) -> str:
    """Write a whole number with the words that agree with it.

    Parameters
    ----------
    number : float
    none, one, several : str
        What is said of nought, of one, and of more; translated already. `#` is where the figure
        goes.

    Examples
    --------
    >>> [counted(n, "no tables", "one table", "# tables") for n in (0, 1, 1200)]
    ['no tables', 'one table', '1,200 tables']

    Nought and one are written as a sentence writes them.
    """
    whole = round(number)
    chosen = none if whole == 0 else one if whole == 1 else several
    # A name that stands in it already is escaped, and `&#x27;` is no place for a figure.
    return re.sub("(?<!&)#", count(whole), chosen)


def interviews(number: float) -> str:
    """Write a number of interviews.

    Examples
    --------
    >>> interviews(1200), interviews(1)
    ('1,200 interviews', '1 interview')

    The noun agrees with the number.
    """
    return counted(number, say("no interviews"), say("1 interview"), say("# interviews"))


def joined(items: Sequence[str]) -> str:
    """Join phrases as a sentence does.

    Examples
    --------
    >>> joined(["Lima", "the interior", "the East"])
    'Lima, the interior and the East'

    The last two are joined by a word.
    """
    if len(items) < 2:
        return "".join(items)
    # Spanish writes “e” before the sound of an i, which begins the word or follows its markup.
    sounds_alike = language() == "es" and re.match(r"(?:<[^>]*>|[“\"(])*h?i(?!e)", items[-1], re.IGNORECASE)
    return f"{', '.join(items[:-1])} {'e' if sounds_alike else say('and')} {items[-1]}"


def fieldwork(poll: Poll) -> str:
    """Write the days of fieldwork.

    Examples
    --------
    >>> from analysis.polls import load_poll
    >>> fieldwork(load_poll("cpi-2021-04"))
    '18–21 April 2021'

    The interviews were made from 18 to 21 April 2021.
    """
    return days(*poll.sheet.fieldwork)


def days(first: datetime.date, last: datetime.date) -> str:
    """Write a day, or a stretch of days, without saying month and year twice.

    Examples
    --------
    >>> days(datetime.date(2021, 4, 28), datetime.date(2021, 5, 2))
    '28 April – 2 May 2021'

    The year is said once.
    """
    from babel.dates import get_month_names

    months = get_month_names("wide", locale=language())

    def written(day: datetime.date, *, year: bool = True) -> str:
        fields = {"day": day.day, "month": months[day.month]}
        return (
            say("{day} {month} {year}", year=day.year, **fields) if year else say("{day} {month}", **fields)
        )

    if first == last:
        return written(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{written(last)}"
    return f"{written(first, year=first.year != last.year)} – {written(last)}"


def source_note(poll: Poll, base: str = "") -> str:
    """Write the line beneath a table or a figure: the source and the base of its shares."""
    return say(
        "Source: {pollster}, {fieldwork}. Base: {base}.",
        pollster=poll.sheet.short_name,
        fieldwork=fieldwork(poll),
        base=base or all_interviews(poll),
    )


def all_interviews(poll: Poll) -> str:
    """Write the base of a question that was put to everybody."""
    return say("all {interviews}", interviews=interviews(poll.sheet.n))


def interval_note(intervals: pd.DataFrame) -> str:
    """Write how the intervals of a table or figure were made: the method and the design effect."""
    known = intervals[intervals["n_effective"] > 0]
    if known.empty:
        return say("No intervals: the base is unknown.")
    effect = (known["base"] / known["n_effective"]).iloc[0]
    return say(
        "Intervals: {method}, design effect {effect}.",
        method=method_name(known["method"].iloc[0]),
        effect=f"{effect:.4g}",
    )


def figures_term(text: str) -> str:
    """Translate a phrase of the audit, whose words are a term and whose figures stay.

    Examples
    --------
    >>> figures_term("28 of 36 columns")
    '28 of 36 columns'

    Its term is "# of # columns".
    """
    pattern = re.sub(_FIGURE, "#", text)
    words = term(pattern) if pattern.strip("#") else pattern
    for figure in re.findall(_FIGURE, text):
        words = words.replace("#", figure, 1)
    return words


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
        return label_of(poll.segments[segment])
    whole, _, partition = segment.partition(" from ")
    if not partition:
        return segment
    parts = poll.segments.partition(partition).parts
    return say(
        "{whole} from {parts}",
        whole=label_of(poll.segments[whole]),
        parts=joined([label_of(poll.segments[part]) for part in parts]),
    )

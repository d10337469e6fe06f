"""Figures, counts and dates as readers write them."""

import datetime
import re
from collections.abc import Sequence

import numpy as np

from analysis.show.language import language, say

__all__ = [
    "bounds",
    "capitalised",
    "count",
    "counted",
    "days",
    "interval",
    "interviews",
    "joined",
    "level",
    "method_name",
    "percent",
    "points",
    "points_range",
    "signed",
]


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


def signed(difference: float, decimals: int = 1) -> str:
    """Write a difference of shares in points, with its sign and without the unit.

    Examples
    --------
    >>> signed(0.226), signed(-0.0204), signed(0.0)
    ('+22.6', '−2.0', '0.0')

    Nought has no sign.
    """
    figure = f"{100 * difference:+.{decimals}f}"
    return figure[1:] if float(figure) == 0 else figure.replace("-", "−")


def points_range(low: float, high: float, decimals: int = 1) -> str:
    """Write the interval of a difference in percentage points.

    Examples
    --------
    >>> points_range(0.146, 0.301), points_range(-0.006, 0.11)
    ('14.6 to 30.1 points', '−0.6 to 11.0 points')

    A lower limit below 0 has its sign.
    """
    ends = (signed(end, decimals).removeprefix("+") for end in (low, high))
    return say("{low} to {high} points", **dict(zip(("low", "high"), ends, strict=True)))


def interval(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval of shares, its per-cent sign once.

    Examples
    --------
    >>> interval(0.3284, 0.3825)
    '32.8–38.2%'

    The interval from 0.3284 to 0.3825 reads 32.8–38.2%.
    """
    return f"{100 * low:.{decimals}f}–{100 * high:.{decimals}f}%"


def bounds(low: float, high: float, decimals: int = 1) -> str:
    """Write an interval of shares that is certain: rounded outwards, so that it stays so.

    Examples
    --------
    >>> bounds(0.29867, 0.30909)
    '29.8–31.0%'

    Rounded to the nearest, 29.9–30.9% would leave out shares that are possible.
    """
    step = 10.0**-decimals
    # A bound that is a round number but for its last bits stays that number.
    least, greatest = np.floor(100 * low / step + 1e-6) * step, np.ceil(100 * high / step - 1e-6) * step
    return f"{least:.{decimals}f}–{greatest:.{decimals}f}%"


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


def capitalised(words: str) -> str:
    """Write words as they begin a sentence or a heading.

    Examples
    --------
    >>> capitalised("statistical tie")
    'Statistical tie'

    Only the first letter changes.
    """
    return words[:1].upper() + words[1:]


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

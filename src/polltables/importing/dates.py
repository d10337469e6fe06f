"""Days of fieldwork as pollsters print them: `18 - 21 de Abril del 2021`, `6–8 May 2021`, `2021-05-06 a 2021-05-08`."""

import datetime
import re
from itertools import pairwise

from polltables.importing.vocabulary import folded

__all__ = ["fieldwork_dates"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "enero january ene jan", "febrero february feb", "marzo march mar", "abril april abr apr", "mayo may",
            "junio june jun", "julio july jul", "agosto august ago aug", "setiembre septiembre september set sep sept",
            "octubre october oct", "noviembre november nov", "diciembre december dic dec",
        ],
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})|(?P<slashed>\d{1,2}[/.]\d{1,2}[/.]\d{4})|(?P<year>\b(?:19|20|21)\d\d\b)|"
    rf"(?P<month>\b(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b)|(?P<day>\b\d{{1,2}}(?:st|nd|rd|th)?\b)",
    re.ASCII,
)


def fieldwork_dates(printed: str) -> tuple[datetime.date, datetime.date] | None:
    """Read the first and last day of fieldwork.

    Parameters
    ----------
    printed : str
        The line of the technical sheet, in Spanish or English; days before months where only digits are printed.

    Returns
    -------
    tuple of datetime.date or None
        None where no day, month and year are named.

    Examples
    --------
    >>> for printed in ("18 - 21 de Abril del 2021", "Del 30 de abril al 3 de mayo de 2021", "May 6–8, 2021"):
    ...     print(*fieldwork_dates(printed))
    2021-04-18 2021-04-21
    2021-04-30 2021-05-03
    2021-05-06 2021-05-08

    A month or year printed once holds for both days.
    """
    days: list[tuple[int | None, int | None, int | None]] = []
    month = year = None
    text, before = folded(printed), ("", 0)
    try:
        for match in _TOKEN.finditer(text):
            kind, token = match.lastgroup, match[0]
            if kind == "iso":
                y, m, d = map(int, token.split("-"))
                days.append((y, m, d))
            elif kind == "slashed":
                d, m, y = map(int, re.split(r"[/.]", token))
                days.append((y, m, d))
            elif kind == "day":
                days.append((None, None, int(re.sub(r"\D", "", token))))
                # English names the month before its days, Spanish after them.
                beside = before[0] == "month" and not text[before[1] : match.start()].strip(" .")
                if beside or (month is not None and not _named_after(text, match.end())):
                    days[-1] = (None, month, days[-1][2])
            elif kind == "month":
                month = _MONTHS[token]
                days = [(y, m or month, d) for y, m, d in days]
            else:
                year = int(token)
                days = [(y or year, m, d) for y, m, d in days]
            before = (kind or "", match.end())
        dates = [datetime.date(y, m, d) for y, m, d in days if y and m and d]
    except ValueError:
        return None
    if not dates or len(dates) != len(days) or len(days) > 2:
        return None
    if any(later < earlier for earlier, later in pairwise(dates)):
        return None
    return dates[0], dates[-1]


def _named_after(text: str, position: int) -> bool:
    """Say whether another month is named behind a day, which then is that month's."""
    return any(match.lastgroup == "month" for match in _TOKEN.finditer(text, position))

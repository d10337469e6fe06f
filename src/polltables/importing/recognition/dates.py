"""Days of fieldwork as pollsters print them: `18 - 21 de Abril del 2021`, `May 6–8, 2021`, `du 6 au 7 janvier 2026`."""

import datetime
import re
from itertools import pairwise

from polltables.importing.recognition.folding import folded, pattern_of

__all__ = ["fieldwork_dates", "is_date_label", "month_first", "reading_day"]

_NAMES = (
    "enero january ene jan janvier janv janeiro januar gennaio январь января янв",
    "febrero february feb fevrier fevr fev fevereiro februar febbraio февраль февраля",
    "marzo march mar mars marco marz март марта",
    "april abril abr apr avril avr aprile апрель апреля апр",
    "mayo may mai maio maggio маи мая",
    "junio june jun juin junho juni giugno июнь июня",
    "julio july jul juillet juil julho juli luglio июль июля",
    "agosto august ago aug aout август августа авг",
    "setiembre septiembre september set sep sept septembre setembro settembre сентябрь сентября сент",
    "octubre october oct octobre outubro oktober okt ottobre октябрь октября окт",
    "noviembre november nov novembre novembro ноябрь ноября нояб",
    "diciembre december dic dec decembre dezembro dezember dez dicembre декабрь декабря дек",
)  # fmt: skip
_MONTHS = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_TOKEN = re.compile(
    r"(?P<iso>\d{4}(?P<by>[-/])\d{1,2}(?P=by)\d{1,2})|(?P<korean>(?:\d{4} ?[년年] ?)?(?:\d{1,2} ?[월月] ?)?\d{1,2} ?[일日])|"
    r"(?P<slashed>\d{1,2}[/.]\d{1,2}[/.]\d{4})|(?P<year>\b(?:19|20|21)\d\d\b)|"
    rf"(?P<month>\b(?:{_MONTH})\b)|(?P<day>(?<![.,\d])\b\d{{1,2}}(?:st|nd|rd|th|er|º|°)?\b(?![,.]?\d|%))"
)
_PART = re.compile(  # of a month
    r"^(?:(early|beginning of|inicios|principios|comienzos|debut|anfang|inicio|inizio)|(mid|mediados|mi|mitte|meados|meta)|"
    r"(late|end of|fin|fines|finales|ende|final|fim|fine))[ -](?:d[aeiou] |d')?"
)
_LABEL = re.compile(
    rf"(?:(?:{_MONTH})\b\.?+|elections?\b|eleccion(?:es)?\b|wahl\b|eleicao\b|"
    rf"\d++(?:st|nd|rd|th)?|['’]\d\d|q[1-4]|t[1-4]|[-–—/,. ]++|de|del|of)+"
)
# A year of two digits behind a month: `Mar-31`, `Mar '31`, or `27-30 Mar 31`, but not `Mar 31`.
_SHORT_YEAR = re.compile(rf"((?:^\d.* )?\b(?:{_MONTH})\b)(?:\.? ?[-'’/] ?|(?<=\d [a-z]{{3}}) )(\d\d)$")
_DAY_MONTH_YEAR = re.compile(
    rf"(\b\d{{1,2}}(?:st|nd|rd|th|er|º|°)? (?:de )?(?:{_MONTH})\b\.?,? (?:del? )?)['’]?(\d\d)\b"
    rf"(?! ?(?:de )?(?:{_MONTH})\b|[.,]?\d|%)"
)
# The first of two dates of digits, of which only the second has its year.
_YEARLESS = re.compile(
    r"\b(\d{1,2}[./]\d{1,2})[./]?(?= ?(?:[-–~]|bis|to|al?|au|until) ?\d{1,2}[./]\d{1,2}[./]((?:19|20|21)\d\d)\b)"
)
_NOW = pattern_of(r"now|today|current|hoy|actual(mente)?|heute|aktuell|aujourd'hui|hoje|atual|oggi")
_WAVE = pattern_of(r"(wave|ola|vague|welle|onda|ondata|medicion|tracking|rilevazione) ?n?[°º.#]? ?(\d{1,3})")
_MONTH_OF_YEAR = re.compile(r"(0?[1-9]|1[0-2])/(\d\d)", re.ASCII)
_SLASHED = re.compile(  # the last day of 5/6-8/31 or 4/30-5/2/31
    r"(?:\d{1,2}/\d{1,2} ?[-–] ?(?=\d{1,2}/\d{1,2}/))?(\d{1,2})/(?:\d{1,2} ?[-–] ?)?(\d{1,2})/(\d\d)",
    re.ASCII,
)
_FAR = 40  # letters between a day and its month or year
_LONGEST = 400  # letters of a text in which dates are looked for


def is_date_label(label: str) -> bool:
    """Say whether a label is a date and no more, as the columns of earlier readings are called.

    Examples
    --------
    >>> [is_date_label(label) for label in ("May", "Apr 2031", "2031", "18-34", "Mayor")]
    [True, True, True, False, False]

    Ages are no dates.
    """
    text = _PART.sub("", folded(label).strip())
    if _MONTH_OF_YEAR.fullmatch(text) or _SLASHED.fullmatch(text):
        return True
    named = re.search(rf"\b(?:{_MONTH})\b|\b(?:19|20|21)\d\d\b|\bq[1-4]\b", text)
    return bool(_NOW.fullmatch(text) or _WAVE.fullmatch(text) or (named and _LABEL.fullmatch(text)))


def reading_day(label: str) -> tuple[int, int, int]:
    """Return year, month and day of a label that is a date, as far as they are printed; zeros where none are."""
    if wave := _WAVE.fullmatch(folded(label)):
        return (0, 0, int(wave[2]))  # their numbers are all that is known of them
    if month := _MONTH_OF_YEAR.fullmatch(label.strip()):
        return (2000 + int(month[2]), int(month[1]), 0)
    if dates := fieldwork_dates(label):
        return dates[1].timetuple()[:3]
    if day := _SLASHED.fullmatch(label.strip()):  # whichever stands first, it does in all of them
        return (2000 + int(day[3]), int(day[1]), int(day[2]))
    part = _PART.match(folded(label))
    text = _SHORT_YEAR.sub(r"\1 20\2", _PART.sub("", folded(label)))
    if _NOW.fullmatch(text):
        return (9999, 0, 0)
    years = re.findall(r"\b(?:19|20|21)\d\d\b", text)
    month = re.search(rf"\b(?:{_MONTH})\b", text)
    day = re.search(r"\b\d{1,2}\b", text)
    days = 10 * (part.lastindex or 0) if part else int(day[0]) if day else 0
    if len(years) > 1 or not (years or month):
        return (0, 0, 0)
    return int(years[0]) if years else 0, _MONTHS[month[0]] if month else 0, days


def month_first(printed: str) -> bool:
    """Say whether dates of digits alone could have the month before the day as well as after it."""
    found = re.findall(r"(\d{1,2})[/.](\d{1,2})[/.]\d{4}", printed)
    return (
        bool(found)
        and all(int(one) <= 12 and int(two) <= 12 for one, two in found)
        and any(one != two for one, two in found)
    )


def fieldwork_dates(printed: str) -> tuple[datetime.date, datetime.date] | None:
    """Read the first and last day of fieldwork.

    None where no day, month and year are named. Of dates of digits alone that can be read both ways, the reading that gives
    the shorter fieldwork.

    Examples
    --------
    >>> for printed in ("18 - 21 de Abril del 2021", "Del 30 de abril al 3 de mayo de 2021", "May 6–8, 2021",
    ...                 "du 29 avril au 1er mai 31", "5/6/2031 - 5/8/2031"):
    ...     print(*fieldwork_dates(printed))
    2021-04-18 2021-04-21
    2021-04-30 2021-05-03
    2021-05-06 2021-05-08
    2031-04-29 2031-05-01
    2031-05-06 2031-05-08

    A month or year printed once holds for all days beside it.
    """
    text = folded(printed[:_LONGEST])
    if not re.search(r"\b(?:19|20|21)\d\d\b", text):
        text = _DAY_MONTH_YEAR.sub(r"\g<1>20\2", text)
    text = _YEARLESS.sub(r"\g<1>.\g<2>", text)
    if first := re.search(r"(\d{4})\. ?\d{1,2}\. ?\d", text):  # 2031. 5. 6. ~ 5. 8.
        text = re.sub(
            r"(?:(\d{4})\. ?)?\b(\d{1,2})\. ?(\d{1,2})\b\.?",
            lambda match: f"{match[1] or first[1]}-{match[2]}-{match[3]}", text,
        )  # fmt: skip
    readings = [dates for swap in (False, True) if (dates := _read(text, swap=swap))]
    return min(readings, key=lambda dates: dates[1] - dates[0]) if readings else None


def _read(text: str, *, swap: bool) -> tuple[datetime.date, datetime.date] | None:
    days: list[tuple[int | None, int | None, int]] = []
    month: int | None = None
    year: int | None = None
    before = ("", 0)
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match[0]
        if before[1] and match.start() - before[1] > _FAR:
            return None
        if kind == "iso":
            y, m, d = map(int, re.split("[-/]", token))
            days.append((y, m, d))
        elif kind == "korean":
            parts = dict(zip("dmy", [int(part) for part in re.findall(r"\d+", token)][::-1], strict=False))
            year, month = parts.get("y", year), parts.get("m", month)
            days.append((year, month, parts["d"]))
        elif kind == "slashed":
            d, m, y = map(int, re.split(r"[/.]", token))
            if (swap and d <= 12) or m > 12:
                d, m = m, d
            days = [(one or y, two or m, day) for one, two, day in [*days, (y, m, d)]]
        elif kind == "day":
            # English names the month before its days; in other languages a day is of the month behind it, if one is named.
            beside = before[0] == "month" and not text[before[1] : match.start()].strip(" .")
            after = any(one.lastgroup == "month" for one in _TOKEN.finditer(text, match.end()))
            named = beside or (month is not None and not after)
            days.append((None, month if named else None, int(re.sub(r"\D", "", token))))
        elif kind == "month":
            month = _MONTHS[token]
            days = [(y, m or month, d) for y, m, d in days]
        else:
            year = int(token)
            days = [(y or year, m, d) for y, m, d in days]
        before = (kind or "", match.end())
    dates: list[datetime.date] = []
    for own_year, own_month, day in days:
        try:
            dates.append(datetime.date(own_year or year or 0, own_month or 0, day))
        except ValueError:
            return None
    if not dates or any(later < earlier for earlier, later in pairwise(dates)):
        return None
    # More than two days are a list of neighbours, or other numbers.
    if len(dates) > 2 and any((later - earlier).days > 3 for earlier, later in pairwise(dates)):
        return None
    return dates[0], dates[-1]

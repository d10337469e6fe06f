"""Words in the reader's language: messages with typed fields, plurals, and the names of what a poll holds.

A message is written in English where it is used and translated in a gettext PO file, as translators know it, in
`show/languages/<language>/`. What has no translation is an error, never a sentence in the wrong language. What stands in a
field is data: it is escaped, and never read as markup or as a message.
"""

import datetime
import gettext
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from analysis.errors import ReportError

__all__ = ["GAP", "LANGUAGES", "Words", "read_catalogue"]

LANGUAGES = ("en", "es")
"""The languages of the reports; the first is the one in which everything is written."""

GAP = "–"
"""What stands where a figure was not published, or cannot be known."""

_TYPES = (
    "percent", "percents", "points", "points_range", "ends", "figure", "figures", "margin", "outwards", "certain",
    "signed", "count", "number", "p_value", "level", "date", "days", "quoted",
)  # fmt: skip
_ALIKE = {  # before what sounds like them, Spanish writes e for y and u for o
    "y": ("e", re.compile(r"\W*(?:[ií]|h[ií](?!e))", re.IGNORECASE)),
    "o": ("u", re.compile(r"\W*h?[oó]", re.IGNORECASE)),
}
_TO_THE_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew, Arabic and their neighbours
_ISOLATED = Markup("<bdi>{}</bdi>")
_EDGE = 1e-9  # what a number that was rounded outwards may miss its last digit by


def read_catalogue(path: Path) -> dict[Any, Any]:
    """Read the translations of a PO file: of every message that has one, or of every message and its plural."""
    from babel.messages.pofile import read_po

    with path.open("rb") as opened:
        messages = read_po(opened, ignore_obsolete=True, abort_invalid=True)
    found: dict[Any, Any] = {}
    for entry in messages:
        said: Any = entry.string
        if entry.id and isinstance(entry.id, str) and said:
            found[entry.id] = str(said)
        elif entry.id and all(said):
            found[tuple(entry.id)] = tuple(said)
    return found


@cache
def _catalogue(language: str) -> tuple[Mapping[Any, Any], Callable[[int], int]]:
    """Return every translation into a language, from all of its files, and what chooses among plural forms."""
    from babel.messages.plurals import get_plural

    c2py: Any = vars(gettext)["c2py"]
    folder = Path(str(files("analysis.show"))) / "languages" / language
    known = {key: text for path in sorted(folder.glob("*.po")) for key, text in read_catalogue(path).items()}
    return known, c2py(get_plural(language).plural_expr)


@cache
def _months(language: str) -> Mapping[int, str]:
    from babel.dates import get_month_names

    return get_month_names("wide", locale=language)


@cache
def _cut(message: str) -> tuple[tuple[str, str | None, str], ...]:
    """Cut a message into its fields: what stands before each, its name, and its type; the last is what stands after them."""
    return tuple((before, name, kind or "") for before, name, kind, _ in Formatter().parse(message))


def _isolated(text: Any) -> Markup:
    """Escape a text; one that is written from right to left is kept from turning the order of what stands around it."""
    written = escape(text)
    return written if isinstance(text, Markup) or not _TO_THE_LEFT.search(written) else _ISOLATED.format(text)


def _with_sign(number: float, figure: str) -> str:
    """Put the sign of a number before its figure; nought has none."""
    return figure if float(figure) == 0 else ("−" if number < 0 else "+") + figure


class Words:
    """A language: messages, numbers and dates as its readers write them.

    Examples
    --------
    >>> words = Words("en")
    >>> print(words.say("{share:percent}, or {ends:percents}", share=0.355, ends=(0.328, 0.382)))
    35.5%, or 32.8 to 38.2%
    >>> print(words.say(("{n} poll", "{n} polls"), n=3))
    3 polls

    One decimal everywhere, and one way to write an interval.
    """

    def __init__(self, language: str) -> None:
        if language not in LANGUAGES:
            raise ReportError(f"language: {language!r} is not allowed; use one of {', '.join(LANGUAGES)}.")
        self.language = language
        self._formats = self.formats()

    def formats(self) -> dict[str, Callable[[Any], Any]]:
        """Return the types of fields."""
        named = {name: getattr(self, name) for name in _TYPES}
        return named | {"list": self.joined, "choice": self.alternatives}

    def say(self, message: str | tuple[str, str], /, **fields: Any) -> Markup:
        """Write a message, its fields filled in; of a message and its plural, the one that the field `n` asks for.

        A field is written as its type says, then escaped; one without a type is a text, or something that is markup already.
        What any message may speak of (`own`) need not be given.
        """
        known, plural = _catalogue(self.language)
        if self.language == LANGUAGES[0]:
            text: Any = message
        elif message in known:
            text = known[message]
        else:
            raise ReportError(
                f"No translation into {self.language!r} of {message!r}; add it to show/languages."
            )
        if not isinstance(text, str):
            text = text[plural(int(fields["n"]))]
        parts: list[str] = []
        for before, name, kind in _cut(text):
            parts.append(before)
            if name is not None:
                value = fields[name] if name in fields else self.own(name)
                parts.append(_isolated(self._formats[kind](value) if kind else value))
                if before[-3:-2] == before[-1:] == " ":
                    parts[-2] = f"{before[:-2]}{self._conjunction(before[-2], parts[-1])} "
        return Markup("".join(parts))

    def written(self, value: Any, kind: str) -> str:
        """Write a value as a field of some type is written."""
        return str(self._formats[kind](value) if kind else value)

    def own(self, name: str) -> Any:
        """Return a field that a message names without being given it."""
        raise KeyError(name)

    def term(self, word: str) -> str:
        """Write a word from the vocabulary of results, such as a verdict or a kind of question; `terms.po` lists them."""
        return self.say(word.replace("_", " "))

    def percent(self, share: float) -> str:
        """Write a share."""
        return self.say("not published") if np.isnan(share) else f"{100 * share:.1f}%"

    def figure(self, share: float) -> str:
        """Write a share in per cent, or the size of a difference in points, without the unit."""
        return GAP if np.isnan(share) else f"{100 * share:.1f}"

    def margin(self, share: float) -> str:
        """Write a margin to either side, in points without the unit."""
        return GAP if np.isnan(share) else f"±{self.figure(share)}"

    def figures(self, ends: tuple[float, float]) -> str:
        """Write an interval of shares without the unit; nothing where there is none."""
        return "" if np.isnan(ends[0]) else self.between(*map(self.figure, ends))

    def percents(self, ends: tuple[float, float]) -> str:
        """Write an interval of shares, its per-cent sign once; nothing where there is none."""
        return "" if np.isnan(ends[0]) else f"{self.figures(ends)}%"

    def size(self, difference: float) -> str:
        """Write how large a difference of shares is, in points."""
        return f"{abs(100 * difference):.1f}"

    def points(self, difference: float) -> str:
        """Write a difference of shares in percentage points, without its sign."""
        figure = self.size(difference)
        n = 1 if float(figure) == 1 else 2
        return self.say(("{figure} point", "{figure} points"), n=n, figure=figure)

    def points_range(self, ends: tuple[float, float]) -> str:
        """Write an interval of a difference in percentage points, as in a sentence: all above nought, no signs."""
        written = self.ends(ends)
        return self.say("{range} points", range=written.replace("+", "") if ends[0] >= 0 else written)

    def ends(self, ends: tuple[float, float]) -> str:
        """Write an interval of a difference, without the unit, nothing for none; an end that is not 0 is not written so."""
        if np.isnan(ends[0]):
            return ""
        written = (end if abs(end) >= 0.0005 or abs(end) < 1e-9 else np.copysign(0.001, end) for end in ends)
        low, high = (_with_sign(end, Words.size(self, end)) for end in written)
        return self.between(low, high)

    def between(self, low: str, high: str) -> str:
        """Write an interval, the one way in which this language has it."""
        return self.say("{low} to {high}", low=low, high=high)

    def outwards(self, ends: tuple[float, float]) -> str:
        """Write an interval of shares that is certain: rounded outwards, so that it stays so; without the sign."""
        low, high = np.floor(1000 * ends[0] + _EDGE) / 10, np.ceil(1000 * ends[1] - _EDGE) / 10
        return self.between(f"{low:.1f}", f"{high:.1f}")

    def certain(self, ends: tuple[float, float]) -> str:
        """Write such an interval with the sign; a gap where there is none."""
        return GAP if np.isnan(ends[0]) else f"{self.outwards(ends)}%"

    def signed(self, difference: float) -> str:
        """Write a difference of shares in points, with its sign and without the unit; nought has no sign."""
        if np.isnan(difference):
            return GAP
        return _with_sign(difference, self.size(difference))

    def count(self, number: float) -> str:
        """Write a whole number, thousands grouped."""
        return GAP if np.isnan(number) else f"{number:,.0f}"

    def number(self, number: float) -> str:
        """Write a number with as many decimals as it needs, two at most."""
        return f"{number:.2f}".rstrip("0").rstrip(".")

    def p_value(self, p_value: float) -> str:
        """Write how often chance alone would do as much; a gap where that is not known."""
        if np.isnan(p_value):
            return GAP
        if p_value < 0.001:
            return "< 0.001"
        return "< 0.050" if p_value < 0.05 <= round(p_value, 3) else f"{p_value:.3f}"

    def level(self, confidence_level: float) -> str:
        """Write a confidence level, with no more decimals than it has."""
        return f"{100 * confidence_level:.6g}%"

    def date(self, day: datetime.date) -> str:
        """Write a day."""
        return self.days((day, day))

    def days(self, span: tuple[datetime.date, datetime.date], *, dated: bool = True) -> str:
        """Write a span of days: 18–21 April 2021, del 18 al 21 de abril de 2021; without the year unless `dated`."""
        (first, last), months = span, _months(self.language)
        bare, alike = not dated and first.year == last.year, first.month == last.month
        return self.say(
            "{day} {month}"
            if bare and first == last
            else "{day}–{last_day} {month}"
            if bare and alike
            else "{day} {month} to {last_day} {last_month}"
            if bare
            else "{day} {month} {year}"
            if first == last
            else "{day}–{last_day} {month} {year}"
            if alike and first.year == last.year
            else "{day} {month} to {last_day} {last_month} {year}"
            if first.year == last.year
            else "{day} {month} {year} to {last_day} {last_month} {last_year}",
            day=first.day, month=months[first.month], year=first.year,
            last_day=last.day, last_month=months[last.month], last_year=last.year,
        )  # fmt: skip

    def joined(self, items: Sequence[str]) -> Markup:
        """Write a list: a, b and c; nothing of nothing."""
        if not items:
            return Markup("")
        return self._list(items, self.say("and"))

    def alternatives(self, items: Sequence[str]) -> Markup:
        """Write a choice: a, b or c."""
        return self._list(items, self.say("or"))

    def _list(self, items: Sequence[str], last: str) -> Markup:
        *before, end = (escape(item) for item in items)
        last = self._conjunction(last, end)
        return Markup("{} {} {}").format(Markup(", ").join(before), last, end) if before else Markup(end)

    def _conjunction(self, word: str, following: str) -> str:
        """Return a word for "and" or "or" as it is written before what follows."""
        if self.language != "es" or word not in _ALIKE:
            return word
        instead, sound = _ALIKE[word]
        return instead if sound.match(Markup(following).striptags()) else word

    def quoted(self, text: str) -> Markup:
        """Write words of somebody else."""
        return self.say("“{text}”", text=text)

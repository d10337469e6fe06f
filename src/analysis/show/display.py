"""What a notebook cell shows: HTML for people, text for terminals, numbers for programs."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import pandas as pd

from analysis.show.language import say

__all__ = [
    "NUMBERS_MIME",
    "Shown",
    "download_link",
    "figure_style",
    "headline",
    "numbers_of",
    "remark",
    "rows_of",
    "statement",
]

NUMBERS_MIME = "application/vnd.polltables.numbers+json"
"""Media type under which a cell's output carries the numbers it states."""

_DECIMALS = 6  # the last bits differ between processors; nobody reads a share beyond this


@cache
def figure_style() -> str:
    """Return the style sheet of tables and figures, which notebooks carry with each output and reports once."""
    css = files("analysis.show").joinpath("template/figures.css").read_text("utf-8")
    return f"<style>{css}</style>"


@dataclass(frozen=True, slots=True)
class Shown:
    """Something to show: the last value of a cell.

    Attributes
    ----------
    html : str
        Markup without scripts or references.
    text : str
        The same for a terminal.
    numbers : tuple of dict
        Every number stated, for the JSON beside a report: `value`, and where they apply `low`,
        `high`, `question`, `answer`, `segment`, `method`, and `shown_in`, the caption above it.
    """

    html: str
    text: str
    numbers: tuple[dict[str, Any], ...] = ()

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/html": figure_style() + self.html, "text/plain": self.text}
        if self.numbers:
            bundle[NUMBERS_MIME] = list(self.numbers)
        return bundle

    def __add__(self, other: "Shown") -> "Shown":
        """Show one thing after the other."""
        return Shown(
            self.html + other.html, f"{self.text}\n\n{other.text}".strip(), self.numbers + other.numbers
        )


def statement(*sentences: str, numbers: Sequence[dict[str, Any]] = ()) -> Shown:
    """Show sentences as a paragraph; they are markup, in which names from a poll are escaped."""
    text = " ".join(sentence for sentence in sentences if sentence)
    return Shown(f'<p class="pt-sentence">{text}</p>', text, tuple(numbers))


def remark(*sentences: str) -> Shown:
    """Show sentences as a paragraph, or nothing where none of them says anything."""
    return statement(*sentences) if any(sentences) else Shown("", "")


def headline(sentence: str, *, numbers: Sequence[dict[str, Any]] = ()) -> Shown:
    """Show the one sentence that answers a report's question; the front page repeats it."""
    return Shown(f'<p class="pt-sentence pt-headline">{sentence}</p>', sentence, tuple(numbers))


def download_link(caption: str, numbers: Sequence[Mapping[str, Any]]) -> str:
    """Return a link that saves the numbers of a table or figure as CSV; the file is inside the link."""
    if not numbers:
        return ""
    columns = dict.fromkeys(key for number in numbers for key in number if key != "shown_in")
    table = io.StringIO()
    lines = csv.DictWriter(table, list(columns), extrasaction="ignore", lineterminator="\n")
    lines.writeheader()
    lines.writerows(numbers)
    name = re.sub(
        r"[^a-z0-9]+", "-", unicodedata.normalize("NFKD", caption).encode("ascii", "ignore").decode().lower()
    )
    content = quote(table.getvalue(), safe=",.:;()/ ")
    saves = escape(say("Data of “{caption}” as CSV", caption=caption))
    return (
        f'<p class="pt-save"><a download="{name.strip("-")[:60]}.csv" href="data:text/csv;charset=utf-8,'
        f'{content.replace(" ", "%20")}" aria-label="{saves}">CSV</a></p>'
    )


def numbers_of(rows: pd.DataFrame, **constant: str) -> tuple[dict[str, Any], ...]:
    """Turn rows that have a `value` into records, missing fields left out and floats rounded.

    Examples
    --------
    >>> numbers_of(pd.DataFrame({"segment": ["rural"], "value": [0.6150000001]}), method="printed")
    ({'segment': 'rural', 'value': 0.615, 'method': 'printed'},)

    One number is stated: the share 0.615 of the rural column.
    """
    return tuple(
        _record({**row, **constant}) for row in rows.to_dict("records") if not pd.isna(row.get("value"))
    )


def rows_of(table: pd.DataFrame) -> list[Any]:
    """Return the rows of a table, their columns as attributes."""
    return list(table.itertuples())


def _record(fields: Mapping[Any, Any]) -> dict[str, Any]:
    known: Iterable[tuple[Any, Any]] = ((k, v) for k, v in fields.items() if not pd.isna(v) and v != "")
    return {str(k): round(float(v), _DECIMALS) if isinstance(v, float) else v for k, v in known}
